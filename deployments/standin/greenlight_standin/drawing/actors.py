"""The cast is put on the set: who stands where, turned which way, with shadows under their feet."""

from __future__ import annotations

import random
import re
from collections.abc import Sequence
from dataclasses import dataclass

from greenlight_standin.drawing import (
    acting,
    creatures,
    figure,
    inserts,
    looks,
)
from greenlight_standin.drawing.actor import Actor
from greenlight_standin.drawing.air import AIR_KINDS, draw_air
from greenlight_standin.drawing.blocking import Mark, Scene, blocking, first_step
from greenlight_standin.drawing.camera import Camera
from greenlight_standin.drawing.canvas import Canvas, Light
from greenlight_standin.drawing.colour import Scheme
from greenlight_standin.drawing.identity import listener_of
from greenlight_standin.drawing.rig import posed
from greenlight_standin.drawing.shapes import (
    Pair,
    Part,
    Rgb,
    bounds,
    box,
    ellipse,
    limb,
    mix,
    moved,
    placed,
    scaled,
)
from greenlight_standin.drawing.sheets import same_cloth
from greenlight_standin.drawing.shot import stable_hash
from greenlight_standin.drawing.skia_loading import skia
from greenlight_standin.drawing.things import thing, things

_PLUMAGE: dict[str, Rgb] = {
    "raven": (34, 34, 40), "crow": (34, 34, 40), "dove": (226, 224, 220), "gull": (222, 222, 220),
    "seagull": (222, 222, 220), "swan": (232, 230, 226),
}  # fmt: skip
_INK = (44.0, 44.0, 46.0)
_BROWN = (126.0, 98.0, 76.0)
AFLOAT = frozenset({"underwater", "space", "sky"})
_IN_THE_AIR = frozenset({"plane", "butterfly", "spaceship", "drone", "kite"})

# A walk takes this share of a cycle per second, a run more.
_PACE = {"walk": 0.95, "run": 1.5, "dance": 0.7, "wave": 0.9, "talk": 0.6}


@dataclass(frozen=True)
class Moment:
    """A time (seconds) in a shot, and how far (degrees) the camera has gone round."""

    seconds: float = 0.0
    round: float = 0.0


STILL = Moment()


def draw_cast(canvas: Canvas, scene: Scene, cast: Sequence[Actor]) -> None:
    """Draw all actors, the far ones first; the first of the cast is the subject of the shot.

    A crowd is there even if the shot is of its place alone.
    """
    if cast and on_a_table(scene, cast):
        draw_table(canvas, scene)
    marks = blocking(scene, cast)
    part_from_the_dark(canvas, scene, marks)
    bodies = [(mark, parts_of_mark(scene, mark)) for mark in marks]
    for mark, parts in bodies:
        draw_shadow(canvas, scene, mark, parts)
    for mark, parts in bodies:
        draw_mark(canvas, scene, mark, parts=parts)


def part_from_the_dark(canvas: Canvas, scene: Scene, marks: Sequence[Mark]) -> None:
    """A pool of light behind a small lead in the dark, as a gaffer would put one there."""
    if not scene.scheme.dark or scene.staging.height > 1 or scene.staging.overhead:
        return
    for mark in marks:
        if mark.lead and mark.actor.kind not in AIR_KINDS:
            middle, reach = mark.feet - 0.5 * mark.height, 0.06 + 0.85 * mark.height
            canvas.glow(mark.x, middle, reach, scaled(scene.staging.light.key, 0.8), 0.3)


_ALIVE = frozenset({"octopus", "frog", "butterfly"})


def on_a_table(scene: Scene, cast: Sequence[Actor]) -> bool:
    """Whether the lead is a small thing that needs something to stand on."""
    small = scene.staging.small_world and cast[0].kind in things() - _ALIVE
    return small and scene.place not in AFLOAT and not scene.staging.overhead


