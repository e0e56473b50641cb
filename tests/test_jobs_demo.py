from collections import Counter
from pathlib import Path

import pytest

from agents.panel.evidence_pack import evidence_pack
from jobs.crawl import CrawlRequest, crawl
from jobs.demo.play import MARKER, play
from jobs.demo.world import EXPECTED
from tests.made_products import assert_publishable
from tools.errors import UsageError
from tools.knowledge import THRESHOLD
from tools.models import RUNG_ORDER
from tools.settings import Settings
from tools.store import Store


@pytest.mark.slow
def test_the_demo_finds_what_was_planted_and_says_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert play(tmp_path / "demo")
    said = capsys.readouterr().out
    assert "WRONG" not in said
    assert "20 USD a month" in said
    assert "25 USD a month" in said
    assert "SourceChanged" in said
    asked = EXPECTED["compare"]
    for pair in (*EXPECTED["side_by_side"], asked["pair"]):
        page = tmp_path / "demo" / "site" / "compare" / f"{'-vs-'.join(sorted(pair))}.html"
        assert page.name in said.replace("\n", "")
        assert page.exists()
    told = page.read_text()  # the pair that was asked for comes last
    assert all(f"{price} EUR a month" in told for price in asked["prices"])
    assert f"Pick B, {asked['better']}" in told
    with Store.open(tmp_path / "demo" / "store.db") as store:
        assert not store.verify()
        documents = list(store.documents())
        said = [
            *(fact for d in documents for fact in (*d.facts.values(), *(o for f in d.facts.values() for o in f.others)))
        ]
        said += [plan for d in documents for plan in d.plans]
        assert len(said) > 100
        for fact in said:
            assert fact.rung in RUNG_ORDER
            assert 0 < fact.confidence <= 1
            assert all(item.quote and item.url and item.page and item.fetched_at for item in fact.evidence)
            assert fact.evidence
        shown = [
            *(f for d in documents for name, f in d.facts.items() if name != "name"),
            *(p for d in documents for p in d.plans),
        ]
        assert all(item.confidence >= THRESHOLD for item in shown)
        assert not store.awaiting_review()
        found, shelves = 0, set()
        for document in documents:
            pack = evidence_pack(store, document.slug)
            assert_publishable(pack)
            found += len(pack.findings)
            if any(one.kind == "price_rank" and "comparable products here" not in one.text for one in pack.findings):
                shelves.add(pack.standing.category)
        assert found > 250
        assert len(shelves) >= 5  # categories with five products and more whose prices are counted alike
        verdicts = Counter(document.panel.verdict for document in documents if document.panel)
        assert min(verdicts["Ship"], verdicts["Skip"]) >= 15
        assert verdicts["Not enough evidence"] < 0.4 * len(documents)
    again = crawl(
        tmp_path / "demo" / "store.db",
        Settings({"ocr": "off"}),
        CrawlRequest(replay=tmp_path / "demo" / "day2.warc.gz"),
    )
    assert {again[key] for key in ("launches_new", "products_new", "changes", "reviews")} == {0}
    assert again["revalidated"] > 0


def test_the_demo_never_clears_a_folder_it_did_not_make(tmp_path: Path) -> None:
    (tmp_path / "store.db").write_text("mine")
    with pytest.raises(UsageError, match="did not make"):
        play(tmp_path)
    assert (tmp_path / "store.db").read_text() == "mine"
    assert not (tmp_path / MARKER).exists()
