"""generateContent: shot lists and grades as JSON by a schema, and images."""

from __future__ import annotations

import base64
import json
import secrets
from collections.abc import Mapping
from typing import Any, Literal

from starlette.responses import JSONResponse

from greenlight_standin.drawing.formats import frame_size
from greenlight_standin.drawing.shot import read_shot
from greenlight_standin.faults import Fault
from greenlight_standin.schema import fit, normalise
from greenlight_standin.seeing.drawings import Drawings
from greenlight_standin.seeing.rubric import judge
from greenlight_standin.wire.bodies import content_prompt, field
from greenlight_standin.wire.call import Call, generation_config, modalities, schema_of
from greenlight_standin.wire.context import StandIn
from greenlight_standin.wire.errors import WireError
from greenlight_standin.wire.stills import draw_still
from greenlight_standin.wire.usage import (
    IMAGE_OUT,
    content_usage,
    text_tokens,
    used,
)
from greenlight_standin.writing.breakdown import write_breakdown


class Answered(JSONResponse):
    """An answer to a paid call: what came of it, and what it truly used."""

    def __init__(
        self, body: dict[str, Any], result: Literal["made", "refused"], usage: dict[str, Any]
    ) -> None:
        super().__init__(body)
        self.result = result
        self.usage = usage


async def generate_content(standin: StandIn, call: Call, fault: Fault | None) -> Answered:
    """Answer `:generateContent` for every role."""
    content_prompt(call.body)
    config = generation_config(call.body)
    served = standin.catalogue.role(call.model or "")
    if standin.catalogue.method(call.model or "") != "generateContent":
        raise WireError(400, f"Model {call.model} does not support generateContent.")
    wanted = modalities(config)
    if unknown := set(wanted) - {"TEXT", "IMAGE"}:
        raise WireError(400, f"Unsupported response modality {sorted(unknown)[0]!r}.")
    if call.role == "image":
        if served != "image":
            raise WireError(400, f"Model {call.model} does not support the IMAGE modality.")
        return await _image(standin, call, config, fault)
    if served != "text":
        raise WireError(400, f"Model {call.model} answers with images only: ask for IMAGE.")
    return await _text(standin, call, config, fault)


async def _text(standin: StandIn, call: Call, config: Any, fault: Fault | None) -> Answered:
    if fault and fault.refuse:
        await standin.take_time("text", call.started)
        return _refused(call, {"promptFeedback": {"blockReason": "PROHIBITED_CONTENT"}})
    seed = _seed(standin, config)
    schema = schema_of(config)
    read = normalise(schema) if schema is not None else None

    async def write() -> str:
        return await standin.work(_write, call, read, seed, standin.drawings)

    text = await standin.memory.recall(lambda: [call.model, call.body], write)
    if fault and fault.rewrite:
        text = fault.rewrite(text)
    await standin.take_time("text", call.started)
    return _made(call, {"text": text}, "TEXT", text_tokens(text), fault)


def _write(call: Call, schema: dict[str, Any] | None, seed: int, drawings: Drawings) -> str:
    value: Any = {}
    if call.role == "rubric":
        value = judge(call.prompt.text, call.prompt.images, schema or {}, drawings)
    elif call.role == "breakdown" and schema is not None:
        value = write_breakdown(call.prompt.brief_lines, schema, seed)
    elif schema is not None:
        value = fit({}, schema, filler="unspecified")
    else:
        return "(stand-in) It writes shot lists and grades, and no other texts."
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
        return await draw_still(standin, shot, size, fault)

    # What a fault spoils is nobody's answer but this one's.
    asked = [call.model, call.body]
    data = await (draw() if fault else standin.memory.recall(lambda: asked, draw))
    await standin.take_time("image", call.started)
    inline = {"inlineData": {"mimeType": "image/png", "data": base64.b64encode(data).decode()}}
    return _made(call, inline, "IMAGE", IMAGE_OUT[resolution], fault)


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
