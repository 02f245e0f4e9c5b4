"""Rooms and corridors."""

from __future__ import annotations

import re

from greenlight_standin.drawing import furniture
from greenlight_standin.drawing.shapes import Rgb, ellipse, limb, mix, polygon, scaled
from greenlight_standin.drawing.world import Set

_LIGHTS = r"light|fluoresc|neon|lamp|bulb|flicker|strip"


def corridor(scene: Set) -> None:
    """A long passage: panels, doors at even distances, lights overhead, dark at the end."""
    staging, wall = scene.staging, scene.scheme.wall
    width, z0 = 1.35, staging.distance
    height = max(2.7, staging.camera.height + 0.9)
    far = z0 + 26
    step = 2.4
    lit = re.search(_LIGHTS, scene.words) is not None
    end_tone = scene.tone(wall, 40, 0.28 if scene.scheme.dark or lit else 0.7)
    scene.canvas.gradient([(0, end_tone), (1, end_tone)], scene.top, scene.bottom)
    marks = [0.0]
    while marks[-1] < far:
        marks.append(marks[-1] + step)
    lean = staging.rng("lean").uniform(-0.25, 0.25)
    for index in range(len(marks) - 2, -1, -1):
        a, b = marks[index] + 0.05, marks[index + 1] + 0.05
        on = index % 2 == 0
        glow = (1.08 if on else 0.74) if lit else 0.92
        shade = scene.tone(wall, a, glow)
        x0, x1 = -width + lean, width + lean
        scene.level((x0, x1), 0, (a, b), scene.tone(scene.scheme.ground, a, glow * 0.8))
        scene.level((x0, x1), height, (a, b), scaled(shade, 0.9))
        scene.side(x0, (0, height), (a, b), scaled(shade, 0.94 if staging.light.x < 0 else 0.74))
        scene.side(x1, (0, height), (a, b), scaled(shade, 0.74 if staging.light.x < 0 else 0.94))
        dado = scaled(shade, 0.6)
        for x in (x0, x1):
            scene.side(x, (0, 0.14), (a, b), dado)
            if index % 3 == (1 if x < 0 else 2):
                door = mix(scaled(shade, 0.62), scene.scheme.accent, 0.2)
                p, q = a + 0.5, a + 1.5
                scene.side(x, (0, 2.2), (p - 0.1, q + 0.1), scaled(shade, 0.55))
                scene.side(x, (0, 2.1), (p, q), door)
        seam = scaled(shade, 0.8)
        scene.level((x0, x1), height, (a, a + 0.06), seam)
        for k in range(-1, 2):
            scene.level((lean + k * 0.9, lean + k * 0.9 + 0.02), 0.001, (a, b), scaled(shade, 0.7))
        if on:
            tube = (255.0, 252.0, 232.0) if lit else mix(shade, (255, 255, 255), 0.4)
            scene.level(
                (lean - 0.45, lean + 0.45),
                height - 0.01,
                (a + 0.6, a + 1.7),
                mix(tube, scene.scheme.fog, min(0.6, a / 40)),
            )


