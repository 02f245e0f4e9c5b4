from __future__ import annotations

import io
import itertools
from typing import Any

import numpy as np
import pytest
from greenlight_standin.drawing.clip import draw_clip
from greenlight_standin.drawing.encode import png_bytes
from greenlight_standin.drawing.frame import draw_frame
from greenlight_standin.drawing.shot import read_shot, wrong_subject
from greenlight_standin.schema import normalise, problems
from greenlight_standin.seeing.rubric import judge
from PIL import Image, ImageFilter

from tests.standin.prompts import CRITERIA, RUBRIC_SCHEMA, SHOTS, shot_prompt

FULL = (1280, 720)
_CACHE: dict[tuple[str, int], bytes] = {}


def frame(name: str, candidate: int = 1) -> bytes:
    if (name, candidate) not in _CACHE:
        request = read_shot(shot_prompt(name, "sq010_sh0010", f"Candidate: {candidate} of 3"))
        _CACHE[name, candidate] = png_bytes(draw_frame(request, FULL))
    return _CACHE[name, candidate]


def verdict(name: str, *images: bytes, kind: str = "frame", more: str = "") -> dict[str, Any]:
    answer: dict[str, Any] = judge(
        f"Rubric: {kind}\n{shot_prompt(name)}\n{more}", images, RUBRIC_SCHEMA
    )
    assert problems(answer, normalise(RUBRIC_SCHEMA)) == []
    assert [row["criterion"] for row in answer["scores"]] == CRITERIA
    return answer


def mean(answer: dict[str, Any]) -> float:
    return float(np.mean([row["score"] for row in answer["scores"]]))


@pytest.mark.parametrize("name", SHOTS)
@pytest.mark.parametrize("candidate", [1, 2])
def test_a_correct_frame_scores_high(name: str, candidate: int) -> None:
    assert mean(verdict(name, frame(name, candidate))) >= 0.75


@pytest.mark.parametrize("name", SHOTS)
def test_a_wrong_subject_scores_low(name: str) -> None:
    wrong = wrong_subject(read_shot(shot_prompt(name)))
    answer = verdict(name, png_bytes(draw_frame(wrong, FULL)))
    assert mean(answer) <= 0.45
    assert "%" in answer["scores"][0]["reason"]


def test_black_blank_and_broken_pictures_score_next_to_nothing() -> None:
    for colour in ("black", "white", (90, 90, 90)):
        assert mean(verdict("fox", png_bytes(Image.new("RGB", FULL, colour)))) <= 0.1
    assert mean(verdict("fox", frame("fox")[:20000])) <= 0.1
    assert mean(verdict("fox", b"no picture at all")) <= 0.1
    assert mean(verdict("fox")) == 0


def test_swapped_frames_score_clearly_lower() -> None:
    pairs = list(itertools.permutations(SHOTS, 2))
    lower = [mean(verdict(a, frame(b))) < mean(verdict(a, frame(a))) - 0.25 for a, b in pairs]
    assert sum(lower) / len(lower) >= 0.95


def test_the_picture_is_judged_and_not_its_file() -> None:
    with Image.open(io.BytesIO(frame("car"))) as picture:
        out = io.BytesIO()
        picture.convert("RGB").resize((960, 540)).save(out, "JPEG", quality=70)
        blurred = picture.convert("RGB").filter(ImageFilter.GaussianBlur(1.5))
    assert mean(verdict("car", out.getvalue())) >= 0.75
    assert mean(verdict("car", png_bytes(blurred))) >= 0.7


def test_a_retake_is_judged_against_its_note() -> None:
    request = read_shot(shot_prompt("fox", "sq010_sh0010", "Note: much closer"))
    picture = png_bytes(draw_frame(request, FULL))
    with_note = verdict("fox", picture, more="Note: much closer")
    assert mean(with_note) >= 0.75
    assert mean(with_note) > mean(verdict("fox", picture)) + 0.15


def stills(name: str, movement: str) -> list[bytes]:
    import av

    prompt = "\n".join(
        line if not line.startswith("Movement") else f"Movement: {movement}"
        for line in shot_prompt(name).splitlines()
    )
    data = draw_clip(read_shot(prompt), FULL, 1, first_frame=frame(name))
    with av.open(io.BytesIO(data)) as clip:
        pictures = [item.to_image() for item in clip.decode(video=0)]
    return [png_bytes(pictures[index]) for index in (0, len(pictures) // 2, -1)]


@pytest.mark.parametrize("name", ["hallway", "fox", "car"])
def test_a_clip_is_judged_by_its_stills(name: str) -> None:
    movement = read_shot(shot_prompt(name)).movement
    good = stills(name, movement)
    assert mean(verdict(name, *good, kind="clip")) >= 0.7
    other = next(other for other in SHOTS if other != name)
    assert mean(verdict(other, *good, kind="clip")) <= 0.5
    black = png_bytes(Image.new("RGB", FULL))
    assert mean(verdict(name, good[0], good[1], black, kind="clip")) <= 0.1


def test_other_criteria_come_from_the_schema() -> None:
    schema = normalise(RUBRIC_SCHEMA)
    schema["properties"]["scores"]["items"]["properties"]["criterion"]["enum"] = [
        "adherence",
        "charm",
    ]
    answer = judge(f"Rubric: frame\n{shot_prompt('fox')}", [frame("fox")], schema)
    assert [row["criterion"] for row in answer["scores"]] == ["adherence", "charm"]
