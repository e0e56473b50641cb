"""Numbers, currencies and amounts as pages of all countries write them."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tools.knowledge import sure
from tools.models import Plan
from tools.page.extract import extract
from tools.page.pricing import currencies, numerals
from tools.page.pricing.money import Convention, convention, find_money, read_amount, read_price
from tools.page.pricing.numerals import numeral
from tools.page.words import table

FORMS = table("numbers")["forms"]


def page_of(lang: str = "", host: str = "larkspur.example", *lines: str) -> Convention:
    return convention(lines, host, lang)


NUMBERS = [
    ("1299", "1299"),
    ("1,299.50", "1299.50"),
    ("1.299,50", "1299.50"),
    ("12'500.50", "12500.50"),
    ("12’500", "12500"),
    ("1 299,5", "1299.5"),
    ("1\u202f299\u202f000", "1299000"),
    ("1\u2009299", "1299"),
    ("1.144.000", "1144000"),
    ("12,34,567.89", "1234567.89"),
    ("1,49,999", "149999"),
    ("0,125", "0.125"),
    (".05", "0.05"),
    ("0.0000004", "0.0000004"),
    ("٢٬٤٩٩٫٥٠", "2499.50"),
    ("१,२३,४५६", "123456"),
    ("১২৯৯", "1299"),
    ("１９８０", "1980"),
]


@pytest.mark.parametrize(("text", "value"), NUMBERS)
def test_a_number_of_any_country(text: str, value: str) -> None:
    read = numeral(text)
    assert read is not None
    assert (read.value, read.fraction) == (Decimal(value), None)


@pytest.mark.parametrize(
    "text", ["1.2.3", "192.168.0.1", "1,23,4", "12.05.2024", "1'23", "1,2345,678", "rubbish", "", "1,299,50.1.2"]
)
def test_what_is_no_number_is_not_read_in_part(text: str) -> None:
    assert numeral(text) is None


def test_one_mark_before_three_digits_has_two_readings() -> None:
    read = numeral("1.250")
    assert read is not None
    assert (read.value, read.fraction, read.mark) == (Decimal(1250), Decimal("1.250"), ".")


AMOUNTS = [
    ("$9/mo", "9", "USD"),
    ("US$ 1,299.50", "1299.50", "USD"),
    ("1.299,50 €", "1299.50", "EUR"),
    ("1 299,50 €", "1299.50", "EUR"),
    ("$9 99/mo", "9.99", "USD"),
    ("₨ 499 or ₹499", "499", "INR"),
    ("CHF 12.–", "12", "CHF"),
    ("1’290.— CHF", "1290", "CHF"),
    ("99,- EUR", "99", "EUR"),
    ("$0.002 per request", "0.002", "USD"),
    ("99 zł", "99", "PLN"),
    ("1 490 Kč", "1490", "CZK"),
    ("C$10", "10", "CAD"),
    ("29 AUD$", "29", "AUD"),
    ("AU $29", "29", "AUD"),
    ("NZ$29", "29", "NZD"),
    ("9,00 $ CA", "9", "CAD"),
    ("$ CAD 12", "12", "CAD"),
    ("$12 CAD", "12", "CAD"),
    ("49 usd", "49", "USD"),
    ("100USD", "100", "USD"),
    ("$.05", "0.05", "USD"),
    ("KWD 1.250", "1.250", "KWD"),
    ("BHD 1,300", "1.300", "BHD"),
    ("2.5 million dollars", "2500000", "USD"),
    ("₹50k+ / month", "50000", "INR"),
    ("₹2.5 lakh", "250000", "INR"),
    ("₹1 crore", "10000000", "INR"),
    ("€1.2M", "1200000", "EUR"),
    ("月額1,980円（税込）", "1980", "JPY"),
    ("1.5万円", "15000", "JPY"),
    ("월 9,900원", "9900", "KRW"),
    ("ราคา299บาท", "299", "THB"),
    ("990 ₽ в месяц", "990", "RUB"),
    ("2 тыс. руб.", "2000", "RUB"),
    ("\u200f٤٩٫٠٠\u00a0د.إ.\u200f", "49", "AED"),
    ("৳১,২৯৯", "1299", "BDT"),
    ("₫149.000", "149000", "VND"),
    ("R$1.299", "1299", "BRL"),
    ("$1,299", "1299", "USD"),
    ("€1.299", "1299", "EUR"),
    ("$ $19.99", "19.99", "USD"),
    ("2 seats from $349", "349", "USD"),
    ("GH₵ 45", "45", "GHS"),
    ("T$ 45", "45", "TOP"),
    ("$9 .99 a month", "9.99", "USD"),
    ("9€99 par mois", "9.99", "EUR"),
    ("9 99 € par mois", "9.99", "EUR"),
    ("19 € 29 €", "29", "EUR"),
    ("20¢ per GB", "0.20", "USD"),
    ("5.5 cents per minute", "0.055", "USD"),
    ("19 dólares al mes", "19", "USD"),
    ("10 долларов США", "10", "USD"),
    ("9,99 доларів на місяць", "9.99", "USD"),
    ("12 евро в месяц", "12", "EUR"),
    ("9ドル", "9", "USD"),
]


@pytest.mark.parametrize(("text", "amount", "currency"), AMOUNTS)
def test_an_amount_with_its_currency(text: str, amount: str, currency: str) -> None:
    found = [(money.amount, money.currency, money.sure) for money in find_money(text)]
    assert (Decimal(amount), currency, True) in found


@pytest.mark.parametrize(
    "text",
    [
        "version 1.2.3", "call 555-1234", "5 users", "RM", "$", "top 10", "USD", "PHP 8", "TRY 30 DAYS FREE", "ALL 50 STATES", "TOP 10", "CAD 2024",
        "5 KM", "6 Ft", "30 sek", "$1.2.3", "v2 $", "10-20 €", "5 ct", "20% €", "Level 3 K",
    ],
)  # fmt: skip
def test_no_amount_without_money(text: str) -> None:
    assert list(find_money(text)) == []


def test_each_sign_belongs_to_one_number() -> None:
    read = {
        text: [str(money.amount) for money in find_money(text)] for text in ("19 € 29 €", "19 €29", "5 $10", "$19-$29")
    }
    assert read == {"19 € 29 €": ["19", "29"], "19 €29": ["29"], "5 $10": ["10"], "$19-$29": ["19", "29"]}


MEANT = [
    ("$9", "", "larkspur.example", "USD"),
    ("$9", "en-US", "larkspur.example", "USD"),
    ("$9", "de", "larkspur.example", "USD"),
    ("$9", "en-US", "shop.larkspur.ca", "CAD"),
    ("$9", "en", "larkspur.com.au", "AUD"),
    ("$9", "es-MX", "larkspur.example", "MXN"),
    ("$9", "es-CO", "larkspur.co", "COP"),
    ("$9", "en", "larkspur.co", "USD"),
    ("$9", "en", "larkspur.ai", "USD"),
    ("£9", "en", "larkspur.example", "GBP"),
    ("¥900", "ja", "larkspur.example", "JPY"),
    ("¥90", "zh-CN", "larkspur.example", "CNY"),
    ("¥90", "en", "larkspur.example", ""),
    ("90 kr", "nb", "larkspur.example", "NOK"),
    ("90 kr.", "da", "larkspur.example", "DKK"),
    ("90 kr", "en", "larkspur.se", "SEK"),
    ("90 kr", "en", "larkspur.example", ""),
    ("Rs 900", "ur-PK", "larkspur.example", "PKR"),
    ("Rs. 900", "en", "larkspur.in", "INR"),
    ("Rs. 900", "en", "larkspur.example", ""),
    ("R 99", "en", "larkspur.co.za", "ZAR"),
    ("300 元", "zh-TW", "larkspur.example", "TWD"),
    ("10 K", "my-MM", "larkspur.example", "MMK"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "lang", "host", "currency"), MEANT)
def test_a_sign_of_many_countries_is_what_the_page_says(text: str, lang: str, host: str, currency: str) -> None:
    assert "".join(money.currency for money in find_money(text, page_of(lang, host))) == currency


def test_another_amount_says_what_the_sign_is() -> None:
    page = page_of("en", "larkspur.example", "Team $49 AUD a month", "Firm $99")
    assert [money.currency for money in find_money("Firm $99", page)] == ["AUD"]
    assert [money.currency for money in find_money("€99", page)] == ["EUR"]


def test_two_codes_on_a_page_say_nothing_of_the_sign() -> None:
    page = page_of("en", "larkspur.example", "$49 AUD or $39 CAD")
    assert [money.currency for money in find_money("$99", page)] == ["USD"]


@pytest.mark.parametrize(
    ("line", "currency"),
    [
        ("All prices are in AUD.", "AUD"),
        ("Our pricing is in Canadian dollars", "CAD"),
        ("Prices are in good hands", "USD"),
    ],
)
def test_a_page_that_names_its_currency_is_believed(line: str, currency: str) -> None:
    assert [money.currency for money in find_money("$99", page_of("en", "larkspur.example", line))] == [currency]


def test_the_languages_a_page_is_also_in_tell_the_yen() -> None:
    page = convention([], "larkspur.example", "en", alternates=["en", "ja", "x-default"])
    assert [money.currency for money in find_money("¥900", page)] == ["JPY"]
    assert [money.currency for money in find_money("$9", page)] == ["USD"]


def test_the_code_in_the_markup_says_what_the_sign_is() -> None:
    page = convention([], "larkspur.example", "en", named=["SGD"])
    assert [money.currency for money in find_money("$9", page)] == ["SGD"]


SETTLED = [
    ("1.015 EUR", "de", (), "1015", True),
    ("1.015 EUR", "en", (), "1015", True),
    ("$1,299", "de", (), "1299", True),
    ("$1.299", "de", (), "1299", True),
    ("$1.299", "en", (), "1299", False),
    ("$1.299", "en", ("$9.99",), "1299", False),
    ("$1.299", "en", ("$9,99",), "1299", True),
    ("€1,299", "fr", ("€9.99",), "1299", True),
    ("€1,299", "fr", ("€9,99",), "1299", False),
    ("10,000 ₽", "ru", (), "10000", True),
    ("1.300 kr.", "is-IS", (), "1300", True),
    ("9.000 د.ك", "ar-KW", (), "9.000", True),
    ("9,000 DT", "fr-TN", (), "9.000", True),
    ("KWD 1.250", "de", (), "1.250", False),
]  # fmt: skip


@pytest.mark.parametrize(("text", "lang", "lines", "amount", "certain"), SETTLED)
def test_the_page_settles_what_one_mark_means(
    text: str, lang: str, lines: tuple[str, ...], amount: str, certain: bool
) -> None:
    money = next(find_money(text, page_of(lang, "larkspur.example", *lines)))
    assert (money.amount, money.sure) == (Decimal(amount), certain)


def card(price: str, lang: str = "en", more: str = "", term: str = "") -> list[Plan]:
    html = (
        f"<html lang={lang}><title>Larkspur pricing</title><h1>Pricing</h1><section class=plan><h3>Team</h3><p class=price>{price}</p>"
        f"<p>{term}</p></section>{more}</html>"
    )
    found = extract(html, "https://larkspur.example/pricing")
    return [*found.plans, *(one for one in found.doubtful if isinstance(one, Plan))]


UNITS = [
    f"{sign}{whole}.{digits} {unit}"
    for sign, whole, digits in (("$", 1, 125), ("$", 3, 355), ("$", 12, 875), ("$", 2, "490"), ("£", 1, 750))
    for unit in (
        "per 1M tokens", "/ 1M input tokens", "per hour", "/hr", "per GPU hour", "per GB", "/GB", "per 1,000 requests", "per request", "per minute",
    )
]  # fmt: skip


@pytest.mark.parametrize("price", UNITS)
def test_a_unit_makes_three_digits_a_fraction(price: str) -> None:
    plans = card(price)
    assert [(str(plan.amount), sure(plan)) for plan in plans] == [(price.split(" ")[0][1:], True)]


UNIT_PRICES = [
    ("$0.15 per 1M tokens", "0.15", "USD", None, "1M tokens"),
    ("$2.50 / 1M input tokens", "2.50", "USD", None, "1M input tokens"),
    ("$10.00 / 1M output tokens", "10.00", "USD", None, "1M output tokens"),
    ("$0.075 per 1M cached tokens", "0.075", "USD", None, "1M cached tokens"),
    ("$0.0015 per 1K tokens", "0.0015", "USD", None, "1K tokens"),
    ("$1.250 per million tokens", "1.250", "USD", None, "million tokens"),
    ("€0.40 per 1M tokens", "0.40", "EUR", None, "1M tokens"),
    ("£0.006 per 1,000 tokens", "0.006", "GBP", None, "1,000 tokens"),
    ("¥0.8 per 1M tokens", "0.8", "", None, "1M tokens"),
    ("₹45 per 1M tokens", "45", "INR", None, "1M tokens"),
    ("$0.0000166667 per GB-second", "0.0000166667", "USD", None, "gb-second"),
    ("$0.000012 per GB-hour", "0.000012", "USD", None, "gb-hour"),
    ("$0.023 per GB-month", "0.023", "USD", None, "gb-month"),
    ("$0.10 / GB-month", "0.10", "USD", None, "gb-month"),
    ("$0.09 per GB", "0.09", "USD", None, "gb"),
    ("$0.125/GB", "0.125", "USD", None, "gb"),
    ("$20 per TB", "20", "USD", None, "tb"),
    ("$5.000 per TiB", "5.000", "USD", None, "tib"),
    ("€0.0119 per hour", "0.0119", "EUR", "hour", None),
    ("$1.375/hr", "1.375", "USD", "hour", None),
    ("$2.49 per GPU hour", "2.49", "USD", None, "gpu hour"),
    ("$0.04048 per vCPU-hour", "0.04048", "USD", None, "vcpu-hour"),
    ("$0.00011244 per vCPU-second", "0.00011244", "USD", None, "vcpu-second"),
    ("$3.999 per hour", "3.999", "USD", "hour", None),
    ("0,045 € pro Stunde", "0.045", "EUR", "hour", None),
    ("0,20 € par heure", "0.20", "EUR", "hour", None),
    ("$0.40 per 1,000 requests", "0.40", "USD", None, "1,000 requests"),
    ("$0.20 per million requests", "0.20", "USD", None, "million requests"),
    ("$5 / 10k requests", "5", "USD", None, "10k requests"),
    ("$0.001 per request", "0.001", "USD", None, "request"),
    ("$0.002 / API call", "0.002", "USD", None, "api call"),
    ("20¢ per 1,000 API calls", "0.20", "USD", None, "1,000 API calls"),
    ("$0.006 per minute", "0.006", "USD", None, "minute"),
    ("0.9¢ per minute", "0.009", "USD", None, "minute"),
    ("5 cents per minute", "0.05", "USD", None, "minute"),
    ("$0.0079 per SMS", "0.0079", "USD", None, "sms"),
    ("€0,065 per message", "0.065", "EUR", None, "message"),
    ("$0.80 per 1,000 emails", "0.80", "USD", None, "1,000 emails"),
    ("$1.50 per 1,000 pages", "1.50", "USD", None, "1,000 pages"),
    ("$0.030 per image", "0.030", "USD", None, "image"),
    ("$15 per 1M characters", "15", "USD", None, "1M characters"),
    ("$0.015 per 1K characters", "0.015", "USD", None, "1K characters"),
    ("$0.99 per resolution", "0.99", "USD", None, "resolution"),
    ("$2 per conversation", "2", "USD", None, "conversation"),
    ("$25 per million events", "25", "USD", None, "million events"),
    ("$0.50 per 1M row reads", "0.50", "USD", None, "1M row reads"),
    ("$0.008/build minute", "0.008", "USD", None, "build minute"),
    ("$0.10 per task", "0.10", "USD", None, "task"),
    ("CHF 0.045 per kWh", "0.045", "CHF", None, "kwh"),
    ("$7.500 per 1,000 documents", "7.500", "USD", None, "1,000 documents"),
]


@pytest.mark.parametrize(("price", "amount", "currency", "period", "unit"), UNIT_PRICES)
def test_a_unit_price(price: str, amount: str, currency: str, period: str | None, unit: str | None) -> None:
    plans = [plan for plan in card(price) if sure(plan)]
    assert [(str(plan.amount), plan.currency or "", plan.period, plan.unit) for plan in plans] == [
        (amount, currency, period, unit)
    ]


def test_the_unit_may_stand_below() -> None:
    assert [(str(plan.amount), plan.period, sure(plan)) for plan in card("$1.125", term="per hour")] == [
        ("1.125", "hour", True)
    ]


def test_what_stays_open_is_a_candidate() -> None:
    assert [sure(plan) for plan in card("$1.299", term="per month")] == [False]
    assert [sure(plan) for plan in card("1.125 $", "de", term="pro Stunde")] == [False]
    assert [sure(plan) for plan in card("$1,299", term="per month")] == [True]


def test_a_currency_nobody_says_stays_unknown() -> None:
    assert [(str(plan.amount), plan.currency) for plan in card("499 kr", term="per month")] == [("499", None)]


@pytest.mark.parametrize(
    ("pieces", "amount"),
    [
        (("$", "19", "99"), "19.99"),
        (("29", ",90", "€"), "29.90"),
        (("29", "€"), "29"),
        (("Kč", "1 490"), "1490"),
        (("$", "1,299"), "1299"),
        (("$", "19", ".99/mo"), "19.99"),
        (("$19", ".99"), "19.99"),
        (("$19", "99"), "19.99"),
        (("19", "€", "99"), "19.99"),
        (("49", "USD per month"), "49"),
    ],
)
def test_a_price_in_pieces(pieces: tuple[str, ...], amount: str) -> None:
    price = "".join(f"<div>{piece}</div>" for piece in pieces)
    assert [str(plan.amount) for plan in card(price, "cs", term="per month") if plan.amount] == [amount]


@pytest.mark.parametrize(
    ("text", "code", "amount", "currency"),
    [
        ("3,700.00", "GBP", "3700.00", "GBP"), ("12,34 €", "", "12.34", "EUR"), ("49", "USD", "49", "USD"), ("0", "", "0", ""),
        ("1.5E3", "", None, ""), ("$9 to $19", "", None, ""), ("", "", None, ""),
    ],
)  # fmt: skip
def test_an_amount_of_markup(text: str, code: str, amount: str | None, currency: str) -> None:
    read = read_amount(text, Convention(), code)
    assert (read and (str(read.amount), read.currency)) == (None if amount is None else (amount, currency))


def test_a_price_text_alone() -> None:
    assert read_price("KWD 1.250") == (Decimal("1.250"), "KWD")
    assert read_price("€ 1.250 (was € 1.400)") == (Decimal(1250), "€")
    assert read_price("100,00", "Cena 100,00 руб.") == (Decimal("100.00"), "руб.")
    assert read_price("free of charge") == (None, None)


def test_every_currency_of_the_table_is_read_by_its_code() -> None:
    lands = currencies.table().lands
    for code in {code for codes in lands.values() for code in codes}:
        page = Convention(tuple(land for land, codes in lands.items() if code in codes))
        assert [money.currency for money in find_money(f"{code} 25", page)] == [code]


def written(locale: str, amount: Decimal, *, own: bool) -> tuple[str, str, str]:
    """An amount as a locale writes it in the money of its land, with the currency and the host."""
    latin_point, latin_group, own_point, own_group, zero, pattern = FORMS[locale]
    point, group = (own_point, own_group) if own else (latin_point, latin_group)
    land = next(
        (part for part in reversed(locale.split("-")) if len(part) == 2 and part.isupper()), ""
    ) or numerals.home_of(locale.split("-")[0])
    code = currencies.table().lands[land][0]
    sign = next((sign for sign, of in currencies.table().signs.items() if land in of.get(code, ())), f"{code} ")
    whole, _, cents = f"{amount:.{currencies.decimals_of(code)}f}".partition(".")
    digits = grouped(whole, group, indian="#,##,##0" in pattern) + (point + cents if cents else "")
    if own:
        digits = "".join(chr(ord(zero) + int(one)) if one.isdigit() else one for one in digits)
    before, _, behind = pattern.partition("#")[0], "", pattern[-1:] if pattern.endswith("¤") else ""
    space = " " if (before + pattern[-2:]).strip("¤0.#") or sign[-1].isalpha() or sign[0].isalpha() else ""
    return (f"{digits}{space}{sign}" if behind else f"{sign}{space}{digits}").strip(), code, f"larkspur.{land.lower()}"


def grouped(whole: str, mark: str, *, indian: bool) -> str:
    head, tail = whole[:-3], whole[-3:]
    size = 2 if indian else 3
    parts = [head[max(0, at - size) : at] for at in range(len(head), 0, -size)]
    return mark.join([*reversed(parts), tail])


# Where a currency has no sign of its own in CLDR, or no land is meant: nothing to write.
LOCALES = [
    name
    for name in FORMS
    if (
        land := next((part for part in reversed(name.split("-")) if len(part) == 2 and part.isupper()), "")
        or numerals.home_of(name.split("-")[0])
    )
    in currencies.table().lands
]
AMOUNT = st.decimals(min_value=1, max_value=999_999, places=2)


@settings(max_examples=600, deadline=None)
@given(locale=st.sampled_from(LOCALES), amount=AMOUNT, own=st.booleans())
def test_what_a_locale_writes_is_read_back(locale: str, amount: Decimal, own: bool) -> None:
    text, code, host = written(locale, amount, own=own)
    value = round(amount, currencies.decimals_of(code))
    found: list[Any] = [
        (money.amount, money.currency, money.sure) for money in find_money(text, page_of(locale, host, text))
    ]
    assert found == [(value, code, True)], (text, found)


def test_every_locale_of_the_table_is_read_back() -> None:
    wrong = []
    for locale in LOCALES:
        for amount in (Decimal(9), Decimal("49.5"), Decimal(1299), Decimal(149999)):
            text, code, host = written(locale, amount, own=False)
            value = round(amount, currencies.decimals_of(code))
            found = [(money.amount, money.currency) for money in find_money(text, page_of(locale, host, text))]
            wrong += [(locale, text, found)] if found != [(value, code)] else []
    assert wrong == []
