"""An object store that remembers on disk what it has read: records never change.

A report reads every record of every production. What was read once is kept in a file for each
production and believed only under the etag that the store lists now, so that a second report costs
a listing. The files may be deleted at any time.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from greenlight.settings import S3Settings
from greenlight.store.keeping import keep, place_of, read_kept
from greenlight.store.objects import Listed, ObjectStore, connect
from greenlight.store.patience import DOOR_SECONDS


class Remembered(ObjectStore):
    """Reads one bucket through files below `folder`; a folder that cannot be used costs time only.

    For one thread of callers; the reads that they share out may run in parallel.
    """

    def __init__(self, settings: S3Settings, folder: Path, patience: float = DOOR_SECONDS) -> None:
        super().__init__(connect(settings), settings.bucket, patience)
        self._folder = folder / place_of(settings)
        self._etags: dict[str, str] = {}
        self._kept: dict[str, tuple[str, str]] = {}
        self.fetched = 0

    def listed(self, prefix: str, after: str = "") -> Iterator[Listed]:
        """Lists as the store does, and notes what each key's object is now."""
        for row in super().listed(prefix, after):
            self._etags[row.key] = row.etag
            yield row

    def get(self, key: str) -> bytes:
        """The object as it is listed now, from the file where that is what it holds."""
        etag = self._etags.get(key, "")
        kept = self._kept.get(key)
        if etag and kept is not None and kept[0] == etag:
            return kept[1].encode()
        data, found = self.get_with_etag(key)
        self.fetched += 1
        self._kept[key] = (found, data.decode())
        return data

    @contextmanager
    def remembering(self, name: str) -> Iterator[None]:
        """Reads what was kept under this name, and keeps what the block reads."""
        path = self._folder / f"{name}.json.gz"
        self._etags, self._kept = {}, _load(path)
        before = self.fetched
        yield
        if self.fetched > before:
            kept = {k: v for k, v in self._kept.items() if k in self._etags}
            keep(path, json.dumps(kept).encode())
        self._etags, self._kept = {}, {}

    def forget_others(self, names: Iterable[str]) -> None:
        """Deletes what was kept under any other name than these."""
        wanted = {f"{name}.json.gz" for name in names}
        for path in self._folder.glob("*.json.gz"):
            if path.name not in wanted:
                path.unlink(missing_ok=True)


def _load(path: Path) -> dict[str, tuple[str, str]]:
    try:
        found = json.loads(read_kept(path))
        return {str(key): (str(etag), str(text)) for key, (etag, text) in found.items()}
    except (OSError, EOFError, ValueError, TypeError, AttributeError):
        return {}  # not there, cut short or of another release: everything is read again
