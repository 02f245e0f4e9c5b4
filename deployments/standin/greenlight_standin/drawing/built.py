"""Harbours, rooftops, bridges, markets and churches."""

from __future__ import annotations

import math

from greenlight_standin.drawing.shapes import Rgb, curve, ellipse, limb, mix, polygon, scaled
from greenlight_standin.drawing.world import Set

_STEEL: Rgb = (92, 84, 80)


def harbour(scene: Set) -> None:
    """A quay with bollards, water beyond it, cranes and hulls in the haze."""
    scene.sky()
    scene.sun()
    camera, z0, rng = scene.staging.camera, scene.staging.distance, scene.rng
    scene.ridge(0.05, 1.0, scene.tone(scene.scheme.wall, 60, 0.7))
    water = mix((62, 84, 100), scene.scheme.sky_low, 0.4)
    scene.ground(water)
    edge = z0 + 3.2
    for index in range(5):
        x = (index - 2) * 17 + rng.uniform(-5, 5)
        _crane(scene, x, edge + 24 + 6 * (index % 2), rng.choice((-1, 1)))
    hull = scene.tone(mix((104, 60, 52), scene.scheme.accent, 0.3), edge + 14, 0.8)
    side = 1 if scene.staging.light.x < 0 else -1
    left, right = sorted((side * 5, side * 26))
    z = edge + 13
    scene.quad([(left, 0, z), (right, 0, z), (right + 1.5, 3.6, z), (left - 2, 3.4, z)], hull)
    house = sorted((side * 15, side * 21))
    scene.upright((house[0], house[1]), (3.4, 7), z, scene.tone((206, 202, 194), z, 0.8))
    for index in range(40):
        z = edge + 0.6 + index * 0.9
        sx, sy = camera.project(rng.uniform(-1, 1) * (4 + z * 0.7), 0, z)
        wide = camera.size(rng.uniform(0.4, 1.6), z)
        shine = scene.tone(mix(water, (255, 255, 255), 0.25), z)
        scene.canvas.flat(ellipse(sx, sy, wide, max(0.0012, wide * 0.03)), shine)
    stone = mix((132, 128, 120), scene.scheme.ground, 0.35)
    scene.level((-60, 60), 0, (0.14, edge), scene.tone(stone, 2, 0.86))
    scene.level((-60, 60), 0.01, (edge - 0.5, edge), scene.tone(stone, edge, 1.02))
    for index in range(9):
        x = (index - 4) * 2.6
        for z in (0.2, edge * 0.5):
            scene.level((x, x + 0.04), 0.005, (z, edge - 0.5), scene.tone(stone, z, 0.66))
    if "container" in scene.words:
        _containers(scene, z0, edge)
    for x in (-4.6, -1.7, 1.7, 4.6):
        foot, top = camera.project(x, 0, edge - 0.4), camera.project(x, 0.55, edge - 0.4)
        thick = camera.size(0.17, edge)
        iron = scene.tone((48, 46, 48), edge)
        scene.canvas.flat(limb(foot, thick, top, thick * 0.85), iron)
        scene.canvas.flat(ellipse(top[0], top[1], thick * 1.5, thick * 0.7), scaled(iron, 1.3))
    chain = [camera.project(x, 0.3 if x % 2 else 0.42, edge - 0.4) for x in range(-5, 6)]
    scene.canvas.flat(curve(chain, [0.002] * len(chain)), scene.tone((56, 54, 54), edge))


_PAINTS: tuple[Rgb, ...] = ((158, 74, 54), (62, 96, 124), (176, 140, 62), (84, 112, 90))


def _containers(scene: Set, z0: float, edge: float) -> None:
    """Stacks of containers at both sides of the quay, their doors to the lens."""
    rng = scene.staging.rng("containers")
    for z in (edge - 0.8, z0 - 2.2, z0 - 5.2):
        for side in (-1, 1):
            near = side * (3.6 + 0.25 * max(0.0, z))
            if z < 0.8:
                continue
            for row in range(rng.randrange(1, 4)):
                tint = scene.tone(rng.choice(_PAINTS), z, 0.85)
                y, out = 2.6 * row, near + side * 2.5
                a, b = sorted((near, out))
                scene.side(near, (y, y + 2.55), (z, z + 6.0), scaled(tint, 0.66))
                scene.upright((a, b), (y, y + 2.55), z, tint)
                scene.upright(
                    ((a + b) / 2 - 0.03, (a + b) / 2 + 0.03), (y, y + 2.55), z, scaled(tint, 0.6)
                )
                for k in range(1, 6):
                    x = a + (b - a) * k / 6
                    scene.upright((x, x + 0.05), (y + 0.1, y + 2.45), z, scaled(tint, 0.82))


