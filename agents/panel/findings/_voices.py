"""What several comments on a launch say alike: sentences that tell of a trouble, or praise, about the same thing.

Conservative, English only. A sentence counts where it has a sign of trouble (or of praise) of its own, and is no question,
wish, denial, joke, nothing mended and nothing of another product. Two of them are about the same thing by the words they
share: a rare one counts 1, one that stands in comments on anything or in the product's own tagline a half, its name
nothing; one that the other says in the next sentence counts half of that. Two words that follow each other in both count a
half more, and so does the same way of going wrong; ways that have nothing to do with each other a half less. From LEAST on
they are alike. Words in _voices.toml.

A Voice has no author. Within one comment a trouble is one report, whatever it repeats; a comment that says it speaks
again, or has the very words of another one, is no second voice.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import pairwise
from pathlib import Path
from typing import Literal

from agents.panel.findings._case import Case
from agents.panel.findings._words import figure
from tools.dossier import Voice
from tools.models import Citation, Passage

LEAST = 1.5
_LONGEST = 240  # characters of a sentence that is quoted; a longer one says several things
_THIN = 2  # telling words of a sentence that goes by those beside it: "It crashed twice."
_DENIED_WITHIN = 4  # words between a denial and the sign that it denies
_SENTENCE = re.compile(r"(?<=[.!?;])\s+|\n+|\s[–—-]{1,2}\s|,?\s(?=(?:but|though|although|however|except)\b)")
# What joins a sentence to the one before it. "So" and "however" do it before a comma or a subject: "so small a vocabulary"
# is no such thing.
_OPENING = re.compile(
    r"^(?:(?:but|though|although|except|and|also)\b[,\s]*|(?:so|however)\b(?:,\s*|\s+(?=(?:i|we|you|he|she|it|they|there|this|that|the|my|our|its)\b)))",
    re.IGNORECASE,
)
_TOKEN = re.compile(r"\d[\d.,]*\d|[^\W_]+(?:-[^\W_]+){2,}|[^\W_]+(?:['’][^\W\d_]+)?")  # "right-to-left" is one word
_NOT = frozenset("not never cannot unable neither no without zero hardly nothing none nobody".split())
_DONE_NOT = frozenset("not never cannot unable".split())  # "never syncs" is a trouble
_RELATIVE = frozenset(("which", "who"))  # a denial before it says nothing of what follows
_MAY_NOT = re.compile(r"(?:can|could|wo|will)n?['’]?t|cannot|unable", re.IGNORECASE)
_PERSONS = frozenset("i we you he she they who people".split())
_BETTER = re.compile(
    r"\b(?:from|under|within|in|below|to)\s(?:about |only |just )?(?:[\d.,]+|one|two|three|four|five|six|seven|eight|nine|ten)\s?"
    r"(?:ms|milliseconds?|seconds?|minutes?)\b|"
    r"\b(?:went|dropped|drops|fell|down|cut|came|shr[au]nk|reduced)\b[^.]{0,30}\bfrom\b[^.]{1,40}\bto\b",
    re.IGNORECASE,
)  # fmt: skip
_NUMBER = r"(?:an?|half an?|[\d.,]+|two|three|four|five|six|seven|eight|nine|ten|\w+teen|\w+ty|several|many)"
_LONG = re.compile(
    rf"\bfor (?:about |over |almost |nearly |up to )?{_NUMBER} (?:seconds?|minutes?|hours?)\b|"
    rf"\b(?:takes?|took|taking|needs?|needed|lasts?|lasted|nearly|almost|over|wait\w*|after)\b(?: \w+){{0,3}}? {_NUMBER} ?(?:ms|seconds?|minutes?|hours?|days|weeks)\b|"
    rf"\b{_NUMBER} (?:seconds?|minutes?|hours?|days|weeks) (?:in|for|before|to|until|till|later|per|without)\b",
    re.IGNORECASE,
)  # fmt: skip
# Who speaks has used it: in the first person, or as people write who leave that out.
_USE = r"(?:us(?:e|ed|ing)|runn?(?:ing)?|ran|tried|switched|moved|migrated|replaced|installed|deployed|upgraded|tested|reported|set up|self-?host(?:ed|ing)?)"
_USED = re.compile(
    rf"\b(?:we|i|team|company)(?:['’]ve| have| had| are)? (?:all |now |also |been |just |already |finally )*{_USE}\b|"
    rf"(?:^|[.!;,]\s+)(?:been |just |finally )*{_USE}\b|"
    r"\b(?:saved?|saves|cut|halved|gave|got|took) (?:us|me|our|my)\b|\bfor (?:us|me)\b|\bin production\b|\bevery ?day\b|\bdaily\b|"
    r"\b(?:on|in|with|for|behind|across) (?:all )?(?:of )?(?:our|my) \w+|\b(?:we|i)(?:['’]ve| have)? (?:had|got) (?:it|this)\b|\bafter (?:a|an|two|three|\w+ty|\d+) (?:weeks?|months?|years?) of\b",
    re.IGNORECASE,
)
_SPAN = r"(?:(?:about |over |almost |nearly |more than )?(?:an?|one|two|three|four|five|six|seven|eight|nine|ten|\d+|several|many|some|the (?:last|past)) ?(?:few |couple of |two |three |four |six )?(?:weeks?|months?|years?))"
# It goes on being used, or came in the place of something else.
_KEPT = re.compile(
    rf"\b(?:us(?:e|ed|ing)|runn?(?:ing)?|had|have) (?:it|this)(?= (?:for|since|in|on|at|every|daily|now|with|across|all|running)\b)[^.?!]{{0,40}}\b(?:for|since) (?:{_SPAN}|\w+day|last \w+|(?:19|20)\d\d|january|february|march|april|may|june|july|august|september|october|november|december)\b|"
    rf"\b(?:us(?:e|ed|ing)|runn?ing) (?:it|this)(?= (?:for|since|in|on|at|every|daily|now|with|across|all)\b)[^.?!]{{0,40}}\b(?:every ?day|daily|in production|across|on all|for (?:all|about|over) )|"
    rf"\bin production\b[^.?!]{{0,20}}\b(?:for|since)\b|"
    r"\b(?:switched|moved|migrated)(?: \w+){0,3}? (?:to (?:it|this)\b|(?:over |here )from\b(?! (?:it|this)\b))|\b(?:it |this )?replaced (?:our|my|an?|the|two|three|four|several|all)\b|"
    r"\b(?:haven['’]?t|have not|never) (?:\w+ )?looked back\b",
    re.IGNORECASE,
)
_LEFT = re.compile(r"\b(?:away|off|(?<!looked )back|stopped|until|used to|instead|moved on)\b(?! in a)", re.IGNORECASE)
_LEFT_IT = re.compile(
    r"\b(?:replaced|ditched|dropped|left|uninstalled|abandoned|swapped) (?:it|this)\b|\b(?:moved|switched|migrated) (?:off|away|back|from (?:it|this))\b",
    re.IGNORECASE,
)
_NO_MORE = re.compile(  # "couldn't be happier"
    r"\b(?:can|could)(?:n['’]?t| ?not) (?:be (?:\w+er|more \w+)|ask for|wish for)\b", re.IGNORECASE
)
_REPORTED = re.compile(
    r"\b(?:i|we)(?:['’]ve| have| had)? (?:reported|filed|raised|opened|mailed|asked|wrote)\b", re.IGNORECASE
)
# Whom a writer uses or loves, where that is a name
_OF_WHOM = re.compile(
    r"\b(?:us(?:e|ed|ing)|runn?(?:ing)?|ran|lov(?:e|ed|ing)|lik(?:e|ed)|prefer|recommend|(?:switch|mov|migrat)ed to) ([A-Z][\w.-]+)"
)
_SET_UP = re.compile(
    r"\b(?:set(?:ting)?[ -]?up|install\w*|onboarding|migrati\w+|getting started|up and running)\b[^.?!]{0,30}\b(?:took|takes?|in|within|under)\b[^.?!]{0,20}?"
    r"\b(?:an?|one|two|three|five|ten|fifteen|\d{1,2}) (?:minutes?|seconds)\b",
    re.IGNORECASE,
)
# Much of what it works on: to be slow with that is one trouble, whatever it is called.
_MUCH = re.compile(
    r"\b\d[\d.,]*\s?(?:k|m|gb|tb|million|thousand)\b|\b\d{1,3}[,.]?000\b|\b(?:large|huge|big|many|thousands?|millions?|hundreds?|real amounts?)\b",
    re.IGNORECASE,
)
_IMAGINED = frozenset(("if", "unless", "suppose"))  # at its beginning; what fails "otherwise" is imagined too
# Another time, and everybody: "until 2015", "most sites".
_ELSEWHERE = re.compile(r"\b(?:in|until|till|since|from|by) (?:19|20)\d\d\b|^(?:most|many)\s(?!of\b)", re.IGNORECASE)
_SHORT = 3  # letters of a word that makes no pair
_TIMED = frozenset(
    ("second", "minut", "hour", "day", "week", "ms", "millisecond", "from")
)  # stems of what _LONG and _BETTER need

_ORDINARY = 0.5  # of a word's weight
_BE = frozenset("is was has had does did never always just".split())
_BETWEEN = frozenset("to at on in be even really been get it a the during while when up your my our".split())
_JOKING = ("/s", ";)", ":P", "😂", "🤣")
_PRAISED = frozenset(("good", "right", "easy", "quick", "kept"))  # the ways of [praise]; kept: it goes on being used
_WAYS = _PRAISED | {"breaks", "stuck", "slow", "loss", "twice", "refuse", "cost", "down", "full", "nuisance"}
_NARROW = frozenset(("twice", "cost"))  # ways that tell what goes wrong, too
_HARM = frozenset(("breaks", "stuck", "loss", "down"))  # without which a thing is well
_WIDE = frozenset(("good", "kept"))  # ways that two who praise share whatever they praise
_ANY = frozenset(("good", "kept", "nuisance"))  # what is said of anything, and goes with each other way
_APART = 0.5  # more is needed of two that go wrong in ways of their own

Sign = Literal["trouble", "praise"]
Phrases = Mapping[str, list[tuple[tuple[str, ...], str]]]


@dataclass(frozen=True, slots=True)
class _Sentence:
    """A sentence with a sign: its words, the telling ones as stems, and in which ways something goes wrong or well."""

    text: str
    tokens: tuple[str, ...]
    topics: frozenset[str]
    pairs: frozenset[str]
    ways: frozenset[str]
    near: frozenset[str]  # telling words of it and of the sentences beside it
    much: bool  # it speaks of much data
    whom: str  # who is used or loved by its words, where that is a name


@dataclass(frozen=True, slots=True)
class Said:
    """A sentence of one comment that is quoted."""

    voice: int
    citation: Citation
    about: frozenset[str]  # its telling words
    pairs: frozenset[str]  # two that follow each other, as one: "lock file" is another one's "lockfile"
    ways: frozenset[str]
    near: frozenset[str]
    much: bool = False


@dataclass(frozen=True, slots=True)
class _Words:
    """The word data by stems. A phrase is found by its first word; the longest first."""

    phrases: Phrases
    lone: frozenset[str]  # signs of one word: they say how it is, not what
    finds: frozenset[str]
    fails: frozenset[str]
    does: frozenset[str]
    things: frozenset[str]
    happens: frozenset[str]
    harmless: frozenset[str]
    comes: frozenset[str]
    plain: frozenset[str]
    ordinary: frozenset[str]
    same: Mapping[str, str]


def comments(case: Case) -> list[tuple[Voice, Passage]]:
    """The comments that the pack holds, none of the maker's."""
    return [pair for pair in case.heard if not pair[0].by_maker]


