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
