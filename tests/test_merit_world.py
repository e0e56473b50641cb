"""The merit world is what it is for, and the panel's score follows planted merit there and not the length of a page.

bench/merit.py does the same at any size and for several seeds, and prints what was misjudged.
"""

from __future__ import annotations

import json
import shutil
import statistics
import time
from collections import Counter
from pathlib import Path
from urllib.parse import urlsplit

import launch_place
import merit_cast
import merit_check
import merit_score
import merit_world
import pytest
from merit_cast import MeritProduct
from merit_score import NONE, Judged, auc

from jobs.review import sweep
from tools.models import CATEGORIES
from tools.store import Store
from tools.views.documents import FindingDoc

AT = 1_796_000_000.0  # any moment
SEED = 2  # of the first ten that whose planted signs, added up, tell merit about as well as those of all ten do
pytestmark = pytest.mark.timeout(
    600
)  # seconds: a world of 72 products is crawled twice, which takes a busy machine minutes


def _cast(seed: int) -> list[MeritProduct]:
    return [product for product in merit_cast.cast(seed).products if isinstance(product, MeritProduct)]


def _ask(world: merit_world.MeritWorld, url: str) -> launch_place.Answer:
    parts = urlsplit(url)
    path = f"{parts.path or '/'}{'?' + parts.query if parts.query else ''}"
    return world.answer(launch_place.Asked(AT, "GET", parts.scheme, parts.netloc, path, {}))


# ------------------------------------------------------------------------------------------- what the world is


def test_the_same_seed_makes_the_same_world_and_another_seed_another() -> None:
    assert merit_cast.cast(3) == merit_cast.cast(3)
    assert {p.key for p in merit_cast.cast(3).products} != {p.key for p in merit_cast.cast(4).products}


def test_merit_is_crossed_with_category_talk_and_style() -> None:
    people = _cast(SEED)
    assert len(people) >= 72
    assert len({p.key for p in people}) == len(people)
    cells = Counter((p.truth.field.category, p.truth.good, p.truth.talkative) for p in people)
    assert len(cells) == 24
    assert len(set(cells.values())) == 1
    assert {category for category, _, _ in cells} <= set(CATEGORIES)
    assert all(len({p.template for p in people if p.truth.good is good and p.host}) == 6 for good in (True, False))


def test_talk_is_ten_times_as_long_and_says_nothing_of_merit() -> None:
    rows = merit_score.judged(merit_world.world(SEED, AT), ())
    by = {
        talk: statistics.median(row.length for row in rows if row.product.truth.talkative is talk)
        for talk in (True, False)
    }
    assert by[True] > 10 * by[False]
    assert abs(merit_score.pearson([(row.product.truth.latent, row.length) for row in rows])) < 0.05


def test_merit_shows_to_who_reads_all_and_in_no_single_sign() -> None:
    people = [product for seed in range(1, 11) for product in _cast(seed)]
    assert 0.9 < auc([(p.truth.latent, merit_cast.readable(p)) for p in people]) < 0.97
    by: dict[str, list[merit_score.Row]] = {}
    for product in people:
        for name, sign in merit_cast.signals(product).items():
            if sign.shown == "shown":
                by.setdefault(name, []).append((product.truth.latent, sign.weight))
    assert len(by) >= 20
    assert all(0.5 < auc(rows) < 0.85 for rows in by.values())
    assert all(len(rows) < len(people) for name, rows in by.items() if name != "licence")


# ------------------------------------------------------------------------------------------- how it is served


def test_a_launch_carries_its_points_and_its_comments_nested() -> None:
    world = merit_world.world(SEED, AT)
    hits = json.loads(_ask(world, "https://hn.algolia.com/api/v1/search_by_date?tags=show_hn&hitsPerPage=1000").body)[
        "hits"
    ]
    points = {hit["objectID"]: hit["points"] for hit in hits}
    answered = 0
    for product in world.cast.products:
        assert isinstance(product, MeritProduct)
        for launch in (launch for launch in product.launches if launch.source == "show_hn"):
            assert points[launch.id] == product.truth.points
            item = json.loads(_ask(world, f"https://hn.algolia.com/api/v1/items/{launch.id}").body)
            assert len(item["children"]) == len(product.truth.comments)
            replies = [reply for child in item["children"] for reply in child["children"]]
            assert all(reply["author"] == item["author"] for reply in replies)
            answered += len(replies)
    assert answered > 20


