"""What a reader sees of findings and dossiers: pages, comparisons, the terminal, feeds. The products are made up."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from bs4 import BeautifulSoup, Tag
from judged import AT, REASON, cited, ferrykey_findings, finding, judged, weighing, with_findings
from test_tools_exporters import render_site

from agents.panel.findings import kinds
from jobs import terminal
from jobs.terminal import screen
from tools.exporters import jsonld, newsletter, rss, site
from tools.exporters._findings import dossier, listed, of_critic, weighed
from tools.exporters._pairs import cell
from tools.exporters._prices import chart, moves
from tools.exporters._record import became
from tools.exporters._views import TIGHTER, Caps, Refs, rank
from tools.views.compare import compare
from tools.views.comparison import Cell
from tools.views.documents import (
    ChangeDoc,
    CitationDoc,
    DossierDoc,
    DossierPageDoc,
    FindingDoc,
    MeasureDoc,
    PricePoint,
    ProductDocument,
    StatementDoc,
    VoiceDoc,
)
from tools.views.findings import finding_name, first_clause, measured, page_state, trust_words, weigh, weighed_words
from tools.views.needs import KINDS, QUESTIONS
from tools.views.takes import asked_by, own_findings, review_words, short_of, short_reason, telling

HOSTILE = "</style><script>alert(1)</script>\"'><img src=x onerror=alert(1)>\u202egnp\u200b.exe {{7*7}} \x1b[2J"


@pytest.fixture(scope="module")
def products() -> dict[str, ProductDocument]:
    return {one.slug: one for one in judged()}


@pytest.fixture(scope="module")
def pages(products: dict[str, ProductDocument]) -> dict[str, BeautifulSoup]:
    return rendered(list(products.values()))


def rendered(documents: list[ProductDocument]) -> dict[str, BeautifulSoup]:
    files = render_site(documents)
    assert all(len(body) < site.PAGE_BYTES for name, body in files.items() if name.endswith(".html"))
    return {name: BeautifulSoup(body, "html.parser") for name, body in files.items() if name.endswith(".html")}


def text(part: Tag | None) -> str:
    assert part is not None
    return " ".join(part.get_text(" ").split())


def section(page: BeautifulSoup, label: str) -> Tag:
    found = page.find("section", attrs={"aria-labelledby": label})
    assert isinstance(found, Tag), label
    return found


# the page of a product -----------------------------------------------------------------------------------------------


def test_the_verdict_stands_with_its_two_strongest_on_either_side(pages: dict[str, BeautifulSoup]) -> None:
    ups, downs, facts = (text(one) for one in pages["products/ferrykey.html"].select(".sides > div"))
    assert facts.startswith("Worth knowing")
    assert ups.startswith("For it Cheapest of six secret stores here")
    assert "its own pricing page, what Scout has on record, 20 Nov 2026" in ups
    assert "Released 14 times in the last year" in ups
    assert "207 points" not in ups
    assert downs.startswith("Against it Its Team plan rose from 12 to 19 USD")
    assert "its own pricing page, 19 Nov 2026" in downs


def test_the_page_goes_from_the_verdict_to_critics_findings_facts_prices_and_what_was_read(
    pages: dict[str, BeautifulSoup],
) -> None:
    found = [one["aria-labelledby"] for one in pages["products/ferrykey.html"].select("main .sec")]
    assert found[:6] == ["panel", "found", "facts", "plans", "price", "read"]


def test_a_product_that_nothing_speaks_for_says_so(products: dict[str, ProductDocument]) -> None:
    against = [one for one in ferrykey_findings() if one.direction < 0]
    page = rendered([with_findings(products["ferrykey"], against, DossierDoc())])["products/ferrykey.html"]
    assert "No finding speaks for it." in text(page.select_one(".sides"))


def test_a_critic_shows_what_it_weighed_and_one_without_a_take_says_why_in_six_words(
    pages: dict[str, BeautifulSoup],
) -> None:
    rows = {text(row.h3): row for row in pages["products/ferrykey.html"].select("li.rv")}
    assert "Ship 87" in text(rows["Builder"])
    assert len(rows["Builder"].select(".weigh li")) == 1
    others = rows["Builder"].select(".also li")
    assert [text(one.select_one("a.ref")) for one in others] == [
        str(one["href"]).removeprefix("#f") for one in rows["Builder"].select(".also a.ref")
    ]
    assert len(others) == 3
    assert "Pace of releases" in [text(one).rstrip("0123456789 ") for one in others]
    creator = rows["Creator"]
    assert text(creator.summary) == "Too little on rights"
    assert REASON in text(creator.details)


def test_a_finding_that_two_critics_lead_with_stands_in_full_once(products: dict[str, ProductDocument]) -> None:
    best, *others = sorted(ferrykey_findings(), key=lambda one: -one.strength)
    few = [
        best,
        others[0].model_copy(update={"direction": 1}),
        best,
    ]  # for the critics that the helper gives each some of
    page = rendered([with_findings(products["ferrykey"], few, DossierDoc())])["products/ferrykey.html"]
    rows = [row for row in page.select("li.rv") if row.select(".weigh li, .also li")]
    assert len(rows) > 2
    leads = [text(one) for row in rows for one in row.select(".weigh li p")]
    assert len(leads) == len(set(leads)) < len(rows)
    asked = {text(row.h3): text(one) for row in rows if (one := row.select_one("div > p.note"))}
    assert asked
    for name, question in asked.items():
        assert question in [*(kind.question for kind in KINDS.values()), *QUESTIONS.values()], name


def test_a_finding_is_asked_for_by_its_topic_where_its_kind_speaks_of_several() -> None:
    def asked(kind: str, **values: str) -> str:
        return asked_by(FindingDoc(kind=kind, values=values, text="", direction=1, strength=0.5, citations=[]))

    assert asked("leaving", topic="refund") == "Do you get your money back?"
    assert asked("leaving", topic="cancel") == "Can you get out of the contract?"
    assert asked("stars") == KINDS["stars"].question
    assert asked("of another day") == ""


def test_every_finding_opens_to_its_quote_with_source_trust_and_date(pages: dict[str, BeautifulSoup]) -> None:
    rows = pages["products/ferrykey.html"].select("ol.found > li")
    assert [row["id"] for row in rows] == [f"f{number}" for number in range(1, 9)]
    for row in rows:
        assert row.blockquote, row
        assert re.search(r"Read 2[01]? Nov 2026|Read 1?\d Nov 2026", text(row)), row
    said = [text(row) for row in rows]
    assert "its own docs · ferrykey.example/docs" in said[3]
    assert "GitHub’s numbers" in said[2]
    assert "a commenter on Show HN" in said[4]


def test_what_scout_put_together_has_no_address_and_says_from_what(pages: dict[str, BeautifulSoup]) -> None:
    own, table = pages["products/ferrykey.html"].select("#f1 figure")
    assert own.a
    assert not table.a
    assert "put together by Scout from 6 products" in text(table)


def test_what_was_read_and_what_was_not_is_said(pages: dict[str, BeautifulSoup]) -> None:
    read = text(section(pages["products/ferrykey.html"], "read"))
    for words in (
        "docs read 20 Nov 2026",
        "Nothing leads to: changelog",
        "terms closed to Scout: robots.txt forbids it",
        "package registry did not answer: 503 twice",
        "Self-hosting yes",
        "a commenter on Show HN · news.example/item?id=7",
        "its maker · news.example/item?id=8",
    ):
        assert words in read


def test_a_number_has_a_line_only_where_it_was_read_twice(pages: dict[str, BeautifulSoup]) -> None:
    counts = {text(row.span): row for row in section(pages["products/ferrykey.html"], "read").select(".count")}
    assert counts["stars"].polyline
    assert "731 +421 since 10 Nov 2026" in text(counts["stars"])
    assert not counts["last release"].polyline
    assert "9 Nov 2026" in text(counts["last release"])
    assert "archived" not in counts


def test_a_panel_of_before_findings_shows_what_its_critics_wrote(pages: dict[str, BeautifulSoup]) -> None:
    page = pages["products/quarrel.html"]
    assert not page.select(".sides, .weigh, #found, #read")
    assert page.select("li.rv .prose")


def longest(document: ProductDocument, words: str) -> ProductDocument:
    """The most there can be of everything: 40 findings of 240 characters, 20 pages, numbers, statements and voices."""
    sentence = (words * 60)[:240]
    url = "https://long.example/" + "a" * 250
    cites = [cited(sentence * 3, url, trust) for trust in ("own", "measure", "voice", "store")]
    found = [finding(f"kind_{n}", f"{n} {sentence}"[:240], (-1, 0, 1)[n % 3], 1 - n / 50, *cites) for n in range(40)]
    dossier = DossierDoc(
        pages=[DossierPageDoc(role="docs", state="failed", url=url, at=AT, why=sentence) for _ in range(20)],
        measures=[MeasureDoc(metric=f"m{n % 12}", value=10.0**n, at=AT, url=url, quote=sentence) for n in range(36)],
        statements=[StatementDoc(topic=words, denied=False, role="docs", url=url, quote=sentence) for _ in range(30)],
        voices=[VoiceDoc(role=words, text=sentence * 8, at=AT, url=url) for _ in range(30)],
    )
    return with_findings(document, found, dossier).model_copy(update={"name": "Ferrykey " + "w" * 51})


@pytest.mark.parametrize(
    ("words", "least"),
    [("plain words ", 4), (HOSTILE, 4), ("'\"<&>😀 ", 0), ("長い言葉", 0)],  # 0: over 700 bytes each, left out whole
)
def test_the_most_there_can_be_stays_small_whole_and_inactive(
    products: dict[str, ProductDocument], words: str, least: int
) -> None:
    pages = rendered([longest(products["ferrykey"], words), products["lanternbox"]])
    for name, page in pages.items():
        assert not page.find_all(["img", "iframe"]), name
        assert all(one.get("type") == "application/ld+json" or one.get("src") for one in page.find_all("script")), name
        assert not re.search("[\u200b-\u200f\u202a-\u202e\x1b]", str(page)), name
        for link in page.find_all("a", rel=True):
            assert str(link["href"]).startswith("https://"), name
    page = pages["products/ferrykey.html"]
    shown = len(page.select("ol.found > li"))
    assert shown >= least
    assert f"{40 - shown} more in the full record (JSON)." in text(section(page, "found"))
    assert "more in the full record (JSON)." in text(section(page, "read"))
    assert {str(link["href"])[1:] for link in page.select("a.ref")} <= {str(tag["id"]) for tag in page.select("[id]")}


# words ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("citation", "words"),
    [
        (cited("q", "https://ferrykey.example/docs"), "its own docs"),
        (cited("q", "https://elsewhere.example/x"), "its own page"),
        (cited("q", "https://api.github.com/repos/a/b", "measure"), "GitHub’s numbers"),
        (cited("q", "https://numbers.example/x", "measure"), "numbers.example’s numbers"),
        (cited("q", "", "measure"), "numbers of an API"),
        (cited("after a reboot", "https://news.example/item?id=7", "voice"), "a commenter on Show HN"),
        (cited("other", "https://news.example/item?id=9", "voice"), "a comment on news.example"),
        (cited("other", "https://[::1", "voice"), "a comment on its launch"),
        (cited("A 1; B 2", "", "store"), "what Scout has on record"),
    ],
)
def test_trust_is_said_in_words(products: dict[str, ProductDocument], citation: CitationDoc, words: str) -> None:
    assert trust_words(citation, products["ferrykey"]) == words


@pytest.mark.parametrize(
    ("reason", "short"),
    [
        ("no answer: the endpoint gave 503 three times", "No answer"),
        ("cut off; asked again with twice the room", "Cut off"),
        ("none of the 3 pages read is about work a creator makes.", "Not enough to judge it by"),
        ("Too thin.", "Too thin"),
        ("", "Its answer could not be read"),
        ("2 findings are too little; needed: package registry", "2 findings are too little"),
    ],
)
def test_a_missing_take_is_explained_in_at_most_six_words(
    products: dict[str, ProductDocument], reason: str, short: str
) -> None:
    panel = products["ferrykey"].panel
    assert panel
    silent = panel.reviews["creator"].model_copy(update={"abstain_reason": reason})
    told = panel.model_copy(update={"reviews": {**panel.reviews, "creator": silent}})
    found = short_reason(products["ferrykey"].model_copy(update={"panel": told}), "creator")
    assert found == short
    assert len(found.split()) <= 6


def test_a_missing_panel_or_critic_is_explained_too(products: dict[str, ProductDocument]) -> None:
    panel = products["ferrykey"].panel
    assert panel
    assert short_reason(products["ferrykey"].model_copy(update={"panel": None}), "pm") == "The panel has not met"
    alone = panel.model_copy(update={"reviews": {}})
    assert short_reason(products["ferrykey"].model_copy(update={"panel": alone}), "pm") == "Not on this panel"


@pytest.mark.parametrize(
    ("metric", "value", "words"),
    [
        ("stars", 19_840, "19,840"),
        ("released_at", 20_766, "9 Nov 2026"),
        ("released_at", 1e300, "no date"),
        ("archived", 1, "yes"),
        ("likes", 2.5, "2.50"),
    ],
)
def test_a_number_in_words(metric: str, value: float, words: str) -> None:
    assert measured(metric, value) == words


def test_a_page_that_was_not_read_says_why() -> None:
    page = DossierPageDoc(role="docs", state="none", url="", at=AT)
    assert page_state(page) == "nothing leads to one"
    assert page_state(page.model_copy(update={"state": "read"})) == "read 20 Nov 2026"


def test_the_telling_finding_is_the_strongest_on_the_side_of_the_vote(products: dict[str, ProductDocument]) -> None:
    panel = products["ferrykey"].panel
    assert panel
    skeptic = panel.reviews["skeptic"]
    for vote, start in (("ship", "Released 14 times"), ("skip", "Its Team plan rose")):
        voted = skeptic.model_copy(update={"vote": vote})
        said = telling(panel.model_copy(update={"reviews": {"skeptic": voted}}), voted)
        assert said
        assert said.text.startswith(start)


def test_critics_lead_each_with_another_finding_where_they_can(products: dict[str, ProductDocument]) -> None:
    panel = products["ferrykey"].panel
    assert panel
    scored = {name: review for name, review in panel.reviews.items() if review.score is not None}
    leads = {name: own_findings(panel, review)[0] for name, review in scored.items() if own_findings(panel, review)}
    assert len(leads) == 5
    assert len({one.text for one in leads.values()}) == 5
    sides = {"ship": 1, "skip": -1}
    assert all(one.direction in (0, sides[scored[name].vote or ""]) for name, one in leads.items())  # 0: a plain fact
    best = max(panel.findings, key=lambda one: one.strength)
    alone = panel.model_copy(update={"findings": [best]})
    weighing = [name for name, review in scored.items() if best in own_findings(alone, review)]
    assert len(weighing) > 1  # of two that have one finding alone both lead with it
    assert [own_findings(alone, scored[name])[0] for name in weighing] == [best] * len(weighing)


def test_a_critic_with_its_own_words_is_quoted_by_its_most_decided_claim(products: dict[str, ProductDocument]) -> None:
    panel = products["tollgate"].panel
    assert panel
    review = panel.reviews["skeptic"]
    said = telling(panel, review)
    assert said
    assert said.text in [claim.text for rating in review.ratings for claim in rating.claims]
    assert own_findings(panel, review) == []
    assert review_words(panel, review) == review.text


def test_weighing_keeps_sides_apart_and_plain_facts_beside_them() -> None:
    panel = products_panel(ferrykey_findings())
    ups, downs, facts = weigh(panel, 9)
    assert [one.direction for one in ups + downs + facts] == [1, 1, 1, 1, -1, -1, -1, 0]
    assert weigh(None) == ([], [], [])


def products_panel(findings: list[FindingDoc]) -> Any:
    panel = judged()[0].panel
    assert panel
    return panel.model_copy(update={"findings": findings})


# two products --------------------------------------------------------------------------------------------------------


def rows_of(products: dict[str, ProductDocument], **dossiers: DossierDoc) -> dict[str, Any]:
    changed = {slug: products[slug].model_copy(update={"dossier": one}) for slug, one in dossiers.items()}
    made = {**products, **changed}
    return {row.key: row for row in compare(made["ferrykey"], made["lanternbox"]).rows}


def test_rows_that_both_dossiers_answer_are_cited(products: dict[str, ProductDocument]) -> None:
    rows = rows_of(products)
    assert (rows["last_release"].a.text, rows["last_release"].b.text) == ("9 Nov 2026", "14 Sep 2025")
    assert (rows["last_release"].edge, rows["last_release"].why) == ("a", "421 days more recent")
    assert rows["releases_year"].edge == "a"
    assert "export" in rows["one_only"].b.text.casefold()
    assert "export" not in rows["one_only"].a.text.casefold()
    assert rows["one_only"].why == "silence is not a no"
    assert len(rows["one_only"].b.evidence) == len(rows["one_only"].b.text.split("; ")), "each with its quote"
    assert "free plan" not in rows["one_only"].a.text.casefold(), "the other's pricing page was not read"
    for key in (
        "last_release",
        "releases_year",
    ):
        assert rows[key].a.evidence
        assert rows[key].b.evidence


def test_silence_is_an_answer_only_where_the_page_was_read(products: dict[str, ProductDocument]) -> None:
    unread = products["ferrykey"].dossier.model_copy(update={"pages": []})
    assert "export" not in rows_of(products, ferrykey=unread)["one_only"].b.text.casefold()
    denied = [StatementDoc(topic="export", denied=True, role="docs", url="https://f.example", quote="No export yet.")]
    row = rows_of(products, ferrykey=unread.model_copy(update={"statements": denied}))["export"]
    assert (row.a.text, row.edge, row.why) == ("No", "b", "the other says no")


def test_an_empty_dossier_adds_no_row(products: dict[str, ProductDocument]) -> None:
    assert not {"last_release", "releases_year", "export"} & set(rows_of(products, lanternbox=DossierDoc()))


def test_a_skip_with_nothing_against_says_why_it_is_none_the_less(
    products: dict[str, ProductDocument], capsys: pytest.CaptureFixture[str]
) -> None:
    made = products["ferrykey"]
    assert made.panel
    alone = [one for one in made.panel.findings if one.direction > 0]
    against = [one for one in made.panel.findings if one.direction < 0]

    def shown(findings: list[FindingDoc], vote: str, score: int = 68) -> str:
        document = with_findings(made, findings, made.dossier)
        assert document.panel
        review = weighing("founder", findings, score, vote)
        document.panel.reviews["founder"] = review
        terminal.show(document)
        rows = rendered([document])["products/ferrykey.html"].select("li.rv")
        return next(text(row) for row in rows if "Founder" in text(row)) + capsys.readouterr().out

    why, short = "What speaks for it weighs less than a ship takes.", "68/100 · skip · too little for a ship: "
    skipped, others = shown(alone, "skip"), shown([*alone, *against], "skip") + shown(alone, "ship")
    assert why in skipped
    assert short in skipped
    assert not [words for words in (why, short) if words in others]
    outweighed = shown(alone, "skip", 48)
    assert "It is outweighed by counts that are no line here." in outweighed
    assert "48/100 · skip · outweighed: " in outweighed


def test_best_for_follows_the_findings(products: dict[str, ProductDocument]) -> None:
    row = rows_of(products)["best_for"]
    assert row.a.text == "those who want the lower bill and those who want fixes without a long wait"
    assert row.b.text == "those who want to take work out again"


def test_what_decides_for_everybody_is_no_word_on_for_whom_it_is_best(products: dict[str, ProductDocument]) -> None:
    made = products["ferrykey"]
    praised = finding(
        "praise",
        "2 of 3 comments on its launch praise it.",
        1,
        0.9,
        *made.panel.findings[0].citations if made.panel else (),
    )
    assert made.panel
    document = with_findings(made, [praised, *made.panel.findings], made.dossier)
    rows = {row.key: row for row in compare(document, products["lanternbox"]).rows}
    assert rows["best_for"].a.text == rows_of(products)["best_for"].a.text
    alone = {row.key: row for row in compare(with_findings(made, [praised], made.dossier), products["lanternbox"]).rows}
    assert alone["best_for"].a.text == "Nothing found yet"


def test_the_comparison_page_shows_sides_picks_and_short_reasons(pages: dict[str, BeautifulSoup]) -> None:
    page = pages["compare/ferrykey-vs-lanternbox.html"]
    assert len(page.select(".duel .sides")) == 2
    assert section(page, "pick").p
    assert [text(one.summary) for one in page.select(".notake details")] == ["Too little on rights"] * 2


def test_every_kind_of_finding_says_for_whom_it_decides() -> None:
    assert set(KINDS) == set(kinds())


# home, critics, feeds ------------------------------------------------------------------------------------------------


def test_the_home_page_gives_the_finding_that_speaks_for_the_verdict(pages: dict[str, BeautifulSoup]) -> None:
    row = next(row for row in pages["index.html"].select("table.list tr") if "Ferrykey" in text(row))
    assert [text(one) for one in row.select(".wl")] == [
        "For: Cheapest of six secret stores here that can be self-hosted: 19 USD a seat, the next asks 24."
    ]


def test_latest_takes_quote_the_finding_that_leads(
    pages: dict[str, BeautifulSoup], products: dict[str, ProductDocument]
) -> None:
    said = text(section(pages["critics/founder.html"], "last"))
    assert "Ferrykey Cheapest of six secret stores here" in said
    assert "its own pricing page, 20 Nov 2026" in said
    home = text(section(pages["index.html"], "s4"))
    panel = products["ferrykey"].panel
    assert panel
    lead = own_findings(panel, panel.reviews["skeptic"])[0]
    assert f"Skeptic on Ferrykey : Ship 74 {lead.text[:20]}" in home


class Shelf:
    """What an exporter asks of a store."""

    def __init__(self, documents: list[ProductDocument]) -> None:
        self._documents = documents

    def documents(self, **_: object) -> list[ProductDocument]:
        return self._documents


def test_feeds_quote_the_findings(products: dict[str, ProductDocument]) -> None:
    from tools.settings import Settings

    shelf: Any = Shelf([products["ferrykey"], products["quarrel"]])
    [(_, linked)] = list(jsonld.export(shelf, None, Settings()))
    ferrykey, quarrel = json.loads(linked)["@graph"]
    assert ferrykey["review"][0]["reviewBody"].startswith("Its licence lets you keep and change it")
    panel = products["quarrel"].panel
    assert panel
    assert quarrel["review"][0]["reviewBody"] == panel.reviews["builder"].text
    for exporter in (rss, newsletter):
        [(_, body)] = list(exporter.export(shelf, None, Settings()))
        told = body.decode().replace("\\", "")
        assert "For: Cheapest of six secret stores here" in told
        assert "Against: Its Team plan rose from 12 to 19 USD" in told


# the terminal --------------------------------------------------------------------------------------------------------


def test_the_terminal_tells_it_in_the_same_order(
    products: dict[str, ProductDocument], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(screen, "PIPE_WIDTH", 80)
    terminal.show(products["ferrykey"])
    shown = capsys.readouterr().out
    assert all(len(line.rstrip()) <= 80 for line in shown.splitlines())
    places = [
        shown.index(words)
        for words in (
            "Ship · 5 ship", "for      Cheapest of six", "for      Released 14", "against  Its Team plan",
            "Panel ─", "Builder   87/100 · ship", "Creator   No panel take. Too little on rights",
            "Findings ─", "What was read ─", "changelog               nothing leads to one", "Facts ─",
        )
    ]  # fmt: skip
    assert places == sorted(places)


def test_the_terminal_compares_by_findings_and_drops_what_steers_a_terminal(
    products: dict[str, ProductDocument], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(screen, "PIPE_WIDTH", 80)
    pair = (longest(products["ferrykey"], HOSTILE), products["lanternbox"])
    terminal.comparison(compare(*pair), pair)
    terminal.show(pair[0])
    shown = capsys.readouterr().out
    assert "\x1b" not in shown
    assert all(len(line.rstrip()) <= 80 for line in shown.splitlines())
    assert "Creator   A no take (Too little on rights)" in shown
    assert "against  Its last release is 14 months old" in shown


@pytest.mark.parametrize(
    ("whole", "first"),
    [
        ("It has a free plan; 2 of 5 have one, as of 19 Nov 2026.", "It has a free plan."),
        (
            "Its terms say: “No refunds; none at all”; of 9 others 7 give money back.",
            "Its terms say: “No refunds; none at all”.",
        ),
        ("It costs 8 USD a month.", "It costs 8 USD a month."),
    ],
)
def test_a_list_tells_a_finding_up_to_what_it_is_compared_with(whole: str, first: str) -> None:
    assert first_clause(whole) == first


@pytest.mark.parametrize(
    ("values", "says"),
    [
        (
            {"short": "It has an API.", "as_of": "20 Nov 2026"},
            "For: It has an API; of the 9 read, 3 do, as of 20 Nov 2026.",
        ),
        ({"short": "It has an API."}, "For: It has an API; of the 9 read, 3 do."),
    ],
)
def test_a_comparison_without_its_citation_keeps_its_day(values: dict[str, str], says: str) -> None:
    text = "It has an API; of the 9 read, 3 do."
    found = FindingDoc(kind="api", values=values, text=text, direction=1, strength=0.5, citations=[])
    assert weighed_words(products_panel([found])) == says


def test_of_a_day_ships_stand_first_and_the_best_median_before_the_others() -> None:
    day = [("Skip", 30.0, "A"), ("Ship", 71.0, "C"), ("Not enough evidence", None, "B"), ("Ship", 90.0, "D")]
    assert [name for *_, name in sorted(day, key=lambda one: rank(*one, one[2]))] == ["D", "C", "A", "B"]


def test_what_two_pages_state_of_one_topic_is_one_row(products: dict[str, ProductDocument]) -> None:
    said = [
        StatementDoc(topic="export", role=role, denied=denied, value="", url=f"https://f.example/{role}", quote=role)
        for role, denied in (("homepage", False), ("docs", True))
    ]
    found = dossier(with_findings(products["ferrykey"], [], DossierDoc(statements=said)), Caps())
    assert [(row["topic"], row["value"], len(row["quotes"])) for row in found["states"]] == [
        ("Export", "its pages disagree: yes and no", 2)
    ]


def test_of_two_prices_that_moved_the_one_still_listed_is_told_and_drawn(products: dict[str, ProductDocument]) -> None:
    lines: list[tuple[int, str | None, str | None]] = [
        (18, "16", "year"),
        (18, "20", None),
        (19, None, "year"),
        (19, "25", None),
    ]
    points = [
        PricePoint(
            plan="Team", amount=amount, currency="USD", period="month", billed=billed, at=f"2026-11-{day}T08:00:00Z"
        )
        for day, amount, billed in lines
    ]
    document = products["ferrykey"].model_copy(update={"price_history": points})
    assert [(move.before, move.after) for move in moves(document)] == [
        ("20 USD a month", "25 USD a month"),
        ("16 USD a month", "not listed"),
    ]
    drawn = chart(document, datetime(2026, 11, 20, tzinfo=UTC))
    assert drawn is not None
    assert [step["money"] for step in drawn["steps"]] == ["20 USD", "25 USD"]


@pytest.mark.parametrize(
    ("op", "before", "after", "words"),
    [
        ("plan", "20 USD / month", None, "no longer listed"),
        ("fact", '["a","b"]', None, "no longer on record"),
        ("fact", None, '["a","b"]', "a, b"),
        ("dossier", None, None, "its own pages, numbers and comments"),
    ],
)
def test_history_says_in_words_what_a_change_led_to(op: str, before: str | None, after: str | None, words: str) -> None:
    field = "pricing, trust" if op == "dossier" else "Team"
    assert became(ChangeDoc(seq=1, at=AT, op=op, field=field, before=before, after=after, why="", who="scout")) == words


def test_a_finding_is_whole_or_in_its_short_form_or_counted_and_never_a_part_of_itself(
    products: dict[str, ProductDocument],
) -> None:
    panel = products["ferrykey"].panel
    assert panel
    told = [
        one.model_copy(update={"values": {**one.values, "short": f"Short {n}."}, "text": f"{one.text} Twice so."})
        for n, one in enumerate(panel.findings)
    ]
    made = products["ferrykey"].model_copy(update={"panel": panel.model_copy(update={"findings": told})})
    sentences = {one.text for one in told} | {short_of(one) for one in told}
    for caps in (*TIGHTER, replace(TIGHTER[-1], short=3)):
        sides = weighed(made, caps, 9)
        lines = [line["text"] for _, side, _ in sides for line in side] + [
            row["text"] for row in listed(made, caps)["rows"]
        ]
        assert set(lines) <= sentences
        left = [int(silence.split()[0]) for _, _, silence in sides if silence.endswith("more in the full record.")]
        assert sum(len(side) for _, side, _ in sides) + sum(left) == len(told)
    assert not lines, "a page that holds none counts them all"
    assert sum(left) == len(told) == listed(made, caps)["more"]


def test_a_critic_whose_lead_does_not_fit_names_it(products: dict[str, ProductDocument]) -> None:
    made = products["ferrykey"]
    assert made.panel
    name, own = next((n, found) for n, r in made.panel.reviews.items() if (found := own_findings(made.panel, r)))
    whole, none = (of_critic(made, name, caps) for caps in (TIGHTER[0], replace(TIGHTER[0], finding=0, short=3)))
    assert [line["text"] for line in whole["findings"]] == [own[0].text]
    assert (none["findings"], [one["name"] for one in none["others"]]) == ([], [finding_name(one) for one in own])


def test_the_cell_of_what_one_alone_states_drops_whole_parts_and_counts_them() -> None:
    found = Cell(text="Has an API; can be self-hosted; gives refunds (within 30 days)")
    shown = [cell("one_only", found, replace(TIGHTER[0], line=line), Refs(TIGHTER[0]))["text"] for line in (320, 40, 5)]
    assert shown == [found.text, "Has an API; can be self-hosted; 1 more", "3 more"]


def test_a_critic_repeats_in_short_what_the_head_has_in_full(products: dict[str, ProductDocument]) -> None:
    panel = products["ferrykey"].panel
    assert panel
    told = [
        one.model_copy(update={"values": {**one.values, "short": f"Short {n}."}})
        for n, one in enumerate(panel.findings)
    ]
    made = products["ferrykey"].model_copy(update={"panel": panel.model_copy(update={"findings": told})})
    for most, refs in ((2, None), (1, Refs(Caps()))):
        head = {line["text"] for _, side, _ in weighed(made, Caps(), most) for line in side}
        leads = {
            one.text: of_critic(made, name, Caps(), refs)["findings"][0]["text"]
            for name, review in panel.reviews.items()
            for one in own_findings(made.panel, review)[:1]
        }
        short = {one.text: short_of(one) if one.text in head else one.text for one in told}
        assert leads == {full: short[full] for full in leads}
        assert head & leads.keys()
    assert not leads.keys() <= head, "one that the head leaves out stands in full with its critic"
