"""Facts out of pages: rung by rung, each with its quote, whatever the page looks like."""

import json
import random
import time
import tomllib
from pathlib import Path
from typing import Any

import pytest

from tools.models import ASIDE_FIELDS, FACT_FIELDS, PRICING_MODELS, Extraction
from tools.page.api_answer import read_answer
from tools.page.decode import decode
from tools.page.extract import extract
from tools.page.lists import listing
from tools.page.markdown_card import front_matter
from tools.page.markup import loads, read_jsonld
from tools.page.metadata import metadata
from tools.page.price_switch import cut_states
from tools.page.quotes import find_quote, visible_text
from tools.page.record import read_record, record
from tools.page.visible import parse
from tools.sources._rows import json_rows

EXAMPLES = Path(__file__).parent / "examples"
RECORDS = tomllib.loads((EXAMPLES / "records.toml").read_text(encoding="utf-8"))["page"]
PRICES = tomllib.loads((EXAMPLES / "pricing.toml").read_text(encoding="utf-8"))["page"]


@pytest.mark.parametrize("row", RECORDS, ids=[row["what"] for row in RECORDS])
def test_what_a_page_says(row: dict[str, Any], request: pytest.FixtureRequest) -> None:
    if row.get("missed"):  # known, and to be noticed when it is read
        request.applymarker(pytest.mark.xfail(strict=True, reason="the heads that choose plans do not read it yet"))
    read = record(extract(f"<!doctype html><html>{row['html']}</html>", row["url"]))
    for field, wanted in row.items():
        if field not in ("what", "url", "html", "missed"):
            empty = "unknown" if field == "pricing_model" else None
            assert read[field] == (wanted or empty), field


def _check(found: Extraction, html: str) -> None:
    """Every fact and plan has evidence, and every quote stands where it says."""
    text = visible_text(html)
    for item in (*found.facts, *found.plans):
        assert item.evidence, item
        assert 0.5 <= item.confidence <= 1, item
        for evidence in item.evidence:
            assert evidence.quote
            if evidence.place == "visible":
                assert find_quote(evidence.quote, text), (item, evidence)
            else:
                assert find_quote(evidence.quote, html) or _in_attributes(evidence.quote, html), (item, evidence)
    for fact in found.facts:
        assert fact.field in (*FACT_FIELDS, *ASIDE_FIELDS)
        assert fact.field != "pricing_model" or fact.value in PRICING_MODELS


def _in_attributes(quote: str, html: str) -> bool:
    """Whether the quote stands in the decoded texts, attributes or JSON of the page."""
    pieces: list[str] = []
    tree = parse(html)
    for node in tree.css("*"):
        pieces += [value for value in node.attributes.values() if value]
        pieces.append(" ".join((node.text(deep=True) or "").split()))
    pieces.append(json.dumps(read_jsonld(tree), ensure_ascii=False))
    return any(find_quote(quote, piece) for piece in pieces)


@pytest.mark.parametrize("row", RECORDS, ids=[row["what"] for row in RECORDS])
def test_every_quote_stands_where_it_says(row: dict[str, Any]) -> None:
    html = f"<!doctype html><html>{row['html']}</html>"
    _check(extract(html, row["url"]), html)


PIECES = ["<div>", "</div>", "<p", ">", "<!--", "-->", "<script>", "</script>", "\x00", "\ud800", "\u202e", "&#x110000;", "&amp;", "$", "$9", "<table><tr>", '"', "'", "<svg>", "{", "]]>", "\ufeff", "<style>.c{display:none}", "</style>", "½", "<s>", "<h1>", "é"]  # fmt: skip


def _damaged(html: str, chance: random.Random) -> str:
    for _ in range(chance.randint(1, 6)):
        at = chance.randrange(len(html) + 1)
        kind = chance.randrange(4)
        if kind == 0:
            html = html[:at] + chance.choice(PIECES) + html[at:]
        elif kind == 1:
            html = html[:at] + html[at + chance.randint(1, 40) :]
        elif kind == 2:
            end = at + chance.randint(1, 200)
            html = html[:at] + html[at:end] * 2 + html[end:]
        else:
            html = html[:at]
    return html


