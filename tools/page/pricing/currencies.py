"""Currencies: which sign or word is which, where. The table is CLDR's (bench/cldr.py); here stands what pages write besides."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

from tools.page.pricing import numerals
from tools.page.words import table as words_table

_RECENT = 2015  # prices in what was tender until then are still about
# Spellings that CLDR has not, and whose money they are; "": of whoever in the table writes the sign before it so.
_SPELLINGS = {
    "dollar": "$", "dollars": "$", "euro": "EUR", "euros": "EUR", "Euro": "EUR", "Euros": "EUR", "CDN$": "CAD", "J$": "JMD",
    "TT$": "TTD", "NIS": "ILS", "ש״ח": "ILS", "ש\"ח": "ILS", "RMB": "CNY", "円": "JPY", "원": "KRW", "บาท": "THB", "₨": "Rs", "Rs.": "Rs",
    "rs": "Rs", "rs.": "Rs", "Re.": "Rs", "Kr": "kr", "Kr.": "kr", "kr.": "kr", "RM": "MYR", "Rp": "IDR", "Rp.": "IDR", "S/.": "PEN",
    "руб": "RUB", "руб.": "RUB", "рублей": "RUB", "р": "RUB", "Р": "RUB", "р.": "RUB", "грн": "UAH", "грн.": "UAH", "тг": "KZT", "тг.": "KZT", "тенге": "KZT",
    "лв": "BGN", "лв.": "BGN", "đ": "VND", "Lei": "lei", "LEI": "lei", "zł.": "PLN", "TL": "TRY", "KSh": "KES", "Ksh.": "KES", "Kshs": "KES", "TSh": "TZS", "USh": "UGX", "FCFA": "CFA",
    "ريال": "riyal", "درهم": "dirham", "جنيه": "EGP", "﷼": "riyal",
}  # fmt: skip
# The two moneys that pages name in words wherever they are from, as each language inflects them.
_NAMED = {
    "USD": """dollaro dollari dólar dólares dolar dolary dolarů dolarów dolara dolarjev dollár dolari dolarul dollaria dollarin dolares
        доллар доллара долларов долар долара долари доларів долл. дол. δολάρια δολάριο דולר דולרים دولار دولارات डॉलर ডলার ดอลลาร์ đô ドル 달러 美元 美金""",
    "EUR": """eurot eura evro evrov euró euroa euroja ευρώ евро євро אירו يورو यूरो ইউরো ยูโร ユーロ 유로 欧元 歐元""",
}
_SPELLINGS |= {word: code for code, words in _NAMED.items() for word in words.split()}
# Signs of several countries' money that CLDR names for one or none, with the territories that write so.
_SHARED = {
    "Rs": {"INR": ["IN"], "PKR": ["PK"], "LKR": ["LK"], "NPR": ["NP"], "MUR": ["MU"], "SCR": ["SC"]},
    "¥": {"JPY": ["JP"], "CNY": ["CN"]},
    "￥": {"JPY": ["JP"], "CNY": ["CN"]},
    "kr": {"SEK": ["SE"], "NOK": ["NO"], "DKK": ["DK", "GL", "FO"], "ISK": ["IS"]},
    "元": {"CNY": ["CN"], "TWD": ["TW"], "HKD": ["HK"], "MOP": ["MO"]},
    "圓": {"TWD": ["TW"], "HKD": ["HK"], "MOP": ["MO"]},
    "lei": {"RON": ["RO"], "MDL": ["MD"]},
    "CFA": {"XOF": ["BF", "BJ", "CI", "GW", "ML", "NE", "SN", "TG"], "XAF": ["CF", "CG", "CM", "GA", "GQ", "TD"]},
    "Fr.": {"CHF": ["CH", "LI"]}, "Fr": {"CHF": ["CH", "LI"]}, "SFr.": {"CHF": ["CH", "LI"]}, "sFr.": {"CHF": ["CH", "LI"]},
    "riyal": {"SAR": ["SA"], "QAR": ["QA"], "OMR": ["OM"], "YER": ["YE"], "IRR": ["IR"]},
    "dirham": {"AED": ["AE"], "MAD": ["MA"]},
}  # fmt: skip
# What a sign of many countries means where nothing says which: the reserve currency, and for no other sign any.
_WORLDWIDE = {"$": "USD", "£": "GBP", "C$": "CAD", "lei": "RON"}
# Words of few letters that belong to money wherever they stand beside a number.
_PLAIN_WORDS = frozenset("Rs RM Rp kr lei CFA riyal dirham".split())
# Codes that are words in capitals as well: "ALL 50 STATES", "PHP 8", "TRY 30 DAYS".
_ALSO_WORDS = frozenset("ALL AMD ANG BAM BOB CAD COP CUP GEL MAD MOP NIO PEN PHP SOS TOP TRY".split())
_RESERVES = frozenset("USD EUR GBP".split())  # written small on any page; "sek" and "ron" only where they are no words
_NEVER_ALONE = frozenset("ALL CUP TOP".split())
# Top-level domains of countries that are let to the whole world. Source: Google Search Central, "Managing multi-regional
# sites", and those that start-ups have taken up since.
_WORLDWIDE_DOMAINS = frozenset(
    """ac ad ag ai am as bz cc cd cf co cx dj eu fm ga gg gl gq gy ht im io is ki la lc ly me ml ms mu nu pm pw re sc sh so sr st su sx tc
    tk to tv vc vg vu wf ws yt""".split()
)
# Countries whose sites on a worldwide domain charge in their neighbour's money as well: only the address says which.
_NEXT_DOOR = frozenset({"CA"})
_DENSE = re.compile(f"[{numerals.DENSE}]")


@dataclass(frozen=True, slots=True)
class Table:
    """CLDR's currencies. `signs`: sign → currency → territories that write their own money so."""

    lands: Mapping[str, tuple[str, ...]]
    decimals: Mapping[str, int]
    codes: frozenset[str]
    signs: Mapping[str, Mapping[str, frozenset[str]]]
    names: Mapping[str, str]


