"""Who says the same on a launch: over made-up threads (examples/threads.toml), counted on both of their halves.

python tests/test_agents_voices.py [--misses]
"""

import tomllib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from made_products import Product, peer

from agents.panel.evidence_pack import Pack
from agents.panel.findings import _voices

EXAMPLES: dict[str, list[dict[str, Any]]] = tomllib.loads(
    Path(__file__).with_name("examples").joinpath("threads.toml").read_text(encoding="utf-8")
)
COMMENTS: dict[str, list[tuple[str, str]]] = tomllib.loads(
    Path(__file__).with_name("examples").joinpath("comments.toml").read_text(encoding="utf-8")
)
SENTENCES = [
    (line[0], line[2:])
    for line in Path(__file__).with_name("examples").joinpath("sentences.txt").read_text(encoding="utf-8").splitlines()
    if line[:2] in ("T ", "U ", "P ", "- ")
]
KINDS_OF = {"trouble": "T", "praise": "UP"}  # the marks of sentences.txt
LOOKED_AT, ASIDE = EXAMPLES["thread"][::2] + EXAMPLES["further"], EXAMPLES["thread"][1::2]
THREADS = LOOKED_AT + ASIDE
KINDS = ("trouble", "praise")


def pack_of(thread: dict[str, Any]) -> Pack:
    product = Product(thread["product"], tagline=thread["tagline"])
    product.comments(*thread["said"], maker=thread.get("maker", ()))
    return product.among(*(peer(name, rival=True) for name in thread.get("rivals", ()))).pack()


def told_by(pack: Pack, thread: dict[str, Any], kind: str) -> list[set[int]]:
    """Of each finding of a kind, the numbers of the comments that it counts; 0 for the maker's."""
    texts = {" ".join(text.split()): number for number, text in enumerate(thread["said"], start=1)}
    found = []
    for finding in pack.findings:
        if finding.kind == kind and finding.values.get("of") != "use":
            passages = [pack.passage(cited.passage) for cited in finding.citations]
            found.append({texts.get(" ".join(one.text.split()), 0) for one in passages if one})
    return found


def outcomes(threads: list[dict[str, Any]], kind: str) -> Iterator[tuple[str, str]]:
    """Each thread by its product: right, wrong, missed or quiet."""
    for thread in threads:
        planted, pack = set(thread.get(kind, ())), pack_of(thread)
        told = told_by(pack, thread, kind)
        if any(not numbers <= planted for numbers in told):
            yield thread["product"], "wrong"
        else:
            yield thread["product"], "right" if told else "missed" if planted else "quiet"


def shares(threads: list[dict[str, Any]], kind: str) -> tuple[float, float]:
    """Precision and recall of a kind over threads."""
    many = Counter(outcome for _, outcome in outcomes(threads, kind))
    planted = sum(kind in thread for thread in threads)
    return many["right"] / max(1, many["right"] + many["wrong"]), many["right"] / planted


def test_the_threads_are_many_and_half_of_them_repeat_something() -> None:
    repeating = [thread for thread in THREADS if any(thread.get(kind) for kind in KINDS)]
    assert len(THREADS) >= 60
    assert 0.4 <= len(repeating) / len(THREADS) <= 0.6
    assert len({thread["product"] for thread in THREADS}) == len(THREADS)


# Measured on 30 Nov 2026, a little below; of the half kept aside nothing but these counts was looked at.
@pytest.mark.parametrize(
    ("kind", "threads", "precision", "recall"),
    [
        ("trouble", LOOKED_AT, 0.95, 0.75),
        ("trouble", ASIDE, 0.85, 0.60),
        ("praise", LOOKED_AT, 0.95, 0.60),
        ("praise", ASIDE, 0.95, 0.35),
    ],
)
def test_as_many_are_found_as_were(kind: str, threads: list[dict[str, Any]], precision: float, recall: float) -> None:
    found = shares(threads, kind)
    assert found[0] >= precision, found
    assert found[1] >= recall, found


def told_of(*said: str, kind: str = "trouble") -> list[str]:
    pack = Product("Gantryline").comments(*said).pack()
    return [finding.text for finding in pack.findings if finding.kind == kind]


ENCODER = "Large uploads crash the encoder."


@pytest.mark.parametrize(
    "other",
    [
        f"> {ENCODER}\nOpen an issue, then.",
        f"> {ENCODER} Open an issue, then.",
        ENCODER,  # the very same words are one voice
        "As I said, large uploads still crash the encoder.",
        "Large uploads crash the encoder, lol.",
        "I fear that large uploads crash the encoder.",
        "Most encoders crash with large uploads.",
        "Can't reproduce a crash of the encoder with large uploads.",
        "My encoder crashed with large uploads until 2019, before this existed.",
        "Large uploads crashed the encoder, my own mistake.",
    ],
)
def test_what_is_no_second_voice(other: str) -> None:
    assert told_of(ENCODER, "Uploads that are large make the encoder fail.")
    assert told_of(ENCODER, other) == []