@pytest.mark.parametrize("seed", range(12))
def test_damaged_pages_crash_nothing_and_every_quote_holds(seed: int) -> None:
    chance = random.Random(seed)
    pages = [
        (f"<!doctype html><html>{row['html']}</html>", row.get("url", "https://larkspur.example/"))
        for row in (*RECORDS, *PRICES)
    ]
    for _ in range(25):
        html, url = chance.choice(pages)
        broken = _damaged(html, chance)
        _check(extract(broken, url), broken)


def test_what_is_too_long_to_keep_is_not_cut_inside_a_number() -> None:
    told = " ".join(f"heron {number}," for number in range(1_000_000, 1_000_400))
    html = f"<!doctype html><html><h1>Larkspur</h1><p>Larkspur is a counter of herons: {told} and so on.</p></html>"
    for page in (html, html.replace("herons", "old herons"), html.replace("herons", "very old herons")):
        description = next(
            fact for fact in extract(page, "https://larkspur.example/").facts if fact.field == "description"
        )
        assert len(str(description.value)) > 1_900
        _check(extract(page, "https://larkspur.example/"), page)


HARD = {
    "nested": "<div>" * 100_000 + "$9/mo",
    "nested and closed": "<div>" * 50_000 + "x" + "</div>" * 50_000,
    "lists in lists": "<ul><li>" * 30_000,
    "attributes": "<p " + " ".join(f"x{i}=1" for i in range(60_000)) + ">x",
    "ten megabytes of text": "<p>word $9/mo " * 700_000,
    "ten megabytes of nothing": " " * 10_000_000,
    "one endless line": "<p>" + "$9 " * 500_000,
    "open brackets": "<" * 2_000_000,
    "entities": "&lt;" * 1_000_000,
    "a long title": "<title>" + "a - " * 200_000 + "</title>",
    "a long heading": "<h1>" + "free vs pro: " * 100_000 + "</h1>",
    "style sheets": "<style>" + ".a{display:none}" * 20_000 + "</style>" + "<p class=a>x" * 200,
    "prices in cards": "<div><h3>Pro</h3><p>$9/mo</p></div>" * 5_000,
    "a table of prices": "<table>" + "<tr><td>Pro<td>$9/mo" * 5_000 + "</table>",
    "JSON-LD": '<script type="application/ld+json">' + "[" * 100_000 + "</script>",
    "links": "<a href=x>Try it free</a>" * 50_000,
    "style attributes": f"<p style='{'color:red;' * 20_000}'>x</p>",
    "microdata": "<div itemscope><b itemprop=name>x" * 5_000,
    "spaces in a price": "<p>$" + " " * 300_000 + "9",
    "digits": "<p>$" + "9" * 300_000,
    "thousands": "<p>$1" + ",000" * 100_000,
}


@pytest.mark.parametrize("what", HARD)
def test_hostile_pages_take_no_longer_than_two_seconds(what: str) -> None:
    started = time.process_time()
    extract(HARD[what], "https://larkspur.example/")
    assert time.process_time() - started < 2


def test_rubbish_is_no_error() -> None:
    for html in ("", " ", "\x00", "\ud800", "<", "<html", "{}", "[]", "---\n", "---\na: [\n---\n", "%PDF-1.7"):
        for kind in ("text/html", "application/json", "text/markdown", "text/plain", ""):
            found = extract(html, "https://larkspur.example/", content_type=kind)
            assert not found.plans
            assert record(found)["pricing_model"] == "unknown"


CHARSETS = [
    ("café".encode(), "utf-8", "café"),
    ("café".encode("latin-1"), "iso-8859-1", "café"),
    ("\ufeffcafé".encode(), "iso-8859-1", "café"),
    ("<meta charset=iso-8859-1>9 € au café".encode(), None, "<meta charset=iso-8859-1>9 € au café"),
    ("café".encode("utf-16"), None, "café"),
    (b"<meta charset=windows-1251>" + "привет".encode("cp1251"), None, "<meta charset=windows-1251>привет"),
    (b'<meta http-equiv=x content="text/html; charset=gb2312">' + "价格".encode("gb18030"), None, '<meta http-equiv=x content="text/html; charset=gb2312">价格'),
    (b"<meta charset=nonsense>caf\xc3\xa9", None, "<meta charset=nonsense>café"),
    ("café crème brûlée".encode() + b" \xff", None, "café crème brûlée \ufffd"),
    ("価格".encode("shift_jis"), "Shift_JIS", "価格"),
    (b"", None, ""),
]  # fmt: skip


