"""The small models that choose: their evaluator, their files, and made-up pages on which a reader has no doubt."""

import json
import time
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from tools import page as page_wing
from tools.page.choose import names, taglines
from tools.page.choose.trees import Steps, load, model_of
from tools.page.choose.words import words_of
from tools.page.extract import extract
from tools.page.markup import read_jsonld, read_meta, read_microdata
from tools.page.pricing import deciding
from tools.page.record import record
from tools.page.visible import view


def _features_of(head: str) -> list[str]:
    return deciding.features()[head]


HEADS = {
    "names": names.feature_names,
    "taglines": taglines.feature_names,
    **{head: partial(_features_of, head) for head in deciding.HEADS},
}
FILES = Path(page_wing.__file__).parent / "choose"

# Above two: right. Up to two: as the second feature says.
SMALL = {
    "features": ["size", "said"],
    "trees": [[0, 2, [1, 0.5, -1.0, 0.5], 3.0], -0.5],
    "steps": [[0.0, 0.1], [1.0, 0.9]],
}


def _page(html: str, url: str) -> names.Page:
    seen = view(f"<!doctype html><html>{html}</html>")
    items = read_jsonld(seen.tree) + read_microdata(seen.tree)
    return names.Page(seen, read_meta(seen.tree, url), items, url, words_of(seen))


def _said(html: str, url: str) -> dict[str, Any]:
    return record(extract(f"<!doctype html><html>{html}</html>", url))


@pytest.mark.parametrize(("row", "score"), [((3, 0), 2.5), ((2, 0), -1.5), ((2, 1), 0.0), ((2.1, 0), 2.5)])
def test_a_tree_is_walked_from_its_root_and_trees_add_up(row: tuple[float, float], score: float) -> None:
    assert model_of(SMALL).score(row) == score


def test_the_best_row_wins_and_its_rivals_make_it_less_sure() -> None:
    model = model_of(SMALL)
    alone, beside_an_equal = model.best([(3, 0)]), model.best([(2, 0), (3, 0), (3, 1)])
    assert alone[0] == 0
    assert beside_an_equal[0] == 1
    assert beside_an_equal[1] < alone[1]


def test_a_poor_row_alone_is_not_sure() -> None:
    model = model_of(SMALL)
    assert model.best([(2, 0)])[1] < 0.5 < model.best([(3, 0)])[1]


def test_a_calibration_is_a_line_between_its_points_and_level_beyond() -> None:
    steps = Steps((0.2, 0.6), (0.4, 0.8))
    assert [steps(raw) for raw in (0.0, 0.2, 0.4, 0.6, 1.0)] == pytest.approx([0.4, 0.4, 0.6, 0.8, 0.8])


@pytest.mark.parametrize("head", HEADS)
def test_more_score_is_never_less_sure(head: str) -> None:
    steps = load(head).steps
    assert list(steps.at) == sorted(steps.at)
    assert list(steps.share) == sorted(steps.share)
    assert all(0 <= share <= 1 for share in steps.share)


@pytest.mark.parametrize("head", HEADS)
def test_a_model_file_was_trained_on_the_features_that_are_read(head: str) -> None:
    assert list(load(head).features) == HEADS[head]()


def test_the_model_files_are_small() -> None:
    assert sum(path.stat().st_size for path in FILES.glob("*.json")) < 1_000_000
    for path in FILES.glob("*.json"):
        assert set(json.loads(path.read_text())) == {"features", "trees", "steps"}


def test_every_candidate_has_one_number_a_feature() -> None:
    page = _page("<title>Whimbrel — tide tables for anglers</title><h1>Know the tide</h1><p>Whimbrel is a tide table.", "https://whimbrel.example/")  # fmt: skip
    found = names.names(page)
    assert "Whimbrel" in [name.text for name in found]
    assert {len(row) for row in names.rows(page, found)} == {len(names.feature_names())}
    lines = taglines.taglines(page, "Whimbrel")
    assert "tide tables for anglers" in [line.text for line in lines]
    assert {len(row) for row in taglines.rows(page, lines, "Whimbrel")} == {len(taglines.feature_names())}


