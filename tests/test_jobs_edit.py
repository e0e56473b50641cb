"""The editor's commands as they are typed: what they print, what they leave in the store, how they refuse."""

import json
import os
import pty
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner, Result

from jobs import edit as acts
from jobs.cli import cli
from jobs.commands import editing
from jobs.crawl import CrawlRequest, crawl
from jobs.demo.world import EXPECTED, build_world
from jobs.inbox import inbox
from tools.errors import UsageError
from tools.models import IDENTITY_FIELDS
from tools.settings import Settings
from tools.store import Store

SLUG, WHY = "pelican-ci", ("--why", "their invoice")


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("crawled")
    days = build_world(folder)
    store = folder / "store.db"
    crawl(store, Settings(), CrawlRequest(("product_hunt", "show_hn"), replay=days[0]))
    return store


@pytest.fixture
def store(crawled: Path, tmp_path: Path) -> Path:
    """A copy of a store after day one, panels included."""
    return Path(shutil.copy(crawled, tmp_path))


def scout(store: Path, *arguments: Any) -> Result:
    return CliRunner(env={"SCOUT_EDITOR": "kim"}).invoke(
        cli, [*map(str, arguments), "--store", str(store)], standalone_mode=False
    )


def done(store: Path, *arguments: Any) -> dict[str, Any]:
    result = scout(store, *arguments, "--json")
    assert result.exception is None, result.exception
    answer: dict[str, Any] = json.loads(result.stdout)
    return answer


def state(store: Path) -> tuple[int, str]:
    with Store.open(store) as opened:
        return opened.last_seq(), opened.digest()["all"]


@pytest.mark.parametrize(
    ("edit", "field", "shown"),
    [
        ("license=Apache-2.0", "license", "Apache-2.0"),
        ("tagline=Builds that wait for nobody", "tagline", "Builds that wait for nobody"),
        ("tags=ci, builds", "tags", ["ci", "builds"]),
        ("pricing_model=paid", "pricing_model", "paid"),
    ],
)
def test_an_edit_outranks_all_and_is_a_row_with_who_and_why(edit: str, field: str, shown: Any, store: Path) -> None:
    report = done(store, "edit", SLUG, edit, *WHY)
    assert [(row["field"], row["why"], row["who"]) for row in report["changes"]] == [(field, WHY[1], "kim")]
    with Store.open(store) as opened:
        document = opened.document(SLUG).model_dump()
        assert opened.verify() == []
    assert document[field] == shown
    assert document["facts"][field]["rung"] == "editor"


def test_an_edited_price_makes_the_verdict_stale_and_an_empty_value_takes_it_back(store: Path) -> None:
    report = done(store, "edit", SLUG, "plan:Team=18 USD/month", *WHY)
    assert report["panel_stale"]
    # The editor's word is then all that is shown of the plan: what its switch says of years goes, and comes back.
    by_the_year = "16 USD / month / user / billed by year"
    told = [(row["before"], row["after"]) for row in report["changes"]]
    assert told == [("20 USD / month / user", "18 USD / month / user"), (by_the_year, None)]
    back = done(store, "edit", SLUG, "plan:Team=", *WHY)
    told = [(row["before"], row["after"]) for row in back["changes"]]
    assert sorted(told, key=str) == [("18 USD / month / user", "20 USD / month / user"), (None, by_the_year)]
    assert not back["panel_stale"]


def test_an_edit_that_confirms_what_is_shown_is_a_row_too(store: Path) -> None:
    with Store.open(store) as opened:
        name = opened.document(SLUG).name
    assert [row["op"] for row in done(store, "edit", SLUG, f"name={name}", *WHY)["changes"]] == ["edit"]


