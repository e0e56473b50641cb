"""Panels: what awaits one, what it said, and all it can be traced by."""

from __future__ import annotations

import json
import statistics
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING

import orjson

from tools import knowledge
from tools.errors import UsageError
from tools.knowledge import canonical, iso
from tools.models import Citation, Finding, Member, Panel, Rating, Review
from tools.store.connection import IN, Row, hashed
from tools.store.overrides import Overrides

if TYPE_CHECKING:
    from tools.views.documents import PanelDoc

_MEMBER_COLUMNS = ("member", "model", "score", "vote", "text", "raw", "prompt_hash", "cost")


class Panels(Overrides):
    """Statements over panels, reviews, members, claims, citations and requests."""

    def awaiting_review(self, limit: int | None = None) -> list[str]:
        """Slugs of products whose content has no panel, or for which one was asked; longest waiting first."""
        rows = self._rows(
            "SELECT p.slug FROM shelf s CROSS JOIN products p ON p.id = s.product WHERE s.awaiting IS NOT NULL "
            "ORDER BY s.awaiting, s.product LIMIT ?",
            -1 if limit is None else limit,
        )
        return [row["slug"] for row in rows]

    def request_review(self, slug: str, why: str, who: str) -> None:
        """Ask for a panel, even of content that has one. One open request a product is enough."""
        with self.write():
            product = self._product(slug)["id"]
            if self._value("SELECT 1 FROM review_requests WHERE product = ? AND closed_at IS NULL", product) is None:
                row = {"product": product, "why": why, "who": who, "at": iso(self.now()), "closed_at": None}
                self._insert("review_requests", row)

    def put_panel(self, panel: Panel, *, reviewer: str) -> bool:
        """Keep a panel with its reviews, claims, citations and passages; False if that content has one already.

        A further panel of the same content is kept only when a review was asked for since. Errors: UsageError when a
        citation names a passage that the panel does not carry.
        """
        with self.write():
            product = self._product(panel.slug)
            versions = "SELECT count(*) FROM panels WHERE product = ? AND content_hash = ?"
            version = 1 + int(self._value(versions, product["id"], panel.content_hash))
            asked = self._rows("SELECT id FROM review_requests WHERE product = ? AND closed_at IS NULL", product["id"])
            if version > 1 and not asked:
                return False
            at = iso(self.now())
            number = self._insert_panel(panel, product["id"], version, reviewer, at)
            passages = self._insert_passages(panel, number)
            for review in panel.reviews:
                self._insert_review(review, number, product["id"], passages)
            for place, finding in enumerate(panel.findings):
                _check_cited(f"Finding {finding.kind}", finding.citations, passages)
                self._insert("findings", {"panel": number, "position": place, **_finding_row(finding)})
            for row in asked:
                self._update("review_requests", row["id"], closed_at=at)
            made = self._row("SELECT * FROM panels WHERE id = ?", number)
            assert made is not None
            self._log(product["id"], at, "panel", after=self._heed_overrides(made), why=panel.reason, who=reviewer)
            return True

    def _insert_panel(self, panel: Panel, product: int, version: int, reviewer: str, at: str) -> int:
        votes = [review.vote for review in panel.reviews]
        ships, skips, no_take = knowledge.tally(votes)
        scores = [review.score for review in panel.reviews if review.score is not None]
        row = {
            "key": panel.id if version == 1 else f"{panel.id}:{version}",
            "product": product,
            "content_hash": panel.content_hash,
            "version": version,
            "reviewer": reviewer,
            "verdict": panel.verdict,
            "line": knowledge.panel_line(panel.verdict, votes),
            "ships": ships,
            "skips": skips,
            "no_take": no_take,
            "median": float(statistics.median(scores)) if scores else None,
            "reason": panel.reason,
            "pack_hash": panel.pack_hash,
            "created_at": at,
            "contradictions": canonical([asdict(one) for one in panel.contradictions]),
            "original_verdict": None,
            "original_line": None,
        }
        return self._insert("panels", row)

    def _insert_passages(self, panel: Panel, number: int) -> dict[int, int]:
        same = ("number", "text", "url", "place", "page", "label", "trust")
        return {
            passage.number: self._insert(
                "passages",
                {
                    "panel": number,
                    **{name: getattr(passage, name) for name in same},
                    "fetched_at": iso(passage.fetched_at),
                },
            )
            for passage in panel.passages
        }

    def _insert_review(self, review: Review, panel: int, product: int, passages: Mapping[int, int]) -> None:
        same = ("persona", "reviewer", "score", "vote", "text", "abstain_reason", "raw", "model", "prompt_hash", "cost")
        values = {name: getattr(review, name) for name in same}
        lists = {"runs": canonical(review.runs), "evidence": canonical(review.evidence)}
        key = self._insert("reviews", {"panel": panel, "product": product, "seed": review.seed, **values, **lists})
        for place, member in enumerate(review.members):
            _check_cited(f"{member.member} as {review.persona}", _citations_of(member.ratings), passages)
            self._insert("review_members", {"review": key, "position": place, **_member_row(member)})
        _check_cited(review.persona, _citations_of(review.ratings), passages)
        for place, rating in enumerate(review.ratings):
            row = {"review": key, "position": place, "field": rating.field, "level": rating.level}
            number = self._insert("ratings", {**row, "reason": rating.reason})
            for position, claim in enumerate(rating.claims):
                row = {"review": key, "rating": number, "position": position, "text": claim.text, "kind": claim.kind}
                claimed = self._insert("claims", {**row, "supported": int(claim.supported), "checked": claim.check})
                for order, cited in enumerate(claim.citations):
                    row = {"claim": claimed, "position": order, "passage": passages[cited.passage]}
                    self._insert("citations", {**row, "quote": cited.quote})

    def second_look(self, panel: str, seal: str) -> str | None:
        """What a second look at a panel gave, by the panel's id, where it was kept under this seal."""
        found = self._value("SELECT found FROM second_looks WHERE panel = ? AND seal = ?", panel, seal)
        return None if found is None else str(found)

    def put_second_look(self, panel: str, seal: str, found: str) -> None:
        """Keep what a second look at a panel gave, JSON; it takes the place of an earlier one."""
        with self.write():
            row = hashed("second_looks", {"panel": panel, "seal": seal, "found": found})
            self._upsert("second_looks", [row], ("panel",), "row_hash")

    def panel(self, slug: str) -> PanelDoc | None:
        """The newest panel of a product, None when it has none."""
        with self._snapshot():
            return self._panel_doc(self._product(slug))

    def _panel_doc(self, product: Row) -> PanelDoc | None:
        from tools.views.documents import PanelDoc

        told = self._panel_data([product]).get(product["id"])
        return PanelDoc.model_validate(told) if told else None

    def _panel_data(self, products: Sequence[Row]) -> dict[int, Row]:
        """The newest panels of products, as PanelDoc has them, by product: a statement a table, however many."""
        hashes = {product["id"]: product["content_hash"] for product in products}
        panels = self._rows(
            f"SELECT * FROM panels WHERE id IN (SELECT max(id) FROM panels WHERE product {IN} GROUP BY product)",
            json.dumps(list(hashes)),
        )
        if not panels:
            return {}
        keys = json.dumps([panel["id"] for panel in panels])
        reviews = self._review_data(keys)
        findings = self._finding_data(keys)
        overrides = self._grouped(
            f"SELECT product, persona, vote, why, who, at, content_hash FROM overrides WHERE product {IN} "
            "ORDER BY product, persona",
            json.dumps([panel["product"] for panel in panels]),
        )
        return {
            panel["product"]: _panel_data(
                panel,
                hashes[panel["product"]],
                reviews.get(panel["id"], []),
                findings.get(panel["id"], []),
                overrides.get(panel["product"], []),
            )
            for panel in panels
        }

    def _review_data(self, panels: str) -> dict[int, list[Row]]:
        """Reviews as ReviewDoc has them, but for overrides, by panel."""
        claims = self._claim_data(panels)
        ratings: dict[int, list[Row]] = {}
        for review, number, field, level, reason in self._tuples(
            "SELECT r.review, r.id, r.field, r.level, r.reason FROM reviews v JOIN ratings r ON r.review = v.id "
            f"WHERE v.panel {IN} ORDER BY r.position",
            panels,
        ):
            rating = {"field": field, "level": level, "reason": reason, "claims": claims.get(number, [])}
            ratings.setdefault(review, []).append(rating)
        members = self._member_data(panels)
        reviews = self._grouped(
            "SELECT panel, persona, reviewer, score, vote, text, id AS ratings, abstain_reason, runs, nullif(model, '') "
            "AS model, nullif(prompt_hash, '') AS prompt_hash, seed, cost, evidence, id AS members FROM reviews "
            f"WHERE panel {IN} ORDER BY id",
            panels,
        )
        for review in (review for rows in reviews.values() for review in rows):
            review["ratings"] = ratings.get(review["ratings"], [])
            review["members"] = members.get(review["members"], [])
            review["runs"], review["evidence"] = orjson.loads(review["runs"]), orjson.loads(review["evidence"])
        return reviews

    def _claim_data(self, panels: str) -> dict[int, list[Row]]:
        """Claims as ClaimDoc has them, each with its citations resolved, by their rating."""
        cited: dict[int, list[Row]] = {}
        for claim, quote, place, url, at, page, passage, trust in self._tuples(
            "SELECT c.claim, c.quote, p.place, p.url, p.fetched_at, p.page, p.number, p.trust FROM passages p "
            f"JOIN citations c ON c.passage = p.id WHERE p.panel {IN} ORDER BY c.position",
            panels,
        ):
            where = {"quote": quote, "place": place, "path": "", "box": "", "url": url, "fetched_at": at, "page": page}
            cited.setdefault(claim, []).append({**where, "passage": passage, "trust": trust})
        claims: dict[int, list[Row]] = {}
        for rating, number, text, kind, supported, check in self._tuples(
            "SELECT c.rating, c.id, c.text, c.kind, c.supported, c.checked FROM reviews v "
            f"JOIN claims c ON c.review = v.id WHERE v.panel {IN} ORDER BY c.position",
            panels,
        ):
            said = {"text": text, "kind": kind, "supported": bool(supported), "check": check}
            claims.setdefault(rating, []).append({**said, "citations": cited.get(number, [])})
        return claims

    def _finding_data(self, panels: str) -> dict[int, list[Row]]:
        """Findings as FindingDoc has them, strongest first, by panel."""
        findings = self._grouped(
            "SELECT panel, kind, text, direction, strength, vals AS [values], citations FROM findings "
            f"WHERE panel {IN} ORDER BY position",
            panels,
        )
        passages = self._passages_of(panels) if findings else {}
        for panel, finding in ((panel, finding) for panel, rows in findings.items() for finding in rows):
            finding["values"] = orjson.loads(finding["values"])
            finding["citations"] = [passages[panel, one["passage"]] | one for one in orjson.loads(finding["citations"])]
        return findings

    def _member_data(self, panels: str) -> dict[int, list[Row]]:
        """The answers of fused reviews as MemberDoc has them, by review."""
        from tools.views.documents import MemberDoc

        rows = self._rows(
            "SELECT v.panel, m.* FROM reviews v JOIN review_members m ON m.review = v.id "
            f"WHERE v.panel {IN} ORDER BY m.position",
            panels,
        )
        passages = self._passages_of(panels) if rows else {}
        found: dict[int, list[Row]] = {}
        for row in rows:
            ratings = json.loads(row["ratings"])
            for claim in (claim for rating in ratings for claim in rating["claims"]):
                claim["citations"] = [passages[row["panel"], one["passage"]] | one for one in claim["citations"]]
            raw = "" if ratings else row["raw"]  # beside ratings it holds claims that did not stand
            said = {**{name: row[name] for name in _MEMBER_COLUMNS}, "raw": raw, "ratings": ratings}
            found.setdefault(row["review"], []).append(MemberDoc.model_validate(said).model_dump())
        return found

    def _passages_of(self, panels: str) -> dict[tuple[int, int], Row]:
        """Where each passage of some panels stands, as CitationDoc has it but for the quote, by panel and number."""
        columns = "'' AS quote, place, '' AS path, '' AS box, url, fetched_at, page, number AS passage, trust"
        found = self._grouped(f"SELECT panel, {columns} FROM passages WHERE panel {IN}", panels)
        return {(panel, row["passage"]): row for panel, rows in found.items() for row in rows}


