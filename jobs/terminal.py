"""What the commands print: tables and pages for people, on stdout; progress on stderr.

Crawled text never reaches the terminal raw: control characters are dropped, markup is not interpreted.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from rich.console import Console, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

if TYPE_CHECKING:
    from tools.comparison import Comparison
    from tools.documents import EvidenceDoc, OverrideDoc, ProductDocument, ReviewDoc

LINE_EVERY_S = 1.0
PIPE_WIDTH = 120  # columns of a table that is not looked at in a terminal
# The marks of the site, as characters; the second is for a terminal that has no such character.
MARKS = {
    "Ship": ("■", "#"),
    "ship": ("■", "#"),
    "Skip": ("☒", "x"),
    "skip": ("☒", "x"),
    "Split": ("◪", "/"),
    "Not enough evidence": ("⛶", "."),
    "": ("⛶", "."),
}
_QUOTE = "yellow"  # the one accent: there is a source


def _console(stderr: bool = False) -> Console:
    console = Console(stderr=stderr, highlight=False, markup=False, emoji=False)
    if not console.is_terminal:
        console = Console(stderr=stderr, highlight=False, markup=False, emoji=False, width=PIPE_WIDTH)
    return console


def plain(value: object) -> str:
    """Text safe for a terminal: no control characters, no escapes, one line."""
    return " ".join("".join(c if c.isprintable() or c.isspace() else " " for c in str(value)).split())


def mark(word: str | None) -> str:
    """The mark of a verdict or vote, beside its word."""
    return _written(*MARKS.get(word or "", MARKS[""]))


def _written(rich: str, simple: str) -> str:
    """The first, or the second where the terminal cannot show it."""
    try:
        rich.encode(sys.stdout.encoding or "ascii")
    except UnicodeEncodeError:
        return simple
    return rich


@contextmanager
def progress() -> Iterator[Callable[[str], None]]:
    """A function that shows what is being done: a spinner on a terminal, elsewhere a line now and then; on stderr.

    What stands before a text's last line break is done, and always printed.
    """
    console = _console(stderr=True)
    if not console.is_terminal:
        yield _lines(console)
        return
    with console.status("Starting …") as status:

        def say(text: str) -> None:
            done, _, doing = text.rpartition("\n")
            if done:
                console.print(plain(done))
            status.update(Text(plain(doing)))

        yield say


def _lines(console: Console) -> Callable[[str], None]:
    """For logs: a line at most every LINE_EVERY_S, since a sweep of 1,000 products is no 1,000 lines."""
    last = -LINE_EVERY_S

    def say(text: str) -> None:
        nonlocal last
        done = text.rpartition("\n")[0]
        now = time.monotonic()
        if now - last >= LINE_EVERY_S:
            done, last = text, now
        if done:
            console.print(plain(done), soft_wrap=True)

    return say


def line(text: str) -> None:
    """One line on stdout."""
    _console().print(plain(text), soft_wrap=True)


def blank() -> None:
    """An empty line on stdout."""
    _console().print()


def heading(text: str) -> None:
    """An ink line with words, as the site's sections open."""
    _console().rule(Text(plain(text), style="bold"), align="left", style="bold")


def table(columns: Sequence[str], rows: Sequence[Sequence[object]], right: Sequence[str] = ()) -> None:
    """A plain table: ink line under the head, hairlines nowhere."""
    _console().print(_table(columns, rows, right))


def _table(columns: Sequence[str], rows: Sequence[Sequence[object]], right: Sequence[str] = ()) -> Table:
    grid = Table(box=None, pad_edge=False, header_style="bold", padding=(0, 2, 0, 0))
    for column in columns:
        grid.add_column(
            column,
            justify="right" if column in right else "left",
            overflow="fold",
            no_wrap=column in ("Verdict", "Slug"),
        )
    for row in rows:
        grid.add_row(*(cell if isinstance(cell, Text) else Text(plain(cell)) for cell in row))
    return grid


def pairs(values: dict[str, Any]) -> None:
    """Name and value, a line each; nested values indented."""
    rows = [(key, value if not isinstance(value, dict | list) else _short(value)) for key, value in values.items()]
    grid = Table.grid(padding=(0, 2, 0, 0))
    for key, value in rows:
        grid.add_row(Text(plain(key), style="bold"), Text(plain("—" if value in (None, "") else value)))
    _console().print(grid)


