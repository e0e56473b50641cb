"""Plans out of layouts that pages build, and amounts out of text."""

import tomllib
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tools.evidence import find_quote, visible_text
from tools.extract import extract
from tools.money import find_money, iso, number, page_currency, read_price
from tools.pricing import period_of, unit_of

PAGES = tomllib.loads((Path(__file__).parent / "examples" / "pricing.toml").read_text(encoding="utf-8"))["page"]


def _page(row: dict[str, Any]) -> str:
    head = f"<title>{row.get('title', 'Larkspur')}</title>"
    return f"<!doctype html><html lang={row.get('lang', 'en')}><head>{head}</head><body>{row['html']}</body></html>"


@pytest.mark.parametrize("row", PAGES, ids=[row["what"] for row in PAGES])
def test_the_plans_of_a_layout(row: dict[str, Any]) -> None:
    found = extract(_page(row), "https://larkspur.example/").plans
    assert len(found) == len(row["plans"]), [(p.name, p.amount) for p in found]
    for name, amount, currency, period, unit in row["plans"]:
        wanted = Decimal(amount) if amount else None
        assert any(
            plan.amount == wanted
            and name.lower() in plan.name.lower()
            and (not plan.amount or (plan.currency, plan.period or "") == (currency, period))
            and (not unit or (plan.unit or "").lower() == unit.lower())
            for plan in found
        ), (name, amount, [(p.name, p.amount, p.currency, p.period, p.unit) for p in found])


@pytest.mark.parametrize("row", PAGES, ids=[row["what"] for row in PAGES])
def test_every_plan_is_quoted_where_it_says(row: dict[str, Any]) -> None:
    html = _page(row)
    text = visible_text(html)
    for plan in extract(html, "https://larkspur.example/").plans:
        assert plan.evidence
        assert 0.5 <= plan.confidence <= 1
        for evidence in plan.evidence:
            if evidence.place == "visible":
                assert find_quote(evidence.quote, text), evidence


AMOUNTS = [
    ("$9/mo", "9", "USD"),
    ("US$ 1,299.50", "1299.50", "USD"),
    ("1.299,50 €", "1299.50", "EUR"),
    ("1 299,50 €", "1299.50", "EUR"),
    ("$9 99/mo", "9.99", "USD"),
    ("Rs. 499", "499", "INR"),
    ("CHF 12.–", "12", "CHF"),
    ("$0.002 per request", "0.002", "USD"),
    ("99 zł", "99", "PLN"),
    ("C$10", "10", "CAD"),
    ("$.05", "0.05", "USD"),
    ("KWD 1.250", "1.250", "KWD"),
    ("2.5 million dollars", "2500000", "USD"),
    ("$ $19.99", "19.99", "USD"),
]


@pytest.mark.parametrize(("text", "amount", "currency"), AMOUNTS)
def test_an_amount_with_its_currency(text: str, amount: str, currency: str) -> None:
    money = next(find_money(text))
    assert (money.amount, money.currency) == (Decimal(amount), currency)


@pytest.mark.parametrize("text", ["version 1.2.3", "call 555-1234", "5 users", "RM", "$", "top 10", "USD"])
def test_no_amount_without_currency(text: str) -> None:
    assert list(find_money(text)) == []


TERMS = [
    ("/mo", "month", None),
    (" per user / month, billed annually", "month", "user"),
    ("/seat/mo", "month", "seat"),
    (" per month per active editor", "month", "editor"),
    (" a year", "year", None),
    (" per 1M tokens", None, "1M tokens"),
    (" /1,000 requests", None, "1,000 requests"),
    (" one-time", "once", None),
    (" pro Monat", "month", None),
    (" per GB", None, "gb"),
    ("/hr", "hour", None),
    (" forever", None, None),
    (" for ants", None, None),
]


@pytest.mark.parametrize(("text", "period", "unit"), TERMS)
def test_the_words_after_a_price(text: str, period: str | None, unit: str | None) -> None:
    assert (period_of(text), unit_of(text)) == (period, unit)


def test_numbers_of_several_countries() -> None:
    assert number("1.144.000") == Decimal(1144000)
    assert number("12'500.50") == Decimal("12500.50")
    assert number("0,125") == Decimal("0.125")
    assert number("1.250") == Decimal(1250)
    assert number("1.250", "KWD") == Decimal("1.250")
    assert number("rubbish") is None


def test_three_decimals_where_the_currency_has_them() -> None:
    assert read_price("KWD 1.250") == (Decimal("1.250"), "KWD")
    assert read_price("€ 1.250") == (Decimal(1250), "€")
    assert read_price("free of charge")[0] in (None, Decimal(0))


def test_a_dollar_is_what_the_page_means_by_it() -> None:
    assert page_currency("All prices are in AUD.", "x.example", "en") == "AUD"
    assert page_currency("", "shop.example.ca", "en") == "CAD"
    assert page_currency("", "x.example", "en-US") == ""
    assert iso("$", "CAD") == "CAD"
    assert iso("€", "CAD") == "EUR"


def test_unknown_is_never_free() -> None:
    html = "<h1>Pricing</h1><div><div class=c><h3>Pro</h3><p>$9/mo</p></div><div class=c><h3>Enterprise</h3><p>Custom</p></div></div>"
    plans = {plan.name: plan for plan in extract(html, "https://larkspur.example/").plans}
    assert plans["Enterprise"].amount is None
    assert plans["Enterprise"].qualifier == "contact"
