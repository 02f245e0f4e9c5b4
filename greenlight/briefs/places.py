"""Places that a brief or a table names: on this machine, in S3 or on the web, as its author may.

The author of a table may be another person than its reader. A table on this machine names files
beside and below itself, one in S3 objects beside and below itself, and one on the web only public
addresses. Greenlight's own records in its bucket are never read for them.
"""

from __future__ import annotations

import asyncio
import os
import posixpath
import re
import stat
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, Self
from urllib.parse import urljoin

from greenlight.access.addresses import check_url, is_loopback, look_up
from greenlight.briefs.grid import FILE_BYTES
from greenlight.errors import InvalidInput, NotFound, Refused, ServiceUnavailable
from greenlight.settings import EMBEDDED, Profile
from greenlight.store.keys import OWN
from greenlight.store.objects import open_bucket

if TYPE_CHECKING:
    from greenlight.access.outgoing import Reply

ADDRESS_LIMIT = 4_000
FETCH_SECONDS = 20.0
_CONNECT_SECONDS = 5.0
_REDIRECTS = 3
_LOOKS = 5
_FRESH_SECONDS = 2.0
_SETTLE_SECONDS = 0.4
"""A file that was written just now is looked at again after this time."""

_REMOTE = re.compile(r"(?i)[\0-\x20]*(?:s3|https?):")
_WEB = re.compile(r"(?i)[\0-\x20]*https?:")
_S3 = re.compile(r"(?is)s3://(?P<bucket>(?:[a-z0-9][a-z0-9-]*(?:\.[a-z0-9-]+)*)?)/(?P<key>.*)")

# Some stores take a backslash for a slash.
_PLAIN_KEY = re.compile(r"[^\0-\x1f\x7f\\]+")


def is_remote(place: str) -> bool:
    """Whether a place is an address and no path."""
    return _REMOTE.match(place) is not None


def _is_web(place: str) -> bool:
    return _WEB.match(place) is not None


def shown(place: str) -> str:
    """A place without the query that signs it."""
    return re.split(r"[?#]", place, maxsplit=1)[0] if _is_web(place) else place


class Stored(NamedTuple):
    """A place in S3."""

    bucket: str
    key: str

    @classmethod
    def of(cls, place: str, profile: Profile) -> Self:
        """The bucket and key of an s3:// address; without a bucket it is the profile's."""
        found = _S3.fullmatch(place)
        if found is None or not found["key"]:
            raise InvalidInput(f"{place!r} is not an S3 object (write s3://BUCKET/KEY)")
        parts = found["key"].rstrip("/").split("/")
        if {".", "..", ""} & set(parts) or not _PLAIN_KEY.fullmatch(found["key"]):
            raise InvalidInput(f"invalid key {place!r} (a plain relative path)")
        return cls(found["bucket"] or profile.s3.bucket, found["key"])

    @property
    def own(self) -> bool:
        """Whether it is where Greenlight keeps its own records."""
        return f"{self.key}/".startswith(OWN)


