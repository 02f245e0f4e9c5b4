"""A picture becomes a clip: the camera moves through it, and something in it is alive."""

from __future__ import annotations

import io
import re
from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageChops, ImageFilter, ImageOps

from greenlight_standin.drawing.blocking import Scene
from greenlight_standin.drawing.bodies import Sprite
from greenlight_standin.drawing.caption import has_caption, strip_height
from greenlight_standin.drawing.cast import cast_of
from greenlight_standin.drawing.encode import Planes, mp4_bytes, rgb_to_planes
from greenlight_standin.drawing.frame import draw_frame, place_of
from greenlight_standin.drawing.layers import Layers, centre_of, take_apart
from greenlight_standin.drawing.motion import PATHS, Path, Sampler, View, view
from greenlight_standin.drawing.shot import ShotRequest, stable_hash
from greenlight_standin.drawing.weather import weather_of

Bytes = npt.NDArray[np.uint8]
Floats = npt.NDArray[np.float32]

AHEAD = 8
# How much finer than the clip the picture is sampled: steps below half a pixel are not seen.
FINE = 3
# Frames within which the drawing takes over from the first frame.
SETTLED = 8
# Frames within which the drawing goes over into the last frame.
ENDING = 24
HAZE_LEVEL = 2
_LEVELS = np.arange(256)
GRAIN_LEVEL = 4


def draw_clip(
    request: ShotRequest,
    size: tuple[int, int],
    seconds: float,
    *,
    first_frame: bytes | None = None,
    last_frame: bytes | None = None,
    fps: int = 24,
) -> bytes:
    """MP4 of `seconds` at `size` that starts on `first_frame` and moves as the shot says.

    With a `last_frame` its last moment goes over into that. Raises OSError if a frame given is no
    picture.
    """
    start = draw_frame(request, size) if first_frame is None else _fitted(first_frame, size)
    film = _prepare(request, start, seconds, fps)
    frames = _frames(film)
    if last_frame is not None:
        frames = _ending(frames, film.count, rgb_to_planes(_fitted(last_frame, size)))
    return mp4_bytes(frames, size, fps)


def _fitted(data: bytes, size: tuple[int, int]) -> Image.Image:
    with Image.open(io.BytesIO(data)) as given:
        return ImageOps.fit(given.convert("RGB"), size, Image.Resampling.LANCZOS)


def _ending(frames: Iterator[Planes], count: int, last: Planes) -> Iterator[Planes]:
    """The frames, of which the last ones go over into `last`."""
    for index, frame in enumerate(frames):
        share = 1 - (count - 1 - index) / ENDING
        if share <= 0:
            yield frame
            continue
        mixed = [
            (seen * np.float32(1 - share) + then * np.float32(share) + np.float32(0.5)).astype(
                np.uint8
            )
            for seen, then in zip(frame, last, strict=True)
        ]
        yield mixed[0], mixed[1], mixed[2]


@dataclass(frozen=True)
class _Film:
    """Everything that is the same for all frames; `moving` is the height above the caption."""

    size: tuple[int, int]
    moving: int
    layers: Layers
    planes: tuple[Bytes, Bytes, Bytes]
    luma: Sampler
    chroma: Sampler
    still: Planes
    path: Path
    centre: tuple[float, float]
    ripple: Floats | None
    grain: list[Image.Image]
    haze: Image.Image
    falling: Image.Image | None
    fall: tuple[int, int]
    flicker: float
    count: int
    seconds: float
    rest: list[Bytes] = field(default_factory=list)


def _prepare(request: ShotRequest, start: Image.Image, seconds: float, fps: int) -> _Film:
    width, height = start.size
    strip = strip_height(height) if has_caption(start) else 0
    moving = (height - strip) // 2 * 2
    layers = take_apart(request, start, moving)
    planes, luma, chroma = _sources(layers)
    scene = layers.scene
    words = (
        f"{request.lighting} {request.mood} {request.setting} {request.action} {request.note}"
    ).lower()
    rng = np.random.default_rng(stable_hash(request.shot, request.seed, request.action) % 2**32)
    place = scene.place if scene else place_of(request, cast_of(request))
    falling, fall = _in_the_air(rng, request, place, words, (width, moving))
    return _Film(
        size=start.size,
        moving=moving,
        layers=layers,
        planes=planes,
        luma=luma,
        chroma=chroma,
        still=rgb_to_planes(start),
        path=PATHS[request.movement],
        centre=centre_of(scene, height, moving),
        ripple=_ripples(place, scene, moving, height),
        grain=[_noise(rng, width, moving) for _ in range(4)],
        haze=_clouds(rng, width, moving),
        falling=falling,
        fall=fall,
        flicker=0.07
        if re.search(r"flicker|fluoresc|candle|fire|torch|neon|strobe|lantern", words)
        else 0.012,
        count=max(1, round(seconds * fps)),
        seconds=seconds,
    )