def _short(value: dict[str, Any] | list[Any]) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{key} {plain(item)}" for key, item in value.items()) or "none"
    return ", ".join(_short(item) if isinstance(item, dict | list) else plain(item) for item in value) or "none"


# products -----------------------------------------------------------------------------------------------------


def products(rows: Sequence[dict[str, Any]]) -> None:
    """A line a product: verdict, name, price, sources, day."""
    if not rows:
        line("No products. `scout crawl` looks for launches; `scout add URL` reads a page.")
        return
    cells = []
    for row in rows:
        name = Text(plain(row["name"]), style="bold")
        if row["status"] == "needs_look":
            name.append("  needs a look", style="reverse")
        verdict = Text(f"{mark(row['verdict'])} {row['verdict'] or 'awaiting review'}")
        cells.append(
            (verdict, name, price(row), ", ".join(row["sources"]) or "added", str(row["first_seen"])[:10], row["slug"])
        )
    table(("Verdict", "Product", "Price", "Seen on", "First seen", "Slug"), cells)


def looks(rows: Sequence[dict[str, Any]]) -> None:
    """What an editor should look at, each with its reasons."""
    if not rows:
        line("Nothing needs a look.")
        return
    for row in rows:
        about = f"  {row['slug']} · {row['kind']} · first seen {str(row['first_seen'])[:10]}"
        _console().print(Text.assemble((plain(row["name"]), "bold"), about))
        reasons = Table.grid(padding=(0, 1, 0, 0))  # a reason of several lines hangs behind its dot
        for reason in row["needs_look"]:
            reasons.add_row(Text("·"), Text(plain(reason).replace(": look: ", ": ")))
        _console().print(Padding(reasons, (0, 0, 0, 2)))
        for page in row["screenshots"]:
            said = _picture(page["url"], page["screenshot"], page["no_screenshot"])
            _console().print(Padding(Text(said, style="dim"), (0, 0, 0, 4)))
    blank()
    line("All about one: scout show SLUG. To settle it: approve, reject, edit or merge, each with --why.")


def _picture(url: str, seal: str | None, why_not: str | None) -> str:
    """A kept screenshot by its hash, or why there is none."""
    return f"screenshot of {plain(url)} sha256 {seal[:16]}" if seal else f"no screenshot: {plain(why_not or '')}"


def history(found: dict[str, Any], now: datetime) -> None:
    """A product's change rows, oldest first, with quotes; then its prices as steps."""
    from jobs.history import charts
    from tools.documents import PricePoint

    heading(f"{found['name']}: what changed")
    for row in found["changes"]:
        _change(row)
    if found["panel_stale"]:
        line("The verdict is stale: facts changed since. `scout review` has the panel look again.")
    drawn = {name: rows for name, rows in charts([PricePoint(**p) for p in found["prices"]], now).items() if rows}
    if drawn:
        blank()
        heading("Prices")
    for name, rows in drawn.items():
        _console().print(Text(plain(name), style="bold"))
        for text in rows:
            _console().print(Text(text), soft_wrap=True)


def _change(row: dict[str, Any]) -> None:
    values = "" if row["before"] is None and row["after"] is None else f"{_said(row['before'])} → {_said(row['after'])}"
    about = Text.assemble((f"{row['at'][:10]}  {row['op']:<10}", "bold"), f"{plain(row['field'])}  {values}".strip())
    if row["why"] or row["who"] not in ("", "scout"):
        about.append(f"  {plain(row['why'])} ({plain(row['who'])})", style="dim")
    _console().print(about)
    for side in ("before", "after"):
        for item in row["quotes"][side][:1]:
            quote = Text.assemble(
                (f"{side} “{plain(item['quote'])[:200]}”", _QUOTE),
                (f"  {plain(item['url'])} · {item['fetched_at'][:10]}", "dim"),
            )
            _console().print(Padding(quote, (0, 0, 0, 20)))


def _said(value: str | None) -> str:
    return "none" if value is None else plain(value)[:200]


