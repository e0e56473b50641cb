"""What people say of published sentences: is it true, about the product, relevant to the critic's question, publishable?

A sample is drawn by `python bench/judge.py`, read by somebody, and kept in judged.jsonl beside this module: the hash of
each sentence with its quotes, and four answers. It holds no word of anybody's page. The gates are those of issue 10.
"""

from __future__ import annotations

import hashlib
import json
import random
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path

from tools.errors import UsageError
from tools.views.documents import ClaimDoc, ProductDocument
from tools.views.panel_figures import Figure, claims_of, share
from tools.views.takes import asked_by

JUDGED = Path(__file__).with_name("judged.jsonl")
# Each question of the sheet with the share of sentences that must be answered yes.
QUESTIONS: Mapping[str, float] = {"true": 0.92, "about": 0.95, "relevant": 0.80, "publishable": 0.60}
_ASKED = {
    "true": "judged true",
    "about": "judged about the product",
    "relevant": "judged relevant to the critic",
    "publishable": "judged publishable as it stands",
}


@dataclass(frozen=True, slots=True)
class Sentence:
    """One published sentence as a judge reads it."""

    key: str  # hash of product, sentence and quotes: 16 hex digits
    slug: str
    product: str
    persona: str
    text: str
    quotes: tuple[tuple[str, str], ...]  # (words, address) of each
    asked: str  # the question printed above it; "" above what a critic wrote in its own words


@dataclass(frozen=True, slots=True)
class Judgement:
    """What somebody answered of one sentence. `note`: in the judge's own words, where an answer is no."""

    key: str
    persona: str
    true: bool
    about: bool
    relevant: bool
    publishable: bool
    judge: str
    at: str  # the day, ISO 8601
    note: str = ""


def published(documents: Iterable[ProductDocument]) -> Iterator[Sentence]:
    """Every sentence of every scored review, once a critic."""
    for document in documents:
        for review in document.panel.reviews.values() if document.panel else ():
            if review.score is None:
                continue
            found = {one.text: one for one in document.panel.findings} if document.panel else {}
            told = {_key(document.slug, claim): claim for claim in claims_of(review)}
            for key, claim in told.items():
                quotes = tuple((cited.quote, cited.url) for cited in claim.citations)
                asked = asked_by(found[claim.text]) if claim.text in found else ""
                yield Sentence(key, document.slug, document.name, review.persona, claim.text, quotes, asked)


def sample(sentences: Iterable[Sentence], number: int, seed: int) -> list[Sentence]:
    """So many of the sentences by chance: the same for the same sentences and seed. All where there are fewer."""
    found = sorted(sentences, key=lambda one: (one.key, one.persona))
    return random.Random(seed).sample(found, min(number, len(found)))


@cache
def judged(path: Path = JUDGED) -> tuple[Judgement, ...]:
    """The judgements on record. Errors: UsageError naming the line that is none."""
    return tuple(read_judgements(path.read_text(encoding="utf-8"))) if path.exists() else ()


def read_judgements(text: str) -> Iterator[Judgement]:
    """One a line, as `written` writes them. Errors: UsageError naming the line."""
    for number, line in enumerate(text.splitlines(), start=1):
        try:
            row = json.loads(line)
            found = Judgement(**row)
            sound = all(isinstance(row[name], bool) for name in QUESTIONS)
        except (ValueError, TypeError, KeyError):
            sound = False
        if not sound:
            raise UsageError(
                f"Line {number} of the judgements is none: expected key, persona, four answers, judge, at."
            )
        yield found


def written(judgements: Iterable[Judgement]) -> str:
    """Judgements as JSON Lines."""
    return "".join(json.dumps(asdict(one), ensure_ascii=False) + "\n" for one in judgements)


def judged_figures(judgements: Sequence[Judgement]) -> list[Figure]:
    """The share of sentences answered yes, a question a figure; nothing where nobody has judged any."""
    if not judgements:
        return []
    judges = ", ".join(sorted({one.judge for one in judgements}))
    note = f"by {judges}, {min(one.at for one in judgements)} to {max(one.at for one in judgements)}"
    return [
        Figure(_ASKED[name], share([getattr(one, name) for one in judgements]), len(judgements), "sentences", gate, note=note)
        for name, gate in QUESTIONS.items()
    ]  # fmt: skip


def _key(slug: str, claim: ClaimDoc) -> str:
    parts = (slug, claim.text, *(cited.quote for cited in claim.citations))
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()[:16]
