"""Spend by whatever it is asked by, what an approved second costs, and what gates have saved."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal

from greenlight.reports.rows import ApprovedRow, SpendRow, TakeRow, by_model
from greenlight.reports.shares import Figures

DIMENSIONS: Mapping[str, Callable[[SpendRow], str]] = {
    "show": lambda row: row.show,
    "production": lambda row: row.production,
    "model": lambda row: row.model,
    "role": lambda row: row.role,
    "purpose": lambda row: row.purpose,
    "day": lambda row: row.day.isoformat(),
}


class Line(Figures):
    """What one show, production, model, role, purpose or day came to, in USD.

    `usd` is what is known to be spent; what is unknown or still reserved stands beside it, each
    counted at its ceiling.
    """

    name: str
    usd: Decimal
    unknown_usd: Decimal
    reserved_usd: Decimal
    posts: int


class Spending(Figures):
    """The ledger's total and its parts; the lines of every dimension add up to the total."""

    total: Line
    by: Mapping[str, tuple[Line, ...]]


class PerSecond(Figures):
    """What a second of approved clip took; None while no clip is approved."""

    approved_seconds: Decimal
    approved_shots: int
    takes: int
    takes_per_second: float | None
    usd_per_second: Decimal | None


class Avoided(Figures):
    """Estimate: frames that gates turned down, times the clip that was not shot of each."""

    attempts: int
    usd: Decimal


def spending(rows: Sequence[SpendRow]) -> Spending:
    """The sums of these rows; days in their order, everything else the dearest first."""
    return Spending(total=_line("total", rows), by={d: _lines(d, rows) for d in DIMENSIONS})


def _lines(dimension: str, rows: Sequence[SpendRow]) -> tuple[Line, ...]:
    groups: dict[str, list[SpendRow]] = {}
    for row in rows:
        groups.setdefault(DIMENSIONS[dimension](row), []).append(row)
    lines = [_line(name, found) for name, found in sorted(groups.items())]
    if dimension != "day":
        lines.sort(key=lambda line: -line.usd)
    return tuple(lines)


def _line(name: str, rows: Iterable[SpendRow]) -> Line:
    sums = {"spent": Decimal(0), "unknown": Decimal(0), "reserved": Decimal(0)}
    posts = 0
    for row in rows:
        sums[row.state] += row.usd
        posts += row.posts
    return Line(
        name=name,
        usd=sums["spent"],
        unknown_usd=sums["unknown"],
        reserved_usd=sums["reserved"],
        posts=posts,
    )


def per_second(
    spend: Sequence[SpendRow], takes: Iterable[TakeRow], approved: Sequence[ApprovedRow]
) -> PerSecond:
    """All that was spent, and all takes that models made, over the seconds that were approved."""
    seconds = sum((row.seconds for row in approved), Decimal(0))
    made = sum(row.kind in ("sheet", "frame", "clip") and by_model(row) for row in takes)
    spent = sum((row.usd for row in spend if row.state == "spent"), Decimal(0))
    return PerSecond(
        approved_seconds=seconds,
        approved_shots=len(approved),
        takes=made,
        takes_per_second=made / float(seconds) if seconds else None,
        usd_per_second=(spent / seconds).quantize(Decimal("0.0001")) if seconds else None,
    )
