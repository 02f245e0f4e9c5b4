"""Waking: makes a production's run go on, or starts another where that one cannot."""

from __future__ import annotations

from greenlight.access.signature import Signature
from greenlight.desk.submit import start
from greenlight.errors import NotFound, Refused
from greenlight.lifecycle import meaning_of
from greenlight.production.facts import Facts
from greenlight.production.state import fold
from greenlight.runs import FlowRun, Runs
from greenlight.studio import Studio


def run_of(runs: Runs, facts: Facts) -> FlowRun | None:
    """A production's newest run as it stands, None where Prefect has forgotten it."""
    try:
        return runs.look(facts.runs[max(facts.runs)].flow_run)
    except NotFound:
        return None


def rouse(studio: Studio, runs: Runs, facts: Facts, cause: str, *, bury: bool = True) -> str:
    """Resumes the newest run or starts another; returns what was done, empty while one is at work.

    The caller knows that there is something to go on with, and has looked whether it is over. A
    suspended run that cannot be resumed is left alone, or buried for another.
    """
    newest = max(facts.runs)
    run = run_of(runs, facts)
    if run is not None and meaning_of(run, facts).course in ("starting", "working"):
        return ""
    if run is not None and run.suspended:
        if runs.resume(run.id):
            return "resumed"
        run = run_of(runs, facts)
        if run is not None and run.suspended:
            if not bury:
                return ""
            runs.bury(run.id, "suspended and could not be resumed")
        elif run is not None and not run.ended:
            return ""  # somebody else has woken it meanwhile
    start(studio.store, runs, studio.production, cause, newest + 1)
    return "started"


def wake(studio: Studio, runs: Runs) -> bool:
    """Makes the run hear what people did; a run that is at work hears it by itself."""
    facts = studio.records.facts()
    state = fold(facts)
    if not facts.runs or state.cancelled or state.delivered:
        return False
    # In the first instants of a suspend Prefect refuses: recovery knows by then.
    return bool(rouse(studio, runs, facts, "decision", bury=False))


def resume(studio: Studio, runs: Runs, who: Signature) -> str:
    """Goes on with a production that has stalled, at once; returns what was done in a sentence.

    Nothing is paid twice by it: the ledger knows what was sent. Raises Refused for a production
    that is over, or whose run is at work.
    """
    name, facts = studio.keys.production, studio.records.facts()
    state = fold(facts)
    if facts.cancelled is not None:
        raise Refused(f"{name} was cancelled by {facts.cancelled.who}, which is final")
    if state.delivered:
        raise Refused(f"{name} is delivered: there is nothing to resume")
    models = {studio.production.text_model, studio.production.image_model}
    for model in sorted(models | {studio.production.video_model}):
        studio.backoff(model).lift()
    if not facts.runs:
        start(studio.store, runs, studio.production, "submit", 1)
        return f"{name}: its first run is started"
    run = facts.runs[max(facts.runs)].number
    match rouse(studio, runs, facts, f"resumed by {who.who}"):
        case "resumed":
            return f"{name}: run {run} is resumed"
        case "started":
            return f"{name}: run {run + 1} is started"
    raise Refused(f"{name}: run {run} is at work already")
