"""A plain set that carries its name: for kinds of place without a drawing of their own."""

from __future__ import annotations

from greenlight_standin.drawing.shapes import mix, scaled
from greenlight_standin.drawing.world import Set

_PLASTER = (150.0, 146.0, 140.0)
_DEPTHS = (15.0, 8.5, 3.4)


def labelled(scene: Set, name: str, *, roofed: bool) -> None:
    """Blocks on a gridded floor, under a ceiling if `roofed`; the block behind the lead is named.

    A previs artist draws unknown sets like this: size, light and parallax are right, detail is not.
    """
    u, z0 = scene.unit, scene.staging.distance
    far, half = z0 + 17 * u, 4.6 * u
    wall = mix(scene.scheme.wall, _PLASTER, 0.5)
    floor = mix(scene.scheme.ground, _PLASTER, 0.4)
    height = max(4.2 * u, scene.staging.camera.height + 1.2 * u)
    if roofed:
        end = scene.tone(wall, 14, 0.6)
        scene.canvas.gradient([(0, scaled(end, 0.7)), (1, end)], scene.top, scene.bottom)
        scene.level((-half, half), height, (0.14, far), scene.tone(wall, 6, 0.45))
        scene.level((-half, half), 0, (0.14, far), scene.tone(floor, 3, 0.7))
        scene.upright((-half, half), (0, height), far, end)
    else:
        scene.sky()
        scene.sun()
        scene.ridge(0.1, 1.4, scene.tone(scene.scheme.wall, 60, 0.7))
        scene.ground(floor)
    _grid(scene, far, scaled(floor, 0.72))
    for depth in _DEPTHS:
        for side in (-1, 1):
            high = height if roofed else scene.rng.uniform(3.0, 7.5) * u
            _block(scene, side * half, side * 9 * u, max(0.3, z0 + (depth - 6) * u), high)
    back, top = min(far - 0.1, z0 + 9 * u), 3.0 * u
    face = scene.tone(wall, back, 0.8)
    scene.upright((-2.4 * u, 2.4 * u), (0, top), back, face)
    x, y = scene.staging.camera.project(0, 2.2 * u, back)
    letters = scene.staging.camera.size(0.6 * u, back)
    scene.canvas.lettering(name.upper(), (x, y), letters, scaled(face, 0.4))


def _grid(scene: Set, far: float, colour: tuple[float, float, float]) -> None:
    step = 1.5 * scene.unit
    for index in range(-6, 7):
        x = index * step
        scene.level((x, x + 0.03 * step), 0.004, (0.2, far), scene.tone(colour, 4))
    z = step
    while z < far:
        scene.level((-9 * scene.unit, 9 * scene.unit), 0.004, (z, z + 0.04 * step),
                    scene.tone(colour, z))  # fmt: skip
        z += step


def _block(scene: Set, near: float, out: float, z: float, high: float) -> None:
    """A block beside the way, with seams that show how it moves."""
    u, side = scene.unit, 1 if near > 0 else -1
    lit = 0.95 if (side < 0) == (scene.staging.light.x > 0) else 0.62
    tint = scene.rng.choice(((150, 120, 100), (110, 116, 124), (170, 160, 146)))
    face = scene.tone(mix(scene.scheme.wall, tint, 0.6), z, lit)
    depth = 4.4 * u
    scene.side(near, (0, high), (z, z + depth), face)
    scene.upright((min(near, out), max(near, out)), (0, high), z, scaled(face, 0.72))
    for seam in range(1, int(high / u)):
        scene.side(near, (seam * u, (seam + 0.06) * u), (z, z + depth), scaled(face, 0.8))
    for bay in range(4):
        start = z + (0.2 + bay * 1.1) * u
        scene.side(near, (0.9 * u, 2.1 * u), (start, start + 0.6 * u), scaled(face, 0.55))
