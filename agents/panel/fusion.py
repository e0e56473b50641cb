"""Several models on one review: what each said is kept; code settles what is shown.

    compare   every member answers; per field the median level stands, told by a member that gave it. No merging of
              texts, no further call: consensus, contradictions and gaps are counted and shown
    best_of   every member answers; a judge compares two at a time, in both orders; who is preferred in both goes on,
              disagreement is a tie, and a tie goes to the answer with more standing facts
    merge     every member answers; the union of their standing facts, the median level
    debate    every member answers, reads what stood of the others, and answers once more; then as compare. The second
              round is left out where it would pass the budget

Everything here works on reviews that are checked already: a claim that did not stand can neither win nor be taken over.
"""

from __future__ import annotations

import statistics
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Literal

from tools.errors import ModelError
from tools.models import Claim, Member, Rating, Review
from tools.personas import Persona

MODES = ("compare", "best_of", "merge", "debate")
MOST_FACTS_OF_A_FIELD = 4  # in a merged review: more is a list and no review
APART = 2  # levels of 0-4 that lie this far apart contradict each other

Preference = Literal["A", "B", "tie"]
Prefer = Callable[[str, str], Preference]


@dataclass(frozen=True, slots=True)
class Take:
    """What one member made of a review: checked and scored; `review` has neither score nor ratings where it failed."""

    member: str
    review: Review
    tokens: int | None = None  # that its answers took; None: an endpoint did not say


@dataclass(frozen=True, slots=True)
class Agreement:
    """Where the members of a fused review stand, by field."""

    agreed: tuple[str, ...]
    differ: tuple[str, ...]
    alone: tuple[str, ...]  # rated by fewer than half of them


def everyone(members: Sequence[str], ask: Callable[[str], Take]) -> list[Take]:
    """One take a member, asked at the same time, in the order of `members`. One that does not answer is kept as such.

    Errors: BudgetSpent; ModelError when none answers.
    """
    with ThreadPoolExecutor(max_workers=len(members)) as pool:
        futures = [pool.submit(ask, member) for member in members]
        takes: list[Take] = []
        failed: list[ModelError] = []
        for member, future in zip(members, futures, strict=True):
            try:
                takes.append(future.result())
            except ModelError as error:
                failed.append(error)
                takes.append(Take(member, _no_answer(error)))
    if len(failed) == len(members):
        raise failed[0]
    return takes


def compare(persona: Persona, takes: Sequence[Take]) -> tuple[Rating, ...]:
    """Per field the median level of those who rated it, in the words of a member that gave it.

    A field that fewer than half of the members rated stays unrated: that is a gap and no finding.
    """
    return tuple(_settled(field.name, takes) for field in persona.fields)


def merge(persona: Persona, takes: Sequence[Take]) -> tuple[Rating, ...]:
    """Per field the median level with the union of the members' standing facts; judgements of one member only."""
    merged = []
    for rating in compare(persona, takes):
        judgements = tuple(claim for claim in rating.claims if not claim.supported)
        facts = tuple(_union(_ratings_of(rating.field, takes)))
        # a lone finding counts: what stands on a quote stands whoever found it
        level = rating.level if rating.level is not None or not facts else _median(_levels(rating.field, takes))
        merged.append(replace(rating, level=level, claims=(*facts, *judgements)))
    return tuple(merged)


def best_of(takes: Sequence[Take], prefer: Prefer) -> Take:
    """The take that holds its place against each of the others in turn."""
    best, *rest = [take for take in takes if take.review.score is not None] or list(takes)
    for other in rest:
        choice = in_both_orders(prefer, best.review.text, other.review.text)
        if choice == "B" or (choice == "tie" and _standing(other) > _standing(best)):
            best = other
    return best


def in_both_orders(prefer: Prefer, first: str, second: str) -> Preference:
    """Which of two is better, asked as A against B and as B against A; a judge that goes by place gives a tie."""
    turned: dict[Preference, Preference] = {"A": "B", "B": "A", "tie": "tie"}
    with ThreadPoolExecutor(max_workers=2) as pool:
        straight = pool.submit(prefer, first, second)
        swapped = turned[pool.submit(prefer, second, first).result()]
        return swapped if straight.result() == swapped else "tie"


