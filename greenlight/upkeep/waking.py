"""Waking: makes a production's run go on, or starts another where that one cannot."""

from __future__ import annotations

from greenlight.access.signature import Signature
from greenlight.errors import NotFound, Refused
from greenlight.production.facts import Facts
from greenlight.production.records import ProductionRecord, RunRecord
from greenlight.production.state import fold
from greenlight.runs import FlowRun, Runs
from greenlight.store.keys import Keys
from greenlight.store.objects import ObjectStore
from greenlight.store.records import RecordStore, now
from greenlight.upkeep.lifecycle import meaning_of
from greenlight.workspace import Workspace


def run_of(runs: Runs, facts: Facts) -> FlowRun | None:
    """A production's newest run as it stands, None where Prefect has forgotten it."""
    try:
        return runs.look(facts.runs[max(facts.runs)].flow_run)
    except NotFound:
        return None


def start(store: ObjectStore, runs: Runs, record: ProductionRecord, cause: str, number: int) -> str:
    """The n-th flow run of a production, recorded; the same number is the same run."""
    tags = [f"show:{record.show}", f"production:{record.production}"]
    if record.simulated:
        tags.append("simulated")
    if record.batch:
        tags.append(f"batch:{record.batch}")
    key = f"greenlight-{record.production}-{number}"
    run = runs.start(record.production, key, tags, record.batch)
    records = RecordStore(store, Keys(record.show, record.production))
    others = sum("/runs/" not in key for key in store.keys(records.keys.root))
    records.claim(RunRecord(at=now(), number=number, flow_run=run.id, cause=cause, records=others))
    return run.id


def rouse(workspace: Workspace, runs: Runs, facts: Facts, cause: str, *, bury: bool = True) -> str:
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
    start(workspace.store, runs, workspace.production, cause, newest + 1)
    return "started"


def wake(workspace: Workspace, runs: Runs) -> bool:
    """Makes the run hear what people did; a run that is at work hears it by itself."""
    facts = workspace.records.facts()
    state = fold(facts)
    if not facts.runs or state.cancelled or state.delivered:
        return False
    # In the first instants of a suspend Prefect refuses: recovery knows by then.
    return bool(rouse(workspace, runs, facts, "decision", bury=False))


def resume(workspace: Workspace, runs: Runs, who: Signature) -> str:
    """Goes on with a production that has stalled, at once; returns what was done in a sentence.

    Nothing is paid twice by it: the ledger knows what was sent. Raises Refused for a production
    that is over, or whose run is at work.
    """
    name, facts = workspace.keys.production, workspace.records.facts()
    state = fold(facts)
    if facts.cancelled is not None:
        raise Refused(f"{name} was cancelled by {facts.cancelled.who}, which is final")
    if state.delivered:
        raise Refused(f"{name} is delivered already")
    models = {workspace.production.text_model, workspace.production.image_model}
    for model in sorted(models | {workspace.production.video_model}):
        workspace.backoff(model).lift()
    if not facts.runs:
        start(workspace.store, runs, workspace.production, "submit", 1)
        return f"{name}: its first run is started"
    run = facts.runs[max(facts.runs)].number
    match rouse(workspace, runs, facts, f"resumed by {who.who}"):
        case "resumed":
            return f"{name}: run {run} is resumed"
        case "started":
            return f"{name}: run {run + 1} is started"
    raise Refused(f"{name}: run {run} is at work already")