def test_a_repository_tells_its_numbers_on_its_page_in_the_api_and_in_its_feed() -> None:
    world = merit_world.world(SEED, AT)
    product = next(
        p for p in world.cast.products if isinstance(p, MeritProduct) and p.repository and len(p.truth.releases) > 12
    )
    told = json.loads(_ask(world, f"https://api.github.com/repos/{product.repository}").body)
    truth = product.truth
    assert (told["stargazers_count"], told["open_issues_count"]) == (truth.stars, truth.open_issues)
    assert f'title="{truth.stars:,}"' in _ask(world, f"https://github.com/{product.repository}").body.decode()
    feed = _ask(world, f"https://github.com/{product.repository}/releases.atom").body.decode()
    assert feed.count("<entry>") == 10  # as many as GitHub gives
    newest = launch_place.Place(world.cast, 1, AT).when(truth.releases[0] * 24)
    assert f"<updated>{newest:%Y-%m-%dT%H:%M:%SZ}</updated>" in feed


def test_an_archived_repository_says_so() -> None:
    world = merit_world.world(SEED, AT)
    archived = [p for p in world.cast.products if isinstance(p, MeritProduct) and p.repository and p.truth.archived]
    assert archived
    for product in archived:
        assert json.loads(_ask(world, f"https://api.github.com/repos/{product.repository}").body)["archived"]
        assert b"archived by the owner" in _ask(world, f"https://github.com/{product.repository}").body


def test_a_package_has_a_date_for_each_release() -> None:
    world = merit_world.world(SEED, AT)
    for kind, url, key in (("pypi", "https://index.packages.example/pypi/{}/json", "releases"), ("npm", "https://registry.packages.example/{}", "versions")):  # fmt: skip
        product = next(p for p in world.cast.products if p.package.startswith(kind))
        assert isinstance(product, MeritProduct)
        told = json.loads(_ask(world, url.format(product.key)).body)
        assert len(told[key]) == len(product.truth.releases)


def test_what_robots_txt_closes_and_what_the_sitemap_lists() -> None:
    world = merit_world.world(SEED, AT)
    product = next(p for p in world.cast.products if isinstance(p, MeritProduct) and "terms" in p.truth.closed)
    assert "Disallow: /terms" in _ask(world, f"{product.homepage}robots.txt").body.decode()
    assert f"<loc>{product.homepage}docs</loc>" in _ask(world, f"{product.homepage}sitemap.xml").body.decode()


# ------------------------------------------------------------------------------------------- how it is scored


def test_the_figures_are_those_of_the_books() -> None:
    assert auc([(1, 3.0), (1, 2.0), (-1, 1.0), (-1, 2.0)]) == 3.5 / 4
    assert auc([(1, NONE), (-1, 2.0)]) == 0.5
    assert merit_score.spearman([(1, 10), (2, 20), (3, 1000)]) == pytest.approx(1)
    assert merit_score.pearson([(1, 4), (2, 2), (3, 0)]) == pytest.approx(-1)
    rows: list[merit_score.Row] = [(x, x + z, z) for x, z in ((0, 1), (1, 0), (2, 3), (3, 2), (4, 9))]
    assert merit_score.partial(rows) == pytest.approx(1)


def _finding(kind: str, direction: int = 0, **values: str) -> FindingDoc:
    return FindingDoc(kind=kind, text="", direction=direction, strength=0.5, values=values, citations=[])


