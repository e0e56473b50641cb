"""What the page's product is called: every text that may be its name, the plain facts about each, and the best of them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any
from urllib.parse import unquote, urlsplit

from selectolax.lexbor import LexborNode

from tools.identity import host_of, registrable_domain
from tools.models import Place
from tools.page.choose.trees import Model, load
from tools.page.choose.words import Words, tokens
from tools.page.interim import is_farewell, is_interim
from tools.page.markup import PRODUCT_TYPES, Meta, text_of, types_of
from tools.page.names import segments, squash, tidy
from tools.page.price_headings import only_of_prices
from tools.page.visible import View, clean

_MOST_PICTURES, _MOST_MARKS = 40, 10  # of a page that are asked what they say
LIMIT = 16  # candidates of a page that are looked at closely
_LONGEST, _MOST_WORDS = 50, 6  # characters and words of a name
_HOUSE_TYPES = frozenset({"Organization", "Corporation", "WebSite", "Brand", "LocalBusiness"})
_SITE_NAMES = ("og:site_name", "application-name", "apple-mobile-web-app-title", "al:ios:app_name")
_FINE = re.compile(r",\s+|\s+\(")
_CUTS = re.compile(r",\s+|\s+\(|\s+(?:by|from|for|von|par|por|de|для)\s+", re.IGNORECASE)
_LOGO_WORDS = re.compile(
    r"(?:^|[\s_-])(?:logo(?:type|mark)?|icon|home ?page|home|mascot|brand ?mark|image|picture|screenshot)\b.*$|"
    r"^(?:logo|icon|image) (?:of|for) ",
    re.IGNORECASE,
)
_RIGHTS = re.compile(
    r"(?:©|\(c\)|copyright)\s*(?:©|\(c\))?\s*(?:\d{4}(?:\s*[-–]\s*(?:\d{2,4}|present|now))?)?[,.\s]*(?:by\s+)?([^|©.\n•·–—]{2,60})",
    re.IGNORECASE,
)
_LEGAL = re.compile(
    r"[,\s]+(?:inc|llc|ltd|limited|gmbh|corp|corporation|co|company|s\.?a\.?s?|b\.?v|pty|plc|ag|oy|ab|srl|k\.?k|ug|pte|all rights.*)\b\.?.*$",
    re.IGNORECASE,
)
_NAMED = re.compile(r"[A-Z]|[^\W\d_]+[A-Z]")  # how a word that is a name begins, in scripts with capitals
# What follows a name at the start of a sentence.
_SAYS = frozenset("is are was helps lets gives makes has can turns offers provides allows enables combines supports uses works brings will does".split())  # fmt: skip
_IS, _ARTICLES = frozenset("is — – -".split()), frozenset("a an the your".split())
_MOST_LOOKED = 30  # uses of a name whose surroundings are looked at
_OPENERS = frozenset("a an the your our that this it you we how what why when if and or but for to in with no not all every".split())  # fmt: skip
# Words that are seldom in a name, or seldom begin or end one: facts about a candidate, nothing is thrown away for them.
_COMMON = frozenset("""a an the for to your you and or of with in on by from that how is are free best top get build create manage all every one our we
it this der die das und für le la les de pour et el los y para con il un una""".split())  # fmt: skip
_PAGE_WORDS = re.compile(
    r"(?:home|pricing|prices|plans?|preise?|tarifs?|precios|preços|prezzi|ceník|fiyat\w*|цены|тарифы|料金.*|价格|定价|about(?: us)?|contact|docs?|documentation|"
    r"blog|features?|faq|help|support|login|log in|sign (?:in|up)|download|menu|welcome|overview|products?|solutions?|get started|privacy.*|terms.*|changelog|"
    r"github|community|resources|company|careers|status|dashboard|404|not found|page not found|readme)",
    re.IGNORECASE,
)
_KIND_WORDS = frozenset("app api sdk cli cloud platform software tool tools library framework server studio suite docs documentation pricing plans official website site blog team company labs help beta".split())  # fmt: skip
_VERBS = frozenset("buy try get download start build create make welcome introducing meet the your our why how what learn discover join stop turn manage simple free easy choose about built powered compare".split())  # fmt: skip
_PRICE_STEPS = frozenset(
    "pricing prices price plans plan index preise tarifs tarif precios precos en de fr es ja ru home".split()
)
_PRICED_STEP = re.compile(
    r"(?:pric|plan|tarif|preis|preci|preco|prez|prij|prise|cennik|cenik|fiyat|buy|checkout|upgrade|assin|suscri|abo)[\w.-]*",
    re.IGNORECASE,
)
_NO_STEP = re.compile(r"index|page\w*|v\d")
_RIVAL = re.compile(r"\b(?:vs|versus|alternatives?|compared?|comparison|replacement|switch|instead)\b", re.IGNORECASE)


_AGAINST = re.compile(r"\b(?:vs\.?|versus|alternatives? (?:to|for)|compared (?:to|with))[ _-]+([\w.]+)", re.IGNORECASE)


@dataclass(slots=True)
class Name:
    """A text that may be the product's name, where it stands first, and the kinds of places that hold it."""

    text: str
    place: Place = "markup"
    path: str = ""
    quote: str = ""
    sources: set[str] = field(default_factory=set)


