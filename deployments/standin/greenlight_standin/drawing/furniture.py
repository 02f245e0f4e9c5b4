"""What stands in rooms: a sofa, a table with chairs, what is along the walls."""

from __future__ import annotations

from greenlight_standin.drawing.shapes import Rgb, box, limb, mix, polygon, scaled
from greenlight_standin.drawing.world import Set


def lounge(scene: Set, u: float, half: float, side: int) -> None:
    """A rug, a sofa along the wall, a floor lamp and a plant: what a room has."""
    z0, project, size = (
        scene.staging.distance,
        scene.staging.camera.project,
        scene.staging.camera.size,
    )
    accent = scene.scheme.accent
    rug = mix((150, 110, 96), accent, 0.35)
    scene.level(
        (-1.5 * u, 1.5 * u), 0.004, (max(0.3, z0 - 1.1 * u), z0 + 1.4 * u), scene.tone(rug, z0, 0.8)
    )
    scene.level(
        (-1.3 * u, 1.3 * u),
        0.006,
        (max(0.3, z0 - 0.9 * u), z0 + 1.2 * u),
        scene.tone(mix(rug, (230, 220, 200), 0.3), z0, 0.8),
    )
    cloth = mix((112, 116, 120), accent, 0.3)
    wall, near, far = side * half, z0 + 0.5 * u, z0 + 2.3 * u
    inner = wall - side * 0.85 * u
    low, high = sorted((wall, inner))
    scene.side(inner, (0.08 * u, 0.42 * u), (near, far), scene.tone(cloth, z0, 0.7))
    scene.level((low, high), 0.43 * u, (near, far), scene.tone(cloth, z0, 1.0))
    scene.side(
        wall - side * 0.25 * u, (0.42 * u, 0.85 * u), (near, far), scene.tone(cloth, z0, 0.85)
    )
    scene.upright((low, high), (0.06 * u, 0.6 * u), near, scene.tone(cloth, z0, 0.62))
    lamp_z = far + 0.15 * u
    x = -side * (half - 0.55 * u)
    foot, head = project(x, 0, lamp_z), project(x, 1.5 * u, lamp_z)
    thick = max(0.0012, size(0.02 * u, lamp_z))
    scene.flat(limb(foot, thick, head, thick, 4), scene.tone((52, 50, 50), z0), lamp_z)
    r = size(0.2 * u, lamp_z)
    shade = [
        (head[0] - r * 0.6, head[1] - r),
        (head[0] + r * 0.6, head[1] - r),
        (head[0] + r, head[1] + r * 0.4),
        (head[0] - r, head[1] + r * 0.4),
    ]
    scene.flat(
        polygon(shade),
        (255, 226, 170) if scene.scheme.dark else scene.tone((226, 214, 190), z0),
        lamp_z,
    )
    if scene.scheme.dark:
        scene.canvas.glow(head[0], head[1], r * 7, (255, 200, 120), 0.5)
    pot = -side * (half - 0.5 * u)
    px, py = project(pot, 0, z0 + 0.7 * u)
    s = size(0.16 * u, z0 + 0.7 * u)
    leaf = scene.tone((72, 104, 64), z0, 0.9)
    for index in range(9):
        lean = (index - 4) * 0.5
        tip = (px + lean * s * 1.3, py - s * (7.2 - abs(lean) * 1.6))
        scene.flat(
            limb((px, py - s * 1.6), s * 0.16, tip, s * 0.1, 5),
            scaled(leaf, 0.8 + 0.05 * index),
            z0 + 0.7 * u,
        )
    scene.flat(
        polygon(
            [(px - s, py - s * 2), (px + s, py - s * 2), (px + s * 0.75, py), (px - s * 0.75, py)]
        ),
        scene.tone((150, 96, 72), z0, 0.8),
        z0 + 0.7 * u,
    )


