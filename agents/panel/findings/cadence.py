"""Releases of the last year against those of the year before, and against what others released."""

from __future__ import annotations

from collections.abc import Iterator

from agents.panel.findings._activity import among
from agents.panel.findings._case import Case
from agents.panel.findings._compare import Direction, group, place, sides, signed, table
from agents.panel.findings._make import finding, silent
from agents.panel.findings._words import counted_or_no, day, figure, standing
from tools.models import Finding

NEEDS = ("releases",)
OWN_WORDS = False
_ENOUGH = 6  # releases in two years from which their change counts in full


def find(case: Case) -> Iterator[Finding]:
    """Nothing where there was no release in two years: how old the last one is says so."""
    year, two = case.newest.get("releases_365d"), case.newest.get("releases_730d")
    cited = case.cite_measure(year, two) if year and two else None
    if year is None or two is None or cited is None or two.value < max(1, year.value):
        return
    now, before = year.value, two.value - year.value
    # of a year without any it is not known whether there was a product
    change = (now - before) / (now + before) * min(1.0, two.value / _ENOUGH) if before else 0.0
    others = among(case, "releases_365d")
    begins = f"{case.whose(year)} had {counted_or_no(now, 'release')} in the last year"
    earlier = f" and {figure(before)} in the year before" if before else ""
    text = f"{begins}{earlier}"
    short = f"{text}, as of {day(case.as_of)}."
    values = {"now": figure(now), "before": figure(before), "as_of": day(case.as_of)}
    value = change / 2  # more of them than before is a start; more than others have is the other half
    shown_by: set[Direction] = {signed(value)[0]}  # what the sentence itself shows it to be
    if others:
        counts = [count for _, count in others]
        more, less = sides(now, counts)
        peers = [peer for peer, _ in others]
        n, where = len(others), group(case, peers)
        if max(more, less) == n:  # the middle of a field is no news
            place_words = standing(more, less, n, f"other {where}")
            text = f"{begins}, {place_words}{',' if before else ''}{earlier}"
            shown_by.add(1 if more else -1)
        values |= {"more": str(more), "less": str(less), "n": str(n)}
        rows = [(peer.name, count) for peer, count in others]
        title = f"Releases in a year of {n + 1} {where}, as of {values['as_of']}"
        cited = (*cited, table(title, (case.name, now), rows, figure))
        value += place(now, counts) / 2
    value = 0.0 if case.is_of_part(year) else value
    found = finding(__name__, f"{text}, as of {values['as_of']}.", value, cited, short=short, **values)
    yield silent(found, when=found.direction not in shown_by)
