"""Where a batch stands: row → production → state → who is waited for → spent."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from greenlight.access.people import People, Principal
from greenlight.access.rights import RIGHTS, Right
from greenlight.briefs.batch_records import BatchStore, EndRecord, RowRecord
from greenlight.briefs.grid import Reject
from greenlight.production.shots import digest
from greenlight.store.objects import ObjectStore
from greenlight.views.standings import ENDED, Standing, Standings
from greenlight.views.status import Status

RowState = Literal[
    "held", "queued", "working", "waiting", "stalled", "delivered", "cancelled", "unsubmitted"
]
ORDER: tuple[RowState, ...] = (
    "stalled", "waiting", "held", "working", "queued", "unsubmitted", "delivered", "cancelled"
)  # fmt: skip


class RowView(BaseModel):
    """Where one row stands; `waits_for` names the role, and the people who have it."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    number: int
    id: str = ""
    title: str
    show: str
    production: str
    state: RowState
    stage: str = ""
    waits_for: str = ""
    waiting: int = 0
    spent_usd: Decimal = Decimal(0)
    unknown_usd: Decimal = Decimal(0)
    note: str = ""
    flow_run: str = ""
    in_table: bool = True
    """Whether the newest reading of the table still has it."""


class BatchView(BaseModel):
    """Where a batch stands; amounts in USD."""

    model_config = ConfigDict(frozen=True)

    batch: str
    place: str
    state: Literal["cancelled", "paused", "open", "done"]
    simulated: bool
    at: datetime
    readings: int
    rows: tuple[RowView, ...]
    rejects: tuple[Reject, ...]
    spent_usd: Decimal
    unknown_usd: Decimal
    budget_usd: Decimal | None
    allotted_usd: Decimal | None
    concurrency: int | None
    priority: str

    @property
    def digest(self) -> str:
        """Changes whenever anything in it does."""
        return digest(self.model_dump(mode="json"))

    @property
    def counts(self) -> dict[str, int]:
        """How many rows stand where, the most pressing first."""
        found = Counter(row.state for row in self.rows)
        return {state: found[state] for state in ORDER if found[state]}


class BatchReader:
    """Reads one batch again and again; methods block."""

    def __init__(
        self, store: ObjectStore, standings: Standings, people: People, batch: str
    ) -> None:
        self.store = BatchStore(store, batch)
        self._standings, self._people = standings, people
        self._rows: dict[str, RowRecord] = {}

    def view(self) -> BatchView:
        """Where the batch stands; raises NotFound without such a batch."""
        record, editions, terms = self.store.record(), self.store.editions(), self.store.terms()
        keys = self.store.all_keys()
        for row in self.store.rows(k for k in keys if k not in self._rows):
            self._rows[row.key] = row
        started, ended = self.store.started(), self.store.ended()
        newest = editions[-1] if editions else None
        current = {k: n for n, k in enumerate(newest.rows)} if newest else {}
        begun = [self._rows[k].production for k in keys if k in started and k not in ended]
        standings = self._standings.look(begun) if begun else {}
        if begun and self._standings.away is not None:
            raise self._standings.away
        people = self._people.principals() if begun else []
        rows = []
        for key in sorted(keys, key=lambda k: (current.get(k, len(keys)), self._rows[k].number)):
            row = self._rows[key]
            if key in ended:
                found = _ended(row, ended[key])
            elif key in started:
                standing = standings.get(row.production)
                found = _standing(row, standing, people) if standing else _base(row, "queued")
            elif key not in current:
                continue  # the table was changed before it began: it never will
            else:
                found = _held(row, paused=terms.paused, cancelled=terms.cancelled)
            rows.append(found.model_copy(update={"in_table": key in current}))
        over = all(r.state in ENDED for r in rows)
        budget = self.store.budget
        return BatchView(
            batch=record.batch,
            place=record.place,
            state="cancelled"
            if terms.cancelled
            else "done"
            if over
            else "paused"
            if terms.paused
            else "open",
            simulated=record.simulated,
            at=record.at,
            readings=len(editions),
            rows=tuple(rows),
            rejects=newest.rejects if newest else (),
            spent_usd=sum((r.spent_usd for r in rows), Decimal(0)),
            unknown_usd=sum((r.unknown_usd for r in rows), Decimal(0)),
            budget_usd=budget.limit() if record.budgeted else None,
            allotted_usd=sum(budget.draws().values(), Decimal(0)) if record.budgeted else None,
            concurrency=terms.concurrency,
            priority=terms.priority,
        )


def _base(row: RowRecord, state: RowState, **more: Any) -> RowView:
    return RowView(
        number=row.number,
        id=row.id,
        title=row.brief.title,
        show=row.brief.show,
        production=row.production,
        state=state,
        **more,
    )


def _held(row: RowRecord, *, paused: bool, cancelled: bool) -> RowView:
    if cancelled:
        return _base(row, "cancelled", note="never begun")
    note = "the batch is paused" if paused else "not begun yet: see `greenlight batch resume`"
    return _base(row, "held", note=note)


def _ended(row: RowRecord, end: EndRecord) -> RowView:
    return _base(row, end.state, spent_usd=end.spent_usd)


def _standing(row: RowRecord, standing: Standing, people: Sequence[Principal]) -> RowView:
    status = standing.status
    state: RowState = status.state
    if status.state == "working" and status.run_state in ("Scheduled", "Late", "Pending"):
        state = "queued"
    needed = _needed(status)
    return _base(
        row,
        state,
        stage=_stage(status),
        waits_for=_who(needed, row.brief.show, people) if needed else "",
        waiting=len(status.waiting_takes),
        note=status.problem,
        flow_run=status.flow_run,
        spent_usd=standing.spent_usd,
        unknown_usd=status.unknown_usd,
    )


def _stage(status: Status) -> str:
    if status.gate is not None and status.state == "waiting":
        named = {"shotlist": "shot list", "final": "final review"}
        return named.get(status.gate, status.gate)
    if status.state in ENDED:
        return ""
    if not status.shots:
        return "breakdown"
    return ", ".join(f"{n} {stage}" for stage, n in Counter(status.shots.values()).items())


def _needed(status: Status) -> Right | None:
    if status.held_by_money or (status.state == "waiting" and status.unknown):
        return "money"
    if not status.to_decide:
        return "decide" if status.held else None
    return "sign-off" if status.gate == "final" else "decide"


def _who(right: Right, show: str, people: Sequence[Principal]) -> str:
    role = {"money": "producer", "sign-off": "final", "decide": "reviewer"}[right]
    names = [
        p.name
        for p in people
        if p.removed_at is None
        and p.show in ("", show)
        and any(right in RIGHTS[held] for held in p.roles)
    ]
    return f"{role}: {', '.join(names)}" if names else role
