"""Made-up pages of prices whose gold is certain: the layouts that sites build, and the amounts beside them that are no price."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

from bench.train import made_plain
from bench.train.price_maker import CODES, FREE, HEADS, LINES, Maker

_CALLED = (("Monthly", "month"), ("Yearly", "year"), ("Lifetime", "once"))
_CARD_MAKES = ("card", "plan", "tier", "col", "c", "pricing-card", "box", "item")


def _priced(page: Maker, amount: float, period: str | None) -> str:
    """A price with its period: in one line, under it, in blocks of their own, with a crossed price before."""
    money, term = page.written(amount), page.term(period)
    old = page.written(amount * 2)
    kind = page.chance.random()
    if amount >= 1000 and amount % 1000 == 0 and page.lang == "en":
        money = page.form.format(f"{amount / 1000:.0f}{page.pick('k', 'K', 'k+')}")
    if kind < 0.15 and page.form == "${}" and amount % 1:
        whole, cents = f"{amount:.2f}".split(".")
        return f"<div>$</div><div>{whole}</div><div>.{cents}</div><div>{term}</div>"
    if kind < 0.25 and page.lang == "en":
        before = page.pick(f"<p><del>{old}</del></p>", f"<p>Usually {old}</p>", f"<p>was {old}</p>")
        return f"{before}<p>{page.pick('', 'Now ')}{money}{term}</p>"
    if kind < 0.5:
        return f"<p><span>{money}</span><span>{term}</span></p>"
    if kind < 0.75:
        return f"<div class={page.pick('price', 'amount', 'x')}>{money}</div><div>{term.strip()}</div>"
    if kind < 0.82 and period == "month" and page.lang == "en":
        return f"<div>{money}</div><div>{page.pick('per month, billed annually', 'per user / month', '/mo billed yearly')}</div>"
    return f"<p>{money}{term if term[:1] in ' /' else ' ' + term}</p>"


def _cards(page: Maker) -> None:
    """Cards in a row, the name over the price, under it, or in a badge's company; one free, one on request."""
    count = page.chance.randint(1, 4)
    period, make, tag = (
        page.period(),
        page.chance.choice(_CARD_MAKES),
        page.pick("h3", "h3", "h2", "div", "p", "strong"),
    )
    under, cards = page.maybe(0.2), []
    if page.maybe(0.3):
        free = page.names(1)[0] if page.maybe(0.5) else page.pick("Free", "Community", "Hobby")
        cards.append((free, f"<p>{page.chance.choice(FREE[page.lang])}</p>"))
        page.sell(free, 0.0, None)
    for name, amount in zip(page.names(count), page.amounts(count), strict=False):
        if name in (one["name"] for one in page.plans):
            continue
        cards.append((name, _priced(page, amount, period)))
        page.sell(name, amount, period)
    if page.maybe(0.2) and page.lang == "en":
        cards.append(("Enterprise" if "Enterprise" not in dict(cards) else "Custom needs", "<p>Contact us</p>"))
    out = []
    for name, priced in cards:
        badge = (
            f"<div class=badge>{page.pick('Most popular', 'Best value', 'Recommended')}</div>"
            if page.maybe(0.15)
            else ""
        )
        told = (
            f"<p>{page.pick('For small teams', 'Everything to begin', 'For people who build', 'Ideal for growing shops')}</p>"
            if page.maybe(0.4) and page.lang == "en"
            else ""
        )
        name_line = f"<{tag}>{name}</{tag}>"
        inner = f"{priced}{name_line}{told}" if under else f"{badge}{name_line}{told}{priced}"
        out.append(f"<div class={make}>{inner}{page.items()}{page.button(name)}</div>")
    page.body.append(f"<div class={page.pick('grid', 'row', 'plans', 'g')}>{''.join(out)}</div>")
    if page.lang == "en" and not under and page.maybe(0.25) and period == "month":
        _compared(page)