def room(scene: Set) -> None:
    """A furnished room: back wall with window or shelves, floor boards, furniture by its name."""
    staging, rng = scene.staging, scene.rng
    u = scene.unit
    wall, wood = scene.scheme.wall, mix(scene.scheme.ground, (112, 82, 58), 0.5)
    back = staging.distance + 2.6 * u
    half = 2.9 * u if u == 1 else 3.2 * u
    height = max(2.7 * u, staging.camera.height + 0.8 * u)
    cold = scene.tone(wall, back * 0.4, 0.82)
    scene.canvas.gradient([(0, scaled(cold, 0.86)), (1, cold)], scene.top, scene.bottom)
    left_lit = staging.light.x < 0
    scene.level((-half, half), 0, (0, back), scene.tone(wood, 1, 0.9))
    boards = 13
    for index in range(boards + 1):
        x = -half + 2 * half * index / boards
        scene.level((x, x + 0.02 * u), 0, (0, back), scene.tone(wood, 2, 0.68))
    scene.level((-half, half), height, (0, back), scene.tone(wall, 1, 1.02))
    scene.side(-half, (0, height), (0, back), scaled(cold, 0.96 if left_lit else 0.68))
    scene.side(half, (0, height), (0, back), scaled(cold, 0.68 if left_lit else 0.96))
    scene.upright((-half, half), (0, 0.12 * u), back, scaled(cold, 0.6))
    _corners(scene, half, height, back)
    furniture.along_walls(scene, back, u, half)
    _window(scene, back - 0.01, u, -1 if left_lit else 1)
    _sunlight(scene, back, u, -1 if left_lit else 1)
    if re.search(r"kitchen|cook|bakery|diner|restaurant|\blab\b|laborator", scene.words):
        _counter(scene, back, u, half)
        if staging.distance > 3.2:
            furniture.dining(scene, back - 1.5, 1.15 if left_lit else -1.15)
    elif re.search(r"bed|hospital|\bwards?\b|clinic", scene.words):
        _bed(scene, back, u)
    elif re.search(r"librar|book|school|office|study|shop|store|archive", scene.words):
        _shelves(scene, back, u, half)
    elif re.search(r"bar\b|club|pub", scene.words):
        _shelves(scene, back, u, half)
        _counter(scene, back, u, half)
    else:
        _picture(scene, back, u, 1 if left_lit else -1)
        furniture.lounge(scene, u, half, 1 if left_lit else -1)
    if re.search(r"lamp|bulb|pendant|candle|evening|night", scene.words) or rng.random() < 0.4:
        x, y = scene.staging.camera.project(0.4 * u, height - 0.75 * u, back - 1.0 * u)
        size = staging.camera.size(0.24 * u, back - 1.0 * u)
        scene.canvas.flat(
            polygon(
                [(x - 0.003, scene.top), (x + 0.003, scene.top), (x + 0.003, y), (x - 0.003, y)]
            ),
            (40, 38, 36),
        )
        scene.canvas.flat(
            polygon(
                [
                    (x - size * 0.35, y),
                    (x + size * 0.35, y),
                    (x + size, y + size),
                    (x - size, y + size),
                ]
            ),
            (255, 222, 156),
        )


def studio(scene: Set) -> None:
    """No place at all: a sweep of backdrop with a pool of light."""
    wall = scene.scheme.wall
    wall_light = scene.tone(mix(wall, scene.scheme.sky_low, 0.35), 0, 0.95)
    floor = scene.tone(mix(wall, scene.scheme.ground, 0.5), 0, 0.8)
    seam = min(0.9, max(0.5, scene.horizon + 0.16))
    stops = [
        (-0.1, scaled(wall_light, 0.5)),
        (seam - 0.3, wall_light),
        (seam, mix(wall_light, floor, 0.4)),
        (seam + 0.14, floor),
        (1.05, scaled(floor, 0.66)),
    ]
    scene.canvas.gradient(stops, scene.top, scene.bottom)
    x = scene.canvas.aspect * (0.34 if scene.staging.light.x < 0 else 0.66)
    for step in range(8):
        size = 0.62 - 0.07 * step
        scene.canvas.flat(
            ellipse(x, seam - 0.34, size * 1.1, size),
            mix(wall_light, (255, 250, 240), 0.028 * step),
        )


def _corners(scene: Set, half: float, height: float, back: float) -> None:
    """Where wall meets wall and floor the light does not quite reach."""
    project = scene.staging.camera.project
    dark: Rgb = (10, 10, 14)
    soft = min(0.05, scene.staging.camera.size(0.3 * scene.unit, back))
    for x in (-half, half):
        low, high = project(x, 0, back), project(x, height, back)
        scene.canvas.paint(limb(low, soft, high, soft, 4), dark, 0.16, soft * 0.6)
    for y in (0.0, height):
        a, b = project(-half, y, back), project(half, y, back)
        scene.canvas.paint(limb(a, soft, b, soft, 4), dark, 0.18, soft * 0.6)


def _sunlight(scene: Set, back: float, u: float, side: int) -> None:
    """What falls through the window: a shaft in the air and its patch on the floor."""
    if scene.scheme.dark:
        return
    project = scene.staging.camera.project
    x, w = side * 1.25 * u, 0.62 * u
    lean = -side * 1.5 * u
    near, far = back - 2.2 * u, back - 0.9 * u
    patch = [project(x - w + lean * 0.4, 0, far), project(x + w + lean * 0.4, 0, far),
             project(x + w + lean, 0, near), project(x - w + lean, 0, near)]  # fmt: skip
    light = mix(scene.scheme.key, (255, 255, 255), 0.3)
    scene.canvas.paint(polygon(patch), light, 0.34, 0.006)
    shaft = [project(x - w, 2.2 * u, back), project(x + w, 2.2 * u, back), patch[2], patch[3]]
    scene.canvas.paint(polygon(shaft), light, 0.08, 0.02)


