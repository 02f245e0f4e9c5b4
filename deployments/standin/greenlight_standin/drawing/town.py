"""Low houses along a street: boards and porches of a frontier town, gables of a village."""

from __future__ import annotations

from greenlight_standin.drawing.shapes import Rgb, ellipse, limb, mix, scaled
from greenlight_standin.drawing.world import Set

_BOARDS: tuple[Rgb, ...] = ((146, 108, 76), (170, 136, 98), (118, 92, 74), (156, 92, 70))
_PLASTER: tuple[Rgb, ...] = ((206, 190, 164), (186, 150, 120), (170, 168, 160), (196, 176, 140))


def small_town(scene: Set, *, wooden: bool) -> None:
    """Houses of one or two floors on both sides of an unpaved street."""
    scene.sky()
    scene.sun()
    if scene.scheme.dark:
        scene.stars(60, scene.horizon * 0.6)
    rng, z0 = scene.rng, scene.staging.distance
    scene.ridge(0.12, 1.1, scene.tone(mix(scene.scheme.wall, (150, 140, 130), 0.4), 60, 0.8))
    earth: Rgb = (178, 142, 102) if wooden else (120, 112, 104)
    scene.ground(mix(earth, scene.scheme.ground, 0.25))
    wide = 6.2 if wooden else 5.2
    plots: list[tuple[float, float, int, Rgb, float]] = []
    for side in (-1, 1):
        z = max(0.6, z0 - 8)
        while z < z0 + 62:
            depth, tall = rng.uniform(6, 9), rng.uniform(3.6, 6.4)
            tint = rng.choice(_BOARDS if wooden else _PLASTER)
            plots.append((z, z + depth, side, mix(tint, scene.scheme.wall, 0.25), tall))
            z += depth + rng.uniform(0.2, 2.4)
    for plot in sorted(plots, key=lambda item: -item[0]):
        _house(scene, plot, wide, wooden=wooden)
    if wooden:
        for z in (z0 + 16, z0 + 7):
            _trough(scene, -wide + 2.4 if scene.staging.light.x > 0 else wide - 2.4, z)


def _house(
    scene: Set, plot: tuple[float, float, int, Rgb, float], wide: float, *, wooden: bool
) -> None:
    a, b, side, tint, tall = plot
    x = side * wide
    lit = 0.96 if (side < 0) == (scene.staging.light.x > 0) else 0.62
    face = scene.tone(tint, a, lit)
    out = x + side * 7
    scene.upright((min(x, out), max(x, out)), (0, tall), a, scaled(face, 0.72))
    scene.side(x, (0, tall), (a, b), face)
    if wooden:
        for row in range(int(tall / 0.5)):
            scene.side(x, (0.5 * row, 0.5 * row + 0.04), (a, b), scaled(face, 0.86))
    roof = scene.lain((98, 66, 56), a, 0.9) if not wooden else scaled(face, 0.6)
    if not wooden:
        ridge = tall + 2.4
        scene.quad([(x - side * 0.4, tall - 0.1, a), (x - side * 0.4, tall - 0.1, b),
                    (x + side * 3.4, ridge, b), (x + side * 3.4, ridge, a)], roof)  # fmt: skip
        scene.quad([(x, tall, a), (x + side * 3.4, ridge, a), (x + side * 6.8, tall, a)],
                   scaled(face, 0.66))  # fmt: skip
    _openings(scene, plot, x, face)
    if wooden:
        # A porch: a roof on posts, and boards to walk on.
        inner = x - side * 1.7
        scene.level(
            (min(x, inner), max(x, inner)), 0.18, (a, b), scene.tone((150, 116, 84), a, 0.9)
        )
        scene.level((min(x, inner), max(x, inner)), 2.7, (a, b), scaled(face, 0.5))
        scene.side(inner, (2.6, 2.95), (a, b), scaled(face, 0.8))
        for post in range(4):
            z = a + (b - a) * (0.04 + 0.3 * post)
            foot = scene.staging.camera.project(inner, 0, z)
            head = scene.staging.camera.project(inner, 2.7, z)
            thick = max(0.0014, scene.staging.camera.size(0.06, z))
            scene.flat(limb(foot, thick, head, thick), scaled(face, 0.62), z)


def _openings(scene: Set, plot: tuple[float, float, int, Rgb, float], x: float, face: Rgb) -> None:
    a, b, _, _, tall = plot
    span = b - a
    scene.side(x, (0.18, 2.25), (a + span * 0.44, a + span * 0.58), scaled(face, 0.42))
    rows = (1.0, 3.6) if tall > 5.2 else (1.0,)
    for base in rows:
        for p in (0.12, 0.72):
            on = scene.rng.random() < (
                0.75 if scene.scheme.dark or scene.scheme.sun < 0.08 else 0.06
            )
            pane = (
                mix((255, 208, 124), scene.scheme.fog, min(0.4, a / 90))
                if on
                else scaled(face, 0.46)
            )
            around = (a + span * (p - 0.02), a + span * (p + 0.18))
            scene.side(x, (base - 0.08, base + 1.28), around, scaled(face, 0.78))
            scene.side(x, (base, base + 1.2), (a + span * p, a + span * (p + 0.16)), pane)


def _trough(scene: Set, x: float, z: float) -> None:
    camera = scene.staging.camera
    wood = scene.tone((110, 82, 60), z)
    scene.upright((x - 0.9, x + 0.9), (0.12, 0.62), z, wood)
    scene.upright((x - 0.9, x + 0.9), (0.54, 0.62), z - 0.01, scaled(wood, 1.25))
    for dx in (-0.95, 0.95):
        foot, head = camera.project(x + dx, 0, z + 0.6), camera.project(x + dx, 1.25, z + 0.6)
        thick = max(0.0014, camera.size(0.05, z))
        scene.flat(limb(foot, thick, head, thick), scaled(wood, 0.7), z)
        scene.flat(ellipse(head[0], head[1], thick * 1.4, thick), scaled(wood, 0.7), z)
