"""One stack to kill things in: its plan, its health, and what its parts say of themselves."""

from __future__ import annotations

import json
import os
import shutil
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from unittest import mock

import httpx
import psutil

import greenlight
from greenlight.desk import Desk
from greenlight.local.home import ServiceEvent, load_credentials
from greenlight.local.process import marked
from greenlight.local.stack import Stack
from greenlight.local.standin import admin_client
from greenlight.settings import load_profile
from tests.chaos.inject import victims
from tests.chaos.points import Point
from tests.ports import free_block

ROOT = Path(greenlight.__file__).resolve().parent.parent
INJECT = Path(__file__).parent / "inject"

LATENCY = {"text": 0.0, "image": 0.0, "video": 0.2}
LISTENS = {"GREENLIGHT_LINGER_SECONDS": "30"}
SLEEPS = {"GREENLIGHT_LINGER_SECONDS": "0.3"}
POLLS = {"GREENLIGHT_POLL_SECONDS": "0.3"}
GIVES_UP = {"GREENLIGHT_POST_SECONDS": "8"}
"""Where a POST is cut off, its outcome is unknown after this and the ledger's margin."""

_HEALTH_SECONDS = 90.0
_BLOCKS = range(12_000, 32_000, 400)
_starting = threading.Lock()


def hooked_environment() -> dict[str, str]:
    """What makes a Python process load the hooks, and this checkout whatever is installed."""
    return {"PYTHONPATH": os.pathsep.join((str(INJECT), str(ROOT))), "CHAOS": "1"}


