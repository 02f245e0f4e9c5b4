"""A place in a model role's global limit, which outlives outages of Prefect."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from weakref import WeakKeyDictionary

import httpx
from prefect.concurrency.asyncio import ConcurrencySlotAcquisitionError, concurrency

from greenlight.errors import InvalidInput, ServiceUnavailable
from greenlight.generate.request import Role
from greenlight.runs import AWAY
from greenlight.store.patience import FLOW_SECONDS, Patience

LEASE_SECONDS = 60.0
"""How long a place stays taken whose holder was killed; the least that Prefect's API takes."""

_PAUSE_SECONDS = 3.0
_LEAVE_SECONDS = 10.0


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

    A waiting task asks Prefect again and again; of a production with forty shots, forty
    would, and a night of them keeps its server busy with nothing else.
    """
    turns = _turns.setdefault(asyncio.get_running_loop(), {})
    return turns.setdefault(role, asyncio.Lock())


async def _taken(name: str) -> AbstractAsyncContextManager[None]:
    async def enter() -> AbstractAsyncContextManager[None]:
        place = concurrency(
            name,
            strict=True,
            lease_duration=LEASE_SECONDS,
            # Prefect would cancel the block, and with it a POST that may have been billed.
            raise_on_lease_renewal_failure=False,
        )
        await place.__aenter__()
        return place

    patience = Patience(FLOW_SECONDS, _is_away, "Prefect", pauses=(_PAUSE_SECONDS,) * 2)
    try:
        return await patience.ask_async(enter)
    except ConcurrencySlotAcquisitionError as error:
        if not _is_away(error):
            raise InvalidInput(f"no place in the limit {name!r}: {error}") from error
        msg = f"Prefect gave no place in the limit {name!r} within {FLOW_SECONDS:.0f} s"
        raise ServiceUnavailable(msg) from error


async def _leave(place: AbstractAsyncContextManager[None], error: BaseException | None) -> None:
    kind, trace = (type(error), error.__traceback__) if error else (None, None)
    try:
        async with asyncio.timeout(_LEAVE_SECONDS):
            await place.__aexit__(kind, error, trace)
    except (httpx.HTTPError, TimeoutError) as failure:
        if failure is not error:
            text = "a place in a limit was not given back (its lease runs out by itself): %s"
            _log.warning(text, failure or type(failure).__name__)


def _is_away(error: BaseException) -> bool:
    cause = error.__cause__
    if isinstance(cause, httpx.HTTPStatusError):
        return cause.response.status_code in AWAY
    return isinstance(cause, httpx.HTTPError)
