"""Editing while a production runs: what was made from a changed spec is void, and nothing else."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from greenlight.desk.changes import Change, Split, apply
from greenlight.desk.impact import impact_of
from greenlight.desk.shot_list import demand_open, edited
from greenlight.errors import InvalidInput, Refused
from greenlight.production.brief import Brief, Reference
from greenlight.production.facts import newest_list
from greenlight.production.names import TakeId
from greenlight.production.records import ProductionRecord, ShotListRecord
from greenlight.production.shots import Shot, clip_hash, frame_hash
from greenlight.production.state import State, stale, turned_stale
from tests.production.world import World, shot

A, B, C = "sq010_sh0010", "sq010_sh0020", "sq010_sh0030"


def priced(world: World) -> ProductionRecord:
    """The world's production with models that have prices."""
    assert world.facts.production is not None
    models = {
        "text_model": "gemini-3.8-flash",
        "image_model": "gemini-nano-banana-2.1",
        "video_model": "gemini-omni-1.2-flash",
    }
    return world.facts.production.model_copy(update=models)


def brief(world: World) -> Brief:
    assert world.facts.production is not None
    return world.facts.production.brief


def made(shots: int = 3, candidates: int = 1) -> World:
    """A production in which everything is approved but the cut."""
    world = World(shots, candidates)
    world.list_shots()
    world.approve_list()
    while world.run().waiting and not any("cut" in w.take for w in world.state.waiting):
        world.approve_one_each()
    return world


def plan(world: World, change: Change) -> ShotListRecord:
    base = newest_list(world.facts)
    return edited(world.facts, apply(base, change), brief(world), "Ada", "", base.version)


def accept(world: World, record: ShotListRecord) -> None:
    world.facts.add([record])
    world.say("approve", str(record.take))


def change_to(world: World, change: Change) -> set[str]:
    """Makes a change and approves it; the takes that no longer count."""
    before = replace(world.facts, shot_lists={**world.facts.shot_lists})
    before.decisions = {**world.facts.decisions}
    accept(world, plan(world, change))
    return {str(t) for t in turned_stale(before, world.facts)}


FRAME = {"action": "sits", "size": "wide", "subject": "a cat", "lighting": "dim", "lens_mm": "50"}
CLIP = {"movement": "orbit", "seconds": "5", "dialogue": "No.", "sound": "rain"}


@pytest.mark.parametrize(("field", "value"), FRAME.items())
def test_what_is_seen_voids_frame_and_clip_of_that_shot_alone(field: str, value: str) -> None:
    world = made()
    void = change_to(world, Change(fields={B: {field: value}}))
    assert void == {f"{B}/frame/v001_c1", f"{B}/clip/v001", "cut/v001"}
    assert {str(w.take) for w in world.state.work} == {f"{B}/frame/v002_c1"}


@pytest.mark.parametrize(("field", "value"), CLIP.items())
def test_what_only_moves_or_sounds_voids_the_clip_alone(field: str, value: str) -> None:
    world = made()
    assert change_to(world, Change(fields={B: {field: value}})) == {f"{B}/clip/v001", "cut/v001"}
    assert {str(w.take) for w in world.state.work} == {f"{B}/clip/v002"}


def test_order_voids_the_cut_alone() -> None:
    world = made()
    assert change_to(world, Change(move={C: "first"})) == {"cut/v001"}
    assert [s.shot.id for s in world.state.shots] == [C, A, B]
    assert [w.kind for w in world.state.work] == ["cut"]


def test_an_inserted_shot_is_made_and_voids_no_other() -> None:
    world = made()
    assert change_to(world, Change(add_after={A: {"action": "sneezes"}})) == {"cut/v001"}
    assert {str(w.take) for w in world.state.work} == {"sq010_sh0015/frame/v001_c1"}


def test_a_split_keeps_the_frame_of_the_first_half() -> None:
    world = made()
    void = change_to(world, Change(split={B: Split(fields={"action": "turns round"})}))
    assert void == {f"{B}/clip/v001", "cut/v001"}
    assert {str(w.take) for w in world.state.work} == {
        f"{B}/clip/v002",
        "sq010_sh0025/frame/v001_c1",
    }
    parts = [s.shot for s in world.state.shots[1:3]]
    assert sum(p.seconds for p in parts) == world.shots[1].seconds


