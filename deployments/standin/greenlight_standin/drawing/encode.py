"""PNG and MP4 bytes."""

from __future__ import annotations

import io
import tempfile
from collections.abc import Iterable, Iterator
from fractions import Fraction
from pathlib import Path

import numpy as np
import numpy.typing as npt
from PIL import Image
from PIL.PngImagePlugin import PngInfo

Planes = tuple[npt.NDArray[np.uint8], npt.NDArray[np.uint8], npt.NDArray[np.uint8]]


def png_bytes(image: Image.Image) -> bytes:
    """A PNG that says in its text chunk what made it."""
    info = PngInfo()
    info.add_text("Software", "Greenlight stand-in (no model, a drawing)")
    out = io.BytesIO()
    image.save(out, "PNG", pnginfo=info, compress_level=2)
    return out.getvalue()


def mp4_bytes(frames: Iterable[Planes], size: tuple[int, int], fps: int) -> bytes:
    """H.264 in yuv420p from full-size luma and half-size chroma planes, tagged bt709."""
    import av

    # faststart rewrites the file, which PyAV cannot do in memory.
    with tempfile.TemporaryDirectory(prefix="standin-clip-") as folder:
        path = Path(folder) / "clip.mp4"
        with av.open(str(path), "w", format="mp4", options={"movflags": "+faststart"}) as container:
            stream = container.add_stream("libx264", rate=fps)
            stream.width, stream.height = size
            stream.pix_fmt = "yuv420p"
            stream.options = {
                "preset": "ultrafast",
                "crf": "23",
                "x264-params": "keyint=24:min-keyint=24:scenecut=0:threads=2:sliced-threads=0",
            }
            context = stream.codec_context
            context.color_primaries, context.color_trc, context.colorspace = 1, 1, 1
            context.color_range = 1
            context.time_base = Fraction(1, fps)
            for index, planes in enumerate(frames):
                picture = av.VideoFrame(size[0], size[1], "yuv420p")
                for plane, pixels in zip(picture.planes, planes, strict=True):
                    _fill(plane, pixels)
                picture.pts, picture.time_base = index, Fraction(1, fps)
                container.mux(stream.encode(picture))
            container.mux(stream.encode(None))
        return path.read_bytes()


def rgb_to_planes(image: Image.Image) -> Planes:
    """Luma and chroma of a picture in bt709, limited range; sides must be even."""
    rgb = np.asarray(image.convert("RGB"), np.float32)
    r, g, b = rgb[..., 0], rgb[..., 1], rgb[..., 2]
    luma = 0.2126 * r + 0.7152 * g + 0.0722 * b
    y = 16 + luma * (219 / 255)
    u = 128 + (b - luma) * (112 / 255 / (1 - 0.0722))
    v = 128 + (r - luma) * (112 / 255 / (1 - 0.2126))
    half = [(p[0::2, 0::2] + p[1::2, 0::2] + p[0::2, 1::2] + p[1::2, 1::2]) / 4 for p in (u, v)]
    out = [(plane + 0.5).clip(0, 255).astype(np.uint8) for plane in (y, *half)]
    return out[0], out[1], out[2]


def blacken_clip(data: bytes) -> bytes:
    """A clip of the same size, rate and length without any light."""
    import av

    with av.open(io.BytesIO(data)) as container:
        stream = container.streams.video[0]
        size = (stream.width, stream.height)
        fps = round(float(stream.average_rate or 24))
        count = stream.frames
    black = rgb_to_planes(Image.new("RGB", size))

    def frames() -> Iterator[Planes]:
        for _ in range(count):
            yield black

    return mp4_bytes(frames(), size, fps)


def _fill(plane: object, pixels: npt.NDArray[np.uint8]) -> None:
    """Copy pixels into a plane whose lines may be longer than the picture is wide."""
    import av

    assert isinstance(plane, av.video.plane.VideoPlane)
    height, width = pixels.shape
    if plane.line_size == width:
        plane.update(pixels.tobytes())
        return
    padded = np.zeros((height, plane.line_size), np.uint8)
    padded[:, :width] = pixels
    plane.update(padded.tobytes())
