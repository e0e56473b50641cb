"""Plans out of a page: prices in cards, tables and sentences, each with its name, period and unit.

A price is believed for where it stands (a card among siblings, a price table, a sentence that says what something costs),
never for being an amount. Savings, funding, insurance sums, customers' results and rivals' prices are left out.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

from tools.markup import text_of, types_of
from tools.models import Evidence, Plan
from tools.money import Money, find_money, iso, number, read_price
from tools.visible import HARD, Line, View, clean

__all__ = ["OFFER_LIMIT", "Mention", "period_of", "plans", "plans_of_offers", "read_price", "unit_of"]

OFFER_LIMIT = 40  # plans of one page; more is a shop's shelf, not a price list

_PERIODS = (
    ("month", r"/\s?mo(?:nth)?s?\b|(?:per|a|each|every|by the)[\s-]+(?:calendar\s+)?mo(?:nth)?s?\b|\bmonthly\b|/\s?m\b(?!\w)|\bp(?:\.|/)?c?m\b\.?|\bmtl\b|/\s?monat|(?:pro|im)\s+monat|monatlich|par mois|/\s?mois|mensuel|(?:al|por) mes\b|/\s?mes\b|al mese|/\s?mese|por mês|/\s?mês|per maand|/\s?maand|/\s?mnd|[/每毎]\s?月|ヶ月|월|в месяц|/\s?мес"),
    ("year", r"/\s?y(?:ea)?rs?\b|(?:per|a|each|every)[\s-]+(?:calendar\s+)?y(?:ea)?r\b|\bannual(?:ly)?\b|\byearly\b|per annum|\bp\.a\.|/\s?y\b|/\s?jahr|(?:pro|im)\s+jahr|jährlich|par an\b|/\s?an\b|al año|/\s?año|all['’]anno|/\s?anno|por ano|/\s?ano\b|per jaar|/\s?jaar|[/每毎]\s?年|в год|/\s?год|\bfirst year\b"),
    ("week", r"/\s?w(?:ee)?k\b|(?:per|a|each|every)[\s-]+week\b|\bweekly\b"),
    ("day", r"/\s?day\b|(?:per|a|each)[\s-]+day\b|\bdaily\b"),
    ("hour", r"/\s?h(?:ou)?rs?\b|/\s?h\b|(?:per|an)[\s-]+hour\b|\bhourly\b"),
    ("once", r"\bone[\s-]?(?:time|off)\b|\blifetime\b|\bonce\b|\bsingle payment\b|\bpay once\b|\bperpetual\b|\bfor life\b|\bper life\b|\beinmalig\b|\bune (?:seule )?fois\b"),
)  # fmt: skip
_PERIOD = tuple((name, re.compile(pattern, re.IGNORECASE)) for name, pattern in _PERIODS)
_BILLED = re.compile(
    r"(?:\b(?:when\s+)?(?:billed|paid|charged|invoiced|pay(?:ing)?|prepaid|with|on|if|for)\s+(?:(?:a|an|the)\s+)?(?P<a>annual(?:ly)?|yearly|monthly|quarterly|every year|per year|once a year|upfront)(?:\s+(?:billing|plan|subscription|contract|commitment|payment|basis))?)"
    r"|\b(?P<b>annual|yearly|monthly)\s+(?:billing|contract|commitment|subscription|payment)\b",
    re.IGNORECASE,
)
_UNIT_WORDS = (
    r"users?|seats?|members?|team members?|teammates?|people|person|editors?|creators?|developers?|devs?|engineers?|agents?|operators?|employees?|hosts?|nodes?|servers?|"
    r"devices?|endpoints?|locations?|sites?|websites?|domains?|workspaces?|projects?|organi[sz]ations?|accounts?|companies|company|contacts?|subscribers?|"
    r"channels?|profiles?|brands?|licen[cs]es?|contributors?|committers?|repos?(?:itor(?:y|ies))?|apps?|environments?|instances?|clusters?|vcpus?|cpus?|gpus?|cores?|"
    r"gb|tb|gib|tib|gb-months?|requests?|api calls?|calls?|credits?|tokens?|messages?|emails?|sms|minutes?|seconds?|images?|pages?|documents?|docs?|files?|videos?|"
    r"characters?|words?|transactions?|invoices?|orders?|events?|builds?|runs?|tasks?|queries|query|records?|rows?|resolutions?|conversations?|responses?|leads?|"
    r"check-?ins?|children|students?|rooms?|properties|property|vehicles?|drivers?|clients?|customers?|tickets?|calls?|numbers?|lines?|units?|bots?|assistants?|unit"
)
_UNIT = re.compile(
    rf"(?:\bper|/|\ba(?:n|ny)?|\beach|\bfor each|\bpro|\bpar|\bpor)\s*(?:(?:additional|active|extra|named|full|paid|monthly|registered|every|single|new|billable|unique)\s+)?"
    rf"(?P<n>(?:\d[\d,.]*\s?(?:k|m|b|thousand|million|billion)?\s*|(?:thousand|million|billion)\s+)?(?:input |output |completion |prompt |cached |gpu[ -]|cpu[ -]|ai )?(?:{_UNIT_WORDS}))\b",
    re.IGNORECASE,
)
_USAGE_UNITS = re.compile(
    r"token|request|call|credit|message|email|sms|minute|second|hour|image|page|document|character|word|transaction|event|build|run|task|quer|gb|tb|gib|cpu|gpu|resolution|conversation|response|lead|order|record|row|video|invoice|check",
    re.IGNORECASE,
)

_SAVING_BEFORE = re.compile(
    r"(?:\bsav(?:e|es|ed|ing|ings)\b(?:\s+(?:you|them|us|on average|an?|up|of))?|\bdiscount(?:s)?(?:\s+of)?|\boff\b|\bworth(?:\s+of)?|\bvalued?(?:\s+(?:at|of))?|\braised|\braises|\bfunding(?:\s+of)?|\brevenues?(?:\s+of)?|\bround of|"
    r"\bearn(?:s|ed|ing)?|\bmade|\bmaking|\bgenerat(?:e|ed|es|ing)|\brecover(?:ed|s)?|\bprocess(?:ed|es|ing)?|\bmanag(?:ed|es|ing)|\bclosed?|\bspend(?:s|ing)?|\bspent|\blos(?:t|e|es|ing)|\bbudgets?(?:\s+of)?|\bfines?(?:\s+of)?|\bpenalt(?:y|ies)(?:\s+of)?|"
    r"\bsalar(?:y|ies)(?:\s+of)?|\bvaluation(?:\s+of)?|\bbacked (?:by|with)|\binsurance(?:\s+of)?|\bcoverage(?:\s+of)?|\bcovers?|\bbonus(?:\s+of)?|\bprizes?(?:\s+of)?|\bgrants?(?:\s+of)?|\bcredits?(?:\s+(?:of|worth))?|\brefund(?:\s+of)?|"
    r"\bcash ?back(?:\s+of)?|\brebate(?:\s+of)?|\bgift card(?:\s+of)?|\bcosts? us|\binstead of|\brather than|\bcompared (?:to|with)|\bvs\.?|\bversus|\bunlike|\bsavings? of|\breduc(?:e|ed|es|ing)\b.{0,20}\bby|\bcut\b.{0,20}\bby|\bincreas(?:e|ed|es|ing)\b.{0,20}\bby)"
    r"(?:\s+(?:up to|over|more than|at least|about|around|nearly|almost|approximately|roughly|an? (?:extra|additional|average of|total of)|an|another|approx\.?|as much as|in|than|to|of|by|the|your))*\s*[~≈>]?\s*$",
    re.IGNORECASE,
)
_SAVING_AFTER = re.compile(
    r"^\+?\s*(?:(?:per|a|/)\s*(?:year|yr|month|mo)\s+)?(?:usd\s+)?(?:in\s+(?:annual(?:ized)?\s+|additional\s+|extra\s+|free\s+|new\s+|total\s+)?)?(?:off\b|sav(?:ed|ings?|e)\b|rebate|cash ?back|discount|credits?\b|free credits?|bonus|gift|coupon|voucher|reward|raised|funding|seed|series [a-e]\b|"
    r"insurance|(?:identity )?(?:theft )?insurance|coverage|protection|guarantee|revenue|in revenue|arr\b|mrr\b|gmv|valuation|worth|value\b|fine|penalt|prize|grant|budget|salar|profit|cheaper|less\b|more\b|lost|loss|recovered|processed|managed|donat|refund|million|billion|savings|return|pipeline|deal|sales\b|in sales|of (?:free|value|credit|insurance|revenue|savings))",
    re.IGNORECASE,
)
_LOOSE = re.compile(
    r"\b(?:typical(?:ly)?|on average|average|usually|generally|industry|most (?:companies|businesses|teams)|can cost|could cost|may cost|might cost|would (?:cost|have)|costs? (?:between|anywhere)|ranges? (?:from|between)|ranging|"
    r"anywhere (?:from|between)|hypothetical|e\.g\.|for example|for instance|imagine|suppose|competitors?|other (?:tools|vendors|providers|solutions|platforms|software)|elsewhere|traditional|agency|agencies|freelancers?|hiring|penalt|fines?\b|lawsuit|"
    r"revenue|funding|raised|invest(?:ed|ors?)|acquired|valuation|salary|ROI|payback|minimum order|shipping|deposit|annual (?:sales|turnover)|turnover|non-?profit with|data breach|damages?|theft)\b",
    re.IGNORECASE,
)
_OFFERING = re.compile(
    r"\b(?:starts?(?:ing)?|plans?|priced?|prices?|pricing|costs?|from|only|just|for as (?:little|low) as|as (?:little|low) as|pay|subscri(?:be|ption|ptions)|available|renews?|upgrade|buy|purchase|get|licen[cs]e|membership|tier|package|pro\b|premium|standard|basic|enterprise|business|team)\b",
    re.IGNORECASE,
)
_FROM = re.compile(
    r"(?:\b(?:starts?|starting|plans start|prices start|begin(?:s|ning)?)\s*(?:at|from)?(?:\s+(?:just|only))?|\bfrom(?:\s+(?:just|only))?|\bas (?:low|little) as|\bab|à partir de|\bdesde|\bvanaf|\bfrån)\s*:?\s*$",
    re.IGNORECASE,
)
_UP_TO = re.compile(r"\bup to\s*$", re.IGNORECASE)
_TRIAL = re.compile(
    r"\btrial\b|\bfree for (?:\d+|the first|your first|one|two|three|a)\b|\b\d+[- ]days? free\b|\bfirst (?:\d+ )?(?:month|days?|week)s? (?:is |are |for )?free\b|\btry (?:it )?free for\b",
    re.IGNORECASE,
)
_FREE_LINE = re.compile(
    r"(?:always |100% |completely |totally |it['’]s |start(?:s)? |forever |absolutely )?(?:free|gratis|kostenlos|gratuit|grátis|無料|免费|бесплатно)(?:\s+(?:forever|plan|tier|for life|forever plan|for everyone|for ever|version|always|edition|account|to use|to start|for all|for individuals?|for personal use|for hobby(?:ists)?|for open[- ]source|for up to \d+ \w+))?[!.*†]?",
    re.IGNORECASE,
)
_CUSTOM_LINE = re.compile(
    r"(?:custom(?:\s*(?:pricing|price|plan|quote|ized|ised)?)|contact (?:us|sales|our sales team)(?: for (?:pricing|a quote|price|details))?|let['’]?s talk|talk to (?:us|sales|an expert|our team)|get (?:a|in) (?:quote|touch|custom quote)|"
    r"request (?:a )?(?:quote|pricing|demo)|on request|upon request|price on request|call (?:us|for pricing)|tailored(?: pricing)?|individual(?:ly)? (?:pricing|priced)|speak (?:to|with) (?:us|sales)|auf anfrage|sur devis|contacta(?:r|nos))[!.]?",
    re.IGNORECASE,
)
_BADGE = re.compile(
    r"(?:★|☆|\W)*(?:(?:our )?(?:most|best|very|super)?[\s-]*(?:popular|recommended|value|seller|selling|choice|loved|chosen|deal|for you|picks?)|recommend(?:s|ed)?.*|.{0,25}\brecommends?|(?:you )?save .*|\d+% off.*|.*\bdiscount.*|limited[ -].*|special offer.*|new!?|beta|coming soon|"
    r"soon|hot|sale|featured|launch.*|early bird.*|black friday.*|cyber monday.*|popular!?|best|billed .*|paid .*|was|now|only|just|from|starts?(?:ing)? (?:at|from)|start at|as low as|up to|price(?:s|d)?(?: per .*)?|pricing|per .*|/.*|monthly|yearly|annual(?:ly)?|month|year|quarterly|"
    r"discounted price.*|regular price.*|old price.*|renews? (?:at|for).*|then,?.*|included?s?:?|what['’]?s included:?|features?:?|key features.*|everything (?:in|from) .*|all (?:features )?(?:in|from) .*|includes?.*|plus:?|and:?|or:?|most teams.*|current plan|your plan|plans?|our plans?|choose .*|select .*|"
    r"(?:the )?(?:right|perfect) plan.*|simple.*pricing.*|usd|eur|gbp|excl\..*|incl\..*|\+? ?vat.*|tax(?:es)? .*|\*+.*|free for \d+ .*|\d+[- ]day .*|trial|free trial.*|billing|monthly billing|annual billing|pay .*|compare.*|details|show .*|hide .*|view .*|"
    r"\d+|[\d,.]+\+?|\d[\d,.]*\s*(?:users?|seats?|members?|contacts?|sites?|pageviews?|projects?|gb|tb).*|unlimited.*|one[- ]time.*|lifetime (?:access|deal|license|licence).*|no (?:credit|contract|commitment|setup|hidden).*|cancel .*|for .*|ideal for.*|perfect for.*|great for.*|best for.*|designed for.*|suitable for.*|tax.*|price.*|cost.*|amount)\W*",
    re.IGNORECASE,
)
_ACTION = re.compile(
    r"(?:get (?:started|it|access|now|a|an|the|your|\w+ (?:now|free|plan))|start|try|buy|sign[ -]?up|sign[ -]?in|log ?in|subscribe|join|choose|contact|learn|see|read|view|download|install|book|request|upgrade|order|purchase|add to|talk|claim|register|create|continue|go |schedule|watch|explore|compare|deploy|chat|speak|apply|redeem|activate|unlock|checkout|check out|click|more info|find out)\b.*",
    re.IGNORECASE,
)
_NAME_CLASS = re.compile(
    r"(?:plan|tier|pack(?:age)?|price|pricing|card|product)[\w-]*(?:name|title|heading|header|label)|(?:^|[\s_-])(?:name|title|heading)(?:$|[\s_-])",
    re.IGNORECASE,
)
_EMOJI = re.compile("[\U0001f000-\U0001faff\u2190-\u2bff\u2600-\u27bf\ufe0f\u200d\u2022✓✔→←]+")
_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6", "th", "dt", "legend", "summary", "caption"})
_ASIDE = frozenset({"nav", "header", "footer", "aside"})
_QUOTING = frozenset({"blockquote", "figure", "figcaption"})
_SIGN_ONLY = re.compile(r"(?:US|CA|AU|A|C|R)?\$|[€£¥₹₩৳₽₺₪₫₴₦฿₱]|(?:USD|EUR|GBP|CHF|INR|AUD|CAD)")
_INTEGER_ONLY = re.compile(r"\d{1,3}(?:[.,' ]\d{3})*|\d{1,6}(?:[.,]\d{1,2})?")
_FRACTION_ONLY = re.compile(r"[.,]?\d{2}")


@dataclass(slots=True)
class Mention:
    """A price where it stands: the line, the amount, and what its own line says about it."""

    line: int  # index in View.lines
    money: Money
    before: str
    after: str
    struck: bool = False
    period: str | None = None
    unit: str | None = None
    billed: str | None = None
    qualifier: str | None = None
    last: int = 0  # index of the last line it is written over
    quote: str = ""
    short: bool = True  # its line holds little else
    card: int = -1
    name: str = ""
    name_line: int = -1


@dataclass(slots=True)
class _Page:
    """A view with what the price rules ask of it again and again."""

    view: View
    url: str
    rivals: tuple[str, ...]
    own: str
    default_currency: str
    mentions: list[Mention] = field(default_factory=list)

    def lines_in(self, block: int) -> list[int]:
        """Indexes of the lines inside a block."""
        last = self.view.blocks[block].last
        return [i for i, line in enumerate(self.view.lines) if block <= line.block <= last]


def plans(
    view: View,
    items: Sequence[dict[str, Any]] = (),
    *,
    url: str = "",
    own: str = "",
    rivals: Iterable[str] = (),
    default_currency: str = "",
) -> list[Plan]:
    """The plans a page offers, in its order; [] when it states none.

    own, rivals: names whose prices are this product's, and whose are not. default_currency: what "$" means here.
    """
    page = _Page(view, url, tuple(r.lower() for r in rivals if r), own.lower(), default_currency)
    page.mentions = [m for m in _mentions(page) if not _is_trap(page, m)]
    found = _from_tables(page)
    used = {m.line for m in page.mentions if m.card >= 0}
    found += _from_cards(page, used)
    found = _from_sentences(page) if not found else _with_free(page, found)
    return _settled(found)[:OFFER_LIMIT]


def period_of(text: str) -> str | None:
    """The period a few words after a price name; the earliest one counts."""
    best, where = None, len(text) + 1
    for name, pattern in _PERIOD:
        if (match := pattern.search(text)) and match.start() < where:
            best, where = name, match.start()
    return best


def unit_of(text: str) -> str | None:
    """The unit a few words after a price name: "user", "1M tokens"; None when it is none but the period."""
    match = _UNIT.search(text)
    if not match:
        return None
    words = " ".join(match["n"].split())
    singular = (
        words
        if words[0].isdigit() or words.split(" ")[0].lower() in ("million", "thousand", "billion")
        else re.sub(r"(?<=[^s])s$", "", words)
    )
    return {"people": "person", "companie": "company", "querie": "query"}.get(
        singular.lower(), singular if singular.isupper() else singular.lower() if not words[0].isdigit() else words
    )


def _mentions(page: _Page) -> list[Mention]:
    found: list[Mention] = []
    lines = page.view.lines
    skip_to = -1
    for index, line in enumerate(lines):
        if index <= skip_to or len(line.text) > 4_000:
            continue
        joined = _split_price(lines, index, page.default_currency)
        if joined:
            found.append(joined)
            skip_to = joined.last
            continue
        text = line.text
        amounts = list(find_money(text, page.default_currency))
        for number_, money in enumerate(amounts):
            start = amounts[number_ - 1].end if number_ else 0
            end = amounts[number_ + 1].start if number_ + 1 < len(amounts) else len(text)
            mention = Mention(index, money, text[start : money.start], text[money.end : end], last=index)
            mention.struck = any(a < money.end and money.start < b for a, b in line.struck)
            rest = len(text) - sum(m.end - m.start for m in amounts)
            mention.short = rest <= 60
            mention.quote = text if len(text) <= 160 else _around(text, money)
            found.append(mention)
    for mention in found:
        _read_terms(page, mention)
    return found


def _split_price(lines: list[Line], index: int, default: str) -> Mention | None:
    """A price laid out in pieces: "$" / "19" / "99", each a block of its own."""
    first = lines[index].text
    if not _SIGN_ONLY.fullmatch(first) or index + 1 >= len(lines):
        return None
    whole = lines[index + 1].text
    if not _INTEGER_ONLY.fullmatch(whole):
        if not (match := re.match(r"(\d[\d.,]*)\s*(/.*|per .*)?$", whole)):
            return None
        whole = match[1]
    last, digits = index + 1, whole
    if (
        index + 2 < len(lines)
        and _FRACTION_ONLY.fullmatch(lines[index + 2].text)
        and "." not in whole
        and "," not in whole[-3:]
    ):
        last, digits = index + 2, f"{whole}.{lines[index + 2].text.strip('.,')}"
    currency = iso(first, default)
    amount = number(digits, currency, first)
    if amount is None:
        return None
    after = lines[index + 1].text[len(whole) :] if last == index + 1 else ""
    money = Money(0, len(first), amount, currency, f"{first}{digits}")
    quote = " ".join(lines[i].text for i in range(index, last + 1))
    return Mention(index, money, "", after, last=last, quote=quote, struck=bool(lines[index + 1].struck))


def _around(text: str, money: Money) -> str:
    """The sentence around an amount, for long paragraphs."""
    start = max((m.end() for m in re.finditer(r"[.!?]\s+(?=[A-Z“\"'])", text[: money.start])), default=0)
    match = re.search(r"[.!?](?=\s+[A-Z“\"']|\s*$)", text[money.end :])
    end = money.end + match.end() if match else len(text)
    return text[start:end].strip() if end - start <= 400 else text[max(0, money.start - 80) : money.end + 80].strip()


def _read_terms(page: _Page, mention: Mention) -> None:
    """Period, unit, billing and qualifier as the mention's own line gives them."""
    after = mention.after[:80]
    if billed := _BILLED.search(after):
        words = (billed["a"] or billed["b"] or "").lower()
        mention.billed = (
            "year" if words.startswith(("annual", "year", "every year", "per year", "once a year")) else None
        )
        spoken = after[: billed.start()] + " " + after[billed.end() :]
        mention.period = period_of(spoken.split(". ")[0])
        if mention.period is None and mention.billed and billed.start() < 3:
            mention.period = None
    else:
        mention.period = period_of(after.split(". ")[0])
    mention.unit = unit_of(after.split(". ")[0])
    if mention.period is None and (mention.short or len(mention.before) < 60):
        mention.period = period_of(mention.before[-40:]) if not _BILLED.search(mention.before[-40:]) else None
    if mention.unit is None and mention.short:
        mention.unit = unit_of(mention.before[-40:])
    if _FROM.search(mention.before[-40:]):
        mention.qualifier = "from"
    elif _UP_TO.search(mention.before[-10:]):
        mention.qualifier = "up to"
    elif after.startswith("+") and mention.short:
        mention.qualifier = "from"


