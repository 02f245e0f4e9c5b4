"""A first frame taken apart: the set with its depth, and the bodies that live on it.

The request is drawn again in each of its stagings; the one that is this first frame gives depth,
surroundings and bodies. A picture that is none of them is moved as one, by a guess at its depth.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageFilter

from greenlight_standin.drawing.actors import (
    draw_mark,
    draw_shadow,
    draw_table,
    on_a_table,
    part_from_the_dark,
    parts_of_mark,
)
from greenlight_standin.drawing.air import AIR_KINDS
from greenlight_standin.drawing.backdrop import paint_backdrop
from greenlight_standin.drawing.blocking import Scene, blocking, travelled
from greenlight_standin.drawing.bodies import Bodies
from greenlight_standin.drawing.canvas import Canvas
from greenlight_standin.drawing.caption import strip_height
from greenlight_standin.drawing.frame import compose, plan
from greenlight_standin.drawing.grade import finish
from greenlight_standin.drawing.motion import ROOM, guessed_depth
from greenlight_standin.drawing.shot import VARIANTS, ShotRequest
from greenlight_standin.drawing.skia_loading import skia
from greenlight_standin.drawing.weather import draw_fog, weather_of

Bytes = npt.NDArray[np.uint8]
Floats = npt.NDArray[np.float32]
# Mean difference (0 to 255) of layout below which a drawing is the first frame, and surely is.
SAME, SURELY = 8.5, 2.2
# A drawing nearer than this is the first frame where the second nearest is so many times as far.
LIKELY, CLEARLY = 3.5, 3


@dataclass(frozen=True)
class Layers:
    """A picture to be moved: the set with its surroundings and how near all of it is.

    `pad` is the room around the picture in pixels.
    """

    backdrop: Image.Image
    pad: tuple[int, int]
    near: Floats
    size: tuple[int, int]
    scene: Scene | None = None
    bodies: Bodies | None = None


def take_apart(request: ShotRequest, start: Image.Image, moving: int) -> Layers:
    """The layers of a first frame; `moving` is how many of its rows move."""
    size = (start.size[0], moving)
    found = _staged_like(request, start)
    if found is None:
        return _one_piece(start, size)
    small = compose(replace(found, caption=False), _small(start)).image
    return layers_of(found, start.size, moving, _tint(small, start))


def layers_of(
    request: ShotRequest,
    size: tuple[int, int],
    moving: int,
    tint: skia.ColorFilter | None = None,
    *,
    graded: bool = True,
) -> Layers:
    """The layers of a request's own picture of `size`; `tint` is laid over its colours.

    Bodies are `graded` as `Bodies` says.
    """
    scene, cast = plan(request, size[0] / size[1])
    canvas = Canvas(size, ROOM, roll=scene.staging.roll, depth=True)
    paint_backdrop(canvas, scene)
    marks = blocking(scene, cast)
    if cast and on_a_table(scene, cast):
        draw_table(canvas, scene)
    part_from_the_dark(canvas, scene, marks)
    for mark in marks:
        # A shadow stays with whoever stays; one that would be left behind is left out.
        if travelled(scene, mark, 1.0) == mark:
            draw_shadow(canvas, scene, mark, parts_of_mark(scene, mark))
        if mark.actor.kind in AIR_KINDS:
            draw_mark(canvas, scene, mark)
    if "fog" in weather_of(request, scene.place):
        draw_fog(canvas, scene.staging, scene.scheme)
    finish(canvas, scene.staging, scene.scheme)
    pad = round(ROOM * size[1])
    near = Image.fromarray(canvas.near)
    step = near.size[0] / canvas.size[0]
    box = (pad * step, pad * step, (pad + size[0]) * step, (pad + moving) * step)
    coarse = (max(8, size[0] // 8), max(6, moving // 8))
    return Layers(
        backdrop=_filtered(canvas.surface, tint),
        pad=(pad, pad),
        near=np.asarray(near.resize(coarse, Image.Resampling.BILINEAR, box), np.float32),
        size=(size[0], moving),
        scene=scene,
        bodies=Bodies(scene, marks, (size[0], moving), tint, graded=graded),
    )


def centre_of(scene: Scene | None, height: int, moving: int) -> tuple[float, float]:
    """The point the camera looks along, in pixels from the middle of what moves."""
    if scene is None:
        return 0.0, 0.0
    camera = scene.staging.camera
    across = (camera.cx - scene.aspect / 2) * height
    return across, min(1.2, max(-0.2, camera.cy)) * height - moving / 2


def _one_piece(start: Image.Image, size: tuple[int, int]) -> Layers:
    """A picture with blurred, mirrored surroundings for a camera that moves away."""
    picture = start.crop((0, 0, *size))
    pad_x, pad_y = (round(ROOM * start.size[1] / 2) * 2,) * 2
    reflect = (min(pad_y, size[1] - 1), min(pad_x, size[0] - 1))
    mirrored = np.pad(
        np.asarray(picture), ((reflect[0],) * 2, (reflect[1],) * 2, (0, 0)), "reflect"
    )
    soft = Image.fromarray(mirrored).reduce(4).filter(ImageFilter.GaussianBlur(3))
    wide = soft.resize((mirrored.shape[1], mirrored.shape[0]), Image.Resampling.BICUBIC)
    wide.paste(picture, (reflect[1], reflect[0]))
    return Layers(
        wide,
        (reflect[1], reflect[0]),
        guessed_depth(picture),
        size,
    )


def _small(start: Image.Image) -> tuple[int, int]:
    height = 72
    return round(start.size[0] / start.size[1] * height), height


def _staged_like(request: ShotRequest, start: Image.Image) -> ShotRequest | None:
    """The request in the staging that is this picture; None if it is none of them."""
    size = _small(start)
    rows = size[1] - strip_height(size[1]) - 1
    seen = _layout(start.resize(size, Image.Resampling.BOX), rows)
    best, first, second = None, math.inf, math.inf
    for step in range(VARIANTS):
        tried = replace(request, variant=(request.variant + step) % VARIANTS, caption=False)
        drawn = _layout(compose(tried, size, dry=True).image, rows)
        away = float(np.abs(drawn - seen).mean())
        first, second = sorted((away, first, second))[:2]
        if away == first and away < SAME:
            best = tried
        clear = first < LIKELY and CLEARLY * first < second < math.inf
        if first < SURELY or clear:
            break
    return best


def _layout(image: Image.Image, rows: int) -> Floats:
    """Light and shade without their level: what a reference's tint leaves as it is."""
    soft = image.convert("L").filter(ImageFilter.GaussianBlur(1))
    light = np.asarray(soft, np.float32)[:rows]
    spread = float(light.std()) + 1e-3
    level: Floats = (light - light.mean()) / spread * min(spread, 40.0)
    return level