def act(report: dict[str, Any]) -> None:
    """What an editor's act did."""
    stale = " The verdict is stale and goes back to the panel." if report["panel_stale"] else ""
    line(f"{report['slug']} is {report['status']}.{stale}")
    for row in report["changes"]:
        values = f"{_said(row['before'])} → {_said(row['after'])}"
        line(f"  {row['op']} {plain(row['field'])} {values}  {plain(row['why'])} ({plain(row['who'])})")


def votes(counts: dict[str, Any]) -> None:
    """Readers' votes on a product."""
    line(f"{counts['slug']}: {counts['ship']} ship / {counts['skip']} skip, votes of readers")


def price(card: dict[str, Any]) -> str:
    """What it costs to start, from a card. Unknown is said, never 0."""
    if card["entry_amount"] is None:
        return "unknown" if card["pricing_model"] == "unknown" else str(card["pricing_model"])
    if float(card["entry_amount"]) == 0:
        return "free" if card["pricing_model"] in ("free", "unknown") else f"{card['pricing_model']}, from 0"
    per = f" per {card['entry_period']}" if card["entry_period"] not in (None, "once") else ""
    return f"{card['entry_currency'] or ''} {card['entry_amount']}{per}".strip()


def show(document: ProductDocument) -> None:
    """One product: what it is, its facts with quotes, plans, the panel."""
    from tools.prices import plan_price
    from tools.takes import community_words, pages_read

    out = _console().print
    heading(document.name)
    if document.tagline:
        out(Text(plain(document.tagline)))
    state = f"{document.kind} · {document.status}" + "".join(f" · {plain(reason)}" for reason in document.needs_look)
    out(Text(state, style="dim"))
    for page in document.pages:
        if page.screenshot or page.no_screenshot:
            out(Text(_picture(page.url, page.screenshot, page.no_screenshot), style="dim"))
    if document.panel:
        stale = " · stale: facts changed since" if document.panel.stale else ""
        out(Text(f"\n{mark(document.panel.verdict)} {document.panel.line}{stale}", style="bold"))
        if document.panel.reason:
            out(Text(plain(document.panel.reason)))
        if document.panel.original_line:
            out(Text(f"The critics' own: {document.panel.original_line}", style="dim"))
    else:
        out(Text("\nAwaiting review", style="bold"))
    out(Text(f"Community: {community_words(document)}", style="dim"))
    blank()
    heading("Facts")
    for name, fact in document.facts.items():
        _fact(name, _value(fact.value), fact.rung, fact.confidence, fact.evidence)
        for other in fact.others:
            _fact("", f"also on record: {_value(other.value)}", other.rung, other.confidence, other.evidence)
    for name, held in document.candidates.items():
        for candidate in held:
            words = f"not shown, too unsure: {_value(candidate.value)}"
            _fact(name, words, candidate.rung, candidate.confidence, candidate.evidence)
    blank()
    heading("Plans")
    for plan in document.plans:
        _fact(plan.name or "plan", plan_price(plan), plan.rung, plan.confidence, plan.evidence)
    if not document.plans:
        out(Text(pages_read(document), style="italic"))
    for plan in document.plan_candidates:
        words = f"not shown, too unsure: {plan_price(plan)}"
        _fact(plan.name or "plan", words, plan.rung, plan.confidence, plan.evidence)
    if document.panel:
        blank()
        heading("Panel")
        for review in document.panel.reviews.values():
            _review(review)
        for clash in document.panel.contradictions:
            out(
                Text(
                    f"{plain(' and '.join(clash.personas))} contradict each other on {plain(clash.field)}", style="bold"
                )
            )
            out(Padding(Text(plain(clash.note)), (0, 0, 1, 2)))
    blank()
    for launch in document.launches:
        out(
            Text(
                f"Launched on {plain(launch.source)} {str(launch.launched_at or launch.first_seen)[:10]}: {plain(launch.source_url)}",
                style="dim",
            )
        )


def _fact(name: str, value: str, rung: str, confidence: float, evidence: Sequence[EvidenceDoc]) -> None:
    text = Text.assemble((f"{plain(name):<14}", "bold"), plain(value))
    _console().print(text)
    for item in evidence[:1]:
        source = Text.assemble(
            ("“" + plain(item.quote)[:200] + "”", _QUOTE),
            ("  " + f"{plain(item.url)} · {item.fetched_at[:10]} · {rung} {confidence:.2f}", "dim"),
        )
        _console().print(Padding(source, (0, 0, 0, 14)))


