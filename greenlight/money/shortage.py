"""Shortage: ready work that a limit or an approval does not let begin, told from the accounts."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Literal, NamedTuple

from greenlight.money.budget import Budget, Release, Releases
from greenlight.money.ledger import Entry
from greenlight.money.releases import release_of
from greenlight.money.show_budget import ShowBudget
from greenlight.production.facts import Facts
from greenlight.production.folding import Work
from greenlight.production.names import TakeId
from greenlight.production.records import Attempt, ProductionRecord

_PAID = ("breakdown", "sheet", "frame", "clip", "check")


class Short(NamedTuple):
    """A round that may not begin: what it needs, and what is left of whose limit, in USD."""

    take: TakeId
    attempt: Attempt
    needs_usd: Decimal
    left_usd: Decimal
    limit_usd: Decimal
    whose: Literal["production", "show"]


def shortages(
    production: ProductionRecord,
    facts: Facts,
    work: Sequence[Work],
    budget: Budget,
    show: ShowBudget,
    entries: Sequence[Entry],
) -> list[Short]:
    """What may not begin of the work that is ready, a round once; what has begun is not short."""
    of_show = show.limit()
    if budget.limit is None and of_show is None:
        return []
    rows = budget.releases()
    spoken_for = sum((row.balance for row in rows.values()), Decimal(0))
    lefts: list[tuple[Decimal, Decimal, Literal["production", "show"]]] = []
    if budget.limit is not None:
        lefts.append((budget.limit - spoken_for, budget.limit, "production"))
    if of_show is not None:
        drawn = sum(show.draws().values(), Decimal(0))
        lefts.append((of_show - drawn, of_show, "show"))
    found: dict[str, Short] = {}
    for piece in work:
        attempt = piece.opening or facts.attempts.get(piece.take.attempt)
        if attempt is None or piece.kind not in _PAID:
            continue
        release = _release(production, facts, piece, attempt, entries)
        needs = _needs(release, rows)
        for left, limit, whose in lefts:
            if needs > left:
                short = Short(piece.take, attempt, needs, max(left, Decimal(0)), limit, whose)
                found.setdefault(release.id, short)
    return list(found.values())


def _release(
    production: ProductionRecord,
    facts: Facts,
    work: Work,
    attempt: Attempt,
    entries: Sequence[Entry],
) -> Release:
    """What the work draws from; what somebody allowed to be asked again has a draw of its own."""
    if work.ask > 1:
        for entry in entries:
            slot = entry.slot
            if slot.take == work.take and slot.ask == work.ask - 1:
                again = slot.model_copy(update={"ask": work.ask})
                return Release(f"again/{again.path}", entry.reserved.estimate_usd)
    return release_of(production, facts, attempt)


def _needs(release: Release, rows: Releases) -> Decimal:
    """What beginning the round would take from the budget; nothing where it has begun."""
    row = rows.get(release.id)
    if row is None:
        return release.ceiling
    return Decimal(0) if row.open else max(row.ceiling, row.drawn) - row.drawn
