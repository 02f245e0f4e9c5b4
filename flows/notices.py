"""Prefect's events of Greenlight: what automations may listen to, and what starts the telling.

All of them are announced by flows. What people decide at any door is a record first, and the flow
tells it when it hears it: a door needs no Prefect to decide, and nothing is told twice. An event
carries ids and our own words; what is sent is composed from the notice in the store. Telling never
holds up a production: what goes wrong here is logged, and recovery's minute goes on with it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable

from prefect.events import emit_event
from prefect.logging import get_run_logger

from greenlight.notify.notice import PREFIX, SUBSCRIBED, Notice
from greenlight.notify.outbox import announce
from greenlight.notify.watching import Watch
from greenlight.notify.writing import Writer
from greenlight.production.facts import Facts
from greenlight.production.state import State, fold
from greenlight.stages.holding import Held
from greenlight.store.objects import ObjectStore
from greenlight.workspace import Workspace

BUDGET_REACHED = "greenlight.budget.reached"

PATIENCE_SECONDS = 20.0
"""A store that does not answer holds the work up no longer than this for its notices."""


def budget_reached(workspace: Workspace, work: str, reason: str) -> None:
    """Says that money holds a production, and what was to be made."""
    production = workspace.production
    emit_event(
        event=BUDGET_REACHED,
        resource={
            "prefect.resource.id": f"greenlight.production.{production.production}",
            "prefect.resource.name": production.production,
            "greenlight.show": production.show,
        },
        payload={"work": work, "reason": reason, "simulated": production.simulated},
    )


async def tell(
    workspace: Workspace, facts: Facts, state: State, held: Held, watch: Watch, *, busy: bool
) -> None:
    """Announces what is news in a production as it stands."""

    def news() -> Iterable[Notice]:
        return watch.news(facts, state, held.waiting(state), held.limits, busy=busy)

    await _announced(workspace.store, news)


async def failed(workspace: Workspace, error: Exception) -> None:
    """Announces that a production's run fails of `error`."""

    def news() -> Iterable[Notice]:
        facts = workspace.records.facts()
        reason = f"{type(error).__name__}: {error}"
        return [Writer(workspace, facts, fold(facts).waiting).failed(reason)]

    await _announced(workspace.store, news)


async def _announced(store: ObjectStore, news: Callable[[], Iterable[Notice]]) -> None:
    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
            await asyncio.to_thread(announce_all, store, news)
    except Exception:  # noqa: BLE001 - recorded below, where a person sees it; telling stops no work
        get_run_logger().warning("people outside could not be told", exc_info=True)


def announce_all(store: ObjectStore, news: Callable[[], Iterable[Notice]]) -> int:
    """Announces what is new of these notices; returns how many were."""
    count = 0
    for notice in news():
        announced = announce(store, notice)
        if announced.fresh:
            emit(notice, subscribed=announced.wanted)
            count += 1
    return count


def emit(notice: Notice, *, subscribed: bool) -> None:
    """The event of a notice; its payload names the notice, and has no word from a brief."""
    emit_event(
        event=f"{PREFIX}{notice.event}",
        resource={
            "prefect.resource.id": f"greenlight.production.{notice.production}",
            "prefect.resource.name": notice.production,
            "greenlight.show": notice.show,
            SUBSCRIBED: "yes" if subscribed else "no",
        },
        payload={
            "message": notice.id,
            "waiting": notice.waiting,
            "ceiling_usd": str(notice.ceiling_usd),
            "simulated": notice.simulated,
            "gate": notice.gate,
            "link": notice.link,
        },
    )
