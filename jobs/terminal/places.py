"""What is followed, on a terminal: a site's entries before it is followed, a filter tried, a list of feeds taken in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from rich.text import Text

from jobs.outcome import counted
from jobs.terminal.screen import WIDE, blank, console, hanging, heading, line, plain, table

_MOST = 20  # rows of a list that is told in full as JSON


def place(found: dict[str, Any]) -> None:
    """What can be followed at an address: its first entries as launches, and what else there is."""
    heading(f"{plain(found['title'])[:100] or found['name']} ({found['kind']})")
    line(plain(found["url"]))
    for row in found["rows"]:
        lead = Text(f"{plain(row['name'] or row['title'])[:80]}  ", style="bold")
        hanging(lead, Text(plain(row["url"] or "announces nothing: no address of a tool"), style="dim"), indent=2)
    line(f"{found['listed']:,} entries, {found['announcing']} with the address of a tool.")
    if found["note"]:
        line(found["note"])
    for one in found["others"]:
        line(f"also there: {plain(one['url'])} ({one['kind']})")


def source_preview(found: dict[str, Any]) -> None:
    """Entries, kept or blocked and why; then how many."""
    rows = [_previewed(row) for row in found["rows"]]
    if rows:
        table(("", "Entry", "Why") if console().width < WIDE else ("", "Entry", "Address", "Why"), rows)
        blank()
    whose = {"scout.toml": " by [filters] of scout.toml", "store": " by the filter that is set"}.get(
        found["origin"], ""
    )
    line(f"{found['name']}: {found['blocked']} of {found['listed']} blocked{whose}.")
    if found["note"]:
        line(found["note"])


def _previewed(row: Mapping[str, Any]) -> tuple[object, ...]:
    told = Text("kept" if row["kept"] else "not", style="" if row["kept"] else "dim")
    entry, why = plain(row["name"] or row["title"])[:80], plain(row["why"])
    if console().width < WIDE:
        return told, entry, why
    return told, entry, plain(row["url"] or "")[:80], why


def opml(report: dict[str, Any]) -> None:
    """What came of a list of feeds: those followed now, known before, and not sound."""
    for row in report["added"][:_MOST]:
        hanging(Text(f"{row['name']}  ", style="bold"), Text(plain(f"{row['url']} {row['note']}"), style="dim"))
    _more(report["added"])
    if report["failures"]:
        blank()
        heading(f"{len(report['failures'])} not followed")
        for row in report["failures"][:_MOST]:
            hanging(Text(f"{plain(row['url'])}  "), Text(plain(row["message"]), style="dim"))
        _more(report["failures"])
    blank()
    twice = sum(not row["name"] for row in report["known"])
    line(
        f"{counted(len(report['added']), 'feed')} followed now; followed before: {len(report['known']) - twice}; twice in the "
        f"file: {twice}; not followed: {len(report['failures'])}."
    )
    if report["left_out"]:
        line(f"{report['left_out']} more were left out: one file adds 5,000 at most. Give the file again for them.")


def _more(rows: Sequence[object]) -> None:
    if len(rows) > _MOST:
        line(f"and {len(rows) - _MOST} more: --json lists them all")
