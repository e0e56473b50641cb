"""One page a critic: its questions, how it scores, how often it agrees with the others, and its takes by kind."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import partial
from itertools import islice
from statistics import median
from typing import Any

from tools import personas
from tools.exporters import _critiques
from tools.exporters._views import Caps
from tools.exporters._words import whole
from tools.exporters.site._out import fitted, page_of
from tools.exporters.site._state import Site
from tools.views.findings import kind_name
from tools.views.takes import critics, number

_LATEST = 16
KINDS = (("ship", "Ships"), ("skip", "Skips"), ("alone", "Alone against the panel"))


def critic(site: Site, persona: str) -> Iterator[tuple[str, bytes]]:
    """The page of one critic, and one each for what it ships, what it skips and where it stood alone."""
    yield fitted(lambda caps: _critic_page(site, persona, caps))
    for kind, name in KINDS:
        yield fitted(partial(_kind_page, site, persona, kind, name))


def kind_file(persona: str, kind: str) -> str:
    """The file of a critic's takes of one kind."""
    return f"critics/{persona}-{kind}.html"


def _critic_page(site: Site, persona: str, caps: Caps) -> tuple[str, bytes]:
    found = site.counts.critics[persona]
    known = personas.persona(persona)
    n = found.scores.total()
    return page_of(
        site,
        f"critics/{persona}.html",
        "critic",
        "critic",
        "Critics",
        limited=True,
        p=known,
        weighs=_weighs(known),
        n=n,
        ship_share=round(100 * found.ships / n) if n else None,
        median=number(median(found.scores.elements())) if n else None,
        silent=site.reviewed - n,
        panels=site.reviewed,
        claims=(found.supported, found.claims),
        hist=_critiques.histogram(found.scores, site.threshold),
        others=_others(site, persona),
        latest=_rows(found.scored if n else found.silent, caps),
        kinds=[
            {"name": name, "href": kind_file(persona, kind), "n": found.kinds[kind].total}
            for kind, name in KINDS
            if found.kinds[kind].total
        ],
    )


def _kind_page(site: Site, persona: str, kind: str, name: str, caps: Caps) -> tuple[str, bytes]:
    found = site.counts.critics[persona].kinds[kind]
    rows = _rows(found, caps)
    known = personas.persona(persona)
    more = found.total - len(rows)
    file = kind_file(persona, kind)
    return page_of(
        site,
        file,
        "critic_takes",
        "critic",
        "Critics",
        limited=True,
        p=known,
        kind=name,
        latest=rows,
        n=found.total,
        more=more,
    )


def _rows(found: Iterable[dict[str, Any]], caps: Caps) -> list[dict[str, Any]]:
    return [{**row, "said": whole(row["said"], min(caps.text, 480))} for row in islice(found, _LATEST)]


def _others(site: Site, persona: str) -> list[dict[str, Any]]:
    rows = []
    for other, name, _ in critics():
        found = site.counts.critics[other]
        n = found.scores.total()
        one, second = sorted((persona, other))
        same, both = site.counts.same[one, second], site.counts.both[one, second]
        rows.append(
            {
                "name": name,
                "me": other == persona,
                "n": n,
                "share": round(100 * found.ships / n) if n else 0,
                "both": both,
                "agrees": round(100 * same / both) if both else 0,
            }
        )
    return rows


def _weighs(critic: personas.Persona) -> str:
    """“trouble that users report (3), export (2)”: the kinds of finding a critic picks, heaviest first."""
    kinds = sorted(critic.weights.items(), key=lambda item: (-item[1], item[0]))
    return ", ".join(f"{_in_line(kind_name(kind))} ({weight:g})" for kind, weight in kinds)


def _in_line(name: str) -> str:
    """A name within a sentence: a first letter that is no abbreviation's is small."""
    return name if name[:2].isupper() else name[:1].lower() + name[1:]
