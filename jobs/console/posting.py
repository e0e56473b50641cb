"""The week's letter, sent from the console: the same as `scout newsletter send`, in a thread of its own, followed from the
letter's page. What became of each copy is in the store for good; how far a run is, here, until the console ends."""

from __future__ import annotations

import logging
import threading
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

from jobs import newsletter
from jobs.console.forms import Refused
from tools.errors import ScoutError, Stopped, UsageError
from tools.settings import Settings

logger = logging.getLogger(__name__)
_END_S = 30.0  # what a stop at the console's end waits for: the copy that is being handed over


@dataclass
class Run:
    """A run that an editor began, by its number since the console started. state: sending, then done, stopped or failed; said: how far it is; sentence: how it ended."""

    editor: str
    number: int
    began: datetime = field(default_factory=lambda: datetime.now(UTC))
    state: str = "sending"
    said: str = ""
    sentence: str = ""
    stop: threading.Event = field(default_factory=threading.Event)
    thread: threading.Thread | None = None

    @property
    def sending(self) -> bool:
        """Whether it has not ended."""
        return self.state == "sending"

    def say(self, text: str) -> None:
        """Take note of what the job tells. Errors: Stopped between two copies, where it is to end."""
        self.said = text.removeprefix("letter: ")
        self.wait(0)

    def wait(self, seconds: float) -> None:
        """Let the pace between two copies pass. Errors: Stopped."""
        if self.stop.wait(seconds):
            raise Stopped("Somebody stopped the letter.")


class Posting:
    """The run that was begun here last."""

    def __init__(self, store_path: Path | str, settings: Settings) -> None:
        self._store_path, self._settings = store_path, settings
        self._starting = threading.Lock()
        self.last: Run | None = None

    def preview(self) -> dict[str, Any]:
        """What newsletter.preview has, and `seal`: the same as long as a run would send the same words."""
        found = newsletter.preview(self._store_path, self._settings)
        return {**found, "seal": sha256(f"{found['title']}\n{found['text']}".encode()).hexdigest()[:24]}

    def start(self, editor: str, seal: str, *, again_unsure: bool = False) -> Run:
        """Send the letter that was shown with this seal. Errors: UsageError while a run is under way, and where no mail can be
        sent; Refused with 409 where other words would be sent by now."""
        newsletter.sender(self._settings), newsletter.public_url(self._settings)
        with self._starting:
            if self.last and self.last.sending:
                raise UsageError(f"{self.last.editor} sends the letter already. Its page shows how far it is.")
            if self.preview()["seal"] != seal:
                raise Refused(
                    409, "The letter is another one than the page showed. Nothing was sent; read it again first."
                )
            self.last = begun = Run(editor, self.last.number + 1 if self.last else 1)
        begun.thread = threading.Thread(target=self._send, args=(begun, again_unsure), name="letter", daemon=True)
        begun.thread.start()
        return begun

    def stop(self) -> None:
        """Have the run end after the copy that is being handed over; the next one goes on where it was."""
        if self.last:
            self.last.stop.set()

    def close(self) -> None:
        """Stop, and wait for it."""
        self.stop()
        if self.last and self.last.thread:
            self.last.thread.join(_END_S)

    def _send(self, run: Run, again_unsure: bool) -> None:
        try:
            report = newsletter.send(
                self._store_path, self._settings, run.say, again_unsure=again_unsure, wait=run.wait
            )
            run.sentence, run.state = _told(report), "failed" if report["outcome"] == "failed" else "done"
        except Stopped:
            run.sentence, run.state = f"{run.said or 'Nothing was sent'}.", "stopped"
        except ScoutError as error:
            run.sentence, run.state = str(error), "failed"
        except Exception:
            logger.exception("letter failed")
            run.sentence, run.state = "Scout failed at this; it is logged on the console’s terminal.", "failed"


def _told(report: dict[str, Any]) -> str:
    """What a run sent and could not send, in words."""
    several = {"sent": "sent", "refused": "refused by the server", "bounced": "get none any more"}
    several |= {"unsure": "may have it: their copies broke off", "waiting": "wait"}
    counted = ", ".join(f"{report[name]:,} {words}" for name, words in several.items() if report[name])
    return " ".join(filter(None, (f"{counted}." if counted else "", report["sentence"])))
