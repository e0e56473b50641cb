"""Who is launched in the launch world: made-up products with all that is true of them, by seed. Pure data.

A product's facts stand here once; its pages (launch_pages.py) and its launches (launch_services.py) are written from
them, and what a crawl made of them is measured against them (launch_score.py).
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal

DAYS = (1, 2, 3)


@dataclass(frozen=True)
class Plan:
    """One price line. amount "0" is free, None is on request; period month, year, once or None (a price a use)."""

    name: str
    amount: str | None
    currency: str = "USD"
    period: str | None = "month"
    unit: str = ""


@dataclass(frozen=True)
class Launch:
    """One announcement: where, under which number, on which day it appears, how many hours before the run, linking how."""

    source: str
    id: str
    day: int
    hours: float
    link: str = "site"  # site, repo, package, hub; text_site, text_repo: in the words of a post without an address


@dataclass(frozen=True)
class Product:
    """What is true of one product. `plans` by day; `pricing` lists the pricing models that are right."""

    key: str
    name: str
    tagline: str
    description: str
    kind: str = "product"  # product, repo, package, model, space, dataset, paper
    host: str = ""
    www: bool = False
    repository: str = ""  # owner/name on GitHub
    repo_names_site: bool = False
    readme_names_site: bool = False  # in the words of its README only
    site_names_repo: bool = False
    foreign_homepage: str = ""  # the site of somebody else that its repository names
    foreign_repo: str = ""  # the repository of somebody else that its site links
    hub: str = ""  # models/owner/name, spaces/..., datasets/..., papers/NUMBER
    package: str = ""  # pypi:name or npm:name
    licence: str = ""
    template: str = "plain"
    layout: str = "none"
    price_path: str = ""
    language: str = "en"
    plans: tuple[tuple[Plan, ...], ...] = ((), (), ())
    pricing: tuple[str, ...] = ("unknown",)
    traits: frozenset[str] = frozenset()
    launches: tuple[Launch, ...] = ()
    more_links: tuple[tuple[str, str], ...] = ()  # further links of its site's navigation: path, words
    readme: str = ""  # further text of its README or card, Markdown
    seed: int = 0

    @property
    def homepage(self) -> str:
        """The address of its site, or of its repository, Hub entry or nothing."""
        if self.host:
            scheme = "http" if "http_only" in self.traits else "https"
            return f"{scheme}://{'www.' if self.www else ''}{self.host}/"
        if self.repository:
            return f"https://github.com/{self.repository}"
        return f"https://huggingface.co/{self.hub.removeprefix('models/')}" if self.hub else ""

    def has(self, trait: str) -> bool:
        """Whether it behaves in this way."""
        return trait in self.traits

    @property
    def wanted(self) -> bool:
        """Whether a crawl must enter it; a host whose owner opted out need not."""
        return not self.has("opt_out")

    def held(self, day: int) -> tuple[Plan, ...]:
        """Its plans on a day."""
        return self.plans[day - 1]


@dataclass(frozen=True)
class Noise:
    """What stands in a launch list and is no launch: where, its number, title, address and words."""

    source: str
    id: str
    day: int
    hours: float
    title: str
    url: str
    text: str


@dataclass(frozen=True)
class Cast:
    """Everybody in one world."""

    seed: int
    products: tuple[Product, ...]
    noise: tuple[Noise, ...]
    followed: tuple[tuple[str, str], ...]  # feeds to follow: name, address
    releases_of: str  # the repository whose releases are followed

    def by_host(self) -> dict[str, Product]:
        """Products with a site, by host without www."""
        return {product.host: product for product in self.products if product.host}

    def by_repo(self) -> dict[str, Product]:
        """Products with a repository, by owner/name in lower case."""
        return {product.repository.lower(): product for product in self.products if product.repository}


FEEDS = (
    ("weeklybench", "https://weeklybench.substack.com/feed"),
    ("shiplog", "https://shiplog.blog/feed.xml"),
    ("toolbelt", "https://toolbelt.fyi/feed.json"),
    ("newpackages", "https://index.packages.example/rss/packages.xml"),
)

_FIRST = """tarn quill fern ember cobalt mallow sable thistle otter drift lumen pylon brine crag dapple elmer fjord gannet
harrow inkling juniper kestrel larch marlin nettle onyx pebble quarry rustle sorrel tundra umber vesper willow yarrow
zephyr alder bramble clover dunlin""".split()
_SECOND = """queue log base forge mesh pilot deck lens graph cast bench flow desk gate loom spool tap wire yard kit
stack probe scribe trace vault""".split()
_THINGS = (
    "feature flags",
    "preview deployments",
    "background jobs",
    "session replay",
    "error tracking",
    "database branches",
    "API mocks",
    "release notes",
    "load tests",
    "secrets management",
    "log search",
    "vector search",
    "schema migrations",
    "on-call schedules",
    "code review",
    "prompt evaluation",
    "webhook delivery",
    "usage billing",
    "status pages",
    "data contracts",
    "incident timelines",
    "dependency updates",
    "test data",
    "edge caching",
)
_WHO = (
    "small teams",
    "monorepos",
    "Postgres",
    "mobile developers",
    "Rust services",
    "platform engineers",
    "solo founders",
    "Kubernetes clusters",
    "data engineers",
    "static sites",
    "LLM apps",
    "game studios",
    "agencies",
    "open-source maintainers",
)
_HOW = (
    "without leaving the terminal",
    "that live in Git",
    "in one binary",
    "you can host yourself",
    "with a single line of code",
    "that your whole team can read",
    "before your users notice",
    "at the speed of SQLite",
)
_FEATURES = (
    "Works with the CI you already have",
    "Typed clients for Python, Go and TypeScript",
    "Single sign-on and audit log",
    "Runs in your own cloud",
    "Keyboard first, mouse optional",
    "Open API and webhooks",
    "Import from CSV in seconds",
    "No agents to install",
    "Data stays in the region you choose",
    "Readable diffs of every change",
    "Slack and e-mail notifications",
    "Cold starts under 40 ms",
)
_FOREIGN = {
    "de": (
        "Zeiterfassung für kleine Softwareteams",
        "Es läuft im Browser, rechnet Stunden je Projekt ab und exportiert nach DATEV.",
    ),
    "fr": (
        "Le suivi d'erreurs hébergé en Europe",
        "Il regroupe les incidents, alerte l'équipe et garde les données en France.",
    ),
    "es": (
        "Formularios para sitios estáticos sin servidor",
        "Recibe los envíos, filtra el spam y los guarda en tu hoja de cálculo.",
    ),
    "ja": ("小さなチームのためのログ検索サービス", "サーバーのログを集めて、数秒で検索できます。導入は一行だけです。"),
}
_CURRENCY = {"de": "EUR", "fr": "EUR", "es": "EUR", "ja": "JPY"}
_TLDS = ("dev", "io", "app", "com", "ai", "sh", "tools", "so", "run", "cloud")
_TEMPLATES = ("tailwind", "bootstrap", "webflow", "plain", "docs", "next")
_LAYOUTS = ("cards", "table", "list", "sentence", "toggle", "cards", "cards", "table")

# How sites behave. Each line is the traits of one site; a cast deals them out in shuffled order, round and round.
_BEHAVIOURS = (
    "etag",
    "etag apex_www",
    "modified www_apex gzip",
    "etag robots_ref",
    "robots_query etag",
    "robots_delay etag",
    "robots_closed",
    "robots_404 modified",
    "robots_500",
    "robots_html etag gzip",
    "meta_refresh etag",
    "locale etag",
    "consent etag",
    "canonical_http etag",
    "canonical_relative modified",
    "canonical_slashless",
    "ref_cookie etag",
    "challenge",
    "login_wall",
    "gone_day2 etag",
    "shutdown_day3 etag",
    "slow etag",
    "flaky_502",
    "retry_after etag",
    "redirect_308 etag",
    "redirect_307 gzip",
    "trap_private etag",
    "trap_forbidden etag",
    "dead_pricing etag",
    "weak_etag gzip",
    "moved_page etag",
    "static etag",
    "opt_out",
    "refresh_header etag",
    "noscript_refresh etag",
    "latin_location etag",
    "kept_query etag",
    "cut_day2 etag",
    "odd_charset etag",
    "delay_forever",
    "retry_date etag",
    "trap_redirect etag",
)
# The twelve of them that a small cast has.
_FEW = (
    "etag",
    "etag apex_www",
    "etag robots_ref",
    "robots_closed",
    "meta_refresh etag",
    "locale etag",
    "consent etag",
    "challenge",
    "ref_cookie etag",
    "opt_out",
    "cut_day2 etag",
    "kept_query etag",
)
# Whose prices stay as they are: nothing of them could be seen to move, or nothing may seem to.
_UNMOVED = frozenset(
    "static gone_day2 shutdown_day3 cut_day2 delay_forever robots_closed robots_500 challenge login_wall opt_out".split()
)
_SHELLS = ("shell etag", "shell_pricing etag", "shell robots_api", "shell_pricing", "shell trap_script")
_STACKS = (
    ("show_hn",),
    ("product_hunt",),
    ("product_hunt", "show_hn"),
    ("betalist",),
    ("product_hunt", "betalist"),
    ("show_hn", "dev_to"),
    ("product_hunt", "weeklybench"),
    ("show_hn", "lobsters"),
    ("toolbelt",),
    ("shiplog",),
    ("weeklybench",),
    ("betalist", "toolbelt"),
    ("dev_to",),
    ("product_hunt", "show_hn", "betalist"),
)
_REPO_STACKS = (
    ("github_search",),
    ("github_trending",),
    ("show_hn", "github_search"),
    ("github_trending", "github_search"),
    ("lobsters",),
    ("dev_to", "github_search"),
)
_PAIR_STACKS = (
    ("show_hn:repo", "product_hunt"),
    ("github_search", "product_hunt"),
    ("github_search", "show_hn"),
    ("github_trending", "betalist"),
    ("show_hn:text_repo", "dev_to"),
    ("github_search", "weeklybench"),
)


def cast(seed: int, *, small: bool = False) -> Cast:
    """The cast of a seed: about 100 product sites and 60 more entries; small, about 25 products in all."""
    chance = random.Random(f"cast {seed}")
    names = _names(chance)
    behaviours = list(_FEW if small else _BEHAVIOURS)
    chance.shuffle(behaviours)
    sites = [_site(seed, names, number, chance, behaviours) for number in range(12 if small else 80)]
    shells = [] if small else [_shell(seed, names, number, chance) for number in range(6)]
    tongues = [] if small else [_foreign(seed, names, number, chance) for number in range(6)]
    pairs = [p for number in range(2 if small else 10) for p in _pair(seed, names, number, chance)]
    repos = [_repo(seed, names, number, chance) for number in range(3 if small else 9)]
    groups = list(_entangled(seed, names, chance))
    hub = list(_hub_entries(seed, names, chance, small=small))
    packages = [_package(seed, names, number, chance) for number in range(1 if small else 6)]
    products = [*sites, *shells, *tongues, *pairs, *repos, *groups, *hub, *packages]
    priced = [product.key for product in products if product.held(1) and not _UNMOVED & product.traits]
    products = [_with_change(p, priced.index(p.key)) if p.key in priced else p for p in products]
    coded = [p for p in products if p.repository and p.kind == "repo"]
    oldest = min(coded, key=lambda p: min(launch.day for launch in p.launches))
    released = oldest.repository  # it exists from the first day on
    followed = (*FEEDS, ("releases", f"https://github.com/{released}/releases.atom"))
    return Cast(seed, tuple(products), tuple(_noise(chance)), followed, released)


def _names(chance: random.Random) -> Iterator[str]:
    """Names that no two products share, written as people write them."""
    seen: set[str] = set()
    while True:
        first, second = chance.choice(_FIRST), chance.choice(_SECOND)
        if first + second in seen:
            continue
        seen.add(first + second)
        form = chance.randrange(10)
        if form < 4:
            yield (first + second).capitalize()
        elif form < 6:
            yield f"{first.capitalize()} {second.capitalize()}"
        elif form < 8:
            yield first.capitalize() + second.capitalize()
        elif form == 8:
            yield f"{first}-{second}"
        else:
            yield f"{first.capitalize()}{second} AI"


def _key(name: str) -> str:
    return name.lower().replace(" ", "").replace("-", "")


def _words(name: str, chance: random.Random) -> tuple[str, str]:
    """A tagline and a description."""
    thing, who, how = chance.choice(_THINGS), chance.choice(_WHO), chance.choice(_HOW)
    tagline = chance.choice((f"{thing} for {who}", f"{thing} {how}", f"{thing} for {who}, {how}"))
    text = (
        f"{name} gives {who} {thing} {how}. Connect a repository, invite the people who need to see it, "
        f"and have the first result in {chance.randrange(2, 30)} minutes."
    )
    return tagline[0].upper() + tagline[1:], text


def _blank(seed: int, names: Iterator[str], chance: random.Random) -> Product:
    name = next(names)
    tagline, description = _words(name, chance)
    return Product(_key(name), name, tagline, description, seed=chance.randrange(10**9) + seed)


def _host(product: Product, chance: random.Random) -> str:
    """A host of its own, now and then a subdomain of a house that hosts many."""
    roll = chance.randrange(20)
    if roll == 0:
        return f"{product.key}.vercel.app"
    if roll == 1:
        return f"{product.key}.netlify.app"
    if roll < 5:
        return f"{chance.choice(('get', 'try', 'use'))}{product.key}.{chance.choice(_TLDS[:4])}"
    return f"{product.key}.{chance.choice(_TLDS)}"


def _site(seed: int, names: Iterator[str], number: int, chance: random.Random, behaviours: list[str]) -> Product:
    traits = frozenset(behaviours[number % len(behaviours)].split())
    product = _blank(seed, names, chance)
    product = replace(product, host=_host(product, chance), www="apex_www" in traits, traits=traits)
    shape = 1 if "trap_redirect" in traits else 2 if "cut_day2" in traits or number % 2 == 0 else None
    product = _priced(replace(product, template=chance.choice(_TEMPLATES)), chance, shape=shape)
    early = bool({"gone_day2", "shutdown_day3", "cut_day2"} & traits)  # who ends or breaks was there before
    return _launched(product, _STACKS[number % len(_STACKS)], chance, day=int(early))


def _shell(seed: int, names: Iterator[str], number: int, chance: random.Random) -> Product:
    traits = frozenset(_SHELLS[number % len(_SHELLS)].split())
    product = _blank(seed, names, chance)
    product = replace(product, host=f"{product.key}.{chance.choice(_TLDS)}", traits=traits)
    product = replace(product, template="shell" if "shell" in traits else chance.choice(_TEMPLATES))
    product = _priced(product, chance, shape=2, layout="cards", place="/pricing")
    return _launched(product, _STACKS[number % 3], chance)


def _foreign(seed: int, names: Iterator[str], number: int, chance: random.Random) -> Product:
    language = ("de", "fr", "es", "ja")[number % 4]
    tagline, more = _FOREIGN[language]
    product = _blank(seed, names, chance)
    product = replace(
        product,
        tagline=tagline,
        description=f"{tagline}. {more}",
        language=language,
        host=f"{product.key}.{'de' if language == 'de' else 'eu'}",
        traits=frozenset({"etag"}),
        template=chance.choice(_TEMPLATES[:4]),
    )
    product = _priced(product, chance, shape=2, layout="cards", place="/pricing")
    return _launched(product, _STACKS[number % 4], chance)


def _pair(seed: int, names: Iterator[str], number: int, chance: random.Random) -> Iterator[Product]:
    """A product with a site and a repository: each names the other, one repository in three by its README only."""
    product = _blank(seed, names, chance)
    product = replace(
        product,
        host=_host(product, chance),
        repository=f"{product.key}{chance.choice(('', '-dev', 'hq', '-labs'))}/{product.key}",
        repo_names_site=number % 3 != 2,
        readme_names_site=number % 3 == 2,
        site_names_repo=True,
        licence=chance.choice(("MIT", "Apache-2.0", "AGPL-3.0", "MPL-2.0")),
        traits=frozenset({"etag"}),
        template=chance.choice(_TEMPLATES),
    )
    product = _priced(product, chance, shape=chance.choice((0, 1, 2)))
    yield _launched(product, _PAIR_STACKS[number % len(_PAIR_STACKS)], chance)


def _repo(seed: int, names: Iterator[str], number: int, chance: random.Random) -> Product:
    product = _blank(seed, names, chance)
    licence = chance.choice(("MIT", "Apache-2.0", "GPL-3.0", "BSD-3-Clause"))
    owner = f"{chance.choice(_FIRST)}-{chance.choice(_FIRST)}{number}"
    repository = f"{owner}/{product.key}"
    product = replace(product, kind="repo", repository=repository, licence=licence, pricing=("open-source", "free"))
    return _launched(product, _REPO_STACKS[number % len(_REPO_STACKS)], chance)


def _entangled(seed: int, names: Iterator[str], chance: random.Random) -> Iterator[Product]:
    """Products that a careless reader makes one: a fork, a house with several repositories, an impostor's site."""
    plain = {"traits": frozenset({"etag"}), "licence": "MIT"}
    real = _blank(seed, names, chance)
    owner = f"{real.key}-org"
    real = replace(real, host=f"{real.key}.dev", repository=f"{owner}/{real.key}", template="tailwind", **plain)
    real = replace(real, repo_names_site=True, site_names_repo=True)
    yield _launched(_priced(real, chance, shape=2), ("github_search", "product_hunt"), chance)
    for what in ("sdk", "examples"):
        name = f"{real.name} {what.upper() if what == 'sdk' else what}"
        tagline, description = f"The {what} of {real.name}", f"{name} for Python and Go, kept beside {real.name}."
        own = {"repository": f"{owner}/{real.key}-{what}", "foreign_homepage": real.homepage, "kind": "repo", **plain}
        part = Product(real.key + what, name, tagline, description, pricing=("open-source", "free"), **own)  # type: ignore[arg-type]
        yield _launched(part, ("github_search",), chance)
    fork = replace(real, key=f"{real.key}fork", kind="repo", host="", repository=f"lonefork{seed}/{real.key}-ng")
    fork = replace(fork, name=f"{real.name} NG", repo_names_site=False, foreign_homepage=real.homepage)
    fork = replace(fork, plans=((), (), ()), pricing=("open-source", "free"), price_path="", layout="none")
    yield _launched(fork, ("github_trending",), chance, day=1)
    fake = _blank(seed, names, chance)
    fake = replace(fake, host=f"{fake.key}.app", foreign_repo=real.repository, template="bootstrap", **plain)
    yield _launched(_priced(replace(fake, licence=""), chance, shape=1), ("betalist",), chance)


