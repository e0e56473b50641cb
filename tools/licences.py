"""Software licences as pages and cards name them, and their SPDX identifiers."""

from __future__ import annotations

import re
from collections.abc import Sequence

from tools.visible import holding

# Identifier, and the spellings met in the wild (lower case, "license" words and punctuation folded). Source: spdx.org/licenses.
_SPELLINGS = {
    "MIT": "mit;expat;mit licensed",
    "Apache-2.0": "apache-2.0;apache 2.0;apache2;apache 2;apache v2;apache v2.0;apache-2;asl 2.0;apache version 2.0;apache license version 2.0",
    "GPL-2.0": "gpl-2.0;gplv2;gpl v2;gpl 2;gnu gpl v2;gpl-2.0-only;gpl-2.0-or-later;gnu general public license v2.0;gnu gpl 2",
    "GPL-3.0": "gpl-3.0;gplv3;gpl v3;gpl 3;gnu gpl v3;gpl-3.0-only;gpl-3.0-or-later;gnu general public license v3.0;gnu gplv3;gpl3;gnu gpl 3",
    "AGPL-3.0": "agpl-3.0;agplv3;agpl v3;agpl 3;agpl-3.0-only;agpl-3.0-or-later;gnu agpl v3;gnu affero general public license v3.0;gnu agplv3;agpl3",
    "LGPL-2.1": "lgpl-2.1;lgplv2.1;lgpl v2.1;gnu lgpl v2.1",
    "LGPL-3.0": "lgpl-3.0;lgplv3;lgpl v3;lgpl 3;gnu lgpl v3;lgpl-3.0-only",
    "BSD-2-Clause": "bsd-2-clause;bsd 2-clause;bsd 2 clause;simplified bsd",
    "BSD-3-Clause": "bsd-3-clause;bsd 3-clause;bsd 3 clause;new bsd;modified bsd",
    "BSD": "bsd",
    "MPL-2.0": "mpl-2.0;mpl 2.0;mplv2;mpl 2;mozilla public license 2.0;mozilla public license version 2.0",
    "ISC": "isc",
    "Unlicense": "unlicense;the unlicense",
    "0BSD": "0bsd",
    "Zlib": "zlib",
    "EPL-2.0": "epl-2.0;epl 2.0;eclipse public license 2.0",
    "EUPL-1.2": "eupl-1.2;eupl 1.2",
    "BSL-1.0": "bsl-1.0;boost;boost software license 1.0",
    "BUSL-1.1": "busl-1.1;bsl 1.1;business source license 1.1;busl 1.1;business source license",
    "SSPL-1.0": "sspl-1.0;sspl;server side public license",
    "Elastic-2.0": "elastic-2.0;elastic license 2.0;elv2",
    "FSL-1.1": "fsl-1.1;functional source license",
    "Artistic-2.0": "artistic-2.0;artistic license 2.0",
    "WTFPL": "wtfpl",
    "CC0-1.0": "cc0-1.0;cc0;cc0 1.0;creative commons zero",
    "CC-BY-4.0": "cc-by-4.0;cc by 4.0;creative commons attribution 4.0",
    "CC-BY-SA-4.0": "cc-by-sa-4.0;cc by-sa 4.0",
    "CC-BY-NC-4.0": "cc-by-nc-4.0;cc by-nc 4.0",
    "CC-BY-NC-SA-4.0": "cc-by-nc-sa-4.0;cc by-nc-sa 4.0",
    "OpenRAIL": "openrail",
    "BigScience-OpenRAIL-M": "bigscience-openrail-m",
    "CreativeML-OpenRAIL-M": "creativeml-openrail-m",
    "BigCode-OpenRAIL-M": "bigcode-openrail-m",
}
_BY_SPELLING = {spelling: name for name, all_of_it in _SPELLINGS.items() for spelling in all_of_it.split(";")}
# Approved by the OSI, or equal to such: the software may be used and changed by all.
OPEN = frozenset(
    """MIT Apache-2.0 GPL-2.0 GPL-3.0 AGPL-3.0 LGPL-2.1 LGPL-3.0 BSD-2-Clause BSD-3-Clause BSD MPL-2.0 ISC Unlicense 0BSD Zlib
    EPL-2.0 EUPL-1.2 BSL-1.0 Artistic-2.0 WTFPL CC0-1.0 CC-BY-4.0 CC-BY-SA-4.0""".split()
)
_NO_LICENCE = frozenset(
    {"", "other", "unknown", "none", "null", "noassertion", "n/a", "proprietary", "see license", "custom"}
)
# In running text only unmistakable names count: "MIT" is a university, "BSD" a system, "ISC" a conference.
_NAMED = (
    r"(?:GNU\s+)?(?:A|L)?GPL[\s-]?v?[23](?:\.[01])?(?:-only|-or-later|\+)?|GNU (?:Affero |Lesser )?General Public Licen[cs]e(?:,?\s+(?:version |v)?[23](?:\.[01])?)?|"
    r"(?:GNU\s+)?AGPL|MIT|Apache(?: Licen[cs]e)?,?[\s-]*(?:version |v)?2(?:\.0)?|BSD[\s-][23][\s-]clause|BSD|MPL[\s-]?v?2(?:\.0)?|Mozilla Public Licen[cs]e(?:,?\s+(?:version |v)?2\.0)?|"
    r"ISC|Unlicense|EPL[\s-]2\.0|EUPL[\s-]1\.2|Business Source Licen[cs]e(?: 1\.1)?|BUSL[\s-]1\.1|SSPL|Elastic Licen[cs]e(?: 2\.0)?|Functional Source Licen[cs]e|Server Side Public Licen[cs]e"
)
_IN_TEXT = re.compile(
    rf"\b(?:licen[cs]ed|released|distributed|available|published|open[- ]?sourced?|free software)\b[^.!?\n]{{0,60}}?\b(?:under|with|using|by|via|as|\()\s*(?:the\s+|an?\s+)?(?:terms of the\s+)?({_NAMED})\b"
    rf"|\b({_NAMED})[\s-]+licen[cs]ed?\b"
    rf"|\blicen[cs]e\s*[:：(]\s*(?:the\s+)?({_NAMED})\b"
    rf"|\bopen[- ]source\s*[(,/·•|–—-]+\s*({_NAMED})\b",
    re.IGNORECASE,
)


