"""The capability table is whole, and models are fitted, or refused with what they can do."""

from __future__ import annotations

import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from greenlight.errors import InvalidInput
from greenlight.generate.fitting import (
    CHARACTERS_PER_TOKEN,
    LEAST_FIRST,
    RoleModels,
    check_abilities,
    fit_prompt,
    fittings,
)
from greenlight.generate.models import (
    billed_seconds,
    check_request,
    common_aspect_ratios,
    model,
    models,
    platform_for,
)
from greenlight.generate.request import GenerationRequest
from greenlight.production.framing import source_for
from greenlight.settings import ModelSettings

IMAGEN, VEO = model("imagen-4.0-generate-001"), model("veo-3.1-generate-001")
OMNI = model("gemini-omni-1.2-flash")
MODELS = RoleModels(model("gemini-3.8-flash"), model("gemini-nano-banana-2.1"), VEO)
DEFAULTS = ModelSettings(api_key="-")


def test_every_role_has_a_default_on_the_developer_platform():
    for role in ("text", "image", "video"):
        assert "developer" in model(getattr(DEFAULTS, role), role).platforms


def test_every_row_has_what_its_role_needs():
    for row in models():
        assert row.source
        assert row.timeout > 0
        if row.role == "text":
            assert set(row.output_limit) == {"breakdown", "rubric"}
        else:
            check_abilities(MODELS._replace(**{row.role: row}))
        if row.role == "video":
            assert row.seconds == tuple(sorted(row.seconds))
            assert row.deadline > row.timeout


@pytest.mark.parametrize(
    ("name", "role", "said"),
    [
        ("gemini-omni-flash", None, r"'gemini-omni-flash' \(known: gemini-omni-1\.\d-flash"),
        (OMNI.name, "image", "makes video, not image"),
    ],
)
def test_an_unknown_model_and_one_of_another_role_are_answered_with_those_there_are(
    name, role, said
):
    with pytest.raises(InvalidInput, match=said):
        model(name, role)


@given(st.decimals(min_value=0, max_value=10, places=3))
def test_billed_seconds_are_the_smallest_length_that_is_long_enough(seconds):
    billed = billed_seconds(OMNI.name, seconds)
    assert billed == min(length for length in OMNI.seconds if length >= seconds)


def test_a_shot_longer_than_any_clip_is_refused_with_the_longest():
    with pytest.raises(InvalidInput, match=r"10\.001 seconds is too long .* 10 seconds"):
        billed_seconds(OMNI.name, 10.001)


def test_a_format_is_drawn_in_what_both_models_draw():
    drawn = common_aspect_ratios(DEFAULTS.image, DEFAULTS.video)
    assert drawn == ("16:9", "9:16")
    # The image model draws 21:9 itself; its clip could not start on that frame.
    assert source_for("21:9", drawn) == "16:9"
    assert source_for("4:5", drawn) == "9:16"


@pytest.mark.parametrize(
    ("role", "update", "said"),
    [
        ("video", {"resolutions": ("1080p",)}, r"makes no clips at 720p \(it makes: 1080p\)"),
        ("video", {"first_frame": False}, "cannot start a clip from its approved frame"),
        ("image", {"image_sizes": ("2K",)}, r"makes no stills at 1K \(it makes: 2K\)"),
        ("image", {"aspect_ratios": ()}, r"makes no reference sheets in 16:9 \(it makes: none\)"),
    ],
)
def test_a_model_that_cannot_do_its_part_is_refused_with_what_it_can(role, update, said):
    changed = getattr(MODELS, role).model_copy(update=update)
    with pytest.raises(InvalidInput, match=said):
        check_abilities(MODELS._replace(**{role: changed}))


def test_what_is_fitted_is_said():
    said = "\n".join(fittings(MODELS._replace(image=IMAGEN), 2))
    assert "takes no reference pictures" in said
    assert "480 tokens" in said
    assert "clips of 4, 6, 8 s" in said
    assert "deprecated" in said
    assert not list(fittings(MODELS._replace(video=OMNI), 2))


@given(
    st.dictionaries(
        st.sampled_from(("Shot", "Action", *LEAST_FIRST)), st.text("abc ", max_size=900)
    )
)
def test_a_prompt_keeps_within_what_the_model_reads(slots):
    prompt = "\n".join(["Draw.", *(f"{label}: {text}" for label, text in slots.items())])
    fitted = fit_prompt(prompt, IMAGEN)
    most = int(IMAGEN.prompt_tokens * CHARACTERS_PER_TOKEN)
    assert len(fitted) <= most
    assert fitted.startswith("Draw.")
    if len(prompt) <= most:
        assert fitted == prompt
    for label in ("Shot", "Action"):
        assert (f"{label}: " in fitted) == (label in slots)


def test_the_least_of_a_prompt_goes_first():
    prompt = f"Draw.\nShot: sq010_sh0010\nStory: {'s' * 900}\nStyle: {'x' * 900}"
    assert fit_prompt(prompt, IMAGEN) == f"Draw.\nShot: sq010_sh0010\nStyle: {'x' * 900}"
    assert fit_prompt(prompt, MODELS.image) == prompt


def clip(**fields):
    base = {"role": "video", "purpose": "clip", "model": VEO.name, "prompt": "p", "seconds": 4}
    where = {"platform": "enterprise", "resolution": "720p"}
    return GenerationRequest.model_validate({**base, **where, **fields})


def pictures(*uses):
    return [{"key": "k", "sha256": "s", "mime": "image/png", "use": use} for use in uses]


MANY = {"model": OMNI.name, "attachments": pictures("first_frame", *["reference"] * 7)}


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"seconds": 5}, "supported: 4, 6, 8"),
        ({"resolution": "1080p"}, r"4 s with 1080p .*supported: 8"),
        ({"attachments": pictures("reference")}, r"with references .*supported: 8"),
        ({"attachments": pictures("last_frame")}, "a last frame without a first one"),
        ({"attachments": pictures("first_frame", "reference")}, "no references beside a first"),
        ({"platform": "developer"}, "is on: enterprise"),
        (MANY, r"7 pictures are too many .*at most 6"),
    ],
)
def test_a_request_that_the_model_cannot_serve_says_why(fields, said):
    with pytest.raises(InvalidInput, match=said):
        check_request(clip(**fields))


def test_a_first_frame_counts_beside_a_last_one_and_beside_references():
    assert check_request(clip(attachments=pictures("first_frame", "last_frame"))) == VEO
    assert check_request(clip(**{**MANY, "attachments": MANY["attachments"][:7]})) == OMNI


def test_a_model_goes_where_it_is_and_the_account_is():
    both = model("gemini-3.8-flash")
    assert platform_for(both, ("enterprise", "developer")) == "enterprise"
    assert platform_for(VEO, ("developer", "enterprise")) == "enterprise"
    with pytest.raises(InvalidInput, match=r"a project with credentials.*opens developer"):
        platform_for(VEO, ("developer",))


def test_nothing_but_the_adapter_imports_the_sdk():
    code = (
        "import sys, greenlight.generate.models, greenlight.generate.errors,"
        " greenlight.generate.outcome, greenlight.generate.link, greenlight.generate.families,"
        " greenlight.generate.families.content, greenlight.money.quote;"
        "print([name for name in sys.modules if name.startswith(('google', 'httpx'))])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
