"""The week's letter as a mail: plain text and HTML in one message (.eml), to be sent by any mail program.

Nothing in it is loaded from elsewhere: no picture, no style sheet, no counter. It has a sender (SCOUT_CONTACT, a mail
address), no receiver, and a way out: one click at SCOUT_UNSUBSCRIBE_URL where that is set, else a mail to the sender.
"""

from __future__ import annotations

import hashlib
import re
import textwrap
from collections.abc import Iterable, Iterator
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from markupsafe import Markup

from tools.errors import UsageError
from tools.exporters import Files, ReadableStore
from tools.exporters._letter import Letter, Named, Verdict, letter
from tools.exporters._words import safe_url, visible
from tools.settings import Settings
from tools.views.takes import day

NAME = "mail"
SUFFIX = ".eml"
FILE = "newsletter.eml"
_WIDTH = 72  # columns of plain text
_MAIL = re.compile(r"([A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64})@([A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+)")
_NONE = "None this week."
_UNAPPROVED = "Not approved by an editor."
_HTML = Markup(
    '<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><meta name="color-scheme" content="light dark"><title>{title}</title></head>\n'
    '<body style="font-family: sans-serif; max-width: 40em; margin: 0 auto; padding: 1em">\n'
    '<h1 style="font-size: 1.5em">{title}</h1>\n{body}\n<hr>\n<p>{leave}</p>\n</body></html>\n'
)


def export(store: ReadableStore, after: int | None, settings: Settings) -> Files:
    """newsletter.eml. after: only of products that changed since that change row.

    Errors: UsageError where SCOUT_CONTACT is no mail address, or SCOUT_UNSUBSCRIBE_URL no https address.
    """
    sender, way_out = _sender(settings), _way_out(settings)
    week = letter(store, after, settings)
    title = f"Ship it, or skip it? Week to {day(week.end.isoformat())}"
    leave = way_out or f"mailto:{sender.addr_spec}?subject=unsubscribe"
    text, page = _text(title, week, leave), _page(title, week, leave)
    seal = hashlib.sha256(f"{text}\n{page}".encode("utf-8", "replace")).hexdigest()[:24]
    message = EmailMessage(policy=SMTP)
    message["From"], message["Subject"], message["Date"] = sender, title, format_datetime(week.end)
    message["Message-ID"] = f"<{seal}@{sender.domain}>"  # the same letter is the same message, sent twice or not
    message["List-Unsubscribe"] = f"<{leave}>"
    if way_out:
        message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"  # RFC 8058
    message.set_content(text)
    message.add_alternative(page, subtype="html")
    message.set_boundary(f"=_{seal}")
    yield FILE, message.as_bytes()


def _sender(settings: Settings) -> Address:
    found = _MAIL.fullmatch(settings.contact.removeprefix("mailto:"))
    if not found:
        raise UsageError(f"A letter needs a sender: SCOUT_CONTACT takes a mail address; got {settings.contact!r}.")
    return Address("Scout", found[1], found[2])


def _way_out(settings: Settings) -> str:
    given = str(settings.unsubscribe_url)
    if given and (safe_url(given) != given or not given.startswith("https://") or re.search(r"[<>,\s]", given)):
        raise UsageError(
            f"SCOUT_UNSUBSCRIBE_URL takes an https address that one click leaves the list at; got {given!r}."
        )
    return given


def _text(title: str, week: Letter, leave: str) -> str:
    parts = [title, "=" * len(title)]
    for date, reviewed in week.days:
        parts += ["", date, "-" * len(date), *(line for one in reviewed for line in _verdict_lines(one))]
    parts += [] if week.days else ["", "No verdict this week."]
    moved = [f"{named.name}, {move.plan}: {move.before} to {move.after}, {day(move.at)}" for named, move in week.moved]
    apart = [f"{points} points on {named.name}: {words}" for named, points, words in week.apart]
    for heading, rows in (("Prices that moved", moved), ("Critics furthest apart", apart)):
        parts += ["", heading, "-" * len(heading), *(line for row in rows or [_NONE] for line in _wrapped(row, "* "))]
    return "\n".join([*parts, "", "-- ", f"Leave this list: {leave}", ""]).encode("utf-8", "replace").decode()


def _verdict_lines(one: Verdict) -> Iterator[str]:
    yield ""
    yield from _wrapped(f"{one.product.name}: {one.line}", "* ")
    rest = (one.tagline, one.weighed, f"Price to start: {one.price}.", "" if one.approved else _UNAPPROVED)
    for said in filter(None, rest):
        yield from _wrapped(said, "  ")
    if one.product.link:
        yield f"  {one.product.link}"


def _wrapped(words: str, start: str) -> Iterable[str]:
    said = " ".join(visible(words).split())
    return textwrap.wrap(said, _WIDTH, initial_indent=start, subsequent_indent="  ", break_long_words=False)


def _page(title: str, week: Letter, leave: str) -> str:
    parts: list[Markup] = []
    for date, reviewed in week.days:
        parts += [Markup('<h2 style="font-size: 1.2em">{}</h2>').format(date), _list(map(_verdict_item, reviewed))]
    parts += [] if week.days else [Markup("<p>No verdict this week.</p>")]
    moved = [
        Markup("{}, {}: {} to {}, {}").format(
            _link(named), *map(visible, (move.plan, move.before, move.after)), day(move.at)
        )
        for named, move in week.moved
    ]
    apart = [
        Markup("{} points on {}: {}").format(points, _link(named), visible(words))
        for named, points, words in week.apart
    ]
    for heading, rows in (("Prices that moved", moved), ("Critics furthest apart", apart)):
        parts += [
            Markup('<h2 style="font-size: 1.2em">{}</h2>').format(heading),
            _list(rows) if rows else Markup("<p>{}</p>").format(_NONE),
        ]
    out = Markup('<a href="{}">Leave this list</a>').format(leave)
    return str(_HTML.format(title=title, body=Markup("\n").join(parts), leave=out)).encode("utf-8", "replace").decode()


def _verdict_item(one: Verdict) -> Markup:
    rest = (one.tagline, one.weighed, f"Price to start: {one.price}.", "" if one.approved else _UNAPPROVED)
    lines = [Markup("<br>{}").format(visible(said)) for said in filter(None, rest)]
    return Markup("{}: <strong>{}</strong>{}").format(_link(one.product), one.line, Markup("").join(lines))


def _link(named: Named) -> Markup:
    name = Markup("{}").format(visible(named.name))
    return Markup('<a href="{}" rel="nofollow noopener">{}</a>').format(named.link, name) if named.link else name


def _list(items: Iterable[Markup]) -> Markup:
    return Markup("<ul>\n{}\n</ul>").format(
        Markup("\n").join(Markup('<li style="margin-bottom: 1em">{}</li>').format(item) for item in items)
    )
