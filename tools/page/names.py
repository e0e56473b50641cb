"""Names as texts: how one is tidied, cut out of a title, and looks inside an address."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from urllib.parse import urlsplit

from tools.identity import host_of, registrable_domain
from tools.page.visible import clean

# Title separators: a bar, bullet or dash with space around, a colon with space after.
_SEPARATORS = re.compile(r"\s*[|•·»›⟩‣∙⋅｜]\s*|\s+[-–—―~/]+\s+|\s*::\s*|:\s+|：|\s+[–—]|[–—]\s+")
_SQUASHED = {code: chr(code).lower() if chr(code).isalnum() else None for code in range(128)}
_MARKS = re.compile("[™®©℠]|\\((?:tm|r|c)\\)", re.IGNORECASE)

# Who a page compares itself with; one of the stems stands in every text that the pattern matches.
_RIVAL_STEMS = ("alternativ", "vs", "versus", "compared", "replace", "switch", "migrat")
_RIVAL = re.compile(
    r"(?:^|\b)(?:best |top |free |open[- ]source |\d+ )*(?P<a>[\w.]+(?: [\w.]+)?) alternatives?\b|\balternatives? (?:to|for) (?P<b>[\w.]+(?: [A-Z][\w.]+)?)|"
    r"\b(?:vs\.?|versus|compared (?:to|with)|replace(?:ment for)?|switch(?:ing)? from|migrat(?:e|ing) from) (?P<c>[\w.]+(?: [A-Z][\w.]+)?)",
    re.IGNORECASE,
)
_NO_RIVAL_NAME = re.compile(
    r"(?:free|paid|premium|basic|starter|pro|professional|plus|teams?|business|enterprise|standard|growth|monthly|annual|yearly|others?|competitors?|competition|traditional|manual|before|after|spreadsheets?|excel|without)(?: \w+)?",
    re.IGNORECASE,
)
NO_RIVAL = frozenset(
    """the a an free best open source and or your our desktop cloud perfect great modern simple online self hosted privacy friendly
    any all other top""".split()
)


@lru_cache(maxsize=4096)
def squash(text: str) -> str:
    """Letters and digits only, lower case: how a name looks inside an address."""
    text = text[:400]
    return text.translate(_SQUASHED) if text.isascii() else "".join(filter(str.isalnum, clean(text.lower())))


def tidy(text: str) -> str:
    """A name without trademark signs, quotes and stray punctuation at its ends."""
    if not text.isascii() or "(" in text:
        text = _MARKS.sub("", clean(_MARKS.sub("", text)))
    return " ".join(text.split()).strip(" \t,;:|-–—·•\"“”'‘’←→↗").strip()


def segments(title: str) -> list[str]:
    """A title cut at its separators, in order; beyond 400 characters it is no title."""
    return [s for s in (tidy(piece) for piece in _SEPARATORS.split(title[:400])) if s]


def labels_of(url: str) -> tuple[str, str]:
    """The registered label of an address and its whole host, both squashed: "acme", "docsacmeio"."""
    host = host_of(url).removeprefix("www.")
    domain = registrable_domain(host)
    if shared_host(url):  # somebody's pages on a public host: the path names the thing, the host its owner
        step = squash(urlsplit(url).path.split("/")[1].split(".")[0])
        return (step, step) if step else (squash(domain.split(".")[0]), squash(host))
    return squash(domain.split(".")[0]), squash(host)


def shared_host(url: str) -> bool:
    """A host that many products share by path: people's pages on a public suffix."""
    host = host_of(url)
    return (
        registrable_domain(host) == host
        and host.count(".") >= 2
        and not host.startswith("www.")
        and len(urlsplit(url).path) > 1
    )


def rivals_in(text: str) -> Iterator[str]:
    """Names that a title, heading, description or address (its signs made spaces) compares its own with."""
    text = text[:600]
    low = text.lower()
    for match in _RIVAL.finditer(text) if any(stem in low for stem in _RIVAL_STEMS) else ():
        said = (match["a"] or match["b"] or match["c"] or "").strip(" .").split()
        rival = " ".join(word for word in said if word.lower() not in NO_RIVAL)
        if is_rival_name(rival):
            yield rival


def is_rival_name(text: str) -> bool:
    """Whether a text may name a product that another is compared with: a plan, "others" and "spreadsheets" name none."""
    return len(squash(text)) > 2 and not _NO_RIVAL_NAME.fullmatch(text)
