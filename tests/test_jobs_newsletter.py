"""The week's letter from the store to each mailbox: made once, to everybody who confirmed, to nobody twice."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from mail_server import CLOSE, HANG, Postbox, postbox
from notice_settings import SECRETS, mail
from stored import Clock, dossier_of, fact, page, panel_of, plan, propose, subscribed

from jobs import doctor, newsletter, schedule
from jobs.cli import cli
from tools.bounces import Bounce
from tools.errors import CannotRun, UsageError
from tools.notify.targets import mail as mail_target
from tools.settings import Settings
from tools.store import Store

FORMS = "https://forms.example/in"


class Press:
    """A store with a verdict of this week and readers who confirmed, a mailbox, and how long the letter's run waited."""

    def __init__(self, path: Path, box: Postbox) -> None:
        self.path, self.box, self.clock, self.waits = path, box, Clock(), list[float]()
        self.settings = self.set_up(box.port)
        with self.store() as store:
            self.review(store, "Lampyard")

    def set_up(self, port: int, **values: Any) -> Settings:
        given = {"post_url": FORMS, "site_url": "https://scout.example", "newsletter_pace_s": 0.25, **values}
        return Settings(given, SECRETS, tables={"targets": {"post": mail(port)}})

    def store(self) -> Store:
        return Store.open(self.path, now=self.clock)

    def review(self, store: Store, name: str) -> None:
        of = page(f"https://{name.lower()}.example/", f"<h1>{name}</h1>", self.clock.at)
        facts = (fact(of, value=name), fact(of, "tagline", f"{name} keeps the lights on"))
        slug = store.put_product(
            propose(store, of, *facts, plans=(plan(of, "20"),), identity=f"url:{name.lower()}.example")
        ).slug
        store.put_dossier(dossier_of(store, slug))
        store.put_panel(panel_of(store, slug), reviewer="rules")

    def readers(self, *names: str) -> None:
        with self.store() as store:
            subscribed(store, *names)

    def send(self, **values: Any) -> dict[str, Any]:
        settings = self.set_up(self.box.port, **values)
        return newsletter.send(self.path, settings, now=self.clock, wait=self.waits.append)

    def got(self) -> list[str]:
        """The names of those whose copy was accepted, in order."""
        return [str(one["To"]).partition("@")[0] for one in self.box.accepted]

    def states(self) -> dict[str, int]:
        with self.store() as store:
            return {name: value for name, value in store.letters(1)[0].items() if name in report_words}


report_words = ("sent", "waiting", "refused", "unsure")


@pytest.fixture
def press(tmp_path: Path) -> Iterator[Press]:
    with postbox() as box:
        yield Press(tmp_path / "store.db", box)


def link(mailed: EmailMessage) -> str:
    found = re.fullmatch(r"<(https://forms\.example/in/unsubscribe\?token=\S+)>", mailed["List-Unsubscribe"])
    assert found
    return found[1]


