"""What two personas of one panel cannot both say, and what they may: a table of each."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from agents.panel.contradictions import contradictions
from agents.panel.evidence_pack import Pack, evidence_pack
from agents.panel.judge import review_pack
from agents.panel.rules import RulesReviewer
from tests.review_brain import AT, HOMEPAGE, stored
from tools.models import Citation, Claim, Contradiction, Rating, Review
from tools.settings import Settings
from tools.store import Store
from tools.views.documents import PlanDoc


@pytest.fixture(scope="module")
def pack(tmp_path_factory: pytest.TempPathFactory) -> Pack:
    with Store.open(tmp_path_factory.mktemp("clash") / "store.db", now=lambda: AT) as store:
        denied = HOMEPAGE.replace("</body>", "<p>There is no export of users.</p></body>")
        return evidence_pack(store, stored(store, denied))


def said(persona: str, text: str, kind: Any = "fact", field: str = "x", passage: int = 1, **how: Any) -> Review:
    citations = (Citation(passage, text),) if kind == "fact" else ()
    claim = Claim(text, kind, citations, supported=how.get("supported", kind == "fact"))
    return Review(persona, "m", how.get("score", 70), "ship", text, (Rating(field, 3, "", (claim,)),))


def found(pack: Pack, *reviews: Review) -> list[str]:
    return [one.field for one in contradictions(reviews, pack)]


@pytest.mark.parametrize(
    ("one", "other", "field"),
    [
        # one says free, another paid
        ("There is a free plan for one seat.", "It is paid only.", "free plan"),
        ("The free tier holds 3 projects.", "It comes without a free tier.", "free plan"),
        ("It is entirely free.", "A seat is $12 a month.", "what it costs"),
        ("It costs nothing.", "The bill is 20 EUR per month.", "what it costs"),
        ("A seat is $12 a month.", "No price is stated on the pages.", "price"),
        # licences
        ("The licence is MIT.", "It is released under the Apache License 2.0.", "licence"),
        ("Its license is GPL-3.0.", "Its licence is AGPL-3.0.", "licence"),
        # what is there, and what is not
        ("A REST API is documented.", "It has no API.", "API"),
        ("Work leaves by CSV export.", "There is no export.", "export"),
        ("It can be self-hosted.", "It cannot be self-hosted.", "self-hosting"),
        ("It works offline.", "It doesn't work offline.", "offline use"),
        ("It is open source.", "It is not open source.", "open source"),
        ("Builds for Windows are offered.", "Windows is not supported.", "Windows support"),
        # latency
        ("It adds 2 ms of latency at p95.", "Latency is 40 ms at p95.", "latency (p95)"),
        ("It responds in 0.2 seconds.", "It responds in 900 ms.", "latency"),
    ],
)
def test_what_cannot_both_hold_is_found_whoever_says_it_first(pack: Pack, one: str, other: str, field: str) -> None:
    assert found(pack, said("builder", one), said("skeptic", other)) == [field]
    assert found(pack, said("pm", other), said("founder", one)) == [field]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("There is a free plan.", "The Team plan is $9 a month."),
        ("It is free for up to 3 users.", "A seat is $12 a month."),
        ("It is entirely free.", "It saves $400 a month."),
        ("The licence is MIT.", "The code is licensed under MIT."),
        ("The licence is MIT or Apache-2.0.", "The licence is Apache-2.0 or MIT."),
        ("A REST API is documented.", "No API key is needed."),
        ("A REST API is documented.", "There are no limits on the API."),
        ("A REST API is documented.", "It ships a CLI, not a web app."),
        ("It runs on Windows.", "It runs on Linux."),
        ("It adds 2 ms of latency at p95.", "Median latency is 1 ms."),
        ("Latency fell from 40 ms to 2 ms.", "Latency is 2 ms."),
        ("It works offline.", "Offline work is where it shines."),
        ("It tracks your competitors across the App Store.", "No rival is named."),
        ("It stands against manual HR work.", "It names no rival."),
    ],
)
def test_what_can_both_hold_is_left_alone(pack: Pack, one: str, other: str) -> None:
    assert found(pack, said("builder", one), said("skeptic", other)) == []


def test_a_rival_that_one_denies_and_another_names_is_found(pack: Pack) -> None:
    denied = said("builder", "The weekend alternative does not exist: nobody else does this.", "opinion")
    named = said("skeptic", "It is compared with Tollkeeper on its own page.", field="direct_competitors", passage=3)
    (clash,) = contradictions((denied, named), pack)
    assert clash == Contradiction(
        "rivals",
        ("builder", "skeptic"),
        ("none", "Tollkeeper"),
        "rivals: the builder says there is no rival; the skeptic says Tollkeeper",
        (3,),
    )


@pytest.mark.parametrize(
    ("text", "clash"),
    [
        ("The page names two others: a table in Postgres, and Tollkeeper.", True),
        ("It measures itself against Tollkeeper.", True),
        ("Direct competitors are Tollkeeper and Weir.", True),
        ("It would rather fight manual HR work.", False),
    ],
)
def test_a_name_in_the_field_for_rivals_is_one_where_it_is_said_to_be(pack: Pack, text: str, clash: bool) -> None:
    named = said("skeptic", text, field="direct_competitors")
    assert bool(found(pack, said("builder", "Nobody else does this.", "opinion"), named)) is clash


def test_two_rivals_are_no_contradiction(pack: Pack) -> None:
    one = said("builder", "Unlike Tollkeeper it needs no cluster.")
    assert found(pack, one, said("skeptic", "Its rival is Weir.", field="direct_competitors")) == []


def test_nobody_contradicts_himself_across_the_panel(pack: Pack) -> None:
    one = said("builder", "It has no API.")
    both = replace(one, ratings=(*one.ratings, *said("builder", "A REST API is documented.").ratings))
    assert found(pack, both) == []


def test_what_did_not_stand_or_was_not_scored_contradicts_nobody(pack: Pack) -> None:
    denied = said("skeptic", "It has no API.")
    assert found(pack, said("builder", "A REST API is documented.", supported=False), denied) == []
    assert found(pack, said("builder", "A REST API is documented.", "opinion"), denied) == []
    assert found(pack, said("builder", "A REST API is documented.", score=None), denied) == []


def test_a_free_and_a_paid_plan_on_record_may_both_be_told(pack: Pack) -> None:
    plans = [_plan("Solo", "0"), _plan("Team", "9")]
    both = replace(pack, document=pack.document.model_copy(update={"plans": plans}))
    one, other = said("builder", "It is entirely free."), said("founder", "The Team plan is $9 a month.")
    assert found(both, one, other) == []


def test_two_amounts_for_one_plan_are_found_unless_it_has_two(pack: Pack) -> None:
    one, other = said("pm", "The Team plan is $9 a month."), said("founder", "The Team plan is $12 a month.")
    once = replace(pack, document=pack.document.model_copy(update={"plans": [_plan("Team", "9")]}))
    assert found(once, one, other) == ["price of Team"]
    twice = replace(
        pack, document=pack.document.model_copy(update={"plans": [_plan("Team", "9"), _plan("Team", "12")]})
    )
    assert found(twice, one, other) == []


def test_the_panel_carries_them_and_the_store_gives_them_back(pack: Pack, tmp_path: Any) -> None:
    class Quarrelling:
        name, halt = "quarrelling", None

        def review(self, persona: Any, pack: Pack) -> Review:
            """All told from the page; the PM reads an end of the export into it."""
            told = [
                ("An export is offered.", "Every limit can be exported as JSON"),
                ("It keeps limits in YAML.", "keeps rate limits in one YAML file"),
                ("It listens on 8080.", "point your traffic at port 8080"),
                ("A plan is called Team.", "The Team plan is $9 a month"),
            ]
            if persona.name == "pm":
                told[0] = ("It has no export of users.", "There is no export of users.")
            claims = tuple(Claim(text, "fact", (Citation(1, quote),)) for text, quote in told)
            ratings = tuple(Rating(field.name, 3, "", claims) for field in persona.fields)
            return Review(persona.name, self.name, None, None, "", ratings)

    panel = review_pack(pack, Quarrelling(), Settings())
    assert [one.field for one in panel.contradictions] == ["export"]
    with Store.open(tmp_path / "store.db", now=lambda: AT) as store:
        stored(store, HOMEPAGE)
        store.put_panel(panel, reviewer="rules")
        kept = store.panel(pack.slug)
        assert kept is not None
        (clash,) = kept.contradictions
    assert (clash.field, clash.personas[0], clash.values[0]) == ("export", "builder", "there is an export")
    assert "pm" in clash.personas


def test_the_rules_do_not_contradict_themselves(pack: Pack) -> None:
    assert review_pack(pack, RulesReviewer(), Settings()).contradictions == ()


def _plan(name: str, amount: str) -> PlanDoc:
    return PlanDoc(
        name=name, amount=amount, currency="USD", period="month", unit=None, rung="text", confidence=1, evidence=[]
    )
