"""Freeing what is held: a higher limit, another model, confirmed charges, or a producer's help."""

from __future__ import annotations

from decimal import Decimal
from typing import Literal

from fastapi import APIRouter
from pydantic import Field

from greenlight.desk.orders import LARGEST_USD, Outcome
from greenlight.generate.request import Role
from greenlight.production.model import Frozen, Strict
from greenlight.production.records import RemarkRecord
from greenlight.review.api.callers import AT, Commenter, Producer
from greenlight.review.visit import Visit
from greenlight.views.held import Cause

api = APIRouter(prefix=AT, tags=["money"])


class _Given(Strict):
    """Fields that all of these share; the same `request` again is the same order."""

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
    """The outcome of charges by their slots; with `again` each is asked for once more."""

    charges: dict[str, Outcome] = Field(min_length=1, max_length=400)
    again: bool = False


class Request(_Given):
    """The cause that holds the work which a producer is asked to free."""

    cause: Cause


class Recorded(Frozen):
    """The number of the record that was written."""

    number: int


@api.post("/budget")
def raise_budget(visit: Producer, limit: Limit) -> Recorded:
    """Raises the limit of the production, or of its show, and wakes what it holds."""
    number = visit.desk.raise_budget(
        visit.production,
        limit.limit_usd,
        visit.who,
        whose=limit.whose,
        note=limit.note,
        request=visit.own(limit.request),
    )
    return _recorded(visit, number)


@api.post("/model")
def change_model(visit: Producer, other: OtherModel) -> Recorded:
    """Chooses another model for what is not yet paid for; `held` names those that cost less."""
    request = visit.own(other.request)
    number = visit.desk.change_model(visit.production, other.role, other.model, visit.who, request)
    return _recorded(visit, number)


@api.post("/charges")
def confirm_charges(visit: Producer, charges: Charges) -> Recorded:
    """Says of charges of unknown outcome whether they were made, all of them or none."""
    record = visit.desk.resolve(
        visit.production,
        charges.charges,
        charges.again,
        visit.who,
        note=charges.note,
        request=visit.own(charges.request),
    )
    return _recorded(visit, record.number)


@api.post("/ask")
def ask_producer(visit: Commenter, request: Request) -> RemarkRecord:
    """Asks a producer to free what is held, and tells those who are told of holds."""
    return visit.desk.ask_producer(
        visit.production, request.cause, visit.who, request.note, visit.own(request.request)
    )


def _recorded(visit: Visit, number: int) -> Recorded:
    visit.changed()
    return Recorded(number=number)
