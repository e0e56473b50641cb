"""The panel: ask each persona, check each claim, count the verdict. No reviewer writes a score or a vote; code does.

A reviewer is anything with a name and `review(persona, pack) -> Review`: a model, a stand-in, or the rules of
agents/panel/rules.py. What a model hands in is a draft: ratings of 0-4 with claims. Everything a reader sees as a fact has
been found word for word in the passage it cites, or is not shown. The rules tell the findings of the pack, which code has
made and tests hold to their quotes: they are not checked again. Findings are part of every panel, whoever reviews.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import replace
from functools import partial
from typing import Protocol, runtime_checkable

from agents.panel.against_record import against_record
from agents.panel.contradictions import contradictions
from agents.panel.evidence_pack import Pack, ReadsProducts, build_pack, evidence_pack, rivals_of
from agents.panel.holds import why_held
from agents.panel.rules import RulesReviewer, too_little
from agents.panel.told import told
from tools.claims import supports
from tools.errors import ReviewError, ScoutError
from tools.knowledge import LEAST_SCORED, majority
from tools.models import Citation, Claim, Panel, Rating, Review, Verdict, Vote
from tools.page.quotes import find_quote
from tools.personas import Persona, personas
from tools.settings import Settings
from tools.views.panel_figures import LEAST_FACTS

__all__ = [
    "Pack",
    "Reviewer",
    "build_pack",
    "check_claim",
    "drain",
    "evidence_pack",
    "judge",
    "review_pack",
    "review_product",
    "verdict_of",
]

# A review whose cited ratings carry less than this share of the persona's weight rests on too little: no panel take.
LEAST_CITED_SHARE = 0.4
UNCITED_CEILING = 1  # a rating without a supported citation, and every rating of a product that is over
FAR_FUTURE_YEARS = 5  # a prediction may name a year this far ahead; any other figure must stand in the evidence
_FIGURE = re.compile(r"\d+(?:[.,]\d+)*")
_COUNT_WORD = r"(?:two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|twenty|thirty|forty|fifty|hundred|thousand|million|billion|dozens?)"
_COUNTED = re.compile(rf"\b{_COUNT_WORD}\b|\b(?:twice|thrice|half|double[sd]?|triple[sd]?)\b", re.IGNORECASE)
_MULTIPLE = re.compile(rf"\b{_COUNT_WORD}[- ](?:times|fold|percent)\b", re.IGNORECASE)
_QUOTED = re.compile(r"[“\"`]([^”\"`]{3,})[”\"`]")


class Reviewer(Protocol):
    """The seam between the panel and whoever fills the fields."""

    name: str

    @property
    def halt(self) -> threading.Event | None:
        """None: rules. Else a model, which is asked from threads, may be held (agents/panel/holds.py), and begins no further
        call while this is set."""

    def review(self, persona: Persona, pack: Pack) -> Review:
        """A draft: ratings with claims in the order in which the text should read; score, vote and `supported` unset.

        Errors: ReviewError when no answer could be had; the panel then shows that persona without a score.
        """


OnReview = Callable[[Review], None]


@runtime_checkable
class LooksTwice(Protocol):
    """A reviewer that has its reviews looked at by a second model, all at once, when they are there."""

    def second_look(self, reviews: Sequence[Review], pack: Pack, critics: Sequence[Persona]) -> tuple[Review, ...]:
        """The reviews as they stand then."""


class KeepsPanels(ReadsProducts, Protocol):
    """The part of the store a review sweep needs."""

    def awaiting_review(self, limit: int | None = None) -> list[str]:
        """Slugs whose content has no panel yet, or whose review was asked for."""

    def put_panel(self, panel: Panel, *, reviewer: str) -> bool:
        """Keep a panel; False when this content already has one."""


def review_product(
    store: KeepsPanels, slug: str, reviewer: Reviewer, settings: Settings, on_review: OnReview | None = None
) -> Panel:
    """The panel of one product, computed and kept. Errors: UnknownName, StoreError, those of `review_pack`."""
    panel = review_pack(evidence_pack(store, slug), reviewer, settings, on_review=on_review)
    store.put_panel(panel, reviewer=reviewer.name)
    return panel


def drain(
    store: KeepsPanels,
    reviewer: Reviewer,
    settings: Settings,
    on_progress: Callable[[int, int, str], None] | None = None,
    on_review: Callable[[str, Review], None] | None = None,
) -> Iterator[tuple[str, Panel | ScoutError]]:
    """Review all that awaits it: (slug, panel or error) one by one. `on_progress`: done, total, slug."""
    waiting = store.awaiting_review()
    for done, slug in enumerate(waiting, start=1):
        outcome: Panel | ScoutError
        try:
            outcome = review_product(store, slug, reviewer, settings, on_review and partial(on_review, slug))
        except ScoutError as error:
            outcome = error
        if on_progress:
            on_progress(done, len(waiting), slug)
        yield slug, outcome


def review_pack(
    pack: Pack,
    reviewer: Reviewer,
    settings: Settings,
    panel: Sequence[Persona] | None = None,
    on_review: OnReview | None = None,
) -> Panel:
    """The panel of a pack: six drafts, each checked and scored, and the verdict. Pure for a pure reviewer.

    A model is asked for all six at once; `on_review` is told of each review as it is there, on the caller's thread.

    Errors: ReviewError where a verdict failed for want of answers that could be read, which says nothing of the product.
    """
    critics = tuple(personas().values()) if panel is None else tuple(panel)
    by_name = {critic.name: critic for critic in critics}
    reviews = _reviews(critics, pack, reviewer, settings, on_review)
    _check_read(reviews, pack)
    verdict, reason = verdict_of(reviews, by_name)
    if pack.unfit:
        verdict, reason = "Not enough evidence", pack.unfit
    elif isinstance(reviewer, RulesReviewer) and (short := too_little(reviews, pack)):
        verdict, reason = "Not enough evidence", short
    if reviewer.halt and verdict != "Not enough evidence":
        held = why_held(reviews, pack, by_name, lambda other: _reviews(critics, other, reviewer, settings))
        verdict, reason = ("Not enough evidence", held) if held else (verdict, reason)
    at_odds = contradictions(reviews, pack)
    telling = tuple(one for one in pack.findings if one.is_worth_telling)
    return Panel(pack.slug, pack.content_hash, verdict, reviews, pack.passages, pack.hash, reason, at_odds, telling)


def _check_read(reviews: Sequence[Review], pack: Pack) -> None:
    """Nothing, where what could not be read leaves enough for a verdict, or there had been none with it. Errors: ReviewError."""
    unread = [review for review in reviews if review.unread]
    scored = sum(review.score is not None for review in reviews)
    if unread and scored < LEAST_SCORED <= scored + len(unread):
        told = f"{_count(len(unread))} of {_count(len(reviews))} answers could not be read"
        first = f"{unread[0].persona}: {unread[0].abstain_reason}"
        raise ReviewError("the panel", pack.slug, f"{told} ({first}); nothing was kept")


def verdict_of(reviews: Sequence[Review], critics: Mapping[str, Persona]) -> tuple[Verdict, str]:
    """The panel's rule: the majority of scored reviews, half and half is Split; with the reason where there is none."""
    scored = [review for review in reviews if review.score is not None]
    if len(scored) < LEAST_SCORED:
        return "Not enough evidence", f"{_count(len(scored))} of {_count(len(reviews))} critics found enough to score"
    of_models = [review for review in scored if review.reviewer != RulesReviewer.name]
    if of_models and not _cites(of_models, critics, "what") and not _cites(of_models, critics, "price"):
        return "Not enough evidence", "neither what it is nor what it costs could be cited"
    return majority([review.vote for review in scored]), ""


