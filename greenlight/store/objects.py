"""The object store: any S3 with conditional writes, spoken to by boto3.

What is written here is written once (`If-None-Match: *`) or by compare-and-swap (`If-Match`), and
carries its sha256, which is checked whenever it is read. It also carries a token of the call that
wrote it: a conditional write that is repeated because its answer was lost finds its own object in
the way, and only the token tells that from somebody else's.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable, Iterator
from datetime import datetime
from email.utils import parsedate_to_datetime
from functools import cache, partial
from pathlib import Path
from typing import IO, Any, NamedTuple

import boto3
import botocore.loaders
import botocore.session
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from botocore.utils import parse_timestamp

from greenlight.errors import IntegrityError, NotFound, ServiceUnavailable
from greenlight.settings import S3Settings
from greenlight.store import memory
from greenlight.store.patience import DOOR_SECONDS, Answer, Patience, code_of

PART_BYTES = 16 * 1024 * 1024
"""Files above this go up in parts of this size (S3 asks for at least 5 MiB a part)."""

DOOR_READ_SECONDS = 8.0
FLOW_READ_SECONDS = 20.0
"""The longest silence before an answer; a busy store takes seconds for a large part."""

_TAKEN = {"PreconditionFailed", "412"}
_MISSING = {"NoSuchKey", "404", "NotFound", "NoSuchUpload"}
_CHUNK = 1 << 20


class Stored(NamedTuple):
    """An object that is there."""

    key: str
    sha256: str
    size: int
    mime: str


class Listed(NamedTuple):
    """An object as a listing names it; `modified` is the store's own clock."""

    key: str
    size: int
    etag: str
    modified: datetime


class Read(NamedTuple):
    """An object whose bytes were read: what they hash to, and what it says of itself."""

    key: str
    size: int
    sha256: str
    recorded: str
    mime: str
    etag: str


class Upload(NamedTuple):
    """A multipart upload that was begun and neither completed nor given up."""

    key: str
    id: str
    begun: datetime


def sha256_of(data: bytes) -> str:
    """The lower-case hex sha256 of `data`."""
    return hashlib.sha256(data).hexdigest()


def connect(settings: S3Settings, read_seconds: float = DOOR_READ_SECONDS) -> Any:
    """A boto3 client for exactly these settings; ambient AWS settings play no part.

    An endpoint `memory://NAME` is the twin in this process's memory instead.
    """
    if settings.endpoint_url.startswith(memory.SCHEME):
        return memory.named(settings.endpoint_url, settings.bucket)
    core = botocore.session.get_session()
    core.get_component("response_parser_factory").set_parser_defaults(timestamp_parser=_moment)
    session = boto3.session.Session(
        botocore_session=core,
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
            # Repeated by `Patience`, which knows how long the caller can wait.
            retries={"total_max_attempts": 1},
            connect_timeout=3,
            read_timeout=read_seconds,
            max_pool_connections=32,
            ignore_configured_endpoint_urls=True,
            request_checksum_calculation=settings.checksums,
            response_checksum_validation=settings.checksums,
        ),
    )


def open_bucket(
    settings: S3Settings, patience: float = DOOR_SECONDS, bucket: str = ""
) -> ObjectStore:
    """The settings' bucket, or another of the same store; it is waited for `patience` seconds."""
    read_seconds = FLOW_READ_SECONDS if patience > DOOR_SECONDS else DOOR_READ_SECONDS
    return ObjectStore(connect(settings, read_seconds), bucket or settings.bucket, patience)


def read_ahead() -> None:
    """Parse the model of S3 once for all sessions to come; connects to nothing.

    Each boto3 session parses it again, which takes 0.1 s; a flow run makes two of them.
    """
    # The name that sessions call: botocore.session has imported it from botocore.loaders.
    botocore.session.create_loader = cache(botocore.loaders.create_loader)
    session = boto3.Session("none", "none", region_name="us-east-1")
    session.client("s3", endpoint_url="http://127.0.0.1:1")


def metadata_of(answer: dict[str, Any]) -> dict[str, str]:
    """What an object was stored with; some stores answer with other cases in the names."""
    return {name.lower(): value for name, value in answer["Metadata"].items()}


