"""How a job came out, read off what failed in it: done, partly or failed, and a sentence that says why.

The exit code of a command and the state of a durable job both follow from it. What a site does not want (policy) or no
longer has (gone) is the world as it is, and so is what our own checks refuse of a page (refused): listed, and nobody is
called. What is broken or changed may want a hand. And where a check of ours costs a whole source, or an address that
was named by hand, that may want one too.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

State = Literal["done", "partly", "failed"]
Row = Mapping[str, Any]
_LONGEST = 300  # characters of a failure's own message in the sentence
_ORDER = ("broken", "changed", "refused", "policy", "gone")  # what may want a hand comes first


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a job came out; `sentence` is "" where nothing failed."""

    state: State
    sentence: str

    def as_dict(self) -> dict[str, str]:
        """As it stands in a report."""
        return {"outcome": self.state, "sentence": self.sentence}


def outcome(failures: Sequence[Row], lost: Collection[str] = (), *, nothing_read: bool = False) -> Outcome:
    """How a job with these failures (each with its `class`) came out.

    lost: what was asked for by name and gave nothing at all, sources or addresses. nothing_read: that was all there is.
    """
    serious = [row for row in failures if _is_serious(row, lost)]
    if not serious:
        return Outcome("done", _counts(failures))
    first = min(serious, key=lambda row: _ORDER.index(row["class"]))
    message = str(first["message"])[:_LONGEST]
    if nothing_read:
        return Outcome("failed", f"No source could be read. {message}")
    return Outcome("partly", f"{_counts(failures)}. {message}")


def counted(number: int, noun: str, plural: str = "s") -> str:
    """“1 page”, “2 pages”; plural: what the noun then ends in."""
    return f"{number:,} {noun}{'' if number == 1 else plural}"


def by_weight(failures: Sequence[Row]) -> list[Row]:
    """The failures, those that may want a hand first."""
    return sorted(failures, key=lambda row: _ORDER.index(row["class"]))


def _is_serious(row: Row, lost: Collection[str]) -> bool:
    if row["class"] == "refused":
        return row.get("source") in lost or row.get("url") in lost
    return row["class"] in ("broken", "changed")


def _counts(failures: Sequence[Row]) -> str:
    """“2 broken, 1 gone”."""
    found = Counter(row["class"] for row in failures)
    return ", ".join(f"{found[name]} {name}" for name in _ORDER if found[name])
