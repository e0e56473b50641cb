"""`scout refresh`: read tracked products again, as often as they change, and let in what really changed.

Not through the agent: nothing is to be found here and nothing to be improvised. The addresses are those the product was
read from, the reading is Reader's, the proposal is assembled by the same code as in a crawl and goes into the store by
the same door. No agent sees the pages; where a model is configured, it reads on what the ladder misses, as in a crawl.
A product at rest costs one conditional request a page.

An unchanged page is known by the cheapest sign: the server's 304, the same bytes, the same words, the same facts. What
only looks like a change (counters, dates, order, markup) ends at one of these. A page that leads to other pages of its
dossier is kept as it is now though its facts are the same, and so is one whose picture of prices is another one. Who a product is never changes here: a
homepage that leads elsewhere, is gone, or says that it is shut down, raises a look and leaves the facts as they are.

A product known only from its launch, because its page could not be read that day, is tried again at the address that was
announced, at the same doubling intervals: that day is when most sites break down. Where that address is the launch
site's own and only leads on, the product gets the identity of the page it leads to.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from jobs.by_hand import check_contact
from jobs.crawl import CrawlReport, only_crawl_of
from tools.errors import FetchError, ProposalRefused, ScoutError, UsageError, failure_row
from tools.identity import address_key, canonical_url, registrable_domain
from tools.knowledge import address_gone, canonical, digest, farewell, moment, plan_line, plan_text
from tools.models import Extraction, Fact, Launch, Page, Plan, Proposal
from tools.page.decode import decode
from tools.page.quotes import visible_text
from tools.products.ends import Known
from tools.products.further import further_pages, pricing_page, settles
from tools.products.propose import assemble
from tools.products.roles import addresses_of, own_of
from tools.products.shutdown import shut_down
from tools.reading import Reading, failure_of, owners_of, read_of
from tools.settings import Settings
from tools.store import Store
from tools.web.request import is_package_answer
from tools.workbench import Workbench

T = TypeVar("T")
Progress = Callable[[str], None]
Read = tuple[Page, Extraction]
BATCH = 50  # products read at once; the fetcher keeps each host's pace
GONE = (404, 410)
_GONE_WORDS = [str(status) for status in GONE]
_UNREAD = "unread"  # the note on an announced address that has not answered yet
_NOTED = (*_GONE_WORDS, _UNREAD)
_TEXTS = ("name", "tagline", "description", "category")
_LISTS = ("tags", "makers")
_API_ENTRY = re.compile(r"/(repos|api/models|api/datasets|api/spaces)/([^/?#]+/[^/?#]+)$")


def refresh(
    store_path: Path | str,
    settings: Settings,
    slugs: Sequence[str] = (),
    due_only: bool = True,
    *,
    replay: Path | None = None,
    record: Path | None = None,
    review: bool = True,
    progress: Progress | None = None,
) -> dict[str, Any]:
    """Read products again and let in what changed. The report of a crawl, with `products` (slug, state, changed, why).

    slugs: only these, due or not. due_only: of all products those that are due; else every tracked one.
    Errors: UnknownName, CannotRun. A product that cannot be read is a row of `failures`; the rest goes on.
    """
    say = progress or (lambda _: None)
    check_contact(settings, replay)
    with only_crawl_of(store_path), Workbench(settings, store_path, replay=replay, record=record) as bench:
        chosen = _chosen(bench, slugs, due_only)
        with CrawlReport(bench, "refresh") as report:
            outcomes: list[Outcome] = []
            with report.source("refresh"), _models_reading(bench, report.run):
                for batch in _batches(chosen, BATCH):
                    say(_so_far(outcomes, len(chosen)))
                    for outcome in _refresh_batch(bench, batch, report):
                        outcomes.append(outcome)
                        if outcome.state != "unchanged":
                            said = f"{outcome.slug}: {outcome.state} {', '.join(outcome.changed) or outcome.why}"
                            say(f"{said}\n{_so_far(outcomes, len(chosen))}")
            report.gather([one.slug for one in outcomes if one.state not in ("failed", "gone")], say, again=True)
            report.gather(bench.store.awaiting_review(), say)
            if review:
                report.review(settings, say)
            return {"products": [outcome.as_dict() for outcome in outcomes], **report.as_dict()}


def _so_far(outcomes: Sequence[Outcome], known: int) -> str:
    """“50 of 120 products read again · 3 changed · 1 failed”."""
    changed, failed = (sum(one.state == state for one in outcomes) for state in ("changed", "failed"))
    parts = (f"{changed} changed" if changed else "", f"{failed} failed" if failed else "")
    return " · ".join(filter(None, (f"{len(outcomes)} of {known} products read again", *parts)))


@contextmanager
def _models_reading(bench: Workbench, run: str) -> Iterator[None]:
    """While this lasts, configured models read on; else a value that one read in a crawl would be lost here."""
    from agents.gateway.ask import make_gateway

    gateway = make_gateway(bench.settings, bench.store, replay=bench.replay, recorder=bench.recorder, stop=bench.stop)
    if gateway is None:
        yield
        return
    from agents.run.page_reader import reading_by_models

    with gateway, reading_by_models(bench, gateway, run):
        yield


@dataclass(frozen=True, slots=True)
class Outcome:
    """What reading a product again gave. state: unchanged, changed, look, gone or failed; why: the sign it was known by."""

    slug: str
    state: str
    why: str = ""
    changed: tuple[str, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """As it stands in the report."""
        return {"slug": self.slug, "state": self.state, "why": self.why, "changed": list(self.changed)}


# ── what is due ──────────────────────────────────────────────────────────────────────────────────────────────────────


def due_at(read_at: datetime, changed_at: datetime, shortest: timedelta, longest: timedelta) -> datetime:
    """When a product is read again, from its last reading and its last change.

    Readings after a change come at 1, 3, 7, 15 … times the shortest interval, so the next interval is what has passed
    quietly so far, and once the shortest more: it doubles while nothing changes and starts anew with a change.
    """
    quiet = max(read_at - changed_at, timedelta())
    return read_at + min(max(longest, shortest), shortest + quiet)


def due(rows: Iterable[Mapping[str, Any]], now: datetime, settings: Settings) -> list[str]:
    """Slugs of the rows of Store.tracked that are due now, the longest overdue first."""
    shortest, longest = timedelta(days=settings.refresh_min_days), timedelta(days=settings.refresh_max_days)
    times = {}
    for row in rows:
        read_at = max(moment(at) for at in (row["read_at"], row["noted_at"]) if at)
        times[row["slug"]] = due_at(read_at, moment(row["changed_at"]), shortest, longest)
    return sorted((slug for slug, at in times.items() if at <= now), key=lambda slug: (times[slug], slug))


def _chosen(bench: Workbench, slugs: Sequence[str], due_only: bool) -> list[str]:
    if slugs:
        return list(dict.fromkeys(_living(bench.store, slug) for slug in slugs))
    rows = bench.store.tracked()
    return due(rows, bench.now(), bench.settings) if due_only else [row["slug"] for row in rows]


def _living(store: Store, slug: str) -> str:
    """The slug, merges followed. Errors: UnknownName; UsageError for a product that an editor wants read no more."""
    found = store.resolve(slug)
    status = store.document(found).status
    if status == "deleted":
        raise UsageError(f"{slug} was deleted; its tombstone stays, and its pages are not read again.")
    if status == "rejected":
        raise UsageError(f"{slug} was rejected and is not read again; `scout approve {slug} --why …` takes it back.")
    return found


# ── one product ──────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class _Tracked:
    """A product with the addresses it is read from and what they said last.

    members: by the key of each page's address the slug of the product it was read for, which a merge keeps apart.
    owners: whose the pages are that were asked for with another one, as `assemble` takes it.
    """

    slug: str
    addresses: list[str]
    old: list[Read]
    members: Mapping[str, str]
    owners: dict[str, str]


@dataclass(slots=True)
class _Seen:
    """What its addresses answered this time."""

    fresh: list[Read] = field(default_factory=list)
    errors: dict[str, ScoutError] = field(default_factory=dict)
    owners: dict[str, str] = field(default_factory=dict)

    def add(self, answer: Iterable[Reading]) -> None:
        """What one address answered, with what belongs to it."""
        readings = list(answer)
        self.fresh += [pair for reading in readings if (pair := read_of(reading))]
        self.errors |= {reading.url: reading.error for reading in readings if reading.error}
        self.owners |= owners_of(readings)


def _refresh_batch(bench: Workbench, slugs: Sequence[str], report: CrawlReport) -> Iterator[Outcome]:
    tracked = []
    for slug in slugs:
        product = _boxed(slug, report, partial(_tracked, bench, slug))
        if isinstance(product, Outcome):
            yield product
        else:
            tracked.append(product)
    looked = bench.run(bench.reader.look([url for product in tracked for url in product.addresses]))
    found = {product.slug: _seen(looked[url] for url in product.addresses) for product in tracked}
    beside = {product.slug: _beside(product, found[product.slug], report) for product in tracked}
    further = bench.run(bench.reader.look([url for urls in beside.values() for url in urls]))
    for product in tracked:
        seen = found[product.slug]
        for url in beside[product.slug]:  # one that cannot be read is no failure: it was never this product's
            seen.add(replace(reading, error=None) for reading in further[url])
        for url, error in seen.errors.items():
            report.failed(slug=product.slug, url=url, **failure_row(error))
        yield _boxed(product.slug, report, partial(_settle, bench, product, seen))
    bench.reader.keep_beside()


def _beside(product: _Tracked, seen: _Seen, report: CrawlReport) -> Sequence[str]:
    found = _boxed(product.slug, report, partial(_new_pages, product, seen))
    return () if isinstance(found, Outcome) else found


def _boxed(slug: str, report: CrawlReport, work: Callable[[], T]) -> T | Outcome:
    """What the work on one product gives, or its failure, which costs no other product. Errors: CannotRun."""
    try:
        return work()
    except ProposalRefused as error:
        failure: ScoutError = error
    except Exception as error:  # noqa: BLE001 - what nobody foresaw must not lose the other products of the batch
        failure = failure_of(slug, error)
    report.failed(slug=slug, **failure_row(failure))
    return Outcome(slug, "failed", str(failure))


def _tracked(bench: Workbench, slug: str) -> _Tracked:
    addresses: list[str] = []
    old: list[Read] = []
    members: dict[str, str] = {}
    owners: dict[str, str] = {}
    for row in bench.store.tracked_pages(slug):
        members[address_key(row["final_url"])] = row["member"]
        if pair := read_of(bench.reader.reading(row["page"])):
            old.append(pair)
            owners |= owners_of(bench.reader.together(row["page"]))
        addresses.append(_address(row, bench.settings))
    if not addresses:
        addresses = [canonical_url(launch.url) for launch in bench.store.launches(slug=slug) if launch.url]
    return _Tracked(slug, [url for url in dict.fromkeys(addresses) if url], old, members, owners)


def _address(row: Mapping[str, Any], settings: Settings) -> str:
    """Where a page is read again: an API's answer by the entry it is of; past another site's redirect. "": with its
    entry (a README, a card)."""
    if row["access"] == "api":
        if is_package_answer(row["url"], settings):
            return str(row["url"])
        entry = _API_ENTRY.search(row["final_url"]) or _API_ENTRY.search(row["url"])  # a renamed one ends at a number
        if not entry:
            return ""
        what, name = entry.groups()
        bases = {"repos": "https://github.com", "api/models": settings.hf_endpoint}
        return f"{bases.get(what) or settings.hf_endpoint + '/' + what.removeprefix('api/')}/{name}"
    same = _domain(row["url"]) == _domain(row["final_url"])
    return str(row["url"] if same else row["final_url"])


def _domain(url: str) -> str:
    host = re.sub(r"^\w+://", "", url).partition("/")[0]
    return registrable_domain(host.partition(":")[0]) or host


def _seen(answers: Iterable[Sequence[Reading]]) -> _Seen:
    seen = _Seen()
    for readings in answers:
        seen.add(readings)
    return seen


def _new_pages(product: _Tracked, seen: _Seen) -> list[str]:
    """Pages not read before that are now worth it: the pricing page where nothing read settles the price; of a product
    that is read for the first time its other end too."""
    known = {address_key(url) for page, _ in [*product.old, *seen.fresh] for url in (page.url, page.final_url)}
    linked = next((prices for page, said in seen.fresh if (prices := pricing_page(page, said))), "")
    named = [] if any(settles(said) for _, said in seen.fresh) else [linked]
    named += [url for page, said in seen.fresh[:1] for url in further_pages(page, said) if not product.old]
    return [url for url in dict.fromkeys(named) if url and address_key(url) not in known]


def _settle(bench: Workbench, product: _Tracked, seen: _Seen) -> Outcome:
    """Decide what the answers mean, and write it."""
    store = bench.store
    _note_answers(store, product, seen)
    if not product.addresses:
        return Outcome(product.slug, "failed", "no page of it was read so far; `scout add` reads one")
    if not seen.fresh:
        gone = any(_is_gone(error) for error in seen.errors.values())
        return Outcome(product.slug, "gone" if gone else "failed", "; ".join(map(str, seen.errors.values())))
    sign = _unchanged(product, seen.fresh)
    if sign:
        _keep_validators(store, product.old, seen.fresh)
        return Outcome(product.slug, "unchanged", sign)
    reasons = _reasons_to_hold(store, product, seen.fresh)
    if reasons:
        _keep_validators(store, product.old, seen.fresh)
        store.raise_look(product.slug, reasons)
        return Outcome(product.slug, "look", " ".join(reasons))
    return _let_in(store, product, seen)


def _let_in(store: Store, product: _Tracked, seen: _Seen) -> Outcome:
    fresh, first = seen.fresh, not product.old  # who it is, too, is then read for the first time
    build = partial(_assembled, store.launches(slug=product.slug)[::-1], product.owners | seen.owners)
    old = [build(group) for group in _groups(build, product.old, product.members)]
    groups = _groups(build, _with_unread(product.old, fresh), product.members)
    new = [quieted(build(group, first=first), old) for group in groups]
    if facts_hash(new) == facts_hash(old) and not _leads_elsewhere(product, fresh):
        _keep_validators(store, product.old, fresh)
        return Outcome(product.slug, "unchanged", "same facts")
    if strange := [proposal.identity for proposal in new if _is_strange(store, product, proposal)]:
        _keep_validators(store, product.old, fresh)
        reason = f"Its pages now name {strange[0]} as the product; its facts and identity are kept as they were."
        store.raise_look(product.slug, [reason])
        return Outcome(product.slug, "look", reason)
    with store.write():
        for page, _ in fresh:
            store.put_page(page)
        open_before = store.document(product.slug).needs_look
        changed = dict.fromkeys(name for proposal in new for name in store.put_product(proposal).changed)
        reasons = [reason for reason in store.document(product.slug).needs_look if reason not in open_before]
    if changed:
        return Outcome(product.slug, "changed", " ".join(reasons), tuple(changed))
    return Outcome(product.slug, *("look", " ".join(reasons)) if reasons else ("unchanged", "same shown"))


def _groups(
    build: Callable[[Sequence[Read]], Proposal], pages: Sequence[Read], members: Mapping[str, str]
) -> list[list[Read]]:
    """The pages of one proposal each: all together, or by member of a merged product, so that each keeps its own words;
    of a member, too, what one proposal leaves out is another's."""
    by_member: dict[str, list[Read]] = {}
    for page, extraction in pages:
        by_member.setdefault(_member(page, members), []).append((page, extraction))
    return [group for own in by_member.values() for group in _of_one(build, own)]


