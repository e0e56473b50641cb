"""Recipes: what they read, what proves them, and that a wrong value is noticed though the selector still matches."""

from __future__ import annotations

import json
import time
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from tools.errors import UsageError
from tools.models import Evidence, Extraction, Plan
from tools.page.extract import extract
from tools.page.markup import read_jsonld
from tools.page.pricing import plans_of_offers
from tools.page.quotes import find_quote, visible_text
from tools.page.visible import parse
from tools.patterns import PATTERN_CHARS, checked_pattern, checked_selector, first_match
from tools.recipes import (
    Coverage,
    Recipe,
    Score,
    apply,
    covered,
    decide,
    learn,
    parse_recipe,
    read_recipe,
    recipe_json,
    run,
    score,
    stored_recipe,
)

SITE = "https://quillow.dev"
TOML = """
site = "quillow.dev"
kind = "plans"
paths = ["/tools/*"]
item = "div.tier"
[fields.name]
select = "h3"
[fields.price]
select = ".cost"
[fields.period]
select = ".per"
[[samples]]
url = "https://quillow.dev/tools/ink"
rows = [
  {name = "Solo", amount = "9", currency = "USD", period = "month"},
  {name = "Crew", amount = "29.50", currency = "USD", period = "month"},
]
[[samples]]
url = "https://quillow.dev/tools/nib"
rows = [{name = "Nib", amount = 19, currency = "USD", period = "month"}]
"""


def tier(name: str, cost: str, per: str = "each month", more: str = "") -> str:
    return (
        f'<div class="tier"><h3>{name}</h3><div><b class="cost">{cost}</b> <i class="per">{per}</i></div>{more}</div>'
    )


def page(*tiers: str, head: str = "") -> str:
    return f"<!doctype html><html lang=en><head><title>Tools</title>{head}</head><body><h1>Tools</h1>{''.join(tiers)}</body></html>"


INK, NIB = page(tier("Solo", "$9"), tier("Crew", "$29.50")), page(tier("Nib", "$19"))
HERE = f"{SITE}/tools/blot"


@pytest.fixture(scope="module")
def recipe() -> Recipe:
    """A recipe that has learned from its two samples."""
    return learn(read_recipe(TOML), [INK, NIB])


def listing(**changes: Any) -> dict[str, Any]:
    row = {"name": "Ink", "url": "https://quillow.dev/t/ink"}
    return {
        "site": "quillow.dev",
        "kind": "listing",
        "paths": ["/new"],
        "item": "li.row",
        "fields": {
            "name": {"select": "a"},
            "url": {"select": "a", "attribute": "href"},
            "tagline": {"select": "p", "optional": True},
        },
        "samples": [{"url": "https://quillow.dev/new", "rows": [row]}],
        **changes,
    }


# ── what it reads ────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_recipe_reproduces_its_samples(recipe: Recipe) -> None:
    assert score(recipe, [INK, NIB]) == Score(2, ())
    assert score(recipe, [INK, NIB]).reproduces


def test_a_sample_that_reads_otherwise_is_named(recipe: Recipe) -> None:
    found = score(recipe, [INK, page(tier("Nib", "$18"))])
    assert found.differences == (f"{SITE}/tools/nib: row 1: amount should be '19'; '18' came.",)
    assert not found.reproduces


def test_half_a_dollar_may_be_written_either_way(recipe: Recipe) -> None:
    assert score(recipe, [page(tier("Solo", "$9.00"), tier("Crew", "$29.5")), NIB]).reproduces


def test_one_sample_proves_nothing(recipe: Recipe) -> None:
    assert not score(replace(recipe, samples=recipe.samples[:1]), [INK]).reproduces


