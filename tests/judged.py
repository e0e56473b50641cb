"""Products of tests/examples with a dossier and findings, as a panel of today leaves them. All of it is made up."""

from __future__ import annotations

from pathlib import Path

from tools.views.documents import (
    CitationDoc,
    ClaimDoc,
    DossierDoc,
    DossierPageDoc,
    FindingDoc,
    MeasureDoc,
    PanelDoc,
    ProductDocument,
    RatingDoc,
    ReviewDoc,
    StatementDoc,
    VoiceDoc,
)

EXAMPLES = Path(__file__).parent / "examples" / "site_products.jsonl"
AT = "2026-11-20T06:12:00Z"
REASON = "Too little on rights: no terms were read, and neither the docs nor the homepage say who owns what comes out."


def cited(quote: str, url: str, trust: str = "own", at: str = AT) -> CitationDoc:
    place = {"measure": "api", "store": "store"}.get(trust, "visible")
    return CitationDoc(passage=1, quote=quote, place=place, url=url, fetched_at=at, page="p1", trust=trust)


def finding(kind: str, text: str, direction: int, strength: float, *cites: CitationDoc, **values: str) -> FindingDoc:
    return FindingDoc(
        kind=kind, text=text, direction=direction, strength=strength, values=values, citations=list(cites)
    )


def ferrykey_findings() -> list[FindingDoc]:
    own, api = "https://ferrykey.example", "https://api.github.com/repos/example/ferrykey"
    shelf = "Ferrykey 19 USD; Lanternbox 29 USD; Quarrel 24 USD; Tollgate 40 USD; Smelt 35 USD; Mothwing 31 USD"
    return [
        finding(
            "price_rank",
            "Cheapest of six secret stores here that can be self-hosted: 19 USD a seat, the next asks 24.",
            1,
            0.8,
            cited("$19 per seat and month", f"{own}/pricing"),
            cited(shelf, "", "store"),
            n="6",
        ),
        finding(
            "price_change",
            "Its Team plan rose from 12 to 19 USD in four months, twice, each time without a word in its changelog.",
            -1,
            0.7,
            cited("$19 per seat and month", f"{own}/pricing", at="2026-11-19T06:00:00Z"),
        ),
        finding(
            "cadence",
            "Released 14 times in the last year, last on 9 Nov 2026; the median of its category is 5.",
            1,
            0.6,
            cited('"published_at": "2026-11-09T14:02:11Z"', api, "measure"),
            n="6",
        ),
        finding(
            "export",
            "Four of five rivals state an export in their docs; its docs were read and state none.",
            -1,
            0.5,
            cited("Secrets are written with the client and read by the relay.", f"{own}/docs"),
            n="5",
        ),
        finding(
            "trouble",
            "Two of nine comments on its launch report the same failure: the relay loses its socket after a restart.",
            -1,
            0.4,
            cited(
                "Lost the socket after a reboot, twice, had to start over.", "https://news.example/item?id=7", "voice"
            ),
        ),
        finding(
            "points",
            "207 points in five days: more than nine of ten launches of its source on record.",
            1,
            0.3,
            cited('"points": 207', "https://hn.algolia.example/api/v1/items/7", "measure", at="2026-11-21T06:00:00Z"),
            n="120",
        ),
        finding(
            "licence",
            "Its licence lets you keep and change it: Apache 2.0.",
            1,
            0.2,
            cited("Apache-2.0", api, "measure"),
        ),
        finding(
            "free_limit",
            "The free plan is for one person; rivals give three.",
            0,
            0.1,
            cited("Free for one person", f"{own}/pricing"),
        ),
    ]


def lanternbox_findings() -> list[FindingDoc]:
    own = "https://lanternbox.example"
    return [
        finding("export", "States an export of every secret in its docs, as four of five rivals do.", 1, 0.7, cited("Export everything as one encrypted file.", f"{own}/docs"), n="5"),
        finding("cadence", "Its last release is 14 months old, after three in the year before.", -1, 0.6, cited("v0.9.2, 14 September 2025", f"{own}/changelog")),
        finding("price_rank", "Costs per seat 1.5 times the median of its category.", -1, 0.3, cited("$29 per seat", f"{own}/pricing"), n="6"),
    ]  # fmt: skip