def _of_one(build: Callable[[Sequence[Read]], Proposal], pages: Sequence[Read]) -> Iterator[list[Read]]:
    left = list(pages)
    while left:
        own = set(build(left).pages)
        yield [pair for pair in left if pair[0].id in own]
        left = [pair for pair in left if pair[0].id not in own]


def _member(page: Page, members: Mapping[str, str]) -> str:
    """The member a page was read for; of a new one, that of another page of its site, or the product itself."""
    known = (members[key] for url in (page.final_url, page.url) if (key := address_key(url)) in members)
    beside = (member for key, member in members.items() if _domain(key) == _domain(page.final_url))
    return next(known, None) or next(beside, None) or next(iter(members.values()), "")


def _is_strange(store: Store, product: _Tracked, proposal: Proposal) -> bool:
    """Whether a proposal's identity, or an alias where nobody has that yet, leads to another product, or to none.

    Not where the announced address is read for the first time and only led on: then it is what was announced.
    """
    names = (proposal.identity, *proposal.aliases)
    owner = next((found for name in names if (found := store.find(name))), None)
    return owner != product.slug and store.announced(proposal) != product.slug


def _assembled(
    launches: Sequence[Launch], owners: Mapping[str, str], pages: Sequence[Read], *, first: bool = False
) -> Proposal:
    """A proposal without aliases, but for the first reading: who a product is does not change here. Of a group, launches
    of the others stay out."""
    own = launches if _fit(launches, pages, owners) else [one for one in launches if _fit([one], pages, owners)]
    proposal = assemble(launches=own, pages=pages, owners=owners)
    return proposal if first else replace(proposal, aliases=())


