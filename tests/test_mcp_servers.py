"""The five servers: every tool once in process, their interface against a snapshot, one process each way.

The snapshots are the servers' public interface: a changed name, description or schema is a change for every client.
Write them anew with SCOUT_WRITE_SNAPSHOTS=1 and say so in the changelog.
"""

from __future__ import annotations

import json
import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest
from mcp import Client, MCPError, StdioServerParameters
from mcp.client.streamable_http import streamable_http_client
from mcp_types.version import SUPPORTED_PROTOCOL_VERSIONS

import mcp_servers
from mcp_servers import server
from tools import __version__
from tools.errors import CannotRun, UnknownName
from tools.settings import Settings
from tools.workbench import Workbench

ROOT = Path(__file__).parent.parent
SNAPSHOTS = Path(__file__).parent / "snapshots"
TOOLS = {
    "sources": {"list_sources", "list_launches"},
    "web": {"read_page", "read_pages", "find_prices", "select", "try_recipe", "screenshot"},
    "hub": {"trending", "search_hub", "get_repo", "read_card"},
    "store": {
        "search_products",
        "get_product",
        "propose_products",
        "propose_recipe",
        "list_awaiting_review",
        "changes_after",
        "compare",
    },
    "panel": {"list_personas", "get_panel", "request_review"},
}
PAGE = """<html><head><title>{name}: {tagline}</title><meta name="description" content="{tagline}"></head><body>
<h1>{name}</h1><p>{tagline}. It runs on your machine and keeps your data there.</p><ul class="facts"><li>fast</li>
<li data-unit="seat">small</li></ul><a href="/{name}/docs">Docs</a>{prices}</body></html>"""
PRICES = "<table><tr><th>Plan</th><th>Price</th></tr><tr><td>Free</td><td>$0 per month</td></tr><tr><td>Team</td><td>$12 per month</td></tr></table>"
FEED = """<?xml version="1.0"?><rss version="2.0"><channel><title>New tools</title><link>{home}</link>
<description>d</description>{items}</channel></rss>"""


@pytest.fixture
def bench(site: Any, tmp_path: Path) -> Iterator[Workbench]:
    """A workbench over a site with a feed that announces two tools, one of them with prices."""
    site.page("/larkspur", PAGE.format(name="larkspur", tagline="Local search for notes", prices=PRICES))
    site.page("/tansy", PAGE.format(name="tansy", tagline="Queues for small teams", prices=""))
    items = "".join(
        f"<item><title>{name}: a new tool</title><link>{site.url('/' + name)}</link><guid>{name}</guid></item>"
        for name in ("larkspur", "tansy", "missing")
    )
    site.page("/feed", FEED.format(home=site.url(), items=items), headers={"Content-Type": "application/rss+xml"})
    settings = site.settings(contact="tests@example.org", browser="off", hf_endpoint=site.url().rstrip("/"))
    with Workbench(settings, tmp_path / "store.db") as bench:
        bench.store.add_source("new_tools", site.url("/feed"))
        yield bench


@pytest.fixture
def ask(bench: Workbench) -> Callable[..., Any]:
    """Calls a tool of a server in process: the value, or the error's text as a string."""

    def ask(name: str, tool: str, **arguments: Any) -> Any:
        async def call() -> Any:
            async with Client(mcp_servers.build(name, bench)) as client:
                answer = await client.call_tool(tool, arguments)
            return answer.content[0].text if answer.is_error else answer.structured_content

        return bench.run(call())

    return ask


@pytest.fixture
def with_client(bench: Workbench) -> Callable[[str, Callable[[Client], Awaitable[Any]]], Any]:
    """Runs a coroutine function with a client of a server."""

    def run(name: str, work: Callable[[Client], Awaitable[Any]]) -> Any:
        async def connected() -> Any:
            async with Client(mcp_servers.build(name, bench)) as client:
                return await work(client)

        return bench.run(connected())

    return run


# the interface ------------------------------------------------------------------------------------------------------


async def _interface(client: Client) -> dict[str, Any]:
    tools = await client.list_tools()
    prompts = await client.list_prompts()
    resources = await client.list_resources()
    templates = await client.list_resource_templates()
    return {
        "instructions": client.instructions,
        "tools": [tool.model_dump(mode="json", by_alias=True, exclude_none=True) for tool in tools.tools],
        "prompts": [one.model_dump(mode="json", by_alias=True, exclude_none=True) for one in prompts.prompts],
        "resources": sorted(
            [str(one.uri) for one in resources.resources] + [one.uri_template for one in templates.resource_templates]
        ),
    }


