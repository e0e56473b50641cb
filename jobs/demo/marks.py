"""The marks of the demo's products, drawn here: most are sound, some products have none, and three are traps."""

from __future__ import annotations

import colorsys
import hashlib
import io
import struct
import zlib
from collections.abc import Callable
from functools import cache
from typing import Any, NamedTuple

from jobs.demo.cast import Product

_SIDE = 180
_WHOLE = 4 * _SIDE  # it is drawn four times as large, so that its edges come out smooth
_WITHOUT = 5  # every so many-th product names no mark
_WHITE = (255, 255, 255, 255)


class Mark(NamedTuple):
    """A mark as its site names and serves it."""

    rel: str
    sizes: str
    path: str
    kind: str  # the media type its server states
    body: bytes


def mark_of(product: Product) -> Mark | None:
    """The mark of a made-up product; None for one that has none, and for real companies, whose marks are theirs."""
    if not product.host.endswith(".example"):
        return None
    return _mark(product.key)


@cache
def _mark(key: str) -> Mark | None:
    if key in _TRAPS:
        return Mark("apple-touch-icon", "", "/apple-touch-icon.png", "image/png", _TRAPS[key]())
    seal = hashlib.sha256(key.encode()).digest()
    if seal[0] % _WITHOUT == 0:
        return None
    draw, field = _SHAPES[seal[1] % len(_SHAPES)], _colour(seal[2], 0.42, 0.62)
    if seal[3] % 3 == 0:  # as an old site has it: a shape alone, in a format with several sizes
        return Mark("icon", "64x64", "/favicon.ico", "image/x-icon", _written(draw, None, field, 64, "ICO"))
    if seal[3] % 3 == 1:
        return Mark("icon", "128x128", "/icon-128.png", "image/png", _written(draw, None, field, 128, "PNG"))
    ink = _colour(seal[4], 0.9, 0.35) if seal[5] % 2 else _WHITE
    return Mark("apple-touch-icon", "", "/apple-touch-icon.png", "image/png", _written(draw, field, ink, _SIDE, "PNG"))


def _colour(place: int, light: float, full: float) -> tuple[int, int, int, int]:
    """A colour around the wheel."""
    red, green, blue = colorsys.hls_to_rgb(place / 256, light, full)
    return round(255 * red), round(255 * green), round(255 * blue), 255


def _written(shape: Callable[[Any, Any], None], field: Any, ink: Any, side: int, form: str) -> bytes:
    from PIL import Image, ImageDraw

    picture = Image.new("RGBA", (_WHOLE, _WHOLE), field or (0, 0, 0, 0))
    shape(ImageDraw.Draw(picture), ink)
    made = io.BytesIO()
    small = picture.resize((side, side), Image.Resampling.LANCZOS)
    small.save(made, form, **({"sizes": [(16, 16), (32, 32), (side, side)]} if form == "ICO" else {}))
    return made.getvalue()


def _ring(draw: Any, ink: Any) -> None:
    draw.ellipse((140, 140, 580, 580), outline=ink, width=110)


def _bars(draw: Any, ink: Any) -> None:
    for number, height in enumerate((220, 440, 320)):
        draw.rectangle((140 + 160 * number, 580 - height, 260 + 160 * number, 580), fill=ink)


def _peak(draw: Any, ink: Any) -> None:
    draw.polygon(((110, 570), (330, 150), (450, 380), (500, 300), (620, 570)), fill=ink)


def _moon(draw: Any, ink: Any) -> None:
    draw.pieslice((120, 120, 600, 600), 45, 270, fill=ink)


def _dots(draw: Any, ink: Any) -> None:
    for place in (0, 1, 2, 4, 6, 8):
        left, top = 130 + 170 * (place % 3), 130 + 170 * (place // 3)
        draw.ellipse((left, top, left + 120, top + 120), fill=ink)


def _fold(draw: Any, ink: Any) -> None:
    draw.polygon(((140, 140), (400, 140), (580, 320), (320, 320), (320, 580), (140, 580)), fill=ink)


_SHAPES = (_ring, _bars, _peak, _moon, _dots, _fold)


def _bomb() -> bytes:
    """A PNG of 20 kB that has 144 million pixels."""
    side = 12_000
    size = struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)
    pixels = zlib.compress(b"\0" * (side * (side // 8 + 1)), 9)
    chunks = ((b"IHDR", size), (b"IDAT", pixels), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data)) for kind, data in chunks
    )


def _svg() -> bytes:
    return b'<svg xmlns="http://www.w3.org/2000/svg" onload="fetch(\'/account/\')"><rect width="9" height="9"/></svg>'


def _page() -> bytes:
    return b"<!doctype html><title>Not found</title><p>There is nothing at this address."


_TRAPS: dict[str, Callable[[], bytes]] = {"flumbo": _bomb, "hollowkey-pro": _svg, "nibble": _page}
