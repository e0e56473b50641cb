"""Amounts that are no price of the product: savings, sums raised, rivals, quotations, menus."""

from __future__ import annotations

import re

from tools.page.pricing.currencies import is_small
from tools.page.pricing.page import Mention, Page
from tools.page.pricing.patterns import SAVING_LINE
from tools.page.visible import HARD, Line

_SAVING_BEFORE = re.compile(
    r"(?:\bsav(?:e|es|ed|ing|ings)\b(?:\s+(?:you|them|us|on average|an?|up|of))?|\bdiscount(?:s)?(?:\s+of)?|\boff\b|\bworth(?:\s+of)?|\bvalued?(?:\s+(?:at|of))?|\braised|\braises|\bfunding(?:\s+of)?|\brevenues?(?:\s+of)?|\bround of|"
    r"\bearn(?:s|ed|ing)?|\bmade|\bmaking|\bgenerat(?:e|ed|es|ing)|\brecover(?:ed|s)?|\bprocess(?:ed|es|ing)?|\bmanag(?:ed|es|ing)|\bclosed?|\bspend(?:s|ing)?|\bspent|\blos(?:t|e|es|ing)|\bbudgets?(?:\s+of)?|\bfines?(?:\s+of)?|\bpenalt(?:y|ies)(?:\s+of)?|"
    r"\bsalar(?:y|ies)(?:\s+of)?|\bvaluation(?:\s+of)?|\bbacked (?:by|with)|\binsurance(?:\s+of)?|\bcoverage(?:\s+of)?|\bcovers?|\bbonus(?:\s+of)?|\bprizes?(?:\s+of)?|\bgrants?(?:\s+of)?|\bcredits?(?:\s+(?:of|worth))?|\brefund(?:\s+of)?|"
    r"\b(?:économisez|économies? de|réduction de|remise de|d['’]une valeur de|au lieu de|sparen(?: sie)?|spare|sparst(?: du)?|ersparnis(?: von)?|rabatt von|im wert von|statt|ahorr(?:a|as|e|o|ar|o de)|descuento de|en (?:lugar|vez) de|economi(?:ze|za|zar|a de)|poupe|desconto de|em vez de|risparmi(?:a|o|o di)?|sconto di|invece di|anziché|bespaar|besparen|korting van)|(?:скидка|экономия|сэкономьте|вместо|раньше)|(?:节省|立减|割引|お得)|"
    r"\bcash ?back(?:\s+of)?|\brebate(?:\s+of)?|\bgift card(?:\s+of)?|\bcosts? us|\binstead of|\brather than|\bcompared (?:to|with)|\bvs\.?|\bversus|\bunlike|\bsavings? of|\breduc(?:e|ed|es|ing)\b.{0,20}\bby|\bcut\b.{0,20}\bby|\bincreas(?:e|ed|es|ing)\b.{0,20}\bby)"
    r"(?:\s+(?:up to|over|more than|at least|about|around|nearly|almost|approximately|roughly|an? (?:extra|additional|average of|total of)|an|another|approx\.?|as much as|in|than|to|of|by|the|your))*\s*[~≈>]?\s*$",
    re.IGNORECASE,
)
_SAVING_AFTER = re.compile(
    r"^\+?\s*(?:(?:per|a|/)\s*(?:year|yr|month|mo)\s+)?(?:usd\s+)?(?:in\s+(?:annual(?:ized)?\s+|additional\s+|extra\s+|free\s+|new\s+|total\s+)?)?(?:off\b|sav(?:ed|ings?|e)\b|rebate|cash ?back|discount|credits?\b|free credits?|bonus|gift|coupon|voucher|reward|raised|funding|seed|series [a-e]\b|"
    r"insurance|(?:identity )?(?:theft )?insurance|coverage|protection|guarantee|revenue|in revenue|arr\b|mrr\b|gmv|valuation|worth|value\b|fine|penalt|prize|grant|budget|salar|profit|cheaper|less\b|more\b|lost|loss|recovered|processed|managed|donat|refund|million|billion|savings|return|pipeline|deal|sales\b|in sales|(?:de |d['’])?(?:réduction|remise|économies?|descuento|desconto|ahorro|economia)\b|(?:di )?(?:sconto|risparmio)\b|rabatt|gespart|sparen|ersparnis|korting|скидк|割引|引き|オフ|优惠|of (?:free|value|credit|insurance|revenue|savings))",
    re.IGNORECASE,
)
_LOOSE = re.compile(
    r"\b(?:en moyenne|en général|généralement|concurrents?|durchschnittlich|im schnitt|üblicherweise|mitbewerber|en promedio|normalmente|competidores|em média|concorrentes|in media|concorrenti|typical(?:ly)?|on average|average|usually|generally|industry|most (?:companies|businesses|teams)|can cost|could cost|may cost|might cost|would (?:cost|have)|costs? (?:between|anywhere)|ranges? (?:from|between)|ranging|"
    r"anywhere (?:from|between)|hypothetical|e\.g\.|for example|for instance|imagine|suppose|competitors?|other (?:tools|vendors|providers|solutions|platforms|software)|elsewhere|traditional|agency|agencies|freelancers?|hiring|penalt\w+|fines?|lawsuits?|"
    r"revenue|funding|raised|invest(?:ed|ors?)|acquired|valuation|salary|ROI|payback|minimum order|shipping|deposit|annual (?:sales|turnover)|turnover|non-?profit with|data breach|damages?|theft)\b",
    re.IGNORECASE,
)
_TOLD_BY_SOMEBODY = re.compile(r"[“”\"]|\b(?:I|I'm|I’m|my|me|he|she|his|her)\b")
_GIVEN_AWAY = re.compile(
    r"^\s*(?:[\w-]+ ){0,4}(?:credits?|gift cards?|coupons?|vouchers?|rebates?|bonus(?:es)?|cash ?back|grants?|discounts?)\b",
    re.IGNORECASE,
)
_OFFERING = re.compile(
    r"\b(?:starts?(?:ing)?|plans?|priced?|prices?|pricing|costs?|from|only|just|for as (?:little|low) as|as (?:little|low) as|pay|subscri(?:be|ption|ptions)|available|renews?|upgrade|buy|purchase|get|licen[cs]e|membership|tier|package|pro\b|premium|standard|basic|enterprise|business|team)\b",
    re.IGNORECASE,
)
_INTRO = re.compile(
    r"\bfirst (?:\d+ |two |three |six )?(?:months?|years?|weeks?|days?)\b|\bintro(?:ductory)?\b", re.IGNORECASE
)
_FIGURE_LABEL = re.compile(
    r"(?:(?:total|average|avg\.?|infrastructure|estimated|your|monthly|weekly|daily)\s+)*(?:costs?|budget|spent|spend|spending|saved|savings|revenue|profit|balance|remaining|sales|income|earned|raised|mrr|arr|value|volume|assets|transactions?|payouts?|earnings)(?: (?:saved|spent|raised|processed|managed|so far|to date))?\W*",
    re.IGNORECASE,
)
_MENU_CLASS = re.compile(
    r"(?:^|[\s_-])(?:nav(?:bar|igation)?|menu|mega-?menu|dropdown(?:-menu)?|sub-?menu|site-?footer|footer|announcement|top-?bar|cookie\w*|promo-?bar)(?:$|[\s_-])",
    re.IGNORECASE,
)
_ASIDE = frozenset({"nav", "header", "footer", "aside"})
_ASKING = frozenset({"h2", "h3", "h4", "h5", "h6", "summary", "dt", "button"})
_QUOTING = frozenset({"blockquote", "figure", "figcaption"})


