"""Automations: each of Greenlight's events starts the deployment that tells the subscribers.

One an event, by name, so that whoever runs the server can switch off, change or add to each: one
that is there is left alone.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from greenlight.notify.notice import EVENTS, PREFIX, SUBSCRIBED, Event
from greenlight.runs import NOTIFY

if TYPE_CHECKING:
    from prefect.client.orchestration import SyncPrefectClient
    from prefect.events.schemas.automations import Automation, AutomationCore


_NAMES: dict[Event, str] = {event: f"greenlight: {event.replace('.', ' ')}" for event in EVENTS}


def make_automations(client: SyncPrefectClient) -> list[str]:
    """Makes what is missing and returns the names; nothing without the notify deployment.

    One whose deployment is gone is pointed at the one that is there now.
    """
    from prefect.exceptions import ObjectNotFound

    try:
        deployment = client.read_deployment_by_name(NOTIFY).id
    except ObjectNotFound:
        return []
    changed = []
    for event, name in _NAMES.items():
        known = client.read_automations_by_name(name)
        if not known:
            client.create_automation(_automation(event, deployment))
            changed.append(name)
        for automation in known:
            if repoint(client, automation, deployment):
                changed.append(name)
    return changed


def _automation(event: Event, deployment: UUID) -> AutomationCore:
    from prefect.events.actions import RunDeployment
    from prefect.events.schemas.automations import AutomationCore, EventTrigger, Posture
    from prefect.events.schemas.events import ResourceSpecification

    # Only the message's id is a parameter: what it says is read from the store, with the addresses.
    message = {"__prefect_kind": "jinja", "template": "{{ event.payload.message }}"}
    return AutomationCore(
        name=_NAMES[event],
        description=f"Tells the subscribers of {PREFIX}{event} (greenlight notify).",
        trigger=EventTrigger(
            expect={f"{PREFIX}{event}"},
            match=ResourceSpecification(
                root={"prefect.resource.id": "greenlight.production.*", SUBSCRIBED: "yes"}
            ),
            posture=Posture.Reactive,
            threshold=1,
            within=timedelta(0),
        ),
        actions=[
            RunDeployment(
                source="selected",
                deployment_id=deployment,
                parameters={"message": message},
                job_variables=None,
            )
        ],
    )


def repoint(client: SyncPrefectClient, automation: Automation, deployment: UUID) -> bool:
    """Points actions at a deployment whose own is gone; tells whether there were any."""
    from prefect.events.actions import RunDeployment
    from prefect.events.schemas.automations import AutomationCore

    lost = [
        action
        for action in automation.actions
        if isinstance(action, RunDeployment)
        and action.deployment_id is not None
        and not _there(client, action.deployment_id)
    ]
    if not lost:
        return False
    for action in lost:
        action.deployment_id = deployment
    # The server takes everything of it back but these two.
    kept = automation.model_dump(exclude={"id", "owner_resource"})
    client.update_automation(automation.id, AutomationCore.model_validate(kept))
    return True


def _there(client: SyncPrefectClient, deployment: UUID) -> bool:
    from prefect.exceptions import ObjectNotFound

    try:
        client.read_deployment(deployment)
    except ObjectNotFound:
        return False
    return True
