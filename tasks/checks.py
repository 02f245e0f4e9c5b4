"""Checks as tasks: rules, then the rubric, for one take each."""

from __future__ import annotations

import asyncio
from typing import Any

from greenlight.production.names import parse_take
from greenlight.stages.checks import check_take
from greenlight.studio import studio_of
from greenlight.superseded import Wanted
from tasks.filing import packed
from tasks.policies import stage
from tasks.slots import slot


@stage("check", "check", "role:text")
async def check(production: str, take: str, ask: int = 1) -> dict[str, Any]:
    """Looks at a take before a person does."""
    studio, made = studio_of(production), parse_take(take)
    wanted = Wanted(studio, "check", made)
    facts = await asyncio.to_thread(studio.records.facts)
    return packed(
        await check_take(
            studio,
            facts.takes[made],
            facts.attempts[made.attempt],
            wanted,
            grading=lambda: slot("text"),
        )
    )
