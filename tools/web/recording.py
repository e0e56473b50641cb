"""A crawl as one WARC file, written and replayed.

Written: one `warcinfo` (its date is the recording's time), then a `response` and its `request` for every exchange, a
404 and a redirect like any other. Bodies are kept without content coding. A request that got no answer at all becomes
a `metadata` record, so that a replay fails where the crawl failed. What a browser made of an address is an exchange,
too, by the methods RENDER and SCREENSHOT (rendering.py). Cookies and Authorization are never written.
"""

from __future__ import annotations

import difflib
import hashlib
import logging
import mmap
import re
import threading
import zlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple
from urllib.parse import urlsplit

from tools.errors import CannotRun, FetchError, NoAnswer, NotRecorded, PageTooLarge
from tools.identity import canonical_url
from tools.models import Now

logger = logging.getLogger(__name__)
_SECRET_HEADERS = frozenset({"authorization", "proxy-authorization", "cookie", "set-cookie", "set-cookie2"})
# They describe the bytes on the wire; the record holds the bytes after decoding.
_WIRE_HEADERS = frozenset({"content-encoding", "transfer-encoding", "content-length", "connection", "keep-alive"})
_FAILURE = "scout-failure"
_CHUNK = 1 << 16
_FIRST_CHUNK = 1 << 12  # of a gzip member: most are small
_HEAD_BYTES = 1 << 14
_GZIP = b"\x1f\x8b\x08"
_CUT, _WRONG = "it was cut short", "its length is wrong"
_BEGIN = re.compile(rb"(?P<begin>WARC/\d\.\d\r?\n(?=[A-Za-z-]{1,40}:))")
_BEGIN_OF_LINE = re.compile(rb"\n(?P<begin>WARC/\d\.\d\r?\n(?=[A-Za-z-]{1,40}:))")
_HEAD_END = re.compile(rb"\r?\n\r?\n")
_BLANK = re.compile(rb"[\r\n]+")
_TARGET = re.compile(rb"(?im)^WARC-Target-URI:[ \t]*(\S{1,2000})")


@dataclass(frozen=True, slots=True)
class Recorded:
    """One exchange as it is recorded. `body` is without content coding; `request_body` tells one POST from another."""

    url: str
    status: int = 200
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""
    method: str = "GET"
    request_headers: tuple[tuple[str, str], ...] = ()
    request_body: bytes = b""

    def header(self, name: str) -> str:
        """A response header's first value, "" when there is none."""
        return next((value for key, value in self.headers if key.lower() == name), "")


class Recorder:
    """Writes a recording: to PATH.part, renamed to PATH by close(). A kill leaves a readable .part. Usable from threads."""

    def __init__(self, path: Path, now: Now) -> None:
        self.path = path
        self._part = path.with_name(path.name + ".part")
        self._now = now
        path.parent.mkdir(parents=True, exist_ok=True)
        self._file: BinaryIO | None = self._part.open("wb")
        self._writer = _Writer(self._file, now())
        self._lock = threading.Lock()  # pages come from one thread, models' answers from others

    def write(self, exchange: Recorded) -> None:
        """Keep one exchange."""
        with self._lock:
            self._writer.exchange(exchange, self._now())

    def failed(self, method: str, error: FetchError) -> None:
        """Keep that a request got no answer, or none that was taken, and why."""
        with self._lock:
            self._writer.failure(method, error, self._now())

    def close(self) -> None:
        """Finish the file and give it its name. A second call does nothing."""
        if self._file is None:
            return
        self._file.close()
        self._file = None
        self._part.replace(self.path)


