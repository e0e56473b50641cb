"""Made-up price pages in plain markup: tables by columns and by rows, volumes, lists, sentences, bare blocks; free plans in words."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from bench.train.price_maker import LINES, Maker

_THINGS = "users seats projects boards editors sites devices pages documents boats shelves".split()
_HEADED = ("Plan", "Tier", "Package", "Edition", "Product", "Licence")
_PRICED = ("Price", "Cost", "Pricing", "You pay", "Fee", "Details", "What it costs")
_PEOPLE = ("Small teams", "Larger teams", "Schools", "Resellers", "Enterprise", "Whole companies")
_STORY = ("Ask for a quote", "Your own server", "Training", "Single sign-on", "History", "Backups", "Roles", "Invoices")


def _term(page: Maker, period: str | None) -> str:
    """The words after an amount; "" for none."""
    if period is None:
        return ""
    concept = {"once": "once"}.get(period, f"per_{period.replace('-', '_')}")
    said = page.said(concept)
    return said if said.startswith("/") and page.maybe(0.7) else f" {said}"


def _price(page: Maker, amount: float | None, term: str) -> str:
    """A cell or a line of a price: nothing in words or in digits, on request, or an amount with its term."""
    if amount is None:
        return page.said(page.pick("on_request", "on_request", "contact", "contact_sales", "custom")).capitalize()
    if not amount and page.maybe(0.7):
        word = page.said("free").capitalize()
        return page.pick(word, word, word.lower(), f"<b>{word}</b>")
    money = page.written(amount)
    return page.pick(f"{money}{term}", f"{money}{term}", f"<b>{money}</b>{term}", f"<span>{money}</span> <span>{term}</span>")  # fmt: skip


def _sold(page: Maker, least: int, most: int, free: float, asked: float) -> list[tuple[str, float | None]]:
    """Plans by name and amount: perhaps one for nothing first, perhaps one on request last."""
    count = page.chance.randint(least, most)
    names = page.plain_names(count)
    amounts: list[float | None] = list(page.amounts(len(names)))
    if page.maybe(free) and len(names) > 1:
        amounts[0] = 0.0
    if page.maybe(asked) and len(names) > 2:
        amounts[-1] = None
    return list(zip(names, amounts, strict=True))


def _told(page: Maker, sold: Sequence[tuple[str, float | None]], period: str | None, times: float = 0) -> None:
    """The gold of these plans; times: the year's price stands there, too, that many months long."""
    for name, amount in sold:
        if amount is None:
            page.plans.append({"name": name, "amount": None, "currency": None, "period": None})
        else:
            page.sell(name, amount, period, alt=[[amount * times, "year"]] if times and amount else [])


def _held(page: Maker) -> str:
    """What a plan holds; often so much of it each month, week or day, which is no period of the price."""
    if page.maybe(0.5):
        return page.pick(*LINES)
    term = _term(page, page.chance.choice(("month", "month", "month", "week", "day", "year")))
    return f"{page.chance.randint(2, 900)} {page.chance.choice(_THINGS)}{term}"


def _row(page: Maker, label: str, cells: Sequence[str], tag: str = "td", first: str = "") -> str:
    return f"<tr><{first or tag}>{label}</{first or tag}>{''.join(f'<{tag}>{cell}</{tag}>' for cell in cells)}</tr>"


def _feature_rows(page: Maker, count: int, sold: Sequence[float | None]) -> list[str]:
    """Rows that say what the plans hold; a few of them cost something on top."""
    rows = []
    for label in page.chance.sample((*LINES, *_STORY), page.chance.randint(0, 4)):
        kind = page.chance.random()
        if kind < 0.4:
            cells = [page.pick("✓", "✓", "–", "yes", "no", "") for _ in range(count)]
        elif kind < 0.85:
            cells = [page.pick(f"{page.chance.randint(1, 900)}", f"{page.chance.randint(1, 90)} GB", "Unlimited", f"{page.chance.randint(2, 40)} {page.chance.choice(_THINGS)}", _held(page)) for _ in range(count)]  # fmt: skip
        else:
            label = f"{page.pick('Each further', 'One more', 'Overage per', 'On top, per')} {page.chance.choice(_THINGS)[:-1]}"
            cells = [page.pick("–", "", page.written(page.other(sold))) for _ in range(count)]
        rows.append(_row(page, label, cells))
    return rows


