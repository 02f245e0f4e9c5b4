"""Automations that look after runs: what crashed is looked at at once, what waits never."""

from __future__ import annotations

from typing import Any

import pytest

from deployments.automations import RECONCILE, WATCHERS, make_automations
from greenlight.desk import Desk
from tests.e2e import people

pytestmark = pytest.mark.stack


def started_by(desk: Desk, automation: str) -> int:
    wanted = {"deployments": {"name": {"any_": ["reconcile"]}}, "limit": 200}
    runs = desk.runs._call("POST", "/flow_runs/filter", wanted)
    return sum((run.get("created_by") or {}).get("display_value") == automation for run in runs)


def test_each_is_made_once_and_one_that_was_switched_off_stays_off(prefect: Any) -> None:
    first = prefect.read_automations_by_name(WATCHERS[0].name)[0]
    prefect.pause_automation(first.id)
    try:
        assert make_automations(prefect) == []
        assert not prefect.read_automations_by_name(WATCHERS[0].name)[0].enabled
    finally:
        prefect.resume_automation(first.id)
    assert all(len(prefect.read_automations_by_name(w.name)) == 1 for w in WATCHERS)


def test_none_is_fired_by_a_run_that_is_suspended() -> None:
    for watcher in WATCHERS:
        reactive = not watcher.after
        suspended = "prefect.flow-run.Suspended"
        assert (suspended not in watcher.expect) if reactive else (suspended in watcher.expect)


def test_a_crash_starts_recovery_at_once_and_a_waiting_run_starts_nothing(
    desk: Desk, prefect: Any
) -> None:
    name = WATCHERS[0].name
    production = people.submit(desk, shots=1, seconds=3)
    people.until_waiting(desk, production, "shotlist", suspended=True)
    before = started_by(desk, name)
    run = desk.status(production).flow_run
    assert desk.runs.look(run).suspended
    other = desk.runs.start("", f"crash-{production}", [])
    desk.runs.bury(other.id, "for a test")
    people.until(lambda: started_by(desk, name) > before)
    assert desk.runs.look(run).suspended
    assert len(desk.look(production)[0].runs) == 1
    assert prefect.read_deployment_by_name(RECONCILE).name == "reconcile"
    desk.cancel(production, people.ADA)
