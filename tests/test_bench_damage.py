"""Pages damaged at random, in bytes as the bench reads them: nothing breaks, hangs or invents."""

import json
import random
import tomllib
from pathlib import Path

import pytest

from bench.damage import LIMIT_S, damaged, pages_of, read, run, unquoted
from tools.models import Evidence, Extraction, Fact
from tools.page.decode import decode
from tools.page.extract import extract
from tools.page.pricing.mentions import find_mentions
from tools.page.pricing.money import ANY
from tools.page.pricing.page import Page
from tools.page.quotes import find_quote, visible_text
from tools.page.visible import view as visible_view

EXAMPLES = Path(__file__).parent / "examples"
CORPUS = Path(__file__).resolve().parent.parent.parent / "shared" / "corpus"
CARD = """---
license: mit
tags: [birds, audio]
pipeline_tag: audio-classification
---

# Larkspur small

> [!NOTE]
> This repository holds a small model that tells garden birds by their morning song.

| size | price |
|---|---|
| small | $9 |
"""


def _own_pages() -> list[tuple[bytes, str, str]]:
    pages = [(CARD.encode(), "https://huggingface.co/heron/larkspur-small", "card")]
    for name in ("records.toml", "pricing.toml"):
        for row in tomllib.loads((EXAMPLES / name).read_text(encoding="utf-8"))["page"]:
            html = f"<!doctype html><html lang={row.get('lang', 'en')}><meta charset=utf-8>{row['html']}</html>"
            pages.append((html.encode(), row.get("url", "https://larkspur.example/"), "product"))
    return [*pages, *((body, url, kind) for body, url, _ in pages[1:40] for kind in ("listing", "meta"))]


@pytest.mark.parametrize("seed", range(4))
def test_damaged_bytes_crash_nothing_hang_nowhere_and_every_quote_holds(seed: int) -> None:
    broken, seconds = run(_own_pages(), 120, seed)
    assert broken == []
    assert len(seconds) == 120


@pytest.mark.skipif(not CORPUS.is_dir(), reason="no corpus folder beside the repository")
def test_damaged_pages_of_the_corpus() -> None:
    broken, _ = run(pages_of(CORPUS), 60, 3)
    assert broken == []


def test_damage_is_the_same_for_the_same_seed() -> None:
    body = b"<p>Larkspur $9/mo</p>" * 30
    assert damaged(body, random.Random(5)) == damaged(body, random.Random(5)) != damaged(body, random.Random(6))


def test_an_invented_quote_is_found_out() -> None:
    page = "<title>Larkspur</title><p>Larkspur counts birds.</p>"
    evidence = [Evidence("u", "visible", "Larkspur counts cats."), Evidence("u", "markup", "no such mark")]
    found = Extraction(url="u", facts=(Fact("name", "Larkspur", "text", 0.9, tuple(evidence)),))
    assert unquoted(found, page) == ["not in the markup: 'no such mark'", "not visible: 'Larkspur counts cats.'"]


BIG = {
    "cards": "<div class=card><h3>Pro</h3><p>$9/mo</p></div>",
    "entities": "<p>&pound;9 &amp;&#8364;&nbsp;12,50 &bogus; &#xFFFFFFF;</p>",
    "right to left": '<p dir="rtl">السعر ٩٩ ر.س \u202e$9\u202c מחיר ₪99 לחודש</p>',
    "mixed numbers": "<p>1.299,50 € or 1,299.50 $ or 1 299,50 € or 12'500.50 CHF or ¥1,0000 or $9 99</p>",
    "questions in other tongues": "<p>Wie viel kostet das? Combien ? いくらですか？ Preis auf Anfrage, gratis testen</p>",
    "tables": "<table><tr><th>Vendor<th>Per month<tr><td>Magpie<td>$9<tr><td>Larkspur<td>Free</table>",
    "headings": "<h2>Tarifs — gratuit : essai 14 jours, puis 9 €/mois | sur devis</h2>",
}


@pytest.mark.parametrize("what", BIG)
def test_ten_megabytes_in_any_charset_take_seconds_not_minutes(what: str) -> None:
    charset = ("utf-8", "utf-16", "shift_jis")[len(what) % 3]
    body = ("<html lang=de>" + BIG[what] * (10_000_000 // len(BIG[what]))).encode(charset, "replace")[:10_000_000]
    found, text, taken = read(body, "https://larkspur.example/", "product")
    assert found is not None
    assert taken < 3 * LIMIT_S  # a busy machine counts double; what grows with the square takes minutes
    assert len(text) > 1_000


def test_a_wrong_charset_is_no_error() -> None:
    body = "<meta charset=utf-8><h1>Цены</h1><div><h3>Про</h3><p>590 ₽/мес</p></div>".encode("cp1251", "replace")
    for charset in (None, "utf-8", "cp1252", "utf-16", "utf-7", "nonsense"):
        text, _ = decode(body, charset)
        found = extract(text, "https://larkspur.example/")
        assert unquoted(found, text) == []


def test_an_answer_of_an_interface_is_read_in_pieces() -> None:
    answer = json.dumps({"id": "heron/larkspur", "tags": ["birds"], "cardData": {"license": "mit"}})
    for cut in range(0, len(answer), 7):
        assert extract(
            answer[:cut], "https://huggingface.co/api/models/heron/larkspur", content_type="application/json"
        )


def test_the_quote_of_an_amount_in_a_long_line_begins_and_ends_with_whole_numbers() -> None:
    row = "Tripod 1234567 € 97 € 92.15 € support (emitter) 7.5 € " * 12
    html = f"<h1>Pricing</h1><p>{row}</p><h3>Solo</h3><p>$9 per month</p>"
    for page in (html.replace("Tripod", "T" * size) for size in range(1, 9)):
        view = Page(visible_view(page), "https://larkspur.example/pricing", (), "", ANY, about_prices=True)
        assert all(find_quote(one.quote, visible_text(page)) for one in find_mentions(view))
