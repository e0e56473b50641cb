"""How a product is sold: the pricing model, derived from plans, licence and what the page says; nothing said, nothing known."""

from __future__ import annotations

import re
from collections.abc import Container, Iterator, Sequence
from functools import cached_property

from tools.models import Evidence, Fact, Plan, PricingModel
from tools.page import licences
from tools.page.seen import Seen
from tools.page.visible import Line
from tools.page.words import Phrase, find, heard, hints

_TRIAL = Phrase(
    r"(?:<trial>|(?<!\w)(?:<free>|start|begin|try|sign up for)\W+(?:[\w-]+\W+){0,3}trial(?!\w))(?!\s*(?:when|with|if|on)\b)",
    "trial",
)
_GIVEN_AWAY = Phrase(
    r"<free>(?: [\w-]+){0,2}\s*<given_away>|<given_away>\s<free>|(?<!\w)\w+-free(?!\w)|(?<!\w)free (?:from|of(?! charge)|up|yourself|your)(?!\w)|(?<!\w)freelanc\w+",
    "free",
    pieces=("freelanc",),
)
# "The free version of" something is mostly somebody else's.
_FREE_PLAN = Phrase(
    r"(?:<free_plan>|<free_forever>|(?<!\w)free \w+ \w+ plan(?!\w))(?!\s+of\s)", "free_plan", "free_forever", "free"
)
_FREE_SAID = Phrase(r"<is_free>(?!\s*(?:of(?! charge)|from|to roam))", "is_free")
_PAID_COLUMN = Phrase(r"(?:the )?(?:<plan>\s+)?<paid_name>(?:\s*<plan>)?\W*", "paid_name")
_SIGN_UP_FREE = Phrase(
    r"(?:<sign_up>[^.!?]{0,25}?<free>.{0,12}|<free>.{0,4}?<sign_up>.{0,12}|free to (?:build|start|join))\W*$", "free"
)
_TRY_FREE = Phrase(r"(?:<try_it>[^.!?]{0,30}?<free>.{0,12}|<free>.{0,4}?<try_it>.{0,12})\W*$", "free")
_OPEN = Phrase(
    r"<open_source>(?! (?:models?|llms?|projects?|librar|communit|tools|data|contribut|alternatives to))", "open_source"
)
_OTHERS = Phrase(r"[“”\"]|<others>", "others", pieces=("“", "”", '"'))
# What stands before a word and takes it back, or makes it a trial's: "no free plan", "the first month is free".
_DENIED = Phrase(r"(?:<not>\s*(?:\w+\s+){0,2}|<billed_monthly>\s)$", "not", "billed_monthly")
_SIGNS = ("trial", "usage", "paid_plan", "free_plan", "free_forever", "is_free", "free")
_HEADS = frozenset(("h1", "th"))  # whose lines may give a sign of their own
_METERED = re.compile(
    r"token|request|call|credit|message|email|sms|minute|second|hour|image|page|gb|tb|cpu|gpu|character|event|build|run|task|quer|transaction",
    re.IGNORECASE,
)
_MOST_CHARS, _LONGEST, _LONGEST_BUTTON, _SHORT_HEAD = 1_500, 400, 60, 40  # of a line that may be a sign
_MOST_LINES = 5_000  # of one page listened to; what follows sells nothing


def pricing_facts(seen: Seen, plans: Sequence[Plan], pricing_url: str | None, licence: Fact | None) -> list[Fact]:
    """The derived fact `pricing_model` with the evidence it follows from, or [] when the page says nothing.

    pricing_url: the product's own pricing page, when it has one.
    """
    model, confidence, evidence = _Signs(seen, plans, pricing_url, licence).model()
    if model == "unknown" or not evidence:
        return []
    return [Fact("pricing_model", model, "derived", confidence, tuple(evidence))]


