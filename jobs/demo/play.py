"""`scout demo`: crawl the made-up world's two days, show what was found, and check that it is what was planted."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from jobs import terminal, upkeep
from jobs.crawl import CrawlRequest, crawl
from jobs.demo.world import EXPECTED, build_world
from jobs.export import export
from tools.errors import UsageError
from tools.settings import Settings, load
from tools.store import Store
from tools.views.change_words import side_words

MARKER = "made-by-scout-demo"
SHOWN = 14  # products of the list; the rest is one command away


def write_world(folder: Path) -> list[Path]:
    """Write the two recordings, nothing else; their paths."""
    folder.mkdir(parents=True, exist_ok=True)
    return build_world(folder)


def _settings() -> Settings:
    """Its own, for the world is the same for everyone; only the browser is the machine's, and takes but a picture."""
    own = load()
    machine = {name: getattr(own, name) for name in ("browser", "browser_path", "unsafe_browser")}
    return Settings({**machine, **EXPECTED["settings"], "ocr": "off"})


def play(folder: Path) -> bool:
    """Replay both days into folder/store.db and folder/site; whether everything planted came out as planted.

    Errors: UsageError when the folder holds something that the demo did not make.
    """
    _clear(folder)
    store, settings = folder / "store.db", _settings()
    recordings = build_world(folder)
    with Store.open(store) as opened:
        for name, url in EXPECTED["feeds"].items():
            upkeep.add(opened, name, url, "feed", "", settings.who)
    reports = {}
    for day, recording in enumerate(recordings, 1):
        terminal.blank()
        terminal.heading(f"Day {day}: scout crawl --replay {recording}")
        with terminal.progress() as say:
            reports[day] = crawl(store, settings, CrawlRequest(replay=recording), say)
        terminal.crawl_report(reports[day], str(store))
        if day == 1:
            first_day, verdicts = _show_new(store)
    _show_changes(store, first_day, verdicts)
    export(store, settings, "site", out=folder / "site", pairs=[EXPECTED["compare"]["pair"]])
    sound = _show_checks(store, reports)
    _show_ways_on(folder)
    return sound


def _clear(folder: Path) -> None:
    """Start from nothing, but never over anybody else's files."""
    if folder.exists() and any(folder.iterdir()) and not (folder / MARKER).exists():
        raise UsageError(f"{folder} holds files that the demo did not make; name an empty folder with --dir.")
    if folder.exists():
        shutil.rmtree(folder)
    folder.mkdir(parents=True)
    (folder / MARKER).touch()


def _show_new(path: Path) -> tuple[int, dict[str, str | None]]:
    """Show the best of day one; the number its change log ends with, and the verdicts by slug."""
    with Store.open(path) as store:
        rows, last = store.list_products(limit=1_000), store.last_seq()
    order = {"Ship": 0, "Split": 1, "Skip": 2}
    rows.sort(key=lambda row: (order.get(row["verdict"], 3), -(row["median"] or 0), row["slug"]))
    terminal.blank()
    terminal.heading(f"New on day one: the {SHOWN} best of {len(rows)}")
    terminal.products(rows[:SHOWN])
    return last, {row["slug"]: row["verdict"] for row in rows}


def _show_changes(path: Path, after: int, verdicts: dict[str, str | None]) -> None:
    with Store.open(path) as store:
        listed = store.list_products(limit=1_000)
        rows = [row for row in store.changes_after(after, 100_000) if row["op"] in ("fact", "plan") and row["before"]]
        names = {row["slug"]: store.document(store.resolve(row["slug"])).name for row in rows}
    terminal.blank()
    terminal.heading("Changed on day two")
    cells = [
        (names[row["slug"]], row["field"], *(side_words(row["op"], row[side]) for side in ("before", "after")))
        for row in rows
    ]
    for row in listed:
        before = verdicts.get(row["slug"])
        cells += [(row["name"], "verdict", before, row["verdict"])] if before and before != row["verdict"] else []
    terminal.table(("Product", "What", "Before", "After"), cells)


def _show_checks(path: Path, reports: dict[int, dict[str, Any]]) -> bool:
    with Store.open(path) as store:
        checks = list(_checks(store, reports))
    terminal.blank()
    terminal.heading("Planted, and what came of it")
    terminal.table(("", "What"), [("ok" if ok else "WRONG", sentence) for sentence, ok in checks])
    return all(ok for _, ok in checks)


def _show_ways_on(folder: Path) -> None:
    store = folder / "store.db"
    pairs = [sorted(pair) for pair in (*EXPECTED["side_by_side"], EXPECTED["compare"]["pair"])]
    pages = [("A comparison page", folder / "site" / "compare" / f"{a}-vs-{b}.html") for a, b in pairs]
    terminal.blank()
    terminal.heading("Look further")
    scout = terminal.as_called()
    for label, way in (
        *pages,
        ("All products", f"{scout} list --store {store}"),
        ("All verdicts", folder / "site" / "index.html"),
        ("One product", f"{scout} show {EXPECTED['price_change']['slug']} --store {store}"),
        ("What the agent did", f"{scout} runs ls --store {store}"),
    ):
        terminal.line(f"{label}: {way}")  # a line, not a table: a path must never be folded


