"""What a page's product is called: every place that may say so votes, and the address and the text confirm."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from tools.identity import canonical_url, host_of, identity_of, registrable_domain, same_site
from tools.interim import is_interim
from tools.markup import PRODUCT_TYPES, Meta, joined, text_of, types_of
from tools.models import Link, Place, Rung
from tools.price_talk import only_of_prices
from tools.visible import View, clean

# Title separators: a bar, bullet or dash with space around, a colon with space after.
_SEPARATORS = re.compile(r"\s*[|•·»›⟩»‣∙⋅]\s*|\s+[-–—―~/]+\s+|\s*::\s*|:\s+|\s+[–—]|[–—]\s+")
_LOGO = re.compile(
    r"^(?:the\s+)?(?:image of\s+|go to\s+|visit\s+)?(.{1,60}?)(?:['’]s)?[\s_-]+(?:main\s+|site\s+|company\s+|white\s+|dark\s+|light\s+|brand\s+|app\s+)*"
    r"(?:logo(?:type|mark)?|brand ?mark|word ?mark|home ?page|home)\b.{0,40}$",
    re.IGNORECASE,
)
_MARKS = re.compile("[™®©℠]|\\((?:tm|r|c)\\)", re.IGNORECASE)
_COMPANY = re.compile(
    r"[,\s]+(?:inc|llc|ltd|limited|gmbh|corp|corporation|co|company|s\.?a\.?s?|b\.?v|pty|plc|ag|oy|ab|srl|s\.?r\.?o|kft|ug|pte)\b\.?.*$",
    re.IGNORECASE,
)
_COPYRIGHT = re.compile(
    r"(?:©|\(c\)|ⓒ|copyright)\s*(?:©|\(c\))?\s*(?:\d{4}(?:\s*[-–]\s*(?:\d{2,4}|present|now))?)?,?\s*(?:by\s+)?([^|©.\n]{2,50})",
    re.IGNORECASE,
)
_GENERIC = re.compile(
    r"(?:home(?:page)?|welcome|index|untitled|website|site|app|login|log in|sign (?:in|up)|pricing|prices|plans?|plans? (?:and|&) pricing|features|"
    r"about(?: us)?|blog|docs|documentation|contact(?: us)?|overview|products?|solutions?|download|get started|menu|logo|main|official (?:site|website)|"
    r"dashboard|faq|help|support|news|landing page|new tab|page not found|404|not found|error|attention required|"
    r"readme|model card|dataset card|introduction|description|table of contents|(?:nos |unsere |nuestros |our )?(?:tarifs?|tarifas?|preise|precios|planes|preços|planos|prezzi|prijzen|priser|cennik|ceník|fiyatlar|цены|тарифы|料金|価格|价格|定价|가격|요금제?|요금|assinaturas?|abonnements?|suscripci(?:ón|ones)|preislisten?|購入|お申し込み|(?:(?:价格|定价|價格|定價|服务|服務|方案|套餐|计划|料金|プラン|价目表?|与|和|及|の|・)+))|accueil|startseite|inicio|início|главная|首页|ホーム)(?:\W.{0,3})?",
    re.IGNORECASE,
)
_PHRASE_WORDS = frozenset(
    """a an the for to your you and or of with in on by from that how is are free best top software platform tool tools online
    alternative alternatives vs versus solution solutions app apps service services made easy simple powerful easiest open
    source all one every get build create manage""".split()
)
_WORD = re.compile(r"[^\W_]+", re.UNICODE)


_PRICED = re.compile(
    r"^(?:tarifs?|preise|preisliste|precios|preços|prezzi|pricing|prices|plans|planes|planos|assinatura|suscripción|abonnement|цены|тарифы)(?: (?:de|von|di|do|da|for|of|et offres|y planes))? (?=\S)|(?<=\S) (?:pricing|prices|plans|pricing plans|plans (?:&|and) pricing|tarifs?|preise|precios|preços|prezzi|料金|价格)$",
    re.IGNORECASE,
)


_OF_PRICES = re.compile(
    r"\b(?:pricing|prices|plans|tarifs|preise|pakete|precios|planes|preços|planos|prezzi|prijzen|cennik|цены|тарифы)\b|定价|定價|价格|價格|料金|価格|가격|요금",
    re.IGNORECASE,
)


@dataclass(slots=True)
class Candidate:
    """One spelling of a name, its votes and where it stands first."""

    text: str
    votes: float = 0.0
    sources: list[str] = field(default_factory=list)
    place: Place = "markup"
    path: str = ""
    quote: str = ""


def is_no_name(text: str) -> bool:
    """Whether a text names no product: a page of any site ("Pricing"), or one that is on its way ("Redirecting…")."""
    return _GENERIC.fullmatch(text) is not None or is_interim(text)


def _spelled(name: str) -> int:
    """How well a spelling is told: capitals and spaces say more than an address in lower case."""
    return 2 * (not name.islower()) + (" " in name) - 2 * (name.isupper() and len(name) > 5)


def squash(text: str) -> str:
    """Letters and digits only, lower case: how a name looks inside an address."""
    text = text[:400].lower()
    return "".join(filter(str.isalnum, text if text.isascii() else clean(text)))


def tidy(text: str) -> str:
    """A name without trademark signs, quotes and stray punctuation at its ends."""
    text = _MARKS.sub("", clean(_MARKS.sub("", text)))
    return " ".join(text.split()).strip(" \t,;:|-–—·•\"“”'‘’").strip()


def segments(title: str) -> list[str]:
    """A title cut at its separators, in order; beyond 400 characters it is no title."""
    return [s for s in (tidy(piece) for piece in _SEPARATORS.split(title[:400])) if s]


def labels_of(url: str) -> tuple[str, str]:
    """The registered label of an address and its whole host, both squashed: "acme", "docsacmeio"."""
    host = host_of(url).removeprefix("www.")
    domain = registrable_domain(host)
    if _shared(url):  # somebody's pages on a public host: the path names the thing, the host its owner
        step = squash(urlsplit(url).path.split("/")[1].split(".")[0])
        return (step, step) if step else (squash(domain.split(".")[0]), squash(host))
    return squash(domain.split(".")[0]), squash(host)


def candidates(view: View, meta: Meta, items: list[dict[str, Any]], url: str) -> list[Candidate]:
    """All names the page offers, best first."""
    found: dict[str, Candidate] = {}

    def vote(text: str, weight: float, source: str, place: Place, path: str, quote: str = "") -> None:
        name = tidy(text[:400])
        if name in labels or not 1 < len(name) <= 60 or is_no_name(name) or name.isdigit():
            return
        words = name.lower().split()
        if len(words) > 7:
            return
        # A phrase ("Free software for teams") is a slogan; each such word takes from its vote.
        filler = sum(w in _PHRASE_WORDS for w in words)
        if _OF_PRICES.search(name):
            weight *= 0.4  # "Simple, honest pricing" is what a page is about
        if filler and _RIVAL.search(name):
            return
        if squash(name) in slogans:
            weight *= 0.4
        weight *= max(0.1, 1 - 0.22 * filler - 0.12 * max(0, len(words) - 3))
        entry = found.setdefault(squash(name) or name, Candidate(name, 0, [], place, path, quote or text))
        if source not in entry.sources:
            entry.votes += weight
            entry.sources.append(source)
            if (place == "visible" and entry.place != "visible" and _spelled(name) >= _spelled(entry.text)) or _spelled(
                name
            ) > _spelled(entry.text):
                entry.place, entry.path, entry.quote, entry.text = place, path, quote or text, name

    labels = _own_labels(view, url)
    slogans = _titled_slogans(view, meta)
    for item in items:
        kinds = types_of(item)
        name = text_of(item.get("name"))
        if not name:
            continue
        if any(k in PRODUCT_TYPES for k in kinds):
            vote(name, 3.0, "product", "markup", f"JSON-LD {kinds[0]}.name")
        elif "WebSite" in kinds:
            vote(name, 1.6, "website", "markup", "JSON-LD WebSite.name")
        elif any(k in ("Organization", "Corporation", "Brand", "LocalBusiness") for k in kinds):
            vote(_COMPANY.sub("", name), 1.2, "organization", "markup", f"JSON-LD {kinds[0]}.name", name)
    for key, weight in (
        ("og:site_name", 2.2),
        ("application-name", 2.0),
        ("apple-mobile-web-app-title", 1.6),
        ("al:ios:app_name", 1.5),
    ):
        if value := meta.first(key):
            parts = segments(value)
            vote(parts[0] if parts else value, weight, key, "markup", f"meta {key}", value)
            if len(parts) > 1:
                vote(value, weight * 0.6, key, "markup", f"meta {key}", value)
    for title, source, path in ((meta.title, "title", "title"), (meta.first("og:title"), "og:title", "meta og:title")):
        parts = segments(title)
        for number, part in enumerate(parts):
            edge = number in (0, len(parts) - 1)
            # "Acme Pricing", "Tarifs Acme": the page is about prices, the name is the rest.
            if only_of_prices(part):
                continue
            about_prices = _PRICED.sub("", part)
            vote(
                about_prices if len(about_prices.split()) <= 3 else part,
                (1.3 if edge else 0.6) * (0.7 if len(parts) == 1 and len(part.split()) > 3 else 1),
                source,
                "markup",
                path,
                part,
            )
    for line in view.lines:
        if line.tag == "h1" and not only_of_prices(line.text):
            parts = segments(line.text)
            where: Place = "markup" if line.shade else "visible"
            vote(_PRICED.sub("", tidy(line.text)) or line.text, 1.2, "h1", where, "h1", line.text)
            if len(parts) > 1:
                vote(parts[0], 0.8, "h1", where, "h1")
    for node in view.tree.css("img[alt]:is(header *, nav *, a[href='/'] *, [alt*=logo i], [class*=logo i] *)")[:12]:
        alt = (node.attrs.get("alt") or "").strip()
        if (match := _LOGO.match(alt)) and len(match[1]) > 1:
            vote(match[1], 0.9, "logo", "markup", "img alt", alt)
        elif alt and len(alt) < 30:
            vote(alt, 0.3, "logo", "markup", "img alt", alt)
    for node in view.tree.css(":is([class*=logo i], [class*=brand i]):is(header *, nav *)")[:4]:
        written = clean(node.text() or "")
        if 1 < len(written) <= 30 and len(written.split()) <= 3:
            vote(written, 0.8, "logo", "visible", "", written)
    for line in view.lines[-25:]:
        if match := _COPYRIGHT.search(line.text):
            vote(
                _COMPANY.sub("", match[1]),
                0.7,
                "copyright",
                "markup" if line.shade else "visible",
                "",
                match[1].strip(),
            )
    ranked = list(found.values())
    _confirm(ranked, view, url)
    return sorted(ranked, key=lambda c: (-c.votes, len(c.text), c.text))


def _titled_slogans(view: View, meta: Meta) -> frozenset[str]:
    """What follows the name in "Larkspur – Count birds at night", where the heading is that and the description says "Larkspur"."""
    parts = [squash(part) for part in segments(meta.title)]
    if len(parts) < 2 or parts[0] not in squash(meta.first("description", "og:description")):
        return frozenset()
    headings = {squash(line.text) for line in view.lines if line.tag == "h1" and len(line.text.split()) > 2}
    return frozenset(headings & set(parts[1:]))


_PRICED_STEP = re.compile(
    r"(?:pric|plan|tarif|preis|preci|preco|prez|prij|prise|cennik|cenik|fiyat|buy|checkout|upgrade|assin|suscri|abo)[\w.-]*",
    re.IGNORECASE,
)


def _own_labels(view: View, url: str) -> frozenset[str]:
    """What the menus call a pricing page: words of a link to the page itself, which are no product's name."""
    step = urlsplit(url).path.rstrip("/").rsplit("/", 1)[-1]
    if not _PRICED_STEP.fullmatch(step):
        return frozenset()
    return frozenset(tidy(node.text() or "") for node in view.tree.css(f"a[href$='{step}']")[:6])


