"""`make bench ARGS=bounds`: CPU seconds and memory that hostile files take, beside their aims."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path
from typing import Any

from tests.bench.stack import at_most
from tests.bounds.hostile import hostile
from tests.bounds.measuring import measuring

CPU_SECONDS, MEGABYTES = 2.0, 350


def measure(folder: Path, options: Namespace) -> dict[str, Any]:
    """CPU seconds and megabytes of each file at each door."""
    with measuring(folder) as run:
        took = {f"{case.door} {case.kind}: {case.name}": run(case) for case in hostile()}
    slowest_last = sorted(took.items(), key=lambda row: row[1].cpu)
    return {"bounds": {name: [row.cpu, row.megabytes] for name, row in slowest_last}}


def aims(found: dict[str, Any]) -> list[tuple[str, bool]]:
    """The most that any file may take."""
    cpu, memory = zip(*found["bounds"].values(), strict=True)
    return [at_most("CPU s", max(cpu), CPU_SECONDS), at_most("MB", max(memory), MEGABYTES)]
