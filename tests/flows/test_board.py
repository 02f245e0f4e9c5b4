"""The board is drawn beside other work, and is up to date at a gate."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import pytest

from flows import board


@pytest.mark.parametrize("taken_since", [0, 1])
def test_a_gate_waits_for_the_drawing_that_began_beside_other_work(
    monkeypatch: pytest.MonkeyPatch, taken_since: int
) -> None:
    drawn: list[int] = []

    async def draw(_: Any, workspace: Any, facts: Any, state: Any, held: Any) -> None:
        await asyncio.sleep(0.05)
        drawn.append(len(facts.takes))

    monkeypatch.setattr(board, "_draw", draw)
    monkeypatch.setattr(board, "EVERY_SECONDS", 0.0)
    monkeypatch.setattr(board, "FIRST_SECONDS", 0.0)
    workspace: Any = SimpleNamespace(keys=SimpleNamespace(production=f"p-{uuid4().hex}"))
    state: Any = SimpleNamespace(waiting=(), delivered=None)

    def facts(takes: int) -> Any:
        return SimpleNamespace(takes=range(takes), checks=(), watermark=0)

    async def go() -> None:
        drawn_by_run = board.new_board()
        await board.show(drawn_by_run, workspace, facts(1), state, busy=1)
        assert drawn == []  # the flow goes on meanwhile
        await board.show(drawn_by_run, workspace, facts(1 + taken_since), state, busy=0)

    asyncio.run(go())
    assert drawn == [1, 2][: 1 + taken_since]
