"""The text of a body: which charset is believed, and that no word in a page's place for one can break its reading."""

from __future__ import annotations

import codecs
from encodings.aliases import aliases

import pytest

from tools.page.decode import decode

# Codecs of Python that are no charset of the web: transforms, ones that always fail, ones that know no "replace".
NO_CHARSETS = (
    "idna", "punycode", "rot13", "rot_13", "undefined", "unicode_escape", "raw_unicode_escape", "base64", "hex", "bz2",
    "zlib", "uu", "quopri", "utf-7", "cp037", "mbcs", "oem", "charmap", "nonsense", "\udcff", "", "x" * 40,
)  # fmt: skip


@pytest.mark.parametrize("label", NO_CHARSETS)
def test_a_word_that_is_no_charset_of_the_web_is_not_believed(label: str) -> None:
    body = "<meta charset='{}'><p>Café – 10 €</p>".format(label.encode("ascii", "replace").decode()).encode()
    for header in ("", label):
        text, charset = decode(body, header)
        assert "Café – 10 €" in text
        assert charset == "utf-8"


def test_no_codec_of_python_can_break_the_reading_of_a_page() -> None:
    for name in sorted({*aliases, *aliases.values()}):
        text, charset = decode(b"<p>caf\xe9 \xff\x00 price</p>", name)
        assert "price" in text or charset.startswith("utf-16"), name
        assert codecs.lookup(charset), name


# After public reports: scrapy#5601, scrapy#3135, firecrawl#4047, browser-harness#701. Texts of our own.
READABLE = [
    ("a byte order mark outranks the header", codecs.BOM_UTF8 + "Привет, цена".encode(), "cp1251", "Привет, цена"),
    (
        "Shift_JIS declared nowhere",
        "<title>ノート検索</title><p>料金プランは月額五百円です。無料でお試しください。</p>".encode("shift_jis"),
        "",
        "料金プランは月額五百円です。",
    ),
    ("windows-1252 declared nowhere", "<p>Thé à la menthe — 12 €</p>".encode("cp1252"), "", "Thé à la menthe — 12 €"),
    (
        "JSON whose text speaks of a meta tag",
        '{"readme": "put <meta charset=gbk> into the naïve page"}'.encode(),
        "",
        "naïve page",
    ),
    ("UTF-16 that says so", "<p>Prix: 5 €</p>".encode("utf-16-le"), "utf-16", "Prix: 5 €"),
    ("UTF-8 that says UTF-16", "<p>Prix: 5 €</p>".encode(), "utf-16", "Prix: 5 €"),
    ("gb2312 with a character of gb18030", "<p>价格 镕 5</p>".encode("gb18030"), "gb2312", "价格 镕 5"),
    ("latin1 is windows-1252", "<p>“quoted” 5 €</p>".encode("cp1252"), "ISO-8859-1", "“quoted” 5 €"),
]


@pytest.mark.parametrize(("body", "header", "wanted"), [row[1:] for row in READABLE], ids=[row[0] for row in READABLE])
def test_the_text_is_readable(body: bytes, header: str, wanted: str) -> None:
    assert wanted in decode(body, header)[0]
