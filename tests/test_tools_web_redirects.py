"""From the address asked to the address reached: hops, referrers, bytes as they came, pages that lead on by themselves."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tools.errors import AddressRefused, FetchError, RobotsDisallowed
from tools.identity import plain_address
from tools.store import Store
from tools.web.fetch import Fetcher
from tools.web.redirects import following, wire_address

HERE = "https://tarn.example/docs/"


@pytest.mark.parametrize(
    ("location", "there"),
    [
        ("/next", "https://tarn.example/next"),
        ("next?a=1#part", "https://tarn.example/docs/next?a=1"),
        ("//other.example", "https://other.example"),
        ("/s%C3%B8k", "https://tarn.example/s%C3%B8k"),
        ("/s\udcf8k", "https://tarn.example/s%F8k"),  # a raw Latin-1 byte, as aiohttp hands it on
        ("/søk", "https://tarn.example/s%C3%B8k"),
        ("/?next=http%3A//x/%2Fa&q=a b", "https://tarn.example/?next=http%3A//x/%2Fa&q=a%20b"),
    ],
)
def test_a_location_keeps_its_bytes(location: str, there: str) -> None:
    assert following(HERE, 302, {"Location": location}, b"", html=True) == there


@pytest.mark.parametrize(
    ("content", "there"),
    [
        ("0; url=/v5", "https://tarn.example/v5"),
        ("5;URL='v5'", "https://tarn.example/docs/v5"),
        ('0, "/v5" and more', "https://tarn.example/v5"),
        ("0;/v5", "https://tarn.example/v5"),
        ("6; url=/v5", ""),  # people read the page first
        ("0", ""),
        ("30; url=/docs/", ""),
        ("0; url=/docs/#top", ""),  # itself
        ("0; url=javascript:go()", ""),
    ],
)
def test_a_page_that_refreshes_itself_to_another_within_five_seconds_leads_on(content: str, there: str) -> None:
    body = f"<html><head><meta http-equiv=Refresh content='{content.replace(chr(39), '&#39;')}'></head>".encode()
    assert following(HERE, 200, {}, body, html=True) == there
    assert following(HERE, 200, {"Refresh": content}, b"", html=False) == there


@pytest.mark.parametrize(
    "body",
    [
        "<noscript><meta http-equiv=refresh content='0; url=/nojs'></noscript><p>The page itself.",
        "<template><meta http-equiv=refresh content='0; url=/x'></template>",
        "<!-- <meta http-equiv=refresh content='0; url=/x'> -->",
        "<p>Write &lt;meta http-equiv=refresh content='0; url=/x'&gt; into its head.",
    ],
)
def test_a_refresh_that_a_browser_with_scripts_would_not_follow_is_none(body: str) -> None:
    assert following(HERE, 200, {}, body.encode(), html=True) == ""


def test_a_refresh_of_a_page_is_taken_from_its_base() -> None:
    body = b"<base href='/en/'><meta http-equiv=refresh content='0; url=start'>"
    assert following(HERE, 200, {}, body, html=True) == "https://tarn.example/en/start"


def test_what_is_no_redirect_leads_nowhere() -> None:
    assert following(HERE, 301, {}, b"moved", html=True) == ""
    assert following(HERE, 200, {"Location": "/x"}, b"", html=True) == ""
    assert following(HERE, 404, {"Refresh": "0; url=/"}, b"", html=True) == ""


@pytest.mark.parametrize(
    ("url", "plain"),
    [
        ("https://a.example/?ref=producthunt", "https://a.example/"),
        ("https://a.example/p?b=%2Fx&utm_source=y&a=http%3A//z/", "https://a.example/p?b=%2Fx&a=http%3A//z/"),
        ("https://a.example/p?UTM_Medium=x#top", "https://a.example/p#top"),
        ("https://a.example/p?reference=1", "https://a.example/p?reference=1"),
        ("https://a.example/p?", "https://a.example/p?"),
    ],
)
def test_a_plain_address_lacks_the_referrer_and_nothing_else(url: str, plain: str) -> None:
    assert plain_address(url) == plain


def test_an_address_is_sent_as_it_is() -> None:
    sent = wire_address("https://a.example/%2Fx/é?next=http%3A//b/", "a.example", 443)
    assert sent.raw_path_qs == "/%2Fx/%C3%A9?next=http%3A//b/"
    with pytest.raises(AddressRefused, match="disagree"):
        wire_address("https://a.example/", "b.example", 443)


async def test_a_query_reaches_the_next_server_byte_by_byte(site: Any) -> None:
    site.redirect("/go", "/land?next=http%3A//x/%2Fa")
    site.page("/land", "here")
    async with Fetcher(site.settings()) as fetcher:
        page = await fetcher.get(site.url("/go"))
    assert site.asked()[-1].path == "/land?next=http%3A//x/%2Fa"
    assert page.landed == site.url("/land?next=http%3A//x/%2Fa")


async def test_a_raw_latin_1_byte_in_a_location_is_followed(site: Any) -> None:
    async def moved(asked: Any, writer: Any) -> None:
        writer.write(b"HTTP/1.1 301 Moved\r\nLocation: /synspr\xf8ve\r\nContent-Length: 0\r\n\r\n")

    site.behave("/old", moved)
    site.page("/synspr%F8ve", "found")
    async with Fetcher(site.settings()) as fetcher:
        assert (await fetcher.get(site.url("/old"))).body == b"found"


async def test_a_301_without_a_location_is_an_error_that_names_it(site: Any) -> None:
    site.page("/", "moved", status=301)
    async with Fetcher(site.settings()) as fetcher:
        with pytest.raises(FetchError, match="301"):
            await fetcher.get(site.url("/"))


async def test_a_stub_that_refreshes_elsewhere_is_a_hop_with_all_rules(make_site: Callable[[], Any]) -> None:
    stub, end = make_site(), make_site()
    stub.page("/", f"<meta http-equiv=refresh content='0; url={end.url('/v5')}'>Redirecting…")
    end.page("/v5", "<h1>Tarn</h1>")
    end.page("/robots.txt", "User-agent: *\nDisallow: /closed")
    async with Fetcher(stub.settings(allow_hosts="127.0.0.1")) as fetcher:
        assert (await fetcher.get(stub.url())).final_url == end.url("/v5")
        stub.page("/", f"<meta http-equiv=refresh content='0; url={end.url('/closed')}'>Redirecting…")
        with pytest.raises(RobotsDisallowed):
            await fetcher.get(stub.url())
    assert not end.asked("/closed")


async def test_two_pages_that_refresh_to_each_other_end_at_the_second(site: Any) -> None:
    site.page("/a", "<meta http-equiv=refresh content='5; url=/b'>first")
    site.page("/b", "<meta http-equiv=refresh content='5; url=/a'>second")
    async with Fetcher(site.settings()) as fetcher:
        assert b"second" in (await fetcher.get(site.url("/a"))).body


async def test_a_page_closed_to_referrers_only_is_read_without_one(site: Any) -> None:
    site.page("/robots.txt", "User-agent: *\nDisallow: /*?ref=\n")
    site.redirect("/r/p/1", "/?ref=producthunt&utm_source=x")
    site.page("/", "<h1>Tarn</h1>")
    async with Fetcher(site.settings()) as fetcher:
        page = await fetcher.get(site.url("/r/p/1"))
    assert page.final_url == site.url("/")
    assert [asked.path for asked in site.asked()] == ["/robots.txt", "/r/p/1", "/"]


@pytest.mark.parametrize("without", [{"status": 404}, {"status": 302, "headers": {"Location": "/elsewhere"}}])
async def test_an_address_that_needs_its_referrer_is_asked_with_it(site: Any, without: dict[str, Any]) -> None:
    site.page("/visit", **without)
    site.page("/visit?ref=17", "<h1>Seventeen</h1>")
    async with Fetcher(site.settings()) as fetcher:
        assert b"Seventeen" in (await fetcher.get(site.url("/visit?ref=17"))).body
    assert not site.asked("/elsewhere")


async def test_a_page_reached_through_a_redirect_with_a_referrer_is_revalidated(site: Any, store: Store) -> None:
    site.redirect("/r/p/1", "/?ref=producthunt")
    site.page("/", "<h1>Tarn</h1>", etag='"1"')
    async with Fetcher(site.settings(), store) as fetcher:
        store.put_page(await fetcher.get(site.url("/r/p/1")))
        again = await fetcher.get(site.url("/r/p/1"))
        plain = await fetcher.get(site.url("/?ref=hackernews"))
    assert again.revalidated
    assert plain.revalidated
    assert "if-none-match" not in site.asked("/r/p/1")[-1].headers  # they belong to the page, not to the way there


async def test_each_hop_is_asked_about_at_its_own_robots_txt(make_site: Callable[[], Any]) -> None:
    first, last = make_site(), make_site()
    first.page("/robots.txt", "User-agent: *\nDisallow: /closed")
    first.redirect("/closed", last.url("/open"))
    first.redirect("/open", last.url("/shut"))
    last.page("/robots.txt", "User-agent: *\nDisallow: /shut")
    async with Fetcher(first.settings(allow_hosts="127.0.0.1")) as fetcher:
        for path in ("/closed", "/open"):
            with pytest.raises(RobotsDisallowed):
                await fetcher.get(first.url(path))
    assert [asked.path for asked in last.asked()] == ["/robots.txt"]


@pytest.mark.parametrize("asked", ["/visit", "/visit?ref=hackernews"])
async def test_a_page_that_puts_a_referrer_of_its_own_on_its_address_is_read_with_it(site: Any, asked: str) -> None:
    for path in ("/visit", "/visit?ref=hackernews"):
        site.redirect(path, "/visit?ref=home")
    site.page("/visit?ref=home", "<h1>Tarn</h1>")
    async with Fetcher(site.settings()) as fetcher:
        assert b"Tarn" in (await fetcher.get(site.url(asked))).body