def _confirm(ranked: list[Candidate], view: View, url: str) -> None:
    """The address and the running text speak for a name."""
    label, host = labels_of(url)
    text = " ".join(line.text for line in view.lines[:400])
    for candidate in ranked:
        squashed = squash(candidate.text)
        if not squashed:
            continue
        if squashed in (label, host):
            candidate.votes += 2.5
        elif len(squashed) >= 3 and (
            host.startswith(squashed) or label.startswith(squashed) or squashed.startswith(label)
        ):
            candidate.votes += 1.6
        elif len(squashed) >= 4 and (squashed in host or (len(label) >= 4 and label in squashed)):
            candidate.votes += 1.0
        said = text.count(candidate.text)
        candidate.votes += min(1.0, 0.15 * said)


def from_address(view: View, url: str) -> Candidate | None:
    """The registered label as the page's own text spells it, for pages that name themselves nowhere else."""
    label, _ = labels_of(url)
    if len(label) < 3:
        return None
    counts = _spellings(view, label, rf"\b{re.escape(label)}\b")
    if not counts and len(label) >= 6:  # "farsight" may be "Far Sight" in the text
        apart = r"[ -]?".join(re.escape(c) for c in label)
        counts = {w: n for w, n in _spellings(view, "", rf"\b{apart}\b").items() if w[0].isupper() and " " in w}
    spelled = [w for w in counts if not w.islower()] or list(counts)
    if not spelled:
        return None
    best = max(spelled, key=lambda w: (counts[w], w))
    return Candidate(best, 0.8 + min(1.5, 0.2 * counts[best]), ["address"], "visible", "", best)