def _tint(drawn: Image.Image, start: Image.Image) -> skia.ColorFilter | None:
    """What turns the drawing's colours into the first frame's, if they differ."""
    rows = drawn.size[1] - strip_height(drawn.size[1]) - 1
    a = np.asarray(drawn, np.float64)[:rows].reshape(-1, 3)
    b = np.asarray(start.resize(drawn.size, Image.Resampling.BOX), np.float64)[:rows].reshape(-1, 3)
    if np.abs(a.mean(axis=0) - b.mean(axis=0)).max() < 2.5:
        return None
    values: list[float] = []
    for channel in range(3):
        gain = np.polyfit(a[:, channel], b[:, channel], 1)[0]
        gain = min(1.7, max(0.5, float(gain)))
        row = [0.0] * 5
        row[channel], row[4] = gain, float(b[:, channel].mean() - gain * a[:, channel].mean()) / 255
        values += row
    return skia.ColorFilters.Matrix([*values, 0.0, 0.0, 0.0, 1.0, 0.0])


def _filtered(surface: skia.Surface, tint: skia.ColorFilter | None) -> Image.Image:
    image = surface.makeImageSnapshot()
    if tint is not None:
        out = skia.Surface.MakeRasterN32Premul(image.width(), image.height())
        out.getCanvas().drawImage(image, 0, 0, skia.SamplingOptions(), skia.Paint(ColorFilter=tint))
        image = out.makeImageSnapshot()
    pixels = image.toarray(colorType=skia.kRGBA_8888_ColorType)
    return Image.fromarray(np.ascontiguousarray(pixels[..., :3]))
