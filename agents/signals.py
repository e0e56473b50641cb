"""Named signals in an evidence pack: typed rules over sentences, facts and plans, each hit with the quote it stands on.

A signal says that something is written there, never that it is good: what it is worth to whom stands in the personas.
English only; a pack in another language yields few signals, and the rubric reviewer then abstains and says so.
Rules come from reading launch pages, model cards and READMEs in general; none is for one product, brand or domain.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from agents.signal_rules import CATEGORY, MONEY, NAME, RULES, VERBS, Rule
from tools.documents import PlanDoc
from tools.evidence import find_quote
from tools.models import Citation, Passage

MOST_HITS = 8  # a signal's further hits say nothing new
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


_FOUND_BY_CODE = {
    "definition": "what it is, in one phrase",
    "category": "the shelf it stands on",
    "promise": "its own line",
    "does": "what it does, in one sentence",
    "detail": "how it does it",
    "job": "the job",
    "single_job": "one job",
    "feature": "something it does",
    "price": "a price",
    "free_plan": "a free plan",
    "ladder": "two prices to grow between",
    "unit_price": "what is counted",
    "custom_plan": "a plan without a price",
    "trend": "a trend it rides on",
}
LABELS: Mapping[str, str] = {**{rule.name: rule.label for rule in RULES}, **_FOUND_BY_CODE}
NAMES = frozenset(LABELS)

_SENTENCE_END = re.compile(r"(?<=[.!?])\s+(?=[\"“(\[]?[A-Z0-9])")
_CLAUSE_END = re.compile(r"[.;:!?|•·](?:\s|$)|\s[–—-]{1,2}\s|—|\s[(\[|]|\sand we\b|, (?:so|but|which|and)\b")
_DENIED = re.compile(
    r"\b(?:no|not|never|without|zero|isn(?:'|’)t|don(?:'|’)t|doesn(?:'|’)t|aren(?:'|’)t|neither|nor|lacks?)(?:\s\w+){0,3}\s$",
    re.IGNORECASE,
)
# Signals that are themselves about what is denied, or that stand whoever denies what.
_DENIAL_ALLOWED = frozenset(
    {
        "limitation",
        "stance",
        "rival",
        "install",
        "code",
        "displaced",
        "no_card",
        "quick",
        "rights",
        "guarantee",
    }
)
_LOOSE_ENDS = frozenset(
    """a an the of to for with and or in on at by from as that which your our its is are be this into per than so but
    it you we can will their his her who when where while if all any every more most very""".split()
)
# Words of buttons and headings that no product is called by.
_PLAIN_WORDS = _LOOSE_ENDS | frozenset(
    """open source get started start free trial try sign up create account download documentation docs tutorials
    guide help center knowledge base community forum single sign-on access control audit logs mobile apps app
    browser extension plugin plugins webhooks template templates themes export import live demo playground no
    setup cancel anytime money-back guarantee self-hosted self-host offline on-device automation automate
    automated workflow workflows custom branding support priority dedicated manager user permissions role-based
    data unlock seamless effortless leading best fastest easiest most powerful all-in-one powered built trained
    proprietary patented what's new changelog roadmap introducing meet now join create build manage track schedule
    save cut reduce over millions thousands hundreds nearly individuals manual multi-user alternative desktop""".split()
)
_NO_NAMES = frozenset(
    """the a an your you we our it its this that these those all free other every any manual traditional both most
    many some no not now new see learn get how what why when where who which than then and or but for in on at to
    from with by of as is are one two three jan feb mar apr may jun jul aug sep oct nov dec january february march
    april june july august september october november december monday tuesday wednesday thursday friday saturday
    sunday api apis us eu uk ai crm seo saas b2b ui ux ide cms pdf csv html css pro plus basic premium enterprise
    business team teams starter standard start try read more about home features pricing contact support docs blog
    login sign company resources products product solutions customers customer best top click here there them
    alternative alternatives software app apps tool tools online excel-like gdpr webinars compared comparison compliance spreadsheets spreadsheet mobile json
    yaml xml http rest sql docker git markdown windows linux macos""".split()
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


def find_signals(
    passages: Sequence[Passage],
    *,
    name: str,
    tagline: str | None = None,
    description: str | None = None,
    plans: Sequence[PlanDoc] = (),
) -> dict[str, tuple[Hit, ...]]:
    """Every signal found, by name, with its hits in reading order. Pure: same passages, same hits."""
    lines = lines_of(passages)
    words = _Words(name, lines)
    found: dict[str, list[Hit]] = {}
    lines = [line for line in lines if not line.text.endswith("?")]  # a question asserts nothing
    for line in lines:
        for signal, hit in _hits_of(line, words):
            _add(found, signal, hit)
    for signal, hit in [*_introductions(lines, words, tagline or "", description or ""), *_of_sections(lines, words)]:
        _add(found, signal, hit)
    for signal, hit in _money(passages, plans):
        _add(found, signal, hit)
    if "price" in found:  # then other sums on the page are somebody else's
        found.pop("price_text", None)
    for signal in [name for name in found if name.startswith("trend_")]:
        _add(found, "trend", found[signal][0])
    return {signal: tuple(hits[:MOST_HITS]) for signal, hits in found.items()}


def phrase(text: str, most_words: int) -> str:
    """The first clause of `text`, cut to at most `most_words` words without a loose end."""
    clause = _clause(text.strip())
    words = clause.split()
    if len(words) > most_words:
        words = words[:most_words]
        # Better a whole shorter clause than a longer one cut anywhere.
        comma = max((at for at, word in enumerate(words) if word.endswith(",")), default=-1)
        words = words[: comma + 1] if comma >= 3 else words
    while words and words[-1].lower().strip(",;:") in _LOOSE_ENDS:
        words.pop()
    return " ".join(words).strip(" ,;:-–—\"“”'*")


def _clause(text: str) -> str:
    """The first clause. A ", and" after another comma closes a list and ends nothing."""
    for end in _CLAUSE_END.finditer(text):
        if not (end[0] == ", and" and "," in text[: end.start()]):
            return text[: end.start()]
    return text


class _Words:
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


def _add(found: dict[str, list[Hit]], signal: str, hit: Hit) -> None:
    hits = found.setdefault(signal, [])
    if all(other.value.lower() != hit.value.lower() for other in hits):
        hits.append(hit)


def _hits_of(line: Line, words: _Words) -> Iterator[tuple[str, Hit]]:
    length = len(line.text.split())
    customer = _by_customer(line)
    for rule in RULES:
        if customer and rule.name not in _FROM_CUSTOMERS:
            continue
        if length < rule.least_words or length > 120 or (rule.avoid and rule.avoid.search(line.text)):
            continue
        for match in rule.pattern.finditer(line.text):
            if rule.name not in _DENIAL_ALLOWED and _DENIED.search(line.text[: match.start("v")]):
                continue
            if rule.name in _OF_NAMES and _title_case(line.text):
                continue  # in a heading every word looks like a name
            written = _written(rule, line.text, match["v"])
            value = (
                _names_in(written, words)
                if rule.name in _OF_NAMES
                else written
                if rule.name in _AS_WRITTEN
                else words.lowered(written)
            )
            if rule.name == "export" and not re.match(r"(?:export|download)\s", value, re.IGNORECASE):
                value = f"use its {value}"  # "CSV export" as something one can do
            if value and value.lower() not in words.names:
                yield rule.name, Hit(value, (Citation(line.passage, _around(line.text, match.span("v"))),), written)


# A customer's sentence says what the customer says, not what the product is. Makers speak in the first person too, in
# their READMEs and launches.
_CUSTOMER = re.compile(
    r"^[“\"]|[”\"]$|\b(?-i:I|I(?:'|’)m|I(?:'|’)ve)\b|\b(?:my|me)\b(?! (?:account|profile|dashboard))", re.IGNORECASE
)
_MAKERS_OWN = frozenset({"readme", "card", "launch"})
_FROM_CUSTOMERS = frozenset({"testimonial", "outside_proof", "install", "code"})


def _by_customer(line: Line) -> bool:
    return line.label not in _MAKERS_OWN and bool(_CUSTOMER.search(line.text))


def _written(rule: Rule, sentence: str, found: str) -> str:
    """A match as the page has it: a command whole, a short sentence whole where the rule wants it so, else its clause."""
    if rule.name in ("install", "code"):
        return found.strip()[:90]
    if rule.whole and len(sentence.split()) <= rule.most_words and "**" not in sentence:
        return sentence.strip(' .:;,!“”"*✓✅')
    return phrase(found, rule.most_words)


_AS_WRITTEN = frozenset(
    {
        "install",
        "code",
        "platforms",
        "formats",
        "certificate",
        "licence",
        "standard",
        "benchmark",
        "testimonial",
        "version",
        "outside_proof",
    }
)
_OF_NAMES = frozenset({"rival", "integration", "platform"})


def _title_case(text: str) -> bool:
    words = re.findall(r"[^\W\d_]{2,}", text)
    return len(words) > 2 and sum(word[0].isupper() for word in words) > 0.6 * len(words)


def _names_in(value: str, words: _Words) -> str:
    """The names of a list that are names of others, joined as the page joined them; empty when none is."""
    parts = [part.strip(" .") for part in re.split(r",\s(?:and\s|or\s)?|\s(?:and|or|&)\s", value)]
    kept = []
    for part in parts:
        first = part.split()[0].lower() if part else ""
        own = part.lower() in words.name.lower() or first in words.names
        if len(part) > 1 and not own and first not in _NO_NAMES and not (" " not in part and first in words.lower):
            kept.append(part)
    if len(kept) < 2:
        return "".join(kept)
    return ", ".join(kept[:-1]) + " and " + kept[-1]


def _around(text: str, span: tuple[int, int]) -> str:
    """The sentence, or as much of it around `span` as a quote may hold, cut between words."""
    if len(text) <= LONGEST_QUOTE:
        return text
    start = max(0, min(span[0] - 80, len(text) - LONGEST_QUOTE))
    end = min(len(text), max(span[1], start + LONGEST_QUOTE))
    start = 0 if start == 0 else text.index(" ", start) + 1 if " " in text[start : span[0]] else span[0]
    end = end if end == len(text) else max(text.rfind(" ", span[1], end), span[1])
    return text[start:end].strip()


_ARTICLES = "an?|the|your|eine?|der|die|das|une?|le|la|el|una|uma?|il|lo"
_IS = re.compile(
    rf"\b(?:is|are|:|–|—|-|ist|sind|est|es|è|é)\s+(?P<v>(?:{_ARTICLES})\s.+)",
    re.IGNORECASE,
)
_HELPS = re.compile(
    rf"\b(?:helps?|lets?|allows?|enables?|so (?:that )?you can|you can|makes it easy to|easily)\s"
    rf"(?:(?:you|your team|teams|everyone|anyone|users|people|[\w-]+s|businesses|companies|\w+ teams)\s(?:to\s)?)?"
    rf"(?P<v>(?:{VERBS})\b.+)",
    re.IGNORECASE,
)
_IMPERATIVE = re.compile(
    rf"^(?!\w+ times\b)(?:easily |simply |quickly |automatically )?(?P<v>(?:{VERBS})\s[a-z].{{8,}})", re.IGNORECASE
)
_AGENT = re.compile(
    r"^(?:an?|the)\s(?P<v>(?:[\w-]+\s){0,3}?[\w-]{2,}(?:er|or|ing|kit|base))(?=\s(?:for|of|that|to|in|with|on|from|by)\b|$)",
    re.IGNORECASE,
)
_SHELF = re.compile(rf"(?P<v>(?:[\w-]+\s){{0,3}}(?:{CATEGORY})(?:\s(?:{CATEGORY}))*)\b", re.IGNORECASE)
_NOT_A_JOB = re.compile(r"^(?:discover|learn|explore|view|watch|read|join|ask|see)\b|^(?:get \S+ (?:for free|now|today)|download|get (?:started|a demo|in touch|help|expert|tips|the latest|updates|news)|secure (?!your |all |the |every|it |them |access|sensitive )|learn more|start (?:now|free|your)|find out|read |see |"
                        r"sign |view (?:all|more|our)|watch (?:the|a|our)|try |use (?:of|this site)|work with us|keep in|"
                        r"discover (?:how|more)|ask |check out|open (?:menu|in)|add to|set up a call|manage (?:cookies|consent|preferences))", re.IGNORECASE)  # fmt: skip


def _introductions(lines: list[Line], words: _Words, tagline: str, description: str) -> Iterator[tuple[str, Hit]]:
    """definition, category, promise, job, single_job, feature: what the opening sentences say it is and does."""
    own_lines = [_plain(text) for text in (tagline, description) if text]
    for at, line in enumerate(lines):
        if _by_customer(line):
            continue
        plain = _plain(line.text)
        introduces = any(own and (own in plain or (len(plain) > 20 and plain in own)) for own in own_lines)
        if introduces or (line.label == "launch" and len(plain.split()) > 3):
            titled = words.titled(line.text)
            yield "promise", _hit(line, phrase(titled, 26))
            yield from _as_definition(line, words, titled)
        called = words.called.match(line.text)
        names_it = called or (words.name and words.name.lower() in plain[: len(words.name) + 30])
        subject = names_it or re.match(r"(?:it|this|we)\b", plain)
        stated = _IS.search(line.text) if subject else None
        if stated and len(line.text.split()) > 4:
            yield from _as_definition(line, words, stated["v"])
        elif at < _OPENING and re.match(r"(?:an?|the)\s", line.text, re.IGNORECASE) and 4 <= len(plain.split()) <= 25:
            yield from _as_definition(line, words, line.text, only_shelf=True)
        does = _DOES.match(line.text[called.end() :]) if called else None
        if does and len(line.text.split()) > 4 and not _PUFF.search(line.text):
            yield from _as_does(lines, at, words, does["v"])
            continue
        helps = _HELPS.search(line.text)
        if helps and not _NOT_A_JOB.match(helps["v"]) and not _PUFF.search(line.text):
            yield from _as_job(line, words, helps["v"], lead=introduces or at < _OPENING)
            continue
        order = _IMPERATIVE.match(line.text)
        if order and len(line.text.split()) >= 4 and not _NOT_A_JOB.match(line.text):
            if introduces or (at < _OPENING and line.label in ("homepage", "page", "readme")):
                yield from _as_job(line, words, order["v"], lead=True)
            else:
                value = words.lowered(phrase(order["v"], 11))
                if value and not _title_case(value):
                    yield "feature", _hit(line, value[0].lower() + value[1:])


_OPENING = 40  # lines in which a page says what it is about, menus before them


_ONLY_HAS = re.compile(r"(?:offers|provides|gives|includes|uses|comes|has|features|supports|handles)\s", re.IGNORECASE)


def _as_does(lines: list[Line], at: int, words: _Words, text: str) -> Iterator[tuple[str, Hit]]:
    """does, with the job in it; detail: the sentences after it that go on about it."""
    line = lines[at]
    value = words.lowered(phrase(text, 16))
    yield "does", _hit(line, value)
    if not _ONLY_HAS.match(value):
        yield from _as_job(line, words, _base_form(value), lead=True)
    for after in lines[at + 1 : at + 5]:
        told = phrase(after.text, 24)
        goes_on = _GOES_ON.match(after.text) or words.called.match(after.text)
        if after.passage == line.passage and after.text[-1] in ".!" and goes_on and len(told.split()) >= 5:
            yield "detail", _hit(after, told)


_GOES_ON = re.compile(r"(?:it|its|they|each|every|all|when|then|once|the|this|these|no|from there)\b", re.IGNORECASE)
_NO_SHELF = _LOOSE_ENDS | frozenset(
    """source open-source free simple fast best leading first new modern powerful easy better only one top ultimate
    world's smart beautiful""".split()
)


