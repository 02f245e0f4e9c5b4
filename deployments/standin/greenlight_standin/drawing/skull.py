"""A skull and a jaw in space: where a place on a head is seen."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from greenlight_standin.drawing.camera import Camera, Point3
from greenlight_standin.drawing.shapes import Pair, Points, Shape, circle, smooth

Vector = tuple[float, float, float]
# Half-axes of skull and jaw in body heights: to the side, up, to the front.
SKULL = (0.050, 0.066, 0.060)
JAW = (0.038, 0.044, 0.046)
JAW_AT = (-0.030, 0.013)
CHIN = JAW_AT[0] - JAW[1]
CROWN = SKULL[1]


@dataclass(frozen=True)
class Head:
    """A head in front of the camera; directions are unit vectors as the camera sees them."""

    camera: Camera
    centre: Point3
    scale: float
    side: Vector
    up: Vector
    front: Vector

    @property
    def facing(self) -> float:
        """1 looks into the lens, -1 away from it."""
        x, y, z = self.centre
        length = math.sqrt(x * x + y * y + z * z)
        return -sum(a * b for a, b in zip(self.front, self.centre, strict=True)) / length

    @property
    def height(self) -> float:
        """Crown to chin on screen."""
        return (CROWN - CHIN) * self.unit

    @property
    def unit(self) -> float:
        """One body height on screen at the head."""
        return self.scale * self.camera.focal / max(0.2, self.centre[2])

    def point(self, s: float, u: float, f: float) -> Point3:
        """A point of the head, in body heights to its left, up and forward."""
        k = self.scale
        x, y, z = (
            c + k * (s * a + u * b + f * d)
            for c, a, b, d in zip(self.centre, self.side, self.up, self.front, strict=True)
        )
        return x, y, z

    def on(self, s: float, u: float, f: float) -> Pair:
        """Where a point of the head is seen."""
        return self.camera.on_screen(self.point(s, u, f))

    def faces(self, s: float, u: float, f: float) -> float:
        """How much a point of the surface faces the lens, 1 to -1."""
        n = (s / SKULL[0] ** 2, u / SKULL[1] ** 2, f / SKULL[2] ** 2)
        x, y, z = (
            n[0] * a + n[1] * b + n[2] * d
            for a, b, d in zip(self.side, self.up, self.front, strict=True)
        )
        long = math.sqrt(x * x + y * y + z * z) * math.sqrt(sum(c * c for c in self.centre))
        return -(x * self.centre[0] + y * self.centre[1] + z * self.centre[2]) / max(1e-9, long)

    def all_on(self, points: Points) -> Points:
        """Where N×3 points of the head are seen, N×2."""
        axes = np.array((self.side, self.up, self.front))
        x, y, ahead = (np.array(self.centre) + self.scale * (points @ axes)).T
        ahead = np.maximum(ahead, 0.12)
        camera = self.camera
        return np.stack(
            [camera.cx + camera.focal * x / ahead, camera.cy - camera.focal * y / ahead], axis=1
        )

    def all_faces(self, points: Points) -> Points:
        """How much N×3 points of the surface face the lens."""
        normals = points / np.square(SKULL) @ np.array((self.side, self.up, self.front))
        centre = np.array(self.centre)
        found: Points = -(normals @ centre) / (
            np.linalg.norm(normals, axis=1) * np.linalg.norm(centre) + 1e-12
        )
        return found

    def ball(self, at: Vector, axes: Vector) -> Shape:
        """An ellipsoid as an outline."""
        cx, cy = self.on(*at)
        ahead = max(0.2, self.point(*at)[2])
        k = self.scale * self.camera.focal / ahead
        flat = np.array([[v[0] * r * k, -v[1] * r * k] for v, r in
                         zip((self.side, self.up, self.front), axes, strict=True)])  # fmt: skip
        root = np.linalg.cholesky(flat.T @ flat + np.eye(2) * 1e-12)
        return [circle(32) @ root.T + (cx, cy)]

    def patch(self, outline: Sequence[Pair], lift: float = 0.0, steps: int = 4) -> Shape:
        """A figure drawn on the front of the head (to its left, up), as it is seen."""
        points = smooth(list(outline), steps)[0] if steps else np.array(outline)
        front = np.zeros(len(points))
        for axes, middle in ((SKULL, (0.0, 0.0)), (JAW, JAW_AT)):
            rest = 1 - (points[:, 0] / axes[0]) ** 2 - ((points[:, 1] - middle[0]) / axes[1]) ** 2
            reach = middle[1] + axes[2] * np.sqrt(np.maximum(rest, 0.0))
            front = np.maximum(front, np.where(rest > 0, reach, 0.0))
        return [self.all_on(np.column_stack([points, front + lift]))]


def front_of(s: float, u: float) -> float:
    """How far forward the face is at a place."""

    def surface(s: float, u: float, axes: Vector, middle: Pair) -> float:
        rest = 1 - (s / axes[0]) ** 2 - ((u - middle[0]) / axes[1]) ** 2
        return middle[1] + axes[2] * math.sqrt(rest) if rest > 0 else -1.0

    return max(surface(s, u, SKULL, (0, 0)), surface(s, u, JAW, JAW_AT), 0.0)


def hull(points: Sequence[Pair]) -> list[Pair]:
    """The smallest convex outline around points."""
    ordered = sorted(set(points))

    def half(run: Sequence[Pair]) -> list[Pair]:
        kept: list[Pair] = []
        for p in run:
            while len(kept) > 1 and (kept[-1][0] - kept[-2][0]) * (p[1] - kept[-2][1]) <= (
                kept[-1][1] - kept[-2][1]
            ) * (p[0] - kept[-2][0]):
                kept.pop()
            kept.append(p)
        return kept[:-1]

    return half(ordered) + half(ordered[::-1])
