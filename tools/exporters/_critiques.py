"""What the critics wrote, with numbers for their quotes, and how they score."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from tools.exporters._findings import of_critic
from tools.exporters._views import Caps, Refs, mark
from tools.exporters._words import clip, cut_note
from tools.views.documents import ClaimDoc, OverrideDoc, ProductDocument, ReviewDoc
from tools.views.panel_figures import Figure
from tools.views.takes import Take, critics, day, field_label, member_line, no_take_reason, short_reason

_TAIL = 3  # most numbers after a review's words; the ratings carry the rest
_CITED = re.compile(r"\[E(\d{1,3})\]")


def panel(document: ProductDocument, caps: Caps, refs: Refs) -> list[dict[str, Any]]:
    """The six reviews with their ratings, in the fixed order; a missing take has its reason."""
    rows = []
    for persona, name, question in critics():
        review = document.panel.reviews.get(persona) if document.panel else None
        base = {"persona": persona, "name": name, "question": question, **why_not(document, persona)}
        base["override"] = _overruled(review.override) if review and review.override else ""
        base["members"] = clip(member_line(review.members), caps.text // 2) if review else ""
        if review is None or review.score is None:
            rows.append({**base, "score": None, "mark": "none"})
            continue
        own = of_critic(document, persona, caps)
        rows.append({**base, **own, **_review(review, own, caps, refs)})
    return _each_once(rows)


def silence(document: ProductDocument) -> list[tuple[str, str]]:
    """Where there is too little for a verdict: why critics have no take, each reason once with the names of those who
    give it; else []."""
    panel = document.panel
    if panel is None or panel.verdict != "Not enough evidence":
        return []
    found: dict[tuple[str, ...], tuple[list[str], str]] = {}
    for persona, name, _ in critics():
        review, reason = panel.reviews.get(persona), no_take_reason(document, persona)
        if reason:
            more = _besides(review) if review else ""
            parts = sorted(reason.rstrip(".").casefold().split("; "))  # the same two in either order
            found.setdefault((*parts, more), ([], f"{sentence(reason)}{more}"))[0].append(name)
    return [(", ".join(names), reason) for names, reason in found.values()]


def _besides(review: ReviewDoc) -> str:
    """What stands beside a review without a take: an editor's override, and what the members of a fused one came to."""
    overruled = f" {_overruled(review.override)}" if review.override else ""
    return overruled + (f" Its members: {clip(member_line(review.members), 300)}." if review.members else "")


