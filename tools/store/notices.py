"""Notices: what rules found for whom, the messages made of it and how each fared; saved searches."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tools.errors import UnknownName, UsageError
from tools.knowledge import canonical, iso
from tools.store.connection import IN, Connection, Row
from tools.store.lists import match_of

MOST_OPEN = 10_000  # notices of a target that no message holds yet; above, the oldest are dropped, and said
_FACTS = ("at", "field", "before", "after", "why")


@dataclass(frozen=True, slots=True)
class Found:
    """Something that happened and that a rule is about. slug "": it concerns no product."""

    event: str  # what happened: found twice it is the same
    change: str  # the row of the change log and the sort of news; the same for all rules
    about: str
    slug: str = ""
    at: str = ""
    field: str = ""
    before: str | None = None
    after: str | None = None
    why: str = ""


class Notices(Connection):
    """Statements over notices, their messages, marks and watches."""

    # how far each rule has looked

    def start_notices(self, rules: Iterable[str], *, from_the_beginning: bool = False) -> None:
        """Have rules that are new look at what happens from now on, or at all the store holds."""
        with self.write():
            seq = 0 if from_the_beginning else int(self._value("SELECT coalesce(max(seq), 0) FROM changes"))
            at = iso(self.now())
            since = "1970-01-01T00:00:00Z" if from_the_beginning else at
            for rule in rules:
                self._conn.execute(
                    "INSERT OR IGNORE INTO notice_marks (rule, seq, since, state, digested_at) VALUES (?, ?, ?, '{}', ?)",
                    (rule, seq, since, at),
                )

    def notice_mark(self, rule: str) -> Row | None:
        """How far a rule has looked: seq, since, state, digested_at; None: it is new."""
        row = self._row("SELECT seq, since, state, digested_at FROM notice_marks WHERE rule = ?", rule)
        return row and {**row, "state": json.loads(row["state"])}

    def put_notices(
        self, rule: str, targets: Sequence[str], found: Iterable[Found], seq: int, state: Mapping[str, Any], since: str
    ) -> int:
        """Keep what a rule found, for each of its targets, and how far it has looked, in one transaction; how much is new."""
        new = 0
        with self.write():
            at = iso(self.now())
            for one in found:
                product = self._value("SELECT id FROM products WHERE slug = ?", one.slug) if one.slug else None
                facts = canonical({name: getattr(one, name) for name in _FACTS})
                fresh = 0
                for target in targets:
                    fresh += self._conn.execute(
                        "INSERT OR IGNORE INTO notices (rule, target, event, change, about, product, facts, found_at) "
                        "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                        (rule, target, one.event, one.change, one.about, product, facts, at),
                    ).rowcount
                new += fresh > 0
                if one.about == "watch":
                    watch = int(one.event.split(":")[1])
                    self._conn.execute(
                        "INSERT OR IGNORE INTO watch_matches (watch, product) VALUES (?, ?)", (watch, product)
                    )
            self._conn.execute(
                "UPDATE notice_marks SET seq = ?, state = ?, since = ? WHERE rule = ?",
                (seq, canonical(dict(state)), since, rule),
            )
        return new

    # what messages are made of

    def open_notices(self, target: str, limit: int) -> list[Row]:
        """What was found for a target and no message holds yet, oldest first: id, rule, event, change, about, slug ("":
        none), gone (why its product is shown no more, or ""), at, field, before, after, why, found_at."""
        rows = self._rows(
            "SELECT n.id, n.rule, n.event, n.change, n.about, coalesce(p.slug, '') AS slug, n.facts, n.found_at, "
            "CASE WHEN p.merged_into IS NOT NULL THEN 'merged into another product' "
            "WHEN p.status IN ('deleted', 'rejected') THEN 'its product is ' || p.status ELSE '' END AS gone "
            "FROM notices n LEFT JOIN products p ON p.id = n.product "
            "WHERE n.target = ? AND n.message IS NULL AND n.void = '' ORDER BY n.id LIMIT ?",
            target,
            limit,
        )
        return [{**row, **json.loads(row.pop("facts"))} for row in rows]

    def void_notices(self, reasons: Mapping[int, str]) -> None:
        """Nobody is to be notified of these after all; why, by id."""
        with self.write():
            for key, why in reasons.items():
                self._conn.execute("UPDATE notices SET void = ? WHERE id = ?", (why, key))

    def drop_oldest_notices(self, target: str) -> int:
        """Drop what is over MOST_OPEN of a target's open notices, the oldest first; how many."""
        with self.write():
            return self._conn.execute(
                "UPDATE notices SET void = 'dropped: too many were waiting' WHERE id IN (SELECT id FROM notices "
                "WHERE target = ? AND message IS NULL AND void = '' ORDER BY id DESC LIMIT -1 OFFSET ?)",
                (target, MOST_OPEN),
            ).rowcount

    def put_message(self, message: Mapping[str, Any], notices: Sequence[int]) -> None:
        """Keep a message before it is sent: key, rule, target, title, body, changes; and which notices it holds."""
        with self.write():
            at = iso(self.now())
            row = {**message, "state": "waiting", "due_at": at, "created_at": at}
            key = self._insert("notice_messages", row)
            self._conn.execute(f"UPDATE notices SET message = ? WHERE id {IN}", (key, canonical(list(notices))))

    def mark_digested(self, rule: str) -> None:
        """A run made this rule's digest, where one was due and anything was found."""
        with self.write():
            self._conn.execute("UPDATE notice_marks SET digested_at = ? WHERE rule = ?", (iso(self.now()), rule))

    # how messages fare

    def waiting_messages(self, target: str | None = None) -> list[Row]:
        """Messages that no target has accepted yet, oldest first: all their columns."""
        sql = "SELECT * FROM notice_messages WHERE state = 'waiting' AND (?1 IS NULL OR target = ?1) ORDER BY id"
        return self._rows(sql, target)

    def end_message(self, key: str, state: str, error: str = "") -> None:
        """The target accepted a message (sent), or it is tried no more (given up)."""
        with self.write():
            self._conn.execute(
                "UPDATE notice_messages SET state = ?, error = ?, tries = tries + (? = 'sent'), ended_at = ? WHERE key = ?",
                (state, error, state, iso(self.now()), key),
            )

    def put_off_message(self, key: str, error: str, due_at: datetime) -> None:
        """A try failed; when the next one is."""
        with self.write():
            self._conn.execute(
                "UPDATE notice_messages SET tries = tries + 1, error = ?, due_at = ? WHERE key = ?",
                (error, iso(due_at), key),
            )

    def notice_log(self, limit: int, since: str = "") -> list[Row]:
        """The newest messages first: all their columns but body."""
        columns = "key, rule, target, title, changes, state, tries, due_at, error, created_at, ended_at"
        sql = f"SELECT {columns} FROM notice_messages WHERE coalesce(ended_at, due_at) >= ? ORDER BY id DESC LIMIT ?"
        return self._rows(sql, since, limit)

    def notice_counts(self) -> list[Row]:
        """A row a target that anything was found for: target, open (no message holds them yet), dropped, waiting and
        failing messages (those tried in vain), failing_since, error of the oldest of these."""
        rows = self._rows(
            "SELECT target, sum(message IS NULL AND void = '') AS open, sum(void LIKE 'dropped:%') AS dropped "
            "FROM notices GROUP BY target ORDER BY target"
        )
        for row in rows:
            waiting = self.waiting_messages(row["target"])
            failing = [one for one in waiting if one["tries"]]
            first = failing[0] if failing else {"created_at": None, "error": ""}
            row |= {"waiting": len(waiting), "failing": len(failing)}
            row |= {"failing_since": first["created_at"], "error": first["error"]}
        return rows

    def trim_notices(self, before: datetime) -> None:
        """Forget messages that ended before a moment, with what they held. That a product is over stays on record: it is
        found again in every review."""
        with self.write():
            old = "SELECT id FROM notice_messages WHERE ended_at < ?"
            at = iso(before)
            self._conn.execute(f"DELETE FROM notices WHERE about <> 'over' AND message IN ({old})", (at,))
            self._conn.execute("DELETE FROM notices WHERE about <> 'over' AND void <> '' AND found_at < ?", (at,))
            held = "SELECT message FROM notices WHERE message IS NOT NULL"
            self._conn.execute(f"DELETE FROM notice_messages WHERE ended_at < ? AND id NOT IN ({held})", (at,))

    # what rules look at

    def subject(self, slug: str) -> Row | None:
        """What a rule's words, category and kinds are held against; None where the product is shown no more."""
        row = self._row(
            "SELECT slug, name, tagline, description, tags, kind, category, homepage FROM products "
            "WHERE slug = ? AND merged_into IS NULL AND status NOT IN ('deleted', 'rejected')",
            slug,
        )
        return row and {**row, "tags": json.loads(row["tags"])}

    def verdict_before(self, slug: str, seq: int) -> str | None:
        """The verdict line that a product had before a row of the change log; None: the panel had not met."""
        sql = (
            "SELECT c.after FROM changes c JOIN products p ON p.id = c.product "
            "WHERE p.slug = ? AND c.op = 'panel' AND c.seq < ? ORDER BY c.seq DESC LIMIT 1"
        )
        found = self._value(sql, slug, seq)
        return None if found is None else str(found)

    def failed_runs(self, since: str) -> list[Row]:
        """Whole runs (of a crawl, a refresh, …) that failed from a moment on: id, kind, started_at, ended_at, counts."""
        rows = self._rows(
            "SELECT key AS id, kind, started_at, ended_at, counts FROM runs "
            "WHERE state = 'failed' AND source = '' AND ended_at >= ? ORDER BY id",
            since,
        )
        return [{**row, "counts": json.loads(row["counts"])} for row in rows]

    # saved searches

    def add_watch(self, words: str, kinds: Sequence[str], rule: str, who: str) -> int:
        """Keep a search; its number. What it finds now is known already. One that is kept already stays as it is.

        Errors: UsageError for words that no product could be found by.
        """
        if not match_of(words):
            raise UsageError(f"A search needs words with letters or digits; got {words!r}.")
        with self.write():
            row = (words, canonical(list(kinds)), rule, who, iso(self.now()))
            fresh = self._conn.execute(
                "INSERT OR IGNORE INTO watches (words, kinds, rule, who, at) VALUES (?, ?, ?, ?, ?)", row
            )
            key = int(self._value("SELECT id FROM watches WHERE words = ? AND kinds = ? AND rule = ?", *row[:3]))
            if fresh.rowcount:
                self._conn.executemany(
                    "INSERT INTO watch_matches (watch, product) VALUES (?, ?)",
                    [(key, product) for product in self._matching(words, kinds)],
                )
            return key

    def remove_watch(self, number: int) -> None:
        """Forget a search. Errors: UnknownName."""
        with self.write():
            if self._value("SELECT 1 FROM watches WHERE id = ?", number) is None:
                raise UnknownName("saved search", str(number), [str(row["id"]) for row in self.watches()])
            self._conn.execute("DELETE FROM watch_matches WHERE watch = ?", (number,))
            self._conn.execute("DELETE FROM watches WHERE id = ?", (number,))

    def watches(self, rule: str | None = None) -> list[Row]:
        """Saved searches: id, words, kinds, rule, who, at, matches (products found so far)."""
        rows = self._rows(
            "SELECT w.*, (SELECT count(*) FROM watch_matches m WHERE m.watch = w.id) AS matches FROM watches w "
            "WHERE ?1 IS NULL OR w.rule = ?1 ORDER BY w.id",
            rule,
        )
        return [{**row, "kinds": json.loads(row["kinds"])} for row in rows]

    def watch_hits(self, watch: Row, slugs: Sequence[str]) -> set[str]:
        """Which of these products a search finds that it had not found before."""
        found = self._matching(watch["words"], watch["kinds"], slugs)
        known = self._column("SELECT product FROM watch_matches WHERE watch = ?", watch["id"])
        return {slug for product, slug in found.items() if product not in known}

    def _matching(self, words: str, kinds: Sequence[str], among: Sequence[str] | None = None) -> dict[int, str]:
        """Products that hold every word, as `scout search` finds them: slugs by integer key."""
        rows = self._rows(
            "SELECT p.id, p.slug, p.kind FROM products_fts f JOIN products p ON p.id = f.rowid "
            "WHERE products_fts MATCH ?1 AND p.merged_into IS NULL AND p.status NOT IN ('deleted', 'rejected') "
            "AND (?2 IS NULL OR p.slug IN (SELECT value FROM json_each(?2)))",
            match_of(words),
            None if among is None else canonical(list(among)),
        )
        return {row["id"]: row["slug"] for row in rows if not kinds or row["kind"] in kinds}
