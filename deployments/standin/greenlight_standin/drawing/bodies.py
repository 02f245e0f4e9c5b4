"""Bodies that live on a set: drawn anew on every beat, and seen by a camera that never rests."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from greenlight_standin.drawing.actors import (
    Moment,
    draw_foreground,
    draw_mark,
    in_front,
    parts_of_mark,
)
from greenlight_standin.drawing.blocking import Mark, Scene, travelled
from greenlight_standin.drawing.canvas import Canvas
from greenlight_standin.drawing.grade import pulled, shade_edges
from greenlight_standin.drawing.motion import ROOM, View
from greenlight_standin.drawing.shapes import Points, bounds
from greenlight_standin.drawing.skia_loading import skia

Bytes = npt.NDArray[np.uint8]
# How near a shoulder or a hand before the lens is.
BEFORE_THE_LENS = 1.8
# How many bystanders there are before each holds a drawing twice as long.
CROWD = 5
# What a camera may uncover within a beat, in frame heights.
MARGIN = 0.1
_TO_YUV = [
    0.1826, 0.6142, 0.0620, 0.0, 16 / 255,
    -0.1006, -0.3386, 0.4392, 0.0, 128 / 255,
    0.4392, -0.3989, -0.0403, 0.0, 128 / 255,
    0.0, 0.0, 0.0, 1.0, 0.0,
]  # fmt: skip
_QUICK = frozenset({"walk", "run", "dance", "jump", "kick", "fly", "wave"})
_SMOOTH = skia.SamplingOptions(skia.FilterMode.kLinear)


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


@dataclass(frozen=True)
class Seen:
    """An act as a camera saw it at the beginning of a beat, from pixel `left`, `top` of the frame.

    `x`, `y` and `scale` are where the act's own pixels lay then.
    """

    image: skia.Image
    left: int
    top: int
    x: float
    y: float
    scale: float
    near: float


class Bodies:
    """The bodies of a scene in a frame of `size`; `tint` is laid over their colours.

    They are `graded` into luma and chroma for a clip, or left in their own colours.
    """

    def __init__(
        self,
        scene: Scene,
        marks: Sequence[Mark],
        size: tuple[int, int],
        tint: skia.ColorFilter | None,
        *,
        graded: bool,
    ) -> None:
        self.scene, self.marks, self.size = scene, marks, size
        self._unit = scene_height(scene, size[0])
        self._look = _look(scene, tint) if graded else None
        self._shade: Bytes | None = None
        self._held: dict[tuple[int, float], Act | None] = {}
        self._seen: tuple[float, list[Seen]] | None = None
        self._front: list[Act] = []
        self._last: tuple[tuple[float, View], Sprite | None] | None = None

    @property
    def rate(self) -> int:
        """How many drawings a second: on twos where somebody is quick, as in animation."""
        return 12 if any(mark.actor.pose in _QUICK for mark in self.marks) else 8

    def beat(self, seconds: float) -> float:
        """The moment whose drawing is shown."""
        return math.floor(seconds * self.rate + 1e-6) / self.rate

    def sprite(self, at: View, beat: float, then: View) -> Sprite | None:
        """The bodies as the camera sees them at `at`; it saw the beat begin at `then`."""
        last = self._last
        if last is not None and last[0] == (beat, at):
            return last[1]
        shown = []
        box = _Box(self.size)
        for seen in self._graded(beat, then):
            x, y, k = self._placed(at, seen.near)
            k /= seen.scale
            x, y = x + (seen.left - seen.x) * k, y + (seen.top - seen.y) * k
            if box.takes(x, y, x + seen.image.width() * k, y + seen.image.height() * k):
                shown.append((seen.image, x, y, k))
        found = box.inside()
        sprite = None
        if found is not None:
            left, top, wide, high = found
            surface = skia.Surface.MakeRasterN32Premul(wide, high)
            on = surface.getCanvas()
            for image, x, y, k in shown:
                on.save()
                on.translate(x - left, y - top)
                on.scale(k, k)
                on.drawImage(image, 0, 0, _SMOOTH)
                on.restore()
            sprite = _sprite(surface, (left, top), self._shades())
        self._last = ((beat, at), sprite)
        return sprite

    def painted(
        self, at: View, beat: float, turned: float
    ) -> tuple[skia.Surface, tuple[int, int]] | None:
        """The bodies as they are painted, without grade, and the pixel where they begin."""
        box = _Box(self.size)
        shown = []
        for act in self._drawn(beat, turned):
            x, y, k = self._placed(at, act.near)
            low, high = act.low * k + (x - 6, y - 6), act.high * k + (x + 6, y + 6)
            if box.takes(*low, *high):
                shown.append((act, x, y, k))
        found = box.inside()
        if found is None:
            return None
        left, top, wide, high_ = found
        surface = skia.Surface.MakeRasterN32Premul(wide, high_)
        for act, x, y, k in shown:
            _play(surface.getCanvas(), act, x - left, y - top, k)
        return surface, (left, top)

    def _placed(self, at: View, near: float) -> tuple[float, float, float]:
        """Where the frame's first corner is seen if it lies at this depth, and how much larger."""
        width, height = self.size
        x, y, k = at.seen(-width / 2, -height / 2, near)
        return x + width / 2, y + height / 2, k

    def _graded(self, beat: float, then: View) -> list[Seen]:
        """What is seen as a beat begins, in luma and chroma; a camera only shifts and scales it."""
        if self._seen is None or self._seen[0] != beat:
            seen = [self._see(act, then) for act in self._drawn(beat, then.round)]
            self._seen = beat, [one for one in seen if one is not None]
        return self._seen[1]

    def _see(self, act: Act, then: View) -> Seen | None:
        x, y, k = self._placed(then, act.near)
        room = MARGIN * self._unit
        box = _Box(self.size, room)
        box.takes(*(act.low * k + (x - 6, y - 6)), *(act.high * k + (x + 6, y + 6)))
        found = box.inside()
        if found is None:
            return None
        left, top, wide, high = found
        surface = skia.Surface.MakeRasterN32Premul(wide, high)
        _play(surface.getCanvas(), act, x - left, y - top, k)
        return Seen(surface.makeImageSnapshot(), left, top, x, y, k, act.near)

    def _drawn(self, beat: float, turned: float) -> list[Act]:
        """What the bodies do on a beat."""
        crowd = sum(not mark.lead for mark in self.marks) > CROWD
        acts = []
        for number, mark in enumerate(self.marks):
            seconds = beat
            if crowd and not mark.lead and not turned:
                # Every other beat, and not all on the same one: nobody looks at a single bystander.
                count = round(beat * self.rate)
                seconds = max(0, count - (count + number) % 2) / self.rate
            key = (number, seconds)
            if turned or key not in self._held:
                self._held[key] = self._act(mark, Moment(seconds, turned))
            act = self._held[key]
            if act is not None:
                acts.append(act)
        kept = {key: act for key, act in self._held.items() if key[1] > beat - 3 / self.rate}
        self._held = {} if turned else kept
        if in_front(self.scene):
            acts.append(self._in_front())
        return acts

    def _act(self, mark: Mark, moment: Moment) -> Act | None:
        scene = self.scene
        moved = travelled(scene, mark, moment.seconds)
        parts = parts_of_mark(scene, moved, moment)
        if not parts:
            return None
        corners = np.array(_leaned(scene, bounds([part.shape for part in parts]))) * self._unit
        recorder = skia.PictureRecorder()
        roll = scene.staging.roll
        canvas = Canvas.recording(recorder, self.size[0], self._unit, roll, self._look)
        draw_mark(canvas, scene, moved, moment, parts)
        near = scene.staging.distance / moved.z
        picture = recorder.finishRecordingAsPicture()
        return Act(picture, near, corners.min(axis=0), corners.max(axis=0))

    def _in_front(self) -> Act:
        """What is before the lens; out of focus and dear to draw, it is drawn once."""
        if not self._front:
            scene, unit = self.scene, self._unit
            canvas = Canvas((self.size[0], round(unit)), ROOM, roll=scene.staging.roll)
            draw_foreground(canvas, scene)
            pad = round(ROOM * round(unit))
            recorder = skia.PictureRecorder()
            on = recorder.beginRecording(skia.Rect.MakeLTRB(-9000, -9000, 9000, 9000))
            paint = skia.Paint(ColorFilter=self._look)
            on.drawImage(canvas.surface.makeImageSnapshot(), -pad, -pad, _SMOOTH, paint)
            whole = np.array([self.size[0], unit], dtype=np.float64)
            picture = recorder.finishRecordingAsPicture()
            self._front.append(Act(picture, BEFORE_THE_LENS, whole * 0, whole))
        return self._front[0]

    def _shades(self) -> Bytes:
        """How much of its light every point of the frame keeps, 0 to 255."""
        if self._shade is None:
            canvas = Canvas(self.size)
            canvas.on.clear(skia.ColorWHITE)
            shade_edges(canvas, self.scene.staging, self.scene.scheme)
            self._shade = np.ascontiguousarray(canvas.pixels()[..., 1])
        return self._shade


