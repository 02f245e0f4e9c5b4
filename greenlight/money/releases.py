"""Which approval a piece of work draws from, and the most that may follow from it."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from greenlight.money.budget import Release
from greenlight.money.ceilings import round_ceiling
from greenlight.production.facts import Facts
from greenlight.production.names import TakeId
from greenlight.production.records import Attempt, ProductionRecord
from greenlight.production.state import State

_FREE = ("animatic", "cut")
"""Made on this side, of what was paid for before."""


def release_of(production: ProductionRecord, facts: Facts, attempt: Attempt) -> Release:
    """The release of an attempt's round: its automatic retakes draw from what the first was given.

    The ceiling is what the verdict that asked for the round says; where none does (the first
    breakdown, which the submit asked for), it is computed again. Once other models were chosen it
    is no more than these need: a cheaper one takes less of the budget, and a dearer one no more.
    """
    first = _first(facts, attempt)
    ceiling = first.ceiling_usd
    if ceiling is None:
        ceiling = _ceiling(production, facts, first)
    elif facts.production is None or production.models != facts.production.models:
        ceiling = min(ceiling, _ceiling(production, facts, first))
    return Release(release_id(first.take), ceiling)


def release_id(first: TakeId) -> str:
    """The id of the release of a round, by its first attempt."""
    return str(first.attempt)


def needed(facts: Facts, state: State) -> set[str]:
    """The ids of the releases that work which is ready may still draw from."""
    found: set[str] = set()
    for work in state.work:
        attempt = work.opening or facts.attempts.get(work.take.attempt)
        if attempt is not None:
            found.add(release_id(_first(facts, attempt).take))
    return found


def opened_by(
    production: ProductionRecord, facts: Facts, before: State, after: State
) -> dict[str, Decimal]:
    """What a verdict releases: every round that is open after it and was not before, in USD.

    By the subject of the round's takes: `sq010_sh0010/frame`, `sheet/mara`, `shotlist`.
    """
    known = {(a.take.subject, a.spec_hash) for a in openings(before)}
    shares: dict[str, Decimal] = {}
    for attempt in openings(after):
        subject = attempt.take.subject
        if (subject, attempt.spec_hash) not in known:
            shares[subject] = _ceiling(production, facts, attempt)
    return shares


def _ceiling(production: ProductionRecord, facts: Facts, attempt: Attempt) -> Decimal:
    previous = facts.shot_lists.get(attempt.previous or 0) if attempt.kind == "shotlist" else None
    return round_ceiling(
        production,
        attempt.kind,
        attempt.spec,
        previous,
        sheet=attempt.sheet,
        references=attempt.references,
    )


def openings(state: State) -> Iterable[Attempt]:
    """The paid rounds that are about to begin; an automatic retake goes on with one that has."""
    attempts = (w.opening for w in state.work if w.opening is not None)
    return (a for a in attempts if a.cause != "check" and a.kind not in _FREE)


def _first(facts: Facts, attempt: Attempt) -> Attempt:
    """The attempt that began the round."""
    while attempt.cause == "check" and attempt.previous is not None:
        before = facts.attempts.get(TakeId(attempt.kind, attempt.previous, attempt.shot))
        if before is None:
            break
        attempt = before
    return attempt
