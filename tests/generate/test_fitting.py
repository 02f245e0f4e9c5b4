"""A model is fitted, or refused with the reason, before anything is paid."""

from __future__ import annotations

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
from greenlight.generate.models import check_request, model, models, platform_for
from greenlight.generate.request import GenerationRequest

IMAGEN, VEO = model("imagen-4.0-generate-001"), model("veo-3.1-generate-001")
MODELS = RoleModels(model("gemini-3.8-flash"), model("gemini-nano-banana-2.1"), VEO)
WANTED = {"image_size": "1K", "resolution": "720p", "sheet_aspect": "16:9"}


def test_every_model_can_do_its_part() -> None:
    for row in models():
        if row.role != "text":
            check_abilities(MODELS._replace(**{row.role: row}), **WANTED)


@pytest.mark.parametrize(
    ("update", "wanted", "said"),
    [
        ({"resolutions": ("1080p",)}, {}, "makes no clips at 720p"),
        ({"first_frame": False}, {}, "cannot start a clip from its approved frame"),
        ({}, {"image_size": "8K"}, r"makes no stills at 8K.*1K, 2K, 4K"),
    ],
)
def test_a_model_that_cannot_is_refused_with_what_it_can(
    update: dict[str, object], wanted: dict[str, str], said: str
) -> None:
    cast = MODELS._replace(video=VEO.model_copy(update=update))
    with pytest.raises(InvalidInput, match=said):
        check_abilities(cast, **{**WANTED, **wanted})


def test_what_is_fitted_is_said() -> None:
    said = "\n".join(fittings(MODELS._replace(image=IMAGEN), 2))
    assert "takes no reference pictures" in said
    assert "480 tokens" in said
    assert "clips of 4, 6, 8 s" in said
    assert "deprecated" in said
    assert fittings(MODELS._replace(video=model("gemini-omni-1.2-flash")), 2) == ()


@given(
    st.dictionaries(
        st.sampled_from(("Shot", "Action", *LEAST_FIRST)), st.text("abc ", max_size=900)
    )
)
def test_a_prompt_keeps_within_what_the_model_reads(slots: dict[str, str]) -> None:
    prompt = "\n".join(["Draw.", *(f"{label}: {text}" for label, text in slots.items())])
    fitted = fit_prompt(prompt, IMAGEN)
    most = int(IMAGEN.prompt_tokens * CHARACTERS_PER_TOKEN)
    assert len(fitted) <= most
    assert fitted.startswith("Draw.")
    if len(prompt) <= most:
        assert fitted == prompt
    for label in ("Shot", "Action"):
        assert (f"{label}: " in fitted) == (label in slots)


def test_the_least_of_a_prompt_goes_first() -> None:
    prompt = f"Draw.\nShot: sq010_sh0010\nStory: {'s' * 900}\nStyle: {'x' * 900}"
    assert fit_prompt(prompt, IMAGEN) == f"Draw.\nShot: sq010_sh0010\nStyle: {'x' * 900}"
    assert fit_prompt(prompt, MODELS.image) == prompt


def clip(**fields: object) -> GenerationRequest:
    base = {
        "role": "video",
        "purpose": "clip",
        "model": VEO.name,
        "prompt": "p",
        "platform": "enterprise",
        "resolution": "720p",
        "seconds": 4,
    }
    return GenerationRequest.model_validate({**base, **fields})


def pictures(*uses: str) -> list[dict[str, str]]:
    return [{"key": "k", "sha256": "s", "mime": "image/png", "use": use} for use in uses]


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"seconds": 5}, "supported: 4, 6, 8"),
        ({"resolution": "1080p"}, r"4 s with 1080p .*supported: 8"),
        ({"attachments": pictures("reference")}, r"with references .*supported: 8"),
        ({"attachments": pictures("last_frame")}, "a last frame without a first one"),
        ({"attachments": pictures("first_frame", "reference")}, "no references beside a first"),
        ({"platform": "developer"}, "is on: enterprise"),
    ],
)
def test_a_request_that_veo_cannot_serve_says_why(fields: dict[str, object], said: str) -> None:
    with pytest.raises(InvalidInput, match=said):
        check_request(clip(**fields))


def test_first_and_last_frame_together_are_served() -> None:
    assert check_request(clip(attachments=pictures("first_frame", "last_frame"))) == VEO


def test_a_model_goes_where_it_is_and_the_account_is() -> None:
    both = model("gemini-3.8-flash")
    assert platform_for(both, ("enterprise", "developer")) == "enterprise"
    assert platform_for(VEO, ("developer", "enterprise")) == "enterprise"
    with pytest.raises(InvalidInput, match=r"a project with credentials.*opens developer"):
        platform_for(VEO, ("developer",))