@pytest.mark.parametrize(
    ("values", "words"),
    [
        (["licence=MIT"], ["licence", "license", "tagline", "plan:NAME"]),
        (["plan:Team=twenty bucks"], ["20 USD/month", "twenty bucks"]),
        (["plan:Team=20 dollars/month"], ["20 USD/month"]),
        (["plan:Team=20 USD/fortnight"], ["month, year"]),
        (["plan:Team=-3 USD"], ["20 USD/month"]),
        (["plan:=3 USD"], ["plan:Team"]),
        (["license"], ["field=value"]),
        ([], ["field=value"]),
        (["pricing_model=cheap"], ["pricing model", "cheap"]),
        (["homepage=our site"], ["homepage", "https://"]),
        (["name=A", "name=B"], ["twice"]),
        (["license=MIT", "nosuch=1"], ["nosuch", "license"]),  # the good one is not written either
    ],
)
def test_a_bad_edit_says_what_is_taken_and_writes_nothing(values: list[str], words: list[str], store: Path) -> None:
    before = state(store)
    result = scout(store, "edit", SLUG, *values, *WHY)
    assert isinstance(result.exception, UsageError)
    assert all(word in str(result.exception) for word in words), result.exception
    assert state(store) == before


@pytest.mark.parametrize(
    "command", [("edit", SLUG, "license=MIT"), ("reject", SLUG), ("merge", SLUG, SLUG), ("delete", SLUG)]
)
def test_an_act_without_a_reason_is_wrong_usage(command: tuple[str, ...], store: Path) -> None:
    before = state(store)
    assert "Missing parameter: why" in str(scout(store, *command).exception)
    assert "--why" in str(scout(store, *command, "--why", "  ").exception)
    assert state(store) == before


@pytest.mark.parametrize("command", ["approve", "reject", "unmerge", "delete", "history"])
def test_an_unknown_slug_names_the_nearest(command: str, store: Path) -> None:
    reason = () if command == "history" else WHY
    assert SLUG in str(scout(store, command, f"{SLUG}x", *reason).exception)


def test_approve_settles_the_reasons_and_list_needs_look_forgets_it(store: Path) -> None:
    slug = EXPECTED["impostor"]["slug"]
    listed = {
        row["slug"]: row["needs_look"] for row in json.loads(scout(store, "list", "--needs-look", "--json").stdout)
    }
    assert listed[slug]
    shown = scout(store, "list", "--needs-look").stdout
    assert " ".join(listed[slug][0].split()[:3]) in " ".join(shown.split())
    report = done(store, "approve", slug, *WHY)
    assert (report["status"], report["needs_look"]) == ("approved", [])
    assert [(row["op"], row["before"], row["after"], row["who"]) for row in report["changes"]] == [
        ("status", "needs_look", "approved", "kim")
    ]
    assert slug not in scout(store, "list", "--needs-look").stdout
    assert done(store, "approve", slug, *WHY)["changes"][0]["why"] == WHY[1]  # a second word is kept too


def test_reject_takes_it_off_the_panels_list(store: Path) -> None:
    assert done(store, "reject", SLUG, *WHY)["status"] == "rejected"
    with Store.open(store) as opened:
        assert SLUG not in opened.awaiting_review()
        assert SLUG not in [row["slug"] for row in opened.tracked()]


@pytest.mark.parametrize("words", [("edit", SLUG, "tagline=Another"), ("reject", SLUG), ("delete", SLUG)])
def test_a_preview_needs_no_reason_and_an_act_does(store: Path, words: tuple[str, ...]) -> None:
    with Store.open(store) as opened:
        before = opened.last_seq()
    assert done(store, *words, "--preview")["previews"][0]["rows"]
    with Store.open(store) as opened:
        assert opened.last_seq() == before
    missing = scout(store, *words).exception
    assert isinstance(missing, click.MissingParameter)
    assert "'--why'" in missing.format_message()