def write_recording(path: Path, at: datetime, responses: Iterable[Recorded]) -> None:
    """Write a recording of the time `at` from plain data; the same input gives the same bytes."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(path.name + ".part")
    with part.open("wb") as file:
        writer = _Writer(file, at)
        for response in responses:
            writer.exchange(response, at)
    part.replace(path)


class Replay:
    """Answers requests from a recording; nothing else exists. Bodies are read from the file when asked for.

    An address asked for more often than it was recorded keeps giving its last answer.
    Errors: CannotRun when the file is missing or no WARC recording.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._entries: dict[_Key, list[_Entry]] = {}
        self._asked: dict[_Key, int] = {}
        self._at: datetime | None = None
        self._damaged: set[str] = set()  # addresses whose record cannot be read
        try:
            self._index()
        except OSError as error:
            raise CannotRun(f"The recording {path} cannot be read: {error.strerror or error}.") from error
        if self._at is None:
            raise CannotRun(f"{path} is not a WARC recording, or holds no whole record.")
        self._urls: set[str] = {key.url for key in self._entries}
        self._origins: set[str] = {_origin(url) for url in self._urls}
        self._canonical: dict[str, str] = {canonical_url(key.url): key.url for key in self._entries}

    def now(self) -> datetime:
        """The recording's time, UTC: when it was begun. It stands still."""
        assert self._at is not None
        return self._at

    def urls(self) -> list[str]:
        """All recorded addresses, in the order of the recording."""
        return list(dict.fromkeys(key.url for key in self._entries))

    def holds(self, url: str) -> bool:
        """Whether the recording has an answer for this address, by any method."""
        return url in self._urls or canonical_url(url) in self._canonical

    def knows(self, url: str) -> bool:
        """Whether the recording has any answer of this address's scheme and host."""
        return _origin(url) in self._origins

    def response(self, method: str, url: str, headers: Mapping[str, str] | None = None, body: bytes = b"") -> Recorded:
        """The recorded answer; a 304 without body when the request's validators fit the recorded ones.

        Errors: NotRecorded naming the address and the nearest recorded one; FetchError where the crawl itself got no
        answer. A robots.txt that is not recorded is a 404.
        """
        key = self._key(method, url, body)
        if key is None:
            if urlsplit(url).path == "/robots.txt":
                return Recorded(url, 404)
            raise NotRecorded(url, self._nearest(method, url))
        entry = self._next(key)
        if entry.failure:
            raise _failure(url, entry.failure)
        recorded = self._read(entry, key)
        if recorded.status == 200 and _not_modified(recorded, headers or {}):
            kept = tuple((k, v) for k, v in recorded.headers if k.lower() not in ("content-type", "content-length"))
            return Recorded(url, 304, kept, method=method)
        return recorded

    def _next(self, key: _Key) -> _Entry:
        """The next answer of an address; a failure counts only when no further try followed it."""
        entries = self._entries[key]
        turn = min(self._asked.get(key, 0), len(entries) - 1)
        while entries[turn].failure and turn < len(entries) - 1:
            turn += 1
        self._asked[key] = turn + 1
        return entries[turn]

    def _key(self, method: str, url: str, body: bytes) -> _Key | None:
        digest = _digest(body)
        for address in (url, self._canonical.get(canonical_url(url), url)):
            for wanted in (_Key(method, address, digest), _Key(method, address, "")):
                if wanted in self._entries:
                    return wanted
        return None

    def _nearest(self, method: str, url: str) -> str:
        host = urlsplit(url).netloc
        known = self.urls()
        if url in self._damaged:
            return f"its record in {self.path.name} is damaged"
        others = [key.method for key in self._entries if key.url == url]
        if others:
            return (
                f"the recording {self.path.name} holds {' and '.join(sorted(set(others)))} of this address, no {method}"
            )
        near = difflib.get_close_matches(url, [u for u in known if urlsplit(u).netloc == host], n=1, cutoff=0.0)
        near = near or difflib.get_close_matches(url, known[:2_000], n=1, cutoff=0.0)
        hint = f"; the nearest recorded one is {near[0]}" if near else ""
        return f"not in the recording {self.path.name}{hint}"

    def _index(self) -> None:
        """One pass over the file: where each answer lies. The body stays on disk."""
        dates: list[datetime] = []
        posted: dict[str, str] = {}
        found: list[tuple[str, _Key, _Entry]] = []
        with self.path.open("rb") as file:
            for entry, block in _records(file, self.path, self._damaged):
                record = _parse(block)
                if record is None:
                    continue
                if record.date:
                    dates.append(record.date)
                if record.kind == "warcinfo" and self._at is None:
                    self._at = record.date
                elif record.kind == "request":
                    method, _, content = _request(record)
                    posted[record.concurrent_to] = method + " " + _digest(content)
                elif record.kind == "response":
                    found.append((record.id, _Key("GET", record.url, ""), entry))
                elif record.kind == "metadata" and record.fields().get(_FAILURE):
                    fields = record.fields()
                    key = _Key(fields.get("method", "GET"), record.url, "")
                    found.append((record.id, key, entry._replace(failure=fields)))
        for record_id, key, entry in found:
            if record_id in posted:
                method, _, digest = posted[record_id].partition(" ")
                key = _Key(method, key.url, digest)
            self._entries.setdefault(key, []).append(entry)
        if self._at is None and dates:
            self._at = min(dates)

    def _read(self, entry: _Entry, key: _Key) -> Recorded:
        record = _parse(zlib.decompress(entry.kept) if entry.kept else self._block(entry))
        assert record is not None
        return _response(record, key)

    def _block(self, entry: _Entry) -> bytes:
        with self.path.open("rb") as file:
            file.seek(entry.offset)
            block = file.read(entry.length)
        return zlib.decompress(block, 31) if entry.gzipped else block


