"""Lists, search, the change log; runs, the ledger and recipes."""

from __future__ import annotations

import json
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from stored import Clock, fact, page, panel_of, plan, propose

from jobs.edit import edit
from jobs.inbox import news
from tools.errors import UnknownName, UsageError
from tools.knowledge import iso
from tools.models import Verdict
from tools.store import Store, lists
from tools.views.documents import ProductDocument

ROOT = Path(__file__).parent.parent


# ── lists, search, changes ──────────────────────────────────────────────────────────────────────────────────────────────


def fill(store: Store, names: list[str]) -> None:
    for number, name in enumerate(names):
        of = page(f"https://p{number}.example/", name)
        store.put_product(propose(store, of, fact(of, value=name), identity=f"url:p{number}.example"))


def test_search_finds_words_in_any_form_and_the_last_as_a_prefix(store: Store) -> None:
    fill(store, ["Fast Crawler", "Slow crawling", "Painter"])
    assert {card["name"] for card in store.search("crawl")} == {"Fast Crawler", "Slow crawling"}
    assert [card["name"] for card in store.search("pain")] == ["Painter"]
    assert [card["name"] for card in store.search("fast crawlers")] == ["Fast Crawler"]


def test_fields_with_a_sure_value_and_a_quote_are_counted_and_prices_are_one(store: Store) -> None:
    of = page("https://jar.example/", "Jar")
    facts = [fact(of, value="Jar"), fact(of, "tagline", "A jar"), fact(of, "license", "MIT", confidence=0.3)]
    plans = (plan(of, "20"), plan(of, "40", name="Team"))
    store.put_product(propose(store, of, *facts, plans=plans, identity="url:jar.example"))
    fill(store, ["Pot"])
    assert store.quoted_fields(["jar", "pot", "nobody"]) == {"jar": 3, "pot": 1}
    edit(store, "pot", ("tagline=A pot",), "seen", "Ines")
    assert store.quoted_fields(["pot"]) == {"pot": 1}, "an editor's word has no quote"


@pytest.mark.parametrize(
    "words", ['"', "NEAR(", "a AND", "*", "name:x", "-", "'; DROP TABLE products", "^", "{}", "  "]
)
def test_search_takes_any_text_without_an_error(store: Store, words: str) -> None:
    fill(store, ["Painter"])
    assert isinstance(store.search(words), list)


def test_search_is_paged_without_gaps(store: Store) -> None:
    fill(store, [f"Tool {number}" for number in range(7)])
    found = [card["slug"] for cursor in (0, 3, 6) for card in store.search("tool", 3, cursor)]
    assert sorted(found) == [f"tool-{number}" for number in range(7)]


def test_changes_are_numbered_without_gaps_in_a_cursors_eyes(store: Store) -> None:
    fill(store, ["A one", "B two", "C three"])
    first = store.changes_after(0, 2)
    rest = store.changes_after(first[-1]["seq"], 10)
    assert [row["slug"] for row in [*first, *rest]] == ["a-one", "b-two", "c-three"]
    assert rest[-1]["seq"] == store.last_seq()


def test_documents_can_be_asked_for_what_changed_since(store: Store) -> None:
    fill(store, ["A one", "B two"])
    seq = store.last_seq()
    store.set_status("a-one", "approved", "", "ed")
    assert [document.slug for document in store.documents(since=seq)] == ["a-one"]
    assert [document.slug for document in store.documents(approved_only=True)] == ["a-one"]
    assert len(list(store.documents())) == 2


def test_the_json_schema_of_the_product_document_is_committed() -> None:
    committed = json.loads((ROOT / "tools" / "product.schema.json").read_text(encoding="utf-8"))
    assert committed == ProductDocument.model_json_schema()


# ── runs, ledger, recipes ───────────────────────────────────────────────────────────────────────────────────────────────


def test_a_run_keeps_its_steps_and_calls_as_they_happen(store: Store) -> None:
    run = store.start_run("crawl", "show_hn", {"since": "2d"})
    store.put_call(run, 1, "web", "read_page", '{"url": "x"}', 12.5, result_digest="d")
    assert store.run(run)["steps"][0]["calls"][0]["tool"] == "read_page"  # before the step itself is written
    store.put_step(run, 1, code="print(1)", output="1", tokens=7)
    store.put_step(run, 1, error="late", more=1)
    store.end_run(run, "ok", '{"pages": 3}')
    found = store.run(run)
    assert (found["state"], found["counts"], found["meta"]) == ("ok", {"pages": 3}, {"since": "2d"})
    step = found["steps"][0]
    assert (step["code"], step["error"], step["meta"]) == ("print(1)", "late", {"more": 1, "tokens": 7})
    with pytest.raises(UnknownName):
        store.put_step("no-such-run", 1)


