"""What asking models came to: the figures in words, tables and bars."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any

from rich.text import Text

from jobs.terminal.screen import blank, console, heading, line, table, written


def gateway_report(found: dict[str, Any]) -> None:
    """The figures of all model calls, then by job, persona and model, then a bar a day."""
    from jobs.gateway import bars

    if not found["calls"] and not found["kept"]:
        line("No model was ever called: every answer so far is the playbooks' and the rules', and cost nothing.")
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
    for text in bars(found["by_day"], written("█░×", "#.x")):
        console().print(Text(text), soft_wrap=True)


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
    columns = ("Calls", "Good", "Kept", "Fallback", "p50/p95 ms", "Tokens", "USD", "Saving")  # fit 80 columns
    cells = [
        (
            row["name"],
            row["calls"],
            row["answers"],
            row["kept"],
            "" if row["fallback_rate"] is None else f"{row['fallback_rate']:.0%}",
            "" if row["p50_ms"] is None else f"{row['p50_ms']:,.0f}/{row['p95_ms']:,.0f}",
            f"{row['tokens_in'] + row['tokens_out']:,}{'+?' if row['tokens_unknown'] else ''}",
            _calls_cost(row, unit=""),
            "" if row["saving"] is None else _usd(row["saving"], unit=""),
        )
        for row in rows
    ]
    table((title, *columns), cells, right=columns)


def _calls_cost(row: dict[str, Any], unit: str = " USD") -> str:
    """The sum of what is known, and of how many calls nobody knows what they cost."""
    if not row["cost_unknown"]:
        return _usd(row["cost"], unit)
    known = _usd(row["cost"], unit) if row["cost_unknown"] < row["calls"] else ""
    return " + ".join(filter(None, (known, f"{row['cost_unknown']} unknown")))


def _usd(amount: str, unit: str = " USD") -> str:
    """Money of model calls: four figures behind the point, for one call costs parts of a cent."""
    return f"{Decimal(amount):,.4f}{unit}"
