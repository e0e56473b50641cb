"""For which time a price holds: where pages write it, in which words, for how long."""

import pytest

from tools.models import PERIODS
from tools.page.extract import extract
from tools.views.documents import PlanDoc
from tools.views.price_words import Price, monthly, plan_price


def plans_of(price: str, lang: str = "en") -> list[tuple[str, str, str | None]]:
    """Name, amount and period of two cards; the second writes "99" where the first writes "49"."""
    cards = "".join(
        f"<div class=card><h3>{name}</h3>{said}<ul><li>All of it</li></ul></div>"
        for name, said in (("Solo", price), ("Team", price.replace("49", "99")))
    )
    html = f"<html lang={lang}><title>Pricing | Quern</title><h1>Pricing</h1><div class=grid>{cards}</div></html>"
    return [(plan.name, str(plan.amount), plan.period) for plan in extract(html, "https://quern.example/pricing").plans]


def blocks(*texts: str) -> str:
    return "".join(f"<div>{text}</div>" for text in texts)


def spans(*texts: str) -> str:
    return f"<p>{''.join(f'<span>{text}</span>' for text in texts)}</p>"


LAYOUTS = [
    (blocks("$", "49", "/", "mo"), "month"),
    (spans("$", "49", "/", "mo"), "month"),
    (blocks("$49", "/", "month"), "month"),
    (blocks("$49", "per", "month"), "month"),
    (blocks("$49", "mo"), "month"),
    ("<p>$49 <small>mo</small></p>", "month"),
    (blocks("$49", "per month (about €45)"), "month"),
    (blocks("49 €", "/ mois + 0,24 €/min"), "month"),
    (blocks("$49/seat", "Billed monthly."), "month"),
    (blocks("$49", "per user / month"), "month"),
    (blocks("$49", "/user", "/month"), "month"),
    (blocks("49", "USD / month"), "month"),
    (blocks("$49", "Quarterly", "500 replies / month"), "quarter"),
    (blocks("$49", "billed quarterly"), "quarter"),
    (blocks("$49", "/ 3 months"), "quarter"),
    (blocks("49 €", "pro Quartal"), "quarter"),
    (blocks("49 €", "par trimestre"), "quarter"),
    (blocks("$49", "every 6 months"), "half-year"),
    (blocks("49 €", "halbjährlich"), "half-year"),
    (blocks("$49", "/ week"), "week"),
    (blocks("49 €", "pro Woche"), "week"),
    (blocks("$49", "/شهر"), "month"),
    (blocks("49 Kč", "/měs"), "month"),
    (blocks("49 ₽", "/мес"), "month"),
    (blocks("¥49", "每月"), "month"),
    (blocks("49 ₪", "לחודש"), "month"),
    (blocks("₹49", "प्रति माह"), "month"),
    (blocks("49 ₽", "разово"), "once"),
]


@pytest.mark.parametrize(("price", "period"), LAYOUTS)
def test_the_term_of_a_price_stands_close_by(price: str, period: str) -> None:
    assert plans_of(price) == [("Solo", "49", period), ("Team", "99", period)]


def test_a_word_alone_below_a_price_may_name_the_next() -> None:
    html = "<h1>Pricing</h1>" + blocks("Monthly", "$9.99", "Yearly", "$99.99")
    found = extract(html, "https://quern.example/pricing").plans
    assert ("9.99", "year") not in [(str(plan.amount), plan.period) for plan in found]


@pytest.mark.parametrize(
    ("period", "a_month", "words"),
    [
        ("quarter", "10", "30 USD a quarter"),
        ("half-year", "5", "30 USD a half-year"),
        ("month", "30", "30 USD a month"),
    ],
)
def test_longer_times_are_told_and_compared(period: str, a_month: str, words: str) -> None:
    assert period in PERIODS
    price = Price(state="priced", text="", amount="30", currency="USD", period=period, evidence=[])
    assert round(monthly(price) or 0, 9) == int(a_month)
    plan = PlanDoc.model_construct(name="Solo", amount="30", currency="USD", period=period, unit=None, billed=None, qualifier=None)  # fmt: skip
    assert plan_price(plan) == words
