"""Servers that ask for time, in every form; hosts that fail; answers that did not come whole."""

from __future__ import annotations

import asyncio
import gzip
import time
import zlib
from datetime import UTC, datetime
from typing import Any

import pytest

from tools.errors import FetchError, NoAnswer, RateLimited, RobotsDisallowed
from tools.web.fetch import Fetcher
from tools.web.limits import pause_s, refuses, used_up

AT = datetime(2026, 3, 4, tzinfo=UTC)
IN_A_MINUTE = str(int(AT.timestamp()) + 60)


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"Retry-After": "7"}, 7.0),
        ({"RateLimit": '"api";r=0;t=4'}, 4.0),  # the Hub
        ({"RateLimit": '"burst";r=3;t=1, "day";r=0;t=900'}, 900.0),
        ({"RateLimit": "limit=10, remaining=0, reset=5"}, 5.0),
        ({"RateLimit-Remaining": "0", "RateLimit-Reset": "6"}, 6.0),
        ({"x-ratelimit-remaining": "0", "x-ratelimit-reset": IN_A_MINUTE}, 60.0),  # GitHub: an epoch
        ({"x-ratelimit-remaining": "0", "x-ratelimit-reset": f"{IN_A_MINUTE}000"}, 60.0),
        ({"X-Rate-Limit-Remaining": "0", "X-Rate-Limit-Reset": "61"}, 61.0),  # Product Hunt: seconds
        ({"x-ratelimit-remaining": "12", "x-ratelimit-reset": IN_A_MINUTE}, 60.0),  # refused all the same
        ({"x-ratelimit-remaining": "0"}, None),
        ({"RateLimit": "nonsense"}, None),
        ({}, None),
    ],
)
def test_every_way_to_ask_for_time_is_read(headers: dict[str, str], seconds: float | None) -> None:
    from multidict import CIMultiDict

    assert pause_s(CIMultiDict(headers), AT) == seconds


def test_a_403_is_a_limit_only_with_one_used_up() -> None:
    from multidict import CIMultiDict

    limit = CIMultiDict({"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": IN_A_MINUTE})
    assert refuses(403, limit, AT)
    assert not refuses(403, CIMultiDict({"X-RateLimit-Remaining": "9", "X-RateLimit-Reset": IN_A_MINUTE}), AT)
    assert used_up(CIMultiDict({"RateLimit": '"api";r=1;t=4'}), AT) is None


async def test_a_hub_that_names_its_limit_is_asked_again_after_it(site: Any) -> None:
    asked_at = []

    async def limited(asked: Any, writer: Any) -> None:
        asked_at.append(asked.at)
        head = 'HTTP/1.1 429 Busy\r\nRateLimit: "api";r=0;t=1\r\n' if len(asked_at) == 1 else "HTTP/1.1 200 OK\r\n"
        writer.write(f"{head}Content-Length: 2\r\n\r\nok".encode())

    site.behave("/api", limited)
    async with Fetcher(site.settings()) as fetcher:
        assert (await fetcher.get(site.url("/api"), access="api")).body == b"ok"
    assert asked_at[1] - asked_at[0] >= 1.0


async def test_a_limit_used_up_for_an_hour_ends_the_hosts_turn_in_one_sentence(site: Any) -> None:
    reset = str(int(time.time()) + 3_600)
    site.page("*", status=403, headers={"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": reset})
    async with Fetcher(site.settings()) as fetcher:
        for path in ("/repos/a/b", "/repos/c/d"):
            with pytest.raises(
                RateLimited, match=r"asks to be left alone until \d{4}-\d\d-\d\d \d\d:\d\d UTC"
            ) as caught:
                await fetcher.get(site.url(path), access="api")
            assert caught.value.until is not None
    assert [asked.path for asked in site.asked()] == ["/repos/a/b"]


