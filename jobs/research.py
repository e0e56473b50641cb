"""An editor's doors: `scout add` reads addresses as products, `scout research` finds one tool by name or address."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Future
from pathlib import Path
from typing import Any

from jobs.by_hand import check_contact, way_in
from jobs.crawl import CrawlReport, only_crawl_of, run_agent
from jobs.review import review_now
from jobs.telling import UNDER_WAY, lasting, telling
from tools.errors import AddressRefused, ScoutError, Stopped, UsageError, failure_row
from tools.identity import address_key, web_address
from tools.settings import Settings
from tools.workbench import Workbench

Progress = Callable[[str], None]
LONGEST_QUERY = 300  # characters; a longer one is pasted text, not a name


def add(
    store_path: Path | str,
    settings: Settings,
    urls: Sequence[str],
    *,
    replay: Path | None = None,
    record: Path | None = None,
    review: bool = True,
    progress: Progress | None = None,
) -> dict[str, Any]:
    """Read addresses as products, whoever announced them. The report of a crawl, with `products` (cards)
    in place of `sources`, and `deleted`: slugs that a tombstone keeps out. Errors: UsageError for what is no address,
    before any is read."""
    say = progress or (lambda _: None)
    urls = [web_address(url) for url in urls]
    check_contact(settings, replay, urls)
    with (
        only_crawl_of(store_path),
        Workbench(settings, store_path, replay=replay, record=record) as bench,
        CrawlReport(bench, "add") as report,
    ):
        bench.reader.grant(urls)
        where = f"{len(urls)} addresses" if len(urls) > 1 else urls[0]
        result = run_agent("add", bench, {"urls": list(urls)}, report, telling(say, where, report))
        _note_lost(report, urls, settings)
        slugs = (result.output or {}).get("products", []) if result else []
        report.gather(bench.store.awaiting_review(), say)
        if review:
            report.review(settings, say)
        cards = {slug: bench.store.card(slug) for slug in dict.fromkeys(slugs)}
        deleted = [slug for slug, card in cards.items() if card is None]  # merged ones have a card: their winner's
        return {"products": [card for card in cards.values() if card], "deleted": deleted, **report.as_dict()}


def research(
    store_path: Path | str,
    settings: Settings,
    query: str,
    *,
    replay: Path | None = None,
    record: Path | None = None,
    progress: Progress | None = None,
    stop: Future[None] | None = None,
) -> dict[str, Any]:
    """Find one tool, read it, have it reviewed.

    `state` is found (`product` holds its document), ambiguous (`candidates` name theirs) or nothing. stop: is fulfilled
    by who wants it to end. Errors: UsageError; CannotRun; Stopped.
    """
    query = query.strip()
    if not query or len(query) > LONGEST_QUERY:
        raise UsageError(f"Give a name or an address of at most {LONGEST_QUERY} characters; got {len(query)}.")
    say = progress or (lambda _: None)
    check_contact(settings, replay, [query] if "://" in query else ())
    with (
        only_crawl_of(store_path),
        Workbench(settings, store_path, replay=replay, record=record, stop=stop) as bench,
        CrawlReport(bench, "research") as report,
    ):
        if "://" in query:
            bench.reader.grant([query])
        result = run_agent("research", bench, {"query": query}, report, lasting(say, query))
        if "://" in query:
            _note_lost(report, [query], settings)
        output = (result.output if result else None) or {}
        slug = output.get("slug")
        if slug:
            _review(bench, settings, slug, report, say)
        return {
            "query": query,
            "state": "found" if slug else "ambiguous" if output.get("candidates") else "nothing",
            "candidates": output.get("candidates", []),
            "read": output.get("read", []),
            "product": bench.store.document(slug).model_dump(mode="json") if slug else None,
            **report.as_dict(),
        }


def _note_lost(report: CrawlReport, asked: Sequence[str], settings: Settings) -> None:
    """Tell the report which of the addresses that were asked for gave nothing, and of those how one would be let in."""
    named = {address_key(url) for url in asked}
    for row in report.failures:
        if address_key(row.get("url", "")) not in named:
            continue
        report.lost.add(row["url"])
        if row["kind"] == AddressRefused.__name__ and (way := way_in(row["url"], settings)):
            row["message"] += f". {way}"


def _review(bench: Workbench, settings: Settings, slug: str, report: CrawlReport, say: Progress) -> None:
    """The job asks for the panel, not the agent: a run that has read crawled text may not."""
    if slug not in bench.store.awaiting_review():
        return

    def say_on(text: str) -> None:
        bench.check()
        say(text)

    say_on(f"gathering what critics ask for {UNDER_WAY}")
    report.gather([slug], say_on)
    say_on(f"panel of {slug} {UNDER_WAY}")
    try:
        panel = review_now(bench.store, settings, slug, run=report.run, bench=bench, say=say_on)
    except Stopped:
        raise
    except ScoutError as error:
        report.failed(slug=slug, **failure_row(error))
        return
    report.reviewed(panel)
