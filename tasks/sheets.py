"""Reference sheets as tasks: one candidate each."""

from __future__ import annotations

import asyncio
from typing import Any

from greenlight.money.superseded import Wanted
from greenlight.production.names import parse_take
from greenlight.stages.takes import make_sheet
from greenlight.workspace import workspace_of
from tasks.filing import packed
from tasks.policies import stage
from tasks.slots import slot


@stage("sheet", "draw", "role:image")
async def sheet(production: str, take: str, ask: int = 1) -> dict[str, Any]:
    """Draws one candidate of the reference sheet of a character, place or prop."""
    workspace, made = workspace_of(production), parse_take(take)
    wanted = Wanted(workspace, "sheet", made)
    facts = await asyncio.to_thread(workspace.records.facts)
    async with slot("image"):
        return packed(
            await make_sheet(workspace, facts.attempts[made.attempt], made.candidate, wanted)
        )
