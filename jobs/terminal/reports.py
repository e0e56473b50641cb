"""What a job did: crawl, refresh, add and research, each with what failed; the checks of doctor, the store's hashes."""

from __future__ import annotations

import shlex
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from rich.console import RenderableType
from rich.text import Text

from jobs.outcome import by_weight, counted
from jobs.terminal.lists import price, products, verdict
from jobs.terminal.product import show
from jobs.terminal.screen import blank, hanging, heading, line, plain, table

_STATES = {"unchanged": "unchanged", "changed": "changed", "look": "to look at", "gone": "gone", "failed": "not read"}


def crawl_report(report: dict[str, Any], store: str = "store.db") -> None:
    """A line a source, then the totals and what failed. store: its path, for the command that shows the rest."""
    rest = "scout changes" if store == "store.db" else f"scout changes --store {shlex.quote(store)}"
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
    for name, row in report["sources"].items():
        if row.get("launches_blocked"):
            line(f"{name}: {row['launches_blocked']} of {row['launches']} launches blocked by its filter")
    line(
        f"{counted(report['products_new'], 'new product')}, {_written_in(report)}; "
        f"{counted(report['model_calls'], 'model call')}"
    )
    _new(report, rest)
    _changed(report, rest)
    failures(report["failures"])
    if report["outcome"] == "failed":
        line(report["sentence"])


def _new(report: dict[str, Any], rest: str) -> None:
    """The new products to look at first, with price and verdict."""
    if not report["new"]:
        return
    blank()
    heading("New")
    rows = [(verdict(row), Text(plain(row["name"]), style="bold"), price(row), row["slug"]) for row in report["new"]]
    table(("Verdict", "Product", "Price", "Slug"), rows)
    _and_more(report["products_new"] - len(rows), "product", rest)


def _changed(report: dict[str, Any], rest: str) -> None:
    """What changed about products known before, a line each."""
    if not report["changed"]:
        return
    blank()
    heading("Changed")
    for row in report["changed"]:
        told = "; ".join(_moved(one) for one in row["changes"][:_FEW])
        more = len(row["changes"]) - _FEW
        hanging(Text(f"{plain(row['name'])}  ", style="bold"), Text(told + (f"; and {more} more" if more > 0 else "")))
    _and_more(report["changes"] - sum(len(row["changes"]) for row in report["changed"]), "change", rest)


_FEW = 3  # changes of one product


def _moved(one: Mapping[str, Any]) -> str:
    from tools.views.change_words import move_words

    return f"{plain(one['field'])}: {plain(move_words(one.get('op', ''), one['before'], one['after'], 60))}"


def _and_more(number: int, noun: str, rest: str) -> None:
    if number > 0:
        line(f"and {counted(number, f'more {noun}')}: {rest}")


def review_report(counts: dict[str, Any]) -> None:
    """How many panels met, and what failed."""
    failed = f", {len(counts['failures'])} failed" if counts["failures"] else ""
    line(f"{counted(counts['panels'], 'panel')}, {counted(counts['reviews'], 'review')}{failed}")
    failures(counts["failures"])


def refresh_report(report: dict[str, Any]) -> None:
    """What reading again gave, unchanged products counted only."""
    for row in report["products"]:
        if row["state"] in ("changed", "look"):  # what could not be read stands among the failures
            hanging(Text(f"{row['state']:<9}"), Text(plain(_news(row))))
    states = Counter(row["state"] for row in report["products"])
    told = ", ".join(f"{states[state]} {words}" for state, words in _STATES.items() if states[state])
    line(f"{counted(sum(states.values()), 'product')} looked at{told and ': '}{told}. {_written_in(report)}")
    failures(report["failures"])


def failures(rows: Sequence[dict[str, Any]]) -> None:
    """What failed, a line each, what may want a hand first, with what to do where the error says it."""
    if not rows:
        return
    blank()
    heading(f"{len(rows)} failed")
    cells = [(row["class"], _where(row), row["kind"], row["message"]) for row in by_weight(rows)]
    table(("Class", "Where", "What", "Why"), cells)


def _where(row: Mapping[str, Any]) -> str:
    return str(row.get("slug") or row.get("source") or row.get("url") or "")


def add_report(report: dict[str, Any]) -> None:
    """What `scout add` did with each address."""
    if report["products"]:
        products(report["products"])
    for slug in report["deleted"]:
        line(f"{slug} was deleted before; its tombstone keeps it out. `scout history {slug}` says by whom and why.")
    line(f"{counted(report['products_new'], 'new product')}, {_written_in(report)}")
    failures(report["failures"])


def _written_in(report: dict[str, Any]) -> str:
    return (
        f"{counted(report['changes'], 'change')}, {counted(report['reviews'], 'review')} in {report['seconds']:.1f} s"
    )


def _news(row: dict[str, Any]) -> str:
    """A product read again and what came of it: the fields that changed, the reasons to look."""
    return " ".join(filter(None, (f"{row['slug']}:", ", ".join(row["changed"]), row["why"])))


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
            f"No product could be read at {report['query']}."
            if "://" in report["query"]
            else f"Nothing found for {report['query']!r} in the store, the sources or the Hub. Give the address of its page."
        )
        failures(report["failures"])
        return
    from tools.views.documents import ProductDocument

    show(ProductDocument.model_validate(report["product"]))
    line(
        f"{counted(len(report['read']), 'page')} read; {counted(report['reviews'], 'review')} written in {report['seconds']:.1f} s"
    )
    failures(report["failures"])


def panel_stats(rows: Sequence[dict[str, Any]]) -> None:
    """The figures of the panels, one a line: value, n, gate and whether it is met; a note stands below its figure."""
    table(("Figure", "Value", "n", "Gate"), [_figure(row) for row in rows], right=("Value",))


def _figure(row: Mapping[str, Any]) -> tuple[object, ...]:
    name = Text(plain(row["name"]))
    if row["note"]:
        name.append(f"\n{plain(row['note'])}", style="dim")
    met = {True: "met", False: "MISSED", None: ""}[row["passes"]]
    return name, row["shown"], f"{row['n']} {row['of']}", " ".join(filter(None, (row["gate"], met)))


def digest(digests: dict[str, str]) -> None:
    """The hashes, the one over both on the last line."""
    for name in ("knowledge", "reviews"):
        line(f"{name:<10} {digests[name]}")
    line(digests["all"])


def doctor(findings: dict[str, Any]) -> None:
    """Checks first, with what it takes to have it otherwise; then the settings in force."""
    width = max(len(check["name"]) for check in findings["checks"])
    for check in findings["checks"]:
        lead = Text(f"{'ok' if check['ok'] else 'MISSING':<8} ", style="" if check["ok"] else "bold")
        text = Text(plain(check["said"]))
        if check["mend"]:
            text.append(f"\n{'could be had' if check['ok'] else 'to mend'}: {plain(check['mend'])}", style="dim")
        hanging(lead + Text(f"{plain(check['name']):<{width}}  ", style="bold"), text)
    for sentence in findings["unknown"]:
        hanging(Text(f"{'look':<8} {'variable':<{width}}  ", style="bold"), Text(plain(sentence)))
    blank()
    heading("Settings")
    rows: list[Sequence[RenderableType | str]] = [
        (row["variable"], row["value"], row["unit"], "" if row["from"] == "default" else row["from"])
        for row in findings["settings"]
    ]
    table(("Variable", "Value", "Unit", "From"), rows)
