"""Towers, plinths, jewels, bows, drinks, and a crate in place of what has no silhouette."""

from __future__ import annotations

from greenlight_standin.drawing.shapes import Part, Rgb, box, curve, ellipse, mix, polygon, scaled


def tower(c: Rgb) -> list[Part]:
    """A lighthouse, or any tower with a lantern room."""
    wall = mix(c, (226, 220, 208), 0.6)
    parts = [Part(polygon([(-0.13, 0), (-0.085, 0.8), (0.085, 0.8), (0.13, 0)]), wall)]
    for low in (0.16, 0.44):
        wide, top = 0.13 - 0.056 * low, low + 0.14
        band = [(-wide, low), (-0.13 + 0.056 * top, top), (0.13 - 0.056 * top, top), (wide, low)]
        parts.append(Part(polygon(band), mix(c, (150, 52, 44), 0.6), line=False))
    return [
        *parts,
        Part(box(-0.03, 0.0, 0.03, 0.08), (66, 52, 46)),
        Part(box(-0.115, 0.79, 0.115, 0.815), (70, 70, 74)),
        Part(box(-0.062, 0.815, 0.062, 0.91), (255, 232, 168), True),
        Part(box(-0.004, 0.815, 0.004, 0.91), (60, 60, 64)),
        Part(polygon([(-0.08, 0.905), (0.0, 1.0), (0.08, 0.905)]), (92, 50, 46)),
    ]


def plinth(c: Rgb) -> list[Part]:
    """What a statue stands on, as wide as it is high."""
    stone = mix(c, (168, 166, 160), 0.7)
    return [
        Part(box(-0.26, 0.0, 0.26, 0.05), scaled(stone, 0.8)),
        Part(box(-0.21, 0.05, 0.21, 0.2), stone),
        Part(box(-0.24, 0.2, 0.24, 0.235), mix(stone, (255, 255, 255), 0.15)),
    ]


def jewel(c: Rgb) -> list[Part]:
    """A stone on a chain."""
    gold: Rgb = (216, 176, 84)
    cut = [(-0.16, 0.24), (0.0, 0.36), (0.16, 0.24), (0.1, 0.08), (0.0, 0.0), (-0.1, 0.08)]
    facet = [(-0.06, 0.24), (0.06, 0.24), (0.0, 0.02)]
    chain = [(-0.02, 0.36), (-0.3, 0.7), (-0.22, 0.96), (0.22, 0.96), (0.3, 0.7), (0.02, 0.36)]
    return [
        Part(curve(chain, [0.018] * 6), gold),
        Part(ellipse(0, 0.36, 0.045, 0.045), gold),
        Part(polygon(cut), mix(c, (120, 200, 224), 0.6)),
        Part(polygon(facet), (232, 248, 255), line=False),
    ]


def bow(c: Rgb) -> list[Part]:
    """A bow with its string and an arrow on it."""
    wood = mix(c, (110, 72, 44), 0.7)
    limbs = [(-0.1, 0.0), (0.06, 0.2), (0.12, 0.5), (0.06, 0.8), (-0.1, 1.0)]
    return [
        Part(curve(limbs, [0.012, 0.024, 0.03, 0.024, 0.012]), wood),
        Part(polygon([(-0.1, 0.0), (-0.094, 0.0), (-0.094, 1.0), (-0.1, 1.0)]), (222, 216, 204)),
        Part(box(-0.16, 0.494, 0.3, 0.506), (196, 186, 168)),
        Part(polygon([(0.29, 0.47), (0.38, 0.5), (0.29, 0.53)]), (150, 156, 168)),
    ]


def block(c: Rgb) -> list[Part]:
    """What has no silhouette of its own: a plain crate, as a stage hand stands in for it."""
    stone = mix(c, (176, 172, 164), 0.6)
    side = [(0.3, 0.0), (0.56, 0.12), (0.56, 0.9), (0.3, 0.8)]
    top = [(-0.5, 0.8), (-0.2, 0.92), (0.56, 0.9), (0.3, 0.8)]
    cross = [(-0.44, 0.05), (-0.39, 0.05), (0.24, 0.75), (0.19, 0.75)]
    return [
        Part(box(-0.5, 0.0, 0.3, 0.8), stone),
        Part(polygon(side), scaled(stone, 0.66)),
        Part(polygon(top), mix(stone, (255, 255, 255), 0.3)),
        Part(box(-0.5, 0.0, 0.3, 0.05), scaled(stone, 0.82), line=False),
        Part(box(-0.5, 0.75, 0.3, 0.8), scaled(stone, 0.82), line=False),
        Part(polygon(cross), scaled(stone, 0.85), line=False),
    ]


def glass(c: Rgb) -> list[Part]:
    """A tumbler with a drink in it."""
    clear = mix(c, (226, 234, 236), 0.78)
    drink = mix(c, (238, 206, 104), 0.5)
    return [
        Part(polygon([(-0.3, 1.0), (0.3, 1.0), (0.22, 0.0), (-0.22, 0.0)]), clear),
        Part(polygon([(-0.272, 0.76), (0.272, 0.76), (0.206, 0.05), (-0.206, 0.05)]), drink),
        Part(ellipse(0, 0.76, 0.272, 0.04), mix(drink, (255, 255, 255), 0.35), line=False),
        Part(ellipse(0, 1.0, 0.3, 0.04), mix(clear, (255, 255, 255), 0.4)),
        Part(box(-0.2, 0.12, -0.16, 0.9), (250, 252, 252), True, False),
    ]


def drink_bottle(c: Rgb) -> list[Part]:
    """A bottle of something to drink, with a crown cap and a label."""
    pane = mix(c, (196, 214, 190), 0.4)
    half = [(0.17, 0.0), (0.19, 0.04), (0.19, 0.5), (0.17, 0.6), (0.075, 0.74), (0.065, 0.95)]
    body = [(-x, y) for x, y in half[::-1]] + half
    fill = [(x * 0.84, min(0.8, y + 0.02)) for x, y in body]
    return [
        Part(polygon(body), pane),
        Part(polygon(fill), mix(c, (244, 208, 96), 0.35), line=False),
        Part(box(-0.08, 0.93, 0.08, 1.0), (176, 52, 44)),
        Part(box(-0.19, 0.16, 0.19, 0.44), (240, 236, 224)),
        Part(ellipse(0, 0.3, 0.09, 0.09), mix(c, (236, 190, 60), 0.5), line=False),
        Part(box(-0.145, 0.46, -0.115, 0.66), (250, 252, 252), True, False),
    ]


def handle(c: Rgb) -> list[Part]:
    """A door's handle on its plate."""
    brass: Rgb = (206, 170, 92)
    return [
        Part(box(-0.16, 0.0, 0.16, 1.0), mix(brass, (90, 74, 50), 0.45)),
        Part(ellipse(0, 0.66, 0.13, 0.13), brass),
        Part(curve([(0.0, 0.66), (-0.3, 0.68), (-0.62, 0.62)], [0.07, 0.065, 0.05]), brass),
        Part(ellipse(0, 0.24, 0.05, 0.05), (36, 30, 26), line=False),
    ]
