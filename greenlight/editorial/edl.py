"""CMX 3600: the timeline as a list of cuts that every editing system reads.

Written here because the OTIO adapter starts record timecode at zero, takes 29.97 for drop-frame
always, and gives every clip named v001.mp4 the same reel.
"""

from __future__ import annotations

import re
from itertools import count

import opentimelineio as otio

from greenlight.editorial.timeline import NAMESPACE
from greenlight.media.errors import InvalidCut
from greenlight.media.rates import format_timecode, parse_timecode
from greenlight.production.readable import one_line

_REEL_LENGTH = 8
_MOST_EVENTS = 999


def write_edl(timeline_json: str) -> str:
    """CMX 3600 text of a timeline from `build_timeline`.

    Keeps cuts, record timecode, clip names, media and takes; other metadata does not fit. Source
    timecode starts at zero, as the clips' does. Raises InvalidCut for more than 999 shots.
    """
    timeline = otio.adapters.read_from_string(timeline_json, "otio_json")
    rate = timeline.global_start_time.rate
    record, drop = parse_timecode(timeline.metadata[NAMESPACE]["start_timecode"], rate)
    clips = list(timeline.find_clips())
    if len(clips) > _MOST_EVENTS:
        raise InvalidCut(f"{len(clips)} shots do not fit into an EDL (at most {_MOST_EVENTS})")
    mode = "DROP FRAME" if drop else "NON-DROP FRAME"
    lines = [f"TITLE: {_plain(timeline.name)}", f"FCM: {mode}", *_format(timeline), ""]
    reels: set[str] = set()
    for number, clip in enumerate(clips, start=1):
        span = clip.source_range
        source, frames = int(span.start_time.value), int(span.duration.value)
        edges = (source, source + frames, record, record + frames)
        times = " ".join(format_timecode(edge, rate, drop=drop) for edge in edges)
        details = clip.metadata[NAMESPACE]
        lines += [
            f"{number:03d}  {_reel(clip.name, reels):<8} V     C        {times}",
            f"* FROM CLIP NAME: {_plain(clip.name)}",
            f"* SOURCE FILE: {_plain(clip.media_reference.target_url)}",
            f"* TAKE: {_plain(details['take'])}",
        ]
        lines += [f"* {_plain(marker.name).upper()}" for marker in clip.markers]
        lines.append("")
        record += frames
    return "\n".join(lines)


def _format(timeline: otio.schema.Timeline) -> list[str]:
    """A comment on the picture's shape: an EDL has no field for what is cropped."""
    details = timeline.metadata[NAMESPACE]
    aspect, source = details.get("aspect_ratio", ""), details.get("source_ratio", "")
    if not aspect:
        return []
    cropped = f", CROPPED FROM {source}" if source != aspect else ""
    return [_plain(f"* FORMAT: {aspect} {details.get('raster', '')}").rstrip() + _plain(cropped)]


def _reel(shot: str, taken: set[str]) -> str:
    """At most eight letters and digits, the end of the shot id, different for each event."""
    name = re.sub(r"[^A-Z0-9]", "", shot.upper())[-_REEL_LENGTH:] or "REEL"
    reel = name
    for number in count(2):
        if reel not in taken:
            break
        suffix = str(number)
        reel = name[: _REEL_LENGTH - len(suffix)] + suffix
    taken.add(reel)
    return reel


def _plain(text: str) -> str:
    """One line of ASCII: the format knows nothing else, and a line break would be a new event."""
    return one_line(text).encode("ascii", "replace").decode("ascii")
