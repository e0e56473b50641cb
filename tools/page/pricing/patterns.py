"""Words that stand on price pages, in the languages we read: offers, badges, buttons, headings."""

from __future__ import annotations

import re

FROM = re.compile(
    r"(?:\b(?:starts?|starting|plans start|prices start|begin(?:s|ning)?)\s*(?:at|from)?(?:\s+(?:just|only))?|\bfrom(?:\s+(?:just|only))?|\bas (?:low|little) as|\bab|à partir de|\bdesde|\bvanaf|\bfrån)\s*:?\s*$",
    re.IGNORECASE,
)
FORMERLY = re.compile(
    r"(?<!\w)(?:usual(?:ly)?|normal(?:ly)?|regular(?:ly)?|was|previous(?:ly)?|formerly|original(?:ly)?|list|rrp|msrp|uvp|statt|früher|bisher|vorher|avant|antes|prima|voorheen|раньше|было|原価|原价)(?: price)?\W*$",
    re.IGNORECASE,
)
PRICE_LABEL = re.compile(
    r"(?:price|cost|(?:gesamt)?preis|kosten|prix|tarif|precio|preço|valor|prezzo|costo|prijs|cena|цена|стоимость|価格|料金|金額|价格|价钱|價格|售价|가격|요금)",
    re.IGNORECASE,
)
FREE_LINE = re.compile(
    rf"(?:{PRICE_LABEL.pattern}\s*[:：]\s*)?"
    r"(?:always |100% |completely |totally |it['’]s |start(?:s)? |forever |absolutely |für immer |dauerhaft |toujours |siempre |sempre )?(?:free|gratis|kostenlos|kostenfrei|gratuit(?:e|o|a)?|grátis|darmow[aey]|bezpłatn[aeyi]e?|za darmo|zdarma|ücretsiz|無料|免费|免費|永久免费|永久免費|무료|бесплатн(?:о|ый))(?:\s+(?:für immer|pour toujours|à vie|para siempre|para sempre|per sempre|навсегда|forever|plan|tier|for life|forever plan|for everyone|for ever|version|always|edition|account|to use|to start|for all|for individuals?|for personal use|for hobby(?:ists)?|for open[- ]source|for up to \d+ \w+))?[!.*†]?",
    re.IGNORECASE,
)
FREE_NAME = re.compile(r"(?:free|gratis|kostenlos|gratuit|grátis|бесплатн|無料|免费|免費|무료)", re.IGNORECASE)
CUSTOM_LINE = re.compile(
    r"(?:custom(?:\s*(?:pricing|price|plan|quote|ized|ised)?)|contact (?:us|sales|our sales team)(?: for (?:pricing|a quote|price|details))?|let['’]?s talk|talk to (?:us|sales|an expert|our team)|get (?:a|in) (?:quote|touch|custom quote)|"
    r"request (?:a )?(?:quote|pricing|demo)|on request|upon request|price on request|call (?:us|for pricing)|tailored(?: pricing)?|individual(?:ly)? (?:pricing|priced)|speak (?:to|with) (?:us|sales)|(?:preise? |preis |angebot )?auf anfrage|individuell(?:e[rs]? (?:preis|angebot))?|kontakt(?:ieren sie uns)?|(?:prix |tarif )?sur (?:devis|demande|mesure)|(?:nous contacter|contactez[- ]nous)|contacta(?:r|nos)|(?:precio )?(?:a consultar|a medida|personalizado)|(?:bajo|según) (?:consulta|pedido)|cotización|(?:preço )?(?:sob (?:consulta|medida)|a combinar)|fale conosco|personalizado|(?:prezzo )?su (?:richiesta|misura|preventivo)|contattaci|(?:prijs )?op (?:aanvraag|maat)|neem contact op|(?:цена )?по (?:запросу|договор[её]нности)|индивидуально|お?問い合わせ(?:ください)?|要(?:相談|見積(?:もり)?)|联系(?:我们|销售)|(?:价格)?面议|定制|별도 ?문의|문의)[!.。]?",
    re.IGNORECASE,
)
NAME_CLASS = re.compile(
    r"(?:plan|tier|pack(?:age)?|price|pricing|card|product)[\w-]*(?:name|title|heading|header|label)|(?:^|[\s_-])(?:name|title|heading)(?:$|[\s_-])",
    re.IGNORECASE,
)
PLAN_WORD = re.compile(
    r"(?:(?:the )?(?:free|basic|starter|start|pro|professional|premium|plus|team|teams|business|enterprise|standard|growth|scale|scaling|hobby|hobbyist|personal|individual|individuals|family|lite|light|max|unlimited|developer|developers|"
    r"startup|startups|agency|solo|creator|creators|community|core|launch|silver|gold|platinum|bronze|diamond|essential|essentials|advanced|ultimate|ultra|value|total|small|medium|large|micro|mini|nano|power|expert|freelancer|organization|company|"
    r"corporate|education|student|students|nonprofit|self[- ]hosted|cloud|on[- ]premises?|lifetime|one|single|explorer|builder|maker|early bird|pay as you go|payg|usage|custom|intro|entry|deluxe|elite|vip|prime|first|boost|flex|grow|hosted|desktop|server|dedicated|shared|sandbox|trial|membership)"
    r"(?:[ +&/-]+(?:plan|tier|package|pack|edition|license|licence|account|user|version|\+|plus|pro|xl|\d{1,3}))?)",
    re.IGNORECASE,
)
PERIOD_LABEL = re.compile(
    r"(?:billed |paid |per |a |if paid |pay )?(?:monthly|yearly|annual(?:ly)?|month|year|quarterly|weekly|month-to-month)(?: (?:billing|plan|payment|price|subscription))?\W*",
    re.IGNORECASE,
)
PRICE_HEAD = re.compile(
    r"\b(?:pricing|prices|price|plans?|subscriptions?|packages?|licen[cs]es|editions|membership|tarifs?|tarife?|formules?|abonnements?|offres|preise?|pakete?|preismodelle|precios?|planes|suscripci(?:ón|ones)|tarifas?|preços?|planos|assinaturas?|prezzi|piani|abbonament[io]|prijzen|priser|cennik|ceník|ceny|árak|fiyat(?:lar|landırma)?|how much|what it costs|cost)\b|料金|価格|プラン|价格|定价|套餐|價格|가격|요금|(?<!\w)(?:цены|тарифы?|стоимость|подписк[аи])(?!\w)",
    re.IGNORECASE,
)
