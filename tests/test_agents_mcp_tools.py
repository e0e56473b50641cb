"""The toolbox: values, errors, timeouts, restarts; servers in process and over stdio."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any, Literal

import pytest
from mcp import StdioServerParameters
from mcp.server.mcpserver import MCPServer
from pydantic import Field

from agents.run.mcp_tools import FailedCall, Hooks, Toolbox
from agents.run.trace import Call
from mcp_servers.server import READS_STORE, WRITES, Answer, add_tool, make_server
from tools.errors import CannotRun, SourceChanged, ToolError, ToolServerGone, ToolTimeout

ROOT = Path(__file__).parent.parent


class Row(Answer):
    """One row."""

    name: str
    price: str | None


class Rows(Answer):
    """Rows."""

    items: list[Row]


def toy() -> MCPServer[Any]:
    """A server with one tool of each temper."""
    server = make_server("toy", "Toy", "For tests.", "Ask it.")

    @add_tool(server, "List", READS_STORE)
    async def list_rows(
        kind: Annotated[Literal["a", "b"], Field(description="which")],
        limit: Annotated[int, Field(ge=1, le=9)] = 2,
        word: str | None = None,
    ) -> Rows:
        """Some rows."""
        return Rows(items=[Row(name=f"{kind}{n}{word or ''}", price=None if n else "0") for n in range(limit)])

    @add_tool(server, "Count", READS_STORE)
    async def count() -> int:
        """A number."""
        return 3

    @add_tool(server, "Nothing", READS_STORE)
    async def nothing() -> None:
        """None."""

    @add_tool(server, "Fail", READS_STORE)
    async def fail() -> str:
        """Fails on purpose."""
        raise SourceChanged("show_hn", "the envelope is missing")

    @add_tool(server, "Crash", READS_STORE)
    async def crash() -> str:
        """Fails by mistake."""
        raise LookupError("secret-db-path")

    @add_tool(server, "Hang", WRITES)
    async def hang() -> str:
        """Never answers."""
        await asyncio.Event().wait()
        return "never"

    return server


@pytest.fixture
def calls() -> list[Call]:
    return []


@pytest.fixture
def box(calls: list[Call]) -> Iterator[Toolbox]:
    with Toolbox({"toy": toy()}, call_timeout_s=0.3, hooks=Hooks(after=calls.append)) as box:
        yield box


def test_a_result_is_a_value_with_null_distinct_from_zero(box: Toolbox) -> None:
    assert box.tools["list_rows"].forward("a") == {
        "items": [{"name": "a0", "price": "0"}, {"name": "a1", "price": None}]
    }


def test_positional_and_named_arguments_are_bound(box: Toolbox) -> None:
    assert box.tools["list_rows"].forward("b", 1, word="x")["items"][0]["name"] == "b0x"


def test_a_result_that_is_no_object_is_unwrapped(box: Toolbox) -> None:
    assert box.tools["count"].forward() == 3
    assert box.tools["nothing"].forward() is None


def test_an_error_on_purpose_keeps_its_kind_and_sentence(box: Toolbox, calls: list[Call]) -> None:
    with pytest.raises(FailedCall, match="the envelope is missing") as raised:
        box.tools["fail"].forward()
    assert raised.value.failed_kind == "SourceChanged"
    assert calls[0].failure == ("SourceChanged", "changed", "SourceChanged: show_hn: the envelope is missing")


def test_none_for_an_optional_argument_is_not_sent(box: Toolbox, calls: list[Call]) -> None:
    rows = box.tools["list_rows"].forward("a", limit=None, word=None)
    assert rows == box.tools["list_rows"].forward("a")
    assert [call.arguments for call in calls] == [{"kind": "a"}] * 2


def test_a_strangers_server_is_sent_no_null_either() -> None:
    server = MCPServer("strict", log_level="ERROR")

    @server.tool()
    def times(number: int, by: int = 2) -> int:
        """Multiplies, and takes no null."""
        return number * by

    with Toolbox({"strict": server}) as box:
        assert box.tools["times"].forward(3, by=None) == 6
        with pytest.raises(ToolError, match="number"):
            box.tools["times"].forward(None)


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_a_crash_does_not_leak_its_text(box: Toolbox) -> None:
    with pytest.raises(ToolError) as raised:
        box.tools["crash"].forward()
    assert "secret-db-path" not in str(raised.value)


def test_arguments_outside_the_schema_are_refused_by_name(box: Toolbox) -> None:
    with pytest.raises(ToolError, match="limit"):
        box.tools["list_rows"].forward("a", limit=50)
    with pytest.raises(ToolError, match="unexpected keyword"):
        box.tools["list_rows"].forward("a", colour="red")


def test_a_hanging_tool_is_cut_and_the_server_goes_on(box: Toolbox, calls: list[Call]) -> None:
    with pytest.raises(ToolTimeout):
        box.tools["hang"].forward()
    assert calls[0].elapsed_s < 5
    assert box.tools["count"].forward() == 3


def test_the_hook_sees_every_call_and_may_stop_one() -> None:
    def refuse(server: str, tool: str) -> None:
        raise CannotRun(f"no {server}.{tool} today")

    with Toolbox({"toy": toy()}, hooks=Hooks(before=refuse)) as box, pytest.raises(CannotRun, match=r"toy\.count"):
        box.tools["count"].forward()


def test_the_same_result_has_the_same_digest(box: Toolbox, calls: list[Call]) -> None:
    for limit in (2, 2, 3):
        box.tools["list_rows"].forward("a", limit)
    first, second, third = (call.digest for call in calls)
    assert first == second != third


def test_only_named_tools_are_offered_and_a_missing_one_is_said() -> None:
    with Toolbox({"toy": toy()}, only=["count"]) as box:
        assert set(box.tools) == {"count"}
    with pytest.raises(CannotRun, match="delete_all"), Toolbox({"toy": toy()}, only=["delete_all"]):
        pass


def test_equal_names_of_two_servers_get_their_servers_name() -> None:
    with Toolbox({"one": toy(), "two": toy()}) as box:
        assert {"count", "two_count"} <= set(box.tools)


def test_the_prompt_shows_types_defaults_limits_and_the_shape(box: Toolbox) -> None:
    text = box.tools["list_rows"].to_code_prompt()
    assert text == (
        'def list_rows(kind: "a" | "b", limit: int = 2, word: str? = None) -> {items: list[Row]}:\n'
        '    """Some rows.\n'
        "    kind: which\n"
        "    limit: from 1, to 9\n"
        '    Row = {name: str, price: str?}"""'
    )