@dataclass(slots=True)
class _Source:
    """One value of the page that may be or hold a name."""

    kind: str
    text: str
    place: Place
    path: str
    quote: str


class Page:
    """What names are judged against: the places that may hold one, the address, the words of the page."""

    def __init__(self, view: View, meta: Meta, items: list[dict[str, Any]], url: str, words: Words) -> None:
        self.view, self.meta, self.items, self.words = view, meta, items, words
        self.host = squash(host_of(url).removeprefix("www."))
        self.label = squash(registrable_domain(host_of(url)).split(".")[0])
        self.path = urlsplit(url).path
        self.parts = [unquote(step.rsplit(".", 1)[0]) for step in self.path.split("/") if step]
        self.steps = [step for step in map(squash, self.parts) if step]
        self.description = meta.first("description", "og:description", "twitter:description").lower()
        self.own_labels = _own_labels(view, self.path)
        self.alts: list[str] = []
        self.sources = list(_sources(self))
        self.held: dict[str, list[str]] = {}
        for source in self.sources:
            self.held.setdefault(source.kind, []).append(squash(source.text))
        self.title = squash(meta.title)
        self.rival = squash(" ".join(match[1] for match in _AGAINST.finditer(f"{meta.title} {self.path}")))
        self.last_words = self._words_of_the_last_step()

    def of(self, kind: str) -> list[str]:
        """The squashed values of one kind of place, in their order."""
        return self.held.get(kind, [])

    def _words_of_the_last_step(self) -> frozenset[str]:
        """The words of the address's last step that is not about prices: a house's product has its own page."""
        for part in reversed(self.parts):
            found = frozenset(word.lower() for word in re.findall(r"[^\W_]+", part)) - _PRICE_STEPS
            if found:
                return found
        return frozenset()


def _sources(page: Page) -> Iterator[_Source]:
    """Every value of the page that may be or hold its product's name."""
    meta = page.meta
    for path, title, kind in (
        ("title", meta.title, "title"),
        ("meta og:title", meta.first("og:title", "twitter:title"), "og"),
    ):
        for part in _fine(title):
            yield _Source(kind, part, "markup", path, part)
    for number, key in enumerate(_SITE_NAMES):
        if value := meta.first(key):
            yield _Source("site" if not number else "app", tidy(value), "markup", f"meta {key}", value)
    yield from _items(page.items)
    yield from _lines(page.view)
    yield from _marks(page.view, page.alts)


def _fine(title: str) -> list[str]:
    """A title cut at its separators, commas and brackets."""
    return [piece for part in segments(title) for raw in _FINE.split(part) if (piece := tidy(raw))]


def _items(items: Iterable[dict[str, Any]]) -> Iterator[_Source]:
    left = {"product": 4, "house": 4}
    for item in items:
        kinds = types_of(item)
        told = text_of(item.get("name"))
        kind = "product" if any(k in PRODUCT_TYPES for k in kinds) else "house" if _HOUSE_TYPES & set(kinds) else ""
        if told and kind and left[kind]:
            left[kind] -= 1
            yield _Source(
                kind,
                tidy(told if kind == "product" else _LEGAL.sub("", told)),
                "markup",
                f"JSON-LD {kinds[0]}.name",
                told,
            )