def test_every_value_has_a_verbatim_quote_at_its_place(recipe: Recipe) -> None:
    html = page(tier("Blot &amp; Co", "$12"), tier("Big", "Contact us"))
    plans = run(recipe, html, HERE).plans
    assert [(p.name, p.amount, p.currency, p.period, p.qualifier, p.rung) for p in plans] == [
        ("Blot & Co", Decimal(12), "USD", "month", None, "recipe"),
        ("Big", None, None, "month", "contact", "recipe"),
    ]
    for plan in plans:
        assert plan.evidence
        for evidence in plan.evidence:
            assert evidence.place == "visible"
            assert evidence.quote == find_quote(evidence.quote, visible_text(html))


@pytest.mark.parametrize(
    ("markup", "amount", "quote"),
    [
        ("<b class=cost>$<b>29</b><sup>99</sup></b> per month", "29.99", "$29 99 per month"),
        ("<div class=cost><span>$</span><span>29</span><small>/mo</small></div>", "29", "$29/mo"),
        ("<div class=cost><div>$</div><div>29</div><div>/mo</div></div>", "29", "$\n29"),
        ("<i>From</i> <span class=cost>¥2,980</span>", "2980", "From ¥2,980"),
        ("<div class=cost>1.299,00 € per year</div>", "1299", "1.299,00 € per year"),
        ("<div class=cost>0.002 USD</div>", "0.002", "0.002 USD"),
    ],
)
@pytest.mark.parametrize("item", ["div", "a"])
def test_prices_are_read_as_readers_see_them(item: str, markup: str, amount: str, quote: str) -> None:
    data = json.loads(recipe_json(read_recipe(TOML)))
    data["item"] = ".tier"
    del data["fields"]["period"]
    html = page(f"<{item} class=tier><h3>Pro</h3>{markup}</{item}><p>Next to it: $5</p>")
    found = run(parse_recipe(data), html, HERE)
    assert found.troubles == ()
    plan = found.plans[0]
    assert (plan.amount, plan.evidence[0].quote, plan.evidence[0].place) == (Decimal(amount), quote, "visible")
    assert find_quote(quote, visible_text(html))


def test_a_card_in_a_line_of_cards_quotes_its_own_part() -> None:
    data = json.loads(recipe_json(read_recipe(TOML)))
    data |= {"item": "a.card", "fields": {"name": {"select": ".n"}, "price": {"select": ".cost"}}}
    card = "<a class=card><span class=n>{}</span> <span class=cost>{}</span></a>"
    html = page(card.format("Pro", "$29/mo") + " " + card.format("Max", "<s>$99</s> $59/mo"))
    plans = run(parse_recipe(data), html, HERE).plans
    assert [(plan.amount, plan.evidence[0].quote) for plan in plans] == [
        (Decimal(29), "Pro $29/mo"),
        (Decimal(59), "Max $99 $59/mo"),
    ]


def test_a_listing_gives_rows_as_the_generic_reader_does() -> None:
    found = run(
        parse_recipe(listing()),
        "<ul><li class=row><a href='/t/ink?utm_source=x'>Ink</a><p>Pens, drawn.</p></ul>",
        f"{SITE}/new",
    )
    assert found.listing == [{"name": "Ink", "url": f"{SITE}/t/ink", "tagline": "Pens, drawn."}]
    evidence = found.rows[0].evidence["url"][0]
    assert (evidence.place, evidence.quote, evidence.path) == ("markup", "/t/ink?utm_source=x", "a@href")


def test_facts_come_with_the_rung_recipe() -> None:
    data = {
        "site": "quillow.dev",
        "kind": "facts",
        "paths": ["/t/*"],
        "fields": {
            "name": {"select": ".who"},
            "tags": {"select": ".tag"},
            "license": {"select": "dd.lic"},
            "category": {"select": ".shelf"},
        },
        "samples": [
            {"url": f"{SITE}/t/a", "rows": [{"name": "Ink", "tags": ["pens"], "license": "MIT", "category": "design"}]}
        ]
        * 2,
    }
    html = "<div class=who>Ink</div><span class=tag>pens</span><span class=tag>paper</span><dl><dd class=lic>MIT License</dl><i class=shelf>Design Tools</i>"
    facts = {fact.field: fact for fact in run(parse_recipe(data), html, f"{SITE}/t/b").facts}
    assert {name: fact.value for name, fact in facts.items()} == {
        "name": "Ink",
        "tags": ["pens", "paper"],
        "license": "MIT",
        "category": "design",
    }
    assert {fact.rung for fact in facts.values()} == {"recipe"}
    assert [each.quote for each in facts["tags"].evidence] == ["pens", "paper"]


