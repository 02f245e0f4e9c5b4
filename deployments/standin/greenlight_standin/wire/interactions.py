"""Interactions: video jobs that are created, polled and cancelled."""

from __future__ import annotations

import asyncio
import base64
import re
import time
from collections.abc import Mapping
from typing import Any

from starlette.responses import JSONResponse, Response

from greenlight_standin.drawing.formats import clip_size
from greenlight_standin.faults import FAULTS, Fault
from greenlight_standin.state import Interaction
from greenlight_standin.wire.bodies import field, interaction_prompt
from greenlight_standin.wire.call import Call
from greenlight_standin.wire.context import StandIn
from greenlight_standin.wire.errors import WireError
from greenlight_standin.wire.instances import bucket_and_name
from greenlight_standin.wire.jobs import Ending, start_job
from greenlight_standin.wire.rendering import ClipOrder
from greenlight_standin.wire.usage import (
    VIDEO_OUT_PER_SECOND,
    interaction_usage,
    text_tokens,
    used,
)

LENGTHS = range(2, 21)
REFUSAL = "I can't generate that video because it may violate the usage policy."


def video_format(body: Mapping[str, Any]) -> dict[str, Any]:
    """The video response format of a body, checked; what is wrong is a 400 with a sentence."""
    formats = field(body, "responseFormat") or []
    formats = formats if isinstance(formats, list) else [formats]
    found = next((item for item in formats if item.get("type") == "video"), None)
    if found is None:
        raise WireError(400, "This model generates video: response_format needs type 'video'.")
    duration = found.get("duration", "8s")
    match = re.fullmatch(r"(\d+(?:\.\d+)?)s", duration) if isinstance(duration, str) else None
    if match is None:
        raise WireError(400, f"Invalid duration {duration!r}: seconds are written like '8s'.")
    seconds = float(match[1])
    if not LENGTHS[0] <= seconds <= LENGTHS[-1]:
        raise WireError(
            400, f"Unsupported duration '{duration}' (supported: {LENGTHS[0]}s to {LENGTHS[-1]}s)."
        )
    try:
        size = clip_size(
            field(found, "aspectRatio") or "16:9", str(found.get("resolution", "720p"))
        )
    except ValueError as error:
        raise WireError(400, str(error)) from error
    delivery = str(found.get("delivery", "inline")).lower()
    bucket = str(field(found, "gcsUri") or "")
    if bucket:
        bucket_and_name(bucket, "response_format.gcs_uri")
    return {"seconds": seconds, "size": size, "delivery": delivery, "bucket": bucket}


async def create(standin: StandIn, call: Call, fault: Fault | None) -> JSONResponse:
    """Answer `POST interactions`: at once when in the background, else when the clip is there."""
    body = call.body
    prompt = interaction_prompt(body)
    video_format(body)
    background = bool(body.get("background", False))
    if background and body.get("store") is False:
        raise WireError(400, "background=true requires store=true.")
    name = next((key for key, value in FAULTS.items() if value is fault), None)
    base = f"https://{call.request.headers.get('host', '127.0.0.1')}"
    # From here on the job is billed, and it is in the list with its id, whoever hears of it.
    interaction = standin.state.create_interaction(call.entry, body, prompt.text, base, name)
    job = start_job(standin, interaction, render)
    if not background:
        await asyncio.shield(job)
    return JSONResponse(_resource(_found(standin, interaction.id)))


async def get(standin: StandIn, call: Call, fault: Fault | None) -> JSONResponse:
    """Answer `GET interactions/ID`."""
    ident = call.request.path_params["id"]
    if fault and fault.lose:
        standin.state.lose_interaction(ident)
    return JSONResponse(_resource(_found(standin, ident)))


async def cancel(standin: StandIn, call: Call, fault: Fault | None) -> JSONResponse:
    """Answer `POST interactions/ID/cancel`; one that has ended stays as it ended."""
    ident = call.request.path_params["id"]
    _found(standin, ident)
    if standin.state.end_interaction(ident, "cancelled", {"steps": []}, "cancelled"):
        job = standin.jobs.pop(ident, None)
        if job:
            job.cancel()
    return JSONResponse(_resource(_found(standin, ident)))