def is_trap(page: Page, mention: Mention) -> bool:
    """Whether this amount is no price of the product: a saving, a sum raised, a rival's price, a quotation, a mere number."""
    line = page.view.lines[mention.line]
    money = mention.money
    if line.shade >= HARD or line.tag in ("option", "code", "pre", "textarea"):
        return True
    if money.scaled and not _short_for_thousands(page, mention):  # $3.9M, $70K/mo: what somebody raised, saved or earns
        return True
    if money.amount >= 1_000_000 and not is_small(money.currency):
        return True
    if _SAVING_BEFORE.search(mention.before[-80:]) or _SAVING_AFTER.match(mention.after[:60]):
        return True
    if not mention.period and _GIVEN_AWAY.match(mention.after[:60]):
        return True
    if (
        mention.short
        and mention.line
        and SAVING_LINE.search(page.view.lines[mention.line - 1].text[-60:])
        and len(page.view.lines[mention.line - 1].text) < 60
    ):
        return True
    below = mention.last + 1
    if (
        mention.short
        and not mention.period
        and below < len(page.view.lines)
        and _FIGURE_LABEL.fullmatch(page.view.lines[below].text)
    ):
        return True
    if _INTRO.search(mention.before[-40:]) or _INTRO.match(mention.after.strip()[:30]):
        return True
    said = line.text.replace(money.raw, " ")
    if mention.short and len(said.split()) >= 4 and (_LOOSE.search(said) or _TOLD_BY_SOMEBODY.search(said)):
        return True
    sentence = mention.quote.lower()
    if page.rivals and any(r in sentence for r in page.rivals) and not (page.own and page.own in sentence):
        return True
    if not mention.short and not _offers(mention):
        return True
    if mention.short and mention.before.rstrip()[-1:] in ("~", "≈", "≃") and mention.period != "year":
        return True  # an estimate of what a use may cost
    if mention.before.rstrip()[-1:] in ("×", "*", "✕"):
        return True  # "seats × $360" is a formula
    if mention.before.strip() == "=" or (mention.money.amount == 1 and mention.after.lstrip(" CDSU").startswith("=")):
        return True  # "= $8 an hour" says a price again, "$1 = 12 reports" is a rate
    if line.text.rstrip()[-1:] in "?？":  # "Why $6 a seat?" asks about a price that stands elsewhere
        return True
    if re.match(r"^\s*(?:[-–—]|to|and)\s*[$€£]?\d", mention.after) and _LOOSE.search(line.text):
        return True
    return _stands_aside(page, mention, line)


