"""A corpus folder's own score.py over several readers' answers: every figure with n and an interval over sites."""

from __future__ import annotations

import importlib.util
import json
import math
import random
import re
import statistics
import subprocess
import sys
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

from tools.identity import host_of, registrable_domain

ROUNDS = 500  # bootstrap samples
BANDS = ((0.9, 1.01), (0.8, 0.9), (0.7, 0.8), (0.6, 0.7), (0.5, 0.6), (0.0, 0.5))
FIELDS = ("name", "tagline", "description", "homepage", "pricing_model", "license")
KINDS = ("product", "card", "listing", "meta")
# What a figure of the scorer is about: a reader that has no such key is given no figure.
_ABOUT = (("plans", "plans"), ("false prices", "plans"), ("pricing_model", "pricing_model"), ("license", "license"))
_ABOUT += (("tags", "tags"), ("card tags", "tags"), ("item", "items"))
_LINE = re.compile(r"^  (?P<what>\S.*?)\s+(?P<value>[\d.]+)  n=(?P<n>\d+)", re.MULTILINE)

Row = dict[str, Any]
Answers = Mapping[str, Row]


@dataclass(frozen=True)
class Figure:
    """A share with its 95 % interval and n; `floor` is what an answer that reads nothing scores, where the scorer says."""

    value: float
    low: float
    high: float
    n: int
    floor: float | None = None

    def __str__(self) -> str:
        return f"{self.value:.3f} [{self.low:.3f}, {self.high:.3f}]"


def scorers(folder: Path) -> tuple[Path, Path]:
    """Where a corpus's scorer may lie."""
    return folder / "score.py", folder.parent / "corpus" / "score.py"


def scorer_of(folder: Path) -> ModuleType:
    """The folder's own score.py, or the first corpus's beside it, as a module; its normaliser remembers what it was asked."""
    path = next((path for path in scorers(folder) if path.exists()), folder / "score.py")
    spec = importlib.util.spec_from_file_location("corpus_score", path)
    if spec is None or spec.loader is None or not path.exists():
        raise SystemExit(f"{folder} has no score.py; give the folder of a corpus.")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    for name in ("norm", "norm_url", "token_f1"):
        setattr(module, name, cache(getattr(module, name)))
    return module


def rows_of(folder: Path) -> list[Row]:
    """The documents of a manifest."""
    lines = (folder / "manifest.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines if line.strip()]


def site_of(row: Row) -> str:
    """The site a document is of: its registrable domain, itself where it has none."""
    return registrable_domain(host_of(row["url"] or "")) or row["id"]


def judged(score: ModuleType, kind: str, rows: Sequence[Row], answers: Answers) -> dict[str, dict[str, Any]]:
    """Every figure that score.py prints for documents of one kind."""
    judges: dict[str, Callable[[], dict[str, dict[str, Any]]]] = {
        "listing": lambda: score.score_listing(rows, answers),
        "meta": lambda: score.score_meta(rows, answers),
    }
    return judges.get(kind, lambda: score.score_records(rows, answers, False))()


def figures(score: ModuleType, kind: str, rows: Sequence[Row], answers: Answers) -> dict[str, Figure]:
    """The figures of one kind of documents, each with its interval over resampled sites: pages of one site fail together."""
    groups: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        groups[site_of(row)].append(row)
    chance, sites, drawn = random.Random(0), list(groups.values()), defaultdict(list)
    for _ in range(ROUNDS):
        sample = [row for group in chance.choices(sites, k=len(sites)) for row in group]
        for name, found in judged(score, kind, sample, answers).items():
            drawn[name].append(found["value"])
    result = {}
    for name, found in judged(score, kind, rows, answers).items():
        values = sorted(drawn[name]) or [found["value"]]
        floor = next((v for key, v in found.items() if key.startswith(("echo", "constant")) and v is not None), None)
        low, high = values[int(0.025 * len(values))], values[min(len(values) - 1, int(0.975 * len(values)))]
        result[name] = Figure(found["value"], low, high, found["n"], floor)
    return result


def answered(figure: str, answers: Answers) -> bool:
    """Whether a reader has the field that a figure is about; one without it is not scored as wrong."""
    key = next((key for start, key in _ABOUT if figure.startswith(start)), None)
    return key is None or any(key in answer for answer in answers.values())


def task(folder: Path, name: str, batch: str) -> dict[str, Figure]:
    """Figures of `score.py --task`: prices, urls, robots. The interval is Wilson's: their rows are of no site."""
    command = [sys.executable, str(folder / "score.py"), "--task", name, "--batch", batch]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"score.py --task {name} failed: {done.stderr.strip()[-300:]}")
    found = ((m["what"].strip(), float(m["value"]), int(m["n"])) for m in _LINE.finditer(done.stdout))
    return {what: Figure(value, *_wilson(value, n), n) for what, value, n in found}


