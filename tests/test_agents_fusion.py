"""Several models on one review: what each mode settles, what is stored of every member, and who wins in both orders."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from agents.gateway.ask import Gateway
from agents.gateway.pools import Deployment, Pool, Pools, Price
from agents.gateway.purse import Limits, Purse
from agents.panel import fusion
from agents.panel.fusion import Agreement, Take, agreement, in_both_orders
from agents.panel.judge import review_pack
from agents.panel.model_reviewer import ModelReviewer
from jobs.provenance import made_by
from tests.model_server import Brain, Messages, ModelServer, said
from tests.review_brain import AT, HOMEPAGE, fact, review_of, reviewer, sentences, stored
from tools.errors import ModelError
from tools.models import Citation, Claim, Panel, Rating, Review
from tools.personas import persona
from tools.settings import Settings
from tools.store import Store

SETTINGS = Settings()
BUILDER = persona("builder")
FIELDS = [field.name for field in BUILDER.fields]


def take(member: str, levels: Sequence[int | None], quote: str = "", score: int | None = 50) -> Take:
    """A checked review with one standing fact a field that quotes `quote`."""
    claim = Claim(f"{member} says it.", "fact", (Citation(1, quote or member),), supported=True)
    judgement = Claim(f"{member} likes it.", "opinion")
    ratings = tuple(
        Rating(name, level, "as written", (claim, judgement)) for name, level in zip(FIELDS, levels, strict=True)
    )
    return Take(member, Review("builder", "", score, "skip", f"By {member}.", ratings, model=member), tokens=100)


def silent(member: str) -> Take:
    return Take(member, Review("builder", "", None, None, "", abstain_reason="no answer"))


# What each mode settles ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("levels", "settled"),
    [
        ((3, 3, 3), 3),
        ((1, 3, 4), 3),
        ((4, 4, 1), 4),
        ((2, 3), 2),  # the lower one of two
        ((None, 3, 3), 3),
        ((None, None, 4), None),  # a lone finding is a gap
        ((None, None, None), None),
    ],
)
def test_compare_takes_the_median_level_in_the_words_of_who_gave_it(
    levels: tuple[int | None, ...], settled: int | None
) -> None:
    takes = [take(f"m{number}", [level] * 5) for number, level in enumerate(levels)]
    rating = fusion.compare(BUILDER, takes)[0]
    assert rating.level == settled
    if settled is not None:
        assert rating.claims[0].text == f"m{levels.index(settled)} says it."


def test_a_member_without_an_answer_does_not_count_as_one_that_found_nothing() -> None:
    takes = [take("a", [3] * 5), silent("b"), silent("c")]
    assert {rating.level for rating in fusion.compare(BUILDER, takes)} == {3}


def test_merge_joins_the_standing_facts_each_quote_once_and_keeps_one_judgement() -> None:
    takes = [take("a", [3] * 5, "same words"), take("b", [3] * 5, "Same  words"), take("c", [3] * 5, "other words")]
    claims = fusion.merge(BUILDER, takes)[0].claims
    assert [claim.text for claim in claims] == ["a says it.", "c says it.", "a likes it."]


def test_merge_keeps_a_lone_finding() -> None:
    takes = [take("a", [None] * 5), take("b", [None] * 5), take("c", [4] * 5)]
    takes = [replace(one, review=replace(one.review, ratings=())) if one.member != "c" else one for one in takes]
    assert fusion.merge(BUILDER, takes)[0].level == 4


def test_best_of_goes_to_who_is_preferred_in_both_orders() -> None:
    takes = [take("a", [3] * 5), take("b", [3] * 5), take("c", [3] * 5)]
    prefers_b = fusion.best_of(takes, lambda first, second: "A" if "b" in first else "B" if "b" in second else "tie")
    assert prefers_b.member == "b"


def test_a_judge_that_goes_by_place_decides_nothing_and_facts_do() -> None:
    poor = take("a", [3] * 5)
    poor = replace(poor, review=replace(poor.review, ratings=poor.review.ratings[:2]))
    assert fusion.best_of([poor, take("b", [3] * 5)], lambda first, second: "A").member == "b"
    assert fusion.best_of([take("a", [3] * 5), poor], lambda first, second: "B").member == "a"


@pytest.mark.parametrize(
    ("straight", "swapped", "found"),
    [
        ("A", "B", "A"),
        ("B", "A", "B"),
        ("A", "A", "tie"),
        ("B", "B", "tie"),
        ("tie", "tie", "tie"),
        ("A", "tie", "tie"),
    ],
)
def test_two_are_compared_in_both_orders_and_disagreement_is_a_tie(straight: str, swapped: str, found: str) -> None:
    answers: dict[tuple[str, str], Any] = {("x", "y"): straight, ("y", "x"): swapped}
    assert in_both_orders(lambda first, second: answers[first, second], "x", "y") == found


def test_a_debate_is_left_out_where_its_second_round_could_pass_the_budget() -> None:
    takes = [take("a", [3] * 5), take("b", [1] * 5)]  # 100 tokens each
    heard: list[str] = []

    def again(own: Take, others: list[str]) -> Take:
        heard.append(f"{own.member} read {others}")
        return own

    assert fusion.debate(takes, again, budget=599) == []
    assert fusion.debate([replace(takes[0], tokens=None), takes[1]], again, budget=10**9) == []
    assert heard == []
    assert len(fusion.debate(takes, again, budget=600)) == 2
    assert sorted(heard) == ["a read ['By b.']", "b read ['By a.']"]


def test_what_was_said_first_stands_where_nobody_answers_again() -> None:
    takes = [take("a", [3] * 5), take("b", [1] * 5)]

    def gone(own: Take, others: list[str]) -> Take:
        raise ModelError(own.member, "hung up")

    assert fusion.debate(takes, gone, budget=10**9) == []
    again = replace(take("b", [4] * 5), review=silent("b").review)
    assert fusion.latest(takes, [take("a", [2] * 5), again]) == [take("a", [2] * 5), takes[1]]


def test_agreement_tells_consensus_contradiction_and_gap() -> None:
    rated = [[("x", 3), ("y", 1), ("z", None)], [("x", 4), ("y", 4), ("z", None)], [("x", 3), ("y", 2), ("z", 2)]]
    assert agreement(rated) == Agreement(agreed=("x",), differ=("y",), alone=("z",))


@pytest.mark.parametrize(
    ("costs", "sum_"), [([], "0"), (["0.1", "0.20"], "0.30"), (["0.1", None], None), ([None], None)]
)
def test_a_sum_with_an_unknown_cost_is_unknown(costs: list[str | None], sum_: str | None) -> None:
    assert fusion.total(costs) == sum_


# Over the stand-in server ----------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    path = tmp_path_factory.mktemp("fusion") / "store.db"
    with Store.open(path, now=lambda: AT) as store:
        slug = stored(store, HOMEPAGE)
    return path, slug


def panel_of(
    world: tuple[Path, str], tmp_path: Path, server: ModelServer, mode: str, settings: Settings = SETTINGS
) -> tuple[Panel, Any]:
    """The builder's panel of a fusion over three members, kept and read back."""
    from agents.panel.evidence_pack import evidence_pack

    path, slug = world
    copy = tmp_path / "store.db"
    copy.write_bytes(path.read_bytes())
    price = Price(Decimal(1), Decimal(2))
    members = tuple(Deployment(name, name, server.url, price=price) for name in ("red", "green", "blue"))
    with Store.open(copy, now=lambda: AT) as store:
        door = Gateway(Pools({"default": Pool("default", members)}), store, purse=Purse(store, Limits()))
        with door:
            model = ModelReviewer(door, settings, mode=mode, token="0123abcd")
            panel = review_pack(evidence_pack(store, slug), model, settings, [BUILDER])
        store.put_panel(panel, reviewer=model.name)
        return panel, store.panel(slug)