# A sentence of praise, or in a customer's voice, says nothing of what a thing does.
_PUFF = re.compile(
    "|".join(
        [
            r"\b(?:us|our|we|I|me|my)\b",
            *(rule.pattern.pattern for rule in RULES if rule.name in ("hype", "superlative")),
        ]
    ).replace("(?P<v>", "(?:"),
    re.IGNORECASE,
)
_DOES = re.compile(
    r"\s(?P<v>(?!is\b|has\b|was\b|does\b|plans\b|features\b|docs\b|reviews\b|pros\b|vs\b|this\b|its\b|us\b|prices\b|alternatives\b|templates\b)"
    r"(?!users\b|customers\b|projects\b|teams\b|members\b|employees\b|engineers\b|solutions\b|products\b|services\b|apps\b|models\b|tools\b)"
    r"[a-z]{2,}s\s(?!are\b|were\b|can\b|have\b|will\b|is\b|in\b|for\b|and\b|or\b|of\b|by\b|at\b|\w+ed\b).{8,})"
)


def _base_form(value: str) -> str:
    """A phrase in the third person ("keeps a copy") as a job ("keep a copy")."""
    verb, _, rest = value.partition(" ")
    if verb.endswith("ies"):
        verb = f"{verb[:-3]}y"
    elif re.search(r"(?:ss|sh|ch|x|z|o)es$", verb):
        verb = verb[:-2]
    elif verb.endswith("s"):
        verb = verb[:-1]
    return f"{verb} {rest}"


