"""Made-up pages whose gold is certain: layouts that are rare among saved pages, from the smallest to a house of products."""

from __future__ import annotations

import json
import random
from html import escape
from typing import Any

_SYLLABLES = "bar bel cor dan fen gal hol jun kel lor mar nim ol pel quo rin sol tam ur vel wen yar zil cro sta tri pla fro".split()
_CYRILLIC = "бар вел гор дан зел кор лин мир нор пол рин сол тум яр".split()
_SIGNS = "百灵鸟云石林海风光明月星山水木"
_TOPICS = {
    "en": ("invoices logs tickets meetings tests deployments contracts photos feeds backups sketches lessons".split(),
           ("{v} your {t} {a}", "The {k} that {w} your {t}", "{t} {a}", "{k} for people who keep {t}", "Never lose {t} again", "All your {t} in one place", "An open-source {k} for {t}"),
           ("Ship", "Sort", "Watch", "Share", "Read", "Automate", "Build"), ("faster", "without meetings", "in minutes", "on every device", "while you sleep", "from the command line"),
           ("tool", "database", "platform", "assistant", "workspace", "engine"), ("reads", "sorts", "watches", "writes", "checks"),
           "{n} {w} the {t} of small teams so that nobody has to."),
    "de": ("Rechnungen Protokolle Tests Verträge Fotos".split(), ("{t} {a}", "Alle {t} an einem Ort", "Die {k} für Ihre {t}"), ("",), ("ohne Umwege", "in Minuten", "einfach verwaltet"), ("Software", "Plattform"), ("prüft", "sortiert"), "{n} {w} {t} für kleine Betriebe."),
    "fr": ("factures journaux tests contrats photos".split(), ("Vos {t} {a}", "La {k} de vos {t}", "Tous vos {t} au même endroit"), ("",), ("sans effort", "en quelques minutes"), ("plateforme", "solution"), ("trie", "vérifie"), "{n} {w} les {t} des petites équipes."),
    "es": ("facturas registros pruebas contratos fotos".split(), ("Tus {t} {a}", "La {k} para tus {t}"), ("",), ("sin esfuerzo", "en minutos"), ("plataforma", "herramienta"), ("ordena", "revisa"), "{n} {w} las {t} de equipos pequeños."),
    "ru": ("счета журналы отчёты фотографии".split(), ("Ваши {t} {a}", "{k} для команд: {t}"), ("",), ("за минуту", "без хлопот"), ("Сервис", "Платформа"), ("сортирует", "проверяет"), "{n} {w} {t} каждый день."),
    "zh": ("发票 日志 合同 照片".split(), ("让{t}{a}", "{t}{k}"), ("",), ("更快", "一目了然"), ("平台", "助手"), ("整理", "检查"), "{n} {w}团队的{t}。"),
    "ja": ("請求書 ログ 契約 写真".split(), ("{t}を{a}", "{t}のための{k}"), ("",), ("もっと速く", "一か所で"), ("ツール", "サービス"), ("整理する", "調べる"), "{n} は{t}を{w}ツールです。"),
}  # fmt: skip
_PRICES = {
    "en": ("Pricing", "Plans", "Plans & Pricing", "Subscription Plans", "Buy", "Licence"),
    "de": ("Preise", "Preise & Pakete"), "fr": ("Tarifs", "Nos tarifs"), "es": ("Precios", "Planes y precios"),
    "ru": ("Тарифы", "Цены"), "zh": ("价格", "充值中心", "套餐", "会员中心"), "ja": ("料金プラン", "購入"),
}  # fmt: skip
_PRICE_HEADS = {
    "en": ("Simple, transparent pricing", "Choose your plan", "Pricing", "Plans for every team"),
    "de": ("Einfache, faire Preise", "Wählen Sie Ihren Plan"), "fr": ("Des tarifs simples", "Choisissez votre formule"),
    "es": ("Precios simples", "Elige tu plan"), "ru": ("Простые тарифы", "Выберите тариф"), "zh": ("简单透明的定价",), "ja": ("料金プラン",),
}  # fmt: skip
_FEATURES = "Integrations Security Automation Reporting Customers Collaboration Templates Changelog Documentation Analytics".split()
_KINDS = ("Studio", "Cloud", "API", "Desk", "Vault", "Flow", "Lens", "Editor", "Search")
_OFFICES = (
    "People",
    "Books",
    "Mail",
    "Projects",
    "Forms",
    "Meet",
    "Campaigns",
    "Rate Calculator",
    "Fee Estimator",
    "Prompt Checker",
    "Logo Maker",
)
_TLDS = ("com", "io", "app", "dev", "ai", "co", "net", "org")


