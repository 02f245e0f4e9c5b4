"""The worker's side of its warm processes: one for each environment and state of the code."""

from __future__ import annotations

import asyncio
import contextlib
import ctypes
import hashlib
import logging
import os
import re
import signal
import socket
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import psutil

from deployments.warm.words import Ask, Told
from greenlight.errors import GreenlightError

PACKAGES = ("greenlight", "flows", "tasks", "deployments")

_START_SECONDS = 60.0
_LEAST_CPU = 0.02
"""Of its time: a warm process that uses less is stuck and not slow.

On a machine with too much to do, to end a slow one and begin again with each run makes it worse.
"""

_KEPT = 3
_SUFFIXES = (".py", ".toml", ".yaml")
_READ_AT_IMPORT = re.compile(r"PREFECT_(?!_)|PYTHON|LANG$|LC_|TZ$")
"""Variables that modules read while they are imported: each set of values has its process."""

_PR_SET_CHILD_SUBREAPER = 36  # linux/prctl.h

_log = logging.getLogger("prefect.greenlight.warm")


class NotWarm(GreenlightError):
    """No warm process to fork from; the run starts cold."""


class WarmRun:
    """A forked flow run, as far as Prefect's executor needs to know it."""

    def __init__(self, pid: int) -> None:
        self.pid = pid
        self.returncode: int | None = None
        self.peak_kb = 0
        self.over = asyncio.Event()
        try:
            self.descriptor = os.pidfd_open(pid)
        except ProcessLookupError:
            self.descriptor = -1

    def end(self, status: int, peak_kb: int = 0) -> None:
        if self.returncode is not None:
            return
        self.returncode, self.peak_kb = status, peak_kb
        if self.descriptor >= 0:
            os.close(self.descriptor)
            self.descriptor = -1
        self.over.set()


class Warm:
    """One warm process and what runs of it are under way."""

    def __init__(self, modules: Sequence[str]) -> None:
        self._modules = modules
        self._asked: dict[int, asyncio.Future[Told]] = {}
        self._runs: dict[int, WarmRun] = {}
        self._number = 0
        self._listening: asyncio.Task[None] | None = None
        self.alive = False
        self.resident_kb = 0

    async def start(self, environment: Mapping[str, str], folder: Path) -> None:
        """Start it and wait until everything is imported; raises NotWarm when that fails."""
        mine, its = socket.socketpair()
        with its:
            self._process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", "deployments.warm.zygote", str(its.fileno())),
                *self._modules,
                # With more than one, numpy's library starts threads when it is imported.
                env={**environment, "OPENBLAS_NUM_THREADS": "1"},
                cwd=folder,
                pass_fds=(its.fileno(),),
            )
        self._reader, self._writer = await asyncio.open_connection(sock=mine)
        line = await self._first_line()
        if not line:
            status = await self._process.wait()
            raise NotWarm(f"it ended with status {status}; what it said is above")
        self.resident_kb = Told.model_validate_json(line).peak_kb
        self.alive = True
        self._listening = asyncio.create_task(self._listen())

    async def _first_line(self) -> bytes:
        """What it says when it is ready; raises NotWarm when it has stopped getting there."""
        reading = asyncio.ensure_future(self._reader.readline())
        used = 0.0
        while True:
            done, _ = await asyncio.wait({reading}, timeout=_START_SECONDS)
            if done:
                return await reading
            before, used = used, self._cpu_seconds()
            if used - before < _LEAST_CPU * _START_SECONDS:
                reading.cancel()
                self._process.kill()
                raise NotWarm(f"it did nothing for {_START_SECONDS:.0f} s and was not ready")
            _log.warning("the warm process %d is slow: %.0f s of CPU by now", self.pid, used)

    def _cpu_seconds(self) -> float:
        try:
            times = psutil.Process(self.pid).cpu_times()
        except psutil.NoSuchProcess:
            return 0.0
        return float(times.user + times.system)

    @property
    def pid(self) -> int:
        return self._process.pid

    async def fork(self, environment: dict[str, str], folder: str, *, quiet: bool) -> WarmRun:
        """A new flow run's process; raises NotWarm when it could not be had."""
        if not self.alive:
            raise NotWarm("it has ended")
        self._number += 1
        answer = self._asked[self._number] = asyncio.get_running_loop().create_future()
        ask = Ask(number=self._number, environment=environment, folder=folder, quiet=quiet)
        self._writer.write(ask.line())
        told = await answer
        if told.what != "begun":
            raise NotWarm(told.reason)
        return self._runs[told.pid]

    def retire(self) -> None:
        """Let it go when its last run has ended."""
        self.alive = False
        with contextlib.suppress(OSError):  # it is gone already
            self._writer.write_eof()

    async def _listen(self) -> None:
        while line := await self._reader.readline():
            told = Told.model_validate_json(line)
            if told.what == "ended":
                self._runs.pop(told.pid).end(told.status, told.peak_kb)
                continue
            asked = self._asked.pop(told.number)
            if told.what == "begun":
                # Registered before its end can be reported.
                self._runs[told.pid] = WarmRun(told.pid)
                if asked.cancelled():  # the worker is stopping and could not supervise it
                    os.kill(told.pid, signal.SIGTERM)
            if not asked.done():
                asked.set_result(told)
        self.alive = False
        for number, asked in self._asked.items():
            if not asked.done():
                asked.set_result(Told(what="refused", number=number, reason="it died"))
        self._asked.clear()
        for run in list(self._runs.values()):
            _log.warning("the warm process %d died; run %d goes on", self.pid, run.pid)
            self._adopt(run)

    def _adopt(self, run: WarmRun) -> None:
        """Wait for a run whose warm parent died: it is this process's child now."""
        loop = asyncio.get_running_loop()
        if run.descriptor < 0:
            run.end(_status_of(run.pid))
            return

        def ended() -> None:
            loop.remove_reader(run.descriptor)
            run.end(_status_of(run.pid))

        loop.add_reader(run.descriptor, ended)