async def download(standin: StandIn, call: Call, fault: Fault | None) -> Response:
    """Answer `GET files/ID:download`."""
    found = standin.state.file(call.request.path_params["id"])
    if found is None:
        raise _no_file()
    if fault and fault.expire:
        standin.state.expire_file(found.id)
        raise _no_file()
    data = await asyncio.to_thread(standin.state.read_file, found.id)
    if fault and fault.spoil:
        data = fault.spoil(data)
    return Response(data, media_type=found.mime)


async def render(standin: StandIn, interaction: Interaction) -> Ending:
    """Make the clip: status and answer of the job, what came of it, and what it used."""
    # A job that a restart takes up again has waited already.
    started = time.monotonic() - interaction.age
    fault = FAULTS.get(interaction.fault or "")
    request = standin.state.interaction_request(interaction.id)
    prompt = interaction_prompt(request)
    if fault and fault.fail:
        await standin.take_time("video", started)
        failure = {"code": "resource_exhausted", "message": "Video generation failed. Try later."}
        return "failed", {"steps": [], "errors": [failure]}, "failed", None
    if fault and fault.refuse:
        await standin.take_time("video", started)
        tokens = text_tokens(REFUSAL)
        said = {
            "steps": [_output({"type": "text", "text": REFUSAL})],
            "usage": interaction_usage(prompt, "text", tokens),
        }
        return "completed", said, "refused", used(prompt, "TEXT", tokens)
    wanted = video_format(request)
    seed = _seed(standin, request)
    first, *others = prompt.images or (None,)
    order = ClipOrder(
        text=prompt.text,
        size=wanted["size"],
        seconds=wanted["seconds"],
        seed=seed,
        first=first,
        references=tuple(picture for picture in others if picture),
    )

    async def draw() -> bytes:
        return await standin.film(order, fault)

    data = await (draw() if fault else standin.memory.recall(lambda: request, draw))
    await standin.take_time("video", started)
    content: dict[str, Any] = {"type": "video", "mime_type": "video/mp4"}
    if wanted["delivery"] == "uri" and wanted["bucket"]:
        content["uri"] = _into_bucket(standin, data, wanted["bucket"], interaction.id)
    elif wanted["delivery"] == "uri":
        stored = standin.state.store_file(data, "video/mp4", interaction.id)
        content["uri"] = f"{interaction.base}/v1/files/{stored.id}:download?alt=media"
    else:
        content["data"] = base64.b64encode(data).decode()
    tokens = round(VIDEO_OUT_PER_SECOND * wanted["seconds"])
    usage = interaction_usage(prompt, "video", tokens)
    told = fault.misreport(usage) if fault and fault.misreport else usage
    answer = {"steps": [_output(content)], **({} if told is None else {"usage": told})}
    return "completed", answer, "made", used(prompt, "VIDEO", tokens, wanted["seconds"])


def _into_bucket(standin: StandIn, data: bytes, folder: str, ident: str) -> str:
    bucket, prefix = bucket_and_name(folder, "response_format.gcs_uri")
    name = "/".join(part for part in (prefix, f"{ident}.mp4") if part)
    standin.state.put_object(bucket, name, standin.state.store_file(data, "video/mp4", ident))
    return f"gs://{bucket}/{name}"


def _seed(standin: StandIn, body: Mapping[str, Any]) -> int:
    config = field(body, "generationConfig") or {}
    given = config.get("seed") if isinstance(config, dict) else None
    return standin.config.seed * 1_000_003 + (given if isinstance(given, int) else 0)


def _found(standin: StandIn, ident: str) -> Interaction:
    found = standin.state.interaction(ident)
    if found is None:
        raise WireError(400, "Invalid interaction name.")
    return found


def _no_file() -> WireError:
    return WireError(403, "You do not have permission to access the File or it may not exist.")


def _output(content: dict[str, Any]) -> dict[str, Any]:
    return {"type": "model_output", "content": [content]}


def _resource(interaction: Interaction) -> dict[str, Any]:
    body: dict[str, Any] = {
        "id": interaction.id,
        "object": "interaction",
        "model": interaction.model,
        "created": interaction.created,
        "updated": interaction.updated,
        "status": interaction.status,
        "steps": [],
    }
    return {**body, **(interaction.answer or {})}
