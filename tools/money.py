"""Amounts and currencies in text: where a price stands, how much it is, in which money."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from functools import lru_cache

from tools.visible import holding

# Signs and words of money → ISO 4217. What several countries use ("$", "kr", "¥") goes to the likeliest and yields to hints.
_ISO = {
    "$": "USD", "us$": "USD", "usd$": "USD", "dollar": "USD", "dollars": "USD", "a$": "AUD", "au$": "AUD", "aud$": "AUD", "c$": "CAD", "ca$": "CAD",
    "cad$": "CAD", "cdn$": "CAD", "nz$": "NZD", "hk$": "HKD", "s$": "SGD", "sg$": "SGD", "r$": "BRL", "mx$": "MXN", "nt$": "TWD",
    "€": "EUR", "euro": "EUR", "euros": "EUR", "£": "GBP", "pounds": "GBP", "¥": "JPY", "￥": "JPY", "円": "JPY", "元": "CNY", "rmb": "CNY",
    "₹": "INR", "rs": "INR", "rs.": "INR", "₩": "KRW", "원": "KRW", "৳": "BDT", "₽": "RUB", "руб": "RUB", "руб.": "RUB", "р": "RUB", "р.": "RUB", "₺": "TRY", "₪": "ILS", "₫": "VND",
    "₴": "UAH", "₦": "NGN", "฿": "THB", "₱": "PHP", "₸": "KZT", "₡": "CRC", "zł": "PLN", "kč": "CZK", "ft": "HUF", "kr": "SEK", "kr.": "DKK",
    "fr.": "CHF", "rm": "MYR", "rp": "IDR", "lei": "RON",
}  # fmt: skip
_CODES = frozenset(
    """USD EUR GBP JPY CNY INR KRW AUD CAD NZD CHF SEK NOK DKK PLN CZK HUF RON BGN TRY ILS BRL MXN ARS CLP COP PEN ZAR NGN KES EGP
    MAD TND AED SAR QAR KWD BHD OMR JOD IQD LYD PKR BDT LKR NPR THB VND IDR MYR SGD PHP HKD TWD RUB UAH KZT GEL ISK RSD
    HRK""".split()
)
_THREE_DECIMALS = frozenset({"KWD", "BHD", "OMR", "JOD", "TND", "IQD", "LYD"})
_CODE = "|".join(sorted(_CODES))
_PREFIX = (
    rf"(?:(?<![A-Za-z])(?:US|USD|AUD?|CAD?|CDN|NZ|HK|SG?|R|MX|NT|C)\s?)?\$|[€£¥￥₹₩৳₽₺₪₫₴₦฿₱₸₡]|(?<![A-Za-z])(?:{_CODE})(?![A-Za-z])|"
    r"(?<![A-Za-z])(?:Rs\.?|RM|Rp|kr\.?|CHF|Fr\.)(?=\s?\d)"
)
_SUFFIX = rf"[€£¥₹₩৳₽₺₪₫₴₦฿₱]|(?:{_CODE})(?![A-Za-z])|zł|Kč|kr\b\.?|руб\.?|р(?!\w)\.?|Ft\b|lei\b|円|元|원|euros?\b|dollars?\b|(?:R|US|AU?|CA?|NZ|HK|S|MX|NT)?\$(?!\s?\d)"
_DIGITS = r"(?:\d{1,3}(?:[.,' ]\d{3})+(?:[.,]\d{1,2})?(?!\d)|\d+(?:[.,]\d{1,6})?|\.\d{1,6})"
_SCALE = r"(?:\s?(?:trillion|billion|million|thousand|bn|mm|mil|[KMBT])(?![A-Za-z]))?"
PRICE = re.compile(
    rf"(?P<pre>{_PREFIX})\s{{0,2}}(?:(?:{_PREFIX})\s?)?(?P<a>{_DIGITS}(?: \d\d(?=\s*(?:/|per\b|a month|mo\b|$)))?)(?P<as>{_SCALE})(?:\s?(?P<code>{_CODE})(?![A-Za-z]))?"
    rf"|(?<![\d.,$€£\w-])(?P<b>{_DIGITS})(?P<bs>{_SCALE})\s?(?P<post>{_SUFFIX})"
)
_SIGNS = "$€£¥￥₹₩৳₽₺₪₫₴₦฿₱₸₡円元원"
_SIGN = re.compile(f"[{_SIGNS}]")
_CAPITALS = re.compile(r"[A-Z]{3,}")
_WORDS = ("euro", "dollar", "kr", "zł", "Kč", "р", "Rs", "RM", "Rp", "Fr", "lei", "Ft")
_DIGIT = re.compile(r"\d")
_MILLIONS = {
    "k": 3,
    "thousand": 3,
    "m": 6,
    "mm": 6,
    "mil": 6,
    "million": 6,
    "b": 9,
    "bn": 9,
    "billion": 9,
    "t": 12,
    "trillion": 12,
}


@dataclass(frozen=True, slots=True)
class Money:
    """An amount where it stands in a text. `scaled`: written with K, M, million."""

    start: int
    end: int
    amount: Decimal
    currency: str
    raw: str
    scaled: bool = False


def may_hold_money(text: str) -> bool:
    """False only when `find_money` finds nothing; many times as fast."""
    if not _DIGIT.search(text):
        return False
    return bool(_SIGN.search(text) or _CAPITALS.search(text) or any(word in text for word in _WORDS))


def lines_with_money(lines: Sequence[str]) -> set[int]:
    """The numbers of the lines in which `find_money` may find something: those with a digit and a sign, word or code."""
    capitals = " ".join(set(_CAPITALS.findall("\n".join(lines))))
    codes = [code for code in _CODES if code in capitals]
    telling = holding(lines, (*_SIGNS, *_WORDS, *codes))
    return {number for number in telling if _DIGIT.search(lines[number])}


def find_money(text: str, default: str = "") -> Iterator[Money]:
    """All amounts with a currency in a line, in order. `default`: the page's own reading of "$" and its like."""
    if not may_hold_money(text):
        return
    for match in PRICE.finditer(text):
        digits = match["a"] or match["b"]
        sign = match["pre"] or match["post"]
        currency = match["code"] or iso(sign, default)
        scale = (match["as"] or match["bs"] or "").strip().lower()
        amount = number(digits, currency, sign)
        if amount is None:
            continue
        if scale:
            amount = amount * 10 ** _MILLIONS[scale]
        end = match.end()
        # "$19-$29": the hyphen belongs to the range; "v$1.2.3" and "$1-tier" are no prices, and no one writes them.
        yield Money(match.start(), end, amount, currency, match[0].strip(), bool(scale))


