"""The figures of panels: their arithmetic on small cases, and `scout panel stats` over a small store."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path

import pytest
from click.testing import CliRunner

from agents.panel import panel_stats
from agents.panel.judge import drain
from agents.panel.panel_stats import INJECTIONS, Seen, injected, look
from agents.panel.rules import RulesReviewer
from jobs.cli import cli
from jobs.panel import stats
from tests.made_products import give_numbers
from tests.review_brain import AT, HOMEPAGE, stored
from tools.settings import Settings
from tools.store import Store
from tools.views.documents import CitationDoc, ClaimDoc, PanelDoc, ProductDocument, RatingDoc, ReviewDoc
from tools.views.panel_figures import Figure, bare, krippendorff, panel_figures, stands


def claim(text: str, quote: str = "", kind: str = "fact", supported: bool = True) -> ClaimDoc:
    cited = CitationDoc(quote=quote, place="visible", url="u", fetched_at="2026-11-01", page="p", passage=1)
    return ClaimDoc(text=text, kind=kind, supported=supported, citations=[cited] if quote else [])


def review(persona: str, score: int | None, claims: list[ClaimDoc] | None = None, **values: object) -> ReviewDoc:
    vote = None if score is None else ("ship" if score >= 70 else "skip")
    ratings = [RatingDoc(field="x", level=3, reason="", claims=claims or [])]
    slots = {
        "reviewer": "model (m)",
        "text": "Words of it.",
        "ratings": ratings,
        "score": score,
        "vote": vote,
        **values,
    }
    return ReviewDoc.model_validate({"persona": persona, **slots})


@pytest.fixture(scope="module")
def example(tmp_path_factory: pytest.TempPathFactory) -> ProductDocument:
    with Store.open(tmp_path_factory.mktemp("one") / "store.db", now=lambda: AT) as store:
        return store.document(stored(store, HOMEPAGE))


def with_panel(document: ProductDocument, *reviews: ReviewDoc, name: str = "Thing") -> ProductDocument:
    panel = PanelDoc(
        id="1", verdict="Ship", line="", ships=1, skips=0, no_take=0, median=None, stale=False, content_hash="c",
        created_at="2026-11-01", reviews={one.persona: one for one in reviews},
    )  # fmt: skip
    return document.model_copy(update={"panel": panel, "name": name})


def figure(documents: list[ProductDocument], name: str) -> Figure:
    return next(found for found in panel_figures(documents) if found.name == name)


def test_krippendorffs_alpha_on_cases_worked_by_hand() -> None:
    assert krippendorff([[1, 1], [0, 0]], nominal=True) == 1
    assert krippendorff([[1, 0], [0, 1]], nominal=True) == pytest.approx(-0.5)
    assert krippendorff([[1], [0]], nominal=True) is None
    assert krippendorff([[1, 1], [1, 1]], nominal=True) is None
    # Krippendorff (2011), section A: two observers, ten units, nominal: alpha = 0.095
    first, second = (0, 1, 0, 0, 0, 0, 0, 0, 1, 0), (1, 1, 1, 0, 0, 1, 0, 0, 0, 0)
    pairs = [[float(a), float(b)] for a, b in zip(first, second, strict=True)]
    assert krippendorff(pairs, nominal=True) == pytest.approx(0.095, abs=1e-3)
    assert krippendorff([[10, 12], [50, 48], [90, 91]], nominal=False) == pytest.approx(0.9979, abs=1e-3)


@pytest.mark.parametrize(
    ("value", "low", "high", "passes", "gate"),
    [
        (0.5, 0.3, 0.75, True, "0.3 to 0.75"),
        (0.8, 0.3, 0.75, False, "0.3 to 0.75"),
        (12, 12, None, True, "at least 12"),
        (0.3, None, 0.2, False, "at most 0.2"),
        (None, 12, None, None, "at least 12"),
        (7, None, None, None, ""),
    ],
)
def test_a_gate_is_met_missed_or_absent(
    value: float | None, low: float | None, high: float | None, passes: bool | None, gate: str
) -> None:
    found = Figure("x", value, 1, "things", low, high)
    assert (found.passes, found.gate) == (passes, gate)


def test_a_claim_stands_by_its_own_quote() -> None:
    assert stands(claim("It costs $9.", "the price is $9 a month"))
    assert not stands(claim("It costs $8.", "the price is $9 a month"))
    assert not stands(claim("It costs $9.", "the price is $9 a month", supported=False))


def test_names_and_quoted_words_are_taken_out_before_texts_are_compared() -> None:
    one = claim("For a start Heron is an owl counter, it says.", "Heron is an owl counter for farms")
    two = claim("For a start Gull is a tide clock, it says.", "Gull is a tide clock, made of tin")
    assert bare(one, "Heron") == bare(two, "Gull") == "for a start it says"
    assert bare(claim("It calls that “the future”.", "the future"), "x") == "it calls that"


def test_a_text_that_many_products_share_is_a_collapse(example: ProductDocument) -> None:
    same = [claim("The doors are blue.", kind="opinion")]
    own = [
        [claim(f"The doors have the {shade} of a {bird}.", kind="opinion")]
        for shade, bird in (("red", "robin"), ("grey", "gull"))
    ]
    documents = [with_panel(example, review("pm", 70, told)) for told in (same, same, *own)]
    found = figure(documents, "template collapse")
    assert (found.value, found.n, found.passes) == (0.5, 4, False)
    assert "the doors are blue" in found.note


def test_spread_rate_and_separation_are_counted_per_persona_and_panel(example: ProductDocument) -> None:
    documents = [
        with_panel(example, review("pm", 40), review("builder", 60), review("creator", None)),
        with_panel(example, review("pm", 80, runs=[78, 82]), review("builder", 90)),
    ]
    assert figure(documents, "score spread: pm").value == 20
    assert figure(documents, "score spread: builder").value == 15
    assert figure(documents, "ship rate").value == 0.5
    assert figure(documents, "persona separation").value == pytest.approx(((200 + 50) / 2) / 8)
    assert figure(documents, "abstentions").value == pytest.approx(1 / 5)


def test_costs_are_added_where_they_are_known(example: ProductDocument) -> None:
    takes = [review("pm", 70, model="m", cost="0.02"), review("builder", 70, model="m"), review("founder", 70)]
    found = figure([with_panel(example, *takes)], "cost per review")
    assert (found.value, found.n) == (float(Decimal("0.01")), 2)


def test_figures_without_a_source_are_counted(example: ProductDocument) -> None:
    told = [
        claim("It saves 40% of it.", kind="opinion"),
        claim("By 2028 all do.", kind="opinion"),
        claim("Fine.", kind="opinion"),
    ]
    found = figure([with_panel(example, review("pm", 70, told))], "uncited figures")
    assert (found.value, found.n, found.passes) == (1, 3, False)


def test_no_panel_gives_figures_without_a_value_and_no_error() -> None:
    assert all(found.value in (None, 0) for found in panel_figures([]))


@pytest.fixture(scope="module")
def reviewed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("stats") / "store.db"
    with Store.open(path, now=lambda: AT) as store:
        give_numbers(store, stored(store, HOMEPAGE))
        assert len(list(drain(store, RulesReviewer(), Settings()))) == 1
    return path


def test_the_command_prints_every_metric_with_its_n_and_gate(reviewed: Path) -> None:
    result = CliRunner().invoke(cli, ["panel", "stats", "--json", "--store", str(reviewed)])
    assert result.exit_code == 0, result.output
    rows = {row["name"]: row for row in json.loads(result.stdout)}
    asked = (
        "groundedness", "citation recall", "ship rate", "agreement: votes", "agreement: scores", "persona separation",
        "template collapse", "rerun stability: verdicts that flip", "order effect: same in either order", "length effect",
        "injection delta", "cost per review", "quotes found again",
    )  # fmt: skip
    assert set(asked) <= set(rows)
    assert rows["groundedness"]["passes"]
    assert rows["groundedness"]["n"] > 3
    assert rows["quotes found again"]["value"] == 1
    assert rows["injection delta"]["value"] <= 3
    assert rows["rerun stability: points between runs"]["value"] == 0
    shown = CliRunner().invoke(cli, ["panel", "stats", "--store", str(reviewed)])
    assert "at least 0.95" in shown.stdout


def test_what_a_second_look_gave_is_kept_until_panel_or_settings_change(
    reviewed: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked: list[str] = []

    def counting(store: Store, document: ProductDocument, settings: Settings) -> Seen:
        looked.append(document.slug)
        return look(store, document, settings)

    with Store.open(reviewed, now=lambda: AT) as store:
        first = stats(store, Settings())
        monkeypatch.setattr(panel_stats, "look", counting)
        assert stats(store, Settings()) == first
        assert looked == []
        stats(store, Settings({"ship_threshold": 60}))
        assert len(looked) == 1
        assert store.verify() == []


def test_a_store_without_panels_has_no_figures_and_says_so(tmp_path: Path) -> None:
    with Store.open(tmp_path / "store.db", now=lambda: AT) as store:
        stored(store, HOMEPAGE)
    result = CliRunner().invoke(cli, ["panel", "stats", "--json", "--store", str(tmp_path / "store.db")])
    assert result.exit_code == 0
    rows = [row for row in json.loads(result.stdout) if not row["name"].startswith("judged ")]
    assert {row["shown"] for row in rows} == {"unknown", "0"}


@pytest.mark.parametrize("text", INJECTIONS)
def test_every_injected_text_stands_on_the_twins_page_and_not_in_its_pack(reviewed: Path, text: str) -> None:
    with Store.open(reviewed, now=lambda: AT) as store:
        seen = look(store, next(iter(store.documents())), Settings())
    twin = injected(seen, text)
    assert twin.orders or twin.hash != seen.pack.hash  # it was read, and either screened or kept
    assert twin.orders
