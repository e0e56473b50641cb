"""The product document: everything the store knows about one product, read for many at once.

A set of products costs one statement a table, and none of them where the line of a product is kept: its document as JSON,
which triggers forget when something it tells changes (tools/schema/m020_documents.py). Reading keeps no line;
`keep_documents` does.
"""

from __future__ import annotations

import hashlib
import json
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from functools import cache, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, TypeVar

import orjson

from tools import knowledge
from tools.models import CATEGORIES, Line
from tools.store.connection import IN, Row, batches
from tools.store.dossiers import Dossiers
from tools.store.panels import Panels
from tools.store.quoted import Quoted
from tools.store.rivals import Rivals
from tools.store.votes import Votes

if TYPE_CHECKING:
    from tools.views.documents import ChangeDoc, DoubtsDoc, PageDoc, ProductDocument

AT_ONCE = (
    100  # products a set; of 200 the documents are so many objects that looking for circles among them takes longer
)
_MOST_KEPT = 1_000  # lines made anew at the end of a run: two seconds at most
_SAID = ("name", "tagline", "description", "homepage", "repository", "hub_id")
_T = TypeVar("_T")


class _Read(NamedTuple):
    """Rows of one kind of a product, and the newest moment they tell of."""

    docs: list[Row]
    last: str


_NOTHING = _Read([], "")


