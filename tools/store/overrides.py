"""The editor's word against a persona's: its vote stands in, the original and the reason stay."""

from __future__ import annotations

from collections.abc import Mapping

from tools import knowledge
from tools.errors import UnknownName, UsageError
from tools.knowledge import iso
from tools.models import VOTES
from tools.store.connection import Row, hashed
from tools.store.shown import Shown


class Overrides(Shown):
    """Statements over overrides, and what they make of a panel."""

    def put_override(self, slug: str, persona: str, vote: str, why: str, who: str) -> None:
        """Let an editor's vote stand in for a persona's on the newest panel; a later one replaces it.

        The review stays as it was written, the change log keeps every override. It is made on the facts of now, which
        may be newer than the panel, and counts until they change. Errors: UnknownName for slug, persona, vote; UsageError
        without a panel.
        """
        if vote not in VOTES:
            raise UnknownName("verdict", vote, VOTES)
        with self.write():
            product, at = self._product(slug), iso(self.now())
            panel = self._newest_panel(product["id"])
            if panel is None:
                raise UsageError(f"{slug} has no panel yet. Review it first: scout review {slug}")
            votes = self._panel_votes(panel["id"])
            if persona.lower() not in votes:
                raise UnknownName("persona", persona, votes)
            name, before = persona.lower(), {**votes, **self._counting(panel)}[persona.lower()]
            row = {"product": product["id"], "persona": name, "content_hash": product["content_hash"], "vote": vote}
            row |= {"why": why, "who": who, "at": at}
            self._upsert("overrides", [hashed("overrides", row)], ("product", "persona"), "row_hash")
            self._log(product["id"], at, "override", field=name, before=before, after=vote, why=why, who=who)
            line = self._heed_overrides(panel)
            if line != panel["line"]:
                self._log(product["id"], at, "panel", before=panel["line"], after=line, why=why, who=who)

    def overrides(self, slug: str) -> list[Row]:
        """An editor's votes on a product, one a persona: persona, content_hash, vote, why, who, at."""
        return self._overrides(self._product(slug)["id"])

    def _overrides(self, product: int) -> list[Row]:
        columns = "persona, content_hash, vote, why, who, at"
        return self._rows(f"SELECT {columns} FROM overrides WHERE product = ? ORDER BY persona", product)

    def _newest_panel(self, product: int) -> Row | None:
        return self._row("SELECT * FROM panels WHERE product = ? ORDER BY id DESC LIMIT 1", product)

    def _panel_votes(self, panel: int) -> dict[str, str | None]:
        """What the reviewers of a panel voted, by persona in lower case."""
        rows = self._rows("SELECT persona, vote FROM reviews WHERE panel = ? ORDER BY id", panel)
        return {row["persona"].lower(): row["vote"] for row in rows}

    def _counting(self, panel: Row) -> dict[str, str]:
        """The overrides that count on a panel, by persona: those made on its facts, or on the product's facts of now."""
        now = self._value("SELECT content_hash FROM products WHERE id = ?", panel["product"])
        rows = self._overrides(panel["product"])
        return {row["persona"]: row["vote"] for row in rows if row["content_hash"] in (panel["content_hash"], now)}

    def _content_changed(self, product: int) -> None:
        """An override counts no longer where facts changed after it: the newest panel's verdict without it."""
        panel = self._newest_panel(product)
        if panel:
            self._heed_overrides(panel)

    def _heed_overrides(self, panel: Row) -> str:
        """Set a panel's verdict, line and counts to what overrides make of them; the line shown from now on."""
        votes = self._panel_votes(panel["id"])
        shown = _heeded(panel, votes, {**votes, **self._counting(panel)})
        self._update("panels", panel["id"], **shown)
        return str(shown["line"])


def _heeded(panel: Row, votes: Mapping[str, str | None], heeded: Mapping[str, str | None]) -> Row:
    """The columns of a panel that overrides change. votes: the reviewers'; heeded: with the editor's in their place."""
    own, line = panel["original_verdict"] or panel["verdict"], panel["original_line"] or panel["line"]
    cast = [heeded[persona] for persona in votes]
    verdict = knowledge.overridden(own, list(votes.values()), cast)
    ships, skips, no_take = knowledge.tally(cast)
    shown: Row = {"verdict": verdict, "line": knowledge.panel_line(verdict, cast)}
    shown |= {"ships": ships, "skips": skips, "no_take": no_take}
    differs = shown["line"] != line
    return {**shown, "original_verdict": own if differs else None, "original_line": line if differs else None}
