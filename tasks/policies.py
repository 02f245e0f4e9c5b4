"""What all stages share: when a cached result is the same, and which failures are worth a retry."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from functools import wraps
from typing import Any

from prefect import task
from prefect.client.schemas.objects import State, TaskRun
from prefect.context import TaskRunContext
from prefect.states import Cancelled
from prefect.tasks import Task, exponential_backoff

from greenlight.errors import ServiceUnavailable, Stalled
from greenlight.money.superseded import Superseded

RETRIES = 4
"""With their delays half a minute, and each try waits for a service that is away by itself: two
minutes and a half for the object store and for Prefect, half a minute for the models."""

StageFunction = Callable[[str, str, int], Coroutine[Any, Any, dict[str, Any]]]
StageTask = Task[[str, str, int], Coroutine[Any, Any, dict[str, Any]]]
"""Production and take; `ask` is there for the cache key alone: the ledger knows what was asked."""


def slot_key(context: TaskRunContext, parameters: dict[str, Any]) -> str:
    """One key per stage, take and ask of a production: edits of code or prompts do not change it.

    A first ask, which nearly all are, adds nothing to the key.
    """
    take = str(parameters["take"]).replace("/", "-")
    ask = parameters.get("ask", 1)
    again = f"-ask{ask:02d}" if ask > 1 else ""
    return f"{parameters['production']}-{context.task.name}-{take}{again}"


def transient(task: Task[..., Any], run: TaskRun, state: State[Any]) -> bool:
    """Whether a service was away: bad input and refusals are not mended by asking again.

    What has stalled says itself when it is tried again, and takes no place until then.
    """
    passing = (ServiceUnavailable, ConnectionError, TimeoutError)
    return isinstance(state.data, passing) and not isinstance(state.data, Stalled)


def stage(name: str, verb: str, *tags: str) -> Callable[[StageFunction], StageTask]:
    """Makes a stage a task: persisted small JSON result, explicit key, retries by class.

    Runs are named by what is done to which take: `draw sq010_sh0020/frame/v001_c2`.
    """
    made = task(
        name=name,
        task_run_name=f"{verb} {{take}}",
        tags=tags,
        cache_key_fn=slot_key,
        persist_result=True,
        result_serializer="json",
        retries=RETRIES,
        retry_delay_seconds=exponential_backoff(backoff_factor=2),
        retry_jitter_factor=0.5,
        retry_condition_fn=transient,
    )
    return lambda work: made(_withdrawn(work))


def _withdrawn(work: StageFunction) -> StageFunction:
    """What nobody wants any more ends as cancelled: it has not failed, and nothing is cached."""

    @wraps(work)
    async def stage_or_nothing(production: str, take: str, ask: int = 1) -> dict[str, Any]:
        try:
            return await work(production, take, ask)
        except Superseded as error:
            return Cancelled(message=str(error))  # type: ignore[return-value]

    return stage_or_nothing
