"""How a camera moves, and what it then sees of a picture whose points are near or far."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageFilter

Floats = npt.NDArray[np.float32]


@dataclass(frozen=True)
class Path:
    """A movement from nothing to its end.

    `zoom` is of the lens. `pan` and `tilt` turn the camera, in frame heights that the picture moves
    (right and down are positive for the camera). `truck` and `crane` move it sideways and up, in
    frame heights that the lead would move; `dolly` forward, as a share of the way to the lead.
    `orbit` trucks and keeps the lead in its place. `shake` is in frame heights.
    """

    zoom: float = 1.0
    pan: float = 0.0
    tilt: float = 0.0
    truck: float = 0.0
    crane: float = 0.0
    dolly: float = 0.0
    orbit: float = 0.0
    shake: float = 0.0


PATHS: dict[str, Path] = {
    "static": Path(),
    "pan left": Path(pan=-0.32),
    "pan right": Path(pan=0.32),
    "tilt up": Path(tilt=-0.24),
    "tilt down": Path(tilt=0.24),
    "dolly in": Path(dolly=0.27),
    "dolly out": Path(dolly=-0.24),
    "truck left": Path(truck=-0.27),
    "truck right": Path(truck=0.27),
    "crane up": Path(crane=0.22, tilt=0.08),
    "crane down": Path(crane=-0.2, tilt=-0.08),
    "zoom in": Path(zoom=1.4),
    "zoom out": Path(zoom=0.78),
    "handheld": Path(shake=0.03),
    "orbit": Path(orbit=0.3),
}
# Room around the picture that a camera in motion finds, in frame heights.
ROOM = 0.34
# How far (degrees) bodies are seen to turn in an orbit.
ROUND = 24.0
# A camera passes what is nearer than this (the lead being at 1) as if it were there.
PASSED = 2.2


def eased(t: float) -> float:
    """Smooth start and end."""
    return t * t * (3 - 2 * t)


@dataclass(frozen=True)
class View:
    """Where the camera looks at one moment: source x = a·x + b·x·near + c·near + d, y likewise.

    x and y count from the middle of the picture, in pixels; `round` is how far an orbit has gone.
    """

    a: float
    b: float
    cx: float
    cy: float
    dx: float
    dy: float
    round: float = 0.0

    def seen(self, x: float, y: float, near: float) -> tuple[float, float, float]:
        """Where a point of the picture is seen, and how much larger: the other way round."""
        scale = 1 / max(0.1, self.a + self.b * near)
        return (x - self.cx * near - self.dx) * scale, (y - self.cy * near - self.dy) * scale, scale


def view(
    path: Path, height: int, t: float, seconds: float, centre: tuple[float, float] = (0.0, 0.0)
) -> View:
    """The camera's view at time `t` (0 to 1) of a clip of `seconds`.

    `centre` is the point the camera looks along, in pixels from the middle of the picture.
    """
    progress = eased(t)
    a = 1 / (1 + (path.zoom - 1) * progress)
    b = -path.dolly * progress * a
    across = (path.truck + path.orbit) * progress * height
    up = path.crane * progress * height
    pan, tilt = path.pan * progress * height, path.tilt * progress * height
    pan -= path.orbit * progress * height
    if path.shake:
        beat, ramp = t * seconds, min(1.0, t * seconds * 2) * path.shake * height
        wide = math.sin(beat * 4.7) * 0.5 + math.sin(beat * 8.9 + 1) * 0.24 - 0.24 * math.sin(1)
        high = math.sin(beat * 5.9) * 0.4 + math.sin(beat * 11.3) * 0.18
        pan, tilt = pan + 0.7 * ramp * wide, tilt + 0.7 * ramp * high
        across, up = across + 0.3 * ramp * wide, up - 0.3 * ramp * high
    x, y = centre
    return View(
        a=a,
        b=b,
        cx=across * a - x * b,
        cy=-up * a - y * b,
        dx=pan * a + x * (1 - a),
        dy=tilt * a + y * (1 - a),
        round=ROUND * progress if path.orbit else 0.0,
    )


def guessed_depth(image: Image.Image) -> Floats:
    """Nearness of a picture nobody knows more of, at a coarse grid.

    What stands out from the edges of the frame is near, and so is what lies low.
    """
    small = image.convert("RGB").resize((64, 36)).filter(ImageFilter.GaussianBlur(1.5))
    pixels = np.asarray(small, np.float32)
    border = np.concatenate([pixels[:4].reshape(-1, 3), pixels[:, :4].reshape(-1, 3),
                             pixels[:, -4:].reshape(-1, 3)])  # fmt: skip
    away = np.sqrt(((pixels - border.mean(axis=0)) ** 2).sum(axis=2))
    away = away / (np.percentile(away, 95) + 1e-3)
    stands_out = Image.fromarray((away.clip(0, 1) * 255).astype(np.uint8))
    soft = np.asarray(stands_out.filter(ImageFilter.GaussianBlur(3)), np.float32) / 255
    low = np.clip((np.linspace(0, 1, 36, dtype=np.float32) - 0.4) / 0.6, 0, 1)[:, None]
    near: Floats = (0.2 + 0.7 * soft + 0.5 * low).clip(0, 1.4).astype(np.float32)
    return near


class Sampler:
    """Looks up a plane of `size` pixels in a source `fine` times finer, which keeps motion smooth.

    `origin` is where the picture begins inside the source, in pixels of the plane; `source` is the
    source's width and height; `unit` is how large a pixel of the plane is in pixels of the clip.
    """

    def __init__(
        self,
        size: tuple[int, int],
        origin: tuple[float, float],
        fine: int,
        source: tuple[int, int],
        near: Floats,
        unit: int,
    ) -> None:
        width, height = size
        self._fine, self._source, self._unit = fine, source, unit
        self._x = (np.arange(width, dtype=np.float32) + 0.5 - width / 2)[None, :]
        self._y = (np.arange(height, dtype=np.float32) + 0.5 - height / 2)[:, None]
        field = Image.fromarray(near.clip(0, PASSED)).resize(size, Image.Resampling.BILINEAR)
        self._near: Floats = np.asarray(field, np.float32)
        self._near_x: Floats = self._near * self._x
        self._near_y: Floats = self._near * self._y
        self._middle = (width / 2 + origin[0], height / 2 + origin[1])

    def indices(self, at: View, ripple: Floats | None = None) -> npt.NDArray[np.int32]:
        """Flat indices into the source for every pixel of the plane.

        `ripple` shifts each row sideways, in pixels of the plane.
        """
        x = self._axis(self._x, self._near_x, at.a, at.b, at.cx, at.dx, 0, ripple)
        y = self._axis(self._y, self._near_y, at.a, at.b, at.cy, at.dy, 1, None)
        return y * np.int32(self._source[0]) + x

    def _axis(
        self,
        plain: Floats,
        by_near: Floats,
        a: float,
        b: float,
        c: float,
        d: float,
        axis: int,
        ripple: Floats | None,
    ) -> npt.NDArray[np.int32]:
        offset = self._middle[axis] + d / self._unit
        where: Floats = plain * np.float32(a * self._fine) + np.float32(offset * self._fine)
        if ripple is not None:
            where = where + ripple[:, None] * np.float32(self._fine)
        if b:
            where = where + by_near * np.float32(b * self._fine)
        if c:
            where = where + self._near * np.float32(c / self._unit * self._fine)
        return where.clip(0, self._source[axis] - 1).astype(np.int32)
