"""What stands beside the verdicts on the front page: prices, critics apart, newest takes, pairs."""

from __future__ import annotations

from typing import Any

from tools.exporters import _critiques
from tools.exporters._views import Caps
from tools.exporters._words import clip, file_slug
from tools.exporters.site._state import Site
from tools.exporters.site.comparisons import pair_rows
from tools.exporters.site.critics import latest
from tools.views.comparison import Comparison
from tools.views.takes import critics


def front(site: Site) -> dict[str, Any]:
    """The four short lists beside the newest verdicts."""
    apart: list[dict[str, Any]] = []
    for document in site.reviewed:
        spread = _critiques.spread(document)
        if spread and spread[0]:
            name, slug = clip(document.name, 60), file_slug(document.slug)
            apart.append({"points": spread[0], "words": spread[1], "name": name, "slug": slug})
    apart.sort(key=lambda one: (-one["points"], one["slug"]))
    newest: dict[str, Any] = {}
    for move in site.moves:
        newest.setdefault(move.slug, move)
    return {
        "moves": list(newest.values())[:5],
        "apart": apart[:5],
        "pairs": _telling_pairs(site),
        "takes": _newest_takes(site),
    }


def _newest_takes(site: Site) -> list[dict[str, Any]]:
    """The newest take of each critic that says something, on as many products as there are."""
    rows: list[dict[str, Any]] = []
    for persona, name, _ in critics():
        told = [
            latest(d, persona, Caps()) for d, r in _critiques.takes(site.reviewed, persona)[:20] if r.score is not None
        ]
        told = [row for row in told if row["said"]]
        seen = {row["slug"] for row in rows}
        rows += [
            {**row, "persona": persona, "critic": name} for row in sorted(told, key=lambda row: row["slug"] in seen)[:1]
        ]
    return rows


def _telling_pairs(site: Site) -> list[dict[str, Any]]:
    """Five pairs for the front page: those in which something ships, the best median first."""
    rows = list(zip(pair_rows(site), site.comparisons.values(), strict=True))

    def rank(found: tuple[dict[str, Any], Comparison]) -> tuple[bool, float, str]:
        one, other = found[1].a, found[1].b
        return ("Ship" not in (one.verdict, other.verdict), -max(one.median or 0, other.median or 0), found[1].slug)

    return [row for row, _ in sorted(rows, key=rank)[:5]]
