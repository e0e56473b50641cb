"""How an address is read: itself over HTTP, or for a repository, package or Hub entry its API and what belongs to it.
Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from urllib.parse import quote, unquote, urlsplit

from tools.errors import FetchError
from tools.identity import canonical_url, identity_of
from tools.models import Access
from tools.settings import Settings
from tools.sources import github_search

_HUB_KINDS = ("models", "spaces", "datasets")
_REGISTRIES = {"pypi": "SCOUT_PYPI_URL", "npm": "SCOUT_NPM_URL"}  # by which setting each is asked


@dataclass(frozen=True, slots=True)
class Request:
    """One thing to get: an address, or a Hub entry through the Hub's own client."""

    url: str
    access: Access = "html"
    headers: dict[str, str] = field(default_factory=dict)
    hub_kind: str = ""  # models, spaces, datasets
    hub_id: str = ""  # owner/name
    smaller: Request | None = None  # what says most of the same, for when this one's answer is too large
    hint: str = ""  # what a user can do to have it read better; told once, and where it cannot be read


def requests_for(url: str, settings: Settings) -> list[Request]:
    """How an address is read: itself over HTTP, or for a repository or Hub entry its API and its README or card; for a
    package its registry's API, where the setting names that."""
    identity = identity_of(url)
    if is_package_answer(url, settings):
        return [Request(canonical_url(url), "api")]
    if identity.startswith("package:"):
        return [_package_request(url, identity, settings)]
    if identity.startswith("repo:github.com/"):
        repo = identity.removeprefix("repo:github.com/")
        base = github_search.repo_api_url(settings, repo)
        headers = api_headers(base, settings)
        raw = {**headers, "Accept": "application/vnd.github.raw+json"}
        return [Request(base, "api", headers), Request(github_search.readme_url(settings, repo), "api", raw)]
    kind = identity.removeprefix("hub:").partition("/")[0]
    if identity.startswith("hub:") and kind in _HUB_KINDS:
        from tools.web.hub_client import card_url

        path = urlsplit(url).path.strip("/").removeprefix(f"{kind}/")  # as written: the Hub minds upper and lower case
        hub_id = "/".join(path.split("/")[:2])
        card = Request(card_url(settings, f"{kind}/{hub_id}"), "api")
        return [Request(url, "api", hub_kind=kind, hub_id=hub_id), card]
    return [Request(url.partition("#")[0])]  # as written: a server may mind the order of its query


def _package_request(url: str, identity: str, settings: Settings) -> Request:
    registry, _, name = identity.removeprefix("package:").partition("/")
    base = registry_of(registry, settings)
    if not base:
        variable = _REGISTRIES.get(registry)
        hint = f"Packages of {registry} are read through its API where {variable} names that; it is not set."
        return Request(url.partition("#")[0], hint=hint if variable else "")
    if registry == "pypi":
        return Request(f"{base}/pypi/{quote(name, safe='')}/json", "api", smaller=Request(canonical_url(url)))
    # as written: npm minds upper and lower case in names from before 2014. Of a scoped one the slash is encoded
    name = unquote(name)
    written = re.findall(rf"(?<=/){re.escape(name)}(?=/|$)", unquote(urlsplit(url).path), re.IGNORECASE)
    whole = f"{base}/{quote(written[-1] if written else name, safe='@')}"
    # The whole document alone has the dates of releases, and takes tens of megabytes where there are thousands of them.
    return Request(whole, "api", smaller=Request(f"{whole}/latest", "api"))


def registry_of(registry: str, settings: Settings) -> str:
    """Where a registry's API is asked, without a slash at the end; "" for one without a setting, or not set."""
    return str(getattr(settings, f"{registry}_url")).rstrip("/") if registry in _REGISTRIES else ""


def is_package_answer(url: str, settings: Settings) -> bool:
    """Whether an address is that of a package in a registry's API."""
    pypi, npm = registry_of("pypi", settings), registry_of("npm", settings)
    forms = [rf"{re.escape(pypi)}/pypi/[^/?#]+/json/?"] if pypi else []
    forms += [rf"{re.escape(npm)}/(?!-/)(?:@[^/?#]+(?:%2F|/))?[^@/?#]+(?:/latest)?"] if npm else []
    return any(re.fullmatch(form, url, re.IGNORECASE) for form in forms)


def companions_of(api_url: str, settings: Settings) -> list[str]:
    """Addresses that belong to a page read through an API; empty for an ordinary page."""
    repo = api_url.removeprefix(github_search.repo_api_url(settings, ""))
    if repo != api_url and repo.count("/") == 1:
        return [github_search.readme_url(settings, repo)]
    for kind in _HUB_KINDS:
        start = f"{settings.hf_endpoint}/api/{kind}/"
        if api_url.startswith(start):
            from tools.web.hub_client import card_url

            return [card_url(settings, f"{kind}/{urlsplit(api_url).path.removeprefix(f'/api/{kind}/')}")]
    return []


def api_headers(url: str, settings: Settings) -> dict[str, str]:
    """Tokens go to the API they belong to and nowhere else."""
    if settings.github_token and url.startswith(settings.github_api_url):
        return {"Authorization": f"Bearer {settings.github_token}"}
    return {}


def explained(error: FetchError, hint: str) -> FetchError:
    """The error, with what a user can do about it in its sentence."""
    if hint:
        error.reason = f"{error.reason.rstrip('.')}. {hint}"
        error.args = (f"{error.url}: {error.reason}",)
    return error