def test_a_page_without_a_word_has_no_name_and_no_tagline() -> None:
    page = _page("", "https://127.0.0.1/")
    assert names.choose(page, names.names(page)) is None
    assert taglines.choose(page, "") is None


NAMED = [
    (
        "the house names its site, the page is about its product",
        "https://curlew.example/products/mudflat",
        """<head><title>Mudflat — a queue that keeps order | Curlew</title><meta property="og:site_name" content="Curlew"></head>
        <header><a href="/">Curlew</a></header><h1>Mudflat</h1><p>A queue that keeps order.</p><p>Mudflat stores every message
        twice. With Mudflat, workers restart where they stopped. Mudflat is a queue for small teams.</p><footer>© 2026 Curlew Ltd.</footer>""",
        "Mudflat",
    ),
    (
        "the heading is a thing the product does",
        "https://curlew.example/features/security",
        """<head><title>Security | Curlew</title><meta property="og:site_name" content="Curlew"></head><header><a href="/">Curlew</a></header>
        <h1>Security</h1><p>Curlew encrypts every message. Curlew is audited twice a year.</p><footer>© 2026 Curlew Ltd.</footer>""",
        "Curlew",
    ),
    (
        "the slogan stands before the name",
        "https://dunlin.example/",
        """<head><title>Every invoice in one place | Dunlin</title></head><h1>Every invoice in one place</h1>
        <p>Dunlin reads your mail and files each invoice. Dunlin is free for one person.</p>""",
        "Dunlin",
    ),
    (
        "a page of prices in German",
        "https://dunlin.example/preise",
        """<html lang=de><head><title>Preise - Dunlin</title></head><nav><a href="/">Dunlin</a> <a href="/preise">Preise</a></nav>
        <h1>Einfache, faire Preise</h1><p>Dunlin kostet weniger als ein Kaffee.</p>""",
        "Dunlin",
    ),
    (
        "a house's product of the house's name, at the title's end and in the text",
        "https://www.curlew.example/forms/",
        """<head><title>Online survey software | Curlew Forms</title><meta property="og:site_name" content="Curlew"></head><a href="/">Curlew</a>
        <h1>Ask before you build</h1><p>Ask your customers with Curlew Forms, a survey tool that is quick. Curlew Forms is made for small shops.</p>
        <footer>© 2026 Curlew Corporation</footer>""",
        "Curlew Forms",
    ),
    (
        "what the logo parts, the title joins",
        "https://sanderling.example/",
        """<head><title>SanderLing: maps for walkers</title></head><header><a class=logo href="/"><span>Sander</span> <span>Ling</span></a></header>
        <h1>Find the way.</h1><p>SanderLing draws maps of paths.</p>""",
        "SanderLing",
    ),
    (
        "a rival whose name the address and the text say more often",
        "https://quietmail.example/vs/stonechat",
        """<head><title>Dunlin vs Stonechat — a plain comparison</title></head><h1>Dunlin vs Stonechat</h1><p>Stonechat is older. Stonechat has more plans.
        Stonechat asks for a card.</p><p>Dunlin does not.</p>""",
        "Dunlin",
    ),
]  # fmt: skip


def test_two_spellings_are_one_name_and_a_rival_is_none() -> None:
    rows = {what: (url, html) for what, url, html, _ in NAMED}
    page = _page(*reversed(rows["what the logo parts, the title joins"]))
    found = [name for name in names.names(page) if name.text.lower().replace(" ", "") == "sanderling"]
    assert [name.text for name in found] == ["SanderLing"]
    assert found[0].ways == {"sanderling", "sander ling"}
    page = _page(*reversed(rows["a rival whose name the address and the text say more often"]))
    assert "Stonechat" not in [name.text for name in names.names(page)]


@pytest.mark.parametrize(("what", "url", "html", "name"), NAMED, ids=[row[0] for row in NAMED])
def test_the_name_is_the_products(what: str, url: str, html: str, name: str) -> None:
    assert _said(html, url)["name"] == name


def test_the_slogan_is_the_tagline_and_not_the_name() -> None:
    said = _said(NAMED[2][2], NAMED[2][1])
    assert said["tagline"] == "Every invoice in one place"


