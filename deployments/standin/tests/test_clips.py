from __future__ import annotations

import io

import av
import numpy as np
import pytest
from greenlight_standin.drawing.caption import strip_height
from greenlight_standin.drawing.clip import draw_clip
from greenlight_standin.drawing.encode import png_bytes
from greenlight_standin.drawing.frame import draw_frame
from greenlight_standin.drawing.motion import PATHS
from greenlight_standin.drawing.shot import MOVEMENTS, ShotRequest, read_shot
from PIL import Image

from deployments.standin.tests.prompts import shot_prompt

pytestmark = pytest.mark.slow

SIZE = (640, 360)
Grey = np.ndarray[tuple[int, ...], np.dtype[np.float64]]


def shot(movement: str, name: str = "hallway") -> ShotRequest:
    lines = [line for line in shot_prompt(name).splitlines() if not line.startswith("Movement")]
    return read_shot("\n".join([*lines, f"Movement: {movement}"]))


def frames_of(data: bytes) -> list[Grey]:
    with av.open(io.BytesIO(data)) as clip:
        return [frame.to_ndarray(format="gray").astype(float) for frame in clip.decode(video=0)]


def test_the_file_is_what_was_asked_for() -> None:
    data = draw_clip(shot("pan left"), SIZE, 1.5, fps=24)
    with av.open(io.BytesIO(data)) as clip:
        stream = clip.streams.video[0]
        context = stream.codec_context
        assert (context.name, context.pix_fmt) == ("h264", "yuv420p")
        assert (stream.width, stream.height, stream.frames) == (*SIZE, 36)
        assert (stream.average_rate, clip.duration) == (24, 1_500_000)
        assert (context.colorspace, context.color_primaries, context.color_trc) == (1, 1, 1)
        assert context.color_range == 1
    assert data.find(b"moov") < data.find(b"mdat")


def test_a_clip_starts_on_its_first_frame() -> None:
    board = Image.effect_mandelbrot(SIZE, (-2, -1.2, 1, 1.2), 60).convert("RGB")
    first = frames_of(draw_clip(shot("dolly in"), SIZE, 1, first_frame=png_bytes(board)))[0]
    assert np.abs(first - np.asarray(board.convert("L"), float)).mean() < 4


@pytest.mark.parametrize("movement", MOVEMENTS)
def test_every_movement_moves_as_it_says(movement: str) -> None:
    request = shot(movement)
    still = png_bytes(draw_frame(request, SIZE))
    frames = frames_of(draw_clip(request, SIZE, 1, first_frame=still))
    away = np.abs(frames[0] - frames[-1])[: SIZE[1] - strip_height(SIZE[1])].mean()
    assert away > (0.4 if movement == "static" else 3.0)
    assert set(PATHS) == set(MOVEMENTS)


def test_the_caption_stays_put() -> None:
    request = shot("pan right")
    still = png_bytes(draw_frame(request, SIZE))
    frames = frames_of(draw_clip(request, SIZE, 1, first_frame=still))
    strip = strip_height(SIZE[1]) - 3
    assert np.abs(frames[0][-strip:] - frames[-1][-strip:]).mean() < 3


def test_the_same_request_is_the_same_clip() -> None:
    assert draw_clip(shot("orbit"), SIZE, 0.5) == draw_clip(shot("orbit"), SIZE, 0.5)


def test_a_first_frame_of_another_shape_is_cropped_to_fit() -> None:
    tall = png_bytes(Image.new("RGB", (300, 900), (120, 60, 30)))
    frames = frames_of(draw_clip(shot("static"), SIZE, 0.5, first_frame=tall))
    assert frames[0].shape == (360, 640)
