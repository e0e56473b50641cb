"""Whose pages and launches are: the identity a proposal may touch, and what of it may speak for that. Pure.

The rule: a proposal may touch only the product whose identity its evidence pages carry, so that no page can claim a
rival's entry. What another site says of a product is that site's word and stays out. A site and its repository (or
package, or Hub entry) are one product where pages of each name the other (ends.py); a launch's word joins nothing.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Mapping, Sequence

from tools.errors import ProposalRefused
from tools.identity import canonical_url, host_of, identity_of
from tools.models import Kind, Launch, Page
from tools.products.ends import Known, may_be, one_product, place, related, same_domain, scheme_of

_CANONICAL = re.compile(
    r"<link\b[^>]{0,400}\bcanonical\b[^>]{0,400}>|<meta\b[^>]{0,400}\bog:url\b[^>]{0,400}>", re.IGNORECASE
)
_HREF = re.compile(r"(?:href|content)\s*=\s*[\"']?\s*([^\"'\s>]+)", re.IGNORECASE)

LOOK = "look: "  # begins what of a page waits for an editor's eye; the crawl goes on


def identity_for(launches: Sequence[Launch], known: Sequence[Known], reached: str = "") -> str:
    """Homepage reached, or named by a source; repository; Hub entry; package; at last the announcement itself.

    A page may name its own address (a canonical link), but only one that cannot be somebody else's: see `may_be`.
    reached: of a launch whose page could not be read, where its address led.
    """
    if not known:
        return _launched_identity(launches[0], reached)
    first = known[0]
    if scheme_of(first.identity) != "url":
        sites = (item for item in known[1:] if scheme_of(item.identity) == "url")
        return next(
            (site.claimed for site in sites if one_product(site.identity, first.identity, known)), first.identity
        )
    return first.claimed


def _launched_identity(launch: Launch, reached: str) -> str:
    """Of a launch whose address was not read: what it names; where that only leads on, the address it led to, if known."""
    if leads_on(launch):
        known = reached and not same_domain(identity_of(reached), identity_of(launch.source_url))
        return identity_of(reached if known else launch.source_url)
    if launch.url or launch.repo_url:
        return identity_of(launch.url or launch.repo_url)
    return f"hub:{launch.hub_id}".lower() if launch.hub_id else identity_of(launch.source_url)


def leads_on(launch: Launch) -> bool:
    """Whether a launch's address is one of the launch site itself, which only leads on to the product."""
    return launch.url is not None and same_domain(identity_of(launch.url), identity_of(launch.source_url))


def led_here(launches: Sequence[Launch], known: Sequence[Known]) -> list[str]:
    """Ids of the launches whose address only led on, and led to the first of these pages: it is what they announced."""
    return [one.id for one in launches if leads_on(one) and known and _announces(one, known[0])]


def aliases_for(identity: str, known: Sequence[Known]) -> list[str]:
    """Further identities that are shown to be the same: addresses on its own path, and the other ends of what it is."""
    found = [item.identity for item in known if item.claimed == identity]
    found += [item.asked for item in known if item.identity in (identity, *found) and may_be(identity, item.asked)]
    same = [identity, *found]
    for candidate in dict.fromkeys(item.identity for item in known):
        if candidate not in same and any(one_product(one, candidate, known) for one in same):
            same.append(candidate)
    return [alias for alias in dict.fromkeys(same) if alias != identity]


def _named_repositories(launches: Iterable[Launch]) -> list[str]:
    named = [identity_of(launch.repo_url) for launch in launches if launch.repo_url]
    return named + [f"hub:{launch.hub_id}".lower() for launch in launches if launch.hub_id]


def own_pages(identity: str, aliases: Sequence[str], known: Sequence[Known]) -> tuple[list[Known], list[str]]:
    """The pages that may speak for the product, its own address first; and why each of the others is left out.

    Errors: ProposalRefused when the first page, the one it was proposed by, is somebody else's.
    """
    own = [item for item in known if _is_own(item, identity, aliases, known)]
    if known and known[0] not in own:
        raise ProposalRefused(f"{_strange(known[0], identity)} Propose it as a product of its own.")
    own.sort(key=lambda item: item.identity != identity)
    return own, [_strange(item, identity) for item in known if item not in own]


def _strange(item: Known, identity: str) -> str:
    return f"Page {item.page.id} ({item.page.final_url}) is not of {identity}."


def _is_own(item: Known, identity: str, aliases: Sequence[str], known: Sequence[Known]) -> bool:
    if item.identity in (identity, *aliases):
        return True
    if not same_domain(item.identity, identity):
        return False
    path, own_path = place(item.identity)[1], place(identity)[1]
    pricing = {other.extraction.pricing_url for other in known} - {None}
    if not own_path or path[: len(own_path)] == own_path or item.page.url in pricing or item.page.final_url in pricing:
        return True
    beside = path[: len(own_path) - 1] == own_path[:-1] and len(path) >= len(own_path)
    return not beside  # "/products/a" and "/products/b" are two products of one house


def refuse_strangers(identity: str, aliases: Sequence[str], launches: Sequence[Launch], own: Sequence[Known]) -> None:
    """ProposalRefused for a launch that announced something else."""
    for launch in launches:
        same_way = not own and leads_on(launch) and launch.url == launches[0].url
        if same_way or any(_announces(launch, item) for item in own):
            continue
        named = [*_named_repositories([launch]), identity_of(launch.url or launch.source_url)]
        if any(related(name, known) for name in named for known in (identity, *aliases)):
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
        looks = (why.removeprefix(LOOK) for why in item.extraction.trouble if why.startswith(LOOK))
        reasons += [f"{item.page.final_url}: {why}" for why in looks]
    return list(dict.fromkeys(reasons))


def _canonical_links(page: Page) -> list[str]:
    """Addresses that a page's markup names as its own, as absolute ones."""
    tags = _CANONICAL.findall(page.body.decode("latin-1")) if page.access == "html" else []
    named = [html.unescape(found[1]) for tag in tags if (found := _HREF.search(tag))]
    return [address for address in named if address.startswith(("http://", "https://"))]
