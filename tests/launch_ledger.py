"""What the ledger of a launch world shows of its visitor: rules broken, each with its request, and what was asked anew. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace

import launch_services
from launch_place import HOUR_S, MINUTE_S, Asked
from launch_world import PRIVATE, RETRY_AFTER_S, World, allowed, answer, crawl_delay, opted_out


def violations(one: World, agent: str) -> dict[str, list[str]]:
    """What a polite crawler does not do, by kind, each with its request."""
    kinds: dict[str, Callable[[World, str], Iterator[str]]] = {
        "robots": _against_robots,
        "asked before robots.txt": _before_robots,
        "crawl-delay": _against_delay,
        "retry-after": _against_retry_after,
        "over a limit": _over_limits,
        "opted out": _opted_out,
        "private address": _private,
    }
    return {kind: list(find(one, agent)) for kind, find in kinds.items()}


# What these hosts give is an API or a feed, asked by their documented limits and not by robots.txt.
_MACHINES = re.compile(r"^(hn\.algolia\.com|api\.github\.com|raw\.githubusercontent\.com|feeds\.feedburner\.com)$")
_FEEDS = re.compile(r"(/feed|/feed\.(xml|json)|/feed/tag/\w+|\.rss|\.atom|packages\.xml)$")


def is_page(asked: Asked) -> bool:
    """Whether this is a page that robots.txt governs, and not an API, a feed, or a redirect of one of them."""
    if (
        _MACHINES.match(asked.host)
        or _FEEDS.search(asked.bare)
        or asked.host in (launch_services.INDEX, launch_services.REGISTRY)
    ):
        return False
    if asked.host == "dev.to" and asked.bare.startswith("/api/"):
        return False
    return not (asked.host == "huggingface.co" and (asked.bare.startswith("/api/") or "/resolve/" in asked.bare))


def is_part(asked: Asked) -> bool:
    """Whether a browser asked this as a part of a page: a style, a script, a picture, a font."""
    return asked.headers.get("sec-fetch-dest", "") in ("style", "script", "image", "font")


def _against_robots(one: World, agent: str) -> Iterator[str]:
    for asked in one.ledger:
        if is_page(asked) and not is_part(asked) and asked.host not in PRIVATE and not allowed(one.cast, asked, agent):
            yield f"day {asked.day} {asked.url}"


def _before_robots(one: World, agent: str) -> Iterator[str]:
    """Hosts of whom a page was asked before their robots.txt; once a host."""
    asked_robots: set[str] = set()
    for asked in one.ledger:
        if asked.bare == "/robots.txt":
            asked_robots.add(asked.host)
        elif is_page(asked) and asked.host not in asked_robots and asked.host not in PRIVATE:
            asked_robots.add(asked.host)
            yield f"day {asked.day} {asked.url}"


def _against_delay(one: World, agent: str) -> Iterator[str]:
    """Two pages of a site sooner than its Crawl-delay; a tenth of leeway for the clock."""
    wishes = {host: crawl_delay(p) for host, p in one.cast.by_host().items() if crawl_delay(p)} | {
        "news.ycombinator.com": 3.0,
        "lobste.rs": 1.0,
    }
    last: dict[str, Asked] = {}
    for asked in one.ledger:
        wish = wishes.get(asked.host)
        if wish is None or asked.bare == "/robots.txt":
            continue
        if asked.host in last and asked.day == last[asked.host].day and asked.at - last[asked.host].at < wish * 0.9:
            yield f"day {asked.day} {asked.url} {asked.at - last[asked.host].at:.1f} s after {last[asked.host].path} of {wish:g}"
        last[asked.host] = asked


def _against_retry_after(one: World, agent: str) -> Iterator[str]:
    """A host asked again before the time its 429 named."""
    until: dict[str, float] = {}
    for asked in one.ledger:
        if asked.at < until.get(asked.host, 0.0) - 0.2:
            yield f"day {asked.day} {asked.url} {until[asked.host] - asked.at:.1f} s too early"
        product = one.cast.by_host().get(asked.host.removeprefix("www."))
        if asked.status == 429 and product:
            until[asked.host] = asked.at + RETRY_AFTER_S


def _over_limits(one: World, agent: str) -> Iterator[str]:
    """Requests to a service after it had answered that nothing is left of this window."""
    spent: dict[tuple[int, bool], float] = {}
    for asked in one.ledger:
        if asked.host != "api.github.com":
            continue
        search = asked.bare.startswith("/search/")
        window = MINUTE_S if search else HOUR_S
        ended = spent.get((asked.turn, search))
        if ended is not None and asked.at < ended:
            yield f"day {asked.day} {asked.url}"
        elif asked.status == 403:
            spent[(asked.turn, search)] = asked.at + window / 2


def _opted_out(one: World, agent: str) -> Iterator[str]:
    hosts = set(opted_out(one.cast))
    for asked in one.ledger:
        if asked.host.removeprefix("www.") in hosts:
            yield f"day {asked.day} {asked.url}"


def _private(one: World, agent: str) -> Iterator[str]:
    for asked in one.ledger:
        if asked.host in PRIVATE or asked.bare.startswith("/internal"):
            yield f"day {asked.day} {asked.url}"


def conditional(one: World) -> tuple[int, int]:
    """Of requests that repeat an address answered before with a validator: how many carried one, and how many there were."""
    held: set[str] = set()
    carried = repeats = 0
    for asked in one.ledger:
        key = asked.url
        if key in held:
            repeats += 1
            carried += "if-none-match" in asked.headers or "if-modified-since" in asked.headers
        if asked.status in (200, 304) and asked.method == "GET" and _has_validator(one, asked):
            held.add(key)
    return carried, repeats


def _has_validator(one: World, asked: Asked) -> bool:
    found = answer(one.cast, asked.day, replace(asked, headers={}), (), one.started)
    return bool(found.headers.get("etag") or found.headers.get("last-modified"))
