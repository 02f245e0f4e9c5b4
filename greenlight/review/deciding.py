"""Deciding: what a Send would release, the Send itself, and what is only said."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response
from starlette.routing import BaseRoute

from greenlight.desk import Saying, Wish
from greenlight.money.effects import Effect
from greenlight.review.room import Room
from greenlight.review.visit import Visit, as_json, visited

MOST_WISHES = 400


class Sending(BaseModel):
    """What somebody decided together; the same `request` again is the same Send."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    wishes: tuple[Wish, ...] = Field(max_length=MOST_WISHES)
    request: str = Field(default="", max_length=64)


class Remark(BaseModel):
    """A comment on a take, a shot or the whole production."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    subject: str = Field(default="", max_length=60)
    text: str = Field(max_length=2000)
    request: str = Field(default="", max_length=64)


def routes(room: Room) -> list[BaseRoute]:
    """The actions of the wall."""
    at = "/p/{production}/"
    return [
        visited(room, f"{at}foresee", "decide", foresee, answers="json", method="POST"),
        visited(room, f"{at}decide", "decide", decide, answers="json", method="POST"),
        visited(room, f"{at}remark", "comment", remark, answers="json", method="POST"),
    ]


def foresee(visit: Visit) -> Response:
    """What this Send would release, before anybody sends it."""
    sending = visit.read(Sending)
    effects = visit.room.desk.foresee(visit.production, sending.wishes, visit.caller.who)
    return as_json(_said(effects))


def decide(visit: Visit) -> Response:
    """Records it; what was released is said again as it was bound."""
    sending, desk = visit.read(Sending), visit.room.desk
    # The browser's own id of the Send, made this person's: nobody's repeats are another's.
    request = f"{visit.caller.who.principal} {sending.request}" if sending.request else ""
    decided = desk.decide(visit.production, sending.wishes, visit.caller.who, request)
    visit.room.wall(visit.production, fresh=True)
    return as_json(
        {
            "number": decided.number,
            "repeated": decided.repeated,
            "stale": [str(take) for take in decided.stale],
            **_said(desk.effects(visit.production, decided)),
        }
    )


def remark(visit: Visit) -> Response:
    """Puts a comment on record."""
    given = visit.read(Remark)
    request = f"{visit.caller.who.principal} {given.request}" if given.request else ""
    saying = Saying(subject=given.subject, text=given.text)
    made = visit.room.desk.remark(visit.production, visit.caller.who, saying, request)
    return as_json({"number": made.number, "who": made.who, "text": made.text})


def _said(effects: tuple[Effect, ...]) -> dict[str, object]:
    return {
        "sentences": [e.sentence for e in effects],
        "usd": sum((e.usd for e in effects), start=effects[0].usd * 0) if effects else "0",
        "simulated": any(e.simulated for e in effects),
    }