@cache
def table() -> Table:
    """The committed table with the spellings above, read once."""
    told = words_table("currencies")
    lands = {land: tuple(codes) for land, codes in told["lands"].items()}
    codes = {code for of_land in lands.values() for code in of_land}
    codes |= {code for code, year in told["former"].items() if year >= _RECENT}
    signs: dict[str, dict[str, frozenset[str]]] = {}
    for sign, of in (*told["signs"].items(), *_SHARED.items()):
        whole = "".join(sign.split())
        for spelling in {whole, whole.rstrip(".") if whole.count(".") > 1 else whole}:  # "د.ك" as well as "د.ك."
            held = signs.setdefault(spelling, {})
            for code, where in of.items():
                if code in codes:
                    held[code] = held.get(code, frozenset()) | frozenset(where)
    signs = {sign: of for sign, of in signs.items() if sign and of}
    return Table(lands, told["decimals"], frozenset(codes), signs, told["names"])


def decimals_of(code: str) -> int:
    """How many decimals the amounts of a currency have; two for an unknown one."""
    return table().decimals.get(code, 2)


@cache
def home_mark(code: str) -> str:
    """The decimal mark most of a currency's territories write; "" for an unknown currency."""
    lands = [land for land, codes in table().lands.items() if code in codes]
    marks = [numerals.decimal_mark(f"{numerals.language_of(land)}-{land}") for land in lands]
    told = Counter(mark for mark in marks if mark)
    return told.most_common(1)[0][0] if told else ""


def lands_of_page(host: str, lang: str) -> tuple[str, ...]:
    """The territories a page speaks for, the address's before the language's: host: "x.co.uk"; lang: "de-CH"."""
    known = table().lands
    suffix = host.rpartition(".")[2].upper()
    by_address = {"UK": "GB"}.get(suffix, suffix) if suffix.lower() not in _WORLDWIDE_DOMAINS else ""
    language, *rest = lang.replace("_", "-").split("-")
    by_language = next((part.upper() for part in rest if len(part) == 2 and part.upper() not in _NEXT_DOOR), "")
    found = [land for land in (by_address, by_language) if land in known]
    if not found:
        found = [home for home in (_home_of_script(language, rest),) if home in known]
    return tuple(dict.fromkeys(found))


def _home_of_script(language: str, rest: list[str]) -> str:
    """The territory a language alone means; Chinese in traditional script is Taiwan's."""
    return "TW" if "Hant" in rest else numerals.home_of(language.lower())


