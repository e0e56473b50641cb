"""Rules and targets of scout.toml, what of the change log a rule wants, what a message says, how targets take it."""

import base64
import hashlib
import hmac
import json
import ssl
import threading
import tomllib
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from mail_server import CLOSE, HANG, RESET, Postbox, postbox
from notice_settings import SECRETS, hook, mail, noticing
from stored import NOON, fact, page, plan, propose

from tools.errors import NotDelivered, UsageError
from tools.notify.matching import found_in, share
from tools.notify.messages import change, html, payload, text, words
from tools.notify.rules import ABOUT, Rule, read_rule, rules
from tools.notify.targets import Target, apprise, read_target, targets, types
from tools.notify.targets import mail as mail_target
from tools.notify.targets import webhook as webhook_target
from tools.settings import Settings
from tools.store import Store

TARGETS = ("desk", "team")
pytestmark = pytest.mark.filterwarnings("ignore:'imghdr' is deprecated:DeprecationWarning")  # apprise 2.3 imports it


def read(**values: Any) -> Rule:
    return read_rule("mine", {"about": "new", "to": "desk", **values}, TARGETS)


# ── what stands in scout.toml ────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"wrods": "a"}, r"No key of \[rules.mine\] called 'wrods'. Did you mean words"),
        ({"about": "news"}, "Did you mean new"),
        ({"about": []}, r"\[rules.mine\] needs about"),
        ({"to": "dsek"}, "No to for .* called 'dsek'. Did you mean desk"),
        ({"words": "(a+)+"}, r"\[rules.mine\]: words: .* repeats a group"),
        ({"words": "("}, "does not close a group"),
        ({"words": 3}, "words takes a text or a list of texts; got 3"),
        ({"category": "clis"}, "Did you mean cli"),
        ({"kinds": ["repos"]}, "Did you mean repo"),
        ({"about": "price", "up": -0.1}, "up takes a share like 0.1"),
        ({"about": "price", "up": "10%"}, "up takes a share like 0.1"),
        ({"up": 0.1}, "up counts for rules about price only"),
        ({"hour": 7}, "hour counts for rules when daily or weekly only"),
        ({"when": "daily", "weekday": "monday"}, "weekday counts for rules when weekly only"),
        ({"when": "daily", "hour": 24}, "hour takes a whole number of 0 to 23; got 24"),
        ({"when": "hourly"}, "No when for .* called 'hourly'"),
        ({"about": "looks"}, "about looks and needs above"),
        ({"about": "job", "words": "a"}, "words counts for rules about new, verdict, price, over only"),
    ],
)
def test_a_rule_that_cannot_be_read_says_why_in_a_sentence(values: dict[str, Any], sentence: str) -> None:
    with pytest.raises(UsageError, match=sentence) as raised:
        read(**values)
    assert "\n" not in str(raised.value)


def test_a_broken_rule_does_not_cost_the_others() -> None:
    entries = {"good": {"about": "new", "to": "desk"}, "bad": {"about": "new", "to": "desk", "words": "[a"}}
    sound, faults = rules(noticing(entries, {"desk": hook("https://hooks.example/in")}))
    assert list(sound) == ["good"]
    assert faults["bad"].startswith("[rules.bad]: words: '[a'")


def test_the_example_of_the_readme_is_sound() -> None:
    section = (Path(__file__).parent.parent / "docs" / "notices.md").read_text(encoding="utf-8")
    example = tomllib.loads("\n".join(line[4:] for line in section.splitlines() if line.startswith("    ")))
    secrets = {**SECRETS, "PHONE_URL": "json://phone.example/"}
    settings = Settings({}, secrets, tables=example)
    assert rules(settings)[1] == targets(settings)[1] == {}
    assert {about for rule in rules(settings)[0].values() for about in rule.about} | {"price"} == set(ABOUT)


