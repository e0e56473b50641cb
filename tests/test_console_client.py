"""Who asks, by address, with and without a proxy in between."""

from __future__ import annotations

from pathlib import Path

import pytest
from console_desk import filled_once, make_desk
from starlette.testclient import TestClient

from jobs.console.client import behind_proxies, counted
from tools.errors import UsageError
from tools.settings import Settings


@pytest.mark.parametrize(
    ("host", "client"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::9", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("", "unknown"),
        ("x" * 5_000, "unknown"),
    ],
)
def test_a_client_is_an_address_or_the_network_that_one_client_is_given(host: str, client: str) -> None:
    assert counted(host) == client


@pytest.mark.parametrize(
    ("trusted", "forwarded", "locked"),
    [
        ("", "198.51.100.1", True),  # nobody is believed: all come from the connection's address
        ("192.0.2.0/24", "198.51.100.1", False),
        ("192.0.2.7", "198.51.100.9, 198.51.100.1", False),  # the client wrote the first one itself
        ("203.0.113.1", "198.51.100.1", True),  # another proxy's word
    ],
)
def test_a_proxy_that_is_trusted_says_who_asks(filled_once: Path, trusted: str, forwarded: str, locked: bool) -> None:
    desk = make_desk(filled_once, trusted_proxies=trusted)
    client = TestClient(desk.app, base_url="http://127.0.0.1", client=("192.0.2.7", 50_000), follow_redirects=False)
    for _ in range(5):
        client.post("/sign-in", data={"token": "a guess"}, headers={"X-Forwarded-For": "198.51.100.9"})
    sent = {"token": "a guess"}
    answer = client.post("/sign-in", data=sent, headers={"X-Forwarded-For": forwarded})
    assert answer.status_code == (429 if locked else 403)


def test_a_proxy_that_is_no_address_is_one_sentence() -> None:
    with pytest.raises(UsageError, match=r"takes addresses or networks .*'proxy.example'"):
        behind_proxies(Settings({"trusted_proxies": "10.0.0.0/8, proxy.example"}))
