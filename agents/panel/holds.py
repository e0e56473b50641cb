"""When a model's panel is held for an editor instead of shown. The rules' panels never are: they obey nobody.

A page that gives orders to whoever reviews is on record by its dropped lines (agents/panel/evidence_pack.py). What such a page, or a
model that makes things up, may have had a hand in is looked at by a person; nothing else is.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from agents.panel.evidence_pack import Pack, without_suspicious
from tools.models import Review
from tools.personas import Persona

HELD = "held for an editor: "  # how the reason of such a panel begins
MOST_MOVED = 8  # points of a score between an asking with the suspicious passages and one without them
MOST_STRUCK = 3  # one in so many facts that a panel's models wrote may be struck out


def why_held(
    reviews: Sequence[Review], pack: Pack, critics: Mapping[str, Persona], again: Callable[[Pack], Sequence[Review]]
) -> str:
    """Why an editor is asked about these reviews of a model, in plain words; empty where the panel stands.

    again: the reviews of another pack by the same model. It is asked only where there are suspicious passages and
    nothing else holds the panel already.
    """
    why = _cites_suspicious(reviews, pack, critics) or _struck_out(reviews)
    if not why and pack.suspicious:
        why = _moved(reviews, again(without_suspicious(pack)), critics)
    return why and HELD + why


def _cites_suspicious(reviews: Sequence[Review], pack: Pack, critics: Mapping[str, Persona]) -> str:
    for review in reviews:
        claims = (claim for rating in review.ratings for claim in rating.claims)
        for number in (cited.passage for claim in claims for cited in claim.citations):
            if number in pack.suspicious:
                return f"the {critics[review.persona].title} cites E{number}, and the page it stands on gives orders to whoever reviews"
    return ""


def too_many_struck(reviews: Sequence[Review]) -> bool:
    """Whether over one in MOST_STRUCK of the facts that these reviews' models wrote do not stand."""
    struck, written = _struck(reviews)
    return MOST_STRUCK * struck > written


def _struck_out(reviews: Sequence[Review]) -> str:
    if not too_many_struck(reviews):
        return ""
    struck, written = _struck(reviews)
    return f"{struck} of {written} facts that the models wrote do not stand on the passages they cite"


def _struck(reviews: Sequence[Review]) -> tuple[int, int]:
    counts = [review.struck or (0, 0) for review in reviews]
    return sum(struck for struck, _ in counts), sum(written for _, written in counts)


def _moved(first: Sequence[Review], second: Sequence[Review], critics: Mapping[str, Persona]) -> str:
    """One that falls silent, or speaks up, without the suspicious passages has moved by its whole score."""
    for one, other in zip(first, second, strict=True):
        if abs((one.score or 0) - (other.score or 0)) > MOST_MOVED:
            told = [str(review.score) if review.score is not None else "no score" for review in (one, other)]
            return (
                f"asked again without the pages that give orders to whoever reviews, the {critics[one.persona].title} "
                f"goes from {told[0]} to {told[1]}"
            )
    return ""
