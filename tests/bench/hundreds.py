"""A table of hundreds of briefs as one batch through two workers: what is lost, what grows.

Everything runs as it does for people: `greenlight batch` starts the table, the reconciler works
beside it, and a bot answers at the desk what waits. A lot before and a lot after show what
one production leaves behind while there is little and while there is much.
"""

from __future__ import annotations

import csv
import json
import os
import subprocess
import sys
import time
from argparse import Namespace
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from greenlight.briefs.batch_records import BatchStore
from greenlight.local.catalogue import child_environment
from greenlight.local.home import read_stack
from greenlight.production.state import fold
from greenlight.store.keys import OPEN
from tests.bench.driving import Watch, answer, failures, grown, load, unavailable
from tests.bench.stack import ROOT, House, at_most, house

MEMORY_MB = 2048
QUARTERS = 4
WARM = 2
"""Productions that are made first, so that neither caches nor first tables count as growth."""

LOT = 6
"""Productions of the lots before and after."""

BATCH = "hundreds"
AT_ONCE = 8
"""Runs of the batch at once: what one worker alone takes on, on two cores."""

_LOOK_SECONDS = 1.0


class Batch(NamedTuple):
    """What a batch took: its productions, what of them is lost, and where each quarter stood."""

    productions: list[str]
    lost: list[str]
    seconds: float
    quarters: list[dict[str, Any]]


def measure(folder: Path, options: Namespace) -> dict[str, Any]:
    """Everything that `make bench ARGS=hundreds` prints."""
    print("starting a stack with two workers …", flush=True)
    home = folder / "hundreds"
    with (
        house(home, "greenlight-warm", MEMORY_MB, alone=False) as found,
        _second(found) as pid,
    ):
        load(found, WARM, options.shots, patience=options.patience)
        steps = [_lot(found, options, "before")]
        watch = Watch(found, {"worker-2": pid, "bot": os.getpid()})
        before, paid = grown(found), len(found.paid())
        batch = _batch(found, folder, options, watch)
        roles = Counter(str(row["role"]) for row in found.paid()[paid:])
        cpu = watch.cpu()
        count = len(batch.productions)
        steps.append(_step(f"the batch of {count}", before, grown(found), count, batch.seconds))
        steps.append(_lot(found, options, "after"))
        states = failures(found, batch.productions)
        return {
            "productions": count,
            "shots": options.shots,
            "seconds": batch.seconds,
            "lost": batch.lost,
            "run_states": dict(states),
            "paid_by_role": dict(roles),
            "unavailable": dict(unavailable(found)),
            "cpu": cpu,
            "memory_mb": dict(watch.most),
            "quarters": batch.quarters,
            "steps": steps,
        }


def _lot(found: House, options: Namespace, when: str) -> dict[str, Any]:
    print(f"{LOT} productions × {options.shots} shots {when} …", flush=True)
    before = grown(found)
    made = load(found, LOT, options.shots, patience=options.patience)
    step = _step(f"a lot of {LOT} {when}", before, grown(found), LOT, made.seconds)
    step["lost"] = made.lost
    return step


def _step(what: str, before: Any, now: Any, count: int, seconds: float) -> dict[str, Any]:
    return {
        "what": what,
        "productions": count,
        "seconds": seconds,
        "rows": _each(now.rows, before.rows, count),
        "objects": _each(now.objects, before.objects, count),
    }


def _each(now: Counter[str], before: Counter[str], count: int) -> dict[str, float]:
    return {name: (now[name] - before[name]) / count for name in now if now[name] != before[name]}


