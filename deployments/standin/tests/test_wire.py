from __future__ import annotations

import asyncio
import io
import json
from collections.abc import Callable

import httpx2
import pydantic
import pytest
from google import genai
from google.genai import errors, types
from greenlight_standin.schema import normalise, problems
from PIL import Image

from deployments.standin.tests.calls import IMAGE_MODEL, TEXT_MODEL, image_config
from deployments.standin.tests.prompts import HALLWAY, RUBRIC_SCHEMA, SHOT_LIST_SCHEMA, shot_prompt
from deployments.standin.tests.running import Running


def picture_of(answer: types.GenerateContentResponse) -> Image.Image:
    data = answer.candidates[0].content.parts[0].inline_data
    assert data.mime_type == "image/png"
    return Image.open(io.BytesIO(data.data))


def test_models_are_listed_and_described(standin: Running) -> None:
    client = standin.client()
    names = [model.name for model in client.models.list()]
    assert f"models/{IMAGE_MODEL}" in names
    assert client.models.get(model=TEXT_MODEL).name == f"models/{TEXT_MODEL}"


def test_a_shot_list_follows_its_json_schema(standin: Running) -> None:
    answer = standin.client().models.generate_content(
        model=TEXT_MODEL,
        contents=HALLWAY,
        config=types.GenerateContentConfig(
            response_mime_type="application/json", response_json_schema=SHOT_LIST_SCHEMA
        ),
    )
    assert problems(answer.parsed, normalise(SHOT_LIST_SCHEMA)) == []
    assert len(answer.parsed["shots"]) == 6
    usage = answer.usage_metadata
    assert usage.prompt_token_count == usage.prompt_tokens_details[0].token_count > 0
    assert usage.candidates_token_count > 100
    assert usage.total_token_count == usage.prompt_token_count + usage.candidates_token_count


def test_a_pydantic_response_schema_is_understood(standin: Running) -> None:
    class Shot(pydantic.BaseModel):
        subject: str
        action: str
        seconds: float

    class ShotList(pydantic.BaseModel):
        logline: str
        shots: list[Shot]

    answer = standin.client().models.generate_content(
        model=TEXT_MODEL,
        contents=HALLWAY,
        config=types.GenerateContentConfig(
            response_mime_type="application/json", response_schema=ShotList
        ),
    )
    assert isinstance(answer.parsed, ShotList)
    assert any("woman" in shot.subject for shot in answer.parsed.shots)


def test_an_unknown_schema_is_still_followed(standin: Running) -> None:
    schema = {
        "type": "object",
        "properties": {
            "tone": {"type": "string", "enum": ["warm", "cold"]},
            "tags": {"type": "array", "items": {"type": "string"}, "minItems": 2},
            "score": {"type": "integer", "minimum": 3},
        },
        "required": ["tone", "tags", "score"],
    }
    answer = standin.client().models.generate_content(
        model=TEXT_MODEL,
        contents="Describe the harbour at night.",
        config=types.GenerateContentConfig(
            response_mime_type="application/json", response_json_schema=schema
        ),
    )
    assert problems(answer.parsed, normalise(schema)) == []


def test_an_image_comes_back_at_the_asked_size(standin: Running) -> None:
    client = standin.client()
    sizes = {
        ("16:9", "1K"): (1280, 720),
        ("9:16", "1K"): (720, 1280),
        ("1:1", "1K"): (1024, 1024),
        ("21:9", "1K"): (1536, 656),
        ("16:9", "2K"): (2560, 1440),
    }
    for (aspect, resolution), size in sizes.items():
        answer = client.models.generate_content(
            model=IMAGE_MODEL,
            contents=shot_prompt("fox"),
            config=image_config(aspect, resolution),
        )
        assert picture_of(answer).size == size
        details = answer.usage_metadata.candidates_tokens_details[0]
        assert details.modality == types.MediaModality.IMAGE
        assert details.token_count >= 1120


def test_a_reference_image_shapes_the_palette(standin: Running) -> None:
    client = standin.client()
    prompt = "Shot: sq010_sh0010\nSize: wide\nSubject: a man\nSetting: a room"
    means = []
    for colour in ("red", "blue"):
        out = io.BytesIO()
        Image.new("RGB", (64, 64), colour).save(out, "PNG")
        part = types.Part.from_bytes(data=out.getvalue(), mime_type="image/png")
        answer = client.models.generate_content(
            model=IMAGE_MODEL, contents=[part, prompt], config=image_config()
        )
        assert answer.usage_metadata.prompt_tokens_details[1].token_count == 258
        red, _, blue = picture_of(answer).convert("RGB").resize((1, 1)).getpixel((0, 0))
        means.append(red - blue)
    assert means[0] > means[1] + 20


