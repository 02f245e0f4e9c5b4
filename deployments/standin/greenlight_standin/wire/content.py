"""generateContent and countTokens: text, JSON by schema, rubric, images."""

from __future__ import annotations

import base64
import json
import secrets
from collections.abc import Mapping
from typing import Any, Literal

from starlette.responses import JSONResponse

from greenlight_standin.drawing.encode import png_bytes
from greenlight_standin.drawing.formats import frame_size
from greenlight_standin.drawing.shot import ShotRequest, read_shot
from greenlight_standin.faults import Fault
from greenlight_standin.schema import normalise
from greenlight_standin.wire.bodies import content_prompt, field
from greenlight_standin.wire.call import Call, generation_config, modalities, schema_of
from greenlight_standin.wire.context import StandIn
from greenlight_standin.wire.errors import WireError
from greenlight_standin.wire.usage import (
    IMAGE_OUT,
    content_usage,
    prompt_details,
    text_tokens,
    used,
)


class Answered(JSONResponse):
    """An answer to a paid call: what came of it, and what it truly used."""

    def __init__(
        self, body: dict[str, Any], result: Literal["made", "refused"], usage: dict[str, Any]
    ) -> None:
        super().__init__(body)
        self.result = result
        self.usage = usage


async def count_tokens(standin: StandIn, call: Call, fault: Fault | None) -> JSONResponse:
    """Answer `:countTokens`."""
    inner = call.body.get("generateContentRequest", call.body)
    details = prompt_details(content_prompt(inner))
    total = sum(item["tokenCount"] for item in details)
    return JSONResponse({"totalTokens": total, "promptTokensDetails": details})


async def generate_content(standin: StandIn, call: Call, fault: Fault | None) -> Answered:
    """Answer `:generateContent` for every role."""
    content_prompt(call.body)
    config = generation_config(call.body)
    served = standin.catalogue.role(call.model or "")
    if standin.catalogue.method(call.model or "") != "generateContent":
        raise WireError(400, f"Model {call.model} does not support generateContent.")
    wanted = modalities(config)
    if unknown := set(wanted) - {"TEXT", "IMAGE", "AUDIO"}:
        raise WireError(400, f"Unsupported response modality {sorted(unknown)[0]!r}.")
    if call.role == "image":
        if served != "image":
            raise WireError(400, f"Model {call.model} does not support the IMAGE modality.")
        return await _image(standin, call, config, fault)
    if call.role == "speech":
        if served != "speech":
            raise WireError(400, f"Model {call.model} does not support the AUDIO modality.")
        return await _speech(standin, call, config, fault)
    if served != "text":
        only = {"image": "images only: ask for IMAGE", "speech": "sound only: ask for AUDIO"}
        raise WireError(400, f"Model {call.model} answers with {only[served or 'image']}.")
    return await _text(standin, call, config, fault)


async def _text(standin: StandIn, call: Call, config: Any, fault: Fault | None) -> Answered:
    if fault and fault.refuse:
        await standin.take_time("text", call.started)
        return _refused(call, {"promptFeedback": {"blockReason": "PROHIBITED_CONTENT"}})
    seed = _seed(standin, config)
    schema = schema_of(config)
    read = normalise(schema) if schema is not None else None

    async def write() -> str:
        return await standin.work(_write, call.role, call, read, seed)

    text = await standin.memory.recall(lambda: [call.model, call.body], write)
    if fault and fault.rewrite:
        text = fault.rewrite(text)
    await standin.take_time("text", call.started)
    return _made(call, {"text": text}, "TEXT", text_tokens(text), fault)


def _write(role: str, call: Call, schema: dict[str, Any] | None, seed: int) -> str:
    from greenlight_standin.writing.breakdown import write_breakdown
    from greenlight_standin.writing.reply import write_json, write_reply

    value: Any
    if role == "rubric":
        from greenlight_standin.seeing.rubric import judge

        value = judge(call.prompt.text, call.prompt.images, schema or {})
    elif role == "breakdown" and schema is not None:
        value = write_breakdown(call.prompt.brief_lines, schema, seed)
    elif schema is not None:
        value = write_json(call.prompt.text, schema)
    else:
        return write_reply(call.prompt.text)
    return json.dumps(value, ensure_ascii=False)


