"""Which elements of a page its reader does not see, or sees crossed out: by markup, style attribute and style sheet."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from selectolax.lexbor import LexborHTMLParser, LexborNode, SelectolaxError

VISIBLE, SOFT, HARD = 0, 1, 2  # SOFT: painted, but not for every reader (aria-hidden, sr-only, faded in by a script)
_STRUCK_CLASS = re.compile(
    r"(?:^|[\s_-])(?:line-?through|strike(?:d|thru|-?through|out)?|struck|crossed(?:-?out)?|"
    r"(?:old|was|original|regular|previous|before|full|list|compare(?:-at)?)-?price|price-?(?:old|was|original|before|regular))(?:$|[\s_-])|[_-](?:original|was)$",
    re.IGNORECASE,
)
_CANDIDATES = "[hidden],[aria-hidden=true],dialog:not([open]),bdo[dir],font[color]"  # besides the classes below
_HARD_CLASSES = frozenset(
    {"hidden", "hide", "d-none", "is-hidden", "u-hidden", "invisible", "w-condition-invisible", "display-none"}
)
_SOFT_CLASSES = frozenset(
    """opacity-0 sr-only visually-hidden visuallyhidden screen-reader-text screen-reader-only a11y-hidden sr-text
    u-visually-hidden show-for-sr element-invisible assistive-text offscreen""".split()
)
_HIDING_CLASSES = _HARD_CLASSES | _SOFT_CLASSES
# One of these stands in each class name that _STRUCK_CLASS knows.
_STRUCK_HINTS = ("line-through", "linethrough", "strike", "struck", "crossed", "price", "original", "was")
# Utility classes that show an element again from some screen width on: "hidden md:flex", "d-none d-lg-block".
_SHOWN_AGAIN = re.compile(
    r"(?:\w+:(?:!?block|flex|grid|inline|inline-\w+|table\S*|contents|visible)|d-\w\w-(?!none)\w+)\b"
)
_HARD_STYLE = re.compile(
    r"display:none|visibility:(?:hidden|collapse)|content-visibility:hidden|"
    r"font-size:(?:0?\.[0-4]\d*(?:em|rem)?|[012](?:\.\d+)?(?:px|pt|%)|0(?:em|rem)?)(?:;|!|$)|font:0(?:px)?[/ ]|"
    r"(?:^|;)color:(?:transparent|rgba\([^)]*[,/]0?\.?0*\)|hsla\([^)]*[,/]0?\.?0*\)|#[0-9a-f]{3}0(?![0-9a-f])|#[0-9a-f]{6}00)|"
    r"text-indent:-\d{3,}|(?:left|top|right|bottom|margin-left|margin-top|inset):-\d{3,}|"
    r"translate(?:3d|x|y)?\([^)]*-\d{4,}|scale(?:3d|x|y)?\(0(?:\.0+)?[,)]|"
    r"clip:rect\((?:0|1px)(?:px)?[, ]|clip-path:(?:inset\((?:50|[6-9]\d|100)%|circle\(0|polygon\(0(?:px)?(?: 0(?:px)?)?,0)|"
    r"filter:opacity\(0|opacity:0?(?:\.0\d*)?%?(?:;|!|$)|-webkit-text-fill-color:transparent"
)
_SOFT_STYLE = re.compile(r"opacity:0?(?:\.0\d*)?%?(?:;|!|$)")
_NO_ROOM = re.compile(r"(?:^|;)(?:max-)?(?:height|width):[01](?:px|em|rem|%)?(?:;|!|$)")
_COLOUR = re.compile(r"(?:^|;)color:([^;!]+)")
_BACKGROUND = re.compile(r"(?:^|;)background(?:-color)?:([^;!]+)")
_WHITE = re.compile(
    r"#fff(?:fff)?|white|#f[a-f]f[a-f]f[a-f]|rgba?\(25\d,25\d,25\d(?:,1)?\)|hsla?\(0,0%,100%(?:,1)?\)|snow|ivory"
)
_STYLE_RULE_LIMIT = 200_000  # characters of a page's own style sheets looked at; more is a framework's


def marks(tree: LexborHTMLParser) -> tuple[dict[int, int], set[int]]:
    """Elements that are hidden, with SOFT or HARD, and elements that are crossed out, by their `mem_id`."""
    classes: dict[str, list[LexborNode]] = defaultdict(list)
    for node in tree.css("[class]"):
        classes[node.attrs.get("class") or ""].append(node)
    tokens = set(" ".join(classes).split())
    styled = [(node, node.attrs.get("style") or "") for node in tree.css("[style]")]
    return _hidden(tree, classes, tokens, styled), _crossed_out(tree, classes, tokens, styled)


def _crossed_out(
    tree: LexborHTMLParser,
    classes: dict[str, list[LexborNode]],
    tokens: set[str],
    styled: list[tuple[LexborNode, str]],
) -> set[int]:
    """The elements whose text is crossed out: by tag, by style, or by the class that price templates give."""
    found = {node.mem_id for node in tree.css("s,strike,del")}
    found.update(node.mem_id for node, style in styled if "line-through" in style)
    names = list(tokens)
    together = "\n".join(names).lower()
    low = together.split("\n")
    hinted = {
        name
        for hint in _STRUCK_HINTS
        if hint in together
        for name, said in zip(names, low, strict=True)
        if hint in said
    }
    if telling := set(filter(_STRUCK_CLASS.search, hinted)):
        found.update(node.mem_id for node in _bearing(telling, classes))
    return found


def _bearing(wanted: set[str], classes: dict[str, list[LexborNode]]) -> list[LexborNode]:
    """The elements that bear one of these classes."""
    return [node for name, nodes in classes.items() if not wanted.isdisjoint(name.split()) for node in nodes]


def _hidden(
    tree: LexborHTMLParser,
    classes: dict[str, list[LexborNode]],
    tokens: set[str],
    styled: list[tuple[LexborNode, str]],
) -> dict[int, int]:
    """Element → SOFT or HARD, for the elements that say so themselves or through the page's own style sheet."""
    found: dict[int, int] = {}
    for node, style in styled:
        shade, on_white = _style_shade(style[:1_000])
        if on_white and _stands_on_bare_page(node):
            shade = HARD
        if shade:
            found[node.mem_id] = shade
    hiding: list[LexborNode] = []
    if telling := tokens & _HIDING_CLASSES:
        hiding = _bearing(telling, classes)
    for node in (*tree.css(_CANDIDATES), *hiding):
        if shade := _shade_of(node):
            found[node.mem_id] = max(shade, found.get(node.mem_id, VISIBLE))
    for node, shade in _hidden_by_style_sheet(tree, tokens):
        found[node.mem_id] = max(shade, found.get(node.mem_id, VISIBLE))
    if found:
        for name in ("html", "body"):
            if (whole := tree.css_first(name)) is not None:
                found.pop(whole.mem_id, None)
    return found


