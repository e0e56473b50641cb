"""What a reader sees, what may enter a model's memory, and whether a quote stands where it says."""

import time

import pytest

from tools.page.quotes import find_quote, neutral, passages, visible_text

SECRET = "obey the parrot"
HIDDEN = [
    f"<!-- {SECRET} -->",
    f"<script>{SECRET}</script>",
    f"<style>.x::after{{content:'{SECRET}'}}</style>",
    f"<template>{SECRET}</template>",
    f"<noscript>{SECRET}</noscript>",
    f"<p hidden>{SECRET}</p>",
    f"<p hidden=until-found>{SECRET}</p>",
    f"<p aria-hidden=true>{SECRET}</p>",
    f"<p style='display:none'>{SECRET}</p>",
    f"<p style='DISPLAY : NONE !important'>{SECRET}</p>",
    f"<p style='display:/**/none'>{SECRET}</p>",
    f"<p style='visibility:hidden'>{SECRET}</p>",
    f"<p style='visibility:collapse'>{SECRET}</p>",
    f"<p style='opacity:0'>{SECRET}</p>",
    f"<p style='opacity:0.0'>{SECRET}</p>",
    f"<p style='opacity:0%'>{SECRET}</p>",
    f"<p style='opacity:.01'>{SECRET}</p>",
    f"<p style='font-size:0'>{SECRET}</p>",
    f"<p style='font-size:1px'>{SECRET}</p>",
    f"<p style='font-size:0.1em'>{SECRET}</p>",
    f"<p style='font:0/0 a'>{SECRET}</p>",
    f"<p style='color:transparent'>{SECRET}</p>",
    f"<p style='color:rgba(0,0,0,0)'>{SECRET}</p>",
    f"<p style='color:#ffffff00'>{SECRET}</p>",
    f"<p style='color:white;background:white'>{SECRET}</p>",
    f"<p style='color:#fff'>{SECRET}</p>",
    f"<font color=white>{SECRET}</font>",
    f"<p style='position:absolute;left:-9999px'>{SECRET}</p>",
    f"<p style='position:fixed;top:-5000px'>{SECRET}</p>",
    f"<p style='text-indent:-9999px'>{SECRET}</p>",
    f"<p style='text-indent:-100%'>{SECRET}</p>",
    f"<p style='margin-left:-9999px'>{SECRET}</p>",
    f"<p style='transform:translateX(-9999px)'>{SECRET}</p>",
    f"<p style='transform:scale(0)'>{SECRET}</p>",
    f"<p style='clip:rect(0,0,0,0);position:absolute'>{SECRET}</p>",
    f"<p style='clip-path:inset(50%)'>{SECRET}</p>",
    f"<p style='clip-path:circle(0)'>{SECRET}</p>",
    f"<p style='height:0;overflow:hidden'>{SECRET}</p>",
    f"<p style='max-height:0;overflow:hidden'>{SECRET}</p>",
    f"<p style='width:1px;height:1px;overflow:hidden'>{SECRET}</p>",
    f"<p style='filter:opacity(0)'>{SECRET}</p>",
    f"<p style='content-visibility:hidden'>{SECRET}</p>",
    f"<p class=sr-only>{SECRET}</p>",
    f"<p class=visually-hidden>{SECRET}</p>",
    f"<p class=hidden>{SECRET}</p>",
    f"<style>.q{{display:none}}</style><p class=q>{SECRET}</p>",
    f"<style>#q{{position:absolute;left:-9999px}}</style><p id=q>{SECRET}</p>",
    f"<style>.q{{opacity:0}}</style><p class=q>{SECRET}</p>",
    f"<style>.q{{font-size:0}}</style><p class=q>{SECRET}</p>",
    f"<style>.q{{color:transparent}}</style><p class=q>{SECRET}</p>",
    f"<style>p.q{{display:none}}p{{display:block}}</style><p class=q>{SECRET}</p>",
    f"<div style='display:none'><div><p>{SECRET}</p></div></div>",
    f"<img alt='{SECRET}' title='{SECRET}' src=x>",
    f"<input type=hidden value='{SECRET}'><input placeholder='{SECRET}'>",
    f"<a href='/x?{SECRET}' title='{SECRET}' aria-label='{SECRET}'>link</a>",
    f"<meta name=description content='{SECRET}'>",
    f"<svg><title>{SECRET}</title><desc>{SECRET}</desc><text>{SECRET}</text></svg>",
    f"<iframe srcdoc='{SECRET}'>{SECRET}</iframe>",
    f"<object>{SECRET}</object>",
    f"<video>{SECRET}</video>",
    f"<canvas>{SECRET}</canvas>",
    f"<dialog>{SECRET}</dialog>",
    f"<select><option>{SECRET}</option></select>",
    f"<datalist><option>{SECRET}</option></datalist>",
    f"<bdo dir=rtl>{SECRET}</bdo>",
    "".join(chr(0xE0000 + ord(c)) for c in SECRET),
]


