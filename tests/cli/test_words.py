"""Options become wishes and changes; words of others stay words."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from greenlight.cli.decide import gather_wishes
from greenlight.cli.shot_list import read_rows
from greenlight.cli.shots import read_change
from greenlight.cli.show import to_json
from greenlight.errors import InvalidInput
from greenlight.production.readable import plain
from greenlight.production.records import WaitingTake

A1, A2 = "sq010_sh0010/frame/v001_c1", "sq010_sh0010/frame/v001_c2"
B1, C1 = "sq010_sh0020/frame/v001_c1", "sq010_sh0030/clip/v001"
WAITING = (
    WaitingTake(take=A1, sha256="a1", score=0.7),
    WaitingTake(take=A2, sha256="a2", score=0.9),
    WaitingTake(take=B1, sha256="b1", score=0.2, flagged="the subject is missing"),
    WaitingTake(take=C1, sha256="c1", score=0.8),
)


def said(wishes) -> dict[str, str]:
    return {w.target: w.verdict for w in wishes}


def test_all_takes_the_best_of_each_shot_and_leaves_flagged_ones() -> None:
    wishes, left = gather_wishes(WAITING, ["all"])
    assert said(wishes) == {A2: "approve", C1: "approve"}
    assert [w.take for w in left] == [B1]
    assert [w.sha256 for w in wishes] == ["a2", "c1"]


def test_what_is_named_is_not_part_of_all() -> None:
    wishes, left = gather_wishes(WAITING, ["all", A1], [f"{B1}:lens:wider"], (), [C1])
    assert said(wishes) == {A1: "approve", B1: "retake"}
    assert left == []


def test_an_omitted_shot_is_not_part_of_all() -> None:
    wishes, left = gather_wishes(WAITING, ["all"], (), ["sq010_sh0010", "sq010_sh0020"])
    assert said(wishes) == {"sq010_sh0010": "omit", "sq010_sh0020": "omit", C1: "approve"}
    assert left == []


def test_a_note_may_hold_colons() -> None:
    wishes, _ = gather_wishes((), [], [f"{A1}:story:at 12:30, not noon"])
    assert (wishes[0].reason, wishes[0].note) == ("story", "at 12:30, not noon")


@pytest.mark.parametrize("later", ["frame 3", "sq010_sh0010/v001"])
def test_what_is_no_take_is_refused_with_the_form(later: str) -> None:
    with pytest.raises(InvalidInput, match="sq010_sh0020/frame/v001_c2"):
        gather_wishes(WAITING, ["all"], (), (), [later])


def test_shot_options_become_one_change() -> None:
    change = read_change(
        ["sq010_sh0020.size=wide", "sq010_sh0020.action=a = b"],
        ["action=enters"],
        add_after="sq010_sh0010",
        move=["sq010_sh0040: first"],
        drop=["sq010_sh0030"],
        order="sq010_sh0020, sq010_sh0010",
    )
    assert change.fields == {"sq010_sh0020": {"size": "wide", "action": "a = b"}}
    assert change.add_after == {"sq010_sh0010": {"action": "enters"}}
    assert change.move == {"sq010_sh0040": "first"}
    assert (change.drop, change.order) == (("sq010_sh0030",), ("sq010_sh0020", "sq010_sh0010"))


@pytest.mark.parametrize("text", ["size=wide", "sq010_sh0020.size", ".size=wide", "sq010_sh0020.="])
def test_a_change_without_shot_field_or_value_is_refused(text: str) -> None:
    with pytest.raises(InvalidInput, match=r"SHOT\.FIELD=VALUE"):
        read_change([text])


def test_fields_without_a_place_are_refused() -> None:
    with pytest.raises(InvalidInput, match="--add-after"):
        read_change([], ["action=enters"])


@pytest.mark.parametrize("text", ["a: [", "just words", "- one\n- two\n", "shots: 3"])
def test_an_edited_list_that_is_no_list_of_shots_is_refused(text: str) -> None:
    with pytest.raises(InvalidInput, match="the list"):
        read_rows(text, "the list")


def test_amounts_in_json_have_exactly_their_digits() -> None:
    text = to_json(
        {"a": Decimal("0.10"), "b": [Decimal("1E+2")], "c": None, "d": Path("x"), "e": ()}
    )
    assert json.loads(text, parse_float=str) == {
        "a": "0.10",
        "b": [100],
        "c": None,
        "d": "x",
        "e": [],
    }


def test_words_of_others_cannot_drive_the_terminal() -> None:
    assert plain("a\x1b[2Jb\x9b31m\u202ec\nd") == "a[2Jb31mc\nd"


def test_a_split_says_where_it_cuts_and_who_keeps_the_dialogue() -> None:
    change = read_change([], ["action=turns"], split="sq010_sh0010", at="1.5s", dialogue="second")
    part = change.split["sq010_sh0010"]
    assert (part.at, part.dialogue, part.fields) == (Decimal("1.5"), "second", {"action": "turns"})


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"split": "sq010_sh0010", "at": "soon"}, "invalid length"),
        ({"split": "sq010_sh0010", "at": "nan"}, "invalid length"),
        ({"split": "sq010_sh0010", "dialogue": "both"}, "first, second"),
        ({"split": "sq010_sh0010", "add_after": "sq010_sh0010"}, "one at a time"),
        ({"at": "2"}, "--split SHOT"),
        ({"move": ["sq010_sh0010"]}, "SHOT:OTHER"),
    ],
)
def test_options_that_make_no_change_name_their_form(options: dict[str, Any], said: str) -> None:
    with pytest.raises(InvalidInput, match=said):
        read_change(**options)
