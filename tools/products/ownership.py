"""Whose pages and launches are: the identity a proposal may touch, and what of it may speak for that. Pure.

The rule: a proposal may touch only the product whose identity its evidence pages carry, so that no page can claim a
rival's entry. What another site says of a product is that site's word and stays out.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from tools.errors import ProposalRefused
from tools.identity import canonical_url, host_of, identity_of, registrable_domain
from tools.models import Extraction, Kind, Launch, Page

_ENTRIES = ("repo", "hub", "package")  # schemes of what is hosted beside others' things
_API_PATH = re.compile(r"/(repos|api/models|api/datasets|api/spaces)/([^/?#]+/[^/?#]+)")
# Pieces of an address that say in which form a page is shown and never whose it is.
_GENERIC = re.compile(
    r"(?:ar|cs|da|de|el|en|es|fi|fr|he|hi|hu|id|it|ja|jp|ko|kr|nb|nl|no|pl|pt|ro|ru|sv|th|tr|uk|vi|zh|cn)(?:[-_][a-z]{2,4})?"
    r"|www|web|m|home|index(?:\.\w+)?|start|landing|welcome|main|default|overview|lp|docs|get|try",
    re.IGNORECASE,
)
_CANONICAL = re.compile(
    r"<link\b[^>]{0,400}\bcanonical\b[^>]{0,400}>|<meta\b[^>]{0,400}\bog:url\b[^>]{0,400}>", re.IGNORECASE
)
_HREF = re.compile(r"(?:href|content)\s*=\s*[\"']?\s*([^\"'\s>]+)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Known:
    """A page with what it says."""

    page: Page
    extraction: Extraction

    @property
    def identity(self) -> str:
        """Whose page it is: of the address reached; an API's answer is of the entry it answers for."""
        if self.page.access == "api" and self.extraction.package:
            return self.extraction.package
        if self.page.access == "api" and (entry := _API_PATH.search(self.page.final_url)):
            what, name = entry.groups()
            return (f"repo:github.com/{name}" if what == "repos" else f"hub:{what[4:]}/{name}").lower()
        return identity_of(self.page.final_url)

    @property
    def asked(self) -> str:
        """The identity of the address asked for, before redirects."""
        return identity_of(self.page.url)

    def says(self, field: str) -> list[str]:
        """Its values of a field."""
        return [fact.value for fact in self.extraction.facts if fact.field == field and isinstance(fact.value, str)]


def identity_for(launches: Sequence[Launch], known: Sequence[Known]) -> str:
    """Homepage reached, or named by a source; repository; Hub entry; package; at last the announcement itself.

    A page may name its own address (a canonical link), but only one that cannot be somebody else's: see `_may_be`.
    """
    if not known:
        return _launched_identity(launches[0])
    first = known[0]
    if scheme_of(first.identity) != "url":
        homepage = next((item for item in known[1:] if _confirmed_homepage(item, first)), None)
        return homepage.identity if homepage else first.identity
    named = (identity_of(address) for address in first.says("homepage"))
    return next((claimed for claimed in named if _may_be(claimed, first.identity)), first.identity)


def _launched_identity(launch: Launch) -> str:
    """Of a launch whose address was not read. Errors: ProposalRefused when it is only a way to the real one."""
    if launch.url:
        found = identity_of(launch.url)
        if scheme_of(found) == "url" and same_domain(found, identity_of(launch.source_url)):
            raise ProposalRefused(
                f"{launch.id}: {launch.url} only leads on to the product. Read that page first, then propose with it."
            )
        return found
    if launch.repo_url:
        return identity_of(launch.repo_url)
    return f"hub:{launch.hub_id}".lower() if launch.hub_id else identity_of(launch.source_url)


def aliases_for(identity: str, launches: Sequence[Launch], known: Sequence[Known]) -> list[str]:
    """Further identities that are shown to be the same: addresses on its own path, and confirmed repositories."""
    found = [item.identity for item in known[:1] if _may_be(identity, item.identity)]
    found += [item.asked for item in known if item.identity in (identity, *found) and _may_be(identity, item.asked)]
    if scheme_of(identity) != "url":
        return [alias for alias in dict.fromkeys(found) if alias != identity]
    homepages = [item for item in known if item.identity == identity or item.identity in found]
    for candidate in dict.fromkeys([*(item.identity for item in known), *_named_repositories(launches)]):
        if scheme_of(candidate) not in _ENTRIES:
            continue
        if any(_joined(home, candidate, launches, known) for home in homepages):
            found.append(candidate)
    return [alias for alias in dict.fromkeys(found) if alias != identity]


