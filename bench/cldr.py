"""Writes what CLDR knows of money and numbers into the tables that tools/page/pricing/currencies.py and tools/page/pricing/numerals.py read.

    python bench/cldr.py        writes currencies.json and numbers.json in tools/page/words/ anew; needs Babel (bench/requirements.txt)

currencies.json
    lands     territory → what is tender there today, ISO 4217
    decimals  currency → its decimals, where they are not two
    former    currencies that were tender until this century, with their last year
    signs     sign → currency → territories that write their own money so; no territory: so it is written elsewhere
    names     English name → currency
numbers.json
    forms     locale → decimal and group mark between Latin digits, the same between its own digits, their zero, pattern; a locale
              that writes as its language does is left out
    land      language → the territory meant where none is given
    spoken    territory → the language most read there
    scales    language → word → how many noughts it stands for: "k", "Mio.", "lakh"
"""

from __future__ import annotations

import datetime
import json
import re
from collections import defaultdict
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path
from typing import Any

from babel import Locale, localedata
from babel.core import get_global
from babel.numbers import get_currency_name, get_currency_symbol, get_decimal_symbol, get_group_symbol

WORDS = Path(__file__).resolve().parent.parent / "tools" / "page" / "words"
FORMER_SINCE = 2000  # who still writes marks or francs, writes history
_BIDI = re.compile("[\u061c\u200b\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_ZEROS = {"latn": "0", "arab": "\u0660", "arabext": "\u06f0", "deva": "\u0966", "beng": "\u09e6", "adlm": "\U0001e950", "hmnp": "\U0001e140",
          "olck": "\u1c50", "cakm": "\U00011136", "tibt": "\u0f20", "nkoo": "\u07c0", "mymr": "\u1040", "mtei": "\uabf0"}  # fmt: skip


def locales() -> list[Locale]:
    """Every locale of CLDR."""
    return [Locale.parse(name) for name in sorted(localedata.locale_identifiers()) if name != "root"]


def territory_of(locale: Locale) -> str:
    """The country a locale belongs to, "" for a language alone or a part of the world."""
    return locale.territory if locale.territory and locale.territory.isalpha() else ""


def tag(locale: Locale) -> str:
    """A locale as html writes it: "de-CH", "zh-Hant"."""
    return "-".join(part for part in (locale.language, locale.script, locale.territory) if part)


def tender() -> tuple[dict[str, list[str]], dict[str, int]]:
    """What is tender in each territory today, and what was until when."""
    lands: dict[str, list[str]] = {}
    until: dict[str, int] = {}
    today = datetime.date.today()
    for land, rows in sorted(get_global("territory_currencies").items()):
        for code, _, end, is_tender in rows:
            last = datetime.date(*end) if end else None
            if is_tender and (last is None or last >= today):
                lands.setdefault(land, []).append(code)
            elif is_tender and last is not None:
                until[code] = max(until.get(code, 0), last.year)
    current = {code for codes in lands.values() for code in codes}
    former = {code: year for code, year in sorted(until.items()) if year >= FORMER_SINCE and code not in current}
    return lands, former


def bare(sign: str) -> str:
    """A sign without marks of direction, its spaces plain."""
    return " ".join(_BIDI.sub("", sign).split())


def signs(lands: dict[str, list[str]], known: set[str]) -> dict[str, dict[str, list[str]]]:
    """Sign → currency → the territories whose own money it is."""
    found: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for locale in locales():
        land = territory_of(locale)
        for code in known:
            sign = bare(get_currency_symbol(code, locale))
            if sign and sign != code:
                found[sign][code] |= {land} if code in lands.get(land, ()) else set()
    return {sign: {code: sorted(where) for code, where in sorted(of.items())} for sign, of in sorted(found.items())}


def names(known: set[str]) -> dict[str, str]:
    """English names, one and many: "swiss franc", "swiss francs"."""
    return {str(get_currency_name(code, count, "en")).lower(): code for code in sorted(known) for count in (None, 1, 2)}


