"""The stages as tasks: one take each, whose record is filed by the flow.

A result is cached under its stage, take and ask, and nothing else: it travels as small JSON and is
filed outside the cached body, so that a cached one whose record is missing is filed again.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import nullcontext
from functools import partial
from typing import Any

from prefect import task
from prefect.context import TaskRunContext
from prefect.states import Cancelled
from prefect.tasks import Task, exponential_backoff

from greenlight.generate.request import Role
from greenlight.money.superseded import Superseded
from greenlight.production.checks import CheckRecord
from greenlight.production.folding import WorkKind
from greenlight.production.names import parse_take
from greenlight.production.records import (
    DeliveryRecord,
    MissRecord,
    Record,
    ShotListRecord,
    TakeRecord,
)
from greenlight.stages.animatic import assemble_frames
from greenlight.stages.assignment import Assignment, assign
from greenlight.stages.breakdown import break_down
from greenlight.stages.checks import check_take
from greenlight.stages.cut import assemble
from greenlight.stages.deliver import deliver
from greenlight.stages.takes import make_take
from greenlight.workspace import Workspace, workspace_of
from tasks.limits import limit
from tasks.retries import transient

RETRIES = 4
"""With their delays half a minute, and each try waits for a service that is away by itself: two
minutes and a half for the object store and for Prefect, half a minute for the models."""

Make = Callable[[Assignment], Awaitable[Record]]
StageTask = Task[[str, str, int], Coroutine[Any, Any, dict[str, Any]]]
"""Of a production's id, a take and its ask, which only the cache key needs."""

_KINDS: dict[str, type[Record]] = {
    kind.__name__: kind
    for kind in (ShotListRecord, TakeRecord, MissRecord, CheckRecord, DeliveryRecord)
}


def slot_key(context: TaskRunContext, parameters: dict[str, Any]) -> str:
    """One key per stage, take and ask of a production: edits of code or prompts do not change it.

    A first ask, which nearly all are, adds nothing to the key.
    """
    take = str(parameters["take"]).replace("/", "-")
    ask = parameters.get("ask", 1)
    again = f"-ask{ask:02d}" if ask > 1 else ""
    return f"{parameters['production']}-{context.task.name}-{take}{again}"


def stage(
    kind: WorkKind, verb: str, make: Make, role: Role | None = None, *, limited: bool = True
) -> StageTask:
    """The task of one kind of work, which takes a place in its role's limit if it is `limited`.

    Runs are named by what is done to which take: `draw sq010_sh0020/frame/v001_c2`. Superseded work
    ends as cancelled: it has not failed, and nothing is cached.
    """

    @task(
        name=kind,
        task_run_name=f"{verb} {{take}}",
        tags=[f"role:{role}"] if role else [],
        cache_key_fn=slot_key,
        persist_result=True,
        result_serializer="json",
        retries=RETRIES,
        retry_delay_seconds=exponential_backoff(backoff_factor=2),
        retry_jitter_factor=0.5,
        retry_condition_fn=transient,
    )
    async def run(production: str, take: str, ask: int = 1) -> dict[str, Any]:
        workspace = workspace_of(production)
        async with limit(role) if role and limited else nullcontext():
            given = await asyncio.to_thread(assign, workspace, kind, parse_take(take))
            try:
                return packed(await make(given))
            except Superseded as error:
                return Cancelled(message=str(error))  # type: ignore[return-value]

    return run


STAGES: dict[WorkKind, StageTask] = {
    "breakdown": stage("breakdown", "break down", break_down, "text"),
    "sheet": stage("sheet", "draw", make_take, "image"),
    "frame": stage("frame", "draw", make_take, "image"),
    "clip": stage("clip", "shoot", make_take, "video"),
    # Rules need no model: the limit is entered for the grading alone.
    "check": stage(
        "check", "check", partial(check_take, grading=partial(limit, "text")), "text", limited=False
    ),
    "animatic": stage("animatic", "assemble", assemble_frames),
    "cut": stage("cut", "assemble", assemble),
    "deliver": stage("deliver", "deliver", deliver),
}


def packed(record: Record) -> dict[str, Any]:
    """The record as small JSON, with its kind."""
    return {"kind": type(record).__name__, "record": record.model_dump(mode="json")}


def unpacked(result: dict[str, Any]) -> Record:
    """The record in a stage's result."""
    return _KINDS[result["kind"]].model_validate(result["record"])


def file(workspace: Workspace, result: dict[str, Any]) -> Record:
    """Writes a stage's record, once; a cached result is filed again without harm.

    A shot list whose number was taken by an edit meanwhile gets the next free one.
    """
    record = unpacked(result)
    winner = workspace.records.claim(record)
    while (
        isinstance(record, ShotListRecord)
        and isinstance(winner, ShotListRecord)
        and winner.attempt != record.attempt
    ):
        record = record.model_copy(update={"version": record.version + 1})
        winner = workspace.records.claim(record)
    return winner
