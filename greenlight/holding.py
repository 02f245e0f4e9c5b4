"""Work that is held: by money until people change something, by a slow job until its time."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from greenlight.errors import HeldByMoney
from greenlight.production.facts import Facts
from greenlight.production.records import GateRecord, WaitingTake
from greenlight.production.state import State
from greenlight.purchase import JobParked
from greenlight.store.records import now
from greenlight.studio import Studio

REASONS = (HeldByMoney, JobParked)
"""What holds a piece of work and does not fail the run."""


def more_money(studio: Studio, gate: GateRecord) -> bool:
    """Whether the show's limit was changed since money held something of this gate."""
    held = any(w.cause == "money" for w in gate.waiting)
    return held and studio.show_budget.changes() > gate.show_limits


class _Hold(NamedTuple):
    reason: str
    until: datetime | None


class Held:
    """What this run holds; forgotten with it, because the next one tries for itself."""

    def __init__(self) -> None:
        self._held: dict[str, _Hold] = {}
        self._watermark = 0
        self.limits = 0
        """How often the show's limit had been changed before the oldest of what money holds."""

    def hold(self, work: str, error: Exception) -> bool:
        """Holds a piece of work; whether it is the first for want of money."""
        until = error.until if isinstance(error, JobParked) else None
        first = until is None and all(h.until is not None for h in self._held.values())
        self._held[work] = _Hold(str(error), until)
        return first

    def hear(self, facts: Facts, limits: int) -> None:
        """Tries everything again that money held, once people have decided something.

        `limits` is how often the show's limit has been changed by now.
        """
        if facts.watermark > self._watermark or limits > self.limits:
            self.try_again()
        self._watermark, self.limits = facts.watermark, limits

    def try_again(self) -> None:
        """Tries everything again that money held: there may be more of it now."""
        self._held = {k: h for k, h in self._held.items() if h.until is not None}

    def holds(self, work: str) -> bool:
        """Whether that piece of work is not to be started now."""
        hold = self._held.get(work)
        return hold is not None and (hold.until is None or hold.until > now())

    def due(self) -> bool:
        """Whether the time of a slow job has come."""
        return any(h.until is not None and h.until <= now() for h in self._held.values())

    def clear(self) -> None:
        """Forgets everything: it is tried again."""
        self._held.clear()

    def waiting(self, state: State) -> list[WaitingTake]:
        """What is held, as a gate says it."""
        found = []
        for work in state.work:
            hold = self._held.get(work.key)
            if hold is not None:
                take = str(work.take)
                found.append(
                    WaitingTake(
                        take=take,
                        held=hold.reason,
                        cause="job" if hold.until else "money",
                        until=hold.until,
                    )
                )
        return found
