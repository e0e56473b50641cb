"""The personas' loader: six critics, one file each, and slips that are errors."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from agents.panel.findings import kinds
from agents.panel.rules import RulesReviewer
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
[fields.findings]
trouble = 3
"""


def test_the_six_critics_sit_in_their_order_with_the_designs_fields() -> None:
    assert {one.name: " ".join(field.name for field in one.fields) for one in personas().values()} == FIELDS
    assert list(personas()) == list(FIELDS)


def test_every_field_has_five_anchors_and_a_weight() -> None:
    for one in personas().values():
        for field in one.fields:
            assert len(set(field.anchors)) == 5, (one.name, field.name)
            assert 1 <= field.weight <= 3


def test_every_kind_that_a_persona_picks_exists_and_all_but_votes_are_picked() -> None:
    picked = {kind for one in personas().values() for kind in one.weights}
    assert picked == set(kinds()) - {"points"}  # how a launch was received answers nobody's question


def test_every_field_is_moved_by_some_finding_but_those_that_are_for_models_to_say() -> None:
    silent = [(one.name, field.name) for one in personas().values() for field in one.fields if not field.findings]
    assert silent == [("builder", "weekend_alternative"), ("skeptic", "category"), ("futurist", "second_order_effect"), ("pm", "opinion")]  # fmt: skip


def test_what_it_is_and_what_it_costs_are_marked_somewhere() -> None:
    marked = {field.about for one in personas().values() for field in one.fields}
    assert marked == {"", "what", "price"}


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
        ("trouble = 3", "trouble = 4", "weighs 1 to 3"),
        ("trouble = 3", "trouble = true", "weighs 1 to 3"),
        ("[fields.findings]\ntrouble = 3", "", "missing findings"),
        ('subject = ["run"]', 'subject = ["fun"]', "Did you mean run?"),
        ('title = "Run"', 'title = "Run"\nabout = "colour"', "what or price"),
        ("order = 9", "order = ", "not TOML"),
    ],
)
def test_a_slip_in_a_file_is_an_error_that_names_it(before: str, after: str, says: str) -> None:
    assert before in SMALL
    with pytest.raises(UsageError, match=re.escape(says)):
        read_persona("tester", SMALL.replace(before, after))


def test_a_kind_of_finding_stands_in_one_field_of_a_persona() -> None:
    second = SMALL.partition("[[fields]]")[2].replace('name = "run"', 'name = "walk"')
    with pytest.raises(UsageError, match="trouble is picked twice"):
        read_persona("tester", f"{SMALL}\n[[fields]]{second}")


def test_an_unknown_kind_of_finding_is_an_error_that_names_the_nearest() -> None:
    with pytest.raises(UnknownName, match="Did you mean trouble"):
        RulesReviewer([read_persona("tester", SMALL.replace("trouble = 3", "troubel = 3"))])


def test_two_personas_of_one_order_are_refused(tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / f"{name}.toml").write_text(SMALL, encoding="utf-8")
    with pytest.raises(UsageError, match="both have order 9"):
        load(tmp_path)


def test_an_unknown_persona_names_the_nearest() -> None:
    with pytest.raises(UnknownName, match="builder"):
        persona("bilder")
