"""Our tools, spoken in MCP: five servers without logic of their own."""

from __future__ import annotations

import secrets
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tools.errors import UnknownName
from tools.settings import Settings

if TYPE_CHECKING:
    from mcp.server.mcpserver import MCPServer

    from tools.workbench import Workbench

NAMES = ("sources", "web", "hub", "store", "panel")
HOST = "127.0.0.1"
FAILURE_CLASS = "scout/class"  # the key in the `_meta` of a tool error under which its FailureClass stands


def build(name: str, bench: Workbench, **options: Any) -> MCPServer[Any]:
    """One server over a workbench, by name. Errors: UnknownName."""
    if name not in NAMES:
        raise UnknownName("MCP server", name, NAMES)
    server: MCPServer[Any] = getattr(import_module(f"mcp_servers.{name}"), f"build_{name}")(bench, **options)
    return server


def serve(name: str, store: Path | str, settings: Settings, *, port: int | None = None) -> None:
    """Serve until the client leaves (stdio) or a signal comes (streamable HTTP on loopback at /mcp).

    Only the hub server keeps the Hub's token. The client of `web` stands in the editor's place: it names addresses
    itself; only public ones are fetched, as everywhere. Errors: UnknownName, StoreError.
    """
    from tools.workbench import Workbench

    if name not in NAMES:
        raise UnknownName("MCP server", name, NAMES)
    if name != "hub":
        settings = settings.but(hf_token="")
    options = {"granted_only": False} if name == "web" else {}
    with Workbench(settings, store) as bench:
        server = build(name, bench, **options)
        if port is None:
            bench.run(server.run_stdio_async())
        else:
            bench.run(_serve_http(server, port, str(settings.mcp_token)))


async def _serve_http(server: MCPServer[Any], port: int, token: str) -> None:
    """Loopback only, so the SDK's guard against DNS rebinding is on; with a token, asked of every request."""
    import uvicorn

    app: Any = server.streamable_http_app(host=HOST, json_response=True, stateless_http=True)
    if token:
        app = _Guarded(app, token)
    await uvicorn.Server(uvicorn.Config(app, host=HOST, port=port, log_level="warning")).serve()


class _Guarded:
    """An ASGI app that wants `Authorization: Bearer <token>`; one fixed token needs no OAuth server."""

    def __init__(self, app: Any, token: str) -> None:
        self._app, self._expected = app, f"Bearer {token}".encode()

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        given = dict(scope.get("headers", ())).get(b"authorization", b"")
        if scope["type"] == "http" and not secrets.compare_digest(given, self._expected):
            headers = [(b"content-type", b"text/plain"), (b"www-authenticate", b"Bearer")]
            await send({"type": "http.response.start", "status": 401, "headers": headers})
            await send({"type": "http.response.body", "body": b"This server asks for its bearer token."})
            return
        await self._app(scope, receive, send)
