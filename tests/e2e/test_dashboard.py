"""What is done to a run in Prefect's dashboard stops a production, and never ends it for good."""

from __future__ import annotations

from typing import Literal

import pytest

from greenlight.desk import Desk
from greenlight.settings import Profile
from tests.e2e import people

pytestmark = [pytest.mark.stack, pytest.mark.slow]


@pytest.mark.parametrize("how", ["CANCELLED", "CANCELLING", "FAILED", "COMPLETED", "delete"])
def test_a_decision_goes_on_whatever_was_done_to_the_suspended_run(
    desk: Desk, profile: Profile, how: Literal["CANCELLED", "CANCELLING", "delete"]
) -> None:
    production = people.submit(desk)
    people.until_waiting(desk, production, "shotlist", suspended=True)
    first = desk.status(production).flow_run
    if how == "delete":
        with people.prefect(profile) as prefect:
            prefect.delete(f"/flow_runs/{first}").raise_for_status()
    else:
        people.set_state(profile, first, how)
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
    people.set_state(profile, first, "CANCELLED")
    assert "is started" in desk.resume(production, people.ADA)
    people.until_waiting(desk, production, "shotlist", suspended=True)
    second = desk.status(production).flow_run
    assert second != first
    # A retry of the first run makes it the newest: the other one gives way.
    people.set_state(profile, first, "SCHEDULED", "AwaitingRetry")
    people.until(lambda: desk.status(production).flow_run == first, 60)
    people.until_waiting(desk, production, "shotlist", suspended=True)
    with people.prefect(profile) as prefect:
        given = prefect.get(f"/flow_runs/{second}").json()["state"]
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
    rule = {"fault": "rate-limit", "role": "image", "times": 100, "seconds": 1}
    with people.faults(profile, rule):
        people.approve_all(desk, production)
        status = people.until(lambda: (s := desk.status(production)).state == "stalled" and s, 90)
    assert "rate limit" in status.problem
    assert "is tried again at" in status.problem
    assert f"`greenlight resume {production}`" in status.problem
    assert (status.run_state, status.waiting_takes) == ("Suspended", ())
    wanted = {"artifacts": {"key": {"any_": [f"{production}-stalled"]}}}
    with people.prefect(profile) as prefect:
        (artifact,) = prefect.post("/artifacts/filter", json=wanted).json()
    assert "rate limit" in artifact["data"].replace("\\", "")
    assert desk.workspace(production).backoff(model).left() > 30
    assert "is resumed" in desk.resume(production, people.ADA)
    people.until_waiting(desk, production, "frame", suspended=True)
    assert all(len(e.sending) > 6 for e in desk.ledger(production) if e.slot.kind == "frame")
    desk.cancel(production, people.ADA)


def test_a_table_of_briefs_starts_each_row_once(desk: Desk, profile: Profile) -> None:
    show = people.brief_of()["show"]
    rows = f"title,vision,show,shots\nHen,A hen.,{show},1\nOwl,,{show},1\nBat,A bat.,{show},1\n"
    key = f"tests/{show}.csv"
    assert desk.store.put_once(key, rows.encode(), "text/csv")

    def run() -> None:
        made = people.run_deployment(profile, "batch", table=f"s3://{desk.store.bucket}/{key}")
        people.until(lambda: desk.runs.look(made).type == "COMPLETED")

    run()
    first = {p for p in desk.productions() if desk.workspace(p).keys.show == show}
    assert {p.split("-")[0] for p in first} == {"hen", "bat"}
    run()
    assert {p for p in desk.productions() if desk.workspace(p).keys.show == show} == first
    for production in first:
        desk.cancel(production, people.ADA)
