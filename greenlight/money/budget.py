"""A production's budget: one object, changed by compare-and-swap, mapping draw id to USD.

A repeated draw is the same draw, and the balance is a sum, so that no crash point can lose or
double money.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from decimal import Decimal
from typing import ClassVar

from greenlight.errors import GreenlightError, NotFound, ServiceUnavailable
from greenlight.store.objects import ObjectStore

_TRIES = 200


class BudgetExceeded(GreenlightError):
    """A draw would go beyond the budget; nothing was spent."""

    exit_code: ClassVar[int] = 11

    def __init__(self, wanted: Decimal, left: Decimal, limit: Decimal) -> None:
        self.wanted, self.left, self.limit = wanted, left, limit
        super().__init__(
            f"the next step may cost ${wanted}, and ${left} of the budget of ${limit} is left"
        )


class Budget:
    """The draws against one limit; methods block."""

    def __init__(self, store: ObjectStore, key: str, limit: Decimal) -> None:
        self._store, self._key, self.limit = store, key, limit

    def draws(self) -> dict[str, Decimal]:
        """Every draw with its amount in USD."""
        return self._read()[0]

    def draw(self, draw_id: str, amount: Decimal) -> None:
        """Sets aside `amount` under `draw_id`, once; raises BudgetExceeded."""

        def change(draws: dict[str, Decimal]) -> None:
            if draw_id in draws:
                return
            left = self.limit - sum(draws.values(), Decimal(0))
            if amount > left:
                raise BudgetExceeded(amount, left, self.limit)
            draws[draw_id] = amount

        self._change(change)

    def settle(self, draw_id: str, amount: Decimal) -> None:
        """Replaces a draw by what was really spent."""

        def change(draws: dict[str, Decimal]) -> None:
            if draw_id in draws:
                draws[draw_id] = amount

        self._change(change)

    def _read(self) -> tuple[dict[str, Decimal], str | None]:
        try:
            data, etag = self._store.get_with_etag(self._key)
        except NotFound:
            return {}, None
        return {k: Decimal(v) for k, v in json.loads(data)["draws"].items()}, etag

    def _change(self, change: Callable[[dict[str, Decimal]], None]) -> None:
        for _ in range(_TRIES):
            draws, etag = self._read()
            before = dict(draws)
            change(draws)
            if draws == before:
                return
            body = {"schema_version": 1, "draws": {k: str(v) for k, v in sorted(draws.items())}}
            if self._store.swap(self._key, json.dumps(body, indent=1).encode(), etag):
                return
        raise ServiceUnavailable(f"{self._key} could not be changed in {_TRIES} tries")