def _fit(launches: Sequence[Launch], pages: Sequence[Read], owners: Mapping[str, str]) -> bool:
    """Whether these launches announced what these pages are of."""
    try:
        assemble(launches=launches, pages=pages, owners=owners)
    except ProposalRefused:
        return False
    return True


def _with_unread(old: Sequence[Read], fresh: Sequence[Read]) -> list[Read]:
    """The pages as they are now, homepage first; one that could not be read this time stands as it was."""
    now: dict[str, Read] = {}
    for was in old:
        again = _again(was[0], fresh)
        now.setdefault((again or was)[0].id, again or was)
    return [*now.values(), *(pair for pair in fresh if pair[0].id not in now)]


def _again(page: Page, pages: Sequence[Read]) -> Read | None:
    """The same address among other pages."""
    reached, asked = address_key(page.final_url), address_key(page.url)
    return next(
        (
            pair
            for pair in pages
            if address_key(pair[0].final_url) == reached or address_key(pair[0].url) in (asked, reached)
        ),
        None,
    )


# ── what is no change ────────────────────────────────────────────────────────────────────────────────────────────────


def _unchanged(product: _Tracked, fresh: Sequence[Read]) -> str:
    """The cheapest sign that nothing changed on any page; "" when the facts must be looked at."""
    pairs = [(_again(page, product.old), page) for page, _ in fresh]
    if any(was and _drawn(was[1]) != _drawn(said) for (was, _), (_, said) in zip(pairs, fresh, strict=True)):
        return ""  # the page may be what it was, and its picture of prices another one
    if all(page.revalidated and was for was, page in pairs):
        return "not modified"
    if all(was and was[0].body_hash == page.body_hash for was, page in pairs):
        return "same bytes"
    same = all(
        was and (was[0].body_hash == page.body_hash or words_hash(was[0]) == words_hash(page)) for was, page in pairs
    )
    return "same words" if same and not _leads_elsewhere(product, fresh) else ""


