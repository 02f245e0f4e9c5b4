"""People as posed figures, in units of body height: feet at y=0, the crown near 1, facing right."""

from __future__ import annotations

import math
import random
from dataclasses import dataclass

from greenlight.standin.drawing.cast import Actor
from greenlight.standin.drawing.face import head, long_hair
from greenlight.standin.drawing.shapes import (
    Pair,
    Part,
    Rgb,
    ellipse,
    limb,
    mix,
    moved,
    polygon,
    scaled,
    smooth,
)

SKINS: tuple[Rgb, ...] = ((226, 184, 154), (198, 146, 112), (150, 102, 74), (104, 70, 52))
HAIRS: tuple[Rgb, ...] = ((44, 34, 30), (86, 58, 40), (150, 110, 64), (190, 188, 186))


CLOTHES: tuple[Rgb, ...] = (
    (150, 78, 62), (70, 98, 124), (188, 158, 104), (96, 118, 84), (120, 86, 112), (176, 170, 158),
    (84, 82, 88),
)  # fmt: skip
# What some trades wear.
TRADES: dict[str, Rgb] = {
    "nurse": (196, 222, 222), "doctor": (232, 234, 234), "surgeon": (120, 178, 168),
    "patient": (206, 216, 224), "baker": (222, 214, 200), "chef": (232, 230, 226),
    "scientist": (230, 232, 234), "priest": (38, 36, 40), "monk": (104, 76, 54),
    "policeman": (48, 62, 96), "policewoman": (48, 62, 96), "police": (48, 62, 96),
    "officer": (48, 62, 96), "dockworker": (196, 108, 48), "worker": (196, 108, 48),
    "firefighter": (176, 132, 52), "mourner": (44, 42, 46), "widow": (40, 38, 44),
    "bride": (240, 236, 230), "fisherman": (206, 168, 62),
}  # fmt: skip


def clothes_of(name: str, accent: Rgb, rng: random.Random) -> Rgb:
    """What somebody wears whose clothes nobody described."""
    return TRADES.get(name) or mix(CLOTHES[rng.randrange(len(CLOTHES))], accent, 0.35)


@dataclass(frozen=True)
class Pose:
    """Angles in degrees from hanging down, forward is positive; pairs go from the body out."""

    lean: float = 2
    far_arm: Pair = (9, 5)
    near_arm: Pair = (-9, -3)
    far_leg: Pair = (-5, -5)
    near_leg: Pair = (6, 2)
    nod: float = 0
    lying: bool = False


POSES: dict[str, Pose] = {
    "stand": Pose(),
    "walk": Pose(4, (26, 40), (-24, -8), (-26, -42), (24, 14)),
    "run": Pose(14, (58, 128), (-56, 36), (-34, -100), (62, -8)),
    "sit": Pose(4, (34, 72), (28, 62), (84, 4), (92, -2)),
    "ride": Pose(18, (48, 66), (40, 58), (62, -14), (72, -8), -8),
    "kneel": Pose(16, (40, 60), (30, 20), (10, -86), (84, 2), 14),
    "reach": Pose(8, (64, 76), (52, 84), (-12, -14), (14, 6), 6),
    "point": Pose(2, (9, 5), (86, 88), (-8, -8), (8, 4)),
    "wave": Pose(0, (112, 168), (-9, -3), (-6, -6), (6, 2), -4),
    "dance": Pose(-6, (-112, -140), (104, 146), (-30, -30), (34, -44), -8),
    "jump": Pose(8, (118, 146), (134, 158), (-30, -92), (44, -50), -8),
    "kick": Pose(-14, (-62, -40), (58, 70), (-8, -12), (66, 58), 8),
    "look_up": Pose(-4, (9, 5), (-9, -3), (-5, -5), (6, 2), -24),
    "fly": Pose(78, (164, 170), (150, 160), (-12, -22), (4, -16), -46),
    "lie": Pose(0, (6, 14), (30, 40), (4, 4), (-6, -14), 0, True),
}


# Poses that keep the head where a shot from the waist up looks for it.
UPRIGHT = {
    "ride": "reach",
    "sit": "stand",
    "kneel": "reach",
    "lie": "stand",
    "fly": "point",
    "jump": "wave",
    "kick": "walk",
    "run": "walk",
    "dance": "wave",
}


@dataclass(frozen=True)
class Look:
    """Colours and build of one person."""

    skin: Rgb
    hair: Rgb
    top: Rgb
    bottom: Rgb
    wear: frozenset[str]
    child: bool
    bulk: float


