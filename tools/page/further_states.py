"""Prices that a page holds ready for a press of its switch: in panes that are not open, in attributes, in its scripts.

No reader sees them at first glance, so each is quoted as markup. An element that nothing on the page opens stays hidden,
whatever it says; an attribute or a script counts only where it also gives an amount that the page shows.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Container, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal

from selectolax.lexbor import LexborHTMLParser, LexborNode

from tools.knowledge import THRESHOLD
from tools.models import Evidence, Plan
from tools.page.price_switch import with_state
from tools.page.pricing.money import ANY, find_money, read_amount
from tools.page.pricing.numerals import NUMBER
from tools.page.pricing.terms import period_of
from tools.page.visible import SOFT, View, clean

_READY = 0.85  # the most that a price nobody sees at first glance is worth
_MOST_CLOSED, _MOST_PANES, _MOST_STATES = 2_000, 60, 3
_MOST_LINES = 4_000  # of a page that is read once more for its panes
_LONGEST_PANE = 30_000  # characters
_LONGEST_TEXT = 40  # of an element whose amount its attributes tell again
# What says for which time a pane's prices hold, what a script shows it by, and what a control points at it with.
_TELLING = ("id", "class", "x-show", "v-show", "ng-show", "data-state", "data-tab", "data-period", "data-billing")
_BY_SCRIPT = ("x-show", "v-show", "ng-show", "data-state")
_CONTROLS = "button,a[href^='#'],label[for],[role=tab],[aria-controls],[data-tab],[data-target],[data-bs-target]"
_POINTING = ("aria-controls", "href", "data-target", "data-bs-target", "data-tab", "for", "id")
_TIMED = re.compile(r"month|year|annual|quarter|mensual|mensuel|anual|annuel|jahr|monat", re.IGNORECASE)
_PANE = re.compile(r"(?:^|[\s_-])(?:tabs?|panes?|panels?|tabpanel|switch\w*|toggle\w*)(?:$|[\s_-])", re.IGNORECASE)
_TIMED_ATTRIBUTE = re.compile(r"data-(?:\w{1,30}-){0,4}(?:month|year|annual|quarter)[\w-]{0,40}(?==)")
_NUMBER = re.compile(NUMBER)
_PRICE = re.compile(r"(?:[^\w\s]|[A-Z]{2,3})?\s?\d[\d.,' ]*(?:\s?[^\w\s]|\s?[A-Z]{2,3})?")
_LONGEST_SCRIPT = 400_000
_OBJECT = re.compile(r"\{[^{}]{0,600}\}")
_ENTRY = re.compile(
    r"""\\?["']?(?P<key>[A-Za-z_]{0,24}(?:month|year|annual)[A-Za-z_]{0,24})\\?["']?\s*:\s*(?:\\?["'])?(?P<value>[^\w\s"'\\,{}\[\]]{0,3}\d[\d.,]{0,9})(?![\w.])""",
    re.IGNORECASE,
)
_CALLED = re.compile(
    r"""\\?["']?(?:name|title|label|plan|tier)\\?["']?\s*:\s*\\?["'](?P<name>[^"'\\{}]{1,40})\\?["']"""
)
_WHOSE = 300  # characters before an object in which its name may stand

Reader = Callable[[View], list[Plan]]


@dataclass(slots=True)
class _State:
    """One further state. `said`: texts that say another amount; `amounts`: these, with the attributes they come from;
    `period`, `first`: for which time its prices hold and those of the page as it came, "" for unknown; `told`: what says so."""

    opened: list[LexborNode] = field(default_factory=list)
    shut: list[LexborNode] = field(default_factory=list)
    said: dict[int, str] = field(default_factory=dict)
    amounts: dict[Decimal, Evidence] = field(default_factory=dict)
    period: str = ""
    first: str = ""
    told: Evidence | None = None


def with_further_states(plans: Sequence[Plan], view: View, html: str, url: str, read: Reader) -> list[Plan]:
    """The plans of the page and those that its closed panes, attributes and scripts add, in this order.

    read: the sure plans of a view. Most pages hold nothing of the kind, and none of them is read again.
    """
    found = list(plans)
    switched = bool(plans) and _speaks_of_years(html)
    states = [*_of_panes(view, url), *(_of_attributes(view, html, url) if switched else ())]
    shown = {clean(line.text) for line in view.lines} if states else set()
    for state in states:
        turned = view.turned((n.mem_id for n in state.opened), (n.mem_id for n in state.shut), state.said)
        own = [clean(line.text) for line in turned.lines if line.shade == SOFT] if state.opened else []
        told = {(plan.name, plan.amount) for plan in found}
        there = [plan for plan in map(_state_plan(state, shown, own, told), read(turned)) if plan is not None]
        known = {plan.name for plan in found}
        of_known = {plan.amount for plan in there if plan.name in known}
        there = [plan for plan in there if plan.name in known or plan.amount not in of_known]
        there = [replace(plan, confidence=min(plan.confidence, _READY)) for plan in there]
        found = with_state(found, there, state.period, state.first, state.told)
    return _with_scripts(found, view.tree, url) if switched else found


def _speaks_of_years(text: str) -> bool:
    """Whether a text holds a word for a yearly price; many times as fast as a pattern."""
    return any(word in text for word in ("early", "nnual", "year", "quarter"))


def _state_plan(
    state: _State, shown: set[str], own: Sequence[str], told: Container[tuple[str, Decimal | None]]
) -> Callable[[Plan], Plan | None]:
    """What makes a plan of a state out of one read there: quoted where it stands; None for one that the page shows anyway.

    shown: the lines of the page as it came; own: those that the state opens. told: the plans known by now.
    """

    def of_state(plan: Plan) -> Plan | None:
        if not plan.amount or not plan.evidence:
            return None
        if clean(plan.evidence[0].quote) in shown:
            # A sentence that every reader sees may tell again what the pane says, of a plan with another price until now.
            again = None if (plan.name, plan.amount) in told else _saying(own, shown, plan.amount)
            first = replace(plan.evidence[0], quote=again or "", place="markup")
            return replace(plan, evidence=(first, *plan.evidence[1:])) if again else None
        if state.said:
            source = state.amounts.get(plan.amount)
            # The words beside the amount are those of the state that the page shows.
            return replace(plan, period=None, evidence=(source, *plan.evidence[1:])) if source else None
        return plan if plan.evidence[0].place == "markup" else None

    return of_state


def _saying(own: Sequence[str], shown: set[str], amount: Decimal) -> str | None:
    """The first line of a state's own that says an amount, beside those that the page shows anyway."""
    new = (text for text in own if text not in shown)
    return next((text for text in new if any(money.amount == amount for money in find_money(text, ANY))), None)


def _of_panes(view: View, url: str) -> list[_State]:
    """The states in which panes are open that now are closed: the first of each group of panes, the second, the third."""
    held = [node for node in view.closed[:_MOST_CLOSED] if _holds_price(node)][:_MOST_PANES]
    if not held or len(view.lines) > _MOST_LINES:
        return []
    pointed = _pointed_at(view.tree)
    states: list[_State] = []
    closed = {node.mem_id for node in view.closed}
    count: dict[int, int] = defaultdict(int)
    for pane in held:
        parent = pane.parent.mem_id if pane.parent is not None else 0
        number = count[parent]
        if number >= _MOST_STATES:
            continue
        label = _opened_by(pane, pointed)
        beside = [
            node
            for node in _siblings(pane)
            if node.mem_id not in closed and (label is not None or _is_counterpart(pane, node)) and _holds_price(node)
        ]
        if label is None and not beside:
            continue
        count[parent] += 1
        if number == len(states):
            states.append(_State())
        state = states[number]
        state.opened.append(pane)
        state.shut += beside
        period, told = _time_of(pane, label or "", url)
        if len(state.opened) == 1:
            state.period, state.told = period, told
        elif state.period != period:
            state.period, state.told = "", None
    for state in states:
        state.first = {"year": "month", "month": "year"}.get(state.period, "")
    return states


def _holds_price(node: LexborNode) -> bool:
    text = node.text() or ""
    return len(text) <= _LONGEST_PANE and any(True for _ in find_money(" ".join(text.split())))


def _pointed_at(tree: LexborHTMLParser) -> dict[str, str]:
    """What the page's controls point at, by id or by the name it ends with, and their words."""
    found: dict[str, str] = {}
    for node in tree.css(_CONTROLS)[:800]:
        attributes = node.attributes
        words = clean(node.text() or "")[:80]
        for name in _POINTING:
            if (value := (attributes.get(name) or "").lstrip("#")) and (
                name != "id" or attributes.get("role") == "tab"
            ):
                found.setdefault(value, words)
    return found


def _opened_by(pane: LexborNode, pointed: Mapping[str, str]) -> str | None:
    """The words of the control that opens a pane; None where none points at it."""
    attributes = pane.attributes
    name = attributes.get("id") or ""
    for one in (name, attributes.get("aria-labelledby") or ""):
        if one and one in pointed:
            return pointed[one]
    ending = next((one for one in pointed if len(one) > 2 and name.endswith((f"-{one}", f"_{one}"))), None)
    return None if ending is None else pointed[ending]


def _siblings(node: LexborNode) -> Iterator[LexborNode]:
    parent = node.parent
    child = parent.first_child if parent is not None else None
    for _ in range(60):
        if child is None:
            return
        if child.tag == node.tag and child.mem_id != node.mem_id:
            yield child
        child = child.next


def _is_counterpart(pane: LexborNode, other: LexborNode) -> bool:
    """Whether an open element stands where the pane would: of the same make, or for another time."""
    names, others = (_names(node) for node in (pane, other))
    one, two = pane.attributes, other.attributes
    alike = one.get("role") == two.get("role") == "tabpanel" or any(key in one and key in two for key in _BY_SCRIPT)
    alike = alike or any(_PANE.search(name) and name in others for name in names)
    return alike or any(map(_TIMED.search, names))


def _names(node: LexborNode) -> list[str]:
    return f"{node.attributes.get('id') or ''} {node.attributes.get('class') or ''}".split()


def _time_of(pane: LexborNode, label: str, url: str) -> tuple[str, Evidence | None]:
    """For which time a pane's prices hold, and the attribute or the words of its control that say so."""
    for key in _TELLING:
        value = pane.attributes.get(key) or ""
        if _TIMED.search(value) and (period := _period_in(value)):
            return ("month" if "!" in value and period == "year" else period), Evidence(url, "markup", value, key)
    by_label = period_of(label)
    return (by_label, Evidence(url, "visible", label)) if by_label else ("", None)


def _period_in(name: str) -> str:
    """The period an attribute's name or value gives: "data-yearly", "price-month", "annualPrice"."""
    words = re.sub(r"([a-z])([A-Z])", r"\1 \2", name)
    pieces = re.split(r"[\W_]+", words)
    return next((told for piece in pieces if (told := period_of(piece) or period_of(f"/{piece}"))), "")


def _of_attributes(view: View, html: str, url: str) -> list[_State]:
    """The states that attributes beside a shown amount tell: `data-monthly="9" data-yearly="90"`."""
    names = sorted(set(_TIMED_ATTRIBUTE.findall(html.lower())))[:20]
    if not names:
        return []
    states: dict[str, _State] = {}
    for node in view.tree.css(",".join(f"[{name}]" for name in names))[:100]:
        text = next((one for one in node.traverse(include_text=True) if one.tag == "-text" and _NUMBER.search(one.text_content or "")), None)  # fmt: skip
        if text is None or len(node.text() or "") > _LONGEST_TEXT:
            continue
        words = text.text_content or ""
        told = {name: value for name in names if _PRICE.fullmatch(value := (node.attributes.get(name) or "").strip())}
        amounts = {name: money.amount for name, value in told.items() if (money := read_amount(value, ANY))}
        shown = read_amount(words.strip(), ANY)
        first = next((name for name, amount in amounts.items() if shown and amount == shown.amount), None)
        if first is None:
            continue
        for name, amount in amounts.items():
            period = _period_in(name)
            if not period or amount == amounts[first]:
                continue
            state = states.setdefault(period, _State(period=period, first=_period_in(first)))
            number = _NUMBER.search(told[name])
            state.said[text.mem_id] = _NUMBER.sub(number[0] if number else "", words, count=1)
            state.amounts[amount] = Evidence(url, "markup", told[name], name)
    return list(states.values())[:_MOST_STATES]


def _with_scripts(plans: Sequence[Plan], tree: LexborHTMLParser, url: str) -> list[Plan]:
    """The plans, and the other amounts that objects in the page's scripts give those that it names and prices."""
    known: dict[tuple[str, Decimal], Plan] = {}
    for plan in plans:
        if plan.name and plan.amount and plan.confidence >= THRESHOLD:
            known.setdefault((plan.name.casefold(), plan.amount), plan)
    found = list(plans)
    for script in tree.css("script:not([src])") if known else ():
        text = script.text() or ""
        if len(text) > _LONGEST_SCRIPT or not _speaks_of_years(text):
            continue
        for held in _OBJECT.finditer(text):
            entries = list(_ENTRY.finditer(held[0])) if _speaks_of_years(held[0]) else []
            if len(entries) > 1:
                name = _name_of(text, held)
                found += _told_again(entries, held[0], name, known, found, url)
    return found


def _name_of(text: str, held: re.Match[str]) -> str:
    """The name an object gives itself, or what holds it: `{name: "Pro", price: {monthly: 9}}`, `pro: {monthly: 9}`."""
    inside = _CALLED.search(held[0])
    if inside:
        return inside["name"].strip().casefold()
    before = text[max(0, held.start() - _WHOSE) : held.start()]
    key = re.search(r"""([A-Za-z_][\w ]{0,39})\\?["']?\s*:\s*$""", before)
    outside = [*_CALLED.finditer(before[before.rfind("}") + 1 :])]
    return (outside[-1]["name"] if outside else key[1] if key else "").strip().casefold()


def _told_again(
    entries: Sequence[re.Match[str]],
    source: str,
    name: str,
    known: Mapping[tuple[str, Decimal], Plan],
    plans: Sequence[Plan],
    url: str,
) -> list[Plan]:
    """The further amounts of the plan that one of the entries is the shown price of."""
    told = {period: money.amount for one in entries if (period := _period_in(one["key"])) and (money := read_amount(one["value"], ANY))}  # fmt: skip
    plan = next((known[name, amount] for amount in told.values() if (name, amount) in known), None)
    if plan is None or len(told) < 2:
        return []
    first = next(period for period, amount in told.items() if amount == plan.amount)
    quote = source[entries[0].start() : entries[-1].end()]
    proof = (Evidence(url, "markup", quote, "script"), *plan.evidence[1:])
    further: list[Plan] = []
    for period, amount in told.items():
        if not amount or amount == plan.amount or any((one.name, one.amount) == (plan.name, amount) for one in plans):
            continue
        bare = replace(
            plan, amount=amount, period=None, billed=None, confidence=min(plan.confidence, _READY), evidence=proof
        )
        further += with_state([plan], [bare], period, first, None)[1:]
    return further
