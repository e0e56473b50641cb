"""Selectors and patterns that a stranger may have written, bounded so that neither they nor a page can hang a crawl.

A recipe is written after reading crawled text, so both it and the page may be hostile. CSS is kept to what costs about
one pass over the page, a regular expression to a budget of choices, and both are run over small things only.
"""

from __future__ import annotations

import math
import re

from selectolax.lexbor import LexborHTMLParser, SelectolaxError

from tools.errors import UsageError

SELECTOR_CHARS, PATTERN_CHARS = 300, 200
SUBJECT_CHARS = 160  # of a text that a pattern is run over
DEEPEST_PAGE = 120  # elements within each other: ".a .b .c" costs depth squared for every element (400 deep: 2.2 s)
MOST_TAGS = 40_000  # of a page: ":nth-child()" costs siblings squared (200,000 of them: 5 s)
CHOICE_BITS = 23.0  # two free repeats and an option over SUBJECT_CHARS characters: measured 0.02 s at worst
_REPEAT_BITS = math.log2(SUBJECT_CHARS)
_QUOTED = re.compile(r"\"[^\"\\\n]*\"|'[^'\\\n]*'")
_COMPARED = re.compile(r"\[\s*[\w:-]+\s*(?:[*^$|~]?=\s*[\w#./:-]*\s*[is]?\s*)?\]")
_PSEUDO = re.compile(
    r":(?:first-child|last-child|only-child|first-of-type|last-of-type|only-of-type|root|empty"
    r"|nth-(?:last-)?(?:child|of-type)\(\s*[\dn+ -]{1,12}\s*\)|not\(\s*[\w.#-]{1,80}\s*\))"
)
_SPACED = re.compile(r"\s*([>+,])\s*")
_PLAIN = re.compile(r"[\w.#>+, *-]+")


def checked_selector(css: str, where: str, *, spaces: int) -> str:
    """The selector, when it is one we run. spaces: most descendant steps ("a b") of one alternative.

    Errors: UsageError in one sentence that begins with `where`.
    """
    if not isinstance(css, str) or not css.strip() or len(css) > SELECTOR_CHARS:
        raise UsageError(f"{where}: a CSS selector of 1 to {SELECTOR_CHARS} characters is expected.")
    rest = _PSEUDO.sub("", _COMPARED.sub("", _QUOTED.sub("", css)))
    rest = _SPACED.sub(r"\1", rest.strip())
    if rest and not _PLAIN.fullmatch(rest):
        raise UsageError(
            f"{where}: {css!r} uses more of CSS than a recipe may: tags, classes, ids, [attribute=value], >, +, a comma, "
            ":nth-child(), :first-child and their like, :not(.class)."
        )
    if rest.count(",") > 3 or any(part.count(" ") > spaces for part in rest.split(",")):
        raise UsageError(
            f"{where}: {css!r} has too many steps; at most {spaces} spaces an alternative and four alternatives, "
            'use ">" for a direct child.'
        )
    try:
        LexborHTMLParser("<p>").css(css)
    except SelectolaxError:
        raise UsageError(f"{where}: {css!r} is no CSS selector.") from None
    return css.strip()


def checked_pattern(pattern: str, where: str) -> re.Pattern[str]:
    """The compiled pattern, when no text of SUBJECT_CHARS characters can keep it busy. Errors: UsageError.

    Known to the check: literals, classes, escapes like \\d, groups ( ) and (?: ), |, ^ $ \\b, * + ? {m,n}. What repeats
    may hold nothing that repeats or chooses, and all choices together stay within CHOICE_BITS.
    """
    if not isinstance(pattern, str) or not 0 < len(pattern) <= PATTERN_CHARS:
        raise UsageError(f"{where}: a regular expression of 1 to {PATTERN_CHARS} characters is expected.")
    bits = _Scan(pattern, where).bits() + _REPEAT_BITS  # it may begin anywhere
    if bits > CHOICE_BITS:
        raise UsageError(
            f"{where}: {pattern!r} can match in too many ways; use fewer *, +, ? and |, or counts like {{1,3}}."
        )
    try:
        compiled = re.compile(pattern)
    except re.error as error:
        raise UsageError(f"{where}: {pattern!r} is no regular expression: {error}.") from None
    if compiled.groups > 1:
        raise UsageError(f"{where}: {pattern!r} has {compiled.groups} groups; one at most, write the others (?: ).")
    return compiled


def first_match(pattern: re.Pattern[str], text: str) -> str | None:
    """The pattern's group, or all it matches, in the first SUBJECT_CHARS characters of a text; None when it does not."""
    match = pattern.search(text[:SUBJECT_CHARS])
    if match is None:
        return None
    found = match[1] if pattern.groups else match[0]
    return found.strip() if found else None


_TOKEN = re.compile(
    r"(?P<open>\((?:\?:)?(?!\?))|(?P<close>\))|(?P<alt>\|)|(?P<repeat>[*+?]|\{\d{1,3}(?:,\d{0,3})?\})"
    r"|(?P<atom>\\[dDwWsSbBtnr]|\\[^\w\s]|\[\^?\]?(?:\\.|[^\]\\])*\]|[^\\\[\](){}*+?|])",
    re.DOTALL,
)


class _Scan:
    """One reading of a pattern, token by token: what it does not know is refused."""

    def __init__(self, pattern: str, where: str) -> None:
        self.pattern, self.where = pattern, where

    def bits(self) -> float:
        """Choices of the whole pattern, as a power of two."""
        total, at = 0.0, 0
        last = -1.0  # choices inside what a quantifier here would repeat; below 0: nothing to repeat
        opened: list[float] = []  # the total where each open group began
        while at < len(self.pattern):
            token = _TOKEN.match(self.pattern, at)
            if token is None:
                raise UsageError(
                    f"{self.where}: {self.pattern!r} has at {at} what a pattern may not use (look-around, a back "
                    "reference, a flag, a named group) or an unclosed bracket."
                )
            at, kind = token.end(), token.lastgroup
            if kind == "open":
                opened.append(total)
                last = -1.0
            elif kind == "close":
                if not opened:
                    raise UsageError(f"{self.where}: {self.pattern!r} closes a group that was not opened.")
                last = total - opened.pop()
            elif kind == "alt":
                total, last = total + 1.0, -1.0
            elif kind == "repeat":
                total += self._repeat(token[0], last)
                last = -1.0
                at += self.pattern.startswith("?", at)  # lazy: as many ways
            else:
                last = 0.0
        if opened:
            raise UsageError(f"{self.where}: {self.pattern!r} does not close a group.")
        return total

    def _repeat(self, sign: str, inside: float) -> float:
        if inside < 0:
            raise UsageError(f"{self.where}: {self.pattern!r} repeats a repeat, or nothing at all.")
        least, most = self._bounds(sign)
        if most > 1 and inside > 0:
            raise UsageError(f"{self.where}: {self.pattern!r} repeats a group that repeats or chooses in itself.")
        return math.log2(most - least + 1)

    def _bounds(self, sign: str) -> tuple[int, int]:
        if sign in ("*", "+", "?"):
            return (0, 1) if sign == "?" else (0, SUBJECT_CHARS - 1)
        low, comma, high = sign[1:-1].partition(",")
        most = int(high) if high else SUBJECT_CHARS if comma else int(low)
        if int(low) > most or most > SUBJECT_CHARS:
            raise UsageError(f"{self.where}: {self.pattern!r} counts to {most}; at most {SUBJECT_CHARS} is allowed.")
        return int(low), most
