import json
from pathlib import Path
from typing import Any

import pytest

from tools.web.robots import allowed, crawl_delay, robots_address

SHARED = Path(__file__).resolve().parent.parent.parent / "shared"
GOOGLE = SHARED / "security" / "robots_cases.jsonl"
PROTEGO = SHARED / "corpus" / "robots" / "cases.jsonl"
REAL = SHARED / "corpus" / "robots" / "real"


@pytest.mark.parametrize("path", [GOOGLE, PROTEGO], ids=["google", "protego"])
def test_all_cases_of_other_parsers_come_out_as_there(path: Path) -> None:
    if not path.exists():
        pytest.skip("no ../shared here")
    cases = [json.loads(line) for line in path.read_text().splitlines()]
    wrong = [case for case in cases if allowed(case["robots"], case["url"], case["agent"]) != case["allowed"]]
    assert not wrong


@pytest.mark.parametrize(
    ("robots", "url", "agent", "expected"),
    [
        ("", "http://a.test/", "Scout", True),
        ("User-agent: *\nDisallow: /", "http://a.test/", "Scout", False),
        ("\ufeffUser-agent: *\nDisallow: /", "http://a.test/", "Scout", False),
        ("user-agent scout\ndisallow /", "http://a.test/", "Scout", False),
        ("User-agent: Scout/2.0\nDisallow: /", "http://a.test/", "Scout", False),
        ("User-agent: *\nDisallow: /\nUser-agent: Scout\nAllow: /", "http://a.test/", "Scout", True),
        ("User-agent: Scouting\nDisallow: /", "http://a.test/", "Scout", True),
        # An unknown line between agents does not split their group, a misspelt rule does.
        ("User-agent: other\nNoise: on\nUser-agent: Scout\nDisallow: /", "http://a.test/", "other", False),
        ("User-agent: other\nDisalow-all: /x\nUser-agent: Scout\nDisallow: /", "http://a.test/", "other", True),
        ("User-agent: *\nDisallow: /%7Ejoe", "http://a.test/~joe", "Scout", False),
        ("User-agent: *\nDisallow: /ä", "http://a.test/%C3%A4", "Scout", False),
        ("User-agent: *\nDisallow: /*.pdf$", "http://a.test/x.pdf", "Scout", False),
        ("User-agent: *\nDisallow: /*.pdf$", "http://a.test/x.pdf?y", "Scout", True),
        ("User-agent: *\nDisallow: /a\nAllow: /a/b", "http://a.test/a/b/c", "Scout", True),
        ("<html><body>User-agent: *</body></html>", "http://a.test/", "Scout", True),
        ("User-agent: *\rDisallow: /", "http://a.test/", "Scout", False),
        ("User-agent: *\nDisallow: /" + "x" * 20_000, "http://a.test/", "Scout", True),
    ],
)
def test_what_a_robots_txt_says(robots: str, url: str, agent: str, expected: bool) -> None:
    assert allowed(robots, url, agent) is expected


def test_bytes_that_are_no_text_are_read_as_far_as_they_go() -> None:
    assert not allowed(b"\xff\xfe\x00\nUser-agent: *\nDisallow: /\xe4", "http://a.test/%EF%BF%BD", "Scout")


@pytest.mark.parametrize(
    ("robots", "seconds"),
    [
        ("User-agent: *\nCrawl-delay: 10", 10.0),
        ("User-agent: *\nCrawl-delay: 10\nUser-agent: Scout\nCrawl-delay: 2.5", 2.5),
        ("User-agent: *\nCrawl-delay: 86400", 86_400.0),
        ("User-agent: *\nCrawl-delay: soon", None),
        ("User-agent: other\nCrawl-delay: 10", None),
    ],
)
def test_crawl_delay(robots: str, seconds: float | None) -> None:
    assert crawl_delay(robots, "Scout") == seconds


@pytest.mark.parametrize("path", sorted(REAL.glob("*.txt")) or [None], ids=lambda path: path.stem if path else "none")
def test_real_files_are_read(path: Any) -> None:
    if path is None:
        pytest.skip("no ../shared/corpus here")
    text = path.read_bytes()
    assert allowed(text, f"https://{path.stem}/robots.txt", "Scout")
    assert crawl_delay(text, "Scout") is None or crawl_delay(text, "Scout") >= 0


def test_a_robots_txt_lies_at_its_origin() -> None:
    assert robots_address("https://a.test:8443/x/y?z#w") == "https://a.test:8443/robots.txt"
