"""What verdicts would set going, before anybody gives them: bound and priced as if they were."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_FLOOR, Decimal

from greenlight.errors import Refused
from greenlight.money.amounts import CENT
from greenlight.money.budget import Releases
from greenlight.money.consequences import (
    Consequences,
    Effect,
    Purse,
    consequences_of,
    effects_of,
    resumed,
)
from greenlight.money.spend import Balance, balance_of, spend_of
from greenlight.production.facts import Facts
from greenlight.production.names import parse_take
from greenlight.production.records import WaitingTake
from greenlight.views.binding import bind
from greenlight.views.terms import account_of, show_account
from greenlight.views.wishes import Wish
from greenlight.workspace import Workspace


def foresee(workspace: Workspace, facts: Facts, wishes: Sequence[Wish]) -> Consequences:
    """What follows from these wishes as things stand; raises what deciding them would raise."""
    verdicts = bind(workspace, facts, wishes)
    return consequences_of(workspace.production, facts, verdicts, purse_of(workspace, facts))


def foresee_limit(workspace: Workspace, facts: Facts, limit: Decimal | None) -> Consequences:
    """What goes on under another limit of all that was approved and has drawn nothing yet."""
    rows = workspace.budget.releases()
    return resumed(workspace.production, facts, _purse(workspace, facts, rows, limit))


def purse_of(workspace: Workspace, facts: Facts) -> Purse:
    """What is left for a production: of its own budget, or of its show's where that is less."""
    return _purse(workspace, facts, workspace.budget.releases(), workspace.budget.limit)


def _purse(workspace: Workspace, facts: Facts, rows: Releases, limit: Decimal | None) -> Purse:
    spend = spend_of(workspace.production, workspace.ledger, facts)
    drawn = sum((row.balance for row in rows.values()), Decimal(0))
    left, show = balance_of(spend, drawn, limit).left_usd, show_account(workspace.show_budget)
    most = show.left_usd
    if most is not None:
        most = most.quantize(CENT, rounding=ROUND_FLOOR)
        if left is None or most < left:
            return Purse(most, rows, f"budget of the show {show.name}")
    return Purse(left, rows)


def balance(workspace: Workspace, facts: Facts) -> Balance:
    """Where a production's limit has gone, in whole cents that add up to it."""
    drawn = account_of("", workspace.budget).drawn_usd
    spend = spend_of(workspace.production, workspace.ledger, facts)
    return balance_of(spend, drawn, workspace.budget.limit)


def effects(workspace: Workspace, facts: Facts, wishes: Sequence[Wish]) -> tuple[Effect, ...]:
    """What these wishes would release, an effect for each sort of them."""
    return effects_of(workspace.production, facts, bind(workspace, facts, wishes)) if wishes else ()


def effects_of_any(
    workspace: Workspace, facts: Facts, waiting: Sequence[WaitingTake]
) -> tuple[Effect, ...]:
    """What approving one take of everything that waits would release, flagged ones too."""
    return effects(workspace, facts, one_each(waiting))


def one_each(waiting: Sequence[WaitingTake]) -> list[Wish]:
    """Approvals of one take of everything that waits, flagged ones too."""
    found: dict[tuple[str, str], WaitingTake] = {}
    for item in waiting:
        take = parse_take(item.take)
        if not item.held:
            found.setdefault((take.kind, take.shot), item)
    return [Wish(target=w.take, verdict="approve") for w in found.values()]


def effects_of_retake(workspace: Workspace, facts: Facts, take: str) -> Effect | None:
    """What making this take again would release; None where that cannot be asked for."""
    try:
        return effects(workspace, facts, [Wish(target=take, verdict="retake")])[0]
    except Refused:
        return None  # a cut follows from its clips, and what was never begun has no again
