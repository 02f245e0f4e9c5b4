"""Whether an S3 service keeps what money and decisions depend on: a few probe objects, for free."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Literal, Self
from uuid import uuid4

from greenlight.errors import GreenlightError, IntegrityError, NotFound, ServiceUnavailable
from greenlight.production.model import Frozen
from greenlight.settings import S3Settings
from greenlight.store.objects import ObjectStore, open_bucket, sha256_of

NAME = "s3"
_CHOOSE = "choose an S3 service with If-None-Match and If-Match on PUT (AWS, MinIO, SeaweedFS, R2)"
_CONNECT = "check endpoint, bucket and credentials, and that the service is up"
_ALLOW_LIST = "allow s3:ListBucket on the bucket: without it S3 hides whether a key is there"
_NO_CHECKSUMS = "set GREENLIGHT_S3_CHECKSUMS=when_required (`profile add … --s3-checksums`)"


class Finding(Frozen):
    """One check of a machine or service; `mend` is the command or step that fixes it."""

    name: str
    verdict: Literal["ok", "warn", "bad"]
    detail: str
    mend: str = ""

    @classmethod
    def ok(cls, name: str, detail: str) -> Self:
        """All is well."""
        return cls(name=name, verdict="ok", detail=detail)

    @classmethod
    def warn(cls, name: str, detail: str, mend: str = "") -> Self:
        """It works, and should be looked at."""
        return cls(name=name, verdict="warn", detail=detail, mend=mend)

    @classmethod
    def bad(cls, name: str, detail: str, mend: str) -> Self:
        """It does not work."""
        return cls(name=name, verdict="bad", detail=detail, mend=mend)


class _Fault(GreenlightError):
    """A deviation of the service, and its fix."""

    def __init__(self, said: str, mend: str) -> None:
        super().__init__(said)
        self.mend = mend


def check_store(settings: S3Settings) -> Finding:
    """Writes, swaps, lists and removes objects below `probes/`, the way all else here does."""
    fault = _first_fault(settings)
    if fault is None:
        return Finding.ok(NAME, "writes once, swaps, lists and reads right")
    where = settings.endpoint_url or "AWS"
    said, mend = str(fault), fault.mend
    if settings.checksums == "when_supported":
        plain = settings.model_copy(update={"checksums": "when_required"})
        if _first_fault(plain) is None:
            said = f"it rejects boto3's checksums ({said})"
            mend = _NO_CHECKSUMS
    return Finding.bad(NAME, f"{where}, bucket {settings.bucket!r}: {said}", mend)


def _first_fault(settings: S3Settings) -> _Fault | None:
    prefix = f"probes/{uuid4().hex}/"
    store = open_bucket(settings, 0)
    try:
        _plain(store, f"{prefix}plain")
        _once(store, f"{prefix}once")
        _swapped(store, f"{prefix}once", f"{prefix}never")
        _listed(store, prefix, f"{prefix}once", f"{prefix}plain")
        _in_parts(store, f"{prefix}parts")
    except _Fault as fault:
        return fault
    except GreenlightError as error:
        return _Fault(str(error), _CONNECT)
    finally:
        for name in ("plain", "once", "never", "parts"):
            with suppress(GreenlightError):  # of a service that was said to be bad
                store.delete(f"{prefix}{name}")
    return None


def _plain(store: ObjectStore, key: str) -> None:
    """A missing key is missing; a written object is whole, with its metadata and age."""
    try:
        store.overwrite(key, b"1")
        data = store.get(key)
    except IntegrityError:
        data = b""
    if data != b"1":
        raise _Fault("it keeps other bytes than were written", _CHOOSE)
    if store.head(key).sha256 != sha256_of(b"1"):
        raise _Fault("it does not give back the metadata of an object", _CHOOSE)
    if store.age(key) is None:
        raise _Fault("an object cannot be read right after it was written", _CHOOSE)
    store.delete(key)
    for look in (store.head, store.get):
        try:
            look(key)
        except NotFound:
            continue
        except ServiceUnavailable as error:
            said = f"a missing key is not answered with 404 ({error})"
            raise _Fault(said, _ALLOW_LIST) from error
        raise _Fault("an object that was removed can still be read", _CHOOSE)


def _once(store: ObjectStore, key: str) -> None:
    try:
        first, second = store.put_once(key, b"1"), store.put_once(key, b"2")
    except ServiceUnavailable as error:
        raise _Fault(f"it refuses conditional writes ({error})", _CHOOSE) from error
    if not first:
        raise _Fault("it refuses the first write with If-None-Match", _CHOOSE)
    if second or store.get(key) != b"1":
        raise _Fault("it ignores If-None-Match: a second write replaced the first", _CHOOSE)


def _swapped(store: ObjectStore, key: str, never: str) -> None:
    _, before = store.get_with_etag(key)
    try:
        right = store.swap(key, b"2", before)
        stale = store.swap(key, b"3", before)
        missing = _swap_of_nothing(store, never, before)
    except ServiceUnavailable as error:
        raise _Fault(f"it refuses conditional writes ({error})", _CHOOSE) from error
    if not right:
        raise _Fault("it refuses a write with the right If-Match", _CHOOSE)
    if stale or missing or store.get(key) != b"2":
        raise _Fault("it ignores If-Match: a write with a stale etag was taken", _CHOOSE)


def _swap_of_nothing(store: ObjectStore, key: str, etag: str) -> bool:
    """Whether a key that is not there was written on the condition that it has an etag."""
    try:
        return store.swap(key, b"3", etag)
    except ServiceUnavailable:
        return store.exists(key)  # AWS answers 404, others 412: either way nothing is written


def _listed(store: ObjectStore, prefix: str, there: str, gone: str) -> None:
    rows = {row.key: row.etag for row in store.listed(prefix)}
    if there not in rows or rows[there] != store.get_with_etag(there)[1]:
        raise _Fault("a listing does not show what was just written", _CHOOSE)
    if gone in rows:
        raise _Fault("a listing still shows what was just removed", _CHOOSE)
    if list(store.keys(prefix, there)):
        raise _Fault("a listing ignores where it is to start", _CHOOSE)


def _in_parts(store: ObjectStore, key: str) -> None:
    with TemporaryDirectory() as folder:
        file = Path(folder, "part")
        try:
            for body in (b"1", b"2"):
                file.write_bytes(body)
                store.put_file_once(key, file, "application/octet-stream", 0)
        except IntegrityError:
            if store.get(key) == b"1":
                return
        except ServiceUnavailable as error:
            raise _Fault(f"it refuses an upload in parts ({error})", _CHOOSE) from error
    raise _Fault("it ignores If-None-Match where an upload in parts is completed", _CHOOSE)