def test_a_prompt_with_an_answer_is_found_again_and_costs_are_added(store: Store) -> None:
    first = store.start_attempt(run="r", prompt_hash="p", model="m")
    assert store.stored_answer("p") is None
    store.end_attempt(first, status="ok", response="yes", cost=Decimal("0.002"), price_known=True, tokens_in=10)
    second = store.start_attempt(run="r", prompt_hash="q", model="m")
    store.end_attempt(second, status="failed", error="not JSON")
    answer = store.stored_answer("p")
    assert answer is not None
    assert answer["response"] == "yes"
    assert store.spent("r") == (Decimal("0.002"), 1)
    assert [row["status"] for row in store.attempts("r")] == ["failed", "ok"]


def test_a_recipe_changes_state_in_place(store: Store) -> None:
    number = store.put_recipe("acme.dev", "{}", "proposed")
    assert store.put_recipe("acme.dev", "{}", "active", coverage=0.97, pages=5) == number
    assert [row["state"] for row in store.recipes("acme.dev")] == ["active"]
    assert store.recipes(state="retired") == []


def test_a_run_is_found_by_a_beginning_that_only_it_has(store: Store) -> None:
    first, second = store.start_run("crawl", "", {}), store.start_run("crawl", "", {})
    other = store.start_run("add", "", {})
    assert store.run("add")["id"] == other
    assert store.run(first)["id"] == first
    with pytest.raises(UsageError, match=rf"2 runs begin with 'crawl-': {second}, {first}\."):
        store.run("crawl-")
    for wrong in ("crawl-%", "nothing"):
        with pytest.raises(UnknownName, match="No run called"):
            store.run(wrong)


@pytest.mark.parametrize("sorted_up_to", [0, 500])
def test_the_queue_has_what_a_panel_recommends_first_however_long_it_is(
    store: Store, clock: Clock, monkeypatch: pytest.MonkeyPatch, sorted_up_to: int
) -> None:
    monkeypatch.setattr(lists, "_SORTED", sorted_up_to)
    verdicts: tuple[Verdict | None, ...] = (None, "Skip", "Ship", None, "Split", "Ship")
    for number, verdict in enumerate(verdicts):
        of = page(f"https://p{number}.example/", f"<h1>P{number}</h1>")
        put = propose(store, of, fact(of, value=f"P{number}"), identity=f"url:p{number}.example")
        slug = store.put_product(put).slug
        if verdict:
            store.put_panel(panel_of(store, slug, verdict), reviewer="rules")
        store.raise_look(slug, ["one"] if number != 4 else ["one", "another"])
        clock.at += timedelta(hours=1)
    whole = ["p2", "p5", "p4", "p1", "p0", "p3"]
    assert store.needing_look(10) == whole
    for skip in range(7):
        assert store.needing_look(2, skip) == whole[skip : skip + 2]


def test_a_brief_search_takes_whole_words_where_they_are_enough(store: Store) -> None:
    for number, name in enumerate(("Lamp", "Lampyard", "Lampshade")):
        of = page(f"https://p{number}.example/", f"<h1>{name}</h1>")
        store.put_product(propose(store, of, fact(of, value=name), identity=f"url:p{number}.example"))
    assert [card["slug"] for card in store.search("lamp", 1, brief=True)] == ["lamp"]
    assert {card["slug"] for card in store.search("lamp", 5, brief=True)} == {"lamp", "lampyard", "lampshade"}
    assert set(store.search("lampyar", 5, brief=True)[0]) == set(lists.BRIEF)


def test_an_editors_word_is_heeded_beside_the_votes_of_the_newest_panel(store: Store) -> None:
    of = page("https://p.example/", "<h1>P</h1>")
    slug = store.put_product(propose(store, of, fact(of, value="P"), identity="url:p.example")).slug
    assert store.heeded([slug]) == {}
    store.put_panel(panel_of(store, slug), reviewer="rules")
    store.put_override(slug, "skeptic", "ship", "I tried it", "Ines")
    cast = store.heeded([slug, "nothing"])[slug]
    assert cast == {"builder": "ship", "skeptic": "ship", "pm": "ship", "creator": None}


def test_news_is_read_from_its_newest_end_and_says_what_it_leaves_out(store: Store, clock: Clock) -> None:
    of = page("https://p.example/", "<h1>P</h1>")
    slug = store.put_product(propose(store, of, fact(of, value="P"), identity="url:p.example")).slug
    for number in range(6):
        clock.at += timedelta(hours=1)
        store.set_status(slug, "rejected" if number % 2 else "needs_look", "a reason", "Ines")
    found = news(store, None, "Tomas", most=4)
    assert (len(found["looks"]), found["more"], found["new"]) == (2, True, [])
    whole = news(store, None, "Tomas")
    assert (len(whole["looks"]), whole["more"], len(whole["new"])) == (3, False, 1)
    lately = news(store, clock.at - timedelta(hours=2), "Tomas")
    assert ([row["at"] for row in lately["looks"]], lately["more"]) == ([iso(clock.at - timedelta(hours=1))], False)
    store.mark_looked("Tomas", store.last_seq() - 2)
    assert len(news(store, None, "Tomas", most=4)["looks"]) == 1
