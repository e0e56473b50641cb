import asyncio
import hashlib
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from huggingface_hub import HfApi

from tools.errors import CannotRun, FetchError, PartFailed, RateLimited, SourceChanged, SourceError, UsageError
from tools.models import Launch, Page
from tools.settings import Settings
from tools.sources.hugging_face import base_of, hub_launches
from tools.web.hub_client import card_url, hub_api

NOW = datetime(2026, 11, 18, 12, tzinfo=UTC)
SINCE = NOW - timedelta(days=2)


class CannedFetcher:
    """Answers by path, and remembers what was asked with which headers."""

    def __init__(self, answers: dict[str, Any]) -> None:
        self.answers, self.asked = answers, list[tuple[str, dict[str, str]]]()

    async def get(self, url: str, *, access: str, headers: dict[str, str], pace_s: float) -> Page:
        assert access == "api"
        self.asked.append((url, headers))
        path, _, query = url.removeprefix("https://hub.example").partition("?")
        order = "newest" if "createdAt" in query else ""
        answer = self.answers.get(path + order, [])
        if isinstance(answer, FetchError):
            raise answer
        body = answer.encode() if isinstance(answer, str) else json.dumps(answer).encode()
        digest = hashlib.sha256(body).hexdigest()
        return Page(digest[:32], url, url, 200, "application/json", "utf-8", body, digest, NOW, access="api")


def model(name: str, **more: Any) -> dict[str, Any]:
    return {"id": name, "likes": 5, "downloads": 9, "createdAt": "2026-11-17T10:00:00.000Z", "tags": [], **more}


async def parts(answers: dict[str, Any]) -> list[Launch | PartFailed]:
    api = hub_api(CannedFetcher(answers), asyncio.get_running_loop(), Settings().but(hf_endpoint="https://hub.example"))
    return await asyncio.to_thread(lambda: list(hub_launches(api, SINCE)))


async def launches(answers: dict[str, Any]) -> list[Launch]:
    return [part for part in await parts(answers) if isinstance(part, Launch)]


async def failures(answers: dict[str, Any]) -> list[PartFailed]:
    return [part for part in await parts(answers) if isinstance(part, PartFailed)]


ALL_LISTS = ("models", "modelsnewest", "spaces", "spacesnewest", "datasets", "datasetsnewest", "daily_papers")


def everywhere(answer: Any) -> dict[str, Any]:
    return {f"/api/{name}": answer for name in ALL_LISTS}


async def test_a_model_becomes_a_launch_with_its_row() -> None:
    row = model("o/tarn-3b", tags=["license:apache-2.0", "text-generation"], pipeline_tag="text-generation")
    [launch] = await launches({"/api/models": [row]})
    assert (launch.id, launch.kind, launch.name) == ("hugging_face:models/o/tarn-3b", "model", "tarn-3b")
    assert (launch.url, launch.hub_id) == ("https://huggingface.co/o/tarn-3b", "models/o/tarn-3b")
    assert (launch.license, launch.tags) == ("apache-2.0", ("text-generation",))
    assert launch.observations == {"likes": 5.0, "downloads": 9.0}
    assert launch.launched_at == datetime(2026, 11, 17, 10, tzinfo=UTC)
    assert json.loads(launch.raw) == row
    assert len(launch.page) == 32


async def test_an_older_entry_that_trends_counts_as_first_seen() -> None:
    [launch] = await launches({"/api/spaces": [model("o/old", createdAt="2025-02-01T00:00:00.000Z")]})
    assert (launch.kind, launch.launched_at, launch.launched_at_basis) == ("space", None, "first_seen")
    assert launch.url == "https://huggingface.co/spaces/o/old"


async def test_newest_entries_need_a_like() -> None:
    newest = [
        model("o/trial", likes=0),
        model("o/liked", likes=1),
        model("o/old", createdAt="2026-11-01T00:00:00.000Z"),
    ]
    assert [launch.title for launch in await launches({"/api/datasetsnewest": newest})] == ["o/liked"]


async def test_quantised_uploads_are_folded_into_their_base() -> None:
    found = await launches(
        {
            "/api/models": [
                model("q/tarn-3b-GGUF", tags=["base_model:o/tarn-3b", "base_model:quantized:o/tarn-3b"]),
                model("o/tarn-3b"),
                model("r/tarn-3b-AWQ", tags=["base_model:o/tarn-3b"]),
                model("q/fell-1b-int4", tags=["base_model:quantized:o/fell-1b"]),
                model("o/tarn-3b-chat", tags=["base_model:finetune:o/tarn-3b"]),
            ]
        }
    )
    counts = {launch.title: launch.observations.get("quantised_uploads") for launch in found}
    assert counts == {"o/tarn-3b": 2.0, "o/tarn-3b-chat": None, "o/fell-1b": 1.0}


