"""What is told of addresses that somebody named: how a host of one's own is let in, and that sites want a contact."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from tools.errors import AddressRefused, CannotRun
from tools.settings import Settings
from tools.web.guard import Guard, check_address


def way_in(url: str, settings: Settings) -> str:
    """The setting that lets a refused address in, as a sentence; "" where none would."""
    from yarl import URL

    try:
        parts = URL(url)
        own = f"{parts.host}:{parts.port}"
        check_address(url, settings.but(allow_hosts=f"{settings.allow_hosts},{own}"))
    except (ValueError, AddressRefused):
        return ""
    return f"If that host is your own, let it in: SCOUT_ALLOW_HOSTS={own}"


def check_contact(settings: Settings, replay: Path | None, urls: Sequence[str] = ()) -> None:
    """Nothing, where what is to be read may be: from a recording, with a contact, or from hosts of one's own.

    urls: what is to be read, where that is known. Errors: CannotRun, before anything is made.
    """
    if replay or settings.contact or (settings.allow_hosts and not urls):
        return
    guard = Guard(settings)
    if not urls or any(_is_strangers(url, guard) for url in urls):
        raise CannotRun("A live crawl needs a contact that sites can write to: set SCOUT_CONTACT to your address.")


def _is_strangers(url: str, guard: Guard) -> bool:
    try:
        return not guard.allowed(*guard.check(url))
    except AddressRefused:
        return False  # never asked
