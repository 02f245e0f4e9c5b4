"""The rubric can be trusted: over many shots, what is right and what is wrong lie far apart.

The thresholds are those that the pipeline sends takes back by. `pytest -s` prints the margins.
"""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest
from greenlight_standin.drawing.encode import png_bytes
from greenlight_standin.drawing.frame import draw_frame
from greenlight_standin.drawing.shot import SIZES, read_shot
from greenlight_standin.seeing.rubric import judge
from PIL import Image

from greenlight.generate.rubric import rubric_for
from tests.standin.prompts import SHOTS

pytestmark = pytest.mark.slow

FULL = (1280, 720)
RUBRIC = rubric_for("frame")
VARIED = {
    **SHOTS,
    "porter": "Size: extreme wide\nAngle: eye level\nMovement: dolly in\nSubject: a night porter"
    "\nAction: pushes a brass cart\nSetting: an endless hotel hallway\nTime: night"
    "\nLighting: sickly green fluorescents\nPalette: #6f8f5f, #2a3326, #c9b27a",
    "knight": "Size: wide\nAngle: low\nMovement: crane up\nSubject: a knight in armour"
    "\nAction: walks towards the gate\nSetting: a castle courtyard\nTime: dusk\nMood: grim",
    "talk": "Size: medium close-up\nAngle: over the shoulder\nMovement: static"
    "\nSubject: an old woman\nAction: speaks softly\nSetting: a kitchen\nTime: morning"
    "\nLighting: window light\nPalette: cream, sage",
    "detective": "Size: medium\nAngle: eye level\nMovement: static"
    "\nSubject: a detective in a grey coat\nAction: lights a cigarette"
    "\nSetting: an office with blinds\nTime: night\nLighting: hard side light\nMood: noir",
    "ship": "Size: extreme wide\nAngle: high\nMovement: truck left\nSubject: a cargo ship"
    "\nAction: sails into the storm\nSetting: the open sea\nTime: dusk\nMood: ominous",
    "eyes": "Size: extreme close-up\nAngle: eye level\nMovement: static\nSubject: a girl's eyes"
    "\nAction: widen in fear\nSetting: a dark bedroom\nTime: night\nLighting: a torch from below",
    "dancers": "Size: wide\nAngle: eye level\nMovement: orbit\nSubject: three dancers"
    "\nAction: spin together\nSetting: an empty stage\nLighting: one white spotlight"
    "\nPalette: black, white, crimson",
    "robot": "Size: medium wide\nAngle: dutch\nMovement: handheld\nSubject: a rusty robot"
    "\nAction: limps forward\nSetting: a desert\nTime: noon\nPalette: ochre, rust, sky blue",
    "cyclist": "Size: wide\nAngle: overhead\nMovement: static\nSubject: a cyclist in yellow"
    "\nAction: rides\nSetting: a city street\nTime: morning\nLighting: soft daylight",
}
NAMES = list(VARIED)
AFTER = dict(zip(NAMES, NAMES[4:] + NAMES[:4], strict=True))


def prompt(name: str, **lines: str) -> str:
    """The shot's labelled lines, some of them replaced."""
    rows = [row.split(": ", 1) for row in VARIED[name].splitlines()]
    told = {label: lines.get(label, text) for label, text in rows}
    return "\n".join(["Shot: sq010_sh0020", *(f"{label}: {text}" for label, text in told.items())])


@cache
def frame(name: str, candidate: int = 1, **lines: str) -> bytes:
    text = f"{prompt(name, **lines)}\nCandidate: {candidate} of 3"
    return png_bytes(draw_frame(read_shot(text), FULL))


@cache
def scores(name: str, picture: bytes) -> dict[str, tuple[float, str]]:
    answer = judge(f"Rubric: frame\n{prompt(name)}", [picture], RUBRIC.answer_schema())
    return {row["criterion"]: (row["score"], row["reason"]) for row in answer["scores"]}


def slack(name: str, picture: bytes) -> float:
    """How far the worst criterion is above its threshold; below zero the take is flagged."""
    found = scores(name, picture)
    return min(found[c][0] - least for c, least in RUBRIC.thresholds.items())


def other_size(name: str) -> str:
    at = SIZES.index(read_shot(VARIED[name]).size)
    return SIZES[at + 3 if at < 3 else at - 3]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("candidate", [1, 2])
def test_a_correct_frame_passes_with_room_to_spare(name: str, candidate: int) -> None:
    assert slack(name, frame(name, candidate)) >= 0.2


@pytest.mark.parametrize("name", NAMES)
def test_swapping_two_shots_flags_both(name: str) -> None:
    assert slack(name, frame(AFTER[name])) <= -0.2
    assert slack(AFTER[name], frame(name)) <= -0.2


@pytest.mark.parametrize("name", NAMES)
def test_the_right_place_with_a_wrong_subject_is_flagged(name: str) -> None:
    assert slack(name, frame(name, Subject="a traffic cone")) <= -0.2


@pytest.mark.parametrize("name", NAMES)
def test_the_right_subject_at_a_wrong_size_is_flagged(name: str) -> None:
    picture = frame(name, Size=other_size(name))
    assert slack(name, picture) <= -0.2
    assert scores(name, picture)["composition"][0] < RUBRIC.thresholds["composition"]


@pytest.mark.parametrize(
    ("name", "size", "said"),
    [
        ("porter", "medium", "It is a medium, and an extreme wide was asked for: too close."),
        ("bottle", "medium wide", "It is a medium wide, and a close-up was asked for: too far."),
    ],
)
def test_a_wrong_size_is_called_by_its_name(name: str, size: str, said: str) -> None:
    score, reason = scores(name, frame(name, Size=size))["composition"]
    assert score < 0.4
    assert reason == said


def nothing(kind: str) -> bytes:
    random = np.random.default_rng(7)
    grain = random.integers(0, 256, (720, 1280, 3), dtype=np.uint8)
    coarse = Image.fromarray(random.integers(0, 256, (45, 80, 3), dtype=np.uint8))
    pictures = {
        "black": Image.new("RGB", FULL),
        "white": Image.new("RGB", FULL, "white"),
        "grey": Image.new("RGB", FULL, (90, 90, 90)),
        "ramp": Image.linear_gradient("L").resize(FULL).convert("RGB"),
        "noise": Image.fromarray(grain),
        "blotches": coarse.resize(FULL),
    }
    return png_bytes(pictures[kind])


@pytest.mark.parametrize("kind", ["black", "white", "grey", "ramp", "noise", "blotches"])
@pytest.mark.parametrize("name", ["hallway", "fox", "eyes", "detective"])
def test_a_picture_of_nothing_is_flagged(name: str, kind: str) -> None:
    assert slack(name, nothing(kind)) <= -0.4


def test_noise_is_called_an_artefact() -> None:
    assert scores("fox", nothing("noise"))["artefacts"][0] < 0.2


def test_right_and_wrong_lie_far_apart() -> None:
    right = {name: slack(name, frame(name)) for name in NAMES}
    wrong = {
        "swapped": {name: slack(name, frame(AFTER[name])) for name in NAMES},
        "subject": {name: slack(name, frame(name, Subject="a traffic cone")) for name in NAMES},
        "size": {name: slack(name, frame(name, Size=other_size(name))) for name in NAMES},
    }
    print(f"\nabove the threshold: right, at least {min(right.values()):+.2f}")
    for what, found in wrong.items():
        nearest = max(found, key=lambda name: found[name])
        print(f"{what:>8}: at most {found[nearest]:+.2f} ({nearest})")
    worst = max(value for found in wrong.values() for value in found.values())
    assert min(right.values()) - worst > 0.5