def test_merge_and_unmerge_restore_both(store: Path) -> None:
    one, other = EXPECTED["twins"]
    with Store.open(store) as opened:
        before = [opened.document(slug).model_dump(exclude={"changes"}) for slug in (one, other)]
    assert done(store, "merge", one, other, *WHY, "--yes")["slug"] == other
    shown = scout(store, "show", one, "--json")
    assert json.loads(shown.stdout)["slug"] == other
    assert f"{one} was merged and is part of {other}." in shown.stderr
    assert done(store, "unmerge", one, *WHY)["slug"] == one
    with Store.open(store) as opened:
        after = [opened.document(slug).model_dump(exclude={"changes"}) for slug in (one, other)]
        assert opened.verify() == []
    for was, now in zip(before, after, strict=True):
        assert {k: now[k] for k in ("identity", "name", "facts", "plans", "launches", "content_hash")} == {
            k: was[k] for k in ("identity", "name", "facts", "plans", "launches", "content_hash")
        }
    assert "not merged" in str(scout(store, "unmerge", one, *WHY).exception)
    assert "one product already" in str(scout(store, "merge", one, one, *WHY).exception)


def test_an_impostor_merged_into_the_original_does_not_become_it(store: Path) -> None:
    impostor, original = EXPECTED["impostor"]["slug"], EXPECTED["impostor"]["victim"]
    with Store.open(store) as opened:
        before = opened.document(original)
    report = done(store, "merge", impostor, original, *WHY, "--yes")
    with Store.open(store) as opened:
        after = opened.document(original)
    for field in IDENTITY_FIELDS:
        assert getattr(after, field) == getattr(before, field)
    team = [[(plan.amount, plan.unit) for plan in of.plans if plan.name == "Team"] for of in (before, after)]
    assert team[0] == team[1] != []
    name = next(row for row in report["preview"] if row["field"] == "name")
    assert (name["before"], name["after"]) == (before.name, before.name)
    assert name["merged"] != before.name


def test_without_a_terminal_a_merge_shows_what_it_would_do_and_wants_yes(store: Path) -> None:
    one, other = EXPECTED["twins"]
    before = state(store)
    refused = scout(store, "merge", one, other, *WHY)
    assert isinstance(refused.exception, UsageError)
    assert "add --yes" in str(refused.exception)
    assert "homepage" in refused.stdout
    rows = json.loads(scout(store, "merge", one, other, *WHY, "--json").stdout)
    assert (rows["merged"], {row["field"] for row in rows["preview"]} >= {"name", "homepage"}) == (False, True)
    assert state(store) == before


@pytest.mark.parametrize(("answer", "code", "op"), [("n", 1, "none"), ("y", 0, "merge")])
def test_on_a_terminal_a_merge_is_asked_about(answer: str, code: int, op: str, store: Path) -> None:
    one, other = EXPECTED["twins"]
    mine, its = pty.openpty()
    os.write(mine, f"{answer}\n".encode())
    command = [sys.executable, "-m", "jobs", "merge", one, other, *WHY, "--store", str(store)]
    try:
        ran = subprocess.run(command, stdin=its, capture_output=True, text=True, timeout=60, check=False)
    finally:
        os.close(mine)
        os.close(its)
    assert f"Merge {one} into {other}?" in ran.stderr
    assert ran.returncode == code
    with Store.open(store) as opened:
        assert ("merge" if opened.resolve(one) == other else "none") == op


def test_delete_leaves_a_tombstone_that_nothing_moves(store: Path) -> None:
    assert done(store, "delete", SLUG, *WHY)["status"] == "deleted"
    assert SLUG not in scout(store, "list", "--limit", 500).stdout
    before = state(store)
    for command in (("approve", SLUG), ("edit", SLUG, "license=MIT"), ("delete", SLUG)):
        assert "deleted" in str(scout(store, *command, *WHY).exception)
    assert state(store) == before


def test_who_is_the_setting_or_the_systems_user(monkeypatch: pytest.MonkeyPatch) -> None:
    assert Settings({"editor": "kim"}).who == "kim"
    monkeypatch.setenv("LOGNAME", "robin")
    assert Settings().who == "robin"


def test_history_shows_rows_quotes_and_a_chart(store: Path) -> None:
    done(store, "edit", SLUG, "plan:Team=18 USD/month", *WHY)
    told = done(store, "history", SLUG)
    change = next(row for row in told["changes"] if row["op"] == "plan")
    assert change["quotes"]["before"][0]["url"].startswith("https://pelican-ci.example")
    assert change["quotes"]["after"][0]["quote"] == "18 USD/month"
    shown = scout(store, "history", SLUG).stdout
    for words in ("20 → 18 USD a month", "their invoice (kim)", "Team, USD a month", "18 |", "20 |#"):
        assert words in shown


