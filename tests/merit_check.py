"""Whether what a panel says of a product of the merit world is so: each stored finding against what was planted.

A finding's own figures must be the planted ones. Whom it was compared with is the reviewer's choice, so that of a rank it
is asked whether the whole category has that many on either side, and of a median whether it is that of the category where
as many were compared as can be. None: the world knows nothing of it.
"""

from __future__ import annotations

import re
import statistics
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import merit_words as words
from launch_cast import Plan
from merit_cast import MeritProduct, page_shown, signals
from merit_score import Judged
from merit_world import MeritWorld

from tools.views.documents import FindingDoc

_NUMBER = re.compile(r"\d[\d,]*(?:\.\d+)?")
_QUOTED = re.compile(r"“([^”]+)”")
_OPEN = frozenset("mit apache-2.0 agpl-3.0 mpl-2.0".split())


@dataclass(frozen=True)
class Checked:
    """A finding of a product and whether it is so."""

    row: Judged
    finding: FindingDoc
    true: bool | None


@dataclass(frozen=True)
class _About:
    """What a check needs: the product, those it may be compared with, the world's clock, the finding's values."""

    product: MeritProduct
    others: Sequence[MeritProduct]  # of its category
    every: Sequence[MeritProduct]
    when: Callable[[float], datetime]  # of an age in days
    values: Mapping[str, str]
    finding: FindingDoc

    def is_day(self, name: str, age: float) -> bool:
        """Whether a value is the day of an age, give or take one, for a day ends elsewhere."""
        said = datetime.strptime(self.values[name], "%d %b %Y").replace(tzinfo=UTC).date()
        return abs(said - self.when(age).date()) <= timedelta(days=1)

    def ranks(self, own: float, others: Sequence[float], below: str, above: str) -> bool:
        """Whether so many are below and above its own figure, of all it may have been compared with."""
        return (
            int(self.values[below]) <= sum(one < own for one in others)
            and int(self.values[above]) <= sum(one > own for one in others)
            and int(self.values["n"]) <= len(others)
        )


def checked(world: MeritWorld, rows: Sequence[Judged]) -> Iterator[Checked]:
    """Every stored finding of the products, in their order."""
    for row in rows:
        panel = row.document.panel if row.document else None
        for finding in panel.findings if panel else ():
            yield Checked(row, finding, holds(world, row.product, finding))


def holds(world: MeritWorld, product: MeritProduct, finding: FindingDoc) -> bool | None:
    """Whether a finding of a product is so; None where the world cannot tell."""
    every = [one for one in world.cast.products if isinstance(one, MeritProduct)]
    others = [one for one in every if one is not product and one.truth.field is product.truth.field]
    about = _About(product, others, every, lambda age: _when(world, age), finding.values, finding)
    check = _CHECKS.get(finding.kind.rpartition(".")[2])
    try:
        return check(about) if check else None
    except (KeyError, ValueError):  # it has other values than were known when this was written
        return None


# A planted sign that is to be found: its name among the signals, what it must be, the kind of finding that tells it.
_TO_FIND: tuple[tuple[str, Callable[[str], bool], str], ...] = (
    ("price rise", lambda value: value != "none", "price_change"),
    ("archived", lambda value: value != "no", "archived"),
    ("failures", lambda value: int(value) >= 2, "trouble"),
    ("praise", lambda value: int(value) >= 2, "praise"),
    ("free plan", lambda value: value != "none", "free_limit"),
)


def heard(rows: Sequence[Judged]) -> dict[str, list[tuple[bool, str]]]:
    """Of planted signs that can be read, by name: whether each was found, and what it says.

    A statement is found where the dossier has one of its topic that says yes or no as it does.
    """
    found: dict[str, list[tuple[bool, str]]] = {}
    for row in rows:
        if not row.document:
            continue
        signs, panel = signals(row.product), row.document.panel
        kinds = {finding.kind.rpartition(".")[2] for finding in panel.findings} if panel else set()
        for name, counts, kind in _TO_FIND:
            if name in signs and signs[name].shown == "shown" and counts(signs[name].value):
                told = f"{row.product.name}: {name} {signs[name].value}"
                found.setdefault(f"{name} as {kind}", []).append((kind in kinds, told))
        read = {(one.topic, one.denied) for one in row.document.dossier.statements}
        for topic, denied, text in row.product.truth.topics:
            if page_shown(row.product, words.TOPICS[topic][0]) == "shown":
                name = f"{topic} {'denied' if denied else 'stated'}"
                found.setdefault(name, []).append(((topic, denied) in read, text.replace(row.product.name, "{name}")))
    return dict(sorted(found.items()))


def _when(world: MeritWorld, age: float) -> datetime:
    return datetime.fromtimestamp(world.started, UTC) - timedelta(days=age)


def _figure(text: str) -> float:
    """The first number of a text. Errors: ValueError."""
    found = _NUMBER.search(text)
    if not found:
        raise ValueError(text)
    return float(found[0].replace(",", ""))


# ------------------------------------------------------------------------------------------- prices


def _entry(product: MeritProduct, currency: str) -> float | None:
    """The cheapest paid plan on the last day, in a currency; None without."""
    amounts = [
        float(plan.amount) for plan in product.held(2) if plan.amount not in (None, "0") and plan.currency == currency
    ]
    return min(amounts, default=None)


def _own_price(about: _About) -> tuple[bool, str]:
    """Whether the price named is its entry price, and the currency."""
    amount, currency = about.values["price"].split()[:2]
    return _entry(about.product, currency) == float(amount.replace(",", "")), currency