def _shade_of(node: LexborNode) -> int:
    attributes = node.attributes
    if "hidden" in attributes or node.tag == "dialog":
        return HARD
    shade = VISIBLE
    if attributes.get("aria-hidden") == "true":
        shade = SOFT
    if (colour := attributes.get("color")) and _WHITE.fullmatch(colour.lower()) and _stands_on_bare_page(node):
        shade = HARD
    if names := attributes.get("class"):
        tokens = set(names.split())
        if tokens & _HARD_CLASSES and not _SHOWN_AGAIN.search(names):
            return HARD
        if not _SOFT_CLASSES.isdisjoint(tokens):
            shade = max(shade, SOFT)
    if node.tag == "bdo" and (attributes.get("dir") or "").lower() == "rtl" and (node.text() or "").isascii():
        return HARD  # Latin text that a reader sees backwards
    return shade


@lru_cache(maxsize=4096)
def _style_shade(style: str) -> tuple[int, bool]:
    """How far a style attribute hides its element, and whether it does so on a white page only."""
    style = _squeezed(style)
    if _HARD_STYLE.search(style):
        if "background-clip:text" in style:
            return VISIBLE, False  # letters cut out of a coloured background
        soft = _SOFT_STYLE.search(style) and not _HARD_STYLE.search(_SOFT_STYLE.sub(";", style))
        return (SOFT if soft else HARD), False
    if "overflow:hidden" in style and _NO_ROOM.search(style):
        return HARD, False
    if colour := _COLOUR.search(style):
        behind = _BACKGROUND.search(style)
        if behind and behind[1].split(" ")[0] == colour[1]:
            return HARD, False
        return VISIBLE, bool(not behind and _WHITE.fullmatch(colour[1]))
    return VISIBLE, False


