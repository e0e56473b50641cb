"""Facts out of a page, rung by rung: API answer, JSON-LD, meta tags, then what a reader sees. Each with its quote.

The ladder of design.md for one page at a time; recipes and models are rungs that others add on top.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

import webencodings

from tools import licences, naming, pricing
from tools.answers import read_answer
from tools.cards import first_sentences, read_card
from tools.identity import canonical_url, host_of, identity_of, may_name_an_entry, same_site
from tools.interim import is_interim
from tools.knowledge import doubts, sure
from tools.listing import listing
from tools.markup import (
    PRODUCT_TYPES,
    Meta,
    is_plain,
    joined,
    read_jsonld,
    read_meta,
    read_microdata,
    text_of,
    types_of,
)
from tools.metadata import metadata
from tools.models import Evidence, Extraction, Fact, Link, Place, Plan, Rung, Value
from tools.money import Convention, convention
from tools.offer import pricing_facts
from tools.page.choose import taglines
from tools.page.choose.names import Page
from tools.page.choose.words import words_of
from tools.page.names import squash
from tools.signs import troubles, unreadable
from tools.states import MARK as STATE
from tools.states import cut_states, with_states
from tools.topics import topics_of
from tools.visible import Line, View, clean, holding, parse, view_of

__all__ = ["decode", "extract", "listing", "metadata", "read_record", "record"]

WANTED = ("name", "tagline", "description", "homepage", "pricing_model")
_LINK_LIMIT = 600
_MOST_NOTICES = 40  # places of a page's hidden text that speak of a licence
_DENSE = re.compile("[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]")
_SAYS = re.compile(r"[™®]? (?:is|are) (?:an?|the|our|your)\b")
_PRICING_LINK = re.compile(
    r"(?:^|[/_.-])(?:pricing|prices|plans?(?:-and-pricing|-pricing)?|tarifs?|tarifas?|preise|precios|planes|precos|planos|prezzi|prijzen|priser|cennik|cenik|fiyat(?:lar)?)(?:[/_.?#-]|\.html?|$)",
    re.IGNORECASE,
)
_PRICING_WORDS = re.compile(
    r"(?:see |view |our |compare |check )?(?:all )?(?:pricing|prices|plans?|plans? (?:&|and) pricing|pricing (?:&|and) plans?|tarifs?|nos tarifs|preise|unsere preise|precios|planes(?: y precios)?|ver planes|preços|planos(?: e preços)?|prezzi|prijzen|priser|cennik|ceník|fiyatlar|цены|тарифы|料金(?:プラン)?|価格|价格|定价|價格|가격|요금제?)(?: page| & plans?| and plans?| details)?\W*",
    re.IGNORECASE,
)
# One of these stands in every ASCII text that either pattern matches.
_PRICING_STEMS = ("pric", "plan", "tarif", "preis", "preci", "preco", "prez", "prij", "prise", "cennik", "cenik", "fiyat")  # fmt: skip
_BOM = (
    (b"\xef\xbb\xbf", "utf-8-sig"),
    (b"\xff\xfe\x00\x00", "utf-32"),
    (b"\x00\x00\xfe\xff", "utf-32"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)
_META_CHARSET = re.compile(rb"<meta\b[^>]{0,200}?charset\s*=\s*[\"']?\s*([\w:.-]{2,40})", re.IGNORECASE)
_XML_CHARSET = re.compile(rb"<\?xml[^>]{0,100}?encoding\s*=\s*[\"']([\w:.-]{2,40})", re.IGNORECASE)
# Where Python's codec of the standard's name reads less than the standard asks for; "" where it says: do not read.
_CODECS = {"gbk": "gb18030", "replacement": "", "x-user-defined": "cp1252"}


def decode(body: bytes, content_type_header_charset: str | None = None) -> tuple[str, str]:
    """The text of a body and the charset it was read with: BOM, then header, then meta tag, then UTF-8, then detection."""
    for mark, name in _BOM:
        if body.startswith(mark):
            return body.decode(name, "replace"), name.removesuffix("-sig")
    head = body[:4096]
    declared = [content_type_header_charset]
    declared += [m[1].decode("ascii", "replace") for p in (_META_CHARSET, _XML_CHARSET) if (m := p.search(head))]
    for given in declared:
        charset = _known_charset(given, body)
        if charset:
            if not charset.startswith("utf") and _is_utf8(body):
                return body.decode("utf-8"), "utf-8"  # mislabelled; the reverse shows in replacement marks
            text = body.decode(charset, "replace")
            if charset == "utf-8" and text.count("\ufffd") > 3 + len(text) // 2000:
                continue
            return text, charset
    try:
        return body.decode("utf-8"), "utf-8"
    except UnicodeDecodeError:
        return _detected(body)


def _is_utf8(body: bytes) -> bool:
    """Whether there are sequences of UTF-8, all of them whole: text in any other charset hardly ever looks so."""
    try:
        return not body.isascii() and bool(body.decode("utf-8"))
    except UnicodeDecodeError:
        return False


def _known_charset(given: str | None, body: bytes) -> str:
    """Python's codec for a charset that the WHATWG Encoding Standard knows by this label; "" for any other word.

    Of Python's own codecs some are no charset ("rot13"), some fail whatever the body ("undefined"), and "idna" takes
    no "replace": a page could break its reader with them.
    """
    label = (given or "").strip("\"' \t\r\n")
    encoding = webencodings.lookup(label) if label.isascii() else None
    if encoding is None:
        return ""
    if encoding.name.startswith("utf-16") and b"\0" not in body[:1024]:
        return "utf-8"  # what a page can say in ASCII is no UTF-16
    return _CODECS.get(encoding.name, str(encoding.codec_info.name))


def _detected(body: bytes) -> tuple[str, str]:
    text = body.decode("utf-8", "replace")
    broken = text.count("\ufffd")
    high = sum(byte > 127 for byte in body[:50_000])
    # A few broken bytes amid valid sequences, each of two bytes or more: UTF-8 cut or spliced.
    if broken <= len(text) // 200 or 2 * broken < high - broken:
        return text, "utf-8"
    if high < 0.15 * len(body[:50_000]):  # Western text with an accent here and there; too little to tell more
        return body.decode("cp1252", "replace"), "cp1252"
    from charset_normalizer import from_bytes

    best = from_bytes(body[:50_000]).best()
    charset = best.encoding if best else "cp1252"
    return body.decode(charset, "replace"), charset


def extract(html: str, url: str, *, content_type: str = "text/html") -> Extraction:
    """What a page says about its product. Pure; never raises on bad markup.

    html: the decoded text, whatever it is: HTML, a JSON answer of an API we know, or Markdown (cards, READMEs).
    """
    if why := unreadable(html):
        return Extraction(url, missing=_missing((), ()), trouble=(why,))
    kind = _kind_of(html, url, content_type)
    if kind == "json":
        return read_answer(html, url)
    if kind == "markdown":
        found = read_card(html, url)
        return _with_derived(found, url, found.plans, "", found.text_chars)
    return _from_html(html, url)


def _kind_of(text: str, url: str, content_type: str) -> str:
    start = text.lstrip("\ufeff \t\r\n")[:200].lower()
    if ".raw" in content_type:  # a file as it is: GitHub answers for a README with application/vnd.github.raw+json
        return "markdown"
    if "json" in content_type and "ld+json" not in content_type:
        return "json"
    if start.startswith(("<!doctype", "<html", "<?xml", "<head", "<body", "<!--")):
        return "html"
    if (
        "markdown" in content_type
        or urlsplit(url).path.lower().endswith((".md", ".markdown", ".rst"))
        or start.startswith("---")
    ):
        return "markdown"
    if start.startswith(("{", "[")) and "html" not in content_type:
        return "json"
    if content_type.startswith("text/plain") or (
        not start.startswith("<") and re.search(r"^#{1,3} \S", text[:5_000], re.MULTILINE)
    ):
        return "markdown"
    return "html"


class _Facts:
    """The facts of a page as they are found; the same field may come from several rungs."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.all: list[Fact] = []
        self.doubtful: list[Fact] = []

    def add(self, field: str, value: Value, rung: Rung, confidence: float, *evidence: Evidence) -> None:
        if value and evidence:
            fact = Fact(field, value, rung, round(min(confidence, 1.0), 2), evidence)
            (self.all if sure(fact) else self.doubtful).append(fact)

    def quote(self, quote: str, place: Place, path: str = "") -> Evidence:
        return Evidence(self.url, place, quote, path)


