"""What a product's own pages state, deny or leave out on a topic, against what those of others state."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from agents.panel.findings._case import STORE, Case
from agents.panel.findings._compare import LEAST, noun, shrunk
from agents.panel.findings._make import finding, plain
from agents.panel.findings._words import day, listed, of_the
from tools.dossier import Peer, Role, Statement
from tools.models import Citation, Finding
from tools.views.price_words import from_plan

_RIVALS = 3  # so many explicit rivals are a comparison where peers are too few
_SHOWN = 12  # names of a list
# Its own words count little either way: whoever writes more says more. What a page denies speaks against its own
# interest, and counts as a measured thing does.
_STATED, _SILENT = 0.5, 0.5
_MOST = 2 / 3  # of the others state what is worth a word where it is left out
_UNCLEAR = (
    1 / 4
)  # of those that were read: where more have a word that is not understood, how many state it is not known
# What such a word stands for is in another sentence: an edition, an add-on, or the product.
_POINTS_BACK = re.compile(r"\W*(?:it|its|they|both|this|these|that|those|he|she)\b", re.IGNORECASE)
_CHOICE = re.compile(r"\b(?:choose|select|pick|pin|decide|choice)\b", re.IGNORECASE)
# Another place beside the first: “Oslo or Rome”, “in Oslo and backed up in Rome”.
_SEVERAL = re.compile(r"(?:[/&+]|\b(?:and|or|und|oder|et|ou|y|o)\b)\s*(?:[\w-]+\s+){0,4}[A-Z]")
# All of it is on the reader's own machine: what is a hosted service is not.
_LOCAL = re.compile(
    r"\bruns?\b[^.;]{0,24}?\b(?:locally|on (?:your|the user's) (?:own )?(?:machine|computer|device|laptop|desktop|hardware)s?)\b",
    re.IGNORECASE,
)
_HOSTED = re.compile(
    r"\b(?:hosted|cloud|managed|saas)[- ](?:service|product|platform|only)\b|\bonly in (?:our|the) cloud\b",
    re.IGNORECASE,
)
_SENTENCE = 6  # words of one that says something by itself
_QUOTED = 160  # most characters of the words that stand in a sentence; longer ones are cut where a clause ends


@dataclass(frozen=True, slots=True)
class Topic:
    """A topic of statements. does, do: what is true of one product that states it, and of several; so: the same of one and of
    several behind a clause that has said it; about: what a page that leaves it out says nothing of, empty where that is nothing to tell: few have a use for it, or it may stand on a page that
    was not read. told_on: the roles that must all have been read, of it before its silence is told and of a peer before it
    is counted. denied: what a denial counts by itself, by how much it binds who relies on the product; the rest by how many
    others state the topic. worth: of what is stated where there is nobody to compare with; 0 where it is then nothing to tell."""

    name: str
    does: str
    do: str
    about: str
    told_on: tuple[Role, ...]
    denied: float
    worth: float = 0.0
    so: tuple[str, str] = ("does", "do")


_CAN = ("can", "can")
TOPICS = {
    one.name: one
    for one in (
        Topic("export", "lets you take your data out", "let you take your data out", "", ("docs",), 0.5, 0.35),
        Topic("self_host", "can be self-hosted", "can be self-hosted", "", ("homepage", "docs"), 0.3, 0.35, _CAN),
        Topic("api", "has an API", "have an API", "", ("docs",), 0.4),
        Topic("offline", "works without a connection", "work without a connection", "", ("homepage", "docs"), 0.3, 0.3),
        Topic("sso", "has single sign-on", "have single sign-on", "", ("pricing",), 0.3),
        Topic("sla", "promises a service level", "promise a service level", "", ("pricing", "terms"), 0.3),
        Topic(
            "data_region",
            "says where it keeps your data",
            "say where they keep your data",
            "",
            ("terms",),
            0.4,
            0.35,
            ("says where it keeps it", "say where they keep it"),
        ),
        Topic(
            "no_training",
            "promises to train no model on customers' data",
            "promise to train no model on customers' data",
            "training models on customers' data",
            ("terms",),
            0.6,
            0.35,
        ),
        Topic("refund", "gives money back", "give money back", "", ("pricing", "terms"), 0.2, 0.25),
        Topic(
            "cancel",
            "can be cancelled at any time",
            "can be cancelled at any time",
            "cancelling at any time",
            ("pricing", "terms"),
            0.5,
            so=_CAN,
        ),
    )
}
_PAGES = {
    "homepage": "homepage", "pricing": "pricing page", "docs": "docs", "changelog": "changelog", "terms": "terms",
    "help": "help pages", "trust": "security page",
    "readme": "README", "card": "model card", "repository": "repository", "registry": "package page",
}  # fmt: skip


_PLURAL = ("docs", "terms", "help pages", "pages")  # that say


def page_name(role: str) -> str:
    """A page by its role, as sentences call it."""
    return _PAGES.get(role, "pages")


def on_topics(module: str, case: Case, *names: str) -> Iterator[Finding]:
    """The findings of some topics for the kind that a module is named for."""
    for topic in (TOPICS[name] for name in names):
        own = [one for one in case.statements.get(topic.name, []) if not _is_excluded(case, one)]
        denied, stated = _first(case, own, denied=True), _first(case, own, denied=False)
        if denied and stated:
            continue  # two pages at odds, or two things: which of them holds is not known
        silent = bool(topic.about) and not own and _silent(case, topic)
        beside = _beside(case, topic, elsewhere=not silent) if denied or stated or silent else None
        if denied:
            yield _denial(module, case, topic, *denied, beside)
        elif stated and beside and 2 * beside.m < beside.n:
            yield _rarity(module, case, topic, *stated, beside)
        elif stated and not beside and topic.worth:
            yield from _alone(module, case, topic, own)
        elif silent and beside and beside.m >= _MOST * beside.n:
            yield _silence(module, case, topic, beside)


def _is_excluded(case: Case, one: Statement) -> bool:
    """Whether another page says what excludes a statement: a hosted service does not run on the reader's machine."""
    if one.topic != "offline" or one.denied or not _LOCAL.search(one.quote):
        return False
    return any(other.denied and _HOSTED.search(other.quote) for other in case.statements.get("self_host", ()))