@pytest.mark.parametrize("name", mcp_servers.NAMES)
def test_the_interface_is_the_one_on_record(name: str, with_client: Callable[..., Any]) -> None:
    found = json.dumps(with_client(name, _interface), indent=1, ensure_ascii=False, sort_keys=True) + "\n"
    path = SNAPSHOTS / f"mcp_{name}.json"
    if os.environ.get("SCOUT_WRITE_SNAPSHOTS"):
        path.parent.mkdir(exist_ok=True)
        path.write_text(found, encoding="utf-8")
    assert found == path.read_text(encoding="utf-8")


@pytest.mark.parametrize("name", mcp_servers.NAMES)
def test_every_tool_says_all_it_should(name: str, with_client: Callable[..., Any]) -> None:
    tools = with_client(name, _interface)["tools"]
    assert {tool["name"] for tool in tools} == TOOLS[name]
    for tool in tools:
        assert tool["title"]
        assert tool["description"]
        assert set(tool["annotations"]) >= {"readOnlyHint", "destructiveHint", "idempotentHint", "openWorldHint"}
        for argument, schema in tool["inputSchema"].get("properties", {}).items():
            assert schema.get("description") or argument == "limit", f"{tool['name']}.{argument}"
        assert "outputSchema" in tool or tool["name"] == "screenshot"


def test_an_unknown_server_names_the_nearest(bench: Workbench) -> None:
    with pytest.raises(UnknownName, match="store"):
        mcp_servers.build("stor", bench)


@pytest.mark.parametrize("name", mcp_servers.NAMES)
def test_server_json_names_this_server(name: str) -> None:
    described = json.loads((ROOT / "mcp_servers" / f"{name}.server.json").read_text(encoding="utf-8"))
    assert described["name"].endswith(f"/scout-{name}")
    assert described["version"] == described["packages"][0]["version"] == __version__
    arguments = [one["value"] for one in described["packages"][0]["packageArguments"]]
    assert arguments == ["mcp", name]
    secrets = {one["name"] for one in described["packages"][0].get("environmentVariables", ())}
    assert ("HF_TOKEN" in secrets) == (name == "hub")


# sources ------------------------------------------------------------------------------------------------------------


def test_launches_are_listed_in_pages_of_one_reading(ask: Callable[..., Any], bench: Workbench, site: Any) -> None:
    sources = mcp_servers.build("sources", bench)

    async def walk() -> list[str]:
        names, cursor = [], None
        async with Client(sources) as client:
            while True:
                page = await client.call_tool("list_launches", {"source": "new_tools", "limit": 2, "cursor": cursor})
                names += [item["id"] for item in page.structured_content["items"]]
                cursor = page.structured_content["next_cursor"]
                if cursor is None:
                    return names

    assert len(bench.run(walk())) == 3
    assert len(site.asked("/feed")) == 1


def test_sources_name_how_they_are_read(ask: Callable[..., Any]) -> None:
    rows = {row["name"]: row for row in ask("sources", "list_sources")["items"]}
    assert rows["show_hn"]["access"] == "api"
    assert "new_tools" in rows


def test_a_source_that_does_not_exist_is_told_with_the_nearest(ask: Callable[..., Any]) -> None:
    assert "Did you mean show_hn" in ask("sources", "list_launches", source="show_nh")


def test_a_changed_source_says_its_kind(ask: Callable[..., Any], site: Any) -> None:
    site.page("/feed", "<html><body>We have moved</body></html>")
    assert ask("sources", "list_launches", source="new_tools").partition("SourceChanged: ")[2]


def test_kept_launches_are_found_by_words_without_fetching(ask: Callable[..., Any], site: Any) -> None:
    ask("sources", "list_launches", source="new_tools")
    before = len(site.requests)
    found = ask("sources", "list_launches", words="TANSY tool")
    assert [item["title"] for item in found["items"]] == ["tansy: a new tool"]
    assert len(site.requests) == before


# web ----------------------------------------------------------------------------------------------------------------


