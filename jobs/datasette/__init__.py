"""`scout datasette`: the store in Datasette, read-only, on loopback, with titles, canned queries, facets and links.

What is shown stands in metadata.yml beside this. Datasette is the extra `datasette`; jobs/datasette/pages.py needs it.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from jobs.listening import listen
from tools.errors import CannotRun
from tools.store import Store

HOST = "127.0.0.1"
NAMES = [HOST, "localhost"]  # under which a browser may ask: a page elsewhere whose name points here may not


def serve(store_path: Path | str, port: int, ready: Callable[[str], None]) -> None:
    """Serve until told to stop; `ready` is given the address. Errors: CannotRun without the extra, or where the port is
    taken; StoreError."""
    listen(application(store_path), HOST, port, ready)


def application(store_path: Path | str) -> Any:
    """The ASGI application; answers no other host than loopback's names. Errors: CannotRun, StoreError."""
    if find_spec("datasette") is None:
        raise CannotRun("Datasette is not installed here: pip install 'scout[datasette]', then run this again.")
    from starlette.middleware.trustedhost import TrustedHostMiddleware

    from jobs.datasette.pages import instance

    Store.open(store_path, create=False).close()  # brought up to date, and sound enough to open
    return TrustedHostMiddleware(instance(store_path).app(), NAMES)