def _each_once(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The rows, of which one that leads with what an earlier one leads with has it by its name and number."""
    told: set[str] = set()
    for row in rows:
        for lead in row.get("findings", ()):
            if lead["text"] in told:
                row["findings"], row["others"] = [], [row["lead"], *row["others"]]
            told.add(lead["text"])
    return rows


def reviewers(documents: Iterable[ProductDocument]) -> list[str]:
    """Who filled the fields of these panels, four names at most: “rules, without a model”, or models."""
    found = {
        review.reviewer
        for document in documents
        if document.panel
        for review in document.panel.reviews.values()
        if review.score is not None
    }
    return ["rules, without a model" if name == "rules" else clip(name, 40) for name in sorted(found)[:4]]


def why_not(document: ProductDocument, persona: str) -> dict[str, str]:
    """Why a critic has no take: `short` in at most six words, and the whole where it says more."""
    short, whole = clip(short_reason(document, persona), 80), sentence(no_take_reason(document, persona))
    return {"short": short, "reason": "" if whole.rstrip(".").casefold() == short.casefold() else whole}


def _overruled(said: OverrideDoc) -> str:
    made = "" if said.counts else " Made on earlier facts, it does not count."
    return f"An editor overrides it, {day(said.at)}: {said.vote}. {sentence(said.why)}{made}"


def _review(review: ReviewDoc, own: dict[str, Any], caps: Caps, refs: Refs) -> dict[str, Any]:
    """A review in print. own: the findings it rests on; where there are any they are its words and reasons."""
    claims = [claim for rating in review.ratings for claim in rating.claims]
    text, tail = ([], []) if own["lead"] else prose(review.text, claims, caps, refs)
    told = [rating for rating in review.ratings if rating.level is not None or rating.claims]
    silent = [field_label(review.persona, rating.field) for rating in review.ratings if rating not in told]
    ratings = [
        {
            "label": field_label(review.persona, rating.field),
            "level": rating.level,
            "reason": ""
            if rating.reason in own["places"]
            else own["names"].get(rating.reason) or clip(rating.reason, caps.reason),
            "places": [own["places"][claim.text] for claim in rating.claims if claim.text in own["places"]],
            "refs": [] if own["lead"] else _numbers(rating.claims, refs),
        }
        for rating in told[: caps.ratings]
    ]
    return {
        "score": review.score,
        "vote": review.vote,
        "mark": mark(review.vote),
        "reviewer": clip(review.reviewer, 40),
        "runs": review.runs if len(review.runs) > 1 else [],
        "text": text,
        "tail": tail,
        "ratings": ratings,
        "more_ratings": len(told) - len(ratings),
        "silent": clip(" and ".join(filter(None, (", ".join(silent[:-1]), *silent[-1:]))), caps.reason),
    }


def sentence(words: str) -> str:
    """A reason as it is printed: as a sentence, and not for ever."""
    short = clip(words, 300)
    return short if not short else short[0].upper() + short[1:] + ("" if short.endswith((".", "!", "?")) else ".")


def take(side: Take, document: ProductDocument, persona: str, caps: Caps, refs: Refs) -> dict[str, Any]:
    """One critic on one product for the comparison page."""
    base = {"score": side.score, "override": _overruled(side.override) if side.override else ""}
    if side.score is None:
        return {**base, "mark": "none", **why_not(document, persona)}
    base |= of_critic(document, persona, caps, refs)
    text, tail = prose("" if base["lead"] else side.text, side.claims, caps, refs)
    runs = side.runs if len(side.runs) > 1 else []
    return {**base, "vote": side.vote, "mark": mark(side.vote), "text": text, "tail": tail, "runs": runs}


def prose(text: str, claims: Sequence[ClaimDoc], caps: Caps, refs: Refs) -> tuple[list[Any], list[int]]:
    """A review's words as pieces (text, or the number of a quote), and the numbers its words do not carry.

    `[E3]` in the text becomes the number of the quote that the claim of passage 3 cites.
    """
    passages = {c.passage: c for claim in claims if claim.supported for c in claim.citations}
    pieces: list[Any] = []
    used: list[int] = []
    at = 0
    short = clip(text, caps.text)
    for found in _CITED.finditer(short):
        cited = passages.get(int(found[1]))
        numbered = refs.number(cited) if cited else None
        before = short[at : found.start()]
        pieces.append(before if numbered else before.rstrip())
        at = found.end()
        if numbered:
            pieces.append(numbered)
            used.append(numbered)
    pieces.append(short[at:])
    cut = cut_note(text, caps.text)
    if cut:
        pieces.append(f" ({cut})")
    tail = [] if used else _numbers(claims, refs)[:_TAIL]  # words without marks get their numbers at the end
    return [piece for piece in pieces if piece != ""], tail


def _numbers(claims: Iterable[ClaimDoc], refs: Refs) -> list[int]:
    return refs.numbers(citation for claim in claims if claim.supported for citation in claim.citations)


def claim_count(documents: Iterable[ProductDocument], persona: str | None = None) -> tuple[int, int]:
    """Factual claims found on their page word for word, and all factual claims."""
    found = [
        claim.supported
        for document in documents
        if document.panel
        for name, review in document.panel.reviews.items()
        if persona in (None, name)
        for rating in review.ratings
        for claim in rating.claims
        if claim.kind == "fact"
    ]
    return sum(found), len(found)


def spread(document: ProductDocument) -> tuple[int, str] | None:
    """How far the critics stand apart and who stands at the ends; None under two scores."""
    reviews = document.panel.reviews if document.panel else {}
    scored = [(reviews[p].score, name) for p, name, _ in critics() if p in reviews and reviews[p].score is not None]
    known = [(score, name) for score, name in scored if score is not None]
    if len(known) < 2:
        return None
    high, low = max(known, key=lambda one: one[0]), min(known, key=lambda one: one[0])
    return high[0] - low[0], f"{high[1]} {high[0]}, {low[1]} {low[0]}"


def histogram(scores: Mapping[int, int], threshold: int) -> dict[str, Any]:
    """Scores, each with how often it was given, in tens as bars with places in per cent and heights in pixels; solid from the threshold on."""
    bins = [0] * 10
    for score, times in scores.items():
        bins[min(max(score, 0) // 10, 9)] += times
    top = max(bins) or 1
    bars = [
        {
            "x": i * 10 + 0.6,
            "mid": i * 10 + 5,
            "height": round(110 * size / top),
            "size": size,
            "ship": i * 10 >= threshold,
        }
        for i, size in enumerate(bins)
    ]
    label = (
        f"Scores of {sum(bins)} takes in tens, from 0 to 9: {', '.join(map(str, bins))}. Ship starts at {threshold}."
    )
    return {"bars": bars, "label": label}


def gate_bars(figures: Iterable[Figure]) -> list[dict[str, Any]]:
    """The gated figures of the panels as bars: places in per cent of a row of its own scale, the gate as a band."""
    rows = []
    for figure in figures:
        if not figure.gated:
            continue
        gates = [gate for gate in (figure.low, figure.high) if gate is not None]
        top = max(1.0 if max(gates) <= 1 else 2.5 * max(gates), 0.001)
        low, high = figure.low or 0.0, top if figure.high is None else figure.high
        rows.append(
            {
                "name": figure.name[0].upper() + figure.name[1:],
                "value": _value(figure),
                "note": clip(figure.note, 100),
                "n": f"{figure.n:,} {figure.of}",
                "gate": figure.gate,
                "met": figure.passes,
                "bar": round(100 * min(max(figure.value or 0.0, 0.0), top) / top, 1),
                "from": round(100 * low / top, 1),
                "band": round(100 * (high - low) / top, 1),
            }
        )
    return rows


def _value(figure: Figure) -> str:
    """The value as it is printed; in full where rounding would put a missed figure on its gate."""
    missed = figure.value is not None and figure.passes is False
    rounded = replace(figure, value=float(figure.shown.replace(",", ""))) if missed else figure
    return f"{figure.value:.6g}" if missed and rounded.passes else figure.shown
