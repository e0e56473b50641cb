"""Whatever apprise speaks: chat services, phones. One address a target, in an environment variable, for it holds tokens.

Needs the extra `apprise`. There is no key by which a service could drop a second copy: after a kill in the moment between
its yes and our note of it, the message comes twice.
"""

from __future__ import annotations

import logging
import re
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tools.errors import NotDelivered, UsageError
from tools.models import Now
from tools.notify.entries import Entry
from tools.notify.messages import text
from tools.settings import Settings

NAME = "apprise"
KEYS = ("url_env",)
TOTAL_S = 30.0  # after that a service is left to itself
MISSING = "the extra is missing: pip install 'scout[apprise]'"
# What chat services take for markup or for calling people, each as a sign that only looks like it.
_INERT = str.maketrans(
    {"<": "‹", ">": "›", "@": "＠", "*": "∗", "`": "ʹ", "~": "∼", "[": "［", "]": "］", "|": "∣", "_": "＿"}
)
_IN_LINKS = re.compile(r"[<>\[\]()|*`@]")


@dataclass(frozen=True, slots=True)
class Service:
    """An address as apprise writes it."""

    url: str = field(repr=False)
    scheme: str = ""


def read(entry: Entry, settings: Settings) -> Service:
    """A service from its entry. Errors: UsageError, also where the extra is missing."""
    url = entry.secret("url_env", settings.environment)
    try:
        import apprise
    except ImportError:
        raise UsageError(f"{entry.where}: {MISSING}") from None
    with _silence():
        if not isinstance(apprise.Apprise.instantiate(url), apprise.NotifyBase):
            raise UsageError(f"{entry.where}: apprise does not know the address in url_env.")
    return Service(url, url.partition(":")[0])


def shown(service: Service) -> str:
    """The service's name; all else of its address may be secret."""
    return f"{service.scheme}://…"


def inert(message: Mapping[str, Any]) -> str:
    """The text with nothing in it that a chat service takes for markup; our own links stay as they are."""
    return "\n".join(_inert_line(line) for line in text(message).splitlines()[2:])


def _inert_line(line: str) -> str:
    if line.strip().startswith(("http://", "https://")):  # only our own lines begin so: crawled words have no scheme
        return _IN_LINKS.sub(lambda found: f"%{ord(found[0]):02X}", line)
    return line.translate(_INERT)


def send(service: Service, message: Mapping[str, Any], body: str, settings: Settings, now: Now) -> None:
    """Hand the text to apprise. Errors: NotDelivered when it says no, or nothing within TOTAL_S."""
    outcome: list[bool] = []
    thread = threading.Thread(target=_notify, args=(service, message, outcome), daemon=True)
    thread.start()
    thread.join(TOTAL_S)
    if thread.is_alive():
        raise NotDelivered(f"The service did not answer within {TOTAL_S:g} seconds.")
    if outcome != [True]:
        raise NotDelivered("The service did not accept it.")


def _notify(service: Service, message: Mapping[str, Any], outcome: list[bool]) -> None:
    import apprise

    with _silence():
        made = apprise.Apprise()
        made.add(service.url)
        title = str(message["title"]).translate(_INERT)
        outcome.append(bool(made.notify(body=inert(message), title=title, body_format=apprise.NotifyFormat.TEXT)))


class _silence:
    """apprise logs parts of addresses: not into ours."""

    def __enter__(self) -> None:
        self._log = logging.getLogger("apprise")
        self._before = self._log.disabled
        self._log.disabled = True

    def __exit__(self, *_: object) -> None:
        self._log.disabled = self._before
