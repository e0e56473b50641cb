"""Answers of APIs, read into facts: the Hub's model info, a GitHub repository; packages in package_answer.py."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from tools.models import Extraction
from tools.page import licences
from tools.page.answer_facts import AnswerFacts, list_of, text_of
from tools.page.package_answer import read_package
from tools.page.visible import whole_json

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


def read_answer(text: str, url: str) -> Extraction:
    """The facts of a JSON answer; an unknown shape, or no JSON, gives an empty extraction."""
    try:
        data = json.loads(whole_json(text.lstrip("\ufeff")), strict=False)
    except (ValueError, RecursionError):
        return Extraction(url=url, trouble=("not JSON",))
    if not isinstance(data, dict):
        return Extraction(url=url, missing=("name",))
    if found := read_package(data, url):
        return replace(found, text_chars=len(text))
    facts = AnswerFacts(url)
    for fits, read in _SHAPES:
        if fits(data):
            read(data, facts)
            break
    return Extraction(url=url, facts=tuple(facts.all), text_chars=len(text), missing=() if facts.all else ("name",))


def _github(data: dict[str, Any], facts: AnswerFacts) -> None:
    facts.add("name", text_of(data.get("name")), ("$.name", data.get("name")))
    description = text_of(data.get("description"))
    facts.add("description", description, ("$.description", description))
    facts.add("tagline", description, ("$.description", description), confidence=0.9)
    address = text_of(data.get("html_url"))
    facts.add("repository", address, ("$.html_url", address))
    homepage = text_of(data.get("homepage"))
    if homepage and "://" not in homepage:
        facts.add("homepage", f"https://{homepage}", ("$.homepage", homepage), confidence=0.9)
    else:
        facts.add("homepage", homepage or address, ("$.homepage", homepage) if homepage else ("$.html_url", address))
    licence = data.get("license")
    if isinstance(licence, dict):
        given = text_of(licence.get("spdx_id")) or text_of(licence.get("name"))
        facts.add("license", licences.named(given), ("$.license.spdx_id", given))
    topics = [t for t in list_of(data.get("topics")) if isinstance(t, str)]
    facts.add("tags", topics, *[(f"$.topics[{i}]", t) for i, t in enumerate(topics)])
    owner = data.get("owner")
    login = text_of(owner.get("login")) if isinstance(owner, dict) else ""
    facts.add("makers", [login], ("$.owner.login", login))
    facts.add_category([(f"$.topics[{i}]", t) for i, t in enumerate(topics)], ("$.description", description))


def _hub(data: dict[str, Any], facts: AnswerFacts) -> None:
    hub_id = text_of(data.get("id") or data.get("modelId"))
    key = "id" if data.get("id") else "modelId"
    owner, _, name = hub_id.rpartition("/")
    facts.add("name", name, (f"$.{key}", hub_id))
    facts.add("hub_id", hub_id, (f"$.{key}", hub_id))
    facts.add("makers", [owner], (f"$.{key}", hub_id))
    card = data.get("cardData") if isinstance(data.get("cardData"), dict) else {}
    assert isinstance(card, dict)
    for path, text in (
        ("$.description", text_of(data.get("description"))),
        ("$.cardData.short_description", text_of(card.get("short_description"))),
    ):
        facts.add("description" if path == "$.description" else "tagline", text, (path, text))
    tags = [t for t in list_of(data.get("tags")) if isinstance(t, str)]
    given = text_of(card.get("license")) or next(
        (t.removeprefix("license:") for t in tags if t.startswith("license:")), ""
    )
    if given == "other" and text_of(card.get("license_name")):
        given = text_of(card.get("license_name"))
    facts.add("license", licences.named(given), ("$.cardData.license" if card.get("license") else "$.tags", given))
    kept = [(i, t) for i, t in enumerate(tags) if not t.startswith(_HUB_NOISE) and len(t) > 2]
    facts.add("tags", [t for _, t in kept][:40], *[(f"$.tags[{i}]", t) for i, t in kept][:40])
    if task := text_of(data.get("pipeline_tag")):  # only models have one, whatever the task
        facts.add("category", "ai-model", ("$.pipeline_tag", task))


_SHAPES: tuple[tuple[Callable[[dict[str, Any]], bool], Callable[[dict[str, Any], AnswerFacts], None]], ...] = (
    (lambda d: "full_name" in d and "html_url" in d, _github),
    (
        lambda d: (
            isinstance(d.get("id") or d.get("modelId"), str)
            and "/" in (d.get("id") or d["modelId"])
            and isinstance(d.get("tags", []), list)
        ),
        _hub,
    ),
)
