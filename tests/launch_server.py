"""Serves a launch world on loopback, plain and with TLS of a certificate authority made for the run."""

from __future__ import annotations

import asyncio
import ssl
import subprocess
import threading
import time
from pathlib import Path

from launch_place import Answer, Asked
from launch_world import World

_REASONS = {200: "OK", 301: "Moved Permanently", 302: "Found", 304: "Not Modified", 307: "Temporary Redirect", 308: "Permanent Redirect", 403: "Forbidden", 404: "Not Found", 429: "Too Many Requests", 500: "Internal Server Error", 502: "Bad Gateway"}  # fmt: skip
_DAYS = ["-days", "30"]


class Server:
    """A world on ports of one address, in a thread. `port` serves http; `tls_port` https, where a certificate is given."""

    def __init__(
        self, world: World, address: str = "127.0.0.1", port: int = 0, tls_port: int = 0, chain: Path | None = None
    ):
        self.world, self.address, self.port, self.tls_port, self.chain = world, address, port, tls_port, chain
        self.as_scheme = ""  # a test over plain http may want it taken for https
        self._loop = asyncio.new_event_loop()
        self._ready = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def start(self) -> Server:
        """Listen; returns when it does."""
        self._thread.start()
        self._ready.wait(10)
        return self

    def stop(self) -> None:
        """Close all and end the thread."""
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        servers = [self._loop.run_until_complete(asyncio.start_server(self._plain, self.address, self.port))]
        self.port = servers[0].sockets[0].getsockname()[1]
        if self.chain:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(self.chain)
            context.set_alpn_protocols(["http/1.1"])
            servers.append(
                self._loop.run_until_complete(
                    asyncio.start_server(self._secure, self.address, self.tls_port, ssl=context)
                )
            )
            self.tls_port = servers[1].sockets[0].getsockname()[1]
        self._ready.set()
        self._loop.run_forever()
        for server in servers:
            server.close()
        tasks = asyncio.all_tasks(self._loop)
        for task in tasks:
            task.cancel()
        self._loop.run_until_complete(asyncio.gather(*tasks, return_exceptions=True))
        self._loop.close()

    async def _plain(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await self._serve(reader, writer, "http")

    async def _secure(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await self._serve(reader, writer, "https")

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, scheme: str) -> None:
        try:
            while asked := await _read(reader, self.as_scheme or scheme):
                found = self.world.answer(asked)
                if found.delay_s:
                    await asyncio.sleep(found.delay_s)
                writer.write(_bytes(found, asked.method))
                await writer.drain()
        except (ConnectionError, asyncio.IncompleteReadError, ssl.SSLError, TimeoutError):
            pass  # the client left
        finally:
            writer.close()


async def _read(reader: asyncio.StreamReader, scheme: str) -> Asked | None:
    line = await reader.readline()
    if not line:
        return None
    method, path, _ = line.decode("latin-1").split(" ", 2)
    headers = {}
    while (row := await reader.readline()).strip():
        name, _, value = row.decode("latin-1").partition(":")
        headers[name.strip().lower()] = value.strip()
    if length := int(headers.get("content-length") or 0):
        await reader.readexactly(length)
    host = headers.get("host", "").partition(":")[0].lower()
    return Asked(time.time(), method, scheme, host, path, headers)


def _bytes(found: Answer, method: str) -> bytes:
    # Header values as they are sent: latin-1, like the bytes of a raw Location.
    head = "".join(f"{name.title()}: {value}\r\n" for name, value in found.headers.items())
    size = "" if found.status == 304 else f"Content-Length: {len(found.body)}\r\n"
    return (
        f"HTTP/1.1 {found.status} {_REASONS.get(found.status, 'Status')}\r\n{head}{size}\r\n".encode(
            "latin-1", "replace"
        )
        + found.body
    )


def certificates(folder: Path, names: list[str]) -> tuple[Path, Path]:
    """A certificate authority made now (PEM) and a chain with key for all names, in a folder, by the openssl command."""
    ca, ca_key, key, request, leaf = (
        folder / name for name in ("ca.pem", "ca.key", "leaf.key", "leaf.csr", "leaf.pem")
    )
    ec = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
    _openssl("req", "-x509", *ec, "-keyout", ca_key, "-out", ca, "-subj", "/CN=Launch World CA", *_DAYS)
    _openssl("req", *ec, "-keyout", key, "-out", request, "-subj", "/CN=world.example")
    extension = folder / "leaf.ext"
    listed = ",".join(f"DNS:{name}" for name in names)
    extension.write_text(f"basicConstraints=CA:FALSE\nextendedKeyUsage=serverAuth\nsubjectAltName={listed}\n")
    _openssl(
        "x509",
        "-req",
        "-in",
        request,
        "-CA",
        ca,
        "-CAkey",
        ca_key,
        "-CAcreateserial",
        "-out",
        leaf,
        *_DAYS,
        "-extfile",
        extension,
    )
    chain = folder / "chain.pem"
    chain.write_text(leaf.read_text() + key.read_text())
    return ca, chain


def _openssl(*words: str | Path) -> None:
    subprocess.run(["openssl", *map(str, words)], check=True, capture_output=True)
