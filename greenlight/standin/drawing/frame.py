"""A shot becomes a picture."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from PIL import Image

from greenlight.standin.drawing.actors import draw_cast, draw_foreground
from greenlight.standin.drawing.backdrop import paint_backdrop
from greenlight.standin.drawing.canvas import Canvas, Floats
from greenlight.standin.drawing.caption import draw_caption
from greenlight.standin.drawing.cast import Actor, cast_of
from greenlight.standin.drawing.colour import Scheme, luminance, scheme_of
from greenlight.standin.drawing.place_words import cued_place, named_place
from greenlight.standin.drawing.shot import ShotRequest, stable_hash
from greenlight.standin.drawing.staging import Staging, stage
from greenlight.standin.drawing.weather import SHELTERED, paint_weather, weather_of


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
    if size[1] > 2200:
        half = draw_frame(request, (size[0] // 2, size[1] // 2))
        return half.resize(size, Image.Resampling.LANCZOS)
    return compose(request, size).image


def compose(request: ShotRequest, size: tuple[int, int], *, empty: bool = False) -> Composition:
    """Draw a shot and keep what was measured on the way; `empty` leaves the cast out."""
    cast = cast_of(request)
    place = place_of(request, cast)
    scheme = scheme_of(request, sheltered=place in SHELTERED)
    staging = stage(request, cast, scheme, size[0] / size[1])
    canvas = Canvas(size, margin=0.24 if staging.roll else 0.0)
    paint_backdrop(canvas, request, staging, scheme, place)
    if not empty:
        draw_cast(canvas, request, staging, scheme, cast, place)
    paint_weather(canvas, weather_of(request, place), staging, scheme)
    draw_foreground(canvas, request, staging)
    _finish(canvas, request, staging, scheme)
    image, subject = canvas.image, canvas.subject
    if staging.roll:
        image, subject = (
            _rolled(image, canvas, staging.roll),
            _rolled(subject, canvas, staging.roll),
        )
    if request.caption:
        draw_caption(image, request)
    return Composition(image, subject, cast, place, staging)


_HOMES = {
    "octopus": "underwater",
    "fish": "underwater",
    "car": "street",
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
    for text in (request.setting, request.action, request.subject):
        if name := named_place(text):
            return name
    home = next((_HOMES[actor.kind] for actor in cast if actor.kind in _HOMES), "")
    words = f"{request.setting} {request.action} {request.subject} {request.lighting}"
    return home or cued_place(words) or "studio"


def _rolled(image: Image.Image, canvas: Canvas, degrees: float) -> Image.Image:
    turned = image.rotate(degrees, Image.Resampling.BICUBIC)
    left, top = (turned.size[0] - canvas.frame[0]) // 2, (turned.size[1] - canvas.frame[1]) // 2
    return turned.crop((left, top, left + canvas.frame[0], top + canvas.frame[1]))


def _finish(canvas: Canvas, request: ShotRequest, staging: Staging, scheme: Scheme) -> None:
    """Light from its side, palette, vignette and a little grain."""
    pixels = canvas.array()
    height, width = pixels.shape[:2]
    xs = np.linspace(-1, 1, width, dtype=np.float32)[None, :]
    ys = np.linspace(-1, 1, height, dtype=np.float32)[:, None]
    sideways = 1 + 0.11 * xs * math.copysign(1, staging.light.x) - 0.05 * ys
    edge = 1 - scheme.vignette * np.clip((xs * 0.9) ** 2 + (ys * 0.85) ** 2 - 0.25, 0, 1.4) * 0.6
    pixels = (pixels * (sideways * edge)[..., None]).astype(np.float32)
    if scheme.grade:
        pixels = _graded(pixels, scheme)
    # No two candidates are the same file, even in one staging.
    grain_seed = stable_hash(
        staging.seed, request.shot, request.seed, request.version, request.candidate
    )
    noise = np.random.default_rng(grain_seed % 2**32).standard_normal((height // 2, width // 2))
    grain = np.repeat(np.repeat(noise.astype(np.float32), 2, 0), 2, 1)
    full = np.zeros((height, width), np.float32)
    full[: grain.shape[0], : grain.shape[1]] = grain[:height, :width]
    canvas.replace(pixels + full[..., None] * 1.7)


def _graded(pixels: Floats, scheme: Scheme) -> Floats:
    """Pull the picture towards its palette, light to light and dark to dark."""
    levels = np.array([0.0, *(luminance(c) for c in scheme.grade), 255.0])
    points = np.array([(6, 6, 10), *scheme.grade, (252, 250, 246)], dtype=np.float64)
    order = np.argsort(levels, kind="stable")
    ramp = np.stack(
        [np.interp(np.arange(256), levels[order], points[order, i]) for i in range(3)], 1
    )
    light = pixels[..., 0] * 0.2126 + pixels[..., 1] * 0.7152 + pixels[..., 2] * 0.0722
    mapped = ramp.astype(np.float32)[light.clip(0, 255).astype(np.uint8)]
    graded: Floats = pixels * 0.68 + mapped * 0.32
    return graded
