"""The environments of the programs we measure ourselves against and train with: .bench/venv and .bench/node, apart from our own.

Made on first use from bench/requirements.txt and bench/metascraper/package-lock.json (pinned, hashed); they need
registries that pip and npm can reach. To renew:

    printf 'scrapy\\ntrafilatura\\nextruct\\nprice-parser\\nbabel\\nspdx-license-list\\nlightgbm\\nscikit-learn\\n' | \\
        uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --no-annotate - -o bench/requirements.txt
    cd bench/metascraper && npm update --package-lock-only --omit-lockfile-registry-resolved
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
VENV = HERE.parent / ".bench" / "venv"
REQUIREMENTS = HERE / "requirements.txt"
METASCRAPER = HERE / "metascraper"
NODE = HERE.parent / ".bench" / "node"


def peers_python() -> Path | None:
    """The Python that has the peers, or None (said on stderr, in a sentence) where they cannot be had."""
    python = VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    stamp = VENV / "stamp"
    wanted = hashlib.sha256(REQUIREMENTS.read_bytes() + sys.version.encode()).hexdigest()
    if stamp.exists() and stamp.read_text() == wanted:
        return python
    began = time.monotonic()
    _say("Making .bench/venv for the peers (once) …")
    shutil.rmtree(VENV, ignore_errors=True)
    pip = [python, "-m", "pip", "install", "--disable-pip-version-check", "--no-input", "--progress-bar", "off"]
    for words, command in (
        ("an empty environment", [sys.executable, "-m", "venv", VENV]),
        ("scrapy, trafilatura, extruct, price-parser", [*pip, "--quiet", "--require-hashes", "-r", REQUIREMENTS]),
    ):
        _say(f"  {words} …")
        done = subprocess.run([str(part) for part in command], capture_output=True, text=True, check=False)
        if done.returncode:
            last = (done.stderr or done.stdout).strip().splitlines()[-1:]
            _say(f"The peers cannot be had, so they are left out: {''.join(last)}")
            return None
    stamp.write_text(wanted)
    _say(f"  done in {time.monotonic() - began:.0f} s")
    return python


def peers_node() -> Path | None:
    """The node program, with metascraper in NODE, or None (said on stderr, in a sentence) where that cannot be had."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if not node or not npm:
        _say("metascraper is left out: there is no node and npm here.")
        return None
    lock, stamp = METASCRAPER / "package-lock.json", NODE / "stamp"
    wanted = hashlib.sha256(lock.read_bytes()).hexdigest()
    if stamp.exists() and stamp.read_text() == wanted:
        return Path(node)
    _say("Making .bench/node for metascraper (once) …")
    NODE.mkdir(parents=True, exist_ok=True)
    for name in ("package.json", "package-lock.json"):
        shutil.copyfile(METASCRAPER / name, NODE / name)
    command = [npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
    done = subprocess.run(command, cwd=NODE, capture_output=True, text=True, check=False)
    if done.returncode:
        last = (done.stderr or done.stdout).strip().splitlines()[-1:]
        _say(f"metascraper cannot be had, so it is left out: {''.join(last)}")
        return None
    stamp.write_text(wanted)
    return Path(node)


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)
