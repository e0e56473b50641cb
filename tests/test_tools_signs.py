"""Which pages ask for a browser or an eye, and which do not; and how prices of two states are told apart."""

from __future__ import annotations

import pytest

from tools.page.extract import extract

ABOUT = (
    "<h1>Fernpost sends letters from a script</h1><p>Fernpost prints, folds and posts what a script hands to it, and tells"
    " the script when the letter has arrived at its other end, wherever in the world that may be on that day.</p>"
)
SCRIPT = "<script src=/app.js></script>"
PLANS = "<div><h3>Solo</h3><p>$10 per month</p></div><div><h3>Team</h3><p>$30 per month</p></div>"
SWITCH = "<button>Monthly</button><button>Yearly (save 20%)</button>"
BOX = "<div><span>Monthly</span> <label><input type=checkbox></label> <span>Yearly</span></div>"
NOTICE = "<div id=cookie-banner><p>We and our partners store cookies to see what you read.</p><button>Accept all</button></div>"

CASES = [
    # html, path, how the trouble begins ("": none)
    ("<div id=root></div>" + SCRIPT, "/", "browser: 0 characters of visible text, and scripts"),
    ("<div id=root></div>", "/", ""),  # no script would fill it
    (ABOUT + SCRIPT, "/", ""),
    (NOTICE + "<p>Loading</p>" * 20 + SCRIPT, "/", "browser: 140 characters of visible text beside a consent notice"),
    (NOTICE + ABOUT + SCRIPT, "/", ""),
    (ABOUT + "<div id=app> </div>" + SCRIPT, "/", "browser: its <div id=app> is empty, and scripts"),
    (ABOUT * 8 + "<div id=app></div>" + SCRIPT, "/", ""),  # a widget on a page that says enough
    # prices announced
    (ABOUT + "<h2>Pricing</h2><div aria-busy=true></div>" + SCRIPT, "/", "browser: prices are announced, and a <div> waits"),
    (ABOUT + "<div class='card skeleton'></div>" + SCRIPT, "/pricing", "browser: prices are announced, and a <div> waits"),
    (ABOUT + "<p>Loading plans…</p>" + SCRIPT, "/plans", "browser: prices are announced, and the page says “Loading plans"),
    (ABOUT + "<div hx-get=/p hx-trigger=revealed></div>" + SCRIPT, "/pricing", "browser: prices are announced"),
    (ABOUT + "<div aria-busy=true></div>" + SCRIPT, "/", ""),  # nothing is said of prices
    (ABOUT + "<h2>Pricing</h2><p>Talk to us.</p>" + SCRIPT, "/", ""),
    (ABOUT + PLANS + "<div aria-busy=true></div>" + SCRIPT, "/pricing", ""),
    # a switch
    (ABOUT + SWITCH + PLANS + SCRIPT, "/pricing", "browser: a switch between monthly and yearly"),
    (ABOUT + SWITCH + PLANS, "/pricing", ""),  # nothing works it
    (ABOUT + PLANS + SCRIPT, "/pricing", ""),
    (ABOUT + SWITCH + PLANS + "<div><h3>Solo yearly</h3><p>$96 per year</p></div>" + SCRIPT, "/pricing", ""),
    (ABOUT + "<button>Monthly report</button><button>Archive</button>" + PLANS + SCRIPT, "/pricing", ""),
    (ABOUT + SWITCH + PLANS.replace(" per month", "") + SCRIPT, "/pricing", "browser: a switch between monthly and yearly"),
    (ABOUT + BOX + PLANS + SCRIPT, "/pricing", "browser: a switch between monthly and yearly"),
    (ABOUT + BOX.replace("Yearly", "Mail") + PLANS + SCRIPT, "/pricing", ""),
    # pictures
    (ABOUT + "<h2>Pricing</h2><img src=/a/price-list.png>", "/", "look: its prices stand only in a picture (price-list.png)"),
    (ABOUT + "<img src=/x.png alt='Our plans'>", "/pricing", "look: its prices stand only in a picture (x.png)"),
    (ABOUT + "<h2>Unsere Preise</h2><img src=/b.webp alt='Preise auf einen Blick'>", "/", "look: its prices stand only"),
    (ABOUT + "<canvas width=800 height=300></canvas>", "/pricing", "look: its prices stand only in a picture (a canvas)"),
    (ABOUT + "<object data=/pricing.svg></object>", "/pricing", "look: its prices stand only in a picture (pricing.svg)"),
    (ABOUT + "<svg><text>$12 / month</text></svg>", "/pricing", "look: its prices stand only in a picture (an <svg>)"),
    (ABOUT + "<div style='background-image: url(/i/plans@2x.png)'></div>", "/pricing", "look: its prices stand only in a picture (plans@2x.png)"),
    (ABOUT + "<h3>Solo</h3><img src=/a1.png><h3>Team</h3><img src=/a2.png>", "/pricing", "look: its prices stand only in a picture (a1.png)"),
    (ABOUT + "<h3>Solo</h3><img src=/a1.png><h3>Team</h3><p>Contact sales</p>", "/pricing", ""),
    (ABOUT + "<svg><path d=M0/></svg><div style='background:#fff'></div>", "/pricing", ""),
    (ABOUT + "<h2>Pricing</h2><img src=/team.png alt='Our team'>", "/", ""),
    (ABOUT + "<img src=/price-list.png>", "/", ""),  # prices are not announced
    (ABOUT + PLANS + "<img src=/price-list.png>", "/pricing", ""),
    (ABOUT + "<p>From $10, as the picture shows.</p><img src=/price-list.png>", "/pricing", ""),
    (ABOUT + "<nav><img src=/pricing-icon.png></nav>", "/pricing", ""),
    (ABOUT + "<canvas width=40 height=20></canvas>", "/pricing", ""),
]  # fmt: skip


