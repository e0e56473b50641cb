"""A mail by SMTP, as text and simple HTML.

`security` is starttls (port 587), ssl (465) or none (25), which is for a server on this machine or a private network and
never gets a password. A server that does not offer STARTTLS gets no mail: nothing is sent in the clear instead. The
Message-ID is the message's key, the same at every try, so that a mailbox can drop a second copy.
"""

from __future__ import annotations

import re
import smtplib
import socket
import ssl
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP as POLICY
from email.utils import format_datetime
from typing import Any

from tools.errors import NotDelivered, UsageError, connection_words
from tools.knowledge import moment
from tools.models import Now
from tools.notify.entries import Entry
from tools.notify.messages import html, text
from tools.settings import Settings

NAME = "mail"
KEYS = ("host", "port", "security", "from", "to", "return_path", "user", "password_env")
TIMEOUT_S = 10.0  # of one answer of the server
TOTAL_S = 30.0  # of the whole conversation: a server that drips its answers is left
_PORTS = {"starttls": 587, "ssl": 465, "none": 25}
_ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*")
_OUR_FAULT = re.compile(rb"5\.7\.")  # a server's own rules (RFC 3463): of who writes rather than of the address
_HOST = re.compile(r"[A-Za-z0-9.:-]{1,253}")


@dataclass(frozen=True, slots=True)
class Mailbox:
    """A server, who writes and to whom."""

    host: str
    port: int
    security: str
    sender: str
    to: tuple[str, ...]
    user: str = ""
    password: str = field(default="", repr=False)
    return_path: str = ""  # where reports of what does not arrive go; empty: to the sender


def read(entry: Entry, settings: Settings) -> Mailbox:
    """A mailbox from its entry. Errors: UsageError."""
    security = entry.word("security", tuple(_PORTS), "starttls")
    host, sender, to = entry.text("host"), entry.text("from"), entry.texts("to")
    if not _HOST.fullmatch(host):
        raise UsageError(f"{entry.where}: host is no name of a server: {host!r}.")
    back = entry.text("return_path", sender)
    for address in (sender, back, *to):
        if not _ADDRESS.fullmatch(address):
            raise UsageError(f"{entry.where}: {address!r} is no mail address like name@example.org.")
    if not to:
        raise UsageError(f"{entry.where} needs to: a mail address or a list of them.")
    user = entry.text("user", "")
    if bool(user) != entry.has("password_env"):
        raise UsageError(f"{entry.where}: user and password_env belong together; give both or neither.")
    if user and security == "none":
        raise UsageError(f"{entry.where}: a password is not sent without encryption; set security to starttls or ssl.")
    password = entry.secret("password_env", settings.environment, needed=False)
    port = entry.whole("port", 1, 65_535, _PORTS[security]) or 0
    return Mailbox(host, port, security, sender, to, user, password, back)


def shown(mailbox: Mailbox) -> str:
    """Whom it goes to, by which server."""
    return f"{', '.join(mailbox.to)} by {mailbox.host}:{mailbox.port} ({mailbox.security})"


def letter(mailbox: Mailbox, message: Mapping[str, Any]) -> EmailMessage:
    """The mail. Its headers are made by a library that refuses line breaks, of text that has none."""
    mail = EmailMessage(policy=POLICY)
    mail["From"] = Address("Scout", addr_spec=mailbox.sender)
    mail["To"] = ", ".join(mailbox.to)
    mail["Subject"] = " ".join(str(message["title"]).split())
    mail["Date"] = format_datetime(moment(message["created_at"]))
    mail["Message-ID"] = f"<{message['id']}@{mailbox.sender.rpartition('@')[2]}>"
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content(text(message))
    mail.add_alternative(html(message), subtype="html")
    return mail


def send(mailbox: Mailbox, message: Mapping[str, Any], body: str, settings: Settings, now: Now) -> None:
    """Hand the mail to the server. Errors: NotDelivered when it refuses, or does not answer in time."""
    mail = letter(mailbox, message)
    with conversation(mailbox) as server:
        server.send(mail, mailbox.to)


class Conversation:
    """A server that has said hello, and takes one mail after the other."""

    def __init__(self, server: _Plain | _Encrypted, mailbox: Mailbox) -> None:
        self._server, self._mailbox = server, mailbox
        self._limit = _limit(server)

    def send(self, mail: EmailMessage, to: Sequence[str]) -> None:
        """Hand over one mail, within TOTAL_S. Errors: NotDelivered; `unsure` where the server had all of it and was gone
        before it answered."""
        self._limit.cancel()
        self._limit = _limit(self._server)
        self._server.handed_over = False
        with _refusals(self._server):
            self._server.send_message(mail, self._mailbox.return_path or self._mailbox.sender, to)

    def close(self) -> None:
        """End it; a mail that is taken stays taken."""
        self._limit.cancel()
        self._server.close()