def _compared(page: Maker) -> None:
    """The cards' plans again, as the head of a comparison."""
    heads = "".join(
        f"<th>{one['name']} {page.written(one['amount']) if one['amount'] else ''}</th>" for one in page.plans
    )
    cells = "".join(f"<td>{page.pick('yes', 'no', '✓')}</td>" for _ in page.plans)
    page.body.append(f"<h2>Compare</h2><table><tr><th>{page.pick('Feature', 'Features', '', 'What you get')}</th>{heads}</tr><tr><td>{page.pick(*LINES)}</td>{cells}</tr></table>")  # fmt: skip


def _called_by_time(page: Maker) -> None:
    """Plans that are called for how long they hold."""
    page.lang, page.form, page.currency = "en", "${}", "USD"
    chosen = _CALLED[: page.chance.randint(2, 3)]
    out = []
    for (name, period), amount in zip(chosen, page.amounts(3), strict=False):
        said = page.pick(page.term(period), page.term(period), "")
        kind = page.pick(f"<h3>{name}</h3>", f"<div class=plan-name>{name}</div>", f"<h3>{name} plan</h3>")
        note = page.pick("", "<div>Save 17%</div>", "<div>For regular users</div>")
        out.append(f"<div class=card>{kind}{note}<div>{page.written(amount)}</div><div>{said.strip()}</div>{page.items()}{page.button(name)}</div>")  # fmt: skip
        page.sell(name, amount, period)
    page.body.append(f"<div class=grid>{''.join(out)}</div>")


def _table(page: Maker) -> None:
    """A table of prices, its plans in columns or in rows."""
    count = page.chance.randint(2, 4)
    period = page.chance.choice(("month", "month", "month", "year", None))
    names, amounts = page.names(count), page.amounts(count)
    term = page.term(period)
    if page.maybe(0.5):
        heads = "".join(f"<th>{name}</th>" for name in names)
        cells = "".join(
            f"<td>{page.written(amount)}{term if term[:1] in ' /' else ' ' + term}</td>"
            for amount in amounts[: len(names)]
        )
        rest = f"<tr><td>{page.pick(*LINES)}</td>{'<td>✓</td>' * len(names)}</tr>"
        label = HEADS[page.lang][0] if page.maybe(0.7) else ""
        page.body.append(f"<table><tr><th></th>{heads}</tr><tr><td>{label}</td>{cells}</tr>{rest}</table>")
    else:
        rows = "".join(f"<tr><td>{name}</td><td>{page.written(amount)}{term if term[:1] in ' /' else ' ' + term}</td><td>{page.chance.randint(2, 90)}</td></tr>" for name, amount in zip(names, amounts, strict=False))  # fmt: skip
        heads = "<tr><th>Plan</th><th>Price</th><th>Seats</th></tr>" if page.lang == "en" else ""
        page.body.append(f"<table>{heads}{rows}</table>")
    for name, amount in zip(names, amounts, strict=False):
        page.sell(name, amount, period)


def _flat(page: Maker) -> None:
    """Headings with a sentence or a list line each."""
    period, term = page.period(), ""
    tag = page.pick("h2", "h3", "h4")
    listed, count = page.maybe(0.4), page.chance.randint(1, 3)
    lines = []
    for name, amount in zip(page.names(count), page.amounts(count), strict=False):
        term = page.term(period)
        term = term if term[:1] in " /" else " " + term
        if listed:
            lines.append(f"<li>{name}{page.pick(': ', ' – ', ' — ')}{page.written(amount)}{term}</li>")
        else:
            lines.append(f"<{tag}>{name}</{tag}><p>{page.written(amount)}{term}</p>{page.items()}")
        page.sell(name, amount, period)
    page.body.append(f"<ul>{''.join(lines)}</ul>" if listed else "".join(lines))