def each(**levels: int) -> Brain:
    """Three members of one server, each with its own level and its own sentence of the page."""

    def brain(messages: Messages, body: dict[str, Any]) -> str:
        fields = list(body["response_format"]["json_schema"]["schema"]["properties"])
        if fields[0] in ("reason",) or fields[0].isdigit():
            return reviewer(4, "longer")(messages, body)
        answer = review_of(messages, fields, levels[body["model"]])
        own = sentences(messages)[-1 - list(levels).index(body["model"])]
        answer[fields[0]]["claims"] = [fact(*own)]
        return json.dumps(answer)

    return brain


LEVELS = {"red": 4, "green": 4, "blue": 1}


@pytest.mark.parametrize("mode", fusion.MODES)
def test_every_mode_stores_every_members_answer(world: tuple[Path, str], tmp_path: Path, mode: str) -> None:
    with ModelServer(each(**LEVELS)) as server:
        _, kept = panel_of(world, tmp_path, server, mode)
        asked = len(server.asked)
    review = kept.reviews["builder"]
    names = ["red", "green", "blue"]
    expected = names + [f"{name}, second round" for name in names] if mode == "debate" else names
    assert [member.member for member in review.members] == expected
    assert [member.score for member in review.members][:3] == [100, 100, 25]
    assert all(member.prompt_hash and member.cost and member.ratings for member in review.members)
    assert asked == {"compare": 3, "merge": 3, "best_of": 7, "debate": 6}[mode]
    assert review.reviewer == f"{mode} (red, green, blue)"
    assert (review.score, review.model) == (100, "red, green, blue")