def _offers(mention: Mention) -> bool:
    """A sentence must say that something is offered at this price, or for what time or unit, and of no one else's."""
    if _LOOSE.search(mention.quote) or _TOLD_BY_SOMEBODY.search(mention.quote):
        return False
    return bool((mention.period or mention.unit or mention.qualifier == "from") and _OFFERING.search(mention.quote))


def _stands_aside(page: Page, mention: Mention, line: Line) -> bool:
    """In a quotation, or in the site's own menus, banners and feet, where other products are advertised."""
    at = line.block
    for level in range(30):
        block = page.view.blocks[at]
        if block.tag in _QUOTING:
            return True
        if block.tag == "nav":
            return True
        if block.tag in _ASIDE and not (mention.short and level <= 3 and block.last - at < 8):
            return True
        if not mention.short or level > 3:
            name = block.node.attributes.get("class") or ""
            if name and _MENU_CLASS.search(name) and block.tag in ("ul", "div", "li", "section"):
                return True
        if not at:
            return False
        at = block.parent
    return False


def without_answers(page: Page, mentions: list[Mention]) -> list[Mention]:
    """Without the prices in answers to questions ("Extra seats are $5"), where the page states others."""
    stated = [m for m in mentions if not _answers(page, m)]
    return stated or mentions


def _answers(page: Page, mention: Mention) -> bool:
    """Whether a price stands in a sentence under a heading that asks."""
    lines = page.view.lines
    line = lines[mention.line]
    if len(line.text.split()) < 6 or line.text.rstrip()[-1:] not in (".", "!", "。"):
        return False
    above = lines[max(0, mention.line - 3) : mention.line]
    return any(one.text.rstrip()[-1:] in ("?", "？") and one.tag in _ASKING for one in above)


def _short_for_thousands(page: Page, mention: Mention) -> bool:
    """Whether "$1.5K/mo" is a price: alone in its line, with a period, on a page about prices."""
    alone = mention.short and not mention.before.strip() and len(mention.after.split()) <= 3
    return page.about_prices and alone and bool(mention.period) and mention.money.amount <= 100_000
