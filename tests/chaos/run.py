"""Runs one case: a production, one kill, people and recovery, until delivery; then the checks."""

from __future__ import annotations

import secrets
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import httpx

from greenlight.errors import NotFound, ServiceUnavailable
from greenlight.production.facts import Facts
from greenlight.production.state import State
from greenlight.store.keys import open_key
from greenlight.upkeep.recovery import recover
from tests.chaos.cases import Case
from tests.chaos.checks import ENDED, unknown, violations
from tests.chaos.evidence import Evidence, look
from tests.chaos.inject import victims
from tests.chaos.person import ADA, Person, small_brief
from tests.chaos.stack import Lane

CASE_SECONDS = 120.0
_RECOVER_SECONDS = 1.0
_LOOK_SECONDS = 0.4
_ENDING_SECONDS = 90.0
"""A run whose Prefect died at its very end says so with pauses of up to 16 s between its tries."""

_AWAY = (ServiceUnavailable, NotFound, httpx.HTTPError)


@dataclass
class Result:
    """How a case went; `evidence` is kept by moment when there is something to show."""

    case: Case
    production: str = ""
    seconds: float = 0.0
    back_seconds: float = 0.0
    violations: list[str] = field(default_factory=list)
    held: list[str] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)
    woken: list[str] = field(default_factory=list)
    runs: int = 0
    killed_pids: list[int] = field(default_factory=list)
    evidence: dict[str, Evidence] = field(default_factory=dict)

    @property
    def outcome(self) -> str:
        if self.violations:
            return "VIOLATION"
        if self.held:
            return "held, then delivered"
        return "delivered, spend unknown" if self.unknown else "delivered"


