"""Real media, drawn and encoded here: scenes that differ by seed, and clips that pan over them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from io import BytesIO
from pathlib import Path

import av
import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageDraw

Picture = NDArray[np.uint8]
Scene = Callable[..., Image.Image]
MakeClip = Callable[..., Path]


def draw_scene(seed: int = 0, width: int = 320, height: int = 180) -> Image.Image:
    """Sky, ground, houses and a figure: structure at every scale, and a little grain."""
    random = np.random.default_rng(seed)
    low, high = random.integers(20, 110, 3), random.integers(100, 220, 3)
    ramp = np.linspace(0, 1, height)[:, None, None]
    sky = np.broadcast_to(low * (1 - ramp) + high * ramp, (height, width, 3))
    picture = Image.fromarray(sky.astype(np.uint8))
    draw = ImageDraw.Draw(picture)
    ground = round(height * 0.7)
    draw.rectangle((0, ground, width, height), fill=tuple(random.integers(30, 90, 3).tolist()))
    for _ in range(8):
        left, across = random.integers(0, width), random.integers(width // 20, width // 6)
        up = random.integers(height // 6, height // 2)
        box = (int(left), int(ground - up), int(left + across), ground)
        draw.rectangle(box, fill=tuple(random.integers(20, 230, 3).tolist()))
    middle = int(random.integers(width // 4, 3 * width // 4))
    tall = height // 3
    draw.ellipse((middle - 9, ground - tall, middle + 9, ground - tall + 20), fill=(224, 184, 150))
    body = (middle - 12, ground - tall + 20, middle + 12, ground + 12)
    draw.rectangle(body, fill=(40, 50, 80))
    grain = random.normal(0, 2, (height, width, 1))
    return Image.fromarray(np.clip(np.asarray(picture) + grain, 0, 255).astype(np.uint8))


def pan(seed: int, frames: int, width: int = 320, height: int = 180) -> Iterator[Picture]:
    """Frames of a camera that moves to the right over a scene, starting on `draw_scene(seed)`."""
    scene = draw_scene(seed, width, height)
    for index in range(frames):
        shift = (1, 0, index * 0.8, 0, 1, 0)
        yield np.asarray(scene.transform((width, height), Image.Transform.AFFINE, shift))


def encode_clip(
    path: Path,
    pictures: Iterator[Picture],
    *,
    fps: Fraction = Fraction(24),
    tone: float = 0.0,
    options: dict[str, str] | None = None,
) -> Path:
    """H.264 with a sine tone of `tone` hertz where one is asked for."""
    with av.open(str(path), "w", options={"movflags": "+faststart"}) as movie:
        video = movie.add_stream("libx264", rate=fps, options=options or {"crf": "18"})
        video.pix_fmt = "yuv420p"
        audio = movie.add_stream("aac", rate=44100, layout="mono") if tone else None
        count = 0
        for picture in pictures:
            if not count:
                video.height, video.width = picture.shape[:2]
            frame = av.VideoFrame.from_ndarray(picture, format="rgb24")
            frame = frame.reformat(format="yuv420p", dst_colorspace="ITU601")
            frame.pts, frame.time_base = count, 1 / fps
            movie.mux(video.encode(frame))
            count += 1
        movie.mux(video.encode(None))
        if audio is not None:
            samples = round(count / fps * 44100)
            wave = 0.4 * np.sin(2 * np.pi * tone * np.arange(samples) / 44100)
            for start in range(0, samples, 1024):
                piece = np.ascontiguousarray(wave[None, start : start + 1024], dtype=np.float32)
                sound = av.AudioFrame.from_ndarray(piece, format="fltp", layout="mono")
                sound.sample_rate, sound.pts = 44100, start
                sound.time_base = Fraction(1, 44100)
                movie.mux(audio.encode(sound))
            movie.mux(audio.encode(None))
    return path


def still_bytes(picture: Image.Image, layout: str = "PNG", **options: object) -> bytes:
    out = BytesIO()
    picture.save(out, layout, **options)
    return out.getvalue()


@pytest.fixture(scope="session")
def scene() -> Scene:
    return draw_scene


@pytest.fixture(scope="session")
def panning() -> Callable[..., Iterator[Picture]]:
    return pan


@pytest.fixture(scope="session")
def encode() -> MakeClip:
    return encode_clip


@pytest.fixture(scope="session")
def as_bytes() -> Callable[..., bytes]:
    return still_bytes


@pytest.fixture(scope="session")
def good_clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two seconds, 320 × 180, 24 fps, a pan over scene 1, with a tone."""
    path = tmp_path_factory.mktemp("clips") / "good.mp4"
    return encode_clip(path, pan(1, 48), tone=440.0)
