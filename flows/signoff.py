"""Sign-off: wait for people, open a gate, suspend, hear what was answered, ask again.

The gate's ordinal is Prefect's key, so that a wake with nothing new asks again instead of replaying
the old answer. What Prefect's form holds is data from outside: it is validated by the desk, and an
answer that cannot stand is asked for again; it never fails the run.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from decimal import Decimal
from pathlib import Path
from typing import Any

from prefect.flow_runs import suspend_flow_run
from prefect.logging import get_run_logger
from prefect.runtime import flow_run

from flows import board
from flows.form import gate_form
from greenlight.access.signature import Signature
from greenlight.briefs.intake import check_brief
from greenlight.briefs.places import Reach
from greenlight.desk.decide import decide
from greenlight.desk.submit import new_id
from greenlight.errors import Forbidden, GreenlightError, InvalidInput, NotFound, Refused
from greenlight.money.spend import unknowns
from greenlight.production.brief import Brief
from greenlight.production.facts import Facts
from greenlight.production.names import slug
from greenlight.production.records import (
    GateAnswerRecord,
    GateRecord,
    RunRecord,
    WaitingTake,
)
from greenlight.production.state import State
from greenlight.settings import EMBEDDED, load_profile
from greenlight.stages.holding import more_money
from greenlight.store.records import now
from greenlight.upkeep.lifecycle import meaning_of
from greenlight.upkeep.waking import run_of
from greenlight.views.binding import priced
from greenlight.views.form import form_signature, read_form
from greenlight.workspace import Workspace

BEAT_SECONDS = 10.0
HELD_UP_SECONDS = 5.0
LISTEN_SECONDS = 0.7
BATCH_LINGER_SECONDS = 5.0
"""A row of a batch keeps its place from the rows behind it no longer than this."""


def run_name() -> str:
    """A run bears its production's id, or the title of the brief that it was given."""
    given = flow_run.parameters
    brief = given.get("brief")
    title = brief.get("title") if isinstance(brief, dict) else getattr(brief, "title", "")
    return str(given.get("production") or slug(str(title or "")) or "previs")


def submit_here(brief: Brief, run: str) -> str:
    """Submits a brief that was given to a flow run; the same run is the same production.

    Raises DecisionNeeded with real money: the dashboard cannot confirm a quote.
    """
    # Only a run that was given a brief pays for importing the desk.
    from greenlight.desk import Desk

    desk = Desk(load_profile())
    production = new_id(brief, run)
    with suppress(NotFound):
        return desk.workspace(production).keys.production  # the run is replayed after a resume
    # A worker elsewhere than on the person's own machine reads no files of its own for them.
    reach = Reach(desk.profile, files=desk.profile.name == EMBEDDED)
    brief = check_brief(brief.model_dump(mode="json"), "brief")
    who = Signature("prefect", "prefect:unverified", "prefect", False, frozenset({"submit"}))
    return desk.submit(brief, Path.cwd(), who, run, reach=reach, flow_run=run).production


@asynccontextmanager
async def beating(workspace: Workspace) -> AsyncIterator[None]:
    """Touches this run's beat while the block runs, so that recovery knows it is alive."""
    facts = await asyncio.to_thread(workspace.records.facts)
    mine = [n for n, r in facts.runs.items() if r.flow_run == flow_run.id]
    key = workspace.keys.beat(max(mine, default=0))

    async def beat() -> None:
        while True:
            await asyncio.to_thread(workspace.store.overwrite, key, b"{}")
            begun = time.monotonic()
            await asyncio.sleep(BEAT_SECONDS)
            late = time.monotonic() - begun - BEAT_SECONDS
            if late > HELD_UP_SECONDS:
                text = "held up for %.0f s: this machine has more work than it can do"
                get_run_logger().warning(text, late)

    await asyncio.to_thread(workspace.store.overwrite, key, b"{}")
    task = asyncio.create_task(beat(), name="beat")
    try:
        yield
    finally:
        task.cancel()


async def taken_over(workspace: Workspace) -> str:
    """Which newer run goes on with the production, empty where this one does.

    A run that was retried in Prefect, or begun there, after others is the newest from then on,
    unless one of them is at work. One that waits at a gate gives way, and is cancelled.
    """
    facts = await asyncio.to_thread(workspace.records.facts)
    newest = max(facts.runs, default=0)
    if newest and facts.runs[newest].flow_run == flow_run.id:
        return ""
    if newest:
        runs = workspace.runs()
        other = await asyncio.to_thread(run_of, runs, facts)
        if other is not None and meaning_of(other, facts).course in ("starting", "working"):
            return f"run {newest} goes on with it"
        if other is not None:
            await asyncio.to_thread(runs.cancel, other.id)
    record = RunRecord(at=now(), number=newest + 1, flow_run=flow_run.id, cause="begun in Prefect")
    winner = await asyncio.to_thread(workspace.records.claim, record)
    return "" if winner.flow_run == flow_run.id else f"run {winner.number} goes on with it"