def _from_html(html: str, url: str) -> Extraction:
    tree = parse(html)
    states = cut_states(tree) if STATE in html else []
    view = view_of(tree)
    meta = read_meta(tree, url)
    items = read_jsonld(tree)
    items += read_microdata(tree)
    facts = _Facts(url)
    links = _links(view, url)
    page = Page(view, meta, items, url, words_of(view))
    about = naming.decide(page, url, links)
    if about.name:
        facts.add(
            "name",
            about.name.text,
            about.rung,
            about.confidence,
            facts.quote(about.name.quote, about.name.place, about.name.path),
        )
    hero = _Hero(view, about.name.text if about.name else "")
    _tagline(facts, page, about)
    _description(facts, meta, items, view, hero, about)
    _homepage(facts, meta, view, about, url)
    _licence(facts, items, view, html)
    _makers(facts, meta, items)
    for fact in topics_of(view, meta, items, hero.text(), hero.seen, url, about.name.text if about.name else ""):
        facts.all.append(fact)
    _addresses(facts, links, url, about)
    read = _plans(view, items, meta, url, about)
    found = [plan for plan in read if sure(plan)]
    if states:
        found = with_states(
            found,
            states,
            lambda part: [plan for plan in _plans(view_of(parse(part)), [], meta, url, about) if sure(plan)],
            view_of(parse(html)).text(),
        )
    pricing_url = _pricing_url(links, url)
    extraction = Extraction(
        url=url,
        facts=tuple(facts.all),
        plans=tuple(found),
        doubtful=(*facts.doubtful, *(() if found else (plan for plan in read if not sure(plan)))),
        links=tuple(links),
        pricing_url=pricing_url,
        text_chars=sum(len(line.text) for line in view.lines if not line.shade),
    )
    return _finished(extraction, view, meta, about)


