"""reconcile: wakes productions that a crash left asleep; scheduled, and free of charge."""

from __future__ import annotations

import asyncio

from prefect import flow
from prefect.logging import get_run_logger

from greenlight.recovery import recover
from greenlight.settings import load_profile


@flow(name="reconcile", description="Wakes productions that a crash left asleep.")
async def reconcile() -> int:
    """Looks once at all open productions; returns how many it did something for."""
    woken = await asyncio.to_thread(recover, load_profile())
    for production, done in woken:
        get_run_logger().info("%s: %s", production, done)
    return len(woken)
