"""What the state of its flow run means for a production: one answer for recovery and every door.

A production ends when it is delivered, or when a person cancels it through Greenlight. Whatever
happens to its run in Prefect only stops it, or makes another run necessary.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Literal, NamedTuple

from greenlight.production.facts import Facts
from greenlight.runs import FlowRun

WAKES = 3
"""After this many runs in a row that added no record, recovery leaves pauses between them."""

FIRST_REST, LONGEST_REST = timedelta(minutes=5), timedelta(hours=1)
"""How long such a pause is, doubling with every further run that added no record."""

Course = Literal["starting", "working", "asking", "stopped", "lost"]
"""`asking` is suspended at its own gate; `stopped` is somebody's act in Prefect, and stays so until
somebody goes on; `lost` needs another run, which recovery starts."""


class Meaning(NamedTuple):
    """What a run's state means; `why` is a clause about its run, empty where all is usual."""

    course: Course
    why: str = ""


class Rest(NamedTuple):
    """Why no run is at work, and when recovery starts another; None is never by itself."""

    why: str
    until: datetime | None


def meaning_of(run: FlowRun | None, facts: Facts) -> Meaning:
    """What the state of a production's newest run means; None is a run that Prefect forgot."""
    if run is None:
        return Meaning("lost", "its run was deleted in Prefect")
    match run.type:
        case "SCHEDULED" if run.state == "Late":
            return Meaning("starting", "its run is late: no worker has taken it")
        case "SCHEDULED" | "PENDING":
            return Meaning("starting")
        case "PAUSED":
            gates = {g.key for g in facts.gates.values() if g.flow_run == run.id}
            if run.pause_key in gates:
                return Meaning("asking")
            return Meaning("stopped", "its run was paused in Prefect")
        case "CANCELLING":
            return Meaning("stopped", "its run is being cancelled in Prefect")
        case "CANCELLED":
            return Meaning("stopped", "its run was cancelled in Prefect")
        case "COMPLETED":
            return Meaning("lost", "its run was marked as completed before the delivery")
        case "FAILED" | "CRASHED":
            said = f": {' '.join(run.message.split())[:200]}" if run.message else ""
            return Meaning("lost", f"its run {run.type.lower()}{said}")
    return Meaning("working")


def rest_of(facts: Facts, run: FlowRun | None, meaning: Meaning) -> Rest | None:
    """The pause of a production of which no run is at work; None while one is, or is due now.

    What people have decided since its run ended makes another run due, whatever stopped it.
    """
    if meaning.course not in ("stopped", "lost"):
        return None
    newest = facts.runs[max(facts.runs)]
    ended = run.since if run is not None and run.since is not None else newest.at
    if any(said.at > ended for said in facts.decisions.values()):
        return None
    if meaning.course == "stopped":
        return Rest(meaning.why, None)
    wasted = wasted_runs(facts)
    if wasted < WAKES:
        return None
    pause = min(FIRST_REST * 2 ** min(wasted - WAKES, 10), LONGEST_REST)
    return Rest(f"{wasted} runs in a row brought nothing, and {meaning.why}", ended + pause)


def wasted_runs(facts: Facts) -> int:
    """How many of the newest runs, in a row, began with no more records than the one before."""
    counts = [facts.runs[n].records for n in sorted(facts.runs)]
    wasted = 0
    for before, after in zip(reversed(counts[:-1]), reversed(counts[1:]), strict=True):
        if after > before:
            break
        wasted += 1
    return wasted