def test_an_unknown_status_never_half_writes(store: Path) -> None:
    with Store.open(store) as opened:
        first = opened.last_seq()
        with pytest.raises(UsageError):
            acts.set_status(opened, SLUG, "perfect", "because", "kim")
        assert opened.last_seq() == first


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("edit", SLUG, "licence=MIT", "--why", "x"), ("licence", "license")),
        (("refresh", "nosuch"), ("nosuch",)),
        (("refresh", SLUG, "--all"), ("--all",)),
        (("list", "--needs-look", "--status", "approved"), ("--needs-look",)),
        (("reject", SLUG), ("--why",)),
    ],
)
def test_wrong_usage_is_one_sentence_and_exit_2(
    arguments: tuple[str, ...], words: tuple[str, ...], crawled: Path
) -> None:
    command = [sys.executable, "-m", "jobs", *arguments, "--store", str(crawled)]
    environ = {key: value for key, value in os.environ.items() if not key.startswith("SCOUT_")}
    ended = subprocess.run(
        command, env=environ, capture_output=True, text=True, check=False, cwd=Path(__file__).parent.parent
    )
    lines = [line for line in ended.stderr.splitlines() if line.startswith(("scout: ", "Error: "))]
    assert (ended.returncode, len(lines)) == (2, 1), ended.stderr
    assert all(word in lines[0] for word in words)


def test_refresh_as_a_command_prints_its_report(store: Path, tmp_path: Path) -> None:
    days = build_world(tmp_path / "world")
    report = done(store, "refresh", SLUG, "--replay", days[1])
    assert [row["state"] for row in report["products"]] == ["changed"]
    with Store.open(store) as opened:
        panel = opened.panel(SLUG)
    assert panel is not None
    assert not panel.stale
    again = scout(store, "refresh", SLUG, "--replay", days[1])
    assert "1 product looked at: 1 unchanged. 0 changes" in again.stdout


def test_an_override_is_shown_beside_what_it_overrides_and_kept_in_history_and_exports(store: Path) -> None:
    with Store.open(store) as opened:
        known = ((one.slug, one.panel) for one in opened.documents() if one.panel)
        slug, before = next(pair for pair in known if pair[1].verdict in ("Ship", "Skip"))
    review = next(one for one in before.reviews.values() if one.vote)
    other = "skip" if review.vote == "ship" else "ship"
    command = ("review", slug, "--override", review.persona, "--verdict", other, "--why", "It held in our own trial")
    rows = done(store, *command)["changes"]
    assert (rows[0]["op"], rows[0]["before"], rows[0]["after"], rows[0]["who"]) == (
        "override",
        review.vote,
        other,
        "kim",
    )
    shown = " ".join(scout(store, "show", slug).stdout.split())
    assert f"{review.persona.title()} {review.score}/100 · {review.vote}" in shown
    assert f"kim overrides it, {rows[0]['at'][:10]}: {other}. It held in our own trial" in shown
    assert f"The critics' own: {before.line}" in shown
    assert f"{review.vote} → {other}  It held in our own trial (kim)" in scout(store, "history", slug).stdout
    exported = [json.loads(line) for line in scout(store, "export", "jsonl").stdout.splitlines()]
    panel = next(one for one in exported if one["slug"] == slug)["panel"]
    told = panel["reviews"][review.persona.lower()]
    assert (told["vote"], told["override"]["vote"], told["override"]["who"]) == (review.vote, other, "an editor")
    assert (panel["overridden"], panel["original_line"]) == ([review.persona.lower()], before.line)


