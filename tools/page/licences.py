"""Software licences as pages, cards and badges name them, and their SPDX expressions.

Grammar: packaging.licenses. Names and who calls them free: the SPDX list (bench/spdx.py). What people write besides stands here.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from functools import cache, lru_cache
from urllib.parse import unquote

from packaging.licenses import InvalidLicenseExpression, canonicalize_license_expression

from tools.kept import pattern
from tools.page.words import Lines
from tools.page.words import table as words_table

# Names in use that the SPDX list has not, folded; the identifiers of model licences are the Hub's.
_ALSO = {
    "expat": "MIT", "asl 2": "Apache-2.0", "agpl": "AGPL-3.0", "bsd": "BSD", "new bsd": "BSD-3-Clause", "modified bsd": "BSD-3-Clause",
    "revised bsd": "BSD-3-Clause", "3 clause bsd": "BSD-3-Clause", "2 clause bsd": "BSD-2-Clause", "simplified bsd": "BSD-2-Clause", "el 2": "Elastic-2.0", "cc 0": "CC0-1.0", "cc zero": "CC0-1.0",
    "boost": "BSL-1.0", "bsl 1.1": "BUSL-1.1", "fsl 1.1": "FSL-1.1", "functional source": "FSL-1.1", "fsl": "FSL-1.1", "gpl": "GPL",
    "openrail": "OpenRAIL", "bigscience openrail m": "BigScience-OpenRAIL-M", "creativeml openrail m": "CreativeML-OpenRAIL-M",
    "bigcode openrail m": "BigCode-OpenRAIL-M",
}  # fmt: skip
_ALSO_OPEN = frozenset({"BSD", "GPL"})
_NO_LICENCE = frozenset(
    {"", "other", "unknown", "none", "null", "noassertion", "n/a", "proprietary", "see license", "custom"}
)
# Identifiers of letters alone that are no word of any other kind; "Ruby", "JSON", "Glide" are.
_PLAIN = frozenset("MIT ISC BSD Unlicense WTFPL Zlib GPL OpenRAIL".split())
_LONG = 120  # characters of an expression


@cache
def _table() -> dict[str, tuple[str, str]]:
    return {name: (words, flags) for name, (words, flags) in words_table("licences")["licences"].items()}


@cache
def _by_words() -> dict[str, str]:
    """Folded identifiers and names → identifier; a name without its version where there is one version only."""
    found: dict[str, str] = {}
    versionless: dict[str, set[str]] = {}
    for name, (words, _) in sorted(_table().items(), key=lambda row: "d" in row[1][1]):
        for text in (name, words):
            folded = _folded(text)
            found.setdefault(folded, name)
            if bare := re.sub(r"(?: \d[\d.]*)+( .*)?$", "", folded):
                versionless.setdefault(bare, set()).add(name)
    # "GPL v3" says neither "only" nor "or later": the old identifier is the one that says no more than that.
    found |= {_folded(name): name for name in _table() if re.fullmatch(r"[AL]?GPL-\d\.\d", name)}
    for bare, names in versionless.items():
        if len(names) == 1 and len(bare) > 3:
            found.setdefault(bare, names.pop())
    return found | _ALSO


_FAMILIES = (("affero general public", "agpl"), ("lesser general public", "lgpl"), ("library general public", "lgpl"), ("general public", "gpl"))  # fmt: skip


@lru_cache(maxsize=2048)
def _folded(text: str) -> str:
    """A name as it is compared: "The GNU GPLv3+" and "GPL-3.0-or-later" are both "gpl 3 or later"."""
    text = text.lower().replace("licence", "license").replace("+", " or later ")
    text = re.sub(r"[\"'“”‘’(),_/-]+", " ", text)
    text = re.sub(r"\b(?:the|gnu|software license|licensed?|version|international|or any later)\b", " ", text)
    text = re.sub(r"(?<=[a-z])v?(?=\d)|\bv\s?(?=\d)", " ", text)
    text = re.sub(r"(?<=\d)(?:\.0)+(?![\d.])", "", text)
    text = " ".join(text.split())
    for long, short in _FAMILIES:
        text = text.replace(long, short)
    return text


def spdx(text: str, *, running: bool = False) -> str | None:
    """The SPDX expression of a licence's name, short form or address; None when it is none we know.

    running: the words stand in a sentence, where "Ruby" and "JSON" are no licences.
    """
    text = text.strip().strip(".")
    if "://" in text:
        return _of_address(text)
    without = re.sub(r"\s*\([^()]*\)$", "", text)  # "The MIT License (MIT)"
    found = _by_words().get(_folded(text)) or _by_words().get(_folded(without)) if len(text) <= _LONG else None
    if found is None and re.search(r"\b(?:or|and|with)\b|/", text, re.IGNORECASE):
        found = _expression(text)
    return None if found and running and found.isalpha() and found not in _PLAIN else found


def _expression(text: str) -> str | None:
    """The canonical form of names joined by OR, AND, WITH: "MIT/Apache-2.0", "MIT or Apache 2.0"."""
    text = re.sub(r"\s*/\s*|\s+or\s+(?!later)", " OR ", text[: _LONG + 1], flags=re.IGNORECASE)
    text = re.sub(r"\s+(and|with)\s+", lambda joint: joint[0].upper(), text, flags=re.IGNORECASE)
    pieces = re.split(r"(\s+(?:OR|AND|WITH)\s+|[()])", text)
    named = [_by_words().get(_folded(piece), piece) if n % 2 == 0 else piece for n, piece in enumerate(pieces)]
    try:
        return str(canonicalize_license_expression("".join(named)))
    except InvalidLicenseExpression:
        return None


_CREATIVE = re.compile(r"creativecommons\.org/(?:licenses|publicdomain)/([a-z-]+)/(\d\.\d)", re.IGNORECASE)


def _of_address(url: str) -> str | None:
    if creative := _CREATIVE.search(url):
        kind = "CC0" if creative[1].lower() == "zero" else f"CC-{creative[1]}"
        return _by_words().get(_folded(f"{kind}-{creative[2]}"))
    last = re.sub(r"\.(?:html?|txt|php|md)$", "", url.rstrip("/").rsplit("/", 1)[-1], flags=re.IGNORECASE)
    if "apache.org/" in url:
        last = re.sub(r"^license-", "apache-", last, flags=re.IGNORECASE)
    return _by_words().get(_folded(last))


def named(text: str) -> str | None:
    """What a card, an API or JSON-LD gives as licence: SPDX where known, else the words as given; None for no answer."""
    text = text.strip()
    if text.lower() in _NO_LICENCE:
        return None
    return spdx(text) or (text if len(text) <= 60 and "://" not in text else None)


def is_open(expression: object) -> bool:
    """Whether all may use and change what is under this licence: the OSI or the FSF says so of one that may be chosen."""
    choices = re.split(r"\s+OR\s+", str(expression).strip("()"))
    return any(all(_is_free(name) for name in re.split(r"\s+AND\s+", choice)) for choice in choices)


def _is_free(name: str) -> bool:
    name = name.strip("() ").partition(" WITH ")[0]
    known = _table().get(name) or _table().get(name.removesuffix("+"))
    return name in _ALSO_OPEN or (known is not None and ("o" in known[1] or "f" in known[1]))


# What a sentence must hold to be looked at: a word for licence, or where one stands without it; and a name.
_SAID = (
    "icens", "icenc", "izenz", "icenz", "icença", "isans", "иценз", "ライセンス", "许可", "許可", "协议", "라이선스", "رخصة", "ترخيص",
    "pen source", "pen-source", "pen Source", "pen-Source", "pensource", "eleased under", "free software", "under ", "©", "(c)", "ee LICENSE",
    "ree (",
)  # fmt: skip
_NAMES = ("MIT", "Apache", "GPL", "BSD", "MPL", "Mozilla", "ISC", "nlicense", "EPL", "EUPL", "BUSL", "SSPL", "lastic", "ource Licen", "ublic Licen", "mit licen", "apache", "gpl", "bsd ", "oly")  # fmt: skip
# In running text only unmistakable names count: "MIT" is a university, "BSD" a system, "ISC" a conference.
_ONE = (
    r"(?:GNU\s+)?(?:A|L)?GPL[\s-]?v?[23](?:\.[01])?(?:-only|-or-later|\+)?|GNU (?:Affero |Lesser )?General Public Licen[cs]e(?:,?\s+(?:version |v)?[23](?:\.[01])?)?|"
    r"(?:GNU\s+)?AGPL|MIT|Apache(?: Licen[cs]e)?,?[\s-]*(?:version |v)?2(?:\.0)?|(?:new |modified |simplified )?BSD[\s-][23][\s-]clause|[23][\s-]clause BSD|BSD|"
    r"MPL[\s-]?v?2(?:\.0)?|Mozilla Public Licen[cs]e(?:,?\s+(?:version |v)?2\.0)?|ISC|Unlicense|EPL[\s-]2\.0|Eclipse Public Licen[cs]e(?: 2\.0)?|EUPL[\s-]1\.2|"
    r"Business Source Licen[cs]e(?: 1\.1)?|BUSL[\s-]1\.1|SSPL|Elastic Licen[cs]e(?:,? (?:version |v)?2(?:\.0)?)?|Functional Source Licen[cs]e|"
    r"Server Side Public Licen[cs]e|PolyForm [A-Z][\w-]+(?: \d\.\d\.\d)?"
)
_NAMED = rf"(?:{_ONE})(?:\s*(?:/|\bor\b)\s*(?:{_ONE}))*"
_LICENCE = r"(?:licen[cs](?:es?|ed|ing|ia|ie|ja|ija)|licença|licenza|lizenz|lisans[ıi]?|лицензи\w*|ライセンス|许可证?|許可證?|协议|라이선스|رخصة|ترخيص)"
_IN_TEXT = tuple(
    pattern(f"licence_{number}", expression, re.IGNORECASE)
    for number, expression in enumerate(
        (
            rf"\b(?:licen[cs]ed|released|distributed|available|published|open[- ]?sourced?|free software|sources? (?:code )?(?:is|are))\b[^.!?\n]{{0,60}}?\b(?:under|with|using|by|via|as|\()\s*(?:the\s+|an?\s+)?(?:terms of the\s+)?({_NAMED})(?!\w)",
            rf"(?<!\w)({_NAMED})[\s-]+(?:开源|開源)?{_LICENCE}",
            rf"(?<!\w){_LICENCE}\s*[:：(|–—-]\s*(?:the\s+)?({_NAMED})(?!\w)",
            rf"(?<!\w)(?!licen[cs](?:e|ed|es|ing)\b){_LICENCE}\s+({_NAMED})(?!\w)",  # the name follows in most languages but English
            rf"\bopen[- ]source\s*[(,/·•|–—-]+\s*({_NAMED})(?!\w)|\bfree\s*\(({_NAMED})\)",
            rf"(?:©|\(c\))[^\n]{{0,80}}[.·|•–—]\s*({_NAMED})(?!\w)|(?<!\w)({_NAMED})\s*(?:©|\(c\))",
            rf"^\W*({_NAMED})\W{{1,4}}see\b",
        )
    )
)
# The licence of a page's words, its samples or its letters is not the tool's.
_NOT_THE_TOOL = re.compile(
    r"\b(?:code samples?|otherwise noted|content (?:of|on) this|fonts?|icons|illustrations)\b", re.IGNORECASE
)


def is_of_words(text: str) -> bool:
    """Whether a licence in this text is one of a page's words or pictures and not the tool's."""
    return bool(_NOT_THE_TOOL.search(text))


def may_be_named(line: str) -> bool:
    """False only when `in_text` finds nothing, told by its words alone; a hundred times as fast."""
    return any(said in line for said in _SAID) and any(name in line for name in _NAMES)


def in_text(line: str) -> tuple[str, str] | None:
    """SPDX expression and the words that say a thing is licensed so, from one line of running text."""
    if len(line) > 5_000 or is_of_words(line):
        return None
    matches = sorted(_matches(line), key=lambda match: match.start())
    for match in matches:
        words = next(group for group in match.groups() if group)
        if found := spdx(words):
            return _with_rider(found, line, match)
    return None


# What stands behind a licence and takes from it what the licence gives, or offers another one beside it.
_RIDER = re.compile(
    r"(?:\s+licen[cs]e)?[\s)]*(?:\+|with|and|plus|&|\(with)\s*(?:the\s+)?commons[- ]clause", re.IGNORECASE
)
_BESIDE = re.compile(
    r"(?:\s+licen[cs]e)?\s*\)?\s*(?:\+|/|or|and|&)\s*(?:an?\s+)?commercial(?:\s+licen[cs]e)?", re.IGNORECASE
)


def _with_rider(found: str, line: str, match: re.Match[str]) -> tuple[str, str]:
    """The expression with the rider behind it, and its words to the end of that and of an open bracket."""
    rider, beside = _RIDER.match(line, match.end()), _BESIDE.match(line, match.end())
    end = (rider or beside or match).end()
    words = line[match.start() : end]
    if line[end : end + 1] == ")" and words.count("(") > words.count(")"):
        words += ")"
    return f"{found} + Commons Clause" if rider else found, words.strip()


# What of a product a licence may be of: the last word of what a sentence speaks of, or of what stands behind the licence.
_PART = r"(?:sdk|cli|client|middleware|librar(?:y|ie)|plug-?in|extension|connector|core|component|package|wrapper|adapter|driver|integration|widget|template|example|binding|bridge|snippet|collector|exporter|agent)s?"
_EDITION = r"(?:community|free|core|open[- ]core|lite|basic|starter|hobby)[- ](?:edition|version|tier|plan|licen[cs]e)"
_CLAUSE_END = re.compile(r"[.;:!?•·|]\s|,\s|\s[–—-]\s")
_OF_PART = re.compile(
    rf"\b(?P<part>{_PART}|{_EDITION})\b(?:\s+(?:of|for|from|to)\s.*)?\s*"
    r"(?:\b(?:is|are|comes?|ships?|stays?|remains?|was|code)\b.*|\(|\bunder\b.*|\b(?:licensed|released|published)\b.*)?$",
    re.IGNORECASE,
)
_PART_BEHIND = re.compile(
    rf"[-\s]*(?:licen[cs]ed|open[- ]source)?[,\s]*(?:[\w-]+\s+)?(?P<part>{_PART})\b", re.IGNORECASE
)
_THIS = re.compile(r"\bthis\s+(?:[\w-]+\s+){0,2}$", re.IGNORECASE)
_OF_EDITION = re.compile(r"^\W*(?:Free|Community|Core|Starter|Hobby)\s*\(|\b(?:Community|Core|Free) Edition\b")


def part_of(line: str, words: str) -> str:
    """The part of a product that is under the licence which words of a line name, in lower case: “sdk”, “community edition”; ""
    where it may be the whole."""
    if match := _OF_EDITION.match(words) or _OF_EDITION.match(line):
        return match[0].strip(" (").lower()
    begun = line.find(words)
    before, behind = line[:begun], line[begun + len(words) :]
    ends = [match.end() for match in _CLAUSE_END.finditer(before)]
    match = _OF_PART.search(before[ends[-1] if ends else 0 :]) or _PART_BEHIND.match(behind)
    if match is None or _THIS.search(match.string[: match.start("part")]):
        return ""
    return match["part"].lower()


def _matches(line: str) -> Iterator[re.Match[str]]:
    for one in _IN_TEXT:
        yield from one.finditer(line)


_LABEL = re.compile(rf"\s*{_LICENCE}s?\s*[:：]?\s*", re.IGNORECASE)


def in_lines(
    lines: Sequence[str], of_whole: Callable[[str, str], bool] = lambda line, words: True
) -> tuple[str, str] | None:
    """SPDX expression and the words that say so, from the first of a page's lines that does, or the first under "License".

    of_whole: whether a line and its words name the licence of what is looked for, and not of a part.
    """
    naming = sorted(Lines(lines).holding(_NAMES))
    for number in naming:
        if may_be_named(lines[number]) and (hit := in_text(lines[number])) and of_whole(lines[number], hit[1]):
            return hit
    for number in naming:
        if number and _LABEL.fullmatch(lines[number - 1]) and (found := spdx(lines[number], running=True)):
            return found, lines[number]
    return None


_BADGE = re.compile(r"/badge/(?:[^/?\s]*?)licen[cs]e-((?:[^-/?\s]|--)+)-", re.IGNORECASE)
_BADGE_ALT = re.compile(rf"\s*{_LICENCE}\s*[:：-]?\s*(.{{2,60}}?)\s*", re.IGNORECASE)


def of_badge(alt: str, src: str) -> str | None:
    """The licence a badge shows, by the words it stands for ("License: MIT") or the address it is drawn by."""
    if match := _BADGE.search(src):
        text = unquote(match[1]).replace("--", "-").replace("__", " ").replace("_", " ")
        if found := spdx(text):
            return found
    match = _BADGE_ALT.fullmatch(alt)
    return spdx(match[1]) if match else None
