"""Panels: what awaits one, what it said, and all it can be traced by."""

from __future__ import annotations

import json
import statistics
from collections.abc import Container, Iterable, Mapping
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from tools import knowledge
from tools.errors import UsageError
from tools.knowledge import canonical, iso
from tools.models import Citation, Finding, Member, Panel, Rating, Review
from tools.store.connection import Row, hashed
from tools.store.overrides import Overrides

if TYPE_CHECKING:
    from tools.views.documents import FindingDoc, OverrideDoc, PanelDoc

_MEMBER_COLUMNS = ("member", "model", "score", "vote", "text", "raw", "prompt_hash", "cost")


class Panels(Overrides):
    """Statements over panels, reviews, members, claims, citations and requests."""

    def awaiting_review(self, limit: int | None = None) -> list[str]:
        """Slugs of products whose content has no panel, or for which one was asked; longest waiting first."""
        sql = "SELECT slug FROM products_awaiting_review ORDER BY changed_at, id LIMIT ?"
        return [row["slug"] for row in self._rows(sql, -1 if limit is None else limit)]

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
        from tools.views.documents import PanelDoc, ReviewDoc

        panel = self._newest_panel(product["id"])
        if panel is None:
            return None
        claims = self._claim_docs(panel["id"])
        ratings: dict[int, list[Row]] = {}
        for row in self._rows(
            "SELECT r.* FROM ratings r JOIN reviews v ON v.id = r.review WHERE v.panel = ? ORDER BY r.position",
            panel["id"],
        ):
            rating = {"field": row["field"], "level": row["level"], "reason": row["reason"]}
            ratings.setdefault(row["review"], []).append({**rating, "claims": claims.get(row["id"], [])})
        members, overrides = self._member_docs(panel["id"]), self._override_docs(panel)
        reviews = {}
        for row in self._rows("SELECT * FROM reviews WHERE panel = ? ORDER BY id", panel["id"]):
            same = ("persona", "reviewer", "score", "vote", "text", "abstain_reason")
            reviews[row["persona"].lower()] = ReviewDoc.model_validate(
                {name: row[name] for name in same}
                | {name: row[name] or None for name in ("model", "prompt_hash")}
                | {name: row[name] for name in ("seed", "cost")}
                | {name: json.loads(row[name]) for name in ("runs", "evidence")}
                | {"ratings": ratings.get(row["id"], []), "members": members.get(row["id"], [])}
                | {"override": overrides.get(row["persona"].lower())}
            )
        shown = ("verdict", "line", "ships", "skips", "no_take", "median", "reason", "content_hash", "created_at")
        return PanelDoc(
            **{name: panel[name] for name in (*shown, "original_verdict", "original_line")},
            contradictions=json.loads(panel["contradictions"]),
            overridden=[name for name in reviews if name in overrides and overrides[name].counts],
            id=panel["key"],
            stale=panel["content_hash"] != product["content_hash"],
            reviews=reviews,
            findings=self._finding_docs(panel["id"]),
        )

    def _finding_docs(self, panel: int) -> list[FindingDoc]:
        from tools.views.documents import CitationDoc, FindingDoc

        rows = self._rows("SELECT * FROM findings WHERE panel = ? ORDER BY position", panel)
        passages = self._passages_of(panel) if rows else {}
        return [
            FindingDoc(
                **{name: row[name] for name in ("kind", "text", "direction", "strength")},
                values=json.loads(row["vals"]),
                citations=[CitationDoc(**passages[one["passage"]] | one) for one in json.loads(row["citations"])],
            )
            for row in rows
        ]

    def _passages_of(self, panel: int) -> dict[int, Row]:
        """Where each passage of a panel stands, by its number."""
        columns = "number AS passage, place, url, page, fetched_at, trust"
        rows = self._rows(f"SELECT {columns} FROM passages WHERE panel = ?", panel)
        return {row["passage"]: row for row in rows}

    def _override_docs(self, panel: Row) -> dict[str, OverrideDoc]:
        from tools.views.documents import OverrideDoc

        same, counting = ("vote", "why", "who", "at"), self._counting(panel)
        return {
            row["persona"]: OverrideDoc(**{name: row[name] for name in same}, counts=row["persona"] in counting)
            for row in self._overrides(panel["product"])
        }

    def _member_docs(self, panel: int) -> dict[int, list[Row]]:
        """The answers of fused reviews by their review's key, their citations resolved."""
        passages = self._passages_of(panel)
        found: dict[int, list[Row]] = {}
        for row in self._rows(
            "SELECT m.* FROM review_members m JOIN reviews v ON v.id = m.review WHERE v.panel = ? ORDER BY m.position",
            panel,
        ):
            said = {name: row[name] for name in _MEMBER_COLUMNS}
            ratings = _resolved(json.loads(row["ratings"]), passages)
            raw = "" if ratings else row["raw"]  # beside ratings it holds claims that did not stand
            found.setdefault(row["review"], []).append({**said, "raw": raw, "ratings": ratings})
        return found

    def _claim_docs(self, panel: int) -> dict[int, list[Row]]:
        """Claims of a panel by their rating's key, each with its citations resolved."""
        cited: dict[int, list[Row]] = {}
        for row in self._rows(
            "SELECT c.claim, c.quote, p.number AS passage, p.place, p.url, p.page, p.fetched_at, p.trust FROM citations c "
            "JOIN passages p ON p.id = c.passage WHERE p.panel = ? ORDER BY c.position",
            panel,
        ):
            cited.setdefault(row.pop("claim"), []).append(row)
        claims: dict[int, list[Row]] = {}
        for row in self._rows(
            "SELECT c.* FROM claims c JOIN reviews v ON v.id = c.review WHERE v.panel = ? ORDER BY c.position", panel
        ):
            said = {
                "text": row["text"],
                "kind": row["kind"],
                "supported": bool(row["supported"]),
                "check": row["checked"],
            }
            claims.setdefault(row["rating"], []).append({**said, "citations": cited.get(row["id"], [])})
        return claims


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


def _resolved(ratings: list[dict[str, Any]], passages: Mapping[int, Row]) -> list[dict[str, Any]]:
    """Ratings as they were stored, each citation with where its passage stands."""
    for claim in (claim for rating in ratings for claim in rating["claims"]):
        claim["citations"] = [{**passages[cited["passage"]], **cited} for cited in claim["citations"]]
    return ratings
