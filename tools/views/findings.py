"""Findings and the dossier in the words that pages, commands and comparisons share."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import NamedTuple
from urllib.parse import urlsplit

from tools.views.documents import (
    CitationDoc,
    DossierDoc,
    DossierPageDoc,
    EvidenceDoc,
    FindingDoc,
    MeasureDoc,
    PanelDoc,
    PlanDoc,
    ProductDocument,
    StatementDoc,
)
from tools.views.needs import KINDS
from tools.views.price_words import from_plan
from tools.views.takes import by_strength, count, day, short_of

ROLE_WORDS = {
    "homepage": "homepage",
    "pricing": "pricing page",
    "docs": "docs",
    "changelog": "changelog",
    "terms": "terms",
    "help": "help pages",
    "trust": "security page",
    "readme": "README",
    "card": "model card",
    "repository": "repository",
    "releases": "releases",
    "registry": "package registry",
    "hub": "page on the Hub",
    "comments": "comments on its launch",
}
TOPICS = {
    "export": "Export",
    "self_host": "Self-hosting",
    "api": "API",
    "offline": "Works offline",
    "sso": "Single sign-on",
    "data_region": "Where data is kept",
    "no_training": "No training on data",
    "refund": "Refunds",
    "cancel": "Cancelling",
    "sla": "Service level",
    "free_limit": "Free plan ends at",
    "trial": "Free trial",
    "no_card": "No card to begin",
}
METRICS = {
    "stars": "stars",
    "forks": "forks",
    "open_issues": "open issues",
    "archived": "archived",
    "pushed_at": "last push",
    "released_at": "last release",
    "releases_365d": "releases in a year",
    "releases_730d": "releases in two years",
    "downloads_30d": "downloads in 30 days",
    "likes": "likes",
    "points": "launch points",
    "comments": "launch comments",
}
MINOR = ("trial", "no_card")  # topics that decide nothing, and of which silence says nothing
YES = {
    "": "yes",
    "data_region": "it says so",
    "trial": "yes, of a length it does not name",
}  # where no figure or place is told
DAYS = ("pushed_at", "released_at")  # given as days since 1970-01-01
# How readers know the site behind an address; any other goes by its own name.
_SITES = {
    "github": "GitHub",
    "pypi": "PyPI",
    "pypistats": "PyPI",
    "npmjs": "npm",
    "huggingface": "the Hub",
    "ycombinator": "Hacker News",
    "algolia": "Hacker News",
    "producthunt": "Product Hunt",
}
_STATES = {"none": "nothing leads to one", "refused": "closed to Scout", "failed": "did not answer"}


_PER_CENT = re.compile(r"\b(\d\d(?:[.,]\d+)?) ?%|%(\d\d(?:[.,]\d+)?)")
_DAYS = re.compile(r"\b(\d{1,3})[- ](?:day|tage|jours|días)", re.IGNORECASE)


class Weighed(NamedTuple):
    """The strongest findings for a product, against it, and of those that are plain facts, strongest first."""

    ups: list[FindingDoc]
    downs: list[FindingDoc]
    plain: list[FindingDoc]


def weigh(panel: PanelDoc | None, most: int = 2) -> Weighed:
    """The `most` strongest findings of each sort; all empty for a panel without findings."""
    found = by_strength(panel.findings if panel else ())
    return Weighed(*([one for one in found if one.direction == side][:most] for side in (1, -1, 0)))


def finding_name(one: FindingDoc) -> str:
    """What a finding is about, in a few words: “Single sign-on”, “What its price did”."""
    return TOPICS.get(one.values.get("topic", "")) or kind_name(one.kind)


def kind_name(kind: str) -> str:
    """What findings of a kind are about, in a few words."""
    known = KINDS.get(kind)
    return (known.asks if known else "") or TOPICS.get(kind) or kind.replace("_", " ").capitalize()


def first_clause(text: str) -> str:
    """A finding without what it is compared with: up to the first semicolon outside quotes, as a sentence."""
    for at, letter in enumerate(text):
        if letter == ";" and text[:at].count("“") == text[:at].count("”"):
            return text[:at] + "."
    return text


def weighed_words(panel: PanelDoc | None) -> str:
    """“For: … Against: …” with the strongest of each, and a plain fact where it has neither; empty without findings. For
    letters and feeds, where no citation with its date stands below."""
    return " ".join(f"{word}: {_dated(one)}" for word, one in deciding(panel))


def _dated(one: FindingDoc) -> str:
    """A finding with the day of what it is compared with, where that is in the citation alone."""
    day_of = one.values.get("as_of", "")
    alone = not day_of or one.text == short_of(one) or day_of in one.text
    return one.text if alone else f"{one.text.removesuffix('.')}, as of {day_of}."


def deciding(panel: PanelDoc | None) -> list[tuple[str, FindingDoc]]:
    """The strongest finding for and the strongest against, each with its word; the strongest plain fact where there is none."""
    ups, downs, facts = weigh(panel, 1)
    told = [*(("For", one) for one in ups), *(("Against", one) for one in downs)]
    return told or [("Worth knowing", one) for one in facts]


def trust_words(cited: CitationDoc, document: ProductDocument) -> str:
    """Who says it: “its own changelog”, “GitHub’s numbers”, “a commenter on Show HN”, “what Scout has on record”."""
    if cited.trust == "store" or cited.place == "store":
        return "what Scout has on record"
    if cited.trust == "measure":
        name = site_name(cited.url)
        return f"{name}’s numbers" if name else "numbers of an API"
    if cited.trust == "voice":
        said = [v.role for v in document.dossier.voices if v.url == cited.url and cited.quote in v.text]
        return said[0] if said else f"a comment on {site_name(cited.url) or 'its launch'}"
    roles = [page.role for page in document.dossier.pages if page.url == cited.url and page.state == "read"]
    return f"its own {ROLE_WORDS.get(roles[0], roles[0])}" if roles else "its own page"


def site_name(url: str) -> str:
    """The site behind an address as readers know it; empty where there is none."""
    try:
        labels = (urlsplit(url).hostname or "").split(".")
    except ValueError:
        return ""
    return _SITES.get(labels[-2], ".".join(labels[-2:])) if len(labels) > 1 else ""


def compared(finding: FindingDoc) -> str:
    """“put together by Scout from 6 products”: what stands in the place of a link under a table of our own."""
    number = finding.values.get("n", "")
    of = f"{number} product{'' if number == '1' else 's'}" if number.isdigit() else "its own readings"
    return f"put together by Scout from {of}"


def page_state(page: DossierPageDoc) -> str:
    """“read 20 Nov 2026”, “nothing leads to one”, “closed to Scout: robots.txt forbids it”."""
    if page.state == "read":
        return f"read {day(page.at)}"
    return ": ".join(filter(None, (_STATES.get(page.state, page.state), page.why)))


def measured(metric: str, value: float) -> str:
    """A number in words: “19,840”, “14 Sep 2025” for one that counts days, “yes” or “no” for one that is a flag."""
    if metric in DAYS:
        try:
            return day((datetime(1970, 1, 1, tzinfo=UTC) + timedelta(days=value)).isoformat())
        except (OverflowError, ValueError):
            return "no date"
    if metric == "archived":
        return "yes" if value else "no"
    return count(value)


def newest(dossier: DossierDoc, metric: str) -> MeasureDoc | None:
    """The newest reading of a metric."""
    return max((one for one in dossier.measures if one.metric == metric), key=lambda one: one.at, default=None)


def series(measures: Sequence[MeasureDoc]) -> Mapping[str, list[MeasureDoc]]:
    """The readings of each metric, oldest first; metrics in the order of METRICS, unknown ones last."""
    found: dict[str, list[MeasureDoc]] = {name: [] for name in METRICS}
    for one in sorted(measures, key=lambda one: one.at):
        found.setdefault(one.metric, []).append(one)
    return {name: readings for name, readings in found.items() if readings}


def measure_evidence(one: MeasureDoc) -> EvidenceDoc:
    """A number's quote as evidence."""
    return EvidenceDoc(quote=one.quote, place="api", url=one.url, fetched_at=one.at, page="")


