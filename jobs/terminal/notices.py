"""Notices and saved searches on a terminal."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from jobs.terminal.screen import blank, counted, heading, line, table


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
        line('Nobody is notified of anything: scout.toml has no rules. See "Being notified" in the README.')
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
        f"{row['shown']}; failing since {row['failing_since'][:16]}: {row['error']}"
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
        line(f"{row['created_at'][:16]}  {row['state']:<8}  {row['rule']} → {row['target']}  {row['title']}")
        if row["error"]:
            then = f"; next try {row['due_at'][:16]}" if row["state"] == "waiting" else ""
            line(f"{'':>18}{counted(row['tries'], 'try').replace('trys', 'tries')}: {row['error']}{then}")
    for row in found["targets"]:
        if waits := _waits(row):
            line(f"{row['target']}: {waits}")


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
