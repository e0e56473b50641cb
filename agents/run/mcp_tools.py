"""MCP tools as smolagents tools: one toolbox over several servers, in process, over stdio or HTTP.

smolagents' own adapter (mcpadapt 0.1.19) does not import with mcp 2, and with mcp 1 hands tool errors to the code as
ordinary strings and has no call timeout (research/agent_mcp.md, section 0).
"""

from __future__ import annotations

import asyncio
import concurrent.futures
import inspect
import keyword
import re
import threading
import time
from collections.abc import Callable, Coroutine, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self, TypeVar

from smolagents import Tool

from agents.run.trace import Call
from mcp_servers import FAILURE_CLASS
from mcp_servers.arguments import as_meant
from tools import errors
from tools.errors import (
    FAILURE_CLASSES,
    CannotRun,
    FailureClass,
    ScoutError,
    Stopped,
    ToolError,
    ToolServerGone,
    ToolTimeout,
    class_of_kind,
)
from tools.workbench import waited

if TYPE_CHECKING:
    from mcp import Client, StdioServerParameters
    from mcp.server.mcpserver import MCPServer
    from mcp.shared.dispatcher import ProgressFnT
    from mcp.types import CallToolResult
    from mcp.types import Tool as Listed

    ServerAddress = MCPServer[Any] | StdioServerParameters | str

T = TypeVar("T")
CONNECT_S = 15.0
MAX_RESTARTS = 3
GRACE_S = 20.0  # the outer timeout's room for a restart and the second try
MAX_LIST_PAGES = 50
SERVER_GONE, TIMED_OUT = -32000, -32001  # JSON-RPC codes as mcp 2.3 uses them
_KINDS = {name for name, value in vars(errors).items() if isinstance(value, type) and issubclass(value, ScoutError)}


@dataclass(frozen=True, slots=True)
class Hooks:
    """What the host does around each call: `before` may raise to stop the run, `after` keeps the record; `progress`
    hears in between how much is done of how much (tool, done, total), where the server tells."""

    before: Callable[[str, str], None] = lambda server, tool: None
    after: Callable[[Call], None] = lambda call: None
    progress: Callable[[str, float, float], None] = lambda tool, done, total: None


class FailedCall(ToolError):
    """The server's own error. `failed_kind` is the ScoutError it was, where the server is one of ours; `stated`: its
    class, where the server says it."""

    def __init__(self, tool: str, text: str, stated: str = "") -> None:
        match = re.match(r"([A-Z]\w+): ", text)
        known = match is not None and match[1] in _KINDS
        self.failed_kind = match[1] if match and known else "ToolError"
        self._stated = next((name for name in FAILURE_CLASSES if name == stated), None)
        super().__init__(tool, text)

    @property
    def failure_class(self) -> FailureClass:
        """That of the error it was."""
        return self._stated or class_of_kind(self.failed_kind)

    def fatal(self) -> CannotRun | None:
        """The error as our own server raised it, where it means that no call can go on: a full disk, a locked store."""
        kind = getattr(errors, self.failed_kind)
        return kind(self.reason.removeprefix(f"{self.failed_kind}: ")) if issubclass(kind, CannotRun) else None


