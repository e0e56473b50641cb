"""The model reviewer: one or several models fill a persona's fields; everything they write is checked by code.

One review is at most two questions: the answer; once more where it could not be read, or else one repair of the claims
that do not stand, where that costs a score, a level or over a third of its facts. A model that calls the tools it is
offered is asked once more with what they brought (agents/panel/lookups.py). Then come the checks of agents/panel/judge.py;
and, where the score lies within NARROW of the threshold, two further runs, of which the median is kept. What the model
knows of the market is kept as such, moves a field by one level at most, and names no figure. A model never writes a
score, a vote or a verdict; code computes them from what stood, and agents/panel/holds.py says when an editor is asked
first.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING, Any

from agents.gateway.chat import Failed, call_messages, calls_in
from agents.panel import fusion
from agents.panel.evidence_pack import Pack, rivals_of
from agents.panel.examples import from_examples
from agents.panel.fusion import Take, total
from agents.panel.holds import too_many_struck
from agents.panel.judge import check_claim, judge, struck_of
from agents.panel.lookups import MOST_LOOKUPS, Lookups
from agents.panel.review_prompt import (
    Draft,
    Fault,
    Messages,
    again_messages,
    answer_schema,
    debate_messages,
    judge_messages,
    judgement_schema,
    read_answer,
    read_judgement,
    read_repairs,
    repair_messages,
    repair_schema,
    review_messages,
)
from agents.panel.second_look import POOL, second_look
from agents.panel.shown import UNKNOWN, Shown, shown
from tools.claims import names_figure, tells_of_others, unsupported
from tools.errors import AllFailed, ModelError, UnknownName, UsageError
from tools.models import Claim, Member, Rating, Review
from tools.page.quotes import find_quote, neutral
from tools.personas import Persona

if TYPE_CHECKING:
    from agents.gateway.ask import Answer, Gateway
    from agents.gateway.pools import Pool
    from tools.settings import Settings

TASK = "review"  # the kind of work, by which the gateway finds the pool
NARROW = 3  # points from the threshold within which one run is a coin toss
ANSWER_TOKENS = (
    3_000  # of one answer: 1,200 are written, the rest is for models that think first; cut off, it gets twice that
)
SEEDS = (1, 2, 3)  # of the first run and the two that a narrow score asks for
COPIED_WORDS = 4  # a sentence of so many words that stands in a passage is the page's
Heard = Callable[[str, int], None]
_NOTHING = Draft((), {})
_OF_ITSELF = re.compile(r"\W*(?:it|its|(?:the|this) (?:product|tool|page|maker)s?)\b", re.IGNORECASE)
TEMPERATURE = 0.3  # at 0 a local server gives the same run three times, and the median would say nothing


class ModelReviewer:
    """Reviews by the models of the pool for reviews; with `mode`, one of fusion.MODES, by all of them together.

    token: eight hex digits, random a run, that mark what strangers wrote. lookups: what a model may call while it writes.
    heard: told of a persona and about how many tokens of its answer have come, from other threads.
    Errors: UnknownName for another mode; UsageError when there is only one model to fuse.
    """

    def __init__(
        self,
        gateway: Gateway,
        settings: Settings,
        *,
        mode: str = "",
        token: str,
        run: str = "",
        lookups: Lookups | None = None,
        heard: Heard | None = None,
    ) -> None:
        pool = gateway.pools.of("", TASK)
        self._members = tuple(one.name for one in pool.members)
        self.halt = threading.Event()
        asking = partial(gateway.ask, run=run, job=TASK, max_tokens=ANSWER_TOKENS, halted=self.halt.is_set)
        self._ask = partial(asking, pool=pool.name, temperature=TEMPERATURE)
        self._check = partial(asking, pool=POOL) if POOL in gateway.pools.by_name else None
        self._lookups, self._heard = lookups, heard
        self._pool, self._settings, self._mode, self._token = pool, settings, mode, token
        self.name = f"{mode or 'model'} ({', '.join(self._members)})"
        if mode and mode not in fusion.MODES:
            raise UnknownName("fusion mode", mode, fusion.MODES)
        if mode and len(self._members) < 2:
            raise UsageError(
                f"Fusion takes two models or more, and the pool {pool.name!r} has one, {self._members[0]}. "
                "Name more in SCOUT_MODELS_FILE, or review without --fusion."
            )

    def review(self, persona: Persona, pack: Pack) -> Review:
        """One persona's review, checked. Without a score and with the raw answer where it could not be read.

        Errors: ModelError when no model answered at all, BudgetSpent: then there is nothing to keep, and the product
        goes on awaiting its panel.
        """
        taken = [self._run(persona, pack, SEEDS[0])]
        if self._narrow(taken[0]):
            taken += [self._run(persona, pack, seed) for seed in SEEDS[1:]]
        kept = _median(taken)
        return replace(kept, reviewer=self.name if self._mode or not kept.model else f"model ({kept.model})")

    def second_look(self, reviews: Sequence[Review], pack: Pack, critics: Sequence[Persona]) -> tuple[Review, ...]:
        """The reviews after the word of the models of the pool POOL, where there is one."""
        if self._check is None:
            return tuple(reviews)
        by_name = {critic.name: critic for critic in critics}
        return second_look(reviews, pack, by_name, self._check, self._settings, self._token)

    def _narrow(self, review: Review) -> bool:
        return review.score is not None and abs(review.score - self._settings.ship_threshold) <= NARROW

    def _run(self, persona: Persona, pack: Pack, seed: int) -> Review:
        ask = partial(self._ask, heard=self._heard and partial(self._heard, persona.name))
        asker = _Asker(ask, self._pool, self._settings, persona, pack, seed, self._token, self._lookups)
        return self._fused(asker) if self._mode else asker.take("").review

    def _fused(self, asker: _Asker) -> Review:
        takes = fusion.everyone(self._members, asker.take)
        heard = [*takes]
        if self._mode == "best_of":
            ratings = fusion.best_of(takes, asker.prefer).review.ratings
        elif self._mode == "merge":
            ratings = fusion.merge(asker.persona, takes)
        else:
            second = self._second_round(asker, takes)
            heard += [replace(take, member=f"{take.member}, second round") for take in second]
            ratings = fusion.compare(asker.persona, fusion.latest(takes, second))
        struck = [take.review.struck or (0, 0) for take in heard]
        fused = asker.fused(ratings, [fusion.member_of(take) for take in heard])
        return replace(fused, struck=(sum(one for one, _ in struck), sum(written for _, written in struck)))

    def _second_round(self, asker: _Asker, takes: Sequence[Take]) -> list[Take]:
        if self._mode != "debate":
            return []
        return fusion.debate(takes, asker.take_again, self._settings.debate_tokens)


def _median(taken: Sequence[Review]) -> Review:
    """The review whose score is the median of all that have one; the first where none has. It carries every score."""
    scored = sorted((one for one in taken if one.score is not None), key=lambda one: one.score or 0)
    kept = scored[(len(scored) - 1) // 2] if scored else taken[0]
    scores = tuple(one.score for one in taken if one.score is not None)
    return replace(kept, runs=scores, cost=total([one.cost for one in taken]))


@dataclass
class _Reader:
    """A gateway's check that remembers the last answer it was shown, for when it cannot be read."""

    read: Callable[[str], Any]
    raw: str | None = None  # None: there was no answer
    why: str = ""
    cut_off: bool = False  # the last answer was longer than it may be
    may_call: bool = False  # calls of tools are an answer too
    lost: list[str | None] = field(default_factory=list)  # what answers cost that could not be read, in USD

    def __call__(self, text: str) -> Any:
        self.raw = text
        calls = calls_in(text)
        if calls and self.may_call:
            return calls
        try:
            if calls:
                raise ValueError("it calls functions instead of answering")
            return self.read(text)
        except ValueError as error:
            self.why = str(error)
            raise


