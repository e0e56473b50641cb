"""How long ago somebody last wrote to the repository."""

from __future__ import annotations

from collections.abc import Iterator

from agents.panel.findings._activity import among, days_table, middle_age, recency
from agents.panel.findings._case import Case
from agents.panel.findings._compare import group
from agents.panel.findings._make import finding
from agents.panel.findings._words import day, day_of, days_since, span
from tools.models import Finding

NEEDS = ("repository",)
OWN_WORDS = False


def find(case: Case) -> Iterator[Finding]:
    """Nothing of an archived repository: that it is archived says more."""
    own, archived = case.newest.get("pushed_at"), case.newest.get("archived")
    cited = case.cite_measure(own) if own else None
    if own is None or cited is None or (archived and archived.value):
        return
    others = among(case, "pushed_at")
    days = days_since(own.value, case.as_of)
    ago = f"{span(days)} ago, " if days else ""
    text = f"The repository of {case.name} was last pushed to {ago}on {day(day_of(own.value))}"
    values = {"ago": ago, "at": day(day_of(own.value)), "as_of": day(case.as_of)}
    if others:
        values |= {"median": middle_age(case, others), "n": str(len(others))}
        where = group(case, [peer for peer, _ in others])
        text += f"; the median of {len(others)} {where} was {values['median']} ago"
        cited = (*cited, days_table(case, "Last pushes", own.value, others))
    text += f", as of {values['as_of']}" if ago or others else ""  # a day alone does not age
    yield finding(__name__, f"{text}.", recency(case, own.value, others), cited, **values)
