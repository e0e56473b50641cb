"""Every error Scout raises on purpose.

ScoutError
  UsageError                    the command or call is wrong; nothing was done          (exit 2)
    UnknownName                 a source, slug or persona that does not exist; nearest named
  CannotRun                     the work cannot start, or cannot go on at all           (exit 3)
    SandboxMissing              the agent's sandbox does not start
    StoreError                  store.db cannot be opened, read or written
      StoreLocked               another process holds it
      StoreFull                 no space left on the disk
      StoreNewer                written by a newer Scout
      StoreDamaged              not a database, or rows whose hash no longer fits
  FetchError                    one page could not be had: url, status, reason
    AddressRefused              not a public address; no connection was made
    RobotsDisallowed            the site's robots.txt says no
    PageBlocked                 a challenge or login page came instead of the content
    PageTooLarge                over a cap: headers, body, compression ratio
    NoAnswer                    no whole answer: timeout, name that does not resolve, broken or cut connection
    RateLimited                 the server asks to be left alone until a time that is past our patience: until
    NotRecorded                 in replay: the recording does not hold this request
    PageFault                   reading it failed here: a fault of ours that this page brought out, or its time was up
  SourceError                   one launch source failed: source
    SourceChanged               it answered, but not in the shape we know
    PartFailed                  one list, page or row of it failed, the rest stands: part
  WorkFailed                    work on bytes from outside, done apart, failed or was ended: reason
  ProposalRefused               what an agent proposed does not stand on its evidence
  ToolError                     an MCP tool failed as the agent sees it: tool
    ToolTimeout                 no answer in time
    ToolServerGone              its server died; the effect of the call is unknown
  ModelError                    a model did not answer, or not with what was asked: model
    AllFailed                   no deployment of a pool answered: failures
  BudgetSpent                   a limit in time, calls or money was reached; the call was not made: what
  NotDelivered                  a target of notices did not accept a message: lasting
  ReviewError                   a review could not be made: persona, slug

A failure belongs to one of five classes, whatever its kind (`FailureClass`; `class` in JSON):

policy   the site does not want it: robots.txt, opt-out, challenge, login
gone     there is no such page any more: 404, 410
broken   it did not work this time: timeout, 5xx, name, connection, rate limit, a fault of ours
changed  a source answers in a shape we do not know
refused  our own checks said no: address guard, sizes, evidence of a proposal, sandbox
"""

from __future__ import annotations

import difflib
import errno
import os
import socket
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, Literal, get_args

FailureClass = Literal["policy", "gone", "broken", "changed", "refused"]
FAILURE_CLASSES: tuple[FailureClass, ...] = get_args(FailureClass)
_OF_KIND: dict[str, FailureClass] = {
    "RobotsDisallowed": "policy",
    "PageBlocked": "policy",
    "SourceChanged": "changed",
    "AddressRefused": "refused",
    "PageTooLarge": "refused",
    "ProposalRefused": "refused",
    "SandboxMissing": "refused",
}
_OF_STATUS: dict[int, FailureClass] = {401: "policy", 403: "policy", 451: "policy", 404: "gone", 410: "gone"}


def class_of_kind(kind: str, status: int | None = None) -> FailureClass:
    """The class of a failure of which only the kind's name is at hand, and the HTTP status where one came.

    What is named nowhere is broken, so that nothing unknown passes for harmless. A status decides for a plain
    FetchError only: GitHub says with a 403, too, that its rate limit is used up.
    """
    if kind == "FetchError" and status is not None:
        return _OF_STATUS.get(status, "broken")
    return _OF_KIND.get(kind, "broken")


class ScoutError(Exception):
    """Base of all; `kind` is the stable word that failures carry in JSON."""

    @property
    def kind(self) -> str:
        """The class's name, as `failures[].kind` in `scout crawl --json`."""
        return type(self).__name__

    @property
    def failure_class(self) -> FailureClass:
        """Its class, as `failures[].class`."""
        return class_of_kind(self.kind)

    def __reduce__(self) -> tuple[Any, ...]:
        """How another process has it: by its facts, since each kind is made of arguments of its own."""
        return _rebuilt, (type(self), self.args, self.__dict__)


def _rebuilt(kind: type[ScoutError], args: tuple[Any, ...], facts: dict[str, Any]) -> ScoutError:
    error = kind.__new__(kind, *args)
    error.__dict__.update(facts)
    return error