def _wilson(share: float, n: int) -> tuple[float, float]:
    z = 1.96
    middle, spread = share + z * z / (2 * n), z * math.sqrt(share * (1 - share) / n + z * z / (4 * n * n))
    return max(0.0, (middle - spread) / (1 + z * z / n)), min(1.0, (middle + spread) / (1 + z * z / n))


def right(score: ModuleType, field: str, record: Row, gold: Row) -> float | None:
    """1 or 0 for one field of one record, None where the gold does not say."""
    value = record.get(field)
    if field == "pricing_model":
        return float(score.said_model(record) in gold["pricing_model"])
    if field == "license":
        return float(score.lic(value) == score.lic(gold["license"])) if gold.get("license") or value else None
    if not gold.get(field):
        return None
    if field == "name":
        return float(bool(value) and score.norm(value) in {score.norm(x) for x in gold["name"]})
    if field == "homepage":
        return float(score.norm_url(value) in {score.norm_url(x) for x in gold["homepage"]})
    return float(score.best_f1(value, gold[field]) >= 0.6)


def by_site(score: ModuleType, rows: Sequence[Row], answers: Answers) -> list[tuple[str, float, dict[str, float]]]:
    """(site, mean over fields, mean of each field), worst first; plans count as F1 by amount, currency and period."""
    sites: dict[str, dict[str, list[float]]] = defaultdict(lambda: defaultdict(list))
    for row in rows:
        fields = sites[site_of(row)]
        for field in FIELDS:
            hit = right(score, field, answers[row["id"]], row["gold"])
            if hit is not None:
                fields[field].append(hit)
        if row["gold"]["plans"] or answers[row["id"]].get("plans"):
            tp, fp, fn = score.match_plans(row["gold"]["plans"], answers[row["id"]].get("plans"), 3)
            if tp + fp + fn:
                fields["plans"].append(score.prf(tp, fp, fn)[2])
    means = {site: {field: statistics.mean(hits) for field, hits in fields.items()} for site, fields in sites.items()}
    return sorted(
        ((site, statistics.mean(fields.values()), fields) for site, fields in means.items()), key=lambda s: s[1]
    )


def by_confidence(score: ModuleType, rows: Sequence[Row], answers: Answers) -> list[tuple[str, int, float]]:
    """(band, n, share right) of what was stated, facts and prices alike, by how sure we said we were."""
    bands: dict[str, list[float]] = defaultdict(list)
    for row in rows:
        record = answers[row["id"]]
        stated = [
            (fact["confidence"], right(score, field, record, row["gold"]))
            for field, fact in (record.get("evidence") or {}).items()
            if field in FIELDS
        ]
        stated += [
            (plan["confidence"], _priced(score, row["gold"]["plans"], plan)) for plan in record.get("plans") or []
        ]
        for sure, hit in stated:
            if hit is not None:
                low, high = next(band for band in BANDS if band[0] <= sure < band[1])
                bands[f"{low:.1f} to {min(high, 1.0):.1f}"].append(hit)
    return [(band, len(hits), statistics.mean(hits)) for band, hits in sorted(bands.items(), reverse=True)]


def _priced(score: ModuleType, gold: Sequence[Row], plan: Row) -> float | None:
    """Whether a plan's price, currency and period are those of one of the gold's; None for one that names no price."""
    if plan["amount"] is None:
        return None
    return float(score.match_plans(gold, [plan], 3)[1] == 0)


def misses(score: ModuleType, rows: Sequence[Row], answers: Answers) -> list[str]:
    """A line for each value that is not as the gold has it."""
    lines = []
    for row in rows:
        record, gold = answers[row["id"]], row["gold"]
        for field in FIELDS:
            if right(score, field, record, gold) == 0:
                lines.append(f"{row['id']}: {field} is {_short(record.get(field))}, gold {_short(gold[field])}")
        tp, fp, fn = score.match_plans(gold["plans"], record.get("plans"), 4)
        if fp or fn:
            lines.append(f"{row['id']}: plans {_plans(record.get('plans'))}, gold {_plans(gold['plans'])} ({tp} right)")
    return lines


def _short(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)[:220]


def _plans(plans: Sequence[Row] | None) -> str:
    said = (
        "/".join(str(plan.get(name) or "-") for name in ("name", "amount", "currency", "period"))
        for plan in plans or []
    )
    return "; ".join(said) or "none"
