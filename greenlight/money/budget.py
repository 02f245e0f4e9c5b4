"""A production's account: what approvals released, and what paid requests draw from it.

One object, changed by compare-and-swap. A release is opened once with the ceiling that somebody
approved; slots draw their estimates from it and are settled at what they cost; when nothing more
can follow from it, it is closed and what it did not use is free again. A repeated draw is the same
draw and a balance is a sum, so that no crash point can lose or double money.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Mapping
from decimal import Decimal
from typing import NamedTuple

from pydantic import Field

from greenlight.errors import HeldByMoney
from greenlight.money.show_budget import ShowBudget, Spent
from greenlight.production.model import Frozen
from greenlight.production.records import check_schema
from greenlight.store.objects import ObjectStore
from greenlight.store.swapping import change as swap_in
from greenlight.store.swapping import read_or_none

SCHEMA = 2
_BEFORE = "before releases"
"""Where the draws of the first release of Greenlight are kept, which knew no releases."""


class BudgetExceeded(HeldByMoney):
    """A draw would go beyond a limit; nothing was spent."""

    def __init__(self, wanted: Decimal, left: Decimal, limit: Decimal, whose: str) -> None:
        self.wanted, self.left, self.limit, self.whose = wanted, left, limit, whose
        super().__init__(
            f"this may cost ${wanted}, and ${left} of the budget of ${limit} of {whose} is left: "
            "raise the budget, omit shots or choose a cheaper model"
        )


class CeilingReached(HeldByMoney):
    """An attempt would cost more than what was approved; nothing was spent."""

    def __init__(self, wanted: Decimal, left: Decimal, ceiling: Decimal) -> None:
        self.wanted, self.left, self.ceiling = wanted, left, ceiling
        super().__init__(
            f"the next step may cost ${wanted}, and ${left} of the ${ceiling} that was approved "
            "is left: ask for a retake, which is a new approval, or omit the shot"
        )


class Release(NamedTuple):
    """What somebody approved: its id, and the most that may follow from it in USD."""

    id: str
    ceiling: Decimal


class ReleaseRow(Frozen):
    """A release as it stands; `slots` maps ledger paths to what each counts at.

    `opened` is how often it was opened: it may be closed in between and needed again.
    """

    ceiling: Decimal
    open: bool = True
    opened: int = 1
    slots: dict[str, Decimal] = Field(default_factory=dict)

    @property
    def drawn(self) -> Decimal:
        return sum(self.slots.values(), Decimal(0))

    @property
    def balance(self) -> Decimal:
        """What it takes from the budget: its whole ceiling as long as more may follow."""
        return max(self.ceiling, self.drawn) if self.open else self.drawn


Releases = dict[str, ReleaseRow]


class Budget:
    """The account of one production, under its own limit and its show's; methods block."""

    def __init__(
        self,
        store: ObjectStore,
        key: str,
        limit: Decimal | None,
        *,
        production: str,
        show: ShowBudget | None = None,
    ) -> None:
        self._store, self._key, self.limit = store, key, limit
        self._production, self._show = production, show

    def releases(self) -> Releases:
        """Everything that was ever released, by id."""
        return _parse(read_or_none(self._store, self._key), self._key)

    def draw(self, release: Release, slot: str, amount: Decimal) -> None:
        """Sets aside `amount` for a slot from a release, which is opened if it is not.

        Raises BudgetExceeded, and CeilingReached when the release has not that much left.
        """

        def change(rows: Releases) -> None:
            if any(slot in row.slots for row in rows.values()):
                return
            row = rows.get(release.id) or ReleaseRow(ceiling=release.ceiling, open=False, opened=0)
            left = row.ceiling - row.drawn
            if amount > left:
                raise CeilingReached(amount, left, row.ceiling)
            if not row.open:
                self._afford(release.id, rows, row)
                row = row.model_copy(update={"open": True, "opened": row.opened + 1})
            rows[release.id] = row.model_copy(update={"slots": {**row.slots, slot: amount}})

        self._change(change)

    def settle(self, slot: str, amount: Decimal) -> None:
        """Replaces what a slot draws by what it really counts at."""

        def change(rows: Releases) -> None:
            for name, row in rows.items():
                if slot in row.slots:
                    rows[name] = row.model_copy(update={"slots": {**row.slots, slot: amount}})
                    return

        _, rows = self._change(change)
        if self._show is not None:
            closed = {n: r for n, r in rows.items() if slot in r.slots}
            self._show.settle(self._production, _closed(closed))

    def close(self, needed: Collection[str] = (), *, quiet: bool = False) -> Mapping[str, Decimal]:
        """Closes every release but the `needed` ones; returns what each gave back in USD.

        `quiet` promises that nothing of the production is in flight, so that a draw which a crash
        left with the show alone may be given back as well.
        """

        def change(rows: Releases) -> None:
            for name, row in rows.items():
                if row.open and name not in needed:
                    rows[name] = row.model_copy(update={"open": False})

        before, rows = self._change(change)
        if self._show is not None:
            # Also when nothing was freed: a process may have died between freeing and telling.
            known = set(rows) if quiet else None
            self._show.settle(self._production, _closed(rows), known)
        return {n: r.balance - r.drawn for n, r in before.items() if r.open and not rows[n].open}

    def _afford(self, name: str, rows: Releases, row: ReleaseRow) -> None:
        """Raises BudgetExceeded unless the release may be opened; draws from the show first."""
        balance = max(row.ceiling, row.drawn)
        if self.limit is not None:
            others = sum((r.balance for n, r in rows.items() if n != name), Decimal(0))
            left = self.limit - others - row.drawn
            if balance - row.drawn > left:
                raise BudgetExceeded(balance - row.drawn, left, self.limit, self._production)
        if self._show is not None:
            # Before the production's own object, so that what it says is open, the show has paid.
            self._show.draw(self._production, name, balance, BudgetExceeded, row.opened + 1)

    def _change(self, change: Callable[[Releases], None]) -> tuple[Releases, Releases]:
        """Applies `change`; returns the releases as they were and as they are."""

        def edit(data: bytes | None) -> tuple[bytes | None, tuple[Releases, Releases]]:
            before = _parse(data, self._key)
            rows = dict(before)
            change(rows)
            return None if rows == before else _format(rows), (before, rows)

        return swap_in(self._store, self._key, edit)


def _closed(rows: Releases) -> Mapping[str, Spent]:
    return {n: Spent(r.drawn, r.opened) for n, r in rows.items() if not r.open}


def _parse(data: bytes | None, key: str) -> Releases:
    if data is None:
        return {}
    raw = json.loads(data)
    check_schema(key, raw, SCHEMA, "budgets")
    rows = {name: ReleaseRow.model_validate(row) for name, row in raw.get("releases", {}).items()}
    if raw.get("draws"):
        slots = {path: Decimal(amount) for path, amount in raw["draws"].items()}
        total = sum(slots.values(), Decimal(0))
        rows[_BEFORE] = ReleaseRow(ceiling=total, open=False, slots=slots)
    return rows


def _format(rows: Releases) -> bytes:
    releases = {name: row.model_dump(mode="json") for name, row in sorted(rows.items())}
    return json.dumps({"schema_version": SCHEMA, "releases": releases}, indent=1).encode()