def _packs(page: Maker) -> None:
    """Packs of credits, paid once."""
    page.lang, page.form, page.currency = "en", "${}", "USD"
    out = []
    for amount in page.amounts(3):
        name = f"{int(amount) * 10:,} {page.pick('credits', 'credits', 'images', 'minutes')}"
        out.append(f"<div class=pack><h3>{name}</h3><div>{page.written(amount)}</div>{page.button('')}</div>")
        page.sell(name, amount, "once")
    page.body.append(f"<div class=packs>{''.join(out)}</div>")


def _sentence(page: Maker) -> None:
    """One price, told in a sentence."""
    page.lang, page.form, page.currency = "en", "${}", "USD"
    period, amount = page.chance.choice(("month", "year", "once")), page.amounts(1)[0]
    money = page.written(amount) + {"month": " a month", "year": " per year", "once": " once"}[period]
    page.body.append(f"<p>{page.pick('It costs', 'Plans start at', 'The licence is', 'You pay')} {money}{page.pick('', ', nothing more', ' and you can cancel any time')}.</p>")  # fmt: skip
    page.sell("", amount, period)


def _table_of_use(page: Maker) -> None:
    """A table of what use costs: models by the million tokens, machines by the hour, storage by the gigabyte."""
    page.lang, page.form, page.currency = "en", "${}", "USD"
    kind = page.pick("tokens", "hours", "units")
    names = [
        f"{page.word().lower()}-{page.pick('large', 'small', '2', 'mini')}" for _ in range(page.chance.randint(2, 4))
    ]
    rows = []
    for name in dict.fromkeys(names):
        low, high = page.chance.randint(1, 40) / 20, page.chance.randint(50, 400) / 20
        page.sell(name, low, "hour" if kind == "hours" else None)
        if kind == "tokens":
            page.sell(name, high, None)
            rows.append(f"<tr><td>{name}</td><td>${low:.2f}</td><td>${high:.2f}</td></tr>")
        else:
            rows.append(f"<tr><td>{name}</td><td>${low:.2f}</td></tr>")
    heads = {"tokens": page.pick("<th>Input (per 1M tokens)</th><th>Output (per 1M tokens)</th>", "<th>Input / 1M</th><th>Output / 1M</th>"), "hours": f"<th>{page.pick('Price per hour', 'Per hour', 'Hourly')}</th>", "units": f"<th>{page.pick('Per GB', 'Price per 1,000 requests', 'Per minute')}</th>"}  # fmt: skip
    page.body.append(
        f"<table><tr><th>{page.pick('Model', 'Machine', 'Item')}</th>{heads[kind]}</tr>{''.join(rows)}</table>"
    )


def _table_with_more(page: Maker) -> None:
    """A table whose first row sells; one plan costs nothing, and a row further down is of extras."""
    page.lang, page.form, page.currency = "en", "${}", "USD"
    count = page.chance.randint(2, 4)
    names, amounts = page.names(count), [0.0, *page.amounts(count - 1)]
    if page.maybe(0.3):
        amounts[0] = 2.0
    cells = "".join(f"<td>{page.written(amount) if amount else page.pick('Free', '$0')}</td>" for amount in amounts)
    extras = "".join(f"<td>{page.pick('–', '$2', '$1', '$0.50')}</td>" for _ in amounts)
    heads = "".join(f"<th>{name}</th>" for name in names)
    corner = page.pick("", "Plan", "Features")
    extra = f"<tr><td>{page.pick('Extra user', 'Additional GB')}</td>{extras}</tr>" if page.maybe(0.5) else ""
    page.body.append(f"<table><tr><th>{corner}</th>{heads}</tr><tr><td>{page.pick('Price per month', 'Monthly price', 'Per month')}</td>{cells}</tr><tr><td>Users</td>{'<td>5</td>' * count}</tr>{extra}</table>")  # fmt: skip
    for name, amount in zip(names, amounts, strict=False):
        page.sell(name, amount, "month")