def _with_derived(found: Extraction, url: str, plans: tuple[Plan, ...], text: str, size: int) -> Extraction:
    """A card's pricing model follows from its licence alone."""
    licence = next((f for f in found.facts if f.field == "license"), None)
    facts = found.facts
    if licence and licences.is_open(licence.value):
        facts += (Fact("pricing_model", "open-source", "derived", 0.7, licence.evidence),)
    return replace(
        found,
        url=url,
        facts=facts,
        plans=plans,
        pricing_url=None,
        missing=_missing(facts, plans),
        trouble=(),
        text_chars=size,
    )


def _finished(found: Extraction, view: View, meta: Meta, about: naming.About) -> Extraction:
    licence = next((f for f in found.facts if f.field == "license"), None)
    # A house's pricing page says nothing about one product of the house.
    own_prices = found.pricing_url if about.name and squash(about.name.text) == squash(about.brand) else None
    model = pricing_facts(view, found.plans, view.actions(), own_prices, licence, meta, found.url)
    facts = found.facts + tuple(model)
    trouble = troubles(view, found.plans, found.text_chars, found.url)
    return replace(found, facts=facts, missing=_missing(facts, found.plans), trouble=trouble)


def _missing(facts: tuple[Fact, ...], plans: tuple[Plan, ...]) -> tuple[str, ...]:
    have = {f.field for f in facts}
    return tuple(name for name in WANTED if name not in have) + (() if plans else ("plans",))


