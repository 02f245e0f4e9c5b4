"""The report as a task: read, counted and stored; it changes no production and costs nothing."""

from __future__ import annotations

import asyncio
from datetime import date

from prefect import task
from prefect.cache_policies import NO_CACHE

from greenlight.reports.publish import Published, publish
from greenlight.settings import load_profile
from greenlight.workspace import open_store
from tasks.retries import transient


@task(
    name="numbers",
    task_run_name="count what is on record",
    cache_policy=NO_CACHE,
    persist_result=False,
    retries=3,
    retry_delay_seconds=10,
    retry_condition_fn=transient,
)
async def numbers(
    show: str, days: int, since: date | None = None, until: date | None = None
) -> Published:
    """The report of a period, stored; with everything that the dashboard shows of it."""
    profile = load_profile()
    store = open_store(profile)
    return await asyncio.to_thread(publish, profile, store, show, days, since, until)
