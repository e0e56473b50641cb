"""Which short line may be a plan's name, and how likely one is."""

from __future__ import annotations

import re

from tools.page.pricing.money import find_money, is_amount
from tools.page.pricing.page import HEADINGS, Mention, Page
from tools.page.pricing.patterns import (
    CUSTOM_LINE,
    NAME_CLASS,
    PERIOD_LABEL,
    PLAN_WORD,
    PLAN_WORD_IN,
    PRICE_LABEL,
    SAVING_LINE,
    TRIAL,
)
from tools.page.visible import Line, clean

_BADGE = re.compile(
    r"(?:★|☆|\W)*(?:(?:le )?(?:plus|mieux) (?:populaire|choisi|vendu).*|populaire|recommandé.*|conseillé|meilleure? .*|(?:am |unser )?(?:beliebt|meistgewählt|empfohlen|bestseller|tipp).*|(?:el |lo |o )?m[áa]is? (?:popular|vendido|elegido|escolhido).*|recomendad[oa].*|mejor .*|melhor .*|(?:il |la )?più (?:popolare|scelto|venduto).*|consigliat[oa]|populair|aanbevolen|meest .*|популярн.*|выгодно|рекомендуем.*|хит.*|лучш.*|おすすめ|人気.*|推荐|最受欢迎|热门|인기|추천|en vedette|bientôt.*|demnächst|in planung|próximamente|em breve|prossimamente|скоро|近日.*|即将.*|(?:our )?(?:most|best|very|super)?[\s-]*(?:popular|recommended|value|seller|selling|choice|loved|chosen|deal|for you|picks?)|recommend(?:s|ed)?.*|.{0,25}\brecommends?|(?:you )?save .*|\d+% off.*|.*\bdiscount.*|limited[ -].*|special offer.*|new!?|beta|coming soon|"
    r"soon|hot|sale|featured|launch.*|early bird.*|black friday.*|cyber week.*|cyber m.*|popular!?|best|billed .*|paid .*|was|now|only|just|from|starts?(?:ing)? (?:at|from)|start at|as low as|up to|price(?:s|d)?(?: per .*)?|pricing|per .*|/.*|monthly|yearly|annual(?:ly)?|month|year|quarterly|"
    r"discounted price.*|regular price.*|old price.*|renews? (?:at|for).*|then,?.*|included?s?:?|what['’]?s included:?|features?:?|key features.*|everything (?:in|from) .*|all (?:features )?(?:in|from) .*|includes?.*|plus:?|and:?|or:?|most teams.*|current plan|your plan|plans?|our plans?|choose .*|select .*|"
    r"(?:the )?(?:right|perfect) plan.*|simple.*pricing.*|usd|eur|gbp|excl\..*|incl\..*|\+? ?vat.*|tax(?:es)? .*|\*+.*|free for \d+ .*|\d+[- ]day .*|trial|free trial.*|billing|monthly billing|annual billing|pay .*|compare.*|details|show .*|hide .*|view .*|"
    r"\d+|[\d,.]+\+?|\d[\d,.]*\s*(?:users?|seats?|members?|contacts?|sites?|pageviews?|projects?|gb|tb).*|unlimited.*|one[- ]time.*|lifetime (?:access|deal|license|licence).*|no (?:credit|contract|commitment|setup|hidden).*|cancel .*|for .*|ideal for.*|perfect for.*|great for.*|best for.*|designed for.*|suitable for.*|tax.*|price.*|cost.*|amount)\W*",
    re.IGNORECASE,
)
ACTION = re.compile(
    r"(?:(?:commencer|démarrer|essayer|choisir|s['’]abonner|souscrire|acheter|découvrir (?:l|le|la|nos)|demander|réserver|jetzt|kostenlos (?:starten|testen|registrieren)|gratis (?:starten|testen)|starten|testen|registrieren|auswählen|buchen|kaufen|bestellen|anfragen|mehr erfahren|comenzar|empezar|elegir|probar|comprar|suscrib\w+|contratar|solicitar|agendar|começar|escolher|assinar|experimentar|pedir|falar com|iniziare?|scegli|prova|acquista|abbonati|richiedi|kiezen|probeer|koop|купить|начать|выбрать|попробовать|получить|заказать|подключить|скачать|связаться)\b|(?:購入|申し込|無料で|始め|インストール|开始|购买|立即|选择|注册)|get (?:started|it|access|now|a|an|the|your|\w+ (?:now|free|plan))|start|try|buy|sign[ -]?up|sign[ -]?in|log ?in|subscribe|join|choose|contact|learn|see|read|view|download|install|book|request|upgrade|order|purchase|add to|talk|claim|register|create|continue|go |schedule|watch|explore|compare|deploy|chat|speak|apply|redeem|activate|unlock|checkout|check out|click|more info|find out)\b.*",
    re.IGNORECASE,
)
_EMOJI = re.compile("[\U0001f000-\U0001faff\u2190-\u2bff\u2600-\u27bf\ufe0f\u200d\u2022✓✔→←]+")
_MERE_BADGE = re.compile(
    r"(?:our )?(?:most|best|very|super) (?:popular|recommended|value)|le plus populaire|m[áa]is popular", re.IGNORECASE
)
_NUMBERED = re.compile(r"^\d{1,2}[.)]\s+(?=[^\W\d])")  # "2. Starter", a list's number
_NO_NAME = re.compile(
    r"(?:factur[ée]s?|facturad[oa]s?|cobrad[oa]s?|abgerechnet|fatturat[oi]|soit|environ|dès|ab|nur|desde|solo|só|apenas|gesamt|insgesamt|всего|только|потом|затем|от|billed|paid|pay|renews?|then|or|and|first|total|was|now|save|saves|extra|additional|each|add|plus|up|over|under|more|less|every|our|your|their|the|this|that|all|about|get|it|we|you|price|discounted|regular|old|new|prefer|usually|normally|regularly|previously|formerly|originally|equals|equivalent|approx)\b",
    re.IGNORECASE,
)
_DANGLING = re.compile(
    r"\s(?:за|для|от|por|para|pour|für|for|de|da|di|per|à|zu|um|mit|with|of|to|and|or)$", re.IGNORECASE
)
_SECTION_HEAD = re.compile(
    r"\b(?:pricing|prices|plans|subscription options|our offers?|faqs?|questions|features|compare|comparison|about|testimonials|reviews|options|preise?|unsere pakete|häufige fragen|vergleich|funktionen|nos (?:tarifs|offres|formules)|tarifs|fonctionnalités|precios|preguntas|funciones|nuestros planes|preços|perguntas|recursos|prezzi|domande|funzionalità|i nostri piani|цены|тарифы|вопросы)\b|料金|価格|よくある|价格|定价|常见问题",
    re.IGNORECASE,
)


