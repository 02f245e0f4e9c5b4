"""What is done to a run in Prefect's dashboard stops a production, and never ends it for good."""

from __future__ import annotations

from typing import Literal

import httpx
import pytest

from greenlight.desk import Desk
from greenlight.local.standin import admin_client
from greenlight.settings import Profile
from tests.e2e import people

pytestmark = [pytest.mark.stack, pytest.mark.slow]


def run_at(profile: Profile, flow_run: str) -> str:
    return f"{profile.prefect_api_url}/flow_runs/{flow_run}"


def set_state(profile: Profile, flow_run: str, kind: str) -> None:
    """What the dashboard's buttons do."""
    state = {"state": {"type": kind, "name": kind.capitalize()}, "force": True}
    url = f"{run_at(profile, flow_run)}/set_state"
    httpx.post(url, json=state, headers=profile.prefect_headers, trust_env=False).raise_for_status()


@pytest.mark.parametrize("how", ["CANCELLED", "CANCELLING", "FAILED", "COMPLETED", "delete"])
def test_a_decision_goes_on_whatever_was_done_to_the_suspended_run(
    desk: Desk, profile: Profile, how: Literal["CANCELLED", "CANCELLING", "delete"]
) -> None:
    production = people.submit(desk)
    people.until_waiting(desk, production, "shotlist", suspended=True)
    first = desk.status(production).flow_run
    if how == "delete":
        httpx.delete(
            run_at(profile, first), headers=profile.prefect_headers, trust_env=False
        ).raise_for_status()
    else:
        set_state(profile, first, how)
    status = desk.status(production)
    if how in ("CANCELLED", "CANCELLING"):
        assert status.state == "stalled"
        assert "cancelled in Prefect" in status.problem
        assert f"`greenlight resume {production}`" in status.problem
    assert status.waiting_takes == ("shotlist/v001",)
    people.approve_all(desk, production)
    people.until_waiting(desk, production, "frame", suspended=True)
    assert desk.status(production).flow_run != first
    desk.cancel(production, people.ADA)


def test_a_cancelled_run_is_gone_on_with_by_its_verb_or_by_a_retry(
    desk: Desk, profile: Profile
) -> None:
    production = people.submit(desk)
    people.until_waiting(desk, production, "shotlist", suspended=True)
    first = desk.status(production).flow_run
    set_state(profile, first, "CANCELLED")
    assert "is started" in desk.resume(production, people.ADA)
    people.until_waiting(desk, production, "shotlist", suspended=True)
    second = desk.status(production).flow_run
    assert second != first
    # A retry of the first run makes it the newest: the other one gives way.
    retry = {"state": {"type": "SCHEDULED", "name": "AwaitingRetry"}, "force": True}
    url = f"{run_at(profile, first)}/set_state"
    httpx.post(url, json=retry, headers=profile.prefect_headers, trust_env=False).raise_for_status()
    people.until(lambda: desk.status(production).flow_run == first, 60)
    people.until_waiting(desk, production, "shotlist", suspended=True)
    given = httpx.get(
        run_at(profile, second), headers=profile.prefect_headers, trust_env=False
    ).json()["state"]
    assert given["type"] == "CANCELLED"
    people.approve_all(desk, production)
    people.until_waiting(desk, production, "frame", suspended=True)
    desk.cancel(production, people.ADA)
    assert "by Ada" in desk.status(production).problem


def test_a_quota_that_stays_away_stalls_a_production_in_sight_and_the_verb_goes_on(
    desk: Desk, profile: Profile
) -> None:
    production = people.submit(desk, shots=1)
    people.until_waiting(desk, production, "shotlist", suspended=True)
    model = desk.workspace(production).production.image_model
    with admin_client(profile.models.base_url, profile.models.admin_key) as standin:
        rule = {"fault": "rate-limit", "role": "image", "times": 100, "seconds": 1}
        standin.post("faults", json=rule).raise_for_status()
        try:
            people.approve_all(desk, production)
            status = people.until(
                lambda: (s := desk.status(production)).state == "stalled" and s, 90
            )
        finally:
            standin.delete("faults").raise_for_status()
    assert "rate limit" in status.problem
    assert "is tried again at" in status.problem
    assert f"`greenlight resume {production}`" in status.problem
    assert (status.run_state, status.waiting_takes) == ("Suspended", ())
    wanted = {"artifacts": {"key": {"any_": [f"{production}-stalled"]}}}
    url = f"{profile.prefect_api_url}/artifacts/filter"
    (artifact,) = httpx.post(
        url, json=wanted, headers=profile.prefect_headers, trust_env=False
    ).json()
    assert "rate limit" in artifact["data"].replace("\\", "")
    assert desk.workspace(production).backoff(model).left() > 30
    assert "is resumed" in desk.resume(production, people.ADA)
    people.until_waiting(desk, production, "frame", suspended=True)
    assert all(len(e.sending) > 6 for e in desk.ledger(production) if e.slot.kind == "frame")
    desk.cancel(production, people.ADA)
