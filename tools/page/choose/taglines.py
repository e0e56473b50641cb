"""The line that says what the product is: a title's tail, a heading, the sentence under it, the description's first."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from tools.models import Place
from tools.page.choose.names import Page
from tools.page.choose.trees import Model, load
from tools.page.markup import PRODUCT_TYPES, text_of, types_of
from tools.page.names import segments, squash, tidy
from tools.page.price_headings import only_of_prices
from tools.page.visible import Line, clean

_SHORTEST, _LONGEST = 6, 260  # characters of a tagline
_SENTENCE = re.compile(r"(?<=[.!?。！？])\s+")
_SLOGAN_CSS = re.compile(r"tag-?line|slogan|sub-?title|sub-?head|lead|strap|motto|hero|desc")
_BUTTON = re.compile(r"get started|buy|choose|subscrib|start|sign ?up|try|contact|download|log ?in|learn more|book a|join", re.IGNORECASE)  # fmt: skip
# What says how far a thing is, or what kind of page this is, and nothing else.
_STATUS = re.compile(
    r"(?:coming soon|under construction|launching soon|(?:public |private |open )?beta|home ?page|official (?:web)?site|welcome|landing page|"
    r"demnächst|bientôt disponible|próximamente|em breve|скоро)\W*",
    re.IGNORECASE,
)
_COMMON = frozenset("a an the for to your you and or of with in on by from that how is are we it this der die das und für la le les de pour el los y para con il un".split())  # fmt: skip
_TAGS = {tag: number for number, tag in enumerate(("h1", "h2", "h3", "p", "div", "span", "a", "button", "li"))}
_KINDS = ("title", "og", "desc", "ogdesc", "h1", "h2", "near", "sentence")
_FAR = 20.0  # the order of a text in a place that does not hold it


@dataclass(slots=True)
class Tagline:
    """A text that may be the tagline, where it stands first, and its order in each kind of place."""

    text: str
    place: Place
    path: str
    quote: str
    css: str = ""
    tag: str = ""
    order: dict[str, float] = field(default_factory=dict)


@dataclass(slots=True)
class _Found:
    kind: str
    text: str
    order: float
    place: Place
    path: str
    quote: str
    css: str = ""
    tag: str = ""


def taglines(page: Page, name: str) -> list[Tagline]:
    """The texts that may be the tagline of the product of this name, in the order of the page; the name alone is none."""
    found: dict[str, Tagline] = {}
    for one in _texts(page):
        text = tidy(one.text)
        if not _SHORTEST <= len(text) <= _LONGEST or not any(map(str.isalpha, text)):
            continue
        # A page's headline on its prices promises nothing of the product.
        if (
            squash(text) != squash(name)
            and not _STATUS.fullmatch(text)
            and not only_of_prices(text.replace(name, " ") if name else text)
        ):
            made = Tagline(text, one.place, one.path, one.quote, one.css, one.tag)
            found.setdefault(squash(text), made).order.setdefault(one.kind, one.order)
    return list(found.values())


def _texts(page: Page) -> Iterator[_Found]:
    meta = page.meta
    for kind, path, title in (("title", "title", meta.title), ("og", "meta og:title", meta.first("og:title", "twitter:title"))):  # fmt: skip
        for order, part in enumerate(_parts(title)):
            yield _Found(kind, part, order, "markup", path, _verbatim(part, title))
    for kind, keys in (("desc", ("description",)), ("ogdesc", ("og:description", "twitter:description"))):
        yield from _described(kind, f"meta {keys[0]}", meta.first(*keys))
    for item in page.items:
        if any(kind in PRODUCT_TYPES for kind in types_of(item)):
            for key in ("slogan", "description", "headline"):
                if told := text_of(item.get(key)):
                    said = _SENTENCE.split(told)[0]
                    yield _Found("jsonld", said, 0, "markup", f"JSON-LD {types_of(item)[0]}.{key}", said)
    yield from _seen(page)


def _described(kind: str, path: str, told: str) -> Iterator[_Found]:
    """A description's first two sentences, and all of it where it is no list of words."""
    text = clean(told)
    for order, sentence in enumerate(_SENTENCE.split(text)[:2]):
        yield _Found(kind, sentence, order, "markup", path, sentence)
    if len(text) < 200:
        yield _Found(kind, text, 3, "markup", path, text)


def _parts(title: str) -> list[str]:
    """A title's parts, and all that follows its first separator."""
    parts = segments(title)
    if len(parts) > 2 and (at := title.find(parts[1], len(parts[0]))) > 0:
        parts.append(tidy(title[at:400]))
    return parts


def _verbatim(part: str, whole: str) -> str:
    """What is quoted of a text for a part of it: the part, or all where its trademark signs were taken out."""
    return part if part in whole else whole