class _Key(NamedTuple):
    method: str
    url: str
    digest: str  # of the request's body; "" for none


class _Entry(NamedTuple):
    offset: int
    length: int
    gzipped: bool
    kept: bytes = b""  # the record itself, compressed, where it cannot be read from the file alone
    failure: Mapping[str, str] | None = None  # fields of the metadata record that stands for no answer


@dataclass(frozen=True, slots=True)
class _Record:
    """One parsed WARC record."""

    kind: str
    id: str
    url: str
    date: datetime | None
    concurrent_to: str
    statusline: str
    headers: tuple[tuple[str, str], ...]
    content: bytes = field(repr=False)

    def fields(self) -> dict[str, str]:
        """The name: value lines of a warcinfo or metadata record."""
        lines = self.content.decode("utf-8", "replace").splitlines()
        return {name.strip(): value.strip() for name, colon, value in (line.partition(":") for line in lines) if colon}


class _Writer:
    """Writes WARC records; ids follow from the content, so that equal input gives equal bytes."""

    def __init__(self, file: BinaryIO, at: datetime) -> None:
        from warcio.warcwriter import WARCWriter

        # Compressed here, a member a record: warcio's own writer takes the highest level, twice the time for half a percent.
        self._plain = BytesIO()
        self._warc = WARCWriter(self._plain, gzip=False, warc_version="WARC/1.1")
        self._file = file
        self._number = 0
        self._write("", "warcinfo", b"software: Scout\r\nformat: WARC File Format 1.1\r\n", at)

    def exchange(self, exchange: Recorded, at: datetime) -> None:
        """A response record and its request record."""
        headers = [(k, v) for k, v in exchange.headers if k.lower() not in _SECRET_HEADERS | _WIRE_HEADERS]
        headers.append(("Content-Length", str(len(exchange.body))))
        response = self._write(
            exchange.url, "response", exchange.body, at, (f"{exchange.status} {_phrase(exchange.status)}", headers)
        )
        parts = urlsplit(exchange.url)
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        sent = [("Host", parts.netloc)]
        sent += [(k, v) for k, v in exchange.request_headers if k.lower() not in _SECRET_HEADERS | {"host"}]
        line = f"{exchange.method} {target}"
        extra = {"WARC-Concurrent-To": response}
        self._write(exchange.url, "request", exchange.request_body, at, (line, sent), extra)
        self._file.flush()

    def failure(self, method: str, error: FetchError, at: datetime) -> None:
        """A metadata record in the place of an answer."""
        fields = {
            "method": method,
            "kind": error.kind,
            "status": error.status or "",
            _FAILURE: " ".join(error.reason.split()),
        }
        content = "".join(f"{name}: {value}\r\n" for name, value in fields.items())
        self._write(error.url, "metadata", content.encode(), at)
        self._file.flush()

    def _write(
        self,
        url: str,
        kind: str,
        content: bytes,
        at: datetime,
        http: tuple[str, list[tuple[str, str]]] | None = None,
        extra: Mapping[str, str] | None = None,
    ) -> str:
        """Write one record; its id."""
        from warcio.statusandheaders import StatusAndHeaders

        self._number += 1
        seed = "\n".join((kind, url, str(self._number), at.isoformat(), _digest(content), repr(http)))
        digest = hashlib.sha256(seed.encode("utf-8", "surrogatepass")).hexdigest()[:32]
        record_id = f"<urn:uuid:{digest[:8]}-{digest[8:12]}-{digest[12:16]}-{digest[16:20]}-{digest[20:]}>"
        date = at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
        heads = {"WARC-Record-ID": record_id, "WARC-Date": date, **(extra or {})}
        http_headers = None
        if http and kind == "request":
            http_headers = StatusAndHeaders(f"{http[0]} HTTP/1.1", _plain(http[1]), is_http_request=True)
        elif http:
            http_headers = StatusAndHeaders(http[0], _plain(http[1]), protocol="HTTP/1.1")
        record = self._warc.create_warc_record(
            url,
            kind,
            payload=BytesIO(content),
            length=len(content),
            warc_headers_dict=heads,
            http_headers=http_headers,
        )
        self._warc.write_record(record)
        gzip = zlib.compressobj(6, zlib.DEFLATED, 31)
        self._file.write(gzip.compress(self._plain.getvalue()) + gzip.flush())
        self._plain.seek(0)
        self._plain.truncate()
        return record_id


