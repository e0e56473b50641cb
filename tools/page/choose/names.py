"""What the page's product is called: every text that may be its name, the plain facts about each, and the best of them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
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
from tools.page.names import rivals_in, segments, squash, tidy
from tools.page.price_headings import only_of_prices
from tools.page.visible import View, clean
from tools.page.words import words

LIMIT = 10  # candidates of a page that are looked at closely
_MOST_PICTURES, _MOST_MARKS = 40, 10  # of a page that are asked what they say
_MOST_USES = 20  # of a name in the text whose surroundings are looked at
_LONGEST, _MOST_WORDS = 50, 6  # characters and words of a name
_EDGES = " \t,;:|-–—·•\"“”'‘’"
_HOUSE_TYPES = frozenset({"Organization", "Corporation", "WebSite", "Brand", "LocalBusiness"})
_SITE_NAMES = ("og:site_name", "application-name", "apple-mobile-web-app-title", "al:ios:app_name")
_HOME = frozenset(("", "/", "./", "index.html", "/index.html", "../"))
_FINE = re.compile(r",\s+|\s+\(")
_CUTS = re.compile(r",\s+|\s+\(|\s+(?:by|from|for|von|par|por|de|для)\s+", re.IGNORECASE)
_LOGO_WORDS = re.compile(
    r"(?:['’]s)?(?:^|[\s_-])(?:logo(?:type|mark)?|icon|home ?page|home|mascot|brand ?mark|image|picture|screenshot)\b.*$|"
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
# What follows a name at the start of a sentence.
_SAYS = frozenset("is are was helps lets gives makes has can turns offers provides allows enables combines supports uses works brings will does".split())  # fmt: skip
_IS, _ARTICLES = frozenset("is — – -".split()), frozenset("a an the your".split())
_OPENERS = frozenset("a an the your our that this it you we how what why when if and or but for to in with no not all every".split())  # fmt: skip
PLAIN = frozenset("""app api apis sdk cli cloud platform software tool tools library framework server studio suite docs documentation pricing prices
plan plans official website site blog team company labs help beta home about contact features faq support login download menu welcome overview product products
solutions getting get started introduction privacy terms changelog github community resources careers status dashboard readme reference guide quickstart
free pro new""".split())  # fmt: skip
_PRICE_STEPS = frozenset("pricing prices price plans plan index preise tarifs tarif precios precos en de fr es ja ru home".split())  # fmt: skip
_ENDS = frozenset(
    "docs documentation blog changelog faq why about login website homepage official welcome introducing".split()
)
_COMPARES = re.compile(r"\b(?:vs\.?|versus)\s", re.IGNORECASE)
_PRICED_STEP = re.compile(
    r"(?:pric|plan|tarif|preis|preci|preco|prez|prij|prise|cennik|cenik|fiyat|buy|checkout|upgrade|assin|suscri|abo)[\w.-]*",
    re.IGNORECASE,
)
_NO_STEP = re.compile(r"index|page\w*|v\d")
# Folders in which a house keeps its products, and such as hold a product's own pages.
_PRODUCTS = frozenset("product products tool tools app apps model models plugin plugins service services software addons".split())  # fmt: skip
_PAGES = frozenset("feature features solution solutions docs doc documentation blog guide guides vs compare alternatives legal help support posts news".split())  # fmt: skip
_PLACES = frozenset(("title", "og", "h1", "site", "app", "product", "house", "logo", "brand", "rights"))
_STRONG = _PLACES - {"rights"} | {"address", "subject"}
_AN_END, _A_PART, _WHOLE = range(3)  # how a name stands in a place: words at its beginning or end, between signs, alone


@dataclass(slots=True)
class Name:
    """A text that may be the product's name, where it stands first, how it stands in each kind of place, its spellings."""

    text: str
    place: Place = "markup"
    path: str = ""
    quote: str = ""
    held: dict[str, int] = field(default_factory=dict)
    ways: set[str] = field(default_factory=set)


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
        host = host_of(url).removeprefix("www.")
        domain = registrable_domain(host)
        self.host, self.label = squash(host), squash(domain.split(".")[0])
        path = urlsplit(url).path
        self.parts = [unquote(step.rsplit(".", 1)[0]).lower() for step in path.split("/") if step]
        self.steps = [step for step in map(squash, self.parts) if step]
        self.description = meta.first("description", "og:description", "twitter:description").lower()
        self.own_labels = _own_labels(view, path)
        self.alts: list[str] = []
        self.sources = list(_sources(self))
        self.held: dict[str, list[str]] = {}
        for source in self.sources:
            self.held.setdefault(source.kind, []).append(squash(source.text))
        self.title = squash(meta.title)
        self.called = {self.label, self.host, *(key for kind in ("site", "house", "rights") for key in self.of(kind))}
        told = (meta.title, self.first("h1"), meta.first("description"), re.sub(r"[-_/]+", " ", path))
        self.rivals = tuple(dict.fromkeys(rival for text in told for rival in rivals_in(text)))
        self.others = {squash(rival) for rival in self.rivals} - self.called - {*self.of("brand"), *self.of("logo")}
        self.last_words = self._words_of_the_last_step()

    def of(self, kind: str) -> list[str]:
        """The squashed values of one kind of place, in their order."""
        return self.held.get(kind, [])

    def first(self, *kinds: str) -> str:
        """The first value of the first of these kinds of places that has one; "" of none."""
        return next((source.text for kind in kinds for source in self.sources if source.kind == kind), "")

    def _words_of_the_last_step(self) -> frozenset[str]:
        """The words of the address's last step that is not about prices: a house's product has its own page."""
        steps = (frozenset(re.findall(r"[^\W_]+", part)) - _PRICE_STEPS for part in reversed(self.parts))
        return next(filter(None, steps), frozenset())


