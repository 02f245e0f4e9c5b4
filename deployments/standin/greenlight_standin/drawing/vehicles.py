"""Vehicles as simple silhouettes, one unit tall, standing at the origin, facing right."""

from __future__ import annotations

from collections.abc import Callable

from greenlight_standin.drawing.shapes import (
    Part,
    Rgb,
    box,
    curve,
    ellipse,
    limb,
    mix,
    polygon,
    scaled,
    smooth,
)

GLASS: Rgb = (62, 82, 98)
DARK: Rgb = (32, 32, 36)
LAMP: Rgb = (255, 244, 210)
RED: Rgb = (220, 60, 50)


def _wheel(x: float, r: float) -> list[Part]:
    return [
        Part(ellipse(x, r, r, r), DARK),
        Part(ellipse(x, r, r * 0.55, r * 0.55), (130, 132, 136)),
        Part(ellipse(x, r, r * 0.16, r * 0.16), (70, 70, 74)),
    ]


def car(c: Rgb) -> list[Part]:
    """A saloon."""
    hull = [
        (-1.4, 0.2),
        (-1.42, 0.5),
        (-1.3, 0.6),
        (-0.86, 0.64),
        (-0.52, 0.95),
        (0.2, 0.99),
        (0.62, 0.66),
        (1.2, 0.56),
        (1.4, 0.42),
        (1.4, 0.2),
    ]
    return [
        Part(polygon(hull), c),
        Part(polygon([(-0.76, 0.64), (-0.48, 0.9), (-0.16, 0.92), (-0.16, 0.64)]), GLASS),
        Part(polygon([(-0.08, 0.64), (-0.08, 0.92), (0.18, 0.92), (0.5, 0.65)]), GLASS),
        Part(box(-1.42, 0.2, 1.4, 0.3), scaled(c, 0.6)),
        Part(box(-0.12, 0.3, -0.1, 0.64), scaled(c, 0.6)),
        *_wheel(-0.86, 0.24),
        *_wheel(0.86, 0.24),
        Part(ellipse(1.34, 0.46, 0.05, 0.07), LAMP, True),
        Part(box(-1.42, 0.44, -1.36, 0.54), RED, True),
    ]


def convertible(c: Rgb) -> list[Part]:
    """An open car: no roof, a raked windscreen, seats to be seen."""
    hull = [(-1.5, 0.22), (-1.52, 0.56), (-1.36, 0.66), (-0.7, 0.68), (0.36, 0.68), (1.3, 0.6),
            (1.5, 0.46), (1.5, 0.22)]  # fmt: skip
    seat = scaled(mix(c, (220, 206, 186), 0.7), 0.9)
    return [
        Part(smooth([(-0.62, 0.6), (-0.68, 0.92), (-0.5, 0.94), (-0.42, 0.6)], 4), seat),
        Part(smooth([(-0.04, 0.6), (-0.1, 0.92), (0.08, 0.94), (0.14, 0.6)], 4), seat),
        Part(polygon([(0.34, 0.66), (0.12, 1.0), (0.16, 1.0), (0.44, 0.66)]), mix(GLASS, c, 0.1)),
        Part(polygon(hull), c),
        Part(polygon([(-0.7, 0.68), (0.36, 0.68), (0.3, 0.64), (-0.66, 0.64)]), (46, 42, 42)),
        Part(box(-1.52, 0.22, 1.5, 0.3), (196, 198, 202)),
        Part(box(-0.2, 0.3, -0.18, 0.64), scaled(c, 0.6)),
        Part(curve([(-1.46, 0.5), (0.0, 0.5), (1.46, 0.44)], [0.012] * 3), (206, 208, 212)),
        *_wheel(-0.92, 0.26),
        *_wheel(0.92, 0.26),
        Part(ellipse(1.42, 0.48, 0.05, 0.07), LAMP, True),
        Part(box(-1.52, 0.46, -1.46, 0.56), RED, True),
    ]


def truck(c: Rgb) -> list[Part]:
    """A lorry or a bus."""
    parts = [Part(box(-1.0, 0.16, 0.98, 1.0), c), Part(box(-1.0, 0.16, 0.98, 0.3), scaled(c, 0.6))]
    for x in (-0.86, -0.5, -0.14, 0.22, 0.6):
        parts.append(Part(box(x, 0.56, x + 0.28, 0.86), GLASS))
    parts.append(Part(ellipse(0.95, 0.3, 0.04, 0.05), LAMP, True))
    return [*parts, *_wheel(-0.62, 0.16), *_wheel(0.62, 0.16)]


