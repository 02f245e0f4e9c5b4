"""Objects in quantity: listings with sizes and times, contents as streams, uploads left behind."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import datetime
from email.utils import parsedate_to_datetime
from functools import partial
from typing import IO, Any, NamedTuple

from botocore.exceptions import BotoCoreError, ClientError

from greenlight.errors import NotFound, ServiceUnavailable
from greenlight.settings import S3Settings
from greenlight.store.objects import connect, metadata_of
from greenlight.store.patience import FLOW_SECONDS, Patience, code_of

_CHUNK = 1 << 20
_MISSING = {"NoSuchKey", "404", "NotFound"}


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


class Bulk:
    """One bucket, for work on many objects. Methods block; safe to share between threads."""

    def __init__(self, settings: S3Settings, patience: float = FLOW_SECONDS) -> None:
        self._s3 = connect(settings)
        self._patience = Patience(patience)
        self.bucket = settings.bucket

    def _ask(self, name: str, about: str, **options: Any) -> Any:
        call = partial(getattr(self._s3, name), Bucket=self.bucket, **options)
        try:
            return self._patience.ask(call)
        except (ClientError, BotoCoreError) as error:
            raise _error(error, about) from error

    def listed(self, prefix: str) -> Iterator[Listed]:
        """All objects below `prefix`, in the order of their keys."""
        options: dict[str, Any] = {"Prefix": prefix}
        while True:
            page = self._ask("list_objects_v2", prefix, **options)
            for row in page.get("Contents", []):
                yield Listed(row["Key"], row["Size"], row["ETag"], row["LastModified"])
            if not page.get("IsTruncated"):
                return
            options["ContinuationToken"] = page["NextContinuationToken"]

    def folders(self, prefix: str) -> list[str]:
        """The names between `prefix` and the next slash."""
        options: dict[str, Any] = {"Prefix": prefix, "Delimiter": "/"}
        found: list[str] = []
        while True:
            page = self._ask("list_objects_v2", prefix, **options)
            found += [row["Prefix"][len(prefix) : -1] for row in page.get("CommonPrefixes", [])]
            if not page.get("IsTruncated"):
                return found
            options["ContinuationToken"] = page["NextContinuationToken"]

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

        try:
            return self._patience.ask(copy)
        except (ClientError, BotoCoreError) as error:
            raise _error(error, key) from error

    def clock(self) -> datetime:
        """What time it is by the store."""
        answer = self._ask("head_bucket", self.bucket)
        return parsedate_to_datetime(answer["ResponseMetadata"]["HTTPHeaders"]["date"])

    def uploads(self, prefix: str) -> list[Upload]:
        """Multipart uploads below `prefix` that are still open; their parts take up room."""
        page = self._ask("list_multipart_uploads", prefix, Prefix=prefix)
        rows = page.get("Uploads", [])
        return [Upload(row["Key"], row["UploadId"], row["Initiated"]) for row in rows]

    def give_up(self, upload: Upload) -> None:
        """Frees what an upload has stored so far."""
        try:
            self._ask("abort_multipart_upload", upload.key, Key=upload.key, UploadId=upload.id)
        except NotFound:
            return  # it was completed or given up meanwhile


def _error(error: Exception, about: str) -> NotFound | ServiceUnavailable:
    if code_of(error) in _MISSING | {"NoSuchUpload"}:
        return NotFound(f"{about} is not in the object store")
    return ServiceUnavailable(f"the object store did not give {about}: {error}")


def sha256_file(file: IO[bytes]) -> str:
    """The lower-case hex sha256 of a whole file."""
    file.seek(0)
    digest = hashlib.sha256()
    while chunk := file.read(_CHUNK):
        digest.update(chunk)
    return digest.hexdigest()
