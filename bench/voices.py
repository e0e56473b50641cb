"""How well the same trouble and the same praise are found in the made-up threads of tests/examples/threads.toml, and how well
single sentences are heard (tests/examples/sentences.txt).

    python bench/voices.py [--misses]

A line a kind and half: precision and recall over threads; a line a kind: the same over sentences, none of which may be looked
at while the code is changed. --misses lists what is wrong or missed in the half that may be
looked at while the code is changed; the other one is only counted.
"""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / "tests"), str(ROOT)]

from test_agents_voices import ASIDE, KINDS, LOOKED_AT, SENTENCES, heard_rightly, outcomes, pack_of, shares


def main() -> None:
    """Print it."""
    for kind in KINDS:
        for half, threads in (("looked at", LOOKED_AT), ("kept aside", ASIDE)):
            precision, recall = shares(threads, kind)
            counts = dict(sorted(Counter(outcome for _, outcome in outcomes(threads, kind)).items()))
            print(f"{kind}, {half}: precision {precision:.2f}, recall {recall:.2f}, {counts}")
        precision, recall = heard_rightly(kind)
        print(f"{kind}, {len(SENTENCES)} sentences: precision {precision:.2f}, recall {recall:.2f}")
    for kind in KINDS if "--misses" in sys.argv else ():
        of = dict(outcomes(LOOKED_AT, kind))
        for thread in LOOKED_AT:
            if of[thread["product"]] in ("wrong", "missed"):
                print(f"\n{kind} {of[thread['product']]}: {thread['product']}, {thread.get(kind, thread.get('why'))}")
                for finding in pack_of(thread).findings:
                    print(f"    {finding.text}" if finding.kind == kind else "    .")


if __name__ == "__main__":
    main()
