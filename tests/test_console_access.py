"""Who may act, and what stands before every page."""

from __future__ import annotations

import gc
import socket
import stat
from pathlib import Path

import pytest
from click.testing import CliRunner
from console_desk import Desk, Seconds, console_of, desk, fields, filled_once

from jobs import console
from jobs.cli import cli
from jobs.console.access import IDLE_S, LONGEST_S, Allowance, Keys, editors
from tools.errors import CannotRun, UnknownName
from tools.settings import Settings


def test_a_token_is_kept_as_its_hash_only_and_for_its_owner_only(tmp_path: Path) -> None:
    keys = Keys(tmp_path / "store.db.editors", ("Ines", "Tomas"))
    assert keys.missing() == ["Ines", "Tomas"]
    token = keys.renew("Ines")
    assert keys.missing() == ["Tomas"]
    assert token not in keys.path.read_text()
    assert stat.S_IMODE(keys.path.stat().st_mode) == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["store.db.editors"]
    assert (keys.editor_of(token), keys.editor_of(token[:-1]), keys.editor_of("")) == ("Ines", None, None)


def test_a_new_token_voids_the_last_and_a_stranger_gets_none(tmp_path: Path) -> None:
    path = tmp_path / "store.db.editors"
    keys = Keys(path, ("Ines",))
    first = keys.renew("Ines")
    second = Keys(path, ("Ines",)).renew("Ines")  # by another process
    assert (keys.editor_of(first), keys.editor_of(second)) == (None, "Ines")
    with pytest.raises(UnknownName, match="No editor called 'Inez'"):
        keys.renew("Inez")


def test_who_is_no_longer_named_in_the_settings_may_no_longer_sign_in(tmp_path: Path) -> None:
    token = Keys(tmp_path / "e", ("Ines", "Tomas")).renew("Tomas")
    assert Keys(tmp_path / "e", ("Ines",)).editor_of(token) is None


def test_a_file_of_tokens_that_is_none_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "e").write_text("[1, 2")
    with pytest.raises(CannotRun, match="does not hold the editors' tokens"):
        Keys(tmp_path / "e", ("Ines",)).missing()


def test_editors_are_those_of_the_setting_else_the_one_that_commands_act_for() -> None:
    assert editors(Settings({"editors": " Ines, Tomas ,,Ines"})) == ("Ines", "Tomas")
    assert editors(Settings({"editor": "Ida"})) == ("Ida",)


def test_an_allowance_opens_again_when_its_time_is_over() -> None:
    seconds = Seconds()
    doors = Allowance(2, 60.0, seconds)
    doors.count("a")
    seconds.at += 50
    assert doors.wait_s("a") == 0
    doors.count("a")
    assert (doors.wait_s("a"), doors.wait_s("b")) == (10, 0)
    seconds.at += 10
    assert doors.wait_s("a") == 0


def test_nobody_sees_a_page_before_they_sign_in_and_then_comes_where_they_went(desk: Desk) -> None:
    client = desk.client()
    answer = client.get("/inbox?at=lamp")
    assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in?to=/inbox%3Fat%3Dlamp")
    page = client.get(answer.headers["location"]).text
    sent = {**fields(page, "/sign-in"), "token": desk.tokens["Tomas"]}
    assert client.post("/sign-in", data=sent).headers["location"] == "/inbox?at=lamp"
    assert "Signed in as <b>Tomas</b>" in client.get("/inbox").text


def test_the_cookie_is_out_of_reach_of_scripts_and_of_other_sites(desk: Desk) -> None:
    cookie = desk.client().post("/sign-in", data={"token": desk.tokens["Ines"]}).headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=strict" in cookie
    assert desk.tokens["Ines"] not in cookie


@pytest.mark.parametrize("to", ["//evil.example", "https://evil.example/", "/\\evil.example", "javascript:alert(1)"])
def test_signing_in_leads_to_no_other_site(desk: Desk, to: str) -> None:
    answer = desk.client().post("/sign-in", data={"token": desk.tokens["Ines"], "to": to})
    assert answer.headers["location"] == "/"


