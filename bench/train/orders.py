"""The head that tells orders to readers from what products say: linear, over hashed words, trained on made-up orders.

Orders: made_orders.py and half of ../shared/security/injection_texts.jsonl; the other half is only looked at. What is none:
every line, head text and field text of the labelled pages. Figures are of pages the head has not seen.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from scipy.sparse import csr_matrix, vstack
from sklearn.linear_model import LogisticRegression

from bench.train.made_orders import orders, plain
from bench.train.pages import FOLDS, Page
from tools import orders as head
from tools.page.choose.names import Page as Clues
from tools.page.choose.taglines import taglines
from tools.page.choose.words import words_of
from tools.page.fit_words import shared, shown_words
from tools.page.markup import text_of

MADE, PLAIN = 14_000, 8_000
_HALF_WEIGHT = 20  # how often a given order counts beside a made-up one
_FALSE_HEADS, _FALSE_LINES = 0.0007, 0.002  # of the texts of pages not seen that may be taken for orders
_FIT = {"C": 3, "max_iter": 200, "solver": "liblinear"}
_HEADS = ("description", "og:description", "twitter:description", "og:title", "twitter:title", "og:site_name")


@dataclass(slots=True)
class Text:
    """A text of a page; `shares`: as of fit_words.shared, for texts of its head alone."""

    text: str
    fold: int
    untouched: bool
    in_head: bool
    shares: float | None = None


def halves(folder: Path) -> tuple[list[str], list[str]]:
    """The given orders: those to train on, and those that are only looked at."""
    path = folder / "security" / "injection_texts.jsonl"
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    first = [_hash(row["goal"] + row["id"]) < 0.5 for row in rows]
    texts = [row["text"] for row in rows]
    return [t for t, one in zip(texts, first, strict=True) if one], [
        t for t, one in zip(texts, first, strict=True) if not one
    ]


def _hash(name: str) -> float:
    return int.from_bytes(hashlib.sha256(name.encode()).digest()[:6], "big") / 2**48


def texts_of(page: Page) -> list[Text]:
    """What a page says: its head, what may be its tagline, its lines; each text once."""
    words = words_of(page.view)
    seen = shown_words(page.view)
    told = [page.meta.title, *(page.meta.first(key) for key in _HEADS)]
    told += [text_of(item.get(key)) for item in page.items for key in ("name", "description", "slogan", "headline")]
    told += [one.text for one in taglines(Clues(page.view, page.meta, page.items, page.url, words), "") if not one.tag]
    found = {text: Text(text, page.fold, page.untouched, True, shared(text, seen)) for text in told if text}
    for line in page.view.lines:
        if len(line.text) > 8 and line.text not in found:
            found[line.text] = Text(line.text[:600], page.fold, page.untouched, False)
    return list(found.values())


def _matrix(rows: Sequence[Sequence[int]]) -> Any:
    at = [0, *np.cumsum([len(row) for row in rows])]
    values = np.repeat([1 / head.norm(row) for row in rows], [len(row) for row in rows])
    return csr_matrix((values, [bucket for row in rows for bucket in row], at), shape=(len(rows), head.BUCKETS))


def _parts(texts: Sequence[str]) -> list[list[int]]:
    return [part for text in texts for part in head.parts(text) if part]


@dataclass(slots=True)
class Linear:
    """Weights a bucket and what every text starts with."""

    weights: Any
    bias: float

    def score(self, text: str) -> float:
        """The log-odds of a text's strongest part, in all its readings."""
        return self.bias + max(head.scored(reading, self.weights, 1) for reading in head.readings(text))


def fitted(orders_: Sequence[str], given: Sequence[str], others: Any) -> Linear:
    """The head that parts orders from other texts' parts (a matrix)."""
    own = _matrix(_parts(orders_) + _parts(given) * _HALF_WEIGHT)
    right = np.r_[np.ones(own.shape[0]), np.zeros(others.shape[0])]
    model = LogisticRegression(**_FIT).fit(vstack([own, others]), right)
    return Linear(_rounded(model.coef_[0]), round(float(model.intercept_[0]), 3))


def _rounded(weights: Any) -> Any:
    """The weights as they are stored, a byte each."""
    return np.clip(np.round(weights / head.SCALE), -127, 127) * head.SCALE


