"""What a stand-in model answers when it is asked for a review, a repair or a comparison: honest, and made of the
prompt alone; and what it answers at its worst. Tests and bench/fusion.py give it to tests/model_server.py, which twists it.
And a page to review.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any

from agents.gateway.chat import ToolCall, told_calls
from tests.model_server import Brain, Messages, said
from tools.models import Page
from tools.page.extract import extract
from tools.products.propose import assemble
from tools.store import Store

AT = datetime(2026, 11, 20, 6, 30, tzinfo=UTC)
HOMEPAGE = """<html><head><title>Sluicegate</title><meta name="description" content="Limits kept in a file.">
</head><body><h1>Sluicegate</h1>
<p>Sluicegate is a reverse proxy that keeps rate limits in one YAML file.</p>
<p>Install it with one command and point your traffic at port 8080.</p>
<p>It adds 2 ms to a request at the median and does not support HTTP/3.</p>
<p>The Team plan is $9 a month for up to 5 engineers.</p>
<p>Every limit can be exported as JSON and read back by another proxy.</p>
<p>It is released under the MIT License and runs on your own servers.</p></body></html>"""
_SENTENCE = re.compile(r"^(\d+\.\d+) (.+)$", re.MULTILINE)


def stored(store: Store, html: str) -> str:
    body = html.encode()
    digest = hashlib.sha256(body).hexdigest()
    url = "https://sluicegate.example/"
    page = Page(digest[:32], url, url, 200, "text/html", "utf-8", body, digest, AT)
    store.put_page(page)
    return store.put_product(assemble(launches=[], pages=[(page, extract(html, url))])).slug


def sentences(messages: Messages) -> list[tuple[str, str]]:
    """(number, sentence) of every sentence of four words or more that the prompt shows."""
    shown = "\n".join(said(message) for message in messages if message["role"] == "user")
    return [
        (number, sentence)
        for number, sentence in _SENTENCE.findall(shown)
        if len(sentence.split()) >= 4 and not re.search(r"[“\"`]", sentence)
    ]


def fact(number: str, sentence: str) -> dict[str, Any]:
    """A claim that says what a sentence of that number says."""
    return {"text": sentence, "kind": "fact", "cites": [number]}


def knowledge(sentence: str) -> dict[str, Any]:
    """A claim of the market."""
    return {"text": sentence, "kind": "knowledge", "cites": []}


def review_of(messages: Messages, fields: Sequence[str], level: int | None) -> dict[str, Any]:
    """An answer with one fact a field, the passages' sentences in turn, and one level for all."""
    found = sentences(messages)
    return {
        field: {
            "reason": "It is written there.",
            "claims": [] if level is None else [fact(*found[place % len(found)])],
            "level": level,
            "shift": 0,
        }
        for place, field in enumerate(fields)
    }


def reviewer(level: int | Callable[[dict[str, Any]], int | None] | None = 4, better: str = "A") -> Brain:
    """A brain that rates every field with `level` (or what it makes of the request's body), takes back every faulty
    claim, and prefers `better`: A, B, tie, or "longer"."""

    def brain(messages: Messages, body: dict[str, Any]) -> str:
        fields = list(body["response_format"]["json_schema"]["schema"]["properties"])
        if fields == ["reason", "better"]:
            return json.dumps({"reason": "So it reads.", "better": _preferred(messages, better)})
        if all(field.isdigit() for field in fields):
            return json.dumps(dict.fromkeys(fields))
        return json.dumps(review_of(messages, fields, level(body) if callable(level) else level))

    return brain


def _preferred(messages: Messages, better: str) -> str:
    if better != "longer":
        return better
    first, second = re.findall(r"\[data \w+: [AB], [^\]]*\]\n(.*?)\n\[end of data", said(messages[-1]), re.DOTALL)
    return "A" if len(first) > len(second) else "B" if len(second) > len(first) else "tie"


# At its worst: what real models do, one habit each ---------------------------------------------------------------

EXAMPLE = "A team of any size pays 12 euro a month."  # a claim of the prompt's worked examples


def wrong_numbers(messages: Messages, fields: Sequence[str]) -> dict[str, Any]:
    """True sentences, each with the number of another one, or of none."""
    answer = review_of(messages, fields, 4)
    for place, field in enumerate(fields):
        answer[field]["claims"][0]["cites"] = ["1.1", "88.1", "1.88", "E1", ""][place : place + 1]
    return answer


def numbers_as_numbers(messages: Messages, fields: Sequence[str]) -> dict[str, Any]:
    """3.2 as a number of JSON."""
    answer = review_of(messages, fields, 4)
    for field in fields:
        answer[field]["claims"][0]["cites"] = [float(one) for one in answer[field]["claims"][0]["cites"]]
    return answer


def copies_examples(messages: Messages, fields: Sequence[str]) -> dict[str, Any]:
    """The answer of the prompt's example, with the numbers that stood there."""
    answer = review_of(messages, fields, 4)
    for field in fields:
        answer[field]["claims"] = [fact("1.2", EXAMPLE), {"text": "Tarnwick ships.", "kind": "opinion", "cites": []}]
    return answer


def markets(messages: Messages, fields: Sequence[str]) -> dict[str, Any]:
    """Honest facts, and of the market what may be said and what may not; full marks and one more for knowing it."""
    told = [
        "Most teams own such a proxy already and replace it only in anger.",
        "Such proxies cost 40 dollars a month elsewhere.",
        "Nine in ten teams never touch their limits.",
        "It is the best known proxy of its kind.",
        "Sluicegate is what teams pick after an outage.",
    ]
    answer = review_of(messages, fields, 2)
    for place, field in enumerate(fields):
        answer[field]["claims"].append(knowledge(told[place % len(told)]))
        answer[field]["shift"] = 1
    return answer


def turns_negations(messages: Messages, fields: Sequence[str]) -> dict[str, Any]:
    """Every sentence the other way round."""
    answer = review_of(messages, fields, 4)
    for field in fields:
        claim = answer[field]["claims"][0]
        turned = (
            claim["text"].replace(" does not ", " does ")
            if " does not " in claim["text"]
            else f"It is not so that {claim['text']}"
        )
        claim["text"] = turned
    return answer


def writer(habit: Callable[[Messages, Sequence[str]], dict[str, Any]]) -> Brain:
    """A brain of this habit that mends nothing it is asked to mend."""

    def brain(messages: Messages, body: dict[str, Any]) -> str:
        fields = list(body["response_format"]["json_schema"]["schema"]["properties"])
        if fields[0].isdigit():
            return "{}"
        return json.dumps(habit(messages, fields))

    return brain


def looker(calls: int, then: Brain, name: str = "search_products", arguments: str = '{"query": "proxy"}') -> Brain:
    """A brain that calls a tool so many times, one a turn, before it answers as another does; -1: for ever."""

    def brain(messages: Messages, body: dict[str, Any]) -> str:
        turns = sum(message["role"] == "tool" for message in messages)
        if "tools" in body and turns != calls:
            return told_calls([ToolCall(f"c{turns}", name, arguments)])
        return then(messages, body)

    return brain


def checker(words: Callable[[int], str], then: Brain) -> Brain:
    """A brain that says of the sentence of each number what `words` does, and answers all else as another does."""

    def brain(messages: Messages, body: dict[str, Any]) -> str:
        asked = list(body["response_format"]["json_schema"]["schema"]["properties"])
        if "word" in body["response_format"]["json_schema"]["schema"].get("$defs", {}):
            return json.dumps({number: words(int(number)) for number in asked})
        return then(messages, body)

    return brain
