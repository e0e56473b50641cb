"""What a product competes with in this store: who its pages name, and who speaks most like it by BM25."""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from math import sqrt
from typing import TYPE_CHECKING

from tools.models import CATEGORIES
from tools.page.categories import name_of
from tools.page.words import function_words
from tools.rivals import MOST, Side, are_kin, floor, kinds_beside, name_key, near_reason
from tools.store.connection import IN, Connection, Row

if TYPE_CHECKING:
    from tools.views.documents import FactDoc, RivalDoc

_WORDS = 24  # of a product that others are asked for, the rarest: common ones match half the store and tell nothing
_COMMON, _RARE = 0.25, 0.05  # of all products: a word that more use is not asked for, or does not count as shared
# any page compares, and any product is one of these
_OF_ANYTHING = frozenset(
    "vs versus alternative alternatives compare compared comparison app apps application applications platform platforms "
    "product products service services site sites software solution solutions system systems tool tools website websites".split()
)
_FEW = 3  # products: so many use a rare word even in a small store
_MOST_STEMS = 200_000  # words remembered
_STEMS: dict[str, str] = {}  # what the index makes of a word
_MOST_USERS = 200  # of a word that is asked for: what a product costs then grows no further with the store
_NEAREST = 40  # products weighed of those that match
_HEADLINE = ("name", "tagline")
_HEAD, _TEXT = (*_HEADLINE, "tags"), (*_HEADLINE, "tags", "description")
LIVING = "p.merged_into IS NULL AND p.status NOT IN ('deleted', 'rejected')"


class Rivals(Connection):
    """Reads that set a product beside the others."""

    def _rival_docs(self, product: Row, named: FactDoc | None) -> list[RivalDoc]:
        """Those its pages name first, then the nearest; each once."""
        found: dict[str, RivalDoc] = {}
        for rival in (*self._named_rivals(product, named), *self._near_rivals(product)):
            found.setdefault(rival.slug, rival)
        return list(found.values())[:MOST]

    def _named_rivals(self, product: Row, named: FactDoc | None) -> Iterator[RivalDoc]:
        from tools.views.documents import RivalDoc

        one = _side(product)
        for value in (named, *named.others) if named else ():
            for name in value.value if isinstance(value.value, list) else [value.value]:
                others = [side for side in self._called(name) if not are_kin(one, side)]
                quotes = [item for item in value.evidence if name.casefold() in item.quote.casefold()]
                # of two products with that name it is not plain which is meant
                if len(others) == 1 and quotes and others[0].kind in kinds_beside(one.kind):
                    [other] = others
                    why = f"The pages of {one.name} set it against {other.name}."
                    yield RivalDoc(slug=other.slug, name=other.name, reason=why, closeness=None, evidence=quotes[:1])

    def _called(self, name: str) -> list[Side]:
        """The products of this name."""
        words = re.findall(r"[^\W_]+", name)
        if not words:
            return []
        rows = self._rows(
            f"SELECT p.* FROM products_fts f JOIN products p ON p.id = f.rowid WHERE products_fts MATCH ? AND {LIVING}",
            f'name : "{" ".join(words)}"',
        )
        return [_side(row) for row in rows if name_key(row["name"]) == name_key(name)]

    def _near_rivals(self, product: Row) -> Iterator[RivalDoc]:
        """The nearest. Closeness is the mean of both directions: a long text is close to many, and few are to it."""
        from tools.views.documents import RivalDoc

        one, telling = _side(product), self._telling_words(product)
        spelled = _stems(product, _HEAD)
        headlines = _stems(product, _HEADLINE)
        own = [stem for stem in telling if telling[stem] <= _RARE and stem in spelled]
        found: list[tuple[float, Side, list[str]]] = []
        for row, closeness in self._alike(product, telling) if own else ():
            other, need = _side(row), floor(one, _side(row))
            if need is None or closeness < need.closeness**2:  # so near is the mean never, whatever the way back
                continue
            theirs = _stems(row, _HEAD).keys() - _of_category(row)
            shared = [stem for stem in own if stem in theirs and spelled[stem] not in _OF_ANYTHING and len(stem) > 1]
            headline = not headlines.keys().isdisjoint(_stems(row, _HEADLINE).keys() & set(shared))
            if not need.is_met(1.0, len(shared), headline):
                continue
            back = self._alike(row, self._telling_words(row), only=product["id"])
            both = sqrt(closeness * back[0][1]) if back else 0.0
            if need.is_met(both, len(shared), headline):
                found.append((round(both, 2), other, [spelled[stem] for stem in shared]))
        for closeness, other, words in sorted(found, key=lambda one: (-one[0], one[1].slug)):
            why = near_reason(one, other, words)
            yield RivalDoc(slug=other.slug, name=other.name, reason=why, closeness=closeness)

    def _alike(self, product: Row, telling: Mapping[str, float], only: int | None = None) -> list[tuple[Row, float]]:
        """Products of a like kind and no other category, nearest first: each with the share of what the product's own
        text scores that theirs does. only: that one."""
        if not telling:
            return []
        spelled, category, kinds = _stems(product, _TEXT), _side(product).category, kinds_beside(product["kind"])
        asked: list[object] = [" OR ".join(f'"{spelled[stem]}"' for stem in telling), product["id"]]
        if only is not None:
            test, asked = "f.rowid IN (?, ?)", [*asked, only]
        else:
            test = f"(p.id = ? OR {LIVING} AND p.kind {IN} AND (p.category IS NULL OR ? IS NULL OR p.category = ?))"
            asked += [json.dumps(kinds), category, category]
        rows = self._rows(  # the product itself is among them: nothing scores more for its own words
            "SELECT p.*, found.score FROM (SELECT p.id, -f.rank AS score FROM products_fts f JOIN products p ON p.id = f.rowid "
            f"WHERE products_fts MATCH ? AND {test} ORDER BY f.rank, p.slug LIMIT ?) found JOIN products p ON p.id = found.id "
            "ORDER BY found.score DESC, p.slug",
            *asked,
            _NEAREST + 1,
        )
        own = next((row["score"] for row in rows if row["id"] == product["id"]), 0.0)
        return [(row, min(1.0, row["score"] / own)) for row in rows if own > 0 and row["id"] != product["id"]]

    def _telling_words(self, product: Row) -> dict[str, float]:
        """The rarest words of a product that not too many others use, as stems, with the share of products that use
        them; rarest first."""
        self._conn.execute(
            "CREATE VIRTUAL TABLE IF NOT EXISTS temp.product_words USING fts5vocab('main', 'products_fts', 'row')"
        )
        many = int(self._value("SELECT count(*) FROM products_fts_docsize"))
        rows = self._rows(
            "SELECT term, doc FROM temp.product_words WHERE term IN (SELECT value FROM json_each(?)) AND doc <= max(?, ?) "
            "ORDER BY doc, term LIMIT ?",
            json.dumps(list(_stems(product, _TEXT))),
            _FEW,
            min(many * _COMMON, _MOST_USERS),
            _WORDS,
        )
        return {row["term"]: 0.0 if row["doc"] <= _FEW else row["doc"] / many for row in rows}


