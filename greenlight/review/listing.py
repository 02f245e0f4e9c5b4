"""The shot list in the room: read it, edit it, and be told what a change voids before it stands."""

from __future__ import annotations

from typing import Any, get_args

from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response
from starlette.routing import BaseRoute

from greenlight.desk import Plan
from greenlight.errors import Refused
from greenlight.production.cast import cast_of
from greenlight.production.records import REASONS
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
        visited(room, f"{at}/plan", "decide", plan, answers="json", method="POST"),
        visited(room, f"{at}/write", "decide", write, answers="json", method="POST"),
        visited(room, f"{timing}/plan", "decide", plan_timing, answers="json", method="POST"),
        visited(room, f"{timing}/write", "decide", retime, answers="json", method="POST"),
    ]


def show(visit: Visit) -> Response:
    """The newest version as rows that can be edited."""
    desk, wall = visit.room.desk, visit.room.wall(visit.production)
    try:
        record = desk.shot_list(visit.production)
    except Refused as error:
        return visit.page("nolist.html", wall=wall, said=str(error), tab="list")
    brief = desk.studio(visit.production).production.brief
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
        quote=desk.list_quote(visit.production, record),
        unshown=desk.unshown(visit.production, record),
        tab="list",
    )


class Timing(BaseModel):
    """How long shots are to last, in seconds."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    lengths: dict[str, Seconds] = Field(min_length=1, max_length=400)
    note: str = Field(default="", max_length=2000)


def plan_timing(visit: Visit) -> Response:
    """What other lengths would void; nothing is written."""
    timing = visit.read(Timing)
    planned = visit.room.desk.plan_timing(
        visit.production, timing.lengths, visit.caller.who, timing.note
    )
    return as_json({"sentences": list(planned.impact.sentences), "costs": planned.impact.costs})


def retime(visit: Visit) -> Response:
    """Changes the lengths, and approves exactly that."""
    timing, desk = visit.read(Timing), visit.room.desk
    who = visit.caller.who
    planned = desk.plan_timing(visit.production, timing.lengths, who, timing.note)
    decided = desk.retime(visit.production, planned, who)
    visit.room.wall(visit.production, fresh=True)
    return as_json({"number": decided.number})


def _planned(visit: Visit) -> Plan:
    edit = visit.read(Edit)
    return visit.room.desk.plan_shots(
        visit.production, edit.rows, visit.caller.who, edit.note, edit.seen
    )


def plan(visit: Visit) -> Response:
    """What approving these rows would void; nothing is written."""
    planned = _planned(visit)
    return as_json(
        {
            "version": planned.record.version,
            "sentences": list(planned.impact.sentences),
            "costs": planned.impact.costs,
        }
    )


def write(visit: Visit) -> Response:
    """Writes the next version, which waits for approval."""
    record = visit.room.desk.write_shots(visit.production, _planned(visit), visit.caller.who)
    visit.room.wall(visit.production, fresh=True)
    return as_json({"version": record.version})
