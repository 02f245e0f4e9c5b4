"""What a batch is, as it is stored: written once, below `batches/{batch}/`."""

from __future__ import annotations

import json
from collections.abc import Iterable
from decimal import Decimal
from typing import Literal, NamedTuple, TypeVar

from greenlight.briefs.grid import Reject
from greenlight.errors import NotFound
from greenlight.money.show_budget import ShowBudget
from greenlight.production.brief import Brief
from greenlight.production.records import Record
from greenlight.store.objects import ObjectStore
from greenlight.store.records import encode, read_all
from greenlight.store.swapping import read_or_none

ROOT = "batches/"
OPEN = "batch-open/"
"""A marker a batch, for as long as something of it has not begun or not ended."""

PRIORITIES = {"high": 1, "normal": 5, "low": 9}
"""Where a batch's queue stands in its pool; Prefect moves queues down that would share a place."""

R = TypeVar("R", bound=Record)


class BatchRecord(Record):
    """A table that was submitted: where it lies is who it is, unless it was given a name."""

    batch: str
    place: str
    simulated: bool
    who: str
    budgeted: bool = False
    """Whether its rows are held to the batch's budget; it cannot be added to rows under way."""


def bound_of(brief: Brief, quote_usd: Decimal) -> Decimal:
    """What a row reserves of its batch's budget: its own budget, or its quote."""
    return quote_usd if brief.budget_usd is None else brief.budget_usd


class RowRecord(Record):
    """One valid row: the brief as it will be submitted, its production's id, its quote in USD."""

    key: str
    number: int
    id: str = ""
    production: str
    brief: Brief
    once_usd: Decimal
    quote_usd: Decimal
    video_seconds: int

    @property
    def bound_usd(self) -> Decimal:
        """What the row counts at in the batch's budget until it has ended."""
        return bound_of(self.brief, self.quote_usd)


class EditionRecord(Record):
    """One reading of the table; `rows` are the keys of its valid rows in their order."""

    number: int
    place: str
    sha256: str
    who: str
    rows: tuple[str, ...]
    rejects: tuple[Reject, ...] = ()


class OrderRecord(Record):
    """What somebody ordered: None and empty fields leave things as they are."""

    number: int
    kind: Literal["terms", "pause", "resume", "cancel"]
    concurrency: int | None = None
    """So many productions at work at once; 0 takes the limit away."""
    priority: str | None = None
    who: str
    note: str = ""


class StartRecord(Record):
    """A row whose production has its flow run."""

    key: str
    production: str
    flow_run: str


class EndRecord(Record):
    """A row whose production is delivered or cancelled, and what it came to in USD."""

    key: str
    state: Literal["delivered", "cancelled"]
    spent_usd: Decimal


class Terms(NamedTuple):
    """What the orders come to."""

    concurrency: int | None = None
    priority: str = "normal"
    paused: bool = False
    cancelled: bool = False


class BatchBudget(ShowBudget):
    """A batch's budget: each row that begins draws what it may cost, and settles when it ends."""

    def __init__(self, store: ObjectStore, batch: str) -> None:
        super().__init__(store, batch)
        self._limits = f"{ROOT}{batch}/budget/"
        self._draws = f"{ROOT}{batch}/draws.json"


