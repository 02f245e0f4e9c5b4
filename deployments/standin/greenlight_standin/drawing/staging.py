"""Where the camera stands and where the actors do: twelve stagings of every shot.

Everything follows from how tall the shot size makes the lead: distance, horizon and camera height
are those of a real camera at the given lens (on a Super 35 sensor, 14 mm high).
"""

from __future__ import annotations

import math
import random
import re
from dataclasses import dataclass

from greenlight_standin.drawing.actor import Actor
from greenlight_standin.drawing.camera import Camera, look_at
from greenlight_standin.drawing.canvas import Light
from greenlight_standin.drawing.colour import Scheme
from greenlight_standin.drawing.shapes import mix, scaled
from greenlight_standin.drawing.shot import ShotRequest, stable_hash

SENSOR_MM = 14.0

# Height of a whole standing body and where its head begins, in frame heights.
BODY: dict[str, tuple[float, float]] = {
    "extreme wide": (0.1, 0.66),
    "wide": (0.196, 0.57),
    "medium wide": (0.79, 0.125),
    "medium": (1.75, 0.09),
    "medium close-up": (2.8, 0.08),
    "close-up": (4.3, 0.085),
    "extreme close-up": (9.2, -0.22),
}
# Height of a thing or an animal and where it stands.
THING: dict[str, tuple[float, float]] = {
    "extreme wide": (0.12, 0.74),
    "wide": (0.30, 0.80),
    "medium wide": (0.46, 0.83),
    "medium": (0.60, 0.86),
    "medium close-up": (0.72, 0.90),
    "close-up": (0.86, 0.95),
    "extreme close-up": (1.2, 1.1),
}
_PARTS = {"hands": 0.62, "eyes": 0.5, "face": 0.8, "feet": 0.5}


@dataclass(frozen=True)
class Staging:
    """Camera, place of the lead and light of one picture.

    `facing` is the side of the frame the lead looks to; `turn` (degrees) how far beyond a
    three-quarter view.
    """

    camera: Camera
    distance: float
    lead_x: float
    feet: float
    height: float
    facing: int
    turn: float
    light: Light
    roll: float
    overhead: bool
    seed: int
    small_world: bool

    def rng(self, salt: str) -> random.Random:
        """Chance for one purpose, the same for the same picture."""
        return random.Random(stable_hash(self.seed, salt))


def stage(
    request: ShotRequest, cast: list[Actor], scheme: Scheme, aspect: float, *, indoors: bool = False
) -> Staging:
    """Place camera, lead and light.

    The variants are thirds of the frame × sides of the light × a camera straight on or one nearer,
    higher or lower, that sees the lead turned further away.
    """
    seed = stable_hash(request.setting, request.subject, request.variant, request.note)
    rng = random.Random(seed)
    column, light_side = request.variant % 3 - 1, 1 if request.variant % 6 < 3 else -1
    second = request.variant >= 6
    if request.change.side is not None:
        column = request.change.side
    if request.across < 0.8:
        column = 0  # the thirds lie outside what will be seen
    if request.change.light_side is not None:
        light_side = request.change.light_side
    lead = cast[0] if cast else Actor("nothing", "", 0)
    extent = _extent(request, lead, aspect * request.across)
    if indoors and lead.kind == "nothing" and extent[0] < 0.4:
        # An empty room is seen as a room, not from the far end of a hall.
        extent = (0.42, 0.42, 0.84)
    extent = _with_taller(request, cast, extent)
    height, top, feet = _within(request.down, *extent)
    if second and request.size not in ("extreme wide", "wide"):
        feet = top + (feet - top) * 1.07
        height *= 1.07
    reach = {"extreme wide": 0.2, "wide": 0.17, "medium wide": 0.16, "medium": 0.14}
    offset = column * reach.get(request.size, 0.09) * aspect * (0.62 if second else 1.0)
    if sum(actor.count for actor in cast if actor.human) > 1:
        offset *= 0.4
    lead_x = aspect / 2 + offset + rng.uniform(-0.015, 0.015)
    metres = lead.metres if lead.kind != "nothing" else 1.7
    if lead.kind in _PARTS:
        metres = 0.3
    focal = max(0.9, min(9.0, request.lens_mm / SENSOR_MM))
    if indoors and lead.kind not in _PARTS:
        # Inside there is no way back: a wide view takes a wider lens.
        farthest = 7.5 * math.sqrt(request.lens_mm / 35) * max(1.0, metres / 1.7)
        focal = max(0.62, min(focal, farthest * height / metres))
    turned = light_side * 0.1 * aspect if second else 0.0
    rise = _rise(request, height, second, light_side)
    camera, distance = look_at(
        metres, height, top, focal, rise, aspect / 2 - offset * 0.35 + turned
    )
    facing = 1 if column < 0 or (column == 0 and light_side > 0) else -1
    moving = re.search(r"\bfrom (?:the )?(left|right)\b", request.action.lower())
    if moving:
        facing = 1 if moving[1] == "left" else -1
    roll = 0.0
    if request.angle == "dutch":
        roll = 11.0 if column <= 0 else -11.0
    return Staging(
        camera=camera,
        distance=distance,
        lead_x=lead_x,
        feet=camera.project(0.0, 0.0, distance)[1],
        height=height,
        facing=facing,
        turn=rng.uniform(26, 44) if second else rng.uniform(-4, 8),
        light=_light(scheme, light_side, rng),
        roll=roll,
        overhead=request.angle == "overhead",
        seed=seed,
        small_world=metres < 0.4,
    )


