"""How a product is sold: the pricing model, derived from plans, licence and what the page says; nothing said, nothing known."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import cached_property, lru_cache

from tools.models import Evidence, Fact, Plan, PricingModel
from tools.page import licences
from tools.page.price_headings import only_of_prices
from tools.page.seen import Seen
from tools.page.visible import Line
from tools.page.words import Phrase, find, heard, hints, holding, is_one, may_hold, stems

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
_FREE_HEAD = Phrase(
    r"(?<!\w)(?:for free(?!\w)|free[,!.])|<free>(?: [\w-]+,?){0,5}\s*<product_word>|<product_word>\s<free>|(?<!\w)download(?!\w).{0,25}<free>",
    "free",
)
_FREE_COLUMN = Phrase(r"(?:<plan>\s+)?<free>(?:\s*<plan>)?\W*", "free")
_PAID_TIER = Phrase(r"(?:the )?(?:<plan>\s+)?<paid_name>(?:\s*<plan>)?\W*", "paid_name")
_SIGN_UP_FREE = Phrase(
    r"(?:<sign_up>[^.!?]{0,25}?<free>.{0,12}|<free>.{0,4}?<sign_up>.{0,12}|free to (?:build|start|join))\W*$", "free"
)
_TRY_FREE = Phrase(r"(?:<try_it>[^.!?]{0,30}?<free>.{0,12}|<free>.{0,4}?<try_it>.{0,12})\W*$", "free")
_SELF_SERVE = Phrase(
    r"(?:<sign_up>|<buy>|<try_it>)(?:\s*(?:now|today|here|it|building|deploying|account|<free>|<product_word>))*\W*$",
    "sign_up",
    "buy",
    "try_it",
)
_DEMO = Phrase(r"(?:<demo>|<contact_sales>)\W*$", "demo", "contact_sales")
_ON_REQUEST = Phrase(r"(?:<price_word>|<pricing_page>)[^.!?]{0,20}?<on_request>|^\W*<on_request>\W*$", "on_request")
_OPEN = Phrase(
    r"<open_source>(?! (?:models?|llms?|projects?|librar|communit|tools|data|contribut|alternatives to))", "open_source"
)
_OTHERS = Phrase(r"[“”\"]|<others>", "others", pieces=("“", "”", '"'))
# What stands before a word and takes it back, or makes it a trial's: "no free plan", "the first month is free".
_DENIED = Phrase(r"(?:<not>\s*(?:\w+\s+){0,2}|<billed_monthly>\s)$", "not", "billed_monthly")
_SIGNS = ("free", "trial", "on_request", "usage", "paid_plan", "no_account", "free_plan", "is_free")
_METERED = re.compile(
    r"token|request|call|credit|message|email|sms|minute|second|hour|image|page|gb|tb|cpu|gpu|character|event|build|run|task|quer|transaction",
    re.IGNORECASE,
)
_HIGH = re.compile(r"[^\x00-\x7f]")
_TELLING_TAGS = frozenset({"h1", "h2", "h3", "h4", "h5", "th"})  # in which a line is looked at whatever it says
_MOST_CHARS = 1_500  # of a line that may be a sign
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
    """What the page says about paying, each sign with the words that give it; a part of the page is read when it is asked for."""

    def __init__(self, seen: Seen, plans: Sequence[Plan], pricing_url: str | None, licence: Fact | None) -> None:
        self.seen, self.licence, self.pricing_url = seen, licence, pricing_url
        self.paid = [p for p in plans if p.amount is not None and p.amount > 0]
        self.gratis = [p for p in plans if p.amount is not None and p.amount == 0]
        self.asked = [p for p in plans if p.amount is None]

    def _evidence(self, sign: str) -> Evidence | None:
        """The words that give a sign: of a line, else of a button or link, else of the page's head."""
        for signs, found in _PARTS:
            if sign in signs and (said := found(self).get(sign)):
                return said
        return None

    def _has(self, *signs: str) -> bool:
        return any(self._evidence(sign) for sign in signs)

    def _cite(self, *signs: str) -> list[Evidence]:
        return [said for sign in signs if (said := self._evidence(sign))]

    @cached_property
    def spoken(self) -> list[Line]:
        """The lines that are listened to."""
        lines = self.seen.view.lines[:_MOST_LINES]
        return [line for line in lines if line.shade < 2 and len(line.text) <= _MOST_CHARS]

    @cached_property
    def of_lines(self) -> dict[str, Evidence]:
        """The signs of the page's lines."""
        found = _Found(self.seen)
        foreign = _foreign(self.seen.meta.lang, self.spoken)
        # Most lines hold none of these words: those that do are found in the whole text, not by asking each line.
        texts = self.seen.view.small
        telling = may_hold(texts, *_SIGNS) if foreign else holding(texts, stems(*_SIGNS, of="en"))
        for number, line in enumerate(self.seen.view.lines[:_MOST_LINES]):
            if line.shade > 1 or len(line.text) > _MOST_CHARS:
                continue
            if line.tag in _TELLING_TAGS:
                _look_at_heading(found, line)
            if (number in telling or line.tag in _TELLING_TAGS) and _may_say(line.text, *_SIGNS):
                _look_at(found, line)
        return found

    @cached_property
    def of_actions(self) -> dict[str, Evidence]:
        """The signs of buttons and links, each by its own words; a link's words must stand in a line that a reader sees."""
        found, spoken = _Found(self.seen), self.spoken
        of_prices = any(line.tag == "h1" and only_of_prices(line.text) for line in spoken)
        for line in spoken:
            if len(line.text) <= 60:
                for sign in _action_signs(line.text):
                    found.mark(sign, line.text, line.shade)
                if of_prices and line.tag != "nav" and is_one(line.text, "contact"):
                    found.mark("contact", line.text, line.shade)
        seen = ""
        for said in self.seen.view.actions():
            if 3 < len(said) <= 60 and (signs := [s for s in _action_signs(said) if s not in found]):
                seen = seen or "\n".join(line.text for line in spoken if not line.shade)
                if said in seen:
                    for sign in signs:
                        found.mark(sign, said)
        return found

    @cached_property
    def of_head(self) -> dict[str, Evidence]:
        """The signs of the page's title and description."""
        found, meta = _Found(self.seen), self.seen.meta
        for path, told in (("title", meta.title), ("meta description", meta.first("description", "og:description"))):
            text = told[:_MOST_CHARS]
            if not text:
                continue
            rest = _rest(text)
            if _TRIAL.search(text):
                found.mark("trial", text, path=path)
            if _FREE_SAID.search(rest) or _FREE_PLAN.search(rest) or _FREE_HEAD.search(rest):
                found.mark("free head", text, path=path)
            if find(text, "no_account"):
                found.mark("no account", text, path=path)
            if _OPEN.search(text):
                found.mark("open", text, path=path)
        return found

    def model(self) -> tuple[PricingModel, float, list[Evidence]]:
        """The model, how sure, and the evidence it follows from."""
        if self.paid:
            return self._priced()
        if self.gratis and (self.asked or self._has("paid tier", "paid column")):
            proof = [self.gratis[0].evidence[0], *(p.evidence[0] for p in self.asked[:1])]
            return "freemium", 0.8, proof + ([] if self.asked else self._cite("paid tier", "paid column")[:1])
        if self._has("free column") and self._has("paid column"):
            return "freemium", 0.75, self._cite("free column", "paid column")
        if self._has("open") or (self.licence is not None and licences.is_open(self.licence.value)):
            return "open-source", 0.8, self._cite("open") or list(self.licence.evidence if self.licence else ())
        free = self._free()
        if free[0] != "unknown":
            return free
        if self._has("trial"):
            return "paid", 0.7, self._cite("trial")
        if self.asked or self._has("on request"):
            return "contact", 0.65, [p.evidence[0] for p in self.asked[:1]] + self._cite("on request", "demo")
        if self._has("usage"):
            return "usage", 0.75, self._cite("usage")
        if self._has("free try") and self._sells():
            return "freemium", 0.55, self._cite("free try")
        if self._has("demo") and not self._has("self-serve"):
            return "contact", 0.6, self._cite("demo")
        if self._has("contact") and not self._has("self-serve", "paid said"):
            return "contact", 0.55, self._cite("contact")
        return "unknown", 0.0, []

    def _sells(self) -> bool:
        return bool(self.pricing_url) or self._has("paid said")

    def _free(self) -> tuple[PricingModel, float, list[Evidence]]:
        """What the page's words about "free" come to where no plan has a price; unknown when they say too little.

        A button that begins for free says nothing of what follows: alone, or beside a demo or a trial, it is no sign.
        """
        plan, said = self._cite("free plan"), self._cite("free head", "free said")
        gratis = [self.gratis[0].evidence[0]] if self.gratis else []
        if not plan and not gratis:
            if self._has("trial") and (self._sells() or not self._has("free head")):
                return "paid", 0.6, self._cite("trial")
            if said and self._has("no account"):
                return "free", 0.7, said + self._cite("no account")
            if self._sells() and (said or self._has("free sign-up")):
                return "freemium", 0.6, said[:2] or self._cite("free sign-up")
            return ("unknown", 0.0, []) if self._has("demo") or not said else ("free", 0.65, said)
        proof = plan + self._cite("free sign-up")[: 2 - len(plan)] if plan else gratis
        if self._sells() or (plan and self._has("demo")):
            return "freemium", 0.75 if plan else 0.6, proof + self._cite("paid said")
        return "free", 0.65, proof

    def _priced(self) -> tuple[PricingModel, float, list[Evidence]]:
        proof = [p.evidence[0] for p in (*self.gratis[:1], *self.paid[:2]) if p.evidence]
        if self.gratis or self._has("free plan"):
            return "freemium", 0.9, proof + ([] if self.gratis else self._cite("free plan"))
        if self._has("free column") and self._has("paid column"):
            return "freemium", 0.75, proof + self._cite("free column")
        if self._has("no account"):
            return "freemium", 0.75, proof + self._cite("no account")
        # A list of two plans or more that names no free one means a trial when its buttons say "free".
        if self._has("free sign-up") and not self._has("trial") and len(self.paid) < 2:
            return "freemium", 0.7, proof + self._cite("free sign-up")
        if all(_by_usage(p) for p in self.paid):
            return "usage", 0.8, proof
        if self._has("usage") and not any(p.period for p in self.paid):
            return "usage", 0.7, proof + self._cite("usage")
        return "paid", 0.85, proof


