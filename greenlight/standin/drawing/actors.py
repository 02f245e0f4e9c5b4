"""The cast is put on the set: who stands where, with shadows under their feet."""

from __future__ import annotations

import random

from greenlight.standin.drawing import creatures, critters, face, figure
from greenlight.standin.drawing.air import AIR_KINDS, draw_air
from greenlight.standin.drawing.canvas import Canvas, Light
from greenlight.standin.drawing.cast import Actor
from greenlight.standin.drawing.colour import Scheme
from greenlight.standin.drawing.shapes import (
    Part,
    bounds,
    box,
    ellipse,
    limb,
    mix,
    moved,
    placed,
    scaled,
    smooth,
)
from greenlight.standin.drawing.shot import ShotRequest, stable_hash
from greenlight.standin.drawing.staging import Staging
from greenlight.standin.drawing.things import THINGS

AFLOAT = frozenset({"underwater", "space", "sky"})


def draw_cast(
    canvas: Canvas,
    request: ShotRequest,
    staging: Staging,
    scheme: Scheme,
    cast: list[Actor],
    place: str,
) -> None:
    """Draw all actors, the far ones first; the first of the cast is the subject of the shot."""
    rng = staging.rng("cast")
    if not cast:
        return
    lead = cast[0]
    if staging.small_world and lead.kind in THINGS and place not in AFLOAT and not staging.overhead:
        _table(canvas, staging, scheme)
    jobs: list[tuple[float, Actor, int, float]] = []
    spread = _spread(lead, staging, canvas.aspect)
    for index in range(lead.count):
        across = (index - (lead.count - 1) / 2) * spread
        back = 1.0 if index == 0 else 1 + 0.07 * ((index * 3) % 5) + (0.1 if lead.count > 4 else 0)
        if lead.count > 5:
            back += 0.22 * (index % 3)
        jobs.append((back, lead, index, staging.lead_x + across))
    away = -1 if staging.lead_x > canvas.aspect / 2 else 1
    for order, other in enumerate(cast[1:]):
        for index in range(min(other.count, 5)):
            reach = staging.height * (0.5 if other.human else 0.62)
            reach = min(max(reach, 0.12), canvas.aspect * 0.4)
            # A companion stays in the picture.
            edge = canvas.aspect * 0.9 - staging.lead_x if away > 0 else staging.lead_x
            reach = min(reach, max(0.1, edge - 0.12)) if other.metres >= 0.5 else reach
            x = staging.lead_x + away * reach * (1 + 0.55 * index + 0.3 * order)
            if other.metres < 0.5 and lead.kind == "person":
                reach_out = min(_hand(lead)[0] * staging.height, 0.46)
                x = staging.lead_x + staging.facing * reach_out
            back = 1.0 if other.metres < 0.5 else 1.25 + 0.15 * order
            jobs.append((back, other, index, x))
            if order:
                away = -away
    met = any(other.metres >= 0.5 for other in cast[1:])
    for back, actor, index, x in sorted(jobs, key=lambda job: -job[0]):
        _draw_one(canvas, request, staging, scheme, place, actor, index, x, back, lead, met, rng)


# On a close face nothing is held higher than this.
_CHIN = 0.8
_HANDS = {"reach": (0.36, 0.70), "point": (0.4, 0.74), "wave": (0.28, 0.98), "walk": (0.2, 0.42),
          "kneel": (0.34, 0.36), "sit": (0.3, 0.36), "dance": (0.34, 0.9), "kick": (0.5, 0.0),
          "run": (0.34, 0.6)}  # fmt: skip


def _hand(lead: Actor) -> tuple[float, float]:
    """Where the lead's forward hand is, in its heights from its feet."""
    return _HANDS.get(lead.pose, (0.15, 0.4))


def _spread(lead: Actor, staging: Staging, aspect: float) -> float:
    if lead.count < 2:
        return 0.0
    wide = staging.height * (0.34 if lead.human else 1.0)
    return min(wide, aspect * 0.86 / lead.count)


