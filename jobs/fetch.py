"""`scout fetch`: one address as the fetcher sees it, nothing stored."""

from __future__ import annotations

import asyncio
from typing import Any

from tools.settings import Settings
from tools.web.fetch import Fetcher


def explain(url: str, settings: Settings) -> dict[str, Any]:
    """Status, headers, timing, guard and robots verdict. `error` holds the sentence when it could not be had."""

    async def look() -> dict[str, Any]:
        async with Fetcher(settings) as fetcher:
            return await fetcher.explain(url)

    return asyncio.run(look())