def troubles(case: Case) -> list[Said]:
    """Of the comments that most say the same trouble, one sentence each; empty where fewer than two do."""
    return _largest(case.once("what is said", _said)["trouble"], case.once("known words", _known))


def praises(case: Case) -> list[Said]:
    """Of the comments that most praise the same thing, one sentence each; empty where fewer than two do."""
    return _largest(case.once("what is said", _said)["praise"], case.once("known words", _known))


def voices(least: int, case: Case) -> str:
    """“At least 2 of 14 comments”, or all of them: what has no sign of trouble or praise in it may tell of it in other words."""
    n = len(comments(case))
    if least == n:
        return "Both comments" if n == 2 else f"All {figure(n)} comments"
    return f"At least {figure(least)} of {figure(n)} comments"


def in_use(case: Case) -> list[Said]:
    """A sentence each of the comments that praise it and whose writer has used it, whatever they praise; none of a comment
    that tells of a trouble, too. Empty where fewer than two do."""
    said = case.once("what is said", _said)
    troubled = {one.voice for one in said["trouble"]}
    texts = [passage.text for _, passage in comments(case)]
    found: dict[int, Said] = {}
    for one in said["praise"]:
        used = "kept" in one.ways or _USED.search(texts[one.voice])
        if used and one.voice not in troubled and "?" not in texts[one.voice]:
            found.setdefault(one.voice, one)
    return list(found.values()) if len(found) > 1 else []


