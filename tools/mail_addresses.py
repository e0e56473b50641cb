"""A mail address as servers take it: checked, and in one way of writing."""

from __future__ import annotations

import re

import idna

from tools.errors import UsageError

LONGEST = 254  # characters (RFC 5321, errata 1690)
_LOCAL = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*")
_DOMAIN = re.compile(r"[a-z0-9-]+(?:\.[a-z0-9-]+)+")
EXPECTED = "A mail address like name@example.org was expected"


def mail_address(text: str) -> str:
    """The address with its domain in lower case and ASCII. Names in quotes or beyond ASCII are not taken: not every server
    carries them. Errors: UsageError, which does not repeat it."""
    local, _, domain = text.strip().rpartition("@")
    try:
        domain = idna.encode(domain, uts46=True).decode()
    except idna.IDNAError:
        domain = ""
    found = f"{local}@{domain}"
    if len(local) > 64 or len(found) > LONGEST or not _LOCAL.fullmatch(local) or not _DOMAIN.fullmatch(domain):
        raise UsageError(f"{EXPECTED}; what came is none.")
    return found
