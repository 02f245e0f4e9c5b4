"""Props that people handle or that stand about, one unit tall, standing at the origin."""

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

_DARK: Rgb = (38, 38, 42)
_STEEL: Rgb = (150, 154, 160)


def flashlight(c: Rgb) -> list[Part]:
    """A torch that points to the right."""
    return [
        Part(limb((-0.5, 0.54), 0.11, (0.3, 0.54), 0.11), scaled(c, 0.35)),
        Part(polygon([(0.25, 0.66), (0.62, 0.76), (0.62, 0.32), (0.25, 0.42)]), _DARK),
        Part(ellipse(0.62, 0.54, 0.06, 0.22), (255, 250, 226), True),
    ]


def gun(c: Rgb) -> list[Part]:
    """A revolver, its barrel to the right."""
    grip = [(-0.42, 0.62), (-0.2, 0.62), (-0.3, 0.02), (-0.58, 0.06), (-0.5, 0.3)]
    return [
        Part(smooth(grip, 5), (92, 62, 42)),
        Part(
            polygon([(-0.2, 0.62), (0.04, 0.62), (-0.02, 0.36), (-0.16, 0.34)]), scaled(_STEEL, 0.6)
        ),
        Part(box(-0.44, 0.6, 0.9, 0.78), (84, 88, 96)),
        Part(smooth([(-0.2, 0.56), (-0.2, 0.84), (0.16, 0.84), (0.16, 0.56)], 3), (108, 112, 120)),
        Part(polygon([(-0.5, 0.74), (-0.6, 0.92), (-0.44, 0.8)]), (72, 76, 84)),
        Part(polygon([(0.82, 0.78), (0.9, 0.86), (0.9, 0.78)]), (72, 76, 84)),
    ]


def rifle(c: Rgb) -> list[Part]:
    """A long gun, held upright."""
    return [
        Part(polygon([(-0.1, 0.0), (0.06, 0.02), (0.05, 0.32), (-0.04, 0.34)]), (104, 70, 46)),
        Part(limb((0.0, 0.3), 0.035, (0.0, 0.62), 0.025), (96, 66, 44)),
        Part(limb((0.012, 0.34), 0.018, (0.012, 1.0), 0.014), (70, 72, 78)),
        Part(box(0.02, 0.3, 0.07, 0.36), (60, 62, 66)),
    ]


def plush(c: Rgb) -> list[Part]:
    """A toy bear that sits."""
    fur = mix(c, (176, 124, 76), 0.7)
    pale = mix(fur, (244, 226, 196), 0.55)
    parts = [
        Part(limb((x, 0.2), 0.13, (x * 1.7, 0.1), 0.11), scaled(fur, 0.92)) for x in (-0.2, 0.2)
    ]
    parts += [
        Part(limb((x, 0.5), 0.1, (x * 1.9, 0.3), 0.08), scaled(fur, 0.86)) for x in (-0.2, 0.2)
    ]
    parts += [Part(ellipse(x, 0.93, 0.09, 0.09), scaled(fur, 0.8)) for x in (-0.18, 0.18)]
    return [
        *parts,
        Part(ellipse(0, 0.34, 0.25, 0.28), fur),
        Part(ellipse(0.02, 0.32, 0.15, 0.18), pale),
        Part(ellipse(0, 0.74, 0.25, 0.22), fur),
        Part(ellipse(0.03, 0.67, 0.11, 0.09), pale),
        Part(ellipse(0.03, 0.71, 0.035, 0.026), _DARK),
        Part(ellipse(-0.06, 0.79, 0.026, 0.03), _DARK),
        Part(ellipse(0.12, 0.79, 0.026, 0.03), _DARK),
    ]


