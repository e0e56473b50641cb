"""The notes of a page's prices: "$9*" and, further down, "* per month, billed annually"."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator
from functools import cached_property
from typing import NamedTuple

from tools.page.pricing.money import Convention, find_money
from tools.page.visible import View

_SIGN = r"\*{1,3}|[†‡]{1,3}|§|[¹²³⁴-⁹]|\[[1-9]\]|\([1-9]\)"
_BESIDE = re.compile(rf"{_SIGN}|(?:^ |(?<=[^\W\d]))[1-9](?![\w.,%])")  # "$9 1/mo", "$9/mo1": a raised digit, perhaps
_NOTE = re.compile(rf"(?:^|(?<=\s))({_SIGN}|^[1-9])\)?\s*(?=[^\W\d])")
_REACH = 40  # characters behind an amount among which its sign stands
_MOST_RAISED, _CLIMB = 500, 8  # raised digits of a page, and elements around one among which its block is
_LONGEST_LINE, _LONGEST = 400, 120  # characters of a line that holds notes, and of what a note says of its prices


class Note(NamedTuple):
    """What a note says, up to an amount in it, and its line."""

    text: str
    line: int


def is_note(text: str) -> bool:
    """Whether a line begins with the sign of a note that no digit is."""
    return _NOTE.match(text) is not None and not text[0].isdecimal()


class Notes:
    """The notes of a page by their signs, looked for when the first price bears one."""

    def __init__(self, view: View, convention: Convention) -> None:
        self.view, self.convention = view, convention

    def read(self, line: int, after: str) -> tuple[str, Note] | None:
        """What stands behind an amount of a line without the sign of its note, and that note; None without one."""
        for sign in _BESIDE.finditer(after[:_REACH]):
            said = sign[0].strip()
            if said.isdecimal() and not self._is_raised(line, said):
                continue
            if note := self._of(said, line):
                return f"{after[: sign.start()].rstrip()}{after[sign.end() :]}".rstrip(), note
        return None

    def _of(self, sign: str, line: int) -> Note | None:
        """The next note of a sign below a line, else the last one above."""
        notes = self._all.get(sign, [])
        below = bisect_right(notes, line, key=lambda note: note.line)
        return notes[min(below, len(notes) - 1)] if notes else None

    @cached_property
    def _all(self) -> dict[str, list[Note]]:
        """The notes by their signs."""
        found: dict[str, list[Note]] = defaultdict(list)
        for at, line in enumerate(self.view.lines):
            if not line.shade and len(line.text) <= _LONGEST_LINE:
                for sign, text in self._in(at, line.text):
                    found[sign].append(Note(text, at))
        return {sign: list(_without_bullets(notes)) for sign, notes in found.items()}

    def _in(self, at: int, text: str) -> Iterator[tuple[str, str]]:
        """The notes of a line that begins with one: each sign, and the words behind it."""
        if not _NOTE.match(text) or (text[0].isdecimal() and not self._is_raised(at, text[0])):
            return
        signs = list(_NOTE.finditer(text))
        for number, sign in enumerate(signs):
            end = signs[number + 1].start() if number + 1 < len(signs) else len(text)
            said = text[sign.end() : end]
            money = next(find_money(said, self.convention), None)
            yield sign[1], said[: min(_LONGEST, money.start if money else _LONGEST)].strip()

    def _is_raised(self, line: int, digit: str) -> bool:
        """Whether a digit stands raised in a line's block."""
        return digit in self._raised.get(self.view.blocks[self.view.lines[line].block].node.mem_id, ())

    @cached_property
    def _raised(self) -> dict[int, set[str]]:
        """The digits that stand raised in a block, by its node."""
        found: dict[int, set[str]] = defaultdict(set)
        blocks = {block.node.mem_id for block in self.view.blocks}
        for raised in self.view.tree.css("sup")[:_MOST_RAISED]:
            digit, around = (raised.text() or "").strip(), raised.parent
            for _ in range(_CLIMB):
                if around is None or around.mem_id in blocks:
                    break
                around = around.parent
            if around is not None and len(digit) == 1 and digit.isdecimal():
                found[around.mem_id].add(digit)
        return found


def _without_bullets(notes: list[Note]) -> Iterator[Note]:
    """The notes without those of neighbouring lines: one sign line by line is a list's."""
    lines = {note.line for note in notes}
    return (note for note in notes if not lines & {note.line - 1, note.line + 1})
