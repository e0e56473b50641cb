"""Who is in the merit world, and how good each of them really is. Pure data, by seed.

Half of the products are good, half bad, by a latent merit that nobody reads anywhere; it shows, noisily and never all at
once, in what can be read: prices, limits, licence, terms, releases, numbers, comments. Crossed with merit, and drawn
without looking at it: whether the landing page is talkative or terse, how it is built, and what cannot be read at all.
The strengths below were set before any reviewer was run on this world, and are not to be fitted to one.
"""

from __future__ import annotations

import math
import random
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal

import merit_words as words
from launch_cast import Cast, Launch, Plan, Product
from merit_words import FIELDS, Field

CELLS = [(good, talkative) for good in (True, False) for talkative in (True, False)]
LEAST_PRODUCTS = len(FIELDS) * len(CELLS) * 3
TEMPLATES = ("tailwind", "bootstrap", "webflow", "plain", "docs", "next")
Shown = Literal["shown", "closed", "absent"]  # closed: it is so, and nobody can read it


@dataclass(frozen=True)
class Comment:
    """What somebody wrote below a launch. `kind`: failure, praise, noise, troll, question or answer."""

    kind: str
    text: str
    by_maker: bool = False
    replies: tuple[Comment, ...] = ()


@dataclass(frozen=True)
class Signal:
    """One planted sign of merit: its value, how far it speaks for the product (below 0: against), whether it can be read."""

    value: str
    weight: float
    shown: Shown = "shown"


@dataclass(frozen=True)
class Truth:
    """What is true of a product beyond what launch_cast.Product says. Ages in days before the run."""

    field: Field
    latent: float
    talkative: bool
    free_limit: int = 0  # 0: no free plan
    topics: tuple[tuple[str, bool, str], ...] = ()  # topic, denied, its sentence
    releases: tuple[float, ...] = ()  # newest first
    archived: float = 0.0  # 0: it is not
    stars: int = 0
    forks: int = 0
    open_issues: int = 0
    downloads: int = 0
    likes: int = 0
    points: int = 0
    comments: tuple[Comment, ...] = ()
    closed: frozenset[str] = frozenset()  # pages that robots.txt closes
    missing: frozenset[str] = frozenset()  # pages that do not exist
    other: str = ""  # the name of a product of its category that its pages or comments mention

    @property
    def good(self) -> bool:
        return self.latent > 0


@dataclass(frozen=True)
class MeritProduct(Product):
    """A product of the launch world with its truth."""

    truth: Truth = Truth(FIELDS[0], 0.0, False)

    @property
    def author(self) -> str:
        """Who announced it."""
        return f"{self.key}_maker"


