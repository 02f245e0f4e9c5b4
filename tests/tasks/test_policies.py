"""What a stage's task caches by, and what it asks again for."""

from __future__ import annotations

import asyncio
import importlib
from types import SimpleNamespace
from typing import Any

import pytest
from prefect.states import Failed

from flows import previs
from greenlight.errors import InvalidInput, Refused, ServiceUnavailable
from greenlight.money.budget import BudgetExceeded
from greenlight.money.ledger import Slot
from greenlight.money.superseded import Superseded
from greenlight.production.folding import Work
from greenlight.production.names import TakeId
from tasks.policies import slot_key, stage, transient

STAGES = {
    "breakdown": "breakdown",
    "frames": "frame",
    "clips": "clip",
    "checks": "check",
    "cut": "cut",
    "deliver": "deliver",
}


def key(task: str, **parameters: str) -> str:
    context: Any = SimpleNamespace(task=SimpleNamespace(name=task))
    return slot_key(context, parameters)


def test_the_key_is_the_slot_and_nothing_else() -> None:
    first = key("frame", production="fox-1", take="sq010_sh0010/frame/v001_c1")
    assert first == key("frame", production="fox-1", take="sq010_sh0010/frame/v001_c1")
    others = {
        key("check", production="fox-1", take="sq010_sh0010/frame/v001_c1"),
        key("frame", production="fox-2", take="sq010_sh0010/frame/v001_c1"),
        key("frame", production="fox-1", take="sq010_sh0010/frame/v001_c2"),
    }
    assert len(others | {first}) == 4


@pytest.mark.parametrize(
    "error", [ServiceUnavailable("S3 is away"), ConnectionError(), TimeoutError()]
)
def test_a_service_that_is_away_is_asked_again(error: Exception) -> None:
    task: Any = None
    run: Any = None
    assert transient(task, run, Failed(data=error))


@pytest.mark.parametrize(
    "error",
    [InvalidInput("no"), Refused("no"), BudgetExceeded(*4 * (1,)), ValueError("bug")],  # type: ignore[arg-type]
)
def test_what_asking_again_does_not_mend_is_not_asked_again(error: Exception) -> None:
    task: Any = None
    run: Any = None
    assert not transient(task, run, Failed(data=error))


@pytest.mark.parametrize(("module", "name"), STAGES.items())
def test_every_stage_is_a_task_with_explicit_key_persisted_json_and_retries(
    module: str, name: str
) -> None:
    task = getattr(importlib.import_module(f"tasks.{module}"), name)
    assert task.name == name
    assert task.cache_key_fn is slot_key
    assert task.persist_result is True
    assert task.result_serializer == "json"
    assert task.retries >= 2
    assert task.retry_condition_fn is transient
    assert "{take}" in task.task_run_name


def test_work_that_nobody_wants_any_more_ends_as_cancelled_and_files_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def draw(production: str, take: str, ask: int = 1) -> dict[str, Any]:
        raise Superseded(Slot(subject="sq010_sh0010", kind="frame", version=1, candidate=1))

    withdrawn = stage("frame", "draw")(draw).fn
    state: Any = asyncio.run(withdrawn("fox-1", "sq010_sh0010/frame/v001_c1", 1))
    assert state.is_cancelled()
    assert state.message.startswith("sq010_sh0010/frame/v001_c1 is no longer wanted")
    workspace: Any = SimpleNamespace(keys=SimpleNamespace(production="fox-1"))
    monkeypatch.setitem(previs.STAGES, "frame", withdrawn)
    asyncio.run(previs._run(workspace, Work("frame", TakeId("frame", 1, "sq010_sh0010", 1))))
