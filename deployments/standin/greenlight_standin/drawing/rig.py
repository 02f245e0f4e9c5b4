"""A body in space: a skeleton in a pose, seen through the camera from any side."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from greenlight_standin.drawing.camera import Camera, Point3
from greenlight_standin.drawing.shapes import Pair, Shape, limb

Vector = tuple[float, float, float]


@dataclass(frozen=True)
class Pose:
    """Angles in degrees from hanging down, forward is positive; pairs go from the body out.

    `near` is the body's right side. `spread` takes the arms away from the body.
    """

    lean: float = 2
    far_arm: Pair = (8, 16)
    near_arm: Pair = (-6, 6)
    far_leg: Pair = (-4, -6)
    near_leg: Pair = (5, 1)
    nod: float = 0
    lying: bool = False
    spread: float = 7


POSES: dict[str, Pose] = {
    "stand": Pose(),
    "talk": Pose(3, (10, 70), (-4, 12), (-4, -6), (5, 1), -2, spread=14),
    "fold": Pose(0, (18, 88), (14, 96), (-3, -5), (3, 0), 2, spread=16),
    "sit": Pose(4, (34, 72), (28, 62), (84, 4), (92, -2)),
    "ride": Pose(18, (48, 66), (40, 58), (62, -14), (72, -8), -8),
    "kneel": Pose(16, (40, 60), (30, 20), (10, -86), (84, 2), 14),
    "reach": Pose(8, (58, 80), (46, 84), (-12, -14), (14, 6), 6),
    "point": Pose(2, (8, 14), (84, 88), (-8, -8), (8, 4), spread=6),
    "wave": Pose(0, (8, 14), (120, 172), (-6, -6), (6, 2), -4, spread=26),
    "dance": Pose(-6, (112, 140), (104, 146), (-30, -30), (34, -44), -8, spread=44),
    "jump": Pose(8, (118, 146), (134, 158), (-30, -92), (44, -50), -8, spread=18),
    "kick": Pose(-14, (-62, -40), (58, 70), (-8, -12), (66, 58), 8, spread=30),
    "look_up": Pose(-4, (8, 14), (-6, 4), (-5, -5), (6, 2), -26),
    "look_down": Pose(6, (14, 40), (8, 34), (-5, -5), (6, 2), 26),
    "fly": Pose(78, (164, 170), (150, 160), (-12, -22), (4, -16), -46),
    "lie": Pose(0, (10, 14), (22, 30), (4, 4), (-6, -14), 0, True, 16),
    "hug": Pose(10, (60, 96), (56, 100), (-6, -8), (6, 2), 12, spread=2),
    "fight": Pose(16, (44, 128), (84, 92), (-26, -34), (30, 4), -4, spread=10),
    "reel": Pose(-16, (46, 96), (62, 118), (-20, -34), (26, 8), 14, spread=30),
    "drink": Pose(2, (8, 16), (48, 146), (-5, -6), (6, 2), -10, spread=8),
    "weep": Pose(6, (8, 18), (46, 150), (-5, -6), (6, 2), 16, spread=0),
    "draw": Pose(4, (14, 34), (58, 84), (-12, -14), (16, 4), 0, spread=8),
    "throw": Pose(-6, (52, 84), (128, 196), (-24, -30), (30, 8), -4, spread=16),
    "hide": Pose(44, (30, 110), (38, 116), (26, -96), (98, 2), -16, spread=4),
    "raise": Pose(-4, (150, 168), (8, 20), (-14, -16), (16, 8), -12, spread=14),
}  # fmt: skip


def posed(name: str, phase: float = 0.0) -> Pose:
    """A pose; walking and running have a cycle, `phase` goes from 0 to 1."""
    turn = phase * 2 * math.pi
    if name in ("walk", "run"):
        fast = name == "run"
        swing, knee, arm = (46, 84, 46) if fast else (25, 42, 24)
        bent = 84 if fast else 16

        def leg(at: float) -> Pair:
            upper = swing * math.sin(at) + (8 if fast else 2)
            lift = max(0.0, math.cos(at)) ** 1.2
            return upper, upper - (14 if fast else 6) - knee * lift

        def reach(at: float) -> Pair:
            upper = -arm * math.sin(at)
            return upper, upper + bent + 8 * math.sin(at)

        return Pose(14 if fast else 4, reach(turn + math.pi), reach(turn), leg(turn + math.pi),
                    leg(turn), -4 if fast else 0)  # fmt: skip
    pose = POSES.get(name, POSES["stand"])
    sway = math.sin(turn)
    if name in ("wave", "dance", "talk", "raise"):
        beat = 16 if name != "talk" else 12
        near = (pose.near_arm[0], pose.near_arm[1] + (beat if name == "wave" else 4) * sway)
        far = (pose.far_arm[0], pose.far_arm[1] + beat * sway)
        return replace(pose, near_arm=near, far_arm=far, lean=pose.lean + 1.2 * sway)
    return replace(pose, lean=pose.lean + 0.8 * sway, nod=pose.nod + 1.6 * math.sin(turn + 1))


@dataclass(frozen=True)
class Skeleton:
    """Joints of one body; every point is right, up and ahead of the camera in metres."""

    camera: Camera
    metres: float
    joints: dict[str, Point3]
    side: Vector
    up: Vector
    front: Vector

    def at(self, name: str, side: float = 0, up: float = 0, front: float = 0) -> Point3:
        """A point off a joint, in body heights along the body's own directions."""
        x, y, z = self.joints[name]
        m = self.metres
        return (
            x + m * (side * self.side[0] + up * self.up[0] + front * self.front[0]),
            y + m * (side * self.side[1] + up * self.up[1] + front * self.front[1]),
            z + m * (side * self.side[2] + up * self.up[2] + front * self.front[2]),
        )

    def size(self, share: float, at: Point3) -> float:
        """A length in body heights as it is seen at a point."""
        return share * self.metres * self.camera.focal / max(0.2, at[2])

    def bone(self, a: Point3, ra: float, b: Point3, rb: float) -> Shape:
        """A round limb between two points; radii in body heights."""
        on = self.camera.on_screen
        return limb(on(a), self.size(ra, a), on(b), self.size(rb, b), 9)

    def ring(self, centre: Point3, wide: float, deep: float) -> Shape:
        """A slice through the body, as an ellipse on screen."""
        points = []
        for step in range(20):
            turn = step / 20 * 2 * math.pi
            s, f = self.metres * wide * math.cos(turn), self.metres * deep * math.sin(turn)
            points.append(self.camera.on_screen(_plus(centre, self.side, s, self.front, f)))
        return [np.array(points)]

    def hull(self, levels: Sequence[tuple[Point3, float, float]]) -> Shape:
        """What a stack of slices (centre, half-width, half-depth) looks like from here."""
        on = self.camera.on_screen
        centres = [on(level[0]) for level in levels]
        dx, dy = centres[-1][0] - centres[0][0], centres[-1][1] - centres[0][1]
        length = math.hypot(dx, dy) or 1e-6
        nx, ny = -dy / length, dx / length
        left: list[Pair] = []
        right: list[Pair] = []
        for (point, wide, deep), (x, y) in zip(levels, centres, strict=True):
            across = wide * (self.side[0] * nx - self.side[1] * ny)
            through = deep * (self.front[0] * nx - self.front[1] * ny)
            half = self.size(math.hypot(across, through), point)
            left.append((x + nx * half, y + ny * half))
            right.append((x - nx * half, y - ny * half))
        return [_rounded(left + right[::-1])]


