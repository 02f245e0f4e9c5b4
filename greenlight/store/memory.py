"""The object store's twin in memory: what boto3's S3 client offers Greenlight, over a dictionary.

It honours conditional writes, multipart uploads, ranges and pages as S3 does, so that tests of
records, money and access need no server. `make slow` runs the same tests against the real one.
"""

from __future__ import annotations

import hashlib
import re
import secrets
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from email.utils import format_datetime
from io import BytesIO
from typing import Any, NamedTuple

from botocore.exceptions import ClientError
from botocore.response import StreamingBody

PAGE_KEYS = 1000
"""Keys of one page of a listing, as S3 has it."""

SCHEME = "memory://"
"""An endpoint that begins so names a store of this process."""

_named: dict[tuple[str, str], MemoryS3] = {}
_RANGE = re.compile(r"bytes=(\d*)-(\d*)$")


class Held(NamedTuple):
    """An object as it was written."""

    data: bytes
    mime: str
    meta: dict[str, str]
    etag: str
    at: datetime


class _Upload(NamedTuple):
    key: str
    mime: str
    meta: dict[str, str]
    begun: datetime
    parts: dict[int, bytes]


def named(endpoint: str, bucket: str) -> MemoryS3:
    """That bucket of this process's memory, empty the first time."""
    return _named.setdefault((endpoint, bucket), MemoryS3())


def forget(endpoint: str, bucket: str) -> None:
    """Drops that bucket and all that is in it."""
    _named.pop((endpoint, bucket), None)


def _utc_now() -> datetime:
    return datetime.now(UTC)


