"""The pages of the launch world's products, as many different people write them: `page(product, path, day)`. Pure.

Six ways of building a page (a Tailwind landing page, Bootstrap, a site builder's, plain HTML, a documentation
generator's, Next.js) and shells whose content a script fetches; prices as cards, table, list, sentence, a
monthly/yearly switch, or in JSON-LD only. What changes every day without meaning stands in `_noise`.
"""

from __future__ import annotations

import html
import io
import json
import random
from collections.abc import Callable
from decimal import Decimal

from launch_cast import Plan, Product

MARK = "/touch.png"  # where a site has its mark
_SIGN = {"USD": "$", "EUR": "€", "GBP": "£", "JPY": "¥"}
_WORDS = {
    "en": {"pricing": "Pricing", "month": "month", "per": "per month", "year": "per year", "start": "Get started", "docs": "Docs", "ask": "Contact us", "login": "Log in", "free": "Free"},
    "de": {"pricing": "Preise", "month": "Monat", "per": "pro Monat", "year": "pro Jahr", "start": "Jetzt starten", "docs": "Dokumentation", "ask": "Auf Anfrage", "login": "Anmelden", "free": "Kostenlos"},
    "fr": {"pricing": "Tarifs", "month": "mois", "per": "par mois", "year": "par an", "start": "Commencer", "docs": "Documentation", "ask": "Nous contacter", "login": "Connexion", "free": "Gratuit"},
    "es": {"pricing": "Precios", "month": "mes", "per": "al mes", "year": "al año", "start": "Empezar", "docs": "Documentación", "ask": "Contáctanos", "login": "Entrar", "free": "Gratis"},
    "ja": {"pricing": "料金", "month": "月", "per": "月額", "year": "年額", "start": "始める", "docs": "ドキュメント", "ask": "お問い合わせ", "login": "ログイン", "free": "無料"},
}  # fmt: skip
_FEATURES = (
    "Works with the CI you already have",
    "Typed clients for Python, Go and TypeScript",
    "Single sign-on and audit log",
    "Runs in your own cloud",
    "Open API and webhooks",
    "Readable diffs of every change",
    "Import from CSV in seconds",
    "Data stays in the region you choose",
)
_PEOPLE = ("Mara Lindqvist, Northbeam", "Tomás Rey, Calder", "Priya N., Oakfield", "J. Okafor, Brightline")


def page(product: Product, path: str, day: int, github: str = "https://github.com") -> str | None:
    """The HTML at a path of a product's site on a day, or None where there is none."""
    body = _body(product, path, day, github)
    if body is None:
        return None
    if product.template == "shell" or (product.has("shell_pricing") and path == product.price_path):
        return _shell(product, path)
    return framed(product, path, day, body, github)


def framed(product: Product, path: str, day: int, body: str, github: str = "https://github.com") -> str:
    """The page around a body, as this product's site is built."""
    return _FRAMES[product.template](product, path, day, body, github)


def api(product: Product, path: str, day: int) -> str | None:
    """What the script of a shell fetches from its own host."""
    if path == "/api/site.json":
        facts = {"name": product.name, "headline": product.tagline, "about": product.description}
        return json.dumps({**facts, "features": _features(product)})
    if path == "/api/plans.json":
        return json.dumps({"plans": [_plan_json(plan) for plan in product.held(day)]})
    return None


def closed(product: Product, day: int) -> str:
    """The page of a product that was shut down."""
    return (
        f"<!doctype html><html><head><title>{product.name} has shut down</title></head><body><h1>Goodbye from "
        f"{product.name}</h1><p>On day {day} we stopped the service. Thank you for the years. Exports stay open "
        "until the end of the month.</p></body></html>"
    )


def challenge() -> str:
    """The interstitial that a bot protection serves with a 403."""
    return (
        '<!DOCTYPE html><html lang="en-US"><head><title>Just a moment...</title><meta http-equiv="Content-Type" '
        'content="text/html; charset=UTF-8"><meta name="robots" content="noindex,nofollow"><meta http-equiv="refresh" '
        'content="360"></head><body><div class="main-wrapper" role="main"><noscript><div class="h2"><span '
        'id="challenge-error-text">Enable JavaScript and cookies to continue</span></div></noscript></div><script>'
        "(function(){window._cf_chl_opt={cvId:'3',cType:'managed'};var a=document.createElement('script');"
        "a.src='/cdn-cgi/challenge-platform/h/b/orchestrate/chl_page/v1';})();</script></body></html>"
    )


