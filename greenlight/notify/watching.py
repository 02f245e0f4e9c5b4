"""Watching a production: what of it is news to the people outside.

Nothing here has to be right for ever: a notice's id follows from what happened, so that what a
new process tells again has the same id and is told once.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence

from greenlight.notify.notice import Notice
from greenlight.notify.writing import Writer
from greenlight.production.facts import Facts
from greenlight.production.names import parse_take
from greenlight.production.records import WaitingTake
from greenlight.production.state import State
from greenlight.workspace import Workspace

GATHER_SECONDS = 20.0
"""While other work runs, takes are gathered for so long and then told of together."""


class Watch:
    """What one run has told of its production so far."""

    def __init__(self, workspace: Workspace, steady: Callable[[], float] = time.monotonic) -> None:
        self._workspace, self._steady = workspace, steady
        self._opened: set[str] = set()
        self._held: set[str] = set()
        self._heard: int | None = None
        self._since: float | None = None

    def due(self) -> bool:
        """Whether takes that wait have been gathered for long enough."""
        return self._since is not None and self._steady() - self._since >= GATHER_SECONDS

    def news(
        self, facts: Facts, state: State, held: Sequence[WaitingTake], limits: int, *, busy: bool
    ) -> Iterator[Notice]:
        """What is to be told as things stand; `limits` as in a gate's record."""
        waiting = (*state.waiting, *(w for w in held if w.until is None))
        writer = Writer(self._workspace, facts, waiting)
        yield from self._decisions(facts, writer)
        if state.delivered:
            yield writer.delivered()
        elif not state.cancelled:
            yield from self._what_is_held(facts, writer, [*state.waiting, *held], limits)
            yield from self._what_waits(facts, writer, waiting, busy=busy)

    def _decisions(self, facts: Facts, writer: Writer) -> Iterator[Notice]:
        if self._heard is None:
            # What the newest gate was made of had been told by the run that opened it.
            self._heard = facts.gates[max(facts.gates)].watermark if facts.gates else 0
        for number in range(self._heard + 1, facts.watermark + 1):
            if number in facts.decisions:
                yield writer.decided(facts.decisions[number])
        self._heard = max(self._heard, facts.watermark)

    def _what_waits(
        self, facts: Facts, writer: Writer, waiting: Sequence[WaitingTake], *, busy: bool
    ) -> Iterator[Notice]:
        asked = {w.take for g in facts.gates.values() for w in g.waiting if not w.held}
        asked |= self._opened
        fresh = [w for w in waiting if not w.held and w.take not in asked]
        if not fresh:
            self._since = None
            return
        if busy:
            self._since = self._since or self._steady()
            if not self.due():
                return
        self._since = None
        self._opened |= {w.take for w in fresh}
        yield writer.gate_opened(fresh)

    def _what_is_held(
        self, facts: Facts, writer: Writer, waiting: Sequence[WaitingTake], limits: int
    ) -> Iterator[Notice]:
        missing = [w for w in waiting if w.held and w.cause in ("", "miss")]
        away = [w for w in waiting if w.cause == "service"]
        money = [w for w in waiting if w.cause == "money"]
        # The same money holds the same work until people decide something or raise the limit.
        keys = {f"money {facts.watermark} {limits}": money} if money else {}
        if away:
            # Told once for as long as it lasts, however often it is tried meanwhile.
            began = max((n for n, g in facts.gates.items() if not g.stalled), default=0)
            keys[f"service since gate {began} {facts.watermark}"] = away
        for item in missing:
            miss = facts.misses.get(parse_take(item.take))
            keys[f"miss {item.take} {miss.ask if miss else 0} {item.held}"] = [item]
        for key, items in keys.items():
            if key not in self._held:
                self._held.add(key)
                yield writer.held(items, key)
