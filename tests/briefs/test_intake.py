"""Briefs from outside: one clear line for whatever is wrong."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from greenlight.briefs.intake import brief_schema, gather, parse_brief, read_brief
from greenlight.errors import InvalidInput
from greenlight.production.brief import Brief
from greenlight.settings import ModelSettings, Profile, S3Settings

GOOD = "title: Fox\nvision: A fox crosses a road.\n"
PROFILE = Profile(
    name="embedded",
    simulated=True,
    prefect_api_url="http://127.0.0.1:9/api",
    s3=S3Settings(
        endpoint_url="http://127.0.0.1:9", bucket="b", access_key_id="a", secret_access_key="s"
    ),
    models=ModelSettings(base_url="http://127.0.0.1:9", api_key="k"),
    media_url="http://127.0.0.1:9",
    media_secret="s" * 32,
)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("title: Fox", "vision is missing"),
        ("title: Fox\nvison: A fox.", "did you mean 'vision'"),
        ("title: Fox\nvision: ''", "vision"),
        ("title: Fox\nvision: '   '", "vision"),
        (f"{GOOD}aspect_ration: '16:9'", "did you mean 'aspect_ratio'"),
        (f"{GOOD}aspect_ratio: '5:1'", "between 1:3 and 3:1"),
        (f"{GOOD}aspect_ratio: scope", "did you mean '2.39:1'"),
        (f"{GOOD}aspect_ratio: '239:1'", "did you mean '2.39:1'"),
        (f"{GOOD}aspect_ratio: yes", "aspect_ratio"),
        (f"{GOOD}fps: 26", "fps: invalid value '26' (allowed: 23.976, 24,"),
        (f"{GOOD}fps: fast", "fps: invalid value 'fast' (allowed: 23.976, 24,"),
        (f"{GOOD}shots: many", "shots"),
        (f"{GOOD}shots: 0", "shots"),
        (f"{GOOD}candidates: 9", "candidates"),
        (f"{GOOD}budget_usd: -1", "budget_usd"),
        (f"{GOOD}show: My Show!", "show"),
        (f"{GOOD}references: [{{name: x, colour: red}}]", "references 1: unknown field 'colour'"),
        (
            f"{GOOD}references: [{{name: Mara, description: red}}, {{name: mara, kind: prop}}]",
            "'mara' is named twice (character 'red' and prop '')",
        ),
        (f"{GOOD}look: [", "not valid YAML"),
        ("- a list", "a brief is a mapping"),
        ("", "a brief is a mapping"),
        (f"title: Fox\nvision: {'x ' * 20_000}", "at most 20,000 characters"),
        ("title: !!python/object/apply:os.system ['true']\nvision: x", "not valid YAML"),
    ],
)
def test_each_mistake_is_one_line_that_names_file_and_value(text: str, said: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        parse_brief(text, "fox.yaml")
    message = str(caught.value)
    assert message.startswith("fox.yaml")
    assert said in message
    assert "\n" not in message
    assert len(message) < 400


def test_ten_megabytes_of_vision_are_refused_before_they_are_parsed(tmp_path: Path) -> None:
    path = tmp_path / "long.yaml"
    path.write_text(f"title: Fox\nvision: {'word ' * 2_000_000}")
    with pytest.raises(InvalidInput, match="over 1,000,000 bytes"):
        read_brief(path)


def test_a_missing_file_and_a_folder_are_named(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="brief not found"):
        read_brief(tmp_path / "nope.yaml")
    with pytest.raises(InvalidInput, match="is a folder"):
        read_brief(tmp_path)


def test_json_and_numbers_people_write_are_understood() -> None:
    brief = parse_brief('{"title": "Fox", "vision": "A fox.", "fps": 29.97}', "x")
    assert brief.fps == "29.97"
    assert parse_brief(f"{GOOD}fps: 24", "x").fps == "24"


def test_only_title_and_vision_are_required_and_the_schema_says_so() -> None:
    schema = json.loads(brief_schema())
    assert schema["required"] == ["title", "vision"]
    assert schema["additionalProperties"] is False


def test_direction_overrides_and_control_characters_do_not_get_in() -> None:
    brief = Brief(title="Fox\u202egnp.exe\x1b[31m", vision="A \x00fox.")
    assert brief.title == "Foxgnp.exe[31m"
    assert brief.vision == "A fox."


def with_image(image: str) -> Brief:
    reference = {"name": "the fox", "kind": "character", "image": image}
    return Brief.model_validate({"title": "Fox", "vision": "A fox.", "references": [reference]})


def test_a_reference_picture_is_bound_by_its_sha256(tmp_path: Path) -> None:
    out = io.BytesIO()
    Image.new("RGB", (64, 64), "orange").save(out, "PNG")
    (tmp_path / "fox.png").write_bytes(out.getvalue())
    intake = gather(with_image("fox.png"), tmp_path, PROFILE)
    (reference,) = intake.brief.references
    assert reference.image_mime == "image/png"
    assert intake.pictures[reference.image_sha256 or ""] == (out.getvalue(), "image/png")


@pytest.mark.parametrize(
    ("image", "content", "said"),
    [
        ("nope.png", None, "not found"),
        (".", None, "is a folder"),
        ("notes.png", b"not a picture at all", "supported: PNG, JPEG, WebP"),
        ("cut.png", b"\x89PNG\r\n\x1a\n\x00\x00", "the fox"),
        ("https://example.com/fox.png", None, "never connects beyond this machine"),
        ("http://example.com/fox.png", None, "never connects beyond this machine"),
        ("ftp://example.com/fox.png", None, "unsupported address"),
    ],
)
def test_a_reference_that_cannot_be_used_is_named(
    tmp_path: Path, image: str, content: bytes | None, said: str
) -> None:
    if content is not None:
        (tmp_path / image).write_bytes(content)
    with pytest.raises(InvalidInput, match=said):
        gather(with_image(image), tmp_path, PROFILE)


@given(st.text(max_size=200))
def test_no_text_makes_intake_raise_anything_but_a_sentence(text: str) -> None:
    try:
        parse_brief(text, "x")
    except InvalidInput as error:
        message = str(error)
        assert message.startswith("x")
