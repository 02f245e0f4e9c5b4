"""Changing an object that several processes change: read, edit, compare-and-swap, again."""

from __future__ import annotations

import json
import random
import time
from collections.abc import Callable
from typing import TypeVar

from greenlight.errors import NotFound, ServiceUnavailable
from greenlight.production.records import Record
from greenlight.store.objects import ObjectStore
from greenlight.store.records import encode

R = TypeVar("R", bound=Record)
Value = TypeVar("Value")

_TRIES = 200
_LONGEST_PAUSE = 0.2


def read_or_none(store: ObjectStore, key: str) -> bytes | None:
    """The object's bytes, None when it is not there."""
    try:
        return store.get(key)
    except NotFound:
        return None


def change(
    store: ObjectStore, key: str, edit: Callable[[bytes | None], tuple[bytes | None, Value]]
) -> Value:
    """Applies `edit` to the object's bytes (None: not there) until no other change interferes.

    `edit` may be called several times. It returns the new bytes, None when nothing is to be
    written, and what this returns. Raises ServiceUnavailable when others win too often.
    """
    for attempt in range(_TRIES):
        data: bytes | None
        etag: str | None
        try:
            data, etag = store.get_with_etag(key)
        except NotFound:
            data, etag = None, None
        changed, value = edit(data)
        if changed is None or store.swap(key, changed, etag):
            return value
        time.sleep(random.uniform(0, min(_LONGEST_PAUSE, 0.005 * (attempt + 1))))
    raise ServiceUnavailable(f"{key} could not be changed in {_TRIES} tries")


def change_record(
    store: ObjectStore, key: str, kind: type[R], edit: Callable[[R | None], R | None]
) -> R | None:
    """The same for a record: `edit` returns the new one, or None to leave it as it is.

    Returns the record as it stands then.
    """

    def edit_bytes(data: bytes | None) -> tuple[bytes | None, R | None]:
        known = kind.read(key, json.loads(data)) if data else None
        changed = edit(known)
        return (encode(changed), changed) if changed is not None else (None, known)

    return change(store, key, edit_bytes)
