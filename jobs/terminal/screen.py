"""The screen itself: the console, plain text, lines, headings, tables, marks; progress on stderr.

Crawled text never reaches the terminal raw: control characters are dropped, markup is not interpreted.
"""

from __future__ import annotations

import shutil
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from rich.console import Console, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

LINE_EVERY_S = 1.0
PIPE_WIDTH = 120  # columns where there is no terminal and COLUMNS does not say
WIDE = 110  # columns of a screen on which a product's line stands without breaking names
# The marks of the site, as characters; the second is for a terminal that has no such character.
MARKS = {
    "Ship": ("■", "#"),
    "ship": ("■", "#"),
    "Skip": ("☒", "x"),
    "skip": ("☒", "x"),
    "Split": ("◪", "/"),
    "Not enough evidence": ("⛶", "."),
    "": ("⛶", "."),
}
QUOTE = "yellow"  # the one accent: there is a source


class _Console(Console):
    def on_broken_pipe(self) -> None:
        """The reader has gone (`scout list | head`): jobs/cli.py ends with 0 then, where rich would end with 1."""
        raise BrokenPipeError


def console(stderr: bool = False) -> Console:
    """Stdout or stderr as it is now, as wide as COLUMNS or the terminal says, else PIPE_WIDTH columns."""
    made = _Console(stderr=stderr, highlight=False, markup=False, emoji=False)
    if not made.is_terminal:
        made.width = shutil.get_terminal_size((PIPE_WIDTH, 24)).columns
    return made


def show(found: RenderableType) -> None:
    """Print something on stdout; where nobody looks at it, without the blanks that fill its lines."""
    out = console()
    if out.is_terminal:
        out.print(found)
        return
    with out.capture() as caught:
        out.print(found)
    for row in caught.get().splitlines():
        out.print(Text(row.rstrip()), soft_wrap=True)


def plain(value: object) -> str:
    """Text safe for a terminal: no control characters, no escapes, one line."""
    return " ".join("".join(c if c.isprintable() or c.isspace() else " " for c in str(value)).split())


def mark(word: str | None) -> str:
    """The mark of a verdict or vote, beside its word."""
    return written(*MARKS.get(word or "", MARKS[""]))


def written(rich: str, simple: str) -> str:
    """The first, or the second where the terminal cannot show it."""
    try:
        rich.encode(sys.stdout.encoding or "ascii")
    except UnicodeEncodeError:
        return simple
    return rich


@contextmanager
def progress() -> Iterator[Callable[[str], None]]:
    """A function that shows what is being done: a spinner with the time on a terminal, elsewhere a line now and then; on
    stderr. What stands before a text's last line break is done, and always printed.
    """
    err, clock = console(stderr=True), _Clock()
    if not err.is_terminal:
        lines = _Lines(err, clock)
        yield lines.say
        lines.end()
        return
    with err.status(_Doing(clock)) as status:
        # redirected while this lasts, so that lines of the log stand above the spinner, never through it
        def say(text: str) -> None:
            done, _, doing = text.rpartition("\n")
            for row in done.splitlines():
                err.print(plain(row), soft_wrap=True)
            if doing:
                status.update(_Doing(clock, doing))

        yield say


class _Clock:
    """Minutes and seconds since it was made: “0:42”, “1:02:03”."""

    def __init__(self) -> None:
        self._began = time.monotonic()

    def __str__(self) -> str:
        minutes, seconds = divmod(int(time.monotonic() - self._began), 60)
        hours, minutes = divmod(minutes, 60)
        return f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes}:{seconds:02}"


class _Doing:
    """The time and what is being done, on one line however narrow the screen."""

    def __init__(self, clock: _Clock, text: str = "starting …") -> None:
        self._clock, self._text = clock, plain(text)

    def __rich__(self) -> Text:
        return Text(f"{self._clock}  {self._text}", no_wrap=True, overflow="ellipsis")


class _Lines:
    """For logs: a line at most every LINE_EVERY_S, since a sweep of 1,000 products is no 1,000 lines; and the last one."""

    def __init__(self, err: Console, clock: _Clock) -> None:
        self._err, self._clock = err, clock
        self._at, self._unsaid = -LINE_EVERY_S, ""

    def say(self, text: str) -> None:
        done, _, doing = text.rpartition("\n")
        for row in done.splitlines():
            self._err.print(plain(row), soft_wrap=True)
        self._unsaid = doing
        now = time.monotonic()
        if doing and now - self._at >= LINE_EVERY_S:
            self._at = now
            self.end()

    def end(self) -> None:
        """Print what was said last, if it was not."""
        if self._unsaid:
            self._err.print(f"{self._clock}  {plain(self._unsaid)}", soft_wrap=True)
        self._unsaid = ""


def line(text: str) -> None:
    """One line on stdout."""
    console().print(plain(text), soft_wrap=True)


def sentence(text: str) -> None:
    """A text on stdout whose lines break between words."""
    show(Text(plain(text)))


def blank() -> None:
    """An empty line on stdout."""
    console().print()


def heading(text: str) -> None:
    """An ink line with words, as the site's sections open."""
    console().rule(Text(plain(text), style="bold"), align="left", style="bold")


def as_called() -> str:
    """How `scout` is called here: by its name where the shell finds it so, else by the path it was started by."""
    called = Path(sys.argv[0])
    found = shutil.which("scout")
    if called.name != "scout" or (found and Path(found).resolve() == called.resolve()):
        return "scout"
    here = Path.cwd()
    return str(called.relative_to(here) if called.is_relative_to(here) else called)


def table(columns: Sequence[str], rows: Sequence[Sequence[object]], right: Sequence[str] = ()) -> None:
    """A plain table: ink line under the head, hairlines nowhere."""
    show(_table(columns, rows, right))


def _table(columns: Sequence[str], rows: Sequence[Sequence[object]], right: Sequence[str] = ()) -> Table:
    grid = Table(box=None, pad_edge=False, header_style="bold", padding=(0, 2, 0, 0))
    for column in columns:
        grid.add_column(
            column,
            justify="right" if column in right else "left",
            overflow="fold",
            no_wrap=column in ("Verdict", "Slug", "Run", "Job", "Queued"),
        )
    for row in rows:
        grid.add_row(*(cell if isinstance(cell, Text) else Text(plain(cell)) for cell in row))
    return grid


def hanging(lead: Text, text: Text, indent: int = 0) -> None:
    """A text behind its lead; what does not fit on the line stays behind it."""
    grid = Table.grid()
    grid.add_column(no_wrap=True)
    grid.add_column(overflow="fold")
    grid.add_row(lead, text)
    show(Padding(grid, (0, 0, 0, indent), expand=False))


def pairs(values: dict[str, Any]) -> None:
    """Name and value, a line each; nested values indented."""
    rows = [(key, value if not isinstance(value, dict | list) else _short(value)) for key, value in values.items()]
    grid = Table.grid(padding=(0, 2, 0, 0))
    for key, value in rows:
        grid.add_row(Text(plain(key), style="bold"), Text(plain("—" if value in (None, "") else value)))
    show(grid)


def _short(value: dict[str, Any] | list[Any]) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{key} {plain(item)}" for key, item in value.items()) or "none"
    return ", ".join(_short(item) if isinstance(item, dict | list) else plain(item) for item in value) or "none"


def value_text(value: str | list[str]) -> str:
    """A fact's value in a line."""
    return ", ".join(value) if isinstance(value, list) else value
