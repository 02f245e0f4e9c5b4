"""Nothing ends for good without a person: outages of an hour and of a day, in no wall time."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from random import Random

import pytest

from greenlight.access.rights import EVERYTHING
from greenlight.desk import Signature, Wish, choose_all
from greenlight.errors import Refused
from greenlight.generate.errors import NotSent
from greenlight.production.records import RunRecord
from greenlight.store.records import now
from greenlight.upkeep.lifecycle import WAKES
from greenlight.views.status import Status
from tests.machine.law import Law
from tests.machine.prefect import ACTS, Act
from tests.machine.town import Town
from tests.machine.verify import errors, snapshot_of

ADA = Signature("Ada", "login:ada", "cli", True, EVERYTHING)
HOUR, DAY = 3600.0, 86_400.0
MODEL = "gemini-nano-banana-2.1"
QUOTA = NotSent("the quota of the day is used up", 3600.0)
SECONDS = NotSent("at its rate limit", 1.0)
UNREACHABLE = NotSent("no connection")


@pytest.fixture
def town() -> Iterator[Town]:
    town = Town(1, shots=2, candidates=2, budget="")
    Law(town)
    town.settle(Random(1))
    yield town
    town.close()


def approve(town: Town) -> None:
    town.desks[0].decide("p1", choose_all(town.state("p1").waiting)[0], ADA)


def minutes_pass(town: Town, seconds: float) -> list[Status]:
    """Recovery looks every two minutes; how the production stood each time."""
    seen, end = [], town.hub.clock + seconds
    while town.hub.clock < end:
        town.settle(Random(2))
        town.recover()
        town.settle(Random(3))
        seen.append(town.desks[0].status("p1"))
    return seen


def waiting(town: Town) -> set[str]:
    return {w.take for w in town.state("p1").waiting}


def all_is_well(town: Town) -> None:
    """Every slot was billed once, and each thing was made once."""
    slots = [p.slot for p in town.service.accepted]
    assert len(slots) == len(set(slots))
    assert errors(snapshot_of(town, "p1")) == []


LONG = pytest.mark.parametrize(
    "seconds",
    [pytest.param(HOUR, id="hour"), pytest.param(DAY, id="day", marks=pytest.mark.slow)],
)


@pytest.mark.parametrize("away", [QUOTA, SECONDS, UNREACHABLE], ids=lambda e: str(e))
@LONG
def test_models_that_are_away_stall_a_production_which_then_goes_on_by_itself(
    town: Town, away: NotSent, seconds: float
) -> None:
    town.service.away, town.service.away_until = away, town.hub.clock + seconds
    approve(town)
    seen = minutes_pass(town, seconds - 240)
    assert {s.state for s in seen[5:]} <= {"stalled", "working"}
    stalled = [s for s in seen if s.state == "stalled"]
    assert len(stalled) > len(seen) * 0.9
    for status in stalled:
        assert str(away) in status.problem
        assert "`greenlight resume p1`" in status.problem
        assert status.until is not None
        assert not status.waiting_takes
    assert not waiting(town)
    # Four stills, six quick tries each at first; then a growing and bounded pause.
    assert town.service.denied < 40 + 4 * seconds / 900
    minutes_pass(town, 2 * HOUR)
    assert {t.split("/")[1] for t in waiting(town)} == {"frame"}
    assert town.desks[0].status("p1").state == "waiting"
    assert len(town.facts("p1").runs) == 1
    all_is_well(town)


def test_a_person_who_knows_that_the_quota_is_back_need_not_wait_for_it(town: Town) -> None:
    town.service.away, town.service.away_until = QUOTA, town.hub.clock + HOUR / 2
    approve(town)
    minutes_pass(town, HOUR / 2)
    assert town.desks[0].status("p1").state == "stalled"
    began = town.hub.clock
    assert "is resumed" in town.desks[0].resume("p1", ADA)
    town.settle(Random(4))
    assert waiting(town)
    assert town.hub.clock - began < 120
    all_is_well(town)


def test_other_models_go_on_while_one_is_away(town: Town) -> None:
    approve(town)
    town.settle(Random(2))
    chosen = choose_all(town.state("p1").waiting)[0]
    frame = next(w for w in chosen if "sh0010" in w.target)
    other = next(w for w in town.state("p1").waiting if "sh0020" in w.take)
    town.service.away, town.service.away_until = QUOTA, town.hub.clock + HOUR
    again = Wish(target=other.take, verdict="retake", reason="story", note="warmer")
    town.service.only = MODEL
    town.desks[0].decide("p1", [frame, again], ADA)
    town.settle(Random(5))
    status = town.desks[0].status("p1")
    assert status.state == "waiting"
    assert {t.split("/")[1] for t in status.waiting_takes} == {"clip"}
    assert str(QUOTA) in status.problem
    assert status.resumable


@LONG
@pytest.mark.parametrize("what", ["s3", "prefect", "both"])
def test_a_store_or_prefect_that_is_away_costs_time_and_nothing_else(
    town: Town, what: str, seconds: float
) -> None:
    approve(town)
    town.hub.advance(Random(3), 60)
    if what != "prefect":
        town.s3.away_until = town.hub.clock + seconds
    if what != "s3":
        town.prefect_away_until = town.hub.clock + seconds
    minutes_pass_away(town, seconds)
    minutes_pass(town, HOUR)
    assert {t.split("/")[1] for t in waiting(town)} == {"frame"}
    all_is_well(town)


def minutes_pass_away(town: Town, seconds: float) -> None:
    end = town.hub.clock + seconds
    while town.hub.clock < end:
        town.settle(Random(2))
        town.recover()


@pytest.mark.parametrize("at_work", [True, False], ids=["at work", "at its gate"])
@pytest.mark.parametrize("act", ACTS)
def test_whatever_is_done_to_a_run_in_the_dashboard_a_decision_goes_on(
    town: Town, act: Act, at_work: bool
) -> None:
    approve(town)
    if at_work:
        town.hub.advance(Random(3), 40)
    else:
        town.settle(Random(3))
    run = town.run_of("p1")
    assert run is not None
    town.click(run, act)
    before = [s.state for s in minutes_pass(town, 600)]
    if act in ("CANCELLED", "PAUSED"):
        assert set(before) == {"stalled"}
        status = town.desks[0].status("p1")
        assert "in Prefect" in status.problem
        assert "`greenlight resume p1`" in status.problem
        assert status.until is None
        if not waiting(town):
            assert town.desks[0].resume("p1", ADA)
            minutes_pass(town, 600)
    assert {t.split("/")[1] for t in waiting(town)} == {"frame"}
    approve(town)
    minutes_pass(town, 600)
    assert {t.split("/")[1] for t in waiting(town)} == {"clip"}
    assert town.desks[0].status("p1").state == "waiting"
    all_is_well(town)


def test_a_decision_that_could_not_reach_prefect_goes_on_once_prefect_is_back(town: Town) -> None:
    run = town.run_of("p1")
    assert run is not None
    town.click(run, "CANCELLED")
    town.hub.clock += 60
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(town.desks[0], "wake", lambda production: False)
        approve(town)
    minutes_pass(town, 600)
    assert {t.split("/")[1] for t in waiting(town)} == {"frame"}


def test_a_run_retried_in_the_dashboard_goes_on_and_no_second_one_beside_it(town: Town) -> None:
    first = town.run_of("p1")
    assert first is not None
    town.click(first, "delete")
    minutes_pass(town, 240)
    second = town.run_of("p1")
    assert second is not None
    town.runs[first.id] = first
    first.type = "CRASHED"
    town.click(first, "retry")
    town.settle(Random(3))
    assert town.run_of("p1") is first
    assert second.type == "CANCELLED"
    approve(town)
    town.settle(Random(4))
    assert waiting(town)
    all_is_well(town)


def test_a_cancelled_production_stays_cancelled_and_says_who_it_was(town: Town) -> None:
    town.desks[0].cancel("p1", ADA, "no money left")
    assert {s.state for s in minutes_pass(town, HOUR)} == {"cancelled"}
    with pytest.raises(Refused, match="cancelled by Ada, which is final"):
        town.desks[0].resume("p1", ADA)
    assert "Ada: no money left" in town.desks[0].status("p1").problem


def test_a_run_at_work_is_not_resumed(town: Town) -> None:
    approve(town)
    town.hub.advance(Random(3), 20)
    with pytest.raises(Refused, match="at work already"):
        town.desks[0].resume("p1", ADA)


def test_runs_that_bring_nothing_are_started_more_and_more_seldom_and_never_given_up(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    approve(town)

    def broken(*_: object) -> None:
        raise ValueError("a bug")

    with monkeypatch.context() as patch:
        patch.setattr("flows.previs.keep_accounts", broken)
        town.settle(Random(3))
        seen = minutes_pass(town, DAY)
        runs = len(town.facts("p1").runs)
        assert WAKES + 20 < runs < WAKES + 40  # a loop of a minute would be 720
        assert seen[-1].state == "stalled"
        assert "a bug" in seen[-1].problem
        assert seen[-1].until is not None
    with suppress(Refused):
        town.desks[0].resume("p1", ADA)
    town.settle(Random(4))
    assert waiting(town)
    all_is_well(town)


def test_a_decision_ends_the_pause_between_runs_that_brought_nothing(town: Town) -> None:
    run = town.run_of("p1")
    assert run is not None
    records = town.facts("p1").runs[1].records
    for number in range(2, 8):
        made = RunRecord(at=now(), number=number, flow_run=run.id, cause="test", records=records)
        town.workspace("p1", "test").records.claim(made)
    town.click(run, "CRASHED")
    assert town.desks[0].status("p1").state == "stalled"
    town.hub.clock += 1
    approve(town)
    town.settle(Random(4))
    assert {t.split("/")[1] for t in waiting(town)} == {"frame"}
