"""The inbox: what waits for people in all productions, without looking at each of them every time.

A row is kept until its production's run or the number of its records is another; one that was
delivered or cancelled and is closed is never looked at again. What is kept lies on disk too, so
that a restart need not read every record of every production.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path

from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError

from greenlight.desk import Desk
from greenlight.errors import NotFound, ServiceUnavailable
from greenlight.runs import FlowRun
from greenlight.store.keeping import keep, place_of, read_kept
from greenlight.store.keys import OPEN, Keys
from greenlight.views.held import Hold
from greenlight.views.reader import Glance
from greenlight.views.status import AWAY, Gate, Standing

PATIENCE_SECONDS = 3.0
"""A page waits as long for productions that were never looked at; the rest follow."""

FRESH_SECONDS = 1.0
WAITING_SECONDS = 10.0
"""How old a row may be whose run works, and one whose run sleeps; a run that wakes ends that."""

_LISTING_SECONDS = 0.2
_CHUNK = 40
"""Rows are put on disk after so many: whoever restarts a long first look goes on with it."""

_LOOKERS = 2  # each reads with a dozen threads
_FRAMES = 6
OVER = ("delivered", "cancelled")


class Picture(BaseModel):
    """A still of a row; `seen` is the aspect ratio of what will be seen of it, where it is less."""

    model_config = ConfigDict(frozen=True)

    key: str
    seen: str = ""


class InboxRow(BaseModel):
    """One production as the inbox shows it."""

    model_config = ConfigDict(frozen=True)

    production: str
    title: str
    show: str
    state: Standing
    gate: Gate | None
    problem: str
    submitted: datetime
    since: datetime | None
    takes: int
    shots: int
    proposals: int
    releases: tuple[str, ...]
    held: tuple[str, ...] = ()
    """What is held, a cause each: `3 shots held: budget`."""
    pictures: tuple[Picture, ...]
    flow_run: str


class _Kept(BaseModel):
    """A row and what it was told from; `at` is by this process's clock, and is told to no other."""

    model_config = ConfigDict(frozen=True)

    row: InboxRow
    records: int
    run: str
    at: float = 0.0


_ALL = TypeAdapter(dict[str, _Kept])


