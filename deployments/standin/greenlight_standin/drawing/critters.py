"""Animals of the sea and the air, and small ones, one unit tall, facing right."""

from __future__ import annotations

import math

from greenlight_standin.drawing.shapes import (
    Part,
    Rgb,
    curve,
    ellipse,
    limb,
    mix,
    polygon,
    scaled,
    smooth,
)


def octopus(tint: Rgb | None) -> list[Part]:
    """An octopus: mantle, eyes and eight arms."""
    body = mix((196, 92, 74), tint, 0.25) if tint else (196.0, 92.0, 74.0)
    parts: list[Part] = []
    for index in range(8):
        side = -1 if index % 2 else 1
        reach = 0.25 + 0.16 * (index // 2)
        start = (side * (0.04 + 0.03 * (index // 2)), 0.46)
        bend = (side * reach * 0.75, 0.2 + 0.06 * (index % 3))
        end = (side * (reach + 0.18), 0.03 + 0.05 * (index // 2))
        tip = (side * (reach + 0.3), 0.12 + 0.07 * (index // 2))
        tone = scaled(body, 0.7 + 0.06 * (index // 2))
        parts.append(Part(curve([start, bend, end, tip], [0.085, 0.06, 0.035, 0.008]), tone))
    mantle = [
        (-0.16, 0.42),
        (-0.2, 0.62),
        (-0.26, 0.8),
        (-0.12, 0.98),
        (0.08, 0.97),
        (0.2, 0.8),
        (0.18, 0.6),
        (0.16, 0.42),
    ]
    parts.append(Part(smooth(mantle, 7), body))
    for x in (-0.1, 0.11):
        parts.append(Part(ellipse(x, 0.52, 0.05, 0.045), (236, 214, 150)))
        parts.append(Part(ellipse(x, 0.52, 0.03, 0.012), (16, 14, 16)))
    for index in range(7):
        parts.append(
            Part(
                ellipse(-0.13 + 0.045 * index, 0.72 + 0.09 * math.sin(index * 2.3), 0.018, 0.018),
                scaled(body, 1.18),
            )
        )
    return parts


def fish(name: str, tint: Rgb | None) -> list[Part]:
    """A fish, shark or whale, in mid-water."""
    big = name in ("shark", "whale", "dolphin")
    base: Rgb = (92, 108, 126) if big else (206, 132, 62)
    colour = mix(base, tint, 0.25) if tint else base
    body = [
        (1.2, 0.5),
        (0.8, 0.72),
        (0.2, 0.84),
        (-0.5, 0.68),
        (-0.9, 0.54),
        (-0.9, 0.46),
        (-0.4, 0.3),
        (0.3, 0.2),
        (0.9, 0.3),
    ]
    tail = [(-0.82, 0.5), (-1.3, 0.86), (-1.16, 0.5), (-1.3, 0.16)]
    fin = [(0.2, 0.8), (-0.06, 1.0), (-0.24, 0.98), (-0.22, 0.76)]
    belly = [(1.1, 0.44), (0.4, 0.34), (-0.5, 0.42), (-0.3, 0.3), (0.3, 0.2), (0.9, 0.3)]
    return [
        Part(polygon(tail), scaled(colour, 0.8)),
        Part(polygon(fin), scaled(colour, 0.75)),
        Part(smooth(body, 7), colour),
        Part(smooth(belly, 5), mix(colour, (240, 240, 236), 0.5)),
        Part(polygon([(0.3, 0.36), (0.02, 0.06), (-0.1, 0.1), (0.06, 0.4)]), scaled(colour, 0.7)),
        Part(ellipse(0.86, 0.58, 0.05, 0.05), (240, 236, 220)),
        Part(ellipse(0.88, 0.58, 0.026, 0.03), (14, 14, 16)),
    ]


def bird(name: str, pose: str, tint: Rgb | None) -> list[Part]:
    """A bird, on the ground or with wings spread."""
    base: Rgb = {
        "raven": (34, 34, 40),
        "crow": (34, 34, 40),
        "dove": (226, 224, 220),
        "gull": (222, 222, 220),
        "seagull": (222, 222, 220),
        "swan": (232, 230, 226),
        "owl": (140, 110, 80),
        "penguin": (40, 44, 54),
    }.get(name, (126, 98, 76))
    colour = mix(base, tint, 0.2) if tint else base
    dark = scaled(colour, 0.72)
    if pose in ("fly", "jump", "run"):
        far = [(0.0, 0.55), (-0.3, 1.0), (-0.62, 0.98), (-0.3, 0.52)]
        near = [(0.14, 0.55), (0.1, 1.02), (-0.36, 1.3), (-0.46, 1.16), (-0.2, 0.5)]
        return [
            Part(smooth(far, 5), dark),
            Part(polygon([(-0.5, 0.5), (-0.95, 0.56), (-0.9, 0.4), (-0.5, 0.42)]), dark),
            Part(ellipse(-0.1, 0.48, 0.46, 0.14, 4), colour),
            Part(ellipse(0.4, 0.55, 0.12, 0.11), colour),
            Part(polygon([(0.5, 0.58), (0.68, 0.53), (0.5, 0.5)]), (222, 160, 60)),
            Part(smooth(near, 5), scaled(colour, 0.9)),
            Part(ellipse(0.43, 0.58, 0.02, 0.02), (12, 12, 12)),
        ]
    return [
        Part(limb((-0.04, 0.3), 0.02, (-0.06, 0.0), 0.014), (150, 110, 60)),
        Part(limb((0.08, 0.3), 0.02, (0.1, 0.0), 0.014), (180, 130, 70)),
        Part(polygon([(-0.3, 0.42), (-0.7, 0.22), (-0.6, 0.16), (-0.2, 0.28)]), dark),
        Part(
            smooth(
                [(0.26, 0.72), (0.2, 0.4), (0.0, 0.24), (-0.34, 0.32), (-0.3, 0.5), (0.0, 0.74)], 7
            ),
            colour,
        ),
        Part(smooth([(0.06, 0.6), (-0.02, 0.38), (-0.46, 0.28), (-0.24, 0.5)], 6), dark),
        Part(ellipse(0.2, 0.82, 0.17, 0.16), colour),
        Part(polygon([(0.34, 0.87), (0.56, 0.8), (0.34, 0.76)]), (222, 160, 60)),
        Part(ellipse(0.25, 0.86, 0.028, 0.028), (12, 12, 12)),
    ]


def butterfly(tint: Rgb | None) -> list[Part]:
    """An insect with wings."""
    colour = tint or (222.0, 140.0, 60.0)
    parts = []
    for side in (-1, 1):
        upper = [(0.0, 0.55), (side * 0.2, 0.95), (side * 0.62, 1.0), (side * 0.56, 0.62)]
        lower = [(0.0, 0.5), (side * 0.5, 0.5), (side * 0.42, 0.12), (side * 0.1, 0.2)]
        parts += [Part(smooth(upper, 6), colour), Part(smooth(lower, 6), scaled(colour, 0.8))]
        parts.append(
            Part(ellipse(side * 0.42, 0.82, 0.07, 0.06), mix(colour, (255, 255, 255), 0.5))
        )
    parts.append(Part(limb((0, 0.78), 0.035, (0, 0.2), 0.02), (30, 26, 26)))
    return parts


def crab(tint: Rgb | None) -> list[Part]:
    """A crab with raised claws."""
    shell = mix((196, 84, 54), tint, 0.2) if tint else (196.0, 84.0, 54.0)
    parts: list[Part] = []
    for side in (-1, 1):
        for index in range(4):
            root, reach = (side * (0.3 + 0.12 * index), 0.36), 0.5 + 0.14 * index
            knee, foot = (side * (reach + 0.16), 0.5 - 0.06 * index), (side * (reach + 0.3), 0.02)
            parts.append(Part(curve([root, knee, foot], [0.05, 0.045, 0.015]), scaled(shell, 0.7)))
        arm = [(side * 0.5, 0.5), (side * 0.86, 0.62), (side * 0.74, 0.86)]
        parts.append(Part(curve(arm, [0.06, 0.06, 0.05]), scaled(shell, 0.85)))
        parts.append(Part(ellipse(side * 0.7, 0.9, 0.17, 0.11, 30 * side), shell))
        parts.append(Part(limb((side * 0.16, 0.62), 0.025, (side * 0.18, 0.8), 0.02), shell))
        parts.append(Part(ellipse(side * 0.18, 0.83, 0.05, 0.05), (20, 18, 18)))
    parts.insert(8, Part(ellipse(0, 0.45, 0.66, 0.25), shell))
    return parts


def frog(tint: Rgb | None) -> list[Part]:
    """A frog, sitting."""
    skin = mix((96, 148, 62), tint, 0.2) if tint else (96.0, 148.0, 62.0)
    pale, dark = mix(skin, (240, 236, 200), 0.5), scaled(skin, 0.7)
    body = [(-0.7, 0.1), (-0.62, 0.46), (-0.2, 0.66), (0.3, 0.7), (0.62, 0.5), (0.5, 0.14)]
    return [
        Part(
            curve(
                [(-0.3, 0.3), (-0.78, 0.42), (-0.5, 0.04), (-0.1, 0.04)], [0.14, 0.12, 0.07, 0.04]
            ),
            dark,
        ),
        Part(smooth(body, 7), skin),
        Part(smooth([(0.0, 0.14), (0.4, 0.42), (0.62, 0.42), (0.5, 0.12)], 6), pale),
        Part(
            curve(
                [(-0.2, 0.34), (-0.66, 0.36), (-0.44, 0.04), (0.0, 0.03)], [0.15, 0.13, 0.07, 0.04]
            ),
            skin,
        ),
        Part(limb((0.34, 0.32), 0.09, (0.4, 0.05), 0.05), skin),
        Part(ellipse(0.44, 0.64, 0.3, 0.2), skin),
        Part(curve([(0.2, 0.58), (0.5, 0.54), (0.74, 0.62)], [0.006, 0.014, 0.006]), dark),
        Part(ellipse(0.34, 0.86, 0.12, 0.12), skin),
        Part(ellipse(0.37, 0.87, 0.08, 0.08), (236, 220, 120)),
        Part(ellipse(0.39, 0.87, 0.05, 0.03), (14, 14, 14)),
    ]
