"""Published sentences as a sheet for a judge, and the sheet read back.

    python bench/judge.py draw STORE SHEET.csv [--number 120] [--seed 1]
    python bench/judge.py read SHEET.csv --judge NAME [--add]

`draw` writes a sample of the sentences that critics of a reviewed store have published, each with the question printed
above it (of what a critic wrote in its own words that critic's) and the quotes it cites. A judge answers yes or no: is it
true by its quotes, is it about the product, does it bear on the question, could it be published as it stands. `read` prints
the shares with 95 % intervals, by critic too,
and with --add keeps the answers beside tools/views/judged.py: hashes and answers, no word of a page. `scout panel stats`
prints those figures. A figure counts on products whose pages nobody read while building; what a sample shows to be
wrong gets mended, and then it flatters: draw anew, with another seed.
"""

from __future__ import annotations

import argparse
import csv
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from math import sqrt
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from tools.errors import ScoutError, UsageError
from tools.personas import personas
from tools.store import Store
from tools.views.judged import JUDGED, QUESTIONS, Judgement, judged, published, sample, written

COLUMNS = ("key", "product", "persona", "question", "sentence", "quotes", *QUESTIONS, "note")
ANSWERS = {"yes": True, "y": True, "1": True, "no": False, "n": False, "0": False}


def draw(store: Path, sheet: Path, number: int, seed: int) -> str:
    """Write the sheet; a sentence on what it holds."""
    with Store.open(store, create=False, readonly=True) as opened:
        sentences = list(published(opened.documents()))
    asked = {one.name.lower(): one.question for one in personas().values()}
    drawn = sample(sentences, number, seed)
    with sheet.open("w", encoding="utf-8", newline="") as out:
        rows = csv.writer(out)
        rows.writerow(COLUMNS)
        for one in drawn:
            quotes = "\n".join(f"{words} <{url or 'put together by Scout'}>" for words, url in one.quotes)
            question = one.asked or asked.get(one.persona.lower(), "")
            rows.writerow([one.key, one.product, one.persona, question, one.text, quotes, *[""] * 5])
    return f"{len(drawn)} of {len(sentences)} sentences of {len({one.slug for one in drawn})} products in {sheet}."


def answered(sheet: Path, judge: str) -> list[Judgement]:
    """The judgements of a filled sheet. Errors: UsageError naming the row and column that has no answer."""
    at = f"{datetime.now(UTC):%Y-%m-%d}"
    found = []
    with sheet.open(encoding="utf-8", newline="") as text:
        for number, row in enumerate(csv.DictReader(text), start=2):
            answers = {}
            for name in QUESTIONS:
                word = (row.get(name) or "").strip().lower()
                if word not in ANSWERS:
                    raise UsageError(f"Row {number} of {sheet}: {name} takes yes or no; got {word!r}.")
                answers[name] = ANSWERS[word]
            note = (row.get("note") or "").strip()
            found.append(Judgement(row["key"], row["persona"], **answers, judge=judge, at=at, note=note))
    return found


def show(judgements: Sequence[Judgement]) -> None:
    """The shares with their intervals and gates, then the shares of each critic."""
    for name, gate in QUESTIONS.items():
        yes = sum(getattr(one, name) for one in judgements)
        low, high = interval(yes, len(judgements))
        met = "met" if yes >= gate * len(judgements) else "MISSED"
        print(
            f"{name:12} {yes} of {len(judgements)}  {yes / len(judgements):.2f} ({low:.2f}-{high:.2f})  gate {gate:.2f}: {met}"
        )
    for persona in sorted({one.persona for one in judgements}):
        own = [one for one in judgements if one.persona == persona]
        told = ", ".join(f"{name} {sum(getattr(one, name) for one in own)}" for name in QUESTIONS)
        print(f"  {persona:10} of {len(own)}: {told}")


def interval(yes: int, of: int) -> tuple[float, float]:
    """Wilson's 95 % interval of a share."""
    z = 1.96
    middle, spread = yes + z * z / 2, z * sqrt(yes * (of - yes) / of + z * z / 4)
    return (middle - spread) / (of + z * z), (middle + spread) / (of + z * z)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ways = parser.add_subparsers(dest="way", required=True)
    drawing = ways.add_parser("draw", help="write a sheet of published sentences")
    drawing.add_argument("store", type=Path, help="path of a reviewed store.db; it is only read")
    drawing.add_argument("sheet", type=Path, help="the CSV to write")
    drawing.add_argument("--number", type=int, default=120)
    drawing.add_argument("--seed", type=int, default=1)
    reading = ways.add_parser("read", help="read a filled sheet")
    reading.add_argument("sheet", type=Path, help="the CSV with its answers")
    reading.add_argument("--judge", required=True, help="who judged")
    reading.add_argument("--add", action="store_true", help="keep the answers beside tools/views/judged.py")
    arguments = parser.parse_args()
    try:
        if arguments.way == "draw":
            print(draw(arguments.store, arguments.sheet, arguments.number, arguments.seed))
            return 0
        found = answered(arguments.sheet, arguments.judge)
        if not found:
            raise UsageError(f"{arguments.sheet} has no row: expected a sheet that `draw` wrote.")
    except (ScoutError, OSError) as error:
        print(error, file=sys.stderr)
        return 2
    show(found)
    if arguments.add:
        again = {one.key for one in found}
        JUDGED.write_text(written([*(one for one in judged() if one.key not in again), *found]), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
