"""The one retry policy: calls that may be repeated are, while a service is away.

A paid POST is never one of them. `time` is looked up with each call, so that a simulation of the
clock is heeded.
"""

from __future__ import annotations

import asyncio
import logging
import random
import threading
import time
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

from botocore.exceptions import ClientError, HTTPClientError, IncompleteReadError
from botocore.exceptions import ConnectionError as NoConnection
from tenacity import AsyncRetrying, RetryCallState, Retrying, retry_if_exception

Answer = TypeVar("Answer")

DOOR_SECONDS = 3.0
"""A person at a command line or a page wants to hear soon that a service is away."""

FLOW_SECONDS = 150.0
"""A flow in the middle of paid work waits for a service that is restarted or moved elsewhere."""

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


def code_of(error: BaseException) -> str:
    """What the store called its refusal, empty when it did not answer."""
    if not isinstance(error, ClientError):
        return ""
    return str(error.response.get("Error", {}).get("Code", ""))


def store_is_away(error: BaseException) -> bool:
    """Whether the object store may take a call that failed so if it is repeated."""
    if isinstance(error, ClientError):
        status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
        return status >= 500 or code_of(error) in _PASSING
    # Everything that went wrong on the wire: refused, reset, timed out, cut short.
    return isinstance(error, (NoConnection, HTTPClientError, IncompleteReadError))


class Patience:
    """Repeats calls for `seconds` with jittered pauses, as long as `is_away` says that it helps.

    Any other failure passes through at once, the last one when time is up. A log says once that
    `service` is waited for, and once that it answers again. `asked` gives the least pause after a
    failure, in seconds.
    """

    def __init__(
        self,
        seconds: float,
        is_away: Callable[[BaseException], bool] = store_is_away,
        service: str = "the object store",
        *,
        pauses: tuple[float, float] = (0.1, 3.0),
        asked: Callable[[BaseException], float] = lambda _: 0.0,
    ) -> None:
        self.seconds = seconds
        self._is_away, self._service, self._pauses, self._asked = is_away, service, pauses, asked
        self._lock = threading.Lock()
        self._away_since: float | None = None

    def ask(self, call: Callable[[], Answer]) -> Answer:
        """The answer to `call`; blocks."""
        answer = Retrying(sleep=lambda pause: time.sleep(pause), **self._policy())(call)
        self._say_back()
        return answer

    async def ask_async(self, call: Callable[[], Awaitable[Answer]]) -> Answer:
        """The answer to `call`, without blocking the event loop."""
        policy = AsyncRetrying(sleep=lambda pause: asyncio.sleep(pause), **self._policy())
        answer: Answer = await policy(call)
        self._say_back()
        return answer

    def _policy(self) -> dict[str, Any]:
        end = time.monotonic() + self.seconds
        return {
            "retry": retry_if_exception(self._is_away),
            "wait": self._pause,
            "stop": lambda state: time.monotonic() + state.upcoming_sleep >= end,
            "before_sleep": self._say_away,
            "reraise": True,
        }

    def _pause(self, state: RetryCallState) -> float:
        """Jittered, so that many who wait for the same service do not ask in step."""
        first, longest = self._pauses
        pause = min(first * 2.0 ** min(state.attempt_number - 1, 30), longest)
        error = state.outcome.exception() if state.outcome else None
        return max(random.uniform(pause / 2, pause), self._asked(error) if error else 0.0)

    def _say_away(self, state: RetryCallState) -> None:
        with self._lock:
            if self._away_since is not None:
                return
            self._away_since = time.monotonic()
        # A door fails soon and says so itself.
        level = logging.WARNING if self.seconds > DOOR_SECONDS else logging.DEBUG
        text = "%s does not answer: waiting (up to %.0f s): %s"
        error = state.outcome.exception() if state.outcome else None
        _log.log(level, text, self._service, self.seconds, error)

    def _say_back(self) -> None:
        if self._away_since is None:
            return
        with self._lock:
            since, self._away_since = self._away_since, None
        if since is not None and self.seconds > DOOR_SECONDS:
            text = "%s answers again after %.0f s"
            _log.warning(text, self._service, time.monotonic() - since)
