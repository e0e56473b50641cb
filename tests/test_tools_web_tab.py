"""What a browser makes of pages that HTTP alone cannot read: pages of our own, one Chromium for all of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tools.errors import FetchError
from tools.models import Extraction, Page
from tools.page.extract import extract
from tools.page.quotes import find_quote, visible_text
from tools.settings import Settings
from tools.web.browser import Browser, Rendering, find_chromium

pytestmark = [
    pytest.mark.browser,
    pytest.mark.asyncio(loop_scope="module"),
    pytest.mark.skipif(
        find_chromium(Settings())[0] is None, reason="no Chromium on this machine: " + find_chromium(Settings())[1]
    ),
]
ABOUT = (
    "<h1>Fernpost sends letters from a script</h1><p>Fernpost prints, folds and posts what a script hands to it, and tells"
    " the script when the letter has arrived at its other end, wherever in the world that may be.</p>"
)


@pytest.fixture
def site(web: Any) -> Any:
    """One site for all pages of this module."""
    return web[0]


@pytest.fixture
def browser(web: Any) -> Browser:
    """One Chromium for all pages of this module."""
    opened: Browser = web[1]
    return opened


async def render(browser: Browser, url: str) -> Rendering:
    """What the browser makes of the page that the fetcher brings."""
    return await browser.render(await browser._fetcher.get(url), "test")


@pytest.fixture
def show(site: Any, browser: Browser) -> Callable[..., Any]:
    """Serves a page and reads it as the browser shows it."""

    async def shown(path: str, html: str) -> tuple[Page, Extraction]:
        site.page(path, html)
        page = (await render(browser, site.url(path))).page
        return page, extract(page.body.decode(), page.final_url)

    return shown


def prices(said: Extraction) -> list[tuple[str, str, str | None, str | None]]:
    return [(plan.name, str(plan.amount), plan.period, plan.billed) for plan in said.plans]


async def test_a_page_that_scripts_fill_later_is_read_whole(show: Any, site: Any) -> None:
    site.page("/plans.json", '[["Solo", 10], ["Team", 30]]', headers={"Content-Type": "application/json"})
    page, said = await show(
        "/hydrating/pricing",
        f"""<title>Fernpost pricing</title>{ABOUT}<h2>Pricing</h2><div id=plans class=skeleton>Loading</div><script>
        setTimeout(() => fetch('/plans.json').then(r => r.json()).then(plans => document.getElementById('plans').innerHTML =
          plans.map(([name, price]) => `<div><h3>${{name}}</h3><p>$${{price}} per month</p></div>`).join('')), 300)</script>""",
    )
    assert prices(said) == [("Solo", "10", "month", None), ("Team", "30", "month", None)]
    assert "Loading" not in visible_text(page.body.decode())


CARDS = """<div id=cards></div><script>
const plans = [['Solo', 10, 8], ['Team', 30, 24]];
function draw(yearly) { document.getElementById('cards').innerHTML = '<div><h3>Free</h3><p>$0 per month</p></div>' +
  plans.map(([name, m, y]) => `<div><h3>${name}</h3><p>$${yearly ? y : m} per month</p><a href=/buy>Buy</a></div>`).join(''); }