def judge(persona: Persona, pack: Pack, draft: Review, settings: Settings) -> Review:
    """A draft as it may be shown: claims checked, ratings capped, score and vote computed, text built from what held."""
    by_name = {rating.field: rating for rating in draft.ratings}
    ceiling = UNCITED_CEILING if pack.ended else 4
    checked = {
        rating.field: _checked_rating(rating, pack, ceiling) for rating in draft.ratings if _known(persona, rating)
    }
    in_order = [checked[name] for name in by_name if name in checked]
    ordered = tuple(checked.get(field.name, Rating(field.name, None, "not rated")) for field in persona.fields)
    abstain = draft.abstain_reason or pack.unfit or _abstains(persona, ordered)
    score = None if abstain else score_of(persona, ordered)
    return replace(
        draft,
        persona=persona.name,
        score=score,
        vote=None if score is None else _vote(score, pack, settings),
        text=told(claim for rating in in_order for claim in rating.claims) if score is not None else "",
        ratings=ordered,
        abstain_reason=abstain,
        runs=draft.runs or (() if score is None else (score,)),
        struck=draft.struck or struck_of(draft.ratings, ordered),
    )


def struck_of(said: Sequence[Rating], kept: Sequence[Rating]) -> tuple[int, int]:
    """How many of the facts that a reviewer wrote do not stand as facts, and how many it wrote."""
    written = sum(claim.kind == "fact" for rating in said for claim in rating.claims)
    stood = sum(claim.supported for rating in kept for claim in rating.claims)
    return max(0, written - stood), written