def _lines(view: View) -> Iterator[_Source]:
    left = {"h1": 3, "h2": 4, "brand": 6}
    for number, line in enumerate(view.lines[:400]):
        place: Place = "markup" if line.shade else "visible"
        if left.get(line.tag, 0):
            left[line.tag] -= 1
            yield _Source(line.tag, tidy(line.text), place, line.tag, line.text)
        if number < 30 and left["brand"] and len(line.text) <= 40 and _is_brand(view, number):
            left["brand"] -= 1
            yield _Source("brand", tidy(line.text), place, "", line.text)
    for line in view.lines[-30:]:
        if match := _RIGHTS.search(line.text[:300]):
            said = _LEGAL.sub("", match[1])
            yield _Source("rights", tidy(said), "markup" if line.shade else "visible", "", match[1].strip())


def _is_brand(view: View, number: int) -> bool:
    """Whether a line near the top leads home."""
    line = view.lines[number]
    return bool(line.links) and line.href.split("#")[0].split("?")[0] in (
        "",
        "/",
        "./",
        "index.html",
        "/index.html",
        "../",
    )


def _marks(view: View, alts: list[str]) -> Iterator[_Source]:
    """The site's marks: pictures in its head or called a logo, texts whose class says so. alts: what pictures say, filled."""
    for number, node in enumerate(view.tree.css("img[alt]")[:_MOST_PICTURES]):
        alt = clean(node.attributes.get("alt") or "")[:100]
        alts.append(alt.lower())
        if (
            number < 12
            and alt
            and ("logo" in alt.lower() or _in_head(node))
            and (name := tidy(_LOGO_WORDS.sub("", alt)))
        ):
            yield _Source("logo", name, "markup", "img alt", alt)
    for node in view.tree.css("[class*=logo i], [class*=brand i]")[:_MOST_MARKS]:
        said = clean(node.text() or "")
        if 1 < len(said) <= 60:
            yield _Source("brand", tidy(said), "markup", "", said)


def _own_labels(view: View, path: str) -> frozenset[str]:
    """What the menus call this page where it is one of prices: the words of links to it."""
    step = path.rstrip("/").rsplit("/", 1)[-1]
    if not _PRICED_STEP.fullmatch(step):
        return frozenset()
    return frozenset(view.words(node).lower() for node in view.tree.css(f"a[href$='{step}']")[:6])


def _in_head(node: LexborNode) -> bool:
    """Whether a picture stands in the site's head or leads to its front page."""
    at = node.parent
    for _ in range(8):
        if at is None:
            return False
        if at.tag in ("header", "nav") or (at.tag == "a" and at.attributes.get("href") == "/"):
            return True
        at = at.parent
    return False


def names(page: Page) -> list[Name]:
    """The texts that may be the product's name, most often said first, at most LIMIT."""
    found: dict[str, Name] = {}
    for source in page.sources:
        for text, kind in _cut(source):
            _add(found, text, kind, source.place, source.path, source.quote)
    for text, kind in _spoken(page):
        _add(found, text, kind, "visible", "", text)
    told = sorted(found.values(), key=_standing, reverse=True)[:LIMIT]
    return [name for name in told if not _is_no_name(page, name.text)]


def _is_no_name(page: Page, text: str) -> bool:
    """Whether a text is what any page says: that it is on its way or over, or is about prices, also in the menus' own words."""
    return is_interim(text) or is_farewell(text) or only_of_prices(text) or text.lower() in page.own_labels


def _add(found: dict[str, Name], text: str, kind: str, place: Place, path: str, quote: str) -> None:
    if not 1 < len(text) <= _LONGEST or text.count(" ") >= _MOST_WORDS or not any(map(str.isalpha, text)):
        return
    name = found.setdefault(" ".join(text.lower().split()), Name(text, place, path, quote))
    name.sources.add(kind)
    if name.text.islower() and not text.islower():  # as a name is written, not as an address is
        name.text, name.place, name.path, name.quote = text, place, path, quote
    elif place == "visible" and name.place != "visible" and text == name.text:
        name.place, name.path, name.quote = place, path, quote


