"""The cut as a task: the approved clips as one movie."""

from __future__ import annotations

import asyncio
from typing import Any

from greenlight.production.names import parse_take
from greenlight.stages.cut import assemble
from greenlight.workspace import workspace_of
from tasks.filing import packed
from tasks.policies import stage


@stage("cut", "assemble")
async def cut(production: str, take: str, ask: int = 1) -> dict[str, Any]:
    """Assembles the cut; costs nothing."""
    workspace = workspace_of(production)
    facts = await asyncio.to_thread(workspace.records.facts)
    return packed(await assemble(workspace, facts.attempts[parse_take(take)]))
