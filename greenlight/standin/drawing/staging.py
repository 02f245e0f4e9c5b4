"""Where the camera stands and where the actors do: twelve stagings of every shot.

Everything follows from how tall the shot size makes the lead: distance, horizon and camera height
are those of a real camera at the given lens (on a Super 35 sensor, 14 mm high).
"""

from __future__ import annotations

import random
import re
from dataclasses import dataclass

from greenlight.standin.drawing.canvas import Light
from greenlight.standin.drawing.cast import Actor
from greenlight.standin.drawing.colour import Scheme
from greenlight.standin.drawing.shapes import Pair, mix, scaled
from greenlight.standin.drawing.shot import ShotRequest, stable_hash

SENSOR_MM = 14.0

# Height of a whole standing body and where its head begins, in frame heights.
BODY: dict[str, tuple[float, float]] = {
    "extreme wide": (0.17, 0.62),
    "wide": (0.56, 0.31),
    "medium wide": (1.02, 0.12),
    "medium": (1.62, 0.10),
    "medium close-up": (2.5, 0.09),
    "close-up": (4.1, 0.06),
    "extreme close-up": (8.6, -0.16),
}
# Height of a thing or an animal and where it stands.
THING: dict[str, tuple[float, float]] = {
    "extreme wide": (0.12, 0.74),
    "wide": (0.30, 0.80),
    "medium wide": (0.46, 0.83),
    "medium": (0.60, 0.86),
    "medium close-up": (0.72, 0.90),
    "close-up": (0.86, 0.95),
    "extreme close-up": (1.5, 1.24),
}
_PARTS = {"hands": 0.62, "eyes": 0.5, "face": 0.8, "feet": 0.5}


@dataclass(frozen=True)
class Camera:
    """A pinhole camera; focal length and screen positions in frame heights, the rest in metres."""

    focal: float
    cx: float
    horizon: float
    height: float

    def project(self, x: float, y: float, z: float) -> Pair:
        """Screen position of a point x to the right, y above ground, z away."""
        z = max(z, 0.12)
        return self.cx + self.focal * x / z, self.horizon + self.focal * (self.height - y) / z

    def size(self, metres: float, z: float) -> float:
        """Height on screen of something `metres` tall at distance z."""
        return self.focal * metres / max(z, 0.12)


@dataclass(frozen=True)
class Staging:
    """Camera, place of the lead and light of one picture."""

    camera: Camera
    distance: float
    lead_x: float
    feet: float
    height: float
    facing: int
    light: Light
    taper: float
    roll: float
    overhead: bool
    seed: int
    small_world: bool

    def rng(self, salt: str) -> random.Random:
        """Chance for one purpose, the same for the same picture."""
        return random.Random(stable_hash(self.seed, salt))


def stage(request: ShotRequest, cast: list[Actor], scheme: Scheme, aspect: float) -> Staging:
    """Place camera, lead and light.

    The variants are thirds of the frame × sides of the light × a camera straight on or a step
    nearer and to the side.
    """
    seed = stable_hash(request.setting, request.subject, request.variant, request.note)
    rng = random.Random(seed)
    column, light_side = request.variant % 3 - 1, 1 if request.variant % 6 < 3 else -1
    second = request.variant >= 6
    if request.change.side is not None:
        column = request.change.side
    if request.change.light_side is not None:
        light_side = request.change.light_side
    lead = cast[0] if cast else Actor("nothing", "", 0)
    height, top, feet = _extent(request, lead, aspect)
    if second:
        feet = top + (feet - top) * 1.07
        height *= 1.07
    reach = {"extreme wide": 0.2, "wide": 0.17, "medium wide": 0.15, "medium": 0.13}
    offset = column * reach.get(request.size, 0.07) * aspect * (0.62 if second else 1.0)
    if sum(actor.count for actor in cast if actor.human) > 1:
        offset *= 0.4
    lead_x = aspect / 2 + offset + rng.uniform(-0.015, 0.015)
    metres = lead.metres if lead.kind != "nothing" else 1.7
    if lead.kind in _PARTS:
        metres = 0.3
    focal = max(1.0, min(9.0, request.lens_mm / SENSOR_MM))
    horizon, taper = _horizon(request, top, feet, height, metres, rng)
    camera_height = max(0.05, (feet - horizon) / height * metres)
    turned = light_side * 0.1 * aspect if second else 0.0
    camera = Camera(focal, aspect / 2 - offset * 0.35 + turned, horizon, camera_height)
    facing = 1 if column < 0 or (column == 0 and light_side > 0) else -1
    moving = re.search(r"\bfrom (?:the )?(left|right)\b", request.action.lower())
    if moving:
        facing = 1 if moving[1] == "left" else -1
    return Staging(
        camera=camera,
        distance=focal * metres / height,
        lead_x=lead_x,
        feet=feet,
        height=height,
        facing=facing,
        light=_light(scheme, light_side, rng),
        taper=taper,
        roll=(11.0 if column <= 0 else -11.0) if request.angle == "dutch" else 0.0,
        overhead=request.angle == "overhead",
        seed=seed,
        small_world=metres < 0.4,
    )


