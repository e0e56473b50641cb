"""The editor's word: it outranks, it is logged, it can be taken back."""

from __future__ import annotations

from dataclasses import replace

import pytest
from stored import LATER, NOON, fact, launch, page, plan, propose

from tools import knowledge
from tools.errors import UsageError
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


def test_a_product_cannot_be_merged_into_itself(store: Store) -> None:
    store.put_product(propose(store, page()))
    with pytest.raises(UsageError, match="one product already"):
        store.merge("acme", "acme", "", "ed")