def test_who_guesses_tokens_is_locked_out_for_a_while_and_told_so(desk: Desk) -> None:
    client = desk.client()
    right = {"token": desk.tokens["Ines"]}
    answers = [client.post("/sign-in", data={"token": f"{right['token'][:8]} guess {number}"}) for number in range(5)]
    assert [answer.status_code for answer in answers] == [403] * 4 + [429]
    assert "This is not the token of an editor." in answers[0].text
    locked = client.post("/sign-in", data=right)
    assert locked.status_code == 429
    assert "Signing in is locked for 10 minutes." in locked.text
    assert client.post("/sign-in", data={"token": desk.tokens["Tomas"]}).status_code == 303, (
        "another editor's is another"
    )
    desk.seconds.at += 601
    assert client.post("/sign-in", data=right).status_code == 303


def test_a_stranger_shuts_a_shared_address_for_strangers_and_not_for_editors(desk: Desk) -> None:
    client = desk.client()
    codes = [client.post("/sign-in", data={"token": f"{number:08} a guess"}).status_code for number in range(31)]
    assert codes == [403] * 29 + [429] * 2
    for editor in ("Ines", "Tomas"):
        assert client.post("/sign-in", data={"token": desk.tokens[editor]}).status_code == 303
    assert client.post("/sign-in", data={"token": "another guess"}).status_code == 429
    desk.seconds.at += 601
    assert client.post("/sign-in", data={"token": "another guess"}).status_code == 403


def test_a_token_made_before_beginnings_were_kept_goes_on_being_good(tmp_path: Path) -> None:
    keys = Keys(tmp_path / "e", ("Ines",))
    token = keys.renew("Ines")
    kept = keys.path.read_text()
    keys.path.write_text(kept.replace(f"{token[:8]}:", ""))
    assert keys.editor_of(token) == "Ines"
    assert not keys.begins(token)