def _table(page: Maker, head: str, rows: Sequence[str], caption: str = "") -> None:
    make = page.pick("", "", " class=table", " class=compare", " border=1")
    top = f"<caption>{caption}</caption>" if caption else ""
    parts = f"<thead>{head}</thead><tbody>{''.join(rows)}</tbody>" if page.maybe(0.5) else head + "".join(rows)
    page.body.append(f"<table{make}>{top}{parts}</table>")


def _columns(page: Maker) -> None:
    """Plans as columns. The period stands in the cells, in the row's label, in the corner or the caption, or nowhere."""
    sold = _sold(page, 2, 5, free=0.6, asked=0.3)
    period = page.chance.choice(("month",) * 6 + ("year", "once", None))
    where = page.chance.choice(("cell", "cell", "label", "label", "corner", "caption") if period else ("",))
    term = _term(page, period)
    timed = f"{page.pick('', page.said('price_label'))} {term.strip(' /')}".strip().capitalize()
    label = timed if where == "label" else page.pick("", page.said("price_label").capitalize(), page.chance.choice(_PRICED) if page.lang == "en" else "")  # fmt: skip
    corner = timed if where == "corner" else page.pick("", "", page.chance.choice(_HEADED), "Features", page.own)
    tag = page.pick("th", "th", "td")
    names = [page.pick(name, f"<b>{name}</b>") if tag == "td" else name for name, _ in sold]
    cells = [_price(page, amount, term if where == "cell" else "") for _, amount in sold]
    yearly = 10 if period == "month" and page.maybe(0.15) else 0
    prices = [_row(page, label, cells, first=page.pick("td", "td", "th"))]
    if yearly:
        dear = [_price(page, amount * yearly if amount else amount, "") for _, amount in sold]
        prices.append(_row(page, f"{page.said('per_year')}".strip(" /").capitalize(), dear))
    more = _feature_rows(page, len(sold), [amount for _, amount in sold])
    rows = [*prices, *more] if page.maybe(0.7) else [*more, *prices]
    if page.maybe(0.3):
        rows.append(_row(page, "", [page.button(name) for name, _ in sold]))
    _table(page, _row(page, corner, names, tag), rows, timed if where == "caption" else "")
    _told(page, sold, period, yearly)


def _columns_in_heads(page: Maker) -> None:
    """Plans as columns, the price under the name in the head."""
    sold = _sold(page, 2, 4, free=0.5, asked=0.2)
    period = page.chance.choice(("month", "month", "year"))
    term = _term(page, period)
    cells = [f"{name}{page.pick('<br>', '<br>', ' ')}{_price(page, amount, term)}" for name, amount in sold]
    _table(page, _row(page, page.pick("", "Features"), cells, "th"), [*_feature_rows(page, len(sold), [amount for _, amount in sold]), _row(page, "Support", ["✓"] * len(sold))])  # fmt: skip
    _told(page, sold, period)


