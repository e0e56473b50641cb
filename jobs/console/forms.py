"""What a form sent, read within limits: words by name, and files."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import parse_qsl

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile
from starlette.requests import Request

MB = 1_000_000
WORD_CHARS = 20_000  # of one field: ten times the longest value that the store takes
BODY_BYTES = 16 * MB  # read at all, so that a field of ten million letters gets an answer, and the others are not lost
STRANGER_BYTES = 100_000  # of who is not signed in
_DRAINED_BYTES = 64 * MB  # read and dropped, since a browser shows no answer while it still sends
_FIELDS = 2_000


class Refused(Exception):
    """A page cannot be given, or a form not be acted on; nothing was changed. status: of HTTP.

    changes: rows of the change log that speak for it. ask: what sending it again means, on its button.
    """

    def __init__(self, status: int, sentence: str, *, changes: Sequence[object] = (), ask: str = "Send again") -> None:
        super().__init__(sentence)
        self.status, self.sentence, self.changes, self.ask = status, sentence, changes, ask


@dataclass(slots=True)
class Form:
    """The words of a form, in order, several of a name where it has several; and the files sent with it."""

    words: list[tuple[str, str]] = field(default_factory=list)
    files: Mapping[str, UploadFile] = field(default_factory=dict)

    def word(self, name: str) -> str:
        """The last of a name, without blank space around it; empty: none came."""
        found = self.all(name)
        return found[-1] if found else ""

    def all(self, name: str) -> list[str]:
        """All of a name."""
        return [value.strip() for known, value in self.words if known == name]


async def read_form(request: Request, most: int = BODY_BYTES) -> Form:
    """What was sent. Errors: Refused with 413 above `most` bytes, 415 for something else than a form."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind == "multipart/form-data":
        return await _parts(request, most)
    body = await _body(request, most)
    if body and kind != "application/x-www-form-urlencoded":
        raise Refused(415, f"A form was expected; {kind or 'something without a type'} came. Nothing was changed.")
    try:
        return Form(await run_in_threadpool(_pairs, body))
    except ValueError:
        raise Refused(400, f"The form has more than {_FIELDS:,} fields. Nothing was changed.") from None


def too_long(form: Form) -> str:
    """The field that holds more than a field may, in a sentence; empty: none does. It is cut off at the limit."""
    sentence = ""
    for place, (name, value) in enumerate(form.words):
        if len(value) > WORD_CHARS:
            form.words[place] = (name, value[:WORD_CHARS])
            sentence = (
                f"The field “{name[:80]}” came with {len(value):,} characters; a field takes {WORD_CHARS:,}. Nothing was "
                "changed. It is cut off below, all else is as you typed it."
            )
    return sentence


def _pairs(body: bytes) -> list[tuple[str, str]]:
    return parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=_FIELDS, errors="replace")


async def _body(request: Request, most: int) -> bytes:
    """The bytes sent. What is too much is read on all the same, up to a limit. Errors: Refused with 413."""
    kept, length = bytearray(), 0
    async for chunk in request.stream():
        length += len(chunk)
        if length <= most:
            kept += chunk
        elif length > _DRAINED_BYTES:
            break
    if length > most:
        raise Refused(413, f"That is more than {most / MB:g} MB, the most taken here at once. Nothing was changed.")
    return bytes(kept)


async def _parts(request: Request, most: int) -> Form:
    """A form with files; a browser says its length beforehand."""
    length = request.headers.get("content-length", "")
    if not length.isdigit() or int(length) > most:
        await _body(request, 0)
    form = await request.form(max_files=20, max_fields=_FIELDS, max_part_size=most)
    words = [(name, value) for name, value in form.multi_items() if isinstance(value, str)]
    return Form(words, {name: value for name, value in form.multi_items() if isinstance(value, UploadFile)})