def _drawn(said: Extraction) -> list[Plan]:
    """The plans that were read in a picture."""
    return [plan for plan in said.plans if any(item.place == "picture" for item in plan.evidence)]


def _leads_elsewhere(product: _Tracked, fresh: Sequence[Read]) -> bool:
    """Whether the pages as they are now lead to other pages of a dossier than they did."""
    now = _with_unread(product.old, fresh)
    if {page.id for page, _ in now} == {page.id for page, _ in product.old}:
        return False
    own = own_of([Known(page, said, product.owners.get(page.id, "")) for page, said in product.old])
    then, since = (
        addresses_of((link for _, said in pages for link in said.links), own) for pages in (product.old, now)
    )
    return then != since


def words_hash(page: Page) -> str:
    """A hash of what a page says: its visible text, and what its head and structured data tell machines."""
    text, _ = decode(page.body, page.charset)
    if page.access == "api" or "html" not in page.content_type:
        return digest(text)
    told = sorted(" ".join(found.split()) for found in _TOLD.findall(text))
    return digest([visible_text(text), told])


_TOLD = re.compile(
    r"<title\b[^>]{0,400}>[^<]{0,2000}|<meta\b[^>]{0,4000}>|<link\b[^>]{0,2000}\bcanonical\b[^>]{0,2000}>"
    r"|<script\b[^>]{0,400}ld\+json[^>]{0,400}>[^<]{0,100000}|<[^>]{0,2000}\bitemprop\b[^>]{0,2000}>",
    re.IGNORECASE,
)