class CaseRun:
    """One case under way on a lane."""

    def __init__(
        self, lane: Lane, case: Case, *, detail: bool = False, limit: float = CASE_SECONDS
    ) -> None:
        self._lane, self._case, self._detail = lane, case, detail
        self._limit = limit
        self._result = Result(case)
        key = f"chaos-{secrets.token_hex(4)}"
        brief = small_brief(f"{case.number} {case.name}", key)
        self._person = Person(lane, brief, key, asks=case.number % 2 == 0)
        self._production = self._result.production = self._person.production
        self._killed_at: float | None = None
        self._submitted = False
        self._recovered_at = 0.0
        self._began = time.monotonic()

    def run(self) -> Result:
        """Plays the case to its end; nothing that goes wrong in it is raised."""
        result = self._result
        try:
            self._lane.until_healthy()
            self._since = max((row["n"] for row in self._lane.served()), default=0)
            point = self._case.point
            self._lane.plan(point, self._case.victim, pause=self._detail)
            self._began = time.monotonic()
            with self._watching():
                self._play()
        except Exception as error:  # noqa: BLE001 - whatever it is, it is this case's violation
            result.violations.append(f"{type(error).__name__}: {error}")
        result.seconds = time.monotonic() - self._began
        try:
            self._lane.until_healthy()  # what was killed at the end is still coming back
            self._judge()
        except Exception as error:  # noqa: BLE001 - see above
            result.violations.append(f"could not be judged: {type(error).__name__}: {error}")
        if result.violations:
            self._clear()
        return result

    def _play(self) -> None:
        """Goes on until the production is delivered and its runs have ended, or time is up."""
        delivered_at: float | None = None
        while time.monotonic() - self._began < self._limit:
            self._follow_kill()
            try:
                facts, state = self._advance()
                if state.delivered:
                    delivered_at = delivered_at or time.monotonic()
                    if self._over(facts):
                        back = delivered_at - (self._killed_at or delivered_at)
                        self._result.back_seconds = max(0.0, back)
                        return
                    if time.monotonic() - delivered_at > _ENDING_SECONDS:
                        return  # the checks say what is still there
            except _AWAY:
                time.sleep(_LOOK_SECONDS)
            time.sleep(_LOOK_SECONDS)
        raise TimeoutError(f"not delivered within {self._limit:.0f} s")

    def _advance(self) -> tuple[Facts, State]:
        """One look at the production, and what a person and recovery do about it."""
        point = self._case.point
        by_desk = point is not None and point.process == "desk" and self._killed_at is None
        if not self._submitted:
            if by_desk and point is not None and point.name.startswith("submit"):
                self._submitted = self._person.submit_by_command() == 0
            else:
                self._person.submit()
                self._submitted = True
            self._follow_kill()
        if self._killed_at and time.monotonic() - self._recovered_at > _RECOVER_SECONDS:
            self._recovered_at = time.monotonic()
            self._result.woken += [w.done for w in recover(self._lane.profile)]
        facts, state = self._lane.desk.look(self._production)
        if state.waiting and self._may_decide(facts):
            self._person.decide(state, by_command=by_desk)
        return facts, state

    def _may_decide(self, facts: Facts) -> bool:
        """Where the kill needs a sleeping run, people wait until it sleeps."""
        if self._killed_at is not None or self._case.point is None or not self._case.point.sleeps:
            return True
        run = self._lane.desk.runs.look(facts.runs[max(facts.runs)].flow_run)
        return run.suspended

    def _follow_kill(self) -> None:
        """Notes that the kill has happened, or does a random one when its time has come."""
        if self._killed_at is not None:
            return
        elapsed = time.monotonic() - self._began
        if self._case.point is None and elapsed >= self._case.after:
            pids = self._kill()
            if pids:
                self._lane.record_kill(self._case.victim, pids)
        trace = self._lane.fired()
        if trace is not None:
            self._killed_at = time.monotonic()
            self._result.killed_pids = trace["pids"]
            self._lane.after_the_kill()

    def _kill(self) -> list[int]:
        if self._case.victim != "flow":
            return victims.kill_service(self._lane.home, self._case.victim)
        if not self._submitted:
            return []
        return victims.kill_flow({r["id"] for r in self._lane.runs(self._production)})

    def _over(self, facts: Facts) -> bool:
        """Whether the marker is gone and no run of the production is under way any more."""
        desk = self._lane.desk
        if desk.store.exists(open_key(self._production)):
            return False
        runs = self._lane.runs(self._production)
        if any(run["state_type"] not in ENDED for run in runs):
            return False
        return not self._lane.flow_processes({run["id"] for run in runs})

    def _judge(self) -> None:
        result, point = self._result, self._case.point
        if self._killed_at is None:
            hits = self._lane.hits(point) if point else 0
            result.violations.append(f"the planned kill never happened ({hits} calls matched)")
        evidence = look(self._lane, self._production, self._since)
        may_lose = point is None or point.loses or self._case.victim not in ("flow", "desk")
        result.violations += violations(self._lane, self._production, evidence, may_lose=may_lose)
        result.held = self._person.held
        result.runs = len(evidence.runs)
        result.unknown = [
            f"{path}: {what}" for path, steps in evidence.slots.items() if (what := unknown(steps))
        ]
        if self._detail or result.violations:
            result.evidence["at the end"] = evidence

    def _watching(self) -> _Watch:
        """Writes down how everything is before the kill and just after it, where that is wanted."""
        return _Watch(self._lane, self._snapshot if self._detail else None)

    def _snapshot(self, moment: str) -> None:
        try:
            self._result.evidence[moment] = look(self._lane, self._production, self._since)
        except _AWAY as error:
            # The dead one answers nothing; that the rest is not shown then is said.
            self._result.evidence[moment] = Evidence(served=[], runs=[])
            self._result.woken.append(f"({moment}: {error})")

    def _clear(self) -> None:
        """Stops what a failed case left, so that it does not disturb the next one."""
        try:
            ids = {run["id"] for run in self._lane.runs(self._production)}
            if not self._lane.desk.look(self._production)[1].delivered:
                self._lane.desk.cancel(self._production, ADA)
            victims.kill_flow(ids)
        except Exception as error:  # noqa: BLE001 - the next case waits for health and says more
            self._result.violations.append(f"could not be cleared away: {error}")


class _Watch:
    """A thread beside the case that lets a paused hook go once `snapshot` has looked."""

    def __init__(self, lane: Lane, snapshot: Callable[[str], None] | None) -> None:
        self._lane, self._snapshot = lane, snapshot
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> None:
        if self._snapshot is not None:
            self._thread.start()

    def __exit__(self, *error: Any) -> None:
        self._over.set()
        if self._thread.is_alive():
            self._thread.join()

    def _watch(self) -> None:
        assert self._snapshot is not None
        while not self._over.wait(0.02):
            if self._lane.armed():
                self._snapshot("before the kill")
                self._lane.let_go()
                while self._lane.fired() is None and not self._over.wait(0.02):
                    pass
                self._over.wait(0.5)
                self._snapshot("after the kill")
                return
