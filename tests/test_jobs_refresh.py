"""What is a change and what is not; when a product is read again; what becomes of one that is gone."""

import shutil
import tomllib
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from jobs.crawl import CrawlRequest, crawl
from jobs.demo.world import EXPECTED, build_world
from jobs.history import history, step_chart
from jobs.refresh import due, due_at, quiet_text, refresh
from jobs.research import add
from tools.errors import UnknownName, UsageError
from tools.models import Launch, Page
from tools.products.propose import assemble
from tools.products.shutdown import shut_down
from tools.settings import Settings
from tools.store import Store
from tools.views.documents import PricePoint
from tools.web.recording import Recorded, write_recording

TABLE = tomllib.loads((Path(__file__).parent / "examples" / "changes.toml").read_text(encoding="utf-8"))
PAGE = TABLE["page"]
HOME = "https://ferrykey.example/"
DAY = timedelta(days=1)
START = datetime(2026, 11, 1, 12, tzinfo=UTC)


class World:
    """A site whose answers a test sets day by day, and the store that follows it; a recording a day."""

    def __init__(self, folder: Path, added: Path | None = None) -> None:
        """added: a store that has read PAGE already, and nothing else."""
        self.folder, self.store, self.day, self._added = folder, folder / "store.db", 0, added

    def recording(self, *answers: Recorded) -> Path:
        path = self.folder / f"day{self.day}.warc.gz"
        write_recording(path, START + self.day * DAY, answers)
        return path

    def add(self, page: str = PAGE) -> str:
        if self._added and page == PAGE:
            shutil.copy(self._added, self.store)
            return "ferrykey"
        report = add(self.store, Settings(), [HOME], replay=self.recording(*answers(page)), review=False)
        slug: str = report["products"][0]["slug"]
        return slug

    def refresh(self, *given: Recorded, **options: Any) -> dict[str, Any]:
        self.day += 1
        options = {"due_only": False, "review": False, **options}
        return refresh(self.store, Settings(), replay=self.recording(*given), **options)

    def rows(self, first: int) -> list[dict[str, Any]]:
        with Store.open(self.store) as store:
            return [row for row in store.changes_after(first) if row["op"] != "dossier"]

    def last(self) -> int:
        with Store.open(self.store) as store:
            return store.last_seq()


def answers(page: str, etag: str = "", url: str = HOME, status: int = 200) -> tuple[Recorded, ...]:
    headers = [("Content-Type", "text/html; charset=utf-8"), *([("ETag", etag)] if etag else [])]
    return (Recorded(url, status, tuple(headers), page.encode()),)


