"""`:predict`: Imagen makes, edits and enlarges pictures."""

from __future__ import annotations

import base64
import io
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from greenlight_standin.drawing.encode import png_bytes
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
    picture_of,
    references_of,
    whole_number,
)
from greenlight_standin.wire.usage import used

RATIOS = ("1:1", "3:4", "4:3", "16:9", "9:16")
SIZES = ("1K", "2K")
FACTORS = {"x2": 2, "x3": 3, "x4": 4}
REFUSAL = (
    "Unable to show generated images. All images were filtered out because they violated usage "
    "guidelines. You will not be charged for blocked images. Support codes: 58061214"
)


@dataclass(frozen=True)
class _Order:
    text: str
    size: tuple[int, int]
    seed: int
    references: tuple[bytes, ...]


async def predict(standin: StandIn, call: Call, fault: Fault | None) -> Answered:
    """Answer `:predict` for a picture."""
    if standin.catalogue.method(call.model or "") != "predict":
        raise WireError(400, f"Model {call.model} does not support predict.")
    instance, parameters = instance_of(call.body), parameters_of(call.body)
    count = whole_number(parameters, "sampleCount", 1, range(1, 5))
    if field(parameters, "mode") == "upscale":
        given = picture_of(instance.get("image"), "instances.image", standin.state)
        made = [await standin.work(_enlarge, given, parameters)]
    else:
        order = _order(standin, instance, parameters)
        if fault and fault.refuse:
            await standin.take_time("image", call.started)
            told = bool(field(parameters, "includeRaiReason"))
            said = [{"raiFilteredReason": REFUSAL}] if told else []
            return Answered({"predictions": said}, "refused", used(call.prompt, "IMAGE", 0))
        try:
            made = [await standin.work(_draw, order, n, fault) for n in range(count)]
        except OSError as error:
            raise WireError(400, f"Unable to process input image: {error}") from error
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
        references=references_of(instance, standin.state),
    )


def _draw(order: _Order, number: int, fault: Fault | None) -> bytes:
    from greenlight_standin.drawing.frame import draw_frame

    shot = read_shot(order.text, images=order.references, seed=order.seed + number)
    shot = replace(shot, candidate=shot.candidate + number)
    version = shot.version
    if fault and fault.redraw:
        shot = fault.redraw(shot)
    size = fault.resize(order.size) if fault and fault.resize else order.size
    data = png_bytes(draw_frame(shot, size))
    if fault and fault.worsen:
        data = fault.worsen(data, version)
    return fault.spoil(data) if fault and fault.spoil else data


def _enlarge(given: bytes, parameters: Mapping[str, Any]) -> bytes:
    from PIL import Image

    config = field(parameters, "upscaleConfig") or {}
    factor = FACTORS.get(str(field(config, "upscaleFactor")))
    if factor is None:
        raise WireError(400, f"Unsupported upscaleFactor (supported: {', '.join(FACTORS)}).")
    try:
        with Image.open(io.BytesIO(given)) as picture:
            size = (picture.width * factor, picture.height * factor)
            return png_bytes(picture.convert("RGB").resize(size, Image.Resampling.LANCZOS))
    except OSError as error:
        raise WireError(400, f"Unable to process input image: {error}") from error


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