def _spellings(view: View, hint: str, pattern: str) -> dict[str, int]:
    found: dict[str, int] = {}
    told = re.compile(pattern, re.IGNORECASE)
    for line in view.lines[:2_000]:
        if not line.shade and len(line.text) <= 2_000 and hint in line.text.lower():
            for word in told.findall(line.text):
                found[word] = found.get(word, 0) + 1
    return found


@dataclass(slots=True)
class About:
    """What the page is about: the name chosen, the site's brand, and whose names on it are rivals'."""

    name: Candidate | None
    brand: str = ""
    rung: Rung = "meta"
    confidence: float = 0.0
    rivals: tuple[str, ...] = ()
    outbound: Link | None = None  # a third party's page about the product: where the product itself lives

    def is_own(self, item: dict[str, Any]) -> bool:
        """Whether a JSON-LD object describes this product and not another one the page lists."""
        name = squash(text_of(item.get("name")))
        own = squash(self.name.text) if self.name else ""
        brand = squash(self.brand)
        return not name or not own or own in name or name in own or (bool(brand) and brand in name)


_RIVAL = re.compile(
    r"(?:^|\b)(?:best |top |free |open[- ]source |\d+ )*(?P<a>[\w.]+(?: [\w.]+)?) alternatives?\b|\balternatives? (?:to|for) (?P<b>[\w.]+(?: [A-Z][\w.]+)?)|"
    r"\b(?:vs\.?|versus|compared (?:to|with)|replace(?:ment for)?|switch(?:ing)? from|migrat(?:e|ing) from) (?P<c>[\w.]+(?: [A-Z][\w.]+)?)",
    re.IGNORECASE,
)
_NO_RIVAL_NAME = re.compile(
    r"(?:free|paid|premium|basic|starter|pro|professional|plus|teams?|business|enterprise|standard|growth|monthly|annual|yearly|others?|competitors?|competition|traditional|manual|before|after|spreadsheets?|excel|without)(?: \w+)?",
    re.IGNORECASE,
)
_NO_RIVAL = frozenset(
    [
        "the",
        "a",
        "an",
        "free",
        "best",
        "open",
        "source",
        "and",
        "or",
        "your",
        "our",
        "desktop",
        "cloud",
        "perfect",
        "great",
        "modern",
        "simple",
        "online",
        "self",
        "hosted",
        "privacy",
        "friendly",
        "any",
        "all",
        "other",
        "top",
    ]
)


