"""How a product is sold: the pricing model, derived from plans, licence and what the page says; nothing said, nothing known."""

from __future__ import annotations

import re
from collections.abc import Sequence

from tools import licences
from tools.markup import Meta
from tools.models import Evidence, Fact, Link, Plan, PricingModel
from tools.visible import Line, View

_TRIAL = re.compile(
    r"\bfree(?:[\s-]+\d+[\s-]?days?|[\s-]+\w+[\s-]days?)?[\s-]+trial|\btrial\b|\bfree for (?:\d+|the first|your first|one|two|three|a|up to \d+ days)\b|\b\d+[\s-]days? free\b|\btry (?:it )?(?:for )?\d+ days\b|\bmoney[- ]back\b|\b(?:start|try|begin)\b.{0,30}\btrial\b",
    re.IGNORECASE,
)
_FREE_DEMO = re.compile(
    r"\bfree (?:\w+ ){0,2}(?:demo|consultation|quote|audit|assessment|estimate|ebook|e-book|guide|webinar|template|shipping|report|call|download of|checklist|course|resources?)\b",
    re.IGNORECASE,
)
_FREE_PLAN = re.compile(
    r"\bfree (?:forever|plan|tier|version|account|edition|starter plan|for (?:ever|life|individuals?|personal|teams?|everyone|small teams|open[- ]source|hobby|non[- ]?commercial))\b|\bforever[- ]free\b|\bfreemium\b|"
    r"\b(?:free and paid plans|free, pro|upgrade (?:any ?time|to (?:pro|premium|a paid))|always free)\b",
    re.IGNORECASE,
)
_FREE_ACTION = re.compile(
    r"^(?:(?:get|try|start|sign[ -]?up|join|use|create|begin|register|build|deploy|download|install|claim|open)\b[^.!?]{0,30}?\b(?:for free|free)\b(?:[^.]{0,12})|(?:it['’]s )?free(?:\s+sign[ -]?up| download| account)|(?:start|get started)(?: now)?[,:]? ?(?:it['’]s )?free|download free.*|free download.*|start free|sign up free|try (?:it )?free|100% free)\W*$",
    re.IGNORECASE,
)
_FREE_SAID = re.compile(
    r"\b(?:is|are|it['’]s|completely|100%|totally|entirely|absolutely|always|forever) (?:\w+ )?free\b|\bfree (?:and|&) open[- ]source\b|\bfree (?:to use|of charge|online|forever)\b|\bfor free\b|\bat no cost\b|\bno cost\b|\bcosts nothing\b|\bfree (?:\w+ ){0,2}(?:tool|tools|app|software|ide|editor|crm|extension|service|generator|converter|recorder|checker)s?\b",
    re.IGNORECASE,
)
_OPEN = re.compile(r"\bopen[- ]?sourced?\b|\bfree software\b|\blibre\b", re.IGNORECASE)
_USAGE = re.compile(
    r"\bpay[- ]as[- ]you[- ](?:go|grow|use)\b|\bpay (?:only )?(?:for )?(?:what|as) you (?:use|consume|need|grow)\b|\bpay(?:ing)? only (?:for|when)\b|\bonly pay (?:for|when)\b|\b(?:usage|consumption|metered)[- ]based (?:pricing|billing)\b|\bmetered (?:pricing|billing)\b|\bbilled (?:by|per) the (?:second|minute|hour)\b|\bper[- ]second billing\b|\bpay per (?:use|request|token|call|second|minute)\b",
    re.IGNORECASE,
)
_CONTACT = re.compile(
    r"^(?:(?:book|request|schedule|get|see|watch|ask for|take|try) (?:a |an |your |my |the |live |free |personalized |personal |custom )*(?:demo|quote|walkthrough|consultation|pricing)|contact (?:sales|us for pricing|our sales team|sales team)|talk to (?:sales|an expert|our team|us)|request pricing|get pricing|demo|speak (?:to|with) (?:sales|an expert)|let['’]s talk)\b",
    re.IGNORECASE,
)
_PAID_SAID = re.compile(
    r"\bpaid (?:plans?|subscription|version|features|tier|users?)\b|\b(?:pro|premium|paid|business|enterprise) (?:plan|version|subscription|tier|account|edition)s?\b|\bsubscription (?:plans?|fee|price)\b|\b(?:buy|purchase) (?:now|a licen[cs]e|licen[cs]e)\b|\bcancel (?:any ?time|your (?:subscription|plan))\b|\bin-app purchases?\b|\bupgrade to (?:pro|premium|plus)\b",
    re.IGNORECASE,
)
_CTA_TAGS = frozenset({"a", "button"})


def pricing_facts(
    view: View,
    plans: Sequence[Plan],
    links: Sequence[Link],
    pricing_url: str | None,
    licence: Fact | None,
    meta: Meta,
    url: str,
    brand: str,
) -> list[Fact]:
    """The derived fact `pricing_model` with the evidence it follows from, or [] when the page says nothing."""
    signs = _Signs(view, plans, pricing_url, licence, meta, url)
    model, confidence, evidence = signs.model()
    if model == "unknown" or not evidence:
        return []
    return [Fact("pricing_model", model, "derived", confidence, tuple(evidence))]


