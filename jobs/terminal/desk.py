"""The editor's inbox and what is new, on a terminal."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rich.padding import Padding
from rich.text import Text

from jobs.outcome import counted
from jobs.terminal.lists import picture
from jobs.terminal.screen import QUOTE, blank, hanging, heading, line, plain, show, value_text


def inbox(items: Sequence[dict[str, Any]], total: int) -> None:
    """Every item, one below the other."""
    if not items:
        line("Nothing needs an eye.")
        return
    for place, item in enumerate(items, start=1):
        inbox_item(item, place, total)
        blank()
    line(f"{counted(total, 'product')} in all. On a terminal, `scout inbox` goes through them by key.")
    line("All about one: scout show SLUG. To settle it: approve, reject, edit or merge, each with --why.")


def inbox_item(item: dict[str, Any], place: int, total: int) -> None:
    """One product: why it needs an eye, and each doubtful field with its candidates, numbered through."""
    heading(f"{place} of {total} · {item['name']} ({item['slug']})")
    line(f"{item['verdict'] or 'Not reviewed yet'} · {item['status']} · {item['homepage'] or 'no homepage'}")
    for reason in item["reasons"]:
        hanging(Text("· "), Text(plain(reason)))
    for page in item.get("screenshots", ()):
        hanging(Text("  "), Text(picture(page["url"], page["screenshot"], page["no_screenshot"]), style="dim"))
    number = 0
    for doubt in item["doubts"]:
        shown = "nothing" if doubt["shown"] is None else value_text(doubt["shown"])
        line(f"{doubt['field']} shows {shown}; read were:")
        for one in doubt["candidates"]:
            number += 1
            lead = Text(f"{number:>3} ", style="bold")
            hanging(lead, Text(f"{plain(one['value'])[:200]}  ({one['rung']}, {one['confidence']:.2f})"))
            if one["quote"]:
                quote = Text.assemble((f"“{plain(one['quote'])[:200]}”", QUOTE), (f"  {plain(one['url'])}", "dim"))
                show(Padding(quote, (0, 0, 0, 4)))


_SECTIONS = {
    "new": "New products",
    "prices": "Prices that moved",
    "verdicts": "Verdicts",
    "looks": "Needs an eye",
    "gone": "Deleted and merged",
}
_MOST = 12  # rows of a section


def news(found: dict[str, Any]) -> None:
    """What happened, section by section; the empty ones are left out."""
    line(f"Since {found['since']}" if found["since"] else "Since the beginning; you have not looked before")
    for name, title in _SECTIONS.items():
        _section(title, [_change(row) for row in found[name]])
    _section("Stale verdicts", list(found["stale"]))
    acts = [
        " ".join((row["at"][:10], row["op"], row["kind"], row["name"], row["why"], f"({row['who']})"))
        for row in found["upkeep"]
    ]
    _section("Sources and recipes, by editors", acts)
    _section(
        "Failing sources",
        [f"{row['name']}: {row['last_error'].removeprefix(row['name'] + ': ')}" for row in found["sources"]],
    )
    _section("Failed runs", [f"{run['id']}: {run['source'] or run['kind']}" for run in found["runs"]])
    _section("Notices that did not arrive", found["notices"])
    if not any(found[name] for name in (*_SECTIONS, "stale", "upkeep", "sources", "runs", "notices")):
        line("Nothing happened.")


def _section(title: str, rows: Sequence[str]) -> None:
    if not rows:
        return
    blank()
    heading(f"{title}: {len(rows)}")
    for row in rows[:_MOST]:
        hanging(Text("  "), Text(plain(row)))
    if len(rows) > _MOST:
        line(f"and {len(rows) - _MOST} more; --json has them all")


def _change(row: dict[str, Any]) -> str:
    from tools.views.change_words import move_words

    moved = move_words("plan", row["before"], row["after"]) if row["op"] == "plan" else row["after"] or ""
    why = row["why"] if row["op"] in ("status", "delete", "merge") else ""
    return "  ".join(filter(None, (row["at"][:10], row["slug"], row["field"], moved, why)))
