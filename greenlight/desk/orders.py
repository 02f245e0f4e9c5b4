"""Orders about money: limits, models, standing permissions, and what unknown outcomes came to.

An order is a decision like any other: numbered, signed, heard by the run that waits for it.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Literal

from greenlight.access.signature import Signature
from greenlight.desk.decide import write_decision
from greenlight.errors import InvalidInput, NotFound, Refused
from greenlight.money.amounts import usd
from greenlight.money.ledger import Entry
from greenlight.money.resolving import apply_resolutions, resolution_of
from greenlight.money.show_budget import LimitRecord, ShowBudget
from greenlight.production.facts import Facts
from greenlight.production.records import DecisionRecord, Resolution, Terms
from greenlight.production.state import fold
from greenlight.store.records import now
from greenlight.views.terms import check_models
from greenlight.workspace import Workspace

Outcome = Literal["charged", "not-charged"]
NO_LIMIT = Decimal(-1)
LARGEST_USD = Decimal(1_000_000)


def order(workspace: Workspace, terms: Terms, who: Signature, note: str, request: str = "") -> int:
    """Records changed terms; returns the decision's ordinal.

    Raises InvalidInput for models that cannot be used or are not priced, and for amounts that are
    no amounts; Refused once the production is over.
    """
    _check_amounts(terms)
    check_models(workspace, terms)

    def content(facts: Facts) -> Mapping[str, object]:
        _still_open(workspace, facts)
        return {"terms": terms, "note": note}

    record, _ = write_decision(workspace, who, request, content)
    return record.number


def ordered(workspace: Workspace, request: str) -> int:
    """The number of the decision that this request was recorded as, 0 where it was not."""
    decisions = workspace.records.facts().decisions.values()
    return next((d.number for d in decisions if request and d.request == request), 0)


def check_raise(
    workspace: Workspace, limit_usd: Decimal, whose: Literal["production", "show"]
) -> None:
    """Raises InvalidInput for a limit that is not higher than the one in force, Refused without."""
    before = workspace.production.brief.budget_usd
    if whose == "show":
        before = workspace.show_budget.limit()
    if before is None:
        raise Refused(f"the {whose} has no limit to raise")
    if limit_usd <= before:
        raise InvalidInput(f"invalid limit ${limit_usd} (more than the ${before:.2f} in force)")


def limit_show(
    show: ShowBudget, limit: Decimal | None, who: Signature, note: str = ""
) -> LimitRecord:
    """Gives a show a limit, or takes it away with None; raises InvalidInput and Refused."""
    if limit is not None:
        _check_amounts(Terms(budget_usd=limit))
    record = LimitRecord(
        at=now(),
        number=len(show.limits()) + 1,
        limit_usd=limit,
        who=" ".join(who.who.split()),
        principal=who.principal,
        note=note,
    )
    show.set_limit(record)
    return record


def resolve(
    workspace: Workspace,
    slots: Mapping[str, Outcome],
    again: bool,
    who: Signature,
    *,
    cost_usd: Decimal | None = None,
    note: str = "",
    request: str = "",
) -> DecisionRecord:
    """Records what became of paid requests of unknown outcome, and brings the account up to it.

    A charged one counts at `cost_usd`, or at its ceiling. Raises NotFound for a slot that is not in
    the ledger, and Refused for one whose outcome is known, was resolved, or may not be asked again.
    """
    if not slots:
        raise InvalidInput("name at least one slot of the ledger (see `greenlight ledger show`)")
    entries = {e.slot.path: e for e in workspace.ledger.entries()}

    def content(facts: Facts) -> Mapping[str, object]:
        if again:
            _still_open(workspace, facts)
        return {
            "resolutions": tuple(
                _resolution(facts, entries, slot, outcome, again, cost_usd, note)
                for slot, outcome in slots.items()
            ),
            "note": note,
        }

    record, _ = write_decision(workspace, who, request, content)
    apply_resolutions(workspace.records.facts(), workspace.ledger, workspace.budget)
    return record


def _resolution(
    facts: Facts,
    entries: Mapping[str, Entry],
    path: str,
    outcome: Outcome,
    again: bool,
    cost_usd: Decimal | None,
    note: str,
) -> Resolution:
    entry = entries.get(path)
    if entry is None:
        unknown = [p for p, e in entries.items() if e.unknown]
        hint = f" (unknown: {', '.join(unknown)})" if unknown else " (nothing is unknown)"
        raise NotFound(f"{path!r} is not a slot of this ledger{hint}")
    if not entry.unknown or resolution_of(facts, path) is not None:
        raise Refused(f"{path} has a known outcome: only unknown ones are resolved")
    ceiling, slot = entry.reserved.estimate_usd, entry.slot
    cost = Decimal(0) if outcome == "not-charged" else ceiling if cost_usd is None else cost_usd
    if not 0 <= cost <= LARGEST_USD:
        raise InvalidInput(f"invalid cost {usd(cost)} ($0 to {usd(LARGEST_USD)})")
    take = slot.take
    if again:
        assert entry.closed is not None
        if entry.closed.outcome != "unknown":
            raise Refused(f"{path} was answered: only its cost can be resolved")
        if slot.kind in ("frame-rubric", "clip-rubric"):
            raise Refused(f"{path} is a check: its take can be approved or retaken without a grade")
        if take in facts.takes or (take.kind == "shotlist" and take.version in facts.shot_lists):
            raise Refused(f"{take} is there: nothing is missing that could be asked again")
    return Resolution(
        slot=path, take=str(take), ask=slot.ask, cost_usd=cost, again=again, note=note
    )


def _still_open(workspace: Workspace, facts: Facts) -> None:
    state = fold(facts)
    name = workspace.keys.production
    if state.cancelled or state.delivered:
        ended = "cancelled" if state.cancelled else "delivered"
        raise Refused(f"{name} is {ended}: its terms stand")


def _check_amounts(terms: Terms) -> None:
    for amount in (terms.budget_usd, terms.ask_again_below_usd):
        if amount is None or amount == NO_LIMIT:
            continue
        if not amount.is_finite() or not 0 <= amount <= LARGEST_USD:
            raise InvalidInput(f"invalid amount {amount} USD ($0 to {usd(LARGEST_USD)})")