def _checks(store: Store, reports: dict[int, dict[str, Any]]) -> Iterator[tuple[str, bool]]:
    """Each trap as a sentence, and whether it came out as planted."""
    for day, expected in EXPECTED["days"].items():
        yield from _day_checks(day, expected, reports[day])
    change = EXPECTED["price_change"]
    moved = [(row.before, row.after) for row in store.history(change["slug"]) if row.op == "plan" and row.before]
    said = f"{change['slug']}: the price of {change['plan']} moved from {change['before']} to {change['after']}"
    yield said, any(change["before"] in (b or "") and change["after"] in (a or "") for b, a in moved)
    for one in (EXPECTED["one_product"], EXPECTED["same_repository"]):
        launches = {launch.id for launch in store.document(one["slug"]).launches}
        yield (
            f"{one['slug']}: {len(one['launches'])} launches on as many sources are one product",
            launches == set(one["launches"]),
        )
    new = {name: sorted(one.source_id for one in store.launches(name)) for name in EXPECTED["not_there_before"]}
    yield "of lists without dates only what was not there the day before is new", new == EXPECTED["not_there_before"]
    taken = [key for key in EXPECTED["no_tools"] if store.launch(key)]
    yield f"{len(EXPECTED['no_tools'])} entries that are no new tools are left out", not taken
    impostor = EXPECTED["impostor"]
    prices = {plan.amount for plan in store.document(impostor["victim"]).plans}
    untouched = impostor["victim_amount"] in prices and impostor["amount"] not in prices
    yield f"{impostor['slug']} claims the address of {impostor['victim']} and changed nothing there", untouched
    scores = [_scores(store, slug) for slug in EXPECTED["twins"]]
    apart = max((abs(a - b) for a, b in zip(*scores, strict=True)), default=100)
    yield f"{EXPECTED['twins'][1]} hides orders to the reader: within {apart} points of its clean twin", apart <= 3
    for slug in EXPECTED["never_ship"]:
        panel = store.document(slug).panel
        verdict = panel.verdict if panel else "no panel"
        yield f"{slug} must not ship: {verdict}", panel is not None and verdict != "Ship"
    for slug, expected in EXPECTED["verdicts"].items():
        panel = store.document(slug).panel
        verdict = panel.verdict if panel else "no panel"
        yield f"{slug} was made to be told apart: {verdict}", verdict == expected
    for slug, other in EXPECTED["side_by_side"]:
        rivals = [rival.slug for rival in store.document(slug, rivals=True).rivals or ()]
        yield f"{slug} and {other} are alternatives and stand side by side", other in rivals
    for slug in EXPECTED["price_unknown"]:
        plans = [plan for plan in store.document(slug).plans if plan.amount is not None]
        yield f"{slug} prints no price, and none is invented", not plans
    maze = EXPECTED["tarpit"]
    read = [page for page in store.document("endless-shelves").pages if maze["host"] in page.final_url]
    yield f"the maze of endless pages cost {len(read)} pages", len(read) <= maze["pages_at_most"]
    sponsors = [
        slug for slug in EXPECTED["sponsors"] if any(row["slug"] == slug for row in store.list_products(limit=1_000))
    ]
    yield "a sponsor's row is no launch", not sponsors
    wanted = EXPECTED["dossiers"]
    dossiers = [store.dossier(row["slug"]) for row in store.list_products(limit=1_000)]
    beside = sum(any(one.was_read(role) for role in ("docs", "terms")) for one in dossiers)
    yield f"documentation or terms of {beside} products were read beside their homes", beside >= wanted["at_least"]
    voices = [one.text for one in store.dossier(wanted["voices_of"]).voices if not one.by_maker]
    same = sum(wanted["repeated"] in said for said in voices)
    yield f"{wanted['voices_of']}: {same} of {len(voices)} comments tell the same fault", same == wanted["times"]
    yield "the store is sound, every row hash fits", not store.verify()


def _day_checks(day: int, expected: dict[str, Any], report: dict[str, Any]) -> Iterator[tuple[str, bool]]:
    met: set[int] = set()
    for failure in expected["failures"]:
        found = [i for i, row in enumerate(report["failures"]) if _is(row, failure)]
        met.update(found)
        yield (
            f"day {day}: {failure['source']} reports {' or '.join(failure['kinds'])} ({failure['about']})",
            bool(found),
        )
    others = [row for i, row in enumerate(report["failures"]) if i not in met]
    yield f"day {day}: nothing else failed{''.join(': ' + str(row.get('message')) for row in others[:1])}", not others


def _is(row: dict[str, Any], failure: dict[str, Any]) -> bool:
    said = " ".join(str(row.get(key, "")) for key in ("source", "url", "message"))
    return row.get("source") == failure["source"] and row["kind"] in failure["kinds"] and failure["about"] in said


def _scores(store: Store, slug: str) -> list[int]:
    panel = store.document(slug).panel
    return [review.score or 0 for review in panel.reviews.values()] if panel else []