def _price_rank(about: _About) -> bool:
    right, currency = _own_price(about)
    own, others = _entry(about.product, currency), [price for one in about.others if (price := _entry(one, currency))]
    # `less`: it costs less than so many, who are above it
    return right and own is not None and about.ranks(own, others, "more", "less") and _is_median(about, currency)


def _is_median(about: _About, currency: str) -> bool:
    others = [price for one in about.others if (price := _entry(one, currency)) and _may_be_read(one, "pricing")]
    if len(others) == int(about.values["n"]):
        return abs(statistics.median(others) - _figure(about.values["median"])) < 0.01
    return min(others, default=0) <= _figure(about.values["median"]) <= max(others, default=0)


def _price_change(about: _About) -> bool:
    pairs = zip(about.product.held(1), about.product.held(2), strict=True)
    moved = [(old.name, _amount(old), _amount(new)) for old, new in pairs if old != new]
    values = about.values
    return (values["plan"], _figure(values["before"]), _figure(values["after"])) in moved


def _amount(plan: Plan) -> float:
    return float(Decimal(plan.amount or 0))


def _free_plan(about: _About) -> bool:
    return bool(about.product.price_path) and bool(about.product.truth.free_limit) == (about.finding.direction > 0)


def _free_limit(about: _About) -> bool:
    limits = [one.truth.free_limit for one in about.others if one.truth.free_limit]
    own = about.product.truth.free_limit
    return own == _figure(about.values["limit"]) and (
        "n" not in about.values or about.ranks(own, limits, "less", "more")
    )


def _may_be_read(product: MeritProduct, page: str) -> bool:
    return page not in product.truth.closed and not product.has("challenge")


# ------------------------------------------------------------------------------------------- upkeep and numbers


def _last_release(about: _About) -> bool:
    return about.is_day("at", about.product.truth.releases[0])


def _cadence(about: _About) -> bool:
    ages = about.product.truth.releases

    def near(name: str, low: float, high: float) -> bool:
        """Whether so many lie between; it may have been counted at the first visit, two days before."""
        least, most = (sum(low + by < age <= high - by for age in ages) for by in (3, -3))
        return least <= int(about.values[name]) <= most

    return near("now", 0, 365) and ("before" not in about.values or near("before", 365, 730))


def _archived(about: _About) -> bool:
    return bool(about.product.truth.archived)


def _stars(about: _About) -> bool:
    likes = "like" in about.values["count"]

    def of(one: MeritProduct) -> float:
        return one.truth.likes if likes else one.truth.stars

    return of(about.product) == _figure(about.values["count"]) and about.ranks(of(about.product), [of(one) for one in about.others], "more", "less")  # fmt: skip


def _downloads(about: _About) -> bool:
    own = about.product.truth.downloads
    return own == _figure(about.values["count"]) and about.ranks(own, [one.truth.downloads for one in about.others], "more", "less")  # fmt: skip


def _points(about: _About) -> bool:
    own = about.product.truth.points
    shown = [one.truth.points for one in about.every if one is not about.product]
    seen = own <= _figure(about.values["points"]) <= own + own // 40  # of either visit
    slack = 2  # others may stand at their other visit's points
    return seen and int(about.values["below"]) <= sum(one < own for one in shown) + slack and int(about.values["above"]) <= sum(one > own for one in shown) + slack  # fmt: skip


def _licence(about: _About) -> bool:
    planted = about.product.licence.lower()
    if about.finding.direction > 0:
        return planted in _OPEN and about.values["licence"].lower() == planted
    return about.values.get("licence", "").lower() == planted and planted not in _OPEN


# ------------------------------------------------------------------------------------------- words


def _alike(kind: str) -> Callable[[_About], bool]:
    """Whether so many comments are of a kind, and those quoted are."""

    def check(about: _About) -> bool:
        said = [comment.text for comment in about.product.truth.comments if comment.kind == kind]
        quotes = _QUOTED.findall(about.finding.text)
        return int(about.values["m"]) <= len(said) and all(
            any(quote.rstrip(".… ") in text for text in said) for quote in quotes
        )

    return check


def _topic(about: _About) -> bool:
    """Whether a topic is stated, denied or left out, as the finding says, on the pages that state it."""
    name = about.values["topic"]
    planted = {topic: "denied" if denied else "yes" for topic, denied, _ in about.product.truth.topics}
    page = words.TOPICS[name][0]
    hidden = page in about.product.truth.missing or not about.product.host
    said = "silent" if hidden else planted.get(name, "silent")
    sold = hidden and about.values["stated"] == "yes" == planted.get(name)  # its landing page may say so too
    return (sold or said == about.values["stated"]) and _is_share(about, name, page)


_OFF = 0.35  # a quarter of those that are counted may say what is not understood, and some of it is not read at all


def _is_share(about: _About, topic: str, page: str) -> bool:
    """Whether the share that is told of others is near the planted one, of those with such a page."""
    shown = [one for one in about.others if page not in one.truth.missing and one.host]
    if "n" not in about.values or not shown:
        return True
    planted = sum((topic, False) in ((name, denied) for name, denied, _ in one.truth.topics) for one in shown)
    return abs(int(about.values["m"]) / int(about.values["n"]) - planted / len(shown)) <= _OFF


_CHECKS: dict[str, Callable[[_About], bool | None]] = {
    "archived": _archived,
    "cadence": _cadence,
    "downloads": _downloads,
    "free_limit": _free_limit,
    "free_plan": _free_plan,
    "last_release": _last_release,
    "licence": _licence,
    "points": _points,
    "praise": _alike("praise"),
    "price_change": _price_change,
    "price_rank": _price_rank,
    "stars": _stars,
    "trouble": _alike("failure"),
    **dict.fromkeys(("api", "export", "leaving", "offline", "own_data", "self_host", "sso"), _topic),
}