def _joined(home: Known, candidate: str, launches: Sequence[Launch], known: Sequence[Known]) -> bool:
    """Whether a homepage and a repository are one: the page links it, and it points back or a launch names both."""
    if not _links(home, candidate):
        return False
    there = [item for item in known if item.identity == candidate]
    if any(_points_to(item, home.identity) for item in there):
        return True
    if any(_points_elsewhere(item, home.identity) for item in there):
        return False
    return any(_names_both(launch, home, candidate) for launch in launches)


def _names_both(launch: Launch, home: Known, candidate: str) -> bool:
    at_home = launch.url is not None and _announces(launch, home)
    return at_home and candidate in _named_repositories([launch])


def _named_repositories(launches: Iterable[Launch]) -> list[str]:
    named = [identity_of(launch.repo_url) for launch in launches if launch.repo_url]
    return named + [f"hub:{launch.hub_id}".lower() for launch in launches if launch.hub_id]


def _confirmed_homepage(item: Known, entry: Known) -> bool:
    """Whether a page is the homepage of a repository or Hub entry: each names the other."""
    return scheme_of(item.identity) == "url" and _points_to(entry, item.identity) and _links(item, entry.identity)


def _points_to(item: Known, identity: str) -> bool:
    return any(_related(identity_of(named), identity) for named in item.says("homepage"))


def _points_elsewhere(item: Known, identity: str) -> bool:
    """Whether a repository names a homepage of its own that is another one."""
    named = [identity_of(address) for address in item.says("homepage")]
    return any(scheme_of(name) == "url" and not _related(name, identity) for name in named)


def _links(item: Known, entry: str) -> bool:
    """Whether a page links an entry of a code host, the Hub or a registry, or names it as its own repository."""
    addresses = [*item.says("repository"), *(link.url for link in item.extraction.links)]
    return scheme_of(entry) in _ENTRIES and any(identity_of(address) == entry for address in addresses)


def scheme_of(identity: str) -> str:
    """What kind of identity it is: url, repo, hub or package."""
    return identity.partition(":")[0]


def _place(identity: str) -> tuple[str, list[str]]:
    """Host and path segments of a "url:" identity."""
    host, _, path = identity.partition(":")[2].partition("?")[0].partition("/")
    return host, [part for part in path.split("/") if part]


def same_domain(a: str, b: str) -> bool:
    """Whether two "url:" identities lie under one registrable domain."""
    if scheme_of(a) != "url" or scheme_of(b) != "url":
        return False
    first, second = registrable_domain(_place(a)[0]), registrable_domain(_place(b)[0])
    return bool(first) and first == second


def _related(a: str, b: str) -> bool:
    """Whether two addresses of one registrable domain lie on one path: one on the way to the other."""
    if a == b:
        return True
    if not same_domain(a, b):
        return False
    (host_a, path_a), (host_b, path_b) = sorted((_place(a), _place(b)), key=lambda place: len(place[1]))
    on_the_way = path_b[: len(path_a)] == path_a
    return on_the_way and (host_a == host_b or host_a.endswith(f".{host_b}") or host_b.endswith(f".{host_a}"))


def _may_be(claimed: str, own: str) -> bool:
    """Whether a page at `own` may stand for the entry `claimed`.

    On a shared host the page beside, or above, is somebody else's, so one registrable domain alone would not do: only
    what lies below the page, or what is left when a language, "www" or "home" is dropped from its address.
    """
    if claimed == own:
        return True
    if not same_domain(claimed, own) or "?" in claimed:
        return False
    (host, path), (own_host, own_path) = _place(claimed), _place(own)
    labels = own_host.removesuffix(host).strip(".").split(".") if own_host.endswith(f".{host}") else []
    below = host == own_host or host.endswith(f".{own_host}")
    if not below and not (labels and all(_GENERIC.fullmatch(label) for label in labels)):
        return False
    if path[: len(own_path)] == own_path:
        return True
    return own_path[: len(path)] == path and all(_GENERIC.fullmatch(part) for part in own_path[len(path) :])


