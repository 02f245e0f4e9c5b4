"""Backing up: whatever is new or changed is copied, checked on the way."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from greenlight.errors import NotFound
from greenlight.store.objects import Listed, ObjectStore
from greenlight.upkeep.backup.scope import Scope, chosen, owner, rank
from greenlight.upkeep.backup.volume import Row, State, Volume, is_lasting, is_whole

_COPIERS = 8
_BATCH = 400
_SETTLING = 1.6
"""Seconds after which everything that was written before the moment is listed: listings tell the
time of an object in whole seconds."""


class Saved(NamedTuple):
    """The result of a backup; `problems` names objects that were not copied, and why."""

    as_of: datetime
    copied: int
    bytes: int
    unchanged: int
    later: int
    problems: tuple[str, ...]


def back_up(
    bulk: ObjectStore,
    store: ObjectStore,
    volume: Volume,
    scope: Scope = Scope(),
    *,
    deep: bool = False,
    progress: Callable[[int, int], None] = lambda done, all_of_them: None,
) -> Saved:
    """Copies what is not in the backup yet, as of the moment at which this was called.

    With `deep`, what it holds already is read and checked too. What is damaged in the bucket, or is
    no longer what was backed up, is a problem: the backup keeps the bytes that it has.
    """
    as_of = bulk.clock()
    time.sleep(_SETTLING)
    volume.set_state(State(as_of=volume.state().as_of, finished=False))
    try:
        known = volume.index()
    except NotFound:
        known = {}
    listed = {row.key: row for prefix in scope.prefixes() for row in bulk.listed(prefix)}
    productions = {owner(key) for key in listed if key.startswith(("shows/", "ledger/"))}
    wanted = [listed[key] for key in chosen(sorted(listed), scope, store.get, productions)]
    # A record names others that were written before it: what is younger than the moment is left
    # out, so that nothing is in the backup without what it rests on.
    due = [r for r in wanted if r.modified <= as_of or not is_lasting(r.key)]
    fresh = [r for r in due if not _is_kept(volume, known.get(r.key), r, deep)]
    fresh.sort(key=lambda row: rank(row.key))
    copied, size, problems = 0, 0, []
    batch: list[Row] = []
    for done, result in enumerate(_copied(bulk, volume, known, fresh), 1):
        if isinstance(result, str):
            problems.append(result)
        elif result is not None:
            copied, size = copied + 1, size + result.size
            batch.append(result)
        if len(batch) >= _BATCH:
            volume.note(batch)
            batch = []
        progress(done, len(fresh))
    volume.note(batch)
    volume.set_state(State(as_of=as_of, finished=True))
    later = len(wanted) - len(due)
    return Saved(as_of, copied, size, len(due) - len(fresh), later, tuple(problems))


def _is_kept(volume: Volume, row: Row | None, listed: Listed, deep: bool) -> bool:
    if row is None or (row.etag, row.size) != (listed.etag, listed.size) or not volume.has(row):
        return False
    return not deep or is_whole(volume, row)


def _copied(
    bulk: ObjectStore, volume: Volume, known: dict[str, Row], fresh: list[Listed]
) -> Iterator[Row | str | None]:
    with ThreadPoolExecutor(_COPIERS) as pool:
        yield from pool.map(lambda row: _copy(bulk, volume, known.get(row.key), row), fresh)


def _copy(
    bulk: ObjectStore, volume: Volume, before: Row | None, listed: Listed
) -> Row | str | None:
    """Copies one object; a sentence when it must not be, None when it is gone meanwhile."""
    key = listed.key
    with tempfile.NamedTemporaryFile() as file:
        try:
            read = bulk.read(key, file.file)
        except NotFound:
            return None
        file.flush()
        if read.recorded and read.recorded != read.sha256:
            return f"{key} does not hold the bytes that were stored there: not copied"
        if before is not None and is_lasting(key) and before.sha256 != read.sha256:
            return f"{key} is not what was backed up before: the backup keeps what it has"
        row = Row(
            key=key,
            sha256=read.sha256,
            size=read.size,
            mime=read.mime,
            etag=read.etag,
            modified=listed.modified,
        )
        volume.put(row, Path(file.name))
    return row
