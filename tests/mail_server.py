"""A loopback SMTP server that speaks as RFC 5321 has it and fails where a test wants: refuses, hangs, hangs up, encrypts."""

from __future__ import annotations

import contextlib
import email
import email.policy
import socket
import socketserver
import ssl
import struct
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from email.message import EmailMessage

RESET, HANG, CLOSE = "reset", "hang", "close"


@dataclass
class Postbox:
    """What the server does at each verb (a reply, or RESET, HANG, CLOSE), and the mails it accepted."""

    port: int = 0
    replies: dict[str, str] = field(default_factory=dict)
    refused: dict[str, str] = field(default_factory=dict)  # by address: what is answered to RCPT TO it
    offers: tuple[str, ...] = ("AUTH PLAIN",)  # of EHLO
    context: ssl.SSLContext | None = None  # for STARTTLS, which is offered where it is there
    accepted: list[EmailMessage] = field(default_factory=list)
    verbs: list[str] = field(default_factory=list)
    freed: threading.Event = field(default_factory=threading.Event)

    def ids(self) -> list[str]:
        return [mail["Message-ID"] for mail in self.accepted]


class _Conversation(socketserver.StreamRequestHandler):
    server: _Server

    def handle(self) -> None:
        with contextlib.suppress(OSError, _Over):
            self._talk(self.server.box)
        self.connection.close()  # wrapped by TLS it is another than the server's own

    def _talk(self, box: Postbox) -> None:
        self._answer("GREETING", "220 here.example ready")
        while line := self.rfile.readline():
            text = line.decode("utf-8", "replace").strip()
            verb = text.split(" ")[0].upper()
            box.verbs.append(text)
            if verb in ("EHLO", "HELO"):
                offers = [*box.offers, *(["STARTTLS"] if box.context else [])]
                self._answer(
                    verb, "\r\n".join([f"250-{offer}" for offer in ("here.example", *offers)] + ["250 8BITMIME"])
                )
            elif verb == "STARTTLS":
                self._answer(verb, "220 go ahead")
                if box.context:
                    self.connection = box.context.wrap_socket(self.connection, server_side=True)
                    self.setup_files()
            elif verb == "DATA":
                self._answer(verb, "354 end with a dot")
                self._take(box)
            else:
                known = next((reply for to, reply in box.refused.items() if f"<{to}>" in text), "250 fine")
                usual = known if verb == "RCPT" else "250 fine"
                self._answer(verb, {"AUTH": "235 welcome", "QUIT": "221 bye"}.get(verb, usual))
                if verb == "QUIT":
                    return

    def setup_files(self) -> None:
        self.rfile, self.wfile = self.connection.makefile("rb"), self.connection.makefile("wb", buffering=0)

    def _take(self, box: Postbox) -> None:
        lines = []
        while (line := self.rfile.readline()) not in (b".\r\n", b""):
            lines.append(line[1:] if line.startswith(b"..") else line)
        planned = box.replies.get("DOT", "250 accepted")
        if planned[:1] == "2" or planned in (RESET, CLOSE):  # accepted, and gone before it could say so
            mail = email.message_from_bytes(b"".join(lines), policy=email.policy.default)
            assert isinstance(mail, EmailMessage)
            box.accepted.append(mail)
        self._answer("DOT", "250 accepted")

    def _answer(self, verb: str, usual: str) -> None:
        planned = self.server.box.replies.get(verb, usual)
        if planned == RESET:
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.connection.close()
            raise _Over
        if planned == HANG:
            self.server.box.freed.wait(30)
            raise _Over
        if planned == CLOSE:
            raise _Over
        self.wfile.write(f"{planned}\r\n".encode())
        if planned[:3] == "421":
            raise _Over


class _Over(Exception):
    """The conversation ends here."""


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    allow_reuse_address = True
    box: Postbox


@contextlib.contextmanager
def postbox() -> Iterator[Postbox]:
    """A server of its own port for the time of the block."""
    with _Server(("127.0.0.1", 0), _Conversation) as server:
        server.box = Postbox(server.server_address[1])
        thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        try:
            yield server.box
        finally:
            server.box.freed.set()
            server.shutdown()
            thread.join(5)
