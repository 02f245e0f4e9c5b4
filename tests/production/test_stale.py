"""What no longer counts when somebody changes their mind."""

from __future__ import annotations

from dataclasses import replace

from greenlight.production.names import parse_take
from greenlight.production.state import stale, turned_stale
from tests.production.world import World


def delivered() -> World:
    world = World(shots=2, candidates=2)
    for _ in range(5):
        world.run()
        world.approve_one_each()
    world.run()
    assert world.state.delivered
    return world


def change(world: World, verdict: str, take: str) -> list[str]:
    before = replace(world.facts, decisions=dict(world.facts.decisions))
    world.say(verdict, take)
    return [str(t) for t in turned_stale(before, world.facts)]


def other_candidate(world: World) -> str:
    chosen = world.state.shots[0].frame
    assert chosen is not None
    return chosen.take[:-1] + ("2" if chosen.take.endswith("1") else "1")


def test_another_frame_makes_its_clip_and_the_cut_stale_and_nothing_else() -> None:
    world = delivered()
    assert stale(world.facts, world.state) == set()
    assert change(world, "approve", other_candidate(world)) == [
        "sq010_sh0010/clip/v001",
        "cut/v001",
    ]
    expected = {parse_take("sq010_sh0010/clip/v001"), parse_take("cut/v001")}
    assert stale(world.facts, world.state) == expected


def test_the_first_choice_brings_back_what_was_made_of_it() -> None:
    world = delivered()
    first = world.state.shots[0].frame
    assert first is not None
    change(world, "approve", other_candidate(world))
    world.say("approve", first.take)
    assert stale(world.facts, world.state) == set()
    assert world.state.shots[0].clip is not None


def test_a_clip_that_still_waits_is_stale_when_its_frame_is_changed() -> None:
    world = World(shots=1, candidates=2)
    for _ in range(2):
        world.run()
        world.approve_one_each()
    world.run()
    assert world.state.shots[0].stage == "clip waiting"
    assert change(world, "approve", other_candidate(world)) == ["sq010_sh0010/clip/v001"]


def test_a_clip_that_is_sent_back_takes_only_the_cut_along() -> None:
    world = delivered()
    assert change(world, "retake", "sq010_sh0010/clip/v001") == ["cut/v001"]


def test_approving_for_the_first_time_makes_nothing_stale() -> None:
    world = World(shots=1, candidates=1)
    while not world.state.delivered:
        world.run()
        for waiting in world.state.waiting:
            assert change(world, "approve", waiting.take) == []