class Toolbox:
    """The tools of several servers. Use as a context manager; gives the tools by name.

    `loop`: an event loop that already runs in another thread (the workbench's, for in-process servers that share its
    fetcher); without one the toolbox brings its own. `only`: names of tools to offer, none left out silently.
    `stop`: fulfilled to end the call under way, and every further one, with Stopped.
    Errors: CannotRun when a server does not start, or lacks a tool it should have.
    """

    def __init__(
        self,
        servers: Mapping[str, ServerAddress],
        *,
        loop: asyncio.AbstractEventLoop | None = None,
        only: Sequence[str] | None = None,
        call_timeout_s: float = 600.0,
        hooks: Hooks | None = None,
        stop: concurrent.futures.Future[None] | None = None,
    ) -> None:
        self.hooks = hooks or Hooks()
        self._stopping = stop or concurrent.futures.Future()
        self._only = only
        self._own_loop = loop is None
        self._loop = loop or asyncio.new_event_loop()
        self._thread: threading.Thread | None = None
        self._servers = [_Server(name, address, call_timeout_s) for name, address in servers.items()]
        self.tools: dict[str, McpTool] = {}

    def __enter__(self) -> Self:
        if self._own_loop:
            self._thread = threading.Thread(target=self._loop.run_forever, name="toolbox", daemon=True)
            self._thread.start()
        try:
            listed = self._wait(self._start(), CONNECT_S + 5)
            self.tools = self._offered(listed)
        except BaseException:
            self.__exit__(None, None, None)
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._wait(self._stop(), GRACE_S)
        if self._own_loop:
            self._loop.call_soon_threadsafe(self._loop.stop)
            if self._thread:
                self._thread.join(5)
            self._loop.close()

    def call(self, server: _Server, tool: Listed, arguments: dict[str, Any]) -> Any:
        """Call a tool and wait. Errors: ToolError and its kin; whatever a hook raises."""
        self.hooks.before(server.name, tool.name)
        started = time.perf_counter()
        failure: tuple[str, FailureClass, str] | None = None
        result = None
        try:
            work = server.call(tool, arguments, self._teller(tool.name))
            answer = self._wait(work, 2 * server.call_timeout_s + GRACE_S, self._stopping)
            result = _unwrapped(tool, answer)
            return result
        except FailedCall as error:
            failure = (error.failed_kind, error.failure_class, error.reason)
            fatal = error.fatal() if server.in_process else None
            if fatal:
                raise fatal from error
            raise
        except ToolError as error:
            failure = (error.kind, error.failure_class, error.reason)
            raise
        except Stopped as error:
            failure = (error.kind, error.failure_class, str(error))
            raise
        finally:
            elapsed_s = time.perf_counter() - started
            self.hooks.after(Call(server.name, tool.name, arguments, elapsed_s, result, failure))

    def _teller(self, tool: str) -> ProgressFnT:
        async def heard(progress: float, total: float | None, message: str | None) -> None:
            self.hooks.progress(tool, progress, total or progress)

        return heard

    def _offered(self, listed: list[tuple[_Server, Listed]]) -> dict[str, McpTool]:
        tools: dict[str, McpTool] = {}
        for server, tool in listed:
            if self._only is not None and tool.name not in self._only:
                continue
            name = _python_name(tool.name)
            if name in tools:
                name = f"{_python_name(server.name)}_{name}"
            tools[name] = McpTool(self, server, tool, name)
        missing = sorted(set(self._only or ()) - set(tools))
        if missing:
            raise CannotRun(f"The MCP servers do not have the tools this task needs: {', '.join(missing)}.")
        return tools

    async def _start(self) -> list[tuple[_Server, Listed]]:
        await asyncio.gather(*(server.start() for server in self._servers))
        return [(server, tool) for server in self._servers for tool in server.listed]

    async def _stop(self) -> None:
        await asyncio.gather(*(server.stop() for server in self._servers))

    def _wait(
        self, work: Coroutine[Any, Any, T], timeout_s: float, stop: concurrent.futures.Future[None] | None = None
    ) -> T:
        future = asyncio.run_coroutine_threadsafe(work, self._loop)
        try:
            return waited(future, stop, timeout_s) if stop else future.result(timeout_s)
        except concurrent.futures.TimeoutError:
            future.cancel()
            raise ToolTimeout("toolbox", f"no answer in {timeout_s:g} s") from None


