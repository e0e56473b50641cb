"""Where the free plan ends, against where those of others end: limits of the same thing only."""

from __future__ import annotations

from collections.abc import Iterator

from agents.panel.findings._case import STORE, Case
from agents.panel.findings._compare import LEAST, group, place, shrunk, table
from agents.panel.findings._limits import Limit, limit_of, limits_of
from agents.panel.findings._make import finding
from agents.panel.findings._words import day, figure, listed, of_all
from tools.dossier import Statement
from tools.models import Citation, Finding

NEEDS = ("pricing",)
OWN_WORDS = False
_NAMED = 2  # rivals of which each is named: so few are told one by one


def find(case: Case) -> Iterator[Finding]:
    """The limit of each thing on which enough others have one."""
    seen: set[str] = set()
    for statement in case.statements.get("free_limit", ()):
        own = limit_of(statement.value, statement.quote)
        cited = case.cite(_cell(statement), statement.page) if own else None
        if own and cited and not statement.denied and own.thing not in seen:
            seen.add(own.thing)
            yield from _compared(case, own, cited)


def _cell(statement: Statement) -> str:
    """The words that state a limit: of a table's row the cell that holds it, where it stands in one."""
    cells = statement.quote.split(" | ") if statement.value in statement.quote else []
    return next((cell for cell in cells if statement.value in cell), statement.quote)


def _compared(case: Case, own: Limit, cited: Citation) -> Iterator[Finding]:
    others = [(peer, limit) for peer in case.peers if (limit := limits_of(peer.statements).get(own.thing))]
    rivals = [(peer, limit) for peer, limit in others if peer.rival]
    n, begins = len(others), f"The free plan of {case.name} ends at {own}"
    values = {"limit": own, "as_of": day(case.as_of)}
    if n >= LEAST:
        more = sum(limit.number > own.number for _, limit in others)
        less = sum(limit.number < own.number for _, limit in others)
        where = group(case, [peer for peer, _ in others])
        most, than = (more, "more") if more >= less else (less, "less")
        told = f"{of_all(most, n, 'gives', 'give')[0]} {where} that count the same give {than}"
        rows = [(peer.name, limit.number) for peer, limit in others]
        shown = table(f"Limits of free plans by {own.thing}", (case.name, own.number), rows, figure)
        value = place(own.number, [limit.number for _, limit in others])
        yield finding(__name__, f"{begins}; {told}, as of {values['as_of']}.", value, (cited, shown), short=f"{begins}.", more=more, less=less, n=n, **values)  # fmt: skip
    elif len(rivals) >= _NAMED:
        told = listed([f"{' '.join(peer.name.split())} at {limit}" for peer, limit in rivals])
        shown = Citation(STORE, f"Limits of the free plans of rivals: {told}.")
        value = sum((own.number > limit.number) - (own.number < limit.number) for _, limit in rivals) / len(rivals)
        text = f"{begins}, those of its rivals {told}, as of {values['as_of']}."
        yield finding(
            __name__, text, value * shrunk(len(rivals)), (cited, shown), short=f"{begins}.", rivals=told, **values
        )