def _is_trap(page: _Page, mention: Mention) -> bool:
    line = page.view.lines[mention.line]
    money = mention.money
    if line.shade >= HARD or line.tag in ("option", "code", "pre", "textarea"):
        return True
    if money.scaled and not mention.period:
        return True
    if money.amount >= 1_000_000 and not money.currency in ("IDR", "VND", "KRW", "IRR"):
        return True
    before, after = mention.before[-80:], mention.after[:60]
    if _SAVING_BEFORE.search(before) or _SAVING_AFTER.match(after):
        return True
    text = line.text.lower()
    sentence = mention.quote.lower()
    if page.rivals and any(r in sentence for r in page.rivals) and not (page.own and page.own in sentence):
        return True
    if not mention.short:
        if _LOOSE.search(mention.quote):
            return True
        # A sentence must say that something is offered at this price, or for what time or unit.
        if not (mention.period or mention.unit or mention.qualifier == "from"):
            return True
        if not _OFFERING.search(mention.quote):
            return True
    if re.match(r"^\s*(?:[-–—]|to|and)\s*[$€£]?\d", after) and _LOOSE.search(text):
        return True
    at = line.block
    for _ in range(30):
        block = page.view.blocks[at]
        if block.tag in _QUOTING:
            return True
        if block.tag in _ASIDE and not (mention.period and mention.short and _has_own_cards(page, at)):
            return True
        if not at:
            break
        at = block.parent
    return False


