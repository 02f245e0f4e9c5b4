"""A shot becomes a picture."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from PIL import Image

from greenlight_standin.drawing.actor import Actor
from greenlight_standin.drawing.actors import draw_cast, draw_foreground
from greenlight_standin.drawing.backdrop import paint_backdrop
from greenlight_standin.drawing.blocking import Scene
from greenlight_standin.drawing.canvas import Canvas
from greenlight_standin.drawing.caption import draw_caption
from greenlight_standin.drawing.cast import cast_of
from greenlight_standin.drawing.colour import scheme_of
from greenlight_standin.drawing.grade import finish, with_grain
from greenlight_standin.drawing.place_words import INDOORS, cued_place, named_place
from greenlight_standin.drawing.reference_sheet import draw_page, place_shot
from greenlight_standin.drawing.shot import ShotRequest
from greenlight_standin.drawing.staging import Staging, stage
from greenlight_standin.drawing.weather import SHELTERED, paint_weather, weather_of


@dataclass(frozen=True)
class Composition:
    """A picture and what it shows: `subject` is the coverage of what the shot is about (L)."""

    image: Image.Image
    subject: Image.Image
    cast: list[Actor]
    place: str
    staging: Staging


def draw_frame(request: ShotRequest, size: tuple[int, int]) -> Image.Image:
    """The picture of a shot, `size` in pixels, the same for the same request."""
    return drawn_frame(request, size).image


def drawn_frame(request: ShotRequest, size: tuple[int, int]) -> Composition:
    """The picture of a shot and what it shows; a very large one is drawn at half its size."""
    if size[1] > 2200:
        half = drawn_frame(request, (size[0] // 2, size[1] // 2))
        return replace(half, image=half.image.resize(size, Image.Resampling.LANCZOS))
    return compose(request, size)


def compose(
    request: ShotRequest, size: tuple[int, int], *, empty: bool = False, dry: bool = False
) -> Composition:
    """Draw a shot and keep what was measured on the way.

    `empty` leaves the cast out, `dry` what falls from the sky.
    """
    if request.sheet_of:
        if request.sheet_of.kind != "place":
            return _sheet(request, size)
        request, empty = place_shot(request), True
    scene, cast = plan(request, size[0] / size[1])
    canvas = Canvas(size, roll=scene.staging.roll)
    paint_backdrop(canvas, scene)
    if not empty:
        draw_cast(canvas, scene, cast)
    weather = weather_of(request, scene.place)
    paint_weather(canvas, weather & {"fog"} if dry else weather, scene.staging, scene.scheme)
    draw_foreground(canvas, scene)
    finish(canvas, scene.staging, scene.scheme)
    image = with_grain(canvas.image, request, scene.staging)
    if request.caption:
        draw_caption(image, request)
    return Composition(image, canvas.subject, cast, scene.place, scene.staging)


def _sheet(request: ShotRequest, size: tuple[int, int]) -> Composition:
    scene, cast = plan(request, size[0] / size[1])
    scene = replace(scene, place="studio")
    canvas = Canvas(size)
    draw_page(canvas, scene, cast)
    image = canvas.image
    if request.caption:
        draw_caption(image, request)
    return Composition(image, canvas.subject, cast, scene.place, scene.staging)


def plan(request: ShotRequest, aspect: float) -> tuple[Scene, list[Actor]]:
    """Who is in a shot, where it plays, how it is lit and where the camera stands."""
    cast = cast_of(request)
    place = place_of(request, cast)
    scheme = scheme_of(request, sheltered=place in SHELTERED)
    if "snow" in weather_of(request, place):
        scheme = replace(scheme, pull=0.14)
    elif place in _NATURAL:
        scheme = replace(scheme, pull=0.22)
    staging = stage(request, cast, scheme, aspect, indoors=place in INDOORS)
    return Scene(request, staging, scheme, place, aspect), cast


# Places with colours of their own: sand stays sand in a turquoise film.
_NATURAL = frozenset({"desert", "forest", "field", "mountain", "sea", "harbour", "market"})
_HOMES = {
    "octopus": "underwater",
    "fish": "underwater",
    "car": "street",
    "convertible": "street",
    "truck": "street",
    "bike": "street",
    "motorbike": "street",
    "steamer": "sea",
    "crane": "harbour",
    "kite": "field",
    "spaceship": "space",
    "plane": "sky",
    "boat": "sea",
    "wave": "sea",
}


def place_of(request: ShotRequest, cast: list[Actor]) -> str:
    """The kind of place meant; ``studio`` when neither words nor cast tell."""
    if cast and cast[0].kind == "spaceship" and named_place(request.setting) in ("cockpit", ""):
        return "space"  # a ship is not in its own bridge
    drives = bool(cast) and cast[0].kind in _HOMES and cast[0].metres > 1
    for text in (request.setting, request.action, request.subject):
        # What drives is seen outside of the car that it is seen from.
        outer = re.sub(r"(?i)\binside (?:the|an?|his|her|their) \w+", "", text) if drives else text
        if name := named_place(outer):
            # From afar a car is seen from outside.
            far = request.size in ("wide", "extreme wide") and "inside" not in text.lower()
            return "street" if name == "vehicle" and far else name
    home = next((_HOMES[actor.kind] for actor in cast if actor.kind in _HOMES), "")
    words = f"{request.setting} {request.action} {request.subject} {request.lighting}"
    return home or cued_place(words) or "studio"
