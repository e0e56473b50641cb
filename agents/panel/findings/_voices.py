"""What several comments on a launch say alike: clauses that tell of a trouble, or praise, about the same thing.

Conservative: two clauses are about the same thing where they share two telling words at least, and these are a third of
the shorter one. How a thing fails is a telling word, that it is great is none. English only. A question, a wish, a
denial, another product's trouble, one that is mended and a line that quotes somebody else are none.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from agents.panel.findings._case import Case
from tools.dossier import Voice
from tools.models import Citation, Passage

_CLAUSE = re.compile(r"(?<=[.!?;])\s+|\n+|\s[–—-]{1,2}\s|,?\s(?=(?:but|though|although|however|except)\b)")
_OPENING = re.compile(r"^(?:but|though|although|however|except|and|also|so)\b[,\s]*", re.IGNORECASE)
_LONGEST = 180  # characters of a clause that is quoted; a longer one says several things
_LEAST_SHARED, _SHARE = 2, 1 / 3

_FAILS = (
    r"crash\w*|fail(?:s|ed|ing|ures?)?|br(?:eaks?|oken|oke)|hangs?|hung|fr(?:eezes?|oze|ozen)|stuck|errors?|bugs?|buggy|timeouts?|"
    r"times? out|timed out|los(?:es|t|ing)|corrupt\w*|unusable|unreliable|(?:very|too|so|painfully|extremely|really) slow|slow(?:s|ed)? down|"
    r"leaks?|(?:went|goes|is|was|are|were) (?:missing|gone|wrong|down)|disappear\w*|vanish\w*|ignor(?:es|ed)|refus(?:es|ed)|garbled|"
    r"unresponsive|duplicat(?:es|ed)|wiped|overwr(?:ote|ites)|drops?|dropped|misses|missed|stalls?|stalled|stop(?:s|ped) \w+ing"
)
_DOES = r"work|finish|load|start|open|connect|sync|save|respond|run|install|build|compile|import|export|log in|complete|render|show up|update|end|return"
_FAILURE = re.compile(
    rf"\b(?:{_FAILS})\b|\b(?:do(?:es)?|did|could|would|can|is|was|has|have)(?:n['’]t| not|not)\s(?:\w+\s)?(?:{_DOES})\w*\b|"
    rf"\b(?:never|cannot|can['’]t|couldn['’]t|won['’]t|unable to|not able to)\s(?:\w+\s)?(?:{_DOES})\w*\b",
    re.IGNORECASE,
)
_PRAISE = re.compile(
    r"\b(?:lov(?:e|es|ed|ing)|great|excellent|fantastic|amazing|impress\w*|awesome|brilliant|superb|flawless\w*|perfect(?:ly)?|"
    r"(?:really|very|so|super|incredibly|blazing(?:ly)?|surprisingly) (?:fast|quick|easy|simple|smooth|useful|helpful|good|nice|solid|clean)|"
    r"sav(?:ed|es) (?:me|us)|works? (?:great|well|fine|beautifully)|just works|beautiful\w*|a joy|delight\w*|best)\b",
    re.IGNORECASE,
)
_DENIED = re.compile(
    r"\b(?:no|not|never|without|zero|hardly|nothing|none|\w+n['’]t|hasn|didn|doesn)\b(?:\s\w+){0,3}\s*$", re.IGNORECASE
)
_UNREAL = re.compile(
    r"\?|\b(?:if|would|could be|should|less|fewer|wish|hope|hoping|wonder\w*|maybe|might|imagine|used to|unlike|than|compared|whereas|instead of|"
    r"fixed|resolved|solved|mended|no longer|not anymore|other (?:tools?|apps?|products?|services?)|others|competitors?|alternatives?|"
    r"rivals?|previous(?:ly)?|elsewhere)\b",
    re.IGNORECASE,
)
_ANY_WORD = re.compile(r"[^\W_]+")
_WORD = re.compile(r"[a-z][a-z0-9]+")
# Words that any comment has: they tell nothing of what it is about.
_PLAIN = frozenset(
    """a about after again all also always am an and another any anything app application are as at back be because been before being
    bit both but by can case come could day days did do does doing done down each either else even ever every everything few
    find first for from full get gets getting give go goes going good got had happen happened happens has have having he her here his hour
    hours how however i idea in into is it its itself just keep kind know last later least less like little long look lot made
    make makes many may me mean minute minutes month more most much my myself need needs never new next nice no not nothing now of
    off often ok okay on once one only or other our out over own part people perhaps piece please point pretty probably problem problems
    product project put quite really reason right said same say says second see seem seems service several she should since site
    so software some someone something sometimes soon still such sure take than thank thanks that the their them then there these they
    thing things think this those three through time times to today together too tool tools took tried tries try trying twice two under
    until up us use used user users uses using version very want was way we week well went were what when where which while who why will
    with within without work worked working works would yes yesterday yet you your team years year company far every day whole simply otherwise anyway ve ll re don doesn didn isn wasn couldn won""".split()
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Said:
    """A clause of one comment, and its telling words as stems."""

    voice: int
    citation: Citation
    about: frozenset[str]


def comments(case: Case) -> list[tuple[Voice, Passage]]:
    """The comments that the pack holds, none of the maker's."""
    return [pair for pair in case.heard if not pair[0].by_maker]


