"""Recipes: a line each, and what one read on trial."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from jobs.outcome import counted
from jobs.terminal.screen import blank, heading, line, plain, table, value_text


def recipes(rows: Sequence[dict[str, Any]]) -> None:
    """Every recipe, one line: which pages, its state and why."""
    if not rows:
        line("No recipes. `scout recipe try FILE PAGE` shows what one would read.")
        return
    columns = ("No", "Site", "Reads", "Pages seen", "Valid", "State")
    cells = [
        (
            row["number"],
            f"{row['site']} {' '.join(row['paths'])}",
            row["kind"],
            row["pages"],
            "" if row["coverage"] is None else f"{row['coverage']:.0%}",
            f"{row['state']}: {row['why']}",
        )
        for row in rows
    ]
    table(columns, cells, right=("No", "Pages seen", "Valid"))


def recipe_trial(found: dict[str, Any]) -> None:
    """What a recipe read on each page, row by row with what is wrong; then the samples' verdict."""
    for page in found["pages"]:
        heading(page["url"])
        names = list(dict.fromkeys(name for row in page["rows"] for name in row["values"]))
        cells = [
            (*(_short_value(row["values"].get(name)) for name in names), "; ".join(row["problems"]))
            for row in page["rows"]
        ]
        if cells:
            table((*(name.title() for name in names), "Trouble"), cells)
        line(page["problem"] or f"{counted(len(cells), 'row')}, {page['valid']:.0%} valid")
        blank()
    for difference in found["differences"]:
        line(difference)
    if not found["differences"]:
        line(
            f"{found['samples']} samples given, each reproduced."
            if found["samples"]
            else "No sample was among the pages."
        )


def _short_value(value: str | list[str] | None) -> str:
    return "unknown" if value is None else plain(value_text(value))[:120]