def _of_category(row: Row) -> set[str]:
    """The words that its category has itself, in the store and in print: shared, they tell nothing more."""
    printed = re.findall(r"[^\W_]+", name_of(row["category"]).lower())
    return set(_stems(row, ("category",))) | {_STEMS[word] for word in _learned(printed)}


def _side(row: Row) -> Side:
    category = row["category"] if row["category"] in CATEGORIES else None
    tags = json.loads(row["tags"]) if row["kind"] == "model" else ()
    tasks = frozenset(tag for tag in tags if "-" in tag)  # the Hub writes tasks so, and libraries in one word
    return Side(row["slug"], row["name"], row["kind"], category, row["identity"], tasks)


def _stems(product: Row, columns: Sequence[str]) -> dict[str, str]:
    """The words of some columns that name something, by what the index makes of them. A stem is no word: stemmed again it is
    another."""
    said = [", ".join(json.loads(product[name])) if name == "tags" else product[name] or "" for name in columns]
    words = sorted({*re.findall(r"[^\W_]+", " ".join(said).lower())} - function_words())
    return {_STEMS.get(word, word): word for word in reversed(_learned(words))}


def _learned(words: Sequence[str]) -> Sequence[str]:
    """The same words, known to _STEMS."""
    fresh = [word for word in words if word not in _STEMS]
    if fresh:
        _learn(fresh)
    return words


def _learn(words: Sequence[str]) -> None:
    """Stem words not seen before, many at once: each costs microseconds, the table they go through a third of a millisecond."""
    if len(_STEMS) > _MOST_STEMS:
        _STEMS.clear()
    with closing(sqlite3.connect(":memory:")) as conn:
        conn.execute("CREATE VIRTUAL TABLE said USING fts5(word, tokenize = 'porter')")
        conn.execute("CREATE VIRTUAL TABLE stems USING fts5vocab('said', 'instance')")
        conn.executemany("INSERT INTO said VALUES (?)", [(word,) for word in words])
        _STEMS.update((words[row - 1], stem) for stem, row in conn.execute("SELECT term, doc FROM stems"))