def look_of(actor: Actor, accent: Rgb, index: int, rng: random.Random) -> Look:
    """How the `index`-th of these people looks; the first wears the accent colour."""
    skin = SKINS[rng.randrange(len(SKINS))]
    hair = HAIRS[3] if "old" in actor.wear else HAIRS[rng.randrange(3)]
    tone = accent if index == 0 else mix(accent, SKINS[rng.randrange(4)], 0.35 + 0.1 * (index % 3))
    top = mix(tone, (190, 188, 182), 0.12 * (index % 2))
    bottom = mix(scaled(top, 0.45), (52, 56, 70), 0.5)
    bulk = 1.0
    if "helmet" in actor.wear:
        top = bottom = mix((222, 222, 220), accent, 0.12)
        bulk = 1.42
    if "armour" in actor.wear:
        top = bottom = mix((146, 152, 162), accent, 0.7 if actor.tint else 0.12)
        bulk = 1.2
    if "kit" in actor.wear:
        bottom = mix(top, (240, 240, 240), 0.7)
    if "coat" in actor.wear:
        bulk = 1.1
    return Look(skin, hair, top, bottom, actor.wear, actor.metres < 1.5, bulk)


def person(pose_name: str, look: Look, jitter: float = 0.0, detail: float = 1.0) -> list[Part]:
    """Parts of a person; `detail` is the height of the body on screen in frame heights."""
    pose = POSES.get(pose_name, POSES["stand"])
    grown = 0.86 if look.child else 1.0
    thigh, shin, torso = 0.245 * grown, 0.245 * grown, 0.30
    upper, fore = 0.165 * grown, 0.15 * grown
    far_knee, far_foot = _chain((0, 0), pose.far_leg, thigh, shin)
    near_knee, near_foot = _chain((0, 0), pose.near_leg, thigh, shin)
    hip_y = -min(far_foot[1], near_foot[1], far_knee[1] + 0.03, near_knee[1] + 0.03) + 0.03
    hip = (0.0, hip_y)
    lean = math.radians(pose.lean)
    neck = (torso * math.sin(lean), hip_y + torso * math.cos(lean))
    along = (math.sin(lean), math.cos(lean))
    across = (math.cos(lean), -math.sin(lean))

    def body(side: float, up: float) -> Pair:
        return (
            hip[0] + across[0] * side + along[0] * up,
            hip[1] + across[1] * side + along[1] * up,
        )

    wide = 0.088 * look.bulk
    b = look.bulk
    parts: list[Part] = []
    dark_top, dark_bottom = scaled(look.top, 0.72), scaled(look.bottom, 0.72)
    shoulder_far, shoulder_near = body(wide * 0.86, torso * 0.9), body(-wide * 0.86, torso * 0.9)
    swing = jitter * 8
    sleeve_far = _arm(shoulder_far, (pose.far_arm[0] + swing, pose.far_arm[1]), upper, fore, b)
    sleeve_near = _arm(shoulder_near, (pose.near_arm[0] - swing, pose.near_arm[1]), upper, fore, b)
    parts += _limb_parts(sleeve_far, dark_top, scaled(look.skin, 0.8), look)
    parts += _leg(body(0.035 * b, 0), pose.far_leg, thigh, shin, dark_bottom, b)
    if "helmet" in look.wear:
        pack = [body(-0.13, 0.1), body(-0.05, 0.1), body(-0.05, 0.3), body(-0.13, 0.3)]
        parts.append(Part(smooth(pack), scaled(look.top, 0.66)))
    parts += _leg(body(-0.02 * b, 0), pose.near_leg, thigh, shin, look.bottom, b)
    nod = math.radians(pose.lean * 0.4 + pose.nod)
    size = 1.34 if look.child else 1.0
    centre = (neck[0] + 0.105 * size * math.sin(nod + lean * 0.3), neck[1] + 0.105 * size)
    if "long" in look.wear and "helmet" not in look.wear:
        for part in long_hair(look.hair):
            parts.append(_on_head(part, centre, size, nod))
    waist = 0.064 * b
    trunk = [
        body(-wide, torso * 0.93), body(-wide * 0.45, torso * 1.0), body(wide * 0.45, torso * 1.0),
        body(wide, torso * 0.93), body(wide * 0.92, torso * 0.62), body(waist, torso * 0.34),
        body(wide * 0.8, -0.02), body(-wide * 0.8, -0.02), body(-waist, torso * 0.34),
        body(-wide * 0.92, torso * 0.62),
    ]  # fmt: skip
    parts.append(Part(smooth(trunk, 5), look.top))
    if "dress" in look.wear:
        hem = -thigh * 1.25
        skirt = [body(-waist, torso * 0.36), body(waist, torso * 0.36), body(0.15, hem),
                 body(0.0, hem * 1.06), body(-0.16, hem)]  # fmt: skip
        parts.append(Part(smooth(skirt, 5), scaled(look.top, 0.94)))
    elif "apron" in look.wear:
        bib = [body(-wide * 0.3, torso * 0.8), body(wide * 0.8, torso * 0.8),
               body(wide * 0.95, torso * 0.3), body(0.09, -thigh * 0.75),
               body(-0.03, -thigh * 0.75), body(-waist * 0.6, torso * 0.3)]  # fmt: skip
        parts.append(Part(polygon(bib), (226, 222, 210)))
    elif "coat" in look.wear:
        hem = -thigh * 1.1
        tails = [body(-wide * 0.9, torso * 0.6), body(wide * 0.9, torso * 0.6), body(0.1, hem),
                 body(-0.13, hem)]  # fmt: skip
        parts.append(Part(polygon(tails), scaled(look.top, 0.9)))
        lapel = [body(0.0, torso * 0.98), body(0.035, torso * 0.98), body(0.015, 0.05)]
        parts.append(Part(polygon(lapel), scaled(look.top, 0.6)))
    elif detail > 1.2 and "helmet" not in look.wear:
        collar = [body(-0.04, torso * 1.0), body(0.045, torso * 1.0), body(0.012, torso * 0.82)]
        parts.append(Part(polygon(collar), scaled(look.skin, 0.92)))
    parts.append(
        Part(limb(body(0, torso * 0.96), 0.036 * b, body(0.004, torso * 1.16), 0.03), look.skin)
    )
    for part in head(look.skin, look.hair, look.wear, detail):
        parts.append(_on_head(part, centre, size, nod))
    parts += _limb_parts(sleeve_near, mix(look.top, (255, 255, 255), 0.07), look.skin, look)
    if pose.lying:
        parts = [
            Part(moved(part.shape, 0.5, 0.06, turn=90), part.colour, part.glow) for part in parts
        ]
    return parts


