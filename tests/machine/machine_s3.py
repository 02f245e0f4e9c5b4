"""An S3 server in memory with true conditional writes; every call is a place to stop, or to die."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from email.utils import format_datetime
from io import BytesIO
from typing import Any, NamedTuple

from botocore.exceptions import ClientError, ConnectionClosedError, EndpointConnectionError
from machine_fibers import Hub


class Held(NamedTuple):
    data: bytes
    mime: str
    meta: dict[str, str]
    etag: str
    at: Any


Watcher = Callable[[str, bytes, bytes | None], None]


class MemoryS3:
    """What boto3's client offers and the object store uses, over one dictionary.

    `lose` of the next answers to writes get lost: the write is done, and its writer not told.
    """

    def __init__(self, hub: Hub) -> None:
        self.hub = hub
        self.objects: dict[str, Held] = {}
        self.watch: list[Watcher] = []
        self.listed: Callable[[str], None] = lambda prefix: None
        self.lose = 0
        self.away_until = 0.0
        self.writes = 0

    def _arrive(self) -> None:
        """A request comes; those of tests, which take no part, are always answered."""
        self.hub.pause()
        if self.hub.current is not None and self.hub.clock < self.away_until:
            raise EndpointConnectionError(endpoint_url="memory")

    def put_object(
        self,
        *,
        Bucket: str,  # noqa: N803 - boto3's own words
        Key: str,  # noqa: N803
        Body: bytes,  # noqa: N803
        ContentType: str,  # noqa: N803
        Metadata: dict[str, str],  # noqa: N803
        IfNoneMatch: str | None = None,  # noqa: N803
        IfMatch: str | None = None,  # noqa: N803
    ) -> dict[str, Any]:
        self._arrive()
        there = self.objects.get(Key)
        if IfNoneMatch and there is not None:
            raise _refusal("PreconditionFailed", 412)
        if IfMatch and there is None:
            raise _refusal("NoSuchKey", 404)
        if IfMatch and there is not None and there.etag != IfMatch:
            raise _refusal("PreconditionFailed", 412)
        self.writes += 1
        etag = hashlib.md5(Body + str(self.writes).encode()).hexdigest()
        self.objects[Key] = Held(Body, ContentType, Metadata, etag, self.hub.now)
        for watcher in self.watch:
            watcher(Key, Body, there.data if there else None)
        self.hub.pause()
        if self.lose and self.hub.current is not None:
            self.lose -= 1
            raise ConnectionClosedError(endpoint_url="memory")
        return {"ETag": etag}

    def _answer(self, key: str) -> dict[str, Any]:
        self._arrive()
        if key not in self.objects:
            raise _refusal("404", 404)
        held = self.objects[key]
        date = format_datetime(self.hub.now, usegmt=True)
        return {
            "Metadata": held.meta,
            "ContentLength": len(held.data),
            "ContentType": held.mime,
            "ETag": held.etag,
            "LastModified": held.at.replace(microsecond=0),
            "ResponseMetadata": {"HTTPHeaders": {"date": date}},
        }

    def head_object(self, *, Bucket: str, Key: str) -> dict[str, Any]:  # noqa: N803
        return self._answer(Key)

    def get_object(self, *, Bucket: str, Key: str) -> dict[str, Any]:  # noqa: N803
        answer = self._answer(Key)
        return {**answer, "Body": BytesIO(self.objects[Key].data)}

    def delete_object(self, *, Bucket: str, Key: str) -> None:  # noqa: N803
        self._arrive()
        self.objects.pop(Key, None)
        self.hub.pause()

    def list_objects_v2(
        self,
        *,
        Bucket: str,  # noqa: N803
        Prefix: str,  # noqa: N803
        StartAfter: str = "",  # noqa: N803
    ) -> dict[str, Any]:
        self._arrive()
        self.listed(Prefix)
        keys = sorted(k for k in self.objects if k.startswith(Prefix) and k > StartAfter)
        found = [{"Key": k, "ETag": f'"{self.objects[k].etag}"'} for k in keys]
        return {"Contents": found, "IsTruncated": False}


def _refusal(code: str, status: int) -> ClientError:
    body: Any = {"Error": {"Code": code}, "ResponseMetadata": {"HTTPStatusCode": status}}
    return ClientError(body, "memory")
