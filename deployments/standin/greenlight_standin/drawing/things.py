"""Props as simple silhouettes, one unit tall, standing at the origin, facing right."""

from __future__ import annotations

from collections.abc import Callable

from greenlight_standin.drawing import landmarks
from greenlight_standin.drawing.props import PROPS
from greenlight_standin.drawing.shapes import (
    Part,
    Rgb,
    box,
    curve,
    ellipse,
    limb,
    mix,
    moved,
    polygon,
    scaled,
    smooth,
)
from greenlight_standin.drawing.vehicles import VEHICLES

DARK: Rgb = (32, 32, 36)


def ball(c: Rgb) -> list[Part]:
    """A round thing."""
    return [
        Part(ellipse(0, 0.5, 0.5, 0.5), mix(c, (240, 240, 238), 0.5)),
        Part(
            smooth([(-0.14, 0.66), (0.14, 0.68), (0.2, 0.42), (0, 0.28), (-0.2, 0.42)], 3),
            scaled(c, 0.4),
        ),
    ]


def bottle(c: Rgb) -> list[Part]:
    """A bottle with a stopper."""
    glass = mix(c, (236, 226, 206), 0.35)
    body = [
        (-0.26, 0.0),
        (-0.3, 0.1),
        (-0.3, 0.5),
        (-0.22, 0.62),
        (-0.07, 0.68),
        (0.07, 0.68),
        (0.22, 0.62),
        (0.3, 0.5),
        (0.3, 0.1),
        (0.26, 0.0),
    ]
    return [
        Part(box(-0.075, 0.64, 0.075, 0.8), mix(c, (230, 190, 110), 0.6)),
        Part(
            smooth([(-0.12, 0.8), (-0.13, 0.96), (0.0, 1.0), (0.13, 0.96), (0.12, 0.8)], 5),
            (64, 54, 46),
        ),
        Part(polygon(body), glass),
        Part(
            polygon([(-0.25, 0.04), (-0.27, 0.36), (0.27, 0.36), (0.25, 0.04)]),
            mix(glass, (206, 128, 40), 0.5),
        ),
        Part(box(-0.17, 0.14, 0.17, 0.3), (244, 238, 226)),
        Part(box(-0.24, 0.1, -0.2, 0.56), (255, 255, 255), True),
    ]


def cup(c: Rgb) -> list[Part]:
    """A cup with its handle."""
    return [
        Part(ellipse(0.42, 0.5, 0.24, 0.26), scaled(c, 0.8)),
        Part(ellipse(0.42, 0.5, 0.14, 0.16), scaled(c, 0.35)),
        Part(
            polygon([(-0.46, 0.92), (0.46, 0.92), (0.34, 0.04), (-0.34, 0.04)]),
            mix(c, (240, 236, 228), 0.45),
        ),
        Part(ellipse(0, 0.92, 0.46, 0.09), mix(c, (250, 246, 240), 0.6)),
        Part(ellipse(0, 0.91, 0.38, 0.065), (70, 44, 28)),
    ]


def phone(c: Rgb) -> list[Part]:
    """A phone."""
    return [
        Part(smooth([(-0.26, 0.02), (-0.26, 0.98), (0.26, 0.98), (0.26, 0.02)], 3), DARK),
        Part(box(-0.22, 0.1, 0.22, 0.9), mix(c, (150, 200, 240), 0.6), True),
        Part(box(-0.14, 0.6, 0.14, 0.64), (255, 255, 255), True),
        Part(box(-0.14, 0.5, 0.06, 0.54), (230, 240, 250), True),
    ]


def book(c: Rgb) -> list[Part]:
    """An open book or a sheet of paper."""
    page: Rgb = (238, 230, 212)
    parts = [
        Part(
            polygon([(-0.92, 0.06), (-0.84, 0.9), (0, 1.0), (0.84, 0.9), (0.92, 0.06), (0, 0.16)]),
            scaled(c, 0.7),
        ),
        Part(polygon([(-0.86, 0.12), (-0.78, 0.92), (0, 1.0), (0, 0.2)]), page),
        Part(polygon([(0.86, 0.12), (0.78, 0.92), (0, 1.0), (0, 0.2)]), scaled(page, 0.93)),
    ]
    for i in range(5):
        y = 0.76 - 0.12 * i
        parts += [
            Part(limb((-0.68, y), 0.012, (-0.12, y + 0.05), 0.012), (120, 112, 104)),
            Part(limb((0.12, y + 0.05), 0.012, (0.68, y), 0.012), (120, 112, 104)),
        ]
    return parts