@pytest.mark.parametrize(
    ("entry", "sentence"),
    [
        ({}, "needs type"),
        ({"type": "webhok"}, "Did you mean webhook"),
        (hook("ftp://hooks.example/"), "is no http or https address"),
        (hook("http://hooks.example/in"), "is public and not encrypted; use https"),
        (hook("https://me:pw@hooks.example/in"), "carries a user name"),
        ({"type": "webhook", "url": "https://hooks.example"}, "needs secret_env"),
        (
            hook("https://hooks.example", secret_env="NOT_SET"),
            "secret_env names an environment variable that is not set",
        ),
        (hook("https://hooks.example", url_env="HOOK_URL"), "needs url, or url_env"),
        (mail(25, to="kim"), "'kim' is no mail address"),
        (mail(25, to="kim@example.org\nBcc: all@example.org"), "is no mail address"),
        (mail(25, user="kim"), "user and password_env belong together"),
        (mail(25, user="kim", password_env="MAIL_PASSWORD"), "a password is not sent without encryption"),
        (mail(0), "port takes a whole number of 1 to 65535"),
        ({"type": "apprise", "url_env": "NOT_SET"}, "is not set"),
    ],
)
def test_a_target_that_cannot_be_read_says_why_in_a_sentence(entry: dict[str, Any], sentence: str) -> None:
    with pytest.raises(UsageError, match=sentence) as raised:
        read_target("desk", entry, noticing({}, {}))
    assert "\n" not in str(raised.value)


def test_a_secret_written_into_the_file_is_refused_and_not_repeated() -> None:
    for entry in (
        hook("https://kim:p4ss@hooks.example"),
        hook("https://hooks.example", secret_env="p4ss word!"),
        {**hook("https://hooks.example"), "secret": "p4ss"},
    ):
        with pytest.raises(UsageError) as raised:
            read_target("desk", entry, noticing({}, {}))
        assert "p4ss" not in str(raised.value)


def test_what_is_shown_of_a_target_holds_no_secret() -> None:
    settings = Settings(
        {}, {**SECRETS, "HOOK_URL": "https://hooks.example/T0KEN", "CHAT": "json://user:T0KEN@chat.example/"}
    )
    entries = [
        hook("https://hooks.example/T0KEN"),
        {"type": "webhook", "url_env": "HOOK_URL", "secret_env": "HOOK_SECRET"},
        mail(25, security="ssl", user="kim", password_env="MAIL_PASSWORD"),
        {"type": "apprise", "url_env": "CHAT"},
    ]
    for entry in entries:
        target = read_target("desk", entry, settings)
        printed = f"{target!r} {target.shown} {target.address!r}"
        assert not [secret for secret in (*SECRETS.values(), "T0KEN") if secret in printed]


def test_every_sort_of_target_is_found_by_being_there() -> None:
    assert set(types()) == {"webhook", "mail", "apprise"}


@pytest.mark.parametrize(
    ("when", "found", "digested", "now", "due"),
    [
        ("now", 12, 12, 12, True),
        ("daily", 5, 6, 8, True),  # found before the hour
        ("daily", 8, 8, 23, False),  # after it: tomorrow
        ("daily", 11, -13, 11, True),  # nothing ran since the hour
        ("daily", 8, 8, 32, True),
        ("weekly", 8, 8, 32, False),
        ("weekly", 8, 8, 24 * 5 + 8, True),  # NOON's day is a Wednesday
    ],
)
def test_a_digest_is_due_once_its_hour_has_passed(when: str, found: int, digested: int, now: int, due: bool) -> None:
    midnight = NOON.replace(hour=0)
    moments = [midnight + timedelta(hours=hours) for hours in (found, digested, now)]
    assert Rule("r", ("new",), ("desk",), when=when).is_due(*moments) is due


# ── what a rule wants ────────────────────────────────────────────────────────────────────────────────────────────────

SUBJECT = {
    "slug": "acme",
    "name": "Acme",
    "tagline": "Queues for Postgres",
    "description": "x" * 100 + " a self-hosted thing " + "y " * 200 + "with webhooks",
    "tags": ["queue"],
    "kind": "repo",
    "category": "database",
    "homepage": "https://acme.dev/",
}