def draw_mark(
    canvas: Canvas,
    scene: Scene,
    mark: Mark,
    moment: Moment = STILL,
    parts: list[Part] | None = None,
) -> None:
    """Draw one body as it is at a moment; `parts` are its parts, if they are known."""
    if mark.actor.kind in AIR_KINDS:
        draw_air(canvas, scene.staging, scene.scheme, mark.actor, mark.x, subject=mark.lead)
        return
    back = mark.z / scene.staging.distance
    blur = 0.0
    if not mark.lead and back > 1.02 and scene.request.size in ("close-up", "medium close-up"):
        blur = 0.004
    light = _faded(scene.staging.light, scene.scheme, back)
    if parts is None:
        parts = parts_of_mark(scene, mark, moment)
    canvas.actor(parts, light, subject=mark.lead, blur=blur)
    if mark.actor.kind == "thing" and parts:
        _name_on(canvas, mark.actor, parts)


def _name_on(canvas: Canvas, actor: Actor, parts: list[Part]) -> None:
    """Write on a plain block what it stands for."""
    x0, y0, x1, y1 = bounds([part.shape for part in parts])
    high = min(0.2 * (y1 - y0), 1.0 * (x1 - x0) / max(4, len(actor.name)))
    canvas.lettering(actor.name.upper(), ((x0 + x1) / 2, (y0 + y1) / 2), high, _INK)


def parts_of_mark(scene: Scene, mark: Mark, moment: Moment = STILL) -> list[Part]:
    """The parts of one body on the screen."""
    actor, staging = mark.actor, scene.staging
    if actor.kind in AIR_KINDS:
        return []
    if actor.kind == "person" and not (actor.mount and mark.height <= 1.3):
        return _person(scene, mark, moment)
    parts = _unit_parts(scene, actor, mark, moment)
    flip = (staging.facing < 0) != (mark.lead and mark.index % 2 == 1 and actor.count == 2)
    if mark.met:
        flip = mark.met < 0
    elif not mark.lead and mark.x > staging.lead_x and not mark.held:
        flip = True
    feet = mark.feet
    if scene.place in AFLOAT or actor.kind in _IN_THE_AIR or (
        actor.pose == "fly" and actor.kind in ("bird", "fish")
    ):  # fmt: skip
        hover = random.Random(stable_hash(staging.seed, mark.index)).random()
        feet -= 0.12 * mark.height if mark.height > 0.5 else 0.06 + 0.1 * hover
    return placed(parts, mark.x, feet, mark.height * (0.9 if staging.overhead else 1.0), flip)


def _person(scene: Scene, mark: Mark, moment: Moment) -> list[Part]:
    actor, staging, camera = mark.actor, scene.staging, scene.staging.camera
    look = appearance(actor, mark.index)
    close = mark.height > 1.3
    name = acting.pose_name(scene.request, actor.pose, scene.request.variant)
    if not mark.lead and mark.actor.pose == "stand":
        name = "stand"
    if close:
        name = figure.UPRIGHT.get(name, name)
    if scene.request.size == "extreme close-up" and mark.lead:
        name = "stand"  # a nod would take the eyes out of the picture
    pace = _PACE.get(name, 0.22)
    phase = first_step(scene, mark) + 0.13 * mark.index + moment.seconds * pace
    blink = 1.0 if moment.seconds % 2.9 > 2.78 else 0.0
    yaw, gaze = acting.bearing(
        scene.request, staging, name, met=mark.met, index=mark.index, lead=mark.lead
    )
    z = mark.z
    lift = 0.0
    if scene.place in AFLOAT or name == "fly" or (name == "jump" and not close):
        lift = 0.14 * actor.metres
    x = camera.across(mark.x, 0.5 * actor.metres, z)
    if staging.overhead:
        z = camera.height / 8 if name == "lie" else z
    stance = figure.Stance(
        posed(name, phase),
        x,
        z,
        yaw - moment.round,
        gaze,
        lift,
        acting.mien_of(scene.request, blink),
    )
    if staging.overhead and name == "lie":
        stance = figure.Stance(stance.pose, x, mark.z, 90 * staging.facing, 0, 0, stance.mien)
    return figure.person(look, actor.metres, stance, camera)


