"""What serves on a port sends an answer at once."""

from __future__ import annotations

import socket
import threading
from typing import Any

import uvicorn

from jobs.listening import listen


async def _app(scope: Any, receive: Any, send: Any) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": b"here"})


def test_the_second_half_of_an_answer_does_not_wait_for_the_first_to_be_acknowledged() -> None:
    addresses, servers, ready = list[str](), list[uvicorn.Server](), threading.Event()

    def at(address: str) -> None:
        addresses.append(address)
        ready.set()

    thread = threading.Thread(
        target=listen, args=(_app, "127.0.0.1", 0, at, servers.append), kwargs={"lifespan": "off"}
    )
    thread.start()
    try:
        assert ready.wait(20)
        port = int(addresses[0].rpartition(":")[2])
        with socket.create_connection(("127.0.0.1", port), timeout=20) as client:
            client.sendall(b"GET / HTTP/1.1\r\nHost: here\r\n\r\n")
            assert client.recv(100)
            [connection] = servers[0].server_state.connections
            accepted = connection.transport.get_extra_info("socket")
            assert accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
    finally:
        servers[0].should_exit = True
        thread.join(20)
