"""The acts that the console's forms ask for: each one of jobs/edit.py, on a product that still stands as it was shown."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from starlette.responses import Response

from jobs import edit
from jobs.console.forms import Refused
from jobs.console.visit import Visit
from jobs.inbox import take
from tools.errors import UnknownName
from tools.store import Store

_ON_WHAT_IS_GONE = ("undelete", "unmerge")


@dataclass(frozen=True, slots=True)
class Act:
    """What a form asks for. done: in the past tense; do: to a product, its report."""

    name: str
    done: str
    do: Callable[[Store, str], dict[str, Any]]


def asked(visit: Visit) -> Act:
    """The act of a form, by its field `act`, or `take` with a candidate. Errors: UnknownName."""
    why, who, word = visit.form.word("why"), visit.editor, visit.form.word
    if word("take"):
        return Act("take", "Corrected", lambda store, slug: take(store, slug, word("take"), who))
    known = {
        "approve": Act("approve", "Approved", lambda store, slug: edit.set_status(store, slug, "approved", why, who)),
        "reject": Act("reject", "Rejected", lambda store, slug: edit.set_status(store, slug, "rejected", why, who)),
        "edit": Act("edit", "Edited", lambda store, slug: edit.edit(store, slug, (_edited(visit),), why, who)),
        "override": Act(
            "override",
            "Overrode a vote on",
            lambda store, slug: edit.override(store, slug, word("persona"), word("verdict"), why, who),
        ),
        "delete": Act("delete", "Deleted", lambda store, slug: edit.delete(store, slug, why, who)),
        "undelete": Act("undelete", "Brought back", lambda store, slug: edit.undelete(store, slug, why, who)),
        "unmerge": Act("unmerge", "Parted", lambda store, slug: edit.unmerge(store, slug, why, who)),
        "undo": Act("undo", "Undid the last act on", lambda store, slug: edit.undo(store, slug, why, who)),
    }
    if word("act") not in known:
        raise UnknownName("act", word("act")[:80], known)
    return known[word("act")]


def act_on(visit: Visit, act: Act, slugs: Sequence[str], to: str) -> Response:
    """Do it to all of them or to none, and go on to a page that tells it. Errors: Refused; those of the act."""
    if not slugs:
        raise Refused(400, "No product was chosen: tick those that are meant. Nothing was changed.")
    with visit.writing() as store:
        for slug in slugs:
            there(visit, store, slug, act.name)
            visit.unmoved(store, slug)
        reports = [act.do(store, slug) for slug in slugs]
        names = [store.own_name(slug) for slug in slugs]
        seen = store.last_seq()
    undo = () if act.name == "undo" else slugs
    sentence = f"{act.done} {names[0] if len(names) == 1 else f'{len(names)} products'}."
    stale = any(report.get("panel_stale") for report in reports)
    return visit.go(to, f"{sentence}{' Its panel meets again.' if stale and len(names) == 1 else ''}", undo, seen)


def there(visit: Visit, store: Store, slug: str, name: str) -> None:
    """Pass when a product can still be acted on. Errors: Refused with 410 when it was deleted or merged meanwhile."""
    if name in (*_ON_WHAT_IS_GONE, "undo") or store.stands(slug):
        return
    into = store.resolve(slug)  # UnknownName where there never was one
    last = next((row for row in reversed(store.history(slug)) if row.op in ("delete", "merge")), None)
    who = f" by {last.who}" if last and last.who else ""
    if into != slug and store.stands(into):
        raise Refused(
            410, f"{slug} was merged into {into}{who}. Nothing was changed; act on {into}, or part them first."
        )
    raise Refused(410, f"{slug} was deleted{who}. Nothing was changed; bring it back on its page first, or leave it.")


def _edited(visit: Visit) -> str:
    """The edit of a form as `field=value`; a new plan has its name in a field of its own."""
    field, value = visit.form.word("field"), visit.form.word("value").replace("\r\n", "\n")
    return f"plan:{visit.form.word('plan')}={value}" if field == "plan" else f"{field}={value}"