def login_wall(product: Product) -> str:
    """What a site shows to whoever is not logged in."""
    return (
        f"<!doctype html><html><head><title>Sign in · {product.name}</title><meta name='robots' content='noindex'>"
        "</head><body><main><h1>Sign in</h1><form method='post' action='/session'><label>E-mail <input name='email' "
        "type='email'></label><label>Password <input name='password' type='password'></label><button>Continue"
        "</button></form><p>No account? Ask your administrator.</p></main></body></html>"
    )


# ------------------------------------------------------------------------------------------------ what a page says


def _body(product: Product, path: str, day: int, github: str) -> str | None:
    words = _WORDS[product.language]
    if path == "/":
        offer = _offer(product, day) if product.price_path == "/" else ""
        return (
            hero(product) + _list_of_features(product) + offer + _voices(product, day) + _open_source(product, github)
        )
    if path == product.price_path:
        return f"<section><h1>{words['pricing']}</h1><p>{_standfirst(product)}</p>{_offer(product, day)}</section>{_questions(product)}"
    if path == "/docs":
        return f"<article><h1>{words['docs']}</h1><p>Install {product.name}, then run it once.</p><pre><code>curl -fsSL https://{product.host}/install | sh</code></pre></article>"
    if path == "/blog":
        return f"<article><h1>Blog</h1><h2>Day {day} at {product.name}</h2><p>We raised $4 million and spent ${day * 150} on cake.</p></article>"
    if path == "/changelog" and has_changelog(product):
        return f"<article><h1>Changelog</h1><h2>0.{product.seed % 7}.1</h2><p>Fixed a crash at the start.</p><h2>0.{product.seed % 7}.0</h2><p>First release.</p></article>"
    if path == "/terms" and has_terms(product):
        return f"<article><h1>Terms of service</h1><p>You may cancel at any time. {product.name} gives no refunds for months that have begun.</p></article>"
    if path == "/nojs":
        return "<h1>Please enable JavaScript</h1><p>This page needs scripts.</p>"
    if path == "/about":
        return f"<article><h1>About</h1><p>{product.name} is made by {2 + product.seed % 9} people.</p></article>"
    return None


def has_changelog(product: Product) -> bool:
    """Whether its site has a changelog, which only its sitemap names."""
    return product.seed % 3 == 0


def has_terms(product: Product) -> bool:
    """Whether its site has terms, linked at its foot."""
    return product.seed % 4 == 1


def sitemap(product: Product) -> str | None:
    """Its sitemap; None where its robots.txt names one that is not there."""
    if product.seed % 2:
        return None
    paths = ["", "docs", "privacy", "about", *(["changelog"] if has_changelog(product) else [])]
    rows = "".join(f"<url><loc>{product.homepage}{path}</loc></url>" for path in paths)
    return f'<?xml version="1.0" encoding="UTF-8"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{rows}</urlset>'


def hero(product: Product) -> str:
    """The head of a homepage; who writes it decides whether the name or the promise is the heading."""
    words = _WORDS[product.language]
    start = f'<a class="btn cta" href="/signup">{words["start"]}</a>'
    if product.seed % 2 or product.template in ("docs", "plain"):
        head = f"<h1>{_e(product.name)}</h1><p class='lead'>{_e(product.tagline)}</p>"
    else:
        head = f"<h1>{_e(product.tagline)}</h1>"
    return f"<section class='hero'>{head}<p>{_e(product.description)}</p>{start}</section>"


def _features(product: Product) -> list[str]:
    return random.Random(product.seed).sample(_FEATURES, 4)


def _list_of_features(product: Product) -> str:
    if product.language != "en":
        return ""
    items = "".join(
        f"<div class='feature'><h3>{name}</h3><p>{name}, from the first day on every plan. Nothing to configure.</p></div>"
        for name in _features(product)
    )
    return f"<section id='features'><h2>What you get</h2>{items}</section>"


def _voices(product: Product, day: int) -> str:
    """Testimonials in an order that changes daily, a counter, and a customer's figure that is no price."""
    if product.has("static") or product.language != "en":
        return ""
    people = list(_PEOPLE)
    random.Random(product.seed + day).shuffle(people)
    quotes = "".join(f"<blockquote>It just works.<cite>{who}</cite></blockquote>" for who in people[:3])
    teams = 1200 + product.seed % 900 + day * 17
    return f"<section class='proof'><p><strong>{teams:,}</strong> teams ship with us.</p>{quotes}</section>"


