"""Sets Scout up in .venv and runs one job: demo, test, check, bench, browser or clean.

    python3 bootstrap.py demo      what `make demo` does

Needs nothing but Python 3.11 with its venv module and a package registry that pip can reach. Every dependency is
pinned with its hash in requirements.txt. A second run finds its stamp and starts at once.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
VENV = HERE / ".venv"
BIN = VENV / ("Scripts" if os.name == "nt" else "bin")
PYTHON = BIN / ("python.exe" if os.name == "nt" else "python")
STAMP = VENV / "scout-stamp"
BROWSER_TRIES_S = 180  # Playwright's own browser is a download of some 150 MB; no longer than this, once
CHROMIUMS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")


def main() -> int:
    """Run the asked job and return its exit code."""
    jobs = {"demo": demo, "test": test, "check": check, "bench": bench, "browser": browser, "clean": clean}
    asked = sys.argv[1] if len(sys.argv) > 1 else ""
    if asked not in jobs:
        say(f"usage: python3 bootstrap.py {'|'.join(jobs)}")
        return 2
    os.chdir(HERE)
    return jobs[asked]()


def demo() -> int:
    """Replay the demo's two days into .demo/store.db and show what was found."""
    set_up()
    return run([BIN / "scout", "demo"])


def test() -> int:
    """Format, lint, types, then pytest: import arrows and checks of the docs are among its tests."""
    set_up()
    find_browser()
    return check() or run([PYTHON, "-m", "pytest", "-n", "auto"])


def check() -> int:
    """What needs no test run: ruff and mypy."""
    set_up()
    for command in (["ruff", "check", "."], ["ruff", "format", "--check", "."], ["mypy"]):
        code = run([PYTHON, "-m", *command])
        if code:
            say(f"`{' '.join(command)}` failed; the lines above say where.")
            return code
    return 0


def bench() -> int:
    """Every script under bench/ that prints a figure the docs quote."""
    set_up()
    return max(run([PYTHON, HERE / "bench" / name]) for name in ("store.py", "crawl.py", "extract.py", "gateway.py"))


def browser() -> int:
    """Look for a Chromium, else try Playwright's own once; say what was found."""
    set_up()
    return 0 if find_browser() else 1


def clean() -> int:
    """Remove all that set-up and the demo made."""
    for name in (".venv", ".demo", ".bench", ".mypy_cache", ".ruff_cache", ".pytest_cache", ".import_linter_cache"):
        shutil.rmtree(HERE / name, ignore_errors=True)
    return 0


def set_up() -> None:
    """Make .venv with the pinned packages and Scout itself, unless its stamp says it is there."""
    wanted = fingerprint()
    if STAMP.exists() and STAMP.read_text() == wanted:
        return
    need_python()
    started = time.monotonic()
    say("Setting up .venv (once): hashed pins, then Scout itself …")
    if not PYTHON.exists():
        make_venv()
    pip = [PYTHON, "-m", "pip", "install", "-qq", "--disable-pip-version-check", "--no-input"]
    need(
        run([*pip, "--require-hashes", "-r", "requirements.txt"]),
        "pip could not install requirements.txt; its lines above say why. A package registry must be reachable (pip's own settings say which).",
    )
    need(
        run([*pip, "--no-deps", "--no-build-isolation", "--editable", "."]),
        "pip could not install Scout itself; its lines above say why.",
    )
    STAMP.write_text(wanted)
    say(f"Set up in {time.monotonic() - started:.0f} s.")


def need_python() -> None:
    """One sentence for what a bare machine may lack; a newer Python beside an old python3 is found by itself."""
    if sys.version_info < (3, 11):
        newer = next(filter(None, (shutil.which(f"python3.{minor}") for minor in range(14, 10, -1))), None)
        if newer:
            os.execv(newer, [newer, *sys.argv])
        need(
            1,
            f"Scout needs Python 3.11 or newer; this is {sys.version.split()[0]}. On Debian: apt-get install python3.11.",
        )
    try:
        import ensurepip  # noqa: F401 - only whether it is there: Debian ships it apart
        import venv  # noqa: F401 - likewise
    except ImportError:
        need(1, "Python's venv module is missing. On Debian and Ubuntu: apt-get install python3-venv.")
    home = Path(os.environ.get("HOME") or Path.home())
    if not os.access(home, os.W_OK):
        os.environ["HOME"] = tempfile.mkdtemp(prefix="scout-home-")
        say(f"HOME ({home}) is not writable; using {os.environ['HOME']} for caches.")


def make_venv() -> None:
    """A fresh .venv; a broken one from an earlier, cut run is replaced."""
    shutil.rmtree(VENV, ignore_errors=True)
    need(
        run([sys.executable, "-m", "venv", VENV]),
        "python3 -m venv failed. On Debian and Ubuntu: apt-get install python3-venv.",
    )


def find_browser() -> bool:
    """True when a Chromium is there. Playwright's own is tried once, then not again until `make clean`."""
    named = os.environ.get("SCOUT_BROWSER_PATH")
    if named or any(map(shutil.which, CHROMIUMS)) or list(playwright_home().glob("chromium*")):
        return True
    tried = VENV / "browser-tried"
    if not tried.exists():
        say(f"No Chromium found; trying Playwright's own for at most {BROWSER_TRIES_S // 60} minutes …")
        tried.touch()
        try:
            done = subprocess.run(
                [PYTHON, "-m", "playwright", "install", "chromium"],
                timeout=BROWSER_TRIES_S,
                capture_output=True,
                check=False,
            )
            if done.returncode == 0:
                return True
        except subprocess.TimeoutExpired:
            pass
    say("No browser could be had: what needs one is skipped. On Debian: apt-get install chromium.")
    return False


def playwright_home() -> Path:
    """Where Playwright keeps its browsers."""
    return Path(os.environ.get("PLAYWRIGHT_BROWSERS_PATH") or Path.home() / ".cache" / "ms-playwright")


def fingerprint() -> str:
    """Changes when the pins, the build or the Python change: then set-up runs again."""
    parts = [(HERE / name).read_bytes() for name in ("requirements.txt", "pyproject.toml")]
    return hashlib.sha256(b"\0".join([*parts, sys.version.encode(), str(HERE).encode()])).hexdigest()


def run(command: list[object]) -> int:
    """Run a command with our .venv first on the path; its exit code."""
    env = {**os.environ, "PATH": f"{BIN}{os.pathsep}{os.environ.get('PATH', '')}", "VIRTUAL_ENV": str(VENV)}
    return subprocess.run([str(part) for part in command], env=env, check=False).returncode


def need(failed: int | bool, sentence: str) -> None:
    """Stop with one sentence when a step failed."""
    if failed:
        say(sentence)
        raise SystemExit(3)


def say(text: str) -> None:
    """A line on stderr: stdout belongs to the job."""
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
