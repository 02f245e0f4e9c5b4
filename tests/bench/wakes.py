"""How soon work begins: after a resume, after ten at once, and while the flow is awake.

Judged against Prefect's own process worker in the same run on the same machine.
"""

from __future__ import annotations

import subprocess
import sys
import time
from argparse import Namespace
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from statistics import median
from typing import Any

from tests.bench.stack import ROOT, House, at_most, house, moment

AT_ONCE = 10
POOLS = ("greenlight-warm", "process")
AIM_SECONDS = 1.5


def measure(folder: Path, options: Namespace) -> dict[str, Any]:
    """Seconds of each kind of wait in both pools, and memory."""
    found: dict[str, Any] = {"imports": imports()}
    for pool in POOLS:
        print(f"{pool}: starting a stack …", flush=True)
        with house(folder / pool, pool) as there:
            found[pool] = {
                "resume → first paid request": summary(resumes(there, options.samples)),
                "decision → paid request while awake": summary(awake(there, options.samples)),
                f"{AT_ONCE} resumes at once": summary(at_once(there)),
                "memory": there.memory(),
            }
    return found


def aims(found: dict[str, Any]) -> list[tuple[str, bool]]:
    """A resume's median on an idle machine."""
    middle = found[POOLS[0]]["resume → first paid request"]["median"]
    return [at_most("seconds of a resume, median", middle, AIM_SECONDS)]


def resumes(house: House, samples: int) -> list[float]:
    """Seconds from each decision on a suspended run to the first paid request that it releases."""
    found = []
    productions = house.submit(samples)
    for production in productions:
        house.until_asleep(production)
    for production in productions:
        time.sleep(1)  # what the last one left to do is done
        before = len(house.rows("image"))
        begun = time.time()
        house.approve(production)
        house.until(lambda before=before: len(house.rows("image")) > before)  # type: ignore[misc]
        found.append(moment(house.rows("image")[before]) - begun)
        house.until_asleep(production)
    return found


def at_once(house: House) -> list[float]:
    """The same for ten productions that are decided in one moment, in order of their requests."""
    productions = house.submit(AT_ONCE)
    for production in productions:
        house.until_asleep(production)
    time.sleep(1)
    before = len(house.rows("image"))
    begun = time.time()
    with ThreadPoolExecutor(AT_ONCE) as pool:
        list(pool.map(house.approve, productions))
    house.until(lambda: len(house.rows("image")) >= before + AT_ONCE)
    found = [moment(row) - begun for row in house.rows("image")[before:]]
    for production in productions:
        house.until_asleep(production)
    return found


def awake(house: House, samples: int) -> list[float]:
    """Seconds from a decision to its paid request while another clip is being made."""
    found = []
    for production in house.submit(samples, shots=2):
        house.latency(video=0)
        house.until_asleep(production)
        house.approve(production)
        house.until(lambda p=production: house.waits_for(p, 2, "frame"), 0.2)  # type: ignore[misc]
        house.until_asleep(production)
        house.latency(video=8)
        before = len(house.rows("video"))
        house.approve(production, "sq010_sh0010")
        house.until(lambda before=before: len(house.rows("video")) > before)  # type: ignore[misc]
        time.sleep(1)
        begun = time.time()
        house.approve(production, "sq010_sh0020")
        house.until(lambda before=before: len(house.rows("video")) > before + 1)  # type: ignore[misc]
        found.append(moment(house.rows("video")[before + 1]) - begun)
        house.until_asleep(production)
    return found


def imports() -> dict[str, float]:
    """Seconds of a new Python process, best of three: bare, Prefect, the flow."""
    wanted = {
        "python": "pass",
        "prefect": "import prefect.flow_engine",
        "flow": "import prefect.flow_engine, flows.previs",
    }
    return {name: min(_seconds(code) for _ in range(3)) for name, code in wanted.items()}


def summary(seconds: list[float]) -> dict[str, float]:
    """Median, quickest and slowest."""
    return {"median": median(seconds), "least": min(seconds), "most": max(seconds)}


def _seconds(code: str) -> float:
    begun = time.perf_counter()
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - begun
