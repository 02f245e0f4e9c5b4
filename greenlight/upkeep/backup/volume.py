"""Where a backup lies: a folder, or a bucket elsewhere. Both hold the same keys and one index.

    objects/shows/…      the bytes, under the key that they had
    index.jsonl          a line an object: key, sha256, size, media type, etag, time
    state.json           the moment that the last backup shows, and whether it was finished

The last line of a key counts, so that a backup which was cut short is gone on with.
"""

from __future__ import annotations

import contextlib
import io
import json
import re
import shutil
import tempfile
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import IO, Protocol

from pydantic import BaseModel, ConfigDict, ValidationError

from greenlight.errors import IntegrityError, InvalidInput, NotFound, Refused
from greenlight.production.own_keys import is_plain
from greenlight.settings import Profile, S3Settings
from greenlight.store.folders import Folder
from greenlight.store.objects import open_bucket, sha256_file
from greenlight.store.patience import FLOW_SECONDS

ROOTS = (
    *("shows/", "ledger/", "productions/", "open/"),
    *("access/", "audit/", "batches/", "batch-open/"),
)
"""What is backed up of a bucket; Prefect's cached results, below `results/`, are not."""

_CHANGING = re.compile(r"/(budget|draws|page)\.json$|^(batch-)?open/|^shows/[^/]+/reuse/")
_INDEX, _STATE = "index.jsonl", "state.json"
_ADDRESS = re.compile(r"^s3://(?P<bucket>[a-z0-9][a-z0-9.-]{1,62})(?:/(?P<prefix>.*))?$")


class Row(BaseModel):
    """An object in a backup: what its bytes must hash to, and what it was in the bucket."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    key: str
    sha256: str
    size: int
    mime: str
    etag: str
    modified: datetime


class State(BaseModel):
    """The moment that a backup shows, by the store's clock; `finished` when all of it is there."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    schema_version: int = 1
    as_of: datetime | None = None
    finished: bool = False


class Volume(Protocol):
    """A place that keeps copies; methods block."""

    name: str

    def index(self) -> dict[str, Row]:
        """What it holds by key; raises NotFound where there is no backup."""

    def has(self, row: Row) -> bool:
        """Whether the copy is there, as long as it should be."""

    def put(self, row: Row, path: Path) -> None:
        """Keeps the file's bytes, whole or not at all."""

    def fetch(self, row: Row, into: IO[bytes]) -> None:
        """Copies the kept bytes; raises NotFound."""

    def note(self, rows: Iterable[Row]) -> None:
        """Adds rows to the index."""

    def state(self) -> State:
        """How far the last backup came."""

    def set_state(self, state: State) -> None:
        """Says how far this one came."""


def open_volume(address: str, profile: Profile, keeper: Profile) -> Volume:
    """The folder or `s3://bucket/prefix` of that address, the latter at the keeper's S3.

    Raises InvalidInput for no address, and Refused for the very bucket that is backed up.
    """
    if not address.startswith("s3://"):
        return FolderVolume(Path(address).expanduser())
    found = _ADDRESS.match(address)
    if not found:
        raise InvalidInput(f"invalid backup address {address!r} (a folder, or s3://BUCKET/PREFIX)")
    settings = keeper.s3.model_copy(update={"bucket": found["bucket"]})
    if (settings.endpoint_url, settings.bucket) == (profile.s3.endpoint_url, profile.s3.bucket):
        raise Refused(f"{address} is the bucket being backed up: choose another one")
    return S3Volume(settings, (found["prefix"] or "").strip("/"))


def checked_key(key: str) -> str:
    """The key, if it is one of those that are backed up; an index is data from outside."""
    if not is_plain(key) or not key.startswith(ROOTS):
        raise IntegrityError(
            f"the backup names the key {key!r}, which is invalid: allowed are plain keys below "
            f"{', '.join(ROOTS)}"
        )
    return key


def is_lasting(key: str) -> bool:
    """Whether what lies under a key is written once; budgets, markers and offers change."""
    return not _CHANGING.search(key)


def read_rows(text: Iterable[str], name: str) -> dict[str, Row]:
    """The index in these lines; raises IntegrityError for an invalid one.

    A last line that was cut short by a crash is left out: its object is copied again.
    """
    rows: dict[str, Row] = {}
    lines = list(text)
    for number, line in enumerate(lines, 1):
        try:
            row = Row.model_validate_json(line)
        except ValidationError as error:
            if number == len(lines) and not line.endswith("\n"):
                break
            raise IntegrityError(f"{name}, line {number}, is not a valid index line") from error
        rows[checked_key(row.key)] = row
    return rows


