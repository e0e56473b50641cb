"""The week's letter to those who confirmed: made once, then handed over reader by reader, nobody twice.

What was handed over is kept before and after, so that a run that was ended or that the server sent away is gone on with by
the next one. A letter stays the newest for `APART`; until then a run sends it to who has not had it, after that a run
makes the next one, where there is anything new to tell.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from email.headerregistry import Address
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from jobs.outcome import Outcome
from tools.errors import CannotRun, NotDelivered, UnknownName, UsageError
from tools.exporters.mail import Issue, issue, message
from tools.exporters.site import post_url
from tools.knowledge import iso, moment
from tools.models import Now
from tools.notify.targets import read_target
from tools.notify.targets.mail import NAME as MAIL
from tools.notify.targets.mail import Conversation, Mailbox, conversation
from tools.settings import Settings
from tools.store import Row, Store, utc_now

Say = Callable[[str], None]
APART = timedelta(days=6)  # a weekly letter whose clock may be a day early
MAILS_A_CONVERSATION = 50
MOST_TRIES = 5  # of one reader's copy
PATIENCE_S = (2.0, 10.0, 30.0)  # of a run with a server that fails; it begins anew after each mail that goes
LOCK_S = 5.0


def send(
    store_path: Path | str,
    settings: Settings,
    say: Say | None = None,
    *,
    again_unsure: bool = False,
    now: Now = utc_now,
    wait: Callable[[float], None] = time.sleep,
) -> dict[str, Any]:
    """Make the week's letter where one is due and hand it to everybody who confirmed and has not had it; the report that
    `scout newsletter send --json` prints.

    again_unsure: also to those who may have had it: a server had their copy and was gone before it answered.

    Errors: UsageError where no mail can be sent; CannotRun while another run sends; StoreError.
    """
    mailbox, public = sender(settings), public_url(settings)
    report: dict[str, Any] = {"title": "", "sent": 0, "refused": 0, "bounced": 0, "unsure": 0, "waiting": 0}
    with _alone(store_path), Store.open(store_path, create=False, now=now) as store:
        report["unsure"] = store.settle_deliveries()
        newest = store.newest_letter()
        if again_unsure and newest and _current(store, newest):
            report["unsure"] = 0
            store.send_unsure_again(newest["id"])
        found = _due(store, settings) if store.subscriber_counts()["confirmed"] else None
        if found is None:
            said = _nothing(store)
            return {**report, **Outcome("done", said).as_dict(), "failures": []}
        report["title"] = found["title"]
        tell = say or (lambda _: None)
        run = _Run(store, mailbox, public, found, report, float(settings.newsletter_pace_s), tell, wait)
        run.send()
        if report["sent"]:  # a server that takes nobody's copy refuses us, not them
            for reader, why in run.no_such.items():
                report["bounced"] += store.count_refusal(reader, int(settings.newsletter_bounces), why)
        report["waiting"] = store.count_pending(found["id"])
        tried = report["sent"] + report["refused"] + report["unsure"]
        said = "" if tried else _nothing(store)
    if not report["waiting"] or not run.error:
        return {**report, **Outcome("done", said).as_dict(), "failures": []}
    said = f"{report['sent']} sent, {report['waiting']} wait: {run.error} Run it again to send the rest."
    failures = [{"kind": "NotDelivered", "class": "broken", "message": said}]
    return {**report, **Outcome("partly" if report["sent"] else "failed", said).as_dict(), "failures": failures}


def scheduled(store_path: Path | str, settings: Settings) -> dict[str, Any]:
    """The same for the schedule. Errors: CannotRun where readers wait for a server that fails: it is tried again."""
    report = send(store_path, settings)
    if report["failures"]:
        raise CannotRun(report["sentence"])
    return report


def preview(
    store_path: Path | str, settings: Settings, *, again_unsure: bool = False, now: Now = utc_now
) -> dict[str, Any]:
    """What a run would send: title, text, made_at ("": it would be made), confirmed, waiting (how many would get it),
    unsure (how many may have it already, and get it with again_unsure only), sentence (why nothing would be sent, or "").
    Nothing is kept or sent."""
    with Store.open(store_path, create=False, now=now) as store:
        confirmed, newest = store.subscriber_counts()["confirmed"], store.newest_letter()
        if newest and _current(store, newest):
            known = {"title": newest["title"], "text": newest["text"], "made_at": newest["made_at"]}
            unsure = store.count_unsure(newest["id"])
            waiting = store.count_pending(newest["id"]) + (unsure if again_unsure else 0)
            said = "" if waiting else _nothing(store)
        else:
            made = issue(store, None, settings)
            known = {"title": made.title, "text": made.text, "made_at": ""}
            unsure, waiting = 0, confirmed if _tells_more(made, newest) else 0
            said = "" if waiting else _nothing(store)
    return {
        **known,
        "confirmed": confirmed,
        "waiting": waiting,
        "unsure": unsure,
        "sentence": said or missing(settings),
    }


def missing(settings: Settings) -> str:
    """What is not set that a mail needs, in a sentence; "" where nothing is."""
    try:
        sender(settings), public_url(settings)
    except UsageError as error:
        return str(error)
    return ""


def send_test(store_path: Path | str, settings: Settings, *, now: Now = utc_now) -> dict[str, Any]:
    """Send one copy of what a run would send to the target's own addresses; title, to. Nothing of it is kept.

    Errors: UsageError where no mail can be sent; NotDelivered.
    """
    mailbox, public = sender(settings), public_url(settings)
    with Store.open(store_path, create=False, now=now) as store:
        newest = store.newest_letter()
        found = _issue(newest) if newest and _current(store, newest) else issue(store, None, settings)
        key = f"test-{store.now().timestamp():.0f}-{found.seal}"
        mail = _copy(found, mailbox, f"{public}/unsubscribe", key, store.now(), ", ".join(mailbox.to))
    with conversation(mailbox) as server:
        server.send(mail, mailbox.to)
    return {"title": found.title, "to": list(mailbox.to)}


def sender(settings: Settings) -> Mailbox:
    """The server and sender that letters go out by. Errors: UsageError where none is set, or the target is broken."""
    entries = settings.table("targets")
    mails = [name for name, entry in entries.items() if entry.get("type") == MAIL]
    name = str(settings.newsletter_target)
    if name and name not in mails:
        raise UnknownName("mail target for SCOUT_NEWSLETTER_TARGET", name, mails)
    if not name and len(mails) != 1:
        said = f"SCOUT_NEWSLETTER_TARGET takes one of {', '.join(mails)}." if mails else "Add [targets.NAME]."
        raise UsageError(f"Mails to readers go out by a target of type mail in scout.toml (docs/notices.md). {said}")
    found: Mailbox = read_target(name or mails[0], entries[name or mails[0]], settings).address
    return found


def public_url(settings: Settings) -> str:
    """Where readers reach `scout serve --public`. Errors: UsageError where that is not set."""
    found = post_url(settings)
    if not found:
        raise UsageError(
            "Links in mails lead to `scout serve --public`: set SCOUT_POST_URL to the address readers reach it at, like "
            "https://scout.example/forms."
        )
    return found


@contextmanager
def _alone(store_path: Path | str) -> Iterator[None]:
    from filelock import FileLock, Timeout

    lock = FileLock(f"{store_path}.newsletter.lock")
    try:
        lock.acquire(timeout=LOCK_S)
    except Timeout:
        raise CannotRun("Another run is sending the letter; it sends to everybody who waits.") from None
    try:
        yield
    finally:
        lock.release()


# ── which letter ─────────────────────────────────────────────────────────────────────────────────────────────────────


def _due(store: Store, settings: Settings) -> Row | None:
    """The letter to send: the newest while it is current, else a new one; None where that would tell nothing new."""
    newest = store.newest_letter()
    if newest and _current(store, newest):
        return newest
    made = issue(store, None, settings)
    if not _tells_more(made, newest):
        return None
    store.put_letter(made.title, made.text, made.html, iso(made.until))
    return store.newest_letter()


def _current(store: Store, newest: Mapping[str, Any]) -> bool:
    return store.now() - moment(newest["made_at"]) < APART


def _tells_more(made: Issue, newest: Mapping[str, Any] | None) -> bool:
    return not made.empty and (newest is None or iso(made.until) > newest["until"])


def _nothing(store: Store) -> str:
    newest = store.newest_letter()
    if not store.subscriber_counts()["confirmed"]:
        return "Nobody has confirmed yet; nothing was sent."
    if newest and _current(store, newest):
        unsure = store.count_unsure(newest["id"])
        but = (
            f", but for {unsure} who may have: `scout newsletter send --again-unsure` sends it to them again"
            if unsure
            else ""
        )
        return f"Everybody has had “{newest['title']}”{but}; the next letter is made from {iso(moment(newest['made_at']) + APART)[:10]} on."
    return "There is nothing new to tell; no letter was made."


def _issue(row: Mapping[str, Any]) -> Issue:
    return Issue(row["title"], row["text"], row["html"], moment(row["until"]))


def _copy(found: Issue, mailbox: Mailbox, leave: str, key: str, at: Any, to: str) -> EmailMessage:
    local, _, domain = mailbox.sender.rpartition("@")
    mail = message(found, Address("Scout", local, domain), leave, f"{key}@{domain}", at)
    mail["To"] = to
    mail["Precedence"] = "bulk"  # no answer of who is on holiday
    return mail


# ── handing over ─────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass
class _Run:
    """One run over those who are still to get a letter. `report` is kept up to date."""

    store: Store
    mailbox: Mailbox
    public: str
    letter: Row
    report: dict[str, Any]
    pace_s: float
    say: Say
    wait: Callable[[float], None]
    waiting: list[int] = field(default_factory=list)
    error: str = ""  # of the newest mail that did not go
    no_such: dict[int, str] = field(
        default_factory=dict
    )  # readers whose address a server does not know, and its answer

    def send(self) -> None:
        """Go through all that wait, until the server has failed once more than there is patience for."""
        self.waiting = self.store.pending(self.letter["id"])
        failures = 0
        while self.waiting and failures <= len(PATIENCE_S):
            if failures:
                self.say(f"letter: {self.error} Trying again …")
                self.wait(PATIENCE_S[failures - 1])
            before = self.report["sent"]
            try:
                self._talk()
                failures = 0
            except NotDelivered as error:
                self.error = str(error)
                failures = 1 if self.report["sent"] > before else failures + 1

    def _talk(self) -> None:
        with conversation(self.mailbox) as server:
            for _ in range(MAILS_A_CONVERSATION):
                if self.waiting:
                    self._hand_over(server, self.waiting.pop(0))
                if self.waiting:
                    self.wait(self.pace_s)

    def _hand_over(self, server: Conversation, reader: int) -> None:
        """A reader's copy. Errors: NotDelivered where the server is at fault rather than the address."""
        number, found = self.letter["id"], _issue(self.letter)
        begun = self.store.start_delivery(number, reader)
        if begun is None:
            return  # left a moment ago
        address, token = begun
        leave = f"{self.public}/unsubscribe?token={token}"
        key = f"letter-{number}-{reader}-{found.seal}"
        try:
            server.send(
                _copy(found, self.mailbox, leave, key, moment(self.letter["made_at"]), address),
                [address],
            )
        except NotDelivered as error:
            self._keep(reader, error)
            if not error.address_code:
                raise
        else:
            self.store.end_delivery(number, reader, "sent")
            self.report["sent"] += 1
            self.say(f"letter: {self.report['sent']} sent, {len(self.waiting)} wait")

    def _keep(self, reader: int, error: NotDelivered) -> None:
        """Write down what became of a copy that did not go. Where the server was at fault its turn comes again in this run,
        where it was the address, in the next one."""
        number, self.error = self.letter["id"], str(error)
        over = error.address_code >= 500 or self.store.delivery_tries(number, reader) >= MOST_TRIES
        state = "unsure" if error.unsure else "refused" if over else "waiting"
        self.store.end_delivery(number, reader, state, str(error))
        if error.no_such_address:
            self.no_such[reader] = str(error)
        if state != "waiting":
            self.report[state] += 1
        elif not error.address_code:
            self.waiting.append(reader)
