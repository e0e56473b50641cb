"""The product document: everything the store knows about one product."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from tools import knowledge
from tools.models import CATEGORIES, Evidence, Fact, Plan
from tools.store.connection import IN, Row
from tools.store.dossiers import Dossiers
from tools.store.panels import Panels
from tools.store.rivals import Rivals
from tools.store.shown import PLAN_COLUMNS
from tools.store.votes import Votes

if TYPE_CHECKING:
    from tools.views.documents import (
        ChangeDoc,
        EvidenceDoc,
        FactDoc,
        FactValue,
        LaunchDoc,
        PageDoc,
        PlanDoc,
        ProductDocument,
    )


class Documents(Panels, Votes, Dossiers, Rivals):
    """Reads that make documents; one document is one state of the store."""

    def document(self, slug: str, *, rivals: bool = False) -> ProductDocument:
        """Everything known about a product (a merged one's slug gives the one it went into). Errors: UnknownName.

        rivals: with the products it competes with, which hang on all others and cost some milliseconds.
        """
        with self._snapshot():
            product = self._product(slug)
            document = self._document(product)
            if not rivals:
                return document
            return document.model_copy(update={"rivals": self._rival_docs(product, document.facts.get("rivals"))})

    def documents(
        self,
        since: int | None = None,
        status: str | None = None,
        approved_only: bool = False,
        rivals: bool = False,
    ) -> Iterator[ProductDocument]:
        """Documents of products that are neither deleted nor merged away, oldest first; `rivals` as in `document`.

        since: a `seq` of the change log; only products that changed after it.
        """
        wanted: list[tuple[str, object]] = []
        if since is not None:
            wanted.append(("id IN (SELECT product FROM changes WHERE seq > ?)", since))
        if approved_only or status:
            wanted.append(("status = ?", "approved" if approved_only else status))
        where = " AND ".join(["status <> 'deleted' AND merged_into IS NULL", *(test for test, _ in wanted)])
        slugs = self._rows(f"SELECT slug FROM products WHERE {where} ORDER BY id", *(value for _, value in wanted))
        for row in slugs:
            yield self.document(row["slug"], rivals=rivals)

    def pictures(self, slug: str) -> list[PageDoc]:
        """The pages of a product that needed a screenshot: `screenshot` its hash, or `no_screenshot` why there is none.

        Errors: UnknownName.
        """
        pages = self._page_docs(self._product(slug)["id"])
        return [page for page in pages if page.screenshot or page.no_screenshot]

    def _document(self, product: Row) -> ProductDocument:
        from tools.views.documents import Community, ProductDocument

        key = product["id"]
        launches = self._launch_docs(key)
        pages = self._page_docs(key)
        seen = self._value(
            "SELECT max(s.last_seen) FROM launches l JOIN launch_sightings s ON s.launch = l.id WHERE l.product " + IN,
            self._family(key),
        )
        fetched = self._value(
            "SELECT max(a.checked_at) FROM product_pages pp JOIN addresses a ON a.page = pp.page WHERE pp.product "
            + IN,
            self._family(key),
        )
        aliases = self._rows(f"SELECT identity FROM aliases WHERE product {IN} ORDER BY identity", self._family(key))
        same = ("slug", "kind", "identity", "status", "name", "tagline", "description", "homepage", "repository")
        more = ("hub_id", "pricing_model", "license", "first_seen", "changed_at", "content_hash")
        return ProductDocument(
            **{name: product[name] for name in (*same, *more)},
            category=product["category"] if product["category"] in CATEGORIES else None,
            aliases=[row["identity"] for row in aliases if row["identity"] != product["identity"]],
            needs_look=json.loads(product["needs_look"]),
            tags=json.loads(product["tags"]),
            makers=json.loads(product["makers"]),
            facts=self._fact_docs(key),
            plans=self._plan_docs(key),
            candidates=self._candidate_docs(key),
            plan_candidates=self._plan_candidate_docs(key),
            price_history=self._price_points(key),
            launches=launches,
            pages=pages,
            panel=self._panel_doc(product),
            community=Community(**self.votes(product["slug"])),
            dossier=self._dossier_doc(key),
            changes=self._change_docs(key),
            last_seen=max(filter(None, (seen, fetched, product["first_seen"]))),
        )

    def _fact_docs(self, product: int) -> dict[str, FactDoc]:
        from tools.views.documents import FactDoc

        times = self._page_times(product)
        docs = {}
        for name, facts in knowledge.choose(self._live_facts(product)).items():
            first, *others = [_fact_value(fact, times) for fact in facts]
            docs[name] = FactDoc(
                value=first.value,
                rung=first.rung,
                confidence=first.confidence,
                evidence=first.evidence,
                others=others,
            )
        return docs

    def _candidate_docs(self, product: int) -> dict[str, list[FactValue]]:
        doubtful = knowledge.doubtful(self._live_facts(product))
        if not doubtful:
            return {}
        times = self._page_times(product)
        return {
            name: [_fact_value(fact, times) for fact in found] for name, found in doubtful.items() if name != "name"
        }

    def _plan_docs(self, product: int) -> list[PlanDoc]:
        times = self._page_times(product)
        return [_plan_doc(plan, times) for plan in knowledge.choose_plans(self._live_plans(product))]

    def _plan_candidate_docs(self, product: int) -> list[PlanDoc]:
        times = self._page_times(product)
        return [_plan_doc(p, times) for p in knowledge.doubtful_plans(p for _, p in self._live_plans(product))]

    def _page_times(self, product: int) -> dict[tuple[str, str, str], str]:
        """When each quote of a product's live facts and plans was read, by (page, url, quote)."""
        family = self._family(product)
        rows: list[Row] = []
        for of in ("fact", "plan"):
            rows += self._rows(
                f"SELECT coalesce(p.key, '') AS page, e.url, e.quote, e.fetched_at FROM {of}s f "
                f"JOIN evidence e ON e.{of} = f.id LEFT JOIN pages p ON p.id = e.page WHERE f.product {IN} AND f.live",
                family,
            )
        return {(row["page"], row["url"], row["quote"]): row["fetched_at"] for row in rows}

    def _price_points(self, product: int) -> list[Any]:
        from tools.views.documents import PricePoint

        rows = self._rows(
            "SELECT plan, amount, currency, period, at, line FROM plan_history WHERE product = ? ORDER BY id", product
        )
        return [PricePoint.model_validate({**knowledge.line_terms(row.pop("line")), **row}) for row in rows]

    def _launch_docs(self, product: int) -> list[LaunchDoc]:
        from tools.views.documents import LaunchDoc, Observation

        family = self._family(product)
        numbers: dict[int, list[Observation]] = {}
        for row in self._rows(
            "SELECT o.launch, o.metric, o.value, o.at FROM launches l JOIN observations o ON o.launch = l.id "
            f"WHERE l.product {IN} ORDER BY o.id",
            family,
        ):
            numbers.setdefault(row.pop("launch"), []).append(Observation(**row))
        rows = self._rows(
            "SELECT l.id AS number, l.key AS id, s.name AS source, l.title, l.tagline, l.url, l.source_url, l.launched_at, "
            f"l.launched_at_basis, l.first_seen FROM launches l JOIN sources s ON s.id = l.source WHERE l.product {IN} "
            "ORDER BY l.first_seen, l.id",
            family,
        )
        return [LaunchDoc(observations=numbers.get(row.pop("number"), []), **row) for row in rows]

    def _page_docs(self, product: int) -> list[PageDoc]:
        """The newest page of each address that was read for a product, and those its live facts quote."""
        from tools.views.documents import PageDoc

        own = f"SELECT page FROM product_pages WHERE product {IN}"
        family = self._family(product)
        rows = self._rows(
            f"SELECT p.key AS id, p.url, p.final_url, p.status, p.fetched_at, p.body_hash, p.id IN ({own}) AS own, "
            "nullif(s.hash, '') AS screenshot, nullif(s.why, '') AS no_screenshot FROM pages p LEFT JOIN screenshots s ON s.page = p.id WHERE p.id IN "
            f"(SELECT pp.page FROM product_pages pp JOIN addresses a ON a.page = pp.page WHERE pp.product {IN} "
            f"UNION SELECT e.page FROM facts f JOIN evidence e ON e.fact = f.id WHERE f.product {IN} AND f.live "
            f"UNION SELECT e.page FROM plans f JOIN evidence e ON e.plan = f.id WHERE f.product {IN} AND f.live) "
            "ORDER BY p.final_url, p.fetched_at, p.id",
            *[family] * 4,
        )
        return [PageDoc(**{**row, "own": bool(row["own"])}) for row in rows]

    def _change_docs(self, product: int) -> list[ChangeDoc]:
        from tools.views.documents import ChangeDoc

        columns = "seq, at, op, field, before, after, why, who"
        rows = self._rows(f"SELECT {columns} FROM changes WHERE product {IN} ORDER BY seq", self._family(product))
        return [ChangeDoc(**row) for row in rows]

    def history(self, slug: str) -> list[ChangeDoc]:
        """The change log of one product, oldest first. Errors: UnknownName."""
        return self._change_docs(self._product(slug)["id"])

    def gone(self) -> Iterator[tuple[str, str]]:
        """Products that are no more, by slug: their slug and that of the one they were merged into, "" where they were deleted."""
        rows = self._rows(
            "SELECT p.slug, coalesce(w.slug, '') AS winner FROM products p LEFT JOIN products w ON w.id = p.merged_into "
            "WHERE p.merged_into IS NOT NULL OR p.status = 'deleted' ORDER BY p.slug"
        )
        return ((row["slug"], row["winner"]) for row in rows)


def _evidence_doc(item: Evidence, times: Mapping[tuple[str, str, str], str]) -> EvidenceDoc:
    from tools.views.documents import EvidenceDoc

    at = times[item.page, item.url, item.quote]
    same = {name: getattr(item, name) for name in ("quote", "place", "path", "box", "url", "page")}
    return EvidenceDoc(**same, fetched_at=at)


def _plan_doc(plan: Plan, times: Mapping[tuple[str, str, str], str]) -> PlanDoc:
    from tools.views.documents import PlanDoc

    return PlanDoc(
        **{name: getattr(plan, name) for name in PLAN_COLUMNS},
        amount=knowledge.decimal_text(plan.amount),
        evidence=[_evidence_doc(item, times) for item in plan.evidence],
    )


def _fact_value(fact: Fact, times: Mapping[tuple[str, str, str], str]) -> FactValue:
    from tools.views.documents import FactValue

    evidence = [_evidence_doc(item, times) for item in fact.evidence]
    return FactValue(value=fact.value, rung=fact.rung, confidence=fact.confidence, evidence=evidence)