@pytest.mark.parametrize("promise", ["Simple, transparent pricing", "Einfache, faire Preise", "Choose your plan"])
def test_a_promise_about_prices_is_no_tagline(promise: str) -> None:
    found = taglines.taglines(
        _page(f"<title>Dunlin</title><h1>{promise}</h1>", "https://dunlin.example/pricing"), "Dunlin"
    )
    assert promise not in [line.text for line in found]


@pytest.mark.parametrize(
    "words", ["Dunlin", "Dunlin Docs", "Getting started", "Your tagline goes here", "Beta", "Buy a licence"]
)
def test_what_only_names_the_product_or_the_page_is_no_tagline(words: str) -> None:
    page = _page(f"<title>Dunlin</title><h1>{words}</h1><p>x", "https://dunlin.example/docs")
    assert taglines.taglines(page, "Dunlin") == []


def test_the_line_under_the_name_in_the_foot_may_be_the_tagline() -> None:
    page = _page(
        "<title>Pricing</title><h1>Pricing</h1>" + "<p>Costs nothing.</p>" * 60 + "<p>Dunlin</p><p>Every invoice in one place.</p>",
        "https://dunlin.example/pricing",
    )  # fmt: skip
    found = {line.text: line.order for line in taglines.taglines(page, "Dunlin")}
    assert list(found["Every invoice in one place."]) == ["foot"]


def test_a_heading_in_several_lines_is_one_tagline() -> None:
    page = _page("<title>Dunlin</title><h1>Every invoice<br>in one place</h1>", "https://dunlin.example/")
    assert [line.text for line in taglines.taglines(page, "Dunlin")] == ["Every invoice in one place"]


def test_a_name_that_is_not_sure_is_shown_and_said_to_be_so() -> None:
    said = _said(
        "<head><title>Reports</title></head><h1>Quarterly notes on the weather</h1>", "https://ruff.example/x/y"
    )
    evidence = said["evidence"].get("name")
    assert said["name"]
    assert evidence
    assert evidence["confidence"] >= 0.5 or any(look.startswith("name may be") for look in said["needs_look"])


def _chosen(ours: float, chance: float) -> deciding.Chosen:
    return deciding.Chosen(0, "Pro", 0, "month", ours, chance)


def test_a_price_that_the_heads_doubt_is_under_the_threshold_and_any_other_is_not() -> None:
    assert deciding.confidence(_chosen(0.99, 0.95)) > 0.8
    assert deciding.confidence(_chosen(0.9, 0.01)) == 0.5  # ours, its period or its name in doubt
    assert deciding.confidence(_chosen(0.4, 0.95)) < 0.5


def _cards(rows: list[tuple[str, str]]) -> str:
    cards = "".join(f"<div class=card><h3>{n}</h3><p>{p}</p><ul><li>Sync</li></ul><a href=/x>Choose {n}</a></div>" for n, p in rows)  # fmt: skip
    return f"<section><h2>Pricing</h2><div class=grid>{cards}</div></section>"


CARDS = _cards([("Starter", "$9/month"), ("Pro", "$29/month"), ("Team", "$79/month")])


def test_plain_plans_are_surer_than_not() -> None:
    said = _said(
        f"<head><title>Pricing | Dunlin</title></head><h1>Pricing</h1>{CARDS}", "https://dunlin.example/pricing"
    )
    assert [plan["amount"] for plan in said["plans"]] == ["9", "29", "79"]
    assert min(plan["confidence"] for plan in said["plans"]) >= 0.8


SCREEN = """<head><title>Dunlin — analytics for shops</title></head><h1>Know your shop</h1><section class=dashboard-preview><h3>Overview</h3>
<div class=stat><span>Avg. Order Value</span><b>$87.32</b></div><div class=stat><span>Total cost</span><b>$4.20</b></div></section>"""
BILL = """<head><title>Calculator | Dunlin</title></head><h1>Savings calculator</h1><section class=roi><h2>Monthly electricity bill</h2>
<div><h4>Significant load</h4><p>Monthly bill over $50,000</p></div></section>"""


SLIDERS = """<head><title>Dunlin</title></head><h1>Work less</h1><h2>What you win back</h2><label>Pay of a clerk</label><span>$ 31</span> /hr
<div>Sales kept</div><div>$2,900 /mo</div><div>Gain a year</div><div>$44,000 /yr</div>"""
TOLD = """<head><title>Dunlin</title></head><h1>Servers by the minute</h1><div><p>Bo Marsh</p><p>CTO, Fenland</p>
<h3>We were with a bigger house. The bill fell from $41,000 a month to a tenth.</h3></div>"""