def ferrykey_dossier() -> DossierDoc:
    own, api = "https://ferrykey.example", "https://api.github.com/repos/example/ferrykey"
    return DossierDoc(
        pages=[
            DossierPageDoc(role="homepage", state="read", url=own, at=AT),
            DossierPageDoc(role="pricing", state="read", url=f"{own}/pricing", at=AT),
            DossierPageDoc(role="docs", state="read", url=f"{own}/docs", at=AT),
            DossierPageDoc(role="changelog", state="none", url="", at=AT),
            DossierPageDoc(role="terms", state="refused", url=f"{own}/terms", at=AT, why="robots.txt forbids it"),
            DossierPageDoc(role="repository", state="read", url=api, at=AT),
            DossierPageDoc(role="registry", state="failed", url="https://packages.example/pypi/ferrykey/json", at=AT, why="503 twice"),
        ],
        measures=[
            MeasureDoc(metric="stars", value=stars, at=f"2026-11-{10 + day:02}T06:00:00Z", url=api, quote=f'"stargazers_count": {stars}')
            for day, stars in enumerate((310, 322, 401, 640, 702, 731))
        ]
        + [
            MeasureDoc(metric="released_at", value=20766, at=AT, url=api, quote='"published_at": "2026-11-09"'),
            MeasureDoc(metric="releases_365d", value=14, at=AT, url=api, quote="14 releases since 2025-11-20"),
            MeasureDoc(metric="archived", value=0, at=AT, url=api, quote='"archived": false'),
        ],
        statements=[
            StatementDoc(topic="self_host", denied=False, role="docs", url=f"{own}/docs", quote="Run the relay on any Linux machine of yours."),
            StatementDoc(topic="free_limit", denied=False, value="1 person", role="pricing", url=f"{own}/pricing", quote="Free for one person"),
        ],
        voices=[
            VoiceDoc(role="a commenter on Show HN", text="Lost the socket after a reboot, twice, had to start over.", at=AT, url="https://news.example/item?id=7"),
            VoiceDoc(role="a commenter on Show HN", text="The relay is fixed in the next release.", at=AT, url="https://news.example/item?id=8", by_maker=True),
        ],
    )  # fmt: skip


def lanternbox_dossier() -> DossierDoc:
    own, api = "https://lanternbox.example", "https://api.github.com/repos/example/lanternbox"
    return DossierDoc(
        pages=[
            DossierPageDoc(role="docs", state="read", url=f"{own}/docs", at=AT),
            DossierPageDoc(role="changelog", state="read", url=f"{own}/changelog", at=AT),
        ],
        measures=[
            MeasureDoc(metric="released_at", value=20345, at=AT, url=api, quote="v0.9.2, 14 September 2025"),
            MeasureDoc(metric="releases_365d", value=0, at=AT, url=api, quote="none since 2025-11-20"),
        ],
        statements=[StatementDoc(topic="export", denied=False, role="docs", url=f"{own}/docs", quote="Export everything as one encrypted file.")],
    )  # fmt: skip


def weighing(persona: str, findings: list[FindingDoc], score: int, vote: str) -> ReviewDoc:
    """A free review: one rating a finding, in the finding's own sentence."""
    ratings = [
        RatingDoc(
            field=one.kind,
            level=2 + 2 * one.direction,
            reason=one.text,
            claims=[ClaimDoc(text=one.text, kind="fact", supported=True, citations=one.citations)],
        )
        for one in findings
    ]
    text = " ".join(one.text for one in findings)
    return ReviewDoc(persona=persona, reviewer="findings", score=score, vote=vote, text=text, ratings=ratings)


def with_findings(document: ProductDocument, findings: list[FindingDoc], dossier: DossierDoc) -> ProductDocument:
    """The product as a free panel leaves it: five critics weigh the findings, the Creator has no take."""
    assert document.panel
    halves = {"builder": findings[::2], "skeptic": findings[1:], "futurist": findings[2:4], "founder": findings[:2]}
    reviews = dict(document.panel.reviews)
    for persona, weighed in {**halves, "pm": findings[-3:]}.items():
        old = reviews[persona]
        reviews[persona] = weighing(persona, weighed, old.score or 50, old.vote or "skip")
    silent = ReviewDoc(
        persona="creator", reviewer="findings", score=None, vote=None, text="", ratings=[], abstain_reason=REASON
    )
    panel: PanelDoc = document.panel.model_copy(
        update={"findings": findings, "reviews": {**reviews, "creator": silent}, "no_take": 1}
    )
    return document.model_copy(update={"panel": panel, "dossier": dossier, "category": "devops"})


def judged() -> list[ProductDocument]:
    """The examples; Ferrykey and Lanternbox with findings and dossiers, the others as older stores have them."""
    made = {
        "ferrykey": (ferrykey_findings, ferrykey_dossier),
        "lanternbox": (lanternbox_findings, lanternbox_dossier),
    }
    found = [ProductDocument.model_validate_json(line) for line in EXAMPLES.read_text(encoding="utf-8").splitlines()]
    return [with_findings(one, made[one.slug][0](), made[one.slug][1]()) if one.slug in made else one for one in found]