def door(c: Rgb) -> list[Part]:
    """A door in its frame."""
    return [
        Part(box(-0.3, 0, 0.3, 1.0), scaled(c, 0.5)),
        Part(box(-0.25, 0, 0.25, 0.96), c),
        Part(box(-0.18, 0.54, 0.18, 0.88), scaled(c, 0.8)),
        Part(box(-0.18, 0.08, 0.18, 0.44), scaled(c, 0.8)),
        Part(ellipse(0.2, 0.48, 0.025, 0.025), (222, 190, 110), True),
    ]


def chair(c: Rgb) -> list[Part]:
    """A chair."""
    legs = [
        Part(limb((x, 0.5), 0.035, (x * 1.08, 0.0), 0.028), scaled(c, 0.6))
        for x in (-0.3, 0.3, -0.2, 0.38)
    ]
    return [
        *legs,
        Part(box(-0.36, 0.5, -0.27, 1.0), scaled(c, 0.8)),
        Part(box(-0.36, 0.72, -0.1, 0.98), c),
        Part(box(-0.38, 0.44, 0.42, 0.54), c),
    ]


def table(c: Rgb) -> list[Part]:
    """A table."""
    return [
        *[
            Part(limb((x, 0.84), 0.05, (x, 0.0), 0.04), scaled(c, 0.55))
            for x in (-0.9, 0.9, -0.7, 0.7)
        ],
        Part(box(-1.1, 0.84, 1.1, 1.0), c),
        Part(box(-1.1, 0.82, 1.1, 0.88), scaled(c, 0.7)),
    ]


def lamp(c: Rgb) -> list[Part]:
    """A lamp that is lit."""
    return [
        Part(ellipse(0, 0.02, 0.16, 0.03), DARK),
        Part(limb((0, 0.02), 0.018, (0, 0.72), 0.016), scaled(c, 0.5)),
        Part(
            polygon([(-0.13, 1.0), (0.13, 1.0), (0.24, 0.68), (-0.24, 0.68)]), (255, 226, 160), True
        ),
    ]


def tree(c: Rgb) -> list[Part]:
    """A tree with a round crown."""
    leaf = mix((72, 104, 58), c, 0.3)
    crown = [
        (0, 0.7, 0.3),
        (-0.2, 0.6, 0.2),
        (0.2, 0.58, 0.22),
        (-0.08, 0.84, 0.18),
        (0.1, 0.82, 0.16),
    ]
    return [
        Part(limb((0, 0), 0.06, (0.01, 0.6), 0.035), (86, 64, 48)),
        *[
            Part(ellipse(x, y, r, r * 0.86), scaled(leaf, 0.8 + 0.08 * i))
            for i, (x, y, r) in enumerate(crown)
        ],
    ]


def house(c: Rgb) -> list[Part]:
    """A house with lit windows."""
    wall = mix(c, (214, 204, 188), 0.45)
    parts = [
        Part(box(-0.56, 0, 0.56, 0.58), wall),
        Part(polygon([(-0.66, 0.56), (0, 1.0), (0.66, 0.56)]), (112, 62, 52)),
        Part(box(-0.1, 0, 0.1, 0.3), (78, 56, 44)),
    ]
    for x in (-0.4, 0.24):
        parts.append(Part(box(x, 0.26, x + 0.17, 0.44), (255, 220, 140), True))
    return parts


def flower(c: Rgb) -> list[Part]:
    """A flower on its stem."""
    parts = [
        Part(curve([(0.06, 0), (-0.02, 0.3), (0, 0.66)], [0.022, 0.02, 0.016]), (70, 116, 62)),
        Part(ellipse(0.12, 0.28, 0.14, 0.05, 30), (84, 132, 70)),
    ]
    for turn in range(0, 360, 60):
        shape = ellipse(0.15, 0, 0.14, 0.085)
        parts.append(Part(moved(shape, 0, 0.76, turn=turn), mix(c, (240, 220, 224), 0.2)))
    return [*parts, Part(ellipse(0, 0.76, 0.08, 0.08), (240, 200, 80))]


