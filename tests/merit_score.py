"""What reviews of the merit world are worth: the agreement of score and merit, and what else the score goes by. Pure.

A product without a score counts nowhere as a good or a bad one: AUC and correlations are over the scored, the share of
unscored stands beside them by merit, and one AUC is over all, where an unscored product ties with every other.
"""

from __future__ import annotations

import itertools
import random
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

import merit_cast
from merit_cast import MeritProduct
from merit_world import MeritWorld

from tools.page.quotes import visible_text
from tools.views.documents import ProductDocument

ROUNDS = 1_000  # bootstrap samples
LEAST_AUC, MOST_LENGTH = 0.85, 0.15  # the goals of merit and of length
AUC = "AUC of score against merit"
LENGTH = "r of score with the length of the landing page's text"
VERDICTS = ("Ship", "Split", "Skip", "Not enough evidence")


@dataclass(frozen=True)
class Judged:
    """A product of the world with what Scout made of it; `length`: characters of its landing page's text as served."""

    product: MeritProduct
    length: int
    document: ProductDocument | None

    @property
    def good(self) -> bool:
        return self.product.truth.good

    @property
    def score(self) -> float | None:
        """The panel's: the median of its critics' scores; None where fewer than the panel needs had one."""
        panel = self.document.panel if self.document else None
        return panel.median if panel and panel.verdict != "Not enough evidence" else None

    @property
    def verdict(self) -> str:
        panel = self.document.panel if self.document else None
        return panel.verdict if panel else "Not enough evidence"

    @property
    def critics(self) -> dict[str, float]:
        """The score of each critic that has one."""
        panel = self.document.panel if self.document else None
        reviews = panel.reviews if panel else {}
        return {name: review.score for name, review in reviews.items() if review.score is not None}


def judged(world: MeritWorld, documents: Iterable[ProductDocument]) -> list[Judged]:
    """Every product of the world, with the document that is of it."""
    held = {key: document for document in documents for key in _keys(document)}
    rows = []
    for product in world.cast.products:
        assert isinstance(product, MeritProduct)
        length = len(visible_text(world.landing(product)))
        rows.append(Judged(product, length, held.get(product.host or product.hub.lower())))
    return rows


def _keys(document: ProductDocument) -> Iterator[str]:
    for identity in (document.identity, *document.aliases):
        kind, _, rest = identity.partition(":")
        yield rest.partition("/")[0].removeprefix("www.") if kind == "url" else rest.lower()


# ------------------------------------------------------------------------------------------- figures

Row = tuple[float, ...]  # what is so, and the score; what else is held equal
Figure = Callable[[Sequence[Row]], float]
NONE = float("nan")  # of whoever has no score


def auc(rows: Sequence[Row]) -> float:
    """How often a good product (first above 0) has a higher score than a bad one; ties and NONE are half. nan without both."""
    good = sum(row[0] > 0 for row in rows)
    bad = len(rows) - good
    scored = [row for row in rows if row[1] == row[1]]
    many = sum(row[0] > 0 for row in scored)
    # Mann and Whitney's U of the scored, by ranks; whoever meets an unscored one wins half
    ranks = sum(rank for rank, row in zip(_ranks([row[1] for row in scored]), scored, strict=True) if row[0] > 0)
    pairs = many * (len(scored) - many)
    wins = ranks - many * (many - 1) / 2 + (good * bad - pairs) / 2
    return wins / (good * bad) if good and bad else float("nan")


def pearson(rows: Sequence[Row]) -> float:
    """The correlation of two numbers; nan where one of them does not vary."""
    count = len(rows) or 1
    means = [sum(row[side] for row in rows) / count for side in (0, 1)]
    a, b = ([row[side] - means[side] for row in rows] for side in (0, 1))
    size = (sum(x * x for x in a) * sum(x * x for x in b)) ** 0.5
    return sum(x * y for x, y in zip(a, b, strict=True)) / size if size else float("nan")


def partial(rows: Sequence[Row]) -> float:
    """The correlation of the first two numbers among rows alike in the third."""
    ab, ac, bc = (pearson([(row[one], row[other]) for row in rows]) for one, other in ((0, 1), (0, 2), (1, 2)))
    left = ((1 - ac**2) * (1 - bc**2)) ** 0.5
    return (ab - ac * bc) / left if left else float("nan")


