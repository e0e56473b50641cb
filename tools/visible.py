"""What a reader sees of a page: its lines in order, where each stands, and nothing that only a machine would read.

One parse and one walk over the tree (selectolax/lexbor); everything that reads a page's text shares this view.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import accumulate

from selectolax.lexbor import LexborHTMLParser, LexborNode, SelectolaxError

# Elements whose text no browser with scripts paints as text of the page.
_NEVER = frozenset(
    """script style template noscript svg iframe object embed canvas audio video head title datalist select rp noembed
    noframes frameset progress meter map !doctype -comment""".split()
)
_WITHIN_LINES = frozenset(
    """a abbr acronym b bdi bdo big cite code data del dfn em font i ins kbd mark q rb rt ruby s samp small span strike
    strong sub sup time tt u var wbr img picture input label nobr""".split()
)
# What the walk does with an element, by its tag: _BLOCK unless the table says otherwise.
_TEXT, _SKIPPED, _BREAK, _INLINE, _LINK, _RAISED, _BLOCK = range(7)
_KINDS = {
    **dict.fromkeys(_WITHIN_LINES, _INLINE),
    **dict.fromkeys(_NEVER, _SKIPPED),
    "-text": _TEXT,
    "br": _BREAK,
    "hr": _BREAK,
    "a": _LINK,
    "sup": _RAISED,
}
_STRUCK_CLASS = re.compile(
    r"(?:^|[\s_-])(?:line-?through|strike(?:d|thru|-?through|out)?|struck|crossed(?:-?out)?|"
    r"(?:old|was|original|regular|previous|before|full|list|compare(?:-at)?)-?price|price-?(?:old|was|original|before|regular))(?:$|[\s_-])",
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
# One of these stands in each class name that _STRUCK_CLASS knows.
_STRUCK_HINTS = ("line-through", "linethrough", "strike", "struck", "crossed", "price")
# Utility classes that show an element again from some screen width on: "hidden md:flex", "d-none d-lg-block".
_SHOWN_AGAIN = re.compile(
    r"(?:\w+:(?:!?block|flex|grid|inline|inline-\w+|table\S*|contents|visible)|d-\w\w-(?!none)\w+)\b"
)
_LENGTH = r"(?:-?[\d.]+)"
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
_UNSEEN = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f"
    "\ufeff\uffa0\ufff0-\ufffb\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
    "\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]"
)
_SPACES = re.compile(r"\s+")
_MOST_LINES = 20_000  # of one page; what follows no reader reaches
_STYLE_RULE_LIMIT = 200_000  # characters of a page's own style sheets looked at; more is a framework's

VISIBLE, SOFT, HARD = 0, 1, 2  # SOFT: painted, but not for every reader (aria-hidden, sr-only, faded in by a script)


@dataclass(slots=True)
class Line:
    """One run of text within one block. `tag`: the innermost telling element (h1…h6, li, td, button, a, …)."""

    text: str
    tag: str
    block: int  # index of its block element in View.blocks
    shade: int = VISIBLE
    struck: tuple[tuple[int, int], ...] = ()  # spans of the text that are crossed out
    links: int = 0  # characters of it inside links
    href: str = ""  # of the last link in it


@dataclass(slots=True)
class Block:
    """One block element of the page, by the index of its parent block. The root is its own parent."""

    parent: int
    tag: str
    node: LexborNode
    depth: int
    last: int = 0  # index of the last block inside it


@dataclass(slots=True)
class View:
    """A parsed page: its lines and blocks in document order."""

    tree: LexborHTMLParser
    lines: list[Line] = field(default_factory=list)
    blocks: list[Block] = field(default_factory=list)
    _words: dict[int, str] = field(default_factory=dict)

    def words(self, node: LexborNode) -> str:
        """The text of a link or button, clean; several ask for the same ones."""
        key = node.mem_id
        words = self._words.get(key)
        if words is None:
            words = self._words[key] = clean(node.text() or "")
        return words

    def actions(self) -> list[str]:
        """The words of the page's links and buttons, each once, hidden ones too."""
        found = {self.words(node): None for node in self.tree.css("a,button,[role=button]")[:800]}
        return [words for words in found if 0 < len(words) <= 80]

    def text(self) -> str:
        """The visible lines joined by newlines, cells of a row by " | ", clean of unseen characters."""
        out: list[str] = []
        row = -1
        for line in self.lines:
            if line.shade:
                continue
            cleaned = clean(line.text)
            if not cleaned:
                continue
            block = self.blocks[line.block]
            at = self._row_of(line.block) if line.tag in ("td", "th") or block.tag in ("td", "th") else -1
            if at >= 0 and at == row:
                out[-1] += " | " + cleaned
            else:
                out.append(cleaned)
            row = at
        return "\n".join(out)

    def _row_of(self, index: int) -> int:
        while index and self.blocks[index].tag != "tr":
            index = self.blocks[index].parent
        return index or -1


