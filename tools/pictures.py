"""What stands in pictures, read on this machine by the models that the extra `ocr` brings; nothing is fetched, no key.

A picture is read in a process of its own, with a limit of time and of memory: its bytes are anybody's, and its size is
looked at before it is decoded. `python -m tools.pictures` is that process.
"""

from __future__ import annotations

import base64
import io
import json
import re
import subprocess
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import asdict
from functools import cache
from importlib.util import find_spec
from itertools import pairwise
from pathlib import Path
from typing import Any

from tools.errors import PageFault
from tools.page.picture import MOST_LINES, Box, PictureLine

EXTRA = "the extra `ocr` reads them: pip install 'scout[ocr]'"
MOST_BYTES = 20 << 20
MOST_PIXELS = 24_000_000  # a page 1280 wide and 8,000 high has 10 million
_FORMATS = ("PNG", "JPEG", "WEBP", "GIF")
_MOST_MEMORY = (
    3 << 30
)  # bytes of address space; a picture of 10 million pixels takes 0.8 GB, one of 24 million 1.0 (2026-11-30)
_BAND, _SHARED = 1_400, 120  # pixels: what is read at a time of a tall picture, and what two bands share
_SMALL = 400  # pixels: a picture less wide and high is read at twice its size, since its letters are small
_MARGIN = 18  # pixels around what is cut out
_CUT_WIDTH = 480  # of a cut-out, at most
_CUT_COLOURS = 16
_ROOT = Path(__file__).resolve().parent.parent
_DIGITS = re.compile(r"\d")
_SPACED = re.compile(r"(?<=\w) (?=\w)")
_PARTS = re.compile(r"[^\w\s]?\d[\d.,]*|[^\s\d]+")  # two amounts may be written close to one another


def available() -> bool:
    """Whether the extra is installed here."""
    return find_spec("rapidocr") is not None and find_spec("onnxruntime") is not None


# the process that asks ------------------------------------------------------------------------------------------------


def read_apart(picture: bytes, url: str, limit_s: float) -> list[PictureLine]:
    """The lines of a picture, read in another process. url: where it is from. Errors: PageFault."""
    return [line_of(row) for row in _asked("read", [], picture, url, limit_s)]


def cut_apart(picture: bytes, boxes: Sequence[Box], url: str, limit_s: float) -> list[bytes]:
    """What stands in these boxes of a picture, a small PNG each. Errors: PageFault."""
    return [base64.b64decode(png) for png in _asked("cut", boxes, picture, url, limit_s)]


def line_of(row: dict[str, Any]) -> PictureLine:
    """A line out of its JSON."""
    return PictureLine(row["text"], _box(row["box"]), row["sure"], tuple(row["struck"]) if row["struck"] else None)


def box_of(written: str) -> Box:
    """A box as evidence has it, "left,top,width,height"."""
    return _box([int(number) for number in written.split(",")])


def _box(numbers: Sequence[int]) -> Box:
    left, top, width, height = numbers
    return left, top, width, height


