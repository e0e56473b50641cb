"""Our tools, spoken in MCP: five servers without logic of their own."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tools.errors import UnknownName
from tools.ports import bound
from tools.settings import Settings

if TYPE_CHECKING:
    import socket

    from mcp.server.mcpserver import MCPServer

    from tools.workbench import Workbench

NAMES = ("sources", "web", "hub", "store", "panel")
HOST, PATH = "127.0.0.1", "/mcp"  # of HTTP
FAILURE_CLASS = "scout/class"  # the key in the `_meta` of a tool error under which its FailureClass stands


def build(name: str, bench: Workbench, **options: Any) -> MCPServer[Any]:
    """One server over a workbench, by name. Errors: UnknownName."""
    if name not in NAMES:
        raise UnknownName("MCP server", name, NAMES)
    server: MCPServer[Any] = getattr(import_module(f"mcp_servers.{name}"), f"build_{name}")(bench, **options)
    return server


def bench_of(name: str, store: Path | str, settings: Settings) -> Workbench:
    """The workbench of a server, to be entered. Only that of the hub server keeps the Hub's token. Errors: UnknownName."""
    from tools.workbench import Workbench

    if name not in NAMES:
        raise UnknownName("MCP server", name, NAMES)
    return Workbench(settings if name == "hub" else settings.but(hf_token=""), store)


def serve(
    name: str,
    store: Path | str,
    settings: Settings,
    *,
    port: int | None = None,
    say: Callable[[str], None] = lambda _: None,
) -> None:
    """Serve until the client leaves (stdio) or a signal comes (streamable HTTP on loopback at /mcp).

    The client of `web` stands in the editor's place: it names addresses itself; only public ones are fetched, as
    everywhere. Over HTTP a token is asked for: the one that is set, else one made here; `say` is given the address, and the
    token that was made.
    Errors: UnknownName, StoreError, CannotRun where the port is taken.
    """
    with bench_of(name, store, settings) as bench:
        if port is None:
            bench.run(build(name, bench, **_options(name)).run_stdio_async())
            return
        token = str(settings.mcp_token) or secrets.token_urlsafe(32)
        with bound(HOST, port, "--http") as listening:
            say(f"The {name} server is at http://{HOST}:{listening.getsockname()[1]}{PATH}. Ctrl-C ends it.")
            if settings.mcp_token:
                say("Its clients send SCOUT_MCP_TOKEN in the header `Authorization: Bearer TOKEN`.")
            else:
                say(
                    f"Its clients send the header `Authorization: Bearer {token}`; SCOUT_MCP_TOKEN sets one that stays."
                )
            bench.run(_serve_http(name, bench, listening, token))


def _options(name: str) -> dict[str, Any]:
    return {"granted_only": False} if name == "web" else {}


def http_app(name: str, bench: Workbench, path: str = PATH, *, any_host: bool = False) -> Any:
    """A server as an ASGI app over streamable HTTP; any_host: who mounts it has checked the host that was asked for."""
    from mcp.server.transport_security import TransportSecuritySettings

    checks = TransportSecuritySettings(enable_dns_rebinding_protection=False) if any_host else None
    return build(name, bench, **_options(name)).streamable_http_app(
        streamable_http_path=path, host=HOST, json_response=True, stateless_http=True, transport_security=checks
    )


async def _serve_http(name: str, bench: Workbench, listening: socket.socket, token: str) -> None:
    """Loopback only, so the SDK's guard against DNS rebinding is on."""
    import uvicorn

    def may(given: str, client: str) -> bool:
        return secrets.compare_digest(given.encode(), token.encode())

    app = Guarded(http_app(name, bench), may)
    await uvicorn.Server(uvicorn.Config(app, log_level="warning")).serve([listening])


class Guarded:
    """An ASGI app that wants `Authorization: Bearer <token>`; fixed tokens need no OAuth server.

    may: whether a token is good, and from which client's address it comes.
    """

    def __init__(self, app: Any, may: Callable[[str, str], bool]) -> None:
        self._app, self._may = app, may

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Hand a request on that brings a good token; 401 to any other."""
        if scope["type"] == "http" and not self._let_in(scope):
            headers = [(b"content-type", b"text/plain"), (b"www-authenticate", b"Bearer")]
            await send({"type": "http.response.start", "status": 401, "headers": headers})
            await send({"type": "http.response.body", "body": b"This server asks for its bearer token."})
            return
        await self._app(scope, receive, send)

    def _let_in(self, scope: dict[str, Any]) -> bool:
        given = dict(scope.get("headers", ())).get(b"authorization", b"").decode("latin-1")
        kind, _, token = given.partition(" ")
        client = (scope.get("client") or ("", 0))[0]
        return kind.lower() == "bearer" and self._may(token, client)