def test_a_pattern_cuts_the_amount_out_of_a_text() -> None:
    data = json.loads(recipe_json(read_recipe(TOML)))
    data["fields"]["price"] = {"select": ".cost", "pattern": r"now (\d+)"}
    html = page(tier("Solo", "was 20 or so, now 9 dollars"))
    assert run(parse_recipe(data), html, HERE).plans[0].amount == 9


def test_the_store_gives_back_what_was_learned(recipe: Recipe) -> None:
    assert stored_recipe(recipe_json(recipe)) == recipe


def test_hidden_words_are_no_visible_evidence(recipe: Recipe) -> None:
    found = run(recipe, page(tier("Solo", "<span hidden>$9</span>")), HERE)
    assert not found.plans
    assert found.wrong == ("price: '$9' is hidden from readers",)


# ── a changed page: the selector still matches, the value is wrong ───────────────────────────────────────────────────

DRIFTED = {
    "the neighbour's price inside the item": (
        '<div class="tier"><h3>Solo</h3><p>$9 each month</p><div>Extra seat <b class="cost">$5</b> <i class="per">each month</i></div></div>',
        "no place the samples' prices had",
    ),
    "two prices match": (
        tier("Solo", "$9", more='<p>Extra <b class="cost">$5</b></p>'),
        "different amounts in one item",
    ),
    "the struck-out price": (
        '<div class="tier"><h3>Solo</h3><div><s class="cost">$12</s> <b>$9</b> <i class="per">each month</i></div></div>',
        "'$12' is crossed out",
    ),
    "the struck-out price by style": (
        tier("Solo", '<span style="text-decoration: line-through">$12</span>'),
        "crossed out",
    ),
    "a price readers see nowhere, where they saw it": (tier("Solo", "<p>$</p><p>9</p>"), "none of the 0 amounts shown"),
    "another currency": (tier("Solo", "€9"), "in EUR, the samples' in USD"),
    "an id instead of the amount": (tier("Solo", "84310"), "'84310' is no amount of money"),
    "an id behind a sign": (tier("Solo", "$84310"), "far from the samples' 9 to 29.5"),
    "the yearly price": (tier("Solo", "$90", "each year"), "period: year, the samples' are month"),
    "the price as the name": (tier("$9", "$9"), "is a price or a paragraph, not a name"),
    "a number as the name": (tier("4711", "$9"), "is a bare number, as no sample's is"),
    "a paragraph as the name": (tier("Solo " + "of all things " * 8, "$9"), "name: "),
    "one price for all": (tier("A", "$9") + tier("B", "$9") + tier("C", "$9"), "all 3 rows have the same amount"),
    "one name for two": (tier("Solo", "$9") + tier("Solo", "$19"), "two items are called 'Solo'"),
}


@pytest.mark.parametrize("name", DRIFTED)
def test_a_wrong_value_is_noticed_and_retires(name: str, recipe: Recipe) -> None:
    tiers, why = DRIFTED[name]
    html = page(tiers)
    live = apply(recipe, Extraction(HERE), html)
    assert any(why in each for each in live.wrong), live.wrong
    assert live.extraction.plans == ()
    assert live.share == 0
    assert decide("active", None, Coverage(20, 1.0), live.wrong).state == "retired"