def _has_own_cards(page: _Page, block: int) -> bool:
    """A price card may call its head <header>; a site's header holds links, not two lines."""
    last = page.view.blocks[block].last
    return sum(block <= line.block <= last for line in page.view.lines) <= 8 and page.view.blocks[block].depth > 4


def _from_tables(page: _Page) -> list[tuple[Mention, str]]:
    return []


def _from_cards(page: _Page, used: set[int]) -> list[tuple[Mention, Plan]]:
    """One plan a card: the price that stands for it, with the name above it."""
    groups: dict[int, list[Mention]] = {}
    for mention in page.mentions:
        if mention.line in used or not mention.short:
            continue
        mention.card = _card_of(page, mention)
        groups.setdefault(mention.card, []).append(mention)
    found: list[tuple[Mention, Plan]] = []
    for card, group in groups.items():
        for part in _runs(page, card, group):
            chosen = _main_price(part)
            if chosen is None:
                continue
            _complete_terms(page, chosen, part)
            name, where = _name_of(page, card, chosen, part)
            chosen.name, chosen.name_line = name, where
            found.append((chosen, _plan(page, chosen)))
    return found


def _card_of(page: _Page, mention: Mention) -> int:
    """The block that is this price's card: named, and beside another block with a price."""
    view = page.view
    at = view.lines[mention.line].block
    prices = [m for m in page.mentions if not m.struck]
    best = at
    for _ in range(14):
        block = view.blocks[at]
        if not at or (block.tag in ("body", "main", "section", "article") and _count_names(page, at) > 12):
            break
        inside = sum(at <= view.lines[m.line].block <= block.last for m in prices)
        if _has_name_before(page, at, mention):
            return at
        parent = view.blocks[block.parent]
        outside = sum(block.parent <= view.lines[m.line].block <= parent.last for m in prices) - inside
        if outside > 3 * max(1, inside) and at != view.lines[mention.line].block:
            best = at
            break
        best = at
        at = block.parent
    return best


