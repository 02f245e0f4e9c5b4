"""A show's budget: one limit over all its productions, drawn from by their releases."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Mapping
from decimal import Decimal
from typing import NamedTuple

from greenlight.errors import GreenlightError, Refused
from greenlight.production.records import Record
from greenlight.store.keys import show_draws_key, show_limits
from greenlight.store.objects import ObjectStore
from greenlight.store.records import read_all
from greenlight.store.swapping import change as swap_in
from greenlight.store.swapping import read_or_none


class Spent(NamedTuple):
    """What a closed release has come to in USD, and how often it had been opened by then."""

    usd: Decimal
    opened: int


Exceeded = Callable[[Decimal, Decimal, Decimal, str], GreenlightError]


class Draw(NamedTuple):
    """What is set aside for a release in USD, since it was opened for the n-th time."""

    usd: Decimal
    opened: int


Draws = dict[str, dict[str, Draw]]


class LimitRecord(Record):
    """The n-th limit that somebody gave a show; None takes it away."""

    number: int
    limit_usd: Decimal | None
    who: str
    principal: str
    note: str = ""


class ShowBudget:
    """The draws of a show's productions against its limit; methods block."""

    def __init__(self, store: ObjectStore, show: str) -> None:
        self._store, self.show = store, show
        self._limits, self._draws = show_limits(show), show_draws_key(show)

    def limits(self) -> list[LimitRecord]:
        """Every limit that the show ever had, the newest last."""
        return read_all(self._store, LimitRecord, self._store.keys(self._limits))

    def changes(self) -> int:
        """How often the limit was set or taken away so far."""
        return sum(1 for _ in self._store.keys(self._limits))

    def limit(self) -> Decimal | None:
        """The limit in force in USD; None when there is none."""
        newest = max(self._store.keys(self._limits), default="")
        if not newest:
            return None
        return LimitRecord.read(newest, json.loads(self._store.get(newest))).limit_usd

    def set_limit(self, record: LimitRecord) -> None:
        """Records a limit; raises Refused when somebody else has just set one."""
        key = f"{self._limits}{record.number:04d}.json"
        data = record.model_dump_json(indent=1).encode()
        if not self._store.put_once(key, data):
            raise Refused(f"somebody else has just changed the budget of {self.show!r}: look again")

    def draws(self) -> dict[str, Decimal]:
        """What each production has drawn, in USD."""
        found = _parse(read_or_none(self._store, self._draws))
        return {name: _total(rows) for name, rows in found.items()}

    def draw(
        self, production: str, release: str, amount: Decimal, exceeded: Exceeded, opened: int = 1
    ) -> None:
        """Sets aside `amount` for a production's release; a repeated draw is the same draw.

        `opened` is how often the release is opened with this: what was said of it before that
        comes too late. Raises what `exceeded` makes of what was wanted, what is left, the limit and
        whose it is.
        """
        limit = self.limit()

        def edit(data: bytes | None) -> tuple[bytes | None, None]:
            draws = _parse(data)
            mine = draws.setdefault(production, {})
            before = mine.get(release, Draw(Decimal(0), 0))
            if before.usd >= amount and before.opened >= opened:
                return None, None
            if limit is not None and before.usd < amount:
                left = limit - sum((_total(rows) for rows in draws.values()), Decimal(0))
                if amount - before.usd > left:
                    raise exceeded(amount - before.usd, left, limit, f"the show {self.show!r}")
            mine[release] = Draw(max(amount, before.usd), max(opened, before.opened))
            return _format(draws), None

        swap_in(self._store, self._draws, edit)

    def settle(
        self, production: str, closed: Mapping[str, Spent], known: Collection[str] | None = None
    ) -> None:
        """Counts closed releases at what they drew, unless they have been opened again since.

        `known`, the ids of all releases that there are, promises that nothing opens one meanwhile:
        other draws are dropped.
        """

        def edit(data: bytes | None) -> tuple[bytes | None, None]:
            draws = _parse(data)
            mine = draws.get(production, {})
            wanted = {n: d for n, d in mine.items() if known is None or n in known}
            for name, spent in closed.items():
                draw = wanted.get(name)
                # Nothing was drawn before there were show budgets: it is put in now.
                late = draw is not None and draw.opened > spent.opened and known is None
                if (draw is not None or spent.usd) and not late:
                    wanted[name] = Draw(spent.usd, spent.opened)
            if wanted == mine:
                return None, None
            draws[production] = wanted
            return _format(draws), None

        swap_in(self._store, self._draws, edit)


def _total(rows: Mapping[str, Draw]) -> Decimal:
    return sum((draw.usd for draw in rows.values()), Decimal(0))


def _parse(data: bytes | None) -> Draws:
    if data is None:
        return {}
    said = json.loads(data)
    opened = said.get("opened", {})
    return {
        name: {
            release: Draw(Decimal(amount), opened.get(name, {}).get(release, 1))
            for release, amount in rows.items()
        }
        for name, rows in said["productions"].items()
    }


def _format(draws: Draws) -> bytes:
    productions = {
        name: {release: str(draw.usd) for release, draw in sorted(rows.items())}
        for name, rows in sorted(draws.items())
    }
    opened = {
        name: {release: draw.opened for release, draw in sorted(rows.items())}
        for name, rows in sorted(draws.items())
    }
    content = {"schema_version": 1, "productions": productions, "opened": opened}
    return json.dumps(content, indent=1).encode()
