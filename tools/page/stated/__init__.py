"""What a product's own page states on a topic, in its words: "You can export everything as CSV."

The words are data, one file a language beside this one; a page is asked those of the languages it speaks. A topic is stated
by a sentence about the product, by yes or no to a question, by an item of a plan's card or of a list, and by a row of a
table of plans. Not by a button, a question alone, a quotation, an example, code, a page or column that compares, another
product's name, what is crossed out, a fault that was mended or a promise for some day. Rather silent than wrong.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from tools.dossier import Role, Statement
from tools.page.stated.held import plan_of_piece, plan_of_row
from tools.page.stated.page import Lines, Said
from tools.page.stated.plans import cells, free_limits, in_card, ticked
from tools.page.stated.spoken import Told, holds, stems_of, told_of
from tools.page.words import low

TOPICS = (
    "export",
    "self_host",
    "api",
    "offline",
    "sso",
    "data_region",
    "no_training",
    "refund",
    "cancel",
    "sla",
    "free_limit",
)
OF_PLANS = ("export", "self_host", "api", "sso", "data_region", "sla")  # what one plan may have and another lack
_UNCLEAR_CHARS = 200
_OF_ONE_TOPIC = 3  # sentences of a page: more say the same again
_ITEM_WORDS = 10
_ENDS = re.compile(r"[.!。！]\W*$")  # a sentence
_COMPARES = re.compile(r"[/-](?:vs|versus|compar\w*|alternatives?)\b|-vs\.?-", re.IGNORECASE)  # an address
# the quote, whether it denies, the value, the plan from which on it is so
_Found = tuple[str, bool, str, str]


def statements(lines: str, role: Role, url: str, page: str, plans: Iterable[str] = ()) -> tuple[Statement, ...]:
    """What a page states, at most three quotes a topic, in the order of TOPICS and then of the page; where a word of a topic
    stands and no sentence on it is understood, that line, as unclear.

    lines: as `tools.page.lines` makes them. role, url, page: where they stand, handed through; the address tells the
    product's own name. plans: the names of its plans, as far as they are known. A quote is a part of one line, verbatim; of
    an answer it is the question's line and the answer's.
    """
    if _COMPARES.search(url):  # it speaks of two products by turns
        return ()
    read = Lines(lines, url, plans)
    if holds(read.small, "unofficial", read.names):  # it speaks of another's product as if it were its own
        return ()
    found: list[Statement] = []
    for topic in TOPICS:
        told: dict[str, Statement] = {}
        for quote, denied, value, plan in _told_on(topic, read):
            told.setdefault(quote, Statement(topic, denied, value, role, url, page, quote, plan=plan))
            if len(told) == _OF_ONE_TOPIC:
                break
        said = {one.denied for one in told.values()}  # both: what one plan lacks and another has
        found += [one for one in told.values() if len(said) == 1 or not one.denied]
        number = None if told or topic == "free_limit" else next(iter(read.holding(stems_of(topic, read.names))), None)
        if number is not None:
            quote = read.rows[number].strip()[:_UNCLEAR_CHARS].strip()
            found.append(Statement(topic, False, "", role, url, page, quote, unclear=True))
    return tuple(found)


def _told_on(topic: str, lines: Lines) -> Iterator[_Found]:
    stems = stems_of(topic, lines.names)
    for number in lines.holding(stems):
        row = None if lines.is_tale else _of_row(lines, number, topic)
        if row:
            yield row
        if row or len(cells(lines.rows[number])) > 2:
            continue
        for said in lines.pieces(number):
            told = [one for one in told_of(topic, lines.names) if any(stem in said.small for stem in one.stems)]
            if told:
                one = _answered(topic, lines, said, told) if said.is_question else _stated(topic, lines, said, told)
                if one and not lines.is_of_another(said):
                    yield one
    if topic == "free_limit" and not lines.is_tale:
        for quote, value in free_limits(lines):
            yield quote, False, value, ""


def _stated(topic: str, lines: Lines, said: Said, told: list[Told]) -> _Found | None:
    """What a sentence or an item says on a topic that may be told by it; None for nothing."""
    if not said.is_plain:
        return None
    told_by = [one.tells(said.small) for one in told]
    denied = any(pattern.search(said.small) for _, denies in told_by for pattern in denies)
    found = (match for says, _ in told_by for pattern in says if (match := pattern.search(said.small)))
    match = None if denied else next(found, None) or _listed(lines, said, told)
    if not (denied or match) or holds(said.small, "aside"):
        return None
    if match is None:
        of_one_plan = in_card(lines, said.line) and not _ENDS.search(said.text)  # what it lacks another may have
        return None if of_one_plan else (said.text, True, "", "")
    if holds(said.small, "later"):
        return None
    at = match.span("value") if "value" in match.re.groupindex else (0, 0)
    plan = plan_of_piece(lines, said.line, said.text) if topic in OF_PLANS else ""
    return said.text, False, said.text[slice(*at)].strip(), plan


def _listed(lines: Lines, said: Said, told: list[Told]) -> re.Match[str] | None:
    """What names the topic in an item of a list or of a plan's card."""
    if len(said.text.split()) > _ITEM_WORDS:
        return None
    match = next((match for one in told if (match := one.listed(said.small))), None)
    return match if match and (lines.is_item(said) or in_card(lines, said.line)) else None


def _of_row(lines: Lines, number: int, topic: str) -> _Found | None:
    """What a row of a table of plans says on a topic; None where it is none or says nothing."""
    row = cells(lines.rows[number])
    if len(row) < 2:
        return None
    label = low(row[0])
    if not any(one.listed(label) for one in told_of(topic, lines.names)):
        return None
    lacking = ticked(lines, number)
    if lacking is None or holds(low(lines.rows[number]), "later"):
        return None
    plan = plan_of_row(lines, number) if topic in OF_PLANS and not lacking else ""
    return lines.rows[number].strip(), lacking, "", plan


def _answered(topic: str, lines: Lines, said: Said, told: list[Told]) -> _Found | None:
    """What yes or no to a question says on a topic; None where neither follows."""
    told = [one for one in told if not one.means_else(said.small)]
    turned = any(pattern.search(said.small) for one in told for pattern in one.asks_not)
    if not turned and not any(pattern.search(said.small) for one in told for pattern in one.asks):
        return None
    answer = lines.behind(said)
    if answer is None or answer.is_question:
        return None
    yes, no = (holds(answer.small, key, lines.names) for key in ("yes", "no"))
    if yes == no or (yes and holds(answer.small, "later")) or _stated(topic, lines, answer, told):
        return None  # an answer that says all of it stands for itself
    denied = no != turned
    plan = plan_of_piece(lines, said.line, answer.text) if topic in OF_PLANS and not denied else ""
    return lines.between(said, answer), denied, "", plan
