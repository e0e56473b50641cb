import asyncio
import gzip
import json
import time
import zlib
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from multidict import CIMultiDict

from tools.errors import (
    AddressRefused,
    CannotRun,
    FetchError,
    NoAnswer,
    PageBlocked,
    PageTooLarge,
    RateLimited,
    RobotsDisallowed,
)
from tools.settings import Settings
from tools.store import Store
from tools.web.blocked import leads_to_login, why_blocked
from tools.web.fetch import Answer, Fetcher
from tools.web.limits import pause_s

CORPUS = Path(__file__).resolve().parent.parent.parent / "shared" / "corpus"
AT = datetime(2026, 3, 4, tzinfo=UTC)


async def fetch(settings: Settings, url: str, **how: Any) -> Any:
    async with Fetcher(settings) as fetcher:
        return await fetcher.get(url, **how)


async def failure(settings: Settings, url: str, **how: Any) -> FetchError:
    with pytest.raises(FetchError) as caught:
        await fetch(settings, url, **how)
    return caught.value


async def outcomes(fetcher: Fetcher, urls: list[str]) -> list[Any]:
    """Each address's page, or its error."""
    return await asyncio.gather(*(fetcher.get(url) for url in urls), return_exceptions=True)


# what a page is ---------------------------------------------------------------------------------------------------


async def test_a_page_carries_what_was_served(site: Any) -> None:
    site.page("/a", "<p>hi</p>", etag='"1"', headers={"Content-Type": 'Text/HTML; Charset="ISO-8859-1"'})
    page = await fetch(site.settings(contact="me@example.com"), site.url("/a#part"))
    assert (page.url, page.final_url, page.status, page.body) == (site.url("/a"), site.url("/a"), 200, b"<p>hi</p>")
    assert (page.content_type, page.charset, page.etag, page.revalidated) == ("text/html", "iso-8859-1", '"1"', False)
    assert len(page.id) == 32
    agent = site.asked("/a")[0].headers["user-agent"]
    assert agent.startswith("Scout/")
    assert "me@example.com" in agent


@pytest.mark.parametrize("coding", ["gzip", "deflate", "raw deflate"])
async def test_compressed_bodies_are_unpacked(site: Any, coding: str) -> None:
    content = b"<p>" + b"words and more words " * 20_000
    raw = zlib.compressobj(wbits=-15)
    packed = {
        "gzip": gzip.compress(content),
        "deflate": zlib.compress(content),
        "raw deflate": raw.compress(content) + raw.flush(),
    }
    site.page("/", packed[coding], headers={"Content-Encoding": coding.split()[-1]})
    assert (await fetch(site.settings(max_ratio=1000), site.url("/"))).body == content


async def test_redirects_are_followed_and_named(site: Any) -> None:
    site.redirect("/a", "/b", 301)
    site.redirect("/b", "c?x=ä", 302)
    site.page("/c?x=%C3%A4", "end")
    page = await fetch(site.settings(), site.url("/a"))
    assert (page.url, page.final_url, page.body) == (site.url("/a"), site.url("/c?x=%C3%A4"), b"end")


async def test_authorization_stays_with_its_host(make_site: Callable[[], Any]) -> None:
    first, second = make_site(), make_site()
    first.redirect("/a", "/b")
    first.redirect("/b", second.url("/c"))
    second.page("/c", "end")
    settings = first.settings(allow_hosts="127.0.0.1")
    await fetch(settings, first.url("/a"), access="api", headers={"Authorization": "Bearer t", "X-Kept": "y"})
    assert [asked.headers.get("authorization") for asked in first.asked()] == ["Bearer t", "Bearer t"]
    assert "authorization" not in second.asked("/c")[0].headers
    assert second.asked("/c")[0].headers["x-kept"] == "y"