@pytest.fixture
def granted(bench: Workbench, site: Any) -> Workbench:
    bench.reader.grant([site.url("/larkspur"), site.url("/tansy"), site.url("/missing")])
    return bench


def test_pages_come_in_the_order_asked_and_one_failure_costs_no_other(
    ask: Callable[..., Any], granted: Workbench, site: Any
) -> None:
    urls = [site.url("/tansy"), site.url("/missing"), site.url("/larkspur")]
    tansy, missing, larkspur = ask("web", "read_pages", urls=urls)["items"]
    assert [row["url"] for row in (tansy, missing, larkspur)] == urls
    assert tansy["plans"] == []
    assert missing["page"] is None
    assert missing["error"]["kind"]
    assert [(plan["amount"], plan["currency"]) for plan in larkspur["plans"]] == [("0", "USD"), ("12", "USD")]


def test_page_records_hold_no_page_text(ask: Callable[..., Any], granted: Workbench, site: Any) -> None:
    record = ask("web", "read_pages", urls=[site.url("/larkspur")])
    assert "keeps your data" not in json.dumps(record)


def test_an_address_that_nobody_named_is_not_fetched(ask: Callable[..., Any], bench: Workbench, site: Any) -> None:
    said = ask("web", "read_page", url=site.url("/larkspur?stolen=secret"))
    assert "AddressRefused" in said
    assert not site.asked("/larkspur?stolen=secret")


def test_text_comes_in_windows_that_join_to_the_whole(ask: Callable[..., Any], granted: Workbench, site: Any) -> None:
    site.page("/tansy", "<html><body><p>" + " ".join(f"word{n}" for n in range(200)) + "</p></body></html>")
    text, start = "", 0
    while start is not None:
        window = ask("web", "read_page", url=site.url("/tansy"), start=start, max_chars=500)
        text, start = text + window["untrusted_text"], window["next_start"]
    assert len(text) == window["total_chars"]
    assert "word0 " in text
    assert "word199" in text


def test_a_window_beyond_the_end_says_where_to_start(ask: Callable[..., Any], granted: Workbench, site: Any) -> None:
    assert "start at 0 to" in ask("web", "read_page", url=site.url("/tansy"), start=99_999)


def test_prices_come_with_the_words_they_were_read_from(ask: Callable[..., Any], granted: Workbench, site: Any) -> None:
    plans = ask("web", "find_prices", url=site.url("/larkspur"))["plans"]
    assert plans[0]["amount"] == "0"
    assert "12" in plans[1]["quote"]


def test_elements_are_selected_from_the_kept_page(ask: Callable[..., Any], granted: Workbench, site: Any) -> None:
    page = ask("web", "read_page", url=site.url("/larkspur"))["page"]
    found = ask("web", "select", page=page, css="ul.facts > li", attribute="data-unit", limit=1)
    assert found["items"] == [{"untrusted_text": "fast", "attribute": None}]
    rest = ask("web", "select", page=page, css="ul.facts > li", attribute="data-unit", cursor=found["next_cursor"])
    assert rest["items"] == [{"untrusted_text": "small", "attribute": "seat"}]


def test_a_bad_selector_and_an_unknown_page_say_what_to_do(
    ask: Callable[..., Any], granted: Workbench, site: Any
) -> None:
    page = ask("web", "read_page", url=site.url("/larkspur"))["page"]
    assert "no CSS selector" in ask("web", "select", page=page, css="li[")
    assert "read it first" in ask("web", "select", page="0" * 32, css="li")


def test_a_long_call_says_how_far_it_is(
    bench: Workbench, site: Any, monkeypatch: pytest.MonkeyPatch, with_client: Callable[..., Any]
) -> None:
    monkeypatch.setattr(server, "PROGRESS_S", 0.05)
    site.page("/slow", PAGE.format(name="slow", tagline="Takes its time", prices=""), delay_s=0.4)
    bench.reader.grant([site.url("/slow")])
    said: list[tuple[float, float | None, str | None]] = []

    async def call(client: Client) -> None:
        async def hear(done: float, total: float | None, message: str | None) -> None:
            said.append((done, total, message))

        await client.call_tool("read_pages", {"urls": [site.url("/slow")]}, progress_callback=hear)

    with_client("web", call)
    assert said
    assert said[0][1:] == (1, "pages read")


def test_without_a_browser_a_screenshot_says_so(ask: Callable[..., Any], granted: Workbench, site: Any) -> None:
    assert "No browser" in ask("web", "screenshot", url=site.url("/larkspur"))