def row(op: str, **more: Any) -> dict[str, Any]:
    empty = {
        "seq": 7,
        "slug": "acme",
        "at": "2026-03-04T12:00:00Z",
        "field": "",
        "before": None,
        "after": None,
        "why": "",
    }
    return {**empty, "op": op, **more}


def wanted(change_row: dict[str, Any], before: str | None = None, over: bool = False, **rule: Any) -> list[str]:
    found = found_in(read(**rule), change_row, SUBJECT, lambda *_: before, lambda _: over)
    return [one.about for one in found]


@pytest.mark.parametrize(
    ("rule", "wants"),
    [
        ({}, True),
        ({"words": "postgres"}, True),
        ({"words": "post"}, False),  # whole words
        ({"words": ["mysql", "self-hosted"]}, True),
        ({"words": "webhooks?"}, True),  # far down a long description
        ({"words": r"queues? for \w+"}, True),
        ({"category": "database"}, True),
        ({"category": ["cli", "api"]}, False),
        ({"kinds": "repo", "words": "queue"}, True),
        ({"kinds": "model"}, False),
        ({"about": ["verdict", "price"]}, False),
    ],
)
def test_a_new_product_is_wanted_by_words_category_and_kind(rule: dict[str, Any], wants: bool) -> None:
    assert wanted(row("new", after="Acme"), **rule) == (["new"] if wants else [])


@pytest.mark.parametrize(
    ("before", "after", "moved"),
    [
        ("20 USD / month", "25 USD / month", "0.25"),
        ("20 USD / month", "10 USD / month", "-0.5"),
        ("20 USD / month", "20 EUR / month", None),
        ("20 USD / month", "200 USD / year", None),
        ("20 USD / month", "16 USD / month / seat", None),
        ("20 USD / month", "16 USD / month / billed by year", None),
        ("16 USD / month / seat / billed by year", "20 USD / month / seat / billed by year", "0.25"),
        ("20 USD / month", "unknown", None),
        ("20 USD / month", None, None),
        ("0 USD / month", "5 USD / month", "Infinity"),
        ("5 USD / month", "0", "-1"),
        ("0", "0 USD / month", "0"),
    ],
)
def test_the_share_by_which_a_price_moved(before: str, after: str | None, moved: str | None) -> None:
    assert share(before, after) == (None if moved is None else Decimal(moved))


@pytest.mark.parametrize(
    ("before", "after", "rule", "wants"),
    [
        ("20 USD", "25 USD", {}, True),
        ("20 USD", "25 USD", {"up": 0.25}, True),
        ("20 USD", "25 USD", {"up": 0.3}, False),
        ("20 USD", "25 USD", {"down": 0.1}, False),
        ("20 USD", "15 USD", {"down": 0.1}, True),
        ("20 USD", "15 USD", {"up": 0.1}, False),
        ("20 USD", None, {}, True),
        ("20 USD", None, {"down": 0.1}, False),
        (None, "20 USD", {}, False),  # a first price is no move
        ("0", "3 USD", {"up": 2}, True),
    ],
)
def test_a_price_is_wanted_by_how_far_it_moved(
    before: str | None, after: str | None, rule: dict[str, Any], wants: bool
) -> None:
    assert bool(wanted(row("plan", field="Pro", before=before, after=after), about="price", **rule)) is wants


@pytest.mark.parametrize(
    ("before", "after", "rule", "wants"),
    [
        (None, "Ship · 3 ship / 1 skip", {}, True),
        ("Ship · 3 ship / 1 skip", "Ship · 4 ship / 0 skip", {}, False),  # the same again
        ("Skip · 1 ship / 3 skip", "Ship · 4 ship / 0 skip", {"verdicts": "ship"}, True),
        ("Ship · 4 ship / 0 skip", "Skip · 1 ship / 3 skip", {"verdicts": "ship"}, False),
    ],
)
def test_a_verdict_is_wanted_when_it_is_another_one(
    before: str | None, after: str, rule: dict[str, Any], wants: bool
) -> None:
    assert bool(wanted(row("panel", after=after), before, about="verdict", **rule)) is wants