async def test_authorization_does_not_go_on_in_the_clear(site: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    sent: dict[str, str | None] = {}

    async def answer(_: Fetcher, url: str, origin: Any, headers: Any, *rest: Any) -> Answer:
        sent[url] = headers.get("Authorization")
        secure = url.startswith("https:")
        there = {"Location": "http://a.example/x"} if secure else {}
        return Answer(url, 301 if secure else 200, CIMultiDict(there), b"end")

    monkeypatch.setattr(Fetcher, "_ask", answer)
    await fetch(
        site.settings(contact="me@example.com"),
        "https://a.example/x",
        access="api",
        headers={"Authorization": "Bearer t"},
    )
    assert sent == {"https://a.example/x": "Bearer t", "http://a.example/x": None}


async def test_an_answer_that_is_no_success_is_an_error_with_its_status(site: Any) -> None:
    site.page("/", "gone", status=410)
    assert (await failure(site.settings(), site.url("/"))).status == 410


# revalidation -----------------------------------------------------------------------------------------------------


async def test_a_page_seen_before_is_asked_for_with_its_validators(site: Any, tmp_path: Path) -> None:
    site.page("/", "<p>same</p>", etag='"1"')
    with Store.open(tmp_path / "store.db") as store:
        async with Fetcher(site.settings(), store) as fetcher:
            first = await fetcher.get(site.url("/"))
            store.put_page(first)
            second = await fetcher.get(site.url("/"))
            assert (second.id, second.body, second.revalidated) == (first.id, b"<p>same</p>", True)
            assert second.fetched_at >= first.fetched_at
            site.page("/", "<p>new</p>", etag='"2"')
            assert (await fetcher.get(site.url("/"))).body == b"<p>new</p>"
            assert fetcher.counts["revalidated"] == 1
    assert [asked.headers.get("if-none-match") for asked in site.asked("/")] == [None, '"1"', '"1"']


async def test_validators_travel_with_the_hop_that_made_the_page(site: Any, tmp_path: Path) -> None:
    site.redirect("/old", "/new")
    site.page("/new", "x", etag='"1"')
    with Store.open(tmp_path / "store.db") as store:
        async with Fetcher(site.settings(), store) as fetcher:
            store.put_page(await fetcher.get(site.url("/old")))
            assert (await fetcher.get(site.url("/old"))).revalidated
    assert "if-none-match" not in site.asked("/old")[1].headers


# politeness, seen from the server ---------------------------------------------------------------------------------


async def test_one_host_gets_one_request_a_pace(site: Any) -> None:
    site.page("*", "x", delay_s=0.05)
    async with Fetcher(site.settings(pace_s=0.2)) as fetcher:
        begun = time.monotonic()
        found = await outcomes(fetcher, [site.url(f"/{n}") for n in range(5)])
        assert fetcher.counts["waits"] == 5  # robots.txt counts as a request
    times = [asked.at for asked in site.asked()]
    assert [page.body for page in found] == [b"x"] * 5
    assert all(when - begun >= 0.2 * number for number, when in enumerate(times))  # a busy server notes some late
    assert site.at_once == 1


async def test_crawl_delay_outdoes_the_pace(site: Any) -> None:
    site.page("/robots.txt", "User-agent: *\nCrawl-delay: 0.3")
    site.page("*", "x")
    async with Fetcher(site.settings()) as fetcher:
        await outcomes(fetcher, [site.url(f"/{n}") for n in range(3)])
    times = [asked.at for asked in site.asked()]
    assert min(b - a for a, b in pairwise(times)) > 0.29
    assert site.at_once == 1


async def test_without_a_pace_a_host_still_gets_few_at_once(site: Any) -> None:
    site.page("*", "x", delay_s=0.01)
    async with Fetcher(site.settings(concurrency=64)) as fetcher:
        pages = await asyncio.gather(*(fetcher.get(site.url(f"/{n}")) for n in range(40)))
    assert len(pages) == 40
    assert site.at_once <= 3


@pytest.mark.slow
@pytest.mark.parametrize("robots_too", [False, True])
async def test_a_host_that_says_429_is_asked_six_times_at_the_most_and_left(site: Any, robots_too: bool) -> None:
    site.page("*", status=429, headers={"Retry-After": "1"})
    site.page("/robots.txt", status=429 if robots_too else 404, headers={"Retry-After": "1"})
    async with Fetcher(site.settings()) as fetcher:
        found = await outcomes(fetcher, [site.url(f"/{n}") for n in range(100)])
    assert 2 <= len(site.asked()) <= 6
    assert all(isinstance(outcome, FetchError) for outcome in found)


async def test_the_whole_host_waits_as_asked_and_then_goes_on(site: Any) -> None:
    answered = []

    async def once_busy(asked: Any, writer: Any) -> None:
        answered.append(asked.at)
        busy = len(answered) == 1
        head = "HTTP/1.1 429 Busy\r\nRetry-After: 1\r\n" if busy else "HTTP/1.1 200 OK\r\n"
        writer.write(f"{head}Content-Length: 1\r\n\r\nx".encode())

    site.behave("*", once_busy)
    async with Fetcher(site.settings(pace_s=0.01)) as fetcher:
        pages = await asyncio.gather(*(fetcher.get(site.url(f"/{n}")) for n in range(5)))
    assert len(pages) == 5
    assert answered[1] - answered[0] >= 1.0


@pytest.mark.parametrize("value", ["31536000", "Thu, 01 Jan 2099 00:00:00 GMT"])
async def test_a_retry_after_of_a_year_ends_the_hosts_turn(site: Any, value: str) -> None:
    site.page("*", status=503, headers={"Retry-After": value})
    async with Fetcher(site.settings(pace_s=0.05)) as fetcher:
        outcomes = await asyncio.gather(*(fetcher.get(site.url(f"/{n}")) for n in range(30)), return_exceptions=True)
    assert len(site.asked()) == 2  # robots.txt and one page
    assert all("asks to be left alone until 20" in str(outcome) for outcome in outcomes)
    assert all(isinstance(outcome, RateLimited) and outcome.until is not None for outcome in outcomes)


async def test_one_host_in_trouble_does_not_hold_up_another(make_site: Callable[[], Any]) -> None:
    bad, good = make_site(), make_site()
    bad.page("*", status=429, headers={"Retry-After": "100000"})
    good.page("*", "x")
    urls = [site.url(f"/{n}") for n in range(10) for site in (bad, good)]
    async with Fetcher(bad.settings(allow_hosts="127.0.0.1")) as fetcher:
        found = await outcomes(fetcher, urls)
    assert [isinstance(outcome, FetchError) for outcome in found] == [True, False] * 10


@pytest.mark.parametrize(
    ("value", "seconds"),
    [("5", 5.0), (" 07 ", 7.0), ("Wed, 04 Mar 2026 00:01:00 GMT", 60.0), ("Tue, 03 Mar 2026 00:00:00 GMT", 0.0)]
    + [(odd, None) for odd in ("", "soon", "-5", "٥", "Wed, 99 Mar 2026")],
)
def test_retry_after_is_read_as_seconds_or_date(value: str, seconds: float | None) -> None:
    assert pause_s({"Retry-After": value}, AT) == seconds


async def test_a_live_fetch_needs_a_contact(site: Any) -> None:
    async with Fetcher(Settings()) as fetcher:
        with pytest.raises(CannotRun, match="set SCOUT_CONTACT"):
            await fetcher.get("https://example.com/")


# robots.txt -------------------------------------------------------------------------------------------------------


async def test_robots_is_asked_once_and_obeyed_for_pages_only(site: Any) -> None:
    site.page("/robots.txt", "User-agent: scout\nDisallow: /no")
    site.page("*", "x")
    async with Fetcher(site.settings()) as fetcher:
        with pytest.raises(RobotsDisallowed):
            await fetcher.get(site.url("/no"))
        assert await fetcher.robots_allowed(site.url("/no/x")) == (False, "robots.txt does not allow this page")
        assert await fetcher.robots_allowed(site.url("/yes")) == (True, "")
        assert (await fetcher.get(site.url("/no"), access="api")).body == b"x"
        assert (await fetcher.get(site.url("/no"), access="feed")).body == b"x"
    assert len(site.asked("/robots.txt")) == 1


async def test_a_redirect_into_a_forbidden_page_is_not_followed(site: Any) -> None:
    site.page("/robots.txt", "User-agent: *\nDisallow: /no")
    site.redirect("/a", "/no")
    site.page("/no", "x")
    assert isinstance(await failure(site.settings(), site.url("/a")), RobotsDisallowed)
    assert not site.asked("/no")


@pytest.mark.parametrize(
    ("status", "allowed"), [(200, True), (204, True), (401, True), (403, True), (404, True), (500, False), (502, False)]
)
async def test_a_robots_txt_that_fails(site: Any, status: int, allowed: bool) -> None:
    site.page("/robots.txt", "", status=status)
    async with Fetcher(site.settings()) as fetcher:
        verdict, reason = await fetcher.robots_allowed(site.url("/"))
    assert verdict is allowed
    assert allowed or str(status) in reason


async def test_the_last_good_robots_txt_serves_while_the_server_is_ill(site: Any) -> None:
    now = [AT]
    site.page("/robots.txt", "User-agent: *\nDisallow: /no")
    async with Fetcher(site.settings(robots_ttl_s=3600), now=lambda: now[0]) as fetcher:
        assert (await fetcher.robots_allowed(site.url("/")))[0]
        site.page("/robots.txt", "", status=500)
        now[0] += timedelta(hours=2)
        assert (await fetcher.robots_allowed(site.url("/")))[0]
        assert not (await fetcher.robots_allowed(site.url("/no")))[0]
        now[0] += timedelta(hours=23)
        assert not (await fetcher.robots_allowed(site.url("/")))[0]
        site.page("/robots.txt", "")
        now[0] += timedelta(hours=1)
        assert (await fetcher.robots_allowed(site.url("/no")))[0]


async def test_only_the_first_500_kib_of_a_robots_txt_are_read(site: Any) -> None:
    filler = "# filler\n" * 60_000
    site.page("/robots.txt", f"User-agent: *\nDisallow: /early\n{filler}Disallow: /late\n")
    async with Fetcher(site.settings()) as fetcher:
        assert not (await fetcher.robots_allowed(site.url("/early")))[0]
        assert (await fetcher.robots_allowed(site.url("/late")))[0]


async def test_a_robots_txt_elsewhere_is_followed_but_not_to_private_addresses(make_site: Callable[[], Any]) -> None:
    site, private = make_site(), make_site()
    site.redirect("/robots.txt", "/there.txt")
    site.page("/there.txt", "User-agent: *\nDisallow: /no")
    async with Fetcher(site.settings()) as fetcher:
        assert not (await fetcher.robots_allowed(site.url("/no")))[0]
    site.redirect("/robots.txt", private.url("/robots.txt"))
    async with Fetcher(site.settings()) as fetcher:
        assert not (await fetcher.robots_allowed(site.url("/")))[0]
    site.redirect("/robots.txt", "/robots.txt")
    async with Fetcher(site.settings()) as fetcher:
        assert (await fetcher.robots_allowed(site.url("/")))[0]
    assert private.connections == 0


# hostile servers --------------------------------------------------------------------------------------------------


def _chunked(piece: bytes, pause_s: float = 0.0, head: str = "") -> Any:
    async def answer(asked: Any, writer: Any) -> None:
        writer.write(f"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n{head}\r\n".encode())
        while True:
            writer.write(f"{len(piece):x}\r\n".encode() + piece + b"\r\n")
            await writer.drain()
            await asyncio.sleep(pause_s)

    return answer


def _raw(content: bytes, *, then_close: bool = True) -> Any:
    async def answer(asked: Any, writer: Any) -> None:
        writer.write(content)
        await writer.drain()
        if then_close:
            writer.close()

    return answer


async def _abort(asked: Any, writer: Any) -> None:
    writer.transport.abort()


async def _silence(asked: Any, writer: Any) -> None:
    await asyncio.sleep(60)


BOMB = gzip.compress(bytes(20_000_000), 9)
HOSTILE = [
    ("gzip bomb", _raw(b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: %d\r\n\r\n" % len(BOMB) + BOMB), PageTooLarge),
    ("ratio", _raw(b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n" + gzip.compress(bytes(400_000))), PageTooLarge),
    ("drip", _chunked(b"x", 0.05), NoAnswer),
    ("silence", _silence, NoAnswer),
    ("endless chunks", _chunked(b"x" * 65_536), PageTooLarge),
    ("announced too large", _raw(b"HTTP/1.1 200 OK\r\nContent-Length: 999999999\r\n\r\n"), PageTooLarge),
    ("long header", _raw(b"HTTP/1.1 200 OK\r\nX: " + b"x" * 200_000 + b"\r\n\r\n"), PageTooLarge),
    ("many headers", _raw(b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 5_000 + b"\r\n"), PageTooLarge),
    ("large headers", _raw(b"HTTP/1.1 200 OK\r\n" + b"X: " + b"y" * 5_000 + b"\r\n" + (b"Z: " + b"y" * 5_000 + b"\r\n") * 20 + b"\r\n"), PageTooLarge),
    ("endless headers", _raw(b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 500_000), PageTooLarge),
    ("lying length", _raw(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nshort"), NoAnswer),
    ("broken chunk", _raw(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nx\r\n"), NoAnswer),
    ("broken gzip", _raw(b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 5\r\n\r\n\x1f\x8b\x08zz"), NoAnswer),
    ("two codings", _raw(b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip, gzip\r\nContent-Length: 1\r\n\r\nx"), FetchError),
    ("coding not asked for", _raw(b"HTTP/1.1 200 OK\r\nContent-Encoding: br\r\nContent-Length: 1\r\n\r\nx"), FetchError),
    ("not HTTP", _raw(b"SSH-2.0-OpenSSH_9.0\r\n\r\n"), NoAnswer),
    ("drop", _abort, NoAnswer),
    ("empty", _raw(b""), NoAnswer),
]  # fmt: skip


@pytest.mark.parametrize(("name", "answer", "error"), HOSTILE, ids=[name for name, *_ in HOSTILE])
async def test_a_hostile_server_ends_in_the_right_error_and_in_time(
    site: Any, name: str, answer: Any, error: type[FetchError]
) -> None:
    site.behave("/", answer)
    site.page("/fine", "fine")
    settings = site.settings(retries=1, total_timeout_s=1.0, connect_timeout_s=0.5)
    began = time.monotonic()
    async with Fetcher(settings) as fetcher:
        with pytest.raises(FetchError) as caught:
            await fetcher.get(site.url("/"))
        assert type(caught.value) is error, caught.value
        assert time.monotonic() - began < 5
        assert (await fetcher.get(site.url("/fine"))).body == b"fine"  # the crawl goes on


async def test_a_body_after_the_announced_length_is_not_read(site: Any) -> None:
    site.behave(
        "/", _raw(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nokHTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil")
    )
    site.page("/next", "next")
    async with Fetcher(site.settings()) as fetcher:
        assert (await fetcher.get(site.url("/"))).body == b"ok"
        assert (await fetcher.get(site.url("/next"))).body == b"next"


async def test_a_broken_connection_is_tried_again(site: Any) -> None:
    tries = []

    async def third_time_lucky(asked: Any, writer: Any) -> None:
        tries.append(asked)
        if len(tries) < 3:
            writer.transport.abort()
        else:
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")

    site.behave("/", third_time_lucky)
    assert (await fetch(site.settings(), site.url("/"))).body == b"ok"
    assert len(tries) == 3


async def test_redirects_in_a_circle_and_without_end_are_told_apart(site: Any) -> None:
    site.redirect("/a", "/b")
    site.redirect("/b", "/a")
    for n in range(9):
        site.redirect(f"/{n}", f"/{n + 1}")
    assert "circle" in (await failure(site.settings(), site.url("/a"))).reason
    assert "more than 5 redirects" in (await failure(site.settings(), site.url("/0"))).reason
    assert len(site.asked()) == 2 + 1 + 6 + 1


@pytest.mark.parametrize(
    "target", ["{}", "//{}/x", "http://localhost:{port}/", "file:///etc/passwd", "http://169.254.169.254/"]
)
async def test_a_redirect_to_a_private_address_is_refused_without_a_connection(
    make_site: Callable[[], Any], target: str
) -> None:
    site, private = make_site(), make_site()
    location = private.url("/") if target == "{}" else target.format(private.host, port=private.port)
    site.redirect("/", location)
    assert isinstance(await failure(site.settings(), site.url("/")), AddressRefused)
    assert private.connections == 0


async def test_an_address_too_long_is_refused(site: Any) -> None:
    assert isinstance(await failure(site.settings(), site.url("/" + "x" * 5000)), AddressRefused)


async def test_a_server_that_is_not_there_is_named(site: Any) -> None:
    error = await failure(
        Settings({"allow_hosts": "127.0.0.1:9", "pace_s": 0.0, "retries": 0}), "http://127.0.0.1:9/", access="api"
    )
    assert "connection broke" in error.reason


# challenge and login pages ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "headers", "body", "word"),
    [
        (403, {"cf-mitigated": "challenge"}, "", "Cloudflare"),
        (200, {}, "<title>Just a moment...</title>", "Just a moment"),
        (503, {}, "<script>window._cf_chl_opt={}</script>", "Cloudflare"),
        (403, {}, "<TITLE>Access Denied</TITLE> Reference #18.6 https://errors.edgesuite.net/18.6", "Akamai"),
        (429, {"x-vercel-mitigated": "challenge"}, "", "Vercel"),
        (202, {"x-amzn-waf-action": "challenge"}, "", "AWS WAF"),
        (403, {}, "<script src='https://geo.captcha-delivery.com/c.js'>", "DataDome"),
        (200, {}, "<iframe src='/_Incapsula_Resource?x'>", "Imperva"),
        (200, {}, "<title>Verifying you are human</title>" + "x" * 20_000, "challenge page"),
        (401, {"www-authenticate": "Basic"}, "", "login"),
    ],
)
async def test_a_challenge_is_labelled_and_never_a_page(
    site: Any, status: int, headers: dict[str, str], body: str, word: str
) -> None:
    site.page("/", body, status=status, headers=headers)
    error = await failure(site.settings(), site.url("/"))
    assert isinstance(error, PageBlocked)
    assert (error.status, word in error.reason) == (status, True)
    assert len(site.asked("/")) == 1  # nothing tries to get around it


@pytest.mark.parametrize(
    ("asked", "final", "expected"),
    [
        ("https://a.test/docs", "https://a.test/login?next=/docs", True),
        ("https://a.test/", "https://a.test/en/users/sign_in", True),
        ("https://a.test/", "https://accounts.other.test/v3/start", True),
        ("https://a.test/login", "https://a.test/auth/login", False),
        ("https://a.test/", "https://www.a.test/home", False),
        ("https://a.test/", "https://a.test/login-with-x-explained", False),
    ],
)
def test_login_walls_are_told_from_other_redirects(asked: str, final: str, expected: bool) -> None:
    assert leads_to_login(asked, final) is expected


async def test_a_redirect_to_a_login_is_blocked(site: Any) -> None:
    site.redirect("/docs", "/login")
    site.page("/login", "<form>")
    assert isinstance(await failure(site.settings(), site.url("/docs")), PageBlocked)


def test_real_pages_are_not_taken_for_challenges() -> None:
    manifest = CORPUS / "manifest.jsonl"
    if not manifest.exists():
        pytest.skip("no ../shared/corpus here")
    pages = [path for path in (CORPUS / "pages").iterdir() if path.suffix == ".html"]
    wrong = {
        p.name: why
        for p in pages
        if (why := why_blocked(200, {}, p.read_bytes(), "https://a.test/", "https://a.test/"))
    }
    assert not wrong


def test_a_page_about_challenges_is_a_page() -> None:
    body = b"<title>How we answer bots</title><p>Set window._cf_chl_opt ... captcha</p>" + b"words " * 3_000
    assert not why_blocked(200, {"server": "cloudflare"}, body, "https://a.test/", "https://a.test/")


# scout fetch ------------------------------------------------------------------------------------------------------


async def test_explain_shows_what_happened_without_secrets(site: Any) -> None:
    site.redirect("/a", "/b")
    site.page("/b", "hello", headers={"Set-Cookie": "id=1"})
    async with Fetcher(site.settings()) as fetcher:
        seen = await fetcher.explain(site.url("/a"))
        assert (seen["status"], seen["final_url"], seen["bytes"], seen["robots"]) == (200, site.url("/b"), 5, "allowed")
        assert "id=1" not in json.dumps(seen)
        refused = await fetcher.explain("http://127.0.0.1:1/")
        assert (refused["kind"], "port 1" in refused["guard"]) == ("AddressRefused", True)
        unasked = await fetcher.explain("https://example.com/")
        assert unasked["kind"] == "CannotRun"


async def test_a_stored_page_made_by_a_browser_lends_no_validators(site: Any, tmp_path: Path) -> None:
    site.page("/", "x", etag='"1"')
    with Store.open(tmp_path / "store.db") as store:
        async with Fetcher(site.settings(), store) as fetcher:
            page = await fetcher.get(site.url("/"))
            store.put_page(replace(page, rendered="needs_browser"))
            assert not (await fetcher.get(site.url("/"))).revalidated
