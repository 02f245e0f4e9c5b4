"""What a production has cost, and what rejecting early has saved."""

from __future__ import annotations

from decimal import Decimal

from pydantic import BaseModel, ConfigDict

from greenlight.money.ceilings import clip_price
from greenlight.money.ledger import Ledger
from greenlight.production.facts import Facts
from greenlight.production.records import ProductionRecord


class Spend(BaseModel):
    """What a production has cost, in USD; `avoided_usd` is clips whose frames were rejected."""

    model_config = ConfigDict(frozen=True)

    spent_usd: Decimal
    reserved_usd: Decimal
    unknown_usd: Decimal
    avoided_usd: Decimal
    budget_usd: Decimal | None
    simulated: bool
    by_kind: dict[str, Decimal]
    posts: int


def spend_of(production: ProductionRecord, ledger: Ledger, facts: Facts) -> Spend:
    """The sums of the ledger; a settled answer of unknown usage counts as unknown."""
    spent = reserved = unknown = Decimal(0)
    by_kind: dict[str, Decimal] = {}
    entries = ledger.entries()
    for entry in entries:
        estimate, kind = entry.reserved.estimate_usd, entry.reserved.slot.kind
        if entry.closed is None:
            reserved += estimate
        elif entry.closed.cost_usd is None:
            unknown += estimate
        else:
            spent += entry.closed.cost_usd
            by_kind[kind] = by_kind.get(kind, Decimal(0)) + entry.closed.cost_usd
    return Spend(
        spent_usd=spent,
        reserved_usd=reserved,
        unknown_usd=unknown,
        avoided_usd=sum((price for _, price in rejected(production, facts)), Decimal(0)),
        budget_usd=production.brief.budget_usd,
        simulated=production.simulated,
        by_kind=by_kind,
        posts=sum(len(e.sending) - len(e.not_sent) for e in entries),
    )


def rejected(production: ProductionRecord, facts: Facts) -> list[tuple[str, Decimal]]:
    """Frame takes that people turned down, each with the price of the clip that was never made."""
    found: dict[str, Decimal] = {}
    for number in sorted(facts.decisions):
        for verdict in facts.decisions[number].verdicts:
            attempt = facts.attempts.get(verdict.id.attempt)
            if verdict.verdict == "approve" or verdict.id.kind != "frame":
                continue
            if attempt is not None and attempt.spec is not None:
                found[verdict.take] = clip_price(production, attempt.spec)
    return list(found.items())