def _with_taller(
    request: ShotRequest, cast: list[Actor], extent: tuple[float, float, float]
) -> tuple[float, float, float]:
    """A child with an adult is framed for the adult."""
    tall = max((a.metres for a in cast[1:] if a.human and a.metres < 3), default=0.0)
    if request.size not in ("medium wide", "medium") or not cast[0:1] or not cast[0].human:
        return extent
    if tall < cast[0].metres * 1.15:
        return extent
    height, _, feet = extent
    height *= cast[0].metres / tall
    return height, feet - height, feet


def _within(down: float, height: float, top: float, feet: float) -> tuple[float, float, float]:
    """The same composition in the middle of the frame's height, a `down` share of it."""
    return height * down, 0.5 + (top - 0.5) * down, 0.5 + (feet - 0.5) * down


def _rise(request: ShotRequest, height: float, second: bool, side: int) -> float:
    """How steeply (radians) the camera looks up; a second set-up is a little off eye level."""
    far = height < 0.4
    if request.angle == "low":
        return math.radians(16 if far else 20)
    if request.angle == "high":
        return math.radians(-13 if far else -24)
    if request.angle == "overhead":
        return math.radians(-82)
    if second and request.angle in ("eye level", "dutch"):
        return math.radians(-3.5 * side if far else -6 * side)
    return 0.0


def _extent(request: ShotRequest, lead: Actor, aspect: float) -> tuple[float, float, float]:
    """Height of the lead, its top and its foot on the screen."""
    if lead.kind == "person" or lead.kind == "nothing":
        height, top = BODY[request.size]
        feet = top + height
        if lead.metres > 3 and height < 0.4:
            # A giant is seen from farther away, and still fills more of a wide frame.
            height *= 2.2
            top = feet - height
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
        height = min(0.86, max(height, _PARTS[lead.kind]))
        height = height if request.size != "extreme wide" else 0.4
        middle = 0.5 if height > 0.7 else 0.55
        return height, middle - height / 2, middle + height / 2
    if lead.count > 3:
        # A herd is seen as one.
        feet -= height * 0.1
        height *= 0.62
    if lead.kind == "tower":
        height *= 1.8
    width = {
        "car": 2.7,
        "convertible": 2.9,
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


def _light(scheme: Scheme, side: int, rng: random.Random) -> Light:
    exposure = scheme.exposure
    return Light(
        x=side * rng.uniform(0.65, 0.85),
        y=-0.45,
        key=scaled(scheme.key, max(0.88, exposure**0.7)),
        ambient=scaled(mix(scheme.ambient, (108, 104, 102), 0.45), 1.3 * max(0.88, exposure)),
        rim=0.5 if scheme.dark else 0.3,
    )