def _seen(page: Page) -> Iterator[_Found]:
    """The headings and the lines around the first one."""
    lines = [(number, line) for number, line in enumerate(page.view.lines[:300]) if line.shade < 2]
    heads = [(number, line) for number, line in lines if line.tag == "h1" and len(line.text) > 1]
    for order, (_, line) in enumerate(heads[:2]):
        yield _of_line(page, "h1", line.text, order, line)
        for part_order, part in enumerate(_parts(line.text)[:3]):
            yield replace(_of_line(page, "h1part", part, part_order, line), quote=_verbatim(part, line.text))
    start = heads[0][0] if heads else 0
    joined = [
        line for at, (number, line) in enumerate(heads) if number == start + at and line.block == heads[0][1].block
    ]
    if len(joined) > 1:
        yield _of_line(page, "h1", " ".join(line.text for line in joined), 0, joined[0])
    for order, line in enumerate([line for _, line in lines if line.tag == "h2"][:3]):
        yield _of_line(page, "h2", line.text, order, line)
    for number, line in lines:
        if (
            start - 4 <= number <= start + 8
            and line.tag != "h1"
            and len(line.text) > 12
            and line.links < len(line.text)
        ):
            yield from _near(page, line, number - start)


def _near(page: Page, line: Line, order: float) -> Iterator[_Found]:
    sentences = _SENTENCE.split(line.text)
    if len(line.text) <= 200:
        yield _of_line(page, "near", line.text, order, line)
    if len(sentences) > 1 or len(line.text) > 200:
        yield _of_line(page, "sentence", sentences[0], order, line)


def _of_line(page: Page, kind: str, text: str, order: float, line: Line) -> _Found:
    css = (page.view.blocks[line.block].node.attributes.get("class") or "").lower()
    return _Found(kind, text, order, "markup" if line.shade else "visible", "h1" if line.tag == "h1" else "", text, css, line.tag)  # fmt: skip


def rows(page: Page, found: list[Tagline], name: str) -> list[list[float]]:
    """The plain facts about each text as numbers, in the order of `feature_names`."""
    return [list(facts.values()) for facts in _facts_of_all(page, found, squash(name))]


def feature_names() -> list[str]:
    """What the numbers of a row are."""
    from tools.page.choose.words import Words
    from tools.page.markup import Meta
    from tools.page.visible import view

    page = Page(view(""), Meta(), [], "https://example.com/", Words("", [], []))
    return list(next(_facts_of_all(page, [Tagline("An example", "markup", "title", "An example")], "")))


def _facts_of_all(page: Page, found: list[Tagline], name: str) -> Iterator[dict[str, float]]:
    meta = page.meta
    title, described = meta.title.lower(), meta.first("description", "og:description").lower()
    head = next((source.text.lower() for source in page.sources if source.kind == "h1"), "")
    around = [frozenset(text.split()) for text in (title, described, head)]
    shared = {
        "steps": len(page.steps),
        "has_h1": bool(head),
        "h1_holds_name": bool(name) and name in squash(head),
        "texts": len(found),
    }
    for tagline in found:
        yield {
            **{kind: kind in tagline.order for kind in _KINDS},
            **{f"{kind} order": tagline.order.get(kind, _FAR) for kind in _KINDS},
            "kinds": len(tagline.order),
            "tag": _TAGS.get(tagline.tag, len(_TAGS)),
            "slogan": bool(_SLOGAN_CSS.search(tagline.css)),
            **_of_name(page, squash(tagline.text), name),
            **_of_wording(tagline.text),
            **_of_sharing(tagline.text.lower(), (title, described, head), around),
            **shared,
        }


def _of_name(page: Page, key: str, name: str) -> dict[str, float]:
    """Whether the text is, begins with or holds what the product, the address and the site are called."""
    first = page.of("title")[:1]
    page.of("site")
    return {
        "holds_name": bool(name) and name in key,
        "name_share": len(name) / len(key) if name in key else 0,
        "starts_label": bool(page.label) and key.startswith(page.label),
        "holds_label": bool(page.label) and page.label in key,
        "holds_first": bool(first) and len(first[0]) > 2 and first[0] in key,
    }


def _of_wording(text: str) -> dict[str, float]:
    """How the text is worded."""
    words = text.split()
    low = [word.lower().strip(".,!?") for word in words]
    return {
        "words": len(words),
        "chars": len(text),
        "button": bool(_BUTTON.search(text)),
        "common": sum(word in _COMMON for word in low) / len(low),
        "digit": any(map(str.isdigit, text)),
        "commas": text.count(",") + text.count("、"),
        "stop": text[-1:] in ".!。！",
        "capitals": sum(word[:1].isupper() for word in words) / len(words),
        "ascii": text.isascii(),
    }


def _of_sharing(low: str, texts: tuple[str, ...], around: list[frozenset[str]]) -> dict[str, float]:
    """How much the text has in common with title, description and heading."""
    words = frozenset(low.split())
    facts: dict[str, float] = {}
    for name, text, others in zip(("title", "description", "head"), texts, around, strict=True):
        facts[f"in_{name}"] = bool(text) and low in text
        facts[f"{name}_share"] = len(words & others) / max(1, len(words | others))
    return facts


def choose(page: Page, name: str, model: Model | None = None) -> tuple[Tagline, float] | None:
    """The best tagline and how likely it is right, calibrated; None where there is none. model: not the committed one."""
    found = taglines(page, name)
    if not found:
        return None
    at, sure = (model or load("taglines")).best(rows(page, found, name))
    return found[at], sure