def failure_row(error: ScoutError) -> dict[str, str]:
    """An error as it stands in `failures`: kind, class, message. What it concerns is added by who knows."""
    return {"kind": error.kind, "class": error.failure_class, "message": str(error)}


class UsageError(ScoutError):
    """The command or call is wrong; the text says what was expected and what to do."""


class UnknownName(UsageError):
    """`name` is no `noun` we know; the nearest of `known` are named."""

    def __init__(self, noun: str, name: str, known: Iterable[str]) -> None:
        self.noun, self.name = noun, name
        everything = sorted(known)
        alike = [one for one in everything if name and (one.startswith(name) or name.startswith(one))]
        self.nearest = difflib.get_close_matches(name, everything, n=3) or alike[:3]
        if self.nearest:
            hint = f"Did you mean {' or '.join(self.nearest)}?"
        elif not everything:
            hint = f"There is no {noun} yet."
        else:
            more = f" and {len(everything) - _KNOWN} more" if everything[_KNOWN:] else ""
            hint = f"Known: {', '.join(everything[:_KNOWN])}{more}."
        super().__init__(f"No {noun} called {name!r}. {hint}")


def only_one(noun: str, beginning: str, names: Sequence[str]) -> str:
    """The one name that begins so, or is it; `beginning` itself where none does. names: those that begin so, newest first.

    Errors: UsageError with the candidates where there are several.
    """
    if beginning in names or not names:
        return beginning
    if len(names) > 1:
        shown = ", ".join(names[:_CANDIDATES]) + (
            f" and {len(names) - _CANDIDATES} more" if names[_CANDIDATES:] else ""
        )
        raise UsageError(f"{len(names)} {noun}s begin with {beginning!r}: {shown}. Give more of it.")
    return names[0]


_CANDIDATES = 8
_KNOWN = 24  # names told where none is near


class CannotRun(ScoutError):
    """The work cannot start or go on; the text names what is missing."""


class Stopped(CannotRun):
    """Somebody stopped the work. What was kept until then stays; nothing is half-written."""


class SandboxMissing(CannotRun):
    """The sandbox for the agent's code does not start. There is no fallback, on purpose."""


class StoreError(CannotRun):
    """The store cannot be opened, read or written."""


class StoreLocked(StoreError):
    """Another process holds the store's write lock for longer than we wait."""


class StoreFull(StoreError):
    """The disk under the store is full. Nothing half-written stays."""


class StoreNewer(StoreError):
    """The store was written by a newer Scout."""


class StoreDamaged(StoreError):
    """The file is no database, or rows fail their hash."""


class FetchError(ScoutError):
    """One page could not be had. `status` is the HTTP status, or None when no answer came.

    `reached`: where the redirects of `url` had led by then; `url` itself where there were none.
    """

    def __init__(self, url: str, reason: str, status: int | None = None) -> None:
        self.url, self.reason, self.status = url, reason, status
        self.reached = url
        super().__init__(f"{url}: {reason}")

    @property
    def failure_class(self) -> FailureClass:
        """By its kind, or by the status the server answered."""
        return class_of_kind(self.kind, self.status)


class AddressRefused(FetchError):
    """Not a public http(s) address; no connection was made."""


class RobotsDisallowed(FetchError):
    """The site's robots.txt says no to our user agent."""


class PageBlocked(FetchError):
    """A challenge or login page came instead of the content. We label it and stop; we do not get around it."""


class PageTooLarge(FetchError):
    """Headers, body or compression ratio went over a cap."""


class NoAnswer(FetchError):
    """No whole answer came: a timeout, a name that does not resolve, a connection that broke or was cut."""


class RateLimited(FetchError):
    """The server asks to be left alone for longer than we wait; `until` is when it may be asked again, UTC."""

    def __init__(self, url: str, reason: str, status: int | None = None, until: datetime | None = None) -> None:
        self.until = until
        super().__init__(url, reason, status)


class NotRecorded(FetchError):
    """In replay: the recording does not hold this request."""


class PageFault(FetchError):
    """The page came, but reading it failed: an exception nobody foresaw, or more time than one page is given."""