class _Asker:
    """One run over one persona and pack: asks, repairs, checks; adds up what it cost."""

    def __init__(
        self,
        ask: Callable[..., Answer],
        pool: Pool,
        settings: Settings,
        persona: Persona,
        pack: Pack,
        seed: int,
        token: str,
        lookups: Lookups | None = None,
    ) -> None:
        self.persona, self.pack, self._lookups = persona, pack, lookups
        self._shown = shown(pack, persona)
        self._pool, self._settings, self._seed, self._token = pool, settings, seed, token
        self._ask = partial(ask, persona=persona.name, seed=seed)
        offered = MOST_LOOKUPS if lookups else 0
        self._task = review_messages(persona, pack, self._shown, token, seed=seed, lookups=offered)
        self._judged: list[str | None] = []  # what the comparisons cost

    def take(self, member: str) -> Take:
        """One member's review; member "": whichever the gateway chooses."""
        return self._take(member, self._task)

    def take_again(self, own: Take, others: Sequence[str]) -> Take:
        """A member's review after it has read what stood of the others."""
        said = own.review.text or own.review.abstain_reason
        return self._take(own.member, debate_messages(self._task, said, others, self._token))

    def prefer(self, first: str, second: str) -> fusion.Preference:
        """Which of two reviews is better, by a model; a tie where it does not say so readably."""
        messages = judge_messages(self.persona, first, second, self._token)
        try:
            answer = self._ask(messages, task="judge", check=read_judgement, schema=judgement_schema())
        except ModelError:
            return "tie"
        self._judged.append(_cost(answer))
        better: fusion.Preference = answer.value
        return better

    def fused(self, ratings: Sequence[Rating], members: Sequence[Member]) -> Review:
        """A review of ratings that were settled between members: scored anew, with all that went into it."""
        answered = [member for member in members if member.ratings]
        unscored = all(member.score is None for member in members)
        draft = self._draft(
            tuple(ratings),
            abstain_reason="; ".join(f"{member.member}: {member.text}" for member in members) if unscored else "",
            model=", ".join(dict.fromkeys(member.model for member in answered)),
            prompt_hash=answered[0].prompt_hash if answered else "",
            cost=total([*(member.cost for member in members if member.ratings or member.raw), *self._judged]),
            members=tuple(members),
            unread=not answered,
        )
        review = judge(self.persona, self.pack, draft, self._settings)
        if review.score is not None or unscored or self.pack.unfit:
            return review
        return replace(review, abstain_reason=f"between its members, {review.abstain_reason}")

    def _draft(self, ratings: tuple[Rating, ...], **values: Any) -> Review:
        evidence = self._shown.numbers
        return Review(self.persona.name, "", None, None, "", ratings, seed=self._seed, evidence=evidence, **values)

    def _take(self, member: str, messages: Messages) -> Take:
        """A member's review, checked: no answer that can be read makes one without a score."""
        reader = _Reader(partial(read_answer, self.persona, self._shown))
        answers, said = self._answered(member, messages, reader)
        if not answers:
            reason = reader.why if reader.cut_off else f"its answer could not be read, twice: {reader.why}"
            draft = self._draft((), abstain_reason=reason, raw=reader.raw or "", cost=total(reader.lost), unread=True)
            return Take(member, draft)
        ratings = self._settled(said)
        draft = self._draft(
            ratings,
            model=", ".join(dict.fromkeys(one.model for one in answers)),
            prompt_hash=answers[0].prompt_hash,
            cost=total([*reader.lost, *(_cost(one) for one in answers)]),
            raw="\n\n".join(one.text for one in answers),
        )
        review = judge(self.persona, self.pack, draft, self._settings)
        struck = struck_of(next(one.value for one in answers if isinstance(one.value, Draft)).ratings, review.ratings)
        told = replace(
            review,
            ratings=_reasoned(self.persona, said, ratings, review.ratings),
            abstain_reason=self.pack.unfit or (review.abstain_reason and _silent(struck, review)),
            struck=struck,
        )
        return Take(member, told, _tokens(answers))

    def _answered(self, member: str, messages: Messages, reader: _Reader) -> tuple[list[Answer], Draft]:
        """The answers that could be read and the draft they come to; none where two in a row could not."""
        schema = answer_schema(self.persona)
        *looked, first = self._looked_up(messages, reader, schema=schema, member=member)
        if first is None and reader.cut_off:  # it had twice the room already
            return [], _NOTHING
        if first is None:
            again = again_messages(messages, reader.raw or "", reader.why, self.persona)
            second = self._readable(again, reader, task=TASK, schema=schema, member=member)
            return ([*looked, second], second.value) if second else ([], _NOTHING)
        said: Draft = first.value
        faults = faults_of(said.ratings, self.pack, self._shown)
        if not faults or not self._costs_something(said):
            return [*looked, first], said
        asked = repair_messages(self.persona, self._shown, faults, self._token)
        schema = repair_schema(faults)
        mending = _Reader(partial(read_repairs, self._shown), lost=reader.lost)
        repair = self._readable(asked, mending, task="repair", schema=schema, member=member)
        if repair is None:
            return [*looked, first], said
        mended = repaired(said.ratings, faults, repair.value)
        return [*looked, first, repair], replace(said, ratings=mended)

    def _looked_up(self, messages: Messages, reader: _Reader, **how: Any) -> list[Any]:
        """The answers in which the model called tools, and last the one it wrote then; None in its place where that could
        not be read. Where no tools are offered there is only the last."""
        if self._lookups is None:
            return [self._readable(messages, reader, task=TASK, **how)]
        answers: list[Any] = []
        left = MOST_LOOKUPS
        while True:
            reader.may_call = left > 0
            task = f"{TASK}.lookup" if answers else TASK
            tools = {"tools": self._lookups.tools, "may_call": left > 0}
            answers.append(self._readable(messages, reader, task=task, **tools, **how))
            calls = calls_in(answers[-1].text) if answers[-1] else ()
            if not calls:
                reader.may_call = False
                return answers
            results = [self._lookups.answer(call, self._token) for call in calls[:left]]
            results += [f"Not called: there are {MOST_LOOKUPS} calls in all. Answer now."] * (len(calls) - len(results))
            messages = [*messages, *call_messages(calls, results)]
            left -= min(left, len(calls))

    def _settled(self, said: Draft) -> tuple[Rating, ...]:
        """The ratings of a draft without what is struck before the judge sees it, moved by what the model knows."""
        standing = tuple(
            replace(one, claims=tuple(claim for claim in one.claims if not not_its_own(claim, self.pack)))
            for one in said.ratings
        )
        return tuple(_moved(rating, said) for rating in _own(standing, self.pack))

    def _costs_something(self, said: Draft) -> bool:
        """Whether what does not stand takes a score, a level or much of the review with it; else it is left out, unasked."""
        left = judge(self.persona, self.pack, self._draft(self._settled(said)), self._settings)
        left = replace(left, struck=struck_of(said.ratings, left.ratings))
        kept = {rating.field: rating.level for rating in left.ratings}
        lowered = any(kept[rating.field] != _moved(rating, said).level for rating in said.ratings)
        return left.score is None or lowered or too_many_struck([left])

    def _readable(self, messages: Messages, reader: _Reader, **how: Any) -> Answer | None:
        """The answer, None when there was one that could not be read. Errors: ModelError when there was none."""
        reader.raw = None
        try:
            return self._ask(messages, check=reader, **how)
        except ModelError as error:
            last = _no_answer(error)
            if reader.raw is None and last is None:
                raise
            if reader.raw is None and last is not None:
                reader.raw, reader.why, reader.cut_off = last.text, last.reason, last.kind == "cut_off"
            reader.lost += _lost(error, self._pool)
            return None


