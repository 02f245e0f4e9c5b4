"""Which failures of a task are worth a retry."""

from __future__ import annotations

from typing import Any

from prefect.client.schemas.objects import State, TaskRun
from prefect.tasks import Task

from greenlight.errors import ServiceUnavailable, Stalled


def transient(task: Task[..., Any], run: TaskRun, state: State[Any]) -> bool:
    """Whether a service was away: bad input and refusals are not mended by asking again.

    What has stalled says itself when it is tried again, and takes no place until then.
    """
    passing = (ServiceUnavailable, ConnectionError, TimeoutError)
    return isinstance(state.data, passing) and not isinstance(state.data, Stalled)
