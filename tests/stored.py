"""Pages, facts, products and panels as the store's tests write them; the fixtures clock and store are in conftest."""

from __future__ import annotations

import sqlite3
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from hashlib import sha256

from tools.dossier import Dossier, DossierPage, Measure, Statement, Voice
from tools.models import (
    Citation,
    Claim,
    Contradiction,
    Evidence,
    Fact,
    Finding,
    Launch,
    Member,
    Page,
    Panel,
    Passage,
    Plan,
    Proposal,
    Rating,
    Review,
    Value,
    Verdict,
)
from tools.schema import HASHED
from tools.store import Store

NOON = datetime(2026, 3, 4, 12, tzinfo=UTC)
LATER = NOON + timedelta(hours=4)


class Clock:
    """A clock that a test sets."""

    def __init__(self) -> None:
        self.at = NOON

    def __call__(self) -> datetime:
        return self.at


def page(url: str = "https://acme.dev/", body: str = "<h1>Acme</h1>", at: datetime = NOON, **more: object) -> Page:
    raw = body.encode()
    digest = sha256(raw).hexdigest()
    key = sha256(f"{url}\n{digest}".encode()).hexdigest()[:32]
    return replace(Page(key, url, url, 200, "text/html", "utf-8", raw, digest, at), **more)


def evidence(of: Page, quote: str = "Acme") -> tuple[Evidence, ...]:
    return (Evidence(of.final_url, "visible", quote, page=of.id),)


def fact(of: Page, field: str = "name", value: Value = "Acme", rung: str = "meta", confidence: float = 0.8) -> Fact:
    return Fact(field, value, rung, confidence, evidence(of, str(value)))


def plan(of: Page, amount: str | None = "20", name: str = "Pro", **more: object) -> Plan:
    money = None if amount is None else Decimal(amount)
    made = Plan(name, money, "USD", "month", confidence=0.8, evidence=evidence(of, f"{name} {amount}"))
    return replace(made, **more)


def launch(number: int = 1, **more: object) -> Launch:
    made = Launch(
        "show_hn",
        str(number),
        f"Show HN: Thing {number}",
        f"https://news.example/{number}",
        url=f"https://thing{number}.dev/",
        observations={"votes": 3.0},
        raw=f'{{"id": {number}}}',
    )
    return replace(made, **more)


def propose(
    store: Store, of: Page, *facts: Fact, plans: tuple[Plan, ...] = (), identity: str = "url:acme.dev", **more: object
) -> Proposal:
    store.put_page(of)
    made = Proposal(identity, "product", facts or (fact(of),), plans, pages=(of.id,))
    return replace(made, **more)


def panel_of(store: Store, slug: str, verdict: Verdict = "Ship", level: int = 3) -> Panel:
    claim = Claim("It is Acme.", "fact", (Citation(1, "Acme"),), supported=True)
    rating = Rating("primitive", level, "It says so.", (claim, Claim("Nice.", "opinion")))
    reviews = (
        Review("Builder", "rules", 80, "ship", "Good.", (rating,)),
        Review("Skeptic", "rules", 40, "skip", "Bad."),
        Review("PM", "rules", 72, "ship", "Fine."),
        Review("Creator", "rules", None, None, "", abstain_reason="silent"),
    )
    passage = Passage(1, "Acme", "https://acme.dev/", "visible", page().id, NOON, "homepage")
    finding = Finding(
        "release_gap", {"months": "14"}, "Its last release is 14 months old.", -1, 0.6, (Citation(1, "Acme"),)
    )
    document = store.document(slug)
    return Panel(slug, document.content_hash, verdict, reviews, (passage,), "pack", findings=(finding,))


def dossier_of(store: Store, slug: str) -> Dossier:
    """Two pages read, one that nothing leads to, a number, a statement and a voice; its pages are stored."""
    prices, repository, comments = (
        page(f"https://{place}/{slug}", f"{place} of {slug}") for place in ("acme.dev", "api.example", "news.example")
    )
    for of in (prices, repository, comments):
        store.put_page(of)
    return Dossier(
        slug,
        (
            DossierPage("pricing", "read", prices.final_url, prices.id, NOON),
            DossierPage("docs", "none", "", "", NOON),
            DossierPage("repository", "read", repository.final_url, repository.id, NOON),
            DossierPage("comments", "read", comments.final_url, comments.id, NOON),
        ),
        (Measure("stars", 40.0, NOON, repository.final_url, repository.id, '"stars": 40'),),
        (Statement("export", False, "", "pricing", prices.final_url, prices.id, "You can export it all as CSV."),),
        (Voice("a commenter on Show HN", "It ate my Tuesday.", NOON, comments.final_url, comments.id),),
    )


def fused(panel: Panel) -> Panel:
    """The panel as a pool of two models would have written its first review."""
    first, *others = panel.reviews
    members = tuple(
        Member(name, f"{name}-1", 80, "ship", "Good.", first.ratings, "{}", "p1", "0.001") for name in ("tern", "auk")
    )
    first = replace(first, reviewer="tern", model="tern-1", prompt_hash="p1", seed=7, cost="0.002", evidence=(1,))
    clash = Contradiction("price", ("Builder", "PM"), ("free", "paid"), "They read the price apart.", (1,))
    return replace(panel, reviews=(replace(first, members=members), *others), contradictions=(clash,))


def scalar(store: Store, sql: str) -> object:
    """One value straight from the file, by a connection of its own."""
    conn = sqlite3.connect(store.path)
    try:
        return conn.execute(sql).fetchone()[0]
    finally:
        conn.close()


def rows_in(store: Store) -> dict[str, int]:
    return {table: int(str(scalar(store, f"SELECT count(*) FROM {table}"))) for table in HASHED}


def full_store(store: Store) -> None:
    store.put_launches("show_hn", [launch(number) for number in range(30)], NOON)
    for number in range(12):
        of = page(f"https://p{number}.example/", f"page {number} " * 50)
        facts = (fact(of, value=f"Thing {number}"), fact(of, "description", f"It does {number} things. " * 10))
        made = propose(store, of, *facts, plans=(plan(of, str(number)),), identity=f"url:p{number}.example")
        store.put_extraction(of.id, "seal", b"{}", b"")
        slug = store.put_product(replace(made, launches=(f"show_hn:{number}",))).slug
        store.put_dossier(dossier_of(store, slug))
        store.put_panel(fused(panel_of(store, slug)), reviewer="rules")


def subscribed(store: Store, *names: str) -> None:
    """Readers of the letter by these names, each confirmed."""
    for name in names:
        store.subscribe(f"{name}@reader.example")
        (key,) = store.due_confirmations(9_999)
        begun = store.start_confirmation(key)
        assert begun
        store.end_confirmation(key, "sent")
        store.confirm(begun[1], timedelta(days=1))