@lru_cache(maxsize=256)
def signs_of(lands: tuple[str, ...]) -> Mapping[str, str]:
    """Sign, word or code → the currency it is on a page of these territories, "" where the page does not say which."""
    known = table()
    held = dict(_anywhere())
    held |= {sign: _meant(sign, lands) for land in lands for sign in _at_home().get(land, ())}
    for spelling, of in _SPELLINGS.items():
        if of in known.codes or of in held:
            held[spelling] = of if of in known.codes else held[of]
    for land, codes in known.lands.items():
        for sign in (f"{land}$", f"${land}") if codes[0] in known.signs["$"] else ():
            held.setdefault(sign, codes[0])
    for code in known.codes:
        held[code] = code
        if code in _RESERVES or (code not in _ALSO_WORDS and any(code in known.lands[land] for land in lands)):
            held[code.lower()] = code
        if code in known.signs["$"]:
            held[f"{code}$"] = code
    return held


@lru_cache(maxsize=256)
def edges_of(lands: tuple[str, ...]) -> tuple[Mapping[str, tuple[int, ...]], Mapping[str, tuple[int, ...]]]:
    """The lengths of the signs by the character they begin with, and by that they end with, the longest first; a "$" may
    stand apart from its letters."""
    heads, tails = edges_of(()) if lands else ({}, {})
    further = signs_of(lands).keys() - (signs_of(()).keys() if lands else frozenset())
    return _with_edges(heads, further, 0), _with_edges(tails, further, -1)


def _with_edges(known: Mapping[str, tuple[int, ...]], signs: Iterable[str], end: int) -> Mapping[str, tuple[int, ...]]:
    found = dict(known)
    for sign in signs:
        lengths = {len(sign), len(sign) + 1} if len(sign) > 1 and not sign.isalpha() else {len(sign)}
        found[sign[end]] = tuple(sorted(lengths.union(found.get(sign[end], ())), reverse=True))
    return found


@cache
def everywhere() -> tuple[str, ...]:
    """All territories, for a text that holds a price and nothing else: any sign of anybody's money counts."""
    return tuple(table().lands)


@lru_cache(maxsize=256)
def family(sign: str) -> frozenset[str]:
    """The currencies that a sign may be of: many for "$", one for "€", none for a word."""
    return frozenset(table().signs.get(_SPELLINGS.get(sign, sign), ()))


def is_code(word: str) -> bool:
    """Whether a word is an ISO 4217 code in use."""
    return word.upper() in table().codes


def may_be_word(code: str, *, behind: bool) -> bool:
    """Whether a code says nothing of money by itself: "PHP 8" and "TOP 10", but "8 PHP". behind: it follows the number."""
    return code in (_NEVER_ALONE if behind else _ALSO_WORDS)


def spaced(letters: str) -> bool:
    """Whether these letters belong to the "$" after them though a space parts them: "US $5", not "Plan C $5"."""
    return letters in table().codes or (len(letters) > 1 and f"{letters}$" in table().signs)


def is_dense(sign: str) -> bool:
    """Whether a letter is of a script that sets no spaces between words."""
    return bool(_DENSE.match(sign))


@cache
def _anywhere() -> Mapping[str, str]:
    """What the signs that say money to anybody are of on a page of no known territory."""
    return {sign: _meant(sign, ()) for sign in table().signs if _counts(sign)}


@cache
def _at_home() -> Mapping[str, Sequence[str]]:
    """The signs that are at home in each territory."""
    found: dict[str, list[str]] = {}
    for sign, of in table().signs.items():
        for land in frozenset[str]().union(*of.values()):
            found.setdefault(land, []).append(sign)
    return found


def _counts(sign: str) -> bool:
    """Whether a sign says money to anybody, and not only where it is at home: "R 99", "5 Ft", "10 K"."""
    if any(unicodedata.category(one) == "Sc" for one in sign) or sign in _PLAIN_WORDS or _DENSE.search(sign):
        return True
    letters = [one for one in sign if one.isalpha()]
    foreign = [one for one in letters if not one.isascii()]
    cyrillic = all("\u0400" <= one <= "\u04ff" for one in letters)  # "5 КМ" are kilometres in any language but Bosnian
    return len(table().signs[sign]) == 1 and bool(foreign) and len(letters) > (2 if cyrillic else 1)


def _meant(sign: str, lands: tuple[str, ...]) -> str:
    """The currency a sign is of: the first territory's that writes its own so, else the only one, else the world's."""
    of = table().signs[sign]
    for land in lands:
        for code in table().lands.get(land, ()):
            if land in of.get(code, ()):
                return code
    return next(iter(of)) if len(of) == 1 else _WORLDWIDE.get(sign, "")