def makers(case: Case) -> list[tuple[Voice, Passage]]:
    """The maker's own comments that the pack holds."""
    return [pair for pair in case.heard if pair[0].by_maker]


def troubles(case: Case) -> list[Said]:
    """Of the comments that most say the same trouble, one clause each; empty where fewer than two do."""
    return _largest(list(_clauses(case, _FAILURE)))


def praises(case: Case) -> list[Said]:
    """Of the comments that most praise the same thing, one clause each; empty where fewer than two do."""
    return _largest([said for said in _clauses(case, _PRAISE) if not _FAILURE.search(said.citation.quote)])


def _clauses(case: Case, cue: re.Pattern[str]) -> Iterator[Said]:
    own = frozenset(_stem(word) for word in _WORD.findall(case.name.casefold()))
    others = _by_first_word(peer.name for peer in case.peers)
    for at, (_, passage) in enumerate(comments(case)):
        own_lines = "\n".join(line for line in passage.text.split("\n") if not line.startswith(">"))
        for part in _CLAUSE.split(own_lines):
            clause = _OPENING.sub("", part.strip()).strip(" .,;:-–—")
            found = cue.search(clause)
            if not found or len(clause) > _LONGEST or "“" in clause or '"' in clause:
                continue
            if part.rstrip().endswith("?") or _UNREAL.search(clause) or _DENIED.search(clause[: found.start()]):
                continue
            if _speaks_of(others, clause):
                continue
            rest = clause if cue is _FAILURE else f"{clause[: found.start()]} {clause[found.end() :]}"
            about = frozenset(_stem(word) for word in _WORD.findall(rest.casefold()) if word not in _PLAIN) - own
            yield Said(at, Citation(passage.number, clause), about)


def _by_first_word(names: Iterable[str]) -> dict[str, list[list[str]]]:
    found: dict[str, list[list[str]]] = {}
    for name in names:
        words = _ANY_WORD.findall(name.casefold())
        if words and len(name) > 2:
            found.setdefault(words[0], []).append(words)
    return found


def _speaks_of(others: Mapping[str, list[list[str]]], clause: str) -> bool:
    """Whether a clause names one of the others."""
    words = _ANY_WORD.findall(clause.casefold())
    return any(words[at : at + len(name)] == name for at, word in enumerate(words) for name in others.get(word, ()))


def _largest(said: Sequence[Said]) -> list[Said]:
    """The clause that most comments agree with, and theirs; the earlier one of two alike."""
    best: list[Said] = []
    for one in said:
        group: dict[int, Said] = {one.voice: one}
        for other in said:
            if other.voice not in group and _alike(one.about, other.about):
                group[other.voice] = other
        if len(group) > max(1, len(best)):
            best = [group[at] for at in sorted(group)]
    return best


def _alike(one: frozenset[str], other: frozenset[str]) -> bool:
    shared = len(one & other)
    return shared >= _LEAST_SHARED and shared >= _SHARE * min(len(one), len(other))


def _stem(word: str) -> str:
    """A word without its commonest endings: sync, syncs, synced and syncing are one."""
    for endings in (("ings", "ing", "ies", "ied", "ers", "er", "ed", "es", "s"), ("e", "y", "i")):
        ending = next((one for one in endings if word.endswith(one) and len(word) - len(one) >= 3), "")
        word = word.removesuffix(ending)
    return word[:-1] if len(word) > 3 and word[-1] == word[-2] else word
