"""Starts services, restarts those that die, ends all of them.

One thread does everything, and it must stay alive as long as the services: on Linux the kernel
ends a service when the *thread* that started it ends.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import psutil

from greenlight.errors import StackError
from greenlight.local.home import ServiceEvent, State
from greenlight.local.logs import Logs
from greenlight.local.process import ask_to_end, end, marked
from greenlight.local.service import Service

_TICK_SECONDS = 0.05
_IDLE_TICK_SECONDS = 0.25
_FIRST_PAUSE_SECONDS = 0.5
_LONGEST_PAUSE_SECONDS = 30.0

# A service that ran this long and died is started again at once, as if it had never failed.
_STEADY_SECONDS = 60.0


@dataclass
class _Running:
    service: Service
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    up: bool = False
    failures: int = 0
    not_before: float = 0.0


class Supervisor:
    """Keeps a set of services running; not thread-safe, so one thread calls it."""

    def __init__(
        self,
        services: Sequence[Service],
        mark: str,
        logs: Logs,
        on_event: Callable[[ServiceEvent], None],
    ) -> None:
        self._mark = mark
        self._logs = logs
        self._on_event = on_event
        self._running = {service.name: _Running(service) for service in services}
        self._watchdog: subprocess.Popen[bytes] | None = None

    @property
    def pids(self) -> dict[str, int]:
        """Service → process id, of those that have a process now."""
        return {
            name: one.process.pid for name, one in self._running.items() if one.process is not None
        }

    def start(self, stopped: Callable[[], bool]) -> None:
        """Start everything and return when it is up, or when `stopped` says so.

        Raises StackError for a service that ends, or is not up in its time, at its first start.
        """
        while not all(one.up for one in self._running.values()) and not stopped():
            self._keep_watchdog()
            for one in self._running.values():
                if one.process is None:
                    self._spawn(one)
                elif not one.up:
                    self._must_be_coming(one)
                    self._probe(one)
            self._logs.gather()
            time.sleep(_TICK_SECONDS)

    def keep(self, stopped: Callable[[], bool], on_change: Callable[[], None]) -> None:
        """Restart what dies until `stopped` says so; `on_change` hears that process ids changed."""
        while not stopped():
            self._keep_watchdog()
            for one in self._running.values():
                if one.process is not None and one.process.poll() is not None:
                    self._died(one)
                if one.process is None and time.monotonic() >= one.not_before:
                    self._spawn(one)
                    on_change()
                if not one.up:
                    self._probe(one)
            self._logs.gather()
            time.sleep(_IDLE_TICK_SECONDS)

    def stop(self) -> None:
        """End all services, dependents first, and whatever else carries the stack's mark."""
        for one in reversed(self._running.values()):  # later ones may use the earlier ones
            if one.process is None:
                continue
            if one.service.children_seconds:
                _end_children(one.process.pid, one.service.children_seconds)
            self._end(one)
            self._logs.gather()
        leftovers = end(marked(self._mark), grace=2.0)
        if leftovers:
            self._say("stack", "note", detail=f"killed {', '.join(leftovers)}")
        self._dismiss_watchdog()
        self._logs.gather()

    def _spawn(self, one: _Running) -> None:
        service = one.service
        command = service.command
        if not service.binds_itself:
            command = [
                *(sys.executable, "-m", "greenlight.local.launch"),
                *("--parent", str(os.getpid()), "--signal", str(int(service.stop_signal)), "--"),
                *command,
            ]
        with self._logs.open_for(service.name) as log:
            one.process = subprocess.Popen(
                command,
                env=dict(service.environment),
                cwd=service.folder,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                umask=0o077,
            )
        one.started = time.monotonic()
        one.up = False
        self._say(service.name, "starting")

    def _probe(self, one: _Running) -> None:
        if one.process is None or one.process.poll() is not None:
            return
        detail = one.service.ready(one.process.pid)
        if detail is not None:
            one.up = True
            self._say(one.service.name, "up", time.monotonic() - one.started, detail)

    def _must_be_coming(self, one: _Running) -> None:
        assert one.process is not None
        name, seconds = one.service.name, time.monotonic() - one.started
        code = one.process.poll()
        if code is not None:
            reason = f"ended with {_exit(code)}"
        elif seconds > one.service.start_seconds:
            reason = f"is not up after {one.service.start_seconds:.0f} s"
        else:
            return
        last = self._logs.reason(name)
        self._say(name, "failed", seconds, reason)
        raise StackError(f"{name} {reason}: {last or 'no output'} (log: {self._logs.path(name)})")

    def _died(self, one: _Running) -> None:
        assert one.process is not None
        code, lived = one.process.returncode, time.monotonic() - one.started
        one.failures = 0 if one.up and lived > _STEADY_SECONDS else one.failures + 1
        pause = min(_LONGEST_PAUSE_SECONDS, _FIRST_PAUSE_SECONDS * 2 ** max(0, one.failures - 1))
        one.process, one.up, one.not_before = None, False, time.monotonic() + pause
        detail = f"ended with {_exit(code)}, is started again in {pause:.1f} s"
        self._say(one.service.name, "restarting", lived, detail)

    def _end(self, one: _Running) -> None:
        assert one.process is not None
        name, begun = one.service.name, time.monotonic()
        detail = ""
        if one.process.poll() is None:
            one.process.send_signal(one.service.stop_signal)
            try:
                one.process.wait(one.service.stop_seconds)
            except subprocess.TimeoutExpired:
                one.process.kill()
                one.process.wait()
                detail = f"killed, it did not end within {one.service.stop_seconds:.0f} s"
        one.process, one.up = None, False
        self._say(name, "stopped", time.monotonic() - begun, detail)

    def _keep_watchdog(self) -> None:
        if self._watchdog is not None and self._watchdog.poll() is None:
            return
        with self._logs.open_for("watchdog") as log:
            self._watchdog = subprocess.Popen(
                [sys.executable, "-m", "greenlight.local.process", self._mark],
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def _dismiss_watchdog(self) -> None:
        if self._watchdog is None or self._watchdog.poll() is not None:
            return
        assert self._watchdog.stdin is not None
        self._watchdog.stdin.write(b"!")
        self._watchdog.stdin.close()
        self._watchdog.wait(5)

    def _say(self, name: str, state: State, seconds: float = 0.0, detail: str = "") -> None:
        event = ServiceEvent(name=name, state=state, seconds=round(seconds, 2), detail=detail)
        self._logs.say("stack", f"{name} {state} {event.seconds:.2f} s {detail}".rstrip())
        self._on_event(event)


def _end_children(pid: int, grace: float) -> None:
    """Ask the children of a process to end, those too that it starts meanwhile; kill what stays."""
    deadline = time.monotonic() + grace
    asked: set[int] = set()
    while (children := _children(pid)) and time.monotonic() < deadline:
        ask_to_end(child for child in children if child.pid not in asked)
        asked.update(child.pid for child in children)
        time.sleep(_TICK_SECONDS)
    end(children, grace=0)


def _children(pid: int) -> list[psutil.Process]:
    try:
        return psutil.Process(pid).children(recursive=True)
    except psutil.NoSuchProcess:
        return []


def _exit(code: int) -> str:
    return f"signal {-code}" if code < 0 else f"exit code {code}"
