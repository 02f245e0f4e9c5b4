"""Changing an object that several processes change: read, edit, compare-and-swap, again."""

from __future__ import annotations

import random
import time
from collections.abc import Callable

from greenlight.errors import NotFound, ServiceUnavailable
from greenlight.store.objects import ObjectStore

_TRIES = 200
_LONGEST_PAUSE = 0.2


def read_or_none(store: ObjectStore, key: str) -> bytes | None:
    """The object's bytes, None when it is not there."""
    try:
        return store.get(key)
    except NotFound:
        return None


def change(store: ObjectStore, key: str, edit: Callable[[bytes | None], bytes | None]) -> None:
    """Applies `edit` to the object's bytes (None: not there) until no other change interferes.

    `edit` may be called several times; it returns None when nothing is to be written. What it
    raises ends the attempt. Raises ServiceUnavailable when others win too often.
    """
    for attempt in range(_TRIES):
        data: bytes | None
        etag: str | None
        try:
            data, etag = store.get_with_etag(key)
        except NotFound:
            data, etag = None, None
        changed = edit(data)
        if changed is None or store.swap(key, changed, etag):
            return
        time.sleep(random.uniform(0, min(_LONGEST_PAUSE, 0.005 * (attempt + 1))))
    raise ServiceUnavailable(f"{key} could not be changed in {_TRIES} tries")
