"""Train the small models that choose (tools/page/choose), print what they are worth, and write their files.

    python bench/train.py --data FOLDER [--data FOLDER ...] [--before RECORDS.jsonl] [--untouched] [--only HEAD] [--dry]

--data: a corpus of labelled pages (manifest.jsonl and pages/, as `scout export labels` writes them), or a folder that holds
several (and security/injection_texts.jsonl); given again, each is read. Default: ../shared beside the repository. Figures are cross-validated: ten folds that
part neither a site nor a repository owner, fixed seed, 95 % intervals by bootstrap over such groups. --before: records of
the program the heads are measured against, a JSON line a page with its id (`score.py --batch "python bench/batch.py"
--save FILE` in a checkout of that program). --untouched: also score the sites that no choice here was made on; look
seldom. --records: where to write what is read of the pages by heads that have not seen the page (bench/extract.py
--records). --only: names, taglines, plans or orders. --dry: write no model. LightGBM and scikit-learn come from .bench/venv
(bench/peers.py); nothing of them runs in tools.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from bench.peers import peers_python


def borrow_trainers() -> None:
    """Let this process import what .bench/venv has, after all of our own. Errors: SystemExit where it cannot be had."""
    if importlib.util.find_spec("lightgbm") is not None:
        return
    python = peers_python()
    if python is None:
        raise SystemExit("No LightGBM here; the reason is said above.")
    ask = "import sysconfig; print(sysconfig.get_path('purelib'))"
    sys.path.append(subprocess.run([python, "-c", ask], capture_output=True, text=True, check=True).stdout.strip())


borrow_trainers()

from bench.train import fit, heads, made, made_plans, orders, pages, prices, records
from tools.page.choose.trees import Model

MADE_PLANS = 400  # made-up price pages as sites build them, and in plain markup
MADE_PLAIN = 800
MADE = 120  # made-up pages that train beside the real ones; more cost figures in folds, 2026-11-30
MODELS = ROOT / "tools" / "page" / "choose"
ORDERS = ROOT / "tools" / "orders.json"


def arguments() -> argparse.Namespace:
    """What the command line says."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, action="append", metavar="FOLDER")
    parser.add_argument("--before", type=Path)
    parser.add_argument("--untouched", action="store_true")
    parser.add_argument("--records", type=Path)
    parser.add_argument("--only", choices=("names", "taglines", "plans", "orders"))
    parser.add_argument("--dry", action="store_true")
    options = parser.parse_args()
    options.data = options.data or [ROOT.parent / "shared"]
    return options


def with_orders(folders: Sequence[Path]) -> Path | None:
    """The first of the folders that holds texts of orders (security/); None where none does, and that head stays."""
    return next((folder for folder in folders if (folder / "security").exists()), None)


def read_records(path: Path | None) -> dict[str, dict[str, Any]]:
    """Records made before, by page; none without a file."""
    lines = path.read_text(encoding="utf-8").splitlines() if path else []
    return {record["id"]: record for record in map(json.loads, lines)}


def write(name: str, model: Model) -> None:
    """A head's committed file: one line of JSON."""
    path = MODELS / f"{name}.json"
    path.write_text(json.dumps(fit.as_data(model), separators=(",", ":")) + "\n", encoding="utf-8")
    print(f"  {path.relative_to(ROOT)}: {path.stat().st_size} bytes, {len(model.trees)} trees")


def _made_plans() -> list[dict[str, Any]]:
    return made_plans.pages(MADE_PLANS) + made_plans.plain_pages(MADE_PLAIN)


def main() -> None:
    """Train every head in the order in which they need each other."""
    options = arguments()
    found, score = pages.everything(options.data)
    found += pages.made_up(made.pages(MADE))
    before = read_records(options.before)
    aside = {page.group for page in found if page.untouched}
    print(f"{len(found)} pages of {len({page.group for page in found})} groups; {len(aside)} groups stay untouched\n")
    trained: dict[str, fit.Trained] = {}
    for name, train in (("names", heads.train_names), ("taglines", heads.train_taglines)):
        if options.only in (None, name, "taglines"):  # a tagline is chosen beside the name
            trained[name] = train(found, score, before, print, options.untouched)
    if options.only in (None, "plans"):
        trained |= prices.train(found + pages.made_up(_made_plans()), score, print, options.untouched)
    if not options.dry:
        for name, head in trained.items():
            write(name, head.whole)
    texts = with_orders(options.data) if options.only in (None, "orders") else None
    real = [page for page in found if page.corpus != pages.MADE]
    of_orders = orders.train(real, texts, print, options.untouched) if texts else None
    if of_orders is not None and not options.dry:
        ORDERS.write_text(json.dumps(of_orders, separators=(",", ":")) + "\n", encoding="utf-8")
    if options.records:
        records.write(options.records, [page for page in found if page.measured], trained)


if __name__ == "__main__":
    main()
