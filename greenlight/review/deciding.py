"""Deciding: what a Send would release, the Send itself, and what is only said."""

from __future__ import annotations

from decimal import Decimal

from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response
from starlette.routing import BaseRoute

from greenlight.desk import Saying, Wish
from greenlight.errors import Refused
from greenlight.money.consequences import Consequences
from greenlight.production.records import RemarkRecord
from greenlight.review.room import Room
from greenlight.review.visit import Visit, as_json, visited

MOST_WISHES = 400


class Sending(BaseModel):
    """What somebody decided together; the same `request` again is the same Send.

    `total_usd` is the total that they were shown: what costs more by now is refused.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    wishes: tuple[Wish, ...] = Field(max_length=MOST_WISHES)
    request: str = Field(default="", max_length=64)
    total_usd: Decimal | None = Field(default=None, ge=0)


class Remark(BaseModel):
    """A comment on a take, a shot or the whole production."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    subject: str = Field(default="", max_length=60)
    text: str = Field(max_length=2000)
    request: str = Field(default="", max_length=64)


class Sent(Consequences):
    """A decision that stands; `repeated` if this very Send had been recorded before."""

    number: int
    repeated: bool


def routes(room: Room) -> list[BaseRoute]:
    """The actions of the wall."""
    at = "/p/{production}/"
    return [
        visited(room, f"{at}foresee", "decide", foresee, answers="json", method="POST"),
        visited(room, f"{at}decide", "decide", decide, answers="json", method="POST"),
        visited(room, f"{at}remark", "comment", remark, answers="json", method="POST"),
        visited(room, f"{at}resume", "decide", resume, answers="json", method="POST"),
    ]


def foresee(visit: Visit) -> Response:
    """What this Send would release, before anybody sends it."""
    return as_json(foreseen(visit, visit.read(Sending)))


def foreseen(visit: Visit, sending: Sending) -> Consequences:
    """What follows from the wishes as things stand, as the caller may see it."""
    try:
        found = visit.room.desk.foresee(visit.production, sending.wishes, visit.caller.who)
    except Refused:
        # The next look must not be at what is known to be out of date.
        visit.room.wall(visit.production, fresh=True)
        raise
    return visit.shown(found)


def decide(visit: Visit) -> Response:
    """Records it; what was released is said again as it was bound."""
    return as_json(sent(visit, visit.read(Sending)))


def sent(visit: Visit, sending: Sending) -> Sent:
    """The decision that the wishes become, all of them or none."""
    desk = visit.room.desk
    request = visit.own(sending.request)
    decided = desk.decide(
        visit.production, sending.wishes, visit.caller.who, request, sending.total_usd
    )
    visit.room.wall(visit.production, fresh=True)
    follows = {name: getattr(decided.consequences, name) for name in Consequences.model_fields}
    return visit.shown(Sent(number=decided.number, repeated=decided.repeated, **follows))


def resume(visit: Visit) -> Response:
    """Goes on with a production that has stalled."""
    return as_json({"done": resumed(visit)})


def resumed(visit: Visit) -> str:
    """What was done so that a production goes on that had stalled."""
    did = visit.room.desk.resume(visit.production, visit.caller.who)
    visit.room.wall(visit.production, fresh=True)
    return did


def remark(visit: Visit) -> Response:
    """Puts a comment on record."""
    made = remarked(visit, visit.read(Remark))
    return as_json({"number": made.number, "who": made.who, "text": made.text})


def remarked(visit: Visit, given: Remark) -> RemarkRecord:
    """The comment as it was put on record."""
    saying = Saying(subject=given.subject, text=given.text)
    who, request = visit.caller.who, visit.own(given.request)
    return visit.room.desk.remark(visit.production, who, saying, request)
