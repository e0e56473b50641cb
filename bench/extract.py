"""How well and how fast pages are read: a corpus folder's own scorer, by field, by site, by confidence, with CPU time.

    python bench/extract.py [FOLDER]        default: ../shared/corpus beside the repository

FOLDER holds score.py and manifest.jsonl. Intervals are bootstrapped over sites: pages of one site fail together.
Peers (trafilatura, extruct) run beside us where this interpreter has them.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import random
import statistics
import sys
import time
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from bench import batch
from tools import extract as reader
from tools.identity import host_of, registrable_domain

ROUNDS = 1_000  # bootstrap samples
BANDS = ((0.9, 1.01), (0.8, 0.9), (0.7, 0.8), (0.6, 0.7), (0.5, 0.6))
FIELDS = ("name", "tagline", "description", "homepage", "pricing_model", "license")


def scorer_of(folder: Path) -> ModuleType:
    """The folder's own score.py as a module."""
    spec = importlib.util.spec_from_file_location("corpus_score", folder / "score.py")
    if spec is None or spec.loader is None:
        raise SystemExit(f"{folder} has no score.py; give the folder of a corpus.")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def rows_of(folder: Path) -> list[dict[str, Any]]:
    """The documents of a manifest."""
    lines = (folder / "manifest.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines if line.strip()]


def answers_of(folder: Path, rows: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """Our record of every document."""
    return {
        row["id"]: batch.page({"input": folder / row["file"], "url": row["url"] or "", "kind": row["kind"]})
        for row in rows
    }


def right(score: ModuleType, field: str, record: dict[str, Any], gold: dict[str, Any]) -> float | None:
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


def by_site(
    score: ModuleType, rows: list[dict[str, Any]], answers: dict[str, dict[str, Any]]
) -> dict[str, dict[str, list[float]]]:
    """Site → field → hits; plans count as the F1 of a page by amount, currency and period."""
    sites: dict[str, dict[str, list[float]]] = defaultdict(lambda: defaultdict(list))
    for row in rows:
        site = registrable_domain(host_of(row["url"] or "")) or row["id"]
        for field in FIELDS:
            hit = right(score, field, answers[row["id"]], row["gold"])
            if hit is not None:
                sites[site][field].append(hit)
        if any(not p.get("optional") and p["amount"] is not None for p in row["gold"]["plans"]):
            tp, fp, fn = score.match_plans(row["gold"]["plans"], answers[row["id"]].get("plans"), 3)
            sites[site]["plans"].append(score.prf(tp, fp, fn)[2])
    return sites


def interval(sites: dict[str, dict[str, list[float]]], field: str) -> tuple[float, float, float, int]:
    """Mean of a field with its 95 % interval over resampled sites, and n."""
    groups = [fields[field] for fields in sites.values() if fields.get(field)]
    values = [v for group in groups for v in group]
    chance = random.Random(0)
    means = []
    for _ in range(ROUNDS):
        drawn = [v for group in chance.choices(groups, k=len(groups)) for v in group]
        means.append(sum(drawn) / len(drawn))
    means.sort()
    return sum(values) / len(values), means[int(0.025 * ROUNDS)], means[int(0.975 * ROUNDS)], len(values)


def by_confidence(
    score: ModuleType, rows: list[dict[str, Any]], answers: dict[str, dict[str, Any]]
) -> list[tuple[str, int, float]]:
    """How often a fact is right, by how sure we said we were."""
    bands: dict[str, list[float]] = defaultdict(list)
    for row in rows:
        evidence = answers[row["id"]].get("evidence") or {}
        for field in FIELDS:
            hit = right(score, field, answers[row["id"]], row["gold"])
            if field in evidence and hit is not None:
                sure = evidence[field]["confidence"]
                low, high = next((b for b in BANDS if b[0] <= sure < b[1]), BANDS[-1])
                bands[f"{low:.1f}-{min(high, 1.0):.1f}"].append(hit)
    return [(band, len(hits), sum(hits) / len(hits)) for band, hits in sorted(bands.items(), reverse=True)]


def timed(read: Callable[[str, str], object], pages: list[tuple[str, str]], rounds: int = 5) -> tuple[float, float]:
    """CPU milliseconds a page: median and 99th percentile of each page's median over rounds."""
    read(*pages[0])
    costs = []
    for text, url in pages:
        spent = []
        for _ in range(rounds):
            started = time.process_time()
            read(text, url)
            spent.append(1e3 * (time.process_time() - started))
        costs.append(statistics.median(spent))
    costs.sort()
    return statistics.median(costs), costs[min(len(costs) - 1, int(0.99 * len(costs)))]


def peers() -> dict[str, Callable[[str, str], object]]:
    """Other libraries that read a page's metadata, if this interpreter has them."""
    found: dict[str, Callable[[str, str], object]] = {}
    try:
        import trafilatura

        found["trafilatura metadata"] = lambda text, url: trafilatura.extract_metadata(text, default_url=url)
    except ImportError:
        print("trafilatura is not installed here; install it into a separate environment to compare.")
    try:
        import extruct

        wanted = ["json-ld", "opengraph", "microdata"]
        found["extruct json-ld + OG + microdata"] = lambda text, url: extruct.extract(
            text, base_url=url, syntaxes=wanted
        )
    except ImportError:
        print("extruct is not installed here; install it into a separate environment to compare.")
    return found


def main() -> None:
    """Print everything, worst first."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", nargs="?", type=Path, default=ROOT.parent / "shared" / "corpus")
    folder = parser.parse_args().folder
    if not (folder / "manifest.jsonl").exists():
        raise SystemExit(f"{folder} holds no manifest.jsonl; give the folder of a corpus.")
    score, rows = scorer_of(folder), rows_of(folder)
    answers = answers_of(folder, rows)
    for kind, judge in (
        ("product", lambda r: score.score_records(r, answers, False)),
        ("card", lambda r: score.score_records(r, answers, False)),
        ("listing", lambda r: score.score_listing(r, answers)),
        ("meta", lambda r: score.score_meta(r, answers)),
    ):
        chosen = [row for row in rows if row["kind"] == kind]
        if chosen:
            score.show(f"{kind} ({len(chosen)} documents)", judge(chosen))
    products = [row for row in rows if row["kind"] == "product"]
    sites = by_site(score, products, answers)
    print("\nby field, 95 % interval over sites")
    for field in (*FIELDS, "plans"):
        if any(fields.get(field) for fields in sites.values()):
            mean, low, high, n = interval(sites, field)
            print(f"  {field:15} {mean:.3f}  [{low:.3f}, {high:.3f}]  n={n}")
    print("\nby site, worst first")
    ranked = sorted(sites.items(), key=lambda s: statistics.mean(statistics.mean(v) for v in s[1].values()))
    for site, fields in ranked[:15]:
        missed = {field: round(statistics.mean(hits), 2) for field, hits in fields.items() if statistics.mean(hits) < 1}
        print(f"  {statistics.mean(statistics.mean(v) for v in fields.values()):.3f}  {site:30} {missed or ''}")
    print("\nby confidence: right of stated")
    for band, n, share in by_confidence(score, products, answers):
        print(f"  {band}  {share:.3f}  n={n}")
    pages = [(reader.decode((folder / row["file"]).read_bytes())[0], row["url"] or "") for row in rows]
    print("\nCPU ms a page, median and 99th percentile")
    for name, read in {"the whole ladder": reader.extract, **peers()}.items():
        median, high = timed(read, pages)
        print(f"  {name:32} {median:8.2f} {high:8.2f}  n={len(pages)}")


if __name__ == "__main__":
    main()