def test_an_attribute_that_holds_an_id_now_is_noticed() -> None:
    data = json.loads(recipe_json(read_recipe(TOML)))
    data["fields"]["price"] = {"select": ".cost", "attribute": "data-n"}
    by_attribute = parse_recipe(data)
    html = page('<div class="tier"><h3>Solo</h3><b class="cost" data-n="{}">$9</b> <i class="per">each month</i></div>')
    assert run(by_attribute, html.replace("{}", "9"), HERE).plans[0].amount == 9
    assert run(by_attribute, html.replace("{}", "12"), HERE).wrong == ("price: '12' is none of the amounts shown",)


def test_the_same_truth_in_a_new_template_costs_coverage(recipe: Recipe) -> None:
    html = page('<section class="plan"><h4>Solo</h4><b class="money">$9</b> each month</section>')
    live = apply(recipe, extract(html, HERE), html)
    assert (live.share, live.wrong) == (0.0, ())
    once = covered(Coverage(8, 1.0), live.share)
    assert decide("active", None, once).state == "active"  # one odd page is no redesign
    twice = covered(once, live.share)
    assert decide("active", None, twice).state == "retired"
    assert "dropped" in decide("active", None, twice).why


def test_a_missing_value_is_a_problem_not_a_wrong_value(recipe: Recipe) -> None:
    found = run(recipe, page('<div class="tier"><h3>Solo</h3></div>', tier("Crew", "$29")), HERE)
    assert (found.share, found.wrong) == (0.5, ())
    assert [plan.name for plan in found.plans] == ["Crew"]


def test_a_clash_with_a_strong_rung_is_noticed(recipe: Recipe) -> None:
    said = Plan(
        "Solo", Decimal(12), "USD", "month", rung="jsonld", confidence=0.6, evidence=(Evidence(HERE, "markup", "12"),)
    )
    live = apply(recipe, Extraction(HERE, plans=(said,)), page(tier("Solo", "$9")))
    assert live.wrong == ("plan solo month: it reads '9 USD', rung jsonld reads '12 USD'",)
    assert live.extraction.plans == (said,)


def test_a_weak_rung_counts_once_it_agreed_on_the_samples(recipe: Recipe) -> None:
    def said(*lines: tuple[str, str]) -> Extraction:
        plans = tuple(Plan(name, Decimal(amount), "USD", "month", rung="text") for name, amount in lines)
        return Extraction(HERE, plans=plans)

    html = page(tier("Solo", "$9"))
    assert not apply(recipe, said(("Solo", "12")), html).wrong
    samples = [said(("Solo", "9"), ("Crew", "29.50")), said(("Nib", "19"))]
    taught = learn(recipe, [INK, NIB], samples)
    assert taught.learned is not None
    assert taught.learned.agrees == ("text plan", "text price")
    assert apply(taught, said(("Solo", "12")), html).wrong


def test_markup_without_a_period_is_compared_where_it_meant_the_same_on_the_samples(recipe: Recipe) -> None:
    def offers(**prices: int) -> str:
        listed = [{"@type": "Offer", "name": n, "price": str(p), "priceCurrency": "USD"} for n, p in prices.items()]
        return f'<script type="application/ld+json">{json.dumps(listed)}</script>'

    ink, nib = (
        page(*tiers, head=offers(**said))
        for tiers, said in (
            ((tier("Solo", "$9"), tier("Crew", "$29.50")), {"Solo": 9, "Crew": 29.5}),
            ((tier("Nib", "$19"),), {"Nib": 19}),
        )
    )

    def read(html: str) -> Extraction:
        plans = tuple(replace(plan, rung="jsonld") for plan in plans_of_offers(read_jsonld(parse(html)), HERE))
        return Extraction(HERE, plans=plans)

    taught = learn(recipe, [ink, nib], [read(ink), read(nib)])
    html = page(tier("Blot", "$9"), head=offers(Blot=12))
    assert apply(taught, read(html), html).wrong == ("price blot: it reads '9 USD', rung jsonld reads '12 USD'",)


