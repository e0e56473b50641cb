"""Under which licence the product is given: from markup, text, badges, hidden text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial

from tools.models import Fact
from tools.page import licences
from tools.page.about import About
from tools.page.links import pricing_url_of
from tools.page.markup import PRODUCT_TYPES, text_of, types_of
from tools.page.seen import Seen, found
from tools.page.visible import View
from tools.page.words import low

_PRICE = re.compile(r"[$€£]\s?\d|\d\s?[€£]")  # something is sold here
_MOST_NOTICES = 40  # places of a page's hidden text that speak of a licence


def read(seen: Seen, about: About) -> Iterator[Fact]:
    """The licence of the whole, as an SPDX expression, or one with "+ Commons Clause" behind it."""
    view, html = seen.view, seen.html
    hit = licences.in_lines([line.text for line in view.lines if not line.shade], partial(_is_of_whole, seen, about))
    if hit and "+" in hit[0]:  # what the text takes back no markup gives
        yield from found("license", hit[0], "text", 0.97, seen.quote(hit[1], "visible"))
        return
    for item in seen.items:
        given = text_of(item.get("license"))
        if given and any(k in PRODUCT_TYPES for k in types_of(item)) and (value := licences.spdx(given)):
            yield from found("license", value, "jsonld", 0.95, seen.quote(given, "markup", "JSON-LD license"))
            return
    if hit:
        yield from found("license", hit[0], "text", 0.8, seen.quote(hit[1], "visible"))
    elif "icens" in html and (badge := _licence_badge(view)):
        yield from found("license", badge[0], "meta", 0.8, seen.quote(badge[1], "markup", "img"))
    elif "icens" in html and (hit := _hidden_licence(seen, about)):
        yield from found("license", hit[0], "text", 0.65, seen.quote(hit[1], "markup", "hidden text"))


def _is_of_whole(seen: Seen, about: About, line: str, words: str) -> bool:
    """Whether a line names the licence of what a page is about. Of what is sold, the part that a line speaks of is none of it;
    elsewhere, and where the product's name has that word, the part is the product."""
    part = licences.part_of(line, words)
    heading = seen.hero.heading.text if seen.hero.heading else ""
    if not part or part.rstrip("s") in low(about.own or f"{seen.meta.title} {heading}"):
        return True
    return pricing_url_of(seen.links, seen.url) is None and not any(_PRICE.search(one.text) for one in seen.view.lines)


def _hidden_licence(seen: Seen, about: About) -> tuple[str, str] | None:
    """The licence that text no reader sees names: closed panes, templates; the notices of scripts are of other people's."""
    body = seen.view.tree.body
    text = (body.text(separator="\n") or "") if body is not None else ""
    at = text.find("icens")
    for _ in range(_MOST_NOTICES):
        if at < 0:
            break
        end = text.find("\n", at) if "\n" in text[at : at + 300] else at + 300
        words = " ".join(text[max(text.rfind("\n", max(0, at - 300), at) + 1, at - 300) : end].split())
        around = text[max(0, at - 200) : at + 200]
        if licences.may_be_named(words) and not licences.is_of_words(around):
            hit = licences.in_text(words)
            if hit and _is_of_whole(seen, about, words, hit[1]) and not _of_script(seen.view, hit[1]):
                return hit
        at = text.find("icens", max(end, at + 5))
    return None


def _of_script(view: View, words: str) -> bool:
    """Whether words stand in a script or style sheet of the page."""
    return any(words in " ".join((node.text() or "").split()) for node in view.tree.css("script, style"))


def _licence_badge(view: View) -> tuple[str, str] | None:
    """The licence of a badge, and what stands in the markup for it."""
    for node in view.tree.css("img[alt*=icens], img[src*='/badge/']")[:40]:
        alt, src = node.attributes.get("alt") or "", node.attributes.get("src") or ""
        if found := licences.of_badge(alt, src):
            return found, alt if "icens" in alt else src
    return None
