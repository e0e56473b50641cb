"""Markdown with YAML front matter: Hub cards and READMEs, read into facts."""

from __future__ import annotations

import html as entities
import json
import re
from itertools import islice
from typing import Any

from tools.identity import identity_of
from tools.models import Evidence, Extraction, Fact, Link, Place, Rung, Value
from tools.page import licences
from tools.page.categories import DESCRIPTION_WEIGHT, WORDS_CONFIDENCE, Text, of_words

_FRONT = re.compile(r"\A\ufeff?\s*---[ \t]*\r?\n(.*?)\r?\n(?:---|\.\.\.)[ \t]*(?:\r?\n|\Z)", re.DOTALL)
_FRONT_LIMIT = 200_000
_HEADING = re.compile(
    r"^ {0,3}(#{1,6})[ \t]+(.+?)[ \t]*#*$|^([^\n]+)\r?\n(=+|-+)[ \t]*$|<h([1-3])\b[^>]*>(.{1,300}?)</h\5>",
    re.MULTILINE | re.DOTALL | re.IGNORECASE,
)
# Lengths are bounded and never tried shorter: a page of nothing but opening signs must not cost the square of its length.
_IMAGE = re.compile(
    r"!\[[^\]\n]{0,1000}+\](?:\([^)\n]{0,1000}+\)|\[[^\]\n]{0,300}\])|<img\b[^>]{0,1000}+>", re.IGNORECASE
)
_BADGE = re.compile(
    r"!\[([^\]\n]{0,300}+)\]\(([^)\s]{1,1000}+)[^)\n]{0,300}+\)"
    r"|<img\b(?=[^>]{0,1000}?\balt=[\"']([^\"'>]{0,300}))?[^>]{0,1000}+>",
    re.IGNORECASE,
)
_LINK = re.compile(
    r"\[([^\]\n]{0,300}+)\](?:\(<?([^)\s>]{1,1000}+)>?(?:\s+[\"'][^\"'\n]{0,300}[\"'])?\)|\[[^\]\n]{0,300}\])"
)
_TAG = re.compile(r"</?[a-zA-Z][^<>]{0,500}>|<!--.*?(?:-->|\Z)", re.DOTALL)
_EMPHASIS = re.compile(r"(?<![\w*])(\*{1,3}|_{1,3})(?=\S)(.{1,300}?)(?<=\S)\1(?![\w*])", re.DOTALL)
_FENCED = re.compile(r"^ {0,3}(```|~~~)[^\n]*\n.*?(?:^ {0,3}\1[`~]*[ \t]*$|\Z)", re.MULTILINE | re.DOTALL)
_AFTER_NAME = re.compile(r"\s+[-–—]\s+|[,;.]\s+|\s+\(")
_GENERIC = re.compile(
    r"(?:(?:model|dataset|data|space)\s+card(?:\s+for)?|readme|table of contents|contents|overview|introduction|about|description|"
    r"(?:model|dataset)\s+(?:details|description|summary)|summary|usage|quick ?start|getting started|installation|license|citation)\s*:?",
    re.IGNORECASE,
)
_NOT_PROSE = re.compile(r"^(?:[-*+•]\s|\d+[.)]\s|\||```|~~~|#|>|\s{4,}\S|={3,}|-{3,}|:::|\$\$)")
_ALERT = re.compile(r"(?:> ?)?\[!(?:NOTE|IMPORTANT|TIP)\]\s*", re.IGNORECASE)
_LANGUAGE_LIKE = re.compile(
    r"^(?:license|region|arxiv|doi|base_model|dataset|language|size_categories|task_categories|deploy|autotrain|endpoints)\S*:",
    re.IGNORECASE,
)


def front_matter(text: str) -> tuple[dict[str, Any], str]:
    """The YAML head of a card as a dictionary, {} when there is none or it is broken, and the text after it."""
    match = _FRONT.match(text)
    if not match or len(match[1]) > _FRONT_LIMIT:
        return {}, text
    import yaml

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        if match[1].count("*") + match[1].count("&") > 200:  # aliases can make a small text an endless value
            return {}, text[match.end() :]
        data = yaml.load(match[1], Loader=loader)
    except (yaml.YAMLError, ValueError, RecursionError):
        data = _front_lines(match[1])
    return (data if isinstance(data, dict) else {}), text[match.end() :]


def plain(markdown: str) -> str:
    """One piece of Markdown as a reader sees it rendered, on one line."""
    text = _IMAGE.sub(" ", markdown)
    text = _LINK.sub(r"\1", text)
    text = _TAG.sub(" ", text)
    for _ in range(3):
        text = _EMPHASIS.sub(r"\2", text)
    text = re.sub(r"`+([^`]*)`+", r"\1", text)
    text = re.sub(r"\\([\\`*_{}\[\]()#+.!|~>-])", r"\1", text)
    return " ".join(entities.unescape(text).split())


