"""The cut: clips in story order, trimmed, fitted to one raster, burnt in, encoded once.

Frames are streamed, so memory does not grow with the number or the length of clips. The same
clips and arguments give the same bytes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from pathlib import Path

import av
from pydantic import BaseModel, ConfigDict

from greenlight.media.burnin import BurnIn
from greenlight.media.conform import Raster, conformed
from greenlight.media.errors import InvalidCut, UnreadableMedia
from greenlight.media.lettering import clean
from greenlight.media.rates import (
    Rate,
    Seconds,
    exact_rate,
    format_timecode,
    frame_spans,
    parse_timecode,
)
from greenlight.media.reel import Reel, slate_frame


class CutClip(BaseModel):
    """One shot of the cut: its clip's file and the seconds it lasts in the story."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    path: Path
    seconds: Seconds
    shot: str
    take: str


class CutSpan(BaseModel):
    """Where a shot lies in the movie: its first movie frame (the slate counts) and its frames."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    shot: str
    take: str
    start_frame: int
    frames: int
    timecode: str


class CutInfo(BaseModel):
    """The movie that was written; `notes` are sentences about what is not as planned."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    frames: int
    seconds: float
    fps: Fraction
    width: int
    height: int
    slate_frames: int
    clips: tuple[CutSpan, ...]
    notes: tuple[str, ...]


def assemble_cut(
    out_path: Path,
    clips: Sequence[CutClip],
    *,
    fps: Rate,
    width: int,
    height: int,
    title: str,
    drawn: tuple[int, int] | None = None,
    burn_in: bool = True,
    slate: bool = True,
    slate_lines: Mapping[str, str] | None = None,
    sound: bool = True,
    start_timecode: str = "01:00:00:00",
) -> CutInfo:
    """Write the cut as H.264 (Rec. 709) with AAC sound to `out_path`, an .mp4 that appears whole.

    `fps` is one of the rates in use (23.976 means 24000/1001), `width` and `height` pixels,
    divisible by 4; clips are brought to `drawn` (the same if not given) and its middle is kept,
    burn-ins inside. The slate is one frame ahead of `start_timecode`, with `slate_lines` on it.
    `sound` takes the clips' own sound, else the track is silent. A clip shorter than its shot
    holds its last picture, which the notes say. Raises InvalidCut and UnreadableMedia.
    """
    if not clips:
        raise InvalidCut("invalid cut: it needs at least 1 clip")
    rate, raster = exact_rate(fps), Raster(width, height, drawn)
    start, drop = parse_timecode(start_timecode, rate)
    spans = frame_spans([clip.seconds for clip in clips], rate)
    lead = 1 if slate else 0
    part = out_path.with_name(f".{out_path.name}.part.mp4")
    try:
        with av.open(str(part), "w", format="mp4", options={"movflags": "+faststart"}) as movie:
            movie.metadata["title"] = clean(title)
            movie_start = format_timecode(start - lead, rate, drop=drop)
            reel = Reel(movie, rate, raster, movie_start)
            if slate:
                reel.add_picture(slate_frame(raster, title, slate_lines or {}), opens=True)
                reel.fill_sound(None)
            burner = BurnIn(width, height) if burn_in else None
            notes: list[str] = []
            for clip, (first, frames) in zip(clips, spans, strict=True):
                held = _add_clip(reel, clip, frames, burner, (start + first, drop))
                if held:
                    notes.append(
                        f"{clip.shot} {clip.take} is {held} of {frames} frames shorter than its "
                        "shot: its last picture is held."
                    )
                reel.fill_sound(clip.path if sound else None)
            reel.end()
        part.replace(out_path)
    finally:
        part.unlink(missing_ok=True)
    total = lead + sum(frames for _, frames in spans)
    return CutInfo(
        frames=total,
        seconds=float(total / rate),
        fps=rate,
        width=width,
        height=height,
        slate_frames=lead,
        clips=tuple(
            CutSpan(
                shot=clip.shot,
                take=clip.take,
                start_frame=lead + first,
                frames=frames,
                timecode=format_timecode(start + first, rate, drop=drop),
            )
            for clip, (first, frames) in zip(clips, spans, strict=True)
        ),
        notes=tuple(notes),
    )


def _add_clip(
    reel: Reel, clip: CutClip, frames: int, burner: BurnIn | None, clock: tuple[int, bool]
) -> int:
    """Add a clip's pictures; returns how many of them are held."""
    first, drop = clock
    held = 0
    try:
        pictures = conformed(clip.path, frames, reel.rate, reel.raster)
        for index, shown in enumerate(pictures):
            if burner is not None:
                timecode = format_timecode(first + index, reel.rate, drop=drop)
                burner.draw(shown.picture, f"{clip.shot}  {clip.take}", timecode)
            held += shown.held
            reel.add_picture(shown.picture, opens=index == 0)
    except UnreadableMedia as error:
        raise UnreadableMedia(f"the clip of {clip.shot} {clip.take}", error.reason) from error
    return held