_NO_DEFINITION = re.compile(
    rf"^(?:on|in|at|with|from|by|to|as|easily|simply|quickly|get|try|download|access|gain|boost|drive|accelerate|achieve|"
    rf"eliminate|increase|maximi[sz]e|streamline|enjoy|leverage|enable|choose|switch|replace|join|explore|meet|experience|empower|unlock)\s|^(?:(?:{VERBS}|power|give|bring|offer|implement)\s|(?:how|what|why|when|who|our|my|we|you|is|are|popular|every|all|no|not)\b)|"
    r"^(?:an?|the)\s(?:[\w-]+\s)?(?:necessity|restriction|trademark|registered|reason|part|thing|things|lot|member|must|pleasure|way|bit|few|"
    r"great|best|fastest|easiest|most|perfect|ideal|right|result|same|case|world|first|last|next|only)\b|\b(?:I|we|I(?:'|’)ve|include|includes|cost)\b",
    re.IGNORECASE,
)


_PRAISE = re.compile(
    r"^(?:(?:the|an?)\s)?(?:#1|best|leading|top|ultimate|easiest|smartest|simplest)\s(?=[\w-]+\s)", re.IGNORECASE
)
# "Design tool for teams" opens with a noun though "design" is a verb: a shelf in the singular follows it at once.
_NOUN_AFTER_ALL = re.compile(
    rf"^(?:(?!(?:and|your|our|to|of|for|with)\b)[\w-]+\s){{1,5}}?(?:{CATEGORY})(?<!s)(?=\s(?:for|that|with|to|by|in)\b|$)",
    re.IGNORECASE,
)


