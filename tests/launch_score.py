"""What a crawl made of a launch world, against what is true there: figures, and a line for each miss. Pure.

Products are those that `scout export jsonl` writes, as dictionaries.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any
from urllib.parse import urlsplit

from launch_cast import Cast, Launch, Plan, Product
from launch_place import NPM_SITE, PYPI_SITE

Doc = Mapping[str, Any]
_NO_PERIOD = {None, ""}


@dataclass
class Share:
    """How many of how many."""

    right: int = 0
    of: int = 0

    def count(self, right: bool) -> None:
        """One more, right or not."""
        self.right += bool(right)
        self.of += 1

    def __str__(self) -> str:
        return f"{self.right} of {self.of}" + (f" ({self.right / self.of:.3f})" if self.of else "")

    @property
    def value(self) -> float:
        """The share; 1 where there was nothing to be right about."""
        return self.right / self.of if self.of else 1.0


@dataclass
class Figures:
    """All figures by name, and the misses by kind."""

    shares: dict[str, Share] = field(default_factory=dict)
    misses: list[tuple[str, str]] = field(default_factory=list)

    def count(self, name: str, right: bool, miss: str = "") -> None:
        """Count one case of a figure; a wrong one is named."""
        self.shares.setdefault(name, Share()).count(right)
        if not right and miss:
            self.misses.append((name, miss))


def live(docs: Iterable[Doc]) -> list[Doc]:
    """The products among the rows of an export; merges and deletions are rows too."""
    return [doc for doc in docs if doc.get("identity") and doc.get("name") is not None]


# --------------------------------------------------------------------------------------------------- whose is what


def keys_of(product: Product) -> set[str]:
    """All that names this product and no other."""
    keys = set()
    if product.host:
        keys.add(f"site:{product.host}")
    if product.repository:
        keys.add(f"repo:{product.repository.lower()}")
    if product.hub:
        keys.add(f"hub:{product.hub.lower()}")
    if product.package:
        keys.add(f"package:{product.package.lower()}")
    return keys


def key_of(url: str) -> str:
    """The key that an address stands for, or an empty text."""
    parts = urlsplit(url if "//" in url else f"https://{url}")
    host = (parts.hostname or "").removeprefix("www.")
    steps = [step for step in parts.path.lower().split("/") if step]
    if host == "github.com":
        return f"repo:{'/'.join(steps[:2]).removesuffix('.git')}" if len(steps) > 1 else ""
    if host == "huggingface.co":
        if steps[:1] in (["spaces"], ["datasets"], ["papers"]):
            return f"hub:{'/'.join(steps[:3])}"
        return f"hub:models/{'/'.join(steps[:2])}" if len(steps) > 1 else ""
    if f"https://{host}" == PYPI_SITE and steps[:1] == ["project"]:
        return f"package:pypi:{steps[1]}"
    if f"https://{host}" == NPM_SITE.replace("www.", "") and steps[:1] == ["package"]:
        return f"package:npm:{steps[1]}"
    return f"site:{host}" if host else ""


def keys_in(identity: str) -> str:
    """The key of an identity as an export writes it."""
    kind, _, rest = identity.partition(":")
    if kind == "repo":
        return f"repo:{rest.removeprefix('github.com/').lower()}"
    if kind == "hub":
        return f"hub:{rest.lower()}"
    if kind == "package":
        return f"package:{rest.lower().replace('/', ':', 1)}"
    return key_of(rest)


def truth_of(doc: Doc, people: Cast) -> Product | None:
    """Whose record this is: by its identity, or by a launch where the name is right too."""
    owners = {key: product for product in people.products for key in keys_of(product)}
    for identity in (doc["identity"], *doc.get("aliases", [])):
        if product := owners.get(keys_in(identity)):
            return product
    named = [product for product, _ in launched(doc, people)]
    return next((p for p in named if _same(str(doc["name"]), p.name) or _same(str(doc["name"]), p.key)), None)


def record_of(product: Product, docs: list[Doc]) -> Doc:
    """The record that speaks for a product that has several: that of its site."""
    return min(docs, key=lambda doc: keys_in(doc["identity"]) != f"site:{product.host}")


def owned_by(people: Cast, docs: Iterable[Doc]) -> dict[str, list[Doc]]:
    """Records by the key of their product; those of nobody are left out."""
    owned: dict[str, list[Doc]] = {}
    for doc in live(docs):
        if product := truth_of(doc, people):
            owned.setdefault(product.key, []).append(doc)
    return owned


def launched(doc: Doc, people: Cast) -> list[tuple[Product, Launch]]:
    """The true launches that stand in a record."""
    rows = [(product, launch) for product in people.products for launch in product.launches]
    found = []
    for held in doc.get("launches", []):
        text = f"{held['id']} {held['url']} {held['source_url']}".lower()
        found += [row for row in rows if row[1].source == held["source"] and _names(text, *row)][:1]
    return found


def _names(text: str, product: Product, launch: Launch) -> bool:
    """Whether the words of a held launch are those of this one."""
    if launch.source == "hugging_face":
        return bool(re.search(rf"{re.escape(product.hub.partition('/')[2].lower())}(?![\w.-])", text))
    if launch.source in ("github_search", "github_trending"):
        return bool(re.search(rf"{re.escape(product.repository.lower())}(?![\w.-])", text))
    if launch.source == "product_hunt":
        return launch.id in text or f"/products/{product.key}" in f"{text} ".replace("?", " ")
    if launch.source in ("show_hn", "lobsters"):
        return launch.id in text
    own = (
        product.host,
        product.repository.lower(),
        product.package.partition(":")[2],
        f"/{product.key}-is-out",
        f"-{product.key}-",
        f"/{product.key} ",
    )
    return any(bit and bit in f"{text} " for bit in own)


# ----------------------------------------------------------------------------------------------------- the figures


def score(people: Cast, day: int, docs: list[Doc], *, browser: bool = True) -> Figures:
    """All figures of one day's records. Without a browser nothing is asked of what only a script shows."""
    figures, docs = Figures(), live(docs)
    owned = owned_by(people, docs)
    for doc in docs:
        told = f"{doc['slug']} ({doc['identity']}) {doc['name']!r} is no product: {_launch_ids(doc)}"
        figures.count("precision", truth_of(doc, people) is not None, told)
    for product in people.products:
        if product.wanted and min(launch.day for launch in product.launches) <= day:
            _score_found(figures, product, owned.get(product.key, []), day)
    _score_merges(figures, people, day, docs, owned)
    for product in people.products:
        if product.key in owned:
            _score_facts(figures, product, record_of(product, owned[product.key]), day, browser)
    return figures