@pytest.mark.parametrize(("body", "charset", "text"), CHARSETS)
def test_bytes_become_text(body: bytes, charset: str | None, text: str) -> None:
    assert decode(body, charset)[0] == text


CARD = """---
license: apache-2.0
pipeline_tag: text-generation
library_name: transformers
tags:
- birds
- 'language:en'
language: [en, de]
---
![logo](x.png)

# Tern-7B: a model that knows birds

[Paper](https://a.example) | [Demo](https://b.example)

**Tern-7B** is a language model that names birds from their songs in forty languages. It was trained in gardens.

## License
See above.
"""


def test_a_card_gives_its_facts() -> None:
    read = record(extract(CARD, "https://huggingface.co/acme/Tern-7B", content_type="text/markdown"))
    assert read["name"] == "Tern-7B"
    assert read["license"] == "Apache-2.0"
    assert read["pricing_model"] == "open-source"
    assert read["description"].startswith("Tern-7B is a language model")
    assert set(read["tags"]) == {"birds", "text-generation", "transformers"}
    for quote in read["evidence"].values():
        assert find_quote(quote["quote"], CARD)


def test_a_broken_head_of_a_card_still_gives_what_stands_in_it() -> None:
    data, body = front_matter("---\nlicense: mit\ntags: [a, b\n: :\n---\n# X\n")
    assert data["license"] == "mit"
    assert body == "# X\n"
    assert front_matter("---\na: &a [*a, *a]\n---\n")[0] is not None
    assert front_matter("# no head")[0] == {}


def test_an_answer_of_the_hub() -> None:
    answer = {
        "id": "acme/Tern-7B",
        "author": "acme",
        "tags": ["transformers", "birds", "license:mit", "region:us"],
        "pipeline_tag": "text-generation",
        "cardData": {"license": "mit"},
    }
    found = extract(
        json.dumps(answer), "https://huggingface.co/api/models/acme/Tern-7B", content_type="application/json"
    )
    facts = {fact.field: fact for fact in found.facts}
    assert facts["name"].value == "Tern-7B"
    assert facts["hub_id"].value == "acme/Tern-7B"
    assert facts["license"].value == "MIT"
    assert facts["tags"].value == ["transformers", "birds"]
    assert {e.place for f in found.facts for e in f.evidence} == {"api"}


def test_an_answer_of_a_code_host() -> None:
    answer = {
        "name": "wren",
        "full_name": "acme/wren",
        "html_url": "https://github.com/acme/wren",
        "description": "A shell for clusters",
        "homepage": "wren.example",
        "license": {"spdx_id": "NOASSERTION"},
        "topics": ["shell"],
        "owner": {"login": "acme"},
        "language": "Rust",
    }
    read = record(
        extract(json.dumps(answer), "https://api.github.com/repos/acme/wren", content_type="application/json")
    )
    assert read["name"] == "wren"
    assert read["homepage"] == "https://wren.example"
    assert read["license"] is None
    assert read["tags"] == ["shell"]
    assert read["makers"] == ["acme"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('{"a": 1,}', {"a": 1}),
        ('{"a": "x // y"} // why', {"a": "x // y"}),
        ('<!-- {"a": [1, 2,],} -->', {"a": [1, 2]}),
        ('{"a": "line\nbreak"};', {"a": "line\nbreak"}),
        ('{"a": 1}{"a": 2}', [{"a": 1}, {"a": 2}]),
        ('{"a": 1} rubbish', {"a": 1}),
        ("{&quot;a&quot;: 1}", {"a": 1}),
        ('/*<![CDATA[*/{"a": 1}/*]]>*/', {"a": 1}),
        ("rubbish", None),
        ("", None),
    ],
)
def test_structured_data_as_pages_write_it(text: str, expected: Any) -> None:
    assert loads(text) == expected


