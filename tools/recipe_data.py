"""What a recipe is: data that names where on a site's pages the values stand, with sample pages that prove it.

site = "acme.dev"                  # registrable domain: a recipe speaks for one site
kind = "plans"                     # plans, facts or listing
paths = ["/pricing", "/plans/*"]   # of the pages it is for
item = "div.tier"                  # one match, one row; facts have one row a page

[fields.name]
select = "h3"
[fields.price]
select = ".amount"
pattern = '\\$(\\d+)'              # optional; its group, else all it matches
attribute = "data-price"           # optional; else the text
[fields.period]
select = ".amount"
optional = true

[[samples]]                        # two or more
url = "https://acme.dev/pricing"
page = "…"                         # a stored page's id; or given beside the recipe as a file
rows = [{name = "Solo", amount = "9", currency = "USD", period = "month"}]
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from fnmatch import fnmatchcase
from typing import Any, Literal
from urllib.parse import urlsplit

from tools.errors import UsageError
from tools.identity import host_of, registrable_domain
from tools.knowledge import decimal_text
from tools.models import Value
from tools.patterns import checked_pattern, checked_selector

Kind = Literal["plans", "facts", "listing"]
State = Literal["proposed", "active", "retired"]
STATES: tuple[State, ...] = ("proposed", "active", "retired")
LEAST_SAMPLES = 2
MOST_SAMPLES = 10
RECIPE_CHARS = 40_000
_FIELDS: Mapping[str, tuple[str, ...]] = {  # those with a value in every row come first, up to the number below
    "plans": ("name", "price", "period", "unit"),
    "facts": ("name", "tagline", "description", "homepage", "license", "tags", "makers", "repository", "category"),
    "listing": ("name", "url", "tagline"),
}
_NEEDED = {"plans": 2, "facts": 0, "listing": 2}
_EXPECTED: Mapping[str, tuple[str, ...]] = {
    "plans": ("name", "amount", "currency", "period", "unit"),
    "facts": _FIELDS["facts"],
    "listing": _FIELDS["listing"],
}
LISTS = ("tags", "makers")


@dataclass(frozen=True, slots=True)
class FieldRule:
    """Where one value stands inside an item. select "": the item itself. attribute "": its text."""

    name: str
    select: str
    attribute: str = ""
    pattern: str = ""
    optional: bool = False


@dataclass(frozen=True, slots=True)
class Sample:
    """A page with the rows it must yield. page: Page.id, "" until its bytes were given."""

    url: str
    rows: tuple[Mapping[str, Value | None], ...]
    page: str = ""


@dataclass(frozen=True, slots=True)
class Learned:
    """What the samples' values look like: what a live value is held against. Computed, never written by hand.

    places: of each price, which of the item's amounts it was and of how many. agrees: rungs that said the same.
    """

    least: str = ""  # of the amounts above 0, decimal strings
    most: str = ""
    currencies: tuple[str, ...] = ()
    periods: tuple[str, ...] = ()
    places: tuple[tuple[int, int], ...] = ()
    agrees: tuple[str, ...] = ()
    longest: tuple[tuple[str, int], ...] = ()  # characters of a text field
    numeric: tuple[str, ...] = ()  # text fields that are plain numbers in a sample
    fixed: bool = False  # every sample has the same rows: nothing is said about how values vary


@dataclass(frozen=True, slots=True)
class Recipe:
    """A checked recipe. `learned` is None until it was scored on its samples."""

    site: str
    kind: Kind
    paths: tuple[str, ...]
    item: str
    fields: tuple[FieldRule, ...]
    samples: tuple[Sample, ...]
    learned: Learned | None = None

    def covers(self, url: str) -> bool:
        """Whether a page's address is one this recipe is for."""
        path = (urlsplit(url).path or "/")[:500]
        return site_of_page(url) == self.site and any(fnmatchcase(path, pattern) for pattern in self.paths)


def site_of_page(url: str) -> str:
    """The site of an address, as recipes name it: its registrable domain, or the bare host or IP address."""
    return registrable_domain(host_of(url))


