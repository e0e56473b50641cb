"""What findings are read from: one product's document and dossier, what our store knows around it, and the passages that
may be cited."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import cached_property, lru_cache

from tools.dossier import ROLES, Dossier, Measure, Peer, Role, Standing, Statement, Voice
from tools.models import Citation, Passage
from tools.page.quotes import find_quote
from tools.products.roles import part_of
from tools.rivals import name_key
from tools.views.documents import EvidenceDoc, PlanDoc, ProductDocument
from tools.views.price_words import cheapness, decimal_of, month_share

LEAST = 4  # others that a place is told among: of fewer it says nothing
STORE = 0  # the passage of a citation that brings its own text, of our store
_OF_ONE_PART = ("cli", "sdk-library")  # categories of products that are what others have beside them
_NO_PRICE = ("trial", "contact", "up to")
_PEOPLE = frozenset({"user", "seat", "member", "person", "editor", "developer", "agent"})


@dataclass(frozen=True, slots=True)
class Entry:
    """The cheapest plan that is not free, and what it comes to in a month."""

    plan: PlanDoc
    monthly: Decimal


@dataclass(frozen=True)  # without slots: what several kinds ask for is worked out once
class Case:
    """One product as findings read it. Everything in it is plain data; nothing asks a clock or a store.

    passages: those of the pack, numbered from 1, without any of our own store. ended: the product's notice that it is over.
    """

    document: ProductDocument
    dossier: Dossier
    standing: Standing
    passages: tuple[Passage, ...]
    as_of: datetime
    ended: Citation | None = None

    @property
    def name(self) -> str:
        """The product's name as it stands in sentences."""
        return " ".join(self.document.name.split())

    @cached_property
    def part(self) -> str:
        """“owner/name” of its repository where that holds a part of it alone: of something that is sold or that nobody else
        can run. What the repository says is then no word on the whole."""
        document = self.document
        if document.kind != "product" or document.category in _OF_ONE_PART:
            return ""
        hosted = self.entry is not None or any(one.denied for one in self.statements.get("self_host", ()))
        return part_of(document.repository or "", self.name, document.homepage or "") if hosted else ""

    @cached_property
    def everyone(self) -> tuple[Peer, ...]:
        """All it may be set among, by name: none that goes by its own name, or by its name and more, and of several that
        go by one name the one of which most is known."""
        own = (self.document.slug, name_key(self.name), self.name.casefold().split())
        others = [peer for peer in self.standing.peers if not _is_one(peer, *own)]
        return tuple(sorted(_each_once(others), key=lambda peer: (peer.name.casefold(), peer.slug)))

    @cached_property
    def peers(self) -> tuple[Peer, ...]:
        """Those it is an alternative to, or of one category with."""
        return tuple(peer for peer in self.everyone if not peer.wide)

    def beside(self, fits: Callable[[Peer], bool]) -> tuple[Peer, ...]:
        """Those of its peers that fit, or, where they are too few to compare with, those of everyone that do."""
        near = tuple(peer for peer in self.peers if fits(peer))
        return near if len(near) >= LEAST else tuple(peer for peer in self.everyone if fits(peer))

    @cached_property
    def of_one_category(self) -> bool:
        """Whether every peer is of the product's own category."""
        return all(peer.category == self.standing.category for peer in self.peers)

    @cached_property
    def entry(self) -> Entry | None:
        """Its own cheapest paid plan, chosen as the store chooses a peer's; None where none is told for a span of time."""
        told = []
        for plan in self.document.plans:
            amount = decimal_of(plan.amount)
            monthly = month_share(amount, plan.period) if amount and plan.qualifier not in _NO_PRICE else None
            if amount and amount > 0 and monthly is not None:
                told.append((cheapness(amount, plan.period, plan.currency, plan.name), Entry(plan, monthly)))
        return min(told, key=lambda pair: pair[0], default=(None, None))[1]

    @cached_property
    def priced(self) -> tuple[tuple[Peer, Decimal], ...]:
        """Peers whose entry price is counted as its own is: currency and unit alike, over a month. None of the products at
        large: for the same money they do something else."""
        if self.entry is None or not self.entry.plan.currency:
            return ()
        currency, unit = self.entry.plan.currency, unit_key(self.entry.plan.unit)
        amounts = [
            (peer, decimal_of(peer.amount))
            for peer in self.peers
            if peer.currency == currency and peer.amount and unit_key(peer.unit) == unit
        ]
        return tuple((peer, amount) for peer, amount in amounts if amount is not None and amount > 0)

    @cached_property
    def newest(self) -> dict[str, Measure]:
        """Its own newest reading of each number."""
        return {one.metric: one for one in sorted(self.dossier.measures, key=lambda one: (one.at, one.url))}

    @cached_property
    def statements(self) -> dict[str, list[Statement]]:
        """What its own pages state, by topic, in their order."""
        found: dict[str, list[Statement]] = {}
        for one in self.dossier.statements:
            if one.unclear:
                continue
            found.setdefault(one.topic, []).append(one)
        return found

    @cached_property
    def unclear(self) -> set[str]:
        """The topics of which its own pages have a word that is not understood."""
        return {one.topic for one in self.dossier.statements if one.unclear}

    @cached_property
    def peers_unclear(self) -> dict[str, set[str]]:
        """By topic, slugs of those whose pages have a word of it, and none of them a statement that is understood."""
        found: dict[str, set[str]] = {}
        for peer in self.everyone:
            clear = {one.topic for one in peer.statements if not one.unclear}
            for topic in {one.topic for one in peer.statements} - clear:
                found.setdefault(topic, set()).add(peer.slug)
        return found

    @cached_property
    def peer_topics(self) -> dict[str, set[str]]:
        """Slugs of those that state a topic and do not deny it."""
        found: dict[str, set[str]] = {}
        for peer in self.everyone:
            for one in peer.statements:
                if not (one.denied or one.unclear):
                    found.setdefault(one.topic, set()).add(peer.slug)
        return found

    @cached_property
    def peers_read(self) -> dict[Role, set[str]]:
        """Slugs of those of which a page of a role was read."""
        return {role: {peer.slug for peer in self.everyone if role in peer.read} for role in ROLES}

    @cached_property
    def peer_values(self) -> dict[str, dict[str, float]]:
        """Of each metric the newest value of each of everyone, by slug."""
        found: dict[str, dict[str, float]] = {}
        for peer in self.everyone:
            for one in peer.measures:
                found.setdefault(one.metric, {})[peer.slug] = one.value
        return found

    def was_read(self, *roles: Role) -> bool:
        """Whether pages of all these roles were read."""
        return all(self.dossier.was_read(role) for role in roles)

    def cite(self, quote: str, page: str) -> Citation | None:
        """The quote where it stands in a passage of that page, or, since a line that two pages have is kept once, of
        another one of its own; None where the pack does not hold it."""
        for passage in (*self._by_page.get(page, ()), *(one for one in self.passages if one.trust == "own")):
            if span := find_quote(quote, passage.text):
                return Citation(passage.number, span)
        return None

    def cite_measure(self, *measures: Measure) -> tuple[Citation, ...] | None:
        """The words of the answers that readings were taken from; None where one of them is not in the pack."""
        return _all(self.cite(one.quote, one.page) for one in measures)

    def cite_first(self, evidence: Iterable[EvidenceDoc]) -> Citation | None:
        """The first of some quotes that the pack holds."""
        return next((cited for one in evidence if (cited := self.cite(one.quote, one.page))), None)

    @cached_property
    def heard(self) -> tuple[tuple[Voice, Passage], ...]:
        """The comments that the pack holds, each with its passage; of a long one that is its beginning."""
        found = []
        for voice in self.dossier.voices:
            start = " ".join(voice.text.split())
            for passage in self._by_page.get(voice.page, ()):
                told = passage.trust == "voice" and passage.url == voice.url
                if told and start.startswith(" ".join(passage.text.split())):
                    found.append((voice, passage))
                    break
        return tuple(found)

    @cached_property
    def _by_page(self) -> dict[str, list[Passage]]:
        found: dict[str, list[Passage]] = {}
        for passage in self.passages:
            found.setdefault(passage.page, []).append(passage)
        return found