def _cut(source: _Source) -> Iterator[tuple[str, str]]:
    """A value, its parts, and the words at its beginning and end: each with the kind of place it then stands in."""
    yield source.text, source.kind
    pieces = {*segments(source.text), *(tidy(piece) for piece in _CUTS.split(source.text))} - {source.text}
    for piece in sorted(pieces):
        yield piece, source.kind + " part"
    if source.kind in ("h2", "logo", "rights", "brand"):
        return
    words = source.text.split()
    for size in range(1, min(5, len(words))):
        yield tidy(" ".join(words[:size])), source.kind + " head"
        yield tidy(" ".join(words[-size:])), source.kind + " tail"


def _spoken(page: Page) -> Iterator[tuple[str, str]]:
    """Names as the running text has them: capitalised words it repeats, subjects of sentences, the address's words."""
    words = page.words
    runs: Counter[str] = Counter()
    subjects: list[str] = []
    at, end = 0, len(words.written)
    while at < end:
        if not _NAMED.match(words.written[at]):
            at += 1
            continue
        stop = at + 1
        while stop < min(end, at + 4) and (_NAMED.match(words.written[stop]) or words.written[stop].isdigit()):
            stop += 1
        if words.opens(at):
            if stop < end and stop - at <= 3 and words.low[stop] in _SAYS and words.low[at] not in _OPENERS:
                subjects.append(" ".join(words.written[at:stop]))
        else:
            for size in range(1, stop - at + 1):
                runs[" ".join(words.written[at : at + size])] += 1
        at = stop
    yield from ((run, "run") for run, count in runs.most_common(12) if count > 1)
    yield from ((subject, "subject") for subject in dict.fromkeys(subjects[:20]))
    for written in dict.fromkeys((page.label, page.host, *page.steps[-2:])):
        if len(written) > 2:
            yield from ((text, "address") for text in _spelled(words, written))


def _spelled(words: Words, squashed: str) -> list[str]:
    """How the text spells what an address has as one word, most often first, at most two ways."""
    ways: Counter[str] = Counter()
    for cut in range(1, len(squashed) + 1):
        for at in words.at.get(squashed[:cut], ())[:40]:
            stop, joined = at + 1, squashed[:cut]
            while len(joined) < len(squashed) and stop < at + 4 and not words.closes(stop):
                joined += squash(words.low[stop])
                stop += 1
            if joined == squashed:
                ways[" ".join(words.written[at:stop])] += 1
    return [way for way, _ in ways.most_common(2)]


_PLACES = tuple(
    (kind, f"{kind} part")
    for kind in ("title", "og", "h1", "site", "app", "product", "house", "logo", "brand", "rights")
)
_STRONG = frozenset({"title", "og", "h1", "site", "app", "product", "house", "brand", "logo", "address", "subject"})


def _standing(name: Name) -> int:
    """In how many kinds of places a name stands, those that say nothing else counted twice more."""
    kinds = name.sources
    return len({kind.split(" ", 1)[0] for kind in kinds}) + 2 * len(kinds & _STRONG) + (name.text.count(" ") < 2)


def rows(page: Page, found: list[Name]) -> list[list[float]]:
    """The plain facts about each name as numbers, in the order of `feature_names`."""
    return [list(facts.values()) for facts in _facts_of_all(page, found)]


def feature_names() -> list[str]:
    """What the numbers of a row are."""
    from tools.page.visible import view as seen

    empty = seen("")
    words = Words("", [], [])
    page = Page(empty, Meta(), [], "https://example.com/", words)
    return list(next(_facts_of_all(page, [Name("Example")])))


