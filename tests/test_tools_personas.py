"""The personas' loader: six critics, one file each, and slips that are errors."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tools.errors import UnknownName, UsageError
from tools.personas import HERE, load, persona, personas, read_persona

# design.md, section Panel: who asks what, under which names.
FIELDS = {
    "builder": "primitive dx_bet moment_of_truth weekend_alternative decision_that_earns",
    "skeptic": "category direct_competitors claim_audit break_scenario kill_12m survival_condition",
    "futurist": "thesis dependencies second_order_effect trend_line timing",
    "founder": "buyer budget_line moat stress_test expand_story viable_decision",
    "pm": "job_to_be_done onboarding completeness opinion gap segment_advice",
    "creator": "creative_job control default_taste rights handoff would_pay",
}
SMALL = """
order = 9
title = "Tester"
initial = "T"
motto = "Try it."
question = "Does it run?"
looks_for = ["a run"]
tired_of = ["talk"]
subject = ["run"]
silent = "nothing runs"
[[fields]]
name = "run"
title = "Run"
asks = "Does it run?"
wants = "a run"
weight = 2
anchors = ["no", "hardly", "somewhat", "yes", "yes, twice"]
[fields.when]
3 = ["install"]
0 = [""]
[fields.says]
install = ["It starts with `{v}`."]
[fields.holds]
3 = ["Good."]
"""


def test_the_six_critics_sit_in_their_order_with_the_designs_fields() -> None:
    assert {one.name: " ".join(field.name for field in one.fields) for one in personas().values()} == FIELDS
    assert list(personas()) == list(FIELDS)


def test_every_field_has_five_anchors_a_weight_and_a_rule() -> None:
    for one in personas().values():
        for field in one.fields:
            assert len(set(field.anchors)) == 5, (one.name, field.name)
            assert 1 <= field.weight <= 3
            assert {3, 4} <= set(field.when)


def test_what_it_is_and_what_it_costs_are_marked_somewhere() -> None:
    marked = {field.about for one in personas().values() for field in one.fields}
    assert marked == {"", "what", "price"}


def test_fact_sentences_bring_no_figure_name_or_negation_of_their_own() -> None:
    denial = re.compile(
        r"\b(?:no|not|never|none|without|cannot|nor|neither|nothing|lacks?|missing|unless)\b|n't\b", re.IGNORECASE
    )
    for one in personas().values():
        for field in one.fields:
            for phrase in (phrase for phrases in field.says.values() for phrase in phrases):
                assert phrase.count("{v}") == 1, phrase
                assert not re.search(r"\d", phrase), phrase
                assert not re.search(r"(?<=[a-z,:] )[A-Z](?!\b)", phrase), phrase
                assert not denial.search(phrase), phrase


def test_judgements_bring_no_figure() -> None:
    for one in personas().values():
        for field in one.fields:
            for phrase in (phrase for phrases in field.holds.values() for phrase in phrases):
                assert not re.search(r"\d", phrase), phrase


def test_a_new_persona_is_one_new_file(tmp_path: Path) -> None:
    for path in HERE.glob("*.toml"):
        (tmp_path / path.name).write_text(path.read_text(encoding="utf-8"), encoding="utf-8")
    (tmp_path / "tester.toml").write_text(SMALL, encoding="utf-8")
    assert list(load(tmp_path))[-1] == "tester"


@pytest.mark.parametrize(
    ("before", "after", "says"),
    [
        ('motto = "Try it."', 'moto = "Try it."', "Did you mean motto?"),
        ('motto = "Try it."', "", "missing motto"),
        ("weight = 2", "wieght = 2", "Did you mean weight?"),
        ("weight = 2", 'weight = "2"', "weight takes a int"),
        ("weight = 2", "weight = true", "weight takes a int"),
        ("weight = 2", "weight = 0", "1 or more"),
        (', "yes, twice"]', "]", "five sentences"),
        ('3 = ["install"]', '5 = ["install"]', "levels 0 to 4"),
        ('3 = ["install"]', '3 = ["Install!"]', "is no condition"),
        ('3 = ["install"]', '3 = ["!install"]', "needs a found signal"),
        ('subject = ["run"]', 'subject = ["fun"]', "Did you mean run?"),
        ("[fields.holds]\n3 =", "[fields.holds]\nthree =", "No level"),
        ('title = "Run"', 'title = "Run"\nabout = "colour"', "what or price"),
        ("order = 9", "order = ", "not TOML"),
    ],
)
def test_a_slip_in_a_file_is_an_error_that_names_it(before: str, after: str, says: str) -> None:
    assert before in SMALL
    with pytest.raises(UsageError, match=re.escape(says)):
        read_persona("tester", SMALL.replace(before, after))


def test_two_personas_of_one_order_are_refused(tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / f"{name}.toml").write_text(SMALL, encoding="utf-8")
    with pytest.raises(UsageError, match="both have order 9"):
        load(tmp_path)


def test_an_unknown_persona_names_the_nearest() -> None:
    with pytest.raises(UnknownName, match="builder"):
        persona("bilder")
