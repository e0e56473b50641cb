"""Two products side by side: canonical order, ties, edges, picks. The products are made up (tests/examples)."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tools.errors import UsageError
from tools.knowledge import plan_of_text, plan_text
from tools.models import PERIODS, QUALIFIERS, Plan
from tools.personas import personas
from tools.views.change_words import move_words, side_words
from tools.views.compare import compare, pair_slug, says_enough
from tools.views.decision import alike, alike_words, set_apart, tells
from tools.views.documents import DossierDoc, FactDoc, PlanDoc, ProductDocument
from tools.views.findings import MINOR, TOPICS
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


@pytest.mark.parametrize(
    ("verdicts", "medians", "said"),
    [
        (("Skip", "Skip"), (39, 66), "Both are Skip: Lanternbox has the higher median, 66 to 39."),
        (("Split", "Split"), (76, 60), "Both are Split: Ferrykey has the higher median, 76 to 60."),
        (("Ship", "Ship"), (90, 76.5), "Both ship: Ferrykey has the higher median, 90 to 76.5."),
        (
            ("Skip", "Ship"),
            (50, 84),
            "Lanternbox ships, Ferrykey does not: Lanternbox has the higher median, 84 to 50.",
        ),
        (
            ("Skip", "Split"),
            (50, 71),
            "Lanternbox is Split, Ferrykey is Skip: Lanternbox has the higher median, 71 to 50.",
        ),
        (
            ("Ship", "Skip"),
            (71, 68),
            "Ferrykey ships, Lanternbox does not: medians of 71 and 68 lie inside the ±8 band",
        ),
    ],
)
def test_what_the_verdicts_are_is_said_before_whose_median_is_higher(
    products: dict[str, ProductDocument], verdicts: tuple[str, str], medians: tuple[float, float], said: str
) -> None:
    one = with_median(products["ferrykey"], medians[0], verdict=verdicts[0])
    other = with_median(products["lanternbox"], medians[1], verdict=verdicts[1])
    found = compare(one, other)
    assert found.headline.startswith(said)
    assert ("which should you ship?" in found.title) == ("Ship" in verdicts)


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
        (("300", {"period": "year"}), ("19", {}), "b"),
        (("240", {"period": "year"}), ("19", {}), "tie"),  # 20 a month: about the same
        (("0", {}), ("0", {}), "tie"),
        (("19", {"currency": "EUR"}), ("19", {}), "depends"),
        (("1", {"period": None, "unit": "request"}), ("19", {}), "depends"),
        ((None, {}), ("19", {}), "depends"),
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
    for plans in (
        [],
        [plan(None)],
        [plan("not a number")],
        [plan("NaN")],
        [plan("0", qualifier="trial")],
        [plan("0", name="Free Trial")],
    ):
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
    assert edge(None, "MIT") == "depends", "silence is not a no"
    assert edge(None, None) == "tie"


def made(document: ProductDocument, **values: Any) -> ProductDocument:
    """A product of which nothing was read but these values."""
    bare = {"plans": [], "pricing_model": "unknown", "license": None, "facts": {}, "panel": None}
    return but(document, **{**bare, "dossier": DossierDoc(), **values})


def states(*told: tuple[str, bool, str, str], read: tuple[str, ...] = (), **numbers: float) -> DossierDoc:
    """A dossier: topic, denial, value and quote of each statement; roles of pages that were read; numbers by metric."""
    url = "https://made.example/"
    return DossierDoc.model_validate(
        {
            "pages": [{"role": role, "state": "read", "url": url, "at": AT} for role in read],
            "statements": [
                {"topic": topic, "denied": denied, "value": value, "role": "docs", "url": url, "quote": quote}
                for topic, denied, value, quote in told
            ],
            "measures": [
                {"metric": name, "value": value, "at": AT, "url": url, "quote": str(value)}
                for name, value in numbers.items()
            ],
        }
    )


AT = "2026-11-20T12:00:00+00:00"
DAY = 20_777  # of it, since 1970
HOSTED = ("self_host", True, "", "It cannot be self-hosted.")


def said(quote: str) -> list[dict[str, str]]:
    """A plan's evidence: one quote."""
    return [{"quote": quote, "place": "visible", "url": "https://made.example/", "fetched_at": AT, "page": "p"}]


