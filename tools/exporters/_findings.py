"""What code found out about a product and what it was found in, as the pages show them. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from tools.exporters._record import spark
from tools.exporters._views import Caps, Refs, finding_words, quote, quotes
from tools.exporters._words import clip
from tools.views.documents import CitationDoc, DossierDoc, EvidenceDoc, FindingDoc, ProductDocument, StatementDoc
from tools.views.findings import (
    DAYS,
    METRICS,
    ROLE_WORDS,
    TOPICS,
    YES,
    compared,
    finding_name,
    measured,
    page_state,
    series,
    statement_evidence,
    statement_words,
    trust_words,
    weigh,
)
from tools.views.price_words import plans_words, price_to_start
from tools.views.room import free_limits, free_room
from tools.views.takes import asked_by, by_strength, day, own_findings, why_skip

_ASKED_FOR = ("pricing", "docs", "changelog", "terms", "comments")  # that any kind of product may have
HEAD, HEAD_OF_TWO = 2, 1  # findings of each sort in the head of a product's page, and of each on a comparison's
_MARKS = {1: ("ship", "for"), -1: ("skip", "against"), 0: ("none", "worth knowing")}


def weighed(
    document: ProductDocument, caps: Caps, most: int = HEAD, refs: Refs | None = None
) -> list[tuple[str, list[dict[str, Any]], str]]:
    """The strongest findings of each sort as (heading, lines, what is said where there are none or some do not fit);
    empty without any."""
    ups, downs, facts = weigh(document.panel, most)
    told = [("For it", ups, "No finding speaks for it."), ("Against it", downs, "No finding speaks against it.")]
    told = (told if ups or downs else []) + ([("Worth knowing", facts, "")] if facts else [])
    sides = []
    for heading, found, silence in told:
        lines = [_line(one, document, caps, refs) for one in found if finding_words(one, caps)]
        left = len(found) - len(lines)
        sides.append((heading, lines, f"{left} more in the full record." if left else "" if lines else silence))
    return sides


def of_critic(document: ProductDocument, persona: str, caps: Caps, refs: Refs | None = None) -> dict[str, Any]:
    """The finding that a critic leads with, where the page holds it (in its short form, where the head of the page has the
    whole of it), the others it weighed by name, and the number and the name of each by its sentence; none where it wrote in
    its own words."""
    panel = document.panel
    own = own_findings(panel, panel.reviews[persona]) if panel and persona in panel.reviews else []
    numbers = {one.text: place for one in own if (place := _place(one, document, caps))}
    named = [_named(one, 0 if refs else numbers.get(one.text, 0)) for one in own]
    led = [one for one in own[:1] if finding_words(one, caps)]
    heads = weigh(panel, HEAD_OF_TWO if refs else HEAD)  # these stand in full above
    in_head = any(one in side for one in led for side in heads)
    return {
        "asked": asked_by(own[0]) if own else "",
        "why_skip": why_skip(panel, panel.reviews[persona]) if panel and own else None,
        "findings": [_line(one, document, replace(caps, finding=0) if in_head else caps, refs) for one in led],
        "lead": named[0] if own else None,
        "others": named[len(led) :],
        "places": numbers,
        "names": {one.text: finding_name(one) for one in own},
    }


def _named(one: FindingDoc, place: int) -> dict[str, Any]:
    """A finding by its name. place: its number in `listed`, or 0."""
    mark, side = _MARKS[one.direction]
    return {"name": finding_name(one), "mark": mark, "side": side, "place": place}


def listed(document: ProductDocument, caps: Caps) -> dict[str, Any]:
    """Every finding with its quotes, strongest first, and how many the page leaves out."""
    found = by_strength(document.panel.findings if document.panel else ())
    rows = [
        _line(one, document, caps)
        | {"quotes": [_quoted(one, cited, document, caps) for cited in one.citations[: caps.quotes]]}
        for one in found[: caps.findings]
        if finding_words(one, caps)
    ]
    sides = [sum(one.direction == side for one in found) for side in (1, -1)]
    return {"rows": rows, "more": len(found) - len(rows), "total": len(found), "ups": sides[0], "downs": sides[1]}


def _place(one: FindingDoc, document: ProductDocument, caps: Caps) -> int:
    """A finding's number in the product's list, from 1; 0 where the page leaves it out."""
    place = by_strength(document.panel.findings if document.panel else ()).index(one) + 1
    return place if place <= caps.findings and finding_words(one, caps) else 0


def _line(one: FindingDoc, document: ProductDocument, caps: Caps, refs: Refs | None = None) -> dict[str, Any]:
    """A finding as one line. Its sign of a source: on a page with `refs` their numbers, else `place`, its number in
    `listed`, or 0 where it is not among the shown."""
    mark, side = _MARKS[one.direction]
    sources = dict.fromkeys(trust_words(cited, document) for cited in one.citations)
    return {
        "text": finding_words(one, caps),
        "mark": mark,
        "side": side,
        "from": clip(", ".join(sources), 160),
        "on": day(max((cited.fetched_at for cited in one.citations), default="")),
        "place": 0 if refs else _place(one, document, caps),
        "refs": refs.numbers(one.citations[:1]) if refs else [],
    }


def _quoted(one: FindingDoc, cited: CitationDoc, document: ProductDocument, caps: Caps) -> dict[str, Any]:
    """A finding's quote; what Scout itself put together has no address and says from what it was put together."""
    said = quote(cited, caps) | {"who": trust_words(cited, document)}
    return said | ({"url": "", "where": "", "who": compared(one)} if cited.place == "store" else {})


