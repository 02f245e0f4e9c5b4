from __future__ import annotations

import io
from typing import Any

import av
import pytest
from greenlight_standin.drawing.clip import draw_clip
from greenlight_standin.drawing.encode import png_bytes
from greenlight_standin.drawing.frame import drawn_frame
from greenlight_standin.drawing.shot import read_shot, wrong_subject
from greenlight_standin.faults.spoiling import black, truncated, worn
from greenlight_standin.schema import normalise, problems
from greenlight_standin.seeing.drawings import Drawings, drawing_of, thumbnails
from greenlight_standin.seeing.rubric import judge
from PIL import Image

from deployments.standin.tests.prompts import CRITERIA, RUBRIC_SCHEMA, SHOTS, shot_prompt

SIZE = (640, 360)
Scores = dict[str, tuple[float, str]]


@pytest.fixture(scope="module")
def drawings() -> Drawings:
    return Drawings()


def drawn(drawings: Drawings, name: str, *more: str, wrong: bool = False) -> bytes:
    """A picture of a shot that the stand-in has drawn and remembers."""
    request = read_shot(shot_prompt(name, "sq010_sh0010", *more))
    request = wrong_subject(request) if wrong else request
    made = drawn_frame(request, SIZE)
    return remembered(drawings, png_bytes(made.image), drawing_of(request, made))


def remembered(drawings: Drawings, data: bytes, drawing: Any) -> bytes:
    shown = thumbnails(data)
    assert shown is not None
    drawings.add(shown, drawing)
    return data


def scores(
    drawings: Drawings, prompt: str, *pictures: bytes, kind: str = "frame", more: str = ""
) -> Scores:
    text = f"Rubric: {kind}\n{prompt}\n{more}"
    answer = judge(text, pictures, RUBRIC_SCHEMA, drawings)
    assert problems(answer, normalise(RUBRIC_SCHEMA)) == []
    assert [row["criterion"] for row in answer["scores"]] == CRITERIA
    return {row["criterion"]: (row["score"], row["reason"]) for row in answer["scores"]}


def again(data: bytes) -> bytes:
    """The picture scaled down and encoded again, as a pipeline would."""
    out = io.BytesIO()
    with Image.open(io.BytesIO(data)) as picture:
        picture.convert("RGB").resize((480, 270)).save(out, "JPEG", quality=80)
    return out.getvalue()


@pytest.mark.parametrize("name", SHOTS)
def test_a_correct_frame_passes_also_encoded_again(drawings: Drawings, name: str) -> None:
    data = drawn(drawings, name)
    for picture in (data, again(data)):
        assert min(s for s, _ in scores(drawings, shot_prompt(name), picture).values()) >= 0.75


@pytest.mark.parametrize("name", SHOTS)
def test_another_subject_or_size_is_flagged(drawings: Drawings, name: str) -> None:
    found = scores(drawings, shot_prompt(name), drawn(drawings, name, wrong=True))
    assert found["identity"][0] < 0.5
    assert found["adherence"][0] < 0.5
    assert found["composition"][0] < 0.6
    assert "was asked for" in found["composition"][1]


def test_a_note_is_asked_of_the_retake_too(drawings: Drawings) -> None:
    first, retake = drawn(drawings, "car"), drawn(drawings, "car", "Version: 2", "Note: closer")
    for data, good in ((first, False), (retake, True)):
        found = scores(drawings, shot_prompt("car"), data, more="Note: closer")
        assert (found["composition"][0] > 0.8) is good


def test_what_is_not_drawn_is_named_and_lowers_the_score(drawings: Drawings) -> None:
    prompt = "Size: medium\nSubject: a mug with a quetzalcoatl in it\nSetting: a kitchen"
    request = read_shot(prompt)
    made = drawn_frame(request, SIZE)
    data = remembered(drawings, png_bytes(made.image), drawing_of(request, made))
    score, reason = scores(drawings, prompt, data)["adherence"]
    assert score < 0.85
    assert "not drawn: quetzalcoatl" in reason


def test_what_faults_leave_is_seen_in_the_pixels(drawings: Drawings) -> None:
    data = drawn(drawings, "fox")
    for bad in (black(data), truncated(data)):
        assert max(s for s, _ in scores(drawings, shot_prompt("fox"), bad).values()) < 0.1
    soft = remembered(drawings, worn(data, 4), drawings.find(data)[1])
    assert scores(drawings, shot_prompt("fox"), soft)["artefacts"][0] < 0.5


def test_a_picture_of_somebody_else_gets_a_neutral_score_that_says_so(drawings: Drawings) -> None:
    out = io.BytesIO()
    Image.effect_mandelbrot(SIZE, (-2, -1, 1, 1), 40).convert("RGB").save(out, "PNG")
    found = scores(drawings, shot_prompt("fox"), out.getvalue())
    assert {score for score, _ in found.values()} == {0.7}
    assert "Not drawn by the stand-in" in found["identity"][1]
    assert scores(drawings, shot_prompt("fox"))["identity"] == (0.0, "No picture was sent.")


def test_stills_of_a_clip_are_known_and_a_wrong_clip_is_flagged(drawings: Drawings) -> None:
    for wrong in (False, True):
        request = read_shot(shot_prompt("children"))
        request = wrong_subject(request) if wrong else request
        data = draw_clip(request, (320, 180), 2.0)
        remembered(drawings, data, drawing_of(request))
        with av.open(io.BytesIO(data)) as film:
            frames = [frame.to_image() for frame in film.decode(video=0)]
        stills = [png_bytes(frames[at]) for at in (5, 24, 43)]
        found = scores(drawings, shot_prompt("children"), *stills, kind="clip")
        assert (found["adherence"][0] > 0.8) is not wrong
        assert (found["identity"][0] > 0.8) is not wrong
