from pathlib import Path

import pytest

from agents.panel.evidence_pack import evidence_pack
from jobs.crawl import CrawlRequest, crawl
from jobs.demo.play import MARKER, play
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
    assert "20 USD / month" in said
    assert "25 USD / month" in said
    assert "SourceChanged" in said
    page = tmp_path / "demo" / "site" / "compare" / "openrouter-model-fusion-vs-smolvlm2-2-2b-instruct.html"
    assert page.name in said.replace("\n", "")
    assert page.exists()
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
        found = 0
        for document in documents:
            pack = evidence_pack(store, document.slug)
            assert_publishable(pack)
            found += len(pack.findings)
        assert found > 20
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
