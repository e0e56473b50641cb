"""Hostile sites mixed into batches of good ones, over a real Reader: nothing of the good is lost, no price changes.

Day one: every site is an ordinary product with prices. Then most of them turn hostile, each in a way of its own, and are read
again: by a refresh on day two, by a crawl on day three.
"""

from __future__ import annotations

import asyncio
import gzip
import json
import time
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from conftest import Asked, Site

from jobs import refresh as refreshing
from jobs.refresh import refresh
from tools import page_job, reading
from tools.errors import FetchError
from tools.models import Page
from tools.reading import ProposedProduct, Reading
from tools.settings import Settings
from tools.workbench import Workbench

PRODUCT = """<html><head><title>{name}: search for notes</title><meta name="description" content="{name} finds notes."></head>
<body><h1>{name}</h1><p>{name} is a search engine for the notes that you keep on your own machine.</p>
<table><tr><th>Plan</th><th>Price</th></tr><tr><td>Free</td><td>$0 per month</td></tr>
<tr><td>Team</td><td>$12.50 per seat per month</td></tr></table></body></html>"""
TIMES = {"connect_timeout_s": 1.0, "total_timeout_s": 2.0, "page_s": 6.0, "read_s": 4.0, "retries": 0, "pace_s": 0.0}
GOOD = 12  # good sites a batch


def whole(body: str | bytes, kind: str = "text/html", **headers: str) -> Callable[[Site], None]:
    """A site that answers its front page with this, complete and in time."""
    return lambda site: site.page("/", body, headers={"Content-Type": kind, **headers})


def raw(*parts: bytes, pause_s: float = 0.0, again: bool = False) -> Callable[[Site], None]:
    """A site that writes these bytes, with pauses, and hangs up; again: writes the last one for ever."""

    async def answer(asked: Asked, writer: asyncio.StreamWriter) -> None:
        for part in parts:
            writer.write(part)
            await writer.drain()
            await asyncio.sleep(pause_s)
        while again:
            writer.write(parts[-1])
            await writer.drain()
            await asyncio.sleep(pause_s)
        writer.close()

    return lambda site: site.behave("/", answer)


def page(body: str, head: str = "") -> str:
    return f"<html><head><title>Odd</title>{head}</head><body><h1>Odd</h1><p>A page of another kind.</p>{body}</body></html>"


def refusing(site: Site) -> None:
    site.page("/robots.txt", "User-agent: *\nCrawl-delay: 99999999\n", headers={"Content-Type": "text/plain"})


def going_round(site: Site) -> None:
    site.redirect("/", "/a")
    site.redirect("/a", "/")


HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n"
PACKED = gzip.compress(PRODUCT.format(name="Odd").encode() * 40)
BOMB = zlib.compress(b"<p>" + b" " * 40_000_000, 9)
GRAPH = json.dumps({"@graph": [{"@type": "Product", "name": f"Thing {i}"} for i in range(50_000)]})
LAUGHS = "<!DOCTYPE x [" + "".join(f'<!ENTITY e{i} "{f"&e{i - 1};" * 10}">' for i in range(1, 30)) + "]>"