def appearance(actor: Actor, index: int) -> looks.Look:
    """How the `index`-th of these people looks."""
    # The same person looks the same in every shot, whatever is said of the clothes.
    same = random.Random(stable_hash(actor.name, index))
    clothes = random.Random(stable_hash(actor.name, "clothes"))
    wear = actor.tint or looks.clothes_of(actor.name, (120.0, 124.0, 130.0), clothes)
    if actor.worn and not same_cloth(actor.worn, wear):
        wear = actor.worn
    return looks.look_of(actor, wear, index, same)


def _unit_parts(scene: Scene, actor: Actor, mark: Mark, moment: Moment) -> list[Part]:
    """The parts of an actor that is drawn from one side: one unit tall, standing at the origin."""
    worn = actor.worn
    tint = worn or actor.tint or scene.scheme.accent
    if actor.human:
        look = appearance(actor, mark.index)
        if actor.kind == "hands":
            one = re.search(r"\bhand\b", scene.request.subject.lower()) is not None
            return inserts.hands_only(look.skin, look.top, one=one)
        if actor.kind == "eyes":
            return inserts.eyes_only(look.skin, look.hair)
        if actor.kind == "feet":
            return inserts.feet_only(look.skin, look.bottom)
        if actor.kind == "face":
            turn = 20 + 0.6 * scene.staging.turn
            parts = figure.upright(look, posed("stand"), turn, acting.mien_of(scene.request))
            return [
                Part(moved(p.shape, 0, -5.6, scale=6.6), p.colour, p.glow, p.line) for p in parts
            ]
        if actor.mount:
            return _riding(scene, actor, look, mark, moment)
    kind, _, name = actor.kind.partition(":")
    if kind == "quadruped":
        own = next((n for n in (actor.name, name) if n in creatures.BUILDS), name)
        return creatures.quadruped(own, actor.pose, worn or actor.tint)
    if kind in ("octopus", "fish"):
        return thing(kind, tint)
    if kind == "bird":
        flies = actor.pose in ("fly", "jump", "run")
        return thing(
            "bird-in-flight" if flies else "bird",
            _PLUMAGE.get(actor.name) or worn or actor.tint or _BROWN,
        )
    return thing(kind, tint if worn or actor.tint else mix(tint, (170, 168, 164), 0.2))


def _riding(scene: Scene, actor: Actor, look: looks.Look, mark: Mark, moment: Moment) -> list[Part]:
    """A rider on what carries him, together one unit tall."""
    assert actor.mount is not None
    horse = actor.mount.kind.startswith("quadruped")
    carried = _unit_parts(scene, actor.mount, mark, moment)
    scale, seat_x, lift, whole = (0.95, -0.04, 0.42, 0.72) if horse else (0.7, -0.15, 0.22, 0.95)
    parts = [Part(moved(p.shape, 0, 0, scale=scale), p.colour, p.glow, p.line) for p in carried]
    rider = figure.upright(look, posed("ride"), 84, acting.mien_of(scene.request))
    parts += [Part(moved(p.shape, seat_x, lift), p.colour, p.glow, p.line) for p in rider]
    return [Part(moved(p.shape, 0, 0, scale=whole), p.colour, p.glow, p.line) for p in parts]


def draw_shadow(canvas: Canvas, scene: Scene, mark: Mark, parts: list[Part]) -> None:
    """The shadow a body throws on the ground, away from the light, and the dark under its feet."""
    staging, camera = scene.staging, scene.staging.camera
    floating = scene.place in AFLOAT or mark.actor.kind in _IN_THE_AIR
    if not parts or mark.held or floating or mark.feet > 1.3 + 0.4 * staging.overhead:
        return
    outline = [points for part in parts for points in part.shape]
    if staging.overhead:
        off = (-staging.light.x * 0.07, 0.05)
        canvas.paint([p + off for p in outline], (0, 0, 0), 0.4, 0.012)
        return
    metres = mark.actor.metres
    x = camera.across(mark.x, 0.0, mark.z)
    foot = camera.project(x, 0.0, mark.z)
    tip = camera.project(
        x - staging.light.x * 1.15 * metres, 0.0, mark.z - 0.3 * min(metres, mark.z)
    )
    tall = max(0.01, mark.height)
    ex, ey = (tip[0] - foot[0]) / tall, max(-0.2, min(0.6, (tip[1] - foot[1]) / tall))
    thrown = []
    for points in outline:
        up = (foot[1] - points[:, 1]).clip(-0.05, 3.0)
        moved_points = points.copy()
        moved_points[:, 0] = points[:, 0] + up * ex
        moved_points[:, 1] = foot[1] + up * ey + 0.004
        thrown.append(moved_points)
    strength = 0.3 if scene.scheme.dark else 0.42
    canvas.paint(thrown, (6, 6, 14), strength, max(0.0015, 0.012 * min(1.0, tall)))
    low = [points for points in outline if points[:, 1].max() > foot[1] - 0.12 * tall]
    x0, _, x1, _ = bounds([low or outline])
    wide = max(0.008, (x1 - x0) * 0.55)
    thick = max(0.002, wide * max(0.08, min(0.4, (foot[1] - camera.horizon) * 0.5)))
    middle = (x0 + x1) / 2
    canvas.paint(ellipse(middle, foot[1], wide, thick), (0, 0, 0), 0.45, max(0.001, thick * 0.4))


