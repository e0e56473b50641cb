import gzip
import logging
import random
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tools.errors import CannotRun, FetchError, NotRecorded, RobotsDisallowed
from tools.settings import Settings
from tools.store import Store
from tools.web.fetch import Fetcher
from tools.web.recording import Recorded, Recorder, Replay, write_recording

AT = datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC)
HTML = ("Content-Type", "text/html; charset=utf-8")
WORLD = [
    Recorded(
        "https://a.example/", 200, (HTML, ("ETag", '"v1"'), ("Set-Cookie", "id=secret-cookie")), b"<p>hello</p>" * 50
    ),
    Recorded("https://a.example/old", 301, (("Location", "/"),)),
    Recorded("https://a.example/gone", 404, (HTML,), b"gone"),
    Recorded("https://a.example/dated", 200, (HTML, ("Last-Modified", "Wed, 04 Mar 2026 00:00:00 GMT")), b"dated"),
    Recorded(
        "https://a.example/api?b=2&a=1", 200, (), b"{}", "POST", (("Authorization", "Bearer secret-token"),), b"q=1"
    ),
    Recorded("https://a.example/bytes", 200, (("X-Odd", "a\r\nInjected: b"),), bytes(range(256))),
]


@pytest.fixture
def world(tmp_path: Path) -> Path:
    path = tmp_path / "world.warc.gz"
    write_recording(path, AT, WORLD)
    return path


def test_the_same_world_gives_the_same_bytes(tmp_path: Path, world: Path) -> None:
    write_recording(tmp_path / "again.warc.gz", AT, WORLD)
    assert (tmp_path / "again.warc.gz").read_bytes() == world.read_bytes()


def test_now_is_when_the_recording_was_begun(world: Path, tmp_path: Path) -> None:
    assert Replay(world).now() == AT
    times = iter([AT, AT + timedelta(hours=1)])
    recorder = Recorder(tmp_path / "r.warc.gz", lambda: next(times))
    recorder.write(WORLD[0])
    recorder.close()
    assert Replay(tmp_path / "r.warc.gz").now() == AT


def test_answers_come_back_as_they_were(world: Path) -> None:
    replay = Replay(world)
    for wanted in WORLD:
        got = replay.response(wanted.method, wanted.url, {}, wanted.request_body)
        assert (got.status, got.body, got.method) == (wanted.status, wanted.body, wanted.method)
    assert replay.response("GET", "https://a.example/old").header("location") == "/"
    assert not replay.response("GET", "https://a.example/bytes").header("injected")


def test_other_archive_tools_read_it(world: Path) -> None:
    from warcio.archiveiterator import ArchiveIterator

    with world.open("rb") as file:
        iterator = ArchiveIterator(file, check_digests=True)
        kinds = [record.rec_type for record in iterator if record.content_stream().read() is not None]
    assert kinds == ["warcinfo"] + ["response", "request"] * len(WORLD)
    assert iterator.err_count == 0


def test_secrets_do_not_stand_in_it(world: Path) -> None:
    content = gzip.decompress(world.read_bytes())
    assert b"secret-cookie" not in content
    assert b"secret-token" not in content


@pytest.mark.parametrize(
    ("url", "headers", "status"),
    [
        ("https://a.example/", {"If-None-Match": '"v1"'}, 304),
        ("https://a.example/", {"if-none-match": 'W/"v1", "v0"'}, 304),
        ("https://a.example/", {"If-None-Match": '"v2"'}, 200),
        ("https://a.example/dated", {"If-Modified-Since": "Wed, 04 Mar 2026 00:00:00 GMT"}, 304),
        ("https://a.example/dated", {"If-Modified-Since": "Tue, 03 Mar 2026 00:00:00 GMT"}, 200),
        # An entity tag decides alone.
        (
            "https://a.example/dated",
            {"If-None-Match": '"x"', "If-Modified-Since": "Wed, 04 Mar 2026 00:00:00 GMT"},
            200,
        ),
        ("https://a.example/gone", {"If-None-Match": '""'}, 404),
    ],
)
def test_a_conditional_request_is_answered_from_the_recorded_validators(
    world: Path, url: str, headers: dict[str, str], status: int
) -> None:
    answer = Replay(world).response("GET", url, headers)
    assert answer.status == status
    assert bool(answer.body) is (status != 304)


