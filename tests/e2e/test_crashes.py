"""Flow processes that are killed: the production goes on, and nothing is paid twice."""

from __future__ import annotations

import secrets
import time
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime

import httpx
import pytest

from greenlight.briefs.intake import check_brief
from greenlight.desk import Desk, choose_all
from greenlight.desk.submit import draft, new_id, register
from greenlight.local.standin import admin_client
from greenlight.money.ledger import Entry
from greenlight.production.records import DecisionRecord, RunRecord
from greenlight.production.state import fold
from greenlight.settings import Profile
from greenlight.store.records import now
from greenlight.upkeep.recovery import recover
from greenlight.views.binding import bind
from tests.e2e import people
from tests.e2e.people import kill_run

pytestmark = [pytest.mark.stack, pytest.mark.slow]


@pytest.fixture
def slow_video(profile: Profile) -> Iterator[None]:
    """Video jobs that take long enough to be killed in."""
    with admin_client(profile.models.base_url, profile.models.admin_key) as standin:
        before = standin.get("latency").json()
        standin.put("latency", json={"video": 6}).raise_for_status()
        yield
        standin.put("latency", json=before).raise_for_status()


def entries(desk: Desk, production: str, kind: str) -> list[Entry]:
    found = desk.workspace(production).ledger.entries()
    return [e for e in found if e.reserved.slot.kind == kind]


def revive(desk: Desk, production: str, runs: int = 0) -> None:
    """Lets recovery look until it has started another run than the `runs`, as its schedule would.

    The schedule may have been first.
    """
    runs = runs or len(desk.look(production)[0].runs)

    def look() -> bool:
        recover(desk.profile)
        return len(desk.look(production)[0].runs) > runs

    people.until(look)


@pytest.mark.usefixtures("slow_video")
def test_a_run_killed_after_its_paid_posts_finishes_with_one_post_per_slot(
    desk: Desk, profile: Profile
) -> None:
    production = people.submit(desk)
    people.until_waiting(desk, production, "shotlist")
    people.approve_all(desk, production)
    people.until_waiting(desk, production, "frame")
    before = people.last_request(profile)
    people.approve_all(desk, production)
    people.until(
        lambda: (
            len(found := entries(desk, production, "clip")) == 2 and all(e.submitted for e in found)
        )
    )
    killed = kill_run(desk.status(production).flow_run)
    assert killed
    revive(desk, production)
    people.finish(desk, production)
    posts = Counter(r["shot"] for r in people.paid(profile, since=before) if r["role"] == "video")
    assert set(posts.values()) == {1}
    assert len(posts) == 2
    assert all(len(e.sending) == 1 for e in entries(desk, production, "clip"))


def test_a_run_killed_while_it_waits_for_people_wakes_with_nothing_lost(desk: Desk) -> None:
    production = people.submit(desk)
    people.until_waiting(desk, production, "shotlist")
    runs = len(desk.look(production)[0].runs)
    kill_run(desk.status(production).flow_run)
    people.until(lambda: desk.status(production).run_state in ("Crashed", "Suspended"))
    people.approve_all(desk, production)
    if desk.status(production).run_state == "Crashed":
        revive(desk, production, runs)
    people.until_waiting(desk, production, "frame")
    desk.cancel(production, people.ADA)


def test_a_run_whose_process_is_gone_is_found_by_its_silence(desk: Desk, profile: Profile) -> None:
    production = people.submit(desk)
    people.until_waiting(desk, production, "shotlist", suspended=True)
    run = desk.status(production).flow_run
    state = {"type": "RUNNING", "name": "Running"}
    url = f"{profile.prefect_api_url}/flow_runs/{run}/set_state"
    forced = {"state": state, "force": True}
    headers = profile.prefect_headers
    httpx.post(url, json=forced, headers=headers, trust_env=False).raise_for_status()
    time.sleep(0.5)
    assert not [w for w in recover(profile) if w.production == production]
    woken = recover(profile, dead_before=datetime.now(UTC))
    assert [w.done for w in woken if w.production == production] == [
        "started: its run crashed: its process is gone"
    ]
    people.until_waiting(desk, production, "shotlist")
    desk.cancel(production, people.ADA)


def test_a_decision_that_no_resume_followed_is_heard_by_recovery(desk: Desk) -> None:
    production = people.submit(desk)
    people.until_waiting(desk, production, "shotlist", suspended=True)
    asleep = Desk(desk.profile)
    asleep.wake = lambda production: False  # type: ignore[method-assign]
    people.approve_all(asleep, production)

    def look() -> bool:
        # The scheduled reconcile may well be quicker: it does the same.
        recover(desk.profile)
        return desk.status(production).run_state != "Suspended"

    people.until(look)
    people.until_waiting(desk, production, "frame")
    desk.cancel(production, people.ADA)


def test_a_decision_made_between_the_last_fold_and_the_suspend_wakes_the_run_by_itself(
    desk: Desk,
) -> None:
    production = people.submit(desk)
    workspace = desk.workspace(production)
    facts = people.until(lambda: (found := workspace.records.facts()).shot_lists and found)
    wishes, _ = choose_all(fold(facts).waiting)
    decision = DecisionRecord(
        at=now(),
        number=1,
        request="in between",
        who="Ada",
        principal="login:ada",
        verified=True,
        door="cli",
        verdicts=bind(workspace, facts, wishes),
    )
    # The gate's record is written after the last fold and before the suspend: nobody wakes the run
    # but the run itself.
    gate = f"{workspace.keys.root}gates/0001.json"
    people.until(lambda: desk.store.exists(gate), pause=0)
    assert workspace.records.write_new(decision)
    people.until(lambda: desk.look(production)[1].shots, 30)
    people.until_waiting(desk, production, "frame")
    assert len(desk.look(production)[0].runs) == 1
    desk.cancel(production, people.ADA)


def test_a_run_whose_worker_died_over_its_claim_is_started_anew(desk: Desk) -> None:
    brief = check_brief(people.brief_of(shots=1, seconds=3), "test")
    name = new_id(brief, secrets.token_hex(4))
    record = register(desk.store, draft(desk.profile, brief, name, "Ada").record)
    api = desk.profile.prefect_api_url
    prefect = httpx.Client(headers=desk.profile.prefect_headers, trust_env=False)
    deployment = prefect.get(f"{api}/deployments/name/previs/previs").json()
    # As it is when a worker has said Pending and goes no further.
    claimed = prefect.post(
        f"{api}/deployments/{deployment['id']}/create_flow_run",
        json={"name": name, "parameters": {"production": name}, "state": {"type": "PENDING"}},
    ).json()
    assert claimed["state"]["type"] == "PENDING"
    desk.workspace(name).records.claim(
        RunRecord(at=now(), number=1, flow_run=claimed["id"], cause="submit")
    )
    assert record.production not in {w.production for w in recover(desk.profile)}
    (woken,) = [w for w in recover(desk.profile, claimed_seconds=0) if w.production == name]
    assert woken.done == "started: its run crashed: its process is gone"
    people.until_waiting(desk, name, "shotlist")
    desk.cancel(name, people.ADA)
