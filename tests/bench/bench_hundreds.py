"""Hundreds of productions through two workers: what is lost, what grows, and by how much."""

from __future__ import annotations

import subprocess
import sys
from argparse import Namespace
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from bench_load import Watch, failures, grown, load, unavailable
from bench_stack import ROOT, House, house

from greenlight.local.catalogue import child_environment
from greenlight.local.info import read_stack

MEMORY_MB = 2048
LOTS = 4
WARM = 2
"""Productions that are made first, so that neither caches nor first tables count as growth."""


def measure(folder: Path, options: Namespace) -> dict[str, Any]:
    """Everything that `make bench ARGS=hundreds` prints."""
    print("starting a stack with two workers …", flush=True)
    with house(folder / "hundreds", "greenlight-warm", MEMORY_MB) as found, _second(found) as pid:
        load(found, WARM, options.shots, patience=options.patience)
        watch = Watch(found, {"worker-2": pid})
        steps = []
        before = grown(found)
        done = 0
        lost: list[str] = []
        states: Counter[str] = Counter()
        seconds = 0.0
        for count in _lots(options.productions):
            print(f"{count} productions × {options.shots} shots …", flush=True)
            made = load(found, count, options.shots, patience=options.patience, tick=watch.sample)
            now = grown(found)
            steps.append(
                {
                    "productions": count,
                    "seconds": made.seconds,
                    "rows": _each(now.rows, before.rows, count),
                    "objects": _each(now.objects, before.objects, count),
                    "memory_mb": dict(watch.most),
                }
            )
            _show_step(steps[-1])
            states += failures(found, [*made.done, *made.lost])
            lost += made.lost
            before, done, seconds = now, done + count, seconds + made.seconds
        logs = unavailable(found)
        return {
            "productions": done,
            "shots": options.shots,
            "seconds": seconds,
            "lost": lost,
            "run_states": dict(states),
            "unavailable": dict(logs),
            "cpu": watch.cpu(),
            "memory_mb": dict(watch.most),
            "steps": steps,
        }


def _lots(count: int) -> list[int]:
    """Four lots, so that growth per production can be seen to be flat, and long work to go on."""
    return [n for n in ((count + after) // LOTS for after in range(LOTS)) if n]


def _each(now: Counter[str], before: Counter[str], count: int) -> dict[str, float]:
    return {name: (now[name] - before[name]) / count for name in now if now[name] != before[name]}


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


def show(found: dict[str, Any]) -> bool:
    """Prints the figures; whether nothing was lost and nothing answered 503."""
    count, shots = found["productions"], found["shots"]
    print(f"\n{count} productions × {shots} shots, two workers, no latency, from memory")
    pace = found["seconds"] / count if count else 0.0
    print(f"  {found['seconds']:.0f} s: {pace:.2f} s a production")
    print(f"lost: {len(found['lost'])} {' '.join(found['lost'][:5])}".rstrip())
    print(f"runs by their last state: {found['run_states']}")
    print(f"503s and locked databases in the logs: {found['unavailable'] or 'none'}")
    print(f"CPU s: {_listed(found['cpu'])}")
    print(f"MB at most: {_listed(found['memory_mb'])}")
    for step in found["steps"]:
        _show_step(step)
    broken = {"CRASHED", "FAILED", "GONE"} & set(found["run_states"])
    return not (found["lost"] or found["unavailable"] or broken)


def _show_step(step: dict[str, Any]) -> None:
    print(f"of {step['productions']} in {step['seconds']:.0f} s, for each production:")
    print(f"  database rows {sum(step['rows'].values()):.0f}: {_listed(step['rows'])}")
    print(f"  S3 objects {sum(step['objects'].values()):.0f}: {_listed(step['objects'])}")
    print(f"  MB at most by then: {_listed(step['memory_mb'])}", flush=True)


def _listed(found: dict[str, float]) -> str:
    largest = sorted(found.items(), key=lambda item: -item[1])
    return ", ".join(f"{name} {value:.0f}" for name, value in largest if value >= 0.5)