async def test_the_last_answer_of_a_quota_is_taken_and_the_next_question_waits(site: Any) -> None:
    site.page("/one", "1", headers={"RateLimit": '"api";r=0;t=1'})
    site.page("/two", "2")
    async with Fetcher(site.settings()) as fetcher:
        await fetcher.get(site.url("/one"), access="api")
        await fetcher.get(site.url("/two"), access="api")
    one, two = site.asked()
    assert two.at - one.at >= 1.0


@pytest.mark.parametrize("status", [500, 502, 504, 522])
async def test_a_passing_fault_gets_one_more_try(site: Any, status: int) -> None:
    async def once(asked: Any, writer: Any) -> None:
        good = len(site.asked("/")) > 1
        writer.write(f"HTTP/1.1 {200 if good else status} X\r\nContent-Length: 2\r\n\r\nok".encode())

    site.behave("/", once)
    site.page("/never", status=status)
    async with Fetcher(site.settings()) as fetcher:
        assert (await fetcher.get(site.url("/"))).body == b"ok"
        with pytest.raises(FetchError, match=str(status)):
            await fetcher.get(site.url("/never"))
    assert len(site.asked("/never")) == 2


async def test_no_try_happens_that_is_not_counted(site: Any) -> None:
    async def drop(asked: Any, writer: Any) -> None:
        writer.transport.abort()

    site.behave("/", drop)
    async with Fetcher(site.settings(retries=1)) as fetcher:
        with pytest.raises(NoAnswer):
            await fetcher.get(site.url("/"))
    assert len(site.asked("/")) == 2


async def test_a_host_without_answers_is_left_after_three_addresses(site: Any) -> None:
    async def drop(asked: Any, writer: Any) -> None:
        writer.transport.abort()

    site.behave("*", drop)
    async with Fetcher(site.settings(retries=0)) as fetcher:
        for number in range(6):
            with pytest.raises(NoAnswer):
                await fetcher.get(site.url(f"/{number}"))
    assert len([asked for asked in site.asked() if asked.path != "/robots.txt"]) == 3


async def test_a_host_takes_no_more_than_its_share_of_a_run(site: Any) -> None:
    site.page("*", "slow", delay_s=0.2)
    async with Fetcher(site.settings(host_share_s=0.3)) as fetcher:
        outcomes = [await _outcome(fetcher, site.url(f"/{number}")) for number in range(5)]
    assert outcomes[0] == "ok"
    assert "over its share" in outcomes[-1]


async def test_answers_that_break_off_late_cost_a_host_its_share_too(site: Any) -> None:
    async def drop(asked: Any, writer: Any) -> None:
        await asyncio.sleep(0.2)
        writer.transport.abort()

    site.behave("/slow", drop)
    site.page("/fast", "fast")
    async with Fetcher(site.settings(host_share_s=0.1, retries=0)) as fetcher:
        outcomes = [await _outcome(fetcher, site.url(path)) for path in ("/slow", "/fast")]
    assert "connection broke" in outcomes[0]
    assert "over its share" in outcomes[1]


async def test_a_crawl_delay_longer_than_we_wait_means_not_now(site: Any) -> None:
    site.page("/robots.txt", "User-agent: *\nCrawl-delay: 99999999")
    site.page("/", "home")
    async with asyncio.timeout(5), Fetcher(site.settings()) as fetcher:
        with pytest.raises(RobotsDisallowed, match="99999999 s"):
            await fetcher.get(site.url("/"))
    assert not site.asked("/")


async def test_a_robots_txt_that_gives_no_answer_is_no_refusal_of_it(site: Any) -> None:
    site.page("/robots.txt", status=500)
    async with Fetcher(site.settings()) as fetcher:
        with pytest.raises(NoAnswer, match=r"robots.txt could not be read \(the server answered 500\)"):
            await fetcher.get(site.url("/"))


PACKED = gzip.compress(b"<h1>Tarn</h1>" + b"a" * 5_000, mtime=0)  # parametrized: the same in every worker


