"""Three days of a stand-in of the real launch sites, crawled by the unmodified command: what was found, merged, missed?

    python bench/world.py [--seed 1] [--no-browser] [--small] [--keep FOLDER] [--pace 0.05] [--misses]

The world (tests/launch_world.py) is served on the ports 80 and 443 of a network of its own, where its names resolve to
public addresses that only exist there, with TLS of an authority made for the run; so Scout runs with its guard, its
robots.txt and its limits as anywhere. Day one: `scout crawl`. Days two and three: `scout crawl`, then `scout refresh
--all`. Needs Linux, root (for the network), the commands unshare, mount, ip and openssl. Nothing outside is asked: names
that are not of the world are refused and counted.
"""

from __future__ import annotations

import argparse
import base64
import contextlib
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from functools import partial
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
sys.path[:0] = [str(ROOT / "tests"), str(ROOT)]

import launch_ledger
import launch_score
import launch_services
import launch_world
from launch_cast import Cast
from launch_server import Server, certificates

INSIDE = "LAUNCH_WORLD_INSIDE"
ADDRESS = "93.184.215.14"  # any public address: on this network it is ours
DAYS = (1, 2, 3)


def main() -> int:
    """Run it; 1 where a politeness rule was broken."""
    args = _arguments()
    if os.environ.get(INSIDE):
        return run(args)
    if problem := _unfit():
        print(f"This bench cannot run here: {problem}", file=sys.stderr)
        return 3
    command = ["unshare", "-m", "-n", "--propagation", "private", sys.executable, __file__, *sys.argv[1:]]
    return subprocess.run(command, env={**os.environ, INSIDE: "yes"}, check=False).returncode


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seed", type=int, default=1, help="another cast of products, templates and faults")
    parser.add_argument("--no-browser", action="store_true")
    parser.add_argument("--small", action="store_true", help="about 25 products instead of 150")
    parser.add_argument("--days", type=int, default=3)
    parser.add_argument("--pace", type=float, default=0.05, help="SCOUT_PACE_S")
    parser.add_argument("--keep", type=Path, help="keep store, exports, logs and ledger in this folder")
    parser.add_argument("--misses", action="store_true", help="print a line for each miss")
    return parser.parse_args()


def _unfit() -> str:
    """Why not, or an empty text."""
    if sys.platform != "linux" or os.geteuid() != 0:
        return "it needs root on Linux, to make a network of its own."
    for command in ("unshare", "mount", "ip", "openssl"):
        if not shutil.which(command):
            return f"the command {command} is missing."
    tried = subprocess.run(["unshare", "-m", "-n", "true"], capture_output=True, text=True, check=False)
    return "" if tried.returncode == 0 else f"unshare -m -n is refused here ({tried.stderr.strip()})."


# ------------------------------------------------------------------------------------------------------ the network


class Names:
    """A name server on loopback that knows no name, and keeps those it was asked for."""

    def __init__(self) -> None:
        self.asked: Counter[str] = Counter()
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind(("127.0.0.1", 53))
        threading.Thread(target=self._run, daemon=True).start()

    def _run(self) -> None:
        while True:
            query, client = self._socket.recvfrom(1024)
            name, at = [], 12
            while query[at]:
                name.append(query[at + 1 : at + 1 + query[at]].decode("latin-1"))
                at += query[at] + 1
            self.asked[".".join(name).lower()] += 1
            # The same question, answered: no such name (rcode 3).
            self._socket.sendto(query[:2] + b"\x81\x83" + query[4:6] + b"\0\0\0\0\0\0" + query[12 : at + 5], client)


