"""Submits: a brief's quote, and a production made of it once its quote is confirmed."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

from fastapi import APIRouter
from pydantic import Field

from greenlight.access.links import room_url
from greenlight.briefs.intake import without_files
from greenlight.errors import Refused
from greenlight.money.amounts import usd
from greenlight.money.quote import Quote
from greenlight.production.model import Frozen, Strict
from greenlight.review.api.callers import Quoter, Submitter

api = APIRouter(tags=["submit"])

_BRIEF = Field(description="A brief without files: only title and vision are required.")


class Asked(Strict):
    """A brief that is to be quoted."""

    brief: dict[str, Any] = _BRIEF


class Submission(Asked):
    """A brief that is to become a production; the same `request` again is the same production."""

    request: str = Field(min_length=1, max_length=80, description="Your own id of this submit.")
    total_usd: Decimal | None = Field(
        default=None,
        ge=0,
        description="The quote's total that you were shown: a higher one is refused. Real money "
        "needs it, or a token with a ceiling.",
    )


class Started(Frozen):
    """A production with a run of its own; `repeated` if this request had made it before."""

    production: str
    repeated: bool
    quote: Quote
    budget_usd: Decimal | None = Field(description="Nothing is spent beyond this.")
    room: str = Field(description="Where people look at it and decide.")


@api.post("/quote")
def quote(visit: Quoter, asked: Asked) -> Quote:
    """What a brief may cost, in USD; records nothing."""
    return visit.desk.quote(without_files(asked.brief))


@api.post("/productions")
def submit(visit: Submitter, given: Submission) -> Started:
    """Makes a production of a brief and starts its run; ask for the quote first."""

    def confirm(found: Quote) -> None:
        if given.total_usd is not None and found.total > given.total_usd:
            raise Refused(
                f"the quote is now up to {usd(found.total)}, and {usd(given.total_usd)} was "
                "confirmed: look at it again"
            )

    made = visit.desk.submit(
        without_files(given.brief),
        Path(),
        visit.who,
        visit.own(given.request),
        confirm=confirm if given.total_usd is not None else None,
    )
    room = room_url(visit.desk.profile.media_url, made.production)
    return Started(
        production=made.production,
        repeated=made.repeated,
        quote=made.quote,
        budget_usd=made.budget_usd,
        room=room,
    )