def decide(
    ranked: list[Candidate], view: View, meta: Meta, items: list[dict[str, Any]], url: str, links: list[Link]
) -> About:
    """The name of the page's product, from the votes; the site's brand beside it."""
    entry = _entry(view, meta, url)
    if entry is not None:
        return entry
    site = _brand_of(ranked, meta, items, view, url)
    brand = site.text if site else ""
    third = _third_party(view, meta, items, url, links, brand)
    if third:
        return third
    best = ranked[0] if ranked else None
    sub = _sub_product(view, meta, items, brand, url)
    if sub is not None:
        best = sub
    elif site is not None and (best is None or site.votes >= best.votes):
        best = site
    rivals = _rivals(view, meta, url, brand, best.text if best else "")
    if best is None:
        return About(None, brand, rivals=rivals)
    confidence = min(0.97, 0.5 + 0.1 * best.votes)
    rung: Rung = "text" if best.place == "visible" else "jsonld" if best.path.startswith("JSON-LD") else "meta"
    return About(best, brand, rung, confidence, rivals)


def _entry(view: View, meta: Meta, url: str) -> About | None:
    """A page of a code host, the Hub or a package registry: its address names the thing, and the page must too."""
    identity = identity_of(url)
    if identity.startswith("url:"):
        return None
    wanted = identity.rsplit("/", 1)[-1]
    pattern = re.compile(rf"(?<![\w-]){re.escape(wanted)}(?![\w-])", re.IGNORECASE)
    for line in view.lines[:200]:
        if not line.shade and len(line.text) < 200 and (match := pattern.search(line.text)):
            return About(Candidate(match[0], 3.0, ["address"], "visible", "", match[0]), match[0], "text", 0.9)
    if match := pattern.search(meta.first("og:title") or meta.title):
        return About(Candidate(match[0], 3.0, ["address"], "markup", "title", match[0]), match[0], "meta", 0.85)
    return None