def iso(sign: str, default: str = "") -> str:
    """The ISO 4217 code of a sign, word or code; ambiguous dollars, crowns and yen yield to `default` of their kind."""
    folded = re.sub(r"\s", "", sign).lower()
    found = _ISO.get(folded) or (folded.upper() if folded.upper() in _CODES else "")
    if default and folded in _AMBIGUOUS and default in _AMBIGUOUS[folded]:
        return default
    return found


_AMBIGUOUS = {
    "$": frozenset({"AUD", "CAD", "NZD", "HKD", "SGD", "MXN", "ARS", "CLP", "COP", "TWD"}),
    "¥": frozenset({"CNY"}),
    "￥": frozenset({"CNY"}),
    "kr": frozenset({"NOK", "DKK", "ISK"}),
    "kr.": frozenset({"NOK", "SEK", "ISK"}),
    "rs": frozenset({"PKR", "LKR", "NPR"}),
    "rs.": frozenset({"PKR", "LKR", "NPR"}),
    "£": frozenset({"EGP"}),
}
_STATED = re.compile(
    rf"\b(?:prices?|pricing|amounts?|plans?|fees?|all)\b[^.\n]{{0,40}}?\b(?:in|are)\s+(?:the\s+)?(?P<a>{_CODE}|australian dollars?|canadian dollars?|new zealand dollars?|singapore dollars?|us dollars?)\b",
    re.IGNORECASE,
)
_DOLLARS = {"australian": "AUD", "canadian": "CAD", "new zealand": "NZD", "singapore": "SGD", "us": "USD"}
_BY_SUFFIX = {
    ".au": "AUD",
    ".ca": "CAD",
    ".nz": "NZD",
    ".sg": "SGD",
    ".hk": "HKD",
    ".mx": "MXN",
    ".no": "NOK",
    ".dk": "DKK",
    ".cn": "CNY",
    ".tw": "TWD",
    ".pk": "PKR",
}


