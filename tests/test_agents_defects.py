"""Seven defects of panels seen elsewhere, in our own words: each draft holds one, and each is flagged."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from agents.panel.against_record import against_record
from agents.panel.contradictions import contradictions
from agents.panel.judge import Pack, build_pack, check_claim, judge, review_pack
from agents.panel.rules import RulesReviewer
from tests.test_agents_panel import AT, SETTINGS, document, fact, page
from tools.models import Citation, Claim, Rating, Review
from tools.personas import HERE, load, personas, read_persona
from tools.views.compare import compare
from tools.views.documents import EvidenceDoc, PlanDoc

HOME = """<html><body><h1>Lanternfish</h1>
<p>Lanternfish is a small vision model that reads charts as well as models three times its size.</p>
<p>It runs on one graphics card with 6 GB of memory. Unlike Deepglow it needs no server.</p>
<p>Load it with `ChartReader` and ask a question. Answers are compared side by side, and the best is marked.</p>
<p>The hobby tier is free with 50 charts a month, the studio tier costs $12 a month.</p></body></html>"""
DOCS = """<html><body><h1>Documentation</h1><p>Lanternfish version 5.1 was released in October.</p>
<p>ChartReader was removed in version 5.0; use PageReader. StreamReader will be removed in version 7.0.</p>
<p>Several answers to one question are compared. Lanternfish does not merge them.</p></body></html>"""


@pytest.fixture(scope="module")
def pack() -> Pack:
    home, docs = page("https://lanternfish.example/", HOME), page("https://lanternfish.example/docs", DOCS)
    quote = EvidenceDoc(
        quote="The hobby tier is free", place="visible", url=home.url, fetched_at=AT.isoformat(), page=home.id
    )
    hobby = PlanDoc(
        name="hobby",
        amount="0",
        currency="USD",
        period="month",
        unit=None,
        rung="text",
        confidence=0.9,
        evidence=[quote],
    )
    return build_pack(document(home, docs, name="Lanternfish", plans=[hobby]), [home, docs])


def number_of(pack: Pack, words: str) -> int:
    return next(passage.number for passage in pack.passages if words in passage.text)


def test_a_figure_that_is_not_in_the_evidence(pack: Pack) -> None:
    said = fact("It reads charts as well as models seven times its size.", "as well as models 7 times its size")
    figure = fact("It beats 7B models at charts.", "reads charts as well as models three times its size")
    assert check_claim(said, pack) is None
    assert check_claim(figure, pack) is None


def test_a_rival_contradicted_inside_the_panel(pack: Pack) -> None:
    alone = Claim("There is no alternative to it at this size.", "opinion")
    named = replace(fact("The one to beat is Deepglow.", "Unlike Deepglow it needs no server"), supported=True)
    reviews = [
        Review(persona, "x", 80, "ship", claim.text, (Rating("direct_competitors", 3, "", (claim,)),))
        for persona, claim in (("builder", alone), ("skeptic", named))
    ]
    (found,) = contradictions(reviews, pack)
    assert (found.field, found.personas) == ("rivals", ("builder", "skeptic"))


def test_an_api_that_no_longer_exists_where_the_version_is_known(pack: Pack) -> None:
    praised = fact("It loads with `ChartReader` in one line.", "Load it with `ChartReader`")
    assert "withdrawn" in against_record(praised, pack)
    assert check_claim(praised, pack) is None
    to_come = fact("It streams with `StreamReader`.", "StreamReader", number_of(pack, "StreamReader"))
    assert against_record(to_come, pack) == ""  # that removal is announced for a version that is not out


def test_a_feature_the_docs_deny(pack: Pack) -> None:
    number = number_of(pack, "does not merge")
    merged = check_claim(fact("It does merge several answers.", "Lanternfish does not merge them", number), pack)
    assert merged is None or not merged.supported


def test_a_version_that_was_never_released(pack: Pack) -> None:
    for quote in ("Lanternfish version 6.0", "Lanternfish version 5.1 was released in October"):
        assert check_claim(fact("Version 6.0 was released in October.", quote, number_of(pack, "5.1")), pack) is None


@pytest.mark.parametrize("text", ["It is paid.", "Entry: paid", "There is no free tier.", "It is paid only."])
def test_paid_where_a_free_tier_is_stated(pack: Pack, text: str) -> None:
    assert check_claim(Claim(text, "opinion"), pack) is None
    assert check_claim(fact(text, "the studio tier costs $12 a month"), pack) is None


def test_best_for_is_told_from_ratings_and_is_not_the_tagline(pack: Pack) -> None:
    tagline = "The chart model for everyone who reads charts."
    a = pack.document.model_copy(update={"tagline": tagline, "slug": "lanternfish"})
    b = pack.document.model_copy(update={"slug": "other", "name": "Other"})
    cells = {row.key: row for row in compare(a, b).rows}
    assert tagline not in (cells["best_for"].a.text, cells["best_for"].b.text)
    assert {cells["best_for"].a.known, cells["not_for"].a.known} == {False}  # not reviewed: told from nothing else


def test_a_seventh_critic_in_a_file_of_its_own_reviews_at_once(pack: Pack, tmp_path: Path) -> None:
    text = (HERE / "skeptic.toml").read_text(encoding="utf-8")
    (tmp_path / "auditor.toml").write_text(text.replace("order = 2", "order = 7", 1), encoding="utf-8")
    seven = [*personas().values(), *load(tmp_path).values()]
    panel = review_pack(pack, RulesReviewer(seven), SETTINGS, seven)
    assert [review.persona for review in panel.reviews] == [*personas(), "auditor"]
    assert panel.reviews[-1].score == panel.reviews[1].score
    assert read_persona("auditor", text).name == "auditor"


def test_a_draft_full_of_defects_is_no_take(pack: Pack) -> None:
    persona = personas()["builder"]
    wrong = (
        fact("It beats 7B models.", "beats 7B models"),
        fact("Version 6.0 is out.", "Lanternfish version 5.1 was released in October"),
        Claim("It is paid.", "opinion"),
    )
    ratings = tuple(Rating(field.name, 4, "", wrong) for field in persona.fields)
    judged = judge(persona, pack, Review("builder", "x", None, None, "", ratings), SETTINGS)
    assert (judged.score, judged.vote) == (None, None)
    assert all(not rating.claims for rating in judged.ratings)
    assert Citation(1, "x") not in [c for r in judged.ratings for claim in r.claims for c in claim.citations]