class _Hero:
    """The top of a page: its main heading and the paragraph under it."""

    def __init__(self, view: View, name: str) -> None:
        self.heading: Line | None = None
        self.paragraph: Line | None = None
        lines = view.lines
        at = next((i for i, line in enumerate(lines) if line.tag == "h1" and len(line.text) > 1), None)
        if at is None:
            at = next((i for i, line in enumerate(lines[:120]) if line.tag == "h2" and len(line.text) > 8), None)
        if at is None:
            return
        block = lines[at].block
        spoken = [lines[at].text]
        end = at + 1
        while (
            end < len(lines)
            and lines[end].block == block
            and lines[end].tag == lines[at].tag
            and lines[end].shade == lines[at].shade
        ):
            spoken.append(lines[end].text)
            end += 1
        self.heading = Line(" ".join(spoken), lines[at].tag, block, lines[at].shade)
        for line in lines[end : end + 14]:
            if line.tag in ("h2", "h3") and self.paragraph is None and _is_prose(line) and len(line.text) > 60:
                self.paragraph = line
                break
            if _is_prose(line):
                self.paragraph = line
                break

    @property
    def seen(self) -> bool:
        """Whether every reader sees both."""
        return not any(line.shade for line in (self.heading, self.paragraph) if line)

    def text(self) -> str:
        """Both in one line."""
        return " ".join(line.text for line in (self.heading, self.paragraph) if line)


def _is_prose(line: Line) -> bool:
    text = line.text
    # Chinese and Japanese set no spaces, and say in twenty signs what takes forty letters.
    dense = 0 if text.isascii() else len(_DENSE.findall(text))
    return (
        len(text) + dense >= 35
        and len(text.split()) + dense // 3 >= 6
        and line.tag not in ("a", "button", "li", "label", "form")
        and line.links < 0.5 * len(text)
        and not re.search(r"\bcookies?\b|javascript|your browser", text, re.IGNORECASE)
    )


def _tagline(facts: _Facts, page: Page, about: naming.About) -> None:
    chosen = taglines.choose(page, about.name.text if about.name else "")
    if chosen is not None and not is_interim(chosen[0].text):
        best, confidence = chosen
        rung: Rung = "text" if best.tag else "jsonld" if best.path.startswith("JSON-LD") else "meta"
        facts.add("tagline", best.text, rung, confidence, facts.quote(best.quote, best.place, best.path))


def _description(
    facts: _Facts, meta: Meta, items: list[dict[str, Any]], view: View, hero: _Hero, about: naming.About
) -> None:
    for item in items:
        kinds = types_of(item)
        text = text_of(item.get("description"))
        if len(text) >= 30 and any(k in PRODUCT_TYPES for k in kinds) and about.is_own(item):
            facts.add(
                "description",
                text[:2_000],
                "jsonld",
                0.86,
                facts.quote(text_of(item.get("description"), raw=True), "markup", f"JSON-LD {kinds[0]}.description"),
            )
            break
    for key in ("description", "og:description", "twitter:description"):
        text = meta.first(key)
        if len(text) >= 20:
            facts.add("description", clean(text)[:2_000], "meta", 0.88, facts.quote(text, "markup", f"meta {key}"))
            break
    if (told := _told(view, about.name.text if about.name else "")) is not None:
        text = first_sentences(clean(told.text), 160)
        facts.add("description", text, "text", 0.8, facts.quote(told.text, "markup" if told.shade else "visible"))
    if hero.paragraph is not None and not is_interim(hero.paragraph.text):
        text = first_sentences(hero.paragraph.text, 300)
        facts.add(
            "description",
            clean(text)[:2_000],
            "text",
            0.75,
            facts.quote(text, "markup" if hero.paragraph.shade else "visible"),
        )