def _facts_of_all(page: Page, found: list[Name]) -> Iterator[dict[str, float]]:
    squashed = [squash(name.text) for name in found]
    written = [tokens(name.text) for name in found]
    spelled = [[word.lower() for word in words] for words in written]
    uses = [_Use(page.words, *words) for words in zip(written, spelled, strict=True)]
    counts = [use.exact for use in uses]
    most, order = max([1, *counts]), sorted(counts, reverse=True)
    inside = _inside(spelled)
    holders = _turned(inside)
    overlaps = [_overlap(page, words) for words in spelled]
    shared = _of_the_page(page, found) | {"best_overlap": max(overlaps, default=0.0)}
    rivals = [n for n, key in enumerate(squashed) if overlaps[n] >= 0.5 and key != page.label and _is_told(page, key)]
    agreed = [n for n, key in enumerate(squashed) if key in page.of("h1") and page.title.startswith(key)]
    for number, name in enumerate(found):
        key, said = squashed[number], max(1, counts[number])
        yield {
            **_of_places(page, name, key),
            **_of_address(page, key),
            **_of_text(page, name.text.lower(), uses[number]),
            **_of_words(name.text),
            "count": min(counts[number], 40),
            "rel_count": counts[number] / most,
            "count_rank": order.index(counts[number]),
            "overlap": overlaps[number],
            "holders": len(holders[number]),
            "inside": len(inside[number]),
            "held_share": max((counts[i] for i in holders[number]), default=0) / said,
            "inside_count": max((counts[i] for i in inside[number]), default=0) / said,
            "inside_label": any(squashed[i] == page.label for i in inside[number]),
            "rivals": sum(n != number for n in rivals),
            "others_agree": sum(n != number for n in agreed),
            **shared,
        }


class _Use:
    """How the text uses some words: where they stand, how often as written, and what stands around them."""

    def __init__(self, words: Words, written: list[str], low: list[str]) -> None:
        self.words, self.size = words, len(low)
        self.at = words.places(low)
        self.looked = self.at[:_MOST_LOOKED]
        self.opens = [at for at in self.looked if words.opens(at)]
        as_written = sum(words.written[at : at + self.size] == written for at in self.looked)
        self.as_written = as_written / max(1, len(self.looked))
        self.exact = as_written if len(self.at) <= _MOST_LOOKED else round(self.as_written * len(self.at))

    def next(self, at: int, ahead: int = 0) -> str:
        """The word after one use, as written; "" at the end."""
        end = at + self.size + ahead
        return self.words.written[end] if end < len(self.words.written) else ""

    def share(self, hits: int) -> float:
        """What part of the uses that is."""
        return hits / max(1, len(self.looked))


def _is_told(page: Page, key: str) -> bool:
    """Whether title, heading or structured data begin with a name."""
    return page.title.startswith(key) or key in page.of("product") or any(one.startswith(key) for one in page.of("h1"))


def _of_the_page(page: Page, found: list[Name]) -> dict[str, float]:
    """What is the same for every name of a page."""
    return {
        "h1_words": next((source.text.count(" ") + 1 for source in page.sources if source.kind == "h1"), 0),
        "has_product": bool(page.of("product")),
        "products": len(set(page.of("product"))),
        "has_logo": bool(page.of("logo")),
        "steps": len(page.steps),
        "deep": sum(step not in _PRICE_STEPS and len(step) > 2 and not _NO_STEP.fullmatch(step) for step in page.steps),
        "names": len(found),
        "against": bool(page.rival),
    }


def _of_places(page: Page, name: Name, key: str) -> dict[str, float]:
    """Which places are the name, begin with it or hold it."""
    titles, h1, logo, brand = (page.of(kind) for kind in ("title", "h1", "logo", "brand"))
    kinds = name.sources
    return {
        "title_first": titles[:1] == [key],
        "title_last": len(titles) > 1 and titles[-1] == key,
        "title_starts": page.title.startswith(key),
        "title_share": len(key) / len(page.title) if key and key in page.title else 0,
        "og_first": page.of("og")[:1] == [key],
        "h1_is": key in h1,
        "h1_share": max((len(key) / len(part) for part in h1 if part and key in part), default=0),
        "site_is": key in page.of("site"),
        "product_is": key in page.of("product"),
        "logo_is": logo.count(key),
        "logo_first": logo[:1] == [key],
        "brand_is": brand.count(key),
        "brand_first": brand[:1] == [key],
        "rights_is": key in page.of("rights"),
        "rights_holds": any(key in part and key != part for part in page.of("rights")),
        "subject": "subject" in kinds,
        "spelled": "address" in kinds,
        "rival": bool(page.rival) and key in page.rival,
        "piece": any(kind.endswith((" head", " tail")) for kind in kinds),
        "kinds": len({kind.split(" ", 1)[0] for kind in kinds}),
        "whole": sum(kind in kinds or part in kinds for kind, part in _PLACES),
    }