class _Server:
    """One server. One task owns its client: anyio's scopes must be left by the task that entered them."""

    def __init__(self, name: str, address: ServerAddress, call_timeout_s: float) -> None:
        self.name, self.call_timeout_s = name, call_timeout_s
        self.listed: list[Listed] = []
        self._address = address
        self._client: Client | None = None
        self._owner: asyncio.Task[None] | None = None
        self._stopping: asyncio.Event | None = None
        self._restarts = 0

    @property
    def in_process(self) -> bool:
        """Whether it is one of our own server objects."""
        from mcp.server.mcpserver import MCPServer

        return isinstance(self._address, MCPServer)

    async def start(self) -> None:
        """Connect and list the tools. Errors: CannotRun naming the server and the cause."""
        ready: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._owner = asyncio.create_task(self._own(ready), name=f"mcp {self.name}")
        try:
            async with asyncio.timeout(CONNECT_S):
                await asyncio.shield(ready)
                listed = await self._list()
        except TimeoutError:
            await self.stop()
            raise CannotRun(f"The MCP server {self.name!r} did not answer within {CONNECT_S:g} s.") from None
        if self.listed and _table(listed) != _table(self.listed):
            await self.stop()
            raise CannotRun(f"The MCP server {self.name!r} came back with other tools; start again to accept them.")
        self.listed = listed

    async def stop(self) -> None:
        """Disconnect; a server that does not leave in time is cancelled."""
        if self._stopping:
            self._stopping.set()
        if self._owner:
            done, _ = await asyncio.wait([self._owner], timeout=5)
            if not done:
                self._owner.cancel()
                await asyncio.wait([self._owner], timeout=5)
        self._client = self._owner = self._stopping = None

    async def call(self, tool: Listed, arguments: dict[str, Any], heard: ProgressFnT) -> CallToolResult:
        """Errors: ToolTimeout, ToolServerGone, FailedCall. Tried a second time only where that cannot do harm."""
        hints = tool.annotations
        repeatable = bool(hints and (hints.read_only_hint or hints.idempotent_hint))
        for last in (not repeatable, True):
            await self._revive(tool.name)
            try:
                return await self._call_once(tool.name, arguments, heard)
            except ToolServerGone:
                await self.stop()
                if last:
                    raise
        raise AssertionError("unreachable: the last try returns or raises")

    async def _call_once(self, tool: str, arguments: dict[str, Any], heard: ProgressFnT) -> CallToolResult:
        from mcp import MCPError
        from mcp.types import CallToolRequest, CallToolRequestParams, CallToolResult

        assert self._client is not None, "revived before every call"
        try:
            async with asyncio.timeout(self.call_timeout_s + 1):
                if self.in_process:
                    # Our own server has validated its answer with pydantic already; the client's second look with
                    # jsonschema costs more than the call (13 ms for 100 records against 2).
                    request = CallToolRequest(params=CallToolRequestParams(name=tool, arguments=arguments))
                    return await self._client.session.send_request(
                        request,
                        CallToolResult,
                        request_read_timeout_seconds=self.call_timeout_s,
                        progress_callback=heard,
                    )
                return await self._client.call_tool(
                    tool, arguments, read_timeout_seconds=self.call_timeout_s, progress_callback=heard
                )
        except TimeoutError:
            raise ToolTimeout(tool, f"no answer in {self.call_timeout_s:g} s; ask for less at once") from None
        except (MCPError, ExceptionGroup, OSError, RuntimeError) as raised:
            error = _first(raised)
            code = error.error.code if isinstance(error, MCPError) else SERVER_GONE
            if code == TIMED_OUT:
                raise ToolTimeout(tool, f"no answer in {self.call_timeout_s:g} s; ask for less at once") from raised
            if code == SERVER_GONE:
                raise ToolServerGone(tool, f"the server {self.name} died during the call ({error})") from raised
            raise FailedCall(tool, _tidy(tool, str(error))) from raised

    async def _revive(self, tool: str) -> None:
        if self._client is not None and self._owner is not None and not self._owner.done():
            return
        if self._restarts >= MAX_RESTARTS:
            raise ToolServerGone(tool, f"the server {self.name} died {self._restarts + 1} times; giving up")
        self._restarts += 1
        await self.stop()
        await self.start()

    async def _own(self, ready: asyncio.Future[None]) -> None:
        from mcp import Client

        try:
            async with Client(self._address, read_timeout_seconds=self.call_timeout_s) as client:
                self._client, self._stopping = client, asyncio.Event()
                ready.set_result(None)
                await self._stopping.wait()
        except asyncio.CancelledError:
            raise
        except Exception as error:  # noqa: BLE001 - a transport may raise anything: it is told to who waits for it
            if not ready.done():
                ready.set_exception(CannotRun(f"The MCP server {self.name!r} did not start: {_first(error)}"))
        finally:
            self._client = None

    async def _list(self) -> list[Listed]:
        assert self._client is not None, "listed only when ready"
        tools: list[Listed] = []
        cursor: str | None = None
        for _ in range(MAX_LIST_PAGES):
            page = await self._client.list_tools(cursor=cursor)
            tools += page.tools
            if not page.next_cursor or page.next_cursor == cursor:
                break
            cursor = page.next_cursor
        return tools