def _hub_entries(seed: int, names: Iterator[str], chance: random.Random, *, small: bool) -> Iterator[Product]:
    for kind, many in (("model", 3 if small else 12), ("space", 2 if small else 7), ("dataset", 2 if small else 7)):
        for number in range(many):
            product = _blank(seed, names, chance)
            suffix = chance.choice(("", "-7B-Instruct", "-0.6b", "-v2")) if kind == "model" else ""
            owner = f"{chance.choice(_FIRST)}{chance.choice(('labs', '-ai', 'research', ''))}"
            name = product.name.replace(" ", "-") + suffix
            hub = f"{kind}s/{owner}/{name}"
            licence = chance.choice(("apache-2.0", "mit", "cc-by-4.0"))
            product = replace(product, kind=kind, name=name, hub=hub, licence=licence)
            product = replace(product, pricing=("open-source", "free", "unknown"))
            stack = ("hugging_face", "show_hn:hub") if number == 1 else ("hugging_face",)
            yield _launched(product, stack, chance)
    for number in range(1 if small else 5):
        product = _blank(seed, names, chance)
        name = f"{product.name}: {product.tagline}"
        product = replace(product, kind="paper", name=name, hub=f"papers/2611.{chance.randrange(1000, 9999)}{number}")
        yield _launched(product, ("hugging_face",), chance)


