"""Frames as tasks: one candidate still each."""

from __future__ import annotations

import asyncio
from typing import Any

from greenlight.production.names import parse_take
from greenlight.stages.takes import make_frame
from greenlight.studio import studio_of
from greenlight.superseded import Wanted
from tasks.filing import packed
from tasks.policies import stage
from tasks.slots import slot


@stage("frame", "draw", "role:image")
async def frame(production: str, take: str, ask: int = 1) -> dict[str, Any]:
    """Draws one candidate of a shot's frame."""
    studio, made = studio_of(production), parse_take(take)
    wanted = Wanted(studio, "frame", made)
    facts = await asyncio.to_thread(studio.records.facts)
    async with slot("image"):
        return packed(
            await make_frame(studio, facts.attempts[made.attempt], made.candidate, wanted)
        )