def furnish(folder: Path, names: list[str]) -> Path:
    """Addresses, names and trust of this network; returns the authority's certificate."""
    sh = partial(subprocess.run, check=True, capture_output=True)
    sh(["ip", "link", "set", "lo", "up"])
    for address in (ADDRESS, "169.254.169.254", "10.0.0.1"):
        sh(["ip", "addr", "add", f"{address}/32", "dev", "lo"])
    hosts, resolver, switch = folder / "hosts", folder / "resolv.conf", folder / "nsswitch.conf"
    hosts.write_text("127.0.0.1 localhost\n" + "".join(f"{ADDRESS} {name}\n" for name in names))
    resolver.write_text("nameserver 127.0.0.1\noptions timeout:1 attempts:1\n")
    switch.write_text("hosts: files dns\n")
    for made, place in ((hosts, "/etc/hosts"), (resolver, "/etc/resolv.conf"), (switch, "/etc/nsswitch.conf")):
        if Path(place).exists():
            sh(["mount", "--bind", str(made), place])
    return _trust(folder, names)


def _trust(folder: Path, names: list[str]) -> Path:
    """The authority, trusted by Python through the environment and by Chromium through a policy."""
    authority, _ = certificates(folder, names)
    der = subprocess.run(
        ["openssl", "x509", "-in", authority, "-outform", "DER"], check=True, capture_output=True
    ).stdout
    policy = {"CACertificates": [base64.b64encode(der).decode()]}
    for place in (Path("/etc/chromium"), Path("/etc/opt/chrome")):
        if place.is_dir():
            subprocess.run(["mount", "-t", "tmpfs", "tmpfs", str(place)], check=True)
            (place / "policies/managed").mkdir(parents=True)
            (place / "policies/managed/world.json").write_text(json.dumps(policy))
    return authority


# ------------------------------------------------------------------------------------------------------ the three days


class Scout:
    """The command, as a user runs it, on one store."""

    def __init__(self, folder: Path, authority: Path, args: argparse.Namespace, people: Cast):
        self.folder, self.store = folder, folder / "store.db"
        kept = {
            k: v
            for k, v in os.environ.items()
            if not k.startswith(("SCOUT_", "GITHUB_", "HF_")) and "proxy" not in k.lower()
        }
        self.env = {
            **kept,
            "PYTHONPATH": str(ROOT),
            "SSL_CERT_FILE": str(authority),
            "SCOUT_CONTACT": "mailto:bench@launch-world.org",
            "SCOUT_PACE_S": str(args.pace),
            "SCOUT_BROWSER": "off" if args.no_browser else "auto",
            "SCOUT_UNSAFE_BROWSER": "yes",
            "SCOUT_OPT_OUT_HOSTS": ",".join(launch_world.opted_out(people)),
            "SCOUT_PYPI_URL": f"https://{launch_services.INDEX}",
            "SCOUT_NPM_URL": f"https://{launch_services.REGISTRY}",
            "SCOUT_NPM_DOWNLOADS_URL": f"https://{launch_services.REGISTRY}",
        }

    def __call__(self, *words: str, log: str = "") -> tuple[int, str]:
        """Its exit code and what it printed; its progress goes to a log."""
        command = [sys.executable, "-c", "from jobs.cli import main; main()", *words, "--store", str(self.store)]
        done = subprocess.run(command, env=self.env, cwd=self.folder, capture_output=True, text=True, check=False)
        if log:
            (self.folder / f"{log}.out").write_text(done.stdout)
            (self.folder / f"{log}.err").write_text(done.stderr)
        return done.returncode, done.stdout

    def products(self, day: int) -> list[dict[str, Any]]:
        """All that `export jsonl` writes."""
        _, text = self("export", "jsonl")
        (self.folder / f"day{day}.jsonl").write_text(text)
        return [json.loads(line) for line in text.splitlines() if line.startswith("{")]


def run(args: argparse.Namespace) -> int:
    """Serve, crawl three days, print."""
    with contextlib.ExitStack() as stack:
        folder = args.keep.resolve() if args.keep else Path(stack.enter_context(tempfile.TemporaryDirectory()))
        folder.mkdir(parents=True, exist_ok=True)
        world = launch_world.world(args.seed, time.time(), small=args.small)
        authority = furnish(folder, world.hosts())
        names = Names()
        server = Server(world, "0.0.0.0", 80, 443, folder / "chain.pem").start()
        stack.callback(server.stop)
        scout = Scout(folder, authority, args, world.cast)
        for name, url in world.cast.followed:
            scout("source", "add", name, url)
        return report(args, world, names, *three_days(args, world, scout))


