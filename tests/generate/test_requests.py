"""What goes over the wire for each role, field by field."""

from __future__ import annotations

import base64

from greenlight.generate.outcome import Answer, Submitted
from tests.generate.wire_requests import (
    IMAGE,
    JPEG,
    PAID,
    PNG,
    TEXT,
    VIDEO,
    attach,
    post,
)


def test_text_asks_for_json_by_schema(wire, reply) -> None:
    wire.on("POST", PAID, reply({"candidates": [{"content": {"parts": [{"text": "{}"}]}}]}))
    request = TEXT.model_copy(update={"attachments": (attach(PNG, "take", "image/jpeg"),)})
    answer = post(wire.url, request)
    assert isinstance(answer, Answer)
    assert (answer.mime, answer.data) == ("application/json", b"{}")
    body = wire.seen[0].body
    assert wire.seen[0].path == "/v1/models/gemini-3.8-flash:generateContent"
    config = body["generationConfig"]
    assert config["responseMimeType"] == "application/json"
    assert config["responseJsonSchema"] == TEXT.response_schema
    assert config["seed"] == 7
    assert config["maxOutputTokens"] == 16384
    assert body["systemInstruction"]["parts"] == [{"text": "you are a director"}]
    text, picture = body["contents"][0]["parts"]
    assert text == {"text": "a hallway"}
    assert "image/png" in picture["inlineData"].values(), "the bytes, not the record, say the type"
    assert base64.b64decode(picture["inlineData"]["data"]) == PNG


def test_a_still_asks_for_an_image_of_a_shape(wire, reply) -> None:
    data = {"mimeType": "image/png", "data": base64.b64encode(JPEG).decode()}
    wire.on("POST", PAID, reply({"candidates": [{"content": {"parts": [{"inlineData": data}]}}]}))
    answer = post(wire.url, IMAGE)
    assert isinstance(answer, Answer)
    assert (answer.mime, answer.data, answer.usage) == ("image/jpeg", JPEG, None)
    config = wire.seen[0].body["generationConfig"]
    assert config["responseModalities"] == ["IMAGE"]
    assert config["imageConfig"] == {"aspectRatio": "16:9", "imageSize": "1K"}
    assert config["seed"] == 0


def test_a_clip_starts_a_background_job_from_its_first_frame(wire, reply) -> None:
    wire.on("POST", PAID, reply({"id": "j1", "status": "in_progress", "steps": []}))
    attachments = (attach(JPEG, "reference"), attach(PNG, "first_frame"))
    request = VIDEO.model_copy(update={"attachments": attachments})
    assert post(wire.url, request, more=JPEG) == Submitted(remote_id="j1")
    body = wire.seen[0].body
    assert wire.seen[0].path == "/v1/interactions"
    assert body["background"] is True
    assert body["store"] is True
    assert body["generation_config"] == {"video_config": {"task": "image_to_video"}, "seed": 9}
    assert body["response_format"] == [
        {
            "type": "video",
            "aspect_ratio": "16:9",
            "resolution": "720p",
            "duration": "4s",
            "delivery": "uri",
        }
    ]
    blocks = body["input"][0]["content"] if "content" in body["input"][0] else body["input"]
    assert [block["type"] for block in blocks] == ["text", "image", "image"]
    assert "<FIRST_FRAME> is picture 1." in blocks[0]["text"]
    assert "<IMAGE_REF_1> is picture 2." in blocks[0]["text"]
    assert base64.b64decode(blocks[1]["data"]) == PNG
    assert blocks[2]["mime_type"] == "image/jpeg"


def test_a_prompt_that_marks_its_first_frame_is_sent_as_it_is(wire, reply) -> None:
    wire.on("POST", PAID, reply({"id": "j1", "status": "in_progress", "steps": []}))
    post(wire.url, VIDEO.model_copy(update={"prompt": "<FIRST_FRAME> then she turns"}))
    assert '"<FIRST_FRAME> then she turns"' in str(wire.seen[0].body).replace("'", '"')