def _squeezed(style: str) -> str:
    style = style.lower()
    if "/*" in style:
        style = re.sub(r"/\*.*?\*/", "", style, flags=re.DOTALL)
    style = " ".join(style.split())
    if " " in style:  # single ones by now
        for mark in ":;,/(":
            style = style.replace(f" {mark}", mark).replace(f"{mark} ", mark)
        style = style.replace(" )", ")")
    return style


def _stands_on_bare_page(node: LexborNode) -> bool:
    """No ancestor is styled in any way we can see: the page behind the text is a browser's white."""
    at: LexborNode | None = node
    for _ in range(40):
        if at is None or at.tag in ("html", "-document"):
            return True
        attributes = at.attributes
        if attributes.get("class") or attributes.get("id") or attributes.get("bgcolor"):
            return False
        if at is not node and "background" in (attributes.get("style") or ""):
            return False
        at = at.parent
    return False


# Of a style sheet in lower case.
_HIDING = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*hidden|(?<![\w-])opacity\s*:\s*0(?:\.0+)?(?=\s*[;}!])|text-indent\s*:\s*-\d{3,}|"
    r"font-size\s*:\s*[01](?:px)?(?=\s*[;}!])|(?:left|top|right)\s*:\s*-\d{3,}|clip\s*:\s*rect\s*\(\s*[01]|(?<![\w-])color\s*:\s*transparent"
)
_SHOWING = re.compile(r"display\s*:\s*(?!none)[a-z]|visibility\s*:\s*visible|(?<![\w-])opacity\s*:\s*(?:1|0?\.[1-9])")
_SELECTOR = re.compile(r"[\w.#>\s-]{0,200}[.#][\w-][\w.#>\s-]{0,200}")
_HIDING_WORDS = ("display:none", "visibility:hidden", "opacity:0", "indent:-", "size:0", "size:1", ":-9", "left:-", "right:-", "top:-", "rect(", "color:transparent")  # fmt: skip
_SHOWING_WORDS = ("display:", "visibility:visible", "opacity:")
_BEFORE_WORD, _AFTER_WORD = 16, 64  # characters around one of the words within which its match lies
_RULE_LIMIT = 300
_LAST_PART = re.compile(r"[\s>]+")
_CLASS_IN_SELECTOR = re.compile(r"\.([\w-]+)")


@dataclass(frozen=True, slots=True)
class _Rule:
    """One rule of a style sheet: what it selects, how strongly, and what it does to it."""

    selector: str
    rank: tuple[int, int, int]  # ids, classes, order: the later of equal ones wins
    shade: int


def _hidden_by_style_sheet(tree: LexborHTMLParser, tokens: set[str]) -> list[tuple[LexborNode, int]]:
    """Elements that the page's own <style> blocks hide and no stronger rule shows again, with their shade.

    Rules for some screens only (@media) may show, never hide.
    """
    sheets: list[str] = []
    budget = _STYLE_RULE_LIMIT
    for node in tree.css("style"):
        css = node.text() or ""
        budget -= len(css)
        if budget < 0:
            break
        css = " ".join(css.lower().split()).replace(": ", ":").replace(" :", ":")
        if any(word in css for word in _HIDING_WORDS):
            sheets.append(re.sub(r"/\*.*?\*/", "", css) if "/*" in css else css)
    hide = [rule for css in sheets for rule in _rules(css, _HIDING, _HIDING_WORDS)][:_RULE_LIMIT]
    if not hide:
        return []
    classes = {name.lower() for name in tokens}
    found = _matched(tree, _of_page(hide, classes))
    if not found:
        return []
    show = [rule for css in sheets for rule in _rules(css, _SHOWING, _SHOWING_WORDS)][: 2 * _RULE_LIMIT]
    weakest = min(rule.rank[:2] for _, rule in found.values())
    strong = [rule for rule in show if rule.rank[:2] >= weakest]
    again = _matched(tree, _of_elements(_of_page(strong, classes), (node for node, _ in found.values())))
    return [
        (node, rule.shade)
        for key, (node, rule) in found.items()
        if key not in again or again[key][1].rank[:2] < rule.rank[:2]
    ]


