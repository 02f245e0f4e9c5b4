"""Find and end the processes of a stack, grandchildren and orphans included.

Every process of a stack carries a mark in its environment, which children inherit. It finds what
process groups and parent ids do not: a flow run whose worker was killed has init for a parent and a
session of its own.

`python -m greenlight.local.process MARK` is the watchdog: it ends a stack's processes when its
supervisor is gone, however it went. It has a pipe from the supervisor as standard input, which the
kernel closes when the supervisor dies, kill -9 included; before an orderly end the supervisor
writes a byte.
"""

from __future__ import annotations

import os
import select
import signal
import sys
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


GRACE_SECONDS = 4.0


def main(mark: str) -> None:
    """Wait for the supervisor's end, then end what carries the mark."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        # The terminal's Ctrl-C and a logout are for the supervisor, which then ends this process.
        signal.signal(number, signal.SIG_IGN)
    supervisor = os.getppid()
    while os.getppid() == supervisor:
        readable, _, _ = select.select([0], [], [], 1.0)
        if readable:
            if os.read(0, 1):
                return
            break
    # Twice: a worker that is told to end may have started a flow run in the same instant.
    for _ in range(2):
        end(marked(mark), GRACE_SECONDS)


if __name__ == "__main__":
    main(sys.argv[1])
