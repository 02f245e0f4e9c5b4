"""What all stages share: when a cached result is the same, and which failures are worth a retry."""

from __future__ import annotations

from typing import Any

from prefect.client.schemas.objects import State, TaskRun
from prefect.context import TaskRunContext
from prefect.tasks import Task, exponential_backoff

from greenlight.errors import ServiceUnavailable

RETRIES = 4
DELAYS = exponential_backoff(backoff_factor=2)


def slot_key(context: TaskRunContext, parameters: dict[str, Any]) -> str:
    """One key per stage and take of a production: edits of code or prompts do not change it."""
    take = str(parameters["take"]).replace("/", "-")
    return f"{parameters['production']}-{context.task.name}-{take}"


def transient(task: Task[..., Any], run: TaskRun, state: State[Any]) -> bool:
    """Whether a service was away: bad input and refusals are not mended by asking again."""
    return isinstance(state.data, (ServiceUnavailable, ConnectionError, TimeoutError))
