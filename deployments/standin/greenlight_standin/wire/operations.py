"""`:predictLongRunning` and `:fetchPredictOperation`: Veo's clips, inline or in a bucket."""

from __future__ import annotations

import base64
import secrets
import time
from collections.abc import Mapping
from typing import Any

from starlette.responses import JSONResponse

from greenlight_standin.drawing.formats import clip_size
from greenlight_standin.faults import FAULTS, Fault
from greenlight_standin.state import Interaction
from greenlight_standin.wire.bodies import Prompt, field
from greenlight_standin.wire.call import Call
from greenlight_standin.wire.context import StandIn
from greenlight_standin.wire.errors import WireError
from greenlight_standin.wire.instances import (
    bucket_and_name,
    instance_of,
    parameters_of,
    picture_of,
    prompt_of,
    references_of,
    whole_number,
)
from greenlight_standin.wire.jobs import Ending, start_job
from greenlight_standin.wire.rendering import ClipOrder
from greenlight_standin.wire.usage import used

LENGTHS = (4, 6, 8)
RATIOS = ("16:9", "9:16")
RESOLUTIONS = ("720p", "1080p", "4k")
MOST_REFERENCES = 3
REFUSAL = (
    "Veo could not generate videos because the input image or prompt violates usage guidelines. "
    "You will not be charged for this attempt. Support codes: 29310472"
)
_RESPONSE = "type.googleapis.com/cloud.ai.large_models.vision.GenerateVideoResponse"


async def create(standin: StandIn, call: Call, fault: Fault | None) -> JSONResponse:
    """Answer `:predictLongRunning` with the name of an operation."""
    if standin.catalogue.method(call.model or "") != "predictLongRunning":
        raise WireError(400, f"Model {call.model} does not support predictLongRunning.")
    # All of the order is checked before the job is taken on.
    orders_of(standin, call.body, call.model or "")
    folder = call.request.url.path.partition("/v1")[2].partition("/")[2].rpartition(":")[0]
    name = f"{folder}/operations/{secrets.token_hex(16)}"
    struck = next((key for key, value in FAULTS.items() if value is fault), None)
    job = standin.state.create_interaction(
        call.entry, call.body, call.prompt.text, "", struck, ident=name, model=call.model
    )
    start_job(standin, job, render)
    return JSONResponse({"name": name})


async def fetch(standin: StandIn, call: Call, fault: Fault | None) -> JSONResponse:
    """Answer `:fetchPredictOperation`: the operation, with its clips once it is done."""
    name = operation_name(call.body)
    folder = call.request.url.path.rpartition(":")[0]
    if not name or not folder.endswith(name.rpartition("/operations/")[0]):
        raise WireError(400, f"Invalid operation name {name!r}: it is not one of {folder}.")
    if fault and fault.lose:
        standin.state.lose_interaction(name)
    job = standin.state.interaction(name)
    if job is None:
        raise WireError(404, f"The operation {name} does not exist.")
    return JSONResponse(_resource(standin, job))


def operation_name(body: Mapping[str, Any]) -> str:
    """The operation that a body asks about, empty if it names none."""
    name = field(body, "operationName")
    return name if isinstance(name, str) else ""