class Inbox:
    """All productions' rows; safe to share between threads.

    One thread looks for everybody who waits. What somebody has just done is in what they are shown.
    """

    def __init__(self, desk: Callable[[], Desk], folder: Path | None = None) -> None:
        self._desk, self._folder = desk, folder
        self._changed = threading.Condition()
        self._kept: dict[str, _Kept] | None = None
        self._names: list[str] | None = None
        self._half: set[str] = set()
        self._touched: set[str] = set()
        self._begun = self._ended = 0
        self._ended_at = -FRESH_SECONDS
        self._failed: Exception | None = None
        self.is_away = False

    def rows(self, patience: float = PATIENCE_SECONDS) -> tuple[list[InboxRow], int]:
        """Every production that was looked at, and how many have not been yet.

        Waits up to `patience` seconds, and until productions have been listed once. Raises what
        kept it from that.
        """
        deadline = time.monotonic() + patience
        with self._changed:
            wanted = self._ended if self._is_fresh() else self._begun + 1
            while self._ended < wanted:
                if self._begun == self._ended:
                    self._begun += 1
                    threading.Thread(target=self._look, name="inbox", daemon=True).start()
                left = deadline - time.monotonic()
                if left <= 0 and self._names is not None:
                    break
                self._changed.wait(max(left, _LISTING_SECONDS))
            if self._failed is not None:
                raise self._failed
            kept, names = self._kept or {}, self._names or []
            rows = [one.row for one in map(kept.get, names) if one is not None]
            return rows, len(set(names) - kept.keys() - self._half)

    def touch(self, production: str) -> None:
        """Something was done to a production: its row is told anew."""
        with self._changed:
            self._touched.add(production)

    def _is_fresh(self) -> bool:
        return not self._touched and time.monotonic() - self._ended_at < FRESH_SECONDS

    def _look(self) -> None:
        failed: Exception | None = None
        with self._changed:
            touched, self._touched = self._touched, set()
        try:
            self._look_at_all(self._desk(), touched)
        except Exception as error:  # noqa: BLE001 - raised to everybody who waits for it
            failed = error
        with self._changed:
            self._touched |= touched if failed else set()
            self._failed, self._ended, self._ended_at = failed, self._begun, time.monotonic()
            self._changed.notify_all()

    def _look_at_all(self, desk: Desk, touched: set[str]) -> None:
        if self._kept is None:
            self._kept = _read(self._file(desk))
        kept = self._kept
        names = desk.productions()
        self._names = names
        open_ = {key[len(OPEN) : -len(".json")] for key in desk.store.keys(OPEN)}
        for name in [name for name in kept if name not in set(names)]:
            del kept[name]
        live = [n for n in names if n in open_ or n not in kept or kept[n].row.state not in OVER]
        runs = self._runs(desk, [kept[n].row.flow_run for n in live if n in kept])
        due = [n for n in live if n in touched or n not in kept or self._is_due(kept[n], runs)]
        due.sort(key=lambda name: name not in open_)  # what may wait for somebody comes first
        with ThreadPoolExecutor(_LOOKERS) as pool:
            for begin in range(0, len(due), _CHUNK):
                chunk = due[begin : begin + _CHUNK]
                before = [kept[name].row if name in kept else None for name in chunk]
                list(pool.map(lambda n: self._tell(desk, n, runs, anew=n in touched), chunk))
                if before != [kept[name].row if name in kept else None for name in chunk]:
                    _write(self._file(desk), kept)

    def _runs(self, desk: Desk, flow_runs: list[str]) -> dict[str, FlowRun]:
        try:
            found = desk.runs.look_at([run for run in flow_runs if run])
        except ServiceUnavailable:
            self.is_away = True
            return {}
        self.is_away = False
        return found

    def _tell(self, desk: Desk, name: str, runs: Mapping[str, FlowRun], *, anew: bool) -> None:
        """Keeps a production's row as it is now, told anew only where something has changed."""
        assert self._kept is not None
        last = self._kept.get(name)
        try:
            root = Keys(last.row.show if last else desk.show_of(name), name).root
            records = sum(not key.endswith(".beat") for key in desk.store.keys(root))
            if last is not None and not anew and self._holds(last, records, runs):
                self._kept[name] = last.model_copy(update={"at": time.monotonic()})
                return
            glance = desk.glance(name)
        except NotFound:
            self._half.add(name)  # a submit that was cut off: left to recovery
            return
        self._half.discard(name)
        row = _row(glance)
        if row.state in OVER:
            desk.let_go(name)
        run = glance.status.run_state
        self._kept[name] = _Kept(row=row, records=records, run=run, at=time.monotonic())

    def _holds(self, last: _Kept, records: int, runs: Mapping[str, FlowRun]) -> bool:
        return last.records == records and (self.is_away or last.run == _state(last, runs))

    def _is_due(self, kept: _Kept, runs: Mapping[str, FlowRun]) -> bool:
        age = time.monotonic() - kept.at
        if self.is_away:
            return age > WAITING_SECONDS
        run = runs.get(kept.row.flow_run)
        if kept.run != _state(kept, runs):
            return True
        return age > (WAITING_SECONDS if run and run.suspended else FRESH_SECONDS)

    def _file(self, desk: Desk) -> Path | None:
        if self._folder is None:
            return None
        return self._folder / f"{place_of(desk.profile.s3)}.json.gz"


def _state(kept: _Kept, runs: Mapping[str, FlowRun]) -> str:
    run = runs.get(kept.row.flow_run)
    return run.state if run else ""


def _row(glance: Glance) -> InboxRow:
    wall = glance.wall
    cards = [c for c in wall.cards if c.shot is not None] or list(wall.cards)
    pictures = [
        Picture(key=card.hero.poster, seen="" if card.kind == "sheet" else wall.seen)
        for card in cards
        if card.hero and card.hero.poster
    ]
    return InboxRow(
        production=wall.production,
        title=wall.title,
        show=wall.show,
        state=wall.state,
        gate=wall.gate,
        problem="" if wall.problem == AWAY else wall.problem,
        submitted=glance.submitted,
        since=wall.waiting_since,
        takes=len(wall.waiting),
        shots=sum(bool(card.offered) for card in wall.cards),
        proposals=len(wall.proposals),
        releases=glance.releases,
        held=tuple(map(_held, wall.held)),
        pictures=tuple(pictures[:_FRAMES]),
        flow_run=glance.status.flow_run,
    )


def _held(hold: Hold) -> str:
    count = len(hold.subjects)
    if not count:
        return f"shot list {hold.label}"
    return f"{count} shot{'s' if count != 1 else ''} {hold.label}"


def _read(path: Path | None) -> dict[str, _Kept]:
    try:
        return _ALL.validate_json(read_kept(path)) if path else {}
    except (OSError, EOFError, ValidationError):
        return {}  # not there, cut short or of another release: everything is looked at again


def _write(path: Path | None, kept: Mapping[str, _Kept]) -> None:
    if path is None:
        return
    told = {name: one.model_copy(update={"at": 0.0}) for name, one in kept.items()}
    keep(path, _ALL.dump_json(told))
