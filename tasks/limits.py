"""A place in a model role's global limit, which outlives outages of Prefect."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from weakref import WeakKeyDictionary

import httpx
from prefect.concurrency.asyncio import ConcurrencySlotAcquisitionError, concurrency

from greenlight.errors import InvalidInput, ServiceUnavailable
from greenlight.generate.request import Role
from greenlight.store.patience import FLOW_SECONDS

LEASE_SECONDS = 60.0
"""How long a place stays taken whose holder was killed; the least that Prefect's API takes."""

_PAUSE_SECONDS = 3.0
_LEAVE_SECONDS = 10.0
# Prefect answers 500 while its database is away.
_AWAY = (408, 429, 500, 502, 503, 504)


_log = logging.getLogger("greenlight.limits")
_turns: WeakKeyDictionary[asyncio.AbstractEventLoop, dict[Role, asyncio.Lock]] = WeakKeyDictionary()


@asynccontextmanager
async def limit(role: Role) -> AsyncIterator[None]:
    """Holds one place of the limit `greenlight-{role}`, and waits for Prefect while it is away.

    A Prefect that goes away meanwhile ends nothing: a paid call under way is worth more than the
    limit. Raises ServiceUnavailable when it stays away, InvalidInput for a limit that is not there.
    """
    async with _turn(role):
        place = await _taken(f"greenlight-{role}")
    try:
        yield
    except BaseException as error:
        await _leave(place, error)
        raise
    await _leave(place, None)


def _turn(role: Role) -> asyncio.Lock:
    """One at a time asks for a role's next place: the others of this process wait in line for it.

    Whoever waits for a place asks Prefect again and again; of a production with forty shots, forty
    would, and a night of them keeps its server busy with nothing else.
    """
    turns = _turns.setdefault(asyncio.get_running_loop(), {})
    return turns.setdefault(role, asyncio.Lock())


async def _taken(name: str) -> AbstractAsyncContextManager[None]:
    begun, waiting = time.monotonic(), False
    while True:
        place = concurrency(
            name,
            strict=True,
            lease_duration=LEASE_SECONDS,
            # Prefect would cancel the block, and with it a POST that may have been billed.
            raise_on_lease_renewal_failure=False,
        )
        try:
            await place.__aenter__()
        except ConcurrencySlotAcquisitionError as error:
            if not _away(error.__cause__):
                raise InvalidInput(f"no place in the limit {name!r}: {error}") from error
            if time.monotonic() - begun > FLOW_SECONDS:
                msg = f"Prefect gave no place in the limit {name!r} within {FLOW_SECONDS:.0f} s"
                raise ServiceUnavailable(msg) from error
            if not waiting:
                _log.warning("Prefect does not answer: waiting (up to %.0f s)", FLOW_SECONDS)
            waiting = True
        else:
            return place
        await asyncio.sleep(_PAUSE_SECONDS)


async def _leave(place: AbstractAsyncContextManager[None], error: BaseException | None) -> None:
    kind, trace = (type(error), error.__traceback__) if error else (None, None)
    try:
        async with asyncio.timeout(_LEAVE_SECONDS):
            await place.__aexit__(kind, error, trace)
    except (httpx.HTTPError, TimeoutError) as failure:
        if failure is not error:
            text = "a place in a limit was not given back (its lease runs out by itself): %s"
            _log.warning(text, failure or type(failure).__name__)


def _away(error: BaseException | None) -> bool:
    if isinstance(error, httpx.HTTPStatusError):
        return error.response.status_code in _AWAY
    return isinstance(error, httpx.HTTPError)
