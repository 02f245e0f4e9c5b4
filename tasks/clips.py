"""Clips as tasks: one video each, from the approved frame."""

from __future__ import annotations

import asyncio
from typing import Any

from greenlight.money.superseded import Wanted
from greenlight.production.names import parse_take
from greenlight.stages.takes import make_clip
from greenlight.workspace import workspace_of
from tasks.filing import packed
from tasks.policies import stage
from tasks.slots import slot


@stage("clip", "shoot", "role:video")
async def clip(production: str, take: str, ask: int = 1) -> dict[str, Any]:
    """Shoots a shot's clip from its approved frame."""
    workspace = workspace_of(production)
    facts = await asyncio.to_thread(workspace.records.facts)
    attempt = facts.attempts[parse_take(take)]
    wanted = Wanted(workspace, "clip", attempt.take)
    frame = facts.takes[parse_take(attempt.frame or "")]
    async with slot("video"):
        return packed(await make_clip(workspace, attempt, frame, wanted))
