"""What a production has cost, and what rejecting early has saved."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import ROUND_FLOOR, Decimal
from typing import NamedTuple

from greenlight.money.amounts import CENT, cents, usd_rows
from greenlight.money.ceilings import clip_price
from greenlight.money.ledger import Entry, Ledger
from greenlight.production.facts import Facts
from greenlight.production.model import Frozen
from greenlight.production.names import TakeId, parse_take
from greenlight.production.records import ProductionRecord


class Unknown(Frozen):
    """A paid request of unknown outcome or cost; it counts at its ceiling in USD."""

    slot: str
    ceiling_usd: Decimal
    since: datetime
    reason: str
    answered: bool
    """Whether the answer is there and only its cost is not known."""


class Spend(Frozen):
    """What a production has cost, in USD; `avoided_usd` is clips whose frames were rejected."""

    spent_usd: Decimal
    reserved_usd: Decimal
    unknown_usd: Decimal
    avoided_usd: Decimal
    budget_usd: Decimal | None
    simulated: bool
    by_kind: dict[str, Decimal]
    posts: int
    unknown: tuple[Unknown, ...] = ()

    @property
    def rows(self) -> list[tuple[str, str]]:
        """What was spent on each kind of request, as people read it; adds up to what was spent."""
        kinds = sorted(self.by_kind)
        return list(zip(kinds, usd_rows([self.by_kind[k] for k in kinds]), strict=True))


def spend_of(production: ProductionRecord, ledger: Ledger, facts: Facts) -> Spend:
    """The sums of the ledger; what is unknown counts at its ceiling, and is not in `spent_usd`."""
    spent = reserved = Decimal(0)
    by_kind: dict[str, Decimal] = {}
    entries = ledger.entries()
    for entry in entries:
        if entry.closed is None:
            reserved += entry.counted_usd
        elif not entry.unknown:
            kind = entry.slot.kind
            spent += entry.counted_usd
            by_kind[kind] = by_kind.get(kind, Decimal(0)) + entry.counted_usd
    unknown = unknowns(entries)
    return Spend(
        spent_usd=spent,
        reserved_usd=reserved,
        unknown_usd=sum((u.ceiling_usd for u in unknown), Decimal(0)),
        avoided_usd=sum((a.usd for a in avoided(production, facts)), Decimal(0)),
        budget_usd=production.brief.budget_usd,
        simulated=production.simulated,
        by_kind=by_kind,
        posts=sum(len(e.sending) - len(e.not_sent) for e in entries),
        unknown=unknown,
    )


def unknowns(entries: Sequence[Entry]) -> tuple[Unknown, ...]:
    """Every unresolved row, the oldest first."""
    found = []
    for entry in entries:
        if entry.closed is not None and entry.unknown:
            answered = entry.closed.outcome == "settled"
            found.append(
                Unknown(
                    slot=entry.slot.path,
                    ceiling_usd=entry.reserved.estimate_usd,
                    since=entry.closed.at,
                    reason="the service named no cost" if answered else entry.closed.reason,
                    answered=answered,
                )
            )
    return tuple(sorted(found, key=lambda u: u.since))


class Avoided(NamedTuple):
    """A round of frames that people turned down, and the price of the clip that it saved."""

    attempt: TakeId
    at: datetime
    usd: Decimal


def avoided(production: ProductionRecord, facts: Facts) -> list[Avoided]:
    """What gates have saved, as an estimate: one clip for each attempt at a frame turned down.

    Without the gate that frame would have been shot, at the clip's list price of today. Candidates
    of one attempt count once, and an attempt that a clip was made from counts nothing: that money
    was spent.
    """
    shot = {parse_take(a.frame).attempt for a in facts.attempts.values() if a.frame}
    prices = {parse_take(take).attempt: usd for take, usd in rejected(production, facts)}
    found: dict[TakeId, Avoided] = {}
    for decision, verdict in facts.decided:
        attempt = verdict.id.attempt
        if verdict.verdict != "approve" and attempt in prices and attempt not in shot:
            found.setdefault(attempt, Avoided(attempt, decision.at, prices[attempt]))
    return list(found.values())


def rejected(production: ProductionRecord, facts: Facts) -> list[tuple[str, Decimal]]:
    """Frame takes that people turned down, each with the price of the clip that was never made."""
    found: dict[str, Decimal] = {}
    made = {take.attempt for take in facts.takes}
    for _, verdict in facts.decided:
        attempt = facts.attempts.get(verdict.id.attempt)
        # A take that was refused or lost was not rejected by a person.
        seen = verdict.id.kind == "frame" and verdict.id.attempt in made
        if seen and verdict.verdict != "approve" and attempt and attempt.spec:
            found[verdict.take] = clip_price(production, attempt.spec)
    return list(found.items())


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
