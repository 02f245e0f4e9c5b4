"""Seas, deserts, mountains, the deep and the sky, and every ground seen from above."""

from __future__ import annotations

import re

from greenlight_standin.drawing.shapes import (
    Rgb,
    box,
    curve,
    ellipse,
    mix,
    polygon,
    scaled,
    smooth,
)
from greenlight_standin.drawing.world import Set


def sea(scene: Set) -> None:
    """Water to the horizon, a light path, foam; sand in front if it is a beach."""
    scene.sky()
    scene.clouds(5, scene.tone(mix(scene.scheme.sky_low, (255, 255, 255), 0.4), 30))
    scene.sun()
    water = mix((48, 92, 116), scene.scheme.sky_low, 0.3)
    scene.ground(water)
    rng = scene.rng
    for _ in range(150):
        y = scene.horizon + 0.004 + (scene.bottom - scene.horizon) * rng.random() ** 2
        near = (y - scene.horizon) / max(0.05, scene.bottom - scene.horizon)
        x = rng.uniform(scene.left, scene.right)
        w = 0.02 + 0.22 * near * rng.random()
        tone = scene.tone(mix(water, (255, 255, 255), rng.uniform(0.06, 0.34)), 10 * (1 - near))
        scene.canvas.flat(ellipse(x, y, w, 0.001 + 0.006 * near), tone)
    side = 0.82 if scene.staging.light.x > 0 else 0.18
    for _ in range(60):
        y = scene.horizon + 0.003 + 0.4 * rng.random() ** 1.5
        x = scene.canvas.aspect * side + rng.gauss(0, 0.02 + 0.1 * (y - scene.horizon))
        scene.canvas.flat(
            ellipse(x, y, 0.02, 0.0022), mix(scene.tone(water), scene.scheme.key, 0.7)
        )
    if re.search(r"beach|shore|coast|island|sand", scene.words):
        # Whoever is there stands on the sand, however far away.
        down = min(0.3, 0.6 * max(0.02, scene.staging.feet - scene.horizon))
        edge = [
            (scene.left, scene.horizon + 0.86 * down),
            (scene.canvas.aspect * 0.5, scene.horizon + 1.1 * down),
            (scene.right, scene.horizon + 0.96 * down),
        ]
        sand = scene.tone(mix((206, 178, 132), scene.scheme.ground, 0.3), 3)
        scene.canvas.flat(
            curve([(x, y + 0.01) for x, y in edge], [0.012, 0.016, 0.012]), (236, 240, 240)
        )
        scene.canvas.flat(
            polygon([*edge, (scene.right, scene.bottom), (scene.left, scene.bottom)]), sand
        )


def desert(scene: Set) -> None:
    """Dunes or a dead plain, ridge behind ridge."""
    red = re.search(r"mars|red|canyon", scene.words) is not None
    grey = re.search(r"moon|lunar|ash|crater", scene.words) is not None
    sand: Rgb = (186, 92, 58) if red else (140, 140, 146) if grey else (212, 170, 112)
    sand = mix(sand, scene.scheme.ground, 0.25)
    scene.sky(
        mix(scene.scheme.sky_low, sand, 0.4) if not grey else (18, 18, 26),
        None if not grey else (4, 4, 10),
    )
    if grey or scene.scheme.dark:
        scene.stars(180)
    scene.sun()
    scene.ridge(0.13, 0.7, scene.tone(sand, 50, 0.9))
    scene.ridge(0.075, 0.3, scene.tone(sand, 26, 0.85))
    scene.ground(sand)
    for index in range(5):
        y = scene.horizon + 0.04 + 0.1 * index + 0.03 * index * index
        lift = scene.rng.uniform(0.02, 0.06) * (1 + index * 0.5)
        x = scene.rng.uniform(0.1, 0.9) * scene.canvas.aspect
        path = [
            (scene.left, y + lift),
            (x - 0.3, y + lift * 0.4),
            (x, y),
            (x + 0.4, y + lift * 0.7),
            (scene.right, y + lift),
        ]
        light = scene.tone(sand, 18 - 4 * index, 1.04 - 0.05 * index)
        scene.canvas.flat(
            polygon([*path, (scene.right, scene.bottom), (scene.left, scene.bottom)]), light
        )
        ridge = [(a, b + 0.004) for a, b in path]
        scene.canvas.flat(curve(ridge, [0.002, 0.006, 0.01, 0.006, 0.002]), scaled(light, 0.72))


def mountains(scene: Set) -> None:
    """Peaks with snow, or hills, layer behind layer."""
    rock = mix((96, 104, 118), scene.scheme.wall, 0.3)
    snow = re.search(r"snow|ice|glacier|arctic|winter|tundra", scene.words) is not None
    scene.sky()
    scene.clouds(4, scene.tone(mix(scene.scheme.sky_low, (255, 255, 255), 0.5), 30))
    scene.sun()
    for index, (height, away) in enumerate(((0.34, 60), (0.24, 36), (0.13, 18))):
        scene.ridge(
            height,
            1.8 - 0.4 * index,
            scene.tone(mix(rock, (236, 240, 246), 0.6 if snow else 0.15 * (2 - index)), away),
        )
    ground: Rgb = (226, 230, 236) if snow else mix((104, 116, 78), scene.scheme.ground, 0.4)
    scene.ground(ground)
    for _ in range(9 if snow else 26):
        z = scene.staging.distance * scene.rng.uniform(0.7, 4)
        x = scene.rng.uniform(-1, 1) * (1 + z * 0.7)
        sx, sy = scene.staging.camera.project(x, 0, z)
        r = scene.staging.camera.size(scene.rng.uniform(0.08, 0.34), z)
        _rock(scene, sx, sy, r, scene.tone(rock, z, 0.9))


