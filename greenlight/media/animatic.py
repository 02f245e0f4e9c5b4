"""The animatic: the frames of all shots with the shot list's timing, dialogue and scratch sound."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import av
import numpy as np
from av.video.frame import VideoFrame
from PIL import Image, ImageDraw, ImageOps
from pydantic import BaseModel, ConfigDict

from greenlight.media.assemble import CutInfo, CutSpan
from greenlight.media.burnin import BurnIn
from greenlight.media.conform import Raster
from greenlight.media.errors import InvalidCut
from greenlight.media.lettering import clean, face_for, wrap
from greenlight.media.rates import (
    Rate,
    Seconds,
    exact_rate,
    format_timecode,
    frame_spans,
    parse_timecode,
)
from greenlight.media.reel import Reel, slate_frame
from greenlight.media.scratch import scratch_sound, speaking_seconds
from greenlight.media.stills import decode_still

_PAPER = (236, 234, 228)
_SHADE = (0, 0, 0, 150)


class Panel(BaseModel):
    """One shot of the animatic: its frame's bytes and how long it stands.

    `caption` is shown below what is said: what moves, which a still cannot show.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    still: bytes
    seconds: Seconds
    shot: str
    take: str
    dialogue: str = ""
    caption: str = ""


def assemble_animatic(
    out_path: Path,
    panels: Sequence[Panel],
    *,
    fps: Rate,
    width: int,
    height: int,
    title: str,
    drawn: tuple[int, int] | None = None,
    slate_lines: Mapping[str, str] | None = None,
    start_timecode: str = "01:00:00:00",
) -> CutInfo:
    """Write the animatic as H.264 with AAC scratch sound to `out_path`, which appears whole.

    Raster, rate, slate and timecode are those of the cut (`assemble_cut`), so that both can lie on
    one timeline. The notes say which shot is too short for its dialogue. Raises InvalidCut and
    UnreadableMedia.
    """
    if not panels:
        raise InvalidCut("invalid animatic: it needs at least 1 frame")
    rate, raster = exact_rate(fps), Raster(width, height, drawn)
    start, drop = parse_timecode(start_timecode, rate)
    spans = frame_spans([panel.seconds for panel in panels], rate)
    part = out_path.with_name(f".{out_path.name}.part.mp4")
    try:
        with av.open(str(part), "w", format="mp4", options={"movflags": "+faststart"}) as movie:
            movie.metadata["title"] = clean(title)
            reel = Reel(movie, rate, raster, format_timecode(start - 1, rate, drop=drop))
            reel.add_picture(slate_frame(raster, title, slate_lines or {}), opens=True)
            reel.fill_sound(None)
            burner = BurnIn(width, height)
            for panel, (first, frames) in zip(panels, spans, strict=True):
                still = np.asarray(_lettered(panel, raster))
                for index in range(frames):
                    picture = raster_of(raster, still)
                    timecode = format_timecode(start + first + index, rate, drop=drop)
                    burner.draw(picture, f"{panel.shot}  {panel.take}", timecode)
                    reel.add_picture(picture, opens=index == 0)
                reel.add_sound(scratch_sound(panel.dialogue, reel.missing))
            reel.end()
        part.replace(out_path)
    finally:
        part.unlink(missing_ok=True)
    total = 1 + sum(frames for _, frames in spans)
    return CutInfo(
        frames=total,
        seconds=float(total / rate),
        fps=rate,
        width=width,
        height=height,
        slate_frames=1,
        clips=tuple(
            CutSpan(
                shot=panel.shot,
                take=panel.take,
                start_frame=1 + first,
                frames=frames,
                timecode=format_timecode(start + first, rate, drop=drop),
            )
            for panel, (first, frames) in zip(panels, spans, strict=True)
        ),
        notes=tuple(note for panel in panels if (note := _hurried(panel))),
    )


def raster_of(raster: Raster, still: np.ndarray[tuple[int, ...], np.dtype[np.uint8]]) -> VideoFrame:
    """A fresh frame of a lettered still that already has the raster's size."""
    frame = VideoFrame.from_ndarray(still, format="rgb24")
    return Raster(raster.width, raster.height).fit(frame)


def _lettered(panel: Panel, raster: Raster) -> Image.Image:
    """The still as it is seen in the delivery, with what is said and what moves below."""
    whole = raster.drawn or (raster.width, raster.height)
    picture = ImageOps.pad(decode_still(panel.still)[1].convert("RGB"), whole, color=(16, 16, 16))
    left, top = (whole[0] - raster.width) // 2, (whole[1] - raster.height) // 2
    picture = picture.crop((left, top, left + raster.width, top + raster.height))
    size = max(14, min(raster.width, raster.height) // 22)
    room = round(raster.width * 0.8)
    lines: list[tuple[str, int]] = []
    if panel.dialogue.strip():
        lines += [(t, size) for t in wrap(panel.dialogue, face_for(panel.dialogue, size), room, 2)]
    if panel.caption.strip():
        small = round(size * 0.7)
        lines += [(t, small) for t in wrap(panel.caption, face_for(panel.caption, small), room, 1)]
    if not lines:
        return picture
    high = sum(round(points * 1.4) for _, points in lines)
    y = raster.height - round(raster.height * 0.05) - high
    plate = Image.new("RGBA", picture.size, (0, 0, 0, 0))
    box = (0, y - size // 2, raster.width, y + high + size // 2)
    ImageDraw.Draw(plate).rectangle(box, fill=_SHADE)
    picture = Image.alpha_composite(picture.convert("RGBA"), plate).convert("RGB")
    draw = ImageDraw.Draw(picture)
    for text, points in lines:
        face = face_for(text, points)
        draw.text((raster.width / 2, y), text, font=face, fill=_PAPER, anchor="ma")
        y += round(points * 1.4)
    return picture


def _hurried(panel: Panel) -> str:
    """A sentence where the shot is shorter than what is said in it."""
    wanted = speaking_seconds(panel.dialogue)
    if wanted <= float(panel.seconds) + 0.25:
        return ""
    return (
        f"{panel.shot}: what is said takes about {wanted:.1f} s, "
        f"and the shot lasts {float(panel.seconds):g} s."
    )
