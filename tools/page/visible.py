"""What a reader sees of a page: its lines in order, where each stands, and nothing that only a machine would read.

One parse and one walk over the tree (selectolax/lexbor); everything that reads a page's text shares this view.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from selectolax.lexbor import LexborHTMLParser, LexborNode

from tools.page import hidden, streamed
from tools.page.words import Lines, low

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
_UNSEEN = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f"
    "\ufeff\uffa0\ufff0-\ufffb\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
    "\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]"
)
_SPACES = re.compile(r"\s+")
_HALF = re.compile(r"\\u[dD][89a-fA-F]")
_ESCAPE = re.compile(r"\\(?:u[dD][89abAB]..\\u[dD][c-fC-F]|(u[dD][89a-fA-F]..)|.)", re.DOTALL)
_MOST_LINES = 20_000  # of one page; what follows no reader reaches
VISIBLE, SOFT, HARD = hidden.VISIBLE, hidden.SOFT, hidden.HARD  # of the shades of a line


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
    closed: list[LexborNode] = field(default_factory=list)  # the outermost elements that no reader sees
    _marks: tuple[dict[int, int], set[int]] = field(default_factory=lambda: ({}, set()))
    _words: dict[int, str] = field(default_factory=dict)
    _small: Lines = field(default_factory=lambda: Lines(()))

    @property
    def small(self) -> Lines:
        """The text of each line in lower case: several look for words in it."""
        if len(self._small) != len(self.lines):
            self._small = Lines([low(line.text) for line in self.lines])
        return self._small

    def words(self, node: LexborNode) -> str:
        """The text of a link or button, clean; several ask for the same ones."""
        key = node.mem_id
        words = self._words.get(key)
        if words is None:
            words = self._words[key] = clean(node.text() or "")
        return words

    def turned(self, opened: Iterable[int], shut: Iterable[int], said: Mapping[int, str]) -> View:
        """The same page in another state, all by `mem_id`: these elements open (their lines are SOFT), those shut, and what some
        of its texts say instead."""
        result = View(self.tree)
        if self.tree.body is not None:
            shades, crossed = self._marks
            shades = shades | dict.fromkeys(opened, SOFT) | dict.fromkeys(shut, HARD)
            _Walk(result, (shades, crossed), said).run(self.tree.body)
        return result

    def text(self) -> str:
        """The visible lines joined by newlines, cells of a row by " | ", clean of unseen characters."""
        out: list[str] = []
        row = -1
        for line in self.lines:
            if line.shade:
                continue
            text = line.text  # white space in it is folded already
            cleaned = text if text.isascii() and text.isprintable() else clean(text)
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


def whole_json(text: str) -> str:
    """JSON whose escapes name no half of a character: neither a file nor a database takes one."""
    return _ESCAPE.sub(lambda found: r"\ufffd" if found[1] else found[0], text) if _HALF.search(text) else text


def parse(html: str) -> LexborHTMLParser:
    """The tree of a page; any text at all gives one, in time about linear in its length."""
    tags = html.count("<")
    if tags > _MANY_TAGS or html.count("=") > _MANY_ATTRIBUTES or (tags > _SOME_TAGS and _is_unclosed(html)):
        html = _tamed(html)
    try:
        return LexborHTMLParser(html or " ")
    except UnicodeEncodeError:  # lone surrogates cannot be encoded for the parser
        return LexborHTMLParser(html.encode("utf-8", "replace").decode("utf-8"))


# The parser's time grows with the square of the nesting (20,000 deep: 0.6 s) and of one tag's attributes (50,000: 6 s).
# With that of the options of a page, too (16,000: 1.4 s), and with the elements that each paragraph opens again because they
# were not closed in the one before (1,000: 1.6 s).
_SOME_TAGS, _MANY_TAGS, _MANY_ATTRIBUTES = 1_000, 10_000, 12_000
_MOST_TAGS = 100_000  # what follows no reader reaches
_DEEPEST, _LONGEST_TAG, _MOST_ATTRIBUTES, _MOST_OPTIONS, _MOST_REOPENED = 1_500, 8_000, 1_000, 2_000, 50
_TAG = re.compile(r"<(/?)([a-zA-Z][\w:-]*)[^<>]*>?")
_REOPENED = frozenset("b big code em font i small strike strong s tt u".split())
# Written out in both cases and with a glance at the first letter: IGNORECASE alone takes eight times as long.
_NAMES = "|".join("".join(f"[{sign}{sign.upper()}]" for sign in name) for name in sorted(_REOPENED))
_FIRSTS = "".join(sorted({sign for name in _REOPENED for sign in (name[0], name[0].upper())}))
_OPENING, _REOPENING = (re.compile(rf"<{slash}(?=[{_FIRSTS}])(?:{_NAMES})[\s>/]") for slash in ("", "(/?)"))
_RAW = frozenset({"script", "style", "textarea", "title", "xmp", "noembed", "noframes"})
_UNNESTED = frozenset(
    """area base br col embed hr img input link meta param source track wbr p li td th tr dt dd option optgroup thead tbody
    tfoot colgroup""".split()
)


def _is_unclosed(html: str) -> bool:
    """Whether more elements than any author's are open at once of those that the parser opens again by itself."""
    if len(_OPENING.findall(html)) <= _MOST_REOPENED:
        return False
    depth = 0
    for match in _REOPENING.finditer(html):
        depth = max(0, depth - 1) if match[1] else depth + 1
        if depth > _MOST_REOPENED:
            return True
    return False