@pytest.fixture(scope="module")
def added(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store that has read PAGE: every test's first day."""
    first = World(tmp_path_factory.mktemp("added"))
    first.add()
    return first.store


@pytest.fixture
def world(tmp_path: Path, added: Path) -> World:
    return World(tmp_path, added)


@pytest.fixture(scope="module")
def first_day(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """The demo's world: a store after its first day, and the recording of its second."""
    folder = tmp_path_factory.mktemp("demo")
    first, second = build_world(folder)
    crawl(folder / "store.db", Settings(), CrawlRequest(replay=first, review=False))
    return folder / "store.db", second


@pytest.fixture
def demo(first_day: tuple[Path, Path], tmp_path: Path) -> tuple[Path, Path]:
    store, second = first_day
    return Path(shutil.copy(store, tmp_path)), second


def edited(edits: list[list[str]]) -> str:
    page: str = PAGE
    for old, new in edits:
        assert old in page, old
        page = page.replace(old, new)
    return page


@pytest.mark.parametrize("case", TABLE["same"], ids=lambda case: case["name"])
def test_what_only_looks_like_a_change_writes_no_row(case: dict[str, Any], world: World) -> None:
    slug = world.add()
    first = world.last()
    report = world.refresh(*answers(edited(case["edits"])))
    assert report["products"][0]["state"] == "unchanged", report["products"]
    assert world.rows(first) == []
    assert (report["changes"], report["failures"]) == (0, [])
    with Store.open(world.store) as store:
        assert store.verify() == []
        assert [plan.amount for plan in store.document(slug).plans] == ["0", "20"]


@pytest.mark.parametrize("case", TABLE["change"], ids=lambda case: case["name"])
def test_a_true_change_makes_exactly_its_rows_with_quotes(case: dict[str, Any], world: World) -> None:
    slug = world.add()
    first = world.last()
    world.refresh(*answers(edited(case["edits"])))
    wanted = [{"before": None, "after": None, **{k: v for k, v in row.items() if k != "why"}} for row in case["rows"]]
    rows = [{name: row[name] for name in ("op", "field", "before", "after")} for row in world.rows(first)]
    assert sorted(rows, key=_key) == sorted(wanted, key=_key)
    with Store.open(world.store) as store:
        told = [row for row in history(store, slug)["changes"] if row["seq"] > first and row["op"] != "dossier"]
        pages = {quote["page"]: store.page(quote["page"]) for row in told for quote in _quotes(row)}
    for row, expected in zip(sorted(told, key=_key), sorted(case["rows"], key=_key), strict=True):
        assert row["at"].startswith("2026-11-02")
        assert expected.get("why", "") in row["why"]
        for side in ("before", "after"):
            assert bool(row["quotes"][side]) == (row[side] is not None and row["op"] != "status")
        for quote in _quotes(row):
            assert _holds(pages[quote["page"]], quote["quote"])


def _key(row: dict[str, Any]) -> tuple[str, str]:
    return row["op"], row["field"]


def _quotes(row: dict[str, Any]) -> list[dict[str, Any]]:
    return [*row["quotes"]["before"], *row["quotes"]["after"]]


def _holds(page: Page | None, quote: str) -> bool:
    """Whether the words of a quote stand in the stored bytes, in their order."""
    assert page is not None
    return all(word in page.body.decode() for word in quote.replace("|", " ").split())


def test_an_unchanged_page_costs_one_conditional_request_and_no_bytes(world: World) -> None:
    add(world.store, Settings(), [HOME], replay=world.recording(*answers(PAGE, '"one"')), review=False)
    report = world.refresh(*answers(PAGE, '"one"'))
    assert (report["pages"], report["revalidated"]) == (0, 1)
    assert report["products"][0]["why"] == "not modified"


def test_bytes_that_say_nothing_new_are_not_kept_but_their_validators_are(world: World) -> None:
    world.add()
    noisy = PAGE.replace("r4nd0m1", "other")
    assert world.refresh(*answers(noisy, '"two"'))["products"][0]["why"] == "same words"
    assert world.refresh(*answers(noisy, '"two"'))["revalidated"] == 1
    with Store.open(world.store) as store:
        assert store.counts()["pages"] == 1


@pytest.mark.parametrize("words", ["", "Docs"], ids=["an icon", "words"])
def test_a_homepage_that_leads_to_documentation_by_now_brings_it_into_the_dossier(world: World, words: str) -> None:
    slug = world.add()
    docs = answers("<title>Docs</title><p>Ferrykey can export everything as JSON.</p>", url=f"{HOME}docs")
    linked = PAGE.replace("</body>", f"<a href=/docs>{words}</a></body>")
    assert linked != PAGE
    report = world.refresh(*answers(linked), *docs)
    assert (report["products"][0]["state"], report["products"][0]["changed"]) == ("unchanged", [])
    for _ in range(2):  # and the day after, when the page is what it was, too
        with Store.open(world.store) as store:
            assert [page.state for page in store.dossier(slug).pages if page.role == "docs"] == ["read"]
        world.refresh(*answers(linked), *docs)


def test_a_verdict_whose_facts_changed_is_stale_and_goes_back_to_the_panel(world: World) -> None:
    slug = world.add()
    world.refresh(*answers(PAGE), review=True)
    world.refresh(*answers(PAGE.replace("$20", "$25")))
    with Store.open(world.store) as store:
        panel = store.document(slug).panel
        assert panel
        assert panel.stale
        assert slug in store.awaiting_review()
    world.refresh(*answers(PAGE.replace("$20", "$25")), review=True)
    with Store.open(world.store) as store:
        panel = store.document(slug).panel
        assert panel
        assert not panel.stale


# ── gone, moved, disagreeing ─────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("status", [404, 410])
def test_a_page_gone_on_two_days_gets_a_look_and_keeps_its_facts(status: int, world: World) -> None:
    slug = world.add()
    before = document(world, slug)
    first_day = world.refresh(*answers("gone", status=status))
    assert first_day["failures"]
    assert first_day["products"][0]["state"] == "gone"
    assert document(world, slug)["status"] == "new"
    world.refresh(*answers("gone", status=status))
    after = document(world, slug)
    assert after["status"] == "needs_look"
    assert "gone" in after["needs_look"][0]
    assert (after["facts"], after["plans"]) == (before["facts"], before["plans"])
    assert [row["after"] for row in after["changes"] if row["op"] == "note"] == [str(status)] * 2


def test_a_page_gone_twice_on_one_day_is_no_look_yet(world: World) -> None:
    slug = world.add()
    world.refresh(*answers("gone", status=404))
    world.day -= 1
    world.refresh(*answers("gone", status=404))
    assert document(world, slug)["status"] == "new"


def test_a_page_that_answers_again_starts_the_count_anew(world: World) -> None:
    slug = world.add()
    world.refresh(*answers("gone", status=404))
    world.refresh(*answers(PAGE))
    world.refresh(*answers("gone", status=404))
    found = document(world, slug)
    assert found["status"] == "new"
    assert [row["after"] for row in found["changes"] if row["op"] == "note"] == ["404", "200", "404"]


def announced(world: World, url: str = HOME) -> str:
    """A product of which nothing but its launch could be read; its slug."""
    listing = page_of("https://news.example/", "Ferrykey: keys that sail")
    launch = Launch(
        "show_hn", "7", "Ferrykey", "https://news.example/7", url=url, name="Ferrykey", page=listing.id, raw="Ferrykey"
    )
    with Store.open(world.store, now=lambda: START) as store:
        store.put_page(listing)
        store.put_launches("show_hn", [launch], START)
        return store.put_product(assemble(launches=[launch], pages=[])).slug


def page_of(url: str, text: str) -> Page:
    body = text.encode()
    seal = sha256(body).hexdigest()
    key = sha256(f"{url}\n{seal}".encode()).hexdigest()[:32]
    return Page(key, url, url, 200, "text/html", "utf-8", body, seal, START)


def test_a_product_known_only_from_its_launch_is_tried_again_until_it_answers(world: World) -> None:
    slug = announced(world)
    assert document(world, slug)["plans"] == []
    for _ in range(2):
        assert world.refresh()["products"][0]["state"] == "failed"
    assert world.refresh(*answers(PAGE))["products"][0]["state"] == "changed"
    found = document(world, slug)
    assert [plan["amount"] for plan in found["plans"]] == ["0", "20"]
    assert [(row["before"], row["after"]) for row in found["changes"] if row["op"] == "note"] == [
        (None, "unread"),
        ("unread", "unread"),
        ("unread", "200"),
    ]
    assert world.refresh(*answers(PAGE))["products"][0]["why"] == "same bytes"


def test_what_was_only_announced_is_tried_at_doubling_intervals(world: World) -> None:
    announced(world)
    tried = [world.day for _ in range(16) if world.refresh(due_only=True)["products"]]
    assert tried == [1, 2, 4, 8, 16]


def test_an_announced_address_that_leads_to_another_site_raises_a_look(world: World) -> None:
    slug = announced(world)
    other = "https://casino.example/"
    moved = Recorded(HOME, 301, (("Location", other),), b"")
    assert world.refresh(moved, *answers(PAGE, url=other))["products"][0]["state"] == "look"
    found = document(world, slug)
    assert "casino.example" in found["needs_look"][0]
    with Store.open(world.store) as store:
        assert store.counts()["products"] == 1


def test_a_homepage_that_leads_to_another_site_changes_nobody(world: World) -> None:
    slug = world.add()
    other = "https://casino.example/"
    before = document(world, slug)
    moved = Recorded(HOME, 301, (("Location", other),), b"")
    world.refresh(moved, *answers(PAGE.replace("$20", "$99").replace("Ferrykey", "Casino"), url=other))
    after = document(world, slug)
    assert after["status"] == "needs_look"
    assert "another site" in after["needs_look"][0]
    assert all(after[name] == before[name] for name in ("identity", "aliases", "facts", "plans", "name"))
    with Store.open(world.store) as store:
        assert store.counts()["products"] == 1


def test_the_editors_word_survives_refresh_and_a_page_that_disagrees_raises_a_look(world: World) -> None:
    slug = world.add()
    with Store.open(world.store) as store:
        store.edit_product(slug, "license", "BSD-3-Clause", "asked the maker", "kim")
        store.edit_product(slug, "plan:Team", "18 USD/month", "their invoice", "kim")
    changed = PAGE.replace("$20", "$25").replace("licenses/MIT", "licenses/Zlib").replace("the MIT", "the Zlib")
    world.refresh(*answers(changed))
    found = document(world, slug)
    assert found["license"] == "BSD-3-Clause"
    assert [plan["amount"] for plan in found["plans"] if plan["name"] == "Team"] == ["18"]
    assert found["status"] == "needs_look"
    assert any("license" in why and "editor" in why for why in found["needs_look"])
    assert any("plan Team is 25 USD" in why and "18 USD" in why for why in found["needs_look"])


def document(world: World, slug: str) -> dict[str, Any]:
    with Store.open(world.store) as store:
        return store.document(slug).model_dump()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Ferrykey has shut down.", True),
        ("We are shutting down on 1 March 2027.", True),
        ("This project is no longer maintained.", True),
        ("Ferrykey was discontinued in 2025.", True),
        ("Ferrykey is sold out.", True),
        ("The Ferrykey API v1.2 was retired.", False),
        ("The Team plan is no longer available.", False),
        ("Ferrykey wakes your machine when it was shut down.", True),  # wrong, and only a look: an editor settles it
        ("Our competitors have shut down.", False),
        ("Ferrykey keeps keys safe.", False),
    ],
)
def test_a_page_that_says_it_is_over(text: str, said: bool) -> None:
    assert bool(shut_down(page_of("https://ferrykey.example/", text), ["Ferrykey"])) is said


