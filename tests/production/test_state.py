"""The state table: what each shot needs next follows from the records alone."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.production.world import World, shot


def framed_world(**kwargs: int) -> World:
    world = World(**kwargs)
    world.run()
    world.approve_one_each()
    world.run()
    return world


def test_a_new_production_needs_a_breakdown_and_nothing_else() -> None:
    (work,) = World().state.work
    assert (work.kind, str(work.take)) == ("breakdown", "shotlist/v001")


def test_nothing_is_drawn_before_the_shot_list_is_approved() -> None:
    world = World()
    state = world.run()
    assert not state.work
    assert [w.take for w in state.waiting] == ["shotlist/v001"]


def test_an_approved_list_asks_for_every_candidate_of_every_shot() -> None:
    world = World(shots=3, candidates=2)
    world.run()
    world.approve_one_each()
    frames = [str(w.take) for w in world.state.work]
    assert len(frames) == 6
    assert "sq010_sh0030/frame/v001_c2" in frames


def test_a_shot_is_offered_only_when_all_its_candidates_are_checked() -> None:
    world = World(shots=1)
    world.run()
    world.approve_one_each()
    while world.state.work:
        assert not world.state.waiting
        world.do(world.state.work[0])
    assert len(world.state.waiting) == 2


def test_no_clip_without_an_approval_of_exactly_its_frame() -> None:
    world = framed_world()
    assert not any(w.kind == "clip" for w in world.state.work)
    world.say("approve", "sq010_sh0010/frame/v001_c2")
    (work,) = world.state.work
    assert work.kind == "clip"
    assert work.opening is not None
    assert work.opening.frame == "sq010_sh0010/frame/v001_c2"


def test_an_approval_bound_to_other_bytes_releases_nothing() -> None:
    world = framed_world()
    world.say("approve", "sq010_sh0010/frame/v001_c1", sha256="0" * 64)
    assert not world.state.work


def test_an_approval_given_for_an_older_spec_releases_nothing() -> None:
    world = framed_world()
    world.say("approve", "sq010_sh0010/frame/v001_c1", spec_hash="older")
    assert not world.state.work


def test_a_retake_opens_the_next_version_with_the_note_in_it() -> None:
    world = framed_world()
    world.say("retake", "sq010_sh0010/frame/v001_c1", reason="lens", note="closer")
    openings = {w.opening.take: w.opening for w in world.state.work if w.opening}
    (opening,) = openings.values()
    assert (opening.version, opening.cause, opening.note) == (2, "retake", "closer")
    assert opening.rejected == ("sq010_sh0010/frame/v001_c1",)


def test_a_partial_answer_moves_exactly_what_it_decided() -> None:
    world = framed_world()
    world.say("approve", "sq010_sh0010/frame/v001_c1")
    world.say("retake", "sq010_sh0020/frame/v001_c1", reason="other")
    kinds = {(w.kind, w.take.shot) for w in world.state.work}
    assert kinds == {("clip", "sq010_sh0010"), ("frame", "sq010_sh0020")}


def test_an_earlier_take_stays_selectable_after_a_retake() -> None:
    world = framed_world(shots=1)
    world.say("retake", "sq010_sh0010/frame/v001_c1", reason="other")
    world.run()
    world.say("approve", "sq010_sh0010/frame/v001_c2")
    assert world.state.work[0].kind == "clip"


def test_a_candidate_that_breaks_a_rule_is_made_again_once_by_itself() -> None:
    world = World(shots=1, candidates=1)
    world.run()
    world.approve_one_each()
    world.do(world.state.work[0])
    world.do(world.state.work[0], fail_rules=True)
    (again,) = world.state.work
    assert again.opening is not None
    assert (again.opening.version, again.opening.cause) == (2, "check")
    world.do(again)
    world.do(world.state.work[0], fail_rules=True)
    assert not world.state.work
    assert all(w.flagged for w in world.state.waiting)


@pytest.mark.parametrize("outcome", ["refused", "failed", "unknown"])
def test_a_shot_without_any_take_is_held_for_a_person(outcome: str) -> None:
    world = World(shots=1, candidates=2)
    world.run()
    world.approve_one_each()
    while world.state.work:
        world.do(world.state.work[0], miss=outcome)
    (item,) = world.state.waiting
    assert item.held == f"{outcome}!"
    world.say("retake", item.take, reason="policy", note="no faces")
    assert all(w.take.version == 2 for w in world.state.work)


def test_dialogue_and_order_void_no_frame_and_seconds_only_the_clip() -> None:
    world = framed_world(shots=2)
    for name in ("sq010_sh0010", "sq010_sh0020"):
        world.say("approve", f"{name}/frame/v001_c1")
    world.run()
    first, second = world.shots
    edited = [second.model_copy(update={"seconds": second.seconds + 1}), first]
    world.list_shots(edited)
    world.approve_list()
    assert {(w.kind, w.take.shot) for w in world.state.work} == {("clip", "sq010_sh0020")}
    assert ("sq010_sh0010", "clip waiting") in {(s.shot.id, s.stage) for s in world.state.shots}


def test_a_changed_spec_voids_exactly_what_was_made_from_it() -> None:
    world = framed_world(shots=2)
    for name in ("sq010_sh0010", "sq010_sh0020"):
        world.say("approve", f"{name}/frame/v001_c1")
    world.run()
    first, second = world.shots
    world.list_shots([first, second.model_copy(update={"size": "close-up"})])
    world.approve_list()
    assert {(w.kind, w.take.shot, w.take.version) for w in world.state.work} == {
        ("frame", "sq010_sh0020", 2)
    }


def test_work_goes_on_under_the_approved_list_while_a_newer_one_waits() -> None:
    world = framed_world()
    world.say("approve", "sq010_sh0010/frame/v001_c1")
    world.list_shots([*world.shots, shot("sq010_sh0030")])
    state = world.state
    assert "shotlist/v002" in [w.take for w in state.waiting]
    assert any(w.kind == "clip" for w in state.work)
    assert len(state.shots) == 2


def test_a_new_breakdown_with_a_note_follows_a_retake_of_the_list() -> None:
    world = World()
    world.run()
    world.say("retake", "shotlist/v001", reason="story", note="start on her hands")
    (work,) = world.state.work
    assert work.opening is not None
    assert (work.kind, work.take.version, work.opening.note) == (
        "breakdown",
        2,
        "start on her hands",
    )
    world.run()
    assert [w.take for w in world.state.waiting] == ["shotlist/v002"]


def test_omitting_every_shot_holds_the_production_instead_of_cutting_nothing() -> None:
    world = framed_world()
    for name in ("sq010_sh0010", "sq010_sh0020"):
        world.say("omit", f"{name}/frame/v001")
    state = world.state
    assert not state.work
    assert "nothing to cut" in state.waiting[0].held


def finish(world: World) -> None:
    for _ in range(10):
        if world.run().delivered:
            return
        world.approve_one_each()
    raise AssertionError("never delivered")


def test_approving_everything_delivers() -> None:
    world = World(shots=3)
    finish(world)
    assert world.state.delivered
    assert not world.state.work
    assert not world.state.waiting


def test_final_review_can_send_a_shot_back_and_a_new_cut_follows() -> None:
    world = World(shots=2)
    while "cut/v001" not in [w.take for w in world.run().waiting]:
        world.approve_one_each()
    world.say("retake", "sq010_sh0020/clip/v001", reason="story", note="slower")
    state = world.run()
    assert "sq010_sh0020/clip/v002" in [w.take for w in state.waiting]
    world.approve_one_each()
    assert [w.take for w in world.run().waiting] == ["cut/v002"]
    finish(world)


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_whatever_people_say_the_invariants_hold_and_the_same_records_give_the_same_state(
    data: st.DataObject,
) -> None:
    world = World(shots=data.draw(st.integers(1, 3)), candidates=data.draw(st.integers(1, 3)))
    for _ in range(data.draw(st.integers(1, 25))):
        state = world.state
        assert state == world.state
        for work in state.work:
            if work.kind == "clip":
                attempt = work.opening or world.facts.attempts[work.take]
                frame = next(s.frame for s in state.shots if s.shot.id == work.take.shot)
                assert frame is not None
                assert (attempt.frame, attempt.frame_sha256) == (frame.take, frame.sha256)
        assert len({w.key for w in state.work}) == len(state.work)
        if state.work and data.draw(st.booleans()):
            work = data.draw(st.sampled_from(state.work))
            miss = data.draw(st.sampled_from(["", "", "", "refused", "unknown"]))
            if work.kind in ("breakdown", "check", "cut", "deliver"):
                miss = ""
            world.do(work, fail_rules=data.draw(st.integers(0, 5)) == 0, miss=miss)
        elif state.waiting:
            item = data.draw(st.sampled_from(state.waiting))
            verdicts = ["approve", "approve", "retake", "omit"]
            verdict = data.draw(st.sampled_from(verdicts))
            if item.held and verdict == "approve":
                verdict = "retake"
            if item.take.startswith("cut") or (verdict == "omit" and "/frame" not in item.take):
                verdict = "approve"
            if item.held and verdict == "approve":
                continue
            world.say(verdict, item.take, reason="other")
    versions = [(a.kind, a.shot, a.version) for a in world.facts.attempts.values()]
    assert len(set(versions)) == len(versions)


def test_a_failed_breakdown_is_forgotten_once_a_list_written_by_hand_is_approved() -> None:
    world = World()
    world.do(world.state.work[0], miss="failed")
    world.facts.shot_lists.clear()
    world.list_shots()
    world.approve_list()
    assert not [w for w in world.state.waiting if w.take.startswith("shotlist")]
