"""From launches on several sites and days to one product: a small recorded world, crawled and refreshed day by day."""

from __future__ import annotations

import itertools
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from jobs.crawl import CrawlRequest, crawl
from jobs.refresh import refresh
from jobs.research import add
from tools.settings import Settings
from tools.sources import show_hn
from tools.store import Store
from tools.views.documents import ProductDocument
from tools.web.recording import Recorded, write_recording

DAY = timedelta(days=1)
START = datetime(2026, 11, 1, 12, tzinfo=UTC)
SITE, REPO = "https://acme.example/", "https://github.com/acme/acme"
INDEX, PACKAGE = "https://index.example", "https://pypi.Org/project/acme/"
VISIT, POST = "https://www.producthunt.com/r/p/1", "https://www.producthunt.com/products/acme"
PAGE = """<html><head><title>Acme: builds in seconds</title></head><body><h1>Acme</h1>
<p>Acme builds your project in seconds, with a cache that the whole team shares and that never goes stale.</p>
<a href="/pricing">Pricing</a> <a href="{repo}">GitHub</a></body></html>"""
PRICES = """<html><head><title>Pricing: Acme</title></head><body><h1>Pricing</h1><table><tr><th>Plan</th><th>Price</th></tr>
<tr><td>Hobby</td><td>$0 per month</td></tr><tr><td>Team</td><td>$20 per month</td></tr></table></body></html>"""
FEED = """<?xml version="1.0" encoding="UTF-8"?>
<feed xml:lang="en-US" xmlns="http://www.w3.org/2005/Atom"><id>tag:www.producthunt.com,2005:/feed</id>
<title>Product Hunt</title><updated>2026-11-01T08:00:00-08:00</updated>{entries}</feed>"""
ENTRY = """<entry><id>tag:www.producthunt.com,2005:Post/1</id><published>{at}</published><updated>{at}</updated>
<link rel="alternate" type="text/html" href="{post}"/><title>Acme</title><content type="html">&lt;p&gt;Builds in seconds
&lt;/p&gt;&lt;p&gt;&lt;a href="{post}"&gt;Discussion&lt;/a&gt; | &lt;a href="{visit}"&gt;Link&lt;/a&gt;&lt;/p&gt;</content>
<author><name>Ann</name></author></entry>"""


def html(url: str, text: str, status: int = 200) -> Recorded:
    return Recorded(url, status, (("Content-Type", "text/html; charset=utf-8"),), text.encode())


def answer(url: str, data: object) -> Recorded:
    return Recorded(url, 200, (("Content-Type", "application/json"),), json.dumps(data).encode())


def site(page: str = PAGE.format(repo=REPO), url: str = SITE) -> list[Recorded]:
    return [html(url, page), html(f"{url}?ref=producthunt", page), html(f"{url}pricing", PRICES)]


def repo(name: str = "acme/acme", homepage: str = SITE, said: str = "Build things fast") -> list[Recorded]:
    api = f"https://api.github.com/repos/{name}"
    owner, _, own = name.partition("/")
    row = {"name": own, "full_name": name, "html_url": f"https://github.com/{name}", "homepage": homepage}
    rest = {"description": said, "license": {"spdx_id": "MIT"}, "owner": {"login": owner}, "topics": ["build"]}
    readme = Recorded(f"{api}/readme", 200, (("Content-Type", "text/plain"),), f"# {own}\n\n{said}, and well.".encode())
    return [answer(api, {**row, **rest}), readme]


def visit(to: str = f"{SITE}?ref=producthunt") -> list[Recorded]:
    return [Recorded(VISIT, 302, (("Location", to),), b"")]


