"""Recovery: wakes what a crash left asleep. It goes by open work and decides nothing itself."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from greenlight.errors import NotFound
from greenlight.production.facts import Facts
from greenlight.production.state import fold
from greenlight.runs import Runs
from greenlight.settings import Profile
from greenlight.store.keys import OPEN, open_key
from greenlight.studio import Studio, open_store, open_studio

WAKES = 3
"""After this many runs in a row that added no record, recovery stops and a person looks."""

STALE_SECONDS = 60.0
"""A running flow touches its beat every few seconds; this long without one and it is gone."""


class Woken(NamedTuple):
    """What was done for one production, and why."""

    production: str
    done: str


def wasted_runs(facts: Facts) -> int:
    """How many of the newest runs, in a row, began with no more records than the one before."""
    counts = [facts.runs[n].records for n in sorted(facts.runs)]
    wasted = 0
    for before, after in zip(reversed(counts[:-1]), reversed(counts[1:]), strict=True):
        if after > before:
            break
        wasted += 1
    return wasted


def recover(profile: Profile, *, dead_before: datetime | None = None) -> list[Woken]:
    """Looks once at every open production.

    `dead_before` is when this machine's only worker came up, where that is known: no run that was
    running then can still be alive.
    """
    store, runs = open_store(profile), Runs(profile)
    woken: list[Woken] = []
    for key in list(store.keys(OPEN)):
        production = key[len(OPEN) : -len(".json")]
        try:
            studio = open_studio(production, profile, store)
        except NotFound:
            # Claimed, and died before the brief was written: there is nothing to go on with.
            woken.append(Woken(production, "was never submitted in full"))
            continue
        done = _look(studio, runs, dead_before)
        if done:
            woken.append(Woken(production, done))
    return woken


def _look(studio: Studio, runs: Runs, dead_before: datetime | None) -> str:
    from greenlight.desk.submit import start

    production = studio.keys.production
    facts = studio.records.facts()
    state = fold(facts)
    if state.delivered or state.cancelled:
        studio.store.delete(open_key(production))
        return ""
    newest = max(facts.runs, default=0)
    if not newest:
        start(studio.store, runs, studio.production, "submit", 1)
        return "started: its submit died before the run"
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
        if facts.watermark > (gate.watermark if gate else 0):
            if runs.resume(run.id):
                return "resumed: decisions had not been heard"
            runs.bury(run.id, "suspended and could not be resumed")
            why = "its run could not be resumed"
    elif run.type == "CANCELLED":
        return ""
    elif run.type in ("RUNNING", "CANCELLING", "PENDING"):
        age = studio.store.age(studio.keys.beat(newest))
        alive = age is not None and age < STALE_SECONDS
        settled = run.seconds_in_state > STALE_SECONDS
        dead = dead_before is not None and run.since is not None and run.since < dead_before
        if dead or (run.type == "RUNNING" and not alive and settled):
            runs.bury(run.id, "its process is gone")
            why = "its process is gone"
    elif run.ended:
        why = f"its run ended as {run.state}"
    if not why:
        return ""
    if wasted_runs(facts) >= WAKES:
        return f"left alone: {WAKES} runs in a row brought nothing ({why})"
    start(studio.store, runs, studio.production, f"recovery: {why}", newest + 1)
    return f"new run: {why}"