def _sources(page: Page) -> Iterator[_Source]:
    """Every value of the page that may be or hold its product's name."""
    meta = page.meta
    for path, title, kind in (("title", meta.title, "title"), ("meta og:title", meta.first("og:title", "twitter:title"), "og")):  # fmt: skip
        for part in segments(title):
            for piece in filter(None, map(tidy, _FINE.split(part))):
                yield _Source(kind, piece, "markup", path, piece)
    for number, key in enumerate(_SITE_NAMES):
        if value := meta.first(key):
            yield _Source("app" if number else "site", tidy(value), "markup", f"meta {key}", value)
    yield from _items(page.items)
    yield from _lines(page.view)
    yield from _marks(page.view, page.alts)


def _items(items: Iterable[dict[str, Any]]) -> Iterator[_Source]:
    left = {"product": 4, "house": 4}
    for item in items:
        kinds, told = types_of(item), text_of(item.get("name"))
        kind = "product" if any(k in PRODUCT_TYPES for k in kinds) else "house" if _HOUSE_TYPES & set(kinds) else ""
        if told and kind and left[kind]:
            left[kind] -= 1
            name = tidy(told if kind == "product" else _LEGAL.sub("", told))
            yield _Source(kind, name, "markup", f"JSON-LD {kinds[0]}.name", told)


def _lines(view: View) -> Iterator[_Source]:
    left = {"h1": 3, "h2": 4, "brand": 6}
    for number, line in enumerate(view.lines[:400]):
        place: Place = "markup" if line.shade else "visible"
        if left.get(line.tag, 0):
            left[line.tag] -= 1
            yield _Source(line.tag, tidy(line.text), place, line.tag, line.text)
        leads_home = number < 30 and line.links and re.split("[#?]", line.href, maxsplit=1)[0] in _HOME
        if leads_home and left["brand"] and len(line.text) <= 40:
            left["brand"] -= 1
            yield _Source("brand", tidy(line.text), place, "", line.text)
    for line in view.lines[-30:]:
        if match := _RIGHTS.search(line.text[:300]):
            name = tidy(_LEGAL.sub("", match[1]))
            yield _Source("rights", name, "markup" if line.shade else "visible", "", match[1].strip())