def test_what_is_not_recorded_names_the_nearest(world: Path) -> None:
    with pytest.raises(
        NotRecorded, match=r"a\.example/gonne: not in .*nearest recorded one is https://a\.example/gone"
    ):
        Replay(world).response("GET", "https://a.example/gonne")
    with pytest.raises(NotRecorded, match="holds POST of this address, no GET"):
        Replay(world).response("GET", "https://a.example/api?b=2&a=1")
    with pytest.raises(NotRecorded):
        Replay(world).response("POST", "https://a.example/api?b=2&a=1", {}, b"q=2")


def test_a_robots_txt_that_is_not_recorded_is_missing(world: Path) -> None:
    assert Replay(world).response("GET", "https://b.example/robots.txt").status == 404


def test_another_spelling_of_an_address_is_found(world: Path) -> None:
    assert Replay(world).response("POST", "https://A.example/api?a=1&b=2", {}, b"q=1").body == b"{}"


def test_an_address_asked_twice_gives_its_answers_in_order_and_keeps_the_last(tmp_path: Path) -> None:
    path = tmp_path / "r.warc.gz"
    write_recording(path, AT, [Recorded("https://a.example/", 429), Recorded("https://a.example/", 200, (), b"x")])
    replay = Replay(path)
    assert [replay.response("GET", "https://a.example/").status for _ in range(3)] == [429, 200, 200]


@pytest.mark.parametrize("kept", [0.3, 0.6, 0.95, 0.999])
def test_a_cut_recording_is_read_to_its_last_whole_record(
    world: Path, tmp_path: Path, kept: float, caplog: pytest.LogCaptureFixture
) -> None:
    content = world.read_bytes()
    cut = tmp_path / "cut.warc.gz"
    cut.write_bytes(content[: int(len(content) * kept)])
    with caplog.at_level(logging.WARNING):
        replay = Replay(cut)
    assert "cut recording" in caplog.text
    assert replay.now() == AT
    assert replay.response("GET", "https://a.example/").body == WORLD[0].body
    assert len(replay.urls()) <= len(WORLD)


def test_every_cut_of_a_recording_is_readable_or_refused(world: Path, tmp_path: Path) -> None:
    content = world.read_bytes()
    cut = tmp_path / "cut.warc.gz"
    seen = set()
    for size in range(0, len(content), 97):
        cut.write_bytes(content[:size])
        try:
            seen.add(len(Replay(cut).urls()))
        except CannotRun:
            seen.add(-1)
    assert seen == {-1, *range(len(WORLD) + 1)}


def test_an_uncompressed_recording_is_read_too(world: Path, tmp_path: Path) -> None:
    plain = tmp_path / "plain.warc"
    plain.write_bytes(gzip.decompress(world.read_bytes()))
    assert Replay(plain).response("GET", "https://a.example/").body == WORLD[0].body
    plain.write_bytes(plain.read_bytes()[:-10])
    assert Replay(plain).response("GET", "https://a.example/bytes").body == WORLD[-1].body


def warc_record(url: str, body: bytes, *, length: int | None = None, coding: str = "") -> bytes:
    """A response as other programs write it."""
    http = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n" + coding.encode() + b"\r\n" + body
    head = (
        f"WARC/1.0\r\nWARC-Type: response\r\nWARC-Record-ID: <urn:uuid:{url[-1]}>\r\nWARC-Date: 2026-03-04T05:06:07Z\r\n"
        f"WARC-Target-URI: {url}\r\nContent-Type: application/http; msgtype=response\r\n"
        f"Content-Length: {len(http) if length is None else length}\r\n\r\n"
    )
    return head.encode() + http + b"\r\n\r\n"


def three(**middle: int) -> list[bytes]:
    """Three pages, what is in the middle long enough to be cut or to swallow what follows."""
    bodies = [b"<p>one</p>", random.Random(7).randbytes(3_000) + b"<p>two</p>", b"<p>three</p>"]
    return [
        warc_record(f"https://a.example/{n}", body, **(middle if n == 2 else {})) for n, body in enumerate(bodies, 1)
    ]


def members(records: list[bytes]) -> list[bytes]:
    return [gzip.compress(record, mtime=0) for record in records]


DAMAGED = {
    "a length too long": b"".join(three(length=3_500)),
    "a length too short": b"".join(three(length=1_000)),
    "a length beyond the file": b"".join(three(length=10**9)),
    "a length too long, a member a record": b"".join(members(three(length=3_500))),
    "a length too short, one stream": gzip.compress(b"".join(three(length=1_000)), mtime=0),
    "a length too long, one stream": gzip.compress(b"".join(three(length=3_500)), mtime=0),
    "a member cut short": b"".join([members(three())[0], members(three())[1][:1_500], members(three())[2]]),
    "a member with a flipped byte": b"".join(
        [members(three())[0], *(m[:400] + bytes([m[400] ^ 255]) + m[401:] for m in members(three())[1:2]), members(three())[2]]
    ),
}  # fmt: skip