def _told(view: View, name: str) -> Line | None:
    """The line that says what the product is: "Name is a …"."""
    if len(name) < 2:
        return None
    start = name.lower()
    for line in view.lines[:250]:
        head = line.text[: len(name) + 20].lower().removeprefix("the ")
        if head.startswith(start) and 40 <= len(line.text) <= 900 and _SAYS.match(head[len(start) :]):
            return line
    return None


def _homepage(facts: _Facts, meta: Meta, view: View, about: naming.About, url: str) -> None:
    value, quote, place, path, confidence = naming.homepage_of(about, meta, view, url)
    if quote:
        facts.add("homepage", value, "meta", confidence, facts.quote(quote, place, path))


def _licence(facts: _Facts, items: list[dict[str, Any]], view: View, html: str) -> None:
    for item in items:
        given = text_of(item.get("license"))
        if given and any(k in PRODUCT_TYPES for k in types_of(item)) and (value := licences.spdx(given)):
            facts.add("license", value, "jsonld", 0.95, facts.quote(given, "markup", "JSON-LD license"))
            return
    seen = [line.text for line in view.lines if not line.shade]
    if hit := licences.in_lines(seen):
        facts.add("license", hit[0], "text", 0.8, facts.quote(hit[1], "visible"))
    elif "icens" in html and (badge := _licence_badge(view)):
        facts.add("license", badge[0], "meta", 0.8, facts.quote(badge[1], "markup", "img"))
    elif "icens" in html and (hit := _hidden_licence(view)):
        facts.add("license", hit[0], "text", 0.65, facts.quote(hit[1], "markup", "hidden text"))


def _hidden_licence(view: View) -> tuple[str, str] | None:
    """The licence that text no reader sees names: closed panes, templates; the notices of scripts are of other people's."""
    body = view.tree.body
    text = (body.text(separator="\n") or "") if body is not None else ""
    at = text.find("icens")
    for _ in range(_MOST_NOTICES):
        if at < 0:
            break
        end = text.find("\n", at) if "\n" in text[at : at + 300] else at + 300
        words = " ".join(text[max(text.rfind("\n", max(0, at - 300), at) + 1, at - 300) : end].split())
        around = text[max(0, at - 200) : at + 200]
        if licences.may_be_named(words) and not licences.is_of_words(around):
            hit = licences.in_text(words)
            if hit and not _of_script(view, hit[1]):
                return hit
        at = text.find("icens", max(end, at + 5))
    return None


def _of_script(view: View, words: str) -> bool:
    """Whether words stand in a script or style sheet of the page."""
    return any(words in " ".join((node.text() or "").split()) for node in view.tree.css("script, style"))


def _licence_badge(view: View) -> tuple[str, str] | None:
    """The licence of a badge, and what stands in the markup for it."""
    for node in view.tree.css("img[alt*=icens], img[src*='/badge/']")[:40]:
        alt, src = node.attributes.get("alt") or "", node.attributes.get("src") or ""
        if found := licences.of_badge(alt, src):
            return found, alt if "icens" in alt else src
    return None


def _makers(facts: _Facts, meta: Meta, items: list[dict[str, Any]]) -> None:
    names: list[str] = []
    evidence: list[Evidence] = []
    for item in items:
        if not any(k in PRODUCT_TYPES for k in types_of(item)):
            continue
        for key in ("author", "creator", "manufacturer", "publisher", "brand", "provider"):
            name = text_of(item.get(key))
            if name and "://" not in name and len(name) <= 80 and name not in names:
                names.append(name)
                evidence.append(facts.quote(name, "markup", f"JSON-LD {types_of(item)[0]}.{key}"))
    rung: Rung = "jsonld"
    if not names and (author := meta.first("author", "article:author")) and "://" not in author and len(author) <= 80:
        names, evidence, rung = [author], [facts.quote(author, "markup", "meta author")], "meta"
    facts.add("makers", names[:10], rung, 0.85 if rung == "jsonld" else 0.7, *evidence[:10])


