"""Delivery as a task: movie, timeline, sheets and manifest of the signed-off cut."""

from __future__ import annotations

import asyncio
from typing import Any

from greenlight.production.names import parse_take
from greenlight.stages.deliver import deliver as make_delivery
from greenlight.workspace import workspace_of
from tasks.filing import packed
from tasks.policies import stage


@stage("deliver", "deliver")
async def deliver(production: str, take: str, ask: int = 1) -> dict[str, Any]:
    """Puts the delivery together; costs nothing."""
    workspace = workspace_of(production)
    facts = await asyncio.to_thread(workspace.records.facts)
    return packed(await make_delivery(workspace, facts.takes[parse_take(take)]))