# Which signs each part of the page may give; a sign of several is taken from the first that gives it.
_LINES = frozenset(
    ("open", "trial", "on request", "usage", "paid said", "free column", "paid tier", "paid column", "no account", "free plan", "free said")
)  # fmt: skip
_ACTIONS = frozenset(("free sign-up", "free try", "demo", "self-serve", "contact"))
_HEAD = frozenset(("trial", "free head", "no account", "open"))
_PARTS: tuple[tuple[frozenset[str], Callable[[_Signs], dict[str, Evidence]]], ...] = (
    (_LINES, lambda signs: signs.of_lines),
    (_ACTIONS, lambda signs: signs.of_actions),
    (_HEAD, lambda signs: signs.of_head),
)


class _Found(dict[str, Evidence]):
    """The signs of one part of a page, each with the first words that give it."""

    def __init__(self, seen: Seen) -> None:
        super().__init__()
        self._seen = seen

    def mark(self, sign: str, quote: str, shade: int = 0, path: str = "") -> None:
        """Note a sign where it stands first."""
        self.setdefault(sign, self._seen.quote(quote[:300], "markup" if shade or path else "visible", path))


def _look_at(found: _Found, line: Line) -> None:
    text, shade = line.text, line.shade
    if "trial" not in found and _TRIAL.search(text):
        found.mark("trial", text, shade)
    if len(text) < 200 and "on request" not in found and _ON_REQUEST.search(text):
        found.mark("on request", text, shade)
    if len(text) > 400:
        return
    if _says(found, "usage", text, "usage"):
        found.mark("usage", text, shade)
    if _says(found, "paid said", text, "paid_plan") and not _OTHERS.search(text):
        found.mark("paid said", text, shade)
    if len(text) < 400:
        _look_for_free(found, text, shade)


