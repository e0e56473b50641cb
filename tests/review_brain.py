"""What a stand-in model answers when it is asked for a review, a repair or a comparison: honest, and made of the
prompt alone. Tests and bench/fusion.py give it to tests/model_server.py, which twists it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from typing import Any

from tests.model_server import Brain, Messages, said

_PASSAGE = re.compile(r"\[E(\d+)\] \([^)\n]*\)\n(.*?)(?=\n\n\[E\d|\n\[end of data)", re.DOTALL)


def sentences(messages: Messages) -> list[tuple[int, str]]:
    """(passage, sentence) of every sentence of four words or more that the prompt shows."""
    shown = "\n".join(said(message) for message in messages if message["role"] == "user")
    found = []
    for number, text in _PASSAGE.findall(shown):
        for sentence in re.split(r"(?<=[.!?])\s+|\n", text):
            if len(sentence.split()) >= 4 and not re.search(r"[“\"`]", sentence):
                found.append((int(number), sentence.strip()))
    return found


def fact(passage: int, sentence: str) -> dict[str, Any]:
    """A claim that says what a passage says."""
    return {"text": sentence, "kind": "fact", "citations": [{"passage": passage, "quote": sentence}]}


def review_of(messages: Messages, fields: Sequence[str], level: int | None) -> dict[str, Any]:
    """An answer with one fact a field, the passages' sentences in turn, and one level for all."""
    found = sentences(messages)
    return {
        field: {
            "reason": "It is written there.",
            "claims": [] if level is None else [fact(*found[place % len(found)])],
            "level": level,
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
