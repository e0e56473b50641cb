"""The launch places of the launch world by host, each as its service documents it, and their robots.txt. Pure.

The shapes are those of the real services in November 2026; each stands in a file of its own.
"""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlsplit

import launch_feeds
import launch_github
import launch_hacker_news
import launch_hub
import launch_packages
from launch_packages import INDEX, REGISTRY
from launch_place import NPM_SITE, PYPI_SITE, Answer, Asked, Place


def answer(place: Place, asked: Asked) -> Answer | None:
    """What a launch place answers, or None where this host is none."""
    service = _SERVICES.get(asked.host)
    return service(place, asked) if service else None


def hosts() -> list[str]:
    """The names of all services."""
    return list(_SERVICES)


def robots(host: str) -> str | None:
    """The robots.txt of a service; None: it has none."""
    return _ROBOTS.get(host)


_SERVICES: dict[str, Callable[[Place, Asked], Answer]] = {
    "hn.algolia.com": launch_hacker_news.algolia,
    "news.ycombinator.com": launch_hacker_news.hacker_news,
    "www.producthunt.com": launch_feeds.product_hunt,
    "feeds.feedburner.com": launch_feeds.feedburner,
    "betalist.com": launch_feeds.betalist,
    "github.com": launch_github.github,
    "api.github.com": launch_github.github_api,
    "raw.githubusercontent.com": launch_github.raw,
    "huggingface.co": launch_hub.hub,
    "dev.to": launch_feeds.dev_to,
    "lobste.rs": launch_feeds.lobsters,
    "weeklybench.substack.com": launch_feeds.newsletter,
    "shiplog.blog": launch_feeds.shiplog,
    "toolbelt.fyi": launch_feeds.toolbelt,
    "essays.fieldnotes.blog": launch_feeds.essays,
    launch_feeds.SPONSOR: launch_feeds.sponsor,
    INDEX: launch_packages.index,
    REGISTRY: launch_packages.registry,
    urlsplit(PYPI_SITE).hostname or "": launch_packages.pypi_site,
    urlsplit(NPM_SITE).hostname or "": launch_packages.npm_site,
}
# As the services publish them; Hacker News asks for 30 seconds, which here are 3, so that three days take minutes.
_ROBOTS = {
    "news.ycombinator.com": "User-Agent: *\nDisallow: /x?\nDisallow: /r?\nDisallow: /vote?\nDisallow: /reply?\nDisallow: /submitted?\nDisallow: /threads?\nCrawl-delay: 3\n",
    "www.producthunt.com": "User-agent: *\nDisallow: /search\nDisallow: /my/\nDisallow: /admin/\n",
    "betalist.com": "User-agent: *\nDisallow: /admin\n",
    "github.com": "User-agent: *\nDisallow: /*/*/pulse\nDisallow: /*/*/tree/\nDisallow: /*/*/blob/\nDisallow: /*/*/commits/\nDisallow: /*/stargazers\nDisallow: /*/forks\nDisallow: /search$\nDisallow: /*?tab=\nDisallow: /*.atom$\n",
    "huggingface.co": "User-agent: *\nAllow: /\n",
    "dev.to": "User-agent: *\nDisallow: /search?q=*\nDisallow: /search/?q=*\n",
    "lobste.rs": "User-agent: *\nDisallow: /login\nDisallow: /search\nCrawl-delay: 1\n",
    "weeklybench.substack.com": "User-agent: *\nDisallow: /action/\nDisallow: /publish\nDisallow: /sign-in\n",
}
