"""How long a call may take: free ones are repeated, a paid one is waited for once."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import TypeVar

from greenlight.generate.errors import (
    RATE_LIMITED,
    Unreachable,
    is_transport,
    message_of,
    retry_after_of,
    status_of,
)
from greenlight.store.patience import Patience

Result = TypeVar("Result")

FIRST_PAUSE = 0.25
LONGEST_PAUSE = 8.0

LOOK_SECONDS = 5.0
"""The part of a paid call's time that begins only when this process can look at what came."""


async def with_patience(
    call: Callable[[], Awaitable[Result]], *, what: str, within: float, attempt: float
) -> Result:
    """Result of a free call, repeated with jitter after network failures, 429 and 5xx.

    `within` bounds the whole, `attempt` each try, in seconds. Raises Unreachable when time is up;
    what the service plainly refuses (other 4xx) passes through at once.
    """
    end = time.monotonic() + within

    async def once() -> Result:
        async with asyncio.timeout(min(attempt, max(end - time.monotonic(), 0.01))):
            return await call()

    def asked(error: BaseException) -> float:
        return retry_after_of(error) or 0.0

    pauses = (FIRST_PAUSE, LONGEST_PAUSE)
    patience = Patience(within, _passing, "the model service", pauses=pauses, asked=asked)
    try:
        return await patience.ask_async(once)
    except Exception as error:
        if not _passing(error):
            raise
        status, said = status_of(error), message_of(error)
        answer = f"{status}: {said}" if status else said
        raise Unreachable(f"could not {what} within {within:g} s ({answer})") from error


def _passing(error: BaseException) -> bool:
    """Whether a failure may be gone by the next try."""
    status = status_of(error)
    if status is not None:
        return status == RATE_LIMITED or status >= 500
    return is_transport(error)


@asynccontextmanager
async def answered_within(seconds: float) -> AsyncIterator[None]:
    """Bounds the block; raises TimeoutError when time is up.

    Where the process itself could not go on (a full machine, a stopped one), what came meanwhile
    lies unread when time is up: it is read before the answer is given up, for it has been paid for.
    """
    loop = asyncio.get_running_loop()
    look = min(LOOK_SECONDS, seconds / 2)
    async with asyncio.timeout(None) as limit:
        timer = loop.call_later(seconds - look, lambda: limit.reschedule(loop.time() + look))
        try:
            yield
        finally:
            timer.cancel()
