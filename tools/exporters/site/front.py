"""What stands beside the verdicts on the front page: prices, critics apart, newest takes, pairs."""

from __future__ import annotations

from typing import Any

from tools.exporters.site._state import Site
from tools.exporters.site.comparisons import pair_row
from tools.views.takes import critics

_SHOWN = 5


def front(site: Site) -> dict[str, Any]:
    """The four short lists beside the newest verdicts."""
    newest: dict[str, Any] = {}
    for move in site.counts.moves["all"]:
        newest.setdefault(move.slug, move)
    return {
        "moves": list(newest.values())[:_SHOWN],
        "apart": list(site.counts.apart),
        "pairs": _telling_pairs(site),
        "takes": _newest_takes(site),
    }


def _newest_takes(site: Site) -> list[dict[str, Any]]:
    """The newest take of each critic that says something, on as many products as there are."""
    rows: list[dict[str, Any]] = []
    for persona, name, _ in critics():
        told = [row for row in site.counts.critics[persona].scored if row["said"]]
        seen = {row["slug"] for row in rows}
        rows += [
            {**row, "persona": persona, "critic": name} for row in sorted(told, key=lambda row: row["slug"] in seen)[:1]
        ]
    return rows


def _telling_pairs(site: Site) -> list[dict[str, Any]]:
    """Five pairs for the front page: those in which something ships, the best median first."""

    def rank(pair: Any) -> tuple[bool, float, Any]:
        both = [site.by_slug[slug] for slug in pair]
        return ("Ship" not in [card.verdict for card in both], -max(card.median or 0 for card in both), pair)

    return [pair_row(site, pair) for pair in sorted(site.pairs, key=rank)[:_SHOWN]]
