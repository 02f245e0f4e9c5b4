"""Repeat a free call until it works or its time is up."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Awaitable, Callable
from typing import TypeVar

from greenlight.generate.errors import (
    RATE_LIMITED,
    Unreachable,
    is_transport,
    message_of,
    retry_after_of,
    status_of,
)

Result = TypeVar("Result")

FIRST_PAUSE = 0.25
LONGEST_PAUSE = 8.0


async def with_patience(
    call: Callable[[], Awaitable[Result]], *, what: str, within: float, attempt: float
) -> Result:
    """Result of `call`, repeated with jitter after network failures, 429 and 5xx.

    `within` bounds the whole, `attempt` each try, in seconds. Raises Unreachable when time is up;
    what the service plainly refuses (other 4xx) passes through at once.
    """
    end = time.monotonic() + within
    pause = FIRST_PAUSE
    while True:
        try:
            async with asyncio.timeout(min(attempt, max(end - time.monotonic(), 0.01))):
                return await call()
        except Exception as error:
            if not _passing(error):
                raise
            # Full jitter: many workers poll the same service, and must not do so in step.
            wait = max(random.uniform(0, pause), retry_after_of(error) or 0.0)
            if time.monotonic() + wait >= end:
                said = message_of(error)
                status = status_of(error)
                answer = f"{status}: {said}" if status else said
                msg = f"could not {what} within {within:g} s ({answer})"
                raise Unreachable(msg) from error
        await asyncio.sleep(wait)
        pause = min(pause * 2, LONGEST_PAUSE)


def _passing(error: Exception) -> bool:
    """Whether a failure may be gone by the next try."""
    status = status_of(error)
    if status is not None:
        return status == RATE_LIMITED or status >= 500
    return is_transport(error)
