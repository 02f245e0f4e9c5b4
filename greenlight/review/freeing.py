"""Freeing what is held: a higher limit, another model, confirmed charges, or word to a producer."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response
from starlette.routing import BaseRoute

from greenlight.desk.orders import LARGEST_USD, Outcome
from greenlight.generate.request import Role
from greenlight.production.records import RemarkRecord
from greenlight.review.room import Room
from greenlight.review.visit import Visit, as_json, visited
from greenlight.views.held import Cause


class _Given(BaseModel):
    """What all of these share; the same `request` again is the same order."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    note: str = Field(default="", max_length=2000)
    request: str = Field(default="", max_length=64)


class Limit(_Given):
    """A higher limit in USD, of the production or of its whole show."""

    limit_usd: Decimal = Field(gt=0, le=LARGEST_USD)
    whose: Literal["production", "show"] = "production"


class OtherModel(_Given):
    """A model for what is not yet paid for."""

    role: Role
    model: str = Field(max_length=80)


class Charges(_Given):
    """What became of charges by their slots; with `again` each is asked for once more."""

    charges: dict[str, Outcome] = Field(min_length=1, max_length=400)
    again: bool = False


class Request(_Given):
    """What holds the work that a producer is asked to free."""

    cause: Cause


class Recorded(BaseModel):
    """The number of the record that was written."""

    model_config = ConfigDict(frozen=True)

    number: int


def routes(room: Room) -> list[BaseRoute]:
    """The actions of the banner that says what is held."""
    at = "/p/{production}/"

    def post(
        name: str, right: Literal["money", "comment"], work: Callable[[Visit], Response]
    ) -> BaseRoute:
        return visited(room, f"{at}{name}", right, work, answers="json", method="POST")

    return [
        post("budget", "money", lambda visit: as_json(raised(visit, visit.read(Limit)))),
        post("model", "money", lambda visit: as_json(changed(visit, visit.read(OtherModel)))),
        post("charges", "money", lambda visit: as_json(confirmed(visit, visit.read(Charges)))),
        post("ask", "comment", ask),
    ]


def raised(visit: Visit, given: Limit) -> Recorded:
    """The limit as it was raised."""
    number = visit.room.desk.raise_budget(
        visit.production,
        given.limit_usd,
        visit.caller.who,
        whose=given.whose,
        note=given.note,
        request=visit.own(given.request),
    )
    return _done(visit, number)


def changed(visit: Visit, given: OtherModel) -> Recorded:
    """The model as it was chosen."""
    who, request = visit.caller.who, visit.own(given.request)
    desk = visit.room.desk
    return _done(visit, desk.change_model(visit.production, given.role, given.model, who, request))


def confirmed(visit: Visit, given: Charges) -> Recorded:
    """The charges as they were confirmed, all of them or none."""
    record = visit.room.desk.resolve(
        visit.production,
        given.charges,
        given.again,
        visit.caller.who,
        note=given.note,
        request=visit.own(given.request),
    )
    return _done(visit, record.number)


def ask(visit: Visit) -> Response:
    """Asks a producer."""
    made = asked(visit, visit.read(Request))
    return as_json({"number": made.number, "who": made.who, "text": made.text})


def asked(visit: Visit, given: Request) -> RemarkRecord:
    """The request as it was put on record."""
    return visit.room.desk.ask_producer(
        visit.production, given.cause, visit.caller.who, given.note, visit.own(given.request)
    )


def _done(visit: Visit, number: int) -> Recorded:
    visit.room.wall(visit.production, fresh=True)
    return Recorded(number=number)
