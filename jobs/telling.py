"""How far a job is, in one line that is said again and again: where it is, what is done, products, failures."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from jobs.crawl import CrawlReport

Say = Callable[[str], None]  # what stands before a text's last line break is done, and stays on the screen
UNDER_WAY = "…"  # ends what is said of something that has not ended


def telling(say: Say, where: str, report: CrawlReport) -> Say:
    """`say`, with where the job is in front and what came of it so far behind: “source 3 of 8, show_hn: 31 of 120 pages
    read · 19 new products · 1 failed”."""

    def tell(text: str) -> None:
        say(" · ".join((f"{where}: {text}", *report.so_far())))

    return tell


def lasting(say: Say, where: str) -> Say:
    """`say`, where what has ended stays on the screen, once: the steps of an agent that somebody watches."""
    before = ""

    def tell(text: str) -> None:
        nonlocal before
        said = f"{where}: {text}"
        if text.endswith(UNDER_WAY) or said == before:
            say(said)
            return
        before = said
        say(f"{said}\n{said}")

    return tell
