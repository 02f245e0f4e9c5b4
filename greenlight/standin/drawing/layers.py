"""A first frame taken apart: the set with its depth, and the bodies that live on it.

The request is drawn again in each of its stagings; the one that is this first frame gives depth,
surroundings and bodies. A picture that is none of them is moved as one, by a guess at its depth.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageFilter

from greenlight.standin.drawing.actors import (
    Moment,
    draw_foreground,
    draw_mark,
    draw_shadow,
    draw_table,
    in_front,
    on_a_table,
    part_from_the_dark,
    parts_of_mark,
)
from greenlight.standin.drawing.air import AIR_KINDS
from greenlight.standin.drawing.backdrop import paint_backdrop
from greenlight.standin.drawing.blocking import Mark, Scene, blocking, travelled
from greenlight.standin.drawing.canvas import Canvas
from greenlight.standin.drawing.caption import strip_height
from greenlight.standin.drawing.frame import compose, plan
from greenlight.standin.drawing.grade import finish, pulled, shade_edges
from greenlight.standin.drawing.motion import ROOM, View, guessed_depth
from greenlight.standin.drawing.shapes import Points, bounds
from greenlight.standin.drawing.shot import VARIANTS, ShotRequest
from greenlight.standin.drawing.skia_loading import skia
from greenlight.standin.drawing.weather import draw_fog, weather_of

Bytes = npt.NDArray[np.uint8]
Floats = npt.NDArray[np.float32]
# Mean difference (0 to 255) of layout below which a drawing is the first frame, and surely is.
SAME, SURELY = 8.5, 2.2
# How near a shoulder or a hand before the lens is.
BEFORE_THE_LENS = 1.8
_TO_YUV = [
    0.1826, 0.6142, 0.0620, 0.0, 16 / 255,
    -0.1006, -0.3386, 0.4392, 0.0, 128 / 255,
    0.4392, -0.3989, -0.0403, 0.0, 128 / 255,
    0.0, 0.0, 0.0, 1.0, 0.0,
]  # fmt: skip


@dataclass(frozen=True)
class Sprite:
    """Bodies at one moment: luma, chroma (half size) and their alpha, and where they begin."""

    at: tuple[int, int]
    luma: Bytes
    cover: Bytes
    chroma: tuple[Bytes, Bytes]
    half_cover: Bytes


@dataclass(frozen=True)
class Act:
    """What one body does for a moment, in pixels of the picture as it stood at first."""

    picture: skia.Picture
    near: float
    low: Points
    high: Points


_QUICK = frozenset({"walk", "run", "dance", "jump", "kick", "fly", "wave"})


@dataclass(frozen=True)
class Layers:
    """A picture to be moved: the set with its surroundings and how near all of it is.

    `pad` is the room around the picture in pixels.
    """

    backdrop: Image.Image
    pad: tuple[int, int]
    near: Floats
    scene: Scene | None
    marks: Sequence[Mark]
    size: tuple[int, int]
    look: skia.ColorFilter | None
    shade: Bytes
    _acts: dict[float, list[Act]] = field(default_factory=dict)
    _front: list[Act] = field(default_factory=list)

    def beat(self, seconds: float) -> float:
        """The moment whose drawing is shown: on twos, as in animation."""
        rate = 12 if any(mark.actor.pose in _QUICK for mark in self.marks) else 8
        return math.floor(seconds * rate + 1e-6) / rate

    def bodies(self, at: View, seconds: float, turned: float) -> Sprite | None:
        """The bodies as the camera sees them; `seconds` is a beat, `turned` how far an orbit is."""
        painted = self.painted(at, seconds, turned)
        return None if painted is None else _sprite(*painted, self.look, self.shade)

    def painted(
        self, at: View, seconds: float, turned: float
    ) -> tuple[skia.Surface, tuple[int, int]] | None:
        """The bodies as they are painted, without grade, and the pixel where they begin."""
        scene = self.scene
        if scene is None:
            return None
        width, height = self.size
        box = np.array([width, height, 0, 0], dtype=np.float64)
        shown: list[tuple[Act, float, float, float]] = []
        for act in self.acts(scene, seconds, turned):
            x, y, k = at.seen(-width / 2, -height / 2, act.near)
            x, y = x + width / 2, y + height / 2
            low, high = act.low * k + (x, y), act.high * k + (x, y)
            if (high < 0).any() or (low > (width, height)).any():
                continue
            box[:2], box[2:] = np.minimum(box[:2], low - 6), np.maximum(box[2:], high + 6)
            shown.append((act, x, y, k))
        left, top = (max(0, int(v) // 2 * 2) for v in box[:2])
        right, bottom = min(width, int(box[2]) // 2 * 2 + 2), min(height, int(box[3]) // 2 * 2 + 2)
        if right - left < 4 or bottom - top < 4:
            return None
        surface = skia.Surface.MakeRasterN32Premul(right - left, bottom - top)
        on = surface.getCanvas()
        for act, x, y, k in shown:
            on.save()
            on.translate(x - left, y - top)
            on.scale(k, k)
            on.drawPicture(act.picture)
            on.restore()
        return surface, (left, top)

    def acts(self, scene: Scene, seconds: float, turned: float) -> list[Act]:
        """What the bodies do at a beat."""
        found = self._acts.get(seconds)
        if found is None:
            found = self._drawn(scene, seconds, turned)
            if len(self._acts) > 8:
                self._acts.clear()
            self._acts[seconds] = found
        return found

    def _drawn(self, scene: Scene, seconds: float, turned: float) -> list[Act]:
        unit = scene_height(scene, self.size[0])
        moment = Moment(seconds, turned)
        acts = []
        for mark in self.marks:
            moved = travelled(scene, mark, seconds)
            parts = parts_of_mark(scene, moved, moment)
            if parts:
                corners = np.array(_leaned(scene, bounds([part.shape for part in parts]))) * unit
                near = scene.staging.distance / moved.z
                recorder = skia.PictureRecorder()
                canvas = Canvas.recording(recorder, self.size[0], unit, scene.staging.roll)
                draw_mark(canvas, scene, moved, moment, parts)
                acts.append(
                    Act(
                        recorder.finishRecordingAsPicture(),
                        near,
                        corners.min(axis=0),
                        corners.max(axis=0),
                    )
                )
        if in_front(scene):
            acts.append(self._in_front(scene, unit))
        return acts

    def _in_front(self, scene: Scene, unit: float) -> Act:
        """What is before the lens; out of focus and dear to draw, it is drawn once."""
        if not self._front:
            canvas = Canvas((self.size[0], round(unit)), ROOM, roll=scene.staging.roll)
            draw_foreground(canvas, scene)
            pad = round(ROOM * round(unit))
            recorder = skia.PictureRecorder()
            on = recorder.beginRecording(skia.Rect.MakeLTRB(-9000, -9000, 9000, 9000))
            smooth = skia.SamplingOptions(skia.FilterMode.kLinear)
            on.drawImage(canvas.surface.makeImageSnapshot(), -pad, -pad, smooth)
            whole = np.array([self.size[0], unit], dtype=np.float64)
            picture = recorder.finishRecordingAsPicture()
            self._front.append(Act(picture, BEFORE_THE_LENS, whole * 0, whole))
        return self._front[0]


def scene_height(scene: Scene, width: int) -> float:
    """The height in pixels of the whole frame, caption and all."""
    return round(width / scene.aspect)


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
) -> Layers:
    """The layers of a request's own picture of `size`; `tint` is laid over its colours."""
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
        scene=scene,
        marks=marks,
        size=(size[0], moving),
        look=_look(scene, tint),
        shade=_shade(scene, size),
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
        None,
        (),
        size,
        None,
        np.zeros(0, np.uint8),
    )