class World:
    """A store that is crawled day by day: what Hacker News and Product Hunt announce, and what else answers."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.store, self.day = folder, folder / "store.db", 0
        self.settings = Settings({"browser": "off", "pypi_url": INDEX})

    def _recording(self, answers: list[Recorded]) -> Path:
        self.day += 1
        path = self.folder / f"day{self.day}.warc.gz"
        write_recording(path, START + self.day * DAY, answers)
        return path

    def crawl(self, *announced: str, world: list[Recorded]) -> dict[str, Any]:
        """Crawl where these addresses are announced today: VISIT by Product Hunt, any other by Hacker News."""
        now = START + (self.day + 1) * DAY
        posts = [url for url in announced if url != VISIT]
        hits = [
            {"objectID": str(100 * self.day + n), "title": "Show HN: Acme – builds in seconds", "url": url,
             "author": "ann", "created_at_i": int(now.timestamp()) - 60, "points": 5, "num_comments": 1}
            for n, url in enumerate(posts)
        ]  # fmt: skip
        show, launch = show_hn.requests(Settings(), now - 2 * DAY, now)
        entry = ENTRY.format(at=(now - timedelta(hours=1)).isoformat(), post=POST, visit=VISIT)
        feed = FEED.format(entries=entry if VISIT in announced else "")
        atom = (("Content-Type", "application/atom+xml; charset=utf-8"),)
        lists = [
            answer(show, {"hits": hits, "nbHits": len(hits), "page": 0, "nbPages": 1}),
            answer(launch, {"hits": [], "nbHits": 0, "page": 0, "nbPages": 0}),
            Recorded(Settings().product_hunt_url, 200, atom, feed.encode()),
        ]
        names = (["show_hn"] if posts else []) + (["product_hunt"] if VISIT in announced else [])
        request = CrawlRequest(names=names, replay=self._recording([*lists, *world]), review=False)
        return crawl(self.store, self.settings, request)

    def refresh(self, world: list[Recorded]) -> dict[str, Any]:
        path = self._recording(world)
        return refresh(self.store, self.settings, replay=path, due_only=False, review=False)

    def products(self) -> list[ProductDocument]:
        with Store.open(self.store) as store:
            assert store.verify() == []
            return [store.document(row["slug"]) for row in store.list_products(limit=100)]


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path)


def amounts(product: ProductDocument) -> list[str | None]:
    return [plan.amount for plan in product.plans]


# ── one product ──────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("order", list(itertools.permutations([SITE, REPO, VISIT])), ids=str)
def test_three_launches_of_one_product_are_one_whichever_comes_first(order: tuple[str, ...], world: World) -> None:
    for announced in order:
        report = world.crawl(announced, world=[*site(), *repo(), *visit()])
        assert report["failures"] == []
    (product,) = world.products()
    assert (product.identity, product.kind, len(product.launches)) == ("url:acme.example", "product", 3)
    assert (product.name, product.license, amounts(product)) == ("Acme", "MIT", ["0", "20"])
    assert product.needs_look == []


def test_a_repository_entered_while_its_site_was_down_becomes_the_sites_product(world: World) -> None:
    world.crawl(REPO, world=repo())
    assert [product.identity for product in world.products()] == ["repo:github.com/acme/acme"]
    report = world.crawl(SITE, world=[*site(), *repo()])
    (product,) = world.products()
    assert (report["products_new"], product.identity, product.kind) == (0, "url:acme.example", "product")
    assert product.aliases == ["repo:github.com/acme/acme"]
    assert (product.name, amounts(product), product.needs_look) == ("Acme", ["0", "20"], [])


def test_a_site_entered_while_its_repository_was_down_takes_the_repository_in(world: World) -> None:
    world.crawl(SITE, world=site())
    world.crawl(REPO, world=[*site(), *repo()])
    (product,) = world.products()
    assert (product.identity, product.license) == ("url:acme.example", "MIT")


def test_two_entries_of_one_product_become_one_once_both_ends_are_read(world: World) -> None:
    world.crawl(SITE, world=site())
    world.crawl(REPO, world=repo())
    assert len(world.products()) == 2
    world.crawl(SITE, world=[*site(), *repo()])
    (product,) = world.products()
    assert (product.identity, len(product.launches)) == ("url:acme.example", 3)


def test_what_an_editor_took_apart_is_not_joined_again(world: World) -> None:
    test_two_entries_of_one_product_become_one_once_both_ends_are_read(world)
    with Store.open(world.store) as store:
        store.unmerge(_other(store), "they are two", "kim")
    world.crawl(SITE, world=[*site(), *repo(said="Build things faster")])
    products = {product.identity: product for product in world.products()}
    assert set(products) == {"url:acme.example", "repo:github.com/acme/acme"}
    assert any("merge them if they are one" in why for why in products["url:acme.example"].needs_look)


def _other(store: Store) -> str:
    """The slug of the product that was merged into the one that is shown."""
    merged = [row["slug"] for row in store.changes_after(0, 1_000) if row["op"] == "merge"]
    return str(merged[-1])


@pytest.mark.parametrize("first", ["victim", "impostor"])
def test_an_impostor_that_links_a_rivals_repository_gets_nothing_of_it(first: str, world: World) -> None:
    evil = "https://acme-app.example/"
    answers = [*site(), *repo(), *site(PAGE.format(repo=REPO), evil)]
    for announced in (SITE, evil) if first == "victim" else (evil, SITE):
        world.crawl(announced, world=answers)
    products = {product.identity: product for product in world.products()}
    assert set(products) == {"url:acme.example", "url:acme-app.example"}
    assert products["url:acme.example"].aliases == ["repo:github.com/acme/acme"]
    assert (products["url:acme-app.example"].license, products["url:acme-app.example"].aliases) == (None, [])
    assert products["url:acme.example"].license == "MIT"


def test_a_fork_that_keeps_the_homepage_is_a_product_of_its_own(world: World) -> None:
    fork = "https://github.com/fan/acme"
    for announced in (SITE, fork):
        world.crawl(announced, world=[*site(), *repo(), *repo("fan/acme", said="My fork")])
    assert {product.identity for product in world.products()} == {"url:acme.example", "repo:github.com/fan/acme"}


def test_a_repository_read_alone_does_not_rename_its_sites_product(world: World) -> None:
    world.crawl(SITE, world=[*site(), *repo("acme/acme")])
    world.crawl(REPO, world=repo(said="Another description"))  # its site is down today
    (product,) = world.products()
    assert (product.name, product.identity) == ("Acme", "url:acme.example")


def test_a_product_of_two_ends_is_refreshed_at_both(world: World) -> None:
    world.crawl(REPO, world=[*site(), *repo()])
    dearer = [*site()[:2], html(f"{SITE}pricing", PRICES.replace("$20", "$25"))]
    report = world.refresh([*dearer, *repo(said="Build things faster")])
    assert [row["state"] for row in report["products"]] == ["changed"]
    (product,) = world.products()
    assert (amounts(product), product.name, product.needs_look) == (["0", "25"], "Acme", [])
    assert world.refresh([*dearer, *repo(said="Build things faster")])["changes"] == 0


@pytest.mark.parametrize("order", [(PACKAGE, REPO), (REPO, PACKAGE)], ids=str)
def test_a_package_and_the_repository_it_comes_from_are_one_product(order: tuple[str, str], world: World) -> None:
    info = {"name": "acme", "summary": "Builds in seconds", "license": "MIT", "project_urls": {"Repository": REPO}}
    package = answer(f"{INDEX}/pypi/acme/json", {"info": info, "releases": {}, "urls": []})
    entry, readme = repo(homepage="")
    linking = replace(readme, body=f"# acme\n\nBuild things fast. [Install]({PACKAGE})".encode())
    for announced in order:
        assert world.crawl(announced, world=[package, entry, linking])["failures"] == []
    (product,) = world.products()
    assert {product.identity, *product.aliases} == {"package:pypi/acme", "repo:github.com/acme/acme"}
    assert product.needs_look == []


def test_a_models_card_that_the_hub_sends_elsewhere_is_still_the_models(world: World) -> None:
    hub, model = "https://huggingface.co", "https://huggingface.co/acme/tiny"
    kept = f"{hub}/api/resolve-cache/models/acme/tiny/5f0c2d/README.md?download=true"
    card = "---\nlicense: apache-2.0\n---\n# Tiny\n\nTiny answers questions about builds in one short, plain sentence."
    entry = {"id": "acme/tiny", "modelId": "acme/tiny", "tags": ["license:apache-2.0"], "sha": "5f0c2d", "siblings": []}
    answers = [
        answer(f"{hub}/api/models/acme/tiny", entry),
        Recorded(f"{model}/resolve/main/README.md", 307, (("Location", kept),), b""),
        Recorded(kept, 200, (("Content-Type", "text/markdown"),), card.encode()),
    ]
    assert world.crawl(model, world=answers)["failures"] == []
    (product,) = world.products()
    assert (product.identity, product.license, product.needs_look) == ("hub:models/acme/tiny", "Apache-2.0", [])
    assert "one short, plain sentence" in (product.description or "")
    changed = [*answers[:2], replace(answers[2], body=card.replace("short", "brief").encode())]
    assert [row["state"] for row in world.refresh(changed)["products"]] == ["changed"]
    assert "one brief, plain sentence" in (world.products()[0].description or "")


# ── what is read beside a page ───────────────────────────────────────────────────────────────────────────────────────


def test_a_sites_own_dead_links_are_no_failure_of_a_crawl(world: World) -> None:
    dead = [html(f"{SITE}pricing", "gone", 404), html("https://api.github.com/repos/acme/acme", "down", 500)]
    report = world.crawl(SITE, world=[*site()[:2], *dead])
    assert (report["failures"], report["products_new"]) == ([], 1)


def test_an_announced_page_that_is_gone_is_a_failure_though_others_link_it(world: World) -> None:
    linking = PAGE.format(repo=REPO).replace("/pricing", "https://other.example/")
    report = world.crawl(SITE, "https://other.example/", world=[html(SITE, linking), *repo()])
    assert [failure["url"] for failure in report["failures"]] == ["https://other.example/"]


def test_a_repository_that_is_announced_and_linked_costs_its_api_one_reading_a_run(world: World) -> None:
    report = world.crawl(SITE, REPO, world=[*site(), *repo()])
    assert report["sources"]["show_hn"]["pages"] == 2 + len([SITE, "its prices", "the API's answer", "the README"])
    assert len(world.products()) == 1


# ── known from its launch only ───────────────────────────────────────────────────────────────────────────────────────

CLOSED = Recorded(
    "https://acme.example/robots.txt", 200, (("Content-Type", "text/plain"),), b"User-agent: *\nDisallow: /\n"
)


@pytest.mark.parametrize(
    "answers",
    [
        [*visit(), *site(), CLOSED],  # robots
        [*visit(), html(f"{SITE}?ref=producthunt", "gone", 404)],
        [*visit(), html(f"{SITE}?ref=producthunt", "<title>Just a moment...</title>", 403)],
        [],  # no answer at all
    ],
    ids=["robots", "gone", "challenge", "silence"],
)
def test_a_launch_that_leads_to_a_closed_page_is_entered_and_gets_its_site_once_that_answers(
    answers: list[Recorded], world: World
) -> None:
    world.crawl(VISIT, world=answers)
    (product,) = world.products()
    assert (product.name, product.status, product.plans) == ("Acme", "needs_look", [])
    assert product.needs_look[0].startswith("Known from its launch only: ")
    assert world.refresh(answers)["products"][0]["state"] in ("failed", "gone")
    assert world.refresh([*visit(), *site(), *repo()])["products"][0]["state"] == "changed"
    (product,) = world.products()
    assert (product.identity, product.name, product.status) == ("url:acme.example", "Acme", "new")
    assert (len(product.launches), product.license, product.needs_look) == (1, "MIT", [])
    world.refresh([*site(), *repo()])
    (product,) = world.products()
    assert amounts(product) == ["0", "20"]


def test_a_closed_launch_is_not_doubled_when_the_next_crawl_reads_its_page(world: World) -> None:
    world.crawl(VISIT, world=[])
    report = world.crawl(VISIT, world=[*visit(), *site(), *repo()])
    (product,) = world.products()
    assert (report["products_new"], product.identity, product.needs_look) == (0, "url:acme.example", [])


def test_a_closed_launch_becomes_part_of_the_product_that_was_found_elsewhere(world: World) -> None:
    world.crawl(VISIT, world=[])
    world.crawl(SITE, world=[*site(), *repo()])
    assert len(world.products()) == 2
    world.refresh([*visit(), *site(), *repo()])
    (product,) = world.products()
    assert (product.identity, len(product.launches)) == ("url:acme.example", 2)


def test_a_page_that_fails_later_leaves_a_product_that_was_read_as_it_is(world: World) -> None:
    world.crawl(VISIT, world=[*visit(), *site(), *repo()])
    world.crawl(VISIT, world=[*visit(), html(f"{SITE}?ref=producthunt", "down", 500)])
    (product,) = world.products()
    assert (product.needs_look, amounts(product)) == ([], ["0", "20"])


# ── another day ──────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_pricing_page_that_was_dead_on_the_first_day_is_read_once_it_answers(world: World) -> None:
    dead = html(f"{SITE}pricing", "gone", 404)
    world.crawl(SITE, world=[*site()[:2], dead, *repo()])
    assert world.refresh([*site()[:2], dead, *repo()])["failures"] == []
    assert world.refresh([*site(), *repo()])["products"][0]["state"] == "changed"
    assert amounts(world.products()[0]) == ["0", "20"]


def test_a_site_that_moves_to_another_spelling_of_its_address_stays_one_and_tells_one_price(world: World) -> None:
    plain, secure = "http://acme.example/", "https://www.acme.example/"
    moved = [
        Recorded(f"{plain}{path}", 301, (("Location", f"{secure}{path}"),), b"") for path in ("", "pricing")
    ]  # fmt: skip
    world.crawl(plain, world=[*site(url=plain), *repo(homepage=plain)])
    assert amounts(world.products()[0]) == ["0", "20"]
    same = world.refresh([*moved, *site(url=secure), *repo(homepage=plain)])
    assert [(row["state"], row["why"]) for row in same["products"]] == [("unchanged", "same bytes")]
    dearer = [html(secure, PAGE.format(repo=REPO)), html(f"{secure}pricing", PRICES.replace("$20", "$25"))]
    world.refresh([*moved, *dearer, *repo(homepage=plain)])
    (product,) = world.products()
    assert (amounts(product), product.needs_look) == (["0", "25"], [])


def test_an_editor_who_names_site_and_repository_names_one_product(world: World) -> None:
    recording = world._recording([*site(), *repo()])
    report = add(world.store, Settings({"browser": "off"}), [SITE, REPO], replay=recording, review=False)
    assert (report["products_new"], report["failures"]) == (1, [])


def test_a_crawl_that_meets_a_products_farewell_keeps_its_facts_and_raises_a_look(world: World) -> None:
    world.crawl(SITE, world=[*site(), *repo()])
    farewell = "<html><head><title>Goodbye from Acme</title></head><body><h1>Acme has shut down</h1></body></html>"
    world.crawl(SITE, world=[*site(farewell), *repo()])
    (product,) = world.products()
    assert (product.name, amounts(product)) == ("Acme", ["0", "20"])
    assert any("Acme has shut down" in reason for reason in product.needs_look)


def test_a_product_that_was_over_when_it_was_first_met_is_read_as_it_stands(world: World) -> None:
    world.crawl(SITE, world=[*site("<title>Acme</title><h1>Acme</h1><p>Acme has shut down.</p>"), *repo()])
    (product,) = world.products()
    assert not any("shut down" in reason for reason in product.needs_look)
