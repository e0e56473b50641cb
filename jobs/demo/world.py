"""Writes the demo's two days as recordings, and says what a correct run must see in them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

from jobs.demo.cast import DAYS, cast
from jobs.demo.listings import FEEDS, sources
from jobs.demo.places import ADDRESSES, places
from jobs.demo.sites import site
from tools.web.recording import Recorded, write_recording


def build_world(directory: Path) -> list[Path]:
    """Write day1.warc.gz and day2.warc.gz into a folder, the same bytes each time, and return their paths."""
    paths = [directory / f"day{day}.warc.gz" for day in DAYS]
    for path, (day, at) in zip(paths, DAYS.items(), strict=True):
        write_recording(path, at, exchanges(day))
    return paths


def exchanges(day: int) -> list[Recorded]:
    """Everything that was answered on that day, each address once."""
    pages = {page.url: page for product in cast(day) for page in site(product)}
    found = {recorded.url: recorded for recorded in [*pages.values(), *sources(day), *places(day)]}
    for recorded in list(found.values()):  # a site answers the same whoever sent the visitor
        target = urljoin(recorded.url, recorded.header("location"))
        if target not in found:
            found[target] = replace(pages[target.partition("?")[0]], url=target)
    return list(found.values())


# What a correct run sees. `launches`: of the two days before, a source each. `failures`: each must be met at least once, and nothing else may fail; `about` stands in the
# failure's address, launch or message. Slugs are those of a store that began with day one.
EXPECTED: dict[str, Any] = {
    "feeds": FEEDS,  # add these to the store first: scout source add NAME ADDRESS
    "settings": ADDRESSES,  # of the sources that are off until they are told where to look
    "days": {
        1: {
            "launches": {
                "betalist": 5,
                "dev_to": 2,
                "github_releases": 1,
                "github_search": 3,
                "github_trending": 5,
                "hf_blog": 1,
                "hugging_face": 9,
                "lobsters": 3,
                "mcp_registry": 2,
                "new_packages": 1,
                "open_vsx": 1,
                "product_hunt": 21,
                "show_hn": 57,
                "tiny_tools": 5,
                "toolshed": 7,
            },
            "failures": [
                {"source": "product_hunt", "about": "1310033", "kinds": ["PageBlocked", "ProposalRefused"]},
                {"source": "show_hn", "about": "quietfield.example", "kinds": ["RobotsDisallowed"]},
            ],
            "products_at_least": 70,
        },
        2: {
            "launches": {
                "awesome_lists": 1,
                "dev_to": 3,
                "github_releases": 1,
                "github_search": 2,
                "github_trending": 6,
                "hf_blog": 1,
                "homebrew": 2,
                "hugging_face": 9,
                "lobsters": 4,
                "mcp_registry": 3,
                "new_packages": 1,
                "npm_changes": 1,
                "open_vsx": 2,
                "product_hunt": 22,
                "show_hn": 46,
                "tiny_tools": 2,
                "toolshed": 7,
            },
            "failures": [
                {"source": "betalist", "about": "betalist", "kinds": ["SourceChanged"]},
                {"source": "product_hunt", "about": "1310033", "kinds": ["PageBlocked", "ProposalRefused"]},
                {"source": "show_hn", "about": "duskfall.example", "kinds": ["FetchError"]},
            ],
            "products_at_least": 75,
        },
    },
    "price_change": {"slug": "pelican-ci", "plan": "Team", "currency": "USD", "before": "20", "after": "25"},
    "one_product": {
        "slug": "brackenbase",
        "launches": ["betalist:brackenbase", "product_hunt:1310010", "show_hn:45990110"],
    },
    "same_repository": {
        "slug": "mossgrep",
        "launches": [
            "github_trending:mosstools/mossgrep",
            "homebrew:formula/mossgrep",
            "lobsters:m0ssgr",
            "show_hn:45990145",
        ],
    },
    # what a list without dates holds on day two and did not on day one
    "not_there_before": {
        "awesome_lists": ["lists.example/awesome-pipelines.md#url:gantry-ops.example"],
        "homebrew": ["cask/marl", "formula/mossgrep"],
        "npm_changes": ["@bramble/forms"],
    },
    "no_tools": [
        "dev_to:3100403",  # an essay
        "homebrew:cask/font-marl",
        "homebrew:formula/older-3@2",  # a version of what is there
        "homebrew:formula/renamed-tool",
        "lobsters:4skw4t",  # a question
        "lobsters:t3xt01",  # an article
        "mcp_registry:io.github.lost/left-behind",  # deleted
        "mcp_registry:io.github.lost/older-name",  # deprecated
        "npm_changes:left-forms",  # taken back
        "npm_changes:tide",  # not asked for
        "open_vsx:old-hands.colours",  # its third version
    ],
    "impostor": {"slug": "hollowkey-pro", "amount": "89", "victim": "hollowkey", "victim_amount": "9"},
    "twins": ["marlow-notes", "harlow-notes"],
    "never_ship": ["endless-shelves", "flumbo", "wrenlet"],
    "tarpit": {"host": "endless-shelves.example", "pages_at_most": 2},
    "price_unknown": ["pixelquay", "quietfield", "pocket-compass"],
    "undated": ["product_hunt:1290500"],
    "without_address": ["show_hn:45990122"],
    "sponsors": ["bigcloud-inc"],
    "gone": ["duskfall"],
    "dossiers": {"at_least": 20, "voices_of": "brackenbase", "repeated": "ompaction", "times": 2},
    # rivals, of which the demo names the pages, and two that no words bring together: they stand side by side when asked
    "side_by_side": [["bosun-ci", "pelican-ci"], ["hollowkey", "keelson"], ["larkspur", "lathe-migrations"]],
    "compare": {"pair": ["pingmoor", "sonnenuhr"], "prices": ["20", "7.50"], "better": "Sonnenuhr"},
    # the clearest of what was made good or bad, decided before its pages were written; both ways of terse and talkative
    "verdicts": {
        "watchmere": "Ship",
        "bosun-ci": "Ship",
        "sallyport": "Ship",
        "brindle": "Ship",
        "lathe-migrations": "Ship",
        "skarn": "Skip",
        "fennel-extract": "Skip",
        "bailey": "Skip",
        "snagwell": "Skip",
        "palimpsest": "Skip",
        "trestle": "Skip",
    },
}
