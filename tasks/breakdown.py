"""Breakdown as a task: one shot list a production and version."""

from __future__ import annotations

import asyncio
from typing import Any

from greenlight.money.superseded import Wanted
from greenlight.production.names import parse_take
from greenlight.stages.breakdown import break_down
from greenlight.workspace import workspace_of
from tasks.filing import packed
from tasks.policies import stage
from tasks.slots import slot


@stage("breakdown", "break down", "role:text")
async def breakdown(production: str, take: str, ask: int = 1) -> dict[str, Any]:
    """Turns the brief into a shot list."""
    workspace = workspace_of(production)
    facts = await asyncio.to_thread(workspace.records.facts)
    made = parse_take(take)
    wanted = Wanted(workspace, "breakdown", made)
    async with slot("text"):
        return packed(await break_down(workspace, facts.attempts[made], wanted))