@pytest.mark.parametrize(
    ("why", "wants"),
    [
        ("https://acme.dev/ says “We are shutting down”; its facts are kept as they were.", True),
        ("https://acme.dev/ is gone (404, on two days); its facts are kept as they were.", True),
        ("https://acme.dev/pricing is gone (404, on two days); its facts are kept as they were.", False),
        ("https://acme.dev/ is empty now; its facts are kept as they were.", False),
    ],
)
def test_a_product_is_over_when_it_says_so_or_its_homepage_is_gone(why: str, wants: bool) -> None:
    assert bool(wanted(row("status", after="needs_look", why=f"Another reason. {why}"), about="over")) is wants


def test_a_product_is_over_when_its_panel_quotes_its_farewell() -> None:
    assert wanted(row("panel", after="Skip · 0 ship / 4 skip"), over=True, about="over") == ["over"]


# ── what a message says ──────────────────────────────────────────────────────────────────────────────────────────────

HOSTILE = "<b>Acme</b>\r\nBcc: all@example.org\u202e\u200b https://evil.example/ [x](http://evil.example) <!channel>"


def message(store: Store, notices: list[dict[str, Any]], **settings: Any) -> dict[str, Any]:
    made = noticing({}, {}, **settings)
    said = [change({"rules": ["mine"], "searches": [], **one}, store.document("acme"), made) for one in notices]
    return payload(Rule("mine", ("new",), ("desk",)), "scout-1", "2026-03-04T12:00:00Z", said)


def notice(about: str, **more: Any) -> dict[str, Any]:
    return {"change": f"{about}:7", "about": about, **row(""), **more}


@pytest.fixture
def acme(store: Store) -> Store:
    of = page()
    home = fact(of, "homepage", "https://acme.dev/")
    store.put_product(propose(store, of, fact(of), fact(of, "tagline", "Queues"), home, plans=(plan(of),)))
    return store


def test_a_price_change_is_told_from_to_and_by_how_much(acme: Store) -> None:
    told = message(acme, [notice("price", field="Pro", before="20 USD / month", after="25 USD / month")])
    assert told["title"] == "Scout: Acme, Pro: 20 → 25 USD a month (+25%)"
    assert told["changes"][0]["share"] == "0.2500"
    assert "Not reviewed yet" in text(told)


def test_a_product_without_a_verdict_is_told_in_facts_and_nothing_of_it_twice(acme: Store) -> None:
    told = message(acme, [notice("new")])
    assert told["changes"][0]["text"] == "Acme is new: Queues"
    assert told["changes"][0]["product"]["brief"] == ["Queues.", "Price to start: 20 USD a month."]
    lines = text(told).splitlines()
    assert "  Price to start: 20 USD a month." in lines
    assert (lines.count("  Not reviewed yet"), text(told).count("Queues")) == (1, 2)  # in the title and the line


def test_a_message_kept_by_an_older_scout_is_still_sent(acme: Store) -> None:
    told = message(acme, [notice("new")])
    del told["changes"][0]["product"]["brief"]
    assert "Not reviewed yet" in text(told)


def test_a_reader_is_led_to_our_page_where_there_is_one_and_to_the_homepage_else(acme: Store) -> None:
    told = message(acme, [notice("new")])
    assert '<a href="https://acme.dev/">' in html(told)
    published = message(acme, [notice("new")], site_url="https://scout.example/tools")
    assert "https://scout.example/tools/products/acme.html" in text(published)
    assert '<a href="https://scout.example/tools/products/acme.html">' in html(published)