def _window(scene: Set, z: float, u: float, side: int) -> None:
    x, w, low, high = side * 1.25 * u, 0.62 * u, 0.95 * u, 2.2 * u
    sky = scaled(scene.scheme.sky_low, 0.45 + 0.55 * scene.scheme.exposure)
    scene.upright(
        (x - w - 0.08 * u, x + w + 0.08 * u),
        (low - 0.08 * u, high + 0.08 * u),
        z,
        scene.tone((196, 188, 176), z),
    )
    scene.upright((x - w, x + w), (low, high), z, sky)
    scene.upright(
        (x - w, x + w), (low, (low * 2 + high) / 3), z, mix(sky, scene.scheme.sky_top, 0.4)
    )
    for t in (0.0,):
        scene.upright(
            (x + t - 0.025 * u, x + t + 0.025 * u), (low, high), z, scene.tone((176, 168, 156), z)
        )
    middle = (low + high) / 2
    scene.upright(
        (x - w, x + w), (middle - 0.02 * u, middle + 0.02 * u), z, scene.tone((176, 168, 156), z)
    )


def _counter(scene: Set, back: float, u: float, half: float) -> None:
    wood = mix((150, 130, 108), scene.scheme.accent, 0.25)
    front = back - 0.6 * u
    scene.upright((-half, half), (0, 0.88 * u), front, scene.tone(wood, back, 0.74))
    scene.level((-half, half), 0.9 * u, (front, back), scene.tone((206, 200, 190), back, 0.9))
    for index in range(9):
        x = -half + 2 * half * index / 8
        scene.upright((x, x + 0.03 * u), (0.08 * u, 0.84 * u), front, scene.tone(wood, back, 0.5))
    for side in (-1, 1):
        x0, x1 = sorted((side * 0.3 * u, side * 2.4 * u))
        if (side < 0) == (scene.staging.light.x < 0):
            continue
        scene.upright((x0, x1), (1.45 * u, 2.15 * u), back, scene.tone(wood, back, 0.84))
        middle = (x0 + x1) / 2
        scene.upright(
            (middle, middle + 0.03 * u), (1.45 * u, 2.15 * u), back, scene.tone(wood, back, 0.5)
        )


def _bed(scene: Set, back: float, u: float) -> None:
    cloth = mix((206, 200, 196), scene.scheme.accent, 0.3)
    x0, x1, front = -1.9 * u, -0.1 * u, back - 1.3 * u
    scene.level((x0, x1), 0.5 * u, (front, back), scene.tone(cloth, back, 0.95))
    scene.upright((x0, x1), (0, 0.5 * u), front, scene.tone(cloth, back, 0.7))
    scene.upright((x0, x0 + 0.7 * u), (0.5 * u, 0.8 * u), back, scene.tone((236, 232, 226), back))


def _shelves(scene: Set, back: float, u: float, half: float) -> None:
    wood: Rgb = (96, 70, 50)
    side = 1 if scene.staging.light.x < 0 else -1
    x0, x1 = sorted((side * 0.2 * u, side * min(half, 2.5 * u)))
    scene.upright((x0, x1), (0.1 * u, 2.4 * u), back, scene.tone(wood, back, 0.55))
    for row in range(5):
        y = (0.15 + 0.45 * row) * u
        x = x0 + 0.05 * u
        while x < x1 - 0.1 * u:
            w, h = scene.rng.uniform(0.05, 0.12) * u, scene.rng.uniform(0.24, 0.36) * u
            spine = mix(
                scene.rng.choice(((150, 60, 50), (60, 90, 110), (190, 160, 100), (70, 90, 66))),
                scene.scheme.accent,
                0.25,
            )
            scene.upright((x, x + w), (y, y + h), back, scene.tone(spine, back, 0.86))
            x += w + 0.012 * u
        scene.upright((x0, x1), (y - 0.04 * u, y), back, scene.tone(wood, back, 0.95))


def _picture(scene: Set, back: float, u: float, side: int) -> None:
    x = side * 1.3 * u
    scene.upright(
        (x - 0.4 * u, x + 0.4 * u), (1.4 * u, 2.0 * u), back, scene.tone((70, 56, 46), back)
    )
    scene.upright(
        (x - 0.34 * u, x + 0.34 * u),
        (1.46 * u, 1.94 * u),
        back,
        scene.tone(mix((206, 198, 182), scene.scheme.accent, 0.4), back),
    )
    wood = mix((110, 84, 62), scene.scheme.accent, 0.2)
    z = back - 0.4 * u
    scene.upright((x - 0.6 * u, x + 0.6 * u), (0, 0.8 * u), z, scene.tone(wood, back, 0.7))
    scene.level((x - 0.6 * u, x + 0.6 * u), 0.8 * u, (z, back), scene.tone(wood, back))
