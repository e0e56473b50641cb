"""Reading takes time linear in a page's size, whatever stands on it: one four times as long takes no sixteen times as long."""

from __future__ import annotations

import json
import time
from collections.abc import Callable

import pytest

from tools.page.extract import extract
from tools.page.quotes import visible_text

JSONLD = '<script type="application/ld+json">'
# The time at 4n may be this many times that at n: 4 where it is linear, 16 where it is quadratic. Times under the floor,
# in CPU-seconds, say nothing.
MOST, FLOOR_S = 11.0, 0.02


def page(body: str, head: str = "") -> str:
    return f"<html><head><title>Lark</title>{head}</head><body><h1>Lark</h1><p>Lark finds your notes.</p>{body}</body></html>"


def each(form: str) -> Callable[[int], str]:
    """A page of n such pieces, numbered."""
    return lambda n: page("".join(form.replace("#", str(number)) for number in range(n)))


def wrapped(start: str, end: str) -> Callable[[int], str]:
    """A page whose n words stand within many elements of one kind, each of which holds them all."""
    return lambda n: page(start * 400 + "word " * (20 * n) + end * 400)


PAGES: dict[str, tuple[int, Callable[[int], str]]] = {
    "options": (4_000, lambda n: page("<select>" + "<option>a</option>" * n + "</select>")),
    "options without a select": (1_000, each("<option value=#>Option #</option>")),
    "struck words": (1_500, lambda n: page("<p>" + "<s>a b</s> c " * n)),
    "struck prices": (1_000, lambda n: page("<p>" + "<s>$7</s> $5 / mo " * n)),
    "fonts never closed": (400, each("<font color=#><p>x")),
    "fonts closed too late": (
        400,
        lambda n: page("<div>" + "".join(f"<font size={i}>" for i in range(n)) + "</div>" + "<p>x</p>" * n + "</font>" * n),
    ),
    "bold never closed": (1_000, lambda n: page("<b>x<p>" * n)),
    "divs in each other": (5_000, lambda n: page("<div>" * n + "$5 / month" + "</div>" * n)),
    "lists in each other": (3_000, lambda n: page("<ul><li>x" * n)),
    "tables in each other": (500, lambda n: page("<table><tr><td>" * n + "$5 a month")),
    "rows of prices": (500, each("<table><tr><td>Plan #</td><td>$# / month</td></tr></table>")),
    "cells of one row": (1_500, lambda n: page("<table><tr>" + "<td>$5 / month</td>" * n + "</tr></table>")),
    "cards of prices": (300, each("<div><h3>Plan #</h3><div>$#</div><div>per month</div></div>")),
    "prices in paragraphs": (500, each("<p>Our plan costs $# a month for you.</p>")),
    "prices in one line": (2_000, lambda n: page("<p>" + "costs $5 a month and " * n)),
    "questions about prices": (300, each("<h3>What does it cost #?</h3><p>It costs $# a month for one seat.</p>")),
    "headings": (1_500, each("<h2>Heading #</h2>")),
    "main headings": (1_000, each("<h1>Heading #</h1>")),
    "links": (2_000, each("<a href=/p#>Link number #</a> ")),
    "links never closed": (1_000, each("<a href=/#>x<p>")),
    "forms": (500, each("<form><label>Name #</label><input name=a#><button>Go #</button></form>")),
    "buttons in each other": (300, wrapped("<div role=button>", "</div>")),
    "microdata": (800, each("<div itemscope itemtype=https://schema.org/Product><b itemprop=name>Thing #</b></div>")),
    "microdata in each other": (300, wrapped("<div itemscope itemprop=name>", "</div>")),
    "text that runs backwards": (300, wrapped("<bdo dir=rtl>", "</bdo>")),
    "JSON-LD objects": (5_000, lambda n: page("", JSONLD + json.dumps([{"@type": "Product", "name": "x"}] * n) + "</script>")),
    "JSON-LD without a type": (
        20_000,
        lambda n: page("", JSONLD + json.dumps({"a": {str(i): {} for i in range(n)}}) + "</script>"),
    ),
    "JSON-LD comments never closed": (2_000, lambda n: page("", JSONLD + "{" + '"a/*"' + "a/*" * n + "</script>")),
    "JSON-LD quotes never closed": (4_000, lambda n: page("", JSONLD + '{"a": "' + '\\"' * n + "</script>")),
    "licences in one line": (1_000, lambda n: page("<p>" + "license " * n)),
    "hidden classes": (
        1_000,
        lambda n: page("<p class=a>x</p>" * n, "<style>" + "".join(f".c{i}{{display:none}}" for i in range(n)) + "</style>"),
    ),
    "one word": (20_000, lambda n: page("<p>" + "w" * 20 * n)),
    "a long title": (5_000, lambda n: f"<title>{'Lark - ' * n}</title><p>hello"),
    "a drawing": (5_000, lambda n: page("<svg>" + "<path d='M0 0 L1 1'/>" * n + "</svg>")),
    "letters nobody sees": (20_000, lambda n: page("<p>" + "\u200b\u202e" * n)),
    "card: images never closed": (500, lambda n: "# Lark\n\n" + "![](" * n),
    "card: brackets": (2_000, lambda n: "# Lark\n\n" + "![ " * n),
    "card: comments never closed": (2_000, lambda n: "# Lark\n\n" + "<!-- " * n),
    "card: stars": (300, lambda n: "# Lark\n\n" + "**a " * n),
    "card: tags": (2_000, lambda n: "---\ntags:\n" + "".join(f"- t{i}\n" for i in range(n)) + "---\n# Lark\n"),
}  # fmt: skip


def cpu_s(html: str, kind: str) -> float:
    """The least CPU time of three readings, and of what a refresh compares."""
    found = []
    for _ in range(3):
        began = time.process_time()
        extract(html, "https://lark.example/pricing", content_type=kind)
        visible_text(html)
        found.append(time.process_time() - began)
    return min(found)


@pytest.mark.parametrize("name", PAGES)
def test_a_page_four_times_as_long_takes_about_four_times_as_long(name: str) -> None:
    n, make = PAGES[name]
    kind = "text/markdown" if name.startswith("card") else "text/html"
    extract(page("warm"), "https://lark.example/")  # tables that are made once are nobody's time
    short, long = cpu_s(make(n), kind), cpu_s(make(4 * n), kind)
    assert long < MOST * max(short, FLOOR_S)
