"""The editor's acts: edit, approve, reject, merge, unmerge, delete, undelete, override, undo.

Each is one transaction, leaves a change row that says who and why, and can be undone; `preview` does it and takes it back,
so that what is shown before cannot differ from what is done. A word of the editor's outranks every page and survives
refresh. And readers' votes."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from tools.errors import ScoutError, UnknownName, UsageError
from tools.knowledge import plan_from_words
from tools.models import CATEGORIES, FACT_FIELDS, IDENTITY_FIELDS, PERIODS, PRICING_MODELS
from tools.store import Store

if TYPE_CHECKING:
    from tools.views.documents import ProductDocument

_ADDRESSES = ("homepage", "repository")
_LONGEST = 2_000  # characters of a value or a reason
_FORM = 'A plan is written like "20 USD/month", "20 USD/month/seat", "free" or "unknown"'


def edit(store: Store, slug: str, words: tuple[str, ...], why: str, who: str) -> dict[str, Any]:
    """Set what the editor says; words: `field=value`, `plan:NAME=20 USD/month`; an empty value takes the word back.

    All of them or none. Errors: UsageError, UnknownName, before anything is written.
    """
    values = _values(words)
    check_why(why)

    def act(slug: str) -> None:
        for field, value in values.items():
            first = store.last_seq()
            store.edit_product(slug, field, value, why, who)
            if store.last_seq() == first:  # it confirms what is shown: an act all the same
                store.note(slug, "edit", field, after=value, why=why, who=who)

    return _acted(store, "edit", slug, act, why, who)


def set_status(store: Store, slug: str, status: str, why: str, who: str) -> dict[str, Any]:
    """Approve or reject; status: approved, rejected. It settles the open reasons to look. An approval needs no reason."""
    if why or status != "approved":
        check_why(why)

    def act(slug: str) -> None:
        first = store.last_seq()
        store.set_status(slug, status, why, who)
        if store.last_seq() == first:
            store.note(slug, "status", before=status, after=status, why=why, who=who)

    return _acted(store, "status", slug, act, why, who)


def override(store: Store, slug: str, persona: str, verdict: str, why: str, who: str) -> dict[str, Any]:
    """Put the editor's ship or skip in the place of a persona's; its own stays beside it. It counts until facts change.

    Errors: UnknownName for slug, persona and verdict; UsageError without a reason, or where no panel has met.
    """
    check_why(why)
    return _acted(
        store, "override", slug, lambda found: store.put_override(found, persona, verdict, why, who), why, who
    )


def vote(store: Store, slug: str, verdict: str, voter: str) -> dict[str, Any]:
    """Count a reader's ship or skip, one a voter; slug and both counts. Errors: UnknownName, UsageError."""
    found = living(store, slug)
    store.put_vote(found, voter, verdict)
    return {"slug": found, **store.votes(found)}


def delete(store: Store, slug: str, why: str, who: str) -> dict[str, Any]:
    """Take a product out of everything shown; a tombstone keeps later crawls from bringing it back."""
    check_why(why)
    return _acted(store, "delete", slug, lambda found: store.delete_product(found, why, who), why, who)


def undelete(store: Store, slug: str, why: str, who: str) -> dict[str, Any]:
    """Bring a deleted product back, with the status it had. Errors: UsageError when it is not deleted."""
    check_why(why)
    first, found = store.last_seq(), store.resolve(slug)
    with store.act("undelete", [found], why, who):
        store.undelete_product(found, why, who)
    return _report(store, found, first)


def undo(store: Store, slug: str, why: str, who: str) -> dict[str, Any]:
    """Take the newest act on a product back, whoever did it; `undone` says which. An undo needs no reason.

    Errors: UnknownName; UsageError when there is no act, or what it decided was changed since.
    """
    if why:
        check_why(why)
    first = store.last_seq()
    undone = store.undo(slug, why, who)
    return {**_report(store, slug, first), "undone": undone}