def facts_hash(proposals: Sequence[Proposal]) -> str:
    """A hash of what proposals say: values, price lines and where, reasons to look. Not how it was found or quoted."""
    facts = {canonical([f.field, f.value, f.evidence[0].url]) for p in proposals for f in p.facts if f.evidence}
    plans = {
        canonical([plan_line(plan), plan_text(plan), plan.evidence[0].url])
        for p in proposals
        for plan in p.plans
        if plan.evidence
    }
    looks = {reason for p in proposals for reason in p.needs_look}
    return digest([sorted(facts), sorted(plans), sorted(looks)])


def quieted(new: Proposal, old: Sequence[Proposal]) -> Proposal:
    """A proposal in which values and free plans that differ from the earlier ones only by noise are the earlier ones,
    quotes and all."""
    before: dict[tuple[str, str, str], list[Fact]] = {}
    for fact in (fact for proposal in old for fact in proposal.facts if fact.evidence):
        before.setdefault(_where_said(fact), []).append(fact)
    facts = [
        next((was for was in before.get(_where_said(fact), ()) if same_value(was, fact)), fact) for fact in new.facts
    ]
    lines = [plan for proposal in old for plan in proposal.plans]
    plans = [next((was for was in lines if plan.amount == 0 and _same_nothing(was, plan)), plan) for plan in new.plans]
    return replace(new, facts=tuple(facts), plans=tuple(plans))