def _count_names(page: _Page, block: int) -> int:
    return sum(page.view.lines[i].tag in _HEADINGS for i in page.lines_in(block))


def _has_name_before(page: _Page, block: int, mention: Mention) -> bool:
    last = page.view.blocks[block].last
    lines = page.view.lines
    for i in range(mention.line - 1, max(-1, mention.line - 14), -1):
        if not block <= lines[i].block <= last:
            return False
        if _name_like(lines[i], page):
            return True
    return False


def _name_like(line: Line, page: _Page) -> str:
    """The plan's name a line may be, "" if it is none."""
    if line.tag in ("a", "button", "label", "s", "del") and line.links:
        return ""
    text = _EMOJI.sub(" ", clean(line.text)).strip(" :-–—·|*†")
    text = " ".join(text.split())
    if not 1 < len(text) <= 40 or len(text.split()) > 5 or not any(c.isalpha() for c in text):
        return ""
    if text[-1] in ".!?;," or any(True for _ in find_money(text)):
        return ""
    if _BADGE.fullmatch(text) or _ACTION.fullmatch(text) or _TRIAL.search(text) or _CUSTOM_LINE.fullmatch(text):
        return ""
    if line.tag not in _HEADINGS and text[0].islower() and len(text.split()) > 2:
        return ""
    return text