def _plain(headers: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """Headers as one line each; a line break would start a header of its own."""
    return [(name, " ".join(value.split("\n")).replace("\r", "")) for name, value in headers]


def _records(file: BinaryIO, path: Path, damaged: set[str]) -> Iterator[tuple[_Entry, bytes]]:
    """Where each whole record lies, and its bytes. One that is damaged is left out and said, and so is a cut end; their addresses go to `damaged`.

    A file may be plain, hold a gzip member a record, or be one gzip stream of many: what stands with others in a stream
    is kept in memory, compressed, as nothing in a stream can be read by itself.
    """
    if file.seek(0, 2) == 0:
        return
    with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        if data[:2] != _GZIP[:2]:
            for start, end, damage in _split(data):
                if damage:
                    damaged.add(_say(path, start, damage, data[start:end]))
                else:
                    yield _Entry(start, end - start, False), data[start:end]
            return
        for start, end, content, damage in _gzip_members(data):
            yield from _of_member(path, start, end, content, damage, damaged)


def _of_member(
    path: Path, start: int, end: int, content: bytes, damage: str, damaged: set[str]
) -> Iterator[tuple[_Entry, bytes]]:
    """The records of one gzip member: one, as a rule, or all of the file."""
    spans = list(_split(content))
    if len(spans) == 1 and not spans[0][2] and not damage:
        yield _Entry(start, end - start, True), content
        return
    if damage and len(spans) == 1:  # its checksum is all there is to tell whether its one record is sound
        spans = [(spans[0][0], spans[0][1], damage)]
    for begin, stop, odd in spans:
        block = content[begin:stop]
        if odd:  # the stream itself may be whole: then it is the record's length that is wrong
            damaged.add(_say(path, start, damage or (_WRONG if odd == _CUT else odd), block))
        else:
            yield _Entry(start, end - start, True, kept=zlib.compress(block, 1)), block
    if damage and not any(odd for *_, odd in spans):
        damaged.add(_say(path, start, damage, b""))


def _say(path: Path, offset: int, damage: str, block: bytes) -> str:
    """Log what is wrong with a record; the address it is of, as far as that can be read."""
    found = _TARGET.search(block[:_HEAD_BYTES])
    name = found[1].decode("utf-8", "replace").strip("<>") if found else "unknown"
    what = "cut recording" if damage == _CUT else "damaged record"
    logger.warning("%s path=%s offset=%d url=%s: %s", what, path, offset, name, damage)
    return name


def _gzip_members(data: mmap.mmap) -> Iterator[tuple[int, int, bytes, str]]:
    """Begin and end of each gzip member, its content as far as it can be had, and what is wrong with it."""
    offset = 0
    while 0 <= offset < len(data):
        content, used, whole = _inflated(data, offset)
        if whole:
            yield offset, offset + used, content, ""
            offset += used
            continue
        following = _next_member(data, offset + 1)
        end = following if following >= 0 else len(data)
        yield offset, end, content, "its gzip member is damaged" if following >= 0 else _CUT
        offset = following


def _inflated(data: mmap.mmap, offset: int, most: int = 0) -> tuple[bytes, int, bool]:
    """A gzip member's content from an offset on, the bytes it takes up, and whether it is all there.

    most: bytes of content to stop at; 0: all.
    """
    unzip = zlib.decompressobj(31)
    pieces: list[bytes] = []
    at = offset
    while at < len(data) and not unzip.eof:
        chunk = data[at : at + (_CHUNK if at > offset else _FIRST_CHUNK)]
        before = unzip.copy()
        try:
            pieces.append(unzip.decompress(chunk, most))
        except zlib.error:
            pieces.append(_salvaged(before, chunk))
            return b"".join(pieces), at - offset, False
        if most and pieces[-1]:
            break
        at += len(chunk)
    return b"".join(pieces), at - offset - len(unzip.unused_data), unzip.eof


def _salvaged(unzip: Any, chunk: bytes) -> bytes:
    """What comes of a chunk before the place where it is damaged."""
    pieces = []
    for at in range(len(chunk)):
        try:
            pieces.append(unzip.decompress(chunk[at : at + 1]))
        except zlib.error:
            break
    return b"".join(pieces)


def _next_member(data: mmap.mmap, start: int) -> int:
    """Where the next gzip member begins that holds a WARC record; -1: nowhere."""
    while (start := data.find(_GZIP, start)) >= 0:
        if _inflated(data, start, 5)[0] == b"WARC/":
            return start
        start += 1
    return -1


def _split(data: bytes | mmap.mmap) -> Iterator[tuple[int, int, str]]:
    """Begin and end of each record of uncompressed WARC data, and what is wrong with it."""
    offset = _begin(data, 0)
    if offset:
        yield 0, offset if offset > 0 else len(data), "no WARC record"
    while 0 <= offset < len(data):
        head = _HEAD_END.search(data, offset)
        length = _content_length(data[offset : head.end()]) if head else None
        end = len(data) + 1 if head is None or length is None else head.end() + length
        following = _after(data, end)
        if following is not None:
            yield offset, following, ""
            offset = following
            continue
        following = _begin(data, head.end() if head else offset + 1)
        cut = following < 0 and end > len(data) and length is not None
        stop = following if following >= 0 else len(data)
        yield offset, stop, _CUT if cut or (head is None and following < 0) else _WRONG
        offset = following


def _after(data: bytes | mmap.mmap, end: int) -> int | None:
    """Where the record after one that ends here begins; None when this is no end of a record."""
    if end > len(data):
        return None
    blank = _BLANK.match(data, end)
    following = blank.end() if blank else end
    if following == len(data):
        return following  # whether or not the two line ends at the very end were written
    return following if _BEGIN.match(data, following) else None


def _begin(data: bytes | mmap.mmap, start: int) -> int:
    """Where the next record begins, at a line's start; -1: nowhere."""
    found = _BEGIN.match(data, start) or _BEGIN_OF_LINE.search(data, start)
    return -1 if found is None else found.start("begin")


def _content_length(head: bytes) -> int | None:
    for line in head.splitlines():
        name, _, value = line.partition(b":")
        if name.strip().lower() == b"content-length" and value.strip().isdigit():
            return int(value)
    return None


def _parse(block: bytes) -> _Record | None:
    """The one WARC record in these bytes; None when they hold none that can be read."""
    from warcio.archiveiterator import ArchiveIterator
    from warcio.exceptions import ArchiveLoadFailed

    try:
        record = next(iter(ArchiveIterator(BytesIO(block))), None)
        if record is None:
            return None
        http = record.http_headers
        return _Record(
            kind=record.rec_type or "",
            id=record.rec_headers.get_header("WARC-Record-ID", ""),
            url=record.rec_headers.get_header("WARC-Target-URI", "").strip("<>"),
            date=_date(record.rec_headers.get_header("WARC-Date", "")),
            concurrent_to=record.rec_headers.get_header("WARC-Concurrent-To", ""),
            statusline=f"{http.protocol} {http.statusline}" if http else "",
            headers=tuple((str(k), str(v)) for k, v in http.headers) if http else (),
            content=record.content_stream().read(),
        )
    except (ArchiveLoadFailed, EOFError, ValueError, zlib.error) as error:
        logger.warning("record skipped: %s", error)
        return None


def _date(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text).astimezone(UTC)
    except ValueError:
        return None


def _request(record: _Record) -> tuple[str, str, bytes]:
    method, _, rest = record.statusline.strip().partition(" ")
    return method.upper(), rest, record.content


def _response(record: _Record, key: _Key) -> Recorded:
    words = record.statusline.split(" ", 2)
    status = int(words[1]) if len(words) > 1 and words[1].isdigit() else 0
    kept = tuple((k, v) for k, v in record.headers if k.lower() not in _WIRE_HEADERS | _SECRET_HEADERS)
    return Recorded(key.url, status, kept, record.content, key.method)


def _failure(url: str, fields: Mapping[str, str]) -> FetchError:
    """The error that the crawl met."""
    error = {kind.__name__: kind for kind in (PageTooLarge, NoAnswer)}.get(fields.get("kind", ""), FetchError)
    status = fields.get("status", "")
    return error(url, fields[_FAILURE], int(status) if status.isdigit() else None)


def _not_modified(recorded: Recorded, headers: Mapping[str, str]) -> bool:
    """RFC 9110 section 13.2.2: an entity tag decides alone where the request carries one."""
    asked = {name.lower(): value for name, value in headers.items()}
    if "if-none-match" in asked:
        tags = {tag.strip().removeprefix("W/") for tag in asked["if-none-match"].split(",")}
        return recorded.header("etag").removeprefix("W/") in tags - {""}
    since = asked.get("if-modified-since", "")
    return bool(since) and since == recorded.header("last-modified")


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:32] if content else ""


def _phrase(status: int) -> str:
    from http import HTTPStatus

    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "Unknown"
