"""What is on a head: hats, caps and helmets."""

from __future__ import annotations

import math

from greenlight_standin.drawing.shapes import Pair, Part, Rgb, polygon, scaled, smooth
from greenlight_standin.drawing.skull import Head


def hat(head: Head, cap: bool, told: Rgb | None, *, white: bool) -> list[Part]:
    """A felt hat, or a cap; a cook's is white unless `told`."""
    felt = told or ((232, 230, 226) if white else (52, 46, 46))
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
