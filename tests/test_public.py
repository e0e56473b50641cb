"""What readers send: sign-ups with double opt-in, one-click leaving, votes; and what strangers try."""

from __future__ import annotations

import logging
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from console_desk import Seconds, filled_once
from mail_server import CLOSE, Postbox, postbox
from notice_settings import SECRETS, mail
from starlette.testclient import TestClient

from jobs import public
from jobs.public.confirming import Confirming
from jobs.public.requests import ASKS, GUESSES, SAME
from tools.errors import UsageError
from tools.settings import Settings
from tools.store import Store
from tools.store.subscribers import token_hash

SITE, FORMS = "https://scout.example", "https://forms.example/in"
KIM = "kim@reader.example"
TOKEN = "0123456789abcdef" * 2


@dataclass
class Door:
    """The public app over a store, with a mailbox behind it."""

    path: Path
    settings: Settings
    app: Any
    box: Postbox
    seconds: Seconds

    def client(self, host: str = "203.0.113.7") -> TestClient:
        return TestClient(
            self.app,
            base_url="https://forms.example",
            client=(host, 1),
            follow_redirects=False,
            raise_server_exceptions=False,
        )

    def store(self) -> Store:
        return Store.open(self.path)

    def send_due(self) -> None:
        """What the thread beside the app does at each look."""
        made = public.public_of(self.path, self.settings)
        assert made.confirming
        made.confirming.send_due()
        made.stores.close()

    def links(self, to: str = KIM) -> dict[str, str]:
        """Links of the newest mail to an address: confirm and unsubscribe, as a click asks for them."""
        mailed = [one for one in self.box.accepted if one["To"] == to][-1]
        body = mailed.get_body(("plain",))
        assert body
        found = re.findall(r"https://forms\.example(/in/(\w+)\?token=\S+)", body.get_content())
        return {name: path for path, name in found}


@pytest.fixture
def door(tmp_path: Path, filled_once: Path) -> Iterator[Door]:
    with postbox() as box:
        yield make_door(Path(shutil.copy(filled_once, tmp_path / "store.db")), box)


def make_door(path: Path, box: Postbox, **values: Any) -> Door:
    given = {"site_url": SITE, "post_url": FORMS, **values}
    settings, seconds = Settings(given, SECRETS, tables={"targets": {"post": mail(box.port)}}), Seconds()
    return Door(path, settings, public.app(path, settings, now=seconds), box, seconds)


def counts(door: Door) -> dict[str, int]:
    with door.store() as store:
        return store.subscriber_counts()


def cast(client: TestClient, slug: str = "lampyard", vote: str = "ship", token: str = TOKEN, **headers: str) -> Any:
    return client.post("/in/vote", data={"slug": slug, "vote": vote, "token": token}, headers=headers)


# sign-ups ------------------------------------------------------------------------------------------------------------


def test_a_sign_up_is_confirmed_by_a_button_and_left_by_one(door: Door) -> None:
    client = door.client()
    asked = client.post("/in/subscribe", data={"email": KIM, "page": "products/lampyard.html", "website": ""})
    assert (asked.status_code, asked.headers["location"]) == (303, "/in/asked?page=products%2Flampyard.html")
    shown = client.get(asked.headers["location"]).text
    assert f'href="{SITE}/products/lampyard.html"' in shown
    door.send_due()
    (mailed,) = door.box.accepted
    assert (mailed["To"], mailed["From"]) == (KIM, "Scout <scout@example.org>")
    confirm = door.links()["confirm"]
    for _ in range(2):  # programs that look at links in mails open them
        assert "Yes, send it" in client.get(confirm).text
        client.head(confirm)
    assert counts(door)["confirmed"] == 0
    token = confirm.partition("=")[2]
    assert "You are on the list" in client.post("/in/confirm", data={"token": token}).text
    assert counts(door)["confirmed"] == 1
    leave = door.links()["unsubscribe"]
    assert "Leave the list" in client.get(leave).text
    assert counts(door)["confirmed"] == 1
    assert "You have left" in client.post("/in/unsubscribe", data={"token": token}).text
    assert counts(door) | {"left": 1} == counts(door)


