"""What a second crawl costs; and what one odd page costs the others: nothing."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from stored import launch, page

from tools import extraction_cache, page_job, reading
from tools.errors import StoreError, StoreFull
from tools.identity import identity_of
from tools.models import Extraction, Page, Saved
from tools.reading import ProposedProduct, Reading
from tools.store import Store
from tools.workbench import Workbench

PAGE = """<html><head><title>larkspur: Local search</title></head><body><h1>larkspur</h1><p>Local search for notes.</p>
<a href="/docs">Docs</a><table><tr><th>Plan</th><th>Price</th></tr><tr><td>Free</td><td>$0 per month</td></tr>
<tr><td>Team</td><td>$12.50 per seat per month</td></tr></table></body></html>"""


@pytest.fixture
def open_bench(site: Any, tmp_path: Path) -> Any:
    """A crawl's workbench over one store; each call is another process's."""
    site.page("/", PAGE, headers={"ETag": '"1"'})

    def opened() -> Workbench:
        return Workbench(site.settings(contact="tests@example.org", browser="off"), tmp_path / "store.db")

    return opened


def refuse(*_: object, **__: object) -> Extraction:
    raise AssertionError("parsed again")


def read(bench: Workbench, url: str) -> Reading:
    found: Reading = bench.run(bench.reader.read([url], granted_only=False))[0]
    return found


def test_an_unchanged_page_is_not_parsed_again_and_says_the_same(
    open_bench: Any, site: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    with open_bench() as bench:
        first = read(bench, site.url()).extraction
    assert first is not None
    assert [str(plan.amount) for plan in first.plans] == ["0", "12.50"]
    with open_bench() as bench:
        monkeypatch.setattr(page_job, "extract_seen", refuse)
        again = read(bench, site.url())
    assert again.extraction == first


def test_another_program_or_another_charset_reads_anew(
    open_bench: Any, site: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    with open_bench() as bench:
        page = read(bench, site.url()).page
    assert page is not None
    assert extraction_cache.seal(replace(page, charset="latin-1")) != extraction_cache.seal(page)
    monkeypatch.setattr(extraction_cache, "program", lambda: "another")
    anew = Extraction(page.final_url, missing=("read anew",))
    monkeypatch.setattr(page_job, "extract_seen", lambda *_, **__: (anew, None))
    with open_bench() as bench:
        assert read(bench, site.url()).extraction == anew


def test_the_trained_models_are_part_of_the_program_that_reads() -> None:
    told = {path.name for path in extraction_cache.sources()}
    assert {"names.json", "taglines.json", "prices.json", "terms.json", "extract.py"} <= told


def test_a_run_killed_between_page_and_proposal_is_made_up_for(
    open_bench: Any, site: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    with open_bench() as bench:
        read(bench, site.url())
    monkeypatch.setattr(page_job, "extract_seen", refuse)
    with open_bench() as bench:
        page = read(bench, site.url()).page
        assert page is not None
        (saved,) = bench.reader.propose([ProposedProduct(pages=(page.id,))])
        assert saved.new
        assert [plan.amount for plan in bench.store.document(saved.slug).plans] == ["0", "12.50"]
        (again,) = bench.reader.propose([ProposedProduct(pages=(page.id,))])
        assert (again.slug, again.new) == (saved.slug, False)


# ── one fault, one page ─────────────────────────────────────────────────────────────────────────────────────────────────


def failing_for(url: str, work: Any, error: Exception) -> Any:
    def done(self: Any, page: Page, *rest: Any, **more: Any) -> Any:
        if page.url == url:
            raise error
        return work(self, page, *rest, **more)

    return done


def test_a_page_that_cannot_be_kept_costs_no_other_of_its_batch(
    open_bench: Any, site: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    site.page("/odd", PAGE)
    monkeypatch.setattr(Store, "put_page", failing_for(site.url("/odd"), Store.put_page, ValueError("half\nof it")))
    with open_bench() as bench:
        odd, good = bench.run(bench.reader.read([site.url("/odd"), site.url()], granted_only=False))
        assert (odd.page, odd.error.kind) == (None, "PageFault")
        assert odd.error.reason == "reading it failed (ValueError: half)"
        assert bench.store.page(good.page.id) is not None


def test_an_odd_companion_costs_no_entry(site: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    entry = {"full_name": "ada/larkspur", "name": "larkspur", "html_url": "https://github.com/ada/larkspur"}
    site.page("/repos/ada/larkspur", json.dumps(entry), headers={"Content-Type": "application/json"})
    site.page("/repos/ada/larkspur/readme", "# larkspur\n\nSTUMBLE", headers={"Content-Type": "text/markdown"})
    read_all = page_job.extract_seen

    def odd(text: str, *rest: Any, **more: Any) -> Any:
        if "STUMBLE" in text:
            raise ValueError("stumbled")
        return read_all(text, *rest, **more)

    monkeypatch.setattr(page_job, "extract_seen", odd)
    settings = site.settings(browser="off", github_api_url=site.url(""))
    with Workbench(settings, tmp_path / "store.db") as bench:
        found = read(bench, "https://github.com/ada/larkspur")
    assert site.asked("/repos/ada/larkspur/readme")
    assert found.error is None


def test_a_store_that_takes_nothing_ends_the_run(open_bench: Any, site: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Store, "put_page", failing_for(site.url(), Store.put_page, StoreFull("no room")))
    with open_bench() as bench, pytest.raises(StoreFull):
        read(bench, site.url())


def test_a_row_that_one_page_alone_would_break_is_that_pages_fault(
    open_bench: Any, site: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    error = StoreError("NOT NULL constraint failed")
    error.__cause__ = sqlite3.IntegrityError("NOT NULL constraint failed")
    monkeypatch.setattr(Store, "put_page", failing_for(site.url(), Store.put_page, error))
    with open_bench() as bench:
        found = read(bench, site.url())
    assert found.error is not None
    assert found.error.kind == "PageFault"


def test_a_product_that_cannot_be_assembled_costs_no_other(
    open_bench: Any, site: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    site.page("/odd", PAGE.replace("larkspur", "oddity"))
    assemble = reading.assemble

    def odd(*, pages: Any, **more: Any) -> Any:
        if pages[0][0].url == site.url("/odd"):
            raise RecursionError("too deep")
        return assemble(pages=pages, **more)

    monkeypatch.setattr(reading, "assemble", odd)
    with open_bench() as bench:
        urls = [site.url("/odd"), site.url()]
        found = bench.run(bench.reader.read(urls, granted_only=False))
        fault, saved = bench.reader.propose([ProposedProduct(pages=(one.page.id,)) for one in found])
        assert fault.kind == "PageFault"
        assert saved.new


def test_a_page_has_a_time_of_its_own(site: Any, tmp_path: Path) -> None:
    site.page("/slow", PAGE, delay_s=20)
    site.page("/", PAGE)
    with Workbench(site.settings(browser="off", page_s=0.5), tmp_path / "store.db") as bench:
        slow, good = bench.run(bench.reader.read([site.url("/slow"), site.url()], granted_only=False))
    assert (slow.error.kind, "SCOUT_PAGE_S" in slow.error.reason) == ("NoAnswer", True)
    assert good.error is None


def test_waiting_for_its_turn_is_not_taken_off_a_pages_time(site: Any, tmp_path: Path) -> None:
    urls = [site.url(f"/{number}") for number in range(6)]
    site.page("*", PAGE)
    with Workbench(site.settings(browser="off", page_s=1.0, pace_s=0.4), tmp_path / "store.db") as bench:
        found = bench.run(bench.reader.read(urls, granted_only=False))
    assert [one.error for one in found] == [None] * len(urls)


def test_a_launch_is_entered_under_the_address_its_unread_page_had_led_to(
    make_site: Callable[[], Any], tmp_path: Path
) -> None:
    launches, product = make_site(), make_site()
    home = f"http://localhost:{product.port}/"
    launches.redirect("/r/p/1", f"{home}?ref=launches")
    product.page("/robots.txt", status=500)
    listing = page(launches.url("/feed"), "Acme")
    announced = launch(
        url=launches.url("/r/p/1"), source_url=launches.url("/p/1"), page=listing.id, raw="Acme", name="Acme"
    )
    settings = launches.settings(allow_hosts="127.0.0.1,localhost", browser="off")
    with Workbench(settings, tmp_path / "store.db") as bench:
        bench.store.put_page(listing)
        bench.store.put_launches(announced.source, [announced], bench.now())
        assert read(bench, launches.url("/r/p/1")).error
        saved = bench.reader.propose([ProposedProduct(launches=(announced.id,))])[0]
        assert isinstance(saved, Saved)
        assert bench.store.find(identity_of(home)) == saved.slug