Days = dict[int, list[dict[str, Any]]]


def three_days(
    args: argparse.Namespace, world: launch_world.World, scout: Scout
) -> tuple[Days, Counter[str], list[str]]:
    """The records after each day, failures by class or kind, and what each command did."""
    held: Days = {}
    failures: Counter[str] = Counter()
    log = []
    for day in DAYS[: args.days]:
        world.day = day
        for words in [("crawl",)] + ([("refresh", "--all")] if day > 1 else []):
            world.turn += 1
            began, asked = time.monotonic(), len(world.ledger)
            code, out = scout(*words, "--no-review", "--json", log=f"day{day}-{words[0]}")
            log.append(
                f"day {day} scout {' '.join(words)}: exit {code}, {time.monotonic() - began:.0f} s, {len(world.ledger) - asked} requests"
            )
            print(log[-1], file=sys.stderr, flush=True)
            failures.update(f"{words[0]} {kind}" for kind in _failures(out))
        held[day] = scout.products(day)
    with (scout.folder / "ledger.jsonl").open("w") as file:
        for row in world.ledger:
            file.write(
                json.dumps(
                    [round(row.at - world.started, 2), row.day, row.status, row.method, row.url, dict(row.headers)]
                )
                + "\n"
            )
    return held, failures, log


def _failures(out: str) -> list[str]:
    """The kinds of the failures that a command listed."""
    try:
        listed = json.loads(out[out.index("{") :]).get("failures", [])
    except ValueError:
        return ["printed no JSON"]
    return [
        str(row.get("class") or row.get("kind") or row.get("error") or row)[:60]
        if isinstance(row, dict)
        else str(row)[:60]
        for row in listed
    ]


# ------------------------------------------------------------------------------------------------------ the table


def report(
    args: argparse.Namespace,
    world: launch_world.World,
    names: Names,
    held: Days,
    failures: Counter[str],
    log: list[str],
) -> int:
    """Print the table; 1 where a rule was broken."""
    last = max(held)
    figures = launch_score.score(world.cast, last, held[last], browser=not args.no_browser)
    print(
        f"\nseed {args.seed}, browser {'off' if args.no_browser else 'on'}, {len(world.cast.products)} products, {len(world.hosts())} names, {last} days\n"
    )
    print("| figure | value |\n|---|---|")
    for name, share in figures.shares.items():
        print(f"| {name} | {share} |")
    print(f"| plans F1 (amount, currency, period) | {launch_score.f1(figures):.3f} |")
    missed = list(launch_score.lines(figures))
    for day in list(held)[1:]:
        changes = launch_score.score_changes(world.cast, day, held[day - 1], held[day])
        for name, share in changes.shares.items():
            print(f"| day {day}: {name} | {share} |")
        missed += [f"day {day} {line}" for line in launch_score.lines(changes)]
    broken = _politeness(world, names, missed)
    print(
        "\n".join(
            [
                "",
                *log,
                "",
                "failures: " + (", ".join(f"{kind} {many}" for kind, many in failures.most_common()) or "none"),
            ]
        )
    )
    if args.misses:
        print("\n".join(["", "misses", *missed]))
    if args.keep:
        (args.keep / "misses.txt").write_text("\n".join(missed) + "\n")
    return int(broken)


def _politeness(world: launch_world.World, names: Names, missed: list[str]) -> bool:
    """Print what the ledger shows; whether a rule was broken."""
    broken = False
    for kind, rows in launch_ledger.violations(world, "scout").items():
        print(f"| ledger: {kind} | {len(rows)} |")
        missed += [f"ledger, {kind}: {row}" for row in rows]
        broken = broken or bool(rows)
    carried, repeats = launch_ledger.conditional(world)
    print(f"| conditional share of repeats | {launch_score.Share(carried, repeats)} |")
    strange = {name: many for name, many in names.asked.items() if name.count(".")}
    print(f"| names asked for outside the world | {len(strange)} |")
    missed += [f"name outside the world: {name} ({many})" for name, many in strange.items()]
    return broken


if __name__ == "__main__":
    sys.exit(main())
