"""A small S3 service on a real socket, in memory, with whatever habits a test gives it."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Literal, NamedTuple
from urllib.parse import parse_qs, unquote, urlsplit
from xml.sax.saxutils import escape

from greenlight.settings import S3Settings

Conditions = Literal["honoured", "ignored", "501", "400"]


@dataclass
class Habits:
    """How this service differs from AWS."""

    title_case: bool = False
    keeps_metadata: bool = True
    if_none_match: Conditions = "honoured"
    if_match: Conditions = "honoured"
    parts_once: Conditions = "honoured"
    missing: int = 404
    lists_at_once: bool = True
    lists_removals: bool = True
    starts_after: bool = True
    checksums: Literal["taken", "refused", "stored"] = "taken"
    damaged: bool = False


class Held(NamedTuple):
    data: bytes
    meta: dict[str, str]
    etag: str
    at: datetime


@dataclass
class Server:
    habits: Habits
    objects: dict[str, Held] = field(default_factory=dict)
    removed: dict[str, Held] = field(default_factory=dict)
    uploads: dict[str, dict[str, str]] = field(default_factory=dict)
    parts: dict[str, bytes] = field(default_factory=dict)
    writes: int = 0
    port: int = 0

    @property
    def settings(self) -> S3Settings:
        return S3Settings(
            endpoint_url=f"http://127.0.0.1:{self.port}",
            bucket="b",
            access_key_id="a",
            secret_access_key="s",
        )

    def keep(self, key: str, data: bytes, meta: dict[str, str]) -> str:
        self.writes += 1
        etag = f'"{hashlib.md5(data + str(self.writes).encode()).hexdigest()}"'
        self.objects[key] = Held(data, meta, etag, datetime.now(UTC))
        return etag


class _Refused(Exception):
    def __init__(self, status: int, code: str) -> None:
        self.status, self.code = status, code


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_: Server

    def log_message(self, format: str, *args: object) -> None:
        return

    def _answer(self, status: int, body: bytes = b"", **headers: str) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def _do(self) -> None:
        parts = urlsplit(self.path)
        key = unquote(parts.path).removeprefix("/b").removeprefix("/")
        query = {k: v[0] for k, v in parse_qs(parts.query, keep_blank_values=True).items()}
        data = self._body()
        try:
            getattr(self, f"_{self.command.lower()}")(key, query, data)
        except _Refused as refused:
            body = f"<Error><Code>{refused.code}</Code><Message>no</Message></Error>".encode()
            self._answer(refused.status, body)

    do_GET = do_HEAD = do_PUT = do_POST = do_DELETE = _do  # noqa: N815 - the library's names

    def _body(self) -> bytes:
        data = self.rfile.read(int(self.headers.get("content-length") or 0))
        framed = "aws-chunked" in (self.headers.get("content-encoding") or "")
        habit = self.server_.habits.checksums
        self.checked = framed or any(h.lower().startswith("x-amz-checksum") for h in self.headers)
        if habit == "stored" and self.checked:
            return b"1;chunk-signature=0\r\n" + data
        if framed:
            size, _, rest = data.partition(b"\r\n")
            data = rest[: int(size.split(b";")[0], 16)]
        return data

    def _met(self, habit: Conditions, there: Held | None) -> None:
        """Raises unless the request's condition is met, or nobody looks at it."""
        none_match, match = self.headers.get("if-none-match"), self.headers.get("if-match")
        if not (none_match or match) or habit == "ignored":
            return
        if habit == "501":
            raise _Refused(501, "NotImplemented")
        if habit == "400":
            raise _Refused(400, "InvalidArgument")
        if match and there is None:
            raise _Refused(404, "NoSuchKey")
        if (none_match and there) or (match and there and there.etag != match):
            raise _Refused(412, "PreconditionFailed")

    def _put(self, key: str, query: dict[str, str], data: bytes) -> None:
        server, habits = self.server_, self.server_.habits
        if habits.checksums == "refused" and self.checked:
            raise _Refused(400, "InvalidRequest")
        if "uploadId" in query:
            server.parts[query["uploadId"]] = data
            self._answer(200, ETag='"part"')
            return
        habit = habits.if_match if self.headers.get("if-match") else habits.if_none_match
        self._met(habit, server.objects.get(key))
        self._answer(200, ETag=server.keep(key, data, self._meta()))

    def _meta(self) -> dict[str, str]:
        names = [h for h in self.headers if h.lower().startswith("x-amz-meta-")]
        return {n.lower().removeprefix("x-amz-meta-"): self.headers[n] for n in names}

    def _post(self, key: str, query: dict[str, str], data: bytes) -> None:
        server = self.server_
        if "uploads" in query:
            upload = f"u{len(server.uploads)}"
            server.uploads[upload] = self._meta()
            body = f"<R><Bucket>b</Bucket><Key>k</Key><UploadId>{upload}</UploadId></R>"
            self._answer(200, body.encode())
            return
        self._met(server.habits.parts_once, server.objects.get(key))
        upload = query["uploadId"]
        server.keep(key, server.parts[upload], server.uploads[upload])
        self._answer(200, b"<R><ETag>x</ETag></R>")

    def _get(self, key: str, query: dict[str, str], data: bytes) -> None:
        if "list-type" in query:
            self._list(query)
            return
        server, habits = self.server_, self.server_.habits
        held = server.objects.get(key)
        if held is None:
            code = "NoSuchKey" if habits.missing == 404 else "AccessDenied"
            raise _Refused(habits.missing, code)
        prefix = "X-Amz-Meta-" if habits.title_case else "x-amz-meta-"
        case = str.title if habits.title_case else str
        meta = held.meta if habits.keeps_metadata else {}
        headers = {f"{prefix}{case(name)}".replace("-", "_"): v for name, v in meta.items()}
        body = b"damaged" if habits.damaged else held.data
        at = format_datetime(held.at.replace(microsecond=0), usegmt=True)
        self._answer(200, body, ETag=held.etag, Last_Modified=at, **headers)

    _head = _get

    def _list(self, query: dict[str, str]) -> None:
        server, habits = self.server_, self.server_.habits
        found = {**(server.removed if not habits.lists_removals else {}), **server.objects}
        if not habits.lists_at_once:
            found = {}
        after = query.get("start-after", "") if habits.starts_after else ""
        rows = "".join(
            f"<Contents><Key>{escape(key)}</Key><ETag>{escape(held.etag)}</ETag><Size>1</Size>"
            f"<LastModified>{held.at.isoformat()}</LastModified></Contents>"
            for key, held in sorted(found.items())
            if key.startswith(query.get("prefix", "")) and key > after
        )
        body = f"<ListBucketResult><IsTruncated>false</IsTruncated>{rows}</ListBucketResult>"
        self._answer(200, body.encode())

    def _delete(self, key: str, query: dict[str, str], data: bytes) -> None:
        server = self.server_
        if "uploadId" not in query and key in server.objects:
            server.removed[key] = server.objects.pop(key)
        self._answer(204)


@contextmanager
def s3_server(habits: Habits) -> Iterator[Server]:
    """A service with these habits, which may change while it runs."""
    server = Server(habits)
    handler = type("Handler", (_Handler,), {"server_": server})
    http = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.port = http.server_address[1]
    threading.Thread(target=http.serve_forever, args=(0.05,), daemon=True).start()
    try:
        yield server
    finally:
        http.shutdown()
        http.server_close()
