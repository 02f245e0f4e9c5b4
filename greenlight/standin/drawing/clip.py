"""A picture becomes a clip: the camera moves through it, and something in it is alive."""

from __future__ import annotations

import io
import re
from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageChops, ImageFilter, ImageOps

from greenlight.standin.drawing.caption import MARK_COLOUR, strip_height
from greenlight.standin.drawing.cast import cast_of
from greenlight.standin.drawing.encode import Planes, mp4_bytes, rgb_to_planes
from greenlight.standin.drawing.frame import draw_frame, place_of
from greenlight.standin.drawing.motion import PATHS, ROOM, Path, Sampler, depth_of, view
from greenlight.standin.drawing.shot import ShotRequest, stable_hash
from greenlight.standin.drawing.weather import weather_of

Bytes = npt.NDArray[np.uint8]
Floats = npt.NDArray[np.float32]

AHEAD = 8
# How much finer than the clip the picture is sampled: steps below half a pixel are not seen.
FINE = 3
HAZE_LEVEL = 4
GRAIN_LEVEL = 4


def draw_clip(
    request: ShotRequest,
    size: tuple[int, int],
    seconds: float,
    *,
    first_frame: bytes | None = None,
    fps: int = 24,
) -> bytes:
    """MP4 of `seconds` at `size` that starts on `first_frame` and moves as the shot says.

    Raises OSError if the first frame is no picture.
    """
    if first_frame is None:
        start = draw_frame(request, size)
    else:
        with Image.open(io.BytesIO(first_frame)) as given:
            start = ImageOps.fit(given.convert("RGB"), size, Image.Resampling.LANCZOS)
    return mp4_bytes(_frames(_prepare(request, start, seconds, fps)), size, fps)


@dataclass(frozen=True)
class _Film:
    """Everything that is the same for all frames; `moving` is the height above the caption."""

    start: Image.Image
    size: tuple[int, int]
    moving: int
    planes: tuple[Bytes, Bytes, Bytes]
    luma: Sampler
    chroma: Sampler
    still: Planes
    path: Path
    grain: list[Image.Image]
    haze: Image.Image
    streaks: Image.Image | None
    flicker: float
    count: int
    seconds: float


def _prepare(request: ShotRequest, start: Image.Image, seconds: float, fps: int) -> _Film:
    width, height = start.size
    strip = strip_height(height) if _has_caption(start) else 0
    moving = (height - strip) // 2 * 2
    picture = start.crop((0, 0, width, moving))
    roomy, pad = _roomy(picture)
    planes, luma, chroma = _sources(roomy, pad, (width, moving), depth_of(picture))
    words = (
        f"{request.lighting} {request.mood} {request.setting} {request.action} {request.note}"
    ).lower()
    rng = np.random.default_rng(stable_hash(request.shot, request.seed, request.action) % 2**32)
    flicker = 0.07 if re.search(r"flicker|fluoresc|candle|fire|torch|neon|strobe", words) else 0.012
    streaks = None
    weather = weather_of(request, place_of(request, cast_of(request)))
    if "rain" in weather:
        streaks = _falling(rng, width, moving, long=True)
    elif "snow" in weather:
        streaks = _falling(rng, width, moving, long=False)
    return _Film(
        start=start,
        size=start.size,
        moving=moving,
        planes=planes,
        luma=luma,
        chroma=chroma,
        still=rgb_to_planes(start),
        path=PATHS[request.movement],
        grain=[_noise(rng, width, moving) for _ in range(4)],
        haze=_clouds(rng, width, moving),
        streaks=streaks,
        flicker=flicker,
        count=max(1, round(seconds * fps)),
        seconds=seconds,
    )


def _frames(film: _Film) -> Iterator[Planes]:
    """Frames in order; two are drawn while the one before is encoded."""
    with ThreadPoolExecutor(2, thread_name_prefix="standin-film") as pool:
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
    out: list[Bytes] = []
    at = view(film.path, (film.size[0], film.moving), t, film.seconds)
    drawn = Image.fromarray(film.luma.look(film.planes[0], at))
    coarse = film.chroma.indices(at)
    picture = (
        np.asarray(_alive(film, drawn, index, t)),
        film.planes[1].take(coarse),
        film.planes[2].take(coarse),
    )
    for still, moved in zip(film.still, picture, strict=True):
        full = still.copy()
        full[: moved.shape[0]] = moved
        out.append(full)
    return out[0], out[1], out[2]