@pytest.mark.parametrize(
    ("a", "b", "same"),
    [
        ("Used by 1,204 teams", "Used by 1,310 teams", True),
        ("12k stars on GitHub", "13.1k stars on GitHub", True),
        ("Updated 2 hours ago", "Updated 3 days ago", True),
        ("New on 3 May 2026", "New on May 12, 2026", True),
        ("Ships  Fast", "ships fast", True),
        ("5 free seats", "3 free seats", False),
        ("From $5 a month", "From $9 a month", False),
        ("Runs on 2 GB", "Runs on 8 GB", False),
    ],
)
def test_what_counts_in_a_text(a: str, b: str, same: bool) -> None:
    assert (quiet_text(a) == quiet_text(b)) is same


# ── when ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_interval_doubles_to_its_bound_and_starts_anew_with_a_change() -> None:
    read, gaps = START, []
    for _ in range(8):
        following = due_at(read, START, DAY, 30 * DAY)
        gaps.append((following - read).days)
        read = following
    assert gaps == [1, 2, 4, 8, 16, 30, 30, 30]
    assert due_at(read, read, DAY, 30 * DAY) == read + DAY


def test_due_are_those_whose_time_has_come_the_longest_overdue_first() -> None:
    def row(slug: str, read: int, changed: int, noted: int | None = None) -> dict[str, Any]:
        at = {"read_at": read, "changed_at": changed, "noted_at": noted}
        return {"slug": slug, **{k: None if v is None else (START + v * DAY).isoformat() for k, v in at.items()}}

    rows = [row("quiet", 15, 0), row("fresh", 19, 19), row("late", 3, 0), row("gone", 3, 18, 18)]
    assert due(rows, START + 20 * DAY, Settings()) == ["late", "gone", "fresh"]
    assert due(rows, START + 20 * DAY, Settings({"refresh_min_days": 30.0})) == []