def _review(review: ReviewDoc) -> None:
    from jobs.provenance import made_by
    from tools.takes import titles

    out = _console().print
    critic = titles().get(review.persona, review.persona)
    if review.score is None:
        out(Text(f"{mark('')} {critic}: No panel take. {plain(review.abstain_reason)}"))
    else:
        out(Text.assemble((f"{mark(review.vote)} {critic} {review.score}/100 · {review.vote}", "bold")))
    if review.override:
        out(Padding(Text(_overruled(review.override)), (0, 0, 0, 2)))
    for told in made_by(review):
        out(Padding(Text(plain(told), style="dim"), (0, 0, 0, 2)))
    if review.score is not None:
        out(Padding(Text(plain(review.text)), (0, 0, 1, 2)))


def _overruled(said: OverrideDoc) -> str:
    made = "" if said.counts else "; made on earlier facts, it does not count"
    return f"{mark(said.vote)} {plain(said.who)} overrides it, {said.at[:10]}: {said.vote}. {plain(said.why)}{made}"


def _value(value: str | list[str]) -> str:
    return ", ".join(value) if isinstance(value, list) else value


def comparison(result: Comparison) -> None:
    """Two products side by side."""
    out = _console().print
    heading(f"{result.a.name} or {result.b.name}: which should you ship?")
    out(Text(plain(result.headline), style="bold"))
    blank()
    rows = [
        (row.question, Text(plain(row.a.text)), Text(plain(row.b.text)), f"{row.edge_words}: {row.why}")
        for row in result.rows
    ]
    table(("Question", f"A · {result.a.name}", f"B · {result.b.name}", "Edge"), rows)
    blank()
    for label, picks in (
        (f"Pick A, {result.a.name}, if", result.pick_a),
        (f"Pick B, {result.b.name}, if", result.pick_b),
        ("Pick neither if", result.pick_neither),
    ):
        if picks:
            out(Text(plain(label), style="bold"))
            for pick in picks:
                out(Padding(Text(f"· {plain(pick)}"), (0, 0, 0, 2)))


# reports ------------------------------------------------------------------------------------------------------


def crawl_report(report: dict[str, Any]) -> None:
    """A line a source, then the totals and what failed."""
    columns = ("Source", "Launches", "Products", "Changed", "Pages", "Unchanged", "Failed")
    rows = [
        (
            name,
            row["launches_new"],
            row["products_new"],
            row["products_changed"],
            row["pages"],
            row["revalidated"],
            row["failures"] or "",
        )
        for name, row in report["sources"].items()
    ]
    table(columns, rows, right=columns[1:])
    blank()
    line(
        f"{report['products_new']} new products, {report['changes']} changes, {report['reviews']} reviews "
        f"in {report['seconds']:.1f} s; {report['model_calls']} model calls"
    )
    failures(report["failures"])


def refresh_report(report: dict[str, Any]) -> None:
    """What reading again gave, unchanged products counted only."""
    rows = [row for row in report["products"] if row["state"] != "unchanged"]
    for row in rows:
        line(f"{row['state']}  {row['slug']}  {', '.join(row['changed']) or row['why']}")
    done = len(report["products"])
    line(
        f"{done} products read again, {done - len(rows)} unchanged; {report['changes']} changes, "
        f"{report['reviews']} reviews in {report['seconds']:.1f} s"
    )
    failures(report["failures"])


def failures(rows: Sequence[dict[str, Any]]) -> None:
    """What failed, a line each, with what to do where the error says it."""
    if not rows:
        return
    blank()
    heading(f"{len(rows)} failed")
    table(("Where", "What", "Why"), [(_where(row), row["kind"], row["message"]) for row in rows])


def _where(row: dict[str, Any]) -> str:
    return str(row.get("slug") or row.get("source") or row.get("url") or "")


def add_report(report: dict[str, Any]) -> None:
    """What `scout add` did with each address."""
    if report["products"]:
        products(report["products"])
    line(
        f"{report['products_new']} new products, {report['changes']} changes, {report['reviews']} reviews in {report['seconds']:.1f} s"
    )
    failures(report["failures"])