def read_recipe(text: str, name: str = "") -> Recipe:
    """A recipe from TOML, or JSON where the name ends so or the text begins with a brace.

    Errors: UsageError, one sentence that says what is wrong where.
    """
    where = name or "recipe"
    if len(text) > RECIPE_CHARS:
        raise UsageError(f"{where}: a recipe has at most {RECIPE_CHARS} characters; this has {len(text)}.")
    try:
        as_json = name.endswith(".json") or text.lstrip().startswith("{")
        data = json.loads(text) if as_json else tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        raise UsageError(f"{where}: neither JSON nor TOML: {error}.") from None
    return parse_recipe(data)


def parse_recipe(data: Any, *, stored: bool = False) -> Recipe:
    """A recipe from plain data. stored: it comes from the store and carries what it learned. Errors: UsageError."""
    table = _table(data, "recipe", ("site", "kind", "paths", "item", "fields", "samples", *(("learned",) * stored)))
    kind = _text(table, "kind", "recipe", 20)
    if kind not in _FIELDS:
        raise UsageError(f"kind: one of {', '.join(_FIELDS)} is expected; got {kind!r}.")
    site = _text(table, "site", "recipe", 253).lower()
    if registrable_domain(site) != site or "/" in site:
        raise UsageError(f"site: the registered name alone, such as {registrable_domain(site.split('/')[0])!r}.")
    recipe = Recipe(
        site=site,
        kind=kind,  # type: ignore[arg-type]  # looked up in _FIELDS above
        paths=_paths(table.get("paths", [])),
        item=checked_selector(table.get("item", "body" if kind == "facts" else ""), "item", spaces=2),
        fields=_rules(table.get("fields"), kind),
        samples=tuple(_sample(each, n, kind) for n, each in enumerate(_list(table.get("samples", []), "samples"), 1)),
        learned=_learned(table["learned"]) if table.get("learned") else None,
    )
    for number, sample in enumerate(recipe.samples, 1):
        if not recipe.covers(sample.url):
            raise UsageError(f"samples {number}: {sample.url} is not under {site} and the paths of this recipe.")
    return recipe


def recipe_json(recipe: Recipe) -> str:
    """The recipe as the store keeps it: JSON, read back by `stored_recipe`."""
    fields = {
        rule.name: {
            key: value
            for key in ("select", "attribute", "pattern", "optional")
            if (value := getattr(rule, key)) or key == "select"
        }
        for rule in recipe.fields
    }
    data: dict[str, Any] = {
        "site": recipe.site,
        "kind": recipe.kind,
        "paths": recipe.paths,
        "item": recipe.item,
        "fields": fields,
        "samples": [{"url": s.url, "page": s.page, "rows": [dict(row) for row in s.rows]} for s in recipe.samples],
    }
    if recipe.learned:
        data["learned"] = {name: getattr(recipe.learned, name) for name in Learned.__slots__}
    return json.dumps(data, ensure_ascii=False, sort_keys=True)


def stored_recipe(text: str) -> Recipe:
    """A recipe out of the store. Errors: UsageError for one that another version of Scout wrote."""
    return parse_recipe(json.loads(text), stored=True)


def _rules(value: Any, kind: str) -> tuple[FieldRule, ...]:
    known = _FIELDS[kind]
    table = _table(value, "fields", known)
    lacking = [name for name in known[: _NEEDED[kind]] if name not in table]
    if lacking or not table:
        raise UsageError(f"fields: a recipe for {kind} needs {', '.join(lacking) or 'at least one field'}.")
    return tuple(_rule(name, table[name]) for name in known if name in table)


def _rule(name: str, value: Any) -> FieldRule:
    where = f"fields.{name}"
    table = _table(value, where, ("select", "attribute", "pattern", "optional"))
    select, attribute = table.get("select", ""), table.get("attribute", "")
    if select != "":
        select = checked_selector(select, f"{where}.select", spaces=1)
    if not isinstance(attribute, str) or not re.fullmatch(r"[\w:-]{0,60}", attribute):
        raise UsageError(f"{where}.attribute: the name of an attribute is expected; got {attribute!r}.")
    pattern = table.get("pattern", "")
    if pattern != "":
        checked_pattern(pattern, f"{where}.pattern")
    optional = table.get("optional", False)
    if not isinstance(optional, bool):
        raise UsageError(f"{where}.optional: true or false is expected; got {optional!r}.")
    return FieldRule(name, select, attribute, pattern, optional)


