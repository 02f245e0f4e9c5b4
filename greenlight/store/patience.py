"""Ask an object store again while it is away, for as long as the caller can wait."""

from __future__ import annotations

import logging
import random
import threading
import time
from collections.abc import Callable
from typing import TypeVar

from botocore.exceptions import ClientError, HTTPClientError, IncompleteReadError
from botocore.exceptions import ConnectionError as NoConnection

Answer = TypeVar("Answer")

DOOR_SECONDS = 3.0
"""A person at a command line or a page wants to hear soon that the store is away."""

FLOW_SECONDS = 150.0
"""A flow in the middle of paid work waits for a store that is restarted or moved elsewhere."""

_FIRST_PAUSE = 0.1
_LONGEST_PAUSE = 3.0

# Below 500, and still not about the request: too fast, too slow, or two writers in one instant.
_PASSING = {
    "SlowDown",
    "Throttling",
    "TooManyRequests",
    "429",
    "RequestTimeout",
    "ConditionalRequestConflict",
    "OperationAborted",
    "409",
}

_log = logging.getLogger("greenlight.store")


class Patience:
    """How long calls are repeated; says once in a log that it waits, and once that it is over."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self._lock = threading.Lock()
        self._away_since: float | None = None

    def ask(self, call: Callable[[], Answer]) -> Answer:
        """The answer to `call`, repeated with jitter while the store is away or busy.

        What the store plainly refuses passes through at once, the last failure when time is up.
        """
        end = time.monotonic() + self.seconds
        pause = _FIRST_PAUSE
        while True:
            try:
                answer = call()
            except Exception as error:
                wait = random.uniform(pause / 2, pause)
                if not _is_away(error) or time.monotonic() + wait >= end:
                    raise
                self._say_away(error)
            else:
                self._say_back()
                return answer
            time.sleep(wait)
            pause = min(pause * 2, _LONGEST_PAUSE)

    def _say_away(self, error: Exception) -> None:
        with self._lock:
            if self._away_since is not None:
                return
            self._away_since = time.monotonic()
        # A door fails soon and says so itself.
        level = logging.WARNING if self.seconds > DOOR_SECONDS else logging.DEBUG
        text = "the object store does not answer: waiting (up to %.0f s): %s"
        _log.log(level, text, self.seconds, error)

    def _say_back(self) -> None:
        if self._away_since is None:
            return
        with self._lock:
            since, self._away_since = self._away_since, None
        if since is not None and self.seconds > DOOR_SECONDS:
            _log.warning("the object store answers again after %.0f s", time.monotonic() - since)


def code_of(error: Exception) -> str:
    """What the store called its refusal, empty when it did not answer."""
    if not isinstance(error, ClientError):
        return ""
    return str(error.response.get("Error", {}).get("Code", ""))


def _is_away(error: Exception) -> bool:
    if isinstance(error, ClientError):
        status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
        return status >= 500 or code_of(error) in _PASSING
    # Everything that went wrong on the wire: refused, reset, timed out, cut short.
    return isinstance(error, (NoConnection, HTTPClientError, IncompleteReadError))