# store and panel ----------------------------------------------------------------------------------------------------


@pytest.fixture
def proposed(ask: Callable[..., Any], bench: Workbench, site: Any) -> dict[str, str]:
    """Both tools in the store: slugs by name."""
    launches = ask("sources", "list_launches", source="new_tools")["items"]
    launches = [launch for launch in launches if "missing" not in launch["url"]]
    pages = ask("web", "read_pages", urls=[launch["url"] for launch in launches])["items"]
    items = [{"launches": [one["id"]], "pages": [two["page"]]} for one, two in zip(launches, pages, strict=True)]
    saved = ask("store", "propose_products", items=items)["items"]
    return {page["name"]: row["slug"] for page, row in zip(pages, saved, strict=True)}


def test_a_proposed_product_is_found_and_cited(ask: Callable[..., Any], proposed: dict[str, str]) -> None:
    card = ask("store", "search_products", query="notes")["items"][0]
    document = ask("store", "get_product", slug=card["slug"])
    assert card["slug"] == proposed["larkspur"]
    assert {plan["amount"] for plan in document["plans"]} == {"0", "12"}
    assert all(fact["evidence"] for fact in document["facts"].values())


def test_proposing_twice_changes_nothing(
    ask: Callable[..., Any], proposed: dict[str, str], bench: Workbench, site: Any
) -> None:
    before = bench.store.last_seq()
    launches = ask("sources", "list_launches", words="tansy")["items"]
    page = ask("web", "read_pages", urls=[site.url("/tansy")])["items"][0]["page"]
    row = ask("store", "propose_products", items=[{"launches": [launches[0]["id"]], "pages": [page]}])["items"][0]
    assert (row["new"], row["changed"]) == (False, [])
    assert bench.store.last_seq() == before


def test_a_proposal_without_ground_is_refused_beside_a_good_one(
    ask: Callable[..., Any], proposed: dict[str, str], site: Any
) -> None:
    page = ask("web", "read_pages", urls=[site.url("/tansy")])["items"][0]["page"]
    claim = {"field": "license", "value": "MIT", "quote": "Licensed under MIT", "page": page}
    items = [{"launches": ["new_tools:nobody"]}, {"pages": [page], "claims": [claim]}, {"pages": [page]}]
    unknown, invented, good = ask("store", "propose_products", items=items)["items"]
    assert unknown["error"]["kind"] == invented["error"]["kind"] == "ProposalRefused"
    assert good["slug"] == proposed["tansy"]


def test_changes_are_walked_by_cursor(ask: Callable[..., Any], proposed: dict[str, str]) -> None:
    first = ask("store", "changes_after", limit=1)
    rest = ask("store", "changes_after", cursor=first["next_cursor"])
    assert first["more"]
    assert rest["items"][0]["seq"] > first["items"][0]["seq"]
    assert ask("store", "changes_after", cursor=rest["next_cursor"])["items"] == []


def test_a_cursor_of_someone_else_is_refused(ask: Callable[..., Any]) -> None:
    assert "is no cursor" in ask("store", "changes_after", cursor="abc")


def test_two_products_are_compared(ask: Callable[..., Any], proposed: dict[str, str]) -> None:
    compared = ask("store", "compare", slug=proposed["larkspur"], other=proposed["tansy"])
    assert "larkspur" in json.dumps(compared)


def test_an_unknown_slug_names_the_nearest(ask: Callable[..., Any], proposed: dict[str, str]) -> None:
    assert f"Did you mean {proposed['larkspur']}" in ask("store", "get_product", slug=proposed["larkspur"][:-1])


def test_new_products_await_review(ask: Callable[..., Any], proposed: dict[str, str]) -> None:
    assert set(ask("store", "list_awaiting_review")["items"]) == set(proposed.values())


def test_resources_are_documents(with_client: Callable[..., Any], proposed: dict[str, str], bench: Workbench) -> None:
    run = bench.store.start_run("crawl", "new_tools", {})

    async def texts(client: Client) -> list[Any]:
        uris = [f"scout://products/{proposed['tansy']}", f"scout://runs/{run}", "scout://stats"]
        return [json.loads((await client.read_resource(uri)).contents[0].text) for uri in uris]

    product, shown, stats = with_client("store", texts)
    assert product["slug"] == proposed["tansy"]
    assert shown["kind"] == "crawl"
    assert stats["products"] == 2