def along_walls(scene: Set, back: float, u: float, half: float) -> None:
    """What is along the side walls of a deep room: pictures, a door, low cupboards."""
    rng = scene.staging.rng("walls")
    z = back - 2.6 * u
    while z > 0.9 * u:
        for side in (-1, 1):
            x = side * (half - 0.01 * u)
            lit = 0.95 if (side < 0) == (scene.staging.light.x > 0) else 0.66
            wall = scene.tone(scene.scheme.wall, z * 0.4, lit)
            kind = rng.randrange(3)
            if kind == 0:
                scene.side(x, (0.0, 2.1 * u), (z, z + 0.95 * u), scaled(wall, 0.56))
                scene.side(
                    x - side * 0.01,
                    (0.06 * u, 2.02 * u),
                    (z + 0.08 * u, z + 0.87 * u),
                    scaled(wall, 0.74),
                )
            elif kind == 1:
                scene.side(x, (1.25 * u, 2.0 * u), (z, z + 1.0 * u), scaled(wall, 0.5))
                art = mix(scene.scheme.accent, scene.scheme.sky_low, rng.random())
                scene.side(
                    x - side * 0.01,
                    (1.31 * u, 1.94 * u),
                    (z + 0.06 * u, z + 0.94 * u),
                    scene.tone(art, z, lit),
                )
            else:
                wood = scene.tone(mix((126, 92, 64), scene.scheme.ground, 0.3), z * 0.4, lit)
                near = x - side * 0.42 * u
                scene.upright((min(x, near), max(x, near)), (0, 0.86 * u), z, scaled(wood, 0.8))
                scene.side(near, (0, 0.86 * u), (z, z + 1.4 * u), wood)
                scene.level(
                    (min(x, near), max(x, near)), 0.87 * u, (z, z + 1.4 * u), scaled(wood, 1.25)
                )
                for share in (0.47, 0.53):
                    at = z + 1.4 * u * share
                    scene.side(
                        near - side * 0.005,
                        (0.4 * u, 0.52 * u),
                        (at, at + 0.03 * u),
                        scaled(wood, 0.5),
                    )
        z -= 2.5 * u


def dining(scene: Set, z: float, x: float) -> None:
    """A table with a cloth, cups and chairs around it."""
    camera = scene.staging.camera
    wood = scene.tone(mix((140, 98, 64), scene.scheme.ground, 0.25), z * 0.4)
    for dx in (-0.95, 0.95):
        _seat(scene, x + dx, z + 0.1, scaled(wood, 0.8))
    for dx, dz in ((-0.62, 0.0), (0.62, 0.0), (-0.62, 0.7), (0.62, 0.7)):
        scene.upright((x + dx - 0.03, x + dx + 0.03), (0, 0.74), z + dz, scaled(wood, 0.6))
    scene.level((x - 0.72, x + 0.72), 0.76, (z - 0.05, z + 0.78), scaled(wood, 1.2))
    scene.upright((x - 0.72, x + 0.72), (0.7, 0.76), z - 0.05, scaled(wood, 0.85))
    for dx, tint in ((-0.3, (226, 222, 212)), (0.05, (186, 92, 70)), (0.34, (226, 222, 212))):
        sx, sy = camera.project(x + dx, 0.77, z + 0.3)
        r = camera.size(0.06, z + 0.3)
        scene.flat(box(sx - r, sy - 1.5 * r, sx + r, sy), scene.tone(tint, z * 0.4), z)


def _seat(scene: Set, x: float, z: float, wood: Rgb) -> None:
    for dx, dz in ((-0.2, 0), (0.2, 0), (-0.2, 0.4), (0.2, 0.4)):
        scene.upright((x + dx - 0.02, x + dx + 0.02), (0, 0.46), z + dz, scaled(wood, 0.75))
    scene.upright((x - 0.22, x + 0.22), (0.62, 0.98), z + 0.42, scaled(wood, 0.9))
    scene.level((x - 0.22, x + 0.22), 0.47, (z, z + 0.42), scaled(wood, 1.15))
