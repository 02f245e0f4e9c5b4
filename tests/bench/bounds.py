"""`make bench ARGS=bounds`: CPU seconds and memory that hostile files take, beside their aims."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from tests.bounds.hostile import hostile
from tests.bounds.measuring import measuring

CPU_SECONDS, MEGABYTES = 2.0, 350


def measure() -> dict[str, Any]:
    """CPU seconds and megabytes of each file at each door."""
    with tempfile.TemporaryDirectory() as folder, measuring(Path(folder)) as run:
        found = [(case, run(case)) for case in hostile()]
    return {
        "bounds": [
            {
                "door": case.door,
                "file": f"{case.kind}: {case.name}",
                "cpu_seconds": round(took.cpu, 2),
                "megabytes": round(took.megabytes),
            }
            for case, took in found
        ]
    }


def show(found: dict[str, Any]) -> bool:
    """Prints each figure, and whether all are within the aims."""
    rows = sorted(found["bounds"], key=lambda row: row["cpu_seconds"])
    print(f"\n  CPU s     MB  door        file   (aims: {CPU_SECONDS:g} s, {MEGABYTES} MB)")
    met = True
    for row in rows:
        within = row["cpu_seconds"] < CPU_SECONDS and row["megabytes"] < MEGABYTES
        met &= within
        print(
            f"{row['cpu_seconds']:7.2f} {row['megabytes']:6d}  {row['door']:<10}  {row['file']}"
            f"{'' if within else '   over its aim'}"
        )
    return met
