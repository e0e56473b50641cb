"""Marks in the console's lists and on a product's page."""

from __future__ import annotations

from console_desk import Desk, desk, filled_once
from stored import NOON

from tools.dossier import Dossier
from tools.models import Logo


def test_the_console_shows_and_serves_it(desk: Desk) -> None:
    with desk.store() as store:
        store.put_dossier(
            Dossier("lampyard"), Logo("https://lampyard.example/t.png", "https://lampyard.example/", NOON, b"PNG")
        )
        logo = store.document("lampyard").logo
    assert logo
    seal = logo.sha256
    client = desk.signed_in()
    shown = f'<img class="lg" src="/logos/{seal}"'
    assert shown in client.get("/products").text
    assert '<span class="lg" aria-hidden="true">T</span>' in client.get("/products").text
    assert shown in client.get("/products/lampyard").text
    served = client.get(f"/logos/{seal}")
    assert (served.content, served.headers["content-type"]) == (b"PNG", "image/png")
    assert client.get("/logos/none").status_code == 404