def _open_source(product: Product, github: str) -> str:
    repository = product.foreign_repo or (product.repository if product.site_names_repo else "")
    if not repository or (product.repository and product.seed % 3 == 0):  # then it stands in the navigation only
        return ""
    licence = f" {_e(product.name)} is released under the {product.licence} licence." if product.licence else ""
    return f"<section><h2>Open source</h2><p>Read the code on <a href='{github}/{repository}'>GitHub</a>.{licence}</p></section>"


def _standfirst(product: Product) -> str:
    return {"en": "Simple prices that grow with you. Cancel any time."}.get(product.language, product.tagline)


def _questions(product: Product) -> str:
    if product.language != "en":
        return ""
    return (
        "<section><h2>Questions</h2><h4>Can I change my plan?</h4><p>Yes, at any time; we credit what is left.</p>"
        "<h4>Do you offer refunds?</h4><p>Within 30 days, no questions asked.</p></section>"
    )


# ------------------------------------------------------------------------------------------------ what it costs


def _money(plan: Plan, language: str = "en") -> str:
    """An amount as this language writes it."""
    if plan.amount is None:
        return ""
    sign, amount = _SIGN[plan.currency], plan.amount
    if language in ("de", "fr", "es"):
        return f"{amount},00 {sign}"
    return f"{sign}{amount}"


def _offer(product: Product, day: int) -> str:
    plans = product.held(day)
    if not plans or product.layout == "jsonld":
        return ""
    layouts: dict[str, Callable[[Product, tuple[Plan, ...]], str]] = {
        "cards": _cards,
        "table": _table,
        "list": _list,
        "sentence": _sentence,
        "toggle": _toggle,
    }
    return f"<section id='pricing'>{layouts[product.layout](product, plans)}</section>"


def _label(product: Product, plan: Plan) -> tuple[str, str]:
    """The two texts of a price: amount, and what for."""
    words = _WORDS[product.language]
    if plan.amount is None:
        return words["ask"], ""
    if plan.amount == "0":
        return (_money(plan, product.language), words["per"]) if product.seed % 3 else (words["free"], "")
    unit = f" per {plan.unit}" if plan.unit else ""
    short = ("/mo", f"/ {words['month']}", words["per"])[product.seed % 3] if product.language == "en" else words["per"]
    return _money(plan, product.language), {"month": f"{unit} {short}".strip(), "once": "one-time"}.get(
        plan.period or "", ""
    )


def _cards(product: Product, plans: tuple[Plan, ...]) -> str:
    blocks = []
    for number, plan in enumerate(plans):
        amount, term = _label(product, plan)
        price = (
            f"<span class='{_c(product, 'amount')}'>{amount}</span> <span class='{_c(product, 'term')}'>{term}</span>"
        )
        gains = "".join(f"<li>{text}</li>" for text in _features(product)[: number + 1])
        name = plan.name or product.name
        blocks.append(
            f"<div class='{_c(product, 'card')}'><h3>{_e(name)}</h3><div class='{_c(product, 'price')}'>{price}</div>"
            f"<ul>{gains}</ul><a class='btn' href='/signup?plan={number}'>{_WORDS[product.language]['start']}</a></div>"
        )
    return f"<div class='{_c(product, 'grid')}'>{''.join(blocks)}</div>"


def _table(product: Product, plans: tuple[Plan, ...]) -> str:
    names = "".join(f"<th scope='col'>{_e(plan.name or product.name)}</th>" for plan in plans)
    prices = "".join(f"<td>{' '.join(_label(product, plan))}</td>" for plan in plans)
    limits = "".join(f"<td>{(number + 1) * 3}</td>" for number, _ in enumerate(plans))
    seats = "".join(f"<td>{'Unlimited' if number else '1'}</td>" for number, _ in enumerate(plans))
    return (
        f"<table class='plans'><thead><tr><th></th>{names}</tr></thead><tbody><tr><th>Price</th>{prices}</tr>"
        f"<tr><th>Projects</th>{limits}</tr><tr><th>Seats</th>{seats}</tr></tbody></table>"
    )