def research_report(report: dict[str, Any]) -> None:
    """The cited entry, or the candidates of an ambiguous name."""
    if report["state"] == "ambiguous":
        line(f"{report['query']!r} is more than one thing. Which? Run it again with one of these addresses:")
        table(
            ("Name", "What it is", "Address"),
            [(row["name"], row.get("tagline") or "", row["url"]) for row in report["candidates"]],
        )
        return
    if report["state"] != "found":
        line(
            f"Nothing found for {report['query']!r} in the store, the sources or the Hub. Give the address of its page."
        )
        failures(report["failures"])
        return
    from tools.documents import ProductDocument

    show(ProductDocument.model_validate(report["product"]))
    line(f"{len(report['read'])} pages read; {report['reviews']} reviews written in {report['seconds']:.1f} s")
    failures(report["failures"])


def sources(rows: Sequence[dict[str, Any]]) -> None:
    """Every source, one line."""
    columns = ("Source", "Read by", "Finds", "Last answered", "State")
    table(
        columns,
        [
            (row["name"], row["access"], row["kinds"], str(row["last_ok_at"] or "never")[:16], row["state"])
            for row in rows
        ],
    )


def recipes(rows: Sequence[dict[str, Any]]) -> None:
    """Every recipe, one line: which pages, its state and why."""
    if not rows:
        line("No recipes. `scout recipe try FILE PAGE` shows what one would read.")
        return
    columns = ("No", "Site", "Reads", "Pages seen", "Valid", "State")
    cells = [
        (
            row["number"],
            f"{row['site']} {' '.join(row['paths'])}",
            row["kind"],
            row["pages"],
            "" if row["coverage"] is None else f"{row['coverage']:.0%}",
            f"{row['state']}: {row['why']}",
        )
        for row in rows
    ]
    table(columns, cells, right=("No", "Pages seen", "Valid"))


def recipe_trial(found: dict[str, Any]) -> None:
    """What a recipe read on each page, row by row with what is wrong; then the samples' verdict."""
    for page in found["pages"]:
        heading(page["url"])
        names = list(dict.fromkeys(name for row in page["rows"] for name in row["values"]))
        cells = [
            (*(_short_value(row["values"].get(name)) for name in names), "; ".join(row["problems"]))
            for row in page["rows"]
        ]
        if cells:
            table((*(name.title() for name in names), "Trouble"), cells)
        line(page["problem"] or f"{len(cells)} rows, {page['valid']:.0%} valid")
        blank()
    for difference in found["differences"]:
        line(difference)
    if not found["differences"]:
        line(
            f"{found['samples']} samples given, each reproduced."
            if found["samples"]
            else "No sample was among the pages."
        )


def _short_value(value: str | list[str] | None) -> str:
    return "unknown" if value is None else plain(_value(value))[:120]


def panel_stats(rows: Sequence[dict[str, Any]]) -> None:
    """The figures of the panels, one a line: value, n, gate and whether it is met."""
    met = {True: "met", False: "MISSED", None: ""}
    table(
        ("Figure", "Value", "n", "Gate", "", "Note"),
        [
            (
                row["name"],
                row["shown"],
                f"{row['n']} {row['of']}",
                row["gate"] or "",
                met[row["passes"]],
                row["note"],
            )
            for row in rows
        ],
        right=("Value",),
    )


def runs(rows: Sequence[dict[str, Any]]) -> None:
    """The newest runs, one line each."""
    columns = ("Run", "Kind", "Source", "Started", "State")
    table(
        columns,
        [
            (row["id"], row["kind"], row["source"] or "", str(row["started_at"])[:19], row["state"] or "running")
            for row in rows
        ],
    )


def run(found: dict[str, Any]) -> None:
    """One run with its steps and calls."""
    pairs({key: value for key, value in found.items() if key != "steps"})
    if found.get("steps"):
        blank()
        heading("Steps")
        table(
            ("Step", "ms", "Error"),
            [(row["number"], row.get("ms") or "", row.get("error") or "") for row in found["steps"]],
        )
    calls = [call for step in found["steps"] for call in step["calls"]]
    if calls:
        blank()
        heading("Calls")
        columns = ("Server", "Tool", "ms", "Error")
        table(columns, [(row["server"], row["tool"], round(row["ms"]), row["error"]) for row in calls])


