import json
import socket
from pathlib import Path
from typing import Any

import pytest
from aiohttp.abc import AbstractResolver

from tools.errors import AddressRefused, FetchError, RobotsDisallowed
from tools.settings import Settings
from tools.web.fetch import Fetcher
from tools.web.guard import Guard, GuardedResolver, check_address, is_public

ROWS = Path(__file__).resolve().parent.parent.parent / "shared" / "security" / "ssrf.jsonl"
STRANGER = Settings({"contact": "editor@example.com", "pace_s": 0.0, "retries": 0})


class Answers(AbstractResolver):
    """A resolver with written answers, one list a question."""

    def __init__(self, *rounds: list[str]) -> None:
        self.rounds = list(rounds)

    async def resolve(self, host: str, port: int = 0, family: Any = socket.AF_INET) -> list[Any]:
        answers = self.rounds.pop(0) if len(self.rounds) > 1 else self.rounds[0]
        return [{"hostname": host, "host": a, "port": port, "family": family, "proto": 0, "flags": 0} for a in answers]

    async def close(self) -> None:
        pass


@pytest.fixture
def connections(monkeypatch: pytest.MonkeyPatch) -> list[tuple[Any, ...]]:
    """What anything tried to connect to."""
    made: list[tuple[Any, ...]] = []

    async def note(self: object, sock: socket.socket, address: tuple[Any, ...]) -> None:
        made.append(address)
        raise ConnectionRefusedError

    monkeypatch.setattr("asyncio.selector_events.BaseSelectorEventLoop.sock_connect", note)
    return made


@pytest.mark.parametrize(
    "url",
    [
        "https://example.com/",
        "http://example.com:80/a?b=c#d",
        "https://münchen.de/",
        "https://xn--mnchen-3ya.de/",
        "https://a_b.github.io/",
        "https://163.com/",
        "https://3m.com./",
        "http://8.8.8.8/",
        "https://[2606:4700::1111]/",
        "http://[64:ff9b::808:808]/",  # 8.8.8.8 behind NAT64
        "HTTPS://EXAMPLE.COM/ä",
    ],
)
def test_public_addresses_pass(url: str) -> None:
    check_address(url, Settings())


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("ftp://example.com/", "only http and https"),
        ("//example.com/", "not an http"),
        ("http:example.com", "not an http"),
        ("http://user@example.com/", "user name"),
        ("http://example.com\\@127.0.0.1/", "backslash"),
        ("http://example.com/\n", "white space"),
        ("http://exa\u200bmple.com/", "white space"),
        ("http://example.com:8080/", "port 8080"),
        ("http://example.com:99999/", "port is broken"),
        ("http://example.com:/", "port is empty"),
        ("http://localhost/", "local network"),
        ("http://LOCALHOST./", "local network"),
        ("http://printer.local/", "local network"),
        ("http://intranet/", "local network"),
        ("http://127.0.0.1/", "not a public address"),
        ("http://127.0.0.1./", "odd way"),
        ("http://127.1/", "odd way"),
        ("http://0x7f.1/", "odd way"),
        ("http://2130706433/", "odd way"),
        ("http://①②⑦.⓪.⓪.①/", "odd way"),
        ("http://๑๒๗.๐.๐.๑/", "odd way"),
        ("http://ⓔxample.com/", "IDNA"),
        ("http://xn--a/", "IDNA"),
        ("http://exa%6dple.com/", "host name is not one"),
        ("http://[::1]/", "not a public address"),
        ("http://[fe80::1%25eth0]/", "IPv6 address is broken"),
        ("http://[::ffff:10.0.0.1]/", "not a public address"),
        ("http://[64:ff9b::a00:1]/", "not a public address"),
        ("http://[2002:a00:1::]/", "not a public address"),
        ("http://[2001:0:4136:e378:8000:63bf:f5ff:fffe]/", "not a public address"),
        ("http://" + "a" * 5000, "4096"),
    ],
)
def test_other_addresses_are_refused_and_say_why(url: str, reason: str) -> None:
    with pytest.raises(AddressRefused, match=reason):
        check_address(url, Settings())


