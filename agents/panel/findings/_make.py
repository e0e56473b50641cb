"""A finding from its parts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from agents.panel.findings._compare import Direction, signed
from tools.models import Citation, Finding


def finding(
    module: str,
    text: str,
    value: float,
    citations: Sequence[Citation],
    *,
    short: str = "",
    **values: object,
) -> Finding:
    """A finding of the kind that a module is named for.

    value: from -1, against the product, to 1, for it. values: what the sentence is made of, in words; short: the sentence
    without what it is compared with, as it stands among other things (tools.views.takes.short_of).
    """
    return _made(module, text, *signed(value), citations, short, values)


def silent(one: Finding, *, when: bool) -> Finding:
    """The same finding, which counts and is no sentence for readers where that is so."""
    return replace(one, silent=when)


def plain(
    module: str, text: str, worth: float, citations: Sequence[Citation], *, short: str = "", **values: object
) -> Finding:
    """A finding that speaks neither for nor against and that a reader wants to know all the same. worth: from WORTH_TELLING
    to 1, by which it comes before others."""
    return _made(module, text, 0, worth, citations, short, values)


def _made(
    module: str,
    text: str,
    direction: Direction,
    strength: float,
    citations: Sequence[Citation],
    short: str,
    values: Mapping[str, object],
) -> Finding:
    told = {name: str(word) for name, word in values.items()}
    told |= {"short": " ".join(short.split())} if short else {}
    kind = module.rpartition(".")[2]
    return Finding(kind, told, " ".join(text.split()), direction, strength, tuple(citations))