def first_sentences(text: str, limit: int) -> str:
    """Whole sentences from the start of a text, at least one, at most `limit` characters beyond it."""
    kept = ""
    for sentence in re.split(r"(?<=[.!?。！？])\s+(?=\S)", text):
        if kept and len(kept) + 1 + len(sentence) > limit:
            break
        kept = f"{kept} {sentence}".strip()
    return _kept(kept)


def _kept(text: str) -> str:
    """A text as far as it is kept, cut between words: a quote that ends inside a number stands nowhere."""
    return text if len(text) <= _MOST_CHARS else text[:_MOST_CHARS].rsplit(None, 1)[0]


_MOST_CHARS = 2_000


def read_card(text: str, url: str) -> Extraction:
    """The facts of a Hub card or README. Pure; a card without any of them gives an empty extraction."""
    data, body = front_matter(text)
    body = body[:400_000]
    said = _FENCED.sub("\n\n", body)  # what a listing holds is an example: its comments are no headings
    facts: list[Fact] = []

    def add(field: str, value: Value, confidence: float, quote: str, place: str, path: str = "") -> None:
        if value and quote:
            where: Place = "markup" if place == "markup" else "visible"
            rung: Rung = "meta" if place == "markup" else "text"
            facts.append(Fact(field, value, rung, confidence, (Evidence(url, where, quote, path),)))

    identity = identity_of(url)
    repository = identity.split(":", 1)[1].split("/", 1)[1] if identity.startswith(("hub:", "repo:")) else ""
    name, quote, place = _name(data, said, url, repository)
    add("name", name, 0.9 if quote else 0.0, quote, place)
    words, raw = _description(said)
    add("description", words, 0.85, raw, "visible")
    if short := _scalar(data.get("short_description") or data.get("description")):
        add("tagline", short, 0.85, short, "markup", "short_description")
    elif (heading := _heading(said)) and plain(heading).lower() != name.lower():
        add("tagline", plain(heading)[:300], 0.65, heading, "visible")
    elif words:
        add("tagline", words if len(words) <= 120 else first_sentences(words, 1), 0.6, raw, "visible")
    facts.extend(_licence(data, said, url))
    tags, quotes = _tags(data)
    if tags:
        facts.append(Fact("tags", tags, "meta", 0.9, tuple(Evidence(url, "markup", q, p) for q, p in quotes)))
    if task := _scalar(data.get("pipeline_tag")):
        add("category", "ai-model", 0.9, task, "markup", "pipeline_tag")
    elif spoken := of_words(_said(_heading(body), raw, short), url):
        category, where = spoken
        add("category", category, WORDS_CONFIDENCE, where.quote, where.place, where.path)
    return Extraction(url=url, facts=tuple(facts), links=tuple(_links(body)), text_chars=len(plain(body[:100_000])))


def _said(heading: str, opening: str, short: str) -> list[Text]:
    """Where a card says what it is about, as it stands in the file."""
    lead = Text(short, DESCRIPTION_WEIGHT, "markup", "short_description")
    return [lead, Text(heading, DESCRIPTION_WEIGHT, "visible", "h1"), Text(opening, 2.0, "visible", "opening")]


def _front_lines(text: str) -> dict[str, Any]:
    """What can be saved of a broken head: "key: value" lines and simple lists."""
    data: dict[str, Any] = {}
    key = ""
    for line in text.splitlines()[:2_000]:
        if match := re.match(r"([A-Za-z_][\w-]{0,40}):[ \t]*(.*)$", line):
            key = match[1]
            data[key] = match[2].strip().strip("\"'") or []
        elif key and (match := re.match(r"[ \t]*-[ \t]+(.+)$", line)) and isinstance(data[key], list):
            data[key].append(match[1].strip().strip("\"'"))
    return data


def _scalar(value: Any) -> str:
    if isinstance(value, list):
        value = value[0] if value else ""
    return " ".join(str(value).split()) if isinstance(value, (str, int, float)) and not isinstance(value, bool) else ""


