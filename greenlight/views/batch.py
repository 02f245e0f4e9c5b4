"""Where a batch stands: row → production → state → who is waited for → spent.

A look is cheap where nothing has changed: what was seen of a production is kept with the number of
its records and the state of its run, and looked at again only when one of them is another.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from decimal import Decimal
from typing import Any, Literal, NamedTuple

from pydantic import BaseModel, ConfigDict

from greenlight.access.people import Principal
from greenlight.access.rights import RIGHTS, Right
from greenlight.briefs.batch_records import BatchStore, EndRecord, RowRecord
from greenlight.briefs.grid import Reject
from greenlight.desk import Desk
from greenlight.errors import NotFound
from greenlight.production.facts import Facts
from greenlight.production.shots import digest
from greenlight.production.state import State
from greenlight.runs import FlowRun
from greenlight.store.keys import Keys
from greenlight.store.swapping import read_or_none
from greenlight.views.status import Status, status_of

_LOOKERS = 8
RowState = Literal[
    "held", "queued", "working", "waiting", "stalled", "delivered", "cancelled", "unsubmitted"
]
ORDER: tuple[RowState, ...] = (
    "stalled", "waiting", "held", "working", "queued", "unsubmitted", "delivered", "cancelled"
)  # fmt: skip


class RowStanding(BaseModel):
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


class BatchStanding(BaseModel):
    """Where a batch stands; amounts in USD."""

    model_config = ConfigDict(frozen=True)

    batch: str
    place: str
    state: Literal["cancelled", "paused", "open", "done"]
    simulated: bool
    at: datetime
    readings: int
    rows: tuple[RowStanding, ...]
    rejects: tuple[Reject, ...]
    spent_usd: Decimal
    unknown_usd: Decimal
    budget_usd: Decimal | None
    allotted_usd: Decimal | None
    concurrency: int | None
    priority: str

    @property
    def counts(self) -> dict[str, int]:
        """How many rows stand where, the most pressing first."""
        found = Counter(row.state for row in self.rows)
        return {state: found[state] for state in ORDER if found[state]}


class _Seen(NamedTuple):
    mark: str
    standing: RowStanding


class _KnownRuns:
    """Flow runs as they were looked at together."""

    def __init__(self, runs: dict[str, FlowRun]) -> None:
        self._runs = runs

    def look(self, flow_run: str) -> FlowRun:
        """The run; raises NotFound when Prefect did not know it."""
        if flow_run not in self._runs:
            raise NotFound(f"Prefect knows no run {flow_run}")
        return self._runs[flow_run]


class Looker:
    """Looks at one batch again and again; methods block."""

    def __init__(self, desk: Desk, batch: str) -> None:
        self.desk, self.store = desk, BatchStore(desk.store, batch)
        self._rows: dict[str, RowRecord] = {}
        self._seen: dict[str, _Seen] = {}
        self._shown = ""

    def changed(self, found: BatchStanding) -> bool:
        """Whether this is another than what the process before left; from now on it is shown."""
        before, self._shown = self._shown, digest(found.model_dump(mode="json"))
        return before != self._shown

    def remember(self) -> None:
        """Takes what an earlier process has seen, where it left something."""
        data = read_or_none(self.desk.store, self._page)
        if data is not None:
            page = json.loads(data)
            self._shown = page["shown"]
            for production, seen in page["seen"].items():
                standing = RowStanding.model_validate(seen["standing"])
                self._seen[production] = _Seen(seen["mark"], standing)

    def leave(self) -> None:
        """Leaves what was seen for the next process; no record, and overwritten."""
        seen = {
            production: {"mark": s.mark, "standing": s.standing.model_dump(mode="json")}
            for production, s in self._seen.items()
        }
        data = json.dumps({"schema_version": 1, "shown": self._shown, "seen": seen}).encode()
        self.desk.store.overwrite(self._page, data)

    @property
    def _page(self) -> str:
        return f"{self.store.root}page.json"

    def look(self) -> BatchStanding:
        """Where the batch stands; raises NotFound without such a batch."""
        record, editions, terms = self.store.record(), self.store.editions(), self.store.terms()
        keys = self.store.all_keys()
        for row in self.store.rows(k for k in keys if k not in self._rows):
            self._rows[row.key] = row
        started, ended = self.store.started(), self.store.ended()
        newest = editions[-1] if editions else None
        current = {k: n for n, k in enumerate(newest.rows)} if newest else {}
        begun = [self._rows[k] for k in keys if k in started and k not in ended]
        looked = self._looked(begun)
        budget = self.store.budget
        limit = budget.limit() if record.budgeted else None
        allotted = sum(budget.draws().values(), Decimal(0)) if record.budgeted else None
        rows = []
        for key in sorted(keys, key=lambda k: (current.get(k, len(keys)), self._rows[k].number)):
            row = self._rows[key]
            if key in ended:
                standing = _ended(row, ended[key])
            elif key in started:
                standing = looked[row.production]
            else:
                standing = _held(row, paused=terms.paused, cancelled=terms.cancelled)
                if key not in current:
                    continue  # the table was changed before it began: it never will
            rows.append(standing.model_copy(update={"in_table": key in current}))
        over = all(r.state in ("delivered", "cancelled") for r in rows)
        return BatchStanding(
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
            budget_usd=limit,
            allotted_usd=allotted,
            concurrency=terms.concurrency,
            priority=terms.priority,
        )

    def _looked(self, rows: Sequence[RowRecord]) -> dict[str, RowStanding]:
        with ThreadPoolExecutor(_LOOKERS) as pool:
            marks = dict(zip((r.production for r in rows), pool.map(self._mark, rows), strict=True))
            changed = [r for r in rows if not self._unchanged(r, marks[r.production])]
            folded: dict[str, tuple[Facts, State]] = {}
            for row, found in zip(changed, pool.map(self._fold, changed), strict=True):
                folded[row.production] = found
            flow_runs = {
                r.production: _newest_run(folded[r.production][0])
                if r.production in folded
                else self._seen[r.production].standing.flow_run
                for r in rows
            }
            runs = self.desk.runs.look_at([f for f in flow_runs.values() if f])
            known = _KnownRuns(runs)
            people = self.desk.people.principals() if rows else []
            whom = digest([p.model_dump(mode="json") for p in people])[:8]  # rows name them

            def stand(row: RowRecord) -> _Seen:
                run = runs.get(flow_runs[row.production])
                mark = f"{marks[row.production]} {run.state if run else ''} {whom}"
                before = self._seen.get(row.production)
                if before is not None and before.mark == mark:
                    return before
                found = folded.get(row.production) or self._fold(row)
                status = status_of(self.desk.workspace(row.production), *found, known)
                spend = self.desk.spend(row.production)
                standing = _standing(row, status, people).model_copy(
                    update={"spent_usd": spend.spent_usd, "unknown_usd": spend.unknown_usd}
                )
                return _Seen(mark, standing)

            for row, seen in zip(rows, pool.map(stand, rows), strict=True):
                self._seen[row.production] = seen
        return {r.production: self._seen[r.production].standing for r in rows}

    def _unchanged(self, row: RowRecord, mark: str) -> bool:
        seen = self._seen.get(row.production)
        return seen is not None and seen.mark.startswith(f"{mark} ")

    def _mark(self, row: RowRecord) -> str:
        keys, store = Keys(row.brief.show, row.production), self.desk.store
        records = sum(not key.endswith(".beat") for key in store.keys(keys.root))
        return f"{records}/{sum(1 for _ in store.keys(keys.ledger))}"

    def _fold(self, row: RowRecord) -> tuple[Facts, State]:
        return self.desk.look(row.production)


def _newest_run(facts: Facts) -> str:
    return facts.runs[max(facts.runs)].flow_run if facts.runs else ""


def _base(row: RowRecord, state: RowState, **more: Any) -> RowStanding:
    return RowStanding(
        number=row.number,
        id=row.id,
        title=row.brief.title,
        show=row.brief.show,
        production=row.production,
        state=state,
        **more,
    )


def _held(row: RowRecord, *, paused: bool, cancelled: bool) -> RowStanding:
    if cancelled:
        return _base(row, "cancelled", note="never begun")
    note = "the batch is paused" if paused else "not begun yet: see `greenlight batch resume`"
    return _base(row, "held", note=note)


def _ended(row: RowRecord, end: EndRecord) -> RowStanding:
    return _base(row, end.state, spent_usd=end.spent_usd)


def _standing(row: RowRecord, status: Status, people: Sequence[Principal]) -> RowStanding:
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
    )


def _stage(status: Status) -> str:
    if status.gate is not None and status.state == "waiting":
        named = {"shotlist": "shot list", "final": "final review"}
        return named.get(status.gate, status.gate)
    if status.state in ("delivered", "cancelled"):
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
