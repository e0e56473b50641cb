"""What a store's panels are worth in figures: computed from the documents alone, each with its n and its gate.

Gates are those of issue 4 and of research/panel_sources.md, 3.3 (12 November 2026). They are reported, met or not.
The figures that need the reviewer once more (reruns, injected twins, lengths of packs) are in agents/panel/panel_stats.py.
"""

from __future__ import annotations

import re
import statistics
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from difflib import SequenceMatcher
from itertools import combinations

from tools.claims import supports
from tools.personas import personas
from tools.views.documents import ClaimDoc, PanelDoc, ProductDocument, ReviewDoc

LEAST_FACTS = 4  # factual claims that a scored review needs
_FIGURE = re.compile(r"\d+(?:[.,]\d+)*")


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure. value None: nothing to compute it from. low, high: its gate, None where that side is open."""

    name: str
    value: float | None
    n: int
    of: str  # what n counts
    low: float | None = None
    high: float | None = None
    note: str = ""

    @property
    def gated(self) -> bool:
        """Whether there is a gate at all."""
        return self.low is not None or self.high is not None

    @property
    def passes(self) -> bool | None:
        """Whether the gate is met; None without a gate or without a value."""
        if self.value is None or not self.gated:
            return None
        return (self.low is None or self.value >= self.low) and (self.high is None or self.value <= self.high)

    @property
    def shown(self) -> str:
        """The value as it is printed: three digits, "unknown" where there is none."""
        if self.value is None:
            return "unknown"
        return f"{self.value:,.0f}" if abs(self.value) >= 100 else f"{self.value:.3g}"

    @property
    def gate(self) -> str:
        """The gate in words: "0.3 to 0.75", "at least 12"; empty without one."""
        if self.low is not None and self.high is not None:
            return f"{self.low:g} to {self.high:g}"
        if self.low is not None:
            return f"at least {self.low:g}"
        return "" if self.high is None else f"at most {self.high:g}"


def panel_figures(documents: Iterable[ProductDocument]) -> list[Figure]:
    """The figures of all panels of the documents, in the order in which they are shown."""
    met = [(document, document.panel) for document in documents if document.panel]
    reviews = [review for _, panel in met for review in panel.reviews.values()]
    scored = [review for review in reviews if review.score is not None]
    facts = [claim for review in scored for claim in claims_of(review) if claim.kind == "fact"]
    proven = {finding.text for _, panel in met for finding in panel.findings}  # by code, and held to it by tests
    by_models = [review for review in scored if review.reviewer != "rules"]  # findings are counted by their weight
    others = [claim for review in scored for claim in claims_of(review) if claim.kind != "fact" and not claim.citations]
    return [
        *_verdicts(met),
        Figure("groundedness", share([claim.text in proven or stands(claim) for claim in facts]), len(facts), "factual claims", low=0.95),
        Figure("citation recall", share([bool(claim.citations) for claim in facts]), len(facts), "factual claims", low=0.9),
        Figure("uncited figures", float(sum(map(_brings_a_figure, others))), len(others), "uncited sentences", high=0),
        Figure(
            f"reviews with {LEAST_FACTS} facts or more",
            share([fact_count(review) >= LEAST_FACTS for review in by_models]),
            len(by_models),
            "scored reviews by models",
            low=1.0,
        ),
        Figure("ship rate", share([review.vote == "ship" for review in scored]), len(scored), "scored reviews", 0.30, 0.75),
        *_spread(scored),
        _alpha_of_votes(met),
        _alpha_of_scores(met),
        _separation(met),
        *_collapse(met),
        _cost(scored),
        Figure("abstentions", share([review.score is None for review in reviews]), len(reviews), "reviews"),
        Figure(
            "words of a review, median", _median([len(_own(review).split()) for review in scored]), len(scored), "scored reviews"
        ),
    ]  # fmt: skip


Met = Sequence[tuple[ProductDocument, PanelDoc]]


def claims_of(review: ReviewDoc) -> list[ClaimDoc]:
    """Every sentence of a review, in the order of its fields."""
    return [claim for rating in review.ratings for claim in rating.claims]


def fact_count(review: ReviewDoc) -> int:
    """How many factual claims a review makes."""
    return sum(claim.kind == "fact" for claim in claims_of(review))


def stands(claim: ClaimDoc) -> bool:
    """Whether a factual claim is marked as supported and its quotes carry its numbers, names and negation."""
    return claim.supported and supports(claim.text, " … ".join(cited.quote for cited in claim.citations))


def share(flags: Sequence[bool]) -> float | None:
    """The share of true ones; None of nothing."""
    return sum(flags) / len(flags) if flags else None


def bare(claim: ClaimDoc, name: str) -> str:
    """A sentence without what is the product's own: its name, words in quotation marks, the run of words it quotes."""
    text = re.sub(r"“[^”]*”|`[^`]*`", " ", re.sub(re.escape(name), " ", claim.text, flags=re.IGNORECASE))
    own = _words(text)
    for cited in claim.citations:
        quote = _words(cited.quote)
        run = SequenceMatcher(None, own, quote, autojunk=False).find_longest_match()
        if run.size > 1 or (run.size == 1 and own[run.a] not in _SMALL):
            own = own[: run.a] + own[run.a + run.size :]
    return " ".join(own)


_SMALL = frozenset("a an the it its is of to and or in on for by with that this i".split())


def _words(text: str) -> list[str]:
    return re.findall(r"[^\W_]+", text.lower())