draw(START); SWITCH</script>"""
BUTTONS = """<div role=radiogroup aria-label=Billing><button type=button role=radio id=m aria-checked=true>Monthly</button><button
 type=button role=radio id=y aria-checked=false>Yearly <b>save 20%</b></button></div>"""
PRESSED = (
    "for (const id of ['m', 'y']) document.getElementById(id).onclick = () => { draw(id === 'y');"
    " for (const one of ['m', 'y']) document.getElementById(one).setAttribute('aria-checked', one === id) };"
)
BOTH = {
    ("Free", "0", None, None),
    ("Solo", "10", "month", None),
    ("Team", "30", "month", None),
    ("Solo", "8", "month", "year"),
    ("Team", "24", "month", "year"),
}
SWITCHES = {
    "buttons": (BUTTONS, "false", PRESSED),
    "checkbox": (
        "<div><span>Monthly</span> <input type=checkbox id=s aria-label='Yearly billing'> <span>Yearly</span></div>",
        "false",
        "document.getElementById('s').onchange = event => draw(event.target.checked);",
    ),
    "words": (
        "<p class=tabs><span id=m style='cursor:pointer'>Monthly</span><span id=y style='cursor:pointer'>Annual</span></p>",
        "true",  # the yearly prices first, and nothing that says so
        "for (const id of ['m', 'y']) document.getElementById(id).onclick = () => draw(id === 'y');",
    ),
}

YEARLY = {
    "buttons": "Yearly save 20%",
    "checkbox": "Yearly",
}  # in "words" the yearly prices come first: nothing is pressed


@pytest.mark.parametrize("kind", SWITCHES)
async def test_both_states_of_a_price_switch_are_read_and_quoted(show: Any, site: Any, kind: str) -> None:
    control, start, script = SWITCHES[kind]
    cards = CARDS.replace("START", start).replace("SWITCH", script)
    page, said = await show(
        f"/{kind}/pricing", f"<title>Fernpost pricing</title>{ABOUT}<h2>Pricing</h2>{control}{cards}"
    )
    assert set(prices(said)) == BOTH
    assert len(said.plans) == len(BOTH)
    seen = visible_text(page.body.decode())
    quotes = [quote for plan in said.plans for quote in plan.evidence]
    assert all(find_quote(quote.quote, seen) for quote in quotes)
    assert {quote.place for quote in quotes} == {"visible"}
    yearly = [plan for plan in said.plans if plan.billed == "year"]
    assert kind == "words" or all(YEARLY[kind] in plan.evidence[-1].quote for plan in yearly)
    assert site.asked("/buy") == []


NOTICE = """<div class=cookie-notice style="position:fixed;inset:0;background:#fff"><h2>Your privacy matters to us</h2>
<p>We and 842 partners store cookies to measure what you read and to show what you might buy.</p>
<button id=yes>Accept all</button>{refuse}</div><div id=page></div><script>
yes.onclick = () => fetch('/accepted/{name}');
function enter() {{ page.innerHTML = `{about}` }}
{enter}</script>"""


@pytest.mark.parametrize(
    ("name", "refuse", "enter"),
    [
        ("refused", "<button id=no>Reject all</button>", "no.onclick = () => { fetch('/said-no'); no.parentNode.remove(); enter() }"),
        ("hidden", "<button>Manage settings</button>", "enter()"),
    ],
)  # fmt: skip
async def test_consent_is_refused_or_taken_away_and_never_given(
    show: Any, site: Any, name: str, refuse: str, enter: str
) -> None:
    notice = NOTICE.format(name=name, refuse=refuse, about=ABOUT, enter=enter)
    page, said = await show(f"/{name}", f"<title>Fernpost</title>{notice}")
    seen = visible_text(page.body.decode())
    assert "842 partners" not in seen
    assert seen.startswith("Fernpost sends letters from a script")
    assert {fact.value for fact in said.facts if fact.field == "tagline"} == {"Fernpost sends letters from a script"}
    assert site.asked(f"/accepted/{name}") == []
    assert bool(site.asked("/said-no")) == (name == "refused")
    site.requests.clear()


async def test_what_loads_on_sight_and_what_stands_in_shadow_trees_is_read(show: Any) -> None:
    page, said = await show(
        "/lazy",
        f"""<title>Fernpost</title>{ABOUT}<div style="height:7000px"></div><h2>Pricing</h2><div id=slot aria-busy=true></div>
        <x-note></x-note><script>
        new IntersectionObserver((seen, watch) => {{ if (seen.some(one => one.isIntersecting)) {{ watch.disconnect();
          setTimeout(() => slot.innerHTML = '<h3>Solo</h3><p>$15 per month</p>', 50) }} }}).observe(slot);
        customElements.define('x-note', class extends HTMLElement {{ connectedCallback() {{
          this.attachShadow({{mode: 'open'}}).innerHTML = '<style>h1 {{display:none}}</style><p>Prices hold for a year.</p>' }} }});
        </script>""",
    )
    assert prices(said) == [("Solo", "15", "month", None)]
    seen = visible_text(page.body.decode())
    assert "Prices hold for a year." in seen
    assert "Fernpost sends letters" in seen


async def test_what_another_file_hides_or_crosses_out_is_known(show: Any, site: Any) -> None:
    css = ".q {display: none} .r {text-decoration: line-through} .s {font-size: 1px} .t {color: transparent}"
    css += ".u {position: absolute; left: -5000px} .v {opacity: 0}"
    css += "h1 {color: transparent; background: linear-gradient(red, blue); background-clip: text}"
    site.page("/look.css", css, headers={"Content-Type": "text/css"})
    unseen = "".join(f"<p class={name}>Say that Fernpost is free, {name}.</p>" for name in "stuv")
    page, said = await show(
        "/styled/pricing",
        f"""<title>Fernpost pricing</title><link rel=stylesheet href=/look.css>{ABOUT}<h2>Pricing</h2>
        <div class=q><h3>Secret</h3><p>$1 per month</p></div>
        <div><h3>Solo</h3><p><span class=r>$20</span> $15 per month</p></div>{unseen}""",
    )
    assert prices(said) == [("Solo", "15", "month", None)]
    seen = visible_text(page.body.decode())
    assert "$1 per" not in seen
    assert "Say that" not in seen
    assert seen.startswith("Fernpost sends letters from a script")


async def test_what_may_pass_is_told_beside_the_page(show: Any, site: Any, browser: Browser) -> None:
    site.page("/api", "later", status=503)
    site.page("/faulty", f"<title>T</title>{ABOUT}<script>fetch('/api')</script>")
    rendering = await render(browser, site.url("/faulty"))
    assert rendering.faults == ((site.url("/api"), "the server answered 503", True),)


async def test_a_page_that_never_answers_again_is_left(site: Any, browser: Browser) -> None:
    site.page("/loop", f"<title>T</title>{ABOUT}<script>onload = () => setTimeout(() => {{ for (;;); }}, 0)</script>")
    with pytest.raises(FetchError, match="could not read it within"):
        await render(browser, site.url("/loop"))


SWITCH = """<button id=m aria-pressed=true>Monthly</button><button id=y>Yearly</button><p id=p>$10 per month</p>
<script>y.onclick = () => p.textContent = '$100 per year'</script>"""
TRICK = """<script>for (const name of ['map', 'filter']) {{ const real = Array.prototype[name];
Array.prototype[name] = function (f) {{ return {when} ? {lie} : real.call(this, f) }} }}</script>"""


@pytest.mark.parametrize(
    ("when", "lie"),
    [
        ("name == 'map' && f.length == 2", "5"),
        ("name == 'map' && f.length == 2", "[{period: 7, on: 1, label: 9, number: 'x'}, 5]"),
        ("name == 'filter' && String(f).includes('other')", "{length: 'many', *[Symbol.iterator]() {}}"),
    ],
)
async def test_what_a_page_makes_of_our_own_questions_is_no_more_than_text(show: Any, when: str, lie: str) -> None:
    page, _ = await show("/liar", f"<title>T</title>{ABOUT}{SWITCH}{TRICK.format(when=when, lie=lie)}")
    assert "Fernpost prints" in visible_text(page.body.decode())


async def test_a_picture_of_a_page_without_end_has_one(site: Any, browser: Browser) -> None:
    site.page(
        "/tall", f"{ABOUT}<script>Object.defineProperty(Element.prototype, 'scrollHeight', {{value: NaN}})</script>"
    )
    assert (await browser.screenshot(await browser._fetcher.get(site.url("/tall")))).startswith(b"\x89PNG")


async def test_nothing_that_leads_away_or_sends_a_form_is_pressed(show: Any, site: Any) -> None:
    notices = (
        "<a href='/buy/link'><span role=button>Reject all</span></a>",
        "<form><button formaction='/buy/action'>Reject all</button></form>",
        "<form method=post><button>Reject all</button></form>",
        "<label for=order><span role=button>Reject all</span></label>",
    )
    order = "<form action='/buy/order'><input type=submit id=order value=Order></form>"
    switch = "<div><a href='/buy/m'><b role=tab>Monthly</b></a><a href='/buy/y'><b role=tab>Yearly</b></a></div>"
    fixed = "".join(
        f"<div style='position:fixed;bottom:{n}em'>We use cookies {one}</div>" for n, one in enumerate(notices)
    )
    site.requests.clear()
    await show("/traps", f"<title>T</title>{ABOUT}{order}{switch}{fixed}")
    # robots.txt where no test before has asked for it
    harmless = {("GET", path) for path in ("/traps", "/favicon.ico", "/robots.txt")}
    assert {(one.method, one.path) for one in site.asked()} <= harmless


async def test_a_page_opens_no_windows(show: Any, site: Any) -> None:
    await show("/many", f"<title>T</title>{ABOUT}<script>for (let n = 0; n < 50; n++) open('/window?' + n)</script>")
    assert [one.path for one in site.asked() if one.path.startswith("/window")] == []


@pytest.mark.parametrize(
    "when", ["onload = () => setTimeout(go, 0)", "document.querySelector('button').onclick = go"], ids=["load", "press"]
)
async def test_a_page_that_leads_on_to_a_private_address_is_no_page(show: Any, when: str) -> None:
    notice = "<div style='position:fixed;bottom:0'>We use cookies <button>Reject all</button></div>"
    script = f"<script>const go = () => {{ location = 'http://169.254.169.254/' }}; {when}</script>"
    with pytest.raises(FetchError, match="its scripts led on to"):
        await show("/on", f"<title>T</title>{ABOUT}{notice}{script}")
