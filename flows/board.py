"""The board: what Prefect's dashboard shows of a production while it runs.

Artifacts are for looking only. One that cannot be written is logged, and stops nothing.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from uuid import UUID

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

_shown: dict[str, tuple[float, object]] = {}
_owed: dict[str, float] = {}
_progress: dict[str, UUID] = {}
_drawing: dict[str, asyncio.Task[None]] = {}
_took: dict[str, float] = {}


def due(workspace: Workspace) -> bool:
    """Whether something has changed that is not shown yet, and it is time to show it."""
    return time.monotonic() >= _owed.get(workspace.keys.production, float("inf"))


async def show(
    workspace: Workspace, facts: Facts, state: State, held: Sequence[WaitingTake] = (), *, busy: int
) -> None:
    """Brings the artifacts up to date if anything changed that they show; `held` is by the run.

    While other work runs this happens beside it, one drawing at a time; at a gate it is waited for.
    """
    production = workspace.keys.production
    identity = (
        len(facts.takes),
        len(facts.checks),
        facts.watermark,
        state.waiting,
        tuple(held),
        state.delivered,
    )
    begun = time.monotonic() - EVERY_SECONDS + FIRST_SECONDS
    last, before = _shown.setdefault(production, (begun, None))
    _owed.pop(production, None)
    drawing = _drawing.get(production)
    under_way = drawing is not None and not drawing.done()
    if drawing is not None and under_way and not busy:
        await drawing  # the process may end at this gate, and a drawing with it
    if identity == before:
        return
    again = last + max(EVERY_SECONDS, _took.get(production, 0.0) / SHARE)
    if busy and (under_way or time.monotonic() < again):
        _owed[production] = max(again, time.monotonic() + NEXT_SECONDS)
        return
    _shown[production] = (time.monotonic(), identity)
    waiting = ", ".join(w.take for w in state.waiting)
    if waiting:
        get_run_logger().info("waiting for people: %s", waiting)
    _drawing[production] = asyncio.create_task(_draw(workspace, facts, state, held), name="board")
    if not busy:
        await _drawing[production]


async def _draw(
    workspace: Workspace, facts: Facts, state: State, held: Sequence[WaitingTake]
) -> None:
    """Writes the artifacts; what goes wrong is logged, and stops nothing."""
    begun = time.monotonic()
    try:
        sheet, drift = None, None
        if state.shots:
            sheet = await on_lane(contact_sheet, workspace, facts, state)
            drift = await on_lane(drift_of, workspace, facts, state)
        async with asyncio.timeout(PATIENCE_SECONDS):
            await _progress_bar(workspace, state)
            if sheet is not None:
                await _artifacts(workspace, facts, state, held, sheet, drift)
    except Exception:  # noqa: BLE001 - recorded below, where a person sees it; pictures stop no work
        get_run_logger().warning("the dashboard's pictures could not be renewed", exc_info=True)
    finally:
        _took[workspace.keys.production] = time.monotonic() - begun


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


async def _progress_bar(workspace: Workspace, state: State) -> None:
    production, percent = workspace.keys.production, progress_of(state)
    if production in _progress:
        await aupdate_progress_artifact(_progress[production], progress=percent)
        return
    _progress[production] = await acreate_progress_artifact(
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
