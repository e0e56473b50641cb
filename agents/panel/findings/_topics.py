"""What a product's own pages state, deny or leave out on a topic, against what those of others state."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from agents.panel.findings._case import STORE, Case
from agents.panel.findings._compare import AT_LARGE, LEAST, group, shrunk
from agents.panel.findings._make import finding
from agents.panel.findings._words import day, listed, of_all
from tools.dossier import Peer, Role, Statement
from tools.models import Citation, Finding

_RIVALS = 3  # so many explicit rivals are a comparison where peers are too few
_SHOWN = 12  # names of a list
# Its own words count little either way: whoever writes more says more. What a page denies speaks against its own
# interest, and counts as a measured thing does.
_STATED, _SILENT = 0.5, 0.5
_QUOTED = 90  # most characters of the words that stand in a sentence


@dataclass(frozen=True, slots=True)
class Topic:
    """A topic of statements. thing: as a sentence has it; about: as one that quotes a denial has it. told_on: the roles that
    must all have been read, of it before its silence is told and of a peer before it is counted. denied: what a denial
    counts by itself, by how much it binds who relies on the product; the rest by how many others state the topic. wide:
    whether products of any category may be asked for it."""

    name: str
    thing: str
    about: str
    told_on: tuple[Role, ...]
    denied: float
    wide: bool = True


TOPICS = {
    one.name: one
    for one in (
        Topic("export", "that one's data can be exported", "exporting one's data", ("docs",), 0.5),
        Topic("self_host", "that one can host it oneself", "hosting it oneself", ("homepage", "docs"), 0.3, wide=False),
        Topic("api", "that there is an API", "an API", ("docs",), 0.4),
        Topic(
            "offline",
            "that it works without a connection",
            "work without a connection",
            ("homepage", "docs"),
            0.3,
            wide=False,
        ),
        Topic("sso", "that there is single sign-on", "single sign-on", ("pricing",), 0.3),
        Topic("sla", "that a service level is promised", "a service level", ("pricing", "terms"), 0.3),
        Topic("data_region", "where its data stays", "where data stays", ("terms",), 0.4),
        Topic(
            "no_training", "that no model is trained on customers' data", "training on customers' data", ("terms",), 0.6
        ),
        Topic("refund", "that money is given back", "refunds", ("pricing", "terms"), 0.2),
        Topic("cancel", "that one can cancel at any time", "cancelling", ("pricing", "terms"), 0.5),
    )
}
_PAGES = {
    "homepage": "homepage", "pricing": "pricing page", "docs": "docs", "changelog": "changelog", "terms": "terms",
    "help": "help pages", "trust": "security page",
    "readme": "README", "card": "model card", "repository": "repository", "registry": "package page",
}  # fmt: skip


_MANY = ("docs", "terms", "help pages", "pages")  # that say and state


def page_name(role: str) -> str:
    """A page by its role, as sentences call it."""
    return _PAGES.get(role, "pages")


def on_topics(module: str, case: Case, *names: str) -> Iterator[Finding]:
    """The findings of some topics for the kind that a module is named for."""
    for topic in (TOPICS[name] for name in names):
        own = case.statements.get(topic.name, [])
        denied, stated = _first(case, own, denied=True), _first(case, own, denied=False)
        if denied and stated:
            continue  # two pages at odds, or two things: which of them holds is not known
        silent = not own and _silent(case, topic)
        beside = _beside(case, topic) if denied or stated or silent else None
        if denied:
            yield _denial(module, case, topic, *denied, beside)
        elif stated and beside and 2 * beside.m < beside.n:
            yield _rarity(module, case, topic, *stated, beside)
        elif silent and beside and not beside.wide and 2 * beside.m > beside.n:
            yield _silence(module, case, topic, beside)


def _silent(case: Case, topic: Topic) -> bool:
    """Whether its pages were read for a topic and have no word of it: one that is there may say what is not understood."""
    return case.was_read(*topic.told_on) and topic.name not in case.unclear


@dataclass(frozen=True, slots=True)
class _Beside:
    """How many of those it is compared with state a topic, in words and as a table. wide: products at large, of which
    some have no use for it: what they leave out says nothing of one that leaves it out as well."""

    m: int
    n: int
    who: str
    told_on: tuple[Role, ...]
    table: Citation
    wide: bool = False

    def __str__(self) -> str:
        return self.told("does", "do")

    def told(self, one: str, many: str) -> str:
        """“of 6 products here whose docs were read, 2 do”."""
        some, verb = of_all(self.m, self.n, one, many)
        read = listed([page_name(role) for role in self.told_on])
        were = "were" if read.endswith("s") or len(self.told_on) > 1 else "was"
        return f"of {self.n} {self.who} whose {read} {were} read, {'one' if self.m == 1 != self.n else some.partition(' ')[0]} {verb}"


def _beside(case: Case, topic: Topic) -> _Beside | None:
    crowd = case.crowd
    read = ~crowd.unclear.get(topic.name, 0)
    for role in topic.told_on:
        read &= crowd.read.get(role, 0)
    near = read & crowd.near
    rivals = near & crowd.rivals
    if near.bit_count() >= LEAST:
        read = near
    elif rivals.bit_count() >= _RIVALS:
        read = rivals
    elif read.bit_count() < LEAST or not topic.wide:
        return None
    stating = read & crowd.stated.get(topic.name, 0)
    m, n, wide = stating.bit_count(), read.bit_count(), bool(read & ~crowd.near)
    if near.bit_count() < LEAST and read == rivals:
        who = "rivals"
    else:  # one look at each only where they may be of several categories
        who = group(case, case.peers if not wide and case.of_one_category else case.members(read))
    return _Beside(m, n, who, topic.told_on, _table(topic, who, case.members(stating), n), wide)


def _table(topic: Topic, who: str, stating: Sequence[Peer], n: int) -> Citation:
    names = [" ".join(peer.name.split()) for peer in stating[:_SHOWN]]
    more = f" and {len(stating) - _SHOWN} more" if len(stating) > _SHOWN else ""
    told = f"{', '.join(names)}{more}" if names else "none"
    return Citation(STORE, f"Stated by {len(stating)} of {n} {who}, {topic.thing}: {told}.")


def _first(case: Case, said: Sequence[Statement], *, denied: bool) -> tuple[Statement, Citation] | None:
    for one in said:
        if one.denied == denied and (cited := case.cite(one.quote, one.page)):
            return one, cited
    return None


def _denial(module: str, case: Case, topic: Topic, said: Statement, cited: Citation, beside: _Beside | None) -> Finding:
    share = beside.m / beside.n * shrunk(beside.n) if beside else 0.0
    against = f"; {beside.told('states', 'state')} {topic.thing}" if beside and beside.m else ""
    # its words stand for themselves: what exactly they deny, and until when, no sentence of ours could say as well
    text = f"On {topic.about}, the {page_name(said.role)} of {case.name} {_says(said)}: “{cited.quote.rstrip('.')}”{against}."
    shown = (beside.table,) if beside and beside.m else ()
    counts = {"m": beside.m, "n": beside.n} if beside and beside.m else {}
    return finding(
        module, text, -(topic.denied + 0.4 * share), (cited, *shown), topic=topic.name, stated="denied", quote=cited.quote, **counts
    )  # fmt: skip


def _rarity(module: str, case: Case, topic: Topic, said: Statement, cited: Citation, beside: _Beside) -> Finding:
    words = f" (“{cited.quote.rstrip('.')}”)" if len(cited.quote) <= _QUOTED else ""
    text = f"The {page_name(said.role)} of {case.name} {_state_verb(said)} {topic.thing}{words}; {beside}, as of {day(case.as_of)}."
    value = _STATED * (1 - beside.m / beside.n) * shrunk(beside.n) * (AT_LARGE if beside.wide else 1)
    return finding(
        module, text, value, (cited, beside.table), topic=topic.name, stated="yes", m=beside.m, n=beside.n, as_of=day(case.as_of)
    )  # fmt: skip


def _silence(module: str, case: Case, topic: Topic, beside: _Beside) -> Finding:
    pages = listed([page_name(role) for role in topic.told_on], "or")
    text = f"Nothing read on the {pages} of {case.name} states {topic.thing}; {beside}, as of {day(case.as_of)}."
    value = -_SILENT * beside.m / beside.n * shrunk(beside.n)
    return finding(
        module, text, value, (beside.table,), topic=topic.name, stated="silent", m=beside.m, n=beside.n, as_of=day(case.as_of)
    )  # fmt: skip


def _says(said: Statement) -> str:
    return "say" if page_name(said.role) in _MANY else "says"


def _state_verb(said: Statement) -> str:
    return "state" if page_name(said.role) in _MANY else "states"