def _list(product: Product, plans: tuple[Plan, ...]) -> str:
    rows = "".join(
        f"<li><strong>{_e(plan.name or product.name)}</strong>: {' '.join(_label(product, plan)).strip()}</li>"
        for plan in plans
    )
    return f"<h2>{_WORDS[product.language]['pricing']}</h2><ul class='plans'>{rows}</ul>"


def _sentence(product: Product, plans: tuple[Plan, ...]) -> str:
    parts = []
    for plan in plans:
        amount, term = _label(product, plan)
        who = f"the {plan.name} plan of {product.name}" if plan.name else product.name
        if plan.amount in (None, "0"):
            parts.append(f"{who[0].upper() + who[1:]} is {'free' if plan.amount else 'priced on request'}.")
        elif plan.period == "once":
            parts.append(f"{who} costs {amount} once, updates included. No subscription.")
        else:
            parts.append(
                f"{who[0].upper() + who[1:]} costs {amount} {term.replace('/mo', 'a month').replace('/ ', 'a ')}."
            )
    return f"<h2>{_WORDS[product.language]['pricing']}</h2><p>{_e(' '.join(parts))}</p>"


def _toggle(product: Product, plans: tuple[Plan, ...]) -> str:
    """Cards whose prices a switch changes by script from monthly to yearly; monthly stands in the page."""
    blocks = []
    for plan in plans:
        amount = _money(plan) or "Custom"
        yearly = amount
        if plan.amount not in (None, "0"):
            yearly = f"{_SIGN[plan.currency]}{(Decimal(plan.amount or 0) * 10).normalize():f}"
        term = "" if plan.amount is None else "<span class='unit'>/month</span>"
        blocks.append(
            f"<div class='plan'><h3>{_e(plan.name or product.name)}</h3><p class='p'><span data-month='{amount}' "
            f"data-year='{yearly}'>{amount}</span>{term}</p><a href='/signup'>Choose</a></div>"
        )
    script = (
        "document.getElementById('yearly').addEventListener('click',function(){document.querySelectorAll('[data-year]')"
        ".forEach(function(e){e.textContent=e.dataset.year});document.querySelectorAll('.unit').forEach(function(e)"
        "{e.textContent='/year'})});"
    )
    switch = "<div role='tablist'><button id='monthly' aria-pressed='true'>Monthly</button><button id='yearly'>Yearly (2 months free)</button></div>"
    return f"{switch}<div class='grid'>{''.join(blocks)}</div><script>{script}</script>"


def _plan_json(plan: Plan) -> dict[str, str]:
    amount = f"{_SIGN[plan.currency]}{plan.amount}" if plan.amount is not None else "Contact us"
    return {"name": plan.name, "price": amount, "term": "/month" if plan.amount is not None else ""}


def _json_ld(product: Product, day: int) -> str:
    """SoftwareApplication markup, with an offer where the price stands there only."""
    data: dict[str, object] = {
        "@context": "https://schema.org",
        "@type": "SoftwareApplication",
        "name": product.name,
        "description": product.description,
        "applicationCategory": "DeveloperApplication",
    }
    if product.layout == "jsonld":
        plan = product.held(day)[0]
        spec = {"@type": "UnitPriceSpecification", "price": plan.amount, "priceCurrency": plan.currency}
        if plan.period == "month":
            spec["unitCode"] = "MON"
        data["offers"] = {
            "@type": "Offer",
            "price": plan.amount,
            "priceCurrency": plan.currency,
            "priceSpecification": spec,
        }
    return f'<script type="application/ld+json">{json.dumps(data, ensure_ascii=False)}</script>'


# ------------------------------------------------------------------------------------------------ how it is built


def mark(product: Product) -> bytes:
    """The mark of its site, PNG."""
    from PIL import Image, ImageDraw

    picture, made = Image.new("RGB", (180, 180), "#fff"), io.BytesIO()
    ImageDraw.Draw(picture).rectangle((30, 30, 60 + product.seed % 100, 150), fill=f"#{product.seed % 0xFFFFFF:06x}")
    picture.save(made, "PNG")
    return made.getvalue()