def test_a_dropped_shot_is_made_no_more_and_its_id_never_comes_back() -> None:
    world = made()
    change_to(world, Change(drop=(C,)))
    assert [w.kind for w in world.state.work] == ["cut"]
    change_to(world, Change(add_after={B: {"action": "sneezes"}}))
    assert world.state.shots[-1].shot.id == "sq010_sh0040"
    with pytest.raises(InvalidInput, match="never given out again"):
        edited(world.facts, [{"id": C, "subject": "x", "action": "y"}], brief(world), "Ada", "")


def test_changing_back_makes_nothing_again() -> None:
    world = made()
    change_to(world, Change(fields={B: {"size": "wide"}}))
    change_to(world, Change(fields={B: {"size": "medium"}}))
    assert world.state.shots[1].stage == "approved"
    assert [w.kind for w in world.state.work if w.kind != "cut"] == []


def hashes(world: World) -> dict[tuple[str, str], str]:
    """Frame and clip hash of every shot as it stands, from its spec alone."""
    found: dict[tuple[str, str], str] = {}
    for state in world.state.shots:
        spec = state.shot
        found[spec.id, "frame"] = frame_hash(spec, "", "16:9", ())
        if state.frame is not None:
            found[spec.id, "clip"] = clip_hash(spec, state.frame.sha256)
    return found


NEW = {"action": st.sampled_from(["sits", "runs"]), "size": st.sampled_from(["wide", "medium"])}
NEW |= {"seconds": st.sampled_from(["4", "6"]), "sound": st.sampled_from(["", "rain"])}


@st.composite
def edits(draw: st.DrawFn, shots: list[str]) -> Change:
    one = draw(st.sampled_from(shots))
    field = draw(st.sampled_from(sorted(NEW)))
    other = draw(st.sampled_from([*(s for s in shots if s != one), "first"]))
    kind = draw(st.sampled_from(["set", "add", "split", "move", "drop"]))
    return {
        "set": Change(fields={one: {field: draw(NEW[field])}}),
        "add": Change(add_before={one: {"action": draw(NEW["action"])}}),
        "split": Change(split={one: Split(dialogue=draw(st.sampled_from(["first", "second"])))}),
        "move": Change(move={one: other}),
        "drop": Change(drop=(one,)),
    }[kind]


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_any_edits_void_exactly_the_takes_whose_hash_changed(data: st.DataObject) -> None:
    world = made(2)
    given_out = {s.shot.id for s in world.state.shots}
    dropped: set[str] = set()
    for _ in range(data.draw(st.integers(1, 4))):
        listed = [s.shot.id for s in world.state.shots]
        before, held = hashes(world), world.state.shots
        counted = {t for t in world.facts.takes if t.kind != "cut"} - stale(
            world.facts, world.state
        )
        try:
            void = change_to(world, data.draw(edits(listed)))
        except InvalidInput:
            assert hashes(world) == before
            continue
        after = hashes(world)
        now = {s.shot.id for s in world.state.shots}
        changed = {
            take
            for take in counted
            if take.shot in now
            and before.get((take.shot, take.kind)) != after.get((take.shot, take.kind))
        }
        assert {t for t in void if not t.startswith("cut")} == {str(t) for t in changed}
        # What kept its hash stands as it stood.
        for old in held:
            kept = next((s for s in world.state.shots if s.shot.id == old.shot.id), None)
            same = [
                before.get((old.shot.id, k)) == after.get((old.shot.id, k))
                for k in ("frame", "clip")
            ]
            if kept is not None and all(same):
                assert (kept.frame, kept.clip) == (old.frame, old.clip)
        assert not (now - given_out) & dropped
        dropped |= given_out - now
        given_out |= now
        assert not now & dropped
        finish(world)


def finish(world: World) -> None:
    """Makes and approves everything but the cut, and holds every version to one opening."""
    for _ in range(20):
        state = world.run()
        left = [w for w in state.waiting if "cut" not in w.take]
        if not left:
            break
        world.approve_one_each()
    keys = [a.take for a in world.facts.attempts.values()]
    assert len(set(keys)) == len(keys)


def running(kind: str) -> tuple[World, TakeId]:
    """A production with a take of B that was opened and is being made."""
    world = World(3, 1)
    world.list_shots()
    world.approve_list()
    if kind == "clip":
        world.run()
        world.approve_one_each()
    for work in world.state.work:
        assert work.opening is not None
        world.facts.add([work.opening])
    return world, next(w.take for w in world.state.work if w.take.shot == B)


