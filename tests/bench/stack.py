"""A stack of its own for one kind of work pool, and productions that wait on it."""

from __future__ import annotations

import asyncio
import json
import os
import re
import secrets
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any
from unittest import mock

import httpx
import psutil

import greenlight
from greenlight.access.rights import EVERYTHING
from greenlight.access.signature import Signature
from greenlight.briefs.intake import check_brief
from greenlight.desk import Desk, Wish, choose_all
from greenlight.local.home import read_stack
from greenlight.local.stack import Stack
from greenlight.local.standin import admin_client
from greenlight.settings import load_profile
from tests.ports import free_block

ROOT = Path(greenlight.__file__).resolve().parent.parent
BENCH = Signature("bench", "robot:bench", "api", verified=True, rights=EVERYTHING)
"""Decides on simulated shows only, as every robot does."""

_PATIENCE = 180.0
_PREVIS = {"deployments": {"name": {"any_": ["previs"]}}}
_PAGE = 200
_PEAK = re.compile(r"ended with 0, (\d+) MB at most \((\d+) MB more than its parent\)")


class House:
    """The stack under measurement."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.profile = load_profile("embedded", {"GREENLIGHT_HOME": str(home)})
        self.desk = Desk(self.profile)
        self._standin = admin_client(self.profile.models.base_url, self.profile.models.admin_key)
        headers = self.profile.prefect_headers
        self._prefect = httpx.Client(timeout=10, trust_env=False, headers=headers)

    def submit(self, count: int, shots: int = 1) -> list[str]:
        """Productions whose shot lists are about to wait."""
        return [submit(self, shots) for _ in range(count)]

    def _ask(self, path: str, wanted: dict[str, Any]) -> Any:
        answer = self._prefect.post(f"{self.profile.prefect_api_url}{path}", json=wanted)
        return answer.raise_for_status().json()

    def until_asleep(self, production: str) -> None:
        """Waits until the production's run is suspended."""
        self.until(lambda: self.desk.status(production).run_state == "Suspended", 0.2)

    def approve(self, production: str, shot: str = "") -> None:
        """Approves all that waits, or what waits of one shot."""
        waiting = [w for w in self.desk.look(production)[1].waiting if w.take.startswith(shot)]
        wishes, left = choose_all(waiting)
        wishes += [Wish(target=w.take, verdict="approve") for w in left[:1] if not wishes]
        self.desk.decide(production, wishes, BENCH)

    def waits_for(self, production: str, count: int, kind: str) -> bool:
        """Whether so many takes of this kind wait."""
        waiting = self.desk.look(production)[1].waiting
        return sum(f"/{kind}/" in w.take for w in waiting) >= count

    def paid(self, **wanted: str) -> list[dict[str, Any]]:
        """The paid requests that the stand-in has served, by its own account."""
        answer = self._standin.get("requests", params={"paid": 1, **wanted})
        return list(answer.raise_for_status().json())

    def rows(self, role: str) -> list[dict[str, Any]]:
        """Those of one role."""
        return self.paid(role=role)

    def pids(self) -> dict[str, int]:
        """The process of each service."""
        return dict(json.loads((self.home / "stack.json").read_text())["pids"])

    def limits(self, places: int = 0) -> dict[str, int]:
        """Places of each model role; set to `places` first where that is above 0."""
        found = {}
        for role in ("text", "image", "video"):
            url = f"{self.profile.prefect_api_url}/v2/concurrency_limits/greenlight-{role}"
            if places:
                self._prefect.patch(url, json={"limit": places}).raise_for_status()
            found[role] = int(self._prefect.get(url).raise_for_status().json()["limit"])
        return found

    def workers(self) -> int:
        """How many workers poll the pool."""
        online = {"workers": {"status": {"any_": ["ONLINE"]}}}
        return len(self._ask("/work_pools/greenlight/workers/filter", online))

    def states(self) -> Counter[str]:
        """How many runs of productions are in each state that is no end, by its name."""
        found = {}
        for name in ("Scheduled", "Late", "Pending", "Running", "Suspended", "Resuming"):
            wanted = {**_PREVIS, "flow_runs": {"state": {"name": {"any_": [name]}}}}
            found[name] = int(self._ask("/flow_runs/count", wanted))
        return Counter({name: number for name, number in found.items() if number})

    def in_hand(self) -> list[str]:
        """Productions whose runs work or wait, by one question to Prefect a page."""
        found: list[str] = []
        while True:
            wanted = {
                **_PREVIS,
                "flow_runs": {"state": {"name": {"any_": ["Running", "Suspended"]}}},
                "limit": _PAGE,
                "offset": len(found),
                "sort": "ID_DESC",
            }
            page = self._ask("/flow_runs/filter", wanted)
            found += [str(run["parameters"]["production"]) for run in page]
            if len(page) < _PAGE:
                return found

    def rows_by_table(self) -> Counter[str]:
        """Rows of each table of Prefect's database that has any."""
        info = read_stack(self.home)
        assert info is not None
        return asyncio.run(_rows_by_table(info.database_url))

    def latency(self, **seconds: float) -> None:
        """Sets how long the stand-in takes for an answer."""
        self._standin.put("latency", json=seconds).raise_for_status()

    def until(self, true: Callable[[], object], pause: float = 0.05) -> None:
        """Waits for something to be so; raises TimeoutError."""
        deadline = time.monotonic() + _PATIENCE
        while not true():
            if time.monotonic() > deadline:
                raise TimeoutError(f"it did not come to pass in {_PATIENCE:.0f} s")
            time.sleep(pause)

    def memory(self) -> dict[str, float]:
        """Resident MB of the worker and, where there is one, of its warm process and runs."""
        worker = psutil.Process(self.pids()["worker"])
        found = {"worker_mb": worker.memory_info().rss / 2**20}
        for child in worker.children():
            if "deployments.warm.zygote" in child.cmdline():
                found["warm_process_mb"] = child.memory_info().rss / 2**20
        log = (self.home / "logs" / "worker.log").read_text(errors="replace")
        peaks = [(int(a), int(b)) for a, b in _PEAK.findall(log)]
        if peaks:
            found["run_peak_mb"] = float(max(a for a, _ in peaks))
            found["run_own_mb"] = float(max(b for _, b in peaks))
        return found


