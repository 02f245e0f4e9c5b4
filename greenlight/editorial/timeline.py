"""The cut as an editor's timeline in OpenTimelineIO, the truth that other formats export."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from math import ceil

import opentimelineio as otio
from pydantic import BaseModel, ConfigDict

from greenlight.media.errors import InvalidCut
from greenlight.media.rates import (
    Rate,
    Seconds,
    exact_rate,
    exact_seconds,
    frame_spans,
    parse_timecode,
)

TRACK_NAME = "V1"
NAMESPACE = "greenlight"


class TimelineClip(BaseModel):
    """One shot on the timeline.

    `seconds` is the shot's length in the story, `available_seconds` that of its clip's media
    (what is over is a handle), `cost` USD. `extra` joins the clip's metadata as it is.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    shot: str
    take: str
    media_url: str
    seconds: Seconds
    available_seconds: Seconds
    sha256: str = ""
    model: str = ""
    prompt_digest: str = ""
    cost: Decimal | None = None
    simulated: bool = False
    extra: Mapping[str, str] = {}


def build_timeline(
    title: str,
    clips: Sequence[TimelineClip],
    *,
    fps: Rate,
    start_timecode: str = "01:00:00:00",
    metadata: Mapping[str, str] | None = None,
) -> str:
    """OTIO JSON of one video track whose clips are named by shot and as long as in the cut.

    Lengths are those of `media.movie.write_movie` for the same seconds and rate; a slate is
    not part of the story and not on the timeline. Where media is shorter than its shot, the clip
    has a marker "hold n frames". Raises InvalidCut.
    """
    if not clips:
        raise InvalidCut("invalid timeline: it needs at least 1 clip")
    rate = float(exact_rate(fps))
    start, _ = parse_timecode(start_timecode, fps)
    timeline = otio.schema.Timeline(name=title)
    timeline.global_start_time = otio.opentime.RationalTime(start, rate)
    timeline.metadata[NAMESPACE] = {"start_timecode": start_timecode, **(metadata or {})}
    track = otio.schema.Track(name=TRACK_NAME, kind=otio.schema.TrackKind.Video)
    timeline.tracks.append(track)
    for clip, (_, frames) in zip(clips, frame_spans([c.seconds for c in clips], fps), strict=True):
        track.append(_clip(clip, frames, fps))
    return str(otio.adapters.write_to_string(timeline, "otio_json"))


def _clip(clip: TimelineClip, frames: int, fps: Rate) -> otio.schema.Clip:
    rate = float(exact_rate(fps))
    # as many frames as the cut shows before it holds: those whose middle lies within the media
    available = ceil(exact_seconds(clip.available_seconds) * exact_rate(fps) - Fraction(1, 2))
    media = otio.schema.ExternalReference(
        target_url=clip.media_url, available_range=_span(0, available, rate)
    )
    details = {
        **clip.extra,
        "shot": clip.shot,
        "take": clip.take,
        "sha256": clip.sha256,
        "model": clip.model,
        "prompt_digest": clip.prompt_digest,
        "cost_usd": "" if clip.cost is None else str(clip.cost),
        "simulated": clip.simulated,
    }
    item = otio.schema.Clip(
        name=clip.shot,
        media_reference=media,
        source_range=_span(0, frames, rate),
        metadata={NAMESPACE: details},
    )
    held = frames - available
    if held > 0:
        item.markers.append(
            otio.schema.Marker(
                name=f"hold {held} frames",
                marked_range=_span(available, held, rate),
                color=otio.schema.MarkerColor.RED,
            )
        )
    return item


def _span(first: int, frames: int, rate: float) -> otio.opentime.TimeRange:
    return otio.opentime.TimeRange(
        otio.opentime.RationalTime(first, rate), otio.opentime.RationalTime(frames, rate)
    )