@pytest.mark.parametrize("kind", DAMAGED)
def test_a_damaged_record_costs_itself_and_is_named(
    kind: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / "r.warc"
    path.write_bytes(DAMAGED[kind])
    with caplog.at_level(logging.WARNING):
        replay = Replay(path)
    assert replay.urls() == ["https://a.example/1", "https://a.example/3"]
    assert replay.response("GET", "https://a.example/1").body == b"<p>one</p>"
    assert replay.response("GET", "https://a.example/3").body == b"<p>three</p>"
    assert "damaged record" in caplog.text
    assert "https://a.example/2" in caplog.text
    with pytest.raises(NotRecorded, match=r"https://a\.example/2: its record in r\.warc is damaged"):
        replay.response("GET", "https://a.example/2")


@pytest.mark.parametrize("cut", [0.3, 0.6, 0.9])
def test_one_gzip_stream_cut_short_is_read_to_its_last_whole_record(tmp_path: Path, cut: float) -> None:
    whole = gzip.compress(b"".join(three()), mtime=0)
    path = tmp_path / "r.warc.gz"
    path.write_bytes(whole[: int(len(whole) * cut)])
    assert Replay(path).urls() == ["https://a.example/1"]


def test_a_recording_in_one_gzip_stream_is_read_like_one_of_many(tmp_path: Path) -> None:
    path = tmp_path / "r.warc.gz"
    path.write_bytes(gzip.compress(b"".join(three()), mtime=0))
    replay = Replay(path)
    assert [replay.response("GET", url).body[-10:] for url in replay.urls()] == [
        b"<p>one</p>",
        b"<p>two</p>",
        b"p>three</p>"[-10:],
    ]


def test_a_foreign_record_is_replayed_without_the_codings_of_the_wire(tmp_path: Path) -> None:
    body = gzip.compress(b"<p>page</p>", mtime=0)
    chunked = b"%x\r\n%s\r\n0\r\n\r\n" % (len(body), body)
    coding = "Transfer-Encoding: chunked\r\nContent-Encoding: gzip\r\n"
    path = tmp_path / "r.warc.gz"
    path.write_bytes(gzip.compress(warc_record("https://a.example/1", chunked, coding=coding), mtime=0))
    assert Replay(path).response("GET", "https://a.example/1").body == b"<p>page</p>"


@pytest.mark.parametrize("content", [b"", b"nonsense", b"\x1f\x8bnonsense", b"PK\x03\x04"])
def test_a_file_that_is_no_recording_says_so(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "x.warc.gz"
    path.write_bytes(content)
    with pytest.raises(CannotRun, match=r"x\.warc\.gz is not a WARC recording"):
        Replay(path)


def test_a_missing_recording_says_so(tmp_path: Path) -> None:
    with pytest.raises(CannotRun, match="cannot be read: No such file"):
        Replay(tmp_path / "none.warc.gz")


def test_a_recording_has_its_name_only_once_it_is_whole(tmp_path: Path) -> None:
    recorder = Recorder(tmp_path / "sub" / "r.warc.gz", lambda: AT)
    recorder.write(WORLD[0])
    assert not recorder.path.exists()
    part = recorder.path.with_name("r.warc.gz.part")
    assert Replay(part).response("GET", WORLD[0].url).body == WORLD[0].body  # what a kill would leave
    recorder.close()
    recorder.close()
    assert recorder.path.exists()
    assert not part.exists()


async def _outcomes(fetcher: Fetcher, urls: list[str]) -> list[Any]:
    found = []
    for url in urls:
        try:
            page = await fetcher.get(url)
            found.append(
                (page.id, page.url, page.final_url, page.status, page.content_type, page.charset, page.body, page.etag)
            )
        except FetchError as error:
            found.append((type(error).__name__, error.status, error.reason))
    return found


async def test_a_recorded_crawl_replays_to_the_same_pages_and_failures(site: Any, tmp_path: Path) -> None:
    site.page("/robots.txt", "User-agent: *\nDisallow: /no")
    site.page("/", "<p>home</p>", etag='"1"', headers={"Set-Cookie": "a=b"})
    site.redirect("/old", "/")
    site.page("/gone", "gone", status=404)
    site.page("/wall", "<title>Just a moment...</title>", status=403)

    async def drop(asked: Any, writer: Any) -> None:
        writer.transport.abort()

    site.behave("/broken", drop)
    urls = [site.url(path) for path in ("/", "/old", "/gone", "/wall", "/no", "/broken")]
    recorder = Recorder(tmp_path / "r.warc.gz", lambda: AT)
    async with Fetcher(site.settings(retries=0), recorder=recorder) as fetcher:
        live = await _outcomes(fetcher, urls)
    recorder.close()
    asked = len(site.asked())
    async with Fetcher(Settings(), replay=Replay(recorder.path)) as fetcher:
        assert await _outcomes(fetcher, urls) == live
        assert (await fetcher.get(urls[0])).fetched_at == AT
    assert [outcome[0] for outcome in live[2:]] == ["FetchError", "PageBlocked", "RobotsDisallowed", "NoAnswer"]
    assert len(site.asked()) == asked  # no network in a replay


async def test_what_needed_several_tries_replays_like_the_last(site: Any, tmp_path: Path) -> None:
    tries: dict[str, int] = {}

    async def third_time_lucky(asked: Any, writer: Any) -> None:
        tries[asked.path] = tries.get(asked.path, 0) + 1
        if tries[asked.path] < 3 and asked.path == "/drop":
            writer.transport.abort()
        elif tries[asked.path] < 2:
            writer.write(b"HTTP/1.1 429 Busy\r\nRetry-After: 0\r\nContent-Length: 0\r\n\r\n")
        else:
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")

    site.behave("*", third_time_lucky)
    site.page("/large", "x" * 20_000)
    site.page("/away", status=429, headers={"Retry-After": "9999"})
    urls = [site.url(path) for path in ("/drop", "/busy", "/large", "/away", "/never")]
    recorder = Recorder(tmp_path / "r.warc.gz", lambda: AT)
    async with Fetcher(site.settings(max_body_bytes=10_000), recorder=recorder, now=lambda: AT) as fetcher:
        live = await _outcomes(fetcher, urls)
    recorder.close()
    async with Fetcher(Settings(), replay=Replay(recorder.path)) as fetcher:
        assert await _outcomes(fetcher, urls) == live
    assert [outcome[0] for outcome in live[2:]] == ["PageTooLarge", "RateLimited", "RateLimited"]
    assert "asks to be left alone" in live[4][2]


async def test_a_revalidated_page_is_recorded_whole(site: Any, tmp_path: Path) -> None:
    site.page("/", "<p>home</p>", etag='"1"')
    recorder = Recorder(tmp_path / "r.warc.gz", lambda: AT)
    with Store.open(tmp_path / "store.db") as store:
        async with Fetcher(site.settings(), store) as fetcher:
            store.put_page(await fetcher.get(site.url("/")))
        async with Fetcher(site.settings(), store, recorder=recorder) as fetcher:
            assert (await fetcher.get(site.url("/"))).revalidated
        recorder.close()
        async with Fetcher(Settings(), store, replay=Replay(recorder.path)) as fetcher:
            assert (await fetcher.get(site.url("/"))).revalidated
    async with Fetcher(Settings(), replay=Replay(recorder.path)) as fetcher:
        page = await fetcher.get(site.url("/"))
    assert (page.body, page.content_type, page.charset, page.revalidated) == (
        b"<p>home</p>",
        "text/html",
        "utf-8",
        False,
    )


async def test_a_replay_computes_its_waits_and_sleeps_none(tmp_path: Path) -> None:
    path = tmp_path / "r.warc.gz"
    robots = Recorded("https://a.example/robots.txt", 200, (), b"User-agent: *\nCrawl-delay: 7")
    pages = [Recorded(f"https://a.example/{n}", 200, (HTML,), b"x") for n in range(10)]
    write_recording(path, AT, [robots, *pages])
    async with Fetcher(Settings({"pace_s": 2.0}), replay=Replay(path)) as fetcher:
        for page in pages:
            await fetcher.get(page.url)
        assert (fetcher.counts["waits"], fetcher.counts["pages"]) == (10, 10)


async def test_a_replay_obeys_robots_as_recorded(tmp_path: Path) -> None:
    path = tmp_path / "r.warc.gz"
    robots = Recorded("https://a.example/robots.txt", 200, (), b"User-agent: *\nDisallow: /")
    write_recording(path, AT, [robots, Recorded("https://a.example/", 200, (HTML,), b"x")])
    async with Fetcher(Settings(), replay=Replay(path)) as fetcher:
        with pytest.raises(RobotsDisallowed):
            await fetcher.get("https://a.example/")
        assert (await fetcher.get("https://a.example/", access="api")).body == b"x"
