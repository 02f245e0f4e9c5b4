"""A pinhole camera in metres, tilted up or down; the screen is in frame heights."""

from __future__ import annotations

import math
from dataclasses import dataclass

from greenlight_standin.drawing.shapes import Pair

NEAR = 0.13
Point3 = tuple[float, float, float]


@dataclass(frozen=True)
class Camera:
    """Focal length and screen positions in frame heights, the rest in metres and radians.

    A point straight ahead is seen at `cx`, `cy`; a positive `tilt` looks up.
    """

    focal: float
    cx: float
    cy: float
    height: float
    tilt: float = 0.0

    @property
    def horizon(self) -> float:
        """Height of the horizon on screen."""
        return self.cy + self.focal * math.tan(self.tilt)

    def seen(self, x: float, y: float, z: float) -> Point3:
        """A point x to the right, y above ground, z away, as right, up and ahead of the camera."""
        up, cos, sin = y - self.height, math.cos(self.tilt), math.sin(self.tilt)
        return x, up * cos - z * sin, up * sin + z * cos

    def on_screen(self, point: Point3) -> Pair:
        """Where a point given as right, up and ahead of the camera is seen."""
        ahead = max(point[2], 0.12)
        return self.cx + self.focal * point[0] / ahead, self.cy - self.focal * point[1] / ahead

    def project(self, x: float, y: float, z: float) -> Pair:
        """Screen position of a point x to the right, y above ground, z away."""
        return self.on_screen(self.seen(x, y, z))

    def ahead(self, y: float, z: float) -> float:
        """How far in front of the lens a point is, in metres."""
        return max(0.12, self.seen(0.0, y, z)[2])

    def size(self, metres: float, z: float, y: float | None = None) -> float:
        """Length on screen of something `metres` long at distance z and height y."""
        return self.focal * metres / self.ahead(self.height if y is None else y, z)

    def across(self, screen_x: float, y: float, z: float) -> float:
        """How far to the right something is that is seen at `screen_x`."""
        return (screen_x - self.cx) * self.ahead(y, z) / self.focal


def clipped(corners: list[Point3]) -> list[Point3]:
    """The part of a face, as right, up and ahead, that lies before the lens."""
    kept: list[Point3] = []
    for index, corner in enumerate(corners):
        after = corners[(index + 1) % len(corners)]
        if corner[2] >= NEAR:
            kept.append(corner)
        if (corner[2] < NEAR) != (after[2] < NEAR):
            t = (NEAR - corner[2]) / (after[2] - corner[2])
            kept.append(
                (
                    corner[0] + (after[0] - corner[0]) * t,
                    corner[1] + (after[1] - corner[1]) * t,
                    NEAR,
                )
            )
    return kept


def look_at(
    metres: float, height: float, top: float, focal: float, rise: float, cx: float
) -> tuple[Camera, float]:
    """A camera that sees a body of `metres` as `height` on screen from `top` down; how far it is.

    `rise` (radians) is how steeply it looks up; for a level camera the lens is at eye height.
    """
    along = focal * metres / height
    if not rise:
        eye = 0.92 * metres if metres >= 1.2 else max(0.5 * metres, 0.95 * metres)
        return Camera(focal, cx, top + height * (1 - eye / metres), eye), along
    # The middle of what the frame shows of the body is what the camera looks at.
    share = min(0.95, max(0.12, 1 - (0.5 - top) / height))
    focus = metres * share
    lens = focus - along * math.sin(rise)
    lowest = 0.1 * min(1.0, metres)
    tilt = rise
    if lens < lowest:
        lens = lowest
        tilt = math.asin(max(-0.9, min(0.9, (focus - lens) / along)))
    away = along * math.cos(tilt)
    return Camera(focal, cx, top + height * (1 - share), lens, tilt), away