def _brand_of(
    ranked: list[Candidate], meta: Meta, items: list[dict[str, Any]], view: View, url: str
) -> Candidate | None:
    """The name of the whole site: the best candidate that its address knows, else the address as the text spells it."""
    label, host = labels_of(url)
    for candidate in ranked:
        squashed = squash(candidate.text)
        if squashed and (
            squashed in (label, host)
            or (len(squashed) >= 3 and (label.startswith(squashed) or host.startswith(squashed)))
        ):
            return candidate
    spelled = from_address(view, url)
    if spelled is not None:
        return spelled
    return next(
        (c for c in ranked if "og:site_name" in c.sources or "website" in c.sources or "organization" in c.sources),
        None,
    )


def _sub_product(view: View, meta: Meta, items: list[dict[str, Any]], brand: str, url: str) -> Candidate | None:
    """A product of a larger house: JSON-LD names it and the text speaks of it, or heading and title agree on it."""
    text = " ".join(line.text for line in view.lines[:600])
    own = squash(brand)
    for item in items:
        kinds = types_of(item)
        if not any(k in PRODUCT_TYPES for k in kinds):
            continue
        name = tidy(text_of(item.get("name")))
        words = name.split()
        if not name or len(words) > 4 or is_no_name(name) or squash(name) == own:
            continue
        slogan = sum(w.lower() in _PHRASE_WORDS for w in words)
        said = text.count(name)
        if said >= 2 and not slogan:
            return Candidate(name, 3.0, ["product"], "markup", f"JSON-LD {kinds[0]}.name", text_of(item.get("name")))
    heading = next((line for line in view.lines if line.tag == "h1"), None)
    if heading is not None and brand:
        name = _PRICED.sub("", tidy(heading.text))
        titled = {squash(p) for p in segments(meta.title)[:2] + segments(meta.first("og:title"))[:2]}
        starts = name.lower().startswith(brand.lower() + " ") and not _RIVAL.search(name)
        if starts and squash(name) in titled and squash(name) != own and 1 < len(name.split()) <= 4:
            return Candidate(name, 3.0, ["h1", "title"], "markup" if heading.shade else "visible", "h1", heading.text)
    return None


def _third_party(
    view: View, meta: Meta, items: list[dict[str, Any]], url: str, links: list[Link], brand: str
) -> About | None:
    """A directory's or journal's page about somebody's product: its heading names what an outward link leads to."""
    heading = next((line for line in view.lines if line.tag == "h1"), None)
    parts = segments(heading.text) if heading else segments(meta.title)
    if not parts or heading is None:
        return None
    name = parts[0]
    own = squash(name)
    label, host = labels_of(url)
    if (
        len(own) < 3
        or len(name.split()) > 4
        or own in (label, host, squash(brand))
        or host.startswith(own)
        or own.startswith(label)
    ):
        return None
    for link in links:
        if own[:4] not in link.url.lower().replace("-", "").replace(".", "") or same_site(link.url, url):
            continue
        there, whole = labels_of(link.url)
        path = urlsplit(link.url).path.strip("/")
        if (
            (own in (there, whole) or (len(own) >= 4 and there.startswith(own)))
            and path.count("/") == 0
            and len(path) < 30
        ):
            candidate = Candidate(
                name, 3.0, ["h1", "outbound"], "markup" if heading.shade else "visible", "h1", heading.text
            )
            return About(candidate, name, "text", 0.8, (), link)
    return None


