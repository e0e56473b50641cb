"""A product in a few plain sentences of facts, for who has no verdict to go by: what it is, what it costs, what is new on it,
where it launched. What is not known is left out, but for the price."""

from __future__ import annotations

from collections.abc import Iterator

from tools.exporters._prices import moves
from tools.exporters._words import clip, source_name
from tools.page.categories import name_of
from tools.page.markdown_card import first_sentences
from tools.views.documents import LaunchDoc, ProductDocument
from tools.views.findings import measured, newest, stated, statement_words
from tools.views.price_words import price_to_start
from tools.views.takes import count, day

NO_VERDICT = "Not enough evidence"
_PLACES = 3  # launches that are named
_METRICS = ("points", "comments")


def brief(document: ProductDocument) -> list[str]:
    """The sentences; the first says what it is, where its pages say so."""
    found = (what_it_is(document), _belongs(document), _costs(document), *_new_on_it(document), _launched(document))
    return [sentence for sentence in found if sentence]


def what_it_is(document: ProductDocument) -> str:
    """Its tagline, else how its description begins, else what its launch says of it; "" for none of them."""
    launched = next((one.tagline for one in document.launches if one.tagline), "")
    said = document.tagline or first_sentences(document.description or "", 240) or launched
    return sentence(clip(said, 300))


def sentence(words: str) -> str:
    """Words with a full stop behind them, where they end in none of their own."""
    return f"{words}." if words and words[-1].isalnum() else words


def _belongs(document: ProductDocument) -> str:
    category, licence = name_of(document.category), clip(document.license, 60)
    parts = (f"Category: {category}" if category else "", f"licence: {licence}" if licence else "")
    words = "; ".join(filter(None, parts))
    return sentence(words[:1].upper() + words[1:])


def _costs(document: ProductDocument) -> str:
    limit = stated(document.dossier, "free_limit")
    free = f" The free plan ends at {clip(statement_words(limit), 60)}." if limit and limit.value else ""
    return f"Price to start: {clip(price_to_start(document).text, 120)}.{free}"


def _new_on_it(document: ProductDocument) -> Iterator[str]:
    for move in moves(document)[:1]:
        yield f"Price change, {day(move.at)}: {move.words}."
    release, year = (newest(document.dossier, metric) for metric in ("released_at", "releases_365d"))
    if release:
        many = f", {count(year.value)} in a year" if year and year.value > 1 else ""
        yield f"Last release: {measured('released_at', release.value)}{many}."


def _launched(document: ProductDocument) -> str:
    """“Launched on Show HN, 18 Nov 2026 (120 points, 34 comments), and on Product Hunt, 19 Nov 2026.”"""
    first: dict[str, LaunchDoc] = {}
    for launch in sorted(document.launches, key=lambda one: one.launched_at or one.first_seen):
        first.setdefault(launch.source, launch)
    if not first:
        return ""
    named = [f"on {_place(launch)}" for launch in list(first.values())[:_PLACES]]
    more = len(first) - len(named)
    named += [f"in {more} more {'place' if more == 1 else 'places'}"] if more else []
    *others, last = named
    return f"Launched {', '.join(others)}{', and ' if others else ''}{last}."


def _place(launch: LaunchDoc) -> str:
    numbers = {one.metric: one.value for one in sorted(launch.observations, key=lambda one: one.at)}
    told = ", ".join(f"{count(numbers[name])} {name}" for name in _METRICS if numbers.get(name, 0) > 1)
    return f"{source_name(launch.source)}, {day(launch.launched_at or launch.first_seen)}{f' ({told})' if told else ''}"
