"""A page's lines as those ask about them who read what it states: sentences, answers, items of lists, and whose words."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import accumulate, pairwise

from tools.page.stated.spoken import common, holds, key_of, spoken_in, stems
from tools.page.words import find, low

_MOST_CHARS = 320  # of a sentence: what is longer is a menu, a table or code
_LEAST_WORDS = 2
_MOST_LINES = 60  # of a page that hold a topic's stem: a reference names it in every line
# where a line falls into sentences: behind a stop, before a tick or bullet
_CUT = re.compile(
    r"(?<=[.!?])[\"”’)\]*]*\s+(?=[^a-z\s])|(?<=[。！？])(?=\S)|\s*(?=[✓✔✅☑✗✘✕❌•●▪→])|\s+[·|]\s+(?=[A-Z✓✔\d])"
)
_MAY_CUT = re.compile(r"[.!?。！？✓✔✅☑✗✘✕❌•●▪→·|]")  # what is cut has one of them: a cheap gate
_QUESTION = re.compile(r"[?？]\W*$|^¿")
_CROSSED = re.compile(r"^\W*[✗✘✕❌]")  # what one plan lacks and another has
_QUOTED = re.compile(r"^[\s>]*[\"“„«‘「『]")
_SIGNED = re.compile(r"^\s*[—–-]\s*[A-Z@]")
_CODE = re.compile(
    r"[{}<\\]|>(?! )|;(?!\s+\S)|=\s*[\"'\w]|^\s*[$/]|\w\(\)|\w_\w|"
    r"\b(?:curl|npm|pip|const|docker run|import (?:\{|\* |\w+ from|\w+\.\w))\b"
)
# A flag is code, too, but for one in a sentence: "You can export it all, by acme log --all."
_FLAG = re.compile(r"--\w")
_PROSE = re.compile(r"^\W*[^\W\d_a-z]\S*(?:\s+\S+){4,}[.!。]\W*$")
_ITEM = re.compile(r"^\s*(?:[✓✔✅☑•●▪★→+]|[-*] |#{1,5} |\d\. )\s*\S")  # of a list, or a heading
_LONE_MARK = re.compile(r"^\W*([✗✘✕❌✓✔✅☑])\W*$")  # the badge of what stands behind it
_BADGE_LINES = 3
_MARKED = ("✓", "✔", "✅", "☑", "–", "—")  # an item of a plan's, and no quotation, whatever dash stands below it
_DASHED, _TICKS, _CARD_LINES = re.compile(r"^\s*[–—] \S"), "✓✔✅☑", 12
_TALE = re.compile(  # an address under which others are spoken of, too
    r"/(?:blogs?|posts?|news|articles?|stories|tutorials?|learn)(?:/|\.html?$|$)|//(?:blog|news)\.", re.IGNORECASE
)
_VERSUS = re.compile(r"\b(?:vs|versus|compared (?:to|with)|the old way)\b", re.IGNORECASE)  # a heading over two columns
_VERSUS_LINES, _HEADING_CHARS = 24, 60
_HEAD_WORDS = 3  # of a column's head that names the product
_SIGNS = " *#:·•|✗✘✕❌✓✔✅☑✨"
_LINK = re.compile(r"\]\(")
# "Gristwheel has", "Gristwheel's plan lets": who is spoken of at a sentence's beginning, where it is somebody by name
_SUBJECT = re.compile(
    r"^\W*((?:[A-Z][\w.&-]*)(?: [A-Z][\w.&-]*)?)(?:['’]s (?:[\w-]+ ){0,3}?| (?:\w+ )?)"
    r"(?:is|has|had|does|doesn't|(?<!s )can|(?<!s )can't|(?<!s )will|offers|supports|lets|allows|provides|includes|gives|"
    r"comes|charges|runs|works|exports|stores|keeps|hosts|also|only|never|currently)\b"
)
_WE = re.compile(r"[,;:–—] (?:and |but |so )?we\b")  # a clause in which its maker speaks, whatever begins the sentence


def cells(row: str) -> list[str]:
    """The cells of a table's row; [] of a line that is none."""
    if " | " not in row:
        return []
    return [cell.strip(" *") for cell in row.strip().strip("|").split("|")]


