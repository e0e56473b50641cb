"""How an address is read: itself over HTTP, or for a repository or Hub entry its API and what belongs to it. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from urllib.parse import urlsplit

from tools.identity import canonical_url, identity_of
from tools.models import Access
from tools.settings import Settings
from tools.sources import github_search

_HUB_KINDS = ("models", "spaces", "datasets")


@dataclass(frozen=True, slots=True)
class Request:
    """One thing to get: an address, or a Hub entry through the Hub's own client."""

    url: str
    access: Access = "html"
    headers: dict[str, str] = field(default_factory=dict)
    hub_kind: str = ""  # models, spaces, datasets
    hub_id: str = ""  # owner/name


def requests_for(url: str, settings: Settings) -> list[Request]:
    """How an address is read: itself over HTTP, or for a repository or Hub entry its API and its README or card."""
    identity = identity_of(url)
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
    return [Request(canonical_url(url))]


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
