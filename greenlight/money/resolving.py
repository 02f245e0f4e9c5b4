"""What becomes of paid requests of unknown outcome: a person says, or a permission they left."""

from __future__ import annotations

from decimal import Decimal

from greenlight.money.budget import Budget
from greenlight.money.ledger import Ledger, Resolved
from greenlight.production.facts import Facts
from greenlight.store.records import now


def resolution_of(facts: Facts, path: str) -> Resolved | None:
    """What the first person who resolved that slot said, None before anybody has."""
    for number in sorted(facts.decisions):
        decision = facts.decisions[number]
        for said in decision.resolutions:
            if said.slot == path:
                return Resolved(
                    at=decision.at,
                    cost_usd=said.cost_usd,
                    again=said.again,
                    by=decision.who,
                    decision=number,
                    note=said.note,
                )
    return None


def standing(facts: Facts, cost_usd: Decimal) -> Resolved:
    """The standing permission at work: counted at its ceiling, and asked again."""
    number = max(
        n
        for n, d in facts.decisions.items()
        if d.terms is not None and d.terms.ask_again_below_usd is not None
    )
    who = facts.decisions[number].who
    return Resolved(at=now(), cost_usd=cost_usd, again=True, by=f"{who}, standing", decision=number)


def apply_resolutions(facts: Facts, ledger: Ledger, budget: Budget) -> None:
    """Brings ledger and budget up to what people decided; a repeated call changes nothing."""
    wanted = {r.slot for d in facts.decisions.values() for r in d.resolutions}
    if not wanted:
        return
    for entry in ledger.entries():
        if entry.slot.path not in wanted:
            continue
        said = resolution_of(facts, entry.slot.path)
        if said is not None and entry.unknown:
            ledger.resolve(entry.slot, said)
        # The first resolution counts; and a crash may have left the account behind.
        row = ledger.entry(entry.slot)
        if row is not None and row.resolved is not None:
            budget.settle(row.slot.path, row.counted_usd)


def count_rows(ledger: Ledger, budget: Budget) -> None:
    """Counts every slot at what its row says, and at nothing where a crash left it without a row.

    Only for a production of which nothing is in flight; a repeated call changes nothing.
    """
    counted = {entry.slot.path: entry.counted_usd for entry in ledger.entries()}
    for release in budget.releases().values():
        for path, amount in release.slots.items():
            if amount != counted.get(path, Decimal(0)):
                budget.settle(path, counted.get(path, Decimal(0)))
