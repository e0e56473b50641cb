"""What findings are read from: one product's document and dossier, what our store knows around it, and the passages that
may be cited."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import cached_property, lru_cache
from itertools import chain, compress
from typing import Any, NamedTuple, TypeVar

from agents.panel.findings._shared import positive, topics_of, values_of
from tools.dossier import Dossier, Measure, Peer, Role, Standing, Statement, Voice
from tools.models import Citation, Passage
from tools.page.quotes import find_quote
from tools.products.roles import part_of
from tools.rivals import house_of, name_key
from tools.views.documents import EvidenceDoc, PlanDoc, ProductDocument
from tools.views.price_words import cheapness, decimal_of, month_share

T = TypeVar("T")
LEAST = 4  # others that a place is told among: of fewer it says nothing
STORE = 0  # the passage of a citation that brings its own text, of our store
_START = 12  # characters by which comments are told apart before they are compared
_OF_ONE_PART = ("cli", "sdk-library")  # categories of products that are what others have beside them
_NO_PRICE = ("trial", "contact", "up to")
_PEOPLE = frozenset({"user", "seat", "member", "person", "editor", "developer", "agent"})
_PLANS = ("", "seat")  # what a plan is paid for; anything else is an amount of use
_WHOLE = frozenset({"team", "workspace", "organisation", "organization", "company", "account"})  # one price for all


@dataclass(frozen=True, slots=True)
class Entry:
    """The cheapest plan that is not free, and what it comes to in a month."""

    plan: PlanDoc
    monthly: Decimal


class Crowd(NamedTuple):
    """Its peers in masks of bits, one a product in their order: all, rivals, of whom a page of a role was read, who states a
    topic and does not deny it, and of whom a topic has a word that is not understood."""

    all: int
    rivals: int
    read: Mapping[str, int]
    stated: Mapping[str, int]
    unclear: Mapping[str, int]


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

    def is_of_part(self, number: Measure) -> bool:
        """Whether a number is that of the part which its repository holds, and says nothing for or against the whole."""
        return bool(self.part) and f"/{self.part}" in number.url.lower()

    def whose(self, number: Measure) -> str:
        """Whose number it is, as sentences call it: the product's, or that part's."""
        return f"“{self.part}”, a part of {self.name}," if self.is_of_part(number) else self.name

    @cached_property
    def peers(self) -> tuple[Peer, ...]:
        """Those it is an alternative to, or of one category with, by name: none of its own house, none that goes by its own
        name, or by its name and more, and of several of one house or of one name the one of which most is known."""
        own, house = _named(self.name), house_of(self.document.identity)
        others = [
            one for one in self.standing.peers if one.house != house and not _is_one(one, self.document.slug, own)
        ]
        return tuple(sorted(_each_once(others), key=_by_name))

    @cached_property
    def of_one_category(self) -> bool:
        """Whether every peer is of the product's own category."""
        return all(peer.category == self.standing.category for peer in self.peers)

    @cached_property
    def sold(self) -> bool:
        """Whether any price of it is printed."""
        return any((decimal_of(plan.amount) or 0) > 0 for plan in self.document.plans)

    @cached_property
    def entry(self) -> Entry | None:
        """Its own cheapest paid plan, chosen as the store chooses a peer's; None where none is told for a span of time.

        None also where no page of its prices was read, for elsewhere some plans stand and others do not, and where what is
        paid for is an amount of use: a price of one gigabyte is a rate and no plan.
        """
        if not self.was_read("pricing"):
            return None
        told = []
        for plan in self.document.plans:
            amount = decimal_of(plan.amount)
            monthly = month_share(amount, plan.period) if amount and plan.qualifier not in _NO_PRICE else None
            if amount and amount > 0 and monthly is not None and plan.currency and unit_key(plan.unit) in _PLANS:
                told.append((cheapness(amount, plan.period, plan.currency, plan.name), Entry(plan, monthly)))
        entry = min(told, key=lambda pair: pair[0], default=(None, None))[1]
        return entry if entry and self._on_price_page(entry.plan) else None

    def _on_price_page(self, plan: PlanDoc) -> bool:
        """Whether a plan stands on a page that was read for its prices."""
        read = [page for page in self.dossier.pages if page.role == "pricing" and page.state == "read"]
        places = {page.page for page in read} | {page.url for page in read}
        return any(one.page in places or one.url in places for one in plan.evidence)

    @cached_property
    def priced(self) -> tuple[tuple[Peer, Decimal], ...]:
        """Peers whose entry price is counted as its own is: currency and unit alike, over a month, off a page of prices."""
        if self.entry is None:
            return ()
        currency, unit = self.entry.plan.currency, unit_key(self.entry.plan.unit)
        alike = (peer for peer in self.peers if peer.currency == currency and unit_key(peer.unit) == unit)
        return tuple(
            (peer, amount)
            for peer in alike
            if peer.amount and "pricing" in peer.read and (amount := positive(peer.amount))
        )

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
    def crowd(self) -> Crowd:
        """What pages of its peers were read and what they state."""
        return _crowd_of(self.peers)

    def members(self, mask: int) -> list[Peer]:
        """Those of its peers whose bits a mask of `crowd` holds."""
        return list(compress(self.peers, map(int, bin(mask)[:1:-1])))

    @cached_property
    def peer_values(self) -> Mapping[str, Sequence[tuple[Peer, float]]]:
        """By metric those of its peers that have such a number, with the newest."""
        found: dict[str, list[tuple[Peer, float]]] = {}
        for peer in self.peers:
            for metric, value in values_of(peer.measures).items():
                found.setdefault(metric, []).append((peer, value))
        return found

    def once(self, what: str, work: Callable[[Case], T]) -> T:
        """What some work on this case gives, done once for all kinds that ask for it by the same words."""
        if what not in self._worked:
            self._worked[what] = work(self)
        found: T = self._worked[what]
        return found

    @cached_property
    def _worked(self) -> dict[str, Any]:
        return {}

    def was_read(self, *roles: Role) -> bool:
        """Whether pages of all these roles were read."""
        return all(self.dossier.was_read(role) for role in roles)

    def cite(self, quote: str, page: str) -> Citation | None:
        """The quote where it stands in a passage of that page, or, since a line that two pages have is kept once, of
        another one of its own; None where the pack does not hold it."""
        for passage in chain(self._by_page.get(page, ()), self._own):
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
        told: dict[tuple[str, str, str], list[tuple[str, Passage]]] = {}
        for passage in self.passages:
            if passage.trust == "voice":
                begins = " ".join(passage.text.split())
                told.setdefault((passage.page, passage.url, begins[:_START]), []).append((begins, passage))
        found = []
        for voice in self.dossier.voices:
            start = " ".join(voice.text.split())
            here = told.get((voice.page, voice.url, start[:_START]), ())
            found += [(voice, passage) for begins, passage in here if start.startswith(begins)][:1]
        return tuple(found)

    def text_at(self, url: str) -> str:
        """What the pack holds of an address of the product, in its order, whenever it was read."""
        return "\n".join(passage.text for passage in self._own if passage.url == url)

    @cached_property
    def _own(self) -> tuple[Passage, ...]:
        return tuple(one for one in self.passages if one.trust == "own")

    @cached_property
    def _by_page(self) -> dict[str, list[Passage]]:
        found: dict[str, list[Passage]] = {}
        for passage in self.passages:
            found.setdefault(passage.page, []).append(passage)
        return found