def _draw_one(
    canvas: Canvas,
    request: ShotRequest,
    staging: Staging,
    scheme: Scheme,
    place: str,
    actor: Actor,
    index: int,
    x: float,
    back: float,
    lead: Actor,
    met: bool,
    rng: random.Random,
) -> None:
    camera = staging.camera
    away = -1 if staging.lead_x > canvas.aspect / 2 else 1
    z = staging.distance * back
    if actor is lead:
        height = staging.height / back
    else:
        height = min(2.4, camera.size(actor.metres, z))
        if lead.kind in ("hands", "eyes", "face", "feet"):
            height = 0.34
        elif actor.metres < 0.5 and not lead.metres < 0.5:
            height = min(max(height, min(0.2, staging.height * 0.1)), 0.3)
    feet = camera.horizon + camera.size(camera.height, z)
    floating = (
        place in AFLOAT
        or actor.kind in ("plane", "butterfly", "spaceship", "drone", "kite")
        or (actor.pose == "fly" and actor.kind in ("person", "bird", "fish"))
    )
    if staging.overhead:
        feet = 0.52 + 0.1 * (index % 2)
    elif actor.metres < 0.5 and not lead.metres < 0.5 and actor is not lead:
        feet = staging.feet - staging.height * (_hand(lead)[1] if actor.kind != "ball" else 0.0)
        feet = min(feet, 0.9) if actor.kind != "ball" else min(staging.feet, 0.92)
        if lead.human and staging.height > 2.2:
            feet = max(feet, _CHIN + height * 0.7)
    if actor.kind in AIR_KINDS:
        draw_air(canvas, staging, scheme, actor, x, subject=actor is lead)
        return
    parts = parts_of(actor, scheme, index, height, staging, rng)
    flip = staging.facing < 0
    if actor is lead and met:
        flip = away < 0
    if actor is lead and index % 2 and actor.count == 2:
        flip = not flip
    if actor is not lead and x > staging.lead_x:
        flip = True
    if floating:
        feet -= 0.12 * height if height > 0.5 else 0.06 + 0.1 * rng.random()
    light = _faded(staging.light, scheme, back)
    if staging.overhead:
        drawn = placed(parts, x, feet, height * (1.0 if actor.human else 0.9), flip)
    else:
        drawn = placed(parts, x, feet, height, flip, staging.taper if actor.human else 0.0)
    if not floating or staging.overhead:
        _shadow(canvas, staging, drawn, x, feet, height)
    x0, _, x1, _ = bounds([part.shape for part in drawn])
    if x1 < -0.1 or x0 > canvas.aspect + 0.1:
        return
    blur = (
        0.004
        if actor is not lead and back > 1 and request.size in ("close-up", "medium close-up")
        else 0.0
    )
    canvas.actor(drawn, light, subject=actor is lead, blur=blur)


def parts_of(
    actor: Actor, scheme: Scheme, index: int, height: float, staging: Staging, rng: random.Random
) -> list[Part]:
    """The parts of one actor, one unit tall."""
    tint = actor.tint or scheme.accent
    if actor.human:
        # The same person looks the same in every shot.
        same = random.Random(stable_hash(actor.name, index))
        wear = actor.tint or figure.clothes_of(actor.name, scheme.accent, same)
        look = figure.look_of(actor, wear, index, same)
        if actor.kind == "hands":
            return face.hands_only(look.skin, look.top)
        if actor.kind == "eyes":
            return face.eyes_only(look.skin, look.hair)
        if actor.kind == "face":
            return face.face_only(look.skin, look.hair, look.wear)
        if actor.kind == "feet":
            return face.feet_only(look.skin, look.bottom)
        if staging.overhead and actor.pose == "lie":
            lying = figure.person("stand", look, 0.6, height)
            return [Part(moved(p.shape, 0.5, -0.06, turn=90), p.colour, p.glow) for p in lying]
        if staging.overhead:
            above = figure.from_above(look, actor.pose)
            grown = min(2.2, 0.9 + 0.3 / max(0.3, height))
            return [Part(moved(p.shape, 0, 0.2, scale=grown), p.colour, p.glow) for p in above]
        pose = figure.UPRIGHT.get(actor.pose, actor.pose) if height > 1.3 else actor.pose
        if actor.mount and height <= 1.3:
            return _riding(actor.mount, look, scheme, index, height, staging, rng)
        if height > 3 and pose == "wave":
            pose = "stand"
        return figure.person(pose, look, rng.uniform(-1, 1), height)
    kind, _, name = actor.kind.partition(":")
    if kind == "quadruped":
        own = next((n for n in (actor.name, name) if n in creatures.BUILDS), name)
        return creatures.quadruped(own, actor.pose, tint)
    if kind == "octopus":
        return critters.octopus(tint)
    if kind == "fish":
        return critters.fish(actor.name, tint)
    if kind == "bird":
        return critters.bird(actor.name, actor.pose, tint)
    if kind == "crab":
        return critters.crab(tint)
    if kind == "frog":
        return critters.frog(tint)
    if kind == "butterfly":
        return critters.butterfly(tint)
    return THINGS.get(kind, THINGS["thing"])(
        tint if actor.tint else mix(tint, (170, 168, 164), 0.2)
    )


