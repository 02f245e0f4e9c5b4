"""Reference sheets: a character from all sides, a prop for itself, on plain ground.

Whoever is drawn on a sheet is drawn the same in every shot whose prompt lists it with that name
and description.
"""

from __future__ import annotations

import re
from dataclasses import replace

from greenlight_standin.drawing import acting, figure
from greenlight_standin.drawing.actor import Actor
from greenlight_standin.drawing.actors import appearance, parts_of_mark
from greenlight_standin.drawing.blocking import Mark, Scene
from greenlight_standin.drawing.camera import Camera
from greenlight_standin.drawing.canvas import Canvas, Light
from greenlight_standin.drawing.looks import Look
from greenlight_standin.drawing.rig import posed
from greenlight_standin.drawing.shapes import Part, Rgb, bounds, box, ellipse, mix, scaled
from greenlight_standin.drawing.shot import ShotRequest

PAPER: Rgb = (178, 182, 188)
FLOOR: Rgb = (156, 159, 164)
_LIGHT = Light(0.5, -0.45, (255, 250, 242), (164, 164, 168), 0.25)
# So far away that nothing is foreshortened, in metres.
_FAR = 60.0
# Degrees: front, three-quarter, profile, back.
_TURNS = (0.0, 42.0, 90.0, 180.0)
_FEET = 0.86


def place_shot(request: ShotRequest) -> ShotRequest:
    """The wide, empty view that is a place's sheet."""
    assert request.sheet_of is not None
    sheet = request.sheet_of
    return replace(
        request,
        subject="",
        action="",
        size="wide",
        lens_mm=24.0,
        setting=f"{sheet.name}, {sheet.about}",
        time=request.time or ("" if re.search(r"night|dusk|dawn|evening", sheet.about) else "day"),
    )


def draw_page(canvas: Canvas, scene: Scene, cast: list[Actor]) -> None:
    """Put the first of the cast on neutral ground: a body from four sides and its head, or a thing
    large and small."""
    floor = _FEET - 0.12
    canvas.gradient([(0, mix(PAPER, (255, 255, 255), 0.15)), (floor, PAPER)], -0.1, floor)
    canvas.gradient([(floor, FLOOR), (1.0, scaled(FLOOR, 0.92))], floor, 1.1)
    who = cast[0] if cast else Actor("thing", scene.request.subject, 1, 0.5)
    if who.kind == "person" and not who.mount:
        _turnaround(canvas, scene.request, who)
    else:
        _thing(canvas, scene, replace(who, count=1))


def _turnaround(canvas: Canvas, request: ShotRequest, who: Actor) -> None:
    look = appearance(who, 0)
    mirrored = request.variant % 2 == 1
    wide = canvas.aspect > 1.3
    turns = _TURNS if wide else _TURNS[:3]
    row = canvas.aspect * 0.66 if wide else canvas.aspect
    tall = min(0.76, row / len(turns) / 0.36) * (0.72 if look.child else 1.0)
    for level in (_FEET - tall, _FEET - 0.53 * tall):
        canvas.paint(box(0.03, level, row - 0.01, level + canvas.pixel), (96, 96, 98), 0.35)
    for index, turn in enumerate(turns):
        x = row * (index + 0.5) / len(turns)
        turn = -turn if mirrored else turn
        parts = _body(look, who, turn, x, _FEET, tall)
        _stand(canvas, x, _FEET, 0.13 * tall)
        canvas.actor(parts, _LIGHT, subject=True)
    # The head is a seventh of a body; this one is to be seen.
    large = 2.6 if wide else min(1.9, canvas.aspect * 2.6)
    middle = canvas.aspect * 0.835 if wide else canvas.aspect / 2
    top = 0.09 if wide else 0.05
    large *= 0.74 if look.child else 1.0
    canvas.on.save()
    frame = (middle - 0.24, 0.05, middle + 0.24, 0.62) if wide else (0.02, 0.03, row - 0.02, 0.42)
    canvas.clip(frame)
    canvas.paint(box(*frame), scaled(PAPER, 0.92))
    turn = _FACES[request.variant // 2 % len(_FACES)] * (-1 if mirrored else 1)
    canvas.actor(_body(look, who, turn, middle, top + large, large), _LIGHT, subject=True)
    canvas.on.restore()
    if wide:
        _swatches(canvas, look, middle)


def _swatches(canvas: Canvas, look: Look, middle: float) -> None:
    tones = (look.skin, look.hair, look.top, look.bottom, scaled(look.bottom, 0.42))
    side = 0.078
    for index, tone in enumerate(tones):
        x = middle - 0.24 + index * (side + 0.0225)
        canvas.paint(box(x, 0.67, x + side, 0.67 + side), tone)


def _body(look: Look, who: Actor, yaw: float, x: float, feet: float, tall: float) -> list[Part]:
    """A standing body of that height on screen, seen without perspective."""
    focal = tall / who.metres * _FAR
    camera = Camera(focal, x, feet - tall / 2, who.metres / 2)
    stance = figure.Stance(posed("stand"), 0.0, _FAR, yaw, mien=acting.mien_of(_CALM))
    return figure.person(look, who.metres, stance, camera)


_FACES = (24.0, 2.0, 38.0, 12.0, 50.0, -16.0)
"""Degrees that the large face is turned by: no two of the variants are the same picture."""

_CALM = ShotRequest(action="waits")


def _stand(canvas: Canvas, x: float, feet: float, wide: float) -> None:
    canvas.paint(ellipse(x - 0.02, feet, wide, wide * 0.16), (0, 0, 0), 0.32, 0.008)


def _thing(canvas: Canvas, scene: Scene, what: Actor) -> None:
    """A thing or an animal, large from one side and small from the other."""
    mirrored = scene.request.variant % 2 == 1
    large = parts_of_mark(scene, Mark(what, 0, 0.0, 1.0, 0.62, 0.0, True))
    x0, _, x1, _ = bounds([part.shape for part in large]) if large else (0, 0, 0.5, 0)
    nearer = 1.0 - 0.06 * (scene.request.variant // 2 % 6)
    height = 0.62 * nearer * min(1.0, canvas.aspect * 0.56 / max(0.01, x1 - x0))
    for x, tall, index in ((0.38, height, 0), (0.83, height * 0.42, 1)):
        x = canvas.aspect * (1 - x if mirrored else x)
        parts = parts_of_mark(scene, Mark(what, 0, x, 1.0, tall, _FEET, True))
        if index:
            parts = [
                Part(
                    [p * (-1, 1) + (2 * x, 0) for p in part.shape],
                    part.colour,
                    part.glow,
                    part.line,
                )
                for part in parts
            ]
        if parts:
            left, _, right, _ = bounds([part.shape for part in parts])
            _stand(canvas, (left + right) / 2, _FEET, (right - left) * 0.5)
        canvas.actor(parts, _LIGHT, subject=True)
