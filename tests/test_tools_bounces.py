"""Delivery reports as servers write them, and lists of addresses: which copies did not arrive for good."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tools.bounces import MOST_BYTES, read_bounces
from tools.errors import UsageError

# As Postfix writes one, with the mail it returns; another server returns headers only, or nothing.
REPORT = """Return-Path: <>
From: MAILER-DAEMON@mx.example (Mail Delivery System)
To: bounces@scout.example
Subject: Undelivered Mail Returned to Sender
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b1"

--b1
Content-Type: text/plain; charset=us-ascii

I am sorry to have to inform you that your message could not be delivered.

--b1
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example
Arrival-Date: Mon, 2 Mar 2026 07:00:01 +0000 (UTC)

Final-Recipient: rfc822; {final}
{original}Action: {action}
Status: {status}
Remote-MTA: dns; mail.reader.example
Diagnostic-Code: smtp; 550 5.1.1 no such user

--b1
Content-Type: {returned}

From: Scout <scout@scout.example>
Message-ID: <letter-12-77-0a1b2c@scout.example>
Subject: Ship it, or skip it?

--b1--
"""


def report(**values: str) -> bytes:
    given = {
        "final": "ada@reader.example",
        "original": "",
        "action": "failed",
        "status": "5.1.1",
        "returned": "message/rfc822",
    }
    return REPORT.format(**given | values).encode()


@pytest.mark.parametrize("returned", ["message/rfc822", "text/rfc822-headers"])
def test_a_report_of_what_failed_for_good_names_the_address_the_reader_and_why(returned: str) -> None:
    found = read_bounces(report(returned=returned))
    [bounce] = found.lasting
    assert (bounce.addresses, bounce.reader) == (("ada@reader.example",), 77)
    assert "(5.1.1)" in bounce.why
    assert (found.passing, found.unread) == (0, 0)


def test_behind_a_forward_both_addresses_are_told_the_one_that_was_written_to_first() -> None:
    told = report(original="Original-Recipient: rfc822;ada@reader.example\n", final="<a.lovelace@Elsewhere.example>")
    [bounce] = read_bounces(told.replace(b"\n", b"\r\n")).lasting
    assert bounce.addresses == ("ada@reader.example", "a.lovelace@elsewhere.example")


@pytest.mark.parametrize(("action", "status"), [("delayed", "4.4.1"), ("failed", "4.2.2"), ("delivered", "2.0.0")])
def test_what_is_late_or_failed_for_now_is_only_counted(action: str, status: str) -> None:
    assert read_bounces(report(action=action, status=status)) == ([], 1, 0)


def test_a_mailbox_holds_many_reports_and_mails_that_are_none() -> None:
    answer = b"From: Bea <bea@reader.example>\nSubject: On holiday\n\nBack on Monday.\nFrom then on I read it.\n"
    box = b"".join(
        b"From MAILER-DAEMON Mon Mar  2 07:00:02 2026\n" + mail + b"\n" for mail in (report(), answer, report())
    )
    found = read_bounces(box)
    assert (len(found.lasting), found.passing, found.unread) == (2, 0, 1)


def test_a_report_without_the_mail_it_returns_has_no_reader() -> None:
    [bounce] = read_bounces(report().replace(b"letter-12-77", b"something-else")).lasting
    assert bounce.reader is None


def test_a_list_has_an_address_a_line_and_lines_of_notes() -> None:
    found = read_bounces(b"\xef\xbb\xbf# from the provider\nada@reader.example\n\n  Bea@Reader.example \n")
    assert [bounce.addresses for bounce in found.lasting] == [("ada@reader.example",), ("Bea@reader.example",)]


@pytest.mark.parametrize("data", [b"ada@reader.example\nno address\n", b"\xff\xfe\n", b"PK\x03\x04"])
def test_a_line_that_is_no_address_is_named_and_not_repeated(data: bytes) -> None:
    with pytest.raises(UsageError, match=r"^Line \d is no mail address"):
        read_bounces(data)


def test_too_much_is_refused() -> None:
    with pytest.raises(UsageError, match="At most 50 MB"):
        read_bounces(b"a" * (MOST_BYTES + 1))


@given(st.integers(0, len(REPORT)), st.integers(0, len(REPORT)), st.binary(max_size=20))
def test_a_report_that_is_broken_anywhere_raises_nothing_but_a_sentence(start: int, end: int, junk: bytes) -> None:
    data = report()
    broken = data[: min(start, end)] + junk + data[max(start, end) :]
    for whole in (broken, b"From x\n" + broken):
        with suppress(UsageError):
            read_bounces(whole)


def test_a_mail_in_a_mail_hundreds_deep_is_no_report() -> None:
    assert read_bounces(b"Content-Type: message/rfc822\n\n" * 5_000 + report()) == ([], 0, 1)