def _head(product: Product, path: str, day: int) -> str:
    """Title, descriptions, canonical and markup in the measure this author knows of them."""
    words = _WORDS[product.language]
    name, tagline = _e(product.name), _e(product.tagline)
    titles = (f"{name} — {tagline}", f"{name} | {tagline}", f"{tagline} · {name}", name, f"{name} - {tagline}")
    title = (
        titles[product.seed % 5]
        if path == "/"
        else f"{words['pricing'] if path == product.price_path else path[1:].capitalize()} | {name}"
    )
    parts = [f"<title>{title}</title>"]
    if product.has("odd_charset"):
        parts.append('<meta charset="idna">')  # a codec of Python's, and no encoding of a page
    if product.has("noscript_refresh"):
        parts.append("<noscript><meta http-equiv='refresh' content='0; url=/nojs'></noscript>")
    if product.template != "plain":
        parts.append(f'<meta name="description" content="{_e(product.description)}">')
    if product.seed % 3:
        parts += [
            f'<meta property="og:title" content="{titles[0] if product.seed % 2 else name}">',
            f'<meta property="og:description" content="{tagline}">',
            '<meta property="og:type" content="website">',
        ]
        if product.seed % 4 == 1:
            parts.append(f'<meta property="og:site_name" content="{name}">')
    if product.seed % 3:
        parts.append(f'<link rel="apple-touch-icon" href="{MARK}"><link rel="icon" sizes="64x64" href="/none.png">')
    if product.has("trap_script"):
        parts.append('<link rel="icon" sizes="96x96" href="http://169.254.169.254/touch.png">')
    parts.append(_canonical(product, path))
    if path == "/" and (product.layout == "jsonld" or product.seed % 5 == 0):
        parts.append(_json_ld(product, day))
    return "".join(parts)


def _canonical(product: Product, path: str) -> str:
    base = product.homepage.rstrip("/")
    if product.has("canonical_http"):
        return f'<link rel="canonical" href="{base.replace("https:", "http:")}{path}">'
    if product.has("canonical_relative"):
        return f'<link rel="canonical" href="{path}">'
    if product.has("canonical_slashless"):
        return f'<link rel="canonical" href="{base}{path.rstrip("/")}">'
    return f'<link rel="canonical" href="{base}{path}">' if product.seed % 3 else ""


def _nav(product: Product, github: str) -> list[tuple[str, str]]:
    words = _WORDS[product.language]
    links = [("#features", "Features"), ("/docs", words["docs"]), ("/blog", "Blog")]
    if product.price_path not in ("", "/"):
        links.insert(1, (product.price_path, words["pricing"]))
    elif product.price_path == "/" and product.layout != "jsonld":
        links.insert(1, ("/#pricing", words["pricing"]))
    elif product.has("trap_redirect"):
        links.insert(1, ("/pricing", words["pricing"]))
    elif product.has("dead_pricing"):
        links.insert(1, ("/pricing-old", words["pricing"]))
    if product.has("trap_private"):
        links.append(("http://169.254.169.254/latest/pricing", "Pricing API"))
    if product.has("trap_forbidden"):
        links.append(("/internal/pricing", "Pricing for partners"))
    repository = product.foreign_repo or (product.repository if product.site_names_repo else "")
    if repository:
        links.append((f"{github}/{repository}", "GitHub"))
    return [*links, *product.more_links, ("/login", words["login"])]


def _links(product: Product, github: str, form: str = "<a href='{0}'>{1}</a>") -> str:
    return "".join(form.format(*link) for link in _nav(product, github))


def _noise(product: Product, day: int) -> dict[str, str]:
    """What differs from day to day and means nothing."""
    at = 0 if product.has("static") else day
    chance = random.Random(f"{product.seed} {at}")
    return {
        "csrf": f"{chance.getrandbits(128):032x}",
        "hash": f"{chance.getrandbits(32):08x}",
        "date": f"Last updated {chance.randrange(1, 28)} November 2026, {chance.randrange(10, 23)}:{chance.randrange(10, 59)}",
    }


def _consent(product: Product) -> str:
    if not product.has("consent"):
        return ""
    return (
        "<div id='cookie-consent' class='cc-window' role='dialog' aria-label='cookieconsent'><p>We use cookies. Accept "
        "all and take $10 off your first invoice; a cookie-free visit costs $2.99 per month.</p><button>Accept all"
        "</button><button>Reject</button></div>"
    )


def _footer(product: Product, day: int) -> str:
    terms = "<a href='/terms'>Terms</a> " if has_terms(product) else ""
    return f"<footer><p>© 2026 {_e(product.name)}. {_noise(product, day)['date']}.</p><a href='/privacy'>Privacy</a> {terms}<a href='/about'>About</a></footer>"