def _rows(page: Maker) -> None:
    """Plans as rows, with or without a head; the month's and the year's price side by side, or one of them."""
    sold = _sold(page, 1, 6, free=0.5, asked=0.25)
    period = page.chance.choice(("month",) * 5 + ("year", "hour", "once", None))
    both, headed = period == "month" and page.maybe(0.3), page.maybe(0.8)
    inside = not headed or (not both and page.maybe(0.5))
    term = _term(page, period)
    timed = term.strip(" /").capitalize()
    plain = page.pick(page.said("price_label").capitalize(), page.chance.choice(_PRICED) if page.lang == "en" else page.said("price_label"))  # fmt: skip
    priced = page.pick(timed, f"{page.said('price_label')} {timed.lower()}".capitalize()) if not inside and timed else plain  # fmt: skip
    heads = [priced, *([page.said("per_year").strip(" /").capitalize()] if both else []), page.chance.choice(_THINGS).capitalize()]  # fmt: skip
    tag = page.pick("td", "td", "th")
    rows = []
    for name, amount in sold:
        cells = [_price(page, amount, term if inside else "")]
        if both:
            cells.append(_price(page, amount * 10 if amount else amount, ""))
        rows.append(_row(page, page.pick(name, f"<b>{name}</b>"), [*cells, page.pick(str(page.chance.randint(1, 99)), "Unlimited", "5 GB")], first=tag))  # fmt: skip
    head = _row(page, page.chance.choice(_HEADED), heads, page.pick("th", "th", "td")) if headed else ""
    _table(page, head, rows)
    _told(page, sold, period, 10 if both else 0)


def _volumes(page: Maker) -> None:
    """What more of it costs, a row a step."""
    thing, ends = page.chance.choice(_THINGS), sorted(page.chance.sample(range(2, 90), 3))
    steps = [f"{page.pick('Up to', '1 –')} {ends[0]}00 {thing}", f"{ends[0]}01 – {ends[1]}00 {thing}", f"{ends[1]}01 – {ends[2]}00 {thing}"]  # fmt: skip
    amounts = page.amounts(3)
    term = _term(page, "month")
    inside = page.maybe(0.5)
    rows = [_row(page, step, [page.written(amount) + (term if inside else "")]) for step, amount in zip(steps, amounts, strict=True)]  # fmt: skip
    _table(page, _row(page, thing.capitalize(), [page.pick("Price", "Cost") if inside else term.strip(" /").capitalize()], "th"), rows)  # fmt: skip
    _told(page, list(zip(steps, amounts, strict=True)), "month")


def _corner(page: Maker) -> None:
    """One plan, its name in the corner; a column a period."""
    name, amount = page.plain_names(1)[0], page.amounts(1)[0]
    heads = [page.said("per_month").strip(" /").capitalize(), page.said("per_year").strip(" /").capitalize()]
    cells = [page.written(amount), page.written(amount * 10) + page.pick("", "", " (2 months less)")]
    rows = [_row(page, page.said("price_label").capitalize(), cells), *_feature_rows(page, 2, [amount, amount * 10])]
    _table(page, _row(page, name, heads, "th"), rows)
    _told(page, [(name, amount)], "month", 10)


def _counted(page: Maker) -> None:
    """What use costs: two things that are counted side by side, or one by the hour, a row a machine or a model."""
    page.speak("en", "${}")
    names = list(dict.fromkeys(f"{page.word()}{page.pick('', ' XL', '-7', ' 40 GB', ' mini', ' v2')}" for _ in range(page.chance.randint(1, 4))))  # fmt: skip
    kind = page.pick("tokens", "tokens", "hour", "call")
    first = page.pick("Model", "Machine", "Name", "Engine", "")
    if kind == "tokens":
        per = page.pick("1M tokens", "million tokens", "1K tokens")
        inside = page.maybe(0.4)
        heads = [f"{way} {page.pick(f'(per {per})', f'/ {per}', f'per {per}')}" if not inside else way for way in ("Input", "Output")]  # fmt: skip
        rows = []
        for name in names:
            amounts = page.chance.sample(range(5, 4_000), 2)
            rows.append(_row(page, name, [f"${amount / 100:.2f}{f' / {per}' if inside else ''}" for amount in sorted(amounts)]))  # fmt: skip
            for amount in sorted(amounts):
                page.sell(name, amount / 100, None)
        _table(page, _row(page, first, heads, "th"), rows)
        return
    head = page.pick("Per hour", "Price per hour", "Hourly price", "$ / hour") if kind == "hour" else page.pick("Per call", "Price per 1,000 calls", "Per GB")  # fmt: skip
    rows = []
    for name in names:
        amount = page.chance.randint(3, 900) / 100
        rows.append(_row(page, name, [f"{page.chance.randint(2, 64)} GB", f"${amount:.2f}"]))
        page.sell(name, amount, "hour" if kind == "hour" else None)
    _table(page, _row(page, first, [page.pick("Memory", "Size"), head], "th"), rows)


