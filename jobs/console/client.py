"""Who asks, by address: that of the connection, or the one that a proxy named in the settings passes on."""

from __future__ import annotations

from ipaddress import IPv6Address, ip_address, ip_network

from starlette.middleware import Middleware
from starlette.requests import HTTPConnection

from tools.errors import UsageError
from tools.settings import Settings

NOWHERE = "unknown"  # what has no address, or none that can be read, counts as one client
_HOME_BITS = 64  # of an IPv6 address: what one client is given, who could otherwise come from any of 2⁶⁴ addresses


def client_address(request: HTTPConnection) -> str:
    """Where a request comes from, as it is counted: an IPv4 address, the /64 network of an IPv6 one, or `unknown`."""
    return counted(request.client.host if request.client else "")


def counted(host: str) -> str:
    """An address as clients are counted by; see client_address."""
    try:
        address = ip_address(host.partition("%")[0])
    except ValueError:
        return NOWHERE
    if not isinstance(address, IPv6Address):
        return str(address)
    if address.ipv4_mapped:
        return str(address.ipv4_mapped)
    return str(ip_network((address, _HOME_BITS), strict=False))


def behind_proxies(settings: Settings) -> list[Middleware]:
    """What takes the client's address and scheme out of X-Forwarded-For and -Proto, where one of the trusted proxies
    connects; empty: none is trusted, and what the headers say is nobody's word. Errors: UsageError."""
    from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

    trusted = settings.items("trusted_proxies")
    for one in trusted:
        try:
            ip_network(one)
        except ValueError:
            raise UsageError(
                f"SCOUT_TRUSTED_PROXIES takes addresses or networks by commas, such as 10.0.0.2 or 10.0.0.0/24; got "
                f"{one[:80]!r}."
            ) from None
    return [Middleware(ProxyHeadersMiddleware, trusted_hosts=list(trusted))] if trusted else []