def _own(review: ReviewDoc) -> str:
    return re.sub(r"\s*\[E\d+\]", "", review.text)


def _brings_a_figure(claim: ClaimDoc) -> bool:
    """Whether a sentence without a source holds a figure; a year of this century as a prediction is none."""
    return any(not re.fullmatch(r"20\d\d", figure) for figure in _FIGURE.findall(claim.text))


def _verdicts(met: Met) -> Iterator[Figure]:
    yield Figure("panels", float(len(met)), len(met), "products")
    for verdict, count in sorted(Counter(panel.verdict for _, panel in met).items()):
        yield Figure(f"verdict: {verdict}", float(count), len(met), "products")


def _spread(scored: Sequence[ReviewDoc]) -> Iterator[Figure]:
    scores: dict[str, list[int]] = defaultdict(list)
    for review in scored:
        scores[review.persona].append(review.score or 0)
    for persona in [name for name in personas() if name in scores]:
        values = scores[persona]
        spread = statistics.pstdev(values) if len(values) > 1 else None
        yield Figure(f"score spread: {persona}", spread, len(values), "scores", low=12)
        yield Figure(f"mean score: {persona}", statistics.fmean(values), len(values), "scores")


# agreement ------------------------------------------------------------------------------------------------------


def krippendorff(units: Iterable[Sequence[float]], *, nominal: bool) -> float | None:
    """Krippendorff's alpha: 1 is agreement, 0 what chance gives. units: the values that one thing was given.

    Source: K. Krippendorff, Computing Krippendorff's Alpha-Reliability (2011), by pairs of values within a unit against
    pairs over all; things with one value are left out. None where nothing differs or nothing can be paired.
    """

    def apart(one: float, other: float) -> float:
        return float(one != other) if nominal else (one - other) ** 2

    pairable = [values for values in units if len(values) > 1]
    every = [value for values in pairable for value in values]
    if not every:
        return None
    observed = sum(2 * sum(apart(*pair) for pair in combinations(v, 2)) / (len(v) - 1) for v in pairable) / len(every)
    expected = 2 * sum(apart(*pair) for pair in combinations(every, 2)) / (len(every) * (len(every) - 1))
    return 1 - observed / expected if expected else None


def _alpha_of_votes(met: Met) -> Figure:
    units = [[float(r.vote == "ship") for r in panel.reviews.values() if r.vote] for _, panel in met]
    return Figure("agreement: votes", krippendorff(units, nominal=True), len(units), "panels", 0.2, 0.7)


def _alpha_of_scores(met: Met) -> Figure:
    units = [[float(r.score) for r in panel.reviews.values() if r.score is not None] for _, panel in met]
    return Figure("agreement: scores", krippendorff(units, nominal=False), len(units), "panels", 0.2, 0.7)


_ROUNDING = 1 / 12  # variance of rounding to whole points: what two runs differ by at least


def _separation(met: Met) -> Figure:
    """Variance of scores between the personas of a panel over that between the runs of one review."""
    between, within = [], []
    for _, panel in met:
        scores = [review.score for review in panel.reviews.values() if review.score is not None]
        if len(scores) > 1:
            between.append(statistics.variance(scores))
        within += [statistics.variance(review.runs) for review in panel.reviews.values() if len(review.runs) > 1]
    noise = max(statistics.fmean(within) if within else 0.0, _ROUNDING)
    value = statistics.fmean(between) / noise if between else None
    note = "" if within else "no review was taken twice: against the rounding of scores"
    return Figure("persona separation", value, len(between), "panels", low=1.5, note=note)


# sameness -------------------------------------------------------------------------------------------------------


def _collapse(met: Met) -> Iterator[Figure]:
    """How many of the products the commonest field text stands on, and the commonest sentence."""
    fields: Counter[tuple[str, str, str]] = Counter()
    sentences: Counter[tuple[str, str, str]] = Counter()
    products = 0
    for document, panel in met:
        # findings say the same thing in the same words, by design
        scored = [one for one in panel.reviews.values() if one.score is not None and one.reviewer != "rules"]
        products += bool(scored)
        for review in scored:
            said = _bare_fields(review, document.name)
            fields.update((review.persona, field, " / ".join(bares)) for field, bares in said.items())
            sentences.update({(review.persona, field, one) for field, bares in said.items() for one in bares})
    yield _commonest("template collapse", fields, products, high=0.2)
    yield _commonest("commonest sentence", sentences, products)


def _bare_fields(review: ReviewDoc, name: str) -> dict[str, list[str]]:
    said = {rating.field: [bare(claim, name) for claim in rating.claims] for rating in review.ratings}
    return {field: [text for text in bares if text] for field, bares in said.items() if any(bares)}


def _commonest(name: str, texts: Counter[tuple[str, str, str]], products: int, high: float | None = None) -> Figure:
    if not texts:
        return Figure(name, None, products, "products", high=high)
    (persona, field, text), count = min(texts.items(), key=lambda item: (-item[1], item[0]))
    return Figure(name, count / products, products, "products", high=high, note=f"{persona}, {field}: {text}")


def _cost(scored: Sequence[ReviewDoc]) -> Figure:
    """USD a review; the rules cost nothing, an unknown price is left out of n."""
    costs = [Decimal(r.cost or 0) for r in scored if r.cost is not None or not r.model]
    value = float(sum(costs) / len(costs)) if costs else None
    return Figure("cost per review", value, len(costs), "scored reviews of known price", note="USD")


def _median(values: Sequence[int]) -> float | None:
    return float(statistics.median(values)) if values else None