def test_only_what_is_due_is_read(world: World) -> None:
    slug = world.add()
    assert [row["slug"] for row in world.refresh(*answers(PAGE), due_only=True)["products"]] == [slug]
    assert world.refresh(*answers(PAGE), due_only=True)["products"] == []  # read yesterday, next in two days
    assert [row["slug"] for row in world.refresh(*answers(PAGE), due_only=True)["products"]] == [slug]


def test_the_schedule_refreshes_in_the_crawls_lane_on_its_cron(tmp_path: Path) -> None:
    from jobs.schedule import _jobs

    settings = Settings({"refresh_cron": "5 5 * * *", "contact": "mailto:kim@example.org"})
    job = next(job for job in _jobs(tmp_path / "store.db", settings) if job.name == "refresh")
    assert (job.cron, job.lane) == ("5 5 * * *", "crawl_source")
    assert job.patience_s
    assert job.run({})["products"] == []  # a store without products: nothing is due, nothing is fetched


def test_a_merged_product_is_refreshed_with_the_one_it_went_into(demo: tuple[Path, Path]) -> None:
    store, second = demo
    with Store.open(store) as opened:
        opened.merge("pelican-ci", "brackenbase", "a try", "kim")
        first = opened.last_seq()
    refresh(store, Settings(), ["brackenbase"], replay=second, review=False)
    with Store.open(store) as opened:
        changes = [row for row in opened.changes_after(first) if row["op"] != "dossier"]
        rows = [(row["slug"], row["op"], row["field"], row["after"]) for row in changes]
        assert opened.verify() == []
    assert ("brackenbase", "plan", "Team", "25 USD / month / user") in rows
    assert {slug for slug, *_ in rows} == {"brackenbase"}