def gateway_report(found: dict[str, Any]) -> None:
    """The figures of all model calls, then by job, persona and model, then a bar a day."""
    from jobs.gateway import bars

    if not found["calls"] and not found["kept"]:
        line("No model was ever called: every answer so far is the playbooks' and the rubric's, and cost nothing.")
        return
    heading("Model calls")
    for text in _gateway_words(found):
        line(text)
    for title, rows in (("Job", found["by_job"]), ("Persona", found["by_persona"]), ("Model", found["by_model"])):
        if rows:
            blank()
            _gateway_table(title, rows)
    blank()
    heading("By day")
    for text in bars(found["by_day"], _written("█░×", "#.x")):
        _console().print(Text(text), soft_wrap=True)


def _gateway_words(found: dict[str, Any]) -> Iterator[str]:
    failed = ", ".join(f"{count} {kind}" for kind, count in sorted(found["failures"].items()))
    unfinished = f", {found['unfinished']} cut off" if found["unfinished"] else ""
    yield (
        f"{found['calls']} calls, {found['answers']} good answers, {found['kept']} more kept from before; "
        f"failed: {failed or 'none'}{unfinished}."
    )
    tokens = f"{found['tokens_in']:,} tokens read, {found['tokens_out']:,} written"
    untold = f"; {found['tokens_unknown']} answers came without a count" if found["tokens_unknown"] else ""
    yield f"{tokens}{untold}."
    yield f"Cost: {_calls_cost(found)}."
    if found["saving"] is None:
        yield "Saving against the top tier: unknown, for want of prices."
    else:
        share = "" if found["saving_share"] is None else f" ({found['saving_share']:.0%})"
        yield (
            f"Saving against the top tier: {_usd(found['saving'])} of {_usd(found['top_tier_cost'])}{share}, "
            f"over {found['compared']} answers."
        )


def _gateway_table(title: str, rows: Sequence[dict[str, Any]]) -> None:
    columns = ("Calls", "Good", "Kept", "Fallback", "p50 ms", "p95 ms", "Tokens", "Cost", "Saving")
    cells = [
        (
            row["name"],
            row["calls"],
            row["answers"],
            row["kept"],
            "" if row["fallback_rate"] is None else f"{row['fallback_rate']:.0%}",
            "" if row["p50_ms"] is None else f"{row['p50_ms']:,.0f}",
            "" if row["p95_ms"] is None else f"{row['p95_ms']:,.0f}",
            f"{row['tokens_in'] + row['tokens_out']:,}{'+?' if row['tokens_unknown'] else ''}",
            _calls_cost(row),
            "" if row["saving"] is None else _usd(row["saving"]),
        )
        for row in rows
    ]
    table((title, *columns), cells, right=columns)


def _calls_cost(row: dict[str, Any]) -> str:
    """The sum of what is known, and of how many calls nobody knows what they cost."""
    if not row["cost_unknown"]:
        return _usd(row["cost"])
    known = _usd(row["cost"]) if row["cost_unknown"] < row["calls"] else ""
    return " + ".join(filter(None, (known, f"{row['cost_unknown']} unknown")))


def _usd(amount: str) -> str:
    """Money of model calls: four figures behind the point, for one call costs parts of a cent."""
    return f"{Decimal(amount):,.4f} USD"


def jobs(rows: Sequence[dict[str, Any]]) -> None:
    """The newest jobs, one line each."""
    if not rows:
        line("No jobs yet. `scout schedule` makes them on the cron expressions of the settings.")
        return
    columns = ("Job", "State", "Queued", "Worker", "Error")
    cells = [
        (row["id"], row["state"], str(row["queued_at"])[:19], row["worker"] or "", row["error"] or "") for row in rows
    ]
    table(columns, cells)


def digest(digests: dict[str, str]) -> None:
    """The hashes, the one over both on the last line."""
    for name in ("knowledge", "reviews"):
        line(f"{name:<10} {digests[name]}")
    line(digests["all"])


def doctor(findings: dict[str, Any]) -> None:
    """Checks first, then the settings in force."""
    for check in findings["checks"]:
        line(f"{'ok     ' if check['ok'] else 'missing'}  {check['name']}: {check['said']}")
    blank()
    heading("Settings")
    rows: list[Sequence[RenderableType | str]] = [
        (row["variable"], row["value"], row["unit"]) for row in findings["settings"]
    ]
    table(("Variable", "Value", "Unit"), rows)
