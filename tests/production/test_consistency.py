"""Consistency: who looks different in one shot is pointed out, with what they differ from."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from greenlight.production.brief import Reference
from greenlight.production.checks import CheckRecord, ScoreRow
from greenlight.production.consistency import consistency, distance, drifting
from tests.production.world import AT, World, shot

RED, BLUE = (200, 10, 0, 5), (0, 12, 210, 5)


def world(*looks: tuple[int, ...], identity: float = 0.9) -> World:
    """A production of one frame for each look, all of Mara and all waiting."""
    found = World(candidates=1)
    assert found.facts.production is not None
    mara = Reference(name="Mara", description="a keeper in red")
    brief = found.facts.production.brief.model_copy(
        update={"references": (mara,), "sheets": "none"}
    )
    found.facts.production = found.facts.production.model_copy(update={"brief": brief})
    found.shots = [
        shot(f"sq010_sh{10 * n:04d}", subject="Mara", references=("Mara",))
        for n in range(1, len(looks) + 1)
    ]
    found.run()
    found.approve_list()
    found.run()
    for number, look in enumerate(looks, 1):
        look_at(found, f"sq010_sh{10 * number:04d}/frame/v001_c1", look, identity)
    return found


def look_at(found: World, take: str, look: tuple[int, ...], identity: float = 0.9) -> None:
    record = next(t for t in found.facts.takes.values() if t.take == take)
    check = CheckRecord(
        at=AT,
        take=take,
        sha256=record.sha256,
        rules=(),
        scores=(ScoreRow(criterion="identity", score=identity, reason="Somebody else."),),
        threshold=0.6,
        cost_usd=None,
        box=(100, 100, 900, 900),
        appearance=look,
    )
    found.facts.add([check])


def drift(found: World) -> list[tuple[str, str]]:
    rows = drifting(consistency(found.facts, found.state))
    return [(one.shot[-4:], one.beside[6:12]) for _, one in rows]


def test_the_one_that_differs_is_pointed_out_beside_the_middle_of_the_others() -> None:
    assert drift(world(RED, RED, BLUE)) == [("0030", "sh0010")]
    assert drift(world(BLUE, RED, RED)) == [("0010", "sh0020")]


def test_nobody_drifts_who_looks_the_same_or_is_seen_once() -> None:
    assert drift(world(RED, RED, RED)) == []
    assert drift(world(BLUE)) == []


def test_what_a_grader_finds_unlike_the_sheet_is_pointed_out_however_alike_the_colours() -> None:
    found = world(RED, RED, identity=0.3)
    [mara] = consistency(found.facts, found.state)
    assert [one.unlike for one in mara.shots] == ["Somebody else."] * 2
    assert all(one.drifts for one in mara.shots)


def test_an_omitted_shot_is_nobodys_appearance() -> None:
    found = world(RED, RED, BLUE)
    found.say("omit", "sq010_sh0030/frame/v001")
    assert drift(found) == []


def test_a_shot_that_only_shows_somebody_is_not_of_them() -> None:
    found = world(RED, RED)
    found.shots = [*found.shots, shot("sq010_sh0030", subject="the door", references=("Mara",))]
    found.say("approve", found.list_shots())
    found.run()
    [mara] = consistency(found.facts, found.state)
    assert [one.shot for one in mara.shots] == ["sq010_sh0010", "sq010_sh0020"]


@pytest.mark.parametrize(("other", "apart"), [(RED, 0.0), (BLUE, 1.0), ((0, 0, 0, 0), 1.0)])
def test_distance_is_none_for_the_same_and_whole_for_nothing_in_common(
    other: tuple[int, ...], apart: float
) -> None:
    assert distance(RED, other) == pytest.approx(apart, abs=0.01)


@given(*(st.lists(st.integers(0, 255), min_size=4, max_size=4) for _ in range(2)))
def test_distance_has_no_direction_and_stays_between_none_and_whole(
    one: list[int], other: list[int]
) -> None:
    assert distance(one, other) == distance(other, one)
    assert 0 <= distance(one, other) <= 1
