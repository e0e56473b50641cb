"""Where our own pages stand: SCOUT_SITE_URL and the addresses made of it."""

from __future__ import annotations

import pytest

from tools.errors import UsageError
from tools.exporters._addresses import page_url, site_url
from tools.settings import Settings


@pytest.mark.parametrize(
    "given", ["https://scout.example/tools", "https://scout.example/tools/", " https://scout.example/tools// "]
)
def test_a_page_stands_below_the_address_of_the_site(given: str) -> None:
    assert page_url(Settings({"site_url": given}), "ferrykey") == "https://scout.example/tools/products/ferrykey.html"


def test_a_slug_that_is_no_file_name_has_the_page_that_the_site_gives_it() -> None:
    assert page_url(Settings({"site_url": "https://scout.example"}), "con").startswith(
        "https://scout.example/products/x-"
    )


def test_without_a_site_there_is_no_page() -> None:
    assert page_url(Settings(), "ferrykey") == ""


@pytest.mark.parametrize(
    "given",
    [
        "scout.example",
        "ftp://scout.example",
        "https://a@scout.example",
        "https://scout.example/?a=b",
        "https://s.example/#",
        "javascript:1",
    ],
)
def test_an_address_that_is_no_folder_of_the_web_is_refused_in_a_sentence(given: str) -> None:
    with pytest.raises(UsageError, match="SCOUT_SITE_URL takes the address of the folder"):
        site_url(Settings({"site_url": given}))
