"""Jobs: clips that are rendered in the background, and survive a restart."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable
from typing import Any

from greenlight_standin.state import Interaction, Result
from greenlight_standin.wire.context import StandIn

log = logging.getLogger(__name__)

Ending = tuple[str, dict[str, Any], Result, dict[str, Any] | None]
"""How a job ends: its status, its answer, what came of it and what it used."""

Renderer = Callable[[StandIn, Interaction], Awaitable[Ending]]


def start_job(standin: StandIn, job: Interaction, render: Renderer) -> asyncio.Task[None]:
    """Render a job in the background."""
    task = asyncio.create_task(_run(standin, job, render), name=job.id)
    standin.jobs[job.id] = task
    task.add_done_callback(lambda _: standin.jobs.pop(job.id, None))
    return task


async def _run(standin: StandIn, job: Interaction, render: Renderer) -> None:
    try:
        ending = await render(standin, job)
    except asyncio.CancelledError:
        raise
    except Exception:
        message = "The clip could not be rendered."
        # Each wire reads its own of the two.
        answer = {
            "steps": [],
            "errors": [{"code": "internal", "message": message}],
            "error": {"code": 13, "message": message},
        }
        standin.state.end_interaction(job.id, "failed", answer, "failed")
        log.exception("job %s failed", job.id)
        raise
    standin.state.end_interaction(job.id, *ending)


async def stop_jobs(standin: StandIn) -> None:
    """Stop rendering; what is unfinished is taken up by the next start."""
    jobs = list(standin.jobs.values())
    for job in jobs:
        job.cancel()
    for job in jobs:
        with contextlib.suppress(asyncio.CancelledError):
            await job