def sword(c: Rgb) -> list[Part]:
    """A blade, point up."""
    return [
        Part(
            polygon([(-0.045, 0.26), (-0.04, 0.88), (0, 1.0), (0.04, 0.88), (0.045, 0.26)]),
            (196, 202, 212),
        ),
        Part(polygon([(0, 0.26), (0, 1.0), (0.04, 0.88), (0.045, 0.26)]), (150, 156, 168)),
        Part(box(-0.16, 0.22, 0.16, 0.27), (180, 146, 70)),
        Part(limb((0, 0.22), 0.03, (0, 0.04), 0.026), scaled(c, 0.5)),
    ]


def case(c: Rgb) -> list[Part]:
    """A case or a crate with a handle."""
    return [
        Part(smooth([(-0.16, 0.82), (-0.14, 0.98), (0.14, 0.98), (0.16, 0.82)], 3), scaled(c, 0.5)),
        Part(box(-0.64, 0, 0.64, 0.84), c),
        Part(box(-0.64, 0.4, 0.64, 0.46), scaled(c, 0.6)),
        Part(box(-0.5, 0.0, -0.42, 0.84), scaled(c, 0.7)),
        Part(box(0.42, 0.0, 0.5, 0.84), scaled(c, 0.7)),
        Part(box(-0.06, 0.36, 0.06, 0.5), (222, 190, 110)),
    ]


def key(c: Rgb) -> list[Part]:
    """A key or a ring."""
    gold: Rgb = (216, 176, 84)
    return [
        Part(ellipse(0, 0.76, 0.23, 0.23), gold),
        Part(ellipse(0, 0.76, 0.12, 0.12), scaled(gold, 0.3)),
        Part(box(-0.045, 0.02, 0.045, 0.55), gold),
        Part(box(0.04, 0.04, 0.18, 0.11), gold),
        Part(box(0.04, 0.18, 0.15, 0.25), gold),
    ]


def ribbon(c: Rgb) -> list[Part]:
    """Cloth in the air."""
    path = [(-0.9, 0.3), (-0.5, 0.78), (-0.1, 0.4), (0.3, 0.62), (0.6, 0.2), (0.95, 0.7)]
    return [
        Part(curve(path, [0.05, 0.14, 0.16, 0.15, 0.12, 0.05], 12), c),
        Part(
            curve([(x, y - 0.06) for x, y in path], [0.01, 0.05, 0.05, 0.05, 0.04, 0.01], 12),
            scaled(c, 0.72),
        ),
    ]


def curtain(c: Rgb) -> list[Part]:
    """A curtain with folds, moved by the air."""
    parts = [Part(limb((-0.46, 0.99), 0.012, (0.46, 0.99), 0.012), DARK)]
    for index in range(7):
        x = -0.42 + 0.12 * index
        sway = 0.05 * (index % 3) + 0.03 * index
        fold = [(x, 0.98), (x + 0.12, 0.98), (x + 0.14 + sway * 0.5, 0.5), (x + 0.13 + sway, 0.02),
                (x + sway - 0.02, 0.0), (x + sway * 0.4, 0.5)]  # fmt: skip
        parts.append(Part(polygon(fold), scaled(c, 0.78 if index % 2 else 1.05)))
    return parts


def screen(c: Rgb) -> list[Part]:
    """A screen that is on."""
    return [
        Part(box(-0.06, 0, 0.06, 0.2), DARK),
        Part(box(-0.3, 0, 0.3, 0.05), DARK),
        Part(box(-0.8, 0.16, 0.8, 1.0), (40, 42, 46)),
        Part(box(-0.74, 0.22, 0.74, 0.94), mix(c, (130, 190, 226), 0.6), True),
        Part(
            polygon([(-0.74, 0.94), (-0.2, 0.94), (-0.6, 0.22), (-0.74, 0.22)]),
            (196, 226, 240),
            True,
        ),
    ]


def cone(c: Rgb) -> list[Part]:
    """A traffic cone."""
    orange: Rgb = (236, 110, 40)
    return [
        Part(polygon([(-0.5, 0), (-0.46, 0.1), (0.46, 0.1), (0.5, 0)]), scaled(orange, 0.7)),
        Part(polygon([(-0.34, 0.08), (-0.06, 1.0), (0.06, 1.0), (0.34, 0.08)]), orange),
        Part(polygon([(-0.26, 0.34), (-0.19, 0.58), (0.19, 0.58), (0.26, 0.34)]), (244, 240, 234)),
    ]


