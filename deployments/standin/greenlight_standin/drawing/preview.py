"""What a camera would see of a shot while it moves, small and without what is alive in the air."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from PIL import Image

from greenlight_standin.drawing.grade import pulled
from greenlight_standin.drawing.layers import centre_of, layers_of
from greenlight_standin.drawing.motion import PATHS, Sampler, view
from greenlight_standin.drawing.shot import ShotRequest
from greenlight_standin.drawing.skia_loading import skia


def previews(
    request: ShotRequest, size: tuple[int, int], times: Sequence[float], seconds: float
) -> list[Image.Image]:
    """The picture at some times (0 to 1) of a clip of `seconds`."""
    layers = layers_of(request, size, size[1], graded=False)
    scene, bodies = layers.scene, layers.bodies
    assert scene is not None
    assert bodies is not None
    backdrop = np.asarray(layers.backdrop)
    flat = backdrop.reshape(-1, 3)
    source = (backdrop.shape[1], backdrop.shape[0])
    sampler = Sampler(size, layers.pad, 1, source, layers.near, 1)
    path, centre = PATHS[request.movement], centre_of(scene, size[1], size[1])
    found = []
    for time in times:
        at = view(path, size[1], time, seconds, centre)
        picture = Image.fromarray(flat[sampler.indices(at)])
        painted = bodies.painted(at, bodies.beat(time * seconds), at.round)
        if painted is not None:
            _lay(picture, *painted, pulled(scene.scheme))
        found.append(picture)
    return found


def _lay(
    picture: Image.Image, surface: skia.Surface, at: tuple[int, int], look: skia.ColorFilter | None
) -> None:
    if look is not None:
        image = surface.makeImageSnapshot()
        paint = skia.Paint(ColorFilter=look, BlendMode=skia.BlendMode.kSrc)
        surface.getCanvas().drawImage(image, 0, 0, skia.SamplingOptions(), paint)
    pixels = surface.makeImageSnapshot().toarray(colorType=skia.kRGBA_8888_ColorType)
    body = Image.fromarray(pixels)
    picture.paste(body, at, body)