def _of_address(page: Page, key: str) -> dict[str, float]:
    """How the name stands to the host and the path."""
    label, steps = page.label, page.steps
    return {
        "label_is": key == label,
        "host_is": key == page.host,
        "starts_label": len(label) > 2 and key.startswith(label),
        "in_host": len(key) > 2 and key in page.host,
        "label_in": len(label) > 3 and label in key,
        "label_share": len(key) / len(label) if key and key in label else 0,
        "step_is": key in steps,
        "last_step": steps[-1:] == [key],
        "house_in": bool(label) and label in key and key != label,
        "house": key == label or any(key in page.of(kind) for kind in ("site", "house", "rights")),
    }


def _of_text(page: Page, lower: str, use: _Use) -> dict[str, float]:
    """How the running text, the description and the pictures use the name."""
    written = page.words.written
    capitals = sum(at > 0 and written[at - 1][:1].isupper() and not page.words.opens(at - 1) for at in use.looked)
    isa = any(use.next(at).lower() in _IS and use.next(at, 1).lower() in _ARTICLES for at in use.looked)
    return {
        "low_count": min(len(use.at), 60),
        "followed": use.share(sum(use.next(at)[:1].isupper() for at in use.looked)),
        "preceded": use.share(capitals),
        "says": sum(use.next(at).lower() in _SAYS for at in use.opens),
        "sentences": len(use.opens),
        "isa": isa,
        "alone": sum(page.words.closes(at + use.size) for at in use.opens),
        "top": sum(at < 60 for at in use.looked),
        "foot": bool(use.at) and use.at[-1] >= page.words.foot,
        "as_written": use.as_written,
        "description_starts": bool(page.description) and page.description.startswith(lower),
        "description_holds": lower in page.description,
        "pictured": min(5, sum(lower in alt for alt in page.alts)),
    }


def _of_words(text: str) -> dict[str, float]:
    """How the name is written, and words in it that names seldom have."""
    words = text.split()
    low = text.lower().split()
    return {
        "words": len(words),
        "chars": len(text),
        "camel": any(a.islower() and b.isupper() for a, b in pairwise(text)),
        "ascii": text.isascii(),
        "common": sum(word in _COMMON for word in low),
        "page_word": bool(_PAGE_WORDS.fullmatch(text)),
        "kind_word": sum(word in _KIND_WORDS for word in low),
        "verb": low[0] in _VERBS,
        "capitals": sum(word[0].isupper() for word in words) / len(words),
        "compares": bool(_RIVAL.search(text)),
    }


def _turned(inside: list[list[int]]) -> list[list[int]]:
    """For each candidate the others that hold it, from those that it holds."""
    holders: list[list[int]] = [[] for _ in inside]
    for number, held in enumerate(inside):
        for other in held:
            holders[other].append(number)
    return holders


def _inside(spelled: list[list[str]]) -> list[list[int]]:
    """For each candidate the others that are words in a row of it."""
    known: dict[str, list[int]] = {}
    for number, words in enumerate(spelled):
        known.setdefault(" ".join(words), []).append(number)
    found = []
    for words in spelled:
        size = len(words)
        parts = {" ".join(words[a:b]) for a in range(size) for b in range(a + 1, size + 1) if b - a < size}
        found.append([number for part in parts for number in known.get(part, ())])
    return found


def _overlap(page: Page, words: list[str]) -> float:
    """The words a name shares with the address's last step, of all words of both."""
    union = page.last_words | set(words)
    return len(page.last_words & set(words)) / len(union) if union else 0.0


def choose(page: Page, found: list[Name], model: Model | None = None) -> tuple[Name, float] | None:
    """The best of the page's names and how likely it is right, calibrated; None of none. model: not the committed one."""
    if not found:
        return None
    at, sure = (model or load("names")).best(rows(page, found))
    return found[at], sure