def wheelchair(c: Rgb) -> list[Part]:
    """A chair on two large wheels and two small ones."""
    seat = scaled(mix(c, (60, 70, 84), 0.7), 0.8)

    def hoop(x: float, r: float, thick: float) -> list[Part]:
        ring = ellipse(x, r, r, r)[0].tolist()
        hole = ellipse(x, r, r - thick, r - thick)[0].tolist()
        band = [*ring, ring[0], hole[0], *hole[::-1]]
        return [Part(polygon([(a, b) for a, b in band]), _DARK, line=False)]

    spokes = [
        Part(limb((-0.12, 0.33), 0.006, (-0.12 + dx, 0.33 + dy), 0.006, 3), _STEEL, line=False)
        for dx, dy in ((0.3, 0), (-0.3, 0), (0, 0.3), (0, -0.3), (0.2, 0.2), (-0.2, -0.2))
    ]
    return [
        Part(limb((-0.3, 0.46), 0.022, (-0.36, 1.0), 0.022), _STEEL),
        Part(limb((-0.36, 0.98), 0.026, (-0.5, 0.98), 0.024), _DARK),
        Part(polygon([(-0.32, 0.5), (-0.22, 0.5), (-0.28, 0.92), (-0.37, 0.92)]), seat),
        Part(polygon([(-0.3, 0.44), (0.26, 0.46), (0.26, 0.54), (-0.3, 0.52)]), scaled(seat, 1.2)),
        Part(limb((0.24, 0.48), 0.02, (0.38, 0.12), 0.018), _STEEL),
        Part(limb((0.36, 0.12), 0.022, (0.52, 0.1), 0.018), _DARK),
        Part(limb((-0.26, 0.68), 0.024, (0.2, 0.68), 0.022), _DARK),
        Part(limb((0.18, 0.68), 0.016, (0.2, 0.46), 0.016), _STEEL),
        *spokes,
        *hoop(-0.12, 0.34, 0.035),
        *hoop(0.34, 0.09, 0.03),
    ]


def trolley(c: Rgb) -> list[Part]:
    """A bed or tray on wheels with a rail to push it by."""
    sheet = mix(c, (226, 230, 230), 0.75)
    legs = [Part(limb((x, 0.12), 0.02, (x * 0.96, 0.62), 0.02), _STEEL) for x in (-0.8, 0.8)]
    wheels = [Part(ellipse(x, 0.08, 0.08, 0.08), _DARK) for x in (-0.8, 0.8)]
    return [
        *wheels,
        *legs,
        Part(box(-0.82, 0.28, 0.82, 0.32), scaled(_STEEL, 0.85)),
        Part(polygon([(-0.96, 0.6), (0.96, 0.6), (0.96, 0.74), (-0.96, 0.74)]), sheet),
        Part(box(-0.96, 0.54, 0.96, 0.6), scaled(_STEEL, 0.7)),
        Part(limb((-0.92, 0.72), 0.02, (-1.02, 1.0), 0.02), _STEEL),
        Part(
            smooth([(0.5, 0.74), (0.52, 0.86), (0.9, 0.86), (0.92, 0.74)], 4), scaled(sheet, 1.05)
        ),
    ]


def cactus(c: Rgb) -> list[Part]:
    """A saguaro with two arms."""
    green: Rgb = (84, 122, 74)
    parts = [
        Part(
            curve([(-0.02, 0.36), (-0.26, 0.38), (-0.27, 0.62)], [0.06, 0.06, 0.05]),
            scaled(green, 0.9),
        ),
        Part(
            curve([(0.02, 0.5), (0.24, 0.52), (0.25, 0.8)], [0.055, 0.055, 0.045]),
            scaled(green, 0.9),
        ),
        Part(limb((0, 0.0), 0.09, (0, 0.92), 0.08), green),
    ]
    parts += [
        Part(limb((x, 0.02), 0.006, (x, 0.94), 0.005, 4), scaled(green, 0.72), line=False)
        for x in (-0.045, 0.0, 0.045)
    ]
    return parts