def test_an_override_on_earlier_facts_is_shown_and_does_not_count(store: Path) -> None:
    with Store.open(store) as opened:
        own = opened.panel(SLUG)
    assert own is not None
    done(store, "review", SLUG, "--override", "pm", "--verdict", "ship", "--why", "Our own trial")
    done(store, "edit", SLUG, "plan:Team=18 USD/month", *WHY)
    done(store, "review", SLUG)
    panel = json.loads(scout(store, "show", SLUG, "--json").stdout)["panel"]
    assert panel["reviews"]["pm"]["override"]["counts"] is False
    assert panel["overridden"] == []
    assert "Our own trial; made on earlier facts, it does not count" in " ".join(
        scout(store, "show", SLUG).stdout.split()
    )


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--override", "prophet", "--verdict", "ship", *WHY), ("prophet", "skeptic")),
        (("--override", "pm", "--verdict", "maybe", *WHY), ("maybe", "ship, skip")),
        (("--override", "pm", "--verdict", "ship"), ("--why TEXT",)),
        (("--override", "pm", "--verdict", "ship", "--why", "  "), ("--why",)),
        (("--override", "pm", *WHY), ("--verdict ship|skip",)),
        (("--verdict", "ship", *WHY), ("--override PERSONA",)),
    ],
)
def test_a_bad_override_says_what_is_taken_and_writes_nothing(
    arguments: tuple[str, ...], words: tuple[str, ...], store: Path
) -> None:
    before = state(store)
    result = scout(store, "review", SLUG, *arguments)
    assert isinstance(result.exception, UsageError)
    assert all(word in str(result.exception) for word in words), result.exception
    assert state(store) == before


def test_votes_of_readers_count_once_a_token_and_are_said_to_be_none(store: Path) -> None:
    assert "Community: No community votes yet" in scout(store, "show", SLUG).stdout
    for token, verdict in (("one", "ship"), ("one", "skip"), ("two", "skip")):
        counts = done(store, "vote", SLUG, verdict, "--voter", token)
    assert counts == {"slug": SLUG, "ship": 0, "skip": 2}
    assert "Community: 0 ship / 2 skip" in scout(store, "show", SLUG).stdout
    assert "ship, skip" in str(scout(store, "vote", SLUG, "maybe", "--voter", "three").exception)
    assert "token" in str(scout(store, "vote", SLUG, "ship", "--voter", " ").exception)


# ── previews, undo, several at once ──────────────────────────────────────────────────────────────────────────────────


OTHER = "pagemoss"
ACTS = {
    "edit": ("edit", SLUG, "license=MIT", "plan:Team=18 USD/month", "tagline=Builds for two"),
    "taking back": ("edit", SLUG, "tagline="),
    "approve": ("approve", EXPECTED["impostor"]["slug"]),
    "reject": ("reject", SLUG),
    "delete": ("delete", SLUG),
    "merge": ("merge", SLUG, OTHER, "--yes"),
    "override": ("review", SLUG, "--override", "pm", "--verdict", "skip"),
}


def known(store: Path) -> tuple[str, dict[str, Any]]:
    """What the store knows, and what each product shows of it."""
    with Store.open(store) as opened:
        shown = {}
        for document in opened.documents():
            said = document.model_dump(exclude={"changes", "changed_at", "price_history"})
            shown[document.slug] = said
        return opened.digest()["knowledge"], shown


@pytest.mark.parametrize("act", ACTS)
def test_every_act_can_be_undone(act: str, store: Path) -> None:
    other = next(row["slug"] for row in done(store, "list", "--limit", "9") if row["slug"] != SLUG)
    words = [other if word == OTHER else word for word in ACTS[act]]
    if act == "taking back":
        done(store, "edit", SLUG, "tagline=Builds for two", *WHY)
    slug, before = words[1], known(store)
    done(store, *words, *WHY)
    assert known(store)[1] != before[1]
    undone = done(store, "undo", slug)
    assert undone["undone"]["why"] == WHY[1]
    assert known(store)[1] == before[1]
    with Store.open(store) as opened:
        assert opened.verify() == []
        assert [row["op"] for row in opened.changes_after(0) if row["slug"] == slug][-1] in (
            "undo",
            "plan",
            "fact",
            "status",
        )


