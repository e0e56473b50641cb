"""The browser's way out, spoken to as Chromium speaks to it: what is let through, and where it ends."""

from __future__ import annotations

import asyncio
from typing import Any

from tools.settings import Settings
from tools.web.fetch import Fetcher
from tools.web.proxy import Allowance, open_proxy


async def tunnel(port: int, target: str, then: bytes = b"") -> bytes:
    """All that comes back through a CONNECT."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(f"CONNECT {target} HTTP/1.1\r\nHost: {target}\r\n\r\n".encode())
    answer = await reader.readuntil(b"\r\n\r\n")
    if answer.startswith(b"HTTP/1.1 200"):
        writer.write(then)
        answer += await reader.read(-1)
    writer.close()
    return answer


async def test_a_tunnel_to_a_host_that_opted_out_is_refused(site: Any) -> None:
    settings = site.settings(allow_hosts=f"localhost:{site.port}", opt_out_hosts="localhost")
    async with Fetcher(settings) as fetcher, open_proxy(fetcher, Allowance(settings)) as port:
        assert (await tunnel(port, f"localhost:{site.port}")).startswith(b"HTTP/1.1 403")
    assert site.connections == 0


async def test_a_tunnel_to_a_new_host_waits_for_its_robots_txt(site: Any) -> None:
    settings = site.settings(retries=0, connect_timeout_s=1.0)
    async with Fetcher(settings) as fetcher, open_proxy(fetcher, Allowance(settings)) as port:
        # the site speaks no TLS, so its robots.txt cannot be read, and nothing may be asked
        assert (await tunnel(port, site.host)).startswith(b"HTTP/1.1 403")


async def test_a_tunnel_to_an_admitted_host_carries_bytes_up_to_the_limit(site: Any) -> None:
    site.page("/large", b"x" * 3_000_000)
    settings = site.settings(browser_bytes=1_000_000)
    allowance = Allowance(settings)
    assert allowance.take(site.host)
    async with Fetcher(settings) as fetcher, open_proxy(fetcher, allowance) as port:
        got = await tunnel(port, site.host, b"GET /large HTTP/1.1\r\nHost: x\r\n\r\n")
        assert got.startswith(b"HTTP/1.1 200 Connected\r\n\r\nHTTP/1.1 200")
        assert len(got) <= 1_000_100
        assert (await tunnel(port, site.host)).startswith(b"HTTP/1.1 403")
    assert allowance.cut == "cut off after 1000000 bytes (SCOUT_BROWSER_BYTES)"


async def test_in_a_replay_nothing_is_let_through(site: Any) -> None:
    async with open_proxy(None, Allowance(Settings())) as port:
        assert (await tunnel(port, site.host)).startswith(b"HTTP/1.1 403")
    assert site.connections == 0


def test_an_allowance_ends_at_its_hosts_and_its_requests() -> None:
    allowance = Allowance(Settings({"browser_requests": 4, "browser_hosts": 2}))
    asked = ("a.example", "b.example", "c.example", "a.example", "b.example")
    assert [allowance.take(host) for host in asked] == [True, True, False, True, False]
    assert allowance.cut == "cut off after 2 hosts (SCOUT_BROWSER_HOSTS)"
