"""What is typed at a gate: one line is one decision."""

from __future__ import annotations

import pytest

from greenlight.cli.demo.keys import Line, read_line, read_note, resolve
from greenlight.errors import InvalidInput
from greenlight.production.records import TakeRecord, WaitingTake
from greenlight.production.shots import Shot
from greenlight.production.state import ShotState, State

C1 = WaitingTake(take="sq010_sh0030/frame/v001_c1")
C2 = WaitingTake(take="sq010_sh0030/frame/v001_c2", flagged="a traffic cone")


def shot(name: str, clip: TakeRecord | None = None) -> ShotState:
    return ShotState(Shot(id=name, subject="a porter", action="waits"), "frame waiting", clip=clip)


STATE = State(None, shots=(shot("sq010_sh0030"), shot("sq010_sh0040"), shot("sq020_sh0040")))


@pytest.mark.parametrize(
    ("typed", "line"),
    [
        ("", Line("approve all")),
        ("  ", Line("approve all")),
        ("a sq010_sh0030/frame/v001_c2", Line("approve", "sq010_sh0030/frame/v001_c2")),
        ("r 30 darker, and closer", Line("retake", "30", "darker, and closer")),
        ("R 30", Line("retake", "30")),
        ("n fewer shots please", Line("new", text="fewer shots please")),
        ("o", Line("open")),
        ("q", Line("leave")),
        ("?", Line("help")),
    ],
)
def test_a_line_is_a_verb_and_what_it_is_about(typed: str, line: Line) -> None:
    assert read_line(typed) == line


@pytest.mark.parametrize("typed", ["yes", "r", "a", "approve all"])
def test_what_is_no_line_names_what_is(typed: str) -> None:
    with pytest.raises(InvalidInput, match=r"r SHOT note|Enter, a, r"):
        read_line(typed)


def test_a_note_may_start_with_its_reason() -> None:
    assert read_note("lens: wider: 24 mm") == ("lens", "wider: 24 mm")
    assert read_note("at 12:30 he leaves") == ("other", "at 12:30 he leaves")


def test_a_shot_means_its_flagged_take_first() -> None:
    assert resolve("30", (C1, C2), STATE) == C2.take
    assert resolve("sq010_sh0030", (C1, C2), STATE) == C2.take


def test_a_shot_without_flags_means_the_whole_attempt() -> None:
    others = (C1, C1.model_copy(update={"take": C2.take}))
    assert resolve("sh0030", others, STATE) == "sq010_sh0030/frame/v001"


def test_a_number_that_fits_two_shots_is_left_as_typed() -> None:
    assert resolve("40", (), STATE) == "40"


def test_at_the_final_review_a_shot_means_its_approved_clip() -> None:
    clip = TakeRecord.model_validate(
        {
            "at": "2026-01-01T00:00:00Z",
            "take": "sq010_sh0030/clip/v002",
            "key": "k",
            "sha256": "s",
            "size": 1,
            "mime": "video/mp4",
            "model": "m",
            "spec_hash": "h",
            "cost_usd": "0.4",
            "simulated": True,
        }
    )
    cut = (WaitingTake(take="cut/v001"),)
    state = State(None, shots=(shot("sq010_sh0030", clip),))
    assert resolve("30", cut, state) == "sq010_sh0030/clip/v002"