FREE, SEAT = plan("0"), {"unit": "seat"}
YES, NO = (("export", False, "", "You can export."),), (("export", True, "", "There is no export."),)


@pytest.mark.parametrize(
    ("one", "other", "words"),
    [
        ({"plans": [plan("8")]}, {"plans": [plan("15")]}, "the lower bill: from 8 USD a month, against 15 USD a month"),
        (
            {"plans": [plan("96", period="year")]},
            {"plans": [plan("15")]},
            "the lower bill: from 96 USD a year, against",
        ),
        ({"plans": [plan("99", period="once")]}, {"plans": [plan("9")]}, "you would rather pay once: from 99 USD once"),
        (
            {"plans": [plan("0.01", period=None, unit="call")]},
            {"plans": [plan("9")]},
            "you would rather pay for what you use: from 0.01 USD per call",
        ),
        (
            {"plans": [FREE]},
            {"plans": [plan("9")], "pricing_model": "paid", "dossier": states(read=("pricing",))},
            "start without paying: Ferrykey is free to begin with; Quarrel starts at 9 USD a month",
        ),
        (
            {"pricing_model": "open-source", "license": "MIT"},
            {"plans": [plan("9")], "pricing_model": "paid", "dossier": states(read=("pricing",))},
            "start without paying: Ferrykey is free and open source; Quarrel starts at 9 USD a month",
        ),
        (
            {"plans": [FREE, plan("4")]},
            {"plans": [plan("9")], "pricing_model": "paid", "dossier": states(read=("pricing",))},
            "Ferrykey is free to begin with, then 4 USD a month; Quarrel starts at 9 USD a month",
        ),
        (
            {"plans": [plan("4")]},
            {"plans": [plan("9", billed="year")]},
            "from 4 USD a month, against 9 USD a month, billed by the year, for Quarrel",
        ),
        (
            {"plans": [FREE], "dossier": states(("free_limit", False, "10k events/month", "10k events/month"))},
            {"plans": [FREE], "dossier": states(("free_limit", False, "200 events a day", "200 events a day"))},
            "the free plan: it gives 10k events/month, that of Quarrel 200 events a day",
        ),
        (
            {
                "plans": [FREE],
                "dossier": states(("free_limit", False, "2 GB of storage", ""), ("free_limit", False, "3 seats", "")),
            },
            {"plans": [plan("9")], "pricing_model": "paid", "dossier": states(read=("pricing",))},
            "Ferrykey is free to begin with (2 GB of storage and 3 seats); Quarrel starts at 9 USD a month",
        ),
        (
            {"plans": [plan("0", evidence=said("Hobby: $0 per month. Up to 30 test runs a month."))]},
            {"plans": [plan("9")], "pricing_model": "paid", "dossier": states(read=("pricing",))},
            "Ferrykey is free to begin with (30 test runs a month); Quarrel starts at 9 USD a month",
        ),
        (
            {"plans": [plan("24", evidence=said("Pro: $24 per month. 500 test runs."))]},
            {"plans": [plan("34", evidence=said("Plus: $34 per month. Up to 5,000 test runs."))]},
            "from 24 USD a month (500 test runs), against 34 USD a month (5,000 test runs), for Quarrel",
        ),
        ({"license": "MIT"}, {"license": "AGPL-3.0"}, "Ferrykey is MIT, Quarrel AGPL-3.0, which asks for your source"),
        ({"license": "MIT"}, {"license": "ELv2"}, "Ferrykey is MIT, Quarrel ELv2, which is not an open licence"),
        (
            {"license": "MIT"},
            {"license": "CC-BY-NC-4.0"},
            "you earn money with it: Ferrykey is MIT, Quarrel CC-BY-NC-4.0",
        ),
        ({"dossier": states(*YES)}, {"dossier": states(*NO)}, "take your data out again: Ferrykey exports it, Quarrel"),
        (
            {"dossier": states(("refund", False, "", "Refunds within 30 days."))},
            {"dossier": states(("refund", False, "", "14-day refunds."))},
            "longer to ask for your money back: Ferrykey gives 30 days, Quarrel 14",
        ),
        (
            {"dossier": states(("sla", False, "", "We promise 99.95 % uptime."))},
            {"dossier": states(("sla", True, "", "No SLA."))},
            "a promised service level: Ferrykey promises 99.95 % uptime, Quarrel promises none",
        ),
        ({"dossier": states(archived=0)}, {"dossier": states(archived=1)}, "the repository of Quarrel is archived"),
        (
            {"dossier": states(released_at=DAY - 20)},
            {"dossier": states(released_at=DAY - 700)},
            "Ferrykey was last released on 31 Oct 2026, Quarrel on 20 Dec 2024",
        ),
        (
            {"dossier": states(stars=6_540)},
            {"dossier": states(stars=924)},
            "the better-known one: Ferrykey has 6,540 stars on its repository, Quarrel 924",
        ),
    ],
)
def test_a_pick_is_one_short_sentence_of_values_read_of_both(
    products: dict[str, ProductDocument], one: dict[str, Any], other: dict[str, Any], words: str
) -> None:
    found = compare(made(products["ferrykey"], **one), made(products["quarrel"], **other))
    assert [words in str(reason) for reason in found.pick_a] == [True], found.pick_a
    assert len(str(found.pick_a[0])) < 130
    assert not found.pick_b