def _grid_of_rows(page: Maker) -> None:
    """Names in one row of blocks, prices in the next."""
    names, amounts = page.names(3), page.amounts(3)
    term = page.term("month")
    joined = term if term[:1] in " /" else " " + term
    row = page.chance.choice(("head", "r", "names"))
    page.body.append(f"<div class={row}>{''.join(f'<div>{name}</div>' for name in names)}</div><div class=prices>{''.join(f'<div>{page.written(amount)}{joined}</div>' for amount in amounts[: len(names)])}</div>")  # fmt: skip
    for name, amount in zip(names, amounts, strict=False):
        page.sell(name, amount, "month")


def _both_states(page: Maker) -> None:
    """Cards that show the month's and the year's price: one after the other, in a switch's halves, as the year's total."""
    page.lang, page.form, page.currency = "en", page.pick("${}", "€{}", "£{}"), ""
    page.currency = CODES[page.form[0]]
    kind, out = page.chance.randint(0, 4), []
    for name, amount in zip(page.names(3), page.amounts(3), strict=False):
        month, year, less = (page.written(value) for value in (amount, amount * 10, round(amount * 0.8)))
        told = (
            f"<div>Monthly</div><div>{month}</div><div>Yearly</div><div>{year}</div>",
            f"<span class=price-monthly>{month}</span><span class=price-yearly>{less}</span><span>/month</span>",
            f"<p>{month}<span>/mo</span></p><p>Total for the year: {page.written(amount * 12)}</p>",
            f"<p>{month} per user/month, billed annually or {page.written(amount + 3)} month-to-month</p>",
            f"<p>{month}/mo</p><p>or {year} a year</p>",
        )[kind]
        out.append(f"<div class=card><h3>{name}</h3>{told}{page.items()}{page.button(name)}</div>")
        alt = [[amount * 10, "year"], [round(amount * 0.8), "month"], [amount * 12, "year"], [amount + 3, "month"]]
        page.sell(name, amount, "month", alt=alt)
    page.body.append(f"<div class=pricing>{''.join(out)}</div>")


def _terms_and_prices(page: Maker) -> None:
    """A list of terms, or headings of what is counted, each with its price under it."""
    page.lang, page.form, page.currency = "en", "${}", "USD"
    if page.maybe(0.5):
        pairs = list(zip(page.names(3), page.amounts(3), strict=False))
        page.body.append("<dl>" + "".join(f"<dt>{name}</dt><dd>{page.written(amount)} per month</dd>" for name, amount in pairs) + "</dl>")  # fmt: skip
        for name, amount in pairs:
            page.sell(name, amount, "month")
        return
    for name, unit, period in (("Storage", "per GB / month", "month"), ("Reads", "per million requests", None), ("Transfer", "per GB", None)):  # fmt: skip
        amount = page.chance.randint(1, 90) / 100
        page.body.append(f"<h2>{name}</h2><p>${amount:g} {unit}</p>")
        page.sell(name, amount, period)


def _timed_section(page: Maker) -> None:
    """A heading that says for how long the prices under it hold."""
    page.lang, page.form, page.currency = "en", "${}", "USD"
    said, period = page.chance.choice((("Monthly plans", "month"), ("Yearly plans", "year"), ("Lifetime licences", "once"), ("Prices per month", "month")))  # fmt: skip
    page.body.append(f"<h2>{said}</h2><div>")
    for name, amount in zip(page.names(3), page.amounts(3), strict=False):
        page.body.append(f"<div class=c><h3>{name}</h3><p>{page.written(amount)}</p></div>")
        page.sell(name, amount, period)
    page.body.append("</div>")