def _one_a_table(page: Maker) -> None:
    """A table of one column for each plan."""
    sold = _sold(page, 2, 4, free=0.5, asked=0.2)
    period = page.chance.choice(("month", "month", "year"))
    term, tag = _term(page, period), page.pick("th", "td")
    for name, amount in sold:
        rows = "".join(f"<tr><td>{line}</td></tr>" for line in page.chance.sample(LINES, page.chance.randint(0, 3)))
        page.body.append(f"<div><table><tr><{tag}>{name}</{tag}></tr><tr><td>{_price(page, amount, term)}</td></tr>{rows}</table></div>")  # fmt: skip
    _told(page, sold, period)


def _spanned(page: Maker) -> None:
    """Plans as columns; the cell of the free one, or of what is counted on top, reaches over several rows."""
    sold = _sold(page, 3, 4, free=1.0, asked=0.0)
    term, unit = _term(page, "month"), page.pick("user", "seat", "site")
    heads = "".join(f"<td>{name}</td>" for name, _ in sold)
    paid = "".join(f"<td>{page.written(amount or 0)}{term} ({page.chance.randint(2, 30)} {unit}s)</td>" for _, amount in sold[1:])  # fmt: skip
    more = "".join(f"<td>{page.written(page.other([amount for _, amount in sold]))} per further {unit}</td>" for _ in sold[1:])  # fmt: skip
    free = page.said("free").capitalize()
    corner = page.pick(f"<td rowspan=3>{page.pick('', 'Plan', 'What it holds')}</td>", "<th rowspan=3></th>")
    page.body.append(f"<table><tr>{corner}{heads}</tr><tr><td rowspan=2>{free}</td>{paid}</tr><tr>{more}</tr>{''.join(_feature_rows(page, len(sold), []))}</table>")  # fmt: skip
    _told(page, sold, "month")


def _listed(page: Maker) -> None:
    """A line a plan: in a list, in paragraphs, in headings, numbered or not."""
    sold = _sold(page, 1, 4, free=0.5, asked=0.2)
    period = page.chance.choice(("month",) * 5 + ("year", "once", "quarter", "week"))
    term, mark = _term(page, period), page.pick(": ", " – ", " — ", " - ", " ")
    tag = page.pick("li", "li", "p", "h3", "div")
    numbered = tag in ("h3", "p") and page.maybe(0.3)
    for at, (name, amount) in enumerate(sold):
        label = page.pick(name, f"<b>{name}</b>", f"<strong>{name}</strong>")
        said = _price(page, amount, term)
        line = f"{label} ({said})" if page.maybe(0.1) else f"{label}{mark}{said}"
        more = page.pick("", "", f"<p>{_held(page)}.</p>", f"<p>{page.pick(*LINES)} for your team.</p>")
        page.body.append(f"<{tag}>{f'{at + 1}. ' if numbered else ''}{line}</{tag}>{more if tag != 'li' else ''}")
    _told(page, sold, period)


def _headed(page: Maker) -> None:
    """A heading a plan, perhaps numbered or praised, and a line that says the price, perhaps with the year's beside."""
    sold = _sold(page, 1, 4, free=0.4, asked=0.2)
    term, tag = _term(page, "month"), page.pick("h2", "h3", "h3", "h4")
    label = page.pick(
        "", "", f"{page.said('price_label').capitalize()}: ", f"<b>{page.said('price_label').capitalize()}</b>: "
    )
    both, numbered = page.maybe(0.25), page.maybe(0.2)
    for at, (name, amount) in enumerate(sold):
        praised = page.pick(" (best choice)", " (popular)", " (new)") if page.maybe(0.1) else ""
        year = f" ({page.written(amount * 10)}{_term(page, 'year')})" if both and amount else ""
        page.body.append(f"<{tag}>{f'{at + 1}. ' if numbered else ''}{name}{praised}</{tag}><p>{label}{_price(page, amount, term)}{year}</p>{page.items()}")  # fmt: skip
    _told(page, sold, "month", 10 if both else 0)


