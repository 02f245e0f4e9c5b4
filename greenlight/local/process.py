"""Find and end the processes of a stack, grandchildren and orphans included.

Every process of a stack carries a mark in its environment, which children inherit. It finds what
process groups and parent ids do not: a flow run whose worker was killed has init for a parent and a
session of its own.
"""

from __future__ import annotations

import signal
from collections.abc import Iterable

import psutil

STACK_MARK = "GREENLIGHT_STACK"
"""Environment variable that every process of a stack carries."""


def marked(prefix: str) -> list[psutil.Process]:
    """Live processes of this user whose stack mark begins with `prefix`, this one excepted."""
    me = psutil.Process().pid
    return [
        process
        for process in psutil.process_iter()
        if process.pid != me and _mark(process).startswith(prefix)
    ]


def end(processes: Iterable[psutil.Process], grace: float) -> list[str]:
    """Ask processes to end, kill those still there after `grace` seconds, and name the killed."""
    processes = list(processes)
    ask_to_end(processes)
    _, alive = psutil.wait_procs(processes, timeout=grace)
    killed = [f"{_name(process)} ({process.pid})" for process in alive]
    for process in alive:
        _signal(process, signal.SIGKILL)
    psutil.wait_procs(alive, timeout=5)
    return killed


def ask_to_end(processes: Iterable[psutil.Process]) -> None:
    """Send each process the signal upon which it ends in order."""
    for process in processes:
        # SIGTERM would make PostgreSQL wait for its clients; SIGINT is its fast shutdown.
        is_postgres = _name(process) == "postgres"
        _signal(process, signal.SIGINT if is_postgres else signal.SIGTERM)


def _mark(process: psutil.Process) -> str:
    try:
        return process.environ().get(STACK_MARK, "")
    except (psutil.Error, OSError):
        return ""  # another user's, or gone meanwhile: not ours


def _name(process: psutil.Process) -> str:
    try:
        return process.name()
    except psutil.Error:
        return "?"


def _signal(process: psutil.Process, number: int) -> None:
    try:
        process.send_signal(number)
    except psutil.NoSuchProcess:
        return  # it ended by itself, which is what was wanted