def test_a_finding_is_held_against_what_was_planted() -> None:
    world = merit_world.world(SEED, AT)
    product = next(p for p in world.cast.products if isinstance(p, MeritProduct) and p.held(1) != p.held(2))
    (old, new) = next(pair for pair in zip(product.held(1), product.held(2), strict=True) if pair[0] != pair[1])
    rise = {"plan": old.name, "before": f"{old.amount} USD", "after": f"{new.amount} USD a month"}
    assert merit_check.holds(world, product, _finding("price_change", -1, **rise)) is True
    assert merit_check.holds(world, product, _finding("price_change", -1, **rise | {"after": "999 USD"})) is False
    assert merit_check.holds(world, product, _finding("price_change", -1)) is None
    newest = launch_place.Place(world.cast, 1, AT).when(product.truth.releases[0] * 24)
    assert merit_check.holds(world, product, _finding("last_release", at=f"{newest:%-d %b %Y}")) is True
    assert merit_check.holds(world, product, _finding("last_release", at="1 Jan 2020")) is False
    assert merit_check.holds(world, product, _finding("of nothing planted")) is None


def test_a_rank_that_the_category_cannot_have_is_not_so() -> None:
    world = merit_world.world(SEED, AT)
    people = [p for p in world.cast.products if isinstance(p, MeritProduct) and p.truth.field.category == "ai-model"]
    most = max(people, key=lambda p: p.truth.likes)
    of_all = {"count": f"{most.truth.likes:,} likes", "n": str(len(people) - 1)}
    ahead = _finding("stars", more=str(len(people) - 1), less="0", **of_all)
    behind = _finding("stars", more="0", less="3", **of_all)
    assert (merit_check.holds(world, most, ahead), merit_check.holds(world, most, behind)) == (True, False)


# How far one seed of 72 products lies from what many give (half of its 95 % interval): the goals themselves are asked of
# three seeds together, `python bench/merit.py --seed 4 --seed 5 --seed 6`.
WITHIN = {"auc": 0.05, "length": 0.1}


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> merit_world.MeritWorld:
    if not shutil.which("openssl"):
        pytest.skip("the command openssl makes this world's certificate, and is not here")
    return merit_world.world(SEED, time.time())


@pytest.fixture(scope="module")
def rows(world: merit_world.MeritWorld, tmp_path_factory: pytest.TempPathFactory) -> list[Judged]:
    # Read in this process, which is cheaper; bench/merit.py reads as a user does.
    path, settings = merit_world.visited(world, Path(tmp_path_factory.mktemp("merit")), read_workers=1)
    sweep(path, settings)
    with Store.open(path) as store:
        return merit_score.judged(world, store.documents())


@pytest.mark.slow
def test_every_product_and_every_open_price_is_on_record(rows: list[Judged]) -> None:
    assert all(row.document for row in rows)
    for row in rows:
        sign = merit_cast.signals(row.product).get("price")
        if row.document and sign and sign.shown == "shown":
            want = {plan.amount for plan in row.product.held(2) if plan.amount}
            assert {plan.amount for plan in row.document.plans if plan.amount} == want, row.product.name


@pytest.mark.slow
def test_a_price_that_rose_between_the_visits_is_history(rows: list[Judged]) -> None:
    risen = 0
    for row in rows:
        sign = merit_cast.signals(row.product).get("price rise")
        if row.document and sign and sign.shown == "shown" and sign.value != "none":
            amounts = {point.amount for point in row.document.price_history}
            assert {plan.amount for day in (1, 2) for plan in row.product.held(day) if plan.amount} <= amounts
            risen += 1
    assert risen > 3


@pytest.mark.slow
def test_what_code_finds_is_so(world: merit_world.MeritWorld, rows: list[Judged]) -> None:
    told = [one for one in merit_check.checked(world, rows) if one.true is not None]
    wrong = [(one.row.product.name, one.finding.text) for one in told if not one.true]
    assert not wrong
    assert len(told) > len(rows)


@pytest.mark.slow
def test_the_score_follows_merit(rows: list[Judged]) -> None:
    told, figure = merit_score.figures(rows)[merit_score.AUC]
    assert figure(told) >= merit_score.LEAST_AUC - WITHIN["auc"]
    assert len(told) >= len(rows) / 2  # whoever scores the plain cases only has not passed


@pytest.mark.slow
def test_the_score_does_not_follow_the_length_of_the_page(rows: list[Judged]) -> None:
    told, figure = merit_score.figures(rows)[merit_score.LENGTH]
    assert abs(figure(told)) <= merit_score.MOST_LENGTH + WITHIN["length"]
