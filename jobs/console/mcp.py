"""The MCP servers over HTTP, each at /mcp/NAME: for who has an editor's token, or the one that is set.

They live on workbenches with loops of their own, so that reading pages never holds up the console; one is opened when
it is first asked for.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from starlette.routing import Mount
from starlette.types import ASGIApp, Receive, Scope, Send

from mcp_servers import NAMES, Guarded, http_app
from tools.settings import Settings

if TYPE_CHECKING:
    from starlette.applications import Starlette

    from tools.workbench import Workbench


class Servers:
    """The five servers. may: whether a bearer token is good, from a client's address."""

    def __init__(self, store_path: Path | str, settings: Settings, may: Callable[[str, str], bool]) -> None:
        self._store_path, self._settings, self._may = store_path, settings, may
        self._open: dict[str, _Server] = {}
        self._opening = threading.Lock()

    def mounts(self) -> list[Mount]:
        """One for each server."""
        return [Mount(f"/mcp/{name}", app=Guarded(self._to(name), self._may)) for name in NAMES]

    def lifespan(self, ended: Callable[[], None]) -> Callable[[Starlette], AbstractAsyncContextManager[None]]:
        """What Starlette runs around its life: at its end the servers close, then `ended` is called."""

        @asynccontextmanager
        async def life(_: Starlette) -> AsyncIterator[None]:
            yield
            for server in self._open.values():
                await asyncio.to_thread(server.close)
            await asyncio.to_thread(ended)

        return life

    def _to(self, name: str) -> ASGIApp:
        async def to(scope: Scope, receive: Receive, send: Send) -> None:
            if name not in self._open:
                await asyncio.to_thread(self._start, name)
            await self._open[name](scope, receive, send)

        return to

    def _start(self, name: str) -> None:
        with self._opening:
            if name not in self._open:
                self._open[name] = _Server(name, self._store_path, self._settings)


class _Server:
    """One server on a workbench of its own."""

    def __init__(self, name: str, store_path: Path | str, settings: Settings) -> None:
        from mcp_servers import bench_of

        self._bench: Workbench = bench_of(name, store_path, settings)
        self._bench.__enter__()
        self._app, self._life = self._bench.run(self._start(name))

    async def _start(self, name: str) -> tuple[Any, tuple[asyncio.Task[None], asyncio.Event]]:
        app, up, over = http_app(name, self._bench, path="/", any_host=True), asyncio.Event(), asyncio.Event()

        async def live() -> None:  # one task from entry to exit, as anyio's groups want it
            async with app.router.lifespan_context(app):
                up.set()
                await over.wait()

        task = asyncio.create_task(live())
        waiting = asyncio.create_task(up.wait())
        await asyncio.wait((task, waiting), return_when=asyncio.FIRST_COMPLETED)
        if task.done():
            waiting.cancel()
            task.result()
        return app, (task, over)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request, answered on the workbench's loop."""
        here, loop = asyncio.get_running_loop(), self._bench.loop

        async def receive_here() -> Any:
            return await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(_awaited(receive()), here))

        async def send_here(message: Any) -> None:
            await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(_awaited(send(message)), here))

        work = self._app(scope, receive_here, send_here)
        await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(work, loop))

    def close(self) -> None:
        """End it and its workbench."""
        task, over = self._life

        async def end() -> None:
            over.set()
            await task

        self._bench.run(end(), 10)
        self._bench.__exit__(None, None, None)


async def _awaited(work: Any) -> Any:
    return await work
