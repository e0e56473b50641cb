"""Who gets the letter: asked for, confirmed, left; what is kept of whom; letters and their deliveries; published votes."""

from __future__ import annotations

import sqlite3
from datetime import timedelta
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stored import Clock, page, plan, propose

from tools.errors import CannotRun, UsageError
from tools.mail_addresses import mail_address
from tools.store import Store, subscribers

KIM = "Kim@Reader.Example"
DAYS = timedelta(days=3)
HOUR = timedelta(hours=1)


def mailed(store: Store) -> str:
    """The token of the one mail that is due, as if it was sent."""
    (key,) = store.due_confirmations(10)
    begun = store.start_confirmation(key)
    assert begun
    store.end_confirmation(key, "sent")
    return begun[1]


def confirmed(store: Store, address: str = KIM) -> str:
    store.subscribe(address)
    token = mailed(store)
    assert store.confirm(token, DAYS)
    return token


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        (" Kim.Lee+news@Reader.EXAMPLE ", "Kim.Lee+news@reader.example"),
        ("o'hara@reader.example", "o'hara@reader.example"),
        ("kim@bücher.example", "kim@xn--bcher-kva.example"),
    ],
)
def test_an_address_is_kept_in_one_way_of_writing(given: str, kept: str) -> None:
    assert mail_address(given) == kept


@pytest.mark.parametrize(
    "given",
    [
        "",
        "kim",
        "kim@",
        "@reader.example",
        "kim@localhost",
        "kim@@reader.example",
        "a.@reader.example",
        "kim@reader..example",
        "kim@reader.example\nBcc: all@reader.example",
        "kim <kim@reader.example>",
        "kim@reader.example,lee@reader.example",
        '"kim lee"@reader.example',
        f"{'k' * 65}@reader.example",
        f"kim@{'reader.' * 40}example",
        "kïm@reader.example",
    ],
)
def test_what_is_no_address_is_refused_without_repeating_it(given: str) -> None:
    with pytest.raises(UsageError) as raised:
        mail_address(given)
    assert not given.strip() or given.strip() not in str(raised.value)


@given(st.text("az09!#$%&'*+/=?^_`{|}~-.", min_size=1, max_size=66), st.text("az09-.é", min_size=1, max_size=20))
def test_an_address_that_is_taken_is_one_address_of_a_mail(local: str, domain: str) -> None:
    try:
        address = mail_address(f"{local}@{domain}")
    except UsageError:
        return
    mail = EmailMessage(policy=SMTP)
    mail["To"] = address
    assert [one.addr_spec for one in mail["To"].addresses] == [address]
    assert mail_address(address) == address


def test_a_sign_up_is_confirmed_by_the_token_of_its_mail_and_by_no_other(store: Store) -> None:
    store.subscribe(KIM)
    assert store.subscriber_counts()["mails_waiting"] == 1
    token = mailed(store)
    assert not store.confirm("guessed", DAYS)
    assert not store.confirm("", DAYS)
    assert list(store.subscribers()) == []
    assert store.confirm(token, DAYS)
    assert store.confirm(token, DAYS), "pressed twice it is confirmed"
    assert [address for address, _ in store.subscribers()] == ["Kim@reader.example"]


def test_one_address_gets_one_mail_a_day_however_it_is_written(store: Store, clock: Clock) -> None:
    for again in (KIM, KIM.upper(), KIM.lower()):
        store.subscribe(again)
    first = mailed(store)
    store.subscribe(KIM)
    assert store.due_confirmations(10) == []
    clock.at += timedelta(days=1, seconds=1)
    store.subscribe(KIM)
    second = mailed(store)
    assert not store.confirm(first, DAYS), "only the newest link holds"
    assert store.confirm(second, DAYS)


def test_a_link_that_is_too_old_confirms_nothing_and_the_address_is_forgotten(store: Store, clock: Clock) -> None:
    store.subscribe(KIM)
    token = mailed(store)
    clock.at += DAYS + HOUR
    assert not store.confirm(token, DAYS)
    assert store.forget_subscribers(DAYS) == 1
    assert store.subscriber_counts()["asked"] == 0


def test_with_a_short_time_to_confirm_there_is_still_one_mail_a_day(store: Store, clock: Clock) -> None:
    store.subscribe(KIM)
    mailed(store)
    clock.at += 2 * HOUR
    assert store.forget_subscribers(HOUR) == 0
    store.subscribe(KIM)
    assert store.due_confirmations(10) == []


def test_who_has_it_or_wants_none_gets_no_mail_and_who_left_may_come_back(store: Store, clock: Clock) -> None:
    token = confirmed(store)
    clock.at += timedelta(days=2)
    store.subscribe(KIM)
    assert store.due_confirmations(10) == [], "confirmed already"
    assert store.leave(token)
    assert store.leave(token), "left twice is left"
    store.subscribe(KIM)
    again = mailed(store)
    assert store.leave(again), "not wanted: the link of the mail to confirm says never again"
    clock.at += timedelta(days=400)
    store.forget_subscribers(DAYS)
    store.subscribe(KIM)
    assert store.due_confirmations(10) == []
    assert store.subscriber_counts()["refused"] == 1


