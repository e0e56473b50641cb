"""The reviewer of findings: what moves a score and what does not, when there is no take, and what the panel carries."""

from __future__ import annotations

from dataclasses import replace

import pytest

from agents.panel.evidence_pack import Pack
from agents.panel.judge import check_claim, review_pack
from agents.panel.rules import (
    LEAST_EVIDENCE,
    MOST_TOLD,
    OVER_MOST,
    RulesReviewer,
    claim_of,
    evidence,
    score_of,
    too_little,
)
from tests.made_products import AT, DAY, Product, peer
from tools.dossier import DossierPage
from tools.models import Claim, Finding, Panel, Rating, Review
from tools.personas import personas
from tools.settings import Settings

PEERS = (
    peer("Alderbox", "9", rival=True, licence="MIT", topics="export api", stars=900, released_at=DAY - 30, releases_365d=9, free=True),
    peer("Birchrun", "12", rival=True, topics="export api", stars=2400, released_at=DAY - 61, releases_365d=14, free=True),
    peer("Cedarlift", "15", topics="export sso", stars=310, released_at=DAY - 200, releases_365d=2),
    peer("Dogwood", "19", topics="export api", stars=5200, released_at=DAY - 12, releases_365d=22, free=True),
    peer("Elmside", "29", topics="api export", stars=140, released_at=DAY - 700, releases_365d=0),
)  # fmt: skip
POINTS = [float(n % 60) for n in range(180)]


def talk(product: Product) -> Product:
    """The same product with many more words, all of them its own."""
    product.line(
        "homepage",
        *(
            f"Reason {word} to like it is that everybody who has seen it says how simple it is."
            for word in "abcdefghij"
        ),
    )
    for topic, role in [("self_host", "docs"), ("offline", "docs"), ("sso", "pricing"), ("sla", "terms"), ("no_training", "terms"),
                        ("data_region", "terms"), ("refund", "terms"), ("cancel", "terms"), ("export", "docs"), ("api", "docs")]:  # fmt: skip
        product.states(topic, f"Of {topic.replace('_', ' ')} we say yes.", role)
    return product


def good(name: str = "Gantryline") -> Product:
    return (
        Product(name).plan("Hobby", "0", "Hobby is free").plan("Pro", "7", "Pro costs $7 a month").licensed("MIT").read("docs", "terms")
        .measure(stars=3100, pushed_at=DAY - 2).measure("releases", released_at=DAY - 9, releases_365d=18, releases_730d=25)
        .launch(240, POINTS).among(*PEERS)
    )  # fmt: skip


def bad(name: str = "Inkwhistle") -> Product:
    return (
        Product(name).plan("Pro", "59", "Pro costs $59 a month").read("docs", "terms")
        .measure(stars=60, pushed_at=DAY - 420).measure("releases", released_at=DAY - 430, releases_365d=0, releases_730d=4)
        .launch(1, POINTS).among(*PEERS)
    )  # fmt: skip


def reviewed(product: Product, settings: Settings | None = None) -> Panel:
    return review_pack(product.pack(), RulesReviewer(), settings or Settings())


def scores(panel: Panel) -> list[int]:
    return [review.score for review in panel.reviews if review.score is not None]


def test_merit_moves_a_score_and_talk_does_not() -> None:
    terse, talkative = scores(reviewed(good())), scores(reviewed(talk(good())))
    assert min(terse) >= 60
    assert max(abs(a - b) for a, b in zip(terse, talkative, strict=True)) <= 8
    assert max(scores(reviewed(bad())) + scores(reviewed(talk(bad())))) <= 30
    assert [reviewed(one).verdict for one in (good(), talk(good()), bad(), talk(bad()))] == [
        "Ship",
        "Ship",
        "Skip",
        "Skip",
    ]


def test_own_words_alone_ship_nothing() -> None:
    rare = talk(Product("Gantryline")).among(*(peer(f"Peer{n}") for n in range(40)))
    assert not [review.vote for review in reviewed(rare).reviews if review.vote == "ship"]


def test_a_second_finding_of_a_kind_adds_nothing() -> None:
    persona = personas()["creator"]
    one = Finding("price_change", {}, "x.", 1, 0.5, ())
    assert score_of(persona, [one]) == score_of(persona, [one, replace(one, text="y.", strength=0.4)]) > 50
    assert score_of(persona, [one, replace(one, text="y.", direction=-1)]) == 50
    assert score_of(persona, []) == 50


def test_a_score_grows_with_the_strength_of_what_speaks_for_it() -> None:
    persona = personas()["founder"]
    found = [score_of(persona, [Finding("price_rank", {}, "x.", 1, strength / 10, ())]) for strength in range(11)]
    assert found == sorted(found)
    assert found[0] == 50 < found[-1]


