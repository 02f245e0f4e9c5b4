"""The shot list in the room: read it, edit it, and be told what a change voids before it stands."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, Self, get_args

from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response
from starlette.routing import BaseRoute

from greenlight.desk import Plan
from greenlight.desk.decide import Decided
from greenlight.errors import Refused
from greenlight.money.consequences import Consequences
from greenlight.production.cast import cast_of
from greenlight.production.records import REASONS, ShotListRecord
from greenlight.production.shots import Angle, Movement, Seconds, Size
from greenlight.review.room import Room
from greenlight.review.visit import Visit, as_json, visited


class Edit(BaseModel):
    """Complete rows, made from version `seen`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    rows: tuple[dict[str, Any], ...] = Field(max_length=400)
    seen: int = Field(ge=0)
    note: str = Field(default="", max_length=2000)


def routes(room: Room) -> list[BaseRoute]:
    """The page of the shot list and its actions."""
    at, timing = "/p/{production}/shotlist", "/p/{production}/timing"
    return [
        visited(room, at, "look", show),
        visited(room, f"{at}/plan", "edit", plan, answers="json", method="POST"),
        visited(room, f"{at}/write", "edit", write, answers="json", method="POST"),
        visited(room, f"{timing}/plan", "edit", plan_timing, answers="json", method="POST"),
        visited(room, f"{timing}/write", "edit", retime, answers="json", method="POST"),
    ]


def show(visit: Visit) -> Response:
    """The newest version as rows that can be edited."""
    desk, wall = visit.room.desk, visit.wall()
    try:
        record = desk.shot_list(visit.production)
    except Refused as error:
        return visit.page("nolist.html", wall=wall, said=str(error), tab="list")
    brief = desk.workspace(visit.production).production.brief
    quote = desk.list_quote(visit.production, record)
    return visit.page(
        "shotlist.html",
        wall=wall,
        record=record,
        cast=[r.name for r in cast_of(brief, record)],
        sizes=get_args(Size),
        angles=get_args(Angle),
        movements=get_args(Movement),
        reasons=REASONS,
        total=sum(shot.seconds for shot in record.shots),
        quote=quote if visit.may("costs") else None,
        more=desk.above_estimate(visit.production, quote) if visit.may("costs") else "",
        unshown=desk.unshown(visit.production, record),
        tab="list",
    )


class Planned(BaseModel):
    """A version that is not written yet, a sentence for each thing that it changes.

    `costs` says whether anything that was made, or is being made, is lost by it; `consequences` is
    what follows from approving it.
    """

    model_config = ConfigDict(frozen=True)

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


class Timing(BaseModel):
    """How long shots are to last, in seconds."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    lengths: dict[str, Seconds] = Field(min_length=1, max_length=400)
    note: str = Field(default="", max_length=2000)
    total_usd: Decimal | None = Field(default=None, ge=0)
    """The total that was shown: what costs more by now is refused."""


def plan_timing(visit: Visit) -> Response:
    """What other lengths would void; nothing is written."""
    return as_json(planned_timing(visit, visit.read(Timing)))


def planned_timing(visit: Visit, timing: Timing) -> Planned:
    """The version that other lengths come to, and what approving it voids."""
    who = visit.caller.who
    plan = visit.room.desk.plan_timing(visit.production, timing.lengths, who, timing.note)
    return visit.shown(Planned.of(plan))


def retime(visit: Visit) -> Response:
    """Changes the lengths, and approves exactly that."""
    return as_json({"number": retimed(visit, visit.read(Timing)).number})


def retimed(visit: Visit, timing: Timing) -> Decided:
    """The decision by which other lengths hold."""
    desk, who = visit.room.desk, visit.caller.who
    plan = desk.plan_timing(visit.production, timing.lengths, who, timing.note)
    decided = desk.retime(visit.production, plan, who, timing.total_usd)
    visit.room.wall(visit.production, fresh=True)
    return decided


def planned(visit: Visit, edit: Edit) -> Plan:
    """The version that these rows come to; nothing is written."""
    return visit.room.desk.plan_shots(
        visit.production, edit.rows, visit.caller.who, edit.note, edit.seen
    )


def plan(visit: Visit) -> Response:
    """What approving these rows would void; nothing is written."""
    return as_json(visit.shown(Planned.of(planned(visit, visit.read(Edit)))))


def write(visit: Visit) -> Response:
    """Writes the next version, which waits for approval."""
    return as_json({"version": written(visit, visit.read(Edit)).version})


def written(visit: Visit, edit: Edit) -> ShotListRecord:
    """The version as it was written; it waits for approval."""
    plan, who = planned(visit, edit), visit.caller.who
    record = visit.room.desk.write_shots(visit.production, plan, who)
    visit.room.wall(visit.production, fresh=True)
    return record
