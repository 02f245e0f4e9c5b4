"""previs: one production, from brief to delivery.

Folds the records, starts whatever is ready, asks people when nothing else is left, and repeats. It
remembers nothing: Prefect replays it from its first line after every resume, and a second run of
the same production does no harm. Run it with `greenlight submit BRIEF`, or from the dashboard with
the id of a production that has been submitted.
"""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any

from prefect import flow
from prefect.client.schemas.objects import State as RunState
from prefect.logging import get_run_logger
from prefect.runtime import flow_run

from flows import board, notices, signoff
from greenlight.errors import InvalidInput
from greenlight.logs import about, mark_records
from greenlight.money.closing import close_accounts, keep_accounts
from greenlight.money.superseded import Leftover, Superseded
from greenlight.notify.watching import Watch
from greenlight.production.brief import Brief
from greenlight.production.facts import Facts
from greenlight.production.folding import Work
from greenlight.production.state import State, fold
from greenlight.stages.holding import REASONS, Held, stalls_before
from greenlight.store.records import now
from greenlight.views.dashboard import BoardState
from greenlight.workspace import Workspace, workspace_of
from tasks.results import STORAGE
from tasks.stages import STAGES, file

mark_records()

NEWS_SECONDS = 2.0
"""How long a decision made while other work runs can go unheard."""


@flow(
    name="previs",
    flow_run_name=signoff.run_name,
    description="One production from brief to delivery; suspends whenever people have to decide.",
    persist_result=True,
    result_storage=STORAGE,
    result_serializer="json",
)
async def previs(production: str = "", brief: Brief | None = None) -> str:
    """Advances a submitted production, or makes one of `brief`, until it is delivered."""
    if brief is not None:
        production = await asyncio.to_thread(signoff.submit_here, brief, str(flow_run.id))
    if not production:
        raise InvalidInput("name a production that was submitted, or give a brief")
    workspace = await asyncio.to_thread(workspace_of, production)
    with about(production):
        if other := await signoff.taken_over(workspace):
            return other
        async with signoff.beating(workspace):
            try:
                await signoff.hear_form(workspace)
                return await _advance(workspace)
            except Exception as error:
                await notices.failed(workspace, error)
                raise


async def _advance(workspace: Workspace) -> str:
    in_flight: dict[str, asyncio.Task[None]] = {}
    held, watch, leftover = Held(), Watch(workspace), Leftover(workspace)
    drawn = board.new_board()
    failure: Exception | None = None
    while True:
        limits = await asyncio.to_thread(workspace.show_budget.changes)
        facts = await asyncio.to_thread(workspace.records.facts)
        state = fold(facts)
        late = await asyncio.to_thread(leftover.work, facts, state, in_flight)
        state = replace(state, work=(*state.work, *late))
        held.hear(facts, limits)
        if await asyncio.to_thread(keep_accounts, workspace, facts, state):
            held.try_again()
        if failure is None and not state.cancelled:
            await _start(workspace, state, in_flight, held)
        await board.show(drawn, workspace, facts, state, held.waiting(state), busy=len(in_flight))
        await notices.tell(workspace, facts, state, held, watch, busy=bool(in_flight))
        if in_flight:
            failure = await _wait(workspace, in_flight, held, watch, drawn, facts) or failure
        elif failure is not None:
            raise failure
        elif state.cancelled or state.delivered:
            await close_accounts(workspace, facts)
            return "cancelled" if state.cancelled else "delivered"
        else:
            if not await signoff.linger(workspace, facts):
                # Raises Prefect's own signal: this process ends here and a resume starts another.
                await signoff.ask(workspace, facts, state, held.waiting(state), held.limits)
            held.clear()


async def _start(
    workspace: Workspace,
    state: State,
    in_flight: dict[str, asyncio.Task[None]],
    held: Held,
) -> None:
    """Starts every piece of work that is ready and not yet under way."""
    for work in state.work:
        if work.key in in_flight or held.holds(work.key):
            continue
        if work.opening is not None:
            opening = work.opening.model_copy(update={"at": now()})
            await asyncio.to_thread(workspace.records.claim, opening)
        in_flight[work.key] = asyncio.create_task(_run(workspace, work), name=work.key)


async def _run(workspace: Workspace, work: Work) -> None:
    stage = STAGES[work.kind]
    with about(workspace.keys.production, str(work.take)):
        result: Any = await stage(workspace.keys.production, str(work.take), work.ask)
        if isinstance(result, RunState):
            return  # cancelled, because it is no longer wanted: nothing is filed
        # Filed here and not in the task: a cached result must be filed again if its record is
        # missing.
        await asyncio.to_thread(file, workspace, result)


async def _wait(
    workspace: Workspace,
    in_flight: dict[str, asyncio.Task[None]],
    held: Held,
    watch: Watch,
    drawn: BoardState,
    facts: Facts,
) -> Exception | None:
    """Waits until a piece of work ends or a decision is made; returns what went wrong for good."""
    while True:
        done, _ = await asyncio.wait(
            in_flight.values(), timeout=NEWS_SECONDS, return_when=asyncio.FIRST_COMPLETED
        )
        if done:
            break
        if held.due() or watch.due() or drawn.is_due():
            break
        if await asyncio.to_thread(workspace.records.newer_than, facts):
            break
    failure: Exception | None = None
    for task in done:
        del in_flight[task.get_name()]
        error = task.exception()
        if isinstance(error, Superseded):
            get_run_logger().info("%s: %s", task.get_name(), error)
        elif isinstance(error, REASONS):
            get_run_logger().warning("%s is held: %s", task.get_name(), error)
            take = task.get_name().partition("/")[2].partition(" ")[0]
            if held.hold(task.get_name(), error, stalls_before(facts, take)):
                notices.budget_reached(workspace, task.get_name(), str(error))
        elif isinstance(error, Exception):
            get_run_logger().error("%s failed: %s", task.get_name(), error)
            failure = error
        elif error is not None:
            raise error
    return failure
