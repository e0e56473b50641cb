"""Prices told in words, ranges, places in a table: what is found before anything is chosen."""

from decimal import Decimal

import pytest

from bench.train import made_plans
from tools.page.pricing.layout import NO_CELL, Layout
from tools.page.pricing.mentions import find_mentions
from tools.page.pricing.money import ANY
from tools.page.pricing.page import Mention, Page
from tools.page.pricing.plan_names import clause_name, tidy
from tools.page.pricing.unpriced import wordy_lines
from tools.page.visible import view


def _page(html: str) -> Page:
    page = Page(view(html), "https://fernhill.example/", (), "", ANY, about_prices=True)
    page.index()
    return page


def _found(html: str) -> tuple[list[Mention], list[Mention]]:
    page = _page(html)
    amounts = find_mentions(page)
    return amounts, list(wordy_lines(page, amounts))


@pytest.mark.parametrize("said", ["Free", "Kostenlos", "無料", "Бесплатно", "Δωρεάν", "Grátis", "Free forever!"])
def test_a_line_that_says_nothing_but_free_costs_nothing(said: str) -> None:
    _, told = _found(f"<h3>Hut</h3><p>{said}</p>")
    assert [(one.gratis, one.money.amount, one.before) for one in told] == [(True, Decimal(0), "")]


@pytest.mark.parametrize("said", ["Hut – kostenlos", "Hut: free", "Hut — gratuit", "Hut | бесплатно"])
def test_a_name_may_stand_before_what_costs_nothing(said: str) -> None:
    _, told = _found(f"<p>{said}</p>")
    assert [tidy(one.before) for one in told] == ["Hut"]


@pytest.mark.parametrize(
    ("sentence", "says"),
    [
        ("Our free plan holds two gardens and everything that grows in them.", True),
        ("Free for up to 3 gardens, whatever you grow in them, for as long as you like.", True),
        ("Feel free to bring a spade, a friend and a flask of tea when you visit us.", False),
        ("Sugar-free cakes are sold beside the gate on Sundays, and on most other days.", False),
    ],
)
def test_a_sentence_may_tell_of_a_free_plan(sentence: str, says: bool) -> None:
    _, told = _found(f"<p>{sentence}</p>")
    assert bool(told) is says


def test_words_part_the_amounts_of_a_sentence() -> None:
    amounts, told = _found("<p>Hut costs $4 a month, Shed is free, Barn is $9 a month</p>")
    assert [one.before for one in told] == [" a month, Shed is "]
    assert [one.before for one in amounts] == ["Hut costs ", ", Barn is "]
    assert [clause_name(one) for one in (*told, amounts[1])] == ["Shed", "Barn"]


def test_what_follows_a_comma_in_lower_case_is_no_name() -> None:
    amounts, _ = _found("<p>Pay once, or in parts of $9</p>")
    assert clause_name(amounts[0]) == ""


@pytest.mark.parametrize(
    ("text", "amounts", "qualifier"),
    [("$40 – $90 per hour", [40], "from"), ("$40 to $90 per hour", [40], "from"), ("$90 - $40 per hour", [90, 40], None)],
)  # fmt: skip
def test_a_range_is_from_its_lower_end_on(text: str, amounts: list[int], qualifier: str | None) -> None:
    found, _ = _found(f"<p>{text}</p>")
    assert [one.money.amount for one in found] == amounts
    assert (found[0].qualifier, found[-1].period) == (qualifier, "hour")


def test_a_line_knows_its_place_in_a_table() -> None:
    page = _page(
        "<p>Before</p><table><tr><th></th><th>Hut</th><th>Barn</th></tr><tr><td>Seats</td><td>2</td><td>9</td></tr>"
        "<tr><td>Price</td><td>$4</td><td>$9</td></tr><tr><td>Extra seat</td><td>–</td><td>$2</td></tr></table>"
    )
    layout = Layout(page, "", find_mentions(page))
    told = {line.text: layout.cell(at) for at, line in enumerate(layout.lines)}
    texts = [line.text for line in layout.lines]
    dear = told["$9"]
    assert (texts[dear.over], texts[dear.first], dear.column) == ("Barn", "Price", 2)
    assert (dear.row_priced, dear.column_priced, dear.above_priced, dear.rows) == (2, 2, 0, 4)
    assert (told["$2"].row_priced, told["$2"].above_priced) == (1, 1)
    assert told["Barn"].heading
    assert told["Before"] == NO_CELL


def test_made_up_pages_show_the_amounts_of_their_gold() -> None:
    rows, shown = made_plans.plain_pages(100, seed=91), 0
    for row in rows:
        amounts, told = _found(row["html"])
        sold = {Decimal(str(plan["amount"])) for plan in row["gold"]["plans"] if plan["amount"] is not None}
        shown += sold.issubset(one.money.amount for one in (*amounts, *told))
    assert shown >= 0.97 * len(rows)