def _look_at_heading(found: _Found, line: Line) -> None:
    text, shade = line.text, line.shade
    if line.tag == "h1" and _OPEN.search(text):
        found.mark("open", text, shade)
    if len(text) >= 40:
        return
    if line.tag == "th" and _FREE_COLUMN.fullmatch(text):
        found.mark("free column", text, shade)
    elif _PAID_TIER.fullmatch(text):
        if line.tag == "th":
            found.mark("paid column", text, shade)
        elif line.tag != "h1":
            found.mark("paid tier", text, shade)


def _look_for_free(found: _Found, text: str, shade: int) -> None:
    if "no account" not in found and find(text, "no_account") and find(text, "free"):
        found.mark("no account", text, shade)
    wanted = [(sign, phrase) for sign, phrase in _FREE_SIGNS if sign not in found]
    if not wanted or not _may_say(text, "free_plan", "free_forever", "is_free", "free"):
        return
    rest = _rest(text)
    for sign, phrase in wanted:
        if (match := phrase.search(rest)) and not _DENIED.search(rest[: match.start()]) and not _OTHERS.search(text):
            found.mark(sign, text, shade)


_FREE_SIGNS = (("free plan", _FREE_PLAN), ("free said", _FREE_SAID))


def _says(found: _Found, sign: str, text: str, concept: str) -> bool:
    """Whether a sign that is not found yet stands in a text that does not take it back."""
    match = None if sign in found else find(text, concept)
    return match is not None and not _DENIED.search(text[: match.start()])


def _may_say(text: str, *concepts: str) -> bool:
    return hints(*concepts).may_be_in(heard(text))


def _foreign(lang: str, lines: Sequence[Line]) -> bool:
    """Whether the page may speak another language than English: as it declares, or by the letters of its lines."""
    if lang and not lang.lower().startswith("en"):
        return True
    accented = sum(not line.text.isascii() and any(map(str.isalpha, _HIGH.findall(line.text))) for line in lines[:400])
    return accented * 12 > min(len(lines), 400)


@lru_cache(maxsize=4096)
def _action_signs(said: str) -> tuple[str, ...]:
    """What the words of a button or a short line say about paying."""
    if not hints("free", "demo", "contact_sales", "sign_up", "buy", "try_it").may_be_in(heard(said)):
        return ()
    signs = []
    if find(said, "free"):
        rest = _rest(said).strip()
        if _SIGN_UP_FREE.match(rest):
            signs.append("free sign-up")
        elif _TRY_FREE.match(rest):
            signs.append("free try")
    if _DEMO.match(said):
        signs.append("demo")
    elif _SELF_SERVE.match(said):
        signs.append("self-serve")
    return tuple(signs)


def _rest(text: str) -> str:
    """What remains, in lower case, when trials, demos and things given away are taken out."""
    return _GIVEN_AWAY.without(_TRIAL.without(text))


def _by_usage(plan: Plan) -> bool:
    counted = bool(plan.unit) and plan.period is None and bool(_METERED.search(plan.unit or ""))
    return counted or plan.period == "hour"