def form(locale: Locale) -> list[str]:
    """Decimal and group mark between Latin digits, the same between its own, its own zero, pattern with "¤" for the sign."""
    system = locale.default_numbering_system
    marks = [
        of(locale, numbering_system=each) for each in ("latn", system) for of in (get_decimal_symbol, get_group_symbol)
    ]
    pattern = locale.currency_formats["standard"].pattern.split(";")[0]
    return [*marks, _ZEROS[system], bare(pattern)]


def forms() -> dict[str, list[str]]:
    """How a number is written, by locale, without those that write as their language alone does."""
    found: dict[str, list[str]] = {}
    for locale in locales():
        own, parent = form(locale), found.get(locale.language)
        if own != parent:
            found[tag(locale)] = own
    return found


def likely_lands(languages: set[str]) -> dict[str, str]:
    """The territory a language is at home in."""
    likely = get_global("likely_subtags")
    parts = {language: likely.get(language, "").split("_")[-1] for language in sorted(languages)}
    return {language: land for language, land in parts.items() if len(land) == 2 and land.isupper()}


def spoken(languages: set[str]) -> dict[str, str]:
    """The official language that most people of a territory read."""
    found = {}
    for land, rows in sorted(get_global("territory_languages").items()):
        official = {
            name.split("_")[0]: row["population_percent"]
            for name, row in rows.items()
            if row["official_status"] and name.split("_")[0] in languages
        }
        if len(land) == 2 and official:
            found[land] = max(official, key=lambda name: official[name])
    return found


def scale_words(locale: Locale) -> Iterator[tuple[str, int]]:
    """The words of one locale for thousands and millions, each with its noughts."""
    for length in ("short", "long"):
        for by_size in (locale.compact_decimal_formats.get(length) or {}).values():
            for size, pattern in by_size.items():
                written = pattern.pattern.split(";")[0]
                word = bare(re.sub(r"'", "", re.sub(r"[0\u00a0\u202f]+", " ", written)))
                if word and "0" in written and not any(mark in word for mark in "#¤"):
                    yield word, len(size) - written.count("0")


def scales() -> dict[str, dict[str, int]]:
    """Language → word → noughts."""
    found: dict[str, dict[str, int]] = defaultdict(dict)
    for locale in locales():
        if not locale.territory or tag(locale) == "en-IN":
            for word, noughts in scale_words(locale):
                found[tag(locale)].setdefault(word, noughts)
    return {language: words for language, words in sorted(found.items()) if words}


def write(name: str, table: dict[str, Any]) -> None:
    """Write a table, a line an entry, so that a change of CLDR shows as lines."""
    parts = [f'"source": "CLDR by Babel {version("babel")}, written by bench/cldr.py"']
    for key, held in table.items():
        rows = held.items() if isinstance(held, dict) else [(None, value) for value in held]
        lines = [
            (f"{json.dumps(row, ensure_ascii=False)}: " if row is not None else "")
            + json.dumps(value, ensure_ascii=False)
            for row, value in rows
        ]
        left, right = "{}" if isinstance(held, dict) else "[]"
        parts.append(f'"{key}": {left}\n  ' + ",\n  ".join(lines) + f"\n{right}")
    (WORDS / name).write_text("{" + ",\n".join(parts) + "}\n", encoding="utf-8")


def main() -> None:
    """Write both tables."""
    lands, former = tender()
    known = {code for codes in lands.values() for code in codes} | set(former)
    fractions = get_global("currency_fractions")
    decimals = {code: fractions[code][0] for code in sorted(known) if fractions.get(code, (2,))[0] != 2}
    languages = {locale.language for locale in locales()}
    write("currencies.json", {"lands": lands, "decimals": decimals, "former": former,
                              "signs": signs(lands, known), "names": names(known)})  # fmt: skip
    write("numbers.json", {"forms": forms(), "land": likely_lands(languages), "spoken": spoken(languages),
                           "scales": scales()})  # fmt: skip


if __name__ == "__main__":
    main()
