"""A real receiver of webhooks, which verifies signatures by the specification and with no help."""

from __future__ import annotations

import base64
import contextlib
import hashlib
import hmac
import json
import ssl
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, NamedTuple

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec


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

    def speak_tls(self, name: str, folder: Path) -> Path:
        """Goes over to TLS with a certificate for `name`; returns the authority to trust."""
        key = ec.generate_private_key(ec.SECP256R1())
        own = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
        begin = datetime.now(UTC) - timedelta(hours=1)
        signed = (
            x509.CertificateBuilder(own, own, key.public_key(), x509.random_serial_number())
            .not_valid_before(begin)
            .not_valid_after(begin + timedelta(days=2))
            .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
            .sign(key, hashes.SHA256())
        )
        plain = (
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        certificate, secret = folder / "certificate.pem", folder / "key.pem"
        certificate.write_bytes(signed.public_bytes(serialization.Encoding.PEM))
        secret.write_bytes(key.private_bytes(*plain))
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate, secret)
        self._server.socket = context.wrap_socket(self._server.socket, server_side=True)
        self.url = self.url.replace("http:", "https:")
        return certificate

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