def _on_head(part: Part, centre: Pair, size: float, nod: float) -> Part:
    turned = moved(part.shape, *centre, scale=size, turn=-math.degrees(nod))
    return Part(turned, part.colour, part.glow)


def from_above(look: Look, pose_name: str) -> list[Part]:
    """A person seen from straight above, standing at the origin, about one shoulder width wide."""
    stride = 0.1 if pose_name in ("walk", "run", "kick") else 0.03
    return [
        Part(ellipse(0.07, stride, 0.05, 0.09), scaled(look.bottom, 0.7)),
        Part(ellipse(-0.07, -stride, 0.05, 0.09), scaled(look.bottom, 0.7)),
        Part(limb((-0.19, 0), 0.05, (-0.2, stride * 1.6), 0.036), scaled(look.top, 0.8)),
        Part(limb((0.19, 0), 0.05, (0.2, -stride * 1.6), 0.036), scaled(look.top, 0.8)),
        Part(ellipse(0, 0, 0.22 * look.bulk, 0.1 * look.bulk), look.top),
        Part(ellipse(0, 0.02, 0.085, 0.1), look.top if "helmet" in look.wear else look.hair),
    ]


def _chain(start: Pair, angles: Pair, first: float, second: float) -> tuple[Pair, Pair]:
    a, b = math.radians(angles[0]), math.radians(angles[1])
    middle = (start[0] + first * math.sin(a), start[1] - first * math.cos(a))
    end = (middle[0] + second * math.sin(b), middle[1] - second * math.cos(b))
    return middle, end


def _arm(
    shoulder: Pair, angles: Pair, upper: float, fore: float, bulk: float
) -> tuple[Pair, Pair, Pair, float]:
    elbow, wrist = _chain(shoulder, angles, upper, fore)
    return shoulder, elbow, wrist, bulk


def _limb_parts(
    arm: tuple[Pair, Pair, Pair, float], cloth: Rgb, skin: Rgb, look: Look
) -> list[Part]:
    shoulder, elbow, wrist, bulk = arm
    hand = cloth if "helmet" in look.wear or "armour" in look.wear else skin
    lower = skin if "kit" in look.wear else cloth
    dx, dy = wrist[0] - elbow[0], wrist[1] - elbow[1]
    length = math.hypot(dx, dy) or 1.0
    tip = (wrist[0] + dx / length * 0.045, wrist[1] + dy / length * 0.045)
    return [
        Part(limb(wrist, 0.017, tip, 0.014), hand),
        Part(limb(shoulder, 0.034 * bulk, elbow, 0.026 * bulk), cloth),
        Part(limb(elbow, 0.026 * bulk, wrist, 0.019 * bulk), lower),
    ]


def _leg(
    hip: Pair, angles: Pair, thigh: float, shin: float, colour: Rgb, bulk: float
) -> list[Part]:
    knee, ankle = _chain(hip, angles, thigh, shin)
    toe = (ankle[0] + 0.07, ankle[1] - 0.012)
    return [
        Part(limb(ankle, 0.02 * bulk, toe, 0.013), scaled(colour, 0.45)),
        Part(limb(hip, 0.054 * bulk, knee, 0.037 * bulk), colour),
        Part(limb(knee, 0.037 * bulk, ankle, 0.022 * bulk), colour),
    ]
