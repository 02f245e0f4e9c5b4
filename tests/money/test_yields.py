"""Yield counts every take that was asked for, and says what became of those that cannot be used."""

from __future__ import annotations

from greenlight.money.yields import Yield, yield_of, yields_by_kind
from tests.production.world import World


def test_there_is_no_yield_before_there_is_a_take() -> None:
    world = World()
    world.run()
    assert yield_of(world.facts).sentence == ""
    assert yields_by_kind(world.facts) == {}


def test_refused_failed_and_spoilt_takes_are_counted_by_what_became_of_them() -> None:
    world = World(shots=3, candidates=3)
    world.run()
    world.approve_one_each()
    fates = iter(["refused", "failed", "unknown"])
    for work in list(world.state.work):
        world.do(work, miss=next(fates, ""))
    for work in list(world.state.work):
        if work.kind == "check":
            world.do(work, fail_rules=work.take.shot == "sq010_sh0030")
    made = yield_of(world.facts)
    assert made == Yield(usable=3, spoilt=3, refused=1, failed=1, unknown=1)
    assert made.sentence == (
        "3 of 9 takes usable; 3 failed their checks, 1 refused, 1 failed, 1 of unknown outcome"
    )


def test_retakes_and_clips_are_counted_and_cuts_are_not() -> None:
    world = World(shots=1, candidates=1)
    world.run()
    world.approve_one_each()
    world.run()
    world.say("retake", "sq010_sh0010/frame/v001", reason="lens", note="wider")
    world.run()
    world.approve_one_each()
    world.run()
    world.approve_one_each()
    world.run()
    assert any(take.kind == "cut" for take in world.facts.takes)
    assert {k: y.sentence for k, y in yields_by_kind(world.facts).items()} == {
        "frame": "2 of 2 takes usable",
        "clip": "1 of 1 take usable",
    }
    assert yield_of(world.facts).sentence == "3 of 3 takes usable"


def test_a_take_that_came_after_a_miss_is_no_miss_any_more() -> None:
    world = World(shots=1, candidates=1)
    world.run()
    world.approve_one_each()
    work = world.state.work[0]
    world.do(work, miss="unknown")
    assert yield_of(world.facts).unknown == 1
    world.take(work.take)
    world.check(work.take)
    assert yield_of(world.facts) == Yield(usable=1)
