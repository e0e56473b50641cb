"""Who may act: each editor's token, kept hashed beside the store; sessions, in memory; and doors that shut on who guesses."""

from __future__ import annotations

import hmac
import json
import os
import secrets
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

from tools.errors import CannotRun, UnknownName
from tools.settings import Settings

IDLE_S, LONGEST_S = 4 * 3_600.0, 24 * 3_600.0
_SESSIONS = 500  # at once; the one used longest ago goes first
BEGINNING = 8  # characters of a token that are kept as they are
_CLIENTS = 5_000  # counted at once, so that a flood of addresses cannot fill the memory


def editors(settings: Settings) -> tuple[str, ...]:
    """The names of who may sign in: those of `editors`, else the one editor that commands act for."""
    named = (word.strip() for word in str(settings.editors).split(","))
    return tuple(dict.fromkeys(filter(None, named))) or (settings.who,)


class Keys:
    """The editors' tokens. A token has 256 random bits, so neither its plain hash nor the 48 bits of its beginning, by
    which wrong ones are counted apart, give anything away; the file has mode 0600.

    It is read again when it changes: a new token holds, and the old one's sessions end, while the console runs.
    """

    def __init__(self, path: Path, names: Sequence[str]) -> None:
        self.path, self.names = path, tuple(names)
        self._stamp, self._held = (-1, -1), dict[str, str]()

    @classmethod
    def beside(cls, store_path: Path | str, settings: Settings) -> Keys:
        """Those of a store: `<store>.editors`."""
        return cls(Path(f"{store_path}.editors"), editors(settings))

    def missing(self) -> list[str]:
        """The editors that have no token yet."""
        held = self._read()
        return [name for name in self.names if name not in held]

    def renew(self, name: str) -> str:
        """A new token of an editor, which is in no file; the one before is void. Errors: UnknownName, CannotRun."""
        if name not in self.names:
            raise UnknownName("editor", name, self.names)
        token = secrets.token_urlsafe(32)
        self._write({**self._read(), name: f"{token[:BEGINNING]}:{_digest(token)}"})
        return token

    def editor_of(self, token: str) -> str | None:
        """Whose token it is; None: nobody's. It takes as long whichever it is."""
        given, found, held = _digest(token), None, self._read()
        for name in self.names:
            if hmac.compare_digest(_hash_in(held.get(name, "")), given):
                found = name
        return found

    def begins(self, token: str) -> bool:
        """Whether an editor's token begins like this one; those made before tokens had a kept beginning do not."""
        begun, held = f"{token[:BEGINNING]}:", self._read()
        return any(held.get(name, "").startswith(begun) for name in self.names)

    def holds(self, name: str, key: str) -> bool:
        """Whether an editor's token is still the one of which `key` is the hash."""
        return name in self.names and hmac.compare_digest(self._read().get(name, ""), key)

    def key(self, name: str) -> str:
        """The hash of an editor's token; empty: there is none."""
        return self._read().get(name, "")

    def _read(self) -> dict[str, str]:
        try:
            found = self.path.stat()
            if (found.st_mtime_ns, found.st_ino) != self._stamp:
                self._held = {str(name): str(key) for name, key in json.loads(self.path.read_text("utf-8")).items()}
                self._stamp = (found.st_mtime_ns, found.st_ino)
        except FileNotFoundError:
            self._held, self._stamp = {}, (-1, -1)
        except (OSError, ValueError, AttributeError) as error:
            raise CannotRun(
                f"{self.path} does not hold the editors' tokens ({error}). Delete it; the next start makes new ones."
            ) from None
        return self._held

    def _write(self, held: dict[str, str]) -> None:
        part = self.path.with_name(f"{self.path.name}.{secrets.token_hex(4)}.part")
        try:
            handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                json.dump(held, file, indent=1)
            part.replace(self.path)
        except OSError as error:
            raise CannotRun(
                f"The editors' tokens cannot be kept in {self.path} ({error.strerror}): the store's folder must be writable."
            ) from None


def _hash_in(held: str) -> str:
    return held.rpartition(":")[2]


def _digest(token: str) -> str:
    return sha256(token.encode()).hexdigest()


