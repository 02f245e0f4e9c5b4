"""Many productions at once, gates answered by a bot through the desk, and what it all took."""

from __future__ import annotations

import os
import secrets
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

import httpx
import psutil

from greenlight.desk import Change, Wish, choose_all
from greenlight.errors import GreenlightError
from greenlight.production.state import State, fold
from tests.bench.stack import BENCH, House, submit

LOOK_SECONDS = 0.1
"""The bot rests as long as this for each production that is open, a second at most."""

Edit = Callable[[House, str], None]
"""What somebody does to a shot list before it is approved."""


class Load(NamedTuple):
    """What a load took: wall seconds, when each production was done, and paid calls by role."""

    seconds: float
    done: dict[str, float]
    lost: list[str]
    paid: Counter[str]
    answers: int


def load(
    house: House,
    count: int,
    shots: int,
    *,
    show: str = "",
    edit: Edit | None = None,
    patience: float = 3600.0,
    tick: Callable[[int], None] = lambda left: None,
) -> Load:
    """Submits so many productions and answers every gate at once until all are delivered.

    What is not delivered when `patience` is up is lost.
    """
    before = len(house.paid())
    begun = time.monotonic()
    open_ = [submit(house, shots, show) for _ in range(count)]
    # Kept open, so that a look fetches only what is new.
    workspaces = {production: house.desk.workspace(production) for production in open_}
    done: dict[str, float] = {}
    edited: set[str] = set()
    answers = 0
    while open_ and time.monotonic() - begun < patience:
        pause = time.monotonic() + min(1.0, LOOK_SECONDS * len(open_))
        for production in list(open_):
            state = fold(workspaces[production].records.facts())
            if state.delivered:
                done[production] = time.monotonic() - begun
                open_.remove(production)
            elif state.waiting:
                if edit is not None and production not in edited:
                    edited.add(production)
                    edit(house, production)
                else:
                    answers += answer(house, production, state)
        tick(len(open_))
        time.sleep(max(0.0, pause - time.monotonic()))
    took = max(done.values(), default=time.monotonic() - begun)
    paid = Counter(str(row["role"]) for row in house.paid()[before:])
    return Load(took, done, open_, paid, answers)


def again(house: House, production: str, patience: float = 120.0) -> Load:
    """Runs a production that is delivered once more, as from the dashboard, until that run ends."""
    before, begun = len(house.paid()), time.monotonic()
    run = house.desk.runs.start(production, f"again-{secrets.token_hex(4)}", [])
    while not (looked := house.desk.runs.look(run.id)).ended:
        if time.monotonic() - begun > patience:
            break
        time.sleep(LOOK_SECONDS)
    took = time.monotonic() - begun
    paid = Counter(str(row["role"]) for row in house.paid()[before:])
    lost = [] if looked.type == "COMPLETED" else [production]
    return Load(took, {production: took}, lost, paid, 0)


def answer(house: House, production: str, state: State) -> int:
    """Approves the best of each subject that waits, flagged or not; how many verdicts that were."""
    wishes, left = choose_all(state.waiting)
    chosen = {w.target.rsplit("/", 1)[0] for w in wishes}
    for waiting in left:
        subject = waiting.take.rsplit("/", 1)[0]
        if subject not in chosen and not waiting.held:
            chosen.add(subject)
            wishes.append(Wish(target=waiting.take, verdict="approve"))
    if not wishes:
        return 0
    try:
        house.desk.decide(production, wishes, BENCH)
    except GreenlightError as error:
        print(f"  {production}: {error}", flush=True)
        return 0
    return len(wishes)


def change_one_shot(house: House, production: str) -> None:
    """Changes what happens in the second shot, and nothing else."""
    second = house.desk.shot_list(production).shots[1].id
    fields = {second: {"action": "drops the matches down the stairs"}}
    house.desk.change_shots(production, Change(fields=fields), BENCH)


class Watch:
    """CPU and memory of each service, its children included, from one moment to another."""

    def __init__(self, house: House, beside: Mapping[str, int] | None = None) -> None:
        self._pids = {**house.pids(), **(beside or {})}
        self._before = self._cpu()
        self.most: dict[str, float] = {}

    def sample(self, left: int = 0) -> None:
        """Notes what memory every service has now."""
        for name, processes in self._processes().items():
            size = sum(_rss(process) for process in processes) / 2**20
            self.most[name] = max(self.most.get(name, 0.0), size)

    def cpu(self) -> dict[str, float]:
        """CPU seconds of each service since the watch began."""
        now = self._cpu()
        return {name: now[name] - self._before.get(name, 0.0) for name in now}

    def _cpu(self) -> dict[str, float]:
        return {name: sum(map(_cpu, found)) for name, found in self._processes().items()}

    def _processes(self) -> dict[str, list[psutil.Process]]:
        found = {}
        for name, pid in self._pids.items():
            try:
                process = psutil.Process(pid)
                own = pid == os.getpid()  # the parent of all the others
                found[name] = [process, *([] if own else process.children(recursive=True))]
            except psutil.NoSuchProcess:
                found[name] = []
        return found


def _cpu(process: psutil.Process) -> float:
    try:
        times = process.cpu_times()
        ended = 0 if process.pid == os.getpid() else 2  # with children that have ended
        return float(sum(times[: 2 + ended]))
    except psutil.NoSuchProcess:
        return 0.0


def _rss(process: psutil.Process) -> int:
    try:
        return int(process.memory_info().rss)
    except psutil.NoSuchProcess:
        return 0


class Grown(NamedTuple):
    """What lies in the database (rows by table) and in the bucket (objects by kind)."""

    rows: Counter[str]
    objects: Counter[str]


def grown(house: House) -> Grown:
    """Exact counts, as they are now."""
    return Grown(house.rows_by_table(), _objects(house))


def _objects(house: House) -> Counter[str]:
    found: Counter[str] = Counter()
    for key in house.desk.store.keys(""):
        kind = key.split("/", 1)[0] if "/" in key else "other"
        if kind == "shows":
            kind = "records" if key.endswith(".json") else "media"
        found[kind] += 1
    return found


def failures(house: House, productions: Sequence[str]) -> Counter[str]:
    """Flow runs of these productions by their state; prints those that did not complete."""
    found: Counter[str] = Counter()
    api = house.profile.prefect_api_url
    for production in productions:
        for run in house.desk.workspace(production).records.facts().runs.values():
            row: dict[str, Any] = httpx.get(
                f"{api}/flow_runs/{run.flow_run}",
                headers=house.profile.prefect_headers,
                trust_env=False,
            ).json()
            ended = str(row.get("state_type") or "GONE")
            found[ended] += 1
            if ended != "COMPLETED":
                said = (row.get("state") or {}).get("message")
                print(f"  {production}: run {run.flow_run} {ended}: {said}", flush=True)
    return found


def unavailable(house: House) -> Counter[str]:
    """How often each log speaks of an answer 503 or a database that is locked."""
    found: Counter[str] = Counter()
    for path in (house.home / "logs").glob("*.log"):
        text = path.read_text(errors="replace")
        hits = text.count(" 503") + text.count("503 Service") + text.count("database is locked")
        if hits:
            found[path.name] += hits
    return found
