"""The review site as static pages: no script, no request, each page alone under 60,000 bytes.

Verdicts by day and by verdict, one page a product with its JSON beside it, comparisons, prices that moved, the six
critics, the method. Comparisons: reviewed products of which one is the other's rival (tools/rivals.py), at most three
pairs a product, and every pair asked for. Rejected products are left out; unapproved ones are published and labelled. The same documents give the same bytes.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from statistics import median
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from tools import personas
from tools.errors import CannotRun
from tools.exporters import Files, ReadableStore, _critiques, _findings, _pairs, _prices, _record, _views
from tools.exporters._pairs import Pair
from tools.exporters._views import TIGHTER, Caps, Refs
from tools.exporters._words import address_words, clip, file_slug, minute, plural, safe_url, shown, weekday
from tools.page.categories import name_of
from tools.settings import Settings
from tools.views.compare import compare
from tools.views.comparison import Card, Comparison
from tools.views.documents import ProductDocument
from tools.views.findings import trust_words
from tools.views.panel_figures import panel_figures
from tools.views.price_words import price_to_start
from tools.views.takes import (
    critics,
    day,
    number,
    own_line,
    pages_read,
    parse_moment,
    short_reason,
    telling,
    verdict_line,
)

if TYPE_CHECKING:
    from jinja2 import Environment

NAME = "site"
SUFFIX = ""
PAGE_BYTES = 60_000
TEMPLATES = Path(__file__).parent / "site_templates"
_NAV = (
    ("Verdicts", "index.html"),
    ("Compare", "compare/index.html"),
    ("Prices", "prices.html"),
    ("Critics", "critics/builder.html"),
    ("Method", "method.html"),
)
_PAIRS_A_PAGE = 100
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def export(store: ReadableStore, after: int | None, settings: Settings) -> Files:
    """Every page of the site. `after` is not used: a page shows its neighbours, so the site is always whole."""
    documents = list(store.documents(approved_only=settings.approved_only, rivals=True))
    asked = [(a, b) for a, _, b in (pair.partition(":") for pair in sorted(settings.words("pairs"))) if b]
    at, threshold = edition(documents), settings.ship_threshold
    yield from render_site(documents, at, asked=asked, threshold=threshold, cuttings=store.cuttings())


def edition(documents: Iterable[ProductDocument]) -> datetime:
    """The newest moment the documents speak of: what “as of” means, so that the same store gives the same bytes."""
    moments = [parse_moment(moment) for d in documents for moment in (d.last_seen, d.changed_at)]
    return max((moment for moment in moments if moment), default=_EPOCH)


def render_site(
    documents: Iterable[ProductDocument],
    generated_at: datetime,
    *,
    asked: Iterable[tuple[str, str]] = (),
    threshold: int = 70,
    cuttings: Mapping[tuple[str, str], bytes] = MappingProxyType({}),
) -> Iterator[tuple[str, bytes]]:
    """Names and bytes of all pages. asked: pairs of slugs that get a comparison whatever their distance. cuttings: pieces
    of pictures that prices were read in, PNG, by the picture's SHA-256 and the box."""
    return _Site(documents, generated_at, asked, threshold, cuttings).files()


@dataclass(frozen=True, slots=True)
class _Shelf:
    """One list of verdicts: its file names, what it is called and what it holds."""

    stem: str
    name: str
    documents: tuple[ProductDocument, ...]

    def file(self, page: int) -> str:
        """The file of its page, counted from 1."""
        if self.stem == "all":
            return "index.html" if page == 1 else f"verdicts/all-{page}.html"
        return f"verdicts/{self.stem}.html" if page == 1 else f"verdicts/{self.stem}-{page}.html"


