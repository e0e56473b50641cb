"""Letters, each as it was made, and what became of each one at each reader: nobody gets one twice.

A row says `sending` before a mail is handed over, and what came of it after. What a kill or a broken connection leaves
open is `unsure` and not sent again, unless somebody asks for it: it may have arrived.
"""

from __future__ import annotations

import secrets
from datetime import timedelta

from tools.knowledge import iso
from tools.store.connection import Row
from tools.store.subscribers import GETS_IT, Subscribers, token_hash

KEEP_LETTERS = timedelta(days=400)  # a way out in an older letter leads nowhere
_PENDING = (
    "FROM subscribers s LEFT JOIN deliveries d ON d.subscriber = s.id AND d.letter = ?1 "
    f"WHERE s.{GETS_IT} AND coalesce(d.state, 'waiting') = 'waiting'"
)


_UNSURE = (
    "FROM subscribers s JOIN deliveries d ON d.subscriber = s.id AND d.letter = ?1 "
    f"WHERE s.{GETS_IT} AND d.state IN ('unsure', 'sending')"
)


class Letters(Subscribers):
    """Statements over letters and deliveries."""

    def put_letter(self, title: str, text: str, html: str, until: str) -> int:
        """Keep a letter as it goes to everybody; its number. Letters older than KEEP_LETTERS are forgotten."""
        with self.write():
            old = "SELECT id FROM letters WHERE made_at < ?"
            before = (iso(self.now() - KEEP_LETTERS),)
            self._conn.execute(f"DELETE FROM deliveries WHERE letter IN ({old})", before)
            self._conn.execute("DELETE FROM letters WHERE made_at < ?", before)
            row = {"title": title, "text": text, "html": html, "until": until, "made_at": iso(self.now())}
            return self._insert("letters", row)

    def newest_letter(self) -> Row | None:
        """The last one made: id, title, text, html, until, made_at."""
        return self._row("SELECT * FROM letters ORDER BY id DESC LIMIT 1")

    def letters(self, limit: int) -> list[Row]:
        """The newest first: id, title, made_at, and how many were sent, wait, were refused, are unsure; error: the newest, of those who wait first."""
        rows = self._rows("SELECT id, title, made_at FROM letters ORDER BY id DESC LIMIT ?", limit)
        for row in rows:
            states = dict(
                self._tuples("SELECT state, count(*) FROM deliveries WHERE letter = ? GROUP BY state", row["id"])
            )
            unsure = states.get("unsure", 0) + states.get("sending", 0)
            row |= {"sent": states.get("sent", 0), "refused": states.get("refused", 0), "unsure": unsure}
            row["waiting"] = self.count_pending(row["id"]) if row["id"] == rows[0]["id"] else states.get("waiting", 0)
            row["error"] = self._value(
                "SELECT error FROM deliveries WHERE letter = ? AND error <> '' ORDER BY state = 'waiting' DESC, at DESC LIMIT 1",
                row["id"],
            )
        return rows

    def pending(self, letter: int) -> list[int]:
        """Who is still to get a letter: those it was not tried with first, then those it failed with."""
        return [key for (key,) in self._tuples(f"SELECT s.id {_PENDING} ORDER BY coalesce(d.tries, 0), s.id", letter)]

    def count_pending(self, letter: int) -> int:
        """How many are still to get a letter."""
        return int(self._value(f"SELECT count(*) {_PENDING}", letter))

    def start_delivery(self, letter: int, subscriber: int) -> tuple[str, str] | None:
        """The address and the token of the way out; None where it must not go there: they left, or it did already."""
        token = secrets.token_urlsafe(32)
        with self.write():
            found = self._row(f"SELECT s.address, d.id, d.tries {_PENDING} AND s.id = ?2", letter, subscriber)
            if found is None:
                return None
            row = {"token": token_hash(token), "state": "sending", "at": iso(self.now()), "error": ""}
            if found["id"] is None:
                self._insert("deliveries", {"letter": letter, "subscriber": subscriber, "tries": 1, **row})
            else:
                self._update("deliveries", found["id"], tries=found["tries"] + 1, **row)
        return found["address"], token

    def delivery_tries(self, letter: int, subscriber: int) -> int:
        """How often a letter was handed over for a reader, or about to be."""
        sql = "SELECT tries FROM deliveries WHERE letter = ? AND subscriber = ?"
        return int(self._value(sql, letter, subscriber) or 0)

    def end_delivery(self, letter: int, subscriber: int, state: str, error: str = "") -> None:
        """What came of handing a letter over: sent, refused, unsure, or waiting for another try."""
        with self.write():
            self._conn.execute(
                "UPDATE deliveries SET state = ?, error = ?, at = ? WHERE letter = ? AND subscriber = ?",
                (state, error, iso(self.now()), letter, subscriber),
            )
            if state == "sent":
                self._conn.execute("UPDATE subscribers SET bounces = 0 WHERE id = ? AND bounces > 0", (subscriber,))

    def count_unsure(self, letter: int) -> int:
        """How many of a letter's readers may have it or not."""
        return int(self._value(f"SELECT count(*) {_UNSURE}", letter))

    def send_unsure_again(self, letter: int) -> None:
        """Let a letter wait once more for those who may have it or not."""
        with self.write():
            sql = f"UPDATE deliveries SET state = 'waiting', tries = 0 WHERE id IN (SELECT d.id {_UNSURE})"
            self._conn.execute(sql, (letter,))

    def settle_deliveries(self) -> int:
        """Call unsure what somebody was killed at; how many. Only while nobody else sends."""
        with self.write():
            return self._conn.execute(
                "UPDATE deliveries SET state = 'unsure', error = 'Scout was ended while it was handed over.' "
                "WHERE state = 'sending'"
            ).rowcount