def _riding(
    mount: Actor,
    look: figure.Look,
    scheme: Scheme,
    index: int,
    height: float,
    staging: Staging,
    rng: random.Random,
) -> list[Part]:
    """A rider on what carries him, together one unit tall."""
    horse = mount.kind.startswith("quadruped")
    carried = parts_of(mount, scheme, index, height, staging, rng)
    scale, seat_x, lift, whole = (0.95, -0.04, 0.42, 0.72) if horse else (0.7, -0.15, 0.22, 0.95)
    parts = [Part(moved(p.shape, 0, 0, scale=scale), p.colour, p.glow) for p in carried]
    rider = figure.person("ride", look, 0.0, height)
    parts += [Part(moved(p.shape, seat_x, lift), p.colour, p.glow) for p in rider]
    return [Part(moved(p.shape, 0, 0, scale=whole), p.colour, p.glow) for p in parts]


def draw_foreground(canvas: Canvas, request: ShotRequest, staging: Staging) -> None:
    """What is between the lens and the scene: a shoulder, or the hands of whoever looks."""
    dark = scaled(staging.light.ambient, 0.2)
    if request.angle == "over the shoulder":
        side = 0.04 if staging.lead_x > canvas.aspect / 2 else 0.96
        x = canvas.aspect * side
        inward = 1 if side < 0.5 else -1
        shape = ellipse(x + 0.06 * inward, 0.44, 0.155, 0.2)
        shape += limb((x + 0.05 * inward, 0.5), 0.1, (x, 0.8), 0.13)
        shape += smooth(
            [
                (x - 0.42 * inward, 1.2),
                (x - 0.3 * inward, 0.72),
                (x + 0.06 * inward, 0.66),
                (x + 0.27 * inward, 0.8),
                (x + 0.36 * inward, 1.2),
            ]
        )
        canvas.paint(shape, dark, 0.96, blur=0.01)
    elif request.angle == "point of view":
        for side in (-1, 1):
            x = canvas.aspect / 2 + side * 0.36
            shape = limb((x + side * 0.2, 1.12), 0.1, (x, 0.9), 0.06)
            shape += limb((x, 0.9), 0.055, (x - side * 0.05, 0.84), 0.04)
            canvas.paint(
                shape,
                scaled((150, 112, 88), 0.3 + 0.4 * staging.light.key[0] / 255),
                1.0,
                blur=0.006,
            )
        canvas.paint(box(-0.3, -0.3, canvas.aspect + 0.3, 0.03), (4, 4, 6), 0.8, blur=0.02)


def _faded(light: Light, scheme: Scheme, back: float) -> Light:
    if back <= 1.02:
        return light
    t = min(0.5, (back - 1) * 0.45)
    fog = scaled(scheme.fog, scheme.exposure)
    return Light(
        light.x, light.y, mix(light.key, fog, t * 0.5), mix(light.ambient, fog, t), light.rim
    )


def _shadow(
    canvas: Canvas, staging: Staging, drawn: list[Part], x: float, feet: float, height: float
) -> None:
    if feet > 1.25:
        return
    x0, _, x1, _ = bounds([part.shape for part in drawn])
    wide = max(0.02, (x1 - x0) * 0.46)
    middle = (x0 + x1) / 2
    if staging.overhead:
        canvas.paint(
            ellipse(
                middle - staging.light.x * 0.05, feet - 0.14 * height, wide * 0.95, height * 0.17
            ),
            (0, 0, 0),
            0.4,
            0.012,
        )
        return
    flat = max(0.1, min(0.4, (feet - staging.camera.horizon) * 0.4))
    thick = max(0.004, wide * flat * 0.6)
    canvas.paint(
        ellipse(middle - staging.light.x * wide * 0.55, feet + thick * 0.2, wide * 1.25, thick),
        (0, 0, 0),
        0.36,
        max(0.004, thick * 0.4),
    )
    canvas.paint(
        ellipse(middle, feet, wide * 0.72, thick * 0.5), (0, 0, 0), 0.4, max(0.002, thick * 0.2)
    )


def _table(canvas: Canvas, staging: Staging, scheme: Scheme) -> None:
    """Something for a small thing to stand on."""
    wood = mix(mix((120, 86, 60), scheme.accent, 0.2), staging.light.ambient, 0.2)
    tone = scaled(wood, 0.35 + 0.55 * scheme.exposure)
    back = staging.feet - 0.11
    canvas.paint(box(-0.4, back, canvas.aspect + 0.4, 1.4), scaled(tone, 0.92))
    canvas.paint(
        box(-0.4, back, canvas.aspect + 0.4, back + 0.006), mix(tone, (255, 244, 226), 0.4), 0.7
    )
    for step in range(5):
        canvas.paint(
            box(-0.4, back + 0.05 + 0.06 * step, canvas.aspect + 0.4, 1.4),
            scaled(tone, 0.9 - 0.05 * step),
            0.3,
            0.02,
        )