@pytest.mark.parametrize("multipart", [False, True])
def test_a_mail_program_leaves_by_one_click_as_rfc_8058_has_it(door: Door, multipart: bool) -> None:
    client = door.client()
    client.post("/in/subscribe", data={"email": KIM})
    door.send_due()
    client.post("/in/confirm", data={"token": door.links()["confirm"].partition("=")[2]})
    body: dict[str, Any] = {"List-Unsubscribe": "One-Click"}
    sent: dict[str, Any] = (
        {"files": {name: (None, value) for name, value in body.items()}} if multipart else {"data": body}
    )
    assert client.post(door.links()["unsubscribe"], **sent).status_code == 200
    assert counts(door)["left"] == 1


def test_the_answer_is_the_same_whatever_is_known_of_an_address(door: Door) -> None:
    with door.store() as store:
        for address in ("known@reader.example", "refused@reader.example"):
            store.subscribe(address)
        known, refused = (store.start_confirmation(key) for key in store.due_confirmations(9))
        assert known
        assert refused
        store.confirm(known[1], timedelta(days=1))
        store.leave(refused[1])
    client, answers = door.client(), set()
    for address in ("known@reader.example", "refused@reader.example", "new@reader.example", "new@reader.example"):
        answer = client.post("/in/subscribe", data={"email": address})
        answers.add((answer.status_code, answer.text, str([*answer.headers.items()])))
    assert len(answers) == 1
    door.send_due()
    assert [one["To"] for one in door.box.accepted] == ["new@reader.example"]


def test_nobody_is_bombed_and_a_client_signs_up_a_few_only(door: Door) -> None:
    client = door.client()
    for _ in range(ASKS):
        assert client.post("/in/subscribe", data={"email": KIM}).status_code == 303
        door.send_due()
    assert len(door.box.accepted) == 1
    limited = client.post("/in/subscribe", data={"email": KIM})
    assert (limited.status_code, "60 minutes" in limited.text) == (429, True)
    assert door.client("198.51.100.1").post("/in/subscribe", data={"email": KIM}).status_code == 303
    door.seconds.at += 3_601
    assert client.post("/in/subscribe", data={"email": KIM}).status_code == 303


def test_one_household_of_ipv6_is_one_client(door: Door) -> None:
    for number in range(ASKS):
        door.client(f"2001:db8:1:1::{number}").post("/in/subscribe", data={"email": f"k{number}@reader.example"})
    assert door.client("2001:db8:1:1:ffff::9").post("/in/subscribe", data={"email": KIM}).status_code == 429
    assert door.client("2001:db8:1:2::1").post("/in/subscribe", data={"email": KIM}).status_code == 303


def test_a_robot_that_fills_in_what_people_do_not_see_gets_the_same_answer_and_nothing_is_kept(door: Door) -> None:
    answer = door.client().post("/in/subscribe", data={"email": KIM, "website": "https://spam.example"})
    assert answer.status_code == 303
    assert counts(door)["asked"] == 0


@pytest.mark.parametrize("email", ["", "kim", "kim@reader.example\r\nBcc: all@reader.example", "k" * 9_000])
def test_what_is_no_address_is_said_and_not_repeated(door: Door, email: str) -> None:
    answer = door.client().post("/in/subscribe", data={"email": email})
    assert (answer.status_code, "name@example.org" in answer.text) == (400, True)
    assert "Bcc" not in answer.text
    assert counts(door)["asked"] == 0


def test_a_page_elsewhere_leads_nowhere(door: Door) -> None:
    client = door.client()
    for page in (
        "https://evil.example/x.html",
        "//evil.example/x.html",
        "../../etc/x.html",
        "javascript:alert(1)//x.html",
    ):
        shown = client.get("/in/asked", params={"page": page}).text
        assert f'href="{SITE}/index.html"' in shown
        assert "evil" not in shown
        assert "alert" not in shown