def statement_words(one: StatementDoc, plans: Sequence[PlanDoc] = ()) -> str:
    """“no”, the figure or the place as its page writes it, from which plan on it is so, “yes, within 30 days”, or “yes”.
    plans: the product's, for the price."""
    if one.denied:
        return "no region promised" if one.topic == "data_region" else "no"
    if one.topic == "data_region" and not one.value:
        return f"“{one.quote}”"
    plan = from_plan(one.plan, plans)
    figure = _FIGURES[one.topic](one) if one.topic in _FIGURES else ""
    if figure and not one.value and not plan:
        return f"yes, {figure}"
    return ", ".join(filter(None, (one.value or figure, plan))) or YES.get(one.topic, YES[""])


def refund_days(one: StatementDoc) -> int | None:
    """Within how many days it gives money back; None where the quote says no number."""
    match = _DAYS.search(one.quote)
    return int(match[1]) if match else None


def uptime_share(one: StatementDoc) -> str:
    """The per cent of uptime that it promises, “99.95”; "" where the quote says no number."""
    match = _PER_CENT.search(one.quote)
    return (match[1] or match[2]).replace(",", ".") if match else ""


def _within_days(one: StatementDoc) -> str:
    days = refund_days(one)
    return f"within {days} days" if days else ""


def _per_cent(one: StatementDoc) -> str:
    share = uptime_share(one)
    return f"{share} %" if share else ""


_FIGURES: dict[str, Callable[[StatementDoc], str]] = {"refund": _within_days, "sla": _per_cent}


def stated(dossier: DossierDoc, topic: str) -> StatementDoc | None:
    """What it states on a topic, where it can be with the plan; None where it says nothing, or yes in one place and no in
    another."""
    found = sorted((one for one in dossier.statements if one.topic == topic), key=lambda one: not one.plan)
    return found[0] if len({one.denied for one in found}) == 1 else None


def statement_evidence(one: StatementDoc, dossier: DossierDoc) -> EvidenceDoc:
    """A statement's quote as evidence; read when its page was."""
    at = max((page.at for page in dossier.pages if page.url == one.url), default="")
    return EvidenceDoc(quote=one.quote, place="visible", url=one.url, fetched_at=at, page="")
