"""Amounts in USD as every door reads and shows them: whole cents, rounded up.

What an approval may release is a whole number of cents too (see `ceilings`), so that the amount a
person reads is the amount that holds. Rows of a table are rounded so that they add to their total.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal, InvalidOperation

from greenlight.errors import InvalidInput

CENT = Decimal("0.01")
UNKNOWN = "not known"


def cents(amount: Decimal) -> Decimal:
    """The amount in whole cents, rounded up."""
    return amount.quantize(CENT, rounding=ROUND_CEILING)


def total(*costs: Decimal | None) -> Decimal | None:
    """The sum of costs; unknown (None) as soon as one of them is."""
    return sum((c for c in costs if c is not None), Decimal(0)) if None not in costs else None


def split(parts: Sequence[Decimal]) -> list[Decimal]:
    """The parts in whole cents that add to `cents` of their sum, each within a cent of itself.

    What is left after rounding down goes to the parts that lost most by it.
    """
    whole = [part.quantize(CENT, rounding=ROUND_FLOOR) for part in parts]
    missing = int((cents(sum(parts, Decimal(0))) - sum(whole, Decimal(0))) / CENT)
    lost = sorted(range(len(parts)), key=lambda n: whole[n] - parts[n])
    for n in lost[:missing]:
        whole[n] += CENT
    return whole


def usd(amount: Decimal | None, simulated: bool = False, *, none: str = UNKNOWN) -> str:
    """An amount as people read it, marked where it is the stand-in's; `none` stands for None."""
    if amount is None:
        return none
    sign = "–" if amount < 0 else ""
    shown = "under $0.01" if 0 < amount < CENT else f"{sign}${abs(cents(amount)):,}"
    return f"{shown} (simulated)" if simulated else shown


def usd_rows(parts: Sequence[Decimal]) -> list[str]:
    """The rows of a table as people read them, which add to `usd` of their sum."""
    return [
        usd(part if 0 < part < CENT else whole)
        for part, whole in zip(parts, split(parts), strict=True)
    ]


def at_most(amount: Decimal, *, simulated: bool = False) -> str:
    """A ceiling as people read it."""
    shown = usd(amount, simulated)
    return shown if 0 < amount < CENT else f"up to {shown}"


def rate(amount: Decimal) -> str:
    """The price of one unit, which may be less than a cent: every digit of it."""
    return f"${amount.normalize():f}" if amount % CENT else usd(amount)


def amount_of(text: str, option: str) -> Decimal:
    """The amount in USD that was typed, with or without a dollar sign; raises InvalidInput."""
    try:
        amount = Decimal(text.strip().removeprefix("$"))
    except InvalidOperation:
        amount = Decimal("nan")
    if not amount.is_finite() or amount < 0:
        raise InvalidInput(f"invalid {option} {text!r} (an amount in USD, such as 12 or 0.10)")
    return amount