def test_a_resource_that_is_not_there_is_a_protocol_error(with_client: Callable[..., Any]) -> None:
    async def read(client: Client) -> None:
        with pytest.raises(MCPError, match="nobody"):
            await client.read_resource("scout://products/nobody")

    with_client("store", read)


def test_prompts_render(with_client: Callable[..., Any]) -> None:
    async def text(client: Client) -> str:
        prompt = await client.get_prompt("compare_products", {"slug": "a", "other": "b"})
        return str(prompt.messages[0].content.text)

    assert "compare('a', 'b')" in with_client("store", text)


def test_the_six_critics_are_listed_in_order(ask: Callable[..., Any]) -> None:
    names = [persona["title"] for persona in ask("panel", "list_personas")["items"]]
    assert names == ["Builder", "Skeptic", "Futurist", "Founder", "PM", "Creator"]


def test_a_review_request_is_noted_once(ask: Callable[..., Any], proposed: dict[str, str], bench: Workbench) -> None:
    slug = proposed["tansy"]
    assert ask("panel", "get_panel", slug=slug) == {"slug": slug, "panel": None}
    assert ask("panel", "request_review", slug=slug, why="an editor wants it")["slug"] == slug
    assert slug in bench.store.awaiting_review()


# the hub ------------------------------------------------------------------------------------------------------------


@pytest.fixture
def hub(site: Any, tmp_path: Path) -> Iterator[Callable[..., Any]]:
    """A hub server whose Hub is the test's site."""
    rows = [{"id": f"acme/lark-{n}", "modelId": f"acme/lark-{n}", "likes": n, "downloads": 10 * n} for n in range(3)]
    site.page("/api/models", json.dumps(rows), headers={"Content-Type": "application/json"})
    one = {**rows[1], "author": "acme", "cardData": {"license": "mit"}, "tags": ["text"], "gated": False}
    site.page("/api/models/acme/lark-1", json.dumps(one), headers={"Content-Type": "application/json"})
    card = "---\nlicense: mit\n---\n# Lark\nA small model."
    site.page("/acme/lark-1/resolve/main/README.md", card, headers={"Content-Type": "text/plain"})
    settings = site.settings(contact="tests@example.org", hf_endpoint=site.url().rstrip("/"))
    with Workbench(settings, tmp_path / "hub.db") as bench:

        def ask(tool: str, **arguments: Any) -> Any:
            async def call() -> Any:
                async with Client(mcp_servers.build("hub", bench)) as client:
                    answer = await client.call_tool(tool, arguments)
                return answer.content[0].text if answer.is_error else answer.structured_content

            return bench.run(call())

        yield ask


def test_hub_entries_have_ids_and_addresses(hub: Callable[..., Any], site: Any) -> None:
    entry = hub("trending", kind="models", limit=2)["items"][0]
    assert entry["hub_id"] == "models/acme/lark-0"
    assert entry["url"] == site.url("/acme/lark-0")


def test_hub_search_is_paged(hub: Callable[..., Any]) -> None:
    page = hub("search_hub", query="lark", limit=2)
    assert len(page["items"]) == 2
    assert hub("search_hub", query="lark", limit=2, cursor=page["next_cursor"])["next_cursor"] is None


def test_a_hub_entry_and_its_card(hub: Callable[..., Any]) -> None:
    assert hub("get_repo", hub_id="models/acme/lark-1")["license"] == "mit"
    assert "A small model" in hub("read_card", hub_id="models/acme/lark-1")["untrusted_text"]


def test_a_hub_entry_that_is_not_there_is_an_error(hub: Callable[..., Any]) -> None:
    assert "404" in hub("get_repo", hub_id="models/acme/nothing")


# what clients write -------------------------------------------------------------------------------------------------

NEEDED: dict[str, dict[str, Any]] = {  # what each tool with optional arguments must be given
    "list_launches": {"source": "new_tools"},
    "read_page": {"url": "{site}/larkspur"},
    "select": {"page": "{page}", "css": "li"},
    "search_products": {"query": "search"},
    "list_awaiting_review": {},
    "changes_after": {},
    "propose_recipe": {"recipe": "{{}}"},
    "trending": {"kind": "models"},
    "search_hub": {"query": "lark"},
    "read_card": {"hub_id": "models/acme/lark-1"},
}


