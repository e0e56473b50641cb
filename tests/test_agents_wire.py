"""What an endpoint can do to us with one reply: nothing, but fail in its own name."""

from __future__ import annotations

import gzip
import json
import socket
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import date
from decimal import Decimal

import pytest

from agents.gateway.ask import Gateway
from agents.gateway.chat import Failed, Prompt, body_of
from agents.gateway.pools import Deployment, Pool, Pools, Price, configured
from agents.gateway.purse import Limits, Purse
from agents.gateway.wire import MOST_BYTES, Wire
from agents.run.page_reader import FACTS_SCHEMA, parse_rows
from tools.errors import AllFailed, Stopped, UsageError
from tools.settings import Settings
from tools.store import Store

Talk = Callable[[socket.socket], None]
SECRET = "sk-very-secret-1234567890"


class Endpoint:
    """A server that says what it likes, whatever it is asked. `asked`: how many connections it had."""

    def __init__(self, talk: Talk) -> None:
        self._talk, self.asked = talk, 0
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._socket.getsockname()[1]}/v1"
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            self.asked += 1
            threading.Thread(target=self._answer, args=(connection,), daemon=True).start()

    def _answer(self, connection: socket.socket) -> None:
        with connection:
            try:
                while b'"model"' not in connection.recv(65_536):
                    continue
                self._talk(connection)
                connection.shutdown(socket.SHUT_WR)
            except OSError:
                return  # we hung up, as we may

    def close(self) -> None:
        self._socket.close()


@pytest.fixture
def endpoint() -> Iterator[Callable[[Talk], Endpoint]]:
    opened: list[Endpoint] = []

    def made(talk: Talk) -> Endpoint:
        opened.append(Endpoint(talk))
        return opened[-1]

    yield made
    for one in opened:
        one.close()


def ask(url: str, store: Store, check: Callable[[str], object] | None = None) -> str:
    deployment = Deployment("a", "m", url, SECRET, timeout_s=0.3, connect_timeout_s=0.2)
    pools = Pools({"default": Pool("default", (deployment,))})
    with Gateway(pools, store, purse=Purse(store, Limits()), sleep=lambda seconds: None) as gateway:
        return gateway.ask([{"role": "user", "content": "hello"}], task="read", check=check).text


def http(body: bytes, status: int = 200, headers: str = "") -> Talk:
    head = f"HTTP/1.1 {status} said\r\n{headers}Content-Length: {len(body)}\r\nConnection: close\r\n\r\n".encode()
    return lambda connection: connection.sendall(head + body)


def chat(content: str, **more: object) -> bytes:
    return json.dumps({"choices": [{"message": {"content": content}}], **more}).encode()