class MemoryS3:
    """One bucket of any name; safe to share between threads. `clock` tells the server's time."""

    def __init__(self, clock: Callable[[], datetime] = _utc_now) -> None:
        self.objects: dict[str, Held] = {}
        self._clock = clock
        self._uploads: dict[str, _Upload] = {}
        self._lock = threading.RLock()

    @contextmanager
    def call(self) -> Iterator[None]:
        """Surrounds every call; a simulation overrides it to stop there."""
        with self._lock:
            yield

    def put_object(self, **asked: Any) -> dict[str, Any]:
        with self.call():
            body = asked["Body"] if isinstance(asked["Body"], bytes) else asked["Body"].read()
            etag = f'"{hashlib.md5(body, usedforsecurity=False).hexdigest()}"'
            meta, mime = asked.get("Metadata", {}), asked.get("ContentType", _BINARY)
            self._write(asked, Held(body, mime, meta, etag, self._clock()))
            return {"ETag": etag}

    def head_object(self, **asked: Any) -> dict[str, Any]:
        with self.call():
            return self._answer(asked, "404")[0]

    def get_object(self, **asked: Any) -> dict[str, Any]:
        with self.call():
            answer, data = self._answer(asked, "NoSuchKey")
            return {**answer, "Body": StreamingBody(BytesIO(data), len(data))}

    def delete_object(self, **asked: Any) -> dict[str, Any]:
        with self.call():
            self.objects.pop(asked["Key"], None)
            return {}

    def create_bucket(self, **_: Any) -> dict[str, Any]:
        return {}

    def head_bucket(self, **_: Any) -> dict[str, Any]:
        with self.call():
            return self._meta(200)

    def list_objects_v2(self, **asked: Any) -> dict[str, Any]:
        with self.call():
            return self._page(
                asked.get("Prefix", ""),
                asked.get("ContinuationToken") or asked.get("StartAfter", ""),
                asked.get("Delimiter", ""),
                min(asked.get("MaxKeys", PAGE_KEYS), PAGE_KEYS),
            )

    def create_multipart_upload(self, **asked: Any) -> dict[str, Any]:
        with self.call():
            upload = secrets.token_hex(8)
            mime, meta = asked.get("ContentType", _BINARY), asked.get("Metadata", {})
            self._uploads[upload] = _Upload(asked["Key"], mime, meta, self._clock(), {})
            return {"UploadId": upload}

    def upload_part(self, **asked: Any) -> dict[str, Any]:
        with self.call():
            body: bytes = asked["Body"]
            self._upload(asked).parts[asked["PartNumber"]] = body
            return {"ETag": f'"{hashlib.md5(body, usedforsecurity=False).hexdigest()}"'}

    def complete_multipart_upload(self, **asked: Any) -> dict[str, Any]:
        with self.call():
            upload = self._upload(asked)
            parts = [upload.parts[p["PartNumber"]] for p in asked["MultipartUpload"]["Parts"]]
            sums = b"".join(hashlib.md5(p, usedforsecurity=False).digest() for p in parts)
            whole = hashlib.md5(sums, usedforsecurity=False).hexdigest()
            etag = f'"{whole}-{len(parts)}"'
            held = Held(b"".join(parts), upload.mime, upload.meta, etag, self._clock())
            self._write(asked, held)
            del self._uploads[asked["UploadId"]]
            return {"ETag": etag}

    def abort_multipart_upload(self, **asked: Any) -> dict[str, Any]:
        with self.call():
            self._upload(asked)
            del self._uploads[asked["UploadId"]]
            return {}

    def list_multipart_uploads(self, **asked: Any) -> dict[str, Any]:
        with self.call():
            found = [
                {"Key": upload.key, "UploadId": number, "Initiated": upload.begun}
                for number, upload in self._uploads.items()
                if upload.key.startswith(asked.get("Prefix", ""))
            ]
            return {"Uploads": found, "IsTruncated": False}

    def _write(self, asked: dict[str, Any], held: Held) -> None:
        there = self.objects.get(asked["Key"])
        if asked.get("IfNoneMatch") == "*" and there is not None:
            raise refusal("PreconditionFailed", 412)
        if wanted := asked.get("IfMatch"):
            if there is None:
                raise refusal("NoSuchKey", 404)
            if there.etag.strip('"') != wanted.strip('"'):
                raise refusal("PreconditionFailed", 412)
        self.objects[asked["Key"]] = held

    def _answer(self, asked: dict[str, Any], missing: str) -> tuple[dict[str, Any], bytes]:
        held = self.objects.get(asked["Key"])
        if held is None:
            raise refusal(missing, 404)
        if asked.get("IfNoneMatch", "").strip('"') == held.etag.strip('"'):
            raise refusal("304", 304)
        answer = {
            "Metadata": dict(held.meta),
            "ContentType": held.mime,
            "ETag": held.etag,
            "LastModified": held.at.replace(microsecond=0),
        }
        begin, end = _span(asked.get("Range", ""), len(held.data))
        part = held.data[begin:end]
        status = 200
        if asked.get("Range"):
            answer["ContentRange"] = f"bytes {begin}-{end - 1}/{len(held.data)}"
            status = 206
        return {**answer, "ContentLength": len(part), **self._meta(status)}, part

    def _meta(self, status: int) -> dict[str, Any]:
        headers = {"date": format_datetime(self._clock(), usegmt=True)}
        return {"ResponseMetadata": {"HTTPStatusCode": status, "HTTPHeaders": headers}}

    def _page(self, prefix: str, after: str, delimiter: str, most: int) -> dict[str, Any]:
        contents: list[dict[str, Any]] = []
        folders: dict[str, None] = {}
        last = ""
        for key in sorted(k for k in self.objects if k.startswith(prefix) and k > after):
            head, cut, _ = key[len(prefix) :].partition(delimiter) if delimiter else (key, "", "")
            folder = f"{prefix}{head}{delimiter}" if cut else ""
            if folder and (folder in folders or after.startswith(folder)):
                last = key
                continue
            if len(contents) + len(folders) == most:
                return self._listing(contents, folders) | {
                    "IsTruncated": True,
                    "NextContinuationToken": last,
                }
            last = key
            if folder:
                folders[folder] = None
                continue
            held = self.objects[key]
            row = {"Key": key, "Size": len(held.data), "ETag": held.etag}
            contents.append({**row, "LastModified": held.at.replace(microsecond=0)})
        return self._listing(contents, folders)

    def _listing(self, contents: list[Any], folders: dict[str, None]) -> dict[str, Any]:
        page: dict[str, Any] = {"IsTruncated": False, **self._meta(200)}
        if contents:
            page["Contents"] = contents
        if folders:
            page["CommonPrefixes"] = [{"Prefix": folder} for folder in folders]
        return page

    def _upload(self, asked: dict[str, Any]) -> _Upload:
        upload = self._uploads.get(asked["UploadId"])
        if upload is None or upload.key != asked["Key"]:
            raise refusal("NoSuchUpload", 404)
        return upload


_BINARY = "binary/octet-stream"


def _span(asked: str, size: int) -> tuple[int, int]:
    """First byte and the one behind the last of a `Range`; raises ClientError beyond the end."""
    found = _RANGE.match(asked)
    if not found or not any(found.groups()):
        return 0, size
    first, last = found.groups()
    if not first:
        return max(size - int(last), 0), size
    if int(first) >= size:
        raise refusal("InvalidRange", 416)
    return int(first), min(int(last) + 1 if last else size, size)


def refusal(code: str, status: int) -> ClientError:
    """The error that boto3 raises for an answer of this code and HTTP status."""
    body: Any = {"Error": {"Code": code}, "ResponseMetadata": {"HTTPStatusCode": status}}
    return ClientError(body, "memory")