class BatchStore:
    """The records of one batch; methods block."""

    def __init__(self, store: ObjectStore, batch: str) -> None:
        self.store, self.batch = store, batch
        self.root = f"{ROOT}{batch}/"
        self.budget = BatchBudget(store, batch)

    def record(self) -> BatchRecord:
        """What the batch is; raises NotFound naming similar ones."""
        try:
            return self._read(BatchRecord, f"{self.root}batch.json")
        except NotFound:
            import difflib

            near = difflib.get_close_matches(self.batch, batches(self.store), n=3, cutoff=0.4)
            hint = f" (did you mean {', '.join(near)}?)" if near else ""
            raise NotFound(f"batch not found: {self.batch!r}{hint}") from None

    def claim(self, record: BatchRecord) -> BatchRecord:
        """Writes what the batch is unless it is there; returns what counts."""
        self.store.put_once(f"{self.root}batch.json", encode(record))
        return self.record()

    def editions(self) -> list[EditionRecord]:
        """Every reading of the table, the newest last."""
        return self._all(EditionRecord, "editions/")

    def orders(self) -> list[OrderRecord]:
        """Every order, the newest last."""
        return self._all(OrderRecord, "orders/")

    def terms(self) -> Terms:
        """What the orders come to; a cancelled batch stays cancelled."""
        terms = Terms()
        for order in self.orders():
            if order.concurrency is not None:
                terms = terms._replace(concurrency=order.concurrency or None)
            if order.priority is not None:
                terms = terms._replace(priority=order.priority)
            if order.kind in ("pause", "resume"):
                terms = terms._replace(paused=order.kind == "pause")
            if order.kind == "cancel":
                terms = terms._replace(cancelled=True)
        return terms

    def rows(self, keys: Iterable[str]) -> list[RowRecord]:
        """The rows of these keys in their order."""
        return read_all(self.store, RowRecord, (f"{self.root}rows/{k}.json" for k in keys))

    def all_keys(self) -> list[str]:
        """The keys of every row that any edition had."""
        return self._names("rows/")

    def started(self) -> set[str]:
        """The keys of rows whose production has its flow run."""
        return set(self._names("started/"))

    def ended(self) -> dict[str, EndRecord]:
        """What rows have come to that ended."""
        return {r.key: r for r in self._all(EndRecord, "ended/")}

    def write_row(self, row: RowRecord) -> None:
        """Records a row once."""
        self.store.put_once(f"{self.root}rows/{row.key}.json", encode(row))

    def write_started(self, record: StartRecord) -> None:
        """Records once that a row has begun."""
        self.store.put_once(f"{self.root}started/{record.key}.json", encode(record))

    def write_ended(self, record: EndRecord) -> None:
        """Records once what a row has come to."""
        self.store.put_once(f"{self.root}ended/{record.key}.json", encode(record))

    def write_edition(self, record: EditionRecord) -> bool:
        """Records a reading; False when its number is taken."""
        return self.store.put_once(f"{self.root}editions/{record.number:04d}.json", encode(record))

    def write_order(self, record: OrderRecord) -> bool:
        """Records an order; False when its number is taken."""
        return self.store.put_once(f"{self.root}orders/{record.number:04d}.json", encode(record))

    def open(self) -> None:
        """Marks that there is something to go on with."""
        self.store.put_once(f"{OPEN}{self.batch}.json", b'{"schema_version": 1}')

    def close(self) -> None:
        """Takes the mark away."""
        self.store.delete(f"{OPEN}{self.batch}.json")

    def shown(self) -> str:
        """The digest of the view that the dashboard shows, empty before the first."""
        data = read_or_none(self.store, f"{self.root}page.json")
        return str(json.loads(data)["shown"]) if data is not None else ""

    def mark_shown(self, digest: str) -> None:
        """Notes what the dashboard shows; no record, and overwritten."""
        data = json.dumps({"schema_version": 1, "shown": digest}).encode()
        self.store.overwrite(f"{self.root}page.json", data)

    def _names(self, folder: str) -> list[str]:
        prefix = f"{self.root}{folder}"
        return [k[len(prefix) : -len(".json")] for k in self.store.keys(prefix)]

    def _all(self, kind: type[R], folder: str) -> list[R]:
        return read_all(self.store, kind, list(self.store.keys(f"{self.root}{folder}")))

    def _read(self, kind: type[R], key: str) -> R:
        return kind.read(key, json.loads(self.store.get(key)))


def batches(store: ObjectStore) -> list[str]:
    """The ids of all batches, in alphabetical order."""
    return [k.split("/")[1] for k in store.keys(ROOT) if k.endswith("/batch.json")]


def open_batches(store: ObjectStore) -> list[str]:
    """The ids of batches of which something has not begun or not ended."""
    return [k[len(OPEN) : -len(".json")] for k in store.keys(OPEN)]
