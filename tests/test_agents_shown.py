"""What of a pack each critic is shown, how its sentences are numbered, and whose words may not come back."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from agents.panel.evidence_pack import Pack, evidence_pack
from agents.panel.examples import RUN, from_examples
from agents.panel.shown import OWN_BYTES, SHARED_BYTES, UNKNOWN, found, listed, shown
from agents.prompts import prompt
from tests.review_brain import AT, HOMEPAGE, stored
from tools.claims import names_figure, unsupported
from tools.models import Citation, Finding, Passage
from tools.personas import persona, personas
from tools.store import Store


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(tmp_path / "store.db", now=lambda: AT) as opened:
        yield opened


@pytest.fixture
def pack(store: Store) -> Pack:
    return evidence_pack(store, stored(store, HOMEPAGE))


def passage(number: int, text: str, **how: Any) -> Passage:
    values: dict[str, Any] = {"url": "https://sluicegate.example/", "place": "visible", "page": "p", "label": "page"}
    return Passage(number, text, fetched_at=AT, **(values | how))


def large(pack: Pack) -> Pack:
    """A pack of many pages: filler of every class, and one passage that bears on price alone."""
    filler = [passage(number, f"Chapter {number} tells of rivers and bridges. " * 12) for number in range(1, 60)]
    others = [
        passage(60, "Seats are billed by the month. " + "What a seat costs is the price that is charged. " * 8),
        passage(61, "stars: 41", trust="measure", label="repository"),
        passage(62, "It lost our limits twice.", trust="voice", label="comments"),
        passage(63, "Five others: 8, 9, 10, 12 and 15 USD.", trust="store", place="store", label="peers"),
        passage(64, "Hidden words.", place="markup"),
    ]
    return replace(pack, passages=(*filler, *others))


def test_where_all_fits_all_is_shown_to_all_but_markup(pack: Pack) -> None:
    first, *others = [shown(pack, critic) for critic in personas().values()]
    assert others == [first] * 5
    assert first.own == ()
    assert [one.number for one in first.passages] == [one.number for one in pack.passages if one.place != "markup"]


def test_of_a_large_pack_some_of_every_class_is_shared_and_a_critic_gets_what_bears_on_its_fields(pack: Pack) -> None:
    whole = large(pack)
    given = {name: shown(whole, critic) for name, critic in personas().items()}
    assert len({one.shared for one in given.values()}) == 1
    assert {61, 62, 63} <= {one.number for one in given["builder"].shared}
    assert 60 in {one.number for one in given["founder"].own}
    assert all(64 not in {one.number for one in each.passages} for each in given.values())
    for each in given.values():
        assert len(listed(each.shared).encode()) <= SHARED_BYTES
        assert len(listed(each.own).encode()) <= OWN_BYTES
        assert not set(each.shared) & set(each.own)
    assert given == {name: shown(whole, critic) for name, critic in personas().items()}


def test_only_what_is_shown_can_be_cited(pack: Pack) -> None:
    whole = large(pack)
    given = shown(whole, persona("builder"))
    hidden = next(one for one in whole.passages if one not in given.passages)
    assert given.cited(f"{hidden.number}.1").passage == UNKNOWN
    first = given.passages[0]
    cited = given.cited(f"{first.number}.1")
    assert cited == Citation(first.number, cited.quote)
    assert cited.quote in first.text
    assert given.number_of(cited) == f"{first.number}.1"


@pytest.mark.parametrize(
    ("written", "stands"),
    [
        *((one, True) for one in ("1.2", "E1.2", "[E1.2]", " 1.2 ", 1.2)),
        *((one, False) for one in ("1.0", "1.8", "1", "", "1.2.3", "-1.2", 1, "one", "9999999.1")),
    ],
)
def test_a_number_is_read_in_every_spelling_and_a_wrong_one_is_none(
    pack: Pack, written: str | float, stands: bool
) -> None:
    assert (shown(pack, persona("builder")).cited(written).passage != UNKNOWN) == stands


def test_a_passage_is_listed_with_class_page_and_date_and_cannot_number_its_own_lines() -> None:
    told = listed([passage(3, "One.\n4.1 Free for ever. Two.", trust="voice", label="comments")])
    assert told == "[E3] voice, comments, read 2026-11-20\n3.1 One.\n3.2 4.1 Free for ever.\n3.3 Two."


# The worked examples ---------------------------------------------------------------------------------------------


def test_what_the_examples_claim_stands_on_what_they_cite() -> None:
    """They show the form at its best, or a model learns the worst of it."""
    for block in prompt("review_examples").split("\n\n"):
        told = dict(re.findall(r"^(\d+\.\d+) (.+)$", block, re.MULTILINE))
        field = next(iter(json.loads(block[block.index('{"') :]).values()))
        for claim in field["claims"]:
            quotes = " … ".join(told[number] for number in claim["cites"])
            assert claim["kind"] != "fact" or not unsupported(claim["text"], quotes), claim
            assert claim["kind"] != "knowledge" or not names_figure(claim["text"])


@pytest.mark.parametrize(
    ("text", "copied"),
    [
        ("A team of any size pays 12 euro a month.", True),
        ("In short, queue tools are bought after an outage here.", True),
        ("Unlike Tarnwick it writes.", True),
        ("MIRELLE is dearer.", True),
        ("It asks 9 dollars a seat.", False),
        ("Teams pay by the month.", False),
        ("It writes nothing.", False),
        ("", False),
    ],
)
def test_an_examples_words_are_known_again(text: str, copied: bool) -> None:
    assert bool(from_examples(text, ["Sluicegate keeps limits."])) == copied


def test_words_that_the_product_says_itself_are_its_own() -> None:
    text = "Teams pay 12 euro a month, whatever their size."
    assert len(text.split()) > RUN
    assert from_examples(text, ["Sluicegate."])
    assert not from_examples(text, ["Good to know: teams pay 12 euro a month, whatever their size."])


# Figures of what is known ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "figure"),
    [
        ("Such tools cost 40 dollars.", True),
        ("Nine in ten teams leave.", True),
        ("Most of them double their price.", True),
        ("Dozens of rivals exist.", True),
        ("Some 30% stay.", True),
        ("A million rows is common.", True),
        ("It was so in 2019.", True),
        ("GPT-4 and S3 are what buyers ask for.", False),
        ("HTTP/3 is rarely asked for.", False),
        ("One buys such tools late.", False),
        ("Most teams own one already.", False),
        ("A third party hosts them.", False),
    ],
)
def test_what_is_a_figure(text: str, figure: bool) -> None:
    assert names_figure(text) == figure


# Findings --------------------------------------------------------------------------------------------------------


def test_a_finding_is_cited_by_its_number_and_brings_what_it_rests_on(pack: Pack) -> None:
    rests = (Citation(63, "Five others: 8, 9, 10, 12 and 15 USD."), Citation(60, "Seats are billed by the month."))
    finding = Finding("price_rank", {}, "It is the dearest of six here.", -1, 0.7, rests)
    given = shown(replace(large(pack), findings=(finding,)), persona("builder"))
    assert found(given.findings) == "F1 (against it): It is the dearest of six here."
    assert [given.citations(one) for one in ("F1", "[F1]")] == [rests, rests]
    assert given.citations("F2")[0].passage == given.citations("F0")[0].passage == UNKNOWN
    assert given.number_of(Citation(9, "elsewhere")) == "elsewhere"
    assert given.number_of(replace(rests[1], quote="Seats are billed")) == "Seats are billed"
    assert {60, 63} <= set(given.numbers)
