"""The sentences of a pack, and what they are made of: lines, clauses, the product's own words, hits with their quotes."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from tools.models import Citation, Passage

LONGEST_QUOTE = 320  # characters


@dataclass(frozen=True, slots=True)
class Hit:
    """One place where a signal was found. `value`: the words that carry it, as they can stand in a sentence."""

    value: str
    citations: tuple[Citation, ...]
    written: str = ""  # the same words as the page has them, for use inside quotation marks

    @property
    def quote(self) -> str:
        """The first quote it stands on."""
        return self.citations[0].quote


@dataclass(frozen=True, slots=True)
class Line:
    """One sentence of a passage. `section`: what the nearest known heading above it announces, "" for none."""

    passage: int
    label: str
    text: str
    section: str = ""


_SENTENCE_END = re.compile(r"(?<=[.!?])\s+(?=[\"“(\[]?[A-Z0-9])")
_CLAUSE_END = re.compile(r"[.;:!?|•·](?:\s|$)|\s[–—-]{1,2}\s|—|\s[(\[|]|\sand we\b|, (?:so|but|which|and)\b")
LOOSE_ENDS = frozenset(
    """a an the of to for with and or in on at by from as that which your our its is are be this into per than so but
    it you we can will their his her who when where while if all any every more most very""".split()
)
# Words of buttons and headings that no product is called by.
_PLAIN_WORDS = LOOSE_ENDS | frozenset(
    """open source get started start free trial try sign up create account download documentation docs tutorials
    guide help center knowledge base community forum single sign-on access control audit logs mobile apps app
    browser extension plugin plugins webhooks template templates themes export import live demo playground no
    setup cancel anytime money-back guarantee self-hosted self-host offline on-device automation automate
    automated workflow workflows custom branding support priority dedicated manager user permissions role-based
    data unlock seamless effortless leading best fastest easiest most powerful all-in-one powered built trained
    proprietary patented what's new changelog roadmap introducing meet now join create build manage track schedule
    save cut reduce over millions thousands hundreds nearly individuals manual multi-user alternative desktop""".split()
)


def lines_of(passages: Sequence[Passage]) -> list[Line]:
    """The sentences of a pack in reading order; menu entries are lines too."""
    found: list[Line] = []
    section, left, place = "", 0, ("", "")
    for passage in passages:
        if (passage.page, passage.place) != place:
            section, left, place = "", 0, (passage.page, passage.place)
        for row in passage.text.split("\n"):
            heading = _heading_of(row)
            if heading is not None:
                section, left = heading, _SECTION_ROWS
            elif left > 0:
                left -= 1
            for sentence in _SENTENCE_END.split(row.strip()):
                text = sentence.strip(" \t•·*-–>#")
                if text:
                    inside = section if left and heading is None else ""
                    found.append(Line(passage.number, passage.label, text, inside))
    return found


_SECTION_ROWS = 8  # a heading announces the rows below it, not the rest of the page
_HEADINGS = {
    "limits": r"(?:known )?(?:limits?|limitations?|caveats|known issues|gotchas|drawbacks|what it (?:does not|doesn(?:'|’)t|can(?:'|’)t|cannot) do|"
    r"out[- ]of[- ]scope use|bias,? risks,? and limitations|risks and limitations|not (?:yet )?supported)",
    "start": r"(?:quick ?start|getting started|install(?:ation|ing)?|usage|how to use(?: it)?|set ?up|try it|how to get started.*)",
    "versus": r"(?:compared|comparison|alternatives|how (?:it|we) compares?|compared (?:to|with) .{2,30}|related (?:projects|work|tools))",
    "features": r"(?:features|what it does|key features|highlights|what you get|capabilities)",
    "figures": r"(?:measured|benchmarks?|evaluation(?: results)?|results|performance|metrics)",
    "changes": r"(?:change ?log|release notes|releases|what(?:'|’)s new|news|history)",
    "prices": r"(?:prices?|pricing|plans(?: and prices)?)",
    "": r"(?:licen[cs]e|security(?: and data)?|faq|frequently asked questions|customers|contact|about|support|documentation|docs|citation|"
    r"contributing|training|acknowledg\w+|rights(?: and handoff)?|handoff|export|privacy|team|roadmap|community)",
}
_HEADING = {name: re.compile(rf"#*\s*{pattern}\s*:?", re.IGNORECASE) for name, pattern in _HEADINGS.items()}


def _heading_of(row: str) -> str | None:
    """The section a row opens ("" for one of no use here), or None when it is no heading."""
    text = row.strip(" *_")
    if len(text) > 45:
        return None
    for name, pattern in _HEADING.items():
        if pattern.fullmatch(text):
            return name
    return "" if text.startswith("#") else None


def phrase(text: str, most_words: int) -> str:
    """The first clause of `text`, cut to at most `most_words` words without a loose end."""
    clause = _clause(text.strip())
    words = clause.split()
    if len(words) > most_words:
        words = words[:most_words]
        # Better a whole shorter clause than a longer one cut anywhere.
        comma = max((at for at, word in enumerate(words) if word.endswith(",")), default=-1)
        words = words[: comma + 1] if comma >= 3 else words
    while words and words[-1].lower().strip(",;:") in LOOSE_ENDS:
        words.pop()
    return " ".join(words).strip(" ,;:-–—\"“”'*")


def _clause(text: str) -> str:
    """The first clause. A ", and" after another comma closes a list and ends nothing."""
    for end in _CLAUSE_END.finditer(text):
        if not (end[0] == ", and" and "," in text[: end.start()]):
            return text[: end.start()]
    return text


class Words:
    """What the pack tells about its own words: the product's name, and which capitals are only sentence starts."""

    def __init__(self, name: str, lines: list[Line]) -> None:
        self.name = name.strip()
        self.names = frozenset(re.findall(r"[\w.+-]+", self.name.lower()))
        first = self.name.split()[0] if self.name else ""
        short = len(first) > 3 and first.lower() not in _PLAIN_WORDS and len(self.names) > 1
        self.called = re.compile(  # the name, or the first word of a longer one, at the head of a sentence
            rf"(?:{re.escape(self.name)}{f'|{re.escape(first)}' if short else ''})(?!\w)" if self.name else "(?!)",
            re.IGNORECASE,
        )
        self.lower = frozenset(word for line in lines for word in re.findall(r"(?<![\w.])[a-z][a-z'-]+", line.text))

    def titled(self, text: str) -> str:
        """A line without the product's name in front: "Name – what it is"."""
        called = self.called.match(text)
        return re.sub(r"^\s*[—–:|·-]\s*", "", text[called.end() :]) if called and len(text) > called.end() + 3 else text

    def lowered(self, value: str) -> str:
        """`value` as it stands inside a sentence: capitals that headings and buttons put there made small."""
        value = re.sub(r"^(?:A|An|The)(?=\s)", lambda m: m[0].lower(), value)
        return re.sub(
            r"(?<![\w.])[A-Z][a-z'’-]+(?![\w.@])", lambda m: m[0].lower() if self._plain(m[0]) else m[0], value
        )

    def _plain(self, word: str) -> bool:
        return word.lower() in _PLAIN_WORDS or (word.lower() in self.lower and word.lower() not in self.names)


# A customer's sentence says what the customer says, not what the product is. Makers speak in the first person too, in
# their READMEs and launches.
_CUSTOMER = re.compile(
    r"^[“\"]|[”\"]$|\b(?-i:I|I(?:'|’)m|I(?:'|’)ve)\b|\b(?:my|me)\b(?! (?:account|profile|dashboard))", re.IGNORECASE
)
_MAKERS_OWN = frozenset({"readme", "card", "launch"})


def by_customer(line: Line) -> bool:
    """Whether a sentence is a customer's, not the maker's."""
    return line.label not in _MAKERS_OWN and bool(_CUSTOMER.search(line.text))


def title_case(text: str) -> bool:
    """Whether a line is set as a heading, so that its capitals tell nothing."""
    words = re.findall(r"[^\W\d_]{2,}", text)
    return len(words) > 2 and sum(word[0].isupper() for word in words) > 0.6 * len(words)


def hit_of(line: Line, value: str) -> Hit:
    """A hit that stands on a whole sentence."""
    return Hit(value, (Citation(line.passage, line.text[:LONGEST_QUOTE]),))


def plain_words(text: str) -> str:
    """A text as small words with single blanks, for comparing."""
    return re.sub(r"\W+", " ", text).strip().lower()
