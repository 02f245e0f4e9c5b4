"""One pause per model role that everybody keeps: set by whoever is told to wait by a rate limit.

The pause is one object, `limits/{role}.json`: how many seconds, counted from when the store took it
in, on the store's own clock, so that no two machines' clocks have to agree.
"""

from __future__ import annotations

import asyncio
import json
import random
import time

from greenlight.errors import NotFound
from greenlight.generate.request import Role
from greenlight.store.objects import ObjectStore

LONGEST_SECONDS = 900.0
"""No pause is longer: a service that asks for hours is asked again after a quarter of an hour."""

CACHE_SECONDS = 1.0
"""A pause that somebody else has set is heard of within this time."""

# The store's clock tells whole seconds, of the writing and of the reading.
_CLOCK_SECONDS = 1.0

# Those who waited together do not go on in the same instant.
_SPREAD_SECONDS = 1.5

# (bucket, role) → when it was read, and when the role is free; by this process's own steady clock.
_seen: dict[tuple[str, str], tuple[float, float]] = {}


class Backoff:
    """The pause of one model role, shared by all processes on the same bucket."""

    def __init__(self, store: ObjectStore, role: Role) -> None:
        self._store = store
        self._key = f"limits/{role}.json"
        self._name = (store.bucket, role)

    async def wait(self) -> float:
        """Returns once the role is free, and how many seconds that took; at once, mostly."""
        begun = time.monotonic()
        while True:
            left = await asyncio.to_thread(self.left)
            if left <= 0:
                break
            # Asked again afterwards: somebody else may have been told to wait meanwhile.
            await asyncio.sleep(left + random.uniform(0, _SPREAD_SECONDS))
        return time.monotonic() - begun

    def left(self) -> float:
        """Seconds until the role is free, 0 when it is; blocks."""
        at, free = _seen.get(self._name, (float("-inf"), 0.0))
        now = time.monotonic()
        if now - at >= CACHE_SECONDS and now >= free:
            free = now + self._read()[0]
            _seen[self._name] = (now, free)
        return max(0.0, free - now)

    def hold(self, seconds: float) -> None:
        """Lets nobody post in this role for `seconds`; a longer pause that is set stays. Blocks."""
        seconds = min(seconds, LONGEST_SECONDS)
        pause = json.dumps({"schema_version": 1, "seconds": seconds}).encode()
        while True:
            left, etag = self._read()
            if left >= seconds or self._store.swap(self._key, pause, etag):
                break
        now = time.monotonic()
        _seen[self._name] = (now, now + max(left, seconds))

    def _read(self) -> tuple[float, str | None]:
        """Seconds that are left of the pause that is set, and its etag."""
        try:
            data, etag, age = self._store.get_aged(self._key)
        except NotFound:
            return 0.0, None
        left = float(json.loads(data)["seconds"]) + _CLOCK_SECONDS - age
        return max(0.0, min(left, LONGEST_SECONDS + _CLOCK_SECONDS)), etag