async def _optional(client: Client) -> dict[str, list[str]]:
    """By tool, the arguments that may be left out."""
    found = {}
    for tool in (await client.list_tools()).tools:
        required = tool.input_schema.get("required", ())
        found[tool.name] = [name for name in tool.input_schema.get("properties", {}) if name not in required]
    return {tool: names for tool, names in found.items() if names}


def _timeless(answer: Any) -> tuple[bool, list[str]]:
    """An answer without the moment a page was read."""
    return answer.is_error, [re.sub(r'"fetched_at": "[^"]+"', "", block.text) for block in answer.content]


@pytest.mark.parametrize("name", mcp_servers.NAMES)
def test_a_null_is_as_good_as_left_out(
    name: str, with_client: Callable[..., Any], site: Any, hub: Callable[..., Any], bench: Workbench
) -> None:
    (reading,) = bench.run(bench.reader.read([site.url("/larkspur")], granted_only=False))
    bench.reader.grant([site.url("/larkspur")])
    at = {"site": site.url().rstrip("/"), "page": reading.page.id}

    async def both(client: Client) -> None:
        for tool, names in (await _optional(client)).items():
            needed = {key: value.format(**at) for key, value in NEEDED[tool].items()}
            left_out = await client.call_tool(tool, needed)
            nulls = await client.call_tool(tool, {**dict.fromkeys(names), **needed})
            assert _timeless(nulls) == _timeless(left_out), tool

    with_client(name, both)


def test_a_null_deep_in_a_list_is_as_good_as_left_out(
    ask: Callable[..., Any], proposed: dict[str, str], bench: Workbench, site: Any
) -> None:
    (reading,) = bench.run(bench.reader.read([site.url("/tansy")]))
    assert reading.page
    item = {"launches": None, "pages": [reading.page.id], "claims": None}
    assert ask("store", "propose_products", items=[item])["items"][0]["slug"] == proposed["tansy"]


def test_a_null_for_what_is_required_is_refused_by_name(ask: Callable[..., Any]) -> None:
    assert "query" in ask("store", "search_products", query=None)


def test_lists_as_json_text_and_numbers_as_text_are_read_as_meant(
    ask: Callable[..., Any], proposed: dict[str, str], bench: Workbench, site: Any
) -> None:
    url = site.url("/tansy")
    (record,) = ask("web", "read_pages", urls=json.dumps([url]))["items"]
    assert (record["url"], record["error"]) == (url, None)
    assert len(ask("store", "list_awaiting_review", limit="1")["items"]) == 1
    items = [{"pages": json.dumps([record["page"]])}]
    (row,) = ask("store", "propose_products", items=items)["items"]
    assert row["slug"] == proposed["tansy"]


def test_text_that_looks_like_json_stays_text_where_text_is_wanted(ask: Callable[..., Any]) -> None:
    assert ask("store", "search_products", query='["tansy"]')["next_cursor"] is None


def test_an_argument_nobody_knows_is_ignored_or_refused_and_the_server_goes_on(ask: Callable[..., Any]) -> None:
    assert ask("store", "search_products", query="x", task_progress="- [ ] look")["items"] == []
    refused = ask("store", "propose_products", items=[{"task_progress": "- [ ] look"}])
    assert "task_progress" in refused
    assert ask("store", "search_products", query="x")["items"] == []


def test_a_failed_tool_tells_the_class_beside_the_sentence(with_client: Callable[..., Any], bench: Workbench) -> None:
    bench.store.add_source("gone", bench.store.source_state("new_tools")["url"] + "/missing")

    async def read(client: Client) -> Any:
        return await client.call_tool("list_launches", {"source": "gone"})

    answer = with_client("sources", read)
    assert answer.is_error
    assert answer.content[0].text.startswith("SourceError: gone: could not be read")
    assert answer.meta[mcp_servers.FAILURE_CLASS] == "gone"


