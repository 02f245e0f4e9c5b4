"""Where tables come from: this machine, S3 or https; and what a row may name beside its table."""

from __future__ import annotations

import dataclasses
import os
import posixpath
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from greenlight.briefs.files import read_text
from greenlight.briefs.grid import FILE_BYTES
from greenlight.briefs.intake import BRIEF_BYTES
from greenlight.briefs.places import Reach, Stored, folder_of, is_remote, joined, shown
from greenlight.briefs.tables import is_table
from greenlight.errors import InvalidInput, NotFound
from greenlight.settings import Profile
from greenlight.store.objects import open_bucket, sha256_of


@dataclass(frozen=True)
class Source:
    """A table as it was read: its place, under which it is known again, and its bytes."""

    place: str
    name: str
    data: bytes
    profile: Profile
    base: str
    """The folder that a relative name starts from, which ends in a slash."""

    root: str = ""
    """The folder that what is named has to lie in; empty is `base`."""

    @property
    def sha256(self) -> str:
        return sha256_of(self.data)

    @property
    def reach(self) -> Reach:
        """What its rows may name."""
        return Reach(self.profile, self.root or self.base)

    @property
    def local(self) -> bool:
        """Whether it lies on this machine: only then may its rows name files of this machine."""
        return self.reach.local

    def beside(self, name: str) -> str:
        """The full place of what the table calls `name`; raises InvalidInput where it may not."""
        return self.reach.check(joined(self.base, name))

    def read_beside(self, place: str) -> str:
        """The text of a brief at a place of `beside`; raises InvalidInput."""
        return read_text(self.reach.read(place, BRIEF_BYTES), shown(place))

    def at(self, place: str) -> Source:
        """With the reach of the author of a file at a place of `beside`."""
        folder = folder_of(place, self.profile)
        foreign = is_remote(place) and not folder.startswith(self.reach.folder)
        return dataclasses.replace(self, base=folder, root="" if foreign else self.reach.folder)


def open_source(place: str, profile: Profile) -> Source:
    """Reads a table at a path, s3://bucket/key (the profile's store) or https address.

    One that changes while it is read is read again, and refused if it does not settle.
    """
    if not is_remote(place):
        path = Path(place).expanduser().resolve()
        data = Reach(profile).read(str(path), FILE_BYTES)
        return Source(f"file://{path}", path.name, data, profile, f"{path.parent}/")
    if place.casefold().startswith("s3:"):
        stored = Stored.of(place, profile)
        place = f"s3://{stored.bucket}/{stored.key}"
    # Signed links change with every signature: the table is the same.
    known = shown(place)
    data = Reach(profile).read(place, FILE_BYTES)
    name = posixpath.basename(urlsplit(known).path) or known
    return Source(known, name, data, profile, folder_of(place, profile))


def newest(prefix: str, profile: Profile, patience: float = 0.0) -> str | None:
    """The place of the newest table below s3://bucket/prefix or in a folder; None without any.

    Of two of one moment the later name is the newer. Raises NotFound or ServiceUnavailable for a
    place that cannot be looked at.
    """
    if is_remote(prefix) and not prefix.casefold().startswith("s3:"):
        raise InvalidInput(
            f"{shown(prefix)}: the web has no folders: name the table, or s3:// or a folder"
        )
    if not is_remote(prefix):
        return _newest_file(Path(prefix).expanduser())
    parts = urlsplit(prefix)
    bucket = parts.netloc or profile.s3.bucket
    settings = profile.s3.model_copy(update={"bucket": bucket})
    found = [
        (row.modified, row.key)
        for row in open_bucket(settings, patience).listed(parts.path.lstrip("/"))
        if is_table(row.key)
        and not row.key.endswith(".rejects.csv")
        and not Stored(bucket, row.key).own
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
