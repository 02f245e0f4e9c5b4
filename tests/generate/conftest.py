"""A small HTTP server that answers as told and counts."""

from __future__ import annotations

import json
import re
import socket
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest


@dataclass
class Reply:
    """One answer; `trouble` is drop (accept, then close), hang, or cut (send half, then close)."""

    body: Any = None
    status: int = 200
    trouble: str = ""
    headers: dict[str, str] = field(default_factory=dict)


@dataclass
class Seen:
    """One request that reached the server."""

    method: str
    path: str
    body: Any
    headers: dict[str, str]
    port: int
    """Port of the client's end: two requests share it only on one kept connection."""


class Wire:
    """The server as a test sees it: script it with `on`, then look at `seen`."""

    def __init__(self) -> None:
        self.seen: list[Seen] = []
        self._scripts: list[tuple[str, re.Pattern[str], list[Reply]]] = []
        self._lock = threading.Lock()
        self._over = threading.Event()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._server.daemon_threads = True
        self._server.block_on_close = False
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()

    def on(self, method: str, path: str, *replies: Reply) -> None:
        """Answer requests of a kind with these replies in turn, the last one for ever."""
        self._scripts.append((method, re.compile(path), list(replies)))

    def count(self, method: str, path: str = "") -> int:
        return sum(s.method == method and re.search(path, s.path) is not None for s in self.seen)

    def close(self) -> None:
        self._over.set()
        self._server.shutdown()
        self._server.server_close()

    def answer(self, handler: BaseHTTPRequestHandler) -> None:
        size = int(handler.headers.get("content-length") or 0)
        raw = handler.rfile.read(size)
        body = json.loads(raw) if raw else None
        headers = {name.lower(): value for name, value in handler.headers.items()}
        with self._lock:
            port = handler.client_address[1]
            self.seen.append(Seen(handler.command, handler.path, body, headers, port))
            reply = self._next(handler.command, handler.path)
        handler.close_connection = bool(reply.trouble)
        if reply.trouble == "drop":
            return
        if reply.trouble == "hang":
            self._over.wait(20)
            return
        isbytes = isinstance(reply.body, bytes)
        data = reply.body if isbytes else json.dumps(reply.body).encode()
        handler.send_response(reply.status)
        kind = "application/octet-stream" if isbytes else "application/json"
        for name, value in {"content-type": kind, **reply.headers}.items():
            handler.send_header(name, value)
        handler.send_header("content-length", str(len(data)))
        handler.end_headers()
        handler.wfile.write(data[: len(data) // 2] if reply.trouble == "cut" else data)

    def _next(self, method: str, path: str) -> Reply:
        for wanted, pattern, replies in self._scripts:
            if wanted == method and pattern.search(path):
                return replies.pop(0) if len(replies) > 1 else replies[0]
        message = f"nothing scripted for {method} {path}"
        return Reply({"error": {"code": 418, "message": message}}, status=418)


def _handler(wire: Wire) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            wire.answer(self)

        def do_POST(self) -> None:
            wire.answer(self)

        def do_CONNECT(self) -> None:
            self.send_error(502)

        def log_message(self, format: str, *args: Any) -> None:
            """Say nothing."""

    return Handler


@pytest.fixture
def wire() -> Iterator[Wire]:
    server = Wire()
    yield server
    server.close()


@pytest.fixture
def reply() -> type[Reply]:
    return Reply


@pytest.fixture
def free_port() -> Callable[[], int]:
    def find() -> int:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port: int = probe.getsockname()[1]
        return port

    return find
