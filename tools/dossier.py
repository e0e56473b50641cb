"""The nouns of a dossier: what is gathered on a product beyond its homepage, each piece with where it stands and when it
was read.

Plain data, known to the store, to the job that gathers, and to the panel that reads. A role that was not read is "not
read": what a page of it would say is then unknown, and its silence is no finding.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, get_args

Trust = Literal[
    "own", "measure", "voice", "store"
]  # its own pages, numbers from APIs, what others wrote, our own store
# Which page of the product it is. `help`: answers to questions, `trust`: what it does for security. `repository`, `releases`, `registry`, `hub` are answers with numbers; `comments` is what
# others wrote of a launch.
Role = Literal[
    "homepage",
    "pricing",
    "docs",
    "changelog",
    "terms",
    "help",
    "trust",
    "readme",
    "card",
    "repository",
    "releases",
    "registry",
    "hub",
    "comments",
]
ROLES: tuple[Role, ...] = get_args(Role)
# read: its text is on record. none: nothing leads to such a page. refused: robots.txt, a log-in or a challenge is in the
# way. failed: it did not answer, or not in a form that can be read.
State = Literal["read", "none", "refused", "failed"]


@dataclass(frozen=True, slots=True)
class DossierPage:
    """One page of a dossier, or why it is not there. `page`: Page.id where it was read, else empty."""

    role: Role
    state: State
    url: str  # as reached; empty where nothing leads to one
    page: str
    at: datetime
    why: str = ""  # of refused and failed: a sentence


@dataclass(frozen=True, slots=True)
class Measure:
    """A number of a product at a time, as an API or a feed gave it.

    metric: stars, forks, open_issues, archived (0 or 1), pushed_at, released_at (both days since 1970-01-01, UTC),
    releases_365d, releases_730d (of the last and the last two years), downloads_30d, likes, points, comments.
    quote: the words of the answer it was read from, verbatim.
    """

    metric: str
    value: float
    at: datetime  # when it was read
    url: str
    page: str  # Page.id of the answer
    quote: str


@dataclass(frozen=True, slots=True)
class Statement:
    """What the product's own page states on a topic, in its own words.

    topic: export, self_host, api, offline, sso, data_region, no_training, refund, cancel, sla, free_limit,
    trial, no_card.
    denied: the page says that it is not so ("no export yet"). value: of a limit or a trial, its figure, of a
    region, its name, as written. plan: the first one
    that has it, as its page calls it, "all plans" or "paid plans"; empty where that is not told.
    """

    topic: str
    denied: bool
    value: str
    role: Role  # of the page that says it
    url: str
    page: str
    quote: str
    unclear: bool = False  # a word of the topic stands here and is not understood: neither stated nor left out
    plan: str = ""


@dataclass(frozen=True, slots=True)
class Voice:
    """What somebody wrote of a launch, without who it was. `role`: "a commenter on Show HN"."""

    role: str
    text: str  # one comment, plain text
    at: datetime
    url: str
    page: str  # Page.id of the answer it stands in
    by_maker: bool = False  # written by who announced it


@dataclass(frozen=True, slots=True)
class Dossier:
    """All that is gathered on one product."""

    slug: str
    pages: tuple[DossierPage, ...] = ()
    measures: tuple[Measure, ...] = ()  # oldest first
    statements: tuple[Statement, ...] = ()
    voices: tuple[Voice, ...] = ()

    def was_read(self, role: Role) -> bool:
        """Whether a page of this role was read: only then its silence is a statement."""
        return any(page.role == role and page.state == "read" for page in self.pages)


@dataclass(frozen=True, slots=True)
class Peer:
    """A product of the store as another one is compared with it. Amounts are per month where a period is known."""

    slug: str
    name: str
    category: str | None
    kind: str
    rival: bool  # named as one or near enough to be one, see tools.rivals
    pricing_model: str
    license: str | None
    amount: str | None  # of the cheapest plan that is not free: decimal, a month's share where it is billed otherwise
    currency: str | None
    unit: str | None
    free_plan: bool
    launched_at: str | None
    measures: tuple[Measure, ...] = ()  # the newest of each metric
    statements: tuple[Statement, ...] = ()
    read: tuple[Role, ...] = ()  # roles of its dossier that were read
    house: str = ""  # whose it is, see tools.rivals; empty where that is not known


@dataclass(frozen=True, slots=True)
class Standing:
    """What our own store knows around a product: its rivals and those of its category; it is none of them."""

    category: str | None
    peers: tuple[Peer, ...] = ()  # rivals first, then those of its category
    launches: tuple[
        float, ...
    ] = ()  # points two days after launch, or the nearest later, of all launches of its sources
