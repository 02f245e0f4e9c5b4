"""reconcile: once a minute, wakes productions that a crash left asleep; free of charge.

It also tells what no run of a production can: gates that are overdue, productions that have
stalled, and messages whose event or whose run was lost. And it goes on with batches.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from functools import partial

from prefect import flow
from prefect.logging import get_run_logger

from flows import batch_page, notices
from greenlight.batches.going import go_on
from greenlight.briefs.batch_records import open_batches
from greenlight.desk import Desk
from greenlight.notify.notice import Notice
from greenlight.notify.outbox import due
from greenlight.notify.overdue import overdue, stalled
from greenlight.settings import Profile, home, load_profile
from greenlight.store.objects import ObjectStore
from greenlight.store.records import now
from greenlight.upkeep.recovery import Woken, recover
from greenlight.workspace import open_store


@flow(
    name="reconcile",
    flow_run_name="reconcile",
    description="Wakes productions that a crash left asleep.",
)
async def reconcile() -> int:
    """Looks once at all open productions; returns how many it did something for."""
    profile = load_profile()
    woken = await asyncio.to_thread(recover, profile)
    for one in woken:
        get_run_logger().info("%s: %s", one.production, one.done)
    went_on = sum(not one.stalled for one in woken)
    try:
        await asyncio.to_thread(_tell, profile, woken)
    except Exception:  # noqa: BLE001 - recorded below, where a person sees it; the minute comes again
        get_run_logger().warning("people outside could not be told", exc_info=True)
    return went_on + await _batches(profile)


async def _batches(profile: Profile) -> int:
    """Goes on with batches that a crash cut off or a budget holds; returns how many rows began."""
    desk, begun = Desk(profile, cache=home() / "cache"), 0
    for name in await asyncio.to_thread(open_batches, desk.store):
        try:
            progress = await asyncio.to_thread(go_on, desk, name)
            begun += len(progress.begun)
            await batch_page.show_batch(desk, name)
        except Exception:  # noqa: BLE001 - recorded below, where a person sees it; the minute comes again
            get_run_logger().warning("batch %s could not be gone on with", name, exc_info=True)
    return begun


def _tell(profile: Profile, woken: Sequence[Woken]) -> None:
    store = open_store(profile)
    notices.announce_all(store, partial(_news, profile, store, woken))
    for notice in due(store, now()):
        notices.emit(notice, subscribed=True)


def _news(profile: Profile, store: ObjectStore, woken: Sequence[Woken]) -> Iterable[Notice]:
    yield from stalled(profile, store, [(w.production, w.done) for w in woken if w.stalled])
    yield from overdue(profile, store, now())