def debate(takes: Sequence[Take], answer_again: Callable[[Take, list[str]], Take], budget: int) -> list[Take]:
    """The takes of the second round, in the order of the first; none where it could pass the budget, in tokens.

    A second round reads what the first read, and every other answer beside it: with the first, up to three times as
    much. A member without a first answer has none to defend and stays out.
    """
    able = [take for take in takes if take.review.ratings]
    spent = [take.tokens for take in able if take.tokens is not None]
    if len(able) < 2 or len(spent) < len(able) or 3 * sum(spent) > budget:
        return []
    told = {take.member: take.review.text for take in able if take.review.text}
    others = {take.member: [text for name, text in told.items() if name != take.member] for take in able}
    by_name = {take.member: take for take in able}
    try:
        return everyone(list(by_name), lambda name: answer_again(by_name[name], others[name]))
    except ModelError:
        return []  # nobody answered again: what they said first still stands


def latest(first: Sequence[Take], second: Sequence[Take]) -> list[Take]:
    """What each member stands by: its second answer where that can be read, else its first."""
    again = {take.member: take for take in second if take.review.ratings}
    return [again.get(take.member, take) for take in first]


def member_of(take: Take) -> Member:
    """A take as it is stored beside the review it went into."""
    same = ("model", "score", "vote", "text", "ratings", "raw", "prompt_hash", "cost")
    values = {name: getattr(take.review, name) for name in same}
    values["text"] = values["text"] or take.review.abstain_reason
    return Member(member=take.member, **values)


def agreement(members: Sequence[Sequence[tuple[str, int | None]]]) -> Agreement:
    """Consensus, contradictions and gaps: members' (field, level) pairs, one sequence a member that rated at all."""
    levels: dict[str, list[int]] = {}
    for ratings in members:
        for field, level in ratings:
            levels.setdefault(field, []).extend([] if level is None else [level])
    most = len(members)
    known = {field: found for field, found in levels.items() if 2 * len(found) >= most and len(found) > 1}
    return Agreement(
        agreed=tuple(field for field, found in known.items() if max(found) - min(found) < APART),
        differ=tuple(field for field, found in known.items() if max(found) - min(found) >= APART),
        alone=tuple(field for field, found in levels.items() if found and field not in known),
    )


def total(costs: Sequence[str | None]) -> str | None:
    """The sum of costs in USD; None as soon as one is unknown."""
    known = [Decimal(cost) for cost in costs if cost is not None]
    return str(sum(known, Decimal(0))) if len(known) == len(costs) else None


def _no_answer(error: ModelError) -> Review:
    return Review("", "", None, None, "", abstain_reason=f"no answer: {error}", model=error.model)


def _ratings_of(field: str, takes: Sequence[Take]) -> Iterator[Rating]:
    for take in takes:
        yield from (rating for rating in take.review.ratings if rating.field == field)


def _levels(field: str, takes: Sequence[Take]) -> list[int]:
    return [rating.level for rating in _ratings_of(field, takes) if rating.level is not None]


def _median(levels: Sequence[int]) -> int | None:
    return statistics.median_low(levels) if levels else None


def _settled(field: str, takes: Sequence[Take]) -> Rating:
    answered = [take for take in takes if take.review.ratings]
    levels = _levels(field, takes)
    said = f"members: {', '.join(str(level) for level in levels) or 'none rated it'}"
    if 2 * len(levels) < len(answered) or not levels:
        return Rating(field, None, f"rated by {len(levels)} of {len(answered)} ({said})")
    level = statistics.median_low(levels)
    told = max((one for one in _ratings_of(field, takes) if one.level == level), key=_facts)
    return replace(told, reason=f"{told.reason} ({said})")


def _facts(rating: Rating) -> int:
    return sum(claim.supported for claim in rating.claims)


def _standing(take: Take) -> int:
    return sum(_facts(rating) for rating in take.review.ratings)


def _union(ratings: Iterator[Rating]) -> Iterator[Claim]:
    """Standing facts, each quote once, the members' in turn."""
    quoted: set[tuple[int, str]] = set()
    left = MOST_FACTS_OF_A_FIELD
    for claim in (claim for rating in ratings for claim in rating.claims if claim.supported):
        quotes = {(one.passage, " ".join(one.quote.lower().split())) for one in claim.citations}
        if left and not quotes <= quoted:
            quoted |= quotes
            left -= 1
            yield claim
