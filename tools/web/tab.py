"""One page in a browser, made ready to be read: consent refused, lazy parts loaded, both states of its prices seen.

What happens inside the page stands in tab.js; here is the order, and the waiting. A page's own script may do what it
likes to us: nothing here is trusted with more than giving text, and the browser's time limit ends it.
"""

from __future__ import annotations

import asyncio
import contextlib
import html
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any, NamedTuple

from tools.page.price_switch import MARK

if TYPE_CHECKING:
    from playwright.async_api import JSHandle, Request, Response
    from playwright.async_api import Page as Tab

_QUIET_MS, _STILL_MS = 120, 1_500  # a page that changes all the time is read as it is
_SETTLE_S = 3.0  # for what scripts still fetch
_SCREENS = 12  # gone down at most: 12 x 1600 pixels
_CONTROLS = 4  # of one price switch: tab.js gives no more
_FRAMES = 5  # consent notices stand in frames of their own
_TELLING = ("document", "script", "xhr", "fetch")  # without these a page may show less than it has


@cache
def _script() -> str:
    return files("tools.web").joinpath("tab.js").read_text(encoding="utf-8")


class Fault(NamedTuple):
    """A request of a page's scripts that brought nothing. `passing`: it may bring something the next time."""

    url: str
    why: str
    passing: bool = True


@dataclass  # no slots: Playwright writes on the owner of a handler
class Traffic:
    """What a page has under way, and what failed of it."""

    faults: list[Fault] = field(default_factory=list)
    _open: set[Request] = field(default_factory=set)
    _late: set[Request] = field(default_factory=set)
    _refused: set[Request] = field(default_factory=set)
    _idle: asyncio.Event = field(default_factory=asyncio.Event)

    def watch(self, tab: Tab) -> None:
        """Listen to a tab from now on."""
        self._idle.set()
        tab.on("request", self._began)
        tab.on("requestfinished", self._ended)
        tab.on("requestfailed", self._failed)
        tab.on("response", self._answered)

    async def idle(self, limit_s: float) -> None:
        """Until nothing is under way, or the limit."""
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._idle.wait(), limit_s)

    def telling(self) -> list[Request]:
        """What is still under way and may add to the page."""
        return [request for request in self._open | self._late if request.resource_type in _TELLING]

    def wait_no_more(self) -> None:
        """Do not wait for what is under way now: it had its time."""
        self._late |= self._open
        self._open.clear()
        self._idle.set()

    def refuse(self, request: Request, why: str, *, passing: bool) -> None:
        """A request is not let through: how the browser calls that adds nothing."""
        self._refused.add(request)
        if request.resource_type in _TELLING:
            self.faults.append(Fault(request.url, why, passing))

    def _began(self, request: Request) -> None:
        self._open.add(request)
        self._idle.clear()

    def _ended(self, request: Request) -> None:
        self._open.discard(request)
        self._late.discard(request)
        if not self._open:
            self._idle.set()

    def _failed(self, request: Request) -> None:
        self._ended(request)
        if request.resource_type in _TELLING and request not in self._refused:
            self.faults.append(Fault(request.url, request.failure or "failed"))

    def _answered(self, response: Response) -> None:
        if may_pass(response.status) and response.request.resource_type in _TELLING:
            self.faults.append(Fault(response.url, f"the server answered {response.status}"))


def may_pass(status: int) -> bool:
    """Whether a status is of a failure that may be over at the next try."""
    return status >= 500 or status in (408, 425, 429)


async def make_ready(tab: Tab, traffic: Traffic) -> JSHandle:
    """Refuse consent, load what loads on sight. The handle of tab.js inside the page.

    Errors: Playwright's own, for a page that goes away meanwhile.
    """
    from playwright.async_api import Error

    noticed = await _refuse(tab)
    if noticed:
        with contextlib.suppress(Error):  # some pages load anew once they are answered
            await settle(tab, traffic)
        await tab.wait_for_load_state("load")
    page = await tab.evaluate_handle(_script())
    if noticed:
        await page.evaluate("page => page.uncover()")
    height = await page.evaluate("page => page.height()")
    for _ in range(3):  # what was loaded may make room for more
        await page.evaluate("(page, screens) => page.scroll(screens)", _SCREENS)
        await settle(tab, traffic)
        grown = await page.evaluate("page => page.height()")
        if grown == height:
            break
        height = grown
    return page


async def _refuse(tab: Tab) -> int:
    """How many consent notices stand in the page and its frames; each was refused if it can be."""
    from playwright.async_api import Error

    notices = 0
    for frame in tab.frames[:_FRAMES]:
        with contextlib.suppress(Error):  # a frame may be gone by now
            notices += count(await (await frame.evaluate_handle(_script())).evaluate("page => page.refuse()"))
    return notices


async def settle(tab: Tab, traffic: Traffic) -> None:
    """Until neither the network nor the page moves, within limits."""
    for wait_s in (_SETTLE_S, 0.5):
        await (await tab.evaluate_handle(_script())).evaluate(
            "(page, [quiet, most]) => page.still(quiet, most)", [_QUIET_MS, _STILL_MS]
        )
        await traffic.idle(wait_s)


async def read(tab: Tab, page: JSHandle, traffic: Traffic) -> str:
    """The page's HTML as shown, and after it, each in a section of its own, what its price switch shows besides."""
    from playwright.async_api import Error

    shown = str(await page.evaluate("page => page.read()"))
    found: list[str] = []
    with contextlib.suppress(Error):  # a switch may lead away from the page; what was read stands
        await _states(tab, page, traffic, found)
    sections = "".join(found)
    at = shown.rfind("</body>")
    return shown[:at] + sections + shown[at:] if sections and at >= 0 else shown + sections


async def _states(tab: Tab, page: JSHandle, traffic: Traffic, found: list[str]) -> None:
    controls = _controls(await page.evaluate("page => page.switches()"))
    first = next((one["period"] for one in controls if one["on"]), "")
    for control in controls:
        if control["period"] == first:
            continue
        here = tab.url.partition("#")[0]
        await page.evaluate("(page, number) => page.press(number)", control["number"])
        await settle(tab, traffic)
        if tab.url.partition("#")[0] != here:
            break  # it led away; what was read before stands
        part = str(await page.evaluate("(page, number) => page.changed(number)", control["number"]))
        if not part:
            first = first or control["period"]
            continue
        found.append(_section(control, first, part))


def count(said: object) -> int:
    """A number that a page told; 0 for anything else, for its scripts can make our own answer what they like."""
    return said if type(said) is int and said > 0 else 0


def _controls(said: object) -> list[dict[str, Any]]:
    """The controls that a page told, as far as they are of the shape that tab.js gives them."""
    told = [one for one in said if isinstance(one, dict)] if isinstance(said, list) else []
    shaped = [
        {
            "number": count(one.get("number")),
            "period": one["period"],
            "on": one.get("on") is True,
            "label": one["label"],
        }
        for one in told
        if one.get("period") in ("month", "year") and isinstance(one.get("label"), str)
    ]
    return shaped[:_CONTROLS]


def _section(control: dict[str, Any], first: str, part: str) -> str:
    about = {MARK: control["period"], "data-scout-first": first, "data-scout-pressed": control["label"][:80]}
    attributes = "".join(f' {name}="{html.escape(str(value))}"' for name, value in about.items())
    return f"\n<section{attributes}>{part}</section>\n"
