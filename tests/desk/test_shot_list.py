"""Editing a shot list: ids are never given out twice, and nothing invalid gets in."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from greenlight.desk.changes import Change, Split, apply
from greenlight.desk.shot_list import _ids
from greenlight.errors import InvalidInput
from greenlight.production.names import is_shot
from greenlight.production.records import ShotListRecord
from tests.production.world import shot

BASE = ShotListRecord(
    at=datetime(2026, 11, 23, tzinfo=UTC),
    version=1,
    shots=tuple(shot(f"sq010_sh00{n}0") for n in (1, 2, 3)),
    made_by="test",
    sha256="",
)


def ids(rows: list[dict[str, Any]]) -> list[str]:
    return [str(r.get("id", "")) for r in rows]


def test_a_field_is_changed_in_its_shot_alone() -> None:
    rows = apply(BASE, Change(fields={"sq010_sh0020": {"size": "wide", "lens_mm": "50"}}))
    assert [r["size"] for r in rows] == ["medium", "wide", "medium"]
    assert rows[1]["lens_mm"] == 50


def test_shots_are_dropped_reordered_and_added_after_one_another() -> None:
    rows = apply(
        BASE,
        Change(
            drop=("sq010_sh0020",),
            order=("sq010_sh0030", "sq010_sh0010"),
            add_after={"sq010_sh0030": {"action": "drops the keys"}},
        ),
    )
    assert ids(rows) == ["sq010_sh0030", "", "sq010_sh0010"]
    assert rows[1]["subject"] == BASE.shots[2].subject


def test_a_shot_is_added_before_another_and_moved_to_the_front() -> None:
    change = Change(
        add_before={"sq010_sh0010": {"action": "rings"}}, move={"sq010_sh0030": "first"}
    )
    assert ids(apply(BASE, change)) == ["sq010_sh0030", "", "sq010_sh0010", "sq010_sh0020"]


def test_a_split_shot_keeps_its_id_first_and_its_length_in_all() -> None:
    base = BASE.model_copy(
        update={"shots": (shot("sq010_sh0010", dialogue="Who is it?", seconds="5"),)}
    )
    split = Split(at=Decimal("2"), fields={"size": "close-up"})
    first, second = apply(base, Change(split={"sq010_sh0010": split}))
    assert (first["id"], second.get("id")) == ("sq010_sh0010", None)
    assert (first["seconds"], second["seconds"]) == ("2.00", "3.00")
    assert (first["dialogue"], second["dialogue"]) == ("Who is it?", "")
    assert (first["size"], second["size"]) == ("medium", "close-up")
    late = Split(dialogue="second", fields={"seconds": "1.5"})
    first, second = apply(base, Change(split={"sq010_sh0010": late}))
    assert (first["seconds"], second["seconds"]) == ("3.50", "1.50")
    assert (first["dialogue"], second["dialogue"]) == ("", "Who is it?")


@given(st.decimals(1, 8, places=2), st.decimals(1, 8, places=2))
def test_the_parts_of_a_split_shot_add_up_or_are_refused(seconds: Decimal, at: Decimal) -> None:
    base = BASE.model_copy(update={"shots": (shot("sq010_sh0010", seconds=str(seconds)),)})
    change = Change(split={"sq010_sh0010": Split(at=at)})
    if seconds - at < 1:
        with pytest.raises(InvalidInput, match="each part has at least 1 s"):
            apply(base, change)
        return
    parts = apply(base, change)
    assert sum(Decimal(p["seconds"]) for p in parts) == seconds


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (Change(drop=("sq010_sh0090",)), "sq010_sh0090"),
        (Change(fields={"sq010_sh0010": {"colour": "red"}}), "known: subject"),
        (Change(fields={"sq010_sh0010": {"id": "sq010_sh0090"}}), "unknown field"),
        (Change(order=("sq010_sh0010",)), "leaves out"),
        (Change(order=("sq010_sh0010",) * 2), "twice"),
        (Change(move={"sq010_sh0010": "sq010_sh0090"}), "sq010_sh0090"),
        (Change(move={"sq010_sh0010": "sq010_sh0010"}), "after itself"),
        (Change(add_before={"sq010_sh0090": {}}), "sq010_sh0090"),
        (Change(split={"sq010_sh0010": Split(at=Decimal("3.5"))}), "at least 1 s"),
        (Change(split={"sq010_sh0010": Split(fields={"seconds": "soon"})}), "invalid length"),
        (
            Change(split={"sq010_sh0010": Split(at=Decimal(1), fields={"seconds": "2"})}),
            "do not add up",
        ),
    ],
)
def test_what_does_not_fit_the_list_is_named(change: Change, said: str) -> None:
    with pytest.raises(InvalidInput, match=said):
        apply(BASE, change)


def test_an_inserted_shot_gets_a_number_between_its_neighbours() -> None:
    rows = [{"id": "sq010_sh0010"}, {}, {"id": "sq010_sh0020"}, {}]
    assert _ids(rows, {"sq010_sh0010", "sq010_sh0020"}) == [
        "sq010_sh0010",
        "sq010_sh0015",
        "sq010_sh0020",
        "sq010_sh0030",
    ]


def test_new_shots_go_to_the_sequence_of_their_scene() -> None:
    rows = [
        {"id": "sq010_sh0010"},
        {"sequence": "sq010"},
        {"sequence": "12"},
        {"sequence": "12"},
        {"sequence": "3"},
    ]
    assert _ids(rows, {"sq010_sh0010"})[1:] == [
        "sq010_sh0020",
        "sq020_sh0010",
        "sq020_sh0020",
        "sq030_sh0010",
    ]


def test_the_same_shot_twice_is_refused() -> None:
    with pytest.raises(InvalidInput, match="twice"):
        _ids([{"id": "sq010_sh0010"}, {"id": "sq010_sh0010"}], set())


@given(st.lists(st.integers(0, 3), max_size=25), st.sets(st.integers(1, 60)))
def test_new_ids_are_well_formed_new_and_never_those_of_dropped_shots(
    gaps: list[int], dropped: set[int]
) -> None:
    taken = {f"sq010_sh{10 * n:04d}" for n in dropped}
    rows: list[dict[str, str]] = []
    for number, gap in enumerate(gaps, start=1):
        rows += [{"id": f"sq020_sh{10 * number:04d}"}, *({} for _ in range(gap))]
    found = _ids(rows, taken)
    assert len(set(found)) == len(found)
    assert all(is_shot(name) for name in found)
    new = [name for name, row in zip(found, rows, strict=True) if not row]
    assert not set(new) & taken
