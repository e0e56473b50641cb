from pathlib import Path

import pytest

from jobs.demo.world import build_world
from jobs.research import add, research
from tools.errors import CannotRun, UsageError
from tools.settings import Settings
from tools.store import Store


@pytest.fixture(scope="module")
def day_one(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("world")
    return build_world(folder)[0]


def test_research_by_name_finds_reads_and_reviews(day_one: Path, tmp_path: Path) -> None:
    told: list[str] = []
    report = research(tmp_path / "store.db", Settings(), "Pelican CI", replay=day_one, progress=told.append)
    assert report["state"] == "found"
    steps = [text for text in told if text.startswith("Pelican CI: ")]
    assert "Pelican CI: looking for launches …" in steps
    assert any("1 page read\n" in text for text in steps), "what the agent has done stays on the screen"
    assert told[-1] == f"panel 1 of 1, pelican-ci: {report['product']['panel']['verdict']}"
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


@pytest.mark.parametrize(
    ("url", "way"),
    [
        ("http://127.0.0.1:8123/docs", "SCOUT_ALLOW_HOSTS=127.0.0.1:8123"),
        ("http://[::1]:8123/", "SCOUT_ALLOW_HOSTS=::1:8123"),
        ("http://tools.internal/", "SCOUT_ALLOW_HOSTS=tools.internal:80"),
        ("http://example.com:8123/", "SCOUT_ALLOW_HOSTS=example.com:8123"),
        ("ftp://example.com/", ""),
        ("http://", ""),
    ],
)
def test_a_refused_address_says_how_a_host_of_ones_own_is_let_in(url: str, way: str) -> None:
    from jobs.by_hand import way_in

    told = way_in(url, Settings())
    assert told.endswith(way)
    assert bool(told) == bool(way)


def test_add_of_a_private_port_names_the_setting_and_asks_for_no_contact(tmp_path: Path) -> None:
    report = add(tmp_path / "store.db", Settings({"read_workers": 1}), ["http://127.0.0.1:8123/"])
    [failure] = report["failures"]
    assert failure["kind"] == "AddressRefused"
    assert "SCOUT_ALLOW_HOSTS=127.0.0.1:8123" in failure["message"]
    assert report["outcome"] == "partly"


def test_without_a_contact_nothing_is_made(tmp_path: Path) -> None:
    from jobs.crawl import CrawlRequest, crawl
    from jobs.refresh import refresh

    store = tmp_path / "store.db"
    for job in (
        lambda: crawl(store, Settings(), CrawlRequest()),
        lambda: add(store, Settings(), ["https://example.com/", "http://127.0.0.1:8123/"]),
        lambda: research(store, Settings(), "some tool"),
        lambda: refresh(store, Settings()),
    ):
        with pytest.raises(CannotRun, match="SCOUT_CONTACT"):
            job()
    assert not list(tmp_path.iterdir())
