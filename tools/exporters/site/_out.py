"""One page of the site as bytes: its template, its sheet, its policy, and no more text than fits."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from markupsafe import Markup

from tools.errors import CannotRun
from tools.exporters._views import TIGHTER, Caps
from tools.exporters._words import address_words, clip, letter, minute, plural, safe_url, shown
from tools.exporters.site._state import Site
from tools.page.categories import name_of
from tools.views.takes import critics, day

if TYPE_CHECKING:
    from jinja2 import Environment

PAGE_BYTES = 60_000
TEMPLATES = Path(__file__).parent.parent / "site_templates"
_ROWS = ("list", "text")  # sheets of pages with lists and tables of changes
_NAV = (
    ("Verdicts", "index.html"),
    ("Categories", "categories/index.html"),
    ("Compare", "compare/index.html"),
    ("Prices", "prices.html"),
    ("Critics", "critics/builder.html"),
    ("Method", "method.html"),
)


def page_of(
    site: Site,
    name: str,
    template: str,
    sheet: str,
    here: str,
    *,
    indexed: bool = True,
    limited: bool = False,
    **values: Any,
) -> tuple[str, bytes]:
    """A page's name and bytes. sheet: its own, beside base.css; here: its place in the navigation; indexed: whether
    search engines are to know it; limited: where it is over PAGE_BYTES its end is not made, for all of it is made again."""
    css, digest = style(sheet)
    pieces = (
        environment()
        .get_template(f"{template}.html")
        .generate(
            page=name,
            here=here,
            nav=_NAV,
            root="../" * name.count("/"),
            css=css,
            csp=_policy(digest, site.post_url),
            as_of=day(site.at.isoformat()),
            threshold=site.threshold,
            six=[(name, slug) for slug, name, _ in critics()],
            canonical=site.address(name) if indexed else "",
            indexed=indexed,
            base=site.url,
            feeds=site.feeds,
            post=site.post_url,
            total=f"{len(site.by_slug):,}",
            **{"share": ("share/scout.png", 1_200, 630), "linked": "", **values},
        )
    )
    html = "".join(_up_to(pieces, PAGE_BYTES) if limited else pieces)
    return name, re.sub(r"\n{2,}", "\n", html).strip().encode("utf-8", "replace") + b"\n"


def _up_to(pieces: Iterable[str], most: int) -> Iterator[str]:
    """The pieces of a page, until they are surely more than `most` bytes, whatever blank space goes from between them."""
    for piece in pieces:
        yield piece
        most -= len(piece.strip()) - piece.count("\n")
        if most < 0:
            return


def fitted(render: Callable[[Caps], tuple[str, bytes]], pictured: bool = False) -> tuple[str, bytes]:
    """The page with as much of the crawled text as PAGE_BYTES hold. pictured: whether it may show pieces of pictures."""
    for caps in TIGHTER if pictured else TIGHTER[1:]:
        name, body = render(caps)
        if len(body) < PAGE_BYTES:
            return name, body
    raise CannotRun(f"{name} has more than {PAGE_BYTES:,} bytes even at its shortest, which are allowed.")


@cache
def environment() -> Environment:
    """The templates: everything printed is escaped, stripped of invisible characters, and must exist."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    env = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=shown,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    filters = {"safe_url": safe_url, "address": address_words, "minute": minute, "day": day, "clip": clip}
    env.filters.update(filters, plural=plural, category=name_of, letter=letter)
    return env


@cache
def style(sheet: str) -> tuple[Markup, str]:
    """A page's inlined sheet, and its hash for the policy."""
    names = ("base.css", *(("rows.css",) if sheet in _ROWS else ()), f"{sheet}.css")
    text = "".join((TEMPLATES / name).read_text(encoding="utf-8") for name in names)
    text = re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL)
    text = re.sub(r"\s*([{};,])\s*", r"\1", text)
    text = re.sub(r":\s+", ":", re.sub(r"\s+", " ", text)).strip()
    digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
    return Markup(text), digest  # our own files, no crawled word among them


def _policy(digest: str, post: str) -> str:
    """What a page may load: its own sheet, the site's own script and pictures; and where its forms may go."""
    parts = urlsplit(post)
    forms = f"{parts.scheme}://{parts.netloc}" if post else "'none'"
    return (
        f"default-src 'none'; style-src 'sha256-{digest}'; script-src 'self'; img-src 'self' data:; base-uri 'none'; "
        f"form-action {forms}"
    )
