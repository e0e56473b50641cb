"""Panels that editors asked for: the same as `scout review SLUG`, each in a thread of its own, followed from its product's
page. What a panel says is in the store for good; how far one is, here, until the console ends."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from tools.errors import ScoutError, Stopped, UsageError
from tools.settings import Settings
from tools.store import Store

logger = logging.getLogger(__name__)
AT_ONCE = 2  # panels that meet
_KEPT = 100  # products whose last one is remembered
_END_S = 30.0  # what a stop at the console's end waits for


@dataclass
class Asked:
    """A panel that was asked for. state: meeting, then met, same (nothing else than before), stopped or failed.

    said: how far it is. taken: what models took, in words; empty: none was asked.
    """

    slug: str
    editor: str
    began: datetime = field(default_factory=lambda: datetime.now(UTC))
    state: str = "meeting"
    said: str = ""
    sentence: str = ""
    taken: str = ""
    stop: Future[None] = field(default_factory=Future)
    thread: threading.Thread | None = None

    @property
    def meeting(self) -> bool:
        """Whether it has not ended."""
        return self.state == "meeting"

    def say(self, text: str) -> None:
        """Take note of what the job tells."""
        self.said = text.rpartition("\n")[2].strip() or text.strip()


class Panels:
    """Those that were asked for here. reading: gives a connection to read the store with."""

    def __init__(
        self, store_path: Path | str, settings: Settings, reading: Callable[[], AbstractContextManager[Store]]
    ) -> None:
        self._store_path, self._settings, self._reading = store_path, settings, reading
        self._held: dict[str, Asked] = {}
        self._starting = threading.Lock()

    def find(self, slug: str) -> Asked | None:
        """The one of a product that was asked for last; None: none was since the console started."""
        return self._held.get(slug)

    def start(self, slug: str, editor: str) -> Asked:
        """Have the panel meet on a product. Errors: UsageError while it meets already, while as many meet as may at once,
        and for a deleted product; UnknownName."""
        from jobs.edit import living

        with self._reading() as store:
            slug = living(store, slug)
        with self._starting:
            if (before := self.find(slug)) and before.meeting:
                raise UsageError(
                    f"The panel meets on {slug} already: {before.editor} asked it. Its page shows how far it is."
                )
            under_way = [one.slug for one in self._held.values() if one.meeting]
            if len(under_way) >= AT_ONCE:
                raise UsageError(
                    f"The panel meets on {' and '.join(under_way)}, and {AT_ONCE} is the most at once. Ask again when one has ended."
                )
            self._held.pop(slug, None)
            while len(self._held) >= _KEPT:
                del self._held[next(name for name, one in self._held.items() if not one.meeting)]
            self._held[slug] = begun = Asked(slug, editor)
        begun.thread = threading.Thread(target=self._run, args=(begun,), name=f"panel-{slug}", daemon=True)
        begun.thread.start()
        return begun

    def stop(self, one: Asked) -> None:
        """Have it end; nothing of it is kept then."""
        with self._starting:
            if one.meeting and not one.stop.done():
                one.stop.set_result(None)

    def close(self) -> None:
        """Stop all, and wait for them."""
        for one in list(self._held.values()):
            self.stop(one)
        for one in list(self._held.values()):
            if one.thread:
                one.thread.join(_END_S)

    def _run(self, one: Asked) -> None:
        from jobs.review import model_use, review_some

        try:
            before = self._newest(one.slug)
            counts = review_some(
                self._store_path, self._settings, [one.slug], progress=one.say, who=one.editor, stop=one.stop
            )
            with self._reading() as store:
                used = model_use(store, counts["run"])
            one.taken = str(used) if used.calls else ""
            one.state = "same" if self._newest(one.slug) == before else "met"
        except Stopped:
            one.state = "stopped"
        except ScoutError as error:
            one.sentence, one.state = str(error), "failed"
        except Exception:
            logger.exception("panel failed slug=%s", one.slug)
            one.sentence = "Scout failed at this; it is logged on the console’s terminal."
            one.state = "failed"

    def _newest(self, slug: str) -> str:
        with self._reading() as store:
            panel = store.panel(slug)
            return panel.id if panel else ""
