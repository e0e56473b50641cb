"""Facts as they are gathered from one JSON answer, and its values as what they should be."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from tools.models import Evidence, Fact, Value
from tools.page.categories import DESCRIPTION_WEIGHT, TERMS_CONFIDENCE, WORDS_CONFIDENCE, Text, of_terms, of_words


class AnswerFacts:
    """Facts of one answer; each quotes the value as the JSON holds it, under its path."""

    def __init__(self, url: str) -> None:
        self.url, self.all = url, []  # type: str, list[Fact]

    def add(self, field: str, value: Value | None, *sources: tuple[str, Any], confidence: float = 0.99) -> None:
        """One more fact with the (path, quote) pairs it stands on; nothing without a value or a quote."""
        evidence = tuple(
            Evidence(self.url, "api", str(quote), path) for path, quote in sources if quote not in (None, "")
        )
        if value and evidence:
            self.all.append(Fact(field, value, "api", confidence, evidence))

    def add_category(self, terms: Sequence[tuple[str, str]], described: tuple[str, str]) -> None:
        """The category that (path, term) pairs stand for, else the one that the words of a (path, description) define."""
        said = of_terms(term for _, term in terms)
        if said:
            quotes = [(path, term) for path, term in terms if term in said[1]]
            self.add("category", said[0], *quotes, confidence=TERMS_CONFIDENCE)
        elif spoken := of_words([Text(described[1], DESCRIPTION_WEIGHT, "api", described[0])], self.url):
            category, quote = spoken
            self.add("category", category, (quote.path, quote.quote), confidence=WORDS_CONFIDENCE)

    def has(self, field: str) -> bool:
        """Whether there is a value of this field."""
        return any(fact.field == field for fact in self.all)


def text_of(value: Any) -> str:
    """A value as text on one line; "" when it is none."""
    return " ".join(value.split()) if isinstance(value, str) else ""


def list_of(value: Any) -> list[Any]:
    """A value as a list; empty when it is none."""
    return value if isinstance(value, list) else []


def dict_of(value: Any) -> dict[str, Any]:
    """A value as an object; empty when it is none."""
    return value if isinstance(value, dict) else {}