def test_the_sentence_that_tells_it_is_quoted_and_not_the_start_of_its_comment() -> None:
    (text,) = told_of(
        f"I like the idea. {ENCODER} Will try again.", "Well. The encoder dies on uploads of some size. Bye."
    )
    assert f"“{ENCODER[:-1]}” and “The encoder dies on uploads of some size”" in text


def test_a_denial_of_trouble_is_praise_where_two_give_it() -> None:
    said = (
        "The encoder never crashed in a year of uploads.",
        "Not one crash of the encoder, whatever the uploads were.",
    )
    assert told_of(*said) == []
    assert len(told_of(*said, kind="praise")) == 1


def held(comment: str) -> str:
    """What a comment holds by its sentences: trouble, praise, both or nothing."""
    ways = [one.ways for one in _voices._sentences(comment)]
    return " ".join(sorted({"praise" if way <= _voices._PRAISED else "trouble" for way in ways}))


def heard_rightly(kind: str) -> tuple[float, float]:
    """Precision and recall of a kind over the sentences, each read by itself."""
    heard = [kind in held(text) for _, text in SENTENCES]
    right = [mark in KINDS_OF[kind] for mark, _ in SENTENCES]
    both = sum(map(bool.__and__, heard, right))
    return both / max(1, sum(heard)), both / sum(right)


# Measured on 1 Dec 2026 (0.64 and 0.60; 0.65 and 0.51), a little below.
@pytest.mark.parametrize(("kind", "precision", "recall"), [("trouble", 0.62, 0.58), ("praise", 0.63, 0.48)])
def test_sentences_that_nobody_looked_at_are_heard_as_well_as_they_were(
    kind: str, precision: float, recall: float
) -> None:
    found = heard_rightly(kind)
    assert found[0] >= precision, found
    assert found[1] >= recall, found


# 17 and 11 of 20 before; three of the hard ones are still read wrong.
@pytest.mark.parametrize(("half", "least"), [("plain", 20), ("hard", 17)])
def test_what_a_comment_reports_or_praises(half: str, least: int) -> None:
    wrong = [comment for what, comment in COMMENTS[half] if held(comment) != what]
    assert len(wrong) <= len(COMMENTS[half]) - least, wrong


@pytest.mark.parametrize(
    ("comment", "quoted", "ways"),
    [
        ("So short a manual is easy to read twice.", "So short a manual is easy to read twice", "easy"),
        ("So it crashed on my laptop.", "it crashed on my laptop", "breaks"),
        ("It works offline and is a joy on the train.", "It works offline and is a joy on the train", "good"),
        ("The error pages are lovely.", "The error pages are lovely", "good"),
        ("Its lock screen is beautiful.", "Its lock screen is beautiful", "good"),
        ("It saves without asking, which I love.", "It saves without asking, which I love", "good"),
        ("It went offline twice.", "It went offline twice", "down"),
        ("Half of its alerts are false alarms.", "Half of its alerts are false alarms", "breaks"),
        ("Not one false alarm in a month.", "Not one false alarm in a month", "right"),
    ],
)
def test_a_word_is_trouble_by_what_it_says_where_it_stands(comment: str, quoted: str, ways: str) -> None:
    assert [(one.text, *one.ways) for one in _voices._sentences(comment)] == [(quoted, ways)]


@pytest.mark.parametrize("comment", ["I got an error at once, great.", "It locks the whole table and is great fun."])
def test_trouble_that_came_to_pass_beside_praise_is_neither(comment: str) -> None:
    assert not _voices._sentences(comment)


def test_praise_from_use_is_told_whatever_is_praised() -> None:
    (text,) = told_of("Setup took me two minutes.", "We have used it daily for two years.", kind="praise")
    assert "Both comments on the launch of Gantryline praise it from use: “Setup took me two minutes” and" in text
    assert told_of("Great idea!", "Lovely logo, congrats.", kind="praise") == []  # nobody has used it
    assert told_of("It saved us a day.", "We love it. But it deleted my config.", kind="praise") == []


def test_whose_writer_has_used_it() -> None:
    """None that has not, and two in three of those who have."""
    anchor = "It saved us a weekend of work."
    found = {
        what: [len(told_of(anchor, said, kind="praise")) for w, said in COMMENTS["use"] if w == what]
        for what in ("praise", "")
    }
    assert sum(found[""]) == 0
    assert 3 * sum(found["praise"]) >= 2 * len(found["praise"])


@pytest.mark.parametrize(
    "said",
    [
        (
            "Slow with 40k rows.",
            "Our 3 GB project takes a minute to open, it is too slow.",
        ),  # with much, whatever it is called
        ("It won't start on my laptop.", "Crashes at startup here."),  # what it does not do
        ("The import doubled our contacts.", "Two of each contact, the import duplicates them."),
    ],
)
def test_what_two_report_in_words_of_their_own(said: tuple[str, str]) -> None:
    assert len(told_of(*said)) == 1


def test_what_is_said_of_another_product_is_no_voice() -> None:
    """By a name spelt as no word is, or the name of whom one uses."""
    assert held("sqlHopper crashed on us constantly.") == ""
    assert told_of("It saved us a day.", "We use Barrow every day and love it.", kind="praise") == []