def _is_one(peer: Peer, slug: str, key: str, words: list[str]) -> bool:
    """Whether a peer is the product, an edition of it or an impostor: named what it is named, or one name begins with
    the other."""
    theirs = peer.name.casefold().split()
    if peer.slug == slug or words[: len(theirs)] == theirs[: len(words)]:
        return True
    return theirs[0][0] in (key[:1], *"-_.([") and name_key(peer.name) == key


def _each_once(peers: Sequence[Peer]) -> list[Peer]:
    """One of those that are one product by their names: that of which most is known."""
    by_first: dict[str, list[Peer]] = {}
    for peer in sorted(peers, key=_how_little):
        words = _words_of(peer.name)
        kept = by_first.setdefault(words[0], [])
        if not any(words[: len(other)] == other[: len(words)] for other in map(_words_of, (one.name for one in kept))):
            kept.append(peer)
    return [peer for kept in by_first.values() for peer in kept]


def _how_little(peer: Peer) -> tuple[bool, bool, int, int, str]:
    """Less for a peer of which more is known; rivals first."""
    return not peer.rival, peer.amount is None, -len(peer.read), -len(peer.measures) - len(peer.statements), peer.slug


@lru_cache(maxsize=4_096)
def _words_of(name: str) -> tuple[str, ...]:
    """The words of a name by which it is one with another: "Gantry", "Gantry.io" and "gantry pro" are."""
    words = ["".join(c for c in word.partition(".")[0] if c.isalnum()) for word in name.casefold().split()]
    return tuple(word for word in words if word) or (name,)


def unit_key(unit: str | None) -> str | None:
    """A unit as it is compared: whoever is paid for is one person."""
    return "seat" if unit and unit.casefold() in _PEOPLE else unit.casefold() if unit else None


def _all(cited: Iterable[Citation | None]) -> tuple[Citation, ...] | None:
    found = list(cited)
    kept = tuple(one for one in found if one is not None)
    return kept if len(kept) == len(found) else None