@pytest.mark.parametrize(
    ("name", "tags", "base"),
    [
        ("q/m-GGUF", ["base_model:quantized:o/m"], "o/m"),
        ("q/m", ["base_model:o/m", "base_model:quantized:o/m"], "o/m"),
        ("q/m-GPTQ", ["base_model:o/m"], "o/m"),
        ("q/m-4bit", ["base_model:o/m"], "o/m"),
        ("q/m-GGUF", [], None),
        ("o/m-chat", ["base_model:finetune:o/m"], None),
        ("o/bitsandpieces", ["base_model:o/m"], None),
        ("o/m-gguf", ["base_model:quantized:o/m-gguf"], None),
    ],
)
def test_base_of_a_quantised_upload(name: str, tags: list[str], base: str | None) -> None:
    assert base_of(name, tags) == base


async def test_papers_of_the_day() -> None:
    paper = {
        "title": "Small queues",
        "publishedAt": "2026-11-18T08:00:00.000Z",
        "numComments": 2,
        "githubRepo": "https://github.com/o/tarn",
        "paper": {"id": "2611.01234", "summary": "A study.", "upvotes": 31, "authors": [{"name": "Ann"}]},
    }
    [launch] = await launches({"/api/daily_papers": [paper]})
    assert (launch.id, launch.kind, launch.repo_url) == (
        "hugging_face:papers/2611.01234",
        "paper",
        "https://github.com/o/tarn",
    )
    assert launch.observations == {"upvotes": 31.0, "comments": 2.0}
    assert (launch.makers, launch.description) == (("Ann",), "A study.")
    assert json.loads(launch.raw) == paper


async def test_a_hub_that_cannot_be_had_is_a_source_error() -> None:
    with pytest.raises(SourceError, match="trending models") as raised:
        await launches(everywhere(FetchError("https://hub.example/api/models", "no answer")))
    assert not isinstance(raised.value, SourceChanged)


@pytest.mark.parametrize("answer", ["<html>Sorry</html>", '[{"name": "no id"}]', '{"error": "gone"}', '["text"]'])
async def test_a_hub_of_another_shape_has_changed(answer: str) -> None:
    with pytest.raises(SourceChanged):
        await launches(everywhere(answer))


@pytest.mark.parametrize("name", ALL_LISTS)
async def test_a_list_that_cannot_be_had_costs_that_list_only(name: str) -> None:
    error = FetchError("https://hub.example/api/x", "the server answered 504", 504)
    answers = {"/api/models": [model("o/a")], "/api/spaces": [model("o/b")], "/api/datasetsnewest": [model("o/c")]}
    wanted = {"o/a", "o/b", "o/c"} - {answer[0]["id"] for path, answer in answers.items() if path == f"/api/{name}"}
    answers[f"/api/{name}"] = error
    [failed] = await failures(answers)
    assert {launch.title for launch in await launches(answers)} == wanted
    assert failed.part == {"daily_papers": "papers"}.get(
        name, f"newest {name.removesuffix('newest')}" if name.endswith("newest") else f"trending {name}"
    )
    assert (failed.kind, failed.failure_class) == ("SourceError", "broken")
    assert "504" in str(failed)


@pytest.mark.parametrize("answer", ["<html>Sorry</html>", '{"error": "gone"}', '[{"name": "no id"}]'])
async def test_a_list_of_another_shape_costs_that_list_only(answer: str) -> None:
    answers = {"/api/models": answer, "/api/spaces": [model("o/b")]}
    assert [launch.title for launch in await launches(answers)] == ["o/b"]
    [failed] = await failures(answers)
    assert (failed.part, failed.kind) == ("trending models", "SourceChanged")


async def test_a_row_that_the_client_cannot_read_costs_that_row_only() -> None:
    rows = [model("o/a"), model("o/odd", createdAt="not a date"), model("o/b", tags=["license:mit"])]
    answers = {"/api/models": rows}
    assert [(launch.title, launch.license) for launch in await launches(answers)] == [("o/a", ""), ("o/b", "mit")]
    [failed] = await failures(answers)
    assert failed.part == "trending models, row 2 (o/odd)"
    assert failed.kind == "SourceChanged"


