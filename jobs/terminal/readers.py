"""Letters, subscribers and readers' votes on a terminal."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rich.text import Text

from jobs.outcome import counted
from jobs.terminal.screen import blank, line, plain, show, table


def letter_preview(found: dict[str, Any]) -> None:
    """The letter as text, and to how many it would go."""
    for text in found["text"].splitlines():
        show(Text(" " * (len(text) - len(text.lstrip())) + plain(text)))
    blank()
    made = f", made {found['made_at'][:10]}" if found["made_at"] else ", made when it is sent"
    line(f"“{found['title']}”{made}: {found['waiting']} of {found['confirmed']} confirmed would get it.")
    if found["unsure"]:
        line(
            f"{found['unsure']} may have it: their copies broke off. `scout newsletter send --again-unsure` sends them again."
        )
    if found["sentence"]:
        line(found["sentence"])


def letter_report(report: dict[str, Any]) -> None:
    """What a run sent and could not send."""
    if report["title"]:
        words = [f"“{report['title']}”: {report['sent']} sent"]
        words += [f"{report['refused']} refused by the server"] if report["refused"] else []
        words += [f"{report['bounced']} get none any more (`scout subscribers bounced`)"] if report["bounced"] else []
        words += [f"{report['unsure']} broken off, sent again only with --again-unsure"] if report["unsure"] else []
        words += [f"{report['waiting']} waiting"] if report["waiting"] else []
        line(f"{', '.join(words)}.")
    if report["sentence"]:
        line(report["sentence"])


def letters(rows: Sequence[dict[str, Any]]) -> None:
    """Letters, the newest first."""
    if not rows:
        line("No letter was sent yet. `scout newsletter preview` shows the next one.")
        return
    table(
        ("Letter", "Made", "Sent", "Waiting", "Refused", "Unsure"),
        [
            (
                row["title"],
                row["made_at"][:10],
                *(f"{row[name]:,}" for name in ("sent", "waiting", "refused", "unsure")),
            )
            for row in rows
        ],
    )
    if rows[0]["waiting"] and rows[0]["error"]:
        line(f"The newest waits for {rows[0]['waiting']}: {rows[0]['error']}")
    if rows[0]["unsure"]:
        line(
            "Unsure: taken or not. `scout newsletter send --again-unsure` sends the newest to them again while it is current."
        )


def bounced(rows: Sequence[dict[str, Any]]) -> None:
    """Addresses that bounce, the newest first."""
    if not rows:
        line("No address bounces.")
        return
    table(("Address", "Since", "Why"), [(row["address"], row["bounced_at"][:10], row["why"]) for row in rows])
    line("`scout subscribers bounced --clear ADDRESS` sends letters there again.")


def bounces(counts: dict[str, Any]) -> None:
    """What came of addresses or delivery reports."""
    line(
        f"{counts['marked']:,} of {counted(sum(counts[name] for name in ('marked', 'known', 'unknown')), 'bounce')} marked; "
        f"{counts['known']:,} marked before, {counts['unknown']:,} of no subscriber."
    )
    if counts["passing"]:
        line(f"{counted(counts['passing'], 'report')} of copies that are late or failed for now: nothing was changed.")
    if counts["unread"]:
        line(f"{counted(counts['unread'], 'mail')} without a delivery report.")


def subscribers(counts: dict[str, Any]) -> None:
    """How many are in each state."""
    line(
        f"{counts['confirmed']:,} confirmed, {counts['bounced']:,} bounce, {counts['asked']:,} asked and not confirmed yet, {counts['left']:,} left in 30 "
        f"days, {counts['refused']:,} want no mail."
    )
    if counts["mails_waiting"] or counts["mails_failed"]:
        line(f"Mails to confirm: {counts['mails_waiting']:,} waiting, {counts['mails_failed']:,} refused.")
    if counts["trouble"]:
        line(f"The newest that waits: {counts['trouble']}")


def reader_votes(rows: Sequence[dict[str, Any]]) -> None:
    """Products by readers' votes."""
    if not rows:
        line("No reader has voted yet.")
        return
    table(
        ("Product", "Readers: ship", "Skip", "Newest"),
        [(row["slug"], f"{row['ship']:,}", f"{row['skip']:,}", row["newest"][:10]) for row in rows],
    )
