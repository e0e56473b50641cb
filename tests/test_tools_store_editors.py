"""The editor's word: it outranks, it is logged, it can be taken back."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from stored import LATER, NOON, Clock, evidence, fact, launch, page, plan, propose

from tools import knowledge
from tools.errors import UsageError
from tools.models import FACT_FIELDS, IDENTITY_FIELDS, RUNG_ORDER, Fact, Plan
from tools.store import Store


def test_an_editors_word_outranks_all_survives_refresh_and_a_page_that_disagrees_raises_a_look(store: Store) -> None:
    old, new = page(), page(body="changed", at=LATER)
    store.put_product(propose(store, old, fact(old), fact(old, "license", "MIT", "api", 1.0)))
    store.edit_product("acme", "license", "Apache-2.0", "the file says so", "ed")
    store.set_status("acme", "approved", "fine", "ed")
    store.put_product(propose(store, old, fact(old), fact(old, "license", "MIT", "api", 1.0)))
    assert store.document("acme").status == "approved"  # nothing new was said
    store.put_product(propose(store, new, fact(new), fact(new, "license", "GPL-3.0", "api", 1.0)))
    document = store.document("acme")
    assert (document.license, document.status) == ("Apache-2.0", "needs_look")
    assert "GPL-3.0" in document.needs_look[0]
    assert [other.value for other in document.facts["license"].others] == ["GPL-3.0"]


def test_an_edit_is_logged_with_who_and_why_and_an_empty_value_takes_it_back(store: Store) -> None:
    store.put_product(propose(store, page()))
    store.edit_product("acme", "tags", "cli, rust", "plain", "ed")
    assert store.document("acme").tags == ["cli", "rust"]
    change = store.history("acme")[-1]
    assert (change.op, change.field, change.who, change.why) == ("fact", "tags", "ed", "plain")
    store.edit_product("acme", "tags", "", "no", "ed")
    assert store.document("acme").tags == []


def test_an_editor_can_correct_a_price(store: Store) -> None:
    of = page()
    store.put_product(propose(store, of, fact(of), plans=(plan(of),)))
    store.edit_product("acme", "plan:Pro", "25.50 eur/month/seat", "asked them", "ed")
    shown = store.document("acme").plans
    assert [(p.amount, p.currency, p.period, p.unit) for p in shown] == [("25.50", "EUR", "month", "seat")]


@pytest.mark.parametrize(
    ("field", "value"),
    [("colour", "red"), ("pricing_model", "cheap"), ("plan:Pro", "twenty"), ("plan:", "20 USD"), ("plan:Pro", "20")],
)
def test_an_edit_that_makes_no_sense_is_refused(store: Store, field: str, value: str) -> None:
    store.put_product(propose(store, page()))
    with pytest.raises(UsageError):
        store.edit_product("acme", field, value, "", "ed")


def test_a_deleted_product_leaves_a_tombstone_that_no_crawl_undoes(store: Store) -> None:
    made = propose(store, page())
    store.put_product(made)
    store.delete_product("acme", "spam", "ed")
    seq = store.last_seq()
    saved = store.put_product(made)
    assert (saved.slug, saved.new, store.last_seq()) == ("acme", False, seq)
    assert store.document("acme").status == "deleted"
    assert (list(store.documents()), store.list_products(), store.search("acme"), store.awaiting_review()) == (
        [],
        [],
        [],
        [],
    )
    assert store.changes_after(0)[-1] | {"seq": 0} == {
        "seq": 0, "slug": "acme", "at": knowledge.iso(NOON), "op": "delete", "field": "", "before": "new", "after": None,
        "why": "spam", "who": "ed",
    }  # fmt: skip


def test_a_merge_joins_two_products_and_unmerge_restores_both(store: Store) -> None:
    store.put_launches("show_hn", [launch()], NOON)
    home, repo = page(), page("https://github.com/acme/acme", "repo")
    store.put_product(propose(store, home, fact(home), plans=(plan(home),)))
    gh = propose(
        store, repo, fact(repo, value="acme-repo"), fact(repo, "license", "MIT"), identity="repo:github.com/a/a"
    )
    store.put_product(replace(gh, launches=("show_hn:1",)))
    before = [store.document(slug).model_dump(exclude={"changes", "changed_at"}) for slug in ("acme", "acme-repo")]
    store.merge("acme-repo", "acme", "one thing", "ed")
    merged = store.document("acme-repo")
    assert (merged.slug, merged.license, [item.id for item in merged.launches]) == ("acme", "MIT", ["show_hn:1"])
    assert store.resolve("acme-repo") == store.find("repo:github.com/a/a") == "acme"
    assert len(store.list_products()) == 1
    store.put_product(replace(gh, launches=("show_hn:1",)))
    assert store.document("acme") == merged
    store.unmerge("acme-repo", "two things", "ed")
    after = [store.document(slug).model_dump(exclude={"changes", "changed_at"}) for slug in ("acme", "acme-repo")]
    assert [doc | {"price_history": []} for doc in after] == [doc | {"price_history": []} for doc in before]
    assert [row["op"] for row in store.changes_after(0) if "merge" in str(row["op"])] == ["merge", "unmerge"]
    assert store.verify() == []


OWN, OTHER, THIRD = "https://own.example/", "https://other.example/", "https://third.example/"


def put(store: Store, url: str, name: str, *more: Fact, plans: tuple[Plan, ...] = (), confidence: float = 0.6) -> str:
    """The slug of a product at an address of its own that is called so."""
    of = page(url, url)
    facts = [replace(one, evidence=evidence(of, str(one.value))) for one in more]
    said = tuple(replace(one, evidence=evidence(of, one.name)) for one in plans)
    named = fact(of, value=name, confidence=confidence)
    return store.put_product(propose(store, of, named, *facts, plans=said, identity=f"url:{url[8:-1]}")).slug


SAID = st.lists(
    st.builds(
        lambda field, value, rung, confidence: Fact(
            field, [value] if field in ("makers", "tags") else value, rung, confidence, ()
        ),
        st.sampled_from(FACT_FIELDS),
        st.sampled_from(["free", "paid"]),
        st.sampled_from([rung for rung in RUNG_ORDER if rung != "editor"]),
        st.sampled_from([0.3, 0.5, 0.7, 0.99]),
    ),
    max_size=8,
)
LINES = st.lists(
    st.builds(
        lambda name, amount, confidence: Plan(name, amount, "USD", "month", confidence=confidence),
        st.sampled_from(["Pro", "Team"]),
        st.sampled_from([None, Decimal(0), Decimal(9)]),
        st.sampled_from([0.3, 0.9]),
    ),
    max_size=4,
)


def shown(store: Store, slug: str) -> dict[str, object]:
    """What a product is, without the log of how it came so."""
    return store.document(slug).model_dump(exclude={"changes", "changed_at", "price_history", "last_seen"})


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.tuples(SAID, SAID, SAID), st.tuples(LINES, LINES, LINES), st.booleans(), st.booleans())
def test_who_a_product_is_survives_any_merge_and_unmerge_restores_each_exactly(
    tmp_path_factory: pytest.TempPathFactory,
    said: tuple[list[Fact], ...],
    lines: tuple[list[Plan], ...],
    chained: bool,
    edited: bool,
) -> None:
    with Store.open(tmp_path_factory.mktemp("merge") / "s.db", now=Clock()) as store:
        own, other, third = (
            put(store, url, name, *facts, plans=tuple(plans), confidence=confidence)
            for url, name, confidence, facts, plans in zip(
                (OWN, OTHER, THIRD), ("Own", "Other", "Third"), (0.3, 0.99, 0.99), said, lines, strict=True
            )
        )
        if edited:
            store.edit_product(other, "name", "Better", "", "ed")
        before = {slug: shown(store, slug) for slug in (own, other, third)}
        store.merge(third, other if chained else own, "", "ed")
        store.merge(other, own, "", "ed")
        merged = shown(store, own)
        for field in ("name", *(name for name in IDENTITY_FIELDS if before[own][name])):
            assert merged[field] == before[own][field]
        for slug in (third, other) if edited else (other, third):
            store.unmerge(slug, "", "ed")
        assert {slug: shown(store, slug) for slug in before} == before
        assert store.verify() == []


def test_two_doubts_merged_in_and_taken_out_leave_the_status_as_it_was(store: Store) -> None:
    put(store, OWN, "Own")
    put(store, OTHER, "Other", Fact("tagline", "perhaps", "text", 0.3, ()))
    put(store, THIRD, "Third", Fact("license", "MIT", "text", 0.3, ()))
    for merged in ("other", "third"):
        store.merge(merged, "own", "", "ed")
    assert (store.document("own").status, len(store.document("own").needs_look)) == ("needs_look", 2)
    for merged in ("other", "third"):
        store.unmerge(merged, "", "ed")
    assert (store.document("own").status, store.document("own").needs_look) == ("new", [])


def test_along_a_chain_of_merges_the_nearer_one_fills_in_first(store: Store) -> None:
    put(store, OWN, "Own")
    put(store, OTHER, "Other", Fact("tagline", "of the other", "text", 0.6, ()))
    put(
        store, THIRD, "Third", Fact("tagline", "of the third", "api", 0.99, ()), Fact("makers", ["Kim"], "api", 0.9, ())
    )
    store.merge("third", "other", "", "ed")
    store.merge("other", "own", "", "ed")
    document = store.document("own")
    assert (document.name, document.tagline, document.makers) == ("Own", "of the other", ["Kim"])


def test_of_a_plan_that_both_have_the_line_of_the_one_that_stays_is_shown(store: Store) -> None:
    put(store, OWN, "Own", plans=(Plan("Team", Decimal(9), "USD", "month", confidence=0.6),))
    put(
        store,
        OTHER,
        "Other",
        plans=(
            Plan("team", Decimal(89), "USD", "month", rung="api", confidence=0.99),
            Plan("Solo", Decimal(5), "USD", "month", confidence=0.9),
        ),
    )
    store.merge("other", "own", "", "ed")
    assert [(plan.name, plan.amount) for plan in store.document("own").plans] == [("Solo", "5"), ("Team", "9")]


def test_an_editors_word_on_the_merged_one_names_neither_and_outlives_one_on_the_other(store: Store) -> None:
    put(store, OWN, "Own")
    put(store, OTHER, "Other")
    store.edit_product("other", "name", "Better", "they say so", "ed")
    store.merge("other", "own", "", "ed")
    assert store.document("own").name == "Own"
    again = page(OWN, "new")
    store.put_product(propose(store, again, fact(again, value="Owner"), identity="url:own.example"))
    assert (store.document("own").name, store.document("own").needs_look) == ("Owner", [])
    store.edit_product("own", "name", "Best", "they say so", "ed")
    store.unmerge("other", "", "ed")
    assert [store.document(slug).name for slug in ("own", "other")] == ["Best", "Better"]


def test_a_product_cannot_be_merged_into_itself(store: Store) -> None:
    store.put_product(propose(store, page()))
    with pytest.raises(UsageError, match="one product already"):
        store.merge("acme", "acme", "", "ed")
