"""From bytes to text: which charset a body is in."""

from __future__ import annotations

import re

import webencodings

from tools.page.pdf import is_pdf, pdf_markup

_BOM = (
    (b"\xef\xbb\xbf", "utf-8-sig"),
    (b"\xff\xfe\x00\x00", "utf-32"),
    (b"\x00\x00\xfe\xff", "utf-32"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)
_META_CHARSET = re.compile(rb"<meta\b[^>]{0,200}?charset\s*=\s*[\"']?\s*([\w:.-]{2,40})", re.IGNORECASE)
_XML_CHARSET = re.compile(rb"<\?xml[^>]{0,100}?encoding\s*=\s*[\"']([\w:.-]{2,40})", re.IGNORECASE)
# Where Python's codec of the standard's name reads less than the standard asks for; "" where it says: do not read.
_CODECS = {"gbk": "gb18030", "replacement": "", "x-user-defined": "cp1252"}


def decode(body: bytes, content_type_header_charset: str | None = None) -> tuple[str, str]:
    """The text of a body and the charset it was read with: BOM, then header, then meta tag, then UTF-8, then detection.

    Of a PDF the text is its words as markup.
    """
    if is_pdf(body):
        return pdf_markup(body), "utf-8"
    for mark, name in _BOM:
        if body.startswith(mark):
            return body.decode(name, "replace"), name.removesuffix("-sig")
    head = body[:4096]
    declared = [content_type_header_charset]
    declared += [m[1].decode("ascii", "replace") for p in (_META_CHARSET, _XML_CHARSET) if (m := p.search(head))]
    for given in declared:
        charset = _known_charset(given, body)
        if charset:
            if not charset.startswith("utf") and _is_utf8(body):
                return body.decode("utf-8"), "utf-8"  # mislabelled; the reverse shows in replacement marks
            text = body.decode(charset, "replace")
            if charset == "utf-8" and text.count("\ufffd") > 3 + len(text) // 2000:
                continue
            return text, charset
    try:
        return body.decode("utf-8"), "utf-8"
    except UnicodeDecodeError:
        return _detected(body)


def _is_utf8(body: bytes) -> bool:
    """Whether there are sequences of UTF-8, all of them whole: text in any other charset hardly ever looks so."""
    try:
        return not body.isascii() and bool(body.decode("utf-8"))
    except UnicodeDecodeError:
        return False


def _known_charset(given: str | None, body: bytes) -> str:
    """Python's codec for a charset that the WHATWG Encoding Standard knows by this label; "" for any other word.

    Of Python's own codecs some are no charset ("rot13"), some fail whatever the body ("undefined"), and "idna" takes
    no "replace": a page could break its reader with them.
    """
    label = (given or "").strip("\"' \t\r\n")
    encoding = webencodings.lookup(label) if label.isascii() else None
    if encoding is None:
        return ""
    if encoding.name.startswith("utf-16") and b"\0" not in body[:1024]:
        return "utf-8"  # what a page can say in ASCII is no UTF-16
    return _CODECS.get(encoding.name, str(encoding.codec_info.name))


def _detected(body: bytes) -> tuple[str, str]:
    text = body.decode("utf-8", "replace")
    broken = text.count("\ufffd")
    high = sum(byte > 127 for byte in body[:50_000])
    # A few broken bytes amid valid sequences, each of two bytes or more: UTF-8 cut or spliced.
    if broken <= len(text) // 200 or 2 * broken < high - broken:
        return text, "utf-8"
    if high < 0.15 * len(body[:50_000]):  # Western text with an accent here and there; too little to tell more
        return body.decode("cp1252", "replace"), "cp1252"
    from charset_normalizer import from_bytes

    best = from_bytes(body[:50_000]).best()
    charset = best.encoding if best else "cp1252"
    return body.decode(charset, "replace"), charset
