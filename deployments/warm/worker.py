"""The worker type `greenlight-warm`: Prefect's process worker with another way to start a run."""

from __future__ import annotations

import contextlib
import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import anyio
import anyio.abc
from prefect.flows import load_flow_from_flow_run
from prefect.runner._flow_run_executor import FlowRunExecutionResult, FlowRunExecutorContext
from prefect.runner._starter_engine import EngineCommandStarter
from prefect.workers.process import ProcessJobConfiguration, ProcessWorker, ProcessWorkerResult

from deployments.warm import WORKER_TYPE
from deployments.warm.keeper import Keeper, NotWarm, adopt_orphans
from deployments.warm.starter import WarmStarter, job_environment

if TYPE_CHECKING:
    from prefect.client.schemas.objects import FlowRun
    from prefect.runner._process_manager import ProcessHandle

ENGINE = "python -m prefect.engine"
"""The command of a run that may be forked: any other is started as it stands."""

MODULES = (
    "flows.previs",
    "flows.reconcile",
    "flows.batch",
    "flows.notify",
    "prefect.flow_engine",
    "prefect.task_engine",
    "prefect.client.orchestration",
    "prefect.events.clients",
    "prefect.logging.handlers",
    "prefect.results",
    "prefect.deployments.steps.pull",
    "prefect.deployments.steps.core",
    "prefect._internal.metrics",
    "prefect.concurrency.asyncio",
    "prefect.input.run_input",
    "prefect.artifacts",
    "websockets.asyncio.client",
    "greenlight.generate.gemini",
    "greenlight.generate.families.interactions",
    "google.genai._gaos.google_genai",
    "google.genai._gaos.utils.queryparams",
    "google.genai._interactions_continuation",
    "greenlight.media.contact",
    "anyio._backends._asyncio",
    "boto3.s3.inject",
    "s3transfer.manager",
    "deployments.warm.ready",
    "prefect.utilities.visualization",
    "httpcore2",
    "truststore",
    "google.auth.aio.credentials",
    "numpy.ma",
    "encodings.idna",
    "rich._emoji_codes",
    "PIL.JpegImagePlugin",
    "PIL.PngImagePlugin",
    "PIL.PdfImagePlugin",
    "PIL.ImageSequence",
)
"""What flow runs need before their first paid request; none of it may start a thread."""


class WarmWorker(ProcessWorker):
    """Forks flow runs from a warm process; what has a command of its own is started cold."""

    type = WORKER_TYPE
    _description = (
        "Forks flow runs from a process in which Greenlight and Prefect are imported already, "
        "so that a run begins after a fraction of a second. Linux."
    )
    _display_name = "Greenlight (warm)"

    async def __aenter__(self) -> Self:
        root = Path(os.environ.get("GREENLIGHT_ROOT") or Path.cwd())
        adopt_orphans()
        self._keeper = Keeper(MODULES, root)
        await super().__aenter__()
        return self

    async def __aexit__(self, *failure: Any) -> None:
        try:
            await super().__aexit__(*failure)
        finally:
            self._keeper.retire()

    async def setup(self) -> None:
        """Begin with a warm process at hand: the first run of the day does not wait for it."""
        await super().setup()
        assert self._runs_task_group is not None
        self._runs_task_group.start_soon(self._warm_up)

    async def _warm_up(self) -> None:
        with contextlib.suppress(NotWarm):  # the first run says so, and starts cold
            await self._keeper.get(job_environment({}))

    async def run(
        self,
        flow_run: FlowRun,
        configuration: ProcessJobConfiguration,
        task_status: anyio.abc.TaskStatus[int] | None = None,
    ) -> ProcessWorkerResult:
        """Execute a flow run to its end, as `ProcessWorker.run` does for one with a command."""
        command = configuration.command
        if configuration._command_configured and command != ENGINE:
            return await super().run(flow_run, configuration, task_status)
        status = task_status or anyio.TASK_STATUS_IGNORED
        with _folder(configuration.working_dir) as folder:
            async with FlowRunExecutorContext() as context:
                cold = EngineCommandStarter(
                    command=ENGINE,
                    cwd=folder,
                    env=configuration.env,
                    stream_output=configuration.stream_output,
                    control_channel=context.control_channel,
                )
                starter = WarmStarter(
                    self._keeper,
                    cold,
                    folder=folder,
                    environment=configuration.env,
                    stream_output=configuration.stream_output,
                    control_channel=context.control_channel,
                )
                executor = context.create_executor(
                    flow_run,
                    starter,
                    resolve_flow=load_flow_from_flow_run,
                    propose_submitting=False,
                )
                execution: FlowRunExecutionResult | None = None

                async def execute(
                    *,
                    task_status: anyio.abc.TaskStatus[ProcessHandle] = anyio.TASK_STATUS_IGNORED,
                ) -> None:
                    nonlocal execution
                    execution = await executor.submit(task_status=task_status)

                async with anyio.create_task_group() as group:
                    handle = await group.start(execute)
                    status.started(handle.pid)
        if execution is None or execution.status_code is None:
            raise RuntimeError("the flow run's process could not be started")
        return ProcessWorkerResult(
            status_code=execution.status_code, identifier=str(execution.handle.pid)
        )


def _folder(chosen: Path | None) -> contextlib.AbstractContextManager[Path]:
    """The folder to begin in: the job's own, or one that is removed at the end."""
    if chosen is not None:
        return contextlib.nullcontext(Path(chosen).resolve())
    return _temporary()


@contextlib.contextmanager
def _temporary() -> Any:
    with tempfile.TemporaryDirectory(suffix="prefect") as name:
        yield Path(name).resolve()
