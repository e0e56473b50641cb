"""`scout fetch`: one address as the fetcher sees it, nothing stored."""

from __future__ import annotations

import asyncio
from typing import Any

from jobs.by_hand import way_in
from tools.errors import AddressRefused
from tools.settings import Settings
from tools.web.fetch import Fetcher


def explain(url: str, settings: Settings) -> dict[str, Any]:
    """Status, headers, timing, guard and robots verdict. `error` holds the sentence when it could not be had."""

    async def look() -> dict[str, Any]:
        async with Fetcher(settings) as fetcher:
            return await fetcher.explain(url)

    seen = asyncio.run(look())
    if seen.get("kind") == AddressRefused.__name__ and (way := way_in(url, settings)):
        seen["error"] += f". {way}"
    return seen