def _batch(found: House, folder: Path, options: Namespace, watch: Watch) -> Batch:
    """The table as one batch, answered until all is delivered or `patience` is up."""
    table = _table(folder / f"{BATCH}.csv", options.productions, options.shots)
    print(f"{options.productions} briefs as one batch, {AT_ONCE} at once …", flush=True)
    begun = time.monotonic()
    at_once = ("--concurrency", str(AT_ONCE))
    said = json.loads(
        _greenlight(found, "batch", str(table), "--name", BATCH, *at_once, "--yes", "--json")
    )
    store = BatchStore(found.desk.store, BATCH)
    # A row that is held for now is on record too, and lost if it never comes to its end.
    productions = [row.production for row in store.rows(store.all_keys())]
    print(f"  {said['started']} started in {time.monotonic() - begun:.0f} s", flush=True)
    workspaces = {name: found.desk.workspace(name) for name in productions}
    quarters: list[dict[str, Any]] = []
    delivered = 0
    while delivered < len(productions) and time.monotonic() - begun < options.patience:
        look = time.monotonic()
        open_ = {key[len(OPEN) : -len(".json")] for key in found.desk.store.keys(OPEN)}
        delivered = sum(name not in open_ for name in productions)
        for name in found.in_hand():
            if name in workspaces and name in open_:
                state = fold(workspaces[name].records.facts())
                if state.waiting and not state.delivered:
                    answer(found, name, state)
        watch.sample()
        while len(quarters) < delivered * QUARTERS // len(productions):
            quarters.append(_quarter(found, watch, delivered, time.monotonic() - begun))
        time.sleep(max(0.0, look + _LOOK_SECONDS - time.monotonic()))
    seconds = time.monotonic() - begun
    lost = [name for name in productions if not fold(workspaces[name].records.facts()).delivered]
    return Batch(productions, lost, seconds, quarters)


def _quarter(found: House, watch: Watch, delivered: int, seconds: float) -> dict[str, Any]:
    quarter = {"delivered": delivered, "seconds": seconds, "memory_mb": dict(watch.most)}
    print(f"  {delivered} delivered after {seconds:.0f} s; runs now: {found.states()}", flush=True)
    return quarter


def _table(path: Path, count: int, shots: int) -> Path:
    """Briefs that differ in nothing that a model sees, each in a show of its own."""
    with path.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(
            ("id", "title", "vision", "show", "shots", "seconds", "candidates", "sheets")
        )
        for number in range(1, count + 1):
            words = "A lighthouse keeper climbs the spiral stairs. She lights the lamp."
            show = f"hundreds-{number:03d}"
            writer.writerow(
                (f"row-{number}", "Lighthouse", words, show, shots, 3 * shots, 1, "none")
            )
    return path


def _greenlight(found: House, *arguments: str) -> str:
    done = subprocess.run(
        [Path(sys.executable).with_name("greenlight"), *arguments],
        cwd=found.home,
        env={**os.environ, "GREENLIGHT_HOME": str(found.home)},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise SystemExit(f"greenlight {' '.join(arguments)}: {done.stderr.strip()}")
    return done.stdout


@contextmanager
def _second(found: House) -> Iterator[int]:
    """A second worker on the same pool, as another process of this machine."""
    info = read_stack(found.home)
    assert info is not None
    command = [sys.executable, "-m", "deployments.bootstrap", "--then-work", "second"]
    with (found.home / "logs" / "worker-2.log").open("wb") as log:
        worker = subprocess.Popen(
            command,
            cwd=ROOT,
            env=child_environment(info, "bench"),
            stdout=log,
            stderr=log,
        )
        try:
            found.until(lambda: found.workers() >= 2, 0.5)
            yield worker.pid
        finally:
            worker.terminate()
            worker.wait(60)


def aims(found: dict[str, Any]) -> list[tuple[str, bool]]:
    """Nothing is lost, fails, or is answered with 503."""
    lost = [*found["lost"], *(name for step in found["steps"] for name in step.get("lost", ()))]
    broken = {"CRASHED", "FAILED", "GONE"} & set(found["run_states"])
    return [
        at_most("lost productions", len(lost), 0),
        at_most("kinds of runs that broke", len(broken), 0),
        at_most("503s and locked databases in the logs", sum(found["unavailable"].values()), 0),
    ]