def _as_definition(line: Line, words: _Words, text: str, *, only_shelf: bool = False) -> Iterator[tuple[str, Hit]]:
    stated = re.match(rf".{{2,60}}?\s(?:is|are|ist|est|es|è|é)\s(?P<v>(?:{_ARTICLES})\s.+)", text) or re.match(
        rf".{{2,40}}?\s(?:is|are)\s(?P<v>(?:[\w-]+\s){{0,4}}?(?:{CATEGORY})\b.*)", text
    )
    value = phrase(re.split(r"\s(?:that|which|who|where)\s", stated["v"] if stated else text)[0], 15)
    value = _PRAISE.sub("", value)
    opens_with_article = re.match(rf"(?:{_ARTICLES})\s", value, re.IGNORECASE)
    shelf = _SHELF.search(value) or _AGENT.search(value)
    opens_with_verb = _NO_DEFINITION.search(value) and not _NOUN_AFTER_ALL.match(value)
    if len(value.split()) < 3 or opens_with_verb or not (shelf or opens_with_article) or "?" in text:
        return
    if _PREDICATE.search(value) or (only_shelf and not _NOUN_AFTER_ALL.match(value)):
        return
    if shelf is None:
        yield "definition", _hit(line, value[0].lower() + value[1:])
        return
    shelf_words = shelf["v"].split()
    while len(shelf_words) > 1 and (shelf_words[0].lower() in _NO_SHELF or shelf_words[0][0].isdigit()):
        shelf_words.pop(0)
    for at, shelf_word in enumerate(shelf_words[:-1]):
        if shelf_word.lower() in ("a", "an", "the", "your", "our", "or", "and", "of", "for", "s"):
            shelf_words = shelf_words[at + 1 :]
            break
    category = words.lowered(" ".join(shelf_words))
    if category.lower() not in words.names:
        yield "category", _hit(line, category)
    if not opens_with_article:
        head = re.split(r"\s(?:for|of|that|to|in|with|on|from|by|as)\s", value)[0]
        plural = head.endswith("s") and not head.endswith("ss")
        article = "" if plural else "an " if value[0].lower() in "aeiou" else "a "
        value = article + words.lowered(value)
    yield "definition", _hit(line, value[0].lower() + value[1:])


