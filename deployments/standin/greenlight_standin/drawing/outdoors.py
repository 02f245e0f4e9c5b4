"""Streets, forests and fields: places without a ceiling."""

from __future__ import annotations

import math
import re

from greenlight_standin.drawing.shapes import (
    Rgb,
    ellipse,
    limb,
    mix,
    polygon,
    scaled,
)
from greenlight_standin.drawing.world import Set


def street(scene: Set) -> None:
    """House fronts on both sides, windows, a road with lines, lamps."""
    scene.sky()
    if scene.scheme.dark:
        scene.stars(40, scene.horizon * 0.6)
    rng, z0 = scene.rng, scene.staging.distance
    scene.ridge(0.1, 1.2, scene.tone(scene.scheme.wall, 60, 0.7))
    scene.ground(mix((84, 84, 90), scene.scheme.ground, 0.35))
    wide, far = 4.6, z0 + 60
    marks: list[tuple[float, float, int, Rgb, float]] = []
    for side in (-1, 1):
        z = max(0.6, z0 - 7)
        while z < far:
            depth, tall = rng.uniform(6, 11), rng.uniform(7, 20)
            tint = mix(
                scene.scheme.wall,
                rng.choice(((150, 120, 100), (110, 116, 124), (170, 160, 146))),
                0.6,
            )
            marks.append((z, z + depth, side, tint, tall))
            z += depth
    for a, b, side, tint, tall in sorted(marks, key=lambda item: -item[0]):
        x = side * wide
        lit = (side < 0) == (scene.staging.light.x > 0)
        face = scene.tone(tint, a, 0.95 if lit else 0.6)
        scene.side(x, (0, tall), (a, b), face)
        scene.upright((x, x + side * 8), (0, tall), a, scaled(face, 0.7))
        rows = int(tall // 3)
        for row in range(rows):
            for col in range(3):
                p = a + (b - a) * (0.14 + 0.3 * col)
                q, y = p + (b - a) * 0.15, 1.1 + 3 * row
                on = rng.random() < (0.42 if scene.scheme.dark else 0.1)
                pane = (
                    mix((255, 214, 130), scene.scheme.fog, min(0.5, a / 70))
                    if on
                    else scaled(face, 0.52)
                )
                scene.side(x, (y, y + 1.5), (p, q), pane)
        if re.search(r"neon|sign|shop|tokyo|bar\b", scene.words):
            tone = rng.choice(((255, 60, 140), (60, 220, 255), (255, 190, 60)))
            scene.quad(
                [
                    (x - side * 0.5, 3.0, a + 1),
                    (x - side * 0.5, 5.4, a + 1),
                    (x - side * 0.02, 5.4, a + 1),
                    (x - side * 0.02, 3.0, a + 1),
                ],
                mix(tone, scene.scheme.fog, min(0.5, a / 80)),
            )
    for side in (-1, 1):
        walk = scene.lain((128, 126, 124), 4)
        scene.level((side * wide, side * 3.2), 0.02, (0.2, far), walk)
    z = 0.4
    while z < far and not scene.snowy:
        scene.level((-0.08, 0.08), 0, (z, z + 1.8), scene.tone((214, 206, 180), z))
        z += 3.8
    for z in (z0 + 18, z0 + 9, z0 + 2.5):
        side = -1 if scene.staging.light.x < 0 else 1
        foot, head = (
            scene.staging.camera.project(side * 3.6, 0, z),
            scene.staging.camera.project(side * 3.6, 5.2, z),
        )
        thick = max(0.002, scene.staging.camera.size(0.06, z))
        scene.flat(limb(foot, thick, head, thick * 0.7), scene.tone((44, 46, 50), z), z)
        if scene.scheme.dark:
            r = scene.staging.camera.size(0.22, z)
            scene.flat(ellipse(head[0], head[1], r, r), (255, 224, 160), z)
            scene.canvas.glow(head[0], head[1], r * 9, (255, 206, 130), 0.5)
            pool = scene.staging.camera.project(side * 3.2, 0.02, z)
            wide = scene.staging.camera.size(2.6, z)
            spill = ellipse(*pool, wide, max(0.002, wide * 0.16))
            scene.canvas.paint(spill, (255, 206, 140), 0.2, wide * 0.12)


def forest(scene: Set) -> None:
    """Trunks by distance, canopy above, undergrowth below."""
    leaf = mix((70, 98, 60), scene.scheme.ground, 0.3)
    if re.search(r"autumn|fall\b", scene.words):
        leaf = (176, 104, 48)
    if re.search(r"snow|winter", scene.words):
        leaf = (190, 198, 206)
    scene.sky(mix(scene.scheme.sky_low, leaf, 0.3), mix(scene.scheme.sky_top, leaf, 0.45))
    scene.ridge(0.3, 1.6, scene.tone(leaf, 34, 0.8))
    scene.ridge(0.2, 1.2, scene.tone(leaf, 22, 0.7))
    scene.ground(mix(leaf, (92, 76, 56), 0.5))
    rng, z0, camera = scene.rng, scene.staging.distance, scene.staging.camera
    trees = sorted(
        ((z0 + 1.2 + 24 * rng.random() ** 1.4, rng.uniform(-1, 1)) for _ in range(46)), reverse=True
    )
    # Between the lens and a far lead trees stand at the sides only.
    aside = [z0 * (0.3 + 0.09 * index) for index in range(7)] if z0 > 6 else []
    trees += [
        (z, math.copysign(0.75 + 0.25 * rng.random(), rng.random() - 0.5)) for z in aside[::-1]
    ]
    for z, across in trees:
        x = across * (2.0 + z * 0.62)
        if z < z0:
            x = camera.across(scene.canvas.aspect * (0.5 + across * 0.46), 0, z)
        elif abs(x) < 0.8 and z < z0 + 5:
            x += math.copysign(1.4, x)
        foot, head = camera.project(x, 0, z), camera.project(x + rng.uniform(-0.4, 0.4), 9, z)
        thick = camera.size(rng.uniform(0.12, 0.26), z)
        bark = scene.tone((86, 66, 52), z, 0.8)
        scene.flat(limb(foot, thick, head, thick * 0.6), bark, z)
        lit = limb(
            (foot[0] + thick * 0.4 * (1 if scene.staging.light.x > 0 else -1), foot[1]),
            thick * 0.35,
            (head[0], head[1]),
            thick * 0.2,
        )
        scene.flat(lit, scene.tone((128, 104, 82), z, 0.95), z)
        for _ in range(6):
            cx = head[0] + rng.uniform(-7, 7) * thick
            cy = camera.project(x, rng.uniform(4.2, 8.6), z)[1]
            r = camera.size(rng.uniform(0.9, 2.0), z)
            shape = ellipse(cx, cy, r, r * 0.62, n=18)
            scene.flat(shape, scene.tone(leaf, z, rng.uniform(0.6, 1.0)), z)
    for _ in range(70):
        z = z0 * rng.uniform(0.5, 3.2)
        x = rng.uniform(-1, 1) * (1.0 + z * 0.7)
        sx, sy = camera.project(x, 0, z)
        h = camera.size(rng.uniform(0.12, 0.4), z)
        lean = rng.uniform(-0.3, 0.3) * h
        scene.canvas.flat(
            polygon([(sx - h * 0.1, sy), (sx + lean, sy - h), (sx + h * 0.1, sy)]),
            scene.tone(leaf, z, rng.uniform(0.5, 0.9)),
        )


def field(scene: Set) -> None:
    """Grass to a line of trees."""
    grass = mix((112, 140, 66), scene.scheme.ground, 0.3)
    scene.sky()
    scene.clouds(5, scene.tone(mix(scene.scheme.sky_low, (255, 255, 255), 0.6), 20))
    scene.sun()
    scene.ridge(0.1, 0.5, scene.tone(mix(grass, (80, 100, 110), 0.4), 46))
    scene.ridge(0.05, 2.2, scene.tone(scaled(grass, 0.6), 24))
    scene.ground(grass)
    rng, camera, z0 = scene.rng, scene.staging.camera, scene.staging.distance
    for _ in range(420):
        z = z0 * (0.35 + 5 * rng.random() ** 1.7)
        sx, sy = camera.project(rng.uniform(-1, 1) * (0.5 + z), 0, z)
        h = camera.size(rng.uniform(0.06, 0.26) * scene.unit, z)
        scene.canvas.flat(
            polygon(
                [
                    (sx - h * 0.08, sy),
                    (sx + rng.uniform(-0.4, 0.4) * h, sy - h),
                    (sx + h * 0.08, sy),
                ]
            ),
            scene.tone(grass, z, rng.uniform(0.6, 1.25)),
        )