def test_a_crossed_out_price_beside_the_present_one_is_passed_over(recipe: Recipe) -> None:
    found = run(recipe, page(tier("Solo", "<s>$12</s> $9")), HERE)
    assert found.troubles == ()
    assert found.plans[0].amount == 9


def test_what_is_shown_falls_out_of_the_rungs(recipe: Recipe) -> None:
    html = page(tier("Solo", "$9"))
    weak = Plan("Most popular", Decimal(9), "USD", rung="text", confidence=0.6)
    strong = Plan("Solo", Decimal(9), "USD", "month", rung="jsonld", confidence=0.6)
    live = apply(recipe, Extraction(HERE, plans=(weak, strong), missing=("plans",)), html)
    assert [plan.rung for plan in live.extraction.plans] == ["jsonld", "recipe"]
    assert live.extraction.missing == ()


# ── its life ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_no_recipe_is_active_before_three_further_pages() -> None:
    proved, coverage = Score(2), Coverage()
    for pages in range(4):
        assert decide("proposed", proved, coverage).state == ("active" if pages >= 3 else "proposed")
        coverage = covered(coverage, 1.0)


def test_too_few_valid_rows_keep_it_proposed() -> None:
    assert decide("proposed", Score(2), Coverage(9, 0.94)).state == "proposed"
    assert decide("proposed", Score(2), Coverage(9, 0.95)).state == "active"


def test_samples_not_reproduced_keep_it_out() -> None:
    assert decide("proposed", Score(2, ("row 1",)), Coverage(9, 1.0)).state == "proposed"
    assert decide("active", Score(2, ("row 1",)), Coverage(9, 1.0)).state == "retired"


def test_retired_is_for_good() -> None:
    assert decide("retired", Score(2), Coverage(9, 1.0)).state == "retired"


# ── what is refused ──────────────────────────────────────────────────────────────────────────────────────────────────

