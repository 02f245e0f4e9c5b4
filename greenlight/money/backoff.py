"""One pause per model, shared by all processes: set when a service says to wait or is away.

The pause is one object, `limits/{model}.json`: how many seconds, counted from when the store took
it in, on the store's own clock, so that no two machines' clocks have to agree.
"""

from __future__ import annotations

import asyncio
import json
import random
import time
from datetime import timedelta
from typing import NamedTuple

from greenlight.errors import NotFound, Stalled
from greenlight.store.objects import ObjectStore
from greenlight.store.records import now

LONGEST_SECONDS = 3600.0
"""No pause is longer: a service that asks for a day is asked again after an hour."""

PATIENT_SECONDS = 60.0
"""A longer pause is not waited for in a process: the work stalls, and other work goes on."""

POSTS = 6
"""How often a POST that was certainly not accepted is made again before its model is left alone."""

FIRST_STALL, LONGEST_STALL = 120.0, 900.0
"""Seconds for which it is left alone then, doubling with every further POST not accepted."""

CACHE_SECONDS = 1.0
"""A pause that somebody else has set is heard of within this time."""

# The store's clock tells whole seconds, of the writing and of the reading.
_CLOCK_SECONDS = 1.0

# Those who waited together do not go on in the same instant.
_SPREAD_SECONDS = 1.5


def pause_after(asked: float | None, number: int) -> float:
    """Seconds before the next POST after the `number`th that was not accepted.

    `asked` is what the service asked for, if it did.
    """
    if number < POSTS:
        return min(30.0, 2.0 ** (number - 1)) if asked is None else asked
    grown = FIRST_STALL * 2.0 ** min(number - POSTS, 10)
    return max(asked or 0.0, min(grown, LONGEST_STALL))


class _Pause(NamedTuple):
    """When it was read, when the model is free, by this process's own steady clock, and why."""

    read: float
    free: float
    reason: str


_seen: dict[tuple[str, str], _Pause] = {}


class Backoff:
    """The pause of one model, shared by all processes on the same bucket."""

    def __init__(self, store: ObjectStore, model: str) -> None:
        self._store = store
        self._key = f"limits/{model}.json"
        self._name = (store.bucket, model)

    async def wait(self) -> float:
        """Returns once the model is free, and how many seconds that took; at once, mostly.

        Raises Stalled for a pause that is longer than a process waits.
        """
        begun = time.monotonic()
        while True:
            left = await asyncio.to_thread(self.left)
            if left <= 0:
                break
            if left > PATIENT_SECONDS:
                raise Stalled(_seen[self._name].reason, now() + timedelta(seconds=left))
            # Asked again afterwards: somebody else may have been told to wait meanwhile.
            await asyncio.sleep(left + random.uniform(0, _SPREAD_SECONDS))
        return time.monotonic() - begun

    def left(self) -> float:
        """Seconds until the model is free, 0 when it is; blocks."""
        pause = _seen.get(self._name, _Pause(float("-inf"), 0.0, ""))
        now = time.monotonic()
        if now - pause.read >= CACHE_SECONDS and now >= pause.free:
            seconds, reason, _ = self._read()
            pause = _seen[self._name] = _Pause(now, now + seconds, reason)
        return max(0.0, pause.free - now)

    def hold(self, seconds: float, reason: str) -> None:
        """Holds requests to this model for `seconds`; a longer pause stays. Blocks."""
        seconds = min(seconds, LONGEST_SECONDS)
        said = {"schema_version": 1, "seconds": seconds, "reason": reason}
        pause = json.dumps(said).encode()
        while True:
            left, before, etag = self._read()
            if left >= seconds:
                reason = before
                break
            if self._store.swap(self._key, pause, etag):
                break
        now = time.monotonic()
        _seen[self._name] = _Pause(now, now + max(left, seconds), reason)

    def lift(self) -> None:
        """Ends the pause for everybody who has not begun to wait for it. Blocks."""
        self._store.delete(self._key)
        _seen.pop(self._name, None)

    def _read(self) -> tuple[float, str, str | None]:
        """Seconds that are left of the pause that is set, why it was, and its etag."""
        try:
            data, etag, age = self._store.get_aged(self._key)
        except NotFound:
            return 0.0, "", None
        said = json.loads(data)
        left = float(said["seconds"]) + _CLOCK_SECONDS - age
        return max(0.0, min(left, LONGEST_SECONDS + _CLOCK_SECONDS)), said.get("reason", ""), etag