def _defined(page: Maker) -> None:
    """A list of terms: a plan each, or the facts of one product, its price among them."""
    if page.maybe(0.35):
        amount = page.chance.choice((0.0, 0.0, *page.amounts(1)))
        period = page.chance.choice(("month", "once"))
        facts = [("Version", f"{page.chance.randint(1, 9)}.{page.chance.randint(0, 9)}"), (page.said("price_label").capitalize(), _price(page, amount, _term(page, period))), ("Runs on", "Linux, Windows"), ("Author", page.word())]  # fmt: skip
        page.chance.shuffle(facts)
        page.sell("", amount, period)
    else:
        sold = _sold(page, 2, 4, free=0.4, asked=0.2)
        period = page.chance.choice(("month", "month", "year"))
        term = _term(page, period)
        facts = [(name, _price(page, amount, term)) for name, amount in sold]
        _told(page, sold, period)
    page.body.append("<dl>" + "".join(f"<dt>{name}</dt><dd>{said}</dd>" for name, said in facts) + "</dl>")


def _bare(page: Maker) -> None:
    """Cards of blocks without headings or classes: the price over the name, under it, or in its line, the term anywhere."""
    sold = _sold(page, 1, 4, free=0.35, asked=0.15)
    period = page.chance.choice(("month",) * 6 + ("year", "year", "quarter", "quarter", "half-year", "week", "once"))
    term = _term(page, period).strip()
    make = page.pick("", " class=c", " class=x", " class=card", " class=plan")
    order = page.chance.choice(("nps", "psn", "psn", "spn", "npst", "npst", "psnt", "ntps", "np", "npt"))
    tag = page.pick("div", "div", "p", "span")
    unit = page.pick("", "", f" per {page.chance.choice(_THINGS)[:-1]}") if page.lang == "en" else ""
    joined = page.maybe(0.3)
    cut = page.form in ("${}", "€{}") and page.maybe(0.25)
    for name, amount in sold:
        said = _price(page, amount, f" {term}" if joined and amount else "")
        if cut and amount and amount % 1 and not joined:
            whole, cents = f"{amount:.2f}".split(".")
            said = f"<b>{page.form[0]}</b><b>{whole}</b><b>.{cents}</b>"
        pieces = {"n": name, "p": said, "s": f"{term.capitalize()}{unit}" if amount and not joined else "", "t": _held(page)}  # fmt: skip
        if order in ("np", "npt") and not joined:
            pieces["p"] = f"{said} {term}" if amount else said
        inner = "".join(f"<{tag}>{pieces[key]}</{tag}>" for key in order if pieces[key])
        page.body.append(f"<div{make}>{inner}{page.items() if page.maybe(0.4) else ''}</div>")
    _told(page, sold, period)


def _thousands(page: Maker) -> None:
    """Amounts in thousands, cut short."""
    page.speak("en", page.pick("${}", "€{}", "₹{}"))
    names, counts = page.plain_names(2), sorted(page.chance.sample(range(2, 95), 2))
    short = page.pick("k", "K")
    half = page.pick("", "", ".5")
    for name, count in zip(names, counts, strict=False):
        said = page.form.format(f"{count}{half}{short}{page.pick('', '', '+')}")
        page.body.append(f"<div{page.pick('', ' class=c')}><h3>{name}</h3><p>{said}{_term(page, 'month')}</p></div>")
        page.sell(name, float(f"{count}{half}") * 1_000, "month")
    if page.maybe(0.5):
        page.body.append(f"<p>Our {page.chance.choice(('sellers', 'members', 'hosts'))} make {page.form.format(page.chance.randint(100, 900))}{short} a month.</p>")  # fmt: skip


