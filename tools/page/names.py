"""Names as texts: how one is tidied, cut out of a title, and looks inside an address."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from tools.identity import host_of, registrable_domain
from tools.page.visible import clean

# Title separators: a bar, bullet or dash with space around, a colon with space after.
_SEPARATORS = re.compile(r"\s*[|•·»›⟩‣∙⋅｜]\s*|\s+[-–—―~/]+\s+|\s*::\s*|:\s+|：|\s+[–—]|[–—]\s+")
_MARKS = re.compile("[™®©℠]|\\((?:tm|r|c)\\)", re.IGNORECASE)


def squash(text: str) -> str:
    """Letters and digits only, lower case: how a name looks inside an address."""
    text = text[:400].lower()
    return "".join(filter(str.isalnum, text if text.isascii() else clean(text)))


def tidy(text: str) -> str:
    """A name without trademark signs, quotes and stray punctuation at its ends."""
    if not text.isascii() or "(" in text:
        text = _MARKS.sub("", clean(_MARKS.sub("", text)))
    return " ".join(text.split()).strip(" \t,;:|-–—·•\"“”'‘’").strip()


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