def _named_for_time(page: Maker) -> None:
    """Plans whose names say for how long they hold, in several languages."""
    lang, form, names = page.chance.choice(
        (
            ("en", "${}", ("Pro Monthly", "Pro Annual", "Pro Lifetime")),
            ("pt", "R$ {}", ("Plano Mensal", "Plano Anual")),
            ("de", "{} €", ("Monatlich", "Jährlich")),
            ("fr", "{} €", ("Mensuel", "Annuel")),
            ("es", "{} €", ("Plan Mensual", "Plan Anual")),
        )
    )
    page.lang, page.form, page.currency = lang, form, "USD" if lang == "en" else "BRL" if lang == "pt" else "EUR"
    for name, period, amount in zip(names, ("month", "year", "once"), page.amounts(3), strict=False):
        page.body.append(f"<div class=p><h3>{name}</h3><p>{page.written(amount)}</p>{page.items()}</div>")
        page.sell(name, amount, period)


def _ranges(page: Maker) -> None:
    """Services from one price to another, by the hour or the project."""
    page.lang, page.form, page.currency = "en", "${}", "USD"
    for name, amount in zip(("Consulting", "Support", "Migration"), page.amounts(3), strict=True):
        period, said = page.chance.choice((("hour", "per hour"), ("hour", "/hour"), ("month", "per month")))
        high = f"{page.pick(' - ', ' – ', ' to ')}{page.written(amount * 2)}" if page.maybe(0.6) else ""
        page.body.append(f"<div class=c><h3>{name}</h3><p>{page.written(amount)}{high} {said}</p></div>")
        page.sell(name, amount, period)


def _former(page: Maker) -> None:
    """The former price over the present one, whose cents stand in blocks of their own."""
    page.lang, page.form, page.currency = "en", "€{}", "EUR"
    for name, amount in zip(page.names(3), page.amounts(3), strict=False):
        whole = int(amount)
        before = page.pick(f"<p>Normally €{whole * 2}</p>", f"<p>Usually €{whole * 2}</p>", f"<div class=old-price>€{whole * 2}/mo</div>")  # fmt: skip
        page.body.append(f"<div class=card><h3>{name}</h3>{before}<p>{page.pick('Now ', '')}<b>€</b><b>{whole}</b><b>.50</b></p><p>{page.pick('per month', '/mo — billed annually')}</p>{page.items()}</div>")  # fmt: skip
        page.sell(name, whole + 0.5, "month")


def _on_request(page: Maker) -> None:
    """Cards that state no amount, or one beside others on request."""
    names = page.names(3)
    asked = {"en": ("Contact us", "Custom pricing", "Let's talk"), "de": ("Preis auf Anfrage",), "fr": ("Sur devis",), "es": ("Precio a consultar",), "pt": ("Sob consulta",)}  # fmt: skip
    said = page.chance.choice(asked.get(page.lang, asked["en"]))
    for at, name in enumerate(names):
        amount = page.amounts(1)[0]
        priced = at == 0 and page.maybe(0.6)
        page.body.append(f"<div class=col><h3>{name}</h3><p>{page.written(amount) + page.term('month') if priced else said}</p>{page.items()}</div>")  # fmt: skip
        page.sell(name, amount, "month") if priced else page.plans.append({"name": name, "amount": None, "currency": None, "period": None})  # fmt: skip


# What stands beside prices and is none.
def _slider(page: Maker) -> str:
    rows = (
        ("Hourly rate of your team", "/hr"),
        ("Hours won back", ""),
        ("Value a month", "/mo"),
        ("Yearly gain", "/yr"),
        ("Current spend", "/mo"),
        ("You keep", " a year"),
    )
    chosen = page.chance.sample(rows, 4)
    inner = "".join(f"<div><label>{label}</label><b>${page.chance.randint(20, 90_000):,}{unit}</b></div>" for label, unit in chosen)  # fmt: skip
    return f"<section class={page.pick('roi', 'x', 'calculator')}><h2>{page.pick('See what you gain', 'Your return', 'What would you save?')}</h2>{inner}</section>"


