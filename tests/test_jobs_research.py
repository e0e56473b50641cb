from pathlib import Path

import pytest

from jobs.demo.world import build_world
from jobs.research import add, research
from tools.errors import UsageError
from tools.settings import Settings
from tools.store import Store


@pytest.fixture(scope="module")
def day_one(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("world")
    return build_world(folder)[0]


def test_research_by_name_finds_reads_and_reviews(day_one: Path, tmp_path: Path) -> None:
    report = research(tmp_path / "store.db", Settings(), "Pelican CI", replay=day_one)
    assert report["state"] == "found"
    assert report["read"]
    product = report["product"]
    assert product["panel"]["verdict"]
    assert product["name"] == "Pelican CI"
    assert all(evidence["quote"] for fact in product["facts"].values() for evidence in fact["evidence"])


def test_research_of_an_ambiguous_name_lists_the_candidates_and_stores_nothing(day_one: Path, tmp_path: Path) -> None:
    report = research(tmp_path / "store.db", Settings(), "Brackenbase", replay=day_one)
    assert report["state"] == "ambiguous"
    assert len({row["url"] for row in report["candidates"]}) == len(report["candidates"]) > 1
    with Store.open(tmp_path / "store.db") as store:
        assert store.counts()["products"] == 0


def test_research_of_nothing_says_so(day_one: Path, tmp_path: Path) -> None:
    report = research(tmp_path / "store.db", Settings(), "no such thing at all", replay=day_one)
    assert report["state"] == "nothing"
    assert report["product"] is None


@pytest.mark.parametrize("query", ["", "   ", "x" * 301])
def test_research_wants_a_name_or_an_address(query: str, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="name or an address"):
        research(tmp_path / "store.db", Settings(), query)


def test_add_reads_addresses_as_products_and_lists_what_it_could_not_read(day_one: Path, tmp_path: Path) -> None:
    urls = ["https://brackenbase.example/", "https://nowhere-at-all.example/"]
    report = add(tmp_path / "store.db", Settings(), urls, replay=day_one)
    assert report["products_new"] == 1
    assert [failure["kind"] for failure in report["failures"]] == ["NotRecorded"]
    again = add(tmp_path / "store.db", Settings(), urls[:1], replay=day_one)
    assert (again["products_new"], again["changes"], again["reviews"]) == (0, 0, 0)
    with Store.open(tmp_path / "store.db") as store:
        store.delete_product("brackenbase", "spam", "kim")
    again = add(tmp_path / "store.db", Settings(), urls[:1], replay=day_one)
    assert (again["products"], again["deleted"]) == ([], ["brackenbase"])