@pytest.mark.parametrize(
    ("by_head", "for_all", "fewer", "more"),
    [("8", "30", "a team of 3 or fewer", "a team of 4 or more"), ("20", "40", "alone", "a team of 3 or more")],
)
def test_a_price_by_the_head_and_one_for_all_turn_at_a_size(
    products: dict[str, ProductDocument], by_head: str, for_all: str, fewer: str, more: str
) -> None:
    pair = made(products["ferrykey"], plans=[plan(by_head, **SEAT)]), made(products["quarrel"], plans=[plan(for_all)])
    found = compare(*pair)
    head, flat = f"{by_head} USD a month per seat", f"{for_all} USD a month"
    assert [str(reason) for reason in found.pick_a] == [f"you are {fewer}: from {head}, against {flat} for Quarrel"]
    assert [str(reason) for reason in found.pick_b] == [f"you are {more}: from {flat}, against {head} for Ferrykey"]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"dossier": states(*YES)}, {}),  # nothing was read of the other
        ({}, {"dossier": states(*NO)}),  # only the other's want is known
        ({"dossier": states(*YES)}, {"dossier": states(*YES, *NO)}),  # yes in one place and no in another
        ({"dossier": states(*NO)}, {"dossier": states(*NO)}),
        ({"license": "MIT"}, {}),
        ({"license": "MIT"}, {"license": "Apache-2.0"}),
        ({"plans": [plan("8")]}, {}),
        ({"plans": [plan("8")]}, {"plans": [plan("15", currency="EUR")]}),
        ({"plans": [plan("14")]}, {"plans": [plan("15")]}),  # about the same
        ({"plans": [plan("8", period=None, unit="call")]}, {"plans": [plan("9", period=None, unit="page")]}),
        ({"plans": [plan("9", unit="project")]}, {"plans": [plan("90")]}),  # how many projects nobody knows
        ({"plans": [FREE]}, {"plans": [plan("9")]}),  # its page of prices was not read: it may be free, too
        ({"plans": [plan("0", qualifier="trial")]}, {"plans": [plan("9")], "pricing_model": "paid"}),
        ({"dossier": states(released_at=DAY - 20)}, {"dossier": states(released_at=DAY - 90)}),
        ({"dossier": states(stars=900)}, {"dossier": states(stars=400)}),
        (
            {
                "plans": [FREE],
                "dossier": states(("free_limit", False, "9 seats", ""), ("free_limit", False, "1 GB", "")),
            },
            {
                "plans": [FREE],
                "dossier": states(("free_limit", False, "3 seats", ""), ("free_limit", False, "5 GB", "")),
            },
        ),  # more of this and less of that
    ],
)
def test_where_nothing_read_of_both_tells_them_apart_there_is_no_pick(
    products: dict[str, ProductDocument], one: dict[str, Any], other: dict[str, Any]
) -> None:
    found = compare(made(products["ferrykey"], **one), made(products["quarrel"], **other))
    assert not [*found.pick_a, *found.pick_b]