def format_rows(rows: Iterable[Row]) -> str:
    """The rows as lines of an index."""
    return "".join(
        json.dumps(row.model_dump(mode="json"), ensure_ascii=False) + "\n" for row in rows
    )


def is_whole(volume: Volume, row: Row) -> bool:
    """Whether a copy is there and still has the bytes that it should have."""
    with tempfile.TemporaryFile() as file:
        try:
            volume.fetch(row, file)
        except NotFound:
            return False
        return sha256_file(file) == row.sha256


class FolderVolume:
    """A backup in a folder: plain files, readable without Greenlight, for its owner alone."""

    def __init__(self, folder: Path) -> None:
        self.name = str(folder)
        self._folder = Folder(folder, private=True)

    def index(self) -> dict[str, Row]:
        try:
            with self._folder.reading(_INDEX) as file:
                return read_rows(io.TextIOWrapper(file, "utf-8"), f"{self.name}/{_INDEX}")
        except FileNotFoundError:
            raise NotFound(f"backup not found in {self.name} (missing {_INDEX})") from None

    def has(self, row: Row) -> bool:
        return self._folder.size(_copy_of(row)) == row.size

    def put(self, row: Row, path: Path) -> None:
        with path.open("rb") as file, self._folder.writing(_copy_of(row)) as copy:
            shutil.copyfileobj(file, copy, 1 << 20)

    def fetch(self, row: Row, into: IO[bytes]) -> None:
        try:
            with self._folder.reading(_copy_of(row)) as file:
                shutil.copyfileobj(file, into, 1 << 20)
        except FileNotFoundError:
            raise NotFound(f"{row.key} is not in the backup {self.name}") from None

    def note(self, rows: Iterable[Row]) -> None:
        self._mend()
        self._folder.append(_INDEX, format_rows(rows).encode())

    def state(self) -> State:
        try:
            with self._folder.reading(_STATE) as file:
                return State.model_validate_json(file.read())
        except FileNotFoundError:
            return State()

    def set_state(self, state: State) -> None:
        self._folder.write(_STATE, state.model_dump_json().encode())

    def _mend(self) -> None:
        """Takes off a last line that a crash cut short, so that the next does not run into it."""
        with (
            contextlib.suppress(FileNotFoundError),
            self._folder.changing(_INDEX) as file,
        ):
            data = file.read()
            if data and not data.endswith(b"\n"):
                file.truncate(data.rfind(b"\n") + 1)


def _copy_of(row: Row) -> str:
    return f"objects/{checked_key(row.key)}"


class S3Volume:
    """A backup in another bucket, each copy with its sha256 beside it as everywhere."""

    def __init__(self, settings: S3Settings, prefix: str) -> None:
        self.name = f"s3://{settings.bucket}/{prefix}".rstrip("/")
        self._root = f"{prefix}/" if prefix else ""
        self._store = open_bucket(settings, FLOW_SECONDS)
        self._sizes: dict[str, int] | None = None

    def _key(self, row: Row) -> str:
        return f"{self._root}objects/{checked_key(row.key)}"

    def index(self) -> dict[str, Row]:
        try:
            lines = self._store.get(f"{self._root}{_INDEX}").decode().splitlines(keepends=True)
        except NotFound:
            raise NotFound(f"backup not found in {self.name} (missing {_INDEX})") from None
        return read_rows(lines, f"{self.name}/{_INDEX}")

    def has(self, row: Row) -> bool:
        if self._sizes is None:
            self._sizes = {o.key: o.size for o in self._store.listed(f"{self._root}objects/")}
        return self._sizes.get(self._key(row)) == row.size

    def put(self, row: Row, path: Path) -> None:
        if is_lasting(row.key):
            self._store.put_file_once(self._key(row), path, row.mime)
        else:
            self._store.overwrite(self._key(row), path.read_bytes(), row.mime)

    def fetch(self, row: Row, into: IO[bytes]) -> None:
        self._store.read(self._key(row), into)

    def note(self, rows: Iterable[Row]) -> None:
        key = f"{self._root}{_INDEX}"
        known = self.index() if self._store.exists(key) else {}
        known |= {row.key: row for row in rows}
        self._store.overwrite(key, format_rows(known.values()).encode(), "application/x-ndjson")

    def state(self) -> State:
        try:
            return State.model_validate_json(self._store.get(f"{self._root}{_STATE}"))
        except NotFound:
            return State()

    def set_state(self, state: State) -> None:
        self._store.overwrite(f"{self._root}{_STATE}", state.model_dump_json().encode())
