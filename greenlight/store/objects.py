"""The object store: any S3 with conditional writes, spoken to by boto3.

What is written here is written once (`If-None-Match: *`) or by compare-and-swap (`If-Match`), and
carries its sha256, which is checked whenever it is read.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any, NamedTuple

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from greenlight.errors import IntegrityError, NotFound, ServiceUnavailable
from greenlight.settings import S3Settings

PART_BYTES = 16 * 1024 * 1024
"""Files above this go up in parts of this size (S3 asks for at least 5 MiB a part)."""

_TAKEN = {"PreconditionFailed", "ConditionalRequestConflict", "412", "409"}
_MISSING = {"NoSuchKey", "404", "NotFound"}


class Stored(NamedTuple):
    """An object that is there."""

    key: str
    sha256: str
    size: int
    mime: str


def sha256_of(data: bytes) -> str:
    """The lower-case hex sha256 of `data`."""
    return hashlib.sha256(data).hexdigest()


def connect(settings: S3Settings) -> Any:
    """A boto3 client for exactly these settings; ambient AWS settings play no part."""
    session = boto3.session.Session(
        aws_access_key_id=settings.access_key_id,
        aws_secret_access_key=settings.secret_access_key,
        region_name=settings.region,
    )
    return session.client(
        "s3",
        endpoint_url=settings.endpoint_url or None,
        config=Config(
            signature_version="s3v4",
            s3={"addressing_style": settings.addressing_style},
            retries={"mode": "standard", "total_max_attempts": 5},
            connect_timeout=5,
            read_timeout=60,
            max_pool_connections=32,
            ignore_configured_endpoint_urls=True,
        ),
    )


class ObjectStore:
    """One bucket. Methods block: call them off the event loop. Safe to share between threads."""

    def __init__(self, client: Any, bucket: str) -> None:
        self._s3 = client
        self.bucket = bucket

    def put_once(self, key: str, data: bytes, mime: str = "application/json") -> bool:
        """Writes `data` if nothing lies under `key`; tells whether this call wrote it."""
        return self._write(key, data, mime, {"IfNoneMatch": "*"})

    def swap(self, key: str, data: bytes, etag: str | None) -> bool:
        """Replaces the object only if it still has `etag` (None: only if it is not there yet)."""
        condition = {"IfMatch": etag} if etag else {"IfNoneMatch": "*"}
        return self._write(key, data, "application/json", condition)

    def overwrite(self, key: str, data: bytes, mime: str = "application/json") -> None:
        """Writes what is no record and may be replaced at any time: markers and beats."""
        self._write(key, data, mime, {})

    def delete(self, key: str) -> None:
        """Removes a marker; one that is not there is no error."""
        try:
            self._s3.delete_object(Bucket=self.bucket, Key=key)
        except (ClientError, BotoCoreError) as error:
            raise _unavailable(error, key) from error

    def age(self, key: str) -> float | None:
        """Seconds since the object was written by the store's own clock, None without one."""
        try:
            answer = self._s3.head_object(Bucket=self.bucket, Key=key)
        except ClientError as error:
            if _code(error) in _MISSING:
                return None
            raise _unavailable(error, key) from error
        except BotoCoreError as error:
            raise _unavailable(error, key) from error
        stored = answer["LastModified"]
        served = parsedate_to_datetime(answer["ResponseMetadata"]["HTTPHeaders"]["date"])
        return float((served - stored).total_seconds())

    def _write(self, key: str, data: bytes, mime: str, condition: dict[str, Any]) -> bool:
        try:
            self._s3.put_object(
                Bucket=self.bucket,
                Key=key,
                Body=data,
                ContentType=mime,
                Metadata={"sha256": sha256_of(data)},
                **condition,
            )
        except ClientError as error:
            if _code(error) in _TAKEN:
                return False
            raise _unavailable(error, key) from error
        except BotoCoreError as error:
            raise _unavailable(error, key) from error
        return True

    def put_file_once(self, key: str, path: Path, mime: str) -> Stored:
        """Writes a file once, in parts when it is large; raises IntegrityError on other content."""
        digest = hashlib.sha256()
        with path.open("rb") as file:
            while chunk := file.read(1 << 20):
                digest.update(chunk)
        size, sha256 = path.stat().st_size, digest.hexdigest()
        if size <= PART_BYTES:
            written = self.put_once(key, path.read_bytes(), mime)
        else:
            written = self._multipart(key, path, mime, sha256)
        if not written and self.head(key).sha256 != sha256:
            raise IntegrityError(f"{key} already holds other bytes; it is never overwritten")
        return Stored(key, sha256, size, mime)

    def _multipart(self, key: str, path: Path, mime: str, sha256: str) -> bool:
        target = {"Bucket": self.bucket, "Key": key}
        upload: str | None = None
        try:
            upload = self._s3.create_multipart_upload(
                **target, ContentType=mime, Metadata={"sha256": sha256}
            )["UploadId"]
            parts: list[dict[str, Any]] = []
            with path.open("rb") as file:
                while chunk := file.read(PART_BYTES):
                    part = self._s3.upload_part(
                        **target, UploadId=upload, PartNumber=len(parts) + 1, Body=chunk
                    )
                    parts.append({"PartNumber": len(parts) + 1, "ETag": part["ETag"]})
            self._s3.complete_multipart_upload(
                **target, UploadId=upload, MultipartUpload={"Parts": parts}, IfNoneMatch="*"
            )
        except (ClientError, BotoCoreError) as error:
            if upload:
                self._s3.abort_multipart_upload(**target, UploadId=upload)
            if isinstance(error, ClientError) and _code(error) in _TAKEN:
                return False
            raise _unavailable(error, key) from error
        return True

    def get(self, key: str) -> bytes:
        """The object's bytes; raises NotFound, or IntegrityError when they are not those stored."""
        return self.get_with_etag(key)[0]

    def get_with_etag(self, key: str) -> tuple[bytes, str]:
        """The object's bytes, checked, and the etag for `swap`."""
        try:
            answer = self._s3.get_object(Bucket=self.bucket, Key=key)
            data = answer["Body"].read()
        except ClientError as error:
            raise _missing_or_unavailable(error, key) from error
        except BotoCoreError as error:
            raise _unavailable(error, key) from error
        recorded = answer["Metadata"].get("sha256")
        if recorded and recorded != sha256_of(data):
            raise IntegrityError(f"{key} does not hold the bytes that were stored there")
        return data, answer["ETag"]

    def get_exactly(self, key: str, sha256: str) -> bytes:
        """The object's bytes, which must have this sha256; raises IntegrityError otherwise."""
        data = self.get(key)
        if sha256_of(data) != sha256:
            raise IntegrityError(f"{key} is not what was recorded (sha256 {sha256[:12]}… expected)")
        return data

    def head(self, key: str) -> Stored:
        """Size, media type and recorded sha256 of an object; raises NotFound."""
        try:
            answer = self._s3.head_object(Bucket=self.bucket, Key=key)
        except ClientError as error:
            raise _missing_or_unavailable(error, key) from error
        except BotoCoreError as error:
            raise _unavailable(error, key) from error
        return Stored(
            key,
            answer["Metadata"].get("sha256", ""),
            answer["ContentLength"],
            answer.get("ContentType", "application/octet-stream"),
        )

    def exists(self, key: str) -> bool:
        """Whether an object lies under `key`."""
        try:
            self.head(key)
        except NotFound:
            return False
        return True

    def keys(self, prefix: str, after: str = "") -> Iterator[str]:
        """All keys below `prefix` in order, after `after` if given."""
        pages = self._s3.get_paginator("list_objects_v2")
        options = {"StartAfter": after} if after else {}
        try:
            for page in pages.paginate(Bucket=self.bucket, Prefix=prefix, **options):
                for entry in page.get("Contents", []):
                    yield entry["Key"]
        except (ClientError, BotoCoreError) as error:
            raise _unavailable(error, prefix) from error


def _code(error: ClientError) -> str:
    return str(error.response.get("Error", {}).get("Code", ""))


def _unavailable(error: Exception, key: str) -> ServiceUnavailable:
    return ServiceUnavailable(f"the object store did not take or give {key}: {error}")


def _missing_or_unavailable(error: ClientError, key: str) -> NotFound | ServiceUnavailable:
    if _code(error) in _MISSING:
        return NotFound(f"{key} is not in the object store")
    return _unavailable(error, key)