def dossier(document: ProductDocument, caps: Caps) -> dict[str, Any]:
    """What was read and what was not, its numbers over time, what its pages state and what others wrote."""
    found = document.dossier
    pages = _pages(found)
    return {
        "pages": pages[: caps.pages],
        "missing": [
            ROLE_WORDS.get(page.role, page.role)
            for page in found.pages
            if page.state == "none" and page.role in _ASKED_FOR
        ],
        "more_pages": max(0, len(pages) - caps.pages),
        "numbers": _numbers(found),
        "states": _states(document, caps),
        "more_states": max(0, len(_by_topic(found)) - caps.statements),
        "voices": _voices(found, caps),
        "more_voices": max(0, len(found.voices) - caps.voices),
    }


def _pages(found: DossierDoc) -> list[dict[str, Any]]:
    """One row for the pages of a kind that were read, and one for those that were not and why."""
    rows: dict[tuple[str, str], dict[str, Any]] = {}
    for page in sorted(found.pages, key=lambda page: page.state != "read"):
        if page.state == "none":
            continue
        role, state = ROLE_WORDS.get(page.role, page.role), clip(page_state(page), 200)
        row = rows.setdefault((role, state), {"role": role, "read": page.state == "read", "state": state, "urls": []})
        row["urls"] += [page.url] if page.url and page.url not in row["urls"] else []
    return list(rows.values())


def brief(document: ProductDocument, caps: Caps) -> list[dict[str, Any]]:
    """What its pages state in plain lines, one a question, with their quotes: the price to start, the plans (quoted in
    their own table), the licence, and what they promise; [] where nothing of that was read."""
    price, licence = price_to_start(document), document.facts.get("license")
    rows = [_plain("Price to start", price.text, price.evidence, caps)] if price.text != "Unknown" else []
    rows += [_plain("Plans", plans_words(document), (), caps)] if len(document.plans) > 1 else []
    if (room := free_room(document)) and not free_limits(document):
        rows.append(_plain(TOPICS["free_limit"], room, price.evidence[:1], caps))
    rows += [_plain("Licence", document.license, licence.evidence, caps)] if licence and document.license else []
    return rows + _states(document, caps)


def _plain(topic: str, value: str, evidence: Iterable[EvidenceDoc], caps: Caps) -> dict[str, Any]:
    return {"topic": topic, "value": clip(value, 240), "note": "", "quotes": quotes(evidence, caps)}


def _numbers(found: DossierDoc) -> list[dict[str, Any]]:
    rows = []
    for metric, readings in series(found.measures).items():
        last = readings[-1]
        if metric == "archived" and not last.value:
            continue  # worth a line only where it is so
        row = {"metric": METRICS.get(metric, clip(metric, 30)), "line": "", "since": f"read {day(last.at)}"}
        if metric not in (*DAYS, "archived") and len(readings) > 1:
            row |= spark([(one.at, one.value) for one in readings])
        rows.append(row | {"now": measured(metric, last.value)})
    return rows


def _states(document: ProductDocument, caps: Caps) -> list[dict[str, Any]]:
    """One row a topic: what its pages state of it, each with its quote; `note` has the first where the value is no more
    than a yes or a no."""
    found, plans = document.dossier, document.plans
    return [
        {
            "topic": TOPICS.get(topic, clip(topic, 40)),
            "value": (value := clip(_joined(dict.fromkeys(statement_words(one, plans) for one in said)), 160)),
            "note": f"“{clip(said[0].quote, min(caps.quote, 160))}”" if value.startswith(("yes", "no")) else "",
            "quotes": [
                quote(statement_evidence(one, found), caps) | {"who": f"its own {ROLE_WORDS.get(one.role, 'page')}"}
                for one in said[: max(2, caps.quotes)]
            ],
        }
        for topic, said in list(_by_topic(found).items())[: caps.statements]
    ]


def _by_topic(found: DossierDoc) -> dict[str, list[StatementDoc]]:
    rows: dict[str, list[StatementDoc]] = {}
    for one in found.statements:
        rows.setdefault(one.topic, []).append(one)
    return rows


def _joined(words: Iterable[str]) -> str:
    """“1 user, 2,000 build minutes”; what two pages contradict is told as such, and yes not beside more than that."""
    said = list(words)
    if "no" in said and len(said) > 1:
        return "its pages disagree: yes and no"
    return ", ".join(word for word in said if word not in YES.values()) or ", ".join(said)


def _voices(found: DossierDoc, caps: Caps) -> list[dict[str, Any]]:
    """Comments of others first, then what the maker wrote among them."""
    rows = []
    for one in sorted(found.voices, key=lambda one: one.by_maker)[: caps.voices]:
        said = EvidenceDoc(quote=one.text, place="visible", url=one.url, fetched_at=one.at, page="")
        rows.append(quote(said, caps) | {"who": "its maker" if one.by_maker else clip(one.role, 60)})
    return rows