def _c(product: Product, name: str) -> str:
    """The class that a builder's style gives an element."""
    styles = {
        "tailwind": {"card": "rounded-2xl p-8 ring-1 ring-gray-200", "price": "mt-6 flex items-baseline gap-x-1", "amount": "text-4xl font-bold", "term": "text-sm text-gray-600", "grid": "grid md:grid-cols-3 gap-8"},
        "bootstrap": {"card": "card mb-4 box-shadow", "price": "card-title pricing-card-title", "amount": "h1", "term": "text-muted", "grid": "card-deck mb-3 text-center"},
        "webflow": {"card": "pricing-card w-layout-vflex", "price": "price-wrap", "amount": "heading-style-h2", "term": "text-size-small", "grid": "w-layout-grid pricing_component"},
    }  # fmt: skip
    named = styles.get(product.template, {}).get(name, name)
    return f"{named}_{product.seed % 9973:x}" if product.template == "next" else named


def _tailwind(product: Product, path: str, day: int, body: str, github: str) -> str:
    noise = _noise(product, day)
    links = _links(product, github, "<a class='text-sm font-semibold leading-6 text-gray-900' href='{0}'>{1}</a>")
    return (
        f"<!DOCTYPE html><html lang='{product.language}' class='h-full antialiased'><head><meta charset='utf-8'>"
        f"{_head(product, path, day)}<link rel='stylesheet' href='/assets/app-{noise['hash']}.css'><meta name='csrf-token' "
        f"content='{noise['csrf']}'></head><body class='bg-white'><header class='inset-x-0 top-0'><nav class='flex "
        f"items-center justify-between p-6'><a href='/' class='-m-1.5 p-1.5'>{_e(product.name)}</a><div class='hidden "
        f"lg:flex lg:gap-x-12'>{links}</div></nav></header><main class='isolate'>{body}</main>{_consent(product)}"
        f"{_footer(product, day)}</body></html>"
    )


def _bootstrap(product: Product, path: str, day: int, body: str, github: str) -> str:
    links = _links(product, github, "<li class='nav-item'><a class='nav-link' href='{0}'>{1}</a></li>")
    return (
        f"<!doctype html>\n<html lang='{product.language}'>\n<head>\n<meta charset='utf-8'>\n{_head(product, path, day)}\n"
        f"<link rel='stylesheet' href='/css/bootstrap.min.css?v={_noise(product, day)['hash']}'>\n</head>\n<body>\n"
        f"{_consent(product)}<nav class='navbar navbar-expand-md navbar-dark bg-dark'><a class='navbar-brand' href='/'>"
        f"{_e(product.name)}</a><ul class='navbar-nav mr-auto'>{links}</ul></nav>\n<div class='jumbotron'><div "
        f"class='container'>{body}</div></div>\n{_footer(product, day)}\n<script src='/js/bootstrap.bundle.min.js'></script>"
        "\n</body>\n</html>\n"
    )


def _webflow(product: Product, path: str, day: int, body: str, github: str) -> str:
    noise = _noise(product, day)
    links = _links(product, github, "<a href='{0}' class='nav_link w-nav-link'>{1}</a>")
    return (
        f"<!DOCTYPE html><!-- Last Published: {noise['date']} --><html data-wf-domain='{product.host}' "
        f"data-wf-page='{noise['csrf'][:24]}' data-wf-site='{product.seed:024x}' lang='{product.language}'><head><meta "
        f"charset='utf-8'/>{_head(product, path, day)}<meta content='Webflow' name='generator'/></head><body "
        f"class='body'><div class='page-wrapper'><div data-collapse='medium' role='banner' class='nav_component w-nav'>"
        f"<a href='/' class='nav_brand w-nav-brand'><img src='/logo.svg' alt='{_e(product.name)}'/></a><nav "
        f"class='nav_menu w-nav-menu'>{links}</nav></div><div class='main-wrapper'><div class='w-layout-blockcontainer "
        f"container w-container'>{body}</div></div>{_consent(product)}{_footer(product, day)}</div></body></html>"
    )