def _rock(scene: Set, x: float, y: float, r: float, tone: Rgb) -> None:
    """A boulder on the ground, with a lit side and the dark under it."""
    rng = scene.rng
    top = [(-1.3, 0.1), (-1.05, -0.5 - 0.3 * rng.random()), (-0.3, -0.9 - 0.3 * rng.random()),
           (0.5, -0.8 - 0.3 * rng.random()), (1.15, -0.3), (1.35, 0.12)]  # fmt: skip
    outline = [(x + a * r, y + b * r) for a, b in top]
    scene.canvas.flat(ellipse(x, y + r * 0.1, r * 1.5, r * 0.24), scaled(tone, 0.5))
    scene.canvas.flat(polygon(outline), scaled(tone, 0.82))
    side = 1 if scene.staging.light.x > 0 else -1
    lit = [
        (x + side * a * r, y + b * r)
        for a, b in ((-0.1, -0.9), (0.5, -0.78), (1.1, -0.25), (0.4, 0.02))
    ]
    scene.canvas.flat(polygon(lit), scaled(tone, 1.14))


def underwater(scene: Set) -> None:
    """Shafts of light from above, rocks and weed on the bed, bubbles."""
    deep = mix((10, 52, 82), scene.scheme.sky_top, 0.25)
    light = mix((74, 168, 186), scene.scheme.sky_low, 0.3)
    exposure = 0.4 + 0.6 * scene.scheme.exposure
    stops = [
        (-0.1, scaled(light, exposure)),
        (0.45, scaled(mix(light, deep, 0.6), exposure)),
        (1.0, scaled(deep, exposure)),
    ]
    scene.canvas.gradient(stops, scene.top, scene.bottom)
    rng = scene.rng
    base = 0.2 if scene.staging.light.x < 0 else 0.8
    for _ in range(6):
        x = scene.canvas.aspect * (base + rng.uniform(-0.3, 0.3))
        lean = rng.uniform(0.1, 0.4) * (1 if scene.staging.light.x < 0 else -1)
        w = rng.uniform(0.02, 0.07)
        y = rng.uniform(0.5, 0.9)
        tone = scaled(mix(light, mix(light, deep, 0.6), 0.45), exposure)
        scene.canvas.flat(
            polygon([(x, scene.top), (x + w, scene.top), (x + lean + w * 2.4, y), (x + lean, y)]),
            tone,
        )
    bed = mix((150, 130, 96), deep, 0.45)
    floor = max(0.72, min(0.9, scene.staging.feet - 0.04))
    for index, lift in enumerate((0.12, 0.05, 0.0)):
        scene.ridge(
            0.06 + 0.02 * index,
            0.9,
            scaled(mix(deep, bed, 0.35 + 0.3 * index), exposure),
            base=floor - lift + 0.03,
        )
        scene.canvas.gradient(
            [
                (0, scaled(mix(deep, bed, 0.35 + 0.3 * index), exposure)),
                (1.2, scaled(mix(deep, bed, 0.2), exposure)),
            ],
            floor - lift + 0.03,
            scene.bottom,
        )
    for _ in range(22):
        x, y = rng.uniform(scene.left, scene.right), floor + rng.uniform(-0.06, 0.2)
        tall = rng.uniform(0.1, 0.42)
        weed = [
            (x, y),
            (x + 0.03, y - tall * 0.4),
            (x - 0.02, y - tall * 0.75),
            (x + 0.02, y - tall),
        ]
        tone = mix(rng.choice(((66, 110, 62), (170, 78, 84), (120, 96, 140))), deep, 0.45)
        scene.canvas.flat(curve(weed, [0.012, 0.014, 0.01, 0.003]), scaled(tone, exposure))
    for _ in range(26):
        x, y, r = rng.uniform(scene.left, scene.right), rng.random(), rng.uniform(0.002, 0.009)
        scene.canvas.flat(ellipse(x, y, r, r), scaled(mix(light, (255, 255, 255), 0.35), exposure))