_AS_STORED = ("verdict", "line", "ships", "skips", "no_take", "median", "reason")


def _panel_data(
    panel: Row, content_hash: str, reviews: Sequence[Row], findings: Sequence[Row], overrides: Sequence[Row]
) -> Row:
    """A panel as PanelDoc has it. content_hash: of what its product holds now."""
    from tools.views.documents import ContradictionDoc

    heeded = {panel["content_hash"], content_hash}
    words = {
        word["persona"]: {
            **{name: word[name] for name in ("vote", "why", "who", "at")},
            "counts": word["content_hash"] in heeded,
        }
        for word in overrides
    }
    keyed = {}
    for review in reviews:
        persona = review["persona"].lower()
        keyed[persona] = {**review, "override": words.get(persona)}
    contradictions = map(ContradictionDoc.model_validate, json.loads(panel["contradictions"]))
    return {
        "id": panel["key"],
        **{name: panel[name] for name in _AS_STORED},
        "stale": panel["content_hash"] != content_hash,
        **{name: panel[name] for name in ("content_hash", "created_at")},
        "reviews": keyed,
        "contradictions": [one.model_dump() for one in contradictions],
        "findings": findings,
        "overridden": [name for name in keyed if name in words and words[name]["counts"]],
        **{name: panel[name] for name in ("original_verdict", "original_line")},
    }


def _citations_of(ratings: Iterable[Rating]) -> Iterable[Citation]:
    return (cited for rating in ratings for claim in rating.claims for cited in claim.citations)


def _check_cited(who: str, citations: Iterable[Citation], passages: Container[int]) -> None:
    for cited in citations:
        if cited.passage not in passages:
            raise UsageError(
                f"{who} cites passage {cited.passage}, which the panel does not carry. "
                "Put every passage that is cited into Panel.passages."
            )


def _member_row(member: Member) -> Row:
    row = {name: getattr(member, name) for name in _MEMBER_COLUMNS}
    return {**row, "ratings": canonical([asdict(rating) for rating in member.ratings])}


def _finding_row(finding: Finding) -> Row:
    same = ("kind", "text", "direction", "strength")
    cited = canonical([asdict(citation) for citation in finding.citations])
    return {**{name: getattr(finding, name) for name in same}, "vals": canonical(finding.values), "citations": cited}