_PREDICATE = re.compile(r"\b(?:is|are|was|were|can|will|has|have|had)\b", re.IGNORECASE)


def _as_job(line: Line, words: _Words, text: str, *, lead: bool) -> Iterator[tuple[str, Hit]]:
    value = words.lowered(phrase(text, 13))
    if (
        len(value.split()) < 3
        or _title_case(value)
        or re.match(r"open[- ]source|store and|cloud", value, re.IGNORECASE)
    ):
        return
    value = value[0].lower() + value[1:]
    yield "feature", _hit(line, value)
    if lead:
        yield "job", _hit(line, value)
        if not re.search(r",|\band\b|&", value):
            yield "single_job", _hit(line, value)


def _hit(line: Line, value: str) -> Hit:
    return Hit(value, (Citation(line.passage, line.text[:LONGEST_QUOTE]),))


def _plain(text: str) -> str:
    return re.sub(r"\W+", " ", text).strip().lower()


_COMMAND = re.compile(r"(?:\$ )?(?P<v>[a-z][\w.-]+(?: [\w./:@=\"'{}$()\[\]<>|,-]+){1,9})")
_DATE = re.compile(
    r"(?P<v>(?:20[12]\d-\d\d(?:-\d\d)?|(?:\d{1,2} )?(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*\.? (?:\d{1,2},? )?20[12]\d)\b.{0,60})"
)
_AMOUNT = re.compile(
    r"(?P<v>\d(?:[\d.,]*\d)?[kKM]?\s(?!months? free|days? free)(?:[KMGT]B|[a-z]+s?)(?:\s[\w-]+){0,4})(?:,.*)?"
)
_NAMED = re.compile(rf"(?P<v>{NAME})")


