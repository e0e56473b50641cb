"""`scout datasette`: the store in Datasette, read-only, on loopback, with titles, canned queries, facets and links.

What is shown stands in metadata.yml beside this. Datasette is the extra `datasette`; jobs/datasette/pages.py needs it.
"""

from __future__ import annotations

import errno
import socket
from contextlib import closing
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from tools.errors import CannotRun
from tools.store import Store

HOST = "127.0.0.1"
NAMES = [HOST, "localhost"]  # under which a browser may ask: a page elsewhere whose name points here may not


def serve(store_path: Path | str, port: int) -> None:
    """Serve until told to stop. Errors: CannotRun without the extra, or where the port is taken; StoreError."""
    import uvicorn

    app = application(store_path)
    _check_free(port)
    uvicorn.run(app, host=HOST, port=port, log_level="warning")


def application(store_path: Path | str) -> Any:
    """The ASGI application; answers no other host than loopback's names. Errors: CannotRun, StoreError."""
    if find_spec("datasette") is None:
        raise CannotRun("Datasette is not installed here: pip install 'scout[datasette]', then run this again.")
    from starlette.middleware.trustedhost import TrustedHostMiddleware

    from jobs.datasette.pages import instance

    Store.open(store_path, create=False).close()  # brought up to date, and sound enough to open
    return TrustedHostMiddleware(instance(store_path).app(), NAMES)


def _check_free(port: int) -> None:
    """Nothing, where the port can be had. Errors: CannotRun."""
    with closing(socket.socket()) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError as error:
            why = "another program listens there" if error.errno == errno.EADDRINUSE else error.strerror
            raise CannotRun(f"Port {port} cannot be had ({why}); name another with --port.") from None