def test_a_list_is_read_without_knowing_the_site() -> None:
    row = "<li class=item><h3><a href='/p/{0}'>Tool {0} deluxe</a></h3><p>Does the {0} thing rather well for you</p><a href='/p/{0}#c'>12 comments</a></li>"
    html = (
        "<nav><a href=/a>Home</a><a href=/b>About us</a></nav><ul>" + "".join(row.format(n) for n in range(8)) + "</ul>"
    )
    rows = listing(html, "https://launches.example/")
    assert [r["name"] for r in rows] == [f"Tool {n} deluxe" for n in range(8)]
    assert rows[3]["url"] == "https://launches.example/p/3"
    assert rows[3]["tagline"] == "Does the 3 thing rather well for you"
    assert listing("<p>nothing</p>", "https://launches.example/") == []


def test_metadata_of_an_article() -> None:
    html = """<html lang=en><head><title>How birds vote | Tool Times</title><meta property="og:title" content="How birds vote">
    <meta name=author content="Ann Reed"><meta property="article:published_time" content="2026-03-04T05:06:07Z">
    <meta property="og:site_name" content="Tool Times"><link rel=canonical href="https://tooltimes.example/birds"></head><h1>How birds vote</h1>"""
    assert metadata(html, "https://tooltimes.example/birds?utm_source=x") == {
        "title": "How birds vote",
        "description": None,
        "publisher": "Tool Times",
        "url": "https://tooltimes.example/birds",
        "lang": "en",
        "author": "Ann Reed",
        "date": "2026-03-04T05:06:07Z",
    }


@pytest.mark.parametrize(
    ("item", "date"),
    [
        ({"datePublished": "2026-03-04", "dateModified": "2026-05-06"}, "2026-05-06"),  # what it says now
        ({"datePublished": "2026-03-04"}, "2026-03-04"),
        ({"datePublished": "2026-03-04", "dateModified": "lately"}, "2026-03-04"),
    ],
)
def test_a_page_is_as_old_as_its_last_change(item: dict[str, str], date: str) -> None:
    html = f'<script type="application/ld+json">{json.dumps({"@type": "BlogPosting", **item})}</script><h1>Birds</h1>'
    assert metadata(html, "https://tooltimes.example/birds")["date"] == date


def test_the_author_of_a_page_about_a_thing_is_who_made_the_thing() -> None:
    thing = {"@type": "Vehicle", "brand": {"@type": "Brand", "name": "Larkspur"}}
    html = (
        f'<script type="application/ld+json">{json.dumps(thing)}</script><meta name="twitter:creator" content="@larks">'
    )
    assert metadata(html, "https://carts.example/1")["author"] == "Larkspur"


def test_an_empty_shell_asks_for_a_browser() -> None:
    found = extract("<div id=root></div><script src=app.js></script>", "https://larkspur.example/")
    assert found.trouble[0].startswith("browser")
    assert "name" in found.missing


def test_the_pricing_page_of_the_same_site_is_found() -> None:
    html = "<h1>Larkspur</h1><a href='https://other.example/pricing'>Pricing</a><a href='/plans/'>See plans</a><a href='/blog/pricing-tips'>Tips</a>"
    assert extract(html, "https://larkspur.example/").pricing_url == "https://larkspur.example/plans/"


def test_a_saved_page_is_read_from_its_bytes() -> None:
    assert (
        read_record("<title>Café - Larkspur</title><h1>Larkspur</h1>".encode("latin-1"), "https://larkspur.example/")[
            "name"
        ]
        == "Larkspur"
    )


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (b"", "empty"),
        (b" \n\t ", "empty"),
        (b"\xef\xbb\xbf", "empty"),
        (b"%PDF-1.7\n1 0 obj << /Title (Acme $9 a month) >>", "PDF"),
        (b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 20, "binary"),
        (b"PK\x03\x04" + random.Random(1).randbytes(9_000), "binary"),
    ],
    ids=["nothing", "white space", "a byte order mark", "a PDF", "a picture", "an archive"],
)
def test_a_file_that_is_no_page_gives_nulls_and_a_reason(body: bytes, why: str) -> None:
    read = read_record(body, "https://acme.dev/")
    assert why in read["trouble"][0]
    assert not read["evidence"]
    assert not read["plans"]
    assert (read["name"], read["tagline"], read["pricing_model"]) == (None, None, "unknown")
    assert "name" in read["missing"]


def test_a_page_with_a_few_control_characters_is_still_read() -> None:
    assert read_record(b"<html>\x00<h1>Acme\x00</h1><p>Acme builds.</p>\x01", "https://acme.dev/")["name"] == "Acme"


