"""One pause per model: set by whoever hears a 429, kept by all processes, on one clock."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from greenlight.errors import Stalled
from greenlight.money import backoff
from greenlight.money.backoff import LONGEST_SECONDS, POSTS, Backoff, pause_after
from greenlight.store.objects import ObjectStore
from greenlight.store.records import now


@pytest.fixture
def model() -> Iterator[str]:
    """A model of the test's own."""
    yield f"test-{secrets.token_hex(4)}"
    backoff._seen.clear()


def anew(objects: ObjectStore, model: str) -> Backoff:
    """As another process sees it, which remembers nothing."""
    backoff._seen.clear()
    return Backoff(objects, model)


def test_a_model_that_nobody_held_is_free_at_once(objects: ObjectStore, model: str) -> None:
    assert anew(objects, model).left() == 0
    asyncio.run(anew(objects, model).wait())


def test_a_held_model_is_free_when_its_time_is_over(objects: ObjectStore, model: str) -> None:
    anew(objects, model).hold(1, "busy")
    assert asyncio.run(anew(objects, model).wait()) > 0.5
    assert anew(objects, model).left() == 0


def test_of_many_pauses_the_one_that_ends_last_counts(objects: ObjectStore, model: str) -> None:
    def hold(seconds: float) -> None:
        Backoff(objects, model).hold(seconds, "busy")

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(hold, (3, 40, 5, 90, 2, 7)))
    assert 80 < anew(objects, model).left() <= 92


def test_no_pause_is_longer_than_an_hour(objects: ObjectStore, model: str) -> None:
    anew(objects, model).hold(86_400, "busy")
    assert LONGEST_SECONDS - 60 < anew(objects, model).left() <= LONGEST_SECONDS + 2


def test_a_pause_longer_than_a_process_waits_says_why_and_until_when(
    objects: ObjectStore, model: str
) -> None:
    anew(objects, model).hold(600, "the quota of the day is used up")
    began = now()
    with pytest.raises(Stalled, match="quota of the day") as stalled:
        asyncio.run(anew(objects, model).wait())
    assert 590 < (stalled.value.until - began).total_seconds() < 603


def test_a_pause_that_was_lifted_is_over_for_everybody(objects: ObjectStore, model: str) -> None:
    anew(objects, model).hold(600, "busy")
    anew(objects, model).lift()
    assert anew(objects, model).left() == 0


def test_pauses_grow_and_are_bounded_whatever_the_service_asks_for() -> None:
    assert [pause_after(None, n) for n in range(1, 6)] == [1, 2, 4, 8, 16]
    assert [pause_after(1.0, n) for n in range(1, 6)] == [1] * 5
    grown = [pause_after(1.0, n) for n in range(POSTS, POSTS + 6)]
    assert grown == [120, 240, 480, 900, 900, 900]
    assert pause_after(3600.0, POSTS + 2) == 3600
    assert pause_after(None, 10_000) == 900