def _rounded(outline: Sequence[Pair]) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    from greenlight_standin.drawing.shapes import smooth

    return smooth(outline, 5)[0]


def skeleton(
    camera: Camera, pose: Pose, metres: float, x: float, z: float, yaw: float, *,
    child: bool = False, lift: float = 0.0,
) -> Skeleton:  # fmt: skip
    """A body standing at x, z (metres), turned by `yaw` degrees: 0 faces the camera, 90 right.

    `lift` raises the feet above the ground, in metres.
    """
    turn = math.radians(yaw)
    front: Vector = (math.sin(turn), 0.0, -math.cos(turn))
    side: Vector = (math.cos(turn), 0.0, math.sin(turn))
    up: Vector = (0.0, 1.0, 0.0)
    if pose.lying:
        front, up = up, front
    legs = 0.86 if child else 1.0
    thigh, shin, upper, fore = 0.245 * legs, 0.24 * legs, 0.17 * legs, 0.15 * legs
    torso = 0.312
    lean = math.radians(pose.lean)
    spine = _sum(up, math.cos(lean), front, math.sin(lean))

    def swung(angle: float, out: float, hand: int) -> Vector:
        a, o = math.radians(angle), math.radians(out)
        down = _sum(front, math.sin(a) * math.cos(o), up, -math.cos(a) * math.cos(o))
        return _sum(down, 1.0, side, math.sin(o) * hand)

    hip: Vector = (0.0, 0.0, 0.0)
    found: dict[str, Vector] = {"hip": hip}
    found["neck"] = _scaled(spine, torso)
    for name, hand, arm, leg in (
        ("far", 1, pose.far_arm, pose.far_leg),
        ("near", -1, pose.near_arm, pose.near_leg),
    ):
        root = _sum(hip, 1.0, side, 0.052 * hand)
        knee = _sum(root, 1.0, swung(leg[0], 3, hand), thigh)
        ankle = _sum(knee, 1.0, swung(leg[1], 2, hand), shin)
        shin_way = swung(leg[1], 2, hand)
        sole = _sum(front, 0.9 + 0.1, shin_way, 0.16)
        shoulder = _sum(_sum(found["neck"], 1.0, spine, -0.034), 1.0, side, 0.09 * hand)
        elbow = _sum(shoulder, 1.0, swung(arm[0], pose.spread, hand), upper)
        # A forearm in front of the chest comes back in towards the middle.
        inward = -10.0 if 20 < arm[1] < 110 else pose.spread * 0.5
        wrist = _sum(elbow, 1.0, swung(arm[1], inward, hand), fore)
        hand_way = swung(arm[1], inward, hand)
        found |= {
            f"{name} root": root, f"{name} knee": knee, f"{name} ankle": ankle,
            f"{name} toe": _sum(ankle, 1.0, sole, 0.085), f"{name} shoulder": shoulder,
            f"{name} elbow": elbow, f"{name} wrist": wrist,
            f"{name} hand": _sum(wrist, 1.0, hand_way, 0.06),
        }  # fmt: skip
    nod = math.radians(pose.lean * 0.5 + pose.nod)
    above = 0.1 if not child else 0.113
    found["head"] = _sum(
        _sum(found["neck"], 1.0, up, above * math.cos(nod)), 1.0, front, above * math.sin(nod)
    )
    lowest = 0.055 if pose.lying else -min(
        found[f"{n} {j}"][1] for n in ("far", "near") for j in ("ankle", "knee", "toe")
    ) + 0.022  # fmt: skip
    joints = {
        name: camera.seen(x + metres * p[0], metres * (p[1] + lowest) + lift, z + metres * p[2])
        for name, p in found.items()
    }

    def turned(v: Vector) -> Vector:
        a, b = camera.seen(*v), camera.seen(0, 0, 0)
        return a[0] - b[0], a[1] - b[1], a[2] - b[2]

    return Skeleton(camera, metres, joints, turned(side), turned(spine), turned(
        _sum(front, math.cos(lean), up, -math.sin(lean))
    ))  # fmt: skip


def _scaled(v: Vector, by: float) -> Vector:
    return v[0] * by, v[1] * by, v[2] * by


def _sum(a: Vector, ka: float, b: Vector, kb: float) -> Vector:
    return a[0] * ka + b[0] * kb, a[1] * ka + b[1] * kb, a[2] * ka + b[2] * kb


def _plus(point: Point3, a: Vector, ka: float, b: Vector, kb: float) -> Point3:
    return (
        point[0] + a[0] * ka + b[0] * kb,
        point[1] + a[1] * ka + b[1] * kb,
        point[2] + a[2] * ka + b[2] * kb,
    )