def test_everybody_who_confirmed_gets_the_letter_once_with_a_way_out_of_their_own(press: Press) -> None:
    press.readers("ada", "bea")
    with press.store() as store:
        store.subscribe("unconfirmed@reader.example")
    report = press.send()
    assert (report["sent"], report["waiting"], report["outcome"]) == (2, 0, "done")
    assert press.got() == ["ada", "bea"]
    one, other = press.box.accepted
    assert one["Subject"] == other["Subject"] == "Ship it, or skip it? Week to 4 Mar 2026"
    assert one["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert one["From"] == "Scout <scout@example.org>"
    assert one["Message-ID"] != other["Message-ID"]
    assert link(one) != link(other)
    text, html = [part.get_content() for part in one.iter_parts()]
    assert "Lampyard keeps the lights on" in text
    assert text.rstrip().endswith(f"Leave this list: {link(one)}")
    assert f'href="{link(one)}"' in html
    assert press.waits == [0.25]
    with press.store() as store:
        assert store.leave(link(other).partition("=")[2])
        assert [address for address, _ in store.subscribers()] == ["ada@reader.example"]
    again = press.send()
    assert (again["sent"], "Everybody has had" in again["sentence"], len(press.got())) == (0, True, 2)


def test_a_letter_stays_as_it_was_made_and_the_next_is_made_a_week_later_of_what_is_new(press: Press) -> None:
    press.readers("ada")
    press.send()
    press.clock.at += timedelta(days=2)
    with press.store() as store:
        press.review(store, "Tidewire")
    press.readers("bea")
    assert press.send()["sent"] == 1, "who confirmed since gets the letter of the week"
    first = [part.get_content() for mailed in press.box.accepted for part in mailed.iter_parts()][::2]
    assert [text.partition("\n-- ")[0] for text in first] == [first[0].partition("\n-- ")[0]] * 2
    assert "Tidewire" not in first[0]
    press.clock.at += timedelta(days=5)
    assert press.send()["sent"] == 2
    assert "Tidewire" in press.box.accepted[-1].as_string()
    press.clock.at += timedelta(days=7)
    report = press.send()
    assert (report["sent"], report["sentence"]) == (0, "There is nothing new to tell; no letter was made.")


def test_a_preview_sends_and_keeps_nothing_and_counts_who_would_get_it(press: Press) -> None:
    press.readers("ada", "bea")
    found = newsletter.preview(press.path, press.settings, now=press.clock)
    assert (found["waiting"], found["confirmed"], found["made_at"], found["sentence"]) == (2, 2, "", "")
    assert "SCOUT_POST_URL" in newsletter.preview(press.path, press.settings.but(post_url=""))["sentence"]
    assert "Lampyard" in found["text"]
    assert press.got() == []
    with press.store() as store:
        assert store.newest_letter() is None
    press.send()
    found = newsletter.preview(press.path, press.settings, now=press.clock)
    assert (found["waiting"], found["made_at"]) == (0, "2026-03-04T12:00:00Z")


@pytest.mark.parametrize("replies", [{"GREETING": "421 busy"}, {"MAIL": "451 later"}, {"EHLO": CLOSE, "HELO": CLOSE}])
def test_a_server_that_fails_is_waited_for_then_left_and_the_rest_go_with_the_next_run(
    press: Press, replies: dict[str, str]
) -> None:
    press.readers("ada", "bea", "cleo")
    press.box.replies = replies
    report = press.send()
    assert (report["outcome"], report["sent"], report["waiting"]) == ("failed", 0, 3)
    assert "Run it again to send the rest." in report["sentence"]
    assert press.waits == list(newsletter.PATIENCE_S)
    press.box.replies = {}
    assert press.send()["sent"] == 3
    assert sorted(press.got()) == ["ada", "bea", "cleo"]


def test_a_server_that_comes_back_during_a_run_gets_the_rest(press: Press) -> None:
    press.readers("ada", "bea")
    press.box.replies = {"MAIL": "421 busy"}

    def wait(seconds: float) -> None:
        press.waits.append(seconds)
        press.box.replies = {}

    report = newsletter.send(press.path, press.settings, now=press.clock, wait=wait)
    assert (report["sent"], report["outcome"]) == (2, "done")
    assert sorted(press.got()) == ["ada", "bea"]


@pytest.mark.parametrize("reply", [CLOSE, HANG])
def test_what_was_taken_and_not_answered_for_is_not_sent_again(
    press: Press, reply: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mail_target, "TIMEOUT_S", 0.3)
    press.readers("ada", "bea")
    press.box.replies = {"DOT": reply}

    def wait(seconds: float) -> None:
        press.box.replies = {}

    report = newsletter.send(press.path, press.settings, now=press.clock, wait=wait)
    assert (report["unsure"], report["sent"], report["waiting"]) == (1, 1, 0)
    assert press.send()["sent"] == 0
    assert len(press.got()) == len(set(press.got()))


def test_an_address_that_is_refused_costs_the_others_nothing(press: Press) -> None:
    press.readers("ada", "bea")
    press.box.replies = {"RCPT": "550 unknown"}
    report = press.send()
    assert (report["refused"], report["sent"], report["waiting"], report["outcome"]) == (2, 0, 0, "done")
    press.readers("cleo")
    press.box.replies = {"RCPT": "450 greylisted"}
    report = press.send()
    assert (report["waiting"], "(450)" in report["sentence"]) == (1, True)
    press.box.replies = {}
    assert press.send()["sent"] == 1
    assert press.got() == ["cleo"]


def weekly(press: Press, name: str) -> dict[str, Any]:
    """What became of the letter a week later, which has one more thing to tell."""
    press.clock.at += timedelta(days=7)
    with press.store() as store:
        press.review(store, name)
    return press.send()


def test_an_address_that_a_server_does_not_know_gets_nothing_after_some_letters_until_it_is_cleared(
    press: Press,
) -> None:
    press.readers("ada", "bea")
    press.box.refused = {"bea@reader.example": "550 5.1.1 no such user"}
    assert press.send()["bounced"] == 0
    assert weekly(press, "Brineworks")["bounced"] == 0
    assert weekly(press, "Cindermill")["bounced"] == 1
    with press.store() as store:
        assert [(row["address"], "(550)" in row["why"]) for row in store.bounced()] == [("bea@reader.example", True)]
        assert (store.subscriber_counts()["confirmed"], store.subscriber_counts()["bounced"]) == (1, 1)
        assert [address for address, _ in store.subscribers()] == ["ada@reader.example"]
    press.box.refused = {}
    assert (weekly(press, "Dawnforge")["sent"], press.got().count("bea")) == (1, 0)
    with press.store() as store:
        store.forget_bounces("Bea@reader.example")
        assert store.bounced() == []
        with pytest.raises(UsageError, match="not among those that bounce"):
            store.forget_bounces("bea@reader.example")
    assert press.send()["sent"] == 1
    assert press.got()[-1] == "bea"


def test_a_letter_that_arrives_in_between_begins_the_count_anew(press: Press) -> None:
    press.readers("ada", "bea")
    for name in ("Brineworks", "Cindermill", "Dawnforge"):
        press.box.refused = {"bea@reader.example": "550 5.1.1 no such user"}
        weekly(press, name)
        weekly(press, f"{name}-b")
        press.box.refused = {}
        weekly(press, f"{name}-c")
    with press.store() as store:
        assert store.bounced() == []


@pytest.mark.parametrize(
    ("refused", "reply"),
    [
        (("ada", "bea"), "550 5.1.1 no such user"),
        (("bea",), "550 5.7.1 your network is blocked"),
        (("bea",), "450 4.2.1 later"),
    ],
)
def test_a_server_that_refuses_us_or_refuses_for_now_marks_nobody(
    press: Press, refused: tuple[str, ...], reply: str
) -> None:
    press.readers("ada", "bea")
    press.box.refused = {f"{name}@reader.example": reply for name in refused}
    for name in ("Brineworks", "Cindermill", "Dawnforge", "Emberline"):
        weekly(press, name)
    with press.store() as store:
        assert store.bounced() == []


def test_who_bounced_and_signs_up_again_gets_a_mail_to_confirm_and_then_letters(press: Press) -> None:
    press.readers("ada")
    with press.store() as store:
        store.mark_bounced([Bounce(("ada@reader.example",), None, "gone")])
    press.clock.at += timedelta(days=2)
    press.readers("ada")
    assert (press.send()["sent"], press.got()) == (1, ["ada"])


def test_a_copy_that_may_have_been_taken_is_sent_again_where_the_owner_says_so(
    press: Press, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mail_target, "TIMEOUT_S", 0.3)
    monkeypatch.setattr(newsletter, "PATIENCE_S", ())
    press.readers("ada")
    press.box.replies = {"DOT": CLOSE}
    assert press.send()["unsure"] == 1
    press.box.replies = {}
    press.readers("bea")
    settings = press.set_up(press.box.port)
    shown = newsletter.preview(press.path, settings, now=press.clock)
    both = newsletter.preview(press.path, settings, again_unsure=True, now=press.clock)
    assert (shown["waiting"], shown["unsure"], both["waiting"]) == (1, 1, 2)
    assert press.send()["sent"] == 1
    assert "--again-unsure" in press.send()["sentence"]
    report = newsletter.send(press.path, settings, again_unsure=True, now=press.clock, wait=press.waits.append)
    assert (report["sent"], report["unsure"], press.got()[-1]) == (1, 0, "ada")
    again = newsletter.send(press.path, settings, again_unsure=True, now=press.clock, wait=press.waits.append)
    assert again["sent"] == 0


def test_reports_go_to_the_return_path_of_the_target(press: Press) -> None:
    press.readers("ada")
    target = {**mail(press.box.port), "return_path": "bounces@scout.example"}
    settings = Settings({"post_url": FORMS}, SECRETS, tables={"targets": {"post": target}})
    newsletter.send(press.path, settings, now=press.clock, wait=press.waits.append)
    assert any(verb.upper().startswith("MAIL FROM:<BOUNCES@SCOUT.EXAMPLE>") for verb in press.box.verbs)
    assert "bounces@" not in str(press.box.accepted[0]["From"])


def test_a_copy_that_always_fails_is_given_up(press: Press, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(newsletter, "PATIENCE_S", ())
    press.readers("ada")
    press.box.replies = {"DOT": "554 looks like spam"}
    for _ in range(newsletter.MOST_TRIES):
        press.send()
    assert press.states() == {"sent": 0, "waiting": 0, "refused": 1, "unsure": 0}


KILLED = """
import os, sys
from datetime import datetime, UTC
sys.path.insert(0, sys.argv[3])
from jobs import newsletter
from tools.notify.targets.mail import Conversation
from tools.settings import Settings
from tools.store import Store
from notice_settings import SECRETS, mail
handed = Conversation.send
def send(self, message, to):
    handed(self, message, to)
    if to == ["bea@reader.example"]:
        os._exit(9)
Conversation.send = send
settings = Settings({"post_url": "https://forms.example/in", "newsletter_pace_s": 0.0}, SECRETS, tables={"targets": {"post": mail(int(sys.argv[2]))}})
newsletter.send(sys.argv[1], settings, now=lambda: datetime(2026, 3, 4, 12, tzinfo=UTC))
"""


def test_a_kill_after_the_server_took_a_copy_sends_no_second_one(press: Press) -> None:
    press.readers("ada", "bea", "cleo")
    command = [sys.executable, "-c", KILLED, str(press.path), str(press.box.port), str(Path(__file__).parent)]
    assert subprocess.run(command, check=False, cwd=Path(__file__).parent.parent).returncode == 9
    report = press.send()
    assert (report["sent"], report["unsure"]) == (1, 1)
    assert press.got() == ["ada", "bea", "cleo"]


def test_two_runs_at_once_are_one(press: Press, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(newsletter, "LOCK_S", 0.05)
    press.readers("ada")
    with newsletter._alone(press.path), pytest.raises(CannotRun, match="Another run is sending"):
        press.send()
    assert press.got() == []


def test_hundreds_go_in_a_few_conversations(press: Press) -> None:
    press.readers(*(f"reader{number}" for number in range(2 * newsletter.MAILS_A_CONVERSATION + 1)))
    assert press.send(newsletter_pace_s=0.0)["sent"] == 2 * newsletter.MAILS_A_CONVERSATION + 1
    assert len(set(press.got())) == len(press.got())
    assert sum(verb.lower().startswith("ehlo") for verb in press.box.verbs) == 3


@pytest.mark.parametrize(
    ("values", "targets", "sentence"),
    [
        ({"post_url": ""}, {"post": mail(1)}, "set SCOUT_POST_URL"),
        ({}, {}, r"Add \[targets.NAME\]"),
        ({}, {"a": mail(1), "b": mail(1)}, "takes one of a, b"),
        ({"newsletter_target": "pots"}, {"post": mail(1), "b": mail(1)}, "Did you mean post"),
        ({}, {"post": mail(1, to=[])}, "needs to"),
    ],
)
def test_what_is_missing_for_a_letter_is_said_in_a_sentence(
    press: Press, values: dict[str, Any], targets: dict[str, Any], sentence: str
) -> None:
    settings = Settings({"post_url": FORMS, **values}, SECRETS, tables={"targets": targets})
    with pytest.raises(UsageError, match=sentence):
        newsletter.send(press.path, settings, now=press.clock)


def test_the_schedule_sends_where_a_cron_is_set_and_tries_again_while_readers_wait(
    press: Press, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "newsletter" not in {job.name for job in schedule._jobs(press.path, press.settings)}
    settings = press.set_up(press.box.port, newsletter_cron="0 7 * * 1")
    (job,) = [job for job in schedule._jobs(press.path, settings) if job.name == "newsletter"]
    assert job.patience_s
    assert job.run({})["sent"] == 0, "nobody has confirmed yet"
    press.readers("ada")
    monkeypatch.setattr(newsletter, "PATIENCE_S", ())
    press.box.replies = {"GREETING": "421 busy"}
    with pytest.raises(CannotRun, match="1 wait"):
        job.run({})


def test_doctor_tries_the_server_and_says_what_is_not_set(press: Press) -> None:
    def checks(settings: Settings) -> dict[str, Any]:
        return {row["name"]: row for row in doctor._readers(settings)}  # all that doctor tries takes seconds

    bare = checks(Settings({}))
    assert (bare["readers' forms"]["ok"], "SCOUT_POST_URL" in bare["readers' forms"]["mend"]) == (True, True)
    good = checks(press.settings)
    assert [row["ok"] for row in good.values()] == [True, True]
    elsewhere = checks(Settings({"post_url": FORMS}))["readers' mails"]
    assert (elsewhere["ok"], "none go out from here" in elsewhere["said"]) == (True, True)
    press.box.replies = {"EHLO": CLOSE, "HELO": CLOSE}
    assert not checks(press.settings)["readers' mails"]["ok"]


def test_the_commands_show_send_and_list_without_an_address_that_was_not_asked_for(
    press: Press, monkeypatch: pytest.MonkeyPatch
) -> None:
    (press.path.parent / "scout.toml").write_text(
        f'post_url = "{FORMS}"\nnewsletter_pace_s = 0.0\n[targets.post]\ntype = "mail"\nhost = "127.0.0.1"\n'
        f'port = {press.box.port}\nsecurity = "none"\nfrom = "scout@example.org"\nto = "kim@example.org"\n'
    )

    def scout(*words: str) -> Any:
        return CliRunner().invoke(cli, [*words, "--store", str(press.path)], standalone_mode=False)

    press.readers("ada", "bea")
    assert "2 of 2 confirmed would get it" in scout("newsletter", "preview").stdout
    assert "there is no terminal to ask on" in str(scout("newsletter", "send").exception)
    assert "went to kim@example.org" in scout("newsletter", "test").stdout
    sent = scout("newsletter", "send", "--yes", "--json")
    assert json.loads(sent.stdout)["sent"] == 2
    shown = [scout(*words).stdout for words in (("newsletter", "log"), ("subscribers", "ls"), ("votes",))]
    assert "2 confirmed, 0 bounce, 0 asked" in shown[1]
    assert "No reader has voted yet" in shown[2]
    assert not [text for text in (*shown, sent.stdout) if "@reader" in text]
    assert scout("subscribers", "export").stdout.split() == ["ada@reader.example", "bea@reader.example"]
    bouncing = press.path.parent / "bounces.txt"
    bouncing.write_text("bea@reader.example\nnobody@reader.example\n")
    assert (
        "1 of 2 bounces marked; 0 marked before, 1 of no subscriber."
        in scout("subscribers", "bounced", str(bouncing)).stdout
    )
    assert "bea@reader.example" in scout("subscribers", "bounced").stdout
    assert scout("subscribers", "export").stdout.split() == ["ada@reader.example"]
    assert "1 confirmed, 1 bounce, 0 asked" in scout("subscribers", "ls").stdout
    bouncing.write_text("ada@reader.example\nno address\n")
    assert "Line 2 is no mail address" in str(scout("subscribers", "bounced", str(bouncing)).exception)
    assert scout("subscribers", "bounced", "--clear", "bea@reader.example").exit_code == 0
    assert len(scout("subscribers", "export").stdout.split()) == 2
    assert "forgotten" in scout("subscribers", "rm", "Ada@reader.example").stdout
    assert scout("subscribers", "export").stdout.split() == ["bea@reader.example"]