def _marks(view: View, alts: list[str]) -> Iterator[_Source]:
    """The site's marks: pictures in its head or called a logo, texts whose class says so. alts: what pictures say, filled."""
    for number, node in enumerate(view.tree.css("img[alt]")[:_MOST_PICTURES]):
        alt = clean(node.attributes.get("alt") or "")[:100]
        alts.append(alt.lower())
        marked = number < 12 and alt and ("logo" in alts[-1] or _in_head(node))
        if marked and (name := tidy(_LOGO_WORDS.sub("", alt))):
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
    """The texts that may be the product's name, most often said first, at most LIMIT; two spellings are one name."""
    found: dict[str, Name] = {}
    cut: dict[tuple[str, bool], list[tuple[str, str, int]]] = {}
    for source in page.sources:
        asked = (source.text, source.kind not in ("h2", "logo", "rights", "brand"))
        if asked not in cut:
            cut[asked] = list(_pieces(*asked))
        for text, key, how in cut[asked]:
            _add(found, key, Name(text, source.place, source.path, source.quote), source.kind, how)
    for text, kind in _spoken(page, found):
        if _may_be_one(text):
            _add(found, squash(text), Name(text, "visible", "", text), kind, _WHOLE)
    told = [key for key in found if not (_COMPARES.search(found[key].text) or _without_page(found[key].text) in found)]
    told = sorted(told, key=lambda key: _standing(page, key, found[key]), reverse=True)[:LIMIT]
    return [found[key] for key in told if not _is_no_name(page, found[key].text, key)]


@cache
def _of_pages() -> frozenset[str]:
    """Words for a site's pages: "Acme Pricing" and "Why Acme" are pages of Acme's, where Acme stands alone as well."""
    return _ENDS.union(words("price_word"))


def _without_page(text: str) -> str:
    """A name without the word for a page at its beginning or end, squashed; "" where there is none."""
    said = text.lower().split()
    if len(said) > 1 and said[-1] in _of_pages():
        return squash(" ".join(said[:-1]))
    return squash(" ".join(said[1:])) if len(said) > 1 and said[0] in _of_pages() else ""


def _is_no_name(page: Page, text: str, key: str) -> bool:
    """Whether a text is what any page says: on its way, about prices, also in the menus' own words; or a rival's name."""
    if (
        key in page.others
        or is_interim(text)
        or is_farewell(text)
        or only_of_prices(text)
        or text.lower() in page.own_labels
    ):
        return True
    return all(word in PLAIN for word in text.lower().split()) and key not in page.called


def _may_be_one(text: str) -> bool:
    return 1 < len(text) <= _LONGEST and text.count(" ") < _MOST_WORDS and any(map(str.isalpha, text))


def _add(found: dict[str, Name], key: str, said: Name, kind: str, how: int) -> None:
    """Note where a name stands. The first place to spell it is right, but for an address in small letters."""
    name = found.setdefault(key, said)
    name.held[kind] = max(how, name.held.get(kind, 0))
    low = said.text.lower()
    name.ways.add(low)
    if name.text.islower() and low == name.text != said.text:
        name.text, name.place, name.path, name.quote = said.text, said.place, said.path, said.quote
    elif said.place == "visible" != name.place and said.text == name.text:
        name.place, name.path, name.quote = said.place, said.path, said.quote


def _pieces(text: str, ends: bool) -> Iterator[tuple[str, str, int]]:
    """A value, its parts, and the words at its ends: each with its squashed form and how it stands in the value."""
    found = [(text, _WHOLE)]
    words = text.split()
    if len(words) > 1:
        parts = {*segments(text), *map(tidy, _CUTS.split(text))} - {text}
        found += [(part, _A_PART) for part in sorted(parts)]
    for size in range(1, min(5, len(words)) if ends else 0):
        found += [(" ".join(some).strip(_EDGES), _AN_END) for some in (words[:size], words[-size:])]
    for piece, how in found:
        if _may_be_one(piece):
            yield piece, squash(piece), how