def test_the_rubric_answers_through_the_wire(standin: Running) -> None:
    client = standin.client()
    drawn = client.models.generate_content(
        model=IMAGE_MODEL, contents=shot_prompt("car"), config=image_config()
    )
    part = drawn.candidates[0].content.parts[0]
    answer = client.models.generate_content(
        model=TEXT_MODEL,
        contents=["Rubric: frame\n" + shot_prompt("car"), part],
        config=types.GenerateContentConfig(
            response_mime_type="application/json", response_json_schema=RUBRIC_SCHEMA
        ),
    )
    assert problems(answer.parsed, normalise(RUBRIC_SCHEMA)) == []
    assert standin.served()[-1]["role"] == "rubric"


def test_the_async_client_is_served_too(standin: Running) -> None:
    async def ask() -> str | None:
        async with httpx2.AsyncClient() as http:
            client = genai.Client(
                api_key="any",
                enterprise=False,
                http_options=types.HttpOptions(base_url=standin.url, httpx_async_client=http),
            )
            answers = await asyncio.gather(
                *(
                    client.aio.models.generate_content(model=TEXT_MODEL, contents=f"brief {n}")
                    for n in range(8)
                )
            )
        return answers[3].text

    assert asyncio.run(ask()).startswith("(stand-in)")


def test_an_unknown_model_is_404_in_the_service_s_schema(standin: Running) -> None:
    with pytest.raises(errors.ClientError) as caught:
        standin.client().models.generate_content(model="gemini-0", contents="hello")
    assert caught.value.code == 404
    assert caught.value.status == "NOT_FOUND"
    assert "gemini-0" in caught.value.message


def test_a_text_model_does_not_draw(standin: Running) -> None:
    with pytest.raises(errors.ClientError, match="IMAGE"):
        standin.client().models.generate_content(
            model=TEXT_MODEL, contents="a fox", config=image_config()
        )


@pytest.mark.parametrize(
    ("raw", "sentence"),
    [
        (b"{", "Invalid JSON payload"),
        (b"[1]", "an object is wanted"),
        (b"{}", "contents is not specified"),
        (b'{"contents": [{"parts": "x"}]}', "list of parts"),
        (b'{"contents": [{"parts": [{"inlineData": {"data": "%%"}}]}]}', "base64"),
    ],
)
def test_a_malformed_body_is_400_with_a_sentence(
    standin: Running, raw: bytes, sentence: str
) -> None:
    status, body = standin.call("POST", f"/v1/models/{TEXT_MODEL}:generateContent", raw=raw)
    assert status == 400
    assert sentence in body["error"]["message"]
    assert body["error"]["status"] == "INVALID_ARGUMENT"


def test_an_unsupported_aspect_ratio_names_what_is_supported(standin: Running) -> None:
    with pytest.raises(errors.ClientError, match="supported: 16:9"):
        standin.client().models.generate_content(
            model=IMAGE_MODEL, contents="a fox", config=image_config("7:1")
        )


def test_snake_case_and_v1beta_are_accepted(standin: Running) -> None:
    body = {
        "contents": [{"parts": [{"text": "a fox in a forest"}]}],
        "generation_config": {
            "response_modalities": ["IMAGE"],
            "image_config": {"aspect_ratio": "1:1", "image_size": "1K"},
        },
    }
    status, answer = standin.call("POST", f"/v1beta/models/{IMAGE_MODEL}:generateContent", body)
    assert status == 200
    assert answer["candidates"][0]["content"]["parts"][0]["inlineData"]["mimeType"] == "image/png"


def test_a_wrong_key_is_refused_as_the_service_does(start_standin: Callable[..., Running]) -> None:
    running = start_standin(api_key="right")
    assert running.client(key="right").models.generate_content(model=TEXT_MODEL, contents="hi").text
    with pytest.raises(errors.ClientError) as caught:
        running.client(key="wrong").models.generate_content(model=TEXT_MODEL, contents="hi")
    assert caught.value.code == 400
    assert "API key not valid" in caught.value.message
    status, body = running.call("GET", "/v1/models")
    assert status == 403, json.dumps(body)