def _sample(value: Any, number: int, kind: str) -> Sample:
    where = f"samples {number}"
    table = _table(value, where, ("url", "page", "rows"))
    rows = _list(table.get("rows", []), f"{where}.rows")
    if not rows or len(rows) > 200:
        raise UsageError(f"{where}.rows: the 1 to 200 rows this page must yield are expected.")
    url = _text(table, "url", where, 2_000)
    if not url.startswith(("http://", "https://")):
        raise UsageError(f"{where}.url: an http or https address is expected; got {url!r}.")
    page = table.get("page", "")
    if not isinstance(page, str) or len(page) > 300:
        raise UsageError(f"{where}.page: a stored page's id is expected; got {page!r}.")
    return Sample(url, tuple(_expected(row, f"{where}.rows {n}", kind) for n, row in enumerate(rows, 1)), page)


def _expected(value: Any, where: str, kind: str) -> Mapping[str, Value | None]:
    table = _table(value, where, _EXPECTED[kind])
    for needed in ("name", "amount") if kind == "plans" else ("name", "url") if kind == "listing" else ():
        if needed not in table:
            raise UsageError(f'{where}: {needed} is expected in every row; an unknown amount is null or "unknown".')
    if not table:
        raise UsageError(f"{where}: at least one expected value.")
    row = {name: _expected_value(name, each, where) for name, each in table.items()}
    if row.get("amount") == "unknown":
        row["amount"] = None
    return row


def _expected_value(name: str, value: Any, where: str) -> Value | None:
    if name in LISTS:
        if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
            raise UsageError(f"{where}.{name}: a list of texts is expected; got {value!r}.")
        return list(value)
    if value is None and name in ("amount", "currency", "period", "unit", "tagline"):
        return None
    if name == "amount" and value != "unknown":
        return _amount(value, where)
    if not isinstance(value, str) or len(value) > 2_000:
        raise UsageError(f"{where}.{name}: a text is expected; got {value!r}.")
    return value


def _amount(value: Any, where: str) -> str:
    try:
        amount = Decimal(str(value)) if isinstance(value, (str, int, float)) and not isinstance(value, bool) else None
    except InvalidOperation:
        amount = None
    if amount is None or not amount.is_finite() or amount < 0:
        raise UsageError(f'{where}.amount: a number like "29" or "9.50" is expected; got {value!r}.')
    return decimal_text(amount) or "0"


def _learned(value: Any) -> Learned:
    table = _table(value, "learned", Learned.__slots__)
    lists = {name: tuple(table.get(name, ())) for name in ("currencies", "periods", "agrees", "numeric")}
    return Learned(
        least=str(table.get("least", "")),
        most=str(table.get("most", "")),
        places=tuple((int(a), int(b)) for a, b in table.get("places", ())),
        longest=tuple((str(a), int(b)) for a, b in table.get("longest", ())),
        fixed=bool(table.get("fixed")),
        **lists,
    )


def _paths(value: Any) -> tuple[str, ...]:
    paths = _list(value, "paths")
    for path in paths:
        sound = isinstance(path, str) and path.startswith("/") and len(path) <= 200 and path.count("*") <= 3
        if not sound or "[" in path or "?" in path:
            raise UsageError(f'paths: like "/pricing" or "/tools/*", at most three *; got {path!r}.')
    if not 0 < len(paths) <= 20:
        raise UsageError('paths: 1 to 20 paths of the pages this recipe is for, like "/pricing" or "/tools/*".')
    return tuple(paths)


def _table(value: Any, where: str, known: Sequence[str]) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise UsageError(f"{where}: a table of {', '.join(known)} is expected; got {str(value)[:80]!r}.")
    for key in value:
        if key not in known:
            raise UsageError(f"{where}: there is no {str(key)[:60]!r}; known: {', '.join(known)}.")
    return value


def _list(value: Any, where: str) -> list[Any]:
    if not isinstance(value, list):
        raise UsageError(f"{where}: a list is expected; got {str(value)[:80]!r}.")
    return value


def _text(table: Mapping[str, Any], key: str, where: str, most: int) -> str:
    value = table.get(key, "")
    if not isinstance(value, str) or not 0 < len(value) <= most:
        raise UsageError(f"{where}: {key} is missing or no text of at most {most} characters.")
    return value.strip()