class Lane:
    """A stack of its own, in which one case runs after the other."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.up: dict[str, bool] = {}
        self._http = httpx.Client(timeout=10, trust_env=False)
        self._folder = home / "chaos"

    def begin(self) -> None:
        """Starts the stack; the scheduled reconcile stands still, its work is the harness's."""
        self._stack = Stack(
            self.home,
            ROOT,
            self._heard,
            first_port=free_block(_BLOCKS),
            standin_options={"latency": ",".join(f"{k}={v}" for k, v in LATENCY.items())},
        )
        info = self._stack.start()
        self.up = dict.fromkeys(info.pids, True)
        self.profile = load_profile("embedded", {"GREENLIGHT_HOME": str(self.home)})
        self._standin = admin_client(self.profile.models.base_url, self.profile.models.admin_key)
        self.desk = Desk(self.profile)
        deployment = self.prefect("GET", "/deployments/name/reconcile/reconcile")
        self.prefect("POST", f"/deployments/{deployment['id']}/pause_deployment")

    def end(self) -> list[str]:
        """Takes the stack down; names what is left of it, which should be nothing."""
        self._http.close()
        self._stack.stop()
        left = marked(load_credentials(self.home).stack_id)
        return [f"{p.pid} {' '.join(p.cmdline())[:100]}" for p in left]

    def _heard(self, event: ServiceEvent) -> None:
        """Follows the supervisor."""
        if event.state in ("up", "restarting", "failed", "starting"):
            self.up[event.name] = event.state == "up"

    def until_healthy(self) -> None:
        """Returns when every service is up (again); raises TimeoutError naming the others."""
        deadline = time.monotonic() + _HEALTH_SECONDS
        while not all(self.up.values()) or self._processes() != set(self.up):
            if time.monotonic() > deadline:
                down = [name for name, up in self.up.items() if not up]
                raise TimeoutError(f"not up after {_HEALTH_SECONDS:.0f} s: {', '.join(down)}")
            time.sleep(0.1)

    def _processes(self) -> set[str]:
        pids = json.loads((self.home / "stack.json").read_text())["pids"]
        return {name for name, pid in pids.items() if psutil.pid_exists(pid)}

    # The plan of the running case.

    def plan(self, point: Point | None, victim: str, *, pause: bool = False) -> None:
        """Lays out the next kill, or none, and what the processes to come are told."""
        self._begin_plan(LATENCY | (point.latency if point else {}))
        self._write_plan([point] if point else [], victim, pause=pause)

    def rehearse(self, points: Sequence[Point]) -> None:
        """Lets processes to come count how often they pass these points, and kill nobody."""
        self._begin_plan(LATENCY | {"video": 1.5})
        self._write_plan(points, None)

    def _begin_plan(self, latency: Mapping[str, float]) -> None:
        shutil.rmtree(self._folder, ignore_errors=True)
        self._folder.mkdir()
        self._standin.put("latency", json=latency).raise_for_status()

    def after_the_kill(self) -> None:
        """Lets processes to come listen at gates and wait for answers; only the kill did not."""
        self._write_plan([], "")

    def _write_plan(
        self, points: Sequence[Point], victim: str | None, *, pause: bool = False
    ) -> None:
        names = ("name", "target", "where", "match", "hit", "process", "roles")
        listens = SLEEPS if any(p.sleeps for p in points) else LISTENS
        gives_up = GIVES_UP if victim and any(p.loses for p in points) else {}
        plan = {
            "points": [{name: getattr(point, name) for name in names} for point in points],
            "victim": victim,
            "pause": pause,
            "environment": POLLS | listens | gives_up,
            "models_base_url": self.profile.models.base_url,
            "models_admin_key": self.profile.models.admin_key,
        }
        beside = self._folder / "plan.new"
        beside.write_text(json.dumps(plan))
        beside.replace(self._folder / "plan.json")

    def fired(self) -> dict[str, Any] | None:
        """What the hook left when it killed, None as long as it has not."""
        broken = self._folder / "broken.txt"
        if broken.exists():
            raise AssertionError(broken.read_text())
        found = self._folder / "fired.json"
        try:
            trace: dict[str, Any] = json.loads(found.read_text())
        except FileNotFoundError:
            return None
        return trace

    def record_kill(self, victim: str, pids: list[int]) -> None:
        """Leaves the trace of a kill by the harness's own hand."""
        trace = {"time": time.time(), "pid": os.getpid(), "victim": victim, "pids": pids}
        (self._folder / "fired.json").write_text(json.dumps(trace))

    def armed(self) -> bool:
        """Whether a paused hook stands at its point now."""
        return (self._folder / "armed").exists() and not (self._folder / "go").exists()

    def let_go(self) -> None:
        """Lets a paused hook kill."""
        (self._folder / "go").touch()

    def hits(self, point: Point) -> int:
        """How many calls so far the point's pattern has matched."""
        found = self._folder / f"{point.name}.hits"
        return len(found.read_text().splitlines()) if found.exists() else 0

    # What the services say.

    def prefect(self, method: str, path: str, body: Any = None) -> Any:
        """One call of Prefect's API."""
        url, headers = f"{self.profile.prefect_api_url}{path}", self.profile.prefect_headers
        answer = self._http.request(method, url, json=body, headers=headers)
        answer.raise_for_status()
        return answer.json() if answer.content else None

    def served(self, since: int = 0, **filters: Any) -> list[dict[str, Any]]:
        """The stand-in's own list, after the first `since` requests."""
        answer = self._standin.get("requests", params=filters)
        answer.raise_for_status()
        return [row for row in answer.json() if row["n"] > since]

    def job(self, remote_id: str) -> dict[str, Any] | None:
        """A video job as the stand-in has it, None when it knows no such job."""
        url = f"{self.profile.models.base_url}/v1/interactions/{remote_id}"
        answer = self._http.get(url, headers={"x-goog-api-key": self.profile.models.api_key})
        if answer.status_code in (400, 404):
            return None
        answer.raise_for_status()
        found: dict[str, Any] = answer.json()
        return found

    def runs(self, production: str) -> list[dict[str, Any]]:
        """All Prefect flow runs of a production, oldest first, each with its `states`."""
        wanted = {"flow_runs": {"name": {"any_": [production]}}}
        found: list[dict[str, Any]] = self.prefect("POST", "/flow_runs/filter", wanted)
        found.sort(key=lambda run: str(run["created"]))
        for run in found:
            run["states"] = self.prefect("GET", f"/flow_run_states/?flow_run_id={run['id']}")
        return found

    def flow_processes(self, flow_runs: set[str]) -> list[psutil.Process]:
        """Live processes of these flow runs."""
        return victims.flow_processes(flow_runs)


@contextmanager
def a_lane(home: Path) -> Iterator[Lane]:
    """A started lane; raises AssertionError when its stack leaves a process behind."""
    lane = Lane(home)
    # One at a time: ports are chosen before they are bound, and the environment is everybody's.
    with _starting, mock.patch.dict(os.environ, hooked_environment()):
        lane.begin()
    left = ["the stack was not taken down"]
    try:
        yield lane
    finally:
        left = lane.end()
    if left:
        raise AssertionError(f"processes left by the stack: {'; '.join(left)}")