def clean(text: str) -> str:
    """NFKC, without zero-width, tag, variation, bidi and control characters, white space folded."""
    if not text.isascii():
        text = _UNSEEN.sub("", unicodedata.normalize("NFKC", _UNSEEN.sub("", text)))
    elif not text.isprintable():
        text = _UNSEEN.sub("", text)
    return " ".join(text.split())


def holding(lines: Sequence[str], words: Sequence[str]) -> set[int]:
    """The numbers of the lines in which one of the words stands, found in one text instead of asking each line."""
    whole = "\n".join(lines)
    ends = list(accumulate(len(line) + 1 for line in lines))
    found: set[int] = set()
    for word in words:
        at = whole.find(word)
        while at >= 0:
            number = bisect_right(ends, at)
            found.add(number)
            at = whole.find(word, ends[number])
    return found


def parse(html: str) -> LexborHTMLParser:
    """The tree of a page; any text at all gives one, in time about linear in its length."""
    if html.count("<") > _MANY_TAGS or html.count("=") > _MANY_ATTRIBUTES:
        html = _tamed(html)
    try:
        return LexborHTMLParser(html or " ")
    except UnicodeEncodeError:  # lone surrogates cannot be encoded for the parser
        return LexborHTMLParser(html.encode("utf-8", "replace").decode("utf-8"))


# The parser's time grows with the square of the nesting (20,000 deep: 0.6 s) and of one tag's attributes (50,000: 6 s).
_MANY_TAGS, _MANY_ATTRIBUTES = 10_000, 12_000
_MOST_TAGS = 100_000  # what follows no reader reaches
_DEEPEST, _LONGEST_TAG, _MOST_ATTRIBUTES = 1_500, 8_000, 1_000
_TAG = re.compile(r"<(/?)([a-zA-Z][\w:-]*)[^<>]*>?")
_RAW = frozenset({"script", "style", "textarea", "title", "xmp", "noembed", "noframes"})
_UNNESTED = frozenset(
    """area base br col embed hr img input link meta param source track wbr p li td th tr dt dd option optgroup thead tbody
    tfoot colgroup""".split()
)


def _tamed(html: str) -> str:
    """The same page with its nesting cut at a depth no reader's page has, and overlong tags without their attributes."""
    out: list[str] = []
    done = at = depth = 0
    tags = 0
    while match := _TAG.search(html, at):
        tags += 1
        if tags > _MOST_TAGS:
            html = html[: match.start()]
            break
        at = match.end()
        name = match[2].lower()
        if name in _RAW and not match[1]:
            end = html.find(f"</{name}", at)
            at = end if end >= 0 else len(html)
        over = depth > _DEEPEST
        if name not in _UNNESTED and name not in _RAW:
            depth = max(0, depth - 1) if match[1] else depth + 1
        overlong = match.end() - match.start() > _LONGEST_TAG and match[0].count("=") > _MOST_ATTRIBUTES
        if (over and name not in _RAW and name not in _UNNESTED) or overlong:
            out += (html[done : match.start()], f"<{name}>" if overlong and not over else " ")
            done = match.end()
    out.append(html[done:])
    return "".join(out)


def view(html: str) -> View:
    """The page as its reader sees it. Pure; never raises on bad markup."""
    return view_of(parse(html))


def view_of(tree: LexborHTMLParser) -> View:
    """The view of a tree that is parsed already; the tree stays as it is."""
    result = View(tree)
    body = tree.body
    if body is None:
        return result
    _Walk(result).run(body)
    return result


