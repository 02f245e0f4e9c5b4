"""Going on with a batch: rows that may begin do so, rows that ended give back what they kept.

Anybody may do it at any time, several at once too: a row's production, its run and its draw follow
from its key, so that each begins once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import NamedTuple

from greenlight.access.signature import Signature
from greenlight.batches.submitting import Wanted, give_order, order
from greenlight.briefs.batch_records import (
    PRIORITIES,
    BatchRecord,
    BatchStore,
    EditionRecord,
    EndRecord,
    OrderRecord,
    RowRecord,
    StartRecord,
    Terms,
)
from greenlight.desk import Desk, this_person
from greenlight.errors import NotFound, Refused
from greenlight.money.amounts import usd
from greenlight.money.budget import BudgetExceeded
from greenlight.money.quote import Quote
from greenlight.money.show_budget import Spent
from greenlight.runs import PrefectAway
from greenlight.store.keys import OPEN
from greenlight.store.records import now

_STARTERS = 4
_PATIENCE_SECONDS = 60.0
RELEASE = "row"
"""What a row's draw is called in the batch's budget."""


class Progress(NamedTuple):
    """What was done: productions that began, rows that are held and why, all that have begun."""

    begun: tuple[str, ...]
    held: dict[str, str]
    under_way: int
    ended: int


def go_on(
    desk: Desk, batch: str, tell: Callable[[int, int], None] = lambda done, of: None
) -> Progress:
    """Begins what may begin and settles what has ended; raises NotFound without such a batch.

    `tell` hears how many rows have begun, of how many.
    """
    store = BatchStore(desk.store, batch)
    record, terms, editions = store.record(), store.terms(), store.editions()
    started = store.started()
    ended = _settle(desk, store, record, started)
    fresh = [k for k in (editions[-1].rows if editions else ()) if k not in started]
    _shape(desk, batch, terms)
    held: dict[str, str] = {}
    ready: list[RowRecord] = []
    if terms.cancelled:
        _cancel_rest(desk, store, editions, started - set(ended))
    elif terms.paused:
        held = dict.fromkeys(fresh, "the batch is paused")
    else:
        ready, held = _afforded(store, record, store.rows(fresh))
    begun: list[str] = []
    # As patient as a flow: with hundreds to start, Prefect is busy with those that have begun.
    patient = Desk(desk.profile, desk.store, desk.runs.patiently(_PATIENCE_SECONDS))
    with ThreadPoolExecutor(_STARTERS) as pool:
        begin = partial(_begin, patient, store, record)
        for row, why in zip(ready, pool.map(begin, ready), strict=True):
            if why:
                held[row.key] = why
                continue
            begun.append(row.production)
            tell(len(begun), len(ready))
    under_way = len(started | {r.key for r in ready if r.key not in held})
    if len(ended) == under_way and (terms.cancelled or not held):
        store.close()
        if len(store.editions()) > len(editions):
            store.open()  # somebody submitted another reading meanwhile
    return Progress(tuple(begun), held, under_way, len(ended))


def pause(desk: Desk, batch: str, who: Signature, note: str = "") -> None:
    """Nothing of the batch is begun or woken until it is resumed; what works goes on to its end."""
    store = _allowed(desk, batch, who)
    if store.terms().cancelled:
        raise Refused(f"batch {batch} is cancelled")
    _order(store, "pause", who, note)
    _shape(desk, batch, store.terms())


def resume(desk: Desk, batch: str, who: Signature, wanted: Wanted, note: str = "") -> Progress:
    """Goes on with a batch that was paused, held or left, under changed terms if any are given."""
    store = _allowed(desk, batch, who)
    terms = store.terms()
    if terms.cancelled:
        raise Refused(f"batch {batch} is cancelled for good: submit its table under another --name")
    order(desk, store.record(), who, wanted)
    if terms.paused:
        _order(store, "resume", who, note)
    store.open()
    return go_on(desk, batch)


def cancel(desk: Desk, batch: str, who: Signature, note: str = "") -> int:
    """Stops a batch and all its productions for good; returns how many there were to stop."""
    store = _allowed(desk, batch, who)
    if not store.terms().cancelled:
        _order(store, "cancel", who, note)
    store.open()
    before = len(store.ended())
    progress = go_on(desk, batch)
    return progress.under_way - before


def _allowed(desk: Desk, batch: str, who: Signature) -> BatchStore:
    store = BatchStore(desk.store, batch)
    store.record()
    desk.audit.demand(who, "money", "order", batch)
    return store


def _order(store: BatchStore, kind: str, who: Signature, note: str) -> None:
    give_order(
        store,
        lambda n: OrderRecord.model_validate(
            {"at": now(), "number": n, "kind": kind, "who": who.who, "note": note}
        ),
    )


def _shape(desk: Desk, batch: str, terms: Terms) -> None:
    desk.runs.shape_queue(
        batch,
        limit=terms.concurrency,
        priority=PRIORITIES[terms.priority],
        paused=terms.paused,
        about=f"Productions of the batch {batch}, priority {terms.priority}.",
    )


def _afforded(
    store: BatchStore, record: BatchRecord, rows: Iterable[RowRecord]
) -> tuple[list[RowRecord], dict[str, str]]:
    """The rows that the batch's budget has room for, in their order, and why others wait."""
    ready: list[RowRecord] = []
    held: dict[str, str] = {}

    def exceeded(wanted: Decimal, left: Decimal, limit: Decimal, whose: str) -> BudgetExceeded:
        return BudgetExceeded(wanted, left, limit, f"the batch {store.batch!r}")

    for row in rows:
        if record.budgeted:
            try:
                store.budget.draw(row.production, RELEASE, row.bound_usd, exceeded)
            except BudgetExceeded as error:
                held[row.key] = (
                    f"{usd(error.wanted)} is more than the {usd(max(error.left, Decimal(0)))} that "
                    f"are left of the batch's {usd(error.limit)}"
                )
                continue
        ready.append(row)
    return ready, held


