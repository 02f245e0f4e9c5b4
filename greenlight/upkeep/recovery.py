"""Recovery: wakes what a crash left asleep. It goes by open work and decides nothing itself."""

from __future__ import annotations

import asyncio
import time
from datetime import datetime
from typing import NamedTuple

from greenlight.errors import GreenlightError, NotFound, ServiceUnavailable
from greenlight.money.closing import close_accounts
from greenlight.production.facts import Facts
from greenlight.production.records import GateRecord
from greenlight.production.state import fold
from greenlight.runs import FlowRun, Runs
from greenlight.settings import Profile, home
from greenlight.stages.holding import more_money
from greenlight.store.keys import OPEN
from greenlight.store.records import now
from greenlight.store.remembered import Remembered
from greenlight.upkeep.lifecycle import meaning_of, rest_of
from greenlight.upkeep.waking import rouse, run_of, start
from greenlight.workspace import Workspace, open_workspace

STALE_SECONDS = 60.0
"""A running flow touches its beat every few seconds; this long without one and it is gone."""

CLAIMED_SECONDS = 120.0
"""A run that a worker has claimed begins within this time, or the worker died over it.

Where fetching an image takes longer, two runs go on with one production: no slot is paid twice.
"""

SECOND_LOOK_SECONDS = 12.0
"""After an outage of the store a living run's next beat comes within this time."""


class Woken(NamedTuple):
    """An action for one production, and its reason; a stalled one is left alone."""

    production: str
    done: str
    stalled: bool = False


def recover(
    profile: Profile,
    *,
    dead_before: datetime | None = None,
    claimed_seconds: float = CLAIMED_SECONDS,
) -> list[Woken]:
    """Looks once at every open production; records that were read before are not fetched again.

    `dead_before` is when this machine's only worker came up, where that is known: no run that was
    running then can still be alive.
    """
    # A folder of its own: a report keeps other records of the same productions.
    store = Remembered(profile.s3, home() / "cache" / "recovery")
    runs = Runs(profile)
    woken: list[Woken] = []
    productions = [key[len(OPEN) : -len(".json")] for key in store.keys(OPEN)]
    store.forget_others(productions)
    for production in productions:
        with store.remembering(production):
            try:
                workspace = open_workspace(production, profile, store)
                done = _look(workspace, runs, dead_before, claimed_seconds)
            except NotFound:
                # Claimed, and died before the brief was written: there is nothing to go on with.
                done = Woken(production, "was never submitted in full")
            except ServiceUnavailable:
                raise  # the others need it too
            except GreenlightError as error:
                # Records that this release cannot read keep no other production asleep.
                done = Woken(production, f"cannot be looked at: {error}")
        if done is not None:
            woken.append(done)
    return woken


def _news(workspace: Workspace, facts: Facts, gate: GateRecord | None) -> str:
    """Why a suspended run should wake, empty when it may sleep on."""
    if facts.watermark > (gate.watermark if gate else 0):
        return "decisions had not been heard"
    if gate and any(w.until is not None and w.until <= now() for w in gate.waiting):
        return "a service is asked again"
    if gate and more_money(workspace, gate):
        return "the show's budget was changed"
    return ""


def _beats(workspace: Workspace, run: int) -> bool:
    """Whether that run's process is alive, by its beat; asked twice before the answer is no."""
    for pause in (0.0, SECOND_LOOK_SECONDS):
        time.sleep(pause)
        age = workspace.store.age(workspace.keys.beat(run))
        if age is not None and age < STALE_SECONDS:
            return True
    return False


def _look(
    workspace: Workspace, runs: Runs, dead_before: datetime | None, claimed_seconds: float
) -> Woken | None:

    name, facts = workspace.keys.production, workspace.records.facts()
    state = fold(facts)
    if state.delivered or state.cancelled:
        # In a thread of its own (a flow's, a command's), so that there is no loop to be in the way.
        asyncio.run(close_accounts(workspace, facts))
        return None
    newest = max(facts.runs, default=0)
    if not newest:
        start(workspace.store, runs, workspace.production, "submit", 1)
        return Woken(name, "started: its submit died before the run")
    run = run_of(runs, facts)
    if run is not None:
        run = _buried(workspace, runs, run, newest, dead_before, claimed_seconds)
    meaning = meaning_of(run, facts)
    why = meaning.why
    if meaning.course in ("starting", "working"):
        return None
    if meaning.course == "asking":
        gate = max((g for g in facts.gates.values()), key=lambda g: g.number, default=None)
        why = _news(workspace, facts, gate)
        if not why:
            return None
    rest = rest_of(facts, run, meaning)
    if rest is not None and (rest.until is None or rest.until > now()):
        return Woken(name, f"stalled: {rest.why}", stalled=True)
    did = rouse(workspace, runs, facts, f"recovery: {why}")
    return Woken(name, f"{did}: {why}") if did else None


def _buried(
    workspace: Workspace,
    runs: Runs,
    run: FlowRun,
    number: int,
    dead_before: datetime | None,
    claimed_seconds: float,
) -> FlowRun | None:
    """The run as it stands once what is gone of it was said to be gone."""
    settled = run.seconds_in_state > STALE_SECONDS
    if run.late and run.seconds_in_state > claimed_seconds:
        # Workers leave a run alone whose deployment was deleted, and made again since.
        current = runs.deployed()
        if not current or run.deployment == current:
            return run
        runs.bury(run.id, "its deployment was deleted")
    elif run.type in ("RUNNING", "CANCELLING", "PENDING"):
        dead = dead_before is not None and run.since is not None and run.since < dead_before
        stuck = run.type == "PENDING" and run.seconds_in_state > claimed_seconds
        silent = run.type != "PENDING" and settled and not _beats(workspace, number)
        if not (dead or stuck or silent):
            return run
        # What somebody cancelled stays cancelled, also where its process died first.
        kind = "CANCELLED" if run.type == "CANCELLING" else "CRASHED"
        runs.bury(run.id, "its process is gone", kind)
    else:
        return run
    return runs.look(run.id)