def _rivals(view: View, meta: Meta, url: str, brand: str, name: str) -> tuple[str, ...]:
    """Names the page compares itself with, from title, heading and address."""
    heading = next((line.text for line in view.lines if line.tag == "h1"), "")
    path = re.sub(r"[-_/]+", " ", urlsplit(url).path)
    own = {squash(brand), squash(name)}
    found: dict[str, None] = {}
    for text in (meta.title, heading, meta.first("description"), path):
        for match in _RIVAL.finditer(text[:600]):
            words = [
                w
                for w in (match["a"] or match["b"] or match["c"] or "").strip(" .").split()
                if w.lower() not in _NO_RIVAL
            ]
            rival = " ".join(words)
            if _NO_RIVAL_NAME.fullmatch(rival) or len(squash(rival)) < 3:
                continue
            if not any(squash(rival) in known for known in own if known):
                found[rival] = None
    return tuple(found)


def homepage_of(about: About, meta: Meta, view: View, url: str) -> tuple[str, str, Place, str, float]:
    """The product's own address: value, quote ("" when nothing on the page gives it), place, path, confidence.

    The site's root where the site is the product's; else the page itself (a house's product page), or the outward link
    of a third party's page. A canonical link counts within its registrable domain only.
    """
    if about.outbound is not None:
        return _root_or_same(about.outbound.url), about.outbound.url, "markup", "a href", 0.75
    page, quote, path = url, "", ""
    for given, where in ((meta.links.get("canonical", ""), "link canonical"), (meta.first("og:url"), "meta og:url")):
        if given and "\ufffd" not in given and host_of(given) and same_site(given, url):
            page, quote, path = given, _as_written(view, given, url) if where == "link canonical" else given, where
            break
    if not quote:
        quote, path = _home_link(view, url), "a href"
    if not identity_of(page).startswith("url:"):
        return canonical_url(page), quote, "markup", path, 0.85
    if about.name is None:
        return canonical_url(page), quote, "markup", path, 0.6
    root = _root_or_same(page)
    name, (label, host) = squash(about.name.text), labels_of(page)
    words = [squash(w) for w in about.name.text.split()]
    steps = [squash(p) for p in urlsplit(page).path.split("/") if p]
    deeper = any(len(w) >= 3 and w not in host and any(w in step for step in steps) for w in words)
    housed = name == label or name in host or label in name or any(len(w) >= 4 and w in host for w in words)
    if housed and not deeper and not _shared(page):
        return root, quote, "markup", path, 0.85
    return canonical_url(page), quote, "markup", path, 0.7


def _as_written(view: View, canonical: str, url: str) -> str:
    """The canonical link as the page spells it: what is quoted is what stands there, a relative address too."""
    spelled = (node.attributes.get("href") or "" for node in view.tree.css("link[rel~=canonical][href]"))
    return next((href.strip() for href in spelled if joined(url, href.strip()) == canonical), canonical)


def _home_link(view: View, url: str) -> str:
    """The link to the site's own front page, as it stands in the page."""
    host = host_of(url)
    for node in view.tree.css("a[href]")[:80]:
        href = (node.attrs.get("href") or "").strip()
        if href[:1] in ("", "#") or (":" in href[:12] and not href.startswith("http")):
            continue
        address = joined(url, href)
        if host_of(address) == host and urlsplit(address).path in (
            "",
            "/",
            "/index.html",
            "/index.htm",
            "/index.php",
            "/home",
        ):
            return href
    return ""


def _shared(url: str) -> bool:
    """A host that many products share by path: people's pages on a public suffix."""
    host = host_of(url)
    return (
        registrable_domain(host) == host
        and host.count(".") >= 2
        and not host.startswith("www.")
        and len(urlsplit(url).path) > 1
    )


def _root_or_same(url: str) -> str:
    parts = urlsplit(canonical_url(url))
    return f"{parts.scheme}://{parts.netloc}/" if parts.netloc else url
