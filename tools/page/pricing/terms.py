"""What is said beside a price: for how long it holds, for whom or what, how it is billed."""

from __future__ import annotations

import re

_PERIODS = (
    ("month", r"/\s?mo(?:nth)?s?\b|(?:per|a|each|every|by the)[\s-]+(?:calendar\s+)?mo(?:nth)?s?\b|\bmonthly\b|/\s?m\b(?!\w)|\bp(?:\.|/)?c?m\b\.?|\bmtl\b|/\s?monat|(?:pro|im|je)\s+monat|monatlich|par mois|/\s?mois|mensuel|(?:al|por) mes\b|/\s?mes\b|\bmensual(?:es|mente)?\b|al mese|/\s?mese|\bmensil[ei]\b|por mês|/\s?mês|\bmensa(?:l|is)\b|\bmensalmente\b|per maand|/\s?maand|/\s?mnd|\bmaandelijks\b|/\s?mån(?:ad)?\b|per månad|/\s?mies|miesięczn|[/每毎]\s?(?:个|個)?月|月額|月払い|ヶ月|か月|월(?!\w)|매월|월간|в месяц|/\s?мес|ежемесячн|aylık|/\s?ay\b"),
    ("year", r"(?:/|per|pro|par|por|for)\s?12[\s-]?(?:months?|monate?|mois|mes[ei]s?|maanden|месяц\w*|か月|ヶ月|个月|個月|개월)|/\s?y(?:ea)?rs?\b|(?:per|a|each|every)[\s-]+(?:calendar\s+)?y(?:ea)?r\b|\bannual(?:ly)?\b|\byearly\b|per annum|\bp\.a\.|/\s?y\b|/\s?jahr|(?:pro|im|je)\s+jahr|jährlich|par an\b|/\s?an\b|\bannuel(?:le)?(?:ment)?\b|(?:al|por) año|/\s?año|\banual(?:es|mente)?\b|all['’]anno|/\s?anno|\bannual[ei]\b|por ano|/\s?ano\b|per jaar|/\s?jaar|\bjaarlijks\b|/\s?år\b|per år\b|/\s?rok\b|rocznie|[/每毎]\s?年|年額|年払い|년(?!\w)|매년|연간|в год|/\s?год|ежегодн|yıllık|/\s?yıl|\bfirst year\b"),
    ("week", r"/\s?w(?:ee)?k\b|(?:per|a|each|every)[\s-]+week\b|\bweekly\b"),
    ("day", r"/\s?day\b|(?:per|a|each)[\s-]+day\b|\bdaily\b"),
    ("hour", r"(?:/|pro|par|por|al['’]|all['’]|per)\s?(?:stunde|std\.?|heure|hora|ora|uur|godzin\w*|час\w*)\b|[/每毎]\s?(?:時間|小时|小時|시간)|/\s?h(?:ou)?rs?\b|/\s?h\b|(?:per|an)[\s-]+hour\b|\bhourly\b"),
    ("once", r"\bone[\s-]?(?:time|off)\b|\blifetime\b|\bonce\b|\bsingle payment\b|\bpay once\b|\bperpetual\b|\bfor life\b|\bper life\b|\beinmal(?:ig(?:e[rs]?)?|zahlung|kauf)\b|\blebenslang|\bauf lebenszeit\b|\bune (?:seule )?fois\b|\b(?:paiement|achat|versement) unique\b|\bà vie\b|\bpago único\b|\bpagos? de una (?:sola )?vez\b|\bde por vida\b|\bpagamento único\b|\bvital[íi]ci[oa]\b|\buna tantum\b|\buna (?:sola )?volta\b|\b(?:auf|ein)malig\b|\buma (?:única )?vez\b|\buna (?:sola|única) vez\b|\ba vita\b|\beenmalig|\bjednorazow|\bengångs|買い切り|一次性|永久(?:授权|版|买断)|买断|/\s?永久|终身|終身|一次付费|единоразов|разовый плат[её]ж|одноразов|tek seferlik|/\s?영구|영구 (?:라이선스|이용권|소장)|평생|일회성|買断|買い切りライセンス"),
)  # fmt: skip
PERIOD = tuple((name, re.compile(pattern, re.IGNORECASE)) for name, pattern in _PERIODS)
BILLED = re.compile(
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
    r"check-?ins?|children|students?|rooms?|properties|property|vehicles?|drivers?|clients?|customers?|tickets?|calls?|numbers?|lines?|units?|bots?|assistants?|unit|generations?|exports?|scans?|reports?|min|mins|"
    r"nutzer(?:in)?|benutzer|anwender|mitarbeiter(?:in)?|arbeitsplatz|platz|lizenz|minute|anfrage|nachricht|utilisateurs?|collaborateurs?|salariés?|postes?|appels?|"
    r"usuarios?|usuári[oa]s?|empleados?|colaborador(?:es)?|licencias?|licenças?|utent[ei]|dipendent[ei]|gebruikers?|użytkownik\w*|uživatel\w*|kullanıcı|пользовател\w+|сотрудник\w*|ユーザー|用户|席位|사용자"
)
_UNIT = re.compile(
    rf"(?:\b(?:per|an?|any|each|for each|pro|par|por)\s+|/\s*)(?:(?:additional|active|extra|named|full|paid|monthly|registered|every|single|new|billable|unique)\s+)?"
    rf"(?P<n>(?:\d[\d,.]*\s?(?:k|m|b|thousand|million|billion)?\s*|(?:thousand|million|billion)\s+)?(?:input |output |completion |prompt |cached |gpu[ -]|cpu[ -]|ai )?(?:{_UNIT_WORDS}))\b",
    re.IGNORECASE,
)


def period_of(text: str) -> str | None:
    """The period a few words after a price name; the earliest one counts."""
    best, where = None, len(text) + 1
    for name, pattern in PERIOD:
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


# What is counted in thousands and millions, and so may cost a fraction of a cent each.
_METERED = re.compile(
    r"hours?|h|gb|tb|gib|tib|gb-months?|v?cpus?|gpus?|cores?|requests?|api calls?|calls?|credits?|tokens?|messages?|emails?|sms|minutes?|mins?|seconds?|"
    r"images?|pages?|documents?|files?|characters?|words?|transactions?|events?|builds?|runs?|tasks?|quer(?:y|ies)|records?|rows?|responses?|units?|generations?",
    re.IGNORECASE,
)


def is_metered(unit: str | None, period: str | None) -> bool:
    """Whether a price of this unit or period may have three digits behind its point: of an hour, a token, a thousand requests."""
    return period == "hour" or (
        unit is not None and (unit[0].isdigit() or bool(_METERED.fullmatch(unit.split(" ")[-1])))
    )


_SINGULARS = {
    "people": "person",
    "companies": "company",
    "queries": "query",
    "properties": "property",
    "children": "child",
    "sms": "sms",
    "min": "minute",
    "mins": "minute",
    "nutzer": "user",
    "nutzerin": "user",
    "benutzer": "user",
    "anwender": "user",
    "utilisateur": "user",
    "utilisateurs": "user",
    "usuario": "user",
    "usuarios": "user",
    "usuário": "user",
    "usuários": "user",
    "utente": "user",
    "utenti": "user",
    "gebruiker": "user",
    "gebruikers": "user",
    "ユーザー": "user",
    "用户": "user",
    "사용자": "user",
}
