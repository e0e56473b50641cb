"""What is said beside a price: for how long it holds, for whom or what, how it is billed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from tools.page.pricing.numerals import DENSE

_PERIODS = (
    ("month", r"/\s?mo(?:nth)?s?\b|(?:per|a|each|every|by the)[\s-]+(?:calendar\s+)?mo(?:nth)?s?\b|\bmonthly\b|/\s?m\b(?!\w)|\bp(?:\.|/)?c?m\b\.?|\bmtl\b|/\s?monat|(?:pro|im|je)\s+monat|monatlich|par mois|/\s?mois|mensuel|(?:al|por) mes\b|/\s?mes\b|\bmensual(?:es|mente)?\b|al mese|/\s?mese|\bmensil[ei]\b|por mês|/\s?mês|\bmensa(?:l|is)\b|\bmensalmente\b|per maand|/\s?maand|/\s?mnd|\bmaandelijks\b|/\s?mån(?:ad)?\b|per månad|/\s?mies|miesięczn|[/每毎]\s?(?:个|個)?月|月額|月払い|ヶ月|か月|월(?!\w)|매월|월간|в месяц|/\s?мес|ежемесячн|aylık|/\s?ay\b"),
    ("year", r"(?:/|per|pro|par|por|for)\s?12[\s-]?(?:months?|monate?|mois|mes[ei]s?|maanden|месяц\w*|か月|ヶ月|个月|個月|개월)|/\s?y(?:ea)?rs?\b|(?:per|a|each|every)[\s-]+(?:calendar\s+)?y(?:ea)?r\b|\bannual(?:ly)?\b|\byearly\b|per annum|\bp\.a\.|/\s?y\b|/\s?jahr|(?:pro|im|je)\s+jahr|jährlich|par an\b|/\s?an\b|\bannuel(?:le)?(?:ment)?\b|(?:al|por) año|/\s?año|\banual(?:es|mente)?\b|all['’]anno|/\s?anno|\bannual[ei]\b|por ano|/\s?ano\b|per jaar|/\s?jaar|\bjaarlijks\b|/\s?år\b|per år\b|/\s?rok\b|rocznie|[/每毎]\s?年|年額|年払い|년(?!\w)|매년|연간|в год|/\s?год|ежегодн|yıllık|/\s?yıl|\bfirst year\b"),
    ("week", r"/\s?w(?:ee)?k\b|(?:per|a|each|every)[\s-]+week\b|\bweekly\b"),
    ("day", r"/\s?day\b|(?:per|a|each)[\s-]+day\b|\bdaily\b"),
    ("hour", r"(?:/|pro|par|por|al['’]|all['’]|per)\s?(?:stunde|std\.?|heure|hora|ora|uur|godzin\w*|час\w*)\b|[/每毎]\s?(?:時間|小时|小時|시간)|/\s?h(?:ou)?rs?\b|/\s?h\b|(?:per|an)[\s-]+hour\b|\bhourly\b"),
    ("once", r"\bone[\s-]?(?:time|off)\b|\blifetime\b|\bonce\b|\bsingle payment\b|\bpay once\b|\bperpetual\b|\bfor life\b|\bper life\b|\beinmal(?:ig(?:e[rs]?)?|zahlung|kauf)\b|\blebenslang|\bauf lebenszeit\b|\bune (?:seule )?fois\b|\b(?:paiement|achat|versement) unique\b|\bà vie\b|\bpago único\b|\bpagos? de una (?:sola )?vez\b|\bde por vida\b|\bpagamento único\b|\bvital[íi]ci[oa]\b|\buna tantum\b|\buna (?:sola )?volta\b|\b(?:auf|ein)malig\b|\buma (?:única )?vez\b|\buna (?:sola|única) vez\b|\ba vita\b|\beenmalig|\bjednorazow|\bengångs|買い切り|一次性|永久(?:授权|版|买断)|买断|/\s?永久|终身|終身|一次付费|единоразов|разовый плат[её]ж|одноразов|tek seferlik|/\s?영구|영구 (?:라이선스|이용권|소장)|평생|일회성|買断|買い切りライセンス"),
)  # fmt: skip
# One list a concept, for the languages and times that the patterns above leave out. "/" begins what stands behind a slash,
# "*" ends a word that goes on; else a word is whole.
LASTING = {
    "month": """/měs; /měsíc; měsíčně; na měsíc; /mesiac; mesačne; /міс; /місяць; щомісяц*; на місяць; /شهر; شهري*; كل شهر; /חודש; לחודש; חודשי*; כל חודש; בחודש; /माह; /महीना;
        /महीने; प्रति माह; प्रति महीना; प्रति महीने; मासिक; /tháng; mỗi tháng; hàng tháng; /bulan; per bulan; bulanan; /เดือน; ต่อเดือน; รายเดือน; /kk; /kuukausi; kuukaudessa; kuukausittain;
        /hó; /hónap; havonta; havi; /lună; pe lună; /μήνα; το μήνα; μηνιαί*; /mjesec; mjesečno; mesečno; на месец; месечно; i månaden; per måned; /måned""",
    "year": """/rok; ročně; ročne; za rok; щорічно; на рік; /рік; /سنة; /عام; سنوي*; /שנה; לשנה; שנתי*; /वर्ष; /साल; प्रति वर्ष; प्रति साल; वार्षिक; /năm; mỗi năm; hàng năm;
        /tahun; per tahun; tahunan; /ปี; ต่อปี; รายปี; /vuosi; vuodessa; vuosittain; /év; évente; éves; pe an; /έτος; το χρόνο; ετήσι*; godišnje; /godina; на година; годишно; årligen; årlig""",
    "week": """/woche; wöchentlich; pro woche; /semaine; par semaine; hebdomadaire; /semana; por semana; a la semana; semanal; semanalmente; /settimana; a settimana; settimanale;
        per week; wekelijks; /неделю; в неделю; еженедельн*; /tydzień; tygodniowo; /týden; týdně; /vecka; per vecka; /周; 每周; /週; 毎週; 週額; /주; 매주; /hafta; haftalık""",
    "quarter": """/quarter; /qtr; /qtrs; per quarter; per qtr; a quarter; each quarter; every quarter; quarterly; /3 months; /3 mo; per 3 months; every 3 months; every three months; pro quartal;
        /quartal; im quartal; vierteljährlich*; par trimestre; /trimestre; al trimestre; por trimestre; ogni trimestre; trimestriel*; trimestral*; per kwartaal; /kwartaal; kwartalnie;
        /kwartał; /kvartal; per kvartal; kvartalsvis; /квартал; в квартал; ежеквартальн*; щоквартальн*; čtvrtletně; /季; /季度; 每季; 季度; 四半期; /3か月; /3ヶ月; 3か月ごと; 3ヶ月ごと; 분기; 3 aylık""",
    "half-year": """/half-year; /half year; per half-year; every half-year; half-yearly; half yearly; semi-annual; semi-annually; semiannual*; biannual*; /6 months; /6 mo; per 6 months; every 6 months;
        every six months; pro halbjahr; /halbjahr; halbjährlich*; par semestre; /semestre; al semestre; por semestre; semestriel*; semestral*; per halfjaar; halfjaarlijks; półrocznie;
        pololetně; за полгода; /полгода; в полгода; полугод*; /半年; 每半年; 半年ごと; 半年払い; /6か月; /6ヶ月; 반기; 6 aylık""",
    "once": """kertamaksu*; kertaluon*; jednorázov*; jednokratn*; разово; одноразово; разова; חד פעמי; مرة واحدة; لمرة واحدة; एक बार; một lần; trọn đời; sekali bayar; seumur hidup;
        ครั้งเดียว; ตลอดชีพ; egyszeri; örökös; plată unică; εφάπαξ; engangsbetaling; engångsbetalning; engångsköp; 1回払い; 1回限り; 不限时长; 不限時長""",
}  # fmt: skip
_UNSPACED = re.compile(f"[{DENSE}]")


@dataclass(frozen=True, slots=True)
class _Word:
    """A word of `LASTING`. `needle`: what stands in each text that holds it, in small letters; finding that is cheap."""

    needle: str
    period: str
    pattern: re.Pattern[str]


def _word(told: str, period: str) -> _Word:
    stem = " ".join(told.split()).lstrip("/").rstrip("*")
    begin = r"/\s?" if told[0] == "/" else "" if _UNSPACED.match(stem) else r"(?<!\w)"
    end = "" if told[-1] == "*" or _UNSPACED.match(stem[-1]) else r"(?!\w|\s+of\b)"
    needle = max(re.split(r"[ -]", stem), key=len)
    return _Word(needle, period, re.compile(begin + re.sub(r"[ -]", r"[\\s-]+", stem) + end, re.IGNORECASE))


_WORDS = tuple(_word(told.strip(), period) for period, words in LASTING.items() for told in words.split(";"))
_ASCII_WORDS = tuple(word for word in _WORDS if word.needle.isascii())
_PERIOD = tuple((name, re.compile(pattern, re.IGNORECASE)) for name, pattern in _PERIODS)
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
    r"check-?ins?|children|students?|rooms?|properties|property|vehicles?|drivers?|clients?|customers?|tickets?|calls?|numbers?|lines?|units?|bots?|assistants?|unit|generations?|exports?|scans?|reports?|min|mins|kwh|"
    r"nutzer(?:in)?|benutzer|anwender|mitarbeiter(?:in)?|arbeitsplatz|platz|lizenz|minute|anfrage|nachricht|utilisateurs?|collaborateurs?|salariés?|postes?|appels?|"
    r"usuarios?|usuári[oa]s?|empleados?|colaborador(?:es)?|licencias?|licenças?|utent[ei]|dipendent[ei]|gebruikers?|użytkownik\w*|uživatel\w*|kullanıcı|пользовател\w+|сотрудник\w*|ユーザー|用户|席位|사용자"
)
_MEASURES = "mb|gb|tb|mib|gib|tib|v?cpu|gpu|core|node|instance|build|row|function|worker|container"  # counted by the time they are used
_UNIT = re.compile(
    rf"(?:\b(?:per|an?|any|each|for each|pro|par|por)\s+|/\s*)(?:(?:additional|active|extra|named|full|paid|monthly|registered|every|single|new|billable|unique)\s+)?"
    rf"(?P<n>(?:\d[\d,.]*\s?(?:k|m|b|thousand|million|billion)?\s*|(?:thousand|million|billion)\s+)?(?:input |output |completion |prompt |cached |gpu[ -]|cpu[ -]|ai )?(?:(?:{_MEASURES})[ -](?:hours?|seconds?|minutes?|months?|reads?|writes?)|{_UNIT_WORDS}))\b",
    re.IGNORECASE,
)


@lru_cache(maxsize=4096)
def period_of(text: str) -> str | None:
    """The period a few words after a price name; the earliest one counts."""
    found = min(periods_in(text), key=lambda told: told[1].start(), default=None)
    return found[0] if found else None


def periods_in(text: str) -> Iterator[tuple[str, re.Match[str]]]:
    """The periods a text names, each with where it does, in no order."""
    small = text.lower()
    for word in _ASCII_WORDS if small.isascii() else _WORDS:
        if word.needle in small and (match := word.pattern.search(text)):
            yield word.period, match
    for name, pattern in _PERIOD:
        if match := pattern.search(text):
            yield name, match


def heads_term(text: str) -> bool:
    """Whether a line begins with the term of the price above it: "/ month", "per month (about $6)", 月額, "Billed monthly".

    A lone word as "Yearly" may as well be the name of what comes next.
    """
    if (billed := BILLED.match(text)) and not _BY_THE_YEAR.search(billed[0]):
        return True
    for _, match in periods_in(text[:40]):
        if match.start() == 0 and (not text[0].isalpha() or " " in match[0] or _UNSPACED.match(text)):
            return True
    return False


_BY_THE_YEAR = re.compile("annual|year|upfront", re.IGNORECASE)


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
    r"hours?|h|kwh|reads?|writes?|gb|tb|gib|tib|gb-months?|v?cpus?|gpus?|cores?|requests?|api calls?|calls?|credits?|tokens?|messages?|emails?|sms|minutes?|mins?|seconds?|"
    r"images?|pages?|documents?|files?|characters?|words?|transactions?|events?|builds?|runs?|tasks?|quer(?:y|ies)|records?|rows?|responses?|units?|generations?",
    re.IGNORECASE,
)


def is_metered(unit: str | None, period: str | None) -> bool:
    """Whether a price of this unit or period may have three digits behind its point: of an hour, a token, a thousand requests."""
    return period == "hour" or (
        unit is not None and (unit[0].isdigit() or any(map(_METERED.fullmatch, re.split("[ -]", unit))))
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