# ------------------------------------------------------------------------------------------- sentences


def _said(case: Case) -> Mapping[Sign, list[Said]]:
    """The sentences that report trouble, and those of praise, of all comments; none that names another product."""
    found: dict[Sign, list[Said]] = {"trouble": [], "praise": []}
    others: Mapping[str, list[tuple[str, ...]]] | None = None
    own = frozenset(stem(word) for word in _TOKEN.findall(case.name.casefold()))
    heard: set[str] = set()
    for at, (_, passage) in enumerate(comments(case)):
        if passage.text in heard:
            continue
        heard.add(passage.text)
        for one in _sentences(passage.text):
            if others is None:  # most comments hold no sign
                others = _by_first_word(peer.name for peer in case.peers)
            is_of_it = not (one.whom and one.whom not in own and one.ways & _PRAISED)
            if is_of_it and not _names(others, one.tokens):
                about = (one.topics if len(one.topics) > _THIN else one.near) - own
                cited = Citation(passage.number, one.text)
                said = Said(at, cited, about, one.pairs, one.ways, one.near - own, one.much)
                found["praise" if one.ways & _PRAISED else "trouble"].append(said)
    return found


@lru_cache(maxsize=4_096)
def _sentences(text: str) -> tuple[_Sentence, ...]:
    """The sentences of a comment that have a sign, in their order; none of a joke."""
    parts = _parts(text)
    tokens = [tuple(_TOKEN.findall(part.casefold())) for part in parts]
    stems = [[stem(token) for token in each] for each in tokens]
    signs = [_found(each) for each in stems]
    if any("joke" in each for each in signs) or text.rstrip().endswith(_JOKING):
        return ()
    topics = [_topics(*pair) for pair in zip(tokens, stems, strict=True)]
    found = []
    for at, part in enumerate(parts):
        quote = _OPENING.sub("", part.strip()).strip(" .,;:-–—")
        ways = _ways(part, tokens[at], stems[at], signs[at])
        if ways and len(quote) <= _LONGEST and not {"“", '"'} & set(quote) and not part.rstrip().endswith("?"):
            own = topics[at] | (frozenset() if ways <= _PRAISED else _not_done(tokens[at], stems[at]))
            near = own.union(*topics[max(0, at - 1) : at + 2])
            much = bool(_MUCH.search(text))
            named = _OF_WHOM.search(part)
            whom = stem(named[1].casefold()) if named else ""
            found.append(_Sentence(quote, tokens[at], own, _pairs(tokens[at], topics[at]), ways, near, much, whom))
    return tuple(found)


