"""What the service sends is read as an answer, a refusal, and what it used."""

from __future__ import annotations

import asyncio
import base64
import time
from typing import Any

import pytest

from greenlight.generate.families import sniff
from greenlight.generate.outcome import Answer, Refusal, Usage
from greenlight.generate.request import GenerationRequest
from tests.generate.wire_requests import at
from tests.generate.wire_requests import post as send

PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 40
TEXT = GenerationRequest(role="text", purpose="rubric", model="gemini-3.8-flash", prompt="rate")
IMAGE = GenerationRequest(role="image", purpose="frame", model="gemini-3-pro-image", prompt="a")


def post(wire: Any, request: GenerationRequest) -> Any:
    return send(wire.url, request)


def candidate(*parts: Any, **more: Any) -> dict[str, Any]:
    return {"candidates": [{"content": {"role": "model", "parts": list(parts)}, **more}]}


def picture(data: bytes = PNG, **more: Any) -> dict[str, Any]:
    return {
        "inlineData": {"mimeType": "image/png", "data": base64.b64encode(data).decode()},
        **more,
    }


@pytest.mark.filterwarnings("ignore:A_NEW_ONE is not a valid")
@pytest.mark.parametrize("asked", [TEXT, IMAGE], ids=lambda r: r.role)
@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ({"promptFeedback": {"blockReason": "PROHIBITED_CONTENT"}}, "PROHIBITED_CONTENT"),
        (
            {"promptFeedback": {"blockReason": "SAFETY", "blockReasonMessage": "too violent"}},
            "SAFETY: too violent",
        ),
        ({"promptFeedback": {"blockReason": "JAILBREAK"}}, "JAILBREAK"),
        ({"candidates": [{"finishReason": "SAFETY", "index": 0}]}, "SAFETY"),
        ({"candidates": [{"finishReason": "RECITATION"}]}, "RECITATION"),
        ({"candidates": [{"finishReason": "IMAGE_SAFETY"}]}, "IMAGE_SAFETY: the picture was"),
        (candidate({"text": "half a"}, finishReason="PROHIBITED_CONTENT"), "half a"),
        (candidate(finishReason="STOP"), "nothing of what was asked"),
        ({"candidates": []}, "no candidate"),
        ({}, "no candidate"),
        ({"promptFeedback": {"blockReason": "A_NEW_ONE"}}, "A_NEW_ONE"),
        ({"candidates": [{"finishReason": "A_NEW_ONE"}]}, "A_NEW_ONE"),
    ],
)
def test_a_refusal_is_recognised_in_every_form(wire, reply, asked, body, reason) -> None:
    wire.on("POST", ":generateContent", reply({**body, "usageMetadata": {"promptTokenCount": 9}}))
    outcome = post(wire, asked)
    assert isinstance(outcome, Refusal)
    assert reason in outcome.reason
    assert outcome.usage == Usage(input_tokens=9)


@pytest.mark.parametrize(
    "finish",
    ["IMAGE_PROHIBITED_CONTENT", "IMAGE_RECITATION", "IMAGE_OTHER", "NO_IMAGE", "OTHER"],
)
def test_a_still_that_is_withheld_is_a_refusal(wire, reply, finish) -> None:
    wire.on("POST", ":generateContent", reply({"candidates": [{"finishReason": finish}]}))
    outcome = post(wire, IMAGE)
    assert isinstance(outcome, Refusal)
    assert outcome.reason.startswith(finish)


def test_words_instead_of_a_still_are_a_refusal_in_those_words(wire, reply) -> None:
    body = candidate({"text": "I cannot\ndraw that."}, finishReason="STOP")
    wire.on("POST", ":generateContent", reply(body))
    assert post(wire, IMAGE) == Refusal(reason="I cannot draw that.", usage=None)


def thought(part: dict[str, Any]) -> dict[str, Any]:
    return {**part, "thought": True}


