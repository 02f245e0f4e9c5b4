"""Starts a flow run by a fork; Prefect's executor does the rest, as for a process of its own."""

from __future__ import annotations

import logging
import os
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import anyio.abc
from prefect.runner._process_manager import ProcessHandle
from prefect.settings import get_current_settings
from prefect.utilities.processutils import sanitize_subprocess_env

from deployments.warm.keeper import Keeper, NotWarm

if TYPE_CHECKING:
    from prefect.client.schemas.objects import FlowRun
    from prefect.runner._control_channel import ControlChannel
    from prefect.runner._flow_run_executor import ProcessStarter

_log = logging.getLogger("prefect.greenlight.warm")


class WarmStarter:
    """Prefect's `ProcessStarter` over a warm process; `cold` starts runs that cannot fork."""

    def __init__(
        self,
        keeper: Keeper,
        cold: ProcessStarter,
        *,
        folder: Path,
        environment: Mapping[str, str | None],
        stream_output: bool,
        control_channel: ControlChannel,
    ) -> None:
        self._keeper, self._cold = keeper, cold
        self._folder, self._environment = folder, environment
        self._quiet = not stream_output
        self._channel = control_channel

    async def start(
        self,
        flow_run: FlowRun,
        task_status: anyio.abc.TaskStatus[ProcessHandle] = anyio.TASK_STATUS_IGNORED,
    ) -> None:
        """Fork, say so, and return when the run has ended."""
        environment = run_environment(flow_run, self._environment)
        try:
            warm = await self._keeper.get(environment)
        except (NotWarm, OSError) as error:
            _log.warning("no warm process, so a cold start: %s", error)
            await self._cold.start(flow_run, task_status=task_status)
            return
        registered = self._register(flow_run, environment)
        try:
            run = await warm.fork(environment, str(self._folder), quiet=self._quiet)
        except NotWarm as error:
            if registered:
                self._channel.unregister(flow_run.id)
            _log.warning("no warm process, so a cold start: %s", error)
            await self._cold.start(flow_run, task_status=task_status)
            return
        except BaseException:
            if registered:
                self._channel.unregister(flow_run.id)
            raise
        task_status.started(ProcessHandle(cast("Any", run)))
        await run.over.wait()
        _log.info(
            "flow run %s: process %d ended with %d, %.0f MB at most (%.0f MB more than its parent)",
            *(flow_run.id, run.pid, run.returncode, run.peak_kb / 1024),
            max(0.0, (run.peak_kb - warm.resident_kb) / 1024),
        )

    def _register(self, flow_run: FlowRun, environment: dict[str, str]) -> bool:
        """Give the run its line to the worker, over which it is cancelled and reports its end."""
        try:
            port, token = self._channel.register(flow_run.id)
        except RuntimeError:
            return False  # without it, as in Prefect's own starter: signals and exit codes remain
        environment["PREFECT__CONTROL_PORT"] = str(port)
        environment["PREFECT__CONTROL_TOKEN"] = token
        return True


def job_environment(job: Mapping[str, str | None]) -> dict[str, str]:
    """The worker's own environment, the job's over it, and Prefect's settings over both."""
    settings = get_current_settings().to_environment_variables(exclude_unset=True)
    return sanitize_subprocess_env({**os.environ, **job, **settings})


def run_environment(flow_run: FlowRun, job: Mapping[str, str | None]) -> dict[str, str]:
    """The environment that Prefect's `EngineCommandStarter` gives a process of this run."""
    return {
        **job_environment(job),
        "PREFECT__FLOW_RUN_ID": str(flow_run.id),
        "PREFECT__ENABLE_CANCELLATION_AND_CRASHED_HOOKS": "false",
    }