def score_of(persona: Persona, ratings: Sequence[Rating]) -> int:
    """0-100: the weighted mean of the levels that could be rated, as a share of full marks, rounded half up.

    A field on which the evidence is silent is left out; where silence itself is a fault, the field's level 0 says so.
    """
    rated = [(persona.field(rating.field).weight, rating.level) for rating in ratings if rating.level is not None]
    full = sum(4 * weight for weight, _ in rated)
    return (200 * sum(weight * level for weight, level in rated) + full) // (2 * full) if full else 0


def check_claim(claim: Claim, pack: Pack) -> Claim | None:
    """The claim as it may stand: a supported fact, an inference or opinion that brings no fact of its own, or None.

    A fact whose quote is not in its passage, or whose numbers, names or negation differ from it, is demoted to opinion
    when nothing in it can be wrong (no figure, no name, no quoted words), and dropped otherwise. So is what another
    page of the record speaks against.
    """
    if any(claim.text == finding.text and claim.citations == finding.citations for finding in pack.findings):
        return replace(claim, kind="fact", supported=True)  # a model that repeats a finding of the pack
    if against_record(claim, pack):
        return None
    citations = tuple(found for citation in claim.citations if (found := _found(citation, pack)) is not None)
    if claim.kind == "fact":
        quotes = " … ".join(citation.quote for citation in citations)
        whole = len(citations) == len(claim.citations) > 0
        if whole and supports(claim.text, quotes, others=rivals_of(pack)) and _quotes_stand(claim.text, quotes):
            return replace(claim, citations=citations, supported=True)
        return None if _asserts(claim.text) else replace(claim, kind="opinion", citations=(), supported=False)
    return None if _smuggles(claim, citations, pack) else replace(claim, citations=citations, supported=False)


def _reviews(
    critics: Sequence[Persona], pack: Pack, reviewer: Reviewer, settings: Settings, on_review: OnReview | None = None
) -> tuple[Review, ...]:
    """One review a critic, in their order whoever is done first. Where one fails, or somebody stops the program, what
    is in flight ends and nothing further begins. Errors: those of the reviewer, ReviewError aside."""
    if reviewer.halt is None or pack.unfit:
        return tuple(_reviewed(critic, pack, reviewer, settings) for critic in critics)
    try:
        with ThreadPoolExecutor(max_workers=len(critics)) as pool:
            futures = [pool.submit(_reviewed, critic, pack, reviewer, settings) for critic in critics]
            try:
                for done in as_completed(futures):
                    review = done.result()
                    if on_review:
                        on_review(review)
            except BaseException:  # Ctrl-C is one
                reviewer.halt.set()
                raise
        reviews = tuple(future.result() for future in futures)
        return reviewer.second_look(reviews, pack, critics) if isinstance(reviewer, LooksTwice) else reviews
    finally:
        reviewer.halt.clear()


