"""Where a shot plays, drawn in true perspective and thrown out of focus."""

from __future__ import annotations

from collections.abc import Callable

from greenlight_standin.drawing import built, indoors, outdoors, wilds
from greenlight_standin.drawing.blocking import Scene
from greenlight_standin.drawing.canvas import Canvas
from greenlight_standin.drawing.labelled import labelled
from greenlight_standin.drawing.place_words import INDOORS, named_place
from greenlight_standin.drawing.world import Set

PAINTERS: dict[str, Callable[[Set], None]] = {
    "corridor": indoors.corridor,
    "interior": indoors.room,
    "underwater": wilds.underwater,
    "space": wilds.space,
    "forest": outdoors.forest,
    "street": outdoors.street,
    "sea": wilds.sea,
    "desert": wilds.desert,
    "mountain": wilds.mountains,
    "field": outdoors.field,
    "sky": wilds.sky,
    "harbour": built.harbour,
    "studio": indoors.studio,
}


def paint_backdrop(canvas: Canvas, scene: Scene) -> None:
    """Paint the place and throw it out of focus as far as the shot size asks."""
    request, staging, place = scene.request, scene.staging, scene.place
    # What somebody carries says nothing of the room ("his school bag" in a kitchen).
    told = request.action if not named_place(request.setting) or place not in INDOORS else ""
    words = f"{request.scene_words} {request.light_words} {told}".lower()
    built = Set(canvas, staging, scene.scheme, words, staging.rng("backdrop"))
    if staging.overhead:
        wilds.ground_from_above(built, place)
    elif place in PAINTERS:
        PAINTERS[place](built)
    else:
        labelled(built, place, roofed=place in INDOORS)
    near = {"medium close-up": 0.004, "close-up": 0.008, "extreme close-up": 0.016, "medium": 0.002}
    canvas.settle(near.get(request.size, 0.0) * (1 + max(0.0, request.lens_mm - 35) / 70))
