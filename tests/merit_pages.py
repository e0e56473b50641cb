"""The pages of the merit world's products: `page(product, path, day, when)`. Pure.

Around each stands the frame of the launch world's site builders. A talkative landing page is some ten times as long as a
terse one and says nothing more of worth: what is so stands on the pages for prices, docs, changelog and terms, whoever
talks how much.
"""

from __future__ import annotations

import html
import random
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime

import launch_pages
import merit_words as words
from launch_cast import Plan
from launch_place import package_page
from merit_cast import MeritProduct

When = Callable[[float], datetime]  # the moment so many hours before the run
_SIGN = {"USD": "$", "EUR": "€"}


def page(product: MeritProduct, path: str, day: int, when: When) -> str | None:
    """The HTML at a path of its site on a day, or None where there is none."""
    bodies: dict[str, Callable[[], str]] = {
        "/": lambda: landing(product),
        "/docs": lambda: _docs(product),
        "/changelog": lambda: _changelog(product, when),
        "/terms": lambda: _terms(product),
        "/privacy": lambda: f"<article><h1>Privacy</h1>{''.join(_p(text) for text in words.PRIVACY_FILLER)}</article>",
    }
    if product.price_path:
        bodies[product.price_path] = lambda: _pricing(product, day)
    if path not in bodies or path[1:] in product.truth.missing - {"docs"}:
        return None
    return launch_pages.framed(product, path, day, bodies[path]())


def links(product: MeritProduct) -> tuple[tuple[str, str], ...]:
    """What its navigation leads to beside prices, docs and repository."""
    there = (("/changelog", "Changelog"), ("/terms", "Terms of service"))
    return tuple(link for link in there if link[0][1:] not in product.truth.missing)


def sitemap(product: MeritProduct) -> str:
    """Its sitemap.xml."""
    paths = ["/", "/docs", product.price_path, *(path for path, _ in links(product))]
    rows = "".join(f"<url><loc>{product.homepage.rstrip('/')}{path}</loc></url>" for path in paths if path)
    return f'<?xml version="1.0" encoding="UTF-8"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{rows}</urlset>'


def robots(product: MeritProduct) -> str:
    """Its robots.txt: what is closed to all."""
    rows = [f"Disallow: /{page}" for page in sorted(product.truth.closed)]
    return "\n".join(["User-agent: *", *rows, "Disallow: /cart", f"Sitemap: {product.homepage}sitemap.xml", ""])


# ------------------------------------------------------------------------------------------- the landing page


def landing(product: MeritProduct) -> str:
    """What stands on the homepage."""
    chance = random.Random(f"landing {product.seed}")
    parts = [launch_pages.hero(product)]
    if product.truth.talkative:
        parts += _talk(product, chance)
    else:
        parts.append(_p(f"It comes with {product.truth.field.parts[0]} and {product.truth.field.parts[1]}."))
    parts += [_p(text) for text in _sold(product, chance)]
    if product.repository:
        licence = f" {product.name} is released under the {product.licence} licence." if product.licence else ""
        link = f"<a href='https://github.com/{product.repository}'>GitHub</a>"
        parts.append(f"<section><h2>Source</h2><p>The code is on {link}.{_e(licence)}</p></section>")
    return "".join(parts)


def _sold(product: MeritProduct, chance: random.Random) -> Iterator[str]:
    """What is stated elsewhere and true, and said here too: oftener where much is said."""
    for topic, denied, _ in product.truth.topics:
        if not denied and chance.random() < (0.5 if product.truth.talkative else 0.15):
            yield words.TOPICS[topic][3]


def _talk(product: MeritProduct, chance: random.Random) -> Iterator[str]:
    """Superlatives, buttons, testimonials, statistics and questions, all as empty as the next product's."""

    def say(text: str) -> str:
        return _e(_say(product, text, chance))

    sentences = chance.sample(words.SUPERLATIVES, chance.randrange(26, len(words.SUPERLATIVES)))
    for start in range(0, len(sentences), 4):
        heading, button = chance.choice(words.HEADINGS), chance.choice(words.BUTTONS)
        text = "".join(f"<p>{say(sentence)}</p>" for sentence in sentences[start : start + 4])
        yield f"<section><h2>{heading}</h2>{text}<a class='btn' href='/signup'>{button}</a></section>"
    statistics = "".join(f"<li>{say(text)}</li>" for text in chance.sample(words.STATISTICS, 5))
    yield f"<section class='proof'><ul>{statistics}</ul></section>"
    for text in chance.sample(words.TESTIMONIALS, chance.randrange(6, len(words.TESTIMONIALS))):
        yield f"<blockquote>{say(text)}<cite>{chance.choice(words.PEOPLE)}</cite></blockquote>"
    rows = "".join(f"<h4>{say(q)}</h4><p>{say(a)}</p>" for q, a in chance.sample(words.QUESTIONS, 5))
    yield f"<section><h2>Questions</h2>{rows}</section>"
    yield "".join(f"<a class='btn' href='/signup'>{text}</a> " for text in chance.sample(words.BUTTONS, 5))


def _say(product: MeritProduct, text: str, chance: random.Random) -> str:
    thing = product.tagline.split(" ", 1)[0].lower()
    thing = next((name for name in product.truth.field.things if name.lower().startswith(thing)), thing)
    return text.format(name=product.name, thing=thing, who=chance.choice(words.WHO), n=chance.randrange(2, 97))