def _of_sections(lines: list[Line], words: _Words) -> Iterator[tuple[str, Hit]]:
    """limitation, code, rival, measured, feature, dated: what stands under a heading that announces it."""
    for line in lines:
        length = len(line.text.split())
        if line.section == "limits" and 3 <= length <= 40:
            yield "limitation", _hit(line, phrase(line.text, 24))
        elif line.section == "start" and (command := _COMMAND.fullmatch(line.text)) and len(command["v"]) <= 90:
            yield "code", _hit(line, command["v"])
        elif line.section == "versus":
            for name in _NAMED.finditer(line.text):
                if value := _names_in(name["v"], words):
                    yield "rival", _hit(line, value)
        elif (line.section == "prices" or line.label == "pricing") and (amount := _AMOUNT.fullmatch(line.text)):
            yield "quota", _hit(line, amount["v"])
        elif line.section == "figures" and re.search(r"\d", line.text) and 2 <= length <= 16:
            yield "measured", _hit(line, line.text.replace(" | ", ": "))
        elif line.section == "features" and length >= 3:
            yield "feature", _hit(line, words.lowered(phrase(line.text, 11)))
        elif line.section == "changes" and (date := _DATE.match(line.text)):
            yield "dated", _hit(line, phrase(date["v"], 8))


