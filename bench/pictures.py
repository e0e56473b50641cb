"""How many plans are read right in made-up pictures of prices, by style, and how sure readings of them may be.

    python bench/pictures.py --first 201 --kept FILE           the table of all styles
    python bench/pictures.py --calibrate --pictures 6          the table, and the steps of tools/page/picture.py

Needs the extra `ocr`. Confidence is calibrated on the styles that tests/price_pictures.py names for that, each also
drawn so small and rough that much of it cannot be read; the other styles have no part in it. A plan is right with its
name, amount, currency and period. --kept: where lines that were read are kept, so that only what is made of them runs.
"""

from __future__ import annotations

import argparse
import json
import math
import resource
import sys
import time
from collections import Counter
from dataclasses import asdict, dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / "tests"), str(ROOT)]

import price_pictures
from price_pictures import CALIBRATED, KEPT, made

from tools import pictures
from tools.knowledge import THRESHOLD
from tools.page import picture

_GROUPS = {"calibrated on": CALIBRATED, "not calibrated on": KEPT}
Key = tuple[str, Decimal | None, str | None, str | None]


@dataclass
class Style:
    """What was read in the pictures of one style."""

    pictures: int = 0
    plans: int = 0
    right: int = 0
    amounts: int = 0
    wrong: int = 0
    cpu_s: float = 0.0
    judged: list[tuple[float, bool]] = field(default_factory=list)  # confidence of each plan, and whether it is right
    timed: list[tuple[float, bool]] = field(
        default_factory=list
    )  # how sure its worst-read line is, of one with a period
    untimed: list[tuple[float, bool]] = field(default_factory=list)  # of one without


def main() -> int:
    """Print the table."""
    asked = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    asked.add_argument("--pictures", type=int, default=14, help="of each style")
    asked.add_argument("--kept", type=Path, help="file of lines read before; grows")
    asked.add_argument("--fonts", help="folder of fonts to draw with, instead of this machine's")
    asked.add_argument("--first", type=int, default=1, help="number of the first picture of each style")
    asked.add_argument("--calibrate", action="store_true")
    told = asked.parse_args()
    if told.fonts:
        price_pictures.FOLDERS = (told.fonts,)
    if not pictures.available():
        print(f"Nothing is read: {pictures.EXTRA}")
        return 0
    kept = _kept(told.kept)
    wanted = [(style, worn) for style in CALIBRATED for worn in (False, True)] + [(style, False) for style in KEPT]
    seeds = range(told.first, told.first + told.pictures)
    read = {key: _style(*key, seeds, kept, told.kept) for key in wanted}
    _table(read)
    of = {name: [one for (style, _), one in read.items() if style in styles] for name, styles in _GROUPS.items()}
    for name, styles in of.items():
        _reliability(name, [pair for one in styles for pair in one.judged])
    if told.calibrate:
        used = of["calibrated on"]
        _steps([pair for one in used for pair in one.timed])
        lost = [right for one in used for _, right in one.untimed]
        print(f"_UNTIMED = {(sum(lost) + 1) / (len(lost) + 2):.2f}")
    return 0


def _kept(path: Path | None) -> dict[str, Any]:
    if path is None or not path.exists():
        return {}
    return {row["key"]: row for row in map(json.loads, path.read_text(encoding="utf-8").splitlines())}


