"""Where the product's code and its Hub entry are."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

from tools.identity import identity_of, may_name_an_entry, repository_of
from tools.models import Fact, Link
from tools.page.about import About
from tools.page.names import squash
from tools.page.seen import Seen, found


def read(seen: Seen, about: About) -> Iterator[Fact]:
    """The product's repository and Hub id, when the page links one that bears its name."""
    if not may_name_an_entry("\n".join(link.url for link in seen.links)):  # as on most pages: one look at all
        return
    own = squash(about.own)
    brand = squash(about.brand)
    entries: dict[str, Link] = {}
    for link in seen.links:
        if not may_name_an_entry(link.url):
            continue
        identity = identity_of(link.url)
        if identity.startswith(("repo:", "hub:models/", "hub:datasets/", "hub:spaces/")):
            entries.setdefault(identity, link)
    for prefix, field in (("repo:", "repository"), ("hub:", "hub_id")):
        for identity, link in entries.items():
            if not identity.startswith(prefix):
                continue
            owner, name = (squash(p) for p in identity.rsplit("/", 2)[-2:])
            if own and (name == own or (name and (name in own or own in name) and owner in (own, brand))):
                value = (
                    repository_of(link.url)
                    if prefix == "repo:"
                    else "/".join(urlsplit(link.url).path.strip("/").split("/")[-2:])
                )
                yield from found(field, value, "meta", 0.8, seen.quote(link.url, "markup", "a href"))
                break
