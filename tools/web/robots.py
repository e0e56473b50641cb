"""What a robots.txt says to us: RFC 9309 as Google's own parser reads it.

Protego does the matching. Before it, the file is evened out: real files carry BOMs, missing colons, unknown lines and
product tokens with versions, which split groups or hide rules from it (Google's 140 cases: Protego alone 128, all with
this, 2026).
"""

from __future__ import annotations

import re
from functools import lru_cache
from urllib.parse import quote, urlsplit

from protego import Protego

MAX_BYTES = 512_000  # RFC 9309 section 2.5: parse at least 500 KiB
MAX_LINE = 16_664  # Google's reader keeps 2083 * 8 bytes of a line
MAX_SITEMAPS = 20
_SITEMAP = re.compile(r"^\s{0,99}sitemap\s{0,9}:[ \t]{0,99}(https?://\S{1,1000})", re.IGNORECASE | re.MULTILINE)
_WORD = re.compile(r"[\w-]+")
_VERSIONED = re.compile(r"([\w-]+)/\d")
_FIELDS = {
    "user-agent": "user-agent",
    "useragent": "user-agent",
    "user agent": "user-agent",
    "allow": "allow",
    "disallow": "disallow",
    "dissallow": "disallow",
    "dissalow": "disallow",
    "disalow": "disallow",
    "diasllow": "disallow",
    "disallaw": "disallow",
    "crawl-delay": "crawl-delay",
    "crawl delay": "crawl-delay",
}
_BARE = re.compile(rf"({'|'.join(sorted(_FIELDS, key=len, reverse=True))})[ \t]+(\S.*)", re.IGNORECASE)
_ESCAPE = re.compile(r"%(3[0-9]|[46][1-9A-Fa-f]|[57][0-9Aa]|[89A-Fa-f][0-9A-Fa-f])")  # 0-9 A-Z a-z, non-ASCII
_SAFE = ":/?#[]@!$&'()*+,;=%-._~"


def allowed(robots_txt: str | bytes, url: str, agent: str) -> bool:
    """Whether this robots.txt lets `agent` fetch `url`. Only the agent's product token counts ("Scout" of "Scout/1")."""
    return Rules(robots_txt).allowed(url, agent)


def crawl_delay(robots_txt: str | bytes, agent: str) -> float | None:
    """The seconds between requests that it asks of `agent`; None when it does not say."""
    return Rules(robots_txt).crawl_delay(agent)


class Rules:
    """One robots.txt, read."""

    def __init__(self, robots_txt: str | bytes) -> None:
        text = robots_txt if isinstance(robots_txt, str) else robots_txt[:MAX_BYTES].decode("utf-8", "replace")
        lines = _evened(text)
        self._groups = {value for field, value in lines if field == "user-agent"}
        # Most files have nothing to say to most agents: no need to match then.
        self.silent = not any(value and field in ("disallow", "crawl-delay") for field, value in lines)
        self.sitemaps = _SITEMAP.findall(text)[:MAX_SITEMAPS]
        self._parsed = Protego.parse("\n".join(f"{field}: {value}" for field, value in lines))

    def allowed(self, url: str, agent: str) -> bool:
        """Whether `agent` may fetch `url`, which is compared as it is: percent-encode it before."""
        group = "" if self.silent else self._group(agent)
        return not group or self._parsed.can_fetch(_literal(url), group)

    def crawl_delay(self, agent: str) -> float | None:
        """Seconds between requests; None when it does not say."""
        group = self._group(agent)
        return self._parsed.crawl_delay(group) if group else None

    def _group(self, agent: str) -> str:
        """The group that speaks to this agent: its own, else everybody's, else ""."""
        own = next((token for token in _tokens(agent) if token in self._groups), None)
        return own or ("*" if "*" in self._groups and agent.strip() else "")


@lru_cache(maxsize=64)
def _tokens(agent: str) -> tuple[str, ...]:
    """The product tokens of an agent: the word itself, or the versioned names of a whole user agent line.

    Words without a version are no token (RFC 9309 section 2.2.1), so "Foo Bar" is not Foo.
    """
    agent = agent.strip().lower()
    versioned = _VERSIONED.findall(agent)
    return tuple(versioned) if versioned else (agent,)


def _evened(text: str) -> list[tuple[str, str]]:
    """The lines that concern us as field and value, spelled the way every parser reads them."""
    lines = []
    for line in re.split(r"[\r\n]", text.removeprefix("\ufeff").removeprefix("\u00ef\u00bb\u00bf")):
        field, value = _field(line[:MAX_LINE].partition("#")[0].strip())
        if field == "user-agent":
            # A group for nobody keeps its place: without the line its rules would go to the group before.
            value = _group_name(value) or "-"
        elif field in ("allow", "disallow"):
            value = _literal(quote(value, safe=_SAFE)) if value else value
        if field:
            lines.append((field, value))
    return lines


def _group_name(value: str) -> str:
    if value == "*" or value[:2] in ("* ", "*\t"):
        return "*"
    word = _WORD.match(value)
    return word[0].lower() if word else ""


def _field(line: str) -> tuple[str, str]:
    """Known field and its value; ("", "") for a line to leave out."""
    name, colon, value = line.partition(":")
    known = _FIELDS.get(name.strip().lower()) if colon else None
    if known:
        return known, value.strip()
    bare = _BARE.fullmatch(line)
    if bare:
        return _FIELDS[bare[1].lower()], bare[2].strip()
    # An unknown line with a path is a misspelt rule: it says nothing, but it ends the list of agents above it.
    return ("disallow", "") if value.lstrip().startswith("/") else ("", "")


def _literal(address: str) -> str:
    """Escaped letters and non-ASCII bytes as plain characters, in one spelling.

    Protego decodes escapes on both sides and so lets "%62" match "b", which Google's parser does not. Punctuation
    stays to Protego: "%7E" and "~" are one.
    """
    return _ESCAPE.sub(lambda m: f"%25{m[1].upper()}", address)


def robots_address(url: str) -> str:
    """Where the robots.txt of an address's origin lies."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}/robots.txt"