def _crane(scene: Set, x: float, z: float, side: int) -> None:
    tone = scene.tone(mix(_STEEL, scene.scheme.accent, 0.25), z, 0.7)
    camera = scene.staging.camera
    thick = max(0.0016, camera.size(0.28, z))
    for (a, b), (c, d) in (
        ((-2.4, 0), (-1.4, 15)), ((2.4, 0), (1.4, 15)), ((-2, 7), (2, 7)), ((-1.8, 15), (1.8, 15)),
        ((0, 15), (0, 21)), ((-7, 15.6), (14, 18.4)), ((0, 21), (12, 18.2)), ((0, 21), (-6, 15.8)),
    ):  # fmt: skip
        start, end = camera.project(x + a * side, b, z), camera.project(x + c * side, d, z)
        scene.flat(limb(start, thick, end, thick * 0.8, 5), tone, z)
    scene.upright((x - 1.4, x + 1.4), (13, 15.6), z, scaled(tone, 0.85))


def rooftop(scene: Set) -> None:
    """A flat roof with its parapet, the town's roofs and towers behind and below."""
    scene.sky()
    scene.sun()
    if scene.scheme.dark:
        scene.stars(60, scene.horizon)
    rng, z0 = scene.rng, scene.staging.distance
    for z, low in ((70, 30), (46, 18), (30, 10)):
        x = -z * 1.5
        while x < z * 1.5:
            wide, tall = rng.uniform(4, 9), rng.uniform(-4, low * 0.55)
            tint = mix(scene.scheme.wall, rng.choice(((130, 116, 108), (104, 112, 124))), 0.6)
            face = scene.tone(tint, z * 0.8, rng.uniform(0.6, 0.9))
            scene.upright((x, x + wide), (-40, tall), z0 + z, face)
            for _ in range(8):
                wx, wy = x + wide * rng.uniform(0.1, 0.8), tall - rng.uniform(1.2, 9)
                lit = rng.random() < (0.5 if scene.scheme.dark else 0.1)
                pane = mix((255, 214, 130), face, 0.25) if lit else scaled(face, 0.75)
                scene.upright((wx, wx + 0.7), (wy, wy + 1.0), z0 + z - 0.1, pane)
            x += wide + rng.uniform(0, 2)
    edge = z0 + 3.4
    felt = mix((112, 106, 102), scene.scheme.ground, 0.35)
    scene.level((-40, 40), 0, (0.14, edge), scene.tone(felt, 2, 0.85))
    for index in range(12):
        x = (index - 6) * 1.9
        scene.level((x, x + 0.05), 0.004, (0.14, edge), scene.tone(felt, 2, 0.7))
    wall = mix(scene.scheme.wall, (140, 128, 118), 0.6)
    scene.upright((-40, 40), (0, 0.75), edge, scene.tone(wall, edge, 0.66))
    scene.level((-40, 40), 0.76, (edge, edge + 0.35), scene.tone(wall, edge, 1.05))
    side = 1 if scene.staging.light.x < 0 else -1
    x0, x1 = sorted((side * 1.7, side * 2.9))
    scene.upright((x0, x1), (0, 1.9), edge - 0.4, scene.tone((120, 84, 70), edge, 0.8))
    for x in (x0 + 0.2, x0 + 0.7):
        scene.upright((x, x + 0.26), (1.9, 2.35), edge - 0.4, scene.tone((150, 100, 80), edge, 0.8))
    scene.upright((-side * 2.4, -side * 2.36), (0, 3.4), edge - 0.3, scene.tone((60, 60, 64), edge))
    for y in (2.5, 2.9, 3.3):
        a, b = sorted((-side * 2.4 - 0.5, -side * 2.4 + 0.5))
        scene.upright((a, b), (y, y + 0.05), edge - 0.3, scene.tone((60, 60, 64), edge))


