"""What changed about a product, and what an editor's act did."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from rich.padding import Padding
from rich.text import Text

from jobs.terminal.screen import QUOTE, WIDE, blank, console, hanging, heading, line, plain, show, table

_OP_WIDTH = 10
_MOST = 200  # characters of a value
_BEGINNINGS = ("new", "launch", "panel")  # there is nothing it could have been before


def history(found: dict[str, Any], now: datetime) -> None:
    """A product's change rows, oldest first, with quotes; then its prices as steps."""
    from jobs.history import charts
    from tools.views.documents import PricePoint

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
    hanging(Text(f"{row['at'][:10]}  {row['op']:<{_OP_WIDTH}}", style="bold"), _what(row))
    for side in ("before", "after"):
        for item in row["quotes"][side][:1]:
            quote = Text.assemble(
                (f"{side} “{plain(item['quote'])[:200]}”", QUOTE),
                (f"  {plain(item['url'])} · {item['fetched_at'][:10]}", "dim"),
            )
            show(Padding(quote, (0, 0, 0, 12 + _OP_WIDTH)))


def _what(row: dict[str, Any]) -> Text:
    """Field, values, reason and who, as far as the row has them."""
    text = Text("  ".join(filter(None, (plain(row["field"]), _values(row)))))
    told = " ".join(filter(None, (plain(row["why"]), row["who"] and f"({plain(row['who'])})")))
    if row["why"] or row["who"] not in ("", "scout"):
        text.append(f"{'  ' if text else ''}{told}", style="dim")
    return text


def _values(row: dict[str, Any]) -> str:
    from tools.views.change_words import move_words, side_words

    if row["op"] in _BEGINNINGS or row["before"] == row["after"] is not None:
        return plain(side_words(row["op"], row["after"], _MOST))
    if row["before"] is None and row["after"] is None:
        return ""
    return plain(move_words(row["op"], row["before"], row["after"], _MOST))


def act(report: dict[str, Any]) -> None:
    """What an editor's act did, to one product or, under `products`, to several."""
    for one in report.get("products", [report]):
        stale = " The verdict is stale and goes back to the panel." if one["panel_stale"] else ""
        line(f"{one['slug']} is {one['status']}.{stale}")
        for row in one["changes"]:
            hanging(Text(f"{row['op']:<{_OP_WIDTH}}", style="bold"), _what(row), indent=2)


def upkeep(report: dict[str, Any]) -> None:
    """What an act did to a source or to a site's recipes."""
    told = "; ".join(f"{name}: {value}" for name, value in report["state"].items())
    line(f"{report['name']}: {told}")
    done = report["act"]
    why = f"{done['why']} ({done['who']})".strip()
    hanging(Text(f"{done['op']:<{_OP_WIDTH}}", style="bold"), Text(plain(why), style="dim"), indent=2)


def previews(found: dict[str, Any]) -> None:
    """What an act would change, product by product; nothing of it is done."""
    for one in found["previews"]:
        heading(one["name"] if one["name"] == one["slug"] else f"{one['name']} ({one['slug']})")
        rows = [
            (row["field"], plain(row["before"])[:200] or "—", plain(row["after"])[:200] or "—") for row in one["rows"]
        ]
        if rows:
            table(("", "Now", "After"), rows)
        line(f"{one['published'].capitalize()}.{' The panel meets on it again.' if one['review'] else ''}")


def merge_preview(found: dict[str, Any]) -> None:
    """What a product shows before and after a merge, or after each of several; what changes is bold."""
    for one in found.get("products", [found]):
        _merge_preview(one)


def _merge_preview(found: dict[str, Any]) -> None:
    heading(f"If {found['slug']} is merged into {found['into']}")
    sides = {"merged": found["slug"], "before": f"{found['into']} now", "after": f"{found['into']} after"}
    if console().width < WIDE:
        rows = [
            (row["field"] if side == "merged" else "", name, _cell(row, side))
            for row in found["preview"]
            for side, name in sides.items()
        ]
        table(("", "", ""), rows)
        return
    table(("", *sides.values()), [(row["field"], *(_cell(row, side) for side in sides)) for row in found["preview"]])


def _cell(row: dict[str, str], side: str) -> Text:
    moved = side == "after" and row["after"] != row["before"]
    return Text(plain(row[side])[:200] or "—", style="bold" if moved else "")
