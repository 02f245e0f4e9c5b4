"""Heads from any side: skin, hair, features and a mien on a skull."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from greenlight_standin.drawing import hair
from greenlight_standin.drawing.headgear import hat, helmet
from greenlight_standin.drawing.shapes import Pair, Part, Rgb, Shape, mix, scaled, smooth
from greenlight_standin.drawing.skull import JAW, JAW_AT, SKULL, Head, front_of, hull

# Height of a head on screen (in frame heights) from which features are worth drawing.
FEATURES_FROM = 0.075


@dataclass(frozen=True)
class Mien:
    """What a face does: mouth from -1 (sad) to 1 (smile), open and lids 0 to 1, brows, gaze."""

    smile: float = 0.0
    open: float = 0.0
    lids: float = 0.0
    brow: float = 0.0
    gaze: float = 0.0


PLAIN = Mien()


@dataclass(frozen=True)
class Complexion:
    """Skin, hair and its cut (one of CUTS, or ``bald``), and the cloth that a hood is made of.

    `headgear` is the colour that the words give to a hat.
    """

    skin: Rgb
    hair: Rgb
    cut: str
    cloth: Rgb
    headgear: Rgb | None = None


def draw_head(head: Head, face: Complexion, wear: frozenset[str], mien: Mien) -> list[Part]:
    """The parts of a head, the hindmost first."""
    if {"helmet", "robot"} & wear:
        return helmet(head)
    skin, colour, cut = face.skin, face.hair, face.cut
    away = head.facing < -0.15
    covered = "hood" in wear
    bald = cut == "bald"
    hanging = [] if bald or covered else hair.behind(head, cut, colour)
    parts: list[Part] = []
    bearded = "beard" in wear and head.facing > -0.45
    if covered:
        parts += hair.lining(head, scaled(face.cloth, 0.6))
    flesh = head.ball((0, 0.003, -0.005), SKULL)
    if bearded:
        axes = (JAW[0] * 1.13, JAW[1] * 1.16, JAW[2] * 1.08)
        parts.append(Part(head.ball((0, JAW_AT[0] - 0.004, JAW_AT[1]), axes), colour))
    else:
        flesh += head.ball((0, *JAW_AT), JAW)
    if head.facing > -0.45:
        flesh += _mask(head, bearded)
    parts.append(Part(flesh, skin))
    if cut not in hair.OVER_EARS and not covered:
        parts += _ears(head, skin)
    if head.facing > -0.15:
        parts += _features(head, face, wear, mien)
    if not bald:
        parts += hair.shell(head, cut, mix(colour, skin, 0.35) if cut == "buzz" else colour)
    if covered:
        parts += hair.shell(head, "hood", face.cloth)
    elif not bald:
        parts += hair.in_front(head, cut, colour)
    parts += hanging if away else []
    if "hat" in wear or "cap" in wear:
        parts += hat(head, "cap" in wear, face.headgear, white="apron" in wear)
    return parts


def behind_neck(head: Head, face: Complexion, wear: frozenset[str]) -> list[Part]:
    """What of the hair the neck hides, for a head that does not look away."""
    if {"helmet", "robot", "hood"} & wear or face.cut == "bald" or head.facing < -0.15:
        return []
    return hair.behind(head, face.cut, face.hair)


def _ears(head: Head, skin: Rgb) -> list[Part]:
    parts = []
    for hand in (-1, 1):
        if head.faces(hand * 0.05, 0, 0.004) > -0.3:
            at = (hand * 0.0505, -0.006, -0.006)
            parts.append(Part(head.ball(at, (0.0065, 0.0165, 0.0105)), scaled(skin, 0.94)))
            if head.height > FEATURES_FROM and head.faces(hand * 0.05, 0, 0.004) > 0.3:
                inner = (hand * 0.0535, -0.004, -0.0045)
                shape = head.ball(inner, (0.004, 0.0105, 0.0055))
                parts.append(Part(shape, scaled(skin, 0.8), line=False))
    return parts


# The edge of the face on its left side: temple, sideburn, corner of the jaw, chin; then rows of it.
_EDGE = (
    (0.044, 0.026, 0.022),
    (0.0495, 0.008, 0.008),
    (0.0495, -0.012, 0.004),
    (0.045, -0.03, 0.0),
    (0.036, -0.052, 0.012),
    (0.02, -0.068, 0.028),
)
_ROWS = (0.041, 0.036, 0.025, 0.01, -0.008, -0.024, -0.04, -0.055, -0.066, -0.0725)


def _mask(head: Head, beard: bool) -> Shape:
    """The outline of the face, as much of it as is to be seen; a beard leaves the chin out."""
    points: list[Pair] = []
    for hand in (-1, 1):
        for s, u, f in _EDGE:
            if not (beard and u < -0.02) and head.faces(hand * s, u, f) > -0.25:
                points.append(head.on(hand * s, u, f))
        for u in _ROWS:
            for s in (0.0, 0.016, 0.03, 0.04):
                f = front_of(s, u)
                if beard and u < -0.023 - 0.4 * (0.04 - s):
                    continue
                if f > 0 and not (u > 0.03 and s > 0.03) and head.faces(hand * s, u, f) > -0.25:
                    points.append(head.on(hand * s, u, f))
    return smooth(hull(points), 3) if len(points) > 2 else []


def _features(head: Head, face: Complexion, wear: frozenset[str], mien: Mien) -> list[Part]:
    parts: list[Part] = []
    skin, colour = face.skin, face.hair
    deep = scaled(skin, 0.5)
    small = head.height < FEATURES_FROM
    for hand in (-1, 1):
        s, u = hand * 0.0195, 0.0
        if head.faces(s, u, front_of(s, u)) < 0.12:
            continue
        if small:
            dot = [(s - 0.006, u), (s, u + 0.005), (s + 0.006, u), (s, u - 0.004)]
            parts.append(Part(head.patch(dot), scaled(colour, 0.4), line=False))
            continue
        parts += _eye(head, skin, colour, s, u, hand, mien)
    parts += _nose(head, skin, small)
    wide = 0.0165 + 0.003 * mien.smile
    corner = -0.0465 + 0.006 * mien.smile
    drop = 0.0035 + 0.017 * mien.open
    lip = mix(skin, (168, 62, 64), 0.42 if "long" in wear else 0.26)
    if "beard" in wear and head.faces(0, -0.03, 0.05) > -0.05:
        whiskers = [(-0.0225, -0.046), (-0.012, -0.036), (0, -0.0375), (0.012, -0.036),
                    (0.0225, -0.046), (0.011, -0.0435), (-0.011, -0.0435)]  # fmt: skip
        parts.append(Part(head.patch(whiskers, 0.0025), scaled(colour, 0.92), line=False))
    mouth = [(-wide, corner), (-0.005, -0.0435), (0.005, -0.0435), (wide, corner),
             (0.006, -0.0475 - drop), (-0.006, -0.0475 - drop)]  # fmt: skip
    if head.faces(0, -0.03, 0.05) > -0.05:
        parts.append(Part(head.patch(mouth, 0.001), lip, line=False))
        gap = [
            (-wide * 0.92, corner),
            (0, -0.0455),
            (wide * 0.92, corner),
            (0, -0.0462 - drop * (0.9 if mien.open else 0.25)),
        ]
        parts.append(Part(head.patch(gap, 0.0015), (44, 18, 20) if mien.open else deep, line=False))
    if mien.open > 0.3 and head.faces(0, -0.03, 0.05) > -0.05 and not small:
        teeth = [(-wide * 0.66, corner - 0.0005), (0, -0.0456), (wide * 0.66, corner - 0.0005),
                 (wide * 0.5, corner - 0.004), (-wide * 0.5, corner - 0.004)]  # fmt: skip
        parts.append(Part(head.patch(teeth, 0.0018), (232, 228, 220), line=False))
    return parts


def _nose(head: Head, skin: Rgb, small: bool) -> list[Part]:
    """Seen from the side it stands out from the face; from the front it is a shade."""
    sideways = head.side[2]
    if small and abs(sideways) < 0.5:
        return []
    root, tip = head.on(0, 0.006, 0.0585), head.on(0, -0.0235, 0.0735)
    base = head.on(0, -0.0315, 0.0595)
    near, far = (-1, 1) if sideways > 0 else (1, -1)
    wing, other = (head.on(h * 0.0105, -0.0275, 0.06) for h in (near, far))
    line = head.on(0, -0.008, 0.066)
    parts = [
        Part(smooth([root, line, tip, base, wing], 3), mix(skin, (255, 236, 216), 0.05), line=False)
    ]
    if abs(sideways) < 0.75:
        parts.append(Part(smooth([root, line, tip, other], 3), scaled(skin, 0.8), line=False))
        parts.append(Part(smooth([wing, tip, other, base], 4), scaled(skin, 0.68), line=False))
    else:
        nostril = [(near * 0.006, -0.0275), (near * 0.0105, -0.0265), (near * 0.009, -0.0295)]
        parts.append(Part(head.patch(nostril, 0.004), scaled(skin, 0.55), line=False))
    return parts


def _eye(
    head: Head, skin: Rgb, colour: Rgb, s: float, u: float, hand: int, mien: Mien
) -> list[Part]:
    def around(points: Sequence[Pair], lift: float = 0.001) -> Shape:
        return head.patch([(s + hand * a, u + b) for a, b in points], lift)

    shut = 1 - 0.94 * mien.lids
    socket = [
        (-0.013, 0),
        (-0.006, 0.0085),
        (0.006, 0.0095),
        (0.0145, 0.002),
        (0.006, -0.0065),
        (-0.006, -0.006),
    ]
    white = [(-0.0105, -0.0005), (-0.005, 0.0048 * shut), (0.004, 0.0056 * shut), (0.0115, 0.0008),
             (0.004, -0.0038 * shut), (-0.005, -0.0036 * shut)]  # fmt: skip
    lash = [(-0.011, -0.001), (-0.005, 0.0052 * shut), (0.004, 0.006 * shut), (0.0135, 0.0018),
            (0.004, 0.0076 * shut), (-0.005, 0.0066 * shut)]  # fmt: skip
    look = hand * mien.gaze * 0.0055
    brow_in, brow_out = 0.0135 - 0.004 * mien.brow, 0.0135 + 0.002 * mien.brow
    brow = [(-0.0125, brow_in), (-0.003, 0.0165), (0.008, 0.017), (0.0165, brow_out - 0.001),
            (0.008, 0.0142), (-0.003, 0.0134), (-0.0125, brow_in - 0.003)]  # fmt: skip
    parts = [
        Part(around(socket, 0.0), scaled(skin, 0.84), line=False),
        Part(around(white), (214, 208, 202), line=False),
    ]
    if mien.lids < 0.7:
        open_to = 0.0046 * shut

        def disc(r: float) -> list[Pair]:
            return [(look + r * math.cos(t), max(-open_to, min(open_to, 0.0006 + r * math.sin(t))))
                    for t in np.linspace(0, 2 * math.pi, 12, endpoint=False).tolist()]  # fmt: skip

        parts.append(Part(around(disc(0.0047)), mix((92, 66, 44), colour, 0.2), line=False))
        parts.append(Part(around(disc(0.0023)), (12, 10, 12), line=False))
        parts.append(
            Part(
                around([(look + 0.001, 0.0016), (look + 0.0022, 0.0028), (look + 0.003, 0.0014)]),
                (250, 250, 250),
                True,
                False,
            )
        )
    parts.append(Part(around(lash), scaled(colour, 0.4), line=False))
    parts.append(Part(around(brow, 0.003), scaled(colour, 0.7), line=False))
    return parts
