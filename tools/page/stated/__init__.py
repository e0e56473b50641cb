"""What a product's own page states on a topic, in its words: "You can export everything as CSV."

The words are data, one file a language beside this one; a page is asked those of the languages it speaks. A topic is stated
by a sentence about the product, by yes or no to a question, by an item of a plan's card or of a list, and by a row of a
table of plans. Not by a button, a question alone, a quotation, an example, code, a page or column that compares, another
product's name, what is crossed out, a fault that was mended or a promise for some day. Rather silent than wrong.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import islice

from tools.dossier import Role, Statement
from tools.page.stated.held import ALL, heads_a_part, plan_of_piece, plan_of_row
from tools.page.stated.page import Lines, Said, cells
from tools.page.stated.plans import free_limits, has_it, in_card, ticked
from tools.page.stated.spoken import Told, holds, places, stems_of, told_of
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
    "trial",
    "no_card",
)
OF_PLANS = (
    "export",
    "self_host",
    "api",
    "offline",
    "sso",
    "data_region",
    "sla",
)  # what one plan may have and another lack
_UNCLEAR_CHARS = 200
_OF_ONE_TOPIC = 3  # sentences of a page: more say the same again
_NEVER_UNCLEAR = ("free_limit", "trial", "no_card")  # whose words stand on most pages and whose silence is told of none
_OF_VALUE = ("data_region", "trial")
_LOOKED_AT = 6  # of which those that tell most go first
_ITEM_WORDS = 10
_ARTICLE = re.compile(r"^[^\W\dA-Z]+['’ ]+(?=[A-Z])")
_ONCE, _SPANS = ("1", "one", "a"), ("day", "week", "month")
_ENDS = re.compile(r"[.!。！]\W*$")  # a sentence
_COMPARES = re.compile(r"[/-](?:vs|versus|compar\w*|alternatives?)\b|-vs\.?-", re.IGNORECASE)  # an address
# the quote, whether it denies, the value, the plan from which on it is so
_Found = tuple[str, bool, str, str]


def statements(
    lines: str, role: Role, url: str, page: str, plans: Iterable[str] = (), own: Iterable[str] = ()
) -> tuple[Statement, ...]:
    """What a page states, at most three quotes a topic, in the order of TOPICS and then of the page; where a word of a topic
    stands and no sentence on it is understood, that line, as unclear.

    lines: as `tools.page.lines` makes them. role, url, page: where they stand, handed through; the address tells the
    product's own name. plans: the names of its plans, and own: its own, as far as they are known. A quote is a part of one line, verbatim; of
    an answer it is the question's line and the answer's.
    """
    if _COMPARES.search(url):  # it speaks of two products by turns
        return ()
    read = Lines(lines, url, [plan for plan in plans if not heads_a_part(plan)], own)
    if holds(read.small, "unofficial", read.names):  # it speaks of another's product as if it were its own
        return ()
    found: list[Statement] = []
    for topic in TOPICS:
        told = _on_topic(topic, read, (role, url, page))
        said = {one.denied for one in told}  # both: what one plan lacks and another has
        found += [one for one in told if len(said) == 1 or not one.denied]
        looked_for = () if told or topic in _NEVER_UNCLEAR else read.holding(stems_of(topic, read.names))
        number = next(iter(looked_for), None)
        if number is not None:
            quote = read.rows[number].strip()[:_UNCLEAR_CHARS].strip()
            found.append(Statement(topic, False, "", role, url, page, quote, unclear=True))
    return tuple(found)


def _on_topic(topic: str, read: Lines, where: tuple[Role, str, str]) -> list[Statement]:
    """What lines state on one topic, each quote once, those first that tell most."""
    told: dict[str, Statement] = {}
    for quote, denied, value, plan in islice(_told_on(topic, read), _LOOKED_AT):
        told.setdefault(quote, Statement(topic, denied, value, *where, quote, plan=plan))
    return sorted(_of_first_plan([*told.values()]), key=lambda one: _tells_less(one, read.names))[:_OF_ONE_TOPIC]


def _of_first_plan(told: list[Statement]) -> list[Statement]:
    """Without what further plans repeat. What a table's row says, which has them all, goes before what cards list."""
    rows = [one.plan for one in told if one.plan and cells(one.quote)]
    named = rows or [one.plan for one in told if one.plan == ALL] or [one.plan for one in told if one.plan]
    return [one for one in told if one.plan in ("", *named[:1])]


def _tells_less(one: Statement, names: tuple[str, ...]) -> bool:
    """Whether a quote names no place or span where others do, or lacks the topic's own word, its first stem: "cancel" says
    more than "no commitment"."""
    if one.topic in _OF_VALUE:
        return not one.value
    return one.topic != "free_limit" and not any(told.stems[0] in low(one.quote) for told in told_of(one.topic, names))


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
    plan = plan_of_piece(lines, said.line, said.text) if topic in OF_PLANS else ""
    return said.text, False, _value(topic, said.text, match, lines.names), plan


def _value(topic: str, text: str, match: re.Match[str], names: tuple[str, ...]) -> str:
    """What a match says besides yes, as written: the limit, the place, how long one may try: “14 days”."""
    if topic == "data_region":
        found = next((place for one in places(names) if (place := one.search(match[0]))), None)
        first, last = found.span() if found else (0, 0)
        return _ARTICLE.sub("", text[match.start() + first : match.start() + last])
    value: str = text[slice(*match.span("value"))].strip() if "value" in match.re.groupindex else ""
    return _span(value) if topic == "trial" else value


def _span(value: str) -> str:
    """“14-day” as “14 days”; a span in another language than English as it stands."""
    if german := re.fullmatch(r"(\d+)[- ]?tägig\w*", value):
        return f"{german[1]} Tage"
    number, _, thing = value.lower().replace("-", " ").partition(" ")
    return f"{number} {thing.removesuffix('s')}{'' if number in _ONCE else 's'}" if thing.startswith(_SPANS) else value


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
    own = lines.own_column(number)
    if own is not None:  # set against others: what it lacks beside them is said nowhere else
        return (lines.rows[number].strip(), False, "", "") if own < len(row) and has_it(low(row[own])) else None
    lacking = ticked(lines, number)
    if lacking is None or holds(low(lines.rows[number]), "later"):
        return None
    if topic == "sla" and not lacking and not any(has_it(low(cell)) or "%" in cell for cell in row[1:]):
        return None  # how help is given, and how soon
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
