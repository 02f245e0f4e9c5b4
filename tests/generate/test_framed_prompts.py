"""Whoever draws or judges a picture that will be cropped is told which part will be seen."""

from __future__ import annotations

import pytest

from greenlight.generate.models import common_aspect_ratios
from greenlight.generate.prompts import clip_prompt, frame_prompt, rubric_prompt
from greenlight.production.context import ContextPack
from greenlight.production.framing import Framing, source_for
from greenlight.production.shots import Shot
from greenlight.settings import ModelSettings

SHOT = Shot(id="sq010_sh0010", subject="a fox", action="runs")
SCOPE, SQUARE, PLAIN = Framing("2.39:1", "16:9"), Framing("1:1", "16:9"), Framing("16:9", "16:9")


def prompts(framing: Framing) -> list[str]:
    pack = ContextPack(
        take="sq010_sh0010/frame/v001",
        kind="frame",
        title="Fox",
        vision="A fox runs.",
        look="",
        aspect_ratio=framing.delivery,
        source_ratio=framing.source,
        shot=SHOT,
    )
    judged = rubric_prompt("frame", SHOT, pack.look, pack.references, "", pack.framing)
    return [frame_prompt(pack, 1, 1), clip_prompt(pack), judged]


@pytest.mark.parametrize(
    ("framing", "said"),
    [
        (SCOPE, "composed for 2.39:1: only the middle 74 % of the height will be seen"),
        (SQUARE, "composed for 1:1: only the middle 56 % of the width will be seen"),
    ],
)
def test_every_prompt_states_the_safe_area_in_a_slot_of_its_own(framing, said) -> None:
    for prompt in prompts(framing):
        assert f"\nFraming: {said}" in prompt
    assert "\nAspect ratio: 16:9\n" in prompts(framing)[0]


def test_a_picture_that_is_not_cropped_is_asked_for_as_it_always_was() -> None:
    for prompt in prompts(PLAIN):
        assert "Framing" not in prompt
    assert "\nAspect ratio: 16:9\n" in prompts(PLAIN)[0]


def test_a_format_is_drawn_in_what_both_default_models_draw() -> None:
    drawn = common_aspect_ratios(ModelSettings(api_key="-").image, ModelSettings(api_key="-").video)
    # The image model draws 21:9 itself; its clip could not start on that frame.
    assert source_for("21:9", drawn) == "16:9"
    assert source_for("4:5", drawn) == "9:16"
