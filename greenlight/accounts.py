"""A production's account: outcomes counted, unused ceilings given back, no row left open."""

from __future__ import annotations

import asyncio
from decimal import Decimal

from greenlight.errors import ServiceUnavailable
from greenlight.money.ledger import Closed, Entry
from greenlight.money.releases import needed
from greenlight.money.resolving import apply_resolutions, count_rows
from greenlight.production.facts import Facts
from greenlight.production.state import State
from greenlight.purchase import JobParked, advance
from greenlight.reuse import of_ask
from greenlight.store.keys import open_key
from greenlight.store.records import now
from greenlight.studio import Studio

PATIENCE_SECONDS = 10.0
"""How long a row that nobody needs any more is waited for; the next look goes on with it."""


def keep_accounts(studio: Studio, facts: Facts, state: State) -> bool:
    """Counts what people resolved, gives back what approvals no longer need; if any was."""
    apply_resolutions(facts, studio.ledger, studio.budget)
    return any(studio.budget.close(needed(facts, state)).values())


async def close_accounts(studio: Studio, facts: Facts) -> bool:
    """Ends every row and gives everything back, of a production that is delivered or cancelled.

    False while a row is still open, such as a job that the service is busy with: then the open
    marker stays, and whoever looks next goes on. Nothing is posted any more.
    """
    open_rows = [e for e in await asyncio.to_thread(studio.ledger.entries) if e.closed is None]
    ended = [await _end(studio, entry) for entry in open_rows]
    await asyncio.to_thread(apply_resolutions, facts, studio.ledger, studio.budget)
    if all(ended):
        # A row that was closed just before a crash was never counted.
        await asyncio.to_thread(count_rows, studio.ledger, studio.budget)
    await asyncio.to_thread(studio.budget.close, quiet=all(ended))
    if all(ended):
        await asyncio.to_thread(studio.store.delete, open_key(studio.keys.production))
    return all(ended)


async def _end(studio: Studio, entry: Entry) -> bool:
    """Brings one row to its end, if that is to be had in a few seconds."""
    slot, ledger = entry.slot, studio.ledger

    def place(mime: str) -> str:
        if slot.kind not in ("sheet", "frame", "clip"):
            return ledger.answer_key(slot, "json")
        first = studio.keys.media(slot.take, mime)
        return first if slot.ask == 1 else of_ask(first, slot.ask, mime)

    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
            while entry.closed is None:
                if entry.may_send:
                    # Whoever slept since they read the row cannot post any more.
                    entry = await asyncio.to_thread(_forgo, studio, entry)
                else:
                    entry = await advance(studio, slot, entry, place)
    except (TimeoutError, JobParked, ServiceUnavailable):
        return False
    await asyncio.to_thread(studio.budget.settle, slot.path, entry.counted_usd)
    return True


def _forgo(studio: Studio, entry: Entry) -> Entry:
    """Takes the right to POST and ends the row without using it."""
    ledger, slot = studio.ledger, entry.slot
    if ledger.claim(slot, entry, PATIENCE_SECONDS):
        reason = "the production ended before it was sent"
        closed = Closed(at=now(), outcome="failed", cost_usd=Decimal(0), reason=reason)
        ledger.close(slot, closed)
    return ledger.entry(slot) or entry
