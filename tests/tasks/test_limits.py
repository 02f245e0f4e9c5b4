"""Places in a limit: asked for one at a time in a process, and given back."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager

import pytest

from tasks import limits


class Limit:
    """A limit of Prefect's with so many places; counts who asks at once."""

    def __init__(self, places: int) -> None:
        self.places = asyncio.Semaphore(places)
        self.asking = self.most_asking = self.held = self.most_held = 0

    async def taken(self, name: str) -> AbstractAsyncContextManager[None]:
        self.asking += 1
        self.most_asking = max(self.most_asking, self.asking)
        await self.places.acquire()
        self.asking -= 1
        self.held += 1
        self.most_held = max(self.most_held, self.held)
        return self.place()

    async def left(self, place: object, error: BaseException | None) -> None:
        self.held -= 1
        self.places.release()

    @asynccontextmanager
    async def place(self) -> AsyncIterator[None]:
        yield


@pytest.fixture
def limited(monkeypatch: pytest.MonkeyPatch) -> Callable[[int], Limit]:
    """Puts a limit of so many places in Prefect's place."""

    def put(places: int) -> Limit:
        limit = Limit(places)
        monkeypatch.setattr(limits, "_taken", limit.taken)
        monkeypatch.setattr(limits, "_leave", limit.left)
        return limit

    return put


async def draw(seconds: float) -> None:
    async with limits.limit("image"):
        await asyncio.sleep(seconds)


def test_one_at_a_time_asks_for_a_place_and_all_places_are_used(
    limited: Callable[[int], Limit],
) -> None:
    async def go() -> Limit:
        limit = limited(3)
        await asyncio.gather(*(draw(0.01) for _ in range(12)))
        return limit

    limit = asyncio.run(go())
    assert limit.most_asking == 1
    assert limit.most_held == 3
    assert limit.held == 0


def test_who_gives_up_in_line_holds_up_nobody(limited: Callable[[int], Limit]) -> None:
    async def go() -> Limit:
        limit = limited(1)
        first = asyncio.create_task(draw(0.05))
        await asyncio.sleep(0.01)
        asking, waiting, last = (asyncio.create_task(draw(0)) for _ in range(3))
        await asyncio.sleep(0.01)
        asking.cancel()
        waiting.cancel()
        await asyncio.wait_for(asyncio.gather(first, last), 5)
        return limit

    assert asyncio.run(go()).most_held == 1
