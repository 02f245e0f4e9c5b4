"""A show with its productions, people, flow processes and Prefect, all of it in one test's hands.

Everything that decides is the real code: the flow's loop, stages, purchases, ledger, budgets, desk,
gates and recovery. Played are only S3, the model service, Prefect and the clock, and what needs
real pictures: rules of checks, cut and delivery.
"""

from __future__ import annotations

import asyncio
import logging
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from random import Random
from typing import Any

import pytest

import greenlight.money.backoff
import greenlight.money.quote
import greenlight.runs
import greenlight.stages.checks
import greenlight.store.patience
import greenlight.store.records
import greenlight.store.swapping
from flows import board, notices, previs, signoff
from greenlight.desk import Desk
from greenlight.desk.submit import draft, register
from greenlight.money.budget import Budget
from greenlight.production.brief import Brief
from greenlight.production.checks import RuleRow
from greenlight.production.facts import Facts
from greenlight.production.names import parse_take
from greenlight.production.records import DeliveryRecord, Record
from greenlight.production.state import State, fold
from greenlight.settings import ModelSettings, Profile, S3Settings
from greenlight.stages.assignment import assign
from greenlight.stages.breakdown import break_down
from greenlight.stages.checks import check_take
from greenlight.stages.takes import make_take
from greenlight.store.keys import OPEN, Keys
from greenlight.store.objects import ObjectStore
from greenlight.store.records import RecordStore, now
from greenlight.upkeep import recovery
from greenlight.upkeep.waking import start
from greenlight.workspace import Workspace
from tasks.stages import packed
from tests.machine.cut import joined
from tests.machine.fibers import Calendar, Fiber, Hub, Loop, Process, Steady, drive
from tests.machine.prefect import ENDED, Act, Prefect, Run
from tests.machine.s3 import SimulatedS3
from tests.machine.service import Line, Service

SHOW = "the-show"
OURS = ("greenlight", "flows", "tasks")
PROFILE = Profile(
    name="machine",
    simulated=True,
    prefect_api_url="http://prefect/api",
    s3=S3Settings(bucket="machine", access_key_id="-", secret_access_key="-"),
    models=ModelSettings(api_key="-"),
    media_url="http://media",
    media_secret="-" * 32,
    linger_seconds=1,
    post_seconds=30,
)


class Suspended(BaseException):
    """How Prefect ends a process that waits for people."""


@dataclass(frozen=True)
class Bench(Workspace):
    """A workspace whose model service is the town's."""

    town: Town

    def models(self) -> Any:
        return Line(self.town.service)

    def runs(self) -> Any:
        return self.town.prefect

    @property
    def budget(self) -> Budget:
        fiber = self.town.hub.current
        if fiber is not None:
            decided = [k for k in self.records._seen if k.startswith(self.keys.decisions)]
            fiber.heard = max((int(k[-11:-5]) for k in decided), default=0)
        return Workspace.budget.fget(self)  # type: ignore[attr-defined, no-any-return]


class Door(Desk):
    """A desk whose workspaces are the town's."""

    def __init__(self, town: Town, who: int) -> None:
        super().__init__(PROFILE, town.store, town.prefect)  # type: ignore[arg-type]
        self.town, self.who = town, who

    def open(self, production: str) -> Bench:
        return self.town.workspace(production, f"desk {self.who}")


