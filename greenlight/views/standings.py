"""The index of standings: where every production stands, for the lists at all doors.

One rule says when a standing still holds: its production's run and the number of its records are
the same. One that was delivered or cancelled and is closed is never read again. The index lies on
disk too, so that the next process need not read every record of every production.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Collection, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError

from greenlight.errors import GreenlightError, NotFound, ServiceUnavailable
from greenlight.money.spend import spend_of
from greenlight.production.facts import Facts
from greenlight.production.state import State
from greenlight.runs import FlowRun, Runs
from greenlight.settings import S3Settings
from greenlight.store.keeping import keep, place_of, read_kept
from greenlight.store.keys import OPEN, Keys
from greenlight.store.objects import ObjectStore
from greenlight.store.records import find_show, productions
from greenlight.views.foresee import effects
from greenlight.views.held import Hold
from greenlight.views.status import AWAY, FlowRuns, Status, state_of, status_or_away
from greenlight.views.wall import wall_of
from greenlight.views.wishes import choose_all
from greenlight.workspace import Workspace

PATIENCE_SECONDS = 3.0
"""A page waits as long for productions that were never looked at; the rest follow."""

FRESH_SECONDS = 1.0
WAITING_SECONDS = 10.0
"""How old a standing may be whose run works, and one whose run sleeps; a run that wakes ends that.
"""

ENDED = ("delivered", "cancelled")

_LISTING_SECONDS = 0.2
_CHUNK = 40
"""The index is written after so many: a long first look that is cut off is continued."""

_READERS = 2  # each reads with a dozen threads
_FRAMES = 6


class Picture(BaseModel):
    """A still; `seen` is the aspect ratio of what will be seen of it, where it is less."""

    model_config = ConfigDict(frozen=True)

    key: str
    seen: str = ""


class Standing(BaseModel):
    """Where one production stands, as lists show it; `held` is such as `3 shots held: budget`.

    `releases` is what approving all would release, in sentences; empty where nothing that waits
    passed its checks. `takes` wait for a verdict, `shots` have such takes.
    """

    model_config = ConfigDict(frozen=True)

    status: Status
    problem: str
    submitted: datetime
    since: datetime | None
    takes: int
    shots: int
    releases: tuple[str, ...]
    held: tuple[str, ...]
    pictures: tuple[Picture, ...]
    spent_usd: Decimal | None

    @property
    def has_ended(self) -> bool:
        return self.status.state in ENDED


class _Kept(BaseModel):
    """A standing and the records it was read from; `at` is by this process's clock alone."""

    model_config = ConfigDict(frozen=True)

    standing: Standing
    records: int
    at: float = 0.0


_ALL = TypeAdapter(dict[str, _Kept])


