"""A table becomes a batch: everything is on record before the first row begins."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from typing import NamedTuple
from urllib.parse import urlsplit

from greenlight.access.signature import Signature
from greenlight.batches.rows import Plan, Planned
from greenlight.batches.sources import Source
from greenlight.briefs.batch_records import (
    PRIORITIES,
    BatchRecord,
    BatchStore,
    EditionRecord,
    OrderRecord,
    RowRecord,
    bound_of,
)
from greenlight.desk import Desk
from greenlight.desk.submit import new_id
from greenlight.errors import InvalidInput, Refused
from greenlight.money.amounts import usd
from greenlight.money.show_budget import LimitRecord
from greenlight.production.names import slug
from greenlight.store.keys import Keys
from greenlight.store.records import now

_WRITERS = 8
_TRIES = 20


class Wanted(NamedTuple):
    """What somebody wants of a batch; None leaves it as it is."""

    budget_usd: Decimal | None = None
    concurrency: int | None = None
    priority: str | None = None


def batch_id(place: str, name: str = "") -> str:
    """The batch of a table: its given name, or the file's name with a mark of where it lies."""
    if name:
        if slug(name) != name:
            raise InvalidInput(f"{name!r} cannot name a batch (lower-case letters, digits, dashes)")
        return name
    stem = urlsplit(place).path.rsplit("/", 1)[-1].rsplit(".", 1)[0]
    return f"{slug(stem, 30) or 'table'}-{hashlib.sha256(place.encode()).hexdigest()[:6]}"


def check_wanted(wanted: Wanted) -> None:
    """Raises InvalidInput for what no batch can have."""
    if wanted.priority is not None and wanted.priority not in PRIORITIES:
        raise InvalidInput(f"priority {wanted.priority!r} (allowed: {', '.join(PRIORITIES)})")
    if wanted.concurrency is not None and wanted.concurrency < 0:
        raise InvalidInput(
            f"concurrency {wanted.concurrency} (allowed: 1 and more, 0 for no limit)"
        )
    if wanted.budget_usd is not None and wanted.budget_usd < 0:
        raise InvalidInput(f"budget {usd(wanted.budget_usd)} (allowed: 0 and more)")


def submit(
    desk: Desk, source: Source, plan: Plan, batch: str, who: Signature, wanted: Wanted
) -> EditionRecord:
    """Records a reading of a table; what it adds begins with the next `go_on`.

    The same table again is the same edition. Raises Refused for a batch that was cancelled.
    """
    check_wanted(wanted)
    desk.audit.demand(who, "submit", "submit", batch)
    store = BatchStore(desk.store, batch)
    record = store.claim(
        BatchRecord(
            at=now(),
            batch=batch,
            place=source.place,
            simulated=desk.profile.simulated,
            who=who.who,
            budgeted=wanted.budget_usd is not None,
        )
    )
    if store.terms().cancelled:
        raise Refused(f"batch {batch} was cancelled: submit the table under another --name")
    order(desk, record, who, wanted)
    with ThreadPoolExecutor(_WRITERS) as pool:
        list(pool.map(lambda row: _write(desk, store, row, plan), plan.rows))
    keys = tuple(row.key for row in plan.rows)
    for _ in range(_TRIES):
        editions = store.editions()
        if editions and (editions[-1].sha256, editions[-1].rows) == (source.sha256, keys):
            return editions[-1]
        edition = EditionRecord(
            at=now(),
            number=editions[-1].number + 1 if editions else 1,
            place=source.place,
            sha256=source.sha256,
            who=who.who,
            rows=keys,
            rejects=plan.rejects,
        )
        if store.write_edition(edition):
            store.open()
            return edition
    raise Refused(f"somebody else is submitting tables to batch {batch}: look again")


