"""An app on a port, until a signal comes."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from tools.ports import bound

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

    with bound(host, port) as listening:
        listening.listen(128)
        shown = f"[{host}]" if ":" in host else host
        ready(f"http://{shown}:{listening.getsockname()[1]}")
        server = uvicorn.Server(
            uvicorn.Config(app, log_level="warning", server_header=False, proxy_headers=False, **config)
        )
        starting(server)
        server.run(sockets=[listening])
