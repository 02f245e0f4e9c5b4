"""Where tables come from: this machine, S3 or https; and what a row may name beside its table."""

from __future__ import annotations

import os
import posixpath
import time
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urljoin, urlsplit

from greenlight.briefs.tables import FORMATS, is_table
from greenlight.errors import InvalidInput, NotFound, Refused, ServiceUnavailable
from greenlight.intake import BRIEF_BYTES
from greenlight.settings import EMBEDDED, Profile
from greenlight.store.bulk import Bulk
from greenlight.store.objects import ObjectStore, connect, sha256_of

TABLE_BYTES = 50_000_000
_LOOKS = 5
_FRESH_SECONDS = 2.0
_SETTLE_SECONDS = 0.4
"""A file that was written just now is looked at again after this time."""

_LOOPBACK = ("localhost", "127.0.0.1", "::1")


@dataclass(frozen=True)
class Source:
    """A table as it was read: its place, under which it is known again, and its bytes."""

    place: str
    name: str
    data: bytes
    profile: Profile
    base: str
    """What a relative name in the table starts from: a folder, or the table's own address."""

    @property
    def sha256(self) -> str:
        return sha256_of(self.data)

    @property
    def local(self) -> bool:
        """Whether it lies on this machine: only then may its rows name files of this machine."""
        return not is_remote(self.base)

    def beside(self, name: str) -> str:
        """The full place of what the table calls `name`; raises InvalidInput where it may not."""
        if is_remote(name):
            return name
        if self.local:
            return str((Path(self.base) / name).expanduser())
        if name.startswith(("/", "~")) or ":" in name:
            raise InvalidInput(f"{name!r} is a file of some machine, and the table is not on one")
        if self.base.startswith("s3://"):
            parts = urlsplit(self.base)
            path = posixpath.normpath(posixpath.join(posixpath.dirname(parts.path), name))
            return f"s3://{parts.netloc}{path}"
        return urljoin(self.base, name)

    def read_beside(self, place: str) -> str:
        """The text of a brief at a place of `beside`; raises InvalidInput."""
        try:
            return _bytes(place, self.profile, BRIEF_BYTES).decode()
        except UnicodeDecodeError as error:
            raise InvalidInput(f"{place} is not UTF-8") from error


def is_remote(place: str) -> bool:
    """Whether a place is an address and no path."""
    return urlsplit(place).scheme in ("s3", "https", "http")


def open_source(place: str, profile: Profile) -> Source:
    """Reads a table at a path, s3://bucket/key (the profile's store) or https address.

    One that changes while it is read is read again, and refused if it does not settle.
    """
    if not is_remote(place):
        path = Path(place).expanduser().resolve()
        return Source(
            f"file://{path}", path.name, _bytes(str(path), profile), profile, str(path.parent)
        )
    parts = urlsplit(place)
    if parts.scheme == "s3" and not parts.netloc:
        place = f"s3://{profile.s3.bucket}{parts.path}"
        parts = urlsplit(place)
    # Signed links change with every signature: the table is the same.
    known = parts._replace(query="", fragment="").geturl()
    name = posixpath.basename(parts.path) or place
    return Source(known, name, _bytes(place, profile), profile, place)


def newest(prefix: str, profile: Profile, patience: float = 0.0) -> str | None:
    """The place of the newest table below s3://bucket/prefix or in a folder; None without any.

    Of two of one moment the later name is the newer. Raises NotFound or ServiceUnavailable for a
    place that cannot be looked at.
    """
    if urlsplit(prefix).scheme in ("https", "http"):
        raise InvalidInput(
            f"{prefix}: the web has no folders: name the table, or s3:// or a folder"
        )
    if not is_remote(prefix):
        return _newest_file(Path(prefix).expanduser())
    parts = urlsplit(prefix)
    bucket = parts.netloc or profile.s3.bucket
    settings = profile.s3.model_copy(update={"bucket": bucket})
    found = [
        (row.modified, row.key)
        for row in Bulk(settings, patience).listed(parts.path.lstrip("/"))
        if is_table(row.key) and not row.key.endswith(".rejects.csv")
    ]
    return f"s3://{bucket}/{max(found)[1]}" if found else None


def _newest_file(folder: Path) -> str | None:
    try:
        entries = [
            (entry.stat().st_mtime_ns, entry.path)
            for entry in os.scandir(folder)
            if entry.is_file() and is_table(entry.name) and not entry.name.endswith(".rejects.csv")
        ]
    except OSError as error:
        raise NotFound(f"{folder} cannot be looked at: {error.strerror or error}") from error
    return max(entries)[1] if entries else None


def _bytes(place: str, profile: Profile, most: int = TABLE_BYTES) -> bytes:
    match urlsplit(place).scheme:
        case "s3":
            return _from_s3(place, profile, most)
        case "https" | "http":
            return _from_web(place, profile, most)
    return _from_disk(Path(place), most)


def _from_disk(path: Path, most: int) -> bytes:
    try:
        if path.is_dir():
            raise InvalidInput(f"{path} is a folder: name the table in it ({', '.join(FORMATS)})")
        for _ in range(_LOOKS):
            with path.open("rb") as file:
                before = os.fstat(file.fileno())
                if before.st_size > most:
                    raise InvalidInput(f"{path} is over {most:,} bytes")
                data = file.read(most + 1)
            if time.time() - before.st_mtime < _FRESH_SECONDS:
                time.sleep(_SETTLE_SECONDS)  # its writer may still be at it
            after = path.stat()
            if _moment(before) == _moment(after) and len(data) == after.st_size:
                return data
    except FileNotFoundError:
        raise InvalidInput(f"there is nothing at {path}") from None
    except OSError as error:
        raise InvalidInput(f"{path} cannot be read: {error.strerror or error}") from error
    raise Refused(f"{path} is being written: it changed each of {_LOOKS} times that it was read")


def _moment(stat: os.stat_result) -> tuple[int, int, int]:
    return stat.st_ino, stat.st_size, stat.st_mtime_ns


def _from_s3(place: str, profile: Profile, most: int) -> bytes:
    parts = urlsplit(place)
    store = ObjectStore(connect(profile.s3), parts.netloc or profile.s3.bucket)
    key = parts.path.lstrip("/")
    try:
        if store.head(key).size > most:
            raise InvalidInput(f"{place} is over {most:,} bytes")
        return store.get(key)  # S3 gives one version of it or the other, never a mixture
    except NotFound:
        raise InvalidInput(f"there is nothing at {place}") from None


def _from_web(place: str, profile: Profile, most: int) -> bytes:
    import httpx

    parts = urlsplit(place)
    loopback = parts.hostname in _LOOPBACK
    if profile.name == EMBEDDED and not loopback:
        raise InvalidInput(
            f"the embedded profile never connects beyond this machine: download {place} and name "
            "the file"
        )
    if parts.scheme != "https" and not loopback:
        raise InvalidInput(f"{place} (allowed: https links)")
    data = b""
    try:
        with httpx.stream("GET", place, timeout=20, trust_env=False, follow_redirects=False) as got:
            if got.is_redirect:
                raise InvalidInput(f"{place} leads on to {got.headers.get('location')}: name that")
            if got.is_client_error:
                raise InvalidInput(f"{place} cannot be read: HTTP {got.status_code}")
            got.raise_for_status()
            for chunk in got.iter_bytes():
                data += chunk
                if len(data) > most:
                    raise InvalidInput(f"{place} is over {most:,} bytes")
    except httpx.HTTPError as error:
        raise ServiceUnavailable(
            f"{place} cannot be read: {error or type(error).__name__}"
        ) from error
    return data