def _extent(request: ShotRequest, lead: Actor, aspect: float) -> tuple[float, float, float]:
    """Height of the lead, its top and its foot on the screen."""
    if lead.kind == "person" or lead.kind == "nothing":
        height, top = BODY[request.size]
        feet = top + height
        # A narrow frame crops a body before it crops its height.
        if lead.metres < 1.5:
            height *= 0.8
            top = feet - height if request.size in ("extreme wide", "wide") else top + 0.04
            feet = top + height
        if lead.count > 1 and height > 1.3:
            height *= 0.74
            top += 0.06
            feet = top + height
        return height, top, feet
    height, feet = THING[request.size]
    if lead.kind == "thing" and request.size not in ("close-up", "extreme close-up"):
        feet -= height * 0.12
        height *= 0.62
    if lead.kind in _PARTS:
        height = max(height, _PARTS[lead.kind]) if request.size != "extreme wide" else 0.4
        middle = 0.5 if height > 0.7 else 0.55
        return height, middle - height / 2, middle + height / 2
    width = {
        "car": 2.7,
        "truck": 1.9,
        "train": 3.2,
        "spaceship": 2.6,
        "plane": 2.6,
        "fish": 2.4,
        "quadruped": 1.5,
        "boat": 1.5,
        "bike": 1.6,
        "motorbike": 1.9,
        "steamer": 2.6,
        "drone": 2.8,
        "wave": 2.2,
    }.get(lead.kind, 1.0)
    limit = 0.86 if request.size in ("medium", "medium wide", "wide", "extreme wide") else 1.3
    if height * width > limit * aspect:
        fit = limit * aspect / width
        feet -= (height - fit) * 0.4
        height = fit
    return height, feet - height, feet


def _horizon(
    request: ShotRequest, top: float, feet: float, height: float, metres: float, rng: random.Random
) -> tuple[float, float]:
    """Height of the horizon on screen and how bodies taper towards the top."""
    shift = rng.uniform(-0.02, 0.02)
    if request.angle == "low":
        return min(0.9, feet - 0.04 * height) * (0.96 if feet < 0.95 else 1.0) + shift, 0.16
    if request.angle == "high":
        return 0.10 + shift, -0.20
    if request.angle == "overhead":
        return -1.2, -0.1
    level = feet - height * (0.9 if metres >= 1.2 else 1.0 if metres > 0.4 else 1.15)
    if request.size in ("extreme wide", "wide"):
        level = min(max(level, 0.42), 0.64)
    return min(0.72, max(0.22, level)) + shift, 0.0


def _light(scheme: Scheme, side: int, rng: random.Random) -> Light:
    exposure = scheme.exposure
    return Light(
        x=side * rng.uniform(0.65, 0.85),
        y=-0.45,
        key=scaled(scheme.key, 0.98 * exposure**0.7),
        ambient=scaled(mix(scheme.ambient, (96, 98, 104), 0.25), 1.05 * max(0.7, exposure)),
        rim=0.5 if scheme.dark else 0.3,
    )
