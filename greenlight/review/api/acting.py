"""What is done: verdicts and what they would release, comments, the shot list, the timing."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends

from greenlight.money.consequences import Consequences
from greenlight.production.records import RemarkRecord, ShotListRecord
from greenlight.review import deciding, freeing, listing
from greenlight.review.api.door import BEARER, within
from greenlight.review.deciding import Remark, Sending, Sent
from greenlight.review.freeing import Charges, Limit, OtherModel, Recorded, Request
from greenlight.review.listing import Edit, Planned, Timing
from greenlight.review.visit import Visit

Decider = Annotated[Visit, Depends(within("decide", "decide"))]
Editor = Annotated[Visit, Depends(within("edit", "change shots"))]
Speaker = Annotated[Visit, Depends(within("comment", "comment"))]
Accountable = Annotated[Visit, Depends(within("money", "change money"))]
AT = "/productions/{production}"

api = APIRouter(tags=["decide"], dependencies=[Depends(BEARER)])


@api.post(f"{AT}/foresee")
def foresee(visit: Decider, sending: Sending) -> Consequences:
    """What these verdicts void, release and cost at most, and what the budget has left."""
    return deciding.foreseen(visit, sending)


@api.post(f"{AT}/decisions")
def decide(visit: Decider, sending: Sending) -> Sent:
    """Records the verdicts, all or none; the same `request` again records nothing more.

    Give the `sha256` of what you saw and, as `seen`, the wall's `watermark`: what is another by
    then, or was decided by somebody else meanwhile, is refused. Give the `total_usd` that you were
    shown: what costs more by then is refused too.
    """
    return deciding.sent(visit, sending)


@api.post(f"{AT}/resume")
def resume(visit: Decider) -> dict[str, str]:
    """Goes on at once with a production that has stalled; `done` says how.

    Nothing that was sent is paid for again. Refused while its run is at work, and once it is over.
    """
    return {"done": deciding.resumed(visit)}


@api.post(f"{AT}/remarks")
def remark(visit: Speaker, given: Remark) -> RemarkRecord:
    """Puts a comment on a take, a shot or the whole production on record."""
    return deciding.remarked(visit, given)


@api.post(f"{AT}/shotlist/plan")
def plan(visit: Editor, edit: Edit) -> Planned:
    """What approving these rows would void; nothing is written."""
    return visit.shown(Planned.of(listing.planned(visit, edit)))


@api.post(f"{AT}/shotlist")
def write(visit: Editor, edit: Edit) -> ShotListRecord:
    """Writes the next version of the shot list, which waits for approval."""
    return listing.written(visit, edit)


@api.post(f"{AT}/timing/plan")
def plan_timing(visit: Editor, timing: Timing) -> Planned:
    """What other lengths of shots would void; nothing is written."""
    return listing.planned_timing(visit, timing)


@api.post(f"{AT}/timing")
def retime(visit: Editor, timing: Timing) -> dict[str, int]:
    """Changes the lengths and approves exactly that; returns the decision's `number`."""
    return {"number": listing.retimed(visit, timing).number}


@api.post(f"{AT}/budget")
def raise_budget(visit: Accountable, limit: Limit) -> Recorded:
    """Raises the limit of the production, or of its show, and wakes what it holds."""
    return freeing.raised(visit, limit)


@api.post(f"{AT}/model")
def change_model(visit: Accountable, other: OtherModel) -> Recorded:
    """Chooses another model for what is not yet paid for; `held` names those that cost less."""
    return freeing.changed(visit, other)


@api.post(f"{AT}/charges")
def confirm_charges(visit: Accountable, charges: Charges) -> Recorded:
    """Says of charges of unknown outcome whether they were made, all of them or none."""
    return freeing.confirmed(visit, charges)


@api.post(f"{AT}/ask")
def ask_producer(visit: Speaker, request: Request) -> RemarkRecord:
    """Asks a producer to free what is held, and tells those who are told of holds."""
    return freeing.asked(visit, request)