class _Box:
    """The part of a frame, and of `room` around it, that is taken up."""

    def __init__(self, size: tuple[int, int], room: float = 0.0) -> None:
        self._size, self._room = size, room
        self._low, self._high = [side + room for side in size], [-room, -room]

    def takes(self, left: float, top: float, right: float, bottom: float) -> bool:
        """Whether anything of it is in the frame; if so, it is taken up."""
        wide, high = (side + self._room for side in self._size)
        if min(right, bottom) < -self._room or left > wide or top > high:
            return False
        self._low = [min(self._low[0], left), min(self._low[1], top)]
        self._high = [max(self._high[0], right), max(self._high[1], bottom)]
        return True

    def inside(self) -> tuple[int, int, int, int] | None:
        """Left, top, width and height, all even; None if nothing is taken up."""
        room = int(self._room) // 2 * 2
        left, top = (max(-room, math.floor(v / 2) * 2) for v in self._low)
        right, bottom = (
            min(side + room, math.floor(v / 2) * 2 + 2) // 2 * 2
            for side, v in zip(self._size, self._high, strict=True)
        )
        if right - left < 4 or bottom - top < 4:
            return None
        return left, top, right - left, bottom - top


def scene_height(scene: Scene, width: int) -> float:
    """The height in pixels of the whole frame, caption and all."""
    return round(width / scene.aspect)


def _play(on: skia.Canvas, act: Act, x: float, y: float, scale: float) -> None:
    on.save()
    on.translate(x, y)
    on.scale(scale, scale)
    on.drawPicture(act.picture)
    on.restore()


def _look(scene: Scene, tint: skia.ColorFilter | None) -> skia.ColorFilter:
    """The grade and the first frame's tint, and from red, green, blue to luma and chroma."""
    look = skia.ColorFilters.Matrix(_TO_YUV)
    for earlier in (tint, pulled(scene.scheme)):
        look = look.makeComposed(earlier) if earlier is not None else look
    return look


def _sprite(surface: skia.Surface, at: tuple[int, int], shade: Bytes) -> Sprite:
    """Turn graded bodies into planes, multiplied by their alpha."""
    wide, high = surface.width(), surface.height()
    half = skia.Surface.MakeRasterN32Premul(wide // 2, high // 2)
    half.getCanvas().scale(0.5, 0.5)
    half.getCanvas().drawImage(surface.makeImageSnapshot(), 0, 0, _SMOOTH, skia.Paint())
    # Blue, green, red are V, U, Y after the matrix.
    large, small = _pixels(surface.makeImageSnapshot()), _pixels(half.makeImageSnapshot())
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