@pytest.mark.parametrize(("step_s", "steps"), [(IDLE_S + 1, 1), (IDLE_S - 1, int(LONGEST_S // (IDLE_S - 1)) + 1)])
def test_a_session_ends_when_idle_and_when_old(desk: Desk, step_s: float, steps: int) -> None:
    client = desk.signed_in()
    for _ in range(steps):
        last = client.get("/inbox").status_code
        desk.seconds.at += step_s
    assert last == 200
    assert client.get("/inbox").status_code == 303


def test_signing_out_ends_the_session_whoever_kept_the_cookie(desk: Desk) -> None:
    client = desk.signed_in()
    kept = dict(client.cookies)
    assert client.post("/sign-out", data=fields(client.get("/inbox").text, "/sign-out")).status_code == 303
    assert desk.client(cookies=kept).get("/inbox").status_code == 303


def test_a_new_token_ends_the_sessions_of_the_last(desk: Desk) -> None:
    ines, tomas = desk.signed_in("Ines"), desk.signed_in("Tomas")
    Keys(desk.keys.path, desk.keys.names).renew("Ines")
    assert (ines.get("/inbox").status_code, tomas.get("/inbox").status_code) == (303, 200)


@pytest.mark.parametrize(
    "path", ["/inbox", "/sign-in", "/nowhere", "/static/console.js", "/static/base.css", "/mcp/store/"]
)
def test_every_answer_carries_the_strict_policy(desk: Desk, path: str) -> None:
    headers = desk.signed_in().get(path).headers
    assert headers["content-security-policy"] == (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
        "form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
    )
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["cache-control"] in ("no-store", "no-cache")


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "", "evil.example:8420"])
def test_a_name_that_others_let_point_here_gets_nothing(desk: Desk, host: str) -> None:
    answer = desk.signed_in().get("/inbox", headers={"Host": host})
    assert answer.status_code == 421
    assert "Inbox" not in answer.text


@pytest.mark.parametrize("host", ["localhost:8420", "127.0.0.1:1", "[::1]:8420", "LOCALHOST"])
def test_loopback_has_several_names(desk: Desk, host: str) -> None:
    assert desk.signed_in().get("/sign-in", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "http://evil.example"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
)
def test_a_form_of_another_site_does_nothing_not_even_with_the_right_token(desk: Desk, headers: dict[str, str]) -> None:
    client = desk.signed_in()
    sent = fields(client.get("/inbox").text, "/sign-out")
    assert client.post("/sign-out", data=sent, headers=headers).status_code == 403
    assert client.get("/inbox").status_code == 200


@pytest.mark.parametrize("csrf", [{}, {"csrf": ""}, {"csrf": "made up"}])
def test_a_form_without_its_token_does_nothing(desk: Desk, csrf: dict[str, str]) -> None:
    client = desk.signed_in()
    answer = client.post("/sign-out", data=csrf)
    assert answer.status_code == 403
    assert "Nothing was changed" in answer.text
    assert client.get("/inbox").status_code == 200


def test_the_token_of_a_form_is_good_in_its_own_session_only(desk: Desk) -> None:
    ines, tomas = desk.signed_in("Ines"), desk.signed_in("Tomas")
    assert tomas.post("/sign-out", data=fields(ines.get("/inbox").text, "/sign-out")).status_code == 403


def test_a_flood_of_forms_is_slowed_down(desk: Desk) -> None:
    console_of(desk).posts = Allowance(3, 60.0, desk.seconds)
    client = desk.signed_in()
    codes = [client.post("/sign-out", data={"csrf": "x", "why": "a reason"}).status_code for _ in range(4)]
    assert codes == [403, 403, 403, 429]
    answer = client.post("/sign-out", data={"csrf": "x", "why": "a reason"})
    assert "Send it again in 60 seconds" in answer.text
    assert 'value="a reason"' in answer.text
    desk.seconds.at += 60
    assert client.post("/sign-out", data={"csrf": "x"}).status_code == 403


def test_mcp_over_http_asks_for_a_token_and_counts_wrong_ones(desk: Desk) -> None:
    body = {"jsonrpc": "2.0", "id": 1, "method": "tools/list"}
    accept = {"Accept": "application/json, text/event-stream"}
    with desk.client() as client:
        assert client.post("/mcp/store/", json=body, headers=accept).status_code == 401
        for bearer in ("Bearer wrong", f"Basic {desk.tokens['Ines']}"):
            assert client.post("/mcp/store/", json=body, headers={**accept, "Authorization": bearer}).status_code == 401
        good = {**accept, "Authorization": f"Bearer {desk.tokens['Ines']}"}
        answer = client.post("/mcp/store/", json=body, headers=good)
        assert answer.status_code == 200
        assert "search_products" in {tool["name"] for tool in answer.json()["result"]["tools"]}


def test_a_host_that_is_not_loopback_is_refused_until_its_name_is_given(tmp_path: Path) -> None:
    result = CliRunner().invoke(cli, ["serve", "--host", "0.0.0.0", "--store", str(tmp_path / "s.db")])
    assert "tokens travel unencrypted" in str(result.exception)


def test_a_new_token_is_shown_once_with_its_link(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SCOUT_EDITORS", "Ines,Tomas")
    store = str(tmp_path / "s.db")
    unsaid = CliRunner().invoke(cli, ["serve", "--new-token", "--store", store])
    assert "one of Ines, Tomas" in str(unsaid.exception)
    shown = CliRunner().invoke(cli, ["serve", "--new-token", "Ines", "--store", store])
    token = shown.stderr.partition("/sign-in#")[2].split()[0]
    assert Keys(Path(f"{store}.editors"), ("Ines",)).editor_of(token) == "Ines"


def test_a_port_that_is_taken_is_a_sentence(desk: Desk) -> None:
    before = gc.get_threshold(), gc.get_freeze_count()
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen(1)
        with pytest.raises(CannotRun, match="name another with --port"):
            console.serve(desk.app, "127.0.0.1", other.getsockname()[1], lambda address: None)
    assert (gc.get_threshold(), gc.get_freeze_count()) == before, "the collector is left as it was found"


def test_a_console_without_a_store_says_so_before_it_shows_a_token(tmp_path: Path) -> None:
    result = CliRunner().invoke(cli, ["serve", "--store", str(tmp_path / "s.db")])
    assert "No store at" in str(result.exception)
    assert not list(tmp_path.iterdir())
