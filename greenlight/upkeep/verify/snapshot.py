"""Every object of one production, read whole and hashed, as it all stood at one moment."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import chain
from typing import Any, NamedTuple

from greenlight.errors import NotFound
from greenlight.generate.request import GenerationRequest
from greenlight.money.ledger import Reserved
from greenlight.store.keys import (
    Keys,
    index_key,
    open_key,
    reuse_key,
    show_draws_key,
    show_limits,
)
from greenlight.store.objects import Listed, ObjectStore

_READERS = 8
_ROUNDS = 8
_KEPT_BYTES = 4 * 1024 * 1024
"""JSON up to this size is kept for the checks; media are hashed as they pass and let go."""


class Seen(NamedTuple):
    """An object that was read: its bytes hash to `sha256`, and it was written as `recorded`."""

    key: str
    size: int
    sha256: str
    recorded: str
    mime: str
    data: bytes | None


@dataclass(frozen=True)
class Snapshot:
    """All objects of a production by key; `settled` unless it was changing all the while."""

    keys: Keys
    objects: dict[str, Seen]
    settled: bool = True

    @property
    def bytes(self) -> int:
        return sum(seen.size for seen in self.objects.values())

    def below(self, prefix: str) -> dict[str, Seen]:
        """The objects whose keys begin like this."""
        return {k: seen for k, seen in self.objects.items() if k.startswith(prefix)}


def take_snapshot(bulk: ObjectStore, show: str, production: str) -> Snapshot:
    """Reads everything of a production, again where it changed meanwhile.

    A production at work changes while it is read, and would look torn: what is listed afterwards
    must be what was listed before.
    """
    keys = Keys(show, production)
    objects: dict[str, Seen] = {}
    known: dict[str, str] = {}
    settled = False
    for _ in range(_ROUNDS):
        listed = {row.key: row.etag for row in _listed(bulk, keys)}
        if listed == known:
            settled = True
            break
        changed = [key for key, etag in listed.items() if known.get(key) != etag]
        objects = {key: seen for key, seen in objects.items() if key in listed}
        objects |= _read(bulk, changed)
        known = listed
    # What the whole show shares changes with every production at work, and is looked at once.
    shared = [row.key for row in bulk.listed(show_limits(show))] + [show_draws_key(show)]
    return Snapshot(keys, objects | _read(bulk, _offers(keys, objects) + shared), settled)


def _listed(bulk: ObjectStore, keys: Keys) -> Iterable[Listed]:
    single = {index_key(keys.production), open_key(keys.production)}
    rows = chain(
        bulk.listed(keys.root),
        bulk.listed(keys.ledger),
        chain.from_iterable(bulk.listed(key) for key in sorted(single)),
    )
    for row in rows:
        below = row.key.startswith((keys.root, keys.ledger)) or row.key in single
        if below and not row.key.endswith(".beat"):  # no record, and touched all the time
            yield row


def requests(keys: Keys, objects: Mapping[str, Seen]) -> Iterator[GenerationRequest]:
    """Every request in the ledger that can be read at all."""
    for key, seen in objects.items():
        if key.startswith(keys.ledger) and key.endswith("/1-reserved.json"):
            try:
                yield Reserved.model_validate(parsed(seen)).request
            except ValueError:
                continue  # reported where the ledger is read


def _offers(keys: Keys, objects: dict[str, Seen]) -> list[str]:
    """Keys of the offers for reuse that this production's paid answers should have made."""
    return sorted({reuse_key(keys.show, r.fingerprint) for r in requests(keys, objects)})


def _read(bulk: ObjectStore, wanted: Iterable[str]) -> dict[str, Seen]:
    with ThreadPoolExecutor(_READERS) as pool:
        found = pool.map(lambda key: _look(bulk, key), wanted)
        return {seen.key: seen for seen in found if seen is not None}


def _look(bulk: ObjectStore, key: str) -> Seen | None:
    with tempfile.SpooledTemporaryFile(_KEPT_BYTES) as file:
        try:
            read = bulk.read(key, file)
        except NotFound:
            return None  # gone since the listing: the next round does not list it
        data: bytes | None = None
        if read.mime == "application/json" and read.size <= _KEPT_BYTES:
            file.seek(0)
            data = file.read()
    return Seen(key, read.size, read.sha256, read.recorded, read.mime, data)


def parsed(seen: Seen) -> dict[str, Any]:
    """The object's JSON; raises ValueError for anything but a JSON object."""
    if seen.data is None:
        raise ValueError(f"is {seen.mime} of {seen.size} bytes where JSON is expected")
    raw = json.loads(seen.data)
    if not isinstance(raw, dict):
        raise ValueError("is JSON, and not an object")
    return raw
