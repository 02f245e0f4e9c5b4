"""Restoring: what a backup holds and the bucket lacks is put back, in a safe order."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from io import BytesIO
from itertools import groupby
from pathlib import Path
from typing import Literal, NamedTuple

from greenlight.errors import IntegrityError, NotFound
from greenlight.store.objects import ObjectStore, sha256_file
from greenlight.upkeep.backup.scope import Scope, chosen, owner, rank
from greenlight.upkeep.backup.volume import Row, Volume, is_lasting, is_whole
from greenlight.upkeep.retention import RetentionRecord

_COPIERS = 8
Fate = Literal["restored", "mended", "there", "kept", "bad"]


class Restored(NamedTuple):
    """The result of a restore; `problems` names objects that are not as the backup has them.

    `mended` were damaged and are whole again, `kept` are changing objects of which the bucket has
    its own, `removed` those that gc had removed on purpose, `asleep` productions that were open
    and are not complete.
    """

    restored: int
    mended: tuple[str, ...]
    bytes: int
    there: int
    kept: int
    removed: int
    asleep: tuple[str, ...]
    problems: tuple[str, ...]
    finished: bool


class _Done(NamedTuple):
    row: Row
    fate: Fate
    problem: str = ""


def restore(
    volume: Volume,
    store: ObjectStore,
    scope: Scope = Scope(),
    *,
    mend: ObjectStore | None = None,
    progress: Callable[[int, int], None] = lambda done, all_of_them: None,
) -> Restored:
    """Puts back what the bucket lacks; what lies there is never replaced.

    With `mend`, what lies there is read too, and an object whose bytes are not those that it says
    itself it was written with gets them back from the backup.

    A production is marked as open last, and only when all of it is there: recovery must not start
    a run on half a ledger.
    """
    index = volume.index()
    lying = {key for prefix in scope.prefixes() for key in store.keys(prefix)}
    rows = _wanted(volume, index, scope)
    left = _without_removed(volume, store, rows, lying)
    done: list[_Done] = []
    asleep: set[str] = set()
    for step, group in groupby(sorted(left, key=lambda r: rank(r.key)), key=lambda r: rank(r.key)):
        batch = list(group)
        if step == rank("open/"):
            torn = {owner(d.row.key) for d in done if d.fate == "bad"}
            asleep = {owner(row.key) for row in batch} & torn
            batch = [row for row in batch if owner(row.key) not in torn]
        with ThreadPoolExecutor(_COPIERS) as pool:
            for result in pool.map(partial(_put_back, volume, store, mend, lying), batch):
                done.append(result)
                progress(len(done), len(left))
    fates = [d.fate for d in done]
    return Restored(
        restored=fates.count("restored"),
        mended=tuple(d.row.key for d in done if d.fate == "mended"),
        bytes=sum(d.row.size for d in done if d.fate == "restored"),
        there=fates.count("there"),
        kept=fates.count("kept"),
        removed=len(rows) - len(left),
        asleep=tuple(sorted(asleep)),
        problems=tuple(d.problem for d in done if d.problem),
        finished=volume.state().finished,
    )


def _wanted(volume: Volume, index: dict[str, Row], scope: Scope) -> list[Row]:
    prefixes = tuple(scope.prefixes())
    keys = [key for key in sorted(index) if key.startswith(prefixes)]
    productions = {owner(key) for key in keys if key.startswith(("shows/", "ledger/"))}
    return [
        index[key]
        for key in chosen(keys, scope, lambda key: _text(volume, index[key]), productions)
    ]


def _without_removed(
    volume: Volume, store: ObjectStore, rows: list[Row], lying: set[str]
) -> list[Row]:
    """The rows but for what gc removed on purpose, by the backup's records or the bucket's.

    Offers that point to it go as well: one without its source would stand in the way of another.
    """
    records = [(row.key, _text(volume, row)) for row in rows if _is_retention(row.key)]
    records += [(key, store.get(key)) for key in sorted(lying) if _is_retention(key)]
    removed: set[str] = set()
    for key, text in records:
        record = RetentionRecord.read(key, json.loads(text))
        removed |= {item.key for item in record.removed}

    def is_gone(row: Row) -> bool:
        if removed and "/reuse/" in row.key:
            return json.loads(_text(volume, row)).get("key") in removed
        return row.key in removed

    return [row for row in rows if not is_gone(row)]


def _is_retention(key: str) -> bool:
    return key.startswith("shows/") and "/retention/" in key


def _text(volume: Volume, row: Row) -> bytes:
    buffer = BytesIO()
    volume.fetch(row, buffer)
    return buffer.getvalue()


def _put_back(
    volume: Volume, store: ObjectStore, mend: ObjectStore | None, lying: set[str], row: Row
) -> _Done:
    if row.key not in lying:
        return _copy(volume, store, row)
    if store.head(row.key).sha256 == row.sha256:
        return _mended(volume, store, mend, row) if mend else _Done(row, "there")
    if not is_lasting(row.key):
        return _Done(row, "kept")
    return _Done(row, "bad", f"{row.key} holds other bytes than the backup: left as it is")


def _mended(volume: Volume, store: ObjectStore, bulk: ObjectStore, row: Row) -> _Done:
    """Gives an object its bytes back, if it has others than those it was written with."""
    with tempfile.TemporaryFile() as file:
        if bulk.read(row.key, file).sha256 == row.sha256:
            return _Done(row, "there")
    if not is_whole(volume, row):
        return _Done(row, "bad", f"{row.key} is damaged in the bucket and in the backup")
    store.delete(row.key)
    done = _copy(volume, store, row)
    return done._replace(fate="mended") if done.fate == "restored" else done


def _copy(volume: Volume, store: ObjectStore, row: Row) -> _Done:
    with tempfile.NamedTemporaryFile() as file:
        try:
            volume.fetch(row, file.file)
        except NotFound as error:
            return _Done(row, "bad", str(error))
        file.flush()
        if sha256_file(file.file) != row.sha256:
            return _Done(row, "bad", f"{row.key} is damaged in the backup: not restored")
        try:
            store.put_file_once(row.key, Path(file.name), row.mime)
        except IntegrityError as error:
            return _Done(row, "bad", str(error))
    return _Done(row, "restored")