def _launch_ids(doc: Doc) -> str:
    return ", ".join(launch["id"] for launch in doc.get("launches", [])) or "no launch"


def _tag(product: Product) -> str:
    """What a miss needs told of a product."""
    where = product.host or product.repository or product.hub or product.package
    launches = " ".join(f"{launch.source}@{launch.day}:{launch.link}" for launch in product.launches)
    return (
        f"{product.key} [{where}] {launches} · {' '.join(sorted(product.traits))} {product.template}/{product.layout}"
    )


def _score_found(figures: Figures, product: Product, docs: list[Doc], day: int) -> None:
    figures.count("recall", bool(docs), _tag(product))
    figures.count("recall without the Hub" if not product.hub else "Hub entries", bool(docs))
    figures.count(
        "no duplicate",
        len(docs) < 2,
        f"{_tag(product)}: {', '.join(str(doc['slug']) + ' ' + doc['identity'] for doc in docs)}",
    )


def _score_merges(figures: Figures, people: Cast, day: int, docs: list[Doc], owned: Mapping[str, list[Doc]]) -> None:
    """Launches of several places: all in one record, and nobody else's in it."""
    for product in people.products:
        today = [launch for launch in product.launches if launch.day <= day]
        if len(today) < 2 or not product.wanted:
            continue
        held = [[row for row in launched(doc, people) if row[0] is product] for doc in docs]
        held = [rows for rows in held if rows]
        whole = len(held) == 1 and len({row[1] for row in held[0]}) == len(today)
        got = " | ".join(",".join(f"{row[1].source}" for row in rows) for rows in held) or "none"
        figures.count("launches merged", whole, f"{_tag(product)}: held as {got}")
    for doc in docs:
        names = {row[0].key for row in launched(doc, people)}
        owner = truth_of(doc, people)
        alien = {keys_in(alias) for alias in doc.get("aliases", [])}
        others = {p.key for p in people.products if keys_of(p) & alien and (owner is None or p.key != owner.key)}
        figures.count(
            "no wrong merge",
            len(names | others | ({owner.key} if owner else set())) <= 1,
            f"{doc['slug']} holds {sorted(names | others)}",
        )


