"""From which plan on a thing is had: read off cards, tables and sentences, and carried to where it is shown."""

from __future__ import annotations

import pytest
from made_products import Product, peer

from tools.page.stated import statements
from tools.views.documents import PlanDoc, StatementDoc
from tools.views.findings import statement_words
from tools.views.price_words import from_plan

PLANS = ("Sprout", "Orchard", "Arboretum")
CARDS = """Pricing
Sprout
$0
Two trees
Start free
Orchard Most popular
$19 /mo
For people with a fence
Everything in Sprout, plus
REST API
Arboretum
Custom
Talk to us
Everything in Orchard, plus
SSO / SAML
99.9% uptime SLA"""
TABLE = """Feature | Sprout | Orchard | Arboretum
Trees | 2 | Custom | Custom
SSO | – | – | ✓
REST API | – | 5 a minute | ✓
Data export | ✓ | ✓ | ✓"""


def told(lines: str, plans: tuple[str, ...] = PLANS) -> dict[str, str]:
    """The plan by the topic it is told of."""
    said = statements(lines, "pricing", "https://pippinyard.example/pricing", "page", plans)
    return {one.topic: one.plan for one in said if not one.unclear and not one.denied and one.topic != "free_limit"}


def test_an_item_is_of_the_plan_in_whose_card_it_stands() -> None:
    assert told(CARDS) == {"api": "Orchard", "sso": "Arboretum", "sla": "Arboretum"}


def test_a_row_is_of_the_first_plan_whose_column_has_it() -> None:
    assert told(TABLE) == {"sso": "Arboretum", "api": "Orchard", "export": "all plans"}


def test_of_several_plans_the_first_is_told_and_a_row_before_a_card() -> None:
    cards = "Sprout\n$0\nREST API\nOrchard\n$19 /mo\nREST API and hooks"
    assert told(cards) == {"api": "Sprout"}
    assert told(f"{cards}\nCompare\nFeature | Sprout | Orchard\nREST API | ✗ | ✓") == {"api": "Orchard"}


def test_a_paragraph_is_of_the_plan_that_the_heading_above_it_names() -> None:
    lines = "Our own cloud\nOn-premise option (Arboretum)\nRun Pippinyard on your own servers."
    assert told(lines) == {"self_host": "Arboretum"}


def test_a_name_that_no_page_gave_is_one_where_plans_are_called_so() -> None:
    assert told("Business\n$40\nSSO / SAML", plans=()) == {"sso": "Business"}
    assert told("Feature | Free | Business\nSSO | – | ✓", plans=()) == {"sso": "Business"}


@pytest.mark.parametrize(
    ("line", "plan"),
    [
        ("SAML single sign-on is available on the Orchard plan.", "Orchard"),
        ("SSO is included in Orchard and above.", "Orchard"),
        ("Orchard includes SAML single sign-on.", "Orchard"),
        ("The Orchard and Arboretum plans come with SSO.", "Orchard"),
        ("We support SSO (Arboretum only).", "Arboretum"),
        ("We offer SSO with Enterprise.", "Enterprise"),  # a word for plans, not one of those read
        ("SSO is included in all paid plans.", "paid plans"),
        ("Every plan includes SSO.", "all plans"),
        ("Our pears log in with SSO from any orchard.", ""),  # a word, no name
        ("We offer Enterprise SSO.", ""),
        ("Der Orchard-Tarif bietet SSO für alle.", "Orchard"),
    ],
)
def test_a_sentence_names_the_plan(line: str, plan: str) -> None:
    assert told(line) == {"sso": plan}


def test_a_short_name_is_told_in_full() -> None:
    assert told("We support SSO (Pro only).", plans=("Community", "Pippinyard Pro")) == {"sso": "Pippinyard Pro"}


def test_what_stands_below_the_last_card_is_of_no_plan() -> None:
    below = "Watering by the hour\nShade\nPears\nQuinces\nMedlars\nTalk to sales\nFor people who build"
    assert told(f"Arboretum\nCustom\n{below}\nREST API") == {"api": ""}


def doc(name: str, amount: str | None, **more: str) -> PlanDoc:
    values = {"currency": "USD", "period": "month", "unit": None, **more}
    return PlanDoc(name=name, amount=amount, rung="text", confidence=0.9, evidence=[], **values)


def test_a_plan_is_told_with_its_price() -> None:
    plans = [doc("Sprout", "0"), doc("Orchard", "19", unit="seat"), doc("Arboretum", None, qualifier="contact")]
    assert [from_plan(name, plans) for name in (*PLANS, "all plans", "Grove", "")] == [
        "also on the free plan",
        "from Orchard, 19 USD a month per seat",
        "from Arboretum, price on request",
        "on all plans",
        "",  # no plan of its
        "",
    ]


def test_a_price_that_a_plan_begins_at_and_one_of_two_free_plans_are_told_as_they_are() -> None:
    plans = [doc("Free", "0"), doc("Own servers", "0"), doc("Arboretum", "499", qualifier="from", billed="year")]
    assert [from_plan(plan.name, plans) for plan in plans] == [
        "also on the free plan",
        "on the Own servers plan, free",
        "from Arboretum, 499 USD a month or more, billed by the year",
    ]


def test_a_heading_that_was_read_as_a_plan_holds_nothing() -> None:
    lines = "Products\nOur API is made for pears and for what is like them.\nStarting at $10/month"
    assert told(lines, plans=("Products",)) == {"api": ""}
    assert told(lines.replace("Products", "Orchard"), plans=("Orchard",)) == {"api": "Orchard"}


def pippinyard() -> Product:
    product = Product("Pippinyard").plan("Orchard", "19", "Orchard costs $19 a month")
    product.states("sso", "SSO for all pears.", "pricing").states("sso", "SSO / SAML", "pricing", plan="Orchard")
    product.read("terms")
    return product.among(*(peer(f"Peer{n}", "9", topics="api") for n in range(6)))


def test_a_finding_says_from_which_plan_on_and_prefers_the_sentence_that_tells_it() -> None:
    (finding,) = (one for one in pippinyard().pack().findings if one.kind == "sso")
    assert "has single sign-on (from Orchard, 19 USD a month): “SSO / SAML”" in finding.text
    assert finding.values["plan"] == "Orchard"


def test_a_cell_says_from_which_plan_on() -> None:
    said = StatementDoc(topic="sso", denied=False, role="pricing", url="", quote="SSO / SAML", plan="Orchard")
    assert statement_words(said, [doc("Orchard", "19")]) == "from Orchard, 19 USD a month"
    assert statement_words(said.model_copy(update={"plan": ""})) == "yes"
