"""What is gathered on a product is kept once, replaced by page, and set beside the others of its category."""

from __future__ import annotations

import contextlib
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from stored import LATER, NOON, dossier_of, fact, launch, page, plan, propose, scalar

from tools.dossier import Dossier, DossierPage, Measure, Peer, Role, State, Statement, Voice
from tools.errors import UnknownName, UsageError
from tools.models import Page
from tools.store import Store

DAY = timedelta(days=1)
PRICES = "https://acme.dev/pricing"
SAID = "You can export everything as CSV."


def kept(store: Store, url: str, body: str = "words", at: datetime = NOON) -> Page:
    made = page(url, body, at)
    store.put_page(made)
    return made


def read(of: Page, role: Role = "pricing", at: datetime | None = None) -> DossierPage:
    return DossierPage(role, "read", of.final_url, of.id, at or of.fetched_at)


def unread(role: Role, state: State, url: str = "", at: datetime = LATER) -> DossierPage:
    return DossierPage(role, state, url, "", at, "It did not answer." if state == "failed" else "")


def says(of: Page, quote: str = SAID, topic: str = "export", role: Role = "pricing", denied: bool = False) -> Statement:
    return Statement(topic, denied, "", role, of.final_url, of.id, quote)


def stars(of: Page, value: float, at: datetime, metric: str = "stars") -> Measure:
    return Measure(metric, value, at, of.final_url, of.id, f'"{metric}": {value:g}')


def product(store: Store, number: int = 0, category: str = "hosting", **more: object) -> str:
    of = page(f"https://p{number}.example/", f"page {number}")
    facts = (fact(of, value=f"Thing {number}"), fact(of, "category", category))
    made = propose(store, of, *facts, identity=f"url:p{number}.example")
    return store.put_product(replace(made, **more)).slug


# ── keeping ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_dossier_comes_back_as_it_was_put(store: Store) -> None:
    slug = product(store)
    given = dossier_of(store, slug)
    assert store.put_dossier(given)
    assert store.dossier(slug) == given


def test_the_same_dossier_again_writes_nothing(store: Store) -> None:
    given = dossier_of(store, product(store))
    assert store.put_dossier(given)
    before = store._conn.total_changes
    assert not store.put_dossier(given)
    assert store._conn.total_changes == before


def test_a_later_reading_replaces_what_the_page_stated(store: Store) -> None:
    slug = product(store)
    old, new = kept(store, PRICES), kept(store, PRICES, "other words", LATER)
    store.put_dossier(Dossier(slug, (read(old),), statements=(says(old), says(old, "Cancel any time.", "cancel"))))
    assert store.put_dossier(Dossier(slug, (read(new),), statements=(says(new, denied=True),)))
    assert store.dossier(slug) == Dossier(slug, (read(new),), statements=(says(new, denied=True),))


def test_what_one_page_says_leaves_other_roles_alone(store: Store) -> None:
    slug, one = product(store), kept(store, PRICES)
    docs = kept(store, "https://acme.dev/docs")
    first = Dossier(slug, (read(one), read(docs, "docs")), statements=(says(one), says(docs, role="docs")))
    store.put_dossier(first)
    store.put_dossier(Dossier(slug, (read(one, at=LATER),)))
    found = store.dossier(slug)
    assert [said.role for said in found.statements] == ["docs"]
    assert {found.at for found in found.pages if found.role == "pricing"} == {LATER}


@pytest.mark.parametrize("state", ["failed", "refused"])
def test_a_page_that_did_not_come_takes_nothing_away_but_its_state(store: Store, state: State) -> None:
    slug, of = product(store), kept(store, PRICES)
    store.put_dossier(Dossier(slug, (read(of),), statements=(says(of),)))
    assert store.put_dossier(Dossier(slug, (unread("pricing", state, PRICES),)))
    found = store.dossier(slug)
    assert found.statements == (says(of),)
    assert not found.was_read("pricing")


