"""A mark as it is kept: whatever picture a site gave, a small square PNG of our own making, or a sentence why not.

The bytes are anybody's, so this is work for `tools.apart`: formats and pixels are looked at before anything is decoded, and
what is kept holds pixels alone. SVG is a program in a picture's clothes, and is none of the formats.
"""

from __future__ import annotations

import io
import struct
import warnings
from typing import Any

from tools.errors import PageFault
from tools.page.marks import LEAST, SIDE

MOST_BYTES = 200_000  # of a mark as it is served
_MOST_PIXELS = 2_100_000  # 1448 x 1448; an icon of an app store has a million
_FORMATS = ("PNG", "JPEG", "GIF", "WEBP", "ICO")
_WIDEST = 1.5  # times its height; a wider one is a word or a banner, and unreadable in a small square
_MARGIN = 0.1  # of its side, around a mark that has no field of its own
_LIGHT = 200  # 0-255: a mark lighter than this stands on a dark field
_PNG, _ICO = b"\x89PNG\r\n\x1a\n", b"\0\0\1\0"


def tile(body: bytes, url: str) -> bytes:
    """A mark as a square PNG of at most SIDE pixels a side, without anything see-through. url: where it is from. Errors: PageFault."""
    from PIL import Image

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            return _written(_squared(_picture(body)))
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise PageFault(url, f"it has more pixels than the {_MOST_PIXELS:,} of a mark") from None
    except _NotOne as error:
        raise PageFault(url, str(error)) from None
    except (
        OSError,
        SyntaxError,
        ValueError,
        IndexError,
        KeyError,
        EOFError,
        struct.error,
    ):  # Pillow's, of damaged ones
        raise PageFault(url, f"its bytes are no whole picture ({', '.join(_FORMATS)})") from None


class _NotOne(Exception):
    """Why a picture is not kept as a mark."""


def _picture(body: bytes) -> Any:
    """The first picture in the bytes, in RGBA; of an ICO the smallest that suffices, else the largest."""
    from PIL import Image

    if body.startswith(_ICO):
        _check_frames(body)  # Pillow decodes one as it opens it
    image: Any = Image.open(io.BytesIO(body), formats=_FORMATS)
    if image.format == "ICO":
        sides = sorted(size for size in image.info["sizes"])
        image.size = next((size for size in sides if min(size) >= SIDE), sides[-1])  # ICO's way to choose
    _check_pixels(*image.size)
    image.load()
    _check_pixels(*image.size)
    width, height = image.size
    if min(width, height) < LEAST:
        raise _NotOne(f"it has {width} x {height} pixels, and a mark {LEAST} at least")
    if max(width, height) > _WIDEST * min(width, height):
        raise _NotOne(f"it has {width} x {height} pixels, which is no square to fit a small one")
    return image.convert("RGBA")


def _check_pixels(width: int, height: int) -> None:
    if width * height > _MOST_PIXELS:
        raise _NotOne(f"it has {width} x {height} pixels, over the limit of {_MOST_PIXELS:,}")


def _check_frames(body: bytes) -> None:
    """Look at the pictures in an ICO: its list of them may say another size than they have."""
    for number in range(struct.unpack_from("<H", body, 4)[0]):
        [start] = struct.unpack_from("<I", body, 6 + 16 * number + 12)
        if body[start : start + 8] == _PNG:
            _check_pixels(*struct.unpack_from(">II", body, start + 16))
        else:
            width, height = struct.unpack_from("<ii", body, start + 4)
            _check_pixels(abs(width), abs(height))


def _squared(picture: Any) -> Any:
    """The picture on a square field; one that fills a square is its own field."""
    from PIL import Image

    seen = picture.getchannel("A").getbbox()
    if seen is None or all(low == high for low, high in picture.getextrema()):
        raise _NotOne("it shows nothing but one colour")
    whole = picture.getchannel("A").getextrema() == (255, 255)
    if whole and picture.width == picture.height:
        return picture.convert("RGB").resize((min(SIDE, picture.width),) * 2, Image.Resampling.LANCZOS)
    picture = picture.crop(seen)
    field = picture.getpixel((0, 0))[:3] if whole else _field_under(picture)
    picture.thumbnail((round(SIDE / (1 + 2 * _MARGIN)),) * 2, Image.Resampling.LANCZOS)
    side = round(max(picture.size) * (1 + 2 * _MARGIN))
    square = Image.new("RGBA", (side, side), (*field, 255))
    square.alpha_composite(picture, ((side - picture.width) // 2, (side - picture.height) // 2))
    return square.convert("RGB")


def _field_under(picture: Any) -> tuple[int, int, int]:
    """White, or a dark field under what would not be seen on white."""
    from PIL import ImageStat

    light = ImageStat.Stat(picture.convert("L"), picture.getchannel("A").point(lambda level: level > 127 and 255)).mean
    return (27, 30, 33) if light and light[0] > _LIGHT else (255, 255, 255)


def _written(square: Any) -> bytes:
    made = io.BytesIO()
    square.quantize(128).save(made, "PNG", optimize=True)
    return made.getvalue()