class _Site:
    def __init__(
        self,
        documents: Iterable[ProductDocument],
        at: datetime,
        asked: Iterable[tuple[str, str]],
        threshold: int,
        cuttings: Mapping[tuple[str, str], bytes],
    ) -> None:
        self.cuttings = cuttings
        kept = [document for document in documents if document.status not in ("rejected", "deleted")]
        self.documents = sorted(kept, key=lambda document: document.slug)
        self.by_slug = {document.slug: document for document in self.documents}
        self.reviewed = [document for document in self.documents if document.panel]
        self.at, self.threshold = at, threshold
        self.moves = sorted(
            (move for document in self.documents for move in _prices.moves(document)),
            key=lambda move: (move.at, move.slug, move.plan),
            reverse=True,
        )
        self.pairs = self._pairs(asked)
        self.comparisons = {pair: compare(self.by_slug[pair.a], self.by_slug[pair.b]) for pair in self.pairs}

    def _pairs(self, asked: Iterable[tuple[str, str]]) -> dict[Pair, str]:
        """The pairs in order, each with why the two are set side by side."""
        wanted = {Pair(*sorted(pair)) for pair in asked if pair[0] != pair[1]}
        known = {pair: _pairs.ASKED for pair in wanted if pair.a in self.by_slug and pair.b in self.by_slug}
        return dict(sorted((known | _pairs.neighbours(self.reviewed)).items()))

    def files(self) -> Iterator[tuple[str, bytes]]:
        yield from self._lists()
        for document in self.documents:
            yield from self._product(document)
        for pair in self.pairs:
            yield from self._comparison(pair)
        yield from self._comparison_index()
        yield self._page("prices.html", "prices", "text", "Prices", moves=self.moves[:120], total=len(self.moves))
        for persona, _, _ in critics():
            yield self._critic(persona)
        yield self._method()

    # one page -------------------------------------------------------------------------------------------------------

    def _page(self, name: str, template: str, sheet: str, here: str, **values: Any) -> tuple[str, bytes]:
        css, policy = style(sheet)
        html = (
            environment()
            .get_template(f"{template}.html")
            .render(
                page=name,
                here=here,
                nav=_NAV,
                root="../" * name.count("/"),
                css=css,
                csp=policy,
                as_of=day(self.at.isoformat()),
                threshold=self.threshold,
                six=[(name, slug) for slug, name, _ in critics()],
                **values,
            )
        )
        return name, re.sub(r"\n{2,}", "\n", html).strip().encode("utf-8", "replace") + b"\n"

    def _fitted(self, render: Callable[[Caps], tuple[str, bytes]]) -> tuple[str, bytes]:
        """The page with as much of the crawled text as PAGE_BYTES hold."""
        for caps in TIGHTER:
            name, body = render(caps)
            if len(body) < PAGE_BYTES:
                return name, body
        raise CannotRun(f"{name} has {len(body)} bytes even at its shortest; {PAGE_BYTES} are allowed.")

    # verdicts by day ------------------------------------------------------------------------------------------------

    def _shelves(self) -> list[_Shelf]:
        reviewed = tuple(self.reviewed)
        waiting = tuple(document for document in self.documents if not document.panel)
        shelves = [_Shelf("all", "All", reviewed)]
        for verdict in _views.VERDICTS:
            held = tuple(document for document in reviewed if document.panel and document.panel.verdict == verdict)
            shelves.append(_Shelf(verdict.lower().replace(" ", "-"), verdict, held))
        return [*shelves, _Shelf("not-reviewed", "Not reviewed yet", waiting)]

    def _lists(self) -> Iterator[tuple[str, bytes]]:
        shelves = self._shelves()
        for shelf in shelves:
            order = _dated(shelf)
            size = _views.ROWS
            chunks = [order[i : i + size] for i in range(0, len(order), size)] or [[]]
            for page, chunk in enumerate(chunks, 1):
                yield self._list(shelves, shelf, page, chunk, last=page == len(chunks))

    def _list(
        self,
        shelves: Sequence[_Shelf],
        shelf: _Shelf,
        page: int,
        chunk: Sequence[tuple[str, ProductDocument]],
        last: bool,
    ) -> tuple[str, bytes]:
        front = shelf.stem == "all" and page == 1

        def render(caps: Caps) -> tuple[str, bytes]:
            days: dict[str, list[dict[str, Any]]] = {}
            for date, document in chunk:
                days.setdefault(weekday(date), []).append(_views.row(document, caps))
            values = {
                **self._list_words(shelf, page, front),
                "days": list(days.items()),
                "filters": [
                    {"name": s.name, "href": s.file(1), "count": len(s.documents), "current": s.stem == shelf.stem}
                    for s in shelves
                ],
                "newer": shelf.file(page - 1) if page > 1 else "",
                "older": "" if last else shelf.file(page + 1),
                "side": front,
            }
            side = self._side() if front else {}
            return self._page(shelf.file(page), "list", "list", "Verdicts", list=values, side=side)

        return self._fitted(render)

    def _list_words(self, shelf: _Shelf, page: int, front: bool) -> dict[str, Any]:
        if not front:
            part = f", page {page}" if page > 1 else ""
            heading = "All verdicts" if shelf.stem == "all" else shelf.name
            lede = f"{plural(len(shelf.documents), 'tool')}, newest first{part}."
            return {
                "title": f"{heading}{part}",
                "heading": heading,
                "lede": lede,
                "empty": "None at the moment.",
                "wall": [],
            }
        tallies = [
            f"{count} {verdict.lower()}"
            for verdict in _views.VERDICTS
            if (count := sum(d.panel is not None and d.panel.verdict == verdict for d in self.reviewed))
        ]
        newest = [document for _, document in _dated(shelf)][:14]
        return {
            "title": "Ship it, or skip it?",
            "heading": "Ship it, or skip it?",
            "lede": "New developer tools, read the day they launch. Six critics vote, and every claim opens to the words "
            "it rests on.",
            "wall": [_views.mark(document.panel.verdict if document.panel else None) for document in newest],
            "wall_words": plural(len(self.reviewed), "verdict"),
            "tallies": tallies,
            "empty": "No panel has met yet.",
        }

    def _side(self) -> dict[str, Any]:
        apart: list[dict[str, Any]] = []
        for document in self.reviewed:
            spread = _critiques.spread(document)
            if spread and spread[0]:
                name, slug = clip(document.name, 60), file_slug(document.slug)
                apart.append({"points": spread[0], "words": spread[1], "name": name, "slug": slug})
        apart.sort(key=lambda one: (-one["points"], one["slug"]))
        newest: dict[str, Any] = {}
        for move in self.moves:
            newest.setdefault(move.slug, move)
        return {
            "moves": list(newest.values())[:5],
            "apart": apart[:5],
            "pairs": self._telling_pairs(),
            "takes": self._newest_takes(),
        }

    def _newest_takes(self) -> list[dict[str, Any]]:
        """The newest take of each critic that says something, on as many products as there are."""
        rows: list[dict[str, Any]] = []
        for persona, name, _ in critics():
            told = [
                _latest(d, persona, Caps())
                for d, r in _critiques.takes(self.reviewed, persona)[:20]
                if r.score is not None
            ]
            told = [row for row in told if row["said"]]
            seen = {row["slug"] for row in rows}
            rows += [
                {**row, "persona": persona, "critic": name}
                for row in sorted(told, key=lambda row: row["slug"] in seen)[:1]
            ]
        return rows

    def _telling_pairs(self) -> list[dict[str, Any]]:
        """Five pairs for the front page: those in which something ships, the best median first."""
        rows = list(zip(self._pair_rows(), self.comparisons.values(), strict=True))

        def rank(found: tuple[dict[str, Any], Comparison]) -> tuple[bool, float, str]:
            one, other = found[1].a, found[1].b
            return ("Ship" not in (one.verdict, other.verdict), -max(one.median or 0, other.median or 0), found[1].slug)

        return [row for row, _ in sorted(rows, key=rank)[:5]]

    def _pair_rows(self) -> list[dict[str, Any]]:
        return [
            {
                "file": _pairs.pair_file(pair),
                "a": clip(comparison.a.name, 60),
                "b": clip(comparison.b.name, 60),
                "words": _pair_words(comparison),
            }
            for pair, comparison in self.comparisons.items()
        ]

    # products -------------------------------------------------------------------------------------------------------

    def _product(self, document: ProductDocument) -> Iterator[tuple[str, bytes]]:
        slug = file_slug(document.slug)
        yield self._fitted(lambda caps: self._product_page(document, f"products/{slug}.html", caps))
        yield f"products/{slug}.json", document.model_dump_json(indent=1).encode("utf-8", "replace") + b"\n"

    def _product_page(self, document: ProductDocument, name: str, caps: Caps) -> tuple[str, bytes]:
        refs = Refs(caps)
        panel = document.panel
        return self._page(
            name,
            "product",
            "product",
            "Verdicts",
            d=document,
            slug=file_slug(document.slug),
            line=verdict_line(document),
            own_line=own_line(panel),
            mark=_views.mark(panel.verdict if panel else None),
            verdict=panel.verdict if panel else "Not reviewed yet",
            tally=_tally(document),
            votes=_views.votes(document),
            labels=_views.labels(document),
            weighed=_findings.weighed(document, caps),
            found=_findings.listed(document, caps),
            read=_findings.dossier(document, caps),
            looks=[clip(why, 200) for why in document.needs_look[:5]],
            price=price_to_start(document),
            stale=_record.stale_notice(document) if panel and panel.stale else None,
            met=day(panel.created_at) if panel else "",
            facts=_record.facts(document, caps),
            known=len(document.facts),
            cited=sum(bool(fact.evidence) for fact in document.facts.values()),
            plans=self._with_cuttings(_record.plans(document, caps), caps),
            not_stated=pages_read(document),
            chart=_prices.chart(document, self.at),
            launches=_record.launches(document, caps),
            panel=_critiques.panel(document, caps, refs),
            refs=refs,
            claims=_critiques.claim_count([document]),
            history=_record.history(document, caps),
            last_read=max((page.fetched_at for page in document.pages), default=""),
            pairs=self._pairs_of(document),
            rivals=self._rivals_of(document, caps),
        )

    def _with_cuttings(self, plans: list[dict[str, Any]], caps: Caps) -> list[dict[str, Any]]:
        """The rows of plans, each with the piece of the picture that its price was read in, as a data address."""
        for row in plans:
            for said in row["quotes"][:1] if caps.cuttings else ():
                png = self.cuttings.get(said["cutting"])
                said["piece"] = f"data:image/png;base64,{base64.b64encode(png).decode()}" if png else ""
        return plans

    def _pairs_of(self, document: ProductDocument) -> list[dict[str, Any]]:
        rows = []
        for pair, comparison in self.comparisons.items():
            if document.slug in pair:
                other = comparison.b if pair.a == document.slug else comparison.a
                rows.append(
                    {
                        "file": _pairs.pair_file(pair),
                        "name": clip(other.name, 80),
                        "mark": _views.mark(other.verdict),
                        "words": _pair_words(comparison),
                    }
                )
        return rows[:12]

    def _rivals_of(self, document: ProductDocument, caps: Caps) -> list[dict[str, Any]]:
        """Its rivals that are on the site, each with why and the words that name it."""
        return [
            {
                "slug": file_slug(rival.slug),
                "name": clip(rival.name, 80),
                "reason": clip(rival.reason, 240),
                "quotes": _views.quotes(rival.evidence, caps),
            }
            for rival in document.rivals or ()
            if rival.slug in self.by_slug
        ]

    # comparisons ----------------------------------------------------------------------------------------------------

    def _comparison(self, pair: Pair) -> Iterator[tuple[str, bytes]]:
        yield self._fitted(lambda caps: self._comparison_page(pair, caps))
        record = self.comparisons[pair].model_dump_json(indent=1)
        yield f"compare/{_pairs.pair_file(pair)}.json", record.encode("utf-8", "replace") + b"\n"

    def _comparison_page(self, pair: Pair, caps: Caps) -> tuple[str, bytes]:
        found = self.comparisons[pair]
        documents = (self.by_slug[pair.a], self.by_slug[pair.b])
        refs = Refs(caps)
        names = [clip(document.name, 60) for document in documents]
        return self._page(
            f"compare/{_pairs.pair_file(pair)}.html",
            "compare",
            "compare",
            "Compare",
            c=found,
            record=f"{_pairs.pair_file(pair)}.json",
            a=names[0],
            b=names[1],
            lede=_lede(found),
            because=clip(self.pairs[pair], 300),
            level={"tie": "= Tie", "depends": "No points", "a": "A is ahead", "b": "B is ahead"}[found.level],
            sides=[
                self._side_of(letter, one, card, caps, refs)
                for letter, one, card in zip("AB", documents, (found.a, found.b), strict=True)
            ],
            picks=self._picks(found, names, refs),
            charts=caps.charts,
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
                for row in found.rows[: caps.rows]
            ],
            more_rows=max(0, len(found.rows) - caps.rows),
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
            reviewers=sorted(
                {clip(t.reviewer, 40) for c in found.scorecards for t in (c.a, c.b) if t.score is not None}
            )[:4],
            refs=refs,
            claims=_critiques.claim_count(documents),
        )

    def _side_of(self, letter: str, document: ProductDocument, card: Card, caps: Caps, refs: Refs) -> dict[str, Any]:
        panel = document.panel
        price = price_to_start(document)
        plans = _record.plans(document, caps)[:6]
        return {
            "letter": letter,
            "slug": file_slug(document.slug),
            "name": clip(document.name, 60),
            "tagline": clip(document.tagline, min(caps.line, 160)),
            "labels": _views.labels(document),
            "mark": _views.mark(panel.verdict if panel else None),
            "verdict": panel.verdict if panel else "Not reviewed yet",
            "tally": _tally(document, middle=False),
            "stale": bool(panel and panel.stale),
            "own_line": card.own_line,
            "weighed": _findings.weighed(document, caps, 1, refs),
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
            "chart": _prices.chart(document, self.at),
        }

    def _picks(
        self, found: Comparison, names: Sequence[str], refs: Refs
    ) -> list[tuple[str, list[dict[str, Any]], str]]:
        columns = (
            (f"Pick A, {names[0]}, if", found.pick_a, f"Nothing on record speaks for {names[0]} alone."),
            (f"Pick B, {names[1]}, if", found.pick_b, f"Nothing on record speaks for {names[1]} alone."),
            ("Pick neither if", found.pick_neither, "Nothing on record speaks against both."),
        )
        return [
            (
                title,
                [{"text": clip(r.text, 600), "refs": refs.numbers(r.evidence[:2])} for r in reasons],
                silence,
            )
            for title, reasons, silence in columns
        ]

    def _comparison_index(self) -> Iterator[tuple[str, bytes]]:
        rows = self._pair_rows()
        chunks = [rows[i : i + _PAIRS_A_PAGE] for i in range(0, len(rows), _PAIRS_A_PAGE)] or [[]]

        def file(page: int) -> str:
            return "index.html" if page == 1 else f"index-{page}.html"

        for page, chunk in enumerate(chunks, 1):
            yield self._page(
                f"compare/{file(page)}",
                "compare_index",
                "text",
                "Compare",
                pairs=chunk,
                total=len(rows),
                limit=_pairs.NEIGHBOURS,
                newer=file(page - 1) if page > 1 else "",
                older=file(page + 1) if page < len(chunks) else "",
            )

    # critics and method ---------------------------------------------------------------------------------------------

    def _critic(self, persona: str) -> tuple[str, bytes]:
        return self._fitted(lambda caps: self._critic_page(persona, caps))

    def _critic_page(self, persona: str, caps: Caps) -> tuple[str, bytes]:
        found = _critiques.takes(self.reviewed, persona)
        scores = [review.score for _, review in found if review.score is not None]
        ships = sum(review.vote == "ship" for _, review in found if review.score is not None)
        known = personas.persona(persona)
        return self._page(
            f"critics/{persona}.html",
            "critic",
            "critic",
            "Critics",
            p=known,
            weighs=_weighs(known),
            n=len(scores),
            ship_share=round(100 * ships / len(scores)) if scores else None,
            median=number(median(scores)) if scores else None,
            silent=len(self.reviewed) - len(scores),
            panels=len(self.reviewed),
            claims=_critiques.claim_count(self.reviewed, persona),
            hist=_critiques.histogram(scores, self.threshold),
            others=self._others(persona),
            latest=[
                _latest(document, persona, caps) for document, review in found if review.score is not None or not scores
            ][:16],
        )

    def _others(self, persona: str) -> list[dict[str, Any]]:
        agreed = _critiques.agreement(self.reviewed)
        rows = []
        for other, name, _ in critics():
            scored = [review for _, review in _critiques.takes(self.reviewed, other) if review.score is not None]
            ships = sum(review.vote == "ship" for review in scored)
            one, second = sorted((persona, other))
            same, both = agreed.get((one, second), (0, 0))
            rows.append(
                {
                    "name": name,
                    "me": other == persona,
                    "n": len(scored),
                    "share": round(100 * ships / len(scored)) if scored else 0,
                    "both": both,
                    "agrees": round(100 * same / both) if both else 0,
                }
            )
        return rows

    def _method(self) -> tuple[str, bytes]:
        supported, claims = _critiques.claim_count(self.reviewed)
        cited = sum(bool(fact.evidence) for document in self.documents for fact in document.facts.values())
        known = sum(len(document.facts) for document in self.documents)
        ships = sum(document.panel is not None and document.panel.verdict == "Ship" for document in self.reviewed)
        figures = [
            (
                "Products",
                f"{len(self.documents):,}",
                f"{sum(d.status == 'approved' for d in self.documents):,} approved",
            ),
            ("Verdicts", f"{len(self.reviewed):,}", f"{ships:,} ship"),
            ("Facts with a quote", f"{cited:,}", f"of {known:,}"),
            ("Claims found word for word", f"{supported:,}", f"of {claims:,}"),
        ]
        return self._page(
            "method.html",
            "method",
            "text",
            "Method",
            figures=figures,
            bars=_critiques.gate_bars(panel_figures(self.reviewed)),
            limit=_pairs.NEIGHBOURS,
            band=8,
        )