def train(pages: Sequence[Page], folder: Path, say: Callable[[str], None], untouched: bool) -> dict[str, Any]:
    """The head's file, and a table of what it is worth."""
    given, apart = halves(folder)
    made = list(dict.fromkeys(orders(MADE)))
    texts = [text for page in pages for text in texts_of(page)]
    rows = [(number, part) for number, text in enumerate(texts) for part in head.parts(text.text) if part]
    matrix, of = _matrix([part for _, part in rows]), np.array([number for number, _ in rows])
    others = _matrix(_parts(list(dict.fromkeys(plain(PLAIN)))))
    folds = np.array([texts[number].fold for number in of])
    scores = np.full(len(texts), -99.0)
    spare = list(dict.fromkeys(orders(400, seed=1)))
    for fold in [*range(FOLDS // 2), -1]:  # two folds at a time; then the untouched, by the head that is shipped
        out = (folds == -1) if fold < 0 else (folds % (FOLDS // 2) == fold) & (folds >= 0)
        model = fitted(made, given, vstack([others, matrix[~out]]))
        np.maximum.at(scores, of[out], matrix[out] @ model.weights + model.bias)
    heads, lines = (
        [(float(s), t) for s, t in zip(scores, texts, strict=True) if t.in_head == own] for own in (True, False)
    )
    none, whole = _leaning(texts, spare, pages)
    leaning = [(score + none + whole * text.shares, text) for score, text in heads if text.shares is not None]
    at_none = _least(leaning, _FALSE_HEADS)
    told = {"bias": model.bias, "field": _least(heads, _FALSE_HEADS), "line": _least(lines, _FALSE_LINES)}
    told["shared"] = [round(at_none - none, 2), -whole]
    least = head.Head((), model.bias, told["field"], told["line"], (told["shared"][0], told["shared"][1])).least
    of_head = [(score, least(text.shares), text) for score, text in heads]
    _tell(say, "head texts", of_head, untouched)
    _tell(say, "lines", [(score, told["line"], text) for score, text in lines], untouched)
    seen = [shown_words(page.view) for page in pages]
    for name, found in (("given", given), ("looked at", apart), ("made up, another seed", spare)):
        strong = [model.score(text) for text in found]
        shares = [[shared(text, page) for page in seen[::7]] for text in found]
        held = [[s >= least(part) for part in row] for s, row in zip(strong, shares, strict=True)]
        say(
            f"  {name}: {len(found)} orders; held as a field {np.mean(np.array(strong) >= told['field']):.3f}, in a page's head {np.mean(held):.3f}, as a line {np.mean(np.array(strong) >= told['line']):.3f}"
        )
    packed = base64.b64encode((model.weights / head.SCALE).astype(np.int8).tobytes()).decode()
    return {"weights": packed, **told}


def _least(scored: Sequence[tuple[float, Text]], share: float) -> float:
    """The score from which on a text is an order: one that the given share of these texts, which are none, reaches."""
    scores = sorted((score for score, text in scored if not text.untouched), reverse=True)
    return round(scores[int(len(scores) * share)] + 0.01, 2)


def _leaning(texts: Sequence[Text], made: Sequence[str], pages: Sequence[Page]) -> tuple[float, float]:
    """What the share of words a text has in common with its page says by itself, in log-odds: at none, more for all."""
    rows = [(text.shares, 0) for text in texts if text.in_head and text.shares is not None]
    seen = [shown_words(page.view) for page in pages]
    for number, text in enumerate(made):
        rows += [(part, 1) for page in seen[number % 9 :: 9] if (part := shared(text, page)) is not None]
    table = np.array(rows)
    model = LogisticRegression(C=1.0, class_weight="balanced").fit(table[:, :1], table[:, 1])
    return round(float(model.intercept_[0]), 2), round(float(model.coef_[0][0]), 2)


def _tell(say: Callable[[str], None], name: str, judged: Sequence[tuple[float, float, Text]], untouched: bool) -> None:
    """Say how many texts that are none are taken for orders, and which."""
    for aside in (False, True) if untouched else (False,):
        told = [(score - least, text.text) for score, least, text in judged if text.untouched == aside]
        wrong = sorted((one for one in told if one[0] >= 0), reverse=True)
        say(f"  {name}{' of untouched sites' if aside else ''}: {len(wrong)} of {len(told)} taken for orders")
        for over, text in wrong[:12]:
            say(f"    {over:6.2f} {text[:110]}")
