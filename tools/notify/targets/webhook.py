"""A signed POST of JSON to an address of yours.

The signature is that of Standard Webhooks, so that any of its libraries can check it: `webhook-id` (the same at every try:
drop a message whose id you have had), `webhook-timestamp` (seconds; refuse what is older than five minutes) and
`webhook-signature`, "v1," and the base64 of HMAC-SHA256 over `id.timestamp.body`. The id also stands in `Idempotency-Key`.
A secret that begins with "whsec_" is base64 behind that, any other is taken as it is.

Any 2xx accepts. Redirects are not followed. The address stands in the owner's own file and nothing crawled can change it,
so that, unlike a page's, it may be private: to name it there is to list it. Plain http goes to private addresses only.
"""

from __future__ import annotations

import asyncio
import base64
import binascii
import hashlib
import hmac
import ipaddress
import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from tools.errors import NotDelivered, UsageError, connection_words
from tools.models import Now
from tools.notify.entries import Entry
from tools.settings import Settings

NAME = "webhook"
KEYS = ("url", "url_env", "secret_env", "authorization_env")
TIMEOUT_S = 10.0  # from the first packet to the status line; a receiver accepts first and works later
_LASTING = (400, 413, 414, 415, 422)  # of this very message: to send it again for days would hold up the others
_LOCAL = ("localhost", "local", "internal", "intranet", "lan", "home", "corp", "test")
logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Webhook:
    """Address and secrets of a webhook."""

    url: str = field(repr=False)
    secret: bytes = field(repr=False)
    authorization: str = field(default="", repr=False)


def read(entry: Entry, settings: Settings) -> Webhook:
    """A webhook from its entry. Errors: UsageError."""
    if entry.has("url") == entry.has("url_env"):
        raise UsageError(f"{entry.where} needs url, or url_env with the name of an environment variable that holds it.")
    hidden = entry.has("url_env")
    url = entry.secret("url_env", settings.environment) if hidden else entry.text("url")
    if fault := _fault(url):
        raise UsageError(f"{entry.where}: the address of {'url_env' if hidden else 'url'} {fault}.")
    authorization = entry.secret("authorization_env", settings.environment, needed=False)
    if not authorization.isprintable() or not authorization.isascii():
        raise UsageError(f"{entry.where}: what authorization_env holds is no value of a header.")
    return Webhook(url, _key(entry.secret("secret_env", settings.environment), entry.where), authorization)


def _key(secret: str, where: str) -> bytes:
    if not secret.startswith("whsec_"):
        return secret.encode()
    try:
        return base64.b64decode(secret.removeprefix("whsec_"), validate=True)
    except binascii.Error:
        raise UsageError(f"{where}: the secret begins with whsec_ and is no base64 behind it.") from None


def _fault(url: str) -> str:
    """Why an address is none that a message may go to; "" when it is one."""
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        return "is no address"
    if parts.scheme not in ("http", "https") or not host or not url.isprintable() or " " in url:
        return "is no http or https address"
    if "@" in parts.netloc:
        return "carries a user name; use authorization_env"
    if parts.scheme == "http" and not _is_private(host):
        return "is public and not encrypted; use https"
    return ""


def _is_private(host: str) -> bool:
    try:
        return not ipaddress.ip_address(host).is_global
    except ValueError:
        return "." not in host or host.rsplit(".", 1)[-1] in _LOCAL


def shown(webhook: Webhook) -> str:
    """The address up to its host: with many services the path is the secret."""
    parts = urlsplit(webhook.url)
    return f"{parts.scheme}://{parts.netloc}/…"


def signature(key: bytes, id: str, timestamp: int, body: bytes) -> str:
    """What stands in `webhook-signature`."""
    signed = hmac.new(key, f"{id}.{timestamp}.".encode() + body, hashlib.sha256).digest()
    return f"v1,{base64.b64encode(signed).decode()}"


def send(webhook: Webhook, message: Mapping[str, Any], body: str, settings: Settings, now: Now) -> None:
    """POST the body. Errors: NotDelivered for anything but a 2xx within TIMEOUT_S."""
    data, timestamp, id = body.encode(), int(now().timestamp()), str(message["id"])
    headers = {
        "Content-Type": "application/json",
        "User-Agent": settings.user_agent,
        "webhook-id": id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": signature(webhook.secret, id, timestamp, data),
        "Idempotency-Key": id,
    }
    if webhook.authorization:
        headers["Authorization"] = webhook.authorization
    status = asyncio.run(_post(webhook.url, data, headers))
    if not 200 <= status < 300:
        redirect = "; redirects are not followed, name the address it leads to" if 300 <= status < 400 else ""
        raise NotDelivered(f"It answered {status}{redirect}.", lasting=status in _LASTING)


async def _post(url: str, data: bytes, headers: Mapping[str, str]) -> int:
    import aiohttp

    limit = aiohttp.ClientTimeout(total=TIMEOUT_S)
    try:
        async with (
            aiohttp.ClientSession(timeout=limit, cookie_jar=aiohttp.DummyCookieJar()) as session,
            session.post(url, data=data, headers=headers, allow_redirects=False) as answer,
        ):
            return answer.status
    except TimeoutError:
        raise NotDelivered(f"It did not answer within {TIMEOUT_S:g} seconds.") from None
    except (aiohttp.ClientError, OSError, ValueError) as error:
        raise NotDelivered(f"No answer: {connection_words(error)}.") from None
