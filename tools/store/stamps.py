"""What stands for everything that is shown of a product, cheaper than reading it: a hash over its kept line, else over the
hashes of its rows."""

from __future__ import annotations

import json
from hashlib import sha256

from tools.store.connection import IN
from tools.store.documents import LAST_SEEN, Documents

# By table the rows of a product's family, f. Whatever never changes and hangs on such a row (a launch's source, the
# reviews of a panel, the bytes of a page) is told by that row.
_ROWS = {
    "products": "t.id = f.id",
    "aliases": "t.product = f.id",
    "facts": "t.product = f.id AND t.live = 1",
    "plans": "t.product = f.id AND t.live = 1",
    "plan_history": "t.product = f.id",
    "launches": "t.product = f.id",
    "overrides": "t.product = f.id",
    "votes": "t.product = f.id",
    "dossier_pages": "t.product = f.id",
    "measures": "t.product = f.id",
    "statements": "t.product = f.id",
    "voices": "t.product = f.id",
    "acts": "t.product = f.id",
    "logos": "t.product = f.id",
}
_FAMILY = (
    f"WITH f(id) AS MATERIALIZED (SELECT m.id FROM products p JOIN products m ON m.root = p.root WHERE p.slug {IN}) "
)
_STAMP = _FAMILY + " UNION ALL ".join(
    [
        *(f"SELECT t.row_hash FROM f CROSS JOIN {table} t ON {of}" for table, of in _ROWS.items()),
        *(
            f"SELECT e.row_hash FROM f CROSS JOIN {of}s t ON t.product = f.id AND t.live = 1 "
            f"CROSS JOIN evidence e ON e.{of} = t.id"
            for of in ("fact", "plan")
        ),
        *(
            f"SELECT t.row_hash FROM f CROSS JOIN product_pages pp ON pp.product = f.id CROSS JOIN {table} t ON t.page = pp.page"
            for table in ("addresses", "screenshots")
        ),
        "SELECT s.row_hash FROM f CROSS JOIN launches l ON l.product = f.id CROSS JOIN launch_sightings s ON s.launch = l.id",
        "SELECT t.row_hash FROM f CROSS JOIN panels t ON t.id = (SELECT max(id) FROM panels WHERE product = f.id)",
        # whatever is written to the log of one of them is newer than all before
        "SELECT max(c.seq) FROM f CROSS JOIN changes c ON c.product = f.id",
        "SELECT count(*) FROM f CROSS JOIN product_pages pp ON pp.product = f.id",
    ]
)


# An undone act is told by the act that undid it.
_ROOTS = f"SELECT DISTINCT root FROM products WHERE slug {IN} ORDER BY root"
_NEWEST_ACTS = (
    f"SELECT m.root, max(a.id) FROM products m JOIN acts a ON a.product = m.id WHERE m.root {IN} GROUP BY m.root"
)


class Stamps(Documents):
    """Reads that tell whether anything moved."""

    def stamp(self, *slugs: str) -> str:
        """What changes with anything that the documents of these products are made of; merges followed. A slug that no
        product has adds nothing. It may change as well when a line is kept or forgotten."""
        roots = [root for (root,) in self._tuples(_ROOTS, json.dumps(slugs))]
        keys = json.dumps(roots)
        lines = self._packed(keys)
        if len(lines) < len(roots):  # a line is forgotten with any change of what it tells
            told = [str(row[0]).encode() for row in self._tuples(_STAMP, json.dumps(slugs))]
        else:
            beside = [self._tuples(sql, keys) for sql in (LAST_SEEN, _NEWEST_ACTS)]
            told = [*(lines[root] for root in roots), repr((roots, beside)).encode()]
        return sha256(b"\n".join(told)).hexdigest()
