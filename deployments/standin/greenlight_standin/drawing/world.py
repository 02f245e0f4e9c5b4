"""What the painters of places share: a set in metres, seen through the camera."""

from __future__ import annotations

import math
import random
import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from greenlight_standin.drawing.camera import Point3, clipped
from greenlight_standin.drawing.canvas import Canvas, path_of
from greenlight_standin.drawing.colour import Scheme
from greenlight_standin.drawing.shapes import Pair, Rgb, Shape, ellipse, mix, polygon, scaled
from greenlight_standin.drawing.staging import Staging

_SNOW = re.compile(r"\bsnow|\bwinter\b|blizzard|\bfrozen|glacier|arctic|tundra")
# How far around the frame a set is built, in frame heights: as far as a camera in motion sees.
AROUND = 0.36


@dataclass
class Set:
    """A place under construction."""

    canvas: Canvas
    staging: Staging
    scheme: Scheme
    words: str
    rng: random.Random

    @property
    def left(self) -> float:
        """The left edge of what is painted, in frame heights."""
        return -AROUND

    @property
    def right(self) -> float:
        """The right edge."""
        return self.canvas.aspect + AROUND

    @property
    def top(self) -> float:
        """The upper edge."""
        return -AROUND

    @property
    def bottom(self) -> float:
        """The lower edge."""
        return 1 + AROUND

    @property
    def horizon(self) -> float:
        """Height of the horizon on screen."""
        return self.staging.camera.horizon

    @property
    def unit(self) -> float:
        """Metres that the set is scaled by, so that a cup stands in a cup's world."""
        return 0.28 if self.staging.small_world else 1.0

    def tone(self, colour: Rgb, z: float = 0.0, light: float = 1.0) -> Rgb:
        """A colour as it looks lit, z metres away through the haze."""
        lit = scaled(colour, light * self.scheme.exposure)
        tint = self.staging.light
        lit = (
            lit[0] * (0.35 + 0.65 * tint.key[0] / max(tint.key)),
            lit[1] * (0.35 + 0.65 * tint.key[1] / max(tint.key)),
            lit[2] * (0.35 + 0.65 * tint.key[2] / max(tint.key)),
        )
        fog = scaled(self.scheme.fog, 0.35 + 0.65 * self.scheme.exposure)
        return mix(lit, fog, 1 - math.exp(-z * self.scheme.haze * 0.045 / self.unit))

    @property
    def snowy(self) -> bool:
        """Whether snow lies here."""
        return _SNOW.search(self.words) is not None

    def lain(self, colour: Rgb, z: float = 0.0, light: float = 1.0) -> Rgb:
        """A colour of the ground as it looks, under snow where snow lies."""
        if not self.snowy:
            return self.tone(colour, z, light)
        snow: Rgb = (226, 233, 246)
        lit = scaled(snow, min(1.0, self.scheme.exposure) * (0.7 + 0.3 * light))
        return mix(self.tone(snow, z, light), lit, 0.6)

    def near(self, z: float) -> float:
        """How near something at distance z is, the lead being at 1."""
        return self.staging.distance / max(0.12, z)

    def quad(self, corners: Sequence[Point3], colour: Rgb) -> None:
        """A flat face in the set; coordinates in metres: right, up, away.

        What is farther away on it is hazier.
        """
        camera = self.staging.camera
        kept = clipped([camera.seen(*corner) for corner in corners])
        if len(kept) < 3:
            return
        screen = [camera.on_screen(corner) for corner in kept]
        if all(x < self.left for x, _ in screen) or all(x > self.right for x, _ in screen):
            return
        ahead = [corner[2] for corner in kept]
        close, far = ahead.index(min(ahead)), ahead.index(max(ahead))
        shape = polygon(screen)
        if ahead[far] > ahead[close] * 1.25:
            span = min(ahead[far], 90.0) - min(ahead[close], 90.0)
            faded = self.hazed(colour, span)
            # Haze grows with distance, and nearness is what is even across a face.
            steps = [colour, mix(colour, faded, 0.35), faded]
            self.canvas.shade(shape, steps, *self._fall(screen, ahead))
        else:
            self.canvas.flat(shape, colour)
        self.canvas.recede(screen, [self.near(distance) for distance in ahead])

    def _fall(self, screen: Sequence[Pair], ahead: Sequence[float]) -> tuple[Pair, Pair]:
        """From the middle of a face's near edge to that of its far one."""
        middle = (min(ahead) * max(ahead)) ** 0.5
        close = [p for p, z in zip(screen, ahead, strict=True) if z <= middle]
        far = [p for p, z in zip(screen, ahead, strict=True) if z > middle]

        def centre(points: Sequence[Pair]) -> Pair:
            x = sum(min(4.0, max(-3.0, p[0])) for p in points) / len(points)
            return x, sum(min(3.0, max(-2.0, p[1])) for p in points) / len(points)

        return centre(close or screen), centre(far or screen)

    def hazed(self, colour: Rgb, metres: float) -> Rgb:
        """A colour behind so many metres more of air."""
        fog = scaled(self.scheme.fog, 0.35 + 0.65 * self.scheme.exposure)
        return mix(colour, fog, 1 - math.exp(-metres * self.scheme.haze * 0.045 / self.unit))

    def flat(self, shape: Shape, colour: Rgb, z: float) -> None:
        """Something upright and flat at distance z, in screen coordinates."""
        self.canvas.flat(shape, colour, self.near(z))

    def upright(self, x: Pair, y: Pair, z: float, colour: Rgb) -> None:
        """A wall that faces the camera, from x[0] to x[1], y[0] to y[1], at distance z."""
        self.quad([(x[0], y[0], z), (x[1], y[0], z), (x[1], y[1], z), (x[0], y[1], z)], colour)

    def level(self, x: Pair, y: float, z: Pair, colour: Rgb) -> None:
        """A floor or a ceiling at height y."""
        self.quad([(x[0], y, z[0]), (x[1], y, z[0]), (x[1], y, z[1]), (x[0], y, z[1])], colour)

    def side(self, x: float, y: Pair, z: Pair, colour: Rgb) -> None:
        """A wall along the line of sight, x to the right."""
        self.quad([(x, y[0], z[0]), (x, y[1], z[0]), (x, y[1], z[1]), (x, y[0], z[1])], colour)

    def sky(self, low: Rgb | None = None, top: Rgb | None = None) -> None:
        """Fill everything above the ground."""
        exposure = 0.3 + 0.7 * self.scheme.exposure
        high = scaled(top or self.scheme.sky_top, exposure)
        deep = scaled(low or self.scheme.sky_low, exposure)
        middle = mix(high, deep, 0.55)
        horizon = max(self.top + 0.05, min(self.bottom, self.horizon))
        stops = [(horizon - 0.9, high), (horizon - 0.25, middle), (horizon, deep)]
        self.canvas.gradient(stops, self.top, self.bottom)
        whole = polygon(
            [
                (self.left, self.top),
                (self.right, self.top),
                (self.right, self.bottom),
                (self.left, self.bottom),
            ]
        )
        self.canvas.lie(path_of(whole), 0.0)

    def ground(self, colour: Rgb) -> None:
        """A plain to the horizon."""
        if self.horizon >= self.bottom:
            return
        far = self.lain(colour, 60)
        stops = [(self.horizon, far), (self.horizon + 0.05, self.lain(colour, 22)),
                 (self.horizon + 0.3, self.lain(colour, 5)),
                 (max(1.1, self.horizon + 0.5), self.lain(colour, 0, 0.72))]  # fmt: skip
        self.canvas.gradient(stops, self.horizon, self.bottom)
        self.lie_flat(self.horizon)

    def lie_flat(self, top: float) -> None:
        """Everything below `top` is ground."""
        span = max(0.02, self.staging.feet - self.horizon)
        for a, b in ((top, 0.5), (0.5, self.bottom)) if top < 0.45 else ((top, self.bottom),):
            near = [max(0.0, (y - self.horizon) / span) for y in (a, b)]
            corners = [(self.left, a), (self.right, a), (self.right, b), (self.left, b)]
            self.canvas.recede(corners, [near[0], near[0], near[1], near[1]])

    def sun(self) -> None:
        """Sun or moon, on the side the light comes from."""
        if self.horizon < 0.05:
            return
        side = 0.82 if self.staging.light.x > 0 else 0.18
        x = self.canvas.aspect * side
        y = self.horizon - self.scheme.sun
        radius = 0.035 if self.scheme.dark else 0.05
        light = mix(self.scheme.key, (255, 255, 255), 0.6)
        self.canvas.glow(x, y, radius * 7, self.scheme.key, 0.34 if self.scheme.dark else 0.6)
        self.canvas.flat(ellipse(x, y, radius, radius), light)

    def stars(self, count: int = 160, down_to: float | None = None) -> None:
        """Points of light above the horizon."""
        limit = self.horizon if down_to is None else down_to
        for _ in range(count):
            x, y = self.rng.uniform(self.left, self.right), self.rng.uniform(self.top, limit)
            size = self.rng.choice((0.0011, 0.0011, 0.0016, 0.0026))
            light = self.rng.uniform(120, 245)
            self.canvas.flat(ellipse(x, y, size, size, n=8), (light, light, min(255, light * 1.05)))

    def ridge(self, height: float, rough: float, colour: Rgb, base: float | None = None) -> None:
        """A line of hills against the sky; `height` above the horizon in frame heights."""
        foot = self.horizon if base is None else base
        steps = 60
        phase = [self.rng.uniform(0, 6.28) for _ in range(4)]
        points = [(self.left, foot + 0.02)]
        for index in range(steps + 1):
            t = index / steps * self.canvas.aspect
            wave = sum(
                math.sin(t * (2.1 + 2.7 * k) * (1 + rough) + phase[k]) / (k + 1.3) for k in range(4)
            )
            up = height * (0.62 + 0.3 * wave) + self.rng.uniform(0, 0.012) * rough
            points.append(
                (self.left + (self.right - self.left) * index / steps, foot - max(0.003, up))
            )
        points.append((self.right, foot + 0.02))
        self.canvas.flat(polygon(points), colour)

    def clouds(self, count: int, light: Rgb) -> None:
        """Soft-edged banks of cloud, lit from above."""
        for _ in range(count):
            x = self.rng.uniform(self.left, self.right)
            y = self.rng.uniform(self.top, max(self.top + 0.05, self.horizon - 0.12))
            size = self.rng.uniform(0.06, 0.2)
            bank: Shape = []
            for _ in range(7):
                dx, dy = self.rng.uniform(-1.6, 1.6) * size, self.rng.uniform(-0.12, 0.12) * size
                r = size * self.rng.uniform(0.4, 0.8)
                bank += ellipse(x + dx, y + dy, r, r * 0.26, n=20)
            shade = mix(light, scaled(self.scheme.sky_top, 0.5), 0.35)
            self.canvas.paint(
                [points + np.array([0.0, size * 0.06]) for points in bank], shade, 0.5, 0.012
            )
            self.canvas.paint(bank, light, 0.75, 0.008)