def test_a_price_that_little_says_is_one_stays_out_and_is_said() -> None:
    page = "<!doctype html><html><title>Acme</title><h1>Acme</h1><section><div><p>Nightly</p><p>$7</p></div></section></html>"
    read = record(extract(page, "https://acme.dev/"))
    assert read["plans"] == []
    assert [reason for reason in read["needs_look"] if "7 USD" in reason and "not shown" in reason]


def test_a_relative_canonical_link_is_quoted_as_it_stands() -> None:
    page = '<!doctype html><title>Acme</title><link rel=canonical href="/tool"><h1>Acme</h1>'
    homepage = next(fact for fact in extract(page, "https://acme.dev/tool?x=1").facts if fact.field == "homepage")
    assert homepage.evidence[0].quote == "/tool"


def test_half_a_character_in_json_is_none_anywhere() -> None:
    said = {
        "@type": "SoftwareApplication",
        "name": "Fernpost",
        "description": "Posts a letter HALF for each line of a script.",
    }
    html = f'<title>T</title><script type="application/ld+json">{json.dumps(said)}</script>'.replace("HALF", r"\ud83d")
    answer = r'{"full_name": "a/b", "html_url": "https://github.com/a/b", "name": "b", "description": "half \udc00"}'
    values = [
        fact.value
        for fact in (
            *extract(html, "https://fern.example/").facts,
            *read_answer(answer, "https://api.github.com/repos/a/b").facts,
        )
    ]
    values += [json_rows("s", r'[{"title": "half \ud83d, whole \ud83d\ude00, none \\ud83d"}]')[0][0]["title"]]
    assert str(values).encode()
    assert values[-1] == "half \ufffd, whole \U0001f600, none \\ud83d"


def test_a_page_that_brings_states_by_the_hundred_is_not_read_by_the_hundred() -> None:
    forged = "<section data-scout-state=year data-scout-pressed=Yearly><p>$10 per month</p></section>" * 100
    assert len(cut_states(parse(f"<title>T</title>{forged}"))) == 4


def test_a_readme_that_github_labels_raw_json_is_read_as_markdown() -> None:
    text = (
        "[![CI](https://a.example/ci.svg)](#)\n\n# Tarn\n\nTarn keeps queues. Website: [tarn.dev](https://tarn.dev/)\n"
    )
    said = extract(text, "https://api.github.com/repos/ann/tarn/readme", content_type="application/vnd.github.raw+json")
    assert "https://tarn.dev/" in [link.url for link in said.links]
    assert "Tarn" in [fact.value for fact in said.facts if fact.field == "name"]


def test_a_part_of_a_title_without_its_signs_quotes_the_title_as_it_stands() -> None:
    title = "Quillon | Write let©ters by hand"
    html = f"<html><head><title>{title}</title></head><body><p>Pens and ink for everyone who likes to write.</p></body></html>"
    (said,) = (fact for fact in extract(html, "https://quillon.example/").facts if fact.field == "tagline")
    assert find_quote(said.evidence[0].quote, title)


LISTINGS = """```sh
# install the tool
npm i whimbrel
```

# Whimbrel

Whimbrel is a small tide table for anglers who want to know.

~~~
# not this
## Licence
GPL-3.0
~~~

## License

{licence}
"""


@pytest.mark.parametrize(
    ("licence", "said"),
    [
        ("MIT — see LICENSE", "MIT"),
        ("Apache 2.0 — free for all", "Apache-2.0"),
        ("[MIT](LICENSE) © Ann", "MIT"),
        ("GPL-3.0+", "GPL-3.0-or-later"),
        ("MIT OR Apache-2.0", "MIT OR Apache-2.0"),
        ("Ask us.", None),
    ],
)
def test_what_a_listing_of_a_card_holds_is_no_heading_of_it(licence: str, said: str | None) -> None:
    found = extract(LISTINGS.format(licence=licence), "https://github.com/ann/whimbrel", content_type="text/markdown")
    read = record(found)
    assert (read["name"], read["license"]) == ("Whimbrel", said)
    assert read["description"].startswith("Whimbrel is a small tide table")
    _check(found, LISTINGS.format(licence=licence))