class _Signs:
    """What the page says about paying, each sign with the words that give it first."""

    def __init__(self, seen: Seen, plans: Sequence[Plan], pricing_url: str | None, licence: Fact | None) -> None:
        self.seen, self.licence, self.pricing_url = seen, licence, pricing_url
        self.paid = [p for p in plans if p.amount is not None and p.amount > 0]
        self.gratis = [p for p in plans if p.amount == 0 and find(p.name, "trial", "trial_name") is None]
        self.asked = [p for p in plans if p.amount is None]

    def _has(self, *signs: str) -> bool:
        return any(sign in self.told for sign in signs)

    def _cite(self, *signs: str) -> list[Evidence]:
        return [self.told[sign] for sign in signs if sign in self.told]

    @cached_property
    def told(self) -> dict[str, Evidence]:
        """The signs of the page's lines; read when one is asked for."""
        found: dict[str, Evidence] = {}
        view = self.seen.view
        heads = (number for number, line in enumerate(view.lines) if line.tag in _HEADS)
        for number in sorted(view.small.may_hold(*_SIGNS).union(heads)):
            line = view.lines[number]
            if number >= _MOST_LINES:
                break
            if line.shade < 2 and len(line.text) <= _MOST_CHARS:
                for sign in _signs_of(line, found):
                    found[sign] = self.seen.quote(line.text[:300], "markup" if line.shade else "visible")
        return found

    def model(self) -> tuple[PricingModel, float, list[Evidence]]:
        """The model, how sure, and the evidence it follows from."""
        if self.paid:
            return self._priced()
        if self.gratis and (self.asked or self._has("paid column")):
            proof = [self.gratis[0].evidence[0], *(p.evidence[0] for p in self.asked[:1])]
            return "freemium", 0.8, proof + ([] if self.asked else self._cite("paid column"))
        if self._has("open") or (self.licence is not None and licences.is_open(self.licence.value)):
            return "open-source", 0.8, self._cite("open") or list(self.licence.evidence if self.licence else ())
        free = self._free()
        if free[0] != "unknown":
            return free
        if self.asked:
            return "contact", 0.65, [self.asked[0].evidence[0]]
        if self._has("usage"):
            return "usage", 0.75, self._cite("usage")
        if self._has("free try") and self._sells():
            return "freemium", 0.55, self._cite("free try")
        return "unknown", 0.0, []

    def _sells(self) -> bool:
        return bool(self.pricing_url) or self._has("paid said")

    def _free(self) -> tuple[PricingModel, float, list[Evidence]]:
        """What the page's words about "free" come to where no plan has a price; unknown when they say too little.

        A button that begins for free says nothing of what follows: alone, or beside a trial, it is no sign.
        """
        plan, said = self._cite("free plan"), self._cite("free said")
        gratis = [self.gratis[0].evidence[0]] if self.gratis else []
        if not plan and not gratis:
            if self._has("trial"):
                return "paid", 0.6, self._cite("trial")
            if self._sells() and (said or self._has("free sign-up")):
                return "freemium", 0.6, said or self._cite("free sign-up")
            return ("free", 0.65, said) if said else ("unknown", 0.0, [])
        proof = plan + self._cite("free sign-up")[: 2 - len(plan)] if plan else gratis
        if self._sells():
            return "freemium", 0.75 if plan else 0.6, proof + self._cite("paid said")
        return "free", 0.65, proof

    def _priced(self) -> tuple[PricingModel, float, list[Evidence]]:
        proof = [p.evidence[0] for p in (*self.gratis[:1], *self.paid[:2]) if p.evidence]
        if self.gratis or self._has("free plan"):
            return "freemium", 0.9, proof + ([] if self.gratis else self._cite("free plan"))
        if all(_by_usage(p) for p in self.paid):
            return "usage", 0.8, proof
        return "paid", 0.85, proof


def _signs_of(line: Line, known: Container[str]) -> Iterator[str]:
    """The signs that a line gives, of those not known yet."""
    text = line.text
    if "trial" not in known and _TRIAL.search(text):
        yield "trial"
    if line.tag == "h1" and "open" not in known and _OPEN.search(text):
        yield "open"
    if line.tag == "th" and len(text) < _SHORT_HEAD and "paid column" not in known and _PAID_COLUMN.fullmatch(text):
        yield "paid column"
    if len(text) <= _LONGEST:
        for sign, phrase in _SAYINGS:
            if sign not in known and _says(text, phrase):
                yield sign
        yield from _signs_of_free(text, known)


def _says(text: str, phrase: Phrase) -> bool:
    """Whether a text says so itself and does not take it back."""
    match = phrase.search(text)
    return match is not None and not _DENIED.search(text[: match.start()]) and not _OTHERS.search(text)


def _signs_of_free(text: str, known: Container[str]) -> Iterator[str]:
    """What a text calls free, but for trials, demos and things given away."""
    if not hints("free_plan", "free_forever", "is_free", "free").may_be_in(heard(text)):
        return
    rest = _GIVEN_AWAY.without(_TRIAL.without(text))
    for sign, phrase in _FREE_SIGNS:
        if sign not in known and _says(rest, phrase):
            yield sign
    if len(text) <= _LONGEST_BUTTON and find(text, "free"):
        for sign, phrase in _ACTIONS:
            if phrase.match(rest.strip()):
                yield sign
                break


_SAYINGS = (("usage", Phrase("<usage>", "usage")), ("paid said", Phrase("<paid_plan>", "paid_plan")))
_FREE_SIGNS = (("free plan", _FREE_PLAN), ("free said", _FREE_SAID))
_ACTIONS = (("free sign-up", _SIGN_UP_FREE), ("free try", _TRY_FREE))


def _by_usage(plan: Plan) -> bool:
    counted = bool(plan.unit) and plan.period is None and bool(_METERED.search(plan.unit or ""))
    return counted or plan.period == "hour"
