"""Answers of APIs, read into facts: the Hub's model info, a GitHub repository, PyPI and npm packages."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from tools import licences
from tools.models import Evidence, Extraction, Fact, Value
from tools.visible import whole_json

_HUB_NOISE = (
    "license:",
    "region:",
    "arxiv:",
    "base_model:",
    "dataset:",
    "doi:",
    "language:",
    "size_categories:",
    "deploy:",
    "format:",
    "modality:",
    "library:",
)


class _Facts:
    """Facts of one answer; each quotes the value as the JSON holds it, under its path."""

    def __init__(self, url: str) -> None:
        self.url, self.all = url, []  # type: str, list[Fact]

    def add(self, field: str, value: Value | None, *sources: tuple[str, Any], confidence: float = 0.99) -> None:
        evidence = tuple(
            Evidence(self.url, "api", str(quote), path) for path, quote in sources if quote not in (None, "")
        )
        if value and evidence:
            self.all.append(Fact(field, value, "api", confidence, evidence))


def read_answer(text: str, url: str) -> Extraction:
    """The facts of a JSON answer; an unknown shape, or no JSON, gives an empty extraction."""
    try:
        data = json.loads(whole_json(text.lstrip("\ufeff")), strict=False)
    except (ValueError, RecursionError):
        return Extraction(url=url, trouble=("not JSON",))
    if not isinstance(data, dict):
        return Extraction(url=url, missing=("name",))
    facts = _Facts(url)
    for fits, read in _SHAPES:
        if fits(data):
            read(data, facts)
            break
    return Extraction(url=url, facts=tuple(facts.all), text_chars=len(text), missing=() if facts.all else ("name",))


def _text(value: Any) -> str:
    return " ".join(value.split()) if isinstance(value, str) else ""


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _github(data: dict[str, Any], facts: _Facts) -> None:
    facts.add("name", _text(data.get("name")), ("$.name", data.get("name")))
    description = _text(data.get("description"))
    facts.add("description", description, ("$.description", description))
    facts.add("tagline", description, ("$.description", description), confidence=0.9)
    address = _text(data.get("html_url"))
    facts.add("repository", address, ("$.html_url", address))
    homepage = _text(data.get("homepage"))
    if homepage and "://" not in homepage:
        facts.add("homepage", f"https://{homepage}", ("$.homepage", homepage), confidence=0.9)
    else:
        facts.add("homepage", homepage or address, ("$.homepage", homepage) if homepage else ("$.html_url", address))
    licence = data.get("license")
    if isinstance(licence, dict):
        given = _text(licence.get("spdx_id")) or _text(licence.get("name"))
        facts.add("license", licences.named(given), ("$.license.spdx_id", given))
    topics = [t for t in _list(data.get("topics")) if isinstance(t, str)]
    facts.add("tags", topics, *[(f"$.topics[{i}]", t) for i, t in enumerate(topics)])
    owner = data.get("owner")
    login = _text(owner.get("login")) if isinstance(owner, dict) else ""
    facts.add("makers", [login], ("$.owner.login", login))
    facts.add("category", _text(data.get("language")), ("$.language", data.get("language")), confidence=0.5)


def _hub(data: dict[str, Any], facts: _Facts) -> None:
    hub_id = _text(data.get("id") or data.get("modelId"))
    key = "id" if data.get("id") else "modelId"
    owner, _, name = hub_id.rpartition("/")
    facts.add("name", name, (f"$.{key}", hub_id))
    facts.add("hub_id", hub_id, (f"$.{key}", hub_id))
    facts.add("makers", [owner], (f"$.{key}", hub_id))
    card = data.get("cardData") if isinstance(data.get("cardData"), dict) else {}
    assert isinstance(card, dict)
    for path, text in (
        ("$.description", _text(data.get("description"))),
        ("$.cardData.short_description", _text(card.get("short_description"))),
    ):
        facts.add("description" if path == "$.description" else "tagline", text, (path, text))
    tags = [t for t in _list(data.get("tags")) if isinstance(t, str)]
    given = _text(card.get("license")) or next(
        (t.removeprefix("license:") for t in tags if t.startswith("license:")), ""
    )
    if given == "other" and _text(card.get("license_name")):
        given = _text(card.get("license_name"))
    facts.add("license", licences.named(given), ("$.cardData.license" if card.get("license") else "$.tags", given))
    kept = [(i, t) for i, t in enumerate(tags) if not t.startswith(_HUB_NOISE) and len(t) > 2]
    facts.add("tags", [t for _, t in kept][:40], *[(f"$.tags[{i}]", t) for i, t in kept][:40])
    facts.add("category", _text(data.get("pipeline_tag")), ("$.pipeline_tag", data.get("pipeline_tag")))


def _pypi(data: dict[str, Any], facts: _Facts) -> None:
    info = data["info"]
    facts.add("name", _text(info.get("name")), ("$.info.name", info.get("name")))
    summary = _text(info.get("summary"))
    facts.add("tagline", summary, ("$.info.summary", summary))
    facts.add("description", summary, ("$.info.summary", summary), confidence=0.8)
    urls = info.get("project_urls") if isinstance(info.get("project_urls"), dict) else {}
    for label, address in urls.items():
        if str(label).lower() in ("homepage", "home"):
            facts.add("homepage", _text(address), (f"$.info.project_urls.{label}", address))
        elif str(label).lower() in ("repository", "source", "source code", "github", "code"):
            facts.add("repository", _text(address), (f"$.info.project_urls.{label}", address))
    if not any(f.field == "homepage" for f in facts.all):
        facts.add(
            "homepage",
            _text(info.get("home_page")) or _text(info.get("package_url")),
            (
                "$.info.home_page" if info.get("home_page") else "$.info.package_url",
                info.get("home_page") or info.get("package_url"),
            ),
        )
    given = _text(info.get("license_expression")) or _text(info.get("license"))
    facts.add("license", licences.named(given[:200]), ("$.info.license", given))
    tags = [t.strip() for t in _text(info.get("keywords")).replace(";", ",").split(",") if t.strip()]
    facts.add("tags", tags, ("$.info.keywords", info.get("keywords")))
    maker = _text(info.get("author")) or _text(info.get("maintainer"))
    facts.add("makers", [maker] if maker else None, ("$.info.author", maker))


def _npm(data: dict[str, Any], facts: _Facts) -> None:
    facts.add("name", _text(data.get("name")), ("$.name", data.get("name")))
    description = _text(data.get("description"))
    facts.add("description", description, ("$.description", description))
    facts.add("tagline", description, ("$.description", description), confidence=0.9)
    facts.add("homepage", _text(data.get("homepage")), ("$.homepage", data.get("homepage")))
    facts.add("license", licences.named(_text(data.get("license"))), ("$.license", data.get("license")))
    tags = [t for t in _list(data.get("keywords")) if isinstance(t, str)]
    facts.add("tags", tags, *[(f"$.keywords[{i}]", t) for i, t in enumerate(tags)])
    author = data.get("author")
    maker = _text(author.get("name")) if isinstance(author, dict) else _text(author)
    facts.add("makers", [maker] if maker else None, ("$.author", maker))


_SHAPES: tuple[tuple[Callable[[dict[str, Any]], bool], Callable[[dict[str, Any], _Facts], None]], ...] = (
    (lambda d: "full_name" in d and "html_url" in d, _github),
    (lambda d: isinstance(d.get("info"), dict) and "summary" in d["info"], _pypi),
    (lambda d: isinstance(d.get("dist-tags"), dict) or ("name" in d and "version" in d and "dependencies" in d), _npm),
    (
        lambda d: (
            isinstance(d.get("id") or d.get("modelId"), str)
            and "/" in (d.get("id") or d["modelId"])
            and isinstance(d.get("tags", []), list)
        ),
        _hub,
    ),
)
