"""What the console shows of readers: counts without an address, letters, votes beside the panel's."""

from __future__ import annotations

from datetime import timedelta

from console_desk import Desk, desk, fields, filled_once

KIM = "kim@reader.example"


def subscribed(desk: Desk) -> None:
    with desk.store() as store:
        store.subscribe(KIM)
        begun = store.start_confirmation(store.due_confirmations(1)[0])
        assert begun
        store.confirm(begun[1], timedelta(days=1))
        store.subscribe("lee@reader.example")
        waits = store.start_confirmation(store.due_confirmations(9)[0])
        assert waits
        store.end_confirmation(2, "waiting", "The server answered 421.")
        letter = store.put_letter("The week", "", "", "2026-03-04T00:00:00Z")
        store.start_delivery(letter, 1)
        store.end_delivery(letter, 1, "sent")


def test_the_page_of_readers_counts_and_shows_no_address(desk: Desk) -> None:
    subscribed(desk)
    page = desk.signed_in().get("/readers").text
    assert "The server answered 421." in page
    assert "The week" in page
    assert "SCOUT_POST_URL" in page
    assert "reader.example" not in page


def test_an_editor_takes_an_address_out(desk: Desk) -> None:
    subscribed(desk)
    client = desk.signed_in()
    sent = {**fields(client.get("/readers").text, "/readers/remove"), "address": "KIM@reader.example"}
    assert client.post("/readers/remove", data=sent).headers["location"] == "/readers"
    page = client.get("/readers").text
    assert "forgotten" in page
    again = client.post("/readers/remove", data=sent)
    assert (again.status_code, "not among the subscribers" in again.text) == (400, True)


def test_readers_votes_stand_beside_the_panels_and_are_no_part_of_them(desk: Desk) -> None:
    client = desk.signed_in()
    assert "No reader has voted" in client.get("/products/lampyard").text
    verdict = client.get("/products/lampyard").text.partition('class="verdict">')[2][:300]
    with desk.store() as store:
        for voter in range(12):
            store.put_vote("lampyard", f"v{voter}", "skip")
    page = client.get("/products/lampyard").text
    assert "Readers: 0 ship, 12 skip" in page
    assert page.partition('class="verdict">')[2][:300] == verdict
    assert "Readers: 0 ship, 12 skip" in client.get("/inbox").text
    listed = client.get("/readers").text
    assert '<a class="tap" href="/products/lampyard"' in listed
