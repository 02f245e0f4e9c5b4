"""The warm process: imports everything once, then forks a child for each flow run.

`python -m deployments.warm.zygote FD MODULE…`, with FD a socket to the worker that started it. It
has one thread: a fork of a process with several can come out with somebody else's lock held.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import os
import selectors
import signal
import socket
import sys
from pathlib import Path
from types import FrameType

from deployments.warm.run import become
from deployments.warm.words import Ask, Told
from greenlight.errors import GreenlightError


class SeveralThreads(GreenlightError):
    """A module that was imported beforehand has started a thread."""


class Zygote:
    """One warm process and the flow runs that it has forked."""

    def __init__(self, worker: socket.socket) -> None:
        self._worker = worker
        self._runs: set[int] = set()
        self._read = b""
        self._open = True
        self._wake, self._woken = socket.socketpair()
        self._selector = selectors.DefaultSelector()

    def serve(self) -> None:
        """Fork what the worker asks for until it is gone and the last run has ended.

        In a forked child this returns by SystemExit: the flow run, to its end, with the exit code
        that `prefect.engine` gives it.
        """
        for end in (self._wake, self._woken):
            end.setblocking(False)
        signal.set_wakeup_fd(self._wake.fileno(), warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, _noted)
        signal.signal(signal.SIGTERM, lambda *_: self._retire())
        # A Ctrl-C in a terminal is for the stack, which then ends the worker.
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        self._selector.register(self._worker, selectors.EVENT_READ)
        self._selector.register(self._woken, selectors.EVENT_READ)
        self._tell(Told(what="ready", pid=os.getpid(), peak_kb=_resident_kb()))
        while self._open or self._runs:
            for key, _ in self._selector.select():
                if key.fileobj is self._worker:
                    self._listen()
                else:
                    with contextlib.suppress(BlockingIOError):
                        while self._woken.recv(4096):
                            pass
            self._reap()

    def _retire(self) -> None:
        if self._open:
            self._open = False
            self._selector.unregister(self._worker)

    def _listen(self) -> None:
        try:
            data = self._worker.recv(1 << 20)
        except ConnectionResetError:
            data = b""
        if not data:
            self._retire()
            return
        self._read += data
        while b"\n" in self._read:
            line, _, self._read = self._read.partition(b"\n")
            self._fork(Ask.model_validate_json(line))

    def _fork(self, ask: Ask) -> None:
        try:
            _be_alone()
            pid = os.fork()
        except (OSError, SeveralThreads) as error:
            self._tell(Told(what="refused", number=ask.number, reason=str(error)))
            return
        if pid:
            self._runs.add(pid)
            self._tell(Told(what="begun", number=ask.number, pid=pid))
            return
        self._forget()
        become(ask)

    def _forget(self) -> None:
        """In a child: nothing is left of what makes the parent a parent."""
        signal.set_wakeup_fd(-1)
        for number in (signal.SIGCHLD, signal.SIGTERM):
            signal.signal(number, signal.SIG_DFL)
        signal.signal(signal.SIGINT, signal.default_int_handler)
        self._selector.close()
        for end in (self._worker, self._wake, self._woken):
            end.close()

    def _reap(self) -> None:
        for pid in list(self._runs):
            ended, status, used = os.wait4(pid, os.WNOHANG)
            if ended:
                self._runs.discard(pid)
                code = os.waitstatus_to_exitcode(status)
                self._tell(Told(what="ended", pid=pid, status=code, peak_kb=used.ru_maxrss))

    def _tell(self, told: Told) -> None:
        # After its worker was killed, its runs continue to their end.
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            self._worker.sendall(told.line())


def _noted(number: int, frame: FrameType | None) -> None:
    """Python writes the signal to the wake-up socket; `serve` does the rest."""


def _be_alone() -> None:
    threads = len(os.listdir("/proc/self/task"))  # noqa: PTH208 - names alone are wanted
    if threads != 1:
        raise SeveralThreads(f"the warm process has {threads} threads and cannot be forked")


def _resident_kb() -> int:
    status = Path("/proc/self/status").read_text()
    return next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmRSS"))


def main(descriptor: int, modules: list[str]) -> None:
    """Import `modules`, call the `before_fork` of those that have one, then serve."""
    for module in [importlib.import_module(name) for name in modules]:
        getattr(module, "before_fork", bool)()
    gc.collect()
    # What is there now is never looked at again by a child's collector, which would copy its pages.
    gc.freeze()
    Zygote(socket.socket(fileno=descriptor)).serve()


if __name__ == "__main__":
    # With the name under which others import it: one copy of this module, not two.
    from deployments.warm import zygote

    zygote.main(int(sys.argv[1]), sys.argv[2:])
