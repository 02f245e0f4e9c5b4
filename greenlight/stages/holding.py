"""Work that is held: by money until people act, by a slow job or an absent service for a time."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Literal, NamedTuple

from greenlight.errors import HeldByMoney, ServiceUnavailable, Stalled
from greenlight.money.purchase import JobParked
from greenlight.production.facts import Facts
from greenlight.production.records import GateRecord, WaitingTake
from greenlight.production.state import State
from greenlight.store.records import now
from greenlight.workspace import Workspace

REASONS = (HeldByMoney, JobParked, ServiceUnavailable)
"""What holds a piece of work and does not fail the run."""

FIRST_PAUSE, LONGEST_PAUSE = timedelta(minutes=2), timedelta(minutes=30)
"""How long work is left alone for which a service did not answer, doubling each time."""


def more_money(workspace: Workspace, gate: GateRecord) -> bool:
    """Whether the show's limit was changed since money held something of this gate."""
    held = any(w.cause == "money" for w in gate.waiting)
    return held and workspace.show_budget.changes() > gate.show_limits


def stalls_before(facts: Facts, take: str) -> int:
    """At how many of the newest gates, in a row, that take waited for a service."""
    count = 0
    for number in sorted(facts.gates, reverse=True):
        if not any(w.take == take and w.cause == "service" for w in facts.gates[number].waiting):
            break
        count += 1
    return count


class _Hold(NamedTuple):
    reason: str
    cause: Literal["money", "job", "service"]
    until: datetime | None = None


class Held:
    """What this run holds; forgotten with it, because the next one tries for itself."""

    def __init__(self) -> None:
        self._held: dict[str, _Hold] = {}
        self._stalls: dict[str, int] = {}
        self._watermark = 0
        self.limits = 0
        """How often the show's limit had been changed before the oldest of what money holds."""

    def hold(self, work: str, error: Exception, stalls: int = 0) -> bool:
        """Holds a piece of work; whether it is the first for want of money.

        `stalls` is how often, in a row, earlier runs held it because a service was away.
        """
        if isinstance(error, JobParked):
            hold = _Hold(str(error), "job", error.until)
        elif isinstance(error, ServiceUnavailable):
            hold = self._stalled(work, error, stalls)
        else:
            hold = _Hold(str(error), "money")
        first = hold.cause == "money" and all(h.cause != "money" for h in self._held.values())
        self._held[work] = hold
        return first

    def _stalled(self, work: str, error: ServiceUnavailable, stalls: int) -> _Hold:
        before = self._stalls.get(work, stalls)
        self._stalls[work] = before + 1
        pause = min(FIRST_PAUSE * 2 ** min(before, 10), LONGEST_PAUSE)
        until = error.until if isinstance(error, Stalled) else now() + pause
        return _Hold(f"stalled: {error}; it is tried again at {until:%H:%M} UTC", "service", until)

    def hear(self, facts: Facts, limits: int) -> None:
        """Tries everything again but slow jobs, once people have decided something.

        `limits` is how often the show's limit has been changed by now.
        """
        if facts.watermark > self._watermark or limits > self.limits:
            self.try_again()
        self._watermark, self.limits = facts.watermark, limits

    def try_again(self) -> None:
        """Tries everything again but slow jobs: there may be more money, or another model."""
        self._held = {k: h for k, h in self._held.items() if h.cause == "job"}

    def holds(self, work: str) -> bool:
        """Whether that piece of work is not to be started now."""
        hold = self._held.get(work)
        return hold is not None and (hold.until is None or hold.until > now())

    def due(self) -> bool:
        """Whether the time of a slow job, or of a service that was away, has come."""
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
                found.append(
                    WaitingTake(
                        take=str(work.take), held=hold.reason, cause=hold.cause, until=hold.until
                    )
                )
        return found
