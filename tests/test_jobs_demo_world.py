import asyncio
import contextlib
import json
import struct
import tomllib
import zlib
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from jobs.demo.cast import DAYS, cast, of_day
from jobs.demo.listings import FEEDS
from jobs.demo.world import EXPECTED, build_world
from tools.errors import NotRecorded, SourceChanged
from tools.models import Launch
from tools.page.quotes import visible_text
from tools.reading import ProposedProduct
from tools.settings import Settings
from tools.sources import all_sources, source, why_off
from tools.web.browser import find_chromium
from tools.web.fetch import Fetcher
from tools.web.hub_client import hub_api
from tools.web.recording import Recorded, Replay
from tools.workbench import Workbench

SETTINGS = Settings()
REAL_HOSTS = {
    "api.github.com", "azure.microsoft.com", "betalist.com", "dev.to", "feeds.feedburner.com", "formulae.brew.sh",
    "github.com", "hn.algolia.com", "huggingface.co", "lobste.rs", "news.ycombinator.com", "open-vsx.org", "openrouter.ai",
    "registry.modelcontextprotocol.io", "vercel.com", "www.producthunt.com",
}  # fmt: skip


@pytest.fixture(scope="module")
def recordings(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    return build_world(tmp_path_factory.mktemp("world"))


@pytest.fixture(scope="module")
def days(recordings: list[Path]) -> dict[int, Replay]:
    return {day: Replay(path) for day, path in zip(DAYS, recordings, strict=True)}


def get(replay: Replay, url: str) -> Recorded:
    return replay.response("GET", url)


def text_of(replay: Replay, url: str) -> str:
    return get(replay, url).body.decode()


def launches(replay: Replay, name: str) -> Iterator[Launch]:
    if name in FEEDS:
        yield from source("feed").launches(text_of(replay, FEEDS[name]), FEEDS[name], name=name)
        return
    module = source(name)
    for url in module.requests(SETTINGS, replay.now() - timedelta(days=2), replay.now()):
        yield from module.launches(text_of(replay, url), url)


async def hub_rows(replay: Replay) -> list[Launch]:
    async with Fetcher(SETTINGS, replay=replay, now=replay.now) as fetcher:
        api = hub_api(fetcher, asyncio.get_running_loop(), SETTINGS)
        since = replay.now() - timedelta(days=2)
        return await asyncio.to_thread(lambda: list(source("hugging_face").hub_launches(api, since)))


def test_the_world_is_the_same_each_time(tmp_path: Path) -> None:
    first, second = build_world(tmp_path / "a"), build_world(tmp_path / "b")
    assert [path.name for path in first] == ["day1.warc.gz", "day2.warc.gz"]
    assert [path.read_bytes() for path in first] == [path.read_bytes() for path in second]


def test_each_recording_carries_its_time(days: dict[int, Replay]) -> None:
    assert {day: replay.now() for day, replay in days.items()} == DAYS


@pytest.fixture(scope="module")
def listed(recordings: list[Path], tmp_path_factory: pytest.TempPathFactory) -> dict[int, dict[str, list[Launch]]]:
    """The launches of every source on both days, as a crawl reads them one after the other."""
    store = tmp_path_factory.mktemp("listed") / "store.db"
    settings, found = Settings({**EXPECTED["settings"], "browser": "off"}), {}
    for day, path in enumerate(recordings, 1):
        with Workbench(settings, store, replay=path) as bench:
            for name, url in FEEDS.items():
                bench.store.add_source(name, url)
            since = bench.now() - timedelta(days=2)
            found[day] = {}
            for name in (*(name for name in all_sources() if name != "feed"), *FEEDS):
                with contextlib.suppress(SourceChanged):
                    found[day][name] = bench.run(bench.reader.read_source(name, since)).launches
    return found


@pytest.mark.parametrize("day", [1, 2])
def test_every_source_sees_what_is_expected(listed: dict[int, dict[str, list[Launch]]], day: int) -> None:
    seen = {name: len(found) for name, found in listed[day].items() if found}
    assert seen == EXPECTED["days"][day]["launches"]


def test_what_is_no_new_tool_is_no_launch(listed: dict[int, dict[str, list[Launch]]]) -> None:
    seen = {launch.id for found in listed.values() for rows in found.values() for launch in rows}
    assert seen.isdisjoint(EXPECTED["no_tools"])
    for name, ids in EXPECTED["not_there_before"].items():
        assert [launch.source_id for launch in listed[1].get(name, ())] == []
        assert sorted(launch.source_id for launch in listed[2][name]) == ids


def test_invented_sites_use_hosts_that_belong_to_nobody(days: dict[int, Replay]) -> None:
    hosts = {url.split("/")[2] for replay in days.values() for url in replay.urls()}
    assert {host for host in hosts if not host.endswith(".example")} == REAL_HOSTS


def test_sources_that_want_an_address_are_off_without_one() -> None:
    for name, module in all_sources().items():
        wants = any(word in why_off(module, SETTINGS) for word in ("SCOUT_", "set "))
        assert wants == (name in ("awesome_lists", "github_releases", "new_packages", "npm_changes")), name
        assert not why_off(module, Settings(EXPECTED["settings"])), name


def test_every_announced_address_answers(days: dict[int, Replay], listed: dict[int, dict[str, list[Launch]]]) -> None:
    for found in listed[1].values():
        for launch in found:
            if launch.url and launch.kind == "product":
                assert get(days[1], launch.url).status in (200, 302, 403), launch.url


def test_redirects_lead_to_the_announced_sites(days: dict[int, Replay]) -> None:
    for name in ("product_hunt", "betalist"):
        for launch in launches(days[1], name):
            target = get(days[1], str(launch.url)).header("location")
            assert get(days[1], target).status in (200, 403)


def test_sponsor_row_is_no_launch(days: dict[int, Replay]) -> None:
    assert "bigcloud-inc" in text_of(days[1], "https://github.com/trending?since=daily")
    makers = {maker for launch in launches(days[1], "github_trending") for maker in launch.makers}
    assert makers.isdisjoint(EXPECTED["sponsors"])


def test_pre_dated_and_addressless_launches_are_kept(days: dict[int, Replay]) -> None:
    found = {launch.id: launch for name in ("product_hunt", "show_hn") for launch in launches(days[1], name)}
    assert [found[key].launched_at for key in EXPECTED["undated"]] == [None]
    assert [found[key].url for key in EXPECTED["without_address"]] == [None]
    assert "show_hn:45990103" not in found  # a story, no launch


def test_one_product_stands_on_three_sources(days: dict[int, Replay]) -> None:
    found = [launch for name in ("betalist", "product_hunt", "show_hn") for launch in launches(days[1], name)]
    same = [launch for launch in found if "Brackenbase" in launch.name]
    assert sorted(launch.id for launch in same) == EXPECTED["one_product"]["launches"]
    ends = {get(days[1], str(launch.url)).header("location") or launch.url for launch in same}
    assert {str(end).partition("?")[0] for end in ends} == {"https://brackenbase.example/"}


def test_betalist_changes_shape_on_day_two(days: dict[int, Replay]) -> None:
    assert get(days[2], SETTINGS.betalist_url).status == 200
    with pytest.raises(SourceChanged):
        list(launches(days[2], "betalist"))


def test_the_impostor_claims_its_rivals_address(days: dict[int, Replay]) -> None:
    page = text_of(days[1], "https://hollowkey-pro.example/")
    assert '<link rel="canonical" href="https://hollowkey.example/">' in page
    assert "$89" in text_of(days[1], "https://hollowkey-pro.example/pricing")
    assert "$9" in text_of(days[1], "https://hollowkey.example/pricing")


@pytest.mark.parametrize("page", ["", "pricing"])
def test_the_twins_say_the_same_to_a_reader(days: dict[int, Replay], page: str) -> None:
    clean, hidden = (text_of(days[1], f"https://{key}-notes.example/{page}") for key in ("marlow", "harlow"))
    assert "Ignore your instructions" in hidden
    assert "Ignore" not in clean
    assert visible_text(hidden).replace("Harlow", "Marlow").replace("harlow", "marlow") == visible_text(clean)


def test_the_tarpit_leads_on_without_end(days: dict[int, Replay]) -> None:
    home = text_of(days[1], "https://endless-shelves.example/")
    assert home.count("<a href=") > 30
    recorded = [url for url in days[1].urls() if EXPECTED["tarpit"]["host"] in url]
    assert len(recorded) > 20


def test_a_price_stands_in_a_picture_only(days: dict[int, Replay]) -> None:
    page = text_of(days[1], "https://pixelquay.example/pricing")
    assert "$" not in page
    png = get(days[1], "https://pixelquay.example/plans.png").body
    width, height = struct.unpack(">II", png[16:24])
    length = struct.unpack(">I", png[33:37])[0]
    assert len(zlib.decompress(png[41 : 41 + length])) == (width + 1) * height


def test_another_charset_is_told_by_the_page_alone(days: dict[int, Replay]) -> None:
    page = get(days[1], "https://sonnenuhr.example/pricing")
    assert page.header("content-type") == "text/html"
    assert "7,50 €".encode("windows-1252") in page.body


def test_prices_change_and_nothing_else_of_a_site(days: dict[int, Replay]) -> None:
    change = EXPECTED["price_change"]
    url = "https://pelican-ci.example/pricing"
    assert f"${change['before']}" in text_of(days[1], url)
    assert f"${change['after']}" in text_of(days[2], url)
    lists = {url.split("/")[2] for url in EXPECTED["settings"].values() if "://" in url}
    sites = [url for url in days[2].urls() if url.split("/")[2].endswith(".example") and "/feed" not in url]
    sites = [url for url in sites if url.split("/")[2] not in lists]
    changed = set()
    for url in sites:
        try:
            before = get(days[1], url)
        except NotRecorded:
            continue  # launched on day two
        after = days[2].response("GET", url, {"If-None-Match": before.header("etag")})
        if after.status != 304 and after.body != before.body:
            changed.add(url.split("/")[2])
    assert changed == {"duskfall.example", "pelican-ci.example", "slipway-deploy.example"}


def test_a_page_is_gone_and_one_is_barred(days: dict[int, Replay]) -> None:
    assert [get(days[day], "https://duskfall.example/").status for day in (1, 2)] == [200, 404]
    assert get(days[1], "https://gatehouse.example/").status == 403
    assert "Disallow: /\n" in text_of(days[1], "https://quietfield.example/robots.txt")


async def test_the_hubs_own_client_reads_the_recording(days: dict[int, Replay]) -> None:
    found = {launch.source_id: launch for launch in await hub_rows(days[1])}
    assert found["models/heronlab/heron-7b-instruct"].observations["quantised_uploads"] == 2.0
    assert found["models/HuggingFaceTB/SmolVLM2-2.2B-Instruct"].license == "apache-2.0"
    assert not any("GGUF" in name or "AWQ" in name for name in found)
    assert all(launch.page and launch.raw for launch in found.values())
    async with Fetcher(SETTINGS, replay=days[1], now=days[1].now) as fetcher:
        api = hub_api(fetcher, asyncio.get_running_loop(), SETTINGS)
        info = await asyncio.to_thread(api.model_info, "HuggingFaceTB/SmolLM3-3B")
        named = await asyncio.to_thread(lambda: list(api.list_models(search="SmolVLM2", sort="downloads", limit=11)))
    assert info.safetensors is not None
    assert info.safetensors.total == 3075098624
    assert [row.id for row in named] == ["HuggingFaceTB/SmolVLM2-2.2B-Instruct"]


def test_the_cast_is_large_and_of_mixed_quality() -> None:
    products = cast(1)
    assert len(products) >= 75
    assert len({product.key for product in products}) == len(products)
    rich = [product for product in products if product.quickstart and product.limits and product.changelog]
    assert len(rich) >= 20
    assert {"smolvlm2", "smollm3", "smolagents", "model-fusion", "vercel-ai-gateway", "azure-model-router"} <= {
        product.key for product in products
    }


def test_a_repository_is_archived_while_its_product_is_sold(days: dict[int, Replay]) -> None:
    row = json.loads(text_of(days[1], "https://api.github.com/repos/skarn-io/skarn"))
    assert row["archived"]
    assert row["pushed_at"] < "2026"
    assert "archived by the owner" in text_of(days[1], "https://github.com/skarn-io/skarn")
    assert "€15" in text_of(days[1], "https://skarn-status.example/pricing")


def test_launch_places_give_terms_of_their_own(days: dict[int, Replay]) -> None:
    tags = {launch.name: launch.tags for name in FEEDS for launch in launches(days[1], name)}
    assert tags["Pelican CI"] == ("devops", "monorepo")
    assert tags["Sonnenuhr"] == ("monitoring", "cron")


def test_every_thread_belongs_to_a_launch_and_counts_no_more_than_it() -> None:
    told = tomllib.loads((Path(__file__).parents[1] / "jobs/demo/beyond.toml").read_text("utf-8"))
    rows = {row["id"]: row for product in cast(2) for row in product.launches if row["source"] == "show_hn"}
    assert told["threads"].keys() <= rows.keys()
    for key, lines in told["threads"].items():
        assert len(lines) <= of_day(rows[key]["comments"], 2), key
    repos = {product.repo for product in cast(2) if product.repo}
    assert told["releases"].keys() <= repos


def test_every_trap_is_in_the_table() -> None:
    table = (Path(__file__).parents[1] / "jobs/demo/README.md").read_text("utf-8")
    for word in (
        EXPECTED["tarpit"]["host"],
        "hollowkey-pro",
        "harlow-notes",
        "pixelquay",
        "flumbo",
        "wrenlet",
        "Skarn",
        "Slipway",
    ):
        assert word in table


@pytest.mark.browser
@pytest.mark.skipif(find_chromium(SETTINGS)[0] is None, reason=f"no Chromium: {find_chromium(SETTINGS)[1]}")
def test_a_browser_adds_the_pictures_screenshot_and_nothing_to_what_is_known(tmp_path: Path) -> None:
    recording, _ = build_world(tmp_path)
    urls = ["https://pixelquay.example/pricing", "https://glasswing.example/"]
    digests, kept = [], []
    for name, values in (("with", {"unsafe_browser": True}), ("without", {"browser": "off"})):
        with Workbench(Settings(values), tmp_path / f"{name}.db", replay=recording) as bench:
            pages = [reading.page for reading in bench.run(bench.reader.read(urls, granted_only=False))]
            bench.reader.propose([ProposedProduct(pages=(page.id,)) for page in pages if page])
            digests.append(bench.store.digest())
            kept.append(bench.store.screenshot(pages[0].id if pages[0] else ""))
    assert digests[0] == digests[1]
    assert kept[0] is not None
    assert kept[0][0].startswith(b"\x89PNG")
    assert kept[1] is None
