"""How far a job is, in one line that is said again and again: where it is, what is done, products, failures."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
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


@dataclass
class Told:
    """What a job has told of one thing: steps that have ended, each with when, and what is under way.

    where: stands in front of what is told, and is left out. most: steps that are kept.
    """

    where: str
    steps: list[tuple[datetime, str]] = field(default_factory=list)
    doing: str = ""
    most: int = 500

    def hear(self, text: str) -> bool:
        """Take note of what the job tells; whether a step has ended."""
        done, _, doing = text.rpartition("\n")
        before = len(self.steps)
        for line in (*done.splitlines(), doing):
            line = line.removeprefix(f"{self.where}: ").strip()
            if line.endswith(UNDER_WAY):
                self.doing = line
            elif line and len(self.steps) < self.most and not (self.steps and self.steps[-1][1] == line):
                self.steps.append((datetime.now(UTC), line))
                self.doing = ""
        return len(self.steps) > before
