"""Who stands where on the set, how far from the lens, and where they have got to after a while."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from greenlight_standin.drawing import acting
from greenlight_standin.drawing.actor import Actor
from greenlight_standin.drawing.attire import marks_of
from greenlight_standin.drawing.colour import Scheme
from greenlight_standin.drawing.rig import posed, skeleton
from greenlight_standin.drawing.shot import ShotRequest, stable_hash
from greenlight_standin.drawing.staging import Staging

_HELD = frozenset(
    [
        "sword",
        "bow",
        "jewel",
        "lantern",
        "case",
        "book",
        "phone",
        "key",
        "cup",
        "glass",
        "flacon",
        "bottle",
        "flower",
        "gun",
        "rifle",
        "fruit",
        "bag",
    ]
)


@dataclass(frozen=True)
class Mark:
    """One body on the set: where its feet are (screen), how far away, how tall it looks."""

    actor: Actor
    index: int
    x: float
    z: float
    height: float
    feet: float
    lead: bool
    met: int = 0
    held: bool = False

    @property
    def still(self) -> bool:
        """Whether it looks the same at every moment."""
        alive = self.actor.human or self.actor.kind.startswith("quadruped")
        return not alive and self.actor.kind not in ("bird", "fish", "butterfly", "octopus")


@dataclass(frozen=True)
class Scene:
    """All that drawing a body needs."""

    request: ShotRequest
    staging: Staging
    scheme: Scheme
    place: str
    aspect: float


def blocking(scene: Scene, cast: Sequence[Actor]) -> list[Mark]:
    """Where everybody stands, the farthest first."""
    passers = crowd(scene)
    if not cast:
        return passers
    staging, lead, aspect = scene.staging, cast[0], scene.aspect
    z0 = staging.distance
    pair = lead.human and lead.count == 2 and lead.kind == "person" and acting.meets(scene.request)
    wide = staging.height * ((0.62 if pair else 0.4) if lead.human else 1.0)
    spread = min(wide, aspect * 0.86 / lead.count) if lead.count > 1 else 0.0
    marks: list[Mark] = []
    away = -1 if staging.lead_x > aspect / 2 else 1
    met = away if any(o.metres >= 0.5 for o in cast[1:]) and acting.meets(scene.request) else 0
    for index in range(lead.count):
        across = (index - (lead.count - 1) / 2) * spread
        back = 1.0 if index == 0 else 1 + 0.07 * ((index * 3) % 5) + (0.1 if lead.count > 4 else 0)
        if lead.count > 5:
            back += 0.22 * (index % 3)
        if pair:
            back = 1.0 + 0.04 * index
        facing = (1 if index == 0 else -1) if pair else (met if index == 0 else 0)
        marks.append(_mark(scene, lead, index, staging.lead_x + across, z0 * back, True, facing))
    for order, other in enumerate(cast[1:]):
        held = lead.human and lead.metres >= 0.5 and (other.metres < 0.5 or other.kind in _HELD)
        for index in range(min(other.count, 5)):
            reach = min(max(staging.height * (0.56 if other.human else 0.62), 0.12), aspect * 0.4)
            # A companion stays in the picture.
            edge = aspect * 0.9 - staging.lead_x if away > 0 else staging.lead_x
            reach = min(reach, max(0.1, edge - 0.12)) if other.metres >= 0.5 else reach
            x = staging.lead_x + away * reach * (1 + 0.55 * index + 0.3 * order)
            back = 1.0 if other.metres < 0.5 else 1.1 + 0.15 * order
            if other.metres > 2.5:
                # What is huge stands so far behind that it is seen whole.
                back = max(back, staging.camera.focal * other.metres / 0.5 / z0)
            mark = _mark(
                scene, other, index, x, z0 * back, False, -away if met and order == 0 else 0
            )
            if held:
                mark = _in_hand(scene, lead, mark)
            marks.append(mark)
            if order:
                away = -away
    return sorted([*marks, *passers], key=lambda mark: (mark.held, -mark.z))


_CROWDED = re.compile(
    r"crowd|busy\b|bustling|packed|throng|full of people|rush hour|festival|parade"
)
_PASSERS = ("woman", "man", "girl in a dress", "man with a beard", "woman with a scarf", "old man",
            "boy with a cap", "woman in a coat")  # fmt: skip


def crowd(scene: Scene) -> list[Mark]:
    """Passers-by behind the lead where the words tell of a crowd, the farthest first."""
    request, staging = scene.request, scene.staging
    words = f"{request.setting} {request.subject} {request.action}".lower()
    if staging.overhead or staging.small_world or not _CROWDED.search(words):
        return []
    rng, camera, found = staging.rng("crowd"), staging.camera, []
    z0 = staging.distance
    for index in range(10):
        z = z0 + 1.4 + 1.2 * index + rng.uniform(0, 0.8)
        x = camera.project(rng.uniform(-2.0, 2.0), 0.0, z)[0]
        if abs(x - staging.lead_x) < 0.07 and index < 6:
            x += math.copysign(0.14, x - staging.lead_x or 1)
        said = _PASSERS[rng.randrange(len(_PASSERS))]
        young = said.startswith(("girl", "boy"))
        actor = Actor("person", f"passer-by {index}", 1, 1.25 if young else 1.7,
                      ("walk", "stand", "walk", "talk")[index % 4], marks_of(said))  # fmt: skip
        found.append(replace(_mark(scene, actor, index, x, z, False, 0), met=(-1) ** index))
    return found[::-1]


def _mark(scene: Scene, actor: Actor, index: int, x: float, z: float, lead: bool, met: int) -> Mark:
    camera, staging = scene.staging.camera, scene.staging
    height = (
        staging.height * staging.distance / z
        if lead
        else min(2.4, camera.size(actor.metres, z, 0.0))
    )
    if not lead and actor.metres < 0.5 and staging.height > 0.4:
        height = min(max(height, min(0.2, staging.height * 0.1)), 0.3)
    if not lead and actor.kind in _HELD:
        height = min(height, 0.5)
    feet = camera.project(0.0, 0.0, z)[1]
    if staging.overhead:
        feet = 0.5 + 0.1 * (index % 2)
    return Mark(actor, index, x, z, height, feet, lead, met)


def _in_hand(scene: Scene, lead: Actor, mark: Mark) -> Mark:
    """A small thing where the lead's forward hand is; never over a close face."""
    staging = scene.staging
    camera = staging.camera
    if mark.actor.kind == "ball":
        return Mark(
            mark.actor, mark.index, mark.x, mark.z, mark.height, min(staging.feet, 0.92), False
        )
    if lead.kind != "person":
        x, y = staging.lead_x, 0.5
    else:
        name = acting.pose_name(scene.request, lead.pose, scene.request.variant)
        yaw, _ = acting.bearing(scene.request, staging, name)
        bones = skeleton(
            camera, posed(name, first_step(scene, mark)), lead.metres,
            camera.across(staging.lead_x, 0.0, staging.distance), staging.distance, yaw,
            child=lead.metres < 1.5,
        )  # fmt: skip
        hands = [camera.on_screen(bones.joints[f"{side} hand"]) for side in ("near", "far")]
        # The hand that does something is the higher one.
        x, y = min(hands, key=lambda hand: hand[1])
    if staging.height > 2.2:
        mark = replace(mark, height=min(mark.height, 0.3))
    y += mark.height * 0.4
    x = min(max(x, staging.lead_x - 0.5), staging.lead_x + 0.5)
    if staging.height > 2.2:
        y = max(y, 0.8 + mark.height * 0.7)
    return Mark(
        mark.actor,
        mark.index,
        x,
        staging.distance * 0.97,
        mark.height,
        min(y, 0.93),
        False,
        0,
        True,
    )


