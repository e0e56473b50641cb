"""Recipes and their states."""

from __future__ import annotations

from tools import knowledge
from tools.knowledge import iso
from tools.store.connection import Connection, Row, hashed


class Recipes(Connection):
    """Statements over recipes."""

    def put_recipe(
        self, site: str, recipe_json: str, state: str, why: str = "", coverage: float | None = None, pages: int = 0
    ) -> int:
        """Keep a recipe or its new state; its number. state: proposed, active, retired."""
        key = knowledge.digest([site, recipe_json])[:32]
        row = {"key": key, "site": site, "recipe": recipe_json, "state": state, "why": why}
        with self.write():
            full = {**row, "coverage": coverage, "pages": pages, "at": iso(self.now())}
            self._upsert("recipes", [hashed("recipes", full)], ("key",), "row_hash")
            return int(self._value("SELECT id FROM recipes WHERE key = ?", key))

    def recipes(self, site: str | None = None, state: str | None = None) -> list[Row]:
        """Recipes, newest first: id, site, recipe (JSON text), state, why, coverage, pages, at."""
        rows = self._rows("SELECT * FROM recipes WHERE ?1 IS NULL OR site = ?1 ORDER BY id DESC", site)
        return [row for row in rows if state in (None, row["state"])]
