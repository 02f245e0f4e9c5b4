"""Connections that bring no request: closed in time, and never in the way of one that does."""

from __future__ import annotations

import contextlib
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route

from greenlight.access.serving import PunctualProtocol, bounds
from tests.serving import serving

SERVER = """
import resource, sys
resource.setrlimit(resource.RLIMIT_NOFILE, (1024, 1024))
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from greenlight.access.serving import serve
async def health(request): return PlainTextResponse("ok")
serve(Starlette(routes=[Route("/health", health)]), "127.0.0.1", int(sys.argv[1]))
"""
Connect = Callable[[bytes], socket.socket]


@pytest.fixture
def port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def connect(port: int) -> Iterator[Connect]:
    """Opens connections that send this and no more."""
    opened: list[socket.socket] = []

    def one(data: bytes) -> socket.socket:
        opened.append(socket.create_connection(("127.0.0.1", port), timeout=20))
        opened[-1].sendall(data)
        return opened[-1]

    yield one
    for connection in opened:
        connection.close()


@pytest.fixture
def address(port: int, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A server in this process, which waits half a second for the head of a request."""
    monkeypatch.setattr(PunctualProtocol, "head_seconds", 0.5)
    monkeypatch.setattr(PunctualProtocol, "stall_seconds", 0.5)

    async def hello(request: Request) -> Response:
        return PlainTextResponse("hello")

    async def endless(request: Request) -> Response:
        async def chunks() -> object:
            for _ in range(4_000):
                yield b"x" * 100_000

        return StreamingResponse(chunks())  # type: ignore[arg-type]

    app = Starlette(routes=[Route("/", hello), Route("/endless", endless)])
    with serving(app, port, **bounds()) as served:
        yield served


def is_closed(connection: socket.socket) -> bool:
    """Whether the other side ends the connection before the time-out of the socket."""
    try:
        while connection.recv(4096):
            pass
        return True
    except ConnectionResetError:
        return True


def healthy(port: int) -> bool:
    """Whether a new connection is answered."""
    try:
        url = f"http://127.0.0.1:{port}/health"
        return httpx.get(url, trust_env=False, timeout=20).text == "ok"
    except httpx.ConnectError:
        return False


@pytest.mark.parametrize("sent", [b"", b"G", b"GET / HTTP/1.1\r\nHost: x\r\n", b"\r\n"])
def test_half_a_head_is_given_up(address: str, connect: Connect, sent: bytes) -> None:
    assert is_closed(connect(sent))


def test_a_head_that_drips_is_given_up(address: str, connect: Connect) -> None:
    connection = connect(b"GET / HTTP/1.1\r\n")
    with pytest.raises(OSError, match=r"reset|pipe|abort"):  # noqa: PT012
        for _ in range(200):
            connection.sendall(b"X-A: b\r\n")
            time.sleep(0.05)


def test_half_a_second_request_is_given_up_too(address: str, connect: Connect) -> None:
    whole = b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"
    connection = connect(whole + b"GET / HT")
    answer = b""
    while part := connection.recv(4096):
        answer += part
    assert answer.endswith(b"hello")


def test_an_answer_that_is_not_taken_is_given_up(address: str, connect: Connect) -> None:
    connection = connect(b"GET /endless HTTP/1.1\r\nHost: x\r\n\r\n")
    time.sleep(2)
    got = 0
    with contextlib.suppress(ConnectionResetError):
        while part := connection.recv(1 << 20):
            got += len(part)
    assert 0 < got < 100_000_000


def test_whole_requests_are_answered_on_one_connection(address: str) -> None:
    with httpx.Client(base_url=address, trust_env=False) as http:
        assert [http.get("/").text for _ in range(20)] == ["hello"] * 20
    assert not PunctualProtocol._idle or len(PunctualProtocol._idle) <= 1


@pytest.mark.slow
def test_half_open_connections_beyond_the_limit_of_files_stop_nothing(
    port: int, connect: Connect
) -> None:
    server = subprocess.Popen([sys.executable, "-c", SERVER, str(port)], stderr=subprocess.PIPE)
    try:
        until = time.monotonic() + 60
        while not healthy(port):
            assert time.monotonic() < until
            time.sleep(0.1)
        for number in range(3_000):
            connect(b"GET /health HTTP/1.1\r\n")
            if number % 500 == 0:
                assert healthy(port)
        assert healthy(port)
    finally:
        server.terminate()
        errors = server.communicate(timeout=20)[1]
    assert errors == b""