def test_open_code_can_be_run_where_the_other_is_hosted_only_and_closed(products: dict[str, ProductDocument]) -> None:
    opened = {"license": "MIT", "repository": "https://code.example/f", "facts": {"license": licence("MIT", "MIT")}}
    one, other = made(products["ferrykey"], **opened), made(products["quarrel"], dossier=states(HOSTED))
    assert [str(reason) for reason in compare(one, other).pick_a] == [
        "you want to host it yourself: the code of Ferrykey is MIT, so you can run it yourself; Quarrel is hosted only"
    ]
    assert not compare(one, but(other, **opened)).pick_a, "a licence is no statement that one can host it"


def test_an_open_licence_is_no_price_beside_prices_that_could_not_be_read(products: dict[str, ProductDocument]) -> None:
    page = {"role": "pricing", "state": "failed", "url": "https://made.example/pricing", "at": AT}
    unread = DossierDoc.model_validate({"pages": [page]})
    one = made(products["ferrykey"], pricing_model="open-source", license="MPL-2.0", dossier=unread)
    assert (price_to_start(one).state, entry_of(one)) == ("unknown", "Unknown")
    closed = made(products["quarrel"], plans=[plan("12")], pricing_model="paid", dossier=states(read=("pricing",)))
    assert not compare(one, closed).pick_a


@pytest.mark.parametrize(
    ("quote", "plans", "end"),
    [
        ("AGPL-3.0", [], "asks for your source"),
        ("AGPL-3.0, for non-commercial licences too", [], "asks for your source"),
        ("AGPL-3.0, free for personal and commercial use", [], "asks for your source"),
        ("AGPL-3.0 + Commercial", [], "asks for your source or that you take its commercial licence"),
        ("Dual-licensed: AGPL-3.0", [], "asks for your source or that you take its commercial licence"),
        (
            "AGPL-3.0",
            [{"name": "Commercial", "qualifier": "contact", "evidence": said("Commercial: talk to us")}],
            "asks for your source or that you take its commercial licence (price on request)",
        ),
    ],
)
def test_a_second_licence_that_can_be_bought_is_named_beside_the_strict_one(
    products: dict[str, ProductDocument], quote: str, plans: list[dict[str, Any]], end: str
) -> None:
    strict = {"license": licence("AGPL-3.0", quote)}
    one = made(products["ferrykey"], license="MIT", facts={"license": licence("MIT", "MIT")})
    other = made(products["quarrel"], license="AGPL-3.0", facts=strict, plans=[plan(None, **more) for more in plans])
    found = compare(one, other)
    assert [str(reason) for reason in found.pick_a] == [
        f"you build it into something closed: Ferrykey is MIT, Quarrel AGPL-3.0, which {end}"
    ]
    assert len(found.pick_a[0].evidence) == 2 + len(plans)
    why = row(found, "license").why
    assert why.startswith("Ferrykey may be built into closed work, Quarrel asks that changes stay open")
    assert ("commercial" in why) is ("commercial" in end)