def merge(store: Store, slug: str, into: str, why: str, who: str) -> dict[str, Any]:
    """Make SLUG part of INTO; `unmerge` restores both."""
    check_why(why)
    loser, winner = living(store, slug), living(store, into)
    first = store.last_seq()
    with store.act("merge", [loser, winner], why, who):
        store.merge(loser, winner, why, who)
    return _report(store, loser, first)


class TakenBack(ScoutError):
    """Ends the transaction of a preview: what was done in it is taken back."""


def preview(store: Store, slug: str, act: Callable[[], object]) -> dict[str, Any]:
    """What an act would make of a product, which stays as it is: slug, name, rows (field, before, after of what changes),
    review (whether its panel meets again), published (what becomes of its page).

    Errors: those of the act.
    """
    found = store.resolve(slug)
    document = store.document(found)
    before, after, waits = _state(store, found), dict[str, str](), False
    with suppress(TakenBack), store.write():
        act()
        after, waits = _state(store, found), found in store.awaiting_review()
        raise TakenBack
    rows = [
        {"field": name, "before": before[name], "after": after[name]} for name in after if before[name] != after[name]
    ]
    return {
        "slug": found,
        "name": document.name,
        "rows": rows,
        "review": waits and found not in store.awaiting_review(),
        "published": _published(before["status"], after["status"], bool(rows)),
    }


def _state(store: Store, slug: str) -> dict[str, str]:
    """What a product shows, with its status, the reasons to look and how each critic's vote counts."""
    document = store.document(slug)
    status = "merged" if store.resolve(slug) != slug else document.status
    votes = {
        f"vote of {name}": review.heeded or "none"
        for name, review in (document.panel.reviews.items() if document.panel else ())
    }
    told = {"license": document.license or "", "tags": ", ".join(document.tags), "category": document.category or ""}
    looks = {"reasons to look": "; ".join(document.needs_look)}
    return {"status": status, **_shown(document), **told, "pricing_model": document.pricing_model, **looks, **votes}


_OFF = ("deleted", "merged")  # what has no page of its own


def _published(before: str, after: str, moves: bool) -> str:
    if after in _OFF and before not in _OFF:
        return "its page goes with the next export"
    if before in _OFF and after not in _OFF:
        return "its page comes back with the next export"
    return "its page changes with the next export" if moves else "nothing changes"


def merge_preview(store: Store, slug: str, into: str, why: str, who: str) -> list[dict[str, str]]:
    """What INTO would show with SLUG merged into it, a row a field: field, merged (what SLUG shows), before, after.

    It is merged and taken back in one transaction, so that the preview cannot differ from the act. Errors: as of merge.
    """
    check_why(why)
    loser, winner = living(store, slug), living(store, into)
    merged, before, after = _shown(store.document(loser)), _shown(store.document(winner)), dict[str, str]()
    with suppress(TakenBack), store.write():
        store.merge(loser, winner, why, who)
        after = _shown(store.document(winner))
        raise TakenBack
    return [
        {"field": name, "merged": merged[name], "before": before[name], "after": after[name]}
        for name in after
        if merged[name] or before[name]
    ]


def _shown(document: ProductDocument) -> dict[str, str]:
    """What a product shows, in words: who it is, what it costs, what the panel says."""
    from tools.views.price_words import plan_price

    values = {name: getattr(document, name) or "" for name in IDENTITY_FIELDS}
    shown = {name: value if isinstance(value, str) else ", ".join(value) for name, value in values.items()}
    shown["prices"] = "; ".join(f"{plan.name or 'plan'}: {plan_price(plan)}" for plan in document.plans)
    panel = document.panel
    return {**shown, "verdict": f"{panel.verdict}{' (stale)' if panel.stale else ''}" if panel else ""}


def unmerge(store: Store, slug: str, why: str, who: str) -> dict[str, Any]:
    """Make a merged product one of its own again."""
    check_why(why)
    first = store.last_seq()
    with store.act("unmerge", [slug, store.resolve(slug)], why, who):
        store.unmerge(slug, why, who)
    return _report(store, slug, first)