def _name(data: dict[str, Any], body: str, url: str, repository: str) -> tuple[str, str, str]:
    own = repository.rsplit("/", 1)[-1]
    own = next((s for s in reversed(url.split("?")[0].split("/")) if s.lower() == own), own)
    for key in ("title", "pretty_name", "model_name"):
        if value := _scalar(data.get(key)):
            return value, value, "markup"
    for match in islice(_HEADING.finditer(body[:20_000]), 3):
        raw = match[2] or match[3] or match[6] or ""
        if (match[1] and len(match[1]) > 1) or (match[4] and match[4][0] == "-") or (match[5] and match[5] != "1"):
            continue
        text = plain(raw).strip("#: ").strip()
        text = re.sub(r"^(?:model|dataset|data|space)\s+card\s+for\s+", "", text, flags=re.IGNORECASE)
        short = re.split(r"\s+[-–—|:]\s+|:\s+|\s+\(|\s[–—]", text)[0].strip(" `*")
        short = re.sub(r"^[^\w@]+|[^\w)+!.]+$", "", short)
        if short and not _GENERIC.fullmatch(short) and len(short.split()) <= 6:
            return short, short if short in body else " ".join(raw.split()), "visible"
    # The address names it; a fact needs the page to do so too.
    if own and (said := re.search(re.escape(own), body, re.IGNORECASE)):
        return own, said[0], "visible"
    if own and (said := re.search(re.escape(own), json.dumps(data, default=str, ensure_ascii=False), re.IGNORECASE)):
        return own, said[0], "markup"
    return own, "", "visible"


def _heading(body: str) -> str:
    """The first heading of the top level, as it stands in the file."""
    match = re.search(r"^ {0,3}#[ \t]+(.+?)[ \t]*#*$", body[:20_000], re.MULTILINE)
    return match[1] if match and not _GENERIC.fullmatch(plain(match[1])) else ""


def _description(body: str) -> tuple[str, str]:
    """The first paragraph of prose: what a reader gets, and the text as it stands in the file."""
    for block in re.split(r"\r?\n[ \t]*\r?\n", body[:60_000]):
        lines = block.strip("\r\n").splitlines()
        while lines and re.match(r"^ {0,3}#{1,6}\s|^\s*$", lines[0]):
            lines.pop(0)
        raw = "\n".join(lines).strip()
        told = re.sub(r"^> ?", "", raw, flags=re.MULTILINE) if _ALERT.match(raw) else raw
        told = _ALERT.sub("", told)
        if not raw or _NOT_PROSE.match(told):
            continue
        text = plain(told)
        linked = sum(len(plain(m[1])) for m in _LINK.finditer(raw.replace("\\[", "").replace("\\]", "")))
        if len(text) >= 40 and len(text.split()) >= 7 and linked < 0.6 * len(text):
            return first_sentences(text, 240), _kept(raw)
    return "", ""


def _licence(data: dict[str, Any], body: str, url: str) -> list[Fact]:
    given = _scalar(data.get("license") or data.get("licence"))
    key = "license"
    if given.lower() in ("other", "unknown") and data.get("license_name"):
        given, key = _scalar(data.get("license_name")), "license_name"
    if given and (value := licences.named(given)):
        return [Fact("license", value, "meta", 0.97, (Evidence(url, "markup", given, key),))]
    for match in _BADGE.finditer(body[:20_000]):
        alt, src = match[1] or match[3] or "", match[2] or match[0]
        if value := licences.of_badge(alt, src):
            return [Fact("license", value, "meta", 0.85, (Evidence(url, "markup", match[0], "badge"),))]
    section = re.search(r"^ {0,3}#{1,6}[ \t]*(?:[^\w\n]{0,6})Licen[cs]e\b.*$", body, re.MULTILINE | re.IGNORECASE)
    places = [body[section.end() : section.end() + 600]] if section else []
    for place in (*places, body[:100_000]):
        for line in place.splitlines():
            text = plain(line) if len(line) < 2_000 else ""
            hit = licences.in_text(text)
            if (
                not hit and place in places
            ):  # "Apache 2.0 — see NOTICE": under its heading the name needs no other words
                told = _AFTER_NAME.split(text.strip(". "), maxsplit=1)[0]
                hit = (value, told) if (value := licences.spdx(told)) else None
            if hit:
                raw = line.strip()
                return [
                    Fact(
                        "license", hit[0], "text", 0.85, (Evidence(url, "visible", hit[1] if hit[1] in line else raw),)
                    )
                ]
    return []


def _tags(data: dict[str, Any]) -> tuple[list[str], list[tuple[str, str]]]:
    tags: list[str] = []
    quotes: list[tuple[str, str]] = []
    for key in ("tags", "pipeline_tag", "library_name", "task_categories", "task_ids", "keywords", "topics", "sdk"):
        values = data.get(key)
        if isinstance(values, str) and key in ("keywords", "tags", "topics"):
            values = [v.strip() for v in values.split(",")]
        for value in values if isinstance(values, list) else [values]:
            tag = _scalar(value)
            if len(tags) < 40 and tag and tag not in tags and len(tag) <= 60 and not _LANGUAGE_LIKE.match(tag):
                tags.append(tag)
                quotes.append((tag, key))
    return tags, quotes


def _links(body: str) -> list[Link]:
    seen: dict[str, Link] = {}
    for match in _LINK.finditer(body[:200_000]):
        address = match[2] or ""
        if address.startswith(("http://", "https://")) and address not in seen:
            seen[address] = Link(address, plain(match[1]))
            if len(seen) >= 300:
                break
    return list(seen.values())
