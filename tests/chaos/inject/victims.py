"""Finds and kills what a stack consists of: -9, with all its children, and waits for the end."""

from __future__ import annotations

import contextlib
import json
import time
from pathlib import Path

import psutil

from deployments.warm.run import name_of

SERVICES = ("worker", "prefect", "postgres", "s3", "models")
"""Victims by the stack's own names; `models` is the stand-in."""

_DEATH_SECONDS = 10.0


def kill_service(home: Path, name: str) -> list[int]:
    """Kills a service of the stack in `home` and all it started, except flow runs."""
    for _ in range(200):
        pid = json.loads((home / "stack.json").read_text())["pids"].get(name)
        victims = _tree(pid) if pid else []
        if victims:
            break
        time.sleep(0.05)  # it is being started again after an earlier death
    else:
        raise RuntimeError(f"{name} has no process to kill")
    _kill(victims)
    return [victim.pid for victim in victims]


def kill_flow(flow_runs: set[str]) -> list[int]:
    """Kills every process of these flow runs; empty when there is none just now."""
    victims = flow_processes(flow_runs)
    _kill(victims)
    return [victim.pid for victim in victims]


def flow_processes(flow_runs: set[str]) -> list[psutil.Process]:
    """Live processes that execute one of these flow runs."""
    names = flow_runs | {name_of(run) for run in flow_runs}
    return [p for p in psutil.process_iter() if _flow_run(p) in names]


def _tree(pid: int) -> list[psutil.Process]:
    try:
        root = psutil.Process(pid)
        return [root, *(c for c in root.children(recursive=True) if not _flow_run(c))]
    except psutil.NoSuchProcess:
        return []


def _flow_run(process: psutil.Process) -> str:
    """The id of the run that a process executes, or the name that it has for it; else nothing."""
    try:
        if process.status() == psutil.STATUS_ZOMBIE:
            return ""
        if (name := process.name()).startswith("run-"):
            return name
        return process.environ().get("PREFECT__FLOW_RUN_ID", "")
    except (psutil.Error, OSError):
        return ""  # gone meanwhile, or another user's


def _kill(victims: list[psutil.Process]) -> None:
    for victim in victims:
        with contextlib.suppress(psutil.NoSuchProcess):
            victim.kill()
    deadline = time.monotonic() + _DEATH_SECONDS
    while any(_lives(victim) for victim in victims):
        if time.monotonic() > deadline:
            raise RuntimeError(f"{victims} did not die")
        time.sleep(0.005)


def _lives(process: psutil.Process) -> bool:
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False