def _spoken(page: Page, found: dict[str, Name]) -> Iterator[tuple[str, str]]:
    """Names as the running text has them: capitalised words it repeats, subjects of sentences, the address's words."""
    words = page.words
    written, low, end = words.written, words.low, len(words.written)
    runs: Counter[str] = Counter()
    subjects: list[str] = []
    stop = 0
    for at in [at for at, word in enumerate(low) if word != written[at]]:
        if at < stop:
            continue
        stop = at + 1
        while stop < min(end, at + 4) and (written[stop] != low[stop] or low[stop].isdigit()):
            stop += 1
        if not words.opens(at):
            runs.update(" ".join(written[at : at + size]) for size in range(1, stop - at + 1))
        elif stop < end and stop - at <= 3 and low[stop] in _SAYS and low[at] not in _OPENERS:
            subjects.append(" ".join(written[at:stop]))
    yield from ((run, "run") for run, count in runs.most_common(12) if count > 1)
    yield from ((subject, "subject") for subject in dict.fromkeys(subjects[:20]))
    for squashed in dict.fromkeys((page.label, page.host, *page.steps[-2:])):
        if len(squashed) > 2 and (spelled := _spelled(words, squashed)):
            yield spelled, "address"


def _spelled(words: Words, squashed: str) -> str:
    """How the text spells most often what an address has as one word; "" where it does not."""
    ways: Counter[str] = Counter()
    for cut in range(1, len(squashed) + 1):
        for at in words.at.get(squashed[:cut], ())[:20]:
            stop, joined = at + 1, squashed[:cut]
            while len(joined) < len(squashed) and stop < at + 4 and not words.closes(stop):
                joined += squash(words.low[stop])
                stop += 1
            if joined == squashed:
                ways[" ".join(words.written[at:stop])] += 1
    return max(ways, key=ways.__getitem__, default="")


def _standing(page: Page, key: str, name: Name) -> int:
    """In how many kinds of places a name stands; twice more for places that say nothing else, and for what the address asks."""
    alone = sum(how == _WHOLE and kind in _STRONG for kind, how in name.held.items())
    asked = key != page.label and (
        (len(page.label) > 2 and key.startswith(page.label)) or _overlap(page, name.text.lower().split()) >= 0.5
    )
    uncut = sum(how != _AN_END for how in name.held.values())
    return len(name.held) + uncut + 2 * alone + 2 * asked + (name.text.count(" ") < 2)


def rows(page: Page, found: Sequence[Name]) -> list[list[float]]:
    """The plain facts about each name as numbers, in the order of `feature_names`."""
    return [list(map(float, facts.values())) for facts in _facts_of_all(page, found)]


def feature_names() -> list[str]:
    """What the numbers of a row are."""
    from tools.page.visible import view as seen

    page = Page(seen(""), Meta(), [], "https://example.com/", Words([], []))
    return list(next(_facts_of_all(page, [Name("Example", ways={"example"})])))


def _facts_of_all(page: Page, found: Sequence[Name]) -> Iterator[dict[str, float]]:
    keys = [squash(name.text) for name in found]
    uses = [_Uses(page.words, name) for name in found]
    padded = [f" {name.text.lower()} " for name in found]
    overlaps = [_overlap(page, text.split()) for text in padded]
    most = max([1, *(use.exact for use in uses)])
    shared = {
        "best_overlap": max(overlaps, default=0.0),
        "shelf": any(part in _PRODUCTS for part in page.parts) - any(part in _PAGES for part in page.parts),
        "deep": sum(step not in _PRICE_STEPS and len(step) > 2 and not _NO_STEP.fullmatch(step) for step in page.steps),
    }
    told = [overlaps[n] >= 0.5 and key != page.label and _is_told(page, key) for n, key in enumerate(keys)]
    for n, (name, key, use) in enumerate(zip(found, keys, uses, strict=True)):
        holders = [uses[i].exact for i, text in enumerate(padded) if i != n and padded[n] in text]
        inside = [uses[i].exact for i, text in enumerate(padded) if i != n and text in padded[n]]
        yield {
            **_of_places(page, name, key),
            **_of_address(page, key),
            **use.facts(),
            **_of_words(name.text),
            "rel_count": use.exact / most,
            "overlap": overlaps[n],
            "held_share": max(holders, default=0) / max(1, use.exact),
            "inside": len(inside),
            "inside_count": max(inside, default=0) / max(1, use.exact),
            "told_beside": sum(told) - told[n],
            "described": bool(key) and page.description.startswith(name.text.lower()),
            "pictured": min(5, sum(name.text.lower() in alt for alt in page.alts)),
            **shared,
        }