def test_a_server_that_does_not_start_is_named() -> None:
    servers = {"gone": StdioServerParameters(command=sys.executable, args=["-c", "raise SystemExit(3)"])}
    with pytest.raises(CannotRun, match="gone"), Toolbox(servers):
        pass


DYING = """
import os
from mcp.server.mcpserver import MCPServer
from mcp.types import ToolAnnotations
server = MCPServer("dying", log_level="ERROR")

@server.tool(annotations=ToolAnnotations(read_only_hint=True))
def pid() -> int:
    "Number of this process."
    return os.getpid()

@server.tool(annotations=ToolAnnotations(read_only_hint=True))
def read_and_die() -> int:
    "Dies."
    os._exit(1)

@server.tool()
def write_and_die() -> int:
    "Dies."
    os._exit(1)

server.run()
"""


@pytest.fixture
def dying(tmp_path: Path) -> Iterator[Toolbox]:
    script = tmp_path / "dying.py"
    script.write_text(DYING)
    server = StdioServerParameters(command=sys.executable, args=[str(script)], cwd=str(ROOT))
    with Toolbox({"dying": server}, call_timeout_s=10) as box:
        yield box


@pytest.mark.slow
def test_a_dead_server_is_started_again_for_the_next_call(dying: Toolbox) -> None:
    first = dying.tools["pid"].forward()
    with pytest.raises(ToolServerGone, match="died during the call"):
        dying.tools["write_and_die"].forward()
    assert dying.tools["pid"].forward() not in (first, None)


@pytest.mark.slow
def test_a_server_that_keeps_dying_is_given_up(dying: Toolbox) -> None:
    for _ in range(3):
        with pytest.raises(ToolServerGone):
            dying.tools["read_and_die"].forward()
    with pytest.raises(ToolServerGone, match="giving up"):
        dying.tools["pid"].forward()