class _Signs:
    """What the page says about paying, each sign with the line that gives it."""

    def __init__(
        self, view: View, plans: Sequence[Plan], pricing_url: str | None, licence: Fact | None, meta: Meta, url: str
    ) -> None:
        self.url, self.meta, self.licence = url, meta, licence
        self.paid = [p for p in plans if p.amount is not None and p.amount > 0]
        self.gratis = [p for p in plans if p.amount is not None and p.amount == 0]
        self.priced_page = pricing_url
        self.found: dict[str, Evidence] = {}
        for line in view.lines:
            if line.shade > 1 or len(line.text) > 1_500:
                continue
            self._look_at(line)
        self._look_at_head(meta)

    def _mark(self, sign: str, quote: str, shade: int = 0) -> None:
        self.found.setdefault(sign, Evidence(self.url, "markup" if shade else "visible", quote[:300]))

    def _look_at(self, line: Line) -> None:
        text = line.text
        low = text.lower()
        if ("trial" in low or "days" in low or "free for" in low) and _TRIAL.search(text):
            self._mark("trial", text, line.shade)
        if "free" in low and len(text) < 400:
            rest = _FREE_DEMO.sub(" ", _TRIAL.sub(" ", text))
            if "free" in rest.lower():
                if _FREE_PLAN.search(rest):
                    self._mark("free plan", text, line.shade)
                if len(rest) < 60 and _FREE_ACTION.match(rest.strip()):
                    self._mark("free action", text, line.shade)
                if line.tag in ("h1", "h2") and _FREE_SAID.search(rest):
                    self._mark("free said", text, line.shade)
        if _OPEN.search(low) and line.tag in ("h1", "h2", "p", "div"):
            self._mark("open h1" if line.tag == "h1" else "open", text, line.shade)
        if "pay" in low or "usage" in low or "metered" in low or "billed" in low or "billing" in low:
            if _USAGE.search(text):
                self._mark("usage", text, line.shade)
        if len(text) < 80 and _CONTACT.match(text):
            self._mark("contact", text, line.shade)
        if _PAID_SAID.search(text):
            self._mark("paid said", text, line.shade)

    def _look_at_head(self, meta: Meta) -> None:
        for path, text in (("title", meta.title), ("meta description", meta.first("description", "og:description"))):
            rest = _FREE_DEMO.sub(" ", _TRIAL.sub(" ", text))
            head = Evidence(self.url, "markup", text[:300], path)
            if text and _TRIAL.search(text):
                self.found.setdefault("trial", head)
            if _FREE_SAID.search(rest) or _FREE_PLAN.search(rest) or re.search(r"\bfree\b", rest, re.IGNORECASE):
                self.found.setdefault("free head", head)
            if _OPEN.search(text):
                self.found.setdefault("open head", head)

    def _cite(self, *signs: str) -> list[Evidence]:
        return [self.found[s] for s in signs if s in self.found]

    def model(self) -> tuple[PricingModel, float, list[Evidence]]:
        """The model, how sure, and the evidence it follows from."""
        found = self.found
        open_source = (
            "open head" in found
            or "open h1" in found
            or (self.licence is not None and self.licence.value in licences.OPEN)
        )
        free = [s for s in ("free plan", "free action", "free said", "free head") if s in found]
        opened = self._cite("open head", "open h1") or (list(self.licence.evidence) if self.licence else [])
        plan_evidence = [p.evidence[0] for p in (*self.gratis[:1], *self.paid[:2]) if p.evidence]
        if self.paid:
            if self.gratis or "free plan" in found:
                return "freemium", 0.9, plan_evidence + self._cite("free plan")
            if all(_by_usage(p) for p in self.paid):
                return "usage", 0.8, plan_evidence
            return "paid", 0.85, plan_evidence
        if open_source:
            return "open-source", 0.8, opened
        if "usage" in found:
            return "usage", 0.75, self._cite("usage")
        commercial = bool(self.priced_page) or "paid said" in found
        if free:
            if commercial or "contact" in found or "trial" in found:
                return "freemium", 0.7, self._cite(*free[:2], "paid said")
            return "free", 0.7, self._cite(*free[:2])
        if self.gratis:
            return ("freemium" if commercial else "free"), 0.65, plan_evidence
        if "trial" in found:
            return "paid", 0.7, self._cite("trial")
        if "contact" in found and not self.priced_page:
            return "contact", 0.6, self._cite("contact")
        return "unknown", 0.0, []


def _by_usage(plan: Plan) -> bool:
    return (
        bool(plan.unit)
        and plan.period is None
        and bool(
            re.search(
                r"token|request|call|credit|message|email|sms|minute|second|hour|image|page|gb|tb|cpu|gpu|character|event|build|run|task|quer|transaction",
                plan.unit or "",
                re.IGNORECASE,
            )
        )
    ) or plan.period == "hour"
