"""Frames as tasks: one candidate still each."""

from __future__ import annotations

import asyncio
from typing import Any

from greenlight.money.superseded import Wanted
from greenlight.production.names import parse_take
from greenlight.stages.takes import make_frame
from greenlight.workspace import workspace_of
from tasks.filing import packed
from tasks.policies import stage
from tasks.slots import slot


@stage("frame", "draw", "role:image")
async def frame(production: str, take: str, ask: int = 1) -> dict[str, Any]:
    """Draws one candidate of a shot's frame."""
    workspace, made = workspace_of(production), parse_take(take)
    wanted = Wanted(workspace, "frame", made)
    facts = await asyncio.to_thread(workspace.records.facts)
    async with slot("image"):
        return packed(
            await make_frame(workspace, facts.attempts[made.attempt], made.candidate, wanted)
        )