def _small(start: Image.Image) -> tuple[int, int]:
    height = 72
    return round(start.size[0] / start.size[1] * height), height


def _staged_like(request: ShotRequest, start: Image.Image) -> ShotRequest | None:
    """The request in the staging that is this picture; None if it is none of them."""
    size = _small(start)
    rows = size[1] - strip_height(size[1]) - 1
    seen = _layout(start.resize(size, Image.Resampling.BOX), rows)
    best, least = None, SAME
    for step in range(VARIANTS):
        tried = replace(request, variant=(request.variant + step) % VARIANTS, caption=False)
        drawn = _layout(compose(tried, size, dry=True).image, rows)
        away = float(np.abs(drawn - seen).mean())
        if away < least:
            best, least = tried, away
        if least < SURELY:
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
    return Image.fromarray(np.ascontiguousarray(_pixels(image)[..., 2::-1]))


def _look(scene: Scene, tint: skia.ColorFilter | None) -> skia.ColorFilter:
    """The grade and the first frame's tint, and from red, green, blue to luma and chroma."""
    look = skia.ColorFilters.Matrix(_TO_YUV)
    for earlier in (tint, pulled(scene.scheme)):
        look = look.makeComposed(earlier) if earlier is not None else look
    return look


def _shade(scene: Scene, size: tuple[int, int]) -> Bytes:
    """How much of its light every point of the frame keeps, 0 to 255."""
    canvas = Canvas(size)
    canvas.on.clear(skia.ColorWHITE)
    shade_edges(canvas, scene.staging, scene.scheme)
    return np.ascontiguousarray(canvas.pixels()[..., 1])