def _score_facts(figures: Figures, product: Product, doc: Doc, day: int, browser: bool) -> None:
    closed = {"robots_closed", "robots_500", "challenge", "login_wall", "delay_forever"} & product.traits
    dark = not browser and {"shell", "shell_pricing"} & product.traits
    name = str(doc["name"])
    figures.count(
        "name",
        _same(name, product.name) or (product.kind != "product" and _same(name, product.key)),
        f"{_tag(product)}: {name!r} for {product.name!r}",
    )
    if product.kind == "paper":
        return
    tagline = doc.get("tagline") or ""
    near = token_f1(tagline, product.tagline) >= 0.6 or (
        bool(product.hub) and token_f1(tagline, product.description) >= 0.4
    )
    if not product.hub and not closed and not (dark and product.has("shell")):
        figures.count("tagline", near, f"{_tag(product)}: {tagline!r} for {product.tagline!r}")
    if product.host and not closed and product.wanted:
        home = doc.get("homepage") or ""
        figures.count("homepage", key_of(home) == f"site:{product.host}", f"{_tag(product)}: {home!r}")
    if product.repository and (product.site_names_repo or not product.host):
        figures.count(
            "repository",
            key_of(doc.get("repository") or "") == f"repo:{product.repository.lower()}",
            f"{_tag(product)}: {doc.get('repository')!r}",
        )
    if product.licence:
        figures.count(
            "licence",
            _flat(doc.get("license") or "") == _flat(product.licence),
            f"{_tag(product)}: {doc.get('license')!r}",
        )
    if closed or dark or {"opt_out", "gone_day2", "shutdown_day3"} & product.traits:
        return
    if product.hub:
        _score_plans(figures, product, doc, day)
        return
    model = doc.get("pricing_model") or "unknown"
    accepted = (*product.pricing, "open-source") if product.licence else product.pricing
    figures.count("pricing model", model in accepted, f"{_tag(product)}: {model!r} for {accepted}")
    _score_plans(figures, product, doc, day)


def _score_plans(figures: Figures, product: Product, doc: Doc, day: int) -> None:
    """Plans by amount, currency and period: found of those there, true of those said. The yearly side of a switch may be held."""
    want = {_plan_key(plan) for plan in product.held(day)}
    have = {_held_key(plan) for plan in doc.get("plans", [])}
    spare = (
        {(key[0] and key[0] * factor, key[1], "year") for key in want for factor in (10, 12)}
        if product.layout == "toggle"
        else set()
    )
    for key in want:
        figures.count(
            "plans found",
            _matches(key, have),
            f"{_tag(product)} {product.price_path}: no {_show(key)} in {sorted(map(_show, have))}",
        )
    for key in have:
        figures.count(
            "plans true",
            _matches(key, want) or key in spare,
            f"{_tag(product)} {product.price_path}: {_show(key)} for {sorted(map(_show, want))}",
        )


PlanKey = tuple[Decimal | None, str | None, str | None]


def _plan_key(plan: Plan) -> PlanKey:
    if plan.amount is None:
        return None, None, None
    return Decimal(plan.amount), plan.currency, plan.period


def _held_key(plan: Mapping[str, Any]) -> PlanKey:
    if plan["amount"] is None:
        return None, None, None
    return Decimal(plan["amount"]).normalize() + 0, plan["currency"], plan["period"]