class _Walk:
    """The state of one walk: the line being written and where we are."""

    def __init__(self, result: View) -> None:
        self.lines, self.blocks = result.lines, result.blocks
        classes: dict[str, list[LexborNode]] = defaultdict(list)
        for node in result.tree.css("[class]"):
            classes[node.attrs.get("class") or ""].append(node)
        tokens = set(" ".join(classes).split())
        styled = [(node, node.attrs.get("style") or "") for node in result.tree.css("[style]")]
        self.hidden = _hidden(result.tree, classes, tokens, styled)
        self.crossed = _crossed_out(result.tree, classes, tokens, styled)
        self.parts: list[str] = []
        self.size = 0
        self.struck: list[tuple[int, int]] = []
        self.links = 0
        self.href = ""

    def run(self, body: LexborNode) -> None:
        blocks, hidden, crossed, parts = self.blocks, self.hidden, self.crossed, self.parts
        kinds: dict[int, int] = {}  # by the number this tree gives a tag: a tag's name costs a string each time
        marked = hidden.keys() | crossed
        blocks.append(Block(0, "body", body, 0))
        current = 0
        # The elements we are in, and what to undo on leaving each; None for a plain inline one, which changes nothing.
        path: list[LexborNode] = []
        undo: list[tuple[int, int, int, int, str, bool] | None] = []
        shade, struck_from, link_from, tag_now = VISIBLE, -1, -1, "body"
        after_inline = False
        node = body.child
        while True:
            if node is None:
                if not path or len(self.lines) > _MOST_LINES:
                    break
                node = path.pop().next
                held = undo.pop()
                if held is None:
                    after_inline = True
                    continue
                _, shade_before, struck_before, link_before, _, inline = held
                if struck_from >= 0 > struck_before and self.size > struck_from:
                    self.struck.append((struck_from, self.size))
                if link_from >= 0 > link_before:
                    self.links += max(0, self.size - link_from)
                if not inline:
                    if parts:
                        self.flush(current, tag_now, shade)
                    blocks[current].last = len(blocks) - 1
                elif shade != shade_before and parts:
                    self.flush(current, tag_now, shade)
                after_inline = inline
                current, shade, struck_from, link_from, tag_now = held[:5]
                continue
            number = node.tag_id
            kind = kinds.get(number, -1)
            if kind < 0:
                kind = kinds[number] = _KINDS.get(node.tag or "", _BLOCK)
            if kind == _TEXT:
                text = node.text_content
                if text and (parts or not text.isspace()):
                    # Neighbouring <span>s are laid out apart by style sheets; a reader sees two words, not one.
                    if after_inline and parts and _parted(parts[-1], text):
                        parts.append(" ")
                        self.size += 1
                    parts.append(text)
                    self.size += len(text)
                after_inline = False
                node = node.next
                continue
            if kind == _SKIPPED:
                node = node.next
                continue
            deeper, strikes = shade, False
            if marked and (key := node.mem_id) in marked:
                if own := hidden.get(key):
                    if own == HARD:
                        node = node.next
                        continue
                    deeper = own
                strikes = struck_from < 0 and key in crossed
            if kind == _BREAK:
                if parts:
                    self.flush(current, tag_now, shade)
                node = node.next
                continue
            child = node.first_child
            if kind == _INLINE and deeper == shade:
                if child is None:
                    after_inline = True  # an icon, a picture: nothing to enter, nothing to undo
                    node = node.next
                    continue
                if not strikes:
                    path.append(node)
                    undo.append(None)
                    node = child
                    continue
            path.append(node)
            undo.append((current, shade, struck_from, link_from, tag_now, kind != _BLOCK))
            if parts and (kind == _BLOCK or deeper != shade):
                self.flush(current, tag_now, shade)
            if kind == _BLOCK:
                tag_now = node.tag or ""
                blocks.append(Block(current, tag_now, node, len(path)))
                current = len(blocks) - 1
                struck_from = 0 if strikes or struck_from >= 0 else -1
                link_from = 0 if link_from >= 0 else -1
            else:
                if kind == _LINK:
                    tag_now = tag_now if tag_now[0] == "h" and tag_now != "header" else "a"
                    self.href = node.attrs.get("href") or ""
                    if link_from < 0:
                        link_from = self.size
                    if parts and not parts[-1][-1:].isspace():
                        parts.append(" ")
                        self.size += 1
                elif kind == _RAISED and parts and parts[-1][-1:].isdigit():
                    parts.append(" ")  # "$9<sup>99</sup>" is no 999
                    self.size += 1
                if strikes:
                    struck_from = self.size
            shade = deeper
            node = child
        if parts:
            self.flush(0, "body", shade)
        blocks[0].last = len(blocks) - 1

    def flush(self, block: int, tag: str, shade: int) -> None:
        parts = self.parts
        raw = parts[0] if len(parts) == 1 else "".join(parts)
        text = " ".join(raw.split())
        if text:
            struck = tuple(_moved(raw, text, span) for span in self.struck) if self.struck else ()
            self.lines.append(Line(text, tag, block, shade, struck, self.links, self.href if self.links else ""))
        parts.clear()
        self.size = self.links = 0
        if self.struck:
            self.struck.clear()


