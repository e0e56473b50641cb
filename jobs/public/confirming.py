"""The mails by which sign-ups are confirmed: sent beside the requests, so that how long an answer takes tells nothing, and
never more than an hour's bound, whoever asks for them."""

from __future__ import annotations

import logging
import threading
from datetime import timedelta
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from urllib.parse import urlsplit

from jobs.console.stores import Stores
from tools.errors import NotDelivered, StoreError
from tools.notify.targets.mail import Conversation, Mailbox, conversation
from tools.settings import Settings
from tools.store import utc_now
from tools.store.subscribers import token_hash

logger = logging.getLogger(__name__)
AGAIN = tuple(timedelta(minutes=m) for m in (2, 10, 60, 240))  # before each further try; then it is given up
IDLE_S, SOON_S = 60.0, 5.0  # between two looks: where nothing waits, where mails do
SERVER_S = tuple(60.0 * m for m in (1, 5, 15, 60))  # a server that fails is left alone for so long
_TEXT = """\
Somebody, most likely you, asked for Scout's weekly letter to be sent to this
address: verdicts on new developer tools, and prices that moved.

To get it, open this page and press the button there. The link holds for {held}.

  {url}/confirm?token={token}

If it was not you, do nothing, and this address is forgotten. To have no such
mail sent here ever again:

  {url}/unsubscribe?token={token}
"""


class Confirming:
    """Sends the mails that are due. `start` does it in a thread, until `close`; `wake` when there is something new."""

    def __init__(self, stores: Stores, settings: Settings, mailbox: Mailbox, url: str) -> None:
        self._stores, self._settings, self._mailbox, self._url = stores, settings, mailbox, url
        self._woken, self._ending = threading.Event(), threading.Event()
        self._thread = threading.Thread(target=self._run, name="confirmations", daemon=True)
        self._failures = 0  # of the server, in a row

    def start(self) -> None:
        """Begin; what a kill left under way counts as sent."""
        self._thread.start()

    def wake(self) -> None:
        """Somebody signed up."""
        self._woken.set()

    def close(self) -> None:
        """End after the mail that is under way."""
        self._ending.set()
        self._woken.set()
        self._thread.join(IDLE_S)

    def _run(self) -> None:
        settled = False
        while not self._ending.is_set():
            self._woken.clear()
            try:
                if not settled:
                    with self._stores.writing() as store:
                        store.settle_confirmations()
                    settled = True
                wait_s = self.send_due()
            except StoreError as error:
                logger.warning("confirmations: %s", error)
                wait_s = IDLE_S
            except Exception as error:  # noqa: BLE001 - one mail that cannot be made must not end it for all who come after
                logger.error(
                    "confirmations: %s; that sign-up gets no mail", type(error).__name__
                )  # its text may hold an address
                wait_s = SOON_S
            if self._failures:
                self._ending.wait(wait_s)  # a server that fails is not asked again for every sign-up
            else:
                self._woken.wait(wait_s)

    def send_due(self) -> float:
        """Send what is due; seconds until the next look. Errors: StoreError."""
        within = timedelta(days=self._settings.confirm_days)
        with self._stores.writing() as store:
            store.forget_subscribers(within)
            due = store.due_confirmations(self._settings.confirmations_per_hour)
            waiting = store.subscriber_counts()["mails_waiting"]
        if not due:
            return SOON_S if waiting else IDLE_S
        try:
            with conversation(self._mailbox) as server:
                for key in due:
                    if not self._ending.is_set():
                        self._send(server, key)
            self._failures = 0
        except NotDelivered as error:
            self._failures += 1
            wait_s = SERVER_S[min(self._failures, len(SERVER_S)) - 1]
            logger.warning("confirmations: %s Tried again in %d minutes.", error, wait_s / 60)
            return wait_s
        return SOON_S

    def _send(self, server: Conversation, key: int) -> None:
        """One mail. Errors: NotDelivered where the server is at fault rather than the address."""
        with self._stores.writing() as store:
            begun = store.start_confirmation(key)
        if begun is None:
            return
        address, token = begun
        try:
            server.send(self._mail(address, token), [address])
        except NotDelivered as error:
            self._keep(key, error)
            if not error.address_code:
                raise
            return
        with self._stores.writing() as store:
            store.end_confirmation(key, "sent")

    def _keep(self, key: int, error: NotDelivered) -> None:
        """Write down what became of a mail that did not go: one that may have arrived is not sent again, one that only the
        server is to blame for waits until it is forgotten."""
        with self._stores.writing() as store:
            tries = store.confirmation_tries(key)
            over = error.address_code >= 500 or (error.address_code and tries > len(AGAIN))
            mail = "sent" if error.unsure else "failed" if over else "waiting"
            due_at = store.now() + AGAIN[min(tries, len(AGAIN)) - 1]
            store.end_confirmation(key, mail, str(error), due_at)

    def _mail(self, address: str, token: str) -> EmailMessage:
        local, _, domain = self._mailbox.sender.rpartition("@")
        days = self._settings.confirm_days
        mail = EmailMessage(policy=SMTP)
        mail["From"], mail["To"] = Address("Scout", local, domain), Address(addr_spec=address)
        mail["Subject"] = f"Confirm: the weekly letter of {urlsplit(self._url).hostname}"
        mail["Date"] = format_datetime(utc_now())
        mail["Message-ID"] = f"<confirm-{token_hash(token)[:32]}@{domain}>"
        mail["Auto-Submitted"] = "auto-generated"
        mail.set_content(_TEXT.format(url=self._url, token=token, held=f"{days:g} days"))
        return mail
