"""Which addresses may be fetched: public http(s) ones, and private ones that the settings name.

An address is looked at three times: as text before anything is sent (`Guard.check`), as DNS answers (`GuardedResolver`)
and as a socket address when a connection is made (`Guard.socket`), because a literal IP skips the resolver. Every
redirect passes all three again.
"""

from __future__ import annotations

import ipaddress
import re
import socket
import unicodedata
from functools import lru_cache
from typing import Any

from aiohttp.abc import AbstractResolver, ResolveResult
from aiohttp.resolver import ThreadedResolver

from tools.errors import AddressRefused
from tools.settings import Settings

MAX_URL_CHARS = 4_096
_PORTS = {"http": 80, "https": 443}
# Control characters, white space of any kind, backslash: what parsers of addresses disagree about.
_TRICKS = re.compile(r"[\x00-\x20\x7f-\xa0\\\u1680\u2000-\u200f\u2028-\u202f\u205f-\u206f\u3000\ufeff\ufff9-\uffff]")
_START = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*)://([^/?#]*)")
_LABEL = re.compile(r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?")
_OCTET = r"(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)"
_IPV4 = re.compile(rf"{_OCTET}(?:\.{_OCTET}){{3}}")
_NUMBER = re.compile(r"(?:\d+|0[xo][0-9a-f]*|[oq]?\d+)")
# Names that mean this machine or this network; they never reach a public resolver (RFC 6761, 6762, 8375; ICANN 2024).
_LOCAL_SUFFIXES = frozenset(
    {"localhost", "local", "internal", "intranet", "lan", "corp", "home", "arpa", "localdomain"}
)
_GLOBAL_UNICAST = ipaddress.ip_network("2000::/3")
_NAT64 = ipaddress.ip_network("64:ff9b::/96")
# IANA's special-purpose registries (read 2026) and what `ipaddress` of 3.11 still calls global; the last one is a
# cloud's metadata service on a public address.
_REFUSED_NETWORKS = tuple(
    ipaddress.ip_network(network)
    for network in (
        "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24",
        "192.0.2.0/24", "192.31.196.0/24", "192.52.193.0/24", "192.88.99.0/24", "192.168.0.0/16", "192.175.48.0/24",
        "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
        "2001::/23", "2001:db8::/32", "2620:4f:8000::/48", "3fff::/20",
        "168.63.129.16/32",
    )
)  # fmt: skip


def check_address(url: str, settings: Settings) -> None:
    """Refuse an address by its text alone; its DNS answers are checked when a connection is made.

    Errors: AddressRefused with the reason.
    """
    Guard(settings).check(url)


def is_public(address: str) -> bool:
    """Whether an IP address is one of the public internet, looked at through NAT64, 6to4, Teredo and mapped forms."""
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:  # "fe80::1%eth0" among others
        return False
    if isinstance(ip, ipaddress.IPv4Address):
        return ip.is_global and not ip.is_multicast and not any(ip in net for net in _V4_REFUSED)
    inner = ip.ipv4_mapped or (ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF) if ip in _NAT64 else None)
    if inner is not None:
        return is_public(str(inner))
    if ip.sixtofour is not None:
        return is_public(str(ip.sixtofour))
    if ip.teredo is not None:
        return all(is_public(str(part)) for part in ip.teredo)
    return ip in _GLOBAL_UNICAST and ip.is_global and not any(ip in net for net in _V6_REFUSED)


class Guard:
    """The address rules of one set of settings."""

    def __init__(self, settings: Settings) -> None:
        self._allowed = frozenset(_allowed_host(word) for word in settings.words("allow_hosts"))
        self._opt_out = tuple(settings.words("opt_out_hosts"))
        # Addresses that an allowed *name* resolved to: private, and yet to be connected to.
        self._private_answers: set[tuple[str, int]] = set()
        self._checked = lru_cache(maxsize=4096)(self._check_host)

    def check(self, url: str) -> tuple[str, int]:
        """Host in lower-case ASCII and port of an address that may be fetched, as far as its text tells.

        Errors: AddressRefused.
        """
        if len(url) > MAX_URL_CHARS:
            raise AddressRefused(url[:200] + "…", f"longer than {MAX_URL_CHARS} characters")
        if _TRICKS.search(url):
            raise AddressRefused(url, "holds white space, a control character or a backslash")
        parts = _START.match(url)
        verdict = self._checked(parts[1], parts[2]) if parts else "not an http(s) address"
        if isinstance(verdict, str):
            raise AddressRefused(url, verdict)
        return verdict

    def allowed(self, host: str, port: int) -> bool:
        """Whether the settings name this host, or this host and port, as one that may be private."""
        return host in self._allowed or f"{host}:{port}" in self._allowed

    def opted_out(self, host: str) -> str | None:
        """The setting's entry under which a host asked to be left alone, or None."""
        return next((name for name in self._opt_out if host == name or host.endswith(f".{name}")), None)

    def check_answers(self, host: str, port: int, addresses: list[str]) -> None:
        """Look at all DNS answers of a name; one that is not public refuses them all.

        Errors: AddressRefused.
        """
        if self.allowed(host, port):
            self._private_answers.update((address, port) for address in addresses)
            return
        for address in addresses:
            if not is_public(address):
                raise AddressRefused(host, f"resolves to {address}, which is not a public address")

    def may_connect(self, address: str, port: int) -> bool:
        """Whether a connection to this socket address may be made."""
        return (address, port) in self._private_answers or self.allowed(address, port) or is_public(address)

    def may_connect_literal(self, host: str, port: int) -> bool:
        """Whether this host is an IP address, and one that may be connected to."""
        return bool(":" in host or _IPV4.fullmatch(host)) and self.may_connect(host, port)

    def socket(self, info: tuple[Any, ...]) -> socket.socket:
        """A socket for one of aiohttp's connections: the last look, at the very address that is connected to.

        Errors: PermissionError, which aiohttp passes on as a failed connection.
        """
        family, kind, protocol, _, target = info
        if not self.may_connect(str(target[0]), int(target[1])):
            raise PermissionError(f"{target[0]} port {target[1]} is not a public address")
        return socket.socket(family, kind, protocol)

    def _check_host(self, scheme: str, netloc: str) -> tuple[str, int] | str:
        """Host and port, or why they are refused."""
        scheme = scheme.lower()
        if scheme not in _PORTS:
            return f"only http and https are fetched, not {scheme}"
        if "@" in netloc:
            return "carries a user name"
        host, port, reason = _host_and_port(netloc, _PORTS[scheme])
        if reason:
            return reason
        if self.allowed(host, port):
            return host, port
        if port not in _PORTS.values():
            return f"port {port} is not one of the web's (80, 443)"
        if ":" in host or _IPV4.fullmatch(host):
            return (host, port) if is_public(host) else f"{host} is not a public address"
        labels = host.rstrip(".").split(".")
        if len(labels) < 2 or labels[-1] in _LOCAL_SUFFIXES:
            return f"{host} is a name of a local network"
        return host, port


