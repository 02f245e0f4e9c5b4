"""notify: tells subscribers of what was announced; started by automations, a run a message.

It never touches a production. Whatever is due besides is told along with it, so that what a run
that was killed has left is taken up by the next.
"""

from __future__ import annotations

import asyncio

from prefect import flow
from prefect.logging import get_run_logger

from greenlight.errors import NotFound
from greenlight.notify.notice import Notice, check_id
from greenlight.notify.outbox import due, listeners, notice_of, put_aside
from greenlight.notify.sending import TryLater
from greenlight.store.objects import ObjectStore
from greenlight.store.records import now
from tasks.tell import services, tell


@flow(
    name="notify",
    flow_run_name="notify",
    description="Tells subscribers of one message, and of whatever else is due.",
)
async def notify(message: str = "") -> dict[str, int]:
    """Tells who wants to be told of `message`, if it is given, and what is due."""
    _, store = await asyncio.to_thread(services)
    notices = {n.id: n for n in await asyncio.to_thread(due, store, now(), early=True)}
    if message:
        wanted = check_id(message)
        try:
            notices[wanted] = await asyncio.to_thread(notice_of, store, wanted)
        except NotFound:
            get_run_logger().warning("message %s not found", wanted)
    counts: dict[str, int] = {}
    for outcomes in await asyncio.gather(*(_tell_all(store, n) for n in notices.values())):
        for outcome in outcomes:
            counts[outcome] = counts.get(outcome, 0) + 1
    return counts


async def _tell_all(store: ObjectStore, notice: Notice) -> list[str]:
    """Tells everybody of one notice, side by side, and says when it goes on if it has to."""
    told = await asyncio.to_thread(listeners, store, notice)
    ended = await asyncio.gather(*(tell(notice.id, s.id) for s in told), return_exceptions=True)
    later = await asyncio.to_thread(put_aside, store, notice, told)
    if later is not None:
        get_run_logger().warning("%s: the next round is at %s", notice.id, f"{later:%H:%M:%S} UTC")
    for outcome in ended:
        if isinstance(outcome, BaseException) and not isinstance(outcome, TryLater):
            raise outcome
    return [outcome if isinstance(outcome, str) else "again" for outcome in ended]