def _tamed(html: str) -> str:
    """The same page with its nesting cut at a depth no reader's page has, and overlong tags without their attributes."""
    out: list[str] = []
    done = at = 0
    taming = _Taming()
    while match := _TAG.search(html, at):
        at = match.end()
        name = match[2].lower()
        if name in _RAW and not match[1]:
            end = html.find(f"</{name}", at)
            at = end if end >= 0 else len(html)
        instead = taming.instead(name, match)
        if instead is not None:
            out += (html[done : match.start()], instead)
            done = match.end()
        if taming.tags > _MOST_TAGS:
            html = html[: match.start()]
            break
    out.append(html[done:])
    return "".join(out)


class _Taming:
    """How many tags came so far, and how deep in them we are."""

    def __init__(self) -> None:
        self.tags = self.depth = self.options = self.reopened = 0

    def instead(self, name: str, match: re.Match[str]) -> str | None:
        """What stands in a tag's place; None where it may stay."""
        self.tags += 1
        if name == "option":
            self.options += 1
            return " " if self.options > _MOST_OPTIONS else None
        over = self.depth > _DEEPEST
        if name in _REOPENED:
            over = over or self.reopened > _MOST_REOPENED
            self.reopened = max(0, self.reopened - 1) if match[1] else self.reopened + 1
        overlong = match.end() - match.start() > _LONGEST_TAG and match[0].count("=") > _MOST_ATTRIBUTES
        if name in _RAW or name in _UNNESTED:
            return f"<{name}>" if overlong else None
        self.depth = max(0, self.depth - 1) if match[1] else self.depth + 1
        if over:
            return " "
        return f"<{name}>" if overlong else None


def view(html: str) -> View:
    """The page as its reader sees it. Pure; never raises on bad markup."""
    return view_of(parse(html))


def view_of(tree: LexborHTMLParser) -> View:
    """The view of a tree that is parsed already; the tree stays as it is."""
    result = View(tree)
    body = tree.body
    if body is None:
        return result
    result._marks = hidden.marks(tree)
    _Walk(result, result._marks, {}).run(body)
    return result


class _Walk:
    """The state of one walk: the line being written and where we are."""

    def __init__(self, result: View, marks: tuple[dict[int, int], set[int]], said: Mapping[int, str]) -> None:
        self.lines, self.blocks, self.closed = result.lines, result.blocks, result.closed
        (self.shades, self.crossed), self.said = marks, said
        self.streamed = streamed.parts_of(result.tree)
        self.parts: list[str] = []
        self.size = 0
        self.struck: list[tuple[int, int]] = []
        self.links = 0
        self.href = ""

    def run(self, body: LexborNode) -> None:
        blocks, shades, crossed, parts, streamed = self.blocks, self.shades, self.crossed, self.parts, self.streamed
        said = self.said
        kinds: dict[int, int] = {}  # by the number this tree gives a tag: a tag's name costs a string each time
        marked = shades.keys() | crossed
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
                text = (said.get(node.mem_id) if said else None) or node.text_content
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
                part = streamed.pop(node.mem_id, None) if streamed else None
                if part is None:
                    node = node.next
                    continue
                path.append(part.last)
                undo.append(None)
                node = part.node.first_child
                continue
            deeper, strikes = shade, False
            if marked and (key := node.mem_id) in marked:
                if own := shades.get(key):
                    if own == HARD:
                        self.closed.append(node)
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
            struck = tuple(_moved(raw, text, self.struck)) if self.struck else ()
            self.lines.append(Line(text, tag, block, shade, struck, self.links, self.href if self.links else ""))
        parts.clear()
        self.size = self.links = 0
        if self.struck:
            self.struck.clear()


def _parted(before: str, text: str) -> bool:
    """Whether two runs of text with an element's end between them are two words that no space parts."""
    return text[0].isupper() and before[-1].isalpha() and len(before) > 1 and len(text) > 1


def _moved(raw: str, text: str, spans: Sequence[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Spans of the raw line, in their order, as spans of the folded one."""
    at = size = 0  # how far the raw line is folded, and how long that is
    spaced = True  # and whether a further space would add to it
    for begin, end in spans:
        before = _SPACES.sub(" ", raw[at:begin])
        size += len(before) - (spaced and before[:1] == " ")
        spaced = before[-1:] == " " if before else spaced
        at = begin
        piece = _SPACES.sub(" ", raw[begin:end]).strip()
        start = text.find(piece, max(0, size - 1))
        yield (start, start + len(piece)) if start >= 0 else (0, 0)