def _does(topic: Topic, said: Statement) -> str:
    """What is true of the product by a statement: with the place, where it names one; to leave that to the reader is not to
    name one."""
    if topic.name != "data_region":
        return topic.does
    if _CHOICE.search(said.quote):
        return "lets you choose where your data is kept" if not said.value else topic.does
    before, value, behind = said.quote.partition(said.value or "\n")
    if not value or _SEVERAL.search(behind):
        return topic.does
    return f"keeps data in {'the ' if value.isupper() or before.casefold().endswith('the ') else ''}{value}"


def _silent(case: Case, topic: Topic) -> bool:
    """Whether its pages were read for a topic and have no word of it: one that is there may say what is not understood."""
    return case.was_read(*topic.told_on) and topic.name not in case.unclear


@dataclass(frozen=True, slots=True)
class _Beside:
    """How many of those it is compared with state a topic, in words and as a table."""

    m: int
    n: int
    who: str
    topic: Topic
    table: Citation

    def __str__(self) -> str:
        """“of the 6 other hosting tools read, 2 have an API”."""
        return of_the(self.m, self.n, self.who, self.topic.does, self.topic.do)

    @property
    def too(self) -> str:
        """“of the 6 other hosting tools read, 2 do”, behind what they do."""
        return of_the(self.m, self.n, self.who, *self.topic.so)


def _beside(case: Case, topic: Topic, *, elsewhere: bool) -> _Beside | None:
    """All whose pages were read count, and where `elsewhere` those that state it on another page; nothing where what many of these say is not
    understood, for it may be a yes."""
    crowd = case.crowd
    read = crowd.all
    for role in topic.told_on:
        read &= crowd.read.get(role, 0)
    if read.bit_count() >= LEAST:
        who = ""
    elif (read & crowd.rivals).bit_count() >= _RIVALS:
        read, who = read & crowd.rivals, "rivals read"
    else:
        return None
    if elsewhere:
        also = crowd.stated.get(topic.name, 0)
        read |= also & crowd.rivals if who else also
    stating = read & crowd.stated.get(topic.name, 0)
    unclear = read & crowd.unclear.get(topic.name, 0) & ~stating
    if unclear.bit_count() > _UNCLEAR * read.bit_count():
        return None
    m, n = stating.bit_count(), read.bit_count()
    # one look at each only where they may be of several categories
    who = who or f"other {noun(case, case.peers if case.of_one_category else case.members(read))} read"
    return _Beside(m, n, who, topic, _table(topic, who, case.members(stating), n))


def _table(topic: Topic, who: str, stating: Sequence[Peer], n: int) -> Citation:
    names = [" ".join(peer.name.split()) for peer in stating[:_SHOWN]]
    more = f" and {len(stating) - _SHOWN} more" if len(stating) > _SHOWN else ""
    told = f"{', '.join(names)}{more}" if names else "none"
    return Citation(STORE, f"Of {n} {who} these {topic.do}, by their pages: {told}.")


def _tells_most(case: Case, said: Sequence[Statement]) -> list[Statement]:
    """Those first that name the place, of a topic that has one, and then those with their plan where that is told."""
    plans = case.document.plans
    return sorted(said, key=lambda one: (one.topic == "data_region" and not one.value, not from_plan(one.plan, plans)))


