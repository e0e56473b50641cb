"""Made-up products for tests of findings: their pages, dossier and peers, built as the store would hand them out."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from agents.panel.evidence_pack import Pack, build_pack
from agents.panel.findings import kinds
from tools.dossier import Dossier, DossierPage, Measure, Peer, Role, Standing, Statement, Voice
from tools.models import Page
from tools.page.quotes import find_quote
from tools.store import Store
from tools.views.documents import EvidenceDoc, FactDoc, LaunchDoc, Observation, PageDoc, PlanDoc, ProductDocument

AT = datetime(2026, 11, 20, 6, 30, tzinfo=UTC)
DAY = (AT.date() - datetime(1970, 1, 1, tzinfo=UTC).date()).days  # as measures count days
PATHS: dict[str, str] = {"homepage": "/", "pricing": "/pricing", "docs": "/docs", "terms": "/terms", "changelog": "/changelog", "readme": "/readme"}  # fmt: skip


def page_of(url: str, body: str, content_type: str = "text/html", at: datetime = AT) -> Page:
    raw = body.encode()
    digest = hashlib.sha256(raw).hexdigest()
    return Page(
        hashlib.sha256(f"{url}\n{digest}".encode()).hexdigest()[:32],
        url,
        url,
        200,
        content_type,
        "utf-8",
        raw,
        digest,
        at,
    )


class Product:
    """A product in the making: what is added to it stands on pages of its own, verbatim."""

    def __init__(self, name: str, category: str | None = "hosting", **values: Any) -> None:
        self.name, self.host = name, f"https://{name.lower().replace(' ', '-')}.example"
        self.category, self.values = category, values
        self.lines: dict[str, list[str]] = {"homepage": [name, f"{name} runs a web service from one file and shows what it does while it does it, on a page that is meant to be read by people.", "It was made by a small team which uses it for all of its own work, and the page says what it is for and for whom it is not."]}  # fmt: skip
        self.plans: list[tuple[dict[str, Any], str, str]] = []
        self.said: list[tuple[str, bool, str, str, str, bool, str]] = []
        self.measured: list[tuple[str, float, datetime, str]] = []
        self.heard: list[tuple[str, bool]] = []
        self.roles_read: set[str] = {"homepage"}
        self.licence = self.licence_quote = ""
        self.launches: list[LaunchDoc] = []
        self.peers: list[Peer] = []
        self.all_points: tuple[float, ...] = ()
        self.history: list[dict[str, Any]] = []

    def read(self, *roles: str) -> Product:
        for role in roles:
            self.roles_read.add(role)
            if role in PATHS:
                self.lines.setdefault(role, [f"The {role} of {self.name}, for those who look for it here."])
        return self

    def line(self, role: str, *lines: str) -> Product:
        self.read(role)
        self.lines[role] += lines
        return self

    def plan(self, name: str, amount: str, quote: str, currency: str = "USD", period: str | None = "month", unit: str | None = None, role: str = "pricing", **more: Any) -> Product:  # fmt: skip
        self.line(role, quote)
        self.plans.append(({"name": name, "amount": amount, "currency": currency, "period": period, "unit": unit, **more}, role, quote))  # fmt: skip
        return self

    def states(
        self, topic: str, quote: str, role: str = "docs", denied: bool = False, value: str = "", unclear: bool = False, plan: str = ""
    ) -> Product:  # fmt: skip
        self.line(role, quote)
        self.said.append((topic, denied, value, role, quote, unclear, plan))
        return self

    def measure(self, role: str = "repository", days_ago: int = 0, **numbers: float) -> Product:
        self.read(role)
        at = AT - timedelta(days=days_ago)
        self.measured += [(metric, float(value), at, role) for metric, value in numbers.items()]
        return self

    def comments(self, *texts: str, maker: Sequence[str] = ()) -> Product:
        self.read("comments")
        self.heard += [(text, False) for text in texts] + [(text, True) for text in maker]
        return self

    def launch(
        self, points: float, others: Sequence[float] = (), tagline: str = "Web services from one file"
    ) -> Product:
        seen = Observation(metric="points", value=points, at=(AT - timedelta(days=6)).isoformat())
        self.launches.append(LaunchDoc(
            id=f"show_hn:{len(self.launches)}", source="show_hn", title=f"Show HN: {self.name}", tagline=tagline, url=self.host,
            source_url="https://news.example/item", launched_at=(AT - timedelta(days=8)).isoformat(), launched_at_basis="stated",
            first_seen=(AT - timedelta(days=8)).isoformat(), observations=[seen],
        ))  # fmt: skip
        self.all_points = tuple(others)
        return self

    def licensed(self, name: str) -> Product:
        self.licence = name
        return self.line("homepage", f"{self.name} is released under the {name} licence.")

    def priced_at(self, plan: str, *points: tuple[str, str], **terms: Any) -> Product:
        slots = {"currency": "USD", "period": "month", **terms}
        self.history += [{"plan": plan, "amount": amount, "at": at, **slots} for amount, at in points]
        return self

    def among(self, *peers: Peer) -> Product:
        self.peers += peers
        return self

    def pages(self) -> dict[str, Page]:
        return {
            role: page_of(f"{self.host}{PATHS[role]}", "".join(f"<p>{line}</p>" for line in lines))
            for role, lines in self.lines.items()
        }

    def _evidence(self, pages: dict[str, Page], role: str, quote: str) -> EvidenceDoc:
        page = pages[role]
        return EvidenceDoc(quote=quote, place="visible", url=page.url, fetched_at=AT.isoformat(), page=page.id)

    def document(self, pages: dict[str, Page]) -> ProductDocument:
        facts = {}
        if self.licence:
            quote = self.licence_quote or f"released under the {self.licence} licence"
            facts["license"] = FactDoc(value=self.licence, rung="text", confidence=0.9, evidence=[self._evidence(pages, "homepage", quote)])  # fmt: skip
        plans = [
            PlanDoc.model_validate(
                {**plan, "rung": "text", "confidence": 0.9, "evidence": [self._evidence(pages, role, quote)]}
            )
            for plan, role, quote in self.plans
        ]
        stored = [
            PageDoc(
                id=p.id, url=p.url, final_url=p.final_url, status=200, fetched_at=AT.isoformat(), body_hash=p.body_hash
            )
            for p in pages.values()
        ]
        paid = any(plan.amount not in (None, "0") for plan in plans)
        slots: dict[str, Any] = {
            "slug": self.name.lower().replace(" ", "-"), "kind": "product", "identity": f"url:{self.host.removeprefix('https://')}",
            "status": "new", "name": self.name, "tagline": None, "description": None, "homepage": f"{self.host}/",
            "repository": None, "hub_id": None, "category": self.category, "pricing_model": "paid" if paid else "unknown",
            "license": self.licence or None, "tags": [], "makers": [], "facts": facts, "plans": plans,
            "price_history": self.history, "launches": self.launches, "pages": stored, "panel": None, "changes": [],
            "first_seen": AT.isoformat(), "last_seen": AT.isoformat(), "changed_at": AT.isoformat(), "content_hash": "c0ffee",
        }  # fmt: skip
        return ProductDocument.model_validate({**slots, **self.values})

    def pack(self, reverse: bool = False) -> Pack:
        pages = self.pages()
        document = self.document(pages)
        answers: dict[tuple[str, datetime], Page] = {}
        for role, at in dict.fromkeys((role, at) for *_, at, role in self.measured):
            body = json.dumps(
                {metric: value for metric, value, when, where in self.measured if (where, when) == (role, at)}
            )
            answers[role, at] = page_of(f"https://api.example/{role}", body, "application/json", at)
        measures = [
            Measure(
                metric,
                value,
                at,
                f"https://api.example/{role}",
                answers[role, at].id,
                f'"{metric}": {json.dumps(value)}',
            )
            for metric, value, at, role in self.measured
        ]
        item = page_of("https://news.example/item", json.dumps([text for text, _ in self.heard]), "application/json")
        voices = [
            Voice("a commenter on Show HN", text, AT - timedelta(hours=100 - number), item.url, item.id, maker)
            for number, (text, maker) in enumerate(self.heard)
        ]
        statements = [
            Statement(topic, denied, value, role, pages[role].url, pages[role].id, quote, unclear, plan)  # type: ignore[arg-type]
            for topic, denied, value, role, quote, unclear, plan in self.said
        ]
        read: list[DossierPage] = []
        for role in sorted(self.roles_read):
            known = pages.get(role) or next((one for (where, _), one in answers.items() if where == role), None)
            known = known or (item if role == "comments" else None)
            read.append(DossierPage(role, "read", known.url if known else "", known.id if known else "", AT))  # type: ignore[arg-type]
        parts: list[Any] = [read, measures, statements, voices]
        if reverse:
            parts = [part[::-1] for part in parts]
        dossier = Dossier(document.slug, *(tuple(part) for part in parts))
        standing = Standing(self.category, tuple(self.peers[::-1] if reverse else self.peers), self.all_points)
        shelf = [*pages.values(), *answers.values(), item]
        return build_pack(document, shelf[::-1] if reverse else shelf, dossier=dossier, standing=standing)


def peer(name: str, amount: str | None = None, *, rival: bool = False, currency: str = "USD", unit: str | None = None, licence: str | None = None, free: bool = False, read: Sequence[Role] = ("homepage", "pricing", "docs", "terms"), topics: str = "", limit: str = "", category: str | None = "hosting", **numbers: float) -> Peer:  # fmt: skip
    url = f"https://{name.lower().replace(' ', '-')}.example/"
    measures = tuple(
        Measure(metric, float(value), AT, url, "p", str(value)) for metric, value in sorted(numbers.items())
    )
    statements = [Statement(topic, False, "", "docs", url, "p", f"It has {topic}.") for topic in topics.split()]
    if limit:
        statements.append(Statement("free_limit", False, limit, "pricing", url, "p", f"Free up to {limit}"))
    slug = name.lower().replace(" ", "-")
    return Peer(slug, name, category, "product", rival, "paid", licence, amount, currency if amount else None, unit, free, None, measures, tuple(statements), tuple(read))  # fmt: skip


def give_numbers(store: Store, slug: str) -> None:
    """Keep a dossier of a stored product: a repository at work, and a trouble that two report. Three critics or more then
    have a take."""
    numbers = {"pushed_at": DAY - 3, "released_at": DAY - 9, "releases_365d": 12, "releases_730d": 17}
    said = ("Deploys fail on large repositories, every time.", "My deploy of a large repository never finishes.")
    answer = page_of("https://api.example/repository", json.dumps(numbers), "application/json")
    item = page_of("https://news.example/item", json.dumps(said), "application/json")
    for page in (answer, item):
        store.put_page(page)
    read = tuple(DossierPage(role, "read", page.url, page.id, AT) for role, page in (("repository", answer), ("comments", item)))  # type: ignore[arg-type]  # fmt: skip
    measures = [Measure(m, float(v), AT, answer.url, answer.id, f'"{m}": {v}') for m, v in numbers.items()]
    voices = [Voice("a commenter on Show HN", text, AT, item.url, item.id) for text in said]
    store.put_dossier(Dossier(slug, read, tuple(measures), (), tuple(voices)))


_FIGURE = re.compile(r"\d+(?:[.,]\d+)*")


def assert_publishable(pack: Pack) -> None:
    """What holds of every finding: citations verbatim, figures from them or from its values, a plain sentence."""
    for finding in pack.findings:
        assert finding.kind in kinds()
        assert finding.citations, finding
        for cited in finding.citations:
            passage = pack.passage(cited.passage)
            assert passage is not None
            assert find_quote(cited.quote, passage.text) == cited.quote
        grounds = " ".join([*(c.quote for c in finding.citations), *finding.values.values(), pack.document.name])
        ours = re.sub(r"“[^”]*”", "“”", finding.text)  # without the words of others
        said = ours.replace(pack.document.name, "")
        assert not set(_FIGURE.findall(said)) - set(_FIGURE.findall(grounds)), finding
        assert not re.search(r"[{}]|  |\bNone\b|\bnan\b", ours), finding
        assert finding.text.endswith(".")
        assert ours.count(pack.document.name) == 1, finding
        assert not re.search(r"\b1 (?!in\b|of\b|more\b)\w+s\b", ours.replace("1 does", "").replace("1 has", "").replace("1 is", "")), finding  # fmt: skip
        assert 0 <= finding.strength <= 1
        assert finding.direction in (-1, 0, 1)
