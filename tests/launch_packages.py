"""A package index and a registry, with the documents theirs have, and their web sites. Pure."""

from __future__ import annotations

import html
from email.utils import format_datetime

from launch_cast import Product
from launch_github import readme
from launch_place import (
    PYPI_SITE,
    Answer,
    Asked,
    Place,
    html_page,
    is_public,
    json_page,
    missing,
    package_page,
    xml_page,
)

INDEX = "index.packages.example"
REGISTRY = "registry.packages.example"


def index(place: Place, asked: Asked) -> Answer:
    mine = [p for p in place.cast.products if p.package.startswith("pypi:") and is_public(place, p)]
    if asked.bare == "/rss/packages.xml":
        rows = [(p, launch) for p, launch in place.launches("newpackages")]
        items = "".join(
            f"<item><title>{p.package.partition(':')[2]} added to PyPI</title><link>{package_page(p)}</link><guid>{package_page(p)}</guid><description>"
            f"{html.escape(p.tagline)}</description><pubDate>{format_datetime(place.when(launch.hours))}</pubDate></item>"
            for p, launch in rows
        )
        return xml_page(
            '<?xml version="1.0" encoding="UTF-8"?><rss version="2.0"><channel><title>PyPI newest packages</title><link>'
            f"{PYPI_SITE}/</link><description>Newest packages</description>{items}</channel></rss>",
            "text/xml",
        )
    for product in mine:
        name = product.package.partition(":")[2]
        if asked.bare.lower() in (f"/pypi/{name}/json", f"/pypi/{name}/0.1.0/json"):
            return json_page(_pypi_document(place, product, name))
    return json_page({"message": "Not Found"}, 404)


def _pypi_document(place: Place, product: Product, name: str) -> dict[str, object]:
    at = place.when(product.launches[0].hours)
    urls = {"Repository": f"https://github.com/{product.repository}"} if product.repository else {}
    info = {
        "author": "A. Author",
        "author_email": "a@author.example",
        "classifiers": ["License :: OSI Approved :: MIT License"],
        "description": readme(product),
        "description_content_type": "text/markdown",
        "home_page": "",
        "keywords": "tools",
        "license": None,
        "license_expression": product.licence,
        "name": name,
        "package_url": package_page(product),
        "project_url": package_page(product),
        "project_urls": urls or None,
        "release_url": f"{package_page(product)}0.1.0/",
        "requires_python": ">=3.10",
        "summary": product.tagline,
        "version": "0.1.0",
        "yanked": False,
    }
    release = {
        "filename": f"{name}-0.1.0.tar.gz",
        "packagetype": "sdist",
        "upload_time_iso_8601": at.isoformat(),
        "yanked": False,
    }
    return {
        "info": info,
        "last_serial": product.seed % 99_999_999,
        "releases": {"0.1.0": [release]},
        "urls": [release],
        "vulnerabilities": [],
    }


def registry(place: Place, asked: Asked) -> Answer:
    if asked.bare.startswith("/downloads/point/last-month/"):
        return _downloads(place, asked.bare.removeprefix("/downloads/point/last-month/"))
    for product in place.cast.products:
        name = product.package.partition(":")[2]
        if product.package.startswith("npm:") and asked.bare.lower() == f"/{name}" and is_public(place, product):
            at = place.when(product.launches[0].hours).strftime("%Y-%m-%dT%H:%M:%S.000Z")
            version = {"name": name, "version": "0.1.0", "description": product.tagline, "license": product.licence}
            document = {"_id": name, "name": name, "description": product.tagline, "dist-tags": {"latest": "0.1.0"}, "versions": {"0.1.0": version}, "time": {"created": at, "modified": at, "0.1.0": at}, "license": product.licence, "readme": readme(product)}  # fmt: skip
            if product.repository:
                document["repository"] = {"type": "git", "url": f"git+https://github.com/{product.repository}.git"}
            return json_page(document)
    return json_page({"error": "Not found"}, 404)


def _downloads(place: Place, name: str) -> Answer:
    """npm's count of a month."""
    product = next((p for p in place.cast.products if p.package == f"npm:{name}" and is_public(place, p)), None)
    if product is None:
        return json_page({"error": f"package {name} not found"}, 404)
    return json_page({"downloads": product.seed % 90_000, "start": "2026-10-19", "end": "2026-11-17", "package": name})


def pypi_site(place: Place, asked: Asked) -> Answer:
    for product in place.cast.products:
        if product.package.startswith("pypi:") and asked.bare.strip("/").lower() == f"project/{product.package[5:]}":
            name = product.package[5:]
            return html_page(
                f"<!DOCTYPE html><html><head><title>{name} · PyPI</title><meta property='og:site_name' content='PyPI'></head><body><h1>{name} 0.1.0</h1><p>"
                f"pip install {name}</p><p class='package-description__summary'>{html.escape(product.tagline)}</p></body></html>"
            )
    return missing()


def npm_site(place: Place, asked: Asked) -> Answer:
    return html_page("<!DOCTYPE html><html><head><title>Just a moment...</title></head><body>Enable JavaScript and cookies to continue</body></html>", 403, **{"cf-mitigated": "challenge", "server": "cloudflare"})  # fmt: skip
