"""A port of this machine to listen on."""

from __future__ import annotations

import errno
import socket

from tools.errors import CannotRun


def bound(host: str, port: int, option: str = "--port") -> socket.socket:
    """A socket that has the port and does not listen yet. Port 0: a free one. option: what names another in the error.

    Errors: CannotRun where the port cannot be had.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # TCP by name: asyncio lets only such a socket send at once. Else the second half of an answer waits until a browser has
    # acknowledged the first, which it puts off for 40 ms.
    found = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    found.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        found.bind((host, port))
    except OSError as error:
        found.close()
        why = "another program listens there" if error.errno == errno.EADDRINUSE else error.strerror
        raise CannotRun(f"Port {port} of {host} cannot be had ({why}); name another with {option}.") from None
    return found