@pytest.mark.parametrize(
    ("head", "body"),
    [
        ("Content-Encoding: gzip", PACKED[:-20]),  # cut, and sent as if it were whole
        ("Content-Encoding: gzip", PACKED[:30]),
        ("Content-Encoding: deflate", zlib.compress(b"x" * 5_000)[:-6]),
    ],
)
async def test_a_packed_body_that_breaks_off_is_no_page(site: Any, head: str, body: bytes) -> None:
    await _raises_no_answer(site, f"HTTP/1.1 200 OK\r\n{head}\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body)


async def test_a_part_is_no_page(site: Any) -> None:
    await _raises_no_answer(site, b"HTTP/1.1 206 Part\r\nContent-Range: bytes 0-1/9\r\nContent-Length: 2\r\n\r\nok")


async def test_a_body_shorter_than_announced_is_no_page(site: Any) -> None:
    await _raises_no_answer(site, b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\nConnection: close\r\n\r\nok")


@pytest.mark.parametrize(
    ("head", "body", "page"),
    [
        ("Content-Encoding: gzip", b"<h1>Never packed</h1>", b"<h1>Never packed</h1>"),
        ("Content-Encoding: gzip", b"", b""),
        (
            "Content-Encoding: gzip",
            gzip.compress(b"one ", mtime=0) + gzip.compress(b"two", mtime=0),
            b"one two",
        ),  # two members
        ("Content-Encoding: deflate", zlib.compress(b"framed"), b"framed"),
        ("Content-Encoding: deflate", zlib.compress(b"bare")[2:-4], b"bare"),
    ],
)
async def test_a_body_is_read_as_it_was_packed(site: Any, head: str, body: bytes, page: bytes) -> None:
    answer = f"HTTP/1.1 200 OK\r\n{head}\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body
    assert await _body(site, answer) == page


async def test_a_transfer_coding_is_taken_off_with_the_chunks(site: Any) -> None:
    packed = gzip.compress(b"<h1>Tarn</h1>")
    chunk = f"{len(packed):x}\r\n".encode() + packed + b"\r\n0\r\n\r\n"
    assert await _body(site, b"HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n" + chunk) == b"<h1>Tarn</h1>"


@pytest.mark.parametrize("coding", ["gzip, gzip", "br"])
async def test_a_coding_not_asked_for_is_an_error_that_names_it(site: Any, coding: str) -> None:
    head = f"HTTP/1.1 200 OK\r\nContent-Encoding: {coding}\r\nContent-Length: 1\r\n\r\nx".encode()
    with pytest.raises(FetchError, match=coding):
        await _body(site, head)


async def _raises_no_answer(site: Any, answer: bytes) -> None:
    with pytest.raises(NoAnswer):
        await _body(site, answer)


async def _body(site: Any, answer: bytes) -> bytes:
    async def behave(asked: Any, writer: Any) -> None:
        writer.write(answer)
        if b"Connection: close" in answer:
            await writer.drain()
            writer.close()

    site.behave("/", behave)
    async with Fetcher(site.settings(retries=0)) as fetcher:
        return bytes((await fetcher.get(site.url("/"))).body)


async def _outcome(fetcher: Fetcher, url: str) -> str:
    try:
        await fetcher.get(url)
    except FetchError as error:
        return error.reason
    return "ok"


async def test_lists_keep_a_pace_of_their_own_and_other_pages_of_the_host_go_on_between(site: Any) -> None:
    site.page("*", "x")
    async with Fetcher(site.settings()) as fetcher:
        for number in range(3):
            await fetcher.get(site.url(f"/list/{number}"), access="api", pace_s=0.4)
            await fetcher.get(site.url(f"/page/{number}"), access="api")
    lists = [asked.at for asked in site.asked() if asked.path.startswith("/list")]
    pages = [asked.at for asked in site.asked() if asked.path.startswith("/page")]
    assert min(lists[1] - lists[0], lists[2] - lists[1]) > 0.35
    assert pages[0] < lists[1]
