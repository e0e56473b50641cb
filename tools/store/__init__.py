"""Every statement that reads or writes store.db, one module a noun.

The way of a write: `write()` opens one short BEGIN IMMEDIATE transaction, unique keys make it idempotent, and each row
that holds knowledge leaves with a hash over its columns. Each noun is a class that inherits those whose rows it needs:
opening → connection → identities → shown (facts, plans, change log) → proposals, editors → acts, panels, dossiers →
documents → standings.
"""

from __future__ import annotations

from tools.store.acts import Acts
from tools.store.connection import Counts, Row, utc_now
from tools.store.integrity import Integrity
from tools.store.ledger import Ledger
from tools.store.letters import Letters
from tools.store.lists import Lists
from tools.store.notices import Notices
from tools.store.opening import connect, use_wal
from tools.store.pages import Pages
from tools.store.proposals import Proposals
from tools.store.runs import Runs
from tools.store.stamps import Stamps
from tools.store.standings import Standings
from tools.store.tracked import Tracked
from tools.store.upkeep import Upkeep

__all__ = ["Counts", "Row", "Store", "connect", "use_wal", "utc_now"]


class Store(
    Pages, Proposals, Acts, Standings, Integrity, Tracked, Lists, Runs, Ledger, Upkeep, Notices, Letters, Stamps
):
    """store.db: one connection behind one lock, usable from several threads. Make it with `Store.open`."""