def fruit(c: Rgb) -> list[Part]:
    """A round fruit with a leaf."""
    skin = c if max(c) - min(c) > 60 else mix(c, (232, 134, 44), 0.8)
    return [
        Part(ellipse(0, 0.46, 0.47, 0.46), skin),
        Part(ellipse(-0.15, 0.62, 0.13, 0.1, 30), mix(skin, (255, 250, 236), 0.5), True, False),
        Part(limb((0, 0.9), 0.03, (0.03, 0.99), 0.025), (84, 62, 42)),
        Part(smooth([(0.03, 0.92), (0.2, 1.0), (0.34, 0.9), (0.18, 0.86)], 4), (86, 128, 62)),
    ]


def snowball(c: Rgb) -> list[Part]:
    """Snow, pressed."""
    return [
        Part(ellipse(0, 0.5, 0.5, 0.48), (236, 241, 248)),
        Part(ellipse(0.1, 0.36, 0.34, 0.3), (208, 216, 230), line=False),
    ]


def appliance(c: Rgb) -> list[Part]:
    """A toaster with two slices in it."""
    metal = mix(c, (196, 198, 200), 0.75)
    slices = [
        Part(smooth([(x, 0.6), (x, 0.92), (x + 0.5, 0.92), (x + 0.5, 0.6)], 3), tone)
        for x, tone in ((-0.42, (150, 98, 54)), (-0.3, (196, 142, 84)))
    ]
    return [
        *slices,
        Part(smooth([(-0.68, 0.06), (-0.68, 0.74), (0.68, 0.74), (0.68, 0.06)], 3), metal),
        Part(box(-0.5, 0.68, 0.34, 0.73), _DARK),
        Part(box(0.56, 0.44, 0.74, 0.52), _DARK),
        Part(box(-0.62, 0.0, 0.62, 0.1), (52, 52, 56)),
        Part(box(-0.56, 0.14, -0.48, 0.64), mix(metal, (255, 255, 255), 0.6), True, False),
    ]


def bag(c: Rgb) -> list[Part]:
    """A satchel or rucksack with its flap and strap."""
    cloth = mix(c, (96, 84, 72), 0.3)
    body = [(-0.5, 0.02), (-0.54, 0.5), (-0.44, 0.78), (0.44, 0.78), (0.54, 0.5), (0.5, 0.02)]
    flap = [(-0.5, 0.46), (-0.44, 0.8), (0.44, 0.8), (0.5, 0.46), (0.0, 0.36)]
    return [
        Part(
            curve([(-0.34, 0.76), (-0.2, 0.98), (0.2, 0.98), (0.34, 0.76)], [0.04] * 4),
            scaled(cloth, 0.6),
        ),
        Part(smooth(body, 4), cloth),
        Part(box(-0.34, 0.08, 0.34, 0.34), scaled(cloth, 0.82)),
        Part(smooth(flap, 4), scaled(cloth, 0.9)),
        Part(box(-0.06, 0.32, 0.06, 0.5), (186, 160, 96)),
    ]


def container(c: Rgb) -> list[Part]:
    """A shipping container, its long side to the lens."""
    steel = mix(c, (150, 74, 52), 0.6)
    parts = [
        Part(box(-1.2, 0.0, 1.2, 1.0), steel),
        Part(box(-1.2, 0.95, 1.2, 1.0), scaled(steel, 1.2)),
    ]
    parts += [
        Part(box(-1.16 + 0.116 * n, 0.06, -1.11 + 0.116 * n, 0.94), scaled(steel, 0.78), line=False)
        for n in range(20)
    ]
    return parts


PROPS: dict[str, Callable[[Rgb], list[Part]]] = {
    "flashlight": flashlight,
    "gun": gun,
    "rifle": rifle,
    "plush": plush,
    "wheelchair": wheelchair,
    "trolley": trolley,
    "cactus": cactus,
    "fruit": fruit,
    "snowball": snowball,
    "appliance": appliance,
    "bag": bag,
    "container": container,
}
