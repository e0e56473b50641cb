"""A made-up page of prices in the making: words and money of many languages, pieces of HTML, and the plans they tell."""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import Any

from tools.page.words import languages

_SYLLABLES = (
    "bar bel cor dan fen gal hol jun kel lor mar nim pel quo rin sol tam ur vel wen yar zil cro sta tri".split()
)
NAMES = {
    "en": "Starter Basic Pro Plus Team Business Growth Scale Hobby Solo Studio Personal Agency Standard Premium Enterprise Creator Core".split(),
    "de": "Basis Starter Profi Team Unternehmen Standard Premium Einsteiger".split(),
    "fr": "Essentiel Pro Équipe Entreprise Premium Découverte Standard".split(),
    "es": "Básico Profesional Equipo Empresa Premium Inicial Estándar".split(),
    "pt": "Básico Profissional Equipe Empresa Premium Inicial".split(),
    "ru": "Старт Базовый Профи Бизнес Команда Премиум".split(),
    "ja": "ライト スタンダード プロ ビジネス プレミアム".split(),
    "zh": "基础版 专业版 团队版 企业版 高级版".split(),
}  # fmt: skip
# How a language says a month, a year, a quarter, once; "" stands for a line of its own.
TERMS: dict[str, dict[str | None, tuple[str, ...]]] = {
    "en": {"month": ("/mo", "/month", " per month", " a month", "/ month", "Per month, per site", "monthly"), "year": ("/yr", "/year", " per year", " a year", "billed yearly", "annually"),
           "once": (" one-time", "one-time payment", "pay once", " once", "lifetime access"), None: ("",)},
    "de": {"month": ("/Monat", " pro Monat", " im Monat", "monatlich"), "year": ("/Jahr", " pro Jahr", "jährlich"), "once": ("einmalig", " einmalig"), None: ("",)},
    "fr": {"month": ("/mois", " par mois"), "year": (" par an", "/an"), "once": ("paiement unique", " à vie"), None: ("",)},
    "es": {"month": ("/mes", " al mes"), "year": ("/año", " al año"), "once": ("pago único",), None: ("",)},
    "pt": {"month": ("/mês", " por mês"), "year": ("/ano", " por ano"), "once": ("pagamento único",), None: ("",)},
    "ru": {"month": ("/мес", " в месяц"), "year": ("/год", " в год"), "once": ("разовый платёж",), None: ("",)},
    "ja": {"month": ("/月",), "year": ("/年",), "once": ("買い切り",), None: ("",)},
    "zh": {"month": ("/月", "每月"), "year": ("/年", "每年"), "once": ("一次性",), None: ("",)},
}  # fmt: skip
HEADS = {"en": ("Pricing", "Plans", "Choose your plan", "Simple pricing", "What it costs"), "de": ("Preise", "Unsere Pakete"), "fr": ("Tarifs", "Nos formules"), "es": ("Precios", "Planes"), "pt": ("Preços", "Planos"), "ru": ("Тарифы", "Цены"), "ja": ("料金プラン", "料金"), "zh": ("价格", "套餐")}  # fmt: skip
FREE = {"en": ("Free", "$0", "Free forever"), "de": ("Kostenlos", "0 €"), "fr": ("Gratuit", "0 €"), "es": ("Gratis",), "pt": ("Grátis",), "ru": ("Бесплатно",), "ja": ("無料",), "zh": ("免费",)}  # fmt: skip
BUTTONS = {"en": ("Get started", "Buy now", "Choose {n}", "Start free trial", "Subscribe"), "de": ("Jetzt starten", "Auswählen"), "fr": ("Choisir", "Commencer"), "es": ("Empezar",), "pt": ("Começar",), "ru": ("Выбрать",), "ja": ("申し込む",), "zh": ("立即购买",)}  # fmt: skip
_MONEY = {"en": ("${}", "${}", "${}", "£{}", "€{}", "₹{}"), "de": ("{} €", "€{}"), "fr": ("{} €",), "es": ("{} €",), "pt": ("R$ {}", "{} €"), "ru": ("{} ₽",), "ja": ("¥{}", "{}円"), "zh": ("¥{}", "{}元")}  # fmt: skip
CODES = {
    "$": "USD",
    "£": "GBP",
    "€": "EUR",
    "₹": "INR",
    "R$": "BRL",
    "₽": "RUB",
    "円": "JPY",
    "元": "CNY",
    "zł": "PLN",
    "Kč": "CZK",
    "₴": "UAH",
    "₺": "TRY",
    "원": "KRW",
    "₪": "ILS",
    "CHF": "CHF",
    "USD": "USD",
}
_ELSEWHERE = {
    "pl": "{} zł",
    "cs": "{} Kč",
    "uk": "{} ₴",
    "tr": "₺{}",
    "ko": "{}원",
    "he": "₪{}",
    "hi": "₹{}",
    "de": "CHF {}",
}  # the others: the euro
LINES = ("Email support", "Unlimited exports", "10 projects", "All integrations", "3 seats", "5 GB of storage", "Audit log", "API access", "Weekly reports")  # fmt: skip
_OF_PRICE_WORDS = ("Monthly Membership", "Yearly Licence", "Single Licence", "Site Licence", "Subscription", "Credit Pack")  # fmt: skip