def spearman(rows: Sequence[Row]) -> float:
    """The correlation of ranks; equal ones share theirs."""
    ranks = [_ranks([row[side] for row in rows]) for side in (0, 1)]
    return pearson(list(zip(*ranks, strict=True)))


def _ranks(values: Sequence[float]) -> list[float]:
    order = sorted(values)
    places: dict[float, list[int]] = {}
    for place, value in enumerate(order):
        places.setdefault(value, []).append(place)
    return [sum(places[value]) / len(places[value]) for value in values]


def interval(rows: Sequence[Row], figure: Figure) -> tuple[float, float]:
    """The 95 % interval of a figure, by bootstrap over products; the seed is fixed."""
    chance = random.Random(0)
    drawn = (
        sorted(value for _ in range(ROUNDS) if (value := figure(chance.choices(rows, k=len(rows)))) == value)
        if rows
        else []
    )
    return (drawn[int(0.025 * len(drawn))], drawn[int(0.975 * len(drawn))]) if drawn else (float("nan"), float("nan"))


def figures(rows: Sequence[Judged]) -> dict[str, tuple[list[Row], Figure]]:
    """Each figure's rows and how it is computed, by its name."""
    scored = [(row, row.score) for row in rows if row.score is not None]
    merit: list[Row] = [(row.product.truth.latent, score) for row, score in scored]
    every: list[Row] = [(row.product.truth.latent, NONE if row.score is None else row.score) for row in rows]
    length: list[Row] = [(row.length, score, merit_cast.readable(row.product)) for row, score in scored]
    ceiling: list[Row] = [(row.product.truth.latent, merit_cast.readable(row.product)) for row in rows]
    found: dict[str, tuple[list[Row], Figure]] = {
        AUC: (merit, auc),
        "AUC over all, where an unscored one ties": (every, auc),
        "Spearman of score with latent merit": (merit, spearman),
        LENGTH: (length, pearson),
        "the same, planted signs held equal": (length, partial),
        "AUC of the planted signs that can be read, added up": (ceiling, auc),
    }
    for name in sorted({name for row in rows for name in row.critics}):
        found[f"AUC of {name}"] = (
            [(row.product.truth.latent, row.critics[name]) for row in rows if name in row.critics],
            auc,
        )
    return found


def shares(rows: Sequence[Judged]) -> dict[str, dict[str, float]]:
    """The share of each verdict, by merit and by talkativeness; `scored` beside them."""
    groups = {
        "good": [row for row in rows if row.good],
        "bad": [row for row in rows if not row.good],
        "talkative": [row for row in rows if row.product.truth.talkative],
        "terse": [row for row in rows if not row.product.truth.talkative],
    }
    return {
        name: {verdict: sum(row.verdict == verdict for row in group) / len(group) for verdict in VERDICTS}
        | {"scored": sum(row.score is not None for row in group) / len(group)}
        for name, group in groups.items()
    }


BANDS = (0, 30, 50, 70, 85, 101)  # from one to the next


def worth(rows: Sequence[Judged]) -> list[tuple[str, int, float, float]]:
    """What scores of critics were worth, band by band: the band, how many, their mean, and the share of them on good
    products; where half of all products are good the two should be alike."""
    scored = [(score, row.good) for row in rows for score in row.critics.values()]
    found = []
    for least, end in itertools.pairwise(BANDS):
        told = [(score, good) for score, good in scored if least <= score < end]
        if told:
            mean = sum(score for score, _ in told) / len(told)
            found.append((f"{least} to {end - 1}", len(told), mean, sum(good for _, good in told) / len(told)))
    return found


def misjudged(rows: Sequence[Judged], most: int = 10) -> list[tuple[Judged, float]]:
    """The products whose score is farthest on the wrong side, worst first, with the share of scores on the right side of it."""
    scores = [row.score for row in rows if row.score is not None]
    found = []
    for row in rows:
        if row.score is not None:
            below = sum((score < row.score) + (score == row.score) / 2 for score in scores) / len(scores)
            found.append((row, 1 - below if row.good else below))
    return sorted(found, key=lambda pair: -pair[1])[:most]
