"""A harbour."""

from __future__ import annotations

from greenlight_standin.drawing.shapes import Rgb, curve, ellipse, limb, mix, scaled
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
    for x in (-4.6, -1.7, 1.7, 4.6):
        foot, top = camera.project(x, 0, edge - 0.4), camera.project(x, 0.55, edge - 0.4)
        thick = camera.size(0.17, edge)
        iron = scene.tone((48, 46, 48), edge)
        scene.canvas.flat(limb(foot, thick, top, thick * 0.85), iron)
        scene.canvas.flat(ellipse(top[0], top[1], thick * 1.5, thick * 0.7), scaled(iron, 1.3))
    chain = [camera.project(x, 0.3 if x % 2 else 0.42, edge - 0.4) for x in range(-5, 6)]
    scene.canvas.flat(curve(chain, [0.002] * len(chain)), scene.tone((56, 54, 54), edge))


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