def _told(page: Maker) -> str:
    amount = f"${page.chance.randint(2, 90) * 1000:,}"
    said = page.pick(
        f"Our bill went from {amount} a month to a third of it.",
        f"We used to pay {amount} per year to another vendor.",
        f"I made {amount} a month within a year.",
        f"They cut {amount} from our cloud invoice.",
    )
    tag = page.pick("h3", "p", "blockquote")
    return f"<div class={page.pick('quote', 'story', 'x')}><p>{page.word()} {page.word()}</p><p>CTO, {page.word()}</p><{tag}>{said}</{tag}></div>"


def _screen(page: Maker) -> str:
    labels = page.chance.sample(("Saved this month", "Total balance", "Avg. order", "Revenue", "Invoice 1042", "Due today", "Groceries", "Payroll", "Pending"), 3)  # fmt: skip
    rows = "".join(f"<div>{label}</div><div>${page.chance.randint(4, 9000):,}{page.pick('', '.00', '.40')}</div>" for label in labels)  # fmt: skip
    return f"<div class={page.pick('mock', 'screen', 'app-window', 'x')}>{rows}</div>"


def _rivals(page: Maker) -> str:
    other, own = page.word(), page.pick("Us", "With us", "This")
    cells = f"<tr><td>{page.pick('Price for ten seats', 'Cost a month', 'Price')}</td><td>{page.pick('One price', 'Less', 'Fair')}</td><td>${page.chance.randint(30, 900)}/mo</td></tr>"  # fmt: skip
    return f"<h2>{page.pick('Why people switch', 'How we compare', f'Against {other}')}</h2><table><tr><th></th><th>{own}</th><th>{other}</th></tr>{cells}</table>"


def _news(page: Maker) -> str:
    amount = page.chance.randint(2, 80)
    return page.pick(
        f"<p>We raised ${amount} million to build this.</p>",
        f"<p>Give a friend ${amount} in credits when they join.</p>",
        f"<p>Fines of up to ${amount * 1000:,} are due for each breach.</p>",
        f"<p>Teams lose ${amount},000 a year on work nobody needs.</p>",
        f"<h3>${amount}M+</h3><p>processed for our customers</p>",
    )


def _further(page: Maker) -> str:
    """An add-on, which a reader may leave out."""
    amount = float(page.chance.randint(2, 30))
    name = page.pick("Extra seat", "Additional project", "Priority support add-on")
    page.sell(name, amount, "month", optional=True)
    page.plans[-1]["currency"] = "USD"
    return f"<h3>{page.pick('Add-ons', 'Need more?')}</h3><ul><li>{name}: ${amount:.0f}/mo</li></ul>"


def _market(page: Maker) -> str:
    low, high = page.chance.randint(10, 90), page.chance.randint(100, 900)
    return page.pick(
        f"<h3>How much does such software cost?</h3><p>It typically costs between ${low} and ${high} per month for small teams.</p>",
        f"<p>Other vendors charge ${high} a month for this, agencies ${high}0.</p>",
        f"<h2>Monthly cost estimates</h2><div class=e><h3>Budget</h3><div>~${low / 10:.2f}/mo</div></div><div class=e><h3>Premium</h3><div>~${high / 10:.2f}/mo</div></div>",
        f"<p>At that time I would charge every client ${low} per month.</p>",
        f"<div class=stats><div><h2>$0</h2><p>{page.pick('Infrastructure cost', 'Lost', 'In fees')}</p></div><div><h2>94%</h2><p>Accuracy</p></div></div>",
        f"<p>$1 = about {low} reports.</p>",
        f"<h2>What fifty seats cost elsewhere</h2><table><tr><th>Vendor</th><th>Per seat / mo</th><th>Annual cost</th></tr><tr><td>{page.word()}</td><td>${low}</td><td>${high},000</td></tr><tr><td>{page.word()}</td><td>${low + 7}</td><td>${high + 9},400</td></tr></table>",
    )