class Keeper:
    """Gives out a warm process for an environment, and a new one when the code has changed."""

    def __init__(self, modules: Sequence[str], folder: Path) -> None:
        self._modules, self._folder = modules, folder
        self._kept: dict[str, Warm] = {}
        self._starting = asyncio.Lock()

    async def get(self, environment: Mapping[str, str]) -> Warm:
        """The warm process that fits; raises NotWarm when none runs and none can be started."""
        code = await asyncio.to_thread(code_hash, self._folder)
        settings = {k: v for k, v in environment.items() if _READ_AT_IMPORT.match(k)}
        key = hashlib.sha256(repr((code, sorted(settings.items()))).encode()).hexdigest()
        async with self._starting:
            warm = self._kept.pop(key, None)
            if warm is None or not warm.alive:
                own = {k: v for k, v in environment.items() if not k.startswith("PREFECT__")}
                warm = Warm(self._modules)
                begun = asyncio.get_running_loop().time()
                await warm.start(own, self._folder)
                took = asyncio.get_running_loop().time() - begun
                _log.info(
                    "warm process %d is ready after %.1f s: %.0f MB, shared by its runs",
                    *(warm.pid, took, warm.resident_kb / 1024),
                )
            self._kept[key] = warm  # the newest is last
            for old in list(self._kept)[:-_KEPT]:
                self._kept.pop(old).retire()
            return warm

    def retire(self) -> None:
        """Let all of them go."""
        for warm in self._kept.values():
            warm.retire()
        self._kept.clear()


def adopt_orphans() -> None:
    """Make the kernel give this process the children of a warm process that dies."""
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0):
        raise OSError(ctypes.get_errno(), "prctl(PR_SET_CHILD_SUBREAPER) was refused")


def code_hash(folder: Path) -> str:
    """Changes whenever a source of the project does: names, sizes and times of the files."""
    digest = hashlib.sha256()
    for package in PACKAGES:
        for path in sorted((folder / package).rglob("*")):
            if path.suffix in _SUFFIXES:
                seen = path.stat()
                digest.update(f"{path}\0{seen.st_size}\0{seen.st_mtime_ns}\n".encode())
    return digest.hexdigest()


def _status_of(pid: int) -> int:
    """Exit code of an adopted child; -9 where somebody else has already taken it."""
    try:
        return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    except ChildProcessError:
        return -signal.SIGKILL
