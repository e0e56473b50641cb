"""What the opening sentences of a page say a product is and does: definition, category, promise, job, feature."""

from __future__ import annotations

import re
from collections.abc import Iterator

from agents.panel.sentences import LOOSE_ENDS, Hit, Line, Words, by_customer, hit_of, phrase, plain_words, title_case
from agents.panel.signal_rules import CATEGORY, RULES, VERBS

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
    rf"^(?!\w+ times\b)(?:easily |simply |quickly |automatically )?(?P<v>(?:{VERBS})\s(?!(?:is|are|was|were|has|can|will)\b)[a-z].{{8,}})",
    re.IGNORECASE,
)
_AGENT = re.compile(
    r"^(?:an?|the)\s(?P<v>(?:[\w-]+\s){0,3}?[\w-]{2,}(?:er|or|ing|kit|base))(?=\s(?:for|of|that|to|in|with|on|from|by)\b|$)",
    re.IGNORECASE,
)
_SHELF = re.compile(rf"(?P<v>(?:[\w-]+\s){{0,3}}(?:{CATEGORY})(?:\s(?:{CATEGORY}))*)\b", re.IGNORECASE)
_NOT_A_JOB = re.compile(r"^(?:discover|learn|explore|view|watch|read|join|ask|see)\b|^(?:get \S+ (?:for free|now|today)|download|get (?:started|a demo|in touch|help|expert|tips|the latest|updates|news)|secure (?!your |all |the |every|it |them |access|sensitive )|learn more|start (?:now|free|your)|find out|read |see |"
                        r"sign |view (?:all|more|our)|watch (?:the|a|our)|try |use (?:of|this site)|work with us|keep in|"
                        r"discover (?:how|more)|ask |check out|open (?:menu|in)|add to|set up a call|manage (?:cookies|consent|preferences))", re.IGNORECASE)  # fmt: skip


def introductions(lines: list[Line], words: Words, tagline: str, description: str) -> Iterator[tuple[str, Hit]]:
    """definition, category, promise, job, single_job, feature: what the opening sentences say it is and does."""
    own_lines = [plain_words(text) for text in (tagline, description) if text]
    for at, line in enumerate(lines):
        if by_customer(line):
            continue
        plain = plain_words(line.text)
        introduces = any(own and (own in plain or (len(plain) > 20 and plain in own)) for own in own_lines)
        if introduces or (line.label == "launch" and len(plain.split()) > 3):
            titled = words.titled(line.text)
            yield "promise", hit_of(line, phrase(titled, 26))
            if _THIRD_PERSON.match(titled):
                yield from _as_does(lines, at, words, titled[0].lower() + titled[1:])
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
                if value and not title_case(value):
                    yield "feature", hit_of(line, value[0].lower() + value[1:])


_OPENING = 40  # lines in which a page says what it is about, menus before them


_ONLY_HAS = re.compile(r"(?:offers|provides|gives|includes|uses|comes|has|features|supports|handles)\s", re.IGNORECASE)


def _as_does(lines: list[Line], at: int, words: Words, text: str) -> Iterator[tuple[str, Hit]]:
    """does, with the job in it; detail: the sentences after it that go on about it."""
    line = lines[at]
    value = words.lowered(phrase(text, 16))
    yield "does", hit_of(line, value)
    if not _ONLY_HAS.match(value):
        yield from _as_job(line, words, _base_form(value), lead=True)
    for after in lines[at + 1 : at + 5]:
        told = phrase(after.text, 24)
        goes_on = _GOES_ON.match(after.text) or words.called.match(after.text)
        if after.passage == line.passage and after.text[-1] in ".!" and goes_on and len(told.split()) >= 5:
            yield "detail", hit_of(after, told)


_GOES_ON = re.compile(r"(?:it|its|they|each|every|all|when|then|once|the|this|these|no|from there)\b", re.IGNORECASE)
_NO_SHELF = LOOSE_ENDS | frozenset(
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


# A line that opens with what the product does: "Keeps a copy of each page".
_THIRD_PERSON = re.compile(
    rf"(?:{VERBS})e?s\s(?!(?:are|were|can|have|will|is|in|for|and|or|of|by|at)\b).{{8,}}", re.IGNORECASE
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
    return f"{verb} " + _SECOND_VERB.sub(r"\1 \2", rest)


_SECOND_VERB = re.compile(rf"\b(and|then) ({VERBS})e?s(?= (?:it|them|the|an?|your|each|every)\b)")


_NO_DEFINITION = re.compile(
    rf"^(?:on|in|at|with|from|by|to|as|easily|simply|quickly|get|try|download|access|gain|boost|drive|accelerate|achieve|"
    rf"eliminate|increase|maximi[sz]e|streamline|enjoy|leverage|enable|choose|switch|replace|join|explore|meet|experience|empower|unlock)\s|^(?:{VERBS})e?s\s|^(?:(?:{VERBS}|power|give|bring|offer|implement)\s|(?:how|what|why|when|who|our|my|we|you|is|are|popular|every|all|no|not)\b)|"
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


def _as_definition(line: Line, words: Words, text: str, *, only_shelf: bool = False) -> Iterator[tuple[str, Hit]]:
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
        yield "definition", hit_of(line, value[0].lower() + value[1:])
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
        yield "category", hit_of(line, category)
    if not opens_with_article:
        head = re.split(r"\s(?:for|of|that|to|in|with|on|from|by|as)\s", value)[0]
        plural = head.endswith("s") and not head.endswith("ss")
        article = "" if plural else "an " if value[0].lower() in "aeiou" else "a "
        value = article + words.lowered(value)
    yield "definition", hit_of(line, value[0].lower() + value[1:])


_PREDICATE = re.compile(r"\b(?:is|are|was|were|can|will|has|have|had)\b", re.IGNORECASE)


def _as_job(line: Line, words: Words, text: str, *, lead: bool) -> Iterator[tuple[str, Hit]]:
    value = words.lowered(phrase(text, 13))
    if len(value.split()) < 3 or title_case(value) or re.match(r"open[- ]source|store and|cloud", value, re.IGNORECASE):
        return
    value = value[0].lower() + value[1:]
    yield "feature", hit_of(line, value)
    if lead:
        yield "job", hit_of(line, value)
        if not re.search(r",|\band\b|&", value):
            yield "single_job", hit_of(line, value)