def _panes(page: Maker) -> None:
    """The month's prices in an open pane, the year's in a closed one."""
    sold = _sold(page, 2, 3, free=0.3, asked=0.0)
    shut = page.pick("hidden", "style='display:none'", "class=hidden")
    tag = page.pick("h3", "div", "b")
    for closed, times, period in ((False, 1, "month"), (True, 10, "year")):
        cards = "".join(f"<div class=p><{tag}>{name}</{tag}><p>{_price(page, (amount or 0) * times, _term(page, period))}</p></div>" for name, amount in sold)  # fmt: skip
        page.body.append(f"<div {shut if closed else ''}>{cards}</div>")
    _told(page, sold, "month", 10)


def _usual(page: Maker) -> None:
    """What it costs usually over what it costs now; neither crossed out."""
    page.speak("en", page.pick("${}", "€{}", "£{}"))
    sold, term = _sold(page, 1, 3, free=0.0, asked=0.0), page.said("per_month")
    word = page.pick("Usually", "Normally", "Regular price", "List price", "Before:", "Was")
    for name, amount in sold:
        now = f"<p>{page.pick('', 'Now ', 'Only ', 'Today ')}{page.written(amount or 0)}</p><p>{term.strip('/')}</p>"
        page.body.append(f"<div class={page.pick('c', 'card', 'x')}><h3>{name}</h3><p>{word} {page.written((amount or 0) * 2)}</p>{now}</div>")  # fmt: skip
    _told(page, sold, "month")


_SENTENCES = (
    ("{f} is free for {k} {things}. {a} costs {x} a month and {b} {y} a month.", "fab"),
    ("{f} is free, {a} is {x}/month, {b} is {y}/month.", "fab"),
    ("The {f} plan is free with {k} {things}. The {a} plan is {x} per month.", "fa"),
    ("Free for up to {k} {things}, then {x} a month for each further one.", "-a"),
    ("Free for {k} {things}. After that it is {x} per month.", "-a"),
    ("There is a free plan with {k} {things}; paid plans begin at {x} a month.", "-a"),
    ("A free tier covers {k} {things}. {a} adds the rest for {x}/mo.", "-a"),
    ("Begin on the free plan and move to {a} ({x}/month) or {b} ({y}/month) later.", "-ab"),
    ("{a} is {x} a month, {b} is {y} a month, and {f} is free.", "abf"),
    ("{a} costs {x} per month; {b} costs {y} per month.", "ab"),
    ("{x} a month for {a}, {y} a month for {b}.", "ab"),
    ("You pay {x} per month, whatever you do with it.", "a"),
    ("One price: {x} a month for everything.", "a"),
    ("Plans from {x} a month. Leave whenever you want.", "a"),
    ("It costs {x} a month after a free trial of {k} days.", "a"),
    ("Try it free for {k} days, then pay {x} a month.", "a"),
    ("{a} is {x} a month, with {k} days free at the start.", "a"),
    ("A licence costs {x} once, updates are free for a year.", "o"),
    ("Personal use is free. Companies pay {x} a month.", "-a"),
)
_SENTENCES_ELSEWHERE = {
    "de": ("{f} ist kostenlos, {a} kostet {x} pro Monat und {b} {y} pro Monat.", "Kostenlos für bis zu {k} Projekte, danach {x} pro Monat."),
    "fr": ("{f} est gratuit, {a} coûte {x} par mois et {b} {y} par mois.", "Gratuit pour {k} projets, puis {x} par mois."),
    "es": ("{f} es gratis, {a} cuesta {x} al mes y {b} {y} al mes.", "Gratis hasta {k} proyectos, luego {x} al mes."),
    "it": ("{f} è gratis, {a} costa {x} al mese e {b} {y} al mese.", "Gratis fino a {k} progetti, poi {x} al mese."),
    "pt": ("{f} é grátis, {a} custa {x} por mês e {b} {y} por mês.", "Grátis até {k} projetos, depois {x} por mês."),
    "nl": ("{f} is gratis, {a} kost {x} per maand en {b} {y} per maand.", "Gratis voor {k} projecten, daarna {x} per maand."),
}  # fmt: skip


