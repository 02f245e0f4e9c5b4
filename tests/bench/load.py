"""The pipeline against what it cannot go below, and beside a peer that waits for the same."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from argparse import Namespace
from pathlib import Path
from typing import Any

from tests.bench.bound import media_cpu, provider_seconds
from tests.bench.driving import Load, Watch, again, change_one_shot, load
from tests.bench.stack import House, at_most, house

AIM_RATIO, AIM_RERUN_SECONDS = 1.10, 5.0
MEMORY_MB = 1024


def measure(folder: Path, options: Namespace) -> dict[str, Any]:
    """Everything that `make bench ARGS=load` prints."""
    wanted = dict(zip(("text", "image", "video"), options.latency, strict=True))
    print("starting a stack …", flush=True)
    with house(folder / "load", "greenlight-warm", MEMORY_MB) as found:
        limits = found.limits(options.places)
        print("one production without latency, for the stand-in to remember …", flush=True)
        show = "bench-again"
        first = load(found, 1, options.shots, show=show, patience=options.patience)
        if first.lost:
            raise SystemExit(f"the first production was not delivered: {first.lost[0]}")
        found.latency(**wanted)
        print(f"{options.productions} productions × {options.shots} shots …", flush=True)
        watch = Watch(found)
        main = load(
            found,
            options.productions,
            options.shots,
            patience=options.patience,
            tick=watch.sample,
        )
        cpu = watch.cpu()
        sample = next(iter(main.done), None)
        media = media_cpu(found, sample) if sample else {}
        reruns = _reruns(found, options, show, next(iter(first.done)))
    bound = provider_seconds(options.productions, options.shots, wanted, limits)
    media_wall = sum(media.values()) * options.productions / (os.cpu_count() or 1)
    return {
        "productions": options.productions,
        "shots": options.shots,
        "latency": wanted,
        "limits": limits,
        "wall": main.seconds,
        "provider": bound,
        "media_cpu": sum(media.values()),
        "media": dict(media),
        "floor": bound + media_wall,
        "ratio": main.seconds / (bound + media_wall),
        "orchestration": (main.seconds - bound - media_wall)
        / (options.productions * options.shots),
        "cpu": cpu,
        "memory_mb": watch.most,
        "first": first.seconds,
        "main": _plain(main),
        "reruns": reruns,
        "peer": _peer(options, wanted, limits),
    }


def _reruns(found: House, options: Namespace, show: str, delivered: str) -> dict[str, Any]:
    """A delivered production run once more, and its brief again in its show, once with a change."""
    print("the same again, unchanged and with one shot changed …", flush=True)
    found.latency(text=0, image=0, video=0)
    own = again(found, delivered)
    same = load(found, 1, options.shots, show=show, patience=options.patience)
    other = load(
        found, 1, options.shots, show=show, edit=change_one_shot, patience=options.patience
    )
    return {"own": _plain(own), "unchanged": _plain(same), "one_shot": _plain(other)}


def _plain(found: Load) -> dict[str, Any]:
    return {
        "seconds": found.seconds,
        "paid": sum(found.paid.values()),
        "paid_by_role": dict(found.paid),
        "answers": found.answers,
        "lost": found.lost,
    }


def _peer(options: Namespace, latency: dict[str, float], limits: dict[str, int]) -> dict[str, Any]:
    program = Path(__file__).with_name("peer.py")
    numbers = (options.productions, options.shots, *latency.values(), min(limits.values()))
    command = [options.peer, str(program), *map(str, numbers)]
    print("LangGraph, the same waits and gates …", flush=True)
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        last = (done.stderr.strip().splitlines() or ["no word"])[-1]
        install = f"{sys.executable} -m pip install --group bench"
        return {"missing": f"{last} (`{install}`, or --peer PYTHON)"}
    return dict(json.loads(done.stdout))


def aims(found: dict[str, Any]) -> list[tuple[str, bool]]:
    """The pace, and what is paid again: nothing, or what one changed shot needs."""
    own, same, other = (found["reruns"][name] for name in ("own", "unchanged", "one_shot"))
    lost = sum(len(one["lost"]) for one in (found["main"], own, same, other))
    return [
        at_most("wall / (latencies + media CPU ÷ cores)", found["ratio"], AIM_RATIO),
        at_most("seconds of its run again, unchanged", own["seconds"], AIM_RERUN_SECONDS),
        at_most("paid calls of its run again", own["paid"], 0),
        at_most("paid calls of its brief again in its show", same["paid"], 0),
        at_most("paid calls with one shot changed", other["paid"], 4),
        at_most("lost productions", lost, 0),
    ]
