"""A production that has stalled says so on its pages, and whoever may decide goes on with it."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from greenlight.desk import Desk
from greenlight.production.records import RunRecord
from greenlight.runs import FlowRun, Runs
from greenlight.store.records import now
from tests.review.room import Built, SignedIn, inbox_of

WHY = "stalled: its run was cancelled in Prefect; a decision or"


@pytest.fixture
def started(
    monkeypatch: pytest.MonkeyPatch, room_desk: Desk, production: Built
) -> list[tuple[str, str]]:
    """The runs that were started of a production whose run was cancelled in Prefect."""
    workspace = room_desk.workspace(production.name)
    workspace.records.claim(RunRecord(at=now(), number=1, flow_run="r1", cause="submit"))
    cancelled = FlowRun("r1", "p", "CANCELLED", "Cancelled", "", datetime.now(UTC))
    begun: list[tuple[str, str]] = []

    def start(runs: Runs, name: str, key: str, tags: list[str], queue: str = "") -> FlowRun:
        begun.append((name, key))
        return cancelled._replace(id="r2", type="RUNNING", state="Running")

    monkeypatch.setattr(Runs, "look", lambda runs, run: cancelled)
    monkeypatch.setattr(Runs, "look_at", lambda runs, wanted: {"r1": cancelled})
    monkeypatch.setattr(Runs, "start", start)
    return begun


@pytest.mark.usefixtures("started")
def test_every_page_gives_the_reason_and_offers_the_verb_to_those_who_may(
    signed_in: SignedIn, production: Built
) -> None:
    reviewer, viewer = signed_in("reviewer"), signed_in("viewer")
    assert WHY in inbox_of(viewer)
    assert WHY in viewer.get(production.at).text
    assert 'id="resume"' in reviewer.get(production.at).text
    assert 'id="resume"' not in viewer.get(production.at).text
    status = viewer.get(f"/api/productions/{production.name}").json()
    assert (status["state"], status["resumable"], status["until"]) == ("stalled", True, None)
    assert status["problem"].startswith(WHY)


def test_whoever_may_decide_goes_on_with_it(
    signed_in: SignedIn, production: Built, started: list[tuple[str, str]]
) -> None:
    at = f"{production.api}/resume"
    assert signed_in("viewer").post(at).status_code == 403
    assert started == []
    answer = signed_in("reviewer").post(at)
    assert answer.json() == {"done": f"{production.name}: run 2 is started"}
    assert started == [(production.name, f"greenlight-{production.name}-2")]