def _parts(text: str) -> list[str]:
    """The sentences of a comment without the lines that it quotes of another."""
    lines = (line for line in text.split("\n") if not line.lstrip().startswith(">"))
    return [part for line in lines for part in _SENTENCE.split(line) if part.strip()]


def _found(stems: Sequence[str]) -> dict[str, list[int]]:
    """Where each kind of phrase stands: the numbers of the words with which they begin."""
    found: dict[str, list[int]] = {}
    told_until = 0
    phrases = _words().phrases
    for at, word in enumerate(stems):
        for phrase, kind in phrases.get(word, ()):
            if at >= told_until and (len(phrase) == 1 or tuple(stems[at : at + len(phrase)]) == phrase):
                found.setdefault(kind, []).append(at)
                told_until = at + len(phrase) if kind == "neutral" else told_until
    return found


def _ways(part: str, tokens: tuple[str, ...], stems: Sequence[str], found: Mapping[str, list[int]]) -> frozenset[str]:
    """In which ways something goes wrong by a sentence, or is well; none where it tells of neither, or is none."""
    if not tokens or tokens[0] in _IMAGINED or "otherwise" in tokens[1:] or "none" in found or _ELSEWHERE.search(part):
        return frozenset()
    if _is_of_another(part, tokens, stems):
        return frozenset()
    signs = found.keys() & _WAYS
    standing = {way for way in signs if any(not _denied(tokens, at) for at in found[way])}
    praised, wrong = standing & _PRAISED, standing - _PRAISED
    spared = bool((signs - standing) & _HARM) and not wrong  # "lost nothing", "never crashed"
    if "unseen" in found and not spared:
        return frozenset()
    if spared:
        praised |= {"right"}
    elif _NO_MORE.search(part):
        praised |= {"good"}
    elif not praised and _does_not(tokens):
        wrong |= {"breaks"}
    is_kept = bool(_KEPT.search(part)) and not _LEFT.search(part)
    if is_kept:
        wrong -= {"slow"}  # how long it is used, not how long it takes
    if not _TIMED.isdisjoint(stems):
        if _BETTER.search(part):
            praised |= {"quick"}
            wrong -= {"loss", "slow", "cost"}
        elif _LONG.search(part):
            wrong |= {"slow"}
    if _SET_UP.search(part):
        praised, wrong = praised | {"quick"}, wrong - {"slow"}
    if wrong and _is_found(tokens):
        praised, wrong = praised | {"right"}, set()
    if praised and wrong <= signs and _are_things(tokens, [at for way in wrong for at in found[way]]):
        wrong = set()
    mended = any(not _denied(tokens, at) for at in found.get("mended", ()))
    if wrong and mended and (praised or _REPORTED.search(part)):
        return frozenset({"right"})  # what went wrong was put right for who told of it
    if wrong and (praised or mended):
        return frozenset()  # both at once: who can tell
    if not wrong and is_kept:
        praised |= {"kept"}
    if _LEFT_IT.search(part):
        praised = set()
    return frozenset(wrong or praised)