def _in_the_air(
    rng: np.random.Generator, request: ShotRequest, place: str, words: str, size: tuple[int, int]
) -> tuple[Image.Image | None, tuple[int, int]]:
    """What falls or floats through the picture, and how far (pixels) it moves per frame."""
    weather = weather_of(request, place)
    step = size[1] / 720
    if "rain" in weather:
        return _falling(rng, *size, long=True), (round(5 * step), round(31 * step))
    if "snow" in weather:
        return _falling(rng, *size, long=False), (round(2 * step), round(5 * step))
    if re.search(r"fire|embers|sparks|forge|lava", words):
        return _falling(rng, *size, long=False, count=60), (1, -round(4 * step))
    if re.search(r"dust|desert|sand|attic|sunbeam|spores|petals|leaves", words) or place in (
        "forest",
        "church",
        "underwater",
    ):
        return _falling(rng, *size, long=False, count=70, light=46), (2, -1)
    return None, (0, 0)


def _ripples(place: str, scene: Scene | None, moving: int, height: int) -> Floats | None:
    """How far each row of water swings, in pixels; None where there is no water."""
    rows = np.arange(moving, dtype=np.float32)
    if place == "underwater":
        return np.full(moving, 0.004 * height, np.float32)
    if place not in ("sea", "harbour") or scene is None:
        return None
    below = (rows / height - scene.staging.camera.horizon).clip(0, None)
    reach = 0.012 if place == "sea" else 0.004
    swing: Floats = (height * np.minimum(reach, below * 0.12)).astype(np.float32)
    return swing


def _frames(film: _Film) -> Iterator[Planes]:
    """Frames in order, drawn while those before are encoded."""
    with ThreadPoolExecutor(1, thread_name_prefix="standin-film") as pool:
        waiting: deque[Future[Planes]] = deque()
        for index in range(film.count):
            waiting.append(pool.submit(_frame, film, index))
            if len(waiting) >= AHEAD:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()


def _frame(film: _Film, index: int) -> Planes:
    if index == 0:
        return film.still
    t = index / max(1, film.count - 1)
    now = t * film.seconds
    out: list[Bytes] = []
    at = view(film.path, film.size[1], t, film.seconds, film.centre)
    picture = _set_as_seen(film, at, now)
    bodies = film.layers.bodies
    if bodies is not None:
        beat = bodies.beat(now)
        share = min(1.0, beat / film.seconds)
        then = view(film.path, film.size[1], share, film.seconds, film.centre)
        sprite = bodies.sprite(at, beat, then)
        if sprite is not None:
            _put(picture, sprite)
    picture[0] = np.asarray(_alive(film, Image.fromarray(picture[0]), index, t))
    fresh = index / SETTLED
    for still, moved in zip(film.still, picture, strict=True):
        rows_moved = moved.shape[0]
        if fresh >= 1 and rows_moved == still.shape[0]:
            out.append(moved)
            continue
        full = still.copy()
        if fresh < 1:
            # What the drawing lacks of the first frame goes within a moment.
            mixed = still[:rows_moved] * np.float32(1 - fresh) + moved * np.float32(fresh)
            full[:rows_moved] = (mixed + np.float32(0.5)).astype(np.uint8)
        else:
            full[:rows_moved] = moved
        out.append(full)
    return out[0], out[1], out[2]


def _set_as_seen(film: _Film, at: View, now: float) -> list[Bytes]:
    """The set through the camera; while neither it nor water moves, it is the one of before."""
    if film.rest:
        return [plane.copy() for plane in film.rest]
    waves: list[Floats | None] = [None, None]
    if film.ripple is not None:
        rows = np.arange(film.moving, dtype=np.float32)
        swing = np.sin(rows * (80.0 / film.size[1]) - now * 4.2) * film.ripple
        waves = [swing, swing[::2] / 2]
    coarse = film.chroma.indices(at, waves[1])
    picture = [
        film.planes[0].take(film.luma.indices(at, waves[0])),
        film.planes[1].take(coarse),
        film.planes[2].take(coarse),
    ]
    if film.ripple is None and film.path == PATHS["static"]:
        film.rest.extend(plane.copy() for plane in picture)
    return picture