class Reach(NamedTuple):
    """How far a batch's limit goes: what its rows reserve, and the numbers of those that wait."""

    limit_usd: Decimal
    reserves_usd: Decimal
    each_usd: Decimal | None
    """What every row reserves, where that is the same amount."""
    rows: int
    waiting: tuple[int, ...]

    @property
    def sentence(self) -> str:
        """What will wait, and why; empty where the limit reaches all rows."""
        if not self.waiting:
            return ""
        total = usd(self.reserves_usd)
        reserve = f"{usd(self.each_usd)} each = {total}" if self.each_usd is not None else total
        count = f"{self.rows} rows reserve" if self.rows != 1 else "1 row reserves"
        numbers = ", ".join(map(str, self.waiting))
        these = f"row{'s' * (len(self.waiting) != 1)} {numbers}"
        return f"{count} {reserve}, more than {usd(self.limit_usd)}: {these} will wait"


def reach(desk: Desk, plan: Plan, batch: str, budget_usd: Decimal | None) -> Reach | None:
    """How far this budget, or the one that the batch has, goes; None without any."""
    store = BatchStore(desk.store, batch)
    limit = store.budget.limit() if budget_usd is None else budget_usd
    if limit is None:
        return None
    drawn = store.budget.draws()
    bounds = {
        row.number: bound_of(row.brief, row.quote.total)
        for row in plan.rows
        if new_id(row.brief, row.key) not in drawn
    }
    left, waiting = limit - sum(drawn.values(), Decimal(0)), []
    for number, bound in bounds.items():
        if bound > left:
            waiting.append(number)
        else:
            left -= bound
    amounts = set(bounds.values())
    each = amounts.pop() if len(amounts) == 1 else None
    total = sum(bounds.values(), Decimal(0))
    return Reach(limit, total, each, len(bounds), tuple(waiting))


def order(desk: Desk, record: BatchRecord, who: Signature, wanted: Wanted) -> None:
    """Records what is wanted where it is another than what holds."""
    check_wanted(wanted)
    store = BatchStore(desk.store, record.batch)
    if wanted.budget_usd is not None:
        if not record.budgeted:
            raise Refused(
                f"batch {record.batch} began without a budget, and nothing holds its rows to one: "
                "limit their shows instead (`greenlight budget --show SHOW --limit USD`)"
            )
        if store.budget.limit() != wanted.budget_usd:
            with desk.audit.refusals(who, "limit", record.batch):
                who.demand("money")
            number = store.budget.changes() + 1
            store.budget.set_limit(
                LimitRecord(
                    at=now(),
                    number=number,
                    limit_usd=wanted.budget_usd,
                    who=who.who,
                    principal=who.principal,
                )
            )
    terms = store.terms()
    limit = None if wanted.concurrency is None else wanted.concurrency or None
    concurrency = wanted.concurrency if limit != terms.concurrency else None
    priority = wanted.priority if wanted.priority != terms.priority else None
    if concurrency is not None or priority is not None:

        def made(number: int) -> OrderRecord:
            return OrderRecord(
                at=now(),
                number=number,
                kind="terms",
                concurrency=concurrency,
                priority=priority,
                who=who.who,
            )

        give_order(store, made)


def give_order(store: BatchStore, made: Callable[[int], OrderRecord]) -> OrderRecord:
    """Records an order under the next number."""
    for _ in range(_TRIES):
        orders = store.orders()
        record = made(orders[-1].number + 1 if orders else 1)
        if store.write_order(record):
            return record
    raise Refused(f"somebody else is giving orders to batch {store.batch}: look again")


def _write(desk: Desk, store: BatchStore, row: Planned, plan: Plan) -> None:
    production = new_id(row.brief, row.key)
    keys = Keys(row.brief.show, production)
    for reference in row.brief.references:
        digest = reference.image_sha256
        if digest is not None and digest in plan.pictures:
            data, mime = plan.pictures[digest]
            desk.store.put_once(keys.reference(digest, mime), data, mime)
    store.write_row(
        RowRecord(
            at=now(),
            key=row.key,
            number=row.number,
            id=row.id,
            production=production,
            brief=row.brief,
            once_usd=row.quote.once,
            quote_usd=row.quote.total,
            video_seconds=row.quote.video_seconds,
        )
    )
