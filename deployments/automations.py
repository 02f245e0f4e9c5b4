"""Automations at the Prefect server: events tell subscribers, and lost runs wake the reconciler.

Each has a name, so that the server's operator can switch it off, change it or add to it: one that
exists is left alone. A suspended run waits for people and fires nothing here; the reconciler would
leave it alone too, because it looks at records and beats before it does anything.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

from greenlight.notify.notice import EVENTS, PREFIX, SUBSCRIBED
from greenlight.runs import BATCH, DEPLOYMENT, NOTIFY

if TYPE_CHECKING:
    from prefect.client.orchestration import SyncPrefectClient
    from prefect.events.schemas.automations import Automation, AutomationCore

RECONCILE = "reconcile/reconcile"
_RUN = "prefect.flow-run."
_ENDS = ("Completed", "Failed", "Crashed", "Cancelling", "Cancelled")
_LEFT_RUNNING = frozenset(f"{_RUN}{state}" for state in ("Suspended", "Paused", *_ENDS))
# Only the message's id is a parameter: its text and addresses are read from the store.
_MESSAGE = {"message": {"__prefect_kind": "jinja", "template": "{{ event.payload.message }}"}}


@dataclass(frozen=True)
class Planned:
    """One automation: `expect` fires it, or its absence `within` the time after `after`.

    It starts `deployment`; without one it does nothing, for its operator to add to.
    """

    name: str
    about: str
    expect: frozenset[str]
    after: frozenset[str] = frozenset()
    within: timedelta = timedelta(0)
    deployment: str = RECONCILE
    subscribed: bool = False
    """Whether it is about a production that somebody subscribed to, and not about a run."""


NOTICES = tuple(
    Planned(
        f"greenlight: {event.replace('.', ' ')}",
        f"Tells the subscribers of {PREFIX}{event} (greenlight notify).",
        expect=frozenset({f"{PREFIX}{event}"}),
        deployment=NOTIFY,
        subscribed=True,
    )
    for event in EVENTS
)
WATCHERS = (
    Planned(
        "greenlight: run crashed",
        "A production's run crashed: recovery looks at once, not only within the minute.",
        expect=frozenset({f"{_RUN}Crashed", f"{_RUN}Failed"}),
    ),
    Planned(
        "greenlight: run late",
        "No worker takes a run: nothing can be started, so give this a notification of yours.",
        expect=frozenset({f"{_RUN}Late"}),
        deployment="",
    ),
    Planned(
        "greenlight: run stuck before its start",
        "A worker claimed a run and died over it.",
        expect=_LEFT_RUNNING | {f"{_RUN}Running"},
        after=frozenset({f"{_RUN}Pending"}),
        within=timedelta(minutes=3),
    ),
    Planned(
        "greenlight: run stuck at work",
        "A run is at work for two hours: recovery sees by its beat whether it lives.",
        expect=_LEFT_RUNNING,
        after=frozenset({f"{_RUN}Running"}),
        within=timedelta(hours=2),
    ),
)


def make_automations(client: SyncPrefectClient) -> list[str]:
    """Makes missing automations and returns their names.

    One whose deployment is gone is pointed at the present one; one that needs a deployment which
    the server lacks is not made.
    """
    ids = {name: _id_of(client, name) for name in (NOTIFY, RECONCILE, DEPLOYMENT, BATCH)}
    watched = [id_ for id_ in (ids[DEPLOYMENT], ids[BATCH]) if id_]
    changed = []
    for planned in (*NOTICES, *WATCHERS):
        started = ids[planned.deployment or RECONCILE]
        if started is None or (not planned.subscribed and len(watched) < 2):
            continue
        known = client.read_automations_by_name(planned.name)
        if not known:
            client.create_automation(_automation(planned, started, watched))
            changed.append(planned.name)
        for automation in known:
            if _repoint(client, automation, started):
                changed.append(planned.name)
    return changed


def _id_of(client: SyncPrefectClient, name: str) -> UUID | None:
    from prefect.exceptions import ObjectNotFound

    try:
        return client.read_deployment_by_name(name).id
    except ObjectNotFound:
        return None


def _automation(planned: Planned, started: UUID, watched: list[UUID]) -> AutomationCore:
    from prefect.events.actions import DoNothing, RunDeployment
    from prefect.events.schemas.automations import AutomationCore, EventTrigger, Posture
    from prefect.events.schemas.events import ResourceSpecification

    about: dict[str, Any] = {"prefect.resource.id": f"{_RUN}*"}
    related: dict[str, Any] = {
        "prefect.resource.role": "deployment",
        "prefect.resource.id": [f"prefect.deployment.{id_}" for id_ in watched],
    }
    if planned.subscribed:
        about = {"prefect.resource.id": "greenlight.production.*", SUBSCRIBED: "yes"}
        related = {}
    start = RunDeployment(
        source="selected",
        deployment_id=started,
        parameters=_MESSAGE if planned.subscribed else None,
        job_variables=None,
    )
    return AutomationCore(
        name=planned.name,
        description=planned.about,
        trigger=EventTrigger(
            expect=set(planned.expect),
            after=set(planned.after),
            match=ResourceSpecification(root=about),
            match_related=ResourceSpecification(root=related),
            for_each=set() if planned.subscribed else {"prefect.resource.id"},
            posture=Posture.Proactive if planned.after else Posture.Reactive,
            threshold=1,
            within=planned.within,
        ),
        actions=[start if planned.deployment else DoNothing()],
    )


def _repoint(client: SyncPrefectClient, automation: Automation, started: UUID) -> bool:
    """Points actions at `started` whose own deployment is gone; tells whether there were any."""
    from prefect.events.actions import RunDeployment
    from prefect.events.schemas.automations import AutomationCore
    from prefect.exceptions import ObjectNotFound

    lost = []
    for action in automation.actions:
        if isinstance(action, RunDeployment) and action.deployment_id is not None:
            try:
                client.read_deployment(action.deployment_id)
            except ObjectNotFound:
                lost.append(action)
    for action in lost:
        action.deployment_id = started
    if lost:
        # The server takes everything of it back but these two.
        kept = automation.model_dump(exclude={"id", "owner_resource"})
        client.update_automation(automation.id, AutomationCore.model_validate(kept))
    return bool(lost)