def bridge(scene: Set) -> None:
    """A road deck between railings and pylons, the town far below."""
    scene.sky()
    scene.sun()
    z0 = scene.staging.distance
    scene.ridge(0.12, 2.4, scene.tone(scene.scheme.wall, 60, 0.6))
    scene.ridge(0.06, 1.6, scene.tone(scene.scheme.wall, 44, 0.5))
    scene.ground(mix((70, 84, 96), scene.scheme.ground, 0.4))
    wide, far = 3.6, z0 + 70
    scene.level(
        (-wide, wide), 0, (0.14, far), scene.tone(mix((88, 88, 94), scene.scheme.ground, 0.3), 4)
    )
    z = 0.5
    while z < far:
        scene.level((-0.07, 0.07), 0.004, (z, z + 1.7), scene.tone((220, 212, 184), z))
        z += 3.6
    for z in sorted((z0 * 0.5 + 7.5 * index for index in range(9)), reverse=True):
        for side in (-1, 1):
            lit = 0.95 if (side < 0) == (scene.staging.light.x > 0) else 0.62
            tone = scene.tone(mix(_STEEL, scene.scheme.accent, 0.2), z, lit)
            x = side * wide
            scene.side(x, (0.0, 0.3), (z, z + 7.5), tone)
            scene.side(x, (0.62, 0.7), (z, z + 7.5), tone)
            scene.side(x, (1.02, 1.14), (z, z + 7.5), tone)
            for post in range(5):
                scene.side(x, (0, 1.1), (z + post * 1.5, z + post * 1.5 + 0.12), tone)
            scene.upright((x - 0.16, x + 0.16), (0, 7.5), z, scaled(tone, 0.85))
            _cable(scene, x, z, tone)
        scene.upright((-wide, wide), (6.6, 7.2), z, scene.tone(_STEEL, z, 0.6))


def _cable(scene: Set, x: float, z: float, tone: Rgb) -> None:
    camera = scene.staging.camera
    points = []
    for step in range(9):
        t = step / 8
        sag = 7.4 - 4.6 * math.sin(math.pi * t)
        points.append(camera.project(x, sag, max(0.2, z + 7.5 * t)))
    scene.canvas.flat(curve(points, [max(0.001, camera.size(0.05, z))] * 9, 3), tone)


def market(scene: Set) -> None:
    """Rows of stalls with striped awnings, goods in heaps, lamps on strings."""
    scene.sky()
    rng, z0 = scene.rng, scene.staging.distance
    scene.ridge(0.2, 1.8, scene.tone(scene.scheme.wall, 50, 0.7))
    scene.ground(mix((150, 132, 110), scene.scheme.ground, 0.4))
    cloths: tuple[Rgb, ...] = ((176, 66, 54), (62, 112, 128), (206, 160, 74), (92, 128, 84))
    goods: tuple[Rgb, ...] = ((226, 134, 48), (190, 52, 46), (120, 152, 62), (232, 200, 84))
    stalls = sorted((max(0.6, z0 - 4) + 3.4 * index for index in range(11)), reverse=True)
    for order, z in enumerate(stalls):
        for side in (-1, 1):
            lit = 0.95 if (side < 0) == (scene.staging.light.x > 0) else 0.66
            cloth = mix(cloths[(order + side) % 4], scene.scheme.accent, 0.2)
            near, far = side * 2.5, side * 5.4
            scene.side(far, (0, 3.4), (z, z + 3), scene.tone((70, 58, 50), z, lit * 0.7))
            scene.side(near, (0, 0.85), (z, z + 2.8), scene.tone((128, 96, 68), z, lit * 0.8))
            scene.level((min(near, far), max(near, far)), 0.86, (z, z + 2.8),
                        scene.tone((150, 116, 84), z, lit))  # fmt: skip
            for _ in range(14):
                gx, gz = side * rng.uniform(2.5, 3.4), z + rng.uniform(0.1, 2.7)
                sx, sy = scene.staging.camera.project(gx, 0.95, gz)
                r = scene.staging.camera.size(rng.uniform(0.08, 0.14), gz)
                scene.canvas.flat(ellipse(sx, sy, r, r), scene.tone(rng.choice(goods), gz, lit))
            for stripe in range(6):
                a = z + stripe * 0.5
                tone = cloth if stripe % 2 else mix(cloth, (240, 234, 220), 0.8)
                scene.quad([(side * 2.1, 2.1, a), (side * 2.1, 2.1, a + 0.5),
                            (far, 3.1, a + 0.5), (far, 3.1, a)],
                           scene.tone(tone, a, lit))  # fmt: skip
        if scene.scheme.dark or order % 3 == 0:
            for x in (-1.4, -0.5, 0.5, 1.4):
                sx, sy = scene.staging.camera.project(x, 3.3 - 0.2 * (1.4 - abs(x)), z)
                r = max(0.002, scene.staging.camera.size(0.07, z))
                scene.canvas.flat(ellipse(sx, sy, r, r), (255, 226, 158))


