"""A price that stands in a picture, as an editor meets it: the reason, the screenshot, the file. No browser needed."""

import hashlib
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from jobs.cli import cli
from jobs.refresh import refresh
from tools.errors import UsageError
from tools.reading import ProposedProduct
from tools.settings import Settings
from tools.web.recording import Recorded, write_recording
from tools.web.rendering import SCREENSHOT
from tools.workbench import Workbench

URL = "https://pixelmoor.example/pricing"
PAGE = (
    "<title>Pixelmoor</title><h1>Pixelmoor scales pictures</h1><p>Pixelmoor scales pictures on their way to the visitor"
    " of a shop, so that a telephone is not sent what only a cinema could show.</p><h2>Pricing</h2><img src=/prices.png>"
)
PNG = b"\x89PNG of the page"
LOOK = f"{URL}: look: its prices stand only in a picture (prices.png)"


def recording_of(folder: Path, day: int, *, pictured: bool) -> Path:
    """A recording that holds the page, and its screenshot or not."""
    exchanges = [Recorded(URL, 200, (("Content-Type", "text/html"),), PAGE.encode())]
    if pictured:
        exchanges.append(Recorded(URL, 200, (("Content-Type", "image/png"),), PNG, SCREENSHOT))
    write_recording(folder / f"{day}.warc.gz", datetime(2026, 11, day, tzinfo=UTC), exchanges)
    return folder / f"{day}.warc.gz"


def store_of(folder: Path, *, pictured: bool) -> Path:
    """A store after the page was read."""
    replay = recording_of(folder, 18, pictured=pictured)
    with Workbench(Settings({"browser": "off"}), folder / "store.db", replay=replay) as bench:
        page = bench.run(bench.reader.read([URL], granted_only=False))[0].page
        assert page is not None
        bench.reader.propose([ProposedProduct(pages=(page.id,))])
    return folder / "store.db"


def scout(store: Path, *arguments: str) -> Result:
    return CliRunner().invoke(cli, [*arguments, "--store", str(store)])


@pytest.mark.parametrize("pictured", [True, False])
def test_the_list_and_the_product_name_the_picture_and_its_screenshot(tmp_path: Path, pictured: bool) -> None:
    store = store_of(tmp_path, pictured=pictured)
    seal = hashlib.sha256(PNG).hexdigest()
    said = f"screenshot of {URL} sha256 {seal[:16]}" if pictured else "no screenshot: No browser for a screenshot"
    for shown in (scout(store, "list", "--needs-look"), scout(store, "show", "pixelmoor")):
        told = " ".join(shown.output.split())
        assert "its prices stand only in a picture (prices.png)" in told
        assert said in told
    (row,) = json.loads(scout(store, "list", "--needs-look", "--json").output)
    assert row["needs_look"] == [LOOK]
    assert [page["screenshot"] for page in row["screenshots"]] == [seal if pictured else None]


def test_the_screenshot_is_written_as_it_is_kept(tmp_path: Path) -> None:
    store = store_of(tmp_path, pictured=True)
    assert scout(store, "show", "pixelmoor", "--screenshot", str(tmp_path / "p.png")).exit_code == 0
    assert (tmp_path / "p.png").read_bytes() == PNG


def test_a_screenshot_that_was_not_taken_is_said_so(tmp_path: Path) -> None:
    store = store_of(tmp_path, pictured=False)
    done = scout(store, "show", "pixelmoor", "--screenshot", str(tmp_path / "p.png"))
    assert isinstance(done.exception, UsageError)
    assert "No screenshot is kept of pixelmoor" in str(done.exception)
    assert "switched off" in str(done.exception)
    assert not (tmp_path / "p.png").exists()


def test_a_refresh_takes_the_screenshot_that_could_not_be_taken(tmp_path: Path) -> None:
    store = store_of(tmp_path, pictured=False)
    replay = recording_of(tmp_path, 19, pictured=True)
    refresh(store, Settings({"browser": "off"}), ["pixelmoor"], replay=replay, review=False)
    assert scout(store, "show", "pixelmoor", "--screenshot", str(tmp_path / "p.png")).exit_code == 0
    assert (tmp_path / "p.png").read_bytes() == PNG