def _addresses(facts: _Facts, links: list[Link], url: str, about: naming.About) -> None:
    """The product's repository and Hub id, when the page links one that bears its name."""
    own = squash(about.name.text) if about.name else ""
    brand = squash(about.brand)
    seen: dict[str, Link] = {}
    for link in links:
        if not may_name_an_entry(link.url):
            continue
        identity = identity_of(link.url)
        if identity.startswith(("repo:", "hub:models/", "hub:datasets/", "hub:spaces/")):
            seen.setdefault(identity, link)
    for prefix, field in (("repo:", "repository"), ("hub:", "hub_id")):
        for identity, link in seen.items():
            if not identity.startswith(prefix):
                continue
            owner, name = (squash(p) for p in identity.rsplit("/", 2)[-2:])
            if own and (name == own or (name and (name in own or own in name) and owner in (own, brand))):
                value = (
                    canonical_url(link.url)
                    if prefix == "repo:"
                    else "/".join(urlsplit(link.url).path.strip("/").split("/")[-2:])
                )
                facts.add(field, value, "meta", 0.8, facts.quote(link.url, "markup", "a href"))
                break


def _plans(view: View, items: list[dict[str, Any]], meta: Meta, url: str, about: naming.About) -> list[Plan]:
    money = _convention(view, items, meta, url)
    found = pricing.plans(
        view,
        items,
        url=url,
        title=meta.title,
        own=about.brand or (about.name.text if about.name else ""),
        rivals=about.rivals,
        convention=money,
        article=bool(meta.tags.get("article:published_time"))
        or any(t in ("NewsArticle", "BlogPosting", "Article") for item in items for t in types_of(item)),
    )
    if not any(map(sure, found)):
        offers = pricing.plans_of_offers(items, url, money)
        # A lone zero in markup is what app stores' templates write for any app; it is no free plan.
        found += offers if any(plan.amount for plan in offers) else []
    return found


def _convention(view: View, items: list[dict[str, Any]], meta: Meta, url: str) -> Convention:
    """How the page writes money: by its amounts, its languages, its address, and the currencies its markup names."""
    return convention(
        [line.text for line in view.lines],
        host_of(url),
        meta.lang,
        alternates=meta.alternates,
        named=[code for item in items if (code := text_of(item.get("priceCurrency")).upper())],
    )


def _links(view: View, url: str) -> list[Link]:
    found: dict[str, Link] = {}
    base_node = view.tree.css_first("base[href]")
    base = joined(url, (base_node.attributes.get("href") or "") if base_node is not None else "") or url
    origin = joined(base, "/").rstrip("/")
    for node in view.tree.css("a[href]"):
        href = (node.attrs.get("href") or "").strip()
        if not href or href[0] == "#" or len(href) > 2_000:
            continue
        rooted = href[0] == "/" and href[1:2] != "/" and is_plain(href)
        address = origin + href if origin and rooted else joined(base, href)
        held = found.get(address)
        if (held is not None and held.text) or not address.startswith(("http://", "https://")):
            continue
        text = view.words(node)[:200]
        if held is None or text:
            at = node.attrs
            found[address] = Link(address, text or clean(at.get("aria-label") or at.get("title") or ""))
            if len(found) >= _LINK_LIMIT:
                break
    return list(found.values())


def _may_be_about_prices(links: list[Link]) -> list[Link]:
    """The links that `_PRICING_WORDS` or `_PRICING_LINK` may match: both patterns over all links cost 0.5 ms a page."""
    told = [f"{link.text} {link.url}".lower() for link in links]
    telling = holding(told, _PRICING_STEMS)
    return [link for number, link in enumerate(links) if number in telling or not told[number].isascii()]