def _runs(page: _Page, card: int, group: list[Mention]) -> list[list[Mention]]:
    """A block's prices, cut where a new name heads the next: flat lists of cards have no block each."""
    runs: list[list[Mention]] = []
    lines = page.view.lines
    for mention in group:
        if runs:
            previous = runs[-1][-1]
            between = range(previous.last + 1, mention.line)
            # Headings between two prices start a new plan; plain lines between are features.
            headed = any(lines[i].tag in _HEADINGS and _name_like(lines[i], page) for i in between)
            if not headed and len(between) <= 12:
                runs[-1].append(mention)
                continue
        runs.append([mention])
    return runs


def _main_price(group: list[Mention]) -> Mention | None:
    """The price a card stands for: not struck, the first with a period, monthly before yearly."""
    standing = [m for m in group if not m.struck] or []
    if not standing:
        return None
    first = standing[0]
    for mention in standing:
        if mention.line - first.line > 6:
            break
        if (
            mention.period == "month"
            and first.period in ("year", "once", None)
            and not re.search(r"\bthen\b|\brenew|\bafter\b|\bregular", mention.before, re.IGNORECASE)
        ):
            if first.period == "year" or (
                first.period is None and mention.line == first.line and mention.money.amount <= first.money.amount
            ):
                return mention
    return first


