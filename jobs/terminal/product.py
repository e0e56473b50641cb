"""One product: its verdict and what it rests on, what was read of it, its facts with quotes, its plans."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from rich.padding import Padding
from rich.text import Text

from jobs.terminal.lists import picture
from jobs.terminal.screen import QUOTE, blank, console, hanging, heading, mark, plain, value_text
from jobs.terminal.screen import show as put

if TYPE_CHECKING:
    from tools.views.documents import EvidenceDoc, FindingDoc, OverrideDoc, ProductDocument, ReviewDoc

_NAME_WIDTH = 14
_READ_WIDTH = 22
_MOST_CHARS = 300  # of a line on what was read
_SHORT = 6  # words of a reason that a critic's line holds


def show(document: ProductDocument) -> None:
    """One product: its verdict with what speaks for and against it, the critics, findings, what was read; then its facts."""
    _head(document)
    _verdict(document)
    if document.panel:
        _panel(document)
        _findings(document)
    _dossier(document)
    _facts(document)
    _plans(document)
    if document.rivals:
        blank()
        heading("Rivals")
        for rival in document.rivals:
            hanging(Text(f"{plain(rival.name)}  ", style="bold"), Text(plain(rival.reason)))
    blank()
    for launch in document.launches:
        when = str(launch.launched_at or launch.first_seen)[:10]
        words = f"Launched on {plain(launch.source)} {when}: {plain(launch.source_url)}"
        put(Text(words, style="dim"))


def _head(document: ProductDocument) -> None:
    heading(document.name)
    if document.tagline:
        put(Text(plain(document.tagline)))
    state = f"{document.kind} · {document.status}" + "".join(f" · {plain(reason)}" for reason in document.needs_look)
    put(Text(state, style="dim"))
    if document.status == "deleted":
        put(Text(_deleted(document), style="bold"))
    for page in document.pages:
        if page.screenshot or page.no_screenshot:
            put(Text(picture(page.url, page.screenshot, page.no_screenshot), style="dim"))


def _deleted(document: ProductDocument) -> str:
    """When, by whom and why it was deleted, and what brings it back."""
    rows = [row for row in document.changes if row.op == "delete"]
    told = f" on {rows[-1].at[:10]} by {plain(rows[-1].who)}: {plain(rows[-1].why)}" if rows else ""
    return f"Deleted{told}. It is shown nowhere; scout undelete {document.slug} brings it back."


def _verdict(document: ProductDocument) -> None:
    from tools.views.findings import weigh
    from tools.views.takes import community_words

    panel = document.panel
    if panel:
        stale = " · stale: facts changed since" if panel.stale else ""
        put(Text(f"\n{mark(panel.verdict)} {panel.line}{stale}", style="bold"))
        if panel.reason:
            put(Text(plain(panel.reason)))
        if panel.original_line:
            put(Text(f"The critics' own: {panel.original_line}", style="dim"))
        for found in (one for side in weigh(panel) for one in side):
            finding(found, document)
    else:
        put(Text("\nAwaiting review", style="bold"))
    put(Text(f"Community: {community_words(document)}", style="dim"))


def finding(found: FindingDoc, document: ProductDocument) -> None:
    """A finding on one line or more: for or against, its sentence, where it is from and when that was read."""
    from tools.views.findings import trust_words

    lead = {1: "for", -1: "against"}.get(found.direction, "know")
    sources = ", ".join(dict.fromkeys(trust_words(cited, document) for cited in found.citations))
    on = max((cited.fetched_at[:10] for cited in found.citations), default="")
    where = " · ".join(filter(None, (plain(sources), on)))
    hanging(Text(f"{lead:<8} ", style="bold"), Text.assemble(plain(found.text), ("  " + where, "dim")))


def _panel(document: ProductDocument) -> None:
    """The critics, a line each, and below those who wrote in their own words what they wrote."""
    blank()
    heading("Panel")
    panel = document.panel
    if panel is None:
        return
    for review in panel.reviews.values():
        _review(review, document)
    for clash in panel.contradictions:
        who = plain(" and ".join(clash.personas))
        put(Text(f"{who} contradict each other on {plain(clash.field)}", style="bold"))
        put(Padding(Text(plain(clash.note)), (0, 0, 1, 2)))


def _findings(document: ProductDocument) -> None:
    from tools.views.takes import by_strength

    found = by_strength(document.panel.findings if document.panel else ())
    if not found:
        return
    blank()
    heading("Findings")
    for one in found:
        finding(one, document)
        for cited in one.citations[:1]:
            _quote(cited.quote, 9)


def _dossier(document: ProductDocument) -> None:
    from tools.views.findings import METRICS, ROLE_WORDS, TOPICS, measured, page_state, series, statement_words

    found = document.dossier
    if found == type(found)():
        return
    blank()
    heading("What was read")
    for page in sorted(found.pages, key=lambda page: page.state != "read"):
        _named(ROLE_WORDS.get(page.role, page.role), page_state(page))
    for metric, readings in series(found.measures).items():
        first, last = readings[0], readings[-1]
        before = f", from {measured(metric, first.value)} on {first.at[:10]}" if len(readings) > 1 else ""
        _named(METRICS.get(metric, metric), f"{measured(metric, last.value)}, read {last.at[:10]}{before}")
    for stated in found.statements:
        _named(TOPICS.get(stated.topic, stated.topic), f"{statement_words(stated, document.plans)}: “{stated.quote}”")
    for voice in found.voices:
        _named("its maker" if voice.by_maker else voice.role, f"“{voice.text}” {voice.at[:10]}")


def _named(name: str, words: str) -> None:
    hanging(Text(f"{plain(name)[:_READ_WIDTH]:<{_READ_WIDTH}}  ", style="bold"), Text(plain(words)[:_MOST_CHARS]))


def _quote(words: str, indent: int) -> None:
    put(Padding(Text("“" + plain(words)[:200] + "”", style=QUOTE), (0, 0, 0, indent)))


def _facts(document: ProductDocument) -> None:
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


def _plans(document: ProductDocument) -> None:
    from tools.views.price_words import plan_price
    from tools.views.takes import pages_read

    blank()
    heading("Plans")
    for plan in document.plans:
        _fact(plan.name or "plan", plan_price(plan), plan.rung, plan.confidence, plan.evidence)
    if not document.plans:
        put(Text(pages_read(document), style="italic"))
    for plan in document.plan_candidates:
        words = f"not shown, too unsure: {plan_price(plan)}"
        _fact(plan.name or "plan", words, plan.rung, plan.confidence, plan.evidence)


def _fact(name: str, value: str, rung: str, confidence: float, evidence: Sequence[EvidenceDoc]) -> None:
    hanging(Text(f"{plain(name):<{_NAME_WIDTH}}", style="bold"), Text(plain(value)))
    for item in evidence[:1]:
        source = Text.assemble(
            ("“" + plain(item.quote)[:200] + "”", QUOTE),
            ("  " + f"{plain(item.url)} · {item.fetched_at[:10]} · {rung} {confidence:.2f}{_where(item)}", "dim"),
        )
        put(Padding(source, (0, 0, 0, _NAME_WIDTH)))


def _where(item: EvidenceDoc) -> str:
    """Where in which picture a quote stands, or on which page of a PDF."""
    if not item.box:
        return f" · {plain(item.path)}" if item.place == "visible" and item.path.startswith("page ") else ""
    left, top, width, height = item.box.split(",")
    return f" · in the picture sha256 {item.path[:16]}, {width} x {height} pixels from {left}, {top}"


def _review(review: ReviewDoc, document: ProductDocument) -> None:
    from jobs.provenance import made_by
    from tools.views.takes import own_findings

    critic_line(review, document)
    if review.score is None and len(review.abstain_reason.split()) > _SHORT:
        put(Padding(Text(plain(review.abstain_reason), style="dim"), (0, 0, 0, 2)))
    if review.override:
        put(Padding(Text(_overruled(review.override)), (0, 0, 0, 2)))
    for told in made_by(review):
        put(Padding(Text(plain(told), style="dim"), (0, 0, 0, 2)))
    if review.score is not None and not (document.panel and own_findings(document.panel, review)):
        put(Padding(Text(plain(review.text)), (0, 0, 1, 2)))


def critic_line(review: ReviewDoc, document: ProductDocument) -> None:
    """A critic on one line: its vote and score with what weighed most, as far as the line reaches, or why it has no take."""
    from tools.views.takes import own_findings, short_reason, telling, titles, why_skip

    critic = f"{plain(titles().get(review.persona, review.persona)):<9}"
    if review.score is None:
        line = Text.assemble(
            (f"{mark('')} {critic}", "bold"), f" No panel take. {plain(short_reason(document, review.persona))}"
        )
    else:
        own = document.panel and own_findings(document.panel, review)
        said = telling(document.panel, review) if document.panel and own else None
        why = why_skip(document.panel, review) if document.panel else None
        line = Text.assemble(
            (f"{mark(review.vote)} {critic} {review.score}/100 · {plain(review.vote)}", "bold"),
            f" · {why.short}: " if said and why else " · " if said else "",
            plain(said.text) if said else "",
        )
    line.truncate(console().width, overflow="ellipsis")
    console().print(line)


def _overruled(said: OverrideDoc) -> str:
    made = "" if said.counts else "; made on earlier facts, it does not count"
    return f"{mark(said.vote)} {plain(said.who)} overrides it, {said.at[:10]}: {said.vote}. {plain(said.why)}{made}"
