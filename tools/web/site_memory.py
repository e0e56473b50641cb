"""What is remembered of a site about browsers: that its pages need one, or that one brought nothing. Pure.

Only a page that was read teaches anything. What failed on the way (a timeout, a 5xx, a 429, a challenge, a script that
got no answer) is "unclear", and unclear is forgotten at once (crawlee #2446, crawlee-python #2096).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from tools.identity import address_key
from tools.knowledge import moment
from tools.models import Extraction

Outcome = Literal["helped", "in vain", "not needed", "unclear"]
_REST, _LONGEST_REST = timedelta(days=7), timedelta(days=56)  # doubled each time a browser brings nothing again
_PATIENCE = 3  # pages in a row that a browser brought nothing to, before a site that needed one is doubted
_MORE_TEXT, _MORE_CHARS = 1.5, 40
_NO_MORE = "a browser showed no more: "


@dataclass(frozen=True, slots=True)
class Known:
    """What a site taught. `misses`: in a row, how often a browser brought nothing."""

    render: bool
    why: str
    misses: int
    at: datetime

    @classmethod
    def of(cls, row: Mapping[str, Any]) -> Known:
        """From a row of the store."""
        return cls(bool(row["render"]), row["why"], row["misses"], moment(row["at"]))


def site_of(url: str) -> str:
    """The site that an address teaches something about: its host, and its port where it has one of its own."""
    return re.split(r"[/?]", address_key(url), maxsplit=1)[0]


def rests(known: Known | None, sign: str, now: datetime) -> bool:
    """Whether a page that asks for a browser by this sign is left as it is: lately one brought nothing here.

    A sign of another kind is another question: where no script brings text, a switch of prices may still switch.
    """
    if known is None or known.render or not known.misses or _kind(sign) not in known.why:
        return False
    return now < known.at + min(_REST * (1 << min(known.misses - 1, 10)), _LONGEST_REST)


def outcome(served: Extraction, shown: Extraction | None, *, faulty: bool) -> Outcome:
    """What a browser brought: the page as served against the page as shown. faulty: some of it may not have come."""
    if shown and _says_more(shown, served):
        return "helped"
    return "unclear" if faulty or shown is None else "in vain"


def _says_more(shown: Extraction, served: Extraction) -> bool:
    if len(shown.plans) > len(served.plans) or len(shown.missing) < len(served.missing):
        return True
    return shown.text_chars > _MORE_TEXT * served.text_chars + _MORE_CHARS


def learned(known: Known | None, result: Outcome, why: str) -> tuple[bool, str, int] | None:
    """What to remember of the site now (render, why, misses); None: what is known stands."""
    if result == "helped":
        return None if known and known.render and not known.misses else (True, why, 0)
    if result == "not needed":
        return (False, "plain HTTP suffices", 0) if known and known.render else None
    if result == "in vain":
        misses = known.misses + 1 if known else 1
        if known and known.render and misses < _PATIENCE:
            return (True, known.why, misses)
        return (False, _in_vain(known, why), misses)
    return None


def _in_vain(known: Known | None, why: str) -> str:
    """By which signs a browser was asked for and showed no more."""
    before = known.why.removeprefix(_NO_MORE) if known and known.why.startswith(_NO_MORE) else ""
    kinds = [kind for kind in before.split("; ") if kind]
    return _NO_MORE + "; ".join(dict.fromkeys((*kinds, _kind(why))))


def _kind(sign: str) -> str:
    """What a sign has in common with others of its kind: not its figures, nor what it gives for detail."""
    return re.sub(r"^\d+ ", "", sign).partition(",")[0]


def browser_sign(said: Extraction | None) -> str:
    """Why the page as read needs a browser; "" when it does not."""
    troubles = said.trouble if said else ()
    return next((why.removeprefix("browser: ") for why in troubles if why.startswith("browser: ")), "")


def picture_sign(said: Extraction | None) -> str:
    """Why only an eye can read the page's prices; "" when text tells them, or there are none."""
    troubles = said.trouble if said else ()
    return next((why for why in troubles if why.startswith("look: its prices")), "")