def test_undone_one_after_the_other_the_newest_first(store: Path) -> None:
    before = known(store)
    for value in ("MIT", "Apache-2.0"):
        done(store, "edit", SLUG, f"license={value}", *WHY)
    done(store, "undo", SLUG)
    assert known(store)[1][SLUG]["license"] == "MIT"
    done(store, "undo", SLUG, "--why", "a slip")
    assert known(store)[1] == before[1]
    assert "no act of an editor" in str(scout(store, "undo", SLUG).exception)


def test_an_act_is_not_undone_over_a_later_decision(store: Path) -> None:
    done(store, "reject", SLUG, *WHY)
    with Store.open(store) as opened:  # by another way than an act: a crawl, a script of somebody's
        opened.set_status(SLUG, "approved", "", "lee")
    state_before = state(store)
    refused = scout(store, "undo", SLUG).exception
    assert isinstance(refused, UsageError)
    assert "changed since" in str(refused)
    assert state(store) == state_before


@pytest.mark.parametrize("act", ["edit", "approve", "reject", "delete"])
def test_a_preview_is_what_the_act_then_does_and_writes_nothing(act: str, store: Path) -> None:
    before = state(store)
    (seen,) = done(store, *ACTS[act], *WHY, "--preview")["previews"]
    assert state(store) == before
    after = {row["field"]: row["after"] for row in seen["rows"]}
    done(store, *ACTS[act], *WHY)
    with Store.open(store) as opened:
        document = opened.document(seen["slug"])
        waits = seen["slug"] in opened.awaiting_review()
    assert after.get("status", document.status) == document.status
    assert after.get("license", document.license or "") == (document.license or "")
    assert seen["review"] == (waits and act == "edit")
    gone = document.status == "deleted"
    assert seen["published"] == f"its page {'goes' if gone else 'changes'} with the next export"


def test_undelete_brings_back_the_status_it_had(store: Path) -> None:
    done(store, "approve", SLUG)
    done(store, "delete", SLUG, *WHY)
    assert "deleted" in scout(store, "show", SLUG).stdout
    assert done(store, "undelete", SLUG, *WHY)["status"] == "approved"
    assert "not deleted" in str(scout(store, "undelete", SLUG, *WHY).exception)


def test_several_are_done_at_once_or_none(store: Path) -> None:
    slugs = [row["slug"] for row in done(store, "list", "--limit", "3")]
    before = state(store)
    assert "--yes" in str(scout(store, "approve", *slugs).exception)
    assert "nosuch" in str(scout(store, "approve", *slugs, "nosuch", "--yes").exception)
    assert state(store) == before
    report = done(store, "approve", *slugs, "--yes")
    assert [(one["slug"], one["status"]) for one in report["products"]] == [(slug, "approved") for slug in slugs]


def test_an_override_counts_from_now_until_facts_change(store: Path) -> None:
    done(store, "edit", SLUG, "license=MIT", *WHY)  # the panel is of earlier facts
    vote = ("--override", "pm", "--verdict", "skip", "--why", "Our own trial")
    assert done(store, "review", SLUG, *vote)["panel_stale"]
    told = done(store, "show", SLUG)["panel"]
    assert told["reviews"]["pm"]["override"]["counts"] is True
    assert told["overridden"] == ["pm"]
    done(store, "review", SLUG)  # the panel meets on these facts: it still counts
    assert done(store, "show", SLUG)["panel"]["reviews"]["pm"]["override"]["counts"] is True
    done(store, "edit", SLUG, "license=Apache-2.0", *WHY)
    told = done(store, "show", SLUG)["panel"]
    assert told["reviews"]["pm"]["override"]["counts"] is True  # on the panel it was made for
    done(store, "review", SLUG)
    told = done(store, "show", SLUG)["panel"]
    assert told["reviews"]["pm"]["override"]["counts"] is False
    assert told["overridden"] == []


# ── the inbox and what is new ────────────────────────────────────────────────────────────────────────────────────────