def _dated(shelf: _Shelf) -> list[tuple[str, ProductDocument]]:
    """The shelf's products with their day: when the panel met, or when they were first seen; newest day first."""
    days = _views.by_day(shelf.documents)
    if not days:
        waiting = sorted(shelf.documents, key=lambda d: (d.name.casefold(), d.slug))
        waiting.sort(key=lambda d: d.first_seen[:10], reverse=True)
        return [(document.first_seen[:10], document) for document in waiting]
    return [(date, document) for date, documents in days for document in documents]


def _tally(document: ProductDocument, *, middle: bool = True) -> str:
    panel = document.panel
    if panel is None:
        return "waiting for its panel"
    votes = f"{panel.ships} ship / {panel.skips} skip"
    silent = f" · {panel.no_take} no take" if panel.no_take else ""
    if not middle:
        return votes + silent
    return votes + silent + (f" · median {number(panel.median)}" if panel.median is not None else " · no median")


def _pair_words(comparison: Comparison) -> str:
    if comparison.level == "tie":
        return "= Tie on points"
    verdicts = (comparison.a.verdict, comparison.b.verdict)
    if None in verdicts:
        return "not both reviewed"
    return f"{verdicts[0]} against {verdicts[1]}"


def _lede(comparison: Comparison) -> str:
    if comparison.level == "tie":
        return "The critics rate them level, so the choice is the job. Every cell below opens to the words it rests on."
    if comparison.level == "depends":
        return "Not both have a median, so no one is ahead on points. What the pages say can still decide."
    ahead = comparison.a.name if comparison.level == "a" else comparison.b.name
    return f"The critics put {clip(ahead, 60)} ahead. Your job can still turn it: see below for whom."


