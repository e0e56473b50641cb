"""The week as one Markdown letter: verdicts of its last seven days, prices that moved, critics furthest apart.

The week ends with the newest moment the store knows, so the same store gives the same letter. No sponsors: the record
has no field for them.
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta

from tools.exporters import Files, ReadableStore
from tools.exporters._critiques import spread
from tools.exporters._prices import moves
from tools.exporters._views import by_day
from tools.exporters._words import clip, safe_url, visible, weekday
from tools.exporters.site import edition
from tools.settings import Settings
from tools.views.documents import ProductDocument
from tools.views.findings import weighed_words
from tools.views.price_words import price_to_start
from tools.views.takes import day, parse_moment, verdict_line

NAME = "newsletter"
SUFFIX = ".md"
FILE = "newsletter.md"
_DAYS = 7
_MARKDOWN = re.compile(r"([\\`*_{}\[\]<>()#+!|~&:@-])")


def export(store: ReadableStore, after: int | None, settings: Settings) -> Files:
    """newsletter.md. after: only of products that changed since that change row."""
    documents = [
        document
        for document in store.documents(since=after, approved_only=settings.approved_only)
        if document.status != "rejected"
    ]
    end = edition(documents)
    since = end - timedelta(days=_DAYS)
    recent = [d for d in documents if d.panel and _after(d.panel.created_at, since)]
    lines = [f"# Ship it, or skip it? Week to {day(end.isoformat())}", ""]
    for date, reviewed in by_day(recent):
        lines += [f"## {weekday(date)}", "", *(_verdict(document) for document in reviewed), ""]
    lines += [] if recent else ["No verdict this week.", ""]
    moved = [(move.at, document, move) for document in documents for move in moves(document) if _after(move.at, since)]
    lines += ["## Prices that moved", ""]
    for at, document, move in sorted(moved, key=lambda found: (found[0], found[1].slug, found[2].plan), reverse=True):
        lines.append(f"- {_name(document)}, {plain(move.plan)}: {plain(move.before)} to {plain(move.after)}, {day(at)}")
    lines += [] if moved else ["None this week."]
    apart = sorted((found[0], d.slug, found[1], d) for d in recent if (found := spread(d)) and found[0])
    lines += ["", "## Critics furthest apart", ""]
    lines += [f"- {points} points on {_name(d)}: {words}" for points, _, words, d in reversed(apart[-5:])]
    lines += [] if apart else ["None this week."]
    yield FILE, ("\n".join(lines) + "\n").encode("utf-8", "replace")


def _after(moment: str, since: datetime) -> bool:
    when = parse_moment(moment)
    return when is not None and when > since


def _verdict(document: ProductDocument) -> str:
    label = "" if document.status == "approved" else " Not approved by an editor."
    price = price_to_start(document)
    said = f" {plain(clip(document.tagline, 160))}." if document.tagline else ""
    said += f" {plain(clip(weighed, 600))}" if (weighed := weighed_words(document.panel)) else ""
    return f"- {_name(document)}: **{verdict_line(document)}**.{said} Price to start: {plain(price.text)}.{label}"


def _name(document: ProductDocument) -> str:
    words, address = plain(clip(document.name, 80)), safe_url(document.homepage)
    link = re.sub(r"[<>()\s]", lambda found: f"%{ord(found[0]):02X}", address)
    return f"[{words}](<{link}>)" if link else words


def plain(text: str) -> str:
    """The words so that Markdown reads them as words: one line, nothing of it markup."""
    return _MARKDOWN.sub(r"\\\1", " ".join(visible(text).split()))
