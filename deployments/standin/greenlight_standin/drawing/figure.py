"""People: a skeleton dressed, from any side; feet on the ground, gaze where the words say."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from greenlight_standin.drawing.camera import Camera, Point3
from greenlight_standin.drawing.head import PLAIN, Complexion, Mien, behind_neck, draw_head
from greenlight_standin.drawing.looks import Look
from greenlight_standin.drawing.rig import Pose, Skeleton, Vector, skeleton
from greenlight_standin.drawing.shapes import Part, Rgb, mix, polygon, scaled
from greenlight_standin.drawing.skull import Head

# Poses that keep the head where a shot from the waist up looks for it.
UPRIGHT = {"ride": "reach", "sit": "talk", "kneel": "reach", "lie": "stand", "fly": "point",
           "jump": "walk", "kick": "walk", "run": "walk", "dance": "talk",
           "hide": "look_down"}  # fmt: skip


@dataclass(frozen=True)
class Stance:
    """Where a person stands (metres) and is turned: `yaw` 0 faces the lens, 90 the right.

    `gaze` turns the head against the body, `lift` raises the feet above the ground.
    """

    pose: Pose
    x: float
    z: float
    yaw: float
    gaze: float = 0.0
    lift: float = 0.0
    mien: Mien = PLAIN


def person(look: Look, metres: float, stance: Stance, camera: Camera) -> list[Part]:
    """The parts of a person as the camera sees them, the hindmost first."""
    bones = skeleton(
        camera, stance.pose, metres, stance.x, stance.z, stance.yaw, child=look.child,
        lift=stance.lift,
    )  # fmt: skip
    body = _Body(bones, look)
    groups: list[tuple[float, list[Part]]] = [(bones.at("neck", 0, -0.15)[2], body.trunk())]
    for name in ("far", "near"):
        elbow, shoulder = bones.joints[f"{name} elbow"], bones.joints[f"{name} shoulder"]
        depth = (
            0.7 * elbow[2] + 0.3 * shoulder[2] + 0.25 * (bones.joints[f"{name} hand"][2] - elbow[2])
        )
        groups.append((depth, body.arm(name)))
        knee = bones.joints[f"{name} knee"]
        # Legs come out from under the coat.
        groups.append(
            (max(knee[2], bones.joints["hip"][2] + 0.01 * metres) + 0.004 * knee[2], body.leg(name))
        )
    head = _head(bones, look, stance)
    face = Complexion(look.skin, look.hair, look.cut, look.top, look.headgear)
    over = -0.12 if bones.up[2] < 0.3 else 0.0
    middle = bones.joints["head"][2] + over * metres * (1 if head.facing > -0.15 else 0.2)
    groups.append(
        (
            middle,
            [
                *behind_neck(head, face, look.wear),
                *body.neck(),
                *draw_head(head, face, look.wear, stance.mien),
            ],
        )
    )
    groups.sort(key=lambda group: -group[0])
    return [part for _, parts in groups for part in parts]


def upright(look: Look, pose: Pose, yaw: float, mien: Mien) -> list[Part]:
    """A person seen from the side without perspective: one unit tall, feet at the origin, y up."""
    camera = Camera(40.0, 0.0, 0.0, 0.5)
    parts = person(look, 1.0, Stance(pose, 0.0, 40.0, yaw, mien=mien), camera)
    flip = np.array([1.0, -1.0])
    return [
        Part(
            [points * flip + (0.0, 0.5) for points in part.shape], part.colour, part.glow, part.line
        )
        for part in parts
    ]


def _head(bones: Skeleton, look: Look, stance: Stance) -> Head:
    turn, nod = math.radians(stance.gaze), math.radians(stance.pose.nod)
    s, u, f = bones.side, bones.up, bones.front
    side = _mixed(s, math.cos(turn), f, -math.sin(turn))
    front = _mixed(f, math.cos(turn), s, math.sin(turn))
    # The head stays upright over a leaning body.
    lean = math.radians(stance.pose.lean) * (0 if stance.pose.lying else 0.6)
    tip = nod - lean
    level, rise = (
        _mixed(front, math.cos(tip), u, -math.sin(tip)),
        _mixed(u, math.cos(tip), front, math.sin(tip)),
    )
    grown = 1.36 if look.child else 1.04
    return Head(bones.camera, bones.joints["head"], bones.metres * grown, side, rise, level)


class _Body:
    """Draws one skeleton dressed as its look says."""

    def __init__(self, bones: Skeleton, look: Look) -> None:
        self.bones, self.look, self.bulk = bones, look, look.bulk
        self.slim = 0.94 if "long" in look.wear else 1.0
        self.away = bones.front[2] > 0.1

    def trunk(self) -> list[Part]:
        """Torso and whatever hangs from it."""
        b, w, look, bones = self.bulk, self.slim, self.look, self.bones
        at = bones.at
        chest = [
            (at("neck", 0, 0.012), 0.036 * b, 0.034),
            (at("neck", 0, -0.012), 0.084 * b, 0.044 * b),
            (at("neck", 0, -0.045), 0.1 * b * w, 0.058 * b),
            (at("neck", 0, -0.1), 0.094 * b * w, 0.064 * b),
            (at("neck", 0, -0.19), 0.074 * b * w, 0.055 * b),
            (at("hip", 0, 0.05), 0.078 * b, 0.058 * b),
            (at("hip", 0, -0.005), 0.084 * b, 0.064 * b),
            (at("hip", 0, -0.05), 0.07 * b, 0.055 * b),
        ]
        parts = [Part(bones.hull(chest[-3:]), look.bottom, line=False)]
        parts.append(
            Part(bones.hull(chest[:-2]) + bones.ring(chest[2][0], 0.1 * b * w, 0.056 * b), look.top)
        )
        swing = 0.35 * (
            bones.joints["near knee"][0] + bones.joints["far knee"][0] - 2 * bones.joints["hip"][0]
        )
        if "dress" in look.wear or "coat" in look.wear:
            parts += self._skirts(swing)
        if "helmet" in look.wear:
            pack = Part(
                bones.hull(
                    [
                        (at("neck", 0, 0, -0.1), 0.07, 0.035),
                        (at("neck", 0, -0.1, -0.11), 0.08, 0.045),
                        (at("neck", 0, -0.22, -0.1), 0.07, 0.035),
                    ]
                ),
                scaled(look.top, 0.74),
            )
            parts = [*parts, pack] if self.away else [pack, *parts]
        if "apron" in look.wear and not self.away:
            parts.append(
                self._panel(
                    [
                        (0.045, -0.07),
                        (0.07, -0.24),
                        (0.075, -0.46),
                        (-0.075, -0.46),
                        (-0.07, -0.24),
                        (-0.045, -0.07),
                    ],
                    (228, 224, 212),
                )
            )
        if not self.away and not {"helmet", "armour", "robot"} & look.wear:
            parts += self._front()
        if "armour" in look.wear and not self.away:
            plate = [
                (0.07, -0.03),
                (0.078, -0.12),
                (0.05, -0.2),
                (0, -0.22),
                (-0.05, -0.2),
                (-0.078, -0.12),
                (-0.07, -0.03),
            ]
            parts.append(self._panel(plate, mix(look.top, (255, 255, 255), 0.16)))
        return parts

    def _skirts(self, swing: float) -> list[Part]:
        b, bones, look = self.bulk, self.bones, self.look
        long = "dress" in look.wear
        levels: list[tuple[Point3, float, float]] = []
        drop = -0.29 if long else -0.2
        for share, wide in (
            (0.0, 0.078),
            (0.35, 0.094),
            (0.7, 0.108 if long else 0.1),
            (1.0, 0.132 if long else 0.11),
        ):
            x, y, z = bones.at("hip", 0, 0.06 + (drop - 0.06) * share)
            levels.append(((x + swing * share, y, z), wide * b, wide * b * 0.86))
        return [Part(bones.hull(levels), scaled(look.top, 0.95))]

    def _panel(self, outline: list[tuple[float, float]], colour: Rgb) -> Part:
        """A flat piece on the chest: to the body's left and down from the neck."""
        on = self.bones.camera.on_screen
        points = [on(self.bones.at("neck", s * self.bulk, u, 0.05 * self.bulk)) for s, u in outline]
        return Part(polygon(points), colour)

    def _front(self) -> list[Part]:
        look = self.look
        if "coat" in look.wear:
            shirt = [(0.026, 0.0), (0.0, -0.12), (-0.026, 0.0)]
            lapels = [
                [(h * 0.03, 0.004), (h * 0.052, -0.05), (h * 0.004, -0.15), (h * 0.002, -0.11)]
                for h in (1, -1)
            ]
            line = [(0.003, -0.12), (0.004, -0.42), (-0.002, -0.42), (-0.002, -0.12)]
            return [self._panel(shirt, mix(look.bottom, (214, 208, 200), 0.6)),
                    *(self._panel(lapel, scaled(look.top, 0.82)) for lapel in lapels),
                    self._panel(line, scaled(look.top, 0.6))]  # fmt: skip
        collar = [(0.032, 0.012), (0.0, -0.05), (-0.032, 0.012)]
        if "kit" in look.wear:
            return [
                self._panel(
                    [(0.01, -0.06), (0.01, -0.2), (-0.01, -0.2), (-0.01, -0.06)], (240, 240, 238)
                )
            ]
        return [self._panel(collar, scaled(look.skin, 0.95))]

    def neck(self) -> list[Part]:
        """From the shoulders up into the head."""
        a, b = self.bones.at("neck", 0, 0.008), self.bones.at("head", 0, -0.03, -0.006)
        return [Part(self.bones.bone(a, 0.036, b, 0.031), scaled(self.look.skin, 0.86), line=False)]

    def arm(self, name: str) -> list[Part]:
        """Sleeve, forearm, hand."""
        bones, look, b = self.bones, self.look, self.bulk
        j = bones.joints
        shoulder, elbow, wrist, hand = (
            j[f"{name} {p}"] for p in ("shoulder", "elbow", "wrist", "hand")
        )
        cloth = look.top
        bare = bool({"kit", "dress"} & look.wear)
        glove = cloth if {"helmet", "armour", "robot"} & look.wear else look.skin
        parts = [Part(bones.bone(wrist, 0.0155, hand, 0.0135), glove)]
        if bones.size(0.06, hand) > 0.05:
            parts += self._fingers(name, glove)
        fore = bones.bone(elbow, 0.0265 * b, wrist, 0.0185 * b)
        upper = bones.bone(shoulder, 0.034 * b, elbow, 0.0265 * b)
        if bare:
            return [*parts, Part(fore, look.skin), Part(upper, cloth)]
        return [*parts, Part(fore + upper, cloth)]

    def _fingers(self, name: str, skin: Rgb) -> list[Part]:
        bones = self.bones
        wrist, hand = bones.joints[f"{name} wrist"], bones.joints[f"{name} hand"]
        way = tuple((b - a) for a, b in zip(wrist, hand, strict=True))
        out = []
        for index in range(4):
            off = (index - 1.5) * 0.0075
            start = bones.at(f"{name} hand", off, 0, 0)
            tip = bones.at(f"{name} hand", off * 1.3, 0, 0)
            end = (tip[0] + way[0] * 0.75, tip[1] + way[1] * 0.75, tip[2] + way[2] * 0.75)
            out.append(
                Part(bones.bone(start, 0.0058, end, 0.0042), scaled(skin, 0.94 + 0.02 * index))
            )
        return out

    def leg(self, name: str) -> list[Part]:
        """Trouser leg and shoe."""
        bones, look, b = self.bones, self.look, self.bulk
        j = bones.joints
        root, knee, ankle, toe = (j[f"{name} {p}"] for p in ("root", "knee", "ankle", "toe"))
        cloth = look.skin if "dress" in look.wear else look.bottom
        below = look.skin if {"dress", "kit"} & look.wear else cloth
        shoe = scaled(look.bottom, 0.42)
        heel = bones.at(f"{name} ankle", 0, -0.012, -0.012)
        foot = Part(bones.bone(heel, 0.021 * b, toe, 0.015 * b), shoe)
        lower = bones.bone(knee, 0.041 * b, ankle, 0.026 * b)
        upper = bones.bone(root, 0.061 * b, knee, 0.041 * b)
        if below != cloth:
            return [foot, Part(lower, below), Part(upper, cloth)]
        return [foot, Part(lower + upper, cloth)]


def _mixed(a: Vector, ka: float, b: Vector, kb: float) -> Vector:
    return a[0] * ka + b[0] * kb, a[1] * ka + b[1] * kb, a[2] * ka + b[2] * kb
