"""What a clip is."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from greenlight.media.decoding import open_clip, picture_rate
from greenlight.media.errors import UnreadableMedia


class ClipInfo(BaseModel):
    """A clip's facts from its container and packets; no frame has been decoded for them.

    `seconds` is frames over the average rate, `fps` frames per second (exact), sizes are pixels.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    seconds: float
    frames: int
    fps: Fraction
    width: int
    height: int
    codec: str
    pix_fmt: str
    has_audio: bool


def probe_clip(path: Path) -> ClipInfo:
    """Facts of the first picture stream; raises UnreadableMedia."""
    with open_clip(path) as container:
        stream = container.streams.video[0]
        context = stream.codec_context
        rate = picture_rate(container)
        # Packets, not the header's count: a file that was cut off still claims all its frames.
        frames = sum(1 for packet in container.demux(stream) if packet.size)
        if not frames:
            raise UnreadableMedia("clip", "it has no frames")
        return ClipInfo(
            seconds=float(frames / rate),
            frames=frames,
            fps=rate,
            width=context.width,
            height=context.height,
            codec=context.name,
            pix_fmt=context.pix_fmt or "unknown",
            has_audio=bool(container.streams.audio),
        )