def church(scene: Set) -> None:
    """A nave: columns, pews, tall windows and the light at the end."""
    staging = scene.staging
    z0, width, far = staging.distance, 4.2, staging.distance + 17
    height = max(9.0, staging.camera.height + 4)
    stone = mix(scene.scheme.wall, (176, 166, 150), 0.5)
    end = scene.tone(stone, 14, 0.7)
    scene.canvas.gradient([(0, scaled(end, 0.7)), (1, end)], scene.top, scene.bottom)
    scene.level((-width, width), 0, (0.14, far), scene.tone(mix(stone, (110, 96, 84), 0.5), 3, 0.7))
    scene.level((-width, width), height, (0.14, far), scene.tone(stone, 6, 0.4))
    glass = mix(mix((236, 222, 180), scene.scheme.sky_low, 0.4), scene.scheme.accent, 0.12)
    bright = scaled(glass, 0.5 + 0.5 * scene.scheme.exposure)
    step = 3.4
    for index in range(8, -1, -1):
        z = max(0.2, z0 - 7) + index * step
        for side in (-1, 1):
            lit = 0.9 if (side < 0) == (staging.light.x > 0) else 0.6
            x = side * width
            scene.side(x, (0, height), (z, z + step), scene.tone(stone, z, lit * 0.8))
            scene.side(x, (2.2, 6.0), (z + 1.1, z + 2.3), bright)
            arch = [(x, 6.0, z + 1.1), (x, 7.0, z + 1.7), (x, 6.0, z + 2.3)]
            scene.quad(arch, bright)
            scene.side(x, (2.2, 6.4), (z + 1.67, z + 1.73), scene.tone(stone, z, 0.4))
            column = scene.tone(stone, z, lit * 1.05)
            inner = side * (width - 0.7)
            scene.upright((inner - 0.28, inner + 0.28), (0, height), z + 0.4, column)
            scene.upright((inner - 0.4, inner + 0.4), (0, 0.5), z + 0.4, scaled(column, 0.85))
    back = far - 0.2
    scene.upright((-width, width), (0, height), back, scene.tone(stone, 12, 0.75))
    scene.upright((-0.9, 0.9), (2.6, 7.0), back - 0.05, bright)
    scene.quad([(-0.9, 7.0, back - 0.05), (0, 8.4, back - 0.05), (0.9, 7.0, back - 0.05)], bright)
    scene.upright((-1.6, 1.6), (0, 1.0), back - 1, scene.tone((214, 204, 186), 12, 0.9))
    for arm in (((-0.06, 0.06), (1.0, 2.4)), ((-0.4, 0.4), (1.8, 1.92))):
        scene.upright(arm[0], arm[1], back - 1, scene.tone((180, 140, 70), 10))
    for z in (z0 + 1.6 + 1.5 * row for row in range(6, -1, -1)):
        for side in (-1, 1):
            a, b = sorted((side * 0.9, side * 3.2))
            wood = scene.tone((92, 64, 46), z, 0.8)
            scene.upright((a, b), (0.1, 0.95), z, wood)
            scene.level((a, b), 0.96, (z, z + 0.12), scaled(wood, 1.4))
    lit_from = math.copysign(1, staging.light.x)
    x = scene.canvas.aspect * (0.5 + 0.35 * lit_from)
    foot = x - 0.45 * lit_from
    shaft = polygon([(x - 0.08, 0), (x + 0.1, 0), (foot + 0.2, 1.0), (foot - 0.2, 1.0)])
    scene.canvas.paint(shaft, mix(bright, (255, 255, 255), 0.3), 0.16, 0.02)
