"""What a token may submit in 24 hours: a sum of budgets and a number, kept by compare-and-swap.

A submit is entered under its production before anything is made, so that a crash loses nothing and
a repeated submit, which is the same production, is the same entry.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal

from pydantic import BaseModel, ConfigDict, Field

from greenlight.access.signature import Signature
from greenlight.errors import Refused
from greenlight.production.records import Record
from greenlight.store.objects import ObjectStore
from greenlight.store.records import now
from greenlight.store.swapping import change_record

ALLOWANCES = "access/allowances/"
PERIOD = timedelta(hours=24)
MOST_SUBMITS = 20
"""Of one token within PERIOD, whatever they come to."""
_REMEMBERED = timedelta(days=7)
"""For so long a repeated submit is known for one."""


class Entered(BaseModel):
    """One submit: the budget that it was given, and when."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    at: datetime
    usd: Decimal


class AllowanceRecord(Record):
    """The submits of one token by production."""

    submits: dict[str, Entered] = Field(default_factory=dict)


def enter_submit(
    store: ObjectStore,
    who: Signature,
    production: str,
    least: Decimal,
    wanted: Decimal,
    at: datetime | None = None,
) -> Decimal:
    """The budget that a token's submit is given: as much of `wanted` as the period has left.

    Raises Refused where that is less than `least`, or where the number is used up.
    """
    assert who.day_usd is not None
    moment, ceiling = at or now(), who.day_usd

    def edit(record: AllowanceRecord | None) -> AllowanceRecord | None:
        known = record.submits if record else {}
        if production in known:
            return None
        recent = [entry for entry in known.values() if moment - entry.at < PERIOD]
        left = ceiling - sum((entry.usd for entry in recent), Decimal(0))
        if len(recent) >= MOST_SUBMITS:
            raise Refused(
                f"the token of {who.who} has made {len(recent)} submits within 24 hours (at most "
                f"{MOST_SUBMITS}): the next is possible at {_free_at(recent)}"
            )
        if least > left:
            raise Refused(
                f"this is quoted at up to ${least}, and the token of {who.who} has ${left} left of "
                f"${ceiling} for 24 hours: submit less, wait until {_free_at(recent)}, or ask a "
                "producer for a token with a higher ceiling"
            )
        kept = {name: e for name, e in known.items() if moment - e.at < _REMEMBERED}
        kept[production] = Entered(at=moment, usd=min(wanted, left))
        return AllowanceRecord(at=moment, submits=kept)

    key = f"{ALLOWANCES}{who.token}.json"
    stands = change_record(store, key, AllowanceRecord, edit)
    assert stands is not None
    return stands.submits[production].usd


def _free_at(recent: list[Entered]) -> str:
    """When the oldest submit of the period no longer counts."""
    oldest = min((entry.at for entry in recent), default=now() - PERIOD)
    return f"{oldest + PERIOD:%Y-%m-%d %H:%M} UTC"
