"""Prefect as a town has it: its runs, its API, and what people do to runs in its dashboard."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from greenlight.errors import NotFound
from greenlight.runs import FlowRun, PrefectAway

if TYPE_CHECKING:
    from tests.machine.town import Town

Act = Literal["CANCELLED", "COMPLETED", "FAILED", "CRASHED", "PAUSED", "delete", "retry"]
ACTS: tuple[Act, ...] = Act.__args__  # type: ignore[attr-defined]
ENDED = ("COMPLETED", "FAILED", "CRASHED", "CANCELLED")


@dataclass
class Run:
    """A flow run as Prefect would know it."""

    id: str
    production: str
    type: str
    since: Any
    error: BaseException | None = None
    pause_key: str = ""


class Prefect:
    """Prefect's API as `runs.Runs` offers it, over the town's runs."""

    def __init__(self, town: Town) -> None:
        self.town = town

    def start(self, production: str, key: str, tags: list[str], queue: str = "") -> FlowRun:
        self.answers()
        if key not in self.town.runs:
            run = self.town.runs[key] = Run(key, production, "PENDING", self.town.hub.now)
            self.town.begin(run)
        return self.look(key)

    def answers(self) -> None:
        self.town.hub.pause()
        if self.town.hub.clock < self.town.prefect_away_until:
            raise PrefectAway("Prefect does not answer")

    def look(self, flow_run: str) -> FlowRun:
        self.answers()
        if flow_run not in self.town.runs:
            raise NotFound(flow_run)
        run = self.town.runs[flow_run]
        said = str(run.error or "")
        return FlowRun(run.id, run.id, run.type, run.type.title(), said, run.since, run.pause_key)

    def resume(self, flow_run: str) -> bool:
        self.answers()
        run = self.town.runs[flow_run]
        if run.type != "PAUSED":
            return False
        self.town.begin(run)
        return True

    def bury(self, flow_run: str, why: str, kind: str = "CRASHED") -> None:
        self.answers()
        run = self.town.runs[flow_run]
        if run.type not in ENDED:
            run.type, run.since = kind, self.town.hub.now

    def cancel(self, flow_run: str) -> None:
        self.answers()
        run = self.town.runs.get(flow_run)
        if run is not None and run.type not in ENDED:
            run.type, run.since = "CANCELLED", self.town.hub.now