class GuardedResolver(AbstractResolver):
    """Resolves names and lets only those through whose every answer may be connected to.

    aiohttp connects to exactly these answers, so a name that changes its mind between two questions gains nothing.
    """

    def __init__(self, guard: Guard, inner: AbstractResolver | None = None) -> None:
        self._guard = guard
        self._inner = inner or ThreadedResolver()

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        """The answers for a name. Errors: AddressRefused; OSError when it does not resolve."""
        answers = await self._inner.resolve(host, port, family)
        self._guard.check_answers(host.rstrip(".").lower(), port, [answer["host"] for answer in answers])
        return answers

    async def close(self) -> None:
        """Release the resolver underneath."""
        await self._inner.close()


_V4_REFUSED = tuple(net for net in _REFUSED_NETWORKS if isinstance(net, ipaddress.IPv4Network))
_V6_REFUSED = tuple(net for net in _REFUSED_NETWORKS if isinstance(net, ipaddress.IPv6Network))


def _allowed_host(word: str) -> str:
    """One entry of allow_hosts, IPv6 without its brackets: "::1", "::1:8080" as "[::1]:8080" is written."""
    return word.replace("[", "").replace("]", "")


def _host_and_port(netloc: str, default: int) -> tuple[str, int, str]:
    """Host, port, and why they are no host and port ("" when they are)."""
    if netloc.startswith("["):
        literal, closed, rest = netloc[1:].partition("]")
        try:
            host = str(ipaddress.IPv6Address(literal)) if closed and "%" not in literal else ""
        except ValueError:
            host = ""
        if not host:
            return netloc, 0, "its IPv6 address is broken"
    else:
        name, colon, port = netloc.partition(":")
        rest = colon + port
        host, reason = _ascii_host(name)
        if reason:
            return name, 0, reason
    if rest in ("", ":"):
        return host, default, "" if not rest else "its port is empty"
    digits = rest.removeprefix(":")
    if not re.fullmatch(r"[0-9]{1,5}", digits) or not 0 < int(digits) < 65_536:
        return host, 0, "its port is broken"
    return host, int(digits), ""


def _ascii_host(name: str) -> tuple[str, str]:
    """The host in lower-case ASCII, and why it is no host ("" when it is)."""
    host = name.lower()
    if not host:
        return host, "names no host"
    if not host.isascii():
        digits = "".join(_plain_digit(c) for c in host)
        if _looks_numeric(digits):
            return host, "spells an IP address in an odd way"
        host, reason = _idna(host)
        if reason:
            return host, reason
    if _IPV4.fullmatch(host):
        return host, ""
    if _looks_numeric(host):
        return host, "spells an IP address in an odd way"
    labels = host.removesuffix(".").split(".")
    if len(host) > 253 or not all(_LABEL.fullmatch(label) for label in labels):
        return host, "its host name is not one"
    if any(label.startswith("xn--") for label in labels):
        return host, _punycode_fault(host)
    return host, ""


def _idna(host: str) -> tuple[str, str]:
    import idna

    try:
        return idna.encode(host, strict=True, std3_rules=True).decode("ascii"), ""
    except idna.IDNAError as error:
        return host, f"its host name is not valid IDNA ({error})"


def _punycode_fault(host: str) -> str:
    import idna

    try:
        idna.decode(host.removesuffix("."), strict=True, std3_rules=True)
    except idna.IDNAError as error:
        return f"its host name is not valid IDNA ({error})"
    return ""


def _plain_digit(character: str) -> str:
    """A digit of any script as 0-9; circled and full-width ones too."""
    folded = unicodedata.normalize("NFKC", character)
    return "".join(str(unicodedata.digit(c)) if unicodedata.digit(c, None) is not None else c for c in folded)


def _looks_numeric(host: str) -> bool:
    """Whether a resolver could read the host as a number: by its last label, as browsers decide (WHATWG URL)."""
    labels = host.rstrip(".").split(".")
    return bool(_NUMBER.fullmatch(labels[-1])) or all(_NUMBER.fullmatch(label) for label in labels)
