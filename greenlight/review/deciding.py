"""Deciding: what a Send would release, the Send itself, and what is only said."""

from __future__ import annotations

from decimal import Decimal

from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response
from starlette.routing import BaseRoute

from greenlight.desk import Saying, Wish
from greenlight.money.effects import Effect, at_most
from greenlight.production.remarks import RemarkRecord
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


class Foreseen(BaseModel):
    """What verdicts release: a sentence for each sort of them, and the most that follows in USD.

    `usd` is None for whoever sees no money.
    """

    model_config = ConfigDict(frozen=True)

    sentences: tuple[str, ...]
    usd: Decimal | None
    simulated: bool


class Sent(Foreseen):
    """A decision that stands; `repeated` if this very Send had been recorded before.

    `stale` are takes that no longer count because of it, `remake` what making them again comes to.
    """

    number: int
    repeated: bool
    stale: tuple[str, ...]
    remake: str


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
    return as_json(foreseen(visit, visit.read(Sending)))


def foreseen(visit: Visit, sending: Sending) -> Foreseen:
    """What the wishes would release as things stand."""
    effects = visit.room.desk.foresee(visit.production, sending.wishes, visit.caller.who)
    return visit.shown(Foreseen.model_validate(_said(effects)))


def decide(visit: Visit) -> Response:
    """Records it; what was released is said again as it was bound."""
    return as_json(sent(visit, visit.read(Sending)))


def sent(visit: Visit, sending: Sending) -> Sent:
    """The decision that the wishes become, all of them or none."""
    desk = visit.room.desk
    request = visit.own(sending.request)
    decided = desk.decide(visit.production, sending.wishes, visit.caller.who, request)
    visit.room.wall(visit.production, fresh=True)
    simulated = desk.studio(visit.production).production.simulated
    found = Sent.model_validate(
        {
            "number": decided.number,
            "repeated": decided.repeated,
            "stale": tuple(str(take) for take in decided.stale),
            "remake": at_most(decided.remake_usd, simulated) if decided.stale else "",
            **_said(desk.effects(visit.production, decided)),
        }
    )
    return visit.shown(found)


def remark(visit: Visit) -> Response:
    """Puts a comment on record."""
    made = remarked(visit, visit.read(Remark))
    return as_json({"number": made.number, "who": made.who, "text": made.text})


def remarked(visit: Visit, given: Remark) -> RemarkRecord:
    """The comment as it was put on record."""
    saying = Saying(subject=given.subject, text=given.text)
    who, request = visit.caller.who, visit.own(given.request)
    return visit.room.desk.remark(visit.production, who, saying, request)


def _said(effects: tuple[Effect, ...]) -> dict[str, object]:
    return {
        "sentences": tuple(e.sentence for e in effects),
        "usd": sum((e.usd for e in effects), Decimal(0)),
        "simulated": any(e.simulated for e in effects),
    }