def test_none_any_more_ends_a_role_and_a_page_ends_none(store: Store) -> None:
    slug, of = product(store), kept(store, PRICES)
    store.put_dossier(Dossier(slug, (unread("pricing", "none", at=NOON - DAY),)))
    store.put_dossier(Dossier(slug, (read(of),), statements=(says(of),)))
    assert store.dossier(slug).pages == (read(of),)
    store.put_dossier(Dossier(slug, (unread("pricing", "none"),)))
    assert store.dossier(slug) == Dossier(slug, (unread("pricing", "none"),))


def test_a_page_that_moved_leaves_its_old_address(store: Store) -> None:
    slug, old, new = product(store), kept(store, PRICES), kept(store, "https://acme.dev/plans", at=LATER)
    store.put_dossier(Dossier(slug, (read(old),), statements=(says(old),)))
    store.put_dossier(Dossier(slug, (unread("pricing", "failed", new.final_url),)))
    assert store.dossier(slug).statements == (says(old),)  # whether it moved is not known yet
    store.put_dossier(Dossier(slug, (read(new),), statements=(says(new),)))
    assert store.dossier(slug) == Dossier(slug, (read(new),), statements=(says(new),))


def test_pages_of_one_role_stay_beside_each_other_whenever_each_was_read(store: Store) -> None:
    slug = product(store)
    one, other = kept(store, "https://acme.dev/docs"), kept(store, "https://acme.dev/start", at=LATER)
    both = (read(one, "docs"), read(other, "docs"))
    store.put_dossier(Dossier(slug, both))
    assert not store.put_dossier(Dossier(slug, both))
    assert store.dossier(slug).pages == both


@pytest.mark.parametrize("late", ["page", "none"])
def test_an_older_dossier_that_arrives_late_changes_nothing(store: Store, late: str) -> None:
    slug = product(store)
    old, new = kept(store, PRICES), kept(store, PRICES, "other words", LATER)
    store.put_dossier(Dossier(slug, (read(new),), statements=(says(new),)))
    given = read(old) if late == "page" else unread("pricing", "none", at=NOON)
    statements = (says(old, "Older words."),) if late == "page" else ()
    assert not store.put_dossier(Dossier(slug, (given,), statements=statements))
    assert store.dossier(slug) == Dossier(slug, (read(new),), statements=(says(new),))


def test_a_number_is_kept_where_it_moved_or_a_day_has_passed(store: Store) -> None:
    slug, of = product(store), kept(store, "https://api.example/acme")
    told = [(10.0, NOON), (10.0, NOON + DAY / 2), (11.0, NOON + DAY / 2 * 1.5), (11.0, NOON + DAY * 2)]
    for value, at in told:
        store.put_dossier(Dossier(slug, measures=(stars(of, value, at),)))
    assert [(one.value, one.at) for one in store.dossier(slug).measures] == [told[0], told[2], told[3]]


def test_the_newest_of_a_number_is_the_newest_in_whatever_order_they_come(store: Store) -> None:
    slug, beside = product(store), product(store, 1)
    of = kept(store, "https://api.example/acme")
    for day in (2, 0, 3, 1):
        store.put_dossier(Dossier(slug, measures=(stars(of, float(day), NOON + DAY * day),)))
    [peer] = store.standing(beside, ()).peers
    assert [one.value for one in peer.measures] == [3.0]
    assert [one.value for one in store.dossier(slug).measures] == [0.0, 1.0, 2.0, 3.0]


def test_two_registries_count_one_product_at_one_time(store: Store) -> None:
    slug = product(store)
    measures = tuple(stars(kept(store, f"https://{name}.example/acme"), 5, NOON, "downloads_30d") for name in "ab")
    store.put_dossier(Dossier(slug, measures=measures))
    assert store.dossier(slug).measures == measures


def test_a_page_that_is_not_stored_lets_nothing_in(store: Store) -> None:
    slug, of = product(store), kept(store, PRICES)
    given = Dossier(slug, (read(of),), statements=(says(of), says(page("https://nowhere.example/"))))
    with pytest.raises(UsageError, match="not in the store"):
        store.put_dossier(given)
    with pytest.raises(UsageError, match="counts as read"):
        store.put_dossier(Dossier(slug, (replace(read(of), page=""),)))
    assert store.dossier(slug) == Dossier(slug)


