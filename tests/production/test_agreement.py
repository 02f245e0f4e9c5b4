"""What checks said is held against what people said, whatever the rubric's version."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from greenlight.generate.rubric import rubric_for
from greenlight.production.agreement import MEANT, RULES, agreements, judged
from greenlight.production.checks import CheckRecord, RuleRow, ScoreRow
from greenlight.production.names import parse_take
from greenlight.production.records import REASONS
from tests.production.world import AT, World

FRAMES = [f"sq010_sh00{n}0/frame/v001_c1" for n in range(1, 6)]


def framed(shots: int = 5) -> World:
    """A world whose frames are drawn, one each, and wait."""
    world = World(shots=shots, candidates=1)
    world.run()
    world.approve_one_each()
    world.run()
    return world


def take_name(world: World, shot: int) -> str:
    return next(w.take for w in world.state.waiting if f"sh00{shot}0" in w.take)


def recheck(world: World, take: str, rubric: str, broken: bool = False, **scores: float) -> None:
    """Puts another check in the place of a take's own, as if it had been made so."""
    old = world.facts.checks[parse_take(take)]
    rows = tuple(ScoreRow(criterion=n, score=s, reason=f"{n}!") for n, s in scores.items())
    rules = (RuleRow(name="decodes", passed=not broken, detail="it does not decode"),)
    update = {"rubric": rubric, "scores": rows, "rules": rules, "thresholds": {"identity": 0.4}}
    world.facts.add([old.model_copy(update=update)])


def test_flags_and_retakes_are_counted_as_a_whole_and_by_criterion() -> None:
    world = framed()
    takes = [take_name(world, n) for n in range(1, 6)]
    given_scores = [
        {"adherence": 0.9, "identity": 0.9},
        {"adherence": 0.2, "identity": 0.9},
        {"adherence": 0.9, "identity": 0.3},
        {"adherence": 0.9, "identity": 0.5},
        {"adherence": 0.1, "identity": 0.1},
    ]
    for take, scores in zip(takes, given_scores, strict=True):
        recheck(world, take, "frame-2", **scores)
    world.say("approve", takes[0])
    world.say("retake", takes[1], reason="story", note="not this")
    world.say("approve", takes[2])
    world.say("retake", takes[3], reason="identity", note="who is she?")
    world.say("omit", takes[4])
    (found,) = agreements(judged(world.facts))
    assert (found.rubric, found.all.decided, found.all.omitted) == ("frame-2", 4, 1)
    assert (found.all.precision, found.all.recall) == (0.5, 0.5)
    adherence, identity = found.criteria["adherence"], found.criteria["identity"]
    assert (adherence.precision, adherence.recall) == (1.0, 1.0)
    assert (identity.flagged_approved, identity.passed_retaken) == (1, 1)
    assert (identity.precision, identity.recall) == (0.0, 0.0)
    rows = {row.take: row for row in judged(world.facts)}
    assert rows[takes[2]].low == ("identity",)
    assert rows[takes[3]].low == ()
    assert rows[takes[3]].scores == {"adherence": 0.9, "identity": 0.5}


def test_each_version_is_counted_for_itself_and_old_checks_are_version_one() -> None:
    world = framed(3)
    takes = [take_name(world, n) for n in range(1, 4)]
    recheck(world, takes[1], "frame-2", adherence=0.1)
    recheck(world, takes[2], "frame-3", adherence=0.9)
    for take in takes:
        world.say("approve", take)
    found = {a.rubric: a.all for a in agreements(judged(world.facts))}
    assert sorted(found) == ["frame-1", "frame-2", "frame-3"]
    assert [found[name].flagged_approved for name in sorted(found)] == [0, 1, 0]


def test_the_newest_word_counts_and_a_take_that_was_passed_over_does_not() -> None:
    world = World(shots=1, candidates=2)
    world.run()
    world.approve_one_each()
    world.run()
    one, two = (w.take for w in world.state.waiting)
    world.say("approve", one)
    assert [(r.take, r.verdict) for r in judged(world.facts)] == [(one, "approve")]
    world.say("retake", one, reason="lens", note="wider")
    assert [(r.take, r.verdict, r.reason) for r in judged(world.facts)] == [(one, "retake", "lens")]
    assert two not in {r.take for r in judged(world.facts)}