class Documents(Panels, Votes, Dossiers, Quoted, Rivals):
    """Reads that make documents; those of one set are one state of the store."""

    def document(self, slug: str, *, rivals: bool = False) -> ProductDocument:
        """Everything known about a product (a merged one's slug gives the one it went into). Errors: UnknownName.

        rivals: with the products it competes with, which hang on all others and cost some milliseconds.
        """
        with self._snapshot():
            [document] = self._modelled([self._product(slug)], rivals)
            return document

    def documents(
        self,
        since: int | None = None,
        status: str | None = None,
        approved_only: bool = False,
        rivals: bool = False,
    ) -> Iterator[ProductDocument]:
        """Documents of products that are neither deleted nor merged away, oldest first; `rivals` as in `document`.

        since: a `seq` of the change log; only products that changed after it.
        """
        status = "approved" if approved_only else status
        return self._in_sets(since, status, lambda products: self._modelled(products, rivals))

    def document_lines(self, status: str | None = None) -> Iterator[Line]:
        """The same documents as lines of JSON, without rivals."""
        return self._in_sets(None, status, self._lines)

    def lines_of(self, slugs: Sequence[str]) -> list[Line]:
        """The lines of some products, in no order; those deleted, merged away or unknown are left out."""
        found: list[Line] = []
        for some in batches(slugs, AT_ONCE):
            with self._snapshot():
                rows = self._rows(
                    "SELECT p.* FROM json_each(?) j CROSS JOIN products p ON p.slug = j.value "
                    "WHERE p.status <> 'deleted' AND p.merged_into IS NULL",
                    json.dumps(list(dict.fromkeys(some))),
                )
                found += self._lines(rows)
        return found

    def keep_documents(self, most: int | None = _MOST_KEPT) -> int:
        """Keep the lines of products that have none; how many. most: no more sets are begun after so many.

        A set is read and kept in one transaction, which others wait for: a tenth to a third of a second.
        """
        kept = 0
        while most is None or kept < most:
            with self.write(synced=False):  # what a power cut takes is made anew
                if self._value(_PROGRAM) != _program():
                    self._conn.execute("UPDATE documents SET line = NULL WHERE line IS NOT NULL")
                    self._conn.execute("INSERT OR REPLACE INTO meta VALUES ('documents', ?)", (_program(),))
                products = self._rows(
                    "SELECT p.* FROM documents d CROSS JOIN products p ON p.id = d.product WHERE d.line IS NULL "
                    f"ORDER BY d.product DESC LIMIT {AT_ONCE}"
                )
                self._conn.executemany(
                    "UPDATE documents SET line = ? WHERE product = ?",
                    [(zlib.compress(text, 1), product) for product, text in self._built(products).items()],
                )
            if not products:
                break
            kept += len(products)
        return kept

    def strayed(self) -> Iterator[str]:
        """Slugs of products whose kept line is not what their rows tell."""
        return self._in_sets(None, None, self._strayed)

    def changed_since(self, seq: int) -> list[Row]:
        """Products that a change after `seq` concerns, the one that changed last at the end: slug; into, the slug of the
        product it is part of today, None where it stands for itself; and the newest `seq`."""
        return self._rows(
            f"WITH concerned AS ({_TOLD} UNION SELECT t.seq, p.root FROM ({_TOLD}) t JOIN products p ON p.id = t.id) "
            "SELECT p.slug, nullif(w.slug, p.slug) AS [into], max(c.seq) AS seq FROM concerned c "
            "JOIN products p ON p.id = c.id JOIN products w ON w.id = p.root GROUP BY p.id ORDER BY seq, p.slug",
            seq,
        )

    def _in_sets(
        self, since: int | None, status: str | None, read: Callable[[Sequence[Row]], list[_T]]
    ) -> Iterator[_T]:
        """What `read` makes of products, a set at a time: as many are held as one set has, and no snapshot while others wait."""
        tests = "merged_into IS NULL AND status <> 'deleted' AND status = coalesce(?, status) AND id > ?"
        if since is not None:
            tests = f"id IN (SELECT p.root FROM ({_TOLD}) t JOIN products p ON p.id = t.id) AND {tests}"
        given: list[object] = [] if since is None else [since]
        last = 0
        while True:
            with self._snapshot():
                products = self._rows(
                    f"SELECT * FROM products WHERE {tests} ORDER BY id LIMIT {AT_ONCE}", *given, status, last
                )
                found = read(products)
            if not products:
                return
            yield from found
            last = products[-1]["id"]

    def doubts(self, slugs: Sequence[str]) -> list[DoubtsDoc]:
        """What is shown of some products to who settles their doubts, in this order; those that are no more are left out."""
        from tools.views.documents import DoubtsDoc

        with self._snapshot():
            rows = self._rows(
                "SELECT p.id, p.slug, p.name, p.kind, p.status, p.first_seen, p.homepage, p.needs_look, (SELECT line FROM panels "
                "WHERE product = p.id ORDER BY id DESC LIMIT 1) AS line FROM json_each(?) j CROSS JOIN products p "
                "ON p.slug = j.value WHERE p.status <> 'deleted' AND p.merged_into IS NULL",
                json.dumps(list(slugs)),
            )
            shown, _ = self._shown_data(json.dumps([row["id"] for row in rows]))
        parts = ("facts", "candidates", "plan_candidates")
        found = {}
        for row in rows:
            said = shown[row.pop("id")]
            told = {**row, "needs_look": json.loads(row["needs_look"]), **{part: said[part] for part in parts}}
            found[row["slug"]] = DoubtsDoc.model_validate(told)
        return [found[slug] for slug in slugs if slug in found]

    def pictures(self, slug: str) -> list[PageDoc]:
        """The pages of a product that needed a screenshot: `screenshot` its hash, or `no_screenshot` why there is none.

        Errors: UnknownName.
        """
        return [page for page in self.document(slug).pages if page.screenshot or page.no_screenshot]

    def history(self, slug: str, after: int = 0) -> list[ChangeDoc]:
        """The change log of one product after a `seq`, oldest first. Errors: UnknownName."""
        from tools.views.documents import ChangeDoc

        product = self._product(slug)["id"]
        return [ChangeDoc(**row) for row in self._change_data(json.dumps([product]), after).get(product, ())]

    def gone(self) -> Iterator[tuple[str, str]]:
        """Products that are no more, by slug: their slug and that of the one they were merged into, "" where they were deleted."""
        rows = self._rows(
            "SELECT p.slug, coalesce(w.slug, '') AS winner FROM products p LEFT JOIN products w ON w.id = p.merged_into "
            "WHERE p.merged_into IS NOT NULL OR p.status = 'deleted' ORDER BY p.slug"
        )
        return ((row["slug"], row["winner"]) for row in rows)

    def _modelled(self, products: Sequence[Row], rivals: bool) -> list[ProductDocument]:
        from tools.views.documents import ProductDocument

        kept = self._kept_texts(products)
        made = iter(self._data([product for product in products if product["id"] not in kept]))
        documents = [
            ProductDocument.model_validate_json(kept[product["id"]])
            if product["id"] in kept
            else ProductDocument.model_validate(next(made))
            for product in products
        ]
        if not rivals:
            return documents
        return [
            document.model_copy(update={"rivals": self._rival_docs(product, document.facts.get("rivals"))})
            for product, document in zip(products, documents, strict=True)
        ]

    def _lines(self, products: Sequence[Row]) -> list[Line]:
        texts = self._kept_texts(products)
        texts |= self._built([product for product in products if product["id"] not in texts])
        return [Line(product["slug"], product["status"], texts[product["id"]]) for product in products]

    def _built(self, products: Sequence[Row]) -> dict[int, bytes]:
        """The lines of products, made from the rows that tell of them."""
        return {product["id"]: orjson.dumps(data) for product, data in zip(products, self._data(products), strict=True)}

    def _kept_texts(self, products: Sequence[Row]) -> dict[int, bytes]:
        """The lines that are kept of products, with when each was last seen, which is no change of a product."""
        keys = json.dumps([product["id"] for product in products])
        packed = self._packed(keys)
        seen = dict(self._tuples(LAST_SEEN, keys)) if packed else {}
        first = {product["id"]: product["first_seen"] for product in products}
        found = {}
        for key, line in packed.items():
            with suppress(zlib.error):  # a damaged one counts as not kept
                head, name, tail = zlib.decompress(line).rpartition(b'"last_seen":"')
                last = max(first[key], seen.get(key, ""))
                found[key] = b"".join((head, name, last.encode(), tail[tail.index(b'"') :]))
        return found

    def _packed(self, products: str) -> dict[int, bytes]:
        """Kept lines as they stand in the store; none where another program made them."""
        if self._value(_PROGRAM) != _program():
            return {}
        return dict(
            self._tuples(f"SELECT product, line FROM documents WHERE product {IN} AND line IS NOT NULL", products)
        )

    def _strayed(self, products: Sequence[Row]) -> list[str]:
        packed, kept = self._packed(json.dumps([product["id"] for product in products])), self._kept_texts(products)
        held = [product for product in products if product["id"] in packed]
        built = self._built(held)
        return [product["slug"] for product in held if built[product["id"]] != kept.get(product["id"])]

    def _data(self, products: Sequence[Row]) -> list[Row]:
        """The documents of products that are not merged away, as ProductDocument has them: a statement a table."""
        from tools.views.documents import SCHEMA_VERSION

        if not products:
            return []
        keys = json.dumps([product["id"] for product in products])
        shown, quoted = self._shown_data(keys)
        pages, launches = self._page_data(keys, quoted), self._launch_data(keys)
        aliases, history, votes = self._alias_data(keys), self._price_data(keys), self._votes(keys)
        logos = self._logo_data(keys)
        panels, dossiers, changes = self._panel_data(products), self._dossier_data(keys), self._change_data(keys)
        found = []
        for product in products:
            key, seen, read = product["id"], launches.get(product["id"], _NOTHING), pages[product["id"]]
            category = product["category"] if product["category"] in CATEGORIES else None
            data: Row = {"schema_version": SCHEMA_VERSION}
            data |= {name: product[name] for name in ("slug", "kind", "identity")}
            data |= {"aliases": [name for name in aliases.get(key, ()) if name != product["identity"]]}
            data |= {"status": product["status"], "needs_look": orjson.loads(product["needs_look"])}
            data |= {name: product[name] for name in _SAID}
            data |= {"logo": logos.get(key)}
            data |= {"category": category, "pricing_model": product["pricing_model"], "license": product["license"]}
            data |= {"tags": orjson.loads(product["tags"]), "makers": orjson.loads(product["makers"])}
            data |= shown[key]
            data |= {"price_history": history.get(key, []), "launches": seen.docs, "pages": read.docs}
            data |= {"panel": panels.get(key), "community": votes.get(key, _NO_VOTES), "rivals": None}
            data |= {"dossier": {part: rows.get(key, []) for part, rows in dossiers.items()}}
            data |= {"changes": changes.get(key, []), "first_seen": product["first_seen"]}
            data |= {"last_seen": max(product["first_seen"], seen.last, read.last)}
            data |= {name: product[name] for name in ("changed_at", "content_hash")}
            found.append(data)
        return found

    def _alias_data(self, products: str) -> dict[int, list[str]]:
        rows = self._grouped(
            "SELECT m.root, a.identity FROM products m JOIN aliases a ON a.product = m.id "
            f"WHERE m.root {IN} ORDER BY a.identity",
            products,
        )
        return {product: [row["identity"] for row in found] for product, found in rows.items()}

    def _price_data(self, products: str) -> dict[int, list[Row]]:
        rows = self._grouped(
            "SELECT product, plan, amount, currency, period, line, at FROM plan_history "
            f"WHERE product {IN} ORDER BY id",
            products,
        )
        return {product: [_price_point(row) for row in found] for product, found in rows.items()}

    def _launch_data(self, products: str) -> dict[int, _Read]:
        numbers = self._grouped(
            "SELECT o.launch, o.metric, o.value, o.at FROM products m JOIN launches l ON l.product = m.id "
            f"JOIN observations o ON o.launch = l.id WHERE m.root {IN} ORDER BY o.id",
            products,
        )
        rows = self._grouped(
            "SELECT m.root, l.key AS id, s.name AS source, l.title, l.tagline, l.url, l.source_url, l.launched_at, "
            "l.launched_at_basis, l.first_seen, l.id AS observations, coalesce(g.last_seen, '') AS last "
            "FROM products m JOIN launches l ON l.product = m.id JOIN sources s ON s.id = l.source "
            f"LEFT JOIN launch_sightings g ON g.launch = l.id WHERE m.root {IN} ORDER BY l.first_seen, l.id",
            products,
        )
        found = {}
        for product, docs in rows.items():
            last = max(doc.pop("last") for doc in docs)
            for doc in docs:
                doc["observations"] = numbers.get(doc["observations"], [])
            found[product] = _Read(docs, last)
        return found

    def _page_data(self, products: str, quoted: Mapping[int, set[int]]) -> dict[int, _Read]:
        """The newest page of each address that was read for a product, and those its live facts and plans quote."""
        own = self._grouped(
            "SELECT DISTINCT m.root, pp.page, a.checked_at FROM products m JOIN product_pages pp ON pp.product = m.id "
            f"LEFT JOIN addresses a ON a.page = pp.page WHERE m.root {IN}",
            products,
        )
        wanted: dict[int, set[int]] = {}
        for product, pages in quoted.items():
            wanted[product] = pages | {row["page"] for row in own.get(product, ()) if row["checked_at"]}
        rows = self._rows(
            "SELECT p.id AS number, p.key AS id, p.url, p.final_url, p.status, p.fetched_at, p.body_hash, NULL AS own, "
            "nullif(s.hash, '') AS screenshot, nullif(s.why, '') AS no_screenshot "
            f"FROM pages p LEFT JOIN screenshots s ON s.page = p.id WHERE p.id {IN} "
            "ORDER BY p.final_url, p.fetched_at, p.id",
            json.dumps(sorted(set().union(*wanted.values()))),
        )
        places = {row.pop("number"): (place, row) for place, row in enumerate(rows)}
        found = {}
        for product, pages in wanted.items():
            read = {row["page"] for row in own.get(product, ())}
            ordered = sorted((*places[page], page) for page in pages)
            docs = [{**row, "own": page in read} for _, row, page in ordered]
            found[product] = _Read(docs, max((row["checked_at"] or "" for row in own.get(product, ())), default=""))
        return found

    def _change_data(self, products: str, after: int = 0) -> dict[int, list[Row]]:
        return self._grouped(
            "SELECT m.root, c.seq, c.at, c.op, c.field, c.before, c.after, c.why, c.who FROM products m "
            f"JOIN changes c ON c.product = m.id WHERE m.root {IN} AND c.seq > ? ORDER BY c.seq",
            products,
            after,
        )


