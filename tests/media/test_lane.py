"""Media work goes over one lane, and the event loop beside it."""

from __future__ import annotations

import asyncio
import threading
import time
from contextvars import ContextVar

import pytest

from greenlight.media.lane import on_lane

WHERE: ContextVar[str] = ContextVar("where", default="")


def test_media_work_is_done_one_piece_at_a_time_while_the_loop_goes_on() -> None:
    under_way, most, ticks = 0, 0, 0
    lock = threading.Lock()

    def work() -> None:
        nonlocal under_way, most
        with lock:
            under_way += 1
            most = max(most, under_way)
        time.sleep(0.05)
        with lock:
            under_way -= 1

    async def go() -> None:
        nonlocal ticks
        pieces = asyncio.gather(*(on_lane(work) for _ in range(4)))
        while not pieces.done():
            ticks += 1
            await asyncio.sleep(0.01)
        await pieces

    asyncio.run(go())
    assert most == 1
    assert ticks > 4


def test_what_the_work_is_about_goes_with_it_and_its_failure_comes_back() -> None:
    def work(word: str) -> str:
        if word == "no":
            raise ValueError(word)
        return f"{WHERE.get()} {word}"

    async def go() -> None:
        WHERE.set("sq010_sh0020")
        assert await on_lane(work, "yes") == "sq010_sh0020 yes"
        with pytest.raises(ValueError, match="no"):
            await on_lane(work, word="no")

    asyncio.run(go())
