"""Which two ends are one product: a site and its repository, package or Hub entry, where each names the other. Pure.

One direction alone proves nothing: anybody may link somebody's repository, a fork keeps the homepage of what it was
forked from, ten repositories of a house name the house's site, a list links hundreds. So both directions must stand on
pages of the respective owner, and one of them must be more than a link among links: a homepage or repository the owner
declares, or an entry that bears the product's name. A join that is missed costs less than a wrong one.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from tools.identity import host_of, identity_of, may_name_an_entry, registrable_domain
from tools.models import Extraction, Page

ENTRIES = ("repo", "hub", "package")  # schemes of what is hosted beside others' things
_API_PATH = re.compile(r"/(repos|api/models|api/datasets|api/spaces)/([^/?#]+/[^/?#]+)")
_REPO_ANSWER = re.compile(r"/(?:repos/[^/?#]+/[^/?#]+|repositories/\d+)(?:\?|$)")
# Pieces of an address that say in which form a page is shown and never whose it is.
_GENERIC = re.compile(
    r"(?:ar|cs|da|de|el|en|es|fi|fr|he|hi|hu|id|it|ja|jp|ko|kr|nb|nl|no|pl|pt|ro|ru|sv|th|tr|uk|vi|zh|cn)(?:[-_][a-z]{2,4})?"
    r"|www|web|m|home|index(?:\.\w+)?|start|landing|welcome|main|default|overview|lp|docs|get|try|latest|stable",
    re.IGNORECASE,
)
# Words of a link to a product's own source, as site headers and footers have it; a bare icon or a count of stars is one.
_OWN_SOURCE = frozenset(
    """view see find browse star stars fork forks get on us it our the me open gh github gitlab codeberg bitbucket hugging
    face hub huggingface source code repo repository pypi npm package model dataset space""".split()
)


@dataclass(frozen=True, slots=True)
class Known:
    """A page with what it says. owner: the identity of the page it was asked for with (a README, a card): whose it is
    follows from that, wherever its address ended."""

    page: Page
    extraction: Extraction
    owner: str = ""

    @property
    def identity(self) -> str:
        """Whose page it is: of who asked for it; of the address reached; an API's answer is of the entry it answers for."""
        if self.owner or (self.page.access == "api" and self.extraction.package):
            return self.owner or self.extraction.package
        if self.page.access != "api":
            return identity_of(self.page.final_url)
        stated = [identity_of(value) for value in self.says("repository")] if self._of_code_host else []
        return next((one for one in stated if scheme_of(one) == "repo"), _entry_of(self.page.final_url) or self.asked)

    @property
    def asked(self) -> str:
        """The identity of the address asked for, before redirects."""
        return (self.page.access == "api" and _entry_of(self.page.url)) or identity_of(self.page.url)

    @property
    def claimed(self) -> str:
        """The identity it names as its own, where that cannot be somebody else's; else the one it has."""
        named = (identity_of(address) for address in self.says("homepage"))
        own = self.identity
        return next((one for one in named if may_be(one, own)), own) if scheme_of(own) == "url" else own

    @property
    def _of_code_host(self) -> bool:
        return self.page.access == "api" and _REPO_ANSWER.search(self.page.final_url) is not None

    def says(self, field: str) -> list[str]:
        """Its values of a field."""
        return [fact.value for fact in self.extraction.facts if fact.field == field and isinstance(fact.value, str)]


def _entry_of(url: str) -> str:
    """The entry an API's address is of; "" for another address."""
    entry = _API_PATH.search(url)
    if entry is None:
        return ""
    what, name = entry.groups()
    return (f"repo:github.com/{name}" if what == "repos" else f"hub:{what[4:]}/{name}").lower()


def one_product(a: str, b: str, known: Sequence[Known]) -> bool:
    """Whether two identities of different schemes are two ends of one product, by the pages of both."""
    ends = [[item for item in known if one in (item.identity, item.claimed) and _is_the_owners(item)] for one in (a, b)]
    if not all(ends) or scheme_of(a) == scheme_of(b):
        return False
    there, back = _names(ends[0], ends[1], b), _names(ends[1], ends[0], a)
    return min(there, back) > 0 and max(there, back) > 1


def _is_the_owners(item: Known) -> bool:
    """Whether a page is its owner's word: below a repository's front page (issues, discussions) anybody writes."""
    if item.page.access == "api" or scheme_of(item.identity) not in ("repo", "hub"):
        return True
    return urlsplit(item.page.final_url).path.strip("/").lower() == "/".join(place(item.identity)[1])


