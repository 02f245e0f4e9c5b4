"""Amounts in USD as people type them."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation

from greenlight.errors import InvalidInput


def amount_of(text: str, option: str) -> Decimal:
    """The amount in USD that was typed, with or without a dollar sign; raises InvalidInput."""
    try:
        amount = Decimal(text.strip().removeprefix("$"))
    except InvalidOperation:
        amount = Decimal("nan")
    if not amount.is_finite() or amount < 0:
        raise InvalidInput(f"{option} {text!r} is no amount of USD (such as 12 or 0.10)")
    return amount
