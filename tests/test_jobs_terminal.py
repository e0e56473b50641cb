"""What a person reads in a terminal, where no command's own test looks at it."""

import pytest
from stored import fused, page, panel_of, propose

from jobs import terminal
from tools.store import Store


def test_a_panel_that_contradicts_itself_says_so(store: Store, capsys: pytest.CaptureFixture[str]) -> None:
    store.put_product(propose(store, page()))
    store.put_panel(fused(panel_of(store, "acme")), reviewer="tern")
    terminal.show(store.document("acme"))
    shown = capsys.readouterr().out
    assert "Builder and PM contradict each other on price" in shown
    assert "They read the price apart." in shown


def test_a_reason_of_several_lines_hangs_behind_its_dot(store: Store, capsys: pytest.CaptureFixture[str]) -> None:
    store.put_product(propose(store, page()))
    store.raise_look("acme", ["The maker's name differs on every page that was read. " * 4])
    card = store.card("acme")
    terminal.looks([{**(card or {}), "screenshots": []}])
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].split() == ["Acme", "acme", "·", "product", "·", "first", "seen", "2026-03-04"]
    assert lines[1].startswith("  · The maker's")
    assert lines[2].startswith("    ")
    assert "approve, reject, edit or merge" in lines[-1]


ROW = {
    "verdict": "Not enough evidence",
    "name": "Azure Harbour Model Routing",
    "status": "needs_look",
    "sources": ["github_search", "github_trending"],
    "first_seen": "2026-03-04T12:00:00Z",
    "slug": "azure-harbour-model-routing",
    "entry_amount": "29",
    "entry_currency": "USD",
    "entry_period": "month",
    "pricing_model": "paid",
}


@pytest.mark.parametrize("columns", [70, 80, 120])
def test_a_list_breaks_no_word_on_a_narrow_screen(
    columns: int, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", str(columns))
    terminal.products([ROW])
    shown = capsys.readouterr().out
    assert all(len(line) <= columns for line in shown.splitlines())
    words = " ".join(shown.split())
    for word in ("needs a", "github_trending", "azure-harbour-model-routing", "2026-03-04", "USD 29 per"):
        assert word in words


def change(**values: object) -> dict[str, object]:
    row = {"at": "2026-03-04T12:00:00Z", "field": "", "before": None, "why": "", "who": "scout"}
    return {**row, "quotes": {"before": [], "after": []}, **values}


def test_a_history_says_before_and_after_only_where_there_was_a_before(
    store: Store, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = [
        change(op="new", after="Acme"),
        change(op="panel", after="Skip", who="rubric"),
        change(op="plan", field="Pro", before="12 USD", after="14 USD"),
        change(op="fact", field="license", after="MIT", why="their word " * 20, who="kim"),
    ]
    terminal.history({"name": "Acme", "changes": rows, "panel_stale": False, "prices": []}, store.now())
    lines = [line.rstrip() for line in capsys.readouterr().out.splitlines()]
    assert lines[1:4] == [
        "2026-03-04  new       Acme",
        "2026-03-04  panel     Skip  (rubric)",
        "2026-03-04  plan      Pro  12 USD → 14 USD",
    ]
    assert lines[4].startswith("2026-03-04  fact      license  none → MIT  their word")
    assert lines[5].startswith(" " * 22)
    assert lines[-1].endswith("(kim)")


def test_a_refresh_counts_what_came_of_it(capsys: pytest.CaptureFixture[str]) -> None:
    states = {"a": "unchanged", "b": "changed", "c": "look", "d": "gone"}
    rows = [
        {"slug": slug, "state": state, "changed": ["plans"] if state == "changed" else [], "why": "Why."}
        for slug, state in states.items()
    ]
    terminal.refresh_report({"products": rows, "changes": 1, "reviews": 0, "seconds": 0.2, "failures": []})
    assert [line.rstrip() for line in capsys.readouterr().out.splitlines()] == [
        "changed  b: plans Why.",
        "look     c: Why.",
        "4 products looked at: 1 unchanged, 1 changed, 1 to look at, 1 gone. 1 change, 0 reviews in 0.2 s",
    ]
