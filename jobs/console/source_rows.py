"""Sources as the console's tables show them."""

from __future__ import annotations

from typing import Any

from jobs.listing import last_crawls, sources_of
from tools.settings import Settings
from tools.store import Store

_PLACES = {"skip": 0, "split": 1, "ship": 2, "none": 3}
_OFF = "off: "


def source_rows(store: Store, settings: Settings) -> list[dict[str, Any]]:
    """The rows of jobs.listing, what fails first, what is not read last; each with its mark and word, its last error, why
    the settings leave it off, what the last crawl brought and the newest act on it."""
    own = {row["name"]: row for row in store.sources()}
    crawls, acts = last_crawls(store), {row["name"]: row for row in reversed(store.upkeep_rows("source"))}
    found = [
        {
            **row,
            "error": (own.get(row["name"], {}).get("last_error") or "").removeprefix(f"{row['name']}: "),
            "off": row["state"].removeprefix(_OFF) if row["state"].startswith(_OFF) else "",
            "last_new_at": own.get(row["name"], {}).get("last_new_at"),
            "crawl": crawls.get(row["name"]),
            "act": acts.get(row["name"]),
        }
        for row in sources_of(store, settings)
    ]
    for row in found:
        row["mark"], row["word"] = _mark(row)
    return sorted(found, key=lambda row: (_PLACES[row["mark"]], row["name"]))


def _mark(row: dict[str, Any]) -> tuple[str, str]:
    if not row["enabled"]:
        return "none", "off" if row["off"] else "left out"
    if row["error"]:
        return ("split", "read in part") if row["crawl"] and row["crawl"]["launches_new"] else ("skip", "fails")
    return ("ship", "ok") if row["last_ok_at"] else ("none", "not read yet")
