"""Where our own pages stand once they are published: SCOUT_SITE_URL and what follows from it."""

from __future__ import annotations

from urllib.parse import urlsplit

from tools.errors import UsageError
from tools.exporters._words import file_slug, safe_url
from tools.settings import Settings


def site_url(settings: Settings) -> str:
    """The address of our site, without a closing slash; "" where none is set.

    Errors: UsageError for one that is no plain http or https address of a folder.
    """
    address = str(settings.site_url).strip()
    if not address:
        return ""
    plain = safe_url(address)
    if plain != address or urlsplit(plain).query or urlsplit(plain).fragment or plain[-1] in "?#":
        raise UsageError(
            f"SCOUT_SITE_URL takes the address of the folder the site stands in, like https://scout.example/tools/; "
            f"got {address!r}."
        )
    return plain.rstrip("/")


def page_url(settings: Settings, slug: str) -> str:
    """The address of a product's page on our site; "" where the site has none. Errors: as `site_url`."""
    site = site_url(settings)
    return site and f"{site}/products/{file_slug(slug)}.html"
