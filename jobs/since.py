"""How far back: a span or a date, as people type it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from tools.errors import UsageError
from tools.setting_forms import SPAN

_SPANS = {"m": "minutes", "h": "hours", "d": "days", "w": "weeks"}


def parse_since(text: str, now: datetime) -> datetime:
    """A moment from a span before `now` or a UTC date. Errors: UsageError."""
    span = SPAN.fullmatch(text.strip())
    if span:
        return now - timedelta(**{_SPANS[span[2]]: int(span[1])})
    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError:
        raise UsageError(f"--since takes a span like 36h, 2d or 1w, or a date like 2026-11-20; got {text!r}.") from None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