def first_step(scene: Scene, mark: Mark) -> float:
    """Where in its step somebody is at first, 0 to 1."""
    return (stable_hash(scene.staging.seed, mark.index, "step") % 100) / 100 * 0.16 + 0.2


def travelled(scene: Scene, mark: Mark, seconds: float) -> Mark:
    """Where somebody who goes somewhere has got to; in a close shot the camera goes along."""
    actor, staging = mark.actor, scene.staging
    goes = actor.mount.kind if actor.mount else actor.kind
    speed = {"walk": 1.25, "run": 3.2}.get(actor.pose, 0.0)
    if not mark.lead or staging.overhead or not seconds:
        return mark
    if actor.kind == "person" and not actor.mount:
        if not speed or mark.height > 0.4:
            return mark
        yaw, _ = acting.bearing(scene.request, staging, actor.pose, index=mark.index)
        turn = math.radians(yaw)
        # Nobody leaves the picture within a shot.
        way = min(speed * seconds, 0.2 * staging.distance)
        z = mark.z - way * math.cos(turn)
        x = staging.camera.across(mark.x, 0.0, mark.z) + way * math.sin(turn)
        foot = staging.camera.project(x, 0.0, z)
        return replace(mark, x=foot[0], z=z, feet=foot[1], height=mark.height * mark.z / z)
    if goes in _ROLLING or (goes.startswith("quadruped") and speed) or actor.pose == "fly":
        if mark.height > 0.5:
            return mark
        side = -1 if (staging.facing < 0) else 1
        return replace(mark, x=mark.x + side * min(0.3, 0.07 * seconds))
    return mark


_ROLLING = frozenset({"car", "convertible", "truck", "bike", "motorbike", "boat", "steamer",
                      "train", "plane", "spaceship", "drone"})  # fmt: skip