def test_guessed_tokens_do_nothing_and_are_soon_not_taken(door: Door) -> None:
    client = door.client()
    with door.store() as store:
        store.subscribe(KIM)
    tried = [client.post("/in/confirm", data={"token": f"guess-{number}"}).status_code for number in range(GUESSES + 1)]
    assert tried == [410] * GUESSES + [429]
    assert client.post("/in/unsubscribe", data={"token": "x"}).status_code == 429
    assert client.post("/in/confirm", data={}).status_code == 429
    assert door.client("198.51.100.1").post("/in/confirm", data={}).status_code == 400
    others = dict.fromkeys(("confirmed", "bounced", "left", "refused", "mails_failed"), 0)
    assert counts(door) == {"asked": 1, "mails_waiting": 1, **others}


def test_neither_an_address_nor_a_token_is_logged(door: Door, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG, "jobs")
    client = door.client()
    door.box.replies = {"RCPT": "550 <kim@reader.example> unknown"}
    client.post("/in/subscribe", data={"email": KIM})
    door.send_due()
    door.box.replies = {"MAIL": "421 busy with <kim@reader.example>"}
    client.post("/in/subscribe", data={"email": "lee@reader.example"})
    door.send_due()
    assert "reader.example" not in caplog.text
    with door.store() as store:
        assert "reader.example" not in store.mail_trouble()


def test_sign_ups_wait_for_a_server_that_fails_and_go_out_once_when_it_is_back(door: Door) -> None:
    client = door.client()
    client.post("/in/subscribe", data={"email": KIM})
    door.box.replies = {"GREETING": "421 too busy"}
    door.send_due()
    assert counts(door)["mails_waiting"] == 1
    door.box.replies = {}
    door.send_due()
    door.send_due()
    assert len(door.box.accepted) == 1
    assert counts(door)["mails_waiting"] == 0


def test_a_mail_that_was_taken_and_not_answered_for_does_not_go_again(door: Door) -> None:
    door.client().post("/in/subscribe", data={"email": KIM})
    door.box.replies = {"DOT": CLOSE}
    door.send_due()
    door.box.replies = {}
    door.send_due()
    assert len(door.box.accepted) == 1


def test_an_address_that_the_server_refuses_costs_the_others_nothing(door: Door) -> None:
    client = door.client()
    for address in ("gone@reader.example", KIM):
        client.post("/in/subscribe", data={"email": address})
    door.box.replies = {"RCPT": "550 unknown"}
    door.send_due()
    assert counts(door)["mails_failed"] == 2
    door.box.replies = {}
    client.post("/in/subscribe", data={"email": "lee@reader.example"})
    door.send_due()
    assert [one["To"] for one in door.box.accepted] == ["lee@reader.example"]


def test_the_thread_sends_beside_the_requests_and_ends_with_the_app(door: Door) -> None:
    with door.client() as client:  # runs the lifespan
        client.post("/in/subscribe", data={"email": KIM})
        for _ in range(200):
            if door.box.accepted:
                break
            door.box.freed.wait(0.02)
    assert [one["To"] for one in door.box.accepted] == [KIM]


