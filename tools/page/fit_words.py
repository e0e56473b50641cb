"""The door for words on the side of the page: what may stand for a field, and what is held because it orders a reader.

A reader of the page sees its visible lines; what stands in its head or its markup alone has to be about the same thing.
Words there that share nothing with what is seen lean towards being meant for machines (see tools/orders.py).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from functools import cache

from tools import orders
from tools.models import Evidence, Fact, Plan, Value
from tools.page.seen import Seen
from tools.page.visible import View

_WORD = re.compile(r"[^\W\d_]{4,}|[぀-ヿ㐀-鿿가-힯]{2}")
_SMALL = re.compile(r"\b[^\W\d_]{1,3}\b")  # articles, prepositions: they tell the language
_HEADS = ("description", "og:description", "twitter:description", "og:title", "twitter:title")
_PROSE = (
    "tagline",
    "description",
    "tags",
    "category",
)  # fields that any part of the head may tell: orders may have displaced it
_STEM = 5  # letters of a word that are compared
_LEAST_WORDS = 3  # with fewer, sharing none is chance
_SAME_LANGUAGE = 0.66  # of a text's small words stand on a page of its language
_LEAST_CHARS = 400  # a page with less says too little of what it is about
_MOST_CHARS = 20_000  # of the page that are compared with


def shared(text: str, page: str) -> float | None:
    """Which part of a text's telling words stand on a page, 0 to 1; None where that says nothing.

    page: its visible words in lower case. A text in another language than the page's, of a few words or beside a page
    of a few words proves nothing by sharing none.
    """
    text = text.casefold()
    words = {word[:_STEM] for word in _WORD.findall(text)}
    small = set(_SMALL.findall(text))
    if len(words) < _LEAST_WORDS or len(page) < _LEAST_CHARS:
        return None
    if len(small) < _LEAST_WORDS or sum(f" {word} " in page for word in small) < len(small) * _SAME_LANGUAGE:
        return None
    return sum(word in page for word in words) / len(words)


def shown_words(view: View) -> str:
    """The words that a reader sees of a page, in lower case, as `shared` compares with them."""
    shown = (line.text for line in view.lines if not line.shade)
    return "\n".join(shown)[:_MOST_CHARS].casefold()


def screened(seen: Seen, facts: Iterable[Fact], plans: Sequence[Plan]) -> tuple[list[Fact], list[Plan], list[str]]:
    """A page's facts and plans without words that order a reader about, and for what such words are held.

    A field whose surest words are such is held as a whole, nothing else of the page stands in for it; so are tagline and
    description of a page whose head has such words anywhere. A plan loses its name alone.
    """
    page = cache(lambda: shown_words(seen.view))
    by_field: dict[str, list[Fact]] = {}
    for fact in facts:
        by_field.setdefault(fact.field, []).append(fact)
    fit: list[Fact] = []
    held: list[str] = []
    if where := _ordering_head(seen, page):
        told = [field for field in _PROSE if by_field.pop(field, None)]
        held += [orders.held(field, where) for field in told]
    for field, found in by_field.items():
        read = [(fact, _fit(fact, page)) for fact in sorted(found, key=lambda fact: -fact.confidence)]
        held += [orders.held(field, _where(fact)) for fact, left in read if left != fact.value][:1]
        if read[0][1]:
            fit += [replace(fact, value=left, evidence=_quotes(fact)) for fact, left in read if left]
    ordering = [orders.reads_as_order(plan.name, seen=True) for plan in plans]
    held += [orders.held("a plan's name", seen.url)] * sum(ordering)
    named = [replace(plan, name="") if bad else plan for plan, bad in zip(plans, ordering, strict=True)]
    return fit, named, held


def _ordering_head(seen: Seen, page: Callable[[], str]) -> str:
    """Where the page's head orders a reader about, "" for nowhere."""
    told = {"title": seen.meta.title, **{f"meta {key}": seen.meta.first(key) for key in _HEADS}}
    return next((where for where, text in told.items() if _is_order(text, page)), "")


def _is_order(text: str, page: Callable[[], str]) -> bool:
    """Whether a text of the page's head orders a reader about. page: gives its visible words, as `shared` has them."""
    return orders.reads_as_order(text, lambda: shared(text, page()))


def _fit(fact: Fact, page: Callable[[], str]) -> Value:
    """What of a fact's value orders nobody about; empty for nothing."""
    seen = fact.evidence[0].place == "visible"

    def is_order(text: str) -> bool:
        return orders.reads_as_order(text, seen=True) if seen else _is_order(text, page)

    if isinstance(fact.value, str):
        return "" if is_order(fact.value) else fact.value
    return [text for text in fact.value if not is_order(text)]


def _quotes(fact: Fact) -> tuple[Evidence, ...]:
    """A fact's quotes; of one with an order beside the value the value alone."""
    return tuple(
        replace(item, quote=fact.value)
        if isinstance(fact.value, str) and fact.value in item.quote and orders.reads_as_order(item.quote)
        else item
        for item in fact.evidence
    )


def _where(fact: Fact) -> str:
    return fact.evidence[0].path or "the page"