def _spoken(page: Maker) -> None:
    """The plans in a sentence or two, one of them perhaps for nothing, one perhaps on request."""
    if page.maybe(0.25):
        page.speak(page.chance.choice(list(_SENTENCES_ELSEWHERE)), "{} €")
        at = page.chance.randint(0, 1)
        form, told = _SENTENCES_ELSEWHERE[page.lang][at], ("fab", "-a")[at]
    else:
        page.speak("en", page.pick("${}", "${}", "€{}", "£{}"))
        form, told = page.chance.choice(_SENTENCES)
    free, one, two = page.plain_names(3)
    low, high = page.amounts(2)
    text = form.format(f=free, a=one, b=two, x=page.written(low), y=page.written(high), k=page.chance.randint(1, 30), things=page.chance.choice(_THINGS))  # fmt: skip
    named = {"f": (free, 0.0, None), "-": ("", 0.0, None), "a": (one if "{a}" in form else "", low, "month"), "b": (two, high, "month"), "o": ("", low, "once")}  # fmt: skip
    for key in told:
        name, amount, period = named[key]
        page.sell(name, amount, period)
    if page.lang == "en" and page.maybe(0.3):
        who = page.chance.choice(_PEOPLE)
        text += page.pick(f" {who}: contact us.", f" {who} on request.", f" {who}: talk to us.", f" {who}: let's talk.")
        page.plans.append({"name": who, "amount": None, "currency": None, "period": None})
    tag = page.pick("p", "p", "p", "div", "li")
    before = f"<p>{page.own} keeps {page.chance.choice(_THINGS)} in order.</p>" if page.maybe(0.5) else ""
    page.body.append(f"{before}<{tag}>{text}</{tag}>")


def _cards_of_words(page: Maker) -> None:
    """Cards one of which says in its heading or in words that it is free, another one that it is a trial."""
    sold = _sold(page, 2, 4, free=0.7, asked=0.3)
    period = page.chance.choice(("month", "month", "year"))
    term, mark = _term(page, period), page.pick(" – ", " — ", ": ", " | ")
    headed, make = page.maybe(0.4), page.pick("card", "c", "col", "x")
    cards = []
    for name, amount in sold:
        said = _price(page, amount, term)
        label = f"{page.said('price_label').capitalize()}: " if page.maybe(0.15) else ""
        told = f"<h3>{name}{mark}{said}</h3>" if headed else f"<h3>{name}</h3><p>{label}{said}</p>"
        cards.append(f"<div class={make}>{told}<p>{_held(page)}</p></div>")
    if page.maybe(0.6) and sold[0][1]:
        name = page.said("trial_name").capitalize()
        days = page.pick("", f" {page.chance.randint(7, 30)}")
        free = page.said("free").capitalize()
        cards.insert(0, f"<div class={make}><h3>{name}{days}</h3><p>{page.pick(free, page.written(0))}</p></div>")
    page.body.append(f"<div class={page.pick('grid', 'g', 'row')}>{''.join(cards)}</div>")
    _told(page, sold, period)


def _all_asked(page: Maker) -> None:
    """Cards that all are on request, each with a button that says so again."""
    names, said = page.plain_names(page.chance.randint(1, 3)), page.said("on_request").capitalize()
    for name in names:
        badge = "<b>New</b>" if page.maybe(0.2) else ""
        page.body.append(f"<div class={page.pick('c', 'card')}>{badge}<h3>{name}</h3><p>{said}</p>{page.items()}<a href=/k>{page.said('contact').capitalize()}</a></div>")  # fmt: skip
        page.plans.append({"name": name, "amount": None, "currency": None, "period": None})


