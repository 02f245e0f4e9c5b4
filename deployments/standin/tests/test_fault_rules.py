from __future__ import annotations

import re
from typing import Any

import pytest
from greenlight_standin.faults import FAULTS, Faults
from greenlight_standin.faults.roles import ANY, PAID
from greenlight_standin.faults.rules import FaultRule, read_rule


class Clock:
    """A clock that is set by hand."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def struck(faults: Faults, calls: int, role: str = "image", prompt: str = "") -> list[bool]:
    return [faults.take(role, prompt) is not None for _ in range(calls)]


def test_a_rule_strikes_so_many_times() -> None:
    faults = Faults()
    faults.add(FaultRule(fault="black", times=2))
    assert struck(faults, 4) == [True, True, False, False]
    assert [(row["met"], row["struck"]) for row in faults.rows()] == [(2, 2)]


def test_a_rule_is_awake_between_after_and_until_of_its_own_beginning() -> None:
    clock = Clock()
    faults = Faults(clock)
    clock.now += 50
    faults.add(FaultRule(fault="error-503", after=10, until=20))
    found = []
    for elapsed in (0, 9.9, 10, 19.9, 20, 60):
        clock.now = 1050 + elapsed
        found += struck(faults, 1)
    assert found == [False, False, True, True, False, False]


def test_the_rules_of_a_scenario_begin_together_when_it_is_put_in_force() -> None:
    clock = Clock()
    faults = Faults(clock)
    faults.add(FaultRule(fault="drop"))
    clock.now += 100
    faults.replace([FaultRule(fault="hang", until=5), FaultRule(fault="error-500", after=5)])
    first, clock.now = faults.take("text", ""), clock.now + 6
    second = faults.take("text", "")
    assert first
    assert second
    assert (first.name, second.name) == ("hang", "error-500")


def test_chance_is_the_same_for_the_same_seed_and_other_for_another() -> None:
    def draw(seed: int) -> list[bool]:
        faults = Faults()
        faults.add(FaultRule(fault="drop", probability=0.25, seed=seed))
        return struck(faults, 400)

    assert draw(1) == draw(1) != draw(2)
    assert 70 <= sum(draw(1)) <= 130


def test_chance_goes_by_the_requests_that_the_rule_is_meant_for() -> None:
    alone, among = Faults(), Faults()
    rule = FaultRule(fault="drop", role="image", probability=0.5, seed=4, match="sh0020")
    alone.add(rule)
    among.add(rule)
    found = []
    for _ in range(20):
        struck(among, 3, "poll", "sh0020")
        struck(among, 1, "image", "sh0030")
        found += struck(among, 1, "image", "Shot: sh0020")
    assert found == struck(alone, 20, "image", "Shot: sh0020")
    assert True in found
    assert False in found


def test_what_chance_spares_and_what_has_ended_are_left_to_the_next_rule() -> None:
    faults = Faults()
    faults.add(FaultRule(fault="black", times=1))
    faults.add(FaultRule(fault="truncated"))
    names = [strike.name for _ in range(2) if (strike := faults.take("image", ""))]
    assert names == ["black", "truncated"]


@pytest.mark.parametrize("fault", FAULTS)
def test_every_fault_strikes_exactly_its_roles(fault: str) -> None:
    roles = FAULTS[fault].roles
    assert roles <= ANY
    without = {role for role in ANY if FaultRule(fault=fault).meant_for(role, "")}
    # Free calls are spared unless they are named, or the fault is about nothing else.
    assert without == (roles & PAID or roles)
    for role in roles:
        assert FaultRule(fault=fault, role=role).meant_for(role, "")
    for role in ANY - roles:
        with pytest.raises(ValueError, match=f"cannot strike role '{role}'"):
            FaultRule(fault=fault, role=role)


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"fault": "gremlin"}, "fault: unknown fault 'gremlin' (known: accept-then-drop,"),
        ({"fault": "drop", "role": "cook"}, "role: unknown role 'cook' (known: breakdown,"),
        ({"fault": "black", "role": "text"}, "'text' (allowed: image, video)"),
        ({"fault": "drop", "times": 0}, "times is 0: input should be greater than or equal to 1"),
        ({"fault": "drop", "probability": 1.5}, "probability is 1.5: input should be less than"),
        ({"fault": "drop", "probability": 0}, "probability is 0: input should be greater than 0"),
        ({"fault": "drop", "after": 9, "until": 3}, "until is 3 s (allowed: more than after, 9 s)"),
        ({"fault": "drop", "until": float("inf")}, "until is inf: input should be a finite number"),
        ({"fault": "drop", "seed": "x"}, "seed is 'x': input should be a valid integer"),
        ({"fault": "drop", "when": 1}, "unknown field 'when' (known: fault, role, times, match,"),
        ({"role": "image"}, "fault is missing"),
        ("drop", "'drop' is not a rule"),
    ],
)
def test_a_rule_that_makes_no_sense_is_told_in_one_sentence(given: Any, sentence: str) -> None:
    with pytest.raises(ValueError, match=re.escape(sentence)):
        read_rule(given)
