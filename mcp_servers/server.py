"""What the five servers share: how one is made, how a tool is registered, pages of a list, errors, progress."""

from __future__ import annotations

import asyncio
import functools
import inspect
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any, TypeVar, cast

from mcp.server.context import CallNext, HandlerResult, ServerRequestContext
from mcp.server.mcpserver import Context, MCPServer
from mcp.server.mcpserver.exceptions import ToolError
from mcp.types import CallToolResult, InputRequiredResult, TextContent, ToolAnnotations
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from mcp_servers import FAILURE_CLASS
from mcp_servers.arguments import as_meant
from tools import __version__
from tools.errors import FailureClass, ScoutError, UsageError, failure_row

T = TypeVar("T")
PROGRESS_S = 2.0  # a call that takes longer says how far it is, this often

# The four annotations, always all of them: destructive_hint is true where it is left out.
READS_STORE = ToolAnnotations(read_only_hint=True, destructive_hint=False, idempotent_hint=True, open_world_hint=False)
READS_WEB = ToolAnnotations(read_only_hint=True, destructive_hint=False, idempotent_hint=True, open_world_hint=True)
WRITES = ToolAnnotations(read_only_hint=False, destructive_hint=False, idempotent_hint=True, open_world_hint=False)


class Answer(BaseModel):
    """Base of every tool's result: no unknown fields."""

    model_config = ConfigDict(extra="forbid")


class Failure(Answer):
    """Why one item of a batch failed; the others went on."""

    kind: str = Field(description="stable word, e.g. RobotsDisallowed")
    failure_class: FailureClass = Field(
        alias="class",
        description="policy: not wanted there; gone; broken: may work later; changed: unknown shape; refused: by us",
    )
    message: str = Field(description="what happened and what to try")


def failure(error: ScoutError) -> Failure:
    """An error as data, for one item of a batch."""
    return Failure.model_validate(failure_row(error))


def make_server(name: str, title: str, description: str, instructions: str) -> MCPServer[Any]:
    """A server called scout-<name>."""
    server = _Server(
        f"scout-{name}",
        title=title,
        description=description,
        instructions=" ".join(instructions.split()),
        version=__version__,
        log_level="WARNING",
    )
    server.middleware.append(_Meant(server))
    return server


class _Server(MCPServer[Any]):
    async def call_tool(
        self, name: str, arguments: dict[str, Any], context: Context[Any, Any] | None = None
    ) -> CallToolResult | InputRequiredResult:
        """As the SDK does; arguments that do not fit are told in a sentence with what the tool takes, like any other error."""
        try:
            return await super().call_tool(name, arguments, context)
        except ToolError as error:
            if not isinstance(error.__cause__, ValidationError):
                raise
            schemas = {tool.name: tool.input_schema for tool in await self.list_tools()}
            return _tool_error(
                UsageError(f"{name}: {_misfits(error.__cause__)}. It takes {_parameters(schemas[name])}.")
            )


def _misfits(error: ValidationError) -> str:
    """What does not fit, by its place: "limit: input should be a valid integer; query: field required"."""
    told = (f"{'.'.join(map(str, one['loc']))}: {one['msg'][:1].lower()}{one['msg'][1:]}" for one in error.errors())
    return "; ".join(told)


def _parameters(schema: dict[str, Any]) -> str:
    """The names of a tool's parameters: "query, limit (if wanted)"."""
    needed = schema.get("required", ())
    return ", ".join(name if name in needed else f"{name} (if wanted)" for name in schema["properties"]) or "nothing"


class _Meant:
    """Hands every tool its arguments as the client meant them."""

    def __init__(self, server: MCPServer[Any]) -> None:
        self._server = server

    async def __call__(self, ctx: ServerRequestContext[Any, Any], call_next: CallNext) -> HandlerResult:
        if ctx.method != "tools/call" or not isinstance((ctx.params or {}).get("arguments"), dict):
            return await call_next(ctx)
        params = dict(ctx.params or {})
        schemas = {tool.name: tool.input_schema for tool in await self._server.list_tools()}
        params["arguments"] = as_meant(params["arguments"], schemas.get(str(params.get("name")), {}))
        return await call_next(replace(ctx, params=params))


def add_tool(
    server: MCPServer[Any], title: str, annotations: ToolAnnotations
) -> Callable[[Callable[..., Awaitable[T]]], Callable[..., Awaitable[T]]]:
    """Register a coroutine as a tool. Its docstring is the description; what it raises on purpose is told in one
    sentence, led by the error's kind, with its class beside it; anything else stays in the server's log."""

    def register(work: Callable[..., Awaitable[T]]) -> Callable[..., Awaitable[T]]:
        @functools.wraps(work)
        async def told(*args: Any, **kwargs: Any) -> T:
            try:
                return await work(*args, **kwargs)
            except ScoutError as error:
                return cast("T", _tool_error(error))  # the SDK hands on a whole answer as it is

        description = " ".join((inspect.getdoc(work) or "").split())
        server.tool(title=title, description=description, annotations=annotations)(told)
        return told

    return register


def _tool_error(error: ScoutError) -> CallToolResult:
    text = TextContent(type="text", text=f"{error.kind}: {error}")
    return CallToolResult(content=[text], is_error=True, _meta={FAILURE_CLASS: error.failure_class})


def page_of(items: Sequence[T], limit: int, cursor: str | None) -> tuple[list[T], str | None]:
    """One page of a list and the cursor of the next. Errors: ToolError for a cursor that is not ours."""
    start = offset(cursor)
    following = start + limit
    return list(items[start:following]), str(following) if following < len(items) else None


def offset(cursor: str | None) -> int:
    """Where a page begins. Errors: ToolError."""
    if cursor in (None, ""):
        return 0
    if not str(cursor).isdecimal():
        raise ToolError(f"UsageError: {cursor!r} is no cursor; pass next_cursor of the page before, or null.")
    return int(str(cursor))


@asynccontextmanager
async def progress(
    context: Context[Any, Any], total: float, done: Callable[[], float], what: str
) -> AsyncIterator[None]:
    """While the block runs longer than two seconds, say how far it is every two seconds."""

    async def tell() -> None:
        while True:
            await asyncio.sleep(PROGRESS_S)
            await context.report_progress(min(done(), total), total, what)

    telling = asyncio.create_task(tell())
    try:
        yield
    finally:
        telling.cancel()
        await asyncio.gather(telling, return_exceptions=True)