def licence(name: str, quote: str) -> FactDoc:
    return FactDoc.model_validate({"value": name, "rung": "api", "confidence": 0.9, "evidence": said(quote)})


def test_an_open_licence_is_no_price_of_what_is_hosted_only(products: dict[str, ProductDocument]) -> None:
    opened = {"pricing_model": "open-source", "license": "MPL-2.0"}
    one = made(products["ferrykey"], **opened, dossier=states(HOSTED))
    price = price_to_start(one)
    assert (price.state, price.text, price.amount) == ("unknown", "No amount in print; its code is MPL-2.0", None)
    closed = made(products["quarrel"], plans=[plan("12")], pricing_model="paid", dossier=states(read=("pricing",)))
    found = compare(one, closed)
    assert not found.pick_a
    assert (row(found, "price").edge, row(found, "price").why) == ("depends", "only one prints a price")
    torn = states(HOSTED, ("self_host", False, "", "Host it yourself."))
    for dossier in (DossierDoc(), torn):
        assert price_to_start(made(products["ferrykey"], **opened, dossier=dossier)).text == "Free, open source"


@pytest.mark.parametrize(
    ("plans", "words"),
    [
        ([plan("200", name="Cloud, yearly", period="year"), plan("20", name="Cloud")], "20 USD a month"),
        ([plan("99", name="Solo", period="year"), plan("49", name="Team")], "99 USD a year"),
        ([plan("200", period="year"), plan("20", currency="EUR")], "20 EUR a month"),
        ([plan("200", period="year"), plan("20", billed="year")], "200 USD a year"),
    ],
)
def test_what_is_paid_by_the_month_or_the_year_starts_by_the_month(
    products: dict[str, ProductDocument], plans: list[PlanDoc], words: str
) -> None:
    assert price_to_start(made(products["ferrykey"], plans=plans)).text == words


@pytest.mark.parametrize(
    ("one", "other", "edge", "why"),
    [
        ({"plans": [FREE, plan("9")]}, {"plans": [FREE, plan("20")]}, "a", "both start free; the lower price in print"),
        ({"plans": [FREE, plan("9")]}, {"plans": [FREE]}, "tie", "both can be started without paying"),
        ({"plans": [plan("98")]}, {"plans": [plan("99")]}, "tie", "about the same price"),
        ({"plans": [plan("98")]}, {"plans": [plan("9", currency="EUR")]}, "depends", "two currencies"),
        (
            {"pricing_model": "open-source", "license": "MIT"},
            {"plans": [plan("9")], "license": "GPL-3.0"},
            "depends",
            "the code of the other is open, too",
        ),
    ],
)
def test_the_price_to_start_has_one_edge_and_says_why(
    products: dict[str, ProductDocument], one: dict[str, Any], other: dict[str, Any], edge: str, why: str
) -> None:
    found = row(compare(made(products["ferrykey"], **one), made(products["quarrel"], **other)), "price")
    assert (found.edge, found.why) == (edge, why)