class Standings:
    """The standings of all productions of one bucket; safe to share between threads.

    `workspace` opens a production and `let_go` forgets what was read of it. With `folder` the index
    is kept in a file there, which may be deleted at any time.
    """

    def __init__(
        self,
        store: ObjectStore,
        runs: Runs,
        workspace: Callable[[str], Workspace],
        let_go: Callable[[str], None],
        place: S3Settings,
        folder: Path | None = None,
    ) -> None:
        self._store, self._runs = store, runs
        self._workspace, self._let_go = workspace, let_go
        self._path = folder / "standings" / f"{place_of(place)}.json.gz" if folder else None
        self._kept: dict[str, _Kept] | None = None
        self._half: set[str] = set()
        self._reading = threading.Lock()
        # For `rows`: one thread reads for everybody who waits.
        self._changed = threading.Condition()
        self._names: list[str] | None = None
        self._touched: set[str] = set()
        self._begun = self._ended = 0
        self._ended_at = -FRESH_SECONDS
        self._failed: Exception | None = None
        self.away: ServiceUnavailable | None = None
        """Why Prefect could not be asked at the last look."""

    def look(self, only: Collection[str] | None = None) -> dict[str, Standing]:
        """All standings, or some, read again where they no longer hold; half-made ones are left."""
        with self._reading:
            with self._changed:
                touched = self._touched if only is None else self._touched & set(only)
                self._touched = self._touched - touched
            try:
                names = self._read(only, touched)
            except Exception:
                with self._changed:
                    self._touched |= touched
                raise
            kept = self._kept or {}
            return {name: kept[name].standing for name in names if name in kept}

    def rows(self, patience: float = PATIENCE_SECONDS) -> tuple[list[Standing], int]:
        """Every standing that is known, and how many have not been read yet.

        Waits up to `patience` seconds, and until productions have been listed once. Raises the
        error of a look that failed.
        """
        deadline = time.monotonic() + patience
        with self._changed:
            wanted = self._ended if self._is_fresh() else self._begun + 1
            while self._ended < wanted:
                if self._begun == self._ended:
                    self._begun += 1
                    threading.Thread(target=self._look, name="standings", daemon=True).start()
                left = deadline - time.monotonic()
                if left <= 0 and self._names is not None:
                    break
                self._changed.wait(max(left, _LISTING_SECONDS))
            if self._failed is not None:
                raise self._failed
            kept, names = self._kept or {}, self._names or []
            rows = [one.standing for one in map(kept.get, names) if one is not None]
            return rows, len(set(names) - kept.keys() - self._half)

    def touch(self, production: str) -> None:
        """Has a production read again at the next look, because something was done to it here."""
        with self._changed:
            self._touched.add(production)

    def _is_fresh(self) -> bool:
        return not self._touched and time.monotonic() - self._ended_at < FRESH_SECONDS

    def _look(self) -> None:
        failed: Exception | None = None
        try:
            self.look()
        except Exception as error:  # noqa: BLE001 - raised to everybody who waits for it
            failed = error
        with self._changed:
            self._failed, self._ended, self._ended_at = failed, self._begun, time.monotonic()
            self._changed.notify_all()

    def _read(self, only: Collection[str] | None, touched: set[str]) -> list[str]:
        if self._kept is None:
            self._kept = _load(self._path)
        kept = self._kept
        if only is None:
            names = self._names = productions(self._store)
            for name in kept.keys() - set(names):
                del kept[name]
        else:
            names = sorted(only)
        open_ = {key[len(OPEN) : -len(".json")] for key in self._store.keys(OPEN)}
        live = [n for n in names if n in open_ or n not in kept or not kept[n].standing.has_ended]
        runs = self._look_at_runs([kept[n].standing.status.flow_run for n in live if n in kept])
        due = [n for n in live if n in touched or n not in kept or self._is_due(kept[n], runs)]
        due.sort(key=lambda name: name not in open_)  # what may wait for somebody comes first
        with ThreadPoolExecutor(_READERS) as pool:
            for begin in range(0, len(due), _CHUNK):
                chunk = due[begin : begin + _CHUNK]
                before = [kept[name].standing if name in kept else None for name in chunk]
                list(pool.map(lambda n: self._renew(n, runs, always=n in touched), chunk))
                if before != [kept[name].standing if name in kept else None for name in chunk]:
                    _save(self._path, kept)
        return names

    def _look_at_runs(self, flow_runs: list[str]) -> dict[str, FlowRun]:
        try:
            found = self._runs.look_at([run for run in flow_runs if run])
        except ServiceUnavailable as error:
            self.away = error
            return {}
        self.away = None
        return found

    def _renew(self, name: str, runs: Mapping[str, FlowRun], *, always: bool) -> None:
        """Reads a production again if its standing no longer holds."""
        assert self._kept is not None
        last = self._kept.get(name)
        show, records = "", 0
        try:
            show = last.standing.status.show if last else find_show(self._store, name)
            records = _count(self._store, Keys(show, name))
            if last is not None and not always and self._holds(last, records, runs):
                self._kept[name] = last.model_copy(update={"at": time.monotonic()})
                return
            standing = standing_of(self._workspace(name), self._runs)
        except NotFound:
            self._half.add(name)  # a submit that was cut off: left to recovery
            return
        except ServiceUnavailable:
            raise
        except GreenlightError as error:
            # Records that cannot be read hide no other production.
            standing = _unreadable(name, show, error)
        self._half.discard(name)
        if standing.status.problem == AWAY:
            self.away = ServiceUnavailable(AWAY)
        if standing.has_ended:
            self._let_go(name)
        self._kept[name] = _Kept(standing=standing, records=records, at=time.monotonic())

    def _holds(self, last: _Kept, records: int, runs: Mapping[str, FlowRun]) -> bool:
        """The one rule: the same number of records, and the same state of its run."""
        return last.records == records and (self.away is not None or _same_run(last, runs))

    def _is_due(self, kept: _Kept, runs: Mapping[str, FlowRun]) -> bool:
        age = time.monotonic() - kept.at
        if self.away is not None:
            return age > WAITING_SECONDS
        if not _same_run(kept, runs):
            return True
        run = runs.get(kept.standing.status.flow_run)
        return age > (WAITING_SECONDS if run and run.suspended else FRESH_SECONDS)


