"""Claims that what is on record speaks against, whatever their own quote says: withdrawn parts, "paid only" beside a
free plan. A quote proves that a page says so; another page of the same product may say that it is so no longer."""

from __future__ import annotations

import re

from agents.panel.evidence_pack import Pack
from tools.models import Claim

# What code is called by: in backticks, in CamelCase, with an underscore or a dot inside, or with a call's brackets.
_NAMED = re.compile(r"`([^`\s]{3,})`|\b([A-Za-z]+[a-z][A-Z]\w*|\w+_\w+|\w+\(\))")
_WITHDRAWN = re.compile(
    r"\b(?:remov(?:ed|es)|dropp(?:ed|s)|deprecat(?:ed|es)|discontinued|no longer (?:exists?|available|supported|shipped|works?)|"
    r"has gone|is gone|was deleted)\b",
    re.IGNORECASE,
)
_IN_VERSION = re.compile(r"\b(?:in|since|from|with|as of) (?:version |release |v)?(\d+(?:\.\d+)*)", re.IGNORECASE)
_VERSION = re.compile(r"\b(?:version|release|v)\s?(\d+(?:\.\d+)*)\b", re.IGNORECASE)
_PLANNED = re.compile(r"\b(?:will|planned|upcoming|next|roadmap|soon)\b", re.IGNORECASE)
_SENTENCE_END = re.compile(r"(?<=[.!?;])\s+|\n")
_PAID_ONLY = re.compile(
    r"\b(?:no|without an?|lacks an?) free (?:plan|tier|version|edition)\b|\b(?:is|are) not free\b|\bpaid[- ]only\b|\bonly paid\b|"
    r"\b(?:entry|price|pricing|plan)s?: paid\b|\bis (?:a )?paid(?: (?:product|service|tool))?\s*[.!]?$|\bnothing (?:is|comes) free\b",
    re.IGNORECASE,
)


def against_record(claim: Claim, pack: Pack) -> str:
    """What on record speaks against a claim, as a reason; empty when nothing does."""
    if _PAID_ONLY.search(claim.text) and any(_is_free(plan.amount) for plan in pack.document.plans):
        return "it says paid only, and a free plan is on record"
    if _WITHDRAWN.search(claim.text):
        return ""
    for named in _NAMED.finditer(claim.text):
        name = (named[1] or named[2]).removesuffix("()")
        if number := _withdrawn_in(name, pack):
            return f"it praises {name}, which E{number} says is withdrawn"
    return ""


def _is_free(amount: str | None) -> bool:
    return amount is not None and float(amount) == 0


def _withdrawn_in(name: str, pack: Pack) -> int:
    """The passage that says a part is gone, 0 for none. A removal announced for a later version has not happened."""
    named = re.compile(rf"(?<!\w){re.escape(name)}(?!\w)")
    for passage in pack.passages:
        for sentence in _SENTENCE_END.split(passage.text):
            if named.search(sentence) and _WITHDRAWN.search(sentence) and _has_come(sentence, pack):
                return passage.number
    return 0


def _has_come(sentence: str, pack: Pack) -> bool:
    announced = _IN_VERSION.search(sentence)
    known = [_parts(found) for passage in pack.passages for found in _versions(passage.text)]
    return announced is None or not known or _parts(announced[1]) <= max(known)


def _versions(text: str) -> list[str]:
    """The versions that a text speaks of as out: no plans, and none that only take something away."""
    said = [one for one in _SENTENCE_END.split(text) if not _WITHDRAWN.search(one) and not _PLANNED.search(one)]
    return [found for sentence in said for found in _VERSION.findall(sentence)]


def _parts(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split("."))