def test_what_a_fused_review_cost_is_what_its_members_and_judge_cost(world: tuple[Path, str], tmp_path: Path) -> None:
    with ModelServer(each(**LEVELS)) as server:
        _, kept = panel_of(world, tmp_path, server, "best_of")
        usage = server.usage
    tokens = sum(one["prompt_tokens"] + 2 * one["completion_tokens"] for one in usage)
    assert Decimal(kept.reviews["builder"].cost) == Decimal(tokens) / 1_000_000


def test_merge_tells_the_facts_of_all_and_compare_those_of_one(world: tuple[Path, str], tmp_path: Path) -> None:
    with ModelServer(each(**LEVELS)) as server:
        merged, _ = panel_of(world, tmp_path, server, "merge")
        compared, _ = panel_of(world, tmp_path, server, "compare")
    facts = [[claim.text for claim in one.reviews[0].ratings[0].claims] for one in (merged, compared)]
    assert [len(texts) for texts in facts] == [3, 1]
    assert all(text.rstrip(".") in merged.reviews[0].text for text in facts[0])


def test_in_a_debate_each_reads_what_stood_of_the_others_and_nothing_else(
    world: tuple[Path, str], tmp_path: Path
) -> None:
    with ModelServer(each(**LEVELS)) as server:
        server.behave("blue", "lying")
        panel_of(world, tmp_path, server, "debate")
        second = [said(one.body["messages"][-1]) for one in server.of("red")][-1]
    assert "MIT License" in said(server.of("red")[-1].body["messages"][-1])
    assert "read back by another proxy” [E1]" in second  # green's
    assert "as its makers put it" not in second  # blue's lies
    assert "green" not in second


def test_a_fusion_goes_on_without_a_member_that_is_gone_and_says_so(world: tuple[Path, str], tmp_path: Path) -> None:
    with ModelServer(each(**LEVELS)) as server:
        server.behave("green", "dropping").behave("blue", "broken_json")
        _, kept = panel_of(world, tmp_path, server, "compare")
    review = kept.reviews["builder"]
    told = {member.member: member for member in review.members}
    assert review.score == 100
    assert told["green"].score is None
    assert "hung up" in told["green"].text
    assert "could not be read" in told["blue"].text
    assert told["blue"].raw.startswith("{")


def test_a_fusion_without_any_answer_keeps_nothing(world: tuple[Path, str], tmp_path: Path) -> None:
    with ModelServer(each(**LEVELS)) as server:
        for name in LEVELS:
            server.behave(name, "dropping")
        with pytest.raises(ModelError, match="hung up"):
            panel_of(world, tmp_path, server, "compare")


def test_a_fusion_whose_answers_are_all_unreadable_is_unscored_and_says_of_each_why(
    world: tuple[Path, str], tmp_path: Path
) -> None:
    with ModelServer(each(**LEVELS)) as server:
        for name in LEVELS:
            server.behave(name, "broken_json")
        panel, _ = panel_of(world, tmp_path, server, "best_of")
    assert panel.reviews[0].score is None
    assert all(f"{name}: its answer could not be read" in panel.reviews[0].abstain_reason for name in LEVELS)


@pytest.mark.parametrize("mode", ["compare", "best_of"])
def test_where_no_member_has_a_score_the_reader_is_told_each_ones_reason(
    world: tuple[Path, str], tmp_path: Path, mode: str
) -> None:
    with ModelServer(reviewer(None)) as server:
        server.behave("blue", "dropping")
        panel, kept = panel_of(world, tmp_path, server, mode)
    assert panel.reviews[0].abstain_reason.startswith("red: by the model's reading, the pages read say neither what")
    assert "blue: no answer" in kept.reviews["builder"].abstain_reason


def test_the_reader_is_told_who_answered_and_where_they_differ(world: tuple[Path, str], tmp_path: Path) -> None:
    with ModelServer(each(**LEVELS)) as server:
        _, kept = panel_of(world, tmp_path, server, "compare")
    lines = made_by(kept.reviews["builder"])
    assert lines[0].startswith("compare (red, green, blue) · seed 1 · 0.0")
    assert lines[1] == "red 100 ship; green 100 ship; blue 25 skip"
    assert lines[2].startswith("contradict each other on Primitive (4, 4, 1), DX bet (4, 4, 1)")


def test_nothing_is_told_of_a_rubrics_review() -> None:
    from tools.views.documents import ReviewDoc

    review = ReviewDoc(persona="builder", reviewer="rules", score=70, vote="ship", text="", ratings=[])
    assert made_by(review) == []
