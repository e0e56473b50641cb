"""Notices and saved searches on a terminal."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rich.text import Text

from jobs.outcome import counted
from jobs.terminal.screen import blank, hanging, heading, line, plain, table


def notice_report(report: dict[str, Any]) -> None:
    """What a run found, sent and could not send."""
    words = [f"{counted(report['found'], 'change')} found", f"{counted(report['sent'], 'message')} sent"]
    words += [f"{report['waiting']} waiting"] if report["waiting"] else []
    words += [f"{report['given_up']} given up"] if report["given_up"] else []
    line(f"{', '.join(words)}.")
    for failure in report["failures"]:
        line(f"  {failure['message']}")
    if report["sentence"] and not report["failures"]:
        line(report["sentence"])


def notice_rules(found: dict[str, Any]) -> None:
    """Rules and targets, one below the other; what is wrong with one in its place."""
    if not found["rules"] and not found["targets"]:
        line("Nobody is notified of anything: scout.toml has no rules. See docs/notices.md.")
        return
    heading("Rules")
    table(
        ("Rule", "About", "When", "To"),
        [
            (row["name"], ", ".join(row["about"]) or row["fault"], row["when"], ", ".join(row["to"]))
            for row in found["rules"]
        ],
    )
    blank()
    heading("Targets")
    table(
        ("Target", "Type", "Goes to", "Waiting"),
        [(row["name"], row["type"], _goes(row), _waits(row)) for row in found["targets"]],
    )


def _goes(row: dict[str, Any]) -> str:
    if row["fault"]:
        return str(row["fault"])
    return (
        f"{row['shown']}; failing since {_minute(row['failing_since'])}: {row['error']}"
        if row["failing"]
        else str(row["shown"])
    )


def _waits(row: dict[str, Any]) -> str:
    parts = [counted(row["waiting"], "message")] if row["waiting"] else []
    parts += [counted(row["open"], "change")] if row["open"] else []
    parts += [f"{row['dropped']:,} dropped"] if row["dropped"] else []
    return ", ".join(parts)


def notice_log(found: dict[str, Any]) -> None:
    """Messages, newest first, and below each what is wrong with it; then what waits for each target."""
    if not found["messages"]:
        line("No message was made yet.")
    for row in found["messages"]:
        hanging(Text(f"{_minute(row['created_at'])}  {row['state']:<10}", style="bold"), Text(plain(_fared(row))))
    for row in found["targets"]:
        if waits := _waits(row):
            line(f"{row['target']}: {waits}")


def _fared(row: dict[str, Any]) -> str:
    """A message in a line: by which rule to whom, what it says, and why it is not there yet."""
    said = f"{row['rule']} → {row['target']}: {row['title']}"
    if not row["error"]:
        return said
    tries = "1 try" if row["tries"] == 1 else f"{row['tries']} tries"
    then = f" Next try {_minute(row['due_at'])} UTC." if row["state"] == "waiting" else ""
    return f"{said} · {tries}: {row['error']}{then}"


def _minute(moment: str) -> str:
    return moment[:16].replace("T", " ")


def notice_test(found: dict[str, Any]) -> None:
    """How each target took a test."""
    for row in found["targets"]:
        line(f"{row['target']} ({row['shown']}): {'delivered' if row['delivered'] else row['error']}")


def watches(rows: Sequence[dict[str, Any]]) -> None:
    """Saved searches."""
    if not rows:
        line('No search is saved. `scout watch "words" --notify RULE` saves one.')
        return
    table(
        ("No.", "Words", "Kinds", "Rule", "Found"),
        [(row["id"], row["words"], ", ".join(row["kinds"]) or "all", row["rule"], row["matches"]) for row in rows],
        right=("No.", "Found"),
    )