def cast(seed: int, products: int = LEAST_PRODUCTS) -> Cast:
    """The cast of a seed; at least so many products, as many in each cell of category, merit and talkativeness."""
    chance = random.Random(f"merit {seed}")
    each = max(3, -(-products // (len(FIELDS) * len(CELLS))))
    names = _names(chance)
    made = [product for field in FIELDS for product in _field(field, each, names, chance)]
    return Cast(seed, tuple(made), (), (), "")


def _names(chance: random.Random) -> Iterator[str]:
    pairs = [(one, other) for one in words.FIRST for other in words.SECOND]
    chance.shuffle(pairs)
    for number, (one, other) in enumerate(pairs):
        yield (one + other).capitalize() if number % 3 else f"{one.capitalize()} {other.capitalize()}"


def _field(field: Field, each: int, names: Iterator[str], chance: random.Random) -> Iterator[MeritProduct]:
    """The products of one category. Talkative and terse ones have the same latent merits, so that length tells nothing."""
    drawn: list[MeritProduct] = []
    rungs = [0.3 + 1.4 * (step + chance.random()) / each for step in range(each)]
    for cell, (good, talkative) in enumerate(CELLS):
        for step, rung in enumerate(rungs):
            truth = Truth(field, rung if good else -rung, talkative)
            template = TEMPLATES[(step + cell * 2 + FIELDS.index(field)) % len(TEMPLATES)]
            drawn.append(_product(truth, next(names), template, chance))
    every = [product.name for product in drawn]
    for product in drawn:
        other = chance.choice([name for name in every if name != product.name])
        yield replace(product, truth=replace(product.truth, other=other))


# ------------------------------------------------------------------------------------------- one product


def _lean(truth: Truth, effect: float, chance: random.Random) -> float:
    """A standard normal number that leans with merit: good and bad lie about `effect` standard deviations apart."""
    return truth.latent * effect / 2 + chance.gauss(0, 1)


def _happens(truth: Truth, base: float, slope: float, chance: random.Random) -> bool:
    """Whether something is so that is so for `base` of middling products, and for more or fewer of better ones."""
    return chance.random() < base * math.exp(slope * truth.latent)


def _product(truth: Truth, name: str, template: str, chance: random.Random) -> MeritProduct:
    field, key = truth.field, name.lower().replace(" ", "")
    name = name.replace(" ", "-") if field.category == "ai-model" else name  # as names on the Hub are written
    thing, who = chance.choice(field.things), chance.choice(words.WHO)
    tagline = f"{thing[0].upper()}{thing[1:]} {chance.choice((f'for {who}', chance.choice(words.HOW)))}"
    parts = chance.sample(field.parts, 2)
    article = "an" if thing[0].lower() in "aeiou" else "a"
    head = "" if thing.endswith(field.noun) else f" {field.noun}"
    description = f"{name} is {article} {thing}{head} for {who}, with {parts[0]} and {parts[1]}."
    seed = chance.randrange(10**9)
    seed += seed % 4 == 1  # there the launch world's footers link terms, which not every site of this one has
    product = MeritProduct(key, name, tagline, description, seed=seed, template=template, truth=truth)
    for draw in (_where, _priced, _documented, _maintained, _launched):
        product = draw(product, chance)
    return product


def _where(product: MeritProduct, chance: random.Random) -> MeritProduct:
    """Its site or Hub entry, its repository and package, its licence, and what nobody can read."""
    truth = product.truth
    traits = {"etag", *(["challenge"] if chance.random() < 0.04 else [])}
    closed = {page for page in ("pricing", "terms", "docs") if chance.random() < 0.06}
    missing = {page for page, share in (("terms", 0.15), ("docs", 0.1), ("changelog", 0.3)) if chance.random() < share}
    product = replace(product, truth=replace(truth, closed=frozenset(closed), missing=frozenset(missing)))
    is_open = chance.random() < 0.5 + 0.12 * truth.latent
    usual = ("MIT", "Apache-2.0", "MIT", "AGPL-3.0", "MPL-2.0")
    licence = chance.choice(usual) if is_open else ""
    has_repository = is_open or chance.random() < 0.3
    if truth.field.category == "ai-model":
        hub = f"models/{product.key}-lab/{product.name}"
        licence = chance.choice(("apache-2.0", "mit")) if is_open else chance.choice(("cc-by-nc-4.0", "other"))
        product = replace(product, kind="model", hub=hub, template="plain", pricing=("open-source", "free", "unknown"))
    else:
        host = f"{product.key}.{chance.choice(('dev', 'io', 'app', 'com', 'tools'))}"
        product = replace(product, host=host, traits=frozenset(traits))
    if has_repository:
        repository = f"{product.key}{chance.choice(('', '-dev', 'hq'))}/{product.key}"
        named = {"repo_names_site": bool(product.host), "site_names_repo": bool(product.host)}
        product = replace(product, repository=repository, **named)
        if chance.random() < 0.45 and product.host:
            product = replace(product, package=f"{chance.choice(('pypi', 'npm'))}:{product.key}")
    return replace(product, licence=licence)


def _priced(product: MeritProduct, chance: random.Random) -> MeritProduct:
    """Plans on both days. Good ones are cheaper, give more for nothing, and seldom raise a price."""
    truth, field = product.truth, product.truth.field
    price, room = _lean(truth, 0.8, chance), _lean(truth, 0.9, chance)
    has_free = chance.random() < 0.62 + 0.13 * truth.latent
    raises, is_sold = _happens(truth, 0.17, -0.65, chance), chance.random() > 0.12
    if product.hub or not (is_sold or not product.licence):
        return product
    limit = _round(field.limit * math.exp(0.8 * room))
    low = max(2, round(field.base * math.exp(-0.45 * price)))
    currency = chance.choice(("USD",) * 6 + ("EUR",))
    names = chance.choice((("Free", "Pro", "Team"), ("Hobby", "Plus", "Business"), ("Free", "Growth", "Scale")))
    free = Plan(names[0], "0", currency)
    paid = Plan(names[1], str(low), currency, unit=field.unit)
    top = Plan(names[2], str(low * 3 + chance.choice((0, 1, 5))), currency, unit=field.unit)
    asked = [Plan("Enterprise", None, currency, None)] if chance.random() < 0.4 else []
    first = (*([free] if has_free else []), paid, top, *asked)
    raised = replace(paid, amount=str(low + max(2, round(low * 0.25)))) if raises else paid
    second = tuple(raised if plan is paid else plan for plan in first)
    return replace(
        product,
        plans=(first, second, second),
        pricing=("freemium",) if has_free else ("paid",),
        layout=chance.choice(("cards", "cards", "table", "list")),
        price_path="/pricing",
        truth=replace(truth, free_limit=limit if has_free else 0),
    )


def _round(amount: float) -> int:
    """The nearest of 1, 2, 3, 5 times a power of ten: limits are round."""
    power = 10 ** int(math.log10(max(1.0, amount)))
    return min((step * power for step in (1, 2, 3, 5, 10)), key=lambda step: abs(math.log(step / max(1.0, amount))))


LEANS = {"export": 0.9, "cancel": 0.9, "refund": 0.9, "no_training": 0.9, "data_region": 0.5, "sla": 0.5}
_PLAIN = ("api", "offline", "sso")  # said of good and bad alike


def _documented(product: MeritProduct, chance: random.Random) -> MeritProduct:
    """What docs and terms state: stated, denied, or nothing, by a draw each."""
    topics = []
    for topic in (*LEANS, *_PLAIN):
        lean = _lean(product.truth, LEANS.get(topic, 0.0), chance)
        _, stated, denied, _ = words.TOPICS[topic]
        if lean > 0.35:
            topics.append((topic, False, chance.choice(stated)))
        elif lean < -0.9:
            topics.append((topic, True, chance.choice(denied)))
    host_it = chance.random() < (0.7 if product.licence and product.repository else 0.1)
    says_so = chance.random() < 0.6
    if host_it or says_so:
        _, stated, denied, _ = words.TOPICS["self_host"]
        topics.append(
            ("self_host", not host_it, chance.choice(stated if host_it else denied).format(name=product.name))
        )
    return replace(product, truth=replace(product.truth, topics=tuple(topics)))


def _maintained(product: MeritProduct, chance: random.Random) -> MeritProduct:
    """Releases, stars, issues, downloads, likes."""
    truth = product.truth
    pace = _lean(truth, 1.1, chance)
    fresh = 0.6 * pace + 0.8 * _lean(truth, 0.6, chance)
    popular, tidy, used = (_lean(truth, effect, chance) for effect in (0.5, 0.6, 0.6))
    at, releases = math.exp(3.6 - 0.9 * fresh), []
    born = at + chance.uniform(200, 1100)
    while at < born and len(releases) < 60:
        releases.append(round(at, 2))
        at += chance.expovariate(math.exp(1.9 + 0.8 * pace) / 365)
    stars = round(math.exp(6.2 + 1.2 * popular))
    archived = releases[0] * chance.uniform(0.2, 0.9) if _happens(truth, 0.05, -1.1, chance) else 0.0
    return replace(
        product,
        truth=replace(
            truth,
            releases=tuple(releases),
            archived=round(archived, 2),
            stars=stars,
            forks=round(stars * math.exp(chance.gauss(-2.5, 0.4))),
            open_issues=round(stars**0.7 * 0.3 * math.exp(-0.7 * tidy)),
            downloads=round(math.exp(7.5 + 1.3 * used)),
            likes=round(math.exp(3.5 + 0.9 * popular)),
        ),
    )


# ------------------------------------------------------------------------------------------- its launch


def _launched(product: MeritProduct, chance: random.Random) -> MeritProduct:
    """Three in four on Show HN, with points and comments; the others where neither is to be had."""
    hours = round(chance.uniform(56, 120), 3)
    number = str(chance.randrange(46_000_000, 46_899_999))
    shown = chance.random() < 0.75
    link = "hub" if product.hub else "site"
    launches = [Launch("show_hn", number, 1, hours, link)] if shown else []
    if product.hub:
        launches.append(Launch("hugging_face", product.hub, 1, hours + 30, "hub"))
    elif not shown:
        launches.append(Launch("product_hunt", str(chance.randrange(1_250_000, 1_299_999)), 1, hours))
    liked = _lean(product.truth, 0.6, chance)
    comments = tuple(_comments(product, chance))
    truth = replace(product.truth, points=max(2, round(math.exp(3.4 + 0.9 * liked))))
    return replace(product, launches=tuple(launches), truth=replace(truth, comments=comments if shown else ()))


def _comments(product: MeritProduct, chance: random.Random) -> Iterator[Comment]:
    """What others wrote: of bad ones several often report the same failure, of good ones more is praised in detail."""
    truth = product.truth
    said: list[Comment] = []
    reporters = _poisson(0.35 if truth.good else 1.5, chance)
    theme = chance.choice(words.FAILURES)
    said += [Comment("failure", text) for text in chance.sample(theme, min(5, reporters))]
    said += [
        Comment("praise", text)
        for text in chance.sample(words.PRAISE, min(6, _poisson(1.8 if truth.good else 0.7, chance)))
    ]
    said += [Comment("noise", text) for text in chance.sample(words.NOISE, chance.randrange(1, 6))]
    said += [Comment("troll", text) for text in chance.sample(words.TROLLS, chance.choice((0, 0, 1, 1, 2)))]
    for text in chance.sample(words.ASKED, chance.randrange(1, 5)):
        answered = chance.random() < 0.5 + 0.18 * truth.latent
        reply = (Comment("answer", chance.choice(words.ANSWERED), by_maker=True),) if answered else ()
        said.append(Comment("question", text, replies=reply))
    chance.shuffle(said)
    quiet = chance.random() < 0.15
    yield from () if quiet else said


def _poisson(mean: float, chance: random.Random) -> int:
    """How often something happened that happens so often on average (Knuth's way)."""
    count, left = 0, chance.random()
    while left > math.exp(-mean):
        count, left = count + 1, left * chance.random()
    return count


# ------------------------------------------------------------------------------------------- the planted signs


def signals(product: MeritProduct) -> dict[str, Signal]:
    """Every sign of merit planted in a product by name, whether or not it can be read. Weights are about -2 to 2."""
    truth = product.truth
    found = dict(_of_prices(product))
    repository: Shown = "shown" if product.repository else "absent"
    last = truth.releases[0]
    year = sum(age <= 365 for age in truth.releases)
    found["licence"] = Signal(product.licence or "none", 0.5 if _is_open(product.licence) else -0.5)
    listed = "shown" if product.repository else page_shown(product, "changelog")
    found["last release"] = Signal(f"{last:.0f} days", (3.6 - math.log(max(1.0, last))) / 0.9, listed)
    found["releases a year"] = Signal(str(year), (math.log(year + 0.5) - 1.7) / 0.9, listed)
    found["archived"] = Signal(
        f"{truth.archived:.0f} days" if truth.archived else "no", -2.0 if truth.archived else 0.1, repository
    )
    found["stars"] = Signal(str(truth.stars), (math.log(truth.stars + 1) - 6.2) / 1.2, repository)
    found["open issues"] = Signal(
        str(truth.open_issues), (math.log(truth.stars**0.7 * 0.3 / (truth.open_issues + 0.5))) / 0.7, repository
    )
    package: Shown = "shown" if product.package or product.hub else "absent"
    found["downloads"] = Signal(str(truth.downloads), (math.log(truth.downloads + 1) - 7.5) / 1.3, package)
    if product.hub:
        found["likes"] = Signal(str(truth.likes), (math.log(truth.likes + 1) - 3.5) / 0.9)
    found |= _of_voices(product)
    for topic, denied, _ in truth.topics:
        if topic in LEANS or topic == "self_host":
            page = words.TOPICS[topic][0]
            found[topic] = Signal("denied" if denied else "stated", -1.2 if denied else 0.8, page_shown(product, page))
    return found


def _is_open(licence: str) -> bool:
    return licence not in ("", "other", "cc-by-nc-4.0")


def page_shown(product: MeritProduct, page: str) -> Shown:
    """Whether a page of its site (docs, terms, pricing, changelog) is there, and may be read."""
    if product.hub or page in product.truth.missing or (page == "pricing" and not product.price_path):
        return "absent"
    return "closed" if page in product.truth.closed or product.has("challenge") else "shown"


def _of_prices(product: MeritProduct) -> Iterator[tuple[str, Signal]]:
    truth, field = product.truth, product.truth.field
    if not product.price_path:
        return
    shown = page_shown(product, "pricing")
    paid = next(plan for plan in product.held(1) if plan.amount not in (None, "0"))
    later = next(plan for plan in product.held(2) if plan.name == paid.name)
    yield (
        "price",
        Signal(f"{paid.amount} {paid.currency}", math.log(field.base / float(paid.amount or 1)) / 0.45, shown),
    )
    yield "price rise", Signal(f"to {later.amount}" if later != paid else "none", -1.5 if later != paid else 0.2, shown)
    room = math.log(truth.free_limit / field.limit) / 0.8 if truth.free_limit else -0.6
    yield "free plan", Signal(f"{truth.free_limit} {field.counted}" if truth.free_limit else "none", room + 0.2, shown)


def _of_voices(product: MeritProduct) -> dict[str, Signal]:
    truth = product.truth
    on_hn: Shown = "shown" if any(launch.source == "show_hn" for launch in product.launches) else "absent"
    heard: Shown = "shown" if truth.comments else "absent"
    kinds = [comment.kind for comment in truth.comments]
    asked = [comment for comment in truth.comments if comment.kind == "question"]
    answered = sum(bool(comment.replies) for comment in asked)
    failures, praise = kinds.count("failure"), kinds.count("praise")
    return {
        "points": Signal(str(truth.points), (math.log(truth.points) - 3.4) / 0.9, on_hn),
        "failures": Signal(str(failures), 0.4 - 0.7 * min(3, failures), heard),
        "praise": Signal(str(praise), 0.6 * min(3, praise) - 0.7, heard),
        "maker answers": Signal(f"{answered} of {len(asked)}", (2 * answered - len(asked)) / max(1, len(asked)), heard),
    }


def readable(product: MeritProduct) -> float:
    """What a reader who sees every planted sign that can be read, and adds them up, makes of a product: the bench's ceiling."""
    return sum(signal.weight for signal in signals(product).values() if signal.shown == "shown")