def space(scene: Set) -> None:
    """Stars, dust and a planet with its night side."""
    dark: Rgb = mix((6, 8, 18), scene.scheme.sky_top, 0.12)
    scene.canvas.gradient(
        [(0, dark), (1, mix(dark, scene.scheme.accent, 0.12))], scene.top, scene.bottom
    )
    rng = scene.rng
    veil = (0.16, 0.42) if re.search(r"nebula|cloud|dust", scene.words) else (0.03, 0.09)
    for _ in range(16):
        x, y, r = rng.uniform(0, scene.canvas.aspect), rng.random(), rng.uniform(0.08, 0.3)
        scene.canvas.flat(
            ellipse(x, y, r * 1.7, r * 0.5, rng.uniform(-30, 10)),
            mix(dark, scene.scheme.accent, rng.uniform(*veil)),
        )
    scene.canvas.settle(0.045)
    scene.stars(340, scene.bottom)
    side = 1 if scene.staging.light.x < 0 else -1
    x, y, r = scene.canvas.aspect * (0.5 + 0.3 * side), 0.86, 0.46
    planet = mix((90, 130, 160), scene.scheme.wall, 0.5)
    scene.canvas.flat(ellipse(x, y, r * 1.02, r * 1.02, n=90), scaled(planet, 0.8))
    for step in range(14):
        t = step / 13
        scene.canvas.flat(
            ellipse(
                x + side * r * 0.16 * t,
                y + r * 0.12 * t,
                r * (1 - 0.08 * t),
                r * (1 - 0.08 * t),
                n=90,
            ),
            scaled(mix(planet, dark, t), 1 - 0.3 * t),
        )


def sky(scene: Set) -> None:
    """Nothing but air and clouds."""
    scene.canvas.gradient(
        [
            (-0.1, scaled(scene.scheme.sky_top, scene.scheme.exposure)),
            (1.05, scaled(scene.scheme.sky_low, scene.scheme.exposure)),
        ],
        scene.top,
        scene.bottom,
    )
    if scene.scheme.dark:
        scene.stars(160, 0.9)
    rng = scene.rng
    for layer in range(4):
        for _ in range(4):
            x, y = rng.uniform(scene.left, scene.right), 0.3 + 0.2 * layer + rng.uniform(-0.1, 0.1)
            size = 0.08 + 0.05 * layer
            tone = scaled(
                mix(scene.scheme.sky_low, (255, 255, 255), 0.3 + 0.12 * layer),
                scene.scheme.exposure,
            )
            for _ in range(8):
                r = size * rng.uniform(0.5, 1)
                scene.canvas.flat(
                    ellipse(
                        x + rng.uniform(-2, 2) * size,
                        y + rng.uniform(-0.1, 0.2) * size,
                        r,
                        r * 0.42,
                    ),
                    tone,
                )


def ground_from_above(scene: Set, place: str) -> None:
    """The floor as a camera straight overhead sees it."""
    grounds: dict[str, Rgb] = {
        "forest": (76, 92, 54),
        "field": (104, 134, 62),
        "stadium": (66, 132, 62),
        "sea": (42, 88, 116),
        "underwater": (20, 70, 100),
        "desert": (206, 166, 110),
        "street": (88, 88, 94),
        "harbour": (110, 108, 104),
        "rooftop": (112, 106, 102),
        "bridge": (92, 92, 98),
        "market": (150, 132, 110),
        "church": (132, 124, 114),
        "mountain": (206, 212, 220),
        "space": (10, 12, 24),
        "sky": (150, 184, 214),
    }
    base = mix(grounds.get(place, (128, 106, 84)), scene.scheme.ground, 0.35)
    tone = scene.tone(base, 0, 0.9)
    scene.canvas.gradient(
        [(0, scaled(tone, 1.05)), (1, scaled(tone, 0.86))], scene.top, scene.bottom
    )
    rng = scene.rng
    if place in ("interior", "corridor", "studio", "cockpit", "church", "harbour"):
        for index in range(24):
            y = scene.top + index * 0.075
            scene.canvas.flat(box(scene.left, y, scene.right, y + 0.004), scaled(tone, 0.74))
            x = scene.left + rng.random() * scene.canvas.aspect
            scene.canvas.flat(box(x, y, x + 0.004, y + 0.075), scaled(tone, 0.74))
        for side in (0.04, 0.96) if place == "corridor" else ():
            x = scene.canvas.aspect * side
            scene.canvas.flat(box(x - 0.03, scene.top, x + 0.03, scene.bottom), scaled(tone, 0.5))
    elif place in ("street", "stadium", "bridge"):
        line = scene.tone((226, 224, 206))
        for index in range(7):
            y = scene.top + 0.22 * index
            if place != "stadium":
                scene.canvas.flat(
                    box(scene.canvas.aspect * 0.72, y, scene.canvas.aspect * 0.72 + 0.02, y + 0.12),
                    line,
                )
            elif index % 2:
                scene.canvas.flat(box(scene.left, y, scene.right, y + 0.22), scaled(tone, 0.88))
        if place == "stadium":
            scene.canvas.flat(box(scene.left, 0.2, scene.right, 0.215), line)
    else:
        for _ in range(260):
            x, y = rng.uniform(scene.left, scene.right), rng.uniform(scene.top, scene.bottom)
            r = rng.uniform(0.006, 0.05)
            scene.canvas.flat(
                smooth([(x - r, y), (x, y - r * 0.6), (x + r, y), (x, y + r * 0.5)], 3),
                scaled(tone, rng.uniform(0.84, 1.14)),
            )