class Town:
    """Holds all that outlives processes: the bucket, the service, Prefect's runs and results."""

    def __init__(self, productions: int, shots: int, candidates: int, budget: str) -> None:
        self.hub = Hub()
        self.s3 = SimulatedS3(self.hub)
        self.service = Service(self.hub, shots)
        self.runs: dict[str, Run] = {}
        self.results: dict[tuple[str, ...], dict[str, Any]] = {}
        self.broken = 0
        self.prefect_away_until = 0.0
        self.store = ObjectStore(self.s3, "main", 3)
        self.patch = pytest.MonkeyPatch()
        self._patch_all()
        self.desks = [Door(self, 0), Door(self, 1)]
        self.productions = [f"p{n + 1}" for n in range(productions)]
        limit = Decimal(budget) if budget else None
        brief = Brief(title="A", vision="Fox.", show=SHOW, candidates=candidates, budget_usd=limit)
        self._records: dict[str, RecordStore] = {}
        try:
            self._submit(brief)
        except BaseException:
            self.close()  # what was patched would be patched for every later test
            raise

    def _submit(self, brief: Brief) -> None:
        for name in self.productions:
            record = register(self.store, draft(PROFILE, brief, name, "Ada").record)
            self._records[name] = RecordStore(self.store, self.keys(name))
            for desk in self.desks:
                desk.workspace(name)
            start(self.store, self.prefect, record, "submit", 1)  # type: ignore[arg-type]

    def close(self) -> None:
        self.hub.close()
        self.patch.undo()

    # What is there, seen by nobody who takes part.

    def keys(self, production: str) -> Keys:
        return Keys(SHOW, production)

    def facts(self, production: str) -> Facts:
        return self._records[production].facts()

    def state(self, production: str) -> State:
        return fold(self.facts(production))

    # Processes.

    def run_of(self, production: str) -> Run | None:
        """The newest run that it has in Prefect, None where that was deleted."""
        recorded = self.facts(production).runs
        return self.runs.get(recorded[max(recorded)].flow_run) if recorded else None

    def begin(self, run: Run) -> Process:
        """A process for a flow run, as a worker would start it."""
        run.type, run.since = "RUNNING", self.hub.now
        process = Process(f"{run.id}#{len(self.hub.processes)}")
        process.workspace = self.workspace(run.production, f"{process.name}@{self.hub.clock}", 150)
        process.run = run
        self.hub.spawn(process, lambda: self._flow(run, process.workspace))
        return process

    def workspace(self, production: str, bucket: str, patience: float = 3) -> Bench:
        """A workspace with nothing read yet; `bucket` tells what processes remember apart."""
        store, keys = ObjectStore(self.s3, bucket, patience), self.keys(production)
        submitted = self.facts(production).production
        assert submitted is not None
        return Bench(PROFILE, store, keys, RecordStore(store, keys), submitted, self)

    def _flow(self, run: Run, workspace: Bench) -> None:
        try:
            drive(_whole(workspace))
        except Suspended:
            return
        except Exception as error:  # noqa: BLE001 - the run fails of it, as in Prefect
            run.type, run.error = "FAILED", error
        else:
            run.type = "COMPLETED"
        run.since = self.hub.now

    def door(self, work: Callable[[Desk], Any], who: int) -> Fiber:
        """Somebody at a door of their own, who may be interrupted like everybody."""
        process = Process(f"door {who}")
        return self.hub.spawn(process, lambda: work(self.desks[who]))

    def click(self, run: Run, act: Act) -> None:
        """Somebody does something to a run in Prefect's dashboard."""
        if act == "retry":
            if run.type in ENDED:
                self.begin(run)
            return
        for process in self.hub.live():
            if process.run is run:
                self.hub.kill(process)
        run.since = self.hub.now
        if act == "delete":
            del self.runs[run.id]
        elif run.type not in ENDED:
            run.type, run.pause_key = act, ""

    def recover(self) -> None:
        """What the reconciler does every minute, after two of them."""
        self.hub.clock += 120
        if self.hub.clock < max(self.s3.away_until, self.prefect_away_until):
            return  # it cannot run, or fails, and comes again
        for process in self.hub.live():
            if process.run is not None and not process.frozen:
                numbers = [
                    n
                    for n, r in self.facts(process.run.production).runs.items()
                    if r.flow_run == process.run.id
                ]
                key = self.keys(process.run.production).beat(max(numbers, default=0))
                self.store.overwrite(key, b"{}")
        for key in list(self.store.keys(OPEN)):
            workspace = self.workspace(key[len(OPEN) : -len(".json")], "recovery")
            recovery._look(workspace, self.prefect, None, recovery.CLAIMED_SECONDS)  # type: ignore[arg-type]

    def settle(self, rng: Random) -> None:
        """Lets everybody who can go on come to an end, or to wait for people."""
        for _ in range(400):
            if not self.hub.advance(rng, 200):
                return
        raise AssertionError(f"it never ends: {[p.name for p in self.hub.live()]}")

    # Played parts.

    @property
    def prefect(self) -> Prefect:
        return Prefect(self)

    async def _suspend(self, *, key: str, **_: Any) -> None:
        self.prefect.answers()
        fiber = self.hub.current
        assert fiber is not None
        fiber.process.run.pause_key = key
        fiber.process.run.type, fiber.process.run.since = "PAUSED", self.hub.now
        raise Suspended

    def _stage(self, kind: str) -> Callable[[str, str, int], Any]:
        async def stage(production: str, take: str, ask: int = 1) -> dict[str, Any]:
            key = (production, kind, take, str(ask))
            if key in self.results:
                return self.results[key]
            fiber = self.hub.current
            assert fiber is not None
            result = packed(await self._made(kind, fiber.process.workspace, take))
            self.hub.pause()
            self.results[key] = result
            self.hub.pause()
            return result

        return stage

    async def _made(self, kind: str, workspace: Workspace, take: str) -> Record:
        given = assign(workspace, kind, parse_take(take))  # type: ignore[arg-type]
        match kind:
            case "breakdown":
                return await break_down(given)
            case "frame" | "clip":
                return await make_take(given)
            case "check":
                return await check_take(given)
            case "cut":
                return joined(workspace, given.facts, given.attempt)
        made = given.facts.takes[given.take]
        fields = {"cut": made.take, "cut_sha256": made.sha256, "files": {}, "seconds": 1.0}
        return DeliveryRecord.model_validate(
            {"at": now(), "version": made.id.version, "schema_version": 1, **fields}
        )

    def _rules(self) -> tuple[RuleRow, ...]:
        broken, self.broken = bool(self.broken), max(self.broken - 1, 0)
        said = "it is blank" if broken else "it decodes"
        return (RuleRow(name="decodes", passed=not broken, detail=said),)

    def _patch_all(self) -> None:
        hub, put = self.hub, self.patch.setattr
        loop, steady, calendar = Loop(hub), Steady(hub), Calendar(hub)
        # Only what is under test: other threads of this process keep the real event loop.
        for module in [m for n, m in sys.modules.items() if n.split(".")[0] in OURS]:
            if getattr(module, "asyncio", None) is asyncio:
                put(module, "asyncio", loop)
            if hasattr(module, "on_lane"):
                put(module, "on_lane", loop.to_thread)
            if hasattr(module, "ThreadPoolExecutor"):
                put(module, "ThreadPoolExecutor", Turns)
        for module in (
            greenlight.money.backoff,
            greenlight.store.patience,
            greenlight.store.swapping,
        ):
            put(module, "time", steady)
        for module in (signoff, recovery):
            put(module, "time", steady)
        for module in (greenlight.store.records, greenlight.money.quote, greenlight.runs):
            put(module, "datetime", calendar)
        greenlight.money.backoff._seen.clear()
        quiet = logging.getLogger("machine")
        quiet.disabled = True
        for module in (previs, signoff):
            put(module, "get_run_logger", lambda: quiet)
        put(greenlight.store.patience, "_log", quiet)
        put(notices, "emit_event", lambda **_: None)
        put(board, "show", _nothing)
        put(board, "show_stall", _nothing)
        put(notices, "tell", _nothing)
        put(signoff, "gate_form", lambda *_: None)
        put(signoff, "suspend_flow_run", self._suspend)
        put(signoff, "flow_run", Here(hub))
        put(previs, "STAGES", {k: self._stage(k) for k in previs.STAGES})
        put(greenlight.stages.checks, "_still_rules", lambda *_: self._rules())
        put(greenlight.stages.checks, "_clip_rules", lambda *_: (self._rules(), []))


async def _whole(workspace: Bench) -> None:
    """A run from its first line."""
    if not await signoff.taken_over(workspace):
        await previs._advance(workspace)


class Turns:
    """A pool of threads in which one does everything."""

    def __init__(self, *_: object) -> None:
        pass

    def __enter__(self) -> Turns:
        return self

    def __exit__(self, *failure: object) -> None:
        pass

    def map(self, work: Callable[[Any], Any], items: Iterable[Any]) -> Iterator[Any]:
        return iter([work(i) for i in items])


class Here:
    """Prefect's `flow_run`: that of the process which asks."""

    def __init__(self, hub: Hub) -> None:
        self._hub = hub

    @property
    def id(self) -> str:
        assert self._hub.current is not None
        return str(self._hub.current.process.run.id)


async def _nothing(*_: object, **__: object) -> None:
    return None