def _no_answer(error: ModelError) -> Failed | None:
    """The last failure where every model that was asked answered, and none with an answer: empty, cut off, no JSON."""
    failures = [failed for _, failed in error.failures] if isinstance(error, AllFailed) else []
    answered = failures and all(failed.kind in ("invalid", "cut_off") for failed in failures)
    return failures[-1] if answered else None


# what stands ----------------------------------------------------------------------------------------------------


def faults_of(ratings: Sequence[Rating], pack: Pack, shown: Shown) -> list[Fault]:
    """The claims of a draft that the checker would strike out or demote, each with what is wrong with it."""
    found: list[Fault] = []
    for rating in ratings:
        for claim in rating.claims:
            why = not_its_own(claim, pack) or _fault(claim, pack, shown)
            if why:
                found.append(Fault(len(found) + 1, rating.field, claim, why))
    return found


def not_its_own(claim: Claim, pack: Pack) -> str:
    """Why a claim is struck before the judge sees it: it repeats an example, tells what others wrote as a fact, or what it
    calls knowledge is none of the market; "" where it may go on."""
    texts = [passage.text for passage in pack.passages]
    if words := from_examples(claim.text, (pack.document.name, *texts)):
        return f"“{words}” is of an example and not of this product"
    if claim.kind == "fact" and _of_voices(claim, pack) and not tells_of_others(claim.text):
        return "what somebody else wrote is told as theirs: a commenter says so"
    if claim.check != "knowledge":
        return ""
    if names_figure(claim.text):
        return "what you know of the market names no figure"
    if _OF_ITSELF.match(claim.text) or _holds(claim.text, pack.document.name):
        return "what you say of the product itself is a fact and cites sentences"
    return ""


