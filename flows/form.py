"""The resume form of a gate: the waiting takes as pictures, one verdict each, `later` at first."""

from __future__ import annotations

from typing import Any

from prefect.input import RunInput
from pydantic import Field, create_model

from greenlight.production.facts import Facts
from greenlight.production.records import GateRecord
from greenlight.production.state import State
from greenlight.views.dashboard import card_text, gate_text
from greenlight.views.form import field_name, verdict_of
from greenlight.workspace import Workspace


def gate_form(workspace: Workspace, facts: Facts, state: State, gate: GateRecord) -> type[RunInput]:
    """A form with one card per waiting take; every field has the harmless default."""
    fields: dict[str, Any] = {
        field_name(w.take): (
            verdict_of(w),
            Field(
                default=verdict_of(w)(),
                title=w.take,
                description=card_text(workspace, facts, w) or None,
            ),
        )
        for w in gate.asked
    }
    model: type[RunInput] = create_model(f"Gate{gate.number:04d}", __base__=RunInput, **fields)
    # Not with_initial_data(): it drops the constraints and descriptions of the fields.
    model._description = gate_text(workspace, facts, state, gate)
    return model