def name_like(line: Line) -> str:
    """The plan's name a line may be, "" if it is none."""
    if line.tag in ("button", "label", "select"):
        return ""
    text = _NUMBERED.sub("", _EMOJI.sub(" ", clean(line.text)).strip(' :-–—·|*†"“”«»„'))
    if _MERE_BADGE.fullmatch(text):
        return ""
    text = re.sub(
        r"\s*\((?:most popular|popular|recommended|best value|new|beta|popolare|consigliato|populaire|recommandé|beliebt|empfohlen|recomendado)\)$|\s+(?:most popular|popular|recommended|best value|le plus populaire|populaire|recommandé|beliebt|empfohlen|más popular|mais popular|recomendado|推荐|热门|最受欢迎|おすすめ|人気|추천)$",
        "",
        " ".join(text.split()),
        flags=re.IGNORECASE,
    )
    if (
        not (len(text) > 1 or text > "\u2e80")
        or len(text) > 40
        or len(text.split()) > 5
        or not any(c.isalpha() for c in text)
    ):
        return ""
    if text[-1] in ".!?;,%" or is_amount(text) or any(True for _ in find_money(text)):
        return ""
    if PLAN_WORD.fullmatch(text) or (line.tag in HEADINGS and PERIOD_LABEL.fullmatch(text)):
        return text
    if (
        _BADGE.fullmatch(text)
        or ACTION.fullmatch(text)
        or TRIAL.search(text)
        or CUSTOM_LINE.fullmatch(text)
        or SAVING_LINE.search(text)
    ):
        return ""
    if line.tag not in HEADINGS and text[0].islower() and len(text.split()) > 2:
        return ""
    return text


def named(page: Page, i: int, chosen: Mention, inside: int) -> tuple[float, str, int]:
    """How likely line i names the price, the name and the line; (0.0, "", -1) when it names nothing."""
    line = page.view.lines[i]
    marked = _marked_name(page, line)
    name = marked or name_like(line)
    return (_name_score(page, i, name, chosen, i >= inside) + 0.8 * bool(marked), name, i) if name else (0.0, "", -1)


def _marked_name(page: Page, line: Line) -> str:
    """The part of a line that its markup calls the name, where the line says more: "Starter" of "Starter 5 h a month"."""
    if not 2 <= len(line.text.split()) <= 12:
        return ""
    for node in page.view.blocks[line.block].node.css("[class*=name i], [class*=title i]")[:3]:
        name = clean(node.text() or "")
        if (
            NAME_CLASS.search(node.attributes.get("class") or "")
            and 1 < len(name) < len(line.text)
            and name in line.text
        ):
            return name
    return ""


def _name_score(page: Page, i: int, name: str, chosen: Mention, inside: bool) -> float:
    """How likely a short line above a price is the plan's name."""
    line = page.view.lines[i]
    score = 1.2 if inside else 0.4
    if line.tag in HEADINGS:
        score += 1.5 if line.tag != "h1" else 0.3
    if PLAN_WORD.fullmatch(name):
        score += 1.2
    elif PLAN_WORD_IN.search(name):
        score += 0.6
    if NAME_CLASS.search(page.view.blocks[line.block].node.attributes.get("class") or ""):
        score += 0.8
    if line.tag in ("li", "td") or line.links > len(line.text) // 2:
        score -= 1.0
    if _SECTION_HEAD.search(name):
        score -= 2.0
    score -= 0.08 * (chosen.line - i) + 0.1 * max(0, len(name.split()) - 2)
    return score if not line.shade or page.view.lines[chosen.line].shade else score - 0.5


def before_name(mention: Mention) -> str:
    """A name in the price's own line: "Pro plan – $20"."""
    text = _EMOJI.sub(" ", mention.before)
    text = re.sub(
        r"\b(?:starts?|starting|begins?)\b\s*(?:at|from)?|\b(?:from|only|just|for|at|is|costs?|plans?|price[ds]?|pricing|per|month(?:ly)?|mo|year(?:ly)?|yr|annual(?:ly)?|now|then|tier|a|as|low|little|about|around)\b",
        " ",
        text,
        flags=re.IGNORECASE,
    )
    text = " ".join(re.sub(r"[^\w\s&+./-]", " ", text).split()).strip(" -./+&")
    words = text.split()
    if not (1 < len(text) <= 30 and len(words) <= 4 and not text[0].islower()):
        return ""
    if sum(word[0].islower() for word in words) > 1 or _NO_NAME.match(text) or _DANGLING.search(text):
        return ""
    return "" if _BADGE.fullmatch(text) or ACTION.fullmatch(text) or PRICE_LABEL.fullmatch(text) else text
