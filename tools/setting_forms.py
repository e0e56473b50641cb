"""What a setting that is a text takes: an address, a span, a cron expression, lists of hosts."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import datetime
from ipaddress import ip_network

SPAN = re.compile(r"(\d{1,5})\s*([mhdw])")
CRON = "minute, hour, day, month and weekday in UTC, like '7 */4 * * *'"
CONTACT = re.compile(r"(?:mailto:)?[^\s@:/]+@[^\s@/]+\.[^\s@/.]+|https?://[^\s/@]+\.[^\s/@.]+(?:/\S*)?")
_NAME = r"[^\s/:@*\[\]]+"
_HOST = re.compile(
    rf"(?:{_NAME}|\[[\da-fA-F:.]+\])(?::\d{{1,5}})?|[\da-fA-F:.]*:[\da-fA-F:.]+"
)  # an IPv6 one may stand bare
_PASSWORD = re.compile(r"(?<=://)[^/@]*(?=@)")  # with the name before it
_LISTED = ("addresses", "hosts", "names", "slugs")


def misfit(form: str, text: str) -> str:
    """What a form takes and what came, in words; "" for a text that fits, an empty one, and where there is no such form."""
    if form not in _FORMS:
        return ""
    taken, fits = _FORMS[form]
    given = (one.strip() for one in (text.split(",") if form in _LISTED else [text]))
    odd = next((one for one in given if one and not fits(one)), None)
    return "" if odd is None else f"{taken}; got {_PASSWORD.sub('…', odd)[:100]!r}"


def cron_fits(text: str) -> bool:
    """Whether it is a cron expression: minute, hour, day, month and weekday, with seconds before them, or a word like @daily."""
    from croniter import croniter

    return len(text.split()) in (1, 5, 6) and bool(croniter.is_valid(text, second_at_beginning=True))


def _is_moment(text: str) -> bool:
    try:
        datetime.fromisoformat(text)
    except ValueError:
        return False
    return True


def _is_network(text: str) -> bool:
    try:
        ip_network(text)
    except ValueError:
        return False
    return True


_FORMS: Mapping[
    str, tuple[str, Callable[[str], object]]
] = {  # what a text takes, in words, and whether it, or each by commas, is so
    "address": ("an address that starts with http:// or https://", re.compile(r"https?://[^\s/]\S*").fullmatch),
    "addresses": ("addresses or networks by commas, such as 10.0.0.2 or 10.0.0.0/24", _is_network),
    "contact": ("a mail address or that of a web page, like mailto:you@your-domain", CONTACT.fullmatch),
    "cron": (CRON, cron_fits),
    "hosts": ("names of hosts or host:port by commas, without http://", _HOST.fullmatch),
    "endpoint": (
        "an address that starts with http:// or https://, or local:",
        re.compile(r"local:|https?://[^\s/]\S*").fullmatch,
    ),
    "names": ("names of hosts by commas, without http:// and port", re.compile(_NAME).fullmatch),
    "slugs": ("pairs by commas, as slug:slug", re.compile(r"[^\s:]+:[^\s:]+").fullmatch),
    "span": (
        "a span like 36h, 2d or 1w, or a date like 2026-11-20",
        lambda text: SPAN.fullmatch(text) or _is_moment(text),
    ),
}
