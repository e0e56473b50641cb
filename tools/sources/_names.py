"""What a title calls a product, and whether an address bears that name."""

from __future__ import annotations

import re
from functools import lru_cache
from urllib.parse import urlsplit

from tools.identity import host_of, identity_of, registrable_domain

_TITLE_CHARS = 300
# What stands between a name and what it is: a dash, a colon or bar with space, or ", a …".
_SPLIT = re.compile(r"\s+[–—-]\s+|\s*:\s+|,\s+(?=an?\s|the\s)|\s+\|\s+", re.IGNORECASE)
_NAME_WORDS = 6  # of a name at the most; more is a sentence
_NO_LETTERS = re.compile(r"[\W_]+")
_VERSION = re.compile(r"(?:version|release|rel)?[\s._-]*v?\d[\w.+-]*", re.IGNORECASE)
_PRESENTS = re.compile(
    r"(?:(?:show|launch)\s(?:hn|dev)|introducing|announcing|presenting|launching|releasing|meet|say hello to|released?)\s*:?\s+",
    re.IGNORECASE,
)
# How a sentence begins that is no name, however few its words.
_SENTENCE = re.compile(
    r"(?:i|i'm|i've|i’ve|we|we're|we've|we’ve|my|our|how|why|what|when|where|who|is|are|can|should|stop|don't|let's"
    r"|you|your|this|building|making|ask|tell)\s",
    re.IGNORECASE,
)
# What is put before or after a name to get a free address or account.
_AFFIX = re.compile(
    r"^(?:get|try|use|join|go|my|the|hello|with)(?=\w{3})|(?<=\w{3})(?:app|hq|io|ai|dev|labs?|js|py|db|cli|lang|rs)$"
)
_ARTICLE = re.compile(r"/(?:blog|posts?|articles?|news|stories|20\d\d)(?:/|$)", re.IGNORECASE)
_NO_LABELS = frozenset({"www", "app", "docs", "blog", "get", "try", "m", "home", "landing"})


def split_title(title: str) -> tuple[str, str]:
    """Name and tagline of a title like "Tarn – a queue in one file"; no name where the left part is a sentence or a
    version."""
    presents = _PRESENTS.match(title := title.strip())
    title = title[presents.end() :] if presents else title
    left, *rest = _SPLIT.split(title, maxsplit=1)
    if not rest:
        return (left, "") if len(left.split()) <= 2 and _is_name(left) else ("", left)
    if not _is_name(left):
        return "", title
    return left.strip(), rest[0].strip()


def name_of(title: str, url: str, text: str) -> tuple[str, str]:
    """Name and tagline that a title gives to what stands at an address; no name that address and text do not know."""
    name, tagline = split_title(title)
    named = named_in(url, title)
    if name and (named or _stands_in(name, text)):
        return (named if named and len(named) < len(name) and _VERSION.search(name) else name), tagline
    return named, ""


def _stands_in(name: str, text: str) -> bool:
    """Whether a text holds a name as words of their own."""
    at = text.find(name)
    while at >= 0:
        before, after = text[at - 1 : at] if at else "", text[at + len(name) : at + len(name) + 1]
        if not any(side.isalnum() or side == "_" for side in (before, after)):
            return True
        at = text.find(name, at + 1)
    return False


def named_in(url: str, title: str) -> str:
    """The words of a title, as they stand there, that an address is called by; "" when it bears none of them."""
    labels = labels_of(url)
    words = [word for word in re.split(r"[\s/,:;!?()\[\]\"“”|]+", title[:_TITLE_CHARS]) if word]
    for size in (3, 2, 1):
        for start in range(len(words) - size + 1):
            said = " ".join(words[start : start + size]).strip(".'’*`#&–—-")
            if any(_fits(squash(said), label) for label in labels):
                return said
    return ""


@lru_cache(maxsize=1024)
def labels_of(url: str) -> tuple[str, ...]:
    """What an address is called by: a repository's, entry's or package's name, a site's domain and the page's own step."""
    scheme, _, where = identity_of(url).partition(":")
    steps = [step for step in where.partition("?")[0].split("/") if step]
    if scheme != "url":
        return (squash(steps[-1]),) if steps else ()
    host = host_of(url)
    domain = registrable_domain(host)
    under = [label for label in host.removesuffix(domain).split(".") if label and label not in _NO_LABELS]
    step = [] if is_article(url) else steps[1:][-1:]  # an article is called by its headline, and by nothing else
    found = [*under, domain.partition(".")[0], *step]
    return tuple(dict.fromkeys(squash(label) for label in found if len(squash(label)) >= 2))


def is_article(url: str) -> bool:
    """Whether an address looks like one piece of a blog or a paper."""
    return _ARTICLE.search(urlsplit(url).path) is not None


def squash(name: str) -> str:
    """A name as people compare it: letters and digits only, in lower case."""
    return _NO_LETTERS.sub("", name.casefold())


def _fits(said: str, label: str) -> bool:
    if len(said) < 2 or said.isdigit():
        return False
    return said == label or (len(said) >= 3 and said in (_AFFIX.sub("", label), squash(label)))


def _is_name(text: str) -> bool:
    text = text.strip()
    return (
        bool(text)
        and len(text.split()) <= _NAME_WORDS
        and not _SENTENCE.match(f"{text} ")
        and not _VERSION.fullmatch(text)
    )
