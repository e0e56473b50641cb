"""Dossiers: pages beyond the homepage, numbers over time, what pages state and what others wrote of a product."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta

from tools.dossier import ROLES, Dossier, DossierPage, Measure, Role, Statement, Voice
from tools.errors import UsageError
from tools.knowledge import iso, moment
from tools.models import Logo
from tools.store.connection import IN, Row
from tools.store.logos import Logos

_UNCHANGED = timedelta(days=1)  # a number that did not move is kept again only after so long
_STATEMENT_KEY, _VOICE_KEY = ("topic", "page", "quote"), ("url", "at", "text")
_DOSSIER_SQL = {
    "dossier_pages": "SELECT d.role, d.state, d.url, coalesce(p.key, '') AS page, d.at, d.why FROM dossier_pages d "
    "LEFT JOIN pages p ON p.id = d.page WHERE d.product = ? ORDER BY d.id",
    "measures": "SELECT m.metric, m.value, m.at, m.url, p.key AS page, m.quote FROM measures m "
    "JOIN pages p ON p.id = m.page WHERE m.product = ? ORDER BY m.at, m.id",
    "statements": "SELECT s.topic, s.denied, s.value, s.role, s.url, p.key AS page, s.quote, s.unclear, s.plan FROM statements s "
    "JOIN pages p ON p.id = s.page WHERE s.product = ? ORDER BY s.id",
    "voices": "SELECT v.role, v.text, v.at, v.url, p.key AS page, v.by_maker FROM voices v "
    "JOIN pages p ON p.id = v.page WHERE v.product = ? ORDER BY v.at, v.id",
}
_DOCUMENT_SQL = {
    "pages": f"SELECT product, role, state, url, at, why FROM dossier_pages WHERE product {IN} ORDER BY id",
    # of each number the last of each month: a document that held every day of a year would be mostly numbers
    "measures": f"SELECT product, metric, value, max(at) AS at, url, quote FROM measures WHERE product {IN} "
    "GROUP BY product, metric, url, substr(at, 1, 7) ORDER BY at, metric, url",
    "statements": "SELECT product, topic, denied, value, role, url, quote, plan FROM statements "
    f"WHERE product {IN} AND NOT unclear ORDER BY id",
    "voices": f"SELECT product, role, text, at, url, by_maker FROM voices WHERE product {IN} ORDER BY at, id",
}


class Dossiers(Logos):
    """Statements over dossier pages, measures, statements and voices."""

    def put_dossier(self, dossier: Dossier, logo: Logo | None = None) -> bool:
        """Keep what was gathered on a product, in one transaction; False where nothing of it was new.

        A page replaces an older reading of its role and address, and what it states and the voices in it replace what
        that reading said. A role that was read, or to which nothing leads, is named whole: its pages at other addresses
        go with what they said. One that failed or refused takes nothing away but the state of its address. A number is
        kept where it moved or a day has passed. A deleted product keeps nothing. logo: the product's mark, where what is
        kept of it no longer stands.

        Errors: UnknownName; UsageError for a page that is not stored.
        """
        with self.write():
            product, at = self._product(dossier.slug), iso(self.now())
            if product["status"] == "deleted":
                return False
            numbers = self._page_numbers(dossier)
            stored = self._rows("SELECT * FROM dossier_pages WHERE product = ? ORDER BY id", product["id"])
            fresh = _fresh(dossier.pages, stored)
            gone = _gone(dossier.pages, fresh, stored)
            roles = self._put_dossier_pages(product["id"], fresh, gone, stored, numbers)
            late = {page.page for page in dossier.pages} - {page.page for page in fresh if page.state == "read"}
            older = _older(fresh, gone, stored, numbers)
            said = [_statement_row(one, numbers) for one in dossier.statements if one.page not in late]
            roles |= {row["role"] for row in self._replace("statements", product["id"], said, older, _STATEMENT_KEY)}
            heard = [_voice_row(one, numbers) for one in dossier.voices if one.page not in late]
            if self._replace("voices", product["id"], heard, older, _VOICE_KEY):
                roles.add("comments")
            told: list[str] = [role for role in ROLES if role in roles]
            if logo and self._put_logo(product["id"], logo):
                told.append("logo")
            if told:
                self._log(product["id"], at, "dossier", field=", ".join(told), who="scout")
            return bool(self._put_measures(product["id"], dossier.measures, numbers)) or bool(told)

    def dossier(self, slug: str) -> Dossier:
        """What was gathered on a product; empty where nothing was. Of a merge it is the remaining product's own alone.

        Errors: UnknownName.
        """
        with self._snapshot():
            product = self._product(slug)
            found = {table: self._rows(sql, product["id"]) for table, sql in _DOSSIER_SQL.items()}
        return Dossier(
            product["slug"],
            tuple(DossierPage(**_timed(row)) for row in sorted(found["dossier_pages"], key=_place)),
            tuple(Measure(**_timed(row)) for row in found["measures"]),
            tuple(statement_of(row) for row in sorted(found["statements"], key=_place)),
            tuple(Voice(**_timed(row) | {"by_maker": bool(row["by_maker"])}) for row in found["voices"]),
        )

    def _dossier_data(self, products: str) -> dict[str, dict[int, list[Row]]]:
        """The dossiers of products as DossierDoc has them, by its fields and by product."""
        found = {part: self._grouped(sql, products) for part, sql in _DOCUMENT_SQL.items()}
        for part, truth in (("statements", "denied"), ("voices", "by_maker")):
            for row in (row for rows in found[part].values() for row in rows):
                row[truth] = bool(row[truth])
        for rows in (*found["pages"].values(), *found["statements"].values()):
            rows.sort(key=_place)
        return found

    def _page_numbers(self, dossier: Dossier) -> dict[str, int]:
        """The integer keys of the pages a dossier was read from, by Page.id."""
        said: list[Measure | Statement | Voice] = [*dossier.measures, *dossier.statements, *dossier.voices]
        wanted = {part.page for part in said} | {page.page for page in dossier.pages if page.page}
        rows = self._rows(f"SELECT key, id FROM pages WHERE key {IN}", json.dumps(sorted(wanted)))
        if missing := sorted(wanted - {row["key"] for row in rows}):
            raise UsageError(f"Page {missing[0]} is not in the store. Keep the page first, then the dossier.")
        if any(page.state == "read" and not page.page for page in dossier.pages):
            raise UsageError(f"A page of {dossier.slug} counts as read and names no stored page. Name it by Page.id.")
        return {row["key"]: row["id"] for row in rows}

    def _put_dossier_pages(
        self,
        product: int,
        fresh: Sequence[DossierPage],
        gone: Sequence[Row],
        stored: Sequence[Row],
        numbers: Mapping[str, int],
    ) -> set[Role]:
        """Write pages that are newer than those kept; the roles of which something but the time is another."""
        roles: set[Role] = {row["role"] for row in gone}
        self._delete("dossier_pages", gone)
        known = {(row["role"], row["url"]): row for row in stored}
        for page in fresh:
            values = {"state": page.state, "page": numbers.get(page.page), "why": page.why}
            old = known.get((page.role, page.url))
            if old is None or any(old[name] != value for name, value in values.items()):
                roles.add(page.role)
            values["at"] = iso(page.at)
            if old:
                self._update("dossier_pages", old["id"], **values)
            else:
                self._insert("dossier_pages", {"product": product, "role": page.role, "url": page.url, **values})
        return roles

    def _replace(
        self, table: str, product: int, given: Iterable[Row], older: _Older, key: tuple[str, ...]
    ) -> list[Row]:
        """Put rows in the place of those an older reading gave; the rows that came or went."""
        fresh = {tuple(row[name] for name in key): {"product": product, **row} for row in given}
        went: list[Row] = []
        for row in self._rows(f"SELECT * FROM {table} WHERE product = ?", product):
            own, new = tuple(row[name] for name in key), None
            if own in fresh:
                new = fresh.pop(own)
                if all(row[name] == value for name, value in new.items()):
                    continue
                fresh[own] = new
                went.append(row)
            elif older.said(row, table):
                went.append(row)
        self._delete(table, went)
        self._insert_all(table, list(fresh.values()))
        return [*went, *fresh.values()]

    def _delete(self, table: str, rows: Sequence[Row]) -> None:
        if rows:
            self._conn.execute(f"DELETE FROM {table} WHERE id {IN}", (json.dumps([row["id"] for row in rows]),))

    def _put_measures(self, product: int, measures: Sequence[Measure], numbers: Mapping[str, int]) -> int:
        """Append numbers that moved, or of which the last is a day old; how many."""
        newest = {
            row["metric"]: row for row in self._rows("SELECT * FROM measures WHERE product = ? AND newest", product)
        }
        kept = 0
        for one in sorted(measures, key=lambda one: (one.at, one.metric, one.url)):
            at = iso(one.at)
            before = self._row(
                "SELECT value, at FROM measures WHERE product = ? AND metric = ? AND url = ? AND at <= ? "
                "ORDER BY at DESC LIMIT 1",
                *(product, one.metric, one.url, at),
            )
            if before and (
                before["at"] == at or (before["value"] == one.value and one.at - moment(before["at"]) < _UNCHANGED)
            ):
                continue
            last = newest.get(one.metric)
            leads = last is None or (last["at"], last["value"]) < (at, one.value)
            if last and leads:
                self._update("measures", last["id"], newest=0)
            row = {"product": product, "metric": one.metric, "value": float(one.value), "at": at, "url": one.url}
            row |= {"page": numbers[one.page], "quote": _storable(one.quote), "newest": int(leads)}
            number = self._insert("measures", row)
            if leads:
                newest[one.metric] = {**row, "id": number}
            kept += 1
        return kept


class _Older:
    """Which rows an older reading of the pages now read gave: by role and address, and by the page they stand in."""

    def __init__(self, places: Iterable[tuple[str, str]], pages: Iterable[tuple[str, int]]) -> None:
        self._places, self._pages = frozenset(places), frozenset(pages)
        self._urls, self._numbers = {url for _, url in self._places}, {page for _, page in self._pages}

    def said(self, row: Row, table: str) -> bool:
        """Whether a row of statements or voices was read there. The role of a voice is who speaks."""
        if table == "voices":
            return row["page"] in self._numbers or row["url"] in self._urls
        return (row["role"], row["page"]) in self._pages or (row["role"], row["url"]) in self._places


def _fresh(given: Iterable[DossierPage], stored: Sequence[Row]) -> list[DossierPage]:
    """The newest of each role and address, but for those of which the store knows a newer one."""
    pages = {(page.role, page.url): page for page in sorted(given, key=lambda page: page.at)}
    newer = [page for page in pages.values() if not any(_outdates(row, page) for row in stored)]
    return sorted(newer, key=lambda page: (ROLES.index(page.role), page.url))


def _outdates(row: Row, page: DossierPage) -> bool:
    same = row["role"] == page.role and (row["url"] == page.url or not page.url)
    return same and bool(row["at"] > iso(page.at))


def _gone(given: Sequence[DossierPage], fresh: Sequence[DossierPage], stored: Sequence[Row]) -> list[Row]:
    """Rows that a dossier leaves out: of a role of which it read a page, or to which nothing leads, other addresses; of
    one that failed only the word that there is none."""
    named = {(page.role, page.url) for page in given}
    sure: dict[str, str] = {}  # when a role was last read or not found
    for page in fresh:
        if page.state in ("read", "none"):
            sure[page.role] = max(iso(page.at), sure.get(page.role, ""))
    asked = {page.role: iso(page.at) for page in fresh}
    over = [(row, (sure if row["url"] else asked).get(row["role"], "")) for row in stored]
    return [row for row, at in over if at >= row["at"] and (row["role"], row["url"]) not in named]


def _older(
    fresh: Sequence[DossierPage], gone: Sequence[Row], stored: Sequence[Row], numbers: Mapping[str, int]
) -> _Older:
    read = {(page.role, page.url): numbers[page.page] for page in fresh if page.state == "read"}
    places = {**{(row["role"], row["url"]): row["page"] for row in gone if row["url"]}, **read}
    before = [(row["role"], row["page"]) for row in stored if row["page"] and (row["role"], row["url"]) in places]
    return _Older(places, [*before, *((role, page) for (role, _), page in read.items())])


def statement_of(row: Row) -> Statement:
    """The statement that a row holds."""
    return Statement(**row | {name: bool(row[name]) for name in ("denied", "unclear")})


def _statement_row(one: Statement, numbers: Mapping[str, int]) -> Row:
    row: Row = {"topic": one.topic, "denied": int(one.denied), "value": one.value, "role": one.role, "url": one.url}
    row |= {"page": numbers[one.page], "quote": _storable(one.quote), "unclear": int(one.unclear)}
    return {**row, "plan": _storable(one.plan)}


def _voice_row(one: Voice, numbers: Mapping[str, int]) -> Row:
    row = {"role": one.role, "text": _storable(one.text), "at": iso(one.at), "url": one.url}
    return {**row, "page": numbers[one.page], "by_maker": int(one.by_maker)}


def _storable(text: str) -> str:
    """A text without halves of surrogate pairs, which JSON can spell and no encoder writes."""
    return text.encode("utf-8", "replace").decode()


def _timed(row: Row) -> Row:
    return {**row, "at": moment(row["at"])}


def _place(row: Row) -> int:
    return ROLES.index(row["role"])
