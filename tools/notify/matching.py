"""What of the change log, the sources and the runs a rule wants. Pure: what it looks up is handed in."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from decimal import Decimal
from typing import Any

from tools.identity import address_key
from tools.knowledge import over_address, over_reason, plan_of_text
from tools.models import Plan
from tools.notify.rules import OF_PRODUCTS, Rule
from tools.patterns import SUBJECT_CHARS
from tools.store.notices import Found

Row = Mapping[str, Any]
Before = Callable[[str, int], str | None]  # the verdict line of a product before a change row


def found_in(
    rule: Rule, row: Row, subject: Row | None, before: Before, is_over: Callable[[str], bool]
) -> Iterator[Found]:
    """What a rule wants of one row of the change log.

    subject: the row's product, None where it is shown no more. is_over: whether the newest panel of a product quotes its
    own notice that it is over.
    """
    if subject is None or not _narrowed(rule, subject):
        return
    over = is_over if "over" in rule.about else _never  # it has a panel read
    for found in _news(row, subject, before, over):
        if found.about in rule.about and _wanted(rule, found):
            yield found


def _never(_: str) -> bool:
    return False


def _news(row: Row, subject: Row, before: Before, is_over: Callable[[str], bool]) -> Iterator[Found]:
    if row["op"] == "new":
        yield _found("new", row)
    elif row["op"] == "plan" and row["before"] is not None and row["before"] != row["after"]:
        yield _found("price", row)
    elif row["op"] == "panel" and row["after"]:
        was = row["before"] or before(row["slug"], row["seq"])
        if was is None or verdict_of(was) != verdict_of(row["after"]):
            yield _found("verdict", row, before=was)
        if is_over(row["slug"]):
            yield _found("over", row, event=f"over:{row['slug']}", why="Its own pages say that it is over.")
    elif row["op"] == "status" and (reason := over_reason(row["why"])):
        gone = over_address(reason)
        home = subject["homepage"]
        if not gone or (home and address_key(gone) == address_key(home)):
            yield _found("over", row, event=f"over:{row['slug']}", why=reason)


def _found(about: str, row: Row, **more: Any) -> Found:
    change = f"{about}:{row['seq']}"
    same = {name: row[name] for name in ("slug", "at", "field", "before", "after", "why")}
    return Found(**{"event": change, "change": change, "about": about, **same, **more})


def _narrowed(rule: Rule, subject: Row) -> bool:
    """Whether a product is of the rule's category and kinds and holds one of its words."""
    if rule.category and subject["category"] not in rule.category:
        return False
    if rule.kinds and subject["kind"] not in rule.kinds:
        return False
    texts = [subject["name"], subject["tagline"] or "", *_pieces(subject["description"] or ""), *subject["tags"]]
    return not rule.words or any(word.search(text[:SUBJECT_CHARS]) for word in rule.words for text in texts)


def _pieces(text: str, most: int = 20) -> list[str]:
    """A long text in pieces that a safe pattern may be run over, cut between words."""
    pieces = re.findall(rf"\S.{{0,{SUBJECT_CHARS - 1}}}(?!\S)", " ".join(text.split()))
    return pieces[:most]


def _wanted(rule: Rule, found: Found) -> bool:
    if found.about == "verdict":
        return not rule.verdicts or verdict_of(found.after) in rule.verdicts
    if found.about != "price" or (rule.up is None and rule.down is None):
        return True
    moved = share(found.before, found.after)
    if moved is None:
        return False
    least = rule.up if moved > 0 else rule.down
    return least is not None and abs(moved) >= Decimal(str(least))


def verdict_of(line: str | None) -> str:
    """The verdict of a panel's line: “Ship” of “Ship · 3 ship / 1 skip”."""
    return (line or "").partition(" · ")[0]


def share(before: str | None, after: str | None) -> Decimal | None:
    """By what share a price of the change log moved: 0.25 is a quarter up, infinite is up from nothing.

    None where it cannot be told: another currency, period, unit, billing or qualifier, unknown, gone.
    """
    one, other = (plan_of_text("", text) for text in (before, after))
    if one is None or other is None or one.amount is None or other.amount is None:
        return None
    if one.amount and other.amount and _terms(one) != _terms(other):
        return None
    if not one.amount:
        return Decimal("Infinity") if other.amount else Decimal(0)
    return (other.amount - one.amount) / one.amount


def _terms(plan: Plan) -> tuple[str | None, ...]:
    return plan.currency, plan.period, plan.unit, plan.billed, plan.qualifier


def concerns_products(rule: Rule) -> bool:
    """Whether a rule has to look at the rows of the change log one by one."""
    return any(about in OF_PRODUCTS for about in rule.about)


def broken_sources(rule: Rule, sources: Iterable[Row], known: Iterable[str], at: str) -> tuple[list[Found], list[str]]:
    """Sources that stopped being read since the rule last looked, and the names of all that are not read now."""
    if "source" not in rule.about:
        return [], []
    failing = {row["name"]: row["last_error"] for row in sources if row["enabled"] and row["last_error"]}
    fresh = [name for name in sorted(failing) if name not in set(known)]
    found = [_event(f"source:{name}:{at}", "source", at, field=name, why=failing[name]) for name in fresh]
    return found, sorted(failing)


def failed(rule: Rule, failures: Iterable[Row]) -> list[Found]:
    """Runs and jobs that failed. failures: id, name, at, why."""
    if "job" not in rule.about:
        return []
    return [_event(f"job:{row['id']}", "job", row["at"], field=row["name"], why=row["why"]) for row in failures]


def many_looks(rule: Rule, count: int, was_above: bool, at: str) -> tuple[list[Found], bool]:
    """That more products than the rule's number need a look, once as they pass it; and whether they are above it."""
    above = "looks" in rule.about and count > rule.above
    if not above or was_above:
        return [], above
    return [_event(f"looks:{at}", "looks", at, before=str(rule.above), after=str(count))], above


def _event(event: str, about: str, at: str, **facts: Any) -> Found:
    return Found(event=event, change=event, about=about, at=at, **facts)


def watched(watch: Row, row: Row) -> Found:
    """That a saved search finds the product of a change row for the first time. A product that is new is so once, whether
    a rule or a search found it."""
    return _found(
        "watch", row, event=f"watch:{watch['id']}:{row['slug']}", change=f"new:{row['seq']}", why=watch["words"]
    )