def _free_words(page: Maker) -> str:
    """Words that say free of no plan."""
    days = page.chance.randint(7, 30)
    return page.pick(
        f"<p>Try {page.own} free for {days} days.</p>",
        f"<p>{days}-day free trial, no card needed.</p>",
        "<a href=/s>Start for free</a>",
        "<a href=/s>Start your free trial</a>",
        "<p>Feel free to write to us.</p>",
        "<p>Free shipping on all orders.</p>",
        "<a href=/q>Get a free quote</a>",
        "<p>Free migration and setup for every customer.</p>",
        "<p>Download our free guide to better boards.</p>",
        f"<p>Other tools are free, {page.own} is not.</p>",
        "<p>Keep your weekends free.</p>",
        f"<h3>Is there a free trial?</h3><p>Yes, you can use {page.own} for {days} days without paying.</p>",
    )


def _recalled(page: Maker) -> str:
    """What people in a story paid, earned, asked or were offered."""
    low, high = page.chance.randint(3, 90), page.chance.randint(2, 40) * 5_000
    return page.pick(
        f"<p>“I told them that I wanted {page.form.format(f'{high:,}')} a year.”</p>",
        f"<p>Back then we billed each client {page.form.format(low)} per month and sent the invoices by hand.</p>",
        f"<p>{page.word()} of {page.word()} ({page.form.format(f'{low}K')}/mo) joins us today.</p>",
        f"<p>My first customer paid me {page.form.format(low)} a month for a spreadsheet.</p>",
        f"<p>She was offered {page.form.format(f'{high:,}')} per year and declined.</p>",
        f"<p>In the second year it brought in {page.form.format(f'{high:,}')} a month.</p>",
        f"<p>He had been paying {page.form.format(low)}/month for something that never worked.</p>",
        f"<p>If ten people each pay {page.form.format(low)} a month, you can live on it.</p>",
    )


def _estimates(page: Maker) -> str:
    """What the providers charge whom the product merely calls."""
    return f"<p>You pay the providers yourself.</p><h2>{page.pick('What providers charge', 'Rough costs', 'Cost estimates')}</h2><table><tr><th>Provider</th><th>Model</th><th>{page.pick('Per hour', 'Price', 'Per 1M tokens')}</th></tr>" + "".join(f"<tr><td>{page.word()}</td><td>{page.word().lower()}-{page.chance.randint(1, 9)}</td><td>${page.chance.randint(2, 300) / 100:.2f}</td></tr>" for _ in range(page.chance.randint(2, 4))) + "</table>"  # fmt: skip


def _worth(page: Maker) -> str:
    """What money buys, or comes to, in a formula."""
    count = page.chance.randint(2, 90)
    return page.pick(
        f"<p>{page.form.format(1)} buys you {count} {page.chance.choice(_THINGS)}.</p>",
        f"<table><tr><td>Yearly budget</td><td>{page.chance.choice(_THINGS)} × {page.form.format(count * 12)}</td></tr></table>",
        f"<table><tr><th>Over {page.chance.randint(2, 5)} years</th><th>{page.own}</th><th>{page.word()}</th></tr><tr><td>First year</td><td>{page.form.format(count)}</td><td>{page.form.format(count * 7)}</td></tr><tr><td>Second year</td><td>{page.form.format(0)}</td><td>{page.form.format(count * 7)}</td></tr></table>"
        if not page.priced
        else f"<p>= {page.form.format(count)} each</p>",
    )


LAYOUTS: tuple[Callable[[Maker], None], ...] = (
    *(_columns,) * 5,
    *(_rows, _listed, _spoken, _bare) * 2,
    *(
        _columns_in_heads,
        _volumes,
        _corner,
        _counted,
        _counted,
        _one_a_table,
        _spanned,
        _headed,
        _headed,
        _defined,
        _defined,
    ),
    *(_bare, _thousands, _panes, _usual, _cards_of_words, _cards_of_words, _all_asked, _spoken, _spoken),
)
ASIDES: tuple[Callable[[Maker], str], ...] = (_free_words, _free_words, _recalled, _recalled, _estimates, _worth)
OF_NOTHING: tuple[Callable[[Maker], str], ...] = (_free_words, _worth)  # these say "free", or nought, of no plan