@pytest.mark.parametrize("kind", ["frame", "clip"])
def test_an_edit_to_what_is_being_made_keeps_it_as_an_old_take(kind: str) -> None:
    world, take = running(kind)
    record = plan(world, Change(fields={B: {"action": "sits"}}))
    impact = impact_of(priced(world), world.facts, record)
    assert impact.consequences.under_way == (str(take.attempt),)
    said = " ".join(impact.consequences.sentences)
    assert f"{take.attempt} is being made right now: it is paid for once and kept as an old" in said
    accept(world, record)
    opened = {str(w.take) for w in world.state.work if w.take.shot == B}
    assert opened == {f"{B}/frame/v00{1 + (kind == 'frame')}_c1"} or kind == "clip"
    # It arrives late, and neither is asked for again nor counts.
    world.take(take)
    finish(world)
    assert take in world.facts.takes
    assert take in stale(world.facts, world.state)
    (state,) = [s for s in world.state.shots if s.shot.id == B]
    assert state.stage == "approved"
    assert state.frame is not None
    assert state.frame.take != str(take)


def test_an_edit_that_leaves_what_is_being_made_alone_says_nothing_of_it() -> None:
    world, _ = running("frame")
    impact = impact_of(priced(world), world.facts, plan(world, Change(move={A: C})))
    assert (impact.consequences.under_way, impact.consequences.voided, impact.costs) == (
        (),
        (),
        False,
    )
    assert impact.changes == ("nothing that was made is voided",)


def test_a_preview_names_what_is_voided_and_what_remaking_costs() -> None:
    world = made()
    impact = impact_of(
        priced(world), world.facts, plan(world, Change(fields={B: {"size": "wide"}}))
    )
    assert impact.consequences.voided == (f"{B}/frame/v001", f"{B}/clip/v001", "cut/v001")
    takes, cut, released, later = impact.consequences.sentences
    assert takes == f"voids {B}/frame/v001 and its clip v001"
    assert cut == "voids cut/v001, which is remade at no cost"
    assert released.startswith("approving this shot list makes one frame")
    assert later.startswith(f"later, clip of {B} again: up to $")
    assert later.endswith("(simulated)")
    alone = impact_of(
        priced(world), world.facts, plan(world, Change(fields={B: {"sound": "rain"}}))
    )
    assert 0 < alone.consequences.total_usd < impact.consequences.total_usd


def test_a_preview_changes_nothing() -> None:
    world = made()
    before: tuple[State, Any] = world.state, dict(world.facts.shot_lists)
    impact_of(priced(world), world.facts, plan(world, Change(drop=(A,))))
    assert (world.state, world.facts.shot_lists) == before


def test_new_and_dropped_shots_are_said_with_what_new_ones_cost() -> None:
    world = made()
    impact = impact_of(
        priced(world),
        world.facts,
        plan(world, Change(drop=(C,), add_after={A: {"action": "sneezes"}})),
    )
    assert (impact.new, impact.dropped) == (("sq010_sh0015",), (C,))
    assert any(s.startswith(f"drops {C}") for s in impact.changes)
    later = impact.consequences.lines[-1]
    assert (later.act, later.said) == ("new", "later, clip of sq010_sh0015")
    assert later.usd > 0


def test_somebody_who_needs_a_sheet_from_now_on_is_said() -> None:
    world = made()
    assert world.facts.production is not None
    cast = (Reference(name="Mara"),)
    update = {"brief": brief(world).model_copy(update={"references": cast})}
    world.facts.production = world.facts.production.model_copy(update=update)
    change = Change(fields={A: {"references": "Mara"}, B: {"references": "Mara"}})
    impact = impact_of(priced(world), world.facts, plan(world, change))
    assert impact.sheets == ("Mara",)
    assert impact.changes[0] == "new: a sheet of Mara"
    assert "sheet/mara" in impact.consequences.released
    assert f"{A}/frame/v001" in impact.consequences.voided


def test_rows_made_from_an_older_list_are_refused() -> None:
    world = made()
    base = newest_list(world.facts)
    accept(world, plan(world, Change(move={C: "first"})))
    with pytest.raises(
        Refused, match=r"Ada has changed this shot list meanwhile \(shotlist/v002\)"
    ):
        edited(world.facts, apply(base, Change(drop=(A,))), brief(world), "Bo", "", base.version)


def test_what_is_delivered_is_changed_no_more() -> None:
    world = made()
    world.run()
    demand_open("night-porter", world.facts)
    world.approve_one_each()
    assert world.run().delivered
    with pytest.raises(Refused, match="is delivered: its shot list stands"):
        demand_open("night-porter", world.facts)


def test_a_list_of_shots_that_was_written_before_still_loads() -> None:
    assert Shot.model_validate(shot(A).model_dump(mode="json")) == shot(A)
