"""Checks as tasks: rules, then the rubric, for one take each."""

from __future__ import annotations

import asyncio
from typing import Any

from greenlight.money.superseded import Wanted
from greenlight.production.names import parse_take
from greenlight.stages.checks import check_take
from greenlight.workspace import workspace_of
from tasks.filing import packed
from tasks.policies import stage
from tasks.slots import slot


@stage("check", "check", "role:text")
async def check(production: str, take: str, ask: int = 1) -> dict[str, Any]:
    """Looks at a take before a person does."""
    workspace, made = workspace_of(production), parse_take(take)
    wanted = Wanted(workspace, "check", made)
    facts = await asyncio.to_thread(workspace.records.facts)
    return packed(
        await check_take(
            workspace,
            facts.takes[made],
            facts.attempts[made.attempt],
            wanted,
            grading=lambda: slot("text"),
        )
    )
