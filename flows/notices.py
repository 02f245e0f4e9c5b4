"""Prefect's events of Greenlight: what automations may listen to."""

from __future__ import annotations

from prefect.events import emit_event

from greenlight.studio import Studio

BUDGET_REACHED = "greenlight.budget.reached"


def budget_reached(studio: Studio, work: str, reason: str) -> None:
    """Says that money holds a production, and what was to be made."""
    production = studio.production
    emit_event(
        event=BUDGET_REACHED,
        resource={
            "prefect.resource.id": f"greenlight.production.{production.production}",
            "prefect.resource.name": production.production,
            "greenlight.show": production.show,
        },
        payload={"work": work, "reason": reason, "simulated": production.simulated},
    )
