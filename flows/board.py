"""The board: what Prefect's dashboard shows of a production while it runs.

Artifacts are for looking only. One that cannot be written is logged, and stops nothing.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence

from prefect.artifacts import (
    acreate_image_artifact,
    acreate_markdown_artifact,
    acreate_progress_artifact,
    acreate_table_artifact,
    aupdate_progress_artifact,
)
from prefect.logging import get_run_logger

from greenlight.media.lane import on_lane
from greenlight.production.facts import Facts
from greenlight.production.readable import markdown
from greenlight.production.records import GateRecord, WaitingTake
from greenlight.production.state import State
from greenlight.stages.sheet import contact_sheet
from greenlight.views.dashboard import (
    BoardState,
    link_to,
    progress_of,
    shot_rows,
    spend_rows,
    stall_text,
)
from greenlight.views.likeness import drift_of
from greenlight.workspace import Workspace

EVERY_SECONDS = 10.0
"""While work runs the board is redrawn at most this often; at a gate it is always up to date."""

SHARE = 0.1
"""The most of a run's time that the board is drawn for, while work runs: on a full machine the
same sheet takes ten times as long, and is then drawn as much more seldom."""

FIRST_SECONDS = 2.0
"""A run that has just begun gives its first seconds to the work, and draws afterwards."""

NEXT_SECONDS = 2.0
"""How soon a board is thought of again that another drawing stood in the way of."""

PATIENCE_SECONDS = 20.0
"""A Prefect that does not answer holds the work up no longer than this for its pictures."""


def new_board() -> BoardState:
    """A run that has drawn nothing yet."""
    return BoardState(drawn_at=time.monotonic() - EVERY_SECONDS + FIRST_SECONDS)


async def show(
    board: BoardState,
    workspace: Workspace,
    facts: Facts,
    state: State,
    held: Sequence[WaitingTake] = (),
    *,
    busy: int,
) -> None:
    """Brings the artifacts up to date if anything changed that they show; `held` is by the run.

    While other work runs this happens beside it, one drawing at a time; at a gate it is waited for.
    """
    identity = (
        len(facts.takes),
        len(facts.checks),
        facts.watermark,
        state.waiting,
        tuple(held),
        state.delivered,
    )
    board.due_at = None
    drawing = board.drawing if board.drawing and not board.drawing.done() else None
    if drawing is not None and not busy:
        await drawing  # the process may end at this gate, and a drawing with it
    if identity == board.drawn:
        return
    again = board.drawn_at + max(EVERY_SECONDS, board.took / SHARE)
    if busy and (drawing is not None or time.monotonic() < again):
        board.due_at = max(again, time.monotonic() + NEXT_SECONDS)
        return
    board.drawn_at, board.drawn = time.monotonic(), identity
    waiting = ", ".join(w.take for w in state.waiting)
    if waiting:
        get_run_logger().info("waiting for people: %s", waiting)
    board.drawing = asyncio.create_task(_draw(board, workspace, facts, state, held), name="board")
    if not busy:
        await board.drawing


async def _draw(
    board: BoardState,
    workspace: Workspace,
    facts: Facts,
    state: State,
    held: Sequence[WaitingTake],
) -> None:
    """Writes the artifacts; what goes wrong is logged, and stops nothing."""
    begun = time.monotonic()
    try:
        sheet, drift = None, None
        if state.shots:
            sheet = await on_lane(contact_sheet, workspace, facts, state)
            drift = await on_lane(drift_of, workspace, facts, state)
        async with asyncio.timeout(PATIENCE_SECONDS):
            await _progress_bar(board, workspace, state)
            if sheet is not None:
                await _artifacts(workspace, facts, state, held, sheet, drift)
    except Exception:  # noqa: BLE001 - recorded below, where a person sees it; pictures stop no work
        get_run_logger().warning("the dashboard's pictures could not be renewed", exc_info=True)
    finally:
        board.took = time.monotonic() - begun


async def show_stall(workspace: Workspace, gate: GateRecord) -> None:
    """Says beside the run what it waits for, where that is a service; never stops anything."""
    if not gate.stalled:
        return
    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
            await acreate_markdown_artifact(
                markdown=stall_text(workspace, gate),
                key=f"{workspace.keys.production}-stalled",
                description=f"{workspace.keys.production} has stalled",
            )
    except Exception:  # noqa: BLE001 - recorded below, where a person sees it; pictures stop no work
        get_run_logger().warning("the dashboard could not be told of a stall", exc_info=True)


async def _progress_bar(board: BoardState, workspace: Workspace, state: State) -> None:
    production, percent = workspace.keys.production, progress_of(state)
    if board.progress_bar is not None:
        await aupdate_progress_artifact(board.progress_bar, progress=percent)
        return
    board.progress_bar = await acreate_progress_artifact(
        progress=percent,
        key=f"{production}-progress",
        description=f"{production}: from brief to delivery",
    )


async def _artifacts(
    workspace: Workspace,
    facts: Facts,
    state: State,
    held: Sequence[WaitingTake],
    sheet: str,
    drift: tuple[str, str] | None,
) -> None:
    production = workspace.keys.production
    await acreate_image_artifact(
        image_url=link_to(workspace, sheet),
        key=f"{production}-contact-sheet",
        description=f"Contact sheet of {production}",
    )
    if drift is not None:
        await acreate_image_artifact(
            image_url=drift[0],
            key=f"{production}-drift",
            description=f"Subjects that look different in {production}: {markdown(drift[1])}",
        )
    await acreate_table_artifact(
        table=await asyncio.to_thread(shot_rows, workspace, facts, state, held),
        key=f"{production}-shots",
        description=f"Shots of {production}",
    )
    await acreate_table_artifact(
        table=await asyncio.to_thread(spend_rows, workspace, facts),
        key=f"{production}-spend",
        description=f"Spend of {production} in USD",
    )