def orders_of(standin: StandIn, body: Mapping[str, Any], model: str) -> list[ClipOrder]:
    """The clips that a body orders; what cannot be made is a 400 with a sentence."""
    instance, parameters = instance_of(body), parameters_of(body)
    text = instance.get("prompt")
    text = text if isinstance(text, str) else ""
    pictures = {
        name: picture_of(instance[name], f"instances.{name}", standin.state)
        for name in ("image", "lastFrame")
        if instance.get(name) is not None
    }
    references = references_of(instance, standin.state)
    if not text.strip() and not pictures:
        raise WireError(400, "The prompt is empty: a video needs words or a picture.")
    if references and pictures:
        raise WireError(400, "referenceImages cannot be combined with image or lastFrame.")
    if len(references) > MOST_REFERENCES or (references and "lite" in model):
        most = 0 if "lite" in model else MOST_REFERENCES
        raise WireError(400, f"{len(references)} reference images for {model} (at most {most}).")
    if "lastFrame" in pictures and "image" not in pictures:
        raise WireError(400, "lastFrame needs a first frame: image is missing.")
    aspect, resolution = _shape(parameters, model)
    seconds = whole_number(parameters, "durationSeconds", 8, LENGTHS)
    if seconds != 8 and (references or resolution != "720p"):
        why = "reference images" if references else resolution
        raise WireError(400, f"Unsupported durationSeconds {seconds} with {why} (supported: 8).")
    if folder := field(parameters, "storageUri"):
        bucket_and_name(folder, "parameters.storageUri")
    seed = field(parameters, "seed")
    count = whole_number(parameters, "sampleCount", 1, range(1, 5))
    return [
        ClipOrder(
            text=text,
            size=clip_size(aspect, resolution),
            seconds=float(seconds),
            seed=standin.config.seed * 1_000_003 + (seed if isinstance(seed, int) else 0),
            first=pictures.get("image"),
            last=pictures.get("lastFrame"),
            references=references,
            index=index,
            sound=field(parameters, "generateAudio") is True,
        )
        for index in range(count)
    ]


def _shape(parameters: Mapping[str, Any], model: str) -> tuple[str, str]:
    aspect = field(parameters, "aspectRatio") or "16:9"
    resolution = str(field(parameters, "resolution") or "720p")
    resolutions = RESOLUTIONS[:2] if "lite" in model else RESOLUTIONS
    allowed = (("aspect ratio", aspect, RATIOS), ("resolution", resolution, resolutions))
    for what, given, supported in allowed:
        if given not in supported:
            known = ", ".join(supported)
            raise WireError(400, f"Unsupported {what} {given!r} (supported: {known}).")
    return aspect, resolution


async def render(standin: StandIn, job: Interaction) -> Ending:
    """Make the clips of an operation."""
    # A job that a restart takes up again has waited already.
    started = time.monotonic() - job.age
    fault = FAULTS.get(job.fault or "")
    body = standin.state.interaction_request(job.id)
    if fault and fault.fail:
        await standin.take_time("video", started)
        error = {"code": 8, "message": "Video generation failed. Try later."}
        return "failed", {"error": error}, "failed", None
    if fault and fault.refuse:
        await standin.take_time("video", started)
        said = {"raiMediaFilteredCount": 1, "raiMediaFilteredReasons": [REFUSAL]}
        return "completed", {"response": said}, "refused", used(prompt_of(body), "VIDEO", 0)
    orders = orders_of(standin, body, job.model or "")
    files = []
    for order in orders:
        data = await standin.film(order, fault)
        files.append(standin.state.store_file(data, "video/mp4", job.id).id)
    await standin.take_time("video", started)
    answer: dict[str, Any] = {"files": files}
    if folder := field(parameters_of(body), "storageUri"):
        bucket, prefix = bucket_and_name(folder, "parameters.storageUri")
        answer["uris"] = []
        for number, ident in enumerate(files):
            batch = job.id.rpartition("/")[2]
            name = "/".join(part for part in (prefix, batch, f"sample_{number}.mp4") if part)
            found = standin.state.file(ident)
            assert found is not None
            standin.state.put_object(bucket, name, found)
            answer["uris"].append(f"gs://{bucket}/{name}")
    seconds = sum(order.seconds for order in orders)
    return "completed", answer, "made", used(Prompt(orders[0].text, ()), "VIDEO", 0, seconds)


def _resource(standin: StandIn, job: Interaction) -> dict[str, Any]:
    body: dict[str, Any] = {"name": job.id}
    answer = job.answer
    if answer is None:
        return body
    if "error" in answer:
        return {**body, "done": True, "error": answer["error"]}
    response = {"@type": _RESPONSE, **answer.get("response", {})}
    if "uris" in answer:
        response["videos"] = [{"gcsUri": uri, "mimeType": "video/mp4"} for uri in answer["uris"]]
    elif "files" in answer:
        response["videos"] = [
            {
                "bytesBase64Encoded": base64.b64encode(standin.state.read_file(ident)).decode(),
                "mimeType": "video/mp4",
            }
            for ident in answer["files"]
        ]
    return {**body, "done": True, "response": response}