def _names(end: Sequence[Known], other: Sequence[Known], identity: str) -> int:
    """How one end names the other: 2 as its own, 1 by a link, 0 not at all, or it names another one as its own."""
    scheme = scheme_of(identity)
    if declared := _declared(end, scheme):
        return 2 if any(_is_at(one, other) for one in declared) else 0
    if scheme == "url":  # a README links articles and lists too: only a whole site may be what it is the source of
        return int(any(_is_at(one, other) and not _parts(one)[2] for one in _linked(end)))
    names = {identity, *(item.asked for item in other)}  # a renamed repository is linked under its old name too
    linked = _candidates(end, scheme)
    if by_name := _by_name(end, linked):
        return 2 if names & set(by_name) else 0
    return int(_only(linked) in names)


def _declared(end: Sequence[Known], scheme: str) -> list[str]:
    """What the owner of an entry declares in its host's own form: its homepage, its repository."""
    said = [
        identity_of(value)
        for item in end
        if item.page.access == "api" and scheme_of(item.identity) in ENTRIES
        for field in ("homepage", "repository")
        for value in item.says(field)
    ]
    return [one for one in said if scheme_of(one) == scheme]


def _linked(end: Sequence[Known]) -> list[str]:
    named = (identity_of(link.url) for item in end for link in item.extraction.links)
    return [one for one in named if scheme_of(one) == "url"]


def _is_at(named: str, end: Sequence[Known]) -> bool:
    """Whether a name is that of an end: where it was reached, asked for or says to be, language and "docs" aside."""
    own = {_plain(one) for item in end for one in (item.identity, item.asked, item.claimed)}
    return _plain(named) in own


def _plain(identity: str) -> str:
    """A "url:" identity without what says in which form a page is shown; any other as it is."""
    if scheme_of(identity) != "url" or "?" in identity:
        return identity
    owned, labels, path = _parts(identity)
    return "/".join(["url:" + ".".join([*labels, owned]), *path])


def _parts(identity: str) -> tuple[str, list[str], list[str]]:
    """The name that was registered, the labels before it and the path of a "url:" identity, without generic pieces."""
    host, path = place(identity)
    owned = registrable_domain(host)
    labels = host.removesuffix(owned).strip(".").split(".") if host.endswith(owned) else []
    kept = [[one for one in pieces if one and not _GENERIC.fullmatch(one)] for pieces in (labels, path)]
    return owned, kept[0], kept[1]


def own_entries(end: Sequence[Known], scheme: str) -> list[str]:
    """The entries of a scheme that pages link as their own: by the name they bear, or the only one; [] for none."""
    linked = _candidates(end, scheme)
    only = _only(linked)
    return _by_name(end, linked) or ([only] if only else [])


def _by_name(end: Sequence[Known], linked: Mapping[str, Sequence[str]]) -> list[str]:
    """Linked entries that bear the product's name; where some belong to an owner of that name too, only these. Of other
    names the one that the reader of the page took for its repository, if that belongs to an owner of the name."""
    if not linked:
        return []
    names = names_of(end)
    bearing = [one for one in linked if squash(one.rsplit("/", 1)[-1]) in names]
    of_owner = [one for one in bearing if _owner(one) in names]
    if bearing:
        return of_owner or bearing
    told = {identity_of(value) for item in end for value in item.says("repository")}
    return [one for one in linked if one in told and _owner(one) in names]


def names_of(end: Sequence[Known]) -> set[str]:
    """What pages call the product they are of, and what their addresses call it; squashed."""
    return {squash(name) for item in end for name in (*item.says("name"), *_names_of_address(item.identity))} - {""}


def _names_of_address(identity: str) -> list[str]:
    """What an address calls a product: the name that was registered and those before it, or an entry's own."""
    if scheme_of(identity) != "url":
        return [identity.rsplit("/", 1)[-1]]
    owned, labels, path = _parts(identity)
    return [owned.partition(".")[0], *labels, *path[-1:]]


def _only(linked: Mapping[str, Sequence[str]]) -> str:
    """The only entry of a scheme that pages link, or the only one linked as one's own source is ("GitHub"); or ""."""
    if len(linked) == 1:
        return next(iter(linked))
    as_own = [one for one, texts in linked.items() if any(map(_says_source, texts))]
    return as_own[0] if len(as_own) == 1 else ""


def _says_source(text: str) -> bool:
    words = re.findall(r"[^\W_]+", text.lower())
    return all(word in _OWN_SOURCE or word.rstrip("k").isdigit() for word in words)