@dataclass(slots=True)
class Notice:
    """A sentence for the next page shown; the products on which what it tells of can be undone, as long as nothing
    newer than `seen` stands in the change log of one. undo_at: the path that undoes it, which may take names of others
    than products."""

    text: str
    undo: tuple[str, ...] = ()
    seen: int = 0
    undo_at: str = "/undo"


@dataclass(slots=True)
class Session:
    """One sign-in: who, by which token (its hash), the token of its forms, and when in seconds of the clock."""

    editor: str
    key: str
    csrf: str
    made_at: float
    used_at: float
    notices: list[Notice] = field(default_factory=list)


class Sessions:
    """Who is signed in, by a secret that only their browser has. They end when idle, when old, and with a restart."""

    def __init__(self, keys: Keys, now: Callable[[], float] = time.monotonic) -> None:
        self._keys, self._now = keys, now
        self._held: dict[str, Session] = {}

    def start(self, editor: str) -> str:
        """Sign an editor in; the secret for their cookie."""
        secret, at = secrets.token_urlsafe(32), self._now()
        while len(self._held) >= _SESSIONS:
            self._held.pop(min(self._held, key=lambda one: self._held[one].used_at))
        self._held[_digest(secret)] = Session(editor, self._keys.key(editor), secrets.token_urlsafe(32), at, at)
        return secret

    def find(self, secret: str | None) -> Session | None:
        """The session of a cookie, used now; None: there is none, or it has ended."""
        session = self._held.get(_digest(secret)) if secret else None
        if session is None or secret is None:
            return None
        at = self._now()
        over = at - session.used_at > IDLE_S or at - session.made_at > LONGEST_S
        if over or not self._keys.holds(session.editor, session.key):
            self.end(secret)
            return None
        session.used_at = at
        return session

    def end(self, secret: str | None) -> None:
        """Sign out."""
        self._held.pop(_digest(secret or ""), None)


class Allowance:
    """How often somebody may do something: `most` times in `per_s` seconds."""

    def __init__(self, most: int, per_s: float, now: Callable[[], float] = time.monotonic) -> None:
        self._most, self._per_s, self._now = most, per_s, now
        self._times: dict[str, deque[float]] = {}

    def wait_s(self, who: str) -> float:
        """Seconds until it is allowed again; 0: it is."""
        times = self._times.get(who)
        while times and self._now() - times[0] >= self._per_s:
            times.popleft()
        if times is not None and not times:
            del self._times[who]
        return times[0] + self._per_s - self._now() if times and len(times) >= self._most else 0.0

    def count(self, who: str) -> None:
        """It was done once more."""
        if who not in self._times and len(self._times) >= _CLIENTS:
            self._times.pop(next(iter(self._times)))
        self._times.setdefault(who, deque(maxlen=self._most)).append(self._now())

    def forget(self, who: str) -> None:
        """Begin to count anew."""
        self._times.pop(who, None)


class Doors:
    """Who gave wrong tokens, and waits: whoever tried one editor's token from an address, known by how it begins; and an
    address with all it tried. An editor comes in through a proxy's address that a stranger has shut, since their token
    begins as one of ours does, which nobody else knows.

    known: whether a token begins as one of ours.
    """

    def __init__(self, known: Callable[[str], bool], now: Callable[[], float] = time.monotonic) -> None:
        self._known = known
        self._of_token, self._of_address = Allowance(5, 600.0, now), Allowance(30, 600.0, now)

    def wait_s(self, client: str, token: str) -> float:
        """Seconds until this token may be tried from this address; 0: it may."""
        wide = 0.0 if self._known(token) else self._of_address.wait_s(client)
        return max(wide, self._of_token.wait_s(_tried(client, token)))

    def count(self, client: str, token: str) -> None:
        """A wrong one came."""
        self._of_token.count(_tried(client, token))
        self._of_address.count(client)

    def forget(self, client: str, token: str) -> None:
        """The right one came: wrong ones that begin like it were slips."""
        self._of_token.forget(_tried(client, token))


def _tried(client: str, token: str) -> str:
    return f"{client} {_digest(token[:BEGINNING])}"
