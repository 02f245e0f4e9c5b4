"""Decisions: verdicts and what they would release, comments, and resuming a stalled production."""

from __future__ import annotations

from decimal import Decimal

from fastapi import APIRouter
from pydantic import Field

from greenlight.desk import Saying, Wish
from greenlight.errors import Refused
from greenlight.money.consequences import Consequences
from greenlight.production.model import Strict
from greenlight.production.records import RemarkRecord
from greenlight.review.api.callers import AT, Commenter, Decider

MOST_WISHES = 400

api = APIRouter(prefix=AT, tags=["decide"])


class Sending(Strict):
    """Verdicts that are decided together; the same `request` again is the same decision.

    `total_usd` is the total that was shown: a decision that costs more by now is refused.
    """

    wishes: tuple[Wish, ...] = Field(max_length=MOST_WISHES)
    request: str = Field(default="", max_length=64)
    total_usd: Decimal | None = Field(default=None, ge=0)


class Sent(Consequences):
    """A decision that stands; `repeated` if this very request had been recorded before."""

    number: int
    repeated: bool


class Remark(Strict):
    """A comment on a take, a shot or the whole production."""

    subject: str = Field(default="", max_length=60)
    text: str = Field(max_length=2000)
    request: str = Field(default="", max_length=64)


@api.post("/foresee")
def foresee(visit: Decider, sending: Sending) -> Consequences:
    """What these verdicts void, release and cost at most, and what the budget has left."""
    try:
        return visit.shown(visit.desk.foresee(visit.production, sending.wishes, visit.who))
    except Refused:
        # The next look must not be at what is known to be out of date.
        visit.changed()
        raise


@api.post("/decisions")
def decide(visit: Decider, sending: Sending) -> Sent:
    """Records the verdicts, all or none; the same `request` again records nothing more.

    Give the `sha256` of what you saw and, as `seen`, the wall's `watermark`: what is another by
    then, or was decided by somebody else meanwhile, is refused. Give the `total_usd` that you were
    shown: what costs more by then is refused too.
    """
    decided = visit.desk.decide(
        visit.production, sending.wishes, visit.who, visit.own(sending.request), sending.total_usd
    )
    visit.changed()
    follows = {name: getattr(decided.consequences, name) for name in Consequences.model_fields}
    return visit.shown(Sent(number=decided.number, repeated=decided.repeated, **follows))


@api.post("/resume")
def resume(visit: Decider) -> dict[str, str]:
    """Goes on at once with a production that has stalled; `done` says how.

    Nothing that was sent is paid for again. Refused while its run is at work, and once it is over.
    """
    done = visit.desk.resume(visit.production, visit.who)
    visit.changed()
    return {"done": done}


@api.post("/remarks")
def remark(visit: Commenter, given: Remark) -> RemarkRecord:
    """Puts a comment on a take, a shot or the whole production on record."""
    saying = Saying(subject=given.subject, text=given.text)
    return visit.desk.remark(visit.production, visit.who, saying, visit.own(given.request))
