"""What has no outline: bursts, clouds, fire, splashes and beams of light."""

from __future__ import annotations

import math
import random

from greenlight_standin.drawing.actor import Actor
from greenlight_standin.drawing.canvas import Canvas
from greenlight_standin.drawing.colour import Scheme
from greenlight_standin.drawing.shapes import Part, Rgb, ellipse, mix, polygon, smooth
from greenlight_standin.drawing.staging import Staging

AIR_KINDS = frozenset({"burst", "cloud", "fire", "splash", "beam"})
_TINTS: dict[str, Rgb] = {
    "flour": (240, 234, 222), "powder": (236, 230, 224), "dust": (196, 176, 146),
    "sand": (206, 176, 124), "ash": (120, 118, 118), "explosion": (255, 170, 70),
    "sparks": (255, 200, 96), "steam": (226, 230, 234), "smoke": (122, 120, 122),
    "water": (150, 196, 220), "splash": (150, 196, 220), "blood": (140, 20, 24),
    "milk": (240, 238, 230), "wine": (110, 24, 44), "confetti": (236, 120, 150),
}  # fmt: skip


def draw_air(
    canvas: Canvas, staging: Staging, scheme: Scheme, actor: Actor, x: float, *, subject: bool
) -> None:
    """Draw something shapeless around x; it is as tall as the shot size makes its subject."""
    rng = staging.rng(f"air {actor.kind}")
    height = min(1.0, staging.height if subject else 0.6)
    y = min(0.9, staging.feet) - height * 0.5
    tint = actor.tint or _TINTS.get(actor.name, (214, 206, 194))
    if actor.kind == "beam":
        _beam(canvas, staging, scheme, x, subject=subject)
    elif actor.kind == "fire":
        _fire(canvas, staging, rng, x, y + height * 0.5, height, subject=subject)
    else:
        _puffs(canvas, staging, rng, actor.kind, tint, (x, y, height), subject=subject)


def _puffs(
    canvas: Canvas,
    staging: Staging,
    rng: random.Random,
    kind: str,
    tint: Rgb,
    where: tuple[float, float, float],
    *,
    subject: bool,
) -> None:
    x, y, height = where
    reach = height * 0.5
    far: list[Part] = []
    near: list[Part] = []
    for index in range(30 if kind != "splash" else 14):
        turn, out = rng.uniform(0, 2 * math.pi), rng.random() ** 0.6 * reach * 0.8
        r = reach * rng.uniform(0.16, 0.36) * (1.15 - out / reach * 0.5)
        # Smoke climbs and leans, a burst flies apart.
        lean = -out * 0.6 if kind == "cloud" else 0.0
        spot = (x + math.cos(turn) * out * 1.3, y + math.sin(turn) * out * 0.8 + lean)
        colour = mix(tint, (255, 255, 255) if index % 2 else (96, 92, 92), rng.uniform(0, 0.22))
        (far if index % 2 else near).append(Part(ellipse(*spot, r * 1.15, r), colour))
    canvas.actor(far, staging.light, subject=subject, blur=0.03)
    canvas.actor(near, staging.light, subject=subject, blur=0.016)
    if kind == "cloud":
        return
    specks: list[Part] = []
    for _ in range(90):
        turn, out = rng.uniform(0, 2 * math.pi), reach * rng.uniform(0.6, 1.5)
        size = rng.uniform(0.002, 0.008) * (1.6 if kind == "splash" else 1.0)
        spot = (x + math.cos(turn) * out * 1.35, y + math.sin(turn) * out * 0.9)
        specks.append(Part(ellipse(*spot, size, size, n=8), mix(tint, (255, 255, 255), 0.3)))
    canvas.actor(specks, staging.light, subject=subject)


def _fire(
    canvas: Canvas,
    staging: Staging,
    rng: random.Random,
    x: float,
    foot: float,
    height: float,
    *,
    subject: bool,
) -> None:
    canvas.glow(x, foot - height * 0.4, height * 1.2, (255, 130, 40), 0.8)
    for colour, share, blur in (
        ((206, 62, 22), 1.0, 0.012),
        ((246, 142, 36), 0.72, 0.008),
        ((255, 226, 130), 0.42, 0.006),
    ):
        tongues: list[Part] = []
        for index in range(9):
            at = x + (index - 4) * height * 0.085 * share
            tall = height * share * rng.uniform(0.55, 1.0) * (1 - abs(index - 4) * 0.1)
            wide, lean = height * 0.1 * share + 0.004, rng.uniform(-0.06, 0.06) * height
            outline = [(at - wide, foot), (at - wide * 0.8, foot - tall * 0.4),
                       (at + lean, foot - tall), (at + wide * 0.8, foot - tall * 0.35),
                       (at + wide, foot)]  # fmt: skip
            tongues.append(Part(smooth(outline, 5), colour, True))
        canvas.actor(tongues, staging.light, subject=subject, blur=blur)


def _beam(canvas: Canvas, staging: Staging, scheme: Scheme, x: float, *, subject: bool) -> None:
    side = -1 if staging.light.x < 0 else 1
    light = mix(scheme.key, (255, 255, 255), 0.35)
    start = x + side * canvas.aspect * 0.34
    for index in range(4):
        at, wide = start - 0.12 * index * side, 0.05 + 0.015 * index
        shaft = [(at - wide, -0.05), (at + wide, -0.05), (at - side * 0.75 + wide * 2.6, 0.92),
                 (at - side * 0.75 - wide * 2.6, 0.92)]  # fmt: skip
        canvas.paint(polygon(shaft), light, 0.2, 0.02)
    foot = start - side * 0.9
    canvas.paint(ellipse(foot, 0.92, 0.5, 0.09), light, 0.4, 0.03)
    if subject:
        canvas.mark(polygon([(start - 0.3, 0), (start + 0.3, 0), (foot + 0.5, 0.95),
                             (foot - 0.5, 0.95)]))  # fmt: skip