def _crowd_of(peers: Sequence[Peer]) -> Crowd:
    read, stated, unclear = (defaultdict[str, int](int) for _ in range(3))
    rivals = 0
    for at, peer in enumerate(peers):
        bit = 1 << at
        rivals |= bit if peer.rival else 0
        for role in peer.read:
            read[role] |= bit
        states, unsure = topics_of(peer.statements)
        for topic in states:
            stated[topic] |= bit
        for topic in unsure:
            unclear[topic] |= bit
    return Crowd((1 << len(peers)) - 1, rivals, read, stated, unclear)


class _Name(NamedTuple):
    """A name by its words as they stand, its letters and digits, and the words by which it is one with another:
    “Gantry”, “Gantry.io” and “gantry pro” are."""

    folded: str
    words: tuple[str, ...]
    key: str
    plain: tuple[str, ...]


@lru_cache(maxsize=20_000)  # as many as the store remembers peers
def _named(name: str) -> _Name:
    folded = name.casefold()
    words = tuple(folded.split())
    plain = ("".join(c for c in word.partition(".")[0] if c.isalnum()) for word in words)
    return _Name(folded, words, name_key(name), tuple(word for word in plain if word) or (name,))


def _by_name(peer: Peer) -> tuple[str, str]:
    return _named(peer.name).folded, peer.slug


def _is_one(peer: Peer, slug: str, own: _Name) -> bool:
    """Whether a peer is the product, an edition of it or an impostor: named what it is named, or one name begins with
    the other."""
    if peer.slug == slug:
        return True
    theirs = _named(peer.name)
    if theirs.key[:1] != own.key[:1]:  # most of two hundred
        return False
    begins = theirs.words[0] == own.words[0] and own.words[: len(theirs.words)] == theirs.words[: len(own.words)]
    return begins or theirs.key == own.key


def _each_once(peers: Sequence[Peer]) -> list[Peer]:
    """One of those that are of one house, or one product by their names: that of which most is known."""
    by_house: dict[str, Peer] = {}
    for peer in peers:
        known = by_house.setdefault(peer.house or peer.slug, peer)
        if known is not peer and _how_little(peer) < _how_little(known):
            by_house[peer.house] = peer
    by_first: dict[str, list[Peer]] = {}
    for peer in by_house.values():
        by_first.setdefault(_named(peer.name).plain[0], []).append(peer)
    return [one for same in by_first.values() for one in (same if len(same) == 1 else _apart(same))]


def _apart(same_start: list[Peer]) -> list[Peer]:
    """Of peers whose names begin alike those that are none of the others."""
    kept: list[Peer] = []
    for peer in sorted(same_start, key=_how_little):
        words = _named(peer.name).plain
        others = (_named(one.name).plain for one in kept)
        if not any(words[: len(other)] == other[: len(words)] for other in others):
            kept.append(peer)
    return kept


def _how_little(peer: Peer) -> tuple[bool, bool, int, int, str]:
    """Less for a peer of which more is known; rivals first."""
    return not peer.rival, peer.amount is None, -len(peer.read), -len(peer.measures) - len(peer.statements), peer.slug


def unit_key(unit: str | None) -> str:
    """A unit as it is compared: "seat" whoever is paid for is one person, "" where the price is that of all of it."""
    folded = (unit or "").casefold()
    return "seat" if folded in _PEOPLE else "" if folded in _WHOLE else folded


def _all(cited: Iterable[Citation | None]) -> tuple[Citation, ...] | None:
    found = list(cited)
    kept = tuple(one for one in found if one is not None)
    return kept if len(kept) == len(found) else None
