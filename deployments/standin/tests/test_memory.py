"""Answers repeated from memory: the same bytes without drawing, and never another's."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest
from greenlight_standin.memory import Memory
from greenlight_standin.wire import stills
from hypothesis import given
from hypothesis import strategies as st

from deployments.standin.tests.calls import IMAGE_MODEL, image_config
from deployments.standin.tests.prompts import shot_prompt
from deployments.standin.tests.running import Running


def made(memory: Memory, asked: list[object], of: str, log: list[str]) -> str:
    async def make() -> str:
        log.append(of)
        return of

    return asyncio.run(memory.recall(lambda: asked, make))


def test_the_same_request_is_made_once_and_answered_alike() -> None:
    memory, log = Memory(1), []
    assert [made(memory, ["m", {"seed": 1}], "one", log) for _ in range(3)] == ["one"] * 3
    assert made(memory, ["m", {"seed": 2}], "two", log) == "two"
    assert (log, memory.hits) == (["one", "two"], 2)


def test_nothing_is_remembered_unless_it_is_asked_for() -> None:
    memory, log = Memory(0), []
    assert [made(memory, [], name, log) for name in "ab"] == ["a", "b"]


@given(st.lists(st.integers(0, 9), max_size=40))
def test_what_is_kept_never_exceeds_its_room(asked: list[int]) -> None:
    memory, log = Memory(1), []
    for number in asked:
        answer = str(number) * 400_000  # two of these fit
        assert made(memory, [number], answer, log) == answer
    assert sum(map(len, memory._kept.values())) == memory._size <= 1 << 20


def test_those_that_ask_at_once_share_one_answer_and_a_failure_is_nobodys() -> None:
    memory, log = Memory(1), []

    async def make() -> str:
        log.append("made")
        await asyncio.sleep(0.01)
        if len(log) == 1:
            raise OSError("no picture")
        return f"{len(log)}"

    async def all_at_once() -> list[object]:
        asks = [memory.recall(lambda: ["same"], make) for _ in range(5)]
        return list(await asyncio.gather(*asks, return_exceptions=True))

    first, *others = asyncio.run(all_at_once())
    assert isinstance(first, OSError)
    assert all(isinstance(answer, str) for answer in others)
    log[:] = ["before"]
    memory = Memory(1)
    assert asyncio.run(all_at_once()) == ["2"] * 5
    assert log == ["before", "made"]


def test_a_picture_comes_from_memory_and_what_a_fault_spoilt_does_not(
    start_standin: Callable[..., Running], monkeypatch: pytest.MonkeyPatch
) -> None:
    running, drawn = start_standin(memory=64), []
    whole = stills.drawn_frame
    monkeypatch.setattr(stills, "drawn_frame", lambda *args: drawn.append(args) or whole(*args))

    def draw(prompt: str) -> bytes:
        config = image_config()
        answer = running.client().models.generate_content(
            model=IMAGE_MODEL, contents=prompt, config=config
        )
        data: bytes = answer.candidates[0].content.parts[0].inline_data.data
        return data

    first = draw(shot_prompt("car"))
    assert draw(shot_prompt("car")) == first
    assert len(drawn) == 1
    running.fault("black", role="image", times=1)
    assert draw(shot_prompt("car")) != first
    assert draw(shot_prompt("car")) == first
    assert len(drawn) == 2
    assert draw(shot_prompt("fox")) != first
    assert len(running.served("?role=image&paid=1")) == 5