@pytest.mark.parametrize(
    ("asked", "parts", "data"),
    [
        (
            IMAGE,
            [
                thought(picture(PNG + b"draft")),
                thought({"text": "thinking"}),
                picture(PNG + b"first"),
                picture(PNG + b"final"),
                {"text": "here you are"},
                thought(picture(PNG + b"afterthought")),
            ],
            PNG + b"final",
        ),
        (IMAGE, [thought(picture(PNG + b"first")), thought(picture(PNG)), {"text": "done"}], PNG),
        (TEXT, [thought({"text": '{"a": 1}'})], b'{"a": 1}'),
        (TEXT, [thought({"text": "hm"}), {"text": "one "}, {"text": "two"}], b"one two"),
    ],
    ids=["the last picture", "a thought picture alone", "a thought text alone", "text is joined"],
)
def test_a_thought_is_the_result_only_where_nothing_else_came(
    wire, reply, asked, parts, data
) -> None:
    wire.on("POST", ":generateContent", reply(candidate(*parts, finishReason="STOP")))
    answer = post(wire, asked)
    assert (answer.data, answer.usage) == (data, None)


def test_a_thought_picture_of_an_answer_that_was_withheld_is_refused(wire, reply) -> None:
    body = candidate(thought(picture()), finishReason="IMAGE_SAFETY")
    wire.on("POST", ":generateContent", reply(body))
    assert isinstance(post(wire, IMAGE), Refusal)


@pytest.mark.parametrize("parts", [[{"text": '{"shots": ['}], []])
def test_text_that_was_cut_off_is_an_answer_because_it_is_billed(wire, reply, parts) -> None:
    wire.on("POST", ":generateContent", reply(candidate(*parts, finishReason="MAX_TOKENS")))
    assert isinstance(post(wire, TEXT), Answer)


def test_usage_keeps_what_was_said_and_leaves_the_rest_unknown(wire, reply) -> None:
    usage = {
        "promptTokenCount": 270,
        "candidatesTokenCount": 1290,
        "thoughtsTokenCount": 55,
        "candidatesTokensDetails": [
            {"modality": "IMAGE", "tokenCount": 1120},
            {"modality": "TEXT", "tokenCount": 170},
        ],
    }
    wire.on(
        "POST",
        ":generateContent",
        reply({**candidate(picture()), "usageMetadata": usage}),
        reply({**candidate(picture()), "usageMetadata": {"promptTokenCount": 0}}),
        reply(candidate(picture())),
    )
    assert post(wire, IMAGE).usage == Usage(
        input_tokens=270,
        output_tokens=1290,
        output_tokens_by_modality={"IMAGE": 1120, "TEXT": 170},
        thoughts_tokens=55,
    )
    assert post(wire, IMAGE).usage == Usage(input_tokens=0)
    assert post(wire, IMAGE).usage is None


@pytest.mark.parametrize(
    ("data", "mime"),
    [
        (PNG, "image/png"),
        (b"\xff\xd8\xff\xe1rest", "image/jpeg"),
        (b"GIF89a....", "image/gif"),
        (b"RIFF\x00\x00\x00\x00WEBPVP8 ", "image/webp"),
        (b"RIFF\x00\x00\x00\x00WAVEfmt ", "declared/type"),
        (b"\x00\x00\x00\x20ftypisom....", "video/mp4"),
        (b"\x00\x00\x00\x20ftypqt  ....", "video/quicktime"),
        (b"\x00\x00\x00\x20ftypavif....", "image/avif"),
        (b"\x1a\x45\xdf\xa3....", "video/webm"),
        (b"", "declared/type"),
        (b"<html>", "declared/type"),
    ],
)
def test_bytes_say_what_they_are(data: bytes, mime: str) -> None:
    assert sniff(data, "declared/type") == mime


def test_an_answer_that_came_while_the_process_was_held_up_is_read(wire, reply) -> None:
    """A full machine holds a process up past the end of a request's time: it has been paid for."""
    wire.on("POST", ":generateContent", reply(candidate({"text": "all well"})))

    async def go() -> Any:
        async with at(wire.url) as service:
            call = asyncio.create_task(service.post(TEXT, {}, 1.0))
            while not wire.count("POST"):
                await asyncio.sleep(0)
            time.sleep(2)  # nothing of this process goes on meanwhile
            return await call

    answer = asyncio.run(go())
    assert isinstance(answer, Answer)
    assert b"all well" in answer.data