@pytest.mark.parametrize(
    ("topic", "one", "other", "cells", "edge", "why"),
    [
        ("free_limit", "2 GB of storage", "5 GB of storage", ("2 GB of storage", "5 GB of storage"), "b", "more room"),
        ("free_limit", "3 seats", "2 GB", ("3 seats", "2 GB"), "depends", "they count different things"),
        ("refund", "", "14-day refunds.", ("Yes", "Yes, within 14 days"), "depends", "only one names a figure"),
        ("refund", "Within 30 days.", "14-day refunds.", ("Yes, within 30 days", "Yes, within 14 days"), "a", "the longer time"),
        ("sla", "99.5 % uptime", "99.95 % uptime", ("Yes, 99.5 %", "Yes, 99.95 %"), "b", "the higher promise"),
        ("sla", "99.9 % uptime", "99.90 % uptime", ("Yes, 99.9 %", "Yes, 99.90 %"), "tie", "the same promise"),
        ("export", "", "", ("Yes", "Yes"), "tie", "both say so"),
        ("data_region", "Kept in Oslo.", "Kept in Bern.", ("“Kept in Oslo.”", "“Kept in Bern.”"), "depends", "where you need it"),
    ],
)  # fmt: skip
def test_what_both_state_stands_in_their_words_with_its_edge(
    products: dict[str, ProductDocument],
    topic: str,
    one: str,
    other: str,
    cells: tuple[str, str],
    edge: str,
    why: str,
) -> None:
    stated = [states((topic, False, quote if topic == "free_limit" else "", quote)) for quote in (one, other)]
    pair = made(products["ferrykey"], dossier=stated[0]), made(products["quarrel"], dossier=stated[1])
    found = row(compare(*pair), topic)
    assert ((found.a.text, found.b.text), found.edge, found.why) == (cells, edge, why)


@pytest.mark.parametrize(
    ("one", "other", "edge", "why"),
    [
        ([FREE, plan("17"), plan("51")], [FREE, plan("21"), plan("63")], "a", "lower at each step in print"),
        ([plan("24"), plan("57")], [FREE, plan("11"), plan("34"), plan(None)], "b", "lower at each step in print"),
        ([plan("17"), plan("63")], [plan("21"), plan("51")], "depends", "how far up you will go"),
        ([plan("17"), plan("51")], [plan("21", currency="EUR"), plan("63", currency="EUR")], "depends", "how far up you will go"),
        ([plan("17"), plan("51")], [plan("21")], "depends", "how far up you will go"),
    ],
)  # fmt: skip
def test_the_plans_have_an_edge_where_one_is_lower_all_the_way_up(
    products: dict[str, ProductDocument], one: list[Any], other: list[Any], edge: str, why: str
) -> None:
    found = row(compare(made(products["ferrykey"], plans=one), made(products["quarrel"], plans=other)), "plans")
    assert (found.edge, found.why) == (edge, why)


def test_what_only_one_states_is_one_row_with_a_quote_each(products: dict[str, ProductDocument]) -> None:
    one = states(*YES, ("refund", False, "", "Refunds within 30 days."), ("api", True, "", "No API."), read=("docs",))
    pair = made(products["ferrykey"], dossier=one), made(products["quarrel"], dossier=states(read=("docs",)))
    found = row(compare(*pair), "one_only")
    assert found.a.text == "Your data can be exported; has no API; gives refunds (within 30 days)"
    assert [cited.quote for cited in found.a.evidence] == ["You can export.", "No API.", "Refunds within 30 days."]
    assert (found.b.text, found.b.known, found.edge) == ("Nothing beyond that", False, "depends")


def test_every_yes_or_no_that_one_alone_states_is_a_clause_of_what_it_does(
    products: dict[str, ProductDocument],
) -> None:
    read = made(products["quarrel"], dossier=states(read=("docs",)))
    for topic in (topic for topic in TOPICS if topic not in (*MINOR, "free_limit", "data_region")):
        told = [
            row(compare(made(products["ferrykey"], dossier=states((topic, denied, "", "So it is."))), read), "one_only")
            for denied in (False, True)
        ]
        assert all(len(found.a.text.split()) > 1 and ":" not in found.a.text for found in told)
        assert told[0].a.text != told[1].a.text


