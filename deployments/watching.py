"""Automations that look after runs: crashed, late and stuck ones; those that wait for people never.

Each but one starts the reconciler, which looks at records and beats before it does anything: a
suspended run has no event here, and would be left alone by it too. By name, like the others: one
that is there is left alone.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any, NamedTuple
from uuid import UUID

from deployments.automations import repoint
from greenlight.runs import BATCH, DEPLOYMENT

if TYPE_CHECKING:
    from prefect.client.orchestration import SyncPrefectClient
    from prefect.events.schemas.automations import AutomationCore

RECONCILE = "reconcile/reconcile"
_RUN = "prefect.flow-run."
_ENDS = ("Completed", "Failed", "Crashed", "Cancelling", "Cancelled")
_LEFT_RUNNING = frozenset(f"{_RUN}{state}" for state in ("Suspended", "Paused", *_ENDS))


class Watcher(NamedTuple):
    """One automation: `expect` fires it, or its absence `within` the time after `after`."""

    name: str
    about: str
    expect: frozenset[str]
    after: frozenset[str] = frozenset()
    within: timedelta = timedelta(0)
    reconciles: bool = True


WATCHERS = (
    Watcher(
        "greenlight: run crashed",
        "A production's run crashed: recovery looks at once, not only within the minute.",
        expect=frozenset({f"{_RUN}Crashed", f"{_RUN}Failed"}),
    ),
    Watcher(
        "greenlight: run late",
        "No worker takes a run: nothing can be started, so give this a notification of yours.",
        expect=frozenset({f"{_RUN}Late"}),
        reconciles=False,
    ),
    Watcher(
        "greenlight: run stuck before its start",
        "A worker claimed a run and died over it.",
        expect=_LEFT_RUNNING | {f"{_RUN}Running"},
        after=frozenset({f"{_RUN}Pending"}),
        within=timedelta(minutes=3),
    ),
    Watcher(
        "greenlight: run stuck at work",
        "A run is at work for two hours: recovery sees by its beat whether it lives.",
        expect=_LEFT_RUNNING,
        after=frozenset({f"{_RUN}Running"}),
        within=timedelta(hours=2),
    ),
)


def make_watchers(client: SyncPrefectClient) -> list[str]:
    """Makes what is missing and returns the names; nothing without the deployments they watch."""
    from prefect.exceptions import ObjectNotFound

    try:
        watched = [client.read_deployment_by_name(name).id for name in (DEPLOYMENT, BATCH)]
        reconcile = client.read_deployment_by_name(RECONCILE).id
    except ObjectNotFound:
        return []
    changed = []
    for watcher in WATCHERS:
        known = client.read_automations_by_name(watcher.name)
        if not known:
            client.create_automation(_automation(watcher, watched, reconcile))
            changed.append(watcher.name)
        for automation in known:
            if repoint(client, automation, reconcile):
                changed.append(watcher.name)
    return changed


def _automation(watcher: Watcher, watched: list[UUID], reconcile: UUID) -> AutomationCore:
    from prefect.events.actions import DoNothing, RunDeployment
    from prefect.events.schemas.automations import AutomationCore, EventTrigger, Posture
    from prefect.events.schemas.events import ResourceSpecification

    related: dict[str, Any] = {
        "prefect.resource.role": "deployment",
        "prefect.resource.id": [f"prefect.deployment.{id_}" for id_ in watched],
    }
    start = RunDeployment(
        source="selected", deployment_id=reconcile, parameters=None, job_variables=None
    )
    return AutomationCore(
        name=watcher.name,
        description=watcher.about,
        trigger=EventTrigger(
            expect=set(watcher.expect),
            after=set(watcher.after),
            match=ResourceSpecification(root={"prefect.resource.id": f"{_RUN}*"}),
            match_related=ResourceSpecification(root=related),
            for_each={"prefect.resource.id"},
            posture=Posture.Proactive if watcher.after else Posture.Reactive,
            threshold=1,
            within=watcher.within,
        ),
        actions=[start if watcher.reconciles else DoNothing()],
    )
