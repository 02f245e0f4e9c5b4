"""The animatic: where it releases clips, none is made before it was signed off."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from greenlight.production.names import parse_take
from greenlight.production.state import stale
from tests.production.world import World


def world(shots: int = 3) -> World:
    """A production whose clips wait for the animatic, with its shot list approved."""
    found = World(shots=shots)
    assert found.facts.production is not None
    brief = found.facts.production.brief.model_copy(update={"release": "animatic"})
    found.facts.production = found.facts.production.model_copy(update={"brief": brief})
    found.run()
    found.approve_list()
    found.run()
    return found


def approve_frames(found: World, *numbers: int) -> None:
    for number in numbers:
        found.say("approve", f"sq010_sh{10 * number:04d}/frame/v001_c1")
    found.run()


def stages(found: World) -> list[str]:
    return [s.stage for s in found.state.shots]


def waiting(found: World) -> list[str]:
    return sorted({str(parse_take(w.take).attempt) for w in found.state.waiting})


def clips(found: World) -> list[str]:
    return sorted(str(take) for take in found.facts.attempts if take.kind == "clip")


def retimed(found: World, number: int, seconds: str) -> None:
    """Approves a shot list in which one shot lasts that long."""
    found.shots = [
        s.model_copy(update={"seconds": type(s.seconds)(seconds)}) if n == number else s
        for n, s in enumerate(found.shots, 1)
    ]
    found.say("approve", found.list_shots())
    found.run()


def test_no_clip_is_made_before_the_animatic_is_approved() -> None:
    found = world()
    approve_frames(found, 1, 2)
    assert stages(found) == ["framed", "framed", "frame waiting"]
    assert waiting(found) == ["sq010_sh0030/frame/v001"]
    approve_frames(found, 3)
    assert (waiting(found), clips(found)) == (["animatic/v001"], [])
    found.say("approve", "animatic/v001")
    found.run()
    assert stages(found) == ["clip waiting"] * 3


def test_an_omitted_shot_is_not_waited_for() -> None:
    found = world()
    approve_frames(found, 1, 3)
    found.say("omit", "sq010_sh0020/frame/v001")
    found.run()
    assert waiting(found) == ["animatic/v001"]
    assert found.facts.attempts[parse_take("animatic/v001")].frames == (
        "sq010_sh0010/frame/v001_c1",
        "sq010_sh0030/frame/v001_c1",
    )


def test_another_timing_makes_another_animatic_and_no_frame() -> None:
    found = world()
    approve_frames(found, 1, 2, 3)
    frames = [t for t in found.facts.takes if t.kind == "frame"]
    retimed(found, 2, "2.50")
    assert waiting(found) == ["animatic/v002"]
    assert [t for t in found.facts.takes if t.kind == "frame"] == frames
    assert stale(found.facts, found.state) == {parse_take("animatic/v001")}


def test_an_approval_of_an_older_animatic_releases_only_what_it_shows() -> None:
    found = world()
    approve_frames(found, 1, 2, 3)
    found.say("approve", "animatic/v001")
    retimed(found, 2, "2.50")
    assert stages(found) == ["clip waiting", "framed", "clip waiting"]
    assert "animatic/v002" in waiting(found)


def test_a_shot_that_is_sent_back_to_its_frame_waits_for_another_animatic_alone() -> None:
    found = world()
    approve_frames(found, 1, 2, 3)
    found.say("approve", "animatic/v001")
    found.run()
    found.say("approve", "sq010_sh0010/clip/v001")
    found.say("approve", "sq010_sh0030/clip/v001")
    found.say("retake", "sq010_sh0020/frame/v001_c1", reason="story", note="darker")
    found.run()
    found.say("approve", "sq010_sh0020/frame/v002_c1")
    found.run()
    assert stages(found) == ["approved", "framed", "approved"]
    assert waiting(found) == ["animatic/v002"]
    found.say("approve", "animatic/v002")
    found.run()
    assert stages(found) == ["approved", "clip waiting", "approved"]


def test_the_cut_follows_as_ever() -> None:
    found = world(shots=1)
    approve_frames(found, 1)
    found.say("approve", "animatic/v001")
    found.run()
    found.say("approve", "sq010_sh0010/clip/v001")
    found.run()
    assert waiting(found) == ["cut/v001"]
    found.say("approve", "cut/v001")
    found.run()
    assert found.state.delivered


@given(st.lists(st.sampled_from(["list", "omit", "back", "time", "animatic", "frame"]), max_size=8))
def test_every_clip_was_in_an_animatic_that_was_approved(moves: list[str]) -> None:
    found = world(shots=2)
    shown: set[str] = set()
    for step, move in enumerate(moves):
        offered = {w.take for w in found.state.waiting if not w.held}
        if move == "time":
            retimed(found, 1 + step % 2, f"{2 + step % 5}.00")
        elif move == "omit":
            found.say("omit", f"sq010_sh00{10 * (1 + step % 2)}/frame/v001")
        elif move == "back" and (frames := [t for t in found.facts.takes if t.kind == "frame"]):
            found.say("retake", str(frames[step % len(frames)]), reason="story", note="again")
        elif move == "animatic":
            for take in sorted(t for t in offered if t.startswith("animatic")):
                found.say("approve", take)
                shown |= set(found.facts.attempts[parse_take(take)].releases)
        elif move == "frame":
            for take in sorted(t for t in offered if t.endswith("_c1")):
                found.say("approve", take)
        found.run()
        made = [a for take, a in found.facts.attempts.items() if take.kind == "clip"]
        assert {a.spec_hash for a in made} <= shown