def _asked(what: str, boxes: Sequence[Box], picture: bytes, url: str, limit_s: float) -> Any:
    if len(picture) > MOST_BYTES:
        raise PageFault(url, f"it has {len(picture)} bytes, over the limit of {MOST_BYTES}")
    command = [sys.executable, "-m", "tools.pictures", what, json.dumps(boxes)]
    try:
        done = subprocess.run(
            command,
            input=picture,
            capture_output=True,
            timeout=limit_s,
            cwd=_ROOT,  # so that it is this very package that reads
            start_new_session=True,  # Ctrl-C is ours to answer
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise PageFault(url, f"it could not be read within {limit_s:g} s (setting picture_s)") from None
    if done.returncode != 0:
        told = done.stderr.decode("utf-8", "replace").strip().splitlines() or ["no reason given"]
        raise PageFault(url, f"reading it failed ({told[-1][:200]})")
    return json.loads(done.stdout)


# the process that reads -----------------------------------------------------------------------------------------------


def read_picture(picture: bytes) -> list[PictureLine]:
    """The lines that stand in a picture, from the top. Errors: ValueError for one that is not read."""
    image = opened(picture)
    scale = 2 if max(image.size) < _SMALL else 1
    found: list[PictureLine] = []
    for top in range(0, max(1, image.height - _SHARED), _BAND - _SHARED):
        end = min(image.height, top + _BAND)
        # Of what two bands share, the upper half is read in the one, the lower half in the other: no line is cut or told twice.
        first = top + _SHARED / 2 if top else 0
        last = end - _SHARED / 2 if end < image.height else end
        lines = _lines_of(image.crop((0, top, image.width, end)), top, scale)
        found += (line for line in lines if first <= line.middle < last)
        if len(found) > MOST_LINES:
            break
    return found


def cut(picture: bytes, boxes: Iterable[Box]) -> Iterator[bytes]:
    """What stands in boxes of a picture, with a margin, as PNG of few colours. Errors: as read_picture."""
    image = opened(picture)
    for left, top, width, height in boxes:
        part = image.crop(
            (
                max(0, left - _MARGIN),
                max(0, top - _MARGIN),
                min(image.width, left + width + _MARGIN),
                min(image.height, top + height + _MARGIN),
            )
        )
        part.thumbnail((_CUT_WIDTH, _CUT_WIDTH))
        out = io.BytesIO()
        part.quantize(_CUT_COLOURS).save(out, "PNG", optimize=True)
        yield out.getvalue()


def opened(picture: bytes) -> Any:
    """A Pillow image in RGB; its pixels are counted before they are decoded. Errors: ValueError."""
    from PIL import Image

    try:
        image: Any = Image.open(io.BytesIO(picture), formats=_FORMATS)
    except Image.DecompressionBombError as error:  # Pillow's own limit, which is far above ours
        raise ValueError(str(error)) from None
    except OSError:
        raise ValueError("these bytes are no picture") from None
    if image.width * image.height > MOST_PIXELS:
        raise ValueError(f"it has {image.width} x {image.height} pixels, over the limit of {MOST_PIXELS}")
    try:
        if image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info:
            image = Image.alpha_composite(Image.new("RGBA", image.size, "white"), image.convert("RGBA"))
        return image.convert("RGB")
    except OSError as error:
        raise ValueError(f"the picture is damaged ({error})") from None


def _lines_of(band: Any, top: int, scale: int) -> Iterator[PictureLine]:
    import numpy

    if scale > 1:
        band = band.resize((band.width * scale, band.height * scale))
    said = _engine()(numpy.asarray(band)[:, :, ::-1])  # it expects blue first
    if said.boxes is None:
        return
    grey = numpy.asarray(band.convert("L")).astype("int16")
    for corners, text, sure in zip(said.boxes, said.txts, said.scores, strict=True):
        left, high = (max(0, int(value)) for value in corners.min(axis=0))
        right, low = (int(value) for value in corners.max(axis=0))
        inked = _inked(grey[high:low, left:right])
        text = _closed(inked, text)
        box = (left // scale, top + high // scale, (right - left) // scale, (low - high) // scale)
        yield PictureLine(text, box, round(float(sure), 3), _struck(inked, text))


def _inked(grey: Any) -> Any:
    """Which pixels of a line's box belong to its letters, or to a line through them."""
    import numpy

    if grey.size == 0:
        return grey > 0
    far = numpy.abs(grey - int(numpy.median(numpy.concatenate([grey[0], grey[-1]]))))
    return far > max(20, 0.2 * int(far.max()))


def _closed(inked: Any, text: str) -> str:
    """The text without spaces that are no wider than what parts its letters: "$1 2" in wide letters."""
    letters = _runs(inked.any(axis=0)) if _SPACED.search(text) else []
    if len(letters) != len(text) - text.count(" ") or len(letters) < 3:
        return text
    gaps = [two[0] - one[1] for one, two in pairwise(letters)]  # what stands behind each letter
    narrow = 1.5 * min(gaps)

    def closed(space: re.Match[str]) -> str:
        return "" if gaps[len(text[: space.start()].replace(" ", "")) - 1] <= narrow else " "

    return _SPACED.sub(closed, text)


def _struck(inked: Any, text: str) -> tuple[int, int] | None:
    """The words with figures through which a line is drawn, as a span of the text.

    Such a line runs at half height over more than one letter, and where it leaves a letter nothing else stands above or
    below it; the bar of a letter ends with the letter.
    """
    height, width = inked.shape
    if height < 8 or width < 8 or not _DIGITS.search(text):
        return None
    thin = inked.sum(axis=0) <= max(3, 0.14 * height)
    found = [0, 0]
    for row in inked[int(height * 0.3) : int(height * 0.75)]:
        for start, end in _runs(row):
            if end - start > max(0.5 * height, found[1] - found[0]) and len(_runs(thin[start:end])) > 1:
                found = [start, end]
    first, last = (edge / width * len(text) for edge in found)
    words = [match.span() for match in _PARTS.finditer(text)]
    held = [(start, end) for start, end in words if min(end, last) - max(start, first) > 0.6 * (end - start)]
    told = bool(held) and any(_DIGITS.search(text[start:end]) for start, end in held)
    return (held[0][0], held[-1][1]) if told else None


def _runs(row: Any) -> list[list[int]]:
    """Where a row of booleans is true: from, and up to."""
    import numpy

    edges = numpy.flatnonzero(numpy.diff(numpy.concatenate([[False], row, [False]]).astype("int8")))
    found: list[list[int]] = edges.reshape(-1, 2).tolist()
    return found


@cache
def _engine() -> Any:
    from rapidocr import RapidOCR

    one = "EngineConfig.onnxruntime"
    return RapidOCR(
        params={
            "Global.use_cls": False,  # prices stand upright
            "Global.log_level": "critical",
            "Global.max_side_len": 2 * _BAND,
            f"{one}.intra_op_num_threads": 1,  # more cost more than they bring for such small models
            f"{one}.inter_op_num_threads": 1,
        }
    )


def _serve(what: str, boxes: Sequence[Sequence[int]], picture: bytes) -> list[Any]:
    if what == "read":
        return [asdict(line) for line in read_picture(picture)]
    return [base64.b64encode(png).decode() for png in cut(picture, map(_box, boxes))]


if __name__ == "__main__":
    with suppress(ImportError):  # no such limits on Windows
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (_MOST_MEMORY, _MOST_MEMORY))
    try:
        sys.stdout.write(json.dumps(_serve(sys.argv[1], json.loads(sys.argv[2]), sys.stdin.buffer.read())))
    except (ValueError, MemoryError) as fault:
        sys.exit(str(fault) or type(fault).__name__)