def test_crawled_text_is_never_markup_nor_a_second_header(store: Store) -> None:
    of = page()
    store.put_product(propose(store, of, fact(of, value=HOSTILE), fact(of, "tagline", HOSTILE)))
    slug = store.list_products()[0]["slug"]
    made = noticing({}, {})
    said = [change({"rules": ["mine"], "searches": [], **notice("new", why=HOSTILE)}, store.document(slug), made)]
    told = payload(Rule("mine", ("new",), ("desk",)), "scout-1", "2026-03-04T12:00:00Z", said)
    box = read_target("desk", mail(25), made).address
    letter = mail_target.letter(box, told)
    assert letter["Bcc"] is None
    assert "\n" not in letter["Subject"]
    assert "<b>" not in html(told)
    assert "evil.example" not in "".join(line for line in html(told).split("<") if line.startswith("a "))
    for shown in (text(told), html(told), apprise.inert(told)):
        assert "://evil" not in shown
        assert not {"\u202e", "\u200b"} & set(shown)
    assert not set("<>[]@") & set(apprise.inert(told))


def test_words_of_a_page_are_one_line_cut_and_without_the_beginning_of_an_address() -> None:
    assert words("See\nHTTPS://evil.example\tnow") == "See evil.example now"
    assert len(words("word " * 100, 40)) <= 40


# ── webhook ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def send(target: Target, body: str = '{"id": "scout-1"}', at: datetime = NOON) -> None:
    target.send(json.loads(body), body, noticing({}, {}), lambda: at)


def test_a_webhook_is_signed_as_standard_webhooks_has_it(site: Any) -> None:
    site.page("/in", status=204)
    send(read_target("desk", hook(site.url("/in")), noticing({}, {})))
    asked = site.asked("/in")[0]
    signed = f"{asked.headers['webhook-id']}.{asked.headers['webhook-timestamp']}.".encode() + asked.body
    expected = base64.b64encode(hmac.new(b"s3cr3t-of-the-hook", signed, hashlib.sha256).digest()).decode()
    assert asked.headers["webhook-signature"] == f"v1,{expected}"
    assert asked.headers["webhook-id"] == asked.headers["idempotency-key"] == "scout-1"
    assert asked.headers["webhook-timestamp"] == str(int(NOON.timestamp()))


def test_a_secret_in_the_form_of_standard_webhooks_is_taken_by_its_bytes() -> None:
    coded = Settings({}, {"HOOK_SECRET": "whsec_" + base64.b64encode(b"key").decode()})
    assert read_target("desk", hook("https://hooks.example"), coded).address.secret == b"key"


@pytest.mark.parametrize(
    ("status", "lasting"), [(500, False), (503, False), (401, False), (404, False), (413, True), (422, True)]
)
def test_a_webhook_that_refuses_is_not_delivered(site: Any, status: int, lasting: bool) -> None:
    site.page("/in", status=status)
    with pytest.raises(NotDelivered, match=f"It answered {status}") as raised:
        send(read_target("desk", hook(site.url("/in")), noticing({}, {})))
    assert raised.value.lasting is lasting


def test_a_redirect_is_not_followed(site: Any) -> None:
    site.redirect("/in", site.url("/elsewhere"), 307)
    with pytest.raises(NotDelivered, match="answered 307; redirects are not followed"):
        send(read_target("desk", hook(site.url("/in")), noticing({}, {})))
    assert not site.asked("/elsewhere")


