"""The feed of `rss` as JSON Feed 1.1, for readers and programs that rather read JSON."""

from __future__ import annotations

import json
from typing import Any

from tools.exporters import Files, ReadableStore
from tools.exporters._feed import ABOUT, TITLE, Item, home, items, own_address
from tools.exporters._words import visible
from tools.settings import Settings

NAME = "jsonfeed"
SUFFIX = ".json"
FILE = "feed.json"


def export(store: ReadableStore, after: int | None, settings: Settings) -> Files:
    """feed.json with the newest hundred items. after: only of products that changed since that change row."""
    feed: dict[str, Any] = {"version": "https://jsonfeed.org/version/1.1", "title": TITLE, "description": ABOUT}
    feed |= _given(home_page_url=home(settings), feed_url=own_address(settings, FILE))
    feed["items"] = [_item(one) for one in items(store, after, settings)]
    yield FILE, json.dumps(feed, ensure_ascii=False, indent=1).encode("utf-8", "replace") + b"\n"


def _item(one: Item) -> dict[str, Any]:
    item = {"id": visible(one.identifier), "title": visible(one.title), "content_text": visible(one.words)}
    external = one.homepage if one.page else ""
    return {**item, **_given(url=one.link, external_url=external), "date_published": one.at}


def _given(**values: str) -> dict[str, str]:
    return {name: value for name, value in values.items() if value}