def _begin(desk: Desk, store: BatchStore, record: BatchRecord, row: RowRecord) -> str:
    """Starts a row's production; why it could not be started, where Prefect does not answer."""
    brief = row.brief
    if record.budgeted:
        brief = brief.model_copy(update={"budget_usd": row.bound_usd})
    who = Signature(record.who, f"batch:{store.batch}", "cli", True, frozenset({"submit"}))
    try:
        made = desk.submit(
            brief, Path(), who, row.key, confirm=_confirmed_before, batch=store.batch
        )
    except PrefectAway as error:
        return str(error)
    store.write_started(
        StartRecord(at=now(), key=row.key, production=row.production, flow_run=made.flow_run)
    )
    return ""


def _confirmed_before(quote: Quote) -> None:
    """A row begins without a question: the quote of its batch was confirmed when it was read."""


def _settle(
    desk: Desk, store: BatchStore, record: BatchRecord, started: set[str]
) -> dict[str, EndRecord]:
    """What has ended by now; what those rows did not spend is free for others."""
    ended = store.ended()
    at_work = {k[len(OPEN) : -len(".json")] for k in desk.store.keys(OPEN)}
    for row in store.rows(k for k in started if k not in ended):
        if row.production in at_work:
            continue
        _, state = desk.look(row.production)
        if not (state.delivered or state.cancelled):
            continue
        spend = desk.spend(row.production)
        spent = spend.spent_usd + spend.unknown_usd
        kind = "cancelled" if state.cancelled else "delivered"
        end = EndRecord.model_validate(
            {"at": now(), "key": row.key, "state": kind, "spent_usd": spent}
        )
        store.write_ended(end)
        ended[row.key] = end
    if record.budgeted:
        drawn = store.budget.draws()
        for row in store.rows(ended):
            if drawn.get(row.production, Decimal(0)) != ended[row.key].spent_usd:
                spent_usd = ended[row.key].spent_usd
                store.budget.settle(row.production, {RELEASE: Spent(spent_usd, 1)})
    return ended


def _cancel_rest(
    desk: Desk, store: BatchStore, editions: list[EditionRecord], keys: set[str]
) -> None:
    who = store.orders()[-1].who
    for row in store.rows(keys):
        try:
            desk.cancel(row.production, this_person(who), f"batch {store.batch} was cancelled")
        except Refused:
            continue  # it was delivered first
        except NotFound:
            continue