def _complete_terms(page: _Page, chosen: Mention, group: list[Mention]) -> None:
    """Period and unit from the lines around, up to the next price."""
    lines = page.view.lines
    following = [m.line for m in group if m.line > chosen.last]
    stop = min([chosen.last + 5, len(lines), *[f for f in following if not _struck_or_same(group, f)]])
    words = []
    for i in range(chosen.last + 1, stop):
        text = lines[i].text
        if (
            len(text) > 70
            or lines[i].tag == "li"
            or (
                lines[i].tag in _HEADINGS and _name_like(lines[i], page) and i > chosen.last + 1 and not period_of(text)
            )
        ):
            break
        words.append(text)
    for text in words:
        if chosen.billed is None and (billed := _BILLED.search(text)):
            said = (billed["a"] or billed["b"] or "").lower()
            chosen.billed = "year" if said.startswith(("annual", "year")) else chosen.billed
            text = text[: billed.start()] + " " + text[billed.end() :]
        if chosen.period is None and not any(True for _ in find_money(text)):
            chosen.period = period_of(text)
        if chosen.unit is None and not any(True for _ in find_money(text)):
            chosen.unit = unit_of(text)
    previous = chosen.line - 1
    if previous >= 0 and len(lines[previous].text) <= 40:
        text = lines[previous].text
        if chosen.qualifier is None and _FROM.search(text + " "):
            chosen.qualifier = "from"
        if (
            chosen.period is None
            and not _name_like(lines[previous], page)
            and not any(True for _ in find_money(text))
            and not _BILLED.search(text)
        ):
            chosen.period = period_of(text)


