"""A production's account: outcomes counted, unused ceilings given back, no row left open."""

from __future__ import annotations

import asyncio
from decimal import Decimal
from typing import TYPE_CHECKING

from greenlight.errors import ServiceUnavailable
from greenlight.money.ledger import Closed, Entry
from greenlight.money.purchase import JobParked, advance
from greenlight.money.releases import needed
from greenlight.money.resolving import apply_resolutions, count_rows
from greenlight.money.reuse import of_ask
from greenlight.production.facts import Facts
from greenlight.production.state import State
from greenlight.store.keys import open_key
from greenlight.store.records import now

if TYPE_CHECKING:
    from greenlight.workspace import Workspace

PATIENCE_SECONDS = 10.0
"""How long a row that is no longer needed is waited for; the next look goes on with it."""


def keep_accounts(workspace: Workspace, facts: Facts, state: State) -> bool:
    """Counts what people resolved, gives back what approvals no longer need; if any was."""
    apply_resolutions(facts, workspace.ledger, workspace.budget)
    return any(workspace.budget.close(needed(facts, state)).values())


async def close_accounts(workspace: Workspace, facts: Facts) -> bool:
    """Ends every row and gives everything back, of a production that is delivered or cancelled.

    False while a row is still open, such as a job that the service is busy with: then the open
    marker stays, and the next look goes on. Nothing more is posted.
    """
    open_rows = [e for e in await asyncio.to_thread(workspace.ledger.entries) if e.closed is None]
    ended = [await _end(workspace, entry) for entry in open_rows]
    await asyncio.to_thread(apply_resolutions, facts, workspace.ledger, workspace.budget)
    if all(ended):
        # A row that was closed just before a crash was never counted.
        await asyncio.to_thread(count_rows, workspace.ledger, workspace.budget)
    await asyncio.to_thread(workspace.budget.close, quiet=all(ended))
    if all(ended):
        await asyncio.to_thread(workspace.store.delete, open_key(workspace.keys.production))
    return all(ended)


async def _end(workspace: Workspace, entry: Entry) -> bool:
    """Brings one row to its end, if that is to be had in a few seconds."""
    slot, ledger = entry.slot, workspace.ledger

    def place(mime: str) -> str:
        if slot.kind not in ("sheet", "frame", "clip"):
            return ledger.answer_key(slot, "json")
        first = workspace.keys.media(slot.take, mime)
        return first if slot.ask == 1 else of_ask(first, slot.ask, mime)

    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
            while entry.closed is None:
                if entry.may_send:
                    # A process that slept since it read the row can no longer post.
                    entry = await asyncio.to_thread(_forgo, workspace, entry)
                else:
                    entry = await advance(workspace, slot, entry, place)
    except (TimeoutError, JobParked, ServiceUnavailable):
        return False
    await asyncio.to_thread(workspace.budget.settle, slot.path, entry.counted_usd)
    return True


def _forgo(workspace: Workspace, entry: Entry) -> Entry:
    """Takes the right to POST and ends the row without using it."""
    ledger, slot = workspace.ledger, entry.slot
    if ledger.claim(slot, entry, PATIENCE_SECONDS):
        reason = "the production ended before it was sent"
        closed = Closed(at=now(), outcome="failed", cost_usd=Decimal(0), reason=reason)
        ledger.close(slot, closed)
    return ledger.entry(slot) or entry