def _matches(key: PlanKey, others: set[PlanKey]) -> bool:
    """Equal, where a free plan needs neither currency nor period, and one-time and no period are the same."""
    for other in others:
        if key[0] == other[0] and (
            key[0] in (None, 0) or (key[1] == other[1] and _period(key[2]) == _period(other[2]))
        ):
            return True
    return False


def _period(period: str | None) -> str | None:
    return None if period == "once" else period


def _show(key: PlanKey) -> str:
    return "on request" if key[0] is None else f"{key[0]} {key[1]}/{key[2]}"


def f1(figures: Figures) -> float:
    """Of plans found and plans true."""
    found, true = figures.shares.get("plans found", Share()).value, figures.shares.get("plans true", Share()).value
    return 2 * found * true / (found + true) if found + true else 0.0


def _same(one: str, other: str) -> bool:
    return _flat(one) == _flat(other)


def _flat(text: str) -> str:
    return re.sub(r"[\W_]+", "", text.lower())


def token_f1(one: str, other: str) -> float:
    """The agreement of two texts by words; by characters where they have no spaces."""
    a, b = _tokens(one), _tokens(other)
    shared = sum(min(a.count(word), b.count(word)) for word in set(a))
    return 2 * shared / (len(a) + len(b)) if shared else 0.0


def _tokens(text: str) -> list[str]:
    words = re.findall(r"\w+", text.lower())
    return words if len(words) > 2 else list("".join(words))


# ----------------------------------------------------------------------------------------------------- from day to day


def score_changes(people: Cast, day: int, yesterday: list[Doc], today: list[Doc]) -> Figures:
    """Price changes of a day reported, of those whose old price was held; and alerts where nothing had changed."""
    figures = Figures()
    before, after = owned_by(people, yesterday), owned_by(people, today)
    seen = max((row["seq"] for doc in live(yesterday) for row in doc.get("changes", [])), default=0)
    for product in people.products:
        if product.key not in before or product.key not in after or {"gone_day2", "shutdown_day3"} & product.traits:
            continue
        doc = record_of(product, after[product.key])
        rows = [row for row in doc.get("changes", []) if row["seq"] > seen and row["op"] == "plan"]
        moved = (
            list(zip(product.held(day - 1), product.held(day), strict=True))
            if product.held(day) != product.held(day - 1)
            else []
        )
        for old, new in ((a, b) for a, b in moved if a != b):
            _score_change(figures, product, record_of(product, before[product.key]), rows, old, new)
        # A price read for the first time is no alert.
        rows = rows if record_of(product, before[product.key]).get("plans") else [r for r in rows if r["before"]]
        if not moved:
            figures.count(
                "no alert without a change",
                not rows,
                f"{_tag(product)}: {[(r['field'], r['before'], r['after']) for r in rows]}",
            )
    return figures


def _score_change(
    figures: Figures, product: Product, before: Doc, rows: list[Mapping[str, Any]], old: Plan, new: Plan
) -> None:
    held = _matches(_plan_key(old), {_held_key(plan) for plan in before.get("plans", [])})
    figures.count("old price held", held, f"{_tag(product)}: {_show(_plan_key(old))}")
    if held:
        told = any(
            _amount(row["before"]) == Decimal(old.amount or 0) and _amount(row["after"]) == Decimal(new.amount or 0)
            for row in rows
        )
        figures.count(
            "price change reported",
            told,
            f"{_tag(product)}: {old.amount} to {new.amount}, alerts {[(r['field'], r['before'], r['after']) for r in rows]}",
        )


def _amount(text: str | None) -> Decimal | None:
    match = re.match(r"-?[\d.]+", text or "")
    try:
        return Decimal(match[0]) if match else None
    except InvalidOperation:
        return None


def lines(figures: Figures) -> Iterator[str]:
    """One line a miss, grouped by figure."""
    for name in figures.shares:
        for kind, miss in figures.misses:
            if kind == name:
                yield f"{name}: {miss}"