def test_other_bytes_robots_and_shot_lists_are_nobodys_word_on_a_check() -> None:
    world = framed(2)
    first, second = take_name(world, 1), take_name(world, 2)
    world.say("approve", first, sha256="0" * 64)
    world.say("approve", second)
    number = world.facts.watermark
    robot = world.facts.decisions[number].model_copy(update={"principal": "robot:demo"})
    assert len(judged(world.facts)) == 1
    world.facts.add([robot])
    assert judged(world.facts) == []
    assert agreements([]) == []


def test_what_a_rule_found_stands_beside_the_criteria() -> None:
    world = framed(1)
    take = take_name(world, 1)
    recheck(world, take, "frame-2", broken=True)
    world.say("retake", take, reason="other", note="black")
    (found,) = agreements(judged(world.facts))
    assert list(found.criteria) == [RULES]
    assert (found.criteria[RULES].precision, found.criteria[RULES].recall) == (1.0, 1.0)


@given(
    st.lists(
        st.tuples(
            st.floats(0, 1),
            st.sampled_from(["approve", "retake", "omit"]),
            st.sampled_from(REASONS),
            st.sampled_from(["frame-1", "frame-2"]),
        ),
        min_size=1,
        max_size=5,
    )
)
def test_nothing_is_counted_twice_or_lost(
    rows: list[tuple[float, str, str, str]],
) -> None:
    world = framed(len(rows))
    for number, (score, verdict, reason, rubric) in enumerate(rows, start=1):
        take = FRAMES[number - 1]
        recheck(world, take, rubric, adherence=score, artefacts=1.0)
        world.say(verdict, take, reason=reason if verdict == "retake" else None)
    found = agreements(judged(world.facts))
    assert sum(a.all.decided + a.all.omitted for a in found) == len(rows)
    for one in found:
        flags = one.all.flagged_retaken + one.all.flagged_approved
        assert one.criteria["adherence"].flagged_retaken <= one.all.flagged_retaken
        by = one.criteria["adherence"]
        assert by.flagged_retaken + by.flagged_approved == flags
        assert one.criteria["artefacts"].precision is None


def test_every_criterion_that_is_asked_for_has_the_reasons_it_should_foresee() -> None:
    for role in ("frame", "clip"):
        assert set(rubric_for(role).criteria) == set(MEANT)
    named = [reason for reasons in MEANT.values() for reason in reasons]
    assert set(named) <= set(REASONS)
    assert all(a != b for a, b in pairwise(sorted(named)))
    assert set(REASONS) - set(named) == {"policy", "other"}


@pytest.mark.parametrize("score", [0.0, 0.39, 0.4, 0.59, 0.6, 1.0])
def test_a_criterion_flags_below_its_own_threshold_and_any_other_below_the_general(
    score: float,
) -> None:
    rows = tuple(
        ScoreRow(criterion=name, score=score, reason=name) for name in ("identity", "adherence")
    )
    check = CheckRecord(
        at=AT,
        take="sq010_sh0010/frame/v001",
        sha256="",
        rules=(),
        scores=rows,
        threshold=0.6,
        thresholds={"identity": 0.4},
        cost_usd=None,
    )
    expected = {name for name, least in (("identity", 0.4), ("adherence", 0.6)) if score < least}
    assert {row.criterion for row in check.low} == expected
    assert check.flagged == bool(expected)
    assert bool(check.complaint) == bool(expected)


def test_a_check_of_before_there_were_versions_flags_as_it_did() -> None:
    world = framed(1)
    check = world.facts.checks[parse_take(take_name(world, 1))]
    old = check.model_dump(mode="json", exclude={"rubric", "thresholds"}) | {"schema_version": 1}
    for score, flagged in ((0.59, True), (0.6, False)):
        old["scores"] = [{"criterion": "charm", "score": score, "reason": "r"}]
        read = CheckRecord.read("check.json", old)
        assert (read.flagged, read.rubric, read.schema_version) == (flagged, "", 1)