class Maker:
    """A page in the making: pieces of HTML, and the plans they tell."""

    def __init__(self, chance: random.Random) -> None:
        self.chance = chance
        self.lang = chance.choice(("en",) * 9 + tuple(NAMES))
        self.form, self.currency = "", ""
        self.speak(self.lang, chance.choice(_MONEY[self.lang]))
        self.body: list[str] = []
        self.plans: list[dict[str, Any]] = []
        self.priced = self.maybe(0.75)
        self.own = self.word()

    def maybe(self, share: float) -> bool:
        """Whether this time, which is so in a share of cases."""
        return self.chance.random() < share

    def pick(self, *of: str) -> str:
        """One of these."""
        return self.chance.choice(of)

    def word(self) -> str:
        """A made-up name."""
        return "".join(self.chance.sample(_SYLLABLES, self.chance.choice((2, 2, 3)))).capitalize()

    def names(self, count: int) -> list[str]:
        """Names of plans, as usual in the language, or made up."""
        if self.maybe(0.25):
            return [self.word() for _ in range(count)]
        return self.chance.sample(NAMES[self.lang], min(count, len(NAMES[self.lang])))

    def amounts(self, count: int) -> list[float]:
        """Amounts, the smallest first, with cents or without."""
        cents = self.pick("", "", "", ".99", ".50") if self.currency in ("USD", "EUR", "GBP") else ""
        scale = 100 if self.currency in ("JPY", "RUB") else 1
        if not cents and self.maybe(0.06):
            scale = 1000
        steps = sorted(self.chance.sample(range(3, 200), count))
        return [float(f"{step * scale}{cents}") for step in steps]

    def written(self, amount: float) -> str:
        """An amount as the page writes money."""
        text = f"{amount:,.2f}" if amount % 1 else f"{amount:,.0f}"
        if self.form.endswith("€"):
            text = text.replace(",", "\u202f").replace(".", ",")
        return self.form.format(text)

    def sell(self, name: str, amount: float, period: str | None, **more: Any) -> None:
        """A plan the page tells of."""
        currency = self.currency if amount else None
        self.plans.append({"name": name, "amount": amount, "currency": currency, "period": period if amount else None, **more})  # fmt: skip

    def term(self, period: str | None) -> str:
        """How the page says a period."""
        return self.chance.choice(TERMS[self.lang][period])

    def period(self) -> str | None:
        """The period of a page's prices."""
        return self.chance.choice(("month",) * 9 + ("year", "year", "once", "once"))

    def speak(self, lang: str, form: str) -> None:
        """Go on in this language and money."""
        self.lang, self.form = lang, form
        sign = form.replace("{}", "").strip()
        self.currency = {"ja": "JPY", "zh": "CNY"}[lang] if sign == "¥" else CODES[sign]

    def go_abroad(self) -> None:
        """Go on in any language that has a file of words."""
        lang = self.chance.choice(sorted(languages()))
        self.speak(lang, self.pick(_ELSEWHERE.get(lang, "{} €"), _MONEY.get(lang, ("{} €",))[0], "{} €", "{} USD"))

    def heading(self) -> str:
        """A heading over prices."""
        return self.chance.choice(HEADS[self.lang]) if self.lang in HEADS else self.said("pricing_page").capitalize()

    def said(self, concept: str) -> str:
        """A word of the page's language for a concept, as the files of words have it (tools/page/words)."""
        told = [word for word in languages()[self.lang][concept] if not set(word) & set("*#")]
        return self.chance.choice(told)

    def plain_names(self, count: int) -> list[str]:
        """Names of plans: usual ones of the language, made-up ones, or either with a word for what it is."""
        kind = self.chance.random()
        if self.lang == "en" and kind < 0.06:
            found = self.chance.sample(_OF_PRICE_WORDS, min(count, len(_OF_PRICE_WORDS)))
        elif kind < 0.4:
            found = [self.word() for _ in range(count)]
        else:
            usual = [word for word in languages()[self.lang]["plan_name"] if not set(word) & set("*#")]
            found = [word.capitalize() for word in self.chance.sample(usual, min(count, len(usual)))]
        if kind > 0.85:
            plan = self.said("plan")
            found = [f"{word} {plan}" for word in found]
        found = [word.upper() for word in found] if self.maybe(0.08) else found
        return list(dict.fromkeys(found))

    def other(self, sold: Sequence[float | None]) -> float:
        """An amount that is none of these, and none of ten or two times one."""
        taken = {round(amount * times) for amount in sold if amount for times in (1, 2, 10)}
        return float(self.chance.choice([amount for amount in range(1, 40) if amount not in taken]))

    def items(self) -> str:
        """A list of what a plan holds, or nothing."""
        if self.maybe(0.25):
            return ""
        return "<ul>" + "".join(f"<li>{line}</li>" for line in self.chance.sample(LINES, 3)) + "</ul>"

    def button(self, name: str) -> str:
        """A button that sells a plan, or nothing."""
        if self.maybe(0.25):
            return ""
        text = self.chance.choice(BUTTONS.get(self.lang) or (self.said("buy").capitalize(),)).format(n=name)
        return self.pick(f"<a href=/b>{text}</a>", f"<button>{text}</button>")

    def html(self, title: str, heading: str) -> str:
        """The whole page."""
        return f"<!doctype html><html lang={self.lang}><head><title>{title}</title></head><body><header><a href=/>{title}</a></header><h1>{heading}</h1>{''.join(self.body)}</body></html>"