@pytest.mark.parametrize(("html", "path", "expected"), CASES)
def test_what_a_page_asks_for(html: str, path: str, expected: str) -> None:
    found = extract(f"<title>Fernpost</title>{html}", f"https://fernpost.example{path}").trouble
    assert found == () if not expected else (len(found) == 1 and found[0].startswith(expected)), found


STATES = [
    # first, what the page shows, the other period, what it shows then; name -> (amount, period, billed)
    (
        "month", "<h3>Solo</h3><p>$10 per month</p>", "year", "<h3>Solo</h3><p>$8 per month</p>",
        [("10", "month", None), ("8", "month", "year")],
    ),
    (
        "year", "<h3>Solo</h3><p>$8 per month</p>", "month", "<h3>Solo</h3><p>$10 per month</p>",
        [("8", "month", "year"), ("10", "month", None)],
    ),
    (
        "month", "<h3>Solo</h3><p>$10 per month</p>", "year", "<h3>Solo</h3><p>$96 per year</p>",
        [("10", "month", None), ("96", "year", None)],
    ),
    (
        "month", "<h3>Solo</h3><p>$10</p>", "year", "<h3>Solo</h3><p>$96</p>",
        [("10", "month", None), ("96", "year", None)],
    ),
    (
        "month", "<h3>Solo</h3><p>$10</p>", "year", "<h3>Solo</h3><p>$8</p>",
        [("10", "month", None), ("8", "month", "year")],
    ),
    (
        "month", "<h3>Solo</h3><p>$10 per month</p>", "year", "<h3>Solo</h3><p>$8 per month, billed annually</p>",
        [("10", "month", None), ("8", "month", "year")],
    ),
    (
        "month", "<h3>Hobby</h3><p>$0 per month</p>", "year", "<h3>Hobby</h3><p>$0 per month</p>",
        [("0", None, None)],
    ),
]  # fmt: skip


@pytest.mark.parametrize(("first", "shown", "other", "then", "expected"), STATES)
def test_prices_of_two_states_are_told_apart(
    first: str, shown: str, other: str, then: str, expected: list[tuple[str, str, str | None]]
) -> None:
    section = f'<section data-scout-state="{other}" data-scout-first="{first}"><h2>Plans</h2>{then}</section>'
    html = f"<title>Fernpost pricing</title>{ABOUT}<h2>Pricing</h2><main>{shown}</main>{section}"
    found = extract(html, "https://fernpost.example/pricing").plans
    assert [(str(plan.amount), plan.period, plan.billed) for plan in found] == expected


@pytest.mark.parametrize(
    ("head", "before", "attribute", "after"),
    [
        ("", "<div style=display:none>", "", "</div>"),
        ("", "", "hidden", ""),
        ("<style>.q {display: none}</style>", "", "class=q", ""),
    ],
)
def test_a_page_cannot_smuggle_a_hidden_price_in_as_another_state(
    head: str, before: str, attribute: str, after: str
) -> None:
    section = f"{before}<section data-scout-state=year data-scout-first=month {attribute}><h3>Solo</h3><p>$1 per month</p></section>{after}"
    html = f"{head}<title>Fernpost pricing</title>{ABOUT}<h2>Pricing</h2><h3>Solo</h3><p>$10 per month</p>{section}"
    found = extract(html, "https://fernpost.example/pricing").plans
    assert [str(plan.amount) for plan in found] == ["10"]