@pytest.mark.parametrize(
    "address",
    """0.0.0.0 10.1.2.3 100.64.0.1 127.0.0.1 169.254.169.254 172.16.0.1 192.0.0.192 192.168.1.1 198.18.0.1 203.0.113.5
    224.0.0.1 240.0.0.1 255.255.255.255 168.63.129.16 :: ::1 ::127.0.0.1 fc00::1 fe80::1 fec0::1 ff02::1 2001:db8::1
    64:ff9b:1::1 100::1 fe80::1%eth0 nonsense""".split(),
)
def test_no_special_purpose_address_is_public(address: str) -> None:
    assert not is_public(address)


def test_allowed_hosts_are_pinned_to_their_port() -> None:
    guard = Guard(Settings({"allow_hosts": "127.0.0.1:8801, [::1]:8802, box.lan"}))
    assert guard.check("http://127.0.0.1:8801/x") == ("127.0.0.1", 8801)
    assert guard.check("http://[::1]:8802/") == ("::1", 8802)
    assert guard.check("http://box.lan:9999/") == ("box.lan", 9999)
    for other in ("http://127.0.0.1:8802/", "http://127.0.0.1/", "http://127.0.0.2:8801/", "http://sub.box.lan/"):
        with pytest.raises(AddressRefused):
            guard.check(other)


def test_a_socket_to_a_private_address_is_never_made() -> None:
    guard = Guard(Settings({"allow_hosts": "127.0.0.1:8801"}))
    with pytest.raises(PermissionError):
        guard.socket((socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", 80)))
    guard.socket((socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", 8801))).close()


async def test_one_private_answer_refuses_the_name() -> None:
    resolver = GuardedResolver(Guard(Settings()), Answers(["93.184.216.34", "10.0.0.1"]))
    with pytest.raises(AddressRefused, match=r"resolves to 10\.0\.0\.1"):
        await resolver.resolve("example.com", 443)


async def test_an_allowed_name_may_resolve_to_a_private_address() -> None:
    guard = Guard(Settings({"allow_hosts": "box.lan:8801"}))
    resolver = GuardedResolver(guard, Answers(["127.0.0.1"]))
    assert [answer["host"] for answer in await resolver.resolve("box.lan", 8801)] == ["127.0.0.1"]
    assert guard.may_connect("127.0.0.1", 8801)
    assert not guard.may_connect("127.0.0.1", 8802)


async def test_opted_out_hosts_are_left_alone_with_their_subdomains(connections: list[Any]) -> None:
    async with Fetcher(STRANGER.but(opt_out_hosts="example.com")) as fetcher:
        for url in ("https://example.com/", "https://www.example.com/"):
            with pytest.raises(RobotsDisallowed, match="SCOUT_OPT_OUT_HOSTS"):
                await fetcher.get(url, access="api")
    assert not connections


def _rows() -> list[Any]:
    if not ROWS.exists():
        return [pytest.param(None, marks=pytest.mark.skip(reason="no ../shared/security here"))]
    return [pytest.param(row, id=row["id"]) for row in map(json.loads, ROWS.read_text().splitlines())]


@pytest.mark.parametrize("row", _rows())
async def test_every_bad_address_of_the_list_is_refused_without_a_connection(
    row: dict[str, Any], connections: list[tuple[Any, ...]], monkeypatch: pytest.MonkeyPatch
) -> None:
    rounds = row.get("resolve") or ["93.184.216.34"]
    resolver = Answers(*rounds) if isinstance(rounds[0], list) else Answers(rounds)
    monkeypatch.setattr("tools.web.guard.ThreadedResolver", lambda: resolver)
    async with Fetcher(STRANGER) as fetcher:
        if row["cat"] in ("dns-rebind", "redirect-chain"):
            # Public at first sight: what may be connected to is the answer that was looked at, and nothing else.
            with pytest.raises(FetchError):
                await fetcher.get(row["url"])
            assert {address[0] for address in connections} == {
                resolver.rounds[0][0] if row["cat"] == "redirect-chain" else "1.2.3.4"
            }
            if row["cat"] == "dns-rebind":
                with pytest.raises(AddressRefused):
                    await GuardedResolver(fetcher.guard, resolver).resolve("again", 80)
            return
        with pytest.raises(AddressRefused):
            await fetcher.get(row["url"])
    assert row["expect"] == "block"
    assert not connections
