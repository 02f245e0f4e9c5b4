"""The harness itself: it follows the product, and finds what it is there to find."""

from __future__ import annotations

import copy
import itertools
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from tests.chaos.cases import SERVICES, at_random, planned
from tests.chaos.checks import _budget, _posts, _steps
from tests.chaos.evidence import Evidence, Step, side_by_side
from tests.chaos.inject import hooks
from tests.chaos.points import POINTS, missing_targets

BEGAN = datetime(2026, 1, 1, tzinfo=UTC)
SLOT = "sq010_sh0010/frame/v001_c1/ask01"


def step(name: str, after: int, number: int = 0, **body: Any) -> Step:
    return Step(name, number, BEGAN + timedelta(seconds=after), body)


def settled() -> Evidence:
    """A slot as it should be at the end, with its row at the stand-in and its draw."""
    steps = [
        step("reserved", 0, estimate_usd="0.05"),
        step("sending", 1, 1),
        step("stored", 3, key="k", sha256="a" * 64, size=5, usage={"seconds": None}),
        step("closed", 4, outcome="settled", cost_usd="0.04", reason=""),
    ]
    row = {
        "n": 1,
        "time": "2026-01-01T00:00:02.000Z",
        "role": "image",
        "shot": "sq010_sh0010",
        "paid": True,
        "digest": "d1",
        "outcome": "ok",
    }
    return Evidence({SLOT: steps}, [row], [], {"draws": {SLOT: "0.04"}})


def findings(evidence: Evidence) -> list[str]:
    found = [*_posts(evidence), *_budget(evidence, None)]
    return found + [f for path, steps in evidence.slots.items() for f in _steps(path, steps)]


def test_every_function_that_the_matrix_kills_at_exists() -> None:
    assert missing_targets() == []


def test_every_point_has_a_name_of_its_own_and_a_side() -> None:
    names = [p.name for p in POINTS]
    assert len(set(names)) == len(names)
    assert {p.where for p in POINTS} == {"before", "inside", "halfway", "after"}


def test_every_victim_dies_at_many_points_and_services_far_apart() -> None:
    cases = planned()
    for victim in SERVICES:
        places = [n for n, case in enumerate(cases) if case.victim == victim]
        assert len(places) > 15
        assert min(b - a for a, b in itertools.pairwise(places)) >= len(SERVICES) - 1


def test_a_selection_names_a_point_or_its_sides_and_a_victim() -> None:
    assert {c.name for c in planned("clip-id:flow")} == {
        "clip-id-before:flow",
        "clip-id-after:flow",
    }
    assert len({c.victim for c in planned("clip-id-after")}) == 1 + len(SERVICES)
    assert planned("nowhere:flow") == []


def test_random_kills_are_the_same_for_the_same_seed() -> None:
    assert at_random(9, 7) == at_random(9, 7)
    assert at_random(9, 7) != at_random(9, 8)


def test_a_hook_whose_function_is_gone_says_so_where_the_harness_looks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GREENLIGHT_HOME", str(tmp_path))
    (tmp_path / "chaos").mkdir()
    module = ModuleType("somewhere")
    point = {"target": "somewhere:Gone.away", "where": "before", "match": ""}
    with pytest.raises(hooks.PlanError, match=r"somewhere:Gone\.away does not exist"):
        hooks.wrap(module, hooks._Hook({}, point))
    assert "Gone.away" in (tmp_path / "chaos" / "broken.txt").read_text()


def test_half_of_a_body_has_left_when_the_hook_strikes_and_the_rest_follows() -> None:
    struck: list[int] = []
    body = hooks._HalfWay(b"0123456789", lambda: struck.append(body.tell()))
    assert b"".join(iter(lambda: body.read(3), b"")) == b"0123456789"
    assert struck == [5]
    body.seek(0)
    assert body.read() + body.read() == b"0123456789"
    assert struck == [5]


def test_a_slot_as_it_should_be_has_no_findings() -> None:
    assert findings(settled()) == []


def _twice(evidence: Evidence) -> None:
    evidence.served.append({**evidence.served[0], "n": 2})


def _unheard(evidence: Evidence) -> None:
    evidence.served.append({**evidence.served[0], "n": 2, "digest": "d2"})


def _made_up(evidence: Evidence) -> None:
    evidence.served.clear()


def _not_closed(evidence: Evidence) -> None:
    evidence.slots[SLOT].pop()


def _not_stored(evidence: Evidence) -> None:
    del evidence.slots[SLOT][2]


def _no_cost(evidence: Evidence) -> None:
    evidence.slots[SLOT][-1].body["cost_usd"] = None


def _two_posts(evidence: Evidence) -> None:
    evidence.slots[SLOT].insert(2, step("sending", 2, 2))


def _overdrawn(evidence: Evidence) -> None:
    evidence.budget = {"draws": {SLOT: "0.05"}}


def _not_drawn(evidence: Evidence) -> None:
    evidence.budget = {"draws": {}}


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (_twice, "the same request was paid 2 times, and a person allowed 0 more"),
        (_unheard, "the stand-in was paid 2 times, the ledger knows 1"),
        (_made_up, "the ledger has 1 answers, the stand-in served 0"),
        (_not_closed, "was never closed"),
        (_not_stored, "was closed as settled and is not stored"),
        (_no_cost, "was closed as settled without a cost, and its usage is known"),
        (_two_posts, "2 POSTs that may have been accepted"),
        (_overdrawn, "counts $0.04 in the ledger and $0.05 in the budget"),
        (_not_drawn, "was reserved and not drawn"),
    ],
)
def test_what_must_not_be_is_found(spoil: Any, words: str) -> None:
    evidence = copy.deepcopy(settled())
    spoil(evidence)
    assert any(words in finding for finding in findings(evidence)), findings(evidence)


def test_the_three_accounts_stand_side_by_side_in_the_order_of_time() -> None:
    lines = list(side_by_side(settled()))
    assert [line.split()[1] for line in lines[1:]] == [SLOT, SLOT, "#1", SLOT, SLOT]


def test_an_unreadable_trace_is_an_error_and_not_a_kill_that_did_not_happen(tmp_path: Path) -> None:
    from tests.chaos.stack import Lane

    (tmp_path / "chaos").mkdir()
    lane = Lane(tmp_path)
    assert lane.fired() is None
    (tmp_path / "chaos" / "fired.json").write_text("{")
    with pytest.raises(json.JSONDecodeError):
        lane.fired()
