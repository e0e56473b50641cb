"""Who is in the demo's world: the products of products/*.toml, as they are on a day."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

DAYS = {1: datetime(2026, 11, 18, 12, tzinfo=UTC), 2: datetime(2026, 11, 19, 12, tzinfo=UTC)}
TWINS = ("marlow", "harlow")  # the same page, the second with hidden instructions
_FOLDER = Path(__file__).parent / "products"
_SIGNS = {"USD": "$", "EUR": "€", "GBP": "£", "JPY": "¥"}


@dataclass(frozen=True, slots=True)
class Plan:
    """One plan as its page shows it. `after`: the words behind the price."""

    name: str
    shown: str
    after: str = ""
    yearly: str = ""
    was: str = ""  # the price before a change, shown struck through
    price: str = ""
    currency: str = ""
    sign: str = ""
    period: str = ""
    includes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Product:
    """One product on one day; what a page does not say is empty."""

    key: str
    name: str
    tagline: str = ""
    description: str = ""
    audience: str = ""
    setup: str = ""
    why: str = ""
    quickstart: str = ""
    features: tuple[str, ...] = ()
    figures: tuple[tuple[str, str], ...] = ()
    limits: tuple[str, ...] = ()
    versus: str = ""
    security: str = ""
    handoff: str = ""
    customers: str = ""
    licence: str = ""
    changelog: tuple[tuple[str, str], ...] = ()
    plans: tuple[Plan, ...] = ()
    pricing_prose: str = ""
    matrix: tuple[tuple[str, ...], ...] = ()  # rows of a comparison of plans: what it is, then a cell each
    page: str = (
        ""  # its page in its own order and words, in the marks of beyond.toml; else the fields above, in a fixed one
    )
    note: str = ""
    launches: tuple[dict[str, Any], ...] = ()
    host: str = ""
    path: str = "/"
    layout: str = ""
    lang: str = ""
    charset: str = ""
    robots: str = ""
    claims_to_be: str = ""
    jsonld: bool = False
    hidden: bool = False
    gone: bool = False
    repo: str = ""
    hub: str = ""
    paper: str = ""
    makers: tuple[str, ...] = ()
    facts: dict[str, Any] = field(default_factory=dict)  # stars, likes, … : what only one source asks for

    @property
    def home(self) -> str:
        """The address of its own site; empty when it has none."""
        return f"https://{self.host}{self.path}" if self.host else ""

    @property
    def announced(self) -> str:
        """The address its launches name: site, repository, Hub entry."""
        if self.host:
            return self.home
        if self.repo:
            return f"https://github.com/{self.repo}"
        return f"https://huggingface.co/{self.hub.removeprefix('models/')}" if self.hub else ""


@cache
def cast(day: int) -> tuple[Product, ...]:
    """All products as they are on that day, in the order of the files."""
    rows = [row for path in sorted(_FOLDER.glob("*.toml")) for row in tomllib.loads(path.read_text("utf-8"))["product"]]
    by_key = {row["key"]: row for row in rows}
    return tuple(_product(row, by_key, day) for row in rows)


def launched(source: str, day: int) -> list[tuple[Product, dict[str, Any]]]:
    """The products that a source has announced up to that day, with their launches, newest first."""
    found = [
        (product, launch)
        for product in cast(day)
        for launch in product.launches
        if launch["source"] == source and launch["day"] <= day
    ]
    return sorted(found, key=lambda pair: moment(pair[1], pair[0]), reverse=True)


def moment(launch: dict[str, Any], product: Product) -> datetime:
    """When a launch says it happened, UTC; a Hub entry or repository: when it was made."""
    stated = launch.get("at") or product.facts.get("created")
    return datetime.fromisoformat(str(stated)).astimezone(UTC)


def of_day(value: Any, day: int) -> Any:
    """A number that changes from day to day: a list holds one for each."""
    return value[day - 1] if isinstance(value, list) else value


def _product(row: dict[str, Any], by_key: dict[str, dict[str, Any]], day: int) -> Product:
    told = dict(by_key[row["same_as"]]) if "same_as" in row else {}
    values = {**told, **row} | (row.get("day2", {}) if day == 2 else {})
    if told:  # the twin says the same in the same words, under its own name
        values = _renamed(values, str(told["name"]), str(row["name"]), str(told["host"]), str(row["host"]))
    known = {name: _frozen(value) for name, value in values.items() if name in Product.__dataclass_fields__}
    own = {
        "plans": tuple(_plan(plan) for plan in values.get("plan", ())),
        "launches": tuple(row.get("launch", ())),
        "gone": values.get("gone_on_day") == day,
        "facts": {name: value for name, value in values.items() if not isinstance(value, dict)},
    }
    return Product(**{**known, **own})


def _plan(row: dict[str, Any]) -> Plan:
    if "words" in row:
        return Plan(name=row["name"], shown=row["words"], includes=tuple(row["includes"]))
    sign, price = _SIGNS[row["currency"]], str(row["price"])
    per = [row["unit"]] if "unit" in row else []
    per += [row["period"]] if "period" in row and not str(row.get("unit", "")).endswith(row["period"]) else []
    return Plan(
        name=row["name"],
        shown=row.get("shown", f"{sign}{price}"),
        after=row.get("after", " ".join(f"per {word}" for word in per)),
        yearly=f"{sign}{row['yearly']}" if "yearly" in row else "",
        was=row.get("was", ""),
        price=price.replace(",", ""),
        currency=row["currency"],
        sign=sign,
        period=row.get("period", ""),
        includes=tuple(row["includes"]),
    )


def _renamed(values: Any, *pairs: str) -> Any:
    if isinstance(values, str):
        for old, new in zip(pairs[::2], pairs[1::2], strict=True):
            values = values.replace(old, new)
        return values
    if isinstance(values, dict):
        return {name: _renamed(value, *pairs) for name, value in values.items()}
    return [_renamed(value, *pairs) for value in values] if isinstance(values, list) else values


def _frozen(value: Any) -> Any:
    return tuple(_frozen(item) for item in value) if isinstance(value, list) else value