def test_a_thin_dossier_is_not_enough_evidence_and_says_what_was_not_read() -> None:
    panel = reviewed(Product("Gantryline").among(*PEERS))
    assert (panel.verdict, panel.reason) == (
        "Not enough evidence",
        (
            "nothing found counts: a critic needs two kinds that bear on its questions, "
            "a verdict 3 critics and 2 findings for or against"
        ),
    )
    by_name = {review.persona: review for review in panel.reviews}
    assert by_name["founder"].abstain_reason == "nothing found; needed: pricing page, comments on its launch"
    assert {(review.score, review.vote, review.text) for review in panel.reviews} == {(None, None, "")}
    assert all(len(review.abstain_reason.split()) <= 10 for review in panel.reviews)


def test_a_page_that_is_there_was_not_read_and_one_that_nothing_leads_to_is_not_known() -> None:
    pack = Product("Gantryline").among(*PEERS).pack()
    shut = DossierPage("pricing", "refused", "https://gantryline.example/pricing", "", AT, "closed by robots.txt")
    none = DossierPage("comments", "none", "", "", AT)
    pack = replace(pack, dossier=replace(pack.dossier, pages=(*pack.dossier.pages, shut, none)))
    panel = review_pack(pack, RulesReviewer(), Settings())
    reasons = {review.persona: review.abstain_reason for review in panel.reviews}
    assert reasons["founder"] == "nothing found; needed: pricing page (not read), comments on its launch"


def test_what_a_closed_product_does_not_have_is_not_asked_for() -> None:
    code = ("README", "repository", "releases", "package registry", "page on the Hub")
    closed, opened = Product("Gantryline"), Product("Gantryline").measure(archived=0)
    asked = ["; ".join(review.abstain_reason for review in reviewed(one).reviews) for one in (closed, opened)]
    assert [any(word in said for word in code) for said in asked] == [False, True]


def test_one_fact_in_the_mouths_of_three_critics_makes_no_verdict() -> None:
    facts = [Finding("price_rank", {}, text, 1, 0.9, ()) for text in ("x.", "y.")]

    def said(*of: Finding) -> str:
        ratings = (Rating("price", 4, "", tuple(map(claim_of, of))),)
        reviews = [Review(name, "rules", 80, "ship", "", ratings) for name in ("founder", "pm", "skeptic")]
        return too_little(reviews, replace(good().pack(), findings=tuple(facts)))

    assert said(facts[0]).startswith("2 findings are not enough: ")
    assert not said(*facts)


def test_one_count_alone_is_no_review() -> None:
    panel = reviewed(Product("Gantryline").plan("Pro", "7", "Pro costs $7 a month").among(*PEERS))
    assert next(finding.kind for finding in panel.findings) == "price_rank"
    assert panel.verdict == "Not enough evidence"


def test_what_bears_on_one_field_alone_is_no_review() -> None:
    alive = Product("Gantryline").licensed("MIT").measure(pushed_at=DAY - 2)
    alive.measure("releases", released_at=DAY - 9, releases_365d=18, releases_730d=25)
    by_name = {review.persona: review for review in reviewed(alive).reviews}
    builder = personas()["builder"]
    assert evidence(builder, alive.pack().findings) >= LEAST_EVIDENCE
    assert by_name["builder"].score is None  # all of it is about one decision
    assert by_name["skeptic"].score is not None


def test_what_is_neither_for_nor_against_is_looked_at_and_not_told() -> None:
    middle = Product("Gantryline").plan("Pro", "15", "Pro costs $15 a month").licensed("MIT").read("docs", "terms")
    middle = middle.measure(stars=900).measure("releases", released_at=DAY - 60).among(*PEERS)
    neutral = [finding.text for finding in middle.pack().findings if not finding.direction]
    panel = reviewed(middle)
    claims = [claim.text for review in panel.reviews for rating in review.ratings for claim in rating.claims]
    assert neutral
    assert not set(neutral) & {*claims, *(finding.text for finding in panel.findings)}


def test_own_words_are_half_the_evidence() -> None:
    persona = personas()["creator"]
    stated = Finding("export", {"stated": "yes"}, "x.", 1, 0.2, ())
    assert evidence(persona, [stated]) == 1.5
    assert evidence(persona, [stated, replace(stated, values={"stated": "denied"})]) == 3
    assert LEAST_EVIDENCE == 3


def test_a_product_that_is_over_is_skipped_whatever_speaks_for_it() -> None:
    panel = reviewed(good().line("homepage", "Gantryline has been shut down."))
    assert panel.verdict == "Skip"
    assert all(review.score is not None and review.score <= OVER_MOST for review in panel.reviews)
    thin = reviewed(Product("Gantryline").line("homepage", "Gantryline has been shut down."))
    assert thin.verdict == "Skip"  # that it is over is evidence enough
    assert thin.reviews[0].text.startswith("The pages of Gantryline say that it is over")