class _Maker:
    """One made-up page: random words, random places that say them."""

    def __init__(self, chance: random.Random) -> None:
        self.chance = chance
        self.lang = chance.choice(("en",) * 6 + ("de", "fr", "es", "ru", "zh", "ja"))
        self.head: list[str] = []
        self.top: list[str] = []
        self.body: list[str] = []
        self.foot: list[str] = []

    def maybe(self, share: float) -> bool:
        return self.chance.random() < share

    def word(self) -> str:
        return "".join(self.chance.sample(_SYLLABLES, self.chance.choice((2, 2, 3)))).capitalize()

    def name(self) -> str:
        kind = self.chance.random()
        if self.lang == "ru" and kind < 0.5:
            return "".join(self.chance.sample(_CYRILLIC, 2)).capitalize()
        if self.lang in ("zh", "ja") and kind < 0.4:
            return "".join(self.chance.sample(_SIGNS, 3))
        word = self.word()
        forms = (
            word,
            word,
            word,
            f"{word} {self.word()}",
            word + self.word(),
            word.lower(),
            f"{word} AI",
            f"{word}Hub",
        )
        return self.chance.choice(forms)

    def slogan(self) -> str:
        things, forms, verbs, ways, kinds, works, _ = _TOPICS[self.lang]
        pick = self.chance.choice
        told = pick(forms).format(v=pick(verbs), t=pick(things), a=pick(ways), k=pick(kinds), w=pick(works))
        return told[:1].upper() + told[1:]

    def sentence(self, name: str) -> str:
        things, _, _, _, _, works, form = _TOPICS[self.lang]
        return form.format(n=name, w=self.chance.choice(works), t=self.chance.choice(things))

    def host(self, name: str) -> str:
        ascii_name = "".join(c for c in name.lower() if c.isascii() and c.isalnum()) or self.word().lower()
        form = self.chance.choice(("{}", "{}", "{}", "{}", "get{}", "app-{}", "{}hq", "use{}"))
        return f"{form.format(ascii_name)}.{self.chance.choice(_TLDS)}"

    def title(self, text: str) -> None:
        self.head.append(f"<title>{escape(text)}</title>")
        if self.maybe(0.3):
            self.head.append(f'<meta property="og:title" content="{escape(text)}">')

    def brand(self, name: str) -> int:
        """Some of the places in which a site says its own name; how many."""
        said = 0
        if self.maybe(0.35):
            self.head.append(f'<meta property="og:site_name" content="{escape(name)}">')
            said += 1
        if self.maybe(0.45):
            self.top.append(f'<a class="{self.chance.choice(("logo", "nav__brand", "x"))}" href="/">{escape(name)}</a>')
            said += 1
        elif self.maybe(0.4):
            self.top.append(
                f'<a href="/"><img src="x.png" alt="{escape(self.chance.choice((name, name + " logo")))}"></a>'
            )
            said += 1
        if self.maybe(0.5):
            firm = name + self.chance.choice(("", ", Inc.", " GmbH", " Ltd."))
            self.foot.append(f"<footer>© 2026 {escape(firm)} All rights reserved.</footer>")
            said += 1
        return said

    def described(self, text: str) -> None:
        if self.maybe(0.5):
            self.head.append(f'<meta name="description" content="{escape(text)}">')

    def text(self, name: str, times: int) -> None:
        self.body += [f"<p>{escape(self.sentence(name))}</p>" for _ in range(times)]
        if self.maybe(0.4):
            words = self.chance.sample(_FEATURES, 3)
            self.body.append("<ul>" + "".join(f"<li>{word}</li>" for word in words) + "</ul>")

    def html(self) -> str:
        menu = "".join(f'<a href="/{word.lower()}">{word}</a>' for word in self.chance.sample(_FEATURES, 3))
        top = f"<header>{''.join(self.top)}<nav>{menu if self.maybe(0.5) else ''}</nav></header>"
        return f"<!doctype html><html lang={self.lang}><head>{''.join(self.head)}</head><body>{top}{''.join(self.body)}{''.join(self.foot)}</body></html>"


