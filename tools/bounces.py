"""What a file says of letters that did not arrive: delivery reports as mail servers send them (RFC 3464), or addresses.

Reports are anybody's word, for anybody may send one: what comes of them can be taken back.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from email import message_from_bytes
from email.message import Message
from email.policy import compat32
from typing import NamedTuple

from tools.errors import UsageError
from tools.mail_addresses import mail_address

MOST_BYTES = 50_000_000
_MBOX = re.compile(rb"(?:\A|(?<=\n\n)|(?<=\n\r\n))From .*\r?\n")  # behind an empty line: a sentence may begin so, too
_HEADER = re.compile(rb"\A[\w-]+:[ \t]")
_LETTER = re.compile(r"<letter-\d+-(\d+)-")  # the Message-ID of a copy, see jobs.newsletter


class Bounce(NamedTuple):
    """One copy that did not arrive and will not: under which addresses (the one a server tried, and the one it was sent to
    where a forward lies between), the number of its reader where the report holds it, and why."""

    addresses: tuple[str, ...]
    reader: int | None
    why: str


class Bounces(NamedTuple):
    """What a file holds. `passing`: copies that are only late, or failed for now."""

    lasting: list[Bounce]
    passing: int
    unread: int  # mails that are no delivery reports


def read_bounces(data: bytes) -> Bounces:
    """Of one report, a mailbox (mbox) of them, or a list of addresses, a line each. Errors: UsageError, by line or file."""
    if len(data) > MOST_BYTES:
        raise UsageError(f"At most {MOST_BYTES // 1_000_000} MB are read at once, and this is more; split it.")
    if data.startswith(b"From "):
        return _reports(_MBOX.split(data)[1:])
    if _HEADER.match(data):
        return _reports([data])
    return Bounces(_listed(data.decode("utf-8-sig", "replace")), 0, 0)


def _listed(text: str) -> list[Bounce]:
    found = []
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        try:
            found.append(Bounce((mail_address(line),), None, "It stood in a list of addresses that bounce."))
        except UsageError:
            raise UsageError(
                f"Line {number} is no mail address. A line an address was expected, or delivery reports (RFC 3464); "
                "nothing was changed."
            ) from None
    return found


def _reports(mails: list[bytes]) -> Bounces:
    lasting: list[Bounce] = []
    passing = unread = 0
    for mail in mails:
        try:
            report = message_from_bytes(mail, policy=compat32)  # the lenient one: a broken header raises nothing
            parts = [part for part in report.walk() if part.get_content_type() == "message/delivery-status"]
            reader = _reader(report)
        except RecursionError:  # a mail in a mail, hundreds deep
            parts = []
        unread += not parts
        for fields in (fields for part in parts for fields in _recipients(part)):
            if _field(fields, "Action").lower() == "failed" and _field(fields, "Status").startswith("5"):
                lasting.append(_bounce(fields, reader))
            else:
                passing += 1
    return Bounces(lasting, passing, unread)


def _recipients(status: Message) -> Iterator[Message]:
    """The fields of each recipient: those of the report itself come first and name none."""
    blocks = status.get_payload()
    for block in blocks if isinstance(blocks, list) else ():
        if isinstance(block, Message) and ("Final-Recipient" in block or "Original-Recipient" in block):
            yield block


def _bounce(fields: Message, reader: int | None) -> Bounce:
    named = (_field(fields, name).partition(";")[2] for name in ("Original-Recipient", "Final-Recipient"))
    addresses = []
    for text in named:
        try:
            addresses.append(mail_address(text.strip().strip("<>")))
        except UsageError:
            continue  # of another kind than a mail address, or none
    status = re.sub(r"[^\d.]", "", _field(fields, "Status"))[:10]
    return Bounce(
        tuple(dict.fromkeys(addresses)), reader, f"A delivery report says that it cannot be reached ({status})."
    )


def _reader(report: Message) -> int | None:
    """The number of the reader whose copy the report returns, by its Message-ID; None where it returns none of ours."""
    for part in report.walk():
        if part.get_content_type() in ("message/rfc822", "text/rfc822-headers"):
            returned = part.get_payload()
            first = returned[0] if isinstance(returned, list) and returned else returned
            found = _LETTER.search(_field(first, "Message-ID") if isinstance(first, Message) else str(first))
            if found:
                return int(found[1][:18])
    return None


def _field(fields: Message, name: str) -> str:
    return str(fields.get(name, "")).strip()