def test_the_inbox_lists_what_needs_an_eye_with_candidates_and_quotes(store: Path) -> None:
    with Store.open(store) as opened:
        opened.raise_look(SLUG, ["a reader wrote that the price is another", "a second one did", "a third one did"])
    told = done(store, "inbox")
    assert told["total"] == len(told["items"]) > 1
    assert told["items"][0]["slug"] == SLUG  # most speaks against it
    assert all(item["reasons"] for item in told["items"])
    for candidate in (one for item in told["items"] for doubt in item["doubts"] for one in doubt["candidates"]):
        assert candidate["quote"]
        assert 0 <= candidate["confidence"] <= 1
    shown = scout(store, "inbox").stdout
    assert "a reader wrote that the price is another" in shown
    assert f"{told['total']} products in all" in shown


@pytest.mark.parametrize(
    ("keys", "status"),
    [("aq", "approved"), ("nq", "needs_look"), ("auq", "needs_look"), ("x9q", "needs_look"), ("akr", "rejected")],
)
def test_the_inbox_is_worked_by_key(keys: str, status: str, store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    typed = iter(keys)
    monkeypatch.setattr(editing.click, "getchar", lambda: next(typed, "q"))
    monkeypatch.setattr(editing.click, "prompt", lambda *_, **__: "seen by hand")
    with Store.open(store) as opened:
        opened.raise_look(SLUG, ["a reader wrote"])
        items = [item for item in inbox(opened, 50)[0] if item["slug"] == SLUG] * 2
        editing.work_through(opened, items, "kim")
        assert opened.document(SLUG).status == status


def test_the_inbox_names_its_keys_first_and_refuses_a_value_before_it_asks_why(
    store: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    typed, asked = iter("eq"), []

    def prompt(text: str, **_: object) -> str:
        asked.append(text)
        return "category=foo"

    monkeypatch.setattr(editing.click, "getchar", lambda: next(typed))
    monkeypatch.setattr(editing.click, "prompt", prompt)
    with Store.open(store) as opened:
        opened.raise_look(SLUG, ["a reader wrote"])
        editing.work_through(opened, [item for item in inbox(opened, 50)[0] if item["slug"] == SLUG], "kim")
    said = capsys.readouterr().out
    assert said.startswith("a approve, 1-9 take that candidate, e edit, r reject, u undo, n or j next, k back, q quit")
    assert "No category called 'foo'" in said
    assert asked == ["FIELD=VALUE, such as category=cli"]


def test_a_candidate_of_the_inbox_can_be_taken_as_it_is(store: Path) -> None:
    edits = [
        (item["slug"], one["edit"])
        for item in done(store, "inbox")["items"]
        for doubt in item["doubts"]
        for one in doubt["candidates"]
    ]
    for slug, edit in edits:
        done(store, "edit", slug, edit, *WHY)


def test_changes_are_told_once_an_editor(store: Path) -> None:
    first = done(store, "changes")
    assert first["since"] is None
    assert {row["slug"] for row in first["new"]} >= {SLUG}
    assert first["prices"] == []  # a first price is no move
    again = done(store, "changes")
    assert (again["new"], again["verdicts"]) == ([], [])
    done(store, "edit", SLUG, "plan:Team=18 USD/month", *WHY)
    kept = done(store, "changes", "--keep")
    assert next((row["before"], row["after"]) for row in kept["prices"]) == (
        "20 USD / month / user",
        "18 USD / month / user",
    )
    assert done(store, "changes")["stale"] == [SLUG]
    assert done(store, "changes")["prices"] == []
    assert done(store, "changes", "--since", "2001-01-01")["new"] == first["new"]
    assert "New products" in scout(store, "changes", "--since", "2001-01-01").stdout


def test_changes_tell_of_no_deletion_that_was_taken_back(store: Path) -> None:
    def gone() -> list[str]:
        return [row["slug"] for row in done(store, "changes", "--since", "2001-01-01")["gone"]]

    done(store, "delete", SLUG, *WHY)
    assert gone() == [SLUG]
    done(store, "undelete", SLUG, *WHY)
    assert gone() == []
    done(store, "delete", SLUG, *WHY)
    assert gone() == [SLUG]