def _package(seed: int, names: Iterator[str], number: int, chance: random.Random) -> Product:
    product = _blank(seed, names, chance)
    index = "npm" if number % 3 == 2 else "pypi"
    product = replace(product, kind="package", package=f"{index}:{product.key}", licence="MIT")
    product = replace(product, pricing=("open-source", "free"))
    if number % 2:
        product = replace(product, repository=f"{product.key}-py/{product.key}")
    stack = ("show_hn:package",) if index == "npm" else ("newpackages",)
    return _launched(product, (*stack, "github_search") if product.repository else stack, chance)


def _priced(
    product: Product, chance: random.Random, *, shape: int | None = None, layout: str = "", place: str = ""
) -> Product:
    """The product with plans of a kind that tools have, told in one of the ways tools tell them."""
    shape = chance.choice((0, 1, 2, 2, 2, 2, 3, 3, 4, 4, 5, 6, 7)) if shape is None else shape
    currency = _CURRENCY.get(product.language, chance.choice(("USD",) * 6 + ("EUR", "GBP")))
    low = chance.choice((5, 8, 9, 12, 15, 19, 29))
    scale = 100 if currency == "JPY" else 1
    names = chance.choice((("Free", "Pro", "Team"), ("Hobby", "Plus", "Business"), ("Starter", "Growth", "Scale")))
    free = Plan(names[0], "0", currency)
    mid = Plan(names[1], str(low * scale), currency, unit=chance.choice(("", "", "user")))
    top = Plan(names[2], str((low * 3 + chance.choice((0, 1, 10))) * scale), currency)
    asked = Plan("Enterprise", None, currency, None)
    plans, pricing = {
        0: ((), ("open-source", "free") if product.licence else ("unknown",)),
        1: ((), ("unknown",)),
        2: ((free, mid, top), ("freemium",)),
        3: ((free, mid, top, asked), ("freemium",)),
        4: ((mid, top), ("paid",)),
        5: ((replace(mid, name="", period="once", amount=str(low * 4), unit=""),), ("paid",)),
        6: ((replace(mid, name="", unit=""),), ("paid",)),
        7: ((free, mid), ("freemium",)),
    }[shape]
    if not plans:
        told = ("open-source", "free", "unknown") if product.licence else pricing
        return replace(product, pricing=told)
    if shape in (5, 6):
        layout = layout or chance.choice(("sentence", "jsonld"))
        place = place or "/"
    layout = layout or chance.choice(_LAYOUTS)
    place = place or chance.choice(("/pricing", "/pricing", "/plans", "/"))
    return replace(product, plans=(plans,) * 3, pricing=pricing, layout=layout, price_path=place)


