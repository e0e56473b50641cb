"""What a page shows of something that goes on, sent again and again as it changes, as server-sent events."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable

from starlette.concurrency import run_in_threadpool
from starlette.responses import Response, StreamingResponse

from jobs.console.visit import Visit

_TICK_S = 0.25  # how often is looked whether something happened


def streamed(
    visit: Visit,
    render: Callable[[], str],
    *,
    going: Callable[[], bool],
    version: Callable[[], object],
    anew_s: float = 10.0,
) -> Response:
    """What `render` gives, whenever `version` has changed and after so many seconds, until it is over or the session is.

    going: whether it goes on. It ends with the event `end`.
    """
    return StreamingResponse(_stream(visit, render, going, version, anew_s), media_type="text/event-stream")


async def _stream(
    visit: Visit, render: Callable[[], str], going: Callable[[], bool], version: Callable[[], object], anew_s: float
) -> AsyncIterator[str]:
    console, cookie = visit.console, visit.request.cookies.get(visit.console.cookie)
    shown, known, waited_s = "", object(), 0.0
    while not console.ending():
        running = going()  # asked before what is shown is read, so that the last words are sent
        if (now := version()) != known or waited_s >= anew_s:
            known, waited_s = now, 0.0
            if await run_in_threadpool(console.sessions.find, cookie) is None:
                return
            part = await run_in_threadpool(render)
            if part != shown:
                shown = part
                yield "".join(f"data: {line}\n" for line in part.splitlines()) + "\n"
        if not running:
            yield "event: end\ndata: \n\n"
            return
        await asyncio.sleep(_TICK_S)
        waited_s += _TICK_S
