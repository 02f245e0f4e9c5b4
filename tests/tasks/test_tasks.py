"""What a stage's task caches by, what it retries, and what travels through its result."""

from __future__ import annotations

import asyncio
import json
from types import SimpleNamespace
from typing import Any, get_args

import pytest
from prefect.states import Failed

from flows import previs
from greenlight.errors import InvalidInput, Refused, ServiceUnavailable
from greenlight.money.budget import BudgetExceeded
from greenlight.money.ledger import Slot
from greenlight.money.superseded import Superseded
from greenlight.production.folding import Work, WorkKind
from greenlight.production.names import TakeId
from greenlight.production.records import Record
from tasks import stages
from tasks.retries import transient
from tasks.stages import STAGES, packed, slot_key, unpacked
from tests.production.world import World


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


@pytest.mark.parametrize("kind", get_args(WorkKind))
def test_every_stage_is_a_task_with_explicit_key_persisted_json_and_retries(kind: str) -> None:
    task: Any = STAGES[kind]  # type: ignore[index]
    assert task.name == kind
    assert task.cache_key_fn is slot_key
    assert task.persist_result is True
    assert task.result_serializer == "json"
    assert task.retries >= 2
    assert task.retry_condition_fn is transient
    assert "{take}" in task.task_run_name


def test_work_that_nobody_wants_any_more_ends_as_cancelled_and_files_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def draw(given: object) -> Record:
        raise Superseded(Slot(subject="sq010_sh0010", kind="frame", version=1, candidate=1))

    monkeypatch.setattr(stages, "workspace_of", lambda production: None)
    monkeypatch.setattr(stages, "assign", lambda workspace, kind, take: None)
    withdrawn: Any = stages.stage("frame", "draw", draw).fn
    state = asyncio.run(withdrawn("fox-1", "sq010_sh0010/frame/v001_c1", 1))
    assert state.is_cancelled()
    assert state.message.startswith("sq010_sh0010/frame/v001_c1 is no longer wanted")
    workspace: Any = SimpleNamespace(keys=SimpleNamespace(production="fox-1"))
    monkeypatch.setitem(previs.STAGES, "frame", withdrawn)
    asyncio.run(previs._run(workspace, Work("frame", TakeId("frame", 1, "sq010_sh0010", 1))))


def made_by_stages() -> list[Record]:
    """One record of every kind that a stage returns."""
    world = World(shots=1, candidates=1)
    world.run()
    world.approve_one_each()
    world.do(world.state.work[0], miss="unknown")
    missed = list(world.facts.misses.values())
    world = World(shots=1, candidates=1)
    while not world.facts.deliveries:
        world.run()
        world.approve_one_each()
    facts = world.facts
    kinds = (facts.shot_lists, facts.takes, facts.checks, facts.deliveries)
    return [*missed, *(next(iter(found.values())) for found in kinds)]


@pytest.mark.parametrize("record", made_by_stages(), ids=lambda record: type(record).__name__)
def test_a_record_is_the_same_after_its_way_through_the_result_store(record: Record) -> None:
    result = json.loads(json.dumps(packed(record)))
    assert unpacked(result) == record
