"""What a feed announces, before anybody follows it: read as a crawl reads it, and kept nowhere."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from jobs.by_hand import check_contact, way_in
from tools.errors import AddressRefused, Stopped, UsageError
from tools.models import Launch
from tools.settings import Settings
from tools.web.guard import check_address
from tools.workbench import Workbench

PATIENCE_S = 30.0
_NAME = "preview"


def look_at_feed(settings: Settings, url: str, most: int = 12, *, patience_s: float = PATIENCE_S) -> list[Launch]:
    """The newest launches of the feed at an address, as a crawl would keep them.

    Errors: UsageError for an address that is refused or does not answer in time; CannotRun without a contact;
    SourceError for what is no feed.
    """
    try:
        check_address(url, settings)
    except AddressRefused as error:
        raise UsageError(" ".join(filter(None, (f"{error}.", way_in(url, settings))))) from None
    check_contact(settings, None, [url])
    with TemporaryDirectory() as folder, _after(patience_s) as stop:
        try:
            with Workbench(settings, Path(folder) / "store.db", stop=stop) as bench:
                bench.store.add_source(_NAME, url)
                listed = bench.run(bench.reader.read_source(_NAME, datetime.fromtimestamp(0, UTC)))
        except Stopped:
            raise UsageError(
                f"{url[:200]} did not answer within {patience_s:g} s. Try again, or look at it in a browser."
            ) from None
    return sorted(listed.launches, key=_newest_first)[:most]


def _newest_first(launch: Launch) -> float:
    return -(launch.launched_at.timestamp() if launch.launched_at else 0.0)


@contextmanager
def _after(seconds: float) -> Iterator[Future[None]]:
    """A future that is fulfilled after so long, unless the block has ended."""
    stop: Future[None] = Future()
    timer = threading.Timer(seconds, stop.set_result, (None,))
    timer.daemon = True
    timer.start()
    try:
        yield stop
    finally:
        timer.cancel()
