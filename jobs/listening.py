"""An app on a port, until a signal comes."""

from __future__ import annotations

import socket
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from tools.errors import CannotRun

if TYPE_CHECKING:
    import uvicorn


def listen(
    app: Any,
    host: str,
    port: int,
    ready: Callable[[str], None],
    starting: Callable[[uvicorn.Server], None] = lambda _: None,
    **config: Any,
) -> None:
    """Serve until a signal comes; `ready` is given the address as soon as it answers, `starting` the server before. Port 0:
    a free one. config: further values of uvicorn's. Errors: CannotRun when the port is taken."""
    import uvicorn

    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # TCP by name: asyncio lets only such a socket send at once. Else the second half of an answer waits until a browser has
    # acknowledged the first, which it puts off for 40 ms.
    with socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP) as listening:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listening.bind((host, port))
        except OSError as error:
            raise CannotRun(
                f"Port {port} of {host} cannot be had ({error.strerror}); name another with --port."
            ) from None
        listening.listen(128)
        shown = f"[{host}]" if ":" in host else host
        ready(f"http://{shown}:{listening.getsockname()[1]}")
        server = uvicorn.Server(
            uvicorn.Config(app, log_level="warning", server_header=False, proxy_headers=False, **config)
        )
        starting(server)
        server.run(sockets=[listening])
