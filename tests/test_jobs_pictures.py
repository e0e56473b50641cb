"""A price that stands in a picture, as an editor meets it: the reason, the screenshot, the file; and, where the extra `ocr`
is installed, what was read in it. No browser needed."""

import base64
import hashlib
import io
import json
import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from price_pictures import made

from jobs.cli import cli
from jobs.refresh import refresh
from tools import pictures
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
LOOK = f"{URL}: its prices stand only in a picture (prices.png)"


OFF = {"browser": "off", "ocr": "off"}


def recording_of(folder: Path, day: int, *, pictured: bool, png: bytes = PNG, file: bytes | None = None) -> Path:
    """A recording that holds the page, and its screenshot or not, and the picture's own file or not."""
    exchanges = [Recorded(URL, 200, (("Content-Type", "text/html"),), PAGE.encode())]
    if pictured:
        exchanges.append(Recorded(URL, 200, (("Content-Type", "image/png"),), png, SCREENSHOT))
    if file:
        address = "https://pixelmoor.example/prices.png"
        exchanges.append(Recorded(address, 200, (("Content-Type", "image/png"),), file))
    write_recording(folder / f"{day}.warc.gz", datetime(2026, 11, day, tzinfo=UTC), exchanges)
    return folder / f"{day}.warc.gz"


def store_of(folder: Path, *, pictured: bool, ocr: str = "off", png: bytes = PNG, file: bytes | None = None) -> Path:
    """A store after the page was read."""
    replay = recording_of(folder, 18, pictured=pictured, png=png, file=file)
    with Workbench(Settings({**OFF, "ocr": ocr}), folder / "store.db", replay=replay) as bench:
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
    (row,) = json.loads(scout(store, "list", "--needs-look", "--json").stdout)
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
    refresh(store, Settings(OFF), ["pixelmoor"], replay=replay, review=False)
    assert scout(store, "show", "pixelmoor", "--screenshot", str(tmp_path / "p.png")).exit_code == 0
    assert (tmp_path / "p.png").read_bytes() == PNG


# read here --------------------------------------------------------------------------------------------------------------

AUTO = {"browser": "off"}
needs_extra = pytest.mark.skipif(not pictures.available(), reason=pictures.EXTRA)


@pytest.mark.skipif(pictures.available(), reason="the extra `ocr` is installed here")
def test_without_the_extra_the_look_says_which_one_reads_it(tmp_path: Path) -> None:
    store = store_of(tmp_path, pictured=True, ocr="auto")
    (row,) = json.loads(scout(store, "list", "--needs-look", "--json").stdout)
    assert row["needs_look"] == [f"{LOOK}; the extra `ocr` reads them: pip install 'scout[ocr]'"]
    assert "scout[ocr]" in " ".join(scout(store, "doctor").output.split())


@needs_extra
@pytest.mark.slow
@pytest.mark.parametrize("file", [True, False], ids=["the file", "the screenshot"])
def test_what_is_read_in_a_picture_is_published_with_the_place_it_stands_at(tmp_path: Path, file: bool) -> None:
    picture, shown = made("light", 2)
    store = store_of(tmp_path, pictured=not file, ocr="auto", png=picture, file=picture if file else None)
    document = json.loads(scout(store, "show", "pixelmoor", "--json").output)
    assert (document["needs_look"], document["pricing_model"]) == ([], "paid")
    assert [(plan["name"], plan["amount"], plan["currency"]) for plan in document["plans"]] == [
        (one.name, one.amount, one.currency) for one in sorted(shown, key=lambda one: float(one.amount))
    ]
    seal = hashlib.sha256(picture).hexdigest()
    for plan in document["plans"]:
        assert plan["rung"] == "ocr"
        assert {(said["place"], said["path"]) for said in plan["evidence"]} == {("picture", seal)}
        assert all(len(said["box"].split(",")) == 4 for said in plan["evidence"])
    told = " ".join(scout(store, "show", "pixelmoor").output.split())
    assert f"in the picture sha256 {seal[:16]}" in told


@needs_extra
@pytest.mark.slow
def test_a_refresh_notices_another_picture_at_the_same_address_of_the_same_page(tmp_path: Path) -> None:
    (old, _), (new, shown) = made("light", 2), made("light", 3)
    store = store_of(tmp_path, pictured=False, ocr="auto", file=old)
    same = refresh(
        store, Settings(AUTO), ["pixelmoor"], replay=recording_of(tmp_path, 19, pictured=False, file=old), review=False
    )
    assert same["products"][0]["state"] == "unchanged"
    report = refresh(
        store, Settings(AUTO), ["pixelmoor"], replay=recording_of(tmp_path, 20, pictured=False, file=new), review=False
    )
    assert report["products"][0]["state"] == "changed"
    document = json.loads(scout(store, "show", "pixelmoor", "--json").output)
    assert {plan["amount"] for plan in document["plans"]} == {one.amount for one in shown}
    gone = refresh(
        store, Settings(AUTO), ["pixelmoor"], replay=recording_of(tmp_path, 21, pictured=False), review=False
    )
    assert gone["products"][0]["state"] == "unchanged"  # a picture that cannot be had is no other one


@needs_extra
@pytest.mark.slow
def test_the_site_shows_the_piece_of_the_picture_and_the_store_knows_it_without_it(tmp_path: Path) -> None:
    picture, shown = made("light", 2)
    store = store_of(tmp_path, pictured=False, ocr="auto", file=picture)
    assert scout(store, "export", "site", "--out", str(tmp_path / "site")).exit_code == 0
    page = (tmp_path / "site" / "products" / "pixelmoor.html").read_text()
    pieces = re.findall(r'<img src="data:image/png;base64,([^"]+)"', page)
    assert len(pieces) == len(shown)
    assert all(base64.b64decode(piece).startswith(b"\x89PNG") for piece in pieces)
    assert len(page.encode()) < 50_000
    with Workbench(Settings(OFF), store) as bench:
        page_id = bench.store.latest_page(URL).id  # type: ignore[union-attr] # it was read above
        kept = bench.store.picture(page_id)
    assert kept is not None
    assert kept.url == "https://pixelmoor.example/prices.png"
    with Workbench(Settings(AUTO), store) as bench:
        reading = bench.reader.reading(page_id)
    assert reading is not None
    assert reading.extraction is not None
    assert [plan.name for plan in reading.extraction.plans] == [one.name for one in shown]


@needs_extra
@pytest.mark.slow
def test_a_picture_without_prices_stays_a_look(tmp_path: Path) -> None:
    store = store_of(tmp_path, pictured=False, ocr="auto", file=made_blank())
    (row,) = json.loads(scout(store, "list", "--needs-look", "--json").stdout)
    assert row["needs_look"] == [f"{LOOK}; it was read, and no price in it is sure"]


def made_blank() -> bytes:
    """A picture with nothing in it."""
    from PIL import Image

    out = io.BytesIO()
    Image.new("RGB", (300, 200), "white").save(out, "PNG")
    return out.getvalue()