async def _rows_by_table(url: str) -> Counter[str]:
    import asyncpg

    connection = await asyncpg.connect(url.replace("postgresql+asyncpg", "postgresql"))
    try:
        names = await connection.fetch(
            "select relname from pg_stat_user_tables where schemaname = 'public'"
        )
        found = {
            str(row["relname"]): await connection.fetchval(f'select count(*) from "{row[0]}"')
            for row in names
        }
    finally:
        await connection.close()
    return Counter({name: number for name, number in found.items() if number})


def submit(house: House, shots: int, show: str = "") -> str:
    """A production of the same brief every time, in a show of its own unless one is named."""
    fields = {
        "title": "Lighthouse",
        "vision": "A lighthouse keeper climbs the spiral stairs. She lights the lamp.",
        "show": show or f"bench-{secrets.token_hex(4)}",
        "shots": shots,
        "seconds": 3 * shots,
        "candidates": 1,
        "sheets": "none",
    }
    return house.desk.submit(check_brief(fields, "bench"), Path.cwd(), BENCH).production


@contextmanager
def house(home: Path, pool: str, memory: int = 0, *, alone: bool = True) -> Iterator[House]:
    """A stack whose pool is of this type.

    With `memory` MB, its stand-in answers the same request from memory. `alone`, its runs suspend
    at once and there is no other work; otherwise everything is as it is for people.
    """
    standin = {"latency": "text=0", "memory": str(memory)}
    wanted = {"GREENLIGHT_POOL_TYPE": pool}
    if alone:
        wanted["GREENLIGHT_LINGER_SECONDS"] = "0.3"
    block = free_block(range(12_000, 32_000, 400))
    with (
        mock.patch.dict(os.environ, wanted),
        Stack(home, ROOT, first_port=block, standin_options=standin),
    ):
        found = House(home)
        if alone:
            api, headers = found.profile.prefect_api_url, found.profile.prefect_headers
            name = f"{api}/deployments/name/reconcile/reconcile"
            deployment = httpx.get(name, headers=headers, trust_env=False).raise_for_status().json()
            pause = f"{api}/deployments/{deployment['id']}/pause_deployment"
            httpx.post(pause, headers=headers, trust_env=False).raise_for_status()
        found.latency(text=0, image=0, video=0)
        yield found


def at_most(what: str, value: float, aim: float) -> tuple[str, bool]:
    """An aim in a sentence, and whether it is met."""
    return f"{what}: {value:.3g} (at most {aim:g})", value <= aim


def moment(row: dict[str, Any]) -> float:
    """When the stand-in took a request on, in seconds since the epoch."""
    return datetime.fromisoformat(row["time"]).timestamp()
