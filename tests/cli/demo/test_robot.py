"""The robot of `--yes` turns down what was spoiled, once, and never goes round in circles."""

from __future__ import annotations

from collections import Counter

import pytest

from greenlight.cli.demo.robot import answers, suggestion
from greenlight.errors import ProductionFailed
from greenlight.production.records import WaitingTake

GOOD = WaitingTake(take="sq010_sh0030/frame/v001_c1", sha256="g", score=0.9)
BAD = WaitingTake(
    take="sq010_sh0030/frame/v001_c2", sha256="b", score=0.1, flagged="this is a traffic cone"
)
SUBJECTS = {"sq010_sh0030": "a night porter"}


def said(wishes) -> list[tuple[str, str]]:
    return [(w.verdict, w.target) for w in wishes]


def test_a_shot_list_and_a_cut_are_approved() -> None:
    waiting = [WaitingTake(take="shotlist/v001"), WaitingTake(take="cut/v001")]
    assert said(answers(waiting, Counter(), {})) == [
        ("approve", "shotlist/v001"),
        ("approve", "cut/v001"),
    ]


def test_the_spoiled_candidate_is_turned_down_with_a_note_and_the_retake_approved() -> None:
    asked: Counter[tuple[str, str]] = Counter()
    first = answers([GOOD, BAD], asked, SUBJECTS, spoiled="sq010_sh0030")
    assert said(first) == [("retake", BAD.take)]
    assert first[0].note == suggestion("frame", "a night porter")
    again = answers([GOOD, BAD], asked, SUBJECTS, spoiled="sq010_sh0030")
    assert said(again) == [("approve", GOOD.take)]


def test_where_another_candidate_is_good_it_is_chosen() -> None:
    assert said(answers([GOOD, BAD], Counter(), SUBJECTS)) == [("approve", GOOD.take)]


def test_a_shot_with_flagged_takes_only_is_made_again_once() -> None:
    asked: Counter[tuple[str, str]] = Counter()
    assert said(answers([BAD], asked, SUBJECTS)) == [("retake", BAD.take)]
    assert said(answers([BAD], asked, SUBJECTS)) == [("approve", BAD.take)]


def test_what_stays_held_ends_the_demo_with_its_reason() -> None:
    held = [WaitingTake(take="sq010_sh0030/frame/v001", held="refused by the service")]
    asked: Counter[tuple[str, str]] = Counter()
    assert said(answers(held, asked, SUBJECTS)) == [("retake", held[0].take)]
    with pytest.raises(ProductionFailed, match="refused by the service"):
        answers(held, asked, SUBJECTS)