def _where_said(fact: Fact) -> tuple[str, str, str]:
    """A page says a value in several ways, each with a confidence of its own: field, rung, address."""
    return fact.field, fact.rung, fact.evidence[0].url


def _same_nothing(a: Plan, b: Plan) -> bool:
    """Whether two price lines of an address are one that costs nothing: "$0 / month" and "Free" differ in words only."""
    same = ("name", "amount", "unit", "qualifier")
    at = [plan.evidence[0].url if plan.evidence else "" for plan in (a, b)]
    return at[0] == at[1] and all(getattr(a, name) == getattr(b, name) for name in same)


def same_value(a: Fact, b: Fact) -> bool:
    """Whether two values of a field differ by noise at most: order of a list; dates and counters in a text."""
    if isinstance(a.value, list) and isinstance(b.value, list):
        return sorted(a.value) == sorted(b.value)
    if a.field in _TEXTS and isinstance(a.value, str) and isinstance(b.value, str):
        return quiet_text(a.value) == quiet_text(b.value)
    return bool(a.value == b.value)


_MONTH = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?"
_COUNTED = (
    r"(?:users?|developers?|devs|engineers|makers|teams?|companies|customers?|people|members?|visitors?|readers|views|"
    r"subscribers?|followers|stars?|forks?|downloads?|installs?|votes?|upvotes?|likes|points|comments?|reviews?|ratings?|"
    r"online|sign-?ups|stargazers|contributors?|commits?|issues|deployments?|builds|requests)"
)
_NOISE = re.compile(
    r"\d{4}-\d\d-\d\d(?:[t ]\d\d:\d\d(?::\d\d)?(?:\.\d+)?z?)?"
    rf"|\b\d{{1,2}}(?:st|nd|rd|th)?\s+{_MONTH}(?:,?\s+\d{{4}})?\b|\b{_MONTH}\s+\d{{1,2}}(?:st|nd|rd|th)?(?:,?\s+\d{{4}})?\b"
    r"|\b(?:\d+|an?|one|two|three|few)\s+(?:seconds?|minutes?|hours?|days?|weeks?|months?|years?)\s+ago\b|\bjust now\b|\byesterday\b"
    rf"|\b\d[\d.,]*\s?[km]?\+?(?=\s+(?:[\w-]+\s+){{0,2}}{_COUNTED}\b)"
    r"|(?:©|\(c\)|\bcopyright)\s*\d{4}(?:\s*[-–]\s*\d{4})?",
    re.IGNORECASE,
)