def _put(picture: list[Bytes], bodies: Sprite) -> None:
    """Lay bodies over a picture."""
    x, y = bodies.at
    layers = ((bodies.luma, bodies.cover), *((plane, bodies.half_cover) for plane in bodies.chroma))
    for index, (plane, cover) in enumerate(layers):
        left, top = (x, y) if index == 0 else (x // 2, y // 2)
        area = picture[index][top : top + plane.shape[0], left : left + plane.shape[1]]
        fits = (slice(0, area.shape[0]), slice(0, area.shape[1]))
        # 256 parts: to divide by them is to shift.
        left_over = 256 - cover[fits].astype(np.uint16) - (cover[fits] >> 7)
        area[:] = ((area * left_over >> 8) + plane[fits]).astype(np.uint8)


def _alive(film: _Film, luma: Image.Image, index: int, t: float) -> Image.Image:
    """Grain, flicker, drifting haze, falling water or snow; all fade in after the first frame."""
    ramp = min(1.0, index / 10)
    beat = index * 1.7
    wobble = film.flicker * ramp * (np.sin(beat) * 0.5 + np.sin(beat * 2.63 + 1) * 0.5)
    lit = (16.5 + (_LEVELS - 16) * (1 + wobble)).clip(16, 235).astype(np.uint8)
    luma = luma.point(lit.tolist())
    offset = round((film.haze.size[0] - luma.size[0]) * t)
    patch = film.haze.crop((offset, 0, offset + luma.size[0], luma.size[1]))
    hazed = ImageChops.add(luma, patch, 1, -HAZE_LEVEL)
    luma = Image.blend(luma, hazed, ramp) if ramp < 1 else hazed
    if film.falling is not None:
        across, down = film.fall
        luma = ImageChops.add(luma, ImageChops.offset(film.falling, index * across, index * down))
    return ImageChops.add(luma, film.grain[index % len(film.grain)], 1, -GRAIN_LEVEL)


def _sources(layers: Layers) -> tuple[tuple[Bytes, Bytes, Bytes], Sampler, Sampler]:
    """Fine planes to sample from: luma FINE times as large, chroma twice its own size."""
    roomy, pad, size = layers.backdrop, layers.pad, layers.size
    even = (roomy.size[0] // 2 * 2, roomy.size[1] // 2 * 2)
    y, u, v = rgb_to_planes(roomy.crop((0, 0, *even)))
    tall = (even[0] * FINE, even[1] * FINE)
    fine = np.asarray(Image.fromarray(y).resize(tall, Image.Resampling.BILINEAR))
    small = [
        np.asarray(Image.fromarray(plane).resize(even, Image.Resampling.BILINEAR))
        for plane in (u, v)
    ]
    luma = Sampler(size, pad, FINE, tall, layers.near, 1)
    half = (size[0] // 2, size[1] // 2)
    chroma = Sampler(half, (pad[0] / 2, pad[1] / 2), 2, even, layers.near, 2)
    return (fine, small[0], small[1]), luma, chroma


def _noise(rng: np.random.Generator, width: int, height: int) -> Image.Image:
    raw = rng.standard_normal((height // 2 + 1, width // 2 + 1)) * 1.1 + GRAIN_LEVEL
    small = Image.fromarray(raw.clip(0, 255).round().astype(np.uint8))
    return small.resize((width, height), Image.Resampling.BILINEAR)


def _clouds(rng: np.random.Generator, width: int, height: int) -> Image.Image:
    raw = Image.fromarray(rng.integers(0, 256, (10, 22), dtype=np.uint8))
    soft = raw.resize((width * 5 // 4, height), Image.Resampling.BICUBIC)
    return soft.point([round(HAZE_LEVEL + (v - 128) / 128 * HAZE_LEVEL) for v in range(256)])


def _falling(
    rng: np.random.Generator,
    width: int,
    height: int,
    *,
    long: bool,
    count: int = 170,
    light: int = 90,
) -> Image.Image:
    canvas = np.zeros((height, width), np.uint8)
    for _ in range(count):
        x, y = int(rng.integers(0, width - 8)), int(rng.integers(0, max(1, height - 70)))
        if long:
            length = int(rng.integers(18, 64))
            for step in range(min(length, height - y)):
                canvas[y + step, min(width - 1, x + step // 7)] = 62
        else:
            size = int(rng.integers(2, 5))
            canvas[y : y + size, x : x + size] = light
    return Image.fromarray(canvas).filter(ImageFilter.GaussianBlur(0.8))