def standing_of(workspace: Workspace, runs: FlowRuns) -> Standing:
    """Where a production stands, from one look at its records, its ledger and its run."""
    facts, state = state_of(workspace)
    status = status_or_away(workspace, facts, state, runs)
    wall = wall_of(workspace, facts, state, status)
    cards = [c for c in wall.cards if c.shot is not None] or list(wall.cards)
    pictures = [
        Picture(key=card.hero.poster, seen="" if card.kind == "sheet" else wall.seen)
        for card in cards
        if card.hero and card.hero.poster
    ]
    return Standing(
        status=status,
        problem="" if wall.problem == AWAY else wall.problem,
        submitted=workspace.production.at,
        since=wall.waiting_since,
        takes=len(wall.waiting),
        shots=sum(bool(card.offered) for card in wall.cards),
        releases=_releases(workspace, facts, state) if status.gate else (),
        held=tuple(map(_counted, status.held)),
        pictures=tuple(pictures[:_FRAMES]),
        spent_usd=spend_of(workspace.production, workspace.ledger, facts).spent_usd,
    )


def _unreadable(name: str, show: str, error: GreenlightError) -> Standing:
    """The standing of a production whose records are damaged, or of a newer release."""
    status = Status(
        production=name,
        title=name,
        show=show,
        state="stalled",
        gate=None,
        waiting_takes=(),
        simulated=False,
        shots={},
        problem=f"cannot be read: {error}",
    )
    return Standing(
        status=status,
        problem=status.problem,
        submitted=datetime.fromtimestamp(0, UTC),
        since=None,
        takes=0,
        shots=0,
        releases=(),
        held=(),
        pictures=(),
        spent_usd=None,
    )


def _releases(workspace: Workspace, facts: Facts, state: State) -> tuple[str, ...]:
    try:
        released = effects(workspace, facts, choose_all(state.waiting)[0])
    except GreenlightError as error:
        return (str(error),)
    return tuple(effect.sentence for effect in released)


def _counted(hold: Hold) -> str:
    count = len(hold.subjects)
    if not count:
        return f"shot list {hold.label}"
    return f"{count} shot{'s' if count != 1 else ''} {hold.label}"


def _count(store: ObjectStore, keys: Keys) -> int:
    """The records of a production and the steps of its ledger; beats do not count."""
    records = sum(not key.endswith(".beat") for key in store.keys(keys.root))
    return records + sum(1 for _ in store.keys(keys.ledger))


def _same_run(kept: _Kept, runs: Mapping[str, FlowRun]) -> bool:
    status = kept.standing.status
    run = runs.get(status.flow_run)
    # Of a production that has ended its run says nothing, and was not asked.
    return status.state in ENDED or status.run_state == (run.state if run else "")


def _load(path: Path | None) -> dict[str, _Kept]:
    try:
        return _ALL.validate_json(read_kept(path)) if path else {}
    except (OSError, EOFError, ValidationError):
        return {}  # missing, cut short or of another release: everything is read again


def _save(path: Path | None, kept: Mapping[str, _Kept]) -> None:
    if path is not None:
        saved = {name: one.model_copy(update={"at": 0.0}) for name, one in kept.items()}
        keep(path, _ALL.dump_json(saved))