def _are_things(tokens: tuple[str, ...], places: Sequence[int]) -> bool:
    """Whether the words at some places name what a product has or handles, and none says that it came to pass: "sensible
    errors", "works offline"; not "I got an error"."""
    words = _words()
    return all(
        _denied(tokens, at)
        or (tokens[at] in words.things and words.happens.isdisjoint(tokens[max(0, at - _DENIED_WITHIN) : at]))
        for at in places
    )


def _is_of_another(part: str, tokens: tuple[str, ...], stems: Sequence[str]) -> bool:
    """Whether a sentence begins with a name spelt as no word is (“sqlDeep crashed”) and what that one does."""
    first = next(iter(_TOKEN.findall(part)), "")
    spelt = first[1:] != first[1:].lower() and first != first.upper() and not first.startswith("I")
    return spelt and len(tokens) > 1 and (stems[1] in _words().lone or tokens[1] in _BE)


def _not_done(tokens: tuple[str, ...], stems: Sequence[str]) -> frozenset[str]:
    """What something does not do, or fails at: “!start” of “won't start”, “fails to start” and “crashes at start”."""
    found = set()
    for at, token in enumerate(tokens[:-1]):
        if token in _DONE_NOT or token.endswith(("n't", "n’t")) or stems[at] in _words().fails:
            after = [stem(word) for word in tokens[at + 1 : at + 5] if word not in _BETWEEN]
            found |= {f"!{after[0][:5]}"} if after and after[0][:5] in _words().does else set()
    return frozenset(found)


def _negates(token: str) -> bool:
    return token in _NOT or token.endswith(("n't", "n’t"))


def _denied(tokens: tuple[str, ...], at: int) -> bool:
    after = tokens[at + 1 : at + 2]
    if "enough" in tokens[at + 1 : at + 4] and any(map(_MAY_NOT.fullmatch, tokens[max(0, at - 2) : at])):
        return False  # "can't recommend it enough"
    before = tokens[max(0, at - _DENIED_WITHIN) : at]
    begun = max((place for place, token in enumerate(before) if token in _RELATIVE), default=-1)
    return after in (("nothing",), ("none",), ("no",)) or any(map(_negates, before[begun + 1 :]))