def test_a_mail_that_cannot_be_made_does_not_end_it_for_the_others(
    door: Door, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    made = Confirming._mail

    def mailed(self: Confirming, address: str, token: str) -> Any:
        if address.startswith("odd"):
            raise ValueError(address)
        return made(self, address, token)

    monkeypatch.setattr(Confirming, "_mail", mailed)
    with door.client() as client:
        for address in ("odd@reader.example", KIM):
            client.post("/in/subscribe", data={"email": address})
        for _ in range(400):
            if door.box.accepted:
                break
            door.box.freed.wait(0.02)
            client.post("/in/subscribe", data={"email": KIM})
    assert [one["To"] for one in door.box.accepted] == [KIM]
    assert "ValueError" in caplog.text
    assert "reader.example" not in caplog.text


def test_without_a_mail_target_votes_are_taken_and_sign_ups_are_not(door: Door) -> None:
    bare = Settings({"post_url": FORMS, "site_url": SITE})
    client = TestClient(public.app(door.path, bare), base_url="https://forms.example", follow_redirects=False)
    assert client.post("/in/subscribe", data={"email": KIM}).status_code == 503
    assert cast(client).status_code == 303
    with pytest.raises(UsageError, match="SCOUT_POST_URL"):
        public.app(door.path, Settings({}))


# votes ---------------------------------------------------------------------------------------------------------------


def test_a_token_votes_once_and_a_later_vote_replaces_the_first(door: Door) -> None:
    client = door.client()
    assert cast(client).headers["location"] == "/in/voted?slug=lampyard"
    cast(client, vote="skip")
    cast(client, token="f" * 32)
    with door.store() as store:
        assert store.votes("lampyard") == {"ship": 1, "skip": 1}
    shown = client.get("/in/voted?slug=lampyard").text
    assert "1 ship, 1 skip" in shown
    assert f'href="{SITE}/products/lampyard.html"' in shown
    assert "set-cookie" not in cast(client).headers


def test_a_browser_without_a_script_votes_by_a_cookie(door: Door) -> None:
    client = door.client()
    given = cast(client, token="").headers["set-cookie"]
    assert re.fullmatch(r"scout-voter=[0-9a-f]{32}; HttpOnly; Max-Age=31536000; Path=/in; SameSite=none; Secure", given)
    cast(client, token="", vote="skip")
    with door.store() as store:
        assert store.votes("lampyard") == {"ship": 0, "skip": 1}
        assert given[12:44] not in "".join(store._conn.iterdump()), "only a hash is kept"


def test_what_is_not_published_gets_no_vote(door: Door) -> None:
    client = door.client()
    with door.store() as store:
        store.merge("tidewire", "lampyard", "one maker", "Ines")
        store.delete_product("hexpail", "spam", "Ines")
    assert cast(client, "tidewire").headers["location"] == "/in/voted?slug=lampyard"
    for slug in ("hexpail", "nowhere", "", "x" * 5_000, "<b>x"):
        answer = cast(client, slug)
        assert (answer.status_code, "<b>x" in answer.text) == (410, False)
    strict = make_door(door.path, door.box, approved_only=True)
    assert cast(strict.client()).status_code == 410


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"vote": "maybe"}, "A vote is ship or skip"),
        ({"vote": "<script>"}, "A vote is ship or skip"),
        ({"token": "short"}, "32 hex digits"),
        ({"token": "Z" * 32}, "32 hex digits"),
    ],
)
def test_a_vote_that_is_none_is_said_in_a_sentence(door: Door, fields: dict[str, str], sentence: str) -> None:
    answer = door.client().post("/in/vote", data={"slug": "lampyard", "vote": "ship", "token": TOKEN, **fields})
    assert (answer.status_code, sentence in answer.text, "<script>" in answer.text) == (400, True, False)


def test_one_client_stuffs_no_box(door: Door) -> None:
    client = door.client()
    answers = [cast(client, token=f"{number:032x}").status_code for number in range(SAME + 3)]
    assert answers == [303] * SAME + [429] * 3
    assert cast(client, "hexpail").status_code == 303


# what strangers try --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("origin", "status"),
    [
        (None, 303),
        (SITE, 303),
        ("https://SCOUT.example", 303),
        ("https://forms.example", 303),
        ("https://evil.example", 403),
        ("http://scout.example", 403),
        ("https://scout.example.evil.example", 403),
        ("null", 403),
    ],
)
def test_forms_of_other_pages_are_refused_once_the_site_is_known(door: Door, origin: str | None, status: int) -> None:
    headers = {"Origin": origin} if origin else {}
    assert cast(door.client(), **headers).status_code == status
    sent = door.client().post("/in/subscribe", data={"email": KIM}, headers=headers)
    assert sent.status_code == status
    assert counts(door)["asked"] == (status == 303)


