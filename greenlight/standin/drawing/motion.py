"""How a picture moves: the camera's path, and how far away each part of the picture is."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageFilter

Floats = npt.NDArray[np.float32]
COLUMNS, ROWS = 16, 9


@dataclass(frozen=True)
class Path:
    """A movement from nothing to its end: zoom, shift (share of the room the zoom gives), depth.

    `parallax` is how much more the near moves than the far; `swing` turns around the middle.
    """

    zoom: float = 1.0
    dx: float = 0.0
    dy: float = 0.0
    parallax: float = 0.0
    swing: float = 0.0
    shake: float = 0.0


PATHS: dict[str, Path] = {
    "static": Path(),
    "pan left": Path(1.26, dx=-1, parallax=0.1),
    "pan right": Path(1.26, dx=1, parallax=0.1),
    "tilt up": Path(1.26, dy=-1, parallax=0.1),
    "tilt down": Path(1.26, dy=1, parallax=0.1),
    "dolly in": Path(1.32, parallax=0.5),
    "dolly out": Path(0.82, parallax=0.4),
    "truck left": Path(1.22, dx=-1, parallax=0.7),
    "truck right": Path(1.22, dx=1, parallax=0.7),
    "crane up": Path(1.2, dy=-1, parallax=0.6),
    "crane down": Path(1.2, dy=1, parallax=0.6),
    "zoom in": Path(1.4),
    "zoom out": Path(0.8),
    "handheld": Path(1.1, parallax=0.25, shake=0.016),
    "orbit": Path(1.16, parallax=0.2, swing=0.09),
}
# Room around the picture that a camera moving back finds, as a share of its sides.
ROOM = 0.16


def eased(t: float) -> float:
    """Smooth start and end."""
    return t * t * (3 - 2 * t)


def depth_of(image: Image.Image) -> Floats:
    """Nearness (0 far, 1 near) at the corners of the grid, guessed from the picture.

    What stands out from the edges of the frame is near, and so is what lies low.
    """
    small = image.convert("RGB").resize((64, 36)).filter(ImageFilter.GaussianBlur(1.5))
    pixels = np.asarray(small, np.float32)
    border = np.concatenate([pixels[:4].reshape(-1, 3), pixels[:, :4].reshape(-1, 3),
                             pixels[:, -4:].reshape(-1, 3)])  # fmt: skip
    away = np.sqrt(((pixels - border.mean(axis=0)) ** 2).sum(axis=2))
    away = away / (np.percentile(away, 95) + 1e-3)
    stands_out = Image.fromarray((away.clip(0, 1) * 255).astype(np.uint8))
    soft = stands_out.filter(ImageFilter.GaussianBlur(3)).resize((COLUMNS + 1, ROWS + 1))
    low = np.clip((np.linspace(0, 1, ROWS + 1, dtype=np.float32) - 0.4) / 0.6, 0, 1)[:, None]
    near: Floats = 0.15 + 0.5 * np.asarray(soft, np.float32) / 255 + 0.35 * low
    return near.clip(0, 1).astype(np.float32)


@dataclass(frozen=True)
class View:
    """Where the camera looks at one moment: source x = a·x + b·x·near + c·near + d, y likewise.

    x and y count from the middle of the picture, in pixels.
    """

    a: float
    b: float
    cx: float
    cy: float
    dx: float
    dy: float


def view(path: Path, size: tuple[int, int], t: float, seconds: float) -> View:
    """The camera's view at time `t` (0 to 1) of a clip of `seconds`."""
    width, height = size
    progress = eased(t)
    zoom = 1 + (path.zoom - 1) * progress
    far = 1 / (1 + (zoom - 1) * (1 - path.parallax / 2))
    near = 1 / (1 + (zoom - 1) * (1 + path.parallax / 2))
    room = (1 - 1 / max(zoom, 1.0)) / 2
    steady = 0.9 - path.parallax * 0.17
    gain = path.parallax * 0.35
    dx, dy = path.dx * room * width, path.dy * room * height
    swing = path.swing * width * math.sin(progress * math.pi * 0.9)
    shake_x = shake_y = 0.0
    if path.shake:
        beat, ramp = t * seconds, min(1.0, t * seconds * 2) * path.shake
        wide = math.sin(beat * 4.7) * 0.5 + math.sin(beat * 8.9 + 1) * 0.24 - 0.24 * math.sin(1)
        shake_x = ramp * width * wide
        shake_y = ramp * height * (math.sin(beat * 5.9) * 0.5 + math.sin(beat * 11.3) * 0.22)
    return View(
        a=far,
        b=near - far,
        cx=dx * gain + swing,
        cy=dy * gain,
        dx=dx * steady - swing * 0.45 + shake_x,
        dy=dy * steady + shake_y,
    )


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
        field = Image.fromarray(near).resize(size, Image.Resampling.BICUBIC)
        self._near: Floats = np.asarray(field, np.float32)
        self._near_x: Floats = self._near * self._x
        self._near_y: Floats = self._near * self._y
        self._middle = (width / 2 + origin[0], height / 2 + origin[1])

    def look(self, source: npt.NDArray[np.uint8], at: View) -> npt.NDArray[np.uint8]:
        """The plane as the camera sees it."""
        return source.take(self.indices(at))

    def indices(self, at: View) -> npt.NDArray[np.int32]:
        """Flat indices into the source for every pixel of the plane."""
        x = self._axis(self._x, self._near_x, at.a, at.b, at.cx, at.dx, 0)
        y = self._axis(self._y, self._near_y, at.a, at.b, at.cy, at.dy, 1)
        return y * np.int32(self._source[0]) + x

    def _axis(
        self, plain: Floats, by_near: Floats, a: float, b: float, c: float, d: float, axis: int
    ) -> npt.NDArray[np.int32]:
        offset = self._middle[axis] + d / self._unit
        where: Floats = plain * np.float32(a * self._fine) + np.float32(offset * self._fine)
        if b:
            where = where + by_near * np.float32(b * self._fine)
        if c:
            where = where + self._near * np.float32(c / self._unit * self._fine)
        return where.clip(0, self._source[axis] - 1).astype(np.int32)
