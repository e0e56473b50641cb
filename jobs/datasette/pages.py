"""The store as Datasette shows it: row pages for views too, links by slug, and no way to write."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from datasette import hookimpl
from datasette.app import Datasette
from datasette.database import Database
from datasette.plugins import pm
from datasette.utils import tilde_encode
from markupsafe import Markup

from tools.errors import StoreError

NAME = "store"  # in addresses and in metadata.yml, whatever the file is called
METADATA = Path(__file__).with_name("metadata.yml")
# Views whose column id is the key of a table: their rows have pages, and what points to that row is linked there.
VIEWS = {"product_cards": "products", "products_awaiting_review": "products"}
SETTINGS = {
    "default_page_size": 50,
    "sql_time_limit_ms": 3_000,
    "facet_time_limit_ms": 500,
    "suggest_facets": False,  # those that help are named in metadata.yml
    "allow_download": False,
    "truncate_cells_html": 400,
}


def instance(store_path: Path | str) -> Datasette:
    """Datasette over one store. Writers elsewhere go on; here nothing is written."""
    import yaml

    if not pm.has_plugin(_Links.__name__):
        pm.register(_Links, _Links.__name__)
    metadata = yaml.safe_load(METADATA.read_text(encoding="utf-8"))
    made = Datasette([], metadata=metadata, settings=SETTINGS)
    made.remove_database("_memory")
    made.add_database(_ReadOnly(made, path=str(store_path)), name=NAME)
    return made


class _ReadOnly(Database):  # type: ignore[misc] # Datasette ships no types
    """A database that opens for reading only, and whose views have row pages."""

    def connect(self, write: bool = False) -> Any:
        if write:
            raise StoreError("The store may only be read here; `scout edit` and its like change it.")
        return super().connect()

    async def primary_keys(self, table: str) -> list[str]:
        return ["id"] if table in VIEWS else list(await super().primary_keys(table))

    async def get_all_foreign_keys(self) -> dict[str, Any]:
        found: dict[str, Any] = await super().get_all_foreign_keys()
        return {**found, **{view: found[table] for view, table in VIEWS.items()}}


PRIVATE = ("subscribers", "address")  # of readers: an empty cell here, whatever is asked


def _authorizer(action: int, first: str | None, second: str | None, *_: object) -> int:
    private = action == sqlite3.SQLITE_READ and (first, second) == PRIVATE
    return sqlite3.SQLITE_IGNORE if private else sqlite3.SQLITE_OK


class _Links:
    """What a cell leads to, beyond Datasette's own links. Text of the store is escaped, as everywhere."""

    @staticmethod
    @hookimpl  # type: ignore[untyped-decorator] # Datasette ships no types
    def prepare_connection(conn: sqlite3.Connection) -> None:
        """Readers' addresses are read as nothing."""
        conn.set_authorizer(_authorizer)

    @staticmethod
    @hookimpl  # type: ignore[untyped-decorator] # Datasette ships no types
    def render_cell(value: Any, column: str, table: str | None, database: str, datasette: Datasette) -> Markup | None:
        """A slug leads to the facts of its product, the id in a view to its row page."""
        if database != NAME or value is None:
            return None
        if column == "slug":
            return _link(f"{datasette.urls.query(NAME, 'product')}?{urlencode({'slug': value})}", value)
        if column == "id" and table in VIEWS:
            return _link(datasette.urls.row(NAME, table, tilde_encode(str(value))), value)
        return None


def _link(address: str, text: object) -> Markup:
    return Markup('<a href="{}">{}</a>').format(address, text)