def test_a_change_leaves_the_confidence_of_what_did_not_change(world: World) -> None:
    data = '"name":"Ferrykey","description":"Ferrykey moves your keys between machines without a server."'
    both = PAGE.replace('"name":"Ferrykey"', data).replace(" Used by 4,120 teams.", "")
    slug = world.add(both)
    facts = document(world, slug)["facts"]
    world.refresh(*answers(both.replace("$20", "$25")))
    again = document(world, slug)
    assert [plan["amount"] for plan in again["plans"]] == ["0", "25"]
    for name in ("name", "description", "tagline", "license"):
        assert (again["facts"][name]["rung"], again["facts"][name]["confidence"]) == (
            facts[name]["rung"],
            facts[name]["confidence"],
        )


def test_a_page_that_denies_the_editor_is_told_as_a_look(world: World) -> None:
    slug = world.add()
    with Store.open(world.store) as store:
        store.edit_product(slug, "tagline", "Keys, carried.", "checked", "kim")
    report = world.refresh(*answers(PAGE.replace("Keys that travel between", "Keys that hop between")))
    (row,) = report["products"]
    assert row["state"] == "look"
    assert "the editor's 'Keys, carried.' is kept" in row["why"]


@pytest.mark.parametrize("status", ["deleted", "rejected"])
def test_what_an_editor_took_out_is_not_read_again(status: str, world: World) -> None:
    slug = world.add()
    with Store.open(world.store) as store:
        if status == "deleted":
            store.delete_product(slug, "spam", "kim")
        else:
            store.set_status(slug, "rejected", "no", "kim")
    with pytest.raises(UsageError, match=f"{slug} was {status}"):
        world.refresh(*answers(PAGE), slugs=[slug])
    assert world.refresh(*answers(PAGE))["products"] == []


