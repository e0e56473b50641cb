"""Bodies without their content coding, piece by piece, within a limit, and whether they came whole. Pure."""

from __future__ import annotations

import zlib
from collections.abc import Mapping

from tools.errors import FetchError, NoAnswer

_GZIP = b"\x1f\x8b"
_KNOWN = frozenset({"gzip", "x-gzip", "deflate"})


class Broken(NoAnswer):
    """An answer that broke before it was whole; worth another try."""

    @property
    def kind(self) -> str:
        """That of the error it becomes when no try brings the whole answer."""
        return NoAnswer.__name__


def inflater(url: str, headers: Mapping[str, str], status: int) -> Inflate | None:
    """What takes the coding off a body, None for none. A transfer coding other than chunked is one, too (RFC 9112 section
    7): aiohttp takes off the chunks only. Errors: FetchError for a coding nobody asked for.
    """
    codings = [*_words(headers, "Content-Encoding"), *_words(headers, "Transfer-Encoding")]
    if not codings:
        return None
    if len(codings) > 1 or codings[0] not in _KNOWN:
        raise FetchError(url, f"came in a content coding nobody asked for ({', '.join(codings)[:60]})", status)
    return Inflate(url, gzip=codings[0] != "deflate")


def _words(headers: Mapping[str, str], name: str) -> list[str]:
    words = (word.strip().lower() for word in headers.get(name, "").split(","))
    return [word for word in words if word not in ("", "identity", "chunked")]


class Inflate:
    """Decompresses piece by piece and never makes more than asked for, whatever the input holds.

    A body that is labelled as packed and is not is given as it is: some servers label what they did not pack.
    """

    def __init__(self, url: str, *, gzip: bool) -> None:
        self._url, self._gzip = url, gzip
        self._unzip = zlib.decompressobj(31 if gzip else 15)
        self._head = b""
        self._begun = self._plain = False

    @property
    def whole(self) -> bool:
        """Whether the packed body has come to its end."""
        return self._plain or self._unzip.eof

    def __call__(self, data: bytes, most: int) -> bytes:
        """The next piece without its coding, at most so many bytes. Errors: Broken."""
        if not self._begun:
            data, self._head = self._head + data, b""
            if self._gzip and len(data) < len(_GZIP):
                self._head = data
                return b""
            self._begin(data)
        if self._plain:
            return data
        try:
            piece = self._unzip.decompress(self._unzip.unconsumed_tail + data, most)
        except zlib.error as error:
            raise Broken(self._url, f"its compressed body is broken ({error})") from error
        if self._unzip.eof and self._unzip.unused_data.startswith(_GZIP) and len(piece) < most:
            rest, self._unzip = (
                self._unzip.unused_data,
                zlib.decompressobj(31),
            )  # a further member (RFC 1952 section 2.2)
            return piece + self(rest, most - len(piece))
        return piece

    def _begin(self, data: bytes) -> None:
        self._begun = True
        if self._gzip:
            self._plain = not data.startswith(_GZIP)
            return
        try:
            zlib.decompressobj(15).decompress(data, 1)
        except zlib.error:
            self._unzip = zlib.decompressobj(-15)  # some servers send deflate without its zlib frame