def _does_not(tokens: tuple[str, ...]) -> bool:
    """Whether something does not do what it should: "never syncs", "can't be opened", "keeps asking"; not "I don't mind"."""
    for at, token in enumerate(tokens[:-1]):
        if token in ("keeps", "kept") and tokens[at + 1].endswith("ing"):
            return True
        if token in ("no", "nothing", "nobody") and any(
            stem(word) in _words().comes for word in tokens[at + 1 : at + 3]
        ):
            return True
        if not (token in _DONE_NOT or token.endswith(("n't", "n’t"))):
            continue
        rest = [
            word for word in tokens[at + 1 : at + 5] if word not in ("be", "to", "even", "really", "been", "get", "a")
        ]
        verb = next((stem(word) for word in rest), "")
        person = (at > 0 and tokens[at - 1] in _PERSONS) or (at > 1 and tokens[at - 2] in _PERSONS)
        if "enough" in tokens[at + 2 : at + 6] and _MAY_NOT.fullmatch(token):
            continue
        if verb and verb not in _words().harmless and (not person or _MAY_NOT.fullmatch(token)):
            return not any(stem(word) in _words().lone and len(word) > 3 for word in rest[:3])
    return False


def _is_found(tokens: tuple[str, ...]) -> bool:
    """Whether the product finds the fault, as its work: "it caught the leak", "found a broken link"; not "I found it slow"."""
    for at, token in enumerate(tokens[:-1]):
        if token in _words().finds and tokens[at + 1] != "out":
            if at == 0:  # nobody says who found "a bug", and it is then the writer
                return not {"bug", "bugs", "issue", "problem"} & set(tokens[1:5])
            return tokens[at - 1] not in ("i", "we", "also", "have", "users")
    return False


def _by_first_word(names: Iterable[str]) -> dict[str, list[tuple[str, ...]]]:
    found: dict[str, list[tuple[str, ...]]] = {}
    for words in map(_tokens_of, names):
        if words:
            found.setdefault(words[0], []).append(words)
    return found


@lru_cache(maxsize=20_000)  # as many as the store remembers peers
def _tokens_of(name: str) -> tuple[str, ...]:
    """The words of a name that a sentence may hold; () for one too short to be looked for."""
    return tuple(_TOKEN.findall(name.casefold())) if len(name) > 2 else ()


def _names(others: Mapping[str, list[tuple[str, ...]]], tokens: tuple[str, ...]) -> bool:
    """Whether a sentence names one of the others."""
    return any(tokens[at : at + len(name)] == name for at, word in enumerate(tokens) for name in others.get(word, ()))


# ------------------------------------------------------------------------------------------- what it is about


def _topics(tokens: Sequence[str], stems: Sequence[str]) -> frozenset[str]:
    """The words that tell what a sentence is about, by stems."""
    words = _words()
    found = set()
    for token, root in zip(tokens, stems, strict=True):
        told = (
            root in words.plain
            or root in words.lone
            or len(token) < 2
            or _negates(token)
            or (len(token) > 5 and token.endswith("ly"))
        )
        if not told:
            found.add(words.same.get(root, root))
    return frozenset(found)


def _pairs(tokens: Sequence[str], topics: frozenset[str]) -> frozenset[str]:
    """The telling words of a sentence with the long word before or after each: "trackchang"."""
    roots = [_words().same.get(root, root) if len(token) > _SHORT and (root := stem(token)) else "" for token in tokens]
    return frozenset("".join(pair) for pair in pairwise(roots) if all(pair) and not topics.isdisjoint(pair))


def _known(case: Case) -> frozenset[str]:
    """Words of the product's tagline and its launches', which any comment on it may have."""
    told = [case.document.tagline or "", *(launch.tagline or "" for launch in case.document.launches)]
    roots = [stem(token) for text in told for token in _TOKEN.findall(text.casefold())]
    return frozenset(_words().same.get(root, root) for root in roots)