async def test_a_rate_limit_ends_the_asking_and_keeps_what_was_read() -> None:
    error = RateLimited("https://hub.example/api/spaces", "asks to be left alone until 14:00", 429)
    api_answers = {"/api/models": [model("o/a")], "/api/spaces": error}
    fetcher = CannedFetcher(api_answers)
    api = hub_api(fetcher, asyncio.get_running_loop(), Settings().but(hf_endpoint="https://hub.example"))
    found = await asyncio.to_thread(lambda: list(hub_launches(api, SINCE)))
    assert [type(part).__name__ for part in found] == ["Launch", "PartFailed"]
    assert len(fetcher.asked) == 3


@pytest.mark.parametrize("key", ["id", "tags", "likes", "downloads", "createdAt", "pipeline_tag", "library_name"])
async def test_a_row_with_an_odd_value_never_breaks_more_than_itself(key: str) -> None:
    for odd in (None, [], {}, "x", 1e30, -1, True, [1], 10**400):
        found = await launches({"/api/models": [model("o/good"), {**model("o/odd"), key: odd}]})
        assert "o/good" in [launch.title for launch in found]


async def test_the_token_goes_to_the_endpoint_only() -> None:
    fetcher = CannedFetcher({})
    settings = Settings().but(hf_endpoint="https://hub.example", hf_token="hf_secret")
    api = hub_api(fetcher, asyncio.get_running_loop(), settings)
    await asyncio.to_thread(lambda: list(api.list_models(search="x", limit=1)))
    assert fetcher.asked[0][1] == {"Authorization": "Bearer hf_secret"}
    stranger = HfApi(endpoint="https://stranger.example", token="hf_secret", headers=api.headers)
    await asyncio.to_thread(lambda: list(stranger.list_models(limit=1)))
    assert fetcher.asked[1] == ("https://stranger.example/api/models?limit=1", {})


async def test_two_clients_keep_to_their_own_fetchers() -> None:
    first, second = CannedFetcher({"/api/models": [model("o/a")]}), CannedFetcher({"/api/models": [model("o/b")]})
    settings = Settings().but(hf_endpoint="https://hub.example")
    one, other = (hub_api(fetcher, asyncio.get_running_loop(), settings) for fetcher in (first, second))
    found = await asyncio.gather(
        *(asyncio.to_thread(lambda api=api: [m.id for m in api.list_models(limit=1)]) for api in (one, other, one))
    )
    assert found == [["o/a"], ["o/b"], ["o/a"]]
    assert (len(one.pages), len(other.pages)) == (2, 1)


async def test_the_library_cannot_go_out_by_another_door() -> None:
    hub_api(CannedFetcher({}), asyncio.get_running_loop(), Settings())
    with pytest.raises(FetchError, match="outside"):
        await asyncio.to_thread(lambda: list(HfApi().list_models(limit=1)))


async def test_without_a_setting_no_token_is_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_TOKEN", "hf_of_this_machine")
    fetcher = CannedFetcher({})
    api = hub_api(fetcher, asyncio.get_running_loop(), Settings())
    await asyncio.to_thread(lambda: list(api.list_spaces(limit=1)))
    assert fetcher.asked == [("https://huggingface.co/api/spaces?limit=1", {})]


async def test_a_call_on_the_fetchers_own_loop_is_refused() -> None:
    api = hub_api(CannedFetcher({}), asyncio.get_running_loop(), Settings())
    with pytest.raises(CannotRun, match="thread"):
        list(api.list_models(limit=1))


async def test_nothing_is_ever_written_to_the_hub() -> None:
    api = hub_api(CannedFetcher({}), asyncio.get_running_loop(), Settings().but(hf_token="t"))
    with pytest.raises(FetchError, match="only read"):
        await asyncio.to_thread(lambda: api.create_repo("o/x"))


@pytest.mark.parametrize(
    ("hub_id", "address"),
    [
        ("models/o/m", "https://huggingface.co/o/m/resolve/main/README.md"),
        ("spaces/o/s", "https://huggingface.co/spaces/o/s/resolve/main/README.md"),
        ("datasets/o/d", "https://huggingface.co/datasets/o/d/resolve/main/README.md"),
    ],
)
def test_card_addresses(hub_id: str, address: str) -> None:
    assert card_url(Settings(), hub_id) == address


def test_a_card_of_nothing_is_a_usage_error() -> None:
    with pytest.raises(UsageError, match="models/org/name"):
        card_url(Settings(), "o/m")