def _acted(store: Store, op: str, slug: str, act: Callable[[str], None], why: str, who: str) -> dict[str, Any]:
    """Do it to a product that is there, in one transaction; its state and the rows written."""
    found = living(store, slug)
    first = store.last_seq()
    with store.act(op, [found], why, who):
        act(found)
    return _report(store, found, first)


def _report(store: Store, slug: str, first: int) -> dict[str, Any]:
    about: dict[str, Any] | None = store.card(slug)
    if about is None:  # it was deleted, or merged: what is left of it has no card
        document = store.document(slug)
        about = {"slug": document.slug, "status": document.status, "needs_look": document.needs_look}
        about |= {"panel_stale": bool(document.panel and document.panel.stale)}
    told = {name: about[name] for name in ("slug", "status", "needs_look", "panel_stale")}
    return {**told, "changes": store.changes_after(first)}


def living(store: Store, slug: str) -> str:
    """The slug, merges followed. Errors: UnknownName; UsageError for a deleted product."""
    found = store.resolve(slug)
    if not store.stands(found):
        raise UsageError(f"{slug} was deleted; its tombstone stays, and nothing more is done to it.")
    return found


def check_why(why: str) -> None:
    """Nothing, for a reason that says something. Errors: UsageError."""
    if not why.strip() or len(why) > _LONGEST:
        raise UsageError(
            f"Say why in a few words, at most {_LONGEST:,} characters, for the change log (in a command: --why)."
        )


def _values(words: tuple[str, ...]) -> Mapping[str, str]:
    """The values by field, each checked. Errors: UsageError, UnknownName."""
    if not words:
        raise UsageError(f"Nothing to edit: give field=value. {_fields()}")
    values: dict[str, str] = {}
    for word in words:
        field, equals, value = word.partition("=")
        field = field.strip()
        if not equals:
            raise UsageError(f"An edit is written field=value; got {word[:80]!r}. {_fields()}")
        if field in values:
            raise UsageError(f"{field} is given twice; give it once.")
        _check(field, value.strip())
        values[field] = value.strip()
    return values


def _fields() -> str:
    return f"Fields: {', '.join(FACT_FIELDS)}, plan:NAME."


def _check(field: str, value: str) -> None:
    if field.startswith("plan:"):
        _check_plan(field.removeprefix("plan:").strip(), value)
        return
    if field not in FACT_FIELDS:
        near = difflib.get_close_matches(field, FACT_FIELDS, n=1)
        raise UsageError(f"No field called {field[:80]!r}. {f'Did you mean {near[0]}? ' if near else ''}{_fields()}")
    if len(value) > _LONGEST:
        raise UsageError(f"{field} takes at most {_LONGEST} characters; got {len(value)}.")
    if not value:
        return
    if field == "pricing_model" and value not in PRICING_MODELS:
        raise UnknownName("pricing model", value, PRICING_MODELS)
    if field == "category" and value not in CATEGORIES:
        raise UnknownName("category", value, CATEGORIES)
    if field in _ADDRESSES and not _is_address(value):
        raise UsageError(f"{field} takes an address like https://example.org/; got {value[:80]!r}.")


def _is_address(value: str) -> bool:
    try:
        parts = urlsplit(value)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.hostname) and not re.search(r"\s", value)


def _check_plan(name: str, value: str) -> None:
    if not name:
        raise UsageError(f"A plan has a name: plan:Team=… {_FORM}.")
    if not value:
        return
    try:
        plan = plan_from_words(name, value)
    except UsageError:
        raise UsageError(f"{_FORM}; got {value[:80]!r}.") from None
    sound = plan.currency is None or re.fullmatch(r"[A-Z]{3}", plan.currency)
    if not sound or plan.period not in (None, *PERIODS):
        raise UsageError(f"{_FORM}; the period is one of {', '.join(PERIODS)}; got {value[:80]!r}.")