# The products that changes after a `seq` tell of: of a merge both; of an end of one too. What each is part of today
# shows it as well.
_TOLD = (
    "SELECT seq, product AS id FROM changes WHERE seq > ?1 UNION SELECT c.seq, m.id FROM changes c JOIN products m "
    "ON m.slug = CASE c.op WHEN 'merge' THEN c.after ELSE c.before END WHERE c.seq > ?1 AND c.op IN ('merge', 'unmerge')"
)
_IN_1 = IN.replace("?", "?1")
LAST_SEEN = (
    "SELECT root, max(at) FROM (SELECT m.root, g.last_seen AS at FROM products m JOIN launches l ON l.product = m.id "
    f"JOIN launch_sightings g ON g.launch = l.id WHERE m.root {_IN_1} UNION ALL SELECT m.root, a.checked_at FROM products m "
    f"JOIN product_pages pp ON pp.product = m.id JOIN addresses a ON a.page = pp.page WHERE m.root {_IN_1}) GROUP BY root"
)
_PROGRAM = "SELECT value FROM meta WHERE key = 'documents'"  # which the kept lines are of
_NO_VOTES = {"ship": 0, "skip": 0}
_line_terms = lru_cache(10_000)(knowledge.line_terms)


def _price_point(row: Row) -> Row:
    terms = _line_terms(row["line"])
    same = {name: row[name] for name in ("plan", "amount", "currency", "period")}
    return {**same, **terms, "at": row["at"]}


@cache
def _program() -> str:
    """The hash of what makes documents: another program may tell another thing of the same rows."""
    tools = Path(__file__).parents[1]
    makers = ("knowledge.py", "models.py", "identity.py", "dossier.py", "views/documents.py")
    found = hashlib.sha256()
    for path in (*sorted(tools.joinpath("store").glob("*.py")), *(tools / name for name in makers)):
        found.update(path.read_bytes())
    return found.hexdigest()
