"""The week as one Markdown letter: verdicts of its last seven days, prices that moved, critics furthest apart.

`mail` is the same letter as a message that a mail program sends; `scout newsletter send` sends it to subscribers.
"""

from __future__ import annotations

import re

from tools.exporters import Files, ReadableStore
from tools.exporters._letter import Named, Verdict, letter
from tools.exporters._words import visible
from tools.settings import Settings
from tools.views.takes import day

NAME = "newsletter"
SUFFIX = ".md"
FILE = "newsletter.md"
_MARKDOWN = re.compile(r"([\\`*_{}\[\]<>()#+!|~&:@-])")


def export(store: ReadableStore, after: int | None, settings: Settings) -> Files:
    """newsletter.md. after: only of products that changed since that change row."""
    week = letter(store, after, settings)
    lines = [f"# Ship it, or skip it? Week to {day(week.end.isoformat())}", ""]
    lines += [week.note, ""] if week.note else []
    for date, reviewed in week.days:
        lines += [f"## {date}", "", *map(_verdict, reviewed), ""]
    lines += [] if week.days else ["No verdict this week.", ""]
    lines += ["## Prices that moved", ""]
    for named, move in week.moved:
        lines.append(f"- {_name(named)}, {plain(move.words)}, {day(move.at)}")
    lines += [] if week.moved else ["None this week."]
    lines += ["", "## Critics furthest apart", ""]
    lines += [f"- {points} points on {_name(named)}: {words}" for named, points, words in week.apart]
    lines += [] if week.apart else ["None this week."]
    yield FILE, ("\n".join(lines) + "\n").encode("utf-8", "replace")


def _verdict(one: Verdict) -> str:
    return f"- {_name(one.product)}: **{one.line}**. {plain(' '.join(one.said))}"


def _name(named: Named) -> str:
    link = re.sub(r"[<>()\s]", lambda found: f"%{ord(found[0]):02X}", named.link)
    return f"[{plain(named.name)}](<{link}>)" if link else plain(named.name)


def plain(text: str) -> str:
    """The words so that Markdown reads them as words: one line, nothing of it markup."""
    return _MARKDOWN.sub(r"\\\1", " ".join(visible(text).split()))