def test_what_both_answer_alike_is_told_in_one_line(products: dict[str, ProductDocument]) -> None:
    both = {"plans": [FREE], "license": "MIT", "dossier": states(*YES)}
    pair = [
        made(
            products[slug], **both, facts={"license": licence("MIT", "MIT")}, repository=f"https://code.example/{slug}"
        )
        for slug in ("ferrykey", "quarrel")
    ]
    for one in pair:
        one.facts["repository"] = licence(one.repository or "", "Source")
    same = [one for one in compare(*pair).rows if tells(one) and alike(one)]
    assert alike_words(same) == (
        "Alike in: price to start (free), licence (MIT), plans (Plan: Free), source to read (both show it), export (yes)"
    )
    other = compare(pair[0], but(pair[1], facts={"license": licence("ISC", "ISC")}, dossier=states(*NO)))
    assert [alike(row(other, key)) for key in ("license", "export", "price")] == [False, False, True]
    assert alike_words([]) == ""
    paid = [made(products[slug], plans=[FREE, plan("9", name="Works")]) for slug in ("ferrykey", "quarrel")]
    assert alike_words([row(compare(*paid), "price")]) == "Alike in: price to start (free, then 9 USD a month)"


def test_the_plan_beside_a_free_start_is_named_as_the_free_one(products: dict[str, ProductDocument]) -> None:
    plans = [plan("0", name="Hobby"), plan("46", name="Works")]
    found = row(compare(made(products["ferrykey"], plans=plans), made(products["quarrel"], plans=plans[1:])), "price")
    assert (found.a.text, found.a.note) == ("Free, then 46 USD a month", "free plan “Hobby”")
    assert (found.b.text, found.b.note) == ("46 USD a month", "plan “Works”")


def test_rows_that_say_nothing_stay_in_the_record_and_are_not_shown(products: dict[str, ProductDocument]) -> None:
    found = compare(made(products["ferrykey"], plans=[FREE]), made(products["quarrel"], plans=[plan("9")]))
    assert {"community", "license", "repository", "category", "maturity"} <= {one.key for one in found.rows}
    assert [one.key for one in found.rows if tells(one)] == ["price", "plans"]


def test_two_with_no_pick_and_hardly_a_row_are_not_worth_a_page(products: dict[str, ProductDocument]) -> None:
    dear = {"plans": [plan("14")], "pricing_model": "paid"}
    one, other = made(products["ferrykey"], **dear), made(products["quarrel"], **{**dear, "plans": [plan("15")]})
    assert not says_enough(compare(one, other))
    assert says_enough(compare(one, but(other, plans=[plan("50")])))
    told = ("api", False, "", "API."), ("sso", False, "", "SSO.")
    level = [but(document, dossier=states(*YES, *told, stars=300)) for document in (one, other)]
    assert not says_enough(compare(*level)), "all of it is level"
    assert says_enough(compare(level[0], but(other, dossier=states(*YES, *told, stars=90))))


def test_the_licence_of_a_part_decides_nothing(products: dict[str, ProductDocument]) -> None:
    evidence = {"quote": "The client SDK is MIT", "place": "visible", "url": "https://f.example", "fetched_at": AT}
    fact = {"value": "MIT", "rung": "text", "confidence": 0.9, "evidence": [{**evidence, "page": "p"}]}
    part = made(products["ferrykey"], license="MIT", facts={"license": FactDoc.model_validate(fact)})
    assert not compare(part, made(products["quarrel"], license="AGPL-3.0")).pick_a


def test_each_side_of_a_pick_cites_its_cell(products: dict[str, ProductDocument]) -> None:
    found = compare(
        made(products["ferrykey"], dossier=states(*YES)), made(products["quarrel"], dossier=states(*NO))
    ).pick_a
    assert [one.quote for one in found[0].evidence] == ["You can export.", "There is no export."]


def test_picks_never_rest_on_the_tagline_and_ratings_come_last(products: dict[str, ProductDocument]) -> None:
    one, other = products["ferrykey"], products["quarrel"]
    found = compare(one, other)
    assert found.pick_b == compare(but(one, tagline="The best tool ever"), other).pick_b
    assert [reason.basis for reason in found.pick_b] == ["fact", "rating", "rating"]


