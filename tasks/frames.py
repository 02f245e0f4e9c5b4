"""Frames as tasks: one candidate still each."""

from __future__ import annotations

import asyncio
from typing import Any

from prefect import task
from prefect.concurrency.asyncio import concurrency

from greenlight.production.names import parse_take
from greenlight.stages.takes import make_frame
from greenlight.studio import studio_of
from tasks.filing import packed
from tasks.policies import DELAYS, RETRIES, slot_key, transient


@task(
    name="frame",
    task_run_name="{take}",
    tags=["role:image"],
    cache_key_fn=slot_key,
    persist_result=True,
    result_serializer="json",
    retries=RETRIES,
    retry_delay_seconds=DELAYS,
    retry_jitter_factor=0.5,
    retry_condition_fn=transient,
)
async def frame(production: str, take: str) -> dict[str, Any]:
    """Draws one candidate of a shot's frame."""
    studio, wanted = studio_of(production), parse_take(take)
    facts = await asyncio.to_thread(studio.records.facts)
    async with concurrency("greenlight-image", strict=True):
        return packed(await make_frame(studio, facts.attempts[wanted.attempt], wanted.candidate))
