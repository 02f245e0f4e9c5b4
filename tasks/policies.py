"""What all stages share: when a cached result is the same, and which failures are worth a retry."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any

from prefect import task
from prefect.client.schemas.objects import State, TaskRun
from prefect.context import TaskRunContext
from prefect.tasks import Task, exponential_backoff

from greenlight.errors import ServiceUnavailable

RETRIES = 4
"""With these delays a service may be away for half a minute before the run gives up."""

StageFunction = Callable[[str, str], Coroutine[Any, Any, dict[str, Any]]]
StageTask = Task[[str, str], Coroutine[Any, Any, dict[str, Any]]]


def slot_key(context: TaskRunContext, parameters: dict[str, Any]) -> str:
    """One key per stage and take of a production: edits of code or prompts do not change it."""
    take = str(parameters["take"]).replace("/", "-")
    return f"{parameters['production']}-{context.task.name}-{take}"


def transient(task: Task[..., Any], run: TaskRun, state: State[Any]) -> bool:
    """Whether a service was away: bad input and refusals are not mended by asking again."""
    return isinstance(state.data, (ServiceUnavailable, ConnectionError, TimeoutError))


def stage(name: str, verb: str, *tags: str) -> Callable[[StageFunction], StageTask]:
    """Makes a stage a task: persisted small JSON result, explicit key, retries by class.

    Runs are named by what is done to which take: `draw sq010_sh0020/frame/v001_c2`.
    """
    return task(
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