@pytest.mark.parametrize(
    ("html", "path"),
    [(SCREEN, ""), (BILL, "calculator"), (SLIDERS, ""), (TOLD, "")],
    ids=["a drawn screen", "a bill", "sliders", "a customer tells"],
)
def test_an_amount_that_is_no_price_is_not_shown(html: str, path: str) -> None:
    assert not _said(html, f"https://dunlin.example/{path}")["plans"]


LAYOUTS = [
    (
        "the price over the name",
        "<div class=g><div class=c><div>$120</div><div>per month</div><div>Watch</div></div><div class=c><div>$480</div><div>per month</div><div>Patrol</div></div></div>",
        [("Watch", "120", "month"), ("Patrol", "480", "month")],
    ),
    (
        "plans that are called for how long they hold",
        "<div class=grid><div class=card><div class=plan-name>Monthly</div><div>$7.99</div><div>per month</div></div><div class=card><div class=plan-name>Yearly</div><div>Save 20%</div><div>$76.99</div><div>per year</div></div></div>",
        [("Monthly", "7.99", "month"), ("Yearly", "76.99", "year")],
    ),
    (
        "the head of a comparison says the cards' prices again",
        "<div class=plans><div class=plan><h3>Solo</h3><p>$11</p><p>per month</p></div><div class=plan><h3>Crew</h3><p>$39</p><p>per month</p></div></div><h2>Compare</h2><table><tr><th>Feature</th><th>Solo $11</th><th>Crew $39</th></tr><tr><td>Backups</td><td>no</td><td>yes</td></tr></table>",
        [("Solo", "11", "month"), ("Crew", "39", "month")],
    ),
    (
        "a sum in a drawn screen under the cards",
        "<div class=g><div class=c><h3>Basic</h3><b>$4</b>/mo</div><div class=c><h3>Pro</h3><b>$14</b>/mo</div></div><h2>At work</h2><div class=mock><div>Saved this month</div><div>$530</div></div>",
        [("Basic", "4", "month"), ("Pro", "14", "month")],
    ),
]  # fmt: skip


@pytest.mark.parametrize(("what", "html", "plans"), LAYOUTS, ids=[row[0] for row in LAYOUTS])
def test_amount_period_and_name_are_linked(what: str, html: str, plans: list[tuple[str, str, str]]) -> None:
    said = _said(
        f"<head><title>Pricing | Dunlin</title></head><h1>Pricing</h1>{html}", "https://dunlin.example/pricing"
    )
    assert [(plan["name"], plan["amount"], plan["period"]) for plan in said["plans"]] == plans


def _seconds(paragraphs: int) -> float:
    html = "<title>Dunlin</title><h1>Dunlin</h1>" + "<p>Dunlin reads Every Mail and files Each Invoice." * paragraphs
    spent = []
    for _ in range(3):
        started = time.process_time()
        page = _page(html, "https://dunlin.example/")
        names.choose(page, names.names(page))
        taglines.choose(page, "Dunlin")
        spent.append(time.process_time() - started)
    return min(spent)


def test_a_page_eight_times_as_long_takes_at_most_about_so_much_longer() -> None:
    assert _seconds(4_000) < 20 * _seconds(500)


def test_a_way_back_above_the_heading_is_no_tagline() -> None:
    page = _page(
        "<title>Dunlin</title><div><a href=/>Dunlin</a> › Tools › Invoice maker</div><h1>Every invoice in one place</h1>",
        "https://dunlin.example/tools/invoices",
    )
    assert [line.text for line in taglines.taglines(page, "Dunlin")] == ["Every invoice in one place"]


def test_the_first_sentence_of_a_heading_may_be_the_tagline() -> None:
    page = _page("<title>Dunlin</title><h1>Every invoice in one place. Built for two.</h1>", "https://dunlin.example/")
    found = [line.text for line in taglines.taglines(page, "Dunlin")]
    assert found == ["Every invoice in one place. Built for two.", "Every invoice in one place."]