def _parted(before: str, text: str) -> bool:
    """Whether two runs of text with an element's end between them are two words that no space parts."""
    return text[0].isupper() and before[-1].isalpha() and len(before) > 1 and len(text) > 1


def _moved(raw: str, text: str, span: tuple[int, int]) -> tuple[int, int]:
    """A span of the raw line as a span of the folded one."""
    piece = _SPACES.sub(" ", raw[span[0] : span[1]]).strip()
    start = len(_SPACES.sub(" ", raw[: span[0]]).lstrip())
    start = text.find(piece, max(0, start - 1))
    return (start, start + len(piece)) if start >= 0 else (0, 0)


def _crossed_out(
    tree: LexborHTMLParser,
    classes: dict[str, list[LexborNode]],
    tokens: set[str],
    styled: list[tuple[LexborNode, str]],
) -> set[int]:
    """The elements whose text is crossed out: by tag, by style, or by the class that price templates give."""
    found = {node.mem_id for node in tree.css("s,strike,del")}
    found.update(node.mem_id for node, style in styled if "line-through" in style)
    together = "\n".join(tokens).lower()
    hints = [hint for hint in _STRUCK_HINTS if hint in together]
    if hints and (telling := {t for t in tokens if any(h in t.lower() for h in hints) and _STRUCK_CLASS.search(t)}):
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


_HIDING_CLASSES = _HARD_CLASSES | _SOFT_CLASSES


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


_HIDING = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*hidden|(?<![\w-])opacity\s*:\s*0(?:\.0+)?(?=\s*[;}!])|text-indent\s*:\s*-\d{3,}|"
    r"font-size\s*:\s*[01](?:px)?(?=\s*[;}!])|(?:left|top|right)\s*:\s*-\d{3,}|clip\s*:\s*rect\s*\(\s*[01]|(?<![\w-])color\s*:\s*transparent",
    re.IGNORECASE,
)
_SHOWING = re.compile(
    r"display\s*:\s*(?!none)[a-z]|visibility\s*:\s*visible|(?<![\w-])opacity\s*:\s*(?:1|0?\.[1-9])", re.IGNORECASE
)
_SELECTOR = re.compile(r"[\w.#>\s-]{0,200}[.#][\w-][\w.#>\s-]{0,200}")
_HIDING_WORDS = ("display:none", "visibility:hidden", "opacity:0", "indent:-", "size:0", "size:1", ":-9", "left:-", "right:-", "top:-", "rect(", "color:transparent")  # fmt: skip
_SHOWING_WORDS = ("display:", "visibility:visible", "opacity:")
_RULE_LIMIT = 300
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
    again = _matched(tree, _of_page([rule for rule in show if rule.rank[:2] >= weakest], classes))
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
        match = pattern.search(css, at if shows else start, min(end + 1, start + 4_000))
        seen = start  # a rule is judged once, however many of the words it holds
        if match is None:
            continue
        head = max(css.rfind("}", 0, start), css.rfind("{", 0, start), css.rfind(";", 0, start)) + 1
        if not shows and _inside_media(css, head):
            continue
        fades = pattern is _HIDING and match[0][:7].lower() == "opacity"
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