def _struck_or_same(group: list[Mention], line: int) -> bool:
    return any(m.line == line and m.struck for m in group)


def _name_of(page: _Page, card: int, chosen: Mention, group: list[Mention]) -> tuple[str, int]:
    """The plan's name and its line: the heading above the price in the card, else the nearest short line, else beside it."""
    lines = page.view.lines
    block = page.view.blocks[card]
    before = _before_name(chosen)
    if before:
        return before, chosen.line
    above: list[int] = []
    for i in range(chosen.line - 1, max(-1, chosen.line - 16), -1):
        if not card <= lines[i].block <= block.last:
            break
        if any(m.line == i and not m.struck and m not in group for m in page.mentions):
            break
        above.append(i)
    named = [(i, name) for i in above if (name := _name_like(lines[i], page))]
    for i, name in named:
        if lines[i].tag in _HEADINGS:
            return name, i
    for i, name in named:
        at = page.view.blocks[lines[i].block].node.attributes.get("class") or ""
        if _NAME_CLASS.search(at):
            return name, i
    if named:
        i, name = named[-1] if len(named) <= 3 else named[0]
        return name, i
    for i in range(chosen.last + 1, min(chosen.last + 4, len(lines))):
        if card <= lines[i].block <= block.last and lines[i].tag in _HEADINGS and (name := _name_like(lines[i], page)):
            return name, i
    return "", -1


