"""One product: what it is, its facts with quotes, its plans, the panel."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from rich.padding import Padding
from rich.text import Text

from jobs.terminal.lists import picture
from jobs.terminal.screen import QUOTE, blank, console, hanging, heading, mark, plain, value_text

if TYPE_CHECKING:
    from tools.views.documents import EvidenceDoc, OverrideDoc, ProductDocument, ReviewDoc

_NAME_WIDTH = 14


def show(document: ProductDocument) -> None:
    """One product: what it is, its facts with quotes, plans, the panel."""
    from tools.views.price_words import plan_price
    from tools.views.takes import community_words, pages_read

    out = console().print
    heading(document.name)
    if document.tagline:
        out(Text(plain(document.tagline)))
    state = f"{document.kind} · {document.status}" + "".join(
        f" · {plain(reason).replace(': look: ', ': ')}" for reason in document.needs_look
    )
    out(Text(state, style="dim"))
    for page in document.pages:
        if page.screenshot or page.no_screenshot:
            out(Text(picture(page.url, page.screenshot, page.no_screenshot), style="dim"))
    if document.panel:
        stale = " · stale: facts changed since" if document.panel.stale else ""
        out(Text(f"\n{mark(document.panel.verdict)} {document.panel.line}{stale}", style="bold"))
        if document.panel.reason:
            out(Text(plain(document.panel.reason)))
        if document.panel.original_line:
            out(Text(f"The critics' own: {document.panel.original_line}", style="dim"))
    else:
        out(Text("\nAwaiting review", style="bold"))
    out(Text(f"Community: {community_words(document)}", style="dim"))
    blank()
    heading("Facts")
    for name, fact in document.facts.items():
        _fact(name, value_text(fact.value), fact.rung, fact.confidence, fact.evidence)
        for other in fact.others:
            _fact("", f"also on record: {value_text(other.value)}", other.rung, other.confidence, other.evidence)
    for name, held in document.candidates.items():
        for candidate in held:
            words = f"not shown, too unsure: {value_text(candidate.value)}"
            _fact(name, words, candidate.rung, candidate.confidence, candidate.evidence)
    blank()
    heading("Plans")
    for plan in document.plans:
        _fact(plan.name or "plan", plan_price(plan), plan.rung, plan.confidence, plan.evidence)
    if not document.plans:
        out(Text(pages_read(document), style="italic"))
    for plan in document.plan_candidates:
        words = f"not shown, too unsure: {plan_price(plan)}"
        _fact(plan.name or "plan", words, plan.rung, plan.confidence, plan.evidence)
    if document.rivals:
        blank()
        heading("Rivals")
        for rival in document.rivals:
            hanging(Text(f"{plain(rival.name)}  ", style="bold"), Text(plain(rival.reason)))
    if document.panel:
        blank()
        heading("Panel")
        for review in document.panel.reviews.values():
            _review(review)
        for clash in document.panel.contradictions:
            out(
                Text(
                    f"{plain(' and '.join(clash.personas))} contradict each other on {plain(clash.field)}", style="bold"
                )
            )
            out(Padding(Text(plain(clash.note)), (0, 0, 1, 2)))
    blank()
    for launch in document.launches:
        out(
            Text(
                f"Launched on {plain(launch.source)} {str(launch.launched_at or launch.first_seen)[:10]}: {plain(launch.source_url)}",
                style="dim",
            )
        )


def _fact(name: str, value: str, rung: str, confidence: float, evidence: Sequence[EvidenceDoc]) -> None:
    hanging(Text(f"{plain(name):<{_NAME_WIDTH}}", style="bold"), Text(plain(value)))
    for item in evidence[:1]:
        source = Text.assemble(
            ("“" + plain(item.quote)[:200] + "”", QUOTE),
            ("  " + f"{plain(item.url)} · {item.fetched_at[:10]} · {rung} {confidence:.2f}{_in_picture(item)}", "dim"),
        )
        console().print(Padding(source, (0, 0, 0, _NAME_WIDTH)))


def _in_picture(item: EvidenceDoc) -> str:
    """Where in which picture a quote stands."""
    if not item.box:
        return ""
    left, top, width, height = item.box.split(",")
    return f" · in the picture sha256 {item.path[:16]}, {width} x {height} pixels from {left}, {top}"


def _review(review: ReviewDoc) -> None:
    from jobs.provenance import made_by
    from tools.views.takes import titles

    out = console().print
    critic = titles().get(review.persona, review.persona)
    if review.score is None:
        hanging(Text(f"{mark('')} "), Text(f"{critic}: No panel take. {plain(review.abstain_reason)}"))
    else:
        out(Text.assemble((f"{mark(review.vote)} {critic} {review.score}/100 · {review.vote}", "bold")))
    if review.override:
        out(Padding(Text(_overruled(review.override)), (0, 0, 0, 2)))
    for told in made_by(review):
        out(Padding(Text(plain(told), style="dim"), (0, 0, 0, 2)))
    if review.score is not None:
        out(Padding(Text(plain(review.text)), (0, 0, 1, 2)))


def _overruled(said: OverrideDoc) -> str:
    made = "" if said.counts else "; made on earlier facts, it does not count"
    return f"{mark(said.vote)} {plain(said.who)} overrides it, {said.at[:10]}: {said.vote}. {plain(said.why)}{made}"
