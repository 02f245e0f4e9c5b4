"""Plays people against a real stack: waits for states, answers gates, reads the stand-in's list."""

from __future__ import annotations

import contextlib
import secrets
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psutil

from deployments.warm.run import name_of
from greenlight.access.rights import EVERYTHING
from greenlight.briefs.intake import check_brief
from greenlight.desk import Desk, Signature, Wish, choose_all
from greenlight.local.standin import admin_client
from greenlight.settings import Profile
from greenlight.views.status import Status

ADA = Signature("Ada", "login:ada", "cli", verified=True, rights=EVERYTHING)
PATIENCE = 120.0


def brief_of(**fields: Any) -> dict[str, Any]:
    """A small brief of its own words and, unless told otherwise, a show of its own."""
    word = secrets.token_hex(3)
    return {
        "title": f"Lighthouse {word}",
        "vision": "A lighthouse keeper climbs the spiral stairs. She lights the lamp. "
        "A ship turns away from the rocks.",
        "show": f"show-{word}",
        "shots": 2,
        "seconds": 6,
        "candidates": 1,
        "sheets": "none",
    } | fields


def submit(desk: Desk, **fields: Any) -> str:
    """Submits such a brief and returns its production."""
    brief = check_brief(brief_of(**fields), "test")
    return desk.submit(brief, Path.cwd(), ADA).production


def until(what: Callable[[], Any], patience: float = PATIENCE, pause: float = 0.5) -> Any:
    """Waits until `what` gives something true, and returns that."""
    deadline = time.monotonic() + patience
    while time.monotonic() < deadline:
        if found := what():
            return found
        time.sleep(pause)
    raise AssertionError(f"waited {patience:.0f} s in vain")


def until_waiting(desk: Desk, production: str, *starts: str, suspended: bool = False) -> Status:
    """Waits until takes of these kinds wait and nothing else is under way."""

    def look() -> Status | None:
        status = desk.status(production)
        assert status.state != "cancelled", status
        there = all(any(s in t for t in status.waiting_takes) for s in starts)
        asleep = not suspended or status.run_state == "Suspended"
        return status if status.state == "waiting" and there and asleep else None

    found: Status = until(look)
    return found


def approve_all(desk: Desk, production: str) -> list[str]:
    """Approves one waiting take per subject, flagged ones by name."""
    _, state = desk.look(production)
    wishes, left = choose_all(state.waiting)
    by_shot = {item.take.rsplit("_c", 1)[0]: item for item in left if not item.held}
    wishes += [Wish(target=item.take, verdict="approve") for item in by_shot.values()]
    desk.decide(production, wishes, ADA)
    return [w.target for w in wishes]


def finish(desk: Desk, production: str) -> Status:
    """Approves everything that comes until the production is delivered."""

    def step() -> Status | None:
        status = desk.status(production)
        assert status.state != "cancelled", status
        if status.state == "delivered":
            return status
        if status.state == "waiting":
            approve_all(desk, production)
        return None

    found: Status = until(step, 180)
    return found


def served(profile: Profile, **filters: Any) -> list[dict[str, Any]]:
    """What the stand-in served, by its own account."""
    with admin_client(profile.models.base_url, profile.models.admin_key) as standin:
        rows: list[dict[str, Any]] = standin.get("requests", params=filters).json()
    return rows


def paid(profile: Profile, since: int = 0) -> list[dict[str, Any]]:
    """The requests that a real service would have billed, after the first `since` ones."""
    return [row for row in served(profile, paid=1) if row["n"] > since]


def last_request(profile: Profile) -> int:
    """The number of the newest request that was served."""
    return max((row["n"] for row in served(profile)), default=0)


def kill_run(flow_run: str) -> int:
    """Kills -9 every process of a flow run; returns how many there were."""
    killed = 0
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error):
            forked = process.name() == name_of(flow_run)
            if forked or process.environ().get("PREFECT__FLOW_RUN_ID") == flow_run:
                process.kill()
                killed += 1
    return killed