@dataclass(slots=True)
class Said:
    """A piece of a line that may state something: as written, in small letters, and those before it in its line."""

    line: int
    text: str
    small: str
    before: tuple[str, ...]

    @property
    def is_question(self) -> bool:
        """Whether it asks."""
        return bool(_QUESTION.search(self.text))

    @property
    def is_crossed(self) -> bool:
        """Whether it is an item that its plan lacks."""
        return bool(_CROSSED.search(self.text))

    @property
    def is_plain(self) -> bool:
        """Whether it is a sentence or a feature's name that says something: no question, button, code or crossed-out item."""
        long_enough = len(self.text.split()) >= _LEAST_WORDS or not self.text.isascii()
        is_code = _CODE.search(self.text) or (_FLAG.search(self.text) and not _PROSE.match(self.text))
        return long_enough and not (is_code or self.is_question or self.is_crossed)


class Lines:
    """A page's lines. small: the whole text in small letters, of the same length; names: the languages it speaks; plans: the
    names of the product's plans as they are written, by those in small letters."""

    def __init__(self, text: str, url: str, plans: Iterable[str] = (), own: Iterable[str] = ()) -> None:
        self.text, self.small = text, low(text)
        if len(self.small) != len(text):  # letters whose small form is longer: places are to be the same in both
            self.small = "".join(letter.lower() if len(letter.lower()) == 1 else letter for letter in text)
        self.rows = text.split("\n")
        words = set(self.small.split())
        self._words = "\n".join(words)
        self.names, self.own = spoken_in(words, self._words), _own_names(url, own)
        self.is_tale = bool(_TALE.search(url))
        self.plans = {low(name): name for name in plans if len(name) > 1}
        self._starts = [0, *accumulate(map((1).__add__, map(len, self.rows)))]
        self._split: dict[int, list[Said]] = {}  # by line: topics share lines

    def at(self, place: int) -> int:
        """The number of the line in which a place of the text lies."""
        return bisect_right(self._starts, place) - 1

    def holding(self, stems: tuple[str, ...]) -> list[int]:
        """The first lines that hold one of some stems."""
        found: set[int] = set()
        for stem in stems:
            place = self.small.find(stem) if key_of(stem) in self._words else -1
            while place >= 0:
                line = self.at(place)
                found.add(line)
                place = self.small.find(stem, self._starts[line + 1] - 1)
        return sorted(found)[:_MOST_LINES]

    def pieces(self, line: int) -> list[Said]:
        """The sentences of a line; none of a quotation."""
        if line not in self._split:
            self._split[line] = list(self._pieces(line))
        return self._split[line]

    def _pieces(self, line: int) -> Iterator[Said]:
        row = self.rows[line]
        if (
            _QUOTED.search(row)
            or "\t" in row
            or (
                row.lstrip()[:1] not in _MARKED
                and line + 1 < len(self.rows)
                and _SIGNED.search(self.rows[line + 1][:80])
            )
        ):
            return
        if len(cells(row)) == 2 and (own := self.own_column(line)) is not None:
            row = cells(row)[own]  # "Other tools | Us": the other cell is said of others
        inner = [cut.span() for cut in _CUT.finditer(row)] if _MAY_CUT.search(row, 0, len(row) - 1) else []
        cuts = [(0, 0), *inner, (len(row), len(row))]
        before: tuple[str, ...] = ()
        for one, other in pairwise(cuts):
            text = row[one[1] : other[0]].strip()
            if len(text) <= _MOST_CHARS:
                yield Said(line, text, low(text), before)
            before = (*before, text)

    def behind(self, said: Said) -> Said | None:
        """What is said next, in its line or at the beginning of the next line that holds words."""
        ours = self.pieces(said.line)
        if (place := ours.index(said) + 1) < len(ours):
            return ours[place]
        for line in range(said.line + 1, min(said.line + 4, len(self.rows))):
            if any(letter.isalnum() for letter in self.rows[line]):
                return next(iter(self.pieces(line)), None)
        return None

    def between(self, first: Said, last: Said) -> str:
        """The text from the beginning of one piece to the end of another, as it stands."""
        begun = self.text.index(first.text, self._starts[first.line])
        ended = self.text.index(last.text, begun + len(first.text))
        return self.text[begun : ended + len(last.text)]

    def is_item(self, said: Said) -> bool:
        """Whether it is marked as an item of a list or as a heading, and no link."""
        return bool(_ITEM.match(said.text if said.before else self.rows[said.line])) and not _LINK.search(said.text)

    def is_of_another(self, said: Said) -> bool:
        """Whether its line speaks of somebody else by name up to there, or it stands where others are spoken of and does not
        name the product; or it is crossed out by a badge."""
        if any(self._names_another(text) for text in (said.text, *said.before)) or self._is_crossed(said.line):
            return True
        return (self.is_tale or self._is_in_contrast(said.line)) and not self._is_its_own(said)

    def _is_its_own(self, said: Said) -> bool:
        """Whether its maker speaks in it, or it names the product."""
        return holds(said.small, "ours", self.names) or self._names_itself(said.text)

    def _names_itself(self, text: str) -> bool:
        words = re.findall(r"\w+", text)  # of an address that runs two words together, either
        return any(word[:1].isupper() and word.lower() in own for word in words if len(word) > 2 for own in self.own)

    def _is_in_contrast(self, line: int) -> bool:
        """Whether it stands below a heading that sets two against each other, or names what others do, in no column under the
        product's name."""
        for row in reversed(self.rows[max(0, line - _VERSUS_LINES) : line]):
            if len(row) > _HEADING_CHARS:
                continue
            small = low(row)
            if _VERSUS.search(row):
                return not find(row, "free", "plan_name")  # two plans of its own
            if self._is_of_others(small):
                return True
            if self._names_itself(row) or holds(small, "of_ours", self.names):
                return False
        return False

    def _is_of_others(self, small: str) -> bool:
        """Whether a short line in lower case is what others are called: “Other tools”, “The old way”."""
        return holds(small.strip(_SIGNS), "others", self.names)

    def own_column(self, line: int) -> int | None:
        """In a row of a table that sets the product against others, the place of its own cell; None of any other row.

        The head names the product, or us, in one cell and something else in another.
        """
        count = len(cells(self.rows[line]))
        for at in range(line - 1, -1, -1):
            row = cells(self.rows[at])
            if not row and any(letter.isalnum() for letter in self.rows[at]):
                return None
            own = [place for place, cell in enumerate(row) if self._heads_own(cell)]
            others = [cell for place, cell in enumerate(row) if cell and place not in own]
            if len(own) == 1 and others and (own[0] or len(row) == 2):
                return own[0] + count - len(row) if 0 <= own[0] + count - len(row) < count else None
        return None

    def _heads_own(self, cell: str) -> bool:
        """Whether a cell is the product's name and little more, or "us"."""
        if len(cell.split()) > _HEAD_WORDS:
            return False
        return self._names_itself(cell) or holds(low(cell).strip(_SIGNS), "of_ours", self.names)

    def _is_crossed(self, line: int) -> bool:
        """Whether the badge before it, or right behind it, crosses it out; or a dash does, where others are ticked."""
        if _DASHED.match(self.rows[line]):
            beside = self.rows[max(0, line - _CARD_LINES) : line + _CARD_LINES]
            return any(row.lstrip()[:1] in _TICKS for row in beside if row.strip())
        before = reversed(self.rows[max(0, line - _BADGE_LINES) : line])
        marks = [match[1] for row in (*before, *self.rows[line + 1 : line + 2]) if (match := _LONE_MARK.match(row))]
        return bool(marks) and bool(_CROSSED.search(marks[0]))

    def _names_another(self, sentence: str) -> bool:
        """Whether it speaks of somebody by name who is not the product: a word the page never writes small."""
        match = _SUBJECT.search(sentence)
        if match is None or _WE.search(sentence):
            return False
        first, whole = (re.sub(r"\W", "", name).lower() for name in (match[1].split()[0], match[1]))
        if any(name in own or own in name for own in self.own for name in (first, whole) if len(name) > 2):
            return False
        if any(first in re.findall(r"\w+", plan) for plan in self.plans):
            return False
        if first in common() or any(stem in match[1].lower() for stem in stems(("en",))):
            return False
        return not re.search(rf"\b{re.escape(first)}\b", self.text)


def _own_names(url: str, known: Iterable[str]) -> list[str]:
    """What the product is called, in small letters: the names that are known and labels of the host; of the path only where no
    name is known, for a shared host's first step may be one, and the last of any address another's."""
    host, _, path = url.partition("://")[2].partition("?")[0].partition("/")
    names = tuple(known)
    labels = [*names, *host.split(".")[:-1], *(() if names else path.split("/"))]
    return [name for label in labels if len(name := re.sub(r"[\W_]", "", label.lower())) > 2 and name != "www"]