def spdx(text: str) -> str | None:
    """The SPDX identifier of a licence's name, short form or address; None when it is none we know."""
    folded = text.strip().lower()
    if "://" in folded:
        folded = (
            folded.rstrip("/").rsplit("/", 1)[-1].removesuffix(".html").removesuffix(".txt").removeprefix("license-")
        )
        folded = folded.upper().lower()
    folded = re.sub(r"\s+", " ", folded.replace(",", " ").replace("licence", "license").replace("_", "-"))
    for candidate in (
        folded,
        re.sub(r"^(?:the )|(?: (?:software )?license(?:d)?)$", "", folded),
        re.sub(r"\s*\blicense\b,?\s*", " ", folded).strip().removeprefix("the ").replace("version ", "v"),
        re.sub(r"\s*\blicense\b,?\s*", " ", folded).strip().removeprefix("the "),
    ):
        if candidate in _BY_SPELLING:
            return _BY_SPELLING[candidate]
    if re.match(r"(?:gnu )?(?:agpl|affero general public|gnu affero)", folded):
        return "AGPL-3.0"
    if re.match(r"gnu general public(?: license)?(?: v?(?:ersion )?3(?:\.0)?)?$", folded):
        return "GPL-3.0"
    return None


def named(text: str) -> str | None:
    """What a card, an API or JSON-LD gives as licence: SPDX where known, else the words as given; None for no answer."""
    text = text.strip()
    if text.lower() in _NO_LICENCE:
        return None
    return spdx(text) or (text if len(text) <= 60 and "://" not in text else None)


_SAID = (
    "icens",
    "icenc",
    "pen source",
    "pen-source",
    "pen Source",
    "pen-Source",
    "pensource",
    "eleased under",
    "free software",
)
_NAMES = ("MIT", "Apache", "GPL", "BSD", "MPL", "Mozilla", "ISC", "nlicense", "EPL", "EUPL", "BUSL", "SSPL", "Elastic", "ource Licen", "Public Licen", "mit licen", "apache", "gpl", "bsd ")  # fmt: skip


def may_be_named(line: str) -> bool:
    """False only when `in_text` finds nothing, told by its words alone; a hundred times as fast."""
    return any(said in line for said in _SAID) and any(name in line for name in _NAMES)


def lines_that_may_name(lines: Sequence[str]) -> list[int]:
    """The numbers of the lines for which `may_be_named` holds, in their order."""
    said = holding(lines, _SAID)
    return sorted(said & holding(lines, _NAMES)) if said else []


def in_text(line: str) -> tuple[str, str] | None:
    """SPDX identifier and the words that say a thing is licensed so, from one line of running text."""
    if len(line) > 5_000:
        return None
    for match in _IN_TEXT.finditer(line):
        words = next(g for g in match.groups() if g)
        if found := spdx(words):
            return found, match[0].strip()
    return None