class McpTool(Tool):
    """One MCP tool. Positional arguments, defaults and enums are kept; results are values, errors exceptions."""

    skip_forward_signature_validation = True
    name = "mcp_tool"
    description = "An MCP tool."
    inputs: dict[str, dict[str, Any]] = {}  # noqa: RUF012 - smolagents wants a class attribute; each tool sets its own
    output_type = "any"

    def __init__(self, toolbox: Toolbox, server: _Server, tool: Listed, name: str) -> None:
        super().__init__()
        self._toolbox, self._server, self._listed = toolbox, server, tool
        self.name = name
        self.description = (tool.description or tool.title or "").strip()
        self.input_schema: dict[str, Any] = tool.input_schema
        self.shape: dict[str, Any] | None = tool.output_schema
        self.inputs = {
            key: {"type": _json_types(schema), "description": schema.get("description", ""), "nullable": True}
            for key, schema in tool.input_schema.get("properties", {}).items()
        }
        self._signature = _signature(tool.input_schema)
        self.is_initialized = True

    def forward(self, *args: Any, **kwargs: Any) -> Any:
        """Call the tool. Errors: ToolError and its kin."""
        try:
            bound = self._signature.bind(*args, **kwargs)
        except TypeError as error:
            raise ToolError(self.name, f"{error}; it takes {self._signature}") from None
        return self._toolbox.call(self._server, self._listed, as_meant(dict(bound.arguments), self.input_schema))

    def to_code_prompt(self) -> str:
        """Signature, what it does, and the shape of its result in one line each: what a model is shown."""
        from agents.run.signatures import code_prompt

        return code_prompt(self.name, self.description, self.input_schema, self.shape)


def _unwrapped(tool: Listed, answer: CallToolResult) -> Any:
    """The result as a value. Errors: FailedCall for an answer that says it is one."""
    texts = [block.text for block in answer.content if block.type == "text"]
    if answer.is_error:
        raise FailedCall(tool.name, _tidy(tool.name, " ".join(texts)), str((answer.meta or {}).get(FAILURE_CLASS, "")))
    value = answer.structured_content
    if value is not None:
        schema = tool.output_schema or {}
        return value["result"] if set(schema.get("properties", {})) == {"result"} else value
    if texts:
        return "\n".join(texts)
    return [block.model_dump(mode="json", by_alias=True) for block in answer.content] or None


def _tidy(tool: str, text: str) -> str:
    """A server's error as the model should read it: without the SDK's prefix and pydantic's advertisement."""
    text = text.removeprefix(f"Error executing tool {tool}").removeprefix(": ")
    return (
        re.sub(r"\s*For further information visit \S+", "", text).strip() or "it crashed; the server's log says where"
    )


def _first(error: BaseException) -> BaseException:
    """The first real cause of a group: HTTP transports raise groups."""
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    return error


def _table(listed: Sequence[Listed]) -> list[str]:
    return sorted(tool.model_dump_json(include={"name", "description", "input_schema"}) for tool in listed)


def _python_name(name: str) -> str:
    name = re.sub(r"\W", "_", name)
    name = f"_{name}" if name[:1].isdigit() else name
    return f"{name}_" if keyword.iskeyword(name) else name


def _signature(schema: dict[str, Any]) -> inspect.Signature:
    required = set(schema.get("required", ()))
    parameters = [
        inspect.Parameter(
            key,
            inspect.Parameter.POSITIONAL_OR_KEYWORD,
            default=inspect.Parameter.empty if key in required else value.get("default"),
        )
        for key, value in schema.get("properties", {}).items()
    ]
    return inspect.Signature(sorted(parameters, key=lambda one: one.default is not inspect.Parameter.empty))


def _json_types(schema: dict[str, Any]) -> str | list[str]:
    """JSON types as smolagents wants them."""
    named = schema.get("type")
    if isinstance(named, str | list):
        return named
    found: list[str] = []
    for option in (*schema.get("anyOf", ()), *schema.get("oneOf", ())):
        with suppress(TypeError):
            types = _json_types(option)
            found += [types] if isinstance(types, str) else types
    found = list(dict.fromkeys(found))
    return "any" if not found else found[0] if len(found) == 1 else found
