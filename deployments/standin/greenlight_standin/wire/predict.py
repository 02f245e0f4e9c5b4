"""`:predict`: Imagen makes pictures from words."""

from __future__ import annotations

import base64
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from greenlight_standin.drawing.formats import frame_size
from greenlight_standin.drawing.shot import read_shot
from greenlight_standin.faults import Fault
from greenlight_standin.wire.bodies import field
from greenlight_standin.wire.call import Call
from greenlight_standin.wire.content import Answered
from greenlight_standin.wire.context import StandIn
from greenlight_standin.wire.errors import WireError
from greenlight_standin.wire.instances import (
    bucket_and_name,
    instance_of,
    parameters_of,
    whole_number,
)
from greenlight_standin.wire.stills import draw_still
from greenlight_standin.wire.usage import used

RATIOS = ("1:1", "3:4", "4:3", "16:9", "9:16")
SIZES = ("1K", "2K")
REFUSAL = (
    "Unable to show generated images. All images were filtered out because they violated usage "
    "guidelines. You will not be charged for blocked images. Support codes: 58061214"
)


@dataclass(frozen=True)
class _Order:
    text: str
    size: tuple[int, int]
    seed: int


async def predict(standin: StandIn, call: Call, fault: Fault | None) -> Answered:
    """Answer `:predict` for a picture."""
    if standin.catalogue.method(call.model or "") != "predict":
        raise WireError(400, f"Model {call.model} does not support predict.")
    instance, parameters = instance_of(call.body), parameters_of(call.body)
    count = whole_number(parameters, "sampleCount", 1, range(1, 5))
    order = _order(standin, instance, parameters)
    if fault and fault.refuse:
        await standin.take_time("image", call.started)
        told = bool(field(parameters, "includeRaiReason"))
        said = [{"raiFilteredReason": REFUSAL}] if told else []
        return Answered({"predictions": said}, "refused", used(call.prompt, "IMAGE", 0))
    made = [await _draw(standin, order, number, fault) for number in range(count)]
    await standin.take_time("image", call.started)
    predictions = _deliver(standin, made, field(parameters, "storageUri"))
    usage = used(call.prompt, "IMAGE", 0, images=len(made))
    return Answered({"predictions": predictions}, "made", usage)


def _order(standin: StandIn, instance: Mapping[str, Any], parameters: Mapping[str, Any]) -> _Order:
    text = instance.get("prompt")
    if not isinstance(text, str) or not text.strip():
        raise WireError(400, "The prompt is empty: an image needs text to draw from.")
    aspect = field(parameters, "aspectRatio") or "1:1"
    size = str(field(parameters, "sampleImageSize") or "1K").upper()
    for what, given, allowed in (("aspect ratio", aspect, RATIOS), ("image size", size, SIZES)):
        if given not in allowed:
            raise WireError(400, f"Unsupported {what} {given!r} (supported: {', '.join(allowed)}).")
    seed = field(parameters, "seed")
    if seed is not None and field(parameters, "addWatermark") is not False:
        raise WireError(400, "Seed is not supported when watermark is enabled.")
    return _Order(
        text=text,
        size=frame_size(aspect, size),
        seed=standin.config.seed * 1_000_003 + (seed if isinstance(seed, int) else 0),
    )


async def _draw(standin: StandIn, order: _Order, number: int, fault: Fault | None) -> bytes:
    shot = read_shot(order.text, seed=order.seed + number)
    shot = replace(shot, candidate=shot.candidate + number)
    return await draw_still(standin, shot, order.size, fault)


def _deliver(standin: StandIn, made: list[bytes], folder: Any) -> list[dict[str, Any]]:
    """Predictions with the bytes in them, or in the bucket that was named."""
    if not folder:
        return [
            {"mimeType": "image/png", "bytesBase64Encoded": base64.b64encode(data).decode()}
            for data in made
        ]
    bucket, prefix = bucket_and_name(folder, "parameters.storageUri")
    batch = secrets.token_hex(6)
    predictions = []
    for number, data in enumerate(made):
        name = "/".join(part for part in (prefix, batch, f"sample_{number}.png") if part)
        standin.state.put_object(bucket, name, standin.state.store_file(data, "image/png", None))
        predictions.append({"mimeType": "image/png", "gcsUri": f"gs://{bucket}/{name}"})
    return predictions