def test_an_unfit_pack_has_findings_and_no_take() -> None:
    pack = replace(good().pack(), unfit="the page is a placeholder")
    panel = review_pack(pack, RulesReviewer(), Settings())
    assert (panel.verdict, panel.reason, scores(panel)) == ("Not enough evidence", "the page is a placeholder", [])


def test_the_vote_follows_the_threshold_in_the_settings() -> None:
    panel = reviewed(good(), Settings().but(ship_threshold=100))
    assert {review.vote for review in panel.reviews} == {"skip"}


def test_a_review_tells_what_weighs_most_first_and_cites_it() -> None:
    panel = reviewed(good())
    founder = panel.reviews[3]
    weights = personas()["founder"].findings
    told = [finding for finding in panel.findings if finding.text.removesuffix(".") in founder.text]
    by_place = sorted(told, key=lambda one: founder.text.index(one.text.removesuffix(".")))
    weighed = [weights[one.kind] * one.strength for one in by_place]
    assert weighed == sorted(weighed, reverse=True)
    assert len(told) == founder.text.count("].") <= MOST_TOLD
    assert founder.reviewer == "rules"


def test_every_claim_of_a_rating_is_a_finding_that_its_field_picks() -> None:
    panel = reviewed(talk(good()))
    texts = {finding.text: finding.kind for finding in panel.findings}
    for review in panel.reviews:
        for rating in review.ratings:
            picked = personas()[review.persona].field(rating.field).findings
            assert (rating.level is None) == (not rating.claims)
            for claim in rating.claims:
                assert texts[claim.text] in picked
                assert (claim.kind, claim.supported) == ("fact", True)


def test_levels_follow_direction_and_strength() -> None:
    levels = {
        name: [
            rating.level
            for review in reviewed(product).reviews
            for rating in review.ratings
            if rating.level is not None
        ]
        for name, product in {"good": good(), "bad": bad()}.items()
    }
    assert sum(levels["good"]) > 3 * len(levels["good"])
    assert sum(levels["bad"]) < len(levels["bad"])


def test_the_same_product_gives_the_same_panel_in_whatever_order_it_was_gathered() -> None:
    forth, back = (review_pack(talk(good()).pack(turned), RulesReviewer(), Settings()) for turned in (False, True))
    assert forth == back


@pytest.fixture(scope="module")
def pack() -> Pack:
    return good().pack()


def test_a_model_may_repeat_a_finding_and_change_nothing_of_it(pack: Pack) -> None:
    finding = next(one for one in pack.findings if one.kind == "price_rank")
    said = replace(claim_of(finding), supported=False)
    kept = check_claim(said, pack)
    assert kept is not None
    assert kept.supported
    wrong = check_claim(replace(said, text=said.text.replace("7 USD", "6 USD")), pack)
    assert wrong is None or not wrong.supported
    bare = check_claim(Claim(said.text, "fact"), pack)
    assert bare is None or not bare.supported


# The pack --------------------------------------------------------------------------------------------------------


def test_passages_have_their_role_and_their_trust() -> None:
    pack = good().comments("It runs well for us.", "Where does it run?", maker=["In your own rack."]).pack()
    seen = {(passage.label, passage.trust) for passage in pack.passages}
    own = {(role, "own") for role in ("homepage", "pricing", "docs", "terms", "launch")}
    assert seen == own | {("repository", "measure"), ("releases", "measure"), ("comments", "voice"), ("peers", "store")}
    assert sum(passage.trust == "voice" for passage in pack.passages) == 3


def test_an_answer_is_one_passage_of_the_words_its_numbers_were_read_from() -> None:
    pack = good().pack()
    (answer,) = [passage for passage in pack.passages if passage.label == "repository"]
    assert answer.text.splitlines() == [f'"pushed_at": {DAY - 2}.0', '"stars": 3100.0']


def test_comments_have_a_share_of_the_pack_and_no_more() -> None:
    long = good().comments(*(f"On day {n} {'I wrote to them and they wrote back. ' * 30}" for n in range(60))).pack()
    voices = [passage for passage in long.passages if passage.trust == "voice"]
    assert 5 < len(voices) < 60
    assert sum(len(passage.text) for passage in voices) <= 8_000
    assert max(len(passage.text) for passage in voices) <= 700


def test_a_pack_is_dated_by_what_was_read_and_not_by_what_was_written() -> None:
    assert good().comments("From another century.").pack().as_of == AT


@pytest.mark.parametrize(
    ("lines", "over"),
    [
        (["Gantryline v1 has been deprecated; use version 2 of it."], False),
        (["Gantryline has been deprecated."], True),
        ([*(f"Row {number} of the table of models we follow" for number in range(9)), "Discontinued"], False),
    ],
)
def test_the_end_of_an_edition_or_a_label_is_not_the_end_of_the_product(lines: list[str], over: bool) -> None:
    assert (good().line("homepage", *lines).pack().ended is not None) is over