def _sprite(
    surface: skia.Surface, at: tuple[int, int], look: skia.ColorFilter | None, shade: Bytes
) -> Sprite:
    """Turn painted bodies into planes, multiplied by their alpha."""
    wide, high = surface.width(), surface.height()
    picture = surface.makeImageSnapshot()
    paint = skia.Paint(ColorFilter=look, BlendMode=skia.BlendMode.kSrc)
    full = skia.Surface.MakeRasterN32Premul(wide, high)
    full.getCanvas().drawImage(picture, 0, 0, skia.SamplingOptions(), paint)
    half = skia.Surface.MakeRasterN32Premul(wide // 2, high // 2)
    half.getCanvas().scale(0.5, 0.5)
    nearest_two = skia.SamplingOptions(skia.FilterMode.kLinear)
    half.getCanvas().drawImage(full.makeImageSnapshot(), 0, 0, nearest_two, skia.Paint())
    # Blue, green, red are V, U, Y after the matrix.
    large, small = _pixels(full.makeImageSnapshot()), _pixels(half.makeImageSnapshot())
    kept = shade[at[1] : at[1] + high, at[0] : at[0] + wide].astype(np.uint16)
    cover = large[..., 3]
    # Black is 16, so what the shade takes comes back as that.
    luma = (large[..., 2] * kept + (cover.astype(np.uint16) >> 4) * (255 - kept)) >> 8
    return Sprite(at, luma.astype(np.uint8), cover, (small[..., 1], small[..., 0]), small[..., 3])


def _pixels(image: skia.Image) -> Bytes:
    found: Bytes = image.toarray(
        colorType=skia.kBGRA_8888_ColorType, alphaType=skia.kPremul_AlphaType
    )
    return found


def _leaned(scene: Scene, box: tuple[float, float, float, float]) -> list[tuple[float, float]]:
    """The corners of a box in a picture whose camera leans."""
    x0, y0, x1, y1 = box
    corners = [(x0, y0), (x1, y0), (x1, y1), (x0, y1)]
    if not scene.staging.roll:
        return corners
    turn = np.deg2rad(-scene.staging.roll)
    cos, sin, mx = float(np.cos(turn)), float(np.sin(turn)), scene.aspect / 2
    return [
        (mx + (x - mx) * cos - (y - 0.5) * sin, 0.5 + (x - mx) * sin + (y - 0.5) * cos)
        for x, y in corners
    ]
