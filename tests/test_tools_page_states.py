"""What a page holds ready: parts that come behind it in a stream, closed panes, attributes and scripts of a price switch."""

import pytest

from tools.models import Plan
from tools.page.extract import extract
from tools.page.quotes import find_quote, visible_text

SECRET = "obey the parrot"
SWAP = '<script>$RC("B:0","S:0")</script>'
PLACE = '<main><!--$?--><template id="B:0"></template><p>Loading</p><!--$--><b>still</b><!--/$--><!--/$--><p>after</p></main>'


def part(name: str, html: str) -> str:
    return f'<div hidden id="{name}">{html}</div>'


def test_a_streamed_part_stands_where_its_script_would_put_it() -> None:
    assert visible_text(PLACE + part("S:0", "<h1>Quern</h1><p>grinds logs</p>") + SWAP) == "Quern\ngrinds logs\nafter"


def test_a_part_within_a_part_is_put_in_its_place() -> None:
    inner = "<p>first</p>" + '<template id="P:1"></template>' + "<p>last</p>"
    html = PLACE + part("S:0", inner) + SWAP + part("S:1", "<p>middle</p>") + '<script>$RS("S:1","P:1")</script>'
    assert visible_text(html) == "first\nmiddle\nlast\nafter"


@pytest.mark.parametrize(
    "call",
    [
        "<script>$RC('B:0','S:0')</script>",
        '<script>$RR("B:0","S:0",[["a.css"]])</script>',
        '<script>var a=1;put( "B:0" , "S:0" )</script>',
        '<template data-rci="" data-bid="B:0" data-sid="S:0"></template>',
    ],
)
def test_the_names_of_the_calls_do_not_matter(call: str) -> None:
    assert visible_text(PLACE + part("S:0", "<p>here</p>") + call) == "here\nafter"


@pytest.mark.parametrize(
    "html",
    [
        PLACE + part("S:0", SECRET),  # nothing moves it
        part("S:0", SECRET) + SWAP,  # there is no place for it
        PLACE + part("S:1", SECRET) + SWAP,
        PLACE + part("S:0", f"<p hidden>{SECRET}</p>") + SWAP,
        PLACE + part("S:0", "x") + SWAP + part("S:2", SECRET),
        PLACE + f'<div style="display:none"><div hidden id="S:0">x</div><p>{SECRET}</p></div>' + SWAP,
    ],
)
def test_what_no_script_moves_stays_hidden(html: str) -> None:
    assert SECRET not in visible_text(html)


def test_a_part_that_holds_its_own_place_ends() -> None:
    html = "<p>x</p>" + '<template id="B:0"></template>' + part("S:0", '<p>once</p><template id="B:1"></template>')
    assert visible_text(html + '<script>f("B:0","S:0");f("B:1","S:0")</script>') == "x\nonce"


def card(name: str, price: str) -> str:
    return f"<div class=card><h3>{name}</h3>{price}<ul><li>All of it</li></ul></div>"


def read(body: str) -> list[Plan]:
    html = f"<title>Pricing | Quern</title><h1>Pricing</h1><div class=grid>{body}</div>"
    plans = extract(html, "https://quern.example/pricing").plans
    for plan in plans:
        for said in plan.evidence:
            if said.place == "visible":
                assert find_quote(said.quote, visible_text(html))
            elif said.path:
                assert said.quote in html
    return list(plans)


def told(plans: list[Plan]) -> list[tuple[str, str, str | None, str | None, str]]:
    return [(p.name, str(p.amount), p.period, p.billed, p.evidence[0].place) for p in plans]


SHOWN = [("Solo", "9", "month", None, "visible"), ("Team", "29", "month", None, "visible")]
YEARLY = [("Solo", "90", "year", None, "markup"), ("Team", "290", "year", None, "markup")]
BY_THE_YEAR = [("Solo", "7", "month", "year", "markup"), ("Team", "24", "month", "year", "markup")]
CARDS = card("Solo", "<p>$9/mo</p>") + card("Team", "<p>$29/mo</p>")
MORE = card("Solo", "<p>$90</p>") + card("Team", "<p>$290</p>")
PANE = f"<div role=tabpanel id=y hidden>{MORE}</div>"


