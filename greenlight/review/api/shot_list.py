"""The shot list and its timing: what a change voids, then the change."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, Self

from fastapi import APIRouter
from pydantic import Field

from greenlight.desk import Plan
from greenlight.money.consequences import Consequences
from greenlight.production.model import Frozen, Strict
from greenlight.production.records import ShotListRecord
from greenlight.production.shots import Seconds
from greenlight.review.api.callers import AT, Editor
from greenlight.review.visit import Visit

api = APIRouter(prefix=AT, tags=["shot list"])


class Edit(Strict):
    """Complete rows, made from version `seen`."""

    rows: tuple[dict[str, Any], ...] = Field(max_length=400)
    seen: int = Field(ge=0)
    note: str = Field(default="", max_length=2000)


class Timing(Strict):
    """How long shots are to last, in seconds."""

    lengths: dict[str, Seconds] = Field(min_length=1, max_length=400)
    note: str = Field(default="", max_length=2000)
    total_usd: Decimal | None = Field(default=None, ge=0)
    """The total that was shown: what costs more by now is refused."""


class Planned(Frozen):
    """A version that is not written yet, a sentence for each thing that it changes.

    `costs` says whether anything that was made, or is being made, is lost by it; `consequences` is
    what follows from approving it.
    """

    version: int
    sentences: tuple[str, ...]
    costs: bool
    consequences: Consequences

    @classmethod
    def of(cls, plan: Plan) -> Self:
        return cls(
            version=plan.record.version,
            sentences=plan.impact.changes,
            costs=plan.impact.costs,
            consequences=plan.impact.consequences,
        )


@api.post("/shotlist/plan")
def plan(visit: Editor, edit: Edit) -> Planned:
    """What approving these rows would void; nothing is written."""
    return visit.shown(Planned.of(_planned(visit, edit)))


@api.post("/shotlist")
def write(visit: Editor, edit: Edit) -> ShotListRecord:
    """Writes the next version of the shot list, which waits for approval."""
    record = visit.desk.write_shots(visit.production, _planned(visit, edit), visit.who)
    visit.changed()
    return record


@api.post("/timing/plan")
def plan_timing(visit: Editor, timing: Timing) -> Planned:
    """What other lengths of shots would void; nothing is written."""
    return visit.shown(Planned.of(_planned_timing(visit, timing)))


@api.post("/timing")
def retime(visit: Editor, timing: Timing) -> dict[str, int]:
    """Changes the lengths and approves exactly that; returns the decision's `number`."""
    plan = _planned_timing(visit, timing)
    decided = visit.desk.retime(visit.production, plan, visit.who, timing.total_usd)
    visit.changed()
    return {"number": decided.number}


def _planned(visit: Visit, edit: Edit) -> Plan:
    return visit.desk.plan_shots(visit.production, edit.rows, visit.who, edit.note, edit.seen)


def _planned_timing(visit: Visit, timing: Timing) -> Plan:
    return visit.desk.plan_timing(visit.production, timing.lengths, visit.who, timing.note)