def _largest(said: Sequence[Said], known: frozenset[str]) -> list[Said]:
    """The sentence that most comments agree with, and theirs; the earlier one of two alike."""
    best: list[Said] = []
    for one in said:
        group: dict[int, Said] = {one.voice: one}
        for other in said:
            if other.voice not in group and _alike(one, other, known):
                group[other.voice] = other
        if len(group) > max(1, len(best)):
            best = [group[at] for at in sorted(group)]
    return best


def _alike(one: Said, other: Said, known: frozenset[str]) -> bool:
    shared = one.about & other.about | one.pairs & other.about | one.about & other.pairs
    if one.much and other.much and "slow" in one.ways & other.ways:
        shared |= {"!much"}
    if not shared:
        return False
    near = (one.about & other.near | one.near & other.about) - shared
    weight = {word: _ORDINARY if _is_ordinary(word, known) else 1.0 for word in shared | near}
    ways = one.ways & other.ways - _WIDE
    if not ways and "cost" in one.ways ^ other.ways:
        return False  # what a thing costs, and how it fails
    score = sum(weight[word] for word in shared) + sum(weight[word] for word in near) / 2
    score += 0.5 * bool(one.pairs & other.pairs) + 0.5 * bool(ways) + 0.5 * bool(ways & _NARROW)
    if not (ways or (one.ways | other.ways) & _ANY):
        score -= _APART
    return score >= LEAST


def _is_ordinary(word: str, known: frozenset[str]) -> bool:
    return word in known or word in _words().ordinary or word[0].isdigit()


# ------------------------------------------------------------------------------------------- words


@cache
def _words() -> _Words:
    told = tomllib.loads(Path(__file__).with_name("_voices.toml").read_text(encoding="utf-8"))
    signs, none, topic = told["trouble"] | told["praise"], told["not"], told["topic"]
    phrases = [(phrase, way) for way, text in signs.items() for phrase in text.split()]
    lone = frozenset(stem(phrase) for phrase, _ in phrases if "_" not in phrase)
    phrases += [
        (phrase, kind) for kind in ("none", "unseen", "joke", "mended", "neutral") for phrase in none[kind].split()
    ]
    same: dict[str, str] = {}
    for line in topic["same"].split("\n"):
        roots = [stem(word) for word in line.split()]
        same |= dict.fromkeys(roots, roots[0] if roots else "")
    return _Words(
        phrases=_by_first_stem(phrases),
        lone=lone,
        finds=frozenset(none["finds"].split()),  # as they stand: a "show" or a "find" is a thing
        fails=_stems(topic["fails"]),
        does=frozenset(one[:5] for one in _stems(topic["does"])),
        things=frozenset(none["things"].split()),  # as they stand: "locks" is what it does
        happens=frozenset(none["happens"].split()),
        harmless=_stems(none["harmless"]),
        comes=_stems(none["comes"]),
        plain=_stems(topic["plain"]),
        ordinary=_stems(topic["ordinary"]),
        same=same,
    )


def _stems(words: str) -> frozenset[str]:
    return frozenset(map(stem, words.split()))


def _by_first_stem(phrases: Iterable[tuple[str, str]]) -> dict[str, list[tuple[tuple[str, ...], str]]]:
    found: dict[str, list[tuple[tuple[str, ...], str]]] = {}
    for phrase, kind in phrases:
        stems = tuple(stem(token) for word in phrase.split("_") for token in _TOKEN.findall(word))
        if (stems, kind) not in found.setdefault(stems[0], []):
            found[stems[0]].append((stems, kind))
    for same_start in found.values():
        same_start.sort(key=lambda pair: -len(pair[0]))
    return found


@lru_cache(maxsize=16_384)
def stem(word: str) -> str:
    """A word without its commonest endings: sync, syncs, synced and syncing are one, and so are connect and connection."""
    if len(word) > 8:
        word = word.removesuffix("s").removesuffix("ion")
    for endings in (("ings", "ing", "ies", "ied", "ers", "er", "ed", "es", "ly", "al", "s"), ("e", "y", "i")):
        ending = next((one for one in endings if word.endswith(one) and len(word) - len(one) >= 3), "")
        word = word.removesuffix(ending)
    return word[:-1] if len(word) > 3 and word[-1] == word[-2] else word
