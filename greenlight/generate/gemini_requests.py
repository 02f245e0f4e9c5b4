"""Put a request into the words of the SDK: generateContent and interactions."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from greenlight.errors import InvalidInput
from greenlight.generate.errors import Rejected
from greenlight.generate.mime import sniff
from greenlight.generate.models import check_request, model
from greenlight.generate.request import Attachment, GenerationRequest

if TYPE_CHECKING:
    from google.genai import types

FIRST_FRAME = "<FIRST_FRAME>"
LAST_FRAME = "<LAST_FRAME>"


@dataclass(frozen=True)
class Picture:
    """An attachment with its bytes, and the mime type that the bytes really have."""

    use: str
    mime: str
    data: bytes


def load_pictures(request: GenerationRequest, pictures: Mapping[str, bytes]) -> tuple[Picture, ...]:
    """Pictures of a request in its order; raises Rejected for anything that cannot be sent."""
    try:
        check_request(request)
    except InvalidInput as error:
        raise Rejected(str(error), model=request.model) from error
    return tuple(_load(request, attachment, pictures) for attachment in request.attachments)


def _load(
    request: GenerationRequest, attachment: Attachment, pictures: Mapping[str, bytes]
) -> Picture:
    data = pictures.get(attachment.sha256)
    if data is None:
        msg = f"picture {attachment.key!r} was not given for {request.model!r}"
        raise Rejected(msg, model=request.model)
    if hashlib.sha256(data).hexdigest() != attachment.sha256:
        msg = f"picture {attachment.key!r} is not the one that was recorded"
        raise Rejected(msg, model=request.model)
    return Picture(attachment.use, sniff(data, attachment.mime), data)


def content_call(
    request: GenerationRequest, pictures: Sequence[Picture]
) -> tuple[str, list[types.ContentUnionDict], types.GenerateContentConfigDict]:
    """Model, contents and configuration of a generateContent call, for text and for stills."""
    parts: list[Any] = [{"text": request.prompt}]
    parts += [{"inline_data": {"data": shot.data, "mime_type": shot.mime}} for shot in pictures]
    config: types.GenerateContentConfigDict = {
        "seed": request.seed,
        # Both would send further paid POSTs by themselves.
        "automatic_continuation": False,
        "automatic_function_calling": {"disable": True},
    }
    if request.system:
        config["system_instruction"] = request.system
    if request.role == "image":
        config["response_modalities"] = ["IMAGE"]
        config["image_config"] = {
            "aspect_ratio": request.aspect_ratio or None,
            "image_size": request.image_size or None,
        }
        return request.model, [{"role": "user", "parts": parts}], config
    limit = model(request.model).output_limit.get(request.purpose)
    if limit is not None:
        config["max_output_tokens"] = limit
    if request.response_schema is not None:
        config["response_mime_type"] = "application/json"
        config["response_json_schema"] = request.response_schema
    return request.model, [{"role": "user", "parts": parts}], config


def interaction_call(
    request: GenerationRequest, pictures: Sequence[Picture], storage: str = ""
) -> dict[str, Any]:
    """Keywords of the interactions.create that submits a video job.

    `storage` is a gs:// folder for the clip; the enterprise platform has no other address for it.
    """
    first = [picture for picture in pictures if picture.use == "first_frame"]
    last = [picture for picture in pictures if picture.use == "last_frame"]
    others = [p for p in pictures if p.use not in ("first_frame", "last_frame")]
    by_address = request.platform == "developer" or bool(storage)
    marks = [FIRST_FRAME] * len(first) + [LAST_FRAME] * len(last)
    marks += [f"<IMAGE_REF_{n}>" for n in range(1, len(others) + 1)]
    blocks: list[dict[str, Any]] = [{"type": "text", "text": _marked(request, marks)}]
    blocks += [
        {
            "type": "image",
            "data": base64.b64encode(picture.data).decode(),
            "mime_type": picture.mime,
        }
        for picture in (*first, *last, *others)
    ]
    wanted = {
        "type": "video",
        "aspect_ratio": request.aspect_ratio,
        "resolution": request.resolution,
        # A bare number is answered with 400.
        "duration": f"{request.seconds}s",
        "delivery": "uri" if by_address else "inline",
        "gcs_uri": storage,
    }
    call: dict[str, Any] = {
        "model": request.model,
        "input": blocks,
        # In the background the service continues long decodes by itself; the SDK sends nothing more
        # (and refuses automatic_continuation=False beside it).
        "background": True,
        "store": True,
        "response_format": [{name: value for name, value in wanted.items() if value}],
        "generation_config": {
            "video_config": {"task": _task(first, others)},
            "seed": request.seed,
        },
    }
    if request.system:
        call["system_instruction"] = request.system
    return call


def _task(first: Sequence[Picture], others: Sequence[Picture]) -> str:
    if first:
        return "image_to_video"
    return "reference_to_video" if others else "text_to_video"


def _marked(request: GenerationRequest, marks: Sequence[str]) -> str:
    """The prompt, saying which picture is which; interactions have no field for that."""
    missing = [
        f"{mark} is picture {number}."
        for number, mark in enumerate(marks, start=1)
        if mark not in request.prompt
    ]
    return "\n".join([request.prompt, *missing])