def test_ten_megabytes_are_not_kept(door: Door) -> None:
    client, much = door.client(), "x" * 10_000_000
    for path, headers in (("/in/vote", {}), ("/in/subscribe", {}), ("/in/unsubscribe?token=a", {})):
        assert client.post(path, data={"email": much}, headers=headers).status_code == 413
    assert client.post("/in/vote", content=b"{}", headers={"Content-Type": "application/json"}).status_code == 415


def test_nothing_of_the_console_is_there(door: Door) -> None:
    client = door.client()
    for path in ("/sign-in", "/inbox", "/readers", "/mcp/store", "/static/console.js", "/in/inbox", "/docs"):
        assert client.get(path).status_code == 404
        assert client.post(path).status_code == 404
    assert client.get("/in/vote").status_code == 404


def test_every_answer_forbids_scripts_frames_and_referrers(door: Door) -> None:
    client = door.client()
    for answer in (
        client.get("/in/"),
        client.get("/nowhere"),
        cast(client),
        cast(client, token="z"),
        client.get("/asked"),
    ):
        headers = answer.headers
        assert "default-src 'none'" in headers["content-security-policy"]
        assert "frame-ancestors 'none'" in headers["content-security-policy"]
        assert (headers["referrer-policy"], headers["cache-control"]) == ("no-referrer", "no-store")


def test_a_proxy_may_take_the_path_off(door: Door) -> None:
    assert door.client().post("/vote", data={"slug": "lampyard", "vote": "ship"}).headers["location"].startswith("/in/")


def test_a_proxys_word_on_the_client_counts_only_where_it_is_trusted(
    door: Door, caplog: pytest.LogCaptureFixture
) -> None:
    def ask(at: Door, reader: str) -> int:
        sent = {"email": KIM}, {"X-Forwarded-For": reader}
        return at.client("127.0.0.1").post("/in/subscribe", data=sent[0], headers=sent[1]).status_code

    assert [ask(door, f"203.0.113.{number}") for number in range(ASKS + 1)] == [303] * ASKS + [429]
    assert caplog.text.count("SCOUT_TRUSTED_PROXIES") == 1
    trusting = make_door(door.path, door.box, trusted_proxies="127.0.0.1, 10.0.0.0/8")
    assert [ask(trusting, f"203.0.113.{number}") for number in range(ASKS + 1)] == [303] * (ASKS + 1)
    forged = [ask(trusting, f"192.0.2.{number}, 203.0.113.99") for number in range(ASKS + 1)]
    assert forged == [303] * ASKS + [429], "what a client wrote before the proxy's own word counts nothing"
    for given in ("*", "proxy.example", "10.0.0.1/8"):
        with pytest.raises(UsageError, match="takes addresses or networks"):
            make_door(door.path, door.box, trusted_proxies=given)


def test_a_store_that_is_gone_or_locked_is_said_without_its_path(door: Door) -> None:
    door.path.unlink()
    answer = cast(door.client())
    assert (answer.status_code, str(door.path) in answer.text) == (503, False)


def test_confirming_keeps_no_token_in_clear(door: Door) -> None:
    door.client().post("/in/subscribe", data={"email": KIM})
    door.send_due()
    token = door.links()["confirm"].partition("=")[2]
    with door.store() as store:
        dumped = "".join(store._conn.iterdump())
    assert token not in dumped
    assert token_hash(token) in dumped


def test_the_mails_of_a_run_under_way_are_not_sent_by_the_next(door: Door) -> None:
    with door.store() as store:
        store.subscribe(KIM)
        assert store.start_confirmation(store.due_confirmations(1)[0])  # and killed here
    made = public.public_of(door.path, door.settings)
    assert isinstance(made.confirming, Confirming)
    made.confirming.start()
    made.confirming.close()
    door.send_due()
    assert door.box.accepted == []
    assert counts(door)["asked"] == 1