def quiet_text(text: str) -> str:
    """A text without what changes by itself: dates, ages, numbers of users, stars and the like; case, space folded."""
    folded = " ".join(unicodedata.normalize("NFKC", text).casefold().split())
    return _NOISE.sub("#", folded)


def _keep_validators(store: Store, old: Sequence[Read], fresh: Sequence[Read]) -> None:
    """Write that the pages were read and say what they said. Bytes that say nothing new are not kept: the earlier page
    stands for them, with their validators, so that the next request can be answered 304."""
    with store.write():
        for page, _ in fresh:
            was = _again(page, old)
            if was is None or was[0].id == page.id:
                store.put_page(page)
                continue
            same = ("url", "etag", "last_modified", "fetched_at")
            store.put_page(replace(was[0], **{name: getattr(page, name) for name in same}))


# ── what an editor must see ──────────────────────────────────────────────────────────────────────────────────────────


def _reasons_to_hold(store: Store, product: _Tracked, fresh: Sequence[Read]) -> list[str]:
    """Why these pages may not speak for the product any more; [] when they may."""
    reasons = []
    for page, extraction in fresh:
        was = _again(page, product.old)
        if page.access == "api":
            continue
        home = was is not None and was[0].id == product.old[0][0].id
        if was and _domain(was[0].final_url) != _domain(page.final_url):
            reasons.append(f"{page.url} now leads to {page.final_url}, another site; its facts are kept as they were.")
        elif (
            home
            and (said := shut_down(page, _names(store, product.slug)))
            and (was is None or not shut_down(was[0], _names(store, product.slug)))
        ):
            reasons.append(farewell(page.final_url, said))
        elif extraction.text_chars == 0 and was and was[1].text_chars:
            reasons.append(f"{page.final_url} is empty now; its facts are kept as they were.")
    return reasons


def _names(store: Store, slug: str) -> list[str]:
    card = store.card(slug)
    return [str(card["name"])] if card else []


def _note_answers(store: Store, product: _Tracked, seen: _Seen) -> None:
    """Keep in the change log which addresses are gone; a look on the second day, a note when one is back.

    An announced address that cannot be read yet is noted too: that is what its next try is counted from.
    """
    history = store.history(product.slug)
    last = {row.field: row for row in history if row.op == "note"}
    for url, error in seen.errors.items():
        gone, before = _is_gone(error), last.get(url)
        if not gone and product.old:
            continue
        status = str(getattr(error, "status", "")) if gone else _UNREAD
        known = before.after if before and before.after in _NOTED else None
        store.note(
            product.slug,
            "note",
            url,
            known,
            status,
            why=f"{url} answered {status}; its facts are kept." if gone else f"{url} could not be read: {error}",
            who="scout",
        )
        if gone and before and known in _GONE_WORDS and before.at[:10] != store.now().date().isoformat():
            store.raise_look(product.slug, [address_gone(url, status)])
    for url in product.addresses:
        before = last.get(url)
        if before and before.after in _NOTED and url not in seen.errors:
            store.note(product.slug, "note", url, before.after, "200", why=f"{url} answers again.", who="scout")


def _is_gone(error: ScoutError) -> bool:
    return isinstance(error, FetchError) and error.status in GONE


def _batches(items: Sequence[str], size: int) -> Iterator[Sequence[str]]:
    for start in range(0, len(items), size):
        yield items[start : start + size]