class SourceError(ScoutError):
    """One launch source failed; the others go on. `cause`: what it failed of, also as `raise ... from cause`."""

    def __init__(self, source: str, reason: str, cause: ScoutError | None = None) -> None:
        self.source, self.reason = source, reason
        super().__init__(f"{source}: {reason}")
        if cause is not None:
            self.__cause__ = cause

    @property
    def failure_class(self) -> FailureClass:
        """Its own where the kind has one, else that of its cause."""
        cause = self.__cause__
        own = class_of_kind(self.kind)
        return cause.failure_class if own == "broken" and isinstance(cause, ScoutError) else own


class SourceChanged(SourceError):
    """The source answered, but its envelope is missing or over half its rows are invalid."""


class PartFailed(SourceError):
    """One `part` of a source, a list, a page or a row, failed of `cause`; the rest of it stands. Its kind is the cause's."""

    def __init__(self, source: str, part: str, cause: SourceError) -> None:
        self.part, self.cause = part, cause
        super().__init__(source, f"{part}: {cause.reason}", cause)

    @property
    def kind(self) -> str:
        """The kind of what went wrong."""
        return self.cause.kind

    @property
    def failure_class(self) -> FailureClass:
        """The class of what went wrong."""
        return self.cause.failure_class


class WorkFailed(ScoutError):
    """Work on bytes from outside failed in a way nobody foresaw, or was ended for the time or memory it took."""


class ProposalRefused(ScoutError):
    """A proposed product does not stand on its evidence; the text says what to propose instead."""


class ToolError(ScoutError):
    """An MCP tool failed; the text is the server's own sentence on what to do next."""

    def __init__(self, tool: str, reason: str) -> None:
        self.tool, self.reason = tool, reason
        super().__init__(f"{tool}: {reason}")


class ToolTimeout(ToolError):
    """No answer within the call's time."""


class ToolServerGone(ToolError):
    """The tool's server died during the call; whether the call took effect is unknown."""


class ModelError(ScoutError):
    """A model did not answer, or not with what was asked."""

    def __init__(self, model: str, reason: str) -> None:
        self.model, self.reason = model, reason
        super().__init__(f"{model}: {reason}")


class AllFailed(ModelError):
    """No deployment of a pool answered. `failures`: each that was asked, with why it failed, in the order of asking."""

    def __init__(self, pool: str, failures: Sequence[tuple[str, Any]]) -> None:
        self.failures = tuple(failures)
        super().__init__(f"pool {pool}", "; ".join(dict.fromkeys(f"{name}: {why}" for name, why in failures)))


class BudgetSpent(ScoutError):
    """A limit was reached, and the call that would have passed it was not made; `what` names the limit."""

    def __init__(self, what: str) -> None:
        self.what = what
        super().__init__(f"the budget is spent: {what}")


class NotDelivered(ScoutError):
    """A target did not accept a message. `lasting`: it refuses this very message, and will again. `unsure`: it may have
    taken it all the same. `address_code`: with which SMTP reply a server refused the address alone, 0 where it did not;
    `no_such_address`: for good, and not because it does not want mail of ours."""

    def __init__(
        self,
        reason: str,
        *,
        lasting: bool = False,
        unsure: bool = False,
        address_code: int = 0,
        no_such_address: bool = False,
    ) -> None:
        self.lasting, self.unsure, self.address_code = lasting, unsure, address_code
        self.no_such_address = no_such_address
        super().__init__(reason)


class ReviewError(ScoutError):
    """A review could not be made."""

    def __init__(self, persona: str, slug: str, reason: str) -> None:
        self.persona, self.slug, self.reason = persona, slug, reason
        super().__init__(f"{persona} on {slug}: {reason}")


_WORDS = {
    errno.ECONNREFUSED: "nothing listens there",
    errno.ECONNRESET: "it hung up",
    errno.EPIPE: "it hung up",
    errno.ENETUNREACH: "no network leads there",
    errno.EHOSTUNREACH: "no network leads there",
}


def connection_words(error: BaseException, otherwise: str = "it ended early") -> str:
    """Why there is no connection or it broke off, by the nearest cause that the system has a number for: "nothing listens
    there". `otherwise` where none has: most often the other side left without a word."""
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, socket.gaierror):
            return "its name does not resolve"
        if isinstance(cause, OSError) and (cause.errno or 0) > 0:
            return _WORDS.get(cause.errno or 0) or os.strerror(cause.errno or 0).lower()
        several = getattr(cause, "exceptions", ())  # of a group: one for each address that was tried
        cause = cause.__cause__ or cause.__context__ or next(iter(several), None)
    return otherwise