def _before_name(mention: Mention) -> str:
    """A name in the price's own line: "Pro plan – $20"."""
    text = _EMOJI.sub(" ", mention.before)
    text = re.sub(
        r"\b(?:starts?|starting|begins?)\s*(?:at|from)?|\b(?:from|only|just|for|at|is|costs?|plans?|price[ds]?|pricing|per|month|monthly|year|yearly|annual(?:ly)?|now|then|tier|a|as|low|little)\b",
        " ",
        text,
        flags=re.IGNORECASE,
    )
    text = " ".join(re.sub(r"[^\w\s&+./-]", " ", text).split()).strip(" -./+&")
    if (
        1 < len(text) <= 30
        and len(text.split()) <= 4
        and text[0].isupper()
        and not _BADGE.fullmatch(text)
        and not _ACTION.fullmatch(text)
    ):
        return text
    return ""


def _from_sentences(page: _Page) -> list[tuple[Mention, Plan]]:
    """Prices told in running text, on pages without price cards: "Plans start at $9 a month"."""
    found = []
    for mention in page.mentions:
        if mention.struck or (mention.short and not (mention.period or mention.unit or mention.qualifier)):
            continue
        if not (mention.period or mention.unit):
            continue
        name = _before_name(mention)
        mention.name = name
        found.append((mention, replace(_plan(page, mention), confidence=0.7)))
    return found


def _with_free(page: _Page, found: list[tuple[Mention, Plan]]) -> list[tuple[Mention, Plan]]:
    return found


def _plan(page: _Page, mention: Mention) -> Plan:
    line = page.view.lines[mention.line]
    place = "visible" if not line.shade else "markup"
    evidence = [Evidence(page.url, "visible" if place == "visible" else "markup", mention.quote)]
    if mention.name_line >= 0 and mention.name_line != mention.line:
        named = page.view.lines[mention.name_line]
        evidence.append(Evidence(page.url, "markup" if named.shade else "visible", named.text))
    confidence = (
        0.6
        + 0.12 * bool(mention.name)
        + 0.12 * bool(mention.period or not mention.money.amount)
        + 0.06 * (place == "visible")
    )
    return Plan(
        name=mention.name,
        amount=mention.money.amount,
        currency=mention.money.currency or None,
        period=mention.period if mention.money.amount or mention.period != "once" else None,
        unit=mention.unit,
        billed=mention.billed,
        qualifier=mention.qualifier,
        rung="text",
        confidence=round(confidence, 2),
        evidence=tuple(evidence),
    )


def _settled(found: list[tuple[Mention, Plan]]) -> list[Plan]:
    """Each plan once; an unnamed price that a named plan has is that plan."""
    kept: list[Plan] = []
    seen: set[tuple[str, Decimal | None, str | None]] = set()
    named = Counter(p.amount for _, p in found if p.name)
    for _, plan in found:
        key = (plan.name.lower(), plan.amount, plan.period)
        if key in seen or (not plan.name and named[plan.amount]):
            continue
        seen.add(key)
        kept.append(plan)
    return kept


def plans_of_offers(items: Sequence[dict[str, Any]], url: str) -> list[Plan]:
    """The offers of JSON-LD or microdata as plans; weaker than prices that readers see."""
    found: list[Plan] = []
    for item in items:
        kinds = types_of(item)
        if "Offer" not in kinds and "AggregateOffer" not in kinds:
            continue
        spec = item.get("priceSpecification")
        spec = spec[0] if isinstance(spec, list) and spec else spec
        spec = spec if isinstance(spec, dict) else {}
        given = next(
            (v for v in (item.get("price"), item.get("lowPrice"), spec.get("price")) if v not in (None, "")), None
        )
        raw = str(given).strip() if given is not None else ""
        amount = number(re.sub(r"[^\d.,]", "", raw)) if raw else None
        if amount is None:
            continue
        currency = text_of(item.get("priceCurrency") or spec.get("priceCurrency")).upper()
        period = period_of(
            "/" + text_of(spec.get("unitText") or spec.get("billingDuration") or spec.get("referenceQuantity") or "")
        )
        found.append(
            Plan(
                name=text_of(item.get("name"))[:60],
                amount=amount,
                currency=currency if re.fullmatch("[A-Z]{3}", currency) else None,
                period=period,
                qualifier="from" if "AggregateOffer" in kinds else None,
                rung="jsonld",
                confidence=0.6 if amount else 0.4,
                evidence=(Evidence(url, "markup", raw, f"JSON-LD {kinds[0]}.price"),),
            )
        )
    return found
