"""Pictures the site makes for those who share a page, and small ones of pages as Scout saw them."""

from __future__ import annotations

import io
from collections.abc import Iterator
from functools import cache
from textwrap import wrap
from typing import TYPE_CHECKING, Any, NamedTuple

from tools.exporters._views import MARKS, VERDICTS, mark, tally
from tools.exporters._words import clip, file_slug
from tools.exporters.site._state import Site
from tools.views.documents import ProductDocument

if TYPE_CHECKING:
    from PIL.ImageDraw import ImageDraw

_PAPER, _INK, _YELLOW = (252, 252, 249), (21, 24, 26), (255, 210, 31)
SHARED = (1_200, 630)
CARD = (800, 420)
_GREY_PAPER, _GREY_INK = 252, 21
_PLAIN = str.maketrans({"‘": "'", "’": "'", "“": '"', "”": '"', "–": "-", "—": "-", "…": "..."})  # not in the font
_SIXTEENTHS = [grey // 16 for grey in range(256)]
_SMALL = (640, 400)  # most of a page's picture: its upper part


class Seen(NamedTuple):
    """A small picture of a page: its file, its PNG, width and height, and when it was taken."""

    file: str
    png: bytes
    size: tuple[int, int]
    at: str


def share_file(verdict: str) -> str:
    """The picture that stands for a verdict where a page is shared; "" is the site's own."""
    return f"share/{mark(verdict) if verdict in MARKS else 'none' if verdict else 'scout'}.png"


def shared(site: Site) -> Iterator[tuple[str, bytes]]:
    """The pictures of share_file; none where the site has no address, for they are only ever named by one."""
    for verdict in ("", *VERDICTS) if site.url else ():
        yield share_file(verdict), _shared(verdict)


def _shared(verdict: str) -> bytes:
    from PIL import Image, ImageDraw, ImageFont

    picture = Image.new("RGB", SHARED, _PAPER)
    draw = ImageDraw.Draw(picture)
    _draw_mark(draw, mark(verdict) if verdict else "split", 90, 165, 300, _INK, _YELLOW if not verdict else None)
    words = verdict or "Ship it, or skip it?"
    draw.text((450, 200), _broken(words), font=ImageFont.load_default(96), fill=_INK, spacing=12)
    if verdict:
        _draw_mark(draw, "split", 90, 540, 40, _INK, _YELLOW)
        draw.text((150, 540), "Scout: six critics, every claim quoted", font=ImageFont.load_default(34), fill=_INK)
    return _png(picture)


def card_picture(site: Site, document: ProductDocument) -> tuple[str, bytes] | None:
    """A product's picture for those who share its page: name, tagline, verdict. None where the site has no address, or
    where the font at hand lacks one of its letters; share_file stands for it then.
    """
    if not site.url:
        return None
    lines = wrap(clip(document.name, 60).translate(_PLAIN), 16, max_lines=2, placeholder=" ...")
    tagline = wrap(clip(document.tagline, 200).translate(_PLAIN), 36, max_lines=4 - len(lines), placeholder=" ...")
    verdict = document.panel.verdict if document.panel else "Not reviewed yet"
    if not _drawable("".join((*lines, *tagline))):
        return None
    return f"share/products/{file_slug(document.slug)}.png", _card(
        lines, tagline, verdict, tally(document, middle=False)
    )


def _card(name: list[str], tagline: list[str], verdict: str, votes: str) -> bytes:
    from PIL import Image, ImageDraw

    picture = Image.new("L", CARD, _GREY_PAPER)
    draw = ImageDraw.Draw(picture)
    _draw_mark(draw, mark(verdict), 60, 60, 140, _GREY_INK)
    draw.text((240, 52), "\n".join(name), font=_font(56), fill=_GREY_INK, spacing=6)
    draw.text((240, 68 + 66 * len(name)), "\n".join(tagline), font=_font(28), fill=_GREY_INK, spacing=8)
    draw.text((60, 296), verdict, font=_font(40), fill=_GREY_INK)
    draw.text((60, 356), f"{votes} · Scout", font=_font(24), fill=_GREY_INK)
    made, levels = io.BytesIO(), Image.frombytes("P", CARD, picture.point(_SIXTEENTHS).tobytes())
    levels.putpalette([level for grey in range(16) for level in (grey * 17,) * 3])
    levels.save(made, "PNG", bits=4)  # 16 greys are enough, and half the bytes
    return made.getvalue()


@cache
def _font(size: int) -> Any:
    from PIL import ImageFont

    return ImageFont.load_default(size)


def _drawable(text: str) -> bool:
    """Whether the font has a glyph of its own for each letter: what it lacks is drawn as an empty box."""
    box = bytes(_font(24).getmask("\uffff"))
    return all(bytes(_font(24).getmask(letter)) != box for letter in set(text))


def _broken(words: str) -> str:
    """At most some fourteen letters a line."""
    lines = [""]
    for word in words.split():
        lines = [*lines[:-1], f"{lines[-1]} {word}".strip()] if len(lines[-1]) + len(word) < 14 else [*lines, word]
    return "\n".join(lines)


def _draw_mark(draw: ImageDraw, name: str, x: int, y: int, size: int, ink: Any, field: Any = None) -> None:
    """One of the four marks; field: what fills the logo behind its half."""
    wide, end = max(2, size // 8), size - 1
    box = (x, y, x + end, y + end)
    if name == "none":
        third = size * 3 // 10
        for across in (0, 1):
            for down in (0, 1):
                corner, aside = (x + across * end, y + down * end), (1 - 2 * across, 1 - 2 * down)
                draw.line((corner, (corner[0] + aside[0] * third, corner[1])), fill=ink, width=wide)
                draw.line((corner, (corner[0], corner[1] + aside[1] * third)), fill=ink, width=wide)
        return
    draw.rectangle(box, outline=ink, width=wide, fill=ink if name == "ship" else field)
    if name == "split":
        draw.polygon(((x, y + end), (x + end, y), (x + end, y + end)), fill=ink)
    if name == "skip":
        left, right, top, foot = x + wide // 2, x + end - wide // 2, y + wide // 2, y + end - wide // 2
        draw.line((left, top, right, foot), fill=ink, width=wide)
        draw.line((right, top, left, foot), fill=ink, width=wide)


def logos(site: Site) -> Iterator[tuple[str, bytes]]:
    """The marks of products, each once, as _views.logo_file names them."""
    for seal in sorted({card.logo for card in site.by_slug.values()} - {""}):
        if png := site.store.logo(seal):
            yield f"logos/{seal[:32]}.png", png


def seen(site: Site, document: ProductDocument) -> Seen | None:
    """The upper part of the newest kept picture of a product's own page: file, PNG, size, when; None without one."""
    kept = [page for page in document.pages if page.own and page.screenshot]
    found = site.store.screenshot(max(kept, key=lambda page: page.fetched_at).id) if kept else None
    if found is None:
        return None
    png, digest, at = found
    small = _small(png)
    return Seen(f"pictures/{digest[:32]}.png", *small, at.isoformat()) if small else None


def _small(png: bytes) -> tuple[bytes, tuple[int, int]] | None:
    """A picture no larger than _SMALL and its size; None where it is none that can be read."""
    from PIL import Image

    try:
        with Image.open(io.BytesIO(png), formats=["PNG"]) as whole:
            scale = max(1.0, whole.width / _SMALL[0])
            upper = whole.convert("RGB").crop((0, 0, whole.width, min(whole.height, round(_SMALL[1] * scale))))
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        return None
    upper.thumbnail(_SMALL)
    return _png(upper), upper.size


def _png(picture: Any) -> bytes:
    made = io.BytesIO()
    picture.quantize(64).save(made, "PNG", optimize=True)
    return made.getvalue()