def _first(case: Case, said: Sequence[Statement], *, denied: bool) -> tuple[Statement, Citation] | None:
    for one in _tells_most(case, said):
        if one.denied == denied and (cited := case.cite(one.quote, one.page)):
            return one, cited
    return None


def _denial(module: str, case: Case, topic: Topic, said: Statement, cited: Citation, beside: _Beside | None) -> Finding:
    share = beside.m / beside.n * shrunk(beside.n) if beside else 0.0
    against = f"; {beside}" if beside and beside.m else ""
    if _is_row(cited.quote):
        text = f"No plan on the {page_name(said.role)} of {case.name} has “{_label(cited.quote)}”"
    else:
        # its words stand for themselves: what exactly they deny, and until when, no sentence of ours could say as well
        text = f"The {page_name(said.role)} of {case.name} {_says(said)}: “{cited.quote.rstrip('.')}”"
    shown = (beside.table,) if beside and beside.m else ()
    counts = {"m": beside.m, "n": beside.n} if beside and beside.m else {}
    return finding(
        module, f"{text}{against}.", -(topic.denied + 0.4 * share), (cited, *shown), short=f"{text}.",
        topic=topic.name, stated="denied", quote=cited.quote, **counts,
    )  # fmt: skip


def _rarity(module: str, case: Case, topic: Topic, said: Statement, cited: Citation, beside: _Beside) -> Finding:
    quote = _label(cited.quote) if _is_row(cited.quote) else _clause(cited.quote).rstrip(".")
    plan = from_plan(said.plan, case.document.plans)
    text = _claim(case, topic, said, quote)
    value = _STATED * (1 - beside.m / beside.n) * shrunk(beside.n)
    return finding(
        module, f"{text}; {beside.too}.", value, (cited, beside.table), short=f"{text}.",
        topic=topic.name, stated="yes", m=beside.m, n=beside.n, as_of=day(case.as_of), **({"plan": said.plan} if plan else {}),
    )  # fmt: skip


def _alone(module: str, case: Case, topic: Topic, own: Sequence[Statement]) -> Iterator[Finding]:
    """The first sentence that states it: what is a label, a cell or a slogan says too little by itself."""
    told = (
        (one, cited)
        for one in _tells_most(case, own)
        if (cited := case.cite(one.quote, one.page)) and _is_sentence(cited.quote)
    )
    for said, cited in list(told)[:1]:
        text = _claim(case, topic, said, _clause(cited.quote).rstrip(".! "))
        yield plain(module, f"{text}.", topic.worth, (cited,), topic=topic.name, stated="yes")


def _claim(case: Case, topic: Topic, said: Statement, quote: str) -> str:
    """What it claims, from which plan on, and the words that show it to be a claim."""
    plan = from_plan(said.plan, case.document.plans)
    does = f"{_does(topic, said)}{f' ({plan})' if plan else ''}"
    return f"{case.name} {does}: “{quote}”" if quote else f"{case.name} states that it {does}"


def _is_sentence(quote: str) -> bool:
    whole = len(quote.split()) >= _SENTENCE and quote.rstrip()[-1:] in (".", "!", "。")
    return whole and "?" not in quote and not _POINTS_BACK.match(quote) and not _is_row(quote) and bool(_clause(quote))


def _silence(module: str, case: Case, topic: Topic, beside: _Beside) -> Finding:
    pages = listed([page_name(role) for role in topic.told_on], "or")
    text = f"Nothing read on the {pages} of {case.name} is about {topic.about}"
    value = -_SILENT * beside.m / beside.n * shrunk(beside.n)
    return finding(
        module, f"{text}; {beside}.", value, (beside.table,), short=f"{text}.",
        topic=topic.name, stated="silent", m=beside.m, n=beside.n, as_of=day(case.as_of),
    )  # fmt: skip


def _clause(quote: str) -> str:
    """A quote, or of a long one as many of its first clauses as there is room for; "" where there is none for one."""
    if len(quote) <= _QUOTED:
        return quote
    ends = [quote.rfind(mark, 0, _QUOTED) for mark in (". ", "; ", ": ", ", ", " – ", " — ")]
    return quote[: max(0, *ends)]


def _is_row(quote: str) -> bool:
    """Whether a quote is a row of a table: cells that make no sentence."""
    return " | " in quote


def _label(row: str) -> str:
    """What a row of a table is about: its first cell."""
    return row.strip("| ").partition(" | ")[0].strip(" *")


def _says(said: Statement) -> str:
    return "say" if page_name(said.role) in _PLURAL else "says"
