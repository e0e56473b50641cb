"""The week's letter as a mail: plain text and HTML in one message (.eml), to be sent by any mail program.

Nothing in it is loaded from elsewhere: no picture, no style sheet, no counter. It has a sender (SCOUT_CONTACT, a mail
address), no receiver, and a way out: one click at SCOUT_UNSUBSCRIBE_URL where that is set, else a mail to the sender.
"""

from __future__ import annotations

import hashlib
import re
import textwrap
from collections.abc import Iterable, Iterator
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from typing import NamedTuple

from markupsafe import Markup

from tools.errors import UsageError
from tools.exporters import Files, ReadableStore
from tools.exporters._letter import Letter, Named, Verdict, letter
from tools.exporters._words import safe_url, visible
from tools.mail_addresses import mail_address
from tools.settings import Settings
from tools.views.takes import day

NAME = "mail"
SUFFIX = ".eml"
FILE = "newsletter.eml"
_WIDTH = 72  # columns of plain text
_NONE = "None this week."
_HTML = Markup(
    '<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><meta name="color-scheme" content="light dark"><title>{title}</title></head>\n'
    '<body style="font-family: sans-serif; max-width: 40em; margin: 0 auto; padding: 1em">\n'
    '<h1 style="font-size: 1.5em">{title}</h1>\n{body}\n<hr>\n<p>{leave}</p>\n</body></html>\n'
)


class Issue(NamedTuple):
    """A letter as everybody gets it: `text` and `html` have no way out yet, which may be each reader's own."""

    title: str
    text: str
    html: str
    until: datetime
    empty: bool = False

    @property
    def seal(self) -> str:
        """The same for the same words."""
        return hashlib.sha256(f"{self.text}\n{self.html}".encode("utf-8", "replace")).hexdigest()[:24]


def export(store: ReadableStore, after: int | None, settings: Settings) -> Files:
    """newsletter.eml. after: only of products that changed since that change row.

    Errors: UsageError where SCOUT_CONTACT is no mail address, or SCOUT_UNSUBSCRIBE_URL no https address.
    """
    sender, way_out = _sender(settings), _way_out(settings)
    found = issue(store, after, settings)
    leave = way_out or f"mailto:{sender.addr_spec}?subject=unsubscribe"
    # the same letter is the same message, sent twice or not
    yield FILE, message(found, sender, leave, f"{found.seal}@{sender.domain}", found.until).as_bytes()


def issue(store: ReadableStore, after: int | None, settings: Settings) -> Issue:
    """The week's letter. after: only of products that changed since that change row."""
    week = letter(store, after, settings)
    title = f"Ship it, or skip it? Week to {day(week.end.isoformat())}"
    return Issue(title, _text(title, week), _page(week), week.end, not (week.days or week.moved))


def message(issue: Issue, sender: Address, leave: str, key: str, at: datetime) -> EmailMessage:
    """A letter as a mail without a receiver. leave: where its reader leaves the list, by one click where that is an https
    address; key: what stands in its Message-ID."""
    text = f"{issue.text}\n-- \nLeave this list: {leave}\n"
    out = Markup('<a href="{}">Leave this list</a>').format(leave)
    page = str(_HTML.format(title=issue.title, body=Markup(issue.html), leave=out))  # it was escaped as it was made
    mail = EmailMessage(policy=SMTP)
    mail["From"], mail["Subject"], mail["Date"] = sender, issue.title, format_datetime(at)
    mail["Message-ID"] = f"<{key}>"
    mail["List-Unsubscribe"] = f"<{leave}>"
    if not leave.startswith("mailto:"):
        mail["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"  # RFC 8058
    mail.set_content(text)
    mail.add_alternative(page, subtype="html")
    mail.set_boundary(f"=_{issue.seal}")
    return mail


def _sender(settings: Settings) -> Address:
    try:
        local, _, domain = mail_address(settings.contact.removeprefix("mailto:")).rpartition("@")
    except UsageError:
        raise UsageError(
            f"A letter needs a sender: SCOUT_CONTACT takes a mail address; got {settings.contact!r}."
        ) from None
    return Address("Scout", local, domain)


def _way_out(settings: Settings) -> str:
    given = str(settings.unsubscribe_url)
    if given and (safe_url(given) != given or not given.startswith("https://") or re.search(r"[<>,\s]", given)):
        raise UsageError(
            f"SCOUT_UNSUBSCRIBE_URL takes an https address that one click leaves the list at; got {given!r}."
        )
    return given


def _text(title: str, week: Letter) -> str:
    parts = [title, "=" * len(title), *(["", week.note] if week.note else [])]
    for date, reviewed in week.days:
        parts += ["", date, "-" * len(date), *(line for one in reviewed for line in _verdict_lines(one))]
    parts += [] if week.days else ["", "No verdict this week."]
    moved = [f"{named.name}, {move.words}, {day(move.at)}" for named, move in week.moved]
    apart = [f"{points} points on {named.name}: {words}" for named, points, words in week.apart]
    for heading, rows in (("Prices that moved", moved), ("Critics furthest apart", apart)):
        parts += ["", heading, "-" * len(heading), *(line for row in rows or [_NONE] for line in _wrapped(row, "* "))]
    return "\n".join([*parts, ""]).encode("utf-8", "replace").decode()


def _verdict_lines(one: Verdict) -> Iterator[str]:
    yield ""
    yield from _wrapped(f"{one.product.name}: {one.line}", "* ")
    for said in one.said:
        yield from _wrapped(said, "  ")
    if one.product.link:
        yield f"  {one.product.link}"


def _wrapped(words: str, start: str) -> Iterable[str]:
    said = " ".join(visible(words).split())
    return textwrap.wrap(said, _WIDTH, initial_indent=start, subsequent_indent="  ", break_long_words=False)


def _page(week: Letter) -> str:
    parts: list[Markup] = [Markup("<p>{}</p>").format(week.note)] if week.note else []
    for date, reviewed in week.days:
        parts += [Markup('<h2 style="font-size: 1.2em">{}</h2>').format(date), _list(map(_verdict_item, reviewed))]
    parts += [] if week.days else [Markup("<p>No verdict this week.</p>")]
    moved = [Markup("{}, {}, {}").format(_link(named), visible(move.words), day(move.at)) for named, move in week.moved]
    apart = [
        Markup("{} points on {}: {}").format(points, _link(named), visible(words))
        for named, points, words in week.apart
    ]
    for heading, rows in (("Prices that moved", moved), ("Critics furthest apart", apart)):
        parts += [
            Markup('<h2 style="font-size: 1.2em">{}</h2>').format(heading),
            _list(rows) if rows else Markup("<p>{}</p>").format(_NONE),
        ]
    return str(Markup("\n").join(parts)).encode("utf-8", "replace").decode()


def _verdict_item(one: Verdict) -> Markup:
    lines = [Markup("<br>{}").format(visible(said)) for said in one.said]
    return Markup("{}: <strong>{}</strong>{}").format(_link(one.product), one.line, Markup("").join(lines))


def _link(named: Named) -> Markup:
    name = Markup("{}").format(visible(named.name))
    return Markup('<a href="{}" rel="nofollow noopener">{}</a>').format(named.link, name) if named.link else name


def _list(items: Iterable[Markup]) -> Markup:
    return Markup("<ul>\n{}\n</ul>").format(
        Markup("\n").join(Markup('<li style="margin-bottom: 1em">{}</li>').format(item) for item in items)
    )
