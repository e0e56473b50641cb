"""Two products side by side."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.padding import Padding
from rich.text import Text

from jobs.terminal.screen import blank, console, heading, plain, table

if TYPE_CHECKING:
    from tools.views.comparison import Comparison


def comparison(result: Comparison) -> None:
    """Two products side by side."""
    out = console().print
    heading(f"{result.a.name} or {result.b.name}: which should you ship?")
    out(Text(plain(result.headline), style="bold"))
    for card in (result.a, result.b):
        if card.own_line:
            out(Text(f"{plain(card.name)}: {plain(card.own_line)}"))
    blank()
    rows = [
        (row.question, Text(plain(row.a.text)), Text(plain(row.b.text)), f"{row.edge_words}: {row.why}")
        for row in result.rows
    ]
    table(("Question", f"A · {result.a.name}", f"B · {result.b.name}", "Edge"), rows)
    blank()
    for label, picks in (
        (f"Pick A, {result.a.name}, if", result.pick_a),
        (f"Pick B, {result.b.name}, if", result.pick_b),
        ("Pick neither if", result.pick_neither),
    ):
        if picks:
            out(Text(plain(label), style="bold"))
            for pick in picks:
                out(Padding(Text(f"· {plain(pick)}"), (0, 0, 0, 2)))
