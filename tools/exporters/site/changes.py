"""What changed: prices that moved, the digest of each week, what editors put right."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from itertools import islice
from typing import Any

from tools.exporters import _record, _views
from tools.exporters._views import Caps
from tools.exporters._words import clip
from tools.exporters.site._cards import Card, week_of
from tools.exporters.site._out import fitted, page_of
from tools.exporters.site._state import Site
from tools.views.change_words import side_words
from tools.views.documents import ChangeDoc
from tools.views.takes import day

_MOVES = 120  # rows of a page of prices
_WEEKS = 53  # weeks that have a digest
_APART = 5
WAYS = (
    ("all", "prices.html", "All", "Prices that moved"),
    ("down", "prices-down.html", "Drops", "Prices that fell"),
    ("up", "prices-up.html", "Rises", "Prices that rose"),
)


def prices(site: Site) -> Iterator[tuple[str, bytes]]:
    """Every change of a printed price, and the drops and the rises on a page of their own."""
    found = site.counts.moves
    ways = [{"name": name, "href": file, "count": found[way].total, "way": way} for way, file, name, _ in WAYS]
    for way, file, _, heading in WAYS:
        moves = list(islice(found[way], _MOVES))
        yield page_of(
            site,
            file,
            "prices",
            "text",
            "Prices",
            moves=moves,
            size=found[way].total,
            ways=ways,
            way=way,
            heading=heading,
        )


def weeks(site: Site) -> Iterator[tuple[str, bytes]]:
    """One digest a week, newest first, and the list of them."""
    held: dict[str, list[Card]] = defaultdict(list)
    for card in site.by_slug.values():
        if card.reviewed_on:
            held[week_of(card.reviewed_on)].append(card)
    names = sorted({*held, *site.counts.weekly} - {""}, reverse=True)
    shown = names[:_WEEKS]
    for place, week in enumerate(shown):
        older = shown[place + 1] if place + 1 < len(shown) else ""
        yield _week(site, week, held[week], newer=shown[place - 1] if place else "", older=older)
    rows = [
        {
            "week": week,
            "title": _week_title(week),
            "verdicts": len(held[week]),
            "ships": sum(card.verdict == "Ship" for card in held[week]),
            "moves": site.counts.weekly[week].total if week in site.counts.weekly else 0,
        }
        for week in shown
    ]
    yield page_of(site, "weeks/index.html", "weeks", "text", "", rows=rows, left=len(names) - len(shown))


def _week(site: Site, week: str, cards: Sequence[Card], *, newer: str, older: str) -> tuple[str, bytes]:
    told = sorted(cards, key=_telling)[: _views.ROWS]
    apart = [row for card in cards if (row := site.cards.row(card, Caps())["apart"])]
    moves = site.counts.weekly.get(week)

    def render(caps: Caps) -> tuple[str, bytes]:
        return page_of(
            site,
            f"weeks/{week}.html",
            "week",
            "list",
            "",
            limited=True,
            title=_week_title(week),
            tallies=[(verdict, sum(c.verdict == verdict for c in cards)) for verdict in _views.VERDICTS],
            rows=[site.cards.row(card, caps) for card in told],
            verdicts=len(cards),
            moves=list(moves or ()),
            moved=moves.total if moves else 0,
            apart=sorted(apart, key=lambda one: (-one["points"], one["slug"]))[:_APART],
            newer=newer,
            older=older,
        )

    return fitted(render)


def _telling(card: Card) -> tuple[int, float, str]:
    """Ship before the others, then the higher median: what a reader of a digest looks for first."""
    return _views.VERDICTS.index(card.verdict), -(card.median or 0), card.slug


def _week_title(week: str) -> str:
    """“Week of 16 Nov 2026” for its ISO name."""
    monday = date.fromisocalendar(int(week[:4]), int(week[6:]), 1)
    return f"Week of {day(monday.isoformat())} to {day((monday + timedelta(days=6)).isoformat())}"


def _side(change: ChangeDoc, value: str | None) -> str:
    return "" if value is None else side_words(change.op, value)


def corrections(site: Site) -> tuple[str, bytes]:
    """How to have an error put right, and what editors put right lately."""
    found = site.counts.corrections
    rows: list[dict[str, Any]] = [
        {
            "slug": row["slug"],
            "name": row["name"],
            "on": day(row["change"].at),
            "what": clip(_record.what(row["change"]), 60),
            "before": clip(_side(row["change"], row["change"].before), 160),
            "after": clip(_side(row["change"], row["change"].after), 160),
        }
        for row in found
    ]
    contact = str(site.settings.contact)
    address = f"mailto:{contact}" if "@" in contact and "/" not in contact else contact
    return page_of(
        site,
        "corrections.html",
        "corrections",
        "text",
        "",
        rows=rows,
        size=found.total,
        contact=contact,
        address=address,
    )
