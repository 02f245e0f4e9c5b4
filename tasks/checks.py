"""Checks as tasks: rules, then the rubric, for one take each."""

from __future__ import annotations

import asyncio
from typing import Any

from prefect import task
from prefect.concurrency.asyncio import concurrency

from greenlight.production.names import parse_take
from greenlight.stages.checks import check_take
from greenlight.studio import studio_of
from tasks.filing import packed
from tasks.policies import DELAYS, RETRIES, slot_key, transient


@task(
    name="check",
    task_run_name="{take}",
    tags=["role:text"],
    cache_key_fn=slot_key,
    persist_result=True,
    result_serializer="json",
    retries=RETRIES,
    retry_delay_seconds=DELAYS,
    retry_jitter_factor=0.5,
    retry_condition_fn=transient,
)
async def check(production: str, take: str) -> dict[str, Any]:
    """Looks at a take before a person does."""
    studio, wanted = studio_of(production), parse_take(take)
    facts = await asyncio.to_thread(studio.records.facts)
    async with concurrency("greenlight-text", strict=True):
        return packed(await check_take(studio, facts.takes[wanted], facts.attempts[wanted.attempt]))
