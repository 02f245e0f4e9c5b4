"""Processes that take turns wherever a test says: no threads, no sleeping, and the same every time.

A fiber runs ordinary code, blocking or async, until it does something that others can see: then it
pauses, and the test chooses who goes on, who dies there and what the time is meanwhile.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Collection, Coroutine
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta, tzinfo
from random import Random
from typing import Any

from greenlet import getcurrent, greenlet

BEGIN = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


class Killed(BaseException):
    """What a process feels that is killed: it does nothing any more."""


class Process:
    """Some fibers that live and die together; a frozen one goes on later, or never."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.dead = self.frozen = False
        self.fibers: list[Fiber] = []
        self.workspace: Any = None
        self.run: Any = None

    @property
    def over(self) -> bool:
        return all(f.done for f in self.fibers)


class Fiber:
    """One line of execution; `error` is what ended it, `result` what it returned."""

    def __init__(self, hub: Hub, process: Process, work: Callable[[], Any], name: str) -> None:
        self.hub, self.process, self.name = hub, process, name
        self.done = False
        self.result: Any = None
        self.error: BaseException | None = None
        self.wake_at = 0.0
        self.until: Callable[[], bool] | None = None
        self.claimed: str | None = None
        self.limits_seen = 0
        self.heard = 0
        self.forget: Callable[[], None] = lambda: None
        self._work = work
        self.greenlet = greenlet(self._run, hub.main)

    def _run(self) -> None:
        try:
            self.result = self._work()
        except Killed:
            self.error = None
        except BaseException as error:  # noqa: BLE001 - kept for whoever looks at the fiber
            self.error = error
        self.done = True

    @property
    def ready(self) -> bool:
        if self.done or self.process.frozen or self.process.dead:
            return False
        if self.until is not None and self.until():
            return True
        return self.wake_at <= self.hub.clock

    # What flows.previs asks of an asyncio.Task.
    def get_name(self) -> str:
        return self.name

    def exception(self) -> BaseException | None:
        return self.error


class Hub:
    """All fibers and the clock, in seconds since the beginning."""

    def __init__(self) -> None:
        self.main = getcurrent()
        self.clock = 0.0
        self.processes: list[Process] = []
        self.current: Fiber | None = None
        self.ended: Callable[[Fiber], None] = lambda fiber: None

    @property
    def now(self) -> datetime:
        return BEGIN + timedelta(seconds=self.clock)

    def spawn(self, process: Process, work: Callable[[], Any], name: str = "") -> Fiber:
        if process not in self.processes:
            self.processes.append(process)
        fiber = Fiber(self, process, work, name or process.name)
        process.fibers.append(fiber)
        return fiber

    def pause(self) -> None:
        """Lets others go on here."""
        if self.current is not None:
            self._switch(0.0, None)

    def sleep(self, seconds: float, until: Callable[[], bool] | None = None) -> None:
        """Pauses for some time, or until something holds."""
        if self.current is None:
            self.clock += seconds
        else:
            self._switch(self.clock + max(seconds, 0.0), until)

    def _switch(self, wake_at: float, until: Callable[[], bool] | None) -> None:
        fiber = self.current
        assert fiber is not None
        fiber.wake_at, fiber.until = wake_at, until
        self.main.switch()
        if fiber.process.dead:
            raise Killed

    def step(self, fiber: Fiber) -> None:
        """Lets one fiber go on to its next pause."""
        self.current = fiber
        try:
            fiber.greenlet.switch()
        finally:
            self.current = None
        if fiber.done:
            fiber.process.fibers.remove(fiber)
            self.ended(fiber)

    def kill(self, process: Process) -> None:
        """Ends a process where it stands; nothing that it would have done happens."""
        process.dead = True
        for fiber in list(process.fibers):
            if not fiber.greenlet:  # it had not begun
                fiber.forget()
                continue
            self.current = fiber
            try:
                fiber.greenlet.throw(Killed)
            finally:
                self.current = None
        process.fibers.clear()

    def live(self) -> list[Process]:
        return [p for p in self.processes if not p.dead and not p.over]

    def advance(self, rng: Random, steps: int, loyalty: float = 0.5) -> int:
        """Takes up to `steps` turns; time passes only when everybody waits for it.

        `loyalty` is how likely the same fiber goes on. Returns how many turns there were.
        """
        last: Fiber | None = None
        for done in range(steps):
            self.processes = [p for p in self.processes if not p.dead and not p.over]
            fibers = [f for p in self.processes if not p.frozen for f in p.fibers]
            if not fibers:
                return done
            ready = [f for f in fibers if f.ready]
            if not ready:
                self.clock = min(f.wake_at for f in fibers)
                ready = [f for f in fibers if f.ready]
            if last not in ready or rng.random() > loyalty:
                last = rng.choice(ready)
            assert last is not None
            self.step(last)
        return steps

    def close(self) -> None:
        for process in self.processes:
            self.kill(process)


class Loop:
    """`asyncio`, as the code sees it: the few words that wait are said to fibers."""

    def __init__(self, hub: Hub) -> None:
        self.hub = hub
        self.ends: dict[Fiber | None, list[float]] = {}

    def __getattr__(self, name: str) -> Any:
        return getattr(asyncio, name)

    async def to_thread(self, work: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        return work(*args, **kwargs)

    async def sleep(self, seconds: float) -> None:
        ends = self.ends.get(self.hub.current) or [float("inf")]
        self.hub.sleep(min(seconds, max(min(ends) - self.hub.clock, 0.0)))
        if self.hub.clock >= min(ends):
            raise TimeoutError

    @asynccontextmanager
    async def timeout(self, seconds: float) -> AsyncIterator[None]:
        ends = self.ends.setdefault(self.hub.current, [])
        ends.append(self.hub.clock + seconds)
        try:
            yield
        finally:
            ends.pop()

    def run(self, work: Coroutine[Any, Any, Any]) -> Any:
        return drive(work)

    def create_task(self, work: Coroutine[Any, Any, Any], *, name: str = "") -> Fiber:
        assert self.hub.current is not None
        fiber = self.hub.spawn(self.hub.current.process, lambda: drive(work), name)
        fiber.forget = work.close
        return fiber

    async def wait(
        self,
        fibers: Collection[Fiber],
        *,
        timeout: float | None = None,
        return_when: str = "",
    ) -> tuple[set[Fiber], set[Fiber]]:
        fibers = list(fibers)
        self.hub.sleep(timeout or 1e9, until=lambda: any(f.done for f in fibers))
        return {f for f in fibers if f.done}, {f for f in fibers if not f.done}


def drive(work: Coroutine[Any, Any, Any]) -> Any:
    """The result of async code in which everything that waits is a pause."""
    try:
        work.send(None)
    except StopIteration as end:
        return end.value
    work.close()
    raise AssertionError(f"{work} waits for something that is no pause")


class Steady:
    """`time`, as the code sees it."""

    def __init__(self, hub: Hub) -> None:
        self._hub = hub

    def monotonic(self) -> float:
        return self._hub.clock

    def sleep(self, seconds: float) -> None:
        self._hub.sleep(seconds)


class Calendar:
    """`datetime`, as the code sees it."""

    def __init__(self, hub: Hub) -> None:
        self._hub = hub

    def now(self, zone: tzinfo) -> datetime:
        return self._hub.now.astimezone(zone)