def _alive(film: _Film, luma: Image.Image, index: int, t: float) -> Image.Image:
    """Grain, flicker, drifting haze, falling water or snow; all fade in after the first frame."""
    ramp = min(1.0, index / 10)
    beat = index * 1.7
    wobble = film.flicker * ramp * (np.sin(beat) * 0.5 + np.sin(beat * 2.63 + 1) * 0.5)
    luma = luma.point([min(235, max(16, round(16 + (v - 16) * (1 + wobble)))) for v in range(256)])
    offset = round((film.haze.size[0] - luma.size[0]) * t)
    patch = film.haze.crop((offset, 0, offset + luma.size[0], luma.size[1]))
    hazed = ImageChops.add(luma, patch, 1, -HAZE_LEVEL)
    luma = Image.blend(luma, hazed, ramp) if ramp < 1 else hazed
    if film.streaks is not None:
        drop = (index * 31) % luma.size[1]
        fall = ImageChops.offset(film.streaks, index * 5, drop)
        luma = ImageChops.add(luma, fall)
    return ImageChops.add(luma, film.grain[index % len(film.grain)], 1, -GRAIN_LEVEL)


def _has_caption(image: Image.Image) -> bool:
    """Whether the picture carries the stand-in's own strip, seen by its line of colour."""
    width, height = image.size
    top = height - strip_height(height)
    rows = np.asarray(image.crop((0, max(0, top - 1), width, top + 3)), np.float32)
    close = np.abs(rows - np.array(MARK_COLOUR, np.float32)).max(axis=2) < 48
    return bool(close.mean(axis=1).max() > 0.9)


def _roomy(picture: Image.Image) -> tuple[Image.Image, tuple[int, int]]:
    """The picture with blurred, mirrored surroundings for a camera that moves back."""
    pad_x = round(picture.size[0] * ROOM / 2) * 2
    pad_y = round(picture.size[1] * ROOM / 2) * 2
    mirrored = np.pad(np.asarray(picture), ((pad_y, pad_y), (pad_x, pad_x), (0, 0)), "reflect")
    soft = Image.fromarray(mirrored).reduce(4).filter(ImageFilter.GaussianBlur(5))
    wide = soft.resize((mirrored.shape[1], mirrored.shape[0]), Image.Resampling.BICUBIC)
    wide.paste(picture, (pad_x, pad_y))
    return wide, (pad_x, pad_y)


def _sources(
    roomy: Image.Image, pad: tuple[int, int], size: tuple[int, int], near: Floats
) -> tuple[tuple[Bytes, Bytes, Bytes], Sampler, Sampler]:
    """Fine planes to sample from: luma FINE times as large, chroma twice its own size."""
    y, u, v = rgb_to_planes(roomy)
    tall = (roomy.size[0] * FINE, roomy.size[1] * FINE)
    fine = np.asarray(Image.fromarray(y).resize(tall, Image.Resampling.BICUBIC))
    small = [
        np.asarray(Image.fromarray(plane).resize(roomy.size, Image.Resampling.BILINEAR))
        for plane in (u, v)
    ]
    luma = Sampler(size, pad, FINE, tall, near, 1)
    half = (size[0] // 2, size[1] // 2)
    chroma = Sampler(half, (pad[0] / 2, pad[1] / 2), 2, roomy.size, near, 2)
    return (fine, small[0], small[1]), luma, chroma


def _noise(rng: np.random.Generator, width: int, height: int) -> Image.Image:
    raw = rng.standard_normal((height // 2 + 1, width // 2 + 1)) * 1.1 + GRAIN_LEVEL
    small = Image.fromarray(raw.clip(0, 255).round().astype(np.uint8))
    return small.resize((width, height), Image.Resampling.BILINEAR)


def _clouds(rng: np.random.Generator, width: int, height: int) -> Image.Image:
    raw = Image.fromarray(rng.integers(0, 256, (10, 22), dtype=np.uint8))
    soft = raw.resize((width * 5 // 4, height), Image.Resampling.BICUBIC)
    return soft.point([round(HAZE_LEVEL + (v - 128) / 128 * HAZE_LEVEL) for v in range(256)])


def _falling(rng: np.random.Generator, width: int, height: int, *, long: bool) -> Image.Image:
    canvas = np.zeros((height, width), np.uint8)
    for _ in range(170):
        x, y = int(rng.integers(0, width - 8)), int(rng.integers(0, height - 70))
        if long:
            length = int(rng.integers(18, 64))
            for step in range(length):
                canvas[y + step, x + step // 7] = 34
        else:
            size = int(rng.integers(2, 5))
            canvas[y : y + size, x : x + size] = 90
    return Image.fromarray(canvas).filter(ImageFilter.GaussianBlur(0.8))