def _pricing_url(links: list[Link], url: str) -> str | None:
    """The same site's pricing page: by its words first, then by its address, the shortest path first."""
    best: tuple[int, int, str] | None = None
    here = canonical_url(url)
    for link in _may_be_about_prices(links):
        words = bool(_PRICING_WORDS.fullmatch(link.text))
        if not words and not _PRICING_LINK.search(link.url):
            continue
        path = urlsplit(link.url).path
        if not words and not _PRICING_LINK.search(path):
            continue
        if not same_site(link.url, url) or canonical_url(link.url) == here:
            continue
        rank = (
            0 if words and _PRICING_LINK.search(path) else 1 if words else 2,
            path.count("/") * 100 + len(path),
            link.url,
        )
        best = min(best, rank) if best else rank
    return canonical_url(best[2]) if best else None


def read_record(body: bytes, url: str) -> dict[str, Any]:
    """`record` of a saved page's bytes; the text and the address tell what it is."""
    text, _ = decode(body)
    return record(extract(text, url, content_type=""))


def record(extraction: Extraction) -> dict[str, Any]:
    """The JSON of `scout extract`: one value a field, null where the page says nothing, with its evidence."""
    shown = {
        field: _shown(extraction, field)
        for field in ("name", "tagline", "description", "homepage", "pricing_model", "license", "tags", "makers")
    }
    evidence = {
        field: {
            "quote": fact.evidence[0].quote,
            "place": fact.evidence[0].place,
            "rung": fact.rung,
            "confidence": fact.confidence,
        }
        for field, fact in shown.items()
        if fact is not None
    }
    result: dict[str, Any] = {field: fact.value if fact else None for field, fact in shown.items()}
    result["name"] = result["name"] or _entry_of(extraction.url)
    result["homepage"] = result["homepage"] or _address_of(extraction.url)
    result["pricing_model"] = result["pricing_model"] or "unknown"
    result["tags"] = result["tags"] or []
    result["plans"] = [
        {
            "name": plan.name or None,
            "amount": None if plan.amount is None else f"{plan.amount:f}",
            "currency": plan.currency,
            "period": plan.period,
            "unit": plan.unit,
            "billed": plan.billed,
            "qualifier": plan.qualifier,
            "confidence": plan.confidence,
            "evidence": [{"quote": e.quote, "place": e.place, "rung": plan.rung} for e in plan.evidence],
        }
        for plan in extraction.plans
    ]
    result["evidence"] = evidence
    result["pricing_url"] = extraction.pricing_url
    result["missing"] = list(extraction.missing)
    result["trouble"] = list(extraction.trouble)
    result["needs_look"] = _doubts(extraction)
    return result


def _doubts(found: Extraction) -> list[str]:
    """What was read of fields that stay null because it is too unsure, each candidate with its confidence."""
    facts = [*found.facts, *(item for item in found.doubtful if isinstance(item, Fact))]
    return doubts(facts, (item for item in found.doubtful if isinstance(item, Plan)))


def _entry_of(url: str) -> str | None:
    """The name a code host or the Hub gives a thing in its address, for a card or README that never says it."""
    identity = identity_of(url)
    if not identity.startswith(("hub:", "repo:")):
        return None
    own = identity.rsplit("/", 1)[-1]
    return next((step for step in reversed(urlsplit(url).path.split("/")) if step.lower() == own), own)


def _address_of(url: str) -> str:
    """Where nothing on the page names the product's address: the one that was read, a pricing page's site for its own."""
    parts = urlsplit(canonical_url(url))
    if _PRICING_LINK.search(parts.path) and identity_of(url).startswith("url:"):
        return f"{parts.scheme}://{parts.netloc}/"
    return canonical_url(url)


def _shown(extraction: Extraction, field: str) -> Fact | None:
    """The best fact of a field: highest confidence, then the order of rungs in which they were found.

    An unsure name is shown for want of a better one: a product must be called something.
    """
    facts = [f for f in extraction.facts if f.field == field]
    if field == "name" and not facts:
        facts = [f for f in extraction.doubtful if isinstance(f, Fact) and f.field == field]
    return max(facts, key=lambda f: f.confidence, default=None)