def _style(style: str, worn: bool, seeds: range, kept: dict[str, Any], path: Path | None) -> Style:
    found = Style()
    for seed in seeds:
        body, shown = made(style, seed, worn=worn)
        key = f"{style} {seed} {worn}"
        if key not in kept:
            started = time.process_time()
            lines = [asdict(line) for line in pictures.read_picture(body)]
            kept[key] = {"key": key, "cpu_s": time.process_time() - started, "lines": lines}
            if path:
                with path.open("a", encoding="utf-8") as file:
                    file.write(json.dumps(kept[key]) + "\n")
        row = kept[key]
        lines = [pictures.line_of(line) for line in row["lines"]]
        about = {"url": "https://prices.example/pricing", "picture": "0" * 64, "lang": "en"}
        plans = picture.plans_in(lines, **about)
        sures = [sure for _, sure in picture.readings(lines, **about)]
        want: Counter[Key] = Counter((one.name, Decimal(one.amount), one.currency, one.period) for one in shown)
        left = want.copy()
        for plan, sure in zip(plans, sures, strict=True):
            said = (plan.name, plan.amount, plan.currency, plan.period)
            right = left[said] > 0
            left[said] -= right
            found.judged.append((plan.confidence, right))
            (found.timed if plan.period else found.untimed).append((sure, right))
            if plan.confidence >= THRESHOLD:
                found.right += right
                found.wrong += not right
        amounts = Counter(one[1:3] for one in want.elements())
        found.amounts += sum((amounts & Counter((plan.amount, plan.currency) for plan in plans)).values())
        found.pictures += 1
        found.plans += len(shown)
        found.cpu_s += row["cpu_s"]
    return found


def _table(read: dict[tuple[str, bool], Style]) -> None:
    print("| style | pictures | plans | right | amount and currency | wrong ones shown | CPU ms a picture |")
    print("|---|---|---|---|---|---|---|")
    groups = {
        "calibrated on": [key for key in read if key[0] in CALIBRATED and not key[1]],
        "calibrated on, worn": [key for key in read if key[1]],
        "not calibrated on": [key for key in read if key[0] in KEPT],
    }
    for name, keys in groups.items():
        for key in keys:
            print(_row(f"{key[0]}{', worn' * key[1]}", [read[key]]))
        print(_row(f"**{name}**", [read[key] for key in keys]))
    print(f"peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10} MB")


def _row(name: str, styles: list[Style]) -> str:
    pictures, plans, wrong = (sum(getattr(one, of) for one in styles) for of in ("pictures", "plans", "wrong"))
    right, amounts = (sum(getattr(one, of) for one in styles) / max(1, plans) for of in ("right", "amounts"))
    cpu_ms = 1000 * sum(one.cpu_s for one in styles) / max(1, pictures)
    return f"| {name} | {pictures} | {plans} | {right:.3f} | {amounts:.3f} | {wrong} | {cpu_ms:.0f} |"


def _reliability(name: str, judged: list[tuple[float, bool]]) -> None:
    print(f"{name}: confidence, plans, of these right")
    for low, high in ((0, 0.5), (0.5, 0.8), (0.8, 0.9), (0.9, 0.95), (0.95, 1.01)):
        rights = [right for confidence, right in judged if low <= confidence < high]
        if rights:
            print(f"  {low:.2f}-{min(high, 1):.2f}  {len(rights):4}  {sum(rights) / len(rights):.3f}")


def _steps(judged: list[tuple[float, bool]]) -> None:
    """Print how often plans of rising sureness were right, as steps that only rise."""
    steps: list[list[float]] = []  # sureness from which, right ones, all
    for sure, right in sorted(judged):
        steps.append([sure, right, 1])
        while len(steps) > 1 and (_share(steps[-2]) >= _share(steps[-1]) or steps[-2][2] < _FEW):
            _, rights, count = steps.pop()
            steps[-1][1] += rights
            steps[-1][2] += count
    if len(steps) > 1 and steps[-1][2] < _FEW:  # too few to tell
        _, rights, count = steps.pop()
        steps[-1][1] += rights
        steps[-1][2] += count
    print(
        "_SURE =",
        tuple(step[0] for step in steps),
        "\n_RIGHT =",
        tuple(round(_least(step), 2) for step in steps),
    )


_FEW = 12  # plans in a step


def _least(step: list[float]) -> float:
    """The least share of right ones that a step speaks for: the lower end of its 95 % interval (Wilson)."""
    count, z = step[2], 1.96
    share = step[1] / count
    spread = z * math.sqrt(share * (1 - share) / count + z * z / (4 * count * count))
    return (share + z * z / (2 * count) - spread) / (1 + z * z / count)


def _share(step: list[float]) -> float:
    """How many of a step were right, drawn a little to one half by what was not seen."""
    return (step[1] + 1) / (step[2] + 2)


if __name__ == "__main__":
    sys.exit(main())
