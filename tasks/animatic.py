"""The animatic as a task: the approved frames as one movie with the shot list's timing."""

from __future__ import annotations

import asyncio
from typing import Any

from greenlight.production.names import parse_take
from greenlight.stages.animatic import assemble_frames
from greenlight.workspace import workspace_of
from tasks.filing import packed
from tasks.policies import stage


@stage("animatic", "assemble")
async def animatic(production: str, take: str, ask: int = 1) -> dict[str, Any]:
    """Assembles the animatic; costs nothing."""
    workspace = workspace_of(production)
    facts = await asyncio.to_thread(workspace.records.facts)
    return packed(await assemble_frames(workspace, facts.attempts[parse_take(take)]))