def own_pages(identity: str, aliases: Sequence[str], known: Sequence[Known]) -> list[Known]:
    """The pages that may speak for the product. A repository it links but that does not confirm it is left out.

    Errors: ProposalRefused for a page of somebody else.
    """
    own = [item for item in known if _is_own(item, identity, aliases, known)]
    for item in known:
        if item not in own and not any(_links(page, item.identity) for page in own):
            raise ProposalRefused(
                f"Page {item.page.id} ({item.page.final_url}) is not of {identity}. "
                "Leave it out, or propose it as a product of its own."
            )
    return own


def _is_own(item: Known, identity: str, aliases: Sequence[str], known: Sequence[Known]) -> bool:
    if item.identity in (identity, *aliases):
        return True
    if not same_domain(item.identity, identity):
        return False
    path, own_path = _place(item.identity)[1], _place(identity)[1]
    pricing = {other.extraction.pricing_url for other in known} - {None}
    if not own_path or path[: len(own_path)] == own_path or item.page.url in pricing or item.page.final_url in pricing:
        return True
    beside = path[: len(own_path) - 1] == own_path[:-1] and len(path) >= len(own_path)
    return not beside  # "/products/a" and "/products/b" are two products of one house


def refuse_strangers(identity: str, aliases: Sequence[str], launches: Sequence[Launch], own: Sequence[Known]) -> None:
    """ProposalRefused for a launch that announced something else."""
    for launch in launches:
        if any(_announces(launch, item) for item in own):
            continue
        named = [*_named_repositories([launch]), identity_of(launch.url or launch.source_url)]
        if any(_related(name, known) for name in named for known in (identity, *aliases)):
            continue
        raise ProposalRefused(
            f"Launch {launch.id} announces {launch.url or launch.source_url}, not {identity}. "
            "Propose it with the page its own address leads to."
        )


def _announces(launch: Launch, item: Known) -> bool:
    """Whether a launch's address is that of a page, before or after redirects, or its text names the page's host."""
    if launch.url is None:
        host = host_of(item.page.final_url).removeprefix("www.")
        return bool(host) and host in f"{launch.description} {launch.raw}".lower()
    named = identity_of(launch.url)
    return canonical_url(launch.url) == item.page.url or named in (item.asked, item.identity)


def kind_of(identity: str, launches: Sequence[Launch]) -> Kind:
    """The kind of product that an identity, or the first launch, tells."""
    kinds: Mapping[str, Kind] = {
        "hub:models": "model",
        "hub:spaces": "space",
        "hub:datasets": "dataset",
        "hub:papers": "paper",
    }
    scheme = scheme_of(identity)
    if scheme == "hub":
        return kinds.get(identity.partition("/")[0], "model")
    if scheme in ("repo", "package"):
        return "repo" if scheme == "repo" else "package"
    return launches[0].kind if launches and launches[0].kind == "paper" else "product"


def reasons_to_look(own: Sequence[Known]) -> list[str]:
    """What an editor should look at: a page that names an address of somebody else as its own, or was read with doubts."""
    reasons = []
    for item in own:
        at_home = (
            scheme_of(item.identity) == "url"
        )  # a repository or package names a homepage elsewhere as a matter of course
        for named in [*item.says("homepage"), *_canonical_links(item.page)] if at_home else ():
            if not same_domain(identity_of(named), item.identity):
                reasons.append(f"{item.page.final_url} names {named} as its own address, which is another site's.")
        reasons += [f"{item.page.final_url}: {why}" for why in item.extraction.trouble if why.startswith("look")]
    return list(dict.fromkeys(reasons))


def _canonical_links(page: Page) -> list[str]:
    """Addresses that a page's markup names as its own, as absolute ones."""
    tags = _CANONICAL.findall(page.body.decode("latin-1")) if page.access == "html" else []
    named = [html.unescape(found[1]) for tag in tags if (found := _HREF.search(tag))]
    return [address for address in named if address.startswith(("http://", "https://"))]
