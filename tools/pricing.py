"""Plans out of a page: prices in cards, tables and sentences, each with its name, period and unit.

A price is believed for where it stands (a card among siblings, a price table, a sentence that says what something costs),
never for being an amount. Savings, funding, insurance sums, customers' results and rivals' prices are left out.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any
from urllib.parse import urlsplit

from tools.markup import text_of, types_of
from tools.models import Evidence, Plan
from tools.money import Money, find_money, iso, may_hold_money, number, read_price
from tools.visible import HARD, Line, View, clean

__all__ = ["OFFER_LIMIT", "Mention", "period_of", "plans", "plans_of_offers", "read_price", "unit_of"]

_MOST_MENTIONS = 600  # amounts of one page looked at
OFFER_LIMIT = 40  # plans of one page; more is a shop's shelf, not a price list

_PERIODS = (
    ("month", r"/\s?mo(?:nth)?s?\b|(?:per|a|each|every|by the)[\s-]+(?:calendar\s+)?mo(?:nth)?s?\b|\bmonthly\b|/\s?m\b(?!\w)|\bp(?:\.|/)?c?m\b\.?|\bmtl\b|/\s?monat|(?:pro|im|je)\s+monat|monatlich|par mois|/\s?mois|mensuel|(?:al|por) mes\b|/\s?mes\b|\bmensual(?:es|mente)?\b|al mese|/\s?mese|\bmensil[ei]\b|por mês|/\s?mês|\bmensa(?:l|is)\b|\bmensalmente\b|per maand|/\s?maand|/\s?mnd|\bmaandelijks\b|/\s?mån(?:ad)?\b|per månad|/\s?mies|miesięczn|[/每毎]\s?月|月額|ヶ月|か月|월|в месяц|/\s?мес|ежемесячн|aylık|/\s?ay\b"),
    ("year", r"/\s?y(?:ea)?rs?\b|(?:per|a|each|every)[\s-]+(?:calendar\s+)?y(?:ea)?r\b|\bannual(?:ly)?\b|\byearly\b|per annum|\bp\.a\.|/\s?y\b|/\s?jahr|(?:pro|im|je)\s+jahr|jährlich|par an\b|/\s?an\b|\bannuel(?:le)?(?:ment)?\b|(?:al|por) año|/\s?año|\banual(?:es|mente)?\b|all['’]anno|/\s?anno|\bannual[ei]\b|por ano|/\s?ano\b|per jaar|/\s?jaar|\bjaarlijks\b|/\s?år\b|per år\b|/\s?rok\b|rocznie|[/每毎]\s?年|年額|년|в год|/\s?год|ежегодн|yıllık|/\s?yıl|\bfirst year\b"),
    ("week", r"/\s?w(?:ee)?k\b|(?:per|a|each|every)[\s-]+week\b|\bweekly\b"),
    ("day", r"/\s?day\b|(?:per|a|each)[\s-]+day\b|\bdaily\b"),
    ("hour", r"/\s?h(?:ou)?rs?\b|/\s?h\b|(?:per|an)[\s-]+hour\b|\bhourly\b"),
    ("once", r"\bone[\s-]?(?:time|off)\b|\blifetime\b|\bonce\b|\bsingle payment\b|\bpay once\b|\bperpetual\b|\bfor life\b|\bper life\b|\beinmal(?:ig(?:e[rs]?)?|zahlung|kauf)\b|\blebenslang|\bauf lebenszeit\b|\bune (?:seule )?fois\b|\b(?:paiement|achat|versement) unique\b|\bà vie\b|\bpago único\b|\bpagos? de una (?:sola )?vez\b|\bde por vida\b|\bpagamento único\b|\bvital[íi]ci[oa]\b|\buna tantum\b|\ba vita\b|\beenmalig|\bjednorazow|\bengångs|買い切り|一次性|永久(?:授权|版|买断)|买断|/\s?永久|终身|終身|一次付费|единоразов|разовый плат[её]ж|одноразов|tek seferlik"),
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
    r"(?:always |100% |completely |totally |it['’]s |start(?:s)? |forever |absolutely |für immer |dauerhaft |toujours |siempre |sempre )?(?:free|gratis|kostenlos|kostenfrei|gratuit(?:e|o|a)?|grátis|darmow[aey]|bezpłatn[aeyi]e?|za darmo|zdarma|ücretsiz|無料|免费|무료|бесплатн(?:о|ый))(?:\s+(?:für immer|pour toujours|à vie|para siempre|para sempre|per sempre|навсегда|forever|plan|tier|for life|forever plan|for everyone|for ever|version|always|edition|account|to use|to start|for all|for individuals?|for personal use|for hobby(?:ists)?|for open[- ]source|for up to \d+ \w+))?[!.*†]?",
    re.IGNORECASE,
)
_CUSTOM_LINE = re.compile(
    r"(?:custom(?:\s*(?:pricing|price|plan|quote|ized|ised)?)|contact (?:us|sales|our sales team)(?: for (?:pricing|a quote|price|details))?|let['’]?s talk|talk to (?:us|sales|an expert|our team)|get (?:a|in) (?:quote|touch|custom quote)|"
    r"request (?:a )?(?:quote|pricing|demo)|on request|upon request|price on request|call (?:us|for pricing)|tailored(?: pricing)?|individual(?:ly)? (?:pricing|priced)|speak (?:to|with) (?:us|sales)|(?:preise? |preis |angebot )?auf anfrage|individuell(?:e[rs]? (?:preis|angebot))?|kontakt(?:ieren sie uns)?|(?:prix |tarif )?sur (?:devis|demande|mesure)|(?:nous contacter|contactez[- ]nous)|contacta(?:r|nos)|(?:precio )?(?:a consultar|a medida|personalizado)|(?:bajo|según) (?:consulta|pedido)|cotización|(?:preço )?(?:sob (?:consulta|medida)|a combinar)|fale conosco|personalizado|(?:prezzo )?su (?:richiesta|misura|preventivo)|contattaci|(?:prijs )?op (?:aanvraag|maat)|neem contact op|(?:цена )?по (?:запросу|договор[её]нности)|индивидуально|お?問い合わせ(?:ください)?|要(?:相談|見積(?:もり)?)|联系(?:我们|销售)|(?:价格)?面议|定制|별도 ?문의|문의)[!.。]?",
    re.IGNORECASE,
)
_BADGE = re.compile(
    r"(?:★|☆|\W)*(?:(?:le )?(?:plus|mieux) (?:populaire|choisi|vendu).*|populaire|recommandé.*|conseillé|meilleure? .*|(?:am |unser )?(?:beliebt|meistgewählt|empfohlen|bestseller|tipp).*|(?:el |lo |o )?m[áa]is? (?:popular|vendido|elegido|escolhido).*|recomendad[oa].*|mejor .*|melhor .*|(?:il |la )?più (?:popolare|scelto|venduto).*|consigliat[oa]|populair|aanbevolen|meest .*|популярн.*|выгодно|рекомендуем.*|хит.*|лучш.*|おすすめ|人気.*|推荐|最受欢迎|热门|인기|추천|en vedette|bientôt.*|demnächst|in planung|próximamente|em breve|prossimamente|скоро|近日.*|即将.*|(?:our )?(?:most|best|very|super)?[\s-]*(?:popular|recommended|value|seller|selling|choice|loved|chosen|deal|for you|picks?)|recommend(?:s|ed)?.*|.{0,25}\brecommends?|(?:you )?save .*|\d+% off.*|.*\bdiscount.*|limited[ -].*|special offer.*|new!?|beta|coming soon|"
    r"soon|hot|sale|featured|launch.*|early bird.*|black friday.*|cyber week.*|cyber m.*|popular!?|best|billed .*|paid .*|was|now|only|just|from|starts?(?:ing)? (?:at|from)|start at|as low as|up to|price(?:s|d)?(?: per .*)?|pricing|per .*|/.*|monthly|yearly|annual(?:ly)?|month|year|quarterly|"
    r"discounted price.*|regular price.*|old price.*|renews? (?:at|for).*|then,?.*|included?s?:?|what['’]?s included:?|features?:?|key features.*|everything (?:in|from) .*|all (?:features )?(?:in|from) .*|includes?.*|plus:?|and:?|or:?|most teams.*|current plan|your plan|plans?|our plans?|choose .*|select .*|"
    r"(?:the )?(?:right|perfect) plan.*|simple.*pricing.*|usd|eur|gbp|excl\..*|incl\..*|\+? ?vat.*|tax(?:es)? .*|\*+.*|free for \d+ .*|\d+[- ]day .*|trial|free trial.*|billing|monthly billing|annual billing|pay .*|compare.*|details|show .*|hide .*|view .*|"
    r"\d+|[\d,.]+\+?|\d[\d,.]*\s*(?:users?|seats?|members?|contacts?|sites?|pageviews?|projects?|gb|tb).*|unlimited.*|one[- ]time.*|lifetime (?:access|deal|license|licence).*|no (?:credit|contract|commitment|setup|hidden).*|cancel .*|for .*|ideal for.*|perfect for.*|great for.*|best for.*|designed for.*|suitable for.*|tax.*|price.*|cost.*|amount)\W*",
    re.IGNORECASE,
)
_ACTION = re.compile(
    r"(?:(?:commencer|démarrer|essayer|choisir|s['’]abonner|souscrire|acheter|découvrir (?:l|le|la|nos)|demander|réserver|jetzt|kostenlos (?:starten|testen|registrieren)|gratis (?:starten|testen)|starten|testen|registrieren|auswählen|buchen|kaufen|bestellen|anfragen|mehr erfahren|comenzar|empezar|elegir|probar|comprar|suscrib\w+|contratar|solicitar|agendar|começar|escolher|assinar|experimentar|pedir|falar com|iniziare?|scegli|prova|acquista|abbonati|richiedi|kiezen|probeer|koop|купить|начать|выбрать|попробовать|получить|заказать|подключить|скачать|связаться)\b|(?:購入|申し込|無料で|始め|インストール|开始|购买|立即|选择|注册)|get (?:started|it|access|now|a|an|the|your|\w+ (?:now|free|plan))|start|try|buy|sign[ -]?up|sign[ -]?in|log ?in|subscribe|join|choose|contact|learn|see|read|view|download|install|book|request|upgrade|order|purchase|add to|talk|claim|register|create|continue|go |schedule|watch|explore|compare|deploy|chat|speak|apply|redeem|activate|unlock|checkout|check out|click|more info|find out)\b.*",
    re.IGNORECASE,
)
_NAME_CLASS = re.compile(
    r"(?:plan|tier|pack(?:age)?|price|pricing|card|product)[\w-]*(?:name|title|heading|header|label)|(?:^|[\s_-])(?:name|title|heading)(?:$|[\s_-])",
    re.IGNORECASE,
)
_EMOJI = re.compile("[\U0001f000-\U0001faff\u2190-\u2bff\u2600-\u27bf\ufe0f\u200d\u2022✓✔→←]+")
_PLAN_WORD = re.compile(
    r"(?:(?:the )?(?:free|basic|starter|start|pro|professional|premium|plus|team|teams|business|enterprise|standard|growth|scale|scaling|hobby|hobbyist|personal|individual|individuals|family|lite|light|max|unlimited|developer|developers|"
    r"startup|startups|agency|solo|creator|creators|community|core|launch|silver|gold|platinum|bronze|diamond|essential|essentials|advanced|ultimate|ultra|value|total|small|medium|large|micro|mini|nano|power|expert|freelancer|organization|company|"
    r"corporate|education|student|students|nonprofit|self[- ]hosted|cloud|on[- ]premises?|lifetime|one|single|explorer|builder|maker|early bird|pay as you go|payg|usage|custom|intro|entry|deluxe|elite|vip|prime|first|boost|flex|grow|hosted|desktop|server|dedicated|shared|sandbox|trial|membership)"
    r"(?:[ +&/-]+(?:plan|tier|package|pack|edition|license|licence|account|user|version|\+|plus|pro|xl|\d{1,3}))?)",
    re.IGNORECASE,
)
_PLAN_WORD_IN = re.compile(rf"(?<!\w)(?:{_PLAN_WORD.pattern})(?!\w)", re.IGNORECASE)
_PLAN_IN_TEXT = re.compile(
    r"\b(?:the |our |to )?(?P<n>(?:Free|Basic|Starter|Pro|Professional|Premium|Plus|Team|Business|Enterprise|Standard|Growth|Scale|Hobby|Personal|Advanced|Essentials?|Ultimate|Unlimited|Lite|Family|Individual)) (?:plan|tier|package|subscription|edition|version)\b"
)
_NO_NAME = re.compile(
    r"(?:factur[ée]s?|facturad[oa]s?|cobrad[oa]s?|abgerechnet|fatturat[oi]|soit|environ|dès|ab|nur|desde|solo|só|apenas|gesamt|insgesamt|всего|только|потом|затем|от|billed|paid|pay|renews?|then|or|and|first|total|was|now|save|saves|extra|additional|each|add|plus|up|over|under|more|less|every|our|your|their|the|this|that|all|about|get|it|we|you|price|discounted|regular|old|new)\b",
    re.IGNORECASE,
)
_INTRO = re.compile(
    r"\bfirst (?:\d+ |two |three |six )?(?:months?|years?|weeks?|days?)\b|\bintro(?:ductory)?\b", re.IGNORECASE
)
_PERIOD_LABEL = re.compile(
    r"(?:billed |paid |per |a |if paid |pay )?(?:monthly|yearly|annual(?:ly)?|month|year|quarterly|weekly|month-to-month)(?: (?:billing|plan|payment|price|subscription))?\W*",
    re.IGNORECASE,
)
_TERM_WORD = re.compile(
    r"(?:per|for|billed|billing|when|with|excl|excluding|incl|including|plus|ex|vat|users?|seats?|each|an?|or|if|paid|payment|after|on|and|before|tax|hors|ht|ttc|zzgl|inkl|pro|par|por|netto|brutto|mwst|iva|tva|sans|ohne|sin|sem|kündbar|subscription|membership|plan|only|minimum|USD|EUR|GBP)\b",
    re.IGNORECASE,
)
_SECTION_HEAD = re.compile(
    r"\b(?:pricing|prices|plans|subscription options|our offers?|faqs?|questions|features|compare|comparison|about|testimonials|reviews|options|preise|unsere pakete|häufige fragen|vergleich|funktionen|nos (?:tarifs|offres|formules)|tarifs|fonctionnalités|precios|preguntas|funciones|nuestros planes|preços|perguntas|recursos|prezzi|domande|funzionalità|i nostri piani|цены|тарифы|вопросы)\b|料金|価格|よくある|价格|定价|常见问题",
    re.IGNORECASE,
)
_PRICE_PAGE = re.compile(
    r"(?:^|[/_.-])(?:pricing|prices?|plans?|tarifs?|tarifas?|preise|preis|pakete|precios?|planes|precos?|planos|prezzi|piani|prijzen|priser|cennik|cenik|ceny|fiyat(?:lar|landirma)?|tseny|buy|subscribe|upgrade|packages?|membership)(?:[/_.-]|$)",
    re.IGNORECASE,
)
_PRICE_HEAD = re.compile(
    r"\b(?:pricing|prices|price|plans?|subscriptions?|packages?|licen[cs]es|editions|membership|tarifs?|tarife?|formules?|abonnements?|offres|preise?|pakete?|preismodelle|precios?|planes|suscripci(?:ón|ones)|tarifas?|preços?|planos|assinaturas?|prezzi|piani|abbonament[io]|prijzen|priser|cennik|ceník|ceny|árak|fiyat(?:lar|landırma)?|how much|what it costs|cost)\b|料金|価格|プラン|价格|定价|套餐|價格|가격|요금|(?<!\w)(?:цены|тарифы?|стоимость|подписк[аи])(?!\w)",
    re.IGNORECASE,
)
_PRICE_BLOCK = re.compile(
    r"(?:^|[\s_-])(?:pricing|price-?(?:table|card|plan|list|box|grid|section|s)|plans?|tiers?|packages)(?:$|[\s_\d-])",
    re.IGNORECASE,
)
_PRICE_LABEL = re.compile(
    r"^\W*$|\b(?:price|pricing|cost|costs|fee|fees|monthly|yearly|annual|annually|month|year|per|billed|subscription|rate|from|starts?|starting|usd|eur|gbp|amount|charge|\$)\b|[$€£]|/(?:mo|yr|month|year)",
    re.IGNORECASE,
)
_ADD_ON = re.compile(r"\b(?:additional|extra|add-?ons?|overage|each additional|support)\b", re.IGNORECASE)
_SAVING_LINE = re.compile(
    r"\b(?:sav(?:e|es|ed|ing|ings)|discount|worth|raised|revenue|funding|roi|value of|total (?:cost|spend|revenue|sales)|profit|earned|budget|spent|balance|refund|insurance)(?: (?:up to|of|in|you|by|about|over|around))?\W*$",
    re.IGNORECASE,
)
_FIGURE_LABEL = re.compile(
    r"(?:(?:total|average|avg\.?|infrastructure|estimated|your|monthly|weekly|daily)\s+)*(?:costs?|budget|spent|spend|spending|saved|savings|revenue|profit|balance|remaining|sales|income|earned|raised|mrr|arr|value|volume|assets|transactions?|payouts?|earnings)(?: (?:saved|spent|raised|processed|managed|so far|to date))?\W*",
    re.IGNORECASE,
)
_NO_PLAN = re.compile(
    r"\b(?:budgets?|savings?|revenues?|salar(?:y|ies)|income|spending|refunds?|bonus(?:es)?|rewards?|referrals?|bount(?:y|ies)|prizes?|grants?|invoices?|payouts?|funding|cash ?back)\b",
    re.IGNORECASE,
)
_CALCULATOR = re.compile(
    r"\b(?:roi|estimates?|estimated|estimator|cost examples?|calculator|calculate|(?:you|your (?:business|team|company)|we)(?:'ll| will| can| could)? save|your savings|how much (?:can|could|will|do) (?:you|i) save|return on investment)\b",
    re.IGNORECASE,
)
_MENU_CLASS = re.compile(
    r"(?:^|[\s_-])(?:nav(?:bar|igation)?|menu|mega-?menu|dropdown(?:-menu)?|sub-?menu|site-?footer|footer|announcement|top-?bar|cookie\w*|promo-?bar)(?:$|[\s_-])",
    re.IGNORECASE,
)
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


@dataclass(slots=True)
class _Card:
    """Prices that belong together, the block around them, and the name they go by."""

    mentions: list[Mention]
    block: int = 0
    name: str = ""
    name_line: int = -1
    heading: bool = False
    siblings: int = 0


@dataclass(slots=True)
class _Page:
    """A view with what the price rules ask of it again and again."""

    view: View
    url: str
    rivals: tuple[str, ...]
    own: str
    default_currency: str
    about_prices: bool  # the address, title or main heading says that this page is about prices
    mentions: list[Mention] = field(default_factory=list)
    first: list[int] = field(default_factory=list)  # block → its first line; beyond the end when it has none
    last: list[int] = field(default_factory=list)  # block → its last line

    def index(self) -> None:
        """Which lines lie in which block: lines of a block stand together."""
        view = self.view
        self.first = [len(view.lines)] * len(view.blocks)
        self.last = [-1] * len(view.blocks)
        parents = [block.parent for block in view.blocks]
        held = [line.block for line in view.lines]
        # A block that has its line has given it to all blocks around it, so no climb goes twice over the same ground.
        for i, at in enumerate(held):
            while self.first[at] > i:
                self.first[at] = i
                at = parents[at]
        for i in range(len(held) - 1, -1, -1):
            at = held[i]
            while self.last[at] < i:
                self.last[at] = i
                at = parents[at]

    def chain(self, block: int) -> list[int]:
        """A block and the blocks around it, innermost first, without the root."""
        found = []
        while block:
            found.append(block)
            block = self.view.blocks[block].parent
        return found

    def split(self, a: int, b: int) -> tuple[int, int]:
        """The two sibling blocks in which the blocks a and b part; equal ones when one holds the other."""
        one, two = self.chain(a)[::-1], self.chain(b)[::-1]
        i = 0
        while i < min(len(one), len(two)) and one[i] == two[i]:
            i += 1
        if i == len(one) or i == len(two):
            return (a, a) if a == b else (min(a, b), min(a, b))
        return one[i], two[i]


def plans(
    view: View,
    items: Sequence[dict[str, Any]] = (),
    *,
    url: str = "",
    title: str = "",
    own: str = "",
    rivals: Iterable[str] = (),
    default_currency: str = "",
    article: bool = False,
) -> list[Plan]:
    """The plans a page offers, in its order; [] when it states none.

    own, rivals: names whose prices are this product's, and whose are not. default_currency: what "$" means here.
    article: the page tells a story; prices in its sentences are anybody's.
    """
    heading = next((line.text for line in view.lines if line.tag == "h1"), "")
    about = bool(_PRICE_PAGE.search(urlsplit(url).path) or _PRICE_HEAD.search(heading) or _PRICE_HEAD.search(title))
    page = _Page(view, url, tuple(r.lower() for r in rivals if r), own.lower(), default_currency, about)
    page.mentions = [m for m in _mentions(page) if not _is_trap(page, m)]
    if not page.mentions:
        return []
    page.index()
    tabled = _from_tables(page) + _from_rows(page)
    in_tables = {id(m) for m, _ in tabled}
    cards = _cards(page, [m for m in page.mentions if m.short and id(m) not in in_tables and not _in_table(page, m)])
    found = [plan for _, plan in tabled]
    read = [(card, plan) for card in cards if (plan := _plan_of(page, card, cards)) is not None]
    for card, plan in read:
        # The line under the main heading says what a plan further down costs; the heading is no plan's name.
        under_title = card.name_line >= 0 and view.lines[card.name_line].tag == "h1"
        if not (under_title and any(other is not plan and _same_price(other, plan) for _, other in read)):
            found.append(plan)
    if not any(plan.name for plan in found):
        used = {id(m) for card in cards for m in card.mentions} | in_tables
        found += _from_sentences(page, used, strict=article and not about)
    elif cards:
        found += _unpriced(page, cards, found)
    return _settled(found, page.own)[:OFFER_LIMIT]


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
    if words[0].isdigit() or words.split(" ")[0].lower() in ("million", "thousand", "billion"):
        return words
    singular = words.lower()
    return _SINGULARS.get(singular) or (singular if singular.endswith("ss") else singular.removesuffix("s"))


_SINGULARS = {
    "people": "person",
    "companies": "company",
    "queries": "query",
    "properties": "property",
    "children": "child",
    "sms": "sms",
}


def _mentions(page: _Page) -> list[Mention]:
    found: list[Mention] = []
    lines = page.view.lines
    skip_to = -1
    for index, line in enumerate(lines):
        if index <= skip_to or len(line.text) > 4_000:
            continue
        if len(found) >= _MOST_MENTIONS:
            break
        if len(line.text) > 3 and not may_hold_money(line.text):
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
    if len(first) > 3 or not _SIGN_ONLY.fullmatch(first) or index + 1 >= len(lines):
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
    """Whether this amount is no price of the product: a saving, a sum raised, a rival's price, a quotation, a mere number."""
    line = page.view.lines[mention.line]
    money = mention.money
    if line.shade >= HARD or line.tag in ("option", "code", "pre", "textarea"):
        return True
    if money.scaled:  # $3.9M, $70K/mo: what somebody raised, saved or earns
        return True
    if money.amount >= 1_000_000 and money.currency not in ("IDR", "VND", "KRW", "COP"):
        return True
    if _SAVING_BEFORE.search(mention.before[-80:]) or _SAVING_AFTER.match(mention.after[:60]):
        return True
    if not mention.period and _GIVEN_AWAY.match(mention.after[:60]):
        return True
    if (
        mention.short
        and mention.line
        and _SAVING_LINE.search(page.view.lines[mention.line - 1].text[-60:])
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


def _stands_aside(page: _Page, mention: Mention, line: Line) -> bool:
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


def _in_table(page: _Page, mention: Mention) -> bool:
    at = page.view.lines[mention.line].block
    for _ in range(8):
        if page.view.blocks[at].tag in ("td", "th", "tr"):
            return True
        if not at:
            break
        at = page.view.blocks[at].parent
    return False


def _name_like(line: Line) -> str:
    """The plan's name a line may be, "" if it is none."""
    if line.tag in ("button", "label", "select"):
        return ""
    text = _EMOJI.sub(" ", clean(line.text)).strip(" :-–—·|*†")
    text = re.sub(
        r"\s*\((?:most popular|popular|recommended|best value|new|beta)\)$|\s+(?:most popular|popular|recommended|best value|le plus populaire|populaire|recommandé|beliebt|empfohlen|más popular|mais popular|recomendado|推荐|热门|最受欢迎|おすすめ|人気|추천)$",
        "",
        " ".join(text.split()),
        flags=re.IGNORECASE,
    )
    if not 1 < len(text) <= 40 or len(text.split()) > 5 or not any(c.isalpha() for c in text):
        return ""
    if text[-1] in ".!?;,%" or any(True for _ in find_money(text)):
        return ""
    if _PLAN_WORD.fullmatch(text) or (line.tag in _HEADINGS and _PERIOD_LABEL.fullmatch(text)):
        return text
    if (
        _BADGE.fullmatch(text)
        or _ACTION.fullmatch(text)
        or _TRIAL.search(text)
        or _CUSTOM_LINE.fullmatch(text)
        or _SAVING_LINE.search(text)
    ):
        return ""
    if line.tag not in _HEADINGS and text[0].islower() and len(text.split()) > 2:
        return ""
    return text


def _cards(page: _Page, mentions: list[Mention]) -> list[_Card]:
    """The prices in groups of one card each, every card with its block and its name."""
    cards: list[_Card] = []
    for mention in mentions:
        if cards and _same_card(page, cards[-1], mention):
            cards[-1].mentions.append(mention)
        else:
            cards.append(_Card([mention]))
    for number_, card in enumerate(cards):
        before = cards[number_ - 1].mentions[-1] if number_ else None
        after = cards[number_ + 1].mentions[0] if number_ + 1 < len(cards) else None
        card.block = _block_of(page, card.mentions[0], before, after)
        _name_card(page, card, before)
    parents = Counter(page.view.blocks[card.block].parent for card in cards)
    for card in cards:
        card.siblings = parents[page.view.blocks[card.block].parent] - 1
    return cards


def _same_card(page: _Page, card: _Card, mention: Mention) -> bool:
    """Whether a price goes on with the card before it, or heads one of its own."""
    lines = page.view.lines
    previous = card.mentions[-1]
    if mention.line == previous.line:
        return True
    if mention.line - previous.last > 40:
        return False
    own = lines[mention.line]
    theirs = lines[previous.line]
    if (own.tag == "li" and theirs.tag != "li") or _is_add_on(mention):
        return True
    if _before_name(mention) and own.block != theirs.block:
        return False
    one, two = page.split(theirs.block, own.block)
    if one != two:
        start = page.first[two]
        named = [i for i in range(start, mention.line) if _name_like(lines[i]) and lines[i].tag != "li"]
        if any(lines[i].tag in _HEADINGS or _PLAN_WORD.fullmatch(_name_like(lines[i])) for i in named):
            return False
        # Two blocks of one make, each with a short line above its price, are two cards.
        head = [
            i for i in range(page.first[one], card.mentions[0].line) if _name_like(lines[i]) and lines[i].tag != "li"
        ]
        alike = page.view.blocks[one].tag == page.view.blocks[two].tag and _classes(page, one) == _classes(page, two)
        if named and head and alike:
            return False
    between = range(previous.last + 1, mention.line)
    return not any(lines[i].tag in _HEADINGS and _name_like(lines[i]) for i in between)


def _is_add_on(mention: Mention) -> bool:
    """ "Extra seat $5", "+ $5 per additional seat"."""
    before = mention.before.strip()
    return before.startswith("+") or bool(_ADD_ON.match(before) or _ADD_ON.search(mention.after[:40]))


def _classes(page: _Page, block: int) -> str:
    names = (page.view.blocks[block].node.attributes.get("class") or "").split()
    return names[0] if names else ""


def _block_of(page: _Page, mention: Mention, before: Mention | None, after: Mention | None) -> int:
    """The largest block around a price that holds none of its neighbours'."""
    lines = page.view.lines
    block = lines[mention.line].block
    limit = 0
    for other in (before, after):
        if other is None:
            continue
        _, own = page.split(lines[other.line].block, block)
        limit = max(limit, page.view.blocks[own].depth)
    best = block
    for at in page.chain(block):
        if page.view.blocks[at].depth < limit:
            break
        if (
            before is None
            and after is None
            and (
                page.last[at] - page.first[at] > 30
                or page.view.blocks[at].tag in ("section", "main", "article", "body")
            )
        ):
            break
        best = at
        if page.last[at] - page.first[at] > 60 or (
            after is None and before is None and _heads_a_row(page, at, mention)
        ):
            break
    return best


def _heads_a_row(page: _Page, block: int, mention: Mention) -> bool:
    """A named block with others of its make beside it: a card among cards, though it alone states a price."""
    lines = page.view.lines
    if not any(_name_like(lines[i]) for i in range(page.first[block], mention.line)):
        return False
    blocks = page.view.blocks
    kin = [c for c in _children(page, blocks[block].parent) if blocks[c].tag == blocks[block].tag and page.last[c] >= 0]
    return len(kin) > 1 and sum(_classes(page, c) == _classes(page, block) for c in kin) > 1


def _name_card(page: _Page, card: _Card, before: Mention | None) -> None:
    """The card's name: in the price's own line, else the most telling short line above it, else a heading just below."""
    lines = page.view.lines
    chosen = card.mentions[0]
    if own := _before_name(chosen):
        card.name, card.name_line = own, chosen.line
        return
    floor = before.last if before is not None else -1
    inside = page.first[card.block]
    best = (0.0, "", -1)
    for i in range(chosen.line - 1, max(floor, inside - 1, chosen.line - 18), -1):
        best = max(best, _named(page, i, chosen, inside))
    if best[0] < 1.0:
        for i in range(chosen.last + 1, min(chosen.last + 5, page.last[card.block] + 1)):
            name = _name_like(lines[i])
            if name and lines[i].tag != "li" and (lines[i].tag in _HEADINGS or _PLAN_WORD.fullmatch(name)):
                best = (1.5, name, i)
                break
    if best[0] < 1.0:
        for i in range(min(chosen.line, inside) - 1, max(floor, chosen.line - 18), -1):
            best = max(best, _named(page, i, chosen, inside))
    if best[0] >= 1.0:
        card.name, card.name_line = best[1], best[2]
        card.heading = lines[best[2]].tag in _HEADINGS


def _named(page: _Page, i: int, chosen: Mention, inside: int) -> tuple[float, str, int]:
    name = _name_like(page.view.lines[i])
    return (_name_score(page, i, name, chosen, i >= inside), name, i) if name else (0.0, "", -1)


def _name_score(page: _Page, i: int, name: str, chosen: Mention, inside: bool) -> float:
    """How likely a short line above a price is the plan's name."""
    line = page.view.lines[i]
    score = 1.2 if inside else 0.4
    if line.tag in _HEADINGS:
        score += 1.5 if line.tag != "h1" else 0.3
    if _PLAN_WORD.fullmatch(name):
        score += 1.2
    elif _PLAN_WORD_IN.search(name):
        score += 0.6
    if _NAME_CLASS.search(page.view.blocks[line.block].node.attributes.get("class") or ""):
        score += 0.8
    if line.tag in ("li", "td") or line.links > len(line.text) // 2:
        score -= 1.0
    if _SECTION_HEAD.search(name):
        score -= 2.0
    score -= 0.08 * (chosen.line - i) + 0.1 * max(0, len(name.split()) - 2)
    return score if not line.shade or page.view.lines[chosen.line].shade else score - 0.5


def _before_name(mention: Mention) -> str:
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
    if sum(word[0].islower() for word in words) > 1 or _NO_NAME.match(text):
        return ""
    return "" if _BADGE.fullmatch(text) or _ACTION.fullmatch(text) else text


def _plan_of(page: _Page, card: _Card, cards: list[_Card]) -> Plan | None:
    """The plan a card stands for, or None when too little says that it is one."""
    chosen = _main_price(card.mentions)
    if chosen is None:
        return None
    if _is_rivals(page, card) or _in_calculator(page, card) or _NO_PLAN.search(card.name):
        return None
    _complete_terms(page, chosen, card)
    confidence = 0.35
    confidence += 0.25 * bool(chosen.period or chosen.unit)
    confidence += (
        0.1 * bool(card.name) + 0.1 * card.heading + 0.15 * bool(card.name and _PLAN_WORD_IN.search(card.name))
    )
    confidence += 0.15 * (page.about_prices or _under_price_heading(page, card)) + 0.1 * (
        card.siblings > 0 and bool(card.name)
    )
    confidence += 0.1 * (chosen.qualifier == "from")
    if not chosen.money.amount and _FOREVER.match(chosen.after.strip() or _line_after(page, chosen)):
        confidence += 0.25
        card.name = card.name or "Free"
    if page.view.lines[chosen.line].shade:
        confidence -= 0.05
    if confidence < 0.6:
        return None
    return _plan(page, chosen, card.name, card.name_line, min(confidence, 0.97))


_RESTATED = re.compile(
    r"(?:[~≈=]|\b(?:about|approx\.?|around|roughly|equivalent(?: to)?|equals?|works out (?:at|to)|that['’]?s|which is|i\.e\.|soit|environ|entspricht|ca\.|equivale a|unos|cerca de))\s*(?:just |only )?$",
    re.IGNORECASE,
)


_FOREVER = re.compile(
    r"/?\s*(?:free )?(?:forever|for ever|for life|always|für immer|dauerhaft|pour toujours|à vie|para siempre|para sempre|per sempre|навсегда|永久|ずっと)",
    re.IGNORECASE,
)


def _line_after(page: _Page, mention: Mention) -> str:
    lines = page.view.lines
    return lines[mention.last + 1].text if mention.last + 1 < len(lines) else ""


def _main_price(group: list[Mention]) -> Mention | None:
    """The price a card stands for: not struck, the first, but a monthly before a yearly one."""
    standing = [m for m in group if not m.struck]
    if not standing:
        return None
    first = standing[0]
    for mention in standing[1:]:
        if mention.line - first.line > 6:
            break
        later = re.search(r"\bthen\b|\brenew|\bafter\b|\bregular|\bwas\b|\binstead\b", mention.before, re.IGNORECASE)
        restated = mention.billed == "year" or _RESTATED.search(mention.before[-30:])
        if mention.period == "month" and first.period == "year" and not later and not restated:
            return mention
    if first.money.amount == 0 and len(standing) > 1 and standing[1].line == first.line and standing[1].money.amount:
        return standing[1]  # "$0 then $9": a trial, not a free plan
    return first


def _complete_terms(page: _Page, chosen: Mention, card: _Card) -> None:
    """Period and unit from the lines around; prices that only repeat or cross out stand in between."""
    lines = page.view.lines
    bare = {m.line for m in card.mentions if m is not chosen and not (m.before.strip() or m.period or m.unit)}
    struck = {m.line for m in card.mentions if m.struck}
    priced = {m.line for m in card.mentions}
    for (
        other
    ) in card.mentions:  # "$15 ~~$20~~/month", "$20$16/month", "$10 - $20 per hour": the words stand behind the last
        if other is chosen or other.line != chosen.line or other.money.start < chosen.money.end:
            continue
        if other.struck or chosen.after.strip() in ("", "-", "–", "—", "to", "or"):
            chosen.period = chosen.period or other.period
            chosen.unit = chosen.unit or other.unit
            if chosen.after.strip() in ("-", "–", "—", "to"):
                chosen.qualifier = chosen.qualifier or "from"
    if chosen.period is None and chosen.line and _PERIOD_LABEL.fullmatch(lines[chosen.line - 1].text):
        chosen.period = period_of(lines[chosen.line - 1].text)
    seen = 0
    for i in range(chosen.last + 1, min(chosen.last + 8, len(lines))):
        text = lines[i].text
        if i in bare or i in struck:
            continue
        if i in priced or len(text) > 80 or lines[i].tag == "li" or seen >= 4:
            break
        if lines[i].tag in _HEADINGS and _name_like(lines[i]) and i != card.name_line:
            break
        seen += 1
        if billed := _BILLED.search(text):
            said = (billed["a"] or billed["b"] or "").lower()
            if chosen.billed is None and said.startswith(("annual", "year", "once a", "every y", "per y")):
                chosen.billed = "year"
            text = text[: billed.start()] + " " + text[billed.end() :]
        if any(True for _ in find_money(text)):
            break
        if chosen.period is None:
            chosen.period = _period_line(text)
        if chosen.unit is None:
            chosen.unit = unit_of(text)
    _terms_above(page, chosen, card)
    if chosen.period is None and chosen.billed == "year" and not chosen.unit:
        chosen.period, chosen.billed = "year", None


_PAID_ONCE = re.compile(
    r"(?:\W*(?:one[- ]?(?:time|off)|single|once[- ]only)[- ](?:purchase|payment|fee|charge|price|cost|licen[cs]e|buy)|pay (?:only )?once|yours forever|lifetime (?:access|licen[cs]e|deal)|"
    r"einmal(?:ig|zahlung|kauf)|(?:paiement|achat|versement) unique|accès (?:à vie|permanent)|pago único|pagamento único|una tantum|買い切り|一次性|единоразов|разовый)",
    re.IGNORECASE,
)


def _period_line(text: str) -> str | None:
    """The period a line of its own gives to the price above it: "per month, excl. VAT", but not "Monthly revenue"."""
    if _PAID_ONCE.match(text):
        return "once"
    for name, pattern in _PERIOD:
        if match := pattern.search(text):
            rest = text[match.end() :].strip()
            if not rest or not rest[0].isalpha() or _TERM_WORD.match(rest):
                return name
    return None


def _terms_above(page: _Page, chosen: Mention, card: _Card) -> None:
    lines = page.view.lines
    for i in range(chosen.line - 1, max(-1, chosen.line - 3, card.name_line), -1):
        text = lines[i].text
        if len(text) > 40 or any(True for _ in find_money(text)):
            return
        if chosen.qualifier is None and _FROM.search(text + " "):
            chosen.qualifier = "from"
        if chosen.period is None and not _BILLED.search(text) and not _TRIAL.search(text):
            chosen.period = _period_line(text)
    if chosen.period is None and chosen.money.amount:
        label = page.view.blocks[lines[chosen.line].block].node.attributes.get("aria-label") or ""
        chosen.period = period_of(label) if str(chosen.money.amount) in label else None
    if chosen.period is None and chosen.unit is None and chosen.money.amount:
        chosen.period = _period_of_section(page, card)


def _period_of_section(page: _Page, card: _Card) -> str | None:
    """ "Monthly plans" over the cards: the heading's period, where it speaks of plans."""
    lines = page.view.lines
    for i in range(page.first[card.block] - 1, max(-1, page.first[card.block] - 60), -1):
        if lines[i].tag in ("h1", "h2", "h3") and _PRICE_HEAD.search(lines[i].text):
            return period_of(lines[i].text) if len(lines[i].text) < 40 else None
    return None


def _is_rivals(page: _Page, card: _Card) -> bool:
    """A card under a rival's name or logo, or the dearer half of a comparison that names nobody."""
    if not page.rivals:
        return False
    lines = page.view.lines
    top = card.mentions[0].line
    words = [lines[i].text.lower() for i in range(page.first[card.block], top) if len(lines[i].text) < 40]
    pictures = [
        (node.attributes.get("alt") or "").lower() for node in page.view.blocks[card.block].node.css("img[alt]")[:4]
    ]
    said = " | ".join((*words, *pictures, card.name.lower()))
    if any(rival in said for rival in page.rivals) and not (page.own and page.own in said):
        return True
    if card.heading or (card.name and _PLAN_WORD_IN.search(card.name)):
        return False
    cheapest = min(m.money.amount for m in page.mentions)
    return card.mentions[0].money.amount != cheapest


def _in_calculator(page: _Page, card: _Card) -> bool:
    """Inside a calculator of savings or returns: its sums are examples."""
    lines = page.view.lines
    start = page.first[card.block]
    for i in range(start, max(-1, start - 25), -1):
        if i < len(lines) and lines[i].tag in ("h1", "h2", "h3"):
            return bool(_CALCULATOR.search(lines[i].text))
    return False


def _under_price_heading(page: _Page, card: _Card) -> bool:
    """The section around the card speaks of plans and prices."""
    lines = page.view.lines
    start = min(card.mentions[0].line, page.first[card.block])
    for i in range(start, max(-1, start - 90), -1):
        if lines[i].tag in ("h1", "h2", "h3") and _PRICE_HEAD.search(lines[i].text):
            return True
    return any(
        _PRICE_BLOCK.search(f"{b.node.attributes.get('class') or ''} {b.node.attributes.get('id') or ''}")
        for b in (page.view.blocks[at] for at in page.chain(card.block)[:12])
    )


def _unpriced(page: _Page, cards: list[_Card], found: list[Plan]) -> list[Plan]:
    """Cards beside priced ones that say "Free" or "Contact us" where the others say an amount."""
    extra: list[Plan] = []
    named = {plan.name.lower() for plan in found}
    taken = {card.block for card in cards}
    makes: dict[int, set[tuple[str, str]]] = {}  # parent → tags and classes of its cards
    for card in cards:
        if card.name:
            block = page.view.blocks[card.block]
            makes.setdefault(block.parent, set()).add((block.tag, _classes(page, card.block)))
    for parent, kin in makes.items():
        if page.last[parent] - page.first[parent] > 400:
            continue
        for child in _children(page, parent):
            first, last = page.first[child], page.last[child]
            if child in taken or first > last or any(first <= m.line <= last for m in page.mentions):
                continue
            if parent == 0 and (page.view.blocks[child].tag, _classes(page, child)) not in kin:
                continue
            plan = _unpriced_plan(page, child)
            if plan is not None and plan.name.lower() not in named:
                named.add(plan.name.lower())
                extra.append(plan)
    return extra


def _children(page: _Page, parent: int) -> list[int]:
    blocks = page.view.blocks
    return [i for i in range(parent + 1, blocks[parent].last + 1) if blocks[i].parent == parent]


def _unpriced_plan(page: _Page, block: int) -> Plan | None:
    lines = page.view.lines
    name, name_line = "", -1
    for i in range(page.first[block], min(page.last[block] + 1, page.first[block] + 14)):
        text = clean(lines[i].text).strip(" *†")
        parts = re.split(r"\s+[-–—|]\s+|:\s+", text)
        if len(parts) == 2 and lines[i].tag in _HEADINGS and _FREE_LINE.fullmatch(parts[1].strip()):
            return Plan(parts[0].strip(), Decimal(0), None, None, confidence=0.8, evidence=_evidence(page, text, i))
        if not name and lines[i].tag != "li" and (read := _name_like(lines[i])) and not _FREE_LINE.fullmatch(text):
            name, name_line = read, i
            classes = page.view.blocks[lines[i].block].node.attributes.get("class") or ""
            if not _PLAN_WORD_IN.search(name) and lines[i].tag not in _HEADINGS and not _NAME_CLASS.search(classes):
                name = ""
            continue
        if lines[i].tag == "li":
            continue
        if _FREE_LINE.fullmatch(text):
            label = name or "Free"
            evidence = _evidence(page, text, i) + (_evidence(page, lines[name_line].text, name_line) if name else ())
            return Plan(label, Decimal(0), None, None, confidence=0.8, evidence=evidence)
        if name and _CUSTOM_LINE.fullmatch(text):
            evidence = _evidence(page, text, i) + _evidence(page, lines[name_line].text, name_line)
            return Plan(name, None, None, None, qualifier="contact", confidence=0.75, evidence=evidence)
    return None


def _from_tables(page: _Page) -> list[tuple[Mention, Plan]]:
    """Plans out of price tables, whether plans are its columns or its rows."""
    tables: dict[int, list[Mention]] = {}
    for mention in page.mentions:
        if mention.struck:
            continue
        for at in page.chain(page.view.lines[mention.line].block):
            if page.view.blocks[at].tag == "table":
                tables.setdefault(at, []).append(mention)
                break
    found: list[tuple[Mention, Plan]] = []
    for table, mentions in tables.items():
        grid = _grid(page, table)
        if len(grid) >= 2:
            found += _read_grid(page, grid, mentions)
    return found


def _grid(page: _Page, table: int) -> list[list[int]]:
    """The rows of a table as lists of cell blocks; a cell over several columns is repeated."""
    blocks = page.view.blocks
    rows: list[list[int]] = []
    for i in range(table + 1, blocks[table].last + 1):
        if blocks[i].tag == "tr":
            cells: list[int] = []
            for cell in _children(page, i):
                if blocks[cell].tag in ("td", "th"):
                    span = blocks[cell].node.attributes.get("colspan") or "1"
                    cells += [cell] * (min(int(span), 12) if span.isdigit() else 1)
            rows.append(cells)
    return rows[:300]


def _cell_text(page: _Page, cell: int) -> str:
    return (
        " ".join(page.view.lines[i].text for i in range(page.first[cell], page.last[cell] + 1))[:200]
        if page.last[cell] >= 0
        else ""
    )


def _cell_name(page: _Page, cell: int) -> tuple[str, int]:
    for i in range(page.first[cell], page.last[cell] + 1):
        if name := _name_like(page.view.lines[i]):
            return name, i
    return "", -1


def _read_grid(page: _Page, grid: list[list[int]], mentions: list[Mention]) -> list[tuple[Mention, Plan]]:
    where: dict[int, tuple[int, int]] = {}
    for r, row in enumerate(grid):
        for c, cell in enumerate(row):
            for mention in mentions:
                if page.first[cell] <= mention.line <= page.last[cell]:
                    where.setdefault(id(mention), (r, c))
    found: list[tuple[Mention, Plan]] = []
    taken: set[tuple[int, str]] = set()
    rows_done: set[int] = set()
    columns_done: set[int] = set()
    ours = _ours(page, grid)
    for mention in mentions:
        if id(mention) not in where:
            continue
        r, c = where[id(mention)]
        if ours is not None and (r, c) not in ours:
            continue
        head, head_line = _column_head(page, grid, r, c)
        label, label_line = _cell_name(page, grid[r][0]) if c else ("", -1)
        label_text = _cell_text(page, grid[r][0]) if c else ""
        head_text = _column_text(page, grid, r, c)
        period = (
            mention.period or period_of(head_text) or period_of("/" + head_text.strip("() ")) or period_of(label_text)
        )
        mention.period = period
        mention.unit = mention.unit or unit_of(head_text) or unit_of(label_text)
        said = f"{head_text} {label_text}".lower()
        if page.rivals and any(rival in said for rival in page.rivals):
            continue
        own, own_line = _cell_name(page, grid[r][c])
        by_row = not label_text or bool(_PRICE_LABEL.search(label_text)) or c == 0 or r == 0
        by_column = bool(head) and not _PRICE_LABEL.search(head_text) and by_row
        if own and own_line < mention.line and (r == 0 or not head):
            head, head_line, by_column = own, own_line, True
        if by_column:
            name, line = head, head_line
        elif (
            label
            and not _ADD_ON.search(label_text)
            and (not head_text or _PRICE_LABEL.search(head_text) or period_of(head_text) or _token_head(head_text))
        ):
            name, line = label, label_line
            if _token_head(head_text) and head:
                name = f"{label} {head}"
        elif beside := _before_name(mention):
            name, line = beside, mention.line
        else:
            continue
        if (r if not by_column else -1, name) in taken:
            continue
        taken.add((r if not by_column else -1, name))
        found.append((mention, _plan(page, mention, name, line, 0.85 if mention.period or mention.unit else 0.7)))
        if by_column and r not in rows_done:
            rows_done.add(r)
            found += [(mention, plan) for plan in _beside(page, grid, r)]
        elif name == label and c not in columns_done:
            columns_done.add(c)
            found += [(mention, plan) for plan in _above_and_below(page, grid, c, ours)]
    return found


def _ours(page: _Page, grid: list[list[int]]) -> set[tuple[int, int]] | None:
    """The cells of the product's own rows or column in a comparison of vendors; None when the table is no such thing."""
    if len(page.own) < 3 or not grid[0]:
        return None
    if _PROVIDERS.fullmatch(_cell_text(page, grid[0][0]).strip()) and not any(
        page.own in _cell_text(page, cell).lower() for row in grid for cell in row[:2]
    ):
        return set()
    rows = {r for r, row in enumerate(grid) if row and page.own in _cell_text(page, row[0]).lower()}
    columns = {c for c, cell in enumerate(grid[0]) if c and page.own in _cell_text(page, cell).lower()}
    by_rows, by_columns = bool(rows - {0}) and len(rows) < len(grid) - 1, 0 < len(columns) < len(grid[0]) - 1
    if not (by_rows or by_columns):
        return None
    first = min((page.first[cell] for row in grid for cell in row if page.last[cell] >= 0), default=0)
    over = [i for i in range(max(0, first - 8), first) if page.view.lines[i].tag in _HEADINGS]
    said = " ".join(page.view.lines[i].text for i in range(over[0] - 1 if over and over[0] else first, first))
    if not (_VENDORS.fullmatch(_cell_text(page, grid[0][0]).strip()) or _COMPARED.search(said)):
        return None
    return {
        (r, c)
        for r, row in enumerate(grid)
        for c in range(len(row))
        if (by_rows and r in rows) or (by_columns and c in columns)
    }


_PROVIDERS = re.compile(
    r"(?:providers?|vendors?|competitors?|alternatives?|anbieter|fournisseurs?|proveedor(?:es)?|fornecedor(?:es)?|поставщик|提供商|服务商)",
    re.IGNORECASE,
)
_VENDORS = re.compile(
    r"(?:vendors?|competitors?|alternatives?|providers?|tools?|products?|software|apps?|solutions?|platforms?|compan(?:y|ies)|services?|anbieter|fournisseurs?|proveedor(?:es)?)",
    re.IGNORECASE,
)
_COMPARED = re.compile(
    r"\b(?:vs\.?|versus|compar\w+|competit\w+|alternatives?|incumbents?|others?|elsewhere|rest|stack up|vergleich|konkurrenz)\b",
    re.IGNORECASE,
)


def _beside(page: _Page, grid: list[list[int]], r: int) -> list[Plan]:
    """The cells of a price row that say "Free" or "Custom" where the others say an amount."""
    found: list[Plan] = []
    for c, cell in enumerate(grid[r]):
        text = clean(_cell_text(page, cell)).strip(" *†")
        head, head_line = _column_head(page, grid, r, c)
        if not head or page.last[cell] < 0 or c == 0:
            continue
        evidence = _evidence(page, text, page.first[cell]) + _evidence(page, page.view.lines[head_line].text, head_line)
        if _FREE_LINE.fullmatch(text):
            found.append(Plan(head, Decimal(0), None, None, confidence=0.8, evidence=evidence))
        elif _CUSTOM_LINE.fullmatch(text):
            found.append(Plan(head, None, None, None, qualifier="contact", confidence=0.75, evidence=evidence))
    return found


def _above_and_below(page: _Page, grid: list[list[int]], c: int, ours: set[tuple[int, int]] | None) -> list[Plan]:
    """The cells of a price column that say "Free" or "Custom" where the others say an amount."""
    found: list[Plan] = []
    for r, row in enumerate(grid):
        if c >= len(row) or page.last[row[c]] < 0 or (ours is not None and (r, c) not in ours):
            continue
        text = clean(_cell_text(page, row[c])).strip(" *†")
        name, line = _cell_name(page, row[0])
        if not name or not (_FREE_LINE.fullmatch(text) or _CUSTOM_LINE.fullmatch(text)):
            continue
        gratis = bool(_FREE_LINE.fullmatch(text))
        evidence = _evidence(page, text, page.first[row[c]]) + _evidence(page, page.view.lines[line].text, line)
        found.append(
            Plan(
                name,
                Decimal(0) if gratis else None,
                None,
                None,
                qualifier=None if gratis else "contact",
                confidence=0.75,
                evidence=evidence,
            )
        )
    return found


def _from_rows(page: _Page) -> list[tuple[Mention, Plan]]:
    """Grids of plain blocks: a row of prices, each alone in its cell, under a row of as many names."""
    rows: dict[int, list[Mention]] = {}
    lines, blocks = page.view.lines, page.view.blocks
    for mention in page.mentions:
        if _in_table(page, mention):
            continue
        block = lines[mention.line].block
        while block and page.first[blocks[block].parent] == page.last[blocks[block].parent]:
            block = blocks[block].parent
        if mention.short and not mention.struck and page.first[block] == page.last[block]:
            rows.setdefault(blocks[block].parent, []).append(mention)
    found: list[tuple[Mention, Plan]] = []
    for parent, mentions in rows.items():
        if len(mentions) < 2 or not parent or page.last[parent] - page.first[parent] + 1 > len(mentions) + 1:
            continue
        names = _names_over(page, parent, len(mentions))
        for mention, (name, line) in zip(mentions, names, strict=False):
            found.append((mention, _plan(page, mention, name, line, 0.75 if mention.period or mention.unit else 0.62)))
    return found


def _names_over(page: _Page, row: int, count: int) -> list[tuple[str, int]]:
    """As many names as there are prices, one a line, in the row before this one."""
    lines, blocks = page.view.lines, page.view.blocks
    for other in reversed([c for c in _children(page, blocks[row].parent) if c < row and page.last[c] >= 0][-3:]):
        inside = range(page.first[other], page.last[other] + 1)
        if len(inside) not in (count, count + 1) or blocks[other].tag in ("ul", "ol", "nav", "header"):
            continue
        named = [(name, i) for i in inside if (name := _name_like(lines[i]))]
        if len(named) >= count:
            return named[-count:]
    return []


def _token_head(text: str) -> bool:
    return bool(
        re.search(r"\b(?:input|output|prompt|completion|cached|training|read|write|storage)\b", text, re.IGNORECASE)
    )


def _column_head(page: _Page, grid: list[list[int]], r: int, c: int) -> tuple[str, int]:
    own = _cell_name(page, grid[r][c])
    if own[0] and r == 0:
        return own
    for row in grid[:r]:
        if c < len(row) and len(row) > 1:
            name, line = _cell_name(page, row[c])
            if name:
                return name, line
    return "", -1


def _column_text(page: _Page, grid: list[list[int]], r: int, c: int) -> str:
    for row in grid[:r]:
        if c < len(row) and len(row) > 1 and (text := _cell_text(page, row[c])):
            return text
    return ""


def _from_sentences(page: _Page, used: set[int], *, strict: bool) -> list[Plan]:
    """Prices told in running text, on pages without named plans: "Plans start at $9 a month"."""
    found: list[Plan] = []
    for mention in page.mentions:
        if mention.struck or id(mention) in used or not (mention.period or mention.unit) or _in_table(page, mention):
            continue
        name = _before_name(mention)
        # In a story only a list's "Name: $9 a month" is a plan.
        if strict and not (name and mention.before.rstrip()[-1:] in (":", "-", "–", "—", "(")):
            continue
        if not name and (match := _PLAN_IN_TEXT.search(mention.quote)):
            name = match["n"]
        found.append(
            _plan(page, mention, name, mention.line if name else -1, 0.65 + 0.1 * (mention.qualifier == "from"))
        )
    return found


def _evidence(page: _Page, quote: str, line: int) -> tuple[Evidence, ...]:
    shaded = page.view.lines[line].shade
    return (Evidence(page.url, "markup" if shaded else "visible", quote),)


def _plan(page: _Page, mention: Mention, name: str, name_line: int, confidence: float) -> Plan:
    evidence = _evidence(page, mention.quote, mention.line)
    if name_line >= 0 and name_line != mention.line:
        evidence += _evidence(page, page.view.lines[name_line].text, name_line)
    gratis = not mention.money.amount
    if mention.period is None and not gratis and re.match(r"life-?time\b|one-?time\b", name, re.IGNORECASE):
        mention.period = "once"
    return Plan(
        name=name,
        amount=mention.money.amount,
        currency=mention.money.currency or None,
        period=None if gratis and mention.period == "once" else mention.period,
        unit=mention.unit,
        billed=mention.billed,
        qualifier=mention.qualifier,
        rung="text",
        confidence=round(confidence, 2),
        evidence=evidence,
    )


def _settled(found: list[Plan], own: str = "") -> list[Plan]:
    """Each plan once: no repeats, no unnamed price that a named plan has, no second billing of the same plan."""
    kept: list[Plan] = []
    seen: set[tuple[str, Decimal | None, str | None]] = set()
    named = Counter(plan.amount for plan in found if plan.name)
    for plan in found:
        bare = _bare(plan.name, own)
        key = (bare, plan.amount, plan.period)
        if key in seen or (not plan.name and named[plan.amount]):
            continue
        longer = next(
            (i for i, k in enumerate(kept) if _same_price(k, plan) and _prefix(_bare(k.name, own), bare)), None
        )
        if longer is not None:
            if len(plan.name) > len(kept[longer].name):
                kept[longer] = plan
            continue
        at = next(
            (i for i, k in enumerate(kept) if bare and _bare(k.name, own) == bare and k.amount != plan.amount), None
        )
        if at is not None and _another_billing(kept[at], plan):
            if kept[at].period == "year" and plan.period == "month" and kept[at].name != plan.name:
                kept[at] = plan  # a comparison told the year's sum first
            continue
        seen.add(key)
        kept.append(plan)
    return kept


def _same_price(one: Plan, two: Plan) -> bool:
    return bool(one.amount) and (one.amount, one.currency, one.period) == (two.amount, two.currency, two.period)


def _prefix(one: str, two: str) -> bool:
    """Whether one name goes on where the other ends: "premium", "premium support"."""
    short, long = sorted((one, two), key=len)
    return bool(short) and long.startswith(short + " ")


def _bare(name: str, own: str) -> str:
    """A plan's name without the product's before it: "Larkspur Team" is "team"."""
    low = name.lower()
    return low.removeprefix(own).strip(" -–—:") or low if own else low


def _another_billing(one: Plan, two: Plan) -> bool:
    return (one.period != two.period or one.billed != two.billed) and bool(
        {one.period, two.period} & {"year", None} | {one.billed, two.billed} & {"year"}
    )


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
