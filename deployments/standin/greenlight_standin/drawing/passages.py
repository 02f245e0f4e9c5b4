"""Stairs."""

from __future__ import annotations

import re

from greenlight_standin.drawing.shapes import limb, mix, scaled
from greenlight_standin.drawing.world import Set


def stairs(scene: Set) -> None:
    """A flight that goes up behind whoever is there, rails on both sides, light from the top."""
    staging, wall = scene.staging, scene.scheme.wall
    u = scene.unit
    outside = re.search(
        r"outdoor|park|garden|temple|city|street|stone steps|harbour|hill", scene.words
    )
    wide, rise, run, steps = 1.7 * u, 0.17 * u, 0.29 * u, 16
    start = staging.distance + 0.9 * u
    top, end = rise * steps, start + run * steps
    high = max(top + 2.6 * u, staging.camera.height + 1.2 * u)
    stone = mix(scene.scheme.ground, (150, 146, 140), 0.5)
    if outside:
        scene.sky()
        scene.sun()
        scene.ridge(0.16, 1.2, scene.tone(mix(wall, (90, 104, 84), 0.5), 40, 0.7))
        scene.ground(mix(scene.scheme.ground, (120, 116, 104), 0.5))
    else:
        dark = scene.tone(wall, 20, 0.5)
        scene.canvas.gradient([(0, dark), (1, scaled(dark, 0.7))], scene.top, scene.bottom)
        scene.level((-wide * 2, wide * 2), 0, (0.14, start), scene.tone(stone, 2, 0.7))
        glow = mix(scene.scheme.key, (255, 255, 255), 0.3)
        scene.upright((-wide, wide), (top, high), end + 1.6 * u, scene.tone(glow, 4, 0.9))
        scene.upright(
            (-0.55 * u, 0.55 * u), (top, top + 2.05 * u), end + 1.59 * u, scene.tone(wall, 6, 0.34)
        )
    left_lit = staging.light.x < 0
    for side in (-1, 1):
        lit = 0.92 if (side < 0) == left_lit else 0.62
        face = scene.tone(wall, start, lit)
        if not outside:
            scene.side(side * wide, (0, high), (0.14, end + 1.6 * u), face)
        else:
            scene.quad(
                [
                    (side * wide, 0, start),
                    (side * wide, 0.5 * u, start),
                    (side * wide, top + 0.5 * u, end),
                    (side * wide, 0, end),
                ],
                scaled(face, 0.9),
            )
    for index in range(steps - 1, -1, -1):
        z, y = start + run * index, rise * index
        scene.level((-wide, wide), y + rise, (z, z + run), scene.tone(stone, z, 1.0))
        scene.upright((-wide, wide), (y, y + rise), z, scene.tone(stone, z, 0.56))
    camera = staging.camera
    for side in (-1, 1):
        x = side * (wide - 0.12 * u)
        iron = scene.tone((46, 44, 46), start, 0.9)
        for index in range(0, steps, 2):
            z, y = start + run * (index + 0.5), rise * (index + 1)
            a, b = camera.project(x, y, z), camera.project(x, y + 0.9 * u, z)
            scene.flat(
                limb(
                    a,
                    max(0.0012, camera.size(0.018 * u, z)),
                    b,
                    max(0.0012, camera.size(0.018 * u, z)),
                    4,
                ),
                iron,
                z,
            )
        a = camera.project(x, rise + 0.9 * u, start + run * 0.5)
        b = camera.project(x, top + 0.9 * u, end)
        scene.flat(
            limb(a, camera.size(0.035 * u, start), b, camera.size(0.035 * u, end), 5), iron, start
        )
