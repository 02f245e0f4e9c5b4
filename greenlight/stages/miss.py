"""The record of a candidate that will never have a take."""

from __future__ import annotations

from greenlight.money.purchase import Purchase
from greenlight.production.names import TakeId
from greenlight.production.records import MissRecord
from greenlight.store.records import now

_WORDS = {
    "refused": "the model refused: {}",
    "failed": "the model service failed: {}",
    "unknown": "outcome unknown, counted as spent: {}",
}


def miss(take: TakeId, bought: Purchase) -> MissRecord:
    """Says how a purchase ended that brought no bytes."""
    assert bought.outcome != "settled"
    return MissRecord(
        at=now(),
        take=str(take),
        ask=bought.ask,
        outcome=bought.outcome,
        reason=_WORDS[bought.outcome].format(bought.reason),
        cost_usd=bought.cost_usd,
    )
