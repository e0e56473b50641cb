"""The line that says what the product is: a title's tail, a heading, the sentence under it, the description's first."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise

from tools.models import Place
from tools.page.choose.names import PLAIN, Page
from tools.page.choose.trees import Model, load
from tools.page.interim import is_farewell, is_interim
from tools.page.markup import PRODUCT_TYPES, text_of, types_of
from tools.page.names import segments, squash, tidy
from tools.page.price_headings import only_of_prices
from tools.page.visible import Line, clean
from tools.page.words import made_of

_SHORTEST, _LONGEST = 6, 260  # characters of a tagline
_SENTENCE = re.compile(r"(?<=[.!?。！？])\s+")
# What says how far a thing is, or what kind of page this is, and nothing else.
_STATUS = re.compile(
    r"(?:coming soon|under construction|launching soon|(?:public |private |open )?beta|home ?page|official (?:web)?site|welcome|landing page|"
    r"demnächst|bientôt disponible|próximamente|em breve|скоро)\W*",
    re.IGNORECASE,
)
_COMMON = frozenset("a an the for to your you and or of with in on by from that how is are we it this der die das und für la le les de pour el los y para con il un".split())  # fmt: skip
_TAGS = {tag: number for number, tag in enumerate(("h1", "h2", "h3", "p", "div", "span", "a", "button", "li"))}
_KINDS = ("title", "og", "desc", "ogdesc", "h1", "h2", "near", "sentence", "foot")
_HEADINGS = frozenset(("h1", "h2", "h3"))
_LONGEST_LABEL = 100  # characters of a text that only names something
_FOOT = 40  # lines of a page's foot
_FAR = 50.0  # the order of a text in a place that does not hold it


@dataclass(slots=True)
class Tagline:
    """A text that may be the tagline, where it stands first, and its order in each kind of place."""

    text: str
    place: Place
    path: str
    quote: str
    tag: str = ""
    linked: float = 0.0  # what part of its line leads elsewhere
    order: dict[str, float] = field(default_factory=dict)


def taglines(page: Page, name: str) -> list[Tagline]:
    """The texts that may be the tagline of the product of this name, in the order of the page; names alone are none."""
    found: dict[str, Tagline] = {}
    said = _called(page, name)
    for kind, order, one in _texts(page, said):
        one.text = tidy(one.text)
        if not _SHORTEST <= len(one.text) <= _LONGEST or not any(map(str.isalpha, one.text)):
            continue
        key = squash(one.text)
        if key in found or not _promises_nothing(one.text, key, name, said):
            found.setdefault(key, one).order.setdefault(kind, order)
    return list(found.values())


def _called(page: Page, name: str) -> frozenset[str]:
    """What the product, its house and its site are called, squashed, and each word of the product's name."""
    own = {squash(word) for word in name.split()} | {squash(name)} | page.called
    return frozenset(own.union(*(page.of(kind) for kind in ("product", "logo"))))


def _promises_nothing(text: str, key: str, name: str, called: frozenset[str]) -> bool:
    """Whether a text only names the product, a page of it or how far it is, or speaks of its prices alone."""
    if len(text) > _LONGEST_LABEL:
        return False
    if (
        key in called
        or _STATUS.fullmatch(text)
        or is_interim(text)
        or is_farewell(text)
        or only_of_prices(text.replace(name, " ") if name else text, terms=True)
        or made_of(text, "buy", "price_word", "page_word", "around_prices")
    ):
        return True
    return all(not word or word.isdigit() or word in PLAIN or word in called for word in map(squash, text.split()))


def _texts(page: Page, called: frozenset[str]) -> Iterator[tuple[str, float, Tagline]]:
    meta = page.meta
    for kind, path, title in (("title", "title", meta.title), ("og", "meta og:title", meta.first("og:title", "twitter:title"))):  # fmt: skip
        for order, part in enumerate(_parts(title)):
            yield kind, order, Tagline(part, "markup", path, part if part in title else title)
    for kind, keys in (("desc", ("description",)), ("ogdesc", ("og:description", "twitter:description"))):
        text = clean(meta.first(*keys))
        told = list(enumerate(_SENTENCE.split(text)[:2])) + ([(3, text)] if len(text) < 200 else [])
        yield from ((kind, order, Tagline(said, "markup", f"meta {keys[0]}", said)) for order, said in told)
    for item in page.items:
        if any(kind in PRODUCT_TYPES for kind in types_of(item)):
            for key in ("slogan", "description", "headline"):
                if told_of := text_of(item.get(key)):
                    said = _SENTENCE.split(told_of)[0]
                    yield "jsonld", 0, Tagline(said, "markup", f"JSON-LD {types_of(item)[0]}.{key}", said)
    yield from _seen(page)
    yield from _at_the_foot(page, called)


