"""Sentences by number: where a text is cut, and that nothing of it is lost."""

from __future__ import annotations

import random

import pytest

from tools.page.sentences import LONGEST, sentences

CUT = [
    ("It is fast. It is small.", ["It is fast.", "It is small."]),
    ("Is it fast? Yes! It is…", ["Is it fast?", "Yes!", "It is…"]),
    ("It costs 9.50 a month. It adds 2.5 ms.", ["It costs 9.50 a month.", "It adds 2.5 ms."]),
    ("Version 1.2.3 is out. Take it.", ["Version 1.2.3 is out.", "Take it."]),
    ("Read docs.x.example/a.html?b=1. It is short.", ["Read docs.x.example/a.html?b=1.", "It is short."]),
    ("It reads files, e.g. YAML and TOML. No JSON.", ["It reads files, e.g. YAML and TOML.", "No JSON."]),
    ("Queues vs. Topics by Dr. Ada. Read it.", ["Queues vs. Topics by Dr. Ada.", "Read it."]),
    ("Made by J. R. Lind. It is free.", ["Made by J. R. Lind.", "It is free."]),
    ("Hosted in the U.S. Nothing else.", ["Hosted in the U.S. Nothing else."]),  # one too few is no harm
    ("1. Install it. 2. Run it.", ["1. Install it.", "2. Run it."]),
    ("a) Fast\nb) Small", ["a) Fast", "b) Small"]),
    ("- One line\n- Another one. And more.", ["- One line", "- Another one.", "And more."]),
    ("It runs on Node.js and .NET. It uses ASP.NET.", ["It runs on Node.js and .NET.", "It uses ASP.NET."]),
    ('"It broke." Then it "worked."', ['"It broke."', 'Then it "worked."']),
    ("Use it (or not.) Then go.", ["Use it (or not.)", "Then go."]),
    ("It stops. iOS is next. and so on", ["It stops.", "iOS is next. and so on"]),
    (
        "価格は月額9ドルです。無料です！ログは残りません。",
        ["価格は月額9ドルです。", "無料です！", "ログは残りません。"],
    ),
    ("免费计划有限制。专业版每月20元。", ["免费计划有限制。", "专业版每月20元。"]),
    ("Цена 9 евро. Лицензия MIT.", ["Цена 9 евро.", "Лицензия MIT."]),
    ("Team | $9 | 5 seats", ["Team | $9 | 5 seats"]),
    ("", []),
    (" \n\n ", []),
    ("...", ["..."]),
]


@pytest.mark.parametrize(("text", "found"), CUT)
def test_a_text_is_cut_where_a_sentence_ends(text: str, found: list[str]) -> None:
    assert list(sentences(text)) == found


def test_a_long_row_is_cut_at_its_cells_and_a_long_word_nowhere() -> None:
    row = " | ".join(f"cell number {number} holds some words" for number in range(30))
    assert len(sentences(row)) > 2
    assert all(len(part) <= LONGEST + 40 for part in sentences(row))
    assert sentences("x" * 5_000) == ("x" * 5_000,)


def test_nothing_is_lost_and_every_sentence_stands_in_its_text() -> None:
    draws = random.Random(20_261_130)
    atoms = [
        "e.g.",
        "No.",
        "9.5",
        "It",
        "is",
        "。",
        "！",
        "a.b/c?d",
        "|",
        ";",
        "(",
        ")",
        '"',
        ".",
        "?",
        "\n",
        "1.",
        "Ü",
        "価",
    ]
    for _ in range(500):
        text = " ".join(draws.choice(atoms) for _ in range(draws.randint(0, 200)))
        found = sentences(text)
        assert "".join("".join(found).split()) == "".join(text.split())
        assert all(one in text for one in found)
        assert found == sentences.__wrapped__(text)