def _candidates(end: Sequence[Known], scheme: str) -> dict[str, list[str]]:
    """Linked entries of a scheme with the words of their links; what the page itself is of is none."""
    found: dict[str, list[str]] = {}
    own = {item.identity for item in end}
    for item in end:
        for link in item.extraction.links:
            if scheme != "package" and not may_name_an_entry(link.url):
                continue
            entry = identity_of(link.url)
            if scheme_of(entry) == scheme and entry not in own:
                found.setdefault(entry, []).append(link.text)
    return found


def _owner(entry: str) -> str:
    """Who has a repository or Hub entry, as a name; of a package its registry."""
    return squash(entry.rpartition("/")[0].rpartition("/")[2])


def squash(text: str) -> str:
    """A name as people type it: letters and digits only, lower case."""
    return re.sub(r"[\W_]+", "", text).casefold()


def other_end(item: Known) -> str:
    """The address of what a page names as its product's other end, "" for none: a repository's, package's or Hub entry's
    homepage or repository; a site's repository or Hub entry."""
    if scheme_of(item.identity) == "url":
        if not may_name_an_entry("\n".join(link.url for link in item.extraction.links)):  # as on most pages: one look
            return ""
        own = [one for scheme in ("repo", "hub") for one in own_entries([item], scheme)[:1]]
        if own and scheme_of(own[0]) == "repo":
            return f"https://{own[0].removeprefix('repo:')}"
        return next((link.url for link in item.extraction.links if own and identity_of(link.url) == own[0]), "")
    fields = ("repository", "homepage") if scheme_of(item.identity) == "package" else ("homepage", "repository")
    named = [value for field in fields for value in item.says(field) if host_of(value)]
    return next((one for one in named if scheme_of(identity_of(one)) != scheme_of(item.identity)), "")


# ── addresses ────────────────────────────────────────────────────────────────────────────────────────────────────────


def scheme_of(identity: str) -> str:
    """What kind of identity it is: url, repo, hub or package."""
    return identity.partition(":")[0]


def place(identity: str) -> tuple[str, list[str]]:
    """Host and path segments of a "url:" identity."""
    host, _, path = identity.partition(":")[2].partition("?")[0].partition("/")
    return host, [part for part in path.split("/") if part]


def same_domain(a: str, b: str) -> bool:
    """Whether two "url:" identities lie under one registrable domain."""
    if scheme_of(a) != "url" or scheme_of(b) != "url":
        return False
    first, second = registrable_domain(place(a)[0]), registrable_domain(place(b)[0])
    return bool(first) and first == second


def on_site_of(address: str, own: str) -> bool:
    """Whether an address lies on the site of a product that has its own at `own` (both "url:" identities).

    That is all under the name that was registered, where the product has that to itself; else what lies under its own
    host label, or has its own path in its path. A language, "www" or "docs" in an address is no path of its own.
    """
    if not same_domain(address, own):
        return False
    _, labels, path = _parts(own)
    _, their_labels, _ = _parts(address)
    theirs = place(address)[1]
    within = any(theirs[at : at + len(path)] == path for at in range(len(theirs) + 1))
    return set(labels) <= set(their_labels) and within


def related(a: str, b: str) -> bool:
    """Whether two addresses of one registrable domain lie on one path: one on the way to the other."""
    if a == b:
        return True
    if not same_domain(a, b):
        return False
    (host_a, path_a), (host_b, path_b) = sorted((place(a), place(b)), key=lambda found: len(found[1]))
    on_the_way = path_b[: len(path_a)] == path_a
    return on_the_way and (host_a == host_b or host_a.endswith(f".{host_b}") or host_b.endswith(f".{host_a}"))


def may_be(claimed: str, own: str) -> bool:
    """Whether a page at `own` may stand for the entry `claimed`.

    On a shared host the page beside, or above, is somebody else's, so one registrable domain alone would not do: only
    what lies below the page, or what is left when a language, "www" or "home" is dropped from its address.
    """
    if claimed == own:
        return True
    if not same_domain(claimed, own) or "?" in claimed:
        return False
    (host, path), (own_host, own_path) = place(claimed), place(own)
    labels = own_host.removesuffix(host).strip(".").split(".") if own_host.endswith(f".{host}") else []
    below = host == own_host or host.endswith(f".{own_host}")
    if not below and not (labels and all(_GENERIC.fullmatch(label) for label in labels)):
        return False
    if path[: len(own_path)] == own_path:
        return True
    return own_path[: len(path)] == path and all(_GENERIC.fullmatch(part) for part in own_path[len(path) :])
