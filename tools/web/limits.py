"""Every way in which a server asks for time: Retry-After, RateLimit, RateLimit-Reset, x-ratelimit-reset. Pure.

Sources: RFC 9110 section 10.2.3 (Retry-After); draft-ietf-httpapi-ratelimit-headers, 10 (`"policy";r=0;t=4`, the Hub)
and 07 (`limit=10, remaining=0, reset=4`, and a header each); GitHub's and Product Hunt's documentation of
`x-ratelimit-*` and `x-rate-limit-*` (reset as epoch or as seconds), read November 2026.
"""

from __future__ import annotations

import email.utils
import re
from collections.abc import Iterator, Mapping
from datetime import datetime

PASSING = frozenset({500, 502, 504, *range(520, 525)})  # faults of a gateway or a moment: worth one more try
_FAMILIES = ("ratelimit", "x-ratelimit", "x-rate-limit")  # …-remaining, …-reset
_NAMED = re.compile(r"\b(r|t|remaining|reset)\s*=\s*(\d+(?:\.\d+)?)")
_SHORT = {"remaining": "r", "reset": "t"}
_EPOCH = 1e9  # a larger number is a moment, seconds since 1970; a smaller one a span
_EPOCH_MS = 1e11


def refuses(status: int, headers: Mapping[str, str], now: datetime) -> bool:
    """Whether the server wants to be asked later. GitHub puts it as a 403 with its limit used up."""
    if status in (429, 503):
        return True
    return status == 403 and ("Retry-After" in headers or used_up(headers, now) is not None)


def pause_s(headers: Mapping[str, str], now: datetime) -> float | None:
    """Seconds until a server that refused may be asked again; None when it names no time."""
    stated = _span(headers.get("Retry-After", ""), now)
    if stated is not None:
        return stated
    spent = used_up(headers, now)
    if spent is not None:
        return spent
    return max((span for _, span in _quotas(headers, now)), default=None)


def used_up(headers: Mapping[str, str], now: datetime) -> float | None:
    """Seconds until a used-up quota is renewed, whatever the answer's status; None when something is left of it."""
    return max((span for left, span in _quotas(headers, now) if left <= 0), default=None)


def _quotas(headers: Mapping[str, str], now: datetime) -> Iterator[tuple[float, float]]:
    """What is left of each quota, and the seconds until it is renewed."""
    stated = headers.get("RateLimit", "")
    for item in [stated] if "remaining" in stated else stated.split(","):
        named = {_SHORT.get(name, name): float(number) for name, number in _NAMED.findall(item)}
        if named.keys() >= {"r", "t"}:
            yield named["r"], named["t"]
    for family in _FAMILIES:
        left, reset = _number(headers.get(f"{family}-Remaining", "")), headers.get(f"{family}-Reset", "")
        span = _span(reset, now)
        if left is not None and span is not None:
            yield left, span


def _span(text: str, now: datetime) -> float | None:
    """Seconds from now, of a number of seconds, a moment since 1970, or a date."""
    number = _number(text)
    if number is not None:
        at = number / 1000 if number > _EPOCH_MS else number
        return max(0.0, at - now.timestamp()) if at > _EPOCH else at
    try:
        moment = email.utils.parsedate_to_datetime(text.strip())
    except ValueError:
        return None
    return max(0.0, (moment - now).total_seconds()) if moment.tzinfo else None


def _number(text: str) -> float | None:
    text = text.strip()
    return float(text) if re.fullmatch(r"[0-9]{1,15}(?:\.[0-9]{1,9})?", text) else None