def _parts(title: str) -> list[str]:
    """A title's parts, and all that follows its first separator."""
    parts = segments(title)
    if len(parts) > 2 and (at := title.find(parts[1], len(parts[0]))) > 0:
        parts.append(tidy(title[at:400]))
    return parts


def _seen(page: Page) -> Iterator[tuple[str, float, Tagline]]:
    """The headings and the lines around the first one."""
    lines = [(at, line) for at, line in enumerate(page.view.lines[:300]) if line.shade < 2]
    heads = [(at, line) for at, line in lines if line.tag == "h1" and len(line.text) > 1]
    start = heads[0][0] if heads else 0
    first = _first_heading(heads)
    whole = [(" ".join(line.text for line in first), first[0])] if first else []  # a heading may stand in several lines
    for order, (text, line) in enumerate([*whole, *((line.text, line) for _, line in heads[len(first) :])][:2]):
        yield "h1", order, _of_line(text, line)
        for part_order, part in enumerate(_parts(text)[:3]):
            yield "h1part", part_order, _of_line(part, line)
        if len(sentences := _SENTENCE.split(text)) > 1:
            yield "sentence", 0, _of_line(sentences[0], line)
    for order, line in enumerate([line for _, line in lines if line.tag == "h2"][:3]):
        yield "h2", order, _of_line(line.text, line)
    for at, line in lines:
        crumbs = at < start and line.links  # what stands above a heading and leads elsewhere is a menu
        if (
            start - 4 <= at <= start + 8
            and line.tag != "h1"
            and len(line.text) > 12
            and line.links < len(line.text)
            and not crumbs
        ):
            sentences = _SENTENCE.split(line.text)
            if len(line.text) <= 200:
                yield "near", at - start, _of_line(line.text, line)
            if len(sentences) > 1 or len(line.text) > 200:
                yield "sentence", at - start, _of_line(sentences[0], line)


def _first_heading(heads: list[tuple[int, Line]]) -> list[Line]:
    """The lines of the first heading: those that follow each other in its block, seen alike."""
    found: list[Line] = []
    for number, (at, line) in enumerate(heads):
        start, first = heads[0]
        if at != start + number or (line.block, line.shade) != (first.block, first.shade):
            break
        found.append(line)
    return found


def _at_the_foot(page: Page, called: frozenset[str]) -> Iterator[tuple[str, float, Tagline]]:
    """The line under the product's name in the page's foot: where a page of prices says what it sells."""
    for order, (over, line) in enumerate(pairwise(page.view.lines[:-_FOOT:-1][::-1])):
        is_text = not line.links and not line.shade and line.tag not in _HEADINGS and len(line.text) > 12
        if is_text and squash(over.text[:60]) in called:
            yield "foot", _FOOT - order, _of_line(_SENTENCE.split(line.text)[0], line)


def _of_line(text: str, line: Line) -> Tagline:
    place: Place = "markup" if line.shade else "visible"
    return Tagline(text, place, "h1" if line.tag == "h1" else "", text, line.tag, line.links / len(line.text))


def rows(page: Page, found: list[Tagline], name: str) -> list[list[float]]:
    """The plain facts about each text as numbers, in the order of `feature_names`."""
    return [list(map(float, facts.values())) for facts in _facts_of_all(page, found, squash(name))]


def feature_names() -> list[str]:
    """What the numbers of a row are."""
    from tools.page.choose.words import Words
    from tools.page.markup import Meta
    from tools.page.visible import view

    page = Page(view(""), Meta(), [], "https://example.com/", Words([], []))
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
            **{f"{kind} order": tagline.order.get(kind, _FAR) for kind in _KINDS},
            "kinds": len(tagline.order),
            "tag": _TAGS.get(tagline.tag, len(_TAGS)),
            "linked": tagline.linked,
            **_of_name(page, squash(tagline.text), name),
            **_of_wording(tagline.text),
            **_of_sharing(tagline.text.lower(), (title, described, head), around),
            **shared,
        }


def _of_name(page: Page, key: str, name: str) -> dict[str, float]:
    """Whether the text is, begins with or holds what the product, the address and the site are called."""
    first = page.of("title")[:1]
    return {
        "holds_name": bool(name) and name in key,
        "name_share": len(name) / len(key) if name in key else 0,
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
        "common": sum(word in _COMMON for word in low) / len(low),
        "plain": sum(word in PLAIN for word in low) / len(low),
        "digit": any(map(str.isdigit, text)),
        "commas": text.count(",") + text.count("、"),
        "stop": text[-1:] in ".!。！",
        "capitals": sum(word[:1].isupper() for word in words) / len(words),
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