def _home(page: _Maker) -> tuple[str, list[str], list[str]]:
    """A product's own front page."""
    name, slogan = page.name(), page.slogan()
    form = page.chance.choice(
        ("{n} — {s}", "{n} | {s}", "{s} | {n}", "{s}", "{n}", "{n}: {s}", "{s} – {n}", "{n} · {s}")
    )
    page.title(form.format(n=name, s=slogan))
    said = page.brand(name) + ("{n}" in form)
    told = page.chance.choice((slogan, slogan, name, f"{name}: {slogan}"))
    page.body.append(f"<h1>{escape(told)}</h1>")
    if told == name and page.maybe(0.6):
        page.body.append(f'<p class="{page.chance.choice(("tagline", "lead", "subtitle", "x"))}">{escape(slogan)}</p>')
    elif page.maybe(0.2):
        page.body.insert(0, f"<p class=badge>{page.chance.choice(('New', 'Coming soon', 'Beta', 'v2 is here'))}</p>")
    page.described(page.sentence(name))
    page.text(name, page.chance.randint(1 if said > 1 else 2, 5))
    shown = "{s}" in form or told != name or any(slogan in part for part in page.body)
    return f"https://{page.host(name)}/", [name], [slogan] if shown else []


def _errand(page: _Maker) -> tuple[str, list[str], list[str]]:
    """A landing page titled for what people search; only the marks and the text say the name."""
    name, slogan = page.name(), page.slogan()
    page.title(
        page.chance.choice(("{s}", "{s} - {a}", "{s} | {a}", "{f} - {a}", "{f}")).format(
            s=slogan,
            f=f"{page.chance.choice(_TOPICS['en'][5]).title()} {page.chance.choice(_FEATURES)}",
            a=page.chance.choice(("Start Today", "Try it free", "Official Site", "Home")),
        )
    )
    while not page.brand(name):
        pass
    page.body.append(f"<h1>{escape(page.slogan() if page.maybe(0.5) else slogan)}</h1>")
    page.text(name, page.chance.randint(1, 3))
    return (
        f"https://{page.host(name)}/{page.chance.choice(('', '', 'start', 'small-business', 'accounting'))}",
        [name],
        [slogan],
    )


def _prices(page: _Maker) -> tuple[str, list[str], list[str]]:
    """A product's page of prices; its slogan, if anywhere, at the title's end."""
    name, slogan = page.name(), page.slogan()
    told = page.chance.choice(_PRICES[page.lang])
    form = page.chance.choice(("{p} | {n}", "{p} - {n}", "{p} — {n}", "{n} {p}", "{p}", "{p} | {n} - {s}", "{n} | {p}"))
    page.title(form.format(p=told, n=name, s=slogan))
    said = page.brand(name) + ("{n}" in form)
    step = page.chance.choice(("pricing", "plans", "pricing.html", "en/pricing", "buy", "preise"))
    if page.maybe(0.5):
        page.top.append(f'<a href="/docs">{page.chance.choice(_FEATURES)}</a> <a href="/{step}">{escape(told)}</a>')
    page.body.append(f"<h1>{escape(page.chance.choice((*_PRICE_HEADS[page.lang], told)))}</h1>")
    for plan in ("Free", "Pro", "Team")[: page.chance.randint(0, 3)]:
        page.body.append(f"<div><h3>{plan}</h3><p>${page.chance.randint(0, 99)}/mo</p></div>")
    page.text(name, page.chance.randint(0 if said > 1 else 2, 3))
    return f"https://{page.host(name)}/{step}", [name], [slogan] if "{s}" in form else []


def _product(page: _Maker) -> tuple[str, list[str], list[str]]:
    """A house's page about one of its products."""
    house, slogan = page.name(), page.slogan()
    own = page.chance.choice(
        (page.word(), f"{page.word()} {page.chance.choice(_KINDS)}", f"{house} {page.chance.choice(_KINDS)}")
    )
    form = page.chance.choice(
        ("{p} | {h}", "{p} — {s} | {h}", "{s} | {h}", "{h} | {p}", "{p} - {h}", "{p}: {s}", "{p}")
    )
    page.title(form.format(p=own, h=house, s=slogan))
    page.brand(house)
    if page.maybe(0.3):
        data = {"@type": "SoftwareApplication", "name": own, "author": {"@type": "Organization", "name": house}}
        page.head.append(f'<script type="application/ld+json">{json.dumps(data)}</script>')
    told = page.chance.choice((slogan, own, own))
    page.body.append(f"<h1>{escape(told)}</h1>")
    if told == own:
        page.body.append(f"<p>{escape(slogan)}</p>")
    page.described(page.sentence(own))
    page.text(own, page.chance.randint(2, 5))
    folder = page.chance.choice(("products/", "product/", "", "", "tools/", "platform/"))
    step = own.removeprefix(house + " ").lower().replace(" ", page.chance.choice("-_"))
    accepted = [own, own.removeprefix(house + " ")] if own.startswith(house) else [own, f"{house} {own}"]
    return f"https://{page.host(house)}/{folder}{step}{page.chance.choice(('', '/', '.html'))}", accepted, [slogan]


