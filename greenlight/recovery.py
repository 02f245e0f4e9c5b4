"""Recovery: wakes what a crash left asleep. It goes by open work and decides nothing itself."""

from __future__ import annotations

import asyncio
import time
from datetime import datetime
from typing import NamedTuple

from greenlight.accounts import close_accounts
from greenlight.errors import NotFound
from greenlight.holding import more_money
from greenlight.production.facts import Facts
from greenlight.production.records import GateRecord
from greenlight.production.state import fold
from greenlight.runs import Runs
from greenlight.settings import Profile, home
from greenlight.store.keys import OPEN
from greenlight.store.records import now
from greenlight.store.remembered import Remembered
from greenlight.studio import Studio, open_studio

WAKES = 3
"""After this many runs in a row that added no record, recovery stops and a person looks."""

STALE_SECONDS = 60.0
"""A running flow touches its beat every few seconds; this long without one and it is gone."""

CLAIMED_SECONDS = 120.0
"""A run that a worker has claimed begins within this time, or the worker died over it.

Where fetching an image takes longer, two runs go on with one production: no slot is paid twice.
"""

SECOND_LOOK_SECONDS = 12.0
"""After an outage of the store a living run's next beat comes within this time."""


class Woken(NamedTuple):
    """What was done for one production, and why; `given_up` says that a person has to look."""

    production: str
    done: str
    given_up: bool = False


def wasted_runs(facts: Facts) -> int:
    """How many of the newest runs, in a row, began with no more records than the one before."""
    counts = [facts.runs[n].records for n in sorted(facts.runs)]
    wasted = 0
    for before, after in zip(reversed(counts[:-1]), reversed(counts[1:]), strict=True):
        if after > before:
            break
        wasted += 1
    return wasted


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
                studio = open_studio(production, profile, store)
            except NotFound:
                # Claimed, and died before the brief was written: there is nothing to go on with.
                woken.append(Woken(production, "was never submitted in full"))
                continue
            done = _look(studio, runs, dead_before, claimed_seconds)
        if done is not None:
            woken.append(done)
    return woken


def _news(studio: Studio, facts: Facts, gate: GateRecord | None) -> str:
    """Why a suspended run should wake, empty when it may sleep on."""
    if facts.watermark > (gate.watermark if gate else 0):
        return "decisions had not been heard"
    if gate and any(w.until is not None and w.until <= now() for w in gate.waiting):
        return "a job that the service was busy with is due"
    if gate and more_money(studio, gate):
        return "the show's budget was changed"
    return ""


def _beats(studio: Studio, run: int) -> bool:
    """Whether that run's process is alive, by its beat; asked twice before the answer is no."""
    for pause in (0.0, SECOND_LOOK_SECONDS):
        time.sleep(pause)
        age = studio.store.age(studio.keys.beat(run))
        if age is not None and age < STALE_SECONDS:
            return True
    return False


def _look(
    studio: Studio, runs: Runs, dead_before: datetime | None, claimed_seconds: float
) -> Woken | None:
    from greenlight.desk.submit import start

    name, facts = studio.keys.production, studio.records.facts()
    state = fold(facts)
    if state.delivered or state.cancelled:
        # In a thread of its own (a flow's, a command's), so that there is no loop to be in the way.
        asyncio.run(close_accounts(studio, facts))
        return None
    newest = max(facts.runs, default=0)
    if not newest:
        start(studio.store, runs, studio.production, "submit", 1)
        return Woken(name, "started: its submit died before the run")
    run_record = facts.runs[newest]
    try:
        run = runs.look(run_record.flow_run)
    except NotFound:
        run = None
    why = ""
    if run is None:
        why = "Prefect has forgotten its run"
    elif run.suspended:
        gate = max((g for g in facts.gates.values()), key=lambda g: g.number, default=None)
        news = _news(studio, facts, gate)
        if news:
            if runs.resume(run.id):
                return Woken(name, f"resumed: {news}")
            if not runs.look(run.id).suspended:
                return None  # whoever decided has woken it meanwhile
            runs.bury(run.id, "suspended and could not be resumed")
            why = "its run could not be resumed"
    elif run.type == "CANCELLED":
        return None
    elif run.type in ("RUNNING", "CANCELLING", "PENDING"):
        settled = run.seconds_in_state > STALE_SECONDS
        dead = dead_before is not None and run.since is not None and run.since < dead_before
        stuck = run.type == "PENDING" and run.seconds_in_state > claimed_seconds
        if dead or stuck or (run.type == "RUNNING" and settled and not _beats(studio, newest)):
            runs.bury(run.id, "its process is gone")
            why = "its process is gone"
    elif run.ended:
        why = f"its run ended as {run.state}"
    if not why:
        return None
    if wasted_runs(facts) >= WAKES:
        said = f"left alone: {WAKES} runs in a row brought nothing ({why})"
        return Woken(name, said, given_up=True)
    start(studio.store, runs, studio.production, f"recovery: {why}", newest + 1)
    return Woken(name, f"new run: {why}")
