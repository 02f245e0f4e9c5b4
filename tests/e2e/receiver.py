"""A real receiver of webhooks, which verifies signatures by the specification and with no help."""

from __future__ import annotations

import base64
import contextlib
import hashlib
import hmac
import json
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, NamedTuple


class Received(NamedTuple):
    """One request as it came in, and how it was answered."""

    at: float
    id: str
    timestamp: str
    signature: str
    body: bytes
    path: str
    status: int

    @property
    def said(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.body)
        return found

    @property
    def event(self) -> str:
        return str(self.said["type"]).removeprefix("greenlight.")

    def signed_with(self, secret: str) -> bool:
        """Whether the signature is HMAC-SHA256 over id, timestamp and body, and fresh."""
        key = base64.b64decode(secret.removeprefix("whsec_"))
        signed = f"{self.id}.{self.timestamp}.".encode() + self.body
        wanted = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
        fresh = abs(self.at - int(self.timestamp)) < 300
        return fresh and self.signature.split(" ") == [f"v1,{wanted}"]


class Receiver:
    """Takes webhooks in on loopback; answers the statuses of `plan` in turn, then 200."""

    def __init__(self) -> None:
        self.got: list[Received] = []
        self.plan: list[int] = []
        self.answer = b"thanks"
        self.headers: dict[str, str] = {}
        self.hang = threading.Event()
        self.hang.set()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_port}/hook"

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["content-length"]))
                status = receiver.plan.pop(0) if receiver.plan else 200
                told = (self.headers.get(f"webhook-{n}", "") for n in ("id", "timestamp"))
                signature = self.headers.get("webhook-signature", "")
                receiver.got.append(
                    Received(time.time(), *told, signature, body, self.path, status)
                )
                receiver.hang.wait(60)
                with contextlib.suppress(OSError):
                    self.send_response(status)
                    for name, value in receiver.headers.items():
                        self.send_header(name, value)
                    self.end_headers()
                    self.wfile.write(receiver.answer)

            def log_message(self, *words: Any) -> None:
                """Keeps quiet."""

        return Handler

    def events(self, production: str) -> list[str]:
        """What it was told of a production, in order."""
        return [r.event for r in self.got if r.said["data"]["production"] == production]


@contextlib.contextmanager
def receiving() -> Iterator[Receiver]:
    """A receiver that is there while the block runs."""
    receiver = Receiver()
    thread = threading.Thread(target=receiver._server.serve_forever, daemon=True)
    thread.start()
    try:
        yield receiver
    finally:
        receiver.hang.set()
        receiver._server.shutdown()
        receiver._server.server_close()
        thread.join()