def test_a_write_that_is_killed_half_way_leaves_nothing(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    slug = product(store)
    given = dossier_of(store, slug)

    def killed(*_: object) -> int:
        raise KeyboardInterrupt

    monkeypatch.setattr(store, "_put_measures", killed)
    with pytest.raises(KeyboardInterrupt):
        store.put_dossier(given)
    assert store.dossier(slug) == Dossier(slug)
    assert store.verify() == []


def test_half_a_letter_in_a_comment_costs_that_letter(store: Store) -> None:
    slug, of = product(store), kept(store, "https://news.example/1")
    heard = Voice("a commenter on Show HN", "Nice \ud83d one", NOON, of.final_url, of.id)
    store.put_dossier(Dossier(slug, voices=(heard,)))
    assert [voice.text for voice in store.dossier(slug).voices] == ["Nice ? one"]


def test_a_deleted_product_keeps_nothing_and_an_unknown_one_is_an_error(store: Store) -> None:
    slug = product(store)
    given = dossier_of(store, slug)
    store.delete_product(slug, "spam", "ed")
    assert not store.put_dossier(given)
    assert store.dossier(slug) == Dossier(slug)
    with pytest.raises(UnknownName):
        store.put_dossier(Dossier("nobody"))


def test_a_merge_keeps_its_own_dossier_and_unmerge_gives_back_the_others(store: Store) -> None:
    one, other = product(store), product(store, 1)
    mine, theirs = dossier_of(store, one), dossier_of(store, other)
    store.put_dossier(mine)
    store.put_dossier(theirs)
    store.merge(other, one, "one thing", "ed")
    assert store.dossier(other) == store.dossier(one) == mine
    store.unmerge(other, "two things", "ed")
    assert (store.dossier(one), store.dossier(other)) == (mine, theirs)


def test_the_change_log_names_the_roles_once_and_numbers_not_at_all(store: Store) -> None:
    slug = product(store)
    given = dossier_of(store, slug)
    store.put_dossier(given)
    store.put_dossier(Dossier(slug, measures=tuple(replace(one, at=one.at + DAY) for one in given.measures)))
    store.put_dossier(replace(given, pages=tuple(replace(one, at=LATER) for one in given.pages)))
    [row] = [row for row in store.history(slug) if row.op == "dossier"]
    assert row.field == "pricing, docs, repository, comments"


def test_a_document_shows_the_dossier_and_of_each_month_one_number(store: Store) -> None:
    slug = product(store)
    given = dossier_of(store, slug)
    store.put_dossier(given)
    [measure] = given.measures
    for day in range(40):
        at = NOON + DAY * (day + 1)
        store.put_dossier(Dossier(slug, measures=(replace(measure, value=100.0 + day, at=at),)))
    shown = store.document(slug).dossier
    assert [(one.role, one.state) for one in shown.pages] == [(one.role, one.state) for one in given.pages]
    assert [(one.topic, one.quote) for one in shown.statements] == [(one.topic, one.quote) for one in given.statements]
    assert [(one.role, one.text) for one in shown.voices] == [(one.role, one.text) for one in given.voices]
    assert [(one.at[:7], one.value) for one in shown.measures] == [("2026-03", 126.0), ("2026-04", 139.0)]


# ── standing ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def peers(store: Store, slug: str, *rivals: str) -> dict[str, Peer]:
    return {peer.slug: peer for peer in store.standing(slug, rivals).peers}


def test_beside_a_product_stand_its_rivals_and_its_category_newest_first(store: Store) -> None:
    one = product(store)
    product(store, 1)
    product(store, 2, "game")
    product(store, 3)
    far = product(store, 4, "game")
    product(store, 5, kind="model")
    store.delete_product(product(store, 6), "spam", "ed")
    standing = store.standing(one, (far,))
    assert standing.category == "hosting"
    assert [(peer.slug, peer.rival) for peer in standing.peers] == [
        ("thing-4", True),
        ("thing-3", False),
        ("thing-1", False),
    ]


def test_a_product_without_a_category_stands_beside_its_rivals(store: Store) -> None:
    of = page("https://p9.example/", "nine")
    slug = store.put_product(propose(store, of, fact(of, value="Thing 9"), identity="url:p9.example")).slug
    product(store, 1)
    assert peers(store, slug) == {}
    [rival] = peers(store, slug, "thing-1").values()
    assert (rival.slug, rival.house) == ("thing-1", "p1.example")


def test_rivals_are_looked_for_where_nobody_names_them(store: Store) -> None:
    of = page("https://p9.example/", "vs Thing 1")
    store.put_page(of)
    facts = (fact(of, value="Quern"), fact(of, "rivals", ["Thing 1"]))
    product(store, 1)
    slug = store.put_product(propose(store, of, *facts, identity="url:p9.example")).slug
    assert [(peer.slug, peer.rival) for peer in store.standing(slug).peers] == [("thing-1", True)]


@pytest.mark.parametrize(
    ("plans", "amount", "free"),
    [
        ([("20", {})], "20", False),
        ([("20", {}), ("9.50", {"name": "Solo", "unit": "seat"})], "9.5", False),
        ([("120", {"period": "year"})], "10", False),
        ([("100", {"period": "year"})], "8.33", False),
        ([("0", {"name": "Free"}), ("20", {})], "20", True),
        ([("0", {"name": "Try", "qualifier": "trial"}), (None, {"qualifier": "contact"})], None, False),
        ([("49", {"period": "once"})], None, False),  # not of a month: no figure to set beside others
    ],
)
def test_a_peers_price_is_of_a_month_and_of_the_cheapest_plan_that_is_not_free(
    store: Store, plans: list[tuple[str | None, dict[str, str]]], amount: str | None, free: bool
) -> None:
    one, of = product(store), page("https://p1.example/", "page 1")
    product(store, 1, plans=tuple(plan(of, price, **more) for price, more in plans))
    [peer] = peers(store, one).values()
    assert (peer.amount and str(float(peer.amount)), peer.free_plan) == (amount and str(float(amount)), free)


def test_a_peers_price_is_the_one_shown_now(store: Store) -> None:
    one = product(store)
    for number, price in enumerate(("20", "25")):
        of = page("https://p1.example/", f"{price} words", NOON + DAY * number)
        facts = (fact(of, value="Thing 1"), fact(of, "category", "hosting"))
        store.put_product(propose(store, of, *facts, plans=(plan(of, price),), identity="url:p1.example"))
    assert [peer.amount for peer in peers(store, one).values()] == ["25"]


def test_a_peer_brings_what_its_dossier_says_and_when_it_launched(store: Store) -> None:
    store.put_launches("show_hn", [launch(1, launched_at=NOON - DAY), launch(2, launched_at=NOON)], NOON)
    one, other = product(store), product(store, 1, launches=("show_hn:1", "show_hn:2"))
    given = dossier_of(store, other)
    store.put_dossier(given)
    peer = peers(store, one)[other]
    assert (peer.measures, peer.statements) == (given.measures, given.statements)
    assert peer.read == ("pricing", "repository", "comments")
    assert peer.launched_at == "2026-03-03T12:00:00Z"


def test_a_merged_product_is_no_peer_and_lends_its_launch_to_the_one_it_went_into(store: Store) -> None:
    store.put_launches("show_hn", [launch(1, launched_at=NOON)], NOON)
    one, other, gone = product(store), product(store, 1), product(store, 2, launches=("show_hn:1",))
    store.merge(gone, other, "one thing", "ed")
    assert {slug: peer.launched_at for slug, peer in peers(store, one).items()} == {other: "2026-03-04T12:00:00Z"}


def test_points_of_its_sources_launches_count_two_days_after_each(store: Store) -> None:
    def seen(days: float, **points: float) -> None:
        told = [launch(int(n[1:]), launched_at=NOON, observations={"points": value}) for n, value in points.items()]
        store.put_launches("show_hn", told, NOON + DAY * days)
        store.put_source_state("show_hn", last_ok_at=NOON + DAY * days)

    seen(0.5, n1=3, n2=3, n3=3)
    old = launch(9, source="other", launched_at=NOON - 9 * DAY, observations={"points": 99.0})
    store.put_launches("other", [old], NOON)
    slug = product(store, launches=("show_hn:1",))
    assert store.standing(slug, ()).launches == ()  # none is two days old
    seen(3, n1=40, n2=3)
    seen(9, n1=50)
    assert store.standing(slug, ()).launches == (3.0, 40.0)  # n2 did not move, n3 was not seen again


def statements_of(store: Store, slug: str) -> int:
    """How many statements a standing takes of a store that remembers nothing yet."""
    counted: list[str] = []
    with Store.open(store.path) as fresh:
        fresh._conn.set_trace_callback(counted.append)
        fresh.standing(slug, ())
        fresh._conn.set_trace_callback(None)
    return len(counted)


def test_two_hundred_peers_cost_no_more_statements_than_one(store: Store) -> None:
    one = product(store)
    store.put_dossier(dossier_of(store, product(store, 1)))
    few = statements_of(store, one)
    for number in range(2, 30):
        store.put_dossier(dossier_of(store, product(store, number)))
    assert len(store.standing(one, ()).peers) == 29
    assert statements_of(store, one) == few <= 15


def _crawl(by: Store, launched_at: datetime) -> None:
    by.put_launches("show_hn", [launch(1, launched_at=launched_at)], LATER)
    by.put_source_state("show_hn", last_ok_at=launched_at + DAY)


@pytest.mark.parametrize("elsewhere", [False, True])
def test_what_is_remembered_of_peers_is_what_a_fresh_store_reads(store: Store, elsewhere: bool) -> None:
    store.put_launches("show_hn", [launch(1, launched_at=NOON - DAY)], NOON)
    one, other, third = product(store), product(store, 1, launches=("show_hn:1",)), product(store, 2)
    of = kept(store, "https://api.example/acme")
    store.put_dossier(dossier_of(store, other))
    acts = [
        lambda by: by.put_dossier(Dossier(other, measures=(stars(of, 50, LATER),))),
        lambda by: by.put_dossier(Dossier(other, (unread("pricing", "none"),))),
        lambda by: by.edit_product(other, "plan:Pro", "7 USD/month", "", "ed"),
        lambda by: by.edit_product(other, "license", "MIT", "", "ed"),
        lambda by: _crawl(by, LATER),
        lambda by: _crawl(by, NOON),  # the source has corrected itself
        lambda by: by.merge(third, other, "one thing", "ed"),
        lambda by: by.unmerge(third, "two things", "ed"),
        lambda by: by.delete_product(third, "spam", "ed"),
    ]
    seen = [store.standing(one, ())]
    for act in acts:
        with Store.open(store.path, now=store.now) as another:
            act(another if elsewhere else store)
        with Store.open(store.path) as fresh:
            assert store.standing(one, ()) == fresh.standing(one, ())
        assert store.standing(one, ()) != seen[-1]
        seen.append(store.standing(one, ()))


def test_what_a_write_that_was_undone_would_have_said_is_not_remembered(store: Store) -> None:
    one, other = product(store), product(store, 1)
    before = store.standing(one, ())
    with contextlib.suppress(KeyboardInterrupt), store.write():
        store.put_dossier(dossier_of(store, other))
        assert store.standing(one, ()) != before
        raise KeyboardInterrupt
    assert store.standing(one, ()) == before


def test_pages_of_a_dossier_cannot_be_deleted_while_they_are_cited(store: Store) -> None:
    slug, of = product(store), kept(store, PRICES)
    store.put_dossier(Dossier(slug, (read(of),), (stars(of, 1, NOON),), (says(of),)))
    with pytest.raises(Exception, match="FOREIGN KEY"):
        store._conn.execute("DELETE FROM pages WHERE key = ?", (of.id,))
    assert scalar(store, "SELECT count(*) FROM statements") == 1
