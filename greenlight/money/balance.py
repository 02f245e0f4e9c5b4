"""A production's budget as people read it: whole cents that add up to the limit."""

from __future__ import annotations

from decimal import ROUND_FLOOR, Decimal

from greenlight.money.amounts import CENT, cents
from greenlight.money.spend import Spend
from greenlight.production.model import Frozen


class Balance(Frozen):
    """Where the limit has gone, in USD; without a limit `left_usd` is None.

    `spent_usd` is settled, `reserved_usd` set aside for requests under way, `unknown_usd` counted
    for requests of unknown outcome, and `ready_usd` what approvals may still cost beyond these.
    """

    limit_usd: Decimal | None
    spent_usd: Decimal
    reserved_usd: Decimal
    unknown_usd: Decimal
    ready_usd: Decimal
    left_usd: Decimal | None
    simulated: bool

    @property
    def rows(self) -> list[tuple[str, Decimal]]:
        """What is said of it, by name; the rows before `left` add up to the limit with it."""
        named = [("spent", self.spent_usd)]
        named += [("reserved", self.reserved_usd)] if self.reserved_usd else []
        named += [("unknown, counts as spent", self.unknown_usd)] if self.unknown_usd else []
        named += [("kept ready for approvals", self.ready_usd)]
        named += [("left", self.left_usd)] if self.left_usd is not None else []
        return named


def balance_of(spend: Spend, drawn: Decimal, limit: Decimal | None) -> Balance:
    """The balance of a production that has `drawn` so much, open approvals at their ceilings."""
    spent, reserved, unknown = (
        cents(amount) for amount in (spend.spent_usd, spend.reserved_usd, spend.unknown_usd)
    )
    taken = max(cents(drawn), spent + reserved + unknown)
    most = None if limit is None else limit.quantize(CENT, rounding=ROUND_FLOOR)
    return Balance(
        limit_usd=most,
        spent_usd=spent,
        reserved_usd=reserved,
        unknown_usd=unknown,
        ready_usd=taken - spent - reserved - unknown,
        left_usd=None if most is None else most - taken,
        simulated=spend.simulated,
    )
