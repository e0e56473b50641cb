"""What on a page tells that its words are not all of it: that a browser would show more, or that only an eye sees it.

Signs stand on the page itself, never in how the fetch went: an answer that failed is no page and comes to no sign.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import islice
from urllib.parse import unquote, urljoin, urlsplit

from selectolax.lexbor import LexborHTMLParser, LexborNode

from tools.models import Plan
from tools.page.interim import is_interim
from tools.page.price_headings import is_of_prices
from tools.page.pricing.money import MOST_CHARS, find_money, may_hold_money
from tools.page.pricing.patterns import PLAN_WORD
from tools.page.visible import Line, View, clean
from tools.page.words import find

_FEW_CHARS = 200  # a page with less visible text and with scripts is a shell
_SMALL_CHARS = 1_500  # of a page on which a notice, or an empty root, may be what matters
_ROOTS = "#root,#app,#__next,#__nuxt,#___gatsby,#q-app,#svelte,#main-app,app-root"
_NOTICES = "[id*=cookie i],[class*=cookie i],[id*=consent i],[class*=consent i],[id*=gdpr i],[class*=gdpr i]"
_WORDS_BEFORE, _WORDS_AFTER = 4, 3  # of the one about prices in a heading that announces them
_WAITING = (
    "[aria-busy=true],[class*=skeleton i],[class*=shimmer i],[hx-trigger*=revealed],[hx-trigger*=intersect],"
    "[hx-trigger=load],turbo-frame[src][loading=lazy]"
)
_SWITCH = "button,label,option,[role=tab],[role=radio],[role=switch],[role=button]"
_BOX = "input[type=checkbox],[role=switch]"  # one control for both states, its words beside it
_CLOSE_CHARS = 160
_MONTHLY, _YEARLY = ("billed_monthly", "per_month"), ("billed_yearly", "per_year")
_PICTURES = "img,canvas,object,embed,svg,[style*=background]"
_BACKGROUND = re.compile(r"background(?:-image)?\s*:[^;]*url\(\s*['\"]?([^'\")]+)", re.IGNORECASE)
_NO_AMOUNT = ("contact", "contact_sales", "on_request", "custom", "free", "demo")  # why a plan has none
_HEAD_CHARS = 4_000  # of a body that is no text, this much tells
_CONTROLS = re.compile("[\x00-\x08\x0e-\x1a\x1c-\x1f]")
_FEW_CONTROLS = 40  # a page may be damaged in places
_MOST_PICTURES = 4  # of one page that are looked into
_FEATURED_PX = 240  # a canvas of this width is no icon and no chart in a line


def unreadable(text: str) -> str:
    """Why a body's text is no page at all ("" when it may be one): nothing in it, or the bytes of another kind of file."""
    head = text.lstrip("\ufeff \t\r\n")[:_HEAD_CHARS]
    if not head:
        return "empty: there is nothing on the page"
    strange = len(_CONTROLS.findall(head))
    if strange > max(_FEW_CONTROLS, len(head) // 50):
        return "no page: binary data, such as a picture or an archive"
    return ""


def troubles(view: View, plans: Sequence[Plan], text_chars: int, url: str) -> tuple[str, ...]:
    """Why the page needs more than its words: "browser: …" or "look: …"; empty when it does not."""
    if view.tree.css_first("script") is not None and (why := _browser(view, plans, text_chars, url)):
        return (f"browser: {why}",)
    if not plans and (picture := _pictured_price(view, url)):
        return (f"look: its prices stand only in a picture ({picture})",)
    return ()


def _browser(view: View, plans: Sequence[Plan], text_chars: int, url: str) -> str:
    if text_chars < _FEW_CHARS:
        return f"{text_chars} characters of visible text, and scripts"
    if text_chars < _SMALL_CHARS:
        beside = text_chars - _notice_chars(view)
        if beside < _FEW_CHARS:
            return f"{beside} characters of visible text beside a consent notice, and scripts"
        if root := next((node for node in view.tree.css(_ROOTS) if _is_empty(node)), None):
            return f"its <{root.tag} id={root.attributes.get('id')}> is empty, and scripts"
    if not plans:
        return _waiting_for_prices(view, url)
    return "a switch between monthly and yearly, and prices of one of them" if _has_more_states(view, plans) else ""


def _is_empty(node: LexborNode) -> bool:
    return not (node.text() or "").strip() and next(node.iter(), None) is None


def _notice_chars(view: View) -> int:
    """Characters of visible text that ask for consent."""
    notices = {node.mem_id for node in view.tree.css(_NOTICES) if node.tag not in ("html", "body")}
    spans = [(at, block.last) for at, block in enumerate(view.blocks) if notices and block.node.mem_id in notices]
    return sum(
        len(line.text)
        for line in view.lines
        if not line.shade and any(first <= line.block <= last for first, last in spans)
    )


def _waiting_for_prices(view: View, url: str) -> str:
    """Where prices are announced and something still stands in their place."""
    if not _announces_prices(view, url) or _shows_money(view):
        return ""
    if (node := view.tree.css_first(_WAITING)) is not None:
        return f"prices are announced, and a <{node.tag}> waits for its content"
    loading = next((line.text for line in view.lines if not line.shade and is_interim(line.text)), "")
    return f"prices are announced, and the page says “{loading}”" if loading else ""


def _has_more_states(view: View, plans: Sequence[Plan]) -> bool:
    """Whether the page switches between monthly and yearly prices and its markup holds those of one state only."""
    priced = [plan for plan in plans if plan.amount and plan.period in (None, "once", "month", "year")]
    # A switch says the period where a price does not; one without any is read as to be paid once.
    states = {plan.billed or plan.period for plan in priced} - {None, "once"}
    return bool(priced) and len(states) < 2 and _has_switch(view)


def _has_switch(view: View) -> bool:
    labels = [words for node in view.tree.css(_SWITCH) if 0 < len(words := clean(node.text() or "")) <= 40]
    if any(find(label, *_MONTHLY) for label in labels) and any(find(label, *_YEARLY) for label in labels):
        return True
    return any(_stands_between(node) for node in view.tree.css(_BOX))


def _stands_between(node: LexborNode) -> bool:
    """Whether the words close around a control name both periods."""
    for around in islice(_above(node), 4):
        words = clean(around.text() or "")
        if len(words) > _CLOSE_CHARS:
            return False
        if find(words, *_MONTHLY) and find(words, *_YEARLY):
            return True
    return False


def _announces_prices(view: View, url: str) -> bool:
    return is_of_prices(urlsplit(url).path) or next(_price_headings(view), None) is not None


def _price_headings(view: View) -> Iterator[Line]:
    for line in view.lines:
        if line.tag in ("h1", "h2", "h3") and len(line.text) <= 60 and _is_price_heading(line.text):
            yield line


def _is_price_heading(text: str) -> bool:
    """Whether a word about prices is what a heading comes to: few words before it and fewer behind it."""
    told = find(text, "pricing_page")
    if told is None:
        return False
    return len(text[: told.start()].split()) <= _WORDS_BEFORE and len(text[told.end() :].split()) <= _WORDS_AFTER


def _holds_money(text: str) -> bool:
    return len(text) <= MOST_CHARS and any(True for _ in find_money(text))


def _shows_money(view: View) -> bool:
    told = (line.text for line in view.lines if not line.shade and may_hold_money(line.text))
    return any(_holds_money(text) for text in told)


def _pictured_price(view: View, url: str) -> str:
    """The picture that tells the prices of a page that announces them and names none: its file, or what it is."""
    first = next(_price_pictures(view, url), None)
    return (_price_picture(first) or _file(first)) if first else ""


def price_pictures(view: View, url: str) -> tuple[str, ...]:
    """The addresses of the pictures that tell a page's prices as `troubles` has it; what is drawn in the page has none."""
    sources = (_source(node) for node in _price_pictures(view, url) if node.tag not in ("svg", "canvas"))
    return tuple(islice(dict.fromkeys(filter(None, (_address(source, url) for source in sources))), _MOST_PICTURES))


def _price_pictures(view: View, url: str) -> Iterator[LexborNode]:
    """The pictures that speak of prices, of a page that announces them and names none; where plans stand there by name
    alone, its other pictures after them."""
    if view.tree.css_first(_PICTURES) is None or not _announces_prices(view, url) or _shows_money(view):
        return
    others = []
    for node in _content(view.tree):
        if _price_picture(node):
            yield node
        else:
            others.append(node)
    if others and _names_plans_alone(view):
        yield from others


def _address(source: str, url: str) -> str:
    """The whole address of a picture; "" for one that cannot be fetched."""
    try:
        address = urljoin(url, source.strip()) if source else ""
    except ValueError:
        return ""
    return address if address.startswith(("http://", "https://")) else ""


def _content(tree: LexborHTMLParser) -> Iterator[LexborNode]:
    for node in tree.css(_PICTURES):
        if not any(above.tag in ("nav", "header", "footer", "a", "button") for above in _above(node)):
            yield node


def _above(node: LexborNode) -> Iterator[LexborNode]:
    at = node.parent
    while at is not None:
        yield at
        at = at.parent


def _names_plans_alone(view: View) -> bool:
    """Whether plans stand there by name and no word says why they have no amount."""
    seen = [line for line in view.lines if not line.shade]
    named = [line for line in seen if line.tag in ("h2", "h3", "h4") and PLAN_WORD.fullmatch(line.text)]
    return len(named) > 1 and not any(find(line.text, *_NO_AMOUNT) for line in seen if line not in named)


def _price_picture(node: LexborNode) -> str:
    """A picture whose words or file speak of prices, or a large canvas; "" for any other."""
    at = node.attributes
    spoken = " ".join(at.get(name) or "" for name in ("alt", "title", "aria-label"))
    if node.tag == "svg":
        drawn = clean(node.text() or "")
        return "an <svg>" if _holds_money(drawn) or _spoken_of(f"{spoken} {drawn}") else ""
    if node.tag == "canvas":
        width = at.get("width") or ""
        large = width.isdigit() and int(width) >= _FEATURED_PX
        return "a canvas" if large or _spoken_of(spoken) else ""
    file = _file(node)
    return file or clean(spoken)[:80] if is_of_prices(file) or _spoken_of(spoken) else ""


def _file(node: LexborNode) -> str:
    """The name of the file a picture is loaded from, or what element it is."""
    path = re.split(r"[?#]", _source(node), maxsplit=1)[0]  # an address may be no address at all
    return unquote(path.rstrip("/").rsplit("/", 1)[-1]) or f"an <{node.tag}>"


def _source(node: LexborNode) -> str:
    """Where a picture is loaded from, as its element says."""
    at = node.attributes
    behind = _BACKGROUND.search(at.get("style") or "")
    return at.get("src") or at.get("data-src") or at.get("data") or (behind[1] if behind else "")


def _spoken_of(words: str) -> bool:
    return find(words, "pricing_page") is not None