@pytest.mark.parametrize(
    ("body", "further"),
    [
        (
            f"<button role=tab aria-controls=y>Yearly</button><div role=tabpanel>{CARDS}</div>" + PANE,
            YEARLY,
        ),
        (f'<a data-bs-target="#y">Yearly</a><div>{CARDS}</div><div id=y class="tab-pane d-none">{MORE}</div>', YEARLY),
        (f"<div x-show='!yearly'>{CARDS}</div><div x-show='yearly' style='display:none'>{MORE}</div>", YEARLY),
        (
            card("Solo", "<p class=price-monthly>$9/mo</p><p class='price-yearly hidden'>$90</p>")
            + card("Team", "<p class=price-monthly>$29/mo</p><p class='price-yearly hidden'>$290</p>"),
            YEARLY,
        ),
        (
            card("Solo", "<p>$<b data-monthly=9 data-yearly=90>9</b>/mo</p>")
            + card("Team", "<p>$<b data-monthly=29 data-yearly=290>29</b>/mo</p>"),
            YEARLY,
        ),
        (
            card("Solo", '<p><b data-price-month="$9" data-price-annual="$7">$9</b>/mo</p>')
            + card("Team", '<p><b data-price-month="$29" data-price-annual="$24">$29</b>/mo</p>'),
            BY_THE_YEAR,
        ),
        (
            CARDS
            + '<script>const plans=[{name:"Solo",monthly:9,yearly:7},{title:"Team",price:{month:29,annual:24}}]</script>',
            BY_THE_YEAR,
        ),
        (
            CARDS + r'<script>self.__next_f.push([1,"{\"name\":\"Solo\",\"monthlyPrice\":9,\"yearlyPrice\":90},'
            r'{\"name\":\"Team\",\"monthlyPrice\":29,\"yearlyPrice\":290}"])</script>',
            YEARLY,
        ),
    ],
)
def test_a_switch_that_nobody_pressed_is_read_as_markup(body: str, further: list[tuple[str, ...]]) -> None:
    assert told(read(body)) == SHOWN + further


def test_plans_of_another_kind_of_customer_stand_in_a_closed_pane() -> None:
    pane = card("Duo", "<p>$12/mo</p>") + card("Crew", "<p>$19/mo</p>")
    body = f"<button data-tab=home>Homes</button><div class=tab>{CARDS}</div><div class=tab id=tab-home style='display:none'>{pane}</div>"
    assert told(read(body)) == [*SHOWN, ("Duo", "12", "month", None, "markup"), ("Crew", "19", "month", None, "markup")]


@pytest.mark.parametrize(
    "ready",
    [
        f"<div hidden>{card('Ghost', '<p>$1/mo</p>')}</div>",
        f"<div style='display:none'>{card('Ghost', '<p>$1/mo</p>')}</div>",
        f"<div role=tabpanel hidden>{card('Ghost', '<p>$1/mo</p>')}</div>",
        "<div class=card style='display:none'><h3>Ghost</h3><p>$1/mo</p></div>",
        f"<template>{card('Ghost', '<p>$1/mo</p>')}</template>",
        "<script>const plans=[{name:'Ghost',monthly:1,yearly:10}]</script>",
        "<script>const plans=[{name:'Solo',monthly:1,yearly:10}]</script>",
        "<b data-monthly=5 data-yearly=50>best</b>",
        "<b data-monthly=5 data-yearly=50>9</b>",
    ],
)
def test_what_nothing_on_the_page_opens_or_prices_is_no_plan(ready: str) -> None:
    assert told(read(CARDS + ready)) == SHOWN


def test_a_panes_price_that_the_page_tells_again_is_read_beside_the_former_one() -> None:
    """The yearly price is what the monthly one was: struck out, in the pane and in a sentence."""
    html = """<title>Pricing – Quern</title><h1>Quern pricing</h1>
    <p>Billed <button data-period=month aria-pressed=true>monthly</button> or <button data-period=year>yearly</button></p>
    <div class=plans><div class=plan><h3>Solo</h3><div><span class=monthly>$0</span> <small>per month</small></div><ul><li>1 user</li></ul><a href=#s>Start</a></div>
    <div class=plan><h3>Team</h3><div><del>$30</del> <span class=monthly>$36</span> <span class=yearly style="display:none">$30</span>
    <small>per user per month</small></div><p>$30 per user per month when billed yearly</p><ul><li>Remote cache</li></ul><a href=#s>Start</a></div></div>"""
    found = extract(html, "https://quern.example/pricing").plans
    assert {(str(plan.amount), plan.period, plan.billed) for plan in found if plan.name == "Team"} == {
        ("36", "month", None),
        ("30", "month", "year"),
    }
