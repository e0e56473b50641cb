"""What changed about a product, and what an editor's act did."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from rich.padding import Padding
from rich.text import Text

from jobs.terminal.screen import QUOTE, blank, console, heading, line, plain


def history(found: dict[str, Any], now: datetime) -> None:
    """A product's change rows, oldest first, with quotes; then its prices as steps."""
    from jobs.history import charts
    from tools.documents import PricePoint

    heading(f"{found['name']}: what changed")
    for row in found["changes"]:
        _change(row)
    if found["panel_stale"]:
        line("The verdict is stale: facts changed since. `scout review` has the panel look again.")
    drawn = {name: rows for name, rows in charts([PricePoint(**p) for p in found["prices"]], now).items() if rows}
    if drawn:
        blank()
        heading("Prices")
    for name, rows in drawn.items():
        console().print(Text(plain(name), style="bold"))
        for text in rows:
            console().print(Text(text), soft_wrap=True)


def _change(row: dict[str, Any]) -> None:
    values = "" if row["before"] is None and row["after"] is None else f"{_said(row['before'])} → {_said(row['after'])}"
    about = Text.assemble((f"{row['at'][:10]}  {row['op']:<10}", "bold"), f"{plain(row['field'])}  {values}".strip())
    if row["why"] or row["who"] not in ("", "scout"):
        about.append(f"  {plain(row['why'])} ({plain(row['who'])})", style="dim")
    console().print(about)
    for side in ("before", "after"):
        for item in row["quotes"][side][:1]:
            quote = Text.assemble(
                (f"{side} “{plain(item['quote'])[:200]}”", QUOTE),
                (f"  {plain(item['url'])} · {item['fetched_at'][:10]}", "dim"),
            )
            console().print(Padding(quote, (0, 0, 0, 20)))


def _said(value: str | None) -> str:
    return "none" if value is None else plain(value)[:200]


def act(report: dict[str, Any]) -> None:
    """What an editor's act did."""
    stale = " The verdict is stale and goes back to the panel." if report["panel_stale"] else ""
    line(f"{report['slug']} is {report['status']}.{stale}")
    for row in report["changes"]:
        values = f"{_said(row['before'])} → {_said(row['after'])}"
        line(f"  {row['op']} {plain(row['field'])} {values}  {plain(row['why'])} ({plain(row['who'])})")
