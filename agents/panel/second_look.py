"""A second model's word on the facts of a panel: whether their quotes carry them, all in one question.

Code has checked numbers, names and negations before (tools/claims.py); meaning is what it cannot see. `not` strikes a
fact, `unsure` is kept and shown as such. Where the second model gives no answer that can be read, or its budget is spent,
nothing changes: the panel stands as if there were no second model, and no fact says that one was asked.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from agents.panel.evidence_pack import Pack
from agents.panel.judge import judge
from agents.panel.review_prompt import Checked, check_messages, check_schema, read_checks
from tools.errors import BudgetSpent, ModelError
from tools.models import Claim, Rating, Review
from tools.personas import Persona

if TYPE_CHECKING:
    from agents.gateway.ask import Answer
    from tools.settings import Settings

POOL = "check"  # models of this name are asked; without such a pool nobody is
Words = Mapping[Claim, Checked]


def second_look(
    reviews: Sequence[Review],
    pack: Pack,
    critics: Mapping[str, Persona],
    ask: Callable[..., Answer],
    settings: Settings,
    token: str,
) -> tuple[Review, ...]:
    """The reviews with what a second model says of their facts, scored anew without what it strikes."""
    facts = list(dict.fromkeys(claim for one in reviews for claim in _facts(one.ratings)))
    if not facts:
        return tuple(reviews)
    try:
        answer = ask(check_messages(facts, token), task="check", check=read_checks, schema=check_schema(len(facts)))
    except (ModelError, BudgetSpent):
        return tuple(reviews)
    words = {fact: answer.value[number] for number, fact in enumerate(facts, start=1) if number in answer.value}
    return tuple(_heeded(one, words, pack, critics[one.persona], settings) for one in reviews)


def _facts(ratings: Sequence[Rating]) -> list[Claim]:
    return [claim for rating in ratings for claim in rating.claims if claim.supported]


def _heeded(review: Review, words: Words, pack: Pack, critic: Persona, settings: Settings) -> Review:
    """A review after the second model's word."""
    gone = sum(words.get(claim) == "not" for claim in _facts(review.ratings))
    ratings = tuple(replace(rating, claims=_told(rating.claims, words)) for rating in review.ratings)
    if review.score is None:
        return replace(review, ratings=ratings)
    struck, written = review.struck or (0, 0)
    left = judge(critic, pack, replace(review, ratings=ratings, struck=(struck + gone, written)), settings)
    told = tuple(_lowered(critic, was, now) for was, now in zip(review.ratings, left.ratings, strict=True))
    return replace(left, ratings=told)


def _lowered(critic: Persona, was: Rating, now: Rating) -> Rating:
    if now.level == was.level or now.level is None:
        return now
    return replace(
        now, reason=f"{critic.field(now.field).anchors[now.level]} (a second model struck what carried more)"
    )


def _told(claims: Sequence[Claim], words: Words) -> tuple[Claim, ...]:
    """The claims that the second model does not strike, each with its word."""
    kept = []
    for claim in claims:
        word = words.get(claim)
        if word != "not":
            kept.append(replace(claim, check=word) if word else claim)
    return tuple(kept)