def test_pick_neither_names_what_both_rule_out(products: dict[str, ProductDocument]) -> None:
    plans = [plan(None, qualifier="contact")]
    both = [made(products[slug], plans=plans, dossier=states(*NO)) for slug in ("ferrykey", "quarrel")]
    assert [str(reason) for reason in compare(*both).pick_neither] == [
        "you want to take your data out again: neither exports it",
        "you want the price before you talk to somebody: both give theirs on request",
    ]
    assert not compare(made(products["ferrykey"]), made(products["quarrel"])).pick_neither, "silence is no ground"


def test_without_a_pick_one_line_says_in_what_the_two_differ(products: dict[str, ProductDocument]) -> None:
    one = made(products["ferrykey"], plans=[plan("14")], pricing_model="paid")
    other = made(products["quarrel"], plans=[plan("15")], pricing_model="paid")
    found = compare(one, other)
    assert found.differ == "In what was read of both, they differ in price to start and plans: see the table."
    assert compare(made(one), made(other)).differ == "In what was read of both, the two do not differ."


@pytest.mark.parametrize(
    ("one", "other", "apart"),
    [
        ({"price": "8 USD"}, {"price": "9 USD"}, True),
        ({"price": "Free"}, {"price": "Free"}, False),
        ({"license": "MIT", "export": "yes"}, {"license": "ELv2", "export": "no"}, True),
        ({"license": "MIT", "export": "yes"}, {"license": "ELv2", "export": "yes"}, False),
        ({"license": "MIT", "export": "yes"}, {"price": "9 USD", "api": "yes"}, False),
    ],
)
def test_two_stand_side_by_side_where_prices_or_two_decisions_differ(
    one: dict[str, str], other: dict[str, str], apart: bool
) -> None:
    assert set_apart(one, other) is set_apart(other, one) is apart


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


YEARLY = "16 USD / month / seat / billed by year"


@pytest.mark.parametrize(
    ("op", "before", "after", "words"),
    [
        ("plan", YEARLY, YEARLY.replace("16", "20"), "16 → 20 USD a month per seat, billed by the year"),
        ("plan", "1200 USD / year / from", "1500.50 USD / year / from", "from 1,200 → 1,500.50 USD a year"),
        (
            "plan",
            "16 USD / month",
            "20 USD / month",
            "16 → 20 USD a month",
        ),  # of a log that held neither unit nor billing
        ("plan", "16 USD / month", "16 EUR / month", "16 USD a month → 16 EUR a month"),
        ("plan", "0 / month", "9 USD / month", "Free → 9 USD a month"),
        ("plan", "unknown / contact", "9 USD / month", "On request → 9 USD a month"),
        ("plan", YEARLY, None, "16 USD a month per seat, billed by the year → no longer listed"),
        ("plan", None, YEARLY, "none → 16 USD a month per seat, billed by the year"),
        ("plan", "what no price is", "NaN USD", "what no price is → NaN USD"),
        ("fact", "16 USD", '["a","b"]', "16 USD → a, b"),
    ],
)
def test_a_change_is_told_in_words_with_all_that_belongs_to_a_price(
    op: str, before: str | None, after: str | None, words: str
) -> None:
    assert move_words(op, before, after) == words


@given(
    st.builds(
        Plan,
        name=st.just("Team"),
        amount=st.none() | st.sampled_from([Decimal(0), Decimal("9.99"), Decimal(1200)]),
        currency=st.none() | st.sampled_from(["USD", "EUR"]),
        period=st.none() | st.sampled_from(PERIODS),
        unit=st.none() | st.sampled_from(["seat", "1M tokens"]),
        billed=st.none() | st.just("year"),
        qualifier=st.none() | st.sampled_from(QUALIFIERS),
    )
)
def test_a_price_in_the_change_log_says_all_that_its_plan_says(plan: Plan) -> None:
    told = plan_of_text("Team", plan_text(plan))
    assert told == (plan if plan.amount is not None else replace(plan, currency=None))


def test_a_list_that_is_cut_is_still_told_by_commas() -> None:
    assert side_words("fact", '["first","second"]', 9) == "first, se"