def test_who_left_leaves_a_hash_for_a_month_and_no_address(store: Store, clock: Clock) -> None:
    token = confirmed(store)
    store.leave(token)
    dumped = "\n".join(store._conn.iterdump())  # every byte of text that the file holds
    assert "reader.example" not in dumped.lower()
    assert token not in dumped
    clock.at += timedelta(days=31)
    assert store.forget_subscribers(DAYS) == 1


def test_unconfirmed_sign_ups_and_their_mails_are_bounded(
    store: Store, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(subscribers, "MOST_ASKED", 5)
    for number in range(5):
        store.subscribe(f"r{number}@reader.example")
    for address in ("r9@reader.example", "r0@reader.example"):
        with pytest.raises(CannotRun, match="Too many sign-ups"):  # the same whether it is known or not
            store.subscribe(address)
    due = store.due_confirmations(3)
    assert len(due) == 3
    for key in due:
        store.start_confirmation(key)
    assert store.due_confirmations(3) == []
    clock.at += HOUR + timedelta(seconds=1)
    assert len(store.due_confirmations(3)) == 2


def test_an_address_is_forgotten_on_request(store: Store) -> None:
    confirmed(store)
    store.remove_subscriber(KIM.lower())
    assert list(store.subscribers()) == []
    with pytest.raises(UsageError, match="not among the subscribers"):
        store.remove_subscriber(KIM)


def test_a_letter_goes_to_each_once_whatever_happens_in_between(store: Store, clock: Clock) -> None:
    for address in ("a@reader.example", "b@reader.example"):
        confirmed(store, address)
    letter = store.put_letter("One", "text", "<p>html</p>", "2026-03-04T00:00:00Z")
    a, b = store.pending(letter)
    begun = store.start_delivery(letter, a)
    assert begun
    assert store.start_delivery(letter, a) is None, "it is under way"
    assert store.settle_deliveries() == 1, "as after a kill"
    assert store.start_delivery(letter, a) is None, "it may have arrived"
    assert store.start_delivery(letter, b)
    store.end_delivery(letter, b, "waiting", "The server answered 421.")
    assert store.pending(letter) == [b]
    assert store.leave(begun[1]), "the way out of a letter"
    assert store.letters(5)[0] | {"at": ""} == {
        "id": letter, "title": "One", "made_at": "2026-03-04T12:00:00Z", "sent": 0, "refused": 0, "unsure": 1,
        "waiting": 1, "error": "The server answered 421.", "at": "",
    }  # fmt: skip
    clock.at += timedelta(days=401)
    newer = store.put_letter("Two", "text", "", "2027-03-04T00:00:00Z")
    assert [row["id"] for row in store.letters(5)] == [newer]


def test_who_leaves_before_their_turn_gets_no_letter(store: Store) -> None:
    token = confirmed(store)
    letter = store.put_letter("One", "", "", "")
    (key,) = store.pending(letter)
    store.leave(token)
    assert store.start_delivery(letter, key) is None


def test_readers_vote_on_what_is_published_and_on_what_it_became(store: Store) -> None:
    for name in ("one", "two", "three", "four"):
        of = page(f"https://{name}.example/")
        store.put_product(propose(store, of, plans=(plan(of),), identity=f"url:{name}.example"))
    slugs = [document.slug for document in store.documents()]
    store.edit_product(slugs[0], "name", "First", "", "ed")
    store.merge(slugs[1], slugs[0], "one maker", "ed")
    store.delete_product(slugs[2], "spam", "ed")
    assert store.votable(slugs[1], approved_only=False) == (slugs[0], "First")
    assert store.votable(slugs[2], approved_only=False) is None
    assert store.votable("nowhere", approved_only=False) is None
    assert store.votable(slugs[3], approved_only=True) is None
    for voter, vote in (("a", "ship"), ("b", "skip"), ("b", "ship")):
        store.put_vote(slugs[0], voter, vote)
    store.put_vote(slugs[1], "c", "skip")
    (row,) = store.voted(10)
    assert (row["slug"], row["ship"], row["skip"]) == (slugs[0], 2, 1)
    assert store.votes_of(slugs) == {slugs[0]: {"ship": 2, "skip": 1}}


def test_an_older_store_gets_the_tables_of_readers(tmp_path: Path) -> None:
    path = tmp_path / "s.db"
    Store.open(path).close()
    with sqlite3.connect(path) as conn:
        for table in ("deliveries", "letters", "subscribers"):
            conn.execute(f"DROP TABLE {table}")
        conn.execute("DELETE FROM _sqlite_migrations WHERE name IN ('m019_readers', 'm023_bounces')")
    with Store.open(path) as store:
        store.subscribe(KIM)
        assert store.subscriber_counts()["asked"] == 1


def test_subscribers_of_an_older_store_bounce_none_of_them(tmp_path: Path) -> None:
    path = tmp_path / "s.db"
    with Store.open(path) as store:
        store.subscribe(KIM)
    with sqlite3.connect(path) as conn:
        conn.execute("DROP INDEX subscribers_bounced")
        for column in ("bounces", "bounced_at", "bounce"):
            conn.execute(f"ALTER TABLE subscribers DROP COLUMN {column}")
        conn.execute("DELETE FROM _sqlite_migrations WHERE name = 'm023_bounces'")
    conn.close()
    with Store.open(path) as store:
        assert (store.subscriber_counts()["asked"], store.bounced()) == (1, [])
