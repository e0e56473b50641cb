"""One page a pair, with its JSON beside it, and the list of pairs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from tools.exporters import _critiques, _findings, _pairs, _prices, _record, _views
from tools.exporters._pairs import Pair
from tools.exporters._views import Caps, Refs
from tools.exporters._words import clip, file_slug, whole
from tools.exporters.site._cards import Card as Listed
from tools.exporters.site._out import fitted, page_of
from tools.exporters.site._state import Site
from tools.exporters.site.pictures import SHARED, share_file
from tools.page.categories import name_of
from tools.views.compare import BAND, compare
from tools.views.comparison import Card, Comparison, Row
from tools.views.decision import alike, alike_words, tells
from tools.views.documents import ProductDocument
from tools.views.price_words import price_to_start
from tools.views.takes import pages_read

_PAIRS_A_PAGE = 100
_SAME = 120  # bytes of an answer that stands in the line of what both answer alike


def comparison(site: Site, pair: Pair) -> Iterator[tuple[str, bytes]]:
    """The pair’s page and its record."""
    documents = (site.document(pair.a), site.document(pair.b))
    found = compare(*documents)
    yield fitted(lambda caps: _comparison_page(site, pair, documents, found, caps))
    yield f"compare/{_pairs.pair_file(pair)}.json", found.model_dump_json(indent=1).encode("utf-8", "replace") + b"\n"


def _comparison_page(
    site: Site, pair: Pair, documents: tuple[ProductDocument, ProductDocument], found: Comparison, caps: Caps
) -> tuple[str, bytes]:
    refs = Refs(caps)
    names = [clip(document.name, 60) for document in documents]
    told = [row for row in found.rows if tells(row) and not (row.key == "plans" and caps.tables)]
    same = [row for row in told if alike(row) and whole(row.a.text, _SAME)]
    others = [row for row in told if row not in same]
    rows = [row for row in others if _fits(row, caps)][: caps.rows]
    sides = [
        _side_of(site, letter, one, card, caps, refs)
        for letter, one, card in zip("AB", documents, (found.a, found.b), strict=True)
    ]
    return page_of(
        site,
        f"compare/{_pairs.pair_file(pair)}.html",
        "compare",
        "compare",
        "Compare",
        limited=True,
        c=found,
        share=(share_file("Split" if found.level == "tie" else ""), *SHARED),
        shelf=_shelf(documents),
        record=f"{_pairs.pair_file(pair)}.json",
        a=names[0],
        b=names[1],
        question=found.title.rpartition(": ")[2],
        because=clip(_pairs.reason(*documents), 300),
        sides=sides,
        picks=_picks(found, names, refs),
        charts=caps.charts and any(side["chart"] for side in sides),
        plans_shown=caps.tables,
        dots=_pairs.dots(found),
        rows=[
            {
                "question": row.question,
                "a": _pairs.cell(row.key, row.a, caps, refs),
                "b": _pairs.cell(row.key, row.b, caps, refs),
                "edge_words": clip(row.edge_words, 60),
                "why": row.why,
            }
            for row in rows
        ],
        alike=_alike(same, names, caps, refs),
        more_rows=len(others) - len(rows),
        scored=any(take.score is not None for card in found.scorecards for take in (card.a, card.b)),
        cards=[
            {
                "persona": card.persona,
                "name": card.name,
                "question": card.question,
                "a": _critiques.take(card.a, documents[0], card.persona, caps, refs),
                "b": _critiques.take(card.b, documents[1], card.persona, caps, refs),
            }
            for card in found.scorecards
        ],
        reviewers=_critiques.reviewers(documents),
        refs=refs,
    )


def _fits(row: Row, caps: Caps) -> bool:
    """Whether the page holds both cells whole; on one that holds the most a longer cell says how much of it was cut."""
    if row.key == "one_only" or caps.line == Caps().line:
        return True
    return all(whole(cell.text, caps.line) for cell in (row.a, row.b))


def _alike(rows: Sequence[Row], names: Sequence[str], caps: Caps, refs: Refs) -> dict[str, Any]:
    """The rows to which both give the same answer in one line, with the quotes of each under it."""
    cited = []
    for row in rows:
        for name, cell in zip(names, (row.a, row.b), strict=True):
            for said in _pairs.cell(row.key, cell, caps, refs)["quotes"][:1]:
                cited.append(said | {"who": said["who"] or f"{name}, {row.question}"})
    return {"text": alike_words(rows), "quotes": cited}


def _side_of(site: Site, letter: str, document: ProductDocument, card: Card, caps: Caps, refs: Refs) -> dict[str, Any]:
    panel = document.panel
    price = price_to_start(document)
    plans = _record.plans(document, caps)[:6]
    return {
        "letter": letter,
        "slug": file_slug(document.slug),
        "name": clip(document.name, 60),
        "logo": _views.logo_file(document),
        "tagline": clip(document.tagline, min(caps.line, 160)),
        "labels": _views.labels(document),
        "mark": _views.mark(panel.verdict if panel else None),
        "verdict": panel.verdict if panel else "Not reviewed yet",
        "tally": _views.tally(document, middle=False),
        "stale": bool(panel and panel.stale),
        "own_line": card.own_line,
        "weighed": _findings.weighed(document, caps, _findings.HEAD_OF_TWO, refs),
        "votes": _views.votes(document),
        "kind": document.kind,
        "price": "price unknown" if price.text == "Unknown" else clip(price.text, 60),
        "last_seen": document.last_seen,
        "description": clip(card.description, min(caps.text, 900)),
        "quotes": _views.quotes(document.facts["description"].evidence, caps) if card.description else [],
        "panel_ship": "no score" if card.panel_ship is None else f"{card.panel_ship} %",
        "community": card.community,
        "entry": card.entry,
        "plans": plans,
        "more_plans": len(document.plans) - len(plans),
        "not_stated": pages_read(document),
        "chart": _prices.chart(document, site.at),
    }


def _picks(found: Comparison, names: Sequence[str], refs: Refs) -> list[tuple[str, list[dict[str, Any]]]]:
    """For whom each is; only those for whom something is known."""
    columns = (
        (f"Pick A, {names[0]}, if", found.pick_a),
        (f"Pick B, {names[1]}, if", found.pick_b),
        ("Pick neither if", found.pick_neither),
    )
    return [
        (title, [{"text": clip(r.text, 600), "refs": refs.numbers(r.evidence[:3])} for r in reasons])
        for title, reasons in columns
        if reasons
    ]


def comparison_index(site: Site) -> Iterator[tuple[str, bytes]]:
    """All pairs, a hundred a page."""
    pairs = site.pairs
    chunks = [pairs[i : i + _PAIRS_A_PAGE] for i in range(0, len(pairs), _PAIRS_A_PAGE)] or [[]]

    def file(page: int) -> str:
        return "index.html" if page == 1 else f"index-{page}.html"

    for number, chunk in enumerate(chunks, 1):
        yield page_of(
            site,
            f"compare/{file(number)}",
            "compare_index",
            "text",
            "Compare",
            pairs=[pair_row(site, pair) for pair in chunk],
            size=len(pairs),
            limit=_pairs.NEIGHBOURS,
            newer=file(number - 1) if number > 1 else "",
            older=file(number + 1) if number < len(chunks) else "",
        )


def pair_row(site: Site, pair: Pair) -> dict[str, Any]:
    """A pair as a row of a list."""
    a, b = (site.by_slug[slug] for slug in pair)
    return {
        "file": _pairs.pair_file(pair),
        "a": clip(a.name, 60),
        "b": clip(b.name, 60),
        "words": pair_words(a, b),
    }


def pair_words(a: Listed, b: Listed) -> str:
    """How the two stand to each other, in a few words: their verdicts first."""
    if not (a.verdict and b.verdict):
        return "not both reviewed"
    verdicts = f"both {a.verdict}" if a.verdict == b.verdict else f"{a.verdict} against {b.verdict}"
    level = a.median is not None and b.median is not None and abs(a.median - b.median) <= BAND
    return f"{verdicts}, = tie on points" if level else verdicts


def _shelf(documents: tuple[ProductDocument, ProductDocument]) -> str:
    """The category both stand in; empty where there is none."""
    one, other = (document.category or "" for document in documents)
    return one if one == other and name_of(one) else ""