async def _image(standin: StandIn, call: Call, config: Any, fault: Fault | None) -> Answered:
    options = field(config, "imageConfig") or {}
    aspect = field(options, "aspectRatio") or "16:9"
    resolution = str(field(options, "imageSize") or "1K").upper()
    try:
        size = frame_size(aspect, resolution)
    except ValueError as error:
        raise WireError(400, str(error)) from error
    if not call.prompt.text.strip():
        raise WireError(400, "The prompt is empty: an image needs text to draw from.")
    if fault and fault.refuse:
        await standin.take_time("image", call.started)
        candidate = {
            "finishReason": "IMAGE_SAFETY",
            "finishMessage": "Unable to show the generated image: it was filtered out because it "
            "violated the policy. You will not be charged for blocked images.",
            "index": 0,
        }
        return _refused(call, {"candidates": [candidate]})

    async def draw() -> bytes:
        seed = _seed(standin, config)
        try:
            shot = await standin.work(
                read_shot, call.prompt.text, images=call.prompt.images, seed=seed
            )
        except OSError as error:
            raise WireError(400, f"Unable to process input image: {error}") from error
        return await standin.work(_draw, shot, size, fault)

    # What a fault spoils is nobody's answer but this one's.
    asked = [call.model, call.body]
    data = await (draw() if fault else standin.memory.recall(lambda: asked, draw))
    await standin.take_time("image", call.started)
    inline = {"inlineData": {"mimeType": "image/png", "data": base64.b64encode(data).decode()}}
    return _made(call, inline, "IMAGE", IMAGE_OUT[resolution], fault)


async def _speech(standin: StandIn, call: Call, config: Any, fault: Fault | None) -> Answered:
    from greenlight_standin.drawing.tone import SPEECH_RATE, spoken

    if fault and fault.refuse:
        await standin.take_time("speech", call.started)
        return _refused(call, {"promptFeedback": {"blockReason": "PROHIBITED_CONTENT"}})
    spoken_config = field(config, "speechConfig") or {}
    voice = field(field(spoken_config, "voiceConfig") or {}, "prebuiltVoiceConfig") or {}
    data = await standin.work(spoken, call.prompt.text, str(field(voice, "voiceName") or ""))
    await standin.take_time("speech", call.started)
    mime = f"audio/L16;codec=pcm;rate={SPEECH_RATE}"
    inline = {"inlineData": {"mimeType": mime, "data": base64.b64encode(data).decode()}}
    # The service counts 25 tokens a second of speech.
    tokens = max(1, round(len(data) / 2 / SPEECH_RATE * 25))
    return _made(call, inline, "AUDIO", tokens, fault)


def _draw(shot: ShotRequest, size: tuple[int, int], fault: Fault | None) -> bytes:
    from greenlight_standin.drawing.frame import draw_frame

    version = shot.version
    if fault and fault.redraw:
        shot = fault.redraw(shot)
    if fault and fault.resize:
        size = fault.resize(size)
    data = png_bytes(draw_frame(shot, size))
    if fault and fault.worsen:
        data = fault.worsen(data, version)
    return fault.spoil(data) if fault and fault.spoil else data


def _seed(standin: StandIn, config: Any) -> int:
    given = field(config, "seed")
    return standin.config.seed * 1_000_003 + (given if isinstance(given, int) else 0)


def _made(
    call: Call, part: dict[str, Any], modality: str, tokens: int, fault: Fault | None
) -> Answered:
    candidate = {
        "content": {"role": "model", "parts": [part]},
        "finishReason": "STOP",
        "index": 0,
    }
    usage = content_usage(call.prompt, modality=modality, tokens=tokens)
    told = fault.misreport(usage) if fault and fault.misreport else usage
    body = _answer(call, {"candidates": [candidate]}, told)
    return Answered(body, "made", used(call.prompt, modality, tokens))


def _refused(call: Call, body: dict[str, Any]) -> Answered:
    answer = _answer(call, body, content_usage(call.prompt))
    return Answered(answer, "refused", used(call.prompt, "TEXT", 0))


def _answer(call: Call, body: dict[str, Any], told: Mapping[str, Any] | None) -> dict[str, Any]:
    return {
        **body,
        **({} if told is None else {"usageMetadata": told}),
        "modelVersion": call.model,
        "responseId": secrets.token_urlsafe(12),
    }