def bike(c: Rgb) -> list[Part]:
    """A two-wheeler."""
    rims = []
    for x in (-0.5, 0.5):
        rims += [
            Part(ellipse(x, 0.32, 0.32, 0.32), DARK),
            Part(ellipse(x, 0.32, 0.26, 0.26), (150, 150, 150)),
        ]
    frame = [
        ((-0.5, 0.32), (-0.16, 0.74)),
        ((-0.5, 0.32), (0.02, 0.32)),
        ((-0.16, 0.74), (0.02, 0.32)),
        ((-0.16, 0.74), (0.36, 0.76)),
        ((0.02, 0.32), (0.36, 0.76)),
        ((0.5, 0.32), (0.34, 0.94)),
    ]
    bars = [Part(limb(a, 0.035, b, 0.03), c) for a, b in frame]
    return [
        *rims,
        *bars,
        Part(limb((-0.3, 0.82), 0.04, (-0.06, 0.82), 0.03), DARK),
        Part(limb((0.26, 0.96), 0.03, (0.44, 0.94), 0.03), DARK),
    ]


def motorbike(c: Rgb) -> list[Part]:
    """A motorbike: fat wheels, engine, tank and a long seat."""
    tyres: list[Part] = []
    for x in (-0.62, 0.62):
        tyres += [
            Part(ellipse(x, 0.3, 0.3, 0.3), DARK),
            Part(ellipse(x, 0.3, 0.17, 0.17), (120, 122, 128)),
            Part(ellipse(x, 0.3, 0.06, 0.06), DARK),
        ]
    tank = [(-0.1, 0.62), (0.02, 0.82), (0.3, 0.84), (0.4, 0.68), (0.2, 0.58)]
    seat = [(-0.72, 0.76), (-0.4, 0.7), (0.0, 0.68), (0.02, 0.76), (-0.36, 0.8)]
    return [
        *tyres,
        Part(limb((0.62, 0.3), 0.035, (0.38, 0.92), 0.03), (150, 152, 158)),
        Part(limb((-0.62, 0.3), 0.04, (0.0, 0.36), 0.05), (90, 92, 98)),
        Part(polygon([(-0.26, 0.24), (-0.3, 0.6), (0.26, 0.62), (0.3, 0.24)]), (84, 86, 92)),
        Part(ellipse(0.02, 0.42, 0.16, 0.14), (136, 138, 144)),
        Part(limb((0.1, 0.24), 0.045, (-0.78, 0.22), 0.055), (172, 174, 178)),
        Part(smooth([(0.4, 0.5), (0.44, 0.72), (0.74, 0.62), (0.92, 0.46), (0.6, 0.6)], 4), c),
        Part(smooth([(-0.9, 0.6), (-0.7, 0.72), (-0.3, 0.66), (-0.5, 0.54)], 4), c),
        Part(smooth(tank, 5), c),
        Part(smooth(seat, 5), DARK),
        Part(limb((0.3, 0.98), 0.03, (0.42, 0.9), 0.03), DARK),
        Part(ellipse(0.54, 0.78, 0.07, 0.08), LAMP, True),
    ]


def drone(c: Rgb) -> list[Part]:
    """A quadcopter in the air: body, four rotors, an eye that looks down."""
    parts: list[Part] = []
    for x, y, size in ((-0.72, 0.78, 0.8), (0.72, 0.78, 0.8), (-1.0, 0.56, 1.0), (1.0, 0.56, 1.0)):
        parts += [
            Part(limb((0, 0.5), 0.05, (x, y - 0.08), 0.035), (62, 64, 70)),
            Part(limb((x, y - 0.1), 0.05, (x, y + 0.04), 0.05), DARK),
            Part(ellipse(x, y + 0.07, 0.42 * size, 0.035), (170, 174, 180)),
        ]
    hull = [(-0.4, 0.46), (-0.3, 0.66), (0.0, 0.74), (0.3, 0.66), (0.4, 0.46), (0.0, 0.32)]
    return [
        *parts,
        Part(smooth(hull, 6), mix(c, (70, 74, 82), 0.55)),
        Part(ellipse(0.1, 0.36, 0.15, 0.15), DARK),
        Part(ellipse(0.13, 0.35, 0.07, 0.07), (120, 200, 255), True),
        Part(ellipse(-0.28, 0.56, 0.045, 0.045), RED, True),
        Part(ellipse(0.3, 0.56, 0.045, 0.045), (90, 150, 255), True),
        Part(limb((-0.3, 0.3), 0.02, (-0.36, 0.12), 0.02), DARK),
        Part(limb((0.3, 0.3), 0.02, (0.36, 0.12), 0.02), DARK),
    ]


