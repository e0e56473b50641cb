"""How a review came to be, in a few plain lines: which models, how often asked, where they agree, what it cost."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agents.panel.fusion import agreement
from tools.errors import UnknownName
from tools.personas import persona
from tools.views.takes import member_line

if TYPE_CHECKING:
    from tools.views.documents import ReviewDoc


def made_by(review: ReviewDoc) -> list[str]:
    """Lines on a review that models took part in; none on the rules'."""
    if not review.model and not review.members:
        return []
    lines = [" · ".join(filter(None, (review.reviewer, _runs(review), _seed(review), _cost(review))))]
    if review.members:
        lines.append(member_line(review.members))
        lines += _where_they_stand(review)
    return lines


def _runs(review: ReviewDoc) -> str:
    if len(review.runs) < 2:
        return ""
    return (
        f"near the threshold, so asked {len(review.runs)} times: {', '.join(map(str, review.runs))}; the median counts"
    )


def _seed(review: ReviewDoc) -> str:
    return "" if review.seed is None else f"seed {review.seed}"


def _cost(review: ReviewDoc) -> str:
    return "cost unknown" if review.cost is None else f"{review.cost} USD"


def _where_they_stand(review: ReviewDoc) -> list[str]:
    """Consensus, contradictions and gaps of the members, by the titles of the fields."""
    rated = [[(rating.field, rating.level) for rating in member.ratings] for member in review.members if member.ratings]
    found = agreement(rated)
    levels = {name: [level for pairs in rated for field, level in pairs if field == name] for name in found.differ}
    told = (
        ("agree on", [_title(review, name) for name in found.agreed]),
        (
            "contradict each other on",
            [f"{_title(review, name)} ({_levels(levels[name])})" for name in found.differ],
        ),
        ("rated by fewer than half:", [_title(review, name) for name in found.alone]),
    )
    return [f"{opening} {', '.join(names)}" for opening, names in told if names]


def _levels(levels: list[int | None]) -> str:
    return ", ".join("none" if level is None else str(level) for level in levels)


def _title(review: ReviewDoc, field: str) -> str:
    try:
        return persona(review.persona).field(field).title
    except UnknownName:
        return field  # of a persona that has gone since
