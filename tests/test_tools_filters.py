"""What a filter of a source keeps and blocks, and the sentence for one that is not sound."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tools.errors import UnknownName, UsageError
from tools.filters import Filter, category_of, check_names, checked, filter_of, sifted
from tools.models import Launch
from tools.settings import Settings, load


def launch(title: str = "Tarn: a small thing", **values: Any) -> Launch:
    return Launch("posts", title, title, "https://posts.example/1", **values)


# What stands in a filter, an announcement, and why it is blocked ("": it is kept).
JUDGED: list[tuple[dict[str, Any], Launch, str]] = [
    ({}, launch(), ""),
    ({"block": ["crypto"]}, launch("Loom, a Crypto wallet"), "blocked word 'crypto'"),
    ({"block": ["ai"]}, launch("Mail for teams"), ""),  # a bare word is a whole word
    ({"block": ["ai"]}, launch("Mail with AI."), "blocked word 'ai'"),
    ({"block": ["c++"]}, launch("A C++ build tool"), "blocked word 'c++'"),
    ({"block": ["node.js"]}, launch("A nodexjs thing"), ""),  # the dot of a word is a dot
    ({"block": ["crypto.*"]}, launch("Cryptography kit"), "blocked word 'crypto.*'"),  # a pattern
    ({"block": ["wallet"]}, launch(description="x " * 400 + "a wallet"), "blocked word 'wallet'"),  # far down
    ({"block": ["wallet"]}, launch(tags=("Wallet",)), "blocked word 'wallet'"),
    ({"keep": ["cli", "terminal"]}, launch("A terminal player"), ""),
    ({"keep": ["cli", "terminal"]}, launch("A web player"), "none of the words to keep (cli, terminal)"),
    ({"kinds": ["repo", "model"]}, launch(kind="repo"), ""),
    ({"kinds": ["repo", "model"]}, launch(), "a product, not repo or model"),
    ({"points": 20}, launch(observations={"points": 19.0, "comments": 90.0}), "19 points, fewer than 20"),
    ({"points": 20}, launch(observations={"stars": 20.0}), ""),
    ({"points": 20}, launch(), ""),  # a place that counts none blocks nothing
    ({"categories": ["database"]}, launch(tags=("database",)), ""),
    ({"categories": ["game"]}, launch(tags=("database",)), "looks like database, not game"),
    ({"categories": ["game"]}, launch("Tarn"), ""),  # not told by its words
]


@pytest.mark.parametrize(("table", "one", "why"), JUDGED)
def test_an_announcement_is_judged_by_what_it_says_itself(table: dict[str, Any], one: Launch, why: str) -> None:
    assert checked(table, "the filter").why_blocked(one) == why


def test_what_is_blocked_stands_beside_what_is_kept_with_its_reason() -> None:
    launches = [launch("one"), launch("two crypto"), launch("three")]
    kept, blocked = sifted(launches, checked({"block": ["crypto"]}, "the filter"))
    assert [one.title for one in kept] == ["one", "three"]
    assert [(one.title, why) for one, why in blocked] == [("two crypto", "blocked word 'crypto'")]


UNSOUND = [
    ({"blocked": ["x"]}, r"No key in here called 'blocked'\. Did you mean block\?"),
    ({"block": ["(a*)*"]}, r"block of here: '\(a\*\)\*' repeats a group"),
    ({"block": ["a["]}, r"block of here: 'a\[' has at 1 what a pattern may not use"),
    ({"block": "x" * 300}, r"block of here: a regular expression of 1 to 200"),
    ({"block": [3]}, r"here: block takes a list of texts"),
    ({"keep": ["w"] * 101}, r"here: keep holds 101 entries"),
    ({"kinds": ["repository"]}, r"No kind in here called 'repository'\. Did you mean repo"),
    ({"categories": ["databases"]}, r"No category in here called 'databases'\. Did you mean database"),
    ({"points": "20"}, r"here: points takes a number"),
    ({"points": True}, r"here: points takes a number"),
    ({"points": -1}, r"here: points takes a number"),
]


@pytest.mark.parametrize(("table", "sentence"), UNSOUND)
def test_a_filter_that_is_not_sound_is_one_sentence(table: dict[str, Any], sentence: str) -> None:
    with pytest.raises(UsageError, match=sentence) as refused:
        checked(table, "here")
    assert "\n" not in str(refused.value)


def test_what_stands_in_scout_toml_outranks_what_the_store_keeps(tmp_path: Any) -> None:
    stored = json.dumps({"block": ["crypto"]})
    assert filter_of("posts", Settings(), stored).origin == "store"
    (tmp_path / "scout.toml").write_text('[filters.posts]\nkeep = ["cli"]\n')
    settings = load({}, tmp_path / "store.db")
    found = filter_of("posts", settings, stored)
    assert (found.origin, found.as_dict()) == ("scout.toml", {"keep": ["cli"]})
    assert filter_of("others", settings, "") == Filter()
    check_names(settings, ["posts"])
    with pytest.raises(UnknownName, match=r"\[filters\.posts\] in scout\.toml called 'posts'\. Did you mean post"):
        check_names(settings, ["post"])


def test_a_category_is_read_off_the_terms_of_a_place_before_its_words() -> None:
    assert category_of(launch("A database for logs", tags=("game",))) == "game"
    assert category_of(launch("Nothing at all")) == ""