BAD = {
    "an unknown key": ({"script": "alert(1)"}, "there is no 'script'"),
    "an unknown kind": ({"kind": "code"}, "one of plans, facts, listing"),
    "an unknown field": ({"fields": {"nmae": {"select": "a"}}}, "there is no 'nmae'"),
    "a field's unknown key": ({"fields": {"name": {"select": "a", "eval": "1"}, "url": {"select": "a"}}}, "there is no 'eval'"),
    "a needed field left out": ({"fields": {"name": {"select": "a"}}}, "needs url"),
    "no selector": ({"item": "li["}, "item: "),
    "a selector that looks around": ({"item": "li:has(a)"}, "more of CSS than a recipe may"),
    "a selector of many steps": ({"item": "div div div div"}, "too many steps"),
    "a whole suffix": ({"site": "www.quillow.dev"}, "the registered name alone, such as 'quillow.dev'"),
    "no paths": ({"paths": []}, "1 to 20 paths"),
    "a sample of another site": ({"samples": [{"url": "https://rival.dev/new", "rows": [{"name": "a", "url": "b"}]}]}, "rival.dev"),
    "a sample without rows": ({"samples": [{"url": "https://quillow.dev/new", "rows": []}]}, "rows"),
    "what only code may write": ({"learned": {}}, "there is no 'learned'"),
    "a pattern of nested repeats": (
        {"fields": {"name": {"select": "a", "pattern": "(a+)+$"}, "url": {"select": "a"}}},
        "repeats a group that repeats",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", BAD)
def test_what_is_no_recipe_is_refused_in_one_sentence(name: str) -> None:
    changes, why = BAD[name]
    with pytest.raises(UsageError) as refused:
        parse_recipe(listing(**changes))
    assert why in str(refused.value)
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize("text", ["{", "= 1", "[[[[", "[]", '{"a": ' * 2_000, "x" * 50_000])
def test_what_is_neither_json_nor_toml_is_refused(text: str) -> None:
    with pytest.raises(UsageError):
        read_recipe(text)


HOSTILE = [
    "(a+)+$",
    "(a*)*b",
    "(a|a)*b",
    "(a|aa)+$",
    "(?:a?){30}b",
    "((a{1,9}){1,9}){1,9}",
    ".*.*.*.*x",
    r"\w*\w*\w*!",
    "a?" * 30 + "a" * 30,
    "(a|b)(a|b)(a|b)(a|b)(a|b)(a|b)(a|b)(a|b)x",
    r"(?=a+)a+",
    r"(a)\1",
    r"(?P<n>a)",
    r"(?i)a",
    r"a{1,9999}",
    "a" * (PATTERN_CHARS + 1),
    "(",
    "[",
    "a)",
    "*",
    "a**",
    "(a)(b)",
]


@pytest.mark.parametrize("pattern", HOSTILE)
def test_a_pattern_that_could_hang_is_refused(pattern: str) -> None:
    with pytest.raises(UsageError):
        checked_pattern(pattern, "p")


@pytest.mark.parametrize(
    ("pattern", "text", "found"),
    [
        (r"\$(\d+(?:\.\d+)?)", "from $19.50 a month", "19.50"),
        (r"^(.+?) plan$", "Crew plan", "Crew"),
        (r"[€$]\s?\d{1,4}", "costs € 12", "€ 12"),
        (r"MIT|Apache-2\.0", "under Apache-2.0", "Apache-2.0"),
        (r"v\d+", "none", None),
    ],
)
def test_ordinary_patterns_are_run(pattern: str, text: str, found: str | None) -> None:
    assert first_match(checked_pattern(pattern, "p"), text) == found


@pytest.mark.parametrize("pattern", [r".*.*x", r"\w+\w+!", r"(?:a|b)a*a*!"])
def test_the_worst_pattern_allowed_ends_soon(pattern: str) -> None:
    compiled = checked_pattern(pattern, "p")
    began = time.process_time()
    assert first_match(compiled, "a" * 100_000) is None
    assert time.process_time() - began < 0.5


@pytest.mark.parametrize(
    "css", [".tier", "div > p.a + b", "[data-x='a b: (c)']", "li:nth-child(2n + 1)", "a:not(.ad), b"]
)
def test_ordinary_selectors_are_run(css: str) -> None:
    assert checked_selector(css, "s", spaces=1) == css


@pytest.mark.parametrize("css", ["", "a ~ b", ":is(a, b)", "a:has(b)", "a b c", ":nth-child(1 of a b)", "{", "a" * 400])
def test_other_selectors_are_refused(css: str) -> None:
    with pytest.raises(UsageError):
        checked_selector(css, "s", spaces=1)


def test_the_worst_selectors_end_soon() -> None:
    html = "<div>" * 110 + "<b>x</b>" * 19_000 + "</div>" * 110
    fields = {"name": {"select": ":nth-child(7)"}, "tagline": {"select": ".no b"}, "license": {"select": ":last-child"}}
    began = time.process_time()
    for item in ("body", ".no div b"):
        data = {"site": "a.dev", "kind": "facts", "paths": ["/*"], "item": item, "fields": fields}
        assert run(parse_recipe(data), html, "https://a.dev/").troubles
    assert time.process_time() - began < 5


def test_hostile_pages_end_soon(recipe: Recipe) -> None:
    pages = [
        "<div class=tier>" * 5_000,
        page(*(tier("A", "$1") for _ in range(3_000))),
        page("<div class=tier>" + "<b class=cost>$9</b>" * 20_000 + "</div>"),
        "<div class=tier><h3>" + "a" * 1_000_000,
        "<div class=tier>" + "<p>" * 500_000,
    ]
    began = time.process_time()
    for html in pages:
        assert not run(recipe, html, HERE).plans
    assert time.process_time() - began < 10