def _weighs(critic: personas.Persona) -> str:
    """“trouble (3), price rank (2)”: the kinds of finding a critic picks, heaviest first."""
    kinds = sorted(critic.findings.items(), key=lambda item: (-item[1], item[0]))
    return ", ".join(f"{kind.replace('_', ' ')} ({weight:g})" for kind, weight in kinds)


def _latest(document: ProductDocument, persona: str, caps: Caps) -> dict[str, Any]:
    panel = document.panel
    review = panel.reviews[persona] if panel else None
    scored = review is not None and review.score is not None
    said = telling(panel, review) if panel and review and scored else None
    against = {"ship": "Skip", "skip": "Ship"}.get((review.vote if review else "") or "")
    return {
        "at": panel.created_at[:10] if panel else "",
        "mark": _views.mark(review.vote if review and scored else None),
        "words": f"{(review.vote or '').capitalize()} {review.score}" if review and scored else "No panel take",
        "name": clip(document.name, 80),
        "slug": file_slug(document.slug),
        "said": clip(said.text, min(caps.text, 480)) if said else "",
        "from": clip(trust_words(said.citations[0], document), 80) if said and said.citations else "",
        "on": day(said.citations[0].fetched_at) if said and said.citations else "",
        "reason": "" if scored else clip(short_reason(document, persona), 80),
        "panel": panel.verdict if panel else "",
        "alone": scored and panel is not None and panel.verdict == against,
    }


# templates ---------------------------------------------------------------------------------------------------------


@cache
def environment() -> Environment:
    """The templates: everything printed is escaped, stripped of invisible characters, and must exist."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    env = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=shown,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    filters = {"safe_url": safe_url, "address": address_words, "minute": minute, "day": day, "clip": clip}
    env.filters.update(filters, plural=plural, category=name_of)
    return env


@cache
def style(sheet: str) -> tuple[Markup, str]:
    """A page's inlined sheet and the policy that allows it, and nothing else, by its hash."""
    text = "".join((TEMPLATES / name).read_text(encoding="utf-8") for name in ("base.css", f"{sheet}.css"))
    text = re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL)
    text = re.sub(r"\s*([{};,])\s*", r"\1", text)
    text = re.sub(r":\s+", ":", re.sub(r"\s+", " ", text)).strip()
    digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'sha256-{digest}'; img-src data:; base-uri 'none'; form-action 'none'"
    return Markup(text), policy  # our own files, no crawled word among them