def _of_voices(claim: Claim, pack: Pack) -> bool:
    passages = [pack.passage(one.passage) for one in claim.citations]
    return any(passage is not None and passage.trust == "voice" for passage in passages)


def _holds(text: str, name: str) -> bool:
    return re.search(rf"(?<!\w){re.escape(name.strip())}(?!\w)", text) is not None


def repaired(ratings: Sequence[Rating], faults: Sequence[Fault], mended: dict[int, Claim | None]) -> tuple[Rating, ...]:
    """The ratings with mended claims in their places; one that was taken back is gone, one left out stays as it was."""
    instead = {(fault.field, fault.claim): mended[fault.number] for fault in faults if fault.number in mended}

    def claims(rating: Rating) -> tuple[Claim, ...]:
        told = (instead.get((rating.field, claim), claim) for claim in rating.claims)
        return tuple(claim for claim in told if claim is not None)

    return tuple(replace(rating, claims=claims(rating)) for rating in ratings)


def _fault(claim: Claim, pack: Pack, shown: Shown) -> str:
    """Why the judge would strike a claim out or demote it; "" where it stands."""
    kept = check_claim(claim, pack)
    if kept is not None and kept.kind == claim.kind:
        return ""
    for citation in claim.citations:
        if citation.passage == UNKNOWN:
            return f"there is no sentence {neutral(citation.quote)[:20]}: {shown.numbers_beside(citation.quote)}"
    if claim.kind != "fact":
        return f"an {claim.kind} brings no figure and no quoted words that it does not cite"
    if not claim.citations:
        return "a fact cites the sentences that carry it"
    quotes = " … ".join(citation.quote for citation in claim.citations)
    lacks = unsupported(claim.text, quotes, others=rivals_of(pack))
    return lacks or "the sentences it cites do not carry it"


