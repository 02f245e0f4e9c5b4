"""What each state of a run in Prefect means for its production, in one table."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from greenlight.errors import HeldByMoney, ServiceUnavailable, Stalled
from greenlight.production.facts import Facts
from greenlight.production.records import DecisionRecord, GateRecord, RunRecord, WaitingTake
from greenlight.runs import FlowRun, _read
from greenlight.stages.holding import Held, stalls_before
from greenlight.upkeep.lifecycle import LONGEST_REST, WAKES, meaning_of, rest_of

AT = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
LATER = AT + timedelta(seconds=1)


def run(type_: str, state: str = "", *, key: str = "", message: str = "") -> FlowRun:
    return FlowRun("r1", "p", type_, state or type_.title(), message, AT, key)


def facts(*more: Any, records: tuple[int, ...] = (1,)) -> Facts:
    runs = [
        RunRecord(at=AT, number=n + 1, flow_run="r1", cause="test", records=count)
        for n, count in enumerate(records)
    ]
    gate = GateRecord(at=AT, number=1, flow_run="r1", watermark=0, waiting=())
    return Facts().add([*runs, gate, *more])


def decided(at: datetime) -> DecisionRecord:
    return DecisionRecord(
        at=at, number=1, request="r", who="Ada", principal="login:ada", verified=True, door="cli"
    )


TABLE: list[tuple[FlowRun | None, str, str]] = [
    (None, "lost", "deleted in Prefect"),
    (run("SCHEDULED"), "starting", ""),
    (run("SCHEDULED", "Late"), "starting", "no worker has taken it"),
    (run("SCHEDULED", "Resuming"), "starting", ""),
    (run("SCHEDULED", "AwaitingRetry"), "starting", ""),
    (run("SCHEDULED", "AwaitingConcurrencySlot"), "starting", ""),
    (run("PENDING"), "starting", ""),
    (run("PENDING", "InfrastructurePending"), "starting", ""),
    (run("RUNNING"), "working", ""),
    (run("RUNNING", "Retrying"), "working", ""),
    (run("PAUSED", "Suspended", key="gate-0001"), "asking", ""),
    (run("PAUSED", "Suspended", key="somebody's"), "stopped", "paused in Prefect"),
    (run("PAUSED", "Suspended"), "stopped", "paused in Prefect"),
    (run("PAUSED", "Paused"), "stopped", "paused in Prefect"),
    (run("CANCELLING"), "stopped", "being cancelled in Prefect"),
    (run("CANCELLED"), "stopped", "cancelled in Prefect"),
    (run("COMPLETED"), "lost", "before the delivery"),
    (run("COMPLETED", "Done by hand"), "lost", "before the delivery"),
    (run("FAILED", message="ValueError: x"), "lost", "failed: ValueError: x"),
    (run("FAILED", "TimedOut", message="never resumed"), "lost", "failed: never resumed"),
    (run("CRASHED"), "lost", "crashed"),
]


NAMES = [f"{found.type}-{found.state}" if found else "gone" for found, *_ in TABLE]


@pytest.mark.parametrize(("found", "course", "why"), TABLE, ids=NAMES)
def test_every_state_of_a_run_has_one_meaning(found: FlowRun | None, course: str, why: str) -> None:
    meaning = meaning_of(found, facts())
    assert meaning.course == course
    assert (why in meaning.why) if why else not meaning.why
    rest = rest_of(facts(), found, meaning)
    # Only what somebody stopped waits for somebody; what was lost goes on at once.
    assert (rest is not None and rest.until is None) == (course == "stopped")
    after = rest_of(facts(decided(LATER)), found, meaning)
    assert after is None, "a decision since then goes on"


def test_a_decision_from_before_a_cancellation_goes_on_with_nothing() -> None:
    cancelled = run("CANCELLED")
    assert rest_of(facts(decided(AT)), cancelled, meaning_of(cancelled, facts())) is not None


def test_pauses_between_runs_that_brought_nothing_grow_and_are_bounded() -> None:
    failed = run("FAILED", message="a bug")
    pauses = []
    for count in range(1, 14):
        known = facts(records=(7,) * count)
        rest = rest_of(known, failed, meaning_of(failed, known))
        pauses.append(rest.until - AT if rest and rest.until else timedelta(0))
    assert pauses[: WAKES + 1] == [timedelta(0)] * WAKES + [timedelta(minutes=5)]
    assert pauses[WAKES + 1 : WAKES + 4] == [timedelta(minutes=m) for m in (10, 20, 40)]
    assert set(pauses[WAKES + 4 :]) == {LONGEST_REST}


def test_a_gate_of_another_run_is_no_gate_of_this_one() -> None:
    other = run("PAUSED", "Suspended", key="gate-0001")._replace(id="r2")
    assert meaning_of(other, facts()).course == "stopped"


def test_what_prefect_answers_is_read_with_its_pause_key_and_deployment() -> None:
    state = {"type": "PAUSED", "name": "Suspended", "state_details": {"pause_key": "gate-0003"}}
    found = _read({"id": "r", "deployment_id": "d", "state": state})
    assert (found.pause_key, found.deployment) == ("gate-0003", "d")
    assert _read({"id": "r", "deployment_id": None, "state": None}).pause_key == ""


def test_work_for_which_a_service_is_away_is_tried_more_and_more_seldom() -> None:
    held, pauses = Held(), []
    for _ in range(7):
        held.hold("frame/x", ServiceUnavailable("away"), stalls=1)
        hold = held._held["frame/x"]
        assert hold.until is not None
        pauses.append(round((hold.until - datetime.now(UTC)).total_seconds() / 60))
    assert pauses == [4, 8, 16, 30, 30, 30, 30]


def test_what_says_when_it_goes_on_is_tried_then_and_told_in_one_sentence() -> None:
    held, until = Held(), datetime.now(UTC) + timedelta(minutes=7)
    assert not held.hold("frame/x", Stalled("at its rate limit", until))
    assert held.holds("frame/x")
    hold = held._held["frame/x"]
    assert hold.reason == f"stalled: at its rate limit; it is tried again at {until:%H:%M} UTC"
    assert held.hold("clip/y", HeldByMoney("no more"))
    held.try_again()
    assert not held.holds("frame/x")


def test_stalls_in_a_row_are_counted_from_the_gates() -> None:
    away = WaitingTake(take="a", held="stalled", cause="service", until=AT)
    gates = [
        GateRecord(at=AT, number=n, flow_run="r1", watermark=0, waiting=waiting)
        for n, waiting in enumerate([(away,), (), (away,), (away,)], 1)
    ]
    known = Facts().add(gates)
    assert (stalls_before(known, "a"), stalls_before(known, "b")) == (2, 0)
    assert gates[0].asked == ()
    assert gates[0].stalled == (away,)
