"""An editor's doors: `scout add` reads addresses as products, `scout research` finds one tool by name or address."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jobs.by_hand import check_contact, way_in
from jobs.crawl import CrawlReport, only_crawl_of, run_agent
from jobs.proposed import proposed
from jobs.review import review_now
from jobs.telling import UNDER_WAY, Told, lasting, telling
from tools.errors import AddressRefused, ScoutError, Stopped, UsageError, failure_row
from tools.identity import address_key, web_address
from tools.settings import Settings
from tools.store import Store
from tools.workbench import Workbench

if TYPE_CHECKING:
    from tools.views.documents import ProductDocument

Progress = Callable[[str], None]
LONGEST_QUERY = 300  # characters; a longer one is pasted text, not a name


def add(
    store_path: Path | str,
    settings: Settings,
    urls: Sequence[str],
    *,
    replay: Path | None = None,
    record: Path | None = None,
    review: bool = True,
    progress: Progress | None = None,
) -> dict[str, Any]:
    """Read addresses as products, whoever announced them. The report of a crawl, with `products` (cards)
    in place of `sources`, and `deleted`: slugs that a tombstone keeps out. Errors: UsageError for what is no address,
    before any is read."""
    say = progress or (lambda _: None)
    urls = [web_address(url) for url in urls]
    check_contact(settings, replay, urls)
    with (
        only_crawl_of(store_path),
        Workbench(settings, store_path, replay=replay, record=record) as bench,
        CrawlReport(bench, "add") as report,
    ):
        bench.reader.grant(urls)
        where = f"{len(urls)} addresses" if len(urls) > 1 else urls[0]
        result = run_agent("add", bench, {"urls": list(urls)}, report, telling(say, where, report))
        _note_lost(report, urls, settings)
        slugs = (result.output or {}).get("products", []) if result else []
        report.gather(bench.store.awaiting_review(), say)
        if review:
            report.review(settings, say)
        cards = {slug: bench.store.card(slug) for slug in dict.fromkeys(slugs)}
        deleted = [slug for slug, card in cards.items() if card is None]  # merged ones have a card: their winner's
        return {"products": [card for card in cards.values() if card], "deleted": deleted, **report.as_dict()}


def research(
    store_path: Path | str,
    settings: Settings,
    query: str,
    *,
    replay: Path | None = None,
    record: Path | None = None,
    progress: Progress | None = None,
    stop: Future[None] | None = None,
    run: str = "",
) -> dict[str, Any]:
    """Find one tool, read it, have it reviewed.

    `state` is found (`product` holds its document), ambiguous (`candidates` name theirs) or nothing. stop: is fulfilled
    by who wants it to end. run: as `begin_run` gave it, in which is kept what is asked, told and found; empty: a new one.
    Errors: UsageError; CannotRun; Stopped.
    """
    query = checked(query)
    check_contact(settings, replay, [query] if "://" in query else ())
    with (
        only_crawl_of(store_path),
        Workbench(settings, store_path, replay=replay, record=record, stop=stop) as bench,
        CrawlReport(bench, "research", run or begin_run(bench.store, query, settings.who)) as report,
        _bounded(bench.store, report.run),
    ):
        say = _keeping(bench.store, report.run, query, progress or (lambda _: None))
        if "://" in query:
            bench.reader.grant([query])
        result = run_agent("research", bench, {"query": query}, report, lasting(say, query))
        if "://" in query:
            _note_lost(report, [query], settings)
        output = (result.output if result else None) or {}
        slug = output.get("slug")
        if slug:
            _review(bench, settings, slug, report, say)
        found = {
            "state": "found" if slug else "ambiguous" if output.get("candidates") else "nothing",
            "candidates": output.get("candidates", []),
        }
        product = bench.store.document(slug) if slug else None
        until = {"until": bench.store.last_seq(), "pages_until": bench.store.last_page()}
        bench.store.note_run(
            report.run, agent=result.run if result else "", found={**found, **_named(product)}, **until
        )
        return {
            "query": query,
            **found,
            "read": output.get("read", []),
            "product": product.model_dump(mode="json") if product else None,
            **report.as_dict(),
        }


def checked(query: str) -> str:
    """A query as it is asked. Errors: UsageError for one that is empty or no name."""
    query = query.strip()
    if not query or len(query) > LONGEST_QUERY:
        raise UsageError(f"Give a name or an address of at most {LONGEST_QUERY} characters; got {len(query)}.")
    return query


def begin_run(store: Store, query: str, who: str) -> str:
    """The run of a research: what is asked, by whom, and up to where the change log and the pages stand."""
    asked = {"query": query, "who": who, "after": store.last_seq(), "pages_after": store.last_page()}
    return store.start_run("research", "", asked)


@contextmanager
def _bounded(store: Store, run: str) -> Iterator[None]:
    """Have it stand with the run, however it ends, what it wrote, and up to where the pages stood then."""
    try:
        yield
    finally:
        end_of(store, run)


def end_of(store: Store, run: str) -> None:
    """Keep what a research's run has written, and up to where the pages stand."""
    wrote = proposed(store, store.run(run)["meta"]["after"])
    store.note_run(run, pages_until=store.last_page(), proposed=wrote)


def _keeping(store: Store, run: str, query: str, say: Progress) -> Progress:
    """`say`, where each step that has ended is kept with the run, too."""
    told = Told(query)

    def tell(text: str) -> None:
        say(text)
        if told.hear(text):
            store.note_run(run, told=[(at.isoformat(), step) for at, step in told.steps])

    return tell


def _named(product: ProductDocument | None) -> dict[str, str]:
    """What is kept of the product that was found."""
    if product is None:
        return {"slug": "", "name": "", "verdict": ""}
    return {"slug": product.slug, "name": product.name, "verdict": product.panel.verdict if product.panel else ""}


def _note_lost(report: CrawlReport, asked: Sequence[str], settings: Settings) -> None:
    """Tell the report which of the addresses that were asked for gave nothing, and of those how one would be let in."""
    named = {address_key(url) for url in asked}
    for row in report.failures:
        if address_key(row.get("url", "")) not in named:
            continue
        report.lost.add(row["url"])
        if row["kind"] == AddressRefused.__name__ and (way := way_in(row["url"], settings)):
            row["message"] += f". {way}"


def _review(bench: Workbench, settings: Settings, slug: str, report: CrawlReport, say: Progress) -> None:
    """The job asks for the panel, not the agent: a run that has read crawled text may not."""
    if slug not in bench.store.awaiting_review():
        return

    def say_on(text: str) -> None:
        bench.check()
        say(text)

    say_on(f"gathering what critics ask for {UNDER_WAY}")
    report.gather([slug], say_on)
    say_on(f"panel of {slug} {UNDER_WAY}")
    try:
        panel = review_now(bench.store, settings, slug, run=report.run, bench=bench, say=say_on)
    except Stopped:
        raise
    except ScoutError as error:
        report.failed(slug=slug, **failure_row(error))
        return
    report.reviewed(panel)
