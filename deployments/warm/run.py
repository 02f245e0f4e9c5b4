"""A forked child becomes the process that `python -m prefect.engine` would be."""

from __future__ import annotations

import os
import random
import runpy
import sys
import warnings
from pathlib import Path

from deployments.warm.words import Ask
from greenlight import tracing


def become(ask: Ask) -> None:
    """Execute the flow run of `ask`; raises SystemExit with the engine's exit code at its end."""
    os.environ.clear()
    os.environ.update(ask.environment)
    os.chdir(ask.folder)
    if ask.quiet:
        _be_quiet()
    random.seed()
    flow_run = ask.environment["PREFECT__FLOW_RUN_ID"]
    Path("/proc/self/comm").write_text(name_of(flow_run))
    tracing.begin()
    execute(flow_run)


def execute(flow_run: str) -> None:
    """Run Prefect's engine for this flow run, as the main program."""
    sys.argv = ["prefect.engine", flow_run]
    with warnings.catch_warnings():
        # The engine has been imported already, which runpy finds worth a warning.
        warnings.filterwarnings("ignore", category=RuntimeWarning, module="runpy")
        runpy.run_module("prefect.engine", run_name="__main__", alter_sys=True)
    sys.exit(0)


def name_of(flow_run: str) -> str:
    """The name of a flow run's process in `ps` and `top`: the end of its id, the part that differs.

    The kernel keeps 15 characters.
    """
    return f"run-{flow_run.replace('-', '')[-10:]}"


def _be_quiet() -> None:
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for stream in (1, 2):
        os.dup2(nowhere, stream)
    os.close(nowhere)
