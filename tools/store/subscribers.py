"""Who gets the week's letter: asked for, confirmed, left; and the one mail by which each confirms.

An address is kept in clear only while a mail may go to it. Of who left, or wants no such mail ever, a hash stays, salted
with this store's id, so that nobody can have mails sent to them again and again. Of the tokens in links only hashes are kept.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from tools.bounces import Bounce
from tools.errors import CannotRun, UsageError
from tools.knowledge import iso
from tools.mail_addresses import mail_address
from tools.store.connection import IN, Connection, Row

MOST_ASKED = 5_000  # unconfirmed at once
MAIL_AGAIN = timedelta(days=1)  # to one address
KEEP_LEFT = timedelta(days=30)
_NO_BOUNCE: Row = {"bounces": 0, "bounced_at": None, "bounce": ""}
_NO_MAIL = {"mail": "sent", "tries": 0, "error": ""}


def token_hash(token: str) -> str:
    """What is kept of a token. It has 256 random bits, so that its plain hash gives nothing away."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


GETS_IT = "state = 'confirmed' AND bounced_at IS NULL"


class Subscribers(Connection):
    """Statements over subscribers."""

    def subscribe(self, address: str) -> None:
        """Somebody asks for the letter to be sent to this address: a mail to confirm is due, unless one went there within a
        day, or they have it already, or want no such mail. Who asks is not to learn which.

        Errors: UsageError for what is no address; CannotRun while MOST_ASKED wait to be confirmed.
        """
        address, at = mail_address(address), self.now()
        with self.write():
            if self._value("SELECT count(*) FROM subscribers WHERE state = 'asked'") >= MOST_ASKED:
                raise CannotRun("Too many sign-ups wait to be confirmed; try again in a few hours.")
            row = self._row("SELECT * FROM subscribers WHERE hash = ?", self._address_hash(address))
            new: Row = {
                "address": address,
                "state": "asked",
                "asked_at": iso(at),
                "confirmed_at": None,
                "left_at": None,
            }
            new |= _NO_BOUNCE | {"mail": "waiting", "tries": 0, "due_at": iso(at), "error": ""}
            if row is None:
                self._insert(
                    "subscribers", {**new, "hash": self._address_hash(address), "token": "", "mailed_at": None}
                )
            elif (
                (row["state"] in ("asked", "left") or row["bounced_at"])
                and row["mail"] != "waiting"
                and not (row["mailed_at"] and row["mailed_at"] > iso(at - MAIL_AGAIN))
            ):
                self._update("subscribers", row["id"], **new)
            else:  # written all the same, so that the time an answer takes does not tell who is known
                self._conn.execute("UPDATE subscribers SET error = error WHERE id = ?", (row["id"],))

    def confirm(self, token: str, within: timedelta) -> bool:
        """The owner of the address wants the letter; whether the token was one of a mail not older than that."""
        with self.write():
            row = self._asker(token)
            if row is None or row["state"] not in ("asked", "confirmed"):
                return False
            if row["state"] == "asked":
                if row["mailed_at"] < iso(self.now() - within):
                    return False
                self._update("subscribers", row["id"], state="confirmed", confirmed_at=iso(self.now()), **_NO_MAIL)
            return True

    def leave(self, token: str) -> bool:
        """The owner of the address wants no letter any more, or never did: then nothing is ever mailed there. Whether the
        token is one of a mail to confirm or of a letter. Done twice it is done."""
        with self.write():
            row = self._asker(token) or self._reader(token)
            if row is None:
                return False
            if row["state"] in ("asked", "confirmed"):
                state = "left" if row["state"] == "confirmed" else "refused"
                gone = {"address": "", "state": state, "left_at": iso(self.now()), **_NO_MAIL, **_NO_BOUNCE}
                self._update("subscribers", row["id"], **gone)
            return True

    def remove_subscriber(self, address: str) -> None:
        """Forget an address and all that is known of it. Errors: UsageError where it is not known."""
        with self.write():
            key = self._value("SELECT id FROM subscribers WHERE hash = ?", self._address_hash(mail_address(address)))
            if key is None:
                raise UsageError("This address is not among the subscribers.")
            self._conn.execute("DELETE FROM subscribers WHERE id = ?", (key,))

    def forget_subscribers(self, within: timedelta) -> int:
        """Forget who did not confirm within a time, and of who left the hash after KEEP_LEFT; how many. Whoever was written
        to within a day stays known."""
        at = self.now()
        asked = iso(at - max(within, MAIL_AGAIN))
        with self.write():
            return self._conn.execute(
                "DELETE FROM subscribers WHERE (state = 'left' AND left_at < ?2) OR "
                "(state = 'asked' AND asked_at < ?1 AND (mail = 'waiting' OR coalesce(mailed_at, '') < ?1))",
                (asked, iso(at - KEEP_LEFT)),
            ).rowcount

    # looking on

    def subscriber_counts(self) -> dict[str, int]:
        """How many are in each state: asked, confirmed, bounced (confirmed, and not reached any more), left, refused; of those
        asked, mails waiting and failed."""
        sql = "SELECT CASE WHEN bounced_at IS NULL THEN state ELSE 'bounced' END AS now, count(*) FROM subscribers GROUP BY now"
        states = dict(self._tuples(sql))
        mails = dict(self._tuples("SELECT mail, count(*) FROM subscribers WHERE state = 'asked' GROUP BY mail"))
        return {
            **{name: states.get(name, 0) for name in ("asked", "confirmed", "bounced", "left", "refused")},
            "mails_waiting": mails.get("waiting", 0),
            "mails_failed": mails.get("failed", 0),
        }

    def subscribers(self) -> Iterator[tuple[str, str]]:
        """Addresses that are confirmed and do not bounce, and since when, the first one first."""
        rows = self._tuples(f"SELECT address, confirmed_at FROM subscribers WHERE {GETS_IT} ORDER BY id")
        return ((str(address), str(at)) for address, at in rows)

    def mail_trouble(self) -> str:
        """Why the newest mail to confirm that still waits did not go out; "" where none was tried in vain."""
        found = self._value(
            "SELECT error FROM subscribers WHERE mail = 'waiting' AND error <> '' ORDER BY mailed_at DESC LIMIT 1"
        )
        return str(found or "")

    # bounces

    def bounced(self) -> list[Row]:
        """Who gets no letter because it does not arrive, the newest first: address, bounced_at, why."""
        return self._rows(
            "SELECT address, bounced_at, bounce AS why FROM subscribers WHERE bounced_at IS NOT NULL ORDER BY bounced_at DESC, id"
        )

    def mark_bounced(self, bounces: Iterable[Bounce]) -> dict[str, int]:
        """Send no letter to these any more; how many were marked, were before, and are no subscribers: marked, known, unknown."""
        counts, at = {"marked": 0, "known": 0, "unknown": 0}, iso(self.now())
        with self.write():
            for bounce in bounces:
                row = self._bouncing(bounce)
                if row is None:
                    counts["unknown"] += 1
                elif row["bounced_at"]:
                    counts["known"] += 1
                else:
                    self._update("subscribers", row["id"], bounced_at=at, bounce=bounce.why)
                    counts["marked"] += 1
        return counts

    def _bouncing(self, bounce: Bounce) -> Row | None:
        hashes = [self._address_hash(address) for address in bounce.addresses]
        sql = f"SELECT id, bounced_at FROM subscribers WHERE state = 'confirmed' AND (hash {IN} OR id = ?) "
        first = f"ORDER BY hash {IN} DESC LIMIT 1"
        return self._row(sql + first, json.dumps(hashes), bounce.reader, json.dumps(hashes))

    def count_refusal(self, key: int, most: int, why: str) -> bool:
        """A server refused a reader's address for good; whether that was once too often, so that it gets no letter any more."""
        with self.write():
            row = self._row(f"SELECT bounces FROM subscribers WHERE id = ? AND {GETS_IT}", key)
            if row is None:
                return False
            over = row["bounces"] + 1 >= most
            marked = {"bounced_at": iso(self.now()), "bounce": why} if over else {}
            self._update("subscribers", key, bounces=row["bounces"] + 1, **marked)
        return bool(over)

    def forget_bounces(self, address: str) -> None:
        """Send letters to an address again. Errors: UsageError where it does not bounce."""
        with self.write():
            hashed = self._address_hash(mail_address(address))
            row = self._row("SELECT id FROM subscribers WHERE hash = ? AND bounced_at IS NOT NULL", hashed)
            if row is None:
                raise UsageError("This address is not among those that bounce; `scout subscribers bounced` lists them.")
            self._update("subscribers", row["id"], **_NO_BOUNCE)

    # mails to confirm

    def due_confirmations(self, most_an_hour: int) -> list[int]:
        """Who is to get a mail to confirm now, those that wait longest first, as many as the hour leaves room for."""
        at = self.now()
        went = self._value("SELECT count(*) FROM subscribers WHERE mailed_at > ?", iso(at - timedelta(hours=1)))
        sql = "SELECT id FROM subscribers WHERE mail = 'waiting' AND due_at <= ? ORDER BY tries, id LIMIT ?"
        return [key for (key,) in self._tuples(sql, iso(at), max(0, most_an_hour - int(went)))]

    def start_confirmation(self, key: int) -> tuple[str, str] | None:
        """The address and a new token for one mail, which counts as sent from here on; None where none is due any more."""
        token = secrets.token_urlsafe(32)
        with self.write():
            row = self._row("SELECT address, tries FROM subscribers WHERE id = ? AND mail = 'waiting'", key)
            if row is None:
                return None
            self._update(
                "subscribers",
                key,
                mail="sending",
                mailed_at=iso(self.now()),
                token=token_hash(token),
                tries=row["tries"] + 1,
            )
        return row["address"], token

    def confirmation_tries(self, key: int) -> int:
        """How often a mail was handed over, or about to be."""
        return int(self._value("SELECT tries FROM subscribers WHERE id = ?", key) or 1)

    def end_confirmation(self, key: int, mail: str, error: str = "", due_at: datetime | None = None) -> None:
        """The server took it (sent), or it is tried again (waiting), or not (failed)."""
        with self.write():
            self._conn.execute(
                "UPDATE subscribers SET mail = ?, error = ?, due_at = coalesce(?, due_at) WHERE id = ? AND mail = 'sending'",
                (mail, error, due_at and iso(due_at), key),
            )

    def settle_confirmations(self) -> None:
        """Take mails under whose sending somebody was killed for sent: they may be, and nobody gets two."""
        with self.write():
            self._conn.execute("UPDATE subscribers SET mail = 'sent' WHERE mail = 'sending'")

    def _address_hash(self, address: str) -> str:
        return hashlib.sha256(f"{self.id}\n{address.casefold()}".encode()).hexdigest()

    def _asker(self, token: str) -> Row | None:
        return self._row("SELECT * FROM subscribers WHERE token = ? AND token <> ''", token_hash(token))

    def _reader(self, token: str) -> Row | None:
        return self._row(
            "SELECT s.* FROM deliveries d JOIN subscribers s ON s.id = d.subscriber WHERE d.token = ?",
            token_hash(token),
        )