@dataclass(frozen=True)
class Reach:
    """What may be read for somebody.

    `folder` is where their table lies, as a folder, an s3:// prefix or an address on the web, and
    ends in a slash; empty is a person who submits a brief. They name any file of this machine,
    unless they are not at it and `files` is false.
    """

    profile: Profile
    folder: str = ""
    files: bool = True

    @property
    def local(self) -> bool:
        """Whether files of this machine may be named."""
        return self.files and not is_remote(self.folder)

    def check(self, place: str) -> str:
        """The place, if it may be read; raises InvalidInput. `read` looks machines up as well."""
        if _is_web(place):
            self._check_web(place)
        elif is_remote(place):
            self._check_stored(place)
        elif "://" in place:
            raise InvalidInput(f"unsupported address {place!r} (supported: s3://, https)")
        elif not self.local:
            raise InvalidInput(f"{place!r} is a local file (allowed: s3://, https)")
        elif self.folder and not _is_below(place, self.folder):
            raise InvalidInput(f"{place!r} lies outside of the table's folder {self.folder}")
        return place

    def _check_stored(self, place: str) -> None:
        stored = Stored.of(place, self.profile)
        if stored.own and (self.folder or stored.bucket == self.profile.s3.bucket):
            raise InvalidInput(f"{place!r} is one of Greenlight's own records")
        lies = f"s3://{stored.bucket}/{stored.key}"
        if is_remote(self.folder) and not lies.startswith(self.folder):
            raise InvalidInput(f"{place!r} lies outside of the table's folder {self.folder}")

    def _check_web(self, place: str) -> None:
        url = check_url(_plain_url(place), ADDRESS_LIMIT)
        if is_loopback(url.host):
            if self.profile.name != EMBEDDED or not self.local:
                raise InvalidInput(f"{shown(place)} is this machine (allowed: public addresses)")
        elif self.profile.name == EMBEDDED:
            raise InvalidInput(
                f"the embedded profile never connects beyond this machine: download {shown(place)} "
                "and name the file"
            )
        elif url.scheme != "https":
            raise InvalidInput(f"{shown(place)} (allowed: https links)")

    def read(self, place: str, most: int = FILE_BYTES) -> bytes:
        """The bytes at a place.

        Raises InvalidInput for a place that may not be read or has nothing to read, Refused for a
        file that goes on changing, ServiceUnavailable where nothing answers. No error says what
        stands there.
        """
        self.check(place)
        if _is_web(place):
            return self._fetch(place, most)
        if is_remote(place):
            return self._get(Stored.of(place, self.profile), place, most)
        return read_settled(Path(place), most)

    def _get(self, stored: Stored, place: str, most: int) -> bytes:
        store = open_bucket(self.profile.s3, bucket=stored.bucket)
        try:
            if store.head(stored.key).size > most:
                raise InvalidInput(f"{place} is over {most:,} bytes")
            return store.get(stored.key)  # S3 gives one version or the other, never a mixture
        except NotFound:
            raise InvalidInput(f"not found: {place}") from None

    def _fetch(self, place: str, most: int) -> bytes:
        import httpx

        from greenlight.access.outgoing import exchange

        ends = time.monotonic() + FETCH_SECONDS
        said = shown(place)
        for _ in range(_REDIRECTS + 1):
            url = _plain_url(place)
            try:
                # Each redirect is checked again, so that none leads to a forbidden address.
                here = self.profile.name == EMBEDDED
                reply = asyncio.run(
                    exchange(
                        "GET",
                        url,
                        look_up(check_url(url, ADDRESS_LIMIT), private=here),
                        headers={"accept-encoding": "identity", "user-agent": "greenlight"},
                        most=most + 1,
                        seconds=max(0.1, ends - time.monotonic()),
                        connect_seconds=_CONNECT_SECONDS,
                    )
                )
            except Refused as error:
                raise InvalidInput(f"{said} (allowed: public addresses): {error}") from error
            except (httpx.HTTPError, TimeoutError) as error:
                kind = type(error).__name__
                raise ServiceUnavailable(f"{said} cannot be read: {kind}") from error
            if reply.status in (301, 302, 303, 307, 308):
                place = urljoin(url, reply.headers.get("location", ""))
                self._check_web(place)
                continue
            return _body(reply, said, most)
        raise InvalidInput(f"{said} redirects more than {_REDIRECTS} times")


def _plain_url(place: str) -> str:
    import httpx

    try:
        return str(httpx.URL(place))
    except httpx.InvalidURL as error:
        raise InvalidInput(f"invalid address {shown(place)[:100]!r}") from error


def _body(reply: Reply, said: str, most: int) -> bytes:
    if reply.status >= 500 or reply.status == 429:
        raise ServiceUnavailable(f"{said} cannot be read: HTTP {reply.status}")
    if reply.status != 200:
        raise InvalidInput(f"{said} cannot be read: HTTP {reply.status}")
    if reply.headers.get("content-encoding", "identity") != "identity":
        raise InvalidInput(f"{said} is sent compressed, which was not asked for")
    if len(reply.body) > most:
        raise InvalidInput(f"{said} is over {most:,} bytes")
    return reply.body


def _is_below(place: str, folder: str) -> bool:
    try:
        return Path(place).resolve().is_relative_to(Path(folder).resolve())
    except (OSError, ValueError, RuntimeError):  # no path, or links that go round in circles
        return False


def read_settled(path: Path, most: int) -> bytes:
    """The bytes of a file that has been written to its end; raises as `Reach.read` does."""
    try:
        if path.is_dir():
            raise InvalidInput(f"{path} is a folder: name the file in it")
        if not stat.S_ISREG(path.stat().st_mode):
            raise InvalidInput(f"not a file: {path}")
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
        raise InvalidInput(f"not found: {path}") from None
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else None
        raise InvalidInput(f"{path} cannot be read: {reason or error}") from error
    raise Refused(f"{path} is being written: it changed each of {_LOOKS} times that it was read")


def _moment(found: os.stat_result) -> tuple[int, int, int]:
    return found.st_ino, found.st_size, found.st_mtime_ns


def joined(folder: str, name: str) -> str:
    """The full place of what is called `name` in a folder of `Reach`; raises InvalidInput."""
    if is_remote(name):
        return name
    if not is_remote(folder):
        return str(Path(folder) / name)
    if name.startswith(("/", "~")) or ":" in name or "\\" in name:
        raise InvalidInput(f"{name!r} is a local file, and the table is not")
    if _is_web(folder):
        return urljoin(folder, name)
    found = _S3.fullmatch(folder)
    key = posixpath.normpath(posixpath.join(found["key"] if found else "", name))
    return f"s3://{found['bucket'] if found else ''}/{key}"


def folder_of(place: str, profile: Profile) -> str:
    """The folder that a place lies in, as `Reach` has it."""
    if _is_web(place):
        return urljoin(shown(place), ".")
    if is_remote(place):
        stored = Stored.of(place, profile)
        folder = posixpath.dirname(stored.key)
        return f"s3://{stored.bucket}/{folder}{'/' if folder else ''}"
    return f"{Path(place).parent}/"