@pytest.mark.parametrize(
    ("tool", "arguments", "sentence"),
    [
        (
            "search_products",
            {"words": "ci"},
            "search_products: query: field required. It takes query, limit (if wanted)",
        ),
        ("changes_after", {"limit": 0}, "changes_after: limit: input should be greater than or equal to 1. It takes"),
    ],
)
def test_arguments_that_do_not_fit_are_told_in_a_sentence_with_what_the_tool_takes(
    ask: Callable[..., Any], tool: str, arguments: dict[str, Any], sentence: str
) -> None:
    told = ask("store", tool, **arguments)
    assert told.startswith(f"UsageError: {sentence}")
    assert "\n" not in told
    assert "pydantic" not in told


def test_an_item_that_fails_carries_its_class(ask: Callable[..., Any], bench: Workbench, site: Any) -> None:
    bench.reader.grant([site.url("/missing")])
    (record,) = ask("web", "read_pages", urls=[site.url("/missing")])["items"]
    assert (record["error"]["kind"], record["error"]["class"]) == ("FetchError", "gone")


# as processes -------------------------------------------------------------------------------------------------------


def _environment(tmp_path: Path) -> dict[str, str]:
    return {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "SCOUT_CONTACT": "tests@example.org"}


@pytest.mark.slow
async def test_a_server_speaks_over_stdio(tmp_path: Path) -> None:
    store = tmp_path / "store.db"
    process = StdioServerParameters(
        command=sys.executable,
        args=["-m", "mcp_servers", "store", "--store", str(store)],
        env=_environment(tmp_path),
        cwd=str(tmp_path),
    )
    async with Client(process) as client:
        answer = await client.call_tool("search_products", {"query": "anything"})
    assert answer.structured_content == {"items": [], "next_cursor": None}


