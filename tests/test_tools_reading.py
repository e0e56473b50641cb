"""What a second crawl costs: pages that are known, proposals that stand, and a run that was killed between the two."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tools import apart, reading
from tools.models import Extraction
from tools.reading import ProposedProduct, Reading
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
        monkeypatch.setattr(apart, "extract", refuse)
        again = read(bench, site.url())
    assert again.extraction == first


def test_another_program_or_another_charset_reads_anew(
    open_bench: Any, site: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    with open_bench() as bench:
        page = read(bench, site.url()).page
    assert page is not None
    assert reading._seal(replace(page, charset="latin-1")) != reading._seal(page)
    monkeypatch.setattr(reading, "_program", lambda: "another")
    monkeypatch.setattr(apart, "extract", lambda *_, **__: Extraction(page.final_url, missing=("read anew",)))
    with open_bench() as bench:
        assert read(bench, site.url()).extraction == Extraction(page.final_url, missing=("read anew",))


def test_a_run_killed_between_page_and_proposal_is_made_up_for(
    open_bench: Any, site: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    with open_bench() as bench:
        read(bench, site.url())
    monkeypatch.setattr(apart, "extract", refuse)
    with open_bench() as bench:
        page = read(bench, site.url()).page
        assert page is not None
        (saved,) = bench.reader.propose([ProposedProduct(pages=(page.id,))])
        assert saved.new
        assert [plan.amount for plan in bench.store.document(saved.slug).plans] == ["0", "12.50"]
        (again,) = bench.reader.propose([ProposedProduct(pages=(page.id,))])
        assert (again.slug, again.new) == (saved.slug, False)