class ObjectStore:
    """One bucket. Methods block: call them off the event loop. Safe to share between threads.

    A store that does not answer is asked again for `patience` seconds before ServiceUnavailable.
    """

    def __init__(self, client: Any, bucket: str, patience: float = DOOR_SECONDS) -> None:
        self._s3 = client
        self._patience = Patience(patience)
        self.bucket = bucket

    @property
    def patience(self) -> float:
        """Seconds for which a store that is away is waited for."""
        return self._patience.seconds

    def _ask(self, about: str, call: str, **options: Any) -> Any:
        """The answer to a call of S3's; raises NotFound and ServiceUnavailable about `about`."""
        return self._try(about, partial(getattr(self._s3, call), Bucket=self.bucket, **options))

    def _try(self, about: str, call: Callable[[], Answer]) -> Answer:
        try:
            return self._patience.ask(call)
        except (ClientError, BotoCoreError) as error:
            raise _missing_or_unavailable(error, about) from error

    def _pages(self, prefix: str, **options: Any) -> Iterator[dict[str, Any]]:
        while True:
            page = self._ask(prefix, "list_objects_v2", Prefix=prefix, **options)
            yield page
            if not page.get("IsTruncated"):
                return
            options["ContinuationToken"] = page["NextContinuationToken"]

    def put_once(self, key: str, data: bytes, mime: str = "application/json") -> bool:
        """Writes `data` if nothing lies under `key`; tells whether this call wrote it."""
        return self._write(key, data, mime, {"IfNoneMatch": "*"})

    def swap(self, key: str, data: bytes, etag: str | None) -> bool:
        """Replaces the object only if it still has `etag` (None: only if it is not there yet)."""
        condition = {"IfMatch": etag} if etag else {"IfNoneMatch": "*"}
        return self._write(key, data, "application/json", condition)

    def overwrite(self, key: str, data: bytes, mime: str = "application/json") -> None:
        """Writes an object that may be replaced at any time, such as a marker or a beat."""
        self._write(key, data, mime, {})

    def delete(self, key: str) -> None:
        """Removes a marker; a missing one is not an error."""
        self._ask(key, "delete_object", Key=key)

    def age(self, key: str) -> float | None:
        """Seconds since the object was written by the store's own clock, None without one."""
        try:
            return _age(self._head(key))
        except NotFound:
            return None

    def _write(self, key: str, data: bytes, mime: str, condition: dict[str, Any]) -> bool:
        call = secrets.token_hex(16)
        put = partial(
            self._s3.put_object,
            Bucket=self.bucket,
            Key=key,
            Body=data,
            ContentType=mime,
            Metadata={"sha256": sha256_of(data), "call": call},
            **condition,
        )
        try:
            self._patience.ask(put)
        except ClientError as error:
            if code_of(error) in _TAKEN:
                return self._written_by(key, call)
            raise _unavailable(error, key) from error
        except BotoCoreError as error:
            raise _unavailable(error, key) from error
        return True

    def _written_by(self, key: str, call: str) -> bool:
        """Whether the object that is in the way is this very call's, whose answer was lost."""
        try:
            return bool(metadata_of(self._head(key)).get("call") == call)
        except NotFound:
            return False  # a swap of what is not there

    def put_file_once(
        self, key: str, path: Path, mime: str, whole_bytes: int = PART_BYTES
    ) -> Stored:
        """Writes a file once, in parts above `whole_bytes`; raises IntegrityError on others."""
        with path.open("rb") as file:
            size, sha256 = path.stat().st_size, sha256_file(file)
        if size <= whole_bytes:
            written = self.put_once(key, path.read_bytes(), mime)
        else:
            written = self._multipart(key, path, mime, sha256)
        if not written and self.head(key).sha256 != sha256:
            raise IntegrityError(f"{key} already holds other bytes; it is never overwritten")
        return Stored(key, sha256, size, mime)

    def _multipart(self, key: str, path: Path, mime: str, sha256: str) -> bool:
        call = secrets.token_hex(16)
        target: dict[str, Any] = {"Bucket": self.bucket, "Key": key}
        upload: str | None = None
        ask = self._patience.ask
        try:
            metadata = {"sha256": sha256, "call": call}
            begin = partial(self._s3.create_multipart_upload, ContentType=mime, Metadata=metadata)
            upload = target["UploadId"] = ask(partial(begin, **target))["UploadId"]
            parts: list[dict[str, Any]] = []
            with path.open("rb") as file:
                while chunk := file.read(PART_BYTES):
                    number = len(parts) + 1
                    send = partial(self._s3.upload_part, PartNumber=number, Body=chunk)
                    part = ask(partial(send, **target))
                    parts.append({"PartNumber": number, "ETag": part["ETag"]})
            whole = {"MultipartUpload": {"Parts": parts}, "IfNoneMatch": "*"}
            ask(partial(self._s3.complete_multipart_upload, **target, **whole))
        except ClientError as error:
            # An upload that is gone was completed by an earlier try, or its key is taken.
            if code_of(error) in _TAKEN | {"NoSuchUpload"} and self._written_by(key, call):
                return True
            self._abandon(target)
            if code_of(error) in _TAKEN:
                return False
            raise _unavailable(error, key) from error
        except BotoCoreError as error:
            if upload:
                self._abandon(target)
            raise _unavailable(error, key) from error
        return True

    def _abandon(self, upload: dict[str, Any]) -> None:
        """Frees what an upload that came to nothing has stored."""
        if "UploadId" not in upload:
            return
        try:
            self._patience.ask(partial(self._s3.abort_multipart_upload, **upload))
        except (ClientError, BotoCoreError) as error:
            if code_of(error) != "NoSuchUpload":
                raise _unavailable(error, upload["Key"]) from error

    def get(self, key: str) -> bytes:
        """The object's bytes; raises NotFound, or IntegrityError when they are not those stored."""
        return self.get_with_etag(key)[0]

    def get_with_etag(self, key: str) -> tuple[bytes, str]:
        """The object's bytes, checked, and the etag for `swap`."""
        return self.get_aged(key)[:2]

    def get_aged(self, key: str) -> tuple[bytes, str, float]:
        """The object's bytes, checked, its etag, and its age in seconds by the store's clock."""

        def read() -> tuple[dict[str, Any], bytes]:
            answer = self._s3.get_object(Bucket=self.bucket, Key=key)
            return answer, answer["Body"].read()

        answer, data = self._try(key, read)
        recorded = metadata_of(answer).get("sha256")
        if recorded and recorded != sha256_of(data):
            raise IntegrityError(f"{key} does not hold the bytes that were stored there")
        return data, answer["ETag"], _age(answer)

    def get_exactly(self, key: str, sha256: str) -> bytes:
        """The object's bytes, which must have this sha256; raises IntegrityError otherwise."""
        data = self.get(key)
        if sha256_of(data) != sha256:
            raise IntegrityError(f"{key} is not what was recorded (sha256 {sha256[:12]}… expected)")
        return data

    def head(self, key: str) -> Stored:
        """Size, media type and recorded sha256 of an object; raises NotFound."""
        answer = self._head(key)
        return Stored(
            key,
            metadata_of(answer).get("sha256", ""),
            answer["ContentLength"],
            answer.get("ContentType", "application/octet-stream"),
        )

    def _head(self, key: str) -> dict[str, Any]:
        answer: dict[str, Any] = self._ask(key, "head_object", Key=key)
        return answer

    def exists(self, key: str) -> bool:
        """Whether an object lies under `key`."""
        try:
            self.head(key)
        except NotFound:
            return False
        return True

    def keys(self, prefix: str, after: str = "") -> Iterator[str]:
        """All keys below `prefix` in order, after `after` if given."""
        return (row.key for row in self.listed(prefix, after))

    def listed(self, prefix: str, after: str = "") -> Iterator[Listed]:
        """All objects below `prefix` in the order of their keys, after `after` if given."""
        for page in self._pages(prefix, **({"StartAfter": after} if after else {})):
            for row in page.get("Contents", []):
                yield Listed(row["Key"], row["Size"], row["ETag"], row["LastModified"])

    def folders(self, prefix: str) -> list[str]:
        """The names between `prefix` and the next slash."""
        pages = self._pages(prefix, Delimiter="/")
        rows = (row for page in pages for row in page.get("CommonPrefixes", []))
        return [row["Prefix"][len(prefix) : -1] for row in rows]

    def read(self, key: str, into: IO[bytes]) -> Read:
        """Copies an object's bytes to `into`, hashing them on the way; raises NotFound.

        A stream that breaks off is begun again, which is why `into` must be seekable.
        """

        def copy() -> Read:
            into.seek(0)
            into.truncate()
            digest = hashlib.sha256()
            answer = self._s3.get_object(Bucket=self.bucket, Key=key)
            for chunk in answer["Body"].iter_chunks(_CHUNK):
                digest.update(chunk)
                into.write(chunk)
            mime = answer.get("ContentType", "application/octet-stream")
            recorded = metadata_of(answer).get("sha256", "")
            return Read(key, into.tell(), digest.hexdigest(), recorded, mime, answer["ETag"])

        return self._try(key, copy)

    def clock(self) -> datetime:
        """What time it is by the store."""
        answer = self._ask(self.bucket, "head_bucket")
        return parsedate_to_datetime(answer["ResponseMetadata"]["HTTPHeaders"]["date"])

    def uploads(self, prefix: str) -> list[Upload]:
        """Multipart uploads below `prefix` that are still open; their parts take up room."""
        page = self._ask(prefix, "list_multipart_uploads", Prefix=prefix)
        rows = page.get("Uploads", [])
        return [Upload(row["Key"], row["UploadId"], row["Initiated"]) for row in rows]

    def give_up(self, upload: Upload) -> None:
        """Frees what an upload has stored so far."""
        try:
            self._ask(upload.key, "abort_multipart_upload", Key=upload.key, UploadId=upload.id)
        except NotFound:
            return  # it was completed or given up meanwhile


def _moment(value: Any) -> datetime:
    """A time in an answer; botocore's own way takes longer than all else of a listing."""
    try:
        return datetime.fromisoformat(value)
    except (TypeError, ValueError):
        found: datetime = parse_timestamp(value)  # HTTP's own form, in headers
        return found


def _age(answer: dict[str, Any]) -> float:
    served = parsedate_to_datetime(answer["ResponseMetadata"]["HTTPHeaders"]["date"])
    return float((served - answer["LastModified"]).total_seconds())


def _unavailable(error: Exception, key: str) -> ServiceUnavailable:
    return ServiceUnavailable(f"the object store did not take or give {key}: {error}")


def _missing_or_unavailable(error: Exception, key: str) -> NotFound | ServiceUnavailable:
    if code_of(error) in _MISSING:
        return NotFound(f"{key} is not in the object store")
    return _unavailable(error, key)


def sha256_file(file: IO[bytes]) -> str:
    """The lower-case hex sha256 of a whole file."""
    file.seek(0)
    digest = hashlib.sha256()
    while chunk := file.read(_CHUNK):
        digest.update(chunk)
    return digest.hexdigest()
