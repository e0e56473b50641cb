"""What a page shows, read once: the noun that every fact reader gets."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from tools.models import Evidence, Fact, Link, Place, Rung, Value
from tools.page.choose.names import Page as Clues
from tools.page.choose.words import words_of
from tools.page.hero import Hero
from tools.page.links import links_of
from tools.page.markup import Meta, read_jsonld, read_meta, read_microdata
from tools.page.price_switch import MARK, State, cut_states
from tools.page.visible import View, parse, view_of


@dataclass(frozen=True)
class Seen:
    """One page: its address, its markup, the lines a reader sees, its head, its schema.org objects, its links,
    and what its price switch shows besides."""

    url: str
    html: str
    view: View
    meta: Meta
    items: list[dict[str, Any]]
    links: list[Link]
    states: list[State]

    @cached_property
    def hero(self) -> Hero:
        """The main heading and the paragraph under it."""
        return Hero(self.view)

    @cached_property
    def clues(self) -> Clues:
        """What the trained heads judge names and taglines by."""
        return Clues(self.view, self.meta, self.items, self.url, words_of(self.view))

    @cached_property
    def whole(self) -> str:
        """The visible text of the page, whatever state its switch is in."""
        return (view_of(parse(self.html)) if self.states else self.view).text()

    def quote(self, quote: str, place: Place, path: str = "") -> Evidence:
        """A place of this page as evidence."""
        return Evidence(self.url, place, quote, path)


def see(html: str, url: str) -> Seen:
    """The page of an HTML text."""
    tree = parse(html)
    states = cut_states(tree) if MARK in html else []
    view, meta = view_of(tree), read_meta(tree, url)
    return Seen(url, html, view, meta, read_jsonld(tree) + read_microdata(tree), links_of(view, url), states)


def found(field: str, value: Value, rung: Rung, confidence: float, *evidence: Evidence) -> Iterator[Fact]:
    """The fact, with its confidence to two digits; nothing without a value or without evidence."""
    if value and evidence:
        yield Fact(field, value, rung, round(min(confidence, 1.0), 2), evidence)
