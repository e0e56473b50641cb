"""Two products side by side: canonical order, ties, edges, picks. The products are made up (tests/examples)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tools.errors import UsageError
from tools.personas import personas
from tools.views.compare import compare, pair_slug
from tools.views.documents import DossierDoc, DossierPageDoc, PlanDoc, ProductDocument
from tools.views.needs import NEEDS
from tools.views.price_words import entry as entry_of
from tools.views.price_words import money, plan_price, price_to_start

EXAMPLES = Path(__file__).parent / "examples" / "site_products.jsonl"


@pytest.fixture
def products() -> dict[str, ProductDocument]:
    lines = EXAMPLES.read_text(encoding="utf-8").splitlines()
    return {one.slug: one for one in map(ProductDocument.model_validate_json, lines)}


def but(document: ProductDocument, **values: Any) -> ProductDocument:
    return document.model_copy(update=values)


def with_median(document: ProductDocument, median: float | None, **values: Any) -> ProductDocument:
    assert document.panel
    return but(document, panel=document.panel.model_copy(update={"median": median, **values}))


def row(comparison: Any, key: str) -> Any:
    return next(found for found in comparison.rows if found.key == key)


def plan(amount: str | None, **values: Any) -> PlanDoc:
    base = {"name": "Plan", "currency": "USD", "period": "month", "unit": None, "rung": "text", "confidence": 0.9}
    return PlanDoc.model_validate({**base, "amount": amount, "evidence": [], **values})


def test_either_order_is_the_same_comparison(products: dict[str, ProductDocument]) -> None:
    one, other = products["quarrel"], products["ferrykey"]
    assert compare(one, other) == compare(other, one)
    found = compare(one, other)
    assert (found.slug, found.id) == ("ferrykey-vs-quarrel", "pair:ferrykey:quarrel")
    assert found.title == "Ferrykey vs Quarrel: which should you ship?"
    assert (found.a.slug, found.b.slug) == ("ferrykey", "quarrel")


def test_no_two_pairs_share_an_address() -> None:
    assert pair_slug("a-vs-b", "c") != pair_slug("a", "b-vs-c")
    assert pair_slug("a-vs-b", "c") == pair_slug("c", "a-vs-b")


def test_a_product_is_not_compared_with_itself(products: dict[str, ProductDocument]) -> None:
    with pytest.raises(UsageError, match="two products"):
        compare(products["quarrel"], products["quarrel"])


@pytest.mark.parametrize(
    ("one", "other", "level"), [(78, 76, "tie"), (78, 70, "tie"), (78, 69.5, "a"), (60, 78, "b"), (78, None, "depends")]
)
def test_medians_within_the_band_are_a_tie(
    products: dict[str, ProductDocument], one: float, other: float | None, level: str
) -> None:
    found = compare(with_median(products["ferrykey"], one), with_median(products["lanternbox"], other))
    assert found.level == level == row(found, "panel").edge
    assert found.headline


def test_a_tie_is_said_with_both_medians(products: dict[str, ProductDocument]) -> None:
    found = compare(with_median(products["ferrykey"], 78), with_median(products["lanternbox"], 76.5))
    assert "78 and 76.5" in found.headline
    assert "±8" in found.headline
    assert row(found, "panel").edge_words == "= Tie"


def test_a_tie_of_two_verdicts_says_why_they_differ(products: dict[str, ProductDocument]) -> None:
    one = with_median(products["ferrykey"], 71, verdict="Ship")
    other = with_median(products["lanternbox"], 68, verdict="Skip")
    assert "The verdicts differ (Ship, Skip)" in compare(one, other).headline


def test_a_product_without_a_panel_has_no_takes_and_says_so(products: dict[str, ProductDocument]) -> None:
    found = compare(products["corvid-run"], products["ferrykey"])
    assert found.level == "depends"
    assert all(card.a.score is None and "not met" in card.a.reason for card in found.scorecards)
    assert not row(found, "panel").a.known


def test_no_panel_take_keeps_its_reason(products: dict[str, ProductDocument]) -> None:
    found = compare(products["ferrykey"], products["lanternbox"])
    creator = next(card for card in found.scorecards if card.persona == "creator")
    assert creator.a.score is None
    assert creator.a.reason == "None of the 3 pages read is about work a creator makes."
    assert creator.gap is None


def test_critics_stand_in_their_fixed_order(products: dict[str, ProductDocument]) -> None:
    found = compare(products["ferrykey"], products["lanternbox"])
    assert [card.persona for card in found.scorecards] == list(personas())


def test_they_part_most_names_the_critic_and_the_points(products: dict[str, ProductDocument]) -> None:
    found = compare(products["ferrykey"], products["quarrel"])
    assert found.part_most.startswith("They part most on the Skeptic: 29 points apart, 74 and 45")


@pytest.mark.parametrize(
    ("one", "other", "edge"),
    [
        (("0", {}), ("19", {}), "a"),
        (("29", {}), ("19", {}), "b"),
        (("19", {}), ("19.00", {}), "tie"),
        (("240", {"period": "year"}), ("19", {}), "b"),
        (("19", {"currency": "EUR"}), ("19", {}), "depends"),
        (("1", {"period": None, "unit": "request"}), ("19", {}), "depends"),
        ((None, {}), ("19", {}), "b"),
        ((None, {}), (None, {}), "tie"),
    ],
)
def test_price_edge(products: dict[str, ProductDocument], one: Any, other: Any, edge: str) -> None:
    bare = {"pricing_model": "unknown", "facts": {}}
    left = but(products["ferrykey"], plans=[plan(one[0], **one[1])], **bare)
    right = but(products["quarrel"], plans=[plan(other[0], **other[1])], **bare)
    found = row(compare(left, right), "price")
    assert (found.edge, bool(found.why)) == (edge, True)


def test_an_unknown_price_is_never_free_nor_zero(products: dict[str, ProductDocument]) -> None:
    for plans in ([], [plan(None)], [plan("not a number")], [plan("NaN")], [plan("0", qualifier="trial")]):
        price = price_to_start(but(products["mothwing"], plans=plans))
        assert (price.state, price.text, price.amount) == ("unknown", "Unknown", None)


@pytest.mark.parametrize(
    ("words", "values"),
    [
        ("Free", {"amount": "0"}),
        ("19 USD a month", {"amount": "19.00"}),
        ("19.50 USD a month per seat", {"amount": "19.5", "unit": "seat"}),
        ("0.027 USD per answer", {"amount": "0.027", "period": None, "unit": "answer"}),
        ("from 1,200 EUR a year", {"amount": "1200", "currency": "EUR", "period": "year", "qualifier": "from"}),
        ("99 USD once", {"amount": "99", "period": "once"}),
        ("2 USD an hour", {"amount": "2", "period": "hour"}),
        ("12 USD a month, billed by the year", {"amount": "12", "billed": "year"}),
        ("Free trial", {"amount": "0", "qualifier": "trial"}),
        ("On request", {"amount": None, "qualifier": "contact"}),
        ("Unknown", {"amount": None}),
        ("5 (currency not stated) a month", {"amount": "5", "currency": None}),
    ],
)
def test_plan_price_in_words(words: str, values: dict[str, Any]) -> None:
    assert plan_price(plan(**values)) == words


def test_money_keeps_small_amounts_whole() -> None:
    assert money("0.0000004", "USD", None, "token") == "0.0000004 USD per token"
    assert money("1E+3", "USD") == "1,000 USD"


def test_licences_are_told_apart_by_family(products: dict[str, ProductDocument]) -> None:
    def edge(one: str | None, other: str | None) -> str:
        left, right = but(products["ferrykey"], license=one), but(products["quarrel"], license=other)
        return str(row(compare(left, right), "license").edge)

    assert edge("apache-2.0", "MIT") == "tie"
    assert edge("apache-2.0", "AGPL-3.0") == "depends"
    assert edge("Proprietary", "MIT") == "b"
    assert edge(None, "MIT") == "b"
    assert edge(None, None) == "tie"


def test_picks_rest_on_facts_ratings_and_votes_never_on_the_tagline(products: dict[str, ProductDocument]) -> None:
    one, other = products["ferrykey"], products["quarrel"]
    found = compare(one, other)
    renamed = compare(but(one, tagline="The best tool ever"), other)
    assert found.pick_a
    assert found.pick_a == renamed.pick_a
    assert {reason.basis for reason in found.pick_a + found.pick_b} <= {"fact", "rating", "vote"}
    assert "you read the source before you rely on it" in map(str, found.pick_a)
    assert not any(one.tagline and one.tagline in str(reason) for reason in found.pick_a)


def test_pick_neither_names_what_both_leave_open(products: dict[str, ProductDocument]) -> None:
    def read(slug: str, *roles: str) -> ProductDocument:
        pages = [DossierPageDoc(role=role, state="read", url="https://x.example/", at="2026-11-20") for role in roles]
        return but(products[slug], dossier=DossierDoc(pages=pages))

    found = compare(read("tollgate", "pricing", "readme"), read("mothwing", "pricing", "repository"))
    assert any("neither prints one" in str(reason) for reason in found.pick_neither)
    assert any("neither states one" in str(reason) for reason in found.pick_neither)
    unread = compare(read("tollgate"), read("mothwing", "pricing", "readme"))
    assert not any("neither" in str(reason) for reason in unread.pick_neither)


def test_a_comparison_holds_every_field_its_readers_know(products: dict[str, ProductDocument]) -> None:
    """The fields of the comparison pages that exports feed: heads, decision table, scorecards, each keyed."""
    found = compare(products["ferrykey"], products["lanternbox"]).model_dump()
    for side in ("a", "b"):
        head, document = found[side], products[found[side]["slug"]]
        assert head["initial"] == document.name[0]
        assert (head["name"], head["tagline"], head["description"]) == (
            document.name,
            document.tagline,
            document.description,
        )
        assert document.panel
        assert head["verdict"] == document.panel.verdict
        assert head["panel_ship"] == round(100 * document.panel.ships / (document.panel.ships + document.panel.skips))
        assert head["community"] == "No community votes yet"
        assert head["entry"] in ("Free", "Paid", "On request", "Unknown")
    assert {"panel", "community", "price", "best_for", "not_for", "category"} <= {row["key"] for row in found["rows"]}
    assert [card["persona"] for card in found["scorecards"]] == list(personas())


@pytest.mark.parametrize(
    ("model", "plans", "entry", "words"),
    [
        ("usage", [], "Paid", "By use, no amount in print"),
        ("unknown", [], "Unknown", "Unknown"),
        ("open-source", [], "Free", "Free, open source"),
        ("contact", [], "On request", "On request"),
        ("freemium", [plan("0"), plan("9")], "Free", "Free, then 9 USD a month"),
        ("paid", [plan("9")], "Paid", "9 USD a month"),
    ],
)
def test_entry_in_a_word(
    products: dict[str, ProductDocument], model: str, plans: list[PlanDoc], entry: str, words: str
) -> None:
    document = but(products["quarrel"], pricing_model=model, plans=plans)
    assert (entry_of(document), price_to_start(document).text) == (entry, words)


def test_a_panel_without_scores_has_no_share(products: dict[str, ProductDocument]) -> None:
    found = compare(with_median(products["ferrykey"], None, ships=0, skips=0), products["lanternbox"])
    assert found.a.panel_ship is None


def test_community_without_votes_is_said(products: dict[str, ProductDocument]) -> None:
    found = row(compare(products["ferrykey"], products["lanternbox"]), "community")
    assert (found.a.text, found.a.known, found.edge) == ("No community votes yet", False, "tie")


def test_unknown_cells_say_where_we_looked(products: dict[str, ProductDocument]) -> None:
    licence = row(compare(products["ferrykey"], products["quarrel"]), "license").b
    assert (licence.known, licence.text) == (False, "Not stated on the 3 pages read")


def test_two_values_on_record_stay_side_by_side(products: dict[str, ProductDocument]) -> None:
    model = row(compare(products["ferrykey"], products["quarrel"]), "pricing_model").a
    assert [other.value for other in model.others] == ["paid"]


def test_every_rated_field_of_every_persona_says_for_whom_it_decides() -> None:
    asked = {(one.name, field.name) for one in personas().values() for field in one.fields}
    assert asked == set(NEEDS)