# Each with whether it must be a failure; the others may be read, as long as that does no harm.
HOSTILE: dict[str, tuple[bool, Callable[[Site], None]]] = {
    "a gzip stream that is cut": (True, whole(PACKED[: len(PACKED) // 2], **{"Content-Encoding": "gzip"})),
    "a body shorter than announced": (True, raw(HEAD + b"Content-Length: 9000\r\n\r\n<h1>Odd</h1>")),
    "chunks that do not end": (True, raw(HEAD + b"Transfer-Encoding: chunked\r\n\r\n5\r\n<h1>O\r\n")),
    "a part of a page, 206": (True, lambda site: site.page("/", page(""), status=206)),
    "a body that never ends": (True, raw(HEAD + b"\r\n<p>", b"word ", pause_s=0.2, again=True)),
    "headers that never end": (True, raw(HEAD, b"X-More: 1\r\n", pause_s=0.2, again=True)),
    "a compression bomb": (True, whole(BOMB, **{"Content-Encoding": "deflate"})),
    "a Crawl-delay of three years": (True, refusing),
    "a charset that is a codec of Python's": (False, whole(page("", "<meta charset=idna>"))),
    "a charset of the header that fails": (False, whole(page(""), "text/html; charset=undefined")),
    "redirects in a circle": (True, going_round),
    "a redirect into the machine's own network": (True, lambda site: site.redirect("/", "http://169.254.169.254/")),
    "a redirect to a file": (True, lambda site: site.redirect("/", "file:///etc/passwd")),
    "a million elements": (False, whole(page("<p>" * 1_000_000))),
    "fifty thousand objects of JSON-LD": (False, whole(page("", f'<script type="application/ld+json">{GRAPH}</script>'))),
    "JSON-LD a hundred thousand deep": (
        False,
        whole(page("", f'<script type="application/ld+json">{"[" * 100_000}{"]" * 100_000}</script>')),
    ),
    "a frame of itself": (False, whole(page('<iframe src="/"></iframe><frameset><frame src="/"></frameset>'))),
    "a flood of headers": (True, raw(HEAD + b"".join(b"X-%d: y\r\n" % i for i in range(20_000)) + b"\r\n")),
    "no answer": (True, raw(b"", pause_s=60)),
    "no HTTP": (True, raw(b"\x00\xff\x00 GARBAGE \r\n\r\n\r\n")),
    "null bytes": (False, whole(page("\0" * 100_000) + "\0$\0" * 1_000)),
    "halves of characters": (
        False,
        whole(
            page("&#xD800;", r'<script type="application/ld+json">{"@type": "Product", "name": "\ud800x"}</script>').encode()
            + b"<p>\xed\xa0\x80 costs \xed\xb0\x80"
        ),
    ),
    "letters nobody sees": (False, whole(page("<p>" + "\u200b\u202e\u2066\U000e0041" * 100_000))),
    "a title of a megabyte": (False, whole(f"<title>{'Odd – ' * 150_000}</title><h1>{'odd ' * 100_000}</h1>")),
    "forty thousand options": (
        False,
        whole(page("<select>" + "".join(f"<option>{i}</option>" for i in range(40_000)) + "</select>")),
    ),
    "a hundred thousand divs in each other": (False, whole(page("<div>" * 100_000 + "in" + "</div>" * 100_000))),
    "fonts that are never closed": (
        False,
        whole(page("".join(f"<font color={i}><p>x" for i in range(5_000)))),
    ),
    "an XML bomb": (False, whole(f'<?xml version="1.0"?>{LAUGHS}<rss><channel>&e29;</channel></rss>', "application/rss+xml")),
    "a page that a reader of ours stumbles over": (True, whole(page("STUMBLE"))),
    "nothing at all": (False, whole("")),
}  # fmt: skip


@dataclass
class Days:
    """Three days of a store: what the last one read, how long that took, and what became of the products."""

    read: dict[str, Reading] = field(default_factory=dict)  # by kind of site, "good 1" …
    seconds: float = 0.0
    prices: list[dict[str, list[str | None]]] = field(default_factory=list)  # by slug, each day
    outcomes: dict[str, str] = field(default_factory=dict)  # by slug: what refresh says
    kinds: dict[str, str] = field(default_factory=dict)  # slug by kind


def stumbling(page: Page) -> tuple[Any, ...]:
    """The job of a page; of one of them a job that the code at work does not take."""
    body, charset, *rest = page_job.job_of(page)
    return (body, 7 if b"STUMBLE" in body else charset, *rest)


def shown(bench: Workbench, slugs: dict[str, str]) -> dict[str, list[str | None]]:
    return {slug: [plan.amount for plan in bench.store.document(slug).plans] for slug in slugs.values()}


@pytest.fixture(scope="module")
def days(module_sites: Callable[[], Site], tmp_path_factory: pytest.TempPathFactory) -> Days:
    path: Path = tmp_path_factory.mktemp("hostile") / "store.db"
    sites = {kind: module_sites() for kind in (*HOSTILE, *(f"good {number}" for number in range(GOOD)))}
    for number, site in enumerate(sites.values()):
        site.page("/", PRODUCT.format(name=f"Larkspur{number}"))
    hosts = ",".join(site.host for site in sites.values())
    settings = Settings({"allow_hosts": hosts, "contact": "tests@example.org", "browser": "off", **TIMES})
    urls = {kind: site.url() for kind, site in sites.items()}
    found = Days()
    with Workbench(settings, path) as bench:
        readings = bench.run(bench.reader.read(list(urls.values()), granted_only=False))
        saved = bench.reader.propose([ProposedProduct(pages=(reading.page.id,)) for reading in readings])  # type: ignore[union-attr]
        found.kinds = {kind: one.slug for kind, one in zip(urls, saved, strict=True)}  # type: ignore[union-attr]
        found.prices.append(shown(bench, found.kinds))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(reading, "job_of", stumbling)
        for kind, (_, turn) in HOSTILE.items():
            turn(sites[kind])
        report = refresh(path, settings, due_only=False, review=False)
        found.outcomes = {row["slug"]: row["state"] for row in report["products"]}
        with Workbench(settings, path) as bench:
            found.prices.append(shown(bench, found.kinds))
            began = time.monotonic()
            readings = bench.run(bench.reader.read(list(urls.values()), granted_only=False))
            found.seconds = time.monotonic() - began
            found.read = dict(zip(urls, readings, strict=True))
            bench.reader.propose([ProposedProduct(pages=(one.page.id,)) for one in readings if one.page])
            found.prices.append(shown(bench, found.kinds))
    return found


def test_no_good_page_of_the_batch_is_lost(days: Days) -> None:
    good = [reading for kind, reading in days.read.items() if kind not in HOSTILE]
    assert len(good) == GOOD
    for one in good:
        assert one.error is None
        assert one.extraction is not None
        assert [str(plan.amount) for plan in one.extraction.plans] == ["0", "12.50"]


def test_no_good_product_fails_when_refreshed(days: Days) -> None:
    assert {days.outcomes[slug] for kind, slug in days.kinds.items() if kind not in HOSTILE} == {"unchanged"}


@pytest.mark.parametrize("kind", HOSTILE)
def test_no_price_of_a_product_changes_because_its_site_turned_hostile(days: Days, kind: str) -> None:
    slug = days.kinds[kind]
    assert [prices[slug] for prices in days.prices] == [["0", "12.50"]] * 3
    assert days.outcomes[slug] in ("failed", "look", "changed")  # a name may be another one, a price may not


@pytest.mark.parametrize("kind", HOSTILE)
def test_a_hostile_page_is_a_failure_with_a_class_or_read_without_harm(days: Days, kind: str) -> None:
    must_fail, reading = HOSTILE[kind][0], days.read[kind]
    if must_fail:
        assert isinstance(reading.error, FetchError)
    if reading.error:
        assert reading.error.kind in {one.__name__ for one in (FetchError, *FetchError.__subclasses__())}
        assert reading.page is None
    else:
        assert reading.extraction is not None
        assert not reading.extraction.plans


def test_a_batch_of_hostile_pages_ends_within_the_limits_of_its_pages(days: Days) -> None:
    heavy = sum(len(one.page.body) > 100_000 for one in days.read.values() if one.page)
    assert heavy >= 5
    assert 0 < days.seconds < TIMES["page_s"] + heavy * TIMES["read_s"]


def test_a_product_that_cannot_be_settled_costs_no_other_of_its_batch(
    make_site: Callable[[], Site], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sites = [make_site(), make_site()]
    for number, site in enumerate(sites):
        site.page("/", PRODUCT.format(name=f"Larkspur{number}"))
    settings = sites[0].settings(allow_hosts=",".join(site.host for site in sites), browser="off")
    with Workbench(settings, tmp_path / "store.db") as bench:
        readings = bench.run(bench.reader.read([site.url() for site in sites], granted_only=False))
        bench.reader.propose([ProposedProduct(pages=(one.page.id,)) for one in readings if one.page])
    unchanged = refreshing._unchanged

    def odd(old: Any, fresh: Any) -> str:
        if fresh[0][0].url == sites[0].url():
            raise ValueError("odd")
        return unchanged(old, fresh)

    monkeypatch.setattr(refreshing, "_unchanged", odd)
    report = refresh(tmp_path / "store.db", settings, due_only=False, review=False)
    assert [row["state"] for row in report["products"]] == ["failed", "unchanged"]
    assert [(row["slug"], row["kind"]) for row in report["failures"]] == [("larkspur0", "PageFault")]
