"""What is on record of a product, as its page shows it: facts, plans, launches, history."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from tools.exporters._views import Caps, quotes, words
from tools.exporters._words import address_words, clip, source_name
from tools.page.categories import name_of
from tools.views.change_words import GONE, side_words
from tools.views.documents import ChangeDoc, ProductDocument
from tools.views.price_words import PRICING, decimal_of, plan_price
from tools.views.takes import count, day, pages_read, titles

FACTS = (
    ("tagline", "In the maker’s words"),
    ("description", "What it is"),
    ("category", "Category"),
    ("pricing_model", "How you pay"),
    ("license", "Licence"),
    ("repository", "Repository"),
    ("homepage", "Homepage"),
    ("hub_id", "On the Hub"),
    ("makers", "Makers"),
    ("tags", "Tags"),
)
# Only where its pages tell them.
ASIDES = (
    ("version", "Version"),
    ("released_at", "Released"),
    ("first_release", "First released"),
    ("rivals", "Sets itself against"),
)
RUNGS = {
    "editor": "an editor",
    "api": "an API",
    "jsonld": "JSON-LD",
    "recipe": "a recipe",
    "meta": "page metadata",
    "text": "page text",
    "ocr": "a picture",
    "model": "text, by a model",
    "vision": "a screenshot",
    "source": "the launch",
    "derived": "other facts",
}


def facts(document: ProductDocument, caps: Caps) -> list[dict[str, Any]]:
    """The facts table: every question has a row, and an unknown says where we looked. Asides only where there are any."""
    asked = (*FACTS, *(row for row in ASIDES if row[0] in document.facts))
    return [_fact(document, field, label, caps) for field, label in asked]


def _fact(document: ProductDocument, field: str, label: str, caps: Caps) -> dict[str, Any]:
    fact = document.facts.get(field)
    if fact is None or fact.value in ("", [], "unknown"):
        return {"label": label, "value": None, "note": pages_read(document), "quotes": [], "read": "", "at": ""}
    sides = [fact, *fact.others[: caps.quotes]]
    return {
        "label": label,
        "value": _value(field, fact.value, caps),
        "others": [_value(field, other.value, caps) for other in fact.others if not _within(other.value, fact.value)][
            :3
        ],
        "quotes": [shown for side in sides for shown in quotes(side.evidence, caps)],
        "read": ", ".join(dict.fromkeys(RUNGS.get(side.rung, side.rung) for side in sides)),
        "at": day(fact.evidence[0].fetched_at) if fact.evidence else "",
        "url": fact.value if field in ("homepage", "repository") and isinstance(fact.value, str) else "",
    }


def _within(other: str | list[str], shown: str | list[str]) -> bool:
    """Whether a list says nothing that the one shown does not say."""
    if isinstance(other, str) or isinstance(shown, str):
        return False
    return {word.casefold() for word in other} <= {word.casefold() for word in shown}


def _value(field: str, value: str | list[str], caps: Caps) -> str:
    if field == "pricing_model" and isinstance(value, str):
        return words(PRICING.get(value, value), caps)
    if field == "category" and isinstance(value, str):
        return name_of(value) or clip(value, caps.line)
    if field in ("homepage", "repository") and isinstance(value, str):
        return clip(address_words(value), caps.line)
    return words(value, caps)


def plans(document: ProductDocument, caps: Caps) -> list[dict[str, Any]]:
    """One row a plan. A price that is not known is None, and `note` says why."""
    rows = []
    for plan in document.plans[: caps.plans]:
        known = decimal_of(plan.amount) is not None
        note = "on request" if plan.qualifier == "contact" else "named, not priced"
        rows.append(
            {
                "name": clip(plan.name, 80),
                "price": clip(plan_price(plan), 90) if known else None,
                "note": "" if known else note,
                "quotes": quotes(plan.evidence, caps),
                "read": RUNGS.get(plan.rung, plan.rung),
            }
        )
    return rows


def launches(document: ProductDocument, caps: Caps) -> list[dict[str, Any]]:
    """Where it was announced, with what was counted there."""
    rows = []
    for launch in document.launches[: caps.launches]:
        basis = {"stated": "", "feed_published": "by the feed", "first_seen": "first seen by us"}
        when = launch.launched_at or launch.first_seen
        note = basis.get(launch.launched_at_basis, "") if launch.launched_at else basis["first_seen"]
        rows.append(
            {
                "source": source_name(launch.source),
                "title": clip(launch.title, 140),
                "url": launch.source_url,
                "on": day(when),
                "note": note,
                "counted": sparks(launch.observations),
            }
        )
    return rows


def sparks(observations: Sequence[Any]) -> list[dict[str, Any]]:
    """One line a metric: its newest number, what it gained, and a polyline in a 100 by 30 field."""
    metrics: dict[str, list[tuple[str, float]]] = {}
    for observation in sorted(observations, key=lambda one: one.at):
        metrics.setdefault(observation.metric, []).append((observation.at, observation.value))
    return [
        {"metric": clip(metric, 30).replace("_", " "), **spark(points)} for metric, points in sorted(metrics.items())
    ][:4]


def spark(points: Sequence[tuple[str, float]]) -> dict[str, str]:
    """A number over time, oldest first: its newest value, what it gained since when, and its line."""
    (first, start), (_, last) = points[0], points[-1]
    gained = f"{'+' if last >= start else '−'}{count(abs(last - start))} since {day(first)}"
    since = gained if len(points) > 1 else f"one reading, {day(first)}"
    return {"now": count(last), "since": since, "line": polyline([value for _, value in points[-30:]])}


def polyline(values: Sequence[float]) -> str:
    """Points of a line in a field of 100 by 30, highest value on top; empty for fewer than two."""
    if len(values) < 2:
        return ""
    low, high = min(values), max(values)
    span = (high - low) or 1.0
    step = 100 / (len(values) - 1)
    return " ".join(f"{i * step:.1f},{28 - 26 * (value - low) / span:.1f}" for i, value in enumerate(values))


def history(document: ProductDocument, caps: Caps) -> list[dict[str, Any]]:
    """The change log of the product, newest first."""
    rows = sorted(document.changes, key=lambda change: -change.seq)[: caps.history]
    return [
        {
            "on": day(change.at),
            "what": clip(what(change), 60),
            "before": None
            if change.before is None
            else clip(side_words(change.op, change.before), min(caps.line, 160)),
            "after": clip(became(change), min(caps.line, 160)),
            "why": clip(change.why, 140),
            "who": "" if change.who == "scout" else f"by {clip(change.who, 40)}",
        }
        for change in rows
    ]


def became(change: ChangeDoc) -> str:
    """What a change led to, in words, where it is no value either: “no longer listed”."""
    if change.after is not None:
        return side_words(change.op, change.after)
    if change.op == "plan":
        return GONE
    if change.op == "dossier":
        return "its mark" if change.field == "logo" else "its own pages, numbers and comments"
    return "no longer on record" if change.before is not None else change.op


def what(change: ChangeDoc) -> str:
    """What a change concerns, in words: the field, the plan or the kind of event."""
    if change.op == "plan":
        return f"Price of {change.field}" if change.field else "Plans"
    if change.op == "fact" and change.field:
        return dict(FACTS).get(change.field, change.field.replace("_", " ").capitalize())
    if change.op == "override":
        return f"Vote of the {titles().get(change.field, change.field)}, overridden"
    return _EVENTS.get(change.op, change.op.capitalize())


_EVENTS = {
    "new": "First seen",
    "merge": "Merged",
    "unmerge": "Merge undone",
    "dossier": "Read for the panel",
    "panel": "Panel’s verdict",
}
_NO_FACTS = ("panel", "override", "new", "status", "note", "dossier")


def stale_notice(document: ProductDocument) -> list[str]:
    """What changed after the panel met, in words; empty when the verdict is not stale."""
    panel = document.panel
    if panel is None or not panel.stale:
        return []
    since = [c for c in document.changes if c.at > panel.created_at and c.op not in _NO_FACTS]
    said = [f"{what(change)}, {day(change.at)}" for change in since]
    return [clip(words, 60) for words in dict.fromkeys(said)][:5]
