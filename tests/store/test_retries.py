"""The one retry policy, on a clock that takes no time."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable

import pytest

from greenlight.store import patience
from greenlight.store.patience import Patience


class Clock:
    """Stands in the place of `time`; sleeping moves it on."""

    def __init__(self) -> None:
        self.now = 0.0
        self.pauses: list[float] = []

    def monotonic(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.pauses.append(seconds)
        self.now += seconds


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(patience, "time", clock)
    return clock


def away(error: BaseException) -> bool:
    return isinstance(error, ConnectionError)


def failing(times: int, error: Exception) -> Callable[[], str]:
    """A call that fails so often, and then answers."""
    left = [error] * times

    def call() -> str:
        if left:
            raise left.pop()
        return "here"

    return call


def test_a_call_is_repeated_with_growing_pauses_and_the_log_says_so_twice(
    clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    waiting = Patience(60, away, "Prefect", pauses=(1, 4))
    with caplog.at_level(logging.WARNING, "greenlight.store"):
        assert waiting.ask(failing(5, ConnectionError("no"))) == "here"
    bounds = [(0.5, 1), (1, 2), (2, 4), (2, 4), (2, 4)]
    for pause, (least, most) in zip(clock.pauses, bounds, strict=True):
        assert least <= pause <= most
    assert [record.getMessage().split(":")[0] for record in caplog.records] == [
        "Prefect does not answer",
        f"Prefect answers again after {clock.now:.0f} s",
    ]


def test_the_last_failure_passes_through_when_time_is_up(clock: Clock) -> None:
    with pytest.raises(ConnectionError, match="no"):
        Patience(10, away, pauses=(1, 1)).ask(failing(99, ConnectionError("no")))
    assert 8 < clock.now < 10


def test_no_patience_is_one_call_and_other_failures_are_not_repeated(clock: Clock) -> None:
    with pytest.raises(ConnectionError):
        Patience(0, away).ask(failing(1, ConnectionError()))
    with pytest.raises(ValueError, match="bug"):
        Patience(60, away).ask(failing(1, ValueError("bug")))
    assert clock.pauses == []


def test_a_service_that_says_when_is_asked_no_sooner(
    clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def sleep(seconds: float) -> None:
        clock.sleep(seconds)

    monkeypatch.setattr(patience.asyncio, "sleep", sleep)
    call = failing(1, ConnectionError())

    async def ask() -> str:
        return call()

    waiting = Patience(60, away, asked=lambda _: 7.0)
    assert asyncio.run(waiting.ask_async(ask)) == "here"
    assert clock.pauses == [7.0]