def _reviewed(persona: Persona, pack: Pack, reviewer: Reviewer, settings: Settings) -> Review:
    if pack.unfit:
        return Review(persona.name, reviewer.name, None, None, "", abstain_reason=pack.unfit)
    if isinstance(reviewer, RulesReviewer):
        review = reviewer.review(persona, pack)
        vote = None if review.score is None else _vote(review.score, pack, settings)
        return replace(review, vote=vote, runs=() if review.score is None else (review.score,))
    try:
        return judge(persona, pack, reviewer.review(persona, pack), settings)
    except ReviewError as error:
        why = f"no readable review: {error.reason}"
        return Review(persona.name, reviewer.name, None, None, "", abstain_reason=why, unread=True)


def _vote(score: int, pack: Pack, settings: Settings) -> Vote:
    return "ship" if score >= settings.ship_threshold and not pack.ended else "skip"


def _known(persona: Persona, rating: Rating) -> bool:
    """Whether the persona has such a field and the level is one of 0-4 or None."""
    level = rating.level
    levels_fit = level is None or (isinstance(level, int) and 0 <= level <= 4)
    return levels_fit and any(field.name == rating.field for field in persona.fields)


def _checked_rating(rating: Rating, pack: Pack, ceiling: int) -> Rating:
    claims = tuple(kept for claim in rating.claims if (kept := check_claim(claim, pack)) is not None)
    if rating.level is None:
        return replace(rating, claims=claims)
    cited = any(claim.supported for claim in claims)
    return replace(rating, level=min(rating.level, ceiling if cited else UNCITED_CEILING), claims=claims)


def _abstains(persona: Persona, ratings: Sequence[Rating]) -> str:
    """Why this persona has no take: its subject is not in the evidence, or too little of what it asks is."""
    cited = [rating.field for rating in ratings if rating.level is not None and _supported(rating)]
    if persona.subject and not any(name in cited for name in persona.subject):
        return persona.silent
    weights = {field.name: field.weight for field in persona.fields}
    if sum(weights[name] for name in cited) < LEAST_CITED_SHARE * sum(weights.values()):
        return "too little of what it asks about is written on the pages read"
    facts = {claim.text for rating in ratings for claim in rating.claims if claim.supported}
    if len(facts) < LEAST_FACTS:
        return f"the pages read carry {_count(len(facts))} of the {_count(LEAST_FACTS)} facts a review needs"
    return ""


def _supported(rating: Rating) -> bool:
    return any(claim.supported for claim in rating.claims)


def _cites(scored: Sequence[Review], critics: Mapping[str, Persona], about: str) -> bool:
    return any(
        _supported(rating)
        for review in scored
        for rating in review.ratings
        if critics[review.persona].field(rating.field).about == about
    )


def _found(citation: Citation, pack: Pack) -> Citation | None:
    passage = pack.passage(citation.passage)
    span = find_quote(citation.quote, passage.text) if passage else None
    return Citation(citation.passage, span) if span else None


def _asserts(text: str) -> bool:
    """Whether a sentence holds something that can be wrong on its own: a figure, also in words, quoted words, a name inside it."""
    return bool(
        _FIGURE.search(text) or _COUNTED.search(text) or _QUOTED.search(text) or re.search(r"\w[,;]?\s[A-Z]\w", text)
    )


def _smuggles(claim: Claim, citations: Sequence[Citation], pack: Pack) -> bool:
    """Whether an inference or opinion brings a figure or quoted words of its own. A near future year is a prediction."""
    own = " ".join(citation.quote for citation in citations)
    year = pack.as_of.year
    for figure in _FIGURE.findall(claim.text):
        predicted = claim.kind == "inference" and figure.isdigit() and year <= int(figure) <= year + FAR_FUTURE_YEARS
        if not predicted and figure not in own:
            return True
    multiples = [found for found in _MULTIPLE.findall(claim.text) if found.lower() not in own.lower()]
    return bool(multiples) or not _quotes_stand(claim.text, own)


def _quotes_stand(text: str, quotes: str) -> bool:
    """Whether all that a sentence puts in quotation marks or backticks stands in what it cites."""
    return all(find_quote(words, quotes) for words in _QUOTED.findall(text))


def _count(number: int) -> str:
    words = ("none", "one", "two", "three", "four", "five", "six")
    return words[number] if number < len(words) else str(number)