def endless(connection: socket.socket) -> None:
    connection.sendall(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
    for _ in range(MOST_BYTES // 65_536 + 1_000):
        connection.sendall(b"10000\r\n" + b" " * 65_536 + b"\r\n")


def dripping(start: bytes, drop: bytes) -> Talk:
    def talk(connection: socket.socket) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\n" + start)
        for _ in range(200):  # 10 s, each drop well within what is allowed between two
            connection.sendall(drop)
            threading.Event().wait(0.05)

    return talk


BAD = {
    "endless": (endless, "invalid: .* over 8,000,000 bytes"),
    "a body in drops": (dripping(b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\n \r\n"), "timeout: .* within 0.3 s"),
    "headers in drops": (dripping(b"", b"X-More: 1\r\n"), "timeout: .* within 0.3 s"),
    "packed": (http(gzip.compress(chat("a" * 10_000_000)), headers="Content-Encoding: gzip\r\n"), "invalid: .* packed"),
    "deep": (http(b"[" * 200_000), "invalid: the answer is no chat completion"),
    "a deep refusal": (http(b"[" * 200_000, 400), "refused: .* answered 400"),
    "a refusal of no known letters": (http(b"no", 400, "Content-Type: text/plain; charset=rot13\r\n"), "400: no"),
    "a refusal with half a character": (http(b'{"error": "\\ud800 bad"}', 400), r"400: \? bad"),
}


@pytest.mark.parametrize("bad", BAD)
def test_a_bad_reply_is_a_failure_of_its_class(endpoint: Callable[[Talk], Endpoint], store: Store, bad: str) -> None:
    talk, said = BAD[bad]
    with pytest.raises(AllFailed, match=said):
        ask(endpoint(talk).url, store)
    assert {row["status"] for row in store.attempts()} == {"failed"}


def test_a_redirect_is_not_followed_and_the_key_stays(endpoint: Callable[[Talk], Endpoint], store: Store) -> None:
    other = endpoint(http(chat("stolen")))
    there = endpoint(http(b"", 307, f"Location: {other.url}/chat/completions\r\n"))
    with pytest.raises(AllFailed, match="answered 307"):
        ask(there.url, store)
    assert (there.asked, other.asked) == (1, 0)


def test_half_a_character_is_no_character(endpoint: Callable[[Talk], Endpoint], store: Store) -> None:
    half = endpoint(http(b'{"choices": [{"message": {"content": "\\ud800 well"}}]}'))
    assert ask(half.url, store) == "? well"


def test_a_count_beyond_all_counts_is_unknown(endpoint: Callable[[Talk], Endpoint], store: Store) -> None:
    ask(endpoint(http(chat("yes", usage={"prompt_tokens": 10**30, "completion_tokens": 1}))).url, store)
    (row,) = store.attempts()
    assert (row["tokens_in"], row["cost"]) == (None, None)


def test_an_answer_of_brackets_alone_is_invalid(endpoint: Callable[[Talk], Endpoint], store: Store) -> None:
    deep = endpoint(http(chat("[" * 200_000)))
    with pytest.raises(AllFailed, match="invalid"):
        ask(deep.url, store, check=lambda said: parse_rows(said, FACTS_SCHEMA))


@pytest.mark.parametrize("key", ["sk-1\r\nX-Other: 1", "sk-ключ", "sk-1\0"])
def test_a_key_that_no_header_carries_is_refused_and_not_shown(key: str) -> None:
    settings = Settings({"model": "m", "model_url": "http://127.0.0.1:1/v1", "model_key": key})
    with pytest.raises(UsageError, match="SCOUT_MODEL_KEY holds a line break") as refused:
        configured(settings, date(2026, 11, 1))
    assert "sk-" not in str(refused.value)


def test_what_an_endpoint_does_not_take_is_learned_by_all_who_asked_at_the_same_time() -> None:
    wire, asked = Wire(), Deployment("m", "m", "http://127.0.0.1:9/v1")
    prompt = Prompt([{"role": "user", "content": "Well?"}], schema={"type": "object"})
    refused = Failed("refused", "response_format json_schema is not supported", status=400)
    before = wire.lacks(asked)
    assert [wire.learned(asked, prompt, refused, before) for _ in range(2)] == [True, True]
    assert body_of(asked, prompt, wire.lacks(asked))["response_format"] == {"type": "json_object"}
    assert wire.lacks(asked) == frozenset({"json_schema"})
    wire.close()


def test_a_stop_breaks_off_the_answer_under_way_and_the_ledger_holds_the_call(store: Store) -> None:
    asked, hung_up = threading.Event(), threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def serve() -> None:
            connection, _ = listening.accept()
            with connection:
                connection.recv(65_536)
                asked.set()
                while connection.recv(65_536):
                    pass
                hung_up.set()

        threading.Thread(target=serve, daemon=True).start()
        url = f"http://127.0.0.1:{listening.getsockname()[1]}/v1"
        priced = Deployment("slow", "slow", url, price=Price(Decimal(1), Decimal(1)), timeout_s=60.0)
        stop: Future[None] = Future()
        pools = Pools({"default": Pool("default", (priced,))})
        with Gateway(pools, store, purse=Purse(store, Limits(run=Decimal(1))), stop=stop) as gateway:
            with ThreadPoolExecutor(1) as threads:
                answer = threads.submit(gateway.ask, [{"role": "user", "content": "x"}], task="agent", run="r1")
                assert asked.wait(30)
                stop.set_result(None)
                with pytest.raises(Stopped):
                    answer.result(30)
            assert hung_up.wait(30), "the endpoint goes on writing for nobody"
            with pytest.raises(Stopped):
                gateway.ask([{"role": "user", "content": "y"}], task="agent", run="r1")
    [row] = store.attempts("r1")
    assert (row["status"], row["error"], row["cost"]) == ("failed", "stopped: broken off under way", None)
    assert row["price_known"] == 0, "what it cost nobody knows"