def in_front(scene: Scene) -> bool:
    """Whether anything is between the lens and the scene."""
    return scene.request.angle in ("over the shoulder", "point of view")


def draw_foreground(canvas: Canvas, scene: Scene) -> None:
    """What is between the lens and the scene: a shoulder, or the hands of whoever looks."""
    staging, request = scene.staging, scene.request
    dark = scaled(staging.light.ambient, 0.3)
    if request.angle == "over the shoulder":
        right = staging.lead_x <= canvas.aspect / 2
        x = canvas.aspect * (0.9 if right else 0.1)
        other = listener_of(request)
        look = appearance(other, 0)
        camera = Camera(2.5, x, 0.36, 1.55)
        stance = figure.Stance(posed("stand"), 0.0, 1.0, -162 if right else 162)
        light = Light(staging.light.x, staging.light.y, scaled(staging.light.key, 0.5), dark, 0.6)
        canvas.actor(figure.person(look, 1.7, stance, camera), light, subject=False, blur=0.007)
    elif request.angle == "point of view":
        for side in (-1, 1):
            x = canvas.aspect / 2 + side * 0.36
            sleeve = limb((x + side * 0.2, 1.12), 0.1, (x, 0.9), 0.06)
            hand = limb((x, 0.9), 0.055, (x - side * 0.05, 0.84), 0.04)
            parts = [Part(sleeve, (70, 74, 86)), Part(hand, (196, 150, 118))]
            canvas.actor(parts, staging.light, subject=False, blur=0.004)
        canvas.paint(box(-0.5, -0.5, canvas.aspect + 0.5, 0.03), (4, 4, 6), 0.8, blur=0.02)


def _faded(light: Light, scheme: Scheme, back: float) -> Light:
    if back <= 1.02:
        return light
    t = min(0.5, (back - 1) * 0.45)
    fog = scaled(scheme.fog, scheme.exposure)
    return Light(
        light.x, light.y, mix(light.key, fog, t * 0.5), mix(light.ambient, fog, t), light.rim
    )


def draw_table(canvas: Canvas, scene: Scene) -> None:
    """Something for a small thing to stand on."""
    staging, scheme = scene.staging, scene.scheme
    wood = mix(mix((120, 86, 60), scheme.accent, 0.2), staging.light.ambient, 0.2)
    tone = scaled(wood, 0.35 + 0.55 * scheme.exposure)
    back = staging.feet - 0.11
    left, right = -0.5, canvas.aspect + 0.5
    top: Pair = (0.5, back)
    canvas.shade(
        box(left, back, right, 1.6), [scaled(tone, 1.0), scaled(tone, 0.62)], top, (0.5, 1.1)
    )
    canvas.paint(box(left, back, right, back + 0.006), mix(tone, (255, 244, 226), 0.4), 0.7)
    canvas.lie(skia.Path.Rect(skia.Rect.MakeLTRB(left, back, right, 1.6)), 1.0)
    for step in range(9):
        x = canvas.aspect * (step + 0.3) / 9
        spread = (x - canvas.aspect / 2) * 0.7
        canvas.paint(limb((x, back), 0.0006, (x + spread, 1.2), 0.002, 4), scaled(tone, 0.5), 0.3)
