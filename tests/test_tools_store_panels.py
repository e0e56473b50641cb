"""Panels: kept once, traced to passages, overruled by an editor; readers' votes."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from stored import LATER, fact, fused, page, panel_of, propose, rows_in

from tools import knowledge
from tools.errors import UnknownName, UsageError
from tools.models import Verdict
from tools.store import Store


def test_a_product_awaits_review_until_its_content_has_a_panel(store: Store) -> None:
    old, new = page(), page(body="changed", at=LATER)
    store.put_product(propose(store, old))
    assert store.awaiting_review() == ["acme"]
    assert store.put_panel(panel_of(store, "acme"), reviewer="rules")
    assert store.awaiting_review() == []
    store.put_product(propose(store, new, fact(new), fact(new, "license", "MIT")))
    assert store.awaiting_review() == ["acme"]
    shown = store.panel("acme")
    assert shown is not None
    assert shown.stale


def test_the_same_panel_twice_is_kept_once(store: Store) -> None:
    store.put_product(propose(store, page()))
    made = panel_of(store, "acme")
    assert store.put_panel(made, reviewer="rules")
    assert not store.put_panel(made, reviewer="rules")
    assert rows_in(store)["panels"] == 1


def test_a_request_is_closed_by_the_next_panel(store: Store) -> None:
    store.put_product(propose(store, page()))
    store.put_panel(panel_of(store, "acme"), reviewer="rules")
    store.request_review("acme", "again please", "ed")
    store.request_review("acme", "and again", "ed")
    assert store.awaiting_review() == ["acme"]
    assert store.put_panel(panel_of(store, "acme", "Skip"), reviewer="model")
    assert store.awaiting_review() == []
    assert not store.put_panel(panel_of(store, "acme"), reviewer="rules")
    shown = store.panel("acme")
    assert shown is not None
    assert (shown.verdict, rows_in(store)["panels"]) == ("Skip", 2)


def test_a_panel_comes_back_keyed_by_persona_with_its_citations_resolved(store: Store) -> None:
    store.put_product(propose(store, page()))
    store.put_panel(panel_of(store, "acme"), reviewer="rules")
    shown = store.panel("acme")
    assert shown is not None
    assert (shown.line, shown.median, shown.stale) == ("Ship · 2 ship / 1 skip · 1 no take", 72.0, False)
    assert list(shown.reviews) == ["builder", "skeptic", "pm", "creator"]
    claim = shown.reviews["builder"].ratings[0].claims[0]
    assert (claim.supported, claim.citations[0].quote, claim.citations[0].page) == (True, "Acme", page().id)
    assert shown.reviews["creator"].abstain_reason == "silent"


@pytest.mark.parametrize(
    ("verdict", "votes", "line"),
    [
        ("Ship", ["ship", "ship", "ship", "skip"], "Ship · 3 ship / 1 skip"),
        ("Split", ["ship", "skip", None], "Split · 1 ship / 1 skip · 1 no take"),
        ("Not enough evidence", ["ship", None, None], "Not enough evidence"),
    ],
)
def test_the_panel_line_reads_as_in_the_seeds(verdict: str, votes: list[str | None], line: str) -> None:
    assert knowledge.panel_line(verdict, votes) == line


def test_a_citation_of_a_passage_that_is_not_there_is_refused(store: Store) -> None:
    store.put_product(propose(store, page()))
    with pytest.raises(UsageError, match="cites passage 1"):
        store.put_panel(replace(panel_of(store, "acme"), passages=()), reviewer="rules")
    assert rows_in(store)["panels"] == 0


def test_a_fused_review_comes_back_with_its_members_and_what_contradicts(store: Store) -> None:
    store.put_product(propose(store, page()))
    store.put_panel(fused(panel_of(store, "acme")), reviewer="tern")
    panel = store.document("acme").panel
    assert panel is not None
    builder, pm = panel.reviews["builder"], panel.reviews["pm"]
    assert (builder.model, builder.prompt_hash, builder.seed, builder.cost) == ("tern-1", "p1", 7, "0.002")
    assert (pm.model, pm.prompt_hash, pm.seed, pm.cost) == (None, None, None, None)
    assert builder.evidence == [1]
    assert [(member.member, member.score, member.cost) for member in builder.members] == [
        ("tern", 80, "0.001"),
        ("auk", 80, "0.001"),
    ]
    cited = builder.members[0].ratings[0].claims[0].citations[0]
    assert (cited.quote, cited.url) == ("Acme", "https://acme.dev/")
    assert panel.contradictions[0].personas == ["Builder", "PM"]
    assert panel.contradictions[0].values == ["free", "paid"]


def test_a_member_that_cites_what_is_not_there_is_refused(store: Store) -> None:
    store.put_product(propose(store, page()))
    panel = fused(panel_of(store, "acme"))
    bare = replace(panel.reviews[0], ratings=())
    with pytest.raises(UsageError, match="tern as Builder cites passage 1"):
        store.put_panel(replace(panel, reviews=(bare,), passages=()), reviewer="tern")
    assert rows_in(store)["panels"] == 0


def overridden(store: Store) -> tuple[str, int, int, int, list[str], str | None]:
    panel = store.panel("acme")
    assert panel is not None
    return panel.line, panel.ships, panel.skips, panel.no_take, panel.overridden, panel.original_line


def test_an_override_changes_the_verdict_and_keeps_what_it_was(store: Store) -> None:
    store.put_product(propose(store, page()))
    store.put_panel(panel_of(store, "acme"), reviewer="rules")
    own = "Ship · 2 ship / 1 skip · 1 no take"
    store.put_override("acme", "PM", "skip", "It broke here.", "ed")
    line = "Skip · 1 ship / 2 skip · 1 no take"
    assert overridden(store) == (line, 1, 2, 1, ["pm"], own)
    panel = store.panel("acme")
    assert panel is not None
    assert panel.original_verdict == "Ship"
    review = panel.reviews["pm"]
    assert (review.vote, review.score) == ("ship", 72)
    assert review.override is not None
    assert (review.override.vote, review.override.why, review.override.who, review.override.counts) == (
        "skip",
        "It broke here.",
        "ed",
        True,
    )
    card = store.card("acme")
    assert card is not None
    assert (card["verdict"], card["panel_line"], card["skips"]) == ("Skip", line, 2)
    told = [(row.op, row.field, row.before, row.after, row.who) for row in store.history("acme")][-2:]
    assert told == [("override", "pm", "ship", "skip", "ed"), ("panel", "", own, line, "ed")]


def test_a_newer_override_replaces_the_older_and_the_change_log_keeps_both(store: Store) -> None:
    store.put_product(propose(store, page()))
    store.put_panel(panel_of(store, "acme"), reviewer="rules")
    for vote in ("skip", "ship"):
        store.put_override("acme", "pm", vote, "why", "ed")
    own = "Ship · 2 ship / 1 skip · 1 no take"
    assert overridden(store) == (own, 2, 1, 1, ["pm"], None)
    assert [row["vote"] for row in store.overrides("acme")] == ["ship"]
    kept = [(row.before, row.after) for row in store.history("acme") if row.op == "override"]
    assert kept == [("ship", "skip"), ("skip", "ship")]


def test_an_override_survives_a_new_panel_of_the_same_facts_and_only_that(store: Store) -> None:
    of = page()
    store.put_product(propose(store, of))
    store.put_panel(panel_of(store, "acme"), reviewer="rules")
    store.put_override("acme", "creator", "skip", "why", "ed")
    assert overridden(store)[0] == "Split · 2 ship / 2 skip"
    store.request_review("acme", "again", "ed")
    assert store.put_panel(panel_of(store, "acme"), reviewer="rules")
    assert overridden(store)[0] == "Split · 2 ship / 2 skip"
    store.put_product(propose(store, of, fact(of), fact(of, "license", "MIT")))
    assert store.put_panel(panel_of(store, "acme"), reviewer="rules")
    assert overridden(store)[:5] == ("Ship · 2 ship / 1 skip · 1 no take", 2, 1, 1, [])
    panel = store.panel("acme")
    assert panel is not None
    assert panel.reviews["creator"].override is not None
    assert not panel.reviews["creator"].override.counts


@pytest.mark.parametrize(
    ("own", "votes", "heeded", "verdict"),
    [
        ("Ship", ["ship", "ship", "skip"], ["skip", "ship", "skip"], "Skip"),
        ("Ship", ["ship", "ship", "skip", None], ["ship", "ship", "skip", "skip"], "Split"),
        ("Not enough evidence", ["ship", "ship", None], ["ship", "ship", "ship"], "Ship"),
        ("Not enough evidence", ["ship", None, None], ["ship", "skip", None], "Not enough evidence"),
        # enough critics voted, and still neither what it is nor what it costs was cited
        ("Not enough evidence", ["ship", "ship", "ship"], ["skip", "skip", "ship"], "Not enough evidence"),
        ("Split", ["ship", "skip"], ["ship", "skip"], "Split"),
    ],
)
def test_an_editors_votes_count_where_votes_decide(
    own: Verdict, votes: list[str | None], heeded: list[str | None], verdict: Verdict
) -> None:
    assert knowledge.overridden(own, votes, heeded) == verdict


@pytest.mark.parametrize(
    ("persona", "vote", "message"),
    [("prophet", "ship", "persona called 'prophet'"), ("pm", "maybe", "verdict called 'maybe'")],
)
def test_an_override_of_nobody_or_to_nothing_is_refused(store: Store, persona: str, vote: str, message: str) -> None:
    store.put_product(propose(store, page()))
    store.put_panel(panel_of(store, "acme"), reviewer="rules")
    with pytest.raises(UnknownName, match=message):
        store.put_override("acme", persona, vote, "why", "ed")
    assert store.overrides("acme") == []


def test_an_override_before_the_first_panel_says_how_to_get_one(store: Store) -> None:
    store.put_product(propose(store, page()))
    with pytest.raises(UsageError, match="scout review acme"):
        store.put_override("acme", "pm", "ship", "why", "ed")


def test_readers_votes_count_once_a_voter_whose_token_is_not_kept(store: Store) -> None:
    store.put_product(propose(store, page()))
    for voter, vote in [("token-a", "ship"), (" token-a\n", "skip"), ("token-b", "ship")]:
        store.put_vote("acme", voter, vote)
    assert store.votes("acme") == {"ship": 1, "skip": 1}
    assert store.document("acme").community.skip == 1
    assert b"token-a" not in Path(store.path).read_bytes() + Path(f"{store.path}-wal").read_bytes()


@pytest.mark.parametrize(("voter", "vote"), [("", "ship"), ("  ", "ship"), ("x" * 2000, "ship"), ("a", "maybe")])
def test_a_vote_of_nobody_or_for_nothing_is_refused(store: Store, voter: str, vote: str) -> None:
    store.put_product(propose(store, page()))
    with pytest.raises(UsageError):
        store.put_vote("acme", voter, vote)
    assert store.votes("acme") == {"ship": 0, "skip": 0}