def page_currency(text: str, host: str, lang: str) -> str:
    """Which of the ambiguous currencies a page means: as it says ("all prices in CAD"), else by its country; "" if plain."""
    if match := _STATED.search(text):
        words = match["a"].lower()
        return words.upper() if words.upper() in _CODES else _DOLLARS[words.rsplit(" ", 1)[0]]
    region = lang.replace("_", "-").upper().rpartition("-")[2] if "-" in lang.replace("_", "-") else ""
    by_lang = {"AU": "AUD", "CA": "CAD", "NZ": "NZD", "SG": "SGD", "HK": "HKD", "CN": "CNY", "NO": "NOK", "DK": "DKK"}
    for suffix, currency in _BY_SUFFIX.items():
        if host.endswith(suffix):
            return currency
    if lang[:2].lower() in ("nb", "nn", "no"):
        return "NOK"
    if lang[:2].lower() == "da":
        return "DKK"
    if lang[:2].lower() == "zh" and region not in ("TW", "HK", "HANT", "MO"):
        return "CNY"  # "¥" is the yuan where Chinese is spoken, the yen elsewhere
    return by_lang.get(region, "") if host.count(".") and region in ("AU", "NZ", "SG", "HK", "CN") else ""


@lru_cache(maxsize=2048)
def number(digits: str, currency: str = "", sign: str = "") -> Decimal | None:
    """A written number as a Decimal: "1.144.000" , "1 299,50", "0.002", "9 99" (a raised fraction)."""
    text = digits.strip().replace("'", "").replace("\u00a0", " ").replace("\u202f", " ")
    if match := re.fullmatch(r"(\d+) (\d\d)", text):
        text = f"{match[1]}.{match[2]}"
    text = text.replace(" ", "")
    last = max(text.rfind("."), text.rfind(","))
    if last >= 0:
        whole, fraction = text[:last], text[last + 1 :]
        both = "." in text and "," in text
        groups = len(fraction) == 3 and not both and bool(whole.strip("0")) and not text.startswith(("0", "."))
        if currency in _THREE_DECIMALS and text.count(".") == 1:
            groups = False
        if not both and text.count(text[last]) > 1:
            groups = True
        text = re.sub(r"[.,]", "", text) if groups else re.sub(r"[.,]", "", whole) + "." + fraction
    try:
        return Decimal(text or "x")
    except InvalidOperation:
        return None


def read_price(text: str, currency_hint: str | None = None) -> tuple[Decimal | None, str | None]:
    """Amount and currency sign of a price text, as price-parser reads them, three-decimal currencies put right.

    The sign is the text's own ("US$", "руб."); `iso` names its currency.
    """
    from price_parser import Price

    price = Price.fromstring(text, currency_hint=currency_hint)
    amount: Decimal | None = price.amount
    sign = str(price.currency) if price.currency else None
    written = str(price.amount_text or "")
    if amount is not None and sign and iso(sign) in _THREE_DECIMALS and re.fullmatch(r"\d{1,3}[.,]\d{3}", written):
        amount = Decimal(written.replace(",", "."))
    return amount, sign
