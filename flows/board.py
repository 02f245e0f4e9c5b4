"""The board: what Prefect's dashboard shows of a production while it runs.

Artifacts are for looking only. One that cannot be written is logged, and stops nothing.
"""

from __future__ import annotations

import asyncio
import time
from uuid import UUID

from prefect.artifacts import (
    acreate_image_artifact,
    acreate_progress_artifact,
    acreate_table_artifact,
    aupdate_progress_artifact,
)
from prefect.logging import get_run_logger

from greenlight.desk.likeness import drift_of
from greenlight.desk.telling import link_to, progress_of, shot_rows, spend_rows
from greenlight.production.facts import Facts
from greenlight.production.state import State
from greenlight.stages.sheet import contact_sheet
from greenlight.studio import Studio

EVERY_SECONDS = 10.0
"""While work runs the board is redrawn at most this often; at a gate it is always up to date."""

FIRST_SECONDS = 2.0
"""A run that has just begun gives its first seconds to the work, and draws afterwards."""

PATIENCE_SECONDS = 20.0
"""A Prefect that does not answer holds the work up no longer than this for its pictures."""

_shown: dict[str, tuple[float, object]] = {}
_owed: dict[str, float] = {}
_progress: dict[str, UUID] = {}


def due(studio: Studio) -> bool:
    """Whether something has changed that is not shown yet, and it is time to show it."""
    return time.monotonic() >= _owed.get(studio.keys.production, float("inf"))


async def show(studio: Studio, facts: Facts, state: State, *, busy: int) -> None:
    """Brings the artifacts up to date if anything changed that they show."""
    production = studio.keys.production
    identity = (
        len(facts.takes),
        len(facts.checks),
        facts.watermark,
        state.waiting,
        state.delivered,
    )
    begun = time.monotonic() - EVERY_SECONDS + FIRST_SECONDS
    last, before = _shown.setdefault(production, (begun, None))
    _owed.pop(production, None)
    if identity == before:
        return
    if busy and time.monotonic() - last < EVERY_SECONDS:
        _owed[production] = last + EVERY_SECONDS
        return
    _shown[production] = (time.monotonic(), identity)
    waiting = ", ".join(w.take for w in state.waiting)
    if waiting:
        get_run_logger().info("waiting for people: %s", waiting)
    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
            await _progress_bar(studio, state)
            if state.shots:
                await _pictures(studio, facts, state)
    except Exception:  # noqa: BLE001 - recorded below, where a person sees it; pictures stop no work
        get_run_logger().warning("the dashboard's pictures could not be renewed", exc_info=True)


async def _progress_bar(studio: Studio, state: State) -> None:
    production, percent = studio.keys.production, progress_of(state)
    if production in _progress:
        await aupdate_progress_artifact(_progress[production], progress=percent)
        return
    _progress[production] = await acreate_progress_artifact(
        progress=percent,
        key=f"{production}-progress",
        description=f"{production}: from brief to delivery",
    )


async def _pictures(studio: Studio, facts: Facts, state: State) -> None:
    production = studio.keys.production
    key = await asyncio.to_thread(contact_sheet, studio, facts, state)
    await acreate_image_artifact(
        image_url=link_to(studio, key),
        key=f"{production}-contact-sheet",
        description=f"Contact sheet of {production}",
    )
    drift = await asyncio.to_thread(drift_of, studio, facts, state)
    if drift is not None:
        await acreate_image_artifact(
            image_url=drift[0],
            key=f"{production}-drift",
            description=f"Who looks different from other shots in {production}: {drift[1]}",
        )
    await acreate_table_artifact(
        table=await asyncio.to_thread(shot_rows, studio, facts, state),
        key=f"{production}-shots",
        description=f"Shots of {production}",
    )
    await acreate_table_artifact(
        table=await asyncio.to_thread(spend_rows, studio, facts),
        key=f"{production}-spend",
        description=f"Spend of {production} in USD",
    )