@contextmanager
def conversation(mailbox: Mailbox, timeout_s: float | None = None) -> Iterator[Conversation]:
    """A conversation with the server, encrypted and signed in where that is asked for; opening it and each of its mails are
    cut off after TOTAL_S. timeout_s: of one answer of the server, TIMEOUT_S where it is not given. Errors: NotDelivered."""
    context = ssl.create_default_context()
    encrypted = mailbox.security == "ssl"
    own = mailbox.sender.rpartition("@")[2]  # else smtplib asks the DNS for our name, for as long as that takes
    server = (
        _Encrypted(local_hostname=own, timeout=timeout_s or TIMEOUT_S, context=context)
        if encrypted
        else _Plain(local_hostname=own, timeout=timeout_s or TIMEOUT_S)
    )
    server._host = mailbox.host  # type: ignore[union-attr] # whose certificate it must be; smtplib sets it where it connects at once
    talk = Conversation(server, mailbox)
    try:
        with _refusals(server):
            code, _ = server.connect(mailbox.host, mailbox.port)
            if code != 220:
                raise smtplib.SMTPConnectError(code, b"")
            server.ehlo_or_helo_if_needed()
            if mailbox.security == "starttls":
                server.starttls(context=context)
            if mailbox.user:
                server.login(mailbox.user, mailbox.password)
        yield talk
        _leave(server)
    finally:
        talk.close()


class _Noting:
    """An SMTP client that notes when it begins to hand a mail over: what breaks after that may have been taken."""

    handed_over = False

    def data(self, msg: Any) -> Any:
        self.handed_over = True
        return super().data(msg)  # type: ignore[misc] # of smtplib.SMTP, beside it


class _Plain(_Noting, smtplib.SMTP):
    pass


class _Encrypted(_Noting, smtplib.SMTP_SSL):
    pass


@contextmanager
def _refusals(server: _Plain | _Encrypted) -> Iterator[None]:
    """What smtplib raises as NotDelivered, in a sentence without an address."""
    try:
        yield
    except smtplib.SMTPNotSupportedError:
        raise NotDelivered("The server does not offer what is asked of it (STARTTLS or a login).") from None
    except smtplib.SMTPRecipientsRefused as error:
        codes = sorted({code for code, _ in error.recipients.values()})
        said = f"The server takes mail for none of the addresses ({', '.join(map(str, codes))})."
        known = codes[0] >= 500 and not any(_OUR_FAULT.match(words) for _, words in error.recipients.values())
        raise NotDelivered(said, address_code=codes[0], no_such_address=known) from None
    except smtplib.SMTPAuthenticationError as error:
        raise NotDelivered(f"The server refuses the login ({error.smtp_code}).") from None
    except smtplib.SMTPResponseException as error:
        lasting = isinstance(error, smtplib.SMTPDataError) and error.smtp_code >= 500
        raise NotDelivered(f"The server answered {error.smtp_code}.", lasting=lasting) from None
    except TimeoutError:
        said = f"The server did not answer within {server.timeout:g} seconds."
        raise NotDelivered(said, unsure=server.handed_over) from None
    except ssl.SSLError as error:
        said = f"No encrypted connection: {error.reason or type(error).__name__}."
        raise NotDelivered(said, unsure=server.handed_over) from None
    except (smtplib.SMTPException, OSError) as error:
        said = f"No conversation with the server, or it broke off: {connection_words(error)}."
        raise NotDelivered(said, unsure=server.handed_over) from None


def _leave(server: smtplib.SMTP) -> None:
    """Say goodbye. The mail is accepted already: what goes wrong here takes nothing of that back."""
    with suppress(smtplib.SMTPException, OSError):
        server.quit()


def _limit(server: smtplib.SMTP) -> threading.Timer:
    end = threading.Timer(TOTAL_S, _cut, [server])
    end.daemon = True
    end.start()
    return end


def _cut(server: smtplib.SMTP) -> None:
    """End a conversation from outside: whoever waits for an answer gets an error."""
    if server.sock is not None:
        with suppress(OSError):
            server.sock.shutdown(socket.SHUT_RDWR)
