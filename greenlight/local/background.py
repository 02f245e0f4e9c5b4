"""Start the stack as a process of its own, and stop one that runs."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Collection
from pathlib import Path

import psutil

from greenlight.errors import StackError
from greenlight.local.home import (
    ServiceEvent,
    StackInfo,
    load_credentials,
    lock_holder,
    prepare_home,
    running,
)
from greenlight.local.process import end, marked

# A worker's flow runs finish their POSTs; PostgreSQL's last checkpoint and SeaweedFS take seconds.
_STOP_SECONDS = 90.0

# Longer than the slowest service is given to start.
_SETTLE_SECONDS = 320.0


def detach(
    home: Path,
    root: Path,
    on_event: Callable[[ServiceEvent], None] = lambda event: None,
    *,
    first_port: int | None = None,
    without: Collection[str] = (),
) -> StackInfo:
    """Start the stack in the background and return when it is up; it outlives this process.

    One that runs already is returned as it is. Raises StackError with the reason when it does not
    come up.
    """
    found = _settled(home)
    if found is not None:
        return found
    prepare_home(home)
    reading, writing = os.pipe()
    command = [sys.executable, "-m", "greenlight.local", "--home", str(home), "--root", str(root)]
    command += ["--events-fd", str(writing)]
    if first_port is not None:
        command += ["--first-port", str(first_port)]
    for name in without:
        command += ["--without", name]
    log = os.open(home / "logs" / "supervisor.log", os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    try:
        subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            pass_fds=[writing],
            start_new_session=True,
        )
    finally:
        os.close(writing)
        os.close(log)
    failure = _relay(reading, on_event)
    info = running(home)
    if failure is None and info is not None:
        return info
    log_path = home / "logs" / "supervisor.log"
    raise StackError(failure or f"the stack ended while it started (log: {log_path})")


def down(home: Path) -> bool:
    """Stop the stack of that home and return when nothing of it is left; says if there was any.

    A supervisor that does not end in time is killed, and so is whatever it leaves behind.
    """
    holder = lock_holder(home)
    if holder is not None:
        os.kill(holder, signal.SIGTERM)
        deadline = time.monotonic() + _STOP_SECONDS
        while lock_holder(home) == holder and time.monotonic() < deadline:
            time.sleep(0.1)
        if lock_holder(home) == holder:
            psutil.Process(holder).kill()
    if not (home / "credentials.json").exists():
        return holder is not None
    leftovers = marked(load_credentials(home).stack_id)
    end(leftovers, grace=10.0)
    return holder is not None or bool(leftovers)


def _settled(home: Path) -> StackInfo | None:
    """A stack that is up, once one that is starting is up and one that is stopping has gone."""
    deadline = time.monotonic() + _SETTLE_SECONDS
    while (holder := lock_holder(home)) is not None:
        info = running(home)
        if info is not None and info.state == "up":
            return info
        if time.monotonic() > deadline:
            raise StackError(f"the stack in {home} neither starts nor stops (pid {holder})")
        time.sleep(0.2)
    return None


def _relay(descriptor: int, on_event: Callable[[ServiceEvent], None]) -> str | None:
    """Pass events on until the supervisor says how it went; its reason, if it went badly."""
    with os.fdopen(descriptor) as pipe:
        for line in pipe:
            event = ServiceEvent.model_validate_json(line)
            if event.name == "stack" and event.state == "failed":
                return event.detail
            on_event(event)
    return None
