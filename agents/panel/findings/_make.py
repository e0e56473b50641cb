"""A finding from its parts."""

from __future__ import annotations

from collections.abc import Sequence

from agents.panel.findings._compare import signed
from tools.models import Citation, Finding


def finding(
    module: str, text: str, value: float, citations: Sequence[Citation], *, short: str = "", **values: object
) -> Finding:
    """A finding of the kind that a module is named for.

    value: from -1, against the product, to 1, for it. values: what the sentence is made of, in words; short: the sentence
    without what it is compared with, as it stands among other things (tools.views.takes.short_of).
    """
    direction, strength = signed(value)
    told = {name: str(word) for name, word in values.items()}
    told |= {"short": " ".join(short.split())} if short else {}
    kind = module.rpartition(".")[2]
    return Finding(kind, told, " ".join(text.split()), direction, strength, tuple(citations))
