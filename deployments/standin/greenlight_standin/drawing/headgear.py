"""What is on a head: hats and caps, a space helmet, a robot's shell."""

from __future__ import annotations

import math

from greenlight_standin.drawing.shapes import Pair, Part, Rgb, mix, polygon, scaled, smooth
from greenlight_standin.drawing.skull import Head, hull


def beanie(head: Head, wool: Rgb) -> list[Part]:
    """A knitted hat with its turned-up edge and a bobble."""
    crown = head.ball((0, 0.04, -0.006), (0.061, 0.05, 0.066))
    edge = [head.on(0.066 * math.sin(t), 0.026, 0.072 * math.cos(t) - 0.004) for t in _TURN]
    above = [head.on(0.064 * math.sin(t), 0.046, 0.07 * math.cos(t) - 0.004) for t in _TURN]
    fold = hull([*edge, *above])
    return [
        Part(head.ball((0, 0.096, -0.008), (0.02, 0.02, 0.02)), mix(wool, (240, 240, 240), 0.5)),
        Part(crown, wool),
        Part(polygon(fold), scaled(wool, 0.82)),
    ]


_TURN = tuple(step / 18 * 2 * math.pi for step in range(18))


def stetson(head: Head, felt: Rgb) -> list[Part]:
    """A hat of the west: a wide brim that curls up at the sides, a pinched crown."""
    brim = []
    for t in _TURN:
        s, f = math.sin(t), math.cos(t)
        brim.append(head.on(s * 0.112, 0.034 + 0.022 * abs(s) ** 3, f * 0.1))
    crown = [(-0.056, 0.036), (-0.05, 0.098), (-0.03, 0.112), (0, 0.102), (0.03, 0.112),
             (0.05, 0.098), (0.056, 0.036)]  # fmt: skip
    front = [head.on(s, u, 0.052) for s, u in crown]
    back = [head.on(s, u, -0.056) for s, u in crown]
    band = [head.on(0.058 * math.sin(t), 0.042, 0.056 * math.cos(t)) for t in _TURN]
    higher = [head.on(0.057 * math.sin(t), 0.056, 0.055 * math.cos(t)) for t in _TURN]
    return [
        Part(polygon(brim), scaled(felt, 0.82)),
        Part(polygon(hull([*front, *back])), felt),
        Part(polygon(hull([*band, *higher])), scaled(felt, 0.5), line=False),
    ]


def hat(head: Head, cap: bool, white: bool) -> list[Part]:
    """A felt hat, or a cap; a cook's is white."""
    felt: Rgb = (232, 230, 226) if white else (52, 46, 46)
    brim = []
    for step in range(24):
        turn = step / 24 * 2 * math.pi
        s, f = math.sin(turn), math.cos(turn)
        reach = 0.062 if cap else 0.094
        more = 0.04 * max(0.0, f) ** 3 if cap else 0.006 * abs(f)
        brim.append(head.on(s * reach * (0.86 if cap else 1), 0.03, f * (reach + more)))
    crown = head.ball((0, 0.045 if cap else 0.056, -0.004), (0.056, 0.034 if cap else 0.05, 0.064))
    parts = [Part(crown, felt), Part(polygon(brim), scaled(felt, 0.82))]
    return parts if head.up[2] < 0.15 else parts[::-1]


def helmet(head: Head) -> list[Part]:
    """A helmet with a dark visor."""
    parts = [
        Part(head.ball((0, 0.004, 0), (0.084, 0.09, 0.088)), (228, 228, 226)),
        Part(head.ball((0, -0.078, 0), (0.064, 0.018, 0.064)), (176, 178, 182)),
    ]
    if head.facing > -0.45:
        visor = [
            (-0.056, 0.03),
            (-0.03, 0.052),
            (0.03, 0.052),
            (0.056, 0.03),
            (0.054, -0.022),
            (0.03, -0.044),
            (-0.03, -0.044),
            (-0.054, -0.022),
        ]

        def out(s: float, u: float) -> Pair:
            rest = max(0.0, 1 - (s / 0.084) ** 2 - (u / 0.09) ** 2)
            return head.on(s, u + 0.004, 0.088 * math.sqrt(rest))

        parts.append(Part(smooth([out(*p) for p in visor], 4), (30, 36, 54)))
        glint = [(0.012, 0.03), (0.034, 0.036), (0.044, 0.016), (0.03, 0.022)]
        parts.append(Part(smooth([out(*p) for p in glint], 4), (150, 176, 210), True, False))
    return parts


def robot(head: Head) -> list[Part]:
    """A head of steel with lamps for eyes."""
    steel: Rgb = (150, 156, 164)
    rod = [
        head.on(-0.004, 0.06, 0),
        head.on(0.004, 0.06, 0),
        head.on(0.003, 0.1, 0),
        head.on(-0.003, 0.1, 0),
    ]
    parts = [
        Part(polygon(rod), scaled(steel, 0.7)),
        Part(head.ball((0, 0.104, 0), (0.009, 0.009, 0.009)), (240, 90, 70), True, False),
        Part(head.ball((0, 0.0, 0), (0.058, 0.066, 0.058)), steel),
        Part(head.ball((0, -0.04, 0.004), (0.05, 0.03, 0.05)), scaled(steel, 0.9)),
    ]
    if head.facing > -0.2:
        band = [(-0.045, 0.024), (0.045, 0.024), (0.045, -0.008), (-0.045, -0.008)]
        parts.append(Part(polygon([head.on(s, u, 0.05) for s, u in band]), (30, 32, 40)))
        for s in (-0.02, 0.02):
            parts.append(
                Part(
                    head.ball((s, 0.008, 0.052), (0.009, 0.009, 0.004)),
                    (130, 230, 255),
                    True,
                    False,
                )
            )
        slot = [(-0.02, -0.036), (0.02, -0.036), (0.02, -0.042), (-0.02, -0.042)]
        parts.append(Part(polygon([head.on(s, u, 0.054) for s, u in slot]), (50, 52, 60)))
    return parts