def _suite(page: _Maker) -> tuple[str, list[str], list[str]]:
    """A house's page about one of its many products: the house's mark on top, the product in the title's tail and the text."""
    house, slogan = page.word(), page.slogan()
    kind = page.chance.choice((*_KINDS, *_OFFICES))
    own = page.chance.choice(
        (f"{house} {kind}", f"{house} {kind}", kind if kind in _OFFICES[-4:] else f"{house} {kind}")
    )
    form = page.chance.choice(
        ("{e} | {p}", "{e} | {k} | {p}", "{p} | {e}", "{p}: {s}", "{p} - {s}", "{s} | {p}", "{p} — {h}", "{k} | {h}")
    )
    errand = f"{page.chance.choice(_OFFICES)} {page.chance.choice(_TOPICS['en'][4])}"
    page.title(form.format(e=errand, k=kind, p=own, s=slogan, h=house))
    page.brand(house)
    page.body.append(f"<h1>{escape(page.chance.choice((slogan, own, errand)))}</h1>")
    page.text(own, page.chance.randint(2, 4))
    page.text(house, page.chance.randint(0, 1))
    page.described(page.sentence(own))
    folder = page.chance.choice(("", "", "products/", "tools/"))
    shown = slogan in "".join((*page.head, *page.body))
    return (
        f"https://www.{page.host(house)}/{folder}{kind.lower().replace(' ', '-')}/",
        list(dict.fromkeys((own, f"{house} {kind}"))),
        [slogan] if shown else [],
    )


def _feature(page: _Maker) -> tuple[str, list[str], list[str]]:
    """A product's page about a thing it does: the heading is no product."""
    name, slogan = page.name(), page.slogan()
    thing = page.chance.choice(_FEATURES)
    form = page.chance.choice(("{f} | {n}", "{f} - {n}", "{n} {f}", "{f}: {s} | {n}", "{n} — {f}"))
    page.title(form.format(f=thing, n=name, s=slogan))
    page.brand(name)
    page.body.append(f"<h1>{escape(page.chance.choice((thing, slogan)))}</h1>")
    page.text(name, page.chance.randint(2, 5))
    folder = page.chance.choice(("features/", "solutions/", "", "docs/", "blog/"))
    return (
        f"https://{page.host(name)}/{folder}{thing.lower()}",
        [name],
        [slogan] if slogan in "".join((*page.head, *page.body)) else [],
    )


def _rival(page: _Maker) -> tuple[str, list[str], list[str]]:
    """A product's page that compares it with another one."""
    name, other, slogan = page.name(), page.word(), page.slogan()
    form = page.chance.choice(("{n} vs {o}", "{n} vs {o} — {s}", "{o} alternative | {n}", "{n} vs {o} | {n}"))
    page.title(form.format(n=name, o=other, s=slogan))
    page.brand(name)
    page.body.append(f"<h1>{escape(f'{name} vs {other}')}</h1>")
    page.text(name, page.chance.randint(1, 3))
    page.text(other, page.chance.randint(0, 2))
    return (
        f"https://{page.host(name)}/{page.chance.choice(('vs/', 'compare/', 'vs-'))}{other.lower()}",
        [name],
        [slogan] if "{s}" in form else [],
    )


_LAYOUTS = (_home, _home, _errand, _errand, _prices, _prices, _product, _suite, _feature, _rival)


def pages(count: int, seed: int = 0) -> list[dict[str, Any]]:
    """Made-up pages: html, url, gold {name, tagline}, each list the accepted answers. The same for the same seed."""
    found = []
    for number in range(count):
        page = _Maker(random.Random(seed * 100_003 + number))
        url, names, slogans = _LAYOUTS[number % len(_LAYOUTS)](page)
        found.append({"html": page.html(), "url": url, "gold": {"name": names, "tagline": slogans}})
    return found