def _moved(rating: Rating, said: Draft) -> Rating:
    """A rating moved by what the model knows of the market: by one level at most, and only where it says what it knows."""
    shift = said.shifts.get(rating.field, 0)
    if rating.level is None or not shift or not any(claim.check == "knowledge" for claim in rating.claims):
        return rating
    return replace(rating, level=min(4, max(0, rating.level + (1 if shift > 0 else -1))))


def _own(ratings: Sequence[Rating], pack: Pack) -> tuple[Rating, ...]:
    """The ratings with the page's words told as such: a page does not get to speak as its critic.

    A sentence copied from a passage stands between quotation marks where its own citation carries it, and is left out
    elsewhere, whatever it is said to be.
    """
    texts = [text for passage in pack.passages for text in (passage.text, neutral(passage.text))]

    def told(claim: Claim) -> Claim | None:
        if len(claim.text.split()) < COPIED_WORDS or not any(find_quote(claim.text, text) for text in texts):
            return claim
        kept = check_claim(claim, pack)
        carried = kept and kept.supported and any(find_quote(claim.text, one.quote) for one in kept.citations)
        return replace(claim, text=f"“{claim.text.strip('“”.')}”.") if carried else None

    def rating(one: Rating) -> Rating:
        return replace(one, claims=tuple(kept for claim in one.claims if (kept := told(claim))))

    return tuple(rating(one) for one in ratings)


def _reasoned(persona: Persona, said: Draft, settled: Sequence[Rating], judged: Sequence[Rating]) -> tuple[Rating, ...]:
    """The judged ratings with the anchor of their level as the reason, and what moved it there. The model's own reason made
    it think before it rated; nobody has checked it, so nobody is shown it."""
    asked = {rating.field: rating.level for rating in settled}
    cited = {rating.field: rating.level for rating in said.ratings}

    def reason(rating: Rating) -> str:
        if rating.level is None:
            return "the evidence is silent"
        anchor = persona.field(rating.field).anchors[rating.level]
        wanted = asked.get(rating.field)
        if wanted != rating.level:
            return f"{anchor} (the model said {wanted}, more than what stood carries)"
        if wanted != cited.get(rating.field):
            return f"{anchor} (by what is cited {cited.get(rating.field)}; the rest is the reviewer's knowledge, not checked)"
        return anchor

    return tuple(replace(rating, reason=reason(rating)) for rating in judged)


def _silent(struck: tuple[int, int], review: Review) -> str:
    """Why a review has no score: silence of the evidence is one thing, and facts that did not stand are another."""
    fallen, written = struck
    if not fallen:
        return f"by the model's reading, {review.abstain_reason}"
    stood = written - fallen
    return f"of {written} facts that the model wrote {stood or 'none'} stood on the passages it cites: too few to score"


def _cost(answer: Answer) -> str | None:
    return None if answer.cost is None else str(answer.cost)


def _lost(error: ModelError, pool: Pool) -> list[str | None]:
    """What answers cost that were paid for and could not be read."""
    billed = [(name, failed) for name, failed in getattr(error, "failures", ()) if failed.billed]
    prices = [(pool.member(name).price, failed.usage) for name, failed in billed]
    return [str(price.of(usage)) if price and usage else None for price, usage in prices]


def _tokens(answers: Sequence[Answer]) -> int | None:
    counts = [count for one in answers for count in (one.tokens_in, one.tokens_out)]
    return None if None in counts else sum(count or 0 for count in counts)
