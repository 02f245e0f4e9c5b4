"""The automations that tell subscribers: made by name, and from then on the operator's."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from deployments.automations import NOTIFY, make_automations
from greenlight.notify.notice import EVENTS


def named(client: Any, event: str) -> Any:
    (found,) = client.read_automations_by_name(f"greenlight: {event.replace('.', ' ')}")
    return found


def test_each_event_starts_the_deployment_with_the_message_and_nothing_else(prefect: Any) -> None:
    deployment = prefect.read_deployment_by_name(NOTIFY)
    for event in EVENTS:
        automation = named(prefect, event)
        assert automation.enabled
        assert automation.trigger.expect == {f"greenlight.{event}"}
        (action,) = automation.actions
        assert action.deployment_id == deployment.id
        assert set(action.parameters) == {"message"}


def test_one_that_is_there_is_left_alone_and_one_that_is_gone_is_made(prefect: Any) -> None:
    off, gone = named(prefect, "held"), named(prefect, "failed")
    prefect.pause_automation(off.id)
    prefect.delete_automation(gone.id)
    try:
        assert make_automations(prefect) == [gone.name]
        assert make_automations(prefect) == []
        assert not named(prefect, "held").enabled
    finally:
        prefect.resume_automation(off.id)


def test_one_whose_deployment_is_gone_finds_the_one_that_is_there(prefect: Any) -> None:
    from prefect.events.schemas.automations import AutomationCore

    automation = named(prefect, "delivered")
    changed = AutomationCore.model_validate(automation.model_dump(exclude={"id", "owner_resource"}))
    changed.actions[0].deployment_id = uuid4()
    changed.description = "ours now"
    prefect.update_automation(automation.id, changed)
    assert make_automations(prefect) == [automation.name]
    mended = named(prefect, "delivered")
    assert mended.actions[0].deployment_id == prefect.read_deployment_by_name(NOTIFY).id
    assert mended.description == "ours now"