_PRICE_TOKEN = re.compile(MONEY)
_PERIOD_SAID = re.compile(
    r"/\s?\w|\b(?:per|an?|each|every|monthly|yearly|annual\w*|weekly|daily|hourly|once|one[- ]time|lifetime|m(?:on)?th|mo|yr|year)\b",
    re.IGNORECASE,
)
_PERIODS = {"month": "a month", "year": "a year", "week": "a week", "day": "a day", "hour": "an hour", "once": "once"}


def _money(passages: Sequence[Passage], plans: Sequence[PlanDoc]) -> Iterator[tuple[str, Hit]]:
    """price, free_plan, ladder, unit_price, custom_plan: the stored plans whose quote stands in a passage."""
    priced: list[tuple[float, str, Citation]] = []
    for plan in plans:
        citation = _where(plan, passages)
        if citation is None:
            continue
        if plan.amount is None:
            yield "custom_plan", Hit(plan.name if plan.name in citation.quote else citation.quote, (citation,))
        elif float(plan.amount) == 0:
            yield "free_plan", Hit(plan.name if plan.name in citation.quote else "free", (citation,))
        elif money := _as_money(plan, citation.quote):
            yield "price", Hit(money, (citation,))
            if plan.unit:
                yield "unit_price", Hit(f"{money} per {plan.unit}" if plan.unit not in money else money, (citation,))
            priced.append((float(plan.amount), money, citation))
    priced.sort(key=lambda row: (row[0], row[1]))
    if len(priced) > 1 and priced[0][0] < priced[-1][0]:
        low, high = priced[0], priced[-1]
        yield "ladder", Hit(f"{low[1]} to {high[1]}", (low[2], high[2]))


def _as_money(plan: PlanDoc, quote: str) -> str:
    for match in _PRICE_TOKEN.finditer(quote):
        token = re.match(r"[^\d]*[\d.,]*\d(?:\s?(?:USD|EUR|GBP|CHF|€|£))?", match[0])
        if token and plan.amount and _number(token[0]) == float(plan.amount):
            stated = plan.period and _PERIOD_SAID.search(
                quote
            )  # a period that other words of the page tell is not quoted
            per = (_PERIODS.get(plan.period or "") if stated else "") or (
                f"per {plan.unit}" if plan.unit and plan.unit in quote else ""
            )
            return f"{token[0].strip()} {per}".strip()
    return ""


def _number(text: str) -> float | None:
    digits = re.sub(r"[^\d.,]", "", text)
    digits = re.sub(r"[.,](?=\d{3}(?:\D|$))", "", digits).replace(",", ".")
    try:
        return float(digits)
    except ValueError:
        return None


def _where(plan: PlanDoc, passages: Sequence[Passage]) -> Citation | None:
    """The first passage that holds a quote of the plan."""
    for evidence in plan.evidence:
        for passage in passages:
            if span := find_quote(evidence.quote, passage.text):
                return Citation(passage.number, span)
    return None
