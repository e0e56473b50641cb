"""How a product is sold: the pricing model, derived from plans, licence and what the page says; nothing said, nothing known."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from tools.models import Evidence, Fact, Plan, PricingModel
from tools.page import licences
from tools.page.markup import Meta
from tools.page.price_headings import only_of_prices
from tools.page.seen import Seen
from tools.page.visible import Line, holding
from tools.page.words import Phrase, find, heard, hints, is_one, low, stems

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
    """What the page says about paying, each sign with the words that give it."""

    def __init__(self, seen: Seen, plans: Sequence[Plan], pricing_url: str | None, licence: Fact | None) -> None:
        self.seen, self.licence, self.pricing_url = seen, licence, pricing_url
        self.paid = [p for p in plans if p.amount is not None and p.amount > 0]
        self.gratis = [p for p in plans if p.amount is not None and p.amount == 0]
        self.asked = [p for p in plans if p.amount is None]
        self.found: dict[str, Evidence] = {}
        spoken = [line for line in seen.view.lines[:_MOST_LINES] if line.shade < 2 and len(line.text) <= _MOST_CHARS]
        self.foreign = _foreign(seen.meta.lang, spoken)
        # Most lines hold none of these words: those that do are found in the whole text, not by asking each line.
        telling = holding([low(line.text) for line in spoken], stems(*_SIGNS, of="" if self.foreign else "en"))
        for number, line in enumerate(spoken):
            if number in telling or line.tag in _TELLING_TAGS or (self.foreign and not line.text.isascii()):
                self._look_at(line)
        self.of_prices = any(line.tag == "h1" and only_of_prices(line.text) for line in spoken)
        self._look_at_actions(spoken)
        self._look_at_head(seen.meta)

    def _mark(self, sign: str, quote: str, shade: int = 0, path: str = "") -> None:
        self.found.setdefault(sign, self.seen.quote(quote[:300], "markup" if shade or path else "visible", path))

    def _look_at(self, line: Line) -> None:
        text, shade = line.text, line.shade
        if line.tag == "h1" and _OPEN.search(text):
            self._mark("open", text, shade)
        if line.tag in _TELLING_TAGS and len(text) < 40:
            self._look_at_heading(line)
        if not hints(*_SIGNS).may_be_in(heard(text)):
            return
        if _TRIAL.search(text):
            self._mark("trial", text, shade)
        if len(text) < 200 and _ON_REQUEST.search(text):
            self._mark("on request", text, shade)
        others = _OTHERS.search(text)
        if self._says("usage", text, "usage"):
            self._mark("usage", text, shade)
        if not others and self._says("paid said", text, "paid_plan"):
            self._mark("paid said", text, shade)
        if len(text) < 400:
            self._look_for_free(text, bool(others), shade)

    def _look_at_heading(self, line: Line) -> None:
        if line.tag == "th" and _FREE_COLUMN.fullmatch(line.text):
            self._mark("free column", line.text, line.shade)
        elif line.tag not in ("h1", "th") and _PAID_TIER.fullmatch(line.text):
            self._mark("paid tier", line.text, line.shade)
        elif line.tag == "th" and _PAID_TIER.fullmatch(line.text):
            self._mark("paid column", line.text, line.shade)

    def _look_for_free(self, text: str, others: bool, shade: int) -> None:
        if find(text, "no_account") and find(text, "free"):
            self._mark("no account", text, shade)
        if not hints("free_plan", "free_forever", "is_free", "free").may_be_in(heard(text)):
            return
        rest = _rest(text)
        for sign, phrase in (("free plan", _FREE_PLAN), ("free said", _FREE_SAID)):
            if (match := phrase.search(rest)) and not _DENIED.search(rest[: match.start()]) and not others:
                self._mark(sign, text, shade)

    def _says(self, sign: str, text: str, concept: str) -> bool:
        """Whether a sign that is not found yet stands in a text that does not take it back."""
        if sign in self.found or len(text) > 400:
            return False
        match = find(text, concept)
        return match is not None and not _DENIED.search(text[: match.start()])

    def _look_at_actions(self, spoken: Sequence[Line]) -> None:
        """Buttons and links, each by its own words; a link's words must stand in a line that a reader sees."""
        for line in spoken:
            if len(line.text) <= 60:
                for sign in _action_signs(line.text):
                    self._mark(sign, line.text, line.shade)
                if self.of_prices and line.tag != "nav" and is_one(line.text, "contact"):
                    self._mark("contact", line.text, line.shade)
        seen = ""
        for said in self.seen.view.actions():
            if 3 < len(said) <= 60 and (signs := [s for s in _action_signs(said) if s not in self.found]):
                seen = seen or "\n".join(line.text for line in spoken if not line.shade)
                if said in seen:
                    for sign in signs:
                        self._mark(sign, said)

    def _look_at_head(self, meta: Meta) -> None:
        for path, told in (("title", meta.title), ("meta description", meta.first("description", "og:description"))):
            text = told[:_MOST_CHARS]
            if not text:
                continue
            rest = _rest(text)
            if _TRIAL.search(text):
                self._mark("trial", text, path=path)
            if _FREE_SAID.search(rest) or _FREE_PLAN.search(rest) or _FREE_HEAD.search(rest):
                self._mark("free head", text, path=path)
            if find(text, "no_account"):
                self._mark("no account", text, path=path)
            if _OPEN.search(text):
                self._mark("open", text, path=path)

    def _cite(self, *signs: str) -> list[Evidence]:
        return [self.found[s] for s in signs if s in self.found]

    def model(self) -> tuple[PricingModel, float, list[Evidence]]:
        """The model, how sure, and the evidence it follows from."""
        if self.paid:
            return self._priced()
        found = self.found
        if self.gratis and (self.asked or {"paid tier", "paid column"} & found.keys()):
            proof = [self.gratis[0].evidence[0], *(p.evidence[0] for p in self.asked[:1])]
            return "freemium", 0.8, proof + ([] if self.asked else self._cite("paid tier", "paid column")[:1])
        if "free column" in found and "paid column" in found:
            return "freemium", 0.75, self._cite("free column", "paid column")
        if "open" in found or (self.licence is not None and licences.is_open(self.licence.value)):
            return "open-source", 0.8, self._cite("open") or list(self.licence.evidence if self.licence else ())
        free = self._free()
        if free[0] != "unknown":
            return free
        if "trial" in found:
            return "paid", 0.7, self._cite("trial")
        if self.asked or "on request" in found:
            return "contact", 0.65, [p.evidence[0] for p in self.asked[:1]] + self._cite("on request", "demo")
        if "usage" in found:
            return "usage", 0.75, self._cite("usage")
        if "free try" in found and self._sells():
            return "freemium", 0.55, self._cite("free try")
        if "demo" in found and "self-serve" not in found:
            return "contact", 0.6, self._cite("demo")
        if "contact" in found and not ({"self-serve", "paid said"} & found.keys()):
            return "contact", 0.55, self._cite("contact")
        return "unknown", 0.0, []

    def _sells(self) -> bool:
        return bool(self.pricing_url) or "paid said" in self.found

    def _free(self) -> tuple[PricingModel, float, list[Evidence]]:
        """What the page's words about "free" come to where no plan has a price; unknown when they say too little.

        A button that begins for free says nothing of what follows: alone, or beside a demo or a trial, it is no sign.
        """
        found = self.found
        plan, said = self._cite("free plan"), self._cite("free head", "free said")
        gratis = [self.gratis[0].evidence[0]] if self.gratis else []
        if not plan and not gratis:
            if "trial" in found and (self._sells() or "free head" not in found):
                return "paid", 0.6, self._cite("trial")
            if said and "no account" in found:
                return "free", 0.7, said + self._cite("no account")
            if self._sells() and (said or "free sign-up" in found):
                return "freemium", 0.6, said[:2] or self._cite("free sign-up")
            return ("unknown", 0.0, []) if "demo" in found or not said else ("free", 0.65, said)
        proof = plan + self._cite("free sign-up")[: 2 - len(plan)] if plan else gratis
        if self._sells() or (plan and "demo" in found):
            return "freemium", 0.75 if plan else 0.6, proof + self._cite("paid said")
        return "free", 0.65, proof

    def _priced(self) -> tuple[PricingModel, float, list[Evidence]]:
        proof = [p.evidence[0] for p in (*self.gratis[:1], *self.paid[:2]) if p.evidence]
        if self.gratis or "free plan" in self.found:
            return "freemium", 0.9, proof + ([] if self.gratis else self._cite("free plan"))
        if "free column" in self.found and "paid column" in self.found:
            return "freemium", 0.75, proof + self._cite("free column")
        if "no account" in self.found:
            return "freemium", 0.75, proof + self._cite("no account")
        # A list of two plans or more that names no free one means a trial when its buttons say "free".
        if "free sign-up" in self.found and "trial" not in self.found and len(self.paid) < 2:
            return "freemium", 0.7, proof + self._cite("free sign-up")
        if all(_by_usage(p) for p in self.paid):
            return "usage", 0.8, proof
        if "usage" in self.found and not any(p.period for p in self.paid):
            return "usage", 0.7, proof + self._cite("usage")
        return "paid", 0.85, proof


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