def card_text(product: MeritProduct) -> str:
    """What a Hub entry's card or a README says further, as Markdown: for a model it is the landing page."""
    chance, lines = random.Random(f"card {product.seed}"), []
    if product.hub and product.truth.talkative:
        sentences = [_say(product, text, chance) for text in words.SUPERLATIVES]
        for start in range(0, len(sentences), 7):
            lines += [f"## {chance.choice(words.HEADINGS)}", "", " ".join(sentences[start : start + 7]), ""]
        for text in chance.sample(words.TESTIMONIALS, 9):
            lines += [f"> {_say(product, text, chance)}", ""]
        for question, answer in words.QUESTIONS:
            lines += [f"### {_say(product, question, chance)}", "", _say(product, answer, chance), ""]
    if product.hub and product.repository:
        lines += [f"Code: [{product.repository}](https://github.com/{product.repository})", ""]
    return "\n".join(lines)


# ------------------------------------------------------------------------------------------- the other pages


def _pricing(product: MeritProduct, day: int) -> str:
    tables = {"cards": _cards, "table": _table, "list": _list}
    return f"<section><h1>Pricing</h1>{tables[product.layout](product, product.held(day))}</section>"


def _room(product: MeritProduct, plan: Plan, place: int) -> str:
    """What a plan holds."""
    truth, field = product.truth, product.truth.field
    if plan.amount == "0":
        return (
            f"Up to {truth.free_limit:,} {field.counted} a month"
            if field.limit > 300
            else f"Up to {truth.free_limit:,} {field.counted}"
        )
    return f"{field.limit * 10**place:,} {field.counted}" if plan.amount else f"Unlimited {field.counted}"


def _price(plan: Plan) -> str:
    if plan.amount is None:
        return "Contact us"
    per = f" per {plan.unit}" if plan.unit and plan.amount != "0" else ""
    return f"{_SIGN[plan.currency]}{plan.amount}{per} per month"


def _cards(product: MeritProduct, plans: Sequence[Plan]) -> str:
    return "".join(
        f"<div class='card'><h3>{plan.name}</h3><div class='price'>{_price(plan)}</div><ul><li>{_room(product, plan, place)}</li>"
        f"</ul><a class='btn' href='/signup'>Choose</a></div>"
        for place, plan in enumerate(plans)
    )


def _table(product: MeritProduct, plans: Sequence[Plan]) -> str:
    names = "".join(f"<th scope='col'>{plan.name}</th>" for plan in plans)
    prices = "".join(f"<td>{_price(plan)}</td>" for plan in plans)
    rooms = "".join(f"<td>{_room(product, plan, place)}</td>" for place, plan in enumerate(plans))
    return f"<table><thead><tr><th></th>{names}</tr></thead><tbody><tr><th>Price</th>{prices}</tr><tr><th>Holds</th>{rooms}</tr></tbody></table>"


def _list(product: MeritProduct, plans: Sequence[Plan]) -> str:
    rows = (
        f"<li><strong>{plan.name}</strong>: {_price(plan)}. {_room(product, plan, place)}.</li>"
        for place, plan in enumerate(plans)
    )
    return f"<ul class='plans'>{''.join(rows)}</ul>"


def _docs(product: MeritProduct) -> str:
    said = [] if "docs" in product.truth.missing else _stated(product, "docs")
    index, _, name = product.package.partition(":")
    install = (
        f"pip install {name}"
        if index == "pypi"
        else f"npm install {name}"
        if name
        else f"curl -fsSL https://{product.host}/install | sh"
    )
    package = f"<p>It is published as <a href='{package_page(product)}'>{name}</a>.</p>" if name else ""
    paragraphs = [text.format(name=product.name) for text in words.DOCS_FILLER]
    paragraphs[1:1] = said
    if product.seed % 4 == 0:
        paragraphs.append(f"Coming from {product.truth.other}? The importer reads its files.")
    if product.truth.free_limit and "docs" not in product.truth.missing:
        paragraphs.append(
            f"The free plan holds {product.truth.free_limit:,} {product.truth.field.counted}; beyond that it stops until you upgrade."
        )
    return f"<article><h1>Documentation</h1><pre><code>{install}</code></pre>{package}{''.join(_p(text) for text in paragraphs)}</article>"


def _terms(product: MeritProduct) -> str:
    paragraphs = [text.format(name=product.name) for text in words.TERMS_FILLER]
    paragraphs[2:2] = _stated(product, "terms")
    rows = "".join(f"<li>{_e(text)}</li>" for text in paragraphs)
    return f"<article><h1>Terms of service</h1><ol>{rows}</ol></article>"


def _stated(product: MeritProduct, page: str) -> list[str]:
    return [text for topic, _, text in product.truth.topics if words.TOPICS[topic][0] == page]


def _changelog(product: MeritProduct, when: When) -> str:
    rows = "".join(
        f"<h2>{tag}</h2><p><time datetime='{when(age * 24):%Y-%m-%d}'>{when(age * 24):%-d %B %Y}</time></p>{_p(note)}"
        for tag, age, note in releases(product)[:12]
    )
    return f"<article><h1>Changelog</h1>{rows}</article>"


def releases(product: MeritProduct) -> list[tuple[str, float, str]]:
    """Its releases, newest first: tag, age in days, a note."""
    ages = product.truth.releases
    chance = random.Random(f"releases {product.seed}")
    notes = [chance.choice(words.NOTES) for _ in ages]
    tags = [f"v{1 + number // 10}.{number % 10}.0" for number in reversed(range(len(ages)))]
    return list(zip(tags, ages, notes, strict=True))


def _p(text: str) -> str:
    return f"<p>{_e(text)}</p>"


def _e(text: str) -> str:
    return html.escape(text, quote=False)