async def hear_form(workspace: Workspace) -> None:
    """Files what was put into Prefect's form for gates of this run that were not heard yet."""
    facts = await asyncio.to_thread(workspace.records.facts)
    runs = workspace.runs()
    for number, gate in sorted(facts.gates.items()):
        if gate.flow_run != flow_run.id or number in facts.answers:
            continue
        answer = await asyncio.to_thread(runs.answer, flow_run.id, gate.key)
        if answer is not None:
            await asyncio.to_thread(_file_answer, workspace, gate, answer)


def _file_answer(workspace: Workspace, gate: GateRecord, answer: dict[str, Any]) -> None:
    """Turns a form's answer into a decision, once, or records why it cannot stand."""
    number, problem = None, ""
    try:
        wishes = read_form(gate, answer, simulated=workspace.production.simulated)
        if wishes:
            nobody = form_signature(simulated=workspace.production.simulated)
            number = decide(workspace, wishes, nobody, f"form-{gate.flow_run}-{gate.key}").number
    except (InvalidInput, Refused, Forbidden) as error:
        problem = str(error)
        get_run_logger().warning("%s: the form's answer cannot stand: %s", gate.key, error)
    record = GateAnswerRecord(at=now(), number=gate.number, decision=number, problem=problem)
    workspace.records.claim(record)


async def linger(workspace: Workspace, facts: Facts) -> bool:
    """Waits a little for people before suspending; whether there is anything new."""
    seconds = workspace.profile.linger_seconds
    if workspace.production.batch:
        seconds = min(seconds, BATCH_LINGER_SECONDS)
    deadline = time.monotonic() + seconds
    while True:
        if await asyncio.to_thread(workspace.records.newer_than, facts):
            return True
        if time.monotonic() >= deadline:
            return False
        await asyncio.sleep(LISTEN_SECONDS)


async def ask(
    workspace: Workspace, facts: Facts, state: State, held: Sequence[WaitingTake], limits: int
) -> None:
    """Opens the next gate and suspends this run; returns only if somebody decided meanwhile."""
    waiting = await asyncio.to_thread(_waiting, workspace, facts, state, held)
    if not waiting:
        raise GreenlightError("nothing is left to do, and nothing waits for people: this is a bug")
    unknown = unknowns(await asyncio.to_thread(workspace.ledger.entries))
    gate = GateRecord(
        at=now(),
        number=max(facts.gates, default=0) + 1,
        flow_run=flow_run.id,
        watermark=facts.watermark,
        waiting=waiting,
        unknown=tuple(u.slot for u in unknown),
        unknown_usd=sum((u.ceiling_usd for u in unknown), Decimal(0)),
        show_limits=limits,
    )
    if not await asyncio.to_thread(workspace.records.write_new, gate):
        return
    await board.show_stall(workspace, gate)
    form = await asyncio.to_thread(gate_form, workspace, facts, state, gate)
    # The suspend asks Prefect with clients that do not wait for one that is away.
    await asyncio.to_thread(workspace.runs().answers)
    try:
        await suspend_flow_run(wait_for_input=form, key=gate.key, timeout=None)  # type: ignore[misc]
    finally:
        # Arm, then check: what was decided between the fold and the suspend wakes this run again.
        # A resume while it still ran would have been refused, and lost.
        if await asyncio.to_thread(_news, workspace, facts, gate):
            await asyncio.to_thread(workspace.runs().resume, flow_run.id)


def _news(workspace: Workspace, facts: Facts, gate: GateRecord) -> bool:
    """Whether people did anything since the facts that the gate was made of."""
    return workspace.records.newer_than(facts) or more_money(workspace, gate)


def _waiting(
    workspace: Workspace, facts: Facts, state: State, held: Sequence[WaitingTake]
) -> tuple[WaitingTake, ...]:
    """What people are asked about, with the ceiling of what each approval would release."""
    ceilings = priced(workspace, facts, state)
    waiting = [
        w.model_copy(update={"ceiling_usd": ceilings.get(w.take, Decimal(0))})
        for w in state.waiting
    ]
    return (*waiting, *held)