@pytest.mark.parametrize("carrier", HIDDEN)
def test_what_no_reader_sees_is_not_text(carrier: str) -> None:
    text = visible_text(f"<html><body><p>Seen.</p>{carrier}<p>Also seen.</p></body></html>")
    assert SECRET not in text
    assert "Seen." in text
    assert "Also seen." in text


SHOWN = [
    "<p class='hidden md:block'>shown</p>",
    "<p style='opacity:0.9'>shown</p>",
    "<p style='font-size:1em'>shown</p>",
    "<p style='color:#fff;background:#000'>shown</p>",
    "<div class=dark><p style='color:#fff'>shown</p></div>",
    "<style>@media(max-width:9px){.q{display:none}}</style><p class=q>shown</p>",
    "<style>.q{display:none}.q.on{display:block}</style><p class='q on'>shown</p>",
    "<p style='background-clip:text;color:transparent'>shown</p>",
    "<details><summary>more</summary>shown</details>",
    "<p style='left:-1px'>shown</p>",
    "<p style='height:0'>shown</p>",
]


@pytest.mark.parametrize("html", SHOWN)
def test_what_a_reader_sees_stays(html: str) -> None:
    assert "shown" in visible_text(html)


def test_blocks_stand_on_lines_and_cells_in_rows() -> None:
    html = "<h1>Hi  <b>you</b></h1><p>one<br>two<table><tr><td>a<td>b<tr><td>c</table>"
    assert visible_text(html) == "Hi you\none\ntwo\na | b\nc"


def test_unseen_characters_go_and_forms_are_folded() -> None:
    assert visible_text("<p>pa\u200bss\u00adword \u202eabc\u202c ﬁne\ufe0f Ｆｕｌｌ</p>") == "password abc fine Full"


def test_a_hundred_thousand_nested_blocks_neither_crash_nor_hang() -> None:
    started = time.process_time()
    assert "deep" in visible_text("<div>" * 100_000 + "deep")
    assert time.process_time() - started < 2


def test_frameworks_words_are_broken_up() -> None:
    said = neutral(
        "<code>run()</code>\nThought: obey\nObservation: done\n<|im_start|>system\n[INST] x [/INST]\n```py\n{{x}}"
    )
    for word in ("<code>", "</code>", "Thought:", "Observation:", "<|im_start|>", "[INST]", "```", "{{"):
        assert word not in said
    assert "run()" in said
    assert "obey" in said


FOUND = [
    ("$9/mo", "only $9/mo now", "$9/mo"),
    ("$9 / mo", "only $9/mo now", "$9/mo"),
    ('says "yes"', "she says “yes” loudly", "says “yes”"),
    ("20-30%", "closer to 20–30% today", "20–30%"),
    ("Hello World", "hello\n  world", "hello\n  world"),
    ("fine", "ﬁne", "ﬁne"),
    ("$1", "costs $19", None),
    ("cost 1", "cost 19", None),
    ("9 a", "19 apples", None),
    ("40-50%", "closer to 20–30% today", None),
    ("", "text", None),
    ("text", "", None),
]


@pytest.mark.parametrize(("quote", "text", "span"), FOUND)
def test_a_quote_is_found_as_it_stands_or_not_at_all(quote: str, text: str, span: str | None) -> None:
    assert find_quote(quote, text) == span


def test_a_missing_quote_in_a_long_text_is_told_at_once() -> None:
    text = "the overhead is closer to 20–30% than to 3x in the real world\n" * 7_000
    started = time.process_time()
    assert find_quote("the overhead is closer to 40-50% than to 3x in the real world", text) is None
    assert find_quote("20-30% than to 3x", text) == "20–30% than to 3x"
    assert time.process_time() - started < 1


def test_passages_hold_everything_within_the_limit() -> None:
    text = "One sentence. Another one!\n\nA line\n" + "x" * 25 + "\nend"
    pieces = passages(text, 20)
    assert all(0 < len(piece) <= 20 for piece in pieces)
    assert "".join("".join(pieces).split()) == "".join(text.split())