def _plain(product: Product, path: str, day: int, body: str, github: str) -> str:
    links = " | ".join(f"<a href='{to}'>{text}</a>" for to, text in _nav(product, github))
    return (
        f"<html><head><meta charset=utf-8>{_head(product, path, day)}<style>body{{max-width:40em;margin:auto}}</style>"
        f"</head><body><p>{links}</p>{body}<hr>{_consent(product)}<p><small>{_noise(product, day)['date']}</small></p>"
        "</body></html>"
    )


def _docs(product: Product, path: str, day: int, body: str, github: str) -> str:
    links = _links(product, github, "<li class='md-nav__item'><a class='md-nav__link' href='{0}'>{1}</a></li>")
    return (
        f"<!doctype html><html lang='{product.language}' class='no-js'><head><meta charset='utf-8'><meta "
        f"name='generator' content='mkdocs-1.6.1, mkdocs-material-9.6'>{_head(product, path, day)}</head><body dir='ltr'>"
        f"<header class='md-header'><a class='md-header__button md-logo' href='/' title='{_e(product.name)}'></a><span "
        f"class='md-ellipsis'>{_e(product.name)}</span></header><div class='md-container'><nav class='md-nav'><ul>{links}"
        f"</ul></nav><div class='md-content'><article class='md-content__inner md-typeset'>{body}</article></div></div>"
        f"{_consent(product)}{_footer(product, day)}</body></html>"
    )


def _next(product: Product, path: str, day: int, body: str, github: str) -> str:
    noise = _noise(product, day)
    props = {
        "props": {"pageProps": {"name": product.name, "tagline": product.tagline}},
        "page": path,
        "buildId": noise["hash"],
    }
    return (
        f'<!DOCTYPE html><html lang="{product.language}"><head><meta charSet="utf-8"/>{_head(product, path, day)}<link '
        f'rel="preload" href="/_next/static/css/{noise["hash"]}.css" as="style"/></head><body class="__className_'
        f'{noise["hash"][:6]}"><div id="__next"><div class="layout_root__{noise["hash"][:5]}"><header><a href="/">'
        f"{_e(product.name)}</a>{_links(product, github)}</header><main>{body}</main>{_consent(product)}"
        f"{_footer(product, day)}</div></div>"
        f'<script id="__NEXT_DATA__" type="application/json">{json.dumps(props)}</script></body></html>'
    )


def _shell(product: Product, path: str) -> str:
    """A page whose content its script asks of an API on the same host."""
    home = (
        "fetch('/api/site.json').then(r=>r.json()).then(s=>{document.title=s.name;root.innerHTML='<header><a href=\"/\">'+"
        "s.name+'</a><nav><a href=\"/pricing\">Pricing</a></nav></header><main><h1>'+s.name+'</h1><p>'+s.headline+'</p><p>'"
        "+s.about+'</p><ul>'+s.features.map(f=>'<li>'+f+'</li>').join('')+'</ul></main>'})"
    )
    plans = (
        "fetch('/api/plans.json').then(r=>r.json()).then(s=>{root.innerHTML='<main><h1>Pricing</h1><div class=\"grid\">'+"
        "s.plans.map(p=>'<div class=\"card\"><h3>'+p.name+'</h3><p><b>'+p.price+'</b><span>'+p.term+'</span></p></div>')"
        ".join('')+'</div></main>'})"
    )
    if product.has("trap_script"):
        # A page may ask anything; whether it is asked is the visitor's choice.
        home += (
            ";fetch('http://169.254.169.254/latest/meta-data').catch(()=>0);fetch('http://127.0.0.1/admin').catch(()=>0);"
            "const i=document.createElement('iframe');i.src='/internal/pricing';document.body.append(i)"
        )
    script = plans if path == product.price_path else home
    return (
        f"<!doctype html><html lang='en'><head><meta charset='utf-8'><title>{_e(product.name)}</title><link rel='icon' "
        "href='/favicon.ico'></head><body><noscript>You need to enable JavaScript to run this app.</noscript><div "
        f"id='root'></div><script type='module'>const root=document.getElementById('root');{script}</script></body></html>"
    )


def _e(text: str) -> str:
    return html.escape(text, quote=True)


_FRAMES: dict[str, Callable[[Product, str, int, str, str], str]] = {
    "tailwind": _tailwind,
    "bootstrap": _bootstrap,
    "webflow": _webflow,
    "plain": _plain,
    "docs": _docs,
    "next": _next,
    "shell": _plain,
}
