"""The capability table is whole, and a request for what a model cannot do says what it can."""

from __future__ import annotations

import subprocess
import sys
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from greenlight.errors import InvalidInput
from greenlight.generate.models import (
    billed_seconds,
    check_request,
    common_aspect_ratios,
    model,
    models,
)
from greenlight.generate.request import GenerationRequest, Role
from greenlight.settings import ModelSettings

ROLES: tuple[Role, ...] = ("text", "image", "video")
OMNI = "gemini-omni-1.2-flash"


@pytest.mark.parametrize("role", ROLES)
def test_every_role_has_a_default_on_the_developer_platform(role: Role) -> None:
    row = model(getattr(ModelSettings(api_key="-"), role), role)
    assert "developer" in row.platforms


def test_every_row_has_what_its_role_needs() -> None:
    for row in models():
        assert row.source
        assert row.timeout > 0
        if row.role == "text":
            assert set(row.output_limit) == {"breakdown", "rubric"}
        if row.role == "image":
            assert row.image_sizes
            assert "16:9" in row.aspect_ratios
        if row.role == "video":
            assert row.resolutions
            assert row.seconds == tuple(sorted(row.seconds))
            assert row.deadline > row.timeout


def test_an_unknown_model_is_answered_with_the_nearest_first() -> None:
    with pytest.raises(InvalidInput, match=r"'gemini-omni-flash' \(known: gemini-omni-1\.\d-flash"):
        model("gemini-omni-flash")


def test_a_model_of_another_role_is_named_as_that() -> None:
    with pytest.raises(InvalidInput, match="makes video, not image"):
        model(OMNI, "image")


@settings(deadline=None)
@given(st.decimals(min_value=0, max_value=10, places=3))
def test_billed_seconds_are_the_smallest_length_that_is_long_enough(seconds: Decimal) -> None:
    billed = billed_seconds(OMNI, seconds)
    lengths = model(OMNI).seconds
    assert billed >= seconds
    assert billed in lengths
    assert all(length < seconds for length in lengths if length < billed)


def test_a_shot_longer_than_any_clip_is_refused_with_the_longest() -> None:
    with pytest.raises(InvalidInput, match=r"10\.001 seconds is too long .* 10 seconds"):
        billed_seconds(OMNI, Decimal("10.001"))


def test_ratios_of_a_production_are_those_of_both_its_models() -> None:
    assert common_aspect_ratios("gemini-nano-banana-2.1", OMNI) == ("16:9", "9:16")


def test_too_many_references_are_refused_and_a_first_frame_is_none() -> None:
    picture = {"key": "k", "sha256": "s", "mime": "image/png"}
    request = GenerationRequest.model_validate(
        {
            "role": "video",
            "purpose": "clip",
            "model": OMNI,
            "prompt": "p",
            "seconds": 4,
            "attachments": [{**picture, "use": "first_frame"}]
            + [{**picture, "use": "reference"}] * 6,
        }
    )
    assert check_request(request).name == OMNI
    more = request.model_copy(update={"attachments": request.attachments + request.attachments[1:]})
    with pytest.raises(InvalidInput, match=r"12 pictures are too many .*at most 6"):
        check_request(more)


def test_nothing_but_the_adapter_imports_the_sdk() -> None:
    code = (
        "import sys, greenlight.generate.models, greenlight.generate.errors,"
        " greenlight.generate.outcome, greenlight.generate.link, greenlight.generate.families,"
        " greenlight.generate.families.content, greenlight.money.quote;"
        "print([name for name in sys.modules if name.startswith(('google', 'httpx'))])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