def spaceship(c: Rgb) -> list[Part]:
    """A ship between the stars."""
    hull = [
        (1.4, 0.5),
        (0.7, 0.74),
        (-0.2, 0.84),
        (-1.1, 0.74),
        (-1.2, 0.4),
        (-0.3, 0.24),
        (0.8, 0.32),
    ]
    return [
        Part(polygon([(-0.2, 0.6), (-0.9, 1.0), (-1.1, 0.98), (-0.9, 0.5)]), scaled(c, 0.66)),
        Part(ellipse(-1.26, 0.56, 0.12, 0.16), (140, 210, 255), True),
        Part(smooth(hull, 6), c),
        Part(polygon([(0.1, 0.4), (-0.9, 0.0), (-1.16, 0.04), (-0.7, 0.44)]), scaled(c, 0.76)),
        Part(smooth([(1.0, 0.56), (0.7, 0.72), (0.3, 0.72), (0.5, 0.58)], 5), GLASS),
        *[Part(ellipse(-0.7 + 0.22 * i, 0.6, 0.04, 0.03), LAMP, True) for i in range(4)],
        Part(
            curve([(-1.0, 0.48), (0.0, 0.44), (0.9, 0.48)], [0.012, 0.012, 0.006]), scaled(c, 0.6)
        ),
    ]


def boat(c: Rgb) -> list[Part]:
    """A sailing boat."""
    return [
        Part(limb((0, 0.2), 0.02, (0, 1.0), 0.012), (110, 84, 60)),
        Part(polygon([(0.03, 0.96), (0.03, 0.3), (0.6, 0.3)]), (234, 228, 214)),
        Part(polygon([(-0.04, 0.9), (-0.04, 0.3), (-0.42, 0.32)]), (216, 208, 192)),
        Part(smooth([(-0.72, 0.24), (-0.56, 0.02), (0.5, 0.02), (0.8, 0.26), (0.0, 0.2)], 6), c),
    ]


def steamer(c: Rgb) -> list[Part]:
    """A working boat or a ship: high bow, wheelhouse, funnel and mast."""
    hull = [(-1.25, 0.36), (-1.12, 0.02), (1.0, 0.02), (1.34, 0.46), (0.9, 0.36)]
    parts = [
        Part(limb((0.34, 0.6), 0.02, (0.34, 1.0), 0.012), (96, 84, 70)),
        Part(box(-0.62, 0.56, -0.36, 0.9), scaled(c, 0.8)),
        Part(box(-0.62, 0.8, -0.36, 0.9), DARK),
        Part(box(-0.84, 0.34, 0.5, 0.54), (214, 208, 196)),
        Part(box(-0.1, 0.52, 0.46, 0.78), (226, 220, 208)),
        Part(box(-0.14, 0.76, 0.5, 0.81), scaled(c, 0.7)),
        Part(smooth(hull, 4), c),
        Part(polygon([(-1.15, 0.1), (-1.12, 0.02), (1.0, 0.02), (1.07, 0.1)]), (110, 40, 36)),
    ]
    parts += [Part(box(-0.04 + 0.17 * i, 0.6, 0.08 + 0.17 * i, 0.72), GLASS) for i in range(3)]
    parts += [Part(ellipse(-0.7 + 0.3 * i, 0.24, 0.07, 0.07), DARK) for i in range(5)]
    return [*parts, Part(ellipse(0.34, 1.0, 0.03, 0.03), LAMP, True)]


def train(c: Rgb) -> list[Part]:
    """An engine with a carriage behind it."""
    parts = [
        Part(
            smooth(
                [
                    (1.6, 0.2),
                    (1.5, 0.62),
                    (1.2, 0.96),
                    (0.9, 1.0),
                    (-1.6, 1.0),
                    (-1.6, 0.16),
                    (1.5, 0.16),
                ],
                4,
            ),
            c,
        )
    ]
    for i in range(7):
        parts.append(Part(box(-1.5 + 0.36 * i, 0.54, -1.24 + 0.36 * i, 0.82), GLASS))
    parts += [
        Part(box(-1.6, 0.3, 1.5, 0.36), scaled(c, 0.6)),
        Part(ellipse(1.52, 0.4, 0.06, 0.06), LAMP, True),
    ]
    return [*parts, *[w for x in (-1.3, -0.9, 0.7, 1.1) for w in _wheel(x, 0.11)]]


def plane(c: Rgb) -> list[Part]:
    """An aeroplane in the air."""
    return [
        Part(polygon([(-0.9, 0.56), (-1.3, 1.0), (-1.06, 1.0), (-0.6, 0.6)]), scaled(c, 0.8)),
        Part(
            smooth(
                [(1.35, 0.5), (1.1, 0.62), (-0.9, 0.62), (-1.3, 0.54), (-0.9, 0.42), (1.0, 0.38)], 6
            ),
            c,
        ),
        Part(polygon([(0.2, 0.48), (-0.5, 0.1), (-0.74, 0.1), (-0.3, 0.5)]), scaled(c, 0.68)),
        *[Part(ellipse(-0.6 + 0.2 * i, 0.54, 0.035, 0.03), GLASS) for i in range(8)],
    ]


VEHICLES: dict[str, Callable[[Rgb], list[Part]]] = {
    "car": car,
    "convertible": convertible,
    "truck": truck,
    "bike": bike,
    "motorbike": motorbike,
    "drone": drone,
    "steamer": steamer,
    "spaceship": spaceship,
    "boat": boat,
    "train": train,
    "plane": plane,
}