def _is_told(page: Page, key: str) -> bool:
    """Whether title, heading or structured data begin with a name."""
    return page.title.startswith(key) or key in page.of("product") or any(one.startswith(key) for one in page.of("h1"))


class _Uses:
    """How the text uses a name: how often, as it is written or not, and what stands around it."""

    def __init__(self, words: Words, name: Name) -> None:
        spelled = [[word.lower() for word in tokens(way)] for way in sorted(name.ways)]
        found = [(at, at + len(way)) for way in spelled for at in words.places(way)]
        self.words, self.count, self.looked = words, len(found), found[:_MOST_USES]
        as_written = sum(" ".join(words.written[at:end]) == name.text for at, end in self.looked)
        self.as_written = as_written / max(1, len(self.looked))
        self.exact = round(self.as_written * len(found))

    def facts(self) -> dict[str, float]:
        """The same as numbers."""
        written, low, size = self.words.written, self.words.low, len(self.words.low)
        opens = says = isa = followed = preceded = 0
        for at, end in self.looked:
            after = low[end] if end < size else "\n"
            followed += end < size and written[end] != after
            if self.words.opens(at):
                opens += 1
                says += after in _SAYS
            else:
                preceded += written[at - 1] != low[at - 1]
            isa += after in _IS and end + 1 < size and low[end + 1] in _ARTICLES
        looked = max(1, len(self.looked))
        return {
            "exact": min(self.exact, 40),
            "count": min(self.count, 60),
            "as_written": self.as_written,
            "sentences": opens,
            "amid": len(self.looked) - opens,
            "says": says,
            "isa": bool(isa),
            "followed": followed / looked,
            "preceded": preceded / looked,
        }


def _of_places(page: Page, name: Name, key: str) -> dict[str, float]:
    """Which places are the name, begin with it or hold it."""
    titles, h1, brand = (page.of(kind) for kind in ("title", "h1", "brand"))
    held = name.held
    return {
        "title_first": titles[:1] == [key],
        "title_last": len(titles) > 1 and titles[-1] == key,
        "title_starts": page.title.startswith(key),
        "title_share": len(key) / len(page.title) if key and key in page.title else 0,
        "h1_share": max((len(key) / len(part) for part in h1 if part and key in part), default=0),
        "product_is": key in page.of("product"),
        "brand_first": brand[:1] == [key],
        "subject": "subject" in held,
        "spelled": "address" in held,
        "kinds": len(held),
        "whole": sum(how > _AN_END and kind in _PLACES for kind, how in held.items()),
    }


def _of_address(page: Page, key: str) -> dict[str, float]:
    """How the name stands to the host and the path."""
    label, steps = page.label, page.steps
    starts = len(label) > 2 and key.startswith(label)
    return {
        "starts_label": starts,
        "in_host": len(key) > 2 and key in page.host,
        "label_in": len(label) > 3 and label in key,
        "label_share": len(key) / len(label) if key and key in label else 0,
        "step_is": key in steps,
        "house_in": bool(label) and label in key and key != label,
        "house": key in page.called,
    }


def _of_words(text: str) -> dict[str, float]:
    """How the name is written, and words in it that names seldom have."""
    words, low = text.split(), text.lower().split()
    return {
        "words": len(words),
        "chars": len(text),
        "camel": any(a.islower() and b.isupper() for a, b in pairwise(text)),
        "plain": sum(word in PLAIN for word in low),
        "capitals": sum(word[0].isupper() for word in words) / len(words),
    }


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
