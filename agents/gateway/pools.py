"""Which models there are: deployments in pools, out of the settings or the file they name, each with its price.

The file (TOML, setting `models_file`) holds

    [deployments.NAME]     model, url               as the endpoint calls it, and the endpoint's base (…/v1); the url
                                                    `local:` runs a Hub id or folder here (extra `local`)
        key_env                                     the environment variable that holds the key; no key stands here
        tier                                        small, medium (default) or large
        price                                       { input, output, cached } in USD a million tokens; else prices.toml
        vision                                      true where it takes pictures
        structured                                  json_schema (default), json_object or none: what it can be held to
        tools                                       true; false where functions are not to be offered, see agents/panel/lookups.py
        timeout_s, connect_timeout_s                120 and 5
        at_once                                     6: calls that it takes at a time; 1 for a server with one place, where
                                                    the others would wait until they time out
    [pools.NAME]           members                  names of deployments
        order                                       order (default), cost, latency or cascade
        cooldown_s, retry_after_max_s               30 and 20

A pool is used by the kind of work that bears its name (agent, read, review); all other work uses `default`, or the
only pool there is. The models of a pool `check` judge whether quotes carry what reviews state; without it nobody does. An
unknown key is an error.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from tools.errors import UnknownName, UsageError
from tools.settings import Settings

TIERS = ("small", "medium", "large")
ORDERS = ("order", "cost", "latency", "cascade")
STRUCTURED = ("json_schema", "json_object", "none")
LOCAL = "local:"
DEFAULT = "default"
_MILLION = 1_000_000


@dataclass(frozen=True, slots=True)
class Usage:
    """What an endpoint says it read and wrote, in tokens. `cached`: the part of `tokens_in` it had read before."""

    tokens_in: int
    tokens_out: int
    cached: int = 0


@dataclass(frozen=True, slots=True)
class Price:
    """USD a million tokens. Without a price of its own, what was read before costs as much as the rest."""

    input: Decimal
    output: Decimal
    cached: Decimal | None = None

    def of(self, usage: Usage) -> Decimal:
        """What this many tokens cost, in USD, exact."""
        cached = self.input if self.cached is None else self.cached
        fresh = usage.tokens_in - usage.cached
        return (fresh * self.input + usage.cached * cached + usage.tokens_out * self.output) / _MILLION


@dataclass(frozen=True, slots=True)
class Deployment:
    """One model behind one endpoint. The key is never shown, nor the whole address: its query may hold one."""

    name: str
    model: str
    url: str = field(repr=False)
    key: str = field(default="", repr=False)
    tier: str = "medium"
    price: Price | None = None
    vision: bool = False
    structured: str = "json_schema"
    tools: bool = True
    timeout_s: float = 120.0
    connect_timeout_s: float = 5.0
    at_once: int = 6

    def address(self, path: str) -> str:
        """The address of an operation of the endpoint, its query kept."""
        parts = urlsplit(self.url)
        return urlunsplit(parts._replace(path=f"{parts.path.rstrip('/')}/{path}"))

    @property
    def is_local(self) -> bool:
        """Whether it runs in this process."""
        return self.url == LOCAL

    @property
    def shown(self) -> str:
        """The endpoint as it may be shown, without its query."""
        return urlunsplit(urlsplit(self.url)._replace(query="", fragment=""))


@dataclass(frozen=True, slots=True)
class Pool:
    """Deployments that stand in for each other, and how one is chosen."""

    name: str
    members: tuple[Deployment, ...]
    order: str = "order"
    cooldown_s: float = 30.0
    retry_after_max_s: float = 20.0

    def member(self, name: str) -> Deployment:
        """The deployment of that name. Errors: UnknownName."""
        for one in self.members:
            if one.name == name:
                return one
        raise UnknownName(f"deployment in the pool {self.name}", name, [one.name for one in self.members])

    def top(self) -> Deployment | None:
        """What a saving is measured against: the dearest of the highest tier; None where its price is unknown."""
        highest = max(TIERS.index(one.tier) for one in self.members)
        tops = [one for one in self.members if TIERS.index(one.tier) == highest]
        if any(one.price is None for one in tops):
            return None
        return max(tops, key=dearness)


def dearness(deployment: Deployment) -> tuple[bool, Decimal]:
    """A key that sorts by price, the unknown last."""
    price = deployment.price
    return price is None, price.input + price.output if price else Decimal(0)


@dataclass(frozen=True, slots=True)
class Pools:
    """All pools by name; there is at least one."""

    by_name: Mapping[str, Pool]

    def of(self, name: str, work: str = "") -> Pool:
        """The pool of that name; without a name that of this kind of work, else the default. Errors: UnknownName."""
        if name and name not in self.by_name:
            raise UnknownName("pool of models", name, self.by_name)
        chosen = next((one for one in (name, work, DEFAULT) if one in self.by_name), None)
        if chosen is None and len(self.by_name) > 1:
            raise UsageError(
                f"The models file has the pools {', '.join(sorted(self.by_name))}, but none called {work or DEFAULT!r}; "
                f"name one of them {DEFAULT!r}."
            )
        return self.by_name[chosen] if chosen else next(iter(self.by_name.values()))

    def deployments(self) -> list[Deployment]:
        """Every deployment once, in the order of the pools."""
        return list({one.name: one for pool in self.by_name.values() for one in pool.members}.values())


def configured(settings: Settings, today: date) -> Pools | None:
    """The pools that the settings name; None when no model is configured. Errors: UsageError in one sentence."""
    if settings.models_file:
        if settings.model:
            raise UsageError("SCOUT_MODEL and SCOUT_MODELS_FILE are both set; a model is named by one of them.")
        return read_file(Path(settings.models_file), settings, today)
    if not settings.model:
        return None
    if not settings.model_url:
        raise UsageError("SCOUT_MODEL names a model but SCOUT_MODEL_URL does not say where it is; set both or neither.")
    url = _url("SCOUT_MODEL_URL", settings.model_url)
    price = known_price(url, settings.model, today)
    key = _sendable("SCOUT_MODEL_KEY", settings.model_key)
    only = Deployment(settings.model, settings.model, url, key, price=price)
    return Pools({DEFAULT: Pool(DEFAULT, (only,))})


def read_file(path: Path, settings: Settings, today: date) -> Pools:
    """The pools of a models file, keys out of the environment. Errors: UsageError naming file, place and what it takes."""
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"), parse_float=Decimal)
    except OSError as error:
        raise UsageError(f"SCOUT_MODELS_FILE: {path} cannot be read ({error.strerror}).") from None
    except ValueError as error:  # TOMLDecodeError and UnicodeDecodeError are ValueErrors
        raise UsageError(f"SCOUT_MODELS_FILE: {path} is not TOML: {error}.") from None
    _keys(str(path), table, {"deployments": dict, "pools": dict})
    deployments = {
        name: _deployment(f"{path} [deployments.{name}]", name, one, settings, today)
        for name, one in _tables(path, table, "deployments").items()
    }
    pools = {
        name: _pool(f"{path} [pools.{name}]", name, one, deployments)
        for name, one in _tables(path, table, "pools").items()
    }
    return Pools(pools)


def known_price(url: str, model: str, today: date) -> Price | None:
    """The newest price of prices.toml for this model at this host, valid today; None when it has none.

    A host is part of the key on purpose: a model on one's own machine may bear the name of one that is billed.
    """
    host = urlsplit(url).hostname or ""
    rows = [row for row in _price_table() if (row["host"], row["model"]) == (host, model) and row["date"] <= today]
    newest = max(rows, key=lambda row: row["date"], default=None)
    return _price("prices.toml", newest) if newest else None


@cache
def _price_table() -> list[dict[str, Any]]:
    text = (files(__package__) / "prices.toml").read_text(encoding="utf-8")
    rows: list[dict[str, Any]] = tomllib.loads(text, parse_float=Decimal)["price"]
    return rows


_NUMBERS = (int, float, Decimal)
_DEPLOYMENT_KEYS: dict[str, Any] = {
    "model": str,
    "url": str,
    "key_env": str,
    "tier": str,
    "price": dict,
    "vision": bool,
    "structured": str,
    "tools": bool,
    "timeout_s": _NUMBERS,
    "connect_timeout_s": _NUMBERS,
    "at_once": int,
}
_POOL_KEYS: dict[str, Any] = {"members": list, "order": str, "cooldown_s": _NUMBERS, "retry_after_max_s": _NUMBERS}
_PRICE_KEYS: dict[str, Any] = {"input": _NUMBERS, "output": _NUMBERS, "cached": _NUMBERS}


def _deployment(where: str, name: str, table: dict[str, Any], settings: Settings, today: date) -> Deployment:
    _keys(where, table, _DEPLOYMENT_KEYS, ("model", "url"))
    _one_of(where, table, "tier", TIERS)
    _one_of(where, table, "structured", STRUCTURED)
    if table.get("at_once", 1) < 1:
        raise UsageError(f"{where}: at_once takes 1 or more; got {table['at_once']}.")
    url = _url(f"{where} url", table["url"])
    own = table.get("price")
    if own is not None:
        _keys(f"{where} price", own, _PRICE_KEYS, ("input", "output"))
    rest: dict[str, Any] = {
        key: table[key] for key in ("model", "tier", "vision", "structured", "tools", "at_once") if key in table
    }
    rest |= {key: float(table[key]) for key in ("timeout_s", "connect_timeout_s") if key in table}
    price = known_price(url, table["model"], today) if own is None else _price(where, own)
    if url == LOCAL:
        rest["structured"] = "none"  # nothing here can hold a model to a schema; it gets it in words
        price = price or Price(Decimal(0), Decimal(0))  # nobody sends a bill
    return Deployment(name, url=url, key=_key(where, table.get("key_env", ""), settings), price=price, **rest)


def _pool(where: str, name: str, table: dict[str, Any], deployments: Mapping[str, Deployment]) -> Pool:
    _keys(where, table, _POOL_KEYS, ("members",))
    _one_of(where, table, "order", ORDERS)
    if not table["members"]:
        raise UsageError(f"{where}: members names no deployment; name at least one.")
    for member in table["members"]:
        if member not in deployments:
            raise UnknownName(f"deployment ({where})", str(member), deployments)
    times = {key: float(table[key]) for key in ("cooldown_s", "retry_after_max_s") if key in table}
    return Pool(name, tuple(deployments[one] for one in table["members"]), table.get("order", "order"), **times)


def _price(where: str, table: Mapping[str, Any]) -> Price:
    amounts = [Decimal(str(table[key])) if key in table else None for key in _PRICE_KEYS]
    if any(amount is not None and (amount < 0 or not amount.is_finite()) for amount in amounts):
        raise UsageError(f"{where}: a price is in USD a million tokens, 0 or more.")
    return Price(*amounts)  # type: ignore[arg-type] # input and output are required, so never None


def _key(where: str, variable: str, settings: Settings) -> str:
    key = settings.environment(variable) if variable else ""
    if variable and not key:
        raise UsageError(f"{where}: key_env names the environment variable {variable}, which is not set.")
    return _sendable(f"{where}: the environment variable {variable}", key)


def _sendable(where: str, key: str) -> str:
    """Errors: UsageError for a key that no header can carry; a line break in it would begin another header."""
    if not (key.isascii() and key.isprintable()):
        raise UsageError(f"{where} holds a line break or another character that no key has; set the bare key.")
    return key


def _url(where: str, url: str) -> str:
    if url == LOCAL:
        return url
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise UsageError(f"{where} takes an address like http://127.0.0.1:8080/v1; got {url.rpartition('@')[2]!r}.")
    if parts.username or parts.password:
        raise UsageError(f"{where} holds a name or password; put the key into an environment variable instead.")
    return url


def _tables(path: Path, table: dict[str, Any], name: str) -> dict[str, Any]:
    found: dict[str, Any] = table.get(name) or {}
    wrong = next((key for key, one in found.items() if not isinstance(one, dict)), None)
    if not found or wrong:
        raise UsageError(
            f"{path}: expected at least one [{name}.NAME]{f', {name}.{wrong} is no table' if wrong else ''}."
        )
    return found


def _keys(where: str, table: Mapping[str, Any], known: Mapping[str, Any], needed: tuple[str, ...] = ()) -> None:
    """Errors: UsageError for a key that is unknown, missing or of the wrong type."""
    for key, value in table.items():
        if key not in known:
            raise UsageError(f"{where}: unknown key {key!r}; it takes {', '.join(known)}.")
        if not isinstance(value, known[key]) or (isinstance(value, bool) and known[key] is not bool):
            raise UsageError(f"{where}: {key} takes {_TYPES[known[key]]}; got {value!r}.")
    for key in needed:
        if table.get(key) in (None, ""):
            raise UsageError(f"{where}: {key} is missing; it takes {', '.join(known)}.")


_TYPES: dict[Any, str] = {
    str: "text",
    dict: "a table",
    list: "a list",
    bool: "true or false",
    int: "a whole number",
    _NUMBERS: "a number",
}


def _one_of(where: str, table: Mapping[str, Any], key: str, words: tuple[str, ...]) -> None:
    if table.get(key, words[0]) not in words:
        raise UsageError(f"{where}: {key} is one of {', '.join(words)}; got {table[key]!r}.")
