"""Animals of the sea and the air, and small ones, one unit tall, facing right."""

from __future__ import annotations

from greenlight_standin.drawing.shapes import (
    Part,
    Rgb,
    ellipse,
    limb,
    mix,
    polygon,
    scaled,
    smooth,
)


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