def test_an_unknown_slug_is_named_and_nothing_is_read(world: World) -> None:
    slug = world.add()
    with pytest.raises(UnknownName, match=slug):
        world.refresh(*answers(PAGE), slugs=[slug + "x"])


# ── the demo's world, charts ─────────────────────────────────────────────────────────────────────────────────────────


def test_the_demos_second_day_brings_its_price_change_and_nothing_new(demo: tuple[Path, Path]) -> None:
    store, second = demo
    with Store.open(store) as opened:
        before = opened.counts()["products"]
    report = refresh(store, Settings(), due_only=False, replay=second, review=False)
    planted = EXPECTED["price_change"]
    assert report["products_new"] == 0
    with Store.open(store) as opened:
        assert opened.counts()["products"] == before
        rows = [row for row in opened.history(planted["slug"]) if row.op == "plan"]
        assert opened.verify() == []
    assert (planted["plan"], "20 USD / month / user", "25 USD / month / user") in [
        (row.field, row.before, row.after) for row in rows
    ]
    again = refresh(store, Settings(), due_only=False, replay=second, review=False)
    assert again["changes"] == 0


def test_the_price_of_those_who_pay_by_the_year_rises_too(demo: tuple[Path, Path]) -> None:
    """It stands in the pane of the switch that is not open, and in a sentence."""
    store, second = demo
    refresh(store, Settings(), ["pelican-ci"], replay=second, review=False)
    with Store.open(store) as opened:
        rows = [(row.before, row.after) for row in opened.history("pelican-ci") if row.op == "plan"]
    assert ("16 USD / month / user / billed by year", "20 USD / month / user / billed by year") in rows


def test_prices_are_drawn_as_steps_of_plain_characters() -> None:
    points = [
        PricePoint(plan="Team", amount=amount, currency="USD", period="month", at=(START + day * DAY).isoformat())
        for day, amount in ((0, "20"), (10, "25"), (20, None))
    ]
    rows = step_chart(points, START + 40 * DAY)
    assert rows[0].startswith("25 |")
    assert rows[1].startswith("20 |#")
    assert rows[0].count("#") == rows[1].count("#") == 12
    assert rows[-1].split() == ["2026-11-01", "2026-12-11"]
    assert all(row.isascii() for row in rows)
    assert step_chart(points[:1], START + timedelta(hours=3))[-1].split() == "2026-11-01 12:00 2026-11-01 15:00".split()
    assert step_chart([points[2]], START) == []


def test_what_a_refresh_reads_of_a_merged_product_goes_with_it_when_it_is_unmerged(world: World) -> None:
    second = f"{HOME}products/otter"
    page = "<title>Otter: notes</title><h1>Otter</h1><p>Otter keeps notes.</p><h2>Solo</h2><p>$7 per month</p>"
    own = world.add()
    world.day += 1
    replay = world.recording(*answers(page, url=second))
    (other,) = (row["slug"] for row in add(world.store, Settings(), [second], replay=replay, review=False)["products"])
    with Store.open(world.store) as store:
        before = {name: value.value for name, value in store.document(own).facts.items()}
        store.merge(other, own, "one house", "kim")
    world.refresh(*answers(PAGE), *answers(page.replace("$7", "$8"), url=second))
    with Store.open(world.store) as store:
        assert "8" in [plan.amount for plan in store.document(own).plans]
        store.unmerge(other, "two after all", "kim")
        document, its = store.document(own), store.document(other)
    assert {name: value.value for name, value in document.facts.items()} == before
    assert "8" not in [plan.amount for plan in document.plans]
    assert (its.name, [(plan.name, plan.amount) for plan in its.plans]) == ("Otter", [("Solo", "8")])
