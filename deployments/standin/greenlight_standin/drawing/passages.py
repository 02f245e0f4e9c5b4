"""Stairs, and the inside of a car: places that are on the way to others."""

from __future__ import annotations

import math
import re

from greenlight_standin.drawing.shapes import Rgb, box, ellipse, limb, mix, polygon, scaled
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


def vehicle(scene: Set) -> None:
    """The inside of a car seen from its bonnet: what goes past outside, pillars, seats, a wheel."""
    staging, camera = scene.staging, scene.staging.camera
    z0, rng = staging.distance, scene.rng
    scene.sky()
    scene.ground(mix((84, 84, 90), scene.scheme.ground, 0.35))
    if re.search(r"forest|country|desert|mountain|coast|field", scene.words):
        scene.ridge(0.18, 1.4, scene.tone(mix((70, 92, 60), scene.scheme.ground, 0.4), 30, 0.8))
    else:
        for index in range(16):
            z = z0 + 40 - 2.2 * index
            side = -1 if index % 2 else 1
            x = side * rng.uniform(4.5, 6.5)
            face = scene.tone(mix(scene.scheme.wall, (120, 116, 120), 0.5), z, 0.6)
            tall = rng.uniform(5, 14)
            scene.upright((min(x, x + side * 6), max(x, x + side * 6)), (0, tall), z, face)
            for _ in range(7):
                wx, wy = x + side * rng.uniform(0.4, 4.5), rng.uniform(1, tall - 1)
                lit = rng.random() < (0.6 if scene.scheme.dark else 0.15)
                pane = (255, 210, 130) if lit else scaled(face, 0.6)
                scene.upright((wx, wx + 0.8), (wy, wy + 1.1), z - 0.05, pane)
    scene.canvas.settle(0.006)
    eye = camera.height
    lining: Rgb = mix((62, 58, 58), scene.scheme.accent, 0.12)
    back, half, roof, sill = z0 + 1.5, 0.86, eye + 0.34, eye - 0.34
    rear = scene.tone(lining, 1, 0.6)
    scene.upright((-half, half), (sill - 0.9, sill), back, rear)
    scene.upright((-half, half), (roof - 0.1, roof + 0.4), back, rear)
    for side in (-1, 1):
        bright = 0.9 if (side < 0) == (staging.light.x < 0) else 0.55
        x = side * half
        tone = scene.tone(lining, 0.5, bright)
        scene.side(x, (sill - 0.9, sill), (0.3, back), tone)
        scene.side(x, (roof - 0.06, roof + 0.4), (0.3, back), tone)
        for z in (z0 + 0.5, back - 0.12):
            scene.side(x, (sill, roof), (z, z + 0.14), tone)
        corner = [
            (x, sill, back),
            (x, roof, back),
            (x - side * 0.2, roof, back),
            (x - side * 0.1, sill, back),
        ]
        scene.quad(corner, rear)
    scene.level((-half, half), roof, (0.3, back), scene.tone(scaled(lining, 1.5), 0.5, 0.8))
    for x in (-0.42, 0.42):
        z = z0 + 0.32
        seat = scene.tone(mix((48, 44, 46), scene.scheme.accent, 0.2), 0.4, 0.8)
        scene.upright((x - 0.27, x + 0.27), (sill - 1.0, eye - 0.2), z, seat)
        px, py = camera.project(x, eye - 0.06, z)
        r = camera.size(0.15, z)
        scene.flat(ellipse(px, py, r, r * 0.72), scaled(seat, 1.15), z)


def dashboard(scene: Set) -> None:
    """What lies between the lens and whoever drives: the dashboard's edge and the wheel."""
    canvas, staging = scene.canvas, scene.staging
    dark = scaled((54, 52, 56), 0.3 + 0.5 * scene.scheme.exposure)
    canvas.paint(box(-0.5, 0.86, canvas.aspect + 0.5, 1.5), dark, 1.0, 0.008)
    x, y, r = staging.lead_x, 0.98, 0.24
    ring = [
        polygon(
            [
                (x + k * r * math.cos(t), y + k * r * 0.72 * math.sin(t))
                for t in [step / 30 * 2 * math.pi for step in range(30)]
            ]
        )[0]
        for k in (1.0,)
    ]
    hole = [points * (0.84, 0.84) + (x * 0.16, y * 0.16) for points in ring]
    band = [*ring[0].tolist(), ring[0][0].tolist(), hole[0][0].tolist(), *hole[0][::-1].tolist()]
    canvas.paint(polygon([(a, b) for a, b in band]), scaled(dark, 0.6), 1.0, 0.003)
    canvas.paint(limb((x - r, y), 0.016, (x + r, y), 0.016), scaled(dark, 0.6), 1.0, 0.003)