def _with_change(product: Product, number: int) -> Product:
    """Every second priced product changes a price on the second or third day, after its launch; others only look new."""
    launched = min(launch.day for launch in product.launches)
    day = max(launched + 1, 2 + number // 2 % 2)
    if number % 2 or day > DAYS[-1]:
        return product
    paid = [plan for plan in product.held(1) if plan.amount not in (None, "0")]
    chosen = paid[number // 2 % len(paid)]
    amount = Decimal(chosen.amount or 0)
    raised = str(amount + max(Decimal(2), (amount / 5).to_integral_value()))
    moved = tuple(replace(plan, amount=raised) if plan is chosen else plan for plan in product.held(1))
    return replace(product, plans=tuple(moved if at >= day else product.held(1) for at in DAYS))


def _launched(product: Product, stack: tuple[str, ...], chance: random.Random, day: int = 0) -> Product:
    """The product with its launches: the first on any day or the one given, the others on the same or a later one."""
    day, launches = day or chance.choice((1, 1, 1, 1, 2, 3)), []
    for entry in stack:
        source, _, link = entry.partition(":")
        link = link or _usual_link(product, source, chance)
        launches.append(Launch(source, _number(source, product, chance), day, _hours(day, chance), link))
        day = min(3, day + chance.choice((0, 0, 1)))
    return replace(product, launches=tuple(launches))


def _usual_link(product: Product, source: str, chance: random.Random) -> str:
    if product.hub:
        return "hub"
    if source in ("github_search", "github_trending") or not (product.host or product.package):
        return "repo"
    if not product.host:
        return "package"
    return chance.choice(("site", "site", "text_site")) if source == "show_hn" else "site"


def _hours(day: int, chance: random.Random) -> float:
    """Hours before the run; all within a day and a half, a later day later."""
    return round({1: 22, 2: 11, 3: 0.5}[day] + chance.random() * 10, 3)


def _number(source: str, product: Product, chance: random.Random) -> str:
    """How the service itself tells this launch from others."""
    if source == "show_hn":
        return str(chance.randrange(46_000_000, 46_999_999))
    if source == "product_hunt":
        return str(chance.randrange(1_250_000, 1_299_999))
    if source == "lobsters":
        return "".join(chance.choice("abcdefghijkmnpqrstuvwxyz0123456789") for _ in range(6))
    if source in ("github_search", "github_trending"):
        return product.repository
    return product.hub or product.key


def _noise(chance: random.Random) -> Iterator[Noise]:
    """Job posts, essays, sponsors: what a list of launches holds beside launches."""
    rows = (
        ("show_hn", "Ask HN: Do Launch HN posts still work?", "", "Ours brought twelve users."),
        (
            "dev_to",
            "What I learned from a year of shipping side projects",
            "",
            "<p>No product, only lessons. Read <a href='https://en.wikipedia.org/wiki/Yak_shaving'>this</a>.</p>",
        ),
        ("dev_to", "Why we rewrote our tests", "", "<p>Tests grew slow. We cut them by half and slept better.</p>"),
        ("shiplog", "How to price a side project", "", "<p>Charge more than feels right. Then listen.</p>"),
        (
            "shiplog",
            "We are hiring a platform engineer",
            "",
            "<p>Join us: <a href='https://shiplog.blog/jobs'>apply here</a>.</p>",
        ),
        ("lobsters", "On the cost of abstractions", "https://essays.fieldnotes.blog/abstractions", ""),
    )
    for number, (source, title, url, text) in enumerate(rows):
        day = number % 3 + 1
        id_ = str(46_990_000 + number) if source == "show_hn" else f"noise{number}"
        yield Noise(source, id_, day, _hours(day, chance), title, url, text)
