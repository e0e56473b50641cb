"""Lists with a line a thing: products, looks, sources, runs, jobs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rich.text import Text

from jobs.terminal.screen import WIDE, blank, console, heading, line, mark, pairs, plain, table
from tools.settings import FILE


def products(rows: Sequence[dict[str, Any]]) -> None:
    """A line a product: verdict, name, price, sources, day."""
    if console().width < WIDE:
        table(("Verdict", "Product"), [(verdict(row), _beside(row)) for row in rows])
        return
    cells = [(verdict(row), _name(row), price(row), *_origin(row), row["slug"]) for row in rows]
    table(("Verdict", "Product", "Price", "Seen on", "First seen", "Slug"), cells)


def verdict(row: dict[str, Any]) -> Text:
    """A card's verdict behind its mark."""
    return Text(f"{mark(row['verdict'])} {row['verdict'] or 'awaiting review'}")


def _name(row: dict[str, Any]) -> Text:
    name = Text(plain(row["name"]), style="bold")
    if row["status"] == "needs_look":
        name.append("  needs a look", style="reverse")
    return name


def _origin(row: dict[str, Any]) -> tuple[str, str]:
    return ", ".join(row["sources"]) or "added", str(row["first_seen"])[:10]


def _beside(row: dict[str, Any]) -> Text:
    """Name and price, and below them where it was seen and its slug, for a screen too narrow for a column each."""
    below = Text(" · ".join((row["slug"], *_origin(row))), style="dim")
    return Text("\n").join((_name(row) + Text(f"  {price(row)}"), below))


def price(card: dict[str, Any]) -> str:
    """What it costs to start, from a card. Unknown is said, never 0."""
    from tools.views.price_words import card_price

    return card_price(card)


def picture(url: str, seal: str | None, why_not: str | None) -> str:
    """A kept screenshot by its hash, or why there is none."""
    return f"screenshot of {plain(url)} sha256 {seal[:16]}" if seal else f"no screenshot: {plain(why_not or '')}"


def votes(counts: dict[str, Any]) -> None:
    """Readers' votes on a product."""
    line(f"{counts['slug']}: {counts['ship']} ship / {counts['skip']} skip, votes of readers")


def sources(rows: Sequence[dict[str, Any]]) -> None:
    """Every source; on a narrow screen how it is read and what it finds stand below its state. Then what to set for those
    that are off."""
    off = {row["name"]: row["state"].removeprefix("off: ") for row in rows if row["state"].startswith("off: ")}
    rows = [{**row, "state": "off"} if row["name"] in off else row for row in rows]
    if console().width < WIDE:
        cells = [(row["name"], _answered(row), _state_and_kinds(row)) for row in rows]
        table(("Source", "Last answered", "State"), cells)
    else:
        columns = ("Source", "Read by", "Finds", "Last answered", "State")
        table(columns, [(row["name"], row["access"], row["kinds"], _answered(row), _state(row)) for row in rows])
    if off:
        blank()
    for name, wanted in off.items():
        line(f"{name} is off: {wanted}")  # no cell of a table: a setting's name must not be folded


def _answered(row: dict[str, Any]) -> str:
    return str(row["last_ok_at"] or "never")[:16].replace("T", " ")


def _state(row: dict[str, Any]) -> str:
    """Its state; an error begins with the source's name, which stands there already."""
    state = plain(row["state"]).removeprefix(f"{row['name']}: ")[:_LONGEST_STATE]
    if not row["filter"]:
        return state
    told = f"{row['blocked']} of {row['listed']} blocked" if row["listed"] else "filtered"
    return f"{state}; {told}{' (scout.toml)' if row['filter_origin'] == FILE else ''}"


_LONGEST_STATE = 200  # characters


def _state_and_kinds(row: dict[str, Any]) -> Text:
    return Text.assemble(_state(row), (f"\n{row['access']}: {row['kinds']}", "dim"))


def runs(rows: Sequence[dict[str, Any]]) -> None:
    """The newest runs, one line each."""
    columns = ("Run", "Source", "Started", "State")  # its name begins with its kind
    table(
        columns,
        [
            (
                row["id"],
                row["source"] or "",
                str(row["started_at"])[:16].replace("T", " "),
                row["state"] or "running",
            )
            for row in rows
        ],
    )


def run(found: dict[str, Any]) -> None:
    """One run with its steps and calls."""
    pairs({key: value for key, value in found.items() if key != "steps"})
    if found.get("steps"):
        blank()
        heading("Steps")
        table(
            ("Step", "ms", "Error"),
            [(row["number"], _ms(row.get("ms")), row.get("error") or "") for row in found["steps"]],
        )
    calls = [call for step in found["steps"] for call in step["calls"]]
    if calls:
        blank()
        heading("Calls")
        columns = ("Server", "Tool", "ms", "Error")
        table(columns, [(row["server"], row["tool"], _ms(row["ms"]), row["error"]) for row in calls])


def _ms(took: float | None) -> str:
    """Thousandths of a second; "" for what was cut off before it ended."""
    return "" if took is None else f"{took:,.0f}"


def jobs(rows: Sequence[dict[str, Any]]) -> None:
    """The newest jobs, one line each."""
    if not rows:
        line("No jobs yet. `scout schedule` makes them on the cron expressions of the settings.")
        return
    columns = ("Job", "State", "Queued", "Worker", "Why")
    cells = [
        (row["id"], row["state"], str(row["queued_at"])[:16].replace("T", " "), row["worker"] or "", row["error"] or "")
        for row in rows
    ]
    table(columns, cells)