def _trial(page: Maker) -> str:
    return f"<div class=card><h3>{page.pick('14-day trial', 'Free trial', 'Demo')}</h3><p>{page.pick('Free', '$0', 'Free for 14 days')}</p></div>"


def _own_column(page: Maker) -> str:
    """The product beside a rival, by name: only its own price counts."""
    other, amount = page.word(), float(page.chance.randint(4, 30))
    page.sell(page.own, amount, "month", optional=page.priced)
    page.plans[-1]["currency"] = "USD"
    cells = ((page.own, f"${amount:.0f}"), (other, f"${page.chance.randint(40, 300)}"))
    order = cells if page.maybe(0.7) else cells[::-1]
    heads = "".join(f"<th>{name}</th>" for name, _ in order)
    said = "".join(f"<td>{price}</td>" for _, price in order)
    return f"<h2>{page.own} vs {other}</h2><table><tr><th></th>{heads}</tr><tr><td>Price per month</td>{said}</tr><tr><td>Support</td><td>yes</td><td>no</td></tr></table>"


Layouts = tuple[Callable[[Maker], None], ...]
Asides = tuple[Callable[[Maker], str], ...]

_LAYOUTS: Layouts = (
    *(_cards,) * 8,
    *(_called_by_time, _table, _flat, _packs, _sentence, _table_of_use, _table_with_more, _grid_of_rows, _both_states),
    *(_terms_and_prices, _timed_section, _named_for_time, _ranges, _former, _on_request),
)
_ASIDES: Asides = (_slider, _told, _screen, _rivals, _news, _market, _market, _trial, _own_column)  # fmt: skip

_OF_NOTHING: Asides = (_trial, _market, *made_plain.OF_NOTHING)


def pages(count: int, seed: int = 1) -> list[dict[str, Any]]:
    """Made-up pages as sites build them: html, url, gold {plans} in the corpus's form. The same for the same seed."""
    return [_page(random.Random(seed * 100_003 + number), _LAYOUTS, _ASIDES) for number in range(count)]


def plain_pages(count: int, seed: int = 2) -> list[dict[str, Any]]:
    """The same in plain markup (made_plain.py)."""
    chances = [random.Random(seed * 100_003 + number) for number in range(count)]
    return [_page(chance, made_plain.LAYOUTS, made_plain.ASIDES, abroad=0.3) for chance in chances]


def _page(chance: random.Random, layouts: Layouts, of_asides: Asides, abroad: float = 0) -> dict[str, Any]:
    page = Maker(chance)
    if abroad and page.maybe(abroad):
        page.go_abroad()
    priced, name = page.priced, page.own
    if priced:
        if page.maybe(0.7):
            page.body.append(f"<h2>{page.heading()}</h2>")
        page.chance.choice(layouts)(page)
    # What says "free" of something else would be taken for the plan that costs nothing: the gold knows amounts, no places.
    fit = [aside for aside in of_asides if aside not in _OF_NOTHING or all(plan["amount"] != 0 for plan in page.plans)]
    asides = [page.chance.choice(fit)(page) for _ in range(page.chance.choice((0, 0, 1, 2)) if priced else 2)]
    if priced and page.maybe(0.12) and page.currency == "USD":
        asides.append(_further(page))
    page.body = [*asides, *page.body] if page.maybe(0.5) else [*page.body, *asides]
    heading = page.heading() if priced and page.maybe(0.5) else f"{name} {page.pick('keeps order', 'for teams', 'at work')}"  # fmt: skip
    path = page.pick("pricing", "pricing", "plans", "") if priced else page.pick("", "", "blog/story", "features")
    for plan in page.plans:
        plan.setdefault("alt", [])
    return {"html": page.html(name, heading), "url": f"https://{name.lower()}.example/{path}", "gold": {"name": [name], "tagline": [], "plans": page.plans}}  # fmt: skip