def wave(c: Rgb) -> list[Part]:
    """A breaking wave."""
    water = mix((46, 110, 140), c, 0.25)
    crest = [
        (-1.4, 0.0),
        (-0.8, 0.3),
        (-0.2, 0.82),
        (0.4, 1.0),
        (0.86, 0.78),
        (0.9, 0.5),
        (0.6, 0.62),
        (0.4, 0.4),
        (0.6, 0.1),
        (1.4, 0.0),
    ]
    return [
        Part(smooth(crest, 7), water),
        Part(
            curve([(-0.2, 0.82), (0.4, 1.0), (0.86, 0.78), (0.9, 0.5)], [0.02, 0.05, 0.06, 0.03]),
            (238, 244, 246),
        ),
    ]


def crane(c: Rgb) -> list[Part]:
    """A harbour crane: legs, cab and a long jib with its hook."""
    steel = mix(c, (120, 92, 70), 0.4)
    legs = [((-0.24, 0), (-0.08, 0.5)), ((0.24, 0), (0.08, 0.5)), ((-0.19, 0.16), (0.13, 0.34)),
            ((0.19, 0.16), (-0.13, 0.34))]  # fmt: skip
    jib = [((0.0, 0.56), (0.72, 0.98)), ((0.0, 0.66), (0.72, 0.98)), ((0.0, 0.8), (0.72, 0.98)),
           ((0.0, 0.5), (0.0, 0.82)), ((0.0, 0.8), (-0.3, 0.58))]  # fmt: skip
    return [
        *[Part(limb(a, 0.02, b, 0.018), scaled(steel, 0.75)) for a, b in legs],
        *[Part(limb(a, 0.016, b, 0.01), steel) for a, b in jib],
        Part(box(-0.3, 0.5, 0.12, 0.64), steel),
        Part(box(0.0, 0.54, 0.1, 0.62), (70, 84, 96)),
        Part(limb((0.7, 0.96), 0.004, (0.7, 0.5), 0.004), DARK),
        Part(ellipse(0.7, 0.48, 0.025, 0.03), DARK),
    ]


def lantern(c: Rgb) -> list[Part]:
    """A lantern with its handle, lit."""
    return [
        Part(curve([(-0.2, 0.7), (0.0, 1.0), (0.2, 0.7)], [0.02, 0.025, 0.02]), DARK),
        Part(box(-0.26, 0.0, 0.26, 0.12), c),
        Part(box(-0.2, 0.12, 0.2, 0.62), (255, 224, 150), True),
        Part(box(-0.22, 0.12, -0.17, 0.62), scaled(c, 0.8)),
        Part(box(0.17, 0.12, 0.22, 0.62), scaled(c, 0.8)),
        Part(polygon([(-0.28, 0.6), (-0.12, 0.76), (0.12, 0.76), (0.28, 0.6)]), c),
    ]


def kite(c: Rgb) -> list[Part]:
    """A kite with its tail."""
    tail = [(0.0, 0.4), (-0.12, 0.28), (0.02, 0.16), (-0.1, 0.04)]
    return [
        Part(curve(tail, [0.008, 0.012, 0.012, 0.006]), scaled(c, 0.7)),
        Part(polygon([(0, 0.36), (-0.3, 0.76), (0, 1.0), (0.3, 0.76)]), c),
        Part(polygon([(0, 0.36), (0, 1.0), (0.3, 0.76)]), scaled(c, 0.8)),
    ]


THINGS: dict[str, Callable[[Rgb], list[Part]]] = {
    **VEHICLES,
    **PROPS,
    "ball": ball,
    "bottle": landmarks.drink_bottle,
    "flacon": bottle,
    "glass": landmarks.glass,
    "cup": cup,
    "phone": phone,
    "book": book,
    "door": door,
    "chair": chair,
    "table": table,
    "lamp": lamp,
    "tree": tree,
    "house": house,
    "flower": flower,
    "sword": sword,
    "box": case,
    "key": key,
    "ribbon": ribbon,
    "curtain": curtain,
    "screen": screen,
    "cone": cone,
    "wave": wave,
    "crane": crane,
    "lantern": lantern,
    "kite": kite,
    "handle": landmarks.handle,
    "tower": landmarks.tower,
    "jewel": landmarks.jewel,
    "bow": landmarks.bow,
    "thing": landmarks.block,
}