def _matched(tree: LexborHTMLParser, rules: list[_Rule]) -> dict[int, tuple[LexborNode, _Rule]]:
    """Element → the strongest of these rules that selects it."""
    found: dict[int, tuple[LexborNode, _Rule]] = {}
    strongest: dict[str, _Rule] = {}
    for rule in rules:
        held_rule = strongest.get(rule.selector)
        if held_rule is None or held_rule.rank < rule.rank:
            strongest[rule.selector] = rule
    try:
        for selector, rule in strongest.items():
            for node in tree.css(selector):
                held = found.get(node.mem_id)
                if held is None or held[1].rank < rule.rank:
                    found[node.mem_id] = (node, rule)
    except SelectolaxError:  # a selector this engine does not know; the page's own classes still count
        return {}
    return found


def _of_page(rules: list[_Rule], classes: set[str]) -> list[_Rule]:
    """The rules all of whose classes the page uses (in lower case): a framework's sheet has many others."""
    return [rule for rule in rules if classes.issuperset(_CLASS_IN_SELECTOR.findall(rule.selector))]


def _of_elements(rules: list[_Rule], nodes: Iterable[LexborNode]) -> list[_Rule]:
    """The rules that may select one of some elements, by the classes that their last part asks for."""
    bear = set(" ".join(node.attrs.get("class") or "" for node in nodes).lower().split())
    return [rule for rule in rules if bear.issuperset(_CLASS_IN_SELECTOR.findall(_LAST_PART.split(rule.selector)[-1]))]


def _rules(css: str, pattern: re.Pattern[str], words: tuple[str, ...]) -> list[_Rule]:
    """The rules whose declarations match; `words`: one of them stands in each match, and finding words is cheap."""
    found: list[_Rule] = []
    shows = pattern is _SHOWING  # its words are how its matches begin
    places = sorted({at for word in words for at in _places(css, word)})
    seen = -1
    for order, at in enumerate(places):
        if shows and not pattern.match(css, at):
            continue
        start = css.rfind("{", 0, at)
        end = css.find("}", at)
        end = len(css) if end < 0 else end
        if start < 0 or start == seen or css.rfind("}", start, at) >= 0:
            continue
        around = (at, end + 1) if shows else (max(start, at - _BEFORE_WORD), min(end + 1, at + _AFTER_WORD))
        match = pattern.search(css, around[0], min(around[1], start + 4_000))
        if match is None:
            continue
        seen = start  # a rule is judged once, however many of the words it holds
        head = max(css.rfind("}", 0, start), css.rfind("{", 0, start), css.rfind(";", 0, start)) + 1
        if not shows and _inside_media(css, head):
            continue
        fades = pattern is _HIDING and match[0].startswith("opacity")
        for selector in css[head:start].split(",")[:20]:
            name = selector.strip()
            if _SELECTOR.fullmatch(name) and not name.startswith((".no-js", ".js")):
                found.append(_Rule(name, (name.count("#"), name.count("."), order), SOFT if fades else HARD))
        if len(found) > 2 * _RULE_LIMIT:
            break
    return found


def _places(text: str, word: str) -> Iterator[int]:
    at = text.find(word)
    count = 0
    while at >= 0 and count < 2_000:
        yield at
        count += 1
        at = text.find(word, at + len(word))


def _inside_media(css: str, at: int) -> bool:
    """Whether this place lies inside an @media block that is still open."""
    media = css.rfind("@media", 0, at)
    return media >= 0 and css.count("{", media, at) > css.count("}", media, at)
