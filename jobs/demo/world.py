"""Writes the demo's two days as recordings, and says what a correct run must see in them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from jobs.demo.cast import DAYS, cast
from jobs.demo.listings import sources
from jobs.demo.sites import site
from tools.recording import Recorded, write_recording


def build_world(directory: Path) -> list[Path]:
    """Write day1.warc.gz and day2.warc.gz into a folder, the same bytes each time, and return their paths."""
    paths = [directory / f"day{day}.warc.gz" for day in DAYS]
    for path, (day, at) in zip(paths, DAYS.items(), strict=True):
        write_recording(path, at, exchanges(day))
    return paths


def exchanges(day: int) -> list[Recorded]:
    """Everything that was answered on that day, each address once."""
    pages = {page.url: page for product in cast(day) for page in site(product)}
    found = {recorded.url: recorded for recorded in [*pages.values(), *sources(day)]}
    for recorded in list(found.values()):  # a site answers the same whoever sent the visitor
        target = recorded.header("location")
        if target and target not in found:
            found[target] = replace(pages[target.partition("?")[0]], url=target)
    return list(found.values())


EXPECTED: dict[str, Any] = {}