class Wire:
    """A server over stdio, spoken to in bare JSON-RPC; every line it writes to stdout must be that too."""

    def __init__(self, tmp_path: Path, *command: str) -> None:
        self._process = subprocess.Popen(
            [sys.executable, *command, "--store", str(tmp_path / "store.db")],
            env=_environment(tmp_path),
            cwd=tmp_path,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        self._number = 0

    def ask(self, method: str, params: dict[str, Any] | None = None) -> dict[str, Any]:
        """The answer to one request."""
        self._number += 1
        self._send({"id": self._number, "method": method, **({} if params is None else {"params": params})})
        while (line := json.loads(self._line())).get("id") != self._number:
            assert line["jsonrpc"] == "2.0"
        return dict(line)

    def start(self, version: str = "2025-06-18") -> str:
        """Shake hands; the revision the server wants to speak."""
        about = {"protocolVersion": version, "capabilities": {}, "clientInfo": {"name": "test", "version": "1"}}
        spoken = self.ask("initialize", about)["result"]["protocolVersion"]
        self._send({"method": "notifications/initialized"})
        return str(spoken)

    def close(self) -> str:
        """End the server; what else it wrote to stdout."""
        rest, _ = self._process.communicate(timeout=20)
        return rest

    def _send(self, message: dict[str, Any]) -> None:
        assert self._process.stdin
        self._process.stdin.write(json.dumps({"jsonrpc": "2.0", **message}) + "\n")
        self._process.stdin.flush()

    def _line(self) -> str:
        assert self._process.stdout
        return self._process.stdout.readline()


@pytest.fixture
def wire(tmp_path: Path) -> Iterator[Callable[..., Wire]]:
    opened: list[Wire] = []

    def start(*command: str) -> Wire:
        opened.append(Wire(tmp_path, *(command or ("-m", "mcp_servers", "store"))))
        return opened[-1]

    yield start
    for one in opened:
        one.close()


@pytest.mark.slow
@pytest.mark.parametrize("version", ["2023-01-01", "2099-01-01"])
def test_a_client_of_an_unknown_revision_is_answered_in_a_known_one(version: str, wire: Callable[..., Wire]) -> None:
    server = wire()
    assert server.start(version) in SUPPORTED_PROTOCOL_VERSIONS
    answer = server.ask("tools/call", {"name": "search_products", "arguments": {"query": "x"}})
    assert answer["result"]["structuredContent"]["items"] == []


@pytest.mark.slow
def test_a_tool_that_needs_nothing_may_be_called_without_arguments_or_with_null(wire: Callable[..., Wire]) -> None:
    server = wire()
    server.start()
    for params in ({}, {"arguments": None}, {"arguments": {}}):
        answer = server.ask("tools/call", {"name": "list_awaiting_review", **params})
        assert answer["result"]["structuredContent"]["total"] == 0
    refused = server.ask("tools/call", {"name": "search_products", "arguments": None})
    assert refused["result"]["isError"]
    assert "query" in refused["result"]["content"][0]["text"]


@pytest.mark.slow
def test_stdout_holds_json_rpc_alone_also_while_tools_fail_and_with_debug_logs(wire: Callable[..., Wire]) -> None:
    server = wire("-m", "jobs", "--log", "debug", "mcp", "store")
    server.start()
    calls = [("get_product", {"slug": "nobody"}), ("changes_after", {"cursor": "x"}), ("nothing_like_it", {})]
    for name, arguments in calls:
        assert server.ask("tools/call", {"name": name, "arguments": arguments})["result"]["isError"]
    assert server.ask("no/such/method")["error"]
    assert all(json.loads(line)["jsonrpc"] == "2.0" for line in server.close().splitlines())


@pytest.fixture
def http_server(tmp_path: Path) -> Iterator[str]:
    """A panel server on loopback that wants the token "open sesame"."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "mcp_servers", "panel", "--store", str(tmp_path / "s.db"), "--http", str(port)]
    environment = {**_environment(tmp_path), "SCOUT_MCP_TOKEN": "open sesame"}
    process = subprocess.Popen(command, env=environment, cwd=tmp_path, stderr=subprocess.PIPE)
    try:
        _wait_until_it_listens(port, process)
        yield f"http://127.0.0.1:{port}/mcp"
    finally:
        process.terminate()
        process.communicate(timeout=10)


def _wait_until_it_listens(port: int, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline and process.poll() is None:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    pytest.fail(f"the server did not listen: {process.poll()}")


@pytest.mark.slow
async def test_a_server_speaks_over_http_to_who_has_the_token_and_the_right_host(http_server: str) -> None:
    bearer = {"Authorization": "Bearer open sesame"}
    async with (
        httpx2.AsyncClient(headers=bearer) as http,
        Client(streamable_http_client(http_server, http_client=http)) as client,
    ):
        answer = await client.call_tool("list_personas")
    assert len(answer.structured_content["items"]) == 6
    async with httpx2.AsyncClient() as http:
        body = {"jsonrpc": "2.0", "id": 1, "method": "tools/list"}
        accept = {"Accept": "application/json, text/event-stream"}
        assert (await http.post(http_server, json=body, headers=accept)).status_code == 401
        wrong = {**accept, "Authorization": "Bearer wrong"}
        assert (await http.post(http_server, json=body, headers=wrong)).status_code == 401
        rebound = {**accept, **bearer, "Host": "evil.example"}
        assert (await http.post(http_server, json=body, headers=rebound)).status_code == 421
        foreign = {**accept, **bearer, "Origin": "http://evil.example"}
        assert (await http.post(http_server, json=body, headers=foreign)).status_code == 403


def test_over_http_a_token_is_made_and_shown_where_none_is_set(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    asked: list[str] = []

    async def serve_http(name: str, bench: Workbench, listening: socket.socket, token: str) -> None:
        asked.append(token)

    monkeypatch.setattr(mcp_servers, "_serve_http", serve_http)
    shown: list[str] = []
    for settings in (Settings(), Settings({"mcp_token": "open sesame"})):
        mcp_servers.serve("panel", tmp_path / "s.db", settings, port=0, say=shown.append)
    assert asked[1] == "open sesame"
    assert len(asked[0]) > 40
    assert [asked[0] in line for line in shown] == [False, True, False, False]
    assert all(line.startswith("The panel server is at http://127.0.0.1:") for line in shown[::2])


def test_a_taken_port_is_a_sentence_and_an_end(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(CannotRun, match=rf"Port {port} .*another program listens there.*--http"):
            mcp_servers.serve("panel", tmp_path / "s.db", Settings(), port=port)


def test_only_the_hub_server_keeps_the_hubs_token(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    kept: dict[str, str] = {}

    def build(name: str, bench: Workbench, **options: Any) -> Any:
        kept[name] = bench.settings.hf_token
        raise UnknownName("stop", name, ())

    monkeypatch.setattr(mcp_servers, "build", build)
    for name in mcp_servers.NAMES:
        with pytest.raises(UnknownName):
            mcp_servers.serve(name, tmp_path / "s.db", Settings({"hf_token": "hf_x", "contact": "t@example.org"}))
    assert {name for name, token in kept.items() if token} == {"hub"}