def test_a_webhook_that_hangs_drips_or_hangs_up_is_left(site: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    import asyncio

    monkeypatch.setattr(webhook_target, "TIMEOUT_S", 0.3)

    async def drip(_: Any, writer: Any) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nX: ")
        while True:
            writer.write(b"y")
            await writer.drain()
            await asyncio.sleep(0.05)

    async def reset(_: Any, writer: Any) -> None:
        writer.transport.abort()

    site.page("/hang", delay_s=20)
    site.behave("/drip", drip)
    site.behave("/reset", reset)
    for path, sentence in {"/hang": "within 0.3 seconds", "/drip": "within 0.3 seconds", "/reset": "No answer"}.items():
        with pytest.raises(NotDelivered, match=sentence):
            send(read_target("desk", hook(site.url(path)), noticing({}, {})))


# ── mail ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def box() -> Iterator[Postbox]:
    with postbox() as made:
        yield made


def post(box: Postbox, told: dict[str, Any], **more: Any) -> None:
    target = read_target("desk", mail(box.port, **more), noticing({}, {}))
    target.send(told, json.dumps(told), noticing({}, {}), lambda: NOON)


def test_a_mail_comes_as_text_and_html_under_the_key_of_its_message(acme: Store, box: Postbox) -> None:
    post(box, message(acme, [notice("new")]), to=["kim@example.org", "robin@example.org"])
    (mailed,) = box.accepted
    assert mailed["Message-ID"] == "<scout-1@example.org>"
    assert mailed["Subject"] == "Scout: Acme is new: Queues"
    assert mailed["Auto-Submitted"] == "auto-generated"
    assert [part.get_content_type() for part in mailed.iter_parts()] == ["text/plain", "text/html"]
    assert [verb for verb in box.verbs if verb.startswith("rcpt")] == [
        "rcpt TO:<kim@example.org>",
        "rcpt TO:<robin@example.org>",
    ]


@pytest.mark.parametrize(
    ("replies", "sentence", "lasting"),
    [
        ({"GREETING": "421 too busy"}, "No conversation|answered 421", False),
        ({"MAIL": "451 greylisted"}, "answered 451", False),
        ({"RCPT": "450 mailbox busy"}, r"none of the addresses \(450\)", False),
        ({"RCPT": "550 no such mailbox"}, r"none of the addresses \(550\)", False),
        ({"DATA": "554 no"}, "answered 554", True),
        ({"DOT": "452 disk full"}, "answered 452", False),
        ({"DOT": "552 too large"}, "answered 552", True),
        ({"DOT": RESET}, "No conversation", False),
        ({"RCPT": CLOSE}, "No conversation", False),
    ],
)
def test_a_server_that_refuses_or_hangs_up_has_not_taken_the_mail(
    acme: Store, box: Postbox, replies: dict[str, str], sentence: str, lasting: bool
) -> None:
    box.replies = replies
    with pytest.raises(NotDelivered, match=sentence) as raised:
        post(box, message(acme, [notice("new")]))
    assert raised.value.lasting is lasting


@pytest.mark.parametrize("verb", ["GREETING", "EHLO", "DOT"])
def test_a_server_that_hangs_is_left(acme: Store, box: Postbox, verb: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mail_target, "TIMEOUT_S", 0.2)
    box.replies = {verb: HANG}
    with pytest.raises(NotDelivered, match=r"No conversation|within 0\.2 seconds"):
        post(box, message(acme, [notice("new")]))


def test_a_conversation_that_drags_on_is_cut_off(acme: Store, box: Postbox, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mail_target, "TOTAL_S", 0.2)
    box.replies = {"DOT": HANG}  # a single answer might take TIMEOUT_S, which is far longer
    with pytest.raises(NotDelivered, match="No conversation"):
        post(box, message(acme, [notice("new")]))


def test_a_goodbye_that_goes_wrong_takes_no_mail_back(acme: Store, box: Postbox) -> None:
    box.replies = {"QUIT": RESET}
    post(box, message(acme, [notice("new")]))
    assert len(box.accepted) == 1


def test_a_server_without_starttls_gets_neither_mail_nor_password(acme: Store, box: Postbox) -> None:
    with pytest.raises(NotDelivered, match="does not offer"):
        post(box, message(acme, [notice("new")]), security="starttls", user="kim", password_env="MAIL_PASSWORD")
    assert not [verb for verb in box.verbs if verb.upper().startswith(("AUTH", "MAIL"))]


def test_a_server_that_refuses_starttls_gets_no_mail(acme: Store, box: Postbox) -> None:
    box.offers, box.replies = ("STARTTLS", "AUTH PLAIN"), {"STARTTLS": "454 not now"}
    with pytest.raises(NotDelivered, match="answered 454"):
        post(box, message(acme, [notice("new")]), security="starttls")
    assert not box.accepted


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate for 127.0.0.1 with its key, in one file."""
    pytest.importorskip("cryptography")
    from ipaddress import ip_address

    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.x509.oid import NameOID

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "here.example")])
    today = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(today - timedelta(days=1))
        .not_valid_after(today + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem, plain = serialization.Encoding.PEM, serialization.NoEncryption()
    path = tmp_path_factory.mktemp("tls") / "server.pem"
    path.write_bytes(made.public_bytes(pem) + key.private_bytes(pem, serialization.PrivateFormat.PKCS8, plain))
    return path


@pytest.fixture
def encrypted(box: Postbox, certificate: Path) -> Postbox:
    box.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    box.context.load_cert_chain(certificate)
    return box


def test_a_password_goes_over_starttls(
    acme: Store, encrypted: Postbox, certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    post(encrypted, message(acme, [notice("new")]), security="starttls", user="kim", password_env="MAIL_PASSWORD")
    assert len(encrypted.accepted) == 1
    credentials = base64.b64encode(b"\0kim\0s3cr3t-of-the-mail").decode()
    assert f"AUTH PLAIN {credentials}" in encrypted.verbs


def test_a_certificate_that_nobody_vouches_for_gets_no_mail(acme: Store, encrypted: Postbox) -> None:
    with pytest.raises(NotDelivered, match="No encrypted connection"):
        post(encrypted, message(acme, [notice("new")]), security="starttls")
    assert not encrypted.accepted


# ── apprise ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def service(url: str) -> Target:
    return read_target("chat", {"type": "apprise", "url_env": "CHAT"}, Settings({}, {"CHAT": url}))


def test_apprise_hands_the_text_to_a_service(acme: Store, site: Any) -> None:
    site.page("/in", status=200)
    told = message(acme, [notice("new")])
    service(f"json://{site.host}/in").send(told, json.dumps(told), noticing({}, {}), lambda: NOON)
    sent = json.loads(site.asked("/in")[0].body)
    assert sent["title"] == "Scout: Acme is new: Queues"
    assert "https://acme.dev/" in sent["message"]


def test_a_service_that_refuses_is_not_delivered_and_nothing_of_its_address_is_logged(
    acme: Store, site: Any, caplog: pytest.LogCaptureFixture
) -> None:
    site.page("/T0KEN", status=500)
    told = message(acme, [notice("new")])
    with pytest.raises(NotDelivered, match="did not accept"):
        service(f"json://user:T0KEN@{site.host}/T0KEN").send(told, json.dumps(told), noticing({}, {}), lambda: NOON)
    assert "T0KEN" not in caplog.text


def test_an_address_that_apprise_does_not_know_is_refused_without_repeating_it() -> None:
    with pytest.raises(UsageError, match="apprise does not know the address") as raised:
        service("nonsense://T0KEN")
    assert "T0KEN" not in str(raised.value)


def test_without_the_extra_the_target_says_which_one_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    import sys

    monkeypatch.setitem(sys.modules, "apprise", None)
    with pytest.raises(UsageError, match=r"pip install 'scout\[apprise\]'"):
        service("json://chat.example")


def test_a_service_that_hangs_is_left(acme: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    freed = threading.Event()
    hang: Callable[..., None] = lambda *_: freed.wait(20)
    monkeypatch.setattr(apprise, "_notify", hang)
    monkeypatch.setattr(apprise, "TOTAL_S", 0.1)
    told = message(acme, [notice("new")])
    with pytest.raises(NotDelivered, match=r"within 0\.1 seconds"):
        service("json://chat.example").send(told, json.dumps(told), noticing({}, {}), lambda: NOON)
    freed.set()


def test_targets_come_in_the_order_of_the_file() -> None:
    entries = {"b": hook("https://hooks.example/b"), "a": hook("https://hooks.example/a"), "c": {"type": "mail"}}
    sound, faults = targets(noticing({}, entries))
    assert list(sound) == ["b", "a"]
    assert "needs host" in faults["c"]
